"""Terms and deadlines: values that say how they were counted.  `Calendar` does the counting."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StrictInt,
    model_serializer,
    model_validator,
)

from party_workflow.calendar.periods import ONE_DAY, invalid, utc
from party_workflow.canonical import day_text, time_text
from party_workflow.values import Code, Count, Day, Digest, Key, Moment

if TYPE_CHECKING:
    from party_workflow.calendar.working_days import Calendar

TermUnit = Literal["working_days", "calendar_days", "hours", "months"]
Why = Literal["weekday", "weekend", "holiday", "make-up"]
StepEffect = Literal["not-counted", "counted", "skipped", "reached", "moved-on"]
StepReason = Literal[
    Why, "start", "end", "extension", "calendar", "date", "month-end", "hours", "pause", "resumed"
]

MAX_EXTENSIONS: Final = 9
"""Each extension nests the deadline that it extends, and the record format allows 32 levels in all."""

# Every counted day is written down, so a term is bounded by what is still worth reading.
_MOST: Final[dict[TermUnit, int]] = {
    "working_days": 1000,
    "calendar_days": 1000,
    "hours": 10_000,
    "months": 120,
}
# Not from the locale: an explanation reads the same everywhere.
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_REASONS: Final[dict[StepReason, str]] = {
    "weekday": "weekday",
    "weekend": "weekend",
    "holiday": "holiday",
    "make-up": "make-up working day",
    "start": "the day of the start",
    "end": "the end date itself",
    "extension": "the due day that is extended",
    "calendar": "every day counts",
    "date": "the day of the same number",
    "month-end": "the month has no day of that number, so its last day",
    "hours": "hours run from the exact moment",
    "pause": "the clock stood still",
    "resumed": "the last day ended while the clock stood still, so the day on which it ran again",
}


class Value(BaseModel):
    """What the models of the calendar have in common: frozen, closed, and silent about faulty input."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)


class Term(Value):
    """How long something may take: at least 1, and at most 1000 days, 10 000 hours or 120 months."""

    amount: Annotated[StrictInt, Field(ge=1)]
    unit: TermUnit
    last_day: Literal["stands", "moves"] = "stands"
    """Whether a last day that is not worked stands, or moves on to the next that is (in a schedule: back)."""

    @model_validator(mode="after")
    def _can_be_counted(self) -> Self:
        if self.amount > _MOST[self.unit]:
            raise ValueError(f"a term has at most {_MOST[self.unit]} {self.unit}")
        if self.unit == "hours" and self.last_day == "moves":
            raise ValueError("hours end at an exact moment; only a last day can move")
        return self

    def __str__(self) -> str:
        unit = self.unit.replace("_", " ")
        moves = " (a last day that is not worked moves)" if self.last_day == "moves" else ""
        return f"{self.amount} {unit[:-1] if self.amount == 1 else unit}{moves}"


class Step(Value):
    """What one day did to a count, and why; `count` is where the count stood after it."""

    day: Day
    effect: StepEffect
    reason: StepReason
    count: Count

    def __str__(self) -> str:
        effect = f"counted, {self.count}" if self.effect == "counted" else self.effect.replace("-", " ")
        return f"{day_text(self.day)} {_WEEKDAYS[self.day.weekday()]}: {effect} ({_REASONS[self.reason]})."


class CalendarRef(Value):
    """On which calendar, in which version, with which content, something was counted."""

    code: Code
    version: Key
    digest: Digest

    def __str__(self) -> str:
        return f"{self.code} version {self.version} (digest {self.digest[:12]})"


class Pause(Value):
    """A time in which a clock stood still: from this moment until it ran on, which is not earlier."""

    since: Moment
    until: Moment

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.until < self.since:
            raise ValueError("a pause does not end before it begins")
        return self

    def __str__(self) -> str:
        return f"from {time_text(self.since)} to {time_text(self.until)}"


class Deadline(Value):
    """When something is due, on which calendar, and how that was counted.  Made by `Calendar.deadline`.

    A value: a newer calendar does not change it; `recomputed` makes another, and putting that one into
    force takes an event of its own (R-210).  To check a deadline, compute it again on the calendar that
    it names and compare.
    """

    start: Moment
    """What set the clock going; an extension keeps it."""
    term: Term
    due: Moment
    """The first moment that is too late: for terms in days and months, the end of `due_day`."""
    due_day: Day
    """The local day of the last moment in time."""
    calendar: CalendarRef
    steps: tuple[Step, ...]
    extends: Deadline | None = None
    """The deadline that this one extends; its due day is where the count of this one begins."""
    pauses: tuple[Pause, ...] = ()
    """When the clock stood still, in order and apart from each other."""

    @property
    def original(self) -> Deadline:
        """The deadline before any extension."""
        return self if self.extends is None else self.extends.original

    @property
    def extensions(self) -> int:
        """How often it was extended."""
        return 0 if self.extends is None else self.extends.extensions + 1

    def is_expired(self, at: datetime) -> bool:
        """Whether this moment is too late."""
        return utc(at) >= self.due

    def overdue(self, at: datetime) -> int:
        """Days late at this moment, a begun day of 24 hours counting whole; 0 while it is in time."""
        return (utc(at) - self.due) // ONE_DAY + 1 if self.is_expired(at) else 0

    def extend(self, term: Term, calendar: Calendar) -> Deadline:
        """The later deadline, counted from this one's due date and not from the day it was asked for.

        The calendar is that of this deadline, or another version of it, and is pinned likewise.
        Whether an extension is permitted (before expiry, once only) is for the case to decide.
        """
        if calendar.code != self.calendar.code:
            raise invalid(
                f"This deadline was counted on {self.calendar.code}, not on {calendar.code}.",
                "Extend it on a version of its own calendar, or recompute it first.",
            )
        if self.extensions >= MAX_EXTENSIONS:
            raise invalid(f"A deadline is extended at most {MAX_EXTENSIONS} times.", "Set a new deadline.")
        later = calendar.extension(self, term)
        if later.due <= self.due:  # two versions of a calendar may lie in different zones
            raise invalid(
                "On this version of the calendar the extension would end before the deadline itself.",
                "Recompute the deadline on it first.",
            )
        return later

    def recomputed(self, calendar: Calendar) -> Deadline:
        """The same start, term, pauses and extensions on another calendar.  Changes nothing by itself."""
        return self._counted(calendar, self.pauses)

    def paused(self, since: datetime, until: datetime, calendar: Calendar) -> Deadline:
        """The deadline when the clock stood still from one moment to the other, after any pause before.

        Days are not counted from the one after that on which it stopped to that on which it ran on, which
        is the start of what is left and as such not counted either; a last day that ends within a pause is
        the day on which it ran on.  Hours stand still exactly.  Whether a case may pause is for it to decide.
        """
        return self._counted(calendar, (*self.pauses, Pause(since=utc(since), until=utc(until))))

    def _counted(self, calendar: Calendar, pauses: tuple[Pause, ...]) -> Deadline:
        if self.extends is None:
            return calendar.deadline(self.start, self.term, pauses)
        return self.extends._counted(calendar, pauses).extend(self.term, calendar)

    def explain(self) -> list[str]:
        """The count in plain English, one sentence a step; an extension after what it extends."""
        before = self.extends.explain() if self.extends else []
        stood = [] if self.extends else [f"The clock stood still {pause}." for pause in self.pauses]
        begin = "Extended by" if self.extends else f"From {time_text(self.start)}:"
        end = "" if self.term.unit == "hours" else f"with the end of {day_text(self.due_day)}, that is "
        return [
            *before,
            f"{begin} {self.term}, counted on {self.calendar}.",
            *stood,
            *map(str, self.steps),
            f"Due {end}before {time_text(self.due)}.",
        ]

    @model_serializer(mode="wrap")
    def _without_null(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        found = {name: value for name, value in handler(self).items() if value is not None}
        if not self.pauses:
            del found["pauses"]
        return found


class Planned(Value):
    """A milestone of a schedule: its day, and how far back from the end it was counted."""

    code: Code
    day: Day
    lag: Term
    steps: tuple[Step, ...]
