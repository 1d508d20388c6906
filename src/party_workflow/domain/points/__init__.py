"""Points: what a person was given and had taken under a scheme, entry by entry (R-083).

One person has one stream under one scheme, because its key is made of the two: so an activity that both home
and host branch report counts once (R-085), and a bonus stays under its cap whoever approves (R-086).  An
entry names the clause, the version of the scheme, the period and the unit that granted it.  There is no
balance to alter: `party_workflow.policies.accounts.balances` adds the entries up.  A deduction counts only
when the person was told, had time to object, and somebody else decided; a reversal is a further entry
(R-087). What a platform says is kept beside, never among, the points of one's own (R-077).
"""

from party_workflow.domain.points.aggregate import DECIDER
from party_workflow.domain.points.commands import (
    AppealDeduction,
    ApproveBonus,
    DecideDeduction,
    DecideDeductionAppeal,
    ExcludeFromPoints,
    GiveNotice,
    GrantPoints,
    ImportPoints,
    ObjectToDeduction,
    OpenPoints,
    PointsCommand,
    PointsRequest,
    ProposeDeduction,
    ReverseEntry,
    points_of,
)
from party_workflow.domain.points.events import (
    CATEGORY,
    BonusApproved,
    Branch,
    DeductionAppealDecided,
    DeductionAppealed,
    DeductionDecided,
    DeductionObjected,
    DeductionProposed,
    EntryReversed,
    NoticeGiven,
    PointsEvent,
    PointsExcluded,
    PointsGranted,
    PointsImported,
    PointsOpened,
)
from party_workflow.domain.points.reasons import REASONS
from party_workflow.domain.points.scheme import OWN, Clause, PointsScheme, SchemeKey, read_scheme
from party_workflow.domain.points.state import Deduction, Points, PointsEntry, Standing

__all__ = [
    "CATEGORY",
    "OWN",
    "REASONS",
    "AppealDeduction",
    "ApproveBonus",
    "BonusApproved",
    "Branch",
    "Clause",
    "DECIDER",
    "DecideDeduction",
    "DecideDeductionAppeal",
    "Deduction",
    "DeductionAppealDecided",
    "DeductionAppealed",
    "DeductionDecided",
    "DeductionObjected",
    "DeductionProposed",
    "EntryReversed",
    "ExcludeFromPoints",
    "GiveNotice",
    "GrantPoints",
    "ImportPoints",
    "NoticeGiven",
    "ObjectToDeduction",
    "OpenPoints",
    "Points",
    "PointsCommand",
    "PointsEntry",
    "PointsEvent",
    "PointsExcluded",
    "PointsGranted",
    "PointsImported",
    "PointsOpened",
    "PointsRequest",
    "PointsScheme",
    "ProposeDeduction",
    "ReverseEntry",
    "SchemeKey",
    "Standing",
    "points_of",
    "read_scheme",
]
