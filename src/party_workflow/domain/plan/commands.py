"""What can be asked for on a plan."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from party_workflow.calendar import StoredPeriod
from party_workflow.codec import Command
from party_workflow.domain.plan.events import CATEGORY
from party_workflow.domain.plan.items import MOST, Citation, Claimed, Finding, ItemDraft, RankClaim, Settled
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Personal
from party_workflow.quantity import Quantity
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


class PlanStep(Command):
    """Any command on a plan."""

    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class DraftPlan(PlanStep):
    """Begin a plan under the kind with this digest."""

    stored_type: ClassVar[str] = "plan.draft"
    unit: UnitId
    kind: Code
    definition: Digest
    period: StoredPeriod | None = None
    lead: PersonId | None = None
    partners: tuple[UnitId, ...] = ()
    contacts: tuple[PersonId, ...] = ()
    basis: Code | None = None
    title: Personal | None = None
    serves: tuple[Serves, ...] = ()


class AddItem(PlanStep):
    """Add a commitment to the draft."""

    stored_type: ClassVar[str] = "plan.add_item"
    item: ItemDraft


class ReviseItem(PlanStep):
    """Write a commitment of the draft anew, under the same code."""

    stored_type: ClassVar[str] = "plan.revise_item"
    item: ItemDraft


class PreviewPlan(PlanStep):
    """Tell of the draft before it is official."""

    stored_type: ClassVar[str] = "plan.preview"
    audience: Code


class ReturnPlan(PlanStep):
    """Send a plan that was told of back to be drafted further."""

    stored_type: ClassVar[str] = "plan.return"
    ground: Code


class ApprovePlan(PlanStep):
    """Make the set of items official, and lock it."""

    stored_type: ClassVar[str] = "plan.approve"


class ProposeAmendment(PlanStep):
    """Propose to add an item to the locked set, with the ground."""

    stored_type: ClassVar[str] = "plan.propose_amendment"
    item: ItemDraft
    ground: Code


class DecideAmendment(PlanStep):
    """Approve a proposal, or turn it down."""

    stored_type: ClassVar[str] = "plan.decide_amendment"
    number: Count
    approved: Flag


class WithdrawItem(PlanStep):
    """Withdraw an item, with the ground.  Nothing is deleted."""

    stored_type: ClassVar[str] = "plan.withdraw_item"
    item: Code
    ground: Code
    reason: Personal | None = None


class ChangeAccountable(PlanStep):
    """Make another person accountable for an item."""

    stored_type: ClassVar[str] = "plan.change_accountable"
    item: Code
    person: PersonId
    ground: Code


class ReachMilestone(PlanStep):
    """Report a step on the way as reached."""

    stored_type: ClassVar[str] = "plan.reach_milestone"
    item: Code
    milestone: Code
    evidence: Annotated[tuple[Citation, ...], Field(max_length=MOST)] = ()


class FileReport(PlanStep):
    """Report what was achieved of an item."""

    stored_type: ClassVar[str] = "plan.report"
    item: Code
    claim: Claimed
    figure: Quantity | None = None
    counts: dict[Code, Quantity] = Field(default_factory=dict)
    rank: RankClaim | None = None
    occasion: StreamId | None = None
    evidence: Annotated[tuple[Citation, ...], Field(max_length=MOST)] = ()
    text: Personal | None = None


class VerifyReport(PlanStep):
    """Accept a report, or not."""

    stored_type: ClassVar[str] = "plan.verify"
    number: Count
    accepted: Flag
    finding: Personal | None = None


class ConductLookBack(PlanStep):
    """Set everything against what was planned: one finding for each item."""

    stored_type: ClassVar[str] = "plan.look_back"
    occasion: Code
    results: dict[Code, Finding]


class NoteMissed(PlanStep):
    """Note that the occasion that an item was promised for was over at a moment, and nothing was reported.

    Where that occasion was folded into another one, `by_way_of` names those that stood for it, in order; it
    is the last of them that was over.
    """

    stored_type: ClassVar[str] = "plan.note_missed"
    item: Code
    occasion: StreamId
    over: Moment
    by_way_of: tuple[StreamId, ...] = ()


class LinkProblem(PlanStep):
    """Say in which case a problem is dealt with."""

    stored_type: ClassVar[str] = "plan.link_problem"
    item: Code
    case: StreamId


class Remind(PlanStep):
    """Remind somebody of an item, as the kind has it, on this day."""

    stored_type: ClassVar[str] = "plan.remind"
    item: Code
    reminder: Code
    on: Day


class MakeFinalReport(PlanStep):
    """Report every item as achieved, not achieved or withdrawn."""

    stored_type: ClassVar[str] = "plan.make_final_report"
    outcomes: dict[Code, Settled]
    look_back: EventId | None = None


class ClosePlan(PlanStep):
    """Close the plan."""

    stored_type: ClassVar[str] = "plan.close"
    look_back: EventId | None = None


PlanCommand = (
    DraftPlan
    | AddItem
    | ReviseItem
    | PreviewPlan
    | ReturnPlan
    | ApprovePlan
    | ProposeAmendment
    | DecideAmendment
    | WithdrawItem
    | ChangeAccountable
    | ReachMilestone
    | FileReport
    | VerifyReport
    | ConductLookBack
    | NoteMissed
    | LinkProblem
    | Remind
    | MakeFinalReport
    | ClosePlan
)
