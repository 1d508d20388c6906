"""Sources: which events a document reads, as rows with columns, and which of them count.

A source names a feed of the library (`party_workflow.policies.feeds`), or one stored event type whose fields
become columns.  Every row has besides its own the columns ``day``, ``stream``, ``position`` and, where the
source asks for it, ``period``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Final, Literal

from pydantic import Field

from party_workflow.calendar import Period
from party_workflow.canonical import day_text, fraction_text
from party_workflow.errors import Fault, Faults, InvalidInput
from party_workflow.policies.documents.parameters import Exact, Part
from party_workflow.policies.feeds.feed import Cell, Fact
from party_workflow.policies.figure import Absent
from party_workflow.values import Code

OWN_COLUMNS: Final = ("day", "stream", "position")
"""The columns that every row has."""


class Bounds(Part):
    """Limits of a number or a day in a column."""

    at_least: Exact | None = None
    above: Exact | None = None
    at_most: Exact | None = None
    below: Exact | None = None

    def hold(self, value: Fraction) -> bool:
        """Whether a number lies within them."""
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.above is None or value > self.above)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
        )


Wanted = str | tuple[str, ...] | Bounds
Where = Mapping[Code, Wanted]
"""What columns have to hold: a text, one of several, or bounds of a number.  A cell that is absent reads as
how it is absent (``missing``); it lies within no bounds.
"""

Within = Literal["period", "until", "all"]
"""Rows from the first day of the period to the day of the run; up to that day; all that the history has."""


def cell_text(cell: Cell) -> str:
    """A cell as a text: what `where` compares and dimensions are keyed by."""
    match cell:
        case str():
            return cell
        case Fraction():
            return fraction_text(cell)
        case Absent():
            return cell.kind
        case date():
            return day_text(cell)


class Cells(dict[str, Cell]):
    """The columns of a row.  To ask for one that it does not have is `InvalidInput`."""

    def __missing__(self, name: str) -> Cell:
        at = cell_text(self["position"]) if "position" in self else "?"
        what = f"The row at {at} has no column {name}."
        raise InvalidInput(
            Fault(
                name, what, f"It has: {', '.join(sorted(each for each in self if not each.endswith('.')))}."
            )
        )


def holds(where: Where, columns: Mapping[str, Cell]) -> bool:
    """Whether a row has what is wanted of it.  In a column that it does not have it has nothing."""
    for name, wanted in where.items():
        cell = columns.get(name)
        if cell is None:
            return False
        if isinstance(wanted, Bounds):
            if not isinstance(cell, Fraction) or not wanted.hold(cell):
                return False
        elif cell_text(cell) not in ((wanted,) if isinstance(wanted, str) else wanted):
            return False
    return True


class Source(Part):
    """Rows that clauses read.

    `feed` names a feed; where the data declare columns of their own, `columns` may say which of them are
    read, and then they are checked before use.  Or `event` names a stored event type; then `columns` are its
    fields that are read, and with `each` the parts of one list field give a row each.  `subject` is the
    column that says whom a row is about.  `within` says which days count, and `dated` which day a row has:
    that of its event, or that in a column (such as the day of the matter that a later decision is about).
    `where` keeps the rows that have what it says, `unless` drops those that do.  `period` adds a column of
    that name: the month, quarter, half or year of the day.  `also` gives columns a second name, such as
    ``{opponent = "away"}``: so sources that read each side of the same rows agree in their columns.

    Where `columns` are listed, those that `subject`, `dated`, `where`, `unless` and `also` look at have to be
    listed too, except what the feed has by itself.
    """

    code: Code
    feed: Code | None = None
    event: Code | None = None
    columns: tuple[Code, ...] = ()
    each: Code | None = None
    subject: Code
    within: Within
    dated: Code = "event"
    where: Where = Field(default_factory=dict)
    unless: Where = Field(default_factory=dict)
    period: Literal["month", "quarter", "half", "year"] | None = None
    also: Mapping[Code, Code] = Field(default_factory=dict)

    def judge(self, faults: Faults) -> None:
        """Adds what does not fit together; places are relative to the source."""
        if (self.feed is None) == (self.event is None):
            faults.add("feed", "A source reads a feed or an event type, one of them.", "Name one.")
        if self.feed is not None and self.each is not None:
            what = "A feed has its rows; only an event type is taken apart."
            faults.add("each", what, "Remove `each`, or name an `event`.")

    def doubled(self) -> tuple[str, ...]:
        """The names under `also` that a column has already."""
        taken = {*OWN_COLUMNS, "period", *self.columns, *self.also.values()}
        return tuple(name for name in self.also if name in taken)

    @property
    def used(self) -> tuple[str, ...]:
        """The columns that the source itself looks at."""
        return tuple(dict.fromkeys(name for _, name in self.uses()))

    def uses(self) -> Iterator[tuple[str, str]]:
        """Where in the source which column is looked at."""
        yield "subject", self.subject
        yield from ((f"also.{name}", column) for name, column in self.also.items())
        if self.dated != "event":
            yield "dated", self.dated
        yield from ((f"where.{name}", name) for name in self.where)
        yield from ((f"unless.{name}", name) for name in self.unless)

    def rows(
        self, facts: Iterable[Fact], *, day_of: Callable[[datetime], date], period_start: date, on: date
    ) -> Iterator[Fact]:
        """The rows that count, with the columns that every row has.  Raises `InvalidInput` for a row without
        a subject or a day.
        """
        added = ("day", "period", *self.also)
        own = {name: wanted for name, wanted in self.where.items() if name not in added}
        for fact in facts:
            if not holds(own, {"position": Fraction(fact.position), **fact.columns}):
                continue
            day = self._day(fact, day_of)
            if (self.within != "all" and day > on) or (self.within == "period" and day < period_start):
                continue
            columns = Cells({"position": Fraction(fact.position), **fact.columns, "day": day})
            if self.period is not None:
                columns["period"] = str(Period.of(self.period, day))
            columns.update([(name, columns[column]) for name, column in self.also.items()])
            if holds(self.where, columns) and not (self.unless and holds(self.unless, columns)):
                if not isinstance(columns[self.subject], str):
                    what = f"Its column {self.subject} names nobody: {cell_text(columns[self.subject])}."
                    raise InvalidInput(
                        Fault(f"{self.code} at {fact.position}", what, "Take a column of ids as the subject.")
                    )
                yield replace(fact, columns=columns)

    def _day(self, fact: Fact, day_of: Callable[[datetime], date]) -> date:
        if self.dated == "event":
            return day_of(fact.effective_at)
        cell = Cells({"position": Fraction(fact.position), **fact.columns})[self.dated]
        if not isinstance(cell, date):
            what = f"Its column {self.dated} has no day: {cell_text(cell)}."
            raise InvalidInput(
                Fault(
                    f"{self.code} at {fact.position}", what, "Leave such rows out by `unless`, or date them."
                )
            )
        return cell
