"""What is recorded on a schedule.

A schedule is nobody's secret: no event gives it a unit of its own, which would hide it from who plans
elsewhere. Each names the unit that a role has to reach instead.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Final

from pydantic import Field

from party_workflow import canonical
from party_workflow.calendar import StoredPeriod
from party_workflow.codec import Event
from party_workflow.relations import Requires
from party_workflow.values import Code, Count, Day, Key, Moment, PersonId, UnitId

CATEGORY: Final = "schedule"
ORGANISATION: Final = "organisation"
"""The key of the one schedule on which freezes stand: whoever plans an occasion is answered from there."""
ALL_HANDS: Final = "all_hands"
"""The size class of an occasion of everybody."""

Number = Annotated[int, Field(strict=True, ge=1, le=canonical.MAX_INTEGER)]


class ScheduleOpened(Event):
    """A schedule was opened for a unit and what lies below it."""

    stored_type: ClassVar[str] = "schedule.opened"
    requires: ClassVar[Requires] = Requires(duty="schedule.open")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    unit: UnitId


class PeriodSuspended(Event):
    """For a period nothing is rated for now: under one scheme, or under all where none is named."""

    stored_type: ClassVar[str] = "schedule.period_suspended"
    requires: ClassVar[Requires] = Requires(duty="schedule.period")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    unit: UnitId
    period: StoredPeriod
    scheme: Key | None = None
    reason: Code
    basis: Code


class PeriodVoided(Event):
    """A period has no rating and will have none: that is not the same as rated and failed."""

    stored_type: ClassVar[str] = "schedule.period_voided"
    requires: ClassVar[Requires] = Requires(duty="schedule.period")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    unit: UnitId
    period: StoredPeriod
    scheme: Key | None = None
    reason: Code
    basis: Code


class PeriodReinstated(Event):
    """A period that was suspended or void counts again."""

    stored_type: ClassVar[str] = "schedule.period_reinstated"
    requires: ClassVar[Requires] = Requires(duty="schedule.period")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    unit: UnitId
    period: StoredPeriod
    scheme: Key | None = None
    reason: Code
    basis: Code


class FreezeDeclared(Event):
    """From `since` and before `until` a unit, and all below it, holds no new occasions of these sizes."""

    stored_type: ClassVar[str] = "schedule.freeze_declared"
    requires: ClassVar[Requires] = Requires(duty="schedule.freeze")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    number: Number
    unit: UnitId
    since: Moment
    until: Moment
    forbids: tuple[Code, ...]
    ground: Code


class FreezeLifted(Event):
    """A freeze ended before its time; from then on nothing is refused for it."""

    stored_type: ClassVar[str] = "schedule.freeze_lifted"
    requires: ClassVar[Requires] = Requires(duty="schedule.freeze")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    number: Number
    unit: UnitId
    ground: Code


class Exempted(Event):
    """A unit, or every unit of a kind, does not owe a duty in a period.

    `approver` approved it, or else whoever recorded it.  Nobody of the exempted unit does either.
    """

    stored_type: ClassVar[str] = "schedule.exempted"
    requires: ClassVar[Requires] = Requires(duty="schedule.exempt", outside=True)
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    number: Number
    unit: UnitId | None = None
    kind: Code | None = None
    duty: Code
    period: StoredPeriod
    reason: Code
    approver: PersonId | None = None


class ExemptionEnded(Event):
    """An exemption holds for no period that ends on `on` or later."""

    stored_type: ClassVar[str] = "schedule.exemption_ended"
    requires: ClassVar[Requires] = Requires(duty="schedule.exempt")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    number: Number
    unit: UnitId | None = None
    on: Day
    ground: Code


class DemandRecorded(Event):
    """Units were asked for forms, materials or documents outside any occasion: how many of each kind."""

    stored_type: ClassVar[str] = "schedule.demand_recorded"
    requires: ClassVar[Requires] = Requires(duty="schedule.demand")
    scope_fields: ClassVar[tuple[str, ...]] = ("issuer",)

    number: Number
    issuer: UnitId
    units: tuple[UnitId, ...]
    demands: dict[Code, Count]
    topic: Code | None = None
    due: Day | None = None


ScheduleEvent = (
    ScheduleOpened
    | PeriodSuspended
    | PeriodVoided
    | PeriodReinstated
    | FreezeDeclared
    | FreezeLifted
    | Exempted
    | ExemptionEnded
    | DemandRecorded
)
