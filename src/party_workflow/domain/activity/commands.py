"""What can be asked for on an activity."""

from __future__ import annotations

from typing import ClassVar

from party_workflow.calendar import StoredPeriod, TimeClass
from party_workflow.codec import Command, Part
from party_workflow.domain.activity.events import (
    CATEGORY,
    Attendance,
    EvidenceKind,
    ItemOutcome,
    Status,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Personal
from party_workflow.values import Code, Count, Day, Digest, Key, Moment, PersonId, Ratio, StreamId, UnitId


class PlannedItem(Part):
    """An item of the agenda.  Without `reference` it speaks of the period that its series says."""

    code: Code
    reference: StoredPeriod | None = None
    text: Personal | None = None


class HeldItem(Part):
    """What became of an item.  `reference` is needed where several items have this code."""

    code: Code
    outcome: ItemOutcome
    reference: StoredPeriod | None = None
    reason: Code | None = None
    cites: tuple[StreamId, ...] = ()


class _ActivityCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class PlanActivity(_ActivityCommand):
    """Plan an occasion for the people of a population as of when this takes effect, or for those listed.

    `invited` are others who may come without being expected.  The `quorum` is the share that must be
    exceeded (``1/2`` is more than half) of those expected who stand in the organisation when the
    occasion takes place, with every category of `quorum_having` and none of `quorum_without`.  `makes_up`
    is the activity that this one makes good.

    As the occasion of a `series` (with the digest of its `definition`, and of the `calendar` where its
    window ends on working days) it takes kind, quorum, least length and agenda from there where the command
    is silent; a day outside the window takes the reason `outside`.  `size` ``all_hands`` marks an occasion
    of everybody: during a freeze it is refused unless `override` gives a reason.  The rest describes it: see
    `DescribeActivity`.
    """

    stored_type: ClassVar[str] = "activity.plan"
    kind: Code
    unit: UnitId
    planned_at: Moment
    period: StoredPeriod | None = None
    population: Key | None = None
    expected: tuple[PersonId, ...] = ()
    invited: tuple[PersonId, ...] = ()
    serves: tuple[Serves, ...] = ()
    quorum: Ratio | None = None
    quorum_having: tuple[Code, ...] = ()
    quorum_without: tuple[Code, ...] = ()
    minimum_minutes: Count | None = None
    makes_up: Key | None = None
    title: Personal | None = None
    series: Key | None = None
    definition: Digest | None = None
    calendar: Key | None = None
    calendar_definition: Digest | None = None
    outside: Code | None = None
    agenda: tuple[PlannedItem, ...] | None = None
    size: Code | None = None
    override: Code | None = None
    topic: Code | None = None
    audience: Code | None = None
    hours: TimeClass | None = None
    demands: dict[Code, Count] | None = None
    demanded_of: tuple[UnitId, ...] | None = None
    attributes: dict[Code, Code] | None = None


class DescribeActivity(_ActivityCommand):
    """Say what an occasion is about, or say it again; what is left out stays as it was.

    `topic` and `audience` are codes by which repetitions are found, `hours` its time of day, `demands` how
    many forms, materials or documents each unit in `demanded_of` has to bring (without that: each unit of
    those expected), and `attributes` whatever else a kind records: the type of a lecture, the role that it
    is for.
    """

    stored_type: ClassVar[str] = "activity.describe"
    topic: Code | None = None
    audience: Code | None = None
    hours: TimeClass | None = None
    demands: dict[Code, Count] | None = None
    demanded_of: tuple[UnitId, ...] | None = None
    attributes: dict[Code, Code] | None = None


class SetAgenda(_ActivityCommand):
    """Settle the agenda anew: an occasion that stands in for another one takes over its items too."""

    stored_type: ClassVar[str] = "activity.set_agenda"
    items: tuple[PlannedItem, ...]


class MergeActivity(_ActivityCommand):
    """Fold an occasion into another one that stands for both, with the reason and what it rests on."""

    stored_type: ClassVar[str] = "activity.merge"
    into: Key
    reason: Code
    basis: Code


class PostponeActivity(_ActivityCommand):
    """Put an occasion off to a later moment, with the reason and what it rests on.

    Into a freeze that forbids its size it is refused, as planning it then is, unless `override` gives a
    reason.
    """

    stored_type: ClassVar[str] = "activity.postpone"
    to: Moment
    reason: Code
    basis: Code
    override: Code | None = None


class CancelActivity(_ActivityCommand):
    """Call an occasion off."""

    stored_type: ClassVar[str] = "activity.cancel"
    reason: Code


class HoldActivity(_ActivityCommand):
    """Record that an occasion took place, beginning when this takes effect, and who was there.

    Everybody expected has a row.  How long it lasted is said by `minutes` or by `ended_at`, and must be
    where a least length was planned.  Who was neither expected nor invited comes in as a walk-in.

    `chaired_by` is who chaired, and was there; `delegated_by` whose it would have been, with the ground
    `delegation`.  Every item of the agenda is said to be done, not done or put off.  A day outside the
    window of its series takes the reason `outside`, unless it was planned or put off to such a day.
    """

    stored_type: ClassVar[str] = "activity.hold"
    attendance: dict[PersonId, Attendance]
    minutes: Count | None = None
    ended_at: Moment | None = None
    chaired_by: PersonId | None = None
    delegated_by: PersonId | None = None
    delegation: Code | None = None
    hours: TimeClass | None = None
    outside: Code | None = None
    agenda: tuple[HeldItem, ...] | None = None


class CorrectConduct(_ActivityCommand):
    """Put right who chaired, for whom, when in the day, or what became of items; the rest stays."""

    stored_type: ClassVar[str] = "activity.correct_conduct"
    chaired_by: PersonId | None = None
    delegated_by: PersonId | None = None
    delegation: Code | None = None
    hours: TimeClass | None = None
    agenda: tuple[HeldItem, ...] | None = None
    ground: Code


class CorrectAttendance(_ActivityCommand):
    """Put a row of the register right.

    A row that was lacking is added as of the moment when the occasion took place: give that as the
    effective time, since the categories are those of then.
    """

    stored_type: ClassVar[str] = "activity.correct_attendance"
    person: PersonId
    status: Status
    reason: Code | None = None
    ground: Code


class AttachEvidence(_ActivityCommand):
    """Attach evidence: its kind, the SHA-256 of the file, what medium it is, and when it expires."""

    stored_type: ClassVar[str] = "activity.attach_evidence"
    kind: EvidenceKind
    digest: Digest
    media: Code | None = None
    expires: Day | None = None


class WithdrawEvidence(_ActivityCommand):
    """Withdraw evidence, with the ground.  That it was there stays on record."""

    stored_type: ClassVar[str] = "activity.withdraw_evidence"
    digest: Digest
    ground: Code


ActivityCommand = (
    PlanActivity
    | DescribeActivity
    | SetAgenda
    | MergeActivity
    | PostponeActivity
    | CancelActivity
    | HoldActivity
    | CorrectConduct
    | CorrectAttendance
    | AttachEvidence
    | WithdrawEvidence
)
Later = (
    DescribeActivity
    | SetAgenda
    | MergeActivity
    | PostponeActivity
    | CancelActivity
    | HoldActivity
    | CorrectConduct
    | CorrectAttendance
    | AttachEvidence
    | WithdrawEvidence
)
