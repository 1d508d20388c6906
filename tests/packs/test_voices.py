"""What people say before it is a matter: diary, forum, visits, suggestions, clean-up, by pack data."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.pack import PackWorld
from tests.support.talking import bystander, met

from party_workflow.authority import OWN_CASE
from party_workflow.authority.reasons import NOT_OWN
from party_workflow.domain.case import (
    JoinCase,
    OpenCase,
    PromoteCase,
    RefuseCase,
    ReopenCase,
    WithdrawCase,
)
from party_workflow.domain.case.kind import CaseKind
from party_workflow.errors import InvalidCommand, Refused
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.cases.endings import endings
from party_workflow.policies.matters.procedures import procedures

DIARY = "entry-" + "0a" * 16


def opened(world: PackWorld, kind: str, key: str, by: int = 2, **more: Any) -> str:
    digest = party.PACK.read_as(CaseKind, kind).digest
    command = OpenCase(
        key=key,
        kind=kind,
        definition=digest,
        unit="u-branch",
        substance=Personal("The well is dry"),
        **more,
    )
    world.do(command, by=world.act(by))
    return f"case/{key}"


def refused(world: PackWorld, command: Any, **by: Any) -> str:
    with pytest.raises(Refused) as caught:
        world.do(command, **by)
    return caught.value.refusal.code


# --- R-141 -----------------------------------------------------------------------------------


def test_R_141_a_diary_is_private_by_default() -> None:
    world = PackWorld("diary_entry", "finding", members=4)
    bystander(world, 8)
    before = [record.position for record in world.workflow.seen_by(world.self_(8), world.now).records()]
    entry = opened(world, "diary_entry", DIARY)
    seen = world.workflow.seen_by(world.self_(8), world.now)
    assert [record.position for record in seen.records()] == before
    for by in (world.self_(8), world.self_(3)):
        tried = refused(world, PromoteCase(key=DIARY, to="case/f-1"), by=by)
        assert tried == refused(world, PromoteCase(key="none-" + "0b" * 16, to="case/f-1"), by=by)
    assert "well" not in repr([record.data for record in world.workflow.history.records()])
    own = world.workflow.seen_by(world.self_(2), world.now)
    assert entry in {record.envelope.stream for record in own.records()}
    assert endings(world.workflow.history, ("diary_entry",)).rows == ()


def test_R_141_an_entry_is_promoted_to_a_ledger_item_by_its_writer() -> None:
    world = PackWorld("diary_entry", "finding", members=4)
    entry = opened(world, "diary_entry", DIARY)
    item = opened(world, "finding", "f-1")  # what more people see does not name what fewer see
    world.do(PromoteCase(key=DIARY, to=item), by=world.self_(2))
    found = world.workflow.state(entry)
    assert (found.state, found.promoted) == ("made_an_item", item)
    (row,) = endings(world.workflow.history, ("diary_entry",), custody=True).rows
    assert (row.how, row.to) == ("item", item)


def test_R_141_an_item_does_not_name_the_entry_that_it_came_of_nor_is_it_what_came_of_something_else() -> (
    None
):
    world = PackWorld("diary_entry", "finding", members=4)
    entry = opened(world, "diary_entry", DIARY)
    with pytest.raises(Refused) as caught:
        opened(world, "finding", "f-1", source=entry)
    assert caught.value.refusal.code == "case.names_protected"
    other = opened(world, "finding", "f-1", source=opened(world, "finding", "f-2"))
    assert refused(world, PromoteCase(key=DIARY, to=other), by=world.self_(2)) == "case.not_promoted"


# --- R-142 -----------------------------------------------------------------------------------


def forum(*topics: str) -> tuple[PackWorld, str]:
    world = PackWorld("forum_topic", "finding", members=29)
    meeting = met(world, "forum-1", (2, 3, 4), "village_forum")
    for topic in topics:
        opened(world, "forum_topic", topic, source=meeting)
    return world, meeting


def test_R_142_every_topic_ends_in_a_ledger_item_or_a_recorded_reason_and_the_others_are_listed() -> None:
    world, meeting = forum("t-1", "t-2", "t-3", "t-4")
    item = opened(world, "finding", "f-1", source="case/t-1")
    world.do(PromoteCase(key="t-1", to=item), by=world.act(2))
    world.do(RefuseCase(key="t-2", ground="not_ours"), by=world.act(3))
    world.do(JoinCase(key="t-3", lead="case/t-4"), by=world.act(3))
    found = endings(world.workflow.history, ("forum_topic",), meeting)
    assert not found
    assert [(row.how, row.to, row.ground) for row in found.rows] == [
        ("item", item, None),
        ("reason", None, "not_ours"),
        ("earlier", "case/t-4", None),
        ("open", None, None),
    ]
    assert [row.stream for row in found.open] == ["case/t-4"]
    world.do(RefuseCase(key="t-4", ground="no_funds"), by=world.act(3))
    assert endings(world.workflow.history, ("forum_topic",), meeting)


def test_R_142_no_topic_is_left_without_a_reason_nor_taken_away() -> None:
    world, _ = forum("t-1")
    with pytest.raises(InvalidCommand, match="ground"):
        RefuseCase(key="t-1")  # type: ignore[call-arg]
    assert refused(world, WithdrawCase(key="t-1", ground="x"), by=world.act(2)).startswith("lifecycle.")


def test_R_142_a_topic_taken_up_again_is_open_again() -> None:
    world, meeting = forum("t-1")
    world.do(RefuseCase(key="t-1", ground="not_ours"), by=world.act(3))
    world.do(ReopenCase(key="t-1", ground="new_facts"), by=world.act(3))
    found = endings(world.workflow.history, ("forum_topic",), meeting)
    assert [row.how for row in found.rows] == ["open"]
    assert not found


def test_R_142_topics_of_another_forum_are_not_counted() -> None:
    world, _ = forum("t-1")
    found = endings(world.workflow.history, ("forum_topic",), "activity/other")
    assert found.rows == ()
    assert found


# --- R-122 -----------------------------------------------------------------------------------

ENDS = {
    "keep": ("kept_as_is", {"reason": "needed"}),
    "simplify": ("simplified", {"basis_document": "a" * 64}),
    "accelerate": ("accelerated", {"basis_document": "a" * 64}),
    "abolish": ("abolished", {"basis_document": "a" * 64}),
}


@pytest.mark.parametrize("step", sorted(ENDS))
def test_R_122_each_procedure_ends_with_the_days_before_and_after(step: str) -> None:
    world = PackWorld("procedure_review")
    world.begin("procedure_review", reviewed_procedure="licence", reviewed_as="procedure", before_days=20)
    end, said = ENDS[step]
    assert world.refusal(step, by=world.act(21), **said).code == "procedure.input_lacking"
    world.take(step, by=world.act(21), after_days=5, **said)
    (state,) = procedures(world.workflow.history, "procedure_review").values()
    assert (state.state, state.done) == (end, True)
    assert (state.latest("before_days"), state.latest("after_days")) == ((20,), (5,))
    assert state.kind is not None
    assert {s.code for s in state.kind.lifecycle.states if s.final} == {e for e, _ in ENDS.values()}


def test_R_122_nothing_is_taken_up_without_the_days_before_and_who_proposed_does_not_decide() -> None:
    world = PackWorld("procedure_review")
    with pytest.raises(Refused) as caught:
        world.begin("procedure_review", reviewed_procedure="licence", reviewed_as="procedure")
    assert caught.value.refusal.code == "procedure.input_lacking"
    world.begin("procedure_review", reviewed_procedure="pledge-1", reviewed_as="commitment", before_days=3)
    said = {"after_days": 3, "reason": "needed"}
    assert world.refusal("keep", by=world.act(20), **said).code == OWN_CASE.code
    world.take("keep", by=world.act(21), **said)


# --- R-140 -----------------------------------------------------------------------------------

STEPS: list[tuple[str, dict[str, Any]]] = [
    ("evaluate", {"feasible": "feasible_now"}),
    ("adopt", {"adopted_by": "u-branch"}),
    ("implement", {"evidence": "a" * 64}),
    ("verify", {"benefit": 30_000, "evidence": "b" * 64}),
]


def suggested() -> PackWorld:
    world = PackWorld("suggestion")
    world.begin(
        "suggestion", by=world.self_(3), bringer="p-3", texts={"suggestion_text": Personal("One form")}
    )
    return world


def test_R_140_a_suggestion_is_submitted_evaluated_adopted_implemented_and_its_benefit_verified() -> None:
    world = suggested()
    states = []
    for index, (step, said) in enumerate(STEPS):
        for later, more in STEPS[index + 1 :]:
            assert world.refusal(later, by=world.act(9), **more).code.startswith("lifecycle.")
        world.take(step, by=world.act(9), **said)
        states.append(world.workflow.state("procedure/x-1").state)
    assert states == ["evaluated", "adopted", "in_use", "benefit_verified"]
    assert world.workflow.state("procedure/x-1").latest("benefit") == (30_000,)


def test_R_140_the_benefit_is_verified_by_somebody_other_than_the_proposer() -> None:
    world = suggested()
    for step, said in STEPS[:-1]:
        world.take(step, by=world.act(9), **said)
    step, said = STEPS[-1]
    assert world.refusal(step, by=world.act(3), **said).code == OWN_CASE.code
    assert world.refusal(step, by=world.self_(3), **said).code != OWN_CASE.code
    world.take(step, by=world.act(9), **said)


def test_nobody_brings_a_suggestion_for_themselves_under_another_name() -> None:
    world = PackWorld("suggestion")
    with pytest.raises(Refused) as caught:
        world.begin(
            "suggestion", by=world.self_(4), bringer="p-3", texts={"suggestion_text": Personal("One form")}
        )
    assert caught.value.refusal.code == NOT_OWN.code
