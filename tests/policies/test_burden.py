"""Burden, lateness, coverage and chairing off a history: R-002, R-010, R-035, R-072, R-168, R-213."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.world import World

from party_workflow.calendar import Period
from party_workflow.domain import activity, population, schedule
from party_workflow.domain.activity import (
    Attendance,
    CancelActivity,
    CorrectAttendance,
    HoldActivity,
    MergeActivity,
    PlanActivity,
    PostponeActivity,
)
from party_workflow.domain.organisation import FoundUnit, MovePerson
from party_workflow.domain.population import FreezePopulation, RemoveFromPopulation
from party_workflow.domain.schedule import DeclareFreeze, LiftFreeze, OpenSchedule, RecordDemand
from party_workflow.policies.activities.burden import (
    Burden,
    burden,
    during_freezes,
    near_duplicates,
    off_hours,
    repeated_by_level,
)
from party_workflow.policies.activities.chairing import chairing, wrongly_delegated
from party_workflow.policies.activities.lateness import lateness
from party_workflow.policies.activities.occasions import occasions
from party_workflow.policies.activities.participation import attendance_sum, coverage
from party_workflow.policies.activities.works import Works
from party_workflow.policies.figure import Figure, percent_text

DAY = timedelta(days=1)
MARCH, APRIL = Period("2009-03"), Period("2009-04")
HOURS = ("working", "lunch", "evening", "weekend", "holiday")


def begun(members: int = 4) -> World:
    world = World(schedule.DECIDER, population.DECIDER, activity.DECIDER, members=members)
    world.later(days=1)
    return world


def met(world: World, key: str, *who: str, unit: str = "u-branch", **more: Any) -> None:
    """An occasion planned and held now, to which these came; ``p-2:excused`` did not."""
    rows = {}
    for word in who:
        person, _, status = word.partition(":")
        reason = "ill" if status == "excused" else None
        rows[person] = Attendance.model_validate({"status": status or "present", "reason": reason})
    held = {
        name: more.pop(name)
        for name in ("minutes", "chaired_by", "delegated_by", "delegation")
        if name in more
    }
    plan = PlanActivity(
        **({"kind": "meeting"} | more),
        key=key,
        unit=unit,
        planned_at=world.now,
        expected=tuple(rows),
    )
    world.do(plan, HoldActivity(key=key, attendance=rows, **held))


def numbers(*figures: Figure) -> tuple[int, ...]:
    """The values of figures that are there and whole."""
    assert all(figure.exact().denominator == 1 for figure in figures)
    return tuple(int(figure.exact()) for figure in figures)


def by_unit(world: World, period: Period = MARCH) -> dict[str, Burden]:
    return {row.unit: row for row in burden(world.workflow.history, period)}


# --- units -----------------------------------------------------------------------------------


def test_R_213_meetings_forms_and_documents_are_counted_per_unit_and_period_with_their_events() -> None:
    world = begun()
    world.do(OpenSchedule(key="demands", unit="u-city"))
    world.do(MovePerson(person="p-3", unit="u-bureau"), by=world.act(60))
    met(world, "a", "p-1", "p-3", demands={"forms": 2}, unit="u-city")
    met(world, "b", "p-2", demands={"documents": 1, "forms": 1}, demanded_of=("u-bureau",))
    sent = RecordDemand(
        key="demands", issuer="u-city", units=("u-branch", "u-bureau"), demands={"forms": 5, "materials": 1}
    )
    world.do(sent)
    world.later(days=40)
    met(world, "c", "p-1")
    world.do(sent.model_copy(update={"units": ("u-branch",)}))

    march, april = by_unit(world), by_unit(world, APRIL)
    assert sorted(march) == ["u-branch", "u-bureau", "u-city"]
    branch, bureau, city = march["u-branch"], march["u-bureau"], march["u-city"]
    assert numbers(branch.meetings, bureau.meetings, city.meetings) == (2, 1, 0)
    assert numbers(branch.organised, bureau.organised, city.organised) == (1, 0, 1)
    assert {kind: figure.value for kind, figure in branch.demands.items()} == {"forms": 7, "materials": 1}
    assert {kind: figure.value for kind, figure in bureau.demands.items()} == {
        "documents": 1,
        "forms": 8,
        "materials": 1,
    }
    assert numbers(branch.total, bureau.total, city.total) == (10, 11, 0)
    assert [item.stored_type for item in branch.meetings.evidence()] == ["activity.held"] * 2
    assert [item.stored_type for item in branch.demands["forms"].evidence()] == [
        "activity.described",
        "schedule.demand_recorded",
    ]
    held = [item.envelope.event_id for item in world.workflow.history.events(activity.ActivityHeld)]
    assert [item.event_id for item in branch.meetings.evidence()] == held[:2]
    assert sorted(april) == ["u-branch"]
    assert numbers(april["u-branch"].meetings, april["u-branch"].demands["forms"]) == (1, 5)


def test_R_213_only_what_took_place_is_a_meeting_and_somebody_counts_in_the_unit_of_that_day() -> None:
    world = begun()
    met(world, "a", "p-2")
    first = world.now
    world.do(
        PlanActivity(key="b", kind="meeting", unit="u-branch", planned_at=world.now, expected=("p-2",)),
        PlanActivity(key="c", kind="meeting", unit="u-branch", planned_at=world.now, expected=("p-2",)),
        CancelActivity(key="c", reason="no-speaker"),
    )
    world.later(days=1)
    world.do(MovePerson(person="p-2", unit="u-bureau"), by=world.act(60))
    world.later(days=1)
    met(world, "d", "p-2", unit="u-city")
    found = by_unit(world)
    assert {unit: row.meetings.value for unit, row in found.items()} == {
        "u-branch": 1,
        "u-bureau": 1,
        "u-city": 0,
    }
    known = burden(world.workflow.history.as_of(known=first), MARCH)
    assert [(row.unit, *numbers(row.meetings)) for row in known] == [("u-branch", 1)]


def test_whoever_was_excused_was_not_called_upon_and_whoever_came_beside_was() -> None:
    world = begun()
    world.do(MovePerson(person="p-3", unit="u-bureau"), by=world.act(60))
    met(world, "a", "p-1", "p-3:excused")
    assert sorted(by_unit(world)) == ["u-branch"]
    world.do(
        CorrectAttendance(key="a", person="p-60", status="present", ground="forgotten"),
        by=world.act(2),
        effective_at=world.now,
    )
    assert sorted(by_unit(world)) == ["u-branch", "u-city"]


def test_the_local_day_decides_the_period() -> None:
    world = begun()
    world.now = datetime(2009, 3, 31, 16, tzinfo=UTC)  # midnight in China
    met(world, "a", "p-1")
    assert by_unit(world) == {}
    assert by_unit(world, APRIL)["u-branch"].meetings.value == 1
    assert [row.unit for row in burden(world.workflow.history, MARCH, offset_minutes=0)] == ["u-branch"]


# --- people ----------------------------------------------------------------------------------


def test_R_035_demands_outside_working_time_are_summed_a_person() -> None:
    world = begun()
    met(world, "a", "p-1", "p-2", hours="lunch", minutes=30)
    met(world, "b", "p-1", "p-2:excused", "p-3:absent", hours="evening", minutes=90)
    met(world, "c", "p-1", hours="working", minutes=60)
    met(world, "d", "p-1")
    met(world, "e", "p-4", hours="weekend")
    found = {row.person: row for row in off_hours(world.workflow.history, MARCH)}
    assert {person: row.total.value for person, row in found.items()} == {
        "p-1": 2,
        "p-2": 1,
        "p-3": 1,
        "p-4": 1,
    }
    one = found["p-1"]
    assert {name: figure.value for name, figure in one.by_class.items()} == {"lunch": 1, "evening": 1}
    assert numbers(one.minutes, one.unstated) == (120, 1)
    assert [item.stored_type for item in one.total.evidence()] == ["activity.held"] * 2
    assert found["p-4"].minutes.value == 0
    assert found["p-4"].minutes.evidence() == ()
    assert off_hours(world.workflow.history, APRIL) == ()


occasion = st.tuples(
    st.sampled_from([None, *HOURS]),
    st.lists(st.sampled_from(["present", "late", "absent", "excused"]), min_size=3, max_size=3),
)


@settings(max_examples=40)
@given(st.lists(occasion, max_size=6))
def test_R_035_every_demand_on_somebody_is_either_off_hours_working_or_unstated(
    rows: list[tuple[str | None, list[str]]],
) -> None:
    world = begun()
    for index, (hours, statuses) in enumerate(rows):
        who = [f"p-{number}:{status}" for number, status in enumerate(statuses, start=1)]
        met(world, f"o-{index}", *who, **({} if hours is None else {"hours": hours}))
    found = {row.person: row for row in off_hours(world.workflow.history, MARCH)}
    for number in (1, 2, 3):
        asked = [hours for hours, statuses in rows if statuses[number - 1] != "excused"]
        row = found.get(f"p-{number}")
        if row is None:
            assert asked == []
            continue
        assert row.total.value == sum(1 for hours in asked if hours not in (None, "working"))
        assert row.unstated.value == asked.count(None)
        assert row.total.value == sum((item.exact() for item in row.by_class.values()), Fraction(0))


# --- coverage --------------------------------------------------------------------------------


def test_R_072_coverage_of_a_year_is_of_distinct_persons_in_scope_on_the_day_asked_for() -> None:
    world = begun(members=29)
    world.do(FreezePopulation(key="all", unit="u-branch", having=("member",)))
    for number in range(51):
        met(world, f"s-{number}", f"p-{number % 28 + 1}", f"p-{(number + 1) % 28 + 1}", "p-60")
        world.later(days=1)
    before = world.now - timedelta(seconds=1)
    world.do(RemoveFromPopulation(key="all", person="p-29", ground="left"), by=world.act(2))
    held = [item for item in Works.of(world.workflow.history).occasions.values() if item.held]
    people = world.workflow.state("population/all").people
    assert attendance_sum(held).value == 153
    then, now = (coverage(held, people(moment)) for moment in (before, world.now))
    assert (then.value, now.value) == (Fraction(28, 29), Fraction(1))
    assert [figure.exact() >= Fraction(98, 100) for figure in (then, now)] == [False, True]
    assert percent_text(then.exact()) == "96.55"
    assert len(then.evidence()) == 27  # the first session brought two of them


# --- repetition ------------------------------------------------------------------------------


def test_R_010_the_same_topic_for_the_same_audience_within_some_days_is_flagged() -> None:
    world = begun()
    met(world, "a", "p-1", "p-2", topic="safety", audience="members")
    world.later(days=7)
    met(world, "b", "p-1", "p-3", topic="safety", audience="members")
    met(world, "c", "p-1", topic="safety", audience="families")
    met(world, "d", "p-1", topic="study", audience="members")
    met(world, "e", "p-1", audience="members")
    world.later(days=8)
    met(world, "f", "p-1", topic="safety", audience="members")
    found = near_duplicates(world.workflow.history, days=7)
    assert [(row.first, row.second, row.days_apart, row.topic) for row in found] == [("a", "b", 7, "safety")]
    assert [item.stored_type for item in found[0].events] == ["activity.held"] * 2
    assert near_duplicates(world.workflow.history, days=6) == ()
    more = near_duplicates(world.workflow.history, days=8)
    assert [(row.first, row.second) for row in more] == [("a", "b"), ("b", "f")]


def test_R_010_two_audiences_of_one_name_without_anybody_in_common_are_not_the_same() -> None:
    world = begun()
    met(world, "a", "p-1", "p-2", topic="safety", audience="members")
    met(world, "b", "p-3", "p-4", topic="safety", audience="members")
    met(world, "c", "p-2", topic="safety", audience="members")
    found = near_duplicates(world.workflow.history, days=1)
    assert [(row.first, row.second) for row in found] == [("a", "c")]


def test_R_010_without_a_named_audience_the_same_list_is_the_same_audience() -> None:
    world = begun()
    met(world, "a", "p-1", "p-2", topic="safety")
    met(world, "b", "p-1", "p-2", topic="safety")
    met(world, "c", "p-1", topic="safety")
    found = near_duplicates(world.workflow.history, days=0)
    assert [(row.first, row.second, row.audience) for row in found] == [("a", "b", "p-1 p-2")]


def test_what_was_called_off_or_folded_in_repeats_nothing() -> None:
    world = begun()
    plan = PlanActivity(
        key="a", kind="meeting", unit="u-branch", planned_at=world.now, expected=("p-1",), topic="safety"
    )
    world.do(*(plan.model_copy(update={"key": key}) for key in "abc"))
    assert len(near_duplicates(world.workflow.history, days=0)) == 2
    world.do(
        CancelActivity(key="a", reason="no-speaker"),
        MergeActivity(key="b", into="c", reason="epidemic", basis="notice"),
    )
    assert near_duplicates(world.workflow.history, days=0) == ()


@settings(max_examples=40)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=6), st.integers(0, 12))
def test_R_010_pairs_are_never_further_apart_than_asked_and_more_days_find_no_fewer(
    gaps: list[int], days: int
) -> None:
    world = begun()
    for index, gap in enumerate(gaps):
        world.later(days=gap)
        met(world, f"o-{index}", "p-1", topic="safety")
    found = near_duplicates(world.workflow.history, days)
    assert [row.days_apart for row in found] == [gap for gap in gaps[1:] if gap <= days]
    assert len(near_duplicates(world.workflow.history, days + 1)) >= len(found)


def test_R_010_a_topic_repeated_level_by_level_is_listed_with_its_occasions() -> None:
    world = begun()
    world.do(FoundUnit(unit="u-other", kind="branch", parent="u-city"))
    met(world, "early", "p-1", unit="u-branch", topic="safety")
    world.later(days=1)
    met(world, "city", "p-60", unit="u-city", topic="safety")
    world.later(days=1)
    met(world, "bureau", "p-1", unit="u-bureau", topic="safety")
    met(world, "branch", "p-1", unit="u-branch", topic="safety")
    met(world, "study", "p-1", unit="u-branch", topic="study")
    met(world, "other", "p-1", unit="u-other", topic="safety")
    found = repeated_by_level(world.workflow.history)
    assert [(row.unit, row.occasion, row.below) for row in found] == [
        ("u-city", "city", (("u-bureau", "bureau"), ("u-branch", "branch"), ("u-other", "other"))),
        ("u-bureau", "bureau", (("u-branch", "branch"),)),
    ]
    assert len(found[0].events) == 4


# --- freezes ---------------------------------------------------------------------------------


def test_R_010_what_takes_place_in_a_freeze_is_listed_with_how_it_came_to_be() -> None:
    world = begun()
    plan = PlanActivity(
        key="before",
        kind="rally",
        unit="u-branch",
        planned_at=world.now + 10 * DAY,
        expected=("p-1",),
        size="all_hands",
    )
    world.do(plan, plan.model_copy(update={"key": "moved", "planned_at": world.now + 2 * DAY}))
    world.do(OpenSchedule(key="organisation", unit="u-city"))
    since, until = world.now + 5 * DAY, world.now + 20 * DAY
    world.do(DeclareFreeze(key="organisation", unit="u-bureau", since=since, until=until, ground="year-end"))
    world.do(
        plan.model_copy(update={"key": "override", "override": "flood"}),
        plan.model_copy(update={"key": "small", "size": "small"}),
        plan.model_copy(update={"key": "after", "planned_at": until}),
        plan.model_copy(update={"key": "above", "unit": "u-city"}),
        plan.model_copy(update={"key": "off", "override": "flood"}),
        CancelActivity(key="off", reason="no-speaker"),
        PostponeActivity(
            key="moved", to=world.now + 8 * DAY, reason="late_inputs", basis="notice", override="late"
        ),
    )
    found = during_freezes(world.workflow.history)
    assert [(row.occasion, row.overridden, row.planned_before) for row in found] == [
        ("before", None, True),
        ("moved", "late", True),
        ("override", "flood", False),
    ]
    assert {row.freeze.number for row in found} == {1}
    world.later(days=9)
    world.do(LiftFreeze(key="organisation", number=1, ground="over"))
    assert [row.occasion for row in during_freezes(world.workflow.history)] == ["moved"]


# --- lateness and chairing -------------------------------------------------------------------


@settings(max_examples=40)
@given(st.integers(0, 60), st.integers(0, 60), st.booleans())
def test_R_002_days_late_are_counted_from_the_day_first_planned_and_never_below_nothing(
    planned: int, passed: int, postponed: bool
) -> None:
    world = begun()
    at = world.now + planned * DAY
    world.do(
        PlanActivity(
            key="a",
            kind="meeting",
            unit="u-branch",
            planned_at=at,
            expected=("p-1",),
            period=Period("2009-Q1"),
        )
    )
    if postponed:
        world.do(PostponeActivity(key="a", to=at + 5 * DAY, reason="epidemic", basis="notice"))
    world.later(days=passed)
    today = date(2009, 3, 3) + timedelta(days=passed)
    (open_row,) = lateness(world.workflow.history, today)
    world.do(HoldActivity(key="a", attendance={"p-1": Attendance(status="present")}))
    (row,) = lateness(world.workflow.history, date(2010, 1, 1))
    assert open_row.days_late == row.days_late == max(0, passed - planned)
    assert row.period == Period("2009-Q1")
    assert (row.planned_on, row.held_on) == (date(2009, 3, 3) + planned * DAY, today)
    assert row.reasons == (("epidemic",) if postponed else ())


def test_R_168_chairing_is_told_a_person_and_what_a_delegate_did_counts_for_the_delegate() -> None:
    world = begun()
    met(world, "a", "p-1", "p-2", "p-3", chaired_by="p-2")
    met(world, "b", "p-1", "p-3", chaired_by="p-3", delegated_by="p-2", delegation="on-leave")
    met(world, "c", "p-2", "p-3", chaired_by="p-3")
    met(world, "d", "p-3", chaired_by="p-3", delegated_by="p-4", delegation="on-leave")
    met(world, "e", "p-2")
    found = list(occasions(world.workflow.history).values())
    rows = {person: chairing(found, person) for person in ("p-1", "p-2", "p-3", "p-4")}
    counts = {person: numbers(row.chaired, row.took_part, row.delegated) for person, row in rows.items()}
    assert counts == {"p-1": (0, 2, 0), "p-2": (1, 2, 1), "p-3": (3, 1, 0), "p-4": (0, 0, 1)}
    assert [person for person, row in rows.items() if row.delegated_all] == ["p-4"]
    assert [item.stored_type for item in rows["p-3"].chaired.evidence()] == ["activity.conducted"] * 3


@pytest.mark.parametrize(("kinds", "expected"), [(("meeting",), ["b"]), ((), []), (("rally",), [])])
def test_R_168_duties_that_may_not_be_delegated_and_were_are_listed(
    kinds: tuple[str, ...], expected: list[str]
) -> None:
    world = begun()
    met(world, "a", "p-1", "p-2", chaired_by="p-2")
    met(world, "b", "p-1", "p-3", chaired_by="p-3", delegated_by="p-2", delegation="on-leave")
    met(world, "c", "p-1", "p-3", chaired_by="p-3", delegated_by="p-2", delegation="ill", kind="talk")
    found = wrongly_delegated(occasions(world.workflow.history).values(), kinds)
    assert [row.occasion for row in found] == expected
    for row in found:
        assert (row.principal, row.chair, row.ground) == ("p-2", "p-3", "on-leave")
        assert row.event.stored_type == "activity.conducted"
