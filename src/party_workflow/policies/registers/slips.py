"""Slips by which what was found is handed over: how each stands, and which findings lack one.  (R-111)

A slip stands in a state of its lifecycle; that it was extended, ran out, or went before a unit above is said
beside the state, since each can be true in any of them.  One finding has one slip: a slip names it as its
source.  A slip that was withdrawn hands nothing over and leaves its finding without one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from party_workflow.domain.case import (
    CaseEscalated,
    CaseHandedOver,
    CaseReturned,
    ClockExtended,
    DueExtended,
    Run,
    VerificationFailed,
)
from party_workflow.history import History
from party_workflow.policies.figure import Evidence
from party_workflow.policies.registers.entries import Entry, entries

KINDS: Final = ("assignment_slip",)

Mark = Literal["escalated", "extended", "overdue"]


@dataclass(frozen=True, slots=True)
class Slip:
    """How a slip stands: from `issuer` to the unit that has it, what is due, and what is said beside.

    `original` is what was due before any extension.  ``overdue``: it ran out before it was reported
    done, this time or an earlier one.
    """

    case: str
    source: str | None
    issuer: str
    unit: str
    responsible: str | None
    state: str
    marks: tuple[Mark, ...]
    due: datetime | None
    original: datetime | None
    returned: int
    failed: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """Findings and slips against each other: the pairs, and whatever has no counterpart or more than one."""

    pairs: tuple[tuple[str, str], ...]
    without_slip: tuple[str, ...]
    without_finding: tuple[str, ...]
    several: tuple[tuple[str, tuple[str, ...]], ...]

    def __bool__(self) -> bool:
        """Whether every finding has its slip, and every slip its finding."""
        return not (self.without_slip or self.without_finding or self.several)


def slips(history: History, at: datetime, kinds: Collection[str] = KINDS) -> tuple[Slip, ...]:
    """Every slip drawn up by a moment, as it stood then, in the order of the log; no confidential one."""
    return tuple(_slip(entry, at) for entry in entries(history, at, kinds) if not entry.state.confidential)


def matched(
    history: History, at: datetime, findings: Collection[str], kinds: Collection[str] = KINDS
) -> Matched:
    """Which findings of these kinds, opened by a moment, were handed over by which slip."""
    found = [e.stream for e in entries(history, at, findings) if not e.state.confidential]
    by_source: dict[str, list[str]] = {}
    for entry in entries(history, at, kinds):
        if not entry.state.confidential and not entry.state.withdrawn:
            by_source.setdefault(entry.opening.source or "", []).append(entry.stream)
    known = frozenset(found)
    alone = [slip for source, them in by_source.items() if source not in known for slip in them]
    return Matched(
        pairs=tuple((each, by_source[each][0]) for each in found if len(by_source.get(each, ())) == 1),
        without_slip=tuple(each for each in found if each not in by_source),
        without_finding=tuple(alone),
        several=tuple((each, tuple(by_source[each])) for each in found if len(by_source.get(each, ())) > 1),
    )


def _slip(entry: Entry, at: datetime) -> Slip:
    state = entry.state
    run = _last(state.runs)
    due, original = (state.due, state.original_due) if run is None else (run.due, run.original)
    open_late = run is None and due is not None and not state.final and at >= due
    marks: dict[Mark, bool] = {
        "escalated": bool(state.escalated),
        "extended": bool(entry.of(ClockExtended, DueExtended)),
        "overdue": open_late or any(each.overdue(at) for each in state.runs),
    }
    return Slip(
        case=entry.stream,
        source=state.source,
        issuer=entry.issuer,
        unit=state.unit,
        responsible=state.responsible,
        state=state.state,
        marks=tuple(mark for mark, holds in marks.items() if holds),
        due=due,
        original=original,
        returned=len(entry.of(CaseReturned)),
        failed=state.failed_verifications,
        evidence=entry.cited(CaseHandedOver, ClockExtended, DueExtended, CaseEscalated, VerificationFailed),
    )


def _last(runs: tuple[Run, ...]) -> Run | None:
    """The clock that was set going last."""
    return max(runs, key=lambda run: (run.start, run.number), default=None)
