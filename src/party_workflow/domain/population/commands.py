"""What can be asked for on a population."""

from __future__ import annotations

from typing import ClassVar

from party_workflow.codec import Command
from party_workflow.domain.population.events import CATEGORY
from party_workflow.domain.vocabulary import Serves
from party_workflow.values import Code, Key, Moment, PersonId, UnitId


class _PopulationCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class FreezePopulation(_PopulationCommand):
    """Take the people of a unit and all below it as of `on`, or else of when the command takes effect."""

    stored_type: ClassVar[str] = "population.freeze"
    unit: UnitId
    having: tuple[Code, ...] = ()
    without: tuple[Code, ...] = ()
    on: Moment | None = None
    serves: tuple[Serves, ...] = ()


class AddToPopulation(_PopulationCommand):
    """Take a person into a frozen population, in their categories of when this takes effect."""

    stored_type: ClassVar[str] = "population.add"
    person: PersonId
    ground: Code


class RemoveFromPopulation(_PopulationCommand):
    """Take a person out of a frozen population.  What they did before stays."""

    stored_type: ClassVar[str] = "population.remove"
    person: PersonId
    ground: Code


class FreezeUnits(_PopulationCommand):
    """Take the units that stand below a unit as of `on`, or else of when the command takes effect."""

    stored_type: ClassVar[str] = "population.freeze_units"
    unit: UnitId
    kinds: tuple[Code, ...] = ()
    on: Moment | None = None
    serves: tuple[Serves, ...] = ()


class AddUnitToPopulation(_PopulationCommand):
    """Take a unit into a frozen population of units: a newly founded one from the date of its founding."""

    stored_type: ClassVar[str] = "population.add_unit"
    unit: UnitId
    ground: Code


class RemoveUnitFromPopulation(_PopulationCommand):
    """Take a unit out of a frozen population of units."""

    stored_type: ClassVar[str] = "population.remove_unit"
    unit: UnitId
    ground: Code


PopulationCommand = (
    FreezePopulation
    | AddToPopulation
    | RemoveFromPopulation
    | FreezeUnits
    | AddUnitToPopulation
    | RemoveUnitFromPopulation
)
