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
    NOT_LATER,
    NOT_YET,
    LENGTH_UNCLEAR,
    ENDS_BEFORE_START,
    INCOMPLETE,
    UNKNOWN_PERSON,
    ABSENT_WALK_IN,
    NO_REASON,
    UNCHANGED,
    ADDED_LATER,
    EVIDENCE_TAKEN,
    UNKNOWN_EVIDENCE,
)

PRECEDENCE: Final = {reason.code: place for place, reason in enumerate(REASONS)}
