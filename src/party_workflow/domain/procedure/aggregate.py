"""What a command on a procedure asks of others and leads to; the decider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, assert_never

from party_workflow.authority import NOT_OWN, SELF, UNKNOWN_MATTER
from party_workflow.canonical import day_text
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.procedure.commands import OpenProcedure, ProcedureCommand, TakeStep
from party_workflow.domain.procedure.events import (
    CATEGORY,
    PlacedGiven,
    ProcedureOpened,
    StepPlaced,
    StepTaken,
)
from party_workflow.domain.procedure.kind import ProcedureKind, Step, read_kind
from party_workflow.domain.procedure.reasons import (
    KIND_NOT_IN_FORCE,
    NEEDED_FIRST,
    NOT_A_KIND,
    OUTSIDE_WINDOW,
    REASONS,
    RETIRED_KIND,
    TAKEN,
    TOO_OFTEN,
    UNKNOWN_KIND,
    UNKNOWN_UNIT,
)
from party_workflow.domain.procedure.saying import Cited, moments_in, people_in, read, streams_in
from party_workflow.domain.procedure.state import Procedure, evolve
from party_workflow.errors import InvalidDefinition, Refusal

# --- decide ----------------------------------------------------------------------------------


def _asks(command: ProcedureCommand) -> Sequence[Ask]:
    opening: tuple[Ask, ...] = ()
    if isinstance(command, OpenProcedure):
        stream = f"definition/{command.kind.replace('_', '-')}"
        opening = (
            Ask("definition.body", stream, {"digest": command.definition}),
            Ask("definition.current", stream),
            Ask("organisation.unit_open", "organisation", {"unit": command.unit}),
        )
    known = Ask("organisation.known", "organisation", {"people": people_in(command), "at": EFFECTIVE})
    return (*opening, known, *(ask for ask, _ in _citations(command)))


def _citations(command: ProcedureCommand) -> Iterator[tuple[Ask, Any]]:
    """What is asked about the streams that a command cites, and about what of them each answer is."""
    moments = moments_in(command)
    for stream in streams_in(command):
        if stream == command.stream:
            continue
        category = stream.partition("/")[0]
        yield Ask(f"{category}.work", stream, optional=True), stream
        yield Ask(f"{category}.result", stream, optional=True), stream
        for moment in moments if category == "definition" else ():
            yield Ask("definition.in_force", stream, {"at": moment}), (stream, moment)


def _answered(command: ProcedureCommand, answers: Sequence[Any]) -> Cited:
    found: dict[str, dict[Any, Any]] = {"work": {}, "result": {}, "in_force": {}}
    for (ask, about), answer in zip(_citations(command), answers, strict=True):
        found[ask.fact.partition(".")[2]][about] = answer
    return Cited(found["work"], found["result"], found["in_force"])


def _decide(command: ProcedureCommand, state: Procedure, context: Context) -> Answer:
    match command:
        case OpenProcedure():
            if state.stream:
                return TAKEN(stream=command.stream)
            body, current, unit_open, known, *works = context.facts
            kind = _kind(command, body, current)
            if isinstance(kind, Refusal):
                return kind
            if not unit_open:
                return UNKNOWN_UNIT(unit=command.unit)
            opened = ProcedureOpened(
                kind=kind.code,
                definition=command.definition,
                body=kind.data(),
                confidential=kind.confidential,
                unit=command.unit,
                serves=tuple(sorted(set(command.serves), key=lambda item: (item.campaign, item.task))),
            )
            taken = _take(
                kind.by_code[kind.opening], command, Procedure(command.stream, kind), context, known, works
            )
            return taken if isinstance(taken, Refusal) else [opened, taken]
        case TakeStep():
            if state.kind is None:
                return UNKNOWN_MATTER(stream=command.stream, account=context.by.account)
            known, *works = context.facts
            moved = state.kind.table.step(state.state, command.step)
            if isinstance(moved, Refusal):
                return moved
            step = state.kind.by_code[command.step]
            if refusal := _shut(step, state) or _timed(step, state.kind, state, context):
                return refusal
            taken = _take(step, command, state, context, known, works)
            return taken if isinstance(taken, Refusal) else [taken]
        case _:
            assert_never(command)


def _kind(
    command: OpenProcedure, body: Mapping[str, Any] | None, current: tuple[int, str] | None
) -> ProcedureKind | Refusal:
    if body is None:
        return UNKNOWN_KIND(kind=command.kind, digest=command.definition)
    if current is None:
        return RETIRED_KIND(kind=command.kind)
    if current[1] != command.definition:
        return KIND_NOT_IN_FORCE(kind=command.kind, digest=command.definition, current=current[1])
    try:
        kind = read_kind(body)
    except InvalidDefinition as error:
        return NOT_A_KIND(kind=command.kind, fault=error.faults[0].what)
    return (
        kind
        if kind.code == command.kind
        else NOT_A_KIND(kind=command.kind, fault=f"it describes {kind.code}.")
    )


def _take(
    step: Step,
    command: ProcedureCommand,
    state: Procedure,
    context: Context,
    known: Any,
    works: Sequence[Any],
) -> StepTaken | Refusal:
    given = read(step, command, state, context, known, _answered(command, works))
    if isinstance(given, Refusal):
        return given
    # Who holds the relation from before may act, and still names themselves: nobody applies for another.
    for own in step.own if context.by.capacity == SELF else ():
        people = given[own].people if own in given else None
        if people is not None and context.by.person not in people:
            return NOT_OWN(event=step.code, own=own, person=context.by.person)
    placed = any(isinstance(item, PlacedGiven) for item in given.values())
    if placed:
        return StepPlaced(step=step.code, given=given)  # type: ignore[arg-type]
    return StepTaken(step=step.code, given=given)


def _shut(step: Step, state: Procedure) -> Refusal | None:
    """Why the state alone closes a step that the lifecycle leaves open."""
    times = len(state.takings(step.code))
    if step.at_most is not None and times >= step.at_most:
        return TOO_OFTEN(step=step.code, times=times)
    for need, lacking in state.lacking(step):
        return NEEDED_FIRST(step=step.code, needed=need.step, lacking=lacking)
    return None


def _timed(step: Step, kind: ProcedureKind, state: Procedure, context: Context) -> Refusal | None:
    window = step.window
    if window is None:
        return None
    source = state.saying(window.after)
    said = [] if source is None else [v for v in source.given[window.after].values if isinstance(v, date)]
    if source is None or not said:
        return NEEDED_FIRST(step=step.code, needed=window.after, lacking=window.after)
    zone = timedelta(minutes=kind.offset_minutes)
    start = max(said[-1], (source.recorded + zone).date()) if window.notice else said[-1]
    opens = start + timedelta(days=window.opens)
    closes = None if window.closes is None else start + timedelta(days=window.closes)
    # When it was done counts, not when it was recorded; but nobody gains time by dating ahead.
    on = (context.effective_at + zone).date()
    if min(on, (context.at + zone).date()) < opens or (closes is not None and on > closes):
        until = "any day after" if closes is None else day_text(closes)
        return OUTSIDE_WINDOW(step=step.code, opens=day_text(opens), closes=until)
    return None


def _closed(state: Procedure) -> Mapping[str, Refusal | None]:
    if not state.stream:
        return {}
    found: dict[str, Refusal | None] = {OpenProcedure.stored_type: TAKEN(stream=state.stream)}
    if state.kind is not None:
        for step in state.kind.steps:
            shut = state.kind.table.closed(state.state, step.code) or _shut(step, state)
            found[f"{TakeStep.stored_type}/{step.code}"] = shut
    return found


# --- decider ---------------------------------------------------------------------------------

DECIDER: Final[Decider[Procedure]] = Decider(
    category=CATEGORY,
    events=(ProcedureOpened, StepTaken, StepPlaced),
    commands=(OpenProcedure, TakeStep),
    initial=Procedure,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={"procedure.work": Procedure.work, "procedure.summary": Procedure.summary},
    closed=_closed,
    yields={
        OpenProcedure.stored_type: (ProcedureOpened, StepTaken, StepPlaced),
        TakeStep.stored_type: (StepTaken, StepPlaced),
    },
    reasons=REASONS,
)
