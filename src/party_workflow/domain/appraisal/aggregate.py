"""What an appraisal asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, assert_never

from party_workflow.canonical import time_text
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.appraisal.commands import (
    Acknowledge,
    AppraisalCommand,
    DeliverFeedback,
    ExcuseStatement,
    Finalise,
    FormOpinion,
    OpenAppraisal,
    RecordSelfStatement,
    Reply,
    ReviseOpinion,
    VoidAppraisal,
    _Opinion,
)
from party_workflow.domain.appraisal.events import (
    LEAST_INPUTS,
    PROBATIONARY,
    Acknowledged,
    AppraisalFinalised,
    AppraisalOpened,
    AppraisalVoided,
    FeedbackDelivered,
    OpinionFormed,
    Replied,
    SelfStated,
    StatementExcused,
)
from party_workflow.domain.appraisal.reasons import (
    GRADE_MISSING,
    INPUTS_LACKING,
    KINDS_LACKING,
    NEVER_GRADED,
    NO_RECORD,
    NO_TIME_TO_REPLY,
    NOT_A_RATING,
    RATING_NOT_CLOSED,
    RATING_OF_OTHERS,
    REASONS,
    REPLY_PERIOD,
    SCALE,
    TAKEN,
    UNGRADED,
    UNKNOWN,
    UNKNOWN_GRADE,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.domain.appraisal.state import (
    MOVES,
    TABLE,
    Appraisal,
    Opinion,
    Outcome,
    evolve,
)
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Refusal
from party_workflow.lifecycle import Guard

# --- decide ----------------------------------------------------------------------------------


def _asks(command: AppraisalCommand) -> Sequence[Ask]:
    match command:
        case OpenAppraisal():
            people = {"people": (command.subject,), "at": EFFECTIVE}
            return (
                Ask("organisation.unit_open", "organisation", {"unit": command.unit}),
                Ask("organisation.known", "organisation", people),
            )
        case FormOpinion() | ReviseOpinion():
            rounds = [Ask(fact, stream) for stream in _rounds(command) for fact in _OF_A_ROUND]
            return (*rounds, *_ask_record(command.record))
        case _:
            return ()


_OF_A_ROUND: Final = ("rating.work", "rating.kind", "rating.subjects")


def _rounds(command: _Opinion) -> list[str]:
    return sorted({stream for stream in command.cites if _category(stream) == "rating"})


def _category(stream: str) -> str:
    category, slash, _ = stream.partition("/")
    return category if slash else ""


def _is_digest(record: str) -> bool:
    # A stream's id of that length has a slash in it.
    return len(record) == 64 and not _category(record)


def _ask_record(record: str) -> Iterator[Ask]:
    if _category(record):
        yield Ask(f"{_category(record)}.work", record, optional=True)


def _closed(state: Appraisal) -> Mapping[str, Refusal | None]:
    if state.status is None:
        return {OpenAppraisal.stored_type: None} | {kind.stored_type: UNKNOWN() for kind in MOVES}
    moves = {kind.stored_type: TABLE.closed(state.status, move) for kind, move in MOVES.items()}
    return {OpenAppraisal.stored_type: TAKEN(stream=state.stream), **moves}


def _decide(command: AppraisalCommand, state: Appraisal, context: Context) -> Answer:
    if (refusal := _closed(state)[command.stored_type]) is not None:
        return refusal
    version = len(state.opinions)
    match command:
        case OpenAppraisal():
            return _open(command, context)
        case RecordSelfStatement():
            return [SelfStated(statement=command.statement)]
        case ExcuseStatement():
            return [StatementExcused(ground=command.ground)]
        case FormOpinion() | ReviseOpinion():
            return _form(command, state, context)
        case DeliverFeedback():
            if command.reply_until <= context.at:
                return NO_TIME_TO_REPLY()
            return [FeedbackDelivered(version=version, reply_until=command.reply_until)]
        case Reply():
            text = context.seal(command.text, state.subject, "appraisal.reply")
            return [Replied(version=version, text=text)]
        case Acknowledge():
            return [Acknowledged(version=version)]
        case Finalise():
            return _finalise(state, context)
        case VoidAppraisal():
            return [AppraisalVoided(ground=command.ground)]
        case _:
            assert_never(command)


def _open(command: OpenAppraisal, context: Context) -> Answer:
    unit_open, known = context.facts
    if not unit_open:
        return UNKNOWN_UNIT(unit=command.unit)
    if command.subject not in known:
        return UNKNOWN_PERSON(person=command.subject)
    if command.graded and PROBATIONARY in known[command.subject]:
        return NEVER_GRADED(subject=command.subject)
    distinct = len(set(command.grades)) == len(command.grades)
    if not distinct or (len(command.grades) < 2 if command.graded else bool(command.grades)):
        return SCALE()
    if lacking := LEAST_INPUTS - set(command.inputs):
        return INPUTS_LACKING(lacking=", ".join(sorted(lacking)))
    return [
        AppraisalOpened(
            subject=command.subject,
            unit=command.unit,
            cycle=command.cycle,
            graded=command.graded,
            grades=command.grades,
            inputs=tuple(sorted(set(command.inputs))),
            serves=tuple(sorted(set(command.serves), key=lambda item: (item.campaign, item.task))),
        )
    ]


def _form(command: FormOpinion | ReviseOpinion, state: Appraisal, context: Context) -> Answer:
    refusal = _unfounded(command, state, context) or _unfit(command.grade, state)
    if refusal is not None:
        return refusal
    subject = state.subject
    return [
        OpinionFormed(
            version=len(state.opinions) + 1,
            grade=command.grade,
            cites=tuple(sorted(set(command.cites))),
            record=command.record,
            achievements=context.seal(command.achievements, subject, "appraisal.achievements"),
            problems=context.seal(command.problems, subject, "appraisal.problems"),
            direction=context.seal(command.direction, subject, "appraisal.direction"),
        )
    ]


def _unfounded(command: _Opinion, state: Appraisal, context: Context) -> Refusal | None:
    """Why an opinion does not rest on what it has to rest on."""
    rounds = _rounds(command)
    for stream in sorted(set(command.cites) - set(rounds)):
        return NOT_A_RATING(stream=stream)
    facts = iter(context.facts)
    kinds: set[str] = set()
    for stream in rounds:
        work, kind, subjects = next(facts), next(facts), next(facts)
        if work is None or not work.done:
            return RATING_NOT_CLOSED(stream=stream)
        if state.subject not in subjects:
            return RATING_OF_OTHERS(subject=state.subject, stream=stream)
        kinds.add(kind)
    if lacking := state.inputs - kinds:
        return KINDS_LACKING(lacking=", ".join(sorted(lacking)))
    if not _is_digest(command.record) and next(facts, None) is None:
        return NO_RECORD(stream=command.record)
    return None


def _unfit(grade: str | None, state: Appraisal) -> Refusal | None:
    if not state.graded:
        return None if grade is None else UNGRADED(subject=state.subject)
    if grade is None:
        return GRADE_MISSING(subject=state.subject, grades=", ".join(state.grades))
    if grade not in state.grades:
        return UNKNOWN_GRADE(grade=grade, grades=", ".join(state.grades))
    return None


def _finalise(state: Appraisal, context: Context) -> Answer:
    def check(opinion: Opinion) -> Refusal | None:
        if opinion.reply_until is not None and context.at <= opinion.reply_until:
            return REPLY_PERIOD(subject=state.subject, until=time_text(opinion.reply_until))
        return None

    assert state.status is not None
    guards = {"reply_period_over": Guard("reply_period_over", check)}
    step = TABLE.step(state.status, "finalise", guards, state.opinions[-1])
    return step if isinstance(step, Refusal) else [AppraisalFinalised(version=len(state.opinions))]


# --- decider ---------------------------------------------------------------------------------


def _work(state: Appraisal) -> Work | None:
    """The appraisal as work on one person, done when final; None for one never opened."""
    if state.status is None:
        return None
    return Work(
        stream=state.stream,
        kind="appraisal",
        unit=state.unit,
        state=state.status,
        done=state.status == "final",
        serves=state.serves,
        people=frozenset({state.subject}),
    )


def _outcome(state: Appraisal) -> Outcome | None:
    if state.status is None:
        return None
    opinion = state.opinion
    return Outcome(state.subject, opinion.grade if opinion else None, state.status)


DECIDER: Final[Decider[Appraisal]] = Decider(
    category="appraisal",
    events=(
        AppraisalOpened,
        SelfStated,
        StatementExcused,
        OpinionFormed,
        FeedbackDelivered,
        Replied,
        Acknowledged,
        AppraisalFinalised,
        AppraisalVoided,
    ),
    commands=(
        OpenAppraisal,
        RecordSelfStatement,
        ExcuseStatement,
        FormOpinion,
        ReviseOpinion,
        DeliverFeedback,
        Reply,
        Acknowledge,
        Finalise,
        VoidAppraisal,
    ),
    initial=Appraisal,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={"appraisal.work": _work, "appraisal.outcome": _outcome},
    closed=_closed,
    yields={
        OpenAppraisal.stored_type: (AppraisalOpened,),
        RecordSelfStatement.stored_type: (SelfStated,),
        ExcuseStatement.stored_type: (StatementExcused,),
        FormOpinion.stored_type: (OpinionFormed,),
        ReviseOpinion.stored_type: (OpinionFormed,),
        DeliverFeedback.stored_type: (FeedbackDelivered,),
        Reply.stored_type: (Replied,),
        Acknowledge.stored_type: (Acknowledged,),
        Finalise.stored_type: (AppraisalFinalised,),
        VoidAppraisal.stored_type: (AppraisalVoided,),
    },
    reasons=REASONS,
)
