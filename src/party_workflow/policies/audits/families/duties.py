"""Missing duties: what a regime of the log lays down and nobody did.  (R-029 to R-031, R-074 to R-081)"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from pydantic import ValidationError

from party_workflow.codec import Event
from party_workflow.domain import organisation, schedule
from party_workflow.domain.definition import DefinitionAdopted
from party_workflow.domain.organisation import Organisation
from party_workflow.errors import InvalidDefinition
from party_workflow.policies.activities.works import READS as WORKS
from party_workflow.policies.audits.asked import Asked, of
from party_workflow.policies.audits.asking import AuditPolicy, Question
from party_workflow.policies.audits.finding import AuditFinding
from party_workflow.policies.duties import DutyRow, Regime, duty_report
from party_workflow.policies.figure import Evidence

READS: Final[tuple[type[Event], ...]] = tuple(
    dict.fromkeys((*WORKS, *organisation.DECIDER.events, *schedule.DECIDER.events, DefinitionAdopted))
)


def regimes(asked: Asked) -> dict[str, tuple[Regime, Evidence, date]]:
    """The regimes that the log holds, the latest version of each, with the adoption and its local day."""
    found: dict[str, tuple[Regime, Evidence, date]] = {}
    for item in asked.history.events(DefinitionAdopted):
        event = item.event
        if isinstance(event, DefinitionAdopted) and event.kind == "regime":
            try:
                regime = Regime.model_validate(event.body)
            except (InvalidDefinition, ValidationError):
                continue  # written underneath the API; another check says so
            found[regime.code] = (regime, of(item), asked.day(item.envelope.effective_at))
    return found


def _rows(asked: Asked, clause: str) -> Iterator[tuple[Regime, Evidence, list[DutyRow]]]:
    """The rows of each regime, by duty and subject, from its adoption on and for the months looked at."""
    tree: Organisation = asked.history.state(organisation.DECIDER, organisation.STREAM)
    at = asked.as_of
    roots = [u for u in tree.units if tree.stands(u, at) and (p := tree.placing(u, at)) and p.parent is None]
    since = asked.day(asked.months_back(clause))
    for regime, adopted, day in regimes(asked).values():
        first = max(since, day)
        groups: dict[tuple[str, str], list[DutyRow]] = {}
        for root in sorted(roots):
            if first <= asked.on:
                rows = duty_report(
                    asked.history, regime, below=root, first=first, last=asked.on, as_of=asked.on
                )
                for row in rows:
                    # A period that had begun when the regime was adopted is not held against anybody.
                    if row.period.first >= first:
                        groups.setdefault((row.duty, row.subject), []).append(row)
        for key in sorted(groups):
            yield regime, adopted, groups[key]


def _unmet(asked: Asked) -> Iterator[AuditFinding]:
    clause = "audit.duty_unmet"
    for regime, adopted, rows in _rows(asked, clause):
        unmet = [row for row in rows if row.status == "unmet"]
        if unmet and len(unmet) >= asked.value(clause, "periods"):
            events = {adopted, *(e for row in unmet for e in row.evidence)}
            events |= {short.evidence for row in unmet for short in row.short}
            owed = [row for row in rows if row.status in ("met", "unmet")]
            yield asked.found(
                clause,
                (unmet[0].subject,),
                events,
                asked.number(clause, "periods_unmet", len(unmet), (adopted,)),
                asked.number(clause, "periods_owed", len(owed), (adopted,)),
                codes=(regime.code, unmet[0].duty, *(row.period.label for row in unmet)),
            )


def _short(asked: Asked) -> Iterator[AuditFinding]:
    clause = "audit.duty_short"
    for regime, adopted, rows in _rows(asked, clause):
        short = [each for row in rows if row.status == "unmet" for each in row.short]
        if short and len(short) >= asked.value(clause, "occasions"):
            events = tuple(each.evidence for each in short)
            yield asked.found(
                clause,
                (rows[0].subject, *sorted({each.stream for each in short})),
                (adopted, *events),
                asked.count(clause, "occasions", events),
                codes=(regime.code, rows[0].duty, *sorted({each.why for each in short})),
            )


def _lacks(asked: Asked) -> str:
    return "" if regimes(asked) else "a regime of duties that the log holds"


MISSING_DUTIES: Final = AuditPolicy(
    code="missing_duties",
    version=1,
    holds="Every duty that a regime lays down was met",
    questions=(
        Question("audit.duty_unmet", ("months", "periods"), _unmet),
        Question("audit.duty_short", ("months", "occasions"), _short),
    ),
    reads=READS,
    lacks=_lacks,
)
"""Duties of units and people that were owed and not met, and occasions held that did not count for one."""
