"""Case: one family of lifecycles for what is brought to an organisation or found in it.

A complaint, a petition with its levels, a finding, a hazard, an assignment slip, a notice, a forum topic:
each is a case of a *kind*, and kinds are data (`CaseKind`).  The moves are the same few for all; the kind's
lifecycle says which of them are open when.  What holds for every kind:

* Nobody decides, verifies or closes in their own case; who investigates has no part in it (R-143, R-203).
* Where the kind gives a right of reply, nothing is decided before each person concerned was told the
  substance, not who brought it, and has answered or let the time pass (R-143, R-167).
* Reported done is not closed: somebody else verifies on evidence; what fails goes back and counts (R-115).
* Whoever brought it is told what came of it, and may contest it (R-113, R-132, R-138); where there are
  levels, nobody who decided or investigated decides the appeal (R-131, R-206).
* A due moment is on record with the calendar that counted it, is extended only before it has passed, and the
  original one is kept (R-111, R-131).

*Confidential* kinds are seen by those whose part in the case says so and by roles with the duty
``case.custody``.  To anybody else, those concerned before their notice among them, a command on such a case
is refused in the words for a case that does not exist.  Who brought it is sealed, its opening kept in a vault
of its own (`Decider.vaulted`), and somebody else records it.  Authority compares people with the sealed one
through the vault, so that the complainant, or somebody in a declared conflict with them, gets no part in the
case, by whatever account.  They themselves see it and speak in it by receipt, through
`party_workflow.service.letterbox`.  Whoever is made responsible or is to investigate is judged as if they did
it themselves (`Requires.appoints`).

The module is a package in the order of every aggregate: `events`, `commands`, lifecycle (`kind`), `reasons`,
`state` with evolve, `decisions` with the decider.
"""

from party_workflow.domain.case.base import CaseMove, CaseNote
from party_workflow.domain.case.clocks import Change, Run, count, explain
from party_workflow.domain.case.commands import (
    CATEGORY,
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AppealCase,
    AssignInvestigator,
    AssignResponsible,
    CaseCommand,
    CloseCase,
    ConfirmResolution,
    ContestCase,
    DecideAppeal,
    DecideCase,
    DecideIdentity,
    EscalateCase,
    ExtendClock,
    ExtendDue,
    GivenParticular,
    GiveParticulars,
    HandOverCase,
    JoinCase,
    LinkCase,
    NotifyRespondent,
    OpenCase,
    OpenIdentity,
    PauseCase,
    PromoteCase,
    RecountClock,
    RecuseFromCase,
    RefuseCase,
    RemindCase,
    ReopenCase,
    ReplyToNotice,
    ReportRectified,
    RequestIdentity,
    ResumeCase,
    ReturnCase,
    VerifyRectification,
    WithdrawCase,
)
from party_workflow.domain.case.decisions import DECIDER
from party_workflow.domain.case.departure import departure
from party_workflow.domain.case.events import (
    CaseAccepted,
    CaseAcknowledged,
    CaseClosed,
    CaseContested,
    CaseDecided,
    CaseEvent,
    CaseOpened,
    CaseRefused,
    CaseReopened,
    CaseWithdrawn,
    DueExtended,
    InvestigatorAssigned,
    RectificationReported,
    RequesterAnswered,
    RespondentNotified,
    RespondentReplied,
    ResponsibleAssigned,
    VerificationFailed,
    VerificationPassed,
)
from party_workflow.domain.case.kind import MOVES, CaseKind, read_kind
from party_workflow.domain.case.notes import (
    CaseLinked,
    CaseRecused,
    CaseReminded,
    ClockMoved,
    ClockRecounted,
    ClockStarted,
    IdentityDecided,
    IdentityOpened,
    IdentityRequested,
    Particular,
    ParticularsGiven,
)
from party_workflow.domain.case.parts import OPENING, Clock, ParticularRule, Who
from party_workflow.domain.case.passing import (
    AppealDecided,
    CaseAppealed,
    CaseEscalated,
    CaseHandedOver,
    CaseJoined,
    CasePaused,
    CasePromoted,
    CaseResumed,
    CaseReturned,
    ClockExtended,
    ResolutionConfirmed,
)
from party_workflow.domain.case.reasons import REASONS
from party_workflow.domain.case.state import Case, CaseSummary, HandOver, IdentityRequest, Notice

__all__ = [
    "AcceptCase",
    "AcknowledgeCase",
    "AnswerRequester",
    "AppealCase",
    "AppealDecided",
    "AssignInvestigator",
    "AssignResponsible",
    "CATEGORY",
    "Case",
    "CaseAccepted",
    "CaseAcknowledged",
    "CaseAppealed",
    "CaseClosed",
    "CaseCommand",
    "CaseContested",
    "CaseDecided",
    "CaseEscalated",
    "CaseEvent",
    "CaseHandedOver",
    "CaseJoined",
    "CaseKind",
    "CaseLinked",
    "CaseMove",
    "CaseNote",
    "CaseOpened",
    "CasePaused",
    "CasePromoted",
    "CaseRecused",
    "CaseRefused",
    "CaseReminded",
    "CaseReopened",
    "CaseResumed",
    "CaseReturned",
    "CaseSummary",
    "CaseWithdrawn",
    "Change",
    "Clock",
    "ClockExtended",
    "ClockMoved",
    "ClockRecounted",
    "ClockStarted",
    "CloseCase",
    "ConfirmResolution",
    "ContestCase",
    "DECIDER",
    "DecideAppeal",
    "DecideCase",
    "DecideIdentity",
    "DueExtended",
    "EscalateCase",
    "ExtendClock",
    "ExtendDue",
    "GiveParticulars",
    "GivenParticular",
    "HandOver",
    "HandOverCase",
    "IdentityDecided",
    "IdentityOpened",
    "IdentityRequest",
    "IdentityRequested",
    "InvestigatorAssigned",
    "JoinCase",
    "LinkCase",
    "MOVES",
    "Notice",
    "NotifyRespondent",
    "OPENING",
    "OpenCase",
    "OpenIdentity",
    "Particular",
    "ParticularRule",
    "ParticularsGiven",
    "PauseCase",
    "PromoteCase",
    "REASONS",
    "RecountClock",
    "RectificationReported",
    "RecuseFromCase",
    "RefuseCase",
    "RemindCase",
    "ReopenCase",
    "ReplyToNotice",
    "ReportRectified",
    "RequestIdentity",
    "RequesterAnswered",
    "ResolutionConfirmed",
    "RespondentNotified",
    "RespondentReplied",
    "ResponsibleAssigned",
    "ResumeCase",
    "ReturnCase",
    "Run",
    "VerificationFailed",
    "VerificationPassed",
    "VerifyRectification",
    "Who",
    "WithdrawCase",
    "count",
    "departure",
    "explain",
    "read_kind",
]
