"""Packs as files: what is read, what is refused and how, and what people may write for a code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from party_workflow.errors import Fault, InvalidDefinition, InvalidInput
from party_workflow.packs import party
from party_workflow.packs.pack import Pack, shipped

MANIFEST = """
[pack]
name = "small"
version = 1
languages = ["en", "zh"]
files = ["a.toml"]
"""

GOOD = """
[[definition]]
kind = "taxonomy"
requirements = ["R-107"]
basis = ["scheme"]
[definition.body]
code = "stars"
version = 1
codes = ["one_star", "two_stars"]

[labels]
scheme = ["Scheme", "办法"]
stars = ["Stars", "星级"]

[labels.star]
one_star = ["One star", "一星"]
two_stars = ["Two stars", "二星"]

[labels.role]
keeper = ["Keeper", "保管员"]

[roles]
keeper = ["case.custody", "campaign.run"]

[traditional]
"星级" = ["星級", "星級別"]
"""


def read(text: str = "", manifest: str = MANIFEST, **more: Any) -> Pack:
    return Pack.read({"pack.toml": manifest, "a.toml": GOOD + text}, validators=party.VALIDATORS, **more)


def faults(text: str = "", manifest: str = MANIFEST, **more: Any) -> tuple[Fault, ...]:
    with pytest.raises(InvalidDefinition) as raised:
        read(text, manifest, **more)
    return raised.value.faults


# --- what is read ----------------------------------------------------------------------------


def test_a_good_pack_has_no_fault_and_says_what_it_holds() -> None:
    pack = read(duties={"case.custody", "campaign.run"})
    assert (pack.name, pack.version, pack.languages) == ("small", 1, ("en", "zh"))
    assert pack.roles == {"keeper": ("campaign.run", "case.custody")}
    (stars,) = pack.definitions
    assert (stars.kind, stars.code, stars.version) == ("taxonomy", "stars", 1)
    assert stars.body == {"code": "stars", "version": 1, "codes": ["one_star", "two_stars"]}
    assert (stars.requirements, stars.basis) == (("R-107",), ("scheme",))
    assert pack.declaring("R-107") == (stars,)
    assert pack.declaring("R-108") == ()
    assert pack.of_kind("taxonomy") == (stars,)
    assert [taxonomy.codes for taxonomy in pack.taxonomies["stars"]] == [("one_star", "two_stars")]
    assert pack.kinds["one_star"] == {"star", "stars"}


def test_what_is_handed_out_can_be_altered_without_altering_the_pack() -> None:
    pack = read()
    before = pack.digest
    pack.definition("stars").document()["codes"].append("three_stars")
    assert pack.digest == read().digest == before


def test_a_code_or_version_that_the_pack_does_not_have_is_said() -> None:
    pack = read()
    with pytest.raises(InvalidInput, match="no such definition"):
        pack.definition("moons")
    with pytest.raises(InvalidInput, match="no version 2"):
        pack.definition("stars", 2)
    assert pack.definition("stars", 1) == pack.definition("stars")


def test_the_digest_covers_labels_roles_definitions_and_the_version_of_the_pack() -> None:
    changed = {
        read().digest,
        read('[labels.more]\nmoon = ["Moon", "月"]\n'.replace("[labels.more]", "[labels.moon]")).digest,
        Pack.read(
            {"pack.toml": MANIFEST, "a.toml": GOOD.replace("Keeper", "Guard")}, validators=party.VALIDATORS
        ).digest,
        Pack.read(
            {"pack.toml": MANIFEST, "a.toml": GOOD.replace("星級別", "星級的")}, validators=party.VALIDATORS
        ).digest,
        Pack.read(
            {"pack.toml": MANIFEST, "a.toml": GOOD.replace("campaign.run", "campaign.start")},
            validators=party.VALIDATORS,
        ).digest,
        Pack.read(
            {"pack.toml": MANIFEST, "a.toml": GOOD.replace('"two_stars"]', '"two_stars", "keeper"]')},
            validators=party.VALIDATORS,
        ).digest,
        Pack.read(
            {"pack.toml": MANIFEST, "a.toml": GOOD.replace("R-107", "R-108")}, validators=party.VALIDATORS
        ).digest,
        read(manifest=MANIFEST.replace("version = 1", "version = 2")).digest,
    }
    assert len(changed) == 8


_TAXONOMY = '[[definition]]\nkind = "taxonomy"\n[definition.body]\n'
_BLOCKS = {
    "labels": [line for line in shipped("party")["labels.toml"].splitlines() if " = [" in line],
    "roles": ['clerk = ["case.open", "campaign.run"]', 'teller = ["rating.tell"]'],
    "definitions": [
        _TAXONOMY + 'code = "style"\nversion = 1\ncodes = ["study"]',
        _TAXONOMY + 'code = "style"\nversion = 2\ncodes = ["study", "talk"]',
        _TAXONOMY + 'codes = ["test"]\ncode = "service"\nversion = 1',
    ],
}


def _files(order: Mapping[str, list[str]], split: int) -> dict[str, str]:
    labels = order["labels"]
    first = "[labels]\n" + "\n\n".join(labels[:split])
    second = (
        "# further on\n[labels]\n" + "\n".join(labels[split:]) + "\n\n[roles]\n" + "\n".join(order["roles"])
    )
    manifest = '[pack]\nname = "p"\nversion = 1\nfiles = ["a.toml", "b.toml"]\n'
    return {
        "pack.toml": manifest,
        "b.toml": second,
        "a.toml": "\n".join(order["definitions"]) + "\n\n" + first,
    }


@settings(max_examples=25, deadline=None)
@given(
    st.fixed_dictionaries({name: st.permutations(block) for name, block in _BLOCKS.items()}),
    st.integers(0, len(_BLOCKS["labels"])),
)
def test_order_layout_and_division_into_files_change_nothing(order: dict[str, list[str]], split: int) -> None:
    plain = Pack.read(_files(_BLOCKS, 0), validators=party.VALIDATORS)
    other = Pack.read(_files(order, split), validators=party.VALIDATORS)
    assert other == plain
    assert other.digest == plain.digest


# --- what is refused -------------------------------------------------------------------------


def definition(body: str, kind: str = "taxonomy", more: str = "") -> str:
    return f'[[definition]]\nkind = "{kind}"\n{more}\n[definition.body]\n{body}\n'


STARS_2 = 'code = "stars"\nversion = 2\n'

CYCLE = definition(
    'code = "stars"\nversion = 1\n[[definition.body.phases]]\ncode = "scheme"\n'
    'tasks = [{ code = "one_star", after = ["two_stars"], counts = ["scheme"] }, '
    '{ code = "two_stars", after = ["one_star"], counts = ["scheme"] }]',
    "campaign",
).replace('code = "stars"', 'code = "scheme"')

UNREACHABLE = definition(
    'code = "keeper"\nversion = 1\ninitial = "stars"\nstates = [{ code = "stars" }, '
    '{ code = "one_star", final = true }, { code = "two_stars" }]\n'
    'moves = [{ code = "scheme", sources = ["stars", "two_stars"], dest = "one_star" }]',
    "lifecycle",
)

RULE = """code = "keeper"
version = 1
issuer = "office"
number = "1"
issued_on = 2020-01-01
effective_from = 2020-01-01
[[definition.body.clauses]]
code = "scheme"
basis = "scheme"
[[definition.body.clauses]]
code = "stars"
basis = "scheme"
parameters = [
  { code = "two_stars", value = "90", since = 2020-01-01, basis = "scheme" },
  { code = "one_star", value = "%s", since = 2020-01-01, basis = "scheme" },
]
"""
BANDS = RULE.replace('code = "stars"', 'code = "bands"') + "\n"
BANDS_LABEL = '[labels.clause]\nbands = ["Bands", "等次界限"]\n'

SINGLE: dict[str, tuple[str, str, str]] = {
    "syntax": ("this is no toml", "a.toml", "at line 27"),
    "a table that nobody reads": ("[measures]\nx = 1\n", "a.toml: [measures]", "No such table"),
    "an entry that nobody reads": (
        definition(STARS_2 + 'codes = ["one_star", "two_stars"]', more="colour = 1"),
        "a.toml: [[definition]] 2 (stars) 'colour'",
        "No such entry",
    ),
    "an unknown kind": (definition(STARS_2, "horoscope"), "(stars) kind", "There is no kind horoscope"),
    "no body": ('[[definition]]\nkind = "taxonomy"\n', "[[definition]] 2 body", "It is missing"),
    "an unknown requirement": (
        definition(
            STARS_2 + 'codes = ["one_star", "two_stars"]', more='requirements = ["R-214", "R-0", "R-213"]'
        ),
        "(stars) requirements",
        "There is no requirement 'R-214'",
    ),
    "a float": (definition(STARS_2 + "codes = [0.5]"), "(stars) body.codes[0]", "A float is not exact"),
    "words in a body": (definition(STARS_2 + 'codes = ["一星"]'), "body.codes[0]", "Words for people"),
    "a code that is not ASCII": (
        definition('code = "星"\nversion = 1\ncodes = ["one_star"]'),
        "[[definition]] 2 body.code",
        "A definition needs a code",
    ),
    "a time of TOML": (
        definition(STARS_2 + "codes = [2020-01-01T08:00:00]"),
        "body.codes[0]",
        "several forms",
    ),
    "a version that does not count": (
        definition('code = "stars"\nversion = 0\ncodes = ["one_star"]'),
        "(stars) version",
        "not 1, 2, 3",
    ),
    "a version passed over": (
        definition('code = "stars"\nversion = 9\ncodes = ["one_star", "two_stars"]'),
        "(stars)",
        "of stars is missing",
    ),
    "one version twice": (
        definition('code = "stars"\nversion = 1\ncodes = ["one_star"]'),
        "[[definition]] 1 (stars) and a.toml: [[definition]] 2 (stars)",
        "Version 1 of stars stands twice",
    ),
    "one code of two kinds": (UNREACHABLE.replace('"keeper"', '"stars"').replace(
        '{ code = "two_stars" }]', '{ code = "two_stars", final = true }]').replace(
        '"stars", "two_stars"]', '"stars"]').replace('final = true }, { code = "two_stars", final = true }]',
        "final = true }]"),
        "(stars)", "of the kinds lifecycle, taxonomy"),
    "a code dropped from a taxonomy": (
        definition(STARS_2 + 'codes = ["one_star"]'),
        "[[definition]] 2 (stars)",
        "two_stars, which an earlier version has, is gone",
    ),
    "a basis without a label": (
        definition(STARS_2 + 'codes = ["one_star", "two_stars"]', more='basis = ["hearsay"]'),
        "(stars) basis",
        "hearsay has no label",
    ),
    "a cited code without a label": (
        definition(STARS_2 + 'codes = ["one_star", "two_stars", "three_stars"]'),
        "(stars) body.codes",
        "three_stars has no label",
    ),
    "what a validator refuses": (
        definition(STARS_2 + 'codes = ["one_star", "two_stars"]\nretired = ["keeper"]'),
        "(stars) retired",
        "keeper is not among the codes",
    ),
    "tasks that wait for each other": (CYCLE, "(scheme)", "waits for the others"),
    "a state that is never reached": (UNREACHABLE, "(keeper)", "two_stars"),
    "bands with a gap": (definition(BANDS % "10", "rule") + BANDS_LABEL, "bands.one_star", "has no band"),
    "bands that overlap": (definition(BANDS % "90", "rule") + BANDS_LABEL, "bands.", "90"),
    "a label in one language": ('[labels.a]\nextra = ["Extra"]\n', "[labels.a] extra", "in English and"),
    "a label that is empty": ('[labels.extra]\nextra = ["Extra", ""]\n', "[labels.extra] extra", "empty"),
    "a label that is no text": ('[labels.extra]\nextra = 3\n', "[labels.extra] extra", "not a list of texts"),
    "a label of no code": ('[labels.extra]\n"额外" = ["Extra", "额外"]\n', "[labels.extra]", "not a code"),
    "two labels for one code": (
        '[labels.moon]\nkeeper = ["Guard", "保管员"]\n',
        "a.toml: [labels.role] keeper and a.toml: [labels.moon] keeper",
        "keeper has two labels",
    ),
    "one label for two codes of a kind": (
        '[labels.moon]\nfull = ["Moon", "满月"]\nnew = ["moon", "新月"]\n',
        "[labels.moon] full and a.toml: [labels.moon] new",
        "full, new are of the kind moon and share a label",
    ),
}  # fmt: skip

_MOST = [name for name in SINGLE if name not in ("syntax",)]


@pytest.mark.parametrize("name", SINGLE)
def test_a_fault_is_said_with_place_and_remedy(name: str) -> None:
    text, where, what = SINGLE[name]
    found = faults(text)
    assert [fault for fault in found if where in fault.where and what in fault.what], [str(f) for f in found]
    assert all(fault.remedy for fault in found)


def test_all_faults_are_listed_at_once_in_whichever_files_they_stand() -> None:
    files = {f"f{number:02}.toml": SINGLE[name][0] for number, name in enumerate(_MOST)}
    listed = ", ".join(f'"{name}"' for name in ["a.toml", *files])
    manifest = MANIFEST.replace('"a.toml"', listed)
    with pytest.raises(InvalidDefinition) as raised:
        Pack.read({"pack.toml": manifest, "a.toml": GOOD, **files}, validators=party.VALIDATORS)
    for name in _MOST:
        _, _, what = SINGLE[name]
        assert any(what in fault.what for fault in raised.value.faults), name


TWICE = """
[labels.more]
moon = ["Moon", "月"]
sun = ["Sun", "日"]
"moon" = [
    "Moon again",
    "月亮",
]

[[definition]]
kind = "taxonomy"
basis = ["scheme"]
[definition.body]
code = "moons"
version = 1
codes = ["moon", "moon"]
version = 2
"""


def test_a_code_with_two_labels_in_one_table_is_named_with_its_lines_and_hides_nothing_else() -> None:
    moon = GOOD.count("\n") + 3
    found = {fault.where: fault for fault in faults(TWICE)}
    twice = found[f"a.toml: [labels.more] moon (line {moon + 2})"]
    assert (twice.what, twice.remedy) == (
        f"moon has a label in line {moon} already.",
        "One code has one label: strike one of the lines out.",
    )
    version = found[f"a.toml: [definition.body] version (line {moon + 14})"]
    assert version.what == f"The key stands in line {moon + 12} already."
    assert found["a.toml: [[definition]] 2 (moons) codes"].what == "moon stands twice."
    assert not any("no TOML" in fault.what for fault in found.values())


def test_other_faults_of_syntax_are_said_as_before_beside_a_label_that_stands_twice() -> None:
    (label, _, syntax) = faults(TWICE + "[roles\n")
    assert "moon has a label" in label.what
    assert (syntax.where, "no TOML" in syntax.what) == ("a.toml", True)


def taxonomy(version: int, codes: str, more: str = "") -> str:
    body = f'code = "stars"\nversion = {version}\ncodes = [{codes}]\n{more}'
    return f'[[definition]]\nkind = "taxonomy"\nbasis = ["scheme"]\n[definition.body]\n{body}\n'


def test_a_gap_in_versions_and_a_code_that_is_gone_are_said_beside_all_other_faults() -> None:
    text = taxonomy(3, '"one_star", "one_star"', 'retired = ["moon"]\nsize = 0.5')
    told = " ".join(fault.what for fault in faults(text, duties=set()))
    for what in (
        "Version 2 of stars is missing",
        "two_stars, which an earlier version has, is gone",
        "one_star stands twice",
        "moon is not among the codes",
        "A float is not exact",
        "Nothing asks for the duty case.custody",
    ):
        assert what in told, told


def test_what_has_no_exact_form_is_said_once_and_the_body_is_judged_on() -> None:
    text = taxonomy(2, '"one_star", "two_stars", 0.5', 'retired = ["no_star"]')
    found = [(fault.where.split(") ")[1], fault.what) for fault in faults(text)]
    assert ("body.codes[2]", "A float is not exact.") in found
    assert ("retired", "no_star is not among the codes.") not in found  # what stands at codes cannot be read
    assert len([where for where, _ in found if "codes" in where]) == 1


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("labels = 5", 'Write [labels] on a line of its own, and below it code = ["English", "简体"].'),
        ("roles = []", 'Write [roles] on a line of its own, and below it role = ["category.verb"].'),
        ("traditional = 1", 'Write [traditional], and below it "简体" = ["簡體"].'),
    ],
)
def test_of_what_is_no_table_it_is_said_what_form_is_needed(text: str, form: str) -> None:
    with pytest.raises(InvalidDefinition) as raised:
        Pack.read({"pack.toml": MANIFEST, "a.toml": text}, validators=party.VALIDATORS)
    (fault,) = raised.value.faults
    assert (fault.what, fault.remedy) == ("This is no table.", form)


def test_where_a_file_cannot_be_read_labels_that_it_may_hold_are_not_missed() -> None:
    manifest = MANIFEST.replace('"a.toml"', '"a.toml", "b.toml"')
    files = {"pack.toml": manifest, "a.toml": GOOD.replace("[labels.star]", "[labels.star"), "b.toml": ""}
    with pytest.raises(InvalidDefinition) as raised:
        Pack.read(files, validators=party.VALIDATORS)
    (only,) = raised.value.faults
    assert only.where == "a.toml"
    assert "line 15" in only.what


@pytest.mark.parametrize(
    ("duties", "what"),
    [
        ({"case.custody"}, "Nothing asks for the duty campaign.run"),
        (set(), "Nothing asks for the duty case.custody"),
    ],
)
def test_a_role_carries_no_duty_that_nothing_asks_for(duties: set[str], what: str) -> None:
    assert any(what in fault.what and "[roles] keeper" in fault.where for fault in faults(duties=duties))


STEP = """
[[definition]]
kind = "procedure"
[definition.body]
code = "scheme"
version = 1
opening = "stars"
lifecycle = { initial = "keeper", final = "one_star", moves = { stars = "keeper -> one_star" } }
steps = [{ code = "stars", duty = "star.award" }]
"""


def test_a_duty_that_a_step_asks_for_is_carried_by_some_role_and_roles_may_carry_it() -> None:
    # The states have labels too, though they were written in the notation for people.
    bare = faults(STEP.replace("keeper", "asleep"))
    assert [fault.what for fault in bare if "label" in fault.what] == ["asleep has no label."]
    (only,) = faults(STEP, duties={"case.custody", "campaign.run"})
    assert only.where == "a.toml: [[definition]] 2 (scheme)"
    assert only.what == "No role carries the duty star.award."
    carried = GOOD.replace('"campaign.run"]', '"campaign.run", "star.award"]') + STEP
    pack = Pack.read(
        {"pack.toml": MANIFEST, "a.toml": carried},
        validators=party.VALIDATORS,
        duties={"case.custody", "campaign.run"},
    )
    assert "star.award" in pack.roles["keeper"]
    # What was written in the notation for people is kept in the form in which a log stores it.
    assert pack.definition("scheme").body["lifecycle"]["moves"] == [
        {"code": "stars", "sources": ["keeper"], "dest": "one_star"}
    ]


@pytest.mark.parametrize(
    ("roles", "what"),
    [
        ('keeper = ["custody"]', "A duty is not a code"),
        ('keeper = ["case.open", "case.open"]', "The duty case.open stands twice"),
        ('keeper = "case.open"', "not a list of texts"),
        ('stranger = ["case.open"]', "stranger has no label"),
    ],
)
def test_a_role_is_a_labelled_list_of_duties(roles: str, what: str) -> None:
    text = GOOD.replace('keeper = ["case.custody", "campaign.run"]', roles)
    with pytest.raises(InvalidDefinition) as raised:
        Pack.read({"pack.toml": MANIFEST, "a.toml": text}, validators=party.VALIDATORS)
    assert any(what in fault.what for fault in raised.value.faults)


@pytest.mark.parametrize(
    ("manifest", "what"),
    [
        ("", "The table is missing"),
        (MANIFEST.replace("small", "Klein"), "The name is not a code"),
        (MANIFEST.replace("version = 1", "version = true"), "The version is not"),
        (MANIFEST.replace('"zh"]', '"zh", "fr"]'), "No label is in fr"),
        (MANIFEST.replace('"zh"]', '"zh", "zh_hant"]'), "It has no traditional form"),
        (MANIFEST.replace('"a.toml"', '"a.toml", "b.toml"'), "b.toml is listed and not there"),
        (MANIFEST.replace('"a.toml"', ""), "a.toml is there and not listed"),
    ],
)
def test_the_manifest_says_what_the_pack_is(manifest: str, what: str) -> None:
    assert any(what in fault.what for fault in faults(manifest=manifest))


def test_a_role_stands_in_one_file() -> None:
    manifest = MANIFEST.replace('"a.toml"', '"a.toml", "b.toml"')
    files = {"pack.toml": manifest, "a.toml": GOOD, "b.toml": '[roles]\nkeeper = ["case.open"]\n'}
    with pytest.raises(InvalidDefinition, match="stands in two files"):
        Pack.read(files, validators=party.VALIDATORS)


# --- what people write -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("季度政工例會", "quarterly_meeting"),
        ("季度政工例会", "quarterly_meeting"),
        ("星級黨支部", "star_branch"),
        ("星级党支部", "star_branch"),
        ("黨群質量標準化考核", "quality_standardisation"),
        ("黨羣質量標準化考覈", "quality_standardisation"),
        ("党群质量标准化考核", "quality_standardisation"),
        ("Star Party branch", "star_branch"),
        ("  star  PARTY\tbranch ", "star_branch"),
        ("Ｓｔａｒ Ｐａｒｔｙ branch", "star_branch"),
        (" 星级　党支部\n", "star_branch"),
        ("三個壞把式", "bad_types"),
        ("star_branch", "star_branch"),
    ],
)
def test_R_209_either_script_and_english_map_to_the_same_ascii_code(text: str, code: str) -> None:
    assert party.PACK.code_of(text) == code
    assert code.isascii()


def test_R_209_every_label_of_the_pack_is_understood_in_every_form_it_has() -> None:
    for code, label in party.PACK.labels.items():
        assert label.zh_hant, code
        for form in label.forms:
            assert code in _meant(form)


def _meant(text: str) -> str:
    """The code that is meant; where several are, the sentence that lists them."""
    try:
        return party.PACK.code_of(text)
    except InvalidInput as error:
        return error.faults[0].what


def test_R_209_what_can_mean_several_codes_is_an_error_that_lists_them_and_a_kind_settles_it() -> None:
    with pytest.raises(InvalidInput, match=r"This can mean branch_secretary, secretary\.") as raised:
        party.PACK.code_of("支部書記")
    assert "Name the kind" in raised.value.faults[0].remedy
    assert party.PACK.code_of("支部書記", "role") == "secretary"


def test_R_209_what_means_nothing_is_refused_without_repeating_it() -> None:
    with pytest.raises(InvalidInput) as raised:
        party.PACK.code_of("张三的电话")
    assert "张三" not in str(raised.value)
    with pytest.raises(InvalidInput):
        party.PACK.code_of("星级党支部", "role")


def test_R_209_labels_are_there_in_english_simplified_and_traditional() -> None:
    label = party.PACK.label
    assert label("good_types") == "Five good types"
    assert label("good_types", "zh") == "五个好把式"
    assert label("good_types", "zh_hant") == "五個好把式"
    assert label("never_heard_of", "zh_hant") == "never heard of"


def test_R_209_a_label_may_bring_its_own_traditional_form() -> None:
    pack = read('[labels.week]\nrest = ["Rest", "里", "裏"]\n')
    assert pack.label("rest", "zh_hant") == "裏"
    assert pack.code_of("裏") == pack.code_of("里") == "rest"
    assert pack.code_of("星級別") == "stars"
