"""Recording that an occasion took place: who was there, who chaired, what became of its agenda."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from party_workflow.calendar import Period
from party_workflow.canonical import day_text, time_text
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context
from party_workflow.domain.activity.commands import CorrectAttendance, CorrectConduct, HeldItem, HoldActivity
from party_workflow.domain.activity.events import (
    THERE,
    ActivityConducted,
    ActivityHeld,
    AttendanceCorrected,
    ConductCorrected,
    HeldAttendance,
    ItemResult,
    Status,
)
from party_workflow.domain.activity.reasons import (
    ABSENT_WALK_IN,
    ADDED_LATER,
    AGENDA_INCOMPLETE,
    CHAIR_ABSENT,
    DELEGATION_UNCLEAR,
    ENDS_BEFORE_START,
    INCOMPLETE,
    ITEM_TWICE,
    LENGTH_UNCLEAR,
    NO_CITED,
    NO_ITEM_REASON,
    NO_REASON,
    NOT_YET,
    NOTHING_SAID,
    OUTSIDE_WINDOW,
    PRECEDENCE,
    UNCHANGED,
    UNKNOWN_ITEM,
    UNKNOWN_PERSON,
)
from party_workflow.domain.activity.state import Activity
from party_workflow.errors import Refusal

# --- what it asks ----------------------------------------------------------------------------


def hold_asks(command: HoldActivity | CorrectConduct) -> list[Ask]:
    """Who everybody is, and whether the streams that items cite exist."""
    people = tuple(command.attendance) if isinstance(command, HoldActivity) else ()
    if command.delegated_by is not None:
        people = (*people, command.delegated_by)
    cited = [Ask(f"{stream.partition('/')[0]}.work", stream, optional=True) for stream in _cited(command)]
    return [known(people), *cited]


def known(people: Iterable[str]) -> Ask:
    """Which of these people stand in the organisation at the effective time, with their categories."""
    return Ask("organisation.known", "organisation", {"people": tuple(people), "at": EFFECTIVE})


def _cited(command: HoldActivity | CorrectConduct) -> list[str]:
    return list(dict.fromkeys(stream for item in command.agenda or () for stream in item.cites))


# --- what is decided -------------------------------------------------------------------------


def hold(command: HoldActivity, state: Activity, context: Context) -> Answer:
    """The register, and how the occasion was conducted where that is said."""
    began, ended = context.effective_at, command.ended_at
    if state.slot is not None and (refusal := _outside(command, state, began)):
        return refusal
    if began > context.at:
        return NOT_YET(at=time_text(context.at), begins=time_text(began))
    minutes = command.minutes
    if ended is not None:
        if minutes is not None:
            return LENGTH_UNCLEAR(minimum=state.minimum_minutes or 0)
        if ended < began:
            return ENDS_BEFORE_START(ended=time_text(ended), began=time_text(began))
        # Whole minutes that have passed: half a minute short of an hour is no hour.
        minutes = (ended - began) // timedelta(minutes=1)
    elif minutes is None and state.minimum_minutes is not None:
        return LENGTH_UNCLEAR(minimum=state.minimum_minutes)
    missing = [person for person in state.expected if person not in command.attendance]
    if missing:
        return INCOMPLETE(missing=len(missing), first=missing[0])
    people: Mapping[str, frozenset[str]] = context.facts[0]
    unfit = (
        _unfit(state, people, p, row.status, row.reason) for p, row in sorted(command.attendance.items())
    )
    if refusals := [refusal for refusal in unfit if refusal is not None]:
        return min(refusals, key=lambda refusal: PRECEDENCE[refusal.code])
    rows = tuple(
        HeldAttendance(
            person=person,
            standing=state.standing(person),
            status=given.status,
            reason=given.reason,
            categories=tuple(sorted(people.get(person, ()))),
        )
        for person, given in sorted(command.attendance.items())
    )
    held = ActivityHeld(attendance=rows, minutes=minutes)
    there = {person for person, row in command.attendance.items() if row.status in THERE}
    if refusal := _chair(command, there, people):
        return refusal
    results = _results(command, state, context)
    if isinstance(results, Refusal):
        return results
    if refusal := _open_items(state, results):
        return refusal
    given = _given(command) | ({"agenda": results} if results else {})
    if command.outside is not None and state.slot is not None and not state.slot.contains(began):
        given["outside"] = command.outside
    return [held, ActivityConducted(**given)] if given else [held]


def _outside(command: HoldActivity, state: Activity, began: datetime) -> Refusal | None:
    """Why a day outside the window is not taken, unless it was planned or put off to such a day."""
    slot, due = state.slot, state.due_at
    if slot is None or slot.contains(began) or command.outside is not None:
        return None
    if due is not None and not slot.contains(due):
        return None
    day = day_text(slot.day_of(began))
    return OUTSIDE_WINDOW(day=day, first=day_text(slot.first), last=day_text(slot.last))


def correct_conduct(command: CorrectConduct, state: Activity, context: Context) -> Answer:
    """What was wrong about the chair or the agenda."""
    if refusal := _chair(command, state.attended(), context.facts[0]):
        return refusal
    results = _results(command, state, context)
    if isinstance(results, Refusal):
        return results
    given = _given(command) | ({"agenda": results} if results else {})
    return [ConductCorrected(ground=command.ground, **given)] if given else NOTHING_SAID()


def _given(command: HoldActivity | CorrectConduct) -> dict[str, Any]:
    names = ("chaired_by", "delegated_by", "delegation", "hours")
    found = {name: getattr(command, name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _chair(
    command: HoldActivity | CorrectConduct, there: Iterable[str], people: Mapping[str, object]
) -> Refusal | None:
    chair, principal = command.chaired_by, command.delegated_by
    if principal is not None and principal not in people:
        return UNKNOWN_PERSON(person=principal)
    if chair is not None and chair not in there:
        return CHAIR_ABSENT(person=chair)
    delegated = (principal is None, command.delegation is None)
    if delegated == (True, True):
        return None
    if any(delegated) or chair is None or chair == principal:
        return DELEGATION_UNCLEAR()
    return None


def _results(
    command: HoldActivity | CorrectConduct, state: Activity, context: Context
) -> tuple[ItemResult, ...] | Refusal:
    found: dict[tuple[str, Period], ItemResult] = {}
    exists = dict(zip(_cited(command), context.facts[1:], strict=True))
    for item in command.agenda or ():
        reference = _meant(item, state)
        if reference is None:
            return UNKNOWN_ITEM(item=item.code)
        if (item.code, reference) in found:
            return ITEM_TWICE(item=item.code, reference=reference)
        if item.outcome != "done" and item.reason is None:
            return NO_ITEM_REASON(item=item.code, outcome=item.outcome.replace("_", " "))
        for stream in item.cites:
            if exists[stream] is None:
                return NO_CITED(item=item.code, stream=stream)
        found[item.code, reference] = ItemResult(
            code=item.code,
            reference=reference,
            outcome=item.outcome,
            reason=item.reason,
            cites=tuple(sorted(set(item.cites))),
        )
    return tuple(found.values())


def _meant(item: HeldItem, state: Activity) -> Period | None:
    """Which item of the agenda is meant: the only one with the code, or the one of the period named."""
    named = [
        planned.reference
        for planned in state.agenda.items
        if planned.code == item.code and item.reference in (None, planned.reference)
    ]
    return named[0] if len(named) == 1 else None


def _open_items(state: Activity, results: Sequence[ItemResult]) -> Refusal | None:
    said = {(item.code, item.reference) for item in results}
    left = [item.code for item in state.agenda.items if (item.code, item.reference) not in said]
    return AGENDA_INCOMPLETE(missing=len(left), first=left[0]) if left else None


def correct_attendance(command: CorrectAttendance, state: Activity, context: Context) -> Answer:
    """A row put right, or added as of when the occasion took place."""
    (people,) = context.facts
    person, row = command.person, state.register.get(command.person)
    if row is None:
        # Somebody forgotten: what they were, they were when it took place.
        if refusal := _unfit(state, people, person, command.status, command.reason):
            return refusal
        assert state.held_at is not None
        if context.effective_at != state.held_at:
            return ADDED_LATER(person=person, held=time_text(state.held_at))
        standing, categories = state.standing(person), frozenset(people.get(person, ()))
    else:
        if command.status == "excused" and command.reason is None:
            return NO_REASON(person=person)
        if (row.status, row.reason) == (command.status, command.reason):
            return UNCHANGED(person=person)
        standing, categories = row.standing, row.categories
    return [
        AttendanceCorrected(
            person=person,
            standing=standing,
            status=command.status,
            reason=command.reason,
            categories=tuple(sorted(categories)),
            ground=command.ground,
        )
    ]


def _unfit(
    state: Activity, people: Mapping[str, frozenset[str]], person: str, status: Status, reason: str | None
) -> Refusal | None:
    """Why a new row cannot stand on the register."""
    if state.standing(person) == "walk_in":
        if person not in people:
            return UNKNOWN_PERSON(person=person)
        if status not in THERE:
            return ABSENT_WALK_IN(person=person, status=status)
    return NO_REASON(person=person) if status == "excused" and reason is None else None
