"""Campaigns without phases, in batches, and one after another: R-059, R-063, R-069."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as examples
from hypothesis import strategies as st
from tests.domain.test_campaign import (
    KEY,
    MOVES,
    PLAN,
    STREAM,
    DoDeed,
    Stage,
    adopt,
    changed,
    complete,
    looking,
    start,
)
from tests.support.laws import attempt, replays

from party_workflow.codec import Command
from party_workflow.domain.campaign import (
    WHOLE,
    Batch,
    CampaignDefinition,
    CampaignFramed,
    CloseCampaign,
    FinishPhase,
    MigrateDefinition,
    OpenPhase,
    ReopenTask,
    RequestGate,
    Slot,
    Task,
)
from party_workflow.domain.population import FreezePopulation
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import InvalidDefinition

OPEN_SET = CampaignDefinition(
    code="education",
    version=1,
    tasks=(Task(code="study"), Task(code="inspect", after=("study",)), Task(code="extra", required=False)),
    theme="mission",
    mode="regular",
)
FIRST = Batch(
    code="first",
    slots=(
        Slot(phase="study", since=date(2009, 3, 2), until=date(2009, 5, 31)),
        Slot(phase="review", since=date(2009, 6, 1)),
    ),
)
SECOND = Batch(code="second", slots=(Slot(phase="study", since=date(2009, 9, 1)),))
BATCHED = changed(PLAN, version=1, batches=(FIRST, SECOND))


def places(error: InvalidDefinition) -> set[str]:
    return {fault.where for fault in error.faults}


RESULTS = st.sampled_from(["done", "partial", "missing", "excused"])
TASKS = st.sampled_from(["study", "inspect", "extra", "none"])
STEPS: st.SearchStrategy[Command] = st.one_of(
    MOVES.map(lambda drawn: drawn[0]),
    st.builds(lambda task: complete(task, "deed/all"), TASKS),
    st.builds(ReopenTask, key=st.just(KEY), task=TASKS, ground=st.just("mistaken")),
    st.builds(lambda one, two: looking(WHOLE, study=one, inspect=two, extra="missing"), *[RESULTS] * 2),
    st.just(FinishPhase(key=KEY, phase=WHOLE)),
    st.just(CloseCampaign(key=KEY)),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@examples(st.lists(STEPS, max_size=15))
def test_whatever_is_commanded_in_a_campaign_without_phases_the_order_of_its_tasks_holds(
    steps: list[Command],
) -> None:
    stage = Stage(OPEN_SET)
    serves = tuple(Serves(campaign=KEY, task=task.code) for task in OPEN_SET.tasks)
    stage.do(DoDeed(key="all", kind="any", serves=serves))
    for step in steps:
        stage.later(minutes=1)
        attempt(stage, step)
        state = stage.campaign
        assert state.state in ("running", "closed", "cancelled")
        assert "inspect" not in state.completions or "study" in state.completions
        results = state.standing(WHOLE).results
        if state.state == "closed":
            assert all(t in state.completions or results.get(t) == "excused" for t in ("study", "inspect"))
    replays(stage, STREAM)


def test_R_069_a_campaign_without_phases_has_its_tasks_open_at_once_and_closes_when_they_are_done() -> None:
    stage = Stage(OPEN_SET)
    assert stage.campaign.state == "running"
    assert stage.campaign.standing(WHOLE).state == "open"
    assert stage.campaign.plan == OPEN_SET
    assert stage.refused(complete("inspect", stage.deed("inspect", "early"))) == "campaign.comes_after"
    stage.complete("study")
    assert stage.refused(CloseCampaign(key=KEY)) == "campaign.tasks_open"
    stage.complete("inspect")
    stage.do(CloseCampaign(key=KEY))
    assert stage.campaign.state == "closed"
    replays(stage, STREAM)


def test_R_069_in_a_campaign_without_phases_there_is_none_to_open_and_no_gate() -> None:
    stage = Stage(OPEN_SET)
    assert stage.refused(OpenPhase(key=KEY, phase=WHOLE)).startswith("lifecycle.")
    assert stage.refused(RequestGate(key=KEY, phase=WHOLE)) == "campaign.no_gate"
    stage.do(looking(WHOLE, study="excused", inspect="excused", extra="missing"))
    stage.do(CloseCampaign(key=KEY))


def test_R_069_a_definition_has_phases_or_tasks_without_phases_and_not_both_or_neither() -> None:
    with pytest.raises(InvalidDefinition) as neither:
        CampaignDefinition(code="empty", version=1)
    assert "phases" in places(neither.value)
    with pytest.raises(InvalidDefinition) as both:
        CampaignDefinition(code="both", version=1, phases=PLAN.phases, tasks=OPEN_SET.tasks)
    assert "tasks" in places(both.value)


def test_a_definition_without_what_is_new_has_the_digest_that_it_had() -> None:
    assert set(PLAN.data()) == {"code", "version", "phases"}


def test_a_campaign_without_phases_moves_to_a_newer_version_and_never_into_phases() -> None:
    stage = Stage(OPEN_SET)
    stage.complete("study")
    more = changed(OPEN_SET, phases=(), tasks=(*OPEN_SET.tasks, Task(code="survey")))
    phased = changed(PLAN, version=3)
    stage.do(adopt(more), adopt(phased))
    stage.do(MigrateDefinition(key=KEY, definition_code="education", definition=more.digest))
    assert (WHOLE, "survey") in stage.workflow.fact("campaign.missing", STREAM)
    into = MigrateDefinition(key=KEY, definition_code="education", definition=phased.digest)
    assert stage.refused(into) == "campaign.diverges"
    replays(stage, STREAM)


def test_R_069_a_successor_names_a_campaign_that_there_is() -> None:
    stage = Stage()
    stage.do(FreezePopulation(key="edu-2010", unit="u-branch"))
    following = start(key="edu-2010", population="edu-2010", predecessor="edu-2008")
    assert stage.refused(following) == "campaign.unknown_predecessor"
    stage.do(start(key="edu-2010", population="edu-2010", predecessor=KEY))
    assert stage.workflow.state("campaign/edu-2010").predecessor == KEY
    assert stage.campaign.predecessor is None
    replays(stage, "campaign/edu-2010")


def test_R_059_a_unit_belongs_to_a_batch_with_a_calendar_of_its_own() -> None:
    stage = Stage(BATCHED, started=False)
    given = {"definition": BATCHED.digest}
    assert stage.refused(start(**given)) == "campaign.unknown_batch"
    assert stage.refused(start(**given, batch="third")) == "campaign.unknown_batch"
    stage.do(start(**given, batch="second"))
    (started,) = stage.events(CampaignFramed)
    assert started.batch == SECOND == stage.campaign.batch
    replays(stage, STREAM)


def test_R_059_a_newer_version_brings_other_days_and_keeps_the_batch() -> None:
    stage = Stage(BATCHED, batch="first")
    later = Batch(code="first", slots=(Slot(phase="study", since=date(2009, 4, 1)),))
    newer = changed(PLAN, batches=(later, SECOND))
    without = changed(PLAN, version=3, batches=(SECOND,))
    stage.do(adopt(newer), adopt(without))
    gone = MigrateDefinition(key=KEY, definition_code="education", definition=without.digest)
    refusal = attempt(stage, gone)
    assert refusal is not None
    assert "batch first" in refusal.sentence
    stage.do(MigrateDefinition(key=KEY, definition_code="education", definition=newer.digest))
    assert stage.campaign.batch == later
    replays(stage, STREAM)


def test_a_campaign_in_no_batch_does_not_move_under_a_definition_whose_units_come_in_batches() -> None:
    stage = Stage()
    newer = changed(PLAN, batches=(FIRST,))
    stage.do(adopt(newer))
    refusal = attempt(stage, MigrateDefinition(key=KEY, definition_code="education", definition=newer.digest))
    assert refusal is not None
    assert "stands in no batch" in refusal.sentence


@pytest.mark.parametrize(
    ("batches", "where"),
    [
        ((FIRST, FIRST), "batches[1]"),
        ((Batch(code="a", slots=(Slot(phase="harvest", since=date(2009, 1, 1)),)),), "batches[0].slots[0]"),
        ((Batch(code="a", slots=(FIRST.slots[0], FIRST.slots[0])),), "batches[0].slots[1]"),
        (
            (Batch(code="a", slots=(Slot(phase="study", since=date(2009, 2, 1), until=date(2009, 1, 1)),)),),
            "batches[0].slots[0]",
        ),
        (
            (
                Batch(
                    code="a",
                    slots=(
                        Slot(phase="study", since=date(2009, 2, 1)),
                        Slot(phase="review", since=date(2009, 1, 1)),
                    ),
                ),
            ),
            "batches[0].slots",
        ),
    ],
    ids=["twice", "no such phase", "two sets of days", "ends first", "out of order"],
)
def test_faults_of_batches_are_found(batches: tuple[Batch, ...], where: str) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        changed(PLAN, batches=batches)
    assert where in places(caught.value)


def slots(*days: tuple[str, str, str | None], **more: object) -> set[str]:
    batch = {"code": "one", "slots": [{"phase": p, "since": s, "until": u} for p, s, u in days]}
    phases = [{"code": code, "tasks": [{"code": f"{code}-task"}]} for code in ("p1", "p2", "p3")]
    try:
        CampaignDefinition.model_validate(
            {"code": "x", "version": 1, "phases": phases, "batches": [batch], **more}
        )
    except InvalidDefinition as error:
        return places(error)
    return set()


def test_R_059_the_phases_of_a_batch_do_not_overlap() -> None:
    second = ("p2", "2020-02-20", "2020-03-31")
    assert slots(("p1", "2020-01-01", "2020-03-10"), second) == {"batches[0].slots[1]"}
    assert slots(("p1", "2020-01-01", "2020-02-20"), second) == {"batches[0].slots[1]"}
    assert slots(second, ("p1", "2020-01-01", "2020-03-10")) == {"batches[0].slots[0]"}
    assert slots(("p1", "2020-01-01", "2020-02-19"), second) == set()
    assert slots(("p1", "2020-01-01", None), second) == set()
    # one day out of order is one fault
    assert slots(("p1", "2020-01-01", "2019-12-31"), second) == {"batches[0].slots[0]"}
    assert slots(("p1", "2020-03-01", "2020-03-10"), second) == {"batches[0].slots"}


def test_R_059_days_left_free_between_phases_are_a_fault_unless_a_pause_is_meant() -> None:
    days = (("p1", "2020-01-01", "2020-01-10"), ("p2", "2020-02-20", None))
    assert slots(*days) == {"batches[0].slots[1]"}
    assert slots(*days, pauses=["one"]) == set()
    assert slots(*days, pauses=["two"]) == {"batches[0].slots[1]", "pauses"}
    assert slots(days[0], ("p3", "2020-02-20", None)) == set()  # the phase between them has no days
    # a pause that is meant does not let phases overlap
    assert slots(("p1", "2020-01-01", "2020-03-10"), days[1], pauses=["one"]) == {"batches[0].slots[1]"}
