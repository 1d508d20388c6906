"""What a command on a case leads to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, assert_never

from party_workflow.authority import SELF, UNKNOWN_MATTER
from party_workflow.canonical import time_text
from party_workflow.codec import Command
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.case.commands import (
    CATEGORY,
    MOVING,
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AssignInvestigator,
    AssignResponsible,
    CaseCommand,
    CloseCase,
    ContestCase,
    DecideCase,
    ExtendDue,
    NotifyRespondent,
    OpenCase,
    RefuseCase,
    ReopenCase,
    ReplyToNotice,
    ReportRectified,
    VerifyRectification,
    WithdrawCase,
)
from party_workflow.domain.case.events import (
    MOVED,
    CaseAccepted,
    CaseAcknowledged,
    CaseClosed,
    CaseContested,
    CaseDecided,
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
from party_workflow.domain.case.reasons import (
    DUE_OVER,
    DUE_PAST,
    DUE_SET,
    INVOLVED,
    NO_DUE,
    NO_EVIDENCE,
    NO_TIME_TO_REPLY,
    NOBODY_RESPONSIBLE,
    NOT_A_KIND,
    NOT_CONCERNED,
    NOT_LATER,
    NOT_NOTIFIED,
    NOT_RESPONSIBLE,
    NOT_YET_NOTIFIED,
    OWN_ACCOUNT,
    REASONS,
    REPLY_PENDING,
    REQUESTER_CONCERNED,
    REQUESTER_NOT_SEALED,
    REQUESTER_SEALED,
    RETIRED_KIND,
    TAKEN,
    UNKNOWN,
    UNKNOWN_KIND,
    UNKNOWN_OUTCOME,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.domain.case.state import Case, evolve
from party_workflow.errors import InvalidDefinition, Refusal
from party_workflow.values import PERSON_PATTERN

_Assigning = AssignResponsible | AssignInvestigator


def _asks(command: CaseCommand) -> Sequence[Ask]:
    match command:
        case OpenCase():
            stream = f"definition/{command.kind.replace('_', '-')}"
            return (
                Ask("definition.body", stream, {"digest": command.definition}),
                Ask("definition.current", stream),
                Ask("organisation.unit_open", "organisation", {"unit": command.unit}),
                _known(_named(command)),
            )
        case AssignResponsible():
            return (_known((command.responsible,)),)
        case AssignInvestigator():
            return (_known((command.investigator,)),)
        case _:
            return ()


def _known(people: Sequence[str]) -> Ask:
    return Ask("organisation.known", "organisation", {"people": tuple(people), "at": EFFECTIVE})


def _is_person(text: str) -> bool:
    return re.fullmatch(PERSON_PATTERN, text) is not None


def _named(command: OpenCase) -> tuple[str, ...]:
    """The people of a new case who have to stand in the organisation; who brings it need not."""
    named = {*command.concerns, command.responsible} - {None}
    return tuple(sorted(person for person in named if person is not None))


def _decide(command: CaseCommand, state: Case, context: Context) -> Answer:
    if isinstance(command, OpenCase):
        return TAKEN(stream=command.stream) if state.kind is not None else _open(command, context)
    if state.kind is None:
        # The same words as for a case that the actor may not see, so that refusals do not tell the two apart.
        return UNKNOWN_MATTER(stream=command.stream, account=context.by.account)
    step = state.kind.table.step(state.state, _move(command))
    if isinstance(step, Refusal):
        return step
    if isinstance(command, _Assigning):
        return _assign(command, state, context, step.dest)
    return _advance(command, state, state.kind, context, step.dest)


def _move(command: CaseCommand) -> str:
    if isinstance(command, VerifyRectification):
        return "verify_passed" if command.passed else "verify_failed"
    (move,) = MOVING[type(command)]
    return move


# --- opening ---------------------------------------------------------------------------------


def _open(command: OpenCase, context: Context) -> Answer:
    body, current, unit_open, known = context.facts
    kind = _kind(command, body, current)
    if isinstance(kind, Refusal):
        return kind
    if not unit_open:
        return UNKNOWN_UNIT(unit=command.unit)
    for person in _named(command):
        if person not in known:
            return UNKNOWN_PERSON(person=person)
    if refusal := _requester(command, kind, context):
        return refusal
    if kind.confidential and command.responsible in command.concerns:
        return NOT_YET_NOTIFIED(person=command.responsible)
    if refusal := _past(command.due, context):
        return refusal
    complainant = None
    if command.complainant is not None:
        subject = command.complainant.reveal()
        # Bound to the person where it is one, so that erasing the person erases this too.
        complainant = context.seal(
            command.complainant, subject if _is_person(subject) else command.stream, "case.complainant"
        )
    return [
        CaseOpened(
            kind=kind.code,
            definition=command.definition,
            body=kind.data(),
            confidential=kind.confidential,
            unit=command.unit,
            state=kind.table.initial,
            substance=context.seal(command.substance, command.stream, "case.substance"),
            requester=command.requester,
            complainant=complainant,
            concerns=tuple(sorted(set(command.concerns))),
            responsible=command.responsible,
            source=command.source,
            channel=command.channel,
            classes=tuple(sorted(set(command.classes))),
            evidence=tuple(sorted(set(command.evidence))),
            due=command.due,
            serves=command.serves,
        )
    ]


def _kind(
    command: OpenCase, body: Mapping[str, Any] | None, current: tuple[int, str] | None
) -> CaseKind | Refusal:
    if body is None:
        return UNKNOWN_KIND(kind=command.kind, digest=command.definition)
    if current is None:
        return RETIRED_KIND(kind=command.kind)
    try:
        kind = read_kind(body)
    except InvalidDefinition as error:
        return NOT_A_KIND(kind=command.kind, fault=error.faults[0].what)
    if kind.code != command.kind:
        return NOT_A_KIND(kind=command.kind, fault=f"it describes {kind.code}.")
    return kind


def _requester(command: OpenCase, kind: CaseKind, context: Context) -> Refusal | None:
    """Who brings the case: named, or in a confidential kind sealed and not to be told from the record."""
    if not kind.confidential:
        if command.complainant is not None:
            return REQUESTER_SEALED(kind=kind.code)
        return REQUESTER_CONCERNED() if command.requester in command.concerns else None
    if command.requester is not None:
        return REQUESTER_NOT_SEALED(kind=kind.code)
    by, complainant = context.by, command.complainant and command.complainant.reveal()
    if by.capacity == SELF or complainant in (by.person, by.delegate_of or by.person):
        return OWN_ACCOUNT(kind=kind.code)
    return REQUESTER_CONCERNED() if complainant in command.concerns else None


# --- moving on -------------------------------------------------------------------------------


def _assign(command: _Assigning, state: Case, context: Context, entered: str) -> Answer:
    (known,) = context.facts
    person = command.responsible if isinstance(command, AssignResponsible) else command.investigator
    if person not in known:
        return UNKNOWN_PERSON(person=person)
    concerned = person in state.concerns
    if isinstance(command, AssignResponsible):
        if concerned and state.confidential and state.notice(person) is None:
            return NOT_YET_NOTIFIED(person=person)
    elif concerned or person == state.requester:
        return INVOLVED(person=person)
    if refusal := _past(command.due, context):
        return refusal
    if command.due is not None and state.due is not None:
        return DUE_SET(due=time_text(state.due))
    if isinstance(command, AssignResponsible):
        return [ResponsibleAssigned(state=entered, responsible=person, due=command.due)]
    return [InvestigatorAssigned(state=entered, investigator=person, due=command.due)]


def _advance(
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
) -> Answer:
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
            if kind.right_of_reply and (refusal := _unheard(state, context)):
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


def _extend(command: ExtendDue, state: Case, context: Context, entered: str) -> Answer:
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


def _notify(command: NotifyRespondent, state: Case, context: Context, entered: str) -> Answer:
    if command.person not in state.concerns:
        return NOT_CONCERNED(person=command.person)
    # The later of the two clocks: a notice dated back leaves no time to answer it.
    if command.reply_by <= max(context.at, context.effective_at):
        return NO_TIME_TO_REPLY(reply_by=time_text(command.reply_by))
    substance = context.seal(command.substance, command.person, "case.notice")
    return [
        RespondentNotified(
            state=entered, person=command.person, substance=substance, reply_by=command.reply_by
        )
    ]


def _unheard(state: Case, context: Context) -> Refusal | None:
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


def _rectify(command: ReportRectified, state: Case, context: Context, entered: str) -> Answer:
    if state.responsible is None:
        return NOBODY_RESPONSIBLE()
    if context.by.capacity == SELF and context.by.person != state.responsible:
        return NOT_RESPONSIBLE(person=context.by.person, responsible=state.responsible)
    note = context.seal_given(command.note, state.stream, "case.rectification")
    return [RectificationReported(state=entered, evidence=tuple(sorted(set(command.evidence))), note=note)]


def _past(due: datetime | None, context: Context) -> Refusal | None:
    if due is not None and due <= context.effective_at:
        return DUE_PAST(due=time_text(due))
    return None


def _closed(state: Case) -> Mapping[str, Refusal | None]:
    if state.kind is None:
        return {command.stored_type: UNKNOWN() for command in MOVING}
    found: dict[str, Refusal | None] = {OpenCase.stored_type: TAKEN(stream=state.stream)}
    for command, moves in MOVING.items():
        refusals = [state.kind.table.closed(state.state, move) for move in moves]
        found[command.stored_type] = None if None in refusals else refusals[0]
    return found


# --- decider ---------------------------------------------------------------------------------

_BY_MOVE: Final = {event.move: event for event in MOVED}

COMMANDS: Final[tuple[type[Command], ...]] = (OpenCase, *MOVING)

DECIDER: Final[Decider[Case]] = Decider(
    category=CATEGORY,
    events=(CaseOpened, *MOVED),
    commands=COMMANDS,
    initial=Case,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={"case.work": Case.work, "case.summary": Case.summary},
    closed=_closed,
    yields={
        OpenCase.stored_type: (CaseOpened,),
        **{command.stored_type: tuple(_BY_MOVE[move] for move in moves) for command, moves in MOVING.items()},
    },
    reasons=REASONS,
)
