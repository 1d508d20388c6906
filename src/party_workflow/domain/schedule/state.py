"""The state of a schedule: periods taken out, freezes, exemptions, demands; what each event does to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, Literal, assert_never

from party_workflow.calendar import Period, within
from party_workflow.domain.schedule.commands import ReinstatePeriod, SuspendPeriod, VoidPeriod
from party_workflow.domain.schedule.events import (
    CATEGORY,
    DemandRecorded,
    Exempted,
    ExemptionEnded,
    FreezeDeclared,
    FreezeLifted,
    PeriodReinstated,
    PeriodSuspended,
    PeriodVoided,
    ScheduleEvent,
    ScheduleOpened,
)
from party_workflow.domain.vocabulary import Work
from party_workflow.lifecycle import Lifecycle, compile  # noqa: A004
from party_workflow.store import Recorded

# --- lifecycle -------------------------------------------------------------------------------

PeriodState = Literal["open", "suspended", "void"]

LIFECYCLE: Final = Lifecycle.of(
    "period",
    1,
    initial="open",
    final=(),
    moves={
        "suspend": "open -> suspended",
        "void": "open, suspended -> void",
        "reinstate": "suspended, void -> open",
    },
)
"""Of each period under each scheme.  It has no end: what is void today may be reinstated on appeal."""
TABLE: Final = compile(LIFECYCLE)
MOVES: Final[Mapping[type, str]] = {
    SuspendPeriod: "suspend",
    VoidPeriod: "void",
    ReinstatePeriod: "reinstate",
}

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PeriodStatus:
    """What a period counts as under a scheme, and why; `of` is the period that was named."""

    state: PeriodState = "open"
    reason: str | None = None
    basis: str | None = None
    of: Period | None = None

    @property
    def counts(self) -> bool:
        """Whether the period is rated like any other."""
        return self.state == "open"


@dataclass(frozen=True, slots=True)
class Freeze:
    """A time in which a unit, and all below it, holds no new occasions of some sizes."""

    number: int
    unit: str
    since: datetime
    until: datetime
    forbids: frozenset[str]
    ground: str
    lifted_at: datetime | None = None

    def holds(self, at: datetime, known_at: datetime | None = None) -> bool:
        """Whether it covers a moment; not any more for what is decided (`known_at`) after it was lifted."""
        if self.lifted_at is not None and (known_at is None or known_at >= self.lifted_at):
            return False
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Exemption:
    """A duty that a unit, or every unit of a kind, does not owe in a period; `ended` is the day it ended."""

    number: int
    duty: str
    period: Period
    reason: str
    approver: str
    unit: str | None = None
    kind: str | None = None
    ended: date | None = None

    def covers(self, period: Period) -> bool:
        """Whether the whole period lies in the exemption, and ends before the exemption did."""
        return within(period, self.period) and (self.ended is None or period.last < self.ended)


@dataclass(frozen=True, slots=True)
class Demand:
    """What was asked of units outside any occasion, and when."""

    number: int
    issuer: str
    units: tuple[str, ...]
    demands: Mapping[str, int]
    at: datetime
    topic: str | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that stands on one schedule.  `taken_out` is by period and scheme, in the order recorded."""

    stream: str = ""
    unit: str | None = None
    taken_out: Mapping[tuple[str, str | None], PeriodStatus] = field(default_factory=dict)
    freezes: tuple[Freeze, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    demands: tuple[Demand, ...] = ()

    def own_status(self, period: Period, scheme: str | None) -> PeriodStatus:
        """What was declared of exactly this period under exactly this scheme."""
        return self.taken_out.get((period.label, scheme), PeriodStatus())

    def status(self, period: Period, scheme: str | None = None) -> PeriodStatus:
        """What a period counts as under a scheme.

        What was declared of a longer period holds for each within it, and what was declared of no scheme for
        every one.  Of several declarations void comes before suspended, and then the shorter period.
        """
        found = [
            status
            for (_, under), status in self.taken_out.items()
            if under in (None, scheme) and status.of is not None and within(period, status.of)
        ]
        found.sort(key=lambda item: (item.state != "void", _length(item.of)))
        return found[0] if found else PeriodStatus()

    def freezes_of(
        self, units: Iterable[str], at: datetime, known_at: datetime | None = None
    ) -> tuple[Freeze, ...]:
        """The freezes of any of these units that cover a moment, in the order declared."""
        reached = frozenset(units)
        return tuple(item for item in self.freezes if item.unit in reached and item.holds(at, known_at))

    def exemptions_of(
        self,
        unit: str | None = None,
        kind: str | None = None,
        duty: str | None = None,
        period: Period | None = None,
    ) -> tuple[Exemption, ...]:
        """The exemptions of a unit or of its kind; of everybody where neither is named.

        With a duty only those from it; with a period only those that cover it whole.
        """
        return tuple(
            item
            for item in self.exemptions
            if (
                (unit is None and kind is None)
                or (item.unit is not None and item.unit == unit)
                or (item.kind is not None and item.kind == kind)
            )
            and (duty is None or item.duty == duty)
            and (period is None or item.covers(period))
        )

    def work(self) -> Work | None:
        """The schedule as work that others may cite; None for one never opened."""
        if self.unit is None:
            return None
        return Work(self.stream, CATEGORY, self.unit, "open", done=True)


def _length(period: Period | None) -> int:
    return 0 if period is None else (period.last - period.first).days


# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Schedule, recorded: Recorded) -> Schedule:
    event, envelope = recorded.event, recorded.envelope
    assert isinstance(event, ScheduleEvent)
    match event:
        case ScheduleOpened():
            return replace(state, stream=envelope.stream, unit=event.unit)
        case PeriodSuspended():
            return _taken(state, event, PeriodStatus("suspended", event.reason, event.basis, event.period))
        case PeriodVoided():
            return _taken(state, event, PeriodStatus("void", event.reason, event.basis, event.period))
        case PeriodReinstated():
            key = (event.period.label, event.scheme)
            left = {name: status for name, status in state.taken_out.items() if name != key}
            return replace(state, taken_out=left)
        case FreezeDeclared():
            freeze = Freeze(
                event.number, event.unit, event.since, event.until, frozenset(event.forbids), event.ground
            )
            return replace(state, freezes=(*state.freezes, freeze))
        case FreezeLifted():
            lifted = envelope.effective_at
            freezes = tuple(
                replace(item, lifted_at=lifted) if item.number == event.number else item
                for item in state.freezes
            )
            return replace(state, freezes=freezes)
        case Exempted():
            exemption = Exemption(
                event.number,
                event.duty,
                event.period,
                event.reason,
                event.approver or envelope.person,
                event.unit,
                event.kind,
            )
            return replace(state, exemptions=(*state.exemptions, exemption))
        case ExemptionEnded():
            exemptions = tuple(
                replace(item, ended=event.on) if item.number == event.number else item
                for item in state.exemptions
            )
            return replace(state, exemptions=exemptions)
        case DemandRecorded():
            demand = Demand(
                event.number,
                event.issuer,
                event.units,
                event.demands,
                envelope.effective_at,
                event.topic,
                event.due,
            )
            return replace(state, demands=(*state.demands, demand))
        case _:
            assert_never(event)


def _taken(state: Schedule, event: PeriodSuspended | PeriodVoided, status: PeriodStatus) -> Schedule:
    return replace(state, taken_out={**state.taken_out, (event.period.label, event.scheme): status})
