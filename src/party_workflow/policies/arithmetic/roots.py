"""Roots to declared digits by integer arithmetic, and what is made of them: geometric means."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from math import lcm
from typing import Final

from party_workflow.policies.arithmetic.digits import exponent, significant
from party_workflow.policies.arithmetic.logarithms import logarithm


def whole_root(value: int, degree: int) -> int:
    """The largest whole number whose power is at most `value`.  Raises ValueError for negative ones."""
    if value < 0 or degree < 1:
        raise ValueError("a root is taken of what is not negative, to a degree of at least 1")
    if value < 2 or degree == 1:
        return value
    guess = 1 << -(-value.bit_length() // degree)  # above the root: Newton's steps then only fall
    while True:
        step = ((degree - 1) * guess + value // guess ** (degree - 1)) // degree
        if step >= guess:
            return guess
        guess = step


def root(value: Fraction, degree: int, digits: int) -> Fraction:
    """The root to `digits` significant digits, correctly rounded, half to even.

    Raises ValueError for a negative value, a degree or a number of digits below 1.
    """
    if value < 0 or degree < 1 or digits < 1:
        raise ValueError("a root is taken of what is not negative, to a degree and digits of at least 1")
    if value == 0:
        return value
    places = digits - 1 - exponent(value) // degree
    scaled = value * Fraction(10) ** (places * degree)
    whole = whole_root(scaled.numerator // scaled.denominator, degree)
    half = Fraction(2 * whole + 1, 2) ** degree
    nearest = whole + (scaled > half or (scaled == half and whole % 2 == 1))
    return nearest / Fraction(10) ** places


def geometric(values: Sequence[Fraction], weights: Sequence[Fraction], digits: int) -> Fraction:
    """The weighted geometric mean to `digits` significant digits, in one rounding.

    The product of the values to their weights: with the weights over one denominator it is a root of a
    fraction.  Zero as soon as a value of some weight is.  Raises ValueError for negative values, for weights
    that are negative or do not sum to 1.
    """
    if len(values) != len(weights) or not values:
        raise ValueError("each value has a weight, and there is at least one")
    if any(value < 0 for value in values):
        raise ValueError("there is no geometric mean of negative values")
    if any(weight < 0 for weight in weights) or sum(weights) != 1:
        raise ValueError("weights are not negative and sum to 1")
    if any(weight and not value for value, weight in zip(values, weights, strict=True)):
        return Fraction(0)
    counted = [(value, weight) for value, weight in zip(values, weights, strict=True) if weight]
    values, weights = [value for value, _ in counted], [weight for _, weight in counted]
    degree = lcm(*(weight.denominator for weight in weights))
    if degree > _SMALL and (found := _by_logarithms(values, weights, digits)) is not None:
        return found
    product = Fraction(1)
    for value, weight in zip(values, weights, strict=True):
        product *= value ** int(weight * degree)
    return root(product, degree, digits)


_SMALL: Final = 24
"""Up to this common denominator a root of the product is taken; powers beyond it are long."""


def _by_logarithms(values: Sequence[Fraction], weights: Sequence[Fraction], digits: int) -> Fraction | None:
    """The same by logarithms, with more digits until both bounds of the error round alike.

    None where that does not come about, because the mean lies, or as good as lies, between two values.
    """
    working = digits + 12
    for _ in range(4):
        context = Context(prec=working, rounding=ROUND_HALF_EVEN, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
        logs = [logarithm(value, working) for value in values]
        sum_of = sum((log * weight for log, weight in zip(logs, weights, strict=True)), Fraction(0))
        # Each logarithm is off by half a unit of its last digit, and so is what follows.
        size = max([abs(log) for log in logs] + [Fraction(1)])
        off = 4 * size * Fraction(10) ** (1 - working)
        found = Fraction(context.exp(context.divide(Decimal(sum_of.numerator), Decimal(sum_of.denominator))))
        rounded = significant(found * (1 - 2 * off), digits)
        if rounded == significant(found * (1 + 2 * off), digits):
            return rounded
        working *= 2
    return None
