"""Points by place: a table, dated; places that several share; a factor for what counted only in part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.documents.board import Board, combined, number
from party_workflow.policies.documents.clauses.base import Stage
from party_workflow.policies.documents.clauses.kinds import DatedBy, day_of
from party_workflow.policies.documents.clauses.points import RowClause
from party_workflow.policies.documents.measures import Key, label
from party_workflow.policies.documents.parameters import ColumnRef, Dated, Exact, RoundingStage, Treatment
from party_workflow.policies.documents.source import cell_text
from party_workflow.policies.feeds.feed import Fact
from party_workflow.policies.figure import Absent, Figure, Value

Sharing = Literal["split", "full", "none", "pooled"]
"""What those get who took a place together: even parts of its points, the points each, nothing, or even parts
of the points of all the places that they fill, from theirs on.
"""


class PlacePoints(RowClause):
    """Points by place: the first place gets the first number of `table`, and so on; none beyond its end.

    Rows of the source that agree in the columns `share_by` and in the place took it together; `shared` says
    what they get.  `multiplier` scales all points of a day, such as one half where a contest was broken off.
    `dated_by` says whether table, sharing and multiplier are those of the day of the run or of the row.
    `absent` says what a row does that has no place.  A place that is no whole number from 1 on is
    `InvalidInput`.
    """

    stage: ClassVar[Stage] = "points"

    type: Literal["place_points"]
    place: ColumnRef
    table: Dated[tuple[Exact, ...]]
    dated_by: DatedBy
    shared: Dated[Sharing] | None = None
    share_by: tuple[ColumnRef, ...] = ()
    multiplier: Dated[Exact] | None = None
    absent: Treatment
    rounding: RoundingStage

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.shared is not None) != bool(self.share_by):
            raise ValueError("`shared` and `share_by` belong together")
        return self

    def evaluate(self, board: Board) -> None:
        together = Counter(self._group(row) for row in board.rows(self.source)) if self.share_by else {}
        figures: dict[Key, Figure] = {}
        for key, rows in self.grouped(board).items():
            parts = [self._points(board, row, label(self.code, key), together) for row in rows]
            if len(parts) == 1 and isinstance(parts[0].value, Fraction):
                figures[key] = parts[0]
                continue
            value: Value = combined(parts, self.absent, _sum) if parts else self.nothing()
            figures[key] = Figure(label(self.code, key), value, "sum", self.code, self.basis, tuple(parts))
        board.put(self, self.by, figures, self.rounding)

    def _group(self, row: Fact) -> tuple[str, ...]:
        return tuple(cell_text(row.columns[name]) for name in (*self.share_by, self.place))

    def _points(self, board: Board, row: Fact, name: str, together: Mapping[tuple[str, ...], int]) -> Figure:
        place = number(self, row, self.place)
        if isinstance(place, Absent):
            return Figure(name, place, "no_place", self.code, self.basis, row.evidence)
        if place.denominator != 1 or place < 1:
            what = f"{self.place} of the row at {row.position} is {place}."
            raise InvalidInput(Fault(self.code, what, "Places are whole numbers from 1 on."))
        day = day_of(row, self.dated_by)
        table, basis = board.since(self, self.table, day)
        value = table[int(place) - 1] if place <= len(table) else Fraction(0)
        inputs = [Figure(f"place_{place}", value, "parameter", self.code, basis)]
        step = "by_place"
        among = together[self._group(row)] if together else 1
        if among > 1 and any(table[int(place) - 1 :]):
            shared, basis = board.since(self, self.shared, day)
            inputs.append(Figure(f"shared.{shared}", Fraction(among), "count", self.code, basis))
            value = self._shared(shared, table, int(place), among)
            step = f"by_place_{shared}"
        if self.multiplier is not None:
            factor = board.at(self, "multiplier", self.multiplier, day)
            if factor.value != 1:
                inputs.append(factor)
                value *= factor.exact()
        return Figure(name, value, step, self.code, self.basis, (*inputs, *row.evidence))

    def _shared(self, shared: Sharing, table: Sequence[Fraction], place: int, among: int) -> Fraction:
        """What each gets of those who took a place of the table together."""
        match shared:
            case "split":
                return table[place - 1] / among
            case "full":
                return table[place - 1]
            case "pooled":
                return sum(table[place - 1 : place - 1 + among], Fraction(0)) / among
            case "none":
                return Fraction(0)


def _sum(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0))
