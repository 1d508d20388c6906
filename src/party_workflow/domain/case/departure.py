"""Where a case departs from its lifecycle, for the auditor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from party_workflow.domain.case.base import CaseMove
from party_workflow.domain.case.events import CaseEvent, CaseNoted, CaseOpened
from party_workflow.domain.case.kind import read_kind
from party_workflow.errors import InvalidDefinition, Reason, Refusal
from party_workflow.lifecycle import Table

DEPARTED: Final = Reason(
    "case.departed",
    "Event {number} is said to lead to {state}; by the lifecycle it leads to {expected}.",
    "Look at how it came into the log: no command writes it.",
)


def departure(events: Sequence[CaseEvent]) -> Refusal | None:
    """Where the events of a case (the opening first) depart from its lifecycle; None if nowhere."""
    opening, *moves = events
    if not isinstance(opening, CaseOpened):
        return DEPARTED(number=1, state="no case", expected="an opening")
    try:
        table = read_kind(opening.body).table
    except InvalidDefinition:
        return DEPARTED(number=1, state=opening.state, expected="nothing, for its body is no kind of case")
    if opening.state != table.initial:
        return DEPARTED(number=1, state=opening.state, expected=table.initial)
    return _first(table, moves)


def _first(table: Table, moves: Iterable[CaseEvent]) -> Refusal | None:
    state = table.initial
    for number, event in enumerate(moves, start=2):
        if isinstance(event, CaseNoted):
            continue
        if not isinstance(event, CaseMove):
            return DEPARTED(number=number, state="opened", expected="a move")
        step = table.step(state, event.move)
        if isinstance(step, Refusal):
            return step
        if step.dest != event.state:
            return DEPARTED(number=number, state=event.state, expected=step.dest)
        state = event.state
    return None
