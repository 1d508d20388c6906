"""A log without authority and without bytes, for histories by the hundred.

`Quick` decides commands by the deciders themselves, with the real answers of other streams, so that only
events occur that a workflow would have recorded for somebody with every duty.  It keeps no record, checks no
authority and holds the events in memory: what a policy reads needs no more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from party_workflow.authority import AuthorityState
from party_workflow.canonical import canonical_bytes
from party_workflow.codec import Command
from party_workflow.decider import EFFECTIVE, Ask, Context, Decision
from party_workflow.errors import InvalidInput, Reason, Refusal
from party_workflow.model import Model
from party_workflow.personal import Personal, Sealed, commitment
from party_workflow.store import Actor, Envelope, Recorded, event_id
from party_workflow.testing.policies.past import Past

LOG: Final = "quick"
_IN_VIEW: Final = ("log", "authority")
NOT_TAKEN: Final = Reason("testing.not_taken", "The command cannot be decided.", "Alter it.")
EARLIER: Final = Reason("testing.earlier", "It is recorded before what precedes it.", "Record it later.")


@dataclass(frozen=True, slots=True)
class Step:
    """One command by somebody: recorded `at` a moment, taking effect then, or at another one."""

    command: Command
    by: Actor
    at: datetime
    effective_at: datetime | None = None


@dataclass(frozen=True)
class Walked(Past):
    """A history with the steps that led to it."""

    model: Model
    steps: tuple[Step, ...]


@dataclass(slots=True)
class Quick:
    """What has happened so far: the state of every stream, and the events in order."""

    model: Model
    states: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    recorded: list[Recorded] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    view: AuthorityState = field(default_factory=AuthorityState)
    boxes: dict[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    sealed: dict[str, str] = field(default_factory=dict)

    def copy(self) -> Quick:
        """The same, to go on from in another way.  States are frozen and shared."""
        return replace(
            self,
            states=dict(self.states),
            versions=dict(self.versions),
            recorded=list(self.recorded),
            steps=list(self.steps),
            view=self.view.copy(),
            boxes=dict(self.boxes),
            sealed=dict(self.sealed),
        )

    @property
    def now(self) -> datetime | None:
        """When the last event was recorded."""
        return self.recorded[-1].envelope.recorded_at if self.recorded else None

    @property
    def past(self) -> Walked:
        """What happened, as a history."""
        return Walked(tuple(self.recorded), self.model.registry, self.model, tuple(self.steps))

    def state(self, stream: str) -> Any:
        """The state of a stream."""
        category = stream.partition("/")[0]
        if category in _IN_VIEW:
            return self.view
        if stream not in self.states:
            return self.model.by_category[category].initial()
        return self.states[stream]

    def streams(self, category: str) -> list[str]:
        """The streams of a category, in the order of their beginning."""
        return [name for name in self.versions if name.partition("/")[0] == category]

    def give(self, step: Step) -> Refusal | None:
        """Decide a command; its events are added.  A refusal adds nothing."""
        command = step.command
        if self.now is not None and step.at < self.now:
            return EARLIER()
        decider = self.model.by_command[command.stored_type]
        stream, effective = command.stream, step.effective_at or step.at
        state = self.state(stream)
        sealed: dict[str, str] = {}

        def seal(personal: Personal, subject: str, name: str) -> Sealed:
            salt = hashlib.sha256(f"{len(self.steps)}/{len(sealed)}".encode()).digest()
            bound = commitment(LOG, subject, name, salt, personal.reveal())
            sealed[bound] = personal.reveal()
            return Sealed(commitment=bound)

        try:
            facts = self._answers(decider.asks(command), effective)
            facts += self._answers(decider.needs(command, state, facts), effective)
            context = Context(
                by=step.by,
                at=step.at,
                effective_at=effective,
                facts=facts,
                seal=seal,
                ballots=self._ballots,
                binds=self._binds,
            )
            answer = decider.decide(command, state, context)
        except InvalidInput:
            return NOT_TAKEN()
        if isinstance(answer, Refusal):
            return answer
        decision = answer if isinstance(answer, Decision) else Decision(tuple(answer))
        self._record(step, stream, decision, effective)
        self.sealed |= sealed
        return None

    def _record(self, step: Step, stream: str, decision: Decision, effective: datetime) -> None:
        decider = self.model.decider(stream)
        command_id = f"step-{len(self.steps) + 1}"
        state = self.state(stream)
        for index, event in enumerate(decision.events):
            version = self.versions.get(stream, 0) + 1
            item = Recorded(
                event,
                Envelope(
                    log=LOG,
                    position=len(self.recorded) + 1,
                    stream=stream,
                    version=version,
                    event_id=event_id(LOG, command_id, index),
                    stored_type=event.stored_type,
                    schema=event.schema_version,
                    effective_at=effective,
                    recorded_at=step.at,
                    account=step.by.account,
                    person=step.by.person,
                    capacity=step.by.capacity,
                    command_id=command_id,
                    command_type=step.command.stored_type,
                    command_digest="0" * 64,
                    counter=len(self.steps) + 1,
                    delegate_of=step.by.delegate_of,
                ),
            )
            if event.effect is not None:
                self.view.apply(event, effective)
            if decider.category not in _IN_VIEW:
                state = self.states[stream] = decider.evolve(state, item)
            self.versions[stream] = version
            self.recorded.append(item)
        for box in decision.empties:
            self.boxes.pop(box, None)
        for deposit in decision.deposits:
            self.boxes[deposit.box] = (*self.boxes.get(deposit.box, ()), deposit.ballot)
        self.steps.append(step)

    def _answers(self, asks: Sequence[Ask], effective: datetime) -> tuple[Any, ...]:
        return tuple(self._answer(ask, effective) for ask in asks)

    def _answer(self, ask: Ask, effective: datetime) -> Any:
        if ask.fact not in self.model.facts:
            if ask.optional:
                return None
            raise InvalidInput(())
        owner, answer = self.model.facts[ask.fact]
        arguments = {
            name: effective if value is EFFECTIVE else value for name, value in ask.arguments.items()
        }
        known = ask.stream.partition("/")[0] == owner.category
        return answer(self.state(ask.stream) if known else owner.initial(), **arguments)

    def _ballots(self, box: str) -> Sequence[Mapping[str, str]]:
        return sorted(self.boxes.get(box, ()), key=lambda ballot: canonical_bytes(dict(ballot)))

    def _binds(self, sealed: Sealed, person: str) -> bool | None:
        value = self.sealed.get(sealed.commitment)
        return None if value is None or not value.startswith("p-") else value == person


def replayed(model: Model, steps: Iterable[Step]) -> Quick:
    """What comes of these steps, those that are refused left out."""
    found = Quick(model)
    for step in steps:
        found.give(step)
    return found
