"""What a command leads to that passes a case on: to another unit, level, lead or kind, into a pause."""

from __future__ import annotations

from typing import assert_never

from party_workflow.authority import SELF
from party_workflow.canonical import time_text
from party_workflow.decider import Context
from party_workflow.domain.case.asking import Facts
from party_workflow.domain.case.base import CaseMove
from party_workflow.domain.case.commands import (
    AppealCase,
    ConfirmResolution,
    DecideAppeal,
    EscalateCase,
    ExtendClock,
    HandOverCase,
    JoinCase,
    PauseCase,
    PromoteCase,
    ResumeCase,
    ReturnCase,
)
from party_workflow.domain.case.handling import unheard
from party_workflow.domain.case.kind import CaseKind
from party_workflow.domain.case.passing import (
    AppealDecided,
    CaseAppealed,
    CaseEscalated,
    CaseHandedOver,
    CaseJoined,
    CasePaused,
    CasePromoted,
    CaseResumed,
    CaseReturned,
    ResolutionConfirmed,
)
from party_workflow.domain.case.reasons import (
    CLOCK_RUNS,
    LEAD_FOLLOWS,
    NAMES_PROTECTED,
    NO_FURTHER_APPEAL,
    NO_LEAD,
    NOT_ABOVE,
    NOT_HANDED_OVER,
    NOT_PROMOTED,
    NOT_YET_NOTIFIED,
    SAME_UNIT_AGAIN,
    TO_CONCERNED,
    TOO_OFTEN,
    UNKNOWN_OUTCOME,
    UNKNOWN_PARTY,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.domain.case.state import Case
from party_workflow.domain.case.timing import extended
from party_workflow.errors import Refusal

Passing = (
    HandOverCase
    | ReturnCase
    | PauseCase
    | ResumeCase
    | ExtendClock
    | EscalateCase
    | JoinCase
    | PromoteCase
    | ConfirmResolution
    | AppealCase
    | DecideAppeal
)
Moves = list[CaseMove] | Refusal


def passed(
    command: Passing, state: Case, kind: CaseKind, facts: Facts, context: Context, entered: str
) -> Moves:
    """The move that a command makes."""
    match command:
        case HandOverCase():
            return _handed_over(command, state, kind, facts, entered)
        case ReturnCase():
            return _returned(command, state, entered)
        case PauseCase():
            return [CasePaused(state=entered, ground=command.ground)]
        case ResumeCase():
            return [CaseResumed(state=entered, ground=command.ground)]
        case ExtendClock():
            later = extended(command, kind, state, facts, context, entered)
            return later if isinstance(later, Refusal) else [later]
        case EscalateCase():
            if not facts["unit_open"]:
                return UNKNOWN_UNIT(unit=command.unit)
            if command.unit not in facts["above"]:
                return NOT_ABOVE(unit=command.unit, own=state.unit, above=", ".join(facts["above"]) or "none")
            return [CaseEscalated(state=entered, unit=command.unit, ground=command.ground)]
        case JoinCase():
            return _joined(command, state, kind, facts, entered)
        case PromoteCase():
            return _promoted(command, state, kind, facts, entered)
        case ConfirmResolution():
            return _confirmed(state, kind, context, entered)
        case AppealCase():
            return _appealed(command, state, kind, context, entered)
        case DecideAppeal():
            return _appeal_decided(command, state, kind, context, entered)
        case _:
            assert_never(command)


def _handed_over(command: HandOverCase, state: Case, kind: CaseKind, facts: Facts, entered: str) -> Moves:
    if not facts["unit_open"]:
        return UNKNOWN_UNIT(unit=command.unit)
    if command.unit == state.unit:
        return SAME_UNIT_AGAIN(unit=command.unit)
    if kind.most_handovers is not None and state.handed_over >= kind.most_handovers:
        return TOO_OFTEN(times=state.handed_over)
    if state.confidential and (command.unit in _theirs(state, facts) or _led(command.unit, facts)):
        return TO_CONCERNED(unit=command.unit)
    person = command.responsible
    if person is not None:
        if person not in facts["known"]:
            return UNKNOWN_PERSON(person=person)
        if person in state.concerns and state.confidential and state.notice(person) is None:
            return NOT_YET_NOTIFIED(person=person)
    handed = CaseHandedOver(
        state=entered, unit=command.unit, previous=state.unit, ground=command.ground, responsible=person
    )
    return [handed]


def _theirs(state: Case, facts: Facts) -> set[str | None]:
    """The units in which those concerned count, at the time of the hand-over or by now."""
    return {facts[name] for person in state.concerns for name in (person, f"{person} by now")}


def _led(unit: str, facts: Facts) -> bool:
    """Whether somebody concerned holds a post in a unit or above it, whose people would deal with their own
    superior; at the time of the hand-over or by now."""
    above = {unit, *facts["above"].get(unit, ())}
    held = (units for name in ("posts", "posts by now") for units in facts[name].values())
    return any(above.intersection(units) for units in held)


def _returned(command: ReturnCase, state: Case, entered: str) -> Moves:
    """Back to where it came from: hand-overs and returns nest like brackets."""
    came_from: list[str] = []
    for each in state.passed:
        if not each.returned:
            came_from.append(each.previous)
        elif came_from:  # in a log written underneath it may come back from nowhere
            came_from.pop()
    if not came_from:
        return NOT_HANDED_OVER()
    return [CaseReturned(state=entered, unit=came_from[-1], previous=state.unit, ground=command.ground)]


def _joined(command: JoinCase, state: Case, kind: CaseKind, facts: Facts, entered: str) -> Moves:
    lead = facts["lead"]
    if lead is None or lead.kind != kind.code or lead.final or command.lead == state.stream:
        return NO_LEAD(lead=command.lead, kind=kind.code)
    if lead.lead is not None:
        return LEAD_FOLLOWS(lead=command.lead, its_lead=lead.lead)
    return [CaseJoined(state=entered, lead=command.lead)]


def _promoted(command: PromoteCase, state: Case, kind: CaseKind, facts: Facts, entered: str) -> Moves:
    to = facts["to"]
    # What fewer see is named by nothing that more see: then only this side says what it goes on as.
    source = None if to is not None and state.confidential and not to.confidential else state.stream
    if to is None or to.source != source or to.kind == kind.code or to.final:
        return NOT_PROMOTED(to=command.to)
    if to.confidential and not state.confidential:
        return NAMES_PROTECTED()
    return [CasePromoted(state=entered, to=command.to)]


def _confirmed(state: Case, kind: CaseKind, context: Context, entered: str) -> Moves:
    """That one side is content does not end the time in which the other may appeal."""
    clock = kind.within.get("appeal")
    run = None if clock is None else state.run(clock)
    over = run is None or not run.running or min(context.at, context.effective_at) >= run.due
    if run is not None and not over and state.notices and entered in kind.table.finals:
        return CLOCK_RUNS(move="confirm", clock=run.clock, due=time_text(run.due))
    return [ResolutionConfirmed(state=entered)]


def _appealed(command: AppealCase, state: Case, kind: CaseKind, context: Context, entered: str) -> Moves:
    if state.level >= kind.levels:
        return NO_FURTHER_APPEAL(levels=kind.levels)
    notified = state.notice(context.by.person) is not None
    party = command.party or ("respondent" if context.by.capacity == SELF and notified else "requester")
    unknown = party not in ("requester", "respondent") or (party == "respondent" and not state.notices)
    if unknown or (context.by.capacity == SELF and notified != (party == "respondent")):
        return UNKNOWN_PARTY(party=party)
    subject = state.requester or state.stream
    if party == "respondent" and notified:
        subject = context.by.person
    ground = context.seal(command.ground, subject, "case.appeal")
    return [CaseAppealed(state=entered, level=state.level + 1, party=party, ground=ground)]


def _appeal_decided(
    command: DecideAppeal, state: Case, kind: CaseKind, context: Context, entered: str
) -> Moves:
    if command.outcome not in kind.appeal_outcomes:
        known = ", ".join(kind.appeal_outcomes)
        return UNKNOWN_OUTCOME(kind=kind.code, outcome=command.outcome, known=known)
    if command.replaces is not None and command.replaces not in kind.outcomes:
        known = ", ".join(kind.outcomes)
        return UNKNOWN_OUTCOME(kind=kind.code, outcome=command.replaces, known=known)
    if command.replaces is not None and kind.right_of_reply and (refusal := unheard(state, context)):
        return refusal  # no other outcome comes about on appeal without those concerned having been heard
    ground = context.seal(command.ground, state.stream, "case.appeal_ground")
    return [
        AppealDecided(
            state=entered,
            level=state.level,
            outcome=command.outcome,
            ground=ground,
            replaces=command.replaces,
        )
    ]
