"""More than fifty sessions."""

from __future__ import annotations

from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow_adapters.demos.company_year.people import (
    BRANCHES,
    ON_LEAVE,
    RECORDER,
    ROOT,
    SESSIONS,
    members,
)
from party_workflow_adapters.demos.diary import (
    Diary,
    moment,
    person,
)


def tell_sessions(diary: Diary) -> None:
    """52 sessions of two branches each; three members are on leave all the year."""
    kinds = ("theme_day", "study_session", "party_class", "theme_day")
    for index in range(SESSIONS):
        month, day = divmod(index, 5)
        on = f"2025-{month + 1:02}-{8 + 3 * day:02}"
        pair = (BRANCHES[2 * index % 20], BRANCHES[(2 * index + 1) % 20])
        expected = [number for branch in pair for number in members(branch)]
        key = f"session-{index + 1:02}"
        diary.say(
            f"{on} 08:00",
            RECORDER,
            PlanActivity(
                key=key,
                kind=kinds[index % 4],
                unit=ROOT,
                planned_at=moment(f"{on} 15:00"),
                expected=tuple(person(number) for number in expected),
                hours="working",
            ),
        )
        there = {
            person(number): Attendance(status="excused", reason="long_leave")
            if number in ON_LEAVE
            else Attendance(status="absent")
            if (number * 7 + index) % 19 == 0 and index >= 10
            else Attendance(status="present")
            for number in expected
        }
        diary.say(
            f"{on} 18:00",
            RECORDER,
            HoldActivity(key=key, attendance=there, minutes=60),
            since=f"{on} 15:00",
        )
