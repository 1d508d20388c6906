"""Publishing: only results, only under adopted rules; the audit computes them again (R-198, R-211)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, get_type_hints

import pytest
from tests.policies.results.scores import BEGAN, DOCUMENT, RULE, coded, in_code, scored, weights, world_of
from tests.support.world import World

from party_workflow.calendar import Period
from party_workflow.domain import definition, publication
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.publication import Publish
from party_workflow.errors import InvalidInput
from party_workflow.packs import party
from party_workflow.policies.audits.reproduce import publications
from party_workflow.policies.disclosure.publishing import publish
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.policy import Counterfactual, Result, counterfactual, run, suppose
from party_workflow.policies.results.altered import without
from party_workflow.policies.results.versions import adopted

QUARTER = Period("2009-Q1")
MONTH = Period("2009-03")
SAID: dict[str, Any] = {
    "key": "q1",
    "unit": "u-branch",
    "subject": "conduct_ranking",
    "audience": "branch",
    "media": "notice_board",
}


def town(*rules: RuleDocument) -> World:
    """A world that adopted these rules, and then has marks."""
    world = world_of(
        [(1, "duty"), (2, "study"), (2, "service")],
        definition.decider(party.VALIDATORS),
        publication.DECIDER,
    )
    for rule in rules:
        world.do(AdoptDefinition(code="scores", kind="rule_document", version=rule.version, body=rule.body))
    return world


def result_of(world: World, rule: RuleDocument = DOCUMENT, **days: Any) -> Result:
    """The result for March as the log ends now."""
    history = world.workflow.history.as_of(known=world.now)
    on, began = days.get("on", MONTH.last), days.get("period_start", MONTH.first)
    return run(rule.policy(world.model.registry), history, on=on, period_start=began, retroactive=True)


def audited(world: World) -> list[str]:
    """What the audit of publications finds."""
    return [finding.sentence for finding in publications({}).look(world.workflow.history)]


def test_R_198_a_published_result_of_an_adopted_document_is_computed_again_by_the_audit() -> None:
    world = town(DOCUMENT)
    result = result_of(world)
    command = publish(result, **SAID, period=MONTH, history=world.workflow.history)
    assert (command.position, command.known) == (result.position, result.known)
    assert (command.rule, command.digest) == (DOCUMENT.digest, result.digest)
    world.do(command)
    world.later(days=1)
    assert audited(world) == []
    world.do(command.model_copy(update={"key": "q2", "digest": "0" * 64}))
    (finding,) = audited(world)
    assert "published was 0000000000000000" in finding


def test_a_result_of_the_day_up_to_which_it_is_known_is_computed_again_too() -> None:
    world = town(DOCUMENT)
    today = DOCUMENT.day_of(world.now)
    assert today < MONTH.last
    world.do(publish(result_of(world, on=today), **SAID, period=MONTH))
    assert audited(world) == []


def test_R_211_a_counterfactual_cannot_be_published() -> None:
    world = town(DOCUMENT)
    result = result_of(world)
    less = without(world.workflow.history, events=[result.explain("p-1").events[-1]])
    policy = DOCUMENT.policy(world.model.registry)
    for other in (
        counterfactual(result, weights="others"),
        result.under(weights("1/2", "1/2")),
        suppose(policy, less.as_of(known=world.now), on=MONTH.last, period_start=MONTH.first),
    ):
        with pytest.raises(InvalidInput, match="A Counterfactual is no result"):
            publish(other, **SAID, period=MONTH)  # type: ignore[arg-type]
        assert other.digest != result.digest
    assert isinstance(publish(result, **SAID, period=MONTH), Publish)


def test_R_211_a_result_cannot_be_had_from_a_history_that_was_not() -> None:
    world = town(DOCUMENT)
    less = without(world.workflow.history, streams=["organisation"])
    with pytest.raises(InvalidInput, match="altered"):
        run(DOCUMENT.policy(world.model.registry), less, on=MONTH.last, period_start=MONTH.first)


def test_a_counterfactual_that_is_published_by_hand_is_found_by_the_audit() -> None:
    world = town(DOCUMENT)
    result = result_of(world)
    command = publish(result, **SAID, period=MONTH)
    world.do(command.model_copy(update={"digest": result.under(weights("1/2", "1/2")).digest}))
    (finding,) = audited(world)
    assert "Computed again" in finding


def test_a_result_under_a_rule_that_the_log_does_not_hold_is_not_published() -> None:
    world = town(DOCUMENT)
    history = world.workflow.history
    other = result_of(world, weights("1/2", "1/2"))
    with pytest.raises(InvalidInput, match=r"does not hold scores v2 .* The log holds: scores v1"):
        publish(other, **SAID, period=MONTH, history=history)
    assert publish(result_of(world), **SAID, period=MONTH, history=history).rule == DOCUMENT.digest
    policy, then = in_code(world), history.as_of(known=world.now)
    known = run(policy, then, on=MONTH.last, period_start=BEGAN, retroactive=True)
    with pytest.raises(InvalidInput, match="does not hold scores-in-code v1"):
        publish(known, **SAID, history=history)


def test_a_rule_adopted_after_the_position_of_a_result_does_not_carry_it() -> None:
    world = town()
    early = result_of(world)
    world.later(hours=1)
    world.do(AdoptDefinition(code="scores", kind="rule_document", version=1, body=DOCUMENT.body))
    with pytest.raises(InvalidInput, match="does not hold scores v1 by position"):
        publish(early, **SAID, period=MONTH, history=world.workflow.history)
    world.do(publish(early, **SAID, period=MONTH))
    (finding,) = audited(world)
    assert "not adopted by the position" in finding


def test_what_could_not_be_computed_again_is_refused_with_every_reason() -> None:
    world = town(DOCUMENT)
    unknown_when = scored(world)
    with pytest.raises(InvalidInput) as caught:
        publish(unknown_when, **SAID, period=QUARTER)
    assert [fault.where for fault in caught.value.faults] == ["known", "period", "on"]
    with pytest.raises(InvalidInput, match="period has to be said"):
        publish(result_of(world), **SAID)
    empty = run(
        DOCUMENT.policy(world.model.registry),
        world.workflow.history.up_to(0).as_of(known=world.now),
        on=MONTH.last,
        period_start=MONTH.first,
        retroactive=True,
    )
    with pytest.raises(InvalidInput, match="rests on no record"):
        publish(empty, **SAID, period=MONTH)


def test_a_publication_under_a_document_that_names_no_period_is_said_not_to() -> None:
    world = town(DOCUMENT)
    command = publish(result_of(world), **SAID, period=MONTH)
    world.do(Publish.model_validate(command.model_dump() | {"period": None}))
    (finding,) = audited(world)
    assert "It does not say" in finding


def test_a_policy_in_code_is_published_as_before_without_a_period() -> None:
    world = world_of([(1, "duty")])
    result = coded(world, history=world.workflow.history.as_of(known=world.now + timedelta(days=1)))
    command = publish(result, **SAID)
    assert (command.rule, command.period) == (RULE.digest, None)
    assert date(2009, 3, 2) == result.period_start


def test_R_211_last_years_log_is_run_under_another_rule_version_and_labelled_so() -> None:
    world = town(DOCUMENT)
    last_year = result_of(world)
    another = weights("1/2", "1/2", issued_on=date(2010, 1, 4), effective_from=date(2010, 1, 4))
    would_be = last_year.under(another)
    assert would_be.assumption["under"] == {
        "policy": "scores",
        "policy_version": 2,
        "rule": "scores",
        "version": 2,
        "digest": another.digest,
    }
    assert (would_be.position, would_be.on, would_be.known) == (
        last_year.position,
        last_year.on,
        last_year.known,
    )
    assert "COUNTERFACTUAL" in str(would_be)
    assert "RETROACTIVE" in str(would_be)
    assert "NOT IN FORCE" in str(would_be)
    with pytest.raises(InvalidInput, match="never published"):
        publish(would_be, **SAID, period=MONTH, history=world.workflow.history)  # type: ignore[arg-type]
    assert audited(world) == []


def test_R_211_the_type_checker_refuses_to_publish_a_counterfactual_too() -> None:
    assert get_type_hints(publish)["result"] is Result
    assert not issubclass(Counterfactual, Result)
    assert not issubclass(Result, Counterfactual)


def test_rules_that_the_log_holds_are_had_by_digest_and_one_of_another_kind_is_refused() -> None:
    world = town(DOCUMENT, weights("1/2", "1/2"))
    assert list(adopted(world.workflow.history)) == [DOCUMENT.digest, weights("1/2", "1/2").digest]
    result = result_of(world)
    second = result.under(adopted(world.workflow.history)[weights("1/2", "1/2").digest])
    assert second.conclusion == result_of(world, weights("1/2", "1/2")).conclusion
    with pytest.raises(InvalidInput, match="gives numbers to a policy in code"):
        result.under(RULE)
    in_python = result.under(in_code(world))
    assert in_python.conclusion == coded(world).conclusion
    with pytest.raises(InvalidInput, match="was not run here"):
        replace(result, held=None).under(DOCUMENT)
