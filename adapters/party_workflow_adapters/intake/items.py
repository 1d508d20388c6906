"""What rows lead to: items of commands with identities of their own, and what makes them.

Every row, or group of rows that belong together, becomes an `Item` with an identity of its own that holds ids
and codes only.  Its command id is made from that: so the same row is the same command whatever file it stands
in, and a row that was edited is one that contradicts itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from party_workflow.codec import Command
from party_workflow.domain.assessment import Assessment
from party_workflow.errors import InvalidInput, Refusal
from party_workflow.service import Workflow
from party_workflow.store import Actor
from party_workflow.values import KEY_PATTERN
from party_workflow_adapters.intake.rows import Row, Sheet

KEY: Final = re.compile(KEY_PATTERN.removeprefix("^").removesuffix("$"))
"""What an id of a matter looks like."""
_IDENTITY: Final = "party_workflow/intake/row/1"


@dataclass(slots=True)
class Item:
    """What one row, or several together, lead to.  The first of `rows` names it; `units` are the units that
    have to be there then, with the field that names each."""

    rows: list[Row]
    identity: tuple[str, ...]
    commands: tuple[Command, ...]
    by: Actor
    effective_at: datetime | None = None
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def command_id(self) -> str:
        """The id of its command: the same for the same row in any file."""
        return command_id(self.identity)


def command_id(identity: tuple[str, ...]) -> str:
    """The id of the command of an identity."""
    said = "\n".join((_IDENTITY, *identity))
    return f"in-{identity[0]}-{hashlib.sha256(said.encode()).hexdigest()[:32]}"


@dataclass(slots=True)
class Building:
    """What builders need: the rows, the log as it stands, and which commands are in it."""

    sheet: Sheet
    workflow: Workflow
    known: Callable[[str], bool]
    read: list[Row] = field(default_factory=list)
    assessments: dict[str, Assessment] = field(default_factory=dict)

    def rows(self) -> Iterator[Row]:
        """The rows, each noted as read."""
        for row in self.sheet.rows():
            self.read.append(row)
            yield row

    def command(self, row: Row, stored_type: str, /, **fields: Any) -> Command | None:
        """A command, or None with its faults noted on the row."""
        given = {key: value for key, value in fields.items() if value is not None}
        try:
            return self.workflow.model.registry.command(stored_type, given)
        except InvalidInput as error:
            for fault in error.faults:
                row.fault(fault.where.rpartition(".")[2], "intake.value", fault.what, fault.remedy)
            return None

    def item(
        self,
        rows: list[Row],
        identity: tuple[str, ...],
        *commands: Command | None,
        at: datetime | None = None,
        by: Actor | None = None,
        units: Mapping[str, str] | None = None,
    ) -> Iterator[Item]:
        """The item of these commands, unless something is wrong with one of its rows."""
        made = tuple(command for command in commands if command is not None)
        if len(made) == len(commands) and not any(row.faulty for row in rows):
            yield Item(rows, identity, made, by or self.sheet.mapping.by, at, units or {})


def refused(row: Row, name: str, refusal: Refusal) -> None:
    """Note on a field what the rules would say of it."""
    row.fault(name, refusal.code, refusal.sentence, refusal.remedy)
