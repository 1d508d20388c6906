"""The rule documents that the library ships: sound, adopted, run over examples, held by their cases.

The cases of a scheme stand in ``cases/<code>.policy.toml``; they are also tests by themselves.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest
from tests.support.demos import told
from tests.support.pack import PackWorld

from party_workflow.domain.definition import AdoptDefinition, DefinitionAdopted
from party_workflow.errors import InvalidInput
from party_workflow.history import History
from party_workflow.packs import party
from party_workflow.packs.schemes import CODES, SCHEMES, scheme, scheme_text
from party_workflow.policies.documents import RuleDocument, lint
from party_workflow.policies.documents.document import feeds_of
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.feeds.tables import REGISTRY, table
from party_workflow.policies.policy import Result, run
from party_workflow.testing.policies import Case, clause_coverage, read_cases, read_equivalents, survey
from party_workflow.testing.policies.cases import check_all
from party_workflow_adapters.demos.county_townships import build as county
from party_workflow_adapters.demos.mine_quarters import build as mine

HERE = Path(__file__).parent
EQUIVALENTS = read_equivalents((HERE / "equivalents.toml").read_text("utf-8"))
STORIES = MappingProxyType({"county": county, "mine": mine})
every_scheme = pytest.mark.parametrize("code", CODES)


@cache
def story(name: str) -> History:
    return told(STORIES[name]).history


@cache
def cases(code: str) -> tuple[Case, ...]:
    table = HERE / "cases" / f"{code}.policy.toml"
    return read_cases(
        table.read_text("utf-8"), table.name, lambda name: (table.parent / name).read_text("utf-8")
    )


def over(document: RuleDocument, name: str, year: int) -> Result:
    """What a document comes to over a story, for a year."""
    policy = document.policy(party.MODEL.registry)
    days = {"on": date(year, 12, 31), "period_start": date(year, 1, 1)}
    return run(policy, story(name), **days, retroactive=True)


def sound(document: RuleDocument) -> None:
    """Nothing stands against it, with the feeds that it reads and the words of the pack."""
    feeds = feeds_of(document, party.MODEL.registry, FEEDS)
    assert str(lint(document, feeds, vocabulary=set(party.PACK.labels))) == ""


# --- as they are shipped -------------------------------------------------------------------------


@every_scheme
def test_a_scheme_is_sound_without_a_warning(code: str) -> None:
    sound(scheme(code))


@every_scheme
def test_a_scheme_has_its_code_and_less_than_eighty_lines_that_can_be_read(code: str) -> None:
    lines = scheme_text(code).splitlines()
    assert scheme(code).code == code
    assert len(lines) < 80
    assert max(map(len, lines)) <= 120


@every_scheme
def test_a_scheme_is_the_same_after_toml_json_and_its_body(code: str) -> None:
    found = scheme(code)
    for again in (
        RuleDocument.from_toml(found.to_toml(), "again.toml"),
        RuleDocument.from_json(found.to_json(), "again.json"),
        RuleDocument.read(found.body),
        RuleDocument.from_toml(scheme_text(code), "text.toml"),
    ):
        assert (again, again.digest) == (found, found.digest)


def test_schemes_are_a_mapping_by_code_and_each_is_one_value() -> None:
    assert tuple(SCHEMES) == CODES == tuple(sorted(CODES))
    assert len({found.digest for found in SCHEMES.values()}) == len(SCHEMES) == len(CODES)
    assert all(SCHEMES[code] is scheme(code) for code in CODES)
    assert all(code in repr(SCHEMES) for code in CODES)
    assert SCHEMES.get("no-such") is None
    for asked in (scheme, scheme_text):
        with pytest.raises(InvalidInput, match="star-promotion"):
            asked("no-such")


def test_every_file_beside_the_schemes_is_one_of_them(root: Path) -> None:
    folder = root / "src/party_workflow/packs/party/documents"
    assert sorted(path.stem for path in folder.iterdir()) == list(CODES)


def test_schemes_are_adopted_in_a_log_and_read_from_it_as_they_were_shipped() -> None:
    world = PackWorld()
    for found in SCHEMES.values():
        world.do(AdoptDefinition(code=found.code, kind="rule_document", version=1, body=found.body))
    adopted = {
        each.event.code: RuleDocument.read(each.event.body)
        for each in world.workflow.history.events(DefinitionAdopted)
        if isinstance(each.event, DefinitionAdopted) and each.event.kind == "rule_document"
    }
    assert adopted == dict(SCHEMES)


@every_scheme
def test_an_empty_history_gives_a_result_with_nobody_in_it(code: str) -> None:
    policy = scheme(code).policy(party.MODEL.registry)
    found = run(
        policy,
        PackWorld(members=1).workflow.history,
        on=date(2020, 12, 31),
        period_start=date(2020, 1, 1),
        retroactive=True,
    ).conclusion
    assert found.gates == ()
    assert not any(proposal.subjects for proposal in found.proposals)


# --- over the examples ---------------------------------------------------------------------------


def test_R_003_R_012_the_mine_s_branches_in_all_patterns_of_three_quarters_and_a_void_fourth() -> None:
    found = over(scheme("star-promotion"), "mine", 2020).conclusion
    short = {None: "0", "three_star": "3", "four_star": "4", "five_star": "5"}
    stars = {each.subject: "".join(short[rung.tier] for rung in each.rungs) for each in found.streaks}
    # Q1, Q2, Q3 as awarded; Q4 is void and leaves everybody where they were; 2019-Q4 begins nothing
    assert stars == {
        "u-b1": "3455",
        "u-b2": "3400",
        "u-b3": "3033",
        "u-b4": "3000",
        "u-b5": "0344",
        "u-b6": "0300",
        "u-b7": "0033",
        "u-b8": "0000",
    }


def test_R_013_the_break_rule_and_the_void_rule_are_parameters_of_the_scheme() -> None:
    held = scheme("star-promotion").replace_clause("stars", breaks="hold_once", void="breaks")
    tiers = {each.subject: each.tier for each in over(held, "mine", 2020).conclusion.streaks}
    assert tiers["u-b1"] == "five_star"  # the void quarter breaks, and once it is held
    assert tiers["u-b2"] is None


def test_R_044_the_composite_of_the_mine_from_marks_and_votes_by_hand() -> None:
    found = over(scheme("duty-composite"), "mine", 2020).conclusion
    score = {key[0]: figure.exact() for key, figure in found.measures["score"].items()}
    # marks 94, 92, 90, … in both; 23 papers: 15, 16, 17 good in turn, as many fewer fairly good, one fair
    for place in range(8):
        good = 15 + place % 3
        vote = Fraction(95 * good + 85 * (22 - good) + 70, 23)
        assert score[f"u-b{place + 1}"] == Fraction(6, 10) * (94 - 2 * place) + Fraction(4, 10) * vote
    grades = {item.subject: item.grade for item in found.grades["grade"]}
    # u-b1 to u-b3 have 90 or more, and three tenths of eight are two
    assert [grades[f"u-b{number}"] for number in range(1, 9)] == ["good"] * 2 + ["fairly_good"] * 6
    assert {item.grade for item in found.grades["banded"][:3]} == {"good"}
    assert found.gates == ()


def test_R_090_a_township_with_as_many_branches_as_the_rule_says_and_no_four_star_is_barred() -> None:
    document = scheme("duty-composite")
    branches = document.body["source"][3]
    assert (branches["code"], branches["subject"]) == ("branches", "parent")
    found = over(document, "county", 2020).conclusion
    assert found.gates == (), "a township of the example has one or two branches"
    one = {
        "all_of": [{"source": "branches", "happened": 1}, {"none_of": [{"source": "starred", "happened": 1}]}]
    }
    strict = over(document.replace_clause("barred", when=one), "county", 2020).conclusion
    assert {gate.subject for gate in strict.gates} == {"u-t1", "u-t2", "u-t3", "u-t5"}, "the fourth has none"
    banded = {item.subject: item.grade for item in strict.grades["banded"]}
    assert (banded["u-t1"], banded["u-t4"]) == ("poor", "fairly_good")


def test_R_101_the_last_of_the_county_s_officers_met_the_standard_and_nobody_is_proposed() -> None:
    found = over(scheme("last-place-review"), "county", 2019).conclusion
    assert {key[0]: figure.exact() for key, figure in found.measures["months"].items()} == {
        f"p-{number}": 12 for number in range(101, 111)
    }
    averages = {key[0]: figure.displayed for key, figure in found.measures["average"].items()}
    assert (averages["p-101"], averages["p-109"]) == ("83.33", "87.33")
    (proposal,) = found.proposals
    assert (proposal.subjects, proposal.refused) == ((), ("standard-met",))


def test_R_101_under_a_standard_of_85_the_last_placed_is_proposed_for_a_talk_with_the_standard() -> None:
    strict = {"measure": "average", "at_least": 85, "unknown": "incomplete"}
    document = scheme("last-place-review").replace_clause("review", standard=strict)
    (proposal,) = over(document, "county", 2019).conclusion.proposals
    assert (proposal.kind, proposal.subjects, proposal.refused) == ("improvement_talk", ("p-101",), ())
    assert [fact.step for fact in proposal.facts if fact.name == "standard.p-101"] == ["standard-not-met"]


def test_R_088_what_three_members_earned_at_sea_in_2019_does_not_go_over_into_2020() -> None:
    found = over(scheme("member-points"), "county", 2020).conclusion
    # two studies of one point and a meeting of two
    assert {key[1:]: figure.exact() for key, figure in found.measures["earned"].items()} == {("2019",): 4}
    assert len(found.measures["earned"]) == 3
    assert {entry.figure.exact() for entry in found.ranking.entries} == {70}


def test_R_098_a_published_table_of_surveys_is_judged_as_the_events_of_a_workflow_are() -> None:
    rows = [
        {"unit": "u-1", "satisfied": 98, "answered": 100},
        {"unit": "u-2", "satisfied": 97, "answered": 100},
        {"unit": "u-3", "satisfied": 20, "answered": 20},
    ]
    history = table(rows, series="satisfaction", subject="unit", at=date(2018, 6, 1))
    policy = scheme("satisfaction").policy(REGISTRY)
    found = run(policy, history, on=date(2018, 12, 31), period_start=date(2018, 1, 1)).conclusion
    assert {item.subject: item.grade for item in found.grades["target"]} == {"u-1": "met", "u-2": "not_met"}
    assert found.measures["rate"]["u-3",].displayed == "withheld"


# --- the cases hold every clause -----------------------------------------------------------------


@every_scheme
def test_every_change_of_a_scheme_is_noticed_or_listed_with_a_reason(code: str) -> None:
    found = cases(code)

    def check(changed: RuleDocument) -> None:
        sound(changed)
        check_all(found, changed)

    result = survey(scheme(code), check, EQUIVALENTS)
    assert result, str(result)
    assert len(result.killed) > 2 * len(scheme(code).clause)


@every_scheme
def test_the_cases_of_a_scheme_are_about_it_and_reach_every_clause(code: str) -> None:
    found = cases(code)
    assert {case.begun.policy for case in found} == {scheme(code)}
    coverage = clause_coverage(scheme(code), [case for case in found if "fails" not in case.expected])
    assert coverage.unreached == ()


def test_equivalents_are_of_schemes() -> None:
    assert {each.document for each in EQUIVALENTS} <= set(CODES)
