"""Who counts where, in what; frozen populations; suspended periods; exemptions."""

from __future__ import annotations

from datetime import date, timedelta

from tests.policies.feeds.folding import cells, facts, lawful
from tests.support.world import World

from party_workflow.calendar import Period
from party_workflow.domain import population, schedule
from party_workflow.domain.organisation import (
    AssignPost,
    ChangeCategories,
    CloseUnit,
    EndPost,
    FoundUnit,
    MovePerson,
    ReclassifyUnit,
    RegisterPerson,
    RemovePerson,
)
from party_workflow.domain.population import (
    AddToPopulation,
    FreezePopulation,
    FreezeUnits,
    RemoveFromPopulation,
)
from party_workflow.domain.schedule import (
    EndExemption,
    Exempt,
    OpenSchedule,
    ReinstatePeriod,
    SuspendPeriod,
    VoidPeriod,
)
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.figure import Absent

NONE = Absent("not_applicable")
DAY = timedelta(days=1)


def town() -> World:
    return World(population.DECIDER, schedule.DECIDER, members=3)


# --- members, categories, posts, units ---------------------------------------------------------


def test_everybody_who_counts_in_a_unit_has_a_row_with_unit_and_categories() -> None:
    world = town()
    world.later(days=2)
    world.do(
        ChangeCategories(person="p-2", categories=("retired", "member"), ground="age"),
        MovePerson(person="p-3", unit="u-city"),
        by=world.act(60),
    )
    members = FEEDS["members"]
    assert cells(members, world.workflow.history, "person", "unit", "categories", "since") == [
        ("p-1", "u-branch", "member", date(2009, 3, 2)),
        ("p-2", "u-branch", "member+retired", date(2009, 3, 2)),
        ("p-3", "u-city", "member", date(2009, 3, 4)),
        ("p-60", "u-city", "member", date(2009, 3, 2)),
    ]
    moved = lawful(members, world.workflow.history)[2]
    assert [item.stored_type for item in moved.evidence] == [
        "organisation.person_joined",
        "organisation.person_moved",
    ]
    categories = cells(FEEDS["categories"], world.workflow.history, "category", person="p-2")
    assert categories == [("member",), ("retired",)]
    lawful(FEEDS["categories"], world.workflow.history)


def test_who_left_is_not_there_and_who_came_back_is_from_then() -> None:
    world = town()
    world.later(days=1)
    world.do(RemovePerson(person="p-2", ground="transferred"), by=world.act(60))
    left = world.now
    members = FEEDS["members"]
    assert cells(members, world.workflow.history, "person") == [("p-1",), ("p-3",), ("p-60",)]
    assert len(cells(members, world.workflow.history.as_of(known=left - DAY), "person")) == 4
    world.later(days=3)
    world.do(RegisterPerson(person="p-2", unit="u-city", categories=("member",)), by=world.act(60))
    again = lawful(members, world.workflow.history)[-1]
    assert (again["person"], again["unit"], again.effective_at) == ("p-2", "u-city", world.now)


def test_what_is_recorded_late_takes_effect_when_it_did() -> None:
    world = town()
    world.later(days=10)
    world.do(MovePerson(person="p-3", unit="u-city"), by=world.act(60))
    world.later(days=1)
    world.do(MovePerson(person="p-2", unit="u-bureau"), by=world.act(60), effective_at=world.now - 5 * DAY)
    then = world.workflow.history.as_of(effective=world.now - 4 * DAY)
    assert cells(FEEDS["members"], then, "person", "unit", unit="u-bureau") == [("p-2", "u-bureau")]
    assert cells(FEEDS["members"], then, "unit", person="p-3") == [("u-branch",)]


def test_posts_are_those_held_and_units_those_that_exist() -> None:
    world = town()
    world.do(
        AssignPost(post="secretary", unit="u-branch", person="p-2"),
        AssignPost(post="deputy", unit="u-branch", person="p-3"),
    )
    world.do(FoundUnit(unit="u-new", kind="group", parent="u-branch"))
    world.do(FoundUnit(unit="u-old", kind="group", parent="u-branch"))
    world.later(days=1)
    world.do(EndPost(post="deputy", unit="u-branch", person="p-3", ground="term_over"))
    world.do(CloseUnit(unit="u-old", ground="merged"))
    world.do(ReclassifyUnit(unit="u-new", kind="team", ground="grown"))
    assert cells(FEEDS["posts"], world.workflow.history, "post", "unit", "person", "since") == [
        ("secretary", "u-branch", "p-2", date(2009, 3, 2))
    ]
    units = cells(FEEDS["units"], world.workflow.history, "unit", "kind", "parent", "parent_kind")
    assert units == [
        ("u-city", "organ", NONE, NONE),
        ("u-bureau", "bureau", "u-city", "organ"),
        ("u-branch", "branch", "u-bureau", "bureau"),
        ("u-new", "team", "u-branch", "branch"),
    ]
    assert cells(FEEDS["members"], world.workflow.history, "posts", person="p-2") == [("secretary",)]
    assert cells(FEEDS["members"], world.workflow.history, "posts", person="p-3") == [(NONE,)]
    lawful(FEEDS["members"], world.workflow.history)
    lawful(FEEDS["posts"], world.workflow.history)
    lawful(FEEDS["units"], world.workflow.history)


# --- populations -------------------------------------------------------------------------------


def test_a_frozen_population_has_a_row_for_each_who_is_in_with_how_they_came_in() -> None:
    world = town()
    world.do(FreezePopulation(key="c-1", unit="u-branch", having=("member",)))
    world.do(FreezeUnits(key="c-2", unit="u-bureau"))
    world.later(days=1)
    world.do(
        AddToPopulation(key="c-1", person="p-60", ground="transferred_in"),
        RemoveFromPopulation(key="c-1", person="p-2", ground="transferred_out"),
    )
    feed = FEEDS["populations"]
    assert cells(feed, world.workflow.history, "member", "categories", "joined", population="c-1") == [
        ("p-1", "member", "frozen"),
        ("p-3", "member", "frozen"),
        ("p-60", "member", "transferred_in"),
    ]
    assert cells(feed, world.workflow.history, "member", "kind", "of", population="c-2") == [
        ("u-branch", "branch", "u-bureau")
    ]
    lawful(feed, world.workflow.history)
    state = world.workflow.state("population/c-1")
    assert [member for (member,) in cells(feed, world.workflow.history, "member", population="c-1")] == list(
        state.people()
    )


# --- periods and exemptions (R-003, R-106) -----------------------------------------------------

Q1, Q2 = Period("2009-Q1"), Period("2009-Q2")


def scheduled() -> World:
    world = town()
    world.do(OpenSchedule(key="organisation", unit="u-city"))
    return world


def test_R_003_a_period_is_suspended_or_void_and_one_that_counts_again_is_not_there() -> None:
    world = scheduled()
    world.do(SuspendPeriod(key="organisation", period=Q1, reason="epidemic", basis="notice-2"))
    world.do(VoidPeriod(key="organisation", period=Q2, scheme="stars", reason="epidemic", basis="notice-3"))
    feed = FEEDS["periods"]
    columns = "period", "state", "scheme", "reason", "first", "last"
    assert cells(feed, world.workflow.history, *columns) == [
        ("2009-Q1", "suspended", NONE, "epidemic", date(2009, 1, 1), date(2009, 3, 31)),
        ("2009-Q2", "void", "stars", "epidemic", date(2009, 4, 1), date(2009, 6, 30)),
    ]
    world.later(days=1)
    world.do(VoidPeriod(key="organisation", period=Q1, reason="epidemic", basis="notice-4"))
    void = lawful(feed, world.workflow.history)[-1]
    assert (void["period"], void["state"], len(void.evidence)) == ("2009-Q1", "void", 2)
    world.do(ReinstatePeriod(key="organisation", period=Q1, reason="rated_after_all", basis="notice-5"))
    assert [fact["period"] for fact in facts(feed, world.workflow.history)] == ["2009-Q2"]
    lawful(feed, world.workflow.history)


def test_R_106_an_exemption_stays_visible_with_its_ground_and_who_approved_it() -> None:
    world = scheduled()
    world.do(
        Exempt(
            key="organisation",
            unit="u-branch",
            duty="general_meeting",
            period=Q1,
            reason="flood",
            approver="p-60",
        ),
        by=world.act(60),
    )
    feed = FEEDS["exemptions"]
    columns = "unit", "duty", "period", "ground", "approver", "ended_on"
    assert cells(feed, world.workflow.history, *columns) == [
        ("u-branch", "general_meeting", "2009-Q1", "flood", "p-60", NONE)
    ]
    world.later(days=2)
    world.do(EndExemption(key="organisation", number=1, on=date(2009, 3, 20), ground="dry"), by=world.act(60))
    (ended,) = lawful(feed, world.workflow.history)
    assert (ended["ended_on"], len(ended.evidence)) == (date(2009, 3, 20), 2)
