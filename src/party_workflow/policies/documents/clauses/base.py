"""What every clause has: its code, its basis, its day, its stage, and how it is evaluated.

The order of evaluation is the order of the clauses in the document; stages may not go backward
(`STAGES`), and a clause refers to earlier ones only.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final, Literal, Self

from pydantic import model_validator

from party_workflow.errors import Faults
from party_workflow.policies.documents.parameters import Part, Places, Reference, references
from party_workflow.values import Code, Day

if TYPE_CHECKING:
    from party_workflow.policies.documents.board import Board
    from party_workflow.policies.documents.lint import Scope

Stage = Literal[
    "points",
    "caps",
    "components",
    "total",
    "adjustments",
    "gates",
    "ranking",
    "tiers",
    "awards",
    "streaks",
    "proposals",
]
STAGES: Final[tuple[Stage, ...]] = (
    "points",
    "caps",
    "components",
    "total",
    "adjustments",
    "gates",
    "ranking",
    "tiers",
    "awards",
    "streaks",
    "proposals",
)
"""The order of evaluation."""

Output = Literal["measure", "grades", "nothing"]
Later = Literal["components", "total", "adjustments"]


class BaseClause(Part):
    """A clause of a rule document.

    In force from `since` to `until` inclusive: on a day outside it is not evaluated, and what refers to it
    finds the figures of every subject not applicable.  `display` says how its figures are printed, where that
    is not as they are handed on.
    """

    stage: ClassVar[Stage]
    output: ClassVar[Output] = "measure"

    code: Code
    basis: Code
    since: Day
    until: Day | None = None
    display: Places | None = None

    @property
    def placed(self) -> Stage:
        """The stage of evaluation that it belongs to."""
        return self.stage

    def references(self) -> tuple[Reference, ...]:
        """Every reference to a measure, a source, a column, an attribute or grades, with its place."""
        return self._referred

    @cached_property
    def _referred(self) -> tuple[Reference, ...]:
        return tuple(references(self))

    def dims_in(self, scope: Scope) -> tuple[str, ...] | None:
        """The dimensions of its measure, given the clauses before it; None where they cannot be told."""
        return getattr(self, "by", ())

    def lint(self, scope: Scope, faults: Faults) -> None:
        """Adds what is wrong with the clause besides its references; places are relative to the clause."""

    @abstractmethod
    def evaluate(self, board: Board) -> None:
        """Computes what the clause says, and puts it on the board.

        Raises `InvalidInput` or `InvalidDefinition` for rows or parameters that it cannot be computed from.
        """


class Derived(BaseClause):
    """A clause that makes measures of measures.

    `at` puts it at a later stage than its own, such as ``total`` where it goes on from a total.
    """

    at: Later | None = None

    @property
    def placed(self) -> Stage:
        return self.at or self.stage

    @model_validator(mode="after")
    def _later(self) -> Self:
        if self.at is not None and STAGES.index(self.at) <= STAGES.index(self.stage):
            raise ValueError(f"`at` is said where it is a later stage than {self.stage}")
        return self
