"""Normalisations: laws, and small examples by hand."""

from __future__ import annotations

import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from party_workflow.policies.arithmetic.scaling import (
    Deviation,
    Direction,
    Share,
    Ties,
    between,
    percentiles,
    places,
    variance,
    within,
    z_scores,
)

numbers = st.fractions(-50, 50, max_denominator=8)
lists = st.lists(numbers, min_size=1, max_size=8)
directions = st.sampled_from(("higher", "lower"))
TIES: tuple[Ties, ...] = ("best", "mean", "worst", "dense")
SHARES: tuple[Share, ...] = ("below", "at_most", "midpoint", "of_others")


@given(numbers, st.none() | numbers, st.none() | numbers)
def test_a_value_within_limits_stays_and_another_becomes_the_limit(
    value: Fraction, low: Fraction | None, high: Fraction | None
) -> None:
    if low is not None and high is not None and low > high:
        with pytest.raises(ValueError):
            within(value, low, high)
        return
    found = within(value, low, high)
    assert low is None or found >= low
    assert high is None or found <= high
    assert found in (value, low, high)
    assert within(found, low, high) == found


@given(numbers, numbers, numbers)
def test_goalposts_are_nought_and_one_and_may_stand_either_way(
    value: Fraction, low: Fraction, high: Fraction
) -> None:
    if low == high:
        with pytest.raises(ValueError):
            between(value, low, high)
        return
    assert (between(low, low, high), between(high, low, high)) == (0, 1)
    assert between(value, low, high) == 1 - between(value, high, low)


@given(lists, directions, st.sampled_from(TIES))
def test_better_values_have_better_places_and_equal_ones_the_same(
    values: list[Fraction], direction: Direction, ties: Ties
) -> None:
    found = places(values, direction, ties)
    for value, place in zip(values, found, strict=True):
        for other, its in zip(values, found, strict=True):
            better = value > other if direction == "higher" else value < other
            assert (place < its) == better
            assert (place == its) == (value == other)


@given(lists, directions)
def test_places_of_equals_by_each_rule(values: list[Fraction], direction: Direction) -> None:
    best, mean, worst, dense = (places(values, direction, ties) for ties in TIES)
    assert sum(mean) == Fraction(len(values) * (len(values) + 1), 2)
    assert [(low + high) / 2 for low, high in zip(best, worst, strict=True)] == mean
    assert sorted(set(dense)) == list(range(1, len(set(values)) + 1))


def test_places_by_hand() -> None:
    values = [Fraction(each) for each in (9, 7, 7, 4)]
    assert places(values, "higher", "best") == [1, 2, 2, 4]
    assert places(values, "higher", "worst") == [1, 3, 3, 4]
    assert places(values, "higher", "mean") == [1, Fraction(5, 2), Fraction(5, 2), 4]
    assert places(values, "higher", "dense") == [1, 2, 2, 3]
    assert places(values, "lower", "best") == [4, 2, 2, 1]


def test_percentiles_by_hand_under_each_definition() -> None:
    values = [Fraction(each) for each in (9, 7, 7, 4)]
    quarter = Fraction(1, 4)
    assert percentiles(values, "higher", "below") == [3 * quarter, quarter, quarter, 0]
    assert percentiles(values, "higher", "at_most") == [1, 3 * quarter, 3 * quarter, quarter]
    assert percentiles(values, "higher", "midpoint") == [
        7 * quarter / 2,
        2 * quarter,
        2 * quarter,
        quarter / 2,
    ]
    assert percentiles(values, "higher", "of_others") == [1, Fraction(1, 3), Fraction(1, 3), 0]
    assert percentiles(values, "lower", "below") == [0, quarter, quarter, 3 * quarter]
    assert percentiles([Fraction(3)], "higher", "of_others") == [None]


@given(lists, directions, st.sampled_from(SHARES))
def test_percentiles_are_shares_in_the_order_of_the_values(
    values: list[Fraction], direction: Direction, share: Share
) -> None:
    found = percentiles(values, direction, share)
    for value, part in zip(values, found, strict=True):
        assert part is None or 0 <= part <= 1
        for other, its in zip(values, found, strict=True):
            if part is not None and its is not None:
                assert (part > its) == (value > other if direction == "higher" else value < other)


@given(lists)
def test_variances_are_those_of_the_standard_library(values: list[Fraction]) -> None:
    assert variance(values, "population") == statistics.pvariance(values)
    assert variance(values, "sample") == (statistics.variance(values) if len(values) > 1 else None)


@given(lists, st.sampled_from(("population", "sample")))
def test_z_scores_sum_to_zero_and_have_deviation_one_up_to_their_digits(
    values: list[Fraction], deviation: Deviation
) -> None:
    found = z_scores(values, deviation, 20)
    if len(set(values)) == 1:
        assert found == [None] * len(values)
        return
    scores = [each for each in found if each is not None]
    slack = Fraction(1, 10**17)
    assert abs(sum(scores, Fraction(0))) < slack
    spread = variance(scores, deviation)
    assert spread is not None
    assert abs(spread - 1) < slack


def test_z_scores_by_hand() -> None:
    values = [Fraction(each) for each in (2, 4, 4, 4, 5, 5, 7, 9)]  # mean 5, population deviation 2
    assert z_scores(values, "population", 6) == [Fraction(each - 5, 2) for each in (2, 4, 4, 4, 5, 5, 7, 9)]
    assert z_scores([Fraction(0), Fraction(2)], "sample", 6) == [Fraction("-0.707107"), Fraction("0.707107")]
    assert z_scores([Fraction(1)], "sample", 6) == [None]
