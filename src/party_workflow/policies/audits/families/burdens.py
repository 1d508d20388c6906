"""Burden: months that asked much of a unit or of a person, and what was asked twice.  (R-010, R-035, R-213)

What was one too many is for people to say; the finding says what there was.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from party_workflow.calendar import Period
from party_workflow.codec import Event
from party_workflow.domain import activity, organisation, schedule
from party_workflow.policies.activities.burden import (
    burden,
    during_freezes,
    near_duplicates,
    off_hours,
    repeated_by_level,
)
from party_workflow.policies.audits.asked import Asked
from party_workflow.policies.audits.asking import AuditPolicy, Question
from party_workflow.policies.audits.finding import AuditFinding

READS: Final[tuple[type[Event], ...]] = (
    *activity.DECIDER.events,
    *organisation.DECIDER.events,
    *schedule.DECIDER.events,
)


def _months(asked: Asked, clause: str) -> Iterator[Period]:
    """The months that have begun within those looked at, the earliest first."""
    day = asked.day(asked.months_back(clause)).replace(day=1)
    while day <= asked.on:
        month = Period.of("month", day)
        yield month
        day = month.last + timedelta(days=1)


def _units(asked: Asked) -> Iterator[AuditFinding]:
    clause = "audit.burden_unit"
    for month in _months(asked, clause):
        for row in burden(asked.history, month, asked.offset_minutes):
            if row.total.exact() >= asked.value(clause, "demands"):
                codes = (month.label, *row.demands)
                yield asked.found(
                    clause, (row.unit,), row.total.evidence(), row.total, row.meetings, codes=codes
                )


def _people(asked: Asked) -> Iterator[AuditFinding]:
    clause = "audit.burden_off_hours"
    for month in _months(asked, clause):
        for row in off_hours(asked.history, month, asked.offset_minutes):
            if row.total.exact() and row.total.exact() >= asked.value(clause, "times"):
                codes = (month.label, *row.by_class)
                yield asked.found(
                    clause, (row.person,), row.total.evidence(), row.total, row.minutes, codes=codes
                )


def _duplicates(asked: Asked) -> Iterator[AuditFinding]:
    clause = "audit.held_twice"
    for row in near_duplicates(asked.history, asked.whole(clause, "days"), asked.offset_minutes):
        number = asked.number(clause, "days_apart", row.days_apart, row.events)
        subjects = (f"activity/{row.first}", f"activity/{row.second}")
        yield asked.found(clause, subjects, row.events, number, codes=(row.topic,))


def _levels(asked: Asked) -> Iterator[AuditFinding]:
    clause = "audit.taken_level_by_level"
    for row in repeated_by_level(asked.history, asked.offset_minutes):
        if len(row.below) >= asked.value(clause, "units"):
            below = tuple(dict.fromkeys(f"activity/{key}" for _, key in row.below))
            number = asked.number(clause, "units", len({unit for unit, _ in row.below}), row.events)
            subjects = (row.unit, f"activity/{row.occasion}", *below)
            yield asked.found(clause, subjects, row.events, number, codes=(row.topic,))


def _freezes(asked: Asked) -> Iterator[AuditFinding]:
    clause = "audit.during_freeze"
    for row in during_freezes(asked.history):
        codes = () if row.overridden is None else (row.overridden,)
        number = asked.count(clause, "occasions", (row.event,))
        yield asked.found(clause, (f"activity/{row.occasion}",), (row.event,), number, codes=codes)


BURDEN: Final = AuditPolicy(
    code="burden",
    version=1,
    holds="No month asked more of a unit or of a person than the rule says, and nothing twice",
    questions=(
        Question("audit.burden_unit", ("months", "demands"), _units),
        Question("audit.burden_off_hours", ("months", "times"), _people),
        Question("audit.held_twice", ("days",), _duplicates),
        Question("audit.taken_level_by_level", ("units",), _levels),
        Question("audit.during_freeze", (), _freezes),
    ),
    reads=READS,
)
"""Much asked in a month, the same asked twice, and what a freeze forbade."""
