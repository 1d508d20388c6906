"""Roots, geometric means and logarithms to declared digits: bracketed, and checked against more digits."""

from __future__ import annotations

import decimal
from decimal import Context, Decimal
from fractions import Fraction
from math import lcm, prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from party_workflow.policies.arithmetic import roots
from party_workflow.policies.arithmetic.digits import even, exponent, significant
from party_workflow.policies.arithmetic.logarithms import logarithm
from party_workflow.policies.arithmetic.roots import geometric, root, whole_root

positive = st.builds(Fraction, st.integers(1, 10**12), st.integers(1, 10**12))
values = st.just(Fraction(0)) | positive
degrees = st.integers(1, 12)
digits = st.integers(1, 30)


def unit(value: Fraction, digits: int) -> Fraction:
    """One unit of the last significant digit."""
    return Fraction(10) ** (exponent(value) - digits + 1)


@given(positive | positive.map(lambda value: -value), digits)
def test_significant_digits_are_those_of_decimal(value: Fraction, digits: int) -> None:
    context = Context(prec=digits, rounding=decimal.ROUND_HALF_EVEN)
    assert significant(value, digits) == Fraction(
        context.divide(Decimal(value.numerator), Decimal(value.denominator))
    )
    assert Fraction(10) ** exponent(value) <= abs(value) < Fraction(10) ** (exponent(value) + 1)


def test_halves_go_to_the_even_neighbour() -> None:
    halves = (Fraction(1, 2), Fraction(3, 2), Fraction(5, 2), Fraction(-1, 2), Fraction(-3, 2))
    assert [even(value) for value in halves] == [0, 2, 2, 0, -2]
    assert significant(Fraction(0), 3) == 0
    for wrong in (lambda: significant(Fraction(1), 0), lambda: exponent(Fraction(0))):
        with pytest.raises(ValueError):
            wrong()


@given(st.integers(0, 10**60), degrees)
def test_a_whole_root_is_the_largest_whose_power_does_not_exceed(value: int, degree: int) -> None:
    found = whole_root(value, degree)
    assert found**degree <= value < (found + 1) ** degree


@given(positive, degrees, digits)
def test_a_root_is_within_half_a_unit_of_its_last_digit(value: Fraction, degree: int, digits: int) -> None:
    found = root(value, degree, digits)
    half = unit(found, digits) / 2
    assert (found - half) ** degree <= value <= (found + half) ** degree
    assert significant(found, digits) == found


@given(st.integers(1, 10**6), degrees)
def test_the_root_of_a_power_is_exact(base: int, degree: int) -> None:
    assert root(Fraction(base) ** degree, degree, 7) == base


@given(values, values, degrees, digits)
def test_a_larger_value_has_no_smaller_root(one: Fraction, other: Fraction, degree: int, digits: int) -> None:
    low, high = sorted((one, other))
    assert root(low, degree, digits) <= root(high, degree, digits)


@pytest.mark.parametrize(("value", "degree", "digits"), [(-1, 2, 5), (1, 0, 5), (1, 2, 0)])
def test_what_has_no_root_is_refused(value: int, degree: int, digits: int) -> None:
    with pytest.raises(ValueError):
        root(Fraction(value), degree, digits)
    with pytest.raises(ValueError):
        whole_root(-1, 2)


@st.composite
def weighings(draw: st.DrawFn) -> tuple[list[Fraction], list[Fraction]]:
    parts = draw(
        st.lists(st.tuples(positive, st.integers(0, 6) | st.integers(0, 60)), min_size=1, max_size=5)
    )
    whole = sum(weight for _, weight in parts)
    if whole == 0:
        parts, whole = [(parts[0][0], 1)], 1
    return [value for value, _ in parts], [Fraction(weight, whole) for _, weight in parts]


@given(weighings(), digits)
def test_a_geometric_mean_lies_between_the_values_that_have_weight(
    case: tuple[list[Fraction], list[Fraction]], digits: int
) -> None:
    values, weights = case
    counted = [value for value, weight in zip(values, weights, strict=True) if weight]
    found = geometric(values, weights, digits)
    assert significant(min(counted), digits) <= found <= significant(max(counted), digits)


@given(weighings(), values, digits)
def test_a_value_without_weight_makes_no_difference(
    case: tuple[list[Fraction], list[Fraction]], other: Fraction, digits: int
) -> None:
    values, weights = case
    assert geometric([other, *values], [Fraction(0), *weights], digits) == geometric(values, weights, digits)


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=4), st.integers(25, 60), digits)
def test_the_mean_of_many_small_weights_is_the_root_of_the_product(
    values: list[int], degree: int, digits: int
) -> None:
    weights = [Fraction(1, degree)] * (len(values) - 1)
    product = values[-1] ** (degree - len(weights))
    for value in values[:-1]:
        product *= value
    found = geometric(
        [Fraction(value) for value in values], [*weights, 1 - sum(weights, Fraction(0))], digits
    )
    assert found == root(Fraction(product), degree, digits)


@given(weighings())
def test_a_geometric_mean_is_that_by_logarithms(case: tuple[list[Fraction], list[Fraction]]) -> None:
    values, weights = case
    context = Context(prec=60)
    total = Decimal(0)
    for value, weight in zip(values, weights, strict=True):
        log = context.ln(context.divide(Decimal(value.numerator), Decimal(value.denominator)))
        share = context.divide(Decimal(weight.numerator), Decimal(weight.denominator))
        total = context.add(total, context.multiply(log, share))
    expected = Fraction(context.exp(total))
    assert abs(geometric(values, weights, 30) - expected) <= expected / 10**29


def test_the_geometric_mean_of_two_eight_and_four_is_four() -> None:
    third = Fraction(1, 3)
    assert geometric([Fraction(2), Fraction(8), Fraction(4)], [third, third, third], 5) == 4
    assert geometric([Fraction(0), Fraction(8)], [Fraction(1, 2), Fraction(1, 2)], 5) == 0
    assert geometric([Fraction(0), Fraction(8)], [Fraction(0), Fraction(1)], 5) == 8


@pytest.mark.parametrize(
    ("values", "weights"), [([-1, 1], [1, 0]), ([1, 1], [1, 1]), ([1, 1], [2, -1]), ([1], [1, 0]), ([], [])]
)
def test_what_has_no_geometric_mean_is_refused(values: list[int], weights: list[int]) -> None:
    with pytest.raises(ValueError):
        geometric([Fraction(each) for each in values], [Fraction(each) for each in weights], 5)


near_one = st.builds(
    lambda far, sign: 1 + sign * Fraction(1, far), st.integers(2, 10**40), st.sampled_from((1, -1))
)


@given(positive | near_one, digits)
def test_a_logarithm_is_that_of_a_computation_with_many_more_digits(value: Fraction, digits: int) -> None:
    context = Context(prec=160)
    more = context.ln(context.divide(Decimal(value.numerator), Decimal(value.denominator)))
    if value == 1:
        assert logarithm(value, digits) == 0
    else:
        assert logarithm(value, digits) == significant(Fraction(more), digits)


def test_the_logarithm_does_not_depend_on_the_context_of_the_host() -> None:
    with decimal.localcontext() as host:
        host.prec, host.rounding = 3, decimal.ROUND_UP
        logarithm.cache_clear()
        assert logarithm(Fraction(2), 20) == Fraction("0.69314718055994530942")


@pytest.mark.parametrize(("value", "digits"), [(0, 5), (-2, 5), (2, 0)])
def test_what_has_no_logarithm_is_refused(value: int, digits: int) -> None:
    with pytest.raises(ValueError):
        logarithm(Fraction(value), digits)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.fractions(Fraction(1, 1000), 10**6), st.integers(1, 20)), min_size=1, max_size=4),
    st.integers(1, 30),
)
def test_the_way_by_logarithms_and_that_by_integers_give_the_same_digits(
    parts: list[tuple[Fraction, int]], digits: int
) -> None:
    values = [value for value, _ in parts]
    together = sum(weight for _, weight in parts)
    weights = [Fraction(weight, together) for _, weight in parts]
    by_logarithms = roots._by_logarithms(values, weights, digits)
    degree = lcm(*(weight.denominator for weight in weights))
    product = prod((v ** int(w * degree) for v, w in zip(values, weights, strict=True)), start=Fraction(1))
    assert by_logarithms in (None, root(product, degree, digits))
