"""What can be asked for on a case."""

from __future__ import annotations

from typing import ClassVar, Final

from party_workflow.codec import Command, Part
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Personal
from party_workflow.values import (
    Code,
    Day,
    Digest,
    Flag,
    Key,
    Moment,
    Number,
    PersonId,
    StreamId,
    UnitId,
)

CATEGORY: Final = "case"


class _CaseCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class GivenParticular(Part):
    """One thing said of a case, in the one field that its form asks for; a text is sealed."""

    name: Code
    code: Code | None = None
    number: Number | None = None
    day: Day | None = None
    person: PersonId | None = None
    unit: UnitId | None = None
    matter: StreamId | None = None
    document: Digest | None = None
    text: Personal | None = None


class OpenCase(_CaseCommand):
    """Open a case of a kind, under the version of the kind with this digest.

    Who brings it is named as `requester`.  For a confidential kind it is `complainant` instead, a personal
    value (the person id where there is one): it is sealed, and left out of the command's digest, from which a
    person id could be guessed.  Such a case is recorded by somebody else than the complainant, under a key
    that nobody can guess: it ends in 32 hexadecimal digits.
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
    particulars: tuple[GivenParticular, ...] = ()


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


class HandOverCase(_CaseCommand):
    """Pass the case to another unit, perhaps to somebody there (routing, 上任推下任)."""

    stored_type: ClassVar[str] = "case.hand_over"
    unit: UnitId
    ground: Code
    responsible: PersonId | None = None


class ReturnCase(_CaseCommand):
    """Give the case back to the unit that it came from."""

    stored_type: ClassVar[str] = "case.return"
    ground: Code


class PauseCase(_CaseCommand):
    """Let the case wait; clocks that pause stand still."""

    stored_type: ClassVar[str] = "case.pause"
    ground: Code


class ResumeCase(_CaseCommand):
    """Let the case go on; what is left on its clocks is counted from now."""

    stored_type: ClassVar[str] = "case.resume"
    ground: Code


class ExtendClock(_CaseCommand):
    """Extend what is due on a clock by what the kind allows, before it has run out."""

    stored_type: ClassVar[str] = "case.extend_clock"
    clock: Code
    ground: Code


class EscalateCase(_CaseCommand):
    """Put the case before a unit above."""

    stored_type: ClassVar[str] = "case.escalate"
    unit: UnitId
    ground: Code


class JoinCase(_CaseCommand):
    """Let the case follow a lead case of the same kind about the same thing."""

    stored_type: ClassVar[str] = "case.join"
    lead: StreamId


class PromoteCase(_CaseCommand):
    """Let what the case is about go on as a case of another kind, which names this one as its source."""

    stored_type: ClassVar[str] = "case.promote"
    to: StreamId


class ConfirmResolution(_CaseCommand):
    """Accept what came of the case, as who brought it; on their behalf only once the case could be closed."""

    stored_type: ClassVar[str] = "case.confirm"


class AppealCase(_CaseCommand):
    """Put what was decided before the next level, as who brought the case or was notified in it.

    On behalf of somebody it is for the `requester`, unless `party` says ``respondent``.
    """

    stored_type: ClassVar[str] = "case.appeal"
    ground: Personal
    party: Code | None = None


class DecideAppeal(_CaseCommand):
    """Decide at the next level; `replaces` is the outcome that stands instead of the former."""

    stored_type: ClassVar[str] = "case.decide_appeal"
    outcome: Code
    ground: Personal
    replaces: Code | None = None


class GiveParticulars(_CaseCommand):
    """Say what the kind asks to be said of the case; of the same name the last said stands."""

    stored_type: ClassVar[str] = "case.give_particulars"
    particulars: tuple[GivenParticular, ...]


class RecountClock(_CaseCommand):
    """Count a running clock anew on the version of its calendar that is in force now."""

    stored_type: ClassVar[str] = "case.recount_clock"
    clock: Code
    ground: Code


class RemindCase(_CaseCommand):
    """Remind those who deal with the case of what is due on a clock."""

    stored_type: ClassVar[str] = "case.remind"
    clock: Code


class LinkCase(_CaseCommand):
    """Say that the case has to do with another matter, and how."""

    stored_type: ClassVar[str] = "case.link"
    other: StreamId
    link: Code


class RecuseFromCase(_CaseCommand):
    """Step back from the case, for oneself."""

    stored_type: ClassVar[str] = "case.recuse"


class RequestIdentity(_CaseCommand):
    """Ask to learn who brought the case, on a ground and with the reason."""

    stored_type: ClassVar[str] = "case.request_identity"
    ground: Code
    reason: Personal


class DecideIdentity(_CaseCommand):
    """Grant or refuse the request that waits, as a custodian who did not make it."""

    stored_type: ClassVar[str] = "case.decide_identity"
    granted: Flag
    ground: Code


class OpenIdentity(_CaseCommand):
    """Learn who brought the case, as who was granted it; that it was learned is on record."""

    stored_type: ClassVar[str] = "case.open_identity"


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
    | HandOverCase
    | ReturnCase
    | PauseCase
    | ResumeCase
    | ExtendClock
    | EscalateCase
    | JoinCase
    | PromoteCase
    | ConfirmResolution
    | AppealCase
    | DecideAppeal
    | GiveParticulars
    | RecountClock
    | RemindCase
    | LinkCase
    | RecuseFromCase
    | RequestIdentity
    | DecideIdentity
    | OpenIdentity
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
    HandOverCase: ("hand_over",),
    ReturnCase: ("return",),
    PauseCase: ("pause",),
    ResumeCase: ("resume",),
    ExtendClock: ("extend",),
    EscalateCase: ("escalate",),
    JoinCase: ("join",),
    PromoteCase: ("promote",),
    ConfirmResolution: ("confirm",),
    AppealCase: ("appeal",),
    DecideAppeal: ("decide_appeal",),
}
"""The moves that a command on an open case may make."""

NOTING: Final[tuple[type[Command], ...]] = (
    GiveParticulars,
    RecountClock,
    RemindCase,
    LinkCase,
    RecuseFromCase,
    RequestIdentity,
    DecideIdentity,
    OpenIdentity,
)
"""The commands that make no move."""
