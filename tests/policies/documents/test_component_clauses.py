"""Components: rates, reductions, products, conversions, normalisations, by hand and by laws (R-098)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policies.documents.rows import concluded, document, exact, faults, value

from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.policies.arithmetic import scaling
from party_workflow.policies.arithmetic.logarithms import logarithm
from party_workflow.policies.figure import Absent

COMMON: dict[str, Any] = {"basis": "rules", "since": "2020-01-01"}


def values(column: str, code: str = "", **said: Any) -> dict[str, Any]:
    clause = {"type": "value", "code": code or column, "source": "rows", "column": column, **COMMON}
    return {**clause, "several": "refuse", "empty": "missing", "rounding": "none", **said}


def rows(**columns: Any) -> list[dict[str, Any]]:
    """A row for each subject a, b, c …, with the cells of each column."""
    names = list(columns)
    return [
        {"subject": subject, **dict(zip(names, cells, strict=True))}
        for subject, cells in zip("abcdefghij", zip(*columns.values(), strict=True), strict=False)
    ]


# --- ratio

RATIO: dict[str, Any] = {
    "type": "ratio",
    "code": "rate",
    "part": "satisfied",
    "whole": "answered",
    "minimum": 10,
    "too_few": "withheld",
    "absent": "incomplete",
    "rounding": "none",
    **COMMON,
}
SURVEY = rows(satisfied=[28, 9, 0, 5, "missing"], answered=[29, 9, 0, 20, 30])


def rate(table: list[dict[str, Any]] = SURVEY, **said: Any) -> dict[str, Any]:
    found = concluded(table, [values("satisfied"), values("answered"), {**RATIO, **said}])
    return {key[0]: figure.value for key, figure in found.measures["rate"].items()}


def test_R_098_below_a_minimum_number_of_answers_no_rate_is_shown() -> None:
    found = rate()
    assert found["a"] == Fraction(28, 29)
    assert found["b"] == Absent("withheld")
    assert rate(minimum=9)["b"] == 1


def test_R_098_what_is_not_comparable_can_be_left_out_of_a_rule() -> None:
    found = concluded(SURVEY, [values("satisfied")], where={"comparable": "yes"})
    assert value(found, "satisfied", "a") == 28
    found = concluded(SURVEY, [values("satisfied")], where={"comparable": "no"})
    assert value(found, "satisfied", "a") == Absent("missing")


def test_over_nothing_a_rate_is_not_applicable_and_without_its_part_missing() -> None:
    found = rate(minimum=0)
    assert found["c"] == Absent("not_applicable")
    assert found["e"] == Absent("missing")
    assert rate(minimum=0, absent="zero")["e"] == 0


def test_a_rate_carries_both_counts_and_the_events_they_rest_on() -> None:
    figure = concluded(SURVEY, [values("satisfied"), values("answered"), RATIO]).measures["rate"]["a",]
    assert [part.name for part in figure.inputs] == ["satisfied", "answered", "minimum"]  # type: ignore[union-attr]
    assert figure.evidence()


def test_a_coverage_is_over_a_number_of_the_rule_as_well() -> None:
    said = {name: setting for name, setting in RATIO.items() if name != "whole"}
    found = concluded(SURVEY, [values("satisfied"), {**said, "whole_number": 40}])
    assert value(found, "rate", "a") == Fraction(28, 40)


@pytest.mark.parametrize("said", [{"absent": "leave_out"}, {"whole_number": 3}])
def test_a_rate_that_could_not_be_told_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(InvalidDefinition):
        document([values("satisfied"), values("answered"), {**RATIO, **said}])


# --- reduce

QUARTERS = [
    {"subject": subject, "quarter": f"q{quarter}", "points": points}
    for subject, year in (("a", (3, 5, "excused", 4)), ("b", (1, "missing", 2, 9)), ("c", (0, 0, 0, 0)))
    for quarter, points in enumerate(year, start=1)
]
BY_QUARTER = values("points", by=["quarter"])
REDUCE: dict[str, Any] = {
    "type": "reduce",
    "code": "year",
    "measure": "points",
    "over": ["quarter"],
    "how": "sum",
    "absent": "leave_out",
    "empty": "not_applicable",
    "rounding": "none",
    **COMMON,
}


@pytest.mark.parametrize(
    ("how", "a", "b"),
    [
        ("sum", 12, 12),
        ("mean", 4, 4),
        ("median", 4, 2),
        ("smallest", 3, 1),
        ("largest", 5, 9),
        ("count", 3, 3),
        ("product", 60, 18),
    ],
)
def test_each_reduction_by_hand(how: str, a: int, b: int) -> None:
    found = exact(concluded(QUARTERS, [BY_QUARTER, {**REDUCE, "how": how}]), "year")
    assert (found["a"], found["b"]) == (a, b)


def test_each_way_of_being_absent_is_treated_as_said() -> None:
    said = {**REDUCE, "absent": {"missing": "incomplete", "excused": "zero", "not_applicable": "leave_out"}}
    found = concluded(QUARTERS, [BY_QUARTER, {**said, "how": "mean"}])
    assert value(found, "year", "a") == 3
    assert value(found, "year", "b") == Absent("missing")
    assert value(found, "year", "c") == 0


def test_who_has_no_figure_at_all_has_what_the_clause_says() -> None:
    found = concluded(QUARTERS, [BY_QUARTER, REDUCE], where={"quarter": "q9"})
    assert value(found, "year", "a") == Absent("not_applicable")


# --- product and convert


def test_a_product_takes_the_figures_of_one_key_together_and_those_of_fewer_dimensions_for_each() -> None:
    table = [{**row, "factor": 2 if row["quarter"] == "q1" else 1} for row in QUARTERS]
    clauses = [
        BY_QUARTER,
        values("factor", by=["quarter"]),
        {"type": "count", "code": "rows_of", "source": "rows", "empty": "zero", **COMMON},
        {"type": "product", "code": "product", "factors": ["points", "factor", "rows_of"], "times": "1/2",
         "absent": "incomplete", "rounding": "none", **COMMON},
    ]  # fmt: skip
    found = concluded(table, clauses)
    assert value(found, "product", "a", "q1") == 3 * 2 * 4 * Fraction(1, 2)
    assert value(found, "product", "a", "q2") == 5 * 4 * Fraction(1, 2)
    assert value(found, "product", "a", "q3") == Absent("excused")


def test_measures_whose_dimensions_do_not_fit_are_found_by_the_linter() -> None:
    clauses = [
        BY_QUARTER,
        values("points", "by_rater", by=["rater"]),
        {"type": "product", "code": "product", "factors": ["points", "by_rater"], "absent": "incomplete",
         "rounding": "none", **COMMON},
    ]  # fmt: skip
    assert any("do not fit together" in fault for fault in faults(clauses))


CONVERT: dict[str, Any] = {
    "type": "convert",
    "code": "converted",
    "measure": "x",
    "rounding": "none",
    **COMMON,
}
STEPS = [{"at_least": 60, "worth": 1}, {"at_least": 80, "worth": 3}]


def test_a_conversion_is_linear_or_by_steps_and_leaves_what_is_absent_absent() -> None:
    table = rows(x=[59, 60, 79, 80, 95, "missing"])
    linear = concluded(table, [values("x"), {**CONVERT, "times": "1/20", "plus": 1}])
    assert value(linear, "converted", "b") == 4
    stepped = concluded(table, [values("x"), {**CONVERT, "steps": STEPS, "below": 0}])
    assert [value(stepped, "converted", each) for each in "abcdef"] == [0, 1, 1, 3, 3, Absent("missing")]


@pytest.mark.parametrize(
    "said",
    [{}, {"times": 1}, {"steps": STEPS}, {"times": 1, "plus": 0, "steps": STEPS, "below": 0},
     {"steps": STEPS[::-1], "below": 0}],
)  # fmt: skip
def test_a_conversion_says_all_of_one_way(said: dict[str, Any]) -> None:
    with pytest.raises(InvalidDefinition):
        document([values("x"), {**CONVERT, **said}])


# --- normalise

NORMAL: dict[str, Any] = {"type": "normalise", "code": "index", "measure": "x", "rounding": "none", **COMMON}
CAPS = {"at_least": 0, "at_most": 1}


def index(xs: list[Any], method: dict[str, Any], **said: Any) -> list[Any]:
    found = concluded(rows(x=xs), [values("x"), {**NORMAL, "method": method, **said}])
    return [value(found, "index", subject) for subject in "abcdefghij"[: len(xs)]]


def test_between_goalposts_and_held_within_caps() -> None:
    method = {"by": "min_max", "low": 20, "high": 85, "caps": "none"}
    assert index([20, 85, 46, 98, 7], method) == [0, 1, Fraction(2, 5), Fraction(6, 5), Fraction(-1, 5)]
    capped = {**method, "caps": CAPS}
    assert index([20, 85, 46, 98, 7], capped) == [0, 1, Fraction(2, 5), 1, 0]
    assert index([98, 7], {**method, "caps": {"at_most": 1}}) == [1, Fraction(-1, 5)]
    fewer_is_better = {**method, "low": 10, "high": 0}
    assert index([0, 10, 3], fewer_is_better) == [1, 0, Fraction(7, 10)]


def test_observed_goalposts_are_the_ends_of_those_compared() -> None:
    method = {"by": "min_max", "low": "observed", "high": "observed", "direction": "higher", "caps": "none"}
    assert index([2, 6, 3, "missing"], method) == [0, 1, Fraction(1, 4), Absent("missing")]
    assert index([2, 6, 3], {**method, "direction": "lower"}) == [1, 0, Fraction(3, 4)]
    assert index([2, 2], method) == [Absent("not_applicable")] * 2


def test_comparison_is_within_groups() -> None:
    table = [
        {**row, "kind": kind} for row, kind in zip(rows(x=[2, 6, 10, 30]), ("s", "s", "l", "l"), strict=True)
    ]
    method = {"by": "min_max", "low": "observed", "high": "observed", "direction": "higher", "caps": "none"}
    clauses = [values("x"), {**NORMAL, "method": method, "group": ["kind"]}]
    found = concluded(table, clauses, groups=["kind"])
    assert [value(found, "index", each) for each in "abcd"] == [0, 1, 0, 1]


def test_the_logarithm_is_to_the_digits_that_are_said() -> None:
    method = {"by": "logarithm", "digits": 20, "caps": "none"}
    assert index([2], method) == [Fraction("0.69314718055994530942")]
    placed = {**method, "low": 100, "high": 75000, "caps": CAPS}
    low, high, mine = (logarithm(Fraction(each), 20) for each in (100, 75000, 4000))
    assert index([100, 75000, 4000, 10, 90000, 0], placed) == [0, 1, (mine - low) / (high - low), 0, 1, 0]
    with pytest.raises(InvalidInput, match="no logarithm"):
        index([0], method)


def test_ranks_percentiles_and_z_scores_compare_those_who_have_a_value() -> None:
    xs = [9, 7, "excused", 7, 4]
    rank = {"by": "rank", "direction": "higher", "ties": "best", "as_share": False}
    assert index(xs, rank) == [1, 2, Absent("excused"), 2, 4]
    assert index(xs, {**rank, "as_share": True}) == [1, Fraction(2, 3), Absent("excused"), Fraction(2, 3), 0]
    percentile = {"by": "percentile", "direction": "higher", "share": "of_others"}
    assert index(xs, percentile) == [1, Fraction(1, 3), Absent("excused"), Fraction(1, 3), 0]
    z_score = {"by": "z_score", "direction": "lower", "deviation": "population", "digits": 10}
    assert index([2, 4, 4, 4, 5, 5, 7, 9], z_score)[0] == Fraction(3, 2)
    assert index([3, 3], z_score) == [Absent("not_applicable")] * 2


def test_attainment_of_a_target_that_is_a_number_or_that_of_each_subject() -> None:
    method = {"by": "target", "base": 0, "target": 8, "caps": CAPS}
    assert index([4, 8, 12], method) == [Fraction(1, 2), 1, 1]
    own = {"by": "target", "base": 0, "targets": "goal", "caps": "none"}
    clauses = [values("x"), values("goal"), {**NORMAL, "method": own}]
    found = concluded(rows(x=[3, 3, 3], goal=[4, 0, "missing"]), clauses)
    assert [value(found, "index", each) for each in "abc"] == [
        Fraction(3, 4), Absent("not_applicable"), Absent("missing"),
    ]  # fmt: skip


@given(
    st.lists(st.integers(-20, 20) | st.just("missing"), min_size=1, max_size=6),
    st.sampled_from(("higher", "lower")),
    st.sampled_from(("below", "at_most", "midpoint", "of_others")),
)
def test_normalising_is_the_arithmetic_over_those_who_have_a_value(
    xs: list[Any], direction: scaling.Direction, share: scaling.Share
) -> None:
    there = [Fraction(x) for x in xs if x != "missing"]
    expected = iter(scaling.percentiles(there, direction, share))
    found = index(xs, {"by": "percentile", "direction": direction, "share": share})
    for x, score in zip(xs, found, strict=True):
        if x == "missing":
            assert score == Absent("missing")
        else:
            assert score == (
                next_score if (next_score := next(expected)) is not None else Absent("not_applicable")
            )


def test_each_column_of_a_wide_table_by_a_method_of_its_own() -> None:
    wide = {
        "type": "values",
        "code": "x",
        "source": "rows",
        "columns": ["life", "income"],
        "several": "refuse",
        "empty": "missing",
        "rounding": "none",
        **COMMON,
    }
    methods = {
        "life": {"by": "min_max", "low": 20, "high": 85, "caps": CAPS},
        "income": {"by": "rank", "direction": "higher", "ties": "best", "as_share": True},
    }
    clauses = [wide, {**NORMAL, "dimension": "column", "methods": methods}]
    found = concluded(rows(life=[85, 46], income=[5, 9]), clauses)
    assert [value(found, "index", each, "life") for each in "ab"] == [1, Fraction(2, 5)]
    assert [value(found, "index", each, "income") for each in "ab"] == [0, 1]
    with pytest.raises(InvalidInput, match="no method for income"):
        concluded(rows(life=[1], income=[2]), [wide, {**clauses[1], "methods": {"life": methods["life"]}}])


def test_several_rows_of_a_wide_table_come_to_what_is_said_and_no_row_to_what_is_said_of_that() -> None:
    wide = {
        "type": "values",
        "code": "x",
        "source": "rows",
        "columns": ["in", "out"],
        "several": "sum",
        **COMMON,
    }
    wide |= {"empty": "zero", "rounding": "none"}
    table = [{"subject": "a", "of": "y", "in": 3, "out": 1}, {"subject": "a", "of": "y", "in": 4, "out": 2},
             {"subject": "b", "of": "n", "in": 5, "out": 5}]  # fmt: skip
    found = concluded(table, [wide], where={"of": "y"})
    assert [value(found, "x", "a", each) for each in ("in", "out")] == [7, 3]
    assert [value(found, "x", "b", each) for each in ("in", "out")] == [0, 0]
    with pytest.raises(InvalidInput, match=r"x\[in\] has 2 rows for a"):
        concluded(table, [{**wide, "several": "refuse"}])
    with pytest.raises(InvalidDefinition, match="at least one column"):
        document([{**wide, "columns": []}])


@pytest.mark.parametrize(
    ("method", "why"),
    [
        ({"by": "min_max", "low": 5, "high": 5, "caps": "none"}, "Both goalposts"),
        (
            {"by": "min_max", "low": 0, "high": 5, "caps": {"at_least": 1, "at_most": 0}},
            "Nothing lies between",
        ),
        ({"by": "logarithm", "low": 0, "high": 5, "digits": 9, "caps": "none"}, "has no logarithm"),
        ({"by": "target", "base": 3, "target": 3, "caps": "none"}, "Base and target"),
    ],
)
def test_the_linter_finds_methods_that_cannot_be(method: dict[str, Any], why: str) -> None:
    assert any(why in fault for fault in faults([values("x"), {**NORMAL, "method": method}]))


def test_a_comparison_group_for_a_method_that_compares_nobody_is_found() -> None:
    method = {"by": "min_max", "low": 0, "high": 5, "caps": "none"}
    clauses = [values("x"), {**NORMAL, "method": method, "group": ["kind"]}]
    assert any("compares nobody" in fault for fault in faults(clauses, groups=["kind"]))


@pytest.mark.parametrize(
    "method",
    [
        {"by": "min_max", "low": "observed", "high": 5, "caps": "none"},
        {"by": "min_max", "low": "observed", "high": "observed", "caps": "none"},
        {"by": "min_max", "low": 0, "high": 5, "direction": "higher", "caps": "none"},
        {"by": "min_max", "low": 0, "high": 5},
        {"by": "min_max", "low": 0, "high": 5, "caps": {}},
        {"by": "logarithm", "low": 1, "digits": 9, "caps": "none"},
        {"by": "logarithm", "caps": "none"},
        {"by": "z_score", "direction": "higher", "digits": 9},
        {"by": "target", "base": 0, "caps": "none"},
        {"by": "target", "base": 0, "target": 1, "targets": "goal", "caps": "none"},
    ],
)
def test_a_method_that_does_not_say_all_is_refused(method: dict[str, Any]) -> None:
    with pytest.raises(InvalidDefinition):
        document([values("x"), {**NORMAL, "method": method}])


def test_goalposts_may_change_on_a_day() -> None:
    high = [
        {"value": 10, "since": "2020-01-01", "basis": "o"},
        {"value": 20, "since": "2021-07-01", "basis": "n"},
    ]
    method = {"by": "min_max", "low": 0, "high": high, "caps": "none"}
    clauses = [values("x"), {**NORMAL, "method": method}]
    for on, expected in ((date(2021, 6, 30), 1), (date(2021, 7, 1), Fraction(1, 2))):
        assert value(concluded(rows(x=[10]), clauses, on=on), "index", "a") == expected
