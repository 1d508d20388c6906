"""Reverse scheduling (倒排工期): from the day of the end back to a day for each step, in a chain.  (R-006)

`Calendar.schedule_back` counts each lag from the end itself, so that one lag can change without moving the
others.  Here each lag is counted from the step that follows, so that the order of the steps is kept whatever
the lags are: the plan of a project in which one step needs the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from party_workflow.calendar.deadlines import Planned, Term
from party_workflow.calendar.periods import invalid

if TYPE_CHECKING:
    from party_workflow.calendar.working_days import Calendar


def reverse_schedule(
    end: date, milestones: Sequence[tuple[str, Term]], calendar: Calendar
) -> tuple[Planned, ...]:
    """The day of each milestone, in the order in which they are to be reached.

    Each comes with its lag: how long before the next one, or before `end` for the last, it has to be
    reached. The day that is counted from is itself not counted. Pure and exact, with every step of the
    count: days ascend strictly, the last lies before `end`, and with lags in calendar days another end
    moves all of them by as many days. Raises `InvalidInput` for a code that stands twice, for a lag in
    hours, and where working days are counted that the calendar does not cover.
    """
    if len({code for code, _ in milestones}) < len(milestones):
        raise invalid("A milestone code stands twice in the schedule.", "Give each milestone its own code.")
    planned = list[Planned]()
    day = end
    for code, lag in reversed(milestones):
        (step,) = calendar.schedule_back(day, ((code, lag),))
        planned.append(step)
        day = step.day
    return tuple(reversed(planned))
