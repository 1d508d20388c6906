"""Micro-visits: coverage by branch, issues entered with consent, petitions that a visit foresaw (R-135)."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from tests.support.pack import PackWorld
from tests.support.talking import bystander, met

from party_workflow.authority import UNKNOWN_MATTER
from party_workflow.authority.reasons import NOT_OWN
from party_workflow.domain.organisation import AttachPerson, FoundUnit
from party_workflow.errors import Refused
from party_workflow.personal import Personal
from party_workflow.policies.activities.visits import BranchVisits, visit_coverage
from party_workflow.quantity import Quantity

DAY = timedelta(days=1)


def branches() -> PackWorld:
    """p-1 to p-4 in the branch, p-5 and p-6 in another one; p-20 records in the bureau."""
    world = PackWorld("visit_issue", members=0)
    world.do(FoundUnit(unit="u-second", kind="branch", parent="u-bureau"))
    for number in range(1, 7):
        world._person(number, "u-branch" if number < 5 else "u-second", "member")
    world._person(20, "u-bureau", "member")
    return world


def coverage(world: PackWorld) -> dict[str, BranchVisits]:
    found = visit_coverage(
        world.workflow.history, ["micro_visit"], "u-bureau", world.now - 30 * DAY, world.now, ["member"]
    )
    return {item.unit: item for item in found}


def test_R_135_coverage_is_told_per_branch_with_those_who_were_not_visited() -> None:
    world = branches()
    met(world, "v-1", (2, 3), "micro_visit", chair=20, invited=(20,))
    met(world, "v-2", (3, 5), "micro_visit", chair=20, invited=(20,), absent=(5,))
    found = coverage(world)
    assert found["u-branch"].visited == ("p-2", "p-3")
    assert found["u-branch"].missing == ("p-1", "p-4")
    assert found["u-branch"].coverage.rate.value == Fraction(1, 2)
    assert found["u-second"].visited == ()
    assert found["u-second"].missing == ("p-5", "p-6")
    assert found["u-second"].coverage.rate.value == 0
    assert not any(found.values())
    assert found["u-branch"].coverage.part.evidence()[0].stored_type == "activity.held"


def test_R_135_whoever_visits_is_not_visited_and_whoever_came_along_is_neither() -> None:
    world = branches()
    met(world, "v-1", (1, 2), "micro_visit", chair=1, invited=(3,))
    assert coverage(world)["u-branch"].visited == ("p-2",)


def test_R_135_a_meeting_is_no_visit_and_a_visit_of_last_year_does_not_count() -> None:
    world = branches()
    met(world, "m-1", (1, 2), "meeting")
    met(world, "v-1", (1, 2), "micro_visit", chair=1, at=world.now)
    assert coverage(world)["u-branch"].visited == ("p-2",)
    world.later(days=31)
    assert coverage(world)["u-branch"].visited == ()


def test_R_135_the_rate_names_the_guests_that_lie_outside_its_population() -> None:
    world = branches()
    world.do(AttachPerson(person="p-5", unit="u-branch", ground="on_duty"), by=world.act(20))
    (outside,) = coverage(world)["u-branch"].coverage.outside
    assert outside.amount == Quantity.parse("1 people")


# --- issues ----------------------------------------------------------------------------------


def raised(world: PackWorld, key: str = "x-1") -> None:
    visit = met(world, f"v-{key}", (3,), "micro_visit", chair=20, invited=(20,))
    world.begin(
        "visit_issue",
        key=key,
        by=world.self_(20),
        visitor="p-20",
        raiser="p-3",
        of_visit=visit,
        subject="housing",
        texts={"issue_text": Personal("The roof leaks")},
    )


def test_R_135_an_issue_is_between_the_two_until_it_is_entered() -> None:
    world = branches()
    raised(world)
    bystander(world, 8)
    for step in ("consent", "decline_consent", "enter_item"):
        refusal = world.refusal(step, by=world.self_(8))
        assert refusal.code == UNKNOWN_MATTER.code
    assert [r.position for r in world.workflow.seen_by(world.self_(8), world.now).records()] == list(
        range(1, len(list(world.workflow.seen_by(world.self_(8), world.now).records())) + 1)
    )
    seen = world.workflow.seen_by(world.self_(8), world.now)
    assert "procedure/x-1" not in {record.envelope.stream for record in seen.records()}
    assert "roof" not in repr([record.data for record in world.workflow.history.records()])


def test_R_135_an_issue_becomes_a_ledger_item_only_with_the_consent_of_who_raised_it() -> None:
    world = branches()
    raised(world)
    assert world.refusal("enter_item", by=world.self_(20), ledger_item="case/none").code.startswith(
        "lifecycle."
    )
    assert world.refusal("consent", by=world.self_(20)).code == NOT_OWN.code
    assert world.refusal("consent", by=world.act(20)).code
    world.take("consent", by=world.self_(3))
    world.take("take_back_consent", by=world.self_(3))
    with pytest.raises(Refused):
        world.take("enter_item", by=world.self_(20), ledger_item="case/none")
    world.take("decline_consent", by=world.self_(3))
    assert world.workflow.state("procedure/x-1").state == "left_private"
