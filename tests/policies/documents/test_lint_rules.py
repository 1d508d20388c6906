"""Every rule of the linter: a document that breaks it, and its counterpart of which nothing is said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from party_workflow.errors import InvalidDefinition
from party_workflow.packs.party import MODEL
from party_workflow.policies.documents import Lint, RuleDocument, lint
from party_workflow.policies.documents.checking import check_text
from party_workflow.policies.documents.described import describe
from party_workflow.policies.documents.lint_rules import BY_CODE, LINT_RULES
from party_workflow.policies.documents.source import Source
from party_workflow.policies.feeds.tables import table, tables

Clause = dict[str, Any]
SHARED = [{"by": "shared"}]
YEAR = "2024-01-01"


def source(code: str, *columns: str, **said: Any) -> dict[str, Any]:
    head = {"code": code, "feed": "observations", "subject": "subject", "within": "all"}
    return {**head, "columns": list(columns), "where": {"series": code}, **said}


def clause(family: str, code: str, **said: Any) -> Clause:
    return {"type": family, "code": code, "basis": "article.1", "since": YEAR, **said}


def value(code: str = "score", column: str = "score", **said: Any) -> Clause:
    whole = {
        "source": "members",
        "column": column,
        "several": "refuse",
        "empty": "missing",
        "rounding": "none",
    }
    return clause("value", code, **{**whole, **said})


def count(code: str = "marked", **said: Any) -> Clause:
    return clause("count", code, **{"source": "marks", "empty": "zero", **said})


def rank(measure: str = "score", code: str = "places", **said: Any) -> Clause:
    whole = {"measure": measure, "on": "exact", "direction": "highest", "ties": SHARED}
    return clause("rank", code, **{**whole, **said})


def total(*weights: Any, code: str = "whole", **said: Any) -> Clause:
    parts = [{"measure": f"m{index}", "weight": weight} for index, weight in enumerate(weights)]
    whole = {"method": "arithmetic", "parts": parts, "absent": "incomplete", "rounding": "none"}
    return clause("total", code, **{**whole, **said})


def bands(*given: Mapping[str, Any], measure: str = "score") -> Clause:
    return clause("bands", "grades", measure=measure, on="exact", bands=list(given))


def quota(share: Any, code: str = "limited", grade: str = "good", **said: Any) -> Clause:
    whole = {"ranking": "places", "grades": "grades", "of": "population", "mode": "down", "edge": "none"}
    return clause("quota", code, **{**whole, "grade": grade, "share": share, "instead": "fair", **said})


def gate(code: str, when: Mapping[str, Any], effect: str = "caps", grade: str = "fair") -> Clause:
    return clause(
        "gate", code, when=dict(when), effect=effect, grades="grades", grade=grade, ranked="as_scored"
    )


def limit(measure: str = "score", **said: Any) -> dict[str, Any]:
    return {"measure": measure, "unknown": "fails", **said}


def dated(*days: str, first: Any = 1) -> list[dict[str, Any]]:
    return [{"value": first, "since": day, "basis": f"article.{number}"} for number, day in enumerate(days)]


GOOD = {"grade": "good", "at_least": 60}
FAIR = {"grade": "fair", "below": 60}
FROM = ("score", "kind", "at")
MEMBERS, MARKS = source("members", *FROM), source("marks", "rater", "mark", "kind")


def body(*clauses: Clause, sources: Sequence[Any] = (MEMBERS,), **said: Any) -> dict[str, Any]:
    head = {
        "code": "trial",
        "version": 1,
        "issuer": "bureau",
        "number": "2024-1",
        "issued_on": "2023-12-01",
        "effective_from": YEAR,
        "offset_minutes": 480,
        "population": {"source": "members", "groups": ["kind"]},
    }
    return deepcopy({**head, "source": list(sources), "clause": list(clauses), **said})


def found(given: dict[str, Any], **asked: Any) -> Lint:
    """What the linter says; what cannot be read is said in the same way."""
    try:
        document = RuleDocument.read(given)
    except InvalidDefinition as error:
        return Lint(tuple(each for each in error.faults))  # type: ignore[misc]
    return lint(document, MODEL.registry, **asked)


def seen(kinds: Sequence[str] = ("a", "b"), score: Any = 5) -> Any:
    """A history of four members and two marks."""
    members = [
        {"subject": f"s-{n}", "score": score, "kind": kinds[n % len(kinds)], "at": n} for n in range(4)
    ]
    marks = [{"subject": "s-1", "rater": "r-1", "mark": 3, "kind": "a"}] * 1
    columns: Any = {"score": "number", "kind": "code", "mark": "number", "rater": "code", "at": "number"}
    at = date(2024, 3, 1)
    made = table(members, series="members", subject="subject", at=at, columns=_only(columns, members))
    return tables(made, table(marks, series="marks", subject="subject", at=at, columns=_only(columns, marks)))


def _only(columns: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: kind for name, kind in columns.items() if name in rows[0]}


RANKED = (value(), rank())
THREE = (value("m0"), value("m1"), value("m2"))
NESTED: dict[str, Any] = {
    "parts": [
        {"measure": "m0", "weight": "0.5"},
        {
            "code": "inner",
            "weight": "0.5",
            "parts": [{"measure": "m1", "weight": "0.3"}, {"measure": "m2", "weight": "0.7"}],
        },
    ]
}

UNEVEN = {"parts": [NESTED["parts"][0], {**NESTED["parts"][1], "parts": NESTED["parts"][1]["parts"][:1]}]}


def points(**said: Any) -> Clause:
    whole = {
        "source": "marks",
        "kind": "kind",
        "worth": {"a": 2, "b": 3},
        "other": "refuse",
        "dated_by": "row",
    }
    return clause("points", "score", **{**whole, "empty": "zero", "rounding": "none", **said})


def panel(**said: Any) -> Clause:
    whole: dict[str, Any] = {
        "source": "marks",
        "rater": "rater",
        "column": "mark",
        "votes": "refuse",
        "absent": "leave_out",
        "minimum_raters": 3,
        "too_few": "missing",
        "statistic": "trimmed_mean",
        "drop_high": 1,
        "drop_low": 1,
        "centring": "none",
        "empty": "missing",
        "rounding": "none",
    }
    return clause("panel", "score", **{**whole, **said})


def last_place(*conditions: dict[str, Any]) -> Clause:
    return clause(
        "last_place",
        "review",
        ranking="places",
        proposal="talk",
        minimum=5,
        standard=conditions[0],
        standard_met="refuse",
    )


def z_score() -> Clause:
    method = {"by": "z_score", "direction": "higher", "deviation": "population", "digits": 9}
    return clause("normalise", "standing", measure="score", method=method, rounding="none")


def geometric(digits: int) -> Clause:
    rounding = {"places": 4, "mode": "half_up"}
    return total(1, method="geometric", digits=digits, rounding=rounding)


def monthly() -> dict[str, Any]:
    return source("marks", "rater", "mark", "kind", period="month", within="period")


def best(n: Any) -> Clause:
    said = {"over": "period", "direction": "highest", "fewer": "count", "absent": "incomplete"}
    return clause("best", "best", measure="marked", n=n, **said, empty="zero", rounding="none")


def added(code: str, *measures: str) -> Clause:
    return clause("sum", code, measures=list(measures), absent="zero", rounding="none")


def award(when: Mapping[str, Any]) -> Clause:
    return clause("award", "medal", award="medal", when=dict(when))


def by_points(inner: int) -> Clause:
    group = {"code": "in", "weight": 40, "parts": [{"measure": "m1", "weight": inner, "full": 5}]}
    parts = [{"measure": "m0", "weight": 60, "full": 5}, group]
    return total(method="points", points=100, parts=parts)


BOTH = (MEMBERS, MARKS)
GRADED = (value(), rank(), bands(GOOD, FAIR))
SOUND = body(*RANKED)
LOWER = ({"grade": "fair", "at_least": 30, "below": 60}, {"grade": "poor", "below": 30})
LADDER = (value(), rank(), bands(GOOD, *LOWER))
SECOND = quota("0.5", "second", "fair", grades="limited", instead="poor")
CAPPED = gate("low", limit(at_most=20))
CASES_RAW = source("complaints", "subject", feed="cases", where={}, columns=[])
Broken = tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]

PAIRS: Sequence[Broken] = (
    ("form", body(value(several="most"), rank()), SOUND, {}),
    ("unknown", body(value(column="scor"), rank()), SOUND, {}),
    ("unknown", body(value(), rank("scor")), SOUND, {}),
    ("unknown", body(value(source="member"), rank()), SOUND, {}),
    ("unknown", body(*RANKED, sources=[source("members", *FROM, feed="feeds")]), SOUND, {}),
    ("unknown", body(*RANKED, sources=[source("members", *FROM, where={"serie": "x"})]), SOUND, {}),
    ("unknown", body(*RANKED, population={"source": "people"}), SOUND, {}),
    ("unknown", body(*RANKED, population={"source": "members", "groups": ["kin"]}), SOUND, {}),
    (
        "later",
        body(total(1), value("m0"), rank("whole")),
        body(value("m0"), total(1), rank("whole")),
        {},
    ),
    ("cycle", body(added("one", "two"), added("two", "one"), rank("two")), SOUND, {}),
    ("cycle", body(added("one", "one"), rank("one")), body(value(), added("one", "score"), rank("one")), {}),
    ("order", body(value(), rank(), value("late")), body(value("late"), value(), rank()), {}),
    ("clause", body(value(by=["kind"]), rank()), body(value(), rank()), {}),
    ("clause", body(value(), rank(group=["score"])), body(value(), rank(group=["kind"])), {}),
    ("weights", body(*THREE, total("0.5", "0.3", "0.3")), body(*THREE, total("0.5", "0.3", "0.2")), {}),
    ("weights", body(*THREE, total("1.5", "-0.5")), body(*THREE, total("0.5", "0.5")), {}),
    ("weights", body(*THREE, total(**UNEVEN)), body(*THREE, total(**NESTED)), {}),
    ("weights", body(*THREE, by_points(39)), body(*THREE, by_points(40)), {}),
    ("bands", body(value(), bands({"grade": "good", "at_least": 70}, FAIR)), body(*GRADED), {}),
    ("bands", body(value(), bands({"grade": "good", "at_least": 50}, FAIR)), body(*GRADED), {}),
    (
        "panel_drops",
        body(panel(minimum_raters=2), rank(), sources=BOTH),
        body(panel(minimum_raters=3), rank(), sources=BOTH),
        {},
    ),
    (
        "best_of",
        body(count(by=["period"]), best(13), rank("best"), sources=(MEMBERS, monthly())),
        body(count(by=["period"]), best(12), rank("best"), sources=(MEMBERS, monthly())),
        {},
    ),
    (
        "digits",
        body(value("m0"), geometric(4), rank("whole")),
        body(value("m0"), geometric(9), rank("whole")),
        {},
    ),
    (
        "condition",
        body(value(), award(limit(at_least=5, below=3))),
        body(value(), award(limit(at_least=3, below=5))),
        {},
    ),
    (
        "condition",
        body(value(), award({"all_of": [limit(at_least=5), limit(below=3)]})),
        body(value(), award({"any_of": [limit(at_least=5), limit(below=3)]})),
        {},
    ),
    (
        "condition",
        body(award({"all_of": [{"attribute": "kind", "is_one_of": [each]} for each in "ab"]})),
        body(award({"all_of": [{"attribute": "kind", "is_one_of": ["a", each]} for each in "ab"]})),
        {},
    ),
    (
        "gates",
        body(value(), CAPPED, gate("lower", limit(at_most=10), "forces", "good"), bands(GOOD, FAIR)),
        body(value(), CAPPED, gate("high", limit(above=20), "forces", "good"), bands(GOOD, FAIR)),
        {},
    ),
    (
        "gates",
        body(value(), gate("low", limit(at_most=9), grade="good"), bands(GOOD, FAIR)),
        body(value(), CAPPED, bands(GOOD, FAIR)),
        {},
    ),
    ("quota", body(*GRADED, quota("1.2")), body(*GRADED, quota("0.2")), {}),
    ("quota", body(*GRADED, quota("0.2")), body(*GRADED, quota("0.2", mode="up")), {"population": 4}),
    ("quota", body(*GRADED, quota("0.2")), body(*GRADED, quota("0.3")), {"history": True}),
    ("quota", body(*GRADED, quota("0.2", instead="bad")), body(*GRADED, quota("0.2")), {}),
    ("quotas", body(*LADDER, quota("0.6"), SECOND), body(*LADDER, quota("0.5"), SECOND), {}),
    (
        "unreachable",
        body(
            count("score"),
            bands({"grade": "good", "at_least": 0}, {"grade": "fair", "below": 0}),
            sources=BOTH,
        ),
        body(
            count("score"),
            bands({"grade": "good", "at_least": 1}, {"grade": "fair", "below": 1}),
            sources=BOTH,
        ),
        {},
    ),
    (
        "unreachable",
        body(points(caps=[{"at_most": 50}], order="recorded"), bands(GOOD, FAIR), sources=BOTH),
        body(points(caps=[{"at_most": 60}], order="recorded"), bands(GOOD, FAIR), sources=BOTH),
        {},
    ),
    (
        "unreachable",
        body(count("score"), award(limit(below=0)), sources=BOTH),
        body(count("score"), award(limit(below=1)), sources=BOTH),
        {},
    ),
    ("ties", body(value(), rank(ties=[])), SOUND, {}),
    ("ties", body(value(), rank(ties=[*SHARED, *SHARED])), SOUND, {}),
    ("ranking", body(*RANKED, ranking="place"), body(*RANKED, ranking="places"), {}),
    (
        "ranking",
        body(value(), rank(), rank(code="again")),
        body(value(), rank(), rank(code="again"), ranking="again"),
        {},
    ),
    ("ranking", body(value(), bands(GOOD, FAIR), quota("0.5")), body(*GRADED, quota("0.5")), {}),
    (
        "dates",
        body(value(), rank(since="2025-01-01"), effective_until="2024-12-31"),
        body(*RANKED, effective_until="2024-12-31"),
        {},
    ),
    ("dates", body(value(), rank(until="2023-12-31")), body(value(), rank(until="2024-12-31")), {}),
    (
        "dates",
        body(value(), rank(), award(limit(above=dated(YEAR, "2025-01-01"))), effective_until="2024-12-31"),
        body(value(), rank(), award(limit(above=dated(YEAR, "2024-07-01"))), effective_until="2024-12-31"),
        {},
    ),
    (
        "dated_gap",
        body(value(), award(limit(above=dated("2024-02-01")))),
        body(value(), award(limit(above=dated(YEAR)))),
        {},
    ),
    (
        "dated_twice",
        body(value(), award(limit(above=dated(YEAR, YEAR)))),
        body(value(), award(limit(above=dated(YEAR, "2024-02-01")))),
        {},
    ),
    (
        "superseded",
        body(value(), award(limit(above=dated("2020-01-01", "2021-01-01")))),
        body(value(), award(limit(above=dated("2020-01-01", "2025-01-01")))),
        {},
    ),
    ("basis", body(value(basis="todo"), rank()), SOUND, {}),
    ("basis", body(value(), award(limit(above=[{"value": 1, "since": YEAR, "basis": "none"}]))), SOUND, {}),
    ("retroactive", body(*RANKED, issued_on="2024-01-02"), SOUND, {}),
    (
        "harm_complaints",
        body(
            count("complained", source="complaints"),
            rank("complained", direction="lowest"),
            sources=(MEMBERS, CASES_RAW),
        ),
        SOUND,
        {},
    ),
    (
        "harm_donations",
        body(
            value(source="gifts"),
            rank(),
            sources=(MEMBERS, source("gifts", "score", where={"series": "donations"})),
        ),
        SOUND,
        {},
    ),
    (
        "harm_last_place",
        body(value(), z_score(), rank(), last_place(limit("standing", at_least=0))),
        body(value(), z_score(), rank(), last_place(limit("score", at_least=0))),
        {},
    ),
    (
        "harm_small_groups",
        body(
            count("score", by=["round"]),
            rank("score"),
            sources=(MEMBERS, source("marks", feed="ballots", where={}, columns=[], subject="subject")),
        ),
        body(
            count("score"),
            rank("score"),
            sources=(MEMBERS, source("marks", feed="ballots", where={}, columns=[], subject="subject")),
        ),
        {},
    ),
    ("unused_source", body(*RANKED, sources=BOTH), SOUND, {}),
    ("unused_measure", body(value("idle", "at"), *RANKED), SOUND, {}),
    (
        "no_events",
        body(count("score"), rank(), sources=(MEMBERS, source("none", feed="cases", where={}, columns=[]))),
        SOUND,
        {"history": True},
    ),
    ("unfilled", body(value(), rank()), body(value(), rank()), {"history": "empty"}),
    (
        "shadowed",
        body(*RANKED, sources=[source("members", *FROM, where={"series": "member"})]),
        body(*RANKED),
        {"history": True},
    ),
    (
        "unpriced",
        body(points(worth={"b": 1}), rank(), sources=BOTH),
        body(points(), rank(), sources=BOTH),
        {"history": True},
    ),
    ("vocabulary", body(value(basis="article.9"), rank()), SOUND, {"vocabulary": {"article.1"}}),
    (
        "vocabulary",
        body(points(worth={"a": 1, "c": 1}), rank(), sources=BOTH),
        body(points(), rank(), sources=BOTH),
        {"vocabulary": {"article.1", "a", "b"}},
    ),
)
ELSEWHERE = {
    "syntax": "test_faults.py",
    "registry": "test_lint_policies.py",
    "unread_field": "test_lint_policies.py",
    "unread_parameter": "test_lint_policies.py",
    "unbased": "test_lint_policies.py",
}


def asked(settings: Mapping[str, Any], *, sound: bool) -> dict[str, Any]:
    """The arguments of the linter: a history in the place of a word for one."""
    given = dict(settings)
    match given.pop("history", None):
        case True:
            given["history"] = seen()
        case "empty":
            given["history"] = seen(score=5 if sound else "missing")
    return given


@pytest.mark.parametrize(
    ("rule", "broken", "sound", "settings"),
    PAIRS,
    ids=[f"{rule}-{number}" for number, (rule, *_) in enumerate(PAIRS)],
)
def test_a_rule_is_broken_by_one_document_and_not_by_its_counterpart(
    rule: str, broken: dict[str, Any], sound: dict[str, Any], settings: dict[str, Any]
) -> None:
    told = found(broken, **asked(settings, sound=False))
    assert rule in told.rules, str(told)
    assert all(each.what and each.remedy and each.path for each in told.errors if each.rule == rule)
    severities = {each.severity for each in (*told.errors, *told.warnings) if each.rule == rule}
    assert severities == {BY_CODE[rule].severity}
    counterpart = found(sound, **asked(settings, sound=True))
    assert rule not in counterpart.rules, str(counterpart)
    assert counterpart, str(counterpart)


def test_every_rule_occurs_in_the_tests() -> None:
    codes = [rule.code for rule in LINT_RULES]
    assert len(codes) == len(set(codes))
    assert {rule for rule, *_ in PAIRS} | set(ELSEWHERE) == set(codes)
    for code, name in ELSEWHERE.items():
        assert f'"{code}"' in (Path(__file__).parent / name).read_text("utf-8"), code


def test_all_faults_are_told_at_once_in_the_order_of_the_document() -> None:
    told = found(
        body(
            value(column="scor", basis="none"),
            rank("nobody", ties=[]),
            sources=[source("members", *FROM, within="all"), MARKS],
            issued_on="2024-05-01",
            population={"source": "members", "groups": ["kin"]},
        )
    )
    assert [(each.rule, each.where) for each in told.errors] == [
        ("unknown", "population.groups[0]"),
        ("basis", "clause `score`, basis"),
        ("unknown", "clause `score`, column"),
        ("unknown", "clause `places`, measure"),
    ]
    assert [(each.rule, each.where) for each in told.warnings] == [
        ("retroactive", "issued_on"),
        ("unused_source", "source `marks`"),
        ("unused_measure", "clause `score`"),
    ]
    assert str(told).startswith("error population.groups[0]: ")
    assert not told


def test_the_same_document_is_always_told_in_the_same_order() -> None:
    given = body(*THREE, total("0.5", "0.9"), rank("whole", ties=[]), sources=BOTH)
    assert len({str(found(given)) for _ in range(5)}) == 1


def test_a_document_with_errors_is_no_policy_and_all_of_them_are_said() -> None:
    document = RuleDocument.read(body(value(basis="none"), rank("nobody")))
    with pytest.raises(InvalidDefinition) as refused:
        document.policy(MODEL.registry)
    assert [fault.where for fault in refused.value.faults] == [
        "clause `score`, basis",
        "clause `places`, measure",
    ]


def test_a_document_with_warnings_only_is_a_policy() -> None:
    document = RuleDocument.read(body(*RANKED, sources=BOTH, issued_on="2024-05-01"))
    assert lint(document, MODEL.registry).warnings
    assert document.policy(MODEL.registry).name == "trial"


def test_a_history_says_how_many_there_are_and_an_argument_goes_before_it() -> None:
    given = body(*GRADED, quota("0.2"))
    assert "quota" in found(given, history=seen()).rules
    assert "quota" not in found(given, history=seen(), population=10).rules


def test_a_clause_out_of_form_is_named_by_line_with_the_rule_that_it_breaks() -> None:
    text = RuleDocument.read(body(*GRADED)).to_toml().replace("at_least = 60", "at_least = 70")
    told = check_text(text, "toml", MODEL.registry, name="x.toml").lint
    (fault,) = [each for each in told.errors if each.rule == "bands"]
    line = next(at for at, each in enumerate(text.split("\n"), 1) if 'code = "grades"' in each) - 2
    assert re.match(rf"x\.toml:{line}:\d+: clause `grades`", fault.where), fault.where
    assert "from 60 to 70 there is no band" in str(fault).lower()


def test_a_column_that_is_not_listed_is_said_to_belong_into_the_list() -> None:
    lacking = {"where": {"sheet": "one"}, "unless": {"sheet": "two"}, "dated": "held"}
    told = found(body(*RANKED, sources=[source("members", *FROM, **lacking)]))
    assert [(each.where, each.what) for each in told.errors] == [
        ("source `members`, dated", "The source has no column held."),
        ("source `members`, unless.sheet", "The source has no column sheet."),
        ("source `members`, where.sheet", "The source has no column sheet."),
    ]
    assert all("add it to `columns` of the source." in each.remedy for each in told.errors)
    assert found(body(*RANKED, sources=[source("members", *FROM, "sheet", "held", **lacking)]))
    joined = {"event": "organisation.person_joined", "subject": "person", "within": "until"}
    event = {"code": "members", "columns": ["person"], "where": {"unit": "u-b"}, **joined}
    told = found(body(*RANKED, sources=[event]))
    assert any(
        "add it to `columns`" in each.remedy for each in told.errors if each.where.endswith("where.unit")
    )


def test_a_feed_with_columns_of_its_own_asks_for_no_list() -> None:
    told = found(body(*RANKED, sources=[MEMBERS, {**CASES_RAW, "where": {"sheet": "one"}}]))
    (remedy,) = [each.remedy for each in told.errors if each.what == "The source has no column sheet."]
    assert "`columns`" not in remedy


def test_the_description_of_columns_says_which_have_to_be_listed() -> None:
    said = describe(Source, "columns")
    assert all(f"`{name}`" in said for name in ("subject", "dated", "where", "unless", "also"))
    assert "have to be listed" in describe(Source, "where")
