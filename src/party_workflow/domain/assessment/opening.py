"""What is decided when an assessment is opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from party_workflow.decider import Answer, Context
from party_workflow.domain.assessment.commands import (
    OpenAssessment,
)
from party_workflow.domain.assessment.events import (
    AssessmentOpened,
)
from party_workflow.domain.assessment.kind import AssessmentKind, read_kind
from party_workflow.domain.assessment.reasons import (
    NAMED_TWICE,
    NO_SUBJECTS,
    NOT_IN_FORCE,
    NOT_THERE,
    OTHER_PERIOD,
    UNKNOWN_ROUND,
    UNKNOWN_UNIT,
    WRONG_SUBJECT,
)
from party_workflow.domain.assessment.state import people_in
from party_workflow.domain.assessment.values import person_of, unit_of
from party_workflow.errors import InvalidDefinition, Refusal


def is_of(stream: str, category: str) -> bool:
    return stream.partition("/")[0] == category


# --- opening ---------------------------------------------------------------------------------


def open_assessment(command: OpenAssessment, context: Context) -> Answer:
    body, current, unit_open, lines, *rounds = context.facts
    kind = _kind(command, body, current)
    if isinstance(kind, Refusal):
        return kind
    if not unit_open:
        return UNKNOWN_UNIT(unit=command.unit)
    if kind.every is not None and command.period.kind != kind.every:
        return OTHER_PERIOD(period=command.period, kind=kind.code, every=kind.every)
    subjects = sorted(set(command.subjects))
    if twice := sorted(subject for subject, times in Counter(command.subjects).items() if times > 1):
        return NAMED_TWICE(subjects=", ".join(twice))
    if not subjects:
        return NO_SUBJECTS()
    units: dict[str, str] = {}
    for subject in subjects:
        if _sort(subject) != kind.subjects:
            return WRONG_SUBJECT(subject=subject, subjects=kind.subjects, kind=kind.code)
        person = person_of(subject)
        line = lines.get(unit_of(subject) or subject, ())
        if command.unit not in line or (person is not None and not lines.get(person)):
            return NOT_THERE(subject=subject, unit=command.unit)
        units[subject] = line[0]
    for stream in command.rounds:
        if not is_of(stream, "rating") or rounds.pop(0) is None:
            return UNKNOWN_ROUND(round=stream)
    return [
        AssessmentOpened(
            kind=kind.code,
            definition=command.definition,
            body=kind.data(),
            stage=kind.table.initial,
            unit=command.unit,
            period=command.period,
            subjects=units,
            people=people_in(subjects),
            due=command.due,
            rounds=tuple(sorted(set(command.rounds))),
            rules=tuple(sorted(set(command.rules))),
            serves=tuple(sorted(set(command.serves), key=lambda item: (item.campaign, item.task))),
        )
    ]


def _kind(
    command: OpenAssessment, body: Mapping[str, Any] | None, current: tuple[int, str] | None
) -> AssessmentKind | Refusal:
    lacking = NOT_IN_FORCE(kind=command.kind, definition=command.definition)
    if body is None or current is None or current[1] != command.definition:
        return lacking
    try:
        kind = read_kind(body)
    except InvalidDefinition:
        return lacking
    return kind if kind.code == command.kind else lacking


def _sort(subject: str) -> str:
    if person_of(subject) is None:
        return "units"
    return "posts" if "@" in subject else "people"
