"""Best n of m, of a whole season and of each part of it; countback among those who are level."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.clauses import clause, concluded, document, faults, measured

from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.policies.documents.countback import finishes
from party_workflow.policies.figure import Absent, Figure


def value(**fields: Any) -> dict[str, Any]:
    return clause(
        "value",
        "race",
        **{
            "source": "rows",
            "column": "points",
            "by": ["round"],
            "several": "refuse",
            "empty": "missing",
            "rounding": "none",
            **fields,
        },
    )


def best(n: Any, **fields: Any) -> dict[str, Any]:
    return clause(
        "best",
        "total",
        **{
            "measure": "race",
            "over": "round",
            "n": n,
            "direction": "highest",
            "fewer": "count",
            "absent": "incomplete",
            "empty": "zero",
            "rounding": "none",
            **fields,
        },
    )


def rows(*points: Any) -> dict[str, list[dict[str, Any]]]:
    return {
        "rows": [
            {"subject": "a", "round": number, "points": each} for number, each in enumerate(points, start=1)
        ]
    }


def parts(*said: tuple[Any, Any]) -> dict[str, Any]:
    """Parts of a season, each with the number that counts and the last round, None for the rest."""
    return {
        "parts": [
            {"best": number} if through is None else {"best": number, "through": through}
            for number, through in said
        ]
    }


def test_only_the_best_count_and_who_has_none_has_what_is_said() -> None:
    assert measured([value(), best(2)], rows(9, 1, 6, 4)) == {"a": 15, "b": 0}
    assert measured([value(), best(2, direction="lowest", empty="missing")], rows(9, 1, 6, 4)) == {
        "a": 5,
        "b": "missing",
    }


def test_the_figure_shows_what_counts_and_what_was_dropped() -> None:
    figure = concluded(document(value(), best(2)), rows(9, 1, 6, 4)).measures["total"]["a",]
    assert figure.step == "best_2_of_4"
    *counted, dropped = figure.inputs
    assert [part.value for part in counted if isinstance(part, Figure)] == [9, 6]
    assert isinstance(dropped, Figure)
    assert (dropped.step, dropped.value, len(dropped.inputs)) == ("not_counted", 5, 2)
    assert len(figure.evidence()) == 4


def test_of_each_part_of_a_season_its_best_count() -> None:
    # of rounds 1 to 3 the best two, of the others the best one; together the best three would be 26
    halves = best(parts((2, 3), (1, None)))
    assert measured([value(), halves], rows(9, 8, 1, 9, 2))["a"] == 26
    assert measured([value(), halves], rows(9, 8, 7, 6, 5))["a"] == 23
    assert measured([value(), best(3)], rows(9, 8, 7, 6, 5))["a"] == 24


def test_a_season_may_have_more_than_two_parts() -> None:
    assert measured([value(), best(parts((1, 1), (1, 3), (2, None)))], rows(9, 8, 7, 6, 5, 4))["a"] == 28


def test_rounds_are_numbers_where_the_end_of_a_part_is_one() -> None:
    halves = best(parts((1, 9), (1, None)))
    assert measured([value(), halves], rows(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))["a"] == 19


def test_a_part_may_end_with_a_period() -> None:
    months = {"rows": [{"subject": "a", "round": f"2026-{m:02d}", "points": m} for m in range(1, 13)]}
    halves = best(parts((1, "2026-06"), (1, None)))
    assert measured([value(), halves], months)["a"] == 18
    with pytest.raises(InvalidInput, match="is no number"):
        measured([value(), best(parts((1, 6), (1, None)))], months)


def test_how_many_count_is_dated() -> None:
    dated = [
        {"value": 1, "since": "2026-01-01", "basis": "x"},
        {"value": parts((2, 3), ("all", None)), "since": "2026-06-01", "basis": "y"},
    ]
    figure = concluded(document(value(), best(dated)), rows(9, 8, 7, 6, 5)).measures["total"]["a",]
    assert figure.value == 28


def test_with_fewer_than_so_many_what_there_is_counts_or_the_sum_is_missing() -> None:
    assert measured([value(), best(3)], rows(9, 8))["a"] == 17
    assert measured([value(), best(3, fewer="missing")], rows(9, 8))["a"] == "missing"
    assert measured([value(), best(3, fewer="missing")], rows(9, 8, 7))["a"] == 24


@pytest.mark.parametrize(("absent", "expected"), [("incomplete", "excused"), ("leave_out", 9), ("zero", 9)])
def test_a_result_that_is_absent_is_treated_before_the_best_are_chosen(absent: str, expected: Any) -> None:
    assert measured([value(), best(2, absent=absent)], rows(9, "excused"))["a"] == expected


def test_left_out_is_not_zero_where_the_best_is_the_lowest() -> None:
    lowest = {"direction": "lowest"}
    assert measured([value(), best(1, absent="leave_out", **lowest)], rows(9, "excused"))["a"] == 9
    assert measured([value(), best(1, absent="zero", **lowest)], rows(9, "excused"))["a"] == 0


def test_where_everything_is_left_out_nothing_applies() -> None:
    assert measured([value(), best(1, absent="leave_out")], rows("excused", "missing"))["a"] == (
        "not_applicable"
    )
    only = parts((1, 1), (1, None))
    assert measured([value(), best(only, absent="leave_out")], rows("excused", 4))["a"] == 4


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "is expected here"),
        (parts((2, None), (1, None)), "very part but the last"),
        (parts((2, 3)), "very part but the last"),
        (parts((2, 3), (1, 2), (1, None)), "n the order of their ends"),
        (parts((2, 3), (1, 3), (1, None)), "n the order of their ends"),
        (parts((2, 3), (1, "2026"), (1, None)), "n the order of their ends"),
        (parts((2, "2026-07"), (1, "2026-04"), (1, None)), "n the order of their ends"),
    ],
)
def test_a_number_or_parts_that_cannot_be_are_refused_when_the_clause_is_made(n: Any, said: str) -> None:
    with pytest.raises(InvalidDefinition, match=said):
        document(value(), best(n))


def test_the_linter_finds_a_dimension_that_the_measure_does_not_have() -> None:
    assert any("race" in each for each in faults(value(), best(2, over="race"), columns=["points", "round"]))


RESULTS = st.lists(st.fractions(0, 20, max_denominator=4), min_size=1, max_size=10)


@given(results=RESULTS)
def test_the_best_n_of_n_are_the_sum(results: Sequence[Fraction]) -> None:
    total = sum(results, Fraction(0))
    assert measured([value(), best(len(results))], rows(*results))["a"] == total
    assert measured([value(), best("all")], rows(*results))["a"] == total


@given(results=RESULTS, n=st.integers(1, 10))
def test_more_that_count_never_give_less_and_the_dropped_make_up_the_rest(
    results: Sequence[Fraction], n: int
) -> None:
    figure = concluded(document(value(), best(n)), rows(*results)).measures["total"]["a",]
    more = measured([value(), best(n + 1)], rows(*results))["a"]
    assert isinstance(more, Fraction)
    assert figure.exact() <= more
    dropped = [each for each in figure.inputs if isinstance(each, Figure) and each.step == "not_counted"]
    assert figure.exact() + sum((each.exact() for each in dropped), Fraction(0)) == sum(results)


@given(results=RESULTS, first=st.integers(1, 5), second=st.integers(1, 5), end=st.integers(1, 9))
def test_the_parts_of_a_season_give_no_more_than_as_many_of_the_whole(
    results: Sequence[Fraction], first: int, second: int, end: int
) -> None:
    split = measured([value(), best(parts((first, end), (second, None)))], rows(*results))["a"]
    whole = measured([value(), best(first + second)], rows(*results))["a"]
    by_hand = sum(sorted(results[:end], reverse=True)[:first], Fraction(0))
    by_hand += sum(sorted(results[end:], reverse=True)[:second], Fraction(0))
    assert isinstance(split, Fraction)
    assert isinstance(whole, Fraction)
    assert split == by_hand <= whole


@given(results=RESULTS, sharing=st.integers(1, 5))
def test_the_parts_of_a_split_place_make_up_the_whole(results: Sequence[Fraction], sharing: int) -> None:
    names = [f"m{number}" for number in range(sharing)]
    shared = clause(
        "place_points",
        "points",
        source="rows",
        place="place",
        table=[str(each) for each in results],
        dated_by="row",
        shared="split",
        share_by=["car"],
        absent="incomplete",
        empty="zero",
        rounding="none",
    )
    crew = {"rows": [{"subject": name, "car": "1", "place": 1} for name in names]}
    found = measured([shared], crew, members=names)
    assert sum((each for each in found.values() if isinstance(each, Fraction)), Fraction(0)) == results[0]


# --- countback --------------------------------------------------------------------------------


def ranked(depth: Any, **places: Sequence[Any]) -> dict[str, int]:
    """Places by countback alone, of subjects with these places in races."""
    told = [
        {"subject": subject, "round": number, "points": 1, "place": place}
        for subject, each in places.items()
        for number, place in enumerate(each, start=1)
    ]
    found = concluded(
        document(
            {**value(column="place"), "code": "place"},
            clause("count", "starts", source="rows", distinct="subject", empty="zero"),
            clause(
                "rank",
                "places",
                measure="starts",
                on="exact",
                direction="highest",
                ties=[{"by": "countback", "measure": "place", "depth": depth}, {"by": "shared"}],
            ),
        ),
        {"rows": told},
        members=sorted(places),
    )
    return {entry.subject: entry.place for entry in found.ranking.entries}


def test_who_is_level_is_separated_by_firsts_then_by_seconds_and_so_on() -> None:
    assert ranked(3, a=[2, 2], b=[1, 9], c=[2, 3]) == {"b": 1, "a": 2, "c": 3}


def test_below_its_depth_a_countback_separates_nobody() -> None:
    assert ranked(2, a=[1, 3], b=[1, 4]) == {"a": 1, "b": 1}
    assert ranked(3, a=[1, 3], b=[1, 4]) == {"a": 1, "b": 2}


def test_what_is_no_place_is_not_counted() -> None:
    assert ranked(3, a=[1, None], b=[1, 5]) == {"a": 1, "b": 1}
    assert finishes([Fraction(1), Absent("excused"), Fraction(3, 2), Fraction(7)], 3) == (1, 0, 0)
    with pytest.raises(ValueError, match="one place"):
        finishes([], 0)


@given(places=st.lists(st.integers(1, 12).map(Fraction), max_size=12), depth=st.integers(1, 12))
def test_a_countback_counts_each_place_down_to_its_depth_once(places: list[Fraction], depth: int) -> None:
    found = finishes(places, depth)
    assert len(found) == depth
    assert sum(found) == sum(place <= depth for place in places)
    assert finishes([*places, Fraction(1)], depth) > found


def test_the_dimensions_that_are_left_are_known_to_the_linter_and_in_the_figures() -> None:
    per_car = value(by=["round", "car"])
    per_race = {**best("all", over="car"), "code": "per_race"}
    season = {**best(2), "measure": "per_race"}
    columns = ["points", "round", "car"]
    assert faults(per_car, per_race, season, columns=columns) == []
    (wrong,) = faults(per_car, per_race, {**season, "over": "car"}, columns=columns)
    assert "car" in wrong
    told = [
        {"subject": "a", "round": number, "car": car, "points": points}
        for number, car, points in [(1, "7", 4), (1, "8", 5), (2, "7", 6), (3, "7", 1)]
    ]
    found = concluded(document(per_car, per_race, season), {"rows": told})
    assert {key: figure.value for key, figure in found.measures["per_race"].items()} == {
        ("a", "1"): 9,
        ("a", "2"): 6,
        ("a", "3"): 1,
    }
    assert found.measures["total"]["a",].value == 15
