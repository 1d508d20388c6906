"""Year boundaries: what of a balance goes over into the next period (R-088).

Four named policies.  ``reset``: every period begins anew.  ``carry``: everything goes over.  ``carry_share``:
a share of it.  ``carry_capped``: at most so much.  What a period opens with besides, such as a base of 60
points, is said by `opening`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal, Self, assert_never

from pydantic import model_validator

from party_workflow.calendar import Period
from party_workflow.errors import Fault, Faults, InvalidInput
from party_workflow.policies.documents.board import Board, present
from party_workflow.policies.documents.clauses.base import BaseClause, Stage
from party_workflow.policies.documents.measures import Key, label
from party_workflow.policies.documents.parameters import (
    Dated,
    DimensionRef,
    Exact,
    MeasureRef,
    RoundingStage,
    Treatment,
)
from party_workflow.policies.figure import Absent, Figure, Value

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

PeriodName = Literal["month", "quarter", "half", "year"]


class Boundary(BaseClause):
    """The balance of each subject at the end of the period that contains the day of the run.

    `over` is the dimension of the measure that has the label of the `period`.  From the first period in which
    the subject has a figure to that of the run, each opens with what its `policy` takes over from the one
    before, and with `opening` where that is said; its own figure is added.  `share` belongs to
    ``carry_share``, `at_most` to ``carry_capped``; both, and `opening`, are those in force on the first day
    of the period that opens.  An `opening` that goes over adds up, so `begins` says since when: from the
    subject's first figure, or for everybody from the period in which the clause came into force.  `debts`
    says whether what is below zero goes over in full, or is dropped.  `rounding` rounds the closing balance,
    once for each period.
    """

    stage: ClassVar[Stage] = "points"

    type: Literal["boundary"]
    measure: MeasureRef
    over: DimensionRef
    period: PeriodName
    policy: Literal["reset", "carry", "carry_share", "carry_capped"]
    share: Dated[Exact] | None = None
    at_most: Dated[Exact] | None = None
    opening: Dated[Exact] | None = None
    begins: Literal["first_row", "since"] | None = None
    debts: Literal["carried", "dropped"] | None = None
    absent: Treatment
    rounding: RoundingStage

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.policy == "carry_share") != (self.share is not None):
            raise ValueError("`share` belongs to carry_share, and to nothing else")
        if (self.policy == "carry_capped") != (self.at_most is not None):
            raise ValueError("`at_most` belongs to carry_capped, and to nothing else")
        if (self.begins is not None) != (self.opening is not None and self.policy != "reset"):
            raise ValueError("`begins` belongs to an `opening` that goes over: first_row, or since")
        if (self.policy == "reset") == (self.debts is not None):
            raise ValueError("say of every policy but reset whether `debts` are carried or dropped")
        return self

    def dims_in(self, scope: Scope) -> tuple[str, ...] | None:
        dims = scope.dims(self.measure)
        return None if dims is None else tuple(name for name in dims if name != self.over)

    def lint(self, scope: Scope, faults: Faults) -> None:
        shares = [each.value for each in self.share] if isinstance(self.share, tuple) else [self.share]
        for share in shares:
            if share is not None and not 0 <= share <= 1:
                faults.add("share", f"{share} is no share.", "Take a number from 0 to 1.")

    def evaluate(self, board: Board) -> None:
        measure = board.measure(self.measure)
        index = measure.dims.index(self.over) + 1
        left = tuple(name for name in measure.dims if name != self.over)
        last = Period.of(self.period, board.on)
        figures: dict[Key, Figure] = {}
        for key, found in measure.grouped((self.over,)).items():
            own = {self._period(inner[index]): figure for inner, figure in found}
            figures[key] = self._closing(board, label(self.code, key), own, last)
        if not left:
            for subject in board.subjects:
                if (subject,) not in figures:
                    figures[subject,] = self._closing(board, self.code, {}, last)
        board.put(self, left, figures)

    def _period(self, text: str) -> Period:
        period = Period.parse(text)
        if period.kind != self.period:
            what = f"{text} is a {period.kind}, not a {self.period}."
            raise InvalidInput(Fault(self.code, what, "Give the source that `period`."))
        return period

    def _closing(self, board: Board, name: str, own: Mapping[Period, Figure], last: Period) -> Figure:
        """The balance period by period.  Periods after the last one do not count."""
        first = min((each for each in own if each.first <= last.first), key=lambda p: p.first, default=last)
        if self.begins == "since":
            first = Period.of(self.period, self.since)
        current, before = first, None
        while True:
            before = self._of(board, f"{name}.{current}", current, own.get(current), before)
            if current.first >= last.first:
                return Figure(name, before.value, "closing_balance", self.code, self.basis, (before,))
            current = current.next()

    def _of(
        self, board: Board, name: str, period: Period, own: Figure | None, before: Figure | None
    ) -> Figure:
        parts: list[Figure] = []
        if self.opening is not None:
            parts.append(board.at(self, "opening", self.opening, period.first))
        if before is not None and self.policy != "reset":
            parts.append(self._over(board, f"{name}.over", period, before))
        if own is not None:
            parts.append(own)
        there = present(parts, self.absent) if parts else []
        value: Value
        if isinstance(there, Absent):
            value = there
        else:
            value = sum((amount for _, amount in there), Fraction(0))
            if not isinstance(self.rounding, str):
                value = Fraction(self.rounding.rounding.apply(value))
        return Figure(name, value, "balance", self.code, self.basis, tuple(parts))

    def _over(self, board: Board, name: str, period: Period, before: Figure) -> Figure:
        """What goes over from the period before."""
        if isinstance(before.value, Absent):
            return Figure(name, before.value, self.policy, self.code, self.basis, (before,))
        value, inputs = before.value, [before]
        if value < 0:
            value = value if self.debts == "carried" else Fraction(0)
            return Figure(name, value, f"debt_{self.debts}", self.code, self.basis, (before,))
        match self.policy:
            case "carry_share":
                share = board.at(self, "share", self.share, period.first)
                value *= share.exact()
                inputs.append(share)
            case "carry_capped":
                limit = board.at(self, "at_most", self.at_most, period.first)
                value = min(value, limit.exact())
                inputs.append(limit)
            case "carry" | "reset":
                pass
            case _:
                assert_never(self.policy)
        return Figure(name, value, self.policy, self.code, self.basis, tuple(inputs))
