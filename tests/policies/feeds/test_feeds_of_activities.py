"""Activities and the rows of their registers, as they stand after corrections."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from tests.policies.feeds.folding import cells, facts, lawful
from tests.support.world import World

from party_workflow.domain import activity
from party_workflow.domain.activity import (
    Attendance,
    CancelActivity,
    CorrectAttendance,
    DescribeActivity,
    HoldActivity,
    PlanActivity,
    PostponeActivity,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.figure import Absent

ACTIVITIES, ATTENDANCE = FEEDS["activities"], FEEDS["attendance"]
NONE, MISSING = Absent("not_applicable"), Absent("missing")
EXPECTED = ("p-1", "p-2", "p-3", "p-4")


def plan(key: str = "study-1", **more: Any) -> PlanActivity:
    given: dict[str, Any] = {"kind": "study_session", "unit": "u-branch", "expected": EXPECTED, **more}
    return PlanActivity(key=key, **given)


def held() -> World:
    world = World(activity.DECIDER, members=6)
    world.do(plan(planned_at=world.now, serves=(Serves(campaign="spring", task="study"),)))
    world.later(hours=1)
    register = {
        "p-1": Attendance(status="present"),
        "p-2": Attendance(status="late"),
        "p-3": Attendance(status="excused", reason="illness"),
        "p-4": Attendance(status="absent"),
        "p-5": Attendance(status="present"),
    }
    world.do(HoldActivity(key="study-1", attendance=register, minutes=90))
    return world


def test_a_register_gives_a_row_for_each_person_with_what_the_occasion_was() -> None:
    world = held()
    lawful(ATTENDANCE, world.workflow.history)
    assert cells(
        ATTENDANCE, world.workflow.history, "person", "status", "there", "standing", "reason", "categories"
    ) == [
        ("p-1", "present", "yes", "expected", NONE, "member"),
        ("p-2", "late", "yes", "expected", NONE, "member"),
        ("p-3", "excused", "no", "expected", "illness", "member"),
        ("p-4", "absent", "no", "expected", NONE, "member"),
        ("p-5", "present", "yes", "walk_in", NONE, "member"),
    ]
    first = facts(ATTENDANCE, world.workflow.history)[0]
    assert (first["activity"], first["kind"], first["unit"]) == ("study-1", "study_session", "u-branch")
    assert (first["campaign"], first["task"], first["stream"]) == ("spring", "study", "activity/study-1")
    assert first.effective_at == world.now


def test_a_corrected_row_takes_the_place_of_the_first_and_rests_on_both_events() -> None:
    world = held()
    when = world.now
    world.later(days=3)
    misread = CorrectAttendance(key="study-1", person="p-4", status="present", ground="list_misread")
    world.do(misread, by=world.act(2))
    left_out = CorrectAttendance(key="study-1", person="p-6", status="present", ground="left_out")
    world.do(left_out, by=world.act(2), effective_at=when)
    found = {fact["person"]: fact for fact in lawful(ATTENDANCE, world.workflow.history)}
    assert len(found) == 6
    corrected = found["p-4"]
    assert (corrected["status"], corrected["there"], corrected.effective_at) == ("present", "yes", when)
    types = [item.stored_type for item in corrected.evidence]
    assert types == ["activity.held", "activity.attendance_corrected"]
    added = found["p-6"]
    assert (added.effective_at, added.recorded_at) == (when, world.now)  # there when it was held
    assert [item.stored_type for item in added.evidence] == ["activity.attendance_corrected"]
    before = world.workflow.history.as_of(known=when)
    assert cells(ATTENDANCE, before, "status", person="p-4") == [("absent",)]
    assert cells(ACTIVITIES, before, "there") == [(Fraction(3),)]
    assert cells(ACTIVITIES, world.workflow.history, "there", "excused") == [(Fraction(5), Fraction(1))]


def test_an_occasion_is_planned_put_off_called_off_or_held_and_dated_by_that() -> None:
    world = held()
    first = world.now
    for key in ("later", "never"):
        world.do(plan(key, planned_at=world.now + timedelta(days=2)))
    world.do(PostponeActivity(key="later", to=world.now + timedelta(days=9), reason="flood", basis="notice"))
    world.do(CancelActivity(key="never", reason="flood"))
    world.do(DescribeActivity(key="later", topic="safety", audience="miners"))
    found = {fact["activity"]: fact for fact in lawful(ACTIVITIES, world.workflow.history)}
    assert {key: fact["state"] for key, fact in found.items()} == {
        "study-1": "held",
        "later": "planned",
        "never": "cancelled",
    }
    assert found["study-1"].effective_at == first
    assert found["later"].effective_at == first + timedelta(days=9)
    assert (found["later"]["topic"], found["later"]["audience"], found["later"]["size"]) == (
        "safety",
        "miners",
        NONE,
    )
    # Nobody was there is not the same as not held yet.
    assert (found["later"]["there"], found["never"]["there"]) == (MISSING, MISSING)
    assert (found["study-1"]["there"], found["study-1"]["expected"]) == (Fraction(3), Fraction(4))
    assert found["study-1"]["minutes"] == Fraction(90)
