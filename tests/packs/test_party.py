"""The pack ``party``: its definitions hold together with the model."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.world import World, duties

from party_workflow.canonical import digest
from party_workflow.domain import definition
from party_workflow.errors import InvalidInput
from party_workflow.packs import party
from party_workflow.packs.campaign_2005 import APPRAISAL_RULE, CAMPAIGN, CODES, ROLES
from party_workflow.packs.labels import LABELS, label
from party_workflow.packs.pack import shipped


def test_every_duty_that_an_event_asks_for_is_carried_by_a_role_and_no_other() -> None:
    carried = {duty for held in ROLES.values() for duty in held}
    assert set(duties(party.MODEL)) < carried
    assert carried == party.duties()


def test_every_phase_task_kind_role_and_grade_of_the_pack_has_labels_in_both_languages() -> None:
    codes = {phase.code for phase in CAMPAIGN.phases} | set(ROLES)
    for phase in CAMPAIGN.phases:
        codes |= {task.code for task in phase.tasks} | {kind for task in phase.tasks for kind in task.counts}
    codes |= {parameter.code for parameter in APPRAISAL_RULE.clause("scale").parameters}
    assert codes - set(LABELS) == set()
    assert all(english and chinese for english, chinese in LABELS.values())


def test_the_manifest_lists_every_file_of_the_pack(root: Path) -> None:
    folder = root / "src" / "party_workflow" / "packs" / "party"
    assert {path.name for path in folder.glob("*.toml")} == set(shipped("party"))


def test_what_the_campaign_of_2005_says_has_not_changed() -> None:
    # Histories pin these digests: a change is version 2.
    assert {command.code: digest(command.body)[:16] for command in party.definitions(*CODES)} == {
        "cn-mainland": "95f4d6ba42413800",
        "education-campaign": "3d8813bca523317c",
        "democratic-appraisal": "90042b998951de2a",
        "opinion": "a3f1c9da8b8c4b19",
        "complaint": "95ada53052e69d69",
        "finding": "1a6afdf023d15267",  # version 2; what pins version 1 has it in its own log
    }


def test_definitions_are_those_named_in_their_order_or_all() -> None:
    every = [(command.kind, command.code, command.version) for command in party.definitions()]
    assert every == sorted(every)
    assert len(every) == len(party.PACK.definitions)
    named = party.definitions("finding", "bad_types")
    assert [command.code for command in named] == ["finding", "bad-types"]
    with pytest.raises(InvalidInput):
        party.definitions("horoscope")


def test_every_definition_of_the_pack_can_be_adopted_in_one_log() -> None:
    world = World(definition.decider(party.VALIDATORS))
    for command in party.definitions():
        world.do(command)
    adopted = {
        event.code: event.digest
        for item in world.workflow.history.events(definition.DefinitionAdopted)
        if isinstance(event := item.event, definition.DefinitionAdopted)
    }
    latest = {entry.key: digest(dict(entry.body)) for entry in party.PACK.definitions}
    assert adopted == latest


def test_a_code_without_a_label_is_shown_readably() -> None:
    assert label("some_new_code") == "some new code"
    assert label("excellent", "zh") == "优秀"


def test_the_seven_tasks_of_phase_two_stand_in_their_partial_order() -> None:
    tasks = {task.code: set(task.after) for task in CAMPAIGN.phases[1].tasks}
    assert tasks == {
        "seek_opinions": set(),
        "talks": set(),
        "analysis_material": {"seek_opinions", "talks"},
        "life_meetings": {"analysis_material"},
        "appraisal_opinions": {"life_meetings"},
        "written_feedback": {"appraisal_opinions"},
        "notify_results": {"written_feedback"},
    }


def test_the_weights_of_the_appraisal_rule_sum_to_one() -> None:
    assert sum(parameter.value for parameter in APPRAISAL_RULE.clause("weights").parameters) == 1
