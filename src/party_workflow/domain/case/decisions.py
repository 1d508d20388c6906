"""What a command on a case leads to: the order of the checks, and the decider."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from party_workflow.authority import UNKNOWN_MATTER
from party_workflow.canonical import time_text
from party_workflow.codec import Command, Event
from party_workflow.decider import Answer, Context, Decider
from party_workflow.domain.case.asking import Facts, answered, asks, move_of, needs
from party_workflow.domain.case.base import CaseMove, CaseNote
from party_workflow.domain.case.clocks import started, triggers
from party_workflow.domain.case.commands import (
    CATEGORY,
    MOVING,
    NOTING,
    AnswerRequester,
    AssignInvestigator,
    AssignResponsible,
    CaseCommand,
    CloseCase,
    DecideIdentity,
    ExtendClock,
    ExtendDue,
    GiveParticulars,
    LinkCase,
    OpenCase,
    OpenIdentity,
    RecountClock,
    RecuseFromCase,
    RemindCase,
    ReopenCase,
    RequestIdentity,
    ResumeCase,
)
from party_workflow.domain.case.describing import demanded, lacking, revealed
from party_workflow.domain.case.events import MOVED, NOTED, CaseOpened, DueExtended
from party_workflow.domain.case.evolving import evolve
from party_workflow.domain.case.handling import assigned, handled
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
from party_workflow.domain.case.noting import IDENTITY, WHILE_OPEN, Noting, noted
from party_workflow.domain.case.onward import Passing, passed
from party_workflow.domain.case.opening import opened
from party_workflow.domain.case.parts import Demand
from party_workflow.domain.case.passing import ClockExtended
from party_workflow.domain.case.reasons import (
    CLOCK_NOT_RUNNING,
    GOES_ON,
    LEAD_UNDECIDED,
    NO_COMPLAINANT,
    NOT_YET,
    OVER,
    REASONS,
    TAKEN,
    TOO_EARLY,
    UNKNOWN,
    UNKNOWN_PARTICULAR,
)
from party_workflow.domain.case.state import Case
from party_workflow.domain.case.timing import begun, bounded, resumed
from party_workflow.errors import Refusal


def _decide(command: CaseCommand, state: Case, context: Context) -> Answer:
    ahead = (
        NOT_YET(effective_at=time_text(context.effective_at)) if context.effective_at > context.at else None
    )
    if isinstance(command, OpenCase):
        if refusal := TAKEN(stream=command.stream) if state.kind is not None else ahead:
            return refusal
        return opened(command, answered(command, state, context.facts), context)
    if state.kind is None:
        # The same words as for a case that the actor may not see, so that refusals do not tell the two apart.
        return UNKNOWN_MATTER(stream=command.stream, account=context.by.account)
    if ahead is not None:
        return ahead
    facts, kind = answered(command, state, context.facts), state.kind
    if isinstance(command, Noting):
        return _too_early(state.opened, context) or noted(command, state, kind, facts, context)
    move = move_of(command)
    assert move is not None
    step = kind.table.step(state.state, move)
    if isinstance(step, Refusal):
        return step
    if (
        refusal := bounded(kind, move, state, context)
        or lacking(kind, move, state.particulars)
        or demanded(kind, move, _has(command, state, move, step.dest))
        or _goes_on(command, facts)
        or _waits_for_lead(state, command, facts)
        or (revealed(command.source, state.confidential, facts) if isinstance(command, ReopenCase) else None)
    ):
        return refusal
    moves: list[CaseMove] | Refusal
    if isinstance(command, AssignResponsible | AssignInvestigator):
        moves = assigned(command, state, facts, context, step.dest)
    elif isinstance(command, Passing):
        moves = passed(command, state, kind, facts, context, step.dest)
    else:
        moves = handled(command, state, kind, context, step.dest)
    if isinstance(moves, Refusal):
        return moves
    starts = begun(kind, triggers(move, state.state, step.dest), state, state.codes, facts, context)
    runs_on = resumed(kind, state, facts, context) if isinstance(command, ResumeCase) else []
    notes: list[CaseNote] = []
    for more in (runs_on, starts):
        if isinstance(more, Refusal):
            return more
        notes += more
    return _too_early(state.entered, context) or [*moves, *notes]


def _too_early(since: datetime | None, context: Context) -> Refusal | None:
    """What is recorded of a case did not happen before the opening, nor a move before what it follows: else a
    date would make an answer timely that was given before there was anything to answer."""
    if since is None or context.effective_at >= since:
        return None
    return TOO_EARLY(effective_at=time_text(context.effective_at), since=time_text(since))


def _has(command: CaseCommand, state: Case, move: str, dest: str) -> set[Demand]:
    """What the case has once the command is carried out: a clock that it starts makes something due."""
    assert state.kind is not None
    starts = started(state.kind, triggers(move, state.state, dest), state.runs, state.codes)
    found: dict[Demand, object] = {
        "responsible": getattr(command, "responsible", None) or state.responsible,
        "due": getattr(command, "due", None) or state.due or starts or any(r.running for r in state.runs),
        "requester": state.requester or state.complainant,
        "concerns": state.concerns,
        "classes": state.classes,
        "evidence": getattr(command, "evidence", ()),
    }
    return {name for name, value in found.items() if value}


def _goes_on(command: CaseCommand, facts: Facts) -> Refusal | None:
    """What was passed on as another case is not closed before that one is finished."""
    if "promoted" not in facts or not isinstance(command, CloseCase):
        return None
    promoted = facts["promoted"]
    return None if promoted is not None and promoted.final else GOES_ON()


def _waits_for_lead(state: Case, command: CaseCommand, facts: Facts) -> Refusal | None:
    """A duplicate is answered by what came of the lead case, and not before anything did."""
    if state.lead is None or not isinstance(command, AnswerRequester) or "lead" not in facts:
        return None
    lead = facts["lead"]
    came = (
        lead is not None and not lead.withdrawn and (lead.outcome is not None or lead.answered or lead.final)
    )
    return None if came else LEAD_UNDECIDED(lead=state.lead)


def _closed(state: Case) -> Mapping[str, Refusal | None]:
    if state.kind is None:
        return {command.stored_type: UNKNOWN() for command in (*MOVING, *NOTING)}
    found: dict[str, Refusal | None] = {OpenCase.stored_type: TAKEN(stream=state.stream)}
    for command, moves in MOVING.items():
        refusals = [state.kind.table.closed(state.state, move) for move in moves]
        found[command.stored_type] = None if None in refusals else refusals[0]
    if not state.kind.particulars:
        found[GiveParticulars.stored_type] = UNKNOWN_PARTICULAR(particular="particular", known="none")
    if not any(run.running for run in state.runs):
        still = CLOCK_NOT_RUNNING(clock="of any name", running="none")
        found |= {command.stored_type: still for command in (ExtendClock, RecountClock, RemindCase)}
    if state.final:
        found |= {command.stored_type: OVER() for command in WHILE_OPEN}
    if state.complainant is None:
        found |= {command.stored_type: NO_COMPLAINANT() for command in IDENTITY}
    return found


# --- decider ---------------------------------------------------------------------------------

_BY_MOVE: Final = {event.move: event for event in MOVED}
_MADE: Final[dict[type[Command], tuple[type[Event], ...]]] = {
    **{command: tuple(_BY_MOVE[move] for move in moves) for command, moves in MOVING.items()},
    ExtendDue: (DueExtended,),
    ExtendClock: (ClockExtended,),
}

COMMANDS: Final[tuple[type[Command], ...]] = (OpenCase, *MOVING, *NOTING)

DECIDER: Final[Decider[Case]] = Decider(
    category=CATEGORY,
    events=(CaseOpened, *MOVED, *NOTED),
    commands=COMMANDS,
    initial=Case,
    evolve=evolve,
    decide=_decide,
    asks=asks,
    needs=needs,
    vaulted=frozenset({"case.complainant"}),
    answers={"case.work": Case.work, "case.summary": Case.summary},
    closed=_closed,
    yields={
        OpenCase.stored_type: (CaseOpened, ParticularsGiven, ClockStarted),
        **{
            command.stored_type: (
                *events,
                *((ClockMoved,) if command is ResumeCase else ()),
                ClockStarted,
            )
            for command, events in _MADE.items()
        },
        GiveParticulars.stored_type: (ParticularsGiven,),
        RecountClock.stored_type: (ClockRecounted,),
        RemindCase.stored_type: (CaseReminded,),
        LinkCase.stored_type: (CaseLinked,),
        RecuseFromCase.stored_type: (CaseRecused,),
        RequestIdentity.stored_type: (IdentityRequested,),
        DecideIdentity.stored_type: (IdentityDecided,),
        OpenIdentity.stored_type: (IdentityOpened,),
    },
    reasons=REASONS,
)
