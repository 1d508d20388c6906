"""What happens in a campaign, and the commands that lead to it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from party_workflow import canonical
from party_workflow.codec import Command, Event, Part
from party_workflow.domain.campaign.plan import Batch, CodeSet, Mode, Phase, Version
from party_workflow.personal import Personal, Sealed
from party_workflow.relations import ACTOR, Relates, Requires
from party_workflow.values import (
    Code,
    Count,
    Day,
    Digest,
    EventId,
    Flag,
    Key,
    Moment,
    PersonId,
    StreamId,
    UnitId,
)

CATEGORY: Final = "campaign"

Result = Literal["done", "partial", "missing", "excused"]
"""What a look-back finds of a planned item."""
Outcome = Literal["pass", "pass_with_conditions", "redo"]
"""How a gate is decided; redo (补课) sends the phase back to work."""


class CountedWork(Part):
    """A piece of work that counted for a task: what it was, and how much it counted for."""

    work: StreamId
    kind: Code
    quantity: Count


class ItemResult(Part):
    """What a look-back found of one task or condition."""

    task: Code
    result: Result
    note: Sealed | None = None


class Condition(Part):
    """What a gate asked for beside passing: a task of the next phase, under a code of its own.

    `due` is the day by which, `counts` the kinds of work that count (empty: any), `minimum` how much of it.
    """

    code: Code
    due: Day | None = None
    counts: CodeSet = ()
    minimum: Annotated[int, Field(strict=True, ge=1, le=canonical.MAX_INTEGER)] = 1


# --- events ----------------------------------------------------------------------------------


class CampaignStarted(Event):
    """A campaign of a unit was set up on a definition, which it is pinned to, and on a frozen population.

    One without phases has its tasks in the one phase `WHOLE`; `CampaignFramed` then says so.
    """

    stored_type: ClassVar[str] = "campaign.started"
    requires: ClassVar[Requires] = Requires(duty="campaign.start")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("organiser", ACTOR),)
    unit_field: ClassVar[str | None] = "unit"

    unit: UnitId
    population: Key
    code: Key
    version: Version
    digest: Digest
    phases: tuple[Phase, ...]


class CampaignFramed(Event):
    """What a campaign is beside its phases, recorded with its start where there is anything to say.

    The tasks of a `phaseless` one are open at once.  `batch` is that of the unit with its days, `predecessor`
    the campaign that this one follows on.
    """

    stored_type: ClassVar[str] = "campaign.framed"
    requires: ClassVar[Requires] = Requires(duty="campaign.start")

    phaseless: Flag = False
    theme: Code | None = None
    mode: Mode | None = None
    batch: Batch | None = None
    predecessor: Key | None = None


class CampaignMigrated(Event):
    """A campaign was moved to a newer version of its definition; nothing recorded contradicted it."""

    stored_type: ClassVar[str] = "campaign.migrated"
    requires: ClassVar[Requires] = Requires(duty="campaign.migrate")

    version: Version
    digest: Digest
    phases: tuple[Phase, ...]


class CampaignReframed(Event):
    """What a campaign is beside its phases under the newer version, recorded with the move to it."""

    stored_type: ClassVar[str] = "campaign.reframed"
    requires: ClassVar[Requires] = Requires(duty="campaign.migrate")

    phaseless: Flag = False
    theme: Code | None = None
    mode: Mode | None = None
    batch: Batch | None = None


class PhaseOpened(Event):
    """A phase began."""

    stored_type: ClassVar[str] = "campaign.phase_opened"
    requires: ClassVar[Requires] = Requires(duty="campaign.run")

    phase: Code


class PhaseFinished(Event):
    """A phase without a gate came to its end."""

    stored_type: ClassVar[str] = "campaign.phase_finished"
    requires: ClassVar[Requires] = Requires(duty="campaign.run")

    phase: Code


class TaskCompleted(Event):
    """A task or condition was complete, on this work.

    Where everybody had to have part, `covered` are those of the population who had, `excused` the others.
    """

    stored_type: ClassVar[str] = "campaign.task_completed"
    requires: ClassVar[Requires] = Requires(duty="campaign.run")

    task: Code
    counted: tuple[CountedWork, ...]
    total: Count
    covered: tuple[PersonId, ...] = ()
    excused: tuple[PersonId, ...] = ()


class TaskReopened(Event):
    """A task turned out not to be complete after all."""

    stored_type: ClassVar[str] = "campaign.task_reopened"
    requires: ClassVar[Requires] = Requires(duty="campaign.run")

    task: Code
    ground: Code


class MemberExcused(Event):
    """A person was excused from tasks (none named: from all) for a time, with what is done for them instead.

    Whoever records it has approved it, and it is never the person themselves.
    """

    stored_type: ClassVar[str] = "campaign.member_excused"
    requires: ClassVar[Requires] = Requires(duty="campaign.excuse", barred=("person",))

    person: PersonId
    reason: Code
    since: Moment
    until: Moment | None = None
    tasks: tuple[Code, ...] = ()
    accommodation: Code
    note: Sealed | None = None


class ExcusalEnded(Event):
    """A person's excusals that were in force at `until` ended then."""

    stored_type: ClassVar[str] = "campaign.excusal_ended"
    requires: ClassVar[Requires] = Requires(duty="campaign.excuse", barred=("person",))

    person: PersonId
    until: Moment
    ground: Code


class AccommodationRecorded(Event):
    """What was to be done for an excused person instead was carried out; `evidence` is a content hash."""

    stored_type: ClassVar[str] = "campaign.accommodation_recorded"
    requires: ClassVar[Requires] = Requires(duty="campaign.excuse", barred=("person",))

    person: PersonId
    evidence: Digest
    ground: Code


class LookBackConducted(Event):
    """What was done in a phase was set against what was planned, item by item (回头看)."""

    stored_type: ClassVar[str] = "campaign.look_back_conducted"
    requires: ClassVar[Requires] = Requires(duty="campaign.look_back")

    phase: Code
    results: tuple[ItemResult, ...]


class ProblemNoted(Event):
    """A look-back found an item that is not done."""

    stored_type: ClassVar[str] = "campaign.problem_noted"
    requires: ClassVar[Requires] = Requires(duty="campaign.look_back")

    phase: Code
    task: Code
    result: Result


class ProblemLinked(Event):
    """The case in which a noted problem is dealt with was named."""

    stored_type: ClassVar[str] = "campaign.problem_linked"
    requires: ClassVar[Requires] = Requires(duty="campaign.run")

    task: Code
    case: StreamId


class GateRequested(Event):
    """The unit asked for the decision on a phase, on this look-back."""

    stored_type: ClassVar[str] = "campaign.gate_requested"
    requires: ClassVar[Requires] = Requires(duty="campaign.run")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("requester", ACTOR),)

    phase: Code
    look_back: EventId | None = None


class GateDecided(Event):
    """Somebody from outside the unit, who neither set it up nor asked for it, decided on a phase (转段)."""

    stored_type: ClassVar[str] = "campaign.gate_decided"
    requires: ClassVar[Requires] = Requires(
        duty="campaign.gate", outside=True, barred=("organiser", "requester")
    )

    phase: Code
    decision: Outcome
    conditions: tuple[Condition, ...] = ()
    ground: Sealed | None = None


class CampaignClosed(Event):
    """The campaign was over: every phase passed, every condition met."""

    stored_type: ClassVar[str] = "campaign.closed"
    requires: ClassVar[Requires] = Requires(duty="campaign.close")


class CampaignCancelled(Event):
    """The campaign was broken off.  What was recorded stays."""

    stored_type: ClassVar[str] = "campaign.cancelled"
    requires: ClassVar[Requires] = Requires(duty="campaign.close")

    ground: Code


CampaignEvent = (
    CampaignStarted
    | CampaignFramed
    | CampaignMigrated
    | CampaignReframed
    | PhaseOpened
    | PhaseFinished
    | TaskCompleted
    | TaskReopened
    | MemberExcused
    | ExcusalEnded
    | AccommodationRecorded
    | LookBackConducted
    | ProblemNoted
    | ProblemLinked
    | GateRequested
    | GateDecided
    | CampaignClosed
    | CampaignCancelled
)

# --- commands --------------------------------------------------------------------------------


class _CampaignCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class _OnPopulation(_CampaignCommand):
    population: Key | None = None

    @property
    def counted_on(self) -> str:
        """The population that the command speaks of: the one named, or else the campaign's namesake."""
        return self.population or self.key


class StartCampaign(_CampaignCommand):
    """Set up a campaign of a unit on one adopted version of a definition and on a frozen population.

    `batch` is needed where the definition has batches.  `predecessor` is the key of a campaign that this one
    follows on; that one need not be over.
    """

    stored_type: ClassVar[str] = "campaign.start"
    definition_code: Key
    definition: Digest
    unit: UnitId
    population: Key
    batch: Code | None = None
    predecessor: Key | None = None


class MigrateDefinition(_CampaignCommand):
    """Move a campaign to a newer version of its definition.  Refused if anything recorded contradicts it."""

    stored_type: ClassVar[str] = "campaign.migrate_definition"
    definition_code: Key
    definition: Digest


class OpenPhase(_CampaignCommand):
    """Begin a phase.  Every phase before it has to have passed."""

    stored_type: ClassVar[str] = "campaign.open_phase"
    phase: Code


class FinishPhase(_CampaignCommand):
    """End a phase that has no gate, when its required tasks are complete or excused in its look-back."""

    stored_type: ClassVar[str] = "campaign.finish_phase"
    phase: Code


class CompleteTask(_OnPopulation):
    """Complete a task or condition on work that was done, that says it serves this task, and that counts.

    `population` is needed for a task that everybody has part in, where the population is not called like the
    campaign.
    """

    stored_type: ClassVar[str] = "campaign.complete_task"
    task: Code
    evidence: tuple[StreamId, ...]


class ReopenTask(_CampaignCommand):
    """Take back that a task is complete.  Tasks that came after it are reopened first."""

    stored_type: ClassVar[str] = "campaign.reopen_task"
    task: Code
    ground: Code


class ExcuseMember(_OnPopulation):
    """Excuse a person of the population from tasks (none named: from all), from one moment until another.

    `accommodation` is what is done for them instead.  `population` as in `CompleteTask`.
    """

    stored_type: ClassVar[str] = "campaign.excuse_member"
    person: PersonId
    reason: Code
    since: Moment
    until: Moment | None = None
    tasks: tuple[Code, ...] = ()
    accommodation: Code
    note: Personal | None = None


class EndExcusal(_CampaignCommand):
    """End a person's excusals that are in force at a moment."""

    stored_type: ClassVar[str] = "campaign.end_excusal"
    person: PersonId
    until: Moment
    ground: Code


class RecordAccommodation(_CampaignCommand):
    """Record that what was to be done for an excused person instead was carried out."""

    stored_type: ClassVar[str] = "campaign.record_accommodation"
    person: PersonId
    evidence: Digest
    ground: Code


class Finding(Part):
    """What a look-back is to say of one item."""

    result: Result
    note: Personal | None = None


class ConductLookBack(_CampaignCommand):
    """Look back on a phase: one result for each of its tasks and each condition carried into it."""

    stored_type: ClassVar[str] = "campaign.conduct_look_back"
    phase: Code
    results: dict[Code, Finding]


class LinkProblem(_CampaignCommand):
    """Name the case in which a noted problem is dealt with."""

    stored_type: ClassVar[str] = "campaign.link_problem"
    task: Code
    case: StreamId


class RequestGate(_CampaignCommand):
    """Ask for the decision on a phase.  `look_back` is the id of the event, by default the latest one's."""

    stored_type: ClassVar[str] = "campaign.request_gate"
    phase: Code
    look_back: EventId | None = None


class DecideGate(_CampaignCommand):
    """Decide on a phase, from outside the unit.  Conditions become tasks of the next phase."""

    stored_type: ClassVar[str] = "campaign.decide_gate"
    phase: Code
    decision: Outcome
    conditions: tuple[Condition, ...] = ()
    ground: Personal | None = None


class CloseCampaign(_CampaignCommand):
    """End a campaign whose last phase has passed and whose conditions are met."""

    stored_type: ClassVar[str] = "campaign.close"


class CancelCampaign(_CampaignCommand):
    """Break a campaign off, with the ground."""

    stored_type: ClassVar[str] = "campaign.cancel"
    ground: Code


CampaignCommand = (
    StartCampaign
    | MigrateDefinition
    | OpenPhase
    | FinishPhase
    | CompleteTask
    | ReopenTask
    | ExcuseMember
    | EndExcusal
    | RecordAccommodation
    | ConductLookBack
    | LinkProblem
    | RequestGate
    | DecideGate
    | CloseCampaign
    | CancelCampaign
)
