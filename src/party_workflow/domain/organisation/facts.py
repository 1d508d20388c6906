"""What the organisation answers to others, always as of a moment where one is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from party_workflow.decider import Fact
from party_workflow.domain.organisation.entries import Lineage, Tenure
from party_workflow.domain.organisation.state import Organisation


def _people(
    state: Organisation, unit: str, at: datetime, having: Iterable[str] = (), without: Iterable[str] = ()
) -> dict[str, frozenset[str]]:
    return state.people_of(unit, at, having, without)


def _known(state: Organisation, people: Iterable[str], at: datetime) -> dict[str, frozenset[str]]:
    """Those of some people who stand in the organisation at a moment, with their categories."""
    return {p: s.categories for p in people if (s := state.standing(p, at)) is not None}


def _unit_open(state: Organisation, unit: str) -> bool:
    placing = state.placing(unit)
    return placing is not None and placing.open


def _unit_of(state: Organisation, person: str, at: datetime) -> str | None:
    standing = state.standing(person, at)
    return standing.unit if standing else None


def _lines(
    state: Organisation, at: datetime, units: Iterable[str] = (), people: Iterable[str] = ()
) -> dict[str, tuple[str, ...]]:
    """By id of a unit or person the unit they are or count in and those above it, upwards, at a moment.

    Who does not stand in the organisation then, and a unit not founded by then or closed, has none.
    """
    found: dict[str, tuple[str, ...]] = {}
    for unit in units:
        placing = state.placing(unit, at)
        found[unit] = _upwards(state, unit, at) if placing is not None and placing.open else ()
    for person in people:
        standing = state.standing(person, at)
        found[person] = _upwards(state, standing.unit, at) if standing is not None else ()
    return found


def _upwards(state: Organisation, unit: str | None, at: datetime) -> tuple[str, ...]:
    found: dict[str, None] = {}
    while unit is not None and unit not in found:
        found[unit] = None
        placing = state.placing(unit, at)
        unit = placing.parent if placing else None
    return tuple(found)


def _above(state: Organisation, unit: str, at: datetime) -> tuple[str, ...]:
    """The units above one at a moment, upwards; those of a unit that was closed are the ones it had."""
    return _upwards(state, unit, at)[1:]


def _kinds(state: Organisation, units: Iterable[str], at: datetime) -> dict[str, str]:
    """Those of some units that stand at a moment, with their kind."""
    return {u: kind for u in units if state.stands(u, at) and (kind := state.kind(u, at)) is not None}


def _parents(state: Organisation, at: datetime) -> dict[str, str | None]:
    """Every unit that stands at a moment, with the one above it."""
    placings = ((unit, state.placing(unit, at)) for unit in state.units)
    return {unit: placing.parent for unit, placing in placings if placing is not None and placing.open}


def _units(state: Organisation, unit: str, at: datetime, kinds: Iterable[str] = ()) -> dict[str, str]:
    return state.units_of(unit, at, kinds)


def _attached(state: Organisation, unit: str, at: datetime) -> dict[str, str]:
    return state.attached(unit, at)


def _hosts(state: Organisation, person: str, at: datetime) -> tuple[str, ...]:
    return state.hosts(person, at)


def _holders(state: Organisation, post: str, unit: str, at: datetime) -> tuple[str, ...]:
    return state.holders(post, unit, at)


def _tenures(
    state: Organisation, post: str, unit: str, since: datetime, until: datetime
) -> tuple[Tenure, ...]:
    return state.tenures(post, unit, since, until)


def _posts(state: Organisation, people: Iterable[str], at: datetime) -> dict[str, tuple[str, ...]]:
    """By person the units in which they hold a post at a moment, sorted; whoever holds none is left out."""
    found: dict[str, set[str]] = {}
    for post, unit in state.posts:
        for person in {*people}.intersection(state.holders(post, unit, at)):
            found.setdefault(person, set()).add(unit)
    return {person: tuple(sorted(units)) for person, units in sorted(found.items())}


def _lineage(state: Organisation, unit: str, at: datetime) -> Lineage:
    return state.lineage(unit, at)


def _overdue(state: Organisation, at: datetime) -> dict[str, datetime]:
    return state.overdue(at)


def line_of(state: Organisation, person: str, at: datetime) -> frozenset[str]:
    """Who leads a person and whom the person leads, at a moment, without the person.

    Whoever holds a post in the person's unit or in one above it leads them; whoever holds a post leads all
    who count in its unit or below.
    """
    standing = state.standing(person, at)
    above = _upwards(state, standing.unit, at) if standing is not None else ()
    found: set[str] = set()
    for post, unit in state.posts:
        holders = state.holders(post, unit, at)
        if unit in above:
            found.update(holders)
        if person in holders:
            found.update(state.people_of(unit, at))
    return frozenset(found - {person})


def _line(state: Organisation, people: Iterable[str], at: datetime) -> frozenset[str]:
    return frozenset[str]().union(*(line_of(state, person, at) for person in people))


def _close(state: Organisation, people: Iterable[str], at: datetime) -> frozenset[str]:
    """Who is no independent judge of what people did: they themselves, their line, and who counts in one unit
    with them."""
    found = frozenset(people)
    for person in tuple(found):
        standing = state.standing(person, at)
        mates = frozenset(state.people_in(standing.unit, at)) if standing is not None else frozenset[str]()
        found |= line_of(state, person, at) | mates
    return found


ANSWERS: Final[Mapping[str, Fact]] = {
    "organisation.people": _people,
    "organisation.known": _known,
    "organisation.lines": _lines,
    "organisation.above": _above,
    "organisation.line": _line,
    "organisation.close": _close,
    "organisation.unit_of": _unit_of,
    "organisation.unit_open": _unit_open,
    "organisation.units": _units,
    "organisation.kinds": _kinds,
    "organisation.parents": _parents,
    "organisation.attached": _attached,
    "organisation.hosts": _hosts,
    "organisation.holders": _holders,
    "organisation.tenures": _tenures,
    "organisation.posts": _posts,
    "organisation.lineage": _lineage,
    "organisation.overdue": _overdue,
}
"""What the organisation answers to others, by name."""
