"""What can be asked for on a schedule."""

from __future__ import annotations

from typing import ClassVar

from party_workflow.calendar import StoredPeriod
from party_workflow.codec import Command
from party_workflow.domain.schedule.events import ALL_HANDS, CATEGORY, Number
from party_workflow.values import Code, Count, Day, Key, Moment, PersonId, UnitId


class _ScheduleCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class _PeriodCommand(_ScheduleCommand):
    period: StoredPeriod
    scheme: Key | None = None
    reason: Code
    basis: Code


class OpenSchedule(_ScheduleCommand):
    """Open the schedule of a unit.  The one with the key ``organisation`` carries the freezes."""

    stored_type: ClassVar[str] = "schedule.open"
    unit: UnitId


class SuspendPeriod(_PeriodCommand):
    """Suspend a period under a scheme, or under every scheme: it may be rated later, or become void."""

    stored_type: ClassVar[str] = "schedule.suspend_period"


class VoidPeriod(_PeriodCommand):
    """Declare a period void under a scheme, or under every scheme: there is no rating of it."""

    stored_type: ClassVar[str] = "schedule.void_period"


class ReinstatePeriod(_PeriodCommand):
    """Let a suspended or void period count again, under the same scheme as it was taken out."""

    stored_type: ClassVar[str] = "schedule.reinstate_period"


class DeclareFreeze(_ScheduleCommand):
    """Forbid new occasions of these sizes to a unit and all below it, from `since` and before `until`."""

    stored_type: ClassVar[str] = "schedule.declare_freeze"
    unit: UnitId
    since: Moment
    until: Moment
    forbids: tuple[Code, ...] = (ALL_HANDS,)
    ground: Code


class LiftFreeze(_ScheduleCommand):
    """End a freeze before its time."""

    stored_type: ClassVar[str] = "schedule.lift_freeze"
    number: Number
    ground: Code


class Exempt(_ScheduleCommand):
    """Exempt a unit, or every unit of a kind, from a duty for a period."""

    stored_type: ClassVar[str] = "schedule.exempt"
    duty: Code
    period: StoredPeriod
    reason: Code
    unit: UnitId | None = None
    kind: Code | None = None
    approver: PersonId | None = None


class EndExemption(_ScheduleCommand):
    """End an exemption: it holds for no period that ends on `on` or later."""

    stored_type: ClassVar[str] = "schedule.end_exemption"
    number: Number
    on: Day
    ground: Code


class RecordDemand(_ScheduleCommand):
    """Record what was demanded of units outside any occasion: ``{"forms": 3}``."""

    stored_type: ClassVar[str] = "schedule.record_demand"
    issuer: UnitId
    units: tuple[UnitId, ...]
    demands: dict[Code, Count]
    topic: Code | None = None
    due: Day | None = None


ScheduleCommand = (
    OpenSchedule
    | SuspendPeriod
    | VoidPeriod
    | ReinstatePeriod
    | DeclareFreeze
    | LiftFreeze
    | Exempt
    | EndExemption
    | RecordDemand
)
