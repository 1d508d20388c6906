"""Conditions of gates and bonuses: on a measure, an attribute, or on what happened, and their combinations.

They are four-valued: what a condition on something absent comes to is said by `unknown`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Final, Literal, assert_never

from pydantic import Field, StrictInt, model_validator

from party_workflow.errors import Faults
from party_workflow.policies.documents.findings import tell
from party_workflow.policies.documents.parameters import (
    AttributeRef,
    Dated,
    Exact,
    MeasureRef,
    Part,
    SourceRef,
)
from party_workflow.policies.documents.source import Where, cell_text, holds
from party_workflow.policies.figure import Absent, Evidence, Figure, counted

if TYPE_CHECKING:
    from party_workflow.policies.documents.board import Board
    from party_workflow.policies.documents.clauses.base import BaseClause

Unknown = Literal["holds", "fails", "incomplete"]
"""What a condition on something absent comes to; with ``incomplete`` nothing can be said of the subject."""
Verdict = Literal["holds", "fails", "incomplete"]

_COMPARED: Final[Mapping[str, Callable[[Fraction, Fraction], bool]]] = {
    "at_least": operator.ge,
    "above": operator.gt,
    "at_most": operator.le,
    "below": operator.lt,
    "equals": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What a condition came to for a subject, and the figures that it looked at."""

    verdict: Verdict
    figures: tuple[Figure, ...] = ()


class Condition(Part):
    """One question: exactly one of `measure`, `attribute`, `source`, `all_of`, `any_of`, `none_of` is said.

    On a measure: one or two limits, and `unknown`.  Compared is the value handed on, which is rounded where
    its clause says so.  On a source: at least `happened` rows of the subject that have what `where` says.  On
    an attribute: it is one of `is_one_of`.
    """

    measure: MeasureRef | None = None
    at_least: Dated[Exact] | None = None
    above: Dated[Exact] | None = None
    at_most: Dated[Exact] | None = None
    below: Dated[Exact] | None = None
    equals: Dated[Exact] | None = None
    unknown: Unknown | None = None
    attribute: AttributeRef | None = None
    is_one_of: tuple[str, ...] = ()
    source: SourceRef | None = None
    happened: Annotated[StrictInt, Field(ge=1, le=10**9)] | None = None
    where: Where = Field(default_factory=dict)
    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()
    none_of: tuple[Condition, ...] = ()

    @model_validator(mode="after")
    def _one_question(self) -> Condition:
        asked = [
            name
            for name in ("measure", "attribute", "source", "all_of", "any_of", "none_of")
            if getattr(self, name)
        ]
        if len(asked) != 1:
            raise ValueError("ask exactly one of measure, attribute, source, all_of, any_of, none_of")
        limits = [name for name in _COMPARED if getattr(self, name) is not None]
        if self.measure is not None and not limits:
            raise ValueError(
                "a condition on a measure needs a limit: at_least, above, at_most, below or equals"
            )
        if self.measure is not None and self.unknown is None:
            raise ValueError(
                "say what it comes to where the measure is absent: unknown = holds, fails, incomplete"
            )
        if self.measure is None and (limits or self.unknown is not None):
            raise ValueError("limits and `unknown` belong to a measure")
        if (self.attribute is not None) != bool(self.is_one_of):
            raise ValueError("`attribute` and `is_one_of` belong together")
        if (self.source is not None) != (self.happened is not None):
            raise ValueError("`source` and `happened` belong together")
        return self

    def judge(self, board: Board, clause: BaseClause, subject: str) -> Judged:
        """What it comes to for a subject."""
        if self.measure is not None:
            return self._measured(board, clause, subject)
        if self.attribute is not None:
            cell = board.attribute(subject, self.attribute)
            figure = board.noted(clause, f"{self.attribute}.{cell_text(cell)}", board.admitted(subject))
            return Judged("holds" if cell_text(cell) in self.is_one_of else "fails", (figure,))
        if self.source is not None:
            found = [row for row in board.rows_of(self.source, subject) if holds(self.where, row.columns)]
            events: list[Evidence] = [item for row in found for item in row.evidence]
            figure = counted(self.source, clause.code, clause.basis, dict.fromkeys(events), len(found))
            return Judged("holds" if len(found) >= (self.happened or 1) else "fails", (figure,))
        parts = [each.judge(board, clause, subject) for each in (*self.all_of, *self.any_of, *self.none_of)]
        figures = tuple(figure for part in parts for figure in part.figures)
        verdicts = [part.verdict for part in parts]
        if self.all_of:
            return Judged(_all(verdicts), figures)
        found_any = _any(verdicts)
        return Judged(found_any if self.any_of else _opposite(found_any), figures)

    def _measured(self, board: Board, clause: BaseClause, subject: str) -> Judged:
        assert self.measure is not None
        assert self.unknown is not None
        figure = board.figure(self.measure, subject)
        if isinstance(figure.value, Absent):
            return Judged(self.unknown, (figure,))
        value, limits = figure.value, []
        for name in _COMPARED:
            dated = getattr(self, name)
            if dated is not None:
                limit = board.at(clause, f"{self.measure}.{name}", dated)
                limits.append(limit)
                if not _COMPARED[name](value, limit.exact()):
                    return Judged("fails", (figure, *limits))
        return Judged("holds", (figure, *limits))

    def walk(self) -> Iterator[Condition]:
        """This condition and those within it."""
        yield self
        for inner in (*self.all_of, *self.any_of, *self.none_of):
            yield from inner.walk()

    def lint(self, where: str, faults: Faults) -> None:
        """Adds limits that contradict each other."""
        for each in self.walk():
            low = [v for v in (each.at_least, each.above) if v is not None and not isinstance(v, tuple)]
            high = [v for v in (each.at_most, each.below) if v is not None and not isinstance(v, tuple)]
            if low and high and max(low) > min(high):
                tell(
                    faults,
                    "condition",
                    where,
                    f"Nothing lies between {max(low)} and {min(high)}.",
                    "Mend one of the limits.",
                )


def _all(verdicts: Sequence[Verdict]) -> Verdict:
    return "fails" if "fails" in verdicts else "incomplete" if "incomplete" in verdicts else "holds"


def _any(verdicts: Sequence[Verdict]) -> Verdict:
    return "holds" if "holds" in verdicts else "incomplete" if "incomplete" in verdicts else "fails"


def _opposite(verdict: Verdict) -> Verdict:
    match verdict:
        case "holds":
            return "fails"
        case "fails":
            return "holds"
        case "incomplete":
            return "incomplete"
        case _:
            assert_never(verdict)
