"""The cases of a register as of a moment, each with the events that its figures rest on.  (R-109, R-123)

Two clocks stay apart: `at` is when things happened, ``history.as_of(known=...)`` when they were known.  So
what was rectified in spring does not count on 31 December, although it is known by then.  Of a
confidential case nothing is told but that it counts; whoever may see it reads a view of the log made for them
(`Workflow.seen_by`) and asks with `named`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from party_workflow.codec import Event
from party_workflow.domain import case as cases
from party_workflow.domain.case import Case, CaseOpened
from party_workflow.errors import Faults
from party_workflow.history import History
from party_workflow.policies.figure import Evidence
from party_workflow.store import Recorded


@dataclass(slots=True)
class Entry:
    """One case: as it stood, who had opened it, and its events by type, in the order of the log."""

    stream: str
    opening: CaseOpened
    opened: datetime
    recorded: datetime
    state: Case
    events: list[Recorded] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The code of its kind."""
        return self.opening.kind

    @property
    def issuer(self) -> str:
        """The unit that opened it; `Case.unit` is the one that has it."""
        return self.opening.unit

    def of(self, *types: type[Event]) -> list[Recorded]:
        """Its events of these types."""
        return [item for item in self.events if isinstance(item.event, types)]

    def cited(self, *types: type[Event]) -> tuple[Evidence, ...]:
        """The events of these types as evidence; of a confidential case none."""
        if self.state.confidential:
            return ()
        return tuple(evidence(item) for item in self.of(*types))


def evidence(item: Recorded) -> Evidence:
    """An event as evidence."""
    envelope = item.envelope
    return Evidence(envelope.event_id, envelope.position, envelope.stored_type)


def asked(at: object, kinds: object = (), *, name: str = "at") -> None:
    """Raise `InvalidInput` for a moment without a time zone, or for codes of kinds given as one text."""
    faults = Faults()
    if not isinstance(at, datetime) or at.utcoffset() is None:
        faults.add(name, "A moment with a time zone is wanted here.", "Give it tzinfo=UTC.")
    if isinstance(kinds, str):
        faults.add(
            "kinds", "Several codes are wanted here, and this is one text.", f'Pass a tuple: ("{kinds}",).'
        )
    faults.raise_if_any()


def entries(history: History, at: datetime, kinds: Collection[str] = ()) -> list[Entry]:
    """The cases of these kinds (of every kind, if none is named) opened by a moment, as they stood then.

    In the order in which they stand in the log.  What took effect later is left out.  Raises `InvalidInput`
    for a moment without a time zone, and for kinds that are one text.
    """
    asked(at, kinds)
    found: dict[str, Entry] = {}
    for item in history.events(*cases.DECIDER.events):
        envelope, event = item.envelope, item.event
        if envelope.effective_at > at:
            continue
        entry = found.get(envelope.stream)
        if entry is None:
            if not isinstance(event, CaseOpened) or (kinds and event.kind not in kinds):
                continue
            state = cases.DECIDER.initial()
            opened, recorded = envelope.effective_at, envelope.recorded_at
            entry = found[envelope.stream] = Entry(envelope.stream, event, opened, recorded, state)
        entry.state = cases.DECIDER.evolve(entry.state, item)
        entry.events.append(item)
    return list(found.values())
