"""Marks and ballots with the units that they fall to: where whoever they are about counts, and what is above.

A vote is on a person and a checklist on a branch, while a scheme grades the organisation.  These feeds have
the rows of `marks` and `ballots` with two further columns.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from party_workflow.domain.organisation import PersonJoined, PersonLeft, PersonMoved, UnitFounded, UnitMoved
from party_workflow.policies.feeds.ballots import BALLOTS
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.feeds.lines import NONE, Reads, code
from party_workflow.policies.feeds.marks import MARKS
from party_workflow.policies.figure import Evidence
from party_workflow.policies.policy import Row

READS: Final[Reads] = {
    PersonJoined: ("person", "unit"),
    PersonMoved: ("person", "unit"),
    PersonLeft: ("person",),
    UnitFounded: ("unit", "parent"),
    UnitMoved: ("unit", "parent"),
}
_PEOPLE: Final = (PersonJoined, PersonMoved, PersonLeft)

_Place = tuple[datetime, int, Cell, Evidence]
"""Since when, by which position, in which unit, and the event that says so."""


@dataclass(slots=True)
class _State:
    base: Any
    people: dict[str, list[_Place]] = field(default_factory=dict)
    units: dict[str, list[_Place]] = field(default_factory=dict)


def _take(state: _State, row: Row) -> None:
    if row.kind in _PEOPLE:
        unit = NONE if row.kind is PersonLeft else row["unit"]
        state.people.setdefault(row["person"], []).append(
            (row.effective_at, row.position, unit, row.evidence)
        )
    elif row.kind in READS:
        state.units.setdefault(row["unit"], []).append(
            (row.effective_at, row.position, code(row["parent"]), row.evidence)
        )


def _place(places: list[_Place], at: datetime) -> tuple[Cell, tuple[Evidence, ...]]:
    """Where it stood at a moment; before the first that is known, not applicable."""
    found = sorted(places, key=lambda place: place[:2])
    index = bisect_right(found, at, key=lambda place: place[0])
    if index == 0:
        return NONE, ()
    return found[index - 1][2], (found[index - 1][3],)


def _placed(state: _State, fact: Fact) -> Fact:
    """The row with the units that it falls to on its day."""
    subject, at = str(fact["subject"]), fact.effective_at
    person, _, post = subject.partition("@")
    events: tuple[Evidence, ...] = ()
    counts: Cell
    if post:  # a person in a post: the unit of the post
        counts = post.rpartition("@")[2]
    elif subject in state.units:
        counts = subject
    else:
        counts, events = _place(state.people.get(person, []), at)
    above, said = _place(state.units.get(counts, []) if isinstance(counts, str) else [], at)
    return replace(
        fact,
        columns={**fact.columns, "counts_in": counts, "above": above},
        evidence=tuple(dict.fromkeys((*fact.evidence, *events, *said))),
    )


def _in_units(base: Feed, name: str) -> Feed:
    def evolve(state: _State, row: Row) -> _State:
        _take(state, row)
        if row.kind in base.reads:
            state.base = base.evolve(state.base, row)
        return state

    def facts(state: _State) -> Iterable[Fact]:
        return (_placed(state, fact) for fact in base.facts(state.base))

    return Feed(
        name=name,
        reads={**base.reads, **READS},
        columns={
            **base.columns,
            "counts_in": "The unit that the subject counted in on the day of the row; a unit itself.",
            "above": "The unit above that one on that day.",
        },
        initial=lambda: _State(base.initial()),
        evolve=evolve,
        facts=facts,
    )


MARKS_IN_UNITS: Final = _in_units(MARKS, "marks_in_units")
"""Marks with the units that their subjects count in."""

BALLOTS_IN_UNITS: Final = _in_units(BALLOTS, "ballots_in_units")
"""Ballots with the units that those voted on count in."""
