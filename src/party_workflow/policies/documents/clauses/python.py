"""The way out: a clause in Python, which says what it reads and gets nothing else.

The document holds its name, its version and its dated numbers; the function is handed over when the
document is made a policy (``document.policy(registry, code={"name": function})``).  A document with such a
clause cannot be run by data alone; whoever alters the function gives it another version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from party_workflow.errors import Fault, Faults, InvalidDefinition, InvalidInput
from party_workflow.policies.documents.clauses.base import BaseClause, Stage
from party_workflow.policies.documents.measures import Key, Measure
from party_workflow.policies.documents.parameters import (
    Dated,
    Exact,
    MeasureRef,
    RoundingStage,
    SourceRef,
)
from party_workflow.policies.feeds.feed import Fact
from party_workflow.policies.figure import Figure
from party_workflow.values import Code, Count

if TYPE_CHECKING:
    from party_workflow.policies.documents.board import Board
    from party_workflow.policies.documents.lint import Scope


@dataclass(frozen=True, slots=True)
class Given:
    """What a clause in Python is given: the measures and the rows that it declares, and nothing else."""

    clause: str
    basis: str
    on: date
    subjects: tuple[str, ...]
    measures: Mapping[str, Measure]
    rows: Mapping[str, tuple[Fact, ...]]
    numbers: Mapping[str, Figure]
    """The numbers of the clause as in force on the day, each a figure with its basis."""


CodeClause = Callable[[Given], Mapping[Key, Figure]]
"""From what is given the figures of the clause by key: the subject, and a text for each of its dimensions."""


class InPython(BaseClause):
    """A measure computed by a function of that name.

    `measures` and `sources` are what it reads, `numbers` its parameters, `by` the dimensions of what it
    gives, `at` the stage of evaluation that it belongs to.  A figure for somebody who is not in the
    population is `InvalidInput`; a name for which no function was handed over is `InvalidDefinition`.
    """

    stage: ClassVar[Stage] = "components"

    type: Literal["code"]
    name: Code
    version: Count
    at: Literal["points", "caps", "components", "total", "adjustments"]
    measures: tuple[MeasureRef, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    numbers: Mapping[Code, Dated[Exact]] = Field(default_factory=dict)
    by: tuple[Code, ...] = ()
    rounding: RoundingStage

    @property
    def placed(self) -> Stage:
        return self.at

    def lint(self, scope: Scope, faults: Faults) -> None:
        if not self.measures and not self.sources:
            faults.add("measures", "The clause reads nothing.", "Declare the measures or sources it reads.")

    def evaluate(self, board: Board) -> None:
        function: Any = board.code.get(self.name)
        if function is None:
            what = f"No function {self.name} was handed over."
            raise InvalidDefinition(Fault(self.code, what, 'Say policy(registry, code={"name": function}).'))
        given = Given(
            clause=self.code,
            basis=self.basis,
            on=board.on,
            subjects=board.subjects,
            measures={code: board.measure(code) for code in self.measures},
            rows={code: board.rows(code) for code in self.sources},
            numbers={code: board.at(self, code, number) for code, number in self.numbers.items()},
        )
        figures: Mapping[Key, Figure] = function(given)
        known = set(board.subjects)
        for key in figures:
            if len(key) != 1 + len(self.by) or key[0] not in known:
                what = f"{self.name} gave a figure whose key is no subject with its dimensions."
                raise InvalidInput(Fault(self.code, what, "Key each figure by subject and by each of `by`."))
        board.put(self, self.by, figures, self.rounding)
