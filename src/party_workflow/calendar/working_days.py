"""The calendar as versioned data: where a day begins, which days are worked, and counting on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self, assert_never

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    PlainSerializer,
    StrictInt,
    ValidationError,
    model_validator,
)

from party_workflow import canonical
from party_workflow.calendar.deadlines import (
    CalendarRef,
    Deadline,
    Pause,
    Planned,
    Step,
    StepEffect,
    StepReason,
    Term,
    Value,
    Why,
)
from party_workflow.calendar.periods import ONE_DAY, add, invalid, month_end, plain_day, utc
from party_workflow.codec import faults_of
from party_workflow.errors import Faults, InvalidDefinition
from party_workflow.values import Code, Day, Key

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

_WEEK: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_INSTANT: Final = timedelta(microseconds=1)
_NOT_COUNTED: Final[frozenset[StepReason]] = frozenset({"weekend", "holiday", "pause"})


def _days_text(days: frozenset[date]) -> list[str]:
    return sorted(map(canonical.day_text, days))


def _week_text(days: frozenset[Weekday]) -> list[Weekday]:
    return [day for day in _WEEK if day in days]


_Days = Annotated[frozenset[Day], PlainSerializer(_days_text, return_type=list[str])]


class Calendar(Value):
    """Which days are worked, where a day begins, and for which days that is known.

    Raises `InvalidDefinition` with every fault.  Equal content gives an equal `digest`, in whatever
    order the days were listed.
    """

    code: Code
    version: Key
    offset_minutes: Annotated[StrictInt, Field(ge=-720, le=840)]
    """Minutes that local time is ahead of UTC; 480 in China."""
    weekend: Annotated[frozenset[Weekday], PlainSerializer(_week_text, return_type=list[Weekday])]
    holidays: _Days
    """Days not worked, weekend days among them or not."""
    makeup_days: _Days
    """Weekend days that are worked in exchange for a holiday (调休)."""
    covers: tuple[Day, Day]
    """First and last day for which the holidays are known.  Outside, no day is ever assumed to be worked."""
    basis: Code
    """The code of the notice that the days were taken from."""

    @model_validator(mode="wrap")
    @classmethod
    def _all_faults(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            calendar = handler(data)
        except ValidationError as error:
            raise InvalidDefinition(faults_of(error, what="calendar")) from None
        faults, (first, last) = Faults(), calendar.covers
        if first > last:
            faults.add("calendar covers", "The last day lies before the first.", "Swap them.")
        if len(calendar.weekend) == len(_WEEK):
            faults.add("calendar weekend", "No day of the week is worked.", "Leave at least one out.")
        for day in sorted(calendar.holidays | calendar.makeup_days):
            where, makeup = f"calendar {canonical.day_text(day)}", day in calendar.makeup_days
            if not first <= day <= last:
                faults.add(where, "The day lies outside what the calendar covers.", "Widen covers.")
            if makeup and day in calendar.holidays:
                faults.add(where, "The day is both a holiday and a make-up day.", "Remove one of the two.")
            if makeup and _WEEK[day.weekday()] not in calendar.weekend:
                faults.add(where, "A make-up day is a weekday, which is worked anyway.", "Check the date.")
        faults.raise_if_any(InvalidDefinition)
        return calendar

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return canonical.digest(self.model_dump(mode="json"))

    @property
    def ref(self) -> CalendarRef:
        """What a deadline that is counted on it pins."""
        return CalendarRef(code=self.code, version=self.version, digest=self.digest)

    # --- days and moments

    def day_of(self, moment: datetime) -> date:
        """The local day on which a moment falls."""
        return add(utc(moment), timedelta(minutes=self.offset_minutes)).date()

    def start_of(self, day: date) -> datetime:
        """The first moment of a local day, in UTC."""
        midnight = datetime(plain_day(day).year, day.month, day.day, tzinfo=UTC)
        return add(midnight, timedelta(minutes=-self.offset_minutes))

    def end_of(self, day: date) -> datetime:
        """The first moment after a local day, in UTC: the start of the next."""
        return add(self.start_of(day), ONE_DAY)

    def why(self, day: date) -> Why:
        """What sort of day it is.  Raises `InvalidInput` outside `covers`."""
        first, last = self.covers
        if not first <= plain_day(day) <= last:
            raise invalid(
                f"{self.code} version {self.version} covers {first} to {last}; {day} lies outside.",
                "Use a version of the calendar that covers it.",
            )
        if day in self.makeup_days:
            return "make-up"
        if day in self.holidays:
            return "holiday"
        return "weekend" if _WEEK[day.weekday()] in self.weekend else "weekday"

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked; `why` says on what ground."""
        return self.why(day) in ("weekday", "make-up")

    # --- counting

    def deadline(self, start: datetime, term: Term, pauses: Sequence[Pause] = ()) -> Deadline:
        """When a term that starts at this moment is due, with every step of the count.

        Only terms in working days, and last days that move, ask for days inside `covers`.  `pauses` are the
        times in which the clock stood still, in order and none before the start: see `Deadline.paused`.
        """
        begins = utc(start)
        for before, pause in pairwise((Pause(since=begins, until=begins), *pauses)):
            if pause.since < before.until:
                raise invalid(
                    "A pause begins before the clock does, or before the pause that stands before it ended.",
                    "Give the pauses in order and apart from each other.",
                )
        return self._count(begins, term, self.day_of(start), begins, None, tuple(pauses))

    def extension(self, deadline: Deadline, term: Term) -> Deadline:
        """The count behind `Deadline.extend`, which checks more; call that."""
        return self._count(deadline.start, term, deadline.due_day, deadline.due, deadline, deadline.pauses)

    def schedule_back(self, end: date, lags: Sequence[tuple[str, Term]]) -> tuple[Planned, ...]:
        """Milestones planned back from an end date (倒排工期), in the order given.  (R-006)

        Each lag is counted from the end date, which itself is not counted, and not from its neighbour, so
        that one lag can change without moving the others.  The grain is the day: hours are refused.
        """
        if len({code for code, _ in lags}) < len(lags):
            raise invalid(
                "A milestone code stands twice in the schedule.", "Give each milestone its own code."
            )
        planned = []
        for code, lag in lags:
            day, steps = self._walk(plain_day(end), lag, -1, ())
            start = Step(day=end, effect="not-counted", reason="end", count=0)
            planned.append(Planned(code=code, day=day, lag=lag, steps=(start, *steps)))
        return tuple(planned)

    def _count(
        self,
        start: datetime,
        term: Term,
        day: date,
        at: datetime,
        extends: Deadline | None,
        pauses: tuple[Pause, ...],
    ) -> Deadline:
        """`term` counted from `day` and `at`: those of the start, or of the due date that is extended."""
        if term.unit == "hours":
            due, steps = self._hours(at, term, pauses)
            # Hours that end at midnight belong to the day before, as the end of a day does.
            due_day = self.day_of(due - _INSTANT)
            steps.append(Step(day=due_day, effect="reached", reason="hours", count=term.amount))
        else:
            still = tuple((self.day_of(pause.since), self.day_of(pause.until)) for pause in pauses)
            due_day, steps = self._walk(day, term, +1, still)
            due = self.end_of(due_day)
            reason: StepReason = "start" if extends is None else "extension"
            steps.insert(0, Step(day=day, effect="not-counted", reason=reason, count=0))
        return Deadline(
            start=start,
            term=term,
            due=due,
            due_day=due_day,
            calendar=self.ref,
            steps=tuple(steps),
            extends=extends,
            pauses=pauses,
        )

    def _hours(self, at: datetime, term: Term, pauses: Sequence[Pause]) -> tuple[datetime, list[Step]]:
        """The moment that lies so many hours after `at`, those not counted in which the clock stood still."""
        due, steps = add(at, timedelta(hours=term.amount)), list[Step]()
        for pause in pauses:
            if at < pause.until and pause.since < due:
                due = add(due, pause.until - max(pause.since, at))
                day = self.day_of(pause.until)
                steps.append(Step(day=day, effect="skipped", reason="pause", count=0))
        return due, steps

    def _walk(
        self, origin: date, term: Term, way: Literal[1, -1], still: Sequence[tuple[date, date]]
    ) -> tuple[date, list[Step]]:
        """The day that lies `term` after (or before) `origin`, and the steps that lead there.

        `still` are the days on which a clock stopped and ran on.
        """
        day, steps = origin, list[Step]()
        match term.unit:
            case "working_days" | "calendar_days":
                count = 0
                while count < term.amount:
                    day = add(day, way * ONE_DAY)
                    reason = self._reason(day, term, still)
                    effect: StepEffect = "skipped" if reason in _NOT_COUNTED else "counted"
                    count += effect == "counted"
                    steps.append(Step(day=day, effect=effect, reason=reason, count=count))
            case "months":
                year, month = divmod(origin.year * 12 + origin.month - 1 + way * term.amount, 12)
                if not 1 <= year <= 9999:
                    raise invalid("The count leaves the years 1 to 9999.", "Check the year.")
                end = month_end(year, month + 1)
                day = end.replace(day=min(origin.day, end.day))
                reason = "date" if day.day == origin.day else "month-end"
                steps.append(Step(day=day, effect="reached", reason=reason, count=term.amount))
                for stopped, ran in still:
                    if origin < ran and stopped < day:
                        day = add(day, ran - max(stopped, origin))
                        steps.append(Step(day=day, effect="moved-on", reason="pause", count=term.amount))
            case "hours":
                raise invalid(
                    "A schedule is planned in days, not in hours.", "Give the lag in days or months."
                )
            case _:
                assert_never(term.unit)
        for stopped, ran in still:
            if stopped <= day < ran:
                day = ran
                steps.append(Step(day=day, effect="reached", reason="resumed", count=term.amount))
        if term.last_day == "moves":
            while not self.is_working_day(day):
                steps.append(Step(day=day, effect="moved-on", reason=self.why(day), count=term.amount))
                day = add(day, way * ONE_DAY)
            if steps[-1].effect == "moved-on" and steps[-1].day != day:
                steps.append(Step(day=day, effect="reached", reason=self.why(day), count=term.amount))
        return day, steps

    def _reason(self, day: date, term: Term, still: Sequence[tuple[date, date]]) -> StepReason:
        """Why a day is counted or not."""
        if any(stopped < day <= ran for stopped, ran in still):
            return "pause"
        return "calendar" if term.unit == "calendar_days" else self.why(day)
