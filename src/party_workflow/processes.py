"""Process managers: what follows by itself from events and from time, as commands or proposals.

A process manager is a value with two pure functions: `react` to an event, and what is `due` at a moment.
What it issues has a command id derived from its name, the event that caused it and a key, so that running
it twice, or from two machines, issues nothing twice.  The clock is the caller's.  An adverse result is
never issued: it is *proposed*, for a person in a role to take up or leave (invariant 6).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from party_workflow.codec import Command, Event
from party_workflow.errors import Refusal, Refused
from party_workflow.service import Workflow
from party_workflow.store import Actor, Receipt, Recorded

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Issue:
    """A command that follows from an event.  `key` tells several issues of one cause apart."""

    command: Command
    cause: str
    key: str = "1"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something a person may do, with the ground.  Nothing happens until they do it under their own name."""

    subject: str
    action: str
    ground: str
    cause: str


Follows = Sequence[Issue | Proposal]


def _nothing(state: Any, at: datetime) -> Follows:
    return ()


@dataclass(frozen=True, slots=True)
class ProcessManager(Generic[S]):
    """Event in, commands or proposals out.

    `react(state, recorded)` gives the next state and what follows at once; `due(state, at)` what follows
    because time has passed.  Both are pure and are run again over the whole history each time.
    """

    name: str
    reads: tuple[type[Event], ...]
    initial: Callable[[], S]
    react: Callable[[S, Recorded], tuple[S, Follows]]
    due: Callable[[S, datetime], Follows] = _nothing

    def command_id(self, issue: Issue) -> str:
        """The id that makes an issue idempotent."""
        return f"{self.name}:{issue.cause}:{issue.key}"


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run did: new receipts, refusals, proposals that stand."""

    issued: tuple[Receipt, ...]
    refused: tuple[tuple[Issue, Refusal], ...]
    proposals: tuple[Proposal, ...]


def run(manager: ProcessManager[Any], workflow: Workflow, *, by: Actor, at: datetime) -> Ran:
    """Run a process manager over the whole history, at a moment, under an account of its own.

    What was issued before is recognised by its command id and not issued again.  A refusal by the rules is
    reported and does not stop the rest: the next run tries again.
    """
    state = manager.initial()
    follows: list[Issue | Proposal] = []
    for recorded in workflow.history.events(*manager.reads):
        state, more = manager.react(state, recorded)
        follows += more
    follows += manager.due(state, at)
    issued: list[Receipt] = []
    refused: list[tuple[Issue, Refusal]] = []
    for item in follows:
        if isinstance(item, Proposal):
            continue
        command_id = manager.command_id(item)
        if workflow.store.receipt(command_id) is not None:
            continue
        try:
            receipt = workflow.execute(
                item.command, by=by, at=at, command_id=command_id, causation=item.cause
            )
        except Refused as refusal:
            refused.append((item, refusal.refusal))
            continue
        if not receipt.repeated:
            issued.append(receipt)
    return Ran(tuple(issued), tuple(refused), tuple(item for item in follows if isinstance(item, Proposal)))
