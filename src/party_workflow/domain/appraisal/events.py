"""What is recorded of an appraisal."""

from __future__ import annotations

from typing import ClassVar, Final

from party_workflow.codec import Event
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Sealed
from party_workflow.relations import Relates, Requires
from party_workflow.values import Code, Count, Digest, Flag, Moment, PersonId, StreamId, UnitId

PROBATIONARY: Final = "probationary"
"""The category of those who are never graded."""
LEAST_INPUTS: Final = frozenset({"self", "peer", "mass"})
"""The kinds of rating round that every opinion cites (R-051)."""


class AppraisalOpened(Event):
    """The appraisal of a member began.  Whether they are graded, and on which scale, is settled here."""

    stored_type: ClassVar[str] = "appraisal.opened"
    requires: ClassVar[Requires] = Requires(duty="appraisal.open", barred=("subject",))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("subject", "subject"),)
    unit_field: ClassVar[str | None] = "unit"

    subject: PersonId
    unit: UnitId
    cycle: Code
    graded: Flag
    grades: tuple[Code, ...]
    inputs: tuple[Code, ...]
    serves: tuple[Serves, ...] = ()


class SelfStated(Event):
    """The member handed in their statement, by content hash.  An earlier one stays on record."""

    stored_type: ClassVar[str] = "appraisal.self_stated"
    requires: ClassVar[Requires] = Requires(own=("subject",))

    statement: Digest


class StatementExcused(Event):
    """The member need not hand in a statement, and why."""

    stored_type: ClassVar[str] = "appraisal.statement_excused"
    requires: ClassVar[Requires] = Requires(duty="appraisal.excuse", barred=("subject",))

    ground: Code


class OpinionFormed(Event):
    """The organisation formed its opinion, or after a reply a further one; `version` counts from 1."""

    stored_type: ClassVar[str] = "appraisal.opinion_formed"
    requires: ClassVar[Requires] = Requires(duty="appraisal.opinion", barred=("subject",))

    version: Count
    grade: Code | None = None
    cites: tuple[StreamId, ...]
    record: Digest | StreamId
    achievements: Sealed
    problems: Sealed
    direction: Sealed


class FeedbackDelivered(Event):
    """The opinion was given to the member in writing, who may reply until a moment."""

    stored_type: ClassVar[str] = "appraisal.feedback_delivered"
    requires: ClassVar[Requires] = Requires(duty="appraisal.feedback", barred=("subject",))

    version: Count
    reply_until: Moment


class Replied(Event):
    """The member answered the opinion."""

    stored_type: ClassVar[str] = "appraisal.replied"
    requires: ClassVar[Requires] = Requires(own=("subject",))

    version: Count
    text: Sealed


class Acknowledged(Event):
    """The member took note of the opinion, which is not to agree with it."""

    stored_type: ClassVar[str] = "appraisal.acknowledged"
    requires: ClassVar[Requires] = Requires(own=("subject",))

    version: Count


class AppraisalFinalised(Event):
    """The opinion in this version stands."""

    stored_type: ClassVar[str] = "appraisal.finalised"
    requires: ClassVar[Requires] = Requires(duty="appraisal.finalise", barred=("subject",))

    version: Count


class AppraisalVoided(Event):
    """The appraisal was broken off without an outcome, and why."""

    stored_type: ClassVar[str] = "appraisal.voided"
    requires: ClassVar[Requires] = Requires(duty="appraisal.void", barred=("subject",))

    ground: Code


AppraisalEvent = (
    AppraisalOpened
    | SelfStated
    | StatementExcused
    | OpinionFormed
    | FeedbackDelivered
    | Replied
    | Acknowledged
    | AppraisalFinalised
    | AppraisalVoided
)
