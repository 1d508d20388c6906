"""Grounds and uses: one fact under several names is one ground, and a corrected one lists every use of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.pack import PackWorld

from party_workflow.calendar import Period
from party_workflow.codec import Event
from party_workflow.domain.case import (
    AnswerRequester,
    CaseKind,
    ContestCase,
    DecideCase,
    JoinCase,
    OpenCase,
    ReopenCase,
)
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.points import OpenPoints, PointsScheme, ProposeDeduction
from party_workflow.domain.publication import (
    CorrectPublication,
    Publish,
    RaiseObjection,
    ResolveObjection,
    erratum,
)
from party_workflow.errors import InvalidInput
from party_workflow.packs import party
from party_workflow.packs.party import MODEL
from party_workflow.packs.processes.grounds import REVIEW_USE, uses_to_review
from party_workflow.personal import Personal
from party_workflow.policies.consequences import grounds as policy
from party_workflow.policies.consequences.appeals import with_pending_appeal
from party_workflow.policies.consequences.grounds import (
    CORRECTING,
    SAME_FACT,
    citations,
    corrected_grounds,
    facts_of,
    ground,
    grounds,
)
from party_workflow.policies.consequences.snapshots import snapshot, wrong_snapshots
from party_workflow.processes import Proposal, follows

RESULT, MENDED, RULE = "b" * 64, "c" * 64, "a" * 64


def day(world: PackWorld, **delta: int) -> str:
    return (world.now + timedelta(**delta)).date().isoformat()


def publication(world: PackWorld, key: str, digest: str = RESULT, **more: Any) -> dict[str, Any]:
    return {
        "key": key,
        "unit": "u-branch",
        "subject": "star_rating",
        "audience": "branch_members",
        "media": "notice_board",
        "position": 10,
        "known": world.now,
        "rule": RULE,
        "digest": digest,
        **more,
    }


def cited(stream: str, digest: str = RESULT, position: int = 10) -> dict[str, Any]:
    return {"ground": stream, "result": digest, "position": position}


def used(world: PackWorld, stream: str = "publication/rank-1") -> None:
    """One result, used three times: an honour, a reward, a penalty."""
    stood = snapshot(world.workflow.history, stream)
    said = cited(stream, stood.digest, stood.position)
    world.begin("honour", "h-1", form="flag", honoured="p-5", clause="c.1", **said)
    world.begin("promotion", "m-1", promoted="p-5", post="team_leader", clause="c.2", **said)
    more: dict[str, Any] = {"measure": "criticism", "clause": "c.3", "texts": {"grounds": "x"}}
    world.begin("penalty", "f-1", concerned="p-6", **more, **said)


def three_uses() -> PackWorld:
    world = PackWorld("honour", "promotion", "penalty")
    world.do(Publish(**publication(world, "rank-1")), by=world.act(21))
    used(world)
    return world


def correct(world: PackWorld, key: str = "rank-1", new: str = "rank-2") -> None:
    more = {"erratum_of": key, "ground": "miscounted"}
    mended = CorrectPublication(**publication(world, new, MENDED, **more))
    world.do(*erratum(mended), by=world.act(21))


# --- one ground ------------------------------------------------------------------------------


def test_one_fact_that_was_used_three_times_is_one_ground_with_three_uses() -> None:
    world = three_uses()
    [found] = grounds(world.workflow.history)
    assert found.fact == "publication/rank-1"
    assert [use.stream for use in found.uses] == ["procedure/h-1", "procedure/m-1", "procedure/f-1"]
    assert {use.field for use in found.uses} == {"given.ground.streams"}
    records = {record.envelope.event_id: record for record in world.store.read()}
    for use in found.uses:
        record = records[use.evidence.event_id]
        assert (record.position, record.envelope.stream) == (use.evidence.position, use.stream)
        assert use.person == record.envelope.person


def test_a_result_and_the_publication_of_it_are_one_fact() -> None:
    world = PackWorld("honour", "interview", "skills_contest")
    world.begin("skills_contest", "bout", discipline="welding", rounds=1, trimmed=0)
    world.take("cancel", key="bout", reason="rain")
    stood = snapshot(world.workflow.history, "procedure/bout")
    more: dict[str, Any] = {"of": "procedure/bout", "position": stood.position}
    world.do(Publish(**publication(world, "rank-1", **more)), by=world.act(21))
    said = cited("publication/rank-1", position=stood.position)
    world.begin("honour", "h-1", form="flag", honoured="p-5", clause="c.1", **said)
    direct = cited("procedure/bout", stood.digest, stood.position)
    world.begin("interview", "i-1", invited="p-6", grade="poor", **direct)
    [found] = grounds(world.workflow.history)
    assert found.fact == "procedure/bout"
    assert [use.stream for use in found.uses] == ["procedure/h-1", "procedure/i-1"]
    assert ground(world.workflow.history, "publication/rank-1") == found


def test_an_erratum_and_what_it_corrects_are_one_fact() -> None:
    world = three_uses()
    correct(world)
    said = cited("publication/rank-2", MENDED)
    world.begin("honour", "h-2", form="flag", honoured="p-7", clause="c.1", **said)
    [found] = grounds(world.workflow.history)
    assert found.streams == ("publication/rank-1", "publication/rank-2")
    assert len(found.uses) == 4


def test_a_case_that_came_of_another_case_is_the_same_fact_and_a_case_about_a_meeting_is_not() -> None:
    world = PackWorld("finding", "opinion")
    kind = party.PACK.read_as(CaseKind, "finding").digest
    fields: dict[str, Any] = {"kind": "finding", "definition": kind, "unit": "u-branch"}
    fields |= {"substance": Personal("x"), "due": world.now + timedelta(days=9)}
    world.do(OpenCase(key="c-1", **fields))
    world.do(OpenCase(key="c-2", source="case/c-1", **fields))
    facts = facts_of(world.workflow.history)
    assert facts("case/c-2") == facts("case/c-1") == "case/c-1"
    assert grounds(world.workflow.history) == ()  # one fact rests on nothing but itself


def test_links_that_are_said_later_are_hooks_and_a_circle_of_them_has_one_fact() -> None:
    world = three_uses()
    correct(world)
    names = {**SAME_FACT, "publication.erratum_linked": lambda event: f"publication/{event.by}"}
    facts = facts_of(world.workflow.history, names)
    assert facts("publication/rank-1") == facts("publication/rank-2")
    assert {"publication.posted", "case.opened", "case.joined"} <= SAME_FACT.keys()


def test_every_event_that_can_cite_a_stream_is_looked_at() -> None:
    """Whatever its name: a new event type with a stream in it is seen without anybody listing it."""
    from party_workflow.values import StreamId

    class Cites(Event):
        stored_type = "x.cites"
        deep: dict[str, tuple[StreamId, ...]]

    class Plain(Event):
        stored_type = "x.plain"
        name: str

    assert policy._holds_streams(Cites)
    assert not policy._holds_streams(Plain)
    assert list(policy._streams(Cites(deep={"a": ("case/c-1",), "b": ("plan/p",)}))) == [
        ("deep.a", "case/c-1"),
        ("deep.b", "plan/p"),
    ]


# --- corrected grounds -----------------------------------------------------------------------


def test_R_166_a_corrected_ground_lists_every_use_made_of_it_each_by_its_event() -> None:
    world = three_uses()
    assert corrected_grounds(world.workflow.history, MODEL) == ()
    correct(world)
    [found] = corrected_grounds(world.workflow.history, MODEL)
    assert found.fact == "publication/rank-1"
    assert [use.stream for use in found.uses] == ["procedure/h-1", "procedure/m-1", "procedure/f-1"]
    [correction] = found.corrections
    assert (correction.what, correction.stream) == ("superseded", "publication/rank-1")
    ids = {record.envelope.event_id for record in world.store.read()}
    assert {correction.evidence.event_id, *(use.evidence.event_id for use in found.uses)} <= ids
    assert found.since(found.uses[0]) == found.corrections


def decided_opinion() -> PackWorld:
    """An opinion, adopted, on which somebody is called to an interview."""
    world = PackWorld("opinion", "interview")
    kind = party.PACK.read_as(CaseKind, "opinion").digest
    brought = OpenCase(
        key="o-1",
        kind="opinion",
        definition=kind,
        unit="u-branch",
        substance=Personal("x"),
        requester="p-9",
        channel="letter",
    )
    world.do(brought, by=world.act(2))
    world.do(DecideCase(key="o-1", outcome="adopted", ground=Personal("x")), by=world.act(3))
    stood = snapshot(world.workflow.history, "case/o-1")
    said = cited("case/o-1", stood.digest, stood.position)
    world.begin("interview", "i-1", invited="p-6", grade="poor", **said)
    return world


def test_R_166_a_case_that_is_taken_up_again_and_decided_otherwise_is_a_corrected_ground() -> None:
    world = decided_opinion()
    answer = AnswerRequester(key="o-1", channel="letter", answer=Personal("Adopted."))
    world.do(answer, by=world.act(3))
    assert corrected_grounds(world.workflow.history, MODEL) == ()
    world.do(ContestCase(key="o-1", ground=Personal("Not so.")), by=world.self_(9))
    world.do(ReopenCase(key="o-1", ground="contested"), by=world.act(3))
    world.do(DecideCase(key="o-1", outcome="not_adopted", ground=Personal("x")), by=world.act(4))
    [found] = corrected_grounds(world.workflow.history, MODEL)
    whats = [item.what for item in found.corrections]
    assert {"reopened", "outcome_changed"} <= set(whats)
    assert [use.stream for use in found.uses] == ["procedure/i-1"]
    assert wrong_snapshots(world.workflow.history) == ()  # what was cited is what stood then


def test_R_206_a_case_that_is_contested_shows_it_until_it_is_answered_again() -> None:
    world = decided_opinion()
    answer = AnswerRequester(key="o-1", channel="letter", answer=Personal("Adopted."))
    world.do(answer, by=world.act(3))
    assert with_pending_appeal(world.workflow.history, "case/o-1", "adopted")
    world.do(ContestCase(key="o-1", ground=Personal("Not so.")), by=world.self_(9))
    assert not with_pending_appeal(world.workflow.history, "case/o-1", "adopted")
    world.do(answer, by=world.act(3))
    assert with_pending_appeal(world.workflow.history, "case/o-1", "adopted")


def test_a_duplicate_that_joined_a_lead_is_the_same_fact_as_the_lead() -> None:
    world = PackWorld("interview")
    body = party.PACK.read_as(CaseKind, "opinion").data() | {"code": "remark"}
    moves = body["lifecycle"]["moves"]
    joining = {"code": "join", "sources": ["received"], "dest": "closed"}
    body["lifecycle"] = body["lifecycle"] | {"moves": [*moves, joining], "code": "remark"}
    kind = CaseKind.model_validate(body)
    world.do(AdoptDefinition(code="remark", kind="case", version=1, body=kind.data()))
    fields: dict[str, Any] = {"kind": "remark", "definition": kind.digest, "unit": "u-branch"}
    for key in ("r-1", "r-2"):
        world.do(OpenCase(key=key, substance=Personal("x"), **fields), by=world.act(2))
    world.do(JoinCase(key="r-2", lead="case/r-1"), by=world.act(3))
    for key in ("r-1", "r-2"):
        stood = snapshot(world.workflow.history, f"case/{key}")
        said = cited(f"case/{key}", stood.digest, stood.position)
        world.begin("interview", f"i-{key}", invited="p-6", grade="poor", **said)
    [found] = grounds(world.workflow.history)
    assert (found.fact, found.streams) == ("case/r-1", ("case/r-1", "case/r-2"))
    assert len(found.uses) == 2


def test_what_was_used_after_the_correction_was_used_knowing_it() -> None:
    world = three_uses()
    correct(world)
    said = cited("publication/rank-2", MENDED)
    world.begin("honour", "h-2", form="flag", honoured="p-7", clause="c", **said)
    [found] = corrected_grounds(world.workflow.history, MODEL)
    assert "procedure/h-2" not in {use.stream for use in found.uses}


def test_an_objection_that_is_upheld_corrects_and_one_that_is_not_does_not() -> None:
    world = PackWorld("interview")
    more: dict[str, Any] = {"closes": world.now + timedelta(days=9)}
    world.do(Publish(**publication(world, "rank-9", **more)), by=world.act(21))
    objection = RaiseObjection(key="rank-9", objector="p-6", ground=Personal("Wrong."))
    world.begin("interview", "i-1", invited="p-6", grade="poor", **cited("publication/rank-9"))
    for number, upheld in ((1, False), (2, True)):
        world.do(objection, by=world.self_(6))
        assert not with_pending_appeal(world.workflow.history, "publication/rank-9", None)
        answer = ResolveObjection(key="rank-9", number=number, upheld=upheld, answer=Personal("Seen."))
        world.do(answer, by=world.act(23))
        assert with_pending_appeal(world.workflow.history, "publication/rank-9", None)
        assert bool(corrected_grounds(world.workflow.history, MODEL)) is upheld


def test_every_stored_type_that_corrects_is_one_that_there_is() -> None:
    assert set(CORRECTING) <= set(MODEL.registry.events)


# --- points ----------------------------------------------------------------------------------


def deducted() -> PackWorld:
    world = PackWorld("member_points", "honour")
    world.do(Publish(**publication(world, "rank-1")), by=world.act(21))
    scheme = party.PACK.read_as(PointsScheme, "member_points")
    world.do(OpenPoints(scheme="member-points", person="p-6", unit="u-branch"))
    world.do(
        ProposeDeduction(
            scheme="member-points",
            person="p-6",
            definition=scheme.digest,
            clause="points.absence",
            period=Period("2009"),
            unit="u-branch",
            ground="absent",
            streams=("publication/rank-1",),
        ),
        by=world.act(20),
    )
    return world


def test_a_deduction_and_an_honour_on_one_result_are_two_uses_of_one_ground() -> None:
    world = deducted()
    world.begin("honour", "h-1", form="flag", honoured="p-5", clause="c", **cited("publication/rank-1"))
    [found] = grounds(world.workflow.history)
    assert [use.category for use in found.uses] == ["points", "procedure"]


# --- proposals -------------------------------------------------------------------------------


def proposed(world: PackWorld) -> list[Proposal]:
    found = follows(uses_to_review(MODEL), world.workflow.history, world.now)
    assert all(isinstance(item, Proposal) for item in found)  # nothing is ever issued
    return [item for item in found if isinstance(item, Proposal)]


def test_R_207_each_consequence_of_a_corrected_ground_is_put_to_people_and_none_is_undone() -> None:
    world = three_uses()
    assert proposed(world) == []
    before = world.workflow.history.head()
    correct(world)
    found = proposed(world)
    assert {item.subject for item in found} == {"procedure/h-1", "procedure/m-1", "procedure/f-1"}
    assert {(item.action, item.ground, item.to, item.command) for item in found} == {
        (REVIEW_USE, "superseded", "u-branch", None)
    }
    [correction] = corrected_grounds(world.workflow.history, MODEL)[0].corrections
    assert {item.cause for item in found} == {correction.evidence.event_id}
    states = {key: world.workflow.state(f"procedure/{key}").state for key in ("h-1", "m-1", "f-1")}
    assert set(states.values()) == {"proposed"}
    assert world.workflow.history.head() != before


def test_a_proposal_lapses_when_somebody_looked_again_or_the_consequence_is_over() -> None:
    world = three_uses()
    world.take("confer", key="h-1", by=world.act(22))
    correct(world)
    assert len(proposed(world)) == 3
    world.take("drop", key="f-1", by=world.act(22), reason="ground_corrected")
    world.take("question", key="h-1", by=world.act(20), reason="ground_corrected")
    assert {item.subject for item in proposed(world)} == {"procedure/m-1"}


def test_a_deduction_on_a_corrected_ground_is_put_to_people_until_it_is_decided_against() -> None:
    world = deducted()
    correct(world)
    [item] = proposed(world)
    assert (item.subject, item.to) == ("points/member-points.p-6", "u-branch")


# --- snapshots -------------------------------------------------------------------------------


def assessed() -> PackWorld:
    world = PackWorld("interview", "skills_contest")
    world.begin("skills_contest", "bout", discipline="welding", rounds=1, trimmed=0)
    return world


def test_R_164_a_snapshot_is_computed_again_from_the_log_whatever_was_recorded_since() -> None:
    world = assessed()
    stood = snapshot(world.workflow.history, "procedure/bout")
    said = cited("procedure/bout", stood.digest, stood.position)
    world.begin("interview", "i-1", invited="p-6", grade="poor", **said)
    world.take("enter", key="bout", by=world.self_(7), contestant="p-7")
    assert snapshot(world.workflow.history, "procedure/bout") != stood
    assert snapshot(world.workflow.history.up_to(stood.position), "procedure/bout") == stood
    assert wrong_snapshots(world.workflow.history) == ()


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"result": MENDED}, "has the digest"),
        ({"position": 10_000}, "after it"),
        ({"position": 1}, "no such"),
    ],
)
def test_R_164_a_snapshot_that_the_log_does_not_bear_out_is_found(wrong: dict[str, Any], what: str) -> None:
    world = assessed()
    stood = snapshot(world.workflow.history, "procedure/bout")
    said = cited("procedure/bout", stood.digest, stood.position) | wrong
    world.begin("interview", "i-1", invited="p-6", grade="poor", **said)
    [found] = wrong_snapshots(world.workflow.history)
    assert (found.stream, found.ground) == ("procedure/i-1", "procedure/bout")
    assert what in found.what


def test_there_is_no_snapshot_of_what_is_not_there() -> None:
    world = three_uses()
    for stream in ("publication/none", "case/none"):
        with pytest.raises(InvalidInput):
            snapshot(world.workflow.history, stream)


# --- laws ------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["honour", "promotion", "penalty", "correct"]), max_size=8))
def test_no_use_is_lost_every_citation_stands_in_one_ground_and_in_the_order_of_the_log(
    acts: list[str],
) -> None:
    world = PackWorld("honour", "promotion", "penalty")
    world.do(Publish(**publication(world, "rank-0")), by=world.act(21))
    latest, made, before = 0, 0, 0
    for number, act in enumerate(acts):
        digest = RESULT if latest == 0 else MENDED
        said = cited(f"publication/rank-{latest}", digest)
        if act == "correct":
            correct(world, f"rank-{latest}", f"rank-{latest + 1}")
            latest, before = latest + 1, made
            continue
        made += 1
        more: dict[str, dict[str, Any]] = {
            "honour": {"form": "flag", "honoured": "p-5"},
            "promotion": {"promoted": "p-5", "post": "leader"},
            "penalty": {"concerned": "p-6", "measure": "criticism", "texts": {"grounds": "x"}},
        }
        world.begin(act, f"x-{number}", clause="c", **more[act], **said)
    history = world.workflow.history
    found = grounds(history)
    assert sum(len(item.uses) for item in found) == made
    assert len(found) == (1 if made else 0)
    uses = [use for item in found for use in item.uses]
    assert uses == sorted(uses, key=lambda use: use.evidence.position)
    assert {use.evidence for use in uses} <= {use.evidence for use in citations(history)}
    corrected = corrected_grounds(history, MODEL)
    assert sum(len(item.uses) for item in corrected) == (before if latest else 0)
