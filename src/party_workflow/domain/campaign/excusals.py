"""Who cannot take part: excusals, their end, and what was done instead."""

from __future__ import annotations

from typing import assert_never

from party_workflow.decider import Answer, Context
from party_workflow.domain.campaign import reasons
from party_workflow.domain.campaign.events import (
    AccommodationRecorded,
    EndExcusal,
    ExcusalEnded,
    ExcuseMember,
    MemberExcused,
    RecordAccommodation,
)
from party_workflow.domain.campaign.state import Campaign, concerned


def excuse(
    command: ExcuseMember | EndExcusal | RecordAccommodation, state: Campaign, context: Context
) -> Answer:
    own = [item for item in state.excused if item.person == command.person]
    match command:
        case ExcuseMember():
            (people,) = context.facts
            if command.counted_on != state.population:
                return reasons.OTHER_POPULATION(population=state.population, named=command.counted_on)
            if command.person not in people:
                return reasons.NOT_IN_POPULATION(person=command.person, population=state.population)
            for task in command.tasks:
                if state.item(task) is None:
                    return reasons.UNKNOWN_TASK(task=task)
            if command.until is not None and command.until <= command.since:
                return reasons.NO_TIME(person=command.person)
            if any(item.overlaps(command.since, command.until, command.tasks) for item in own):
                return reasons.ALREADY_EXCUSED(person=command.person)
            return [
                MemberExcused(
                    person=command.person,
                    reason=command.reason,
                    since=command.since,
                    until=command.until,
                    tasks=tuple(sorted(set(command.tasks))),
                    accommodation=command.accommodation,
                    note=context.seal_given(command.note, command.person, "excusal.note"),
                )
            ]
        case EndExcusal():
            if not any(item.holds(command.until) for item in own):
                return reasons.NOT_EXCUSED(person=command.person)
            return [ExcusalEnded(person=command.person, until=command.until, ground=command.ground)]
        case RecordAccommodation():
            if concerned(state, command.person, context.effective_at) is None:
                return reasons.NOT_EXCUSED(person=command.person)
            return [
                AccommodationRecorded(person=command.person, evidence=command.evidence, ground=command.ground)
            ]
        case _:
            assert_never(command)
