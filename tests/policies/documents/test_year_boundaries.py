"""What of a balance goes over into the next period, by a named policy (R-088)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.clauses import START, clause, concluded, document, faults, measured, source

from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.policies.figure import Figure

YEARS = (2026, 2027, 2028)


def value(**fields: Any) -> dict[str, Any]:
    return clause(
        "value",
        "points",
        **{
            "source": "rows",
            "column": "points",
            "by": ["year"],
            "several": "sum",
            "empty": "zero",
            "rounding": "none",
            **fields,
        },
    )


def boundary(policy: str, **fields: Any) -> dict[str, Any]:
    return clause(
        "boundary",
        "balance",
        **{
            "measure": "points",
            "over": "year",
            "period": "year",
            "policy": policy,
            "absent": "incomplete",
            "rounding": "none",
            **({} if policy == "reset" else {"debts": "carried"}),
            **fields,
        },
    )


def balance(said: dict[str, Any], *points: Any, on: date = date(2028, 12, 31)) -> Any:
    rows = [
        {"subject": "a", "year": str(year), "points": each, "at": f"{year}-06-01"}
        for year, each in zip(YEARS, points, strict=False)
        if each != ""
    ]
    return measured([value(), said], {"rows": rows}, on=on, start=START)["a"]


@pytest.mark.parametrize(
    ("policy", "more", "expected"),
    [
        ("reset", {}, 30),
        ("carry", {}, 60),
        ("carry_share", {"share": "1/2"}, Fraction(30) + Fraction(1, 2) * (20 + Fraction(1, 2) * 10)),
        ("carry_capped", {"at_most": 12}, 42),
    ],
)
def test_R_088_the_policy_at_a_year_boundary_is_named(policy: str, more: Any, expected: Any) -> None:
    assert balance(boundary(policy, **more), 10, 20, 30) == expected


def test_R_088_no_policy_is_silent_about_its_numbers() -> None:
    for said, words in [
        (boundary("carry_share"), "share"),
        (boundary("carry", share="1/2"), "share"),
        (boundary("carry_capped"), "at_most"),
        (boundary("reset", at_most=4), "at_most"),
        ({**boundary("carry"), "debts": None}, "debts"),
        (boundary("reset", debts="dropped"), "debts"),
    ]:
        with pytest.raises(InvalidDefinition, match=words):
            document(value(), {key: each for key, each in said.items() if each is not None})
    with pytest.raises(InvalidDefinition, match="policy"):
        document(value(), {key: each for key, each in boundary("reset").items() if key != "policy"})


def test_R_088_schemes_with_a_base_open_every_period_with_it() -> None:
    # 60 points to begin with each year, and what was earned
    assert balance(boundary("reset", opening=60), 10, 20, 30) == 90
    assert balance(boundary("reset", opening=60)) == 60
    rising = [
        {"value": 60, "since": "2026-01-01", "basis": "x"},
        {"value": 70, "since": "2028-01-01", "basis": "y"},
    ]
    assert balance(boundary("reset", opening=rising), 10, 20, 30) == 100
    assert balance(boundary("carry", opening=rising), 10, 20, 30) == 60 + 10 + 60 + 20 + 70 + 30


def test_R_088_the_figure_tells_the_balance_period_by_period() -> None:
    rows = [{"subject": "a", "year": str(year), "points": 10} for year in YEARS]
    found = concluded(
        document(value(), boundary("carry_capped", at_most=12)), {"rows": rows}, on=date(2028, 12, 31)
    )
    figure = found.measures["balance"]["a",]
    lines = "\n".join(figure.lines())
    assert figure.value == 22
    for year in YEARS:
        assert f"balance.{year}" in lines
    assert "balance.2028.over = 12: carry_capped" in lines
    assert len(figure.evidence()) == 3


def test_a_period_without_rows_lets_the_balance_stand_and_the_share_shrink() -> None:
    assert balance(boundary("carry"), 10, "", 30) == 40
    assert balance(boundary("carry_share", share="1/2"), 8, "", "") == 2


def test_debts_go_over_or_are_dropped() -> None:
    assert balance(boundary("carry"), -10, 4, 3) == -3
    assert balance(boundary("carry", debts="dropped"), -10, 4, 3) == 7
    # a share of a debt is not forgiven, and a cap does not touch it
    assert balance(boundary("carry_share", share="1/2"), -10, 4, 3) == -3
    assert balance(boundary("carry_capped", at_most=2), -10, 4, 3) == -3


def test_periods_after_the_day_of_the_run_do_not_count() -> None:
    assert balance(boundary("carry"), 10, 20, 30, on=date(2027, 6, 30)) == 30


def test_the_closing_balance_is_rounded_once_a_period() -> None:
    # a third of 10 is 3, with 20 it is 23, a third of which is 8
    rounded = boundary("carry_share", share="1/3", rounding={"places": 0, "mode": "half_up"})
    assert balance(rounded, 10, 20, 0) == 8
    assert balance(boundary("carry_share", share="1/3"), 10, 20, 0) == Fraction(70, 9)


def test_an_absent_period_is_treated_as_said() -> None:
    assert balance(boundary("carry"), 10, "missing", 30) == "missing"
    assert balance(boundary("carry", absent="leave_out"), 10, "missing", 30) == 40


def test_who_occurs_nowhere_has_the_opening_or_nothing() -> None:
    rows = {"rows": [{"subject": "a", "year": "2028", "points": 1}]}
    on = date(2028, 12, 31)
    assert measured([value(), boundary("carry")], rows, on=on)["b"] == 0
    assert measured([value(), boundary("reset", opening=60)], rows, on=on)["b"] == 60


def test_a_label_of_another_kind_of_period_is_refused() -> None:
    rows = {"rows": [{"subject": "a", "year": "2028-Q1", "points": 1}]}
    with pytest.raises(InvalidInput, match="quarter, not a year"):
        measured([value(), boundary("carry")], rows)


def test_the_period_of_a_row_is_a_column_of_its_source() -> None:
    named = source("rows", period="quarter")
    clauses = [value(by=["period"]), boundary("carry", over="period", period="quarter")]
    rows = {"rows": [{"subject": "a", "points": 3, "at": f"2026-{month:02d}-01"} for month in (1, 4, 5)]}
    found = concluded(document(*clauses, sources=[named]), rows, on=date(2026, 6, 30))
    figure = found.measures["balance"]["a",]
    assert figure.value == 9
    (closing,) = [each for each in figure.inputs if isinstance(each, Figure)]
    assert closing.name == "balance.2026-Q2"


def test_the_linter_finds_a_share_that_is_none() -> None:
    (fault,) = faults(value(), boundary("carry_share", share=2), columns=["year", "points"])
    assert "2 is no share" in fault


POINTS = st.lists(st.integers(-20, 20), min_size=3, max_size=3)


@given(points=POINTS)
def test_carrying_all_is_the_sum_and_carrying_nothing_is_a_reset(points: Sequence[int]) -> None:
    assert balance(boundary("carry"), *points) == sum(points)
    nothing = boundary("carry_share", share=0, debts="dropped")
    assert balance(nothing, *points) == balance(boundary("reset"), *points) == points[-1]
    assert balance(boundary("carry_share", share=1), *points) == sum(points)


@given(points=POINTS, cap=st.integers(0, 30))
def test_what_goes_over_is_never_more_than_the_cap(points: Sequence[int], cap: int) -> None:
    capped = boundary("carry_capped", at_most=cap)
    assert balance(capped, *points) <= points[-1] + cap
