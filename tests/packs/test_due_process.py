"""Consequences of the pack with the whole chain: R-164, R-165, R-166, R-126, R-206, R-207."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.laws import replays
from tests.support.pack import PackWorld

from party_workflow.authority import NO_DUTY, OWN_CASE
from party_workflow.canonical import time_text
from party_workflow.domain.definition import AdoptDefinition, RetireDefinition
from party_workflow.domain.procedure import (
    INPUT_LACKING,
    NOT_A_CHOICE,
    NOT_IN_FORCE,
    NOT_THAT_RESULT,
    NOTHING_IN_FORCE,
    OUTSIDE_WINDOW,
    TOO_GRAVE,
    Procedure,
    ProcedureKind,
)
from party_workflow.domain.publication import Publish
from party_workflow.errors import Refused
from party_workflow.packs import party
from party_workflow.policies.consequences.adverse_results import ADVERSE_RESULTS, LINKS
from party_workflow.policies.consequences.appeals import pending_on, with_pending_appeal
from party_workflow.policies.consequences.consequences import CHAINS, Consequence, consequences, of_ground

RESULT, RULE, OTHER = "b" * 64, "a" * 64, "c" * 64
GRADES = (
    "reminder_talk",
    "criticism",
    "admonition",
    "circulated_criticism",
    "written_warning",
    "suspension",
    "removal",
)
CITED: dict[str, Any] = {"ground": "publication/rank-1", "result": RESULT, "position": 10}
PROPOSER, DECIDER, REVIEWER = 20, 22, 23


def published(world: PackWorld, key: str = "rank-1") -> None:
    world.do(
        Publish(
            key=key,
            unit="u-branch",
            subject="star_rating",
            audience="branch_members",
            media="notice_board",
            position=10,
            known=world.now,
            rule=RULE,
            digest=RESULT,
        ),
        by=world.act(21),
    )


def day(world: PackWorld, **delta: int) -> str:
    return (world.now + timedelta(**delta)).date().isoformat()


def state(world: PackWorld, key: str = "x-1") -> Procedure:
    found: Procedure = world.workflow.state(f"procedure/{key}")
    return found


# --- how each adverse kind is opened, and how it is decided -----------------------------------

ADVERSE = ("penalty", "accountability", "interview", "warning", "breach")
OWN = {"interview": "invited", "warning": "warned"}
"""Under which input each names whom it concerns; the others say `concerned`."""
DECIDE = {"interview": "authorise", "breach": "find"}


def said(world: PackWorld, kind: str, who: str = "p-6") -> dict[str, Any]:
    """What opens an adverse procedure about somebody."""
    more: dict[str, Any] = {OWN.get(kind, "concerned"): who, **CITED}
    match kind:
        case "penalty":
            more |= {"measure": "admonition", "clause": "ladder.9", "texts": {"grounds": "x"}}
        case "accountability":
            more |= {"measure": "admonition", "clause": "rule.9", "serious_because": "orders_ignored"}
            more["texts"] = {"grounds": "x"}
        case "interview":
            more |= {"grade": "poor", "hold_by": day(world, days=60)}
        case "warning":
            more |= {"cause": "low_morale", "expires_on": day(world, days=90)}
        case "breach":
            kind_digest = party.PACK.read_as(ProcedureKind, "breach").digest
            more |= {"special_period": "epidemic", "clause": "gate.1", "texts": {"grounds": "x"}}
            more |= {"rule": "definition/breach", "rule_version": kind_digest}
            more["happened_at"] = time_text(world.now)
        case _:
            raise AssertionError(kind)
    return more


def opened(kind: str) -> PackWorld:
    world = PackWorld(kind)
    published(world)
    world.begin(kind, by=world.act(PROPOSER), **said(world, kind))
    return world


def decision(world: PackWorld, kind: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"decided_on": day(world), "texts": {"reasons": "Weighed."}, **more}
    if kind in ("penalty", "accountability"):
        found.setdefault("measure", "criticism")
    return found


def heard(kind: str) -> PackWorld:
    world = opened(kind)
    world.take("notify", by=world.act(PROPOSER), notified_on=day(world))
    world.take("state", by=world.self_(6), texts={"statement": "It was the other table."})
    return world


def decided(kind: str, **more: Any) -> PackWorld:
    world = heard(kind)
    world.take(DECIDE.get(kind, "decide"), by=world.act(DECIDER), **decision(world, kind, **more))
    return world


def appealed(kind: str, **more: Any) -> PackWorld:
    world = decided(kind, **more)
    world.take("appeal", by=world.self_(6), texts={"appeal_ground": "Nobody looked."})
    return world


def row(world: PackWorld, key: str = "x-1", on: date | None = None) -> Consequence:
    found = consequences(world.workflow.history, on=on or world.now.date())
    return next(item for item in found if item.stream == f"procedure/{key}")


# --- R-164 -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["penalty", "accountability"])
def test_R_164_measures_are_graded_the_mildest_first_and_the_order_is_data(kind: str) -> None:
    found = party.PACK.read_as(ProcedureKind, kind)
    measures = [item for step in found.steps for item in step.inputs if item.code == "measure"]
    assert {item.grades for item in measures} == {GRADES}
    assert all(code in party.PACK.labels for code in GRADES)
    world = PackWorld(kind)
    published(world)
    with pytest.raises(Refused) as refused:
        world.begin(kind, **{**said(world, kind), "measure": "public_shaming"})
    assert refused.value.refusal.code == NOT_A_CHOICE.code
    world.begin(kind, **said(world, kind))


@pytest.mark.parametrize("kind", ["penalty", "accountability"])
def test_R_164_what_is_decided_is_no_graver_than_what_the_person_was_told_of(kind: str) -> None:
    world = heard(kind)
    graver = world.refusal("decide", by=world.act(DECIDER), **decision(world, kind, measure="removal"))
    assert graver.code == TOO_GRAVE.code
    world.take("decide", by=world.act(DECIDER), **decision(world, kind, measure="admonition"))
    assert row(world).measure == "admonition"


@pytest.mark.parametrize("kind", ["penalty", "accountability"])
def test_R_164_an_appeal_makes_nothing_graver_and_may_make_it_milder(kind: str) -> None:
    world = appealed(kind)
    texts = {"reasons": "Too much."}
    graver = world.refusal("reduce", by=world.act(REVIEWER), measure="admonition", texts=texts)
    assert graver.code == TOO_GRAVE.code
    world.take("reduce", by=world.act(REVIEWER), measure="reminder_talk", texts=texts)
    assert (row(world).measure, state(world).state) == ("reminder_talk", "final")


@pytest.mark.parametrize("kind", ADVERSE)
def test_R_164_each_has_ground_snapshot_authoriser_notice_statement_appeal_and_their_events(
    kind: str,
) -> None:
    world = appealed(kind)
    found = row(world)
    assert (found.ground, found.result, found.position) == ("publication/rank-1", RESULT, 10)
    assert found.concerned == ("p-6",)
    assert found.notified is not None
    assert found.stated is not None
    assert found.authorised is not None
    assert found.appealed is not None
    who = [found.proposed.person, found.authorised.person, found.appealed.person, found.stated.person]
    assert who == ["p-20", "p-22", "p-6", "p-6"]
    assert found.standing == "appealed"
    ids = {record.envelope.event_id for record in world.store.read()}
    assert {item.event_id for item in found.evidence()} <= ids
    assert len(found.evidence()) == 5
    types = {record.envelope.event_id: record.envelope.stored_type for record in world.store.read()}
    assert all(types[item.event_id] == item.stored_type for item in found.evidence())


@pytest.mark.parametrize("kind", ADVERSE)
@pytest.mark.parametrize("lacking", ["ground", "result", "position"])
def test_R_164_without_ground_or_snapshot_nothing_is_proposed(kind: str, lacking: str) -> None:
    world = PackWorld(kind)
    published(world)
    whole = said(world, kind)
    if kind == "breach":  # a breach cites its rule; what shows it may be no result
        assert not party.PACK.read_as(ProcedureKind, kind).steps[0].input(lacking).required  # type: ignore[union-attr]
        return
    with pytest.raises(Refused) as refused:
        world.begin(kind, **{code: value for code, value in whole.items() if code != lacking})
    assert refused.value.refusal.code == INPUT_LACKING.code
    world.begin(kind, **whole)


@pytest.mark.parametrize("kind", ADVERSE)
def test_R_164_the_snapshot_is_what_the_publication_records(kind: str) -> None:
    world = PackWorld(kind)
    published(world)
    for wrong in ({"result": OTHER}, {"position": 11}):
        with pytest.raises(Refused) as refused:
            world.begin(kind, **said(world, kind) | wrong)
        assert refused.value.refusal.code == NOT_THAT_RESULT.code
    world.begin(kind, **said(world, kind))


@pytest.mark.parametrize("kind", ADVERSE)
def test_R_164_who_proposes_does_not_decide_and_who_decides_does_not_decide_the_appeal(kind: str) -> None:
    world = heard(kind)
    step = DECIDE.get(kind, "decide")
    for nobody in (PROPOSER, 6):
        assert world.refusal(step, by=world.act(nobody), **decision(world, kind)).code == OWN_CASE.code
    assert world.refusal(step, by=world.self_(7), **decision(world, kind)).code == NO_DUTY.code
    world.take(step, by=world.act(DECIDER), **decision(world, kind))
    world.take("appeal", by=world.self_(6), texts={"appeal_ground": "No."})
    texts = {"reasons": "Looked at."}
    for nobody in (PROPOSER, DECIDER, 6):
        assert world.refusal("uphold", by=world.act(nobody), texts=texts).code == OWN_CASE.code
        assert world.refusal("overturn", by=world.act(nobody), texts=texts).code == OWN_CASE.code
    world.take("uphold", by=world.act(REVIEWER), texts=texts)
    assert state(world).state == "final"


@pytest.mark.parametrize("kind", ADVERSE)
def test_R_164_nothing_is_decided_before_notice_and_a_statement_or_the_time_for_it(kind: str) -> None:
    world = opened(kind)
    step = DECIDE.get(kind, "decide")
    assert world.refusal(step, by=world.act(DECIDER), **decision(world, kind)).code.startswith("lifecycle.")
    world.take("notify", by=world.act(PROPOSER), notified_on=day(world))
    assert world.refusal(step, by=world.act(DECIDER), **decision(world, kind)).code.startswith("lifecycle.")
    silent: dict[str, Any] = {"silent_because": "no_answer"}
    assert world.refusal("pass_over", by=world.act(DECIDER), **silent).code == OUTSIDE_WINDOW.code
    world.later(days=6)
    world.take("pass_over", by=world.act(DECIDER), **silent)
    world.take(step, by=world.act(DECIDER), **decision(world, kind))
    assert row(world).standing == "in_force"


@pytest.mark.parametrize("kind", ADVERSE)
def test_R_206_an_appeal_is_open_to_the_person_for_its_days_and_then_the_measure_becomes_final(
    kind: str,
) -> None:
    world = decided(kind)
    if kind == "interview":
        world.take("hold", by=world.act(PROPOSER), held_on=day(world))
    early = world.refusal("settle", by=world.act(DECIDER))
    assert early.code == OUTSIDE_WINDOW.code
    world.later(days=31)
    late = world.refusal("appeal", by=world.self_(6), texts={"appeal_ground": "No."})
    assert late.code == OUTSIDE_WINDOW.code
    world.take("settle", by=world.act(DECIDER))
    found = row(world)
    assert found.final is not None
    assert (state(world).state, found.final.step) == ("final", "settle")


@pytest.mark.parametrize("kind", ADVERSE)
def test_R_206_an_appeal_that_succeeds_overturns_and_there_is_one_appeal(kind: str) -> None:
    world = appealed(kind)
    world.take("overturn", by=world.act(REVIEWER), texts={"reasons": "He was away."})
    assert (state(world).state, row(world).standing) == ("overturned", "ended")
    again = world.refusal("appeal", by=world.self_(6), texts={"appeal_ground": "More."})
    assert again.code.startswith("lifecycle.")


@pytest.mark.parametrize("kind", ADVERSE)
def test_R_206_a_pending_appeal_is_shown_on_the_result_until_it_is_decided(kind: str) -> None:
    world = decided(kind)
    stream = "procedure/x-1"
    assert with_pending_appeal(world.workflow.history, stream, row(world))
    world.take("appeal", by=world.self_(6), texts={"appeal_ground": "No."})
    shown = with_pending_appeal(world.workflow.history, stream, row(world))
    assert not shown
    [pending] = shown.pending
    assert (pending.against, pending.by) == (stream, stream)
    assert row(world).pending == pending.since
    before = world.workflow.history.up_to(pending.since.position - 1)
    assert pending_on(before, stream) == ()
    world.take("uphold", by=world.act(REVIEWER), texts={"reasons": "Looked at."})
    assert with_pending_appeal(world.workflow.history, stream, row(world))


@pytest.mark.parametrize(
    ("kind", "until"), [("penalty", "until_day"), ("accountability", "until_day"), ("warning", "expires_on")]
)
def test_R_164_a_measure_expires_on_its_day_whether_anybody_records_it_or_not(kind: str, until: str) -> None:
    end = PackWorld()
    last = (end.now + timedelta(days=90)).date()
    world = decided(kind, **({} if kind == "warning" else {until: last.isoformat()}))
    world.later(days=31)
    world.take("settle", by=world.act(DECIDER))
    assert row(world, on=last).standing == "in_force"
    assert row(world, on=last + timedelta(days=1)).standing == "ended"
    assert row(world).until == last
    step = "lapse" if kind == "warning" else "expire"
    assert world.refusal(step, by=world.act(DECIDER)).code == OUTSIDE_WINDOW.code
    world.later(days=60)
    world.take(step, by=world.act(DECIDER))
    assert state(world).state == ("lapsed" if kind == "warning" else "expired")


@pytest.mark.parametrize("kind", ["penalty", "accountability", "interview", "warning"])
def test_R_164_a_measure_is_lifted_by_somebody_in_the_role_and_not_by_whom_it_concerns(kind: str) -> None:
    world = appealed(kind)
    world.take("uphold", by=world.act(REVIEWER), texts={"reasons": "x"})
    assert world.refusal("lift", by=world.act(6), reason="improved").code == OWN_CASE.code
    world.take("lift", by=world.act(REVIEWER), reason="improved")
    assert (state(world).state, row(world).standing) == ("lifted", "ended")


def test_R_164_a_unit_that_is_called_to_an_interview_answers_and_appeals_by_whoever_answers_for_it() -> None:
    world = PackWorld("interview")
    published(world)
    world.begin("interview", by=world.act(PROPOSER), invited_unit="u-branch", grade="poor", **CITED)
    world.take("notify", by=world.act(PROPOSER), notified_on=day(world))
    statement = {"statement": "We were two short."}
    assert world.refusal("state", by=world.act(PROPOSER), texts=statement).code == OWN_CASE.code
    world.take("state", by=world.act(5), texts=statement)
    world.take("authorise", by=world.act(DECIDER), **decision(world, "interview"))
    world.take("appeal", by=world.act(5), texts={"appeal_ground": "Not us."})
    world.take("uphold", by=world.act(REVIEWER), texts={"reasons": "You."})
    world.take("hold", by=world.act(PROPOSER), held_on=day(world))  # one upheld can still be held
    assert row(world).concerned == ("u-branch",)


# --- R-165 -----------------------------------------------------------------------------------


def ruled() -> tuple[PackWorld, list[str], list[Any]]:
    """Two versions of a rule, the moments at which each came into force, and a breach kind to report with."""
    world = PackWorld("breach", "action_list")
    body = party.PACK.read_as(ProcedureKind, "action_list").data() | {"code": "gate_rule"}
    digests, moments = [], []
    for version in (1, 2):
        world.later(days=5)
        world.do(
            AdoptDefinition(
                code="gate-rule",
                kind="procedure",
                version=version,
                body=body | {"version": version},
            )
        )
        digests.append(world.workflow.fact("definition.current", "definition/gate-rule")[1])
        moments.append(world.now)
    world.later(days=5)
    return world, digests, moments


def report(world: PackWorld, digest: str, at: Any, key: str = "b-1") -> None:
    world.begin(
        "breach",
        key,
        concerned="p-6",
        special_period="epidemic",
        happened_at=time_text(at),
        rule="definition/gate-rule",
        rule_version=digest,
        clause="gate.1",
        texts={"grounds": "He let them in."},
    )


def refused(world: PackWorld, digest: str, at: Any) -> Any:
    with pytest.raises(Refused) as raised:
        report(world, digest, at, "b-refused")
    return raised.value.refusal


def test_R_165_a_breach_cites_the_version_in_force_at_that_moment_and_a_wrong_one_is_named_right() -> None:
    world, (first, second), (since, again) = ruled()
    then = again - timedelta(days=1)
    wrong = refused(world, second, then)
    assert wrong.code == NOT_IN_FORCE.code
    assert first in wrong.sentence  # the right one is named
    assert "version 1" in wrong.sentence
    report(world, first, then)
    assert refused(world, first, again).code == NOT_IN_FORCE.code
    report(world, second, again, "b-2")
    assert state(world, "b-1").said("rule_version") == (first,)
    before = refused(world, first, since - timedelta(seconds=1))
    assert before.code == NOTHING_IN_FORCE.code


def test_R_165_a_rule_that_was_retired_binds_nobody_afterwards_and_still_binds_before() -> None:
    world, (_, second), (_, again) = ruled()
    world.do(RetireDefinition(code="gate-rule", ground="epidemic_over"))
    assert refused(world, second, world.now).code == NOTHING_IN_FORCE.code
    report(world, second, again)


def test_R_165_a_version_adopted_later_with_effect_from_earlier_counts_from_when_it_took_effect() -> None:
    world, (_, second), (_, again) = ruled()
    body = party.PACK.read_as(ProcedureKind, "action_list").data() | {"code": "gate_rule", "version": 3}
    adopt = AdoptDefinition(code="gate-rule", kind="procedure", version=3, body=body)
    world.do(adopt, effective_at=again + timedelta(days=2))
    third = world.workflow.fact("definition.current", "definition/gate-rule")[1]
    assert refused(world, second, again + timedelta(days=3)).code == NOT_IN_FORCE.code
    report(world, third, again + timedelta(days=3))
    report(world, second, again + timedelta(days=1), "b-2")


# --- R-166 -----------------------------------------------------------------------------------

FAVOURS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "reward": ("rewarded", "grant", {"form": "bonus", "amount": "12000", "clause": "rewards.first"}),
    "preference": ("preferred", "grant", {"form": "priority_in_title", "clause": "rewards.title"}),
    "honour": ("honoured", "confer", {"form": "model_worker", "clause": "honours.1"}),
    "promotion": ("promoted", "grant", {"post": "team_leader", "clause": "posts.1"}),
    "talent_pool_entry": (
        "reserve",
        "admit",
        {"tier": "skilled_worker", "ground_code": "won_contest", "review_on": "2010-03-01"},
    ),
}


def propose(world: PackWorld, kind: str, key: str) -> None:
    who, _, more = FAVOURS[kind]
    world.begin(kind, key, by=world.act(PROPOSER), **{**more, **CITED, who: "p-5"})


def granted(*kinds: str) -> PackWorld:
    world = PackWorld(*kinds)
    published(world)
    for kind in kinds:
        propose(world, kind, f"{kind[:3]}-1")
        world.take(FAVOURS[kind][1], key=f"{kind[:3]}-1", by=world.act(DECIDER))
    return world


def revoke(world: PackWorld, key: str) -> None:
    world.take("question", key=key, by=world.act(PROPOSER), reason="figure_made_up")
    world.take("notify", key=key, by=world.act(PROPOSER), notified_on=day(world))
    world.take("state", key=key, by=world.self_(5), texts={"statement": "It was not."})
    texts = {"reasons": "It was."}
    world.take("withdraw", key=key, by=world.act(DECIDER), withdrawn_on=day(world), texts=texts)


def test_R_166_one_result_has_several_consequences_and_each_is_revoked_by_itself() -> None:
    world = granted(*FAVOURS)
    found = consequences(world.workflow.history, on=world.now.date())
    mine = of_ground(found, "publication/rank-1")
    assert {(item.kind, item.standing) for item in mine} == {(kind, "in_force") for kind in FAVOURS}
    revoke(world, "rew-1")
    after = {item.kind: item.standing for item in consequences(world.workflow.history, on=world.now.date())}
    assert after == {kind: "ended" if kind == "reward" else "in_force" for kind in FAVOURS}


@pytest.mark.parametrize("kind", sorted(FAVOURS))
def test_R_166_a_favour_is_proposed_by_one_and_granted_by_another_who_is_not_favoured(kind: str) -> None:
    world = PackWorld(kind)
    published(world)
    propose(world, kind, "f-1")
    grant = FAVOURS[kind][1]
    for nobody in (PROPOSER, 5):
        assert world.refusal(grant, key="f-1", by=world.act(nobody)).code == OWN_CASE.code
    assert consequences(world.workflow.history, on=world.now.date())[0].standing == "proposed"
    world.take(grant, key="f-1", by=world.act(DECIDER))


@pytest.mark.parametrize("kind", sorted(FAVOURS))
def test_R_206_a_favour_refused_is_contested_and_decided_by_somebody_else_again(kind: str) -> None:
    world = PackWorld(kind)
    published(world)
    propose(world, kind, "f-1")
    world.take("decline", key="f-1", by=world.act(DECIDER), decided_on=day(world), reason="quota_used")
    assert row(world, "f-1").standing == "refused"
    world.take("contest", key="f-1", by=world.self_(5), texts={"appeal_ground": "There is room."})
    assert row(world, "f-1").standing == "appealed"
    texts = {"reasons": "There is."}
    assert world.refusal("grant_anew", key="f-1", by=world.act(DECIDER), texts=texts).code == OWN_CASE.code
    world.take("grant_anew", key="f-1", by=world.act(REVIEWER), texts=texts)
    assert row(world, "f-1").standing == "in_force"


@pytest.mark.parametrize("kind", sorted(FAVOURS))
def test_R_206_taking_a_favour_back_has_notice_statement_decision_appeal_and_an_end(kind: str) -> None:
    world = granted(kind)
    key = f"{kind[:3]}-1"
    why = {"reasons": "x"}
    early = world.refusal("withdraw", key=key, by=world.act(DECIDER), withdrawn_on=day(world), texts=why)
    assert early.code.startswith("lifecycle.")
    revoke(world, key)
    assert world.refusal("settle", key=key, by=world.act(DECIDER)).code == OUTSIDE_WINDOW.code
    world.take("appeal", key=key, by=world.self_(5), texts={"appeal_ground": "No."})
    assert row(world, key).pending is not None
    assert world.refusal("reinstate", key=key, by=world.act(DECIDER), texts=why).code == OWN_CASE.code
    world.take("reinstate", key=key, by=world.act(REVIEWER), texts=why)
    assert row(world, key).standing == "in_force"
    again = granted(kind)
    revoke(again, key)
    again.later(days=31)
    again.take("settle", key=key, by=again.act(DECIDER))
    assert row(again, key).standing == "ended"


def test_R_166_a_favour_that_is_questioned_keeps_its_own_ground_and_may_be_retained() -> None:
    world = granted("reward")
    published(world, "rank-2")
    other = CITED | {"ground": "publication/rank-2"}
    world.take("question", key="rew-1", by=world.act(PROPOSER), reason="doubt", **other)
    assert row(world, "rew-1").ground == "publication/rank-1"
    assert row(world, "rew-1").standing == "in_force"
    world.take("retain", key="rew-1", by=world.act(DECIDER), reason="no_doubt_left")
    assert state(world, "rew-1").done


def test_R_166_a_favour_ends_on_its_day() -> None:
    world = PackWorld("preference")
    published(world)
    who, grant, more = FAVOURS["preference"]
    until = day(world, days=30)
    world.begin("preference", "f-1", by=world.act(20), **{**more, **CITED, who: "p-5", "until_day": until})
    world.take(grant, key="f-1", by=world.act(DECIDER))
    last = date.fromisoformat(until)
    assert row(world, "f-1", last).standing == "in_force"
    assert row(world, "f-1", last + timedelta(days=1)).standing == "ended"


# --- R-126 -----------------------------------------------------------------------------------


def test_R_126_an_action_list_holds_educational_and_punitive_items_each_with_its_ground() -> None:
    world = PackWorld("action_list", "penalty")
    published(world)
    world.begin("action_list", topic="road_safety")
    world.take("add_educational", item="lesson_1", aimed_unit="u-branch", education="study", **CITED)
    world.take("add_punitive", item="fine_1", aimed_at="p-6", measure="criticism", **CITED)
    for step, more in (
        ("add_educational", {"item": "lesson_2", "education": "study"}),
        ("add_punitive", {"item": "fine_2", "measure": "criticism"}),
    ):
        assert world.refusal(step, **more).code == INPUT_LACKING.code
    assert state(world).said("item") == ("lesson_1", "fine_1")
    assert state(world).said("ground") == ("publication/rank-1",) * 2


def test_R_126_a_punitive_item_is_carried_out_as_a_penalty_of_its_own_and_never_by_the_list() -> None:
    world = PackWorld("action_list", "penalty")
    published(world)
    world.begin("action_list", topic="road_safety")
    world.take("add_punitive", item="fine_1", aimed_at="p-6", measure="criticism", **CITED)
    assert consequences(world.workflow.history, on=world.now.date()) == ()
    world.begin("penalty", "p-9", **said(world, "penalty"))
    world.take("refer", referred="fine_1", consequence="procedure/p-9")
    assert row(world, "p-9").standing == "proposed"
    own = world.refusal(
        "add_punitive", by=world.act(7), item="x", aimed_at="p-7", measure="criticism", **CITED
    )
    assert own.code == OWN_CASE.code


# --- every adverse result -------------------------------------------------------------


@pytest.mark.parametrize("result", ADVERSE_RESULTS, ids=lambda item: item.code)
def test_R_206_every_adverse_result_has_notice_statement_decision_appeal_and_final(result: Any) -> None:
    events = party.MODEL.registry.events
    assert result.result
    for link, parts in result.parts():
        assert parts, f"{result.code} has no {link}"
        for part in (*parts, *result.result):
            kind, is_step, step = part.partition(":")
            if is_step:
                found = party.PACK.read_as(ProcedureKind, kind)
                assert step in found.by_code, part
            else:
                assert part in events, part
    assert [link for link, _ in result.parts()] == list(LINKS)


@pytest.mark.parametrize("result", ADVERSE_RESULTS, ids=lambda item: item.code)
def test_R_206_who_decided_does_not_decide_the_appeal_and_who_is_concerned_decides_neither(
    result: Any,
) -> None:
    for part in result.appeal_decision:
        kind, is_step, code = part.partition(":")
        if not is_step:
            event = party.MODEL.registry.events[part]
            assert event.requires.barred, part
            continue
        found = party.PACK.read_as(ProcedureKind, kind)
        step = found.by_code[code]
        deciders = {found.by_code[p.partition(":")[2]].becomes for p in result.decision if p.startswith(kind)}
        deciders |= {"decider"} if kind == "result_appeal" else set()
        assert step.duty is not None
        assert not step.own
        if code not in ("decide",):
            assert set(step.barred) & (deciders - {None}), part


def test_R_206_every_kind_with_a_chain_is_in_the_table_and_the_other_way_round() -> None:
    codes = {result.code for result in ADVERSE_RESULTS}
    assert set(CHAINS) <= codes
    for code, chain in CHAINS.items():
        kind = party.PACK.read_as(ProcedureKind, code)
        named = {
            *chain.notices,
            *chain.statements,
            *chain.decisions,
            *chain.appeals,
            *chain.appeal_decisions,
            *chain.finals,
            *chain.ends,
            *chain.granted,
        }
        assert named <= kind.by_code.keys(), code
        states = {item.code for item in kind.lifecycle.states}
        assert set(chain.in_force) <= states, code
        for which in chain.concerned:
            assert kind.by_code[kind.opening].input(which) is not None


def test_R_206_a_result_without_an_appeal_of_its_own_is_appealed_by_one_that_cites_it() -> None:
    world = PackWorld("result_appeal")
    published(world)
    stream = "publication/rank-1"
    whole: dict[str, Any] = {"against": stream, "result": RESULT, "position": 10, "made_by": "p-21"}
    texts = {"appeal_ground": "The count is wrong."}
    world.begin("result_appeal", by=world.self_(6), texts=texts, appellant="p-6", **whole)
    shown = with_pending_appeal(world.workflow.history, stream, "the ranking")
    assert not shown
    assert [item.by for item in shown.pending] == ["procedure/x-1"]
    world.take("docket", by=world.act(DECIDER), notified_on=day(world))
    world.take("explain", by=world.self_(21), texts={"statement": "It was counted twice."})
    verdict: dict[str, Any] = {
        "outcome_of_appeal": "overturned",
        "decided_on": day(world),
        "texts": {"reasons": "Wrong."},
    }
    for nobody in (6, 21):
        assert world.refusal("decide", by=world.act(nobody), **verdict).code == OWN_CASE.code
    world.take("decide", by=world.act(DECIDER), **verdict)
    assert not with_pending_appeal(world.workflow.history, stream, "the ranking")
    world.take("appeal", by=world.self_(6), texts=texts)
    assert world.refusal("uphold", by=world.act(DECIDER), texts={"reasons": "x"}).code == OWN_CASE.code
    world.take("uphold", by=world.act(REVIEWER), texts={"reasons": "x"})
    assert with_pending_appeal(world.workflow.history, stream, "the ranking")


def test_R_206_nobody_lodges_an_appeal_in_the_name_of_somebody_else() -> None:
    world = PackWorld("result_appeal")
    published(world)
    whole: dict[str, Any] = {"against": "publication/rank-1", "result": RESULT, "position": 10}
    with pytest.raises(Refused):
        world.begin(
            "result_appeal", by=world.self_(7), texts={"appeal_ground": "x"}, appellant="p-6", **whole
        )
    world.begin("result_appeal", by=world.self_(6), texts={"appeal_ground": "x"}, appellant="p-6", **whole)


# --- R-207 -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*ADVERSE, *FAVOURS])
def test_R_207_every_step_of_a_consequence_is_a_named_persons_in_a_role_or_in_their_own_right(
    kind: str,
) -> None:
    carried = {duty for duties in party.ROLES.values() for duty in duties}
    for step in party.PACK.read_as(ProcedureKind, kind).steps:
        assert step.own or step.duty in carried
    clerks = set(party.ROLES["clerk"])
    decisive = {*CHAINS[kind].decisions, *CHAINS[kind].granted, *CHAINS[kind].appeal_decisions}
    for step in party.PACK.read_as(ProcedureKind, kind).steps:
        if step.code in decisive:
            assert step.duty is not None
            assert step.duty not in clerks
            assert step.barred


# --- laws ------------------------------------------------------------------------------------

TRIED = ("notify", "state", "pass_over", "decide", "appeal", "uphold", "reduce", "overturn", "settle", "lift")
PEOPLE = (6, PROPOSER, DECIDER, REVIEWER)
STEPS = st.lists(
    st.tuples(st.sampled_from(TRIED), st.sampled_from(PEOPLE), st.sampled_from([0, 0, 7, 31])), max_size=12
)


@settings(max_examples=60)
@given(STEPS)
def test_whatever_is_tried_no_penalty_is_final_without_the_chain_by_different_people(
    tried: list[tuple[str, int, int]],
) -> None:
    world = opened("penalty")
    for step, number, days in tried:
        world.later(days=days)
        said_then: dict[str, dict[str, Any]] = {
            "notify": {"notified_on": day(world)},
            "state": {"texts": {"statement": "x"}},
            "pass_over": {"silent_because": "no_answer"},
            "decide": decision(world, "penalty"),
            "appeal": {"texts": {"appeal_ground": "x"}},
            "uphold": {"texts": {"reasons": "x"}},
            "reduce": {"measure": "reminder_talk", "texts": {"reasons": "x"}},
            "overturn": {"texts": {"reasons": "x"}},
            "settle": {},
            "lift": {"reason": "improved"},
        }
        by = world.self_(number) if step in ("state", "appeal") else world.act(number)
        length = len(list(world.store.read()))
        try:
            world.take(step, by=by, **said_then[step])
        except Refused:
            assert len(list(world.store.read())) == length
    replays(world, "procedure/x-1")
    found = row(world)
    if found.authorised is not None:
        assert found.notified is not None
        assert found.stated is not None
        assert found.authorised.person not in ("p-6", "p-20")
    if found.reviewed is not None:
        assert found.authorised is not None
        assert found.reviewed.person not in ("p-6", "p-20", found.authorised.person)
    if found.final is not None:
        assert found.authorised is not None
