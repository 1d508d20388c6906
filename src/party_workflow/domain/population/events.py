"""What is recorded of a population."""

from __future__ import annotations

from typing import ClassVar, Final

from party_workflow.codec import Event
from party_workflow.domain.vocabulary import Serves
from party_workflow.relations import Requires
from party_workflow.values import Code, Moment, PersonId, UnitId

CATEGORY: Final = "population"


class PopulationFrozen(Event):
    """The people of a unit were taken as of a moment: those with every category `having`, none `without`."""

    stored_type: ClassVar[str] = "population.frozen"
    requires: ClassVar[Requires] = Requires(duty="population.freeze")
    unit_field: ClassVar[str | None] = "unit"

    unit: UnitId
    on: Moment
    having: tuple[Code, ...] = ()
    without: tuple[Code, ...] = ()
    people: dict[PersonId, tuple[Code, ...]]
    serves: tuple[Serves, ...] = ()


class PopulationJoined(Event):
    """A person came into a frozen population, in these categories."""

    stored_type: ClassVar[str] = "population.joined"
    requires: ClassVar[Requires] = Requires(duty="population.change", barred=("person",))

    person: PersonId
    categories: tuple[Code, ...]
    ground: Code


class PopulationLeft(Event):
    """A person went out of a frozen population."""

    stored_type: ClassVar[str] = "population.left"
    requires: ClassVar[Requires] = Requires(duty="population.change", barred=("person",))

    person: PersonId
    ground: Code


class UnitsFrozen(Event):
    """The units below a unit were taken as of a moment: of some kinds, or of any where none is named."""

    stored_type: ClassVar[str] = "population.units_frozen"
    requires: ClassVar[Requires] = Requires(duty="population.freeze")
    unit_field: ClassVar[str | None] = "unit"

    unit: UnitId
    on: Moment
    kinds: tuple[Code, ...] = ()
    units: dict[UnitId, Code]
    serves: tuple[Serves, ...] = ()


class UnitJoined(Event):
    """A unit came into a frozen population of units, as one of this kind."""

    stored_type: ClassVar[str] = "population.unit_joined"
    requires: ClassVar[Requires] = Requires(duty="population.change")

    unit: UnitId
    kind: Code
    ground: Code


class UnitLeft(Event):
    """A unit went out of a frozen population of units."""

    stored_type: ClassVar[str] = "population.unit_left"
    requires: ClassVar[Requires] = Requires(duty="population.change")

    unit: UnitId
    ground: Code


PopulationEvent = PopulationFrozen | PopulationJoined | PopulationLeft | UnitsFrozen | UnitJoined | UnitLeft
