"""Process managers: what follows by itself from events and from time, as commands or proposals.

A process manager is a value with two pure functions: `react` to an event, and what is `due` at a moment.
What it issues has a command id derived from its name, the event that caused it and a key, so that running
it twice, or from two machines, issues nothing twice.  The clock is the caller's.  An adverse result is
never issued: it is *proposed*, for a person in a role to take up or leave (invariant 6).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from party_workflow.codec import Command, Event
from party_workflow.errors import Reason, Refusal
from party_workflow.history import History
from party_workflow.store import Receipt, Recorded

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Issue:
    """A command that follows from an event.  `key` tells several issues of one cause apart."""

    command: Command
    cause: str
    key: str = "1"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something a person may do, with the ground.  Nothing happens until they do it under their own name.

    `to` is the person or unit to whom it is put, empty where that is left open; `command` what would carry it
    out, where that can be said beforehand.
    """

    subject: str
    action: str
    ground: str
    cause: str
    to: str = ""
    command: Command | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run of a process manager did: new receipts, refusals, and the proposals that stand."""

    issued: tuple[Receipt, ...]
    refused: tuple[tuple[Issue, Refusal], ...]
    proposals: tuple[Proposal, ...]


ID_TAKEN: Final = Reason(
    "process.id_taken",
    "The command id {command_id} of this issue stands for another command.",
    "Find out who used it, and carry the issue out by hand.",
)

Follows = Sequence[Issue | Proposal]


def _nothing(state: Any, at: datetime) -> Follows:
    return ()


def _nothing_surveyed(history: History, at: datetime) -> Follows:
    return ()


def _unmoved(state: S, recorded: Recorded) -> tuple[S, Follows]:
    return state, ()


@dataclass(frozen=True, slots=True)
class ProcessManager(Generic[S]):
    """Event in, commands or proposals out.

    `react(state, recorded)` gives the next state and what follows at once; `due(state, at)` what follows
    because time has passed.  Both are pure and are run again over the whole history each time.  Where what
    follows rests on policies, `survey(history, at)` says it of the history as it was known at the moment.

    `issues` are the commands that it gives, and `proposes` the actions that it may propose, as documented.
    """

    name: str
    reads: tuple[type[Event], ...]
    initial: Callable[[], S]
    react: Callable[[S, Recorded], tuple[S, Follows]]
    due: Callable[[S, datetime], Follows] = _nothing
    survey: Callable[[History, datetime], Follows] = _nothing_surveyed
    issues: tuple[type[Command], ...] = ()
    proposes: tuple[str, ...] = ()

    @property
    def surveys(self) -> bool:
        """Whether it keeps no state of its own, and says everything in `survey`."""
        return self.react is _unmoved

    def command_id(self, issue: Issue) -> str:
        """The id that makes an issue idempotent."""
        return f"{self.name}:{issue.cause}:{issue.key}"


def surveying(
    name: str,
    reads: tuple[type[Event], ...],
    survey: Callable[[History, datetime], Follows],
    *,
    issues: tuple[type[Command], ...] = (),
    proposes: tuple[str, ...] = (),
) -> ProcessManager[None]:
    """A process manager that keeps no state of its own: what follows is a function of history and moment."""

    def nothing() -> None:
        return None

    return ProcessManager(name, reads, nothing, _unmoved, survey=survey, issues=issues, proposes=proposes)


def follows(manager: ProcessManager[Any], history: History, at: datetime) -> list[Issue | Proposal]:
    """Everything that follows from a history at a moment, in the order of its causes.  Pure.

    `party_workflow.service.Workflow.run` executes the issues; the proposals wait for a person.
    """
    state = manager.initial()
    found: list[Issue | Proposal] = []
    reads = () if manager.surveys else manager.reads
    for recorded in history.events(*reads) if reads else ():
        state, more = manager.react(state, recorded)
        found += more
    return [*found, *manager.due(state, at), *manager.survey(history.as_of(known=at), at)]
