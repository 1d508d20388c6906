"""The quarterly meetings, the one that slipped and was folded into the next."""

from __future__ import annotations

from party_workflow.calendar import Period
from party_workflow.domain.activity import (
    Attendance,
    HeldItem,
    HoldActivity,
    MergeActivity,
    PlanActivity,
    PlannedItem,
    PostponeActivity,
    SetAgenda,
)
from party_workflow.personal import Personal
from party_workflow_adapters.demos.diary import (
    Diary,
    digest_of,
    moment,
    person,
)
from party_workflow_adapters.demos.mine_quarters.people import (
    BRANCHES,
    MEETINGS,
    QUARTERS,
    RECORDER,
    ROOT,
    meeting,
    members,
)


def _everybody() -> tuple[int, ...]:
    return (*range(101, 115), *(number for branch in BRANCHES for number in members(branch)))


def tell_meetings(diary: Diary) -> None:
    """Plan the meetings; put that of 2019-Q4 off twice and fold it into the next; hold the others."""
    plans = {
        "2019-q4": "2019-12-05 09:00",
        "2020-q1": "2020-03-10 09:00",
        "2020-q2": "2020-03-16 09:00",
        "2020-q3": "2020-09-01 09:00",
    }
    for quarter, at in plans.items():
        diary.say(
            at,
            RECORDER,
            PlanActivity(
                key=meeting(quarter),
                kind="political_work_meeting",
                unit=ROOT,
                planned_at=moment(MEETINGS[quarter]),
                period=Period(quarter.upper()),
                population="everybody",
                series="quarterly-political-work-meeting",
                definition=digest_of("quarterly_political_work_meeting"),
                size="all_hands",
                topic="quarterly_work",
                title=Personal(f"{quarter} 政工例会"),
            ),
        )
    # The meeting of 2019-Q4 slips, cannot be held at all, and is folded into that of 2020-Q1.
    fourth = meeting("2019-q4")
    diary.say(
        "2019-12-26 17:00",
        RECORDER,
        PostponeActivity(
            key=fourth, to=moment("2020-01-30 14:30"), reason="late_inputs", basis="office.notice"
        ),
    )
    diary.say(
        "2020-01-26 09:00",
        RECORDER,
        PostponeActivity(
            key=fourth, to=moment("2020-03-20 14:30"), reason="epidemic", basis="control.notice-1"
        ),
    )
    first = meeting("2020-q1")
    diary.say(
        "2020-03-18 09:00",
        RECORDER,
        MergeActivity(key=fourth, into=first, reason="epidemic", basis="control.notice-7"),
        SetAgenda(
            key=first,
            items=(
                PlannedItem(code="honour_stars", reference=Period("2019-Q4")),
                PlannedItem(code="sum_up", reference=Period("2020-Q1")),
                PlannedItem(code="assign_tasks", reference=Period("2020-Q2")),
            ),
        ),
    )
    for quarter in ("2020-q1", "2020-q2", "2020-q3"):
        _hold(diary, quarter)


def _hold(diary: Diary, quarter: str) -> None:
    before = QUARTERS[QUARTERS.index(quarter) - 1]
    cited = tuple(f"publication/stars-{before}-{sort}" for sort in ("branch", "member", "officer"))
    after = {"2020-q1": "2020-q2", "2020-q2": "2020-q3", "2020-q3": "2020-q4"}[quarter]
    agenda = (
        HeldItem(code="honour_stars", reference=Period(before.upper()), outcome="done", cites=cited),
        HeldItem(code="sum_up", reference=Period(quarter.upper()), outcome="done"),
        HeldItem(code="assign_tasks", reference=Period(after.upper()), outcome="done"),
    )
    there = {person(number): Attendance(status="present") for number in _everybody()}
    for number in (members("u-b2")[3], members("u-b6")[2]):
        there[person(number)] = Attendance(status="excused", reason="on_shift")
    began = moment(MEETINGS[quarter])
    diary.say(
        MEETINGS[quarter][:11] + "17:00",
        RECORDER,
        HoldActivity(key=meeting(quarter), attendance=there, minutes=120, chaired_by="p-112", agenda=agenda),
        since=began,
    )
