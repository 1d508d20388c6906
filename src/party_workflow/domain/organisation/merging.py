"""Mergers and splits: several events that are one, and what stands against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from party_workflow.canonical import time_text
from party_workflow.codec import Event
from party_workflow.decider import Answer
from party_workflow.domain.organisation.ahead import comers, turns_in_a_circle
from party_workflow.domain.organisation.commands import MergeUnits, SplitUnit
from party_workflow.domain.organisation.events import (
    PersonMoved,
    UnitClosed,
    UnitMoved,
    UnitsMerged,
    UnitSplit,
)
from party_workflow.domain.organisation.reasons import (
    COMES_LATER,
    CYCLE,
    NAMED_TWICE,
    NO_SUCH_PART,
    NOT_EMPTY,
    NOT_IN_UNIT,
    ONE_PART,
    UNKNOWN_UNIT,
)
from party_workflow.domain.organisation.state import Organisation
from party_workflow.errors import Refusal


def merge(command: MergeUnits, state: Organisation, since: datetime) -> Answer:
    """Every move is an event of its own, so that authority, and everybody who counts, sees it as one."""
    named = (*command.units, command.into)
    if refusal := _once_and_open(state, named, since):
        return refusal
    people = {
        person: command.into for unit in command.units for person in sorted(state.people_in(unit, since))
    }
    moves = {
        child: command.into
        for unit in command.units
        for child in state.children(unit, since)
        if child not in command.units and state.stands(child, since)
    }
    return _carried_out(
        state,
        since,
        people,
        moves,
        dict.fromkeys(command.units, command.ground),
        UnitsMerged(units=tuple(sorted(command.units)), into=command.into, ground=command.ground),
    )


def split(command: SplitUnit, state: Organisation, since: datetime) -> Answer:
    others = [unit for unit in command.into if unit != command.unit]
    if refusal := _once_and_open(state, (command.unit, *others), since):
        return refusal
    if len(command.into) != len(set(command.into)):
        return NAMED_TWICE(unit=command.unit)
    if len(command.into) < 2:
        return ONE_PART(unit=command.unit)
    inside = state.people_in(command.unit, since)
    children = [u for u in state.children(command.unit, since) if state.stands(u, since)]
    for what, directly in ((command.people, inside), (command.units, children)):
        for item, part in sorted(what.items()):
            if item not in directly:
                return NOT_IN_UNIT(what=item, unit=command.unit)
            if part not in command.into:
                return NO_SUCH_PART(what=item, unit=part)
    stays = command.unit in command.into
    people = {person: unit for person, unit in sorted(command.people.items()) if unit != command.unit}
    moves = {child: unit for child, unit in sorted(command.units.items()) if unit != command.unit}
    if not stays and (left := (len(inside) - len(people), len(children) - len(moves))) != (0, 0):
        return NOT_EMPTY(unit=command.unit, people=left[0], units=left[1])
    return _carried_out(
        state,
        since,
        people,
        moves,
        {} if stays else {command.unit: command.ground},
        UnitSplit(unit=command.unit, into=tuple(sorted(command.into)), ground=command.ground),
    )


def _once_and_open(state: Organisation, units: Sequence[str], since: datetime) -> Refusal | None:
    for place, unit in enumerate(units):
        if not state.is_open(unit, since):
            return UNKNOWN_UNIT(unit=unit)
        if unit in units[:place]:
            return NAMED_TWICE(unit=unit)
    return None


def _carried_out(
    state: Organisation,
    since: datetime,
    people: Mapping[str, str],
    moves: Mapping[str, str],
    closing: Mapping[str, str],
    last: Event,
) -> Answer:
    """The moves, then the closings, then what it all was; refused where somebody would come afterwards."""
    for unit in closing:
        for what, moment in comers(state, unit, since):
            if what not in closing:
                return COMES_LATER(what=what, unit=unit, since=time_text(moment))
    for child, parent in moves.items():
        if turns_in_a_circle(state, moves, since, child):
            return CYCLE(unit=child, parent=parent)
    events: list[Event] = [PersonMoved(person=person, unit=unit) for person, unit in people.items()]
    events += [UnitMoved(unit=child, parent=parent) for child, parent in moves.items()]
    events += [UnitClosed(unit=unit, ground=ground) for unit, ground in closing.items()]
    return [*events, last]
