"""Backdating, and bulk entry shortly before an inspection.

That something is entered late is no fault in itself: paper is entered afterwards, by whoever has the account.
So entries are gathered by account, and what was imported from a file is left out: its times are the file's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from party_workflow.domain import organisation
from party_workflow.domain.inspection import InspectionCarriedOut, InspectionUnsealed
from party_workflow.domain.organisation import Organisation
from party_workflow.policies.audits.asked import Asked, of
from party_workflow.policies.audits.asking import AuditPolicy, Question
from party_workflow.policies.audits.finding import AuditFinding
from party_workflow.policies.figure import Evidence
from party_workflow.store import Record

SET_UP: Final = frozenset({"log", "authority", "definition", "organisation"})
"""Categories whose events are entered when a log begins, and dated when they were so."""


def _lag(record: Record) -> timedelta:
    return record.envelope.recorded_at - record.envelope.effective_at


def _days(lag: timedelta) -> Fraction:
    return Fraction(lag // timedelta(seconds=1), 86_400)


def _entered(asked: Asked, days: Fraction) -> dict[str, list[Record]]:
    """By account what was entered at least so many days after it happened."""
    found: dict[str, list[Record]] = {}
    for record in asked.history.records():
        envelope = record.envelope
        if envelope.source is not None or envelope.stream.partition("/")[0] in SET_UP:
            continue
        if not asked.hides(envelope.stream) and _days(_lag(record)) >= days > 0:
            found.setdefault(envelope.account, []).append(record)
    return found


def _dated_back(asked: Asked) -> Iterator[AuditFinding]:
    clause = "audit.dated_back"
    for account, records in _entered(asked, asked.value(clause, "days")).items():
        if len(records) < asked.value(clause, "entries"):
            continue
        events = [of(record) for record in records]
        longest = max(map(_lag, records))
        yield asked.found(
            clause,
            (account, *sorted({record.envelope.stream for record in records})),
            events,
            asked.count(clause, "entries", events),
            asked.number(clause, "longest_days", _days(longest), events),
        )


def _units(asked: Asked) -> dict[str, str]:
    """The unit of each matter, as its opening event says."""
    units: dict[str, str] = {}
    for kind in asked.history.registry.events.values():
        if kind.unit_field is None:
            continue
        for record in asked.history.records(kind):
            unit = record.data.get(kind.unit_field)
            if isinstance(unit, str):
                units.setdefault(record.envelope.stream, unit)
    return units


def _inspections(asked: Asked) -> Iterator[tuple[str, datetime, tuple[str, ...], Evidence]]:
    """The inspections that took place: when each began, and at which units."""
    for item in asked.history.events(InspectionCarriedOut, InspectionUnsealed):
        assert isinstance(item.event, InspectionCarriedOut)
        yield item.envelope.stream, item.event.began, item.event.units, of(item)


def _before_inspections(asked: Asked) -> Iterator[AuditFinding]:
    """Many late entries of one account on the units inspected, in the days before somebody came."""
    clause = "audit.entered_before_inspection"
    window = timedelta(days=asked.whole(clause, "window_days"))
    late = _entered(asked, asked.value(clause, "days"))
    units = _units(asked)
    tree: Organisation = asked.history.state(organisation.DECIDER, organisation.STREAM)
    for stream, began, inspected, visit in _inspections(asked):
        for account, records in late.items():
            chosen = [
                record
                for record in records
                if began - window <= record.envelope.recorded_at < began
                and any(tree.within(units.get(record.envelope.stream), unit, began) for unit in inspected)
            ]
            if not chosen or len(chosen) < asked.value(clause, "entries"):
                continue
            events = [of(record) for record in chosen]
            yield asked.found(
                clause,
                (account, stream, *sorted({units[record.envelope.stream] for record in chosen})),
                (*events, visit),
                asked.count(clause, "entries", events),
                asked.number(clause, "longest_days", _days(max(map(_lag, chosen))), events),
            )


BACKDATING: Final = AuditPolicy(
    code="backdating",
    version=1,
    holds="Nothing was entered long after it happened, nor much of it just before an inspection",
    questions=(
        Question("audit.dated_back", ("days", "entries"), _dated_back),
        Question("audit.entered_before_inspection", ("days", "entries", "window_days"), _before_inspections),
    ),
    reads=(),
)
"""What was entered late, by account; it reads every event there is."""
