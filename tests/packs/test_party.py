"""The pack ``party``: its definitions hold together with the model."""

from __future__ import annotations

from tests.support.world import duties

from party_workflow.packs import party
from party_workflow.packs.campaign_2005 import APPRAISAL_RULE, CAMPAIGN, ROLES
from party_workflow.packs.labels import LABELS, label


def test_every_duty_that_an_event_asks_for_is_carried_by_a_role_and_no_other() -> None:
    carried = {duty for held in ROLES.values() for duty in held}
    # Custody of confidential cases is asked for by visibility, not by an event.
    assert carried - {"case.custody"} == set(duties(party.MODEL))


def test_every_phase_task_kind_role_and_grade_of_the_pack_has_labels_in_both_languages() -> None:
    codes = {phase.code for phase in CAMPAIGN.phases} | set(ROLES)
    for phase in CAMPAIGN.phases:
        codes |= {task.code for task in phase.tasks} | {kind for task in phase.tasks for kind in task.counts}
    codes |= {parameter.code for parameter in APPRAISAL_RULE.clause("scale").parameters}
    assert codes - set(LABELS) == set()
    assert all(english and chinese for english, chinese in LABELS.values())


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
