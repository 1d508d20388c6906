"""What is said once for all clauses of a document is the same as saying it in each."""

from __future__ import annotations

import pytest

from party_workflow.errors import InvalidDefinition
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.documents.schema import json_schema

HEAD = """
code = "d"
version = 1
issuer = "i"
number = "1"
issued_on = 2020-01-01
effective_from = 2020-01-01
offset_minutes = 0
population = { source = "rows" }
source = [{ code = "rows", feed = "observations", subject = "subject", within = "all" }]
"""
COMMON = 'since = 2020-01-01, basis = "b", several = "sum", empty = "zero", rounding = "none"'
CLAUSES = """
[[clause]]
type = "value"
code = "x"
source = "rows"
column = "x"

[[clause]]
type = "value"
code = "y"
basis = "own"
source = "rows"
column = "y"

[[clause]]
type = "total"
code = "total"
method = "sum"
parts = [{ measure = "x", weight = 1 }, { measure = "y", weight = -1 }]
absent = "zero"
"""


def read(common: str, clauses: str = CLAUSES) -> RuleDocument:
    return RuleDocument.from_toml(f"{HEAD}throughout = {{ {common} }}\n{clauses}", "d.toml")


def test_a_document_with_a_table_throughout_is_the_one_that_says_it_in_each_clause() -> None:
    short = read(COMMON)
    lines = COMMON.replace(", ", "\n")
    of_values = 'column = "{}"\n' + lines
    long = CLAUSES.replace('column = "x"', of_values.format("x"))
    long = long.replace('column = "y"', of_values.format("y").replace('\nbasis = "b"', ""))
    long += "\n".join(
        line for line in lines.splitlines() if line.split()[0] in ("since", "basis", "rounding")
    )
    full = RuleDocument.from_toml(HEAD + long)
    assert short.digest == full.digest
    assert short.body == full.body
    assert "throughout" not in short.body
    assert RuleDocument.from_toml(short.to_toml()).digest == short.digest


def test_what_a_clause_says_itself_goes_before() -> None:
    rules = read(COMMON)
    assert [clause.basis for clause in rules.clause] == ["b", "own", "b"]


def test_what_no_clause_needs_is_a_fault_with_its_place() -> None:
    with pytest.raises(InvalidDefinition) as caught:
        read(f'{COMMON}, minimum = 3, type = "value"')
    places = [fault.where for fault in caught.value.faults]
    assert places == ["d.toml:11:101: throughout.minimum", "d.toml:11:114: throughout.type"]


def test_only_what_has_to_be_said_is_taken_from_there() -> None:
    with pytest.raises(InvalidDefinition, match="No clause needs this"):
        read(f"{COMMON}, points = 100")  # a total by points would want it; a sum has none


def test_a_value_out_of_form_is_a_fault_of_the_clauses_that_take_it() -> None:
    with pytest.raises(InvalidDefinition) as caught:
        read(COMMON.replace('"zero"', '"nought"'))
    assert [fault.where.partition(": ")[2] for fault in caught.value.faults] == [
        "clause `x`, empty",
        "clause `y`, empty",
    ]


def test_what_is_said_nowhere_is_still_a_fault() -> None:
    with pytest.raises(InvalidDefinition, match="rounding"):
        read(COMMON.replace(', rounding = "none"', ""))


def test_the_schema_for_editors_knows_it() -> None:
    schema = json_schema()
    assert schema["properties"]["throughout"]["type"] == "object"
    (total,) = [each for each in schema["$defs"].values() if each.get("title") == "total"]
    assert "rounding" in total["properties"]
    assert "rounding" not in total["required"]
    assert "type" in total["required"]
