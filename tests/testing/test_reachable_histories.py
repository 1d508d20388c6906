"""Histories made for a policy: only what the deciders permit, fast, and of what the policy reads."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from tests.testing.faulty_policies import CLAIMS

from party_workflow.authority import SELF
from party_workflow.decider import fold
from party_workflow.domain.activity import ActivityHeld, ActivityPlanned, AttendanceCorrected
from party_workflow.domain.points import DeductionDecided, PointsGranted, PointsOpened
from party_workflow.testing.policies import party_ground, reachable_histories, walks
from party_workflow.testing.policies.past import Past
from party_workflow.testing.policies.quick import Walked, replayed
from party_workflow.testing.policies.shrinking import shrunk

ATTENDANCE = (ActivityHeld, AttendanceCorrected)
GROUND = party_ground(people=3)
POINTS = party_ground("member_points", people=2)


def test_hundreds_of_histories_are_made() -> None:
    made = list(walks(ATTENDANCE, GROUND, number=300))
    assert len(made) == 300


def test_the_same_seed_gives_the_same_histories_and_another_one_others() -> None:
    def told(seed: str) -> list[list[str]]:
        return [
            [repr(item) for item in walk.recorded] for walk in walks(ATTENDANCE, GROUND, number=5, seed=seed)
        ]

    assert told("a") == told("a") != told("b")


def test_what_a_policy_reads_occurs_with_corrections_and_late_entries() -> None:
    kinds: Counter[str] = Counter()
    late = ties = 0
    for walk in walks(ATTENDANCE, GROUND, number=60):
        recorded = walk.recorded[len(GROUND.begun.recorded) :]
        kinds.update(item.event.stored_type for item in recorded)
        late += sum(item.envelope.effective_at < item.envelope.recorded_at for item in recorded)
        held = [item.event for item in recorded if isinstance(item.event, ActivityHeld)]
        ties += any(len({line.status for line in each.attendance}) < len(each.attendance) for each in held)
    read = kinds["activity.held"] + kinds["activity.attendance_corrected"]
    assert read > 60
    assert kinds["activity.attendance_corrected"] > 10
    assert late > 30
    assert ties > 10
    statuses = {
        line.status
        for walk in walks(ATTENDANCE, GROUND, number=60)
        for item in walk.recorded
        if isinstance(item.event, ActivityHeld)
        for line in item.event.attendance
    }
    assert {"present", "late", "absent", "excused"} <= statuses


def test_decisions_come_after_what_they_decide() -> None:
    decided = 0
    for walk in walks((PointsOpened, PointsGranted, DeductionDecided), POINTS, number=120):
        kinds = [item.event.stored_type for item in walk.recorded]
        if "points.deduction_decided" in kinds:
            decided += 1
            before = kinds[: kinds.index("points.deduction_decided")]
            assert {"points.opened", "points.deduction_proposed", "points.notice_given"} <= set(before)
    assert decided > 3


@settings(max_examples=20, deadline=None)
@given(reachable_histories(ATTENDANCE, GROUND, max_steps=8))
def test_every_history_is_one_that_the_deciders_lead_to(past: Past) -> None:
    assert isinstance(past, Walked)
    assert list(replayed(past.model, past.steps).recorded) == list(past.recorded)
    positions = [item.envelope.position for item in past.recorded]
    assert positions == list(range(1, len(positions) + 1))
    times = [item.envelope.recorded_at for item in past.recorded]
    assert times == sorted(times)
    for stream in {item.envelope.stream for item in past.recorded} - {"log", "authority"}:
        mine = [item for item in past.recorded if item.envelope.stream == stream]
        assert [item.envelope.version for item in mine] == list(range(1, len(mine) + 1))
        fold(past.model.decider(stream), mine)
    assert list(past.history.events()) == list(past.recorded)


def test_nobody_that_a_policy_is_about_decides_for_the_organisation() -> None:
    for walk in walks(ATTENDANCE, GROUND, number=20):
        for item in walk.recorded:
            assert item.envelope.person not in GROUND.people or item.envelope.capacity == SELF


def test_a_history_shrinks_to_the_steps_that_matter() -> None:
    def two_held(past: Past) -> bool:
        return sum(isinstance(item.event, ActivityHeld) for item in past.recorded) >= 2

    walk = next(walk for walk in walks(ATTENDANCE, GROUND, number=60) if two_held(walk.past))
    small = shrunk(walk.past, two_held)
    kinds = [item.event.stored_type for item in small.recorded]
    assert two_held(small)
    assert kinds.count("activity.planned") == kinds.count("activity.held") == 2
    assert "activity.attendance_corrected" not in kinds
    assert len(kinds) < len(walk.recorded)


def test_events_without_steps_shrink_by_themselves() -> None:
    def planned(past: Past) -> bool:
        return any(isinstance(item.event, ActivityPlanned) for item in past.recorded)

    walk = next(walk for walk in walks(ATTENDANCE, GROUND, number=60) if planned(walk.past))
    told = Past(tuple(walk.recorded), GROUND.model.registry)
    assert len(shrunk(told, planned)) == 1


def test_gaps_and_values_of_a_ground_can_be_said() -> None:
    from dataclasses import replace

    daily = replace(GROUND, gaps=(timedelta(days=1),)).with_values(kind=("tea",))
    for walk in walks((ActivityPlanned,), daily, number=10):
        planned = [item.event for item in walk.recorded if isinstance(item.event, ActivityPlanned)]
        assert {each.kind for each in planned} <= {"tea"}


@pytest.mark.parametrize("fault", CLAIMS)
def test_the_ground_of_a_claim_brings_all_that_its_policy_reads(fault: str) -> None:
    claim = CLAIMS[fault]
    met = {type(item.event) for walk in walks(claim.right, claim.ground, number=60) for item in walk.recorded}
    assert set(claim.right.reads) <= met
