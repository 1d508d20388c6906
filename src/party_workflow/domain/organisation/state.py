"""The state of the organisation over time, and what each event does to it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeVar, assert_never

from party_workflow.domain.organisation.events import (
    CategoriesChanged,
    OrganisationEvent,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PostAssigned,
    PostEnded,
    UnitClosed,
    UnitFounded,
    UnitMoved,
)
from party_workflow.personal import Sealed
from party_workflow.store import Recorded

T = TypeVar("T", "Placing", "Change")

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person counts at a moment, and as what."""

    unit: str
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a person at a moment, and only that: what an event leaves open stays as it was.

    So a change recorded late reaches until the next one of its own sort, whatever was recorded before it.
    """

    since: datetime
    what: Literal["joined", "moved", "changed", "left"]
    unit: str | None = None
    categories: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a unit hung from a moment on; open False after closing."""

    since: datetime
    parent: str | None
    open: bool = True


@dataclass(frozen=True, slots=True)
class Tenure:
    """A person in a post of a unit, from a moment, perhaps until one."""

    post: str
    unit: str
    person: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """Units and people, each with their history in effective order."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, tuple[Placing, ...]] = field(default_factory=dict)
    people: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    names: Mapping[str, Sealed] = field(default_factory=dict)
    tenures: tuple[Tenure, ...] = ()

    def placing(self, unit: str, at: datetime | None = None) -> Placing | None:
        """Where a unit hangs, at a moment or after all that is known; None before it was founded."""
        found = up_to(self.units.get(unit, ()), at)
        return found[-1] if found else None

    def is_open(self, unit: str, since: datetime) -> bool:
        """Whether a unit exists at a moment and is not closed after it."""
        placing = self.placing(unit, since)
        return placing is not None and all(
            item.open for item in (placing, *after(self.units.get(unit, ()), since))
        )

    def standing(self, person: str, at: datetime | None = None) -> Standing | None:
        """Where a person counts and as what, at a moment or after all that is known.

        None before joining and after leaving; who has left is moved by nothing but joining again.
        """
        unit: str | None = None
        categories: frozenset[str] = frozenset()
        for change in up_to(self.people.get(person, ()), at):
            if change.what in ("joined", "left") or (change.what == "moved" and unit is not None):
                unit = change.unit
            if change.categories is not None:
                categories = change.categories
        return None if unit is None else Standing(unit, categories)

    def within(self, unit: str | None, above: str, at: datetime | None = None) -> bool:
        """Whether a unit is, or lies below, another one."""
        seen: set[str] = set()
        while unit is not None and unit not in seen:
            if unit == above:
                return True
            seen.add(unit)
            placing = self.placing(unit, at)
            unit = placing.parent if placing else None
        return False

    def people_of(
        self,
        unit: str,
        at: datetime | None = None,
        having: Iterable[str] = (),
        without: Iterable[str] = (),
    ) -> dict[str, frozenset[str]]:
        """The people who count in a unit or below it, with their categories, sorted by id.

        Only those with every category in `having` and none in `without`.
        """
        needed, barred = frozenset(having), frozenset(without)
        found = {}
        for person in sorted(self.people):
            standing = self.standing(person, at)
            if (
                standing is not None
                and needed <= standing.categories
                and not barred & standing.categories
                and self.within(standing.unit, unit, at)
            ):
                found[person] = standing.categories
        return found

    def holders(self, post: str, unit: str, at: datetime) -> tuple[str, ...]:
        """Who held a post in a unit at a moment."""
        found = (
            tenure.person
            for tenure in self.tenures
            if (tenure.post, tenure.unit) == (post, unit)
            and tenure.since <= at
            and (tenure.until is None or at < tenure.until)
        )
        return tuple(dict.fromkeys(found))


def up_to(history: tuple[T, ...], at: datetime | None) -> tuple[T, ...]:
    return history if at is None else history[: bisect_right(history, at, key=lambda item: item.since)]


def after(history: tuple[T, ...], at: datetime) -> tuple[T, ...]:
    return history[bisect_right(history, at, key=lambda item: item.since) :]


# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Organisation, recorded: Recorded) -> Organisation:
    event, since = recorded.event, recorded.envelope.effective_at
    assert isinstance(event, OrganisationEvent)
    match event:
        case UnitFounded():
            names = {**state.names, event.unit: event.title} if event.title else state.names
            return replace(
                state,
                kinds={**state.kinds, event.unit: event.kind},
                units=placed(state, event.unit, Placing(since, event.parent)),
                names=names,
            )
        case UnitMoved():
            return replace(state, units=placed(state, event.unit, Placing(since, event.parent)))
        case UnitClosed():
            last = state.placing(event.unit)
            parent = last.parent if last else None
            return replace(state, units=placed(state, event.unit, Placing(since, parent, open=False)))
        case PersonJoined():
            names = {**state.names, event.person: event.name} if event.name else state.names
            change = Change(since, "joined", event.unit, frozenset(event.categories))
            return replace(state, people=_changed(state, event.person, change), names=names)
        case PersonMoved():
            return replace(
                state, people=_changed(state, event.person, Change(since, "moved", unit=event.unit))
            )
        case CategoriesChanged():
            change = Change(since, "changed", categories=frozenset(event.categories))
            return replace(state, people=_changed(state, event.person, change))
        case PersonLeft():
            return replace(state, people=_changed(state, event.person, Change(since, "left")))
        case PostAssigned():
            tenure = Tenure(event.post, event.unit, event.person, since)
            return replace(state, tenures=(*state.tenures, tenure))
        case PostEnded():
            open_ones = open_tenures(state, event.post, event.unit, event.person, since)
            tenures = tuple(replace(t, until=since) if t in open_ones else t for t in state.tenures)
            return replace(state, tenures=tenures)
        case _:
            assert_never(event)


def placed(state: Organisation, unit: str, placing: Placing) -> Mapping[str, tuple[Placing, ...]]:
    history = sorted((*state.units.get(unit, ()), placing), key=lambda item: item.since)
    return {**state.units, unit: tuple(history)}


def _changed(state: Organisation, person: str, change: Change) -> Mapping[str, tuple[Change, ...]]:
    history = sorted((*state.people.get(person, ()), change), key=lambda item: item.since)
    return {**state.people, person: tuple(history)}


def open_tenures(state: Organisation, post: str, unit: str, person: str, at: datetime) -> tuple[Tenure, ...]:
    key = (post, unit, person, None)
    return tuple(t for t in state.tenures if (t.post, t.unit, t.person, t.until) == key and t.since <= at)
