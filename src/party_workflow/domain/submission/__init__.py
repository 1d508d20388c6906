"""Submission: a written work by one author: a reflection, analysis material, a rectification plan.

The text stays outside; the log holds the content hash of every version, so that the one read out at a meeting
can be told from the ones before and after it (R-052).  Somebody other than the author vets it, and what is
sent back can be handed in again (R-064).  A checker may flag what resembles another text; only a vet,
who answers for it by name, sends back (R-065).
"""

from party_workflow.domain.submission.aggregate import (
    DECIDER,
)
from party_workflow.domain.submission.commands import (
    FlagSimilarity,
    MarkReadOut,
    Resubmit,
    SubmissionCommand,
    Submit,
    Vet,
    Withdraw,
)
from party_workflow.domain.submission.events import (
    CATEGORY,
    ReadOut,
    Resubmitted,
    SimilarityFlagged,
    SubmissionEvent,
    Submitted,
    Verdict,
    Vetted,
    Withdrawn,
)
from party_workflow.domain.submission.reasons import (
    NO_GROUND,
    NOT_HELD,
    READ_ALREADY,
    REASONS,
    SAME_VERSION,
    SHARE_OUT_OF_RANGE,
    TAKEN,
    UNKNOWN,
    UNKNOWN_AUTHOR,
    UNKNOWN_UNIT,
    UNKNOWN_VERSION,
)
from party_workflow.domain.submission.state import (
    LIFECYCLE,
    TABLE,
    Flag,
    Submission,
    Version,
    Vetting,
)

__all__ = [
    "CATEGORY",
    "DECIDER",
    "Flag",
    "FlagSimilarity",
    "LIFECYCLE",
    "MarkReadOut",
    "NOT_HELD",
    "NO_GROUND",
    "READ_ALREADY",
    "REASONS",
    "ReadOut",
    "Resubmit",
    "Resubmitted",
    "SAME_VERSION",
    "SHARE_OUT_OF_RANGE",
    "SimilarityFlagged",
    "Submission",
    "SubmissionCommand",
    "SubmissionEvent",
    "Submit",
    "Submitted",
    "TABLE",
    "TAKEN",
    "UNKNOWN",
    "UNKNOWN_AUTHOR",
    "UNKNOWN_UNIT",
    "UNKNOWN_VERSION",
    "Verdict",
    "Version",
    "Vet",
    "Vetted",
    "Vetting",
    "Withdraw",
    "Withdrawn",
]
