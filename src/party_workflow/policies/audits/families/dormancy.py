"""Dormant brands: plans in force of which nothing was held for longer than their kind lets pass.  (R-170)"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from party_workflow.codec import Event
from party_workflow.domain import activity, plan
from party_workflow.domain.plan import PlanApproved
from party_workflow.policies.audits.asked import Asked, of
from party_workflow.policies.audits.asking import AuditPolicy, Question
from party_workflow.policies.audits.families.setting import Setting
from party_workflow.policies.audits.finding import AuditFinding
from party_workflow.policies.commitments.plans import dormancies

READS: Final[tuple[type[Event], ...]] = (*plan.DECIDER.events, *activity.DECIDER.events)


def dormant(setting: Setting) -> AuditPolicy:
    """Plans that went dormant, and since when."""

    def look(asked: Asked) -> Iterator[AuditFinding]:
        clause = "audit.dormant"
        approved = {r.envelope.stream: of(r) for r in asked.history.records(PlanApproved)}
        for row in dormancies(asked.history, asked.as_of, setting.calendar):
            if not row.dormant or asked.hides(row.plan):
                continue
            days = Fraction((asked.on - asked.day(row.since)).days)
            if days >= asked.value(clause, "days"):
                events = [e for e in (approved.get(row.plan), row.last) if e is not None]
                yield asked.found(
                    clause,
                    (row.plan, row.unit),
                    events,
                    asked.number(clause, "days_dormant", days, events),
                    asked.number(clause, "months_allowed", row.months, events),
                )

    return AuditPolicy(
        code="dormancy",
        version=1,
        holds="Every plan that is in force is alive",
        questions=(Question("audit.dormant", ("days",), look),),
        reads=READS,
    )
