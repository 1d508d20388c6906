"""Recurrence: what was not to come back and did, what comes back every quarter, what had to be reopened.

How many cases came in counts for nothing here (R-147): what counts is what was verified, what came back after
it had been closed, and who ended cases unverified that they answer for themselves.  (R-110, R-118, R-145)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from party_workflow.codec import Event
from party_workflow.domain import case, organisation, responsibility
from party_workflow.domain.responsibility import CATEGORY
from party_workflow.policies.audits.asked import Asked, of
from party_workflow.policies.audits.asking import AuditPolicy, Question
from party_workflow.policies.audits.families.setting import Setting
from party_workflow.policies.audits.finding import AuditFinding
from party_workflow.policies.figure import Evidence
from party_workflow.policies.registers.recurring import recurrences
from party_workflow.policies.responsibility.recurrence import Recurrence, recurrence

READS: Final[tuple[type[Event], ...]] = (
    *case.DECIDER.events,
    *organisation.DECIDER.events,
    *responsibility.DECIDER.events,
)
_EVER: Final = datetime(1, 1, 2, tzinfo=UTC)


def _matters(asked: Asked, clause: str) -> Iterator[Recurrence]:
    """The matters that must not recur, with their cases of the months looked at."""
    since = max(asked.months_back(clause), _EVER)
    for stream in asked.history.streams(CATEGORY):
        state = asked.history.state(responsibility.DECIDER, stream)
        if state.kind is not None and state.kind.zero_recurrence and state.unit is not None:
            yield recurrence(
                asked.history, state.matter, state.unit, since, asked.as_of, confidential=asked.confidential
            )


def _recurred(asked: Asked) -> Iterator[AuditFinding]:
    clause = "audit.recurred"
    for row in _matters(asked, clause):
        if row.verified.exact() >= max(asked.whole(clause, "verified_cases"), 1):
            events = row.verified.evidence()
            subjects = (responsibility.stream_of(row.matter, row.unit), row.unit, *row.became["verified"])
            yield asked.found(clause, subjects, events, row.verified, row.came_in, codes=(row.matter,))


def _ended(asked: Asked) -> Iterator[AuditFinding]:
    """Cases that ended unverified by the hand of somebody who answers for the matter."""
    clause = "audit.ended_by_those_answering"
    for row in _matters(asked, clause):
        for each in row.by_those_answering:
            number = asked.count(clause, "acts", (each.evidence,))
            codes = (row.matter, each.became)
            yield asked.found(clause, (each.person, each.case), (each.evidence,), number, codes=codes)


def _reopened(asked: Asked) -> Iterator[AuditFinding]:
    """Cases that failed verification, were contested or were reopened as often as the rule says."""
    clause = "audit.not_put_right"
    found: dict[str, list[Evidence]] = {}
    kinds = (case.VerificationFailed, case.CaseContested, case.CaseReopened)
    for record in asked.history.records(*kinds):
        if not asked.hides(record.envelope.stream):
            found.setdefault(record.envelope.stream, []).append(of(record))
    for stream, events in found.items():
        if len(events) >= asked.value(clause, "times"):
            state = asked.history.state(case.DECIDER, stream)
            codes = () if state.kind is None else (state.kind.code,)
            yield asked.found(
                clause, (stream, state.unit), events, asked.count(clause, "times", events), codes=codes
            )


def recurring(setting: Setting) -> AuditPolicy:
    """Matters, classes and cases that came back."""

    def chains(asked: Asked) -> Iterator[AuditFinding]:
        clause = "audit.comes_back"
        least = asked.whole(clause, "periods")
        opened = {r.envelope.stream: of(r) for r in asked.history.records(case.CaseOpened)}
        for chain in recurrences(
            asked.history, asked.as_of, setting.recurring, setting.calendar, least=max(least, 2)
        ):
            if chain.after_closure < asked.value(clause, "after_closure"):
                continue
            streams = tuple(stream for link in chain.links for stream in link.cases)
            events = [opened[stream] for stream in streams if stream in opened]
            yield asked.found(
                clause,
                (chain.unit, *streams),
                events,
                asked.number(clause, "periods", chain.length, events),
                asked.number(clause, "after_closure", chain.after_closure, events),
                codes=(chain.code,),
            )

    return AuditPolicy(
        code="recurrence",
        version=1,
        holds="Nothing came back that had been put right",
        questions=(
            Question("audit.recurred", ("months", "verified_cases"), _recurred),
            Question("audit.ended_by_those_answering", ("months",), _ended),
            Question("audit.comes_back", ("periods", "after_closure"), chains),
            Question("audit.not_put_right", ("times",), _reopened),
        ),
        reads=READS,
    )
