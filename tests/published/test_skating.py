"""Seven skating competitions of 2016 and 2017, from the judges' marks by the rule document."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from copy import copy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.published.naive import skating as naive

from party_workflow.history import History
from party_workflow.policies.documents import RuleDocument, lint
from party_workflow.policies.feeds.tables import coded, table, tables, unpivot
from party_workflow.policies.figure import Figure
from party_workflow.policies.policy import Result, run, run_many

ON = date(2017, 12, 31)
MARKS = tuple(f"J{number}" for number in range(1, 10))
DOCUMENT = Path(__file__).parent / "documents" / "skating-2016.toml"
NONE = "none"
TWO = {"places": 2, "mode": "half_up"}


def document() -> RuleDocument:
    return RuleDocument.from_toml(DOCUMENT.read_text(encoding="utf-8"), DOCUMENT.name)


def judged(history: History, rules: RuleDocument) -> Result:
    return run(rules.policy(history.registry), history, on=ON, period_start=date(2016, 7, 1))


def judged_all(history: History, *variants: RuleDocument) -> tuple[Result, ...]:
    policies = [rules.policy(history.registry) for rules in variants]
    return run_many(policies, history, on=ON, period_start=date(2016, 7, 1))


class Published:
    """The three tables.  The name of one component is written in two ways there."""

    def __init__(self, folder: Path) -> None:
        self.performances = [
            {**row, "segment": "free" if "FREE" in row["program"] else "short"}
            for row in self._rows(folder / "performances.csv")
        ]
        self.components = [
            {**row, "component": row["component"].replace(" / ", "/")}
            for row in self._rows(folder / "components.csv")
        ]
        self.elements = self._rows(folder / "elements.csv")

    @staticmethod
    def _rows(path: Path) -> list[dict[str, str]]:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def history(self) -> History:
        """Performances with their deductions, panels with their marks, elements by base value and grade."""
        scored = unpivot(self.elements, ("base_value", "goe_published"), name="part", value="points")
        codes, number = dict.fromkeys(("competition", "program", "segment"), "code"), "number"
        columns = {"component": "code", "factor": number, **dict.fromkeys(MARKS, number)}
        return tables(
            self._table("skated", self.performances, {**codes, "total_deductions": number}),
            self._table("pcs", self.components, columns),
            self._table("tes", scored, {"points": number}),
        )

    @staticmethod
    def _table(series: str, rows: list[dict[str, Any]], columns: Mapping[str, Any]) -> History:
        return table(rows, series=series, subject="performance_id", at=ON, columns=columns)

    def of(self, performance: str) -> Published:
        """What the tables have of one performance."""
        alone = copy(self)
        for name in ("performances", "components", "elements"):
            rows = getattr(self, name)
            setattr(alone, name, [row for row in rows if row["performance_id"] == performance])
        return alone

    def agreeing(self, figures: Mapping[tuple[str, ...], Figure], column: str) -> int:
        """How many performances have the published number in a column."""
        return sum(
            figures[(row["performance_id"],)].exact() == Decimal(row[column]) for row in self.performances
        )


@pytest.fixture(scope="module")
def published(published_data: Path) -> Published:
    return Published(published_data / "skating")


@pytest.fixture(scope="module")
def history(published: Published) -> History:
    return published.history()


@pytest.fixture(scope="module")
def result(history: History) -> Result:
    return judged(history, document())


def test_all_panels_totals_and_ranks_are_the_published_ones(published: Published, result: Result) -> None:
    measures = result.conclusion.measures
    panels = [
        measures["panel"][row["performance_id"], coded(row["component"])].exact()
        == Decimal(row["panel_published"])
        for row in published.components
    ]
    assert (sum(panels), len(panels)) == (3385, 3385)
    assert published.agreeing(measures["pcs"], "total_component_score") == 677
    assert published.agreeing(measures["tes"], "total_element_score") == 677
    assert published.agreeing(measures["segment"], "total_segment_score") == 677
    places = {
        entry.subject: entry.place for ranking in result.conclusion.rankings for entry in ranking.entries
    }
    assert sum(places[row["performance_id"]] == int(row["rank"]) for row in published.performances) == 677
    assert len(result.conclusion.rankings) == 56


STAGES = {
    "panel, product": (TWO, TWO, NONE, 677),
    "total": (NONE, NONE, TWO, 294),
    "product": (NONE, TWO, NONE, 459),
    "panel, total": (TWO, NONE, TWO, 486),
}
"""Where is rounded: panel, product, total; and how many component totals come out."""


def test_only_rounding_the_panel_and_then_the_product_gives_the_component_totals(
    published: Published, history: History
) -> None:
    variants = []
    for *stages, _ in STAGES.values():
        rules = document()
        for code, rounding in zip(("panel", "factored", "pcs"), stages, strict=True):
            rules = rules.replace_clause(code, rounding=rounding)
        variants.append(rules)
    results = judged_all(history, *variants)
    found = {
        name: published.agreeing(result.conclusion.measures["pcs"], "total_component_score")
        for name, result in zip(STAGES, results, strict=True)
    }
    assert found == {name: agreeing for name, (*_, agreeing) in STAGES.items()}


def test_elements_without_any_mark_are_there_and_count_their_published_grade(published: Published) -> None:
    unmarked = [row for row in published.elements if not any(row[judge] for judge in MARKS)]
    assert len(unmarked) == 44
    assert {row["goe_published"] for row in unmarked} == {"0.0"}


def test_ties_are_decided_by_the_components_in_free_segments_and_by_the_elements_in_short_ones(
    published: Published, history: History
) -> None:
    rules = document()
    ties = rules.by_code("rank").model_dump()["ties"]
    results = judged_all(history, rules, rules.replace_clause("rank", ties=ties[-1:]))
    said, shared = (
        {entry.subject: entry.place for ranking in result.conclusion.rankings for entry in ranking.entries}
        for result in results
    )
    differing = [key for key in shared if shared[key] != said[key]]
    scores = {row["performance_id"]: row for row in published.performances}
    equal = Counter(
        (row["competition"], row["program"], row["total_segment_score"]) for row in published.performances
    )
    assert differing
    for key in differing:
        row = scores[key]
        assert equal[row["competition"], row["program"], row["total_segment_score"]] > 1


def test_the_naive_script_gives_the_same_counts(published_data: Path) -> None:
    counts = naive.counts(published_data / "skating")
    assert counts.pop("panels") == (3385, 3385)
    assert set(counts.values()) == {(677, 677)}


def test_a_missing_mark_is_left_out_of_the_panel_and_not_counted_as_nought(published: Published) -> None:
    first = published.components[0]
    without = {**first, "J1": ""}
    alone = published.of(first["performance_id"])
    alone.components = [without]
    figures = judged(alone.history(), document()).conclusion.measures["panel"]
    (figure,) = figures.values()
    assert figure.exact() == naive.rounded(naive.trimmed(naive.marks_of(without)))


def test_a_total_is_explained_down_to_marks_that_counted_and_marks_that_were_dropped(result: Result) -> None:
    explained = str(result.explain("0055dd827d"))
    assert "panel[composition] = 8.68 (exactly 217/25; 2 places, half up): rounded" in explained
    assert "mark[j3] = 37/4: dropped" in explained
    assert "observation.recorded" in explained


def test_the_document_is_short_and_in_order() -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    assert len(lines) < 80
    assert max(map(len, lines)) <= 120


def test_the_linter_finds_nothing(history: History) -> None:
    rules = document()
    found = lint(rules, history.registry, population=677)
    assert found, str(found)
    assert not found.warnings, str(found)
