"""Planning an occasion: who is expected, the window of its series, its agenda, freezes, what it is about."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from party_workflow.calendar import (
    Calendar,
    Period,
    Series,
    of_series,
    shifted,
    window,
)
from party_workflow.canonical import day_text, fraction_text, time_text
from party_workflow.codec import Event
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context
from party_workflow.domain.activity.commands import (
    DescribeActivity,
    MergeActivity,
    PlanActivity,
    PlannedItem,
    PostponeActivity,
    SetAgenda,
)
from party_workflow.domain.activity.events import (
    CATEGORY,
    ActivityDescribed,
    ActivityMerged,
    ActivityPlanned,
    ActivityPostponed,
    ActivityScheduled,
    AgendaSet,
    FreezeOverridden,
    Item,
)
from party_workflow.domain.activity.reasons import (
    FROZEN,
    INTO_CLOSED,
    INTO_ITSELF,
    ITEM_TWICE,
    KIND_DIFFERS,
    NO_CALENDAR,
    NO_REFERENCE,
    NO_SERIES,
    NOBODY_EXPECTED,
    NOT_LATER,
    NOTHING_SAID,
    OUTSIDE_WINDOW,
    PERIOD_DIFFERS,
    QUORUM_OUT_OF_RANGE,
    SERIES_RETIRED,
    TAKEN,
    TWO_LISTS,
    UNKNOWN_ORIGINAL,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.domain.activity.state import Activity
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import InvalidDefinition, Refusal

M = TypeVar("M", bound=BaseModel)

ALL_HANDS: Final = "all_hands"
FREEZES: Final = "schedule/organisation"
"""Where freezes stand.  Whoever plans does not choose it: what one could choose, one could evade."""

_DESCRIBED: Final = ("topic", "audience", "hours", "demands", "demanded_of", "attributes")


# --- what planning asks ----------------------------------------------------------------------


def plan_asks(command: PlanActivity) -> dict[str, Ask]:
    """The questions by name, in the order in which they are asked."""
    people = {"people": command.expected, "at": EFFECTIVE}
    asks = {
        "unit_open": Ask("organisation.unit_open", "organisation", {"unit": command.unit}),
        "known": Ask("organisation.known", "organisation", people),
    }
    if command.population is not None:
        asks["population"] = Ask("population.people", f"population/{command.population}", {"at": EFFECTIVE})
    if command.makes_up is not None:
        asks["original"] = Ask("activity.work", f"{CATEGORY}/{command.makes_up}")
    if command.series is not None:
        asks["series"] = _body(command.series, command.definition)
        asks["in_force"] = Ask("definition.current", f"definition/{command.series}")
    if command.calendar is not None:
        asks["calendar"] = _body(command.calendar, command.calendar_definition)
    if command.series is not None or command.size is not None:
        at = {"at": command.planned_at}
        asks["freezes"] = Ask("schedule.freezes_at", FREEZES, at, optional=True)
        lines = {"units": (command.unit,), "at": command.planned_at}
        asks["lines"] = Ask("organisation.lines", "organisation", lines)
    return asks


def _body(code: str, digest: str | None) -> Ask:
    return Ask("definition.body", f"definition/{code}", {"digest": digest})


# --- what is decided -------------------------------------------------------------------------


def plan(command: PlanActivity, state: Activity, context: Context) -> Answer:
    """The occasion, and what is said of it beside."""
    if state.phase is not None:
        return TAKEN(key=command.key)
    facts: Mapping[str, Any] = dict(zip(plan_asks(command), context.facts, strict=True))
    if not facts["unit_open"]:
        return UNKNOWN_UNIT(unit=command.unit)
    if command.makes_up is not None and facts["original"] is None:
        return UNKNOWN_ORIGINAL(makes_up=command.makes_up)
    if command.population is not None and command.expected:
        return TWO_LISTS()
    expected = frozenset(command.expected if command.population is None else facts["population"])
    if not expected:
        return NOBODY_EXPECTED(key=command.key)
    if command.quorum is not None and not 0 <= command.quorum < 1:
        return QUORUM_OUT_OF_RANGE(quorum=fraction_text(command.quorum))
    scheduled = _scheduled(command, facts)
    if isinstance(scheduled, Refusal):
        return scheduled
    series, slot = scheduled
    agenda = _agenda(command.agenda, command.period, series, command.key, context)
    if isinstance(agenda, Refusal):
        return agenda
    size = command.size or (ALL_HANDS if series is not None and series.all_hands else None)
    line = facts["lines"].get(command.unit, ()) if "lines" in facts else ()
    overridden = _against_freezes(size, {command.unit, *line}, facts.get("freezes"), command.override)
    if isinstance(overridden, Refusal):
        return overridden
    for person in command.expected:
        if person not in facts["known"]:
            return UNKNOWN_PERSON(person=person)
    planned = _planned(command, expected, series, context)
    described = _description(command, size)
    found: tuple[Event | None, ...] = (planned, slot, agenda, overridden, described)
    return [event for event in found if event is not None]


def _planned(
    command: PlanActivity, expected: frozenset[str], series: Series | None, context: Context
) -> ActivityPlanned:
    quorum, minutes = command.quorum, command.minimum_minutes
    having, without = command.quorum_having, command.quorum_without
    if series is not None:
        if quorum is None and series.quorum is not None:
            quorum = series.quorum
            having, without = having or series.quorum_having, without or series.quorum_without
        minutes = series.minimum_minutes if minutes is None else minutes
    return ActivityPlanned(
        kind=command.kind,
        unit=command.unit,
        planned_at=command.planned_at,
        period=command.period,
        expected=tuple(sorted(expected)),
        invited=tuple(sorted(set(command.invited) - expected)),
        population=command.population,
        serves=tuple(sorted(set(command.serves), key=lambda item: (item.campaign, item.task))),
        quorum=quorum,
        quorum_having=tuple(sorted(set(having))),
        quorum_without=tuple(sorted(set(without))),
        minimum_minutes=minutes,
        makes_up=command.makes_up,
        title=context.seal_given(command.title, f"{CATEGORY}/{command.key}", "activity.title"),
    )


def _scheduled(
    command: PlanActivity, facts: Mapping[str, Any]
) -> tuple[Series | None, ActivityScheduled | None] | Refusal:
    if command.series is None:
        return None, None
    series = _read(Series, facts["series"])
    if series is None:
        return NO_SERIES(series=command.series)
    if facts["in_force"] is None:
        return SERIES_RETIRED(series=command.series)
    if command.kind != series.activity:
        return KIND_DIFFERS(series=command.series, wanted=series.activity, kind=command.kind)
    period = command.period
    if period is None or not of_series(series, period):
        return PERIOD_DIFFERS(
            series=command.series, frequency=series.frequency, period=period.label if period else "none"
        )
    calendar = _read(Calendar, facts.get("calendar"))
    if calendar is None and (series.edges == "working" or command.calendar is not None):
        return NO_CALENDAR(series=command.series)
    first, last = window(series, period, calendar)
    offset = series.offset_minutes if calendar is None else calendar.offset_minutes
    day = (command.planned_at + timedelta(minutes=offset)).date()
    inside = first <= day <= last
    if not inside and command.outside is None:
        return OUTSIDE_WINDOW(day=day_text(day), first=day_text(first), last=day_text(last))
    slot = ActivityScheduled(
        series=command.series,
        definition=series.digest,
        calendar=None if calendar is None else calendar.digest,
        period=period,
        first=first,
        last=last,
        offset_minutes=offset,
        outside=None if inside else command.outside,
    )
    return series, slot


def _read(kind: type[M], body: object) -> M | None:
    """A definition of this kind; None for no body, and for that of a definition of another kind."""
    try:
        return None if body is None else kind.model_validate(body)
    except InvalidDefinition:
        return None


def _agenda(
    items: Sequence[PlannedItem] | None,
    period: Period | None,
    series: Series | None,
    key: str,
    context: Context,
) -> AgendaSet | Refusal | None:
    """The agenda asked for, or else that of the series; each item with the period of which it speaks."""
    offsets = {} if series is None else {item.code: item.offset for item in series.agenda}
    if items is None:
        if series is None or period is None or not series.agenda:
            return None
        return AgendaSet(
            items=tuple(
                Item(code=item.code, reference=shifted(period, item.offset)) for item in series.agenda
            )
        )
    found: dict[tuple[str, str], Item] = {}
    for item in items:
        reference = item.reference
        if reference is None:
            if item.code not in offsets or period is None:
                return NO_REFERENCE(item=item.code)
            reference = shifted(period, offsets[item.code])
        if (item.code, reference.label) in found:
            return ITEM_TWICE(item=item.code, reference=reference)
        text = context.seal_given(item.text, f"{CATEGORY}/{key}", "activity.item")
        found[item.code, reference.label] = Item(code=item.code, reference=reference, text=text)
    return AgendaSet(items=tuple(found.values()))


def _against_freezes(
    size: str | None, line: Container[str], freezes: Sequence[Any] | None, override: str | None
) -> FreezeOverridden | Refusal | None:
    """What freezes of the units in a line say to an occasion of this size."""
    if size is None:
        return None
    against = [item for item in freezes or () if size in item.forbids and item.unit in line]
    if not against:
        return None
    if override is None:
        first = against[0]
        return FROZEN(
            number=first.number,
            size=size,
            unit=first.unit,
            since=time_text(first.since),
            until=time_text(first.until),
        )
    return FreezeOverridden(freezes=tuple(item.number for item in against), reason=override)


def _description(command: PlanActivity | DescribeActivity, size: str | None) -> ActivityDescribed | None:
    given = {name: getattr(command, name) for name in _DESCRIBED}
    given = {name: value for name, value in given.items() if value is not None}
    if size is not None:
        given["size"] = size
    if not given:
        return None
    if "demanded_of" in given:
        given["demanded_of"] = tuple(sorted(set(given["demanded_of"])))
    for name in ("demands", "attributes"):
        if name in given:
            given[name] = dict(sorted(given[name].items()))
    return ActivityDescribed(**given)


def describe(command: DescribeActivity) -> Answer:
    """What is said of an occasion later."""
    described = _description(command, None)
    return NOTHING_SAID() if described is None else [described]


def set_agenda(command: SetAgenda, context: Context) -> Answer:
    """The agenda anew; each item names its period, since the series is not at hand."""
    agenda = _agenda(command.items, None, None, command.key, context)
    assert agenda is not None
    return agenda if isinstance(agenda, Refusal) else [agenda]


def postpone_asks(command: PostponeActivity) -> tuple[Ask, ...]:
    """Which freezes there are then, and how the units hang: the command does not say whose occasion it is."""
    at = {"at": command.to}
    return (
        Ask("schedule.freezes_at", FREEZES, at, optional=True),
        Ask("organisation.parents", "organisation", at),
    )


def postpone(command: PostponeActivity, state: Activity, context: Context) -> Answer:
    """Put off to a later moment, which no freeze of its size holds unless it is overridden."""
    freezes, parents = context.facts
    line: set[str] = set()
    unit = state.unit
    while unit is not None and unit not in line:
        line.add(unit)
        unit = parents.get(unit)
    overridden = _against_freezes(state.about.size, line, freezes, command.override)
    if isinstance(overridden, Refusal):
        return overridden
    assert state.due_at is not None
    if command.to <= state.due_at:
        return NOT_LATER(to=time_text(command.to), due=time_text(state.due_at))
    postponed = ActivityPostponed(to=command.to, reason=command.reason, basis=command.basis)
    return [postponed] if overridden is None else [postponed, overridden]


def merge_asks(command: MergeActivity) -> tuple[Ask, ...]:
    """What the other occasion is."""
    return (Ask("activity.work", f"{CATEGORY}/{command.into}"),)


def merge(command: MergeActivity, context: Context) -> Answer:
    """One occasion folded into another, which is planned or took place."""
    if command.into == command.key:
        return INTO_ITSELF(key=command.key)
    (other,) = context.facts
    state = other.state if isinstance(other, Work) else "unknown"
    if state not in ("planned", "postponed", "held"):
        return INTO_CLOSED(into=command.into, state=state)
    return [ActivityMerged(into=command.into, reason=command.reason, basis=command.basis)]
