"""Rows of marks on an assessment, each held against the scale of its item."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from pydantic import ValidationError

from party_workflow.codec import faults_of
from party_workflow.domain.assessment import AssessmentKind, Value, reasons
from party_workflow.store import Actor
from party_workflow_adapters.intake import cells
from party_workflow_adapters.intake.cells import Cell, alike, written
from party_workflow_adapters.intake.items import KEY, Building, Item, refused
from party_workflow_adapters.intake.problems import CellFault
from party_workflow_adapters.intake.rows import Row

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
        if key is None or not KEY.fullmatch(key):
            return cls()
        if key not in building.assessments:
            building.assessments[key] = building.workflow.state(f"assessment/{key}")
        state = building.assessments[key]
        if state.opened is None or state.kind is None:
            refused(row, "assessment", reasons.UNKNOWN())
            return cls()
        if subject is not None and subject not in state.subjects:
            refused(row, "subject", reasons.UNKNOWN_SUBJECT(subject=subject))
        voices = [each.code for each in state.kind.voices if (each.standing == "self") == own]
        if voice is None or voice not in voices:
            if voice is not None:
                given = ", ".join(voices) or "none"
                refused(row, "voice", reasons.UNKNOWN_VOICE(voice=voice, voices=given))
            return cls(state.kind)
        return cls(state.kind, voice, state.kind.marked(voice))

    def read(self, row: Row, named: str, name: str, item: str | None) -> dict[str, Any] | None:
        """The mark in a field on an item, which `named` names; None with what is wrong noted."""
        if item is not None and self.voice and item not in self.marked:
            items = ", ".join(sorted(self.marked))
            refused(row, named, reasons.UNKNOWN_ITEM(voice=self.voice, item=item, items=items))
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
