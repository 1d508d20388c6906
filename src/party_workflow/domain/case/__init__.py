"""Case: one family of lifecycles for what is brought to an organisation or found in it.

A complaint, a finding, an opinion received, and by other kinds a petition, a hazard, an assignment slip:
each is a case of a *kind*, and kinds are data (`CaseKind`).  The moves are the same few for all; the kind's
lifecycle says which of them are open when.  What holds for every kind:

* Nobody decides, verifies or closes in their own case; who investigates has no part in it (R-143).
* Where the kind gives a right of reply, nothing is decided before each person concerned was told the
  substance, not who brought it, and has answered or let the time pass (R-143).
* Reported done is not closed: somebody else verifies on evidence; what fails goes back and counts (R-115).
* Whoever brought it is told what came of it, and may contest it (R-113, R-132, R-138).
* A due moment is extended only before it has passed; the original one is kept (R-111).

*Confidential* kinds are seen by those whose part in the case says so and by roles with the duty
``case.custody``.  To anybody else, those concerned before their notice among them, a command on such a case
is refused in the words for a case that does not exist.  Who brought it is sealed, and somebody else records
it.  What this does not yet do: a sealed complainant cannot act on the case from an account of their own, and
that the investigator is not the complainant is not checked, since that would take opening the seal.  Whoever
takes cases in records the one and watches the other.

The module is a package in the order of every aggregate: `events`, `commands`, lifecycle (`kind`), `reasons`,
`state` with evolve, `decisions` with the decider.
"""

from party_workflow.domain.case.commands import (
    CATEGORY,
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AssignInvestigator,
    AssignResponsible,
    CaseCommand,
    CloseCase,
    ContestCase,
    DecideCase,
    ExtendDue,
    NotifyRespondent,
    OpenCase,
    RefuseCase,
    ReopenCase,
    ReplyToNotice,
    ReportRectified,
    VerifyRectification,
    WithdrawCase,
)
from party_workflow.domain.case.decisions import DECIDER
from party_workflow.domain.case.events import (
    CaseAccepted,
    CaseAcknowledged,
    CaseClosed,
    CaseContested,
    CaseDecided,
    CaseEvent,
    CaseMove,
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
from party_workflow.domain.case.reasons import REASONS
from party_workflow.domain.case.state import Case, CaseSummary, Notice, departure

__all__ = [
    "CATEGORY",
    "DECIDER",
    "MOVES",
    "REASONS",
    "AcceptCase",
    "AcknowledgeCase",
    "AnswerRequester",
    "AssignInvestigator",
    "AssignResponsible",
    "Case",
    "CaseAccepted",
    "CaseAcknowledged",
    "CaseClosed",
    "CaseCommand",
    "CaseContested",
    "CaseDecided",
    "CaseEvent",
    "CaseKind",
    "CaseMove",
    "CaseOpened",
    "CaseRefused",
    "CaseReopened",
    "CaseSummary",
    "CaseWithdrawn",
    "CloseCase",
    "ContestCase",
    "DecideCase",
    "DueExtended",
    "ExtendDue",
    "InvestigatorAssigned",
    "Notice",
    "NotifyRespondent",
    "OpenCase",
    "RectificationReported",
    "RefuseCase",
    "ReopenCase",
    "ReplyToNotice",
    "ReportRectified",
    "RequesterAnswered",
    "RespondentNotified",
    "RespondentReplied",
    "ResponsibleAssigned",
    "VerificationFailed",
    "VerificationPassed",
    "VerifyRectification",
    "WithdrawCase",
    "departure",
    "read_kind",
]
