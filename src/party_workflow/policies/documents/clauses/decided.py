"""Late decisions: what a decision says in place of what was computed, and from when on it takes effect.

An upheld complaint, a revoked award or a corrected placing comes after the matter that it is about.  It takes
effect in one of three ways, which the clause names: ``retroactive``, as if it had been known from the start;
``from_decision``, so that everything before it stays and the difference falls in the decision's own period;
or ``reset``, so that all of the subject's figures before it count for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal, Self, assert_never

from pydantic import model_validator

from party_workflow.errors import Fault, Faults, InvalidDefinition
from party_workflow.policies.documents.board import Board, key_of, number, subject_of
from party_workflow.policies.documents.clauses.base import BaseClause, Stage
from party_workflow.policies.documents.findings import tell
from party_workflow.policies.documents.measures import Key, Measure, label
from party_workflow.policies.documents.parameters import (
    ColumnRef,
    MeasureRef,
    Part,
    RoundingStage,
    SourceRef,
)
from party_workflow.policies.documents.source import cell_text
from party_workflow.policies.feeds.feed import Fact
from party_workflow.policies.figure import Absent, Figure, Value
from party_workflow.values import Code

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

Late = Literal["from_decision", "retroactive", "reset"]


class Falls(Part):
    """Where in time a decision falls: the dimension that runs in time, and the column of the decision that
    has its own value of it (not that of the matter).
    """

    dimension: Code
    column: Code


class Decided(BaseClause):
    """A measure as decisions of a source alter it.

    Each row of the `source` is a decision about one figure: of its subject, with the dimensions in the
    columns `by`, one for each dimension of the measure in their order.  Its number in `column` takes the
    place of the figure (``sets``) or is added to it (``adds``); a row without one alters nothing.  Of several
    that set the same, the last recorded holds.  `late` says from when on; for ``from_decision`` and
    ``reset``, `falls` says in which value of a dimension the decision itself falls.  With ``reset`` a
    decision about a matter before it has no other effect than that all before it counts for nothing.
    """

    stage: ClassVar[Stage] = "points"

    type: Literal["decided"]
    measure: MeasureRef
    source: SourceRef
    column: ColumnRef
    effect: Literal["sets", "adds"]
    late: Late
    by: tuple[ColumnRef, ...]
    falls: Falls | None = None
    rounding: RoundingStage

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.late == "retroactive") != (self.falls is None):
            raise ValueError("`falls` belongs to from_decision and reset, and is not said of retroactive")
        return self

    def dims_in(self, scope: Scope) -> tuple[str, ...] | None:
        return scope.dims(self.measure)

    def lint(self, scope: Scope, faults: Faults) -> None:
        dims, known = scope.dims(self.measure), scope.columns.get(self.source)
        same_dimensions(self.by, self.measure, dims, faults)
        if self.falls is not None and dims is not None and self.falls.dimension not in dims:
            remedy = f"It has: {', '.join(dims) or 'none'}."
            tell(
                faults, "unknown", "falls", f"{self.measure} has no dimension {self.falls.dimension}.", remedy
            )
        if self.falls is not None and known is not None and self.falls.column not in known:
            remedy = f"There are: {', '.join(sorted(known))}."
            tell(faults, "unknown", "falls", f"{self.source} has no column {self.falls.column}.", remedy)

    def evaluate(self, board: Board) -> None:
        measure = board.measure(self.measure)
        as_many(self, self.by, measure)
        known = set(board.subjects)
        decisions = []
        for row in board.rows(self.source):
            value = number(self, row, self.column)
            if subject_of(row) in known and not isinstance(value, Absent):
                decisions.append(_Decision(self, measure, row, value))
        figures = dict(measure.figures)
        match self.late:
            case "retroactive":
                for each in decisions:
                    figures[each.about] = each.figure(each.about, figures.get(each.about))
            case "from_decision":
                self._from_decision(figures, decisions)
            case "reset":
                self._reset(figures, decisions)
            case _:
                assert_never(self.late)
        board.put(self, measure.dims, figures, self.rounding)

    def _from_decision(self, figures: dict[Key, Figure], decisions: Sequence[_Decision]) -> None:
        """What each matter stands at is told apart from what was booked in a period for other matters."""
        stands: dict[Key, Fraction] = {}
        changes: dict[Key, list[Figure]] = {}
        for each in decisions:
            key, falls = each.about, each.falls(self._falls)
            own = figures.get(key)
            there = own is not None and isinstance(own.value, Fraction)
            stood = stands.get(key, own.exact() if own is not None and there else Fraction(0))
            value = each.value + (stood if self.effect == "adds" else 0)
            if falls == key and self.effect == "sets" and not there and key not in stands:
                figures[key] = each.figure(key, own)
            else:
                changes.setdefault(falls, []).append(each.said(value - stood))
            stands[key] = value
        for key, said in changes.items():
            figures[key] = self._booked(key, figures.get(key), said)

    def _reset(self, figures: dict[Key, Figure], decisions: Sequence[_Decision]) -> None:
        """The latest reset holds, in whatever order they were recorded."""
        begun: dict[str, _Decision] = {}
        for each in decisions:
            subject = each.about[0]
            if subject not in begun or begun[subject].begins(self._falls) <= each.begins(self._falls):
                begun[subject] = each
            if each.at(each.about, self._falls) >= each.begins(self._falls):
                figures[each.about] = each.figure(each.about, figures.get(each.about))
        for key, before in figures.items():
            last = begun.get(key[0])
            if last is not None and last.at(key, self._falls) < last.begins(self._falls):
                figures[key] = last.void(key, before)

    def _booked(self, key: Key, before: Figure | None, said: Sequence[Figure]) -> Figure:
        """A figure with changes added.  What is missing stays so; where there is none, or none for a reason,
        the changes stand alone.
        """
        change = sum((each.exact() for each in said), Fraction(0))
        value: Value = change
        if before is not None and isinstance(before.value, Fraction):
            value = before.value + change
        elif before is not None and before.value in (Absent("missing"), Absent("withheld")):
            value = before.value
        inputs = (*(() if before is None else (before,)), *said)
        return Figure(label(self.code, key), value, "added_by_decision", self.code, self.basis, inputs)

    @property
    def _falls(self) -> Falls:
        assert self.falls is not None
        return self.falls


@dataclass(frozen=True, slots=True)
class _Decision:
    """One decision: the row, the number that it says, and the figure that it is about."""

    clause: Decided
    measure: Measure
    row: Fact
    value: Fraction

    @property
    def about(self) -> Key:
        return key_of(self.row, self.clause.by)

    def falls(self, falls: Falls) -> Key:
        """The key of the same matter in the value of the dimension in which the decision falls."""
        key = list(self.about)
        key[self.measure.dims.index(falls.dimension) + 1] = cell_text(self.row.columns[falls.column])
        return tuple(key)

    def at(self, key: Key, falls: Falls) -> tuple[int, Fraction, str]:
        """Where in time a key lies."""
        return _runs(key[self.measure.dims.index(falls.dimension) + 1])

    def begins(self, falls: Falls) -> tuple[int, Fraction, str]:
        """Where in time the decision falls."""
        return self.at(self.falls(falls), falls)

    def said(self, value: Fraction) -> Figure:
        """What the decision says, or changes."""
        clause = self.clause
        return Figure(clause.source, value, "decision", clause.code, clause.basis, self.row.evidence)

    def figure(self, key: Key, before: Figure | None) -> Figure:
        """What the decision makes of the figure that it is about."""
        clause = self.clause
        if clause.effect == "adds":
            return clause._booked(key, before, [self.said(self.value)])
        inputs = (self.said(self.value), *(() if before is None else (before,)))
        return Figure(
            label(clause.code, key), self.value, "set_by_decision", clause.code, clause.basis, inputs
        )

    def void(self, key: Key, before: Figure) -> Figure:
        """Nothing, because the decision began anew."""
        clause, name = self.clause, label(self.clause.code, key)
        value: Value = before.value if isinstance(before.value, Absent) else Fraction(0)
        inputs = (self.said(self.value), before)
        return Figure(name, value, "reset_by_decision", clause.code, clause.basis, inputs)


def same_dimensions(by: Sequence[str], measure: str, dims: Sequence[str] | None, faults: Faults) -> None:
    """Adds that there is not one column for each dimension of a measure."""
    if dims is not None and len(by) != len(dims):
        what = f"{measure} is kept by {', '.join(dims) or 'subject alone'}, and {len(by)} columns are named."
        faults.add("by", what, "Name a column for each dimension, in their order.")


def as_many(clause: BaseClause, by: Sequence[str], measure: Measure) -> None:
    """Raises `InvalidDefinition` where there is not one column for each dimension of a measure."""
    faults = Faults()
    same_dimensions(by, measure.code, measure.dims, faults)
    if faults.found:
        raise InvalidDefinition([Fault(clause.code, fault.what, fault.remedy) for fault in faults.found])


def _runs(value: str) -> tuple[int, Fraction, str]:
    """The order in time of values of a dimension: numbers as numbers, days and periods as texts."""
    try:
        return (0, Fraction(value), "")
    except ValueError:
        return (1, Fraction(0), value)
