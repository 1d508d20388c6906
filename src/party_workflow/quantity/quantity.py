"""The quantity: comparator, exact values, unit; its texts, its arithmetic, its comparison with what is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    SerializerFunctionWrapHandler,
    StrictBool,
    ValidationError,
    model_serializer,
    model_validator,
)

from party_workflow.codec import faults_of
from party_workflow.errors import InvalidInput
from party_workflow.quantity.bounds import Bounds
from party_workflow.quantity.exact import Exact, exact, exact_text, invalid, parse_exact
from party_workflow.quantity.phrases import read_phrase
from party_workflow.values import Code

Comparator = Literal["eq", "ge", "gt", "le", "lt", "approx", "range"]
Number = int | Decimal | Fraction

PERCENT: Final = "percent"
"""The unit of shares: 98 percent is 98 of it.  Only `Quantity.times` reads it as hundredths."""

_SYMBOLS: Final[dict[str, Comparator]] = {
    "=": "eq",
    ">=": "ge",
    ">": "gt",
    "<=": "le",
    "<": "lt",
    "~": "approx",
}
_SIGNS: Final[dict[Comparator, str]] = {code: sign for sign, code in _SYMBOLS.items()}
_NUMBER: Final = r"-?[0-9][0-9./]*"
_TEXT: Final = re.compile(
    rf"(?:(?P<sign>>=|<=|>|<|~) )?(?P<value>{_NUMBER})(?: \+- (?P<tolerance>{_NUMBER}))? (?P<unit>\S+)"
)
_RANGE: Final = re.compile(
    rf"(?P<left>[\[(])(?P<lower>{_NUMBER}), (?P<upper>{_NUMBER})(?P<right>[\])]) (?P<unit>\S+)"
)
_MAX_TEXT: Final = 300


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether an actual value bears out what was asserted; truthy if it does.

    `by` is the distance from the nearest value asserted to the actual one: negative where the actual
    falls short, 0 where it agrees or lies just on a bound that is excluded, `None` if not verifiable.
    """

    outcome: Literal["consistent", "differs", "not_verifiable"]
    by: Fraction | None
    sentence: str

    def __bool__(self) -> bool:
        return self.outcome == "consistent"

    def __str__(self) -> str:
        return self.sentence


class Quantity(BaseModel):
    """A figure as asserted.  ``eq ge gt le lt`` and ``approx`` have a `value`, ``range`` has two ends.

    Made by `of`, `between`, `parse` and `from_phrase`.  Stored as
    ``{"comparator": "ge", "value": "98", "unit": "percent"}``, absent fields left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    comparator: Comparator
    value: Exact | None = None
    tolerance: Exact | None = None
    """For ``approx``: how far off it may be, either way.  Without it nothing can be verified."""
    lower: Exact | None = None
    upper: Exact | None = None
    lower_open: StrictBool = False
    """For ``range``: whether the lower end itself is not asserted."""
    upper_open: StrictBool = False
    unit: Code

    @model_validator(mode="after")
    def _fits_its_comparator(self) -> Self:
        if self.comparator == "range":
            if self.lower is None or self.upper is None or self.value is not None:
                raise ValueError("a range has lower and upper, and no value")
            if self.lower >= self.upper:
                raise ValueError("the lower end of a range lies below the upper; a single value is eq")
        elif self.value is None or not (self.lower is None and self.upper is None):
            raise ValueError(f"{self.comparator} has a value, and neither lower nor upper")
        elif self.lower_open or self.upper_open:
            raise ValueError("only a range has open ends; gt and lt say it for the others")
        if self.tolerance is not None and (self.comparator != "approx" or self.tolerance <= 0):
            raise ValueError("a tolerance is greater than 0, and for approx only")
        return self

    # --- making one

    @classmethod
    def of(cls, comparator: str, value: Number, unit: str, tolerance: Number | None = None) -> Quantity:
        """A quantity by comparator: ``=  >=  >  <=  <  ~``, or its code."""
        code = _SYMBOLS.get(comparator, comparator)
        return cls._made(comparator=code, value=exact(value), tolerance=_maybe(tolerance), unit=unit)

    @classmethod
    def between(
        cls, lower: Number, upper: Number, unit: str, *, lower_open: bool = False, upper_open: bool = False
    ) -> Quantity:
        """A range.  Its ends are asserted too, unless they are open."""
        return cls.from_bounds(Bounds(exact(lower), exact(upper), lower_open, upper_open), unit)

    @classmethod
    def from_bounds(cls, bounds: Bounds, unit: str) -> Quantity:
        """The quantity that asserts these bounds.  Refused if there is none on either side."""
        lower, upper = _maybe(bounds.lower), _maybe(bounds.upper)
        if lower is not None and upper is not None:
            if lower == upper:
                return cls._made(comparator="eq", value=lower, unit=unit)
            opened = {"lower_open": bounds.lower_open, "upper_open": bounds.upper_open}
            return cls._made(comparator="range", lower=lower, upper=upper, unit=unit, **opened)
        if lower is not None:
            return cls._made(comparator="gt" if bounds.lower_open else "ge", value=lower, unit=unit)
        if upper is not None:
            return cls._made(comparator="lt" if bounds.upper_open else "le", value=upper, unit=unit)
        raise invalid("The result has no bound on either side: it would assert nothing.", "Leave it out.")

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read the text that `str` writes, and no other: ``>= 98 percent``, ``~ 1000 +- 50 people``."""
        if len(text) <= _MAX_TEXT:
            if found := _RANGE.fullmatch(text):
                lower, upper = parse_exact(found["lower"]), parse_exact(found["upper"])
                opened = {"lower_open": found["left"] == "(", "upper_open": found["right"] == ")"}
                return cls._made(comparator="range", lower=lower, upper=upper, unit=found["unit"], **opened)
            if found := _TEXT.fullmatch(text):
                tolerance = parse_exact(found["tolerance"]) if found["tolerance"] else None
                return cls.of(found["sign"] or "=", parse_exact(found["value"]), found["unit"], tolerance)
        raise invalid(
            "This is not the text of a quantity.",
            'Write it like "392 people", ">= 98 percent", "~ 1000 +- 50 people" or "[10, 19] people".',
        )

    @classmethod
    def from_phrase(cls, text: str, unit: str | None = None, tolerance: Number | None = None) -> Quantity:
        """Read a figure as reports put it: "over 30", "10-odd", "nearly 1 000", "不少于98%", "10余".

        The unit is needed unless the phrase says percent.  "About" and "nearly" are not verifiable until a
        tolerance is stated; with one, "nearly 1 000" is from 1 000 less it up to, not including, 1 000.
        "10-odd" (余, 多) is more than 10, and with a tolerance at most that much more.
        """
        phrase, margin = read_phrase(text), _maybe(tolerance)
        if phrase.percent and unit not in (None, PERCENT):
            raise invalid("The phrase is in percent and the unit is not.", "Leave the unit out.")
        unit = PERCENT if phrase.percent else unit
        if unit is None:
            raise invalid("The phrase does not say of what.", "Give the unit, by its code.")
        if margin is not None and (margin <= 0 or phrase.sense not in ("approx", "nearly", "odd")):
            raise invalid(
                "A tolerance is greater than 0 and goes with an approximate figure.",
                "Leave it out or mend it.",
            )
        value = phrase.value
        match phrase.sense:
            case "range":
                return cls.between(value, phrase.upper, unit)
            case "nearly":
                if margin is None:
                    return cls.of("approx", value, unit)
                return cls.between(value - margin, value, unit, upper_open=True)
            case "odd":
                if margin is None:
                    return cls.of("gt", value, unit)
                return cls.between(value, value + margin, unit, lower_open=True)
            case _:
                return cls.of(phrase.sense, value, unit, margin)

    @classmethod
    def _made(cls, **fields: Any) -> Quantity:
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise InvalidInput(faults_of(error, what="quantity")) from None

    # --- reading it

    @property
    def bounds(self) -> Bounds:
        """What is asserted.  Without bounds on either side for an approximation without tolerance."""
        match self.comparator:
            case "range":
                return Bounds(self.lower, self.upper, self.lower_open, self.upper_open)
            case "eq":
                return Bounds(self.value, self.value)
            case "ge" | "gt":
                return Bounds(self.value, None, lower_open=self.comparator == "gt")
            case "le" | "lt":
                return Bounds(None, self.value, upper_open=self.comparator == "lt")
            case "approx":
                if self.value is None or self.tolerance is None:
                    return Bounds(None, None)
                return Bounds(self.value - self.tolerance, self.value + self.tolerance)

    @property
    def verifiable(self) -> bool:
        """Whether any actual value could contradict it."""
        return self.comparator != "approx" or self.tolerance is not None

    def compare(self, actual: Quantity | Number) -> Comparison:
        """Whether an actual value, in the same unit, bears this out.

        An actual that is itself inexact is consistent if all it leaves possible is asserted, differs if none
        is, and is not verifiable in between.
        """
        found = actual if isinstance(actual, Quantity) else Quantity.of("=", actual, self.unit)
        self._same_unit(found, "compared with")
        if not self.verifiable or not found.verifiable:
            without = self if not self.verifiable else found
            return Comparison("not_verifiable", None, f"Not verifiable: {without} states no tolerance.")
        if found.bounds.within(self.bounds):
            return Comparison("consistent", Fraction(0), f"Consistent: asserted {self}, actual {found}.")
        by = found.bounds.beyond(self.bounds)
        if by is None:
            return Comparison(
                "not_verifiable",
                None,
                f"Not verifiable: asserted {self}, actual {found} leaves both possible.",
            )
        how = f"by {exact_text(by)}" if by else "though only at the bound, which is excluded"
        return Comparison("differs", by, f"Differs {how}: asserted {self}, actual {found}.")

    def within(self, tolerance: Number) -> Quantity:
        """The same approximation with its tolerance stated."""
        if self.comparator != "approx" or self.value is None:
            raise invalid("Only an approximation has a tolerance.", "Use the quantity as it is.")
        return Quantity.of("approx", self.value, self.unit, tolerance)

    def __str__(self) -> str:
        if self.comparator == "range":
            return f"{self.bounds} {self.unit}"
        assert self.value is not None
        sign = "" if self.comparator == "eq" else f"{_SIGNS[self.comparator]} "
        off = "" if self.tolerance is None else f" +- {exact_text(self.tolerance)}"
        return f"{sign}{exact_text(self.value)}{off} {self.unit}"

    # --- arithmetic

    def __add__(self, other: Quantity) -> Quantity:
        if not isinstance(other, Quantity):
            return NotImplemented
        self._same_unit(other, "added to")
        return Quantity.from_bounds(self._stated() + other._stated(), self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        if not isinstance(other, Quantity):
            return NotImplemented
        self._same_unit(other, "set against")
        return Quantity.from_bounds(self._stated() - other._stated(), self.unit)

    def __mul__(self, factor: Number) -> Quantity:
        """Scaled by an exact number, in the same unit.  For two quantities there is `times`."""
        if isinstance(factor, bool) or not isinstance(factor, int | Decimal | Fraction):
            remedy = 'Use int, Decimal or Fraction; for two quantities, a.times(b, unit="...").'
            raise invalid("A quantity is scaled by an exact number.", remedy)
        by = exact(factor)
        if self.comparator == "approx" and self.value is not None and by:
            tolerance = None if self.tolerance is None else self.tolerance * abs(by)
            return Quantity.of("approx", self.value * by, self.unit, tolerance)
        return Quantity.from_bounds(self.bounds * Bounds(by, by), self.unit)

    __rmul__ = __mul__

    def times(self, other: Quantity, *, unit: str) -> Quantity:
        """The product, in the unit named.  A percentage counts as a share: 50 percent of 200 people is 100.

        Where the unit named is percent, a share of 1 is written as 100.
        """
        hundredths = (self.unit == PERCENT) + (other.unit == PERCENT) - (unit == PERCENT)
        factor = Fraction(100) ** -hundredths
        product = self._stated() * other._stated()
        return Quantity.from_bounds(product * Bounds(factor, factor), unit)

    def over(self, other: Quantity, *, unit: str) -> Quantity:
        """The quotient, in the unit named, by what is surely above 0: at least 600000 over 116 is at least
        5172 and a bit.  In percent a share of 1 is written as 100: 10490 over at least 18000 is at most 58.3.
        """
        hundredths = (self.unit == PERCENT) - (other.unit == PERCENT) - (unit == PERCENT)
        factor = Fraction(100) ** -hundredths
        quotient = self._stated() * other._stated().reciprocal()
        return Quantity.from_bounds(quotient * Bounds(factor, factor), unit)

    def _same_unit(self, other: Quantity, verb: str) -> None:
        if self.unit != other.unit:
            raise invalid(
                f"{other.unit} cannot be {verb} {self.unit}.",
                "Convert one of them to the unit of the other first.",
            )

    def _stated(self) -> Bounds:
        if not self.verifiable:
            raise invalid(f"{self} states no tolerance, so it has no bounds.", "State one with within().")
        return self.bounds

    @model_serializer(mode="wrap")
    def _present(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {
            name: value for name, value in handler(self).items() if value is not None and value is not False
        }


def _maybe(value: Number | None) -> Fraction | None:
    return None if value is None else exact(value)
