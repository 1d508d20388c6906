"""A post over its years: quarterly records roll up into years and years into the total; gaps are shown
(R-152).

Twelve records, three appraisals, one total: what is lacking at a level is named at that level and never
filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from party_workflow.domain.procedure import Procedure, StepTaken, Taken
from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.figure import Absent, Evidence


@dataclass(frozen=True, slots=True)
class Cell:
    """What was said for a quarter, a year or the whole term, with the event; or that it is missing."""

    period: str
    value: str | Absent
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class YearRow:
    """One year of the term: its quarters and its appraisal."""

    year: Cell
    quarters: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class RollUp:
    """A post from its quarters to its total."""

    stream: str
    holder: str
    years: tuple[YearRow, ...]
    total: Cell

    @property
    def missing(self) -> tuple[str, ...]:
        """Every period for which nothing was recorded, quarters first, then years, then the total."""
        quarters = [cell for row in self.years for cell in row.quarters]
        cells = (*quarters, *(row.year for row in self.years), self.total)
        return tuple(cell.period for cell in cells if isinstance(cell.value, Absent))

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many quarters, years and totals were recorded: 12, 3, 1 for a complete term of three years."""
        quarters = [cell for row in self.years for cell in row.quarters]
        levels = (quarters, [row.year for row in self.years], [self.total])
        q, y, t = (sum(not isinstance(cell.value, Absent) for cell in level) for level in levels)
        return q, y, t


def roll_up(state: Procedure) -> RollUp:
    """The roll-up of a post held by one person (kind ``member_post``), over its whole term.

    Quarters are coded like ``q2020-1`` and years like ``y2020``, from the day the post was fixed; years of
    the term begin on that day and are named for the year in which they begin.  Raises `InvalidInput` for
    another kind.
    """
    if (
        state.kind is None
        or not state.takings("fix")
        or not state.takings("fix")[0].given.keys() >= {"from_day"}
    ):
        raise InvalidInput(Fault(state.stream, "This is no post that was fixed for a term.", "Name another."))
    fixed = state.takings("fix")[0]
    first, last = (_day(fixed, code) for code in ("from_day", "until_day"))
    quarters = _said(state, "record", "quarter", "mark")
    years = _said(state, "appraise_year", "year", "grade")
    totals = state.takings("appraise_total")
    rows = []
    for number in range(max(1, round((last - first).days / 365))):
        codes = [_quarter(first, number * 4 + offset) for offset in range(4)]
        year = f"y{first.year + number}"
        rows.append(YearRow(_cell(year, years), tuple(_cell(code, quarters) for code in codes)))
    total = Cell("total", Absent("missing"))
    if totals:
        total = Cell("total", str(totals[-1].given["total_grade"].values[0]), _evidence(totals[-1]))
    return RollUp(state.stream, str(fixed.given["holder"].values[0]), tuple(rows), total)


def _day(taken: Taken, code: str) -> date:
    (day,) = taken.given[code].days or (date.min,)
    return day


def _quarter(first: date, offset: int) -> str:
    index = first.year * 4 + (first.month - 1) // 3 + offset
    return f"q{index // 4}-{index % 4 + 1}"


def _said(state: Procedure, step: str, period: str, value: str) -> dict[str, tuple[str, Evidence]]:
    return {
        str(item.given[period].values[0]): (str(item.given[value].values[0]), _evidence(item))
        for item in state.takings(step)
    }


def _cell(period: str, said: dict[str, tuple[str, Evidence]]) -> Cell:
    if period not in said:
        return Cell(period, Absent("missing"))
    value, evidence = said[period]
    return Cell(period, value, evidence)


def _evidence(taken: Taken) -> Evidence:
    return Evidence(taken.event_id, taken.position, StepTaken.stored_type)
