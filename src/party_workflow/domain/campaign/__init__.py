"""Campaign: phases with tasks in partial order, look-backs, and gates decided from outside the unit.

A campaign is pinned to one adopted version of its definition and counted on one frozen population.  Phases
come strictly one after the other; within a phase a task waits for those it comes after.  It is complete on
work that other aggregates hold and that says it serves the task, so that nothing counts twice by default.
A look-back sets what was done against what was planned, item by item; on it somebody who does not
belong to the unit lets the phase pass, lets it pass with conditions, which become tasks of the next phase, or
sends it back.  Who cannot take part is excused with an accommodation (R-005, R-057 to R-069).

One campaign is one stream, because the order of its phases and tasks, and that no work counts for two of them
unsaid, can only be held where all of them are seen together.

`plan` is the definition, `events` has events and commands, `state` the lifecycles and what the events do.
What is decided stands by concept: `moves` (what is open), `migration` (start, newer definitions), `tasks`,
`excusals`, `gates`; `aggregate` puts them together.
"""

from party_workflow.domain.campaign.aggregate import DECIDER
from party_workflow.domain.campaign.events import (
    CATEGORY,
    AccommodationRecorded,
    CampaignCancelled,
    CampaignClosed,
    CampaignFramed,
    CampaignMigrated,
    CampaignReframed,
    CampaignStarted,
    CancelCampaign,
    CloseCampaign,
    CompleteTask,
    Condition,
    ConductLookBack,
    CountedWork,
    DecideGate,
    EndExcusal,
    ExcusalEnded,
    ExcuseMember,
    Finding,
    FinishPhase,
    GateDecided,
    GateRequested,
    ItemResult,
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
from party_workflow.domain.campaign.migration import Divergence, divergences, plan_migration
from party_workflow.domain.campaign.moves import GUARDS
from party_workflow.domain.campaign.plan import WHOLE, Batch, CampaignDefinition, Mode, Phase, Slot, Task
from party_workflow.domain.campaign.reasons import REASONS
from party_workflow.domain.campaign.state import (
    LIFECYCLE,
    PHASE_LIFECYCLE,
    PHASE_TABLE,
    TABLE,
    Campaign,
    Excusal,
    PhaseProgress,
    Problem,
    TaskProgress,
)

__all__ = [
    "CATEGORY",
    "DECIDER",
    "GUARDS",
    "LIFECYCLE",
    "PHASE_LIFECYCLE",
    "PHASE_TABLE",
    "REASONS",
    "TABLE",
    "WHOLE",
    "AccommodationRecorded",
    "Batch",
    "Campaign",
    "CampaignCancelled",
    "CampaignClosed",
    "CampaignDefinition",
    "CampaignFramed",
    "CampaignMigrated",
    "CampaignReframed",
    "CampaignStarted",
    "CancelCampaign",
    "CloseCampaign",
    "CompleteTask",
    "Condition",
    "ConductLookBack",
    "CountedWork",
    "DecideGate",
    "Divergence",
    "EndExcusal",
    "ExcusalEnded",
    "Excusal",
    "ExcuseMember",
    "Finding",
    "FinishPhase",
    "GateDecided",
    "GateRequested",
    "ItemResult",
    "LinkProblem",
    "LookBackConducted",
    "MemberExcused",
    "MigrateDefinition",
    "Mode",
    "OpenPhase",
    "Phase",
    "PhaseFinished",
    "PhaseOpened",
    "PhaseProgress",
    "Problem",
    "ProblemLinked",
    "ProblemNoted",
    "RecordAccommodation",
    "ReopenTask",
    "RequestGate",
    "Slot",
    "StartCampaign",
    "Task",
    "TaskCompleted",
    "TaskProgress",
    "TaskReopened",
    "divergences",
    "plan_migration",
]
