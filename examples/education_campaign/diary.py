"""A diary of commands: said in any order, executed and written down in the order of time.

Every command is executed while the journal is written, so a story that the rules do not permit does not
build.  Where a command needs to know what the log holds by then (a publication names a position and a
digest), the diary takes a function that is asked when its turn comes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

from party_workflow.canonical import bytes_digest, time_text
from party_workflow.codec import Command
from party_workflow.errors import PartyWorkflowError
from party_workflow.packs.party import MODEL
from party_workflow.personal import keyed_salts
from party_workflow.service import Workflow
from party_workflow.store import Actor, MemoryStore

HERE: Final = Path(__file__).parent
HISTORY: Final = HERE / "history.jsonl"
SALT_KEY: Final = HERE / "salt.key"
BEIJING: Final = timezone(timedelta(hours=8))

Later = Callable[[Workflow, datetime], Command]
"""A command that is made when its turn comes, from what the log holds by then."""


def beijing(text: str) -> datetime:
    """A moment of 2005 on a clock in Beijing: ``beijing("03-08 14:30")``."""
    local = datetime.strptime(f"2005-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)
    return local.astimezone(UTC)


def every(start: str, minutes: int) -> Iterator[datetime]:
    """Moments in a row, for what many do one after the other."""
    at = beijing(start)
    while True:
        yield at
        at += timedelta(minutes=minutes)


def paper(what: str) -> str:
    """The content hash of a file that lies outside the log; here the file is just this description of it."""
    return bytes_digest(what.encode())


@dataclass(frozen=True, slots=True)
class Entry:
    """One line to be: when, by whom, what, and since when it holds if not since then."""

    at: datetime
    by: Actor
    commands: tuple[Command | Later, ...]
    effective_at: datetime | None


class Rejected(Exception):
    """The story does something that the rules do not permit."""


@dataclass
class Diary:
    """Collects entries; `lines` executes them in the order of time and writes them as a journal."""

    entries: list[Entry] = field(default_factory=list)

    def say(
        self,
        at: str | datetime,
        by: Actor,
        *commands: Command | Later,
        since: str | datetime | None = None,
    ) -> None:
        """Somebody gives a command, or several that are recorded together or not at all.

        `at` is when it is recorded, `since` from when on it holds where that was earlier.
        """
        self.entries.append(Entry(_moment(at), by, commands, None if since is None else _moment(since)))

    def lines(self) -> Iterator[bytes]:
        """The journal, line by line, each executed before it is given out.  Raises `Rejected`."""
        workflow = Workflow(MemoryStore(), MODEL, salts=keyed_salts(SALT_KEY.read_bytes()))
        for number, entry in enumerate(sorted(self.entries, key=lambda item: item.at), start=1):
            commands = tuple(
                command if isinstance(command, Command) else command(workflow, entry.at)
                for command in entry.commands
            )
            command_id = f"edu-{number:04d}"
            try:
                workflow.execute(
                    *commands,
                    by=entry.by,
                    at=entry.at,
                    command_id=command_id,
                    effective_at=entry.effective_at,
                )
            except PartyWorkflowError as error:
                what = ", ".join(f"{command.stored_type} on {command.stream}" for command in commands)
                raise Rejected(f"{command_id} at {entry.at.astimezone(BEIJING)}: {what}: {error}") from error
            yield _line(command_id, entry, commands)


def _moment(given: str | datetime) -> datetime:
    return beijing(given) if isinstance(given, str) else given


def _line(command_id: str, entry: Entry, commands: tuple[Command, ...]) -> bytes:
    by = {"account": entry.by.account, "person": entry.by.person, "capacity": entry.by.capacity}
    if entry.by.delegate_of is not None:
        by["for"] = entry.by.delegate_of
    line: dict[str, Any] = {"id": command_id, "at": time_text(entry.at)}
    if entry.effective_at is not None:
        line["effective_at"] = time_text(entry.effective_at)
    line["by"] = by
    pairs = [
        {
            "do": command.stored_type,
            "with": command.model_dump(mode="json", exclude_none=True, exclude_defaults=True),
        }
        for command in commands
    ]
    line |= pairs[0] if len(pairs) == 1 else {"together": pairs}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"
