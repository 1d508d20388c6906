"""Mergers and splits, temporary units, guests, and who held a post when: R-149, R-151, R-159."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.support.laws import attempt, replays
from tests.support.world import START, World, duties

from party_workflow.authority import AdoptRoles, GrantRole, RevokeRole, forbidden
from party_workflow.codec import Command
from party_workflow.domain.organisation import (
    DECIDER,
    STREAM,
    UNIT_TAKEN,
    AssignPost,
    AttachPerson,
    ChangeCategories,
    CloseUnit,
    DetachPerson,
    EndPost,
    FoundUnit,
    LimitUnit,
    MergeUnits,
    MovePerson,
    MoveUnit,
    Organisation,
    PersonMoved,
    PostAssigned,
    PostEnded,
    ReclassifyUnit,
    RegisterPerson,
    RemovePerson,
    SplitUnit,
    Succession,
    UnitClosed,
    UnitFounded,
    UnitLimited,
    UnitMoved,
    UnitsMerged,
    UnitSplit,
)
from party_workflow.layered import Layered
from party_workflow.testing.scenario import NOON, Given, given, recorded

DAY = timedelta(days=1)


def fact(world: World, name: str, **arguments: Any) -> Any:
    return world.workflow.fact(f"organisation.{name}", STREAM, **arguments)


def two_branches() -> World:
    """Three people in u-branch, one moved to u-east on the second day, which has a group below it."""
    world = World(members=3)
    world.do(FoundUnit(unit="u-east", kind="branch", parent="u-bureau"))
    world.do(FoundUnit(unit="u-group", kind="group", parent="u-east"))
    world.later(days=1)
    world.do(MovePerson(person="p-3", unit="u-east"), by=world.act(60))
    world.later(days=1)
    return world


def merge(into: str = "u-new", *units: str) -> MergeUnits:
    return MergeUnits(units=units or ("u-branch", "u-east"), into=into, ground="merger")


NEW = FoundUnit(unit="u-new", kind="branch", parent="u-bureau")

# --- mergers ---------------------------------------------------------------------------------


def test_R_149_a_merger_moves_everybody_closes_the_units_and_says_last_what_it_was() -> None:
    world = two_branches()
    world.do(NEW, merge(), by=world.act(60))
    events = [
        item.event for item in world.workflow.history.events() if item.envelope.recorded_at == world.now
    ]
    assert events == [
        UnitFounded(unit="u-new", kind="branch", parent="u-bureau"),
        PersonMoved(person="p-1", unit="u-new"),
        PersonMoved(person="p-2", unit="u-new"),
        PersonMoved(person="p-3", unit="u-new"),
        UnitMoved(unit="u-group", parent="u-new"),
        UnitClosed(unit="u-branch", ground="merger"),
        UnitClosed(unit="u-east", ground="merger"),
        UnitsMerged(units=("u-branch", "u-east"), into="u-new", ground="merger"),
    ]
    assert list(fact(world, "people", unit="u-new", at=world.now)) == ["p-1", "p-2", "p-3"]
    assert list(fact(world, "people", unit="u-branch", at=START)) == ["p-1", "p-2", "p-3"]
    assert fact(world, "units", unit="u-bureau", at=world.now) == {"u-group": "group", "u-new": "branch"}
    replays(world, STREAM)


def test_R_149_lineage_is_told_both_ways_and_as_of_a_moment() -> None:
    world = two_branches()
    world.do(NEW, merge(), by=world.act(60))
    merged = world.now
    world.later(days=10)
    for unit in ("u-n1", "u-n2"):
        world.do(FoundUnit(unit=unit, kind="branch", parent="u-bureau"))
    world.do(
        SplitUnit(
            unit="u-new",
            into=("u-n1", "u-n2"),
            people={"p-1": "u-n1", "p-2": "u-n2", "p-3": "u-n2"},
            units={"u-group": "u-n1"},
            ground="division",
        ),
        by=world.act(60),
    )
    first = Succession(merged, "merged", ("u-branch", "u-east"), ("u-new",), "merger")
    second = Succession(world.now, "split", ("u-new",), ("u-n1", "u-n2"), "division")
    told = fact(world, "lineage", unit="u-n2", at=world.now)
    assert (told.predecessors, told.successors) == (("u-branch", "u-east", "u-new"), ())
    assert told.steps == (first, second)
    told = fact(world, "lineage", unit="u-branch", at=world.now)
    assert (told.predecessors, told.successors) == ((), ("u-n1", "u-n2", "u-new"))
    assert fact(world, "lineage", unit="u-branch", at=merged).successors == ("u-new",)
    assert fact(world, "lineage", unit="u-branch", at=merged - DAY).steps == ()
    assert fact(world, "lineage", unit="u-group", at=world.now).steps == ()


def test_R_149_an_id_is_never_used_again() -> None:
    world = two_branches()
    world.do(NEW, merge(), by=world.act(60))
    refusal = attempt(world, FoundUnit(unit="u-branch", kind="branch", parent="u-bureau"))
    assert refusal is not None
    assert refusal.code == UNIT_TAKEN.code


def test_a_unit_may_be_merged_into_one_that_goes_on() -> None:
    world = two_branches()
    world.do(merge("u-east", "u-branch"), by=world.act(60))
    assert list(fact(world, "people", unit="u-east", at=world.now)) == ["p-1", "p-2", "p-3"]
    told = fact(world, "lineage", unit="u-east", at=world.now)
    assert (told.predecessors, told.successors) == (("u-branch",), ())


def test_units_below_one_another_are_merged_together() -> None:
    world = two_branches()
    world.do(NEW, merge("u-new", "u-east", "u-group"), by=world.act(60))
    assert fact(world, "units", unit="u-bureau", at=world.now) == {"u-branch": "branch", "u-new": "branch"}
    assert list(fact(world, "people", unit="u-new", at=world.now)) == ["p-3"]
    assert list(world.workflow.history.events(UnitMoved)) == []  # what closes is not moved first


def test_a_merger_takes_the_duty_over_every_unit_that_it_takes_people_from() -> None:
    world = two_branches()
    world.do(NEW)
    world.do(GrantRole(person="p-2", role="everything", unit="u-east"))
    world.do(RevokeRole(person="p-2", role="everything", unit="u-city"))
    refusal = attempt(world, merge(), by=world.act(2))
    assert refusal is not None
    assert refusal.code == "authority.not_in_scope"
    assert attempt(world, merge("u-east", "u-group"), by=world.act(2)) is None
    assert attempt(world, merge(), by=world.act(3)) is None
    assert list(forbidden(world.workflow.history.events())) == []


def test_authority_sees_where_a_merger_took_people() -> None:
    world = two_branches()
    world.do(NEW, merge(), by=world.act(60))
    assert world.workflow.state("authority").place("p-1", world.now) == "u-new"


def test_a_merger_recorded_late_leaves_those_alone_who_had_come_elsewhere_by_now() -> None:
    world = two_branches()
    then = world.now
    world.later(days=5)
    world.do(MovePerson(person="p-2", unit="u-city"), by=world.act(60))
    world.do(NEW, effective_at=then)
    world.do(merge(), by=world.act(60), effective_at=then)
    assert list(fact(world, "people", unit="u-new", at=then)) == ["p-1", "p-2", "p-3"]
    assert list(fact(world, "people", unit="u-new", at=world.now)) == ["p-1", "p-3"]
    assert fact(world, "unit_of", person="p-2", at=world.now) == "u-city"
    replays(world, STREAM)


# --- splits ----------------------------------------------------------------------------------


def test_R_149_a_split_that_goes_on_keeps_whoever_is_not_named() -> None:
    world = two_branches()
    world.do(FoundUnit(unit="u-part", kind="branch", parent="u-bureau"))
    split = SplitUnit(
        unit="u-branch", into=("u-branch", "u-part"), people={"p-2": "u-part"}, ground="division"
    )
    world.do(split, by=world.act(60))
    assert list(fact(world, "people", unit="u-branch", at=world.now)) == ["p-1"]
    assert list(fact(world, "people", unit="u-part", at=world.now)) == ["p-2"]
    assert fact(world, "unit_open", unit="u-branch")
    assert [item.event for item in world.workflow.history.events(UnitSplit)] == [
        UnitSplit(unit="u-branch", into=("u-branch", "u-part"), ground="division")
    ]
    told = fact(world, "lineage", unit="u-branch", at=world.now)
    assert (told.predecessors, told.successors) == ((), ("u-part",))


def test_what_is_recorded_for_later_does_not_open_a_closed_unit_again() -> None:
    world = two_branches()
    world.do(MoveUnit(unit="u-group", parent="u-city"), effective_at=world.now + 9 * DAY)
    world.do(CloseUnit(unit="u-group", ground="merger"))
    world.later(days=20)
    assert fact(world, "units", unit="u-city", at=world.now) == {
        "u-branch": "branch",
        "u-bureau": "bureau",
        "u-east": "branch",
    }
    assert not fact(world, "unit_open", unit="u-group")
    assert attempt(world, CloseUnit(unit="u-east", ground="merger")) is not None  # p-3 is still in it


# --- temporary units -------------------------------------------------------------------------


def test_R_159_a_temporary_unit_has_a_start_a_planned_end_and_a_parent_and_ends_by_an_event() -> None:
    world = World(members=3)
    end = START + 90 * DAY
    world.do(FoundUnit(unit="u-sea", kind="floating_group", parent="u-branch", until=end))
    assert [item.event for item in world.workflow.history.events(UnitLimited)] == [
        UnitLimited(unit="u-sea", until=end, ground="temporary")
    ]
    assert world.workflow.state(STREAM).planned_end("u-sea") == end
    world.later(days=90)
    assert fact(world, "overdue", at=world.now) == {}
    world.later(days=1)
    assert fact(world, "overdue", at=world.now) == {"u-sea": end}
    assert fact(world, "unit_open", unit="u-sea")  # time alone closes nothing
    assert fact(world, "overdue", at=end) == {}
    world.do(CloseUnit(unit="u-sea", ground="task_done"))
    assert fact(world, "overdue", at=world.now) == {}


def test_R_159_a_planned_end_may_be_put_off_with_a_ground() -> None:
    world = World(members=1)
    world.do(FoundUnit(unit="u-sea", kind="floating_group", parent="u-branch", until=START + 9 * DAY))
    world.later(days=8)
    world.do(LimitUnit(unit="u-sea", until=START + 30 * DAY, ground="storm"))
    world.later(days=8)
    assert fact(world, "overdue", at=world.now) == {}
    state = world.workflow.state(STREAM)
    assert state.planned_end("u-sea", START) == START + 9 * DAY
    assert state.planned_end("u-sea", world.now) == START + 30 * DAY
    assert attempt(world, LimitUnit(unit="u-sea", until=START + 30 * DAY, ground="storm")) is not None


def test_R_159_a_member_of_a_temporary_unit_counts_once_and_is_a_guest_elsewhere() -> None:
    world = World(members=3)
    world.do(FoundUnit(unit="u-sea", kind="floating_group", parent="u-city", until=START + 90 * DAY))
    world.later(days=1)
    world.do(AttachPerson(person="p-2", unit="u-sea", ground="at_sea"))
    world.do(MovePerson(person="p-3", unit="u-sea"), by=world.act(60))
    now = world.now
    assert list(fact(world, "people", unit="u-branch", at=now)) == ["p-1", "p-2"]
    assert list(fact(world, "people", unit="u-sea", at=now)) == ["p-3"]
    assert len(fact(world, "people", unit="u-city", at=now)) == 4
    assert fact(world, "attached", unit="u-sea", at=now) == {"p-2": "u-branch"}
    assert fact(world, "hosts", person="p-2", at=now) == ("u-sea",)
    assert fact(world, "attached", unit="u-sea", at=START) == {}


def test_R_085_home_and_host_of_a_guest_are_known_as_of_a_day() -> None:
    world = World(members=2)
    world.do(FoundUnit(unit="u-host", kind="branch", parent="u-city"))
    world.later(days=1)
    world.do(AttachPerson(person="p-2", unit="u-host", ground="work_elsewhere"))
    world.later(days=10)
    world.do(DetachPerson(person="p-2", unit="u-host", ground="returned"))
    days = [START, START + DAY, world.now - DAY, world.now]
    assert [fact(world, "hosts", person="p-2", at=day) for day in days] == [(), ("u-host",), ("u-host",), ()]
    assert {fact(world, "unit_of", person="p-2", at=day) for day in days} == {"u-branch"}
    assert attempt(world, AttachPerson(person="p-2", unit="u-host", ground="work_elsewhere")) is None


def test_nobody_is_a_guest_where_they_count_in_a_closed_unit_or_after_leaving() -> None:
    world = World(members=4)
    world.do(FoundUnit(unit="u-host", kind="branch", parent="u-city"))
    for number in (2, 3, 4):
        world.do(AttachPerson(person=f"p-{number}", unit="u-host", ground="work_elsewhere"))
    world.later(days=1)
    world.do(MovePerson(person="p-2", unit="u-host"), by=world.act(60))
    world.do(RemovePerson(person="p-3", ground="transferred_out"), by=world.act(60))
    world.later(days=1)
    world.do(RegisterPerson(person="p-3", unit="u-branch", categories=("member",)))
    assert fact(world, "attached", unit="u-host", at=world.now) == {"p-4": "u-branch"}
    world.do(MovePerson(person="p-2", unit="u-branch"), by=world.act(60))
    world.do(CloseUnit(unit="u-host", ground="task_done"))
    assert fact(world, "attached", unit="u-host", at=world.now) == {}
    assert fact(world, "hosts", person="p-4", at=world.now - DAY) == ("u-host",)


def test_a_kind_of_unit_is_temporal() -> None:
    world = World(members=1)
    world.later(days=5)
    world.do(ReclassifyUnit(unit="u-branch", kind="group", ground="too_few"))
    kinds = lambda at: fact(world, "kinds", units=("u-branch", "u-none"), at=at)  # noqa: E731
    assert (kinds(START), kinds(world.now)) == ({"u-branch": "branch"}, {"u-branch": "group"})


@pytest.mark.parametrize(
    ("command", "duty"),
    [
        (merge("u-east", "u-branch"), "organisation.units"),
        (merge("u-east", "u-branch"), "organisation.people"),
        (
            SplitUnit(unit="u-branch", into=("u-branch", "u-east"), ground="division"),
            "organisation.units",
        ),
        (LimitUnit(unit="u-east", until=START + 99 * DAY, ground="task"), "organisation.units"),
        (ReclassifyUnit(unit="u-east", kind="group", ground="review"), "organisation.units"),
        (AttachPerson(person="p-1", unit="u-east", ground="task"), "organisation.people"),
    ],
)
def test_what_changes_units_and_guests_takes_its_duty(command: Command, duty: str) -> None:
    world = two_branches()
    everything = duties(world.model)
    world.do(AdoptRoles(roles={"everything": tuple(d for d in everything if d != duty)}))
    refusal = attempt(world, command, by=world.act(60))
    assert refusal is not None
    assert refusal.code == "authority.duty_not_covered"
    world.do(AdoptRoles(roles={"everything": tuple(everything)}))
    assert attempt(world, command, by=world.act(60)) is None


# --- tenures ---------------------------------------------------------------------------------


def at_day(number: int) -> datetime:
    return NOON + number * DAY


def past(*events: tuple[Any, int]) -> Given:
    root = UnitFounded(unit="u-a", kind="bureau")
    branch = UnitFounded(unit="u-b", kind="branch", parent="u-a")
    return given(
        DECIDER,
        *(
            recorded(event, place, effective_at=at_day(day))
            for place, (event, day) in enumerate([(root, 0), (branch, 0), *events], start=1)
        ),
    )


def assigned(person: str) -> PostAssigned:
    return PostAssigned(post="secretary", unit="u-b", person=person)


def ended(person: str) -> PostEnded:
    return PostEnded(post="secretary", unit="u-b", person=person, ground="rotation")


def tenures(state: Organisation, first: int, last: int) -> list[tuple[str, int, int]]:
    found = state.tenures("secretary", "u-b", at_day(first), at_day(last))
    return [(t.person, (t.since - NOON).days, (t.until - NOON).days) for t in found if t.until is not None]


def test_R_151_tenures_overlap_a_period_with_their_exact_days() -> None:
    state = past((assigned("p-1"), 0), (ended("p-1"), 30), (assigned("p-2"), 40)).state
    assert tenures(state, 10, 90) == [("p-1", 10, 30), ("p-2", 40, 90)]
    assert tenures(state, 30, 40) == []
    assert tenures(state, 29, 41) == [("p-1", 29, 30), ("p-2", 40, 41)]


def test_R_151_what_is_recorded_late_of_a_post_counts_from_when_it_was() -> None:
    state = past((assigned("p-2"), 40), (assigned("p-1"), 0), (ended("p-1"), 30)).state
    assert tenures(state, 0, 90) == [("p-1", 0, 30), ("p-2", 40, 90)]


def test_a_tenure_ends_with_its_unit_and_with_its_holders_leaving() -> None:
    world = World(members=3)
    world.do(FoundUnit(unit="u-east", kind="branch", parent="u-bureau"))
    for unit, person in (("u-branch", "p-2"), ("u-east", "p-3")):
        world.do(AssignPost(post="secretary", unit=unit, person=person))
    world.later(days=3)
    gone = world.now
    world.do(RemovePerson(person="p-2", ground="transferred_out"))
    world.do(CloseUnit(unit="u-east", ground="merger"))
    world.later(days=3)
    world.do(RegisterPerson(person="p-2", unit="u-branch", categories=("member",)))
    for unit, person in (("u-branch", "p-2"), ("u-east", "p-3")):
        (tenure,) = fact(
            world, "tenures", post="secretary", unit=unit, since=START - DAY, until=world.now + DAY
        )
        assert (tenure.person, tenure.since, tenure.until) == (person, START, gone)
        assert fact(world, "holders", post="secretary", unit=unit, at=gone - DAY) == (person,)
        assert fact(world, "holders", post="secretary", unit=unit, at=world.now) == ()


def test_tenures_of_one_person_that_overlap_are_one() -> None:
    state = past((assigned("p-1"), 5), (assigned("p-1"), 0)).state
    assert tenures(state, 0, 9) == [("p-1", 0, 9)]
    world = World(members=1)
    world.do(AssignPost(post="secretary", unit="u-branch", person="p-1"))
    world.later(days=2)
    world.do(EndPost(post="secretary", unit="u-branch", person="p-1", ground="rotation"))
    world.do(AssignPost(post="secretary", unit="u-branch", person="p-1"))
    world.later(days=2)
    found = fact(world, "tenures", post="secretary", unit="u-branch", since=START, until=world.now)
    assert [(t.since, t.until) for t in found] == [(START, world.now)]


# --- the mapping below it --------------------------------------------------------------------


def test_a_layered_mapping_is_a_dictionary_whose_past_stays() -> None:
    layered: Layered[int, int] = Layered()
    plain: dict[int, int] = {}
    kept = []
    for number in range(600):
        key, value = (number * 7) % 211, number
        layered, plain = layered.put(key, value), {**plain, key: value}
        if number % 97 == 0:
            kept.append((layered, plain))
    for one, other in (*kept, (layered, plain)):
        assert one == other
        assert list(one.items()) == list(other.items())
        assert len(one) == len(other)
        assert all(key in one and one[key] == other[key] for key in other)
    assert 999 not in layered
    assert layered.get(999) is None
    shorter = layered.drop(7)
    assert shorter == {key: value for key, value in plain.items() if key != 7}
    assert list(shorter) == [key for key in plain if key != 7]
    assert 7 in layered
    assert shorter.drop(7) is shorter


def test_categories_of_a_guest_are_those_of_home() -> None:
    world = World(members=2)
    world.do(AttachPerson(person="p-2", unit="u-city", ground="work_elsewhere"))
    world.do(ChangeCategories(person="p-2", categories=("floating", "member"), ground="work_elsewhere"))
    assert fact(world, "people", unit="u-branch", at=world.now, having=("floating",)) == {
        "p-2": frozenset({"floating", "member"})
    }
