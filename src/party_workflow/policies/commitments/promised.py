"""At which occasion what was promised for one is due, where that was folded into another (R-002, R-008)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from party_workflow.domain import activity
from party_workflow.domain.activity import ActivityMerged
from party_workflow.policies.figure import Evidence
from party_workflow.store import Recorded


@dataclass(frozen=True, slots=True)
class Merging:
    """Into which occasion, by stream, one was folded, when, and by which event."""

    into: str
    at: datetime
    evidence: Evidence

    @classmethod
    def of(cls, recorded: Recorded, event: ActivityMerged) -> Merging:
        """What the event says."""
        envelope = recorded.envelope
        evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
        return cls(f"{activity.CATEGORY}/{event.into}", envelope.effective_at, evidence)


@dataclass(frozen=True, slots=True)
class Due:
    """The occasion promised for, those that it was folded into one after the other, and the mergings."""

    promised: str
    by_way_of: tuple[str, ...]
    mergings: tuple[Merging, ...]

    @property
    def stream(self) -> str:
        """The occasion at which it is due."""
        return self.by_way_of[-1] if self.by_way_of else self.promised

    @property
    def streams(self) -> tuple[str, ...]:
        """Every occasion that a report may name."""
        return (self.promised, *self.by_way_of)

    def over(self, closed: datetime) -> datetime:
        """When it was over, if its occasion was at a moment: not before it was due there."""
        return max((closed, *(item.at for item in self.mergings)))


def due_at(occasion: str, merged: Mapping[str, Merging]) -> Due:
    """Where what was promised for an occasion is due; `merged` has the mergings by stream."""
    found: list[Merging] = []
    streams = [occasion]
    while (merging := merged.get(streams[-1])) is not None and merging.into not in streams:
        found.append(merging)
        streams.append(merging.into)
    return Due(occasion, tuple(streams[1:]), tuple(found))
