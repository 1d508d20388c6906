"""The feed of frozen populations: a row for each person or unit that is in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from party_workflow.domain.population import (
    PopulationFrozen,
    PopulationJoined,
    PopulationLeft,
    UnitJoined,
    UnitLeft,
    UnitsFrozen,
)
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.feeds.lines import (
    NONE,
    SERVES,
    Line,
    Reads,
    campaigns,
    in_order,
    joined,
    key,
    line,
)
from party_workflow.policies.policy import Row

READS: Final[Reads] = {
    PopulationFrozen: ("unit", "people", "serves"),
    PopulationJoined: ("person", "categories", "ground"),
    PopulationLeft: ("person",),
    UnitsFrozen: ("unit", "units", "serves"),
    UnitJoined: ("unit", "kind", "ground"),
    UnitLeft: ("unit",),
}


@dataclass(slots=True)
class _State:
    shared: dict[str, dict[str, Cell]] = field(default_factory=dict)
    inside: dict[tuple[str, str], Line] = field(default_factory=dict)


def _evolve(state: _State, row: Row) -> _State:
    if row.kind in (PopulationFrozen, UnitsFrozen):
        state.shared[row.stream] = {"of": row["unit"], **campaigns(row["serves"])}
        if row.kind is PopulationFrozen:
            for person, categories in row["people"].items():
                made = line(row, member=person, categories=joined(categories), kind=NONE, joined="frozen")
                state.inside[row.stream, person] = made
        else:
            for unit, kind in row["units"].items():
                state.inside[row.stream, unit] = line(
                    row, member=unit, categories=NONE, kind=kind, joined="frozen"
                )
    elif row.kind is PopulationJoined:
        made = line(
            row,
            member=row["person"],
            categories=joined(row["categories"]),
            kind=NONE,
            joined=row["ground"],
        )
        state.inside[row.stream, row["person"]] = made
    elif row.kind is UnitJoined:
        made = line(row, member=row["unit"], categories=NONE, kind=row["kind"], joined=row["ground"])
        state.inside[row.stream, row["unit"]] = made
    elif row.kind in (PopulationLeft, UnitLeft):
        state.inside.pop((row.stream, row["person" if row.kind is PopulationLeft else "unit"]), None)
    return state


def _facts(state: _State) -> Iterable[Fact]:
    unknown = {"of": NONE, **campaigns(())}
    return in_order(
        made.fact(population=key(stream), **state.shared.get(stream, unknown))
        for (stream, _), made in state.inside.items()
    )


POPULATIONS: Final = Feed(
    name="populations",
    reads=READS,
    columns={
        "stream": "The stream of the population.",
        "population": "Its key.",
        "of": "The unit that it was taken from.",
        "member": "The person, or the unit, that is in.",
        "categories": "The categories of a person when they came in, with a plus between them.",
        "kind": "The kind of a unit when it came in.",
        "joined": "frozen, or the ground on which it came in later.",
        **SERVES,
    },
    initial=_State,
    evolve=_evolve,
    facts=_facts,
)
"""Who or what is in a frozen population, a row each.  Who left is not there."""
