"""Whose a result is when a post changed hands: R-151, R-161."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from tests.support.world import START, World

from party_workflow.domain.organisation import (
    DECIDER,
    AssignPost,
    EndPost,
    Organisation,
    PostAssigned,
    PostEnded,
    RemovePerson,
)
from party_workflow.errors import InvalidInput
from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.organisations.tenure import TenureRule, attribute, attributed
from party_workflow.testing.scenario import given, recorded

DAY = timedelta(days=1)
RULES: tuple[TenureRule, ...] = ("by_days", "holder_at_end", "longest", "all")
FROM = START + 10 * DAY
UNTIL = FROM + 90 * DAY


def quarter() -> World:
    """A quarter of 90 days: p-1 for 30, nobody for 15, p-2 for 45; p-3 is secretary after it."""
    world = World(members=3)
    post = {"post": "secretary", "unit": "u-branch"}
    world.do(AssignPost(person="p-1", **post))
    world.later(days=40)
    world.do(EndPost(person="p-1", ground="rotation", **post))
    world.later(days=15)
    world.do(AssignPost(person="p-2", **post))
    world.later(days=60)
    world.do(EndPost(person="p-2", ground="rotation", **post))
    world.do(AssignPost(person="p-3", **post))
    world.later(days=30)
    return world


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        ("by_days", {"p-1": Fraction(1, 3), "p-2": Fraction(1, 2), None: Fraction(1, 6)}),
        ("holder_at_end", {"p-2": Fraction(1)}),
        ("longest", {"p-2": Fraction(1)}),
        ("all", {"p-1": Fraction(1, 2), "p-2": Fraction(1, 2)}),
    ],
)
def test_R_151_a_quarter_with_two_secretaries_is_attributed_by_a_named_rule(
    rule: TenureRule, parts: dict[str | None, Fraction]
) -> None:
    found = attribute(quarter().workflow.history, "u-branch", "secretary", FROM, UNTIL, rule)
    assert {share.person: share.part for share in found.shares} == parts
    assert found.rule == rule
    assert found.part("p-3") == 0  # whoever is secretary now has no part in it


def test_R_151_an_attributed_result_says_its_part_and_rests_on_the_events_of_the_post() -> None:
    found = attribute(quarter().workflow.history, "u-branch", "secretary", FROM, UNTIL, "by_days")
    result = Figure("score", Fraction(90), "sum", "c", "b")
    figure = found.figure("p-1", result)
    assert figure.value == 30
    assert [item.stored_type for item in figure.evidence()] == [
        "organisation.post_assigned",
        "organisation.post_ended",
        "organisation.post_assigned",
    ]
    missing = Figure("score", Absent("missing"), "sum", "c", "b")
    assert found.figure("p-1", missing).value == Absent("missing")
    assert found.shares[0].stretches == ((FROM, FROM + 30 * DAY),)


def test_R_151_a_leaver_holds_the_post_until_leaving_and_the_vacancy_is_shown() -> None:
    world = World(members=3)
    world.do(AssignPost(post="secretary", unit="u-branch", person="p-2"))
    world.later(days=30)
    world.do(RemovePerson(person="p-2", ground="transferred_out"))
    history = world.workflow.history
    parts = {
        rule: attribute(history, "u-branch", "secretary", START, START + 90 * DAY, rule) for rule in RULES
    }
    assert parts["by_days"].part("p-2") == Fraction(1, 3)
    assert parts["by_days"].part(None) == Fraction(2, 3)
    assert (parts["longest"].part(None), parts["holder_at_end"].part(None)) == (1, 1)
    assert parts["all"].part("p-2") == 1
    assert [e.stored_type for e in parts["all"].evidence] == [
        "organisation.post_assigned",
        "organisation.person_left",
    ]


def test_a_post_that_nobody_held_is_nobodys() -> None:
    for rule in RULES:
        found = attributed(Organisation(), "u-branch", "secretary", FROM, UNTIL, rule)
        assert [(share.person, share.part) for share in found.shares] == [(None, 1)]


def test_a_period_without_length_is_refused() -> None:
    with pytest.raises(InvalidInput):
        attributed(Organisation(), "u-branch", "secretary", FROM, FROM, "all")


SPANS = st.lists(
    st.tuples(st.sampled_from(["p-1", "p-2", "p-3"]), st.integers(0, 40), st.integers(1, 40)), max_size=5
)


@examples(SPANS, st.sampled_from(RULES))
def test_R_151_the_parts_sum_to_one_whatever_happened_to_the_post(
    spans: list[tuple[str, int, int]], rule: TenureRule
) -> None:
    zero = datetime(2020, 1, 1, tzinfo=UTC)
    events = []
    for person, start, length in spans:
        post = {"post": "secretary", "unit": "u-b", "person": person}
        events.append((PostAssigned(**post), start))
        events.append((PostEnded(ground="rotation", **post), start + length))
    state = given(
        DECIDER,
        *(recorded(event, n, effective_at=zero + day * DAY) for n, (event, day) in enumerate(events, 1)),
    ).state
    found = attributed(state, "u-b", "secretary", zero + 5 * DAY, zero + 30 * DAY, rule)
    assert sum(share.part for share in found.shares) == 1
    assert all(share.part > 0 for share in found.shares)
    if rule == "by_days":
        held = {(share.person, span) for share in found.shares for span in share.stretches}
        assert all(start < end for _, (start, end) in held)


def test_an_unknown_rule_and_an_unknown_unit_are_said_to_be_unknown() -> None:
    history = quarter().workflow.history
    with pytest.raises(InvalidInput, match="by_days, holder_at_end, longest, all"):
        attribute(history, "u-branch", "secretary", FROM, UNTIL, "by_magic")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="no unit u-brunch"):
        attribute(history, "u-brunch", "secretary", FROM, UNTIL, "by_days")
    assert attribute(history, "u-branch", "secretary", FROM, UNTIL, "by_days").shares
