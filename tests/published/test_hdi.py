"""The Human Development Index 2022, from the published indicators by the rule document: all 193 countries."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.published.naive import hdi as naive

from party_workflow.history import History
from party_workflow.policies.documents import RuleDocument, lint
from party_workflow.policies.feeds.tables import table
from party_workflow.policies.policy import Result, run

ON = date(2022, 12, 31)
INDICATORS = ("life_expectancy", "expected_schooling", "mean_schooling", "gni_pc_ppp2017")
DOCUMENT = Path(__file__).parent / "documents" / "hdi-2022.toml"


def document() -> RuleDocument:
    return RuleDocument.from_toml(DOCUMENT.read_text(encoding="utf-8"), DOCUMENT.name)


def judged(history: History, rules: RuleDocument) -> Result:
    return run(
        rules.policy(history.registry), history, on=ON, period_start=date(2022, 1, 1), retroactive=True
    )


@pytest.fixture(scope="module")
def published(published_data: Path) -> list[dict[str, str]]:
    """The rows of countries; those of regions have longer codes."""
    with (published_data / "hdi" / "hdi_2022.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if len(row["iso3"]) == 3]


@pytest.fixture(scope="module")
def history(published: list[dict[str, str]]) -> History:
    return table(published, series="hdi", subject="iso3", at=ON, columns=dict.fromkeys(INDICATORS, "number"))


@pytest.fixture(scope="module")
def result(history: History) -> Result:
    return judged(history, document())


def agreeing(published: list[dict[str, str]], found: Mapping[str, Any], column: str) -> int:
    return sum(str(found[row["iso3"].lower()]) == row[column] for row in published)


def places(result: Result) -> dict[str, int]:
    return {entry.subject: entry.place for entry in result.conclusion.ranking.entries}


def test_all_values_ranks_and_tiers_are_the_published_ones(
    published: list[dict[str, str]], result: Result
) -> None:
    values = {key[0]: Decimal(figure.displayed) for key, figure in result.conclusion.measures["hdi"].items()}
    tiers = {each.subject: each.grade for each in result.conclusion.grades["tier"]}
    assert len(published) == 193
    assert sum(values[row["iso3"].lower()] == Decimal(row["hdi_published"]) for row in published) == 193
    assert agreeing(published, places(result), "rank_published") == 193
    assert sum(tiers[row["iso3"].lower()] == naive_code(row["hdicode"]) for row in published) == 193


def naive_code(tier: str) -> str:
    return tier.lower().replace(" ", "-")


def test_ranked_on_the_exact_value_only_166_ranks_come_out(
    published: list[dict[str, str]], history: History
) -> None:
    exact = judged(history, document().replace_clause("rank", on="exact"))
    assert agreeing(published, places(exact), "rank_published") == 166


def test_without_caps_countries_above_a_goalpost_come_out_too_high(
    published: list[dict[str, str]], history: History
) -> None:
    index = document().by_code("index").model_dump()
    methods = {name: {**method, "caps": "none"} for name, method in index["methods"].items()}
    uncapped = judged(history, document().replace_clause("index", methods=methods))
    values = {key[0]: figure.displayed for key, figure in uncapped.conclusion.measures["hdi"].items()}
    wrong = [
        row["iso3"]
        for row in published
        if values[row["iso3"].lower()] != f"{Decimal(row['hdi_published']):.3f}"
    ]
    beyond = {
        row["iso3"]
        for row in published
        if Decimal(row["expected_schooling"]) > 18
        or Decimal(row["gni_pc_ppp2017"]) > 75000
        or Decimal(row["life_expectancy"]) > 85
    }
    assert wrong
    assert set(wrong) <= beyond


def test_the_naive_script_gives_the_same_counts(published_data: Path) -> None:
    assert naive.counts(published_data / "hdi") == {
        "values": (193, 193),
        "ranks": (193, 193),
        "tiers": (193, 193),
        "ranks of the unrounded": (166, 193),
    }


def test_the_exact_value_is_that_of_the_naive_script_to_28_digits(
    published: list[dict[str, str]], result: Result
) -> None:
    for row in published:
        mine = result.conclusion.measures["hdi"][(row["iso3"].lower(),)].exact()
        assert abs(mine - naive.exact(row)) < Fraction(1, 10**28)


def test_a_value_is_explained_down_to_the_row_of_the_country(result: Result) -> None:
    explained = str(result.explain("afg"))
    assert "hdi = 0.462" in explained
    assert "index.gni_pc_ppp2017.high = 75000" in explained
    assert "observation.recorded" in explained
    (figure,) = [each.figure for each in result.conclusion.ranking.entries if each.subject == "afg"]
    assert len(figure.evidence()) == 1


def test_a_country_without_one_of_the_indicators_has_no_index(published: list[dict[str, str]]) -> None:
    rows = [{**row, "mean_schooling": ""} if row["iso3"] == "NOR" else row for row in published]
    history = table(rows, series="hdi", subject="iso3", at=ON, columns=dict.fromkeys(INDICATORS, "number"))
    ranking = judged(history, document()).conclusion.ranking
    assert [(item.subject, item.reason) for item in ranking.excluded] == [("nor", "missing")]
    assert len(ranking.entries) == 192


def test_the_document_is_short_and_in_order() -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    assert len(lines) < 80
    assert max(map(len, lines)) <= 120


def test_the_linter_finds_nothing_but_that_it_was_issued_after_the_year(history: History) -> None:
    rules = document()
    found = lint(rules, history.registry, population=193)
    assert found, str(found)
    assert [warning.where for warning in found.warnings] == ["issued_on"], str(found)
