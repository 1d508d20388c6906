"""How the history is told: several strands, each in order of time, woven into one as they are executed.

Nothing is held but the next entry of each strand: a history of any size goes through in little memory.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime

from party_workflow.codec import Command
from party_workflow.errors import PartyWorkflowError
from party_workflow.service import Workflow
from party_workflow.store import Actor
from party_workflow_adapters.demos.diary import BEIJING, Entry, Later, Rejected, moment


def said(
    at: str | datetime, by: Actor, *commands: Command | Later, since: str | datetime | None = None
) -> Entry:
    """Somebody gives commands that are recorded together or not at all: when, and since when they hold."""
    return Entry(moment(at), by, commands, None if since is None else moment(since))


def in_order(strands: Iterable[Iterable[Entry]]) -> Iterator[Entry]:
    """Several strands as one."""
    return heapq.merge(*strands, key=lambda entry: entry.at)


def woven(name: str, strands: Iterable[Iterable[Entry]], workflow: Workflow) -> Iterator[Entry]:
    """Execute strands in order of time, entry by entry.  Raises `Rejected`."""
    for number, entry in enumerate(in_order(strands), start=1):
        command_id = f"{name}-{number:05d}"
        commands = [c if isinstance(c, Command) else c(workflow, entry.at) for c in entry.commands]
        try:
            workflow.execute(
                *commands, by=entry.by, at=entry.at, command_id=command_id, effective_at=entry.effective_at
            )
        except PartyWorkflowError as error:
            what = ", ".join(
                dict.fromkeys(f"{command.stored_type} on {command.stream}" for command in commands)
            )
            raise Rejected(f"{command_id} at {entry.at.astimezone(BEIJING)}: {what:.200}: {error}") from error
        yield entry
