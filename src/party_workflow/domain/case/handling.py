"""What a command leads to that takes a case through its ordinary course."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, assert_never

from party_workflow.authority import SELF
from party_workflow.canonical import time_text
from party_workflow.decider import Context
from party_workflow.domain.case.asking import Facts
from party_workflow.domain.case.base import CaseMove
from party_workflow.domain.case.commands import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AssignInvestigator,
    AssignResponsible,
    CloseCase,
    ContestCase,
    DecideCase,
    ExtendDue,
    NotifyRespondent,
    RefuseCase,
    ReopenCase,
    ReplyToNotice,
    ReportRectified,
    VerifyRectification,
    WithdrawCase,
)
from party_workflow.domain.case.events import (
    CaseAccepted,
    CaseAcknowledged,
    CaseClosed,
    CaseContested,
    CaseDecided,
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
from party_workflow.domain.case.kind import CaseKind
from party_workflow.domain.case.opening import past
from party_workflow.domain.case.reasons import (
    DUE_OVER,
    DUE_SET,
    NO_DUE,
    NO_EVIDENCE,
    NO_TIME_TO_REPLY,
    NOBODY_RESPONSIBLE,
    NOT_CONCERNED,
    NOT_LATER,
    NOT_NOTIFIED,
    NOT_RESPONSIBLE,
    NOT_YET_NOTIFIED,
    NOTICE_STANDS,
    REPLY_PENDING,
    UNKNOWN_OUTCOME,
    UNKNOWN_PERSON,
)
from party_workflow.domain.case.state import Case
from party_workflow.errors import Refusal

Assigning = AssignResponsible | AssignInvestigator

LEAST_TO_REPLY: Final = timedelta(days=1)
"""No notice leaves less time to answer than this: a right of reply that nobody can use is none (R-143)."""


def assigned(
    command: Assigning, state: Case, facts: Facts, context: Context, entered: str
) -> list[CaseMove] | Refusal:
    """Whoever becomes responsible or investigates.  Whether they may is for authority, on replay again."""
    person = command.responsible if isinstance(command, AssignResponsible) else command.investigator
    if person not in facts["known"]:
        return UNKNOWN_PERSON(person=person)
    unnotified = person in state.concerns and state.confidential and state.notice(person) is None
    if isinstance(command, AssignResponsible) and unnotified:
        return NOT_YET_NOTIFIED(person=person)
    if refusal := past(command.due, context):
        return refusal
    if command.due is not None and state.due is not None:
        return DUE_SET(due=time_text(state.due))
    if isinstance(command, AssignResponsible):
        return [ResponsibleAssigned(state=entered, responsible=person, due=command.due)]
    return [InvestigatorAssigned(state=entered, investigator=person, due=command.due)]


def handled(
    command: AcknowledgeCase
    | AcceptCase
    | RefuseCase
    | ExtendDue
    | NotifyRespondent
    | ReplyToNotice
    | DecideCase
    | AnswerRequester
    | ReportRectified
    | VerifyRectification
    | CloseCase
    | ContestCase
    | ReopenCase
    | WithdrawCase,
    state: Case,
    kind: CaseKind,
    context: Context,
    entered: str,
) -> list[CaseMove] | Refusal:
    """The move that a command makes, in the course that most kinds take."""
    match command:
        case AcknowledgeCase():
            return [CaseAcknowledged(state=entered, channel=command.channel)]
        case AcceptCase():
            return [CaseAccepted(state=entered)]
        case RefuseCase():
            return [CaseRefused(state=entered, ground=command.ground)]
        case ExtendDue():
            return _extend(command, state, context, entered)
        case NotifyRespondent():
            return _notify(command, state, context, entered)
        case ReplyToNotice():
            person = context.by.person
            if state.notice(person) is None:
                return NOT_NOTIFIED(person=person)
            reply = context.seal(command.reply, person, "case.reply")
            return [RespondentReplied(state=entered, person=person, reply=reply)]
        case DecideCase():
            if command.outcome not in kind.outcomes:
                return UNKNOWN_OUTCOME(
                    kind=kind.code, outcome=command.outcome, known=", ".join(kind.outcomes)
                )
            if kind.right_of_reply and (refusal := unheard(state, context)):
                return refusal
            ground = context.seal(command.ground, state.stream, "case.ground")
            return [CaseDecided(state=entered, outcome=command.outcome, ground=ground)]
        case AnswerRequester():
            answer = context.seal(command.answer, state.requester or state.stream, "case.answer")
            return [RequesterAnswered(state=entered, channel=command.channel, answer=answer)]
        case ReportRectified():
            return _rectify(command, state, context, entered)
        case VerifyRectification():
            evidence = tuple(sorted(set(command.evidence)))
            if not evidence:
                return NO_EVIDENCE()
            note = context.seal_given(command.note, state.stream, "case.verification")
            verified = VerificationPassed if command.passed else VerificationFailed
            return [verified(state=entered, evidence=evidence, note=note)]
        case CloseCase():
            return [CaseClosed(state=entered)]
        case ContestCase():
            ground = context.seal(command.ground, state.requester or state.stream, "case.contest")
            return [CaseContested(state=entered, ground=ground)]
        case ReopenCase():
            return [CaseReopened(state=entered, ground=command.ground, source=command.source)]
        case WithdrawCase():
            return [CaseWithdrawn(state=entered, ground=command.ground)]
        case _:
            assert_never(command)


def _extend(command: ExtendDue, state: Case, context: Context, entered: str) -> list[CaseMove] | Refusal:
    if state.due is None or state.original_due is None:
        return NO_DUE()
    # The later of the two clocks: an extension is not dated back to before the due moment.
    if max(context.at, context.effective_at) >= state.due:
        return DUE_OVER(due=time_text(state.due))
    if command.due <= state.due:
        return NOT_LATER(due=time_text(command.due), current=time_text(state.due))
    return [
        DueExtended(
            state=entered,
            due=command.due,
            previous=state.due,
            original=state.original_due,
            ground=command.ground,
        )
    ]


def _notify(
    command: NotifyRespondent, state: Case, context: Context, entered: str
) -> list[CaseMove] | Refusal:
    if command.person not in state.concerns:
        return NOT_CONCERNED(person=command.person)
    # The later of the two clocks: a notice dated back leaves no time to answer it.
    if command.reply_by < max(context.at, context.effective_at) + LEAST_TO_REPLY:
        return NO_TIME_TO_REPLY(reply_by=time_text(command.reply_by))
    before = state.notice(command.person)
    if before is not None and command.reply_by < before.reply_by:
        return NOTICE_STANDS(person=command.person, reply_by=time_text(before.reply_by))
    substance = context.seal(command.substance, command.person, "case.notice")
    return [
        RespondentNotified(
            state=entered, person=command.person, substance=substance, reply_by=command.reply_by
        )
    ]


def unheard(state: Case, context: Context) -> Refusal | None:
    """Who among those concerned has not been heard: not notified, or still with time to answer."""
    # The earlier of the two clocks: a decision dated ahead does not cut the time short.
    moment = min(context.at, context.effective_at)
    for person in state.concerns:
        notice = state.notice(person)
        if notice is None:
            return NOT_NOTIFIED(person=person)
        if notice.reply is None and moment < notice.reply_by:
            return REPLY_PENDING(person=person, reply_by=time_text(notice.reply_by))
    return None


def _rectify(
    command: ReportRectified, state: Case, context: Context, entered: str
) -> list[CaseMove] | Refusal:
    if state.responsible is None:
        return NOBODY_RESPONSIBLE()
    if context.by.capacity == SELF and context.by.person != state.responsible:
        return NOT_RESPONSIBLE(person=context.by.person, responsible=state.responsible)
    note = context.seal_given(command.note, state.stream, "case.rectification")
    return [RectificationReported(state=entered, evidence=tuple(sorted(set(command.evidence))), note=note)]
