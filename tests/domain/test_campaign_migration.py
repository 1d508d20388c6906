"""Campaigns that run while their definition changes: the dry run, and what the command then does."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.domain.test_campaign import KEY, PLAN, STREAM, Stage, adopt, changed, start, tasks
from tests.support.laws import attempt, replays

from party_workflow.domain.campaign import (
    CampaignDefinition,
    CancelCampaign,
    Divergence,
    FinishPhase,
    MigrateDefinition,
    Phase,
    StartCampaign,
    Task,
    divergences,
    plan_migration,
)
from party_workflow.domain.population import FreezePopulation
from party_workflow.policies.courses.campaigns import migrations

STUDY, REVIEW, RECTIFY = PLAN.phases
OATH = Task(code="oath")


def move(plan: CampaignDefinition) -> MigrateDefinition:
    return MigrateDefinition(key=KEY, definition_code=plan.code, definition=plan.digest)


def studying() -> Stage:
    """In the first phase, with its lessons done: 2 of them, where 2 are needed."""
    stage = Stage().open("study")
    stage.complete("sessions")
    return stage


def past_study() -> Stage:
    return Stage().open("study", "review")


def _tasks(plan_tasks: tuple[Task, ...], code: str, **fields: object) -> tuple[Task, ...]:
    return tuple(
        Task.model_validate(item.model_dump() | fields) if item.code == code else item for item in plan_tasks
    )


def study(*some: Task) -> CampaignDefinition:
    return changed(PLAN, phases=(tasks(STUDY, *some), REVIEW, RECTIFY))


ADDED = study(*STUDY.tasks, OATH)
REMOVED = study(*STUDY.tasks[1:])
BELOW = study(*_tasks(STUDY.tasks, "sessions", minimum=1))
ABOVE = study(*_tasks(STUDY.tasks, "sessions", minimum=3))
REORDERED = study(*_tasks(STUDY.tasks, "sessions", after=("films",)))
RENAMED = changed(PLAN, phases=(Phase(code="learning", tasks=STUDY.tasks), REVIEW, RECTIFY))
UNGATED = changed(PLAN, phases=(Phase(code="study", tasks=STUDY.tasks, gate=False), REVIEW, RECTIFY))

CHANGES: dict[str, tuple[CampaignDefinition, str, str, bool]] = {
    "a task is added": (ADDED, "task_added", "study.oath", False),
    "a completed task is removed": (REMOVED, "completed_task_gone", "sessions", True),
    "the minimum goes below what is recorded": (BELOW, "minimum_changed", "study.sessions.minimum", False),
    "the minimum goes above what is recorded": (ABOVE, "minimum_above", "study.sessions.minimum", True),
    "the order contradicts what was completed": (REORDERED, "order", "study.sessions.after", True),
    "a gate is taken away": (UNGATED, "gate_changed", "study.gate", False),
    "a phase that has begun is renamed": (RENAMED, "phase_gone", "study", True),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_dry_run_names_each_change_says_whether_it_blocks_and_the_command_does_the_same(what: str) -> None:
    plan, code, where, blocks = CHANGES[what]
    stage = studying()
    head = stage.workflow.history.head()
    found = plan_migration(stage.campaign, plan)
    assert stage.workflow.history.head() == head, "a dry run records nothing"
    assert (code, where, blocks) in {(item.code, item.where, item.blocks) for item in found}
    assert all(item.what and item.remedy for item in found)
    stage.do(adopt(plan))
    refusal = attempt(stage, move(plan))
    assert (refusal is not None) is blocks
    if refusal is not None:
        words = "; ".join(item.what for item in found if item.blocks)
        assert words in refusal.sentence, "the command refuses with the same list"
        assert stage.campaign.plan == PLAN
    else:
        assert stage.campaign.plan == plan
    replays(stage, STREAM)


def test_a_renamed_phase_is_told_from_one_that_went() -> None:
    (gone,) = [item for item in plan_migration(studying().campaign, RENAMED) if item.code == "phase_gone"]
    assert gone.remedy == "Phase learning has its tasks: keep the code study, and change the label."
    short = changed(PLAN, phases=(REVIEW, RECTIFY))
    (gone,) = [item for item in plan_migration(studying().campaign, short) if item.code == "phase_gone"]
    assert "keep the code" not in gone.remedy


def test_a_phase_that_is_still_to_come_may_be_renamed() -> None:
    plan = changed(PLAN, phases=(STUDY, REVIEW, Phase(code="mending", tasks=RECTIFY.tasks)))
    found = plan_migration(studying().campaign, plan)
    assert {item.code for item in found} == {"phase_added", "phase_removed", "task_moved"}
    assert not any(item.blocks for item in found)


@pytest.mark.parametrize(
    ("field", "code"), [("gate", "passed_without_gate"), ("look_back", "passed_without_look_back")]
)
def test_a_gate_or_look_back_that_a_passed_phase_never_had_cannot_be_asked_of_it_now(
    field: str, code: str
) -> None:
    bare = Phase(code="study", tasks=(Task(code="sessions", required=False),), gate=False, look_back=False)
    stage = Stage(changed(PLAN, version=1, phases=(bare, REVIEW))).open("study")
    newer = bare.model_copy(update={field: True})
    plan = changed(PLAN, phases=(newer, REVIEW))
    assert not any(item.blocks for item in plan_migration(stage.campaign, plan)), "while it is open it can"
    stage.do(FinishPhase(key=KEY, phase="study"))
    assert [item.code for item in plan_migration(stage.campaign, plan) if item.blocks] == [code]


def test_the_same_content_under_a_newer_number_differs_in_nothing() -> None:
    assert plan_migration(past_study().campaign, changed(PLAN)) == ()


PARTS = st.sampled_from(
    [*STUDY.tasks, *_tasks(STUDY.tasks, "sessions", minimum=1), *REVIEW.tasks[:2], OATH, RECTIFY.tasks[0]]
)
ORDERS = st.sampled_from([order for n in (1, 2, 3) for order in permutations(("study", "review", "more"), n)])


@settings(max_examples=60)
@examples(st.data())
def test_whatever_the_newer_definition_says_the_command_is_refused_exactly_where_the_dry_run_blocks(
    data: st.DataObject,
) -> None:
    used: set[str] = set()
    phases = []
    for code in data.draw(ORDERS):
        drawn = {item.code: item for item in data.draw(st.lists(PARTS, min_size=1, max_size=4))}
        kept = tuple(item for item in drawn.values() if item.code not in used and not item.after)
        used |= drawn.keys()
        if kept:
            gate = data.draw(st.booleans())
            phases.append(Phase(code=code, tasks=kept, gate=gate, look_back=data.draw(st.booleans())))
    if not phases:
        return
    plan = changed(PLAN, phases=tuple(phases))
    stage = data.draw(st.sampled_from([Stage, studying, past_study]))()
    found = plan_migration(stage.campaign, plan)
    assert divergences(stage.campaign, plan) == tuple(item.what for item in found if item.blocks)
    stage.do(adopt(plan))
    refusal = attempt(stage, move(plan))
    assert (refusal is not None) is any(item.blocks for item in found)
    replays(stage, STREAM)


def test_a_dry_run_over_every_running_campaign_of_a_definition_reports_each_and_moves_none() -> None:
    stage = studying()
    for key in ("edu-b", "edu-c"):
        stage.do(FreezePopulation(key=key, unit="u-branch"))
        stage.do(
            StartCampaign(
                key=key,
                definition_code="education",
                definition=PLAN.digest,
                unit="u-branch",
                population=key,
            )
        )
    stage.do(CancelCampaign(key="edu-c", ground="merged"))
    stage.do(adopt(REMOVED))
    head = stage.workflow.history.head()
    found = migrations(stage.workflow.history, REMOVED)
    assert stage.workflow.history.head() == head
    assert {item.stream: item.may_move for item in found} == {STREAM: False, "campaign/edu-b": True}
    (blocked,) = [item for item in found if not item.may_move]
    assert [item.code for item in blocked.divergences if item.blocks] == ["completed_task_gone"]
    assert all(isinstance(item, Divergence) for item in blocked.divergences)
    stage.do(MigrateDefinition(key="edu-b", definition_code="education", definition=REMOVED.digest))
    assert {item.stream for item in migrations(stage.workflow.history, REMOVED)} == {STREAM}, "moved is moved"


def test_of_another_definition_no_campaign_is_reported() -> None:
    stage = Stage(started=False)
    stage.do(start())
    other = CampaignDefinition(code="other", version=2, phases=PLAN.phases)
    assert migrations(stage.workflow.history, other) == ()
