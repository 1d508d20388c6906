"""Ladders: tiers by awards in a row, every pattern of three quarters under every break rule, any
vocabulary.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from party_workflow.calendar import Period
from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.packs.party import PACK
from party_workflow.policies.ladders import Ladder, Outcome, climb

STARS = PACK.read_as(Ladder, "star_ladder")
CLASSES = PACK.read_as(Ladder, "class_ladder")
SIGNS: dict[str, Outcome] = {"A": "awarded", "-": "not_awarded", "v": "void"}
SHORT = {None: "0", "three_star": "3", "four_star": "4", "five_star": "5"}


def quarters(pattern: str, first: str = "2020-Q1") -> dict[Period, Outcome]:
    found: dict[Period, Outcome] = {}
    period = Period(first)
    for sign in pattern:
        found[period] = SIGNS[sign]
        period = period.next()
    return found


def stars(pattern: str, first: str = "2020-Q1", **change: Any) -> str:
    ladder = STARS.model_copy(update=change)
    return "".join(SHORT[rung.tier] for rung in climb(ladder, quarters(pattern, first)))


def test_R_012_awards_in_a_row_give_three_four_five_and_a_fourth_stays_five() -> None:
    assert stars("AAA") == "345"
    assert stars("A-A") == "303"
    assert stars("AAAA") == "3455"


def test_R_012_the_scheme_starts_with_2020_q1_and_an_earlier_award_does_not_count() -> None:
    assert stars("AA", "2019-Q4") == "3"
    assert stars("AA", "2019-Q4", starts=None) == "34"


PATTERNS = ("AAA", "AA-", "A-A", "A--", "-AA", "-A-", "--A", "---")
TRUTH = {
    "reset": dict(zip(PATTERNS, ["345", "340", "303", "300", "034", "030", "003", "000"], strict=True)),
    "demote_one": dict(zip(PATTERNS, ["345", "343", "303", "300", "034", "030", "003", "000"], strict=True)),
    "hold_once": dict(zip(PATTERNS, ["345", "344", "334", "330", "034", "033", "003", "000"], strict=True)),
}


@pytest.mark.parametrize("rule", sorted(TRUTH))
def test_R_013_each_break_rule_has_its_truth_table_over_all_patterns_of_three_quarters(rule: str) -> None:
    assert set(TRUTH[rule]) == {"".join(signs) for signs in product("A-", repeat=3)}
    for pattern, expected in TRUTH[rule].items():
        assert stars(pattern, breaks=rule) == expected, (rule, pattern)


def test_R_003_a_void_quarter_neither_extends_nor_breaks_unless_the_option_says_so() -> None:
    assert stars("AvA") == "334"
    assert stars("AvA", void="breaks") == "303"
    assert [rung.held for rung in climb(STARS, quarters("Av-"))] == [False, True, False]


def test_R_022_tiers_need_not_be_stars_and_the_same_climb_works_on_any_ladder() -> None:
    tiers = [rung.tier for rung in climb(CLASSES, quarters("AAA-A"))]
    assert tiers == [
        "class_two",
        "class_one",
        "five_star_organisation",
        "class_one",
        "five_star_organisation",
    ]
    flags = Ladder.model_validate(
        {
            "code": "flags",
            "version": 1,
            "breaks": "reset",
            "void": "skip",
            "tiers": [{"code": "white", "awards": 1}, {"code": "red", "awards": 4}],
        }
    )
    assert [rung.tier for rung in climb(flags, quarters("AAAA-"))] == ["white", "white", "white", "red", None]


@given(st.text("A-v", max_size=12), st.sampled_from(sorted(TRUTH)), st.sampled_from(["skip", "breaks"]))
def test_one_climbs_one_award_at_a_time_and_never_by_a_quarter_without_one(
    pattern: str, rule: str, void: str
) -> None:
    ladder = STARS.model_copy(update={"breaks": rule, "void": void, "starts": None})
    rungs = climb(ladder, quarters(pattern)) if pattern else ()
    before = 0
    for rung in rungs:
        assert 0 <= rung.streak <= 3
        assert rung.streak <= before + (rung.outcome == "awarded")
        assert rung.tier == ladder.tier(rung.streak)
        if rung.outcome == "awarded":
            assert rung.streak >= max(1, before)
        before = rung.streak


def test_a_quarter_of_which_nothing_is_said_is_not_taken_for_one_without_award() -> None:
    gap = quarters("AA")
    del gap[Period("2020-Q1")]
    gap[Period("2020-Q4")] = "awarded"
    with pytest.raises(InvalidInput, match="2020-Q3"):
        climb(STARS, gap)
    with pytest.raises(InvalidInput, match="several kinds"):
        climb(STARS, {Period("2020-Q1"): "awarded", Period("2020-04"): "awarded"})


BAD: list[tuple[dict[str, Any], str]] = [
    ({"tiers": []}, "no tier"),
    ({"tiers": [{"code": "a", "awards": 1}, {"code": "a", "awards": 2}]}, "twice"),
    ({"tiers": [{"code": "a", "awards": 2}, {"code": "b", "awards": 2}]}, "tier below it"),
    ({"breaks": "sometimes"}, "breaks"),
]


@pytest.mark.parametrize(("change", "words"), BAD, ids=[words for _, words in BAD])
def test_a_ladder_with_a_fault_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        Ladder.model_validate(STARS.data() | change)
    assert any(words in f"{fault.where} {fault.what}" for fault in caught.value.faults)


def test_a_text_for_a_period_and_an_outcome_that_there_is_not_are_refused() -> None:
    with pytest.raises(InvalidInput, match="Expected a period, not a str"):
        climb(STARS, {"2020-Q1": "awarded"})  # type: ignore[dict-item]
    with pytest.raises(InvalidInput, match="awarded, not_awarded, void"):
        climb(STARS, {Period("2020-Q1"): "gold"})  # type: ignore[dict-item]
    assert climb(STARS, {Period("2020-Q1"): "awarded"})[0].streak == 1
