"""What a feed is: events in, rows that a policy author understands out.

A feed joins what several events say of one thing: a corrected row stands in the place of what it corrects,
a reversed entry is gone, what an opening event laid down (kind, unit) stands in every row of its matter.
It judges nothing, rounds nothing and fills nothing in: what is absent stays absent, in one of four ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from party_workflow.codec import Event
from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.figure import Absent, Evidence
from party_workflow.policies.policy import Row

Cell = str | Fraction | date | Absent
"""A value of a row: a code or an id, an exact number, a day, or how it is absent.  Zero is a number."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a feed, with the events that it rests on: what was recorded first, then what changed it.

    `effective_at` and `recorded_at` are those of the event that the row comes from, `position` its position;
    of several rows from one event the order within it holds.  Every row has the column ``stream``.
    """

    columns: Mapping[str, Cell]
    evidence: tuple[Evidence, ...]
    effective_at: datetime
    recorded_at: datetime
    position: int

    def __getitem__(self, column: str) -> Cell:
        return self.columns[column]


@dataclass(frozen=True, slots=True)
class Feed:
    """Rows over events, as a value.

    `reads` are the event types with their fields, as of a `Policy`; `columns` says what each column is.
    `initial()` gives a state of its own each time, `evolve(state, row)` the next one, and `facts(state)` the
    rows so far in position order, as often as asked.  `evolve` may use up the state that it is given: whoever
    means to go on from one state twice takes a deep copy, which is what a snapshot is.  It passes over event
    types that the feed does not read.
    """

    name: str
    reads: Mapping[type[Event], tuple[str, ...]]
    columns: Mapping[str, str]
    initial: Callable[[], Any] = field(repr=False)
    evolve: Callable[[Any, Row], Any] = field(repr=False)
    facts: Callable[[Any], Iterable[Fact]] = field(repr=False)
    further: bool = False
    """Whether its rows have columns beyond `columns`, which the data themselves declare."""

    def having(self, columns: Sequence[str]) -> Feed:
        """The same feed with these further columns in every row: not applicable in a row of data without it.

        Making its rows raises `InvalidInput` for a column that none of them has.  A feed without further
        columns stays as it is.
        """
        wanted = tuple(name for name in columns if name not in self.columns)
        if not self.further or not wanted:
            return self

        def facts(state: Any) -> Iterator[Fact]:
            rows = list(self.facts(state))
            known = dict.fromkeys(name for row in rows for name in row.columns)
            if rows and (lacking := [name for name in wanted if name not in known]):
                what, remedy = f"No row has a column {lacking[0]}.", f"There are: {', '.join(known)}."
                raise InvalidInput(Fault(self.name, what, remedy))
            blank = dict.fromkeys(wanted, Absent("not_applicable"))
            return (replace(row, columns={**blank, **row.columns}) for row in rows)

        more = dict.fromkeys(wanted, "A column that the data declare.")
        return replace(self, columns={**self.columns, **more}, facts=facts)
