"""What can be asked for on an activity."""

from __future__ import annotations

from typing import ClassVar

from party_workflow.calendar import StoredPeriod
from party_workflow.codec import Command
from party_workflow.domain.activity.events import (
    CATEGORY,
    Attendance,
    EvidenceKind,
    Status,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Personal
from party_workflow.values import Code, Count, Day, Digest, Key, Moment, PersonId, Ratio, UnitId


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


class PostponeActivity(_ActivityCommand):
    """Put an occasion off to a later moment, with the reason and what it rests on."""

    stored_type: ClassVar[str] = "activity.postpone"
    to: Moment
    reason: Code
    basis: Code


class CancelActivity(_ActivityCommand):
    """Call an occasion off."""

    stored_type: ClassVar[str] = "activity.cancel"
    reason: Code


class HoldActivity(_ActivityCommand):
    """Record that an occasion took place, beginning when this takes effect, and who was there.

    Everybody expected has a row.  How long it lasted is said by `minutes` or by `ended_at`, and must be
    where a least length was planned.  Who was neither expected nor invited comes in as a walk-in.
    """

    stored_type: ClassVar[str] = "activity.hold"
    attendance: dict[PersonId, Attendance]
    minutes: Count | None = None
    ended_at: Moment | None = None


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
    | PostponeActivity
    | CancelActivity
    | HoldActivity
    | CorrectAttendance
    | AttachEvidence
    | WithdrawEvidence
)
Later = (
    PostponeActivity | CancelActivity | HoldActivity | CorrectAttendance | AttachEvidence | WithdrawEvidence
)
