"""From rows to commands: one function for each kind of file.

Every row, or group of rows that belong together, becomes an `Item` with an identity of its own that holds ids
and codes only.  Its command id is made from that: so the same row is the same command whatever file it stands
in, and a row that was edited is one that contradicts itself.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from pydantic import ValidationError

from party_workflow.canonical import time_text
from party_workflow.codec import Command, faults_of
from party_workflow.domain.activity import UNKNOWN_PERSON
from party_workflow.domain.assessment import Assessment, AssessmentKind, Value, reasons
from party_workflow.errors import InvalidInput, Refusal
from party_workflow.service import Workflow
from party_workflow.store import Actor
from party_workflow.values import KEY_PATTERN
from party_workflow_adapters.intake import cells
from party_workflow_adapters.intake.cells import Cell, alike, written
from party_workflow_adapters.intake.problems import CellFault
from party_workflow_adapters.intake.rows import Row, Sheet

_KEY: Final = re.compile(KEY_PATTERN.removeprefix("^").removesuffix("$"))
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


# --- units and people ------------------------------------------------------------------------


def units(building: Building) -> Iterator[Item]:
    """Units with their parents, which stand above them."""
    for row in building.rows():
        unit, kind = row.unit("unit"), row.code("kind")
        parent = row.unit("parent", needed=False)
        title, at = row.text("title"), row.moment("on", needed=False)
        if unit is None or kind is None:
            continue
        found = building.command(
            row, "organisation.found_unit", unit=unit, kind=kind, parent=parent, title=title
        )
        above = {} if parent is None else {parent: "parent"}
        yield from building.item([row], ("unit", unit), found, at=at, units=above)


def roster(building: Building) -> Iterator[Item]:
    """People with their unit and categories, and the posts that they hold there."""
    for row in building.rows():
        name = row.text("name")
        person = row.person("person", new=True, called=name or "")
        unit, categories = row.unit("unit"), row.codes("categories")
        posts = row.codes("post") if row.has("post") else ()
        at = row.moment("on", needed=False)
        if person is None or unit is None or categories is None:
            continue
        commands = [
            building.command(
                row,
                "organisation.register_person",
                person=person,
                unit=unit,
                categories=tuple(sorted(categories)),
                name=name,
            )
        ]
        for post in posts or ():
            commands.append(
                building.command(row, "organisation.assign_post", post=post, unit=unit, person=person)
            )
        yield from building.item([row], ("person", person), *commands, at=at, units={unit: "unit"})


# --- activities ------------------------------------------------------------------------------

_STATUSES: Final[Mapping[str, str]] = {
    alike(word): status
    for status, words in {
        "present": "到会 出席 到 已到 实到 参加 √ ✓ ✔ ☑ ○ 1 是 y yes present",
        "late": "迟到 晚到 late",
        "remote": "线上 视频 视频参会 远程 网络 remote",
        "excused": "请假 病假 事假 公假 因公 因公请假 出差 年假 产假 excused",
        "absent": "缺席 缺勤 未到 未参加 旷会 无故缺席 × ✗ ✘ ☒ x 0 否 n no absent",
    }.items()
    for word in words.split()
}
"""What people write of attendance, for words that the mapping does not list."""

_LISTS: Final = ("present", "late", "remote", "excused", "absent")


Named = tuple[str, Row, str]
"""A person with the row and the field where they are named."""


@dataclass(slots=True)
class _Session:
    key: str
    rows: list[Row]
    unit: str
    kind: str
    at: datetime
    more: dict[str, Any]
    attendance: dict[str, dict[str, str]] = field(default_factory=dict)
    named: list[Named] = field(default_factory=list)

    @property
    def identity(self) -> tuple[str, ...]:
        return "activity", self.key


def activities(building: Building) -> Iterator[Item]:
    """Occasions that took place, with who was there: a row each, or a row for each person at each."""
    by_person = "person" in building.sheet.mapping.columns
    sessions: dict[str, _Session] = {}
    for row in building.rows():
        session = _session(building, row)
        if session is None:
            continue
        known = sessions.get(session.key)
        if known is None:
            sessions[session.key] = known = session
        elif not by_person:
            known.rows.append(row)
            row.fault(
                "key",
                "intake.twice",
                f"Row {known.rows[0].number} is of this occasion too.",
                "Keep one of them.",
            )
            continue
        else:
            known.rows.append(row)
            if (known.at, known.more) != (session.at, session.more):
                row.fault(
                    "key",
                    "intake.differs",
                    f"It says something else of this occasion than row {known.rows[0].number}.",
                    "Write the same in all rows of one occasion.",
                )
        if by_person:
            _one(row, known)
        else:
            _many(row, known)
    for session in sessions.values():
        if not building.known(command_id(session.identity)):
            _strangers(building, session)
        if not any(row.faulty for row in session.rows):
            yield from _held(building, session)


def _session(building: Building, row: Row) -> _Session | None:
    unit, kind = row.unit("unit"), row.code("kind")
    day = row.day("on")
    mapping = building.sheet.mapping
    begins = row.read("time", cells.clock) if row.has("time") else None
    at = None
    if day is not None:
        at = row.moment("on") if begins is None else cells.moment(day, mapping.zone, begins=begins)
    minutes = row.read("minutes", cells.whole, needed=False)
    chair = row.person("chaired_by", needed=False)
    population = row.text("population")
    key = row.text("key")
    if unit is None or kind is None or at is None or day is None:
        if row.has("person"):  # so that the people are looked at in any case
            row.person("person")
        return None
    if key is None:
        hour = f".{begins:%H%M}" if begins is not None else ""
        key = f"{unit.removeprefix('u-')}.{kind.replace('_', '-')}.{day:%Y%m%d}{hour}"
    key = key.casefold().replace("_", "-")
    if not _KEY.fullmatch(key):
        row.fault("key", "intake.key", "This is no id of an occasion.", "Write letters a-z, digits, . and -.")
        return None
    more = {"minutes": minutes, "chaired_by": chair, "population": population, "title": row.text("title")}
    named: list[Named] = [] if chair is None else [(chair, row, "chaired_by")]
    return _Session(key, [row], unit, kind, at, more, named=named)


def _status(row: Row, name: str, person: str | None = None) -> dict[str, str] | None:
    """What is registered of one person."""
    mapping = row.sheet.mapping
    text = row.read(name, written, needed=False)
    if not text:
        if row.faulty:
            return None
        if mapping.blank is None:
            row.fault(
                name,
                "intake.blank",
                "It does not say whether the person came.",
                'Fill it in, or say blank = "absent" below [attendance] in the mapping.',
            )
            return None
        return _reasoned(row, mapping.blank, "")
    status = mapping.words.get("status", {}).get(alike(text)) or _STATUSES.get(alike(text))
    if status is None:
        status = row.read(name, lambda cell: row.sheet.code(written(cell), "status", None))
    if status is None:
        return None
    if status not in _LISTS:
        row.fault(
            name,
            "intake.word",
            "The word means something, and not whether somebody came.",
            f"Say below [words.status] which of {', '.join(_LISTS)} it means.",
        )
        return None
    return _reasoned(row, status, text)


def _reasoned(row: Row, status: str, text: str) -> dict[str, str]:
    found = {"status": status}
    if status in ("present", "late", "remote"):
        return found
    if row.has("reason"):
        if (reason := row.code("reason")) is not None:
            found["reason"] = reason
    elif status == "excused":
        try:
            found["reason"] = row.sheet.code(text, "reason", None)
        except CellFault:
            if (default := row.sheet.mapping.excused_reason) is not None:
                found["reason"] = default
        if found.get("reason") == "excused" and row.sheet.mapping.excused_reason is not None:
            found["reason"] = row.sheet.mapping.excused_reason
    return found


def _one(row: Row, session: _Session) -> None:
    person, status = row.person("person"), _status(row, "status")
    if person is not None:
        session.named.append((person, row, "person"))
    if person is None or status is None:
        return
    if person in session.attendance:
        row.fault("person", "intake.twice", "The person stands twice in this occasion.", "Keep one row.")
    session.attendance[person] = status


def _many(row: Row, session: _Session) -> None:
    for name in _LISTS:
        for person in row.people(name):
            session.named.append((person, row, name))
            if person in session.attendance:
                row.fault(name, "intake.twice", "Somebody stands twice in this row.", "Keep one of the two.")
            session.attendance[person] = _reasoned(row, name, "")


def _held(building: Building, session: _Session) -> Iterator[Item]:
    mapping, row = building.sheet.mapping, session.rows[0]
    population = session.more["population"]
    expected: tuple[str, ...] = ()
    if mapping.rest is not None:
        for person in sorted(_counted(building, session, population)):
            session.attendance.setdefault(person, _reasoned(row, mapping.rest, ""))
    if population is None:
        expected = tuple(sorted(session.attendance))
    planned = building.command(
        row,
        "activity.plan",
        key=session.key,
        kind=session.kind,
        unit=session.unit,
        planned_at=session.at,
        population=population,
        expected=expected,
        title=session.more["title"],
    )
    held = building.command(
        row,
        "activity.hold",
        key=session.key,
        attendance=dict(sorted(session.attendance.items())),
        minutes=session.more["minutes"],
        chaired_by=session.more["chaired_by"],
    )
    yield from building.item(session.rows, session.identity, planned, held, at=session.at)


def _strangers(building: Building, session: _Session) -> None:
    """Note all who do not stand in the organisation when an occasion is, where they are named."""
    people = tuple(dict.fromkeys(person for person, *_ in session.named))
    known = set(building.workflow.fact("organisation.known", "organisation", people=people, at=session.at))
    if (population := session.more["population"]) is not None:
        known |= _counted(building, session, population)
    for person, row, name in session.named:
        if person not in known:
            _refused(row, name, UNKNOWN_PERSON(person=person))


def _counted(building: Building, session: _Session, population: str | None) -> frozenset[str]:
    """Who would be expected: the population as of then, or the people of the unit."""
    if population is not None:
        found = building.workflow.fact("population.people", f"population/{population}", at=session.at)
    else:
        found = building.workflow.fact(
            "organisation.people", "organisation", unit=session.unit, at=session.at, having=(), without=()
        )
    return frozenset(found)


# --- marks -----------------------------------------------------------------------------------

_YES: Final = ("√", "✓", "✔", "☑", "是", "有", "达标", "合格", "通过", "yes", "y")
_NO: Final = ("×", "✗", "✘", "☒", "x", "否", "无", "不达标", "不合格", "未通过", "no", "n")
_PASSED: Final = dict.fromkeys(map(alike, _YES), True) | dict.fromkeys(map(alike, _NO), False)
_ABSENT: Final = {"missing": "missing", "excused": "excused", "not_applicable": "not_applicable"}
_DIGITS: Final = "零一二三四五六七八九十"


def marks(building: Building) -> Iterator[Item]:
    """Marks on an assessment: a row for each subject and item, or for each subject with a column an item.

    With an assessor they are a sheet of theirs, given by themselves; without one a self-appraisal.
    """
    mapping = building.sheet.mapping
    for row in building.rows():
        key, voice = row.text("assessment"), row.code("voice")
        subject = row.read("subject", partial(_subject, row))
        own = "assessor" not in mapping.columns and "assessor" not in mapping.constants
        assessor = None if own else row.person("assessor")
        sheets = _Sheets.of(building, row, key, voice, subject, own=own)
        values: dict[str, dict[str, Any]] = {}
        if mapping.items:
            for code in mapping.items:
                name = f"items.{code}"
                if row.has(name) and (value := sheets.read(row, name, name, code)) is not None:
                    values[code] = value
        else:
            item = row.code("item")
            value = sheets.read(row, "item", "value", item)
            if item is not None and value is not None:
                values[item] = value
        if key is None or voice is None or subject is None or row.faulty:
            continue
        if not values:
            row.fault(
                "subject", "intake.blank", "The row holds no mark.", "Fill it in, or leave the row out."
            )
            continue
        by = mapping.by
        if own:
            entered = building.command(
                row, "assessment.enter_self", key=key, voice=voice, subject=subject, values=values
            )
        else:
            entered = building.command(
                row,
                "assessment.enter_sheets",
                key=key,
                voice=voice,
                assessor=assessor,
                sheets={subject: values},
            )
            if assessor is not None and assessor in mapping.accounts:
                by = Actor(mapping.accounts[assessor], assessor, mapping.by.capacity)
        items = ",".join(sorted(values)) if not mapping.items else "*"
        identity = ("mark", key, voice, assessor or "", subject, items)
        yield from building.item([row], identity, entered, by=by)


@dataclass(slots=True)
class _Sheets:
    """What the assessment of a row says of marks, so that every cell is held against it and not only the
    first; without a kind they are only read.  `marked` are the items of the voice."""

    kind: AssessmentKind | None = None
    voice: str = ""
    marked: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        building: Building,
        row: Row,
        key: str | None,
        voice: str | None,
        subject: str | None,
        *,
        own: bool,
    ) -> _Sheets:
        """The assessment of a row, with what it does not have noted where it is named."""
        if key is None or not _KEY.fullmatch(key):
            return cls()
        if key not in building.assessments:
            building.assessments[key] = building.workflow.state(f"assessment/{key}")
        state = building.assessments[key]
        if state.opened is None or state.kind is None:
            _refused(row, "assessment", reasons.UNKNOWN())
            return cls()
        if subject is not None and subject not in state.subjects:
            _refused(row, "subject", reasons.UNKNOWN_SUBJECT(subject=subject))
        voices = [each.code for each in state.kind.voices if (each.standing == "self") == own]
        if voice is None or voice not in voices:
            if voice is not None:
                given = ", ".join(voices) or "none"
                _refused(row, "voice", reasons.UNKNOWN_VOICE(voice=voice, voices=given))
            return cls(state.kind)
        return cls(state.kind, voice, state.kind.marked(voice))

    def read(self, row: Row, named: str, name: str, item: str | None) -> dict[str, Any] | None:
        """The mark in a field on an item, which `named` names; None with what is wrong noted."""
        if item is not None and self.voice and item not in self.marked:
            items = ", ".join(sorted(self.marked))
            _refused(row, named, reasons.UNKNOWN_ITEM(voice=self.voice, item=item, items=items))
            item = None
        return row.read(name, lambda cell: self._fitting(item, _value(row, cell)))

    def _fitting(self, item: str | None, found: dict[str, Any]) -> dict[str, Any]:
        """The mark, if it is one and on the scale.  Raises `CellFault`."""
        try:
            value = Value.model_validate_json(json.dumps(found))
        except ValidationError as error:
            fault = faults_of(error)[0]
            raise CellFault("intake.value", fault.what, fault.remedy) from None
        asked = None if self.kind is None or item is None else self.kind.by_item.get(item)
        if asked is not None and (why := asked.scale.misfit(value)) is not None:
            off = reasons.OFF_SCALE
            raise CellFault(off.code, f"The mark is off the scale of {item}: {why}.", off.remedy)
        return found


def _refused(row: Row, name: str, refusal: Refusal) -> None:
    """Note on a field what the rules would say of it."""
    row.fault(name, refusal.code, refusal.sentence, refusal.remedy)


def _subject(row: Row, cell: Cell) -> str:
    try:
        return row.sheet.unit(cell)
    except CellFault:
        text = written(cell)
        if re.fullmatch(r"p-(?:\d{1,6}|[0-9a-f]{32})@.+", text, re.ASCII):
            return text
        try:
            return row.sheet.people.person(cell)
        except CellFault as fault:
            what = "Neither a unit nor a person is called this."
            raise CellFault("intake.subject", what, f"{fault.remedy} For units see [units].") from None


def _value(row: Row, cell: Cell) -> dict[str, Any]:
    if isinstance(cell, bool):
        return {"passed": cell}
    text = written(cell)
    word = alike(text)
    given = row.sheet.mapping.words.get("value", {}).get(word)
    if given is not None:
        if given in _ABSENT:
            return {"absent": given} | ({} if given == "missing" else {"reason": "stated"})
        return {"passed": given == "passed"} if given in ("passed", "failed") else {"grade": given}
    if re.fullmatch(r"[★☆]+", text):
        stars = text.count("★")
        text = f"{_DIGITS[stars]}星" if 0 < stars <= 10 else text
    if (rate := re.fullmatch(r"(\d{1,9})\s*/\s*(\d{1,9})", text, re.ASCII)) is not None:
        return {"part": int(rate[1]), "whole": int(rate[2])}
    try:
        return {"points": str(cells.number(cell))}
    except CellFault:
        pass
    try:
        return {"grade": row.sheet.code(text, "value", "assessment_grade")}
    except CellFault:
        pass
    if word in _PASSED:
        return {"passed": _PASSED[word]}
    return {"grade": row.sheet.code(text, "value", None)}


# --- points ----------------------------------------------------------------------------------


def points(building: Building) -> Iterator[Item]:
    """What a platform says that people have there: a statement of a third party, with its source."""
    for row in building.rows():
        scheme, item, period = row.text("scheme"), row.text("item"), row.text("period")
        scheme = None if scheme is None else scheme.replace("_", "-")
        person, unit, source = row.person("person"), row.unit("unit"), row.code("source")
        amount, at = row.amount("amount"), row.moment("on")
        if row.faulty or None in (scheme, item, period, amount, at) or at is None or scheme is None:
            for name in ("scheme", "item", "period"):
                if not row.has(name):
                    row.fault(name, "intake.blank", "The cell is empty.", "Fill it in.")
            continue
        current = building.workflow.fact("definition.current", f"definition/{scheme}")
        if current is None:
            row.fault(
                "scheme", "intake.scheme", "No such scheme is in force.", "Adopt it first, or correct it."
            )
            continue
        imported = building.command(
            row,
            "points.import",
            scheme=scheme,
            person=person,
            definition=current[1],
            source=source,
            item=item,
            batch=f"{str(source).replace('_', '-')}.{time_text(at)[:10]}",
            stated_at=at,
            amount=str(amount),
            period=period,
            unit=unit,
        )
        yield from building.item(
            [row], ("points", scheme, str(person), str(source), str(item)), imported, at=None
        )


BUILDERS: Final[Mapping[str, Callable[[Building], Iterator[Item]]]] = {
    "units": units,
    "roster": roster,
    "activities": activities,
    "marks": marks,
    "points": points,
}
