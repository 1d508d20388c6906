"""Balances of points: R-077, R-083, R-089, and totals across rule sets."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from tests.support.world import START, World

from party_workflow.calendar import Period
from party_workflow.domain import definition, points
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import MovePerson, RemovePerson
from party_workflow.domain.points import (
    Clause,
    ExcludeFromPoints,
    GrantPoints,
    ImportPoints,
    OpenPoints,
    PointsScheme,
    ReverseEntry,
    Standing,
)
from party_workflow.errors import InvalidInput, Refused
from party_workflow.packs import party
from party_workflow.policies.accounts.balances import (
    MIXED_RULES,
    Normalisation,
    balances,
    posted,
    reach,
    scope,
    total,
    unit_entries,
    unit_ranking,
)

DAY = timedelta(days=1)
YEAR = Period("2009")
SCHEME = PointsScheme(
    code="member_points",
    version=1,
    clauses=(Clause(code="deed", amount=Decimal(1), at_most=Decimal(100)),),
    sources=("learning_platform",),
)
NEXT = SCHEME.model_copy(update={"version": 2, "clauses": (Clause(code="deed", amount=Decimal(10)),)})


def counting(*people: int) -> World:
    """A world of nine in which these people count in ``u-branch``, a day after they registered."""
    world = World(points.DECIDER, definition.decider({"points": PointsScheme.model_validate}), members=9)
    world.do(AdoptDefinition(code="member-points", kind="points", version=1, body=SCHEME.data()))
    world.later(days=1)
    for number in people:
        world.do(OpenPoints(scheme="member-points", person=f"p-{number}", unit="u-branch"))
    return world


def give(world: World, number: int, amount: int | str, rules: PointsScheme = SCHEME, **more: Any) -> str:
    command = GrantPoints(
        scheme="member-points",
        person=f"p-{number}",
        definition=rules.digest,
        clause="deed",
        amount=Decimal(amount),
        period=YEAR,
        unit=more.get("unit", "u-branch"),
    )
    receipt = world.do(command, by=world.act(1), effective_at=more.get("at"))
    return list(world.workflow.history.up_to(receipt.last_position).records())[-1].envelope.event_id


def places(ranking: Any) -> list[tuple[str, int, str]]:
    return [(entry.subject, entry.place, str(entry.figure.value)) for entry in ranking.entries]


# --- R-083 -----------------------------------------------------------------------------------


def test_R_083_a_balance_is_a_projection_as_of_two_clocks_and_names_its_events() -> None:
    world = counting(2)
    first = give(world, 2, "1.5")
    morning = world.now
    world.later(days=10)
    late = give(world, 2, 3, at=morning)
    history = world.workflow.history
    (now,) = balances(history, "member-points", "p-2").values()
    assert (now.amount, [item.entry.event_id for item in now.entries]) == (Fraction(9, 2), [first, late])
    assert [item.event_id for item in now.figure().evidence()] == [first, late]
    (as_happened,) = balances(history.as_of(effective=morning), "member-points", "p-2").values()
    assert as_happened.amount == Fraction(9, 2)
    (as_known,) = balances(history.as_of(known=morning), "member-points", "p-2").values()
    assert as_known.amount == Fraction(3, 2)
    assert now.data()["amount"] == "9/2"


def test_R_083_no_entry_is_no_balance_and_not_a_balance_of_zero() -> None:
    world = counting(2, 3)
    entry = give(world, 2, 4)
    undo = ReverseEntry(scheme="member-points", person="p-2", entry=entry, ground="mistaken")
    world.do(undo, by=world.act(1))
    assert balances(world.workflow.history, "member-points", "p-3") == {}
    assert balances(world.workflow.history, "member-points", "p-2")["own"].amount == 0


def test_R_083_the_scope_says_who_is_outside_and_on_which_ground() -> None:
    world = counting(2, 3)
    out = ExcludeFromPoints(scheme="member-points", person="p-4", unit="u-branch", ground="retired")
    world.do(out, by=world.act(1))
    found = scope(world.workflow.history, "member-points", [f"p-{number}" for number in range(2, 6)])
    assert found.covered == ("p-2", "p-3")
    assert [(item.person, item.ground) for item in found.outside] == [("p-4", "retired"), ("p-5", None)]
    assert (found.unexplained, found.grounds, found.share) == (("p-5",), {"retired": 1}, Fraction(1, 2))
    excluded = found.outside[0].evidence
    assert excluded is not None
    assert excluded.stored_type == "points.excluded"


def test_R_083_a_scope_as_of_then_is_not_that_of_now() -> None:
    world = counting(2)
    before = world.now
    world.later(days=3)
    out = ExcludeFromPoints(scheme="member-points", person="p-2", unit="u-branch", ground="retired")
    world.do(out, by=world.act(1))
    history = world.workflow.history
    assert scope(history, "member-points", ["p-2"], at=before).covered == ("p-2",)
    assert scope(history, "member-points", ["p-2"]).covered == ()
    assert scope(history.as_of(known=before), "member-points", ["p-2"]).covered == ("p-2",)


def test_R_083_the_pilot_covers_8_602_of_9_945_and_leaves_1_343_outside_with_a_reason() -> None:
    people = [f"p-{number}" for number in range(1, 9_946)]
    stands = {person: Standing(START, None if n < 8_602 else "retired") for n, person in enumerate(people)}
    found = reach(stands, people)
    assert str(found) == ("8602 of 9945 covered (86.50 %); 1343 outside: retired 1343; without a reason: 0")
    assert found.share == Fraction(8_602, 9_945)


def test_R_083_a_balance_of_one_person_is_what_the_entries_of_all_say_of_them() -> None:
    world = counting(2, 3)
    for number, amount in ((2, 5), (3, 4), (2, 1)):
        give(world, number, amount)
    history = world.workflow.history
    for person in ("p-2", "p-3"):
        among_all = [item for item in posted(history, "member-points") if item.person == person]
        assert list(balances(history, "member-points", person)["own"].entries) == among_all


# --- R-077 -----------------------------------------------------------------------------------


def test_R_077_imported_points_are_a_balance_of_their_own() -> None:
    world = counting(2)
    give(world, 2, 4)
    said = ImportPoints(
        scheme="member-points",
        person="p-2",
        definition=SCHEME.digest,
        source="learning_platform",
        item="x-1",
        batch="b-1",
        stated_at=world.now,
        amount=Decimal(36),
        period=YEAR,
        unit="u-branch",
    )
    world.do(said, by=world.act(1))
    history = world.workflow.history
    found = balances(history, "member-points", "p-2")
    assert {origin: item.amount for origin, item in found.items()} == {"learning_platform": 36, "own": 4}
    entries = posted(history, "member-points")
    assert total(entries).amount == 4
    assert total(entries, origin="learning_platform").amount == 36
    assert places(unit_ranking(history, "member-points", "u-branch")) == [("p-2", 1, "4")]


# --- R-089 -----------------------------------------------------------------------------------


def moved() -> World:
    """p-2 earned 5 in ``u-branch``, moved to ``u-city`` at day 5, and earned 3 there."""
    world = counting(2, 3)
    give(world, 2, 5)
    give(world, 3, 4)
    world.later(days=5)
    world.do(MovePerson(person="p-2", unit="u-city"))
    world.later(days=1)
    give(world, 2, 3, unit="u-city")
    return world


def test_R_089_a_move_takes_no_past_points_to_the_new_branch() -> None:
    history = moved().workflow.history
    assert places(unit_ranking(history, "member-points", "u-branch")) == [("p-2", 1, "5"), ("p-3", 2, "4")]
    in_new = [item for item in unit_entries(history, "member-points", "u-city") if item.unit == "u-city"]
    assert [(item.person, item.entry.amount) for item in in_new] == [("p-2", Decimal(3))]


def test_R_089_the_past_ranking_stays_what_it_was() -> None:
    world = counting(2, 3)
    give(world, 2, 5)
    give(world, 3, 4)
    then = world.now
    before = unit_ranking(world.workflow.history, "member-points", "u-branch")
    world.later(days=5)
    world.do(MovePerson(person="p-2", unit="u-city"))
    world.later(days=1)
    give(world, 2, 30, unit="u-city")
    assert unit_ranking(world.workflow.history, "member-points", "u-branch") == before
    earlier = world.workflow.history.as_of(effective=then)
    assert unit_ranking(earlier, "member-points", "u-branch") == before


def test_R_089_leaving_deletes_no_entries() -> None:
    world = moved()
    count = len(posted(world.workflow.history))
    world.do(RemovePerson(person="p-3", ground="left"))
    world.later(days=1)
    history = world.workflow.history
    assert len(posted(history)) == count
    assert places(unit_ranking(history, "member-points", "u-branch")) == [("p-2", 1, "5"), ("p-3", 2, "4")]
    assert balances(history, "member-points", "p-3")["own"].amount == 4


def test_R_089_a_reversal_after_the_move_counts_where_the_entry_did() -> None:
    world = counting(2)
    entry = give(world, 2, 5)
    world.later(days=5)
    world.do(MovePerson(person="p-2", unit="u-city"))
    world.later(days=1)
    undo = ReverseEntry(scheme="member-points", person="p-2", entry=entry, ground="mistaken")
    world.do(undo, by=world.act(1))
    found = unit_entries(world.workflow.history, "member-points", "u-branch")
    assert [item.entry.amount for item in found] == [Decimal(5), Decimal(-5)]
    assert places(unit_ranking(world.workflow.history, "member-points", "u-branch")) == [("p-2", 1, "0")]


def test_equal_points_share_a_place() -> None:
    world = counting(2, 3, 4)
    for number, amount in ((2, 3), (3, 3), (4, 1)):
        give(world, number, amount)
    ranking = unit_ranking(world.workflow.history, "member-points", "u-branch", YEAR)
    assert places(ranking) == [("p-2", 1, "3"), ("p-3", 1, "3"), ("p-4", 3, "1")]
    assert places(unit_ranking(world.workflow.history, "member-points", "u-branch", Period("2008"))) == []


# --- rule sets -------------------------------------------------------------------------------


def test_totals_over_different_rule_sets_are_refused_unless_a_normalisation_is_named() -> None:
    world = counting(2, 3)
    give(world, 2, 5)
    world.do(AdoptDefinition(code="member-points", kind="points", version=2, body=NEXT.data()))
    give(world, 3, 10, rules=NEXT)
    history = world.workflow.history
    with pytest.raises(Refused) as refused:
        unit_ranking(history, "member-points", "u-branch")
    assert refused.value.refusal.code == MIXED_RULES.code
    with pytest.raises(Refused):
        total(posted(history))
    tenth = Normalisation("a-tenth", {SCHEME.digest: Fraction(1), NEXT.digest: Fraction(1, 10)})
    assert total(posted(history), tenth).amount == 6
    assert total(posted(history), tenth).normalisation == "a-tenth"
    ranking = unit_ranking(history, "member-points", "u-branch", normalisation=tenth)
    assert places(ranking) == [("p-2", 1, "5"), ("p-3", 2, "1")]
    with pytest.raises(Refused):
        total(posted(history), Normalisation("half", {SCHEME.digest: Fraction(1)}))
    (two,) = balances(history, "member-points", "p-2").values()
    assert two.by_rules == ((SCHEME.digest, Fraction(5)),)


# --- pack data -------------------------------------------------------------------------------


def test_R_077_points_under_the_scheme_of_the_pack() -> None:
    (adopt,) = party.definitions("member_points")
    body = PointsScheme.model_validate(adopt.body)
    world = World(points.DECIDER, definition.decider(party.VALIDATORS), members=3)
    world.do(adopt)
    world.later(days=1)
    world.do(OpenPoints(scheme=adopt.code, person="p-2", unit="u-branch"))
    common: dict[str, Any] = {"scheme": adopt.code, "person": "p-2", "definition": body.digest}
    said = ImportPoints(
        **common,
        source="learning_platform",
        item="x-1",
        batch="b-1",
        stated_at=world.now,
        amount=Decimal(36),
        period=YEAR,
        unit="u-branch",
    )
    deed = GrantPoints(
        **common, clause="points.volunteering", period=YEAR, unit="u-branch", evidence=("ab" * 32,)
    )
    world.do(said, deed, by=world.act(3))
    found = balances(world.workflow.history, "member-points", "p-2")
    assert {origin: item.amount for origin, item in found.items()} == {"learning_platform": 36, "own": 2}


def test_R_083_a_scheme_that_there_is_not_has_no_empty_balance() -> None:
    world = counting(2)
    assert balances(world.workflow.history, "member-points", "p-3") == {}
    with pytest.raises(InvalidInput, match="no scheme none by then"):
        balances(world.workflow.history, "none", "p-2")
