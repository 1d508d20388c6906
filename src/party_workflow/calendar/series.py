"""Series: occasions that recur, with the window they belong in and what their agenda looks back or ahead to.

A series is a definition like any other: versioned, checked as a whole, known by its digest.  The quarterly
meeting of R-001 is one: days 21 to the end of the last month of each quarter, and an agenda whose items
speak of the last quarter, of this one and of the next.  Which window a period has is a pure function.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StrictInt,
    model_validator,
)

from party_workflow import canonical
from party_workflow.calendar.periods import ONE_DAY, Period, PeriodKind, add, invalid
from party_workflow.calendar.working_days import Calendar
from party_workflow.errors import Faults
from party_workflow.partwise import judged
from party_workflow.values import Code, Count, Definition, Flag, Key, WrittenRatio

Frequency = Literal["year", "half", "quarter", "month", "tenday"]
Edges = Literal["stand", "working"]

MONTHS: Final[dict[Frequency, int]] = {"year": 12, "half": 6, "quarter": 3, "month": 1, "tenday": 1}
"""How many months a period of a frequency touches."""
MAX_OFFSET: Final = 24
"""Furthest that an agenda item may look back or ahead, in periods of the series."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Window(_Part):
    """Days of one month of the period: of `month` 1, 2 …, or counted from its end: -1 is the last month.

    `first` and `last` are days of that month, its last day where it has no such day; without `last` the
    window ends with the month.  `tenday` stands for one of its ten-day periods (旬) instead.
    """

    month: Annotated[StrictInt, Field(ge=-12, le=12)] = -1
    first: Annotated[StrictInt, Field(ge=1, le=31)] = 1
    last: Annotated[StrictInt, Field(ge=1, le=31)] | None = None
    tenday: Annotated[StrictInt, Field(ge=1, le=3)] | None = None


class SeriesItem(_Part):
    """An item of the agenda: `offset` says of which period it speaks, counted from that of the occasion."""

    code: Code
    offset: Annotated[StrictInt, Field(ge=-MAX_OFFSET, le=MAX_OFFSET)] = 0


class Series(Definition):
    """A recurring occasion.  Raises `InvalidDefinition` with every fault found.

    `activity` is the kind of activity that it is, `frequency` how often it is due.  Without a `window` it
    may take place on any day of its period.  `edges` ``working`` draws the window in to its first and last
    working day, for which a calendar has to be given.  `offset_minutes` is what local time is ahead of UTC
    where no calendar is given.  `quorum` and `minimum_minutes` hold for each occasion that does not say
    otherwise. `all_hands` marks each of them as an occasion of everybody, which a freeze may forbid.
    """

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    activity: Code
    frequency: Frequency
    window: Window | None = None
    edges: Edges = "stand"
    offset_minutes: Annotated[StrictInt, Field(ge=-720, le=840)] = 480
    agenda: Annotated[tuple[SeriesItem, ...], Field(max_length=64)] = ()
    quorum: WrittenRatio | None = None
    quorum_having: tuple[Code, ...] = ()
    quorum_without: tuple[Code, ...] = ()
    minimum_minutes: Count | None = None
    all_hands: Flag = False

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, data, handler, _judge, "series")

    def data(self) -> dict[str, Any]:
        """The definition as it is stored and hashed: without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`."""
        return canonical.digest(self.data())

    @property
    def key(self) -> Key:
        """The key under which it is adopted: its code with hyphens for underscores."""
        return self.code.replace("_", "-")


def _judge(series: Series, faults: Faults) -> None:
    window, months = series.window, MONTHS[series.frequency]
    if window is not None:
        if series.frequency == "tenday":
            what = "A ten-day period is its own window."
            faults.add("window", what, "Leave the window out, or take a longer frequency.")
        if not 1 <= abs(window.month) <= months:
            what = f"A {series.frequency} has no month {window.month}."
            faults.add("window.month", what, f"Count from 1 to {months}, or from the end with -1.")
        if window.tenday is not None and (window.first != 1 or window.last is not None):
            what = "A ten-day period and days of the month are both given."
            faults.add("window.tenday", what, "Give one of the two.")
        if window.last is not None and window.last < window.first:
            faults.add("window.last", "The window ends before it begins.", "Swap the two days.")
    if series.quorum is not None and not 0 <= series.quorum < 1:
        faults.add("quorum", "Such a share cannot be exceeded.", "Give a share from 0 to below 1.")
    seen: dict[tuple[str, int], int] = {}
    for index, item in enumerate(series.agenda):
        if seen.setdefault((item.code, item.offset), index) != index:
            what = f"Item {item.code} stands already at agenda[{seen[item.code, item.offset]}]."
            faults.add(f"agenda[{index}]", what, "Give it another code, or another offset.")


# --- pure functions --------------------------------------------------------------------------


def of_series(series: Series, period: Period) -> bool:
    """Whether the period is one of the series: a quarter for what is due each quarter."""
    return period.kind == series.frequency


def window(series: Series, period: Period, calendar: Calendar | None = None) -> tuple[date, date]:
    """First and last day on which the occasion of this period belongs; both within the period.

    Raises `InvalidInput` for a period of another kind than the frequency, and where `edges` asks for
    working days and no calendar is given.  A window without any working day stands as it is.
    """
    if not of_series(series, period):
        raise invalid(
            f"{series.code} is due each {series.frequency}; {period} is a {period.kind}.",
            f"Name a {series.frequency}.",
        )
    first, last = _days(series.window, period)
    if series.edges == "stand":
        return first, last
    if calendar is None:
        raise invalid(f"The window of {series.code} ends on working days.", "Give the calendar.")
    worked = [day for day in _each(first, last) if calendar.is_working_day(day)]
    return (worked[0], worked[-1]) if worked else (first, last)


def _days(window: Window | None, period: Period) -> tuple[date, date]:
    if window is None:
        return period.first, period.last
    months = period.parts("month")
    month = months[window.month - 1 if window.month > 0 else window.month]
    if window.tenday is not None:
        tenday = month.parts("tenday")[window.tenday - 1]
        return tenday.first, tenday.last
    end = month.last.day
    last = end if window.last is None else min(window.last, end)
    return month.first.replace(day=min(window.first, end)), month.last.replace(day=last)


def _each(first: date, last: date) -> Iterator[date]:
    day = first
    while day < last:
        yield day
        day = add(day, ONE_DAY)
    yield last


def shifted(period: Period, offset: int) -> Period:
    """The period of the same kind `offset` periods later, or earlier where it is below 0."""
    for _ in range(abs(offset)):
        period = period.next() if offset > 0 else period.previous()
    return period


def reference_periods(series: Series, period: Period) -> tuple[tuple[str, Period], ...]:
    """The agenda of the occasion of a period: each item's code, and of which period it speaks."""
    return tuple((item.code, shifted(period, item.offset)) for item in series.agenda)


def periods_between(kind: PeriodKind, first: date, last: date) -> tuple[Period, ...]:
    """The periods of a kind that contain a day from `first` to `last`, in order."""
    found = [Period.of(kind, first)]
    while found[-1].last < last:
        found.append(found[-1].next())
    return tuple(found) if first <= last else ()


def within(inner: Period, outer: Period) -> bool:
    """Whether every day of a period lies in another one: a month in its quarter."""
    return outer.first <= inner.first and inner.last <= outer.last
