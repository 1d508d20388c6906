"""Rule documents in TOML and JSON: the same document comes back, and every part of a text is found."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from tests.support.by_model import CODES, DAYS, sources, valid

from party_workflow.canonical import canonical_bytes, parse_canonical
from party_workflow.errors import InvalidDefinition
from party_workflow.packs.party import MODEL
from party_workflow.policies.documents import CLAUSES, BaseClause, RuleDocument
from party_workflow.policies.documents.checking import check_text
from party_workflow.policies.documents.lint_rules import BY_CODE
from party_workflow.policies.documents.locate import Path, Places, in_json, in_toml
from party_workflow.policies.documents.parameters import Valued
from party_workflow.policies.documents.schema import json_schema
from party_workflow.policies.documents.source import Source
from party_workflow.values import CodedDocument

SLOW = settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))


@st.composite
def documents(draw: st.DrawFn, *kinds: type[BaseClause]) -> RuleDocument:
    """A document that has a clause of each kind; nothing in it has to make sense."""
    clauses = [
        {**draw(valid(kind)), "code": f"clause_{number}"} for number, kind in enumerate(kinds, start=1)
    ]
    given = draw(st.lists(sources().filter(_is_source), min_size=1, max_size=2))
    head = {
        "code": draw(CODES),
        "version": draw(st.integers(1, 9)),
        "issuer": "bureau",
        "number": "2024-1",
        "issued_on": draw(DAYS),
        "effective_from": draw(DAYS),
        "offset_minutes": draw(st.sampled_from([0, 480, -300])),
        "population": {"source": "s0", "groups": draw(st.lists(CODES, max_size=2))},
    }
    source = [{**each, "code": f"s{number}"} for number, each in enumerate(given)]
    return RuleDocument.read({**head, "source": source, "clause": clauses})


def _is_source(data: dict[str, Any]) -> bool:
    return bool(Source.model_validate(data))


@pytest.mark.parametrize("kind", CLAUSES, ids=lambda kind: kind.__name__)
@given(data=st.data())
@SLOW
def test_a_document_with_any_clause_comes_back_from_toml_and_json(
    kind: type[BaseClause], data: st.DataObject
) -> None:
    document = data.draw(documents(kind))
    for again in (
        RuleDocument.from_toml(document.to_toml()),
        RuleDocument.from_json(document.to_json()),
        RuleDocument.read(document.body),
    ):
        assert again == document
        assert again.digest == document.digest


@given(data=st.data())
@settings(SLOW, max_examples=40)
def test_every_document_can_be_stored_as_a_definition(data: st.DataObject) -> None:
    document = data.draw(documents(data.draw(st.sampled_from(CLAUSES))))
    assert TypeAdapter(CodedDocument).validate_python(document.data()) == document.body
    assert parse_canonical(canonical_bytes(document.body)) == document.body


@pytest.mark.parametrize("kind", CLAUSES, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(SLOW, max_examples=5)
def test_every_path_of_a_document_is_found_at_its_key_or_value(
    kind: type[BaseClause], data: st.DataObject
) -> None:
    document = data.draw(documents(kind))
    text = document.to_toml()
    found = _paths(tomllib.loads(text, parse_float=Decimal))
    _all_found(text, in_toml(text), found, quoted=False)
    text = document.to_json()
    _all_found(text, in_json(text), _paths(json.loads(text)), quoted=True)


def _paths(value: Any, path: Path = ()) -> dict[Path, Any]:
    found: dict[Path, Any] = {path: value} if path else {}
    if isinstance(value, dict):
        for key, inner in value.items():
            found |= _paths(inner, (*path, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            found |= _paths(inner, (*path, index))
    return found


def _all_found(text: str, places: Places, paths: dict[Path, Any], *, quoted: bool) -> None:
    lines = text.split("\n")
    assert set(places.spots) == set(paths)
    for path, value in paths.items():
        spot = places.at(path)
        here = lines[spot.line - 1][spot.column - 1 :]
        if isinstance(path[-1], str):
            assert here.startswith((f'"{path[-1]}"',) if quoted else (path[-1], f'"{path[-1]}"')), (
                path,
                here,
            )
        elif isinstance(value, dict):  # of [[clause]] it is the name in the header
            assert here.startswith(("{", f"{path[-2]}]]")), (path, here)
        elif isinstance(value, list):
            assert here.startswith("["), (path, here)
        else:
            shown = str(value).lower() if isinstance(value, bool) else str(value)
            assert here.startswith((shown, f'"{shown}"')), (path, here)


@given(data=st.data())
@settings(SLOW, max_examples=60)
def test_a_document_of_many_clauses_is_one_section_for_each(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(CLAUSES), min_size=2, max_size=5))
    document = data.draw(documents(*kinds))
    text = document.to_toml()
    assert text.count("[[clause]]\n") == len(kinds)
    assert RuleDocument.from_toml(text).digest == document.digest


def _document(**said: Any) -> RuleDocument:
    head = {
        "code": "d",
        "version": 1,
        "issuer": "i",
        "number": "1",
        "offset_minutes": 0,
        "issued_on": "2020-01-01",
        "effective_from": "2020-01-01",
        "population": {"source": "s"},
        "source": [{"code": "s", "feed": "f", "subject": "who", "within": "all"}],
        "clause": [],
    }
    return RuleDocument.read({**head, **said})


def _value(worths: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {
        "type": "value",
        "code": "v",
        "basis": "b",
        "since": "2020-01-01",
        "source": "s",
        "column": "c",
        "several": "refuse",
        "empty": "zero",
        "rounding": "none",
        "worths": worths,
        **said,
    }


def test_a_document_without_sources_and_clauses_comes_back_too() -> None:
    empty = _document(source=[], clause=[])
    assert RuleDocument.from_toml(empty.to_toml()) == empty
    assert RuleDocument.from_json(empty.to_json()) == empty


def test_numbers_are_decimals_in_toml_where_they_are_finite_and_texts_in_json() -> None:
    document = _document(
        clause=[_value({"a": "3/4", "b": "1/3", "c": 2, "d": "-0.125", "e": Fraction(7, 5)})]
    )
    toml, found = document.to_toml(), json.loads(document.to_json())
    assert 'worths = {a = 0.75, b = "1/3", c = 2, d = -0.125, e = 1.4}' in toml
    assert found["clause"][0]["worths"] == {"a": "0.75", "b": "1/3", "c": 2, "d": "-0.125", "e": "1.4"}


def test_a_text_that_looks_like_a_number_or_a_day_stays_the_text_that_it_is() -> None:
    where = {"a": "1/2", "b": ["0.5", "2024-01-01"], "c": "17", "d": {"at_least": "0.5"}}
    source = {"code": "s", "feed": "f", "subject": "who", "within": "all", "where": where}
    document = _document(source=[source])
    for again in (RuleDocument.from_toml(document.to_toml()), RuleDocument.from_json(document.to_json())):
        assert again == document
        assert again.source[0].where["a"] == "1/2"
        assert again.source[0].where["b"] == ("0.5", "2024-01-01")
        assert again.source[0].where["c"] == "17"


def test_a_number_is_read_without_passing_through_a_binary_float() -> None:
    text = (
        _document(clause=[_value({"a": 1})])
        .to_toml()
        .replace("a = 1}", "a = 0.1000000000000000055511151231257827}")
    )
    found: Any = RuleDocument.from_toml(text).clause[0]
    assert found.worths["a"] == Fraction(1000000000000000055511151231257827, 10**34)


def test_the_values_of_a_dated_list_are_read_by_their_type() -> None:
    dated = [{"value": "0.50", "since": "2020-01-01", "basis": "b"}]
    with pytest.raises(InvalidDefinition, match="no trailing zero"):
        _document(clause=[_value({"a": dated})])
    found: Any = _document(clause=[_value({"a": [{**dated[0], "value": "0.5"}]})]).clause[0]
    assert isinstance(found.worths["a"][0], Valued)
    assert found.worths["a"][0].value == Fraction(1, 2)


def test_a_long_table_or_list_is_written_one_element_a_line() -> None:
    text = _document(clause=[_value({f"kind_{number}": number for number in range(20)})]).to_toml()
    assert "\n[clause.worths]\nkind_0 = 0\nkind_1 = 1\n" in text
    assert max(map(len, text.splitlines())) <= 120


TRICKY = '''
# a comment [[clause]] = {
title = """three
lines # and "quotes" = 1
[not.a.table]"""
'single quoted' = 'a = "b"'  # after
dotted . "key.with dot" = [ # inside
  1, 2.5, # [ ]
  { x = [ "]", '}' ], y.z = 1979-05-27T07:32:00Z },
]
"esc\\"aped" = "tab\\t \\"quoted\\" \\\\"
empty = {}
[a.b]
c = 1
[[a.list]]
n = 1
[[a.list]]
n = 2
[a.list.sub]
deep = true
[a]
d = """"quoted at the end""""
'''


def test_the_scanner_finds_every_path_of_what_toml_permits() -> None:
    data = tomllib.loads(TRICKY)
    assert set(in_toml(TRICKY).spots) == set(_paths(data))
    spots, lines = in_toml(TRICKY), TRICKY.split("\n")
    for path, start in (
        (("dotted", "key.with dot", 2, "y", "z"), "z = 1979"),
        (("a", "list", 1, "n"), "n = 2"),
        (("a", "list", 1, "sub", "deep"), "deep"),
        (("a", "d"), "d ="),
        (('esc"aped',), '"esc'),
        (("dotted", "key.with dot", 1), "2.5"),
    ):
        spot = spots.at(path)
        assert lines[spot.line - 1][spot.column - 1 :].startswith(start)


def test_a_path_that_is_not_there_is_placed_at_what_is_around_it() -> None:
    places = in_toml("a = 1\n[[clause]]\ncode = 'x'\n")
    assert str(places.at(("clause", 0, "basis"))) == "line 2, column 3"
    assert str(places.at(("nowhere",))) == "line 1, column 1"


def test_windows_line_ends_and_wide_characters_count_like_others() -> None:
    places = in_toml('# 说明\r\na = 1\r\n  b = { x = "值", y = 2 }\r\n')
    assert str(places.at(("b", "y"))) == "line 3, column 18"


@given(
    st.recursive(
        st.one_of(st.integers(-9, 9), st.booleans(), st.text(max_size=5)),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=12,
    )
)
def test_the_json_scanner_finds_every_path_of_any_json(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=3, ensure_ascii=False)):
        assert set(in_json(text).spots) == set(_paths(value))


@pytest.mark.parametrize("kind", CLAUSES, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(SLOW, max_examples=5)
def test_the_schema_takes_every_document(kind: type[BaseClause], data: st.DataObject) -> None:
    document = data.draw(documents(kind))
    check = VALIDATOR(SCHEMA)
    assert [error.message for error in check.iter_errors(document.body)] == []
    assert [error.message for error in check.iter_errors(json.loads(document.to_json()))] == []


SCHEMA = json_schema()
VALIDATOR = pytest.importorskip("jsonschema").Draft202012Validator


def test_the_schema_is_one_and_refuses_what_is_broken() -> None:
    VALIDATOR.check_schema(SCHEMA)
    check = VALIDATOR(SCHEMA)
    good = _document(clause=[_value({"a": 1})]).body
    assert check.is_valid(good)
    for change in (
        {"type": "valu"},
        {"rounding": "nome"},
        {"colum": "c"},
        {"source": None},
        {"worths": {"a": {"value": 1}}},
        {"since": 2020},
    ):
        assert not check.is_valid({**good, "clause": [{**good["clause"][0], **change}]}), change
    assert not check.is_valid({key: value for key, value in good.items() if key != "population"})


def test_the_schema_describes_every_field() -> None:
    without = [
        f"{name}.{field}"
        for name, part in {"document": SCHEMA, **SCHEMA["$defs"]}.items()
        for field, said in part.get("properties", {}).items()
        if not said.get("description")
    ]
    assert without == []


@given(data=st.data())
@settings(SLOW, max_examples=60)
def test_the_linter_judges_any_document_without_failing_and_its_policy_is_refused_in_words(
    data: st.DataObject,
) -> None:
    document = data.draw(documents(*data.draw(st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=4))))
    told = check_text(document.to_toml(), "toml", MODEL.registry, name="x", population=7)
    assert told.document == document
    assert all(fault.where.startswith("x:") and fault.rule in BY_CODE for fault in told.lint.errors)
    if told.lint:
        document.policy(MODEL.registry)
    else:
        with pytest.raises(InvalidDefinition):
            document.policy(MODEL.registry)
