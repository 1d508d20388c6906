"""What is given with a command, checked before anything repeats it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from party_workflow.authority import OpenLog
from party_workflow.canonical import in_utc
from party_workflow.codec import Command
from party_workflow.errors import Fault, InvalidCommand, NotCanonical
from party_workflow.store import Actor, Source, misfits


def tenant_of(commands: Sequence[Command]) -> str:
    """Whose log the first command opens.  Raises `InvalidCommand` where it opens none."""
    first = commands[0]
    if isinstance(first, OpenLog):
        return first.tenant
    raise InvalidCommand(
        Fault(
            first.stored_type,
            "The log has not been opened yet.",
            "Execute log.open first; it names the tenant.",
        )
    )


def check_commands(commands: Sequence[object], command_id: str) -> None:
    """Refuse what is no command at all, and nothing at all."""
    where = f"command {command_id}"
    if not commands:
        raise InvalidCommand(Fault(where, "There is no command.", "Pass at least one."))
    for command in commands:
        if not isinstance(command, Command):
            what = f"A {type(command).__name__} is no command."
            raise InvalidCommand(Fault(where, what, "Pass commands, one by one and not in a list."))


def utc(moment: datetime, where: str) -> datetime:
    """The moment in UTC.  Raises `InvalidCommand` for one without a zone."""
    try:
        return in_utc(moment)
    except NotCanonical as error:
        raise InvalidCommand(replace(error.faults[0], where=where)) from None


def check(
    by: Actor,
    command_id: str | None = None,
    causation: str | None = None,
    correlation: str | None = None,
    source: Source | None = None,
) -> None:
    """Refuse ids of another form before anything repeats them: somebody may have typed a name."""
    if not isinstance(by, Actor):
        raise InvalidCommand(Fault("by", "This is no actor.", "Pass an Actor: account, person, capacity."))
    given = {
        "account": by.account,
        "capacity": by.capacity,
        "person": by.person,
        "delegate_of": by.delegate_of,
        "command.id": command_id,
        "causation": causation,
        "correlation": correlation,
        "source.batch": None if source is None else source.batch,
        "source.line": None if source is None else source.line,
    }
    if faults := misfits({key: value for key, value in given.items() if value is not None}):
        raise InvalidCommand(faults)
