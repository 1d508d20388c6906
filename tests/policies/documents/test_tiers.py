"""Bands that cover a scale once, quotas with their rounding and their edge, awards (R-018, R-046, R-091)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.ranked import (
    clause,
    concluded,
    document,
    faults,
    graded,
    grades,
    places,
    rank,
    result,
    score,
)

from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.ranking import SelectionRequired

STARS = ("five_star", "four_star", "three_star", "no_star")
POINTS = {"five_star": 90, "four_star": 80, "three_star": 70, "no_star": 10}
BANDS = [
    {"grade": "five_star", "at_least": 85, "at_most": 100},
    {"grade": "four_star", "at_least": 75, "below": 85},
    {"grade": "three_star", "at_least": 60, "below": 75},
    {"grade": "no_star", "at_least": 0, "below": 60},
]


def bands(code: str = "bands", **said: Any) -> dict[str, Any]:
    return clause("bands", code, **({"measure": "score", "on": "exact", "bands": BANDS} | said))


def quota(code: str, **said: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "ranking": "places",
        "grades": "bands",
        "grade": "five_star",
        "share": "3/10",
        "of": "population",
        "mode": "down",
        "edge": "select",
        "instead": "four_star",
    }
    return clause("quota", code, **(whole | said))


def rules(*quotas: dict[str, Any], **said: Any) -> RuleDocument:
    return document([score(), rank(**said), bands(), *quotas], groups=("side",))


# --- bands ---------------------------------------------------------------------------------------

REFUSED: list[tuple[list[dict[str, Any]], str]] = [
    (
        [
            {"grade": "good", "at_least": 90, "at_most": 100},
            {"grade": "fair", "at_least": 80, "below": 89},
            {"grade": "poor", "below": 80},
        ],
        "from 89 to 90 there is no band",
    ),
    (
        [
            {"grade": "good", "at_least": 85, "at_most": 100},
            {"grade": "fair", "at_least": 70, "below": 86},
            {"grade": "poor", "below": 70},
        ],
        "from 85 to 86 there are both fair and good",
    ),
    (
        [
            {"grade": "good", "at_least": 85, "at_most": 100},
            {"grade": "fair", "at_least": 70, "at_most": 85},
        ],
        "the band fair does not say `below`, and another one stands above it",
    ),
    ([{"grade": "a", "at_least": 1}, {"grade": "a", "below": 1}], "two bands have the grade a"),
    (
        [
            {"grade": "a", "below": 1},
            {"grade": "b", "at_least": 1, "below": 2},
            {"grade": "c", "at_least": 2},
            {"grade": "d", "at_least": 3, "below": 3},
        ],
        "no value lies in d",
    ),
    (
        [
            {"grade": "b", "at_least": 1, "below": 2},
            {"grade": "c", "at_least": 2},
            {"grade": "a", "below": 1},
        ],
        "not in the order of their values, best first",
    ),
    ([{"grade": "a"}, {"grade": "b"}], "the band b has no lower end"),
    ([{"grade": "a", "at_least": 0, "below": 3, "at_most": 2}], "the band a has two upper ends"),
    ([], "there is no band"),
]


@pytest.mark.parametrize(("given_", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_R_091_bands_that_do_not_cover_the_scale_exactly_once_are_refused(
    given_: list[dict[str, Any]], words: str
) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        document([score(), bands(bands=given_)])
    assert words in str(caught.value).lower()
    assert "let each band begin where another one ends" in str(caught.value).lower()


def test_R_091_every_fault_of_the_bands_is_said_at_once() -> None:
    wrong = [
        {"grade": "good", "at_least": 90, "at_most": 100},
        {"grade": "fair", "at_least": 80, "below": 89},
        {"grade": "poor", "below": 85},
    ]
    with pytest.raises(InvalidDefinition) as caught:
        document([score(), bands(bands=wrong)])
    assert "from 89 to 90" in str(caught.value).lower()
    assert "from 80 to 85" in str(caught.value).lower()


@given(
    st.lists(st.fractions(0, 100), min_size=1, max_size=6, unique=True),
    st.fractions(-10, 120),
    st.booleans(),
)
def test_R_091_every_value_lies_in_exactly_one_band_which_holds_its_floor(
    floors: list[Fraction], value: Fraction, rising: bool
) -> None:
    """Bands are half-open: the floor of a band belongs to it, its upper end to the one above."""
    ends = [None, *sorted(floors), None]
    made: list[dict[str, Any]] = []
    for index in range(len(ends) - 1):
        low, high = ends[index], ends[index + 1]
        band = {"grade": f"g{index}"}
        made.append(
            band | ({} if low is None else {"at_least": low}) | ({} if high is None else {"below": high})
        )
    found = document([score(), bands(bands=made if rising else made[::-1])])
    given_ = grades(concluded(found, members=[{"subject": "u-a", "score": value}]), "bands")
    assert given_ == {"u-a": f"g{sum(floor <= value for floor in floors)}"}


def test_R_091_units_are_graded_within_declared_comparison_groups() -> None:
    found = result(
        rules(quota("five", of="group", share="1/2"), group=["side"]),
        members=[
            {"subject": "u-a", "score": 99, "side": "county"},
            {"subject": "u-b", "score": 98, "side": "county"},
            {"subject": "u-c", "score": 90, "side": "city"},
            {"subject": "u-d", "score": 89, "side": "city"},
        ],
    ).conclusion
    assert [each.group for each in found.rankings] == ["city", "county"]
    assert grades(found, "five") == {
        "u-a": "five_star",
        "u-b": "four_star",
        "u-c": "five_star",
        "u-d": "four_star",
    }
    undeclared = document([score(), rank(group=["side"]), bands()])
    assert any("no comparison group" in fault for fault in faults(undeclared))


def test_a_value_off_the_scale_is_refused_and_one_without_a_value_gets_no_grade() -> None:
    with pytest.raises(InvalidInput, match="off the scale"):
        concluded(rules(), members=[{"subject": "u-a", "score": 101, "side": "a"}])
    found = concluded(rules(), members=[{"subject": "u-a", "score": "excused", "side": "a"}])
    assert found.grades["bands"] == ()
    (note,) = found.notes
    assert (note.code, note.subject, note.figures[0].displayed) == ("not-graded", "u-a", "excused")


def test_bands_may_be_dated_and_those_in_force_on_the_day_count() -> None:
    higher = [{"grade": "good", "at_least": 90}, {"grade": "poor", "below": 90}]
    lower = [{"grade": "good", "at_least": 80}, {"grade": "poor", "below": 80}]
    dated = [
        {"value": lower, "since": date(2020, 1, 1), "basis": "order.1"},
        {"value": higher, "since": date(2020, 6, 1), "basis": "order.2"},
    ]
    found = document([score(), bands(bands=dated)])
    rows = [{"subject": "u-a", "score": 85}]
    assert grades(concluded(found, on=date(2020, 5, 31), members=rows), "bands") == {"u-a": "good"}
    assert grades(concluded(found, on=date(2020, 6, 1), members=rows), "bands") == {"u-a": "poor"}


def test_being_last_does_not_imply_a_grade() -> None:
    found = concluded(
        rules(), members=[{"subject": f"u-{n}", "score": 99 - n, "side": "a"} for n in range(3)]
    )
    assert places(found)["u-2"] == 3
    assert set(grades(found, "bands").values()) == {"five_star"}


# --- quotas --------------------------------------------------------------------------------------


def branches(**counts: int) -> list[dict[str, Any]]:
    """So many branches of each grade, no two of them level."""
    found = []
    for grade, number in counts.items():
        for index in range(number):
            value = Fraction(POINTS[grade]) + Fraction(number - index, 1000)
            found.append({"subject": f"u-{grade[:2]}-{index:03}", "score": value, "side": "a"})
    return found


@pytest.mark.parametrize(
    ("mode", "expected"), [("down", 223), ("up", 224), ("half_up", 223), ("half_even", 223)]
)
def test_R_018_of_744_branches_thirty_in_a_hundred_are_223_rounded_down(mode: str, expected: int) -> None:
    found = concluded(rules(quota("five", mode=mode)), members=branches(five_star=400, four_star=344))
    assert Counter(grades(found, "five").values())["five_star"] == expected
    (note,) = [note for note in found.notes if note.code == "quota"]
    assert note.figures[0].displayed == str(expected)
    (exact,) = note.figures[0].inputs
    assert getattr(exact, "value", None) == Fraction(2232, 10), (
        "the exact share is shown, and how it is rounded"
    )


def test_R_018_quotas_of_ten_forty_and_thirty_follow_each_other() -> None:
    """348 branches rate themselves four stars and 71 five: four stars are over by 51, five under by 3."""
    chain = [
        quota("five", share="1/10"),
        quota("four", grades="five", grade="four_star", share="2/5", instead="three_star"),
        quota("three", grades="four", grade="three_star", share="3/10", instead="no_star"),
    ]
    found = result(rules(*chain), members=branches(five_star=71, four_star=348, no_star=325)).conclusion
    limits = {note.clause: note.figures[0].displayed for note in found.notes if note.code == "quota"}
    assert limits == {"five": "74", "four": "297", "three": "223"}
    assert Counter(grades(found, "three").values()) == {
        "five_star": 71,
        "four_star": 297,
        "three_star": 51,
        "no_star": 325,
    }
    crowded = concluded(rules(*chain), members=branches(five_star=744))
    assert Counter(grades(crowded, "three").values()) == {
        "five_star": 74,
        "four_star": 297,
        "three_star": 223,
        "no_star": 150,
    }


LEVEL: list[dict[str, Any]] = [
    {"subject": f"u-{name}", "score": value, "side": "a"}
    for name, value in (("a", 95), ("b", 90), ("c", 90), ("d", 90), ("e", 86), ("f", 20))
]


def test_R_018_an_oversubscribed_grade_asks_people_to_select_among_the_level_and_chooses_nobody() -> None:
    found = result(rules(quota("five", share="1/3")), members=LEVEL).conclusion
    assert found.selections == (SelectionRequired("five_star", 1, ("u-b", "u-c", "u-d"), "five"),)
    assert grades(found, "five")["u-a"] == "five_star"
    assert {graded(found, "five", f"u-{name}").ground for name in "bcd"} == {"selection-required"}
    assert {graded(found, "five", f"u-{name}").grade for name in "bcd"} == {"four_star"}
    assert graded(found, "five", "u-e").ground == "quota"
    assert found.data()["selections"] == [
        {"grade": "five_star", "places": 1, "candidates": ["u-b", "u-c", "u-d"], "clause": "five"}
    ]


def chosen(*names: str) -> list[dict[str, Any]]:
    return [{"subject": f"u-{name}", "by": "bureau"} for name in names]


def selecting(*names: str) -> Conclusion:
    found = document(
        [score(), rank(), bands(), quota("five", share="1/2", selected="chosen")],
        ["chosen"],
        groups=("side",),
    )
    return result(found, members=LEVEL, chosen=chosen(*names)).conclusion


def test_R_018_whom_people_select_at_the_edge_has_the_grade_and_the_event_is_cited() -> None:
    found = selecting("c", "d")
    assert found.selections == ()
    five = {subject for subject, grade in grades(found, "five").items() if grade == "five_star"}
    assert five == {"u-a", "u-c", "u-d"}
    ground = {name: graded(found, "five", f"u-{name}").ground for name in "abcdef"}
    assert ground == {
        "a": "band",
        "b": "quota",
        "c": "selected",
        "d": "selected",
        "e": "quota",
        "f": "band",
    }
    selected, level = graded(found, "five", "u-c").figure, graded(found, "bands", "u-c").figure
    assert selected.step == "selected"
    assert (selected.value, selected.clause) == (level.value, "five")
    (event,) = set(selected.evidence()) - set(level.evidence())
    assert event.stored_type == "observation.recorded"


def test_R_018_for_places_that_people_left_open_they_select_among_the_rest() -> None:
    found = selecting("c")
    assert found.selections == (SelectionRequired("five_star", 1, ("u-b", "u-d"), "five"),)
    assert grades(found, "five")["u-c"] == "five_star"
    assert graded(found, "five", "u-b").ground == "selection-required"


def test_R_018_nobody_is_selected_beyond_the_places_or_beside_the_edge() -> None:
    with pytest.raises(
        InvalidInput, match="3 were selected at the edge of five_star, and there are 2 places"
    ):
        selecting("b", "c", "d")
    found = selecting("a", "c", "d", "f")
    assert [note.subject for note in found.notes if note.code == "selected-beside-the-edge"] == ["u-a", "u-f"]
    assert graded(found, "five", "u-f").grade == "no_star"
    with pytest.raises(InvalidDefinition, match="edge = select"):
        document([score(), rank(), bands(), quota("five", edge="all", selected="chosen")], ["chosen"])


@pytest.mark.parametrize(
    ("edge", "holders", "selected"), [("none", "a", False), ("all", "abcd", False), ("select", "a", True)]
)
def test_R_018_what_becomes_of_the_level_at_the_edge_is_what_the_rule_says(
    edge: str, holders: str, selected: bool
) -> None:
    found = concluded(rules(quota("five", share="1/3", edge=edge)), members=LEVEL)
    five = {subject for subject, grade in grades(found, "five").items() if grade == "five_star"}
    assert five == {f"u-{name}" for name in holders}
    assert bool(found.selections) == selected


@pytest.mark.parametrize(("of", "expected"), [("population", 2), ("ranked", 1), ("group", 2)])
def test_R_018_the_rule_says_of_whom_the_quota_is_a_share(of: str, expected: int) -> None:
    members = [{"subject": f"u-{n}", "score": 99 - n if n < 3 else "missing", "side": "a"} for n in range(6)]
    found = concluded(rules(quota("five", share="1/3", of=of)), members=members)
    assert Counter(grades(found, "five").values())["five_star"] == expected


VALUES = st.lists(st.integers(55, 100), max_size=14)


@given(VALUES, st.fractions(0, 1), st.sampled_from(["select", "none"]), st.booleans())
def test_R_018_a_quota_is_never_exceeded_improves_no_grade_and_cuts_no_tie(
    values: list[int], share: Fraction, edge: str, gated: bool
) -> None:
    members = [
        {"subject": f"u-{index:02}", "score": value, "side": "a", "bad": "yes" if index % 3 == 0 else "no"}
        for index, value in enumerate(values)
    ]
    gate = clause(
        "gate",
        "hard",
        when={"attribute": "bad", "is_one_of": ["yes"]},
        effect="caps",
        grades="bands",
        grade="four_star",
        ranked="excluded" if gated else "as_scored",
    )
    chain = [
        quota("five", share=share, edge=edge),
        quota("four", grades="five", grade="four_star", share=share, edge=edge, instead="no_star"),
    ]
    found = concluded(document([score(), gate, rank(), bands(), *chain], groups=("side",)), members=members)
    limit = int(share * len(members))
    for clause_, grade in (("five", "five_star"), ("four", "four_star")):
        held = [each.subject for each in found.grades[clause_] if each.grade == grade]
        assert len(held) <= limit
        before = grades(found, "bands" if clause_ == "five" else "five")
        for each in found.grades[clause_]:
            assert STARS.index(each.grade) >= STARS.index(before[each.subject])
        for selection in found.selections:
            if selection.clause == clause_:
                assert 0 < selection.places < len(selection.candidates)
                assert len(held) + selection.places <= limit
                assert not set(selection.candidates) & set(held)
        if found.rankings:
            place = places(found)
            for subject in held:
                level = [
                    other for other in before if before[other] == grade and place.get(other) == place[subject]
                ]
                assert set(level) <= set(held), "those who are level have it all or none"


LINTED: list[tuple[RuleDocument, int | None, str]] = [
    (rules(quota("five", ranking="nowhere")), None, "No earlier clause ranks under nowhere"),
    (rules(quota("five"), group=["side"]), None, "ranks in comparison groups"),
    (rules(quota("five", grade="gold")), None, "no grade gold"),
    (
        rules(quota("five", grade="four_star", instead="five_star")),
        None,
        "five_star is better than four_star",
    ),
    (rules(quota("five", share="1/10")), 9, "is no place"),
]


@pytest.mark.parametrize(("found", "population", "words"), LINTED, ids=[words for *_, words in LINTED])
def test_the_linter_finds_quotas_that_cannot_be_met(
    found: RuleDocument, population: int | None, words: str
) -> None:
    assert any(words in fault for fault in faults(found, population)), faults(found, population)


@pytest.mark.parametrize("said", [{"share": "11/10"}, {"share": -1}, {"instead": "five_star"}])
def test_a_quota_that_makes_no_sense_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(InvalidDefinition):
        rules(quota("five", **said))
    rules(quota("five", share=1))


# --- awards --------------------------------------------------------------------------------------


def awarded(found: Conclusion) -> dict[str, str]:
    return {award.subject: award.award for award in found.awards}


def award(code: str = "honour", **said: Any) -> dict[str, Any]:
    return clause("award", code, award="flag", **said)


@pytest.mark.parametrize(
    ("edge", "subjects", "selection"),
    [("none", "a", ()), ("all", "abcd", ()), ("select", "a", ("u-b", "u-c", "u-d"))],
)
def test_the_first_are_recommended_for_an_award_and_the_level_as_the_rule_says(
    edge: str, subjects: str, selection: tuple[str, ...]
) -> None:
    found = concluded(rules(award(top={"ranking": "places", "places": 2, "edge": edge})), members=LEVEL)
    assert set(awarded(found)) == {f"u-{name}" for name in subjects}
    assert [item.candidates for item in found.selections] == ([selection] if selection else [])
    assert {award.figure.name for award in found.awards} == {"places.place"}


@pytest.mark.parametrize(("number", "subjects"), [(1, "a"), (4, "abcd"), (5, "abcde"), (9, "abcdef")])
@pytest.mark.parametrize("edge", ["none", "all", "select"])
def test_a_level_that_fits_is_recommended_as_a_whole(number: int, subjects: str, edge: str) -> None:
    found = concluded(rules(award(top={"ranking": "places", "places": number, "edge": edge})), members=LEVEL)
    assert set(awarded(found)) == {f"u-{name}" for name in subjects}
    assert found.selections == ()


def test_R_046_a_recommendation_cites_the_grade_that_it_rests_on_and_confers_nothing() -> None:
    found = result(rules(award(grade={"grades": "bands", "one_of": ["five_star"]})), members=LEVEL)
    assert set(awarded(found.conclusion)) == {f"u-{name}" for name in "abcde"}
    recommended = found.conclusion.awards[0]
    assert recommended.figure.name == "bands.five_star"
    (cited,) = recommended.figure.inputs
    assert cited == graded(found.conclusion, "bands", "u-a").figure
    assert [item.stored_type for item in recommended.figure.evidence()] == ["observation.recorded"]
    assert not hasattr(recommended, "person"), "who confers it is for an event to say"


def test_an_award_for_a_condition_waits_while_it_cannot_be_told() -> None:
    when = {"measure": "score", "at_least": 90, "unknown": "incomplete"}
    rows = [*LEVEL, {"subject": "u-z", "score": "missing", "side": "a"}]
    found = concluded(rules(award(when=when)), members=rows)
    assert set(awarded(found)) == {"u-a", "u-b", "u-c", "u-d"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "(?i)exactly one of top, grade, when"),
        (
            {
                "grade": {"grades": "bands", "one_of": ["five_star"]},
                "top": {"ranking": "places", "places": 1, "edge": "all"},
            },
            "(?i)exactly one of top, grade, when",
        ),
    ],
)
def test_an_award_has_one_ground(said: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDefinition, match=words):
        rules(award(**said))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"grade": {"grades": "bands", "one_of": ["gold"]}}, "no grade gold"),
        ({"top": {"ranking": "nowhere", "places": 1, "edge": "all"}}, "No earlier clause ranks"),
    ],
)
def test_the_linter_finds_an_award_for_what_there_is_not(said: dict[str, Any], words: str) -> None:
    assert any(words in fault for fault in faults(rules(award(**said))))
    assert faults(rules(award(grade={"grades": "bands", "one_of": ["five_star"]}))) == []
