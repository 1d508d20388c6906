"""Rule documents: dated parameters, one digest for one rule, retroactivity printed (R-014, R-195)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from party_workflow.errors import InvalidDefinition
from party_workflow.packs.campaign_2005 import APPRAISAL_RULE, CAMPAIGN
from party_workflow.packs.case_kinds import FINDING
from party_workflow.policies.rule import Rule

DAY = date(2020, 1, 1)


def parameter(code: str, value: str, since: date) -> dict[str, Any]:
    return {"code": code, "value": value, "since": since.isoformat(), "basis": "art-1"}


def body(*parameters: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {
        "code": "star-rating",
        "version": 1,
        "issuer": "organisation-department",
        "number": "2020-12",
        "issued_on": "2020-02-15",
        "effective_from": "2020-01-01",
        "clauses": [{"code": "excellent", "basis": "art-1", "parameters": list(parameters)}],
    } | other


offsets = st.lists(st.integers(0, 400), min_size=1, max_size=6, unique=True)


@given(offsets, st.integers(-10, 410), st.randoms())
def test_the_value_in_force_is_the_latest_that_had_begun_whatever_the_order_written(
    begins: list[int], asked: int, chance: Any
) -> None:
    parameters = [parameter("share", f"{begin + 1}/1000", DAY + timedelta(days=begin)) for begin in begins]
    parameters = [
        p if Fraction(p["value"]).denominator == 1000 else p | {"value": str(Fraction(p["value"]))}
        for p in parameters
    ]
    chance.shuffle(parameters)
    rule = Rule.read(body(*parameters))
    begun = [begin for begin in begins if begin <= asked]
    if begun:
        assert rule.value("excellent", "share", DAY + timedelta(days=asked)) == Fraction(max(begun) + 1, 1000)
    else:
        with pytest.raises(InvalidDefinition, match="No value is in force"):
            rule.value("excellent", "share", DAY + timedelta(days=asked))


@given(offsets)
def test_a_rule_is_read_back_from_its_body_as_the_same_rule_with_the_same_digest(begins: list[int]) -> None:
    rule = Rule.read(body(*(parameter("share", "1/3", DAY + timedelta(days=begin)) for begin in begins)))
    again = Rule.read(rule.body)
    assert again == rule
    assert again.digest == rule.digest


def test_R_195_a_rule_names_issuer_number_interval_and_every_clause_its_basis() -> None:
    rule = Rule.read(body(parameter("share", "1/3", DAY), effective_until="2020-12-31"))
    assert (rule.issuer, rule.number, rule.issued_on) == (
        "organisation-department",
        "2020-12",
        date(2020, 2, 15),
    )
    assert (rule.effective_from, rule.effective_until) == (date(2020, 1, 1), date(2020, 12, 31))
    assert rule.clause("excellent").basis == "art-1"


@pytest.mark.parametrize("changed", [{"version": 2}, {"number": "2020-13"}, {"issued_on": date(2020, 2, 16)}])
def test_R_195_an_altered_rule_has_another_digest(changed: dict[str, Any]) -> None:
    rule = Rule.read(body(parameter("share", "1/3", DAY)))
    assert rule.digest
    assert rule.model_copy(update=changed).digest != rule.digest


def test_the_digest_of_a_rule_is_what_it_was() -> None:
    rule = Rule.read(body(parameter("share", "1/3", DAY), effective_until="2020-12-31"))
    assert rule.digest == "8a722142c9800a17f76d97692a9afafc244d28fdbb2246b537752d88296fc3a1"


@pytest.mark.parametrize(
    ("period", "retroactive"),
    [
        (date(2020, 1, 1), True),
        (date(2020, 2, 14), True),
        (date(2020, 2, 15), False),
        (date(2020, 4, 1), False),
    ],
)
def test_R_014_a_rule_issued_after_a_period_began_says_so(period: date, retroactive: bool) -> None:
    assert Rule.read(body()).retroactive(period) is retroactive


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            body(parameter("share", "1/3", DAY), parameter("share", "1/4", DAY)),
            "Two values begin on 2020-01-01",
        ),
        (body(clauses=[{"code": "a", "basis": "b"}, {"code": "a", "basis": "b"}]), "stands twice"),
        (body(effective_until="2019-12-31"), "ends before it begins"),
        (body(parameter("share", "0.30", DAY)), "not a decimal in canonical form"),
        (body(parameter("share", "2/6", DAY)), "not a fraction in canonical form"),
        (body(title="评星办法"), "not permitted"),
        (body(issuer="组织部"), "pattern"),
        (body(version=-1), "greater than or equal to 0"),
        (body(version=True), "integer"),
    ],
)
def test_a_faulty_rule_is_refused_in_words_and_without_its_texts(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidDefinition, match=said) as refused:
        Rule.read(wrong)
    assert "组织部" not in str(refused.value)
    assert "评星办法" not in str(refused.value)


def test_what_a_rule_does_not_have_is_said_with_what_it_has() -> None:
    rule = Rule.read(body())
    with pytest.raises(InvalidDefinition, match="no clause gates") as refused:
        rule.clause("gates")
    assert "excellent" in str(refused.value)


def test_a_rule_is_frozen() -> None:
    rule = Rule.read(body())
    with pytest.raises(ValidationError, match="frozen"):
        rule.version = 2  # type: ignore[misc]


# --- copies ----------------------------------------------------------------------------------


def test_a_copy_with_changes_has_its_own_digest_and_one_without_has_the_same() -> None:
    assert APPRAISAL_RULE.digest == APPRAISAL_RULE.model_copy().digest
    changed = APPRAISAL_RULE.model_copy(update={"version": 2})
    assert changed.body["version"] == 2
    assert changed.digest != APPRAISAL_RULE.digest


def test_a_copy_with_changes_is_checked_like_any_other_rule() -> None:
    before = APPRAISAL_RULE.effective_from - timedelta(days=1)
    with pytest.raises(InvalidDefinition, match="ends before it begins"):
        APPRAISAL_RULE.model_copy(update={"effective_until": before})
    twice = (*APPRAISAL_RULE.clauses, APPRAISAL_RULE.clause("scale"))
    with pytest.raises(InvalidDefinition, match="stands twice"):
        APPRAISAL_RULE.model_copy(update={"clauses": twice})


def test_an_alternative_with_other_values_is_another_rule_and_leaves_the_one_in_force_alone() -> None:
    before = APPRAISAL_RULE.digest
    half = {("weights", "peer"): Fraction(1, 2), ("weights", "mass"): Fraction(1, 2), ("weights", "self"): 0}
    alternative = APPRAISAL_RULE.with_values(half, version=2)
    on = APPRAISAL_RULE.effective_from
    assert [alternative.value("weights", code, on) for code in ("self", "peer", "mass")] == [
        0,
        Fraction(1, 2),
        Fraction(1, 2),
    ]
    assert alternative.value("scale", "excellent", on) == APPRAISAL_RULE.value("scale", "excellent", on)
    assert APPRAISAL_RULE.digest == before != alternative.digest
    with pytest.raises(InvalidDefinition, match=r"no weights\.peers"):
        APPRAISAL_RULE.with_values({("weights", "peers"): 1}, version=2)


def test_an_altered_campaign_or_kind_of_case_has_a_digest_of_its_own() -> None:
    for definition in (CAMPAIGN, FINDING):
        digest = definition.digest
        assert (
            definition.model_copy(update={"version": definition.version + 1}).digest
            != digest
            == definition.digest
        )


# --- rule documents as first-class objects -------------------------------------------------------

APPROVALS = [
    {"body": "drafting-group", "step": "drafted", "on": "2020-01-20"},
    {"body": "standing-committee", "step": "approved", "on": "2020-02-14"},
]


def test_R_195_a_rule_carries_its_approval_path_and_the_hash_of_its_text() -> None:
    rule = Rule.read(body(approvals=APPROVALS, text="a" * 64))
    assert [(item.body, item.step) for item in rule.approvals or ()] == [
        ("drafting-group", "drafted"),
        ("standing-committee", "approved"),
    ]
    assert rule.text == "a" * 64
    assert Rule.read(rule.body) == rule
    assert rule.cite("excellent").text == "a" * 64


def test_R_195_the_digest_of_a_rule_that_says_neither_is_what_it_was() -> None:
    plain = Rule.read(body())
    assert "approvals" not in plain.body
    assert "text" not in plain.body
    assert plain.digest != Rule.read(body(text="a" * 64)).digest
    assert APPRAISAL_RULE.digest == Rule.read(APPRAISAL_RULE.body).digest


def test_R_195_both_ends_of_the_effective_interval_belong_to_it() -> None:
    rule = Rule.read(body(effective_until="2020-12-31"))
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1)]
    assert [rule.in_force(day) for day in days] == [False, True, True, False]
    assert Rule.read(body()).in_force(date(2099, 1, 1))


def test_R_195_an_approval_path_out_of_order_or_after_the_day_of_issue_is_refused_with_both_faults() -> None:
    late = {"body": "congress", "step": "ratified", "on": "2020-03-01"}
    with pytest.raises(InvalidDefinition) as found:
        Rule.read(body(approvals=[late, *APPROVALS]))
    assert len(found.value.faults) == 2


def test_R_195_a_clause_that_is_not_there_cannot_be_cited() -> None:
    with pytest.raises(InvalidDefinition, match="no clause good"):
        Rule.read(body()).cite("good")


def written(value: object) -> Rule:
    parameters = [{"code": "peer", "value": value, "since": "2020-01-01", "basis": "notice"}]
    return Rule.read(
        {
            "code": "weights",
            "version": 1,
            "issuer": "committee",
            "number": "7",
            "issued_on": "2020-01-01",
            "effective_from": "2020-01-01",
            "clauses": [{"code": "shares", "basis": "notice", "parameters": parameters}],
        }
    )


def test_a_value_is_written_as_a_fraction_or_as_a_decimal_and_kept_as_a_fraction() -> None:
    assert written("0.3") == written("3/10")
    assert written("0.3").digest == written("3/10").digest
    assert written("0.3").data() == written("3/10").body
    assert written("0.3").body["clauses"][0]["parameters"][0]["value"] == "3/10"
    assert written("-2.5").body["clauses"][0]["parameters"][0]["value"] == "-5/2"
    assert written("7").body["clauses"][0]["parameters"][0]["value"] == "7"


@pytest.mark.parametrize("value", [0.3, "0.30", "6/20", ".3", "1e-1", "30%", "0.", "1.0", "0." + "1" * 60])
def test_a_value_that_is_not_exact_or_not_in_one_form_is_refused(value: object) -> None:
    with pytest.raises(InvalidDefinition) as raised:
        written(value)
    assert [fault.where for fault in raised.value.faults] == ["clauses[0].parameters[0].value"]
