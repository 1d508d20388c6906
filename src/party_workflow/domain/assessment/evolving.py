"""What each event does to an assessment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from party_workflow.domain.assessment.events import (
    AssessmentEvent,
    AssessmentOpened,
    Commented,
    EntriesConfirmed,
    EntriesHeld,
    EntriesMade,
    EntriesQuarantined,
    FinalEntered,
    ModesAssigned,
    OutsideEntered,
    ProblemLinked,
    ProblemNoted,
    QuarantineSettled,
    QuestionsAnswered,
    ReportReceived,
    ResultCited,
    ReviewSettled,
    RoundCited,
    SelfEntered,
    StageEntered,
    SubjectRestored,
    SubjectsSetAside,
)
from party_workflow.domain.assessment.kind import read_kind
from party_workflow.domain.assessment.state import (
    Aside,
    Assessment,
    Citation,
    Held,
    Mark,
    Problem,
    Remark,
    Report,
    Sheet,
    Stage,
)
from party_workflow.domain.assessment.values import Value
from party_workflow.store import Envelope, Recorded

# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Assessment, recorded: Recorded) -> Assessment:
    event, envelope = recorded.event, recorded.envelope
    assert isinstance(event, AssessmentEvent)
    match event:
        case AssessmentOpened():
            opened = Stage(event.stage, envelope.effective_at, _behind(envelope))
            return Assessment(
                stream=envelope.stream,
                opened=event,
                kind=read_kind(event.body),
                stage=event.stage,
                stages=(opened,),
            )
        case ModesAssigned():
            return replace(state, modes={**state.modes, **event.modes})
        case ReportReceived():
            due = None if state.opened is None else state.opened.due
            late = due is not None and envelope.effective_at > due
            report = Report(event.mode, event.work, envelope.effective_at, late)
            return replace(state, reports={**state.reports, event.subject: report})
        case SelfEntered():
            sheets = {event.subject: event.values}
            return _entered(state, envelope, event.voice, "", sheets, _behind(envelope))
        case EntriesMade() | FinalEntered() | OutsideEntered():
            return _entered(state, envelope, event.voice, event.assessor, event.sheets, _behind(envelope))
        case EntriesQuarantined():
            held = Held(
                event.voice,
                event.assessor,
                _behind(envelope),
                envelope.effective_at,
                event.sheets,
                event.conflicts,
            )
            quarantine = {**state.quarantine, envelope.event_id: held}
            return replace(state, quarantine=quarantine, touched=envelope.recorded_at)
        case QuarantineSettled():
            return _settled(state, event, envelope)
        case EntriesHeld():
            return _held(state, event, envelope)
        case ReviewSettled():
            return _settled(state, event, envelope)
        case EntriesConfirmed():
            return _confirmed(state, event, envelope)
        case SubjectsSetAside():
            aside = {subject: Aside(event.status, event.reason) for subject in event.subjects}
            return replace(state, aside={**state.aside, **aside}, touched=envelope.recorded_at)
        case SubjectRestored():
            kept = {subject: aside for subject, aside in state.aside.items() if subject != event.subject}
            return replace(state, aside=kept, touched=envelope.recorded_at)
        case QuestionsAnswered():
            answers = {**state.answers.get(event.subject, {}), **event.answers}
            return replace(state, answers={**state.answers, event.subject: answers})
        case Commented():
            remark = Remark(event.subject, _behind(envelope), envelope.effective_at, event.text)
            return replace(state, comments=(*state.comments, remark))
        case ProblemNoted():
            problem = Problem(event.problem, event.subject, event.item, event.text)
            return replace(state, problems=(*state.problems, problem))
        case ProblemLinked():
            problems = (
                replace(item, case=event.case) if item.number == event.problem else item
                for item in state.problems
            )
            return replace(state, problems=tuple(problems))
        case RoundCited():
            return replace(state, rounds=state.rounds | {event.round})
        case StageEntered():
            entered = Stage(event.stage, envelope.effective_at, _behind(envelope))
            return replace(state, stage=event.stage, stages=(*state.stages, entered))
        case ResultCited():
            citation = Citation(event.publication, event.position, event.digest, event.known)
            return replace(state, citations=(*state.citations, citation))
        case _:
            assert_never(event)


def _behind(envelope: Envelope) -> tuple[str, ...]:
    return (envelope.person,) if envelope.delegate_of is None else (envelope.person, envelope.delegate_of)


def _entered(
    state: Assessment,
    envelope: Envelope,
    voice: str,
    assessor: str,
    sheets: Mapping[str, Mapping[str, Value]],
    by: tuple[str, ...],
    *,
    entry: str | None = None,
    at: datetime | None = None,
    confirmed: bool = False,
) -> Assessment:
    known = None if state.kind is None else state.kind.by_voice.get(voice)
    desk = (voice, assessor if known is not None and known.jury else "")
    entry, at = entry or envelope.event_id, at or envelope.effective_at
    found = dict(state.marks.get(desk, {}))
    for subject, values in sheets.items():
        marks = {item: Mark(value, entry, by, at, confirmed) for item, value in values.items()}
        found[subject] = {**found.get(subject, {}), **marks}
    return replace(state, marks={**state.marks, desk: found}, touched=envelope.recorded_at)


def _held(state: Assessment, event: EntriesHeld, envelope: Envelope) -> Assessment:
    """The marks leave the sheets, so that nothing counts them, and go into quarantine."""
    given = state.given(event.entry, event.subject)
    if given is None:
        return state
    desk, marks = given
    sheets = dict(state.marks[desk])
    left = {item: mark for item, mark in sheets[event.subject].items() if item not in marks}
    if left:
        sheets[event.subject] = left
    else:
        del sheets[event.subject]
    first = next(iter(marks.values()))
    held = Held(
        event.voice,
        event.assessor,
        first.by,
        first.at,
        {event.subject: {item: mark.value for item, mark in marks.items()}},
        {},
        review=True,
        taken_from=event.entry,
    )
    return replace(
        state,
        marks={**state.marks, desk: sheets},
        quarantine={**state.quarantine, envelope.event_id: held},
        reviewed=state.reviewed | {(event.entry, event.subject)},
        touched=envelope.recorded_at,
    )


def _settled(state: Assessment, event: QuarantineSettled | ReviewSettled, envelope: Envelope) -> Assessment:
    held = state.quarantine.get(event.entry)
    if held is None:
        return state
    left = {entry: item for entry, item in state.quarantine.items() if entry != event.entry}
    state = replace(state, quarantine=left, touched=envelope.recorded_at)
    if not event.released:
        return replace(state, dismissed={**state.dismissed, event.entry: held})
    entry = held.taken_from or event.entry
    return _entered(state, envelope, held.voice, held.assessor, held.sheets, held.by, entry=entry, at=held.at)


def _confirmed(state: Assessment, event: EntriesConfirmed, envelope: Envelope) -> Assessment:
    entered_by = frozenset(event.entered_by)
    marks = {
        desk: {**sheets, **dict(_confirmed_sheets(sheets, event.subjects, entered_by))}
        if desk[0] == event.voice
        else sheets
        for desk, sheets in state.marks.items()
    }
    return replace(state, marks=marks, touched=envelope.recorded_at)


def _confirmed_sheets(
    sheets: Mapping[str, Sheet], subjects: Iterable[str], entered_by: frozenset[str]
) -> Iterator[tuple[str, Sheet]]:
    for subject in subjects:
        if subject in sheets:
            yield (
                subject,
                {
                    item: replace(mark, confirmed=True) if entered_by.issuperset(mark.by) else mark
                    for item, mark in sheets[subject].items()
                },
            )
