"""Appraisal: what an organisation finds of one member in one cycle, told to them, and their reply.

A stream is one member in one cycle, because its invariants are about the order of the steps: own statement,
opinion, written feedback, reply, end.  The opinion rests on closed rating rounds of every kind asked for
(self, peer and mass at the least) and on the year's record, never on votes alone.  A probationary member
takes part and is not graded (R-051).  Nothing is final before the person was told and has answered or let
the time for it pass; the reply stands beside the opinion, and a revised opinion beside the first (R-055).

How many may be graded excellent is a property of the cycle, and a policy's to say; it reads
`appraisal.outcome`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Final, assert_never

from party_workflow import lifecycle
from party_workflow.canonical import time_text
from party_workflow.codec import Command, Event
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.errors import Reason, Refusal
from party_workflow.lifecycle import Guard, Lifecycle, Table
from party_workflow.personal import Personal, Sealed
from party_workflow.relations import Relates, Requires
from party_workflow.store import Recorded
from party_workflow.values import Code, Count, Digest, Flag, Key, Moment, PersonId, StreamId, UnitId

PROBATIONARY: Final = "probationary"
"""The category of those who are never graded."""
LEAST_INPUTS: Final = frozenset({"self", "peer", "mass"})
"""The kinds of rating round that every opinion cites (R-051)."""

# --- events ----------------------------------------------------------------------------------


class AppraisalOpened(Event):
    """The appraisal of a member began.  Whether they are graded, and on which scale, is settled here."""

    stored_type: ClassVar[str] = "appraisal.opened"
    requires: ClassVar[Requires] = Requires(duty="appraisal.open", barred=("subject",))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("subject", "subject"),)
    unit_field: ClassVar[str | None] = "unit"

    subject: PersonId
    unit: UnitId
    cycle: Code
    graded: Flag
    grades: tuple[Code, ...]
    inputs: tuple[Code, ...]
    serves: tuple[Serves, ...] = ()


class SelfStated(Event):
    """The member handed in their statement, by content hash.  An earlier one stays on record."""

    stored_type: ClassVar[str] = "appraisal.self_stated"
    requires: ClassVar[Requires] = Requires(own=("subject",))

    statement: Digest


class StatementExcused(Event):
    """The member need not hand in a statement, and why."""

    stored_type: ClassVar[str] = "appraisal.statement_excused"
    requires: ClassVar[Requires] = Requires(duty="appraisal.excuse", barred=("subject",))

    ground: Code


class OpinionFormed(Event):
    """The organisation formed its opinion, or after a reply a further one; `version` counts from 1."""

    stored_type: ClassVar[str] = "appraisal.opinion_formed"
    requires: ClassVar[Requires] = Requires(duty="appraisal.opinion", barred=("subject",))

    version: Count
    grade: Code | None = None
    cites: tuple[StreamId, ...]
    record: Digest | StreamId
    achievements: Sealed
    problems: Sealed
    direction: Sealed


class FeedbackDelivered(Event):
    """The opinion was given to the member in writing, who may reply until a moment."""

    stored_type: ClassVar[str] = "appraisal.feedback_delivered"
    requires: ClassVar[Requires] = Requires(duty="appraisal.feedback", barred=("subject",))

    version: Count
    reply_until: Moment


class Replied(Event):
    """The member answered the opinion."""

    stored_type: ClassVar[str] = "appraisal.replied"
    requires: ClassVar[Requires] = Requires(own=("subject",))

    version: Count
    text: Sealed


class Acknowledged(Event):
    """The member took note of the opinion, which is not to agree with it."""

    stored_type: ClassVar[str] = "appraisal.acknowledged"
    requires: ClassVar[Requires] = Requires(own=("subject",))

    version: Count


class AppraisalFinalised(Event):
    """The opinion in this version stands."""

    stored_type: ClassVar[str] = "appraisal.finalised"
    requires: ClassVar[Requires] = Requires(duty="appraisal.finalise", barred=("subject",))

    version: Count


class AppraisalVoided(Event):
    """The appraisal was broken off without an outcome, and why."""

    stored_type: ClassVar[str] = "appraisal.voided"
    requires: ClassVar[Requires] = Requires(duty="appraisal.void", barred=("subject",))

    ground: Code


AppraisalEvent = (
    AppraisalOpened
    | SelfStated
    | StatementExcused
    | OpinionFormed
    | FeedbackDelivered
    | Replied
    | Acknowledged
    | AppraisalFinalised
    | AppraisalVoided
)

# --- commands --------------------------------------------------------------------------------


class _AppraisalCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"appraisal/{self.key}"


class OpenAppraisal(_AppraisalCommand):
    """Begin the appraisal of a member.  `grades` runs from best to worst; who is not graded needs none.

    `inputs` are the kinds of rating round that the opinion has to cite, `LEAST_INPUTS` among them.
    """

    stored_type: ClassVar[str] = "appraisal.open"
    subject: PersonId
    unit: UnitId
    cycle: Code
    graded: Flag
    grades: tuple[Code, ...] = ()
    inputs: tuple[Code, ...] = tuple(sorted(LEAST_INPUTS))
    serves: tuple[Serves, ...] = ()


class RecordSelfStatement(_AppraisalCommand):
    """Hand in one's own statement, or a new version of it before the opinion is formed."""

    stored_type: ClassVar[str] = "appraisal.record_self_statement"
    statement: Digest


class ExcuseStatement(_AppraisalCommand):
    """Let the appraisal go on without a statement, with the ground."""

    stored_type: ClassVar[str] = "appraisal.excuse_statement"
    ground: Code


class _Opinion(_AppraisalCommand):
    grade: Code | None = None
    cites: tuple[StreamId, ...]
    record: Digest | StreamId
    achievements: Personal
    problems: Personal
    direction: Personal


class FormOpinion(_Opinion):
    """Form the opinion, citing rating rounds and the year's record (a file's hash, or a stream)."""

    stored_type: ClassVar[str] = "appraisal.form_opinion"


class ReviseOpinion(_Opinion):
    """Form another opinion after a reply.  The first stays on record, and the new one is fed back anew."""

    stored_type: ClassVar[str] = "appraisal.revise_opinion"


class DeliverFeedback(_AppraisalCommand):
    """Give the opinion to the member in writing, with a time to reply."""

    stored_type: ClassVar[str] = "appraisal.deliver_feedback"
    reply_until: Moment


class Reply(_AppraisalCommand):
    """Answer the opinion about oneself.  As long as nothing is final a late answer is kept as well."""

    stored_type: ClassVar[str] = "appraisal.reply"
    text: Personal


class Acknowledge(_AppraisalCommand):
    """Take note of the opinion about oneself."""

    stored_type: ClassVar[str] = "appraisal.acknowledge"


class Finalise(_AppraisalCommand):
    """Let the opinion stand."""

    stored_type: ClassVar[str] = "appraisal.finalise"


class VoidAppraisal(_AppraisalCommand):
    """Break the appraisal off, with the ground."""

    stored_type: ClassVar[str] = "appraisal.void"
    ground: Code


AppraisalCommand = (
    OpenAppraisal
    | RecordSelfStatement
    | ExcuseStatement
    | FormOpinion
    | ReviseOpinion
    | DeliverFeedback
    | Reply
    | Acknowledge
    | Finalise
    | VoidAppraisal
)

# --- lifecycle -------------------------------------------------------------------------------

LIFECYCLE: Final = Lifecycle.of(
    "appraisal",
    1,
    initial="opened",
    final=("final", "void"),
    moves={
        "hand_in_statement": "opened, stated -> stated",
        "excuse_statement": "opened -> stated",
        "form_opinion": "stated -> opinion_formed",
        "deliver_feedback": "opinion_formed -> fed_back",
        "reply": "fed_back, replied, acknowledged -> replied",
        "acknowledge": "fed_back, replied -> acknowledged",
        "revise_opinion": "replied -> opinion_formed",
        "finalise": ["fed_back -> final if reply_period_over", "replied, acknowledged -> final"],
        "void": "opened, stated, opinion_formed, fed_back, replied, acknowledged -> void",
    },
)
TABLE: Final[Table] = lifecycle.compile(LIFECYCLE, {"reply_period_over"})

_MOVES: Final[Mapping[type[Command], str]] = {
    RecordSelfStatement: "hand_in_statement",
    ExcuseStatement: "excuse_statement",
    FormOpinion: "form_opinion",
    ReviseOpinion: "revise_opinion",
    DeliverFeedback: "deliver_feedback",
    Reply: "reply",
    Acknowledge: "acknowledge",
    Finalise: "finalise",
    VoidAppraisal: "void",
}

# --- refusal reasons, in order of precedence -------------------------------------------------

# After `UNKNOWN` stand those of the lifecycle: moves that are not open in the state.

TAKEN: Final = Reason(
    "appraisal.taken", "There is an appraisal {stream} already.", "Choose a key that was never used."
)
UNKNOWN: Final = Reason(
    "appraisal.unknown", "There is no such appraisal.", "Open it first, or check the key."
)
UNKNOWN_UNIT: Final = Reason(
    "appraisal.unknown_unit", "There is no open unit {unit}.", "Found it first, or check the id."
)
UNKNOWN_PERSON: Final = Reason(
    "appraisal.unknown_person",
    "{person} does not stand in the organisation.",
    "Register the person first, or check the id.",
)
NEVER_GRADED: Final = Reason(
    "appraisal.never_graded",
    "{subject} is probationary, and who is probationary takes part without being graded.",
    "Open the appraisal ungraded.",
)
SCALE: Final = Reason(
    "appraisal.scale",
    "Who is graded needs a scale of two grades or more, each once; who is not needs none.",
    "List the grades from best to worst, or open the appraisal ungraded.",
)
INPUTS_LACKING: Final = Reason(
    "appraisal.inputs_lacking",
    "An appraisal rests at least on ratings of these kinds: {lacking}.",
    "Add them to the inputs.",
)
NOT_A_RATING: Final = Reason(
    "appraisal.not_a_rating",
    "{stream} is no rating round.",
    "Cite rating rounds, and the year's record where it is asked for.",
)
RATING_NOT_CLOSED: Final = Reason(
    "appraisal.rating_not_closed", "The round {stream} has not been closed.", "Close it before citing it."
)
RATING_OF_OTHERS: Final = Reason(
    "appraisal.rating_of_others",
    "{subject} is not among those whom {stream} rated.",
    "Cite a round that did.",
)
KINDS_LACKING: Final = Reason(
    "appraisal.kinds_lacking",
    "The opinion cites no closed round of these kinds: {lacking}.",
    "Cite one of each: no opinion without hearing everybody.",
)
NO_RECORD: Final = Reason(
    "appraisal.no_record",
    "The year's record {stream} does not exist.",
    "Cite one that does, or a file's hash.",
)
UNGRADED: Final = Reason(
    "appraisal.ungraded", "{subject} is not graded in this cycle.", "Form the opinion without a grade."
)
GRADE_MISSING: Final = Reason(
    "appraisal.grade_missing", "{subject} is graded in this cycle.", "Give one of: {grades}."
)
UNKNOWN_GRADE: Final = Reason(
    "appraisal.unknown_grade", "{grade} is not a grade of this cycle.", "Use one of: {grades}."
)
NO_TIME_TO_REPLY: Final = Reason(
    "appraisal.no_time_to_reply",
    "The time to reply would be over before it begins.",
    "Name a moment after the delivery.",
)
REPLY_PERIOD: Final = Reason(
    "appraisal.reply_period",
    "{subject} may reply until {until}, and has neither replied nor acknowledged.",
    "Wait until then, or for the answer.",
)

REASONS: Final = (
    TAKEN,
    UNKNOWN,
    UNKNOWN_UNIT,
    UNKNOWN_PERSON,
    NEVER_GRADED,
    SCALE,
    INPUTS_LACKING,
    NOT_A_RATING,
    RATING_NOT_CLOSED,
    RATING_OF_OTHERS,
    KINDS_LACKING,
    NO_RECORD,
    UNGRADED,
    GRADE_MISSING,
    UNKNOWN_GRADE,
    NO_TIME_TO_REPLY,
    REPLY_PERIOD,
)

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answered:
    """What the member replied to an opinion, and when."""

    text: Sealed
    at: datetime


@dataclass(frozen=True, slots=True)
class Opinion:
    """One version of the opinion, with what was replied to it."""

    version: int
    grade: str | None
    cites: tuple[str, ...]
    record: str
    achievements: Sealed
    problems: Sealed
    direction: Sealed
    delivered: datetime | None = None
    reply_until: datetime | None = None
    replies: tuple[Answered, ...] = ()
    acknowledged: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where an appraisal stands.  `grade` is that of the latest opinion: None before it and for the ungraded.

    It counts once `state` is ``final``.
    """

    subject: str
    grade: str | None
    state: str


@dataclass(frozen=True, slots=True)
class Appraisal:
    """One member in one cycle.  `status` is None before it opens."""

    stream: str = ""
    status: str | None = None
    subject: str = ""
    unit: str | None = None
    cycle: str = ""
    graded: bool = False
    grades: tuple[str, ...] = ()
    inputs: frozenset[str] = frozenset()
    serves: tuple[Serves, ...] = ()
    statements: tuple[str, ...] = ()
    opinions: tuple[Opinion, ...] = ()

    @property
    def opinion(self) -> Opinion | None:
        """The latest version of the opinion."""
        return self.opinions[-1] if self.opinions else None


# --- evolve ----------------------------------------------------------------------------------


def _evolve(state: Appraisal, recorded: Recorded) -> Appraisal:
    event, since = recorded.event, recorded.envelope.effective_at
    assert isinstance(event, AppraisalEvent)
    match event:
        case AppraisalOpened():
            return Appraisal(
                stream=recorded.envelope.stream,
                status=TABLE.initial,
                subject=event.subject,
                unit=event.unit,
                cycle=event.cycle,
                graded=event.graded,
                grades=event.grades,
                inputs=frozenset(event.inputs),
                serves=event.serves,
            )
        case SelfStated():
            return replace(state, status="stated", statements=(*state.statements, event.statement))
        case StatementExcused():
            return replace(state, status="stated")
        case OpinionFormed():
            opinion = Opinion(
                event.version,
                event.grade,
                event.cites,
                event.record,
                event.achievements,
                event.problems,
                event.direction,
            )
            return replace(state, status="opinion_formed", opinions=(*state.opinions, opinion))
        case FeedbackDelivered():
            return _latest(state, "fed_back", delivered=since, reply_until=event.reply_until)
        case Replied():
            before = state.opinions[-1].replies if state.opinions else ()
            return _latest(state, "replied", replies=(*before, Answered(event.text, since)))
        case Acknowledged():
            return _latest(state, "acknowledged", acknowledged=since)
        case AppraisalFinalised():
            return replace(state, status="final")
        case AppraisalVoided():
            return replace(state, status="void")
        case _:
            assert_never(event)


def _latest(state: Appraisal, status: str, **changes: Any) -> Appraisal:
    opinions = (*state.opinions[:-1], *(replace(opinion, **changes) for opinion in state.opinions[-1:]))
    return replace(state, status=status, opinions=opinions)


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
        yield Ask(f"{_category(record)}.work", record)


def _closed(state: Appraisal) -> Mapping[str, Refusal | None]:
    if state.status is None:
        return {OpenAppraisal.stored_type: None} | {kind.stored_type: UNKNOWN() for kind in _MOVES}
    moves = {kind.stored_type: TABLE.closed(state.status, move) for kind, move in _MOVES.items()}
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
    evolve=_evolve,
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
