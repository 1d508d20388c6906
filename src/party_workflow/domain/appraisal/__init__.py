"""Appraisal: what an organisation finds of one member in one cycle, told to them, and their reply.

A stream is one member in one cycle, because its invariants are about the order of the steps: own statement,
opinion, written feedback, reply, end.  The opinion rests on closed rating rounds of every kind asked for
(self, peer and mass at the least) and on the year's record, never on votes alone.  A probationary member
takes part and is not graded (R-051).  Nothing is final before the person was told and has answered or let
the time for it pass; the reply stands beside the opinion, and a revised opinion beside the first (R-055).

How many may be graded excellent is a property of the cycle, and a policy's to say; it reads
`appraisal.outcome`.
"""

from party_workflow.domain.appraisal.aggregate import (
    DECIDER,
)
from party_workflow.domain.appraisal.commands import (
    Acknowledge,
    AppraisalCommand,
    DeliverFeedback,
    ExcuseStatement,
    Finalise,
    FormOpinion,
    OpenAppraisal,
    RecordSelfStatement,
    Reply,
    ReviseOpinion,
    VoidAppraisal,
)
from party_workflow.domain.appraisal.events import (
    LEAST_INPUTS,
    PROBATIONARY,
    Acknowledged,
    AppraisalEvent,
    AppraisalFinalised,
    AppraisalOpened,
    AppraisalVoided,
    FeedbackDelivered,
    OpinionFormed,
    Replied,
    SelfStated,
    StatementExcused,
)
from party_workflow.domain.appraisal.reasons import (
    GRADE_MISSING,
    INPUTS_LACKING,
    KINDS_LACKING,
    NEVER_GRADED,
    NO_RECORD,
    NO_TIME_TO_REPLY,
    NOT_A_RATING,
    RATING_NOT_CLOSED,
    RATING_OF_OTHERS,
    REASONS,
    REPLY_PERIOD,
    SCALE,
    TAKEN,
    UNGRADED,
    UNKNOWN,
    UNKNOWN_GRADE,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.domain.appraisal.state import (
    LIFECYCLE,
    TABLE,
    Answered,
    Appraisal,
    Opinion,
    Outcome,
)

__all__ = [
    "Acknowledge",
    "Acknowledged",
    "Answered",
    "Appraisal",
    "AppraisalCommand",
    "AppraisalEvent",
    "AppraisalFinalised",
    "AppraisalOpened",
    "AppraisalVoided",
    "DECIDER",
    "DeliverFeedback",
    "ExcuseStatement",
    "FeedbackDelivered",
    "Finalise",
    "FormOpinion",
    "GRADE_MISSING",
    "INPUTS_LACKING",
    "KINDS_LACKING",
    "LEAST_INPUTS",
    "LIFECYCLE",
    "NEVER_GRADED",
    "NOT_A_RATING",
    "NO_RECORD",
    "NO_TIME_TO_REPLY",
    "OpenAppraisal",
    "Opinion",
    "OpinionFormed",
    "Outcome",
    "PROBATIONARY",
    "RATING_NOT_CLOSED",
    "RATING_OF_OTHERS",
    "REASONS",
    "REPLY_PERIOD",
    "RecordSelfStatement",
    "Replied",
    "Reply",
    "ReviseOpinion",
    "SCALE",
    "SelfStated",
    "StatementExcused",
    "TABLE",
    "TAKEN",
    "UNGRADED",
    "UNKNOWN",
    "UNKNOWN_GRADE",
    "UNKNOWN_PERSON",
    "UNKNOWN_UNIT",
    "VoidAppraisal",
]
