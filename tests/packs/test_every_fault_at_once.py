"""A body with a fault of form AND several that do not agree: all of them are listed, each with its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from party_workflow.calendar import Series
from party_workflow.domain.assessment import AssessmentKind
from party_workflow.domain.campaign import CampaignDefinition
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.plan import PlanKind
from party_workflow.domain.procedure import ProcedureKind
from party_workflow.errors import InvalidCommand, InvalidDefinition
from party_workflow.policies.duties import Regime
from party_workflow.policies.ladders import Ladder


def faults(read: Callable[[Any], object], body: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidDefinition) as raised:
        read(body)
    assert all(fault.what and fault.remedy for fault in raised.value.faults)
    return [(fault.where, fault.what) for fault in raised.value.faults]


def places(read: Callable[[Any], object], body: Any) -> list[str]:
    return sorted(where for where, _ in faults(read, body))


def test_a_ladder_with_an_unknown_break_still_has_its_tiers_judged() -> None:
    body = {
        "code": "stars",
        "version": 1,
        "breaks": "vanish",
        "void": "skip",
        "tiers": [
            {"code": "one", "awards": 1},
            {"code": "one", "awards": 2},
            {"code": "three", "awards": 2},
            {"code": "four", "awards": 0},
            {"code": "five", "awards": 5, "colour": "red"},
        ],
    }
    assert places(Ladder.model_validate, body) == [
        "breaks",
        "tiers[1]",
        "tiers[2].awards",
        "tiers[3].awards",
        "tiers[4].colour",
    ]


def test_a_regime_with_an_unknown_frequency_still_has_its_duties_judged() -> None:
    body = {
        "code": "lessons",
        "version": 1,
        "offset_minutes": 9999,
        "duties": [
            {"code": "study", "unit_kinds": ["branch"], "every": "fortnight", "counts": ["study"]},
            {"code": "study", "unit_kinds": ["branch"], "every": "month", "counts": []},
            {"code": "talk", "every": "year", "counts": ["talk"], "also": ["sing"]},
            {"unit_kinds": ["branch"], "every": "year", "counts": ["talk"], "minimum": 0},
        ],
    }
    assert places(Regime.model_validate, body) == [
        "duties[0].every",
        "duties[1]",
        "duties[1].counts",
        "duties[2].also",
        "duties[2].unit_kinds",
        "duties[3].code",
        "duties[3].minimum",
        "offset_minutes",
    ]


def procedure(**changes: Any) -> dict[str, Any]:
    return {
        "code": "contest",
        "version": 1,
        "opening": "announce",
        "lifecycle": {
            "initial": "planned",
            "final": "over",
            "moves": {"announce": "planned -> open", "apply": "open -> open", "end": "open -> over"},
        },
        "steps": [
            {"code": "announce", "duty": "contest.run"},
            {"code": "apply", "own": ["applicant"], "becomes": "applicant"},
            {"code": "end", "duty": "contest.run"},
        ],
    } | changes


def test_a_procedure_whose_lifecycle_has_a_fault_still_has_its_steps_judged() -> None:
    lifecycle = procedure()["lifecycle"]
    lifecycle["moves"] = {**lifecycle["moves"], "lose": "open -> lost"}
    steps = [
        *procedure()["steps"],
        {"code": "apply", "duty": "contest.run"},
        {"code": "lose", "needs": [{"step": "cheat"}]},
        {"code": "sing", "duty": "contest.run", "at_most": 0},
    ]
    found = places(ProcedureKind.model_validate, procedure(lifecycle=lifecycle, steps=steps, done=["won"]))
    assert found == [
        "done",
        "lifecycle.states[3]",
        "steps[3]",
        "steps[4]",
        "steps[4].needs[0].step",
        "steps[5]",
        "steps[5].at_most",
    ]


def test_a_move_that_does_not_read_does_not_make_its_step_a_fault() -> None:
    lifecycle = procedure()["lifecycle"]
    lifecycle["moves"] = {**lifecycle["moves"], "apply": "open to open"}
    steps = [*procedure()["steps"][:2], {"code": "end"}]
    assert places(ProcedureKind.model_validate, procedure(lifecycle=lifecycle, steps=steps)) == [
        "lifecycle.moves.apply",
        "steps[2]",
    ]


def test_a_wrong_opening_is_listed_beside_a_move_without_a_step() -> None:
    body = procedure(opening="apply", steps=procedure()["steps"][:2], version=0)
    assert places(ProcedureKind.model_validate, body) == ["lifecycle.moves.end", "opening", "version"]


def test_a_procedure_without_a_code_has_that_fault_and_its_steps_theirs() -> None:
    body = procedure(steps=[*procedure()["steps"], {"code": "sing", "duty": "contest.run"}])
    del body["code"]
    assert places(ProcedureKind.model_validate, body) == ["code", "steps[3]"]


def test_an_assessment_with_a_bad_scale_names_the_item_and_judges_all_the_rest() -> None:
    body = {
        "code": "sheet",
        "version": 1,
        "subjects": "units",
        "stages": {"initial": "open", "final": "closed", "moves": {"close": "open -> closed if lucky"}},
        "items": [
            {"code": "order", "scale": {"type": "pass"}},
            {"code": "wit", "scale": {"type": "points", "low": "0", "step": "-1"}},
            {"code": "order", "scale": {"type": "stars"}},
            {"code": "speed", "scale": {"type": "measure", "unit": "yuan"}},
            {"code": "depth", "scale": {"type": "points", "low": 1.5, "high": "3", "step": "0"}},
        ],
        "voices": [
            {"code": "judge", "standing": "assessor", "items": ["grace"], "stages": ["nowhere"]},
            {"code": "judge", "standing": "somebody"},
        ],
        "opens": {"juggle": ["open"]},
    }
    assert places(AssessmentKind.model_validate, body) == [
        "items.order",
        "items.speed",
        "items[1].scale.low",
        "items[1].scale.step",
        "items[2].scale.type",
        "items[4].scale.low",
        "items[4].scale.step",
        "opens",
        "stages.moves",
        "voices.judge",
        "voices.judge.items",
        "voices.judge.stages",
        "voices[1].standing",
    ]


def test_a_campaign_with_one_bad_task_still_has_the_others_judged() -> None:
    body = {
        "code": "study",
        "version": 1,
        "mode": "fast",
        "phases": [
            {
                "code": "first",
                "tasks": [
                    {"code": "read", "minimum": "three"},
                    {"code": "read"},
                    {"code": "talk", "after": ["sing"]},
                    {"code": "look", "after": ["look"]},
                ],
            },
            {"code": "first", "tasks": []},
        ],
        "batches": [{"code": "one", "slots": [{"phase": "third", "since": "2020-01-01"}]}],
    }
    assert places(CampaignDefinition.model_validate, body) == [
        "batches[0].slots[0]",
        "mode",
        "phases[0].tasks",
        "phases[0].tasks[0].minimum",
        "phases[0].tasks[1]",
        "phases[0].tasks[2].after",
        "phases[1]",
        "phases[1].tasks",
    ]


def test_the_tasks_of_a_campaign_without_phases_are_named_where_they_stand() -> None:
    body = {"code": "study", "version": 0, "tasks": [{"code": "read"}, {"code": "read"}]}
    assert places(CampaignDefinition.model_validate, body) == ["tasks[1]", "version"]


def test_a_plan_and_a_series_with_a_fault_of_form_are_judged_on() -> None:
    reminders = [{"code": "soon", "days": 2.5}, {"code": "soon", "days": 1, "escalates": True}]
    plan = {"code": "points", "version": 1, "results": {"done": "done"}, "reminders": reminders}
    found = faults(PlanKind.model_validate, plan)
    assert sorted({where for where, _ in found}) == [
        "reminders[0].days",
        "reminders[1]",
        "reminders[1].escalates",
        "results",
    ]
    assert len(found) == 6  # three words are lacking
    series = {
        "code": "meeting",
        "version": 1,
        "activity": "study",
        "frequency": "quarter",
        "edges": "round",
        "window": {"month": 4, "first": 9, "last": 2},
        "agenda": [{"code": "look_back"}, {"code": "look_back"}],
    }
    assert places(Series.model_validate, series) == ["agenda[1]", "edges", "window.last", "window.month"]


@pytest.mark.parametrize("body", [5, [], {"code": "x"}, {1: 2}, {"steps": 5, "lifecycle": 7}])
@pytest.mark.parametrize(
    "kind", [Ladder, Regime, ProcedureKind, AssessmentKind, CampaignDefinition, PlanKind, Series]
)
def test_what_has_no_form_at_all_is_refused_in_words(kind: Any, body: Any) -> None:
    assert faults(kind.model_validate, body)


def test_a_lifecycle_in_the_short_notation_can_be_adopted_by_command() -> None:
    command = AdoptDefinition(code="contest", kind="procedure", version=1, body=procedure())
    assert ProcedureKind.model_validate(command.body) == ProcedureKind.model_validate(procedure())
    again = AdoptDefinition(code="contest", kind="procedure", version=1, body=command.body)
    assert again == command


def test_moves_that_do_not_read_are_refused_by_place_and_never_echoed() -> None:
    body = procedure(lifecycle={"initial": "a", "moves": {"close": "Zhang San"}})
    with pytest.raises(InvalidCommand, match=r"body\.lifecycle has moves that do not read") as raised:
        AdoptDefinition(code="contest", kind="procedure", version=1, body=body)
    assert "Zhang" not in str(raised.value)
