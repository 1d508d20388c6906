"""Rankings, bands and quotas: R-018, R-045, R-091."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from party_workflow.canonical import canonical_bytes
from party_workflow.errors import InvalidDefinition
from party_workflow.policies.figure import Absent, Figure, Rounding
from party_workflow.policies.ranking import (
    Band,
    Bands,
    Excluded,
    Ranking,
    RankOn,
    SelectionRequired,
    competition,
    grade_with_quota,
    quota,
)

ROUNDED = Rounding(1, "half_up")
DOWN = Rounding(0, "down")


def figure(value: Fraction | int, rounding: Rounding | None = None) -> Figure:
    return Figure("total", Fraction(value), "sum", "total", "art-1", rounding=rounding)


def ranked(
    values: dict[str, Fraction | int], rank_on: RankOn = "exact", rounding: Rounding | None = None
) -> Ranking:
    figures = {subject: figure(value, rounding) for subject, value in values.items()}
    return competition(figures, rank_on, population=len(values))


scores = st.dictionaries(
    st.integers(1, 40).map("p-{}".format), st.fractions(0, 100, max_denominator=30), max_size=14
)
few_scores = st.dictionaries(st.integers(1, 40).map("p-{}".format), st.integers(60, 100), max_size=14)
rank_ons = st.sampled_from(["displayed", "exact"])


def shown(value: Fraction, rank_on: str) -> Fraction:
    return Fraction(ROUNDED.apply(value)) if rank_on == "displayed" else value


# --- places ----------------------------------------------------------------------------------


@given(scores, rank_ons)
def test_R_045_a_place_is_one_more_than_the_number_of_those_strictly_better(
    values: dict[str, Fraction], rank_on: RankOn
) -> None:
    ranking = ranked(values, rank_on, ROUNDED)
    for subject, value in values.items():
        better = [v for v in values.values() if shown(v, rank_on) > shown(value, rank_on)]
        assert ranking.place(subject) == len(better) + 1


@given(scores, rank_ons)
def test_R_045_who_is_tied_shares_the_better_place_and_is_named(
    values: dict[str, Fraction], rank_on: RankOn
) -> None:
    ranking = ranked(values, rank_on, ROUNDED)
    for entry in ranking.entries:
        same = {s for s, v in values.items() if shown(v, rank_on) == shown(values[entry.subject], rank_on)}
        assert set(entry.tied) == same - {entry.subject}
        assert list(entry.tied) == sorted(entry.tied)
    assert [e.place for e in ranking.entries] == sorted(e.place for e in ranking.entries)


@given(scores, rank_ons, st.randoms())
def test_R_045_the_order_in_which_subjects_come_leaves_no_trace(
    values: dict[str, Fraction], rank_on: RankOn, chance: Any
) -> None:
    shuffled = list(values.items())
    chance.shuffle(shuffled)
    one, other = ranked(values, rank_on, ROUNDED), ranked(dict(shuffled), rank_on, ROUNDED)
    assert canonical_bytes(one.data()) == canonical_bytes(other.data())


@given(scores, st.fractions(0, 50, max_denominator=30))
def test_adding_the_same_to_everybody_changes_no_exact_place(
    values: dict[str, Fraction], more: Fraction
) -> None:
    raised = ranked({subject: value + more for subject, value in values.items()})
    assert [(e.subject, e.place) for e in raised.entries] == [
        (e.subject, e.place) for e in ranked(values).entries
    ]


def test_R_045_one_two_two_four() -> None:
    ranking = ranked({"p-1": 90, "p-2": 80, "p-3": 80, "p-4": 70})
    assert [(e.subject, e.place, e.tied) for e in ranking.entries] == [
        ("p-1", 1, ()),
        ("p-2", 2, ("p-3",)),
        ("p-3", 2, ("p-2",)),
        ("p-4", 4, ()),
    ]


def test_R_045_whether_the_displayed_or_the_exact_value_is_ranked_changes_the_result_and_is_said() -> None:
    values = {"p-1": Fraction("89.96"), "p-2": Fraction("90.04")}
    displayed, exact = ranked(values, "displayed", ROUNDED), ranked(values, "exact", ROUNDED)
    assert (displayed.place("p-1"), exact.place("p-1")) == (1, 2)
    assert (displayed.data()["rank_on"], exact.data()["rank_on"]) == ("displayed", "exact")


def test_R_045_a_ranking_says_method_population_and_who_is_left_out_and_why() -> None:
    gone = Excluded("p-3", "away", Figure("total", Absent("excused"), "sum", "total", "art-1"))
    ranking = competition({"p-1": figure(90), "p-2": figure(80)}, "exact", [gone], population=3)
    data = ranking.data()
    assert (data["method"], data["population"]) == ("competition", 3)
    assert [(item["subject"], item["reason"]) for item in data["excluded"]] == [("p-3", "away")]
    assert ranking.place("p-3") is None


def test_nobody_drops_out_of_a_ranking_in_silence_and_nobody_counts_twice() -> None:
    gone = Excluded("p-1", "away", Figure("total", Absent("excused"), "sum", "total", "art-1"))
    with pytest.raises(ValueError, match="population of 3"):
        competition({"p-1": figure(90), "p-2": figure(80)}, "exact", population=3)
    with pytest.raises(ValueError, match="population of 3"):
        competition({"p-1": figure(90), "p-2": figure(80)}, "exact", [gone], population=3)


def test_R_104_what_has_no_value_is_not_ranked_as_zero() -> None:
    missing = Figure("total", Absent("missing"), "sum", "total", "art-1")
    with pytest.raises(ValueError, match="missing"):
        competition({"p-1": missing}, "exact", population=1)


# --- bands -----------------------------------------------------------------------------------

floors = st.lists(st.fractions(0, 100, max_denominator=4), min_size=1, max_size=5, unique=True)


def banded(floors: list[Fraction]) -> list[Band]:
    return [Band(f"grade-{index}", floor) for index, floor in enumerate(sorted(floors, reverse=True))]


@given(floors, st.fractions(0, 120, max_denominator=8))
def test_R_091_every_value_of_the_scale_lies_in_exactly_one_band(
    floors: list[Fraction], value: Fraction
) -> None:
    bands = banded(floors)
    bottom = bands[-1].floor
    graded = Bands(bands, bottom)
    holding = [
        band.grade
        for index, band in enumerate(bands)
        if value >= band.floor and (index == 0 or value < bands[index - 1].floor)
    ]
    if value < bottom:
        with pytest.raises(ValueError, match="below the scale"):
            graded.grade(value)
    else:
        assert holding == [graded.grade(value)]


@given(floors, st.randoms())
def test_R_091_bands_that_are_not_given_best_first_are_refused(floors: list[Fraction], chance: Any) -> None:
    bands = banded(floors)
    chance.shuffle(bands)
    falling = all(upper.floor > lower.floor for upper, lower in pairwise(bands))
    if falling:
        Bands(bands, bands[-1].floor)
    else:
        with pytest.raises(InvalidDefinition, match=r"best first|no band"):
            Bands(bands, min(floors))


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ([], "no band"),
        ([Band("good", Fraction(85)), Band("fair", Fraction(85))], "best first"),
        ([Band("good", Fraction(85)), Band("fair", Fraction(60))], "from 0 to 60 has no band"),
        ([Band("good", Fraction(85)), Band("good", Fraction(0))], "Two bands have this grade"),
    ],
)
def test_R_091_gaps_and_overlaps_are_refused(bands: list[Band], said: str) -> None:
    with pytest.raises(InvalidDefinition, match=said):
        Bands(bands, Fraction(0))


def test_R_091_a_band_holds_its_floor_and_not_the_floor_of_the_one_above() -> None:
    bands = Bands([Band("good", Fraction(85)), Band("fair", Fraction(0))], Fraction(0))
    assert [bands.grade(Fraction(v)) for v in ("85", "84.99", "0")] == ["good", "fair", "fair"]


# --- quotas ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "population", "places"),
    [
        ("1/3", 29, 9),
        ("3/10", 744, 223),
        ("1/10", 744, 74),
        ("2/5", 744, 297),
        ("1/3", 30, 10),
        ("1/3", 0, 0),
    ],
)
def test_R_018_a_quota_rounded_down_gives_whole_places(share: str, population: int, places: int) -> None:
    assert quota(Fraction(share), population, DOWN) == places


def test_R_018_the_rounding_of_a_quota_is_the_callers_and_gives_whole_places_or_nothing() -> None:
    assert quota(Fraction(1, 3), 29, Rounding(0, "up")) == 10
    assert quota(Fraction(1, 3), 29, Rounding(0, "half_up")) == 10
    with pytest.raises(ValueError, match="whole places"):
        quota(Fraction(1, 3), 29, Rounding(2, "down"))


THREE = Bands(
    [Band("excellent", Fraction(90)), Band("good", Fraction(75)), Band("fair", Fraction(0))], Fraction(0)
)


def grades(ranking: Ranking) -> dict[str, str | None]:
    return {entry.subject: entry.grade for entry in ranking.entries}


@given(few_scores, st.integers(0, 6), st.sampled_from([("excellent", "good"), ("good", "fair")]))
def test_R_018_a_capped_grade_is_never_over_its_places_and_no_tie_is_cut(
    values: dict[str, int], places: int, capped: tuple[str, str]
) -> None:
    grade, instead = capped
    ranking = ranked(dict(values))
    result = grade_with_quota(ranking, THREE, grade, places, instead, clause="cap")
    given_by_band = [s for s, v in values.items() if THREE.grade(Fraction(v)) == grade]
    holders = {s for s, got in grades(result).items() if got == grade}
    selected = {s for item in result.selections for s in item.candidates}
    assert len(holders) <= places
    assert holders <= set(given_by_band)
    assert not holders & selected
    # Whoever is granted has everybody as good or better in the band granted as well.
    for subject in given_by_band:
        as_good = {s for s in given_by_band if values[s] >= values[subject]}
        if len(as_good) <= places:
            assert subject in holders
        elif len({s for s in given_by_band if values[s] > values[subject]}) < places:
            assert subject in selected
        else:
            assert subject not in holders | selected
    for item in result.selections:
        assert 0 < item.places < len(item.candidates)
        assert item.places == places - len(holders)
        assert len({values[s] for s in item.candidates}) == 1
    # Nobody else's grade is touched.
    for subject, value in values.items():
        if THREE.grade(Fraction(value)) != grade:
            assert grades(result)[subject] == THREE.grade(Fraction(value))


def test_R_018_a_tie_across_the_edge_is_put_to_people_and_never_decided_here() -> None:
    values: dict[str, Fraction | int] = {"p-1": 99, "p-2": 95, "p-3": 95, "p-4": 91, "p-5": 60}
    result = grade_with_quota(ranked(values), THREE, "excellent", 2, "good", clause="cap")
    assert result.selections == (SelectionRequired("excellent", 1, ("p-2", "p-3")),)
    assert grades(result) == {"p-1": "excellent", "p-2": "good", "p-3": "good", "p-4": "good", "p-5": "fair"}
    assert [entry.grade_ground for entry in result.entries] == [
        "cap:band",
        "cap:selection-required",
        "cap:selection-required",
        "cap:quota",
        "cap:band",
    ]


def test_R_018_a_tie_that_fits_needs_no_selection() -> None:
    values: dict[str, Fraction | int] = {"p-1": 95, "p-2": 95, "p-3": 91}
    result = grade_with_quota(ranked(values), THREE, "excellent", 2, "good", clause="cap")
    assert result.selections == ()
    assert grades(result) == {"p-1": "excellent", "p-2": "excellent", "p-3": "good"}


def test_R_018_places_of_a_middle_grade_are_not_used_up_by_the_better_ones() -> None:
    values: dict[str, Fraction | int] = {"p-1": 99, "p-2": 98, "p-3": 80, "p-4": 78}
    result = grade_with_quota(ranked(values), THREE, "good", 1, "fair", clause="cap")
    assert grades(result) == {"p-1": "excellent", "p-2": "excellent", "p-3": "good", "p-4": "fair"}


def test_R_018_744_branches_of_which_71_rate_themselves_five_stars_fit_their_cap_and_348_of_four_do_not() -> (
    None
):
    values: dict[str, Fraction | int] = {
        f"u-{n}": 95 if n < 71 else 85 if n < 419 else 50 for n in range(744)
    }
    stars = Bands(
        [Band("five", Fraction(90)), Band("four", Fraction(80)), Band("rest", Fraction(0))], Fraction(0)
    )
    five = grade_with_quota(
        ranked(values), stars, "five", quota(Fraction(1, 10), 744, DOWN), "four", clause="a"
    )
    four = grade_with_quota(
        ranked(values), stars, "four", quota(Fraction(2, 5), 744, DOWN), "rest", clause="a"
    )
    assert list(grades(five).values()).count("five") == 71
    assert five.selections == ()
    assert [(item.places, len(item.candidates)) for item in four.selections] == [(297, 348)]


def test_grading_twice_is_refused_for_it_would_drop_a_selection() -> None:
    values: dict[str, Fraction | int] = {"p-1": 95, "p-2": 95}
    once = grade_with_quota(ranked(values), THREE, "excellent", 1, "good", clause="cap")
    with pytest.raises(ValueError, match="grades already"):
        grade_with_quota(once, THREE, "good", 1, "fair", clause="cap")
