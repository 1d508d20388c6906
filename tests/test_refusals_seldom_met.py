"""Refusals that the facade answers before a decider can: asked of the parts themselves."""

from __future__ import annotations

from party_workflow import lifecycle
from party_workflow.domain import activity, case
from party_workflow.domain.activity import AttachEvidence
from party_workflow.domain.case import AcceptCase
from party_workflow.lifecycle import UNKNOWN_MOVE
from party_workflow.packs.case_kinds import FINDING
from party_workflow.testing.scenario import Outcome, given


def test_what_is_open_on_a_case_that_was_never_opened_is_nothing_and_says_why() -> None:
    closed = case.DECIDER.closed(case.DECIDER.initial())[AcceptCase.stored_type]
    assert closed is not None
    assert "Open it first" in Outcome(closed).refused("case.unknown").remedy
    # Given as a command it is answered like a case that may not be seen.
    given(case.DECIDER).when(AcceptCase(key="c-1")).refused("authority.no_such_matter")


def test_a_move_that_a_lifecycle_does_not_have_is_refused_with_those_that_are_open() -> None:
    step = lifecycle.compile(FINDING.lifecycle).step("found", "approve")
    assert not isinstance(step, lifecycle.Step)
    assert "assign" in Outcome(step).refused(UNKNOWN_MOVE).remedy


def test_their_counterparts_are_permitted() -> None:
    assert isinstance(lifecycle.compile(FINDING.lifecycle).step("found", "assign"), lifecycle.Step)
    given(activity.DECIDER).when(AttachEvidence(key="a-1", kind="document", digest="0" * 64)).refused(
        "activity.unknown"
    )
