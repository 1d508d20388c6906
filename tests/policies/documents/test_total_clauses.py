"""Totals: weights come to one whole, what is absent is said, nested points stay (R-017, R-044, R-092)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policies.documents.rows import concluded, document, exact, faults, judged, value

from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.policies.arithmetic.roots import geometric
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.figure import Absent, Figure

COMMON: dict[str, Any] = {"basis": "rules", "since": "2020-01-01"}
NAMES = ("running", "exam", "vote")


def value_of(column: str) -> dict[str, Any]:
    clause = {"type": "value", "code": column, "source": "rows", "column": column, **COMMON}
    return {**clause, "several": "refuse", "empty": "missing", "rounding": "none"}


def part(measure: str, weight: Any, **said: Any) -> dict[str, Any]:
    return {"measure": measure, "weight": weight, **said}


THREE = [part("running", "0.3"), part("exam", "0.3"), part("vote", "0.4")]
TOTAL: dict[str, Any] = {
    "type": "total",
    "code": "total",
    "method": "arithmetic",
    "parts": THREE,
    "absent": "incomplete",
    "rounding": "none",
    **COMMON,
}
ROWS = [
    {"subject": "a", "running": 80, "exam": 90, "vote": 70},
    {"subject": "b", "running": 95, "exam": "missing", "vote": 85},
    {"subject": "c", "running": 60, "exam": "excused", "vote": "not_applicable"},
    {"subject": "d", "running": 50, "exam": 0, "vote": 40},
]


def clauses(**said: Any) -> list[dict[str, Any]]:
    return [*(value_of(name) for name in NAMES), {**TOTAL, **said}]


def total(rows: list[dict[str, Any]] = ROWS, **said: Any) -> dict[str, Any]:
    found = concluded(rows, clauses(**said))
    return {key[0]: figure.value for key, figure in found.measures["total"].items()}


# --- ordinary and concentrated assessment


@pytest.mark.parametrize("last", ["0.39", "0.41", "0.4000000000001", "2/5"])
def test_R_017_weights_sum_to_exactly_one(last: str) -> None:
    parts = [*THREE[:2], part("vote", last)]
    found = faults(clauses(parts=parts))
    if Fraction(last) == Fraction(2, 5):
        assert found == []
        assert total(parts=parts)["a"] == 79
    else:
        assert any("weights come to" in fault for fault in found)
        with pytest.raises(InvalidDefinition, match="weights come to"):
            total(parts=parts)


def test_R_017_weights_sum_to_one_on_every_day_on_which_one_of_them_changes() -> None:
    def since(day: str, weight: str) -> dict[str, Any]:
        return {"value": weight, "since": day, "basis": "b"}

    running = [since("2020-01-01", "0.3"), since("2021-01-01", "0.5")]
    vote = [since("2020-01-01", "0.4"), since("2021-01-01", "0.2")]
    parts = [part("running", running), part("exam", "0.3"), part("vote", vote)]
    assert faults(clauses(parts=parts)) == []
    assert value(concluded(ROWS, clauses(parts=parts), on=date(2020, 6, 1)), "total", "a") == 79
    assert total(parts=parts)["a"] == 81
    late = [
        part("running", running),
        part("exam", "0.3"),
        part("vote", [vote[0], since("2021-02-01", "0.2")]),
    ]
    (fault,) = faults(clauses(parts=late))
    assert "on 2021-01-01" in fault


def test_R_017_missing_one_component_is_incomplete_and_no_score_with_a_hidden_nought() -> None:
    found = total()
    assert found["b"] == Absent("missing")
    assert found["c"] == Absent("excused")
    assert found["d"] == 15 + 0 + 16
    result = judged(ROWS, [*clauses(), RANK])
    assert {item.subject: item.reason for item in result.conclusion.ranking.excluded} == {
        "b": "missing",
        "c": "excused",
    }


RANK: dict[str, Any] = {
    "type": "rank", "code": "rank", "measure": "total", "on": "exact", "direction": "highest",
    "ties": [{"by": "shared"}], **COMMON,
}  # fmt: skip


def test_a_negative_weight_is_no_weight() -> None:
    parts = [part("running", "1.5"), part("exam", "-0.5")]
    assert any("not negative" in fault for fault in faults(clauses(parts=parts)))


# --- the composite of several assessments


def test_R_044_the_composite_prints_each_component_its_weight_and_its_events() -> None:
    result = judged(ROWS, [*clauses(), RANK])
    explained = result.explain("a")
    text = str(explained)
    for line in ("running = 80", "running.weight = 3/10", "vote = 70", "vote.weight = 2/5", "total = 79"):
        assert line in text
    assert explained.events
    assert all(event in text for event in explained.events)


def test_R_044_recomputation_under_the_recorded_version_gives_the_same_bytes() -> None:
    rules = document([*clauses(rounding={"places": 2, "mode": "half_even"}), RANK])
    recorded = RuleDocument.read(rules.body)
    again = RuleDocument.from_toml(recorded.to_toml())
    assert recorded.digest == rules.digest == again.digest
    bodies = [list(each.body["clause"]) for each in (rules, recorded, again)]
    assert len({judged(ROWS, body).canonical_bytes() for body in bodies}) == 1


# --- what is absent


def test_each_way_of_being_absent_is_treated_as_said() -> None:
    said = {"missing": "zero", "excused": "leave_out", "not_applicable": "leave_out"}
    found = total(absent=said)
    assert found["b"] == Fraction("28.5") + 34
    assert found["c"] == 60  # running takes the whole weight
    one = total([{"subject": "e", "running": 80, "exam": "excused", "vote": 60}], absent=said)
    assert one["e"] == (24 + 24) / Fraction(7, 10)
    nothing = total([{"subject": "e", **dict.fromkeys(NAMES, "excused")}], absent=said)
    assert nothing["e"] == Absent("not_applicable")


def test_a_weight_taken_over_is_shown_beside_the_one_declared() -> None:
    found = concluded(ROWS, clauses(absent="leave_out")).measures["total"]["b",]
    told = "\n".join(found.lines())
    assert "running.weight_in_all = 3/7" in told
    assert "running.weight = 3/10" in told


# --- sums and geometric means


def test_a_sum_has_signed_factors_and_leaves_out_without_spreading() -> None:
    parts = [part("running", 1), part("exam", 1), part("vote", -2)]
    assert total(method="sum", parts=parts)["a"] == 30
    assert total(method="sum", parts=parts, absent="leave_out")["b"] == 95 - 170


def test_a_geometric_total_is_one_root_over_all_parts() -> None:
    third = [part(name, "1/3") for name in NAMES]
    found = total(
        [{"subject": "a", "running": 2, "exam": 4, "vote": 8}], method="geometric", digits=9, parts=third
    )
    assert found["a"] == 4
    with_nought = total(ROWS[3:], method="geometric", digits=9, parts=third)
    assert with_nought["d"] == 0
    with pytest.raises(InvalidInput, match="below zero"):
        total(
            [{"subject": "a", "running": -2, "exam": 4, "vote": 8}], method="geometric", digits=9, parts=third
        )


scores = st.lists(st.fractions(0, 100, max_denominator=4), min_size=3, max_size=3)


@given(scores, st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any))
def test_totals_are_the_arithmetic_of_their_parts(marks: list[Fraction], shares: list[int]) -> None:
    weights = [Fraction(share, sum(shares)) for share in shares]
    parts = [part(name, str(weight)) for name, weight in zip(NAMES, weights, strict=True)]
    rows = [{"subject": "a", **dict(zip(NAMES, marks, strict=True))}]
    expected = sum((w * m for w, m in zip(weights, marks, strict=True)), Fraction(0))
    assert total(rows, parts=parts)["a"] == expected
    assert min(marks) <= expected <= max(marks)
    rooted = total(rows, parts=parts, method="geometric", digits=12)["a"]
    assert rooted == geometric(marks, weights, 12)


# --- nested evaluations

NESTED = [
    {"code": "assessments", "weight": "0.6", "parts": [part("running", "0.25"), part("exam", "0.75")]},
    part("vote", "0.4"),
]


def test_nested_weights_multiply() -> None:
    assert total(parts=NESTED)["a"] == Fraction("0.6") * (20 + Fraction("67.5")) + 28
    flat = [part("running", "0.15"), part("exam", "0.45"), part("vote", "0.4")]
    for method in ({"method": "arithmetic"}, {"method": "geometric", "digits": 20}):
        assert total(ROWS[:1], parts=NESTED, **method) == total(ROWS[:1], parts=flat, **method)


def test_what_is_left_out_gives_its_weight_to_its_own_group_and_a_whole_group_to_the_others() -> None:
    rows = [
        {"subject": "a", "running": 80, "exam": "excused", "vote": 70},
        {"subject": "b", "running": "excused", "exam": "excused", "vote": 70},
    ]
    found = total(rows, parts=NESTED, absent="leave_out")
    assert found == {"a": 48 + 28, "b": 70}


POINTS = [
    {"code": "work", "weight": 20, "parts": [part("running", 15, full=100), part("exam", 5, full=50)]},
    part("vote", 80, full=100),
]


def test_R_092_a_child_evaluation_of_any_full_mark_takes_exactly_its_points() -> None:
    full = [{"subject": "a", "running": 100, "exam": 50, "vote": 100}]
    figure = concluded(full, clauses(method="points", points=100, parts=POINTS)).measures["total"]["a",]
    assert figure.value == 100
    (work,) = [each for each in figure.inputs if isinstance(each, Figure) and each.name == "work.weighted"]
    assert work.value == 20
    half = [{"subject": "a", "running": 50, "exam": 10, "vote": 100}]
    assert total(half, method="points", points=100, parts=POINTS)["a"] == Fraction("7.5") + 1 + 80


def test_R_092_points_of_a_group_are_those_of_its_parts() -> None:
    off = [{**POINTS[0], "parts": [part("running", 15, full=100), part("exam", 6, full=50)]}, POINTS[1]]
    (fault,) = faults(clauses(method="points", points=100, parts=off))
    assert "come to 21" in fault
    assert "not to 20" in fault
    assert any("not to 90" in fault for fault in faults(clauses(method="points", points=90, parts=POINTS)))


@given(st.lists(st.integers(0, 100), min_size=3, max_size=3))
def test_R_092_points_are_conserved_whatever_is_scored(marks: list[int]) -> None:
    rows = [{"subject": "a", **dict(zip(NAMES, marks, strict=True))}]
    found = total(rows, method="points", points=100, parts=POINTS)["a"]
    expected = Fraction(15 * marks[0], 100) + Fraction(5 * marks[1], 50) + Fraction(80 * marks[2], 100)
    assert found == expected


# --- dimensions, faults


def test_a_part_may_be_a_measure_at_some_value_of_its_dimension() -> None:
    wide = {
        "type": "values",
        "code": "x",
        "source": "rows",
        "columns": ["running", "vote"],
        "several": "refuse",
        "empty": "missing",
        "rounding": "none",
        **COMMON,
    }
    parts = [{**part("x", "0.5"), "at": {"column": name}} for name in ("running", "vote")]
    found = concluded(ROWS, [wide, {**TOTAL, "parts": parts}])
    assert value(found, "total", "a") == 75
    wrong = [{**part("x", "0.5"), "at": {"quarter": name}} for name in ("running", "vote")]
    assert any("no dimension quarter" in fault for fault in faults([wide, {**TOTAL, "parts": wrong}]))


def test_a_total_is_kept_by_the_dimensions_of_its_parts() -> None:
    rows = [{"subject": "a", "quarter": f"q{n}", "running": n * 10, "vote": 2} for n in (1, 2)]
    by_quarter = [{**value_of(name), "by": ["quarter"]} for name in ("running", "vote")]
    parts = [part("running", "0.5"), part("vote", "0.5")]
    found = concluded(rows, [*by_quarter, {**TOTAL, "parts": parts}])
    assert (value(found, "total", "a", "q1"), value(found, "total", "a", "q2")) == (6, 11)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"method": "geometric"}, "digits"),
        ({"digits": 9}, "digits"),
        ({"method": "points"}, "points"),
        ({"points": 100}, "points"),
        ({"method": "points", "points": 1}, "full mark"),
        ({"parts": [part("running", 1, full=100)]}, "full mark"),
        ({"parts": [part("running", "0.5"), part("running", "0.5")]}, "twice"),
        ({"method": "sum", "parts": NESTED}, "no groups"),
        ({"parts": [{"weight": 1}]}, "A part is a measure"),
        ({"parts": [{"weight": 1, "parts": THREE}]}, "A part is a measure"),
        ({"parts": [{"code": "g", "weight": 1, "full": 3, "parts": THREE}]}, "from its parts"),
        ({"parts": []}, "at least one part"),
        ({"parts": [{"measure": "running", "weight": 0.3}]}, "float"),
    ],
)
def test_what_does_not_fit_together_is_refused_before_use(said: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidDefinition, match=why):
        document(clauses(**said))


def test_a_full_mark_is_above_zero() -> None:
    parts = [part("running", 100, full=0)]
    assert any(
        "full mark is 0" in fault for fault in faults(clauses(method="points", points=100, parts=parts))
    )


def test_the_total_of_everybody_in_the_population_is_there() -> None:
    assert exact(concluded(ROWS[:1], clauses()), "total") == {"a": Fraction(79)}
