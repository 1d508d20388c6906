"""What a panel comes to: laws of means, trimmed means, medians, weighted groups and centring (R-098)."""

from __future__ import annotations

import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from party_workflow.policies.arithmetic.panels import (
    centred,
    mean,
    median,
    trim,
    trimmed_mean,
    weighted_groups,
)

marks = st.fractions(-100, 100, max_denominator=12)
panels = st.lists(marks, min_size=1, max_size=9)


@st.composite
def trimmed(draw: st.DrawFn) -> tuple[list[Fraction], int, int]:
    values = draw(panels)
    high = draw(st.integers(0, len(values) - 1))
    return values, high, draw(st.integers(0, len(values) - 1 - high))


@given(trimmed())
def test_a_trimmed_mean_lies_between_the_lowest_and_the_highest_mark(
    case: tuple[list[Fraction], int, int],
) -> None:
    values, high, low = case
    assert min(values) <= trimmed_mean(values, high, low) <= max(values)


@given(trimmed(), st.randoms(use_true_random=False))
def test_the_order_of_the_marks_makes_no_difference(
    case: tuple[list[Fraction], int, int], chance: st.random.Random
) -> None:
    values, high, low = case
    shuffled = list(values)
    chance.shuffle(shuffled)
    assert trimmed_mean(shuffled, high, low) == trimmed_mean(values, high, low)
    assert median(shuffled) == median(values)
    assert mean(shuffled) == mean(values)


@given(trimmed())
def test_a_trimmed_mean_is_the_mean_of_the_middle_of_the_sorted_marks(
    case: tuple[list[Fraction], int, int],
) -> None:
    values, high, low = case
    middle = sorted(values)[low : len(values) - high]
    assert trimmed_mean(values, high, low) == sum(middle, Fraction(0)) / len(middle)
    kept, dropped = trim(dict(enumerate(values)), high, low)
    assert sorted((*kept, *dropped)) == list(range(len(values)))
    assert len(dropped) == high + low


@given(panels)
def test_mean_and_median_are_those_of_the_standard_library(values: list[Fraction]) -> None:
    assert mean(values) == statistics.mean(values)
    assert median(values) == statistics.median(values)


def test_one_extreme_mark_moves_a_trimmed_mean_no_further_than_the_next_one() -> None:
    marks = [Fraction(7), Fraction(8), Fraction(8), Fraction(9)]
    assert trimmed_mean([*marks, Fraction(1000)], 1, 1) == Fraction(25, 3)
    assert trimmed_mean([*marks, Fraction(10)], 1, 1) == Fraction(25, 3)


def test_of_equal_marks_exactly_as_many_are_dropped_as_the_rule_says() -> None:
    kept, dropped = trim({"a": Fraction(5), "b": Fraction(5), "c": Fraction(5)}, 1, 1)
    assert kept == ("b",)
    assert dropped == ("a", "c")


@pytest.mark.parametrize(("high", "low"), [(1, 1), (2, 0), (-1, 0), (0, -1)])
def test_a_panel_that_would_lose_every_mark_has_no_trimmed_mean(high: int, low: int) -> None:
    with pytest.raises(ValueError):
        trimmed_mean([Fraction(1), Fraction(2)], high, low)


def test_nothing_has_neither_mean_nor_median() -> None:
    for statistic in (mean, median):
        with pytest.raises(ValueError):
            statistic([])


GROUPS = {"above": Fraction(2, 5), "peers": Fraction(3, 10), "below": Fraction(3, 10)}


def test_groups_count_by_their_weight_and_not_by_their_number() -> None:
    values = {"above": Fraction(90), "peers": Fraction(80), "below": Fraction(70)}
    assert weighted_groups(values, GROUPS) == 81


def test_the_weight_of_a_group_without_marks_is_spread_only_where_that_is_said() -> None:
    values = {"above": Fraction(90), "below": Fraction(70)}
    with pytest.raises(ValueError):
        weighted_groups(values, GROUPS)
    assert weighted_groups(values, GROUPS, spread=True) == (36 + 21) / Fraction(7, 10)


@pytest.mark.parametrize(
    ("values", "weights"),
    [
        ({"a": Fraction(1)}, {"a": Fraction(1, 2)}),  # do not sum to 1
        ({"a": Fraction(1)}, {"a": Fraction(2), "b": Fraction(-1)}),  # a negative one
        ({"a": Fraction(1), "b": Fraction(1)}, {"a": Fraction(1)}),  # a group without weight
    ],
)
def test_weights_of_groups_that_do_not_fit_are_refused(
    values: dict[str, Fraction], weights: dict[str, Fraction]
) -> None:
    with pytest.raises(ValueError):
        weighted_groups(values, weights, spread=True)


def test_groups_that_have_no_weight_among_them_come_to_nothing() -> None:
    with pytest.raises(ValueError):
        weighted_groups({"b": Fraction(3)}, {"a": Fraction(1), "b": Fraction(0)}, spread=True)


@given(st.dictionaries(st.sampled_from("pqrs"), st.dictionaries(st.sampled_from("abcde"), marks, min_size=1)))
def test_the_centred_marks_of_a_rater_sum_to_zero(given_marks: dict[str, dict[str, Fraction]]) -> None:
    for rater, found in centred(given_marks).items():
        assert sum(found.values()) == 0
        assert found.keys() == given_marks[rater].keys()


@given(
    st.dictionaries(st.sampled_from("pqrs"), st.dictionaries(st.sampled_from("abcde"), marks, min_size=1)),
    st.dictionaries(st.sampled_from("pqrs"), marks),
)
def test_how_strict_a_rater_is_makes_no_difference_to_centred_marks(
    given_marks: dict[str, dict[str, Fraction]], strict: dict[str, Fraction]
) -> None:
    shifted = {
        rater: {subject: mark - strict.get(rater, 0) for subject, mark in own.items()}
        for rater, own in given_marks.items()
    }
    assert centred(shifted) == centred(given_marks)


def test_a_rater_with_too_few_marks_is_not_centred() -> None:
    one, two = {"x": Fraction(3)}, {"x": Fraction(3), "y": Fraction(5)}
    assert centred({"one": one, "two": two}, minimum=2) == {"two": {"x": Fraction(-1), "y": Fraction(1)}}
