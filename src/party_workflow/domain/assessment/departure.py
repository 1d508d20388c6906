"""Whether an event departs from what the kind and the past allow, decided again from the log alone.

What was answered by other streams then (where an assessor counts, whether a case exists) is not asked again.
"""

from __future__ import annotations

from party_workflow.domain.assessment.commands import EnterSelf, EnterSheets
from party_workflow.domain.assessment.events import (
    AssessmentEvent,
    AssessmentOpened,
    EntriesConfirmed,
    EntriesHeld,
    EntriesMade,
    EntriesQuarantined,
    FinalEntered,
    OutsideEntered,
    ProblemLinked,
    QuarantineSettled,
    QuestionsAnswered,
    ReportReceived,
    ReviewSettled,
    RoundCited,
    SelfEntered,
    StageEntered,
    SubjectRestored,
    SubjectsSetAside,
)
from party_workflow.domain.assessment.guards import CHECKED
from party_workflow.domain.assessment.kind import read_kind
from party_workflow.domain.assessment.marking import ENTERED, refused
from party_workflow.domain.assessment.state import Assessment, people_in
from party_workflow.domain.assessment.values import person_of
from party_workflow.errors import InvalidDefinition, Refusal

_KEY = "departure"


def departure(state: Assessment, event: AssessmentEvent) -> str | None:
    """Why an event cannot have followed from a state; None if it can have."""
    if isinstance(event, AssessmentOpened):
        return _opened(event)
    if state.kind is None:
        return "Nothing was opened before it."
    match event:
        case StageEntered():
            step = state.kind.table.step(state.stage, event.move, CHECKED, state)
            if isinstance(step, Refusal):
                return str(step)
            if (event.source, event.stage) != (step.source, step.dest):
                return f"It says {event.source} to {event.stage}, and the move leads to {step.dest}."
        case SelfEntered():
            place = (state.subjects.get(event.subject), person_of(event.subject))
            if place != (event.unit, event.person):
                return "It names another unit or person than the subject's."
        case EntriesMade() | FinalEntered() | OutsideEntered():
            voice = state.kind.by_voice.get(event.voice)
            if voice is None or ENTERED.get(voice.standing) is not type(event):
                return f"{event.voice} is no voice of this standing."
        case _:
            pass
    return _stated(state, event) or _marks(state, event)


def _opened(event: AssessmentOpened) -> str | None:
    try:
        kind = read_kind(event.body)
    except InvalidDefinition as error:
        return f"Its kind is none: {error}"
    if (kind.code, kind.digest, kind.table.initial) != (event.kind, event.definition, event.stage):
        return "Its body is not the kind that it names, or it does not begin at the beginning."
    return (
        None if event.people == people_in(event.subjects) else "It leaves people among its subjects unnamed."
    )


def _stated(state: Assessment, event: AssessmentEvent) -> str | None:
    """Whether what an event says of persons, on which authority rests, is what the past says."""
    match event:
        case EntriesMade() | FinalEntered() | OutsideEntered() | EntriesQuarantined():
            named, meant = event.people, people_in(event.sheets)
        case EntriesConfirmed():
            pending = state.pending(event.voice)
            if not set(event.subjects) <= pending.keys():
                return "It confirms what does not wait for it."
            by = {person for subject in event.subjects for person in pending[subject]}
            named, meant = event.entered_by, tuple(sorted(by))
        case QuarantineSettled() | ReviewSettled():
            held = state.quarantine.get(event.entry)
            if held is None or held.review is not isinstance(event, ReviewSettled):
                return "It settles what is not in quarantine."
            named, meant = event.entered_by, tuple(sorted(set(held.by)))
        case EntriesHeld():
            given = state.given(event.entry, event.subject)
            if given is None or given[0][0] != event.voice:
                return "It puts aside what does not stand."
            behind = {person for mark in given[1].values() for person in mark.by}
            named, meant = event.entered_by, tuple(sorted(behind))
        case SubjectsSetAside():
            named, meant = event.people, people_in(event.subjects)
        case SubjectRestored():
            named, meant = event.people, people_in((event.subject,))
        case QuestionsAnswered():
            if state.subjects.get(event.subject) != event.unit:
                return "It names another unit than the subject's."
            return None
        case ReportReceived():
            known = state.modes.get(event.subject) == event.mode and event.subject not in state.reports
            return None if known else "Its subject reports otherwise, or reported before."
        case ProblemLinked():
            known = 1 <= event.problem <= len(state.problems)
            return None if known else "There is no such problem."
        case RoundCited():
            return None if event.round in state.open_rounds else "The round is not linked, or was cited."
        case _:
            return None
    return None if named == meant else f"It names {', '.join(named) or 'nobody'} where others are meant."


def _marks(state: Assessment, event: AssessmentEvent) -> str | None:
    """Whether marks are on their scales, of known subjects and items, and stand for the first time."""
    assert state.kind is not None
    match event:
        case SelfEntered():
            own = EnterSelf(
                key=_KEY,
                voice=event.voice,
                subject=event.subject,
                values=event.values,
                corrects=event.corrects,
                ground=event.ground,
            )
            refusal = refused(own, {event.subject: event.values}, "", state, state.kind)
        case EntriesMade() | FinalEntered() | OutsideEntered() | EntriesQuarantined():
            corrects = ground = None
            if not isinstance(event, EntriesQuarantined):
                corrects, ground = event.corrects, event.ground
            sheets = EnterSheets(
                key=_KEY,
                voice=event.voice,
                assessor=event.assessor,
                sheets=event.sheets,
                corrects=corrects,
                ground=ground,
            )
            refusal = refused(sheets, event.sheets, event.assessor, state, state.kind)
        case _:
            return None
    return None if refusal is None else str(refusal)
