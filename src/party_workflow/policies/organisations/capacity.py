"""Capacity of units: how many officers there are, of what age band, temporary or part-time (R-157).

Context for whoever reads a unit's result, and never a score: it speaks of units, names no person, ranks
nothing, and is withheld where so few people stand behind all its numbers that it would speak of one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from pydantic import Field, PositiveInt, model_validator

from party_workflow import canonical
from party_workflow.domain.organisation import DECIDER, STREAM
from party_workflow.history import History
from party_workflow.policies.figure import Absent, Evidence, Figure, Value
from party_workflow.values import Code, Definition

BASIS: Final = "organisation.categories"


class Indicator(Definition):
    """A number of people of a unit: with every category `having` and none `without`."""

    code: Code
    having: tuple[Code, ...] = ()
    without: tuple[Code, ...] = ()


class Capacity(Definition):
    """The indicators of a unit's capacity, among the people who have the categories `among`.

    `smallest` is the least number of such people at which anything is shown: fewer would be recognisable.
    """

    code: Code
    version: PositiveInt
    among: tuple[Code, ...] = Field(min_length=1)
    smallest: PositiveInt
    indicators: tuple[Indicator, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> Capacity:
        codes = [indicator.code for indicator in self.indicators]
        if len(codes) != len(set(codes)):
            raise ValueError("every indicator has a code of its own")
        return self

    def data(self) -> dict[str, Any]:
        """The definition as a log stores it."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @property
    def digest(self) -> str:
        """SHA-256 over the definition."""
        return canonical.digest(self.data())


@dataclass(frozen=True, slots=True)
class UnitContext:
    """The indicators of a unit at a moment, as context.  It has no order and no total."""

    unit: str
    at: datetime
    definition: str
    indicators: Mapping[str, Figure]


def capacity(history: History, unit: str, at: datetime, definition: Capacity) -> UnitContext:
    """The capacity of a unit and what is below it at a moment, resting on every event of the organisation."""
    state = history.state(DECIDER, STREAM)
    evidence = tuple(
        Evidence(record.envelope.event_id, record.envelope.position, record.envelope.stored_type)
        for record in history.stream(STREAM)
        if record.envelope.effective_at <= at
    )
    people = state.people_of(unit, at, having=definition.among)
    found: dict[str, Figure] = {}
    for indicator in definition.indicators:
        needed, barred = frozenset(indicator.having), frozenset(indicator.without)
        number = sum(1 for c in people.values() if needed <= c and not barred & c)
        value: Value = Fraction(number) if len(people) >= definition.smallest else Absent("withheld")
        inputs = evidence if not isinstance(value, Absent) else ()
        found[indicator.code] = Figure(indicator.code, value, "count", definition.code, BASIS, inputs)
    return UnitContext(unit, at, definition.digest, found)
