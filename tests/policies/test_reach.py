"""Rates with their population and what lies outside; progress against plan; statistics that do not reach."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.support.pack import PackWorld

from party_workflow.domain.ledger import Book, LedgerDefinition, OpenLedger, ReverseEntry
from party_workflow.errors import InvalidInput
from party_workflow.packs import party
from party_workflow.policies.accounts.reach import programme, reach
from party_workflow.policies.figure import constant, counted, share
from party_workflow.policies.stated import Outside, stated
from party_workflow.quantity import Bounds, Quantity

STREAM = "ledger/roads"
PLANS = {
    "guard_facilities_built": "guard_facilities_planned",
    "safety_project_built": "safety_project_planned",
}


def roads() -> PackWorld:
    """The ledger of roads, from pack data alone."""
    world = PackWorld("road_network", members=4)
    digest = party.PACK.read_as(LedgerDefinition, "road_network").digest
    world.do(OpenLedger(key="roads", unit="u-bureau", definition_code="road_network", definition=digest))
    return world


def book(world: PackWorld, account: str, text: str) -> str:
    command = Book(key="roads", account=account, amount=Quantity.parse(text))
    receipt = world.do(command, by=world.act(2))
    return list(world.workflow.history.up_to(receipt.last_position).records())[-1].envelope.event_id


def test_R_130_coverage_of_the_statistics_is_an_indicator_with_both_counts_and_what_lies_outside() -> None:
    world = roads()
    counted_ = book(world, "rural_roads_in_statistics", "10490 km")
    entire = book(world, "rural_roads", ">= 18000 km")
    found = reach(world.workflow.history, STREAM, "rural_roads_in_statistics", "rural_roads")
    assert found.rate.percent.bounds.upper == Fraction(10490, 18000) * 100
    assert found.rate.percent.bounds == Bounds(Fraction(0), Fraction(10490, 180), True, False)
    assert str(found) == "10490 km of >= 18000 km: > 0.00 and <= 58.28 %; outside: >= 7510 km"
    assert found.events == (counted_, entire)
    assert found.outside("statistics-yearbook").amount == Quantity.parse(">= 7510 km")


def test_R_130_a_rate_within_the_statistics_states_its_population_and_the_roads_outside() -> None:
    world = roads()
    book(world, "rural_roads_in_statistics", "10490 km")
    book(world, "rural_roads", ">= 18000 km")
    found = reach(world.workflow.history, STREAM, "rural_roads_in_statistics", "rural_roads")
    part, whole = constant("kept.up", 9441, "roads", "r"), constant("in.statistics", 10490, "roads", "r")
    rate = stated(share("kept.up.share", part, whole, "roads", "r"), found.outside("statistics-yearbook"))
    assert rate.rate.value == Fraction(9, 10)
    assert (rate.part, rate.population) == (part, whole)
    assert not rate.whole
    assert list(rate.lines()) == [
        "kept.up.share: 9441 of 10490 = 9/10",
        "outside rural_roads.outside: >= 7510 km (statistics-yearbook)",
    ]


def test_R_130_no_rate_is_stated_in_silence_about_what_lies_outside() -> None:
    part, whole = counted("done", "c", "b", (), 3), counted("all", "c", "b", (), 4)
    rate = share("rate", part, whole, "c", "b")
    with pytest.raises(InvalidInput, match="Nothing is said of what lies outside"):
        stated(rate)
    with pytest.raises(InvalidInput, match="no share"):
        stated(part, Outside("roads", None, "register"))
    known = stated(rate, Outside("roads", None, "register"))
    assert known.whole
    assert list(known.lines())[1] == "outside roads: none known (register)"


def test_R_130_where_the_statistics_hold_everything_nothing_lies_outside() -> None:
    world = roads()
    book(world, "rural_roads_in_statistics", "10490 km")
    with pytest.raises(InvalidInput, match="Nothing that has a bound"):
        reach(world.workflow.history, STREAM, "rural_roads_in_statistics", "rural_roads")
    book(world, "rural_roads", "10490 km")
    found = reach(world.workflow.history, STREAM, "rural_roads_in_statistics", "rural_roads")
    assert found.outside("yearbook").amount is None
    with pytest.raises(InvalidInput):
        reach(world.workflow.history, STREAM, "rural_roads", "safety_project_built")


def test_R_129_what_is_only_known_as_at_least_stays_a_lower_bound_in_the_programme() -> None:
    world = roads()
    book(world, "trunk_road_managed", "950 km")
    book(world, "guard_facilities_planned", "250 km")
    book(world, "guard_facilities_built", ">= 200 km")
    book(world, "safety_project_planned", ">= 1000 km")
    book(world, "safety_project_built", "600 km")
    guard, safety = programme(world.workflow.history, STREAM, PLANS)
    assert (guard.done.bound, guard.done.text) == ("lower", ">= 200 km")
    assert str(guard) == (
        "guard_facilities_built: >= 200 km of 250 km planned: >= 80.00 %, possibly beyond plan."
    )
    assert not guard
    assert (safety.planned.bound, bool(safety)) == ("lower", True)


def test_R_129_beyond_plan_is_said_and_nothing_is_cut_off() -> None:
    world = roads()
    book(world, "guard_facilities_planned", "150 km")
    too_much = book(world, "guard_facilities_built", ">= 200 km")
    guard, safety = programme(world.workflow.history, STREAM, PLANS)
    assert guard.progress is not None
    assert (guard.progress.beyond, guard.progress.excess) == ("yes", 50)
    assert "beyond plan by at least 50 km" in str(guard)
    assert "no progress can be stated" in str(safety)
    assert not safety
    world.do(ReverseEntry(key="roads", entry=too_much, ground="mistaken"), by=world.act(2))
    book(world, "guard_facilities_built", "150 km")
    assert programme(world.workflow.history, STREAM, PLANS)[0]


def test_R_129_what_is_built_without_a_plan_is_not_within_one() -> None:
    world = roads()
    book(world, "guard_facilities_built", "10 km")
    guard, _ = programme(world.workflow.history, STREAM, PLANS)
    assert not guard
    assert guard.progress is None
