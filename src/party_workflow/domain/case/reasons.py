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
NOT_IN_FORCE: Final = Reason(
    "case.kind_not_in_force",
    "The version of {kind} with digest {digest} is not in force any more.",
    "Open the case under the version in force, whose digest is {current}.",
)
NOT_YET: Final = Reason(
    "case.not_yet",
    "{effective_at} has not come; what is recorded of a case has happened.",
    "Record it when it has happened: what is dated ahead would stand in no register until then.",
)
TOO_EARLY: Final = Reason(
    "case.before_what_it_follows",
    "{effective_at} is before {since}, when the case was opened or came to where it is.",
    "Date it when it happened: nothing is answered before it was decided, nor done before it was begun.",
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
ID_MISTYPED: Final = Reason(
    "case.id_mistyped",
    "Who brings it is given as an id that is not written as ids are, and would be nobody's.",
    "Write it in small letters and figures, without blanks around it.",
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
    "The case was due at {due}; after that nothing is extended or counted anew.",
    "Deal with it as overdue: it is judged by the due moment that stands.",
)
NOT_LATER: Final = Reason("case.not_later", "{due} is not later than {current}.", "Extend to a later moment.")
NOT_CONCERNED: Final = Reason(
    "case.not_concerned",
    "{person} is not among those whom the case concerns.",
    "Notify those named at the opening; for somebody else open a case that has this one as its source.",
)
NO_TIME_TO_REPLY: Final = Reason(
    "case.no_time_to_reply",
    "An answer by {reply_by} would leave less than a day.",
    "Set a later moment; the time to answer counts from when the notice is recorded.",
)
NOTICE_STANDS: Final = Reason(
    "case.notice_stands",
    "{person} was told to answer by {reply_by}, and is not to answer sooner.",
    "Leave that time or give more; the answer may come before it is over.",
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

GUESSABLE_KEY: Final = Reason(
    "case.guessable_key",
    "A case of the confidential kind {kind} stands under a key that nobody can guess.",
    "End the key in 32 hexadecimal digits drawn at random.",
)
NO_CALENDAR: Final = Reason(
    "case.no_calendar",
    "The clock {clock} is counted on the calendar {calendar}, which is not in force.",
    "Adopt the calendar first.",
)
NOT_COUNTED: Final = Reason(
    "case.not_counted",
    "What is due on the clock {clock} cannot be counted: {fault}",
    "Adopt a version of the calendar that covers the days, and try again.",
)
CLOCK_NOT_RUNNING: Final = Reason(
    "case.clock_not_running", "No clock {clock} runs in this case.", "Clocks that run: {running}."
)
CLOCK_FIXED: Final = Reason(
    "case.clock_fixed",
    "The kind {kind} does not let the clock {clock} be extended.",
    "Deal with it in time, or as overdue.",
)
CLOCK_EXTENDED: Final = Reason(
    "case.clock_extended_before",
    "The clock {clock} was extended {times} times, which is all that the kind allows.",
    "Deal with it as overdue once it has run out.",
)
CLOCK_OVER: Final = Reason(
    "case.clock_over",
    "The time for {move} ran out on the clock {clock} at {due}.",
    "What was decided stands; another way may be open at the level above.",
)
CLOCK_RUNS: Final = Reason(
    "case.clock_runs",
    "{move} waits for the clock {clock}, which runs until {due}.",
    "Wait until then: the time belongs to somebody else.",
)
UNMOVED: Final = Reason(
    "case.calendar_unmoved",
    "The clock {clock} is counted on the version of {calendar} in force already.",
    "Nothing needs to be recorded.",
)
PAUSE_BACKWARDS: Final = Reason(
    "case.pause_backwards",
    "The pause began at {since} and cannot end before that.",
    "Give a later moment.",
)
SAME_UNIT_AGAIN: Final = Reason(
    "case.same_unit", "The case is with {unit} already.", "Name another unit, or assign somebody there."
)
TOO_OFTEN: Final = Reason(
    "case.handed_over_too_often",
    "The case was handed over {times} times, which is all that the kind allows.",
    "Settle it here, or put it before a unit above.",
)
TO_CONCERNED: Final = Reason(
    "case.handed_to_concerned",
    "Somebody whom the case concerns belongs to {unit}, or holds a post there or above it.",
    "Hand it to a unit to which none of them belongs and over which none of them stands.",
)
NOT_HANDED_OVER: Final = Reason(
    "case.not_handed_over", "The case came from no other unit.", "Hand it over instead."
)
NOT_ABOVE: Final = Reason(
    "case.not_above",
    "{unit} is not above {own}, to which the case belongs.",
    "Name one of the units above it: {above}.  To a unit beside it a case is handed over.",
)
NO_LEAD: Final = Reason(
    "case.no_lead",
    "There is no open case {lead} of the kind {kind} that could be followed.",
    "Name the lead case: of the same kind, not finished, another than this one.",
)
LEAD_FOLLOWS: Final = Reason("case.lead_follows", "{lead} itself follows {its_lead}.", "Follow {its_lead}.")
LEAD_UNDECIDED: Final = Reason(
    "case.lead_undecided",
    "This case follows {lead}, of which nothing has come that could be answered.",
    "Wait for that case, or take this one on by itself, where its kind allows that.",
)
NOT_PROMOTED: Final = Reason(
    "case.not_promoted",
    "{to} is no open case of another kind that has this one as its source.",
    "Open it with this case as its source, or with none where this one is confidential and that one is not.",
)
NAMES_PROTECTED: Final = Reason(
    "case.names_protected",
    "A case seen by more would name one that is seen by fewer.",
    "Record the link on the side of the confidential case only.",
)
NO_SUCH_OTHER: Final = Reason(
    "case.no_such_other", "There is no matter {other}.", "Check the id; a case is linked to another matter."
)
NO_FURTHER_APPEAL: Final = Reason(
    "case.no_further_appeal",
    "The case has been through all {levels} levels, and what was decided is final.",
    "It is taken up again only on new grounds.",
)
UNKNOWN_PARTY: Final = Reason(
    "case.unknown_party",
    "{party} is no party that appeals in this case.",
    "Say requester or respondent; a respondent was notified before.",
)
NOTHING_SAID: Final = Reason("case.nothing_said", "No particular was given.", "Give at least one.")
SAID_TWICE: Final = Reason("case.said_twice", "{particular} is given twice.", "Give it once.")
UNKNOWN_PARTICULAR: Final = Reason(
    "case.unknown_particular", "The kind asks for no {particular}.", "It asks for: {known}."
)
FORM_DIFFERS: Final = Reason(
    "case.form_differs", "{particular} has the form {form}.", "Give it in that field, and in no other."
)
NOT_A_VALUE: Final = Reason("case.not_a_value", "{particular} cannot be that.", "It is one of: {known}.")
SAME_UNIT: Final = Reason(
    "case.unit_must_differ",
    "{particular} has to be another unit than {unit}, to which the case belongs.",
    "Name a unit that looks at it from outside.",
)
UNKNOWN_MATTER_CITED: Final = Reason(
    "case.unknown_matter", "There is no matter {matter} to be cited.", "Check the id."
)
PARTICULAR_LACKING: Final = Reason(
    "case.particular_lacking",
    "Before {move} the case has to say: {names}.",
    "Give these particulars with the opening, or, of a case that is open, before.",
)
DEMANDED: Final = Reason(
    "case.demanded",
    "Before {move} the case has to have: {names}.",
    "Give these with the command, or bring them about first.",
)
GOES_ON: Final = Reason(
    "case.goes_on",
    "What this case is about goes on in the case that it was passed on to, which is not finished.",
    "Close this one once that one is finished.",
)
ALREADY_SAID: Final = Reason(
    "case.already_linked", "The case is linked to {other} as {link} already.", "Nothing needs to be recorded."
)
OVER: Final = Reason(
    "case.over", "The case is finished.", "Have it reopened first, where its kind allows that."
)
NO_COMPLAINANT: Final = Reason(
    "case.no_complainant", "No identity is sealed in this case.", "There is nothing that could be opened."
)
REQUEST_WAITS: Final = Reason(
    "case.request_waits", "Request {request} waits to be decided.", "Have a custodian decide it first."
)
NO_REQUEST: Final = Reason(
    "case.no_request", "No request to learn the identity waits.", "Request it first, with the ground."
)
NOT_GRANTED: Final = Reason(
    "case.identity_not_granted",
    "{person} was not granted to learn the identity within the last {days} days, or has learned it already.",
    "Request it, with the ground, and let a custodian decide.",
)

REASONS: Final = (
    UNKNOWN_MATTER,
    UNKNOWN,
    TAKEN,
    NOT_YET,
    UNKNOWN_KIND,
    RETIRED_KIND,
    NOT_IN_FORCE,
    NOT_A_KIND,
    UNKNOWN_UNIT,
    UNKNOWN_PERSON,
    REQUESTER_NOT_SEALED,
    REQUESTER_SEALED,
    OWN_ACCOUNT,
    ID_MISTYPED,
    REQUESTER_CONCERNED,
    NOT_YET_NOTIFIED,
    DUE_PAST,
    DUE_SET,
    NO_DUE,
    DUE_OVER,
    NOT_LATER,
    NOT_CONCERNED,
    NO_TIME_TO_REPLY,
    NOTICE_STANDS,
    UNKNOWN_OUTCOME,
    NOT_NOTIFIED,
    REPLY_PENDING,
    NOBODY_RESPONSIBLE,
    NOT_RESPONSIBLE,
    NO_EVIDENCE,
    GUESSABLE_KEY,
    NO_CALENDAR,
    NOT_COUNTED,
    CLOCK_NOT_RUNNING,
    CLOCK_FIXED,
    CLOCK_EXTENDED,
    CLOCK_OVER,
    CLOCK_RUNS,
    UNMOVED,
    PAUSE_BACKWARDS,
    TOO_EARLY,
    SAME_UNIT_AGAIN,
    TOO_OFTEN,
    TO_CONCERNED,
    NOT_HANDED_OVER,
    NOT_ABOVE,
    NO_LEAD,
    LEAD_FOLLOWS,
    LEAD_UNDECIDED,
    NOT_PROMOTED,
    NAMES_PROTECTED,
    NO_SUCH_OTHER,
    NO_FURTHER_APPEAL,
    UNKNOWN_PARTY,
    NOTHING_SAID,
    SAID_TWICE,
    UNKNOWN_PARTICULAR,
    FORM_DIFFERS,
    NOT_A_VALUE,
    SAME_UNIT,
    UNKNOWN_MATTER_CITED,
    PARTICULAR_LACKING,
    DEMANDED,
    GOES_ON,
    ALREADY_SAID,
    OVER,
    NO_COMPLAINANT,
    REQUEST_WAITS,
    NO_REQUEST,
    NOT_GRANTED,
)
