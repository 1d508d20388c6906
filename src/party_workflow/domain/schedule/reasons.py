"""Why commands on a schedule are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

UNKNOWN: Final = Reason(
    "schedule.unknown", "This schedule has not been opened.", "Open it first, or check the id."
)
TAKEN: Final = Reason(
    "schedule.taken", "The schedule {key} is open already.", "Use it, or choose an id that was never used."
)
UNKNOWN_UNIT: Final = Reason(
    "schedule.unknown_unit", "There is no open unit {unit}.", "Found it first, or check the id."
)
NO_SUCH_STATE: Final = Reason(
    "schedule.no_such_state",
    "{period} is {state} under this scheme, and cannot become {wanted}.",
    "Open and suspended periods become void, open ones suspended; both become open by being reinstated.",
)
NOT_HERE: Final = Reason(
    "schedule.not_here",
    "A freeze on the schedule {key} would stop nobody: whoever plans is answered from schedule/organisation.",
    "Declare it there.",
)
ENDS_BEFORE_START: Final = Reason(
    "schedule.ends_before_start",
    "The freeze would end at {until}, not after it begins at {since}.",
    "Check the two moments; until is the first moment that is free again.",
)
FORBIDS_NOTHING: Final = Reason(
    "schedule.forbids_nothing", "The freeze forbids no size of occasion.", "Name one, such as all_hands."
)
UNKNOWN_FREEZE: Final = Reason(
    "schedule.unknown_freeze", "There is no freeze {number} in force.", "Freezes in force: {known}."
)
UNIT_OR_KIND: Final = Reason(
    "schedule.unit_or_kind",
    "An exemption is of one unit or of one kind of unit.",
    "Name the unit or the kind, and not both.",
)
APPROVER_INSIDE: Final = Reason(
    "schedule.approver_inside",
    "{approver} counts in {unit} or nowhere, and approves no exemption of it.",
    "Name somebody from outside the exempted unit.",
)
EXEMPT_ALREADY: Final = Reason(
    "schedule.exempt_already",
    "Exemption {number} says so already.",
    "Nothing needs to be recorded; check what was meant.",
)
UNKNOWN_EXEMPTION: Final = Reason(
    "schedule.unknown_exemption",
    "There is no exemption {number} that has not ended.",
    "Exemptions that hold: {known}.",
)
NOT_WITHIN: Final = Reason(
    "schedule.not_within",
    "{on} does not lie in {period}, for which the exemption was given.",
    "Name a day of that period.",
)
DEMANDS_NOTHING: Final = Reason(
    "schedule.demands_nothing",
    "Nothing is demanded, or of nobody.",
    "Name at least one unit, and how many of which kind.",
)
REASONS: Final = (
    UNKNOWN,
    TAKEN,
    UNKNOWN_UNIT,
    NO_SUCH_STATE,
    NOT_HERE,
    ENDS_BEFORE_START,
    FORBIDS_NOTHING,
    UNKNOWN_FREEZE,
    UNIT_OR_KIND,
    APPROVER_INSIDE,
    EXEMPT_ALREADY,
    UNKNOWN_EXEMPTION,
    NOT_WITHIN,
    DEMANDS_NOTHING,
)
