"""Why commands on a ledger are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

UNKNOWN: Final = Reason("ledger.unknown", "There is no ledger {stream}.", "Open it first, or check the id.")
TAKEN: Final = Reason(
    "ledger.taken", "The ledger {stream} was opened before.", "Choose an id that was never used."
)
UNKNOWN_DEFINITION: Final = Reason(
    "ledger.unknown_definition",
    "No version of the ledger {code} with digest {digest} has been adopted.",
    "Adopt it first, or name the digest of an adopted one.",
)
NOT_A_LEDGER: Final = Reason(
    "ledger.not_a_ledger",
    "The definition {code} does not describe a ledger of that code: {fault}",
    "Name a definition that does.",
)
UNKNOWN_UNIT: Final = Reason(
    "ledger.unknown_unit", "There is no open unit {unit}.", "Found it first, or check the id."
)
UNKNOWN_ACCOUNT: Final = Reason(
    "ledger.unknown_account", "The ledger has no account {account} for this.", "Accounts for it: {known}."
)
WRONG_UNIT: Final = Reason(
    "ledger.wrong_unit", "{account} is kept in {unit}, not in {given}.", "Give the amount in {unit}."
)
NOT_POSITIVE: Final = Reason(
    "ledger.not_positive",
    "An entry is of more than nothing, and {amount} is not.",
    "Say by its way whether it goes in or out; what is wrong is reversed.",
)
NOT_BOUNDED: Final = Reason(
    "ledger.not_bounded",
    "{amount} states no bound on one side that could be added up.",
    "State a tolerance, or at least how much it is.",
)
NOT_WHOLE: Final = Reason(
    "ledger.not_whole",
    "{account} is kept in whole numbers with {scale} places, and {amount} is not one.",
    "Give minor units, such as 8595500 for 85955.00.",
)
NOT_EXACT: Final = Reason(
    "ledger.not_exact", "{account} is counted exactly, and {amount} is not.", "Count it, and give the number."
)
LACKING: Final = Reason(
    "ledger.lacking", "An entry of {account} has to state {lacking}.", "Add it; nothing is booked without."
)
NO_BASIS: Final = Reason(
    "ledger.no_basis",
    "Nothing is booked on {account} without the document that it rests on.",
    "Give its content hash, or the stream that decided it.",
)
NOT_DONE: Final = Reason(
    "ledger.not_done", "There is no {cited} that was carried out.", "Cite what was done, or check the id."
)
STAGE: Final = Reason(
    "ledger.stage",
    "{account} does not take an entry of stage {stage}, way {way}.",
    "Money per source is planned, secured or spent, each as in; other accounts have no stage.",
)
UNKNOWN_ENTRY: Final = Reason(
    "ledger.unknown_entry",
    "There is no entry {entry} in this ledger.",
    "Check the event id; a reversal cannot be reversed, but what it undid can be booked anew.",
)
REVERSED: Final = Reason(
    "ledger.reversed", "Entry {entry} was reversed before, by {by}.", "An entry is reversed once."
)
BEFORE_ENTRY: Final = Reason(
    "ledger.before_entry", "Entry {entry} took effect at {since} only.", "Reverse it as of then or later."
)
BELOW_ZERO: Final = Reason(
    "ledger.below_zero",
    "{account} would stand at {left} as of {at}.",
    "Book first what came in, or less; every moment from when this takes effect counts.",
)
OVER_SECURED: Final = Reason(
    "ledger.over_secured",
    "Of {source} more would be spent than is secured as of {at}, by {over}.",
    "Book first what was secured.",
)
OVER_PLAN: Final = Reason(
    "ledger.over_plan",
    "Of {source} more would be secured than is planned as of {at}, by {over}.",
    "Book the plan first, or say on what ground it goes beyond it.",
)
NOBODY: Final = Reason(
    "ledger.nobody", "Nobody reported on {day}.", "Nothing needs to be recorded; a day without is no entry."
)
TWICE: Final = Reason(
    "ledger.twice", "Somebody stands twice in the reports of {day}.", "Give one report a person."
)
DAY_TAKEN: Final = Reason(
    "ledger.day_taken",
    "{day} was recorded on {account} before, by entry {first}.",
    "Reverse that one first, and record the whole day anew.",
)
NOT_YET: Final = Reason("ledger.not_yet", "{day} has not come.", "Record it when it has.")

REASONS: Final = (
    UNKNOWN,
    TAKEN,
    UNKNOWN_DEFINITION,
    NOT_A_LEDGER,
    UNKNOWN_UNIT,
    UNKNOWN_ACCOUNT,
    WRONG_UNIT,
    NOT_POSITIVE,
    NOT_BOUNDED,
    NOT_WHOLE,
    NOT_EXACT,
    LACKING,
    NO_BASIS,
    NOT_DONE,
    STAGE,
    UNKNOWN_ENTRY,
    REVERSED,
    BEFORE_ENTRY,
    BELOW_ZERO,
    OVER_SECURED,
    OVER_PLAN,
    NOBODY,
    TWICE,
    DAY_TAKEN,
    NOT_YET,
)
