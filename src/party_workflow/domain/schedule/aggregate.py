"""What a schedule asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, assert_never

from party_workflow.calendar import Period
from party_workflow.canonical import day_text, time_text
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.schedule.commands import (
    DeclareFreeze,
    EndExemption,
    Exempt,
    LiftFreeze,
    OpenSchedule,
    RecordDemand,
    ReinstatePeriod,
    ScheduleCommand,
    SuspendPeriod,
    VoidPeriod,
)
from party_workflow.domain.schedule.events import (
    CATEGORY,
    ORGANISATION,
    DemandRecorded,
    Exempted,
    ExemptionEnded,
    FreezeDeclared,
    FreezeLifted,
    PeriodReinstated,
    PeriodSuspended,
    PeriodVoided,
    ScheduleOpened,
)
from party_workflow.domain.schedule.reasons import (
    APPROVER_INSIDE,
    DEMANDS_NOTHING,
    ENDS_BEFORE_START,
    EXEMPT_ALREADY,
    FORBIDS_NOTHING,
    NO_SUCH_STATE,
    NOT_HERE,
    NOT_WITHIN,
    REASONS,
    TAKEN,
    UNIT_OR_KIND,
    UNKNOWN,
    UNKNOWN_EXEMPTION,
    UNKNOWN_FREEZE,
    UNKNOWN_UNIT,
)
from party_workflow.domain.schedule.state import (
    MOVES,
    TABLE,
    Exemption,
    Freeze,
    PeriodStatus,
    Schedule,
    evolve,
)
from party_workflow.errors import Refusal

# --- decide ----------------------------------------------------------------------------------


def _asks(command: ScheduleCommand) -> Sequence[Ask]:
    match command:
        case OpenSchedule() | DeclareFreeze():
            return (_open(command.unit),)
        case Exempt():
            units = () if command.unit is None else (_open(command.unit),)
            return units if command.approver is None else (*units, _lines(command.approver))
        case RecordDemand():
            return tuple(_open(unit) for unit in (command.issuer, *command.units))
        case SuspendPeriod() | VoidPeriod() | ReinstatePeriod() | LiftFreeze() | EndExemption():
            return ()
        case _:
            assert_never(command)


def _open(unit: str) -> Ask:
    return Ask("organisation.unit_open", "organisation", {"unit": unit})


def _lines(person: str) -> Ask:
    return Ask("organisation.lines", "organisation", {"people": (person,), "at": EFFECTIVE})


def _decide(command: ScheduleCommand, state: Schedule, context: Context) -> Answer:
    if isinstance(command, OpenSchedule):
        if state.unit is not None:
            return TAKEN(key=command.key)
        if not context.facts[0]:
            return UNKNOWN_UNIT(unit=command.unit)
        return [ScheduleOpened(unit=command.unit)]
    if state.unit is None:
        return UNKNOWN()
    match command:
        case SuspendPeriod() | VoidPeriod() | ReinstatePeriod():
            return _period(command, state)
        case DeclareFreeze():
            return _freeze(command, state, context)
        case LiftFreeze():
            in_force = {item.number: item for item in state.freezes if item.lifted_at is None}
            if command.number not in in_force:
                return UNKNOWN_FREEZE(number=command.number, known=_numbers(in_force))
            unit = in_force[command.number].unit
            return [FreezeLifted(number=command.number, unit=unit, ground=command.ground)]
        case Exempt():
            return _exempt(command, state, context)
        case EndExemption():
            return _end_exemption(command, state)
        case RecordDemand():
            return _demand(command, state, context)
        case _:
            assert_never(command)


def _period(command: SuspendPeriod | VoidPeriod | ReinstatePeriod, state: Schedule) -> Answer:
    current = state.own_status(command.period, command.scheme).state
    move = MOVES[type(command)]
    dest = TABLE.dest(current, move)
    if dest is None:
        wanted = {"suspend": "suspended", "void": "void", "reinstate": "open"}[move]
        return NO_SUCH_STATE(period=command.period, state=current, wanted=wanted)
    given = command.model_dump(exclude={"key", "period"}) | {"period": command.period, "unit": state.unit}
    match command:
        case SuspendPeriod():
            return [PeriodSuspended(**given)]
        case VoidPeriod():
            return [PeriodVoided(**given)]
        case ReinstatePeriod():
            return [PeriodReinstated(**given)]
        case _:
            assert_never(command)


def _freeze(command: DeclareFreeze, state: Schedule, context: Context) -> Answer:
    if not context.facts[0]:
        return UNKNOWN_UNIT(unit=command.unit)
    if command.key != ORGANISATION:
        return NOT_HERE(key=command.key)
    if command.until <= command.since:
        return ENDS_BEFORE_START(since=time_text(command.since), until=time_text(command.until))
    if not command.forbids:
        return FORBIDS_NOTHING()
    return [
        FreezeDeclared(
            number=len(state.freezes) + 1,
            unit=command.unit,
            since=command.since,
            until=command.until,
            forbids=tuple(sorted(set(command.forbids))),
            ground=command.ground,
        )
    ]


def _exempt(command: Exempt, state: Schedule, context: Context) -> Answer:
    if command.unit is not None and not context.facts[0]:
        return UNKNOWN_UNIT(unit=command.unit)
    if (command.unit is None) == (command.kind is None):
        return UNIT_OR_KIND()
    if command.approver is not None:
        line = context.facts[-1][command.approver]
        if not line or command.unit in line:
            return APPROVER_INSIDE(approver=command.approver, unit=command.unit or "no unit")
    for item in state.exemptions:
        same = (item.unit, item.kind, item.duty) == (command.unit, command.kind, command.duty)
        if same and item.covers(command.period):
            return EXEMPT_ALREADY(number=item.number)
    return [
        Exempted(
            number=len(state.exemptions) + 1,
            unit=command.unit,
            kind=command.kind,
            duty=command.duty,
            period=command.period,
            reason=command.reason,
            approver=command.approver,
        )
    ]


def _end_exemption(command: EndExemption, state: Schedule) -> Answer:
    holding = {item.number: item for item in state.exemptions if item.ended is None}
    found = holding.get(command.number)
    if found is None:
        return UNKNOWN_EXEMPTION(number=command.number, known=_numbers(holding))
    if not found.period.contains(command.on):
        return NOT_WITHIN(on=day_text(command.on), period=found.period)
    return [ExemptionEnded(number=command.number, unit=found.unit, on=command.on, ground=command.ground)]


def _demand(command: RecordDemand, state: Schedule, context: Context) -> Answer:
    for unit, is_open in zip((command.issuer, *command.units), context.facts, strict=True):
        if not is_open:
            return UNKNOWN_UNIT(unit=unit)
    demands = {kind: count for kind, count in sorted(command.demands.items()) if count}
    if not demands or not command.units:
        return DEMANDS_NOTHING()
    return [
        DemandRecorded(
            number=len(state.demands) + 1,
            issuer=command.issuer,
            units=tuple(sorted(set(command.units))),
            demands=demands,
            topic=command.topic,
            due=command.due,
        )
    ]


def _numbers(found: Mapping[int, object]) -> str:
    return ", ".join(map(str, found)) or "none"


_LATER: Final = (
    SuspendPeriod,
    VoidPeriod,
    ReinstatePeriod,
    DeclareFreeze,
    LiftFreeze,
    Exempt,
    EndExemption,
    RecordDemand,
)


def _closed(state: Schedule) -> Mapping[str, Refusal | None]:
    if state.unit is None:
        return {kind.stored_type: UNKNOWN() for kind in _LATER}
    return {OpenSchedule.stored_type: TAKEN(key=state.stream.partition("/")[2])}


# --- decider ---------------------------------------------------------------------------------


def _status(state: Schedule, period: Period, scheme: str | None = None) -> PeriodStatus:
    return state.status(period, scheme)


def _freezes(
    state: Schedule, units: Sequence[str], at: datetime, known_at: datetime | None = None
) -> tuple[Freeze, ...]:
    return state.freezes_of(units, at, known_at)


def _all_freezes(state: Schedule, at: datetime, known_at: datetime | None = None) -> tuple[Freeze, ...]:
    """The freezes of whatever unit that cover a moment: for who knows the unit's place, and not its chain."""
    return tuple(item for item in state.freezes if item.holds(at, known_at))


def _exemptions(
    state: Schedule,
    unit: str | None = None,
    kind: str | None = None,
    duty: str | None = None,
    period: Period | None = None,
) -> tuple[Exemption, ...]:
    return state.exemptions_of(unit, kind, duty, period)


DECIDER: Final[Decider[Schedule]] = Decider(
    category=CATEGORY,
    events=(
        ScheduleOpened,
        PeriodSuspended,
        PeriodVoided,
        PeriodReinstated,
        FreezeDeclared,
        FreezeLifted,
        Exempted,
        ExemptionEnded,
        DemandRecorded,
    ),
    commands=(
        OpenSchedule,
        SuspendPeriod,
        VoidPeriod,
        ReinstatePeriod,
        DeclareFreeze,
        LiftFreeze,
        Exempt,
        EndExemption,
        RecordDemand,
    ),
    initial=Schedule,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={
        "schedule.work": Schedule.work,
        "schedule.status": _status,
        "schedule.freezes": _freezes,
        "schedule.freezes_at": _all_freezes,
        "schedule.exemptions": _exemptions,
    },
    closed=_closed,
    yields={
        OpenSchedule.stored_type: (ScheduleOpened,),
        SuspendPeriod.stored_type: (PeriodSuspended,),
        VoidPeriod.stored_type: (PeriodVoided,),
        ReinstatePeriod.stored_type: (PeriodReinstated,),
        DeclareFreeze.stored_type: (FreezeDeclared,),
        LiftFreeze.stored_type: (FreezeLifted,),
        Exempt.stored_type: (Exempted,),
        EndExemption.stored_type: (ExemptionEnded,),
        RecordDemand.stored_type: (DemandRecorded,),
    },
    reasons=REASONS,
)
