"""The numbers of a wide table: several columns as one measure, kept apart by the name of the column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Self

from pydantic import model_validator

from party_workflow.policies.documents.board import Board, number
from party_workflow.policies.documents.clauses.points import RowClause, Several, several_as
from party_workflow.policies.documents.measures import Key, label
from party_workflow.policies.documents.parameters import ColumnRef, RoundingStage
from party_workflow.policies.figure import Figure

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

COLUMN: Final = "column"
"""The dimension by which the columns are kept apart."""


class Values(RowClause):
    """The numbers in several `columns`, as a clause ``value`` for each, with the further dimension
    ``column``.

    `several` says what several rows of one key come to; with ``refuse`` they are `InvalidInput`.  `empty` is
    what a subject has in each column that occurs in no row.
    """

    type: Literal["values"]
    columns: tuple[ColumnRef, ...]
    several: Several
    rounding: RoundingStage

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.columns:
            raise ValueError("say at least one column")
        return self

    def dims_in(self, scope: Scope) -> tuple[str, ...] | None:
        return (*self.by, COLUMN)

    def evaluate(self, board: Board) -> None:
        figures: dict[Key, Figure] = {}
        for key, rows in self.grouped(board).items():
            for column in self.columns:
                name = label(self.code, (*key, column))
                parts = [
                    Figure(name, number(self, row, column), "recorded", self.code, self.basis, row.evidence)
                    for row in rows
                ]
                figures[*key, column] = several_as(self, self.several, (*key, column), parts)
        board.put(self, (*self.by, COLUMN), figures, self.rounding)
