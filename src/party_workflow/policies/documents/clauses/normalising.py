"""Normalisation: measures of different units onto one scale, by a method that says all that it needs.

Goalposts and targets are set by the rule; ranks, z-scores, percentiles and observed goalposts compare a
subject with the others.  What is absent stays absent and is compared with nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal, Self, assert_never

from pydantic import Field, model_validator

from party_workflow.errors import Fault, Faults, InvalidInput
from party_workflow.policies.arithmetic import panels, scaling
from party_workflow.policies.arithmetic.logarithms import logarithm
from party_workflow.policies.documents.board import Board
from party_workflow.policies.documents.clauses.base import Derived, Stage
from party_workflow.policies.documents.clauses.methods import (
    ByRank,
    Capped,
    Caps,
    Logarithm,
    Method,
    MinMax,
    Percentile,
    Target,
    ZScore,
    judge_method,
)
from party_workflow.policies.documents.measures import Key, Measure, label
from party_workflow.policies.documents.parameters import AttributeRef, DimensionRef, MeasureRef, RoundingStage
from party_workflow.policies.documents.source import cell_text
from party_workflow.policies.figure import Absent, Figure, Value

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope


class Normalise(Derived):
    """A measure on the scale of one `method`, or of one for each value of a dimension (`dimension`,
    `methods`).

    Those compared are the subjects with the same `group` (attributes of the population) and the same
    dimensions.  Where a method is not defined for them, as without any spread, it is not applicable.
    """

    stage: ClassVar[Stage] = "components"

    type: Literal["normalise"]
    measure: MeasureRef
    method: Method | None = None
    dimension: DimensionRef | None = None
    methods: Mapping[str, Method] = Field(default_factory=dict)
    group: tuple[AttributeRef, ...] = ()
    rounding: RoundingStage

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.method is None) != bool(self.methods) or (self.dimension is None) != (not self.methods):
            raise ValueError("say method, or dimension and methods, one for each of its values")
        return self

    def dims_in(self, scope: Scope) -> tuple[str, ...] | None:
        return scope.dims(self.measure)

    def lint(self, scope: Scope, faults: Faults) -> None:
        if self.method is not None:
            judge_method(self.method, "method", bool(self.group), faults)
        for name, method in self.methods.items():
            judge_method(method, f"methods.{name}", False, faults)

    def evaluate(self, board: Board) -> None:
        measure = board.measure(self.measure)
        cohorts: dict[tuple[str, ...], dict[Key, Figure]] = {}
        for key, figure in measure.figures.items():
            group = (cell_text(board.attribute(key[0], name)) for name in self.group)
            cohorts.setdefault((*group, *key[1:]), {})[key] = figure
        figures: dict[Key, Figure] = {}
        for cohort in cohorts.values():
            method, of = self._method(measure, next(iter(cohort)))
            figures |= self._cohort(board, method, of, cohort)
        board.put(self, measure.dims, figures, self.rounding)

    def _method(self, measure: Measure, key: Key) -> tuple[Method, str]:
        """The method for a key, and what goes before the names of its parameters."""
        if self.method is not None:
            return self.method, ""
        if not measure.dims:  # not in force, and so every figure not applicable
            return next(iter(self.methods.values())), ""
        value = dict(zip(measure.dims, key[1:], strict=True)).get(self.dimension or "", "")
        if value not in self.methods:
            what = f"There is no method for {value} of {self.measure}."
            raise InvalidInput(Fault(self.code, what, "Add it to `methods`, or leave such rows out."))
        return self.methods[value], f"{value}."

    def _cohort(
        self, board: Board, method: Method, of: str, cohort: Mapping[Key, Figure]
    ) -> dict[Key, Figure]:
        there = {key: f.value for key, f in cohort.items() if not isinstance(f.value, Absent)}
        found = {
            key: self._figure(method, key, figure.value, (figure,))
            for key, figure in cohort.items()
            if isinstance(figure.value, Absent)
        }
        match method:
            case MinMax(observed=True) | ByRank() | ZScore() | Percentile():
                values, parameters = self._compared(board, method, of, list(there.values()))
                for (key, _), value in zip(there.items(), values, strict=True):
                    found[key] = self._figure(method, key, value, (cohort[key], *parameters))
            case MinMax() | Logarithm() | Target():
                for key, value in there.items():
                    found[key] = self._set(board, method, of, key, cohort[key], value)
        return found

    def _compared(
        self,
        board: Board,
        method: MinMax | ByRank | ZScore | Percentile,
        of: str,
        values: Sequence[Fraction],
    ) -> tuple[list[Value], tuple[Figure, ...]]:
        number = self._parameter(of + "compared", Fraction(len(values)), "count")
        scored: Sequence[Fraction | None]
        parameters: tuple[Figure, ...]
        match method:
            case MinMax():
                if not values:
                    return [], ()
                low, high = self._goalposts(board, method, of, min(values), max(values))
                limits = self._limits(board, method.caps, of)
                ends = (low.exact(), high.exact())
                scored = [
                    None if ends[0] == ends[1] else _held(scaling.between(value, *ends), limits)
                    for value in values
                ]
                parameters = (low, high, *limits.values(), number)
            case ByRank():
                placed = scaling.places(values, method.direction, method.ties)
                last = max(placed, default=Fraction(1)) if method.ties == "dense" else Fraction(len(values))
                scored = placed
                if method.as_share:
                    scored = [(last - place) / (last - 1) if last > 1 else None for place in placed]
                parameters = (number,)
            case ZScore():
                signed = values if method.direction == "higher" else [-value for value in values]
                scored = scaling.z_scores(signed, method.deviation, method.digits)
                middle = self._parameter(of + "mean", panels.mean(values) if values else Fraction(0), "mean")
                spread = scaling.variance(values, method.deviation)
                variance = self._parameter(
                    of + "variance", Absent("not_applicable") if spread is None else spread, method.deviation
                )
                parameters = (middle, variance, number)
            case Percentile():
                scored = scaling.percentiles(values, method.direction, method.share)
                parameters = (number,)
            case _:
                assert_never(method)
        return [Absent("not_applicable") if each is None else each for each in scored], parameters

    def _goalposts(
        self, board: Board, method: MinMax, of: str, least: Fraction, most: Fraction
    ) -> tuple[Figure, Figure]:
        ends = (least, most) if method.direction == "higher" else (most, least)
        low, high = (
            self._parameter(of + name, end, "observed")
            if said == "observed"
            else board.at(self, of + name, said)
            for name, said, end in (("low", method.low, ends[0]), ("high", method.high, ends[1]))
        )
        return low, high

    def _set(
        self,
        board: Board,
        method: MinMax | Logarithm | Target,
        of: str,
        key: Key,
        figure: Figure,
        value: Fraction,
    ) -> Figure:
        limits = self._limits(board, method.caps, of)
        if isinstance(method, Logarithm):
            return self._logarithm(board, method, of, key, figure, value, limits)
        if isinstance(method, MinMax):
            low, high = (board.at(self, of + name, getattr(method, name)) for name in ("low", "high"))
        else:
            low = board.at(self, of + "base", method.base)
            high = self._target(board, method, of, key)
        inputs = (figure, low, high, *limits.values())
        if isinstance(high.value, Absent):
            return self._figure(method, key, high.value, inputs)
        if high.value == low.exact():
            return self._figure(method, key, Absent("not_applicable"), inputs)
        placed = _held(scaling.between(value, low.exact(), high.value), limits)
        return self._figure(method, key, placed, inputs)

    def _target(self, board: Board, method: Target, of: str, key: Key) -> Figure:
        if method.targets is None:
            return board.at(self, of + "target", method.target)
        targets = board.measure(method.targets)
        found = targets.figures.get(key) or targets.figures.get(key[:1])
        return found or Figure(method.targets, Absent("missing"), "no_figure", "", "")

    def _logarithm(
        self,
        board: Board,
        method: Logarithm,
        of: str,
        key: Key,
        figure: Figure,
        value: Fraction,
        limits: Mapping[str, Figure],
    ) -> Figure:
        posts = [
            board.at(self, of + name, dated)
            for name, dated in (("low", method.low), ("high", method.high))
            if dated is not None
        ]
        inputs = (figure, *posts, *limits.values())
        if value <= 0:
            if "at_least" in limits:
                return self._figure(method, key, limits["at_least"].value, inputs)
            what = f"{figure.name} of {key[0]} is {value}, which has no logarithm."
            raise InvalidInput(Fault(self.code, what, "Give caps with at_least, or leave such rows out."))
        steps = [
            Figure(f"log.{each.name}", logarithm(each.exact(), method.digits), "logarithm", self.code,
                   self.basis, (each,))
            for each in (figure, *posts)
        ]  # fmt: skip
        placed = steps[0].exact()
        if posts:
            low, high = steps[1].exact(), steps[2].exact()
            if low == high:
                return self._figure(method, key, Absent("not_applicable"), (*steps, *limits.values()))
            placed = scaling.between(placed, low, high)
        return self._figure(method, key, _held(placed, limits), (*steps, *limits.values()))

    def _limits(self, board: Board, caps: Capped, of: str) -> dict[str, Figure]:
        if not isinstance(caps, Caps):
            return {}
        said = (("at_least", caps.at_least), ("at_most", caps.at_most))
        return {name: board.at(self, of + name, dated) for name, dated in said if dated is not None}

    def _figure(self, method: Method, key: Key, value: Value, inputs: tuple[Figure, ...]) -> Figure:
        return Figure(label(self.code, key), value, method.by, self.code, self.basis, inputs)

    def _parameter(self, name: str, value: Value, step: str) -> Figure:
        return Figure(name, value, step, self.code, self.basis)


def _held(value: Fraction, limits: Mapping[str, Figure]) -> Fraction:
    low, high = (limits[name].exact() if name in limits else None for name in ("at_least", "at_most"))
    return scaling.within(value, low, high)
