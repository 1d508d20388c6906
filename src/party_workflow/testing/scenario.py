"""Given these events, when this command, then those events or that refusal.

::

    given(DECIDER, UnitFounded(unit="u-a", kind="bureau")).when(FoundUnit(unit="u-a", kind="bureau")).refused(
        UNIT_TAKEN
    )
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from party_workflow.codec import Command, Event
from party_workflow.decider import Context, Decider, Decision, fold
from party_workflow.errors import Reason, Refusal
from party_workflow.personal import Personal, Sealed, commitment
from party_workflow.store import Actor, Envelope, Recorded, event_id

NOON: Final = datetime(2020, 3, 25, 4, tzinfo=UTC)
"""Noon of a Wednesday in UTC+8: the time where a test names none."""
SOMEBODY: Final = Actor("a-somebody", "p-1", "secretary")
"""The actor where a test names none."""


def recorded(
    event: Event,
    position: int = 1,
    *,
    by: Actor = SOMEBODY,
    at: datetime = NOON,
    effective_at: datetime | None = None,
) -> Recorded:
    """An event as if read from a log: with an envelope of its own."""
    command = f"given-{position}"
    return Recorded(
        event,
        Envelope(
            log="test",
            position=position,
            stream="test/1",
            version=position,
            event_id=event_id("test", command, 0),
            stored_type=event.stored_type,
            schema=event.schema_version,
            effective_at=effective_at or at,
            recorded_at=at,
            account=by.account,
            person=by.person,
            capacity=by.capacity,
            command_id=command,
            command_type="test.given",
            command_digest="0" * 64,
            counter=position,
            delegate_of=by.delegate_of,
        ),
    )


def seal(personal: Personal, subject: str, name: str) -> Sealed:
    """A commitment under a salt of zeros: the same in every run, and worthless outside tests."""
    return Sealed(commitment=commitment("test", subject, name, bytes(32), personal.reveal()))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision led to."""

    decision: Decision | Refusal

    @property
    def events(self) -> tuple[Event, ...]:
        """The events; fails the test if the command was refused."""
        assert isinstance(self.decision, Decision), f"refused: {self.decision}"
        return self.decision.events

    def then(self, *expected: Event) -> None:
        """The command leads to exactly these events."""
        assert self.events == expected, f"got {self.events}"

    def refused(self, reason: Reason | str) -> Refusal:
        """The command is refused for this reason; returns the refusal for a closer look."""
        code = reason if isinstance(reason, str) else reason.code
        assert isinstance(self.decision, Refusal), f"not refused, led to {self.decision}"
        assert self.decision.code == code, f"refused as {self.decision.code}: {self.decision}"
        return self.decision


@dataclass(frozen=True)
class Given:
    """A decider with a past."""

    decider: Decider[Any]
    past: tuple[Recorded, ...]
    facts: tuple[Any, ...] = ()
    boxes: Mapping[str, Sequence[Mapping[str, str]]] | None = None

    @property
    def state(self) -> Any:
        """The state after the past."""
        return fold(self.decider, self.past)

    def knowing(self, *facts: Any) -> Given:
        """With these answers to what the decider asks, in the order in which it asks."""
        return replace(self, facts=facts)

    def when(
        self,
        command: Command,
        *,
        by: Actor = SOMEBODY,
        at: datetime = NOON,
        effective_at: datetime | None = None,
    ) -> Outcome:
        """Decide a command.  Authority is not asked: it is the facade's, and tested there."""
        boxes = self.boxes or {}
        context = Context(by, at, effective_at or at, self.facts, seal, lambda box: boxes.get(box, ()))
        answer = self.decider.decide(command, self.state, context)
        if isinstance(answer, Decision | Refusal):
            return Outcome(answer)
        return Outcome(Decision(tuple(answer)))


def given(decider: Decider[Any], *past: Event | Recorded) -> Given:
    """Begin a scenario with what happened before."""
    return Given(
        decider,
        tuple(
            item if isinstance(item, Recorded) else recorded(item, index)
            for index, item in enumerate(past, start=1)
        ),
    )
