"""Published tables as a history in memory: for whoever brings numbers and needs no workflow.

`table` reads rows, or a CSV text, into the events of one series of observations (`domain.observation`), and
`tables` joins several into one history.  Policies and documents work on it as on any other; nothing was
decided in it, and nobody had to be permitted anything.  The same table gives the same bytes.

Texts from outside become codes (`coded`): small letters, digits and hyphens.  Where two different texts of a
column would become the same code, or one cannot be written as a code, that is a fault: free text is not
stored.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from heapq import merge
from types import MappingProxyType
from typing import Any, Final, Literal

from party_workflow.canonical import day_text, decimal_text, fraction_text, in_utc, parse_time
from party_workflow.codec import Registry
from party_workflow.domain import observation
from party_workflow.domain.observation import AbsentKind, ColumnType
from party_workflow.errors import Faults, InvalidInput, NotCanonical
from party_workflow.history import History, Records
from party_workflow.policies.figure import Absent
from party_workflow.store import Envelope, Record, encode
from party_workflow.values import CODE_PATTERN, KEY_PATTERN

REGISTRY: Final = Registry(observation.DECIDER.events, observation.DECIDER.commands)
"""The event types of observations."""

When = datetime | date | str
"""A moment, a day, or the name of the column that has one of them for each row."""

Kind = Literal["recorded", "corrected", "withdrawn"]

KINDS: Final[tuple[Kind, ...]] = ("recorded", "corrected", "withdrawn")

_LOG: Final = "table"
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?")
_QUOTIENT: Final = re.compile(r"-?[0-9]+/[0-9]+")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEY: Final = re.compile(KEY_PATTERN)
_CODE: Final = re.compile(CODE_PATTERN)
_OTHER: Final = re.compile(r"(?:[^a-z0-9.]|\.(?![a-z0-9])|(?<![a-z0-9])\.)+")
_ABSENT: Final = frozenset({"missing", "excused", "not_applicable", "withheld"})
_EMPTY: Final[Mapping[str, AbsentKind]] = MappingProxyType({"": "missing"})
_NO_CODES: Final[Mapping[str, str]] = MappingProxyType({})


def coded(text: str) -> str:
    """A text as a code: ``AFG`` is ``afg``, ``Viktoria KAVALIOVA`` ``viktoria-kavaliova``.

    Accents fall away, and what is neither letter nor digit, nor a point between two, becomes one hyphen.
    Empty where nothing is left; it takes no notice of which texts become the same.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _OTHER.sub("-", plain).strip("-.")[:63].rstrip("-.")


def unpivot(
    rows: str | Iterable[Mapping[str, Any]], columns: Sequence[str], *, name: str, value: str
) -> list[dict[str, Any]]:
    """Rows with one value each, from rows that have several: ``J1`` to ``J9`` as nine rows.

    Each has the other columns as they are, under `name` which of `columns` it comes from, and under `value`
    what stood there.  Raises `InvalidInput` for a text that is no CSV, for a column that there is not, and
    where `name` or `value` is a column already.
    """
    taken, faults = set(columns), Faults()
    found = []
    given = _rows(rows, faults)
    names = dict.fromkeys(key for row in given for key in row)
    for column in columns:
        if column not in names:
            faults.add(column, "There is no such column.", f"There are: {', '.join(map(str, names))}.")
    for new in (name, value):
        if new in names.keys() - taken:
            faults.add(new, "There is a column of this name already.", "Choose another name.")
    faults.raise_if_any()
    for row in given:
        rest = {key: cell for key, cell in row.items() if key not in taken}
        found += [{**rest, name: column, value: row.get(column)} for column in columns]
    return found


def table(
    rows: str | Iterable[Mapping[str, Any]],
    *,
    series: str,
    subject: str,
    at: When,
    columns: Mapping[str, ColumnType] | None = None,
    recorded: When | None = None,
    row: str | None = None,
    kind: str | None = None,
    absent: Mapping[str, AbsentKind] = _EMPTY,
    codes: Mapping[str, str] = _NO_CODES,
    source: str = "table",
    basis: str = "table",
    unit: str = "u-table",
    registry: Registry = REGISTRY,
) -> History:
    """A history with one series of observations: a list of rows by column name, or a CSV text with a header.

    `subject` is the column that says whom a row is about, `columns` the type of each further column to take
    (``number``, ``code``, ``day``); without it every column is taken, as numbers or days where all its cells
    are, and as codes otherwise.  Names of columns become codes in small letters with underscores.

    `at` says when a row took effect and `recorded` when it was known, by default then; a day is noon UTC.
    Rows stand in the order in which they were known, and otherwise in the order given.  `row` is the column
    with the key of a row; by default rows are counted.  With `kind`, the column that says ``corrected`` or
    ``withdrawn`` of a row, it is about the row of the same key that stood there: a correction changes the
    cells that it fills.  `absent` says which texts mean that a cell is absent, and how; ``missing``,
    ``excused``, ``not_applicable``, ``withheld`` and `Absent` values always do, and None is missing.  `codes`
    says for texts which codes they are, such as ``{"A+": "a-plus"}``; the others are `coded`.

    Raises `InvalidInput` with every fault, by row and column; rows are counted from 1 below the header.
    """
    faults = Faults()
    given = _rows(rows, faults)
    reading = _Reading(series, subject, row, kind, absent, codes, faults)
    reading.heads(given, columns, tuple(name for name in (at, recorded) if isinstance(name, str)))
    faults.raise_if_any()
    lines = reading.lines(given, at, recorded)
    reading.told()
    faults.raise_if_any()
    return _history(reading, lines, source, basis, unit, registry)


def tables(*histories: History) -> History:
    """One history of several, in the order in which their rows were known, and otherwise in the order given.

    Event ids stay as they are.  Raises `InvalidInput` for none, and for a series that stands in two of them.
    """
    faults = Faults()
    seen: set[str] = set()
    read = [tuple(history.records()) for history in histories]
    if not read:
        faults.add("tables", "There is no history.", "Give at least one.")
    for records in read:
        streams = {record.envelope.stream for record in records}
        for stream in sorted(streams & seen):
            faults.add(stream, "It stands in two of the histories.", "Give each table a series of its own.")
        seen |= streams
    faults.raise_if_any()
    ordered = merge(*read, key=lambda record: record.envelope.recorded_at)
    joined = tuple(
        encode(replace(record.envelope, position=position, counter=position, log=_LOG), record.data)
        for position, record in enumerate(ordered, start=1)
    )
    events = {name: event for history in histories for name, event in history.registry.events.items()}
    same = all(history.registry is histories[0].registry for history in histories)
    registry = histories[0].registry if same else Registry(events.values())
    return History(Records(joined), registry)


# --- reading -----------------------------------------------------------------------------------


def _rows(rows: str | Iterable[Mapping[str, Any]], faults: Faults) -> list[Mapping[str, Any]]:
    if not isinstance(rows, str):
        return list(rows)
    reader = csv.DictReader(io.StringIO(rows.removeprefix("\ufeff"), newline=""), strict=True)
    found: list[Mapping[str, Any]] = []
    try:
        names = list(reader.fieldnames or ())
        if len(set(names)) < len(names):
            faults.add("header", "A column name stands there twice.", "Give each column a name of its own.")
        for number, row in enumerate(reader, start=1):
            if None in row or None in row.values():
                what = f"It has not {len(names)} cells, as the header has."
                faults.add(f"row {number}", what, "Look for a comma too many or too few.")
            found.append(row)
    except csv.Error as error:
        faults.add(f"line {reader.reader.line_num}", f"It is no CSV: {error}.", "Mend the line.")
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    """A row as it will be stored."""

    number: int
    key: str
    kind: Kind
    effective_at: datetime
    recorded_at: datetime
    data: dict[str, Any]


@dataclass(slots=True)
class _Reading:
    """Reads one table and notes everything that cannot be read."""

    series: str
    subject: str
    row: str | None
    kind: str | None
    absent: Mapping[str, AbsentKind]
    said: Mapping[str, str]
    faults: Faults
    types: dict[str, ColumnType] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    """By the name of a column its code."""
    _texts: dict[tuple[str, str], str] = field(default_factory=dict)
    """By column and code the text that became it."""
    _known: dict[tuple[str, str], str] = field(default_factory=dict)
    _bad: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    """By column, what is wrong and remedy, the rows of which it is said."""

    def _wrong(self, number: int, column: str, what: str, remedy: str) -> None:
        self._bad.setdefault((column, what, remedy), []).append(number)

    def told(self) -> None:
        """Makes a fault of everything that is wrong with cells: one for all rows of a column that it is
        wrong with.
        """
        for (column, what, remedy), rows in self._bad.items():
            others = "" if len(rows) == 1 else f" and {len(rows) - 1} more"
            self.faults.add(f"row {rows[0]}{others}, column {column}", what, remedy)

    # --- columns

    def heads(
        self,
        rows: Sequence[Mapping[str, Any]],
        columns: Mapping[str, ColumnType] | None,
        times: Sequence[str],
    ) -> None:
        """Which columns there are, and of which type."""
        add = self.faults.add
        if not _KEY.fullmatch(self.series):
            add("series", "It is no key.", "Write small letters, digits, points and hyphens.")
        if not rows:
            add("rows", "There is no row.", "Give at least one.")
            return
        names = list(dict.fromkeys(str(name) for row in rows for name in row))
        own = [self.subject, *(name for name in (self.row, self.kind) if name is not None), *times]
        for name in dict.fromkeys([*own, *(columns or ())]):
            if name not in names:
                add(name, "There is no such column.", f"There are: {', '.join(names)}.")
        if columns is None:
            wanted = [name for name in names if name not in (self.subject, self.row, self.kind)]
            self.types = {name: self._guess(name, rows) for name in wanted}
        else:
            self.types = dict(columns)
            for name, type_ in columns.items():
                if type_ not in ("number", "code", "day"):
                    add(name, "Its type is none that there is.", "Write number, code or day.")
        taken: dict[str, str] = {}
        for name in (self.subject, *(name for name in self.types if name != self.subject)):
            code = coded(name).replace("-", "_")
            if not _CODE.fullmatch(code):
                add(name, "Its name cannot be a code.", "Rename it: a letter from a to z first.")
            elif code in observation.RESERVED:
                add(name, f"A column cannot be named {code}.", "Give it another name.")
            elif code in taken:
                add(name, f"It would be named {code}, like {taken[code]}.", "Rename one of the two.")
            taken[code] = name
            self.codes[name] = code
        self.types.pop(self.subject, None)

    def _guess(self, name: str, rows: Sequence[Mapping[str, Any]]) -> ColumnType:
        found: ColumnType | None = None
        for row in rows:
            cell = row.get(name)
            if self._absent(cell) is not None:
                continue
            if isinstance(cell, date) or (isinstance(cell, str) and _DAY.fullmatch(cell.strip())):
                type_: ColumnType = "day"
            elif isinstance(cell, str) and not _is_number(cell.strip()):
                return "code"
            else:
                type_ = "number"
            if found not in (None, type_):
                return "code"
            found = type_
        return found or "code"

    # --- rows

    def lines(self, rows: Sequence[Mapping[str, Any]], at: When, recorded: When | None) -> list[_Line]:
        """The rows in the order in which they were known."""
        effective = self._moments(rows, at)
        known = effective if recorded is None else self._moments(rows, recorded)
        found: list[_Line] = []
        for number, row in enumerate(rows, start=1):
            kind = self._kind(number, row)
            key = self._key(number, row)
            subject = self._text(number, self.subject, row.get(self.subject), required=True)
            data: dict[str, Any] = {"row": key, "subject": subject}
            if kind != "withdrawn":
                self._cells(number, row, data, changes=kind == "corrected")
            found.append(_Line(number, key, kind, effective[number - 1], known[number - 1], data))
        found.sort(key=lambda line: line.recorded_at)
        self._order(found)
        return found

    def _order(self, lines: Sequence[_Line]) -> None:
        """Adds rows that stand twice, and corrections of what does not stand."""
        stands: dict[str, tuple[str, bool]] = {}
        for line in lines:
            where, subject = f"row {line.number}", line.data["subject"]
            before = stands.get(line.key)
            if line.kind == "recorded":
                if before is not None:
                    self.faults.add(where, "Its key stood there before.", "Say that it is a correction.")
            elif before is None or not before[1]:
                self.faults.add(where, f"What is {line.kind} does not stand there.", "Check key and time.")
            elif before[0] != subject:
                what = f"What is {line.kind} is about another subject."
                self.faults.add(where, what, "Withdraw that row, and record another one.")
            stands[line.key] = (subject, line.kind != "withdrawn")

    def _kind(self, number: int, row: Mapping[str, Any]) -> Kind:
        said = "recorded" if self.kind is None else row.get(self.kind) or "recorded"
        for kind in KINDS:
            if said == kind:
                return kind
        what = "It says of the row neither recorded, corrected nor withdrawn."
        self._wrong(number, self.kind or "", what, "Write one of them, or leave it empty.")
        return "recorded"

    def _key(self, number: int, row: Mapping[str, Any]) -> str:
        if self.row is None:
            return str(number)
        cell = row.get(self.row)
        return self._text(number, self.row, str(cell) if type(cell) is int else cell, required=True)

    def _absent(self, cell: Any) -> AbsentKind | None:
        if cell is None:
            return "missing"
        if isinstance(cell, Absent):
            return cell.kind
        if isinstance(cell, str):
            if (kind := self.absent.get(cell)) is not None:
                return kind
            if cell in _ABSENT:
                return cell  # type: ignore[return-value]
        return None

    def _cells(self, number: int, row: Mapping[str, Any], data: dict[str, Any], *, changes: bool) -> None:
        for name, type_ in self.types.items():
            cell = row.get(name)
            code = self.codes[name]
            if changes and cell in ("", None):
                continue
            if (kind := self._absent(cell)) is not None:
                data.setdefault("absent", {})[code] = kind
            elif type_ == "number":
                self._number(number, name, cell, code, data)
            elif type_ == "day":
                if (day := _day(cell)) is None:
                    what = "It is no day."
                    self._wrong(number, name, what, "Write it like 2024-05-01.")
                else:
                    data.setdefault("days", {})[code] = day_text(day)
            else:
                if isinstance(cell, int | Decimal):
                    cell = str(cell)
                data.setdefault("codes", {})[code] = self._text(number, name, cell)

    def _number(self, number: int, name: str, cell: Any, code: str, data: dict[str, Any]) -> None:
        what = "It is no exact number."
        try:
            if isinstance(cell, str):
                text = cell.strip()
                if _NUMBER.fullmatch(text):
                    data.setdefault("numbers", {})[code] = decimal_text(Decimal(text))
                    return
                if _QUOTIENT.fullmatch(text) and int(text.partition("/")[2]):
                    data.setdefault("ratios", {})[code] = fraction_text(Fraction(text))
                    return
            elif type(cell) is int or isinstance(cell, Decimal):
                data.setdefault("numbers", {})[code] = decimal_text(Decimal(cell))
                return
            elif isinstance(cell, Fraction):
                data.setdefault("ratios", {})[code] = fraction_text(cell)
                return
            elif isinstance(cell, float):
                what = "It is a binary float, and so not exact."
        except NotCanonical as error:
            what = error.faults[0].what
        remedy = "Write a decimal like 28.5 or a quotient like 2/5, or say how it is absent."
        self._wrong(number, name, what, remedy)

    def _text(self, number: int, name: str, cell: Any, *, required: bool = False) -> str:
        """A text as a code; the same text always as the same, and different ones never as one."""
        if required and self._absent(cell) is not None:
            self._wrong(number, name, "It says nothing.", "Every row needs it.")
            return ""
        if not isinstance(cell, str):
            what = f"A {type(cell).__name__} is no text."
            self._wrong(number, name, what, "Give a text.")
            return ""
        if (name, cell) in self._known:
            return self._known[name, cell]
        text = cell.strip()
        if (said := self.said.get(text)) is not None:
            code = said
        elif (code := self._coded(number, name, text)) == "":
            return code
        self._known[name, cell] = code
        return code

    def _coded(self, number: int, name: str, text: str) -> str:
        code = text if _KEY.fullmatch(text) or _CODE.fullmatch(text) else coded(text)
        if not _KEY.fullmatch(code) and not _CODE.fullmatch(code):
            self._wrong(number, name, "It cannot be written as a code.", "Say by `codes` which code it is.")
        elif self._texts.setdefault((name, code), text) != text:
            what = f"Another text of this column is written {code} as well."
            self._wrong(number, name, what, "Say by `codes` which code each of them is.")
        else:
            return code
        return ""

    def _moments(self, rows: Sequence[Mapping[str, Any]], when: When) -> list[datetime]:
        if not isinstance(when, str):
            return [_moment(when)] * len(rows)
        found, read = [], dict[Any, datetime]()
        for number, row in enumerate(rows, start=1):
            cell = row.get(when)
            if cell not in read:
                try:
                    read[cell] = _moment(cell)
                except (InvalidInput, ValueError, TypeError):
                    what = "It is neither a day nor a moment with a time zone."
                    remedy = "Write it like 2024-05-01 or 2024-05-01T08:00:00.000000Z."
                    self._wrong(number, when, what, remedy)
                    read[cell] = datetime.min.replace(tzinfo=UTC)
            found.append(read[cell])
        return found


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text) or (_QUOTIENT.fullmatch(text) and int(text.partition("/")[2])))


def _day(cell: Any) -> date | None:
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell
    if isinstance(cell, str) and _DAY.fullmatch(cell.strip()):
        try:
            return date.fromisoformat(cell.strip())
        except ValueError:
            return None
    return None


def _moment(when: Any) -> datetime:
    """A moment; of a day noon UTC, which lies on that day from 12 hours behind UTC to short of 12 ahead.

    Raises `NotCanonical` or TypeError for anything else.
    """
    if isinstance(when, datetime):
        return in_utc(when)
    if (day := _day(when)) is not None:
        return datetime.combine(day, time(12), UTC)
    if isinstance(when, str):
        return parse_time(when)
    raise TypeError(f"a {type(when).__name__} is no moment")


# --- records -----------------------------------------------------------------------------------


def _history(
    reading: _Reading, lines: Sequence[_Line], source: str, basis: str, unit: str, registry: Registry
) -> History:
    opened = {
        "unit": unit,
        "subject": reading.codes[reading.subject],
        "columns": [{"code": reading.codes[name], "type": type_} for name, type_ in reading.types.items()],
        "source": source,
        "basis": basis,
        "not_comparable": [],
    }
    began = min(line.effective_at for line in lines)
    records = [_record(reading.series, 1, "series_opened", "", began, lines[0].recorded_at, opened, 0)]
    subjects: dict[str, int] = {}
    for position, line in enumerate(lines, start=2):
        if line.kind != "recorded":
            line.data["recorders"] = ["p-0"]
            line.data["ground"] = line.kind
        number = subjects[line.key] = subjects.get(line.key, -1) + 1
        records.append(
            _record(
                reading.series,
                position,
                line.kind,
                line.key,
                line.effective_at,
                line.recorded_at,
                line.data,
                number,
            )
        )
    registry.event("observation.series_opened", 1, opened)  # what was said by hand has to have its form
    return History(Records(tuple(records)), registry)


def _record(
    series: str,
    position: int,
    kind: str,
    key: str,
    effective_at: datetime,
    recorded_at: datetime,
    data: dict[str, Any],
    number: int,
) -> Record:
    told = f"party_workflow/table/1\n{series}\n{kind}\n{key}\n{number}"
    event_id = hashlib.sha256(told.encode()).hexdigest()
    envelope = Envelope(
        log=_LOG,
        position=position,
        stream=f"{observation.CATEGORY}/{series}",
        version=position,
        event_id=event_id[:32],
        stored_type=f"{observation.CATEGORY}.{kind}",
        schema=1,
        effective_at=effective_at,
        recorded_at=recorded_at,
        account="a-table",
        person="p-0",
        capacity="table",
        command_id=f"t-{event_id[:32]}",
        command_type=f"{observation.CATEGORY}.table",
        command_digest=event_id,
        counter=position,
    )
    return encode(envelope, data)
