"""Deadline breaches: clocks of cases, commitments, occasions; and what was in time by its own date only.

Whatever is late is late by the log's own count; nothing here is better for there being fewer cases (R-147).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from party_workflow.codec import Event
from party_workflow.domain import activity, case, plan
from party_workflow.domain.definition import DefinitionAdopted
from party_workflow.policies.activities.lateness import lateness
from party_workflow.policies.audits.asked import Asked, of
from party_workflow.policies.audits.asking import AuditPolicy, Question
from party_workflow.policies.audits.families.setting import Setting
from party_workflow.policies.audits.finding import AuditFinding
from party_workflow.policies.cases.clock_report import ClockLine, clock_report
from party_workflow.policies.commitments.plans import overdue
from party_workflow.policies.figure import Evidence

READS: Final[tuple[type[Event], ...]] = tuple(
    dict.fromkeys((*case.DECIDER.events, *plan.DECIDER.events, *activity.DECIDER.events, DefinitionAdopted))
)
_DAY: Final = 86_400


def _clocks(asked: Asked) -> Iterator[ClockLine]:
    return (line for line in clock_report(asked.history, asked.as_of) if not asked.hides(line.case))


def _breached(asked: Asked) -> Iterator[AuditFinding]:
    clause = "audit.clock_breached"
    for line in _clocks(asked):
        if line.standing in ("late", "overdue") and line.late >= asked.value(clause, "days"):
            yield asked.found(
                clause,
                (line.case, line.unit),
                line.evidence,
                asked.number(clause, "days_late", line.late, line.evidence),
                codes=(line.kind, line.clock, line.standing),
            )


def _kept_by_date(asked: Asked) -> Iterator[AuditFinding]:
    """In time only by when it is said to have happened: it was recorded when the time had run out."""
    clause = "audit.clock_dated_back"
    for line in _clocks(asked):
        if line.dated_back and line.recorded is not None:
            late = Fraction(int((line.recorded - line.due).total_seconds()), _DAY)
            if late >= asked.value(clause, "days"):
                yield asked.found(
                    clause,
                    (line.case, line.unit),
                    line.evidence,
                    asked.number(clause, "days_recorded_late", late, line.evidence),
                    codes=(line.kind, line.clock),
                )


def _due(asked: Asked) -> Iterator[AuditFinding]:
    """Cases with a day of their own and no clock that is past it."""
    clause = "audit.case_overdue"
    last: dict[str, Evidence] = {}
    for record in asked.history.records(*case.DECIDER.events):
        last[record.envelope.stream] = of(record)
    for stream, evidence in last.items():
        state = asked.history.state(case.DECIDER, stream)
        if asked.hides(stream) or state.final or state.runs or state.due is None or state.kind is None:
            continue
        days = (asked.on - asked.day(state.due)).days
        if state.due <= asked.as_of and days >= asked.value(clause, "days"):
            number = asked.number(clause, "days_late", days, (evidence,))
            yield asked.found(clause, (stream, state.unit), (evidence,), number, codes=(state.kind.code,))


def _late_occasions(asked: Asked) -> Iterator[AuditFinding]:
    clause = "audit.occasion_late"
    for row in lateness(asked.history, asked.on, asked.offset_minutes):
        if row.days_late is not None and row.days_late >= max(asked.value(clause, "days"), Fraction(1)):
            subjects = (f"activity/{row.key}", *((row.unit,) if row.unit else ()))
            number = asked.number(clause, "days_late", row.days_late, row.events)
            yield asked.found(clause, subjects, row.events, number, codes=(row.kind, *row.reasons))


def deadlines(setting: Setting) -> AuditPolicy:
    """Everything that was due and late, or still is."""

    def commitments(asked: Asked) -> Iterator[AuditFinding]:
        clause = "audit.commitment_overdue"
        for row in overdue(asked.history, asked.as_of, setting.calendar):
            if not asked.hides(row.plan) and row.days >= asked.value(clause, "days"):
                number = asked.number(clause, "days_late", row.days, row.evidence)
                codes = (row.item, row.ground)
                yield asked.found(clause, (row.plan, row.person), row.evidence, number, codes=codes)

    return AuditPolicy(
        code="deadlines",
        version=1,
        holds="Everything that was due was done in time",
        questions=(
            Question("audit.clock_breached", ("days",), _breached),
            Question("audit.clock_dated_back", ("days",), _kept_by_date),
            Question("audit.case_overdue", ("days",), _due),
            Question("audit.commitment_overdue", ("days",), commitments),
            Question("audit.occasion_late", ("days",), _late_occasions),
        ),
        reads=READS,
    )
