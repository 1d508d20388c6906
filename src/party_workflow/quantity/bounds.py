"""Intervals of exact numbers, with ends that belong to them or not, and the arithmetic on them.

The arithmetic is sound and tight: a sum contains the sums of all pairs of points, and nothing beyond
their hull.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from party_workflow.quantity.exact import exact_text, invalid


class _End(NamedTuple):
    """An end while it is multiplied: `infinite` is -1, 0 or 1, so that ends compare as they should."""

    infinite: int
    value: Fraction
    open: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is asserted: from `lower` to `upper`, `None` where there is no bound.

    An open end does not belong to the interval; an end without a bound is neither open nor closed, and
    its flag is False.  An interval without a point is refused.
    """

    lower: Fraction | None
    upper: Fraction | None
    lower_open: bool = False
    upper_open: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "lower_open", self.lower_open and self.lower is not None)
        object.__setattr__(self, "upper_open", self.upper_open and self.upper is not None)
        if self.lower is not None and self.upper is not None:
            if self.lower > self.upper or (self.lower == self.upper and (self.lower_open or self.upper_open)):
                raise invalid("No number lies between these bounds.", "Give the smaller one first.")

    @property
    def point(self) -> Fraction | None:
        """The one value that is possible, if there is just one."""
        return self.lower if self.lower == self.upper else None

    def contains(self, value: Fraction) -> bool:
        """Whether the value lies within the bounds."""
        return Bounds(value, value).within(self)

    def within(self, other: Bounds) -> bool:
        """Whether every value of this interval lies in the other."""
        return _reaches(self, other) and _reaches(-self, -other)

    def beyond(self, other: Bounds) -> Fraction | None:
        """How far this interval lies above (or, negative, below) the other; `None` where they meet.

        Zero says that they touch at an end that does not belong to both.
        """
        for above, below, sign in ((self, other, 1), (-self, -other, -1)):
            if above.lower is not None and below.upper is not None:
                gap = above.lower - below.upper
                if gap > 0 or (gap == 0 and (above.lower_open or below.upper_open)):
                    return sign * gap
        return None

    def __neg__(self) -> Bounds:
        lower = None if self.upper is None else -self.upper
        upper = None if self.lower is None else -self.lower
        return Bounds(lower, upper, self.upper_open, self.lower_open)

    def __add__(self, other: Bounds) -> Bounds:
        lower = None if self.lower is None or other.lower is None else self.lower + other.lower
        upper = None if self.upper is None or other.upper is None else self.upper + other.upper
        return Bounds(lower, upper, self.lower_open or other.lower_open, self.upper_open or other.upper_open)

    def __sub__(self, other: Bounds) -> Bounds:
        return self + -other

    def __mul__(self, other: Bounds) -> Bounds:
        corners = [_product(mine, yours) for mine in _ends(self) for yours in _ends(other)]
        # Of corners with the same value one that is attained is enough for the end to belong to the product.
        low = min(corners, key=lambda end: (end.infinite, end.value, end.open))
        high = max(corners, key=lambda end: (end.infinite, end.value, not end.open))
        lower = None if low.infinite else low.value
        return Bounds(lower, None if high.infinite else high.value, low.open, high.open)

    def reciprocal(self) -> Bounds:
        """One over every value, all of which have to lie above 0."""
        if self.lower is None or self.lower < 0 or (self.lower == 0 and not self.lower_open):
            raise invalid("Only what is surely above 0 divides.", "State a lower bound above 0.")
        lower = Fraction(0) if self.upper is None else 1 / self.upper
        upper = None if self.lower == 0 else 1 / self.lower
        return Bounds(lower, upper, self.upper is None or self.upper_open, self.lower_open)

    def __str__(self) -> str:
        left = "(" if self.lower_open or self.lower is None else "["
        right = ")" if self.upper_open or self.upper is None else "]"
        lower = "-inf" if self.lower is None else exact_text(self.lower)
        upper = "inf" if self.upper is None else exact_text(self.upper)
        return f"{left}{lower}, {upper}{right}"


def _reaches(inner: Bounds, outer: Bounds) -> bool:
    """Whether the lower end of `inner` lies in `outer`, as far as the lower end of that goes."""
    if outer.lower is None:
        return True
    if inner.lower is None or inner.lower < outer.lower:
        return False
    return inner.lower > outer.lower or inner.lower_open or not outer.lower_open


def _ends(bounds: Bounds) -> tuple[_End, _End]:
    zero = Fraction(0)
    low = _End(-1, zero, True) if bounds.lower is None else _End(0, bounds.lower, bounds.lower_open)
    high = _End(1, zero, True) if bounds.upper is None else _End(0, bounds.upper, bounds.upper_open)
    return low, high


def _product(a: _End, b: _End) -> _End:
    zeros = [end for end in (a, b) if not end.infinite and end.value == 0]
    if zeros:
        # Zero times anything, however large, is zero; a zero that is attained is so with any partner.
        return _End(0, Fraction(0), all(end.open for end in zeros))
    if a.infinite or b.infinite:
        sign = (a.infinite or (1 if a.value > 0 else -1)) * (b.infinite or (1 if b.value > 0 else -1))
        return _End(sign, Fraction(0), True)
    return _End(0, a.value * b.value, a.open or b.open)
