"""What feeds are made of: rows in the making, and cells for what events hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Generic, TypeVar

from party_workflow.codec import Event
from party_workflow.policies.feeds.feed import Cell, Fact
from party_workflow.policies.figure import Absent, Evidence
from party_workflow.policies.policy import Row

T = TypeVar("T")

OFFSET: Final = timedelta(hours=8)
"""What the local days in the columns of feeds are ahead of UTC, as everywhere in the library."""

MISSING: Final = Absent("missing")
"""It should be there, or is not known yet."""
NONE: Final = Absent("not_applicable")
"""There is none."""
WITHHELD: Final = Absent("withheld")
"""There is one, and it is kept back."""

Reads = Mapping[type[Event], tuple[str, ...]]


@dataclass(slots=True)
class Line:
    """A row in the making: what it says so far, and the events that it rests on."""

    columns: dict[str, Cell]
    evidence: tuple[Evidence, ...]
    effective_at: datetime
    recorded_at: datetime
    position: int

    def change(self, row: Row, **cells: Cell) -> None:
        """Other values in some columns, with the event that says so."""
        self.columns = {**self.columns, **cells}
        if row.evidence not in self.evidence:
            self.evidence = (*self.evidence, row.evidence)

    def fact(self, **cells: Cell) -> Fact:
        """The row as it stands, with further columns."""
        columns = {**self.columns, **cells}
        return Fact(columns, self.evidence, self.effective_at, self.recorded_at, self.position)


def line(row: Row, **cells: Cell) -> Line:
    """A row that comes from an event, with its stream."""
    columns = {"stream": row.stream, **cells}
    return Line(columns, (row.evidence,), row.effective_at, row.recorded_at, row.position)


def in_order(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Rows by position; those from one event stay as they are."""
    return iter(sorted(facts, key=lambda fact: fact.position))


@dataclass(frozen=True, slots=True)
class Same(Generic[T]):
    """Holds something that never changes within a state, so that a snapshot shares it."""

    value: T

    def __deepcopy__(self, memo: dict[int, Any]) -> Same[T]:
        return self


# --- cells -------------------------------------------------------------------------------------


def flag(value: bool) -> str:
    """``yes`` or ``no``."""
    return "yes" if value else "no"


def code(value: str | None) -> Cell:
    """A code or an id; not applicable where there is none."""
    return NONE if value is None else value


def number(value: int | Decimal | Fraction | None) -> Cell:
    """An exact number; not applicable where there is none."""
    return NONE if value is None else Fraction(value)


def day(value: datetime | date | None) -> Cell:
    """The local day of a moment; not applicable where there is none."""
    if isinstance(value, datetime):
        return (value + OFFSET).date()
    return NONE if value is None else value


def joined(values: Iterable[str]) -> Cell:
    """Several codes as one, sorted, with a plus between them; not applicable where there is none."""
    return "+".join(sorted(set(values))) or NONE


def key(stream: str) -> str:
    """The key of a stream."""
    return stream.partition("/")[2]


def campaigns(serves: Iterable[Any]) -> dict[str, Cell]:
    """The columns ``campaign`` and ``task`` of work that serves some."""
    found = tuple(serves)
    return {
        "campaign": joined(item.campaign for item in found),
        "task": joined(item.task for item in found),
    }


SERVES: Final[Mapping[str, str]] = {
    "campaign": "The campaign that it serves; several with a plus between them.",
    "task": "The task that it serves; several with a plus between them.",
}
