"""Clauses that turn rows into figures: how many, of what value, worth how many points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.documents.board import Board, key_of, number
from party_workflow.policies.documents.clauses.base import BaseClause, Stage
from party_workflow.policies.documents.measures import Key, label
from party_workflow.policies.documents.parameters import (
    ColumnRef,
    Dated,
    Empty,
    Exact,
    RoundingStage,
    SourceRef,
)
from party_workflow.policies.documents.source import cell_text
from party_workflow.policies.feeds.feed import Fact
from party_workflow.policies.figure import Absent, Evidence, Figure, Value

Several = Literal["refuse", "sum", "mean", "first", "last", "smallest", "largest"]
"""What several rows of one key come to.  First and last are in the order in which they were recorded."""


class RowClause(BaseClause):
    """A clause that groups the rows of a source by subject and by the columns `by`.

    `empty` is what a subject of the population has that occurs in no row; with `by` it has no figure there.
    """

    stage: ClassVar[Stage] = "points"

    source: SourceRef
    by: tuple[ColumnRef, ...] = ()
    empty: Empty

    def grouped(self, board: Board) -> dict[Key, list[Fact]]:
        """The rows of the population by key.  Rows about others are left out."""
        known = set(board.subjects)
        found: dict[Key, list[Fact]] = {}
        for row in board.rows(self.source):
            key = key_of(row, self.by)
            if key[0] in known:
                found.setdefault(key, []).append(row)
        if not self.by:
            for subject in board.subjects:
                found.setdefault((subject,), [])
        return found

    def nothing(self) -> Value:
        """The value of a subject without rows."""
        return Fraction(0) if self.empty == "zero" else Absent(self.empty)


class Count(RowClause):
    """How many rows a subject has; with `distinct`, how many different values of that column."""

    type: Literal["count"]
    distinct: ColumnRef | None = None

    def evaluate(self, board: Board) -> None:
        figures: dict[Key, Figure] = {}
        for key, rows in self.grouped(board).items():
            found = len(rows)
            if self.distinct is not None:
                found = len({cell_text(row.columns[self.distinct]) for row in rows})
            value: Value = Fraction(found) if rows else self.nothing()
            figures[key] = Figure(
                label(self.code, key), value, "count", self.code, self.basis, events_of(rows)
            )
        board.put(self, self.by, figures)


class ValueOf(RowClause):
    """The number in a column; with `worths`, what each text in it is worth.

    A text that `worths` does not name is `InvalidInput`.  `several` says what several rows of one key come
    to; with ``refuse`` they are `InvalidInput`.
    """

    type: Literal["value"]
    column: ColumnRef
    worths: Mapping[str, Dated[Exact]] = Field(default_factory=dict)
    several: Several
    rounding: RoundingStage

    def evaluate(self, board: Board) -> None:
        figures: dict[Key, Figure] = {}
        for key, rows in self.grouped(board).items():
            parts = [self._part(board, row, label(self.code, key)) for row in rows]
            figures[key] = several_as(self, self.several, key, parts)
        board.put(self, self.by, figures, self.rounding)

    def _part(self, board: Board, row: Fact, name: str) -> Figure:
        cell = row.columns[self.column]
        if self.worths and not isinstance(cell, Absent):
            grade = cell_text(cell)
            if grade not in self.worths:
                what = f"Nothing is said of what {grade} is worth, at {row.position}."
                raise InvalidInput(Fault(self.code, what, "Add it to `worths`."))
            worth = board.at(self, f"worths.{grade}", self.worths[grade])
            return Figure(name, worth.value, "worth", self.code, self.basis, (worth, *row.evidence))
        return Figure(name, number(self, row, self.column), "recorded", self.code, self.basis, row.evidence)


def several_as(clause: RowClause, several: Several, key: Key, parts: Sequence[Figure]) -> Figure:
    """What the figures of the rows of one key come to.

    Raises `InvalidInput`, with whose rows they are, where there may be just one.
    """
    name = label(clause.code, key)
    if not parts:
        return Figure(name, clause.nothing(), "no_row", clause.code, clause.basis)
    if len(parts) == 1:
        return parts[0]
    if several == "refuse":
        what = f"{name} has {len(parts)} rows for {key[0]}."
        raise InvalidInput(Fault(clause.code, what, "Narrow the source, or say what several come to."))
    if several in ("first", "last"):
        return parts[0] if several == "first" else parts[-1]
    absent = next((part.value for part in parts if isinstance(part.value, Absent)), None)
    value: Value = absent or _come_to(several, [part.exact() for part in parts])
    return Figure(name, value, several, clause.code, clause.basis, tuple(parts))


def _come_to(several: Several, values: Sequence[Fraction]) -> Fraction:
    match several:
        case "smallest":
            return min(values)
        case "largest":
            return max(values)
        case "mean":
            return sum(values, Fraction(0)) / len(values)
        case _:
            return sum(values, Fraction(0))


def events_of(rows: Sequence[Fact]) -> tuple[Evidence, ...]:
    """The events of some rows, once each."""
    return tuple(dict.fromkeys(item for row in rows for item in row.evidence))
