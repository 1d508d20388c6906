"""What is recorded of an assessment."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from party_workflow.calendar import StoredPeriod
from party_workflow.codec import Event
from party_workflow.domain.assessment.values import Answer, SubjectId, Value
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Sealed
from party_workflow.relations import Relates, Requires
from party_workflow.values import (
    Code,
    CodedDocument,
    Count,
    Digest,
    EventId,
    Flag,
    Key,
    Moment,
    PersonId,
    StreamId,
    UnitId,
)

CATEGORY: Final = "assessment"

Sheets = dict[SubjectId, dict[Code, Value]]
"""Marks by subject and item."""
Aside = Literal["excused", "missing"]


class AssessmentOpened(Event):
    """An assessment began: these subjects, each with the unit it counted in then, under this version of a
    kind.

    `body` is the kind with the digest `definition`, so that what is open can be told from the assessment
    alone.  `people` are the subjects who are people, in posts or not.  `due` is when reports are due,
    `rounds` are rating streams in which people vote on the subjects, `rules` the digests of the rules by
    which results will be computed.
    """

    stored_type: ClassVar[str] = "assessment.opened"
    requires: ClassVar[Requires] = Requires(duty="assessment.open")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("subject", "people"),)
    unit_field: ClassVar[str | None] = "unit"

    kind: Code
    definition: Digest
    body: CodedDocument
    stage: Code
    unit: UnitId
    period: StoredPeriod
    subjects: dict[SubjectId, UnitId]
    people: tuple[PersonId, ...] = ()
    due: Moment | None = None
    rounds: tuple[StreamId, ...] = ()
    rules: tuple[Digest, ...] = ()
    serves: tuple[Serves, ...] = ()


class ModesAssigned(Event):
    """Subjects were told how they report."""

    stored_type: ClassVar[str] = "assessment.modes_assigned"
    requires: ClassVar[Requires] = Requires(duty="assessment.assign")

    modes: dict[SubjectId, Code]


class ReportReceived(Event):
    """The report of a subject came in, given in a mode, as the work of another stream."""

    stored_type: ClassVar[str] = "assessment.report_received"
    requires: ClassVar[Requires] = Requires(duty="assessment.receive")

    subject: SubjectId
    mode: Code
    work: StreamId


class SelfEntered(Event):
    """A subject marked itself: the person, or somebody with the duty in the subject's unit (R-016)."""

    stored_type: ClassVar[str] = "assessment.self_entered"
    requires: ClassVar[Requires] = Requires(duty="assessment.enter_self", own=("person",))
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    voice: Code
    subject: SubjectId
    unit: UnitId
    person: PersonId | None = None
    values: dict[Code, Value]
    corrects: EventId | None = None
    ground: Code | None = None


class _Entered(Event):
    """Marks of anybody but the subjects; `people` are the subjects who are people."""

    voice: Code
    assessor: PersonId
    sheets: Sheets
    people: tuple[PersonId, ...] = ()
    corrects: EventId | None = None
    ground: Code | None = None


class EntriesMade(_Entered):
    """An assessor marked subjects."""

    stored_type: ClassVar[str] = "assessment.entries_made"
    requires: ClassVar[Requires] = Requires(duty="assessment.enter", barred=("people",))


class FinalEntered(_Entered):
    """What finally counts for subjects was settled."""

    stored_type: ClassVar[str] = "assessment.final_entered"
    requires: ClassVar[Requires] = Requires(
        duty="assessment.settle", barred=("people",), own_units=("sheets",)
    )


class OutsideEntered(_Entered):
    """Somebody from outside marked a sample again, by the standard of their level (R-019)."""

    stored_type: ClassVar[str] = "assessment.outside_entered"
    requires: ClassVar[Requires] = Requires(duty="assessment.calibrate", barred=("people",), outside=True)


class EntriesQuarantined(Event):
    """Marks of an assessor who is too close to the subjects were put aside; they count for nothing (R-094).

    `conflicts` says for each subject where the assessor counts, seen from it.
    """

    stored_type: ClassVar[str] = "assessment.entries_quarantined"
    requires: ClassVar[Requires] = Requires(duty="assessment.enter", barred=("people",))

    voice: Code
    assessor: PersonId
    sheets: Sheets
    conflicts: dict[SubjectId, Code]
    people: tuple[PersonId, ...] = ()


class QuarantineSettled(Event):
    """Somebody else let marks in quarantine count, or dismissed them."""

    stored_type: ClassVar[str] = "assessment.quarantine_settled"
    requires: ClassVar[Requires] = Requires(
        duty="assessment.settle_conflict", barred=("entered_by", "people"), own_units=("subjects",)
    )

    entry: EventId
    released: Flag
    ground: Code
    entered_by: tuple[PersonId, ...]
    subjects: tuple[SubjectId, ...] = ()
    people: tuple[PersonId, ...] = ()


class EntriesHeld(Event):
    """The marks of an entry on one subject were put aside for independent review (R-148).

    Entries are drawn for it by lot as well, and what is recorded is the same.  Until it is settled they stand
    in quarantine under the id of this event.
    """

    stored_type: ClassVar[str] = "assessment.entries_held"
    requires: ClassVar[Requires] = Requires(duty="assessment.hold", barred=("entered_by", "people"))

    entry: EventId
    voice: Code
    assessor: PersonId
    subject: SubjectId
    ground: Literal["independent_review"]
    entered_by: tuple[PersonId, ...]
    people: tuple[PersonId, ...] = ()


class ReviewSettled(Event):
    """Somebody independent let marks under review count, or dismissed them; of that it says nothing more.

    `close` are those who lead, are led by, or count in one unit with, whoever is behind the marks.
    """

    stored_type: ClassVar[str] = "assessment.review_settled"
    requires: ClassVar[Requires] = Requires(
        duty="assessment.settle_conflict", barred=("entered_by", "people", "close"), own_units=("subjects",)
    )

    entry: EventId
    released: Flag
    finding: Literal["supported", "not_supported"]
    entered_by: tuple[PersonId, ...]
    subjects: tuple[SubjectId, ...] = ()
    people: tuple[PersonId, ...] = ()
    close: tuple[PersonId, ...] = ()


class EntriesConfirmed(Event):
    """Somebody else than who entered them confirmed the marks of a voice on subjects (R-095)."""

    stored_type: ClassVar[str] = "assessment.entries_confirmed"
    requires: ClassVar[Requires] = Requires(
        duty="assessment.confirm", barred=("entered_by", "people"), own_units=("subjects",)
    )

    voice: Code
    subjects: tuple[SubjectId, ...]
    entered_by: tuple[PersonId, ...]
    people: tuple[PersonId, ...] = ()


class SubjectsSetAside(Event):
    """Subjects are not assessed: excused, or declared missing; with the reason."""

    stored_type: ClassVar[str] = "assessment.subjects_set_aside"
    requires: ClassVar[Requires] = Requires(
        duty="assessment.excuse", barred=("people",), own_units=("subjects",)
    )

    subjects: tuple[SubjectId, ...]
    status: Aside
    reason: Code
    people: tuple[PersonId, ...] = ()


class SubjectRestored(Event):
    """A subject set aside is assessed after all."""

    stored_type: ClassVar[str] = "assessment.subject_restored"
    requires: ClassVar[Requires] = Requires(
        duty="assessment.excuse", barred=("people",), own_units=("subject",)
    )

    subject: SubjectId
    ground: Code
    people: tuple[PersonId, ...] = ()


class QuestionsAnswered(Event):
    """A subject said which common findings apply to it, and added its own.  Later answers replace (R-049)."""

    stored_type: ClassVar[str] = "assessment.questions_answered"
    requires: ClassVar[Requires] = Requires(duty="assessment.answer", own=("person",))
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    subject: SubjectId
    unit: UnitId
    person: PersonId | None = None
    answers: dict[Code, Answer]


class Commented(Event):
    """Somebody commented on a subject; the envelope says who and when.  It changes no mark (R-042)."""

    stored_type: ClassVar[str] = "assessment.commented"
    requires: ClassVar[Requires] = Requires(duty="assessment.comment", barred=("people",))

    subject: SubjectId
    text: Sealed
    people: tuple[PersonId, ...] = ()


class ProblemNoted(Event):
    """A problem of a subject was found; it goes to the ledger (R-048).  `problem` counts from 1."""

    stored_type: ClassVar[str] = "assessment.problem_noted"
    requires: ClassVar[Requires] = Requires(duty="assessment.note_problem")

    problem: Count
    subject: SubjectId
    item: Code | None = None
    text: Sealed


class ProblemLinked(Event):
    """The case was named by which a problem stands in the ledger."""

    stored_type: ClassVar[str] = "assessment.problem_linked"
    requires: ClassVar[Requires] = Requires(duty="assessment.note_problem")

    problem: Count
    case: Key


class RoundCited(Event):
    """A rating round linked at the opening was found closed."""

    stored_type: ClassVar[str] = "assessment.round_cited"
    requires: ClassVar[Requires] = Requires(duty="assessment.advance")

    round: StreamId


class StageEntered(Event):
    """The assessment moved on; the envelope names who did it."""

    stored_type: ClassVar[str] = "assessment.stage_entered"
    requires: ClassVar[Requires] = Requires(duty="assessment.advance", barred=("subject",))

    move: Code
    source: Code
    stage: Code


class ResultCited(Event):
    """The publication of a result was named, with the position, digest and moment of what was published
    (R-100).
    """

    stored_type: ClassVar[str] = "assessment.result_cited"
    requires: ClassVar[Requires] = Requires(duty="assessment.cite")

    publication: Key
    position: Count
    digest: Digest
    known: Moment


AssessmentEvent = (
    AssessmentOpened
    | ModesAssigned
    | ReportReceived
    | SelfEntered
    | EntriesMade
    | FinalEntered
    | OutsideEntered
    | EntriesQuarantined
    | QuarantineSettled
    | EntriesHeld
    | ReviewSettled
    | EntriesConfirmed
    | SubjectsSetAside
    | SubjectRestored
    | QuestionsAnswered
    | Commented
    | ProblemNoted
    | ProblemLinked
    | RoundCited
    | StageEntered
    | ResultCited
)
