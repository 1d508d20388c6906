"""The state of an appraisal: its lifecycle, and what each event does to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, assert_never

from party_workflow import lifecycle
from party_workflow.codec import Command
from party_workflow.domain.appraisal.commands import (
    Acknowledge,
    DeliverFeedback,
    ExcuseStatement,
    Finalise,
    FormOpinion,
    RecordSelfStatement,
    Reply,
    ReviseOpinion,
    VoidAppraisal,
)
from party_workflow.domain.appraisal.events import (
    Acknowledged,
    AppraisalEvent,
    AppraisalFinalised,
    AppraisalOpened,
    AppraisalVoided,
    FeedbackDelivered,
    OpinionFormed,
    Replied,
    SelfStated,
    StatementExcused,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.lifecycle import Lifecycle, Table
from party_workflow.personal import Sealed
from party_workflow.store import Recorded

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

MOVES: Final[Mapping[type[Command], str]] = {
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


def evolve(state: Appraisal, recorded: Recorded) -> Appraisal:
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
