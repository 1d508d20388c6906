"""Why commands on the organisation are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

UNIT_TAKEN: Final = Reason(
    "organisation.unit_taken", "The unit id {unit} was used before.", "Choose an id that was never used."
)
UNKNOWN_UNIT: Final = Reason(
    "organisation.unknown_unit", "There is no unit {unit}.", "Found it first, or check the id."
)
SECOND_ROOT: Final = Reason(
    "organisation.second_root", "{unit} would be a second root.", "Name its parent: the tree has one root."
)
CYCLE: Final = Reason(
    "organisation.cycle",
    "{unit} would come under itself by way of {parent}.",
    "Choose a parent outside its branch.",
)
NOT_EMPTY: Final = Reason(
    "organisation.unit_not_empty",
    "{unit} still has {people} people and {units} units.",
    "Move them first, so that nobody drops out of every count.",
)
PERSON_TAKEN: Final = Reason(
    "organisation.person_taken",
    "{person} is registered already, in {unit}.",
    "Move the person instead: everybody counts in one unit at a time.",
)
UNKNOWN_PERSON: Final = Reason(
    "organisation.unknown_person",
    "{person} is not registered.",
    "Register the person first, or check the id.",
)
NO_CATEGORY: Final = Reason(
    "organisation.no_category",
    "{person} would have no category.",
    "Give at least one: populations are built of them.",
)
UNCHANGED: Final = Reason(
    "organisation.unchanged", "{what} is so already.", "Nothing needs to be recorded; check what was meant."
)
NOT_IN_POST: Final = Reason(
    "organisation.not_in_post", "{person} does not hold the post {post} in {unit}.", "Check who holds it."
)

REASONS: Final = (
    UNIT_TAKEN,
    UNKNOWN_UNIT,
    SECOND_ROOT,
    CYCLE,
    NOT_EMPTY,
    PERSON_TAKEN,
    UNKNOWN_PERSON,
    NO_CATEGORY,
    UNCHANGED,
    NOT_IN_POST,
)
