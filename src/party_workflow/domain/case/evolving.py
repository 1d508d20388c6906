"""How each event changes the state of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never

from party_workflow.domain.case.clocks import Change, Run, stopped, triggers
from party_workflow.domain.case.events import (
    CaseAccepted,
    CaseAcknowledged,
    CaseClosed,
    CaseContested,
    CaseDecided,
    CaseEvent,
    CaseMoved,
    CaseNoted,
    CaseOpened,
    CaseRefused,
    CaseReopened,
    CaseWithdrawn,
    DueExtended,
    InvestigatorAssigned,
    RectificationReported,
    RequesterAnswered,
    RespondentNotified,
    RespondentReplied,
    ResponsibleAssigned,
    VerificationFailed,
    VerificationPassed,
)
from party_workflow.domain.case.kind import CaseKind, read_kind
from party_workflow.domain.case.notes import (
    CaseLinked,
    CaseRecused,
    CaseReminded,
    ClockMoved,
    ClockRecounted,
    ClockStarted,
    IdentityDecided,
    IdentityOpened,
    IdentityRequested,
    ParticularsGiven,
)
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
    ClockExtended,
    ResolutionConfirmed,
)
from party_workflow.domain.case.state import Case, HandOver, IdentityRequest, Notice
from party_workflow.errors import InvalidDefinition
from party_workflow.store import Recorded


def evolve(state: Case, recorded: Recorded) -> Case:
    """The case after one more event."""
    event = recorded.event
    assert isinstance(event, CaseEvent)
    if isinstance(event, CaseOpened):
        at = recorded.envelope.effective_at
        return replace(_opened(event, recorded.envelope.stream), opened=at, entered=at)
    if isinstance(event, CaseNoted):
        return _noted(state, event, recorded)
    at = recorded.envelope.effective_at
    runs = state.runs
    if state.kind is not None and runs:
        runs = stopped(state.kind, triggers(event.move, state.state, event.state), runs, at)
    known = max(at, recorded.envelope.recorded_at)
    held = replace(state, runs=runs) if runs else state
    entered = state.entered if event.state == state.state else at
    return replace(_changed(held, event, at, known), state=event.state, entered=entered)


def _opened(event: CaseOpened, stream: str) -> Case:
    return Case(
        stream=stream,
        kind=_kind(event.body),
        definition=event.definition,
        unit=event.unit,
        confidential=event.confidential,
        state=event.state,
        substance=event.substance,
        requester=event.requester,
        complainant=event.complainant,
        concerns=event.concerns,
        responsible=event.responsible,
        source=event.source,
        classes=event.classes,
        due=event.due,
        original_due=event.due,
        serves=event.serves,
    )


def _kind(body: Mapping[str, Any]) -> CaseKind | None:
    """The kind of a case; None where the body is none.  One event written underneath is not to close every
    view of the log: nothing can be done with such a case, and the audit says what it is."""
    try:
        return read_kind(body)
    except InvalidDefinition:
        return None


def _changed(state: Case, event: CaseMoved, at: datetime, known: datetime) -> Case:
    """The case after a move: `at` when it happened, `known` that or when it was recorded, if later."""
    match event:
        case CaseAcknowledged() | CaseAccepted() | CaseRefused() | CaseClosed():
            return state
        case VerificationPassed() | RectificationReported():
            return state
        case ResponsibleAssigned():
            return replace(_falling_due(state, event.due), responsible=event.responsible)
        case InvestigatorAssigned():
            return replace(_falling_due(state, event.due), investigator=event.investigator)
        case DueExtended():
            return replace(state, due=event.due, original_due=event.original)
        case RespondentNotified():
            others = (notice for notice in state.notices if notice.person != event.person)
            return replace(state, notices=(*others, Notice(event.person, event.reply_by, event.substance)))
        case RespondentReplied():
            notices = (
                replace(notice, reply=event.reply) if notice.person == event.person else notice
                for notice in state.notices
            )
            return replace(state, notices=tuple(notices))
        case CaseDecided():
            return replace(state, outcome=event.outcome, ground=event.ground)
        case RequesterAnswered():
            return replace(state, answers=(*state.answers, event.answer), answered=True)
        case VerificationFailed():
            return replace(state, failed_verifications=state.failed_verifications + 1)
        case CaseContested():
            return replace(state, contested=state.contested + 1, answered=False)
        case CaseReopened():
            return replace(
                state,
                reopened=state.reopened + 1,
                withdrawn=False,
                notices=(),
                outcome=None,
                ground=None,
                answered=False,
                confirmed=False,
                level=0,
                appeal_outcome=None,
                due=None,
                original_due=None,
            )
        case CaseWithdrawn():
            return replace(state, withdrawn=True)
        case CaseHandedOver() | CaseReturned():
            returned = isinstance(event, CaseReturned)
            passed = HandOver(event.previous, event.unit, at, event.ground, returned)
            return replace(
                state,
                unit=event.unit,
                responsible=None if isinstance(event, CaseReturned) else event.responsible,
                passed=(*state.passed, passed),
            )
        case CasePaused():  # from when it was known: dating a pause back gains nobody time
            return replace(state, runs=tuple(_paused(state, run, known) for run in state.runs))
        case ClockExtended():
            change = Change("extension", at, at)
            return _moved(state, event.clock, event.run, due=event.due, change=change)
        case CaseEscalated():
            return replace(state, escalated=(*state.escalated, event.unit))
        case CaseJoined():
            return replace(state, lead=event.lead)
        case CasePromoted():
            return replace(state, promoted=event.to)
        case ResolutionConfirmed():
            return replace(state, confirmed=True)
        case CaseAppealed():
            return replace(state, level=event.level, answered=False)
        case AppealDecided():
            return replace(state, appeal_outcome=event.outcome, outcome=event.replaces or state.outcome)
        case CaseResumed():
            return state
        case _:
            assert_never(event)


def _paused(state: Case, run: Run, at: datetime) -> Run:
    clock = None if state.kind is None else state.kind.clocks.get(run.clock)
    pauses = clock is not None and clock.pauses and run.running
    return replace(run, paused=max(at, run.start)) if pauses else run


def _moved(
    state: Case,
    clock: str,
    number: int,
    *,
    due: datetime,
    change: Change | None = None,
    definition: str | None = None,
) -> Case:
    """The case with one run moved to another due moment."""

    def moved(run: Run) -> Run:
        if (run.clock, run.number) != (clock, number):
            return run
        return replace(
            run,
            due=due,
            changes=run.changes if change is None else (*run.changes, change),
            definition=definition or run.definition,
            paused=None if change is not None and change.what == "pause" else run.paused,
        )

    return replace(state, runs=tuple(moved(run) for run in state.runs))


def _noted(state: Case, event: CaseNoted, recorded: Recorded) -> Case:
    by, at = recorded.envelope.person, recorded.envelope.effective_at
    match event:
        case ParticularsGiven():
            given = {particular.name: particular for particular in event.particulars}
            return replace(state, particulars={**state.particulars, **given})
        case ClockStarted():
            run = Run(
                clock=event.clock,
                number=event.run,
                start=event.start,
                due=event.due,
                original=event.due,
                calendar=event.calendar.code,
                definition=event.definition,
            )
            return replace(state, runs=(*state.runs, run))
        case ClockMoved():
            change = Change("pause", event.paused, event.resumed)
            return _moved(state, event.clock, event.run, due=event.due, change=change)
        case ClockRecounted():
            return _moved(state, event.clock, event.run, due=event.due, definition=event.definition)
        case CaseReminded():
            return replace(state, runs=tuple(_reminded(run, event) for run in state.runs))
        case CaseLinked():
            return replace(state, links=(*state.links, (event.other, event.link)))
        case CaseRecused():
            return replace(
                state,
                recused=state.recused | {event.person},
                investigator=None if state.investigator == event.person else state.investigator,
                responsible=None if state.responsible == event.person else state.responsible,
            )
        case IdentityRequested():
            asked = IdentityRequest(event.request, by, event.ground, at)
            return replace(state, requests=(*state.requests, asked))
        case IdentityDecided():
            return _asked(
                state,
                event.request,
                granted=event.granted,
                decided_by=by,
                decided_at=at,
                decided_on=event.ground,
            )
        case IdentityOpened():
            return _asked(state, event.request, opened_at=at)
        case _:
            assert_never(event)


def _reminded(run: Run, event: CaseReminded) -> Run:
    same = (run.clock, run.number) == (event.clock, event.run)
    return replace(run, reminders=run.reminders + 1) if same else run


def _asked(state: Case, number: int, **changes: object) -> Case:
    requests = (
        replace(each, **changes) if each.number == number else each  # type: ignore[arg-type]
        for each in state.requests
    )
    return replace(state, requests=tuple(requests))


def _falling_due(state: Case, due: datetime | None) -> Case:
    return state if due is None else replace(state, due=due, original_due=due)
