"""Publication: what was published, to whom, from which position of the log, under which rule and digest.

Together these let anybody compute the published figure again and compare the bytes (R-189, R-197).  What is
open for objections is final only when the time is over and every objection has been answered, none of them
upheld (R-188).  A correction never changes a publication: it is another one, an erratum, and both name each
other.  One command writes one stream, so an erratum takes two, executed together; `erratum` makes them.
"""

from party_workflow.domain.publication.aggregate import (
    DECIDER,
)
from party_workflow.domain.publication.commands import (
    CorrectPublication,
    Finalise,
    LinkErratum,
    PublicationCommand,
    Publish,
    RaiseObjection,
    ResolveObjection,
    erratum,
)
from party_workflow.domain.publication.events import (
    CATEGORY,
    ErratumLinked,
    ObjectionRaised,
    ObjectionResolved,
    PublicationEvent,
    PublicationFinalised,
    Published,
)
from party_workflow.domain.publication.reasons import (
    ALREADY_CORRECTED,
    NO_POSITION,
    NO_WINDOW,
    NOT_ITS_ERRATUM,
    NOT_YET_KNOWN,
    NOTHING_TO_CORRECT,
    OBJECTION_UPHELD,
    OPEN_OBJECTIONS,
    REASONS,
    TAKEN,
    UNKNOWN,
    UNKNOWN_OBJECTION,
    UNKNOWN_UNIT,
    WINDOW_CLOSED,
    WINDOW_EMPTY,
    WINDOW_OPEN,
)
from party_workflow.domain.publication.state import (
    LIFECYCLE,
    TABLE,
    Objection,
    Publication,
    PublicationSummary,
)

__all__ = [
    "ALREADY_CORRECTED",
    "CATEGORY",
    "CorrectPublication",
    "DECIDER",
    "ErratumLinked",
    "Finalise",
    "LIFECYCLE",
    "LinkErratum",
    "NOTHING_TO_CORRECT",
    "NOT_ITS_ERRATUM",
    "NOT_YET_KNOWN",
    "NO_POSITION",
    "NO_WINDOW",
    "OBJECTION_UPHELD",
    "OPEN_OBJECTIONS",
    "Objection",
    "ObjectionRaised",
    "ObjectionResolved",
    "Publication",
    "PublicationCommand",
    "PublicationEvent",
    "PublicationFinalised",
    "PublicationSummary",
    "Publish",
    "Published",
    "REASONS",
    "RaiseObjection",
    "ResolveObjection",
    "TABLE",
    "TAKEN",
    "UNKNOWN",
    "UNKNOWN_OBJECTION",
    "UNKNOWN_UNIT",
    "WINDOW_CLOSED",
    "WINDOW_EMPTY",
    "WINDOW_OPEN",
    "erratum",
]
