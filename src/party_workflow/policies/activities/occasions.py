"""Occasions off a history, each with its events: what they are about, and how broad they reach.

The common ground of lateness, burden and chairing: every activity with its state as of the history's
moments, and for each thing that is said of it the event that says so.  Which occasions were of a role or of
a type of lecture is asked by attribute (R-034, R-078).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from party_workflow.calendar import Period
from party_workflow.codec import Event
from party_workflow.domain import activity
from party_workflow.domain.activity import (
    Activity,
    ActivityConducted,
    ActivityDescribed,
    ActivityHeld,
    ActivityMerged,
)
from party_workflow.history import History
from party_workflow.policies.figure import Evidence, Figure, counted

READS: Final[tuple[type[Event], ...]] = activity.DECIDER.events
"""The event types that occasions are folded from."""
LOCAL: Final = 480
"""Minutes that local time is ahead of UTC where neither a series nor the caller says otherwise: China."""
CLAUSE: Final = "occasions"
BASIS: Final = "attendance-register"


@dataclass(slots=True)
class Held:
    """An occasion as of the history's moments, with the events that it rests on.

    `planned_on` is when the planning was recorded.
    """

    key: str
    state: Activity
    planned: Evidence
    planned_on: datetime
    held: Evidence | None = None
    described: Evidence | None = None
    conducted: Evidence | None = None
    merged: Evidence | None = None
    events: list[Evidence] = field(default_factory=list)

    @property
    def at(self) -> datetime | None:
        """When it took place, or else for when it is planned."""
        return self.state.held_at or self.state.due_at

    def day(self, offset_minutes: int = LOCAL) -> date | None:
        """The local day of `at`; a series knows its own offset."""
        moment, slot = self.at, self.state.slot
        if moment is None:
            return None
        if slot is not None:
            return slot.day_of(moment)
        return (moment + timedelta(minutes=offset_minutes)).date()

    @property
    def stands(self) -> bool:
        """Whether it took place or still may: neither called off nor folded into another one."""
        return self.state.phase in ("planned", "postponed", "held")

    @property
    def present(self) -> frozenset[str]:
        """Who took part."""
        return self.state.attended()

    @property
    def called(self) -> frozenset[str]:
        """Whom it called on: everybody expected and not excused, and whoever else took part."""
        excused = {person for person, row in self.state.register.items() if row.status == "excused"}
        return (frozenset(self.state.expected) - excused) | self.present

    @property
    def evidence(self) -> Evidence:
        """The event that counts it: that it took place, or else that it was planned."""
        return self.held or self.planned


def occasions(history: History) -> dict[str, Held]:
    """Every activity by key, in the order in which they were planned."""
    found: dict[str, Held] = {}
    for recorded in history.events(*READS):
        envelope, event = recorded.envelope, recorded.event
        key = envelope.stream.partition("/")[2]
        evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
        before = found.get(key)
        state = activity.DECIDER.evolve(before.state if before else Activity(), recorded)
        if before is None:
            before = found[key] = Held(key, state, evidence, envelope.recorded_at)
        before.state = state
        before.events.append(evidence)
        match event:
            case ActivityHeld():
                before.held = evidence
            case ActivityDescribed():
                before.described = evidence
            case ActivityConducted() | activity.ConductCorrected():
                before.conducted = evidence
            case ActivityMerged():
                before.merged = evidence
            case _:
                pass
    return found


def about(
    found: Iterable[Held],
    *,
    kind: str | None = None,
    topic: str | None = None,
    audience: str | None = None,
    attributes: Mapping[str, str] | None = None,
    having: Iterable[str] = (),
) -> Iterator[Held]:
    """The occasions of a kind, topic, audience and attributes, each where named.

    With `having` only those at which somebody took part who then had all of these categories: roles that one
    person holds beside others are told apart so.
    """
    wanted, needed = dict(attributes or {}), tuple(having)
    for item in found:
        said = item.state.about
        if kind not in (None, item.state.kind) or topic not in (None, said.topic):
            continue
        if audience not in (None, said.audience):
            continue
        if any(said.attributes.get(name) != value for name, value in wanted.items()):
            continue
        if needed and not item.state.attended(having=needed):
            continue
        yield item


def stands_for(found: Mapping[str, Held], key: str) -> Held | None:
    """The occasion that stands for this one: itself, or where it was folded into; None if unknown."""
    seen: set[str] = set()
    item = found.get(key)
    while item is not None and item.state.merged_into is not None and item.key not in seen:
        seen.add(item.key)
        item = found.get(item.state.merged_into)
    return item


@dataclass(frozen=True, slots=True)
class Breadth:
    """How broad occasions reached: how many took place, and the distinct persons, audiences and categories.

    `by_type` counts them by the value of one attribute; those without it stand under None.
    """

    held: Figure
    persons: Figure
    audiences: Mapping[str | None, Figure]
    categories: Mapping[str, Figure]
    by_type: Mapping[str | None, Figure]


def breadth(found: Iterable[Held], attribute: str = "tailoring") -> Breadth:
    """How broad those that took place reached, such as micro-lectures by how they are tailored (R-078).

    Persons are counted once over all, and once in each category that they had at one of the occasions.
    """
    held = [item for item in found if item.held is not None]
    persons: dict[str, Evidence] = {}
    members: dict[str, dict[str, Evidence]] = {}
    audiences: dict[str | None, list[Evidence]] = {}
    types: dict[str | None, list[Evidence]] = {}
    for item in held:
        said = item.state.about
        audiences.setdefault(said.audience, []).append(item.evidence)
        types.setdefault(said.attributes.get(attribute), []).append(item.evidence)
        for person in sorted(item.present):
            persons.setdefault(person, item.evidence)
            for category in sorted(item.state.register[person].categories):
                members.setdefault(category, {}).setdefault(person, item.evidence)
    return Breadth(
        held=counted("held", CLAUSE, BASIS, [item.evidence for item in held]),
        persons=_distinct("persons", persons),
        audiences={code: counted("audience", CLAUSE, BASIS, rows) for code, rows in _sorted(audiences)},
        categories={code: _distinct(code, members[code]) for code in sorted(members)},
        by_type={code: counted("type", CLAUSE, BASIS, rows) for code, rows in _sorted(types)},
    )


def _distinct(name: str, found: Mapping[str, Evidence]) -> Figure:
    return counted(name, CLAUSE, BASIS, dict.fromkeys(found.values()), len(found))


def _sorted(found: Mapping[str | None, list[Evidence]]) -> list[tuple[str | None, list[Evidence]]]:
    return sorted(found.items(), key=lambda pair: (pair[0] is None, pair[0] or ""))


@dataclass(frozen=True, slots=True)
class NotCounting:
    """An occasion that took place and does not count as carried out: below its quorum, too short, or both."""

    occasion: str
    kind: str
    unit: str | None
    turnout: Fraction | None
    quorum: Fraction | None
    missing_minutes: int
    event: Evidence


def not_counting(found: Iterable[Held]) -> tuple[NotCounting, ...]:
    """The occasions on record that do not satisfy a duty, each with what it lacks (R-030, R-075).

    `quorum` is the share that was not exceeded, None where that was not the fault.
    """
    return tuple(
        NotCounting(
            item.key,
            item.state.kind,
            item.state.unit,
            item.state.turnout,
            None if item.state.quorum_met else item.state.quorum,
            item.state.missing_minutes,
            item.held,
        )
        for item in found
        if item.held is not None and not item.state.done
    )


def of_period(item: Held, period: Period, offset_minutes: int = LOCAL) -> bool:
    """Whether an occasion took place, or is planned, on a day of the period."""
    day = item.day(offset_minutes)
    return day is not None and period.contains(day)
