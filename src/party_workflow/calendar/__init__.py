"""Periods, working days, and deadlines that explain themselves.  (R-001, R-006, R-131, R-210)

Moments are UTC.  Which local day a moment falls on is asked of a `Calendar`, whose zone offset and
holidays are versioned data, never the machine's.  A day is a plain `date`.  How terms are counted
(articles of the Civil Code of the PRC, 民法典):

* the day of the start is not counted; hours run from the exact moment (art. 201);
* months end on the day of the same number, or on the last day of a month that has none (art. 202);
* the last day counts to its end, so `Deadline.due` is the first moment that is too late (art. 203);
* a last day that is not worked stands, unless the term says that it ``moves`` (art. 203);
* days that a clock stands still are not counted, nor is that on which it runs on: `Deadline.paused`.

Methods refuse with `InvalidInput`; a calendar with faults is refused with `InvalidDefinition`, which
lists them all.  The other models report a faulty field as pydantic does, for the codec to put into words.
"""

from party_workflow.calendar.deadlines import (
    MAX_EXTENSIONS,
    CalendarRef,
    Deadline,
    Pause,
    Planned,
    Step,
    StepEffect,
    StepReason,
    Term,
    TermUnit,
    Why,
)
from party_workflow.calendar.hours import HOURS, OFF_HOURS, TimeClass, WorkingHours, time_class
from party_workflow.calendar.periods import Period, PeriodKind, StoredPeriod
from party_workflow.calendar.series import (
    Frequency,
    Series,
    SeriesItem,
    Window,
    of_series,
    periods_between,
    reference_periods,
    shifted,
    window,
    within,
)
from party_workflow.calendar.working_days import Calendar, Weekday

__all__ = [
    "Calendar",
    "CalendarRef",
    "Deadline",
    "Term",
    "TermUnit",
    "Step",
    "StepEffect",
    "StepReason",
    "Pause",
    "Planned",
    "Period",
    "PeriodKind",
    "StoredPeriod",
    "Weekday",
    "Why",
    "MAX_EXTENSIONS",
    "Series",
    "SeriesItem",
    "Window",
    "Frequency",
    "window",
    "of_series",
    "shifted",
    "within",
    "reference_periods",
    "periods_between",
    "TimeClass",
    "WorkingHours",
    "HOURS",
    "OFF_HOURS",
    "time_class",
]
