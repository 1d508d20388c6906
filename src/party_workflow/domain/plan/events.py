"""What is recorded of a plan."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from party_workflow.calendar import StoredPeriod
from party_workflow.codec import Event
from party_workflow.domain.plan.items import (
    MOST,
    Cited,
    Claimed,
    Item,
    ItemOutcome,
    ItemResult,
    RankAttained,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Sealed
from party_workflow.quantity import Quantity
from party_workflow.relations import ACTOR, Relates, Requires
from party_workflow.values import (
    Code,
    CodedDocument,
    Count,
    Day,
    Digest,
    EventId,
    Flag,
    Moment,
    PersonId,
    StreamId,
    UnitId,
)

CATEGORY: Final = "plan"

Problem = Literal["partial", "missing", "excused"]


class PlanDrafted(Event):
    """A plan of a unit was begun.  `body` is the kind with the digest `definition`.

    `lead` answers for the whole, `partners` are the units that have part in it and `contacts` the people of
    theirs who see it as the lead does (R-171).  `basis` is the code of what it rests on.
    """

    stored_type: ClassVar[str] = "plan.drafted"
    requires: ClassVar[Requires] = Requires(duty="plan.draft")
    relates: ClassVar[tuple[Relates, ...]] = (
        Relates("drafter", ACTOR),
        Relates("lead", "lead"),
        Relates("contact", "contacts"),
    )
    unit_field: ClassVar[str | None] = "unit"

    unit: UnitId
    kind: Code
    definition: Digest
    body: CodedDocument
    period: StoredPeriod | None = None
    lead: PersonId | None = None
    partners: tuple[UnitId, ...] = ()
    contacts: tuple[PersonId, ...] = ()
    basis: Code | None = None
    title: Sealed | None = None
    serves: tuple[Serves, ...] = ()


class _OfItem(Event):
    """What the events that hold a whole item have in common."""

    relates: ClassVar[tuple[Relates, ...]] = (
        Relates("drafter", ACTOR),
        Relates("accountable", "accountable"),
        Relates("team", "team"),
    )

    item: Item

    @property
    def accountable(self) -> str:
        """The one person accountable."""
        return self.item.person

    @property
    def team(self) -> tuple[str, ...]:
        """Those who work on it."""
        return self.item.team


class ItemAdded(_OfItem):
    """A commitment came into the draft."""

    stored_type: ClassVar[str] = "plan.item_added"
    requires: ClassVar[Requires] = Requires(duty="plan.draft")


class ItemRevised(_OfItem):
    """A commitment of the draft was written anew; the item says all of it."""

    stored_type: ClassVar[str] = "plan.item_revised"
    requires: ClassVar[Requires] = Requires(duty="plan.draft")


class PlanPreviewed(Event):
    """The draft was told of before it is official (R-009); `digest` is of the set of items as shown."""

    stored_type: ClassVar[str] = "plan.previewed"
    requires: ClassVar[Requires] = Requires(duty="plan.draft")

    audience: Code
    digest: Digest


class PlanReturned(Event):
    """A plan that had been told of went back to be drafted further."""

    stored_type: ClassVar[str] = "plan.returned"
    requires: ClassVar[Requires] = Requires(duty="plan.approve")

    ground: Code


class PlanApproved(Event):
    """The set of items became official and is locked: version 1, with this digest, on the day in effect."""

    stored_type: ClassVar[str] = "plan.approved"
    requires: ClassVar[Requires] = Requires(duty="plan.approve", barred=("drafter",))

    version: Count
    digest: Digest


class AmendmentProposed(_OfItem):
    """Somebody proposed to add an item to the locked set; `number` counts the proposals from 1."""

    stored_type: ClassVar[str] = "plan.amendment_proposed"
    requires: ClassVar[Requires] = Requires(duty="plan.draft")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("drafter", ACTOR),)

    number: Count
    ground: Code


class AmendmentDecided(Event):
    """A proposal was decided by somebody who drafted nothing; approved, it makes a new version of the set."""

    stored_type: ClassVar[str] = "plan.amendment_decided"
    requires: ClassVar[Requires] = Requires(duty="plan.approve", barred=("drafter",))
    relates: ClassVar[tuple[Relates, ...]] = (
        Relates("accountable", "person"),
        Relates("team", "team"),
    )

    number: Count
    approved: Flag
    version: Count
    digest: Digest
    person: PersonId | None = None
    """Accountable for the item from now on; None where the proposal was turned down."""
    team: tuple[PersonId, ...] = ()


class ItemWithdrawn(Event):
    """An item was withdrawn by somebody who is not accountable for it.  It stays in the set (R-004)."""

    stored_type: ClassVar[str] = "plan.item_withdrawn"
    requires: ClassVar[Requires] = Requires(duty="plan.withdraw", barred=("person",))

    item: Code
    person: PersonId
    ground: Code
    reason: Sealed | None = None


class AccountableChanged(Event):
    """Another person became accountable for an item; who was before stays in the history."""

    stored_type: ClassVar[str] = "plan.accountable_changed"
    requires: ClassVar[Requires] = Requires(duty="plan.assign", barred=("previous",))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("accountable", "person"),)

    item: Code
    person: PersonId
    previous: PersonId
    ground: Code


class MilestoneReached(Event):
    """A step on the way was reached."""

    stored_type: ClassVar[str] = "plan.milestone_reached"
    requires: ClassVar[Requires] = Requires(duty="plan.report", own=("person",))

    item: Code
    milestone: Code
    person: PersonId
    evidence: tuple[Cited, ...] = ()


class ReportFiled(Event):
    """What was achieved of an item was reported, with evidence or without; `number` counts from 1.

    `figure` is set against the target, `counts` are further figures by category, `rank` is tied to the
    published ranking, `occasion` is where it was given.  A later report stands for the earlier ones of an
    item.
    """

    stored_type: ClassVar[str] = "plan.report_filed"
    requires: ClassVar[Requires] = Requires(duty="plan.report", own=("person",))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("reporting", ACTOR),)

    number: Count
    item: Code
    person: PersonId
    claim: Claimed
    figure: Quantity | None = None
    counts: dict[Code, Quantity] = Field(default_factory=dict)
    rank: RankAttained | None = None
    occasion: StreamId | None = None
    evidence: tuple[Cited, ...] = ()
    text: Sealed | None = None


class ReportVerified(Event):
    """A report was accepted or not, by somebody who neither filed it nor is accountable for the item.

    `principal` is whom the reporter stood in for, who does not verify it either.
    """

    stored_type: ClassVar[str] = "plan.report_verified"
    requires: ClassVar[Requires] = Requires(duty="plan.verify", barred=("person", "reporter", "principal"))

    number: Count
    item: Code
    person: PersonId
    reporter: PersonId
    principal: PersonId | None = None
    accepted: Flag
    finding: Sealed | None = None


class LookBackConducted(Event):
    """Everything was set against what was planned, one result for each item (回头看、大盘点).

    `occasion` says which look-back it was, such as ``mid_year``.  The id of this event can be cited.
    """

    stored_type: ClassVar[str] = "plan.look_back_conducted"
    requires: ClassVar[Requires] = Requires(duty="plan.look_back")

    occasion: Code
    version: Count
    results: Annotated[tuple[ItemResult, ...], Field(max_length=MOST)]


class ProblemNoted(Event):
    """An item is not done: a look-back found it so, or the occasion of its report was over at `over`.

    `by_way_of` are the occasions that it was folded into one after the other, if it was.
    """

    stored_type: ClassVar[str] = "plan.problem_noted"
    requires: ClassVar[Requires] = Requires(duty="plan.look_back")

    item: Code
    result: Problem
    ground: Literal["look_back", "occasion_over"]
    occasion: StreamId | None = None
    over: Moment | None = None
    by_way_of: tuple[StreamId, ...] = ()


class ProblemLinked(Event):
    """A problem is dealt with in a case."""

    stored_type: ClassVar[str] = "plan.problem_linked"
    requires: ClassVar[Requires] = Requires(duty="plan.look_back")

    item: Code
    case: StreamId


class Reminded(Event):
    """Somebody was reminded of an item: the person accountable or, where it escalates, the lead (R-116)."""

    stored_type: ClassVar[str] = "plan.reminded"
    requires: ClassVar[Requires] = Requires(duty="plan.remind")

    item: Code
    reminder: Code
    person: PersonId
    due: Day
    on: Day


class FinalReportMade(Event):
    """Every item was reported as achieved, not achieved or withdrawn, none left out (R-004)."""

    stored_type: ClassVar[str] = "plan.final_report_made"
    requires: ClassVar[Requires] = Requires(duty="plan.conclude")

    version: Count
    outcomes: Annotated[tuple[ItemOutcome, ...], Field(max_length=MOST)]
    look_back: EventId | None = None


class PlanClosed(Event):
    """The plan was closed."""

    stored_type: ClassVar[str] = "plan.closed"
    requires: ClassVar[Requires] = Requires(duty="plan.conclude")

    look_back: EventId | None = None


PlanEvent = (
    PlanDrafted
    | ItemAdded
    | ItemRevised
    | PlanPreviewed
    | PlanReturned
    | PlanApproved
    | AmendmentProposed
    | AmendmentDecided
    | ItemWithdrawn
    | AccountableChanged
    | MilestoneReached
    | ReportFiled
    | ReportVerified
    | LookBackConducted
    | ProblemNoted
    | ProblemLinked
    | Reminded
    | FinalReportMade
    | PlanClosed
)
