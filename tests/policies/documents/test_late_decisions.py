"""Late decisions: from the decision on, retroactively, or beginning anew; each says what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.clauses import clause, concluded, document, faults, measured

from party_workflow.errors import InvalidDefinition
from party_workflow.policies.figure import Figure


def value(**fields: Any) -> dict[str, Any]:
    return clause(
        "value",
        "points",
        **{
            "source": "rows",
            "column": "points",
            "by": ["quarter"],
            "several": "sum",
            "empty": "zero",
            "rounding": "none",
            **fields,
        },
    )


def decided(late: str, effect: str = "sets", **fields: Any) -> dict[str, Any]:
    falls = {} if late == "retroactive" else {"falls": {"dimension": "quarter", "column": "taken_in"}}
    return clause(
        "decided",
        "after",
        **{
            "measure": "points",
            "source": "decisions",
            "by": ["about"],
            "column": "worth",
            "effect": effect,
            "late": late,
            "rounding": "none",
            **falls,
            **fields,
        },
    )


EARNED = [{"subject": "a", "quarter": str(number), "points": 10} for number in (1, 2, 3, 4)]


def decision(about: int, taken_in: int, worth: Any, subject: str = "a") -> dict[str, Any]:
    """A decision taken in one quarter about another."""
    return {
        "subject": subject,
        "about": str(about),
        "taken_in": str(taken_in),
        "worth": worth,
        "at": f"2026-{3 * taken_in:02d}-15",
    }


def after(said: dict[str, Any], *decisions: dict[str, Any], on: date = date(2026, 12, 31)) -> list[Any]:
    """The points of the four quarters, or those there are."""
    found = measured([value(), said], {"rows": EARNED, "decisions": list(decisions)}, on=on)
    return [each for key, each in found.items() if key.startswith("a")]


# --- three ways ---------------------------------------------------------------------------------


def test_a_retroactive_decision_alters_the_matter_that_it_is_about() -> None:
    assert after(decided("retroactive"), decision(1, 3, 4)) == [4, 10, 10, 10]
    assert after(decided("retroactive", "adds"), decision(1, 3, -4)) == [6, 10, 10, 10]


def test_from_the_decision_on_what_was_before_stays_and_the_difference_falls_in_its_own_period() -> None:
    assert after(decided("from_decision"), decision(1, 3, 4)) == [10, 10, 4, 10]
    assert after(decided("from_decision", "adds"), decision(1, 3, -4)) == [10, 10, 6, 10]
    # put right again later: altogether what was decided last
    assert after(decided("from_decision"), decision(1, 3, 4), decision(1, 4, 10)) == [10, 10, 4, 16]


def test_a_reset_lets_all_before_the_decision_count_for_nothing() -> None:
    assert after(decided("reset"), decision(1, 3, 4)) == [0, 0, 10, 10]
    assert after(decided("reset"), decision(3, 3, 4)) == [0, 0, 4, 10]


def test_a_decision_is_not_known_before_its_day() -> None:
    for late in ("retroactive", "from_decision", "reset"):
        before = after(decided(late), decision(1, 3, 4), on=date(2026, 9, 14))
        assert before == [10, 10, 10, 10], late


def test_of_several_decisions_on_one_matter_the_last_recorded_holds() -> None:
    assert after(decided("retroactive"), decision(1, 3, 4), decision(1, 4, 7)) == [7, 10, 10, 10]
    assert after(decided("retroactive", "adds"), decision(1, 3, 4), decision(1, 4, 7)) == [21, 10, 10, 10]


def test_a_decision_may_award_what_was_not_there() -> None:
    assert after(decided("retroactive"), decision(5, 5, 3) | {"at": "2026-12-01"}) == [10, 10, 10, 10, 3]


def test_a_decision_without_a_number_or_about_somebody_else_alters_nothing() -> None:
    assert after(decided("retroactive"), decision(1, 3, None)) == [10, 10, 10, 10]
    assert after(decided("retroactive"), decision(1, 3, 4, "stranger")) == [10, 10, 10, 10]
    assert after(decided("retroactive"), decision(1, 3, 0)) == [0, 10, 10, 10]


def test_what_is_missing_is_not_made_up_by_a_decision_about_something_else() -> None:
    rows = {
        "rows": [
            {"subject": "a", "quarter": "1", "points": 10},
            {"subject": "a", "quarter": "3", "points": "missing"},
        ],
        "decisions": [decision(1, 3, 4)],
    }
    found = measured([value(), decided("from_decision")], rows)
    assert found == {"a.1": 10, "a.3": "missing"}
    excused = [{**row, "points": "excused"} if row["quarter"] == "3" else row for row in rows["rows"]]
    assert measured([value(), decided("from_decision")], {**rows, "rows": excused}) == {"a.1": 10, "a.3": -6}
    own = {**rows, "decisions": [decision(3, 3, 4)]}
    assert measured([value(), decided("from_decision")], own) == {"a.1": 10, "a.3": 4}


def test_the_figure_shows_the_decision_and_what_was_before() -> None:
    rows = {"rows": EARNED, "decisions": [decision(1, 3, 4)]}
    for late, key, step in [
        ("retroactive", "1", "set_by_decision"),
        ("from_decision", "3", "added_by_decision"),
        ("reset", "2", "reset_by_decision"),
    ]:
        figure = concluded(document(value(), decided(late), sources=["rows", "decisions"]), rows).measures[
            "after"
        ]["a", key]
        assert figure.step == step
        named = {each.name.partition("[")[0] for each in figure.inputs if isinstance(each, Figure)}
        assert named == {"decisions", "points"}
        assert len(figure.evidence()) == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"late": "retroactive", "falls": {"dimension": "quarter", "column": "taken_in"}}, "falls"),
        ({"late": "reset", "falls": None}, "falls"),
        ({"late": "sometimes"}, "late"),
        ({"effect": "doubles"}, "effect"),
    ],
)
def test_a_clause_that_does_not_say_from_when_on_is_refused(fields: Any, said: str) -> None:
    body = {key: each for key, each in {**decided("from_decision"), **fields}.items() if each is not None}
    with pytest.raises(InvalidDefinition, match=said):
        document(value(), body, sources=["rows", "decisions"])


def test_the_linter_asks_for_a_column_for_each_dimension() -> None:
    columns = ["points", "quarter", "worth", "about", "taken_in"]
    both = ["rows", "decisions"]
    assert faults(value(), decided("reset"), columns=columns, sources=both) == []
    (few,) = faults(value(), decided("reset", by=[]), columns=columns, sources=both)
    assert "Name a column for each dimension" in few
    wrong = decided("reset", falls={"dimension": "month", "column": "said_in"})
    assert len(faults(value(), wrong, columns=columns, sources=both)) == 2
    with pytest.raises(InvalidDefinition, match="column for each dimension"):
        after(decided("retroactive", by=[]), decision(1, 3, 4))


# --- laws ---------------------------------------------------------------------------------------

MATTERS = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(-9, 20)).filter(
        lambda each: each[0] <= each[1]
    ),
    max_size=6,
)


def told(matters: Sequence[tuple[int, int, int]]) -> list[dict[str, Any]]:
    return [decision(about, taken_in, worth) for about, taken_in, worth in matters]


@given(matters=MATTERS)
def test_a_retroactive_decision_is_as_if_it_had_been_known_from_the_start(
    matters: Sequence[tuple[int, int, int]],
) -> None:
    known = {about: worth for about, _, worth in matters}
    from_start = [{**row, "points": known.get(int(row["quarter"]), row["points"])} for row in EARNED]
    assert after(decided("retroactive"), *told(matters)) == list(
        measured([value()], {"rows": from_start}, members=["a"]).values()
    )


@given(matters=MATTERS, effect=st.sampled_from(["sets", "adds"]))
def test_a_decision_from_its_day_on_changes_nothing_before_it_and_altogether_the_same(
    matters: Sequence[tuple[int, int, int]], effect: str
) -> None:
    found = after(decided("from_decision", effect), *told(matters))
    first = min((taken_in for _, taken_in, _ in matters), default=5)
    assert found[: first - 1] == [10] * (first - 1)
    assert sum(found, Fraction(0)) == sum(after(decided("retroactive", effect), *told(matters)), Fraction(0))


@given(matters=MATTERS)
def test_after_a_reset_nothing_before_the_last_one_counts(matters: Sequence[tuple[int, int, int]]) -> None:
    found = after(decided("reset"), *told(matters))
    last = max((taken_in for _, taken_in, _ in matters), default=1)
    assert found[: last - 1] == [0] * (last - 1)


def test_decisions_keep_the_dimensions_of_the_measure() -> None:
    columns = ["points", "quarter", "worth", "about", "taken_in"]
    both = ["rows", "decisions"]
    total = clause(
        "best",
        "total",
        measure="after",
        over="quarter",
        n="all",
        direction="highest",
        fewer="count",
        absent="incomplete",
        empty="zero",
        rounding="none",
    )
    assert faults(value(), decided("reset"), total, columns=columns, sources=both) == []
    assert (
        len(faults(value(), decided("reset"), {**total, "over": "about"}, columns=columns, sources=both)) == 1
    )


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        ("retroactive", {"a.1.x": 4, "a.1.y": 10, "a.3.x": 10, "a.3.y": 10}),
        ("from_decision", {"a.1.x": 10, "a.1.y": 10, "a.3.x": 4, "a.3.y": 10}),
        ("reset", {"a.1.x": 0, "a.1.y": 0, "a.3.x": 10, "a.3.y": 10}),
    ],
)
def test_a_decision_is_about_one_figure_of_several_dimensions(late: str, expected: dict[str, int]) -> None:
    rows = {
        "rows": [
            {"subject": "a", "quarter": quarter, "kind": kind, "points": 10}
            for quarter in ("1", "3")
            for kind in ("x", "y")
        ],
        "decisions": [{**decision(1, 3, 4), "kind": "x"}],
    }
    clauses = [value(by=["quarter", "kind"]), decided(late, by=["about", "kind"])]
    assert measured(clauses, rows) == expected


def test_of_two_resets_in_one_period_the_last_recorded_is_shown() -> None:
    rows = {"rows": EARNED, "decisions": [decision(1, 3, 4), decision(2, 3, 7)]}
    found = concluded(document(value(), decided("reset"), sources=["rows", "decisions"]), rows)
    said = found.measures["after"]["a", "1"].inputs[0]
    assert isinstance(said, Figure)
    assert said.value == 7
