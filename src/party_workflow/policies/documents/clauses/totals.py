"""Totals: components brought together by declared weights, and nothing else (R-017, R-044, R-092)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from party_workflow.errors import Fault, Faults, InvalidInput
from party_workflow.policies.arithmetic.roots import geometric
from party_workflow.policies.documents.board import Board
from party_workflow.policies.documents.clauses.aligned import Pick, aligned, aligned_dims, judge_aligned
from party_workflow.policies.documents.clauses.base import Derived, Stage
from party_workflow.policies.documents.clauses.weights import judge_sum, refuse_sum
from party_workflow.policies.documents.measures import label
from party_workflow.policies.documents.parameters import (
    Dated,
    Digits,
    Exact,
    MeasureRef,
    Part,
    RoundingStage,
    Treatment,
    treatment,
)
from party_workflow.policies.figure import Absent, Figure, Value
from party_workflow.values import Code

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

Method = Literal["arithmetic", "geometric", "points", "sum"]
"""Weights that sum to 1 over values, or over their logarithms; points that sum to `points`, over shares of a
full mark; signed factors that sum to anything.
"""


class TotalPart(Part):
    """A measure with its weight, or a group of `parts`, named by `code`, with the weight of the group.

    `at` takes of a measure with dimensions the figure at some values of them: ``at = {column = "income"}``.

    `weight` is a share (``arithmetic``, ``geometric``), points (``points``) or a signed factor (``sum``).
    The weights within a group of shares sum to 1 again, the points within a group to the points of the group:
    a nested evaluation takes exactly the part of the whole that it is given.  `full`, with points, is the
    mark of the measure that earns all of them.
    """

    weight: Dated[Exact]
    measure: MeasureRef | None = None
    at: Mapping[Code, str] = Field(default_factory=dict)
    full: Dated[Exact] | None = None
    code: Code | None = None
    parts: tuple[TotalPart, ...] = ()

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.measure is None) == (not self.parts) or (self.code is None) != (not self.parts):
            raise ValueError("a part is a measure, or a group with code and parts")
        if self.parts and (self.full is not None or self.at):
            raise ValueError("a group has its full mark and its figures from its parts")
        return self

    @property
    def name(self) -> str:
        """The measure, with the values at which it is taken, or the code of the group."""
        if self.measure is None:
            return self.code or ""
        return f"{self.measure}[{','.join(self.at.values())}]" if self.at else self.measure

    @property
    def pick(self) -> Pick:
        """The measure that it takes."""
        return Pick(self.measure or "", self.at)

    def leaves(self) -> Iterator[TotalPart]:
        """The measures in it, in their order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True)
class _Share:
    """A part that counts for one subject: its share within its group, and its figure or its own parts."""

    part: TotalPart
    share: Fraction
    figure: Figure | None
    inner: tuple[_Share, ...] = ()


class Total(Derived):
    """The `parts` brought together by their weights, as `method` says.

    ``arithmetic`` and ``geometric`` have weights that sum to 1; ``points`` has points that sum to `points`,
    each earned in the share of the `full` mark that was reached; ``sum`` has signed factors.  ``geometric``
    is computed to so many significant `digits`, in one rounding over all nested parts; a negative part is
    `InvalidInput`.

    An absent part makes the total absent, counts zero, or is left out, as `absent` says.  The weight of what
    is left out goes to the other parts of its group in proportion; in a ``sum`` it is just not added.
    """

    stage: ClassVar[Stage] = "total"

    type: Literal["total"]
    method: Method
    parts: tuple[TotalPart, ...]
    points: Dated[Exact] | None = None
    digits: Digits | None = None
    absent: Treatment
    rounding: RoundingStage

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.parts:
            raise ValueError("a total has at least one part")
        if (self.method == "geometric") != (self.digits is not None):
            raise ValueError("a geometric total says its digits, and no other does")
        if (self.method == "points") != (self.points is not None):
            raise ValueError("a total by points says the points of the whole, and no other does")
        leaves = [leaf for part in self.parts for leaf in part.leaves()]
        if any((leaf.full is not None) != (self.method == "points") for leaf in leaves):
            raise ValueError("each measure of a total by points says its full mark, and of no other")
        if self.method == "sum" and any(part.parts for part in self.parts):
            raise ValueError("a sum has no groups: write its parts beside each other")
        names = [leaf.name for leaf in leaves]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"stands there twice: {', '.join(twice)}")
        return self

    @property
    def _picks(self) -> tuple[Pick, ...]:
        return tuple(leaf.pick for leaf in _leaves(self.parts))

    def dims_in(self, scope: Scope) -> tuple[str, ...] | None:
        return aligned_dims(scope, self._picks)

    def lint(self, scope: Scope, faults: Faults) -> None:
        judge_aligned(scope, self._picks, "parts", faults)
        if self.method != "sum":
            self._judge(self.parts, self.points if self.method == "points" else Fraction(1), "parts", faults)
        for part in self.parts:
            for leaf in part.leaves():
                if isinstance(leaf.full, Fraction) and leaf.full <= 0:
                    faults.add(f"parts.{leaf.name}", f"The full mark is {leaf.full}.", "It is above zero.")

    def _judge(self, parts: Sequence[TotalPart], whole: Any, where: str, faults: Faults) -> None:
        judge_sum({part.name: part.weight for part in parts}, whole, where, faults, self.since)
        for part in parts:
            if part.parts:
                inner = part.weight if self.method == "points" else Fraction(1)
                self._judge(part.parts, inner, f"{where}.{part.name}", faults)

    def evaluate(self, board: Board) -> None:
        weights = {id(part): board.at(self, f"{part.name}.weight", part.weight) for part in _all(self.parts)}
        fulls = {
            leaf.name: board.at(self, f"{leaf.name}.full", leaf.full)
            for part in self.parts
            for leaf in part.leaves()
            if leaf.full is not None
        }
        whole = Fraction(1) if self.points is None else board.at(self, "points", self.points).exact()
        if self.method != "sum":
            self._refuse(self.parts, whole, weights)
        dims, keys = aligned(board, self._picks)
        names = [leaf.name for leaf in _leaves(self.parts)]
        figures = {}
        for key, found in keys.items():
            by_code = dict(zip(names, found, strict=True))
            figures[key] = self._total(label(self.code, key), key[0], by_code, weights, fulls, whole)
        board.put(self, dims, figures, self.rounding)

    def _refuse(self, parts: Sequence[TotalPart], whole: Fraction, weights: Mapping[int, Figure]) -> None:
        refuse_sum([weights[id(part)].exact() for part in parts], whole, self.code)
        for part in parts:
            if part.parts:
                inner = weights[id(part)].exact() if self.method == "points" else Fraction(1)
                self._refuse(part.parts, inner, weights)

    def _total(
        self,
        name: str,
        subject: str,
        figures: Mapping[str, Figure],
        weights: Mapping[int, Figure],
        fulls: Mapping[str, Figure],
        whole: Fraction,
    ) -> Figure:
        shares = self._shares(self.parts, figures, weights)
        if isinstance(shares, Absent) or not shares:
            told = tuple(
                figure for leaf in _leaves(self.parts) for figure in (weights[id(leaf)], figures[leaf.name])
            )
            value: Value = shares if isinstance(shares, Absent) else Absent("not_applicable")
            return self._step(name, value, "incomplete" if value == shares else "nothing_counts", told)
        if self.method == "geometric":
            return self._geometric(name, subject, shares, weights)
        terms = tuple(self._term(share, whole, weights, fulls) for share in shares)
        step = "sum" if self.method == "sum" else "weighted_sum"
        return self._step(name, sum((term.exact() for term in terms), Fraction(0)), step, terms)

    def _shares(
        self,
        parts: Sequence[TotalPart],
        figures: Mapping[str, Figure],
        weights: Mapping[int, Figure],
    ) -> tuple[_Share, ...] | Absent:
        """The parts of one group that count, with shares that sum to 1 again (in a sum: their factors).

        Absent where one of them makes the whole absent; empty where none counts.
        """
        how = treatment(self.absent)
        kept: list[tuple[TotalPart, Figure | None, tuple[_Share, ...]]] = []
        for part in parts:
            if part.parts:
                inner = self._shares(part.parts, figures, weights)
                if isinstance(inner, Absent):
                    return inner
                if inner:
                    kept.append((part, None, inner))
                continue
            figure = figures[part.name]
            if isinstance(figure.value, Absent):
                treated = how.of(figure.value.kind)
                if treated == "incomplete":
                    return figure.value
                if treated == "leave_out":
                    continue
                figure = self._step(part.name, Fraction(0), "counted_as_zero", (figure,))
            kept.append((part, figure, ()))
        of = {id(part): weights[id(part)].exact() for part, _, _ in kept}
        whole = Fraction(1) if self.method == "sum" else sum(of.values(), Fraction(0))
        if whole == 0:
            return ()
        return tuple(_Share(part, of[id(part)] / whole, figure, inner) for part, figure, inner in kept)

    def _term(
        self,
        share: _Share,
        whole: Fraction,
        weights: Mapping[int, Figure],
        fulls: Mapping[str, Figure],
    ) -> Figure:
        """What a part adds to the total, with its weight among the inputs."""
        name = f"{share.part.name}.weighted"
        weight = self._weight(share, whole, weights)
        if share.figure is None:
            terms = tuple(self._term(inner, weight.exact(), weights, fulls) for inner in share.inner)
            value = sum((term.exact() for term in terms), Fraction(0))
            return self._step(name, value, "weighted_sum", (weight, *terms))
        if share.part.name not in fulls:
            return self._step(name, weight.exact() * share.figure.exact(), "product", (weight, share.figure))
        full = fulls[share.part.name]
        value = weight.exact() * share.figure.exact() / full.exact()
        return self._step(name, value, "points", (weight, share.figure, full))

    def _weight(self, share: _Share, whole: Fraction, weights: Mapping[int, Figure]) -> Figure:
        """The weight that a part has, which is more than was declared where others were left out."""
        declared = weights[id(share.part)]
        counts = share.share * whole
        if counts == declared.exact():
            return declared
        return self._step(f"{share.part.name}.weight_in_all", counts, "share_of_whole", (declared,))

    def _geometric(
        self, name: str, subject: str, shares: Sequence[_Share], weights: Mapping[int, Figure]
    ) -> Figure:
        assert self.digits is not None
        values: list[Fraction] = []
        counted: list[Fraction] = []
        inputs: list[Figure] = []

        def walk(share: _Share, whole: Fraction) -> None:
            weight = self._weight(share, whole, weights)
            for inner in share.inner:
                walk(inner, weight.exact())
            if share.figure is None:
                return
            if share.figure.exact() < 0:
                what = f"{share.part.name} of {subject} is {share.figure.exact()}, below zero."
                raise InvalidInput(
                    Fault(self.code, what, "A geometric total takes no negative parts: cap it.")
                )
            values.append(share.figure.exact())
            counted.append(weight.exact())
            inputs.extend((weight, share.figure))

        for share in shares:
            walk(share, Fraction(1))
        value = geometric(values, counted, self.digits)
        return self._step(name, value, "geometric_mean", tuple(inputs))

    def _step(self, name: str, value: Value, step: str, inputs: tuple[Figure, ...]) -> Figure:
        return Figure(name, value, step, self.code, self.basis, inputs)


def _leaves(parts: Sequence[TotalPart]) -> Iterator[TotalPart]:
    for part in parts:
        yield from part.leaves()


def _all(parts: Sequence[TotalPart]) -> Iterator[TotalPart]:
    for part in parts:
        yield part
        yield from _all(part.parts)
