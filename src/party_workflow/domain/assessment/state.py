"""The state of an assessment, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from party_workflow.domain.assessment.events import (
    AssessmentOpened,
)
from party_workflow.domain.assessment.kind import AssessmentKind
from party_workflow.domain.assessment.values import Answer, Value, person_of
from party_workflow.domain.vocabulary import Work
from party_workflow.personal import Sealed

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
    review: bool = False
    """Whether they were put aside for independent review, and not for a conflict."""
    taken_from: str | None = None
    """The entry that they came with, where they stood before."""


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
    reviewed: frozenset[tuple[str, str]] = frozenset()
    """What is or was under review, by entry and subject."""
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

    def given(self, entry: str, subject: str) -> tuple[tuple[str, str], Sheet] | None:
        """The desk and the marks on a subject that came with an entry and stand; None without any."""
        for desk, sheets in self.marks.items():
            found = {item: mark for item, mark in sheets.get(subject, {}).items() if mark.entry == entry}
            if found:
                return desk, found
        return None

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


def people_in(subjects: Iterable[str]) -> tuple[str, ...]:
    """The persons that subjects are, sorted."""
    return tuple(sorted({person for subject in subjects if (person := person_of(subject)) is not None}))
