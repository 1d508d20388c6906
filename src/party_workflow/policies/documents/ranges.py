"""Between which values a measure can lie, as far as the clauses before it say: for the linter.

What cannot be told is open.  A range may be wider than what comes about, and is never narrower.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from party_workflow.policies.documents.clauses import BaseClause
from party_workflow.policies.documents.clauses.adjustments import Deduction
from party_workflow.policies.documents.clauses.components import Convert, Ratio, Reduce
from party_workflow.policies.documents.clauses.kinds import Points
from party_workflow.policies.documents.clauses.methods import ByRank, Caps, Percentile
from party_workflow.policies.documents.clauses.normalising import Normalise
from party_workflow.policies.documents.clauses.panels import Panel
from party_workflow.policies.documents.clauses.points import Count, ValueOf
from party_workflow.policies.documents.clauses.totals import Total, TotalPart
from party_workflow.policies.documents.parameters import Places, Valued, treatment


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both inclusive; None where it is open."""

    low: Fraction | None = None
    high: Fraction | None = None

    def meets(self, low: Fraction | None, high: Fraction | None) -> bool:
        """Whether some value lies in both this and another range."""
        return not (
            (low is not None and self.high is not None and low > self.high)
            or (high is not None and self.low is not None and high < self.low)
        )

    def with_zero(self) -> Range:
        """The range with zero in it."""
        zero = Fraction(0)
        return Range(
            None if self.low is None else min(self.low, zero),
            None if self.high is None else max(self.high, zero),
        )


OPEN = Range()
_SHARE = Range(Fraction(0), Fraction(1))
_COUNTED = Range(Fraction(0), None)


def range_of(code: str, before: Sequence[BaseClause]) -> Range:
    """The range of an earlier measure."""
    for index, clause in enumerate(before):
        if clause.code == code:
            return _rounded(_of(clause, before[:index]), getattr(clause, "rounding", "none"))
    return OPEN


def _of(clause: BaseClause, before: Sequence[BaseClause]) -> Range:
    match clause:
        case Count():
            return _COUNTED
        case Points() if clause.quantity is None:
            return _points(clause)
        case ValueOf() if clause.worths and clause.several not in ("sum",):
            return _empty(clause, _hull(clause.worths.values()))
        case Panel() if clause.worths and clause.centring == "none":
            return _hull(clause.worths.values())
        case Ratio():
            return _COUNTED if range_of(clause.part, before).low == 0 else OPEN
        case Normalise():
            return _normalised(clause)
        case Reduce() if clause.how in ("mean", "median", "smallest", "largest"):
            return range_of(clause.measure, before)
        case Reduce() if clause.how == "count":
            return _COUNTED
        case Convert() if clause.steps:
            return _hull([each.worth for each in clause.steps], getattr(clause, "below", None))
        case Total() if clause.method == "arithmetic":
            found = _weighted(clause.parts, before)
            return found.with_zero() if "zero" in _ways(clause.absent) else found
        case Deduction():
            found = range_of(clause.measure, before)
            return Range(None, found.high)
        case _:
            return OPEN


def _ways(absent: Any) -> tuple[str, ...]:
    how = treatment(absent)
    return (how.missing, how.excused, how.not_applicable)


def _values(dated: Any) -> list[Any]:
    return [
        item.value if isinstance(item, Valued) else item
        for item in (dated if isinstance(dated, tuple) else (dated,))
    ]


def _hull(dated: Iterable[Any], *more: Any) -> Range:
    found = [value for each in (*dated, *more) for value in _values(each) if isinstance(value, Fraction)]
    return Range(min(found), max(found)) if found else OPEN


def _empty(clause: Any, found: Range) -> Range:
    return found.with_zero() if clause.empty == "zero" else found


def _points(clause: Points) -> Range:
    worth = _hull(clause.worth.values())
    low = Fraction(0) if worth.low is not None and worth.low >= 0 else None
    whole = [cap for cap in clause.caps if not cap.of and set(cap.per) <= set(clause.by)]
    high = max((value for value in _values(whole[0].at_most)), default=None) if whole else None
    return Range(low, max(high, Fraction(0)) if high is not None else None)


def _normalised(clause: Normalise) -> Range:
    method = clause.method
    caps = getattr(method, "caps", None)
    if isinstance(caps, Caps):
        low = _values(caps.at_least) if caps.at_least is not None else []
        high = _values(caps.at_most) if caps.at_most is not None else []
        return Range(min(low, default=None), max(high, default=None))
    if isinstance(method, Percentile) or (isinstance(method, ByRank) and method.as_share):
        return _SHARE
    return OPEN


def _weighted(parts: Sequence[TotalPart], before: Sequence[BaseClause]) -> Range:
    """Weights of shares sum to one: the whole lies between the lowest and the highest of its parts."""
    found = [
        _weighted(part.parts, before) if part.parts else range_of(part.measure or "", before)
        for part in parts
    ]
    lows, highs = [each.low for each in found], [each.high for each in found]
    return Range(
        None if None in lows else min(low for low in lows if low is not None),
        None if None in highs else max(high for high in highs if high is not None),
    )


def _rounded(found: Range, rounding: Any) -> Range:
    """A value may be rounded beyond the end of its range."""
    if not isinstance(rounding, Places):
        return found
    step = Fraction(1, 10**rounding.places) if rounding.places >= 0 else Fraction(10**-rounding.places)
    low = None if found.low is None else (found.low // step) * step
    high = None if found.high is None else -((-found.high) // step) * step
    return Range(low, high)
