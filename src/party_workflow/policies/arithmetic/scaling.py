"""Normalisations: values of different units onto one scale.  None where one is not defined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Literal, assert_never

from party_workflow.policies.arithmetic.panels import mean
from party_workflow.policies.arithmetic.roots import root

Direction = Literal["higher", "lower"]
"""Which values are better."""
Deviation = Literal["population", "sample"]
"""Whether the squared deviations are divided by n, or by n - 1."""
Share = Literal["below", "at_most", "midpoint", "of_others"]
"""Which share is a percentile: those worse over all; those worse or equal over all; those worse and half of
the equal ones, oneself included, over all; those worse over all others."""
Ties = Literal["best", "mean", "worst", "dense"]
"""The place of equals: the best of those that they take, the mean, the worst; or places without gaps."""


def within(value: Fraction, low: Fraction | None, high: Fraction | None) -> Fraction:
    """A value held within limits, where there are any.  Raises ValueError for limits that cross."""
    if low is not None and high is not None and low > high:
        raise ValueError(f"nothing lies between {low} and {high}")
    if low is not None and value < low:
        return low
    return high if high is not None and value > high else value


def between(value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    """Where a value stands from one goalpost (0) to the other (1); `low` may be the larger one where less is
    better.  Raises ValueError for one goalpost.
    """
    if low == high:
        raise ValueError("two goalposts are needed")
    return (value - low) / (high - low)


def places(values: Sequence[Fraction], direction: Direction, ties: Ties) -> list[Fraction]:
    """The place of each, the best first."""
    occurs = Counter(values)
    ordered = sorted(occurs, reverse=direction == "higher")
    if ties == "dense":
        dense = {value: Fraction(index) for index, value in enumerate(ordered, start=1)}
        return [dense[value] for value in values]
    ahead = dict(zip(ordered, accumulate((occurs[value] for value in ordered), initial=0), strict=False))

    def place(value: Fraction) -> Fraction:
        match ties:
            case "best":
                return Fraction(ahead[value] + 1)
            case "worst":
                return Fraction(ahead[value] + occurs[value])
            case "mean":
                return ahead[value] + Fraction(occurs[value] + 1, 2)
            case _:
                assert_never(ties)

    of = {value: place(value) for value in ordered}
    return [of[value] for value in values]


def percentiles(values: Sequence[Fraction], direction: Direction, share: Share) -> list[Fraction | None]:
    """The share of those that each is better than, as a fraction.  None where there are none to count."""
    occurs = Counter(values)
    ordered = sorted(occurs, reverse=direction == "lower")  # the worst first
    worse = dict(zip(ordered, accumulate((occurs[value] for value in ordered), initial=0), strict=False))
    number = len(values)

    def one(value: Fraction) -> Fraction | None:
        match share:
            case "below":
                return Fraction(worse[value], number)
            case "at_most":
                return Fraction(worse[value] + occurs[value], number)
            case "midpoint":
                return (worse[value] + Fraction(occurs[value], 2)) / number
            case "of_others":
                return Fraction(worse[value], number - 1) if number > 1 else None
            case _:
                assert_never(share)

    of = {value: one(value) for value in ordered}
    return [of[value] for value in values]


def variance(values: Sequence[Fraction], deviation: Deviation) -> Fraction | None:
    """The mean squared deviation.  None for nothing, and of a sample for a single value."""
    divisor = len(values) - (deviation == "sample")
    if divisor < 1:
        return None
    middle = mean(values)
    return sum(((value - middle) ** 2 for value in values), Fraction(0)) / divisor


def z_scores(values: Sequence[Fraction], deviation: Deviation, digits: int) -> list[Fraction | None]:
    """How many standard deviations each stands from the mean, to so many digits in one rounding.

    None for all where there is no spread.
    """
    spread = variance(values, deviation)
    if not spread:
        return [None] * len(values)
    middle = mean(values)
    found: list[Fraction | None] = []
    for value in values:
        size = root((value - middle) ** 2 / spread, 2, digits)
        found.append(size if value >= middle else -size)
    return found
