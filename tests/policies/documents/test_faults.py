"""What is said to whoever writes a document with mistakes: line, column, place, remedy; all at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from party_workflow.canonical import MAX_BYTES
from party_workflow.errors import InvalidDefinition
from party_workflow.packs.party import MODEL
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.documents.checking import Checked, check_text
from party_workflow.policies.documents.forms import MOST

GOOD = """\
code = "example"
version = 1
issuer = "bureau"
number = "2024-1"
issued_on = 2023-12-01
effective_from = 2024-01-01
offset_minutes = 480
population = { source = "members" }

[[source]]
code = "members"
feed = "observations"
columns = ["kind", "mark"]
subject = "subject"
within = "all"
where = { series = "members" }

[[clause]]
type = "value"
code = "total"
basis = "article.1"
since = 2024-01-01
source = "members"
column = "mark"
worths = { a = 0.75, b = [{ value = 1.5, since = 2024-01-01, basis = "article.2" }] }
several = "refuse"
empty = "zero"
rounding = { places = 2, mode = "half_up" }

[[clause]]
type = "rank"
code = "places"
basis = "article.3"
since = 2024-01-01
measure = "total"
on = "exact"
direction = "highest"
ties = [{ by = "shared" }]
"""


def found(*changes: tuple[str, str], name: str = "x.toml") -> list[str]:
    """What is said when the good document is changed."""
    text = GOOD
    for before, after in changes:
        assert text.count(before) >= 1, before
        text = text.replace(before, after, 1)
    with pytest.raises(InvalidDefinition) as refused:
        RuleDocument.from_toml(text, name)
    return [str(fault) for fault in refused.value.faults]


def test_the_good_document_is_read_and_has_no_fault() -> None:
    checked = check_text(GOOD, "toml", MODEL.registry)
    assert checked, str(checked)
    assert checked.document == RuleDocument.from_toml(GOOD)
    assert str(checked) == ""


@pytest.mark.parametrize(
    ("before", "after", "where", "what", "remedy"),
    [
        (
            'type = "value"',
            'type = "valeu"',
            "x.toml:19:1: clause `total`, type",
            "This is none that there is.",
            "Did you mean `value` or `values`?",
        ),
        (
            'type = "rank"\n',
            "",
            "x.toml:30:3: clause `places`",
            "`type` is missing.",
            "Say of which type it is; the reference of clauses has them.",
        ),
        (
            "a = 0.75",
            'a = "0.750"',
            "x.toml:25:12: clause `total`, worths.a",
            "This is not a decimal in canonical form.",
            'Write it like "28.5": no exponent, no trailing zero.',
        ),
        (
            "value = 1.5",
            'value = "one and a half"',
            "x.toml:25:29: clause `total`, worths.b[0].value",
            "This is not a code, a number or a time; words for people have no place in a document.",
            "Use a code, and label it in a pack.",
        ),
        (
            'basis = "article.2"',
            'bassis = "article.2"',
            "x.toml:25:62: clause `total`, worths.b[0].bassis",
            "There is no field `bassis` here.",
            "Did you mean `basis`?",
        ),
        (
            'several = "refuse"\n',
            "",
            "x.toml:18:3: clause `total`, several",
            "`several` is missing.",
            "Add it: nothing is assumed.",
        ),
        (
            "places = 2",
            'places = "2"',
            "x.toml:28:14: clause `total`, rounding.places",
            "A whole number is expected here.",
            "Write it without a point and without quotes: 3.",
        ),
        (
            "places = 2",
            "places = 200",
            "x.toml:28:14: clause `total`, rounding.places",
            "The number must be at most 30.",
            "Mend the number.",
        ),
        (
            '{ places = 2, mode = "half_up" }',
            '"nome"',
            "x.toml:28:1: clause `total`, rounding",
            '"none" or a table is expected here.',
            "Write one of them.",
        ),
        (
            "half_up",
            "halfup",
            "x.toml:28:26: clause `total`, rounding.mode",
            "This is no word that may stand here.",
            "Did you mean `half_up`?",
        ),
        (
            '{ source = "members" }\n',
            '"members"\n',
            "x.toml:8:1: population",
            "A table is expected here.",
            "Write its fields by name: { name = value, … }.",
        ),
        (
            '[{ by = "shared" }]',
            '{ by = "shared" }',
            "x.toml:38:1: clause `places`, ties",
            "A list is expected here.",
            "Put what it holds in brackets: […], also where it is one.",
        ),
        (
            'by = "shared"',
            'by = "lots"',
            "x.toml:38:11: clause `places`, ties[0].by",
            "This is none that there is.",
            "Did you mean `lot`?",
        ),
        (
            "since = 2024-01-01\nmeasure",
            'since = "1.1.2024"\nmeasure',
            "x.toml:34:1: clause `places`, since",
            "This is not a date in canonical form.",
            'Write it like "2020-03-25".',
        ),
        (
            "since = 2024-01-01\nmeasure",
            "since = 2024-01-01T10:00:00Z\nmeasure",
            "x.toml:34:1: clause `places`, since",
            "A time of day has several forms.",
            "Write a day: 2024-01-01.",
        ),
        (
            'code = "places"',
            'code = "Places"',
            "x.toml:32:1: clause number 2, code",
            "This is not a code.",
            "Lower-case ASCII letters, digits, and _ . -, a letter first, 64 at most.",
        ),
        (
            'series = "members"',
            "series = 3",
            "x.toml:16:11: source `members`, where.series",
            "A text, a list or a table is expected here.",
            "Write one of them.",
        ),
        (
            'code = "places"',
            'code = "total"',
            "x.toml:32:1: clause `total`, code",
            "This code stands there twice.",
            "Give one of them another code.",
        ),
        (
            'within = "all"',
            'within = "all"\nevent = "case.opened"',
            "x.toml:12:1: source `members`, feed",
            "A source reads a feed or an event type, one of them.",
            "Name one.",
        ),
        (
            "effective_from = 2024-01-01",
            "effective_from = 2024-01-01\neffective_until = 2023-12-31",
            "x.toml:7:1: effective_until",
            "The rule ends before it begins.",
            "Mend one of the two days.",
        ),
        (
            "a = 0.75",
            "a = nan",
            "x.toml:25:12: clause `total`, worths.a",
            "The number is not finite.",
            "Write a number.",
        ),
        (
            "[[source]]",
            "[[sources]]",
            "x.toml:10:3: sources",
            "There is no field `sources` here.",
            "Did you mean `source`?",
        ),
    ],
)
def test_a_typical_mistake_is_said_where_it_stands_and_how_it_is_mended(
    before: str, after: str, where: str, what: str, remedy: str
) -> None:
    assert f"{where}: {what} {remedy}" in found((before, after))


def test_all_mistakes_are_said_at_once_in_the_order_of_the_text() -> None:
    told = found(
        ("version = 1", 'version = "one"'),
        ("places = 2", "places = 99"),
        ('column = "mark"', 'colum = "mark"'),
        ('direction = "highest"', 'direction = "up"'),
    )
    assert [line.split(" ")[0] for line in told] == [
        "x.toml:2:1:",
        "x.toml:18:3:",
        "x.toml:24:1:",
        "x.toml:28:14:",
        "x.toml:37:1:",
    ]


def test_without_a_file_name_line_and_column_are_in_words() -> None:
    (told,) = found(("places = 2", "places = 99"), name="")
    assert told.startswith("line 28, column 14: clause `total`, rounding.places: ")


DIRECTION = (
    "clause `places`, ties[0].direction: This is no word that may stand here. It may be: highest, lowest."
)


def test_of_a_union_the_alternative_that_was_meant_is_explained_and_no_class_is_named() -> None:
    told = found(
        ('series = "members"', 'series = "members", x = { at_leas = 1 }'),
        ('[{ by = "shared" }]', '[{ by = "measure", measur = "total", on = "exact", direction = "up" }]'),
    )
    said = [line.split(": ", 1)[1] for line in told]
    assert said == [
        "source `members`, where.x.at_leas: There is no field `at_leas` here. Did you mean `at_least`?",
        "clause `places`, ties[0].measure: `measure` is missing. Add it: nothing is assumed.",
        "clause `places`, ties[0].measur: There is no field `measur` here. Did you mean `measure`?",
        DIRECTION,
    ]
    assert not any(word in line for line in told for word in ("ByMeasure", "Bounds", "plain", "tuple"))


def test_of_very_many_mistakes_the_first_are_said_and_how_many_there_are() -> None:
    many = "".join(f"unknown_{number} = 1\n" for number in range(600))
    told = found(("version = 1", f"version = 1\n{many}"))
    assert len(told) == MOST + 1
    assert "Of 600 faults these are the first 500. Mend them, and the others show." in told[0]


def test_what_is_personal_is_not_repeated() -> None:
    told = found(
        ("half_up", "13912345678"),
        ('column = "mark"', 'column = "Zhang San"'),
        ("worths = { a", 'worths = { "张三" = 1, a'),
        ('basis = "article.3"', '"Li Si" = 1'),
    )
    assert len(told) >= 4
    assert not any(name in line for line in told for name in ("139", "Zhang", "张三", "Li Si"))


# --- texts that are no TOML or JSON --------------------------------------------------------------


def test_every_key_that_stands_twice_is_found_with_both_lines() -> None:
    told = found(
        ("version = 1", "version = 1\nversion = 2"), ('empty = "zero"', 'empty = "zero"\nempty = "missing"')
    )
    assert told == [
        "x.toml:3:1: version: This key stands in line 2 already. Strike one of them out.",
        "x.toml:29:1: clause number 1, empty: This key stands in line 28 already. Strike one of them out.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\nb = \n", "x:2:5: This is no TOML: Invalid value. Mend it there."),
        ("a = [1,\n", "x:2:1: This is no TOML: Invalid value. Mend it there."),
        ("a = " + "[" * 5000, "x:1:1: The TOML is nested more than 32 deep. Flatten it."),
        ("a = " + "9" * 5000, "x:1:1: A number has too many digits. Round it."),
        (".".join("a" * 40) + " = 1", "x:1:1: A key has more than 32 parts. Flatten it."),
        ("a = 1\n# \ud800", "x:2:3: The text holds a lone surrogate. Save the file as UTF-8."),
        ("\ufeffa = 1", "x:1:1: The text begins with a byte order mark. Save the file as UTF-8 without one."),
        (
            "#" * (MAX_BYTES + 1),
            f"x:1:1: The text has {MAX_BYTES + 1} bytes, more than the {MAX_BYTES} allowed.",
        ),
    ],
    ids=["value", "end", "deep", "digits", "dotted", "surrogate", "mark", "size"],
)
def test_a_text_that_is_no_toml_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(InvalidDefinition) as refused:
        RuleDocument.from_toml(text, "x")
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{\n  "a": 1,\n}', "x:3:1: This is no JSON: "),
        ('{"a": 1,\n "a": 2}', "x:2:2: a: This key stands in line 1 already."),
        ('{"a": ' + "[" * 50_000, "x:1:1: The JSON is nested more than 32 deep."),
        ("[1, 2]", "x:1:1: The text holds no table."),
        ('{"version": NaN}', "x:1:2: version: The number is not finite."),
        ('{"version": null}', "x:1:2: version: Null is never stored."),
        ('{"version": 99999999999999999999}', "x:1:2: version: A whole number is expected here."),
        ("", "x:1:1: This is no JSON: "),
    ],
    ids=["comma", "twice", "deep", "list", "nan", "null", "large", "empty"],
)
def test_a_text_that_is_no_json_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(InvalidDefinition) as refused:
        RuleDocument.from_json(text, "x")
    assert any(str(fault).startswith(said) for fault in refused.value.faults), str(refused.value)[:500]


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fail_otherwise_than_in_words(text: str) -> None:
    for read in (RuleDocument.from_toml, RuleDocument.from_json):
        with pytest.raises(InvalidDefinition) as refused:
            read(text, "x")
        assert all(str(fault).startswith("x:") for fault in refused.value.faults)


@given(st.data())
def test_a_good_text_with_anything_put_into_it_is_read_or_refused_in_words(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD)))
    piece = data.draw(
        st.sampled_from(['"', "{", "]", "[[clause]]\n", "\n", "= 1", ",", "'''", "\\", "a.b", "#"])
    )
    text = GOOD[:at] + piece + GOOD[at:]
    checked = check_text(text, "toml", MODEL.registry, name="x")
    for fault in (*checked.lint.errors, *checked.lint.warnings):
        assert fault.where.startswith("x:")
        assert fault.spot is not None
        assert 1 <= fault.spot.line <= text.count("\n") + 1


def test_words_for_people_do_not_get_into_a_document_from_python_either() -> None:
    body = RuleDocument.from_toml(GOOD).body
    body["source"][0]["where"]["series"] = "Zhang San"
    with pytest.raises(InvalidDefinition, match=r"source `members`, where\.series: This is not a code"):
        RuleDocument.read(body)


# --- a text checked as a whole ---------------------------------------------------------------------


def checked(*changes: tuple[str, str], form: Any = "toml") -> Checked:
    text = GOOD
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    return check_text(text, form, MODEL.registry, name="x.toml")


def test_form_references_and_rules_are_judged_together_each_with_its_line() -> None:
    told = checked(
        ("places = 2", "places = 99"),  # form, in the clause `total`
        ('column = "mark"', 'column = "marks"'),  # not judged: its clause cannot be read
        ('feed = "observations"', 'feed = "observation"'),  # reference
        ('measure = "total"', 'measure = "sum_total"'),  # reference
        ('ties = [{ by = "shared" }]', "ties = []"),  # rule
    )
    assert told.document is None
    assert [(each.rule, each.where) for each in told.lint.errors] == [
        ("unknown", "x.toml:12:1: source `members`, feed"),
        ("form", "x.toml:28:14: clause `total`, rounding.places"),
        ("unknown", "x.toml:35:1: clause `places`, measure"),
    ]
    assert told.lint.errors[0].remedy == "Did you mean `observations`?"


def test_a_clause_that_cannot_be_read_is_not_said_to_be_missing() -> None:
    told = checked(("places = 2", "places = 99"))
    assert [each.rule for each in told.lint.errors] == ["form"]
    told = checked(('subject = "subject"', "subject = 7"))
    assert [each.where for each in told.lint.errors] == ["x.toml:14:1: source `members`, subject"]


def test_a_fault_at_the_head_does_not_hide_those_of_clauses() -> None:
    told = checked(("version = 1", "version = -1"), ('measure = "total"', 'measure = "totl"'))
    assert [(each.rule, each.where) for each in told.lint.errors] == [
        ("form", "x.toml:2:1: version"),
        ("unknown", "x.toml:35:1: clause `places`, measure"),
    ]
    assert told.lint.errors[1].remedy == "Did you mean `total`?"


def test_a_json_text_is_checked_in_the_same_way() -> None:
    text = RuleDocument.from_toml(GOOD).to_json().replace('"measure": "total"', '"measure": "totl"')
    told = check_text(text, "json", MODEL.registry, name="x.json")
    (fault,) = told.lint.errors
    line = next(number for number, each in enumerate(text.split("\n"), 1) if '"totl"' in each)
    assert fault.where == f"x.json:{line}:7: clause `places`, measure"
    assert json.loads(text)["clause"][1]["measure"] == "totl"


def test_a_text_without_syntax_is_one_fault_and_nothing_is_raised() -> None:
    told = checked(("version = 1", "version ="))
    assert [(each.rule, each.where) for each in told.lint.errors] == [("syntax", "x.toml:2:10")]
    assert told.document is None
    assert not told
