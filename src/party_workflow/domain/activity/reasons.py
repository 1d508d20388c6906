"""Why commands on an activity are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

TAKEN: Final = Reason(
    "activity.taken", "The activity id {key} was used before.", "Choose an id that was never used."
)
UNKNOWN: Final = Reason(
    "activity.unknown", "This activity has not been planned.", "Plan it first, or check the id."
)
UNKNOWN_UNIT: Final = Reason(
    "activity.unknown_unit", "There is no unit {unit}.", "Found it first, or check the id."
)
UNKNOWN_ORIGINAL: Final = Reason(
    "activity.unknown_original",
    "There is no activity {makes_up} that this one could make good.",
    "Check the id, or plan it as an activity of its own.",
)
TWO_LISTS: Final = Reason(
    "activity.two_lists",
    "Both a population and a list of persons are given as expected.",
    "Give one of the two: there is one list of those expected.",
)
NOBODY_EXPECTED: Final = Reason(
    "activity.nobody_expected",
    "Nobody would be expected at {key}.",
    "Name a frozen population that has people in it, or list the persons.",
)
QUORUM_OUT_OF_RANGE: Final = Reason(
    "activity.quorum_out_of_range",
    "A share of more than {quorum} cannot be required.",
    "Give a share from 0 to below 1, such as 1/2 for more than half.",
)
NO_SERIES: Final = Reason(
    "activity.no_series",
    "No series {series} was adopted with this digest.",
    "Adopt it first, or name series and definition of the version in force.",
)
SERIES_RETIRED: Final = Reason(
    "activity.series_retired",
    "The series {series} was retired, and nothing new begins under it.",
    "Plan the occasion without it, or under the series that replaced it.",
)
NO_CALENDAR: Final = Reason(
    "activity.no_calendar",
    "The window of {series} ends on working days, and no calendar was adopted with this digest.",
    "Adopt the calendar, and name calendar and calendar_definition.",
)
KIND_DIFFERS: Final = Reason(
    "activity.kind_differs",
    "An occasion of {series} is of kind {wanted}, not of kind {kind}.",
    "Check the kind, or plan it without the series.",
)
PERIOD_DIFFERS: Final = Reason(
    "activity.period_differs",
    "{series} is due each {frequency}, and the period given is {period}.",
    "Name the period that the occasion is for.",
)
OUTSIDE_WINDOW: Final = Reason(
    "activity.outside_window",
    "{day} lies outside the window from {first} to {last}.",
    "Choose a day of the window, or give the reason as outside.",
)
NO_REFERENCE: Final = Reason(
    "activity.no_reference",
    "Nothing says of which period the item {item} of the agenda speaks.",
    "Give its reference period.",
)
ITEM_TWICE: Final = Reason(
    "activity.item_twice",
    "The item {item} of {reference} stands twice.",
    "Leave one out, or give them different periods.",
)
FROZEN: Final = Reason(
    "activity.frozen",
    "Freeze {number} forbids new occasions of size {size} to {unit} from {since} and before {until}.",
    "Plan it for another time, make it smaller, or give the reason as override.",
)
NOTHING_SAID: Final = Reason(
    "activity.nothing_said", "Nothing is said that was not before.", "Give what is to be recorded."
)
INTO_ITSELF: Final = Reason(
    "activity.into_itself", "{key} cannot be folded into itself.", "Name the occasion that stands for both."
)
INTO_CLOSED: Final = Reason(
    "activity.into_closed",
    "{into} cannot stand in for another occasion: it is {state}.",
    "Name an occasion that is planned or took place; one that was folded in itself names where to.",
)
NOT_LATER: Final = Reason(
    "activity.not_later",
    "{to} is not later than {due}, for which the activity is planned.",
    "Name a later moment.",
)
NOT_YET: Final = Reason(
    "activity.not_yet",
    "At {at} it has not taken place: it would begin at {begins}.",
    "Record it afterwards, with the time at which it began as the effective time.",
)
LENGTH_UNCLEAR: Final = Reason(
    "activity.length_unclear",
    "How long it lasted is said twice, or not at all where at least {minimum} minutes were planned.",
    "Give either minutes or ended_at.",
)
ENDS_BEFORE_START: Final = Reason(
    "activity.ends_before_start",
    "It would have ended at {ended}, before it began at {began}.",
    "Check ended_at and the effective time.",
)
INCOMPLETE: Final = Reason(
    "activity.attendance_incomplete",
    "{missing} of those expected have no status, beginning with {first}.",
    "Register everybody expected: present, late, remote, excused or absent.",
)
UNKNOWN_PERSON: Final = Reason(
    "activity.unknown_person",
    "{person} does not stand in the organisation at that time.",
    "Register the person first, check the id, or invite a guest from outside beforehand.",
)
ABSENT_WALK_IN: Final = Reason(
    "activity.absent_walk_in",
    "{person} was neither expected nor invited, and cannot be {status}.",
    "Leave the person out.",
)
NO_REASON: Final = Reason(
    "activity.no_reason", "{person} is excused without a reason.", "Give the code of the reason."
)
CHAIR_ABSENT: Final = Reason(
    "activity.chair_absent",
    "{person} chaired, and the register does not say that they were there.",
    "Name who chaired, or put the register right.",
)
DELEGATION_UNCLEAR: Final = Reason(
    "activity.delegation_unclear",
    "Who delegated the chair is said without its ground or its chair, or is who chaired.",
    "Give chaired_by, delegated_by and delegation, and two different persons.",
)
UNKNOWN_ITEM: Final = Reason(
    "activity.unknown_item",
    "The agenda has no single item {item} that this could be meant of.",
    "Check its code, and give its reference period.",
)
NO_ITEM_REASON: Final = Reason(
    "activity.no_item_reason", "{item} is {outcome} without a reason.", "Give the code of the reason."
)
NO_CITED: Final = Reason(
    "activity.no_cited", "There is no {stream} in which {item} could have been done.", "Check the id."
)
AGENDA_INCOMPLETE: Final = Reason(
    "activity.agenda_incomplete",
    "{missing} items of the agenda have no outcome, beginning with {first}.",
    "Say of each item whether it was done, not done or put off.",
)
UNCHANGED: Final = Reason(
    "activity.unchanged",
    "{person} is registered so already.",
    "Nothing needs to be recorded; check what was meant.",
)
ADDED_LATER: Final = Reason(
    "activity.added_at_another_time",
    "{person} is not on the register, and a row is added as of {held}, when the activity took place.",
    "Give that moment as the effective time.",
)
EVIDENCE_TAKEN: Final = Reason(
    "activity.evidence_taken",
    "The evidence {digest} is attached already.",
    "Nothing needs to be recorded; withdraw it first where its kind or expiry is wrong.",
)
UNKNOWN_EVIDENCE: Final = Reason(
    "activity.unknown_evidence", "The evidence {digest} is not attached.", "Check the digest."
)

REASONS: Final = (
    TAKEN,
    UNKNOWN,
    UNKNOWN_UNIT,
    UNKNOWN_ORIGINAL,
    TWO_LISTS,
    NOBODY_EXPECTED,
    QUORUM_OUT_OF_RANGE,
    NO_SERIES,
    SERIES_RETIRED,
    KIND_DIFFERS,
    PERIOD_DIFFERS,
    NO_CALENDAR,
    OUTSIDE_WINDOW,
    NO_REFERENCE,
    ITEM_TWICE,
    FROZEN,
    NOTHING_SAID,
    INTO_ITSELF,
    INTO_CLOSED,
    NOT_LATER,
    NOT_YET,
    LENGTH_UNCLEAR,
    ENDS_BEFORE_START,
    INCOMPLETE,
    UNKNOWN_PERSON,
    ABSENT_WALK_IN,
    NO_REASON,
    CHAIR_ABSENT,
    DELEGATION_UNCLEAR,
    UNKNOWN_ITEM,
    NO_ITEM_REASON,
    NO_CITED,
    AGENDA_INCOMPLETE,
    UNCHANGED,
    ADDED_LATER,
    EVIDENCE_TAKEN,
    UNKNOWN_EVIDENCE,
)

PRECEDENCE: Final = {reason.code: place for place, reason in enumerate(REASONS)}
