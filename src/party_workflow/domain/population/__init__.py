"""Population: the people that something is counted against, frozen with their categories.

Before a campaign it is settled who takes part (摸底).  The people of a unit are taken as of one moment and
kept: whoever joins or leaves afterwards does so by an event with a ground, in the categories of then,
so that a denominator can always be taken apart into frozen, joined and left (R-067, R-149).

A population is of people or of units: newly founded units enter it from their date, by an event (R-156).
"""

from party_workflow.domain.population.aggregate import DECIDER, FROZEN
from party_workflow.domain.population.commands import (
    AddToPopulation,
    AddUnitToPopulation,
    FreezePopulation,
    FreezeUnits,
    PopulationCommand,
    RemoveFromPopulation,
    RemoveUnitFromPopulation,
)
from party_workflow.domain.population.events import (
    CATEGORY,
    PopulationEvent,
    PopulationFrozen,
    PopulationJoined,
    PopulationLeft,
    UnitJoined,
    UnitLeft,
    UnitsFrozen,
)
from party_workflow.domain.population.reasons import (
    ALREADY_IN,
    EMPTY,
    FUTURE,
    NO_UNITS,
    NOT_IN,
    OF_OTHERS,
    OTHER_KIND,
    OUT_OF_ORDER,
    REASONS,
    TAKEN,
    UNKNOWN,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.domain.population.state import Change, Population, Summary, UnitChange

__all__ = [
    "ALREADY_IN",
    "AddToPopulation",
    "AddUnitToPopulation",
    "CATEGORY",
    "Change",
    "DECIDER",
    "EMPTY",
    "FROZEN",
    "FUTURE",
    "FreezePopulation",
    "FreezeUnits",
    "NOT_IN",
    "NO_UNITS",
    "OF_OTHERS",
    "OTHER_KIND",
    "OUT_OF_ORDER",
    "Population",
    "PopulationCommand",
    "PopulationEvent",
    "PopulationFrozen",
    "PopulationJoined",
    "PopulationLeft",
    "REASONS",
    "RemoveFromPopulation",
    "RemoveUnitFromPopulation",
    "Summary",
    "TAKEN",
    "UNKNOWN",
    "UNKNOWN_PERSON",
    "UNKNOWN_UNIT",
    "UnitChange",
    "UnitJoined",
    "UnitLeft",
    "UnitsFrozen",
]
