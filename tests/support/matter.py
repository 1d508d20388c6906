"""A small aggregate with one event for each way in which authority is declared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Final

from party_workflow.codec import Command, Event
from party_workflow.decider import Answer, Ask, Context, Decider
from party_workflow.errors import Reason
from party_workflow.personal import Personal, Sealed
from party_workflow.relations import ACTOR, Relates, Requires
from party_workflow.store import Recorded
from party_workflow.values import Code, EventId, Flag, Key, PersonId, UnitId

# --- events ----------------------------------------------------------------------------------


class Raised(Event):
    """A matter was raised in a unit, about somebody."""

    stored_type: ClassVar[str] = "matter.raised"
    requires: ClassVar[Requires] = Requires(duty="matter.raise", own=("raiser",))
    relates: ClassVar[tuple[Relates, ...]] = (
        Relates("raiser", "raiser"),
        Relates("subject", "subject", sees=False),
        Relates("taker", ACTOR),
    )
    unit_field: ClassVar[str | None] = "unit"
    confidential_field: ClassVar[str | None] = "confidential"

    unit: UnitId
    subject: PersonId
    raiser: PersonId | None = None
    confidential: Flag = False
    note: Sealed | None = None


class Judged(Event):
    """Somebody who is neither the subject nor raised it judged."""

    stored_type: ClassVar[str] = "matter.judged"
    requires: ClassVar[Requires] = Requires(duty="matter.judge", barred=("subject", "raiser"))

    verdict: Code


class Answered(Event):
    """The subject answered."""

    stored_type: ClassVar[str] = "matter.answered"
    requires: ClassVar[Requires] = Requires(own=("subject",))

    note: Sealed | None = None


class Passed(Event):
    """Somebody from outside the unit let it pass."""

    stored_type: ClassVar[str] = "matter.passed"
    requires: ClassVar[Requires] = Requires(duty="matter.pass", outside=True)


class Graded(Event):
    """Somebody was graded, by another."""

    stored_type: ClassVar[str] = "matter.graded"
    requires: ClassVar[Requires] = Requires(duty="matter.grade", barred=("grades",))

    grades: dict[PersonId, Code]


class Seen(Event):
    """Anybody with an account saw it, as it stood after an event."""

    stored_type: ClassVar[str] = "matter.seen"
    requires: ClassVar[Requires] = Requires(anyone=True)

    after: EventId | None = None


MatterEvent = Raised | Judged | Answered | Passed | Graded | Seen

# --- commands --------------------------------------------------------------------------------


class _MatterCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"matter/{self.key}"


class Raise(_MatterCommand):
    """Raise a matter."""

    stored_type: ClassVar[str] = "matter.raise"
    unit: UnitId
    subject: PersonId
    raiser: PersonId | None = None
    confidential: Flag = False
    note: Personal | None = None


class Judge(_MatterCommand):
    """Judge it."""

    stored_type: ClassVar[str] = "matter.judge"
    verdict: Code


class Respond(_MatterCommand):
    """Answer for oneself."""

    stored_type: ClassVar[str] = "matter.answer"
    note: Personal | None = None
    more: Personal | None = None


class Pass(_MatterCommand):
    """Let it pass."""

    stored_type: ClassVar[str] = "matter.pass"


class Grade(_MatterCommand):
    """Grade people, if they are known to the organisation and the other matter named was judged so."""

    stored_type: ClassVar[str] = "matter.grade"
    grades: dict[PersonId, Code]
    like: Key | None = None


class See(_MatterCommand):
    """See it."""

    stored_type: ClassVar[str] = "matter.see"


# --- refusal reasons, in order of precedence -------------------------------------------------

UNKNOWN: Final = Reason("matter.unknown", "There is no matter {key}.", "Raise it first.")
TAKEN: Final = Reason("matter.taken", "The matter {key} was raised before.", "Choose another id.")
UNLIKE: Final = Reason("matter.unlike", "{like} was not judged.", "Have it judged first.")
TWICE: Final = Reason("matter.twice", "{key} was judged before.", "It is judged once.")
REASONS: Final = (UNKNOWN, TAKEN, UNLIKE, TWICE)

# --- state, evolve, decide -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter: its ids as events named them, its verdict, who saw it how often."""

    raised: bool = False
    verdict: str | None = None
    events: tuple[str, ...] = ()
    note: Sealed | None = None


def _evolve(state: Matter, recorded: Recorded) -> Matter:
    event = recorded.event
    state = replace(state, events=(*state.events, recorded.envelope.event_id))
    match event:
        case Raised():
            return replace(state, raised=True, note=event.note)
        case Judged():
            return replace(state, verdict=event.verdict)
        case _:
            return state


def _asks(command: Command) -> list[Ask]:
    if isinstance(command, Grade) and command.like is not None:
        return [Ask("matter.verdict", f"matter/{command.like}")]
    return []


def _decide(command: Command, state: Matter, context: Context) -> Answer:
    assert isinstance(command, _MatterCommand)
    if isinstance(command, Raise):
        if state.raised:
            return TAKEN(key=command.key)
        return [
            Raised(
                unit=command.unit,
                subject=command.subject,
                raiser=command.raiser,
                confidential=command.confidential,
                note=context.seal_given(command.note, command.stream, "matter.note"),
            )
        ]
    if not state.raised:
        return UNKNOWN(key=command.key)
    match command:
        case Judge():
            return TWICE(key=command.key) if state.verdict else [Judged(verdict=command.verdict)]
        case Respond():
            return [Answered(note=context.seal_given(command.note, command.stream, "matter.answer"))]
        case Pass():
            return [Passed()]
        case Grade():
            if command.like is not None and context.facts[0] is None:
                return UNLIKE(like=command.like)
            return [Graded(grades=command.grades)]
        case _:
            return [Seen(after=state.events[-1])]


DECIDER: Final[Decider[Matter]] = Decider(
    category="matter",
    events=(Raised, Judged, Answered, Passed, Graded, Seen),
    commands=(Raise, Judge, Respond, Pass, Grade, See),
    initial=Matter,
    evolve=_evolve,
    decide=_decide,
    asks=_asks,
    answers={"matter.verdict": lambda state: state.verdict},
    yields={
        Raise.stored_type: (Raised,),
        Judge.stored_type: (Judged,),
        Respond.stored_type: (Answered,),
        Pass.stored_type: (Passed,),
        Grade.stored_type: (Graded,),
        See.stored_type: (Seen,),
    },
    reasons=REASONS,
)
