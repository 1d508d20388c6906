"""Cases passed from unit to unit: how often, and which came back to where they had been.  (R-145)

Responsibility passes by an event and not by silence.  A case that goes to a unit that had it before is
ping-pong, whether it was sent back or handed over again; whoever looks into it sees every station with the
ground that was given.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from party_workflow.domain.case import CaseHandedOver, CaseReturned, HandOver
from party_workflow.history import History
from party_workflow.policies.figure import Evidence
from party_workflow.policies.registers.entries import entries, evidence


@dataclass(frozen=True, slots=True)
class Passed:
    """The way of one case: its stations, how often it was handed over, and the units that had it twice."""

    case: str
    kind: str
    stations: tuple[str, ...]
    handed_over: int
    returned: int
    most: int | None
    ping_pong: tuple[str, ...]
    steps: tuple[HandOver, ...]
    evidence: tuple[Evidence, ...]


def passed_on(history: History, at: datetime, kinds: Collection[str] = ()) -> tuple[Passed, ...]:
    """Every case that was passed on by a moment, the most travelled first; no confidential one."""
    found: list[Passed] = []
    for entry in entries(history, at, kinds):
        state = entry.state
        if not state.passed or state.confidential or state.kind is None:
            continue
        stations = (entry.issuer, *(step.unit for step in state.passed))
        twice = sorted({unit for unit in stations if stations.count(unit) > 1})
        found.append(
            Passed(
                case=entry.stream,
                kind=entry.kind,
                stations=stations,
                handed_over=state.handed_over,
                returned=len(state.passed) - state.handed_over,
                most=state.kind.most_handovers,
                ping_pong=tuple(twice),
                steps=state.passed,
                evidence=tuple(evidence(item) for item in entry.of(CaseHandedOver, CaseReturned)),
            )
        )
    return tuple(sorted(found, key=lambda each: (-len(each.steps), each.case)))
