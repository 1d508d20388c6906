"""The organisation over time: R-149, R-150, and what late recording must not do to a count."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import START, World

from party_workflow.codec import Command
from party_workflow.domain.organisation import (
    COMES_LATER,
    CYCLE,
    DECIDER,
    ENDS_BEFORE,
    NAMED_TWICE,
    NO_CATEGORY,
    NO_GUEST,
    NO_PARENT,
    NO_SUCH_PART,
    NOT_EMPTY,
    NOT_IN_POST,
    NOT_IN_UNIT,
    ONE_PART,
    PERSON_TAKEN,
    REASONS,
    SECOND_ROOT,
    STREAM,
    UNCHANGED,
    UNIT_TAKEN,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
    AssignPost,
    AttachPerson,
    CategoriesChanged,
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
    PersonAttached,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PostAssigned,
    PostEnded,
    ReclassifyUnit,
    RegisterPerson,
    RemovePerson,
    SplitUnit,
    UnitClosed,
    UnitFounded,
    UnitMoved,
)
from party_workflow.errors import Reason
from party_workflow.personal import Personal
from party_workflow.testing.scenario import NOON, Given, given, recorded

DAY = timedelta(days=1)


def at_day(number: int) -> datetime:
    return NOON + number * DAY


def past(*events: tuple[Any, int]) -> Given:
    """Events in the order in which they were recorded, each with the day on which it took effect."""
    return given(
        DECIDER,
        *(
            recorded(event, place, effective_at=at_day(day))
            for place, (event, day) in enumerate(events, start=1)
        ),
    )


ROOT_UNIT = (UnitFounded(unit="u-a", kind="bureau"), 0)
B = (UnitFounded(unit="u-b", kind="branch", parent="u-a"), 0)
C = (UnitFounded(unit="u-c", kind="branch", parent="u-a"), 0)
JOINED = (PersonJoined(person="p-1", unit="u-b", categories=("member",)), 1)

# --- laws ------------------------------------------------------------------------------------

UNITS = st.sampled_from(["u-bureau", "u-branch", "u-1", "u-2", "u-3"])
PARENTS = st.sampled_from(["u-city", "u-bureau", "u-branch", "u-1", "u-2"])
PEOPLE = st.sampled_from(["p-1", "p-2", "p-3", "p-4"])
CATEGORIES = st.sampled_from([(), ("member",), ("member", "retired"), ("away", "member"), ("away",)])
CODES = st.sampled_from(["merger", "transfer"])

COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(FoundUnit, unit=UNITS, kind=st.just("branch"), parent=st.none() | PARENTS),
    st.builds(MoveUnit, unit=UNITS, parent=PARENTS),
    st.builds(CloseUnit, unit=UNITS, ground=CODES),
    st.builds(RegisterPerson, person=PEOPLE, unit=UNITS, categories=CATEGORIES),
    st.builds(MovePerson, person=PEOPLE, unit=UNITS),
    st.builds(ChangeCategories, person=PEOPLE, categories=CATEGORIES, ground=CODES),
    st.builds(RemovePerson, person=PEOPLE, ground=CODES),
    st.builds(AssignPost, post=st.just("secretary"), unit=UNITS, person=PEOPLE),
    st.builds(EndPost, post=st.just("secretary"), unit=UNITS, person=PEOPLE, ground=CODES),
    st.builds(MergeUnits, units=st.lists(UNITS, min_size=1, max_size=2), into=PARENTS, ground=CODES),
    st.builds(
        SplitUnit,
        unit=UNITS,
        into=st.lists(UNITS, min_size=1, max_size=3),
        people=st.dictionaries(PEOPLE, UNITS, max_size=3),
        units=st.dictionaries(UNITS, PARENTS, max_size=1),
        ground=CODES,
    ),
    st.builds(AttachPerson, person=PEOPLE, unit=UNITS, ground=CODES),
    st.builds(DetachPerson, person=PEOPLE, unit=UNITS, ground=CODES),
    st.builds(ReclassifyUnit, unit=UNITS, kind=st.sampled_from(["branch", "group"]), ground=CODES),
)
STEPS = st.lists(st.tuples(COMMANDS, st.integers(-6, 6)), min_size=6, max_size=16)


def busy() -> World:
    """Three people in a branch, with two more units: one from the start, one from the fourth day on."""
    world = World(members=3)
    world.do(FoundUnit(unit="u-1", kind="branch", parent="u-bureau"))
    world.later(days=3)
    world.do(FoundUnit(unit="u-2", kind="branch", parent="u-city"))
    world.later(days=4)
    return world


def moments(state: Organisation) -> list[datetime]:
    """Every moment at which something changed, and one in between each."""
    sinces = {item.since for history in state.units.values() for item in history}
    sinces |= {item.since for history in state.people.values() for item in history}
    return sorted(sinces | {since + timedelta(hours=1) for since in sinces})


def adds_up(state: Organisation, at: datetime) -> None:
    """Everybody who stands in the organisation counts in one open unit, and in everything above it."""
    standing = {p: s for p in state.people if (s := state.standing(p, at)) is not None}
    assert set(state.people_of("u-city", at)) == set(standing)
    for unit in state.units:
        placing = state.placing(unit, at)
        own = {p for p, s in standing.items() if s.unit == unit}
        assert not own or (placing is not None and placing.open)
        below = [u for u in state.units if (where := state.placing(u, at)) and where.parent == unit]
        parts = [own, *(set(state.people_of(u, at)) for u in below)]
        assert sum(map(len, parts)) == len(set().union(*parts)) == len(state.people_of(unit, at))


@settings(max_examples=80)
@examples(STEPS)
def test_R_149_whatever_is_recorded_in_whatever_order_the_parts_add_up_to_the_whole_at_every_moment(
    steps: list[tuple[Command, int]],
) -> None:
    world = busy()
    for command, days in steps:
        world.later(minutes=1)
        attempt(world, command, by=world.act(60), effective_at=world.now + days * DAY)
    state = world.workflow.state(STREAM)
    for at in moments(state):
        adds_up(state, at)
    replays(world, STREAM)


@settings(max_examples=60)
@examples(STEPS)
def test_what_is_not_said_does_not_change(steps: list[tuple[Command, int]]) -> None:
    world = busy()
    for command, days in steps:
        before: Organisation = world.workflow.state(STREAM)
        since = world.now + days * DAY
        if attempt(world, command, by=world.act(60), effective_at=since) is not None:
            continue
        after: Organisation = world.workflow.state(STREAM)
        moved = {command.person} if hasattr(command, "person") else set()
        if isinstance(command, MergeUnits):
            moved = {person for unit in command.units for person in before.people_in(unit, since)}
        elif isinstance(command, SplitUnit):
            moved = set(command.people)
        for at in (*moments(after), since - DAY):
            for person in before.people:
                if person not in moved or at < since:
                    assert after.standing(person, at) == before.standing(person, at)
            if isinstance(command, MovePerson | ChangeCategories):
                was, now = before.standing(command.person, at), after.standing(command.person, at)
                assert (was is None) == (now is None)
                if was is not None and now is not None and isinstance(command, MovePerson):
                    assert now.categories == was.categories
                elif was is not None and now is not None:
                    assert now.unit == was.unit


@examples(
    st.permutations(
        [JOINED, (PersonMoved(person="p-1", unit="u-c"), 3), (PersonMoved(person="p-1", unit="u-a"), 5)]
    )
)
def test_moves_recorded_in_any_order_give_the_same_places(order: list[tuple[Any, int]]) -> None:
    state: Organisation = past(ROOT_UNIT, B, C, *order).state
    places = [s.unit if (s := state.standing("p-1", at_day(day))) else None for day in range(7)]
    assert places == [None, "u-b", "u-b", "u-c", "u-c", "u-a", "u-a"]


# --- requirements ----------------------------------------------------------------------------


def test_R_149_the_tree_is_temporal_and_every_level_reconciles_as_of_a_day() -> None:
    world = World(members=4)
    world.do(FoundUnit(unit="u-east", kind="branch", parent="u-bureau"))
    world.later(days=10)
    moved = world.now
    for number in (3, 4):
        world.do(MovePerson(person=f"p-{number}", unit="u-east"), by=world.act(60))
    world.later(days=10)
    world.do(MoveUnit(unit="u-east", parent="u-city"))
    count = lambda unit, at: len(world.workflow.fact("organisation.people", STREAM, unit=unit, at=at))  # noqa: E731
    assert [count(u, START) for u in ("u-city", "u-bureau", "u-branch", "u-east")] == [5, 4, 4, 0]
    assert [count(u, moved) for u in ("u-city", "u-bureau", "u-branch", "u-east")] == [5, 4, 2, 2]
    assert [count(u, world.now) for u in ("u-city", "u-bureau", "u-branch", "u-east")] == [5, 2, 2, 2]


def test_R_149_a_unit_that_closes_keeps_its_lineage_and_its_old_counts() -> None:
    world = World(members=2)
    world.do(FoundUnit(unit="u-east", kind="branch", parent="u-bureau"))
    world.later(days=1)
    for number in (1, 2):
        world.do(MovePerson(person=f"p-{number}", unit="u-east"), by=world.act(60))
    world.do(CloseUnit(unit="u-branch", ground="merger"))
    state: Organisation = world.workflow.state(STREAM)
    assert sorted(state.people_of("u-branch", START)) == ["p-1", "p-2"]
    assert sorted(state.people_of("u-branch", world.now)) == []
    placing = state.placing("u-branch")
    assert placing is not None
    assert (placing.parent, placing.open) == ("u-bureau", False)
    assert [type(r.event) for r in world.workflow.history.events(UnitClosed, UnitFounded)][-1] is UnitClosed


def test_R_150_categories_are_temporal_and_drive_populations() -> None:
    world = World(members=3)
    world.later(days=5)
    retired = world.now
    world.do(ChangeCategories(person="p-2", categories=("retired", "member"), ground="retirement"))
    people = lambda at, **which: set(  # noqa: E731
        world.workflow.fact("organisation.people", STREAM, unit="u-branch", at=at, **which)
    )
    assert people(START, having=("retired",)) == set()
    assert people(retired, having=("retired",)) == {"p-2"}
    assert people(retired, without=("retired",)) == {"p-1", "p-3"}
    assert people(retired, having=("member",)) == {"p-1", "p-2", "p-3"}
    assert world.workflow.fact("organisation.known", STREAM, people=["p-2", "p-9"], at=retired) == {
        "p-2": frozenset({"member", "retired"})
    }


def test_R_150_a_retirement_recorded_late_still_holds_after_a_move_recorded_before() -> None:
    state: Organisation = past(
        ROOT_UNIT,
        B,
        C,
        JOINED,
        (PersonMoved(person="p-1", unit="u-c"), 5),
        (CategoriesChanged(person="p-1", categories=("retired",), ground="retirement"), 3),
    ).state
    assert state.people_of("u-c", at_day(6)) == {"p-1": frozenset({"retired"})}
    assert state.people_of("u-b", at_day(2)) == {"p-1": frozenset({"member"})}


def test_R_149_a_move_recorded_late_is_not_undone_by_a_change_of_category_recorded_before() -> None:
    state: Organisation = past(
        ROOT_UNIT,
        B,
        C,
        JOINED,
        (CategoriesChanged(person="p-1", categories=("retired",), ground="retirement"), 5),
        (PersonMoved(person="p-1", unit="u-c"), 3),
    ).state
    standing = state.standing("p-1", at_day(6))
    assert standing is not None
    assert (standing.unit, standing.categories) == ("u-c", frozenset({"retired"}))


def test_who_left_is_brought_back_by_joining_again_only() -> None:
    gone = past(
        ROOT_UNIT,
        B,
        C,
        JOINED,
        (PersonMoved(person="p-1", unit="u-c"), 5),
        (PersonLeft(person="p-1", ground="transferred-out"), 3),
    )
    assert gone.state.standing("p-1", at_day(2)).unit == "u-b"
    assert gone.state.standing("p-1", at_day(6)) is None
    again = RegisterPerson(person="p-1", unit="u-c", categories=("member",))
    gone.when(again, effective_at=at_day(6)).then(
        PersonJoined(person="p-1", unit="u-c", categories=("member",))
    )


def test_a_move_recorded_late_may_not_close_a_circle_in_the_past() -> None:
    tree = past(
        ROOT_UNIT, B, C, (UnitMoved(unit="u-b", parent="u-c"), 10), (UnitMoved(unit="u-b", parent="u-a"), 20)
    )
    tree.when(MoveUnit(unit="u-c", parent="u-b"), effective_at=at_day(5)).refused(CYCLE)
    tree.when(MoveUnit(unit="u-c", parent="u-b"), effective_at=at_day(12)).refused(CYCLE)
    tree.when(MoveUnit(unit="u-c", parent="u-b"), effective_at=at_day(20)).then(
        UnitMoved(unit="u-c", parent="u-b")
    )


def test_nobody_joins_a_unit_before_it_was_founded_or_once_it_is_known_to_close() -> None:
    tree = past(
        ROOT_UNIT,
        (UnitFounded(unit="u-b", kind="branch", parent="u-a"), 5),
        (UnitClosed(unit="u-b", ground="merger"), 9),
    )
    join = RegisterPerson(person="p-1", unit="u-b", categories=("member",))
    for day in (4, 6, 9):
        tree.when(join, effective_at=at_day(day)).refused(UNKNOWN_UNIT)
    past(ROOT_UNIT, (UnitFounded(unit="u-b", kind="branch", parent="u-a"), 5)).when(
        join, effective_at=at_day(4)
    ).refused(UNKNOWN_UNIT)
    past(ROOT_UNIT, (UnitFounded(unit="u-b", kind="branch", parent="u-a"), 5)).when(
        join, effective_at=at_day(5)
    ).then(PersonJoined(person="p-1", unit="u-b", categories=("member",)))


def test_a_unit_that_somebody_still_counts_in_later_cannot_be_closed_before() -> None:
    tree = past(ROOT_UNIT, B, C, JOINED, (PersonMoved(person="p-1", unit="u-c"), 8))
    close = CloseUnit(unit="u-b", ground="merger")
    refusal = tree.when(close, effective_at=at_day(7)).refused(NOT_EMPTY)
    assert "1 people and 0 units" in refusal.sentence
    tree.when(close, effective_at=at_day(8)).then(UnitClosed(unit="u-b", ground="merger"))


def test_a_post_has_its_holder_as_of_a_day() -> None:
    state: Organisation = past(
        ROOT_UNIT,
        B,
        JOINED,
        (PersonJoined(person="p-2", unit="u-b", categories=("member",)), 1),
        (PostAssigned(post="secretary", unit="u-b", person="p-1"), 2),
        (PostEnded(post="secretary", unit="u-b", person="p-1", ground="rotation"), 5),
        (PostAssigned(post="secretary", unit="u-b", person="p-2"), 5),
    ).state
    assert [state.holders("secretary", "u-b", at_day(day)) for day in (1, 2, 4, 5)] == [
        (),
        ("p-1",),
        ("p-1",),
        ("p-2",),
    ]


def test_titles_and_names_are_sealed_under_the_unit_and_the_person() -> None:
    world = World(members=1)
    world.do(FoundUnit(unit="u-east", kind="branch", parent="u-bureau", title=Personal("东区支部")))
    world.do(RegisterPerson(person="p-9", unit="u-east", categories=("member",), name=Personal("王小明")))
    names = world.workflow.state(STREAM).names
    assert world.workflow.reveal(names["u-east"]) == "东区支部"
    assert world.workflow.reveal(names["p-9"]) == "王小明"
    assert world.workflow.openings.erase("p-9") == 1
    assert str(world.workflow.reveal(names["p-9"])) == "[erased]"
    assert all("王小明".encode() not in record.bytes for record in world.store.read())


# --- refusals, each with its counterpart -----------------------------------------------------

TREE = past(
    ROOT_UNIT,
    B,
    C,
    JOINED,
    (PostAssigned(post="secretary", unit="u-b", person="p-1"), 1),
    (PersonJoined(person="p-5", unit="u-a", categories=("member",)), 0),
    (PersonMoved(person="p-5", unit="u-b"), 9),
    (UnitFounded(unit="u-e", kind="branch", parent="u-a"), 0),
    (PersonAttached(person="p-1", unit="u-c", ground="secondment"), 1),
)


def merge(*units: str, into: str = "u-b") -> MergeUnits:
    return MergeUnits(units=units, into=into, ground="merger")


def split(*into: str, unit: str = "u-b", **parts: dict[str, str]) -> SplitUnit:
    return SplitUnit(unit=unit, into=into, ground="division", **parts)


REFUSED: list[tuple[Reason, Command, Command]] = [
    (
        UNIT_TAKEN,
        FoundUnit(unit="u-b", kind="branch", parent="u-a"),
        FoundUnit(unit="u-d", kind="branch", parent="u-a"),
    ),
    (UNKNOWN_UNIT, MoveUnit(unit="u-b", parent="u-z"), MoveUnit(unit="u-b", parent="u-c")),
    (SECOND_ROOT, FoundUnit(unit="u-d", kind="bureau"), FoundUnit(unit="u-d", kind="bureau", parent="u-a")),
    (CYCLE, MoveUnit(unit="u-a", parent="u-b"), MoveUnit(unit="u-c", parent="u-b")),
    (NOT_EMPTY, CloseUnit(unit="u-a", ground="merger"), CloseUnit(unit="u-c", ground="merger")),
    (
        PERSON_TAKEN,
        RegisterPerson(person="p-1", unit="u-c", categories=("member",)),
        RegisterPerson(person="p-2", unit="u-c", categories=("member",)),
    ),
    (UNKNOWN_PERSON, MovePerson(person="p-2", unit="u-c"), MovePerson(person="p-1", unit="u-c")),
    (
        NO_CATEGORY,
        ChangeCategories(person="p-1", categories=(), ground="review"),
        ChangeCategories(person="p-1", categories=("away",), ground="review"),
    ),
    (UNCHANGED, MovePerson(person="p-1", unit="u-b"), MovePerson(person="p-1", unit="u-c")),
    (
        NOT_IN_POST,
        EndPost(post="deputy", unit="u-b", person="p-1", ground="rotation"),
        EndPost(post="secretary", unit="u-b", person="p-1", ground="rotation"),
    ),
    (
        NO_PARENT,
        FoundUnit(unit="u-d", kind="group", until=at_day(30)),
        LimitUnit(unit="u-c", until=at_day(30), ground="task"),
    ),
    (
        ENDS_BEFORE,
        LimitUnit(unit="u-c", until=at_day(2), ground="task"),
        LimitUnit(unit="u-c", until=at_day(3), ground="task"),
    ),
    (NAMED_TWICE, merge("u-c", "u-c"), ReclassifyUnit(unit="u-c", kind="group", ground="review")),
    (ONE_PART, split("u-c"), split("u-b", "u-c", people={})),
    (
        NOT_IN_UNIT,
        split("u-b", "u-c", people={"p-9": "u-c"}),
        split("u-b", "u-c"),
    ),
    (NO_SUCH_PART, split("u-b", "u-c", people={"p-1": "u-e"}), split("u-b", "u-c", people={"p-1": "u-b"})),
    (COMES_LATER, merge("u-b", into="u-c"), split("u-b", "u-e")),
    (
        NO_GUEST,
        DetachPerson(person="p-1", unit="u-e", ground="return"),
        DetachPerson(person="p-1", unit="u-c", ground="return"),
    ),
]


@pytest.mark.parametrize(
    ("reason", "refused", "permitted"), REFUSED, ids=lambda value: getattr(value, "code", "")
)
def test_each_reason_is_given_and_its_counterpart_succeeds(
    reason: Reason, refused: Command, permitted: Command
) -> None:
    refusal = TREE.when(refused, effective_at=at_day(2)).refused(reason)
    assert refusal.sentence
    assert refusal.remedy
    assert len(TREE.when(permitted, effective_at=at_day(2)).events) == 1


def test_the_table_of_refusals_is_complete() -> None:
    assert {reason for reason, _, _ in REFUSED} == set(REASONS) == set(DECIDER.reasons)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (FoundUnit(unit="u-d", kind="branch", parent="u-z"), UNKNOWN_UNIT),
        (CloseUnit(unit="u-z", ground="merger"), UNKNOWN_UNIT),
        (RegisterPerson(person="p-2", unit="u-z", categories=("member",)), UNKNOWN_UNIT),
        (RegisterPerson(person="p-2", unit="u-b", categories=()), NO_CATEGORY),
        (MovePerson(person="p-1", unit="u-z"), UNKNOWN_UNIT),
        (ChangeCategories(person="p-1", categories=("member",), ground="review"), UNCHANGED),
        (ChangeCategories(person="p-2", categories=("member",), ground="review"), UNKNOWN_PERSON),
        (RemovePerson(person="p-2", ground="transferred-out"), UNKNOWN_PERSON),
        (AssignPost(post="secretary", unit="u-z", person="p-1"), UNKNOWN_UNIT),
        (AssignPost(post="secretary", unit="u-b", person="p-2"), UNKNOWN_PERSON),
        (AssignPost(post="secretary", unit="u-b", person="p-1"), UNCHANGED),
        (merge("u-z", into="u-c"), UNKNOWN_UNIT),
        (merge("u-c", into="u-z"), UNKNOWN_UNIT),
        (merge("u-c", into="u-c"), NAMED_TWICE),
        (merge("u-a", into="u-b"), CYCLE),
        (split("u-c", "u-e"), NOT_EMPTY),
        (split("u-c", "u-c"), NAMED_TWICE),
        (split("u-c", "u-z"), UNKNOWN_UNIT),
        (split("u-a", "u-c", unit="u-a", units={"u-z": "u-c"}), NOT_IN_UNIT),
        (split("u-a", "u-c", unit="u-a", units={"u-c": "u-c"}), CYCLE),
        (split("u-c", "u-e", people={"p-1": "u-c"}), COMES_LATER),
        (LimitUnit(unit="u-z", until=at_day(9), ground="task"), UNKNOWN_UNIT),
        (FoundUnit(unit="u-d", kind="group", parent="u-a", until=at_day(2)), ENDS_BEFORE),
        (ReclassifyUnit(unit="u-z", kind="group", ground="review"), UNKNOWN_UNIT),
        (ReclassifyUnit(unit="u-c", kind="branch", ground="review"), UNCHANGED),
        (AttachPerson(person="p-1", unit="u-z", ground="secondment"), UNKNOWN_UNIT),
        (AttachPerson(person="p-9", unit="u-c", ground="secondment"), UNKNOWN_PERSON),
        (AttachPerson(person="p-1", unit="u-b", ground="secondment"), UNCHANGED),
        (AttachPerson(person="p-1", unit="u-c", ground="secondment"), UNCHANGED),
    ],
)
def test_every_other_way_to_be_refused(command: Command, reason: Reason) -> None:
    TREE.when(command, effective_at=at_day(2)).refused(reason)
