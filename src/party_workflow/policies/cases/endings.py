"""How voices end: as an item of a ledger, with a reason why not, after an earlier one, or not (R-141, R-142).

For kinds of case that are not items themselves (a topic of a forum, an entry of a diary).  What is told in
confidence is counted and not listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from party_workflow.domain import case as cases
from party_workflow.domain.case import (
    Case,
    CaseJoined,
    CaseOpened,
    CasePromoted,
    CaseRefused,
    CaseReopened,
)
from party_workflow.history import History
from party_workflow.policies.figure import Evidence

How = Literal["item", "reason", "earlier", "open", "otherwise"]
"""An item of a ledger; a reason why not; an earlier one that it follows; nothing yet; any other end."""
HOWS: Final[tuple[How, ...]] = ("item", "reason", "earlier", "open", "otherwise")


@dataclass(frozen=True, slots=True)
class Ending:
    """How one ended: `to` is the item or the earlier one, `ground` the reason, as a code."""

    stream: str
    kind: str
    unit: str
    source: str | None
    how: How
    to: str | None
    ground: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Endings:
    """Every one that may be listed, in order of opening, and by how it ended the number of all of them.

    Truthy where none is open.
    """

    rows: tuple[Ending, ...]
    numbers: tuple[tuple[How, int], ...]

    def __bool__(self) -> bool:
        return dict(self.numbers)["open"] == 0

    @property
    def open(self) -> tuple[Ending, ...]:
        """Those that ended neither as an item nor with a reason."""
        return tuple(row for row in self.rows if row.how == "open")


def endings(
    history: History, kinds: Sequence[str], source: str | None = None, *, custody: bool = False
) -> Endings:
    """How the cases of these kinds ended; of one `source`, such as the meeting of a forum, where it is named.

    With `custody` those in confidence are listed too: for whoever has the duty of it, and for nobody else.
    """
    states: dict[str, Case] = {}
    rows: dict[str, Ending] = {}
    for item in history.events(*cases.DECIDER.events):
        event, envelope = item.event, item.envelope
        stream = envelope.stream
        if isinstance(event, CaseOpened) and event.kind in kinds and source in (None, event.source):
            evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
            rows[stream] = Ending(stream, event.kind, event.unit, event.source, "open", None, None, evidence)
        elif stream in rows:
            evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
            rows[stream] = _after(rows[stream], event, evidence)
        if stream in rows:
            states[stream] = cases.DECIDER.evolve(states.get(stream, cases.DECIDER.initial()), item)
    ended = [_ended(row, states[stream]) for stream, row in rows.items()]
    numbers = tuple((how, sum(row.how == how for row in ended)) for how in HOWS)
    listed = tuple(row for row in ended if custody or not states[row.stream].confidential)
    return Endings(listed, numbers)


def _after(row: Ending, event: object, evidence: Evidence) -> Ending:
    match event:
        case CasePromoted():
            return _as(row, "item", evidence, to=event.to)
        case CaseJoined():
            return _as(row, "earlier", evidence, to=event.lead)
        case CaseRefused():
            return _as(row, "reason", evidence, ground=event.ground)
        case CaseReopened():
            return _as(row, "open", evidence)
        case _:
            return row


def _ended(row: Ending, state: Case) -> Ending:
    return _as(row, "otherwise", row.evidence) if row.how == "open" and state.final else row


def _as(
    row: Ending, how: How, evidence: Evidence, to: str | None = None, ground: str | None = None
) -> Ending:
    return Ending(row.stream, row.kind, row.unit, row.source, how, to, ground, evidence)
