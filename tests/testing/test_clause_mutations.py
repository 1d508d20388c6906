"""Every change of a shipped rule document is noticed by its cases, or listed as equivalent with the reason.

The cases of a document stand in ``cases/<code>.policy.toml``; they are also tests by themselves.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from party_workflow.packs import party
from party_workflow.policies.documents import RuleDocument
from party_workflow.testing.policies import Case, clause_coverage, read_cases, read_equivalents, survey
from party_workflow.testing.policies.cases import check_all

HERE = Path(__file__).parent
TABLES = sorted((HERE / "cases").glob("*.policy.toml"))
EQUIVALENTS = read_equivalents((HERE / "equivalents.toml").read_text("utf-8"))


def cases(table: Path) -> tuple[Case, ...]:
    text = table.read_text("utf-8")
    return read_cases(text, table.name, lambda name: (table.parent / name).read_text("utf-8"))


def document(found: tuple[Case, ...]) -> RuleDocument:
    policy = found[0].begun.policy
    assert isinstance(policy, RuleDocument)
    return policy


# The championships have many dated values, and so many changes: theirs are a long run.
@pytest.mark.parametrize(
    "table",
    [
        pytest.param(each, id=each.name, marks=[pytest.mark.torture] if each.name.startswith("f1-") else [])
        for each in TABLES
    ],
)
def test_every_change_of_a_document_is_noticed_by_a_case_or_listed_with_a_reason(table: Path) -> None:
    found = cases(table)
    result = survey(document(found), lambda changed: check_all(found, changed), EQUIVALENTS)
    assert result, str(result)
    assert len(result.killed) > 2 * sum(1 for _ in document(found).clause)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_cases_of_a_document_reach_every_clause(table: Path) -> None:
    found = cases(table)
    check_all(found)
    coverage = clause_coverage(document(found), [case for case in found if "fails" not in case.expected])
    assert coverage.unreached == ()


def test_equivalents_are_of_documents_that_have_cases() -> None:
    assert {each.document for each in EQUIVALENTS} <= {document(cases(table)).code for table in TABLES}


WITHOUT_CASES = {"panel-small"}
"""Documents that are held by a table reckoned by hand only (tests/published/test_by_hand.py)."""


def test_every_document_that_is_shipped_has_cases() -> None:
    published = {path.stem for path in (HERE.parent / "published" / "documents").glob("*.toml")}
    shipped = {entry.code for entry in party.PACK.definitions if isinstance(entry.value, RuleDocument)}
    there = {table.name.partition(".")[0] for table in TABLES}
    lacking = ", ".join(sorted((published | shipped) - there - WITHOUT_CASES))
    assert not lacking, f"write tests/testing/cases/<code>.policy.toml for {lacking}"
