"""Coverage of a frozen population: R-156."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from tests.support.world import START, World

from party_workflow.domain import activity, population
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.organisation import CloseUnit, FoundUnit, RegisterPerson
from party_workflow.domain.population import (
    AddUnitToPopulation,
    FreezePopulation,
    FreezeUnits,
    RemoveUnitFromPopulation,
)
from party_workflow.errors import InvalidInput
from party_workflow.policies.organisations.coverage import attending, coverage, having_below

DAY = timedelta(days=1)


def firms() -> World:
    """Three firms, two of them with a branch, frozen; a fourth was founded ten days later, with a branch."""
    world = World(population.DECIDER, members=1)
    for number in (1, 2, 3):
        world.do(FoundUnit(unit=f"u-f{number}", kind="firm", parent="u-bureau"))
    for number in (1, 2):
        world.do(FoundUnit(unit=f"u-fb{number}", kind="branch", parent=f"u-f{number}"))
    world.do(FreezeUnits(key="firms", unit="u-city", kinds=("firm",)))
    world.later(days=10)
    world.do(FoundUnit(unit="u-f4", kind="firm", parent="u-bureau"))
    world.do(FoundUnit(unit="u-fb4", kind="branch", parent="u-f4"))
    return world


def plan_and_hold(world: World, *people: str) -> None:
    rows = {person: Attendance(status="present") for person in people}
    plan = PlanActivity(key="t-1", kind="training", unit="u-branch", planned_at=world.now, expected=people)
    world.do(plan, HoldActivity(key="t-1", attendance=rows))


def test_R_156_coverage_is_over_the_frozen_population_and_names_who_is_missing() -> None:
    world = firms()
    history, at = world.workflow.history, START + DAY
    found = coverage(history, "firms", having_below(history, "branch", at), at)
    assert (found.entered.value, found.entire.value) == (Fraction(2, 3), Fraction(2, 3))
    assert (found.covered, found.missing, found.unentered) == (("u-f1", "u-f2"), ("u-f3",), ())
    assert not found
    assert [e.stored_type for e in found.entered.evidence()] == [
        "organisation.unit_founded",
        "organisation.unit_founded",
        "population.units_frozen",
    ]


def test_R_156_a_newly_founded_firm_is_in_the_denominator_from_its_date() -> None:
    world = firms()
    founded = world.now
    world.later(days=5)
    world.do(AddUnitToPopulation(key="firms", unit="u-f4", ground="newly_founded"), effective_at=founded)
    history = world.workflow.history
    shares = [
        coverage(history, "firms", having_below(history, "branch", at), at).entered.value
        for at in (founded - DAY, founded, world.now)
    ]
    assert shares == [Fraction(2, 3), Fraction(3, 4), Fraction(3, 4)]
    summary = coverage(history, "firms", {}, world.now).summary
    assert (summary.frozen, summary.joined, summary.left, summary.now) == (3, 1, 0, 4)


def test_R_156_full_coverage_is_not_reached_by_forgetting_to_enter() -> None:
    world = firms()
    world.do(FoundUnit(unit="u-fb3", kind="branch", parent="u-f3"))
    world.do(CloseUnit(unit="u-fb4", ground="too_few"))
    history, at = world.workflow.history, world.now
    found = coverage(history, "firms", having_below(history, "branch", at), at)
    assert found.entered.value == 1
    assert (found.unentered, found.entire.value) == (("u-f4",), Fraction(3, 4))
    assert not found


def test_R_156_who_was_taken_out_is_in_no_share_and_is_named() -> None:
    world = firms()
    before = world.now
    world.later(days=1)
    world.do(RemoveUnitFromPopulation(key="firms", unit="u-f3", ground="not_sizeable"))
    history = world.workflow.history
    found = coverage(history, "firms", having_below(history, "branch", world.now), world.now)
    assert (found.entered.value, found.missing) == (1, ())
    assert (found.withdrawn, found.unentered, found.entire.value) == (("u-f3",), ("u-f4",), 1)
    assert coverage(history, "firms", {}, before).withdrawn == ()


def test_a_member_of_the_population_that_closed_is_shown_as_ceased() -> None:
    world = firms()
    world.do(CloseUnit(unit="u-f3", ground="bankrupt"))
    found = coverage(world.workflow.history, "firms", {}, world.now)
    assert (found.ceased, found.missing) == (("u-f3",), ("u-f1", "u-f2", "u-f3"))


def test_R_156_all_owners_who_are_no_members_enter_training() -> None:
    world = World(population.DECIDER, activity.DECIDER, members=2)
    for number in (11, 12, 13):
        categories = ("owner", "member") if number == 13 else ("owner",)
        world.do(RegisterPerson(person=f"p-{number}", unit="u-branch", categories=categories))
    world.do(FreezePopulation(key="owners", unit="u-city", having=("owner",), without=("member",)))
    world.later(days=1)
    world.do(RegisterPerson(person="p-14", unit="u-branch", categories=("owner",)))
    plan_and_hold(world, "p-11")
    history = world.workflow.history
    found = coverage(history, "owners", attending(history, "training", world.now), world.now)
    assert (found.covered, found.missing, found.unentered) == (("p-11",), ("p-12",), ("p-14",))
    assert (found.entered.value, found.entire.value) == (Fraction(1, 2), Fraction(1, 3))
    assert attending(history, "training", START) == {}


def test_coverage_of_a_population_that_was_not_frozen_by_then_is_refused() -> None:
    world = firms()
    for key, at in (("none", world.now), ("firms", START - DAY)):
        with pytest.raises(InvalidInput):
            coverage(world.workflow.history, key, {}, at)
