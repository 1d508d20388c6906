"""Why commands on a population are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

TAKEN: Final = Reason(
    "population.taken", "The population {key} is frozen already.", "Choose an id that was never used."
)
UNKNOWN: Final = Reason(
    "population.unknown", "This population has not been frozen.", "Freeze it first, or check the id."
)
FUTURE: Final = Reason(
    "population.future",
    "The people as of {on} are not known yet.",
    "Freeze it when that moment has come.",
)
EMPTY: Final = Reason(
    "population.empty",
    "Nobody in {unit} has the categories asked for as of {on}.",
    "Check the unit, the categories and the moment: nothing can be counted against nobody.",
)
ALREADY_IN: Final = Reason(
    "population.already_in", "{person} is in the population.", "Nothing needs to be recorded; check the id."
)
NOT_IN: Final = Reason(
    "population.not_in", "{person} is not in the population.", "Nothing needs to be recorded; check the id."
)
OUT_OF_ORDER: Final = Reason(
    "population.out_of_order",
    "This would take effect before {since}, when it was last settled whether {person} is in the population.",
    "Let it take effect after that.",
)
UNKNOWN_PERSON: Final = Reason(
    "population.unknown_person",
    "{person} does not stand in the organisation when this takes effect.",
    "Register the person first, or check the id and the time.",
)

NO_UNITS: Final = Reason(
    "population.no_units",
    "No unit of the kinds asked for stands below {unit} as of {on}.",
    "Check the unit, the kinds and the moment: nothing can be counted against nothing.",
)
OF_OTHERS: Final = Reason(
    "population.of_others",
    "The population {key} is one of {what}.",
    "Add and remove what it is a population of, or freeze another one.",
)
UNKNOWN_UNIT: Final = Reason(
    "population.unknown_unit",
    "{member} does not stand below {unit} when this takes effect.",
    "Found the unit first, or check the id and the time.",
)
OTHER_KIND: Final = Reason(
    "population.other_kind",
    "{member} is a {kind}, and the population was frozen of {kinds}.",
    "Take in units of these kinds only, or freeze another population.",
)

REASONS: Final = (
    TAKEN,
    UNKNOWN,
    FUTURE,
    EMPTY,
    NO_UNITS,
    OF_OTHERS,
    ALREADY_IN,
    NOT_IN,
    OUT_OF_ORDER,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
    OTHER_KIND,
)
