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

NO_PARENT: Final = Reason(
    "organisation.no_parent",
    "{unit} would be temporary and have no parent.",
    "Name the unit to which it answers: what ends has to hang under something that stays.",
)
ENDS_BEFORE: Final = Reason(
    "organisation.ends_before",
    "The planned end of {unit}, {until}, is not after {since}.",
    "Name a later end, or close the unit.",
)
NAMED_TWICE: Final = Reason(
    "organisation.named_twice", "{unit} is named more than once.", "Name every unit once."
)
ONE_PART: Final = Reason(
    "organisation.one_part",
    "{unit} would go apart into one part only.",
    "Name at least two units, of which it may be one itself; or merge it into the other.",
)
NOT_IN_UNIT: Final = Reason(
    "organisation.not_in_unit",
    "{what} is not directly in {unit} then.",
    "Check the id and the moment: a split divides what is in the unit itself.",
)
NO_SUCH_PART: Final = Reason(
    "organisation.no_such_part",
    "{what} would go to {unit}, which is no part of the split.",
    "Send it to one of the units that the split names.",
)
COMES_LATER: Final = Reason(
    "organisation.comes_later",
    "{what} is recorded to come to {unit} at {since}, after it would have ceased.",
    "Have that sent elsewhere first, or let this take effect later.",
)
NO_GUEST: Final = Reason(
    "organisation.no_guest", "{person} is not a guest of {unit}.", "Check where the person is a guest."
)

REASONS: Final = (
    UNIT_TAKEN,
    UNKNOWN_UNIT,
    NO_PARENT,
    SECOND_ROOT,
    ENDS_BEFORE,
    NAMED_TWICE,
    ONE_PART,
    CYCLE,
    NOT_IN_UNIT,
    NO_SUCH_PART,
    COMES_LATER,
    NOT_EMPTY,
    PERSON_TAKEN,
    UNKNOWN_PERSON,
    NO_CATEGORY,
    UNCHANGED,
    NOT_IN_POST,
    NO_GUEST,
)
