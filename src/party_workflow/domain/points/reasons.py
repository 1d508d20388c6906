"""Why commands on points are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

UNKNOWN: Final = Reason(
    "points.unknown", "{stream} has not been opened.", "Open the person's points first, or check the ids."
)
UNKNOWN_UNIT: Final = Reason(
    "points.unknown_unit", "There is no open unit {unit}.", "Name the unit that answers for it."
)
UNKNOWN_PERSON: Final = Reason(
    "points.unknown_person",
    "{person} does not stand in the organisation when this takes effect.",
    "Register the person first, or check the id and the time.",
)
TAKEN: Final = Reason("points.taken", "{stream} is open already.", "Nothing needs to be recorded.")
ALREADY_OUT: Final = Reason(
    "points.already_outside", "{person} stands outside the scheme already.", "Nothing needs to be recorded."
)
EARLIER: Final = Reason(
    "points.earlier",
    "This would take effect before {since}, when it was last settled whether {person} counts.",
    "Let it take effect then or later.",
)
OUTSIDE: Final = Reason(
    "points.outside",
    "{person} stands outside the scheme when this takes effect ({ground}).",
    "Open the person's points first, if they are to count.",
)
UNKNOWN_SCHEME: Final = Reason(
    "points.unknown_scheme",
    "No version of the scheme {scheme} with digest {digest} has been adopted.",
    "Adopt it first, or name the digest of an adopted one.",
)
NOT_A_SCHEME: Final = Reason(
    "points.not_a_scheme",
    "The definition {scheme} does not describe a points scheme of that code: {fault}",
    "Name a definition that does.",
)
UNKNOWN_CLAUSE: Final = Reason(
    "points.unknown_clause", "The scheme has no clause {clause} for this.", "Clauses for it: {known}."
)
UNKNOWN_SOURCE: Final = Reason(
    "points.unknown_source", "The scheme takes in no points of {source}.", "Sources: {known}."
)
AHEAD: Final = Reason(
    "points.ahead",
    "{effective} has not come, and nobody has points of a time to come.",
    "Record it when it has.",
)
WRONG_PERIOD: Final = Reason(
    "points.wrong_period",
    "{period} is no {kind} in which this takes effect.",
    "Name the {kind} of the moment when it takes effect.",
)
WRONG_AMOUNT: Final = Reason(
    "points.wrong_amount",
    "Clause {clause} has no entry of {amount}.",
    "An entry is greater than 0 and at most {most}, without sign.",
)
NOT_STATED_YET: Final = Reason(
    "points.not_stated_yet",
    "The platform says this as of {stated}, which has not come.",
    "Check the platform's time.",
)
DOUBLE: Final = Reason(
    "points.double",
    "{activity} has counted under {clause} already, by entry {first}.",
    "It counts once, whether home or host branch granted it; reverse that entry first if it is wrong.",
)
NO_EVIDENCE: Final = Reason(
    "points.no_evidence",
    "Clause {clause} needs {needed} documents or streams as evidence, and there are {given}.",
    "Cite what shows it.",
)
NO_ACTIVITY: Final = Reason(
    "points.no_activity", "Clause {clause} is about an activity, and none is named.", "Name its stream."
)
NOT_DONE: Final = Reason(
    "points.not_done", "There is no {cited} that was carried out.", "Cite what was done, or check the id."
)
NOT_THERE: Final = Reason(
    "points.not_there",
    "{person} is not among those who took part in {activity}.",
    "Have its register corrected first, if it is wrong.",
)
NOT_ALL_CONDITIONS: Final = Reason(
    "points.conditions_open",
    "Of the conditions of {clause} these are without evidence: {lacking}.",
    "Give evidence for each one.",
)
NO_SUCH_CONDITION: Final = Reason(
    "points.no_such_condition", "{clause} has no condition {condition}.", "Conditions: {known}."
)
DOUBLE_IMPORT: Final = Reason(
    "points.double_import",
    "{source} said {item} already, taken in by entry {first}.",
    "Nothing needs to be recorded; what was wrong is reversed first.",
)
OVER_CAP: Final = Reason(
    "points.over_cap",
    "Clause {clause} allows {cap} in {period}, of which {had} are given.",
    "Approve no more than {left}.",
)
UNKNOWN_DEDUCTION: Final = Reason(
    "points.unknown_deduction",
    "There is no deduction {number} waiting for this.",
    "Deductions under way: {open}.",
)
TIME_TOO_SHORT: Final = Reason(
    "points.time_too_short",
    "The scheme gives {days} days to object, until {least} at the earliest.",
    "Give at least that long.",
)
NOT_NOTIFIED: Final = Reason(
    "points.not_notified", "The person was not told of deduction {number}.", "Give notice first."
)
NOTIFIED: Final = Reason(
    "points.notified", "The person was told of deduction {number} before.", "The time runs from that notice."
)
TOO_LATE: Final = Reason(
    "points.too_late",
    "The time to object ended at {until}.",
    "Ask whoever decides to reverse the entry, if it was wrong.",
)
TOO_EARLY: Final = Reason(
    "points.too_early", "The person can object until {until}.", "Decide when that time is over."
)
NOTHING_TAKEN: Final = Reason(
    "points.nothing_taken",
    "Deduction {number} takes nothing: it was not decided, or dropped, or reversed.",
    "Nothing needs to be appealed.",
)
APPEALED: Final = Reason(
    "points.appealed", "Deduction {number} was appealed before.", "There is one appeal, and it is final."
)
APPEAL_TOO_LATE: Final = Reason(
    "points.appeal_too_late",
    "The time to appeal ended at {until}.",
    "Ask for a reversal of the entry, if something new has come up.",
)
NO_APPEAL: Final = Reason(
    "points.no_appeal", "No appeal against deduction {number} is pending.", "Appeals pending: {open}."
)
UNKNOWN_ENTRY: Final = Reason(
    "points.unknown_entry",
    "There is no entry {entry} of this person under this scheme.",
    "Check the event id; a reversal cannot be reversed, but what it undid can be given anew.",
)
REVERSED: Final = Reason(
    "points.reversed", "Entry {entry} was reversed before, by {by}.", "An entry is reversed once."
)
BEFORE_ENTRY: Final = Reason(
    "points.before_entry", "Entry {entry} took effect at {since} only.", "Reverse it as of then or later."
)

REASONS: Final = (
    UNKNOWN,
    UNKNOWN_UNIT,
    UNKNOWN_PERSON,
    TAKEN,
    ALREADY_OUT,
    EARLIER,
    OUTSIDE,
    UNKNOWN_SCHEME,
    NOT_A_SCHEME,
    UNKNOWN_CLAUSE,
    UNKNOWN_SOURCE,
    AHEAD,
    WRONG_PERIOD,
    WRONG_AMOUNT,
    NOT_STATED_YET,
    DOUBLE,
    NO_EVIDENCE,
    NO_ACTIVITY,
    NOT_DONE,
    NOT_THERE,
    NOT_ALL_CONDITIONS,
    NO_SUCH_CONDITION,
    DOUBLE_IMPORT,
    OVER_CAP,
    UNKNOWN_DEDUCTION,
    TIME_TOO_SHORT,
    NOT_NOTIFIED,
    NOTIFIED,
    TOO_LATE,
    TOO_EARLY,
    NOTHING_TAKEN,
    APPEALED,
    APPEAL_TOO_LATE,
    NO_APPEAL,
    UNKNOWN_ENTRY,
    REVERSED,
    BEFORE_ENTRY,
)
