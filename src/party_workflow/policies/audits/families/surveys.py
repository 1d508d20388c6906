"""Surveys: answers that were coached or chose themselves, too few, or collected by whom they are about.

A survey says its frame, sample, mode, days, answers and who collected them (R-098).  Whoever reads a rate
should know what is odd about where it came from; that a sample is small or answers few is nobody's fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from party_workflow.domain import observation
from party_workflow.domain.observation import ObservationRecorded, SeriesOpened, Survey
from party_workflow.policies.audits.asked import Asked, of
from party_workflow.policies.audits.asking import AuditPolicy, Question
from party_workflow.policies.audits.finding import AuditFinding
from party_workflow.policies.figure import Evidence


@dataclass(slots=True)
class _Surveyed:
    """A series that is a survey: how it came about, its unit, and the rows of each subject."""

    stream: str
    unit: str
    survey: Survey
    opened: Evidence
    rows: dict[str, list[Evidence]] = field(default_factory=dict)


def _surveys(asked: Asked) -> list[_Surveyed]:
    found: dict[str, _Surveyed] = {}
    for item in asked.history.events(SeriesOpened, ObservationRecorded):
        stream, event = item.envelope.stream, item.event
        match event:
            case SeriesOpened() if event.survey is not None and not asked.hides(stream):
                found[stream] = _Surveyed(stream, event.unit, event.survey, of(item))
            case ObservationRecorded() if stream in found:
                found[stream].rows.setdefault(event.subject, []).append(of(item))
            case _:
                pass
    return list(found.values())


def _chosen(asked: Asked) -> Iterator[AuditFinding]:
    """Those asked were told what to say, or decided themselves to answer."""
    clause = "audit.survey_not_comparable"
    for each in _surveys(asked):
        grounds = ["coached"] if each.survey.coached else []
        grounds += [each.survey.selection] if each.survey.selection == "self_selected" else []
        if grounds and len(each.rows) >= asked.value(clause, "rows"):
            events = (each.opened, *(event for rows in each.rows.values() for event in rows))
            number = asked.number(clause, "answers", each.survey.responses, (each.opened,))
            yield asked.found(clause, (each.stream, each.unit), events, number, codes=grounds)


def _few(asked: Asked) -> Iterator[AuditFinding]:
    """So few answers that no rate should be shown, or so small a share of those asked."""
    clause = "audit.survey_few_answers"
    for each in _surveys(asked):
        said = each.survey
        share = Fraction(said.responses, said.sample) if said.sample else Fraction(0)
        if said.responses < asked.value(clause, "answers") or share < asked.value(clause, "share"):
            events = (each.opened,)
            yield asked.found(
                clause,
                (each.stream, each.unit),
                events,
                asked.number(clause, "answers", said.responses, events),
                asked.number(clause, "people_asked", said.sample, events),
                asked.number(clause, "share_answered", share, events),
                codes=(said.frame, said.mode),
            )


def _own(asked: Asked) -> Iterator[AuditFinding]:
    """Whoever the values are about collected them."""
    clause = "audit.survey_of_oneself"
    for each in _surveys(asked):
        rows = each.rows.get(each.survey.collected_by, [])
        if rows and len(rows) >= asked.value(clause, "rows"):
            number = asked.count(clause, "rows", rows)
            yield asked.found(clause, (each.survey.collected_by, each.stream), (each.opened, *rows), number)


SURVEYS: Final = AuditPolicy(
    code="surveys",
    version=1,
    holds="Every survey was answered by enough people, freely, and collected by others",
    questions=(
        Question("audit.survey_not_comparable", ("rows",), _chosen),
        Question("audit.survey_few_answers", ("answers", "share"), _few),
        Question("audit.survey_of_oneself", ("rows",), _own),
    ),
    reads=observation.DECIDER.events,
)
"""Where the figures of surveys came from."""
