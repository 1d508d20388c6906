"""What sort of time a moment is: worked, lunch break, evening, weekend or holiday (R-035)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

from pydantic import Field, StrictInt

from party_workflow.calendar.deadlines import Value
from party_workflow.calendar.periods import add, utc
from party_workflow.calendar.working_days import Calendar

TimeClass = Literal["working", "lunch", "evening", "weekend", "holiday"]
OFF_HOURS: Final[frozenset[TimeClass]] = frozenset({"lunch", "evening", "weekend", "holiday"})
"""What is not working time."""

_Minute = Annotated[StrictInt, Field(ge=0, le=1440)]


class WorkingHours(Value):
    """The working day and its lunch break in minutes from local midnight: 8:00 to 12:00, 14:00 to 18:00."""

    begins: _Minute = 480
    lunch_begins: _Minute = 720
    lunch_ends: _Minute = 840
    ends: _Minute = 1080


HOURS: Final = WorkingHours()


def time_class(calendar: Calendar, moment: datetime, hours: WorkingHours = HOURS) -> TimeClass:
    """The class of a moment on a calendar; before the working day begins counts as evening.

    A worked weekend day (调休) is a working day.  Raises `InvalidInput` outside what the calendar covers.
    """
    why = calendar.why(calendar.day_of(moment))
    if why in ("weekend", "holiday"):
        return "weekend" if why == "weekend" else "holiday"
    local = add(utc(moment), timedelta(minutes=calendar.offset_minutes))
    minute = local.hour * 60 + local.minute
    if hours.lunch_begins <= minute < hours.lunch_ends:
        return "lunch"
    return "working" if hours.begins <= minute < hours.ends else "evening"
