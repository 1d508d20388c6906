"""What each event does to the state of the organisation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from party_workflow.domain.organisation.entries import (
    Change,
    Kind,
    Limit,
    Placing,
    Stay,
    Succession,
    T,
    Tenure,
)
from party_workflow.domain.organisation.events import (
    CategoriesChanged,
    OrganisationEvent,
    PersonAttached,
    PersonDetached,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PostAssigned,
    PostEnded,
    UnitClosed,
    UnitFounded,
    UnitLimited,
    UnitMoved,
    UnitReclassified,
    UnitsMerged,
    UnitSplit,
)
from party_workflow.domain.organisation.state import NOBODY, Organisation
from party_workflow.layered import Layered
from party_workflow.store import Recorded

# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Organisation, recorded: Recorded) -> Organisation:
    event, since = recorded.event, recorded.envelope.effective_at
    assert isinstance(event, OrganisationEvent)
    match event:
        case UnitFounded():
            state = placed(state, event.unit, Placing(since, event.parent))
            names = state.names.put(event.unit, event.title) if event.title else state.names
            return replace(state, kinds=_dated(state.kinds, event.unit, Kind(since, event.kind)), names=names)
        case UnitMoved():
            return placed(state, event.unit, Placing(since, event.parent))
        case UnitClosed():
            last = state.placing(event.unit, since)
            parent = last.parent if last else None
            return placed(state, event.unit, Placing(since, parent, open=False))
        case UnitLimited():
            return replace(state, limits=_dated(state.limits, event.unit, Limit(since, event.until)))
        case UnitReclassified():
            return replace(state, kinds=_dated(state.kinds, event.unit, Kind(since, event.kind)))
        case UnitsMerged():
            step = Succession(since, "merged", event.units, (event.into,), event.ground)
            return replace(state, successions=(*state.successions, step))
        case UnitSplit():
            step = Succession(since, "split", (event.unit,), event.into, event.ground)
            return replace(state, successions=(*state.successions, step))
        case PersonJoined():
            if event.name:
                state = replace(state, names=state.names.put(event.person, event.name))
            return changed(
                state, event.person, Change(since, "joined", event.unit, frozenset(event.categories))
            )
        case PersonMoved():
            return changed(state, event.person, Change(since, "moved", unit=event.unit))
        case CategoriesChanged():
            return changed(
                state, event.person, Change(since, "changed", categories=frozenset(event.categories))
            )
        case PersonLeft():
            return changed(state, event.person, Change(since, "left"))
        case PostAssigned():
            tenure = Tenure(event.post, event.unit, event.person, since)
            key = (event.post, event.unit)
            return replace(state, posts=state.posts.put(key, (*state.posts.get(key, ()), tenure)))
        case PostEnded():
            key = (event.post, event.unit)
            open_ones = open_tenures(state, event.post, event.unit, event.person, since)
            ended = tuple(replace(t, until=since) if t in open_ones else t for t in state.posts.get(key, ()))
            return replace(state, posts=state.posts.put(key, ended))
        case PersonAttached():
            stays = (*state.stays.get(event.person, ()), Stay(event.unit, since))
            hosted = _entered(state.hosted, event.unit, event.person)
            return replace(state, stays=state.stays.put(event.person, stays), hosted=hosted)
        case PersonDetached():
            stays = tuple(
                replace(stay, until=since)
                if (stay.unit, stay.until) == (event.unit, None) and stay.since <= since
                else stay
                for stay in state.stays.get(event.person, ())
            )
            return replace(state, stays=state.stays.put(event.person, stays))
        case _:
            assert_never(event)


def placed(state: Organisation, unit: str, placing: Placing) -> Organisation:
    hung = state.hung if placing.parent is None else _entered(state.hung, placing.parent, unit)
    return replace(state, units=_dated(state.units, unit, placing), hung=hung)


def changed(state: Organisation, person: str, change: Change) -> Organisation:
    counted = state.counted if change.unit is None else _entered(state.counted, change.unit, person)
    return replace(state, people=_dated(state.people, person, change), counted=counted)


def _dated(histories: Layered[str, tuple[T, ...]], key: str, item: T) -> Layered[str, tuple[T, ...]]:
    """With one more entry, in the order in which things took effect; what is recorded later comes after."""
    history = (*histories.get(key, ()), item)
    if len(history) > 1 and item.since < history[-2].since:
        history = tuple(sorted(history, key=lambda found: found.since))
    return histories.put(key, history)


def _entered(
    index: Layered[str, Layered[str, None]], key: str, entry: str
) -> Layered[str, Layered[str, None]]:
    found = index.get(key, NOBODY)
    return index if entry in found else index.put(key, found.put(entry, None))


def open_tenures(state: Organisation, post: str, unit: str, person: str, at: datetime) -> tuple[Tenure, ...]:
    """The tenures of a person in a post that no event has ended, begun by a moment."""
    return tuple(
        tenure
        for tenure in state.posts.get((post, unit), ())
        if (tenure.person, tenure.until) == (person, None) and tenure.since <= at
    )
