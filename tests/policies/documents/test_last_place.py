"""Proposals about the last-placed and every guard against them (R-101)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.ranked import clause, concluded, document, faults, places, rank, result, score

from party_workflow.errors import InvalidDefinition
from party_workflow.packs.party import MODEL
from party_workflow.policies.conclusion import AdverseProposal, Conclusion
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.documents.clauses.last_place import DISMISSALS, GUARDS
from party_workflow.policies.figure import Figure

STANDARD: dict[str, Any] = {"measure": "score", "at_least": 60, "unknown": "incomplete"}


def last(**said: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "ranking": "places",
        "proposal": "interview",
        "minimum": 4,
        "standard": STANDARD,
        "standard_met": "refuse",
    }
    return clause("last_place", "bottom", **(whole | said))


def rules(ranked: dict[str, Any] | None = None, **said: Any) -> RuleDocument:
    parts = [score(), score("second", column="second"), score("standard", column="standard")]
    return document([*parts, rank(**(ranked or {})), last(**said)], groups=("side",))


def cadres(*scores: Any, **said: Any) -> list[dict[str, Any]]:
    return [
        {"subject": f"p-{index}", "score": value, "second": index, "standard": 0, "side": "a", **said}
        for index, value in enumerate(scores, start=1)
    ]


def proposal(found: Conclusion) -> AdverseProposal:
    (one,) = found.proposals
    return one


def test_R_101_the_proposal_names_the_last_placed_with_the_standard_and_that_it_was_not_met() -> None:
    found = proposal(result(rules(), members=cadres(90, 80, 70, 50)).conclusion)
    assert (found.kind, found.subjects, found.refused) == ("interview", ("p-4",), ())
    (standard,) = [fact for fact in found.facts if fact.name == "standard.p-4"]
    assert (standard.displayed, standard.step) == ("0", "standard-not-met")
    assert [(item.name, item.displayed) for item in standard.inputs if isinstance(item, Figure)] == [
        ("score", "50"),
        ("score.at_least", "60"),
    ]
    assert standard.evidence(), "it ends in events"


def test_R_101_the_tie_group_is_shown_also_where_a_rule_separated_it() -> None:
    chain = [{"by": "measure", "measure": "second", "on": "exact", "direction": "highest"}, {"by": "shared"}]
    found = proposal(result(rules({"ties": chain}), members=cadres(90, 80, 50, 50)).conclusion)
    assert (found.subjects, found.refused) == (("p-3",), ())
    assert sorted(fact.name for fact in found.facts if fact.step == "level") == ["level.p-3", "level.p-4"]


REFUSED: list[tuple[str, RuleDocument, list[dict[str, Any]]]] = [
    ("group-below-minimum", rules(), cadres(90, 80, 50)),
    ("incomplete-data", rules(), cadres(90, 80, 70, 50, "missing")),
    ("unresolved-ties", rules(), cadres(90, 80, 50, 50)),
    ("unresolved-ties", rules({"ties": [{"by": "human"}]}), cadres(90, 80, 50, 50)),
    ("unresolved-ties", rules({"ties": [{"by": "lot", "seed": "spring"}]}), cadres(90, 80, 50, 50)),
    (
        "standard-unknown",
        rules(standard=STANDARD | {"measure": "standard"}),
        cadres(90, 80, 70, 50, standard="missing"),
    ),
    ("standard-met", rules(), cadres(90, 80, 70, 60)),
]


@pytest.mark.parametrize(("guard", "found", "rows"), REFUSED, ids=range(len(REFUSED)))
def test_R_101_each_guard_refuses_and_says_so(
    guard: str, found: RuleDocument, rows: list[dict[str, Any]]
) -> None:
    refused = proposal(result(found, members=rows).conclusion)
    assert refused.refused == (guard,)
    assert refused.subjects == (), "nobody is named where nothing is proposed"


def test_R_101_every_guard_is_provoked_and_all_that_hold_are_said_at_once() -> None:
    assert {guard for guard, *_ in REFUSED} == set(GUARDS)
    rows = cadres(90, "missing", 70, 70)
    found = proposal(concluded(rules(minimum=9), members=rows))
    assert found.refused == ("group-below-minimum", "incomplete-data", "unresolved-ties", "standard-met")


@pytest.mark.parametrize("absent", ["excused", "not_applicable"])
def test_R_101_who_is_excused_leaves_the_data_complete(absent: str) -> None:
    found = proposal(concluded(rules(), members=cadres(90, 80, 70, 50, absent)))
    assert (found.subjects, found.refused) == (("p-4",), ())


def test_R_101_being_last_although_the_standard_is_met_takes_a_recorded_legal_basis() -> None:
    with pytest.raises(InvalidDefinition, match="legal_basis"):
        rules(standard_met="propose")
    with pytest.raises(InvalidDefinition, match="legal_basis"):
        rules(legal_basis="law.article-1")
    lawful = rules(standard_met="propose", legal_basis="law.article-1")
    found = proposal(result(lawful, members=cadres(90, 80, 70, 65)).conclusion)
    assert found.subjects == ("p-4",)
    (standard,) = [fact for fact in found.facts if fact.name == "standard.p-4"]
    assert (standard.step, standard.basis) == ("standard-met", "law.article-1"), "that it was met is said"


@pytest.mark.parametrize("kind", sorted(DISMISSALS))
def test_R_101_no_document_proposes_to_dismiss_anybody(kind: str) -> None:
    with pytest.raises(InvalidDefinition, match=r"(?i)does not propose"):
        rules(proposal=kind)
    with pytest.raises(InvalidDefinition, match=r"(?i)does not propose"):
        rules(proposal=f"{kind}.from_post")
    assert proposal(concluded(rules(proposal="rectification"), members=cadres(9, 8, 7, 5))).subjects


def test_R_101_no_event_type_lets_a_policy_act_a_result_holds_no_command_and_no_event_has_one() -> None:
    found = result(rules(), members=cadres(90, 80, 70, 50))
    assert found.data()["conclusion"]["proposals"][0]["subjects"] == ["p-4"]
    ending = ("organisation.person_left", "organisation.post_ended", "population.left")
    for name in ending:
        required = MODEL.registry.events[name].requires
        assert required.duty, "a person who holds the duty records it"
        assert not required.anyone
    words = ("dismiss", "eliminat", "expel", "expul", "demot")
    assert [name for name in MODEL.registry.events if any(word in name for word in words)] == []
    for kind in MODEL.registry.events.values():
        assert not {"proposal", "ranking", "last_place"} & set(kind.model_fields), (
            "no event takes it as its word"
        )


def test_each_comparison_group_has_a_proposal_of_its_own() -> None:
    rows = [
        *cadres(90, 80, 70, 50),
        *[row | {"subject": f"q-{row['subject'][2:]}", "side": "b"} for row in cadres(99, 98, 61)],
    ]
    found = concluded(rules({"group": ["side"]}), members=rows)
    assert [(item.group, item.subjects, item.refused) for item in found.proposals] == [
        ("a", ("p-4",), ()),
        ("b", (), ("group-below-minimum", "standard-met")),
    ]


def test_nobody_ranked_is_too_few() -> None:
    assert proposal(concluded(rules(), members=cadres("excused"))).refused == ("group-below-minimum",)


@given(
    st.lists(st.one_of(st.integers(50, 70), st.sampled_from(["missing", "excused"])), max_size=9),
    st.integers(2, 6),
)
def test_R_101_a_proposal_is_made_only_where_no_guard_is_against_it(scores: list[Any], minimum: int) -> None:
    found = concluded(rules(minimum=minimum), members=cadres(*scores))
    if not found.rankings:
        assert found.proposals == ()
        return
    one = proposal(found)
    numbers = sorted(value for value in scores if isinstance(value, int))
    lawful = (
        len(numbers) >= minimum
        and "missing" not in scores
        and numbers[0] < 60
        and (len(numbers) < 2 or numbers[0] < numbers[1])
    )
    assert bool(one.subjects) == lawful == (not one.refused)
    if lawful:
        (subject,) = one.subjects
        assert places(found)[subject] == len(numbers)


def test_the_linter_finds_a_ranking_that_there_is_not_and_a_population_below_the_minimum() -> None:
    assert any("No earlier clause ranks" in fault for fault in faults(rules(ranking="nowhere")))
    assert any("below the minimum" in fault for fault in faults(rules(minimum=9), 8))
    assert not any("below the minimum" in fault for fault in faults(rules(minimum=9), 9))
    assert faults(document([score(), rank(), last()]), 9) == []
