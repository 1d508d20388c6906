"""What is recorded of an activity.

What an occasion is *for* (its series and window, its agenda, what it is about, who chaired it) stands in
events of its own beside those of the bare occasion: an occasion without any of it has none of them.
"""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from party_workflow.calendar import StoredPeriod, TimeClass
from party_workflow.codec import Event, Part
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Sealed
from party_workflow.relations import Relates, Requires
from party_workflow.values import (
    Code,
    Count,
    Day,
    Digest,
    Key,
    Moment,
    PersonId,
    Ratio,
    StreamId,
    UnitId,
    Whole,
)

CATEGORY: Final = "activity"

Status = Literal["present", "late", "remote", "excused", "absent"]
THERE: Final[frozenset[str]] = frozenset({"present", "late", "remote"})
"""The statuses of those who took part."""
Place = Literal["expected", "invited", "walk_in"]
EvidenceKind = Literal["document", "confirmation", "measurement", "third_party"]
ItemOutcome = Literal["done", "not_done", "put_off"]
"""What became of an item of the agenda; anything but done takes a reason."""


class Item(Part):
    """An item of the agenda: what it is, of which period it speaks, and what is to be said, sealed."""

    code: Code
    reference: StoredPeriod
    text: Sealed | None = None


class ItemResult(Part):
    """What became of an item of the agenda, and the streams, such as publications, in which it was done."""

    code: Code
    reference: StoredPeriod
    outcome: ItemOutcome
    reason: Code | None = None
    cites: tuple[StreamId, ...] = ()


class Attendance(Part):
    """What is registered of one person.  Being excused takes a reason; any other status may have one."""

    status: Status
    reason: Code | None = None


class HeldAttendance(Part):
    """One row of the register, with the categories that the person had at the time.

    Nobody in the organisation is without category: a row without is somebody from outside it.
    """

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


class ActivityScheduled(Event):
    """An occasion was planned as that of a series for its period, whose window is `first` to `last`.

    `offset_minutes` is what the local days of the window are ahead of UTC.  `outside` is the reason for a
    day outside the window.  `definition` and `calendar` are the digests of what the window was taken from.
    """

    stored_type: ClassVar[str] = "activity.scheduled"
    requires: ClassVar[Requires] = Requires(duty="activity.plan")

    series: Key
    definition: Digest
    calendar: Digest | None = None
    period: StoredPeriod
    first: Day
    last: Day
    offset_minutes: Whole
    outside: Code | None = None


class AgendaSet(Event):
    """The agenda of an occasion was settled, in this order; it replaces an earlier one."""

    stored_type: ClassVar[str] = "activity.agenda_set"
    requires: ClassVar[Requires] = Requires(duty="activity.plan")

    items: tuple[Item, ...]


class FreezeOverridden(Event):
    """An occasion was planned, or put off, although freezes forbid its size then, for a reason."""

    stored_type: ClassVar[str] = "activity.freeze_overridden"
    requires: ClassVar[Requires] = Requires(duty="activity.override")

    freezes: tuple[Count, ...]
    reason: Code


class ActivityDescribed(Event):
    """What an occasion is about, whom it is for, when in the day, and what it demands of which units.

    A field that is left out stays as it was; `attributes` are added to those before.
    """

    stored_type: ClassVar[str] = "activity.described"
    requires: ClassVar[Requires] = Requires(duty="activity.plan")

    topic: Code | None = None
    audience: Code | None = None
    size: Code | None = None
    hours: TimeClass | None = None
    demands: dict[Code, Count] | None = None
    demanded_of: tuple[UnitId, ...] | None = None
    attributes: dict[Code, Code] | None = None


class ActivityConducted(Event):
    """Who chaired an occasion that took place, for whom, and what became of each item of its agenda.

    `delegated_by` is the person whose it would have been to chair.  `outside` is the reason why it took
    place on a day outside its window.
    """

    stored_type: ClassVar[str] = "activity.conducted"
    requires: ClassVar[Requires] = Requires(duty="activity.record")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("chair", "chaired_by"),)

    chaired_by: PersonId | None = None
    delegated_by: PersonId | None = None
    delegation: Code | None = None
    hours: TimeClass | None = None
    outside: Code | None = None
    agenda: tuple[ItemResult, ...] = ()


class ConductCorrected(Event):
    """Who chaired, for whom, or what became of items of the agenda was put right; the rest stays."""

    stored_type: ClassVar[str] = "activity.conduct_corrected"
    requires: ClassVar[Requires] = Requires(
        duty="activity.correct", barred=("chair", "chaired_by", "delegated_by")
    )
    relates: ClassVar[tuple[Relates, ...]] = (Relates("chair", "chaired_by"),)

    chaired_by: PersonId | None = None
    delegated_by: PersonId | None = None
    delegation: Code | None = None
    hours: TimeClass | None = None
    agenda: tuple[ItemResult, ...] = ()
    ground: Code


class ActivityMerged(Event):
    """An occasion was folded into another one (并期).  Its period stays its own."""

    stored_type: ClassVar[str] = "activity.merged"
    requires: ClassVar[Requires] = Requires(duty="activity.plan")

    into: Key
    reason: Code
    basis: Code


ActivityEvent = (
    ActivityPlanned
    | ActivityScheduled
    | AgendaSet
    | FreezeOverridden
    | ActivityDescribed
    | ActivityConducted
    | ConductCorrected
    | ActivityMerged
    | ActivityPostponed
    | ActivityCancelled
    | ActivityHeld
    | AttendanceCorrected
    | EvidenceAttached
    | EvidenceWithdrawn
)
