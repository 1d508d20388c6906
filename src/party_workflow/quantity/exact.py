"""Exact numbers in one text each: a decimal where 40 digits hold it, ``n/d`` in lowest terms otherwise."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from party_workflow.canonical import MAX_DIGITS, decimal_text, fraction_text, parse_decimal, parse_fraction
from party_workflow.errors import Fault, InvalidInput, NotCanonical
from party_workflow.values import Kind

_LIMIT: Final = 10**MAX_DIGITS


def invalid(what: str, remedy: str) -> InvalidInput:
    """An `InvalidInput` with one fault."""
    return InvalidInput(Fault("", what, remedy))


def exact(value: int | Decimal | Fraction) -> Fraction:
    """The value as a fraction.  Refuses floats, and numbers of more than 40 digits, before converting."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise invalid(
            "This is not an exact number.", "Use int, Decimal or Fraction; a float has been rounded."
        )
    if isinstance(value, Decimal):
        decimal_text(value)  # Fraction(Decimal("1e3000000")) would run for minutes
    found = Fraction(value)
    if abs(found.numerator) >= _LIMIT or found.denominator >= _LIMIT:
        raise invalid(f"The number has more than {MAX_DIGITS} digits.", "Use a larger unit.")
    return found


def exact_text(value: Fraction) -> str:
    """The one text of an exact number: ``28.5``, or ``1/3`` where no decimal of 40 digits is equal to it."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    digits = abs(value.numerator) * 10**places // value.denominator
    if rest != 1 or places > MAX_DIGITS or digits >= _LIMIT:
        return fraction_text(value)
    sign = 1 if value < 0 else 0
    return decimal_text(Decimal((sign, tuple(map(int, str(digits))), -places)))


def parse_exact(text: str) -> Fraction:
    """Read the one text of an exact number.  Raises `NotCanonical` on any other."""
    value = exact(parse_fraction(text) if "/" in text else parse_decimal(text))
    if exact_text(value) != text:
        raise NotCanonical(
            Fault("", "This fraction has a decimal form.", f"Write it as {exact_text(value)}.")
        )
    return value


def _read(value: Any) -> Fraction:
    try:
        if isinstance(value, str):
            return parse_exact(value)
        if isinstance(value, Decimal | Fraction):
            return exact(value)
    except InvalidInput as error:
        raise ValueError(str(error)) from None
    raise ValueError(f"expected an exact number in canonical text, not a {type(value).__name__}")


Exact = Annotated[
    Fraction,
    PlainValidator(_read),
    PlainSerializer(exact_text, return_type=str),
    WithJsonSchema({"type": "string"}),
    Kind("number"),
]
"""An exact number as a field, stored as its text."""
