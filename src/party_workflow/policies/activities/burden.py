"""Burden: what a year asks of units and of people, and what of it is repeated (R-010, R-035, R-213).

A meeting burdens a unit of which somebody was expected or came; forms, materials and documents burden the
units of which they were demanded, with an occasion or without one.  Demands outside working time are summed
a person. Occasions on the same topic for the same audience within some days, and the same topic taken level
by level, are flagged with both events; whether one of them was one too many is for people to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from party_workflow.calendar import OFF_HOURS, Period, TimeClass
from party_workflow.domain import organisation, schedule
from party_workflow.domain.organisation import Organisation
from party_workflow.domain.schedule import DemandRecorded, Freeze, Schedule
from party_workflow.history import History
from party_workflow.policies.activities.occasions import LOCAL, Held, occasions, of_period
from party_workflow.policies.figure import Evidence, Figure, counted

CLAUSE: Final = "burden"
BASIS: Final = "burden-count"
MEETINGS: Final = "meetings"


@dataclass(frozen=True, slots=True)
class Burden:
    """What a period asked of one unit: meetings, demands by kind, and all of it; each figure with its events.

    `organised` are the meetings that it called itself, for whomever, and no part of the total.
    """

    unit: str
    period: Period
    meetings: Figure
    organised: Figure
    demands: Mapping[str, Figure]
    total: Figure


@dataclass(frozen=True, slots=True)
class OffHours:
    """How often a person was called upon outside working time, by time of day, and for how many minutes.

    `unstated` are occasions of which nobody said when in the day they were: that is not working time.
    `minutes` sums those that say how long they lasted.
    """

    person: str
    total: Figure
    by_class: Mapping[TimeClass, Figure]
    minutes: Figure
    unstated: Figure


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two occasions on one topic for one audience, at most so many days apart."""

    topic: str
    audience: str
    first: str
    second: str
    days_apart: int
    events: tuple[Evidence, Evidence]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A topic that a unit had an occasion on, and after it units below, each with its own."""

    topic: str
    unit: str
    occasion: str
    below: tuple[tuple[str, str], ...]
    """Unit and occasion, in the order of their days."""
    events: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class DuringFreeze:
    """An occasion of a size that a freeze forbids, in its time: planned before it, or in spite of it."""

    occasion: str
    freeze: Freeze
    overridden: str | None
    planned_before: bool
    event: Evidence


# --- units -----------------------------------------------------------------------------------


def burden(history: History, period: Period, offset_minutes: int = LOCAL) -> tuple[Burden, ...]:
    """The burden of every unit that had any in the period, by unit id.

    Only what took place counts as a meeting.  Somebody belongs to the unit in which they stood when it did.
    Forms and the like count in the period in which they were demanded.
    """
    tree = history.state(organisation.DECIDER, "organisation")
    meetings: dict[str, dict[str, Evidence]] = {}
    organised: dict[str, dict[str, Evidence]] = {}
    demands: dict[str, dict[str, list[tuple[Evidence, int]]]] = {}
    for item in occasions(history).values():
        if item.held is None or not of_period(item, period, offset_minutes):
            continue
        units = _units(item, tree)
        for unit in units:
            meetings.setdefault(unit, {})[item.key] = item.held
        if item.state.unit is not None:
            organised.setdefault(item.state.unit, {})[item.key] = item.held
        if item.described is not None:
            asked = item.state.about.demanded_of
            for unit in units if asked is None else asked:
                _add(demands, unit, item.state.about.demands, item.described)
    for event, evidence, day in _demanded(history, offset_minutes):
        if period.contains(day):
            for unit in event.units:
                _add(demands, unit, event.demands, evidence)
    return tuple(
        _burden(unit, period, meetings.get(unit, {}), organised.get(unit, {}), demands.get(unit, {}))
        for unit in sorted({*meetings, *organised, *demands})
    )


def _units(item: Held, tree: Organisation) -> list[str]:
    standings = (tree.standing(person, item.at) for person in item.called)
    return sorted({standing.unit for standing in standings if standing is not None})


def _add(
    demands: dict[str, dict[str, list[tuple[Evidence, int]]]],
    unit: str,
    asked: Mapping[str, int],
    evidence: Evidence,
) -> None:
    for kind, count in asked.items():
        demands.setdefault(unit, {}).setdefault(kind, []).append((evidence, count))


def _demanded(history: History, offset_minutes: int) -> Iterable[tuple[DemandRecorded, Evidence, date]]:
    for recorded in history.events(DemandRecorded):
        envelope, event = recorded.envelope, recorded.event
        assert isinstance(event, DemandRecorded)
        day = (envelope.effective_at + timedelta(minutes=offset_minutes)).date()
        yield event, Evidence(envelope.event_id, envelope.position, envelope.stored_type), day


def _burden(
    unit: str,
    period: Period,
    meetings: Mapping[str, Evidence],
    organised: Mapping[str, Evidence],
    demands: Mapping[str, Sequence[tuple[Evidence, int]]],
) -> Burden:
    by_kind = {
        kind: counted(
            kind,
            CLAUSE,
            BASIS,
            dict.fromkeys(evidence for evidence, _ in demands[kind]),
            sum(count for _, count in demands[kind]),
        )
        for kind in sorted(demands)
    }
    met = counted(MEETINGS, CLAUSE, BASIS, meetings.values())
    return Burden(
        unit=unit,
        period=period,
        meetings=met,
        organised=counted("organised", CLAUSE, BASIS, organised.values()),
        demands=by_kind,
        total=_sum("burden", (met, *by_kind.values())),
    )


def _sum(name: str, parts: Sequence[Figure]) -> Figure:
    total = sum((part.exact() for part in parts), Fraction(0))
    return Figure(name, total, "sum", CLAUSE, BASIS, tuple(parts))


# --- people ----------------------------------------------------------------------------------


def off_hours(history: History, period: Period, offset_minutes: int = LOCAL) -> tuple[OffHours, ...]:
    """What a period asked of each person outside working time, by person id.

    Asked of are all who were expected and not excused, and whoever else came; each occasion that took place
    counts once a person.  Whoever was called upon in working time only stands there with a total of 0.
    """
    by_person: dict[str, list[Held]] = {}
    for item in occasions(history).values():
        if item.held is not None and of_period(item, period, offset_minutes):
            for person in item.called:
                by_person.setdefault(person, []).append(item)
    return tuple(_off(person, by_person[person]) for person in sorted(by_person))


def _off(person: str, items: Sequence[Held]) -> OffHours:
    by_class: dict[TimeClass, Figure] = {}
    for name in sorted(OFF_HOURS):
        found = [item.evidence for item in items if item.state.about.hours == name]
        if found:
            by_class[name] = counted(name, CLAUSE, BASIS, found)
    outside = [item for item in items if item.state.about.hours in OFF_HOURS]
    lengths = [(item.evidence, item.state.minutes) for item in outside if item.state.minutes is not None]
    return OffHours(
        person=person,
        total=_sum("off_hours", tuple(by_class.values())),
        by_class=by_class,
        minutes=counted(
            "minutes",
            CLAUSE,
            BASIS,
            [evidence for evidence, _ in lengths],
            sum(count for _, count in lengths),
        ),
        unstated=counted(
            "unstated", CLAUSE, BASIS, [item.evidence for item in items if item.state.about.hours is None]
        ),
    )


# --- repetition ------------------------------------------------------------------------------


def near_duplicates(history: History, days: int, offset_minutes: int = LOCAL) -> tuple[NearDuplicate, ...]:
    """Occasions on one topic for the same audience, at most `days` days apart, each with the next such one.

    The audience is the same where its code is, or where none is given the frozen population, or else the
    list of those expected; and somebody was called upon by both: the members of two branches are not the
    same audience. Those without a topic are compared with nothing; those called off or folded into others do
    not count.
    """
    groups: dict[tuple[str, str], list[tuple[date, Held]]] = {}
    for item in occasions(history).values():
        day, topic = item.day(offset_minutes), item.state.about.topic
        if item.stands and topic is not None and day is not None:
            groups.setdefault((topic, _audience(item)), []).append((day, item))
    found = []
    for (topic, audience), group in groups.items():
        group.sort(key=lambda pair: (pair[0], pair[1].planned.position))
        for index, (day, item) in enumerate(group):
            nearby = (
                NearDuplicate(
                    topic, audience, item.key, other.key, (when - day).days, (item.evidence, other.evidence)
                )
                for when, other in group[index + 1 :]
                if (when - day).days <= days and item.called & other.called
            )
            found += [pair for pair, _ in zip(nearby, range(1), strict=False)]
    return tuple(sorted(found, key=lambda pair: (pair.events[1].position, pair.events[0].position)))


def _audience(item: Held) -> str:
    state = item.state
    return state.about.audience or state.population or " ".join(state.expected)


def repeated_by_level(history: History, offset_minutes: int = LOCAL) -> tuple[Repeated, ...]:
    """Topics that a unit had an occasion on and that units below it took up again, on the same day or later.

    One row for each occasion of an upper unit that was so repeated, in the order of their planning.
    """
    tree = history.state(organisation.DECIDER, "organisation")
    topics: dict[str, list[tuple[date, Held]]] = {}
    for item in occasions(history).values():
        day, topic = item.day(offset_minutes), item.state.about.topic
        if item.stands and topic is not None and day is not None:
            topics.setdefault(topic, []).append((day, item))
    found = []
    for topic, items in topics.items():
        for day, upper in items:
            lower = [
                (when, item)
                for when, item in items
                if when >= day
                and item.state.unit is not None
                and upper.state.unit is not None
                and item.state.unit != upper.state.unit
                and tree.within(item.state.unit, upper.state.unit, item.at)
            ]
            if lower and upper.state.unit is not None:
                lower.sort(key=lambda pair: (pair[0], pair[1].planned.position))
                found.append(
                    Repeated(
                        topic,
                        upper.state.unit,
                        upper.key,
                        tuple((item.state.unit or "", item.key) for _, item in lower),
                        (upper.evidence, *(item.evidence for _, item in lower)),
                    )
                )
    return tuple(sorted(found, key=lambda row: row.events[0].position))


def during_freezes(history: History) -> tuple[DuringFreeze, ...]:
    """Occasions of a size, and at a time, that a freeze of their unit or of one above it forbids.

    Each with the reason for which the freeze was overridden, and whether it was planned before the freeze was
    declared; what was put off into a freeze shows here too.
    """
    plans = history.state(schedule.DECIDER, f"{schedule.CATEGORY}/{schedule.ORGANISATION}")
    declared = _declared(history)
    tree = history.state(organisation.DECIDER, "organisation")
    return tuple(
        DuringFreeze(
            item.key,
            freeze,
            item.state.overridden,
            declared.get(freeze.number, 0) > item.planned.position,
            item.evidence,
        )
        for item in occasions(history).values()
        if item.stands
        for freeze in _freezes(item, plans, tree)
    )


def _freezes(item: Held, plans: Schedule, tree: Organisation) -> list[Freeze]:
    at, size, unit = item.at, item.state.about.size, item.state.unit
    if at is None or size is None or unit is None:
        return []
    return [
        freeze
        for freeze in plans.freezes
        if size in freeze.forbids
        and freeze.since <= at < freeze.until
        and (freeze.lifted_at is None or at < freeze.lifted_at)
        and tree.within(unit, freeze.unit, at)
    ]


def _declared(history: History) -> dict[int, int]:
    found: dict[int, int] = {}
    for recorded in history.events(schedule.FreezeDeclared):
        event = recorded.event
        assert isinstance(event, schedule.FreezeDeclared)
        found.setdefault(event.number, recorded.envelope.position)
    return found
