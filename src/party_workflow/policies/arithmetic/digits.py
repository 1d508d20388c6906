"""Significant digits: working values of what has no exact fraction."""

from __future__ import annotations

from fractions import Fraction


def exponent(value: Fraction) -> int:
    """The power of ten of the first significant digit: 2 for 345, -2 for 0.034.

    Raises ValueError for zero, which has none.
    """
    if value == 0:
        raise ValueError("zero has no significant digit")
    over, under = abs(value.numerator), value.denominator
    # From the number of bits, and then down: writing a long number out in digits is slow, and bounded.
    guess = (over.bit_length() - under.bit_length()) * 30103 // 100000 + 2
    while abs(value) < Fraction(10) ** guess:
        guess -= 1
    return guess


def even(value: Fraction) -> int:
    """The nearest whole number, of two equally near ones the even one."""
    whole, rest = divmod(value.numerator, value.denominator)
    twice = 2 * rest
    return whole + (twice > value.denominator or (twice == value.denominator and whole % 2 == 1))


def significant(value: Fraction, digits: int) -> Fraction:
    """A value to `digits` significant digits, half to even; zero stays zero.

    Raises ValueError for fewer than one digit.
    """
    if digits < 1:
        raise ValueError("a value has at least one significant digit")
    if value == 0:
        return value
    scale = Fraction(10) ** (digits - 1 - exponent(value))
    return even(value * scale) / scale
