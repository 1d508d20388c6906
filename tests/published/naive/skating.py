"""Skating by hand: panels, totals and ranks recomputed with the standard library alone.

Knows nothing of the library: what it finds is what the rule document has to find.  The rule: of the marks of
a component the highest and the lowest are dropped, the rest is averaged and rounded half up to 2 places;
times the factor, rounded to 2 places; the sum, with the published grades of the elements, less deductions.
Ranked within competition and segment by the total; of equals the free segments look at the components, the
short ones at the elements.

    python skating.py <folder of components.csv, elements.csv, performances.csv>
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

JUDGES = [f"J{number}" for number in range(1, 10)]


def rounded(value: Fraction, places: int = 2) -> Fraction:
    """Half up, ties away from zero."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**places)


def trimmed(marks: list[Fraction]) -> Fraction:
    """The mean without one highest and one lowest mark."""
    kept = sorted(marks)[1:-1]
    return sum(kept, Fraction(0)) / len(kept)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a file."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def marks_of(row: dict[str, str]) -> list[Fraction]:
    """The marks that there are: an empty cell is no mark."""
    return [Fraction(row[judge]) for judge in JUDGES if row[judge] != ""]


def panels(folder: Path) -> Iterator[tuple[str, str, Fraction, Fraction]]:
    """Performance, component, panel score recomputed, panel score published."""
    for row in rows(folder, "components.csv"):
        yield (
            row["performance_id"],
            row["component"],
            rounded(trimmed(marks_of(row))),
            Fraction(row["panel_published"]),
        )


def totals(folder: Path) -> dict[str, tuple[Fraction, Fraction, Fraction]]:
    """By performance: components, elements, segment."""
    components: dict[str, Fraction] = defaultdict(Fraction)
    for row in rows(folder, "components.csv"):
        product = rounded(trimmed(marks_of(row))) * Fraction(row["factor"])
        components[row["performance_id"]] += rounded(product)
    elements: dict[str, Fraction] = defaultdict(Fraction)
    for row in rows(folder, "elements.csv"):
        elements[row["performance_id"]] += Fraction(row["base_value"]) + Fraction(row["goe_published"])
    found = {}
    for row in rows(folder, "performances.csv"):
        mine = row["performance_id"]
        deducted = Fraction(row["total_deductions"])
        found[mine] = (components[mine], elements[mine], components[mine] + elements[mine] - deducted)
    return found


def ranks(folder: Path) -> dict[str, int]:
    """By performance, its place in its segment; who is equal in everything shares the better one."""
    found: dict[str, int] = {}
    scores = totals(folder)
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows(folder, "performances.csv"):
        groups[row["competition"], row["program"]].append(row["performance_id"])
    for (_, program), members in groups.items():
        aside = 0 if "FREE" in program else 1
        keys = {each: (scores[each][2], scores[each][aside]) for each in members}
        for each in members:
            found[each] = 1 + sum(keys[other] > keys[each] for other in members)
    return found


def counts(folder: Path) -> dict[str, tuple[int, int]]:
    """How many of each published figure come out: found, of all."""
    performances = {row["performance_id"]: row for row in rows(folder, "performances.csv")}
    scored = list(panels(folder))
    found = {"panels": (sum(mine == published for _, _, mine, published in scored), len(scored))}
    mine = totals(folder)
    columns = ("total_component_score", "total_element_score", "total_segment_score")
    for index, column in enumerate(columns):
        agreeing = sum(mine[key][index] == Fraction(row[column]) for key, row in performances.items())
        found[column] = (agreeing, len(performances))
    places = ranks(folder)
    agreeing = sum(places[key] == int(row["rank"]) for key, row in performances.items())
    return found | {"ranks": (agreeing, len(performances))}


if __name__ == "__main__":
    for what, (agreeing, of) in counts(Path(sys.argv[1])).items():
        print(f"{what}: {agreeing} of {of}")
