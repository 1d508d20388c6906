"""Responsibility as the pack has it: chains, duties in person, letters, bundles, joint conferences.

R-118, R-161, R-163, R-168, R-169.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.support.pack import PackWorld

from party_workflow.calendar import Period
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity, PlannedItem
from party_workflow.domain.activity.commands import HeldItem
from party_workflow.domain.responsibility import (
    BindPosts,
    NameHolder,
    OpenResponsibility,
    Post,
    ResponsibilityKind,
)
from party_workflow.errors import InvalidInput, Refused
from party_workflow.packs import party
from party_workflow.packs.labels import label
from party_workflow.personal import Personal
from party_workflow.policies.activities.chairing import wrongly_delegated
from party_workflow.policies.activities.occasions import occasions
from party_workflow.policies.responsibility.bundles import bundle_status
from party_workflow.policies.responsibility.chains import chain_at, unfilled
from party_workflow.policies.responsibility.conferences import decided
from party_workflow.policies.responsibility.in_person import in_person

DAY = timedelta(days=1)
TASK = Personal("Pay what is owed to all by the end of the quarter")


def carried(world: PackWorld, matter: str, unit: str, kind: str, **holders: str) -> None:
    """Open a chain of the pack in a unit and name its holders."""
    digest = party.PACK.read_as(ResponsibilityKind, kind).digest
    world.do(OpenResponsibility(matter=matter, unit=unit, kind=kind, definition=digest))
    for tier, holder in holders.items():
        who: dict[str, Any] = {"section" if holder.startswith("u-") else "person": holder}
        world.do(NameHolder(matter=matter, unit=unit, tier=tier, ground="appointed", **who))


# --- joint conference -----------------------------------------------------------------


def conference() -> PackWorld:
    """A joint conference that decided two things and put a third off."""
    world = PackWorld("conference_task", "joint_conference_quarterly")
    quarter = Period("2009-Q1")
    codes = ("clear_arrears", "joint_patrol", "new_form")
    world.do(
        PlanActivity(
            key="jc-1",
            kind="joint_conference",
            unit="u-branch",
            planned_at=world.now,
            period=quarter,
            expected=("p-2", "p-3"),
            agenda=tuple(PlannedItem(code=code, reference=quarter) for code in codes),
        )
    )
    outcomes = {"clear_arrears": "done", "joint_patrol": "done", "new_form": "put_off"}
    results = [
        {"code": code, "outcome": outcome, **({"reason": "no_time"} if outcome != "done" else {})}
        for code, outcome in outcomes.items()
    ]
    world.do(
        HoldActivity(
            key="jc-1",
            attendance={p: Attendance(status="present") for p in ("p-2", "p-3")},
            chaired_by="p-2",
            agenda=tuple(HeldItem.model_validate(item) for item in results),
        )
    )
    return world


def entrust(world: PackWorld, key: str = "t-1", **but: Any) -> None:
    said: dict[str, Any] = {
        "conference": ("activity/jc-1",),
        "decision": ("clear_arrears",),
        "lead": ("p-3",),
        "lead_unit": ("u-branch",),
        "supporting": ("u-bureau", "u-city"),
        "due": ("2009-03-31",),
    }
    given = {name: value for name, value in (said | but).items() if value is not None}
    world.begin("conference_task", key, texts={"task": (TASK,)}, **given)


def test_R_163_a_decision_becomes_a_task_with_lead_supporting_units_and_a_deadline() -> None:
    world = conference()
    entrust(world)
    found = decided(world.workflow.history, "jc-1")
    assert found.decisions == ("clear_arrears", "joint_patrol")
    (task,) = found.tasks
    assert (task.decision, task.lead, task.lead_unit) == ("clear_arrears", "p-3", "u-branch")
    assert (task.supporting, task.due) == (("u-bureau", "u-city"), date(2009, 3, 31))
    assert (task.state, task.done) == ("entrusted", False)
    assert not found
    assert found.without_task == ("joint_patrol",)
    assert task.overdue(date(2009, 4, 1))
    assert not task.overdue(date(2009, 3, 31))
    entrust(world, "t-2", decision=("joint_patrol",))
    assert decided(world.workflow.history, "jc-1")


@pytest.mark.parametrize("lacking", ["conference", "decision", "lead", "lead_unit", "supporting", "due"])
def test_R_163_a_task_without_lead_units_or_deadline_is_refused(lacking: str) -> None:
    world = conference()
    with pytest.raises(Refused):
        entrust(world, **dict[str, Any]({lacking: None}))
    entrust(world)


def test_R_163_a_task_cites_a_conference_that_took_place() -> None:
    world = conference()
    with pytest.raises(Refused):
        entrust(world, conference=("activity/none",))
    later = PlanActivity(
        key="jc-2", kind="joint_conference", unit="u-branch", planned_at=world.now, expected=("p-2",)
    )
    world.do(later)
    with pytest.raises(Refused):
        entrust(world, conference=("activity/jc-2",))
    entrust(world)
    with pytest.raises(InvalidInput):
        decided(world.workflow.history, "jc-2")


def test_R_163_the_lead_reports_and_somebody_else_accepts() -> None:
    world = conference()
    entrust(world)
    outcome = {"outcome": (Personal("Paid to 40 people"),)}
    assert (
        world.refusal("report_done", key="t-1", by=world.self_(4), texts=outcome).code == "authority.not_own"
    )
    world.take("report_done", key="t-1", by=world.self_(3), texts=outcome)
    assert world.refusal("accept_task", key="t-1", by=world.act(3)).code == "authority.own_case"
    world.take("send_back", key="t-1", by=world.act(2), reason=("incomplete",))
    world.take("report_done", key="t-1", by=world.self_(3), texts=outcome)
    world.take("accept_task", key="t-1", by=world.act(2))
    (task,) = decided(world.workflow.history, "jc-1").tasks
    assert (task.state, task.done, task.overdue(date(2010, 1, 1))) == ("accepted", True, False)


def test_R_163_a_task_that_was_dropped_leaves_its_decision_without_one_and_others_stand_beside() -> None:
    world = conference()
    entrust(world)
    entrust(world, "t-2", decision=("new_form",))
    world.take("drop", key="t-1", by=world.act(2), reason=("superseded",))
    found = decided(world.workflow.history, "jc-1")
    assert found.without_task == ("clear_arrears", "joint_patrol")
    assert [task.decision for task in found.beside] == ["new_form"]


# --- the chains of the pack ------------------------------------------------------------------


def test_R_161_the_chain_of_the_pack_has_three_tiers_with_labels_in_both_languages() -> None:
    kind = party.PACK.read_as(ResponsibilityKind, "three_tier_chain")
    codes = [tier.code for tier in kind.tiers]
    assert codes == ["first_responsible", "leader_in_charge", "undertaking_section"]
    assert [label(code, "zh") for code in codes] == ["第一责任人", "分管领导", "责任科室"]
    world = PackWorld("three_tier_chain")
    carried(world, "safety", "u-branch", "three_tier_chain", first_responsible="p-3", leader_in_charge="p-4")
    assert [gap.tier for gap in unfilled(world.workflow.history, world.now)] == ["undertaking_section"]
    assert chain_at(world.workflow.history, "safety", "u-branch", world.now).gaps == ("undertaking_section",)


def test_R_118_the_chain_for_unpaid_wages_names_its_leads() -> None:
    world = PackWorld("wage_arrears_chain")
    carried(world, "wages", "u-branch", "wage_arrears_chain", first_responsible="p-3", named_lead="p-4")
    world.do(NameHolder(matter="wages", unit="u-branch", tier="named_lead", person="p-5", ground="appointed"))
    leads = world.workflow.fact("responsibility.leads", "responsibility/wages.u-branch", at=world.now)
    assert leads == ("p-4", "p-5")
    kind = party.PACK.read_as(ResponsibilityKind, "wage_arrears_chain")
    assert (kind.zero_recurrence, kind.cases) == (True, ("wage_arrears",))


def test_R_168_what_may_not_be_delegated_is_said_by_the_pack() -> None:
    world = PackWorld("three_tier_chain")
    carried(world, "safety", "u-branch", "three_tier_chain", first_responsible="p-3")
    since = world.now
    for key, kind in (("s-1", "special_study"), ("s-2", "general_meeting")):
        world.do(PlanActivity(key=key, kind=kind, unit="u-branch", planned_at=world.now, expected=("p-4",)))
        world.do(
            HoldActivity(
                key=key,
                attendance={"p-4": Attendance(status="present")},
                chaired_by="p-4",
                delegated_by="p-3",
                delegation="on_leave",
            )
        )
    report = in_person(world.workflow.history, "safety", "u-branch", since, world.now + DAY)
    (listed,) = report.performances
    assert (listed.occasion, listed.holder, listed.how, listed.counts_for) == (
        "s-1",
        "p-3",
        "delegated",
        "p-4",
    )
    assert report.all_left_to_others == ("p-3",)
    tier = party.PACK.read_as(ResponsibilityKind, "three_tier_chain").tier("first_responsible")
    assert tier is not None
    by_kind = wrongly_delegated(occasions(world.workflow.history).values(), tier.in_person)
    assert [item.occasion for item in by_kind] == ["s-1"]


def test_R_169_posts_of_two_layers_are_bound_by_pack_data_alone_and_nothing_follows() -> None:
    world = PackWorld("three_tier_chain")
    for unit, person in (("u-bureau", "p-2"), ("u-branch", "p-3")):
        carried(world, "safety", unit, "three_tier_chain", first_responsible=person)
    posts = tuple(Post(unit=unit, tier="first_responsible") for unit in ("u-bureau", "u-branch"))
    bind = BindPosts(matter="safety", unit="u-bureau", bundle="layers", posts=posts, basis="source.s1a")
    world.do(bind, by=world.act(20))
    status = bundle_status(world.workflow.history, "safety", "u-bureau", "layers", world.now, world.now)
    assert [post.people for post in status.posts] == [("p-3",), ("p-2",)]
    assert all(post.consequences == () for post in status.posts)
