"""What is recorded of a case.  The type of an event is the move that it made; `state` is the state entered.

So a replay needs no lifecycle, and an auditor can hold every event against the one that the case pins
(`party_workflow.domain.case.departure`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Final

from party_workflow.codec import Event
from party_workflow.domain.case.base import RESPONSIBLE, WHO_DECIDE, CaseMove, CaseNote
from party_workflow.domain.case.kind import CaseKind, read_kind
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
    ParticularsGiven,
)
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
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import InvalidDefinition
from party_workflow.personal import Sealed
from party_workflow.relations import ACTOR, Appoints, Relates, Requires, StepRule
from party_workflow.values import Code, CodedDocument, Digest, Flag, Moment, PersonId, StreamId, UnitId


class CaseOpened(Event):
    """A case came in or was found.

    `requester` is who brought it; where the kind is confidential, `complainant` seals who that is, and the
    event's actor is whoever took it in.  Neither is there when it is anonymous.  `concerns` are those it is
    about, who learn of a confidential case by notice only.  `body` is the kind with the digest `definition`,
    so that what is open can be told from the case alone.
    """

    stored_type: ClassVar[str] = "case.opened"
    requires: ClassVar[Requires] = Requires(
        duty="case.open",
        own=("requester",),
        barred=("concerns", "complainant"),
        appoints=(Appoints("responsible", in_confidence=("complainant",), close_to=("concerns",)),),
    )
    relates: ClassVar[tuple[Relates, ...]] = (
        Relates("opener", ACTOR),
        Relates("requester", "requester"),
        Relates("requester", "complainant", sees=False),
        Relates("concerned", "concerns", sees=False),
        Relates("responsible", "responsible"),
    )
    unit_field: ClassVar[str | None] = "unit"
    confidential_field: ClassVar[str | None] = "confidential"

    kind: Code
    definition: Digest
    body: CodedDocument
    confidential: Flag
    unit: UnitId
    state: Code
    substance: Sealed
    requester: PersonId | None = None
    complainant: Sealed | None = None
    concerns: tuple[PersonId, ...] = ()
    responsible: PersonId | None = None
    source: StreamId | None = None
    channel: Code | None = None
    classes: tuple[Code, ...] = ()
    evidence: tuple[Digest, ...] = ()
    due: Moment | None = None
    serves: tuple[Serves, ...] = ()

    def step_rules(self) -> Mapping[str, StepRule]:
        """For the moves that the kind narrows, who may make them."""
        try:
            return narrowed(read_kind(self.body))
        except InvalidDefinition:  # written underneath the API; the audit says so elsewhere
            return {}


class CaseAcknowledged(CaseMove):
    """Whoever brought the case was told that it has come in."""

    stored_type: ClassVar[str] = "case.acknowledged"
    move: ClassVar[str] = "acknowledge"
    requires: ClassVar[Requires] = Requires(duty="case.acknowledge", barred=("concerned", "requester"))

    channel: Code


class CaseAccepted(CaseMove):
    """The case was taken on."""

    stored_type: ClassVar[str] = "case.accepted"
    move: ClassVar[str] = "accept"
    requires: ClassVar[Requires] = Requires(duty="case.accept", barred=("concerned", "requester"))


class CaseRefused(CaseMove):
    """The case was not taken on."""

    stored_type: ClassVar[str] = "case.refused"
    move: ClassVar[str] = "refuse"
    requires: ClassVar[Requires] = Requires(duty="case.accept", barred=("concerned", "requester"))

    ground: Code


class ResponsibleAssigned(CaseMove):
    """A person became responsible for the case; whoever was before is so no longer."""

    stored_type: ClassVar[str] = "case.responsible_assigned"
    move: ClassVar[str] = "assign"
    requires: ClassVar[Requires] = Requires(
        duty="case.assign", barred=("concerned", "requester"), appoints=(RESPONSIBLE,)
    )
    relates: ClassVar[tuple[Relates, ...]] = (Relates("responsible", "responsible"),)

    responsible: PersonId
    due: Moment | None = None


class InvestigatorAssigned(CaseMove):
    """A person is to find out what is the case."""

    stored_type: ClassVar[str] = "case.investigator_assigned"
    move: ClassVar[str] = "investigate"
    requires: ClassVar[Requires] = Requires(
        duty="case.assign",
        barred=("concerned", "requester"),
        appoints=(Appoints("investigator", ("concerned", "requester")),),
    )
    relates: ClassVar[tuple[Relates, ...]] = (Relates("investigator", "investigator"),)

    investigator: PersonId
    due: Moment | None = None


class DueExtended(CaseMove):
    """What was due at `previous` became due at `due`; `original` is what it was at first."""

    stored_type: ClassVar[str] = "case.due_extended"
    move: ClassVar[str] = "extend"
    requires: ClassVar[Requires] = Requires(
        duty="case.extend", barred=("responsible", "investigator", "concerned", "requester")
    )

    due: Moment
    previous: Moment
    original: Moment
    ground: Code


class RespondentNotified(CaseMove):
    """A person concerned was told the substance, not who brought it; from then on they may see the case."""

    stored_type: ClassVar[str] = "case.respondent_notified"
    move: ClassVar[str] = "notify"
    requires: ClassVar[Requires] = Requires(duty="case.notify", barred=("concerned", "requester"))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("respondent", "person"),)

    person: PersonId
    substance: Sealed
    reply_by: Moment


class RespondentReplied(CaseMove):
    """A person notified answered."""

    stored_type: ClassVar[str] = "case.respondent_replied"
    move: ClassVar[str] = "reply"
    requires: ClassVar[Requires] = Requires(own=("respondent",))

    person: PersonId
    reply: Sealed


class CaseDecided(CaseMove):
    """An outcome was decided, by somebody who neither brought the case nor investigated it."""

    stored_type: ClassVar[str] = "case.decided"
    move: ClassVar[str] = "decide"
    requires: ClassVar[Requires] = Requires(
        duty="case.decide", barred=("concerned", "requester", "investigator")
    )
    relates: ClassVar[tuple[Relates, ...]] = (Relates("decider", ACTOR),)

    outcome: Code
    ground: Sealed


class RequesterAnswered(CaseMove):
    """Whoever brought the case was told what came of it; an anonymous case is answered in public."""

    stored_type: ClassVar[str] = "case.requester_answered"
    move: ClassVar[str] = "answer"
    requires: ClassVar[Requires] = Requires(duty="case.answer", barred=("concerned", "requester"))

    channel: Code
    answer: Sealed


class RectificationReported(CaseMove):
    """Whoever is responsible reported the matter put right.  Whether it is so is for others to see."""

    stored_type: ClassVar[str] = "case.rectification_reported"
    move: ClassVar[str] = "rectify"
    requires: ClassVar[Requires] = Requires(duty="case.rectify", own=("responsible",))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("rectifier", ACTOR),)

    evidence: tuple[Digest, ...] = ()
    note: Sealed | None = None


_VERIFICATION: Final = Requires(
    duty="case.verify", barred=("responsible", "rectifier", "concerned", "requester")
)


class VerificationPassed(CaseMove):
    """Somebody else saw that the matter is put right."""

    stored_type: ClassVar[str] = "case.verification_passed"
    move: ClassVar[str] = "verify_passed"
    requires: ClassVar[Requires] = _VERIFICATION
    relates: ClassVar[tuple[Relates, ...]] = (Relates("verifier", ACTOR),)

    evidence: tuple[Digest, ...]
    note: Sealed | None = None


class VerificationFailed(CaseMove):
    """Somebody else saw that the matter is not put right."""

    stored_type: ClassVar[str] = "case.verification_failed"
    move: ClassVar[str] = "verify_failed"
    requires: ClassVar[Requires] = _VERIFICATION
    relates: ClassVar[tuple[Relates, ...]] = (Relates("verifier", ACTOR),)

    evidence: tuple[Digest, ...]
    note: Sealed | None = None


class CaseClosed(CaseMove):
    """The case was closed."""

    stored_type: ClassVar[str] = "case.closed"
    move: ClassVar[str] = "close"
    requires: ClassVar[Requires] = Requires(
        duty="case.close", barred=("responsible", "rectifier", "concerned", "requester")
    )


class CaseContested(CaseMove):
    """Whoever brought the case did not accept what came of it."""

    stored_type: ClassVar[str] = "case.contested"
    move: ClassVar[str] = "contest"
    requires: ClassVar[Requires] = Requires(
        duty="case.contest",
        own=("requester",),
        barred=("concerned", "responsible"),
        not_for_others=WHO_DECIDE,
    )

    ground: Sealed


class CaseReopened(CaseMove):
    """The case was taken up again; who is to be heard is heard anew, and a new day may be set."""

    stored_type: ClassVar[str] = "case.reopened"
    move: ClassVar[str] = "reopen"
    requires: ClassVar[Requires] = Requires(duty="case.reopen", barred=("concerned", "requester"))

    ground: Code
    source: StreamId | None = None


class CaseWithdrawn(CaseMove):
    """Whoever brought the case took it back."""

    stored_type: ClassVar[str] = "case.withdrawn"
    move: ClassVar[str] = "withdraw"
    requires: ClassVar[Requires] = Requires(
        duty="case.withdraw",
        own=("requester",),
        barred=("concerned", "responsible"),
        not_for_others=WHO_DECIDE,
    )

    ground: Code


CaseMoved = (
    CaseAcknowledged
    | CaseAccepted
    | CaseRefused
    | ResponsibleAssigned
    | InvestigatorAssigned
    | DueExtended
    | RespondentNotified
    | RespondentReplied
    | CaseDecided
    | RequesterAnswered
    | RectificationReported
    | VerificationPassed
    | VerificationFailed
    | CaseClosed
    | CaseContested
    | CaseReopened
    | CaseWithdrawn
    | CaseHandedOver
    | CaseReturned
    | CasePaused
    | CaseResumed
    | ClockExtended
    | CaseEscalated
    | CaseJoined
    | CasePromoted
    | ResolutionConfirmed
    | CaseAppealed
    | AppealDecided
)

CaseNoted = (
    ParticularsGiven
    | ClockStarted
    | ClockMoved
    | ClockRecounted
    | CaseReminded
    | CaseLinked
    | CaseRecused
    | IdentityRequested
    | IdentityDecided
    | IdentityOpened
)

CaseEvent = CaseOpened | CaseMoved | CaseNoted

MOVED: Final[tuple[type[CaseMove], ...]] = (
    CaseAcknowledged,
    CaseAccepted,
    CaseRefused,
    ResponsibleAssigned,
    InvestigatorAssigned,
    DueExtended,
    RespondentNotified,
    RespondentReplied,
    CaseDecided,
    RequesterAnswered,
    RectificationReported,
    VerificationPassed,
    VerificationFailed,
    CaseClosed,
    CaseContested,
    CaseReopened,
    CaseWithdrawn,
    CaseHandedOver,
    CaseReturned,
    CasePaused,
    CaseResumed,
    ClockExtended,
    CaseEscalated,
    CaseJoined,
    CasePromoted,
    ResolutionConfirmed,
    CaseAppealed,
    AppealDecided,
)
"""The events that make a move.  An extension is one of two: of the due moment, or of a clock."""

NOTED: Final[tuple[type[CaseNote], ...]] = (
    ParticularsGiven,
    ClockStarted,
    ClockMoved,
    ClockRecounted,
    CaseReminded,
    CaseLinked,
    CaseRecused,
    IdentityRequested,
    IdentityDecided,
    IdentityOpened,
)
"""The events that leave the state as it is."""


def narrowed(kind: CaseKind) -> dict[str, StepRule]:
    """For each move that a kind narrows, what it demands: another duty, more who are barred."""
    rules: dict[str, StepRule] = {}
    for event in MOVED:
        if (who := kind.who.get(event.move)) is not None:
            own = event.requires
            requires = replace(
                own,
                duty=who.duty or own.duty,
                barred=(*own.barred, *(relation for relation in who.barred if relation not in own.barred)),
                outside=own.outside or who.outside,
            )
            rules[event.move] = StepRule(requires, event.relates)
    return rules
