"""The Human Development Index by hand: values, ranks and tiers with the standard library alone.

Knows nothing of the library.  The rule: each indicator between its goalposts, capped to 0..1, income by its
logarithm; education is the mean of its two; the cube root of the product, rounded half up to 3 places; ranked
on the rounded value; tiers from .800, .700 and .550.

    python hdi.py <folder of hdi_2022.csv>
"""

from __future__ import annotations

import csv
import sys
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from pathlib import Path

WORKING = Context(prec=50)
TIERS = (("Very High", "0.800"), ("High", "0.700"), ("Medium", "0.550"), ("Low", "0"))


def capped(value: Decimal) -> Decimal:
    """Within 0..1."""
    return max(Decimal(0), min(Decimal(1), value))


def between(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    """Where a value stands between two goalposts."""
    return capped(WORKING.divide(WORKING.subtract(value, low), WORKING.subtract(high, low)))


def index(row: dict[str, str]) -> Decimal:
    """The index of a country to 50 digits."""
    health = between(Decimal(row["life_expectancy"]), Decimal(20), Decimal(85))
    expected = between(Decimal(row["expected_schooling"]), Decimal(0), Decimal(18))
    mean = between(Decimal(row["mean_schooling"]), Decimal(0), Decimal(15))
    education = WORKING.divide(WORKING.add(expected, mean), Decimal(2))
    income = between(
        WORKING.ln(Decimal(row["gni_pc_ppp2017"])), WORKING.ln(Decimal(100)), WORKING.ln(Decimal(75000))
    )
    product = WORKING.multiply(WORKING.multiply(health, education), income)
    return WORKING.power(product, WORKING.divide(Decimal(1), Decimal(3)))


def exact(row: dict[str, str]) -> Fraction:
    """The same as a fraction."""
    return Fraction(index(row))


def places3(value: Decimal) -> Decimal:
    """To 3 places, half up."""
    return value.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP, context=WORKING)


def countries(folder: Path) -> list[dict[str, str]]:
    """The rows that have a published rank: countries, not regions."""
    with (folder / "hdi_2022.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["rank_published"]]


def places(values: dict[str, Decimal]) -> dict[str, int]:
    """Competition places by falling value."""
    return {key: 1 + sum(other > value for other in values.values()) for key, value in values.items()}


def tier(value: Decimal) -> str:
    """The tier of a rounded value."""
    return next(name for name, floor in TIERS if value >= Decimal(floor))


def counts(folder: Path) -> dict[str, tuple[int, int]]:
    """How many of each published figure come out: found, of all."""
    rows = countries(folder)
    exact = {row["iso3"]: index(row) for row in rows}
    shown = {key: places3(value) for key, value in exact.items()}
    on_shown, on_exact = places(shown), places(exact)
    of = len(rows)
    return {
        "values": (sum(shown[row["iso3"]] == Fraction(row["hdi_published"]) for row in rows), of),
        "ranks": (sum(on_shown[row["iso3"]] == int(row["rank_published"]) for row in rows), of),
        "tiers": (sum(tier(shown[row["iso3"]]) == row["hdicode"] for row in rows), of),
        "ranks of the unrounded": (
            sum(on_exact[row["iso3"]] == int(row["rank_published"]) for row in rows),
            of,
        ),
    }


if __name__ == "__main__":
    for what, (agreeing, of) in counts(Path(sys.argv[1])).items():
        print(f"{what}: {agreeing} of {of}")
