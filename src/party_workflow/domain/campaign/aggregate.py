"""What a campaign asks of others, what it decides, and the decider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.campaign import reasons
from party_workflow.domain.campaign.events import (
    CATEGORY,
    AccommodationRecorded,
    CampaignCancelled,
    CampaignClosed,
    CampaignCommand,
    CampaignFramed,
    CampaignMigrated,
    CampaignReframed,
    CampaignStarted,
    CancelCampaign,
    CloseCampaign,
    CompleteTask,
    ConductLookBack,
    DecideGate,
    EndExcusal,
    ExcusalEnded,
    ExcuseMember,
    FinishPhase,
    GateDecided,
    GateRequested,
    LinkProblem,
    LookBackConducted,
    MemberExcused,
    MigrateDefinition,
    OpenPhase,
    PhaseFinished,
    PhaseOpened,
    ProblemLinked,
    ProblemNoted,
    RecordAccommodation,
    ReopenTask,
    RequestGate,
    StartCampaign,
    TaskCompleted,
    TaskReopened,
)
from party_workflow.domain.campaign.excusals import excuse
from party_workflow.domain.campaign.gates import decide_gate, link, look_back, request
from party_workflow.domain.campaign.migration import migrate, start
from party_workflow.domain.campaign.moves import closed_moves, listed, phase_refusal
from party_workflow.domain.campaign.state import Campaign, evolve
from party_workflow.domain.campaign.tasks import complete, reopen
from party_workflow.errors import Refusal

# --- decide ----------------------------------------------------------------------------------


def _asks(command: CampaignCommand) -> Sequence[Ask]:
    match command:
        case StartCampaign():
            people = Ask("population.people", f"population/{command.population}")
            unit = Ask("organisation.unit_open", "organisation", {"unit": command.unit})
            asked = (*_definition_asks(command), people, unit)
            if command.predecessor is None:
                return asked
            return (*asked, _work_ask(f"{CATEGORY}/{command.predecessor}"))
        case MigrateDefinition():
            return _definition_asks(command)
        case CompleteTask():
            return (*(_work_ask(stream) for stream in command.evidence), _people_ask(command))
        case ExcuseMember():
            return (_people_ask(command),)
        case LinkProblem():
            return (_work_ask(command.case),)
        case (
            OpenPhase()
            | FinishPhase()
            | ReopenTask()
            | EndExcusal()
            | RecordAccommodation()
            | ConductLookBack()
            | RequestGate()
            | DecideGate()
            | CloseCampaign()
            | CancelCampaign()
        ):
            return ()
        case _:
            assert_never(command)


def _definition_asks(command: StartCampaign | MigrateDefinition) -> tuple[Ask, Ask]:
    stream = f"definition/{command.definition_code}"
    body = Ask("definition.body", stream, {"digest": command.definition})
    return body, Ask("definition.current", stream)


def _people_ask(command: CompleteTask | ExcuseMember) -> Ask:
    return Ask("population.people", f"population/{command.counted_on}", {"at": EFFECTIVE})


def _work_ask(stream: str) -> Ask:
    return Ask(f"{stream.partition('/')[0]}.work", stream, optional=True)


def _decide(command: CampaignCommand, state: Campaign, context: Context) -> Answer:
    if isinstance(command, StartCampaign):
        return start(command, state, context)
    if refusal := closed_moves(state).get(command.stored_type):
        return refusal
    assert state.plan is not None
    match command:
        case MigrateDefinition():
            return migrate(command, state, state.plan, context)
        case OpenPhase():
            refusal = phase_refusal(state, command.phase, "open")
            return refusal or [PhaseOpened(phase=command.phase)]
        case FinishPhase():
            refusal = phase_refusal(state, command.phase, "finish")
            return refusal or [PhaseFinished(phase=command.phase)]
        case CompleteTask():
            return complete(command, state, context)
        case ReopenTask():
            return reopen(command, state)
        case ExcuseMember() | EndExcusal() | RecordAccommodation():
            return excuse(command, state, context)
        case ConductLookBack():
            return look_back(command, state, context)
        case LinkProblem():
            return link(command, state, context)
        case RequestGate():
            return request(command, state)
        case DecideGate():
            return decide_gate(command, state, context)
        case CloseCampaign():
            return _unfinished(state) or [CampaignClosed()]
        case CancelCampaign():
            return [CampaignCancelled(ground=command.ground)]
        case _:
            assert_never(command)


def _unfinished(state: Campaign) -> Refusal | None:
    """Why a campaign cannot be closed."""
    if state.phaseless:
        (whole,) = state.planned
        if tasks := state.open_tasks(whole):
            return reasons.TASKS_OPEN(phase=whole.code, tasks=listed(tasks))
        return None
    phases = [item.code for item in state.planned if state.standing(item.code).state != "passed"]
    if phases:
        return reasons.PHASES_OPEN(phases=listed(phases))
    if conditions := state.open_conditions():
        return reasons.CONDITIONS_OPEN(conditions=listed(conditions))
    return None


# --- decider ---------------------------------------------------------------------------------

DECIDER: Final[Decider[Campaign]] = Decider(
    category=CATEGORY,
    events=(
        CampaignStarted,
        CampaignFramed,
        CampaignMigrated,
        CampaignReframed,
        PhaseOpened,
        PhaseFinished,
        TaskCompleted,
        TaskReopened,
        MemberExcused,
        ExcusalEnded,
        AccommodationRecorded,
        LookBackConducted,
        ProblemNoted,
        ProblemLinked,
        GateRequested,
        GateDecided,
        CampaignClosed,
        CampaignCancelled,
    ),
    commands=(
        StartCampaign,
        MigrateDefinition,
        OpenPhase,
        FinishPhase,
        CompleteTask,
        ReopenTask,
        ExcuseMember,
        EndExcusal,
        RecordAccommodation,
        ConductLookBack,
        LinkProblem,
        RequestGate,
        DecideGate,
        CloseCampaign,
        CancelCampaign,
    ),
    initial=Campaign,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={
        "campaign.excusals": Campaign.excusals,
        "campaign.progress": Campaign.progress,
        "campaign.missing": Campaign.missing,
        "campaign.work": Campaign.work,
    },
    closed=closed_moves,
    yields={
        StartCampaign.stored_type: (CampaignStarted, CampaignFramed),
        MigrateDefinition.stored_type: (CampaignMigrated, CampaignReframed),
        OpenPhase.stored_type: (PhaseOpened,),
        FinishPhase.stored_type: (PhaseFinished,),
        CompleteTask.stored_type: (TaskCompleted,),
        ReopenTask.stored_type: (TaskReopened,),
        ExcuseMember.stored_type: (MemberExcused,),
        EndExcusal.stored_type: (ExcusalEnded,),
        RecordAccommodation.stored_type: (AccommodationRecorded,),
        ConductLookBack.stored_type: (LookBackConducted, ProblemNoted),
        LinkProblem.stored_type: (ProblemLinked,),
        RequestGate.stored_type: (GateRequested,),
        DecideGate.stored_type: (GateDecided,),
        CloseCampaign.stored_type: (CampaignClosed,),
        CancelCampaign.stored_type: (CampaignCancelled,),
    },
    reasons=reasons.REASONS,
)
