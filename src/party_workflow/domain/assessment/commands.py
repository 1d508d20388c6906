"""What can be asked for on an assessment."""

from __future__ import annotations

from typing import ClassVar

from party_workflow.calendar import StoredPeriod
from party_workflow.codec import Command
from party_workflow.domain.assessment.events import CATEGORY, Aside, Sheets
from party_workflow.domain.assessment.values import Answer, SubjectId, Value
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Personal
from party_workflow.values import (
    Code,
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


class _AssessmentCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class OpenAssessment(_AssessmentCommand):
    """Begin an assessment of these subjects under the version of a kind with this digest.

    Subjects are units, people, or people in posts, as the kind says; their units are taken as of when this
    takes effect.  `rounds` are rating streams in which people vote on the same subjects.
    """

    stored_type: ClassVar[str] = "assessment.open"
    kind: Code
    definition: Digest
    unit: UnitId
    period: StoredPeriod
    subjects: tuple[SubjectId, ...]
    due: Moment | None = None
    rounds: tuple[StreamId, ...] = ()
    rules: tuple[Digest, ...] = ()
    serves: tuple[Serves, ...] = ()


class AssignModes(_AssessmentCommand):
    """Say how subjects report.  What is said later replaces, until the report is in."""

    stored_type: ClassVar[str] = "assessment.assign_modes"
    modes: dict[SubjectId, Code]


class ReceiveReport(_AssessmentCommand):
    """Take in the report of a subject: a written work, or its part in an occasion."""

    stored_type: ClassVar[str] = "assessment.receive_report"
    subject: SubjectId
    mode: Code
    work: StreamId


class EnterSelf(_AssessmentCommand):
    """Mark oneself, or the unit that one has the duty for.  A correction names the entry and the ground."""

    stored_type: ClassVar[str] = "assessment.enter_self"
    voice: Code
    subject: SubjectId
    values: dict[Code, Value]
    corrects: EventId | None = None
    ground: Code | None = None


class EnterSheets(_AssessmentCommand):
    """Mark any number of subjects on any number of items, as the assessor.

    Where the assessor is too close to a subject, its sheet is refused or put in quarantine, as the voice
    says. A correction names the entry that it corrects, and the ground.
    """

    stored_type: ClassVar[str] = "assessment.enter_sheets"
    voice: Code
    assessor: PersonId
    sheets: Sheets
    corrects: EventId | None = None
    ground: Code | None = None


class SettleQuarantine(_AssessmentCommand):
    """Let marks in quarantine count, or dismiss them, with the ground.

    Of what was put aside for independent review the ground is ``independent_review`` too: more would tell.
    """

    stored_type: ClassVar[str] = "assessment.settle_quarantine"
    entry: EventId
    released: Flag
    ground: Code


class HoldEntries(_AssessmentCommand):
    """Put the marks of an entry on a person aside for independent review."""

    stored_type: ClassVar[str] = "assessment.hold_entries"
    entry: EventId
    subject: SubjectId


class ConfirmEntries(_AssessmentCommand):
    """Confirm the marks of a voice on subjects, or on all where others entered them."""

    stored_type: ClassVar[str] = "assessment.confirm"
    voice: Code
    subjects: tuple[SubjectId, ...] = ()


class SetAside(_AssessmentCommand):
    """Excuse subjects, or declare them missing, with the reason."""

    stored_type: ClassVar[str] = "assessment.set_aside"
    subjects: tuple[SubjectId, ...]
    status: Aside
    reason: Code


class RestoreSubject(_AssessmentCommand):
    """Assess a subject after all."""

    stored_type: ClassVar[str] = "assessment.restore"
    subject: SubjectId
    ground: Code


class AnswerQuestions(_AssessmentCommand):
    """Say for a subject which common findings apply, and add its own."""

    stored_type: ClassVar[str] = "assessment.answer"
    subject: SubjectId
    answers: dict[Code, Answer]


class Comment(_AssessmentCommand):
    """Comment on a subject, after its report and before the vote closes in `round`."""

    stored_type: ClassVar[str] = "assessment.comment"
    subject: SubjectId
    text: Personal
    round: StreamId | None = None


class NoteProblem(_AssessmentCommand):
    """Note a problem of a subject for the ledger."""

    stored_type: ClassVar[str] = "assessment.note_problem"
    subject: SubjectId
    item: Code | None = None
    text: Personal


class LinkProblem(_AssessmentCommand):
    """Name the case by which a problem stands in the ledger."""

    stored_type: ClassVar[str] = "assessment.link_problem"
    problem: Count
    case: Key


class CiteRound(_AssessmentCommand):
    """Name a linked rating round that has closed."""

    stored_type: ClassVar[str] = "assessment.cite_round"
    round: StreamId


class Advance(_AssessmentCommand):
    """Make a move between stages."""

    stored_type: ClassVar[str] = "assessment.advance"
    move: Code


class CiteResult(_AssessmentCommand):
    """Name the publication of a result of this assessment."""

    stored_type: ClassVar[str] = "assessment.cite_result"
    publication: Key


AssessmentCommand = (
    OpenAssessment
    | AssignModes
    | ReceiveReport
    | EnterSelf
    | EnterSheets
    | SettleQuarantine
    | HoldEntries
    | ConfirmEntries
    | SetAside
    | RestoreSubject
    | AnswerQuestions
    | Comment
    | NoteProblem
    | LinkProblem
    | CiteRound
    | Advance
    | CiteResult
)
