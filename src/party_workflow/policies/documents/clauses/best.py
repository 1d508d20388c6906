"""Best n of m: of a subject's results only the best ones count, of a whole season or of each part of it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import Field, StrictInt, model_validator

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.documents.board import Board, present
from party_workflow.policies.documents.clauses.base import Derived, Stage
from party_workflow.policies.documents.measures import Key, label
from party_workflow.policies.documents.parameters import (
    Dated,
    DimensionRef,
    Empty,
    MeasureRef,
    Part,
    RoundingStage,
    Treatment,
    treatment,
)
from party_workflow.policies.figure import Absent, Figure, Value

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

Number = Annotated[StrictInt, Field(ge=1, le=10_000)] | Literal["all"]
"""How many count."""


class Portion(Part):
    """A part of a season: the best `best` of what lies after the part before it, `through` a value of the
    dimension inclusive.  The last part has no end.
    """

    best: Number
    through: Annotated[StrictInt, Field(ge=0)] | str | None = None


class Portions(Part):
    """The parts of a season in their order."""

    parts: Annotated[tuple[Portion, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        ends = [portion.through for portion in self.parts[:-1]]
        if None in ends or self.parts[-1].through is not None:
            raise ValueError("every part but the last says `through` which value it runs")
        for one, other in pairwise(ends):
            if not _before(one, other):
                raise ValueError("the parts are in the order of their ends, all numbers or all texts")
        return self


def _before(one: str | int | None, other: str | int | None) -> bool:
    if isinstance(one, int) and isinstance(other, int):
        return one < other
    return isinstance(one, str) and isinstance(other, str) and one < other


class Best(Derived):
    """The sum of a subject's best figures over one dimension: the best `n` of them, ``all``, or so many of
    each part of a season, ``{parts = [{best = 5, through = 6}, {best = 4}]}``.

    A part runs `through` a value of the dimension, compared as a number or as a text (days and periods stand
    in order as texts).  `direction` says which figures are best, `fewer` what it comes to where there are not
    yet so many: what there is counts, or the sum is missing.  `absent` treats figures that are not there
    before the best are chosen; `empty` is what a subject has that has no figure at all.
    """

    stage: ClassVar[Stage] = "components"

    type: Literal["best"]
    measure: MeasureRef
    over: DimensionRef
    n: Dated[Number | Portions]
    direction: Literal["highest", "lowest"]
    fewer: Literal["count", "missing"]
    absent: Treatment
    empty: Empty
    rounding: RoundingStage

    def dims_in(self, scope: Scope) -> tuple[str, ...] | None:
        dims = scope.dims(self.measure)
        return None if dims is None else tuple(name for name in dims if name != self.over)

    def evaluate(self, board: Board) -> None:
        measure = board.measure(self.measure)
        left = tuple(name for name in measure.dims if name != self.over)
        index = measure.dims.index(self.over) + 1
        n, basis = board.since(self, self.n)
        portions = n.parts if isinstance(n, Portions) else (Portion(best=n),)
        figures: dict[Key, Figure] = {}
        for key, found in measure.grouped((self.over,)).items():
            pairs = [(inner[index], figure) for inner, figure in found]
            figures[key] = self._best(label(self.code, key), pairs, portions, basis)
        if not left:
            nothing: Value = Fraction(0) if self.empty == "zero" else Absent(self.empty)
            for subject in board.subjects:
                if (subject,) not in figures:
                    figures[subject,] = Figure(self.code, nothing, "no_figure", self.code, self.basis)
        board.put(self, left, figures, self.rounding)

    def _best(
        self, name: str, found: Sequence[tuple[str, Figure]], portions: Sequence[Portion], basis: str
    ) -> Figure:
        how = treatment(self.absent)
        inside: list[list[Figure]] = [[] for _ in portions]
        for value, figure in found:
            if not isinstance(figure.value, Absent) or how.of(figure.value.kind) != "leave_out":
                inside[self._part(value, portions)].append(figure)
        parts = [
            self._of_part(f"{name}.part_{place}" if len(portions) > 1 else name, figures, portion.best, basis)
            for place, (figures, portion) in enumerate(zip(inside, portions, strict=True), start=1)
            if figures
        ]
        if not parts:
            left_out = tuple(figure for _, figure in found)
            return Figure(name, Absent("not_applicable"), "nothing_left", self.code, basis, left_out)
        if len(portions) == 1:
            return parts[0]
        absent = next((part.value for part in parts if isinstance(part.value, Absent)), None)
        total: Value = absent or sum((part.exact() for part in parts), Fraction(0))
        return Figure(name, total, "sum_of_parts", self.code, basis, tuple(parts))

    def _part(self, value: str, portions: Sequence[Portion]) -> int:
        for index, portion in enumerate(portions):
            if portion.through is None or self._within(value, portion.through):
                return index
        return len(portions) - 1

    def _within(self, value: str, through: str | int) -> bool:
        if isinstance(through, str):
            return value <= through
        try:
            return Fraction(value) <= through
        except ValueError:
            what = f"{value} is no number, and the part runs through {through}."
            raise InvalidInput(Fault(self.code, what, "Write the end of the part as a text.")) from None

    def _of_part(self, name: str, found: Sequence[Figure], best: int | Literal["all"], basis: str) -> Figure:
        there = present(found, self.absent)
        if isinstance(there, Absent):
            return Figure(name, there, "best", self.code, basis, tuple(found))
        number = len(there) if best == "all" else best
        if len(there) < number and self.fewer == "missing":
            return Figure(name, Absent("missing"), f"fewer_than_{number}", self.code, basis, tuple(found))
        sign = -1 if self.direction == "highest" else 1
        order = sorted(range(len(there)), key=lambda index: (sign * there[index][1], index))
        counted, dropped = sorted(order[:number]), sorted(order[number:])
        value = sum((there[index][1] for index in counted), Fraction(0))
        inputs = tuple(there[index][0] for index in counted)
        if not dropped:
            return Figure(name, value, "sum", self.code, basis, inputs)
        others = tuple(there[index][0] for index in dropped)
        lost = sum((there[index][1] for index in dropped), Fraction(0))
        left_out = Figure(f"{name}.dropped", lost, "not_counted", self.code, basis, others)
        return Figure(name, value, f"best_{number}_of_{len(there)}", self.code, basis, (*inputs, left_out))
