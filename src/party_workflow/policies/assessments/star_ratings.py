"""Star ratings compared: what units said of themselves, what was settled, what an outsider found.

Distributions, the matrix of own against final grades, and calibration by a sample marked again from outside.
Steps are counted on the scale, best first: one step of inflation is one grade better than what counts (R-016,
R-019).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.assessments.sheets import Cell, Sheets
from party_workflow.policies.figure import (
    PERCENT,
    Evidence,
    Figure,
    Rounding,
    counted,
    percent_text,
    share,
)

SHARE = Rounding(PERCENT.places + 2, PERCENT.mode)


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many subjects of a frozen population a voice gave each grade; `shares` are of the population.

    `rest` are those without a grade of this voice: which of them are excused or missing is in the sheets.
    """

    voice: str
    watermark: str
    population: int
    shares: Mapping[str, Figure]
    rest: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """How many have each grade."""
        return {grade: int(_part(figure).exact()) for grade, figure in self.shares.items()}

    def together(self, *grades: str) -> Figure:
        """The share of those who have one of some grades."""
        parts = tuple(_part(self.shares[grade]) for grade in grades)
        found = sum((part.exact() for part in parts), Fraction(0))
        part = Figure("+".join(grades), found, "sum", self.voice, "", parts)
        whole = Figure("population", Fraction(self.population), "count", self.voice, "")
        return share("together", part, whole, self.voice, "", SHARE)

    def below(self, grade: str, *, unrated: Literal["apart", "below"]) -> Figure:
        """The share of those with a worse grade; whether those without any are among them has to be said.

        The sources do not tell: of 744 branches 325 are "below four stars", three-star or not rated at all.
        """
        grades = list(self.shares)
        worse = self.together(*grades[grades.index(grade) + 1 :])
        rest = Figure("unrated", Fraction(len(self.rest)), "count", self.voice, "")
        part, whole = worse.inputs
        assert isinstance(part, Figure)
        assert isinstance(whole, Figure)
        if unrated == "below":
            part = Figure("below", part.exact() + rest.exact(), "sum", self.voice, "", (part, rest))
        return share(f"below.{grade}", part, whole, self.voice, "", SHARE)

    def text(self, grade: str) -> str:
        """A grade with both counts and the percentage: ``348/744 (46.77 %)``."""
        return rate_text(self.shares[grade])


def rate_text(figure: Figure) -> str:
    """A share with its counts and its percentage; how it is absent where it has no value."""
    part, whole = figure.inputs
    assert isinstance(part, Figure)
    assert isinstance(whole, Figure)
    shown = str(figure.value) if not isinstance(figure.value, Fraction) else f"{percent_text(figure.value)} %"
    return f"{part.displayed}/{whole.displayed} ({shown})"


def _part(figure: Figure) -> Figure:
    part = figure.inputs[0]
    assert isinstance(part, Figure)
    return part


def distribution(sheets: Sheets, voice: str, item: str) -> Distribution:
    """The distribution of the grades of a voice over the whole population, ungraded subjects included."""
    scale = _grades(sheets, item)
    cells = [sheets.cell(subject, voice, item) for subject in sheets.subjects]
    whole = counted("population", voice, sheets.name, [sheets.opened], len(cells))
    shares = {
        grade: share(
            grade,
            _count(grade, [cell for cell in cells if cell.value == grade], sheets, voice),
            whole,
            voice,
            sheets.name,
            SHARE,
        )
        for grade in scale
    }
    rest = tuple(cell.subject for cell in cells if not isinstance(cell.value, str))
    return Distribution(voice, sheets.watermark, len(cells), shares, rest)


def _count(name: str, cells: list[Cell], sheets: Sheets, voice: str) -> Figure:
    return counted(name, voice, sheets.name, _events(cells), len(cells))


def _events(cells: list[Cell]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(evidence for cell in cells for evidence in cell.evidence))


def _grades(sheets: Sheets, item: str) -> tuple[str, ...]:
    found = sheets.kind.by_item.get(item)
    if found is None or found.scale.type != "grades":
        raise InvalidInput(Fault(f"{sheets.name}.{item}", "It is not graded.", "Name an item with grades."))
    return found.scale.grades


@dataclass(frozen=True, slots=True)
class Compared:
    """One subject under two voices.  `steps` is how many grades better the first saw it than the second."""

    subject: str
    first: str
    second: str
    steps: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two voices against each other: `matrix` counts by grade of the first and grade of the second.

    `left_out` are the subjects that not both of them graded.  `agreement` is over those compared.
    """

    first: str
    second: str
    watermark: str
    compared: tuple[Compared, ...]
    left_out: tuple[str, ...]
    matrix: Mapping[tuple[str, str], Figure]
    agreement: Figure

    def inflation(self) -> dict[str, int]:
        """By subject how many steps better the first saw it than the second did; negative for worse."""
        return {item.subject: item.steps for item in self.compared}

    def shift(self, grade: str) -> Figure:
        """The mean number of steps by which the second moved those whom the first gave a grade (R-019)."""
        found = [item for item in self.compared if item.first == grade]
        events = tuple(dict.fromkeys(evidence for item in found for evidence in item.evidence))
        moved = counted("steps_lost", self.second, "", events, sum(item.steps for item in found))
        number = counted("compared", self.second, "", events, len(found))
        return share(f"{grade}.shift", moved, number, self.second, "", Rounding(2, "half_up"))


def confusion(sheets: Sheets, item: str, first: str, second: str) -> Confusion:
    """Every pair of grades that two voices gave: self against final, or final against an outside sample."""
    grades = _grades(sheets, item)
    compared: list[Compared] = []
    left_out: list[str] = []
    cells: dict[tuple[str, str], list[Cell]] = {(a, b): [] for a in grades for b in grades}
    for subject in sheets.subjects:
        one, other = sheets.cell(subject, first, item), sheets.cell(subject, second, item)
        if not isinstance(one.value, str) or not isinstance(other.value, str):
            left_out.append(subject)
            continue
        steps = grades.index(other.value) - grades.index(one.value)
        evidence = (*one.evidence, *other.evidence)
        compared.append(Compared(subject, one.value, other.value, steps, evidence))
        cells[one.value, other.value] += [one, other]
    matrix = {
        pair: counted("x".join(pair), second, sheets.name, _events(found), len(found) // 2)
        for pair, found in cells.items()
    }
    same = [item for item in compared if item.steps == 0]
    part = counted("same", second, sheets.name, [e for item in same for e in item.evidence], len(same))
    both = [e for item in compared for e in item.evidence]
    whole = counted("compared", second, sheets.name, dict.fromkeys(both), len(compared))
    agreement = share("agreement", part, whole, second, sheets.name, SHARE)
    return Confusion(first, second, sheets.watermark, tuple(compared), tuple(left_out), matrix, agreement)
