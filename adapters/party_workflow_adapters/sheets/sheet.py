"""What a sheet consists of: tables, outlines, and charts given by their data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings, with a text for each column; `right` are the columns set to the right."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if wrong := [row for row in self.rows if len(row) != len(self.columns)]:
            raise ValueError(f"{len(wrong)} rows of {self.caption} have not {len(self.columns)} cells")


@dataclass(frozen=True, slots=True)
class Outline:
    """Lines with their depth: how a figure came about."""

    caption: str
    lines: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Slope:
    """A subject's place before and after; None where it had none."""

    label: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Slopes:
    """Moves between two rankings, each a line from its place before to its place after."""

    caption: str
    before: str
    after: str
    items: tuple[Slope, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A score in parts: each a label and a number, which may be negative."""

    label: str
    parts: tuple[tuple[str, Fraction], ...]
    shown: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Scores, each taken apart into the same parts."""

    caption: str
    items: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """A subject's place, and the best and worst that it could have had."""

    label: str
    place: int
    best: int
    worst: int


@dataclass(frozen=True, slots=True)
class Intervals:
    """Places with their intervals, in the order of the places."""

    caption: str
    items: tuple[Interval, ...]


Chart = Slopes | Bars | Intervals
Part = Table | Outline | Chart


@dataclass(frozen=True, slots=True)
class Sheet:
    """An answer: its title, what has to be said with it, and its parts.

    `warnings` are printed on every form of it, such as that a rule is applied to a period before its issue.
    """

    title: str
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in their order; the first is what CSV holds."""
        return tuple(part for part in self.parts if isinstance(part, Table))
