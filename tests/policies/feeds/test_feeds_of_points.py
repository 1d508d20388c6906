"""Entries that stand, and deductions from proposal to appeal."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import given as examples
from hypothesis import settings
from tests.domain.test_points import (
    STEPS,
    STREAM,
    balance,
    bonus,
    decision,
    deduct,
    do,
    grant,
    imported,
    notice,
    objection,
    opened,
    undo,
    walk,
)
from tests.domain.test_points_appeal import appeal, taken, verdict
from tests.policies.feeds.folding import cells, lawful
from tests.support.world import World

from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.figure import Absent

POINTS, DEDUCTIONS = FEEDS["points"], FEEDS["deductions"]
NONE, MISSING = Absent("not_applicable"), Absent("missing")


@settings(max_examples=40, deadline=None)
@examples(STEPS)
def test_the_entries_that_stand_add_up_to_the_balance_whatever_happened(steps: list[Any]) -> None:
    world = opened()
    walk(world, steps)
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for fact in lawful(POINTS, world.workflow.history):
        amount = fact["amount"]
        assert isinstance(amount, Fraction)
        sums[str(fact["clause"]) if fact["kind"] == "import" else "own"] += amount
        assert (fact["sign"] == "minus") == (amount < 0)
    found = {origin: value for origin, value in sums.items() if value}
    assert found == {origin: value for origin, value in balance(world).items() if value}
    state = world.workflow.state(STREAM)
    numbers = [number for (number,) in cells(DEDUCTIONS, world.workflow.history, "number")]
    assert numbers == sorted(state.deductions)
    lawful(DEDUCTIONS, world.workflow.history)


def test_an_entry_says_person_scheme_clause_period_and_unit() -> None:
    world = opened()
    entry = do(world, grant())
    do(world, bonus(7))
    do(world, imported())
    assert cells(POINTS, world.workflow.history, "kind", "clause", "amount", "sign", "branch", "person") == [
        ("grant", "idea", Fraction(3, 2), "plus", "home", "p-2"),
        ("bonus", "innovation", Fraction(7), "plus", "home", "p-2"),
        ("import", "learning_platform", Fraction(36), "plus", NONE, "p-2"),
    ]
    first = lawful(POINTS, world.workflow.history)[0]
    assert (first["entry"], first["scheme"], first["period"]) == (entry, "member-points", "2009")
    assert (first["unit"], first["version"]) == ("u-branch", Fraction(1))


def test_what_was_reversed_is_not_there_and_before_the_reversal_it_was() -> None:
    world = opened()
    entry = do(world, grant())
    before = world.now
    world.later(days=1)
    do(world, undo(entry))
    assert lawful(POINTS, world.workflow.history) == []
    assert cells(POINTS, world.workflow.history.as_of(known=before), "entry") == [(entry,)]


def test_a_deduction_counts_from_its_decision_and_keeps_the_day_of_its_matter() -> None:
    world = opened()
    do(world, deduct(2))
    proposed = world.now
    assert cells(DEDUCTIONS, world.workflow.history, "state", "decided_on") == [("proposed", MISSING)]
    assert lawful(POINTS, world.workflow.history) == []
    do(world, notice(world))
    do(world, objection(), by=world.self_(2))
    world.later(days=5)
    do(world, decision(), by=world.act(4))
    assert proposed.date() == date(2009, 3, 3)
    (deduction,) = lawful(DEDUCTIONS, world.workflow.history)
    assert (deduction["state"], deduction["objected"], deduction["amount"]) == ("counts", "yes", Fraction(-2))
    assert (deduction["proposed_on"], deduction["decided_on"]) == (date(2009, 3, 3), date(2009, 3, 8))
    assert len(deduction.evidence) == 4
    (entry,) = lawful(POINTS, world.workflow.history)
    assert (entry["kind"], entry["amount"], entry["ground"]) == ("deduction", Fraction(-2), "absent_thrice")
    assert (entry["matter_on"], entry["decided_on"]) == (date(2009, 3, 3), date(2009, 3, 8))
    assert entry.effective_at == world.now


def test_a_deduction_that_was_dropped_is_no_entry() -> None:
    world = taken(counts=False)
    assert cells(DEDUCTIONS, world.workflow.history, "state") == [("dropped",)]
    assert lawful(POINTS, world.workflow.history) == []


def appealed(stands: bool | None) -> World:
    world = taken()
    do(world, appeal(), by=world.self_(2))
    if stands is not None:
        do(world, verdict(stands=stands), by=world.act(5))
    return world


def test_an_appeal_shows_until_it_is_decided_and_what_it_overturns_is_gone() -> None:
    both = "state", "appeal"
    pending, dismissed, upheld = (appealed(stands).workflow.history for stands in (None, True, False))
    assert cells(DEDUCTIONS, pending, *both) == [("counts", "pending")]
    assert cells(POINTS, pending, "appeal", "amount") == [("pending", Fraction(-2))]
    assert cells(DEDUCTIONS, dismissed, *both) == [("counts", "dismissed")]
    assert cells(POINTS, dismissed, "appeal") == [("dismissed",)]
    assert cells(DEDUCTIONS, upheld, *both) == [("reversed", "upheld")]
    assert lawful(POINTS, upheld) == []


def test_a_deduction_whose_entry_was_reversed_without_appeal_says_so() -> None:
    world = taken()
    ((entry,),) = cells(POINTS, world.workflow.history, "entry")
    do(world, undo(str(entry)), by=world.act(5))
    assert cells(DEDUCTIONS, world.workflow.history, "state", "appeal") == [("reversed", "none")]
