"""The tree counted at a moment, and what became of its units: R-149, R-150, R-157, R-020, R-159."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt
from tests.support.world import START, World

from party_workflow.codec import Command
from party_workflow.domain import population
from party_workflow.domain.organisation import (
    STREAM,
    AttachPerson,
    ChangeCategories,
    CloseUnit,
    FoundUnit,
    MergeUnits,
    MovePerson,
    MoveUnit,
    Organisation,
    ReclassifyUnit,
    RegisterPerson,
    RemovePerson,
    SplitUnit,
)
from party_workflow.domain.population import FreezeUnits, RemoveUnitFromPopulation
from party_workflow.errors import InvalidInput
from party_workflow.packs import party
from party_workflow.policies.figure import Absent
from party_workflow.policies.organisations.capacity import Capacity, capacity
from party_workflow.policies.organisations.changes import changes, population_changes, tracked
from party_workflow.policies.organisations.tree import Counted, Tally, counted, hold, tree
from party_workflow.quantity import Quantity

DAY = timedelta(days=1)

# --- the law ---------------------------------------------------------------------------------

UNITS = st.sampled_from(["u-bureau", "u-branch", "u-1", "u-2", "u-3", "u-4"])
PARENTS = st.sampled_from(["u-city", "u-bureau", "u-branch", "u-1", "u-2"])
PEOPLE = st.sampled_from(["p-1", "p-2", "p-3", "p-4", "p-5"])
CATEGORIES = st.sampled_from([("member",), ("member", "retired"), ("away", "member")])
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(FoundUnit, unit=UNITS, kind=st.sampled_from(["branch", "group"]), parent=PARENTS),
    st.builds(MoveUnit, unit=UNITS, parent=PARENTS),
    st.builds(CloseUnit, unit=UNITS, ground=st.just("merger")),
    st.builds(RegisterPerson, person=PEOPLE, unit=UNITS, categories=CATEGORIES),
    st.builds(MovePerson, person=PEOPLE, unit=UNITS),
    st.builds(ChangeCategories, person=PEOPLE, categories=CATEGORIES, ground=st.just("review")),
    st.builds(RemovePerson, person=PEOPLE, ground=st.just("transfer")),
    st.builds(
        MergeUnits,
        units=st.lists(UNITS, min_size=1, max_size=2, unique=True),
        into=PARENTS,
        ground=st.just("merger"),
    ),
    st.builds(
        SplitUnit,
        unit=UNITS,
        into=st.lists(UNITS, min_size=2, max_size=3, unique=True),
        people=st.dictionaries(PEOPLE, UNITS, max_size=3),
        ground=st.just("division"),
    ),
)


@settings(max_examples=60)
@examples(st.lists(st.tuples(COMMANDS, st.integers(-4, 4)), min_size=4, max_size=14))
def test_R_149_levels_reconcile_at_every_moment_and_nobody_counts_twice(
    steps: list[tuple[Command, int]],
) -> None:
    world = World(members=3)
    world.do(FoundUnit(unit="u-1", kind="branch", parent="u-bureau"))
    world.do(FoundUnit(unit="u-2", kind="branch", parent="u-city"))
    world.later(days=5)
    for command, days in steps:
        world.later(minutes=1)
        attempt(world, command, by=world.act(60), effective_at=world.now + days * DAY)
    state: Organisation = world.workflow.state(STREAM)
    histories = (*state.units.values(), *state.people.values())
    moments = sorted({item.since for history in histories for item in history if item.since >= START})
    for at in moments:
        found = counted(state, at)
        assert found, found.faults
        standing = {p for p in state.people if state.standing(p, at) is not None}
        assert set(found.people) == standing
        assert found.total.people == len(standing) == sum(row.own.people for row in found.rows.values())
        for row in found.rows.values():
            below = [found.rows[child] for child in row.children]
            assert row.total == sum((child.total for child in below), row.own)
            assert all(child.level == row.level + 1 and child.parent == row.unit for child in below)
        levels = found.levels()
        for level in levels[1:]:
            above = sum(one.own.people for one in levels[: level.level])
            assert level.total.people + above == found.total.people
        assert sum(number for number, _ in found.kinds().values()) == len(found.rows)
    report = changes(world.workflow.history, START, moments[-1], "u-city")
    assert report, report.unexplained
    gone, come = report.units_before - report.units_after, report.units_after - report.units_before
    assert {i.subject for i in report.items if i.what in ("closed", "merged", "split")} >= gone
    assert {i.subject for i in report.items if i.what == "founded"} >= come


# --- the published figures -------------------------------------------------------------------


@cache
def large() -> World:
    """82 direct organisations, 744 branches, 9 945 members of whom 8 602 are in service."""
    world = World(members=0)
    branches = [f"u-b{number}" for number in range(744)]
    world.do(
        *(FoundUnit(unit=f"u-d{number}", kind="direct", parent="u-city") for number in range(82)),
        CloseUnit(unit="u-branch", ground="test"),
        CloseUnit(unit="u-bureau", ground="test"),
    )
    world.do(
        *(
            FoundUnit(unit=unit, kind="branch", parent=f"u-d{number % 82}")
            for number, unit in enumerate(branches)
        )
    )
    for start in range(0, 9945, 1000):
        world.do(
            *(
                RegisterPerson(
                    person=f"p-{1000 + number}",
                    unit=branches[number % 744],
                    categories=("member", "in_service" if number < 8602 else "retired"),
                )
                for number in range(start, min(start + 1000, 9945))
            )
        )
    return world


DIRECT = Counted("direct_organisations", "units", level=1)
BRANCHES = Counted("branches", "units", kind="branch")
MEMBERS = Counted("members", "people", kind="branch", having=("member",))
IN_SERVICE = Counted("in_service", "people", kind="branch", having=("member", "in_service"))
OUTSIDE = Counted("outside", "people", kind="branch", having=("member",), without=("in_service",))


def test_R_149_the_published_figures_reconcile_at_each_level() -> None:
    world = large()
    found = tree(world.workflow.history, world.now)
    assert found
    assert [(level.level, level.units) for level in found.levels()] == [(0, 1), (1, 82), (2, 744)]
    assert [level.total.people for level in found.levels()] == [9946, 9945, 9945]
    assert [level.own.people for level in found.levels()] == [1, 0, 9945]
    assert found.kinds()["branch"] == (
        744,
        Tally(9945, {"in_service": 8602, "member": 9945, "retired": 1343}),
    )
    share = found.share("in_service.share", IN_SERVICE, MEMBERS)
    assert share.value == Fraction(8602, 9945)
    assert share.displayed == "0.8650"
    assert len(share.evidence()) == len(list(world.workflow.history.stream(STREAM)))


def test_R_149_asserted_figures_are_held_against_the_tree_and_differences_are_named() -> None:
    world = large()
    found = tree(world.workflow.history, world.now)
    figures = [(DIRECT, 82), (BRANCHES, 744), (MEMBERS, 9945), (IN_SERVICE, 8602), (OUTSIDE, 1343)]
    held = hold(found, [(what, Quantity.of("=", number, "count")) for what, number in figures])
    assert all(held)
    assert [item.counted.value for item in held] == [82, 744, 9945, 8602, 1343]
    wrong = hold(found, [(DIRECT, Quantity.of("=", 80, "count")), (OUTSIDE, Quantity.of("=", 1340, "count"))])
    assert [(item.what.name, bool(item), item.comparison.by) for item in wrong] == [
        ("direct_organisations", False, 2),
        ("outside", False, 3),
    ]
    # "80-odd" is a range, and 82 lies in it
    (odd,) = hold(found, [(DIRECT, Quantity.between(80, 89, "count"))])
    assert odd


def test_a_tree_of_ten_thousand_is_counted_for_every_unit_from_one_state() -> None:
    state: Organisation = large().workflow.state(STREAM)
    found = counted(state, large().now)
    for unit in ("u-b0", "u-b743", "u-d0", "u-city"):
        assert found.rows[unit].total.people == len(state.people_of(unit, large().now))


def test_a_unit_that_does_not_stand_has_no_tree() -> None:
    world = World(members=1)
    for unit, at in (("u-none", world.now), ("u-branch", START - DAY)):
        with pytest.raises(InvalidInput):
            tree(world.workflow.history, at, unit)
    with pytest.raises(InvalidInput):
        tree(world.workflow.history, START - DAY)


def test_guests_are_shown_and_do_not_count() -> None:
    world = World(members=2)
    world.do(FoundUnit(unit="u-sea", kind="floating_group", parent="u-city", until=START + 9 * DAY))
    world.do(AttachPerson(person="p-2", unit="u-sea", ground="task"))
    found = tree(world.workflow.history, world.now)
    sea = found.rows["u-sea"]
    assert (sea.own.people, sea.guests, found.total.people) == (0, 1, 3)


def test_R_150_categories_count_as_of_the_moment_and_may_overlap() -> None:
    world = World(members=4)
    world.later(days=9)
    world.do(ChangeCategories(person="p-2", categories=("member", "retired", "away"), ground="retirement"))
    world.do(ChangeCategories(person="p-3", categories=("member", "probationary"), ground="admission"))
    before = tree(world.workflow.history, START, "u-branch").total
    after = tree(world.workflow.history, world.now, "u-branch").total
    assert before == Tally(4, {"member": 4})
    assert after == Tally(4, {"away": 1, "member": 4, "probationary": 1, "retired": 1})


# --- what became of it -----------------------------------------------------------------------


def reorganised() -> tuple[World, datetime]:
    """A year in which everything happens to units and people once."""
    world = World(population.DECIDER, members=6)
    for number in range(1, 8):
        world.do(FoundUnit(unit=f"u-{number}", kind="branch", parent="u-bureau"))
    world.do(FreezeUnits(key="rated", unit="u-bureau", kinds=("branch",)))
    before = world.now
    world.later(days=10)
    me = world.act(60)
    world.do(CloseUnit(unit="u-1", ground="too_few"))
    world.do(MergeUnits(units=("u-2",), into="u-3", ground="merger"))
    world.do(ReclassifyUnit(unit="u-4", kind="group", ground="review"))
    world.do(MoveUnit(unit="u-5", parent="u-city"))
    world.do(RemoveUnitFromPopulation(key="rated", unit="u-6", ground="not_rated"))
    world.do(
        FoundUnit(unit="u-8", kind="branch", parent="u-bureau"),
        SplitUnit(unit="u-branch", into=("u-8", "u-branch"), people={"p-2": "u-8"}, ground="division"),
        by=me,
    )
    world.do(RegisterPerson(person="p-9", unit="u-7", categories=("member",)))
    world.do(RemovePerson(person="p-3", ground="transferred_out"), by=me)
    world.do(MovePerson(person="p-4", unit="u-7"), by=me)
    world.do(ChangeCategories(person="p-5", categories=("retired",), ground="retirement"))
    return world, before


def test_R_020_every_change_of_the_population_is_in_the_report_with_its_event() -> None:
    world, before = reorganised()
    report = changes(world.workflow.history, before, world.now, "u-bureau")
    assert report
    assert report.counts() == {
        "closed": 1,
        "founded": 1,
        "joined": 1,
        "left": 1,
        "merged": 1,
        "moved": 1,
        "recategorised": 1,
        "reclassified": 1,
        "split": 1,
        "transferred": 2,
    }
    told = {(i.what, i.subject): (i.before, i.after, i.ground) for i in report.items}
    assert told["merged", "u-2"] == (("u-2",), ("u-3",), "merger")
    assert told["reclassified", "u-4"] == (("branch",), ("group",), "review")
    assert told["moved", "u-5"] == (("u-bureau",), ("u-city",), None)
    assert told["split", "u-branch"] == (("u-branch",), ("u-8", "u-branch"), "division")
    assert told["founded", "u-8"] == (("u-branch",), ("branch",), None)
    assert told["transferred", "p-2"] == (("u-branch",), ("u-8",), None)
    assert told["recategorised", "p-5"] == (("member",), ("retired",), "retirement")
    assert told["left", "p-3"] == (("u-branch",), (), "transferred_out")
    assert all(item.evidence for item in report.items)
    assert report.units_before - report.units_after == {"u-1", "u-2", "u-5"}
    assert report.units_after - report.units_before == {"u-8"}
    assert report.people_after ^ report.people_before == {"p-3", "p-9"}


def test_R_020_a_goal_met_by_closing_merging_or_reclassifying_is_not_met_by_improving() -> None:
    world, before = reorganised()
    report = changes(world.workflow.history, before, world.now, "u-bureau")
    withdrawn = population_changes(world.workflow.history, "rated", before, world.now)
    below = [f"u-{number}" for number in range(1, 8)]
    goal = tracked(below, [], report, withdrawn)
    assert goal.met
    assert goal.fates == {
        "u-1": "closed",
        "u-2": "merged",
        "u-3": "merged",  # it took in another unit: it is not the unit that was below the line
        "u-4": "reclassified",
        "u-5": "moved",
        "u-6": "withdrawn",
        "u-7": "improved",
    }
    assert goal.otherwise == ("u-1", "u-2", "u-3", "u-4", "u-5", "u-6")
    assert [item.ground for item in goal.because["u-1"]] == ["too_few"]
    assert goal.because["u-7"] == ()


def test_R_020_the_goal_is_tracked_as_of_a_moment() -> None:
    world, before = reorganised()
    report = changes(world.workflow.history, before, before + DAY, "u-bureau")
    goal = tracked(["u-1", "u-7"], ["u-7", "u-3"], report)
    assert not goal.met
    assert goal.fates == {"u-1": "improved", "u-7": "still"}
    assert goal.fresh == ("u-3",)


def test_people_who_come_and_go_with_their_unit_are_explained_by_its_move() -> None:
    world = World(members=3)
    world.later(days=1)
    before = world.now
    world.later(days=1)
    world.do(MoveUnit(unit="u-branch", parent="u-city"))
    report = changes(world.workflow.history, before, world.now, "u-bureau")
    assert report
    assert report.people_before - report.people_after == {"p-1", "p-2", "p-3"}
    assert [(item.what, item.subject) for item in report.items] == [("moved", "u-branch")]


# --- context ---------------------------------------------------------------------------------


def officers(number: int, *more: str) -> list[Any]:
    return [
        RegisterPerson(person=f"p-{10 + n}", unit="u-branch", categories=("officer", *more))
        for n in range(number)
    ]


def test_R_157_capacity_is_context_of_a_unit_from_pack_data_alone() -> None:
    definition = party.PACK.read_as(Capacity, "officers_capacity")
    world = World(members=1)
    world.do(*officers(6, "under_45"))
    world.do(ChangeCategories(person="p-10", categories=("officer", "part_time"), ground="review"))
    found = capacity(world.workflow.history, "u-branch", world.now, definition)
    assert {code: figure.value for code, figure in found.indicators.items()} == {
        "officers": 6,
        "officers_under_45": 5,
        "officers_temporary": 0,
        "officers_part_time": 1,
    }
    assert not hasattr(found, "ranking")
    with pytest.raises(TypeError):
        sorted([found, found])  # context has no order
    text = repr({code: figure.data() for code, figure in found.indicators.items()})
    assert "'p-" not in text  # and speaks of no person
    assert all(code in party.PACK.labels for code in found.indicators)


def test_R_157_capacity_of_a_handful_is_withheld_and_no_zero() -> None:
    definition = party.PACK.read_as(Capacity, "officers_capacity")
    world = World(members=1)
    world.do(*officers(4))
    found = capacity(world.workflow.history, "u-branch", world.now, definition)
    assert {figure.value for figure in found.indicators.values()} == {Absent("withheld")}


def test_R_150_and_R_159_the_pack_has_words_for_every_category_and_special_unit() -> None:
    codes = {"in_service", "retired", "away", "left_post", "floating", "no_post", "probationary", "leader"}
    kinds = {"floating_group", "shop_floor_group", "direct_organisation", "branch"}
    labels = party.PACK.labels
    assert {code for code in codes | kinds if code in labels and labels[code].zh} == codes | kinds
    world = World(members=2)
    world.do(FoundUnit(unit="u-sea", kind="floating_group", parent="u-branch", until=START + 9 * DAY))
    row = tree(world.workflow.history, world.now).rows["u-sea"]
    assert (row.kind, row.parent, row.level) == ("floating_group", "u-branch", 3)
