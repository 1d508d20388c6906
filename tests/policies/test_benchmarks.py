"""Benchmarks: beside peers and last year, with a warning where the method differs; nested evaluations; both
ends.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from party_workflow.errors import InvalidInput
from party_workflow.policies.benchmarks import Indicator, benchmarks, median, nested
from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.ranking import both_ends, competition

SCORES = st.dictionaries(st.from_regex(r"u-[a-z]{1,3}", fullmatch=True), st.fractions(0, 100), min_size=1)


def figure(name: str, value: Fraction | int | Absent) -> Figure:
    return Figure(name, value if isinstance(value, Absent) else Fraction(value), "given", "clause", "basis")


def indicator(period: str, method: str, **values: int | Absent) -> Indicator:
    return Indicator("quality", period, method, {unit: figure(unit, value) for unit, value in values.items()})


def test_R_096_each_unit_stands_beside_the_median_of_its_peers_and_its_own_value_last_year() -> None:
    now = indicator("2017-Q3", "m1", a=90, b=80, c=70, d=60)
    before = indicator("2016-Q3", "m1", a=85, b=85)
    found = {item.unit: item for item in benchmarks(now, before)}
    assert found["a"].peers.value == 70  # of b, c and d: not of itself
    assert found["b"].peers.value == 70
    assert found["a"].to_peers.value == 20
    assert [found[unit].year_on_year.value for unit in "abc"] == [5, -5, Absent("missing")]
    assert all(item.warnings == () for item in found.values())


def test_R_096_a_changed_method_is_warned_of_on_every_unit() -> None:
    found = benchmarks(indicator("2017-Q3", "m2", a=1, b=2), indicator("2016-Q3", "m1", a=1))
    assert all("m2" in item.warnings[-1] and "m1" in item.warnings[-1] for item in found)


def test_R_096_absent_values_stay_out_of_the_median_and_absent_in_differences() -> None:
    now = indicator("2017-Q3", "m1", a=90, b=Absent("excused"), c=70)
    found = {item.unit: item for item in benchmarks(now)}
    assert found["a"].peers.value == 70
    assert found["b"].to_peers.value == Absent("excused")
    lonely = benchmarks(indicator("2017-Q3", "m1", a=1))[0]
    assert lonely.peers.value == Absent("missing")
    assert lonely.warnings


def test_R_096_peers_are_those_of_the_same_group() -> None:
    now = indicator("2017-Q3", "m1", a=90, b=80, c=10)
    found = {item.unit: item for item in benchmarks(now, groups={"a": "large", "b": "large", "c": "small"})}
    assert found["a"].peers.value == 80
    with pytest.raises(InvalidInput, match="no comparison group"):
        benchmarks(now, groups={"a": "large"})
    with pytest.raises(InvalidInput, match="is not"):
        benchmarks(now, Indicator("other", "2016", "m1", {}))


@given(st.lists(st.fractions(0, 100), min_size=1, max_size=9))
def test_half_of_the_values_lie_on_either_side_of_the_median(values: list[Fraction]) -> None:
    found = median("m", [figure("x", value) for value in values], "clause").exact()
    assert 2 * sum(value <= found for value in values) >= len(values)
    assert 2 * sum(value >= found for value in values) >= len(values)


@given(st.fractions(0, 100), st.fractions(0, 100))
def test_R_092_a_child_evaluation_scales_to_exactly_twenty_points_and_keeps_order(
    one: Fraction, other: Fraction
) -> None:
    def points(value: Fraction) -> Fraction:
        scaled = nested(figure("x", value), Fraction(100), Fraction(20), clause="overall.3", basis="b")
        return scaled.exact()

    assert points(Fraction(100)) == 20
    assert points(Fraction(0)) == 0
    assert (points(one) < points(other)) is (one < other)
    assert points(one) + points(100 - one) == 20  # nothing gained or lost


def test_R_092_what_is_absent_stays_absent_and_a_value_beyond_the_full_score_is_refused() -> None:
    absent = nested(figure("x", Absent("missing")), Fraction(100), Fraction(20), clause="c", basis="b")
    assert absent.value == Absent("missing")
    with pytest.raises(InvalidInput, match="outside"):
        nested(figure("x", 101), Fraction(100), Fraction(20), clause="c", basis="b")


def test_R_021_both_ends_include_everybody_tied_at_the_edge() -> None:
    scores = {"a": 9, "b": 8, "c": 8, "d": 5, "e": 3, "f": 3, "g": 1}
    ranking = competition(
        {unit: figure(unit, value) for unit, value in scores.items()}, "exact", population=7
    )
    top, bottom = both_ends(ranking, 2)
    assert [entry.subject for entry in top] == ["a", "b", "c"]
    assert [entry.subject for entry in bottom] == ["e", "f", "g"]
    assert all(entry.figure.step for entry in (*top, *bottom))


@given(SCORES, st.integers(0, 5))
def test_R_021_both_ends_are_never_less_than_asked_for_and_never_split_a_tie(
    scores: dict[str, Fraction], number: int
) -> None:
    figures = {unit: figure(unit, value) for unit, value in scores.items()}
    ranking = competition(figures, "exact", population=len(figures))
    for end in both_ends(ranking, number):
        assert len(end) >= min(number, len(figures))
        inside = {entry.subject for entry in end}
        assert all(set(entry.tied) <= inside for entry in end)
