"""Panels: votes that count, marks that are not there, trimming, groups of raters, centring, agreement."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policies.documents.rows import concluded, document, faults, value

from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.policies.arithmetic import panels
from party_workflow.policies.figure import Absent

CENTRED = {"centring": "rater_mean", "centring_minimum": 2}
ROWS: list[dict[str, Any]] = [
    {"subject": subject, "rater": rater, "mark": mark}
    for subject, marks in (("a", (6, 7, 8, 9, 10)), ("b", (5, 5, 7, 9, 4)))
    for rater, mark in zip(("r1", "r2", "r3", "r4", "r5"), marks, strict=True)
]
PANEL: dict[str, Any] = {
    "type": "panel",
    "code": "panel",
    "basis": "rules",
    "since": "2020-01-01",
    "source": "rows",
    "rater": "rater",
    "column": "mark",
    "votes": "one_each_last",
    "absent": "leave_out",
    "minimum_raters": 3,
    "too_few": "missing",
    "statistic": "mean",
    "centring": "none",
    "empty": "missing",
    "rounding": "none",
}


def panel(rows: list[dict[str, Any]], **said: Any) -> dict[str, Fraction | Absent]:
    found = concluded(rows, [{**PANEL, **said}])
    return {key[0]: figure.value for key, figure in found.measures["panel"].items()}


def test_each_statistic_by_hand() -> None:
    assert panel(ROWS) == {"a": 8, "b": 6}
    assert panel(ROWS, statistic="median") == {"a": 8, "b": 5}
    assert panel(ROWS, statistic="trimmed_mean", drop_high=1, drop_low=1) == {"a": 8, "b": Fraction(17, 3)}
    assert panel(ROWS, statistic="trimmed_mean", drop_high=2, drop_low=0) == {"a": 7, "b": Fraction(14, 3)}


marks = st.lists(st.fractions(0, 10, max_denominator=4), min_size=3, max_size=9)


@given(marks)
def test_a_panel_of_one_mark_each_is_the_arithmetic_of_panels(given_marks: list[Fraction]) -> None:
    rows = [{"subject": "a", "rater": f"r{i}", "mark": mark} for i, mark in enumerate(given_marks)]
    assert panel(rows)["a"] == panels.mean(given_marks)
    assert panel(rows, statistic="median")["a"] == panels.median(given_marks)
    trimmed = panel(rows, statistic="trimmed_mean", drop_high=1, drop_low=1)
    assert trimmed["a"] == panels.trimmed_mean(given_marks, 1, 1)


def test_a_row_with_a_column_for_each_rater_is_a_panel_too() -> None:
    wide = [{"subject": "a", "j1": 6, "j2": "", "j3": 8, "j4": 10}]
    said = {"rater": None, "column": None, "raters": ["j1", "j2", "j3", "j4"]}
    clause = {name: setting for name, setting in {**PANEL, **said}.items() if setting is not None}
    assert value(concluded(wide, [clause]), "panel", "a") == 8


def test_of_several_votes_of_one_rater_the_one_counts_that_the_rule_says() -> None:
    rows = [*ROWS[:5], {"subject": "a", "rater": "r1", "mark": 16}]
    assert panel(rows)["a"] == 10
    assert panel(rows, votes="one_each_first")["a"] == 8
    assert panel(rows, votes="all")["a"] == Fraction(56, 6)
    with pytest.raises(InvalidInput, match="r1 has 2 votes"):
        panel(rows, votes="refuse")


def test_below_the_minimum_of_raters_a_panel_says_nothing_and_a_vote_that_was_left_out_does_not_count() -> (
    None
):
    rows = [{**row, "mark": "excused"} if row["rater"] in ("r1", "r2") else row for row in ROWS[:5]]
    assert panel(rows)["a"] == 9
    assert panel(rows, minimum_raters=4)["a"] == Absent("missing")
    assert panel(rows, minimum_raters=4, too_few="withheld")["a"] == Absent("withheld")


def test_missing_excused_not_applicable_and_nought_are_four_values_in_a_panel() -> None:
    def with_first(mark: Any) -> list[dict[str, Any]]:
        return [{**ROWS[0], "mark": mark}, *ROWS[1:5]]

    said = {"absent": {"missing": "zero", "excused": "leave_out", "not_applicable": "incomplete"}}
    assert panel(with_first("missing"), **said)["a"] == Fraction(34, 5)
    assert panel(with_first("excused"), **said)["a"] == Fraction(34, 4)
    assert panel(with_first("not_applicable"), **said)["a"] == Absent("not_applicable")
    assert panel(with_first(0), **said)["a"] == Fraction(34, 5)


def test_a_subject_without_any_row_has_what_the_clause_says() -> None:
    rows = [*ROWS[:5], {"subject": "c", "rater": "r1", "mark": 3, "of": "other"}]
    others = [{**row, "of": "this"} for row in rows[:5]] + rows[5:]
    for empty, expected in (("missing", Absent("missing")), ("zero", Fraction(0))):
        found = concluded(others, [{**PANEL, "empty": empty}], where={"of": "this"})
        assert value(found, "panel", "c") == expected


def test_words_are_marks_where_the_clause_says_what_they_are_worth() -> None:
    rows = [
        {"subject": "a", "rater": f"r{i}", "mark": mark} for i, mark in enumerate(("good", "good", "fair"))
    ]
    worths = {"good": 90, "fair": [{"value": 60, "since": "2020-01-01", "basis": "b"}]}
    assert panel(rows, worths=worths)["a"] == 80
    with pytest.raises(InvalidInput, match="fair is worth"):
        panel(rows, worths={"good": 90})


# --- ballots counted in secret

TALLY = [
    {"subject": subject, "rater": "withheld", "mark": grade, "number": ballots}
    for subject, counted in (
        ("a", {"good": 6, "fair": 3, "poor": 1}),
        ("b", {"good": 2, "fair": 0, "poor": 2}),
    )
    for grade, ballots in counted.items()
]
SECRET = {"tally": "number", "worths": {"good": 90, "fair": 70, "poor": 20}}


def test_a_secret_ballot_counts_as_many_marks_as_were_given() -> None:
    assert panel(TALLY, **SECRET) == {"a": 77, "b": 55}
    assert panel(TALLY, **SECRET, statistic="median") == {"a": 90, "b": 55}
    trimmed = panel(TALLY, **SECRET, statistic="trimmed_mean", drop_high=1, drop_low=1)
    assert trimmed == {"a": Fraction(5 * 90 + 3 * 70, 8), "b": 55}
    assert panel(TALLY, **{**SECRET, "minimum_raters": 5}) == {"a": 77, "b": Absent("missing")}


def test_of_a_secret_ballot_the_numbers_and_the_events_are_shown_and_nobody_is_named() -> None:
    said = {**SECRET, "statistic": "trimmed_mean", "drop_high": 1, "drop_low": 1}
    told = "\n".join(concluded(TALLY, [{**PANEL, **said}]).measures["panel"]["a",].lines())
    assert "gave = 6: count" in told
    assert "mark[row 3] = 20: dropped" in told
    assert "observation.recorded" in told


def test_what_a_small_round_withholds_is_treated_as_missing() -> None:
    rows = [*TALLY, {"subject": "c", "rater": "withheld", "mark": "withheld", "number": "withheld"}]
    assert panel(rows, **SECRET)["c"] == Absent("missing")
    assert panel(rows, **SECRET, absent="incomplete")["c"] == Absent("withheld")


def test_a_row_without_a_rater_is_refused_unless_it_is_a_tally() -> None:
    with pytest.raises(InvalidInput, match="names no rater"):
        panel(TALLY, worths=SECRET["worths"])
    with pytest.raises(InvalidInput, match="no number of people"):
        panel([{**TALLY[0], "number": "1/2"}], **SECRET)
    for said in ({**CENTRED}, {"reliability": ["icc_1"]}):
        with pytest.raises(InvalidDefinition, match="names no raters"):
            document([{**PANEL, **SECRET, **said}])


# --- groups of raters

GROUPED = [
    {"subject": "a", "rater": rater, "of": group, "mark": mark}
    for rater, group, mark in (
        ("r1", "above", 90),
        ("r2", "peers", 80),
        ("r3", "peers", 70),
        ("r4", "below", 60),
        ("r5", "below", 40),
        ("r6", "below", 50),
    )
]
WEIGHTS: dict[str, Any] = {
    "rater_groups": "of",
    "group_weights": {"above": 0.4, "peers": 0.3, "below": 0.3},
    "group_lacking": "incomplete",
}


def exact(said: dict[str, Any]) -> dict[str, Any]:
    return {
        **said,
        "group_weights": {name: str(weight) for name, weight in said["group_weights"].items()},
    }


def test_groups_of_raters_count_by_their_weight_whatever_their_number() -> None:
    assert panel(GROUPED, **exact(WEIGHTS))["a"] == Fraction(2, 5) * 90 + Fraction(3, 10) * (75 + 50)


def test_a_group_without_marks_makes_the_panel_incomplete_or_gives_its_weight_to_the_others() -> None:
    rows = [row for row in GROUPED if row["of"] != "peers"]
    assert panel(rows, **exact(WEIGHTS))["a"] == Absent("missing")
    spread = panel(rows, **{**exact(WEIGHTS), "group_lacking": "spread"})
    assert spread["a"] == (36 + 15) / Fraction(7, 10)


def test_weights_of_groups_sum_to_one_and_every_group_has_one() -> None:
    off = {**WEIGHTS, "group_weights": {"above": "0.4", "peers": "0.3", "below": "0.2"}}
    assert any("9/10" in fault for fault in faults([{**PANEL, **off}]))
    with pytest.raises(InvalidDefinition, match="9/10"):
        panel(GROUPED, **off)
    with pytest.raises(InvalidInput, match="weight of guests"):
        panel([*GROUPED, {"subject": "a", "rater": "r9", "of": "guests", "mark": 3}], **exact(WEIGHTS))


# --- centring


def test_centring_takes_strictness_away_and_keeps_the_mean_of_all_marks() -> None:
    # r1 gives 2 and 4 (own mean 3), r2 gives 8 and 6 (7), r3 gives 5 and 8 (6.5); all marks together 5.5.
    rows = [
        {"subject": subject, "rater": rater, "mark": mark}
        for rater, marks in (("r1", (2, 4)), ("r2", (8, 6)), ("r3", (5, 8)))
        for subject, mark in zip("ab", marks, strict=True)
    ]
    found = panel(rows, **CENTRED)
    assert found == {"a": Fraction(11, 2) - Fraction(1, 2), "b": Fraction(11, 2) + Fraction(1, 2)}
    harder = [{**row, "mark": row["mark"] - 2} if row["rater"] == "r2" else row for row in rows]
    shifted = panel(harder, **CENTRED)
    assert {key: shifted[key] - found[key] for key in "ab"} == dict.fromkeys("ab", Fraction(-2, 3))  # type: ignore[operator]


def test_a_rater_with_fewer_marks_than_the_minimum_is_not_centred() -> None:
    rows = [*ROWS, {"subject": "a", "rater": "r6", "mark": 100}]
    uncentred = panel(rows, **{**CENTRED, "centring_minimum": 2})
    assert uncentred["a"] != panel(rows, **{**CENTRED, "centring_minimum": 1})["a"]
    figure = concluded(rows, [{**PANEL, **CENTRED}]).measures["panel"]["a",]
    steps = {part.name: part.step for part in figure.inputs}
    assert (steps["mark[r6]"], steps["mark[r1]"]) == ("mark", "centred")


def test_raters_are_centred_among_those_who_are_compared() -> None:
    rows = [
        {"subject": subject, "kind": kind, "rater": rater, "mark": mark}
        for subject, kind, marks in (
            ("a", "s", (2, 4)),
            ("b", "s", (4, 8)),
            ("c", "l", (9, 1)),
            ("d", "l", (9, 3)),
        )
        for rater, mark in zip(("r1", "r2"), marks, strict=True)
    ]
    said = {**PANEL, **CENTRED, "minimum_raters": 2, "group": ["kind"]}
    found = exact_values(rows, said)
    # s: own means 3 and 6, all 4.5; l: own means 9 and 2, all 5.5.
    assert found == {"a": 3, "b": 6, "c": 5, "d": 6}


def exact_values(rows: list[dict[str, Any]], clause: dict[str, Any]) -> dict[str, Fraction | Absent]:
    found = concluded(rows, [clause], groups=["kind"]).measures["panel"]
    return {key[0]: figure.value for key, figure in found.items()}


# --- agreement

MEASURES = ["krippendorff_alpha", "kendall_w", "icc_1", "icc_2"]


def test_agreement_of_raters_is_reported_with_how_many_it_rests_on() -> None:
    judges = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))
    rows = [
        {"subject": f"s{subject}", "rater": f"j{judge}", "mark": mark}
        for subject, given_marks in enumerate(judges)
        for judge, mark in enumerate(given_marks)
    ]
    found = concluded(rows, [{**PANEL, "reliability": MEASURES}])
    notes = {note.code: note.figures[0] for note in found.notes}
    assert list(notes) == [f"reliability.{name}" for name in MEASURES]
    assert round(float(notes["reliability.icc_2"].exact()), 2) == 0.29  # as published by Shrout and Fleiss
    assert round(float(notes["reliability.icc_1"].exact()), 2) == 0.17
    counts = {part.name: part.exact() for part in notes["reliability.icc_2"].inputs}  # type: ignore[union-attr]
    assert counts == {"raters": 4, "rated": 6, "left_out": 0}


def test_agreement_is_not_applicable_where_it_is_not_defined_and_says_who_was_left_out() -> None:
    rows = [*ROWS, {"subject": "c", "rater": "r1", "mark": 6}]
    found = concluded(rows, [{**PANEL, "reliability": ["icc_2"], "minimum_raters": 1}])
    counts = {part.name: part.exact() for part in found.notes[0].figures[0].inputs}  # type: ignore[union-attr]
    assert counts == {"raters": 5, "rated": 2, "left_out": 1}
    alike = [{**row, "mark": 5} for row in ROWS]
    (note,) = concluded(alike, [{**PANEL, "reliability": ["icc_2"]}]).notes
    assert note.figures[0].value == Absent("not_applicable")


def test_agreement_is_reported_for_each_comparison_by_itself() -> None:
    rows = [
        {"subject": subject, "kind": kind, "rater": rater, "mark": mark}
        for subject, kind, marks in (
            ("a", "s", (2, 4)),
            ("b", "s", (4, 8)),
            ("c", "l", (9, 1)),
            ("d", "l", (8, 3)),
        )
        for rater, mark in zip(("r1", "r2"), marks, strict=True)
    ]
    said = {**PANEL, "minimum_raters": 2, "group": ["kind"], "reliability": ["kendall_w"]}
    notes = concluded(rows, [said], groups=["kind"]).notes
    assert {note.subject: note.figures[0].value for note in notes} == {"s": 1, "l": 0}


# --- faults and explanation


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"statistic": "trimmed_mean"}, "drop_high"),
        ({"drop_high": 1, "drop_low": 1}, "drop_high"),
        ({"statistic": "trimmed_mean", "drop_high": 1}, "drop_high"),
        ({"rater_groups": "of"}, "group_weights"),
        ({"centring": "rater_mean"}, "centring_minimum"),
        ({"centring_minimum": 2}, "centring_minimum"),
        ({"raters": ["j1"]}, "raters"),
        ({"votes": "all", "reliability": ["icc_1"]}, "one vote each"),
        ({"minimum_raters": -1}, "minimum_raters"),
        ({"absent": "ignore"}, "absent"),
    ],
)
def test_what_does_not_fit_together_is_refused_before_use(said: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidDefinition, match=why):
        document([{**PANEL, **said}])


def test_dropping_as_many_as_there_have_to_be_raters_is_found_by_the_linter() -> None:
    said = {"statistic": "trimmed_mean", "drop_high": 2, "drop_low": 1}
    (fault,) = faults([{**PANEL, **said}])
    assert "3 marks would be dropped" in fault
    assert faults([{**PANEL, **said, "minimum_raters": 4}]) == []


def test_a_group_with_no_more_marks_than_are_dropped_says_nothing() -> None:
    said = {**exact(WEIGHTS), "statistic": "trimmed_mean", "drop_high": 1, "drop_low": 0}
    assert panel(GROUPED, **said)["a"] == Absent("missing")  # one mark from above, and that is dropped
    spread = {**said, "group_lacking": "spread"}
    assert panel(GROUPED, **spread)["a"] == Fraction(70 + 45, 2)


def test_a_panel_is_explained_by_every_mark_those_dropped_and_left_out_as_well() -> None:
    rows = [{**ROWS[0], "mark": "excused"}, *ROWS[1:5]]
    said = {"statistic": "trimmed_mean", "drop_high": 1, "drop_low": 1}
    figure = concluded(rows, [{**PANEL, **said}]).measures["panel"]["a",]
    steps = {part.name: part.step for part in figure.inputs}
    assert steps == {
        "drop_high": "parameter",
        "drop_low": "parameter",
        "mark[r1]": "left_out",
        "mark[r2]": "dropped",
        "mark[r3]": "mark",
        "mark[r4]": "mark",
        "mark[r5]": "dropped",
    }
    assert len(figure.evidence()) == 5


def test_a_panel_is_rounded_where_the_clause_says_and_both_values_are_in_the_explanation() -> None:
    said = {"statistic": "trimmed_mean", "drop_high": 1, "drop_low": 1}
    figure = concluded(ROWS, [{**PANEL, **said, "rounding": {"places": 2, "mode": "half_up"}}]).measures[
        "panel"
    ]["b",]
    assert figure.value == Fraction("5.67")
    (before,) = figure.inputs
    assert (figure.step, before.value) == ("rounded", Fraction(17, 3))  # type: ignore[union-attr]


def test_a_number_of_raters_may_change_on_a_day() -> None:
    dated = [
        {"value": 3, "since": "2020-01-01", "basis": "old"},
        {"value": 6, "since": "2022-01-01", "basis": "new"},
    ]
    assert (
        concluded(ROWS, [{**PANEL, "minimum_raters": dated}], on=date(2021, 6, 1))
        .measures["panel"]["a",]
        .value
        == 8
    )
    later = concluded(ROWS, [{**PANEL, "minimum_raters": dated}], on=date(2022, 6, 1)).measures["panel"]["a",]
    assert later.value == Absent("missing")
