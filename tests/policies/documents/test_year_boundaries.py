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
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.feeds.tables import REGISTRY, table
from party_workflow.policies.figure import Figure
from party_workflow.policies.policy import Result, run

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
    carried = boundary("carry", opening=rising, begins="first_row")
    assert balance(carried, 10, 20, 30) == 60 + 10 + 60 + 20 + 70 + 30


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


def test_an_opening_that_goes_over_begins_with_the_first_row_or_for_everybody_at_once() -> None:
    for begins, late, never in [("first_row", 60 + 30, 60), ("since", 3 * 60 + 30, 3 * 60)]:
        carried = boundary("carry", opening=60, begins=begins)
        assert balance(carried, "", "", 30) == late
        assert balance(carried, "", "", "") == never
    for wrong in (boundary("carry", opening=60), boundary("reset", opening=60, begins="since")):
        with pytest.raises(InvalidDefinition, match="begins"):
            document(value(), wrong)


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
    for share in (0, 1, "1/2"):
        assert faults(value(), boundary("carry_share", share=share), columns=["year", "points"]) == []


def test_what_else_the_points_are_kept_by_is_kept_in_the_balance() -> None:
    per_kind = value(by=["kind", "year"])
    columns = ["points", "kind", "year"]
    assert faults(per_kind, boundary("carry"), columns=columns) == []
    again = {**boundary("carry", over="kind", measure="balance"), "code": "again"}
    assert faults(per_kind, boundary("carry"), again, columns=columns) == []
    (wrong,) = faults(per_kind, boundary("carry"), {**again, "over": "year"}, columns=columns)
    assert "year" in wrong
    rows = [
        {"subject": "a", "kind": kind, "year": year, "points": points}
        for kind, year, points in [("x", "2026", 1), ("x", "2027", 2), ("y", "2027", 4)]
    ]
    assert measured([per_kind, boundary("carry")], {"rows": rows}, on=date(2027, 12, 31)) == {
        "a.x": 3,
        "a.y": 4,
    }


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


# --- whole schemes ----------------------------------------------------------------------------

SCHEME = """
code = "member-points"
version = 1
issuer = "office"
number = "2026-7"
issued_on = 2026-01-01
effective_from = 2026-01-01
offset_minutes = 0
population = {{ source = "entries" }}

source = [
  {{ code = "entries", feed = "observations", subject = "member", within = "until", period = "year" }},
]

[[clause]]
type = "points"
code = "earned"
basis = "art-3"
since = 2026-01-01
source = "entries"
by = ["period"]
kind = "kind"
worth = {{ basic = 10, merit = 5, extra = 4 }}
other = "refuse"
dated_by = "row"
caps = [
  {{ of = ["basic"], at_most = {basic}, per = ["period"] }},
  {{ of = ["merit"], at_most = {merit}, per = ["period"] }},
  {{ of = ["extra"], at_most = {extra}, per = ["period"] }},
]
order = "effective"
empty = "zero"
rounding = "none"

[[clause]]
type = "boundary"
code = "balance"
basis = "art-5"
since = 2026-01-01
measure = "earned"
over = "period"
period = "year"
policy = "reset"
opening = {opening}
absent = "incomplete"
rounding = "none"

[[clause]]
type = "rank"
code = "places"
basis = "art-6"
since = 2026-01-01
measure = "balance"
on = "exact"
direction = "highest"
ties = [{{ by = "shared" }}]
"""


@pytest.mark.parametrize(
    ("caps", "opening", "expected"),
    [
        # 8 basic, 5 merits and 4 extras: 80, 25 and 16 points before the caps
        ((70, 20, 10), 0, 100),
        ((80, 20, 0), 0, 100),
        ((20, 10, 10), 60, 100),
        ((70, 30, 20), 0, 111),
    ],
)
def test_R_088_external_schemes_are_written_with_caps_and_a_base_and_give_the_same_bytes_again(
    caps: tuple[int, int, int], opening: int, expected: int
) -> None:
    text = SCHEME.format(basic=caps[0], merit=caps[1], extra=caps[2], opening=opening)
    scheme = RuleDocument.from_toml(text)
    kinds = ["basic"] * 8 + ["merit"] * 5 + ["extra"] * 4
    rows = [
        {"member": "a", "kind": kind, "held": f"2026-{1 + index % 12:02d}-{1 + index:02d}"}
        for index, kind in enumerate(kinds)
    ]
    rows.append({"member": "a", "kind": "basic", "held": "2027-01-05"})

    def result(on: date) -> Result:
        history = table(rows, series="entries", subject="member", at="held", recorded=date(2027, 2, 1))
        return run(scheme.policy(REGISTRY), history, on=on, period_start=date(on.year, 1, 1))

    last_day = result(date(2026, 12, 31))
    assert last_day.ranking.entries[0].figure.value == expected
    assert result(date(2026, 12, 31)).canonical_bytes() == last_day.canonical_bytes()
    assert result(date(2027, 12, 31)).ranking.entries[0].figure.value == opening + 10


# --- by hand ----------------------------------------------------------------------------------


@given(
    points=st.lists(st.one_of(st.just(""), st.integers(-20, 20)), min_size=3, max_size=3),
    policy=st.sampled_from(["reset", "carry", "carry_share", "carry_capped"]),
    opening=st.one_of(st.none(), st.integers(0, 60)),
    number=st.fractions(0, 1, max_denominator=7),
    debts=st.sampled_from(["carried", "dropped"]),
    begins=st.sampled_from(["first_row", "since"]),
    places=st.one_of(st.none(), st.integers(0, 2)),
)
def test_every_policy_is_a_loop_over_the_years(
    points: Sequence[Any],
    policy: str,
    opening: int | None,
    number: Fraction,
    debts: str,
    begins: str,
    places: int | None,
) -> None:
    fields: dict[str, Any] = {} if policy == "reset" else {"debts": debts}
    if policy == "carry_share":
        fields["share"] = str(number)
    if policy == "carry_capped":
        fields["at_most"] = str(20 * number)
    if opening is not None:
        fields |= {"opening": opening} | ({} if policy == "reset" else {"begins": begins})
    if places is not None:
        fields["rounding"] = {"places": places, "mode": "down"}
    held, begun = Fraction(0), "begins" in fields and begins == "since"
    for index, earned in enumerate(points):
        if earned == "" and not begun and (index < 2 or opening is None):
            continue  # nobody has a balance before the first year with points, but for the year of the run
        over = held if policy != "reset" and begun else Fraction(0)
        if over > 0 and policy == "carry_share":
            over *= number
        if over > 0 and policy == "carry_capped":
            over = min(over, 20 * number)
        if over < 0 and debts == "dropped":
            over = Fraction(0)
        held = over + (opening or 0) + (earned or 0)
        if places is not None:
            held = Fraction(int(held * 10**places), 10**places)
        begun = True
    assert balance(boundary(policy, **fields), *points) == held
