"""What the process managers of the pack read off a history: matters with the events they rest on, and whom
something that waits is put to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Generic, TypeVar

from party_workflow.calendar import Calendar, Term
from party_workflow.codec import Command, Event
from party_workflow.decider import Decider
from party_workflow.domain import organisation
from party_workflow.domain.definition import CATEGORY, DefinitionAdopted, DefinitionRetired
from party_workflow.domain.organisation import Organisation
from party_workflow.history import History
from party_workflow.processes import Proposal
from party_workflow.store import Envelope

S = TypeVar("S")

ESCALATE: Final = "escalate"
"""The action proposed to the unit above when what waits has waited for too long."""


@dataclass(slots=True)
class Matter(Generic[S]):
    """A matter as it stands, and the envelope of the last event of each type."""

    state: S
    last: dict[type[Event], Envelope]

    def since(self, *types: type[Event]) -> Envelope:
        """The latest of the last events of these types; of any where none of them is there."""
        found = [envelope for kind, envelope in self.last.items() if kind in types]
        return max(found or self.last.values(), key=lambda envelope: envelope.position)


def matters(history: History, decider: Decider[S]) -> dict[str, Matter[S]]:
    """The matters of an aggregate by stream, in the order of their beginning."""
    found: dict[str, Matter[S]] = {}
    for recorded in history.events(*decider.events):
        envelope = recorded.envelope
        matter = found.get(envelope.stream)
        if matter is None:
            matter = found[envelope.stream] = Matter(decider.initial(), {})
        matter.state = decider.evolve(matter.state, recorded)
        matter.last[type(recorded.event)] = envelope
    return found


def in_force(history: History) -> dict[str, str]:
    """The digest in force of every definition that a log has adopted, by its code."""
    found: dict[str, str] = {}
    for recorded in history.events(DefinitionAdopted, DefinitionRetired):
        code = recorded.envelope.stream.removeprefix(f"{CATEGORY}/")
        if isinstance(recorded.event, DefinitionAdopted):
            found[code] = recorded.event.digest
        else:
            found.pop(code, None)
    return found


def organisation_of(history: History) -> Organisation:
    """The organisation as the history knows it."""
    return history.state(organisation.DECIDER, organisation.STREAM)


def unit_above(state: Organisation, unit: str, at: datetime) -> str | None:
    """The unit directly above one at a moment; None for the root."""
    placing = state.placing(unit, at)
    return None if placing is None else placing.parent


@dataclass(frozen=True, slots=True)
class Pressing:
    """Something that waits is put to whoever has it, and after `escalate` to the unit above as well.

    Both are proposals: they stand from the moment at which they fall due until the matter is settled, and are
    the same however often anybody asks.
    """

    calendar: Calendar
    escalate: Term
    organisation: Organisation
    at: datetime

    @classmethod
    def of(cls, history: History, at: datetime, calendar: Calendar, escalate: Term) -> Pressing:
        """How to press at a moment of a history."""
        return cls(calendar, escalate, organisation_of(history), at)

    @property
    def today(self) -> date:
        """The local day."""
        return self.calendar.day_of(self.at)

    def late(
        self,
        proposal: Proposal,
        unit: str,
        due: datetime,
    ) -> Iterator[Proposal]:
        """The proposal from `due` on (the first moment that is too late), then the escalation.

        The term of the escalation counts from the last day that was in time.
        """
        if self.at < due:
            return
        yield proposal
        above = unit_above(self.organisation, unit, self.at)
        last = due - timedelta(microseconds=1)
        if above is not None and self.at >= self.calendar.deadline(last, self.escalate).due:
            yield Proposal(proposal.subject, ESCALATE, proposal.action, proposal.cause, above)


def put(
    subject: str, action: str, ground: str, cause: Envelope | str, to: str, command: Command | None = None
) -> Proposal:
    """A proposal with the event that it rests on."""
    return Proposal(subject, action, ground, cause if isinstance(cause, str) else cause.event_id, to, command)


def key_of(stream: str) -> str:
    """The second part of a stream id."""
    return stream.partition("/")[2]


__all__ = [
    "ESCALATE",
    "Matter",
    "Pressing",
    "in_force",
    "key_of",
    "matters",
    "organisation_of",
    "put",
    "unit_above",
]
