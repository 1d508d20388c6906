"""Several measures with the same dimensions as one, key by key."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from party_workflow.errors import Fault, Faults, InvalidDefinition
from party_workflow.policies.documents.board import Board, combined
from party_workflow.policies.documents.clauses.base import Derived, Stage
from party_workflow.policies.documents.measures import Key, label
from party_workflow.policies.documents.parameters import MeasureRef, RoundingStage, Treatment
from party_workflow.policies.figure import Figure

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope


class Sum(Derived):
    """The figures of several measures with the same dimensions, added up key by key.

    A key that one of them does not have gets nothing from it.  What has weights, or one figure a subject, is
    a `total`.
    """

    stage: ClassVar[Stage] = "points"

    type: Literal["sum"]
    measures: Annotated[tuple[MeasureRef, ...], Field(min_length=1)]
    absent: Treatment
    rounding: RoundingStage

    def dims_in(self, scope: Scope) -> tuple[str, ...] | None:
        return scope.dims(self.measures[0])

    def lint(self, scope: Scope, faults: Faults) -> None:
        dims = {code: scope.dims(code) for code in self.measures}
        if len({each for each in dims.values() if each is not None}) > 1:
            said = "; ".join(f"{code} by {', '.join(each or ()) or 'subject'}" for code, each in dims.items())
            faults.add("measures", f"They are not kept by the same: {said}.", "Reduce them first.")

    def evaluate(self, board: Board) -> None:
        measures = [board.measure(code) for code in self.measures]
        dims = measures[0].dims
        if any(measure.dims != dims for measure in measures):
            what = "The measures are not kept by the same dimensions."
            raise InvalidDefinition(Fault(self.code, what, "Reduce them first."))
        figures: dict[Key, Figure] = {}
        for key in dict.fromkeys(key for measure in measures for key in measure.figures):
            parts = tuple(measure.figures[key] for measure in measures if key in measure.figures)
            value = combined(parts, self.absent, _sum)
            figures[key] = Figure(label(self.code, key), value, "sum", self.code, self.basis, parts)
        board.put(self, dims, figures, self.rounding)


def _sum(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0))
