"""The example of the reference: one clause of every type, checked, written, drawn up and run."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest

from party_workflow.history import History
from party_workflow.packs.party import MODEL
from party_workflow.policies.documents import CLAUSES, RuleDocument
from party_workflow.policies.documents.checking import check_text
from party_workflow.policies.documents.clauses.python import Given
from party_workflow.policies.documents.described import describe, models_within
from party_workflow.policies.documents.lint_rules import LINT_RULES
from party_workflow.policies.documents.reading import plain
from party_workflow.policies.documents.schema import json_schema
from party_workflow.policies.feeds.tables import table, tables
from party_workflow.policies.figure import Figure
from party_workflow.policies.policy import Result, run

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "reference" / "every-clause.toml"
TEXT = PAGE.read_text("utf-8")
SHIPPED = [
    PAGE,
    *(
        page
        for folder in ("docs", "examples", "src", "tests")
        for page in sorted((ROOT / folder).rglob("*.toml"))
        if re.search(r"^population\b|^\[population\]", page.read_text("utf-8"), re.MULTILINE) and page != PAGE
    ),
]
COMMON = ("type", "code", "basis", "since", "until", "display")
BRANCHES = {"north": "town", "south": "town", "east": "town", "west": "village"}


def history() -> History:
    """Four branches and their year."""
    return tables(
        _series("branches", [{"branch": code, "kind": kind} for code, kind in BRANCHES.items()]),
        _series(
            "activities",
            [
                {"branch": code, "kind": kind, "hours": 2, "at": date(2024, month, 10)}
                for number, code in enumerate(BRANCHES)
                for month in range(1, 5 + number)
                for kind in (("meeting", "visit") if code != "east" else ("visit", "study"))
            ],
            at="at",
        ),
        _series(
            "marks",
            [
                {"branch": code, "rater": f"r-{rater}", "side": "inside", "mark": 60 + 9 * number + rater}
                for number, code in enumerate(BRANCHES)
                for rater in range(4)
            ],
        ),
        _series(
            "contests",
            [
                {"branch": code, "round": number, "place": (number + place) % 4 + 1}
                for number in range(1, 5)
                for place, code in enumerate(BRANCHES)
            ],
        ),
        _series(
            "figures", [{"branch": code, "members": 10, "present": 9, "served": 10} for code in BRANCHES]
        ),
        _series("decisions", [{"branch": "north", "period": "2024-02", "points": 1}]),
        _series("exemptions", [{"branch": "south", "ground": "flood", "approval": "granted"}]),
        _series(
            "honours",
            [
                {"branch": code, "quarter": f"2024-Q{number}", "result": "awarded" if number > 1 else "none"}
                for code in BRANCHES
                for number in (1, 2, 3)
            ],
        ),
    )


def _series(name: str, rows: list[dict[str, Any]], at: Any = date(2024, 6, 1)) -> History:
    kinds: dict[str, Any] = {
        column: "number" if isinstance(cell, int) else "code"
        for column, cell in rows[0].items()
        if column not in ("branch", "at")
    }
    given = [{column: str(cell) if column == "at" else cell for column, cell in row.items()} for row in rows]
    return table(given, series=name, subject="branch", at=at, columns=kinds)


def effort(given: Given) -> Mapping[tuple[str, ...], Figure]:
    """The clause in Python that the example names: one measure, and so much of another."""
    weight = given.numbers["weight"]
    found = {}
    for subject in given.subjects:
        parts = [given.measures[code].figures[subject,] for code in ("weighted_coverage", "season")]
        value = parts[0].exact() + weight.exact() * parts[1].exact()
        inputs = (*parts, weight)
        found[subject,] = Figure("effort", Fraction(value), "effort", given.clause, given.basis, inputs)
    return found


def result() -> Result:
    past = history()
    document = RuleDocument.from_toml(TEXT, PAGE.name)
    policy = document.policy(past.registry, code={"house.effort": effort})
    return run(policy, past, on=date(2024, 12, 31), period_start=date(2024, 1, 1))


def test_it_has_every_type_of_clause_once_and_no_fault() -> None:
    checked = check_text(TEXT, "toml", MODEL.registry, name=PAGE.name, history=history())
    assert str(checked) == ""
    assert checked.document is not None
    types = [get_args(kind.model_fields["type"].annotation)[0] for kind in CLAUSES]
    assert sorted(clause.type for clause in checked.document.clause) == sorted(types)


def test_it_can_be_run_and_says_something_of_each_kind() -> None:
    found = result().conclusion
    assert {entry.subject for ranking in found.rankings for entry in ranking.entries} == set(BRANCHES)
    assert set(found.grades) == {"grades", "limited"}
    assert [(hit.clause, hit.subject) for hit in found.gates] == [("no_meeting", "east")]
    assert found.awards
    assert {streak.subject for streak in found.streaks} == set(BRANCHES)
    assert [proposal.clause for proposal in found.proposals] == ["review"] * 2


def test_every_measure_of_it_has_a_value_for_every_branch() -> None:
    for code, figures in result().conclusion.measures.items():
        assert {key[0] for key in figures} == set(BRANCHES), code
        assert any(isinstance(figure.value, Fraction) for figure in figures.values()), code


def test_it_fits_the_schema_that_editors_are_given() -> None:
    check = pytest.importorskip("jsonschema").Draft202012Validator
    schema = json.loads((PAGE.parent / "generated" / "rule-document.schema.json").read_text("utf-8"))
    check.check_schema(schema)
    said = json.loads(RuleDocument.from_toml(TEXT).to_json())
    assert [error.message for error in check(schema).iter_errors(said)] == []
    said["clause"][0]["distinkt"] = "period"
    assert not check(schema).is_valid(said)
    assert TEXT.startswith("#:schema generated/rule-document.schema.json\n")


@pytest.mark.parametrize("page", SHIPPED, ids=lambda page: page.name)
def test_every_document_of_the_repository_fits_the_schema_and_comes_back_from_both_forms(page: Path) -> None:
    text = page.read_text("utf-8")
    document = RuleDocument.from_toml(text, page.name)
    for again in (RuleDocument.from_toml(document.to_toml()), RuleDocument.from_json(document.to_json())):
        assert again == document
        assert again.digest == document.digest
    check = pytest.importorskip("jsonschema").Draft202012Validator(json_schema())
    written = plain(tomllib.loads(text, parse_float=float))
    assert [error.message for error in check.iter_errors(written)] == []


def test_the_reference_shows_every_clause_with_its_part_of_the_example() -> None:
    text = (PAGE.parent / "generated" / "clauses.md").read_text("utf-8")
    for kind in CLAUSES:
        name = get_args(kind.model_fields["type"].annotation)[0]
        section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
        assert f'```toml\n[[clause]]\ntype = "{name}"\n' in section
        assert all(f"| `{field}` |" in section for field in kind.model_fields if field not in COMMON)


def test_every_field_of_a_clause_is_described_in_the_reference() -> None:
    lacking = [
        f"{model.__name__}.{field}"
        for model in models_within(RuleDocument)
        for field in model.model_fields
        if not describe(model, field)
    ]
    assert lacking == []


def test_every_rule_of_the_linter_is_in_the_reference() -> None:
    text = (PAGE.parent / "generated" / "lint-rules.md").read_text("utf-8")
    assert all(f"| `{rule.code}` | {rule.severity} | " in text for rule in LINT_RULES)
