"""Certificates: what holds is said claim by claim; what was altered fails in the right one (R-197, R-198)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.policies.results.scores import (
    DOCUMENT,
    MARKS,
    RULE,
    Mark,
    coded,
    in_code,
    scored,
    weights,
    world_of,
)
from tests.support.world import START, World

from party_workflow.domain.activity import ActivityHeld
from party_workflow.errors import DamagedHistory, InvalidInput
from party_workflow.history import History, Records
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.policy import Concluded, Policy, suppose
from party_workflow.policies.results.altered import without
from party_workflow.policies.results.certificates import Certificate
from party_workflow.policies.results.versions import held
from party_workflow.store import Record

SOME: list[Mark] = [(1, "duty"), (2, "study"), (2, "service")]


def policy_of(result: Concluded) -> Policy[Any]:
    """The policy with which a result was run."""
    return held(result).policy


@settings(max_examples=20, deadline=None)
@given(MARKS)
def test_a_certificate_of_what_was_run_holds_and_reads_back_as_it_was_written(marks: list[Mark]) -> None:
    world = world_of(marks)
    for result in (scored(world), coded(world), scored(world).under(weights("1/2", "1/2"))):
        certificate = result.certificate()
        assert Certificate.parse(certificate.canonical_bytes()) == certificate
        assert Certificate.read(certificate.data()).digest == certificate.digest
        policy = policy_of(result)
        verified = certificate.verify(world.workflow.history, policy)
        assert verified, str(verified)


def test_R_198_a_history_that_goes_on_leaves_the_certificate_as_it_was() -> None:
    world = world_of(SOME)
    certificate = scored(world).certificate()
    more = world_of([*SOME, (3, "duty")])
    assert certificate.verify(more.workflow.history, DOCUMENT.policy(more.model.registry))


@pytest.mark.parametrize(
    ("altered", "claims"),
    [
        ({"result": "0" * 64}, ["result"]),
        ({"retroactive": True}, ["retroactive"]),
        ({"in_force": False}, ["in_force"]),
        ({"provisional": ["inputs_missing"]}, ["provisional"]),
        ({"history.head": "0" * 64}, ["head"]),
        ({"history.log": "other"}, ["log"]),
        ({"policy.digest": "0" * 64}, ["policy"]),
        ({"policy.rule_digest": "0" * 64}, ["rule"]),
        ({"policy.rule_version": 2}, ["policy_named"]),
        ({"history.position": 12}, ["head", "result"]),
        ({"assumption": {"weights": "others"}}, ["result"]),
    ],
)
def test_each_claim_that_was_altered_is_the_one_that_fails(
    altered: dict[str, Any], claims: list[str]
) -> None:
    world = world_of(SOME)
    result = scored(world)
    data = result.certificate().data()
    for place, value in altered.items():
        *way, last = place.split(".")
        part = data[way[0]] if way else data
        part[last] = value
    forged = Certificate.read(data)
    verified = forged.verify(world.workflow.history, policy_of(result))
    assert not verified
    assert list(verified.failed) == claims
    assert all(name in str(verified) for name in claims)


def test_another_history_fails_in_its_head_and_another_policy_in_its_digest() -> None:
    world = world_of(SOME)
    result = scored(world)
    certificate, policy = result.certificate(), policy_of(result)
    tampered = world_of([(1, "study"), *SOME[1:]])
    assert set(certificate.verify(tampered.workflow.history, policy).failed) == {"head", "result"}
    less = without(world.workflow.history, events=[result.explain("p-1").events[-1]])
    assert set(certificate.verify(less, policy).failed) == {"head", "result"}
    other = weights("1/2", "1/2", version=1).policy(world.model.registry)
    assert {"policy", "rule", "result"} <= set(certificate.verify(world.workflow.history, other).failed)
    short = certificate.verify(world.workflow.history.up_to(3), policy)
    assert {"position", "head"} <= set(short.failed)


def test_a_policy_that_cannot_be_run_is_said_to_be_none_and_nothing_is_raised() -> None:
    world = world_of(SOME)
    result = scored(world)
    broken = replace(policy_of(result), ignores=frozenset())
    verified = result.certificate().verify(world.workflow.history, broken)
    assert verified.failed == ("policy",)
    assert "neither reads nor ignores" in str(verified)


def test_a_history_that_cannot_be_read_is_said_to_be_so() -> None:
    world = world_of(SOME)
    result = scored(world)

    class Damaged(Records):
        def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
            yield from super().read(after, 4)
            raise DamagedHistory(5, "The record cannot be read.")

    history = History(Damaged(tuple(world.store.read())), world.model.registry)
    verified = result.certificate().verify(history, policy_of(result))
    assert verified.failed == ("history",)
    assert "Position 5: The record cannot be read." in str(verified)


def test_a_certificate_says_what_may_still_change() -> None:
    world = world_of([(1, "duty")])
    missing = DOCUMENT.replace_clause("conduct", empty="missing")
    assert scored(world, missing).certificate().provisional == ("inputs_missing",)
    human = DOCUMENT.replace_clause("place", ties=[{"by": "human"}])
    assert scored(world_of([(1, "duty"), (2, "duty")]), human).certificate().provisional == (
        "selection_required",
    )
    assert scored(world).certificate().provisional == ()
    assert "PROVISIONAL: inputs_missing" in str(scored(world, missing).certificate())


def test_a_certificate_names_the_moments_as_of_which_the_history_was_read() -> None:
    world = world_of(SOME)
    then = START + timedelta(days=2)
    result = coded(world, RULE, world.workflow.history.as_of(known=then, effective=then))
    certificate = result.certificate()
    assert (certificate.history.known, certificate.history.effective) == (then, then)
    assert certificate.verify(world.workflow.history, in_code(world))
    assert "known by 2009-03-04T01:00:00" in str(certificate)


def test_the_certificate_of_a_counterfactual_is_labelled_and_holds_over_what_it_was_made_from() -> None:
    world = world_of(SOME)
    less = without(world.workflow.history, events=[scored(world).explain("p-1").events[-1]])
    result = scored(world)
    supposed = suppose(policy_of(result), less, on=result.on, period_start=result.period_start)
    certificate = supposed.certificate()
    assert certificate.assumption == supposed.assumption
    assert "COUNTERFACTUAL" in str(certificate)
    assert certificate.verify(less, policy_of(result))
    assert not certificate.verify(world.workflow.history, policy_of(result))


def test_a_certificate_that_does_not_read_is_refused_with_every_fault() -> None:
    data = scored(world_of(SOME)).certificate().data()
    with pytest.raises(InvalidInput) as caught:
        Certificate.read(data | {"result": "x", "on": "tomorrow", "more": 1})
    assert len(caught.value.faults) == 3


def test_a_feed_that_learns_to_read_more_leaves_the_digest_of_a_document_policy_as_it_is() -> None:
    world = World(members=2)
    registry = world.model.registry
    document = RuleDocument.from_toml(_COUNTED)
    policy = document.policy(registry)
    feed = FEEDS["categories"]
    wider = replace(feed, reads={**feed.reads, ActivityHeld: ("attendance",)})
    learned = document.policy(registry, feeds={**FEEDS, "categories": wider})
    assert learned.reads != policy.reads
    assert learned.digest == policy.digest
    assert document.model_copy(update={"version": 2}).policy(registry).digest != policy.digest


_COUNTED = """
code = "counted"
version = 1
issuer = "house"
number = "2020-1"
issued_on = 2019-12-01
effective_from = 2020-01-01
offset_minutes = 480
population = { source = "members" }
source = [{ code = "members", feed = "categories", subject = "person", within = "until" }]

[[clause]]
type = "count"
code = "categories"
basis = "house.count"
since = 2020-01-01
source = "members"
empty = "zero"
"""
