"""What is recorded of an activity."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict

from party_workflow.calendar import StoredPeriod
from party_workflow.codec import Event
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Sealed
from party_workflow.relations import Relates, Requires
from party_workflow.values import Code, Count, Day, Digest, Key, Moment, PersonId, Ratio, UnitId

CATEGORY: Final = "activity"

Status = Literal["present", "late", "remote", "excused", "absent"]
THERE: Final[frozenset[str]] = frozenset({"present", "late", "remote"})
"""The statuses of those who took part."""
Place = Literal["expected", "invited", "walk_in"]
EvidenceKind = Literal["document", "confirmation", "measurement", "third_party"]


class Attendance(BaseModel):
    """What is registered of one person.  Being excused takes a reason; any other status may have one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Status
    reason: Code | None = None


class HeldAttendance(BaseModel):
    """One row of the register, with the categories that the person had at the time.

    Nobody in the organisation is without category: a row without is somebody from outside it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: PersonId
    standing: Place
    status: Status
    reason: Code | None = None
    categories: tuple[Code, ...] = ()


class ActivityPlanned(Event):
    """An occasion was planned, and with it settled who is expected."""

    stored_type: ClassVar[str] = "activity.planned"
    requires: ClassVar[Requires] = Requires(duty="activity.plan")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("expected", "expected"), Relates("invited", "invited"))
    unit_field: ClassVar[str | None] = "unit"

    kind: Code
    unit: UnitId
    planned_at: Moment
    period: StoredPeriod | None = None
    expected: tuple[PersonId, ...]
    invited: tuple[PersonId, ...] = ()
    population: Key | None = None
    serves: tuple[Serves, ...] = ()
    quorum: Ratio | None = None
    quorum_having: tuple[Code, ...] = ()
    quorum_without: tuple[Code, ...] = ()
    minimum_minutes: Count | None = None
    makes_up: Key | None = None
    title: Sealed | None = None


class ActivityPostponed(Event):
    """An occasion was put off.  The period that it belongs to stays."""

    stored_type: ClassVar[str] = "activity.postponed"
    requires: ClassVar[Requires] = Requires(duty="activity.plan")

    to: Moment
    reason: Code
    basis: Code


class ActivityCancelled(Event):
    """An occasion was called off."""

    stored_type: ClassVar[str] = "activity.cancelled"
    requires: ClassVar[Requires] = Requires(duty="activity.plan")

    reason: Code


class ActivityHeld(Event):
    """An occasion took place, beginning at the effective time, with this register."""

    stored_type: ClassVar[str] = "activity.held"
    requires: ClassVar[Requires] = Requires(duty="activity.record")

    attendance: tuple[HeldAttendance, ...]
    minutes: Count | None = None


class AttendanceCorrected(Event):
    """A row of the register was put right, or one that was lacking was added."""

    stored_type: ClassVar[str] = "activity.attendance_corrected"
    requires: ClassVar[Requires] = Requires(duty="activity.correct", barred=("person",))

    person: PersonId
    standing: Place
    status: Status
    reason: Code | None = None
    categories: tuple[Code, ...] = ()
    ground: Code


class EvidenceAttached(Event):
    """Evidence was attached by content hash.  From the day `expires` on it no longer shows anything."""

    stored_type: ClassVar[str] = "activity.evidence_attached"
    requires: ClassVar[Requires] = Requires(duty="activity.evidence")

    kind: EvidenceKind
    digest: Digest
    media: Code | None = None
    expires: Day | None = None


class EvidenceWithdrawn(Event):
    """Evidence was withdrawn, with the ground."""

    stored_type: ClassVar[str] = "activity.evidence_withdrawn"
    requires: ClassVar[Requires] = Requires(duty="activity.evidence")

    digest: Digest
    ground: Code


ActivityEvent = (
    ActivityPlanned
    | ActivityPostponed
    | ActivityCancelled
    | ActivityHeld
    | AttendanceCorrected
    | EvidenceAttached
    | EvidenceWithdrawn
)
