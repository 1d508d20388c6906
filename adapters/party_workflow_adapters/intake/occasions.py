"""Rows of occasions: who was there, a row for each person or lists of many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from party_workflow.domain.activity import UNKNOWN_PERSON
from party_workflow_adapters.intake import cells
from party_workflow_adapters.intake.cells import alike, written
from party_workflow_adapters.intake.items import KEY, Building, Item, command_id, refused
from party_workflow_adapters.intake.problems import CellFault
from party_workflow_adapters.intake.rows import Row

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
            _strangers(building, session.at, session.more["population"], session.named)
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
        people = _named(row)  # who are looked at in any case
        if at is not None:
            _strangers(building, at, population, people)
        return None
    if key is None:
        hour = f".{begins:%H%M}" if begins is not None else ""
        key = f"{unit.removeprefix('u-')}.{kind.replace('_', '-')}.{day:%Y%m%d}{hour}"
    key = key.casefold().replace("_", "-")
    if not KEY.fullmatch(key):
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
    units = {session.unit: "unit"}
    yield from building.item(session.rows, session.identity, planned, held, at=session.at, units=units)


def _named(row: Row) -> list[Named]:
    """Whom a row names as having been there or not."""
    if "person" in row.sheet.mapping.columns:
        person = row.person("person")
        return [] if person is None else [(person, row, "person")]
    return [(person, row, name) for name in _LISTS for person in row.people(name)]


def _strangers(building: Building, at: datetime, population: str | None, named: Sequence[Named]) -> None:
    """Note all who do not stand in the organisation when an occasion is, where they are named."""
    people = tuple(dict.fromkeys(person for person, *_ in named))
    known = set(building.workflow.fact("organisation.known", "organisation", people=people, at=at))
    if population is not None and KEY.fullmatch(population):
        known.update(building.workflow.fact("population.people", f"population/{population}", at=at))
    for person, row, name in named:
        if person not in known:
            refused(row, name, UNKNOWN_PERSON(person=person))


def _counted(building: Building, session: _Session, population: str | None) -> frozenset[str]:
    """Who would be expected: the population as of then, or the people of the unit."""
    if population is not None:
        found = building.workflow.fact("population.people", f"population/{population}", at=session.at)
    else:
        found = building.workflow.fact(
            "organisation.people", "organisation", unit=session.unit, at=session.at, having=(), without=()
        )
    return frozenset(found)
