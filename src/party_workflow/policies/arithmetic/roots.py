"""Roots to declared digits by integer arithmetic, and what is made of them: geometric means."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from party_workflow.policies.arithmetic.digits import exponent


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
    degree = lcm(*(weight.denominator for weight in weights))
    product = Fraction(1)
    for value, weight in zip(values, weights, strict=True):
        product *= value ** int(weight * degree)
    return root(product, degree, digits)
