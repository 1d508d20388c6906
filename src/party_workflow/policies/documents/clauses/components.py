"""Clauses that turn measures into components: rates, reductions over dimensions, products, conversions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Literal, Self, assert_never

from pydantic import model_validator

from party_workflow.errors import Faults
from party_workflow.policies.arithmetic import panels
from party_workflow.policies.documents.board import Board, present
from party_workflow.policies.documents.clauses.aligned import Pick, aligned, aligned_dims, judge_aligned
from party_workflow.policies.documents.clauses.base import Derived, Stage
from party_workflow.policies.documents.measures import Key, label
from party_workflow.policies.documents.parameters import (
    Dated,
    DimensionRef,
    Empty,
    Exact,
    MeasureRef,
    Part,
    RoundingStage,
    Treatment,
    treatment,
)
from party_workflow.policies.figure import Absent, Figure, Value

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

How = Literal["sum", "mean", "median", "smallest", "largest", "count", "product"]
"""What several figures come to.  ``count`` is how many of them are there."""


class Ratio(Derived):
    """Part over whole, with both among its inputs: a rate, a coverage, a share.

    `part` and `whole` are measures; the whole may also be a number, `whole_number`.  Over a whole of nothing
    the rate is not applicable.  Where the whole is below `minimum` no rate is shown: it is absent as
    `too_few` says (R-098).  `absent` is how a part or a whole that is not there is treated; it cannot be left
    out.
    """

    stage: ClassVar[Stage] = "components"

    type: Literal["ratio"]
    part: MeasureRef
    whole: MeasureRef | None = None
    whole_number: Dated[Exact] | None = None
    minimum: Dated[Exact]
    too_few: Literal["missing", "not_applicable", "withheld"]
    absent: Treatment
    rounding: RoundingStage

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.whole is None) == (self.whole_number is None):
            raise ValueError("say one of whole, a measure, and whole_number")
        how = treatment(self.absent)
        if "leave_out" in (how.missing, how.excused, how.not_applicable):
            raise ValueError("a rate needs both part and whole: incomplete, or zero")
        return self

    @property
    def _picks(self) -> tuple[Pick, ...]:
        return (Pick(self.part),) if self.whole is None else (Pick(self.part), Pick(self.whole))

    def dims_in(self, scope: Scope) -> tuple[str, ...] | None:
        return aligned_dims(scope, self._picks)

    def lint(self, scope: Scope, faults: Faults) -> None:
        judge_aligned(scope, self._picks, "whole", faults)

    def evaluate(self, board: Board) -> None:
        minimum = board.at(self, "minimum", self.minimum)
        number = None if self.whole_number is None else board.at(self, "whole", self.whole_number)
        dims, keys = aligned(board, self._picks)
        figures = {
            key: self._rate(label(self.code, key), found[0], number or found[1], minimum)
            for key, found in keys.items()
        }
        board.put(self, dims, figures, self.rounding)

    def _rate(self, name: str, part: Figure, whole: Figure, minimum: Figure) -> Figure:
        found = present((part, whole), self.absent)
        step = "share"
        if isinstance(found, Absent):
            value: Value = found
        else:
            (_, over), (_, under) = found
            if under < minimum.exact():
                value, step = Absent(self.too_few), "too_few"
            elif under == 0:
                value = Absent("not_applicable")
            else:
                value = over / under
        return Figure(name, value, step, self.code, self.basis, (part, whole, minimum))


class Reduce(Derived):
    """A measure without some of its dimensions: the sum, mean and so on over their values.

    `how` says what the figures come to; ``count`` is how many of them are there.  `empty` is what a subject
    has for whom there is no figure at all.
    """

    stage: ClassVar[Stage] = "components"

    type: Literal["reduce"]
    measure: MeasureRef
    over: tuple[DimensionRef, ...]
    how: How
    absent: Treatment
    empty: Empty
    rounding: RoundingStage

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.over:
            raise ValueError("say the dimensions that it is reduced over")
        return self

    def dims_in(self, scope: Scope) -> tuple[str, ...] | None:
        dims = scope.dims(self.measure)
        return None if dims is None else tuple(dim for dim in dims if dim not in self.over)

    def evaluate(self, board: Board) -> None:
        measure = board.measure(self.measure)
        dims = tuple(dim for dim in measure.dims if dim not in self.over)
        groups = measure.grouped(self.over)
        if not dims:
            for subject in board.subjects:
                groups.setdefault((subject,), [])
        figures = {
            key: self._reduced(label(self.code, key), [figure for _, figure in parts])
            for key, parts in groups.items()
        }
        board.put(self, dims, figures, self.rounding)

    def _reduced(self, name: str, parts: Sequence[Figure]) -> Figure:
        if not parts:
            nothing: Value = Fraction(0) if self.empty == "zero" else Absent(self.empty)
            return Figure(name, nothing, "no_figure", self.code, self.basis)
        found = present(parts, self.absent)
        value = found if isinstance(found, Absent) else come_to(self.how, [each for _, each in found])
        return Figure(name, value, self.how, self.code, self.basis, tuple(parts))


class Product(Derived):
    """The product of the measures in `factors`, figure by figure, and of the number `times` where it is
    given.
    """

    stage: ClassVar[Stage] = "components"

    type: Literal["product"]
    factors: tuple[MeasureRef, ...]
    times: Dated[Exact] | None = None
    absent: Treatment
    rounding: RoundingStage

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.factors:
            raise ValueError("a product has at least one factor")
        return self

    def dims_in(self, scope: Scope) -> tuple[str, ...] | None:
        return aligned_dims(scope, [Pick(code) for code in self.factors])

    def lint(self, scope: Scope, faults: Faults) -> None:
        judge_aligned(scope, [Pick(code) for code in self.factors], "factors", faults)

    def evaluate(self, board: Board) -> None:
        number = () if self.times is None else (board.at(self, "times", self.times),)
        dims, keys = aligned(board, [Pick(code) for code in self.factors])
        figures: dict[Key, Figure] = {}
        for key, factors in keys.items():
            found = present(factors, self.absent)
            value = found if isinstance(found, Absent) else come_to("product", [each for _, each in found])
            for figure in number:
                value = value if isinstance(value, Absent) else value * figure.exact()
            figures[key] = Figure(
                label(self.code, key), value, "product", self.code, self.basis, (*factors, *number)
            )
        board.put(self, dims, figures, self.rounding)


class Step(Part):
    """From the value `at_least` on it is worth `worth`."""

    at_least: Exact
    worth: Exact


class Convert(Derived):
    """A measure on another scale: `times` it and `plus`, or by `steps`.

    Steps are given from the lowest; a value counts as much as the last step that it reaches, and one that
    reaches none as much as `below` says.  An absent figure stays absent.
    """

    stage: ClassVar[Stage] = "components"

    type: Literal["convert"]
    measure: MeasureRef
    times: Dated[Exact] | None = None
    plus: Dated[Exact] | None = None
    steps: tuple[Step, ...] = ()
    below: Exact | None = None
    rounding: RoundingStage

    @model_validator(mode="after")
    def _fits(self) -> Self:
        linear = (self.times is not None, self.plus is not None)
        stepped = (bool(self.steps), self.below is not None)
        if (linear, stepped) not in (((True, True), (False, False)), ((False, False), (True, True))):
            raise ValueError("say times and plus, or steps and below")
        floors = [step.at_least for step in self.steps]
        if any(upper <= lower for lower, upper in pairwise(floors)):
            raise ValueError("steps are given from the lowest, none twice")
        return self

    def dims_in(self, scope: Scope) -> tuple[str, ...] | None:
        return scope.dims(self.measure)

    def evaluate(self, board: Board) -> None:
        measure = board.measure(self.measure)
        numbers = tuple(
            board.at(self, name, dated)
            for name, dated in (("times", self.times), ("plus", self.plus))
            if dated is not None
        )
        figures = {
            key: self._converted(label(self.code, key), figure, numbers)
            for key, figure in measure.figures.items()
        }
        board.put(self, measure.dims, figures, self.rounding)

    def _converted(self, name: str, figure: Figure, numbers: Sequence[Figure]) -> Figure:
        value: Value = figure.value
        if isinstance(value, Absent):
            return Figure(name, value, "converted", self.code, self.basis, (figure, *numbers))
        if numbers:
            times, plus = (number.exact() for number in numbers)
            return Figure(name, value * times + plus, "converted", self.code, self.basis, (figure, *numbers))
        worth, reached = self.below or Fraction(0), "below"
        for step in self.steps:
            if value >= step.at_least:
                worth, reached = step.worth, f"step.{step.at_least}"
        parameter = Figure(reached, worth, "parameter", self.code, self.basis)
        return Figure(name, worth, "step", self.code, self.basis, (figure, parameter))


def come_to(how: How, values: Sequence[Fraction]) -> Fraction:
    """What several values come to.  There is at least one."""
    match how:
        case "sum":
            return sum(values, Fraction(0))
        case "mean":
            return panels.mean(values)
        case "median":
            return panels.median(values)
        case "smallest":
            return min(values)
        case "largest":
            return max(values)
        case "count":
            return Fraction(len(values))
        case "product":
            found = Fraction(1)
            for value in values:
                found *= value
            return found
        case _:
            assert_never(how)
