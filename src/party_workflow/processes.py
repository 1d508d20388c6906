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
from typing import Any, Final, Generic, TypeVar

from party_workflow.codec import Command, Event
from party_workflow.errors import Reason
from party_workflow.history import History
from party_workflow.store import Recorded

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


ID_TAKEN: Final = Reason(
    "process.id_taken",
    "The command id {command_id} of this issue stands for another command.",
    "Find out who used it, and carry the issue out by hand.",
)

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


def follows(manager: ProcessManager[Any], history: History, at: datetime) -> list[Issue | Proposal]:
    """Everything that follows from a history at a moment, in the order of its causes.  Pure.

    `party_workflow.service.Workflow.run` executes the issues; the proposals wait for a person.
    """
    state = manager.initial()
    found: list[Issue | Proposal] = []
    for recorded in history.events(*manager.reads) if manager.reads else ():
        state, more = manager.react(state, recorded)
        found += more
    return [*found, *manager.due(state, at)]
