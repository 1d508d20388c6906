"""Which moves of a campaign and its phases are open: guards, and why the state closes a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from party_workflow.domain.campaign import reasons
from party_workflow.domain.campaign.events import (
    CancelCampaign,
    CloseCampaign,
    CompleteTask,
    ConductLookBack,
    DecideGate,
    EndExcusal,
    ExcuseMember,
    FinishPhase,
    LinkProblem,
    MigrateDefinition,
    OpenPhase,
    RecordAccommodation,
    ReopenTask,
    RequestGate,
    StartCampaign,
)
from party_workflow.domain.campaign.plan import Phase
from party_workflow.domain.campaign.state import PHASE_TABLE, TABLE, Campaign
from party_workflow.errors import Refusal
from party_workflow.lifecycle import Guard


@dataclass(frozen=True, slots=True)
class _Turn:
    """A phase about to move: what the guards judge."""

    state: Campaign
    phase: Phase


def _phases_before_passed(turn: _Turn) -> Refusal | None:
    for phase in turn.state.planned:
        if phase.code == turn.phase.code:
            return None
        standing = turn.state.standing(phase.code)
        if standing.state != "passed":
            return reasons.PHASE_BEFORE(phase=turn.phase.code, before=phase.code, state=standing.state)
    return None


def _without_gate(turn: _Turn) -> Refusal | None:
    return reasons.HAS_GATE(phase=turn.phase.code) if turn.phase.gate else None


def _looked_back(turn: _Turn) -> Refusal | None:
    standing = turn.state.standing(turn.phase.code)
    if turn.phase.look_back and standing.state != "looked_back":
        return reasons.LOOK_BACK_NEEDED(phase=turn.phase.code, state=standing.state)
    return None


def _tasks_done(turn: _Turn) -> Refusal | None:
    tasks = turn.state.open_tasks(turn.phase)
    return reasons.TASKS_OPEN(phase=turn.phase.code, tasks=listed(tasks)) if tasks else None


GUARDS: Final[Mapping[str, Guard[_Turn]]] = {
    guard.code: guard
    for guard in (
        Guard("phases_before_passed", _phases_before_passed),
        Guard("without_gate", _without_gate),
        Guard("looked_back", _looked_back),
        Guard("tasks_done", _tasks_done),
    )
}

_MOVES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    OpenPhase.stored_type: ("open_phase", ("open",)),
    FinishPhase.stored_type: ("finish_phase", ("finish",)),
    CompleteTask.stored_type: ("complete_task", ("complete_task",)),
    ReopenTask.stored_type: ("reopen_task", ("reopen_task",)),
    ConductLookBack.stored_type: ("look_back", ("look_back",)),
    RequestGate.stored_type: ("request_gate", ("request_gate",)),
    DecideGate.stored_type: ("decide_gate", ("pass", "pass_with_conditions", "redo")),
    LinkProblem.stored_type: ("link_problem", ()),
    ExcuseMember.stored_type: ("excuse", ()),
    EndExcusal.stored_type: ("excuse", ()),
    RecordAccommodation.stored_type: ("excuse", ()),
    MigrateDefinition.stored_type: ("migrate", ()),
    CloseCampaign.stored_type: ("close", ()),
    CancelCampaign.stored_type: ("cancel", ()),
}
"""By command: its move in the lifecycle of the campaign, and those that it may be in that of a phase."""


def listed(codes: Sequence[str]) -> str:
    return ", ".join(codes) if codes else "none"


def phase_refusal(state: Campaign, code: str, move: str) -> Refusal | None:
    """Why a phase cannot make a move: there is none, its lifecycle, or a guard."""
    phase = state.phase(code)
    if phase is None:
        return reasons.UNKNOWN_PHASE(phase=code, known=listed([item.code for item in state.planned]))
    step = PHASE_TABLE.step(state.standing(code).state, move, GUARDS, _Turn(state, phase))
    return step if isinstance(step, Refusal) else None


def closed_moves(state: Campaign) -> Mapping[str, Refusal | None]:
    """Why the state alone closes a command: the campaign's lifecycle, or that of whichever phase is on."""
    if state.plan is None:
        return {name: reasons.UNKNOWN() for name in _MOVES}
    found: dict[str, Refusal | None] = {StartCampaign.stored_type: reasons.TAKEN(key=state.key)}
    standings = [state.standing(phase.code).state for phase in state.planned]
    on = next((standing for standing in standings if standing != "passed"), "passed")
    for name, (move, phase_moves) in _MOVES.items():
        refusal = TABLE.closed(state.state, move)
        if refusal is None and phase_moves:
            closed = [PHASE_TABLE.closed(standing, m) for standing in standings for m in phase_moves]
            refusal = None if None in closed else PHASE_TABLE.closed(on, phase_moves[0])
        found[name] = refusal
    if TABLE.closed(state.state, "complete_task") is None and on == "passed" and state.open_conditions():
        found[CompleteTask.stored_type] = None
    return found
