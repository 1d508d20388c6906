"""Periods of whole days: year, half, quarter, month, ten-day period (旬), day."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final, Literal, TypeVar, assert_never

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from party_workflow.errors import Fault, InvalidInput
from party_workflow.values import Kind

PeriodKind = Literal["year", "half", "quarter", "month", "tenday", "day"]

ONE_DAY: Final = timedelta(days=1)

_KINDS: Final[tuple[PeriodKind, ...]] = ("year", "half", "quarter", "month", "tenday", "day")
_LABEL: Final = re.compile(
    r"(?P<year>[0-9]{4})(?:-H(?P<half>[12])|-Q(?P<quarter>[1-4])"
    r"|-(?P<month>0[1-9]|1[0-2])(?:-X(?P<tenday>[1-3])|-(?P<day>[0-9]{2}))?)?"
)
LABEL_PATTERN: Final = r"^[0-9]{4}(?:-H[12]|-Q[1-4]|-(?:0[1-9]|1[0-2])(?:-X[1-3]|-[0-9]{2})?)?$"
"""The form of a label, for a JSON schema; which of them are days of the calendar, `Period` says."""
_When = TypeVar("_When", date, datetime)


def invalid(what: str, remedy: str) -> InvalidInput:
    """An `InvalidInput` with one fault."""
    return InvalidInput(Fault("", what, remedy))


def plain_day(day: date) -> date:
    """The day, unless it is a moment: to Python that is a date too, and it would silently be no holiday."""
    if type(day) is not date:
        raise invalid("A date is wanted here, not a moment.", "Ask Calendar.day_of(moment) for its day.")
    return day


def utc(moment: object) -> datetime:
    """The moment in UTC.  Refuses one without a time zone."""
    if not isinstance(moment, datetime) or (offset := moment.utcoffset()) is None:
        raise invalid("A moment with a time zone is wanted here.", "Give it tzinfo=UTC.")
    return add(moment.replace(tzinfo=UTC), -offset)


def add(when: _When, step: timedelta) -> _When:
    """The sum, refused in words where it leaves the years that Python can count."""
    try:
        return when + step
    except OverflowError:
        raise invalid("The count leaves the years 1 to 9999.", "Check the year.") from None


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - ONE_DAY


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of whole days with a label: ``Period("2020-Q1")`` has a `kind`, a `first` and a `last` day.

    Labels: ``2020`` year, ``2020-H1`` half, ``2020-Q1`` quarter, ``2020-03`` month, ``2020-03-X3`` ten-day
    period (the third runs to the end of the month), ``2020-03-25`` day.  Any other is `InvalidInput`.
    As a field of an event or a command use `StoredPeriod`: what is stored is the label.
    """

    label: str
    kind: PeriodKind = field(init=False)
    first: date = field(init=False)
    last: date = field(init=False)

    def __post_init__(self) -> None:
        span = _span(self.label)
        if span is None:
            raise invalid(
                "This is not the label of a period.",
                'Write it like "2020", "2020-H1", "2020-Q1", "2020-03", "2020-03-X3" or "2020-03-25".',
            )
        for name, value in zip(("kind", "first", "last"), span, strict=True):
            object.__setattr__(self, name, value)

    @classmethod
    def parse(cls, label: str) -> Period:
        """The period of a label.  Raises `InvalidInput`."""
        return cls(label)

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> Period:
        """The period of this kind that contains the day."""
        year, month = f"{plain_day(day).year:04d}", f"{day.year:04d}-{day.month:02d}"
        match kind:
            case "year":
                return cls(year)
            case "half":
                return cls(f"{year}-H{(day.month + 5) // 6}")
            case "quarter":
                return cls(f"{year}-Q{(day.month + 2) // 3}")
            case "month":
                return cls(month)
            case "tenday":
                return cls(f"{month}-X{min((day.day + 9) // 10, 3)}")
            case "day":
                return cls(f"{month}-{day.day:02d}")
            case _:
                assert_never(kind)

    def contains(self, day: date) -> bool:
        """Whether the day lies in the period; both ends belong to it."""
        return self.first <= plain_day(day) <= self.last

    def next(self) -> Period:
        """The period of the same kind that begins the day after."""
        return Period.of(self.kind, add(self.last, ONE_DAY))

    def previous(self) -> Period:
        """The period of the same kind that ends the day before."""
        return Period.of(self.kind, add(self.first, -ONE_DAY))

    def parts(self, kind: PeriodKind) -> tuple[Period, ...]:
        """The periods of a kind, no coarser than this one, that it consists of, in order."""
        if _KINDS.index(kind) < _KINDS.index(self.kind):
            raise invalid(f"A {self.kind} does not consist of {kind} periods.", "Ask for a finer kind.")
        found = [Period.of(kind, self.first)]
        while found[-1].last < self.last:
            found.append(found[-1].next())
        return tuple(found)

    @property
    def ten_day_window(self) -> Period:
        """The last ten-day period of the last month: 21 to 31 March for ``2020-Q1``.  (R-001)"""
        return self.parts("tenday")[-1]

    def __str__(self) -> str:
        return self.label


def _span(label: str) -> tuple[PeriodKind, date, date] | None:
    found = _LABEL.fullmatch(label)
    if not found or found["year"] == "0000":
        return None
    year = int(found["year"])
    if found["day"]:
        try:
            day = date(year, int(found["month"]), int(found["day"]))
        except ValueError:
            return None
        return "day", day, day
    if found["tenday"]:
        month, third = int(found["month"]), int(found["tenday"])
        last = date(year, month, 10 * third) if third < 3 else month_end(year, month)
        return "tenday", date(year, month, 10 * third - 9), last
    sizes: tuple[tuple[PeriodKind, int], ...] = (("half", 6), ("quarter", 3), ("month", 1))
    for kind, months in sizes:
        if found[kind]:
            end = int(found[kind]) * months
            return kind, date(year, end - months + 1, 1), month_end(year, end)
    return "year", date(year, 1, 1), date(year, 12, 31)


def _read(value: Any) -> Period:
    if isinstance(value, Period):
        return value
    if not isinstance(value, str):
        raise ValueError(f"expected the label of a period, not a {type(value).__name__}")
    try:
        return Period(value)
    except InvalidInput as error:
        raise ValueError(str(error)) from None


StoredPeriod = Annotated[
    Period,
    PlainValidator(_read),
    PlainSerializer(lambda period: period.label, return_type=str),
    WithJsonSchema({"type": "string", "pattern": LABEL_PATTERN}),
    Kind("time"),
]
"""A period as a field of an event or a command, stored as its label."""
