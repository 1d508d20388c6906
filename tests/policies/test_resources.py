"""Sums, costs, funding, distribution, donations: R-082, R-117, R-129, R-130, R-181 to R-187."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from tests.support.world import World

import party_workflow.policies
from party_workflow.domain import claim, definition, ledger
from party_workflow.domain.claim import AssertClaim, Counted, Measure, reconcile
from party_workflow.domain.ledger import Book, LedgerDefinition, OpenLedger, RecordDay, Reported, ReverseEntry
from party_workflow.errors import InvalidInput, Refused
from party_workflow.packs import party
from party_workflow.personal import Personal, Withheld
from party_workflow.policies.accounts import donations as donating
from party_workflow.policies.accounts import resources
from party_workflow.policies.accounts.bounded import in_major, per_head, progress, rate
from party_workflow.policies.accounts.donations import donations, withheld_groups
from party_workflow.policies.accounts.resources import (
    NO_GROUPS,
    NO_PERSONS,
    breakdown,
    days,
    distribution,
    due_for_erasure,
    funding,
    stock_at,
    total,
    totals,
)
from party_workflow.quantity import Bounds, Quantity

DAY = timedelta(days=1)


def opened(code: str = "epidemic_relief", members: int = 12) -> World:
    """A world with a ledger ``ledger/l-1`` of the pack, built from pack data alone."""
    (adopt,) = party.definitions(code)
    book = LedgerDefinition.model_validate(adopt.body)
    world = World(ledger.DECIDER, claim.DECIDER, definition.decider(party.VALIDATORS), members=members)
    world.do(adopt)
    world.do(OpenLedger(key="l-1", unit="u-bureau", definition_code=code, definition=book.digest))
    world.later(days=10)
    return world


def book(world: World, account: str, text: str, way: str = "in", **more: Any) -> str:
    told = {"key": "l-1", "account": account, "way": way, "amount": Quantity.parse(text), **more}
    receipt = world.do(Book.model_validate(told), by=world.act(1))
    return list(world.workflow.history.up_to(receipt.last_position).records())[-1].envelope.event_id


def undo(world: World, entry: str) -> None:
    world.do(ReverseEntry(key="l-1", entry=entry, ground="mistaken"), by=world.act(1))


# --- R-183 -----------------------------------------------------------------------------------


def test_R_183_each_output_of_the_campaign_is_a_sum_with_its_unit_and_bound() -> None:
    world = opened()
    for _ in range(13):
        book(world, "rules_issued", "1 items")
    for _ in range(17):
        book(world, "bulletins", "1 issues")
    book(world, "inspections_made", ">= 10 times")
    book(world, "booklets", "2070 copies")
    book(world, "posters", ">= 40 copies")
    book(world, "articles", ">= 30 articles")
    book(world, "masks_claimed", "34000 pieces")
    book(world, "thermometers_claimed", ">= 2000 pieces")
    found = totals(world.workflow.history, "ledger/l-1")
    assert {code: item.text for code, item in found.items() if item.count} == {
        "rules_issued": "13 items",
        "bulletins": "17 issues",
        "inspections_made": ">= 10 times",
        "booklets": "2070 copies",
        "posters": ">= 40 copies",
        "articles": ">= 30 articles",
        "masks_claimed": "34000 pieces",
        "thermometers_claimed": ">= 2000 pieces",
    }
    assert {found[code].bound for code in ("posters", "articles", "inspections_made")} == {"lower"}
    assert found["booklets"].bound == "exact"
    assert (found["rules_issued"].count, len(found["rules_issued"].events)) == (13, 13)


def test_R_183_an_exact_count_on_top_of_a_lower_bound_stays_a_lower_bound() -> None:
    world = opened()
    book(world, "inspections_made", ">= 10 times")
    gone = book(world, "inspections_made", "3 times")
    assert total(world.workflow.history, "ledger/l-1", "inspections_made").text == ">= 13 times"
    undo(world, gone)
    found = total(world.workflow.history, "ledger/l-1", "inspections_made")
    assert found.text == ">= 10 times"
    assert [event for event, _ in found.left_out] == [gone]


def test_R_182_a_claim_is_reconciled_with_the_entries_and_lists_those_left_out() -> None:
    world = opened()
    for _ in range(2):
        book(world, "booklets", "1000 copies")
    gone = book(world, "booklets", "70 copies")
    undo(world, gone)
    claimed = {"booklets": Quantity.parse("2070 copies"), "posters": Quantity.parse(">= 40 copies")}
    world.do(AssertClaim(key="c-1", unit="u-bureau", subject="ledger/l-1", source="s0", figures=claimed))
    history = world.workflow.history

    def count(recorded: Any) -> Counted:
        found = total(history, "ledger/l-1", "booklets")
        assert found.amount is not None
        return Counted(
            found.amount.value, found.events, tuple((event, "reversed") for event, _ in found.left_out)
        )

    measure = Measure("booklets", "copies", count, (ledger.EntryBooked, ledger.EntryReversed))
    found = reconcile(world.workflow.state("claim/c-1"), history, (measure,))
    booklets, posters = found.figure("booklets"), found.figure("posters")
    assert (booklets.outcome, booklets.by, len(booklets.events)) == ("differs", Fraction(-70), 2)
    assert booklets.left_out == ((gone, "reversed"),)
    assert posters.outcome == "not_verifiable"
    book(world, "booklets", "70 copies")
    assert reconcile(world.workflow.state("claim/c-1"), history, (measure,)).figure("booklets")


def test_R_183_what_the_entries_leave_open_is_said_to_be_open() -> None:
    world = opened()
    book(world, "inspections_made", ">= 10 times")
    book(world, "inspections_made", ">= 3 times", "out")
    found = total(world.workflow.history, "ledger/l-1", "inspections_made")
    assert (found.amount, found.count, found.text, found.bound) == (None, 2, "unbounded", "none")


# --- R-130 ---------------------------------------------------------------------


def test_R_185_the_cost_per_trained_officer_is_marked_as_a_lower_bound() -> None:
    world = opened("training_budget")
    book(world, "training_cost", ">= 60000000 yuan")
    book(world, "readers", "1100 copies")
    book(world, "handbooks", "10000 copies")
    book(world, "media_specials", "8 issues")
    found = totals(world.workflow.history, "ledger/l-1")
    assert found["training_cost"].text == ">= 600000.00 yuan"
    assert [found[code].text for code in ("readers", "handbooks", "media_specials")] == [
        "1100 copies",
        "10000 copies",
        "8 issues",
    ]
    cost = found["training_cost"].amount
    assert cost is not None
    each = per_head(cost, 116, scale=2)
    assert each.value.bounds.lower == Fraction(60_000_000, 116)
    assert each.bound == "lower"
    assert str(each) == ">= 5172 yuan each (lower)"


def test_R_185_money_and_counts_are_not_added_up() -> None:
    with pytest.raises(InvalidInput):
        Quantity.parse("60000000 yuan") + Quantity.parse("1100 copies")
    world = opened("training_budget")
    with pytest.raises(Refused):
        book(world, "training_cost", "1100 copies")


def test_R_129_what_is_at_least_so_much_stays_typed_as_that() -> None:
    world = opened("infrastructure_programme")
    book(world, "guard_facilities", ">= 200 km")
    book(world, "safety_project", ">= 1000 km")
    found = totals(world.workflow.history, "ledger/l-1")
    assert [found[code].text for code in ("guard_facilities", "safety_project")] == [
        ">= 200 km",
        ">= 1000 km",
    ]
    assert found["guard_facilities"].bound == "lower"


def test_R_129_progress_never_exceeds_its_plan_in_silence() -> None:
    planned = Quantity.parse("950 km")
    within = progress(Quantity.parse("200 km"), planned)
    assert (bool(within), within.beyond) == (True, "no")
    assert str(within) == "200 km of 950 km planned: 21.05 %, within plan."
    possibly = progress(Quantity.parse(">= 200 km"), planned)
    assert (bool(possibly), possibly.beyond) == (False, "possibly")
    assert str(possibly) == ">= 200 km of 950 km planned: >= 21.05 %, possibly beyond plan."
    over = progress(Quantity.parse(">= 1000 km"), planned)
    assert over.beyond == "yes"
    assert over.excess == 50
    assert str(over) == ">= 1000 km of 950 km planned: >= 105.26 %, beyond plan by at least 50 km."
    assert progress(planned, planned).beyond == "no"
    just = progress(Quantity.parse("> 950 km"), planned)
    assert just.beyond == "yes"
    assert just.excess == 0


def test_R_130_the_statistics_reach_at_most_58_28_percent_of_the_roads() -> None:
    reach = rate(Quantity.parse("10490 km"), Quantity.parse(">= 18000 km"))
    assert reach.percent.bounds == Bounds(Fraction(0), Fraction(1_049_000, 18_000), True, False)
    assert str(reach) == "10490 km of >= 18000 km: > 0.00 and <= 58.28 %; outside: >= 7510 km"
    assert reach.bound == "range"
    exact = rate(Quantity.parse("28 people"), Quantity.parse("29 people"))
    assert str(exact) == "28 people of 29 people: 96.55 %; outside: 1 people"
    with pytest.raises(InvalidInput):
        rate(Quantity.parse("30 people"), Quantity.parse("29 people"))
    assert rate(Quantity.parse(">= 10 people"), Quantity.parse("29 people")).outside == Quantity.parse(
        "[0, 19] people"
    )


@pytest.mark.parametrize(
    ("phrase", "unit", "text"),
    [
        ("10+", "times", ">= 10 times"),
        ("40+", "copies", ">= 40 copies"),
        ("30+", "articles", ">= 30 articles"),
        ("2 000+", "pieces", ">= 2000 pieces"),
        ("34 000", "pieces", "34000 pieces"),
        ("2 070", "copies", "2070 copies"),
        ("200+", "km", ">= 200 km"),
        ("1 000+", "km", ">= 1000 km"),
        ("18 000+", "km", ">= 18000 km"),
        ("600 000+", "yuan", ">= 600000 yuan"),
        ("> 1 000 000", "yuan", "> 1000000 yuan"),
        ("80-odd", "branches", "> 80 branches"),
        ("60余万", "yuan", "> 600000 yuan"),
    ],
)
def test_R_181_the_figures_of_the_sources_are_read_as_what_they_assert(
    phrase: str, unit: str, text: str
) -> None:
    quantity = Quantity.from_phrase(phrase, unit)
    assert str(quantity) == text
    assert Quantity.parse(text) == quantity


positive = st.fractions(Fraction(1, 9), 50, max_denominator=9)


@examples(positive, positive, positive, positive, st.booleans(), st.booleans())
def test_R_181_a_quotient_holds_every_quotient_of_its_points(
    a: Fraction, b: Fraction, c: Fraction, d: Fraction, open_above: bool, open_below: bool
) -> None:
    part = Bounds(min(a, b), None if open_above else max(a, b))
    whole = Bounds(min(c, d), None if open_below else max(c, d))
    quotient = (
        Quantity.from_bounds(part, "yuan").over(Quantity.from_bounds(whole, "people"), unit="yuan").bounds
    )
    for one in (a, b):
        for other in (c, d):
            assert quotient.contains(one / other)


@pytest.mark.parametrize("divisor", ["0 people", ">= 0 people", "<= 5 people", "[-1, 5] people"])
def test_R_181_nothing_is_divided_by_what_may_be_nothing(divisor: str) -> None:
    with pytest.raises(InvalidInput):
        Quantity.parse("5 yuan").over(Quantity.parse(divisor), unit="yuan")


def test_R_181_shares_in_percent_divide_as_shares() -> None:
    assert Quantity.parse("50 percent").over(Quantity.parse("25 percent"), unit="times").value == 2
    assert Quantity.parse("1 yuan").over(Quantity.parse("50 percent"), unit="yuan").value == 2
    assert Quantity.parse("1 yuan").over(Quantity.parse("> 0 people"), unit="yuan") == Quantity.parse(
        "> 0 yuan"
    )


def test_bounds_are_shown_so_that_they_still_hold() -> None:
    assert in_major(Quantity.between(1, 3, "yuan") * Fraction(1, 3), 0, 1) == ">= 0.3 and <= 1.0 yuan"
    assert in_major(Quantity.of("<", Fraction(20, 3), "yuan"), 0, 1) == "< 6.7 yuan"


# --- R-186 -----------------------------------------------------------------------------------


def test_R_186_planned_secured_and_spent_of_each_source_and_the_gap() -> None:
    world = opened("infrastructure_programme")
    for source, stage, fen in (
        ("state", "planned", 1_000),
        ("state", "secured", 600),
        ("state", "spent", 250),
        ("town", "planned", 300),
        ("donors", "planned", 100),
    ):
        book(world, "programme_money", f"{fen} yuan", source=source, stage=stage)
    book(world, "programme_money", "150 yuan", source="donors", stage="secured", beyond="more_was_given")
    found = {item.source: item for item in funding(world.workflow.history, "ledger/l-1", "programme_money")}
    state, town, donors = found["state"], found["town"], found["donors"]
    assert (state.planned, state.secured, state.spent, state.gap, state.unspent) == (
        1_000,
        600,
        250,
        400,
        350,
    )
    assert (town.gap, town.secured, len(town.events)) == (300, 0, 1)
    assert (donors.gap, donors.beyond, donors.grounds) == (0, 50, ("more_was_given",))
    with pytest.raises(InvalidInput):
        funding(world.workflow.history, "ledger/l-1", "safety_project")


# --- R-187 -----------------------------------------------------------------------------------


def test_R_187_masks_are_issued_to_units_out_of_what_is_there() -> None:
    world = opened()
    book(world, "masks", "34000 pieces", to_unit="u-bureau")
    book(world, "masks", "9000 pieces", "out", to_unit="u-branch")
    book(world, "masks", "1000 pieces", "out", to_unit="u-branch")
    book(world, "masks", "4000 pieces", "out", to_unit="u-city")
    before = world.now
    world.later(days=1)
    undo(world, book(world, "masks", "500 pieces", "out", to_unit="u-city"))
    found = distribution(world.workflow.history, "ledger/l-1", "masks")
    assert (found.received.text, found.issued.text, found.left.text) == (
        "34000 pieces",
        "14000 pieces",
        "20000 pieces",
    )
    assert [(unit, item.text, item.count) for unit, item in found.by_unit] == [
        ("u-branch", "10000 pieces", 2),
        ("u-city", "4000 pieces", 1),
    ]
    assert len(found.issued.left_out) == 1
    assert str(stock_at(world.workflow.history, "ledger/l-1", "masks", before)) == "20000 pieces"
    assert {
        unit: item.text
        for unit, item in breakdown(world.workflow.history, "ledger/l-1", "masks", "to_unit").items()
    } == {
        "u-branch": "-10000 pieces",
        "u-bureau": "34000 pieces",
        "u-city": "-4000 pieces",
    }


# --- R-184 -----------------------------------------------------------------------------------


def given(world: World, amounts: dict[int, int], account: str = "voluntary_donations") -> None:
    for number, fen in amounts.items():
        told = {"person": f"p-{number}", "voluntary": True}
        by = world.act(2 if number == 1 else 1)
        amount = Quantity.of("=", fen, "yuan")
        world.do(Book.model_validate({"key": "l-1", "account": account, "amount": amount} | told), by=by)


def test_R_184_the_total_is_exact_in_minor_units() -> None:
    world = opened()
    given(world, dict.fromkeys(range(1, 12), 716291) | {12: 8_595_500 - 11 * 716_291})
    found = donations(world.workflow.history, "ledger/l-1", "voluntary_donations")
    assert found.amount == Quantity.of("=", 8_595_500, "yuan")
    assert found.text == "85955.00 yuan"
    assert (found.donors, found.voluntary, found.obliged, found.groups) == (12, 12, 0, ())


def test_R_184_small_groups_are_withheld_and_do_not_follow_by_subtraction() -> None:
    world = opened()
    given(world, {number: 100 * number for number in range(1, 13)})
    groups = {**dict.fromkeys(range(1, 3), "a"), **dict.fromkeys(range(3, 8), "b")}

    def group_of(person: str) -> str:
        return groups.get(int(person.removeprefix("p-")), "c")

    found = donations(world.workflow.history, "ledger/l-1", "voluntary_donations", group_of)
    shown = {item.group: item.amount for item in found.groups if not isinstance(item.amount, Withheld)}
    # a has two donors; alone it would be the total less b and c, so b goes with it.
    assert shown == {"c": Quantity.of("=", 5_000, "yuan")}
    assert all(isinstance(item.donors, Withheld) for item in found.groups if item.group != "c")
    assert found.text == "78.00 yuan"


def test_R_184_a_total_of_too_few_is_withheld_too() -> None:
    world = opened()
    given(world, dict.fromkeys(range(1, 5), 100))
    found = donations(world.workflow.history, "ledger/l-1", "voluntary_donations")
    assert isinstance(found.amount, Withheld)
    assert isinstance(found.donors, Withheld)
    assert found.text == "[not-permitted]"
    one = donations(world.workflow.history, "ledger/l-1", "voluntary_donations", lambda person: "a")
    assert isinstance(one.amount, Withheld)
    nobody = donations(world.workflow.history, "ledger/l-1", "special_dues")
    assert isinstance(nobody.amount, Withheld)


COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12), max_size=8)


@examples(COUNTS, st.integers(1, 6))
def test_R_184_no_sum_of_fewer_than_k_people_follows_from_what_is_shown(
    counts: dict[str, int], k: int
) -> None:
    hidden, whole = withheld_groups(counts, k)
    assert all(counts[group] >= k for group in counts.keys() - hidden)
    if not whole:
        rest = sum(counts[group] for group in hidden)
        assert rest == 0 or rest >= k
        giving = [group for group in hidden if counts[group]]
        assert len(giving) != 1
        assert sum(counts.values()) >= k
    # Whoever adds and subtracts what is shown gets sums of shown groups and, with the total, the rest.
    shown = sorted(counts.keys() - hidden)
    for size in range(1, len(shown) + 1):
        for chosen in combinations(shown, size):
            assert sum(counts[group] for group in chosen) >= k


def test_R_184_the_library_makes_no_list_or_ranking_of_people_by_donation() -> None:
    world = opened()
    given(world, {number: 100 * number for number in range(1, 13)})
    history = world.workflow.history
    for by, reason in (("person", NO_PERSONS), ("source", NO_GROUPS), ("to_unit", NO_GROUPS)):
        with pytest.raises(Refused) as refused:
            breakdown(history, "ledger/l-1", "voluntary_donations", by)
        assert refused.value.refusal.code == reason.code
    with pytest.raises(Refused):
        distribution(history, "ledger/l-1", "voluntary_donations")
    everybody = donations(history, "ledger/l-1", "voluntary_donations", lambda person: person)
    assert all(isinstance(item.amount, Withheld) for item in everybody.groups)
    assert not any("rank" in name for module in (donating, resources) for name in vars(module))
    assert party_workflow.policies.__doc__


def test_R_184_the_plain_total_of_too_few_is_not_had_another_way() -> None:
    world = opened()
    given(world, dict.fromkeys(range(1, 4), 100))
    history = world.workflow.history
    assert total(history, "ledger/l-1", "voluntary_donations").text == "withheld"
    assert totals(history, "ledger/l-1")["voluntary_donations"].events == ()
    given(world, dict.fromkeys(range(4, 6), 100))
    assert total(history, "ledger/l-1", "voluntary_donations").text == "5.00 yuan"


# --- R-117 -----------------------------------------------------------------------------------


def test_R_117_both_the_payment_and_its_reversal_stay_in_view_and_net_out() -> None:
    world = opened("training_budget")
    with pytest.raises(Refused, match="without the document"):
        book(world, "allowances_paid", "50000 yuan", "out", person="p-2")
    first = book(world, "allowances_paid", "50000 yuan", "out", person="p-2", basis="ab" * 32)
    undo(world, first)
    found = total(world.workflow.history, "ledger/l-1", "allowances_paid")
    assert (found.text, found.count, [event for event, _ in found.left_out]) == ("0.00 yuan", 0, [first])
    again = book(world, "allowances_paid", "50000 yuan", "out", person="p-2", basis="cd" * 32)
    found = total(world.workflow.history, "ledger/l-1", "allowances_paid")
    assert (found.text, found.events) == ("-500.00 yuan", (again,))
    assert len(found.left_out) == 1


# --- R-082 -----------------------------------------------------------------------------------


def test_R_082_day_counts_survive_the_erasure_of_every_report() -> None:
    world = opened("daily_reports")
    for number, count in ((3, 9), (4, 12)):
        rows = tuple(Reported(person=f"p-{n}", report=Personal(f"{n}: at home")) for n in range(1, count + 1))
        day = date(2009, 3, number)
        command = RecordDay(key="l-1", account="daily_sign_ins", day=day, expected=12, rows=rows)
        world.do(command, by=world.act(1))
    history = world.workflow.history
    before = days(history, "ledger/l-1", "daily_sign_ins")
    assert [(item.count, item.expected) for item in before] == [(9, 12), (12, 12)]
    assert due_for_erasure(history, "ledger/l-1", on=date(2009, 4, 2)) == ()
    due = due_for_erasure(history, "ledger/l-1", on=date(2009, 4, 3))
    assert due == ("ledger/l-1/2009-03-03",)
    assert [world.workflow.openings.erase(subject) for subject in due] == [9]
    for subject in due_for_erasure(history, "ledger/l-1", on=date(2009, 6, 1)):
        world.workflow.openings.erase(subject)
    assert days(history, "ledger/l-1", "daily_sign_ins") == before
    assert total(history, "ledger/l-1", "daily_sign_ins").text == "21 people"


def test_what_is_not_there_is_said_to_be_missing() -> None:
    world = opened()
    history = world.workflow.history
    with pytest.raises(InvalidInput):
        total(history, "ledger/none", "masks")
    with pytest.raises(InvalidInput):
        total(history, "ledger/l-1", "nothing")
    with pytest.raises(InvalidInput):
        donations(history, "ledger/l-1", "masks")
    with pytest.raises(InvalidInput):
        breakdown(history, "ledger/l-1", "masks", "colour")
