"""Once a month: reminders of what runs out and of what has; what is late goes to the unit above."""

from __future__ import annotations

from typing import Final

from party_workflow.calendar import Calendar
from party_workflow.packs.party import PACK
from party_workflow.packs.processes.pressing import pressed_cases
from party_workflow_adapters.demos.diary import Diary
from party_workflow_adapters.demos.prefecture_hazards.people import CALENDAR, PRESSER

WORKED: Final = PACK.read_as(Calendar, CALENDAR)


def tell_pressed(diary: Diary) -> None:
    """Run the process manager on the first of each month, from February to January."""
    manager = pressed_cases(WORKED)
    for month in range(2, 14):
        year, number = divmod(month - 1, 12)
        diary.let(f"{2025 + year}-{number + 1:02}-01 08:00", PRESSER, manager)
