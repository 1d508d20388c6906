"""The rows of a table under a mapping: fields instead of columns, with every fault where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final, TypeVar

from party_workflow.errors import InvalidInput
from party_workflow.packs.pack import Pack
from party_workflow.values import CODE_PATTERN, UNIT_PATTERN
from party_workflow_adapters.intake import cells
from party_workflow_adapters.intake.cells import Broken, Cell, alike, listed, written
from party_workflow_adapters.intake.mapping import Column, Mapping
from party_workflow_adapters.intake.people import People
from party_workflow_adapters.intake.problems import CellFault, Problem, Problems
from party_workflow_adapters.intake.tables import Table, index_of, letter
from party_workflow_adapters.intake.variants import simplified

T = TypeVar("T")

_LOOKED_AT: Final = 60
"""How many rows are searched for the header."""
_UNIT: Final = re.compile(UNIT_PATTERN.removeprefix("^").removesuffix("$"))
_CODE: Final = re.compile(CODE_PATTERN.removeprefix("^").removesuffix("$"))


@dataclass(slots=True)
class Row:
    """One row: reads fields, and notes what is wrong with them.  What cannot be read comes as None."""

    number: int
    cells: tuple[Cell, ...]
    sheet: Sheet
    faulty: bool = False

    @property
    def line(self) -> int:
        """Its place as a `Source` has it."""
        return self.sheet.table.line(self.number)

    def has(self, name: str) -> bool:
        """Whether the field says anything in this row."""
        return bool(self.cell(name) not in (None, ""))

    def cell(self, name: str) -> Cell:
        """What a field says: its cell, or its constant."""
        mapping, places = self.sheet.mapping, self.sheet.places
        if name in mapping.constants:
            return mapping.constants[name]
        index = places.get(name)
        value = None if index is None or index >= len(self.cells) else self.cells[index]
        if (value is None or value == "") and name in mapping.fill_down:
            return self.sheet.above.get(name)
        return value

    def fault(self, name: str, code: str, what: str, remedy: str) -> None:
        """Note something wrong with a field."""
        self.faulty = True
        index = self.sheet.places.get(name)
        self.sheet.problems.add(
            Problem(
                code,
                what,
                remedy,
                sheet=self.sheet.table.name,
                row=self.number,
                column="" if index is None else letter(index),
                field=name,
            )
        )

    def read(self, name: str, read: Callable[[Cell], T], *, needed: bool = True) -> T | None:
        """A field as `read` takes it; None where it is empty, cannot be read, or is not there."""
        if name in self.sheet.lost:  # whose header was not found: that was said once, and for all rows
            self.faulty = True
            return None
        cell = self.cell(name)
        if (cell is None or (isinstance(cell, str) and not cells.tidy(cell))) and not isinstance(
            cell, Broken
        ):
            if needed:
                self.fault(name, "intake.blank", "The cell is empty.", "Fill it in, or leave the row out.")
            return None
        try:
            return read(cell)
        except CellFault as fault:
            self.fault(name, fault.code, fault.what, fault.remedy)
            return None

    # --- kinds of field ------------------------------------------------------------------

    def text(self, name: str) -> str | None:
        """Text, or None for an empty cell."""
        return self.read(name, written, needed=False)

    def day(self, name: str) -> date | None:
        """A day, none after that of the import."""
        return self.read(name, lambda cell: self.sheet.past(cells.day(cell, self.sheet.mapping.dates)))

    def moment(self, name: str, *, needed: bool = True) -> datetime | None:
        """A moment in UTC, none after the day of the import; a day alone is taken at the hour at which
        things begin."""
        mapping = self.sheet.mapping

        def read(cell: Cell) -> datetime:
            found = cells.moment(cell, mapping.zone, mapping.dates, mapping.begins)
            self.sheet.past(found.astimezone(mapping.zone).date())
            return found

        return self.read(name, read, needed=needed)

    def amount(self, name: str) -> Decimal | None:
        """An exact number."""
        return self.read(name, cells.number)

    def person(self, name: str, *, new: bool = False, called: str = "", needed: bool = True) -> str | None:
        """The id of a person."""
        people = self.sheet.people
        return self.read(name, lambda cell: people.person(cell, name=called, may_be_new=new), needed=needed)

    def people(self, name: str) -> tuple[str, ...]:
        """The ids of people listed in a cell."""
        found: list[str] = []
        for part in self.read(name, lambda cell: listed(_lines(cell)), needed=False) or ():
            try:
                found.append(self.sheet.people.person(part))
            except CellFault as fault:
                self.fault(name, fault.code, f"Of a name in this list: {fault.what}", fault.remedy)
        return tuple(found)

    def unit(self, name: str, *, needed: bool = True) -> str | None:
        """The id of a unit: as the mapping says, or an id as it is."""
        return self.read(name, self.sheet.unit, needed=needed)

    def code(self, name: str, kind: str | None = None, *, needed: bool = True) -> str | None:
        """A code: as the mapping says, or as the pack calls it.  A constant may be any code."""
        constant = self.sheet.mapping.constants.get(name)
        if constant is not None and _CODE.fullmatch(constant):
            return constant
        return self.read(name, lambda cell: self.sheet.code(written(cell), name, kind), needed=needed)

    def codes(self, name: str) -> tuple[str, ...] | None:
        """Codes listed in a cell."""
        parts = self.read(name, lambda cell: listed(_lines(cell)))
        if parts is None:
            return None
        found: list[str] = []
        for part in parts:
            try:
                found.append(self.sheet.code(part, name, None))
            except CellFault as fault:
                self.fault(name, fault.code, fault.what, fault.remedy)
        return tuple(dict.fromkeys(found))


def _lines(cell: Cell) -> str:
    """A list in a cell: its line breaks part it as well."""
    return cell if isinstance(cell, str) else written(cell)


@dataclass(slots=True)
class Sheet:
    """A table with its mapping: where fields stand, and what is wrong."""

    table: Table
    mapping: Mapping
    people: People
    pack: Pack
    problems: Problems
    places: dict[str, int] = field(default_factory=dict)
    header: int = 0
    above: dict[str, Cell] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    at: datetime | None = None
    """When it is taken in: nothing in it is of a later day."""

    def __post_init__(self) -> None:
        named = {**self.mapping.columns, **{f"items.{k}": v for k, v in self.mapping.items.items()}}
        self.header = self._header([column for column in named.values() if not column.letter])
        heads = self._heads()
        for name, column in named.items():
            if (index := self._place(name, column, heads)) is not None:
                self.places[name] = index
            else:
                self.lost.add(name)

    def _header(self, texts: Sequence[Column]) -> int:
        """The row of the header: as the mapping says, or the one that has most of the headers."""
        if self.mapping.header is not None:
            return self.mapping.header
        if not texts:
            return 0
        wanted = {alike(column.text) for column in texts}
        best, most = 1, 0
        for number in range(1, min(len(self.table.rows), _LOOKED_AT) + 1):
            last = number + self.mapping.header_rows - 1
            found = len(wanted & {text for texts in self._heads_at(number, last) for text in texts})
            if found > most:
                best, most = number, found
        return best

    def _heads(self) -> list[set[str]]:
        if not self.header:
            return []
        return self._heads_at(self.header, self.header + self.mapping.header_rows - 1)

    def _heads_at(self, first: int, last: int) -> list[set[str]]:
        """By column what it is called: its lowest header, and those above it parted by a slash.

        A merged header stands in the first of its columns, so that it counts for those after it that have
        none of their own in its row.
        """
        rows = [[_text(cell) for cell in row] for row in self.table.rows[first - 1 : last]]
        width = max((len(row) for row in rows), default=0)
        for upper in rows[:-1]:
            upper += [""] * (width - len(upper))
            for index in range(1, width):
                upper[index] = upper[index] or upper[index - 1]
        found: list[set[str]] = []
        for index in range(width):
            parts = [row[index] for row in rows if index < len(row) and row[index]]
            called = {alike(parts[-1]), alike("/".join(dict.fromkeys(parts)))} if parts else set()
            found.append(called)
        return found

    def _place(self, name: str, column: Column, heads: Sequence[set[str]]) -> int | None:
        if column.letter:
            return index_of(column.text)
        found = [index for index, called in enumerate(heads) if alike(column.text) in called]
        if len(found) == 1:
            return found[0]
        what, remedy = (
            ("Several columns have the header that the mapping names.", 'Name the column by letter: "C".')
            if found
            else (
                f"No column has the header “{column.text}”.",
                "Correct it in the mapping, name the column by letter, or say which row is the header.",
            )
        )
        self.problems.add(
            Problem("intake.header", what, remedy, sheet=self.table.name or "the file", field=name)
        )
        return None

    def rows(self) -> Iterator[Row]:
        """The rows below the header that say anything, up to the one where the mapping stops."""
        first = self.header + (self.mapping.header_rows if self.header else 1)
        stop = {alike(text) for text in self.mapping.stop}
        skip = {alike(text) for text in self.mapping.skip}
        for number, values in enumerate(self.table.rows[first - 1 :], first):
            texts = [alike(text) for cell in values[:3] if (text := _text(cell))]
            if stop.intersection(texts):
                return
            if not any(cell not in (None, "") and _text(cell) != "" for cell in values):
                continue
            if skip.intersection(texts):
                continue
            row = Row(number, values, self)
            for name in self.mapping.fill_down:
                if (cell := row.cell(name)) not in (None, ""):
                    self.above[name] = cell
            yield row

    def past(self, day: date) -> date:
        """A day that has come.  Raises `CellFault` for a later one: files tell what was."""
        if self.at is not None and day > self.at.astimezone(self.mapping.zone).date():
            raise CellFault(
                "intake.future",
                "The day is later than that of the import.",
                "Correct it, or take the row in when the day has come.",
            )
        return day

    # --- words ---------------------------------------------------------------------------

    def unit(self, cell: Cell) -> str:
        """The id of the unit that a cell means.  Raises `CellFault`."""
        text = written(cell)
        if (found := self.mapping.units.get(alike(text))) is not None:
            return found
        if _UNIT.fullmatch(text):
            return text
        raise CellFault(
            "intake.unit", "No unit has this wording.", "Add it below [units] in the mapping, or correct it."
        )

    def code(self, text: str, name: str, kind: str | None) -> str:
        """The code that a word means.  Raises `CellFault`."""
        words = self.mapping.words.get(name, {})
        if (found := words.get(alike(text))) is not None:
            return found
        what = ""
        for script in (text, simplified(text)):
            try:
                return self.pack.code_of(script, kind)
            except InvalidInput as error:
                what = error.faults[0].what
        if _CODE.fullmatch(text) and text in words.values():
            return text
        meant = what.startswith("This can mean")
        raise CellFault(
            "intake.word",
            what if meant else "No code has this wording.",
            f"Say below [words.{name}] in the mapping which code it means, or correct it.",
        )


def _text(cell: Cell) -> str:
    return "" if isinstance(cell, Broken) else written(cell)
