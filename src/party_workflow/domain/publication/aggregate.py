"""What a publication asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, assert_never

from party_workflow.canonical import time_text
from party_workflow.decider import Answer, Ask, Context, Decider
from party_workflow.domain.publication.commands import (
    CorrectPublication,
    Finalise,
    LinkErratum,
    PublicationCommand,
    Publish,
    RaiseObjection,
    ResolveObjection,
)
from party_workflow.domain.publication.events import (
    CATEGORY,
    ErratumLinked,
    ObjectionRaised,
    ObjectionResolved,
    PublicationFinalised,
    Published,
)
from party_workflow.domain.publication.reasons import (
    ALREADY_CORRECTED,
    NO_POSITION,
    NO_WINDOW,
    NOT_ITS_ERRATUM,
    NOT_YET_KNOWN,
    NOTHING_TO_CORRECT,
    OBJECTION_UPHELD,
    OPEN_OBJECTIONS,
    REASONS,
    TAKEN,
    UNKNOWN,
    UNKNOWN_OBJECTION,
    UNKNOWN_UNIT,
    WINDOW_CLOSED,
    WINDOW_EMPTY,
    WINDOW_OPEN,
)
from party_workflow.domain.publication.state import (
    MOVES,
    TABLE,
    Publication,
    evolve,
)
from party_workflow.errors import Refusal

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
    step = TABLE.step(state.state, MOVES[type(command)])
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
        return {command.stored_type: UNKNOWN() for command in MOVES}
    taken = TAKEN(stream=state.stream)
    found: dict[str, Refusal | None] = {
        command.stored_type: TABLE.closed(state.state, move) for command, move in MOVES.items()
    }
    return {Publish.stored_type: taken, CorrectPublication.stored_type: taken, **found}


# --- decider ---------------------------------------------------------------------------------

DECIDER: Final[Decider[Publication]] = Decider(
    category=CATEGORY,
    events=(Published, ErratumLinked, ObjectionRaised, ObjectionResolved, PublicationFinalised),
    commands=(Publish, CorrectPublication, LinkErratum, RaiseObjection, ResolveObjection, Finalise),
    initial=Publication,
    evolve=evolve,
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
