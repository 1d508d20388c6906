"""What the driven commands brought to light, each as a case of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.stateful import party as driven
from tests.support.pack import PackWorld

from party_workflow.domain.campaign import LinkProblem
from party_workflow.domain.plan import AddItem, ApprovePlan, DraftPlan, FileReport, PlanKind
from party_workflow.domain.plan.items import Citation, ItemDraft, RankClaim, RankTarget
from party_workflow.domain.procedure import OpenProcedure, ProcedureKind, TakeStep
from party_workflow.domain.publication import Notify
from party_workflow.domain.schedule import OpenSchedule
from party_workflow.errors import Refused
from party_workflow.packs import party, results
from party_workflow.service import Workflow
from party_workflow.store import MemoryStore, decode, read_event


def test_a_rank_in_a_stream_that_is_no_publication_is_refused_and_not_a_crash() -> None:
    world = PackWorld("brand", members=8)
    kind = party.PACK.read_as(PlanKind, "brand")
    world.do(DraftPlan(key="one", unit="u-branch", kind=kind.code, definition=kind.digest), by=world.act(2))
    item = ItemDraft(
        code="first",
        person="p-3",
        due=date(2009, 6, 1),
        standard_code="well",
        rank=RankTarget(ranking="stars", place=3),
    )
    world.do(AddItem(key="one", item=item), by=world.act(2))
    world.do(ApprovePlan(key="one"), by=world.act(4))
    claim = RankClaim(place=1, publication="definition/brand")
    report = FileReport(
        key="one",
        item="first",
        claim="achieved",
        rank=claim,
        evidence=(Citation(kind="document", digest="ab" * 32),),
    )
    before = world.workflow.history.head()
    with pytest.raises(Refused, match="publication"):
        world.do(report, by=world.act(3))
    assert world.workflow.history.head() == before


def test_the_audit_does_not_accuse_a_step_that_was_recorded_together_with_something_else() -> None:
    world = PackWorld("research_bidding", members=8)
    kind = party.PACK.read_as(ProcedureKind, "research_bidding")
    world.do(
        OpenProcedure(
            key="one", kind=kind.code, definition=kind.digest, unit="u-branch", given={"topic": "safety"}
        ),
        by=world.act(2),
    )
    world.do(TakeStep(key="one", step="close"), OpenSchedule(key="other", unit="u-branch"), by=world.act(3))
    findings = [
        str(found)
        for check, found in results.full_audit(world.workflow.history).findings()
        if check.integrity
    ]
    assert findings == []


def test_a_citation_of_a_category_that_there_is_not_is_refused_like_one_of_a_matter_that_there_is_not() -> (
    None
):
    world = PackWorld()
    for command in (
        LinkProblem(key="nowhere", task="talks", case="everything"),
        Notify(key="nowhere", occasion="everything"),
    ):
        closed = {p.command: p for p in world.workflow.allowed(world.act(2), world.now, command.stream)}
        with pytest.raises(Refused) as refused:
            world.do(command, by=world.act(2))
        told = closed[command.stored_type].refusal
        assert told is not None
        assert refused.value.refusal.code == told.code


def test_every_event_of_a_campaign_is_folded_also_without_the_ones_before_it() -> None:
    records, _ = driven.founded()
    decider = party.MODEL.by_category["campaign"]
    seen = set()
    for stored in Workflow(MemoryStore(records), party.MODEL).history.events():
        if stored.envelope.stream.startswith("campaign/"):
            decider.evolve(decider.initial(), stored)
            seen.add(stored.envelope.stored_type)
    assert seen >= {"campaign.gate_decided", "campaign.phase_finished", "campaign.problem_linked"}


WITH_A_BODY = {
    "assessment.opened",
    "campaign.started",
    "case.opened",
    "inspection.planned",
    "inspection.sealed",
    "ledger.opened",
    "plan.drafted",
    "responsibility.opened",
}
"""Their golden samples carry a body that is no definition of theirs; no decision makes such an event."""


def test_every_event_is_folded_also_where_nothing_was_opened_before_it(root: Path) -> None:
    seen = set()
    for path in sorted((root / "tests" / "golden").glob("*.jsonl")):
        decider = party.MODEL.by_category.get(path.name.partition(".")[0])
        if decider is None or path.name.partition("@")[0] in WITH_A_BODY:
            continue
        for line in path.read_bytes().splitlines():
            state = decider.evolve(decider.initial(), read_event(decode(line), party.MODEL.registry))
            decider.closed(state)
            seen.add(path.name)
    assert {"rating.paper_entered@1.jsonl", "rating.paper_discarded@1.jsonl"} <= seen
