"""Whom procedures name, and the tasks of campaigns."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from tests.domain.test_campaign import KEY, Stage
from tests.policies.feeds.folding import cells, lawful

from party_workflow.domain.campaign import Condition, OpenPhase, ReopenTask
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.procedure import OpenProcedure, ProcedureKind, TakeStep
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.figure import Absent
from party_workflow.testing.town import Town

AWARDS, TASKS = FEEDS["awards"], FEEDS["tasks"]
MISSING = Absent("missing")

FLAG: dict[str, Any] = {
    "code": "flag",
    "version": 1,
    "opening": "confer",
    "done": ["conferred"],
    "lifecycle": {
        "initial": "none",
        "final": ["revoked"],
        "moves": {"confer": "none -> conferred", "revoke": "conferred -> revoked"},
    },
    "steps": [
        {
            "code": "confer",
            "duty": "recognition.confer",
            "barred": ["honoured"],
            "inputs": [
                {"code": "form", "type": "code"},
                {"code": "worth", "type": "number"},
                {"code": "state", "type": "code"},
                {"code": "honoured", "type": "person", "required": False, "many": True},
                {"code": "honoured_unit", "type": "unit", "required": False},
            ],
        },
        {
            "code": "revoke",
            "duty": "recognition.revoke",
            "inputs": [{"code": "reason", "type": "code"}],
        },
    ],
}
"""A flag that is given to people or to a unit, and may be taken back."""


def flagged() -> Town:
    town = Town()
    kind = ProcedureKind.model_validate(FLAG)
    town.do(AdoptDefinition(code="flag", kind="procedure", version=1, body=kind.data()))
    given = {"form": "red_flag", "worth": 5, "state": "new"}
    town.do(
        OpenProcedure(
            key="f-1",
            kind="flag",
            definition=kind.digest,
            unit="u-bureau",
            given={**given, "honoured": ["p-4", "p-5"]},
        ),
        by=2,
    )
    town.do(
        OpenProcedure(
            key="f-2",
            kind="flag",
            definition=kind.digest,
            unit="u-bureau",
            given={**given, "honoured_unit": "u-b1"},
        ),
        by=2,
    )
    return town


def test_everybody_whom_a_procedure_names_has_a_row_with_what_was_said() -> None:
    town = flagged()
    columns = "procedure", "kind", "named", "subject", "form", "worth", "done", "revoked"
    assert cells(AWARDS, town.history, *columns) == [
        ("f-1", "flag", "honoured", "p-4", "red_flag", Fraction(5), "yes", "no"),
        ("f-1", "flag", "honoured", "p-5", "red_flag", Fraction(5), "yes", "no"),
        ("f-2", "flag", "honoured_unit", "u-b1", "red_flag", Fraction(5), "yes", "no"),
    ]
    # An input called like a column of the feed does not take its place.
    assert {state for (state,) in cells(AWARDS, town.history, "state")} == {"conferred"}
    lawful(AWARDS, town.history)


def test_what_was_taken_back_says_so_and_why_and_rests_on_that_too() -> None:
    town = flagged()
    town.later(days=30)
    town.do(TakeStep(key="f-1", step="revoke", given={"reason": "false_report"}), by=3)
    found = [fact for fact in lawful(AWARDS, town.history) if fact["procedure"] == "f-1"]
    assert {(fact["revoked"], fact["done"], fact["reason"]) for fact in found} == {
        ("yes", "no", "false_report")
    }
    assert [len(fact.evidence) for fact in found] == [2, 2]
    assert found[0].effective_at == town.now - timedelta(days=30)
    before = town.history.as_of(known=town.now - timedelta(days=1))
    assert {revoked for (revoked,) in cells(AWARDS, before, "revoked")} == {"no"}


# --- campaigns ---------------------------------------------------------------------------------


def test_every_task_of_a_campaign_has_a_row_open_until_it_is_completed() -> None:
    world = Stage()
    history = world.workflow.history
    assert {state for (state,) in cells(TASKS, history, "state")} == {"open"}
    assert {total for (total,) in cells(TASKS, history, "total")} == {MISSING}
    world.open("study")
    world.later(days=3)
    world.complete("sessions")
    (fact,) = (fact for fact in lawful(TASKS, world.workflow.history) if fact["task"] == "sessions")
    assert (fact["campaign"], fact["phase"], fact["state"], fact["unit"]) == (
        KEY,
        "study",
        "completed",
        "u-bureau",
    )
    assert (fact["total"], fact["works"], fact["completed_on"]) == (
        Fraction(2),
        Fraction(1),
        world.now.date(),
    )
    assert [item.stored_type for item in fact.evidence] == ["campaign.started", "campaign.task_completed"]
    world.do(ReopenTask(key=KEY, task="sessions", ground="counted_twice"))
    again = cells(TASKS, world.workflow.history, "state", "total", "completed_on", task="sessions")
    assert again == [("open", MISSING, MISSING)]
    lawful(TASKS, world.workflow.history)


def test_a_condition_of_a_gate_is_a_task_that_no_phase_of_the_definition_has() -> None:
    world = Stage().open("study")
    world.through("study", "pass_with_conditions", Condition(code="second_test"))
    world.do(OpenPhase(key=KEY, phase="review"))
    world.complete("second_test")
    found = cells(TASKS, world.workflow.history, "phase", "state", task="second_test")
    assert found == [(MISSING, "completed")]
    lawful(TASKS, world.workflow.history)
