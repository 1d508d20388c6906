"""The natural logarithm to declared digits, the same on every machine."""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from party_workflow.policies.arithmetic.digits import significant


@lru_cache(maxsize=4096)
def logarithm(value: Fraction, digits: int) -> Fraction:
    """The natural logarithm to `digits` significant digits, correctly rounded, half to even.

    Computed in a context of its own and again with more digits until both bounds of the error round alike;
    that ends, as the logarithm of no fraction but 1 is one.  Raises ValueError for what is not positive.
    """
    if value <= 0 or digits < 1:
        raise ValueError("a logarithm is taken of what is positive, to at least one digit")
    if value == 1:
        return Fraction(0)
    precision = digits + 12
    while True:
        context = Context(prec=precision, rounding=ROUND_HALF_EVEN, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
        over, under = (context.ln(Decimal(part)) for part in (value.numerator, value.denominator))
        # Each is off by at most half a unit of its last digit; two units of the larger bound the difference.
        unit = Fraction(10) ** (max(over.adjusted(), under.adjusted()) - precision + 1)
        difference = Fraction(over) - Fraction(under)
        low, high = difference - 2 * unit, difference + 2 * unit
        if low > 0 or high < 0:
            rounded = significant(low, digits)
            if rounded == significant(high, digits):
                return rounded
        precision *= 2
