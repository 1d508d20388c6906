"""Figures with bounds set against each other: costs per head, rates, progress.

A figure that is only known as "at least" stays so: what is computed from it is marked as a lower bound, an
upper bound or a range, and shown so that it still holds: a lower bound rounded down, an upper one up (R-181).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.figure import Rounding
from party_workflow.quantity import PERCENT, Bounds, Quantity, exact_text

BoundKind = Literal["exact", "lower", "upper", "range", "none"]


def bound_of(amount: Quantity | None) -> BoundKind:
    """What kind of statement an amount is: exact, a lower bound, an upper bound, or a range."""
    if amount is None:
        return "none"
    bounds = amount.bounds
    if bounds.point is not None:
        return "exact"
    if bounds.lower is not None and bounds.upper is not None:
        return "range"
    return "none" if bounds.lower is bounds.upper else "lower" if bounds.upper is None else "upper"


def in_major(amount: Quantity, scale: int, places: int | None = None) -> str:
    """An amount in minor units as text in the unit itself.

    With `places` a lower bound is rounded down and an upper bound up, so that what is shown still holds.
    """
    bounds = amount.bounds * Bounds(Fraction(1, 10**scale), Fraction(1, 10**scale))

    def shown(value: Fraction, mode: Literal["down", "up", "half_up"]) -> str:
        if places is not None:
            return f"{Rounding(places, mode).apply(value):f}"
        whole = value * 10**scale
        return f"{Rounding(scale, mode).apply(value):f}" if whole.denominator == 1 else exact_text(value)

    if bounds.point is not None:
        return f"{shown(bounds.point, 'half_up')} {amount.unit}"
    parts = []
    if bounds.lower is not None:
        # Towards zero would raise a bound below 0; amounts that are shown so are not below it.
        parts.append(f"{'>' if bounds.lower_open else '>='} {shown(bounds.lower, 'down')}")
    if bounds.upper is not None:
        parts.append(f"{'<' if bounds.upper_open else '<='} {shown(bounds.upper, 'up')}")
    return f"{' and '.join(parts)} {amount.unit}"


@dataclass(frozen=True, slots=True)
class PerHead:
    """A cost per head with the two figures that it is made of, and what kind of bound it is."""

    cost: Quantity
    heads: Quantity
    value: Quantity
    bound: BoundKind
    scale: int

    def __str__(self) -> str:
        return f"{in_major(self.value, self.scale, 0)} each ({self.bound})"


def per_head(cost: Quantity, heads: Quantity | int, scale: int = 0) -> PerHead:
    """A cost per head: at least 600 000 for 116 officers is at least 5 172 each, and marked so.  (R-185)"""
    counted = Quantity.of("=", heads, "people") if isinstance(heads, int) else heads
    value = cost.over(counted, unit=cost.unit)
    return PerHead(cost, counted, value, bound_of(value), scale)


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with what it is a rate of: the part, the population, and what is known to lie outside.  (R-130)

    `outside` is the population less the part; `uncounted` how much of the population is not in the statistics
    where the rate itself says how far these reach.
    """

    part: Quantity
    population: Quantity
    percent: Quantity
    outside: Quantity
    bound: BoundKind

    def __str__(self) -> str:
        share = in_major(self.percent, 0, 2).removesuffix(f" {PERCENT}")
        return f"{self.part} of {self.population}: {share} %; outside: {self.outside}"


def rate(part: Quantity, population: Quantity) -> Rate:
    """Part over population, in percent.  A part that lies surely beyond its population is `InvalidInput`."""
    outside = population - part
    if outside.bounds.upper is not None and outside.bounds.upper < 0:
        raise InvalidInput(Fault("part", "It is more than its population.", "Check both figures."))
    nought = Bounds(Fraction(0), None)
    if outside.bounds.lower is None or outside.bounds.lower < 0:  # a part cannot go beyond the whole
        upper = outside.bounds.upper
        outside = Quantity.from_bounds(
            nought if upper is None else Bounds(Fraction(0), upper, False, outside.bounds.upper_open),
            outside.unit,
        )
    percent = part.over(population, unit=PERCENT)
    return Rate(part, population, percent, outside, bound_of(percent))


@dataclass(frozen=True, slots=True)
class Progress:
    """Work done against what was planned.  `beyond` says whether it exceeds the plan, not in silence (R-129).

    `excess` is by how much at least; None unless it surely does.
    """

    done: Quantity
    planned: Quantity
    percent: Quantity
    beyond: Literal["no", "possibly", "yes"]
    excess: Fraction | None
    sentence: str

    def __bool__(self) -> bool:
        return self.beyond == "no"

    def __str__(self) -> str:
        return self.sentence


def progress(done: Quantity, planned: Quantity) -> Progress:
    """How far work has come.  Nothing is cut off at 100; truthy only where it surely stays in plan."""
    percent = done.over(planned, unit=PERCENT)
    over = (done - planned).bounds
    excess: Fraction | None = None
    beyond: Literal["no", "possibly", "yes"] = "possibly"
    if over.upper is not None and over.upper <= 0:
        beyond = "no"
    elif over.lower is not None and (over.lower > 0 or (over.lower == 0 and over.lower_open)):
        beyond, excess = "yes", over.lower
    words = {
        "no": "within plan",
        "possibly": "possibly beyond plan",
        "yes": f"beyond plan by at least {exact_text(excess or Fraction(0))} {done.unit}",
    }
    share = in_major(percent, 0, 2).removesuffix(f" {PERCENT}")
    sentence = f"{done} of {planned} planned: {share} %, {words[beyond]}."
    return Progress(done, planned, percent, beyond, excess, sentence)
