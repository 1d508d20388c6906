"""Publication: what was published, to whom, from which position of the log, under which rule and digest.

Together these let anybody compute the published figure again and compare the bytes (R-189, R-197).  What is
open for objections is final only when the time is over and every objection has been answered, none of them
upheld (R-188).  A correction never changes a publication: it is another one, an erratum, and both name each
other.  One command writes one stream, so an erratum takes two, executed together; `erratum` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Final, assert_never

from party_workflow import lifecycle
from party_workflow.canonical import time_text
from party_workflow.codec import Command, Event
from party_workflow.decider import Answer, Ask, Context, Decider
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.errors import Reason, Refusal
from party_workflow.lifecycle import Lifecycle
from party_workflow.personal import Personal, Sealed
from party_workflow.relations import ACTOR, Relates, Requires
from party_workflow.store import Recorded
from party_workflow.values import Code, Count, Digest, Flag, Key, Moment, PersonId, UnitId

CATEGORY: Final = "publication"

# --- events ----------------------------------------------------------------------------------


class Published(Event):
    """A result was published.

    `position` is where the log ended from which it was computed, `known` and `effective` the moments as of
    which it was read; `rule` is the digest of the rule or policy, `digest` that of the canonical bytes of
    the result.  With `closes` it is open for objections until then.  `erratum_of` names the publication that
    this one corrects.
    """

    stored_type: ClassVar[str] = "publication.published"
    requires: ClassVar[Requires] = Requires(duty="publication.publish")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("publisher", ACTOR),)
    unit_field: ClassVar[str | None] = "unit"

    unit: UnitId
    subject: Code
    audience: Code
    media: Code
    position: Count
    known: Moment
    effective: Moment | None = None
    rule: Digest
    digest: Digest
    closes: Moment | None = None
    erratum_of: Key | None = None
    ground: Code | None = None
    serves: tuple[Serves, ...] = ()


class ErratumLinked(Event):
    """A publication was superseded by another one that corrects it."""

    stored_type: ClassVar[str] = "publication.erratum_linked"
    requires: ClassVar[Requires] = Requires(duty="publication.publish")

    by: Key


class ObjectionRaised(Event):
    """Somebody objected; `number` counts the objections to one publication from 1."""

    stored_type: ClassVar[str] = "publication.objection_raised"
    requires: ClassVar[Requires] = Requires(duty="publication.objection", own=("objector",))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("objecting", "objector"),)

    number: Count
    objector: PersonId
    ground: Sealed


class ObjectionResolved(Event):
    """An objection was answered, by somebody who neither published nor objected."""

    stored_type: ClassVar[str] = "publication.objection_resolved"
    requires: ClassVar[Requires] = Requires(duty="publication.resolve", barred=("objecting", "publisher"))

    number: Count
    upheld: Flag
    answer: Sealed


class PublicationFinalised(Event):
    """The time for objections was over, and the publication became final."""

    stored_type: ClassVar[str] = "publication.finalised"
    requires: ClassVar[Requires] = Requires(duty="publication.finalise", barred=("objecting",))


PublicationEvent = Published | ErratumLinked | ObjectionRaised | ObjectionResolved | PublicationFinalised

# --- commands --------------------------------------------------------------------------------


class _PublicationCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class Publish(_PublicationCommand):
    """Publish a result that was computed from the log up to `position`."""

    stored_type: ClassVar[str] = "publication.publish"
    unit: UnitId
    subject: Code
    audience: Code
    media: Code
    position: Count
    known: Moment
    effective: Moment | None = None
    rule: Digest
    digest: Digest
    closes: Moment | None = None
    serves: tuple[Serves, ...] = ()


class CorrectPublication(Publish):
    """Publish an erratum: a publication that names the one it corrects, and on what ground."""

    stored_type: ClassVar[str] = "publication.correct"
    erratum_of: Key
    ground: Code


class LinkErratum(_PublicationCommand):
    """Mark a publication as superseded by the erratum that names it."""

    stored_type: ClassVar[str] = "publication.link_erratum"
    by: Key


class RaiseObjection(_PublicationCommand):
    """Object to a publication while it is open for objections."""

    stored_type: ClassVar[str] = "publication.object"
    objector: PersonId
    ground: Personal


class ResolveObjection(_PublicationCommand):
    """Answer an objection, and say whether it is upheld."""

    stored_type: ClassVar[str] = "publication.resolve_objection"
    number: Count
    upheld: Flag
    answer: Personal


class Finalise(_PublicationCommand):
    """Make a publication final."""

    stored_type: ClassVar[str] = "publication.finalise"


PublicationCommand = Publish | CorrectPublication | LinkErratum | RaiseObjection | ResolveObjection | Finalise


def erratum(correction: CorrectPublication) -> tuple[CorrectPublication, LinkErratum]:
    """The two commands of an erratum, to execute together: ``workflow.execute(*erratum(correction), …)``."""
    return correction, LinkErratum(key=correction.erratum_of, by=correction.key)


# --- lifecycle -------------------------------------------------------------------------------

LIFECYCLE: Final = Lifecycle.of(
    "publication",
    1,
    initial="published",
    final="superseded",
    moves={
        "object": "published -> published",
        "resolve": "published -> published",
        "finalise": "published -> final",
        "supersede": "published, final -> superseded",
    },
)
"""`final` is settled for those concerned; it can still turn out to be wrong, and is then superseded."""
TABLE: Final = lifecycle.compile(LIFECYCLE)

_MOVES: Final[Mapping[type[Command], str]] = {
    LinkErratum: "supersede",
    RaiseObjection: "object",
    ResolveObjection: "resolve",
    Finalise: "finalise",
}

# --- refusal reasons, in order of precedence; those of the lifecycle come after `TAKEN` --------

UNKNOWN: Final = Reason(
    "publication.unknown", "There is no such publication.", "Publish it first, or check the id."
)
TAKEN: Final = Reason(
    "publication.taken",
    "The publication id {stream} was used before.",
    "Choose an id that was never used; what is published is corrected by an erratum.",
)
UNKNOWN_UNIT: Final = Reason(
    "publication.unknown_unit", "There is no open unit {unit}.", "Name the unit whose result it is."
)
NO_POSITION: Final = Reason(
    "publication.no_position",
    "Position 0 is before the first record, and nothing can be computed from it.",
    "Name the position that the log ended at when the result was computed.",
)
NOT_YET_KNOWN: Final = Reason(
    "publication.not_yet_known",
    "The result is said to be known as of {known}, which is later than this is recorded.",
    "Name the moment as of which the log was read.",
)
WINDOW_EMPTY: Final = Reason(
    "publication.window_empty",
    "The time for objections would end at {closes}, before it begins.",
    "Set a later moment, counted on the calendar in force.",
)
NOTHING_TO_CORRECT: Final = Reason(
    "publication.nothing_to_correct",
    "There is no publication {key} that an erratum could correct.",
    "Check the id; a publication does not correct itself.",
)
ALREADY_CORRECTED: Final = Reason(
    "publication.already_corrected",
    "The publication {key} is superseded by {by} already.",
    "Correct {by} instead, so that the chain of corrections stays one.",
)
NOT_ITS_ERRATUM: Final = Reason(
    "publication.not_its_erratum",
    "The publication {by} does not say that it corrects {key}.",
    "Publish the erratum with publication.correct first, or together with this.",
)
NO_WINDOW: Final = Reason(
    "publication.no_window",
    "This publication is not open for objections.",
    "Bring the matter as a complaint or an opinion.",
)
WINDOW_CLOSED: Final = Reason(
    "publication.window_closed",
    "Objections could be raised until {closes}.",
    "Bring the matter as a complaint, or ask for an erratum.",
)
UNKNOWN_OBJECTION: Final = Reason(
    "publication.unknown_objection",
    "There is no open objection {number}.",
    "Open objections: {open}.",
)
WINDOW_OPEN: Final = Reason(
    "publication.window_open",
    "Objections can be raised until {closes}; before that nothing is final.",
    "Finalise it after that moment.",
)
OPEN_OBJECTIONS: Final = Reason(
    "publication.open_objections",
    "{count} objections have not been answered: {numbers}.",
    "Have them answered first, by somebody who neither published nor objected.",
)
OBJECTION_UPHELD: Final = Reason(
    "publication.objection_upheld",
    "Objection {number} was upheld, so what was published is known to be wrong.",
    "Publish an erratum instead.",
)

REASONS: Final = (
    UNKNOWN,
    TAKEN,
    UNKNOWN_UNIT,
    NO_POSITION,
    NOT_YET_KNOWN,
    WINDOW_EMPTY,
    NOTHING_TO_CORRECT,
    ALREADY_CORRECTED,
    NOT_ITS_ERRATUM,
    NO_WINDOW,
    WINDOW_CLOSED,
    UNKNOWN_OBJECTION,
    WINDOW_OPEN,
    OPEN_OBJECTIONS,
    OBJECTION_UPHELD,
)

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Objection:
    """One objection; `upheld` and `answer` are None while it is open."""

    number: int
    objector: str
    ground: Sealed
    upheld: bool | None = None
    answer: Sealed | None = None


@dataclass(frozen=True, slots=True)
class PublicationSummary:
    """A publication in brief, as others may cite it."""

    stream: str
    unit: str
    subject: str
    audience: str
    state: str
    position: int
    known: datetime
    effective: datetime | None
    rule: str
    digest: str
    closes: datetime | None
    open_objections: tuple[int, ...]
    upheld_objections: tuple[int, ...]
    erratum_of: str | None
    superseded_by: str | None


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything recorded of one publication.  Before it is published `said` is None."""

    stream: str = ""
    said: Published | None = None
    state: str = TABLE.initial
    objections: tuple[Objection, ...] = field(default_factory=tuple)
    superseded_by: str | None = None

    @property
    def open_objections(self) -> tuple[int, ...]:
        """The numbers of the objections that have not been answered."""
        return tuple(item.number for item in self.objections if item.upheld is None)

    @property
    def upheld_objections(self) -> tuple[int, ...]:
        """The numbers of the objections that were upheld."""
        return tuple(item.number for item in self.objections if item.upheld)

    def work(self) -> Work | None:
        """The publication as others may cite it; None before it is published.

        Done when it is final, or at once where it was not open for objections; not done when superseded,
        so that a result and its erratum count once.
        """
        if self.said is None:
            return None
        settled = self.state == "final" or (self.state == "published" and self.said.closes is None)
        return Work(
            stream=self.stream,
            kind=self.said.subject,
            unit=self.said.unit,
            state=self.state,
            done=settled,
            serves=self.said.serves,
        )

    def summary(self) -> PublicationSummary | None:
        """The publication in brief; None before it is published."""
        if self.said is None:
            return None
        return PublicationSummary(
            stream=self.stream,
            unit=self.said.unit,
            subject=self.said.subject,
            audience=self.said.audience,
            state=self.state,
            position=self.said.position,
            known=self.said.known,
            effective=self.said.effective,
            rule=self.said.rule,
            digest=self.said.digest,
            closes=self.said.closes,
            open_objections=self.open_objections,
            upheld_objections=self.upheld_objections,
            erratum_of=self.said.erratum_of,
            superseded_by=self.superseded_by,
        )


# --- evolve ----------------------------------------------------------------------------------


def _evolve(state: Publication, recorded: Recorded) -> Publication:
    event = recorded.event
    assert isinstance(event, PublicationEvent)
    match event:
        case Published():
            return replace(state, stream=recorded.envelope.stream, said=event)
        case ErratumLinked():
            return replace(state, state="superseded", superseded_by=event.by)
        case ObjectionRaised():
            objection = Objection(event.number, event.objector, event.ground)
            return replace(state, objections=(*state.objections, objection))
        case ObjectionResolved():
            objections = (
                replace(item, upheld=event.upheld, answer=event.answer)
                if item.number == event.number
                else item
                for item in state.objections
            )
            return replace(state, objections=tuple(objections))
        case PublicationFinalised():
            return replace(state, state="final")
        case _:
            assert_never(event)


# --- decide ----------------------------------------------------------------------------------


def _asks(command: PublicationCommand) -> Sequence[Ask]:
    match command:
        case CorrectPublication():
            return _unit(command), Ask("publication.summary", f"{CATEGORY}/{command.erratum_of}")
        case Publish():
            return (_unit(command),)
        case LinkErratum():
            return (Ask("publication.summary", f"{CATEGORY}/{command.by}"),)
        case RaiseObjection() | ResolveObjection() | Finalise():
            return ()
        case _:
            assert_never(command)


def _unit(command: Publish) -> Ask:
    return Ask("organisation.unit_open", "organisation", {"unit": command.unit})


def _decide(command: PublicationCommand, state: Publication, context: Context) -> Answer:
    if isinstance(command, Publish):
        return TAKEN(stream=command.stream) if state.said is not None else _publish(command, context)
    if state.said is None:
        return UNKNOWN()
    step = TABLE.step(state.state, _MOVES[type(command)])
    if isinstance(step, Refusal):
        return step
    match command:
        case LinkErratum():
            return _link(command, state, context)
        case RaiseObjection():
            closes = state.said.closes
            if closes is None:
                return NO_WINDOW()
            # When it was raised counts, not when it was recorded: a letter in time is in time.
            if context.effective_at >= closes:
                return WINDOW_CLOSED(closes=time_text(closes))
            ground = context.seal(command.ground, command.objector, "objection.ground")
            number = len(state.objections) + 1
            return [ObjectionRaised(number=number, objector=command.objector, ground=ground)]
        case ResolveObjection():
            if command.number not in state.open_objections:
                known = ", ".join(map(str, state.open_objections)) or "none"
                return UNKNOWN_OBJECTION(number=command.number, open=known)
            objector = state.objections[command.number - 1].objector
            answer = context.seal(command.answer, objector, "objection.answer")
            return [ObjectionResolved(number=command.number, upheld=command.upheld, answer=answer)]
        case Finalise():
            return _finalise(state, state.said, context)
        case _:
            assert_never(command)


def _publish(command: Publish, context: Context) -> Answer:
    unit_open, *corrected = context.facts
    if not unit_open:
        return UNKNOWN_UNIT(unit=command.unit)
    if command.position == 0:
        return NO_POSITION()
    if command.known > context.at:
        return NOT_YET_KNOWN(known=time_text(command.known))
    # The later of the two clocks: a publication dated back leaves no time to object.
    if command.closes is not None and command.closes <= max(context.at, context.effective_at):
        return WINDOW_EMPTY(closes=time_text(command.closes))
    if isinstance(command, CorrectPublication):
        if command.erratum_of == command.key or corrected[0] is None:
            return NOTHING_TO_CORRECT(key=command.erratum_of)
        if corrected[0].superseded_by is not None:
            return ALREADY_CORRECTED(key=command.erratum_of, by=corrected[0].superseded_by)
    return [Published(**command.model_dump(exclude={"key"}))]


def _link(command: LinkErratum, state: Publication, context: Context) -> Answer:
    (other,) = context.facts
    if other is None or f"{CATEGORY}/{other.erratum_of}" != command.stream:
        return NOT_ITS_ERRATUM(by=command.by, key=command.key)
    if refusal := _unanswered(state):
        return refusal
    return [ErratumLinked(by=command.by)]


def _finalise(state: Publication, said: Published, context: Context) -> Answer:
    # The earlier of the two clocks: dating ahead does not cut the time short.
    if said.closes is not None and min(context.at, context.effective_at) < said.closes:
        return WINDOW_OPEN(closes=time_text(said.closes))
    if refusal := _unanswered(state):
        return refusal
    if state.upheld_objections:
        return OBJECTION_UPHELD(number=state.upheld_objections[0])
    return [PublicationFinalised()]


def _unanswered(state: Publication) -> Refusal | None:
    numbers = state.open_objections
    if not numbers:
        return None
    return OPEN_OBJECTIONS(count=len(numbers), numbers=", ".join(map(str, numbers)))


def _closed(state: Publication) -> Mapping[str, Refusal | None]:
    if state.said is None:
        return {command.stored_type: UNKNOWN() for command in _MOVES}
    taken = TAKEN(stream=state.stream)
    found: dict[str, Refusal | None] = {
        command.stored_type: TABLE.closed(state.state, move) for command, move in _MOVES.items()
    }
    return {Publish.stored_type: taken, CorrectPublication.stored_type: taken, **found}


# --- decider ---------------------------------------------------------------------------------

DECIDER: Final[Decider[Publication]] = Decider(
    category=CATEGORY,
    events=(Published, ErratumLinked, ObjectionRaised, ObjectionResolved, PublicationFinalised),
    commands=(Publish, CorrectPublication, LinkErratum, RaiseObjection, ResolveObjection, Finalise),
    initial=Publication,
    evolve=_evolve,
    decide=_decide,
    asks=_asks,
    answers={"publication.work": Publication.work, "publication.summary": Publication.summary},
    closed=_closed,
    yields={
        Publish.stored_type: (Published,),
        CorrectPublication.stored_type: (Published,),
        LinkErratum.stored_type: (ErratumLinked,),
        RaiseObjection.stored_type: (ObjectionRaised,),
        ResolveObjection.stored_type: (ObjectionResolved,),
        Finalise.stored_type: (PublicationFinalised,),
    },
    reasons=REASONS,
)
