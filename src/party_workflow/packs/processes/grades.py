"""What is proposed after a low grade: an interview, and putting right within a time (约谈、限期整改; R-047).

Nothing is issued.  Accountability is never proposed: that something is serious is stated with its ground by
whoever opens it, and does not follow from a rank or a grade.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from party_workflow import canonical
from party_workflow.calendar import Calendar, Term
from party_workflow.domain import assessment, case, procedure
from party_workflow.domain.assessment import Assessment
from party_workflow.domain.case import Case, OpenCase
from party_workflow.domain.definition import DefinitionAdopted
from party_workflow.domain.procedure import OpenProcedure, Procedure
from party_workflow.history import History
from party_workflow.packs.processes.folding import Matter, matters, put
from party_workflow.personal import Personal
from party_workflow.policies.consequences.snapshots import Snapshot, snapshot
from party_workflow.processes import Follows, ProcessManager, Proposal, surveying

LOW: Final = frozenset({"fair", "poor"})
"""The composite grades that have consequences (一般、差)."""

INTERVIEW, RECTIFY, REVIEW = "issue_interview", "issue_rectification", "review_ground"
"""What is proposed: to invite, to set a time for putting right, and to look again when the grade changed."""


@dataclass(frozen=True, slots=True)
class LowGrade:
    """A low grade that finally counts for a subject, with the entry (event id) that it rests on."""

    subject: str
    unit: str
    grade: str
    entry: str
    at: datetime


def low_grades(state: Assessment, low: frozenset[str] = LOW) -> Iterator[LowGrade]:
    """The low grades that stand in the final voices of an assessment, confirmed where they have to be."""
    if state.kind is None:
        return
    graded = {item.code for item in state.kind.items if item.scale.type == "grades"}
    for voice in state.kind.voices:
        if voice.standing != "final":
            continue
        for desk in state.desks(voice.code):
            for subject, sheet in sorted(desk.items()):
                if subject in state.aside or subject not in state.subjects:
                    continue
                for item, mark in sorted(sheet.items()):
                    settled = mark.confirmed or not voice.confirmed
                    if item in graded and settled and mark.value.grade in low:
                        yield LowGrade(
                            subject, state.subjects[subject], mark.value.grade or "", mark.entry, mark.at
                        )


def consequence_key(what: str, stream: str, subject: str) -> str:
    """The key that the commands proposed give to what they open."""
    return f"{what}-{canonical.digest([stream, subject])[:24]}"


def consequences(
    calendar: Calendar, rectification: str, interview: str, term: Term, low: frozenset[str] = LOW
) -> ProcessManager[None]:
    """A final grade of fair or poor proposes an interview and a case with a time for putting right (R-047).

    Each names the command that would do it, for somebody with the duty to give under their own name.  A
    proposal lapses once that was done, and when the grade is corrected so that it is low no more.  What was
    issued by then is marked: looking at its ground again is proposed.  `rectification` and `interview` are
    the digests of the kinds ``finding`` and ``interview`` as adopted; `term` is the time for putting right.
    """

    def survey(history: History, at: datetime) -> Follows:
        cases, talks = matters(history, case.DECIDER), matters(history, procedure.DECIDER)
        found = list[Proposal]()
        snapshots = _asks_for_a_snapshot(history, interview)
        for stream, matter in matters(history, assessment.DECIDER).items():
            standing = {item.subject: item for item in low_grades(matter.state, low)}
            for item in standing.values():
                if item.at > at:
                    continue
                if _talk(talks, stream, item.subject) is None:
                    said = snapshot(history, stream) if snapshots else None
                    command = _interview(stream, item, interview, said)
                    found.append(put(item.subject, INTERVIEW, item.grade, item.entry, item.unit, command))
                if _case(cases, stream, item.subject) is None:
                    case_command = _rectification(stream, item, rectification, calendar, term, at)
                    found.append(put(item.subject, RECTIFY, item.grade, item.entry, item.unit, case_command))
            for subject in matter.state.subjects:
                if subject in standing:
                    continue
                cause = matter.since()
                unit = matter.state.subjects[subject]
                talk, opened = _talk(talks, stream, subject), _case(cases, stream, subject)
                if talk is not None and not _over(talks[talk].state):
                    found.append(put(talk, REVIEW, "grade_corrected", cause, unit))
                if opened is not None and not cases[opened].state.final:
                    found.append(put(opened, REVIEW, "grade_corrected", cause, unit))
        return found

    reads = (*assessment.DECIDER.events, *case.DECIDER.events, *procedure.DECIDER.events)
    return surveying("consequences-of-grades", reads, survey, proposes=(INTERVIEW, RECTIFY, REVIEW))


def _asks_for_a_snapshot(history: History, interview: str) -> bool:
    """Whether the kind of interview cites the result as it stood; its first version did not."""
    for item in history.events(DefinitionAdopted):
        assert isinstance(item.event, DefinitionAdopted)
        if item.event.digest == interview:
            kind = procedure.read_kind(item.event.body)
            return kind.by_code[kind.opening].input("position") is not None
    return False


def _interview(stream: str, item: LowGrade, definition: str, said: Snapshot | None) -> OpenProcedure:
    who: dict[str, str | int] = (
        {"invited_unit": item.unit} if item.subject == item.unit else {"invited": _person(item.subject)}
    )
    result: dict[str, str | int] = {}
    if said is not None:
        result = {"result": said.digest, "position": said.position}
    return OpenProcedure(
        key=consequence_key("interview", stream, item.subject),
        kind="interview",
        definition=definition,
        unit=item.unit,
        given={**who, **result, "ground": stream, "grade": item.grade},
    )


def _rectification(
    stream: str, item: LowGrade, definition: str, calendar: Calendar, term: Term, at: datetime
) -> OpenCase:
    concerned = () if item.subject == item.unit else (_person(item.subject),)
    return OpenCase(
        key=consequence_key("rectify", stream, item.subject),
        kind="finding",
        definition=definition,
        unit=item.unit,
        substance=Personal(f"{stream}: graded {item.grade}; to be put right in time."),
        concerns=concerned,
        source=stream,
        classes=(item.grade,),
        due=calendar.deadline(at, term).due,
    )


def _person(subject: str) -> str:
    return subject.partition("@")[0]


def _talk(talks: Mapping[str, Matter[Procedure]], stream: str, subject: str) -> str | None:
    """The interview that was issued on this ground, if any: under the key proposed, or another one."""
    expected = f"procedure/{consequence_key('interview', stream, subject)}"
    if expected in talks:
        return expected
    for name, matter in talks.items():
        state = matter.state
        if state.kind is None or state.kind.code != "interview" or stream not in state.said("ground"):
            continue
        if {_person(subject)} & {str(who) for who in (*state.said("invited"), *state.said("invited_unit"))}:
            return name
    return None


def _over(state: Procedure) -> bool:
    return state.kind is None or state.state in state.kind.table.finals


def _case(cases: Mapping[str, Matter[Case]], stream: str, subject: str) -> str | None:
    """The case that was opened on this ground, if any: under the key proposed, or by its source and grade."""
    expected = f"case/{consequence_key('rectify', stream, subject)}"
    if expected in cases:
        return expected
    for name, matter in cases.items():
        state = matter.state
        about = state.unit == subject or _person(subject) in state.concerns
        if state.source == stream and about and LOW & set(state.classes):
            return name
    return None
