"""Submission: a written work by one author: a reflection, analysis material, a rectification plan.

The text stays outside; the log holds the content hash of every version, so that the one read out at a meeting
can be told from the ones before and after it (R-052).  Somebody other than the author vets it, and what is
sent back can be handed in again (R-064).  A checker may flag what resembles another text; only a vet,
who answers for it by name, sends back (R-065).

A work may be written on a `template` that is adopted as data: then no version lacks a required section, and
each section can be cited on its own (R-041).  A restricted one is known to its author, its unit and those
admitted, and to nobody else but custodians (R-052).
"""

from party_workflow.domain.submission.aggregate import (
    DECIDER,
)
from party_workflow.domain.submission.commands import (
    AdmitReader,
    FlagSimilarity,
    GivenSection,
    MarkReadOut,
    Resubmit,
    SubmissionCommand,
    Submit,
    Vet,
    Withdraw,
)
from party_workflow.domain.submission.events import (
    CATEGORY,
    PinnedTemplate,
    ReaderAdmitted,
    ReadOut,
    Resubmitted,
    Section,
    SimilarityFlagged,
    SubmissionEvent,
    Submitted,
    Verdict,
    Vetted,
    Withdrawn,
)
from party_workflow.domain.submission.reasons import (
    NO_GROUND,
    NO_TEMPLATE,
    NOT_HELD,
    NOT_RESTRICTED,
    OTHER_KIND,
    READ_ALREADY,
    READER_ALREADY,
    REASONS,
    SAME_VERSION,
    SECTIONS_LACKING,
    SHARE_OUT_OF_RANGE,
    TAKEN,
    TEMPLATE_RETIRED,
    UNKNOWN,
    UNKNOWN_AUTHOR,
    UNKNOWN_READER,
    UNKNOWN_SECTION,
    UNKNOWN_UNIT,
    UNKNOWN_VERSION,
)
from party_workflow.domain.submission.state import (
    LIFECYCLE,
    TABLE,
    CitedSection,
    Flag,
    Submission,
    Version,
    Vetting,
)
from party_workflow.domain.submission.template import EMPTY, SectionRule, TemplateDefinition

__all__ = [
    "AdmitReader",
    "CATEGORY",
    "CitedSection",
    "DECIDER",
    "EMPTY",
    "Flag",
    "FlagSimilarity",
    "GivenSection",
    "LIFECYCLE",
    "MarkReadOut",
    "NOT_HELD",
    "NOT_RESTRICTED",
    "NO_GROUND",
    "NO_TEMPLATE",
    "OTHER_KIND",
    "PinnedTemplate",
    "READER_ALREADY",
    "READ_ALREADY",
    "REASONS",
    "ReadOut",
    "ReaderAdmitted",
    "Resubmit",
    "Resubmitted",
    "SAME_VERSION",
    "SECTIONS_LACKING",
    "SHARE_OUT_OF_RANGE",
    "Section",
    "SectionRule",
    "SimilarityFlagged",
    "Submission",
    "SubmissionCommand",
    "SubmissionEvent",
    "Submit",
    "Submitted",
    "TABLE",
    "TAKEN",
    "TEMPLATE_RETIRED",
    "TemplateDefinition",
    "UNKNOWN",
    "UNKNOWN_AUTHOR",
    "UNKNOWN_READER",
    "UNKNOWN_SECTION",
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
