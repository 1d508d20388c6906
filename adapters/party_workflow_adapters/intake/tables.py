"""Files as people keep them, read as rows of cells: CSV in the encodings in use, and Excel workbooks.

Nothing is evaluated and no link is followed: of a formula the value counts that was saved with it.  Files are
read within limits, because somebody sent them.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from party_workflow_adapters.intake.cells import Broken, Cell, alike, tidy
from party_workflow_adapters.intake.problems import Problem, Unusable

MAX_BYTES: Final = 64 * 2**20
MAX_UNPACKED: Final = 512 * 2**20
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 512
MAX_CELL: Final = 32_767
"""Limits of one file: its bytes, those of a workbook unpacked, rows, columns, characters of a cell."""

_DELIMITERS: Final = (",", ";", "\t", "|", "，", "；")
_WORKBOOK: Final = b"PK\x03\x04"
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"
_CALLED: Final = (".xlsx", ".xlsm")
_BLOCK: Final = 2**21
"""Room for the row numbers of one sheet in a line number: Excel has half as many rows."""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its number from 1, what it is called in messages, its rows; the first one is row 1."""

    number: int
    name: str
    rows: tuple[tuple[Cell, ...], ...]

    def line(self, row: int) -> int:
        """The place of a row as a record's `Source` has it: one number for sheet and row."""
        return (self.number - 1) * _BLOCK + row


def place_of(line: int) -> tuple[int, int]:
    """Sheet and row of a line number, both from 1."""
    return line // _BLOCK + 1, line % _BLOCK


def letter(index: int) -> str:
    """The letter of a column, from 0: A, B, … Z, AA."""
    found = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def index_of(letters: str) -> int:
    """The index from 0 of a column's letters."""
    found = 0
    for character in letters:
        found = found * 26 + ord(character) - ord("A") + 1
    return found - 1


def _unusable(code: str, what: str, remedy: str) -> Unusable:
    return Unusable([Problem(code, what, remedy, sheet="the file")])


def read_table(
    path: Path, *, sheet: str | int | None = None, encoding: str = "auto", delimiter: str = "auto"
) -> Table:
    """One sheet of a file.  Raises `Unusable` for what cannot be read as one."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise _unusable(
            "intake.too_large", f"It has {size} bytes, more than {MAX_BYTES}.", "Take it in by parts."
        )
    data = path.read_bytes()
    if not data.strip():
        raise _unusable("intake.empty", "It is empty.", "Check that it is the right file.")
    if data.startswith(_WORKBOOK):
        return _workbook(data, sheet)
    if data.startswith(_OLD_WORKBOOK):
        raise _unusable(
            "intake.old_format",
            "It is a workbook in the old format (.xls), or locked with a password.",
            "Save it as .xlsx without a password, or as CSV.",
        )
    if path.suffix.casefold() in _CALLED:
        raise _unusable(
            "intake.workbook",
            f"It is called {path.suffix.casefold()} and is no Excel workbook.",
            "Save it as .xlsx in a spreadsheet program; if it is text, let its name end in .csv.",
        )
    if isinstance(sheet, str) or (sheet or 1) != 1:
        raise _unusable("intake.sheet", "A text file has one sheet.", "Leave out sheet in [file].")
    return _text(_decoded(data, encoding), delimiter)


# --- text files ------------------------------------------------------------------------------


def _decoded(data: bytes, encoding: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        tried: tuple[str, ...] = ("utf-16",)
    elif data.startswith(b"\xef\xbb\xbf"):
        tried = ("utf-8-sig",)
    elif encoding == "auto":
        tried = ("utf-8", "gb18030")
    else:
        tried = (encoding,)
    for name in tried:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise _unusable(
        "intake.encoding",
        f"Its bytes are no text in {' or '.join(tried)}.",
        "Say the encoding in [file] of the mapping, or save it as UTF-8.",
    )


def _text(text: str, delimiter: str) -> Table:
    if "\0" in text:
        raise _unusable("intake.encoding", "It holds NUL characters.", "Say the encoding in [file].")
    parted = [delimiter] if delimiter != "auto" else [mark for mark in _DELIMITERS if mark in text] or [","]
    read = {mark: _parted(text, mark) for mark in parted}
    best = max(read, key=lambda mark: _regularity(read[mark]))
    return Table(1, "", _bounded(read[best]))


def _parted(text: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(MAX_CELL * 4)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
            if len(rows) > MAX_ROWS:
                break
    except csv.Error:
        raise Unusable(
            [
                Problem(
                    "intake.quotes",
                    "From here on the quotation marks do not pair, or a cell is too long.",
                    'Write a quotation mark inside a cell twice: "".',
                    row=len(rows) + 1,
                )
            ]
        ) from None
    return rows


def _regularity(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How much a separator makes a table of a text: rows of the most frequent width above 1, and that."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return count, width


def _bounded(rows: Iterable[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    found: list[tuple[Cell, ...]] = []
    for row in rows:
        cells = list(row)
        while cells and (cells[-1] is None or cells[-1] == ""):
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise _unusable(
                "intake.too_wide",
                f"Row {len(found) + 1} has more than {MAX_COLUMNS} columns.",
                "Check the separator, or leave out columns.",
            )
        if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in cells):
            raise _unusable(
                "intake.too_long",
                f"A cell of row {len(found) + 1} has more than {MAX_CELL} characters.",
                "Shorten it.",
            )
        found.append(tuple(cells))
        if len(found) > MAX_ROWS:
            raise _unusable("intake.too_long", f"It has more than {MAX_ROWS} rows.", "Take it in by parts.")
    while found and not any(cell not in (None, "") for cell in found[-1]):
        found.pop()
    return tuple(found)


# --- workbooks -------------------------------------------------------------------------------


def _workbook(data: bytes, sheet: str | int | None) -> Table:
    try:
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError:
        raise _unusable(
            "intake.no_openpyxl",
            "It is an Excel workbook, and openpyxl is not installed.",
            "Install party-workflow[excel], or save the sheet as CSV.",
        ) from None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise _unusable(
                "intake.too_large",
                f"Unpacked it has {unpacked} bytes, more than {MAX_UNPACKED}.",
                "Take it in by parts.",
            )
        kept: dict[str, Any] = {"read_only": True, "keep_links": False}
        # Twice: as saved values, and as formulas, to tell an empty cell from a formula without a value.
        with (
            closing(openpyxl.load_workbook(io.BytesIO(data), data_only=True, **kept)) as values,
            closing(openpyxl.load_workbook(io.BytesIO(data), data_only=False, **kept)) as formulas,
        ):
            number = _sheet(values.sheetnames, sheet)
            name = values.sheetnames[number - 1]
            serials = _Serials(values.epoch)
            shown, made = values[name], formulas[name]
            for view in (shown, made):
                view.reset_dimensions()  # what the file says of its own size may be wrong
            rows = (
                [serials.cell(cell, formula) for cell, formula in zip(left, right, strict=False)]
                for left, right in zip(
                    shown.iter_rows(max_col=MAX_COLUMNS + 1),
                    made.iter_rows(max_col=MAX_COLUMNS + 1),
                    strict=False,
                )
            )
            called = f"sheet {sheet}" if isinstance(sheet, str) else f"sheet {number}"
            return Table(number, called if len(values.sheetnames) > 1 else "", _bounded(rows))
    except Unusable:
        raise
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        OSError,
        SyntaxError,
        EOFError,
        AttributeError,
        IndexError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        # A crafted or broken workbook makes the reader fail in many ways; none of them is ours to show.
        raise _unusable(
            "intake.workbook",
            f"It cannot be read as a workbook ({type(error).__name__}).",
            "Open and save it in a spreadsheet program, or save the sheet as CSV.",
        ) from None


def _sheet(names: Sequence[str], wanted: str | int | None) -> int:
    if wanted is None:
        return 1
    if isinstance(wanted, int):
        if 1 <= wanted <= len(names):
            return wanted
    else:
        found = [index for index, name in enumerate(names, 1) if alike(name) == alike(wanted)]
        if len(found) == 1:
            return found[0]
    raise _unusable(
        "intake.sheet",
        f"It has {len(names)} sheets, and not this one.",
        "Check sheet in [file] of the mapping.",
    )


@dataclass(frozen=True, slots=True)
class _Serials:
    """Reads the cells of a workbook."""

    epoch: datetime

    def cell(self, shown: Any, made: Any) -> Cell:
        value = shown.value
        if made.data_type == "f" and value is None:
            return Broken("formula")
        if shown.data_type == "e":
            return Broken("error")
        match value:
            case None | bool() | datetime() | date() | time():
                found: Cell = value
                return found
            case int():
                return value
            case float():
                return _exact(value)
            case str():
                return value
            case _:
                return tidy(str(value))


def _exact(value: float) -> Cell:
    """A number as the sheet shows it: 15 digits, which is what a spreadsheet program holds."""
    found = Decimal(f"{value:.15g}")
    return int(found) if found == found.to_integral_value() and abs(found) < 10**15 else found
