"""Awards: what follows from a place, a grade or a fact, as a recommendation (R-046).

Whatever use is made of a grade is decided by a person and recorded as an event of its own, which cites it; a
document recommends and cites.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, StrictInt, model_validator

from party_workflow.errors import Faults
from party_workflow.policies.conclusion import Award
from party_workflow.policies.documents.board import Board
from party_workflow.policies.documents.clauses.base import BaseClause, Output, Stage
from party_workflow.policies.documents.clauses.quotas import Edge, scales_of
from party_workflow.policies.documents.clauses.ranking import judge_ranking
from party_workflow.policies.documents.conditions import Condition
from party_workflow.policies.documents.parameters import Dated, GradesRef, Part
from party_workflow.policies.figure import Figure
from party_workflow.policies.ranking import Ranking, SelectionRequired
from party_workflow.values import Code

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

Places = Annotated[StrictInt, Field(ge=1, le=10**6)]


class Top(Part):
    """The first `places` of each comparison group; `edge` says what becomes of those level at the last."""

    ranking: Code
    places: Dated[Places]
    edge: Edge


class Grades(Part):
    """Those who have one of these grades by a clause."""

    grades: GradesRef
    one_of: tuple[Code, ...]


class Awarded(BaseClause):
    """Recommends an award for the first in a ranking, for a grade, or for what a condition says.

    Exactly one of `top`, `grade`, `when` is said.  The figure of the recommendation cites the place, the
    grade or the facts on which it rests.  A condition that comes to ``incomplete`` recommends nothing.
    """

    stage: ClassVar[Stage] = "awards"
    output: ClassVar[Output] = "nothing"

    type: Literal["award"]
    award: Code
    top: Top | None = None
    grade: Grades | None = None
    when: Condition | None = None

    @model_validator(mode="after")
    def _one_ground(self) -> Awarded:
        if sum(each is not None for each in (self.top, self.grade, self.when)) != 1:
            raise ValueError("say for what: exactly one of top, grade, when")
        return self

    def lint(self, scope: Scope, faults: Faults) -> None:
        if self.when is not None:
            self.when.lint("when", faults)
        if self.top is not None:
            judge_ranking(scope, self.top.ranking, "top.ranking", faults)
        if self.grade is not None:
            scales = scales_of(scope, self.grade.grades)
            for grade in self.grade.one_of:
                if scales and not any(grade in order for order in scales):
                    what = f"{self.grade.grades} has no grade {grade}."
                    faults.add("grade.one_of", what, f"There are: {', '.join(scales[-1])}.")

    def evaluate(self, board: Board) -> None:
        board.awards += [
            Award(self.code, self.award, subject, figure) for subject, figure in self._found(board)
        ]

    def _found(self, board: Board) -> Iterator[tuple[str, Figure]]:
        if self.top is not None:
            for ranking in board.rankings:
                if ranking.clause == self.top.ranking:
                    yield from self._first(board, ranking, self.top)
        elif self.grade is not None:
            for graded in board.grades.get(self.grade.grades, ()):
                if graded.grade in self.grade.one_of:
                    name = f"{self.grade.grades}.{graded.grade}"
                    value = graded.figure.value
                    yield (
                        graded.subject,
                        Figure(name, value, "graded", self.code, self.basis, (graded.figure,)),
                    )
        elif self.when is not None:
            for subject in board.subjects:
                judged = self.when.judge(board, self, subject)
                if judged.verdict == "holds":
                    yield (
                        subject,
                        Figure(self.award, Fraction(1), "holds", self.code, self.basis, judged.figures),
                    )

    def _first(self, board: Board, ranking: Ranking, top: Top) -> Iterator[tuple[str, Figure]]:
        places, basis = board.since(self, top.places)
        for entry in ranking.entries:
            whole = entry.place + len(entry.tied) <= places
            if whole or (top.edge == "all" and entry.place <= places):
                name = f"{ranking.clause}.place"
                inputs = (entry.figure, *entry.ties)
                yield entry.subject, Figure(name, Fraction(entry.place), "placed", self.code, basis, inputs)
            elif top.edge == "select" and entry.place <= places and entry.subject < min(entry.tied):
                level = tuple(sorted((entry.subject, *entry.tied)))
                left = places - entry.place + 1
                board.selections.append(SelectionRequired(self.award, left, level, self.code, ranking.group))
