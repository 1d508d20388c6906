"""The state of an assessment, and what each event does to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from party_workflow.domain.assessment.events import (
    AssessmentEvent,
    AssessmentOpened,
    Commented,
    EntriesConfirmed,
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
    RoundCited,
    SelfEntered,
    StageEntered,
    SubjectRestored,
    SubjectsSetAside,
)
from party_workflow.domain.assessment.kind import AssessmentKind, read_kind
from party_workflow.domain.assessment.values import Answer, Value, person_of
from party_workflow.domain.vocabulary import Work
from party_workflow.personal import Sealed
from party_workflow.store import Envelope, Recorded

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """A value that stands, the entry (event id) that it rests on, by whom, and whether confirmed."""

    value: Value
    entry: str
    by: tuple[str, ...]
    at: datetime
    confirmed: bool = False


Sheet = Mapping[str, Mark]
"""Marks by item."""


@dataclass(frozen=True, slots=True)
class Held:
    """Marks in quarantine."""

    voice: str
    assessor: str
    by: tuple[str, ...]
    at: datetime
    sheets: Mapping[str, Mapping[str, Value]]
    conflicts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """A report that came in: how, as which work, when, and whether that was after it was due."""

    mode: str
    work: str
    at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment on a subject: by whom, when, sealed."""

    subject: str
    by: tuple[str, ...]
    at: datetime
    text: Sealed


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem noted; `case` is None until it stands in the ledger."""

    number: int
    subject: str
    item: str | None
    text: Sealed
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """How a subject is set aside, and why."""

    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage, when it was entered, and by whom."""

    stage: str
    at: datetime
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """A publication of the result."""

    publication: str
    position: int
    digest: str
    known: datetime


@dataclass(frozen=True, slots=True)
class AssessmentStatus:
    """An assessment in brief, as others may cite it.

    `provisional`: marks wait for confirmation (`pending` subjects of some voice) or are in quarantine, so
    that nothing computed from it may ground a publication or a decision (R-095).  `complete`: every subject
    has what the required voices owe, or is set aside.
    """

    stream: str
    kind: str
    version: int
    definition: str
    unit: str
    period: str
    stage: str
    final: bool
    provisional: bool
    pending: int
    quarantined: int
    complete: bool
    subjects: int
    set_aside: int
    publications: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything recorded of one assessment.  Before it is opened `opened` and `kind` are None.

    `marks` are sheets by subject, by desk: a voice, and for a jury the assessor (else empty).  `touched` is
    when the last event was recorded that changes a result.
    """

    stream: str = ""
    opened: AssessmentOpened | None = None
    kind: AssessmentKind | None = None
    stage: str = ""
    stages: tuple[Stage, ...] = ()
    modes: Mapping[str, str] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)
    marks: Mapping[tuple[str, str], Mapping[str, Sheet]] = field(default_factory=dict)
    quarantine: Mapping[str, Held] = field(default_factory=dict)
    dismissed: Mapping[str, Held] = field(default_factory=dict)
    aside: Mapping[str, Aside] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    comments: tuple[Remark, ...] = ()
    problems: tuple[Problem, ...] = ()
    rounds: frozenset[str] = frozenset()
    citations: tuple[Citation, ...] = ()
    touched: datetime | None = None

    @property
    def subjects(self) -> Mapping[str, str]:
        """Each subject with the unit it counted in at the opening."""
        return {} if self.opened is None else self.opened.subjects

    @property
    def assessed(self) -> Iterator[str]:
        """The subjects that are not set aside."""
        return (subject for subject in self.subjects if subject not in self.aside)

    @property
    def open_rounds(self) -> tuple[str, ...]:
        """The rounds linked at the opening that were not cited as closed."""
        return () if self.opened is None else tuple(r for r in self.opened.rounds if r not in self.rounds)

    def desks(self, voice: str) -> Iterator[Mapping[str, Sheet]]:
        """The sheets of a voice: one mapping by subject, or one for each assessor of a jury."""
        return (sheets for desk, sheets in self.marks.items() if desk[0] == voice)

    def sheet(self, subject: str, voice: str, assessor: str = "") -> Sheet | None:
        """The marks of a voice on a subject by item; None without any.  Of a jury name the assessor."""
        return self.marks.get((voice, assessor), {}).get(subject)

    def lacking(self, voice: str) -> tuple[str, ...]:
        """The subjects not set aside that a voice has not marked on everything it owes."""
        if self.kind is None or voice not in self.kind.by_voice:
            return ()
        owed, jury = self.kind.owed(voice), self.kind.by_voice[voice].jury
        desks = tuple(self.desks(voice))
        return tuple(
            subject
            for subject in self.assessed
            if sum(subject in desk and owed <= desk[subject].keys() for desk in desks) < max(jury, 1)
        )

    def pending(self, voice: str) -> dict[str, frozenset[str]]:
        """The subjects with marks of a voice that wait for confirmation, each with who entered them."""
        if self.kind is None or voice not in self.kind.by_voice or not self.kind.by_voice[voice].confirmed:
            return {}
        found: dict[str, frozenset[str]] = {}
        for desk in self.desks(voice):
            for subject, sheet in desk.items():
                by = frozenset(person for mark in sheet.values() if not mark.confirmed for person in mark.by)
                if by and subject not in self.aside:
                    found[subject] = found.get(subject, frozenset()) | by
        return found

    @property
    def all_pending(self) -> tuple[str, ...]:
        """Every subject with a mark that waits for confirmation."""
        voices = () if self.kind is None else self.kind.by_voice
        return tuple(sorted({subject for voice in voices for subject in self.pending(voice)}))

    def work(self) -> Work | None:
        """The assessment as work done: done in a final stage; None for one never opened."""
        if self.opened is None or self.kind is None:
            return None
        return Work(
            stream=self.stream,
            kind=self.kind.code,
            unit=self.opened.unit,
            state=self.stage,
            done=self.stage in self.kind.table.finals,
            serves=self.opened.serves,
            people=frozenset(self.opened.people),
        )

    def status(self) -> AssessmentStatus | None:
        """The assessment in brief; None for one never opened."""
        if self.opened is None or self.kind is None:
            return None
        pending = len(self.all_pending)
        return AssessmentStatus(
            stream=self.stream,
            kind=self.kind.code,
            version=self.kind.version,
            definition=self.opened.definition,
            unit=self.opened.unit,
            period=self.opened.period.label,
            stage=self.stage,
            final=self.stage in self.kind.table.finals,
            provisional=bool(pending or self.quarantine),
            pending=pending,
            quarantined=len(self.quarantine),
            complete=not any(self.lacking(v.code) for v in self.kind.voices if v.required),
            subjects=len(self.subjects),
            set_aside=len(self.aside),
            publications=tuple(item.publication for item in self.citations),
        )


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


def _settled(state: Assessment, event: QuarantineSettled, envelope: Envelope) -> Assessment:
    held = state.quarantine.get(event.entry)
    if held is None:
        return state
    left = {entry: item for entry, item in state.quarantine.items() if entry != event.entry}
    state = replace(state, quarantine=left, touched=envelope.recorded_at)
    if not event.released:
        return replace(state, dismissed={**state.dismissed, event.entry: held})
    return _entered(
        state, envelope, held.voice, held.assessor, held.sheets, held.by, entry=event.entry, at=held.at
    )


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


def people_in(subjects: Iterable[str]) -> tuple[str, ...]:
    """The persons that subjects are, sorted."""
    return tuple(sorted({person for subject in subjects if (person := person_of(subject)) is not None}))
