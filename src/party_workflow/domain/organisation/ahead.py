"""What is recorded for later: whoever decides looks not only at a moment, but at all that follows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from party_workflow.domain.organisation.entries import Placing, after
from party_workflow.domain.organisation.evolving import placed
from party_workflow.domain.organisation.state import Organisation


def comers(state: Organisation, unit: str, since: datetime) -> Iterator[tuple[str, datetime]]:
    """Who and what is recorded to come into a unit, or under it, after a moment."""
    for person in state.counted.get(unit, ()):
        for change in after(state.people.get(person, ()), since):
            standing = state.standing(person, change.since)
            if change.unit == unit and standing is not None and standing.unit == unit:
                yield person, change.since
    for child in state.hung.get(unit, ()):
        for item in after(state.units.get(child, ()), since):
            if item.open and item.parent == unit and state.stands(child, item.since):
                yield child, item.since


def turns_in_a_circle(
    state: Organisation, moves: Mapping[str, str], since: datetime, unit: str | None = None
) -> bool:
    """Whether moves would put a unit under itself, then or when something recorded for later comes."""
    for moved, parent in moves.items():
        state = placed(state, moved, Placing(since, parent))
    later = {item.since for history in state.units.values() for item in after(history, since)}
    for at in sorted({since, *later}):
        for moved in moves if unit is None else (unit,):
            placing = state.placing(moved, at)
            if placing is not None and state.within(placing.parent, moved, at):
                return True
    return False


def counts_from(state: Organisation, person: str, since: datetime) -> str | None:
    """A unit in which a person counts at a moment or later."""
    moments = [since, *(change.since for change in after(state.people.get(person, ()), since))]
    return next((s.unit for at in moments if (s := state.standing(person, at)) is not None), None)


def people_from(state: Organisation, unit: str, since: datetime) -> int:
    """How many people count in a unit itself, at a moment or later."""
    found = 0
    for person in state.counted.get(unit, ()):
        moments = [since, *(change.since for change in after(state.people.get(person, ()), since))]
        found += any((s := state.standing(person, at)) is not None and s.unit == unit for at in moments)
    return found


def units_from(state: Organisation, above: str, since: datetime) -> int:
    """How many open units hang directly under a unit, at a moment or later."""
    found = 0
    for child in state.hung.get(above, ()):
        moments = [since, *(item.since for item in after(state.units.get(child, ()), since))]
        placings = [placing for at in moments if (placing := state.placing(child, at)) is not None]
        found += any(placing.open and placing.parent == above for placing in placings)
    return found
