"""The feed of ballots: grades given in the open, and the closed tallies of secret rounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from party_workflow.domain.rating import (
    MarkHeld,
    MarkSettled,
    Rated,
    RatingClosed,
    RatingOpened,
    RatingVoided,
    SelfRated,
)
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.feeds.lines import (
    SERVES,
    WITHHELD,
    Line,
    Reads,
    campaigns,
    flag,
    in_order,
    key,
    line,
)
from party_workflow.policies.policy import Row

READS: Final[Reads] = {
    RatingOpened: ("kind", "unit", "secret", "serves"),
    Rated: ("rater", "grades"),
    SelfRated: ("rater", "grade"),
    MarkHeld: ("entry", "rater", "person"),
    MarkSettled: ("entry", "rater", "person", "released"),
    RatingClosed: ("tally", "withheld"),
    RatingVoided: (),
}


@dataclass(slots=True)
class _Given:
    line: Line
    entry: str


@dataclass(slots=True)
class _Round:
    shared: dict[str, Cell]
    given: dict[tuple[str, str], _Given] = field(default_factory=dict)
    """By rater and subject the grade that stands."""
    counted: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class _State:
    rounds: dict[str, _Round] = field(default_factory=dict)


def _evolve(state: _State, row: Row) -> _State:
    if row.kind is RatingOpened:
        state.rounds[row.stream] = _Round(
            {
                "round": key(row.stream),
                "kind": row["kind"],
                "unit": row["unit"],
                "secret": flag(row["secret"]),
                "closed": "no",
                **campaigns(row["serves"]),
            }
        )
        return state
    found = state.rounds.get(row.stream)
    if found is None:
        return state
    if row.kind is RatingVoided:
        del state.rounds[row.stream]
    elif row.kind is Rated:
        for subject, grade in row["grades"].items():
            _give(found, row, subject, grade)
    elif row.kind is SelfRated:
        _give(found, row, row["rater"], row["grade"])
    elif row.kind in (MarkHeld, MarkSettled):
        mark = found.given.get((row["rater"], row["person"]))
        if mark is not None and mark.entry == row["entry"]:
            settled = row.kind is MarkSettled
            standing = "under_review" if not settled else "counts" if row["released"] else "dismissed"
            mark.line.change(row, standing=standing)
    elif row.kind is RatingClosed:
        found.shared["closed"] = "yes"
        if found.shared["secret"] == "yes":
            found.counted = list(_tally(row))
    return state


def _give(found: _Round, row: Row, subject: str, grade: str) -> None:
    place = row["rater"], subject
    before = found.given.pop(place, None)
    made = line(row, rater=row["rater"], subject=subject, grade=grade, number=Fraction(1), standing="counts")
    if before is not None:
        made.evidence = tuple(dict.fromkeys((*before.line.evidence, row.evidence)))
    found.given[place] = _Given(made, row.event_id)


def _tally(row: Row) -> Iterable[Line]:
    for subject, grades in row["tally"].items():
        for grade, ballots in grades.items():
            if ballots:
                yield line(
                    row,
                    rater=WITHHELD,
                    subject=subject,
                    grade=grade,
                    number=Fraction(ballots),
                    standing="counts",
                )
    for subject in row["withheld"]:
        yield line(row, rater=WITHHELD, subject=subject, grade=WITHHELD, number=WITHHELD, standing="counts")


def _facts(state: _State) -> Iterable[Fact]:
    return in_order(
        made.fact(**found.shared)
        for found in state.rounds.values()
        for made in (*(given.line for given in found.given.values()), *found.counted)
    )


BALLOTS: Final = Feed(
    name="ballots",
    reads=READS,
    columns={
        "stream": "The stream of the round.",
        "round": "Its key.",
        "kind": "The kind of round, such as peer, mass or self.",
        "unit": "The unit whose round it is.",
        "secret": "yes where it was voted in secret.",
        "closed": "yes once it was closed.",
        **SERVES,
        "rater": "Who gave the grade; withheld for what was voted in secret.",
        "subject": "Whom the grade is for.",
        "grade": "The grade; withheld where too few voted on the subject.",
        "number": "How many ballots the row stands for: 1 of those given in the open.",
        "standing": "counts, under_review or dismissed.",
    },
    initial=_State,
    evolve=_evolve,
    facts=_facts,
)
"""Grades as last given by each rater, and the counts of secret rounds.  Voided rounds are not there."""
