"""What a published table tells of the rule behind it: the search finds the variant, or says it cannot."""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from tests.published.test_skating import Published

from party_workflow.history import History
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.feeds.tables import coded, table
from party_workflow.policies.trials.reproduction import Column, Reproduction, reproduce
from party_workflow.policies.trials.rows import gather
from party_workflow.policies.trials.variants import Axis, axes

DOCUMENTS = Path(__file__).parent / "documents"
HALF_UP = {"places": 2, "mode": "half_up"}


def document(name: str) -> RuleDocument:
    return RuleDocument.from_toml((DOCUMENTS / name).read_text("utf-8"), name)


def searched(
    rules: RuleDocument,
    history: History,
    published: list[Column],
    what: list[Axis],
    on: date,
    *,
    limit: int = 4096,
) -> Reproduction:
    start = rules.effective_from
    rows = gather(rules, history, period_start=start, retroactive=True)
    return reproduce(rules, rows, published, what, on=on, period_start=start, limit=limit)


# --- the development index ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def countries(published_data: Path) -> list[dict[str, str]]:
    with (published_data / "hdi" / "hdi_2022.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["rank_published"]]


def test_the_ranks_of_the_development_index_are_found_to_follow_the_displayed_value(
    countries: list[dict[str, str]],
) -> None:
    rules = document("hdi-2022.toml").replace_clause("rank", on="exact").replace_clause("tier", on="exact")
    indicators = ("life_expectancy", "expected_schooling", "mean_schooling", "gni_pc_ppp2017")
    on = date(2022, 12, 31)
    history = table(
        countries, series="hdi", subject="iso3", at=on, columns=dict.fromkeys(indicators, "number")
    )
    published = [
        Column("value", "value", "hdi", _numbers(countries, "hdi_published")),
        Column("rank", "place", "rank", _numbers(countries, "rank_published")),
        Column("tier", "grade", "tier", {(coded(r["iso3"]),): coded(r["hdicode"]) for r in countries}),
    ]
    found = searched(rules, history, published, list(axes(rules, kinds=("rank_on",))), on)
    assert found
    assert found.compared == 579
    assert found.choice["rank.on"] == "displayed"
    assert found.settled()["rank.on"] == "displayed"
    assert dict(found.fewest["rank.on"]) == {
        "exact": 27,
        "displayed": 0,
    }  # 166 of 193 come out from the exact
    assert found.exhaustive
    assert found.document.digest == found.document.replace_clause("rank", on="displayed").digest

    unrounded = [axis for axis in axes(rules, kinds=("rounding",), places=(3,)) if axis.clause == "hdi"]
    rank_on = list(axes(rules, kinds=("rank_on",)))
    told = searched(rules, history, published, [*unrounded, *rank_on], on)
    assert told
    assert "rank.on" not in told.settled()  # handed on rounded, exact and displayed are the same
    assert any(
        choice["hdi.rounding"] == "none" and choice["rank.on"] == "displayed" for choice in told.equals
    )
    assert not any(
        choice["hdi.rounding"] == "none" and choice["rank.on"] == "exact"
        for choice in (told.choice, *told.equals)
    )


def _numbers(rows: list[dict[str, str]], column: str) -> dict[tuple[str, ...], Fraction | str]:
    return {(coded(row["iso3"]),): Fraction(row[column]) for row in rows}


# --- figure skating -----------------------------------------------------------------------------


def test_skating_totals_are_found_to_follow_the_rounded_panel_and_then_the_rounded_product(
    published_data: Path,
) -> None:
    tables = Published(published_data / "skating")
    rules = (
        document("skating-2016.toml")
        .replace_clause("panel", rounding="none")
        .replace_clause("factored", rounding="none")
    )
    published = [
        Column(
            "components",
            "value",
            "pcs",
            {(row["performance_id"],): Fraction(row["total_component_score"]) for row in tables.performances},
        ),
    ]
    wanted = ("panel", "factored", "pcs")
    found = searched(
        rules,
        tables.history(),
        published,
        [
            Axis(axis.clause, axis.field, axis.options[:3])
            for axis in axes(rules, kinds=("rounding",), places=(2,))
            if axis.clause in wanted
        ],
        date(2017, 12, 31),
    )
    assert found
    assert found.matched == 677
    assert found.choice["panel.rounding"] == HALF_UP
    assert found.choice["factored.rounding"] == HALF_UP
    every = (found.choice, *found.equals)
    # A mean of seven marks in quarters is never level between two hundredths: up or even is not to be told.
    assert {choice["panel.rounding"]["mode"] for choice in every} == {"half_up", "half_even"}
    assert {choice["factored.rounding"]["places"] for choice in every} == {2}
    fewest = {name: [number for _, number in options] for name, options in found.fewest.items()}
    assert fewest["panel.rounding"][0] > 0  # unrounded
    assert fewest["factored.rounding"][0] > 0
