"""Who is meant in a file: staff numbers, ids, or names looked up in a register kept beside the log.

Names never enter the log, and ids are made so that they say nothing: so somebody has to keep which id is
whose.  The register is a CSV file with the columns ``id``, ``number``, ``name`` and ``also`` (other
spellings, parted by commas).  Only its owner may read it.
"""

from __future__ import annotations

import csv
import os
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from party_workflow.values import PERSON_PATTERN
from party_workflow_adapters.intake.cells import Cell, alike, listed, tidy, written
from party_workflow_adapters.intake.mapping import Mapping
from party_workflow_adapters.intake.problems import CellFault, Problem, Unusable
from party_workflow_adapters.intake.tables import read_table

_HEAD: Final = ("id", "number", "name", "also")
_ID: Final = re.compile(PERSON_PATTERN.removeprefix("^").removesuffix("$"))


@dataclass(slots=True)
class People:
    """Finds the id of whoever a cell means.  `added` are people who got a new id."""

    mapping: Mapping
    path: Path | None = None
    entries: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    added: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    new_id: Callable[[], str] = lambda: f"p-{uuid.uuid4().hex}"
    _found: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, mapping: Mapping, folder: Path) -> People:
        """The people of a mapping whose file lies in a folder.  Raises `Unusable` with every fault."""
        people = cls(mapping, None if mapping.register is None else folder / mapping.register)
        if people.path is not None and people.path.exists():
            people._read(people.path)
        elif people.path is not None and not mapping.new_people:
            raise Unusable(
                [
                    Problem(
                        "intake.register",
                        "There is no such file.",
                        "Check the path, or allow new people: new = true below [people].",
                        sheet="the register",
                    )
                ]
            )
        return people

    def _read(self, path: Path) -> None:
        table = read_table(path)
        faults: list[Problem] = []

        def fault(row: int, column: str, what: str, remedy: str) -> None:
            faults.append(
                Problem("intake.register", what, remedy, sheet="the register", row=row, field=column)
            )

        head = [written(cell).casefold() for cell in table.rows[0]] if table.rows else []
        if "id" not in head or not {"number", "name"} & set(head):
            fault(1, "", "Its first row has not the columns id, number, name, also.", "Write them.")
            raise Unusable(faults)
        for row, cells in enumerate(table.rows[1:], 2):
            said = {name: written(cell) for name, cell in zip(head, cells, strict=False)}
            person = said.get("id", "")
            if not any(said.values()):
                continue
            if not _ID.fullmatch(person):
                fault(
                    row,
                    "id",
                    "This is no id of a person.",
                    "Write p- and up to six digits, or 32 hex digits.",
                )
            elif person in self.entries:
                fault(row, "id", "The id stands twice.", "Keep one row for each person.")
            else:
                self.enter(person, said.get("number", ""), said.get("name", ""), said.get("also", ""))
        if faults:
            raise Unusable(faults)

    def enter(self, person: str, number: str, name: str, also: str = "") -> None:
        """Take a person into the register."""
        self.entries[person] = (number, name, also)
        for text in {number, name, *listed(also)}:
            if text:
                self._found.setdefault(alike(text), set()).add(person)

    def person(self, cell: Cell, *, name: str = "", may_be_new: bool = False) -> str:
        """The id of whoever is meant.  Raises `CellFault`."""
        text = written(cell)
        if not text:
            raise CellFault("intake.blank", "The cell is empty.", "Fill it in, or leave the row out.")
        if _ID.fullmatch(text):
            return text
        if self.mapping.people_by == "number":
            return self._numbered(text)
        if self.mapping.people_by == "id":
            raise CellFault(
                "intake.person",
                "This is no id of a person.",
                'Write ids, or say below [people] how people are found: by = "number" or "register".',
            )
        found = self._found.get(alike(text), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise CellFault(
                "intake.ambiguous", "Several people in the register are meant.", "Write the staff number."
            )
        if not may_be_new:
            raise CellFault(
                "intake.person",
                "Nobody in the register is called this.",
                "Check the spelling, add it to the register, or take the roster in first.",
            )
        if not self.mapping.new_people:
            raise CellFault(
                "intake.person",
                "Nobody in the register is called this.",
                "Add the person to the register, or allow new people: new = true below [people].",
            )
        person = self.new_id()
        number = text if any(character.isdigit() for character in text) else ""
        self.enter(person, number, tidy(name) or ("" if number else text))
        self.added[person] = self.entries[person]
        return person

    def _numbered(self, text: str) -> str:
        digits = text.removesuffix(".0")
        if not re.fullmatch(r"\d{1,6}", digits, re.ASCII):
            raise CellFault(
                "intake.person",
                "This is no staff number of at most six digits.",
                'Correct it, or give people ids of their own: by = "register" below [people].',
            )
        return f"p-{digits.zfill(self.mapping.digits)}"

    def save(self) -> None:
        """Write the register with whoever was added: beside its place first, for its owner only."""
        if self.path is None or not self.added:
            return
        partial = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(_HEAD)
                for person, (number, name, also) in self.entries.items():
                    writer.writerow((person, number, name, also))
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self.path)
        finally:
            partial.unlink(missing_ok=True)
