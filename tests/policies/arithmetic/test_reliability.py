"""Agreement of raters: the worked examples of the sources, and laws."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from party_workflow.policies.arithmetic.reliability import (
    Sparse,
    icc_1,
    icc_2,
    kendall_w,
    krippendorff_alpha,
    mean_ranks,
    squares,
)


def fractions(rows: list[list[int]]) -> list[list[Fraction]]:
    return [[Fraction(mark) for mark in row] for row in rows]


SHROUT_FLEISS = fractions([[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]])
"""Four judges, six targets: the example of Shrout and Fleiss (1979), table 2, by judge."""

tables = st.integers(2, 5).flatmap(
    lambda subjects: st.lists(
        st.lists(st.integers(0, 6).map(Fraction), min_size=subjects, max_size=subjects),
        min_size=2,
        max_size=5,
    )
)


def test_the_published_mean_squares_and_intraclass_correlations_come_out() -> None:
    found = squares(SHROUT_FLEISS)
    assert found is not None
    assert round(float(found.between), 2) == 11.24
    assert round(float(found.within), 2) == 6.26
    assert round(float(found.among_raters), 2) == 32.49
    assert round(float(found.rest), 2) == 1.02
    first, second = icc_1(SHROUT_FLEISS), icc_2(SHROUT_FLEISS)
    assert first is not None
    assert round(float(first), 2) == 0.17
    assert second is not None
    assert round(float(second), 2) == 0.29


def test_kendall_w_by_hand_without_ties() -> None:
    # Three raters of four subjects: rank sums 4, 6, 8, 12 about 7.5, so S = 12.25 + 2.25 + 0.25 + 20.25 = 35.
    assert kendall_w(fractions([[1, 2, 3, 4], [1, 3, 2, 4], [2, 1, 3, 4]])) == Fraction(12 * 35, 9 * 60)


def test_kendall_w_by_hand_with_ties() -> None:
    # Ranks 1.5 1.5 3 and 1 2 3: sums 2.5, 3.5, 6 about 4; S = 2.25 + 0.25 + 4; T = 2^3 - 2.
    assert kendall_w(fractions([[5, 5, 9], [1, 2, 3]])) == Fraction(12 * Fraction(13, 2), 4 * 24 - 2 * 6)


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    assert mean_ranks(fractions([[7, 7, 3]])[0]) == [Fraction(5, 2), Fraction(5, 2), Fraction(1)]


def naive_alpha(ratings: Sparse) -> Fraction | None:
    """Krippendorff's alpha by its definition, over pairs."""
    units = [[mark for mark in column if mark is not None] for column in zip(*ratings, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    pooled = [mark for unit in units for mark in unit]
    number = len(pooled)
    expected = sum(((a - b) ** 2 for a in pooled for b in pooled), Fraction(0))
    if number == 0 or expected == 0:
        return None
    observed = sum(
        (Fraction(sum((a - b) ** 2 for a in unit for b in unit), len(unit) - 1) for unit in units),
        Fraction(0),
    )
    return 1 - (observed / number) / (expected / (number * (number - 1)))


sparse = st.integers(1, 5).flatmap(
    lambda subjects: st.lists(
        st.lists(st.none() | st.integers(0, 5).map(Fraction), min_size=subjects, max_size=subjects),
        min_size=1,
        max_size=5,
    )
)


@given(sparse)
def test_alpha_is_what_its_definition_over_pairs_gives(ratings: list[list[Fraction | None]]) -> None:
    assert krippendorff_alpha(ratings) == naive_alpha(ratings)


def test_alpha_of_the_published_example_with_missing_marks() -> None:
    """Four observers, twelve units: alpha for interval data is 0.849 (Krippendorff 2011, computing alpha)."""
    rows = [
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    ]
    ratings = [[None if mark == "." else Fraction(mark) for mark in row.split()] for row in rows]
    found = krippendorff_alpha(ratings)
    assert found is not None
    assert round(float(found), 3) == 0.849


@given(tables)
def test_the_measures_stay_in_their_bounds(ratings: list[list[Fraction]]) -> None:
    concordance = kendall_w(ratings)
    assert concordance is None or 0 <= concordance <= 1
    for measure in (krippendorff_alpha(ratings), icc_1(ratings), icc_2(ratings)):
        assert measure is None or measure <= 1


@given(tables)
def test_raters_who_agree_fully_have_every_measure_at_one(ratings: list[list[Fraction]]) -> None:
    assume(len(set(ratings[0])) > 1)
    same = [ratings[0]] * len(ratings)
    assert kendall_w(same) == krippendorff_alpha(same) == icc_1(same) == icc_2(same) == 1


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_raters_and_subjects_makes_no_difference(
    ratings: list[list[Fraction]], chance: st.random.Random
) -> None:
    order = list(range(len(ratings[0])))
    chance.shuffle(order)
    shuffled = [[given[subject] for subject in order] for given in ratings]
    chance.shuffle(shuffled)
    for measure in (kendall_w, krippendorff_alpha, icc_1, icc_2):
        assert measure(shuffled) == measure(ratings)


def test_where_a_measure_is_not_defined_there_is_none() -> None:
    alike = fractions([[3, 3], [3, 3]])
    assert kendall_w(alike) is None
    assert krippendorff_alpha(alike) is None
    assert icc_1(alike) is None
    assert icc_2(alike) is None
    assert kendall_w(fractions([[1, 2]])) is None
    assert icc_2([]) is None


def test_complete_ratings_are_asked_for_where_the_measure_needs_them() -> None:
    for measure in (kendall_w, icc_1, icc_2):
        with pytest.raises(ValueError):
            measure(fractions([[1, 2], [1]]))
