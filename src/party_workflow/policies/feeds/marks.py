"""The feeds of assessments: marks as they stand, and the subjects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from party_workflow.domain.assessment import (
    AssessmentOpened,
    EntriesConfirmed,
    EntriesHeld,
    EntriesMade,
    EntriesQuarantined,
    FinalEntered,
    OutsideEntered,
    QuarantineSettled,
    ReviewSettled,
    SelfEntered,
    StageEntered,
    SubjectRestored,
    SubjectsSetAside,
    Value,
    read_kind,
)
from party_workflow.errors import InvalidDefinition
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.feeds.lines import (
    NONE,
    SERVES,
    Line,
    Reads,
    campaigns,
    code,
    in_order,
    key,
    line,
    number,
)
from party_workflow.policies.figure import Absent
from party_workflow.policies.policy import Row

_SHEETS: Final = ("voice", "assessor", "sheets")

READS: Final[Reads] = {
    AssessmentOpened: ("kind", "body", "unit", "period", "subjects", "stage", "serves"),
    SelfEntered: ("voice", "subject", "values"),
    EntriesMade: _SHEETS,
    FinalEntered: _SHEETS,
    OutsideEntered: _SHEETS,
    EntriesQuarantined: _SHEETS,
    QuarantineSettled: ("entry", "released"),
    EntriesHeld: ("entry", "voice", "assessor", "subject"),
    ReviewSettled: ("entry", "released"),
    EntriesConfirmed: ("voice", "subjects", "entered_by"),
    SubjectsSetAside: ("subjects", "status", "reason"),
    SubjectRestored: ("subject",),
    StageEntered: ("stage",),
}

_Key = tuple[str, str, str, str]
"""Voice, desk, subject, item."""


@dataclass(slots=True)
class _Mark:
    line: Line
    key: _Key
    entry: str
    by: frozenset[str]
    index: int
    """Its place among the marks of its entry."""


@dataclass(slots=True)
class _Assessment:
    shared: dict[str, Cell]
    jury: frozenset[str]
    confirmed: frozenset[str]
    subjects: dict[str, Line]
    marks: dict[_Key, _Mark] = field(default_factory=dict)
    aside: dict[str, list[_Mark]] = field(default_factory=dict)
    """By the id under which they stand in quarantine or under review."""
    dismissed: list[_Mark] = field(default_factory=list)


@dataclass(slots=True)
class _State:
    found: dict[str, _Assessment] = field(default_factory=dict)


def _evolve(state: _State, row: Row) -> _State:
    if row.kind is AssessmentOpened:
        state.found[row.stream] = _opened(row)
        return state
    found = state.found.get(row.stream)
    if found is None:
        return state
    if row.kind is SelfEntered:
        _enter(found, row, row["voice"], "", {row["subject"]: row["values"]})
    elif row.kind in (EntriesMade, FinalEntered, OutsideEntered):
        _enter(found, row, row["voice"], row["assessor"], row["sheets"])
    elif row.kind is EntriesQuarantined:
        found.aside[row.event_id] = list(_marks(found, row, row["voice"], row["assessor"], row["sheets"]))
    elif row.kind is EntriesHeld:
        _hold(found, row)
    elif row.kind in (QuarantineSettled, ReviewSettled):
        _settle(found, row)
    elif row.kind is EntriesConfirmed:
        entered_by = frozenset(row["entered_by"])
        for mark in found.marks.values():
            if mark.key[0] == row["voice"] and mark.key[2] in row["subjects"] and entered_by >= mark.by:
                mark.line.change(row, standing="confirmed")
    elif row.kind is SubjectsSetAside:
        for subject in row["subjects"]:
            if subject in found.subjects:
                found.subjects[subject].change(row, aside=row["status"], reason=row["reason"])
    elif row.kind is SubjectRestored:
        if (restored := found.subjects.get(row["subject"])) is not None:
            restored.change(row, aside="no", reason=NONE)
    elif row.kind is StageEntered:
        found.shared["stage"] = row["stage"]
    return state


def _opened(row: Row) -> _Assessment:
    shared: dict[str, Cell] = {
        "assessment": key(row.stream),
        "kind": row["kind"],
        "period": str(row["period"]),
        "stage": row["stage"],
        **campaigns(row["serves"]),
    }
    try:
        voices = read_kind(row["body"]).voices
    except InvalidDefinition:  # written underneath the API; the audit says so elsewhere
        voices = ()
    subjects = {
        subject: line(row, subject=subject, unit=unit, aside="no", reason=NONE)
        for subject, unit in row["subjects"].items()
    }
    return _Assessment(
        shared,
        frozenset(voice.code for voice in voices if voice.jury),
        frozenset(voice.code for voice in voices if voice.confirmed),
        subjects,
    )


def _marks(
    found: _Assessment,
    row: Row,
    voice: str,
    assessor: str,
    sheets: Mapping[str, Mapping[str, Value]],
    standing: str = "quarantined",
) -> Iterable[_Mark]:
    desk = assessor if voice in found.jury else ""
    index = 0
    for subject, values in sheets.items():
        for item, value in values.items():
            made = line(
                row,
                subject=subject,
                voice=voice,
                assessor=assessor or NONE,
                item=item,
                standing=standing,
                **_cells(value),
            )
            yield _Mark(made, (voice, desk, subject, item), row.event_id, frozenset({row.person}), index)
            index += 1


def _cells(value: Value) -> dict[str, Cell]:
    cell: Cell
    if value.absent is not None:
        cell, form = Absent(value.absent), "absent"
    elif value.grade is not None:
        cell, form = value.grade, "grade"
    elif value.passed is not None:
        cell, form = Fraction(value.passed), "passed"
    elif value.points is not None:
        cell, form = Fraction(value.points), "points"
    else:
        part, whole = value.part or 0, value.whole or 0
        cell, form = Fraction(part, whole) if whole else NONE, "rate"
    return {
        "value": cell,
        "form": form,
        "part": number(value.part),
        "whole": number(value.whole),
        "reason": code(value.reason),
        "proofs": Fraction(len(value.proofs)),
    }


def _enter(
    found: _Assessment,
    row: Row,
    voice: str,
    assessor: str,
    sheets: Mapping[str, Mapping[str, Value]],
) -> None:
    standing = "provisional" if voice in found.confirmed else "confirmed"
    for mark in _marks(found, row, voice, assessor, sheets, standing):
        _put(found, mark)


def _put(found: _Assessment, mark: _Mark) -> None:
    """A mark in its place; that of before is what it rests on besides."""
    before = found.marks.pop(mark.key, None)
    if before is not None:
        mark.line.evidence = tuple(dict.fromkeys((*before.line.evidence, *mark.line.evidence)))
    found.marks[mark.key] = mark


def _hold(found: _Assessment, row: Row) -> None:
    held = [
        mark for mark in found.marks.values() if mark.entry == row["entry"] and mark.key[2] == row["subject"]
    ]
    for mark in held:
        del found.marks[mark.key]
        mark.line.change(row, standing="under_review")
    found.aside[row.event_id] = held


def _settle(found: _Assessment, row: Row) -> None:
    for mark in found.aside.pop(row["entry"], ()):
        if row["released"]:
            mark.line.change(row, standing="provisional" if mark.key[0] in found.confirmed else "confirmed")
            _put(found, mark)
        else:
            mark.line.change(row, standing="dismissed")
            found.dismissed.append(mark)


def _facts(state: _State) -> Iterable[Fact]:
    given = [
        (mark, found)
        for found in state.found.values()
        for mark in (
            *found.marks.values(),
            *(mark for marks in found.aside.values() for mark in marks),
            *found.dismissed,
        )
    ]
    for mark, found in sorted(given, key=lambda pair: (pair[0].line.position, pair[0].index)):
        subject = found.subjects.get(mark.key[2])
        own: dict[str, Cell] = {"unit": NONE, "aside": "no"}
        if subject is not None:
            own = {name: subject.columns[name] for name in own}
        yield mark.line.fact(**found.shared, **own)


def _subjects(state: _State) -> Iterable[Fact]:
    return in_order(
        subject.fact(**found.shared) for found in state.found.values() for subject in found.subjects.values()
    )


_SHARED: Final = {
    "stream": "The stream of the assessment.",
    "assessment": "Its key.",
    "kind": "The kind of assessment.",
    "period": "The period that it is about.",
    "stage": "The stage that it is in.",
    **SERVES,
    "subject": "Who is assessed: a person, a unit, or a person in a post.",
    "unit": "The unit that the subject counted in at the opening.",
    "aside": "excused or missing where the subject was set aside, otherwise no.",
}

MARKS: Final = Feed(
    name="marks",
    reads=READS,
    columns={
        **_SHARED,
        "voice": "Who marks: the voice of the kind.",
        "assessor": "The person who marked, none for a subject's own marks.",
        "item": "What is marked.",
        "value": "The mark: a number (1 for passed, 0 for not), a grade, or how it is absent.",
        "form": "passed, grade, points, rate or absent.",
        "part": "Of a rate the part.",
        "whole": "Of a rate the whole.",
        "reason": "Why it is absent, where that was said.",
        "proofs": "How many pieces of evidence stand behind it.",
        "standing": "confirmed, provisional, quarantined, under_review or dismissed.",
    },
    initial=_State,
    evolve=_evolve,
    facts=_facts,
)
"""Marks as last entered by each desk.  What was dismissed stays visible as that."""

SUBJECTS: Final = Feed(
    name="subjects",
    reads=READS,
    columns={**_SHARED, "reason": "Why the subject was set aside."},
    initial=_State,
    evolve=_evolve,
    facts=_subjects,
)
"""The subjects of assessments, a row each."""
