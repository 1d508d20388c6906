"""Why a command on a case is refused, in order of precedence.

Whether there is a case at all comes first, in the very words used for a case that the actor may not
see.  After `NOT_A_KIND` and before `UNKNOWN_UNIT` stand the refusals of the kind's lifecycle
(`party_workflow.lifecycle.REASONS`): moves that are not open in the state of the case.
"""

from __future__ import annotations

from typing import Final

from party_workflow.authority import UNKNOWN_MATTER
from party_workflow.errors import Reason

UNKNOWN: Final = Reason("case.unknown", "There is no case of this id yet.", "Open it first, or check the id.")
"""What `allowed` says of the moves on a case not yet opened; a command on it gets `UNKNOWN_MATTER`."""
TAKEN: Final = Reason(
    "case.taken", "The case id {stream} was used before.", "Choose an id that was never used."
)
UNKNOWN_KIND: Final = Reason(
    "case.unknown_kind",
    "No definition {kind} with digest {digest} has been adopted.",
    "Adopt it first, or name the digest of a version that was.",
)
RETIRED_KIND: Final = Reason(
    "case.retired_kind",
    "The kind {kind} has been retired, and no case is opened under it any more.",
    "Open the case under a kind in force.",
)
NOT_A_KIND: Final = Reason(
    "case.not_a_kind",
    "The definition {kind} does not describe a kind of case of that code: {fault}",
    "Name a definition that does.",
)
UNKNOWN_UNIT: Final = Reason(
    "case.unknown_unit", "There is no open unit {unit}.", "Name the unit that the case belongs to."
)
UNKNOWN_PERSON: Final = Reason(
    "case.unknown_person",
    "{person} does not stand in the organisation at that time.",
    "Name somebody who does, or register the person first.",
)
REQUESTER_NOT_SEALED: Final = Reason(
    "case.requester_not_sealed",
    "A case of the confidential kind {kind} would name in the log who brought it.",
    "Leave requester out and give it as complainant, which is sealed.",
)
REQUESTER_SEALED: Final = Reason(
    "case.requester_sealed",
    "The kind {kind} is not confidential, and a sealed complainant could neither be answered nor contest.",
    "Give it as requester, or leave it out.",
)
OWN_ACCOUNT: Final = Reason(
    "case.own_account",
    "Opened from the complainant's own account or by anybody for themselves, a case of the confidential "
    "kind {kind} would tell by its actor who brought it.",
    "Have it recorded by somebody who takes cases in.",
)
REQUESTER_CONCERNED: Final = Reason(
    "case.requester_concerned",
    "Who brings a case cannot be among those whom it concerns.",
    "Leave one of the two out.",
)
NOT_YET_NOTIFIED: Final = Reason(
    "case.not_yet_notified",
    "{person} is concerned by this confidential case and would learn of it by becoming responsible.",
    "Notify the person first, or make somebody else responsible.",
)
INVOLVED: Final = Reason(
    "case.investigator_involved",
    "{person} cannot investigate a case that they brought or that concerns them.",
    "Assign somebody who has no part in it.",
)
DUE_PAST: Final = Reason("case.due_past", "{due} has passed already.", "Set a moment that can still be kept.")
DUE_SET: Final = Reason(
    "case.due_set",
    "The case is due at {due} already, and a new assignment does not move that.",
    "Leave the due moment out, or extend it before it has passed.",
)
NO_DUE: Final = Reason(
    "case.no_due", "The case has no due moment that could be extended.", "Set one with an assignment."
)
DUE_OVER: Final = Reason(
    "case.due_over",
    "The case was due at {due}; after that nothing is extended.",
    "Deal with it as overdue: it is judged by the due moment that stands.",
)
NOT_LATER: Final = Reason("case.not_later", "{due} is not later than {current}.", "Extend to a later moment.")
NOT_CONCERNED: Final = Reason(
    "case.not_concerned",
    "{person} is not among those whom the case concerns.",
    "Notify those named at the opening; for somebody else open a case that names this one as its source.",
)
NO_TIME_TO_REPLY: Final = Reason(
    "case.no_time_to_reply",
    "An answer by {reply_by} would leave no time: that moment has passed.",
    "Set a later moment; the time to answer counts from when the notice is recorded.",
)
UNKNOWN_OUTCOME: Final = Reason(
    "case.unknown_outcome", "The kind {kind} has no outcome {outcome}.", "Its outcomes are: {known}."
)
NOT_NOTIFIED: Final = Reason(
    "case.not_notified",
    "{person} has not been notified of the substance.",
    "Notify the person and let them answer first.",
)
REPLY_PENDING: Final = Reason(
    "case.reply_pending",
    "{person} has been notified and may answer until {reply_by}.",
    "Decide after the answer, or after that moment.",
)
NOBODY_RESPONSIBLE: Final = Reason(
    "case.nobody_responsible",
    "Nobody is responsible for putting this right.",
    "Assign somebody who is, so that somebody else can verify it.",
)
NOT_RESPONSIBLE: Final = Reason(
    "case.not_responsible",
    "{person} is no longer responsible for this case; {responsible} is.",
    "Let {responsible} report it.",
)
NO_EVIDENCE: Final = Reason(
    "case.no_evidence",
    "A verification without evidence shows nothing.",
    "Name at least one piece of evidence by its content hash.",
)

REASONS: Final = (
    UNKNOWN_MATTER,
    UNKNOWN,
    TAKEN,
    UNKNOWN_KIND,
    RETIRED_KIND,
    NOT_A_KIND,
    UNKNOWN_UNIT,
    UNKNOWN_PERSON,
    REQUESTER_NOT_SEALED,
    REQUESTER_SEALED,
    OWN_ACCOUNT,
    REQUESTER_CONCERNED,
    NOT_YET_NOTIFIED,
    INVOLVED,
    DUE_PAST,
    DUE_SET,
    NO_DUE,
    DUE_OVER,
    NOT_LATER,
    NOT_CONCERNED,
    NO_TIME_TO_REPLY,
    UNKNOWN_OUTCOME,
    NOT_NOTIFIED,
    REPLY_PENDING,
    NOBODY_RESPONSIBLE,
    NOT_RESPONSIBLE,
    NO_EVIDENCE,
)
