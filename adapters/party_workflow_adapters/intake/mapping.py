"""The mapping file: how a file is read.  TOML, judged as a whole: every fault at once.

See docs/how-to/import-files.md for what each table means.  What is not said has the default that is written
here, and words that the mapping does not list are looked up in the pack (`Pack.code_of`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from datetime import time, timedelta, timezone
from pathlib import Path
from typing import Any, Final, get_args

from party_workflow.canonical import digest
from party_workflow.store import Actor, misfits
from party_workflow.values import CODE_PATTERN, PERSON_PATTERN, UNIT_PATTERN
from party_workflow_adapters.intake.cells import DayOrder, alike, clock
from party_workflow_adapters.intake.problems import CellFault, Problem, Unusable

MAX_MAPPING: Final = 1_048_576

KINDS: Final = ("units", "roster", "activities", "marks", "points")

FIELDS: Final[Table[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "units": (("unit", "kind"), ("parent", "title", "on")),
    "roster": (("person", "unit", "categories"), ("name", "post", "on")),
    "activities": (
        ("unit", "kind", "on"),
        ("key", "time", "minutes", "title", "population", "person", "status", "reason", "present", "late",
         "remote", "excused", "absent", "chaired_by"),
    ),
    "marks": (("assessment", "voice", "subject"), ("item", "value", "assessor")),
    "points": (("scheme", "person", "unit", "source", "item", "amount", "period", "on"), ()),
}  # fmt: skip
"""Which fields a kind of file needs, and which it may have.  Each is a column or a constant."""

_LISTS: Final = ("present", "late", "remote", "excused", "absent")
_PEOPLE: Final = frozenset({"person", "assessor", "chaired_by", *_LISTS})
_ENCODINGS: Final = ("auto", "utf-8", "utf-16", "gb18030", "big5")
_LETTERS: Final = re.compile(r"[A-Z]{1,3}")

_TABLES: Final[Table[str, frozenset[str]]] = {
    "": frozenset({"kind", "file", "by", "columns", "items", "constants", "words", "units", "people",
                   "accounts", "attendance"}),
    "file": frozenset({"sheet", "header", "header_rows", "encoding", "delimiter", "dates", "offset", "begins",
                       "fill_down", "stop", "skip"}),
    "by": frozenset({"account", "person", "capacity", "for", "unit"}),
    "people": frozenset({"by", "register", "new", "digits"}),
    "attendance": frozenset({"rest", "blank", "excused_reason"}),
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """Where a field stands: the text of the header, or a letter."""

    text: str
    letter: bool


@dataclass(frozen=True)
class Mapping:
    """A mapping that has been judged.  `digest` is that of everything it says."""

    kind: str
    digest: str
    by: Actor
    unit: str | None
    columns: Table[str, Column]
    items: Table[str, Column]
    constants: Table[str, str]
    words: Table[str, Table[str, str]]
    units: Table[str, str]
    accounts: Table[str, str]
    sheet: str | int | None = None
    header: int | None = None
    header_rows: int = 1
    encoding: str = "auto"
    delimiter: str = "auto"
    dates: DayOrder = "ymd"
    zone: timezone = timezone(timedelta(hours=8))
    begins: time = time(9)
    fill_down: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    people_by: str = "id"
    register: str | None = None
    new_people: bool = False
    digits: int = 0
    rest: str | None = None
    blank: str | None = None
    excused_reason: str | None = None


@dataclass(slots=True)
class _Judge:
    """Reads tables and collects faults."""

    text: str
    found: list[Problem] = field(default_factory=list)

    def fault(self, where: str, what: str, remedy: str) -> None:
        self.found.append(
            Problem("intake.mapping", what, remedy, sheet="the mapping", row=self._line(where), field=where)
        )

    def _line(self, where: str) -> int:
        """The line on which a key stands, as far as it can be told without a parser that keeps lines."""
        table, _, key = where.rpartition(".")
        inside = not table
        for number, line in enumerate(self.text.splitlines(), 1):
            if re.match(rf"\s*\[{re.escape(where)}\]", line):
                return number
            if head := re.match(r"\s*\[([^\]]+)\]", line):
                inside = head[1].strip() == table
            elif inside and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
                return number
        return 0

    def known(self, body: Table[str, Any], where: str) -> None:
        for key in body:
            if key not in _TABLES[where]:
                place = f"{where}.{key}" if where else key
                self.fault(place, "The key is not known.", f"Known: {', '.join(sorted(_TABLES[where]))}.")

    def table(self, body: Table[str, Any], name: str, inside: str = "") -> dict[str, Any]:
        value = body.get(name, {})
        if not isinstance(value, dict):
            place = f"{inside}.{name}" if inside else name
            self.fault(place, "It is not a table.", f"Write [{place}] and its keys below.")
            return {}
        return value

    def text_of(self, body: Table[str, Any], where: str, key: str) -> str | None:
        value = body.get(key)
        if value is None:
            return None
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.fault(f"{where}.{key}", "It is not a text.", f'Write {key} = "…".')
        return None

    def choice(
        self, body: Table[str, Any], where: str, key: str, among: tuple[str, ...], default: str
    ) -> str:
        value = body.get(key, default)
        if value in among:
            return str(value)
        place = f"{where}.{key}" if where else key
        self.fault(place, "This is none of the choices.", f"Choose one of {', '.join(among)}.")
        return default

    def number(self, body: Table[str, Any], where: str, key: str, least: int, most: int) -> int | None:
        value = body.get(key)
        if value is None or (type(value) is int and least <= value <= most):
            return value
        self.fault(f"{where}.{key}", f"It is no whole number from {least} to {most}.", "Write digits.")
        return None

    def texts(self, body: Table[str, Any], where: str, key: str) -> tuple[str, ...]:
        value = body.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.fault(f"{where}.{key}", "It is not a list of texts.", f'Write {key} = ["…"].')
        return ()

    def pairs(
        self, body: Table[str, Any], where: str, pattern: str, like: str, *, folded: bool = True
    ) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in body.items():
            if not isinstance(value, str) or not re.fullmatch(pattern, value):
                self.fault(f"{where}.{key}", "This is not of the form that is needed.", f"Write {like}.")
                continue
            name = alike(key) if folded else key
            if found.get(name, value) != value:
                self.fault(f"{where}.{key}", "The same word means two things.", "Keep one of the two.")
            found[name] = value
        return found

    def constants(self, body: Table[str, Any]) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in body.items():
            if isinstance(value, str) or type(value) is int:
                found[key] = str(value)
            else:  # other numbers are not exact in TOML, and its days are written in one way only
                self.fault(
                    f"constants.{key}", "It is neither a text nor a whole number.", f'Write {key} = "…".'
                )
        return found


def read_mapping(path: Path) -> Mapping:
    """The mapping of a file.  Raises `Unusable` with every fault."""
    data = path.read_bytes()
    if len(data) > MAX_MAPPING:
        raise _whole("It is longer than 1 MiB.", "Check that it is the mapping.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _whole("It is not UTF-8.", "Save it as UTF-8.") from None
    return mapping_of(text)


def mapping_of(text: str) -> Mapping:
    """The mapping of a text.  Raises `Unusable` with every fault."""
    try:
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+)", str(error))
        problem = Problem(
            "intake.mapping", "It is not TOML from here on.", "Mend quotation marks and brackets.",
            sheet="the mapping", row=int(where[1]) if where else 0,
        )  # fmt: skip
        raise Unusable([problem]) from None
    judge = _Judge(text)
    found = _judged(body, judge)
    if judge.found:
        raise Unusable(judge.found)
    return found


def _whole(what: str, remedy: str) -> Unusable:
    return Unusable([Problem("intake.mapping", what, remedy, sheet="the mapping")])


def _judged(body: dict[str, Any], judge: _Judge) -> Mapping:
    judge.known(body, "")
    kind = judge.choice(body, "", "kind", KINDS, "") if "kind" in body else ""
    if "kind" not in body:
        judge.fault("kind", "It does not say what the file holds.", f"Choose one of {', '.join(KINDS)}.")
    file, people = judge.table(body, "file"), judge.table(body, "people")
    attendance = judge.table(body, "attendance")
    for name, table in (("file", file), ("people", people), ("attendance", attendance)):
        judge.known(table, name)
    by, unit = _actor(judge.table(body, "by"), judge)
    columns = _columns(judge.table(body, "columns"), "columns", judge)
    items = _columns(judge.table(body, "items"), "items", judge)
    constants = judge.constants(judge.table(body, "constants"))
    wordings = judge.table(body, "words")
    words = {
        name: judge.pairs(table, f"words.{name}", _bare(CODE_PATTERN), 'codes, such as "study_session"')
        for name in wordings
        if (table := judge.table(wordings, name, "words"))
    }
    _fields(kind, {"columns": columns, "constants": constants, "words": wordings}, judge)
    if kind:
        _of_kind(kind, columns, items, constants, judge)
    sheet = file.get("sheet")
    if sheet is not None and not (isinstance(sheet, str) or (type(sheet) is int and sheet >= 1)):
        judge.fault("file.sheet", "It is neither a name nor a number from 1.", 'Write sheet = "名单".')
        sheet = None
    fill_down = judge.texts(file, "file", "fill_down")
    for name in fill_down:
        if name not in columns:
            judge.fault("file.fill_down", "It names a field without a column.", "Name fields of [columns].")
    how = judge.choice(people, "people", "by", ("id", "number", "register"), "id")
    register = judge.text_of(people, "people", "register")
    if how == "register" and register is None:
        judge.fault(
            "people.register", "It does not say where the register of people is.", 'Write register = "….csv".'
        )
    if type(people.get("new", False)) is not bool:
        judge.fault("people.new", "It is neither true nor false.", "Write new = true.")
    statuses = ("present", "late", "remote", "excused", "absent")
    accounts = judge.pairs(
        judge.table(body, "accounts"),
        "accounts",
        r"a-[a-z0-9][a-z0-9-]{0,46}",
        'ids of accounts, such as "a-7"',
        folded=False,
    )
    for person in accounts:
        if not re.fullmatch(_bare(PERSON_PATTERN), person):
            judge.fault("accounts", "A key is no id of a person.", 'Write "p-7" = "a-7".')
    return Mapping(
        kind=kind,
        digest=digest({"mapping": _plain(body)}),
        by=by,
        unit=unit,
        columns=columns,
        items=items,
        constants=constants,
        words=words,
        units=judge.pairs(
            judge.table(body, "units"), "units", _bare(UNIT_PATTERN), 'ids of units, such as "u-branch"'
        ),
        accounts=accounts,
        sheet=sheet,
        header=judge.number(file, "file", "header", 1, 1000),
        header_rows=judge.number(file, "file", "header_rows", 1, 5) or 1,
        encoding=judge.choice(file, "file", "encoding", _ENCODINGS, "auto"),
        delimiter=_delimiter(file, judge),
        dates=judge.choice(file, "file", "dates", get_args(DayOrder), "ymd"),  # type: ignore[arg-type]
        zone=_zone(file, judge),
        begins=_begins(file, judge),
        fill_down=fill_down,
        stop=judge.texts(file, "file", "stop"),
        skip=judge.texts(file, "file", "skip"),
        people_by=how,
        register=register,
        new_people=people.get("new") is True,
        digits=judge.number(people, "people", "digits", 1, 6) or 0,
        rest=judge.choice(attendance, "attendance", "rest", statuses, "present")
        if "rest" in attendance
        else None,
        blank=(
            judge.choice(attendance, "attendance", "blank", statuses, "absent")
            if "blank" in attendance
            else None
        ),
        excused_reason=judge.text_of(attendance, "attendance", "excused_reason"),
    )


def _bare(pattern: str) -> str:
    return pattern.removeprefix("^").removesuffix("$")


def _plain(value: Any) -> Any:
    """What TOML gave, as canonical data."""
    if isinstance(value, dict):
        return [[str(key), _plain(item)] for key, item in sorted(value.items())]
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | bool | int) else str(value)


def _actor(body: Table[str, Any], judge: _Judge) -> tuple[Actor, str | None]:
    judge.known(body, "by")
    found: dict[str, str] = {}
    for key in ("account", "person", "capacity"):
        value = judge.text_of(body, "by", key)
        if value is None and key not in body:
            judge.fault(
                f"by.{key}", "It does not say who takes the file in.", f'Write {key} = "…" below [by].'
            )
        elif value is not None:
            found[key] = value
    principal = judge.text_of(body, "by", "for")
    named = {**found, "delegate_of": principal} if principal else found
    for bad in misfits(named):
        judge.fault(f"by.{bad.where}", bad.what, bad.remedy)
    unit = judge.text_of(body, "by", "unit")
    if unit is not None and not re.fullmatch(_bare(UNIT_PATTERN), unit):
        judge.fault("by.unit", "It is no id of a unit.", 'Write it like "u-branch".')
    # Where one of them is missing the mapping is refused, once everything else was judged too.
    account, person, capacity = (found.get(key, "") for key in ("account", "person", "capacity"))
    return Actor(account, person, capacity, principal), unit


def _columns(body: Table[str, Any], where: str, judge: _Judge) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for key, value in body.items():
        if isinstance(value, str) and value.strip():
            bare = value.strip()
            found[key] = Column(bare, _LETTERS.fullmatch(bare) is not None)
        else:
            judge.fault(
                f"{where}.{key}", "It names no column.", 'Write the text of the header, or a letter: "C".'
            )
        if where == "items" and not re.fullmatch(_bare(CODE_PATTERN), key):
            judge.fault("items", "A key is no code of an item.", "Write [items] code = header.")
    return found


def _fields(kind: str, named: Table[str, Table[str, Any]], judge: _Judge) -> None:
    """Fields that there are not, in these tables: in files of a kind, or of any where the kind is wrong."""
    kinds = (kind,) if kind else KINDS
    fields = dict.fromkeys(name for each in kinds for part in FIELDS[each] for name in part)
    what = f"Files of the kind {kind} have no such field." if kind else "No kind of file has such a field."
    for where, names in named.items():
        for name in names:
            if name not in fields:
                judge.fault(f"{where}.{name}", what, f"Fields: {', '.join(fields)}.")
    for name in named["columns"]:
        if name in named["constants"]:
            judge.fault(f"constants.{name}", "It is a column too.", "Keep one of the two.")


def _of_kind(
    kind: str,
    columns: Table[str, Column],
    items: Table[str, Column],
    constants: Table[str, str],
    judge: _Judge,
) -> None:
    """What a file of a kind has to have, and cannot have."""
    needed, _ = FIELDS[kind]
    for name in needed:
        if name not in columns and name not in constants:
            judge.fault(
                f"columns.{name}",
                f"Files of the kind {kind} need it.",
                f"Name its column, or put {name} below [constants].",
            )
    if kind == "marks":
        if not items and not ({"item", "value"} <= {*columns, *constants}):
            judge.fault(
                "items",
                "It does not say where the marks stand.",
                "Name item and value, or a column for each item in [items].",
            )
        if items and {"item", "value"} & {*columns, *constants}:
            judge.fault("items", "Marks would stand in two places.", "Keep [items], or item and value.")
    elif items:
        judge.fault("items", f"Files of the kind {kind} have no items.", "Remove the table.")
    if kind == "activities":
        listing = [name for name in _LISTS if name in columns]
        if "person" in columns and listing:
            judge.fault(
                "columns.person", "Rows are of one person, or list many: not both.", "Keep one of the two."
            )
        if "person" in columns and "status" not in columns and "status" not in constants:
            judge.fault("columns.status", "It does not say whether the person came.", "Name its column.")
        if "person" not in columns and not listing:
            judge.fault(
                "columns.present", "It does not say who was there.", "Name person and status, or lists."
            )


def _delimiter(file: Table[str, Any], judge: _Judge) -> str:
    value = file.get("delimiter", "auto")
    if isinstance(value, str) and (value == "auto" or len(value) == 1):
        return value
    judge.fault("file.delimiter", "It is not one character.", 'Write delimiter = ";".')
    return "auto"


def _zone(file: Table[str, Any], judge: _Judge) -> timezone:
    value = file.get("offset", "+08:00")
    match = re.fullmatch(r"([+-])(\d{2}):(\d{2})", value) if isinstance(value, str) else None
    if match and int(match[2]) <= 14 and int(match[3]) < 60:
        minutes = int(match[2]) * 60 + int(match[3])
        return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))
    judge.fault("file.offset", "It is no offset from UTC.", 'Write it like offset = "+08:00".')
    return timezone.utc  # noqa: UP017


def _begins(file: Table[str, Any], judge: _Judge) -> time:
    value = file.get("begins", "09:00")
    try:
        return clock(value if isinstance(value, str | time) else "")
    except CellFault:
        judge.fault("file.begins", "It is no time of day.", 'Write it like begins = "09:00".')
        return time()
