"""Points for what happened: so many for each kind, up to caps that apply in a stated order (R-088).

A cap is applied row by row, in the order that the clause states: a row gets what there still is room for, and
the rows after it get the rest.  So the same rows in the same order give the same points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import model_validator

from party_workflow.errors import Fault, Faults, InvalidInput
from party_workflow.policies.documents.board import Board, combined, key_of, number, subject_of
from party_workflow.policies.documents.clauses.base import Stage
from party_workflow.policies.documents.clauses.points import RowClause
from party_workflow.policies.documents.findings import tell
from party_workflow.policies.documents.measures import Key, label
from party_workflow.policies.documents.parameters import (
    ColumnRef,
    Dated,
    Exact,
    Part,
    RoundingStage,
    Treatment,
)
from party_workflow.policies.documents.source import cell_text
from party_workflow.policies.feeds.feed import Fact
from party_workflow.policies.figure import Absent, Figure, Value
from party_workflow.values import Code

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

RowOrder = Literal["effective", "recorded"]
"""In which order rows use up a cap: of what happened, or of what was recorded; equals as they were recorded.
"""
DatedBy = Literal["run", "row"]
"""Which day decides what a row is worth: that of the run, or that of the row."""


class Cap(Part):
    """At most so many points for a subject, for each combination of the columns `per`.

    `of` are the kinds that it limits, all where none is named.
    """

    at_most: Dated[Exact]
    per: tuple[Code, ...] = ()
    of: tuple[Code, ...] = ()


class Points(RowClause):
    """Points by kind: each row is worth what `worth` says of the kind in a column, times `quantity` if named.

    A kind that `worth` does not name is `InvalidInput`, or worth nothing, as `other` says.  `dated_by` says
    which day's worth it is.  With `split_by` the worth is divided evenly among all rows of the source that
    agree in these columns.  `caps` apply one after the other, each to what the one before it left, row by row
    in the `order` stated: a row that would exceed a cap gets what is left of it.  A row that takes points
    away gives room again.  `absent` says what a row does whose quantity is absent.
    """

    stage: ClassVar[Stage] = "points"

    type: Literal["points"]
    kind: ColumnRef
    worth: Mapping[str, Dated[Exact]]
    other: Literal["refuse", "zero"]
    dated_by: DatedBy
    quantity: ColumnRef | None = None
    split_by: tuple[ColumnRef, ...] = ()
    caps: tuple[Cap, ...] = ()
    order: RowOrder | None = None
    absent: Treatment | None = None
    rounding: RoundingStage

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.worth:
            raise ValueError("say in `worth` what at least one kind is worth")
        if bool(self.caps) != (self.order is not None):
            raise ValueError("`caps` and `order` belong together: effective, or recorded")
        if (self.quantity is None) != (self.absent is None):
            raise ValueError("`quantity` and `absent` belong together")
        return self

    def lint(self, scope: Scope, faults: Faults) -> None:
        known = scope.columns.get(self.source, frozenset())
        for index, cap in enumerate(self.caps):
            for name in cap.per:
                if known and name not in known:
                    remedy = f"There are: {', '.join(sorted(known))}."
                    tell(faults, "unknown", f"caps[{index}].per", f"There is no column {name} here.", remedy)
            for kind in cap.of:
                if kind not in self.worth:
                    remedy = f"Kinds are: {', '.join(self.worth)}."
                    what = f"Nothing is said of what {kind} is worth."
                    tell(faults, "unknown", f"caps[{index}].of", what, remedy)
            limits = [each.value for each in cap.at_most] if isinstance(cap.at_most, tuple) else [cap.at_most]
            if min(limits) < 0:
                what = "A cap below zero would take points away."
                faults.add(f"caps[{index}].at_most", what, "Take zero or more.")

    def evaluate(self, board: Board) -> None:
        sharing = _Sharing.of(board.rows(self.source), self.split_by)
        granted: dict[Key, list[tuple[int, Figure]]] = {}
        caps = [_Running(cap) for cap in self.caps]
        known = set(board.subjects)
        for index, row in self._in_order(board):
            if subject_of(row) not in known:
                continue
            key = key_of(row, self.by)
            figure = self._worth(board, row, sharing)
            for place, cap in enumerate(caps):
                figure = cap.applied(board, self, row, figure, f"{self.code}.cap_{place + 1}")
            granted.setdefault(key, []).append((index, figure))
        if not self.by:
            for subject in board.subjects:
                granted.setdefault((subject,), [])
        figures: dict[Key, Figure] = {}
        for key, found in granted.items():
            parts = [figure for _, figure in sorted(found, key=lambda each: each[0])]
            value: Value = combined(parts, self.absent or "incomplete", _sum) if parts else self.nothing()
            figures[key] = Figure(label(self.code, key), value, "sum", self.code, self.basis, tuple(parts))
        board.put(self, self.by, figures, self.rounding)

    def _in_order(self, board: Board) -> list[tuple[int, Fact]]:
        rows = list(enumerate(board.rows(self.source)))
        if self.order == "effective":
            rows.sort(key=lambda each: (each[1].effective_at, each[0]))
        return rows

    def _worth(self, board: Board, row: Fact, sharing: _Sharing) -> Figure:
        kind = cell_text(row.columns[self.kind])
        name = f"{self.code}.{kind}"
        if kind not in self.worth:
            if self.other == "refuse":
                what = f"Nothing is said of what {kind} is worth, at {row.position}."
                raise InvalidInput(Fault(self.code, what, "Add it to `worth`, or say other = zero."))
            return Figure(name, Fraction(0), "worth_nothing", self.code, self.basis, row.evidence)
        worth = board.at(self, f"worth.{kind}", self.worth[kind], day_of(row, self.dated_by))
        value: Value = worth.exact()
        inputs: tuple[Figure, ...] = (worth,)
        if self.quantity is not None:
            amount = number(self, row, self.quantity)
            value = amount if isinstance(amount, Absent) else worth.exact() * amount
            inputs += (Figure(self.quantity, amount, "recorded", self.code, self.basis),)
        if self.split_by and isinstance(value, Fraction):
            among = sharing.among(row)
            value /= among
            if among > 1:
                inputs += (Figure("split_among", Fraction(among), "count", self.code, self.basis),)
        return Figure(name, value, "worth", self.code, self.basis, (*inputs, *row.evidence))


@dataclass(frozen=True, slots=True)
class _Sharing:
    """How many rows agree in some columns."""

    by: Sequence[str]
    numbers: Mapping[tuple[str, ...], int]

    @classmethod
    def of(cls, rows: Sequence[Fact], by: Sequence[str]) -> _Sharing:
        numbers: dict[tuple[str, ...], int] = {}
        for row in rows if by else ():
            key = _cells(row, by)
            numbers[key] = numbers.get(key, 0) + 1
        return cls(by, numbers)

    def among(self, row: Fact) -> int:
        return self.numbers[_cells(row, self.by)]


@dataclass(slots=True)
class _Running:
    """A cap, and what it has let through."""

    cap: Cap
    passed: dict[tuple[str, ...], Fraction] = field(default_factory=dict)

    def applied(self, board: Board, clause: Points, row: Fact, figure: Figure, name: str) -> Figure:
        """What the cap leaves of the points of a row."""
        if isinstance(figure.value, Absent):
            return figure
        if self.cap.of and cell_text(row.columns[clause.kind]) not in self.cap.of:
            return figure
        group = (subject_of(row), *_cells(row, self.cap.per))
        before = self.passed.get(group, Fraction(0))
        limit = board.at(clause, name, self.cap.at_most, day_of(row, clause.dated_by))
        value = figure.value
        if value > 0:
            value = max(Fraction(0), min(value, limit.exact() - before))
        self.passed[group] = before + value
        if value == figure.value:
            return figure
        used = Figure(f"{name}.used", before, "running_total", clause.code, clause.basis)
        return Figure(figure.name, value, "capped", clause.code, clause.basis, (figure, limit, used))


def day_of(row: Fact, dated_by: DatedBy) -> date | None:
    """The day whose parameters hold for a row, None for that of the run."""
    day = row.columns["day"]
    return day if dated_by == "row" and isinstance(day, date) else None


def _cells(row: Fact, columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell_text(row.columns[name]) for name in columns)


def _sum(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0))
