"""The state of a population, and what each event does to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Literal, assert_never

from party_workflow.domain.population.events import (
    PopulationEvent,
    PopulationFrozen,
    PopulationJoined,
    PopulationLeft,
    UnitJoined,
    UnitLeft,
    UnitsFrozen,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.store import Recorded

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """A person who came in, with their categories, or went out, without."""

    since: datetime
    person: str
    ground: str
    categories: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit that came in, with its kind, or went out, without."""

    since: datetime
    unit: str
    ground: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A denominator taken apart: ``now == frozen + joined - left``."""

    frozen: int
    joined: int
    left: int
    now: int


@dataclass(frozen=True, slots=True)
class Population:
    """Who, or which units, were frozen, and every change since, in the order recorded.

    A population is `of` people or of units, never of both.
    """

    stream: str = ""
    unit: str | None = None
    on: datetime | None = None
    of: Literal["people", "units"] = "people"
    frozen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    kinds: tuple[str, ...] = ()
    frozen_units: Mapping[str, str] = field(default_factory=dict)
    unit_changes: tuple[UnitChange, ...] = ()
    serves: tuple[Serves, ...] = ()

    def people(self, at: datetime | None = None) -> dict[str, frozenset[str]]:
        """Who is in, with their categories, by id: after every change, or after those up to a moment."""
        found = dict(self.frozen)
        for change in self.changes:
            if at is not None and change.since > at:
                continue
            if change.categories is None:
                found.pop(change.person, None)
            else:
                found[change.person] = change.categories
        return {person: found[person] for person in sorted(found)}

    def units(self, at: datetime | None = None) -> dict[str, str]:
        """Which units are in, with their kind, by id: after every change, or after those up to a moment."""
        found = dict(self.frozen_units)
        for change in self.unit_changes:
            if at is not None and change.since > at:
                continue
            if change.kind is None:
                found.pop(change.unit, None)
            else:
                found[change.unit] = change.kind
        return {unit: found[unit] for unit in sorted(found)}

    def summary(self, at: datetime | None = None) -> Summary:
        """How many were frozen, how often one joined or left since, and how many are in, by a moment."""
        every: tuple[Change | UnitChange, ...] = (*self.changes, *self.unit_changes)
        known = [change for change in every if at is None or change.since <= at]
        left = sum(1 for change in known if _out(change))
        began = len(self.frozen) + len(self.frozen_units)
        return Summary(began, len(known) - left, left, len(self.people(at)) + len(self.units(at)))

    def settled(self, member: str) -> datetime | None:
        """When it was last settled whether one is in: at the freezing, or at their last change."""
        people = (change.since for change in reversed(self.changes) if change.person == member)
        units = (change.since for change in reversed(self.unit_changes) if change.unit == member)
        return next(chain(people, units), self.on)


def _out(change: Change | UnitChange) -> bool:
    return (change.categories if isinstance(change, Change) else change.kind) is None


# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Population, recorded: Recorded) -> Population:
    event, since = recorded.event, recorded.envelope.effective_at
    assert isinstance(event, PopulationEvent)
    match event:
        case PopulationFrozen():
            return replace(
                state,
                stream=recorded.envelope.stream,
                unit=event.unit,
                on=event.on,
                frozen={person: frozenset(categories) for person, categories in event.people.items()},
                serves=event.serves,
            )
        case PopulationJoined():
            change = Change(since, event.person, event.ground, frozenset(event.categories))
            return replace(state, changes=(*state.changes, change))
        case PopulationLeft():
            change = Change(since, event.person, event.ground, None)
            return replace(state, changes=(*state.changes, change))
        case UnitsFrozen():
            return replace(
                state,
                stream=recorded.envelope.stream,
                unit=event.unit,
                on=event.on,
                of="units",
                kinds=event.kinds,
                frozen_units=dict(event.units),
                serves=event.serves,
            )
        case UnitJoined():
            entry = UnitChange(since, event.unit, event.ground, event.kind)
            return replace(state, unit_changes=(*state.unit_changes, entry))
        case UnitLeft():
            entry = UnitChange(since, event.unit, event.ground, None)
            return replace(state, unit_changes=(*state.unit_changes, entry))
        case _:
            assert_never(event)
