"""What can be asked for on a case."""

from __future__ import annotations

from typing import ClassVar, Final

from party_workflow.codec import Command
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Personal
from party_workflow.values import Code, Digest, Flag, Key, Moment, PersonId, StreamId, UnitId

CATEGORY: Final = "case"


class _CaseCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class OpenCase(_CaseCommand):
    """Open a case of a kind, under the version of the kind with this digest.

    Who brings it is named as `requester`.  For a confidential kind it is `complainant` instead, a personal
    value (the person id where there is one): it is sealed, and left out of the command's digest, from which a
    person id could be guessed.  Such a case is recorded by somebody else than the complainant.
    """

    stored_type: ClassVar[str] = "case.open"
    kind: Code
    definition: Digest
    unit: UnitId
    substance: Personal
    requester: PersonId | None = None
    complainant: Personal | None = None
    concerns: tuple[PersonId, ...] = ()
    responsible: PersonId | None = None
    source: StreamId | None = None
    channel: Code | None = None
    classes: tuple[Code, ...] = ()
    evidence: tuple[Digest, ...] = ()
    due: Moment | None = None
    serves: tuple[Serves, ...] = ()


class AcknowledgeCase(_CaseCommand):
    """Tell whoever brought the case that it has come in, and record by which channel."""

    stored_type: ClassVar[str] = "case.acknowledge"
    channel: Code


class AcceptCase(_CaseCommand):
    """Take the case on."""

    stored_type: ClassVar[str] = "case.accept"


class RefuseCase(_CaseCommand):
    """Do not take the case on, for a reason."""

    stored_type: ClassVar[str] = "case.refuse"
    ground: Code


class AssignResponsible(_CaseCommand):
    """Make a person responsible for the case; the first who is given a due moment sets it."""

    stored_type: ClassVar[str] = "case.assign_responsible"
    responsible: PersonId
    due: Moment | None = None


class AssignInvestigator(_CaseCommand):
    """Have a person investigate who neither brought the case nor is concerned by it."""

    stored_type: ClassVar[str] = "case.assign_investigator"
    investigator: PersonId
    due: Moment | None = None


class ExtendDue(_CaseCommand):
    """Move the due moment to a later one, before it has passed."""

    stored_type: ClassVar[str] = "case.extend_due"
    due: Moment
    ground: Code


class NotifyRespondent(_CaseCommand):
    """Tell a person concerned the substance without who brought it, and by when to answer."""

    stored_type: ClassVar[str] = "case.notify_respondent"
    person: PersonId
    substance: Personal
    reply_by: Moment


class ReplyToNotice(_CaseCommand):
    """Answer, as the person notified."""

    stored_type: ClassVar[str] = "case.reply_to_notice"
    reply: Personal


class DecideCase(_CaseCommand):
    """Decide an outcome, with its ground."""

    stored_type: ClassVar[str] = "case.decide"
    outcome: Code
    ground: Personal


class AnswerRequester(_CaseCommand):
    """Tell whoever brought the case what came of it."""

    stored_type: ClassVar[str] = "case.answer_requester"
    channel: Code
    answer: Personal


class ReportRectified(_CaseCommand):
    """Report the matter put right, as the person responsible or on their behalf."""

    stored_type: ClassVar[str] = "case.report_rectified"
    evidence: tuple[Digest, ...] = ()
    note: Personal | None = None


class VerifyRectification(_CaseCommand):
    """Say on evidence whether the matter is put right."""

    stored_type: ClassVar[str] = "case.verify_rectification"
    passed: Flag
    evidence: tuple[Digest, ...]
    note: Personal | None = None


class CloseCase(_CaseCommand):
    """Close the case."""

    stored_type: ClassVar[str] = "case.close"


class ContestCase(_CaseCommand):
    """Say that what came of the case is not accepted, as who brought it or on their behalf."""

    stored_type: ClassVar[str] = "case.contest"
    ground: Personal


class ReopenCase(_CaseCommand):
    """Take the case up again, for a ground, perhaps because of something recorded elsewhere."""

    stored_type: ClassVar[str] = "case.reopen"
    ground: Code
    source: StreamId | None = None


class WithdrawCase(_CaseCommand):
    """Take the case back, as who brought it or on their behalf."""

    stored_type: ClassVar[str] = "case.withdraw"
    ground: Code


CaseCommand = (
    OpenCase
    | AcknowledgeCase
    | AcceptCase
    | RefuseCase
    | AssignResponsible
    | AssignInvestigator
    | ExtendDue
    | NotifyRespondent
    | ReplyToNotice
    | DecideCase
    | AnswerRequester
    | ReportRectified
    | VerifyRectification
    | CloseCase
    | ContestCase
    | ReopenCase
    | WithdrawCase
)

MOVING: Final[dict[type[Command], tuple[str, ...]]] = {
    AcknowledgeCase: ("acknowledge",),
    AcceptCase: ("accept",),
    RefuseCase: ("refuse",),
    AssignResponsible: ("assign",),
    AssignInvestigator: ("investigate",),
    ExtendDue: ("extend",),
    NotifyRespondent: ("notify",),
    ReplyToNotice: ("reply",),
    DecideCase: ("decide",),
    AnswerRequester: ("answer",),
    ReportRectified: ("rectify",),
    VerifyRectification: ("verify_passed", "verify_failed"),
    CloseCase: ("close",),
    ContestCase: ("contest",),
    ReopenCase: ("reopen",),
    WithdrawCase: ("withdraw",),
}
"""The moves that a command on an open case may make."""
