"""Participation over small histories: who took part, who is excused, and until when (R-071 to R-073)."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.world import World

from party_workflow.domain import activity, population
from party_workflow.domain.activity import Attendance, CorrectAttendance, HoldActivity, PlanActivity
from party_workflow.domain.population import AddToPopulation, FreezePopulation, RemoveFromPopulation
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import InvalidInput
from party_workflow.policies.activities.participation import (
    attendance_sum,
    coverage,
    mean_attendance,
    participation,
)
from party_workflow.policies.activities.works import Excusal, Works
from party_workflow.policies.figure import Evidence

TASK = (Serves(campaign="edu", task="study"),)
STATUSES = st.sampled_from(["present", "late", "remote", "absent", "excused"])


def _world() -> World:
    world = World(population.DECIDER, activity.DECIDER, members=5)
    world.do(FreezePopulation(key="all", unit="u-branch", having=("member",)))
    return world


def _session(world: World, key: str, statuses: dict[str, str]) -> None:
    plan = PlanActivity(
        key=key, kind="study_session", unit="u-branch", planned_at=world.now, population="all", serves=TASK
    )
    rows = {
        person: Attendance(status=status, reason="ill" if status == "excused" else None)
        for person, status in statuses.items()
    }
    world.do(plan, HoldActivity(key=key, attendance=rows))


everybody = st.fixed_dictionaries({f"p-{number}": STATUSES for number in range(1, 6)})


@given(st.lists(everybody, min_size=1, max_size=3))
def test_R_072_attendances_and_persons_reached_are_two_different_counts(
    sessions: list[dict[str, str]],
) -> None:
    world = _world()
    for index, statuses in enumerate(sessions):
        _session(world, f"s-{index}", statuses)
    there = [[p for p, status in row.items() if status in ("present", "late", "remote")] for row in sessions]
    works = Works.of(world.workflow.history)
    held = list(works.held(campaign="edu"))
    people = works.populations["all"].people()
    assert attendance_sum(held).value == sum(map(len, there))
    assert coverage(held, people).value == Fraction(len({p for row in there for p in row}), 5)
    assert mean_attendance(held).value == Fraction(sum(map(len, there)), len(sessions))


@given(everybody)
def test_R_071_everybody_is_either_there_or_missing_and_nobody_is_both(statuses: dict[str, str]) -> None:
    world = _world()
    _session(world, "s-1", statuses)
    found = participation(world.workflow.history, "edu", "study", "all")
    missing = [item.person for item in found.missing]
    assert sorted([*found.took_part, *missing]) == sorted(statuses)
    assert set(found.excused) == {p for p, status in statuses.items() if status == "excused"}
    assert set(found.unexplained) == {p for p, status in statuses.items() if status == "absent"}


def test_a_share_of_nobody_owed_is_not_applicable_rather_than_whole_or_zero() -> None:
    world = _world()
    _session(world, "s-1", {f"p-{number}": "excused" for number in range(1, 6)})
    found = participation(world.workflow.history, "edu", "study", "all")
    assert found.raw.value == 0
    assert found.adjusted.displayed == "not_applicable"
    assert found.meets(Fraction(0)) == (True, False)


def test_R_071_a_corrected_row_counts_by_its_correction_and_names_that_event() -> None:
    world = _world()
    _session(world, "s-1", dict.fromkeys(("p-1", "p-2", "p-3", "p-4"), "present") | {"p-5": "absent"})
    before = world.now
    world.later(days=7)
    correction = CorrectAttendance(key="s-1", person="p-5", status="present", ground="second_sheet")
    world.do(correction, by=world.act(2), effective_at=before)
    found = participation(world.workflow.history, "edu", "study", "all")
    assert found.raw.value == 1
    assert "activity.attendance_corrected" in {item.stored_type for item in found.raw.evidence()}
    known = participation(world.workflow.history.as_of(known=before), "edu", "study", "all")
    assert known.raw.value == Fraction(4, 5)


def test_an_unknown_population_is_named_with_those_that_there_are() -> None:
    with pytest.raises(InvalidInput, match=r"nobody: There is no such frozen population. Known: all"):
        participation(_world().workflow.history, "edu", "study", "nobody")


@pytest.mark.parametrize(("campaign", "task"), [("edu", "nothing"), ("other", "study")])
def test_a_task_that_nothing_knows_is_refused_rather_than_counted_as_none_of_all(
    campaign: str, task: str
) -> None:
    world = _world()
    with pytest.raises(InvalidInput, match="edu: No campaign of this key has a task study"):
        participation(world.workflow.history, "edu", "study", "all")
    _session(world, "s-1", dict.fromkeys(("p-1", "p-2", "p-3", "p-4", "p-5"), "absent"))
    assert participation(world.workflow.history, "edu", "study", "all").raw.value == 0
    with pytest.raises(InvalidInput, match=f"{campaign}: No campaign of this key has a task {task}"):
        participation(world.workflow.history, campaign, task, "all")


def test_R_199_a_scope_rests_on_everybody_who_joined_or_left_it_too() -> None:
    world = _world()
    world.later(days=1)
    world.do(RemoveFromPopulation(key="all", person="p-5", ground="transferred"), by=world.act(2))
    world.do(AddToPopulation(key="all", person="p-60", ground="transferred"), by=world.act(2))
    _session(world, "s-1", dict.fromkeys(("p-1", "p-2", "p-3", "p-4", "p-60"), "present"))
    found = participation(world.workflow.history, "edu", "study", "all")
    assert {item.stored_type for item in found.raw.evidence()} == {
        "population.frozen",
        "population.joined",
        "population.left",
        "activity.held",
    }


def test_an_excusal_covers_its_tasks_from_its_beginning_until_before_its_end() -> None:
    start, end = datetime(2005, 2, 1, tzinfo=UTC), datetime(2005, 3, 1, tzinfo=UTC)
    excusal = Excusal("edu", "p-1", "away", start, end, ("study",), "visit", Evidence("0" * 32, 1, "x"))
    assert [excusal.covers("study", moment) for moment in (start, end)] == [True, False]
    assert not excusal.covers("test", start)
