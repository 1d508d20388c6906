"""Emergencies: response times day and night, patrols over the whole alert; accidents and their chain."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.pack import PackWorld

from party_workflow.authority.reasons import OUTSIDE_REQUIRED
from party_workflow.domain.organisation import AssignPost
from party_workflow.domain.procedure import INPUT_LACKING, NOT_A_CHOICE, NOT_AMONG, TakeStep
from party_workflow.errors import InvalidInput, Refused
from party_workflow.personal import Personal
from party_workflow.policies.activities.emergencies import Response, responses
from party_workflow.policies.cases.accidents import accidents
from party_workflow.policies.figure import Absent

MINUTE = timedelta(minutes=1)


class Alerted(PackWorld):
    """A storm over two sections, from the present moment on."""

    def __init__(self, sections: tuple[str, ...] = ("bridge", "pass")) -> None:
        super().__init__("emergency", "accident_report", members=29)
        self.later(hours=1)
        self.start = self.now
        self.begin("emergency", emergency_kind="storm", sections=sections)

    def at(self, minute: int) -> datetime:
        return self.start + minute * MINUTE

    def step(self, step: str, minute: int, **said: Any) -> None:
        """Take a step that took place so many minutes after the alert; recorded now."""
        self.do(TakeStep(key="x-1", step=step, given=said), by=self.act(20), effective_at=self.at(minute))

    def patrol(self, section: str, minute: int, minutes: int) -> None:
        self.step("patrol", minute, section=section, patrolled_by="p-3", minutes=minutes)

    def found(self, minute: int, most_gap: int = 0) -> Response:
        (one,) = responses(
            self.workflow.history, self.at(minute), within_minutes=30, most_gap_minutes=most_gap
        )
        return one


def test_R_128_the_response_time_runs_from_the_alert_to_the_first_who_was_there() -> None:
    world = Alerted()
    world.later(hours=2)
    world.step("arrive", 50, first_there="p-3")
    world.step("arrive", 25, first_there="p-4")
    found = world.found(120)
    assert found.minutes.value == 25
    assert found.in_time is True
    assert found.entered_after == 95
    assert [item.stored_type for item in found.minutes.evidence()] == ["procedure.step_taken"] * 2


def test_R_128_the_clock_runs_through_the_night_and_the_weekend() -> None:
    world = Alerted()
    world.later(days=5)  # 2 March 2009 was a Monday: the alert lasts over the weekend
    world.step("arrive", 5 * 24 * 60 - 1, first_there="p-3")
    assert world.found(5 * 24 * 60).minutes.value == 5 * 24 * 60 - 1
    assert world.found(5 * 24 * 60).in_time is False


@pytest.mark.parametrize(("arrives", "in_time"), [(30, True), (31, False)])
def test_R_128_the_limit_itself_is_in_time(arrives: int, in_time: bool) -> None:
    world = Alerted()
    world.later(hours=2)
    world.step("arrive", arrives, first_there="p-3")
    assert world.found(120).in_time is in_time


def test_R_128_nobody_there_is_missing_and_not_zero_and_late_once_the_limit_has_passed() -> None:
    world = Alerted()
    world.later(hours=2)
    assert world.found(20).minutes.value == Absent("missing")
    assert world.found(20).in_time is None
    assert world.found(20).entered_after is None
    assert world.found(31).in_time is False


def test_R_128_whoever_was_there_before_the_alert_took_no_time() -> None:
    world = Alerted()
    world.later(hours=2)
    world.step("arrive", -10, first_there="p-3")
    assert world.found(60).minutes.value == 0


def test_R_128_every_gap_of_the_patrols_is_listed_with_its_times() -> None:
    world = Alerted(("bridge",))
    world.later(hours=5)
    world.patrol("bridge", 10, 50)
    world.patrol("bridge", 50, 40)  # overlaps the first one
    world.patrol("bridge", 150, 30)
    world.step("stand_down", 240)
    (bridge,) = world.found(300).patrols
    assert [(gap.since, gap.until, gap.minutes) for gap in bridge.gaps] == [
        (world.at(0), world.at(10), 10),
        (world.at(90), world.at(150), 60),
        (world.at(180), world.at(240), 60),
    ]
    assert bridge.share.value == Fraction(110, 240)
    assert world.found(300).over
    (allowed,) = world.found(300, most_gap=59).patrols
    assert [gap.minutes for gap in allowed.gaps] == [60, 60]
    (all_allowed,) = world.found(300, most_gap=60).patrols
    assert all_allowed
    assert all_allowed.share.value == Fraction(110, 240)


def test_R_128_patrols_that_cover_the_window_leave_no_gap_and_each_section_stands_for_itself() -> None:
    world = Alerted()
    world.later(hours=5)
    world.step("arrive", 5, first_there="p-3")
    world.patrol("bridge", -5, 200)
    world.patrol("bridge", 190, 60)
    world.step("stand_down", 240)
    bridge, over_the_pass = world.found(300).patrols
    assert bridge
    assert bridge.share.value == 1
    assert [gap.minutes for gap in over_the_pass.gaps] == [240]
    assert not world.found(300)
    world.patrol("pass", 0, 240)
    assert world.found(300)


def test_R_128_a_patrol_dated_ahead_covers_no_time_that_has_not_come() -> None:
    world = Alerted(("bridge",))
    world.later(minutes=10)
    world.patrol("bridge", 0, 600)
    world.later(minutes=90)
    (bridge,) = world.found(100).patrols
    assert [(gap.since, gap.until) for gap in bridge.gaps] == [(world.at(10), world.at(100))]


def test_R_128_a_patrol_is_of_a_section_of_the_alert() -> None:
    world = Alerted(("bridge",))
    with pytest.raises(Refused) as refused:
        world.patrol("tunnel", 5, 10)
    assert refused.value.refusal.code == NOT_AMONG.code
    with pytest.raises(InvalidInput):
        responses(world.workflow.history, world.now, within_minutes=-1)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(-20, 130), st.integers(1, 60)), max_size=6))
def test_R_128_gaps_and_covered_time_make_up_the_alert(patrols: list[tuple[int, int]]) -> None:
    world = Alerted(("bridge",))
    world.later(hours=9)
    for minute, lasted in patrols:
        world.patrol("bridge", minute, lasted)
    world.step("stand_down", 120)
    (bridge,) = world.found(9 * 60).patrols
    covered = {m for start, lasted in patrols for m in range(start, start + lasted) if 0 <= m < 120}
    assert bridge.share.value == Fraction(len(covered), 120)
    bare = {m for gap in bridge.gaps for m in range(120) if gap.since <= world.at(m) < gap.until}
    assert bare == set(range(120)) - covered


# --- R-127 -----------------------------------------------------------------------------------

POSTS = ("head", "safety_officer")


def reported(world: PackWorld) -> None:
    world.begin(
        "accident_report",
        key="a-1",
        happened_on="2009-03-02",
        accident_unit="u-branch",
        texts={"account_of_it": Personal("A lorry left the road")},
    )


def coded(world: PackWorld, *causes: str, by: int = 60, **more: Any) -> None:
    said = {"forbidden_causes": causes, "chain_posts": ("head",), "chain_units": ("u-branch",), **more}
    world.take("code_forbidden", key="a-1", by=world.act(by), **said)


def accident_world() -> PackWorld:
    world = PackWorld("accident_report")
    assigned = (("head", "u-branch", 3), ("safety_officer", "u-branch", 4), ("head", "u-bureau", 5))
    for post, unit, person in assigned:
        world.do(AssignPost(post=post, unit=unit, person=f"p-{person}"), by=world.act(20))
    reported(world)
    return world


def test_R_127_a_report_without_coded_causes_is_unfinished_and_listed_as_that() -> None:
    world = accident_world()
    (found,) = accidents(world.workflow.history, POSTS)
    assert (found.coded, found.four, found.chain) == (False, (), ())
    assert not world.workflow.fact("procedure.work", "procedure/a-1").done
    with pytest.raises(Refused) as refused:
        coded(world)
    assert refused.value.refusal.code == INPUT_LACKING.code
    with pytest.raises(Refused) as refused:
        coded(world, "bad_luck")
    assert refused.value.refusal.code == NOT_A_CHOICE.code


@pytest.mark.parametrize("cause", ["no_rules", "no_responsibility", "no_staff", "no_equipment"])
def test_R_127_any_of_the_four_links_to_the_chain_of_responsibility_as_of_the_day(cause: str) -> None:
    world = accident_world()
    world.later(days=3)
    world.do(AssignPost(post="head", unit="u-branch", person="p-9"), by=world.act(20))
    coded(world, cause, other_causes=("weather",))
    (found,) = accidents(world.workflow.history, POSTS)
    assert (found.four, found.others) == ((cause,), ("weather",))
    assert [(link.unit, link.post, link.holders) for link in found.chain] == [
        ("u-branch", "head", ("p-3",)),
        ("u-branch", "safety_officer", ("p-4",)),
        ("u-bureau", "head", ("p-5",)),
    ]
    assert [(link.unit, link.post) for link in found.overlooked] == [
        ("u-branch", "safety_officer"),
        ("u-bureau", "head"),
    ]
    assert world.workflow.fact("procedure.work", "procedure/a-1").done


def test_R_127_the_chain_has_to_be_named_with_the_cause() -> None:
    world = accident_world()
    with pytest.raises(Refused) as refused:
        world.take("code_forbidden", key="a-1", by=world.act(60), forbidden_causes=("no_staff",))
    assert refused.value.refusal.code == INPUT_LACKING.code


def test_R_127_other_causes_link_to_nobody_and_say_that_the_four_were_examined() -> None:
    world = accident_world()
    said = {"none_of_the_four": "examined", "other_causes": ("weather", "road")}
    world.take("code_other", key="a-1", by=world.act(60), **said)
    (found,) = accidents(world.workflow.history, POSTS)
    assert (found.coded, found.four, found.others, found.chain) == (True, (), ("road", "weather"), ())
    world.take("report_again", key="a-1", reason="new_facts")
    (again,) = accidents(world.workflow.history, POSTS)
    assert not again.coded


def test_R_127_causes_are_coded_by_somebody_from_outside_the_unit() -> None:
    world = accident_world()
    with pytest.raises(Refused) as refused:
        coded(world, "no_rules", by=3)
    assert refused.value.refusal.code == OUTSIDE_REQUIRED.code
    coded(world, "no_rules")


def test_R_127_the_report_names_posts_and_no_person() -> None:
    world = accident_world()
    coded(world, "no_rules")
    assert world.workflow.fact("procedure.work", "procedure/a-1").people == {"p-20", "p-60"}
