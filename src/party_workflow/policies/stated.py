"""Rates that say what they are a rate of, and what is known to lie outside (R-130).

A share alone hides who was never counted: 10 490 of 18 000 and more kilometres of road stand in the
statistics, and the responsibility covers all of them.  So a rate is stated with its population, and with what
is known to lie outside that; where nobody knows of anything outside, somebody says so, and on what basis.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.figure import Absent, Evidence, Figure
from party_workflow.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Outside:
    """Something known to lie outside a population: what (a code), how much of it, and on what basis.

    `amount` is None where on this basis nothing is known to lie outside.  `events` are the ids of those that
    it rests on.
    """

    what: str
    amount: Quantity | None
    basis: str
    events: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.what}: {'none known' if self.amount is None else self.amount} ({self.basis})"


@dataclass(frozen=True, slots=True)
class Stated:
    """A rate with its part, its population and what is known to lie outside the population."""

    rate: Figure
    part: Figure
    population: Figure
    outside: tuple[Outside, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is known to lie outside."""
        return all(item.amount is None for item in self.outside)

    def evidence(self) -> tuple[Evidence, ...]:
        """Every event that the rate rests on, in position order."""
        return self.rate.evidence()

    def lines(self) -> Iterator[str]:
        """The rate for people: its value, both counts, and each thing outside."""
        value = self.rate.value
        shown = str(value) if isinstance(value, Absent) else self.rate.displayed
        yield f"{self.rate.name}: {self.part.displayed} of {self.population.displayed} = {shown}"
        yield from (f"outside {item}" for item in self.outside)


def stated(rate: Figure, *outside: Outside) -> Stated:
    """A share with what is known to lie outside its population.

    Raises `InvalidInput` for a figure that is no share of two figures, and where nothing is said of what lies
    outside: that nothing is known is said by an `Outside` without amount.
    """
    parts = [item for item in rate.inputs if isinstance(item, Figure)]
    if rate.step != "share" or len(parts) != 2:
        raise InvalidInput(Fault(rate.name, "This is no share of a population.", "State a share."))
    if not outside:
        what = "Nothing is said of what lies outside the population."
        raise InvalidInput(
            Fault(rate.name, what, "Say what is known to, or that nothing is, with the basis.")
        )
    return Stated(rate, parts[0], parts[1], outside)
