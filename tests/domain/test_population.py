"""Frozen populations: R-067, R-149."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import START, World, duties

from party_workflow.authority import OWN_CASE, AdoptRoles, Recuse
from party_workflow.codec import Command, kinds_of_strings
from party_workflow.domain import population
from party_workflow.domain.organisation import (
    ChangeCategories,
    CloseUnit,
    FoundUnit,
    MovePerson,
    RegisterPerson,
    RemovePerson,
)
from party_workflow.domain.population import (
    ALREADY_IN,
    DECIDER,
    EMPTY,
    FUTURE,
    NO_UNITS,
    NOT_IN,
    OF_OTHERS,
    OTHER_KIND,
    OUT_OF_ORDER,
    TAKEN,
    UNKNOWN,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
    AddToPopulation,
    AddUnitToPopulation,
    FreezePopulation,
    FreezeUnits,
    PopulationFrozen,
    PopulationJoined,
    PopulationLeft,
    RemoveFromPopulation,
    RemoveUnitFromPopulation,
    UnitJoined,
    UnitLeft,
    UnitsFrozen,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import Reason
from party_workflow.testing.scenario import given

STREAM = "population/c-1"
DAY = timedelta(days=1)

FREEZE = FreezePopulation(key="c-1", unit="u-branch", having=("member",))


def add(person: str) -> AddToPopulation:
    return AddToPopulation(key="c-1", person=person, ground="transferred-in")


def remove(person: str) -> RemoveFromPopulation:
    return RemoveFromPopulation(key="c-1", person=person, ground="transferred-out")


def frozen(members: int = 4) -> World:
    """A world whose members p-1 to p-4 are frozen, a day after they registered."""
    world = World(DECIDER, members=members)
    world.later(days=1)
    world.do(FREEZE)
    return world


FREEZE_UNITS = FreezeUnits(key="c-1", unit="u-city", kinds=("branch", "firm"))


def add_unit(unit: str, key: str = "c-1") -> AddUnitToPopulation:
    return AddUnitToPopulation(key=key, unit=unit, ground="newly_founded")


def remove_unit(unit: str, key: str = "c-1") -> RemoveUnitFromPopulation:
    return RemoveUnitFromPopulation(key=key, unit=unit, ground="closed")


def frozen_units() -> World:
    """A world in which u-branch and the firm u-f1 are frozen under ``c-3``; u-f2 was founded a day later."""
    world = frozen()
    world.do(FoundUnit(unit="u-f1", kind="firm", parent="u-bureau"))
    world.later(hours=1)
    world.do(FREEZE_UNITS.model_copy(update={"key": "c-3"}))
    world.later(days=1)
    world.do(FoundUnit(unit="u-f2", kind="firm", parent="u-bureau"))
    return world


PEOPLE = [f"p-{number}" for number in range(2, 7)]  # p-5 and p-6 are not registered in a world of four

COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from(PEOPLE).map(add),
    st.sampled_from(PEOPLE).map(remove),
    st.just(FREEZE),
    st.just(FREEZE.model_copy(update={"having": ("retired",)})),
    st.just(FREEZE_UNITS),
    st.sampled_from(["u-branch", "u-bureau", "u-f1", "u-none"]).map(add_unit),
    st.sampled_from(["u-branch", "u-bureau", "u-f1", "u-none"]).map(remove_unit),
)


@settings(max_examples=60)
@examples(st.booleans(), st.lists(st.tuples(COMMANDS, st.integers(-2, 0)), max_size=12))
def test_whatever_is_asked_of_a_population_it_replays_and_its_summary_adds_up(
    begun: bool, steps: list[tuple[Command, int]]
) -> None:
    world = frozen() if begun else World(DECIDER, members=4)
    world.do(FoundUnit(unit="u-f1", kind="firm", parent="u-bureau"))
    world.later(days=3)
    for command, days in steps:
        world.later(hours=1)
        attempt(world, command, effective_at=world.now + days * DAY)
        state = world.workflow.state(STREAM)
        summary = state.summary()
        inside = len(state.people()) + len(state.units())
        assert summary.frozen + summary.joined - summary.left == summary.now == inside
        assert state.people(world.now) == state.people()
        assert state.units(world.now) == state.units()
        assert not (state.people() and state.units())
    replays(world, STREAM)


def test_R_067_the_people_of_a_campaign_are_frozen_with_the_categories_of_then() -> None:
    world = World(DECIDER, members=3)
    world.do(ChangeCategories(person="p-3", categories=("member", "retired"), ground="retirement"))
    world.do(FREEZE)
    world.later(days=5)
    world.do(ChangeCategories(person="p-2", categories=("member", "away"), ground="left-post"))
    world.do(RemovePerson(person="p-1", ground="transferred-out"), by=world.act(60))
    assert world.workflow.fact("population.people", STREAM) == {
        "p-1": frozenset({"member"}),
        "p-2": frozenset({"member"}),
        "p-3": frozenset({"member", "retired"}),
    }


def test_R_067_later_joins_and_leaves_are_events_with_their_ground_and_the_categories_of_then() -> None:
    world = frozen(members=3)
    world.later(days=10)
    world.do(RegisterPerson(person="p-9", unit="u-branch", categories=("probationary", "member")))
    world.do(add("p-9"), remove("p-2"))
    events = [item.event for item in world.workflow.history.events(PopulationJoined, PopulationLeft)]
    assert events == [
        PopulationJoined(person="p-9", categories=("member", "probationary"), ground="transferred-in"),
        PopulationLeft(person="p-2", ground="transferred-out"),
    ]
    assert list(world.workflow.fact("population.people", STREAM)) == ["p-1", "p-3", "p-9"]
    summary = world.workflow.fact("population.summary", STREAM)
    assert (summary.frozen, summary.joined, summary.left, summary.now) == (3, 1, 1, 3)


def test_R_149_a_population_can_be_asked_as_of_any_moment_on_either_clock() -> None:
    world = frozen(members=3)
    before = world.now
    world.later(days=10)
    world.do(remove("p-2"), effective_at=world.now - 4 * DAY)
    people = ["p-1", "p-2", "p-3"]
    state = world.workflow.state(STREAM)
    assert list(state.people(before)) == people
    assert list(state.people(world.now - 4 * DAY)) == ["p-1", "p-3"]
    assert list(world.workflow.state(STREAM, effective=world.now - 5 * DAY).people()) == people
    assert list(world.workflow.state(STREAM, known=world.now - DAY).people()) == people
    assert list(world.workflow.state(STREAM, known=world.now).people()) == ["p-1", "p-3"]


def test_a_population_is_taken_as_of_the_moment_named_or_else_of_when_it_takes_effect() -> None:
    world = World(DECIDER, members=3)
    registered = world.now
    world.later(days=5)
    world.do(MovePerson(person="p-3", unit="u-city"), by=world.act(60))
    world.later(days=1)
    keys = ("then", "effect", "now", "late")
    world.do(FREEZE.model_copy(update={"key": "then", "on": registered}))
    world.do(FREEZE.model_copy(update={"key": "effect"}), effective_at=registered)
    world.do(FREEZE.model_copy(update={"key": "now"}))
    world.do(FREEZE.model_copy(update={"key": "late", "on": world.now}), effective_at=registered)
    found = {key: list(world.workflow.state(f"population/{key}").people()) for key in keys}
    assert found == {
        "then": ["p-1", "p-2", "p-3"],
        "effect": ["p-1", "p-2", "p-3"],
        "now": ["p-1", "p-2"],
        "late": ["p-1", "p-2"],
    }
    assert world.workflow.state("population/then").on == registered
    assert world.workflow.state("population/now").on == world.now


def test_a_population_keeps_what_was_asked_for_and_takes_units_below() -> None:
    world = World(DECIDER, members=3)
    world.do(ChangeCategories(person="p-3", categories=("member", "away"), ground="left-post"))
    world.do(FreezePopulation(key="c-1", unit="u-city", having=("member", "member"), without=("away",)))
    (event,) = [item.event for item in world.workflow.history.events(PopulationFrozen)]
    assert event == PopulationFrozen(
        unit="u-city",
        on=START,
        having=("member",),
        without=("away",),
        people={"p-1": ("member",), "p-2": ("member",), "p-60": ("member",)},
    )


def test_freezing_a_population_is_work_that_a_campaign_can_cite() -> None:
    world = World(DECIDER, members=2)
    assert world.workflow.fact("population.work", STREAM) is None
    serves = (Serves(campaign="study", task="survey"),)
    world.do(FREEZE.model_copy(update={"serves": serves}))
    work = world.workflow.fact("population.work", STREAM)
    assert (work.stream, work.kind, work.unit, work.state) == (STREAM, "population", "u-branch", "frozen")
    assert (work.done, work.serves, work.people) == (True, serves, {"p-1", "p-2"})


def test_R_156_units_are_frozen_by_kind_and_newly_founded_ones_enter_from_their_date() -> None:
    world = frozen_units()
    founded = world.now
    world.later(days=30)
    world.do(add_unit("u-f2", "c-3"), effective_at=founded)
    world.do(CloseUnit(unit="u-f1", ground="bankrupt"))
    world.do(remove_unit("u-f1", "c-3"))
    state = world.workflow.state("population/c-3")
    assert state.units(founded - DAY) == {"u-branch": "branch", "u-f1": "firm"}
    assert state.units(founded) == {"u-branch": "branch", "u-f1": "firm", "u-f2": "firm"}
    assert world.workflow.fact("population.units", "population/c-3") == {"u-branch": "branch", "u-f2": "firm"}
    summary = state.summary()
    assert (summary.frozen, summary.joined, summary.left, summary.now) == (2, 1, 1, 2)
    events = [item.event for item in world.workflow.history.events(UnitsFrozen, UnitJoined, UnitLeft)]
    assert events[1:] == [
        UnitJoined(unit="u-f2", kind="firm", ground="newly_founded"),
        UnitLeft(unit="u-f1", ground="closed"),
    ]


def test_freezing_units_takes_those_that_stand_below_and_of_any_kind_where_none_is_named() -> None:
    world = frozen_units()
    world.do(CloseUnit(unit="u-f2", ground="bankrupt"))
    world.do(FreezeUnits(key="all", unit="u-city", kinds=()))
    assert list(world.workflow.state("population/all").units()) == ["u-branch", "u-bureau", "u-f1"]
    work = world.workflow.fact("population.work", "population/all")
    assert (work.unit, work.state, work.people) == ("u-city", "frozen", frozenset())


# --- refusals --------------------------------------------------------------------------------

# For each reason: how many days back the refused command takes effect, the command, one that goes through.
REFUSALS: dict[Reason, tuple[int, Command, Command]] = {
    TAKEN: (0, FREEZE, FREEZE.model_copy(update={"key": "c-2"})),
    UNKNOWN: (0, AddToPopulation(key="c-9", person="p-2", ground="new"), add("p-60")),
    FUTURE: (
        0,
        FREEZE.model_copy(update={"key": "c-2", "on": START + 9 * DAY}),
        FREEZE.model_copy(update={"key": "c-2", "on": START + DAY}),
    ),
    EMPTY: (
        0,
        FreezePopulation(key="c-2", unit="u-branch", having=("retired",)),
        FreezePopulation(key="c-2", unit="u-branch", without=("retired",)),
    ),
    NO_UNITS: (
        0,
        FreezeUnits(key="c-2", unit="u-branch"),
        FreezeUnits(key="c-2", unit="u-bureau"),
    ),
    OF_OTHERS: (0, add_unit("u-f1"), add_unit("u-f2", "c-3")),
    ALREADY_IN: (0, add("p-2"), add("p-60")),
    NOT_IN: (0, remove("p-60"), remove("p-2")),
    OUT_OF_ORDER: (2, remove("p-2"), remove("p-2")),
    UNKNOWN_PERSON: (0, add("p-404"), add("p-60")),
    UNKNOWN_UNIT: (0, add_unit("u-city", "c-3"), add_unit("u-f2", "c-3")),
    OTHER_KIND: (0, add_unit("u-bureau", "c-3"), add_unit("u-f2", "c-3")),
}


def test_every_reason_of_a_population_is_provoked() -> None:
    assert tuple(REFUSALS) == population.REASONS == DECIDER.reasons


@pytest.mark.parametrize("reason", REFUSALS, ids=lambda reason: reason.code)
def test_a_population_refuses_in_words_and_takes_the_permitted_counterpart(reason: Reason) -> None:
    days, refused, permitted = REFUSALS[reason]
    world = frozen_units()
    world.later(hours=1)
    refusal = attempt(world, refused, effective_at=world.now - days * DAY)
    assert refusal is not None
    assert refusal.code == reason.code
    assert "{" not in str(refusal)
    assert attempt(world, permitted) is None


def test_a_change_before_the_last_one_of_the_same_person_is_out_of_order() -> None:
    world = frozen()
    world.later(days=5)
    world.do(remove("p-2"))
    refusal = attempt(world, add("p-2"), effective_at=world.now - DAY)
    assert refusal is not None
    assert refusal.code == OUT_OF_ORDER.code
    assert attempt(world, remove("p-3"), effective_at=world.now - DAY) is None
    world.later(days=5)
    assert attempt(world, add("p-2")) is None
    refusal = attempt(world, remove("p-2"), effective_at=world.now - DAY)
    assert refusal is not None
    assert refusal.code == OUT_OF_ORDER.code


def test_who_joins_does_so_in_the_categories_of_when_it_takes_effect() -> None:
    world = frozen()
    world.do(RegisterPerson(person="p-9", unit="u-branch", categories=("member", "probationary")))
    joined = world.now
    world.later(days=9)
    world.do(ChangeCategories(person="p-9", categories=("member",), ground="admitted"))
    refusal = attempt(world, add("p-9"), effective_at=joined - timedelta(minutes=1))
    assert refusal is not None
    assert refusal.code == OUT_OF_ORDER.code
    world.do(add("p-9"), effective_at=joined)
    assert world.workflow.state(STREAM).people()["p-9"] == {"member", "probationary"}


def test_the_last_one_may_leave_a_population() -> None:
    world = World(DECIDER, members=1)
    world.do(FREEZE)
    assert attempt(world, remove("p-1"), by=world.act(60)) is None
    assert world.workflow.state(STREAM).people() == {}


def test_the_order_in_which_categories_are_named_leaves_the_bytes_alone() -> None:
    facts = ({"p-2": frozenset({"b", "a"}), "p-1": frozenset({"c"})},)
    one = given(DECIDER).knowing(*facts).when(FREEZE.model_copy(update={"having": ("x", "y")}))
    two = given(DECIDER).knowing(*facts).when(FREEZE.model_copy(update={"having": ("y", "x")}))
    assert one.events == two.events
    (event,) = one.events
    assert isinstance(event, PopulationFrozen)
    assert list(event.people.items()) == [("p-1", ("c",)), ("p-2", ("a", "b"))]


# --- authority -------------------------------------------------------------------------------


def test_nobody_takes_themselves_into_a_population_or_out_of_it() -> None:
    world = frozen()
    for command in (remove("p-2"), add("p-2")):
        refusal = attempt(world, command, by=world.act(2))
        assert refusal is not None
        assert refusal.code == OWN_CASE.code
        assert attempt(world, command, by=world.act(3)) is None


def test_freezing_and_changing_a_population_take_their_duties() -> None:
    world = World(DECIDER, members=3)
    everything = duties(world.model)
    assert {"population.freeze", "population.change"} <= set(everything)
    world.do(AdoptRoles(roles={"everything": tuple(d for d in everything if d != "population.freeze")}))
    assert _code(attempt(world, FREEZE)) == "authority.duty_not_covered"
    assert _code(attempt(world, FREEZE, by=world.self_(2))) == "authority.duty_not_covered"
    world.do(AdoptRoles(roles={"everything": tuple(d for d in everything if d != "population.change")}))
    assert attempt(world, FREEZE) is None
    assert _code(attempt(world, remove("p-2"))) == "authority.duty_not_covered"
    world.do(AdoptRoles(roles={"everything": tuple(everything)}))
    assert attempt(world, remove("p-2")) is None


def test_who_stepped_back_from_a_population_changes_nothing_in_it() -> None:
    world = frozen()
    world.do(Recuse(person="p-2", matter=STREAM), by=world.self_(2))
    assert _code(attempt(world, remove("p-3"), by=world.act(2))) == "authority.recused"


def _code(refusal: object) -> str | None:
    return getattr(refusal, "code", None)


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        (FREEZE_UNITS, TAKEN),
        (FREEZE_UNITS.model_copy(update={"key": "c-2", "on": START + 99 * DAY}), FUTURE),
        (remove("p-2").model_copy(update={"key": "c-3"}), OF_OTHERS),
        (add_unit("u-branch", "c-3"), ALREADY_IN),
        (remove_unit("u-f2", "c-3"), NOT_IN),
        (add_unit("u-f2", "c-9"), UNKNOWN),
    ],
)
def test_a_population_of_units_refuses_for_the_same_reasons(refused: Command, reason: Reason) -> None:
    assert _code(attempt(frozen_units(), refused)) == reason.code


def test_a_change_of_units_takes_the_duty_over_the_unit_of_the_population() -> None:
    world = frozen_units()
    everything = duties(world.model)
    world.do(AdoptRoles(roles={"everything": tuple(d for d in everything if d != "population.change")}))
    assert _code(attempt(world, add_unit("u-f2", "c-3"))) == "authority.duty_not_covered"
    world.do(AdoptRoles(roles={"everything": tuple(d for d in everything if d != "population.freeze")}))
    assert (
        _code(attempt(world, FREEZE_UNITS.model_copy(update={"key": "c-4"}))) == "authority.duty_not_covered"
    )
    assert attempt(world, add_unit("u-f2", "c-3")) is None


@pytest.mark.parametrize("event", DECIDER.events)
def test_no_event_of_a_population_has_a_place_for_free_text(event: type) -> None:
    assert "unmarked" not in kinds_of_strings(event).values()
