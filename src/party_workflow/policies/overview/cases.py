"""Cases by number.  Of confidential ones there are aggregates and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from party_workflow.domain import case as cases
from party_workflow.domain.case import Case, DueExtended
from party_workflow.history import History
from party_workflow.policies.figure import Evidence
from party_workflow.policies.overview.citing import evidence_of
from party_workflow.store import Envelope

SMALL: Final = 5
"""Confidential cases of a kind below which their states and outcomes are not broken down (R-204)."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case that is not confidential, in brief and without persons."""

    stream: str
    state: str
    final: bool
    opened: datetime
    due: datetime | None
    original_due: datetime | None
    outcome: str | None
    failed_verifications: int
    source: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class CaseGroup:
    """The cases of one kind by number.

    `states` and `outcomes` are None where the kind is confidential and there are fewer than `SMALL`: such a
    breakdown would say what came of somebody's case.  `lines` has none for a confidential kind.
    """

    kind: str
    confidential: bool
    total: int
    open: int
    withdrawn: int
    failed_verifications: int
    contested: int
    reopened: int
    extended: int
    states: Mapping[str, int] | None
    outcomes: Mapping[str, int] | None
    lines: tuple[CaseLine, ...]

    @property
    def closed(self) -> int:
        """How many are finished, the withdrawn ones among them."""
        return self.total - self.open


@dataclass(slots=True)
class _Case:
    state: Case
    opened: datetime
    last: Evidence
    extended: int = 0


def case_groups(history: History) -> tuple[CaseGroup, ...]:
    """The cases of a log by kind, in order of first appearance; confidential ones apart from the others."""
    groups: dict[tuple[str, bool], list[_Case]] = {}
    for found in _cases(history).values():
        assert found.state.kind is not None
        groups.setdefault((found.state.kind.code, found.state.confidential), []).append(found)
    return tuple(_group(kind, confidential, found) for (kind, confidential), found in groups.items())


def confidential_streams(history: History) -> frozenset[str]:
    """The matters of which nothing but aggregates is to be shown, of whatever category."""
    kinds = [kind for kind in history.registry.events.values() if kind.confidential_field is not None]
    return frozenset(
        item.envelope.stream
        for item in (history.events(*kinds) if kinds else ())
        if item.event.confidential_field is not None and getattr(item.event, item.event.confidential_field)
    )


def _cases(history: History) -> dict[str, _Case]:
    found: dict[str, _Case] = {}
    for item in history.events(*cases.DECIDER.events):
        envelope: Envelope = item.envelope
        before = found.get(envelope.stream)
        if before is None:
            state = cases.DECIDER.evolve(cases.DECIDER.initial(), item)
            found[envelope.stream] = _Case(state, envelope.effective_at, evidence_of(item))
        else:
            before.state = cases.DECIDER.evolve(before.state, item)
            before.last = evidence_of(item)
            before.extended += isinstance(item.event, DueExtended)
    return {stream: item for stream, item in found.items() if item.state.kind is not None}


def _group(kind: str, confidential: bool, found: list[_Case]) -> CaseGroup:
    states = [item.state for item in found]
    broken_down = not confidential or len(states) >= SMALL
    return CaseGroup(
        kind=kind,
        confidential=confidential,
        total=len(states),
        open=sum(not state.final for state in states),
        withdrawn=sum(state.withdrawn for state in states),
        failed_verifications=sum(state.failed_verifications for state in states),
        contested=sum(state.contested for state in states),
        reopened=sum(state.reopened for state in states),
        extended=sum(item.extended for item in found),
        states=_counts(state.state for state in states) if broken_down else None,
        outcomes=_counts(state.outcome for state in states if state.outcome) if broken_down else None,
        lines=() if confidential else tuple(_line(item) for item in found),
    )


def _counts(codes: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(codes).items()))


def _line(item: _Case) -> CaseLine:
    state = item.state
    return CaseLine(
        stream=state.stream,
        state=state.state,
        final=state.final,
        opened=item.opened,
        due=state.due,
        original_due=state.original_due,
        outcome=state.outcome,
        failed_verifications=state.failed_verifications,
        source=state.source,
        evidence=item.last,
    )
