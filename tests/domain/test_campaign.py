"""Campaigns: R-005, R-057, R-058, R-060, R-061, R-066, R-069, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as examples
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import ROOT, START, World, duties

from party_workflow import lifecycle
from party_workflow.authority import AdoptRoles, DeclareConflict, Delegate
from party_workflow.codec import Command, Event, kinds_of_strings
from party_workflow.decider import Answer, Context, Decider
from party_workflow.domain import campaign, definition, population
from party_workflow.domain.campaign import (
    GUARDS,
    PHASE_LIFECYCLE,
    CampaignDefinition,
    CancelCampaign,
    CloseCampaign,
    CompleteTask,
    Condition,
    ConductLookBack,
    DecideGate,
    EndExcusal,
    ExcuseMember,
    Finding,
    FinishPhase,
    LinkProblem,
    LookBackConducted,
    MigrateDefinition,
    OpenPhase,
    Phase,
    ProblemNoted,
    RecordAccommodation,
    ReopenTask,
    RequestGate,
    StartCampaign,
    Task,
    TaskCompleted,
    reasons,
)
from party_workflow.domain.definition import AdoptDefinition, RetireDefinition
from party_workflow.domain.population import AddToPopulation, FreezePopulation, RemoveFromPopulation
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.errors import InvalidDefinition, Reason
from party_workflow.personal import Personal
from party_workflow.relations import Requires
from party_workflow.store import Actor, Recorded
from party_workflow.values import Code, Count, Flag, Key, PersonId

# --- deeds: the smallest aggregate that a task can cite --------------------------------------


class DeedDone(Event):
    stored_type: ClassVar[str] = "deed.done"
    requires: ClassVar[Requires] = Requires(anyone=True)
    kind: Code
    serves: tuple[Serves, ...] = ()
    people: tuple[PersonId, ...] = ()
    quantity: Count = 1
    done: Flag = True


class DoDeed(Command):
    stored_type: ClassVar[str] = "deed.do"
    key: Key
    kind: Code
    serves: tuple[Serves, ...] = ()
    people: tuple[PersonId, ...] = ()
    quantity: Count = 1
    done: Flag = True

    @property
    def stream(self) -> str:
        return f"deed/{self.key}"


def _deed(state: Work | None, recorded: Recorded) -> Work:
    event = recorded.event
    assert isinstance(event, DeedDone)
    return Work(
        recorded.envelope.stream,
        event.kind,
        None,
        "done" if event.done else "planned",
        event.done,
        event.serves,
        frozenset(event.people),
        event.quantity,
    )


def _do(command: DoDeed, state: Work | None, context: Context) -> Answer:
    return [DeedDone(**command.model_dump(exclude={"key"}))]


DEEDS: Decider[Work | None] = Decider(
    category="deed",
    events=(DeedDone,),
    commands=(DoDeed,),
    initial=lambda: None,
    evolve=_deed,
    decide=_do,
    answers={"deed.work": lambda state: state},
    yields={DoDeed.stored_type: (DeedDone,)},
)
DEFINITIONS = definition.decider({"campaign": CampaignDefinition.model_validate})

# --- a campaign in three phases --------------------------------------------------------------

SEVEN = ("opinions", "talks", "analysis", "life_meeting", "appraisal", "feedback", "notice")
"""R-061: seek opinions, talks, write analysis, life meetings, appraisal opinions, feed back, notify."""
PLAN = CampaignDefinition(
    code="education",
    version=1,
    phases=(
        Phase(
            code="study",
            tasks=(
                Task(code="sessions", counts=("lesson",), minimum=2),
                Task(code="test", counts=("exam",), everyone=True),
                Task(code="films", required=False),
            ),
        ),
        Phase(
            code="review",
            tasks=(
                Task(code="opinions"),
                Task(code="talks"),
                Task(code="analysis", after=("opinions", "talks")),
                *(Task(code=code, after=(before,)) for before, code in pairwise(SEVEN[2:])),
            ),
        ),
        Phase(code="rectify", tasks=(Task(code="plans"),)),
    ),
)
STREAM, KEY = "campaign/edu-2009", "edu-2009"
SUPERVISOR = Actor("a-60", "p-60", "everything")
MEMBERS = 4


def changed(plan: CampaignDefinition, **fields: Any) -> CampaignDefinition:
    return CampaignDefinition(**{"code": plan.code, "version": 2, "phases": plan.phases, **fields})


def adopt(plan: CampaignDefinition) -> AdoptDefinition:
    return AdoptDefinition(code=plan.code, kind="campaign", version=plan.version, body=plan.data())


def start(**fields: Any) -> StartCampaign:
    given = {"definition_code": PLAN.code, "definition": PLAN.digest, "unit": "u-bureau", "population": KEY}
    return StartCampaign(**{"key": KEY, **given, **fields})


class Stage(World):
    """A world with one campaign, four members, of whom p-1 organises, and a supervisor outside."""

    def __init__(self, plan: CampaignDefinition = PLAN, *, started: bool = True, **fields: Any) -> None:
        super().__init__(DEFINITIONS, population.DECIDER, campaign.DECIDER, DEEDS, members=MEMBERS)
        self.later(days=1)
        self.do(FreezePopulation(key=fields.get("population", KEY), unit="u-branch"))
        self.do(adopt(plan))
        if started:
            self.do(start(definition=plan.digest, **fields))

    def deed(self, task: str, key: str | None = None, kind: str = "any", **fields: Any) -> str:
        """Do a deed that serves a task; returns its stream id."""
        serves = (Serves(campaign=KEY, task=task),)
        key = key or task.replace("_", "-")
        self.do(DoDeed(**{"key": key, "kind": kind, "serves": serves, **fields}))
        return f"deed/{key}"

    def complete(self, *tasks: str) -> None:
        """Complete tasks, each on one deed that everybody has part in."""
        for task in tasks:
            kind = {"sessions": "lesson", "test": "exam"}.get(task, "any")
            everybody = tuple(f"p-{number}" for number in range(1, MEMBERS + 1))
            key = f"{task.replace('_', '-')}-{self.workflow.store.head().position}"
            evidence = self.deed(task, key, kind, people=everybody, quantity=2)
            self.do(complete(task, evidence))

    def look_back(self, phase: str, **results: str) -> str:
        """Look back on a phase: done, except for the results given; returns the event's id."""
        progress = self.workflow.fact("campaign.progress", STREAM)[phase]
        found = {
            task: results.get(task, "done" if now.complete else "excused")
            for task, now in progress.tasks.items()
        }
        receipt = self.do(looking(phase, **found))
        return next(iter(self.store.read(receipt.first_position - 1))).envelope.event_id

    def request(self, phase: str) -> None:
        self.look_back(phase)
        self.do(RequestGate(key=KEY, phase=phase))

    def decide(self, phase: str, decision: str = "pass", *conditions: Condition) -> None:
        self.do(gate(phase, decision, *conditions), by=SUPERVISOR)

    def through(self, phase: str, decision: str = "pass", *conditions: Condition) -> None:
        """Bring an open phase to its end."""
        missing = [task for where, task in self.workflow.fact("campaign.missing", STREAM) if where == phase]
        self.complete(*missing)
        self.request(phase)
        self.decide(phase, decision, *conditions)

    def open(self, *phases: str) -> Stage:
        """Go through all phases but the last one named, and open that."""
        for index, phase in enumerate(phases):
            self.do(OpenPhase(key=KEY, phase=phase))
            if index < len(phases) - 1:
                self.through(phase)
        return self

    @property
    def campaign(self) -> campaign.Campaign:
        state = self.workflow.state(STREAM)
        assert isinstance(state, campaign.Campaign)
        return state

    def refused(self, command: Command, by: Actor = ROOT) -> str:
        """The code of the refusal; fails if there is none."""
        refusal = attempt(self, command, by)
        assert refusal is not None, f"carried out: {command.stored_type}"
        assert "{" not in refusal.sentence + refusal.remedy
        return refusal.code

    def events(self, kind: type[Event]) -> list[Any]:
        return [item.event for item in self.workflow.history.events(kind)]


def complete(task: str, *evidence: str, **fields: Any) -> CompleteTask:
    return CompleteTask(key=KEY, task=task, evidence=evidence, **fields)


def looking(phase: str, **results: str) -> ConductLookBack:
    found = {task: {"result": result} for task, result in results.items()}
    return ConductLookBack.model_validate({"key": KEY, "phase": phase, "results": found})


def gate(phase: str, decision: str, *conditions: Condition) -> DecideGate:
    return DecideGate.model_validate(
        {"key": KEY, "phase": phase, "decision": decision, "conditions": conditions}
    )


def excuse(person: str = "p-4", **fields: Any) -> ExcuseMember:
    given = {"reason": "away", "since": START, "accommodation": "materials_sent"}
    return ExcuseMember(**{"key": KEY, "person": person, **given, **fields})


MIGRATE = changed(PLAN)

# --- laws ------------------------------------------------------------------------------------


def moves() -> st.SearchStrategy[tuple[Command, Actor]]:
    phases = st.sampled_from([phase.code for phase in PLAN.phases])
    tasks = st.sampled_from(
        ["sessions", "test", "films", "opinions", "talks", "analysis", "plans", "more", "most"]
    )
    deeds = st.lists(st.sampled_from(["deed/all", "deed/exam", "deed/none"]), max_size=2)
    conditions = st.lists(
        st.sampled_from([Condition(code="more"), Condition(code="most", minimum=2)]), max_size=2
    )
    results = st.sampled_from(["done", "partial", "missing", "excused"])
    people = st.sampled_from(["p-1", "p-2", "p-9"])
    moments = st.sampled_from([START, START + timedelta(days=2), START + timedelta(days=9)])
    commands: st.SearchStrategy[Command] = st.one_of(
        st.builds(OpenPhase, key=st.just(KEY), phase=phases),
        st.builds(FinishPhase, key=st.just(KEY), phase=phases),
        st.builds(lambda task, deeds: complete(task, *deeds), tasks, deeds),
        st.builds(ReopenTask, key=st.just(KEY), task=tasks, ground=st.just("mistaken")),
        st.builds(
            lambda person, since, until, some: excuse(person, since=since, until=until, tasks=tuple(some)),
            people,
            moments,
            st.none() | moments,
            st.lists(tasks, max_size=1),
        ),
        st.builds(EndExcusal, key=st.just(KEY), person=people, until=moments, ground=st.just("back")),
        st.builds(
            RecordAccommodation,
            key=st.just(KEY),
            person=people,
            evidence=st.just("a" * 64),
            ground=st.just("sent"),
        ),
        st.builds(
            lambda phase, found: looking(phase, **found), phases, st.dictionaries(tasks, results, max_size=3)
        ),
        st.builds(lambda result: looking("study", sessions=result, test=result, films=result), results),
        st.builds(LinkProblem, key=st.just(KEY), task=tasks, case=st.sampled_from(["deed/all", "deed/no"])),
        st.builds(RequestGate, key=st.just(KEY), phase=phases),
        st.builds(
            lambda phase, decision, found: gate(phase, decision, *found),
            phases,
            st.sampled_from(["pass", "pass_with_conditions", "redo"]),
            conditions,
        ),
        st.sampled_from(
            [
                MigrateDefinition(key=KEY, definition_code="education", definition=MIGRATE.digest),
                CloseCampaign(key=KEY),
                CancelCampaign(key=KEY, ground="flood"),
                start(),
            ]
        ),
    )
    return st.tuples(commands, st.sampled_from([ROOT, SUPERVISOR, SUPERVISOR]))


MOVES = moves()


class Steered:
    """A stage moved by a mixture of what leads on and of anything at all."""

    def __init__(self) -> None:
        self.stage = Stage(started=False)
        everything = [task.code for phase in PLAN.phases for task in phase.tasks] + ["more", "most"]
        serves = tuple(Serves(campaign=KEY, task=task) for task in everything)
        people = ("p-1", "p-2", "p-3", "p-4")
        for key, kind in (("all", "lesson"), ("exam", "exam")):
            self.stage.do(DoDeed(key=key, kind=kind, serves=serves, people=people, quantity=2))
        self.stage.do(adopt(MIGRATE))

    def on(self) -> list[tuple[Command, Actor]]:
        """What brings the campaign on from where it is."""
        state = self.stage.campaign
        if state.plan is None:
            return [(start(), ROOT)]
        for phase in PLAN.phases:
            where = state.standing(phase.code).state
            items = {
                task.code: "done" if task.code in state.completions else "excused"
                for task in state.items(phase)
            }
            if where == "pending":
                return [(OpenPhase(key=KEY, phase=phase.code), ROOT)]
            if where == "open":
                deed = {"test": "deed/exam"}

                def ready(phase: Phase, code: str) -> bool:
                    after = next((task.after for task in phase.tasks if task.code == code), ())
                    return set(after) <= set(state.completions)

                todo: list[tuple[Command, Actor]] = [
                    (complete(code, deed.get(code, "deed/all")), ROOT)
                    for code in items
                    if items[code] != "done" and ready(phase, code)
                ]
                return [*todo, (looking(phase.code, **items), ROOT)]
            if where == "looked_back":
                return [(RequestGate(key=KEY, phase=phase.code), ROOT)]
            if where == "gate_requested":
                return [
                    (gate(phase.code, "pass"), SUPERVISOR),
                    (gate(phase.code, "pass_with_conditions", Condition(code="more")), SUPERVISOR),
                    (gate(phase.code, "redo"), SUPERVISOR),
                ]
        return [(complete("more", "deed/all"), ROOT), (CloseCampaign(key=KEY), ROOT)]


# The state of the world steers what is drawn, so drawing takes as long as the work done in between.
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@examples(st.data())
def test_whatever_is_commanded_the_order_of_phases_and_tasks_holds_and_replay_gives_the_same(
    data: st.DataObject,
) -> None:
    steered = Steered()
    stage = steered.stage
    for _ in range(data.draw(st.integers(5, 40))):
        stage.later(minutes=1)
        if data.draw(st.integers(0, 3)):
            command, by = data.draw(st.sampled_from(steered.on()))
        else:
            command, by = data.draw(MOVES)
        attempt(stage, command, by)
        orderly(stage.campaign)
    replays(stage, STREAM)


def orderly(state: campaign.Campaign) -> None:
    """What holds of every campaign at any time."""
    standings = [state.standing(phase.code).state for phase in state.planned]
    begun = [standing for standing in standings if standing != "pending"]
    assert standings[: len(begun)] == begun
    assert all(standing == "passed" for standing in begun[:-1])
    for phase in state.planned:
        for task in phase.tasks:
            if task.code in state.completions:
                assert standings[state.planned.index(phase)] != "pending"
                assert set(task.after) <= set(state.completions)
    for done in state.completions.values():
        assert done.total == sum(item.quantity for item in done.counted)
    assert state.state != "closed" or (set(standings) == {"passed"} and not state.open_conditions())


def test_every_string_in_the_events_has_a_kind() -> None:
    for event in campaign.DECIDER.events:
        assert "unmarked" not in kinds_of_strings(event).values(), event.stored_type


def test_the_lifecycles_are_data_whose_guards_are_all_there() -> None:
    assert lifecycle.compile(PHASE_LIFECYCLE, GUARDS).finals == {"passed"}
    assert campaign.TABLE.finals == {"closed", "cancelled"}


# --- the definition --------------------------------------------------------------------------


def test_a_campaign_definition_with_faults_is_turned_away_with_all_of_them() -> None:
    faulty = {
        "code": "education",
        "version": 1,
        "phases": [
            {
                "code": "study",
                "tasks": [
                    {"code": "a", "after": ["b"]},
                    {"code": "b", "after": ["a", "elsewhere"]},
                    {"code": "c", "after": ["c"], "minimum": 0},
                ],
            },
            {"code": "study", "tasks": []},
            {"code": "later", "tasks": [{"code": "a"}, {"code": "d", "after": ["b"]}]},
        ],
    }
    with pytest.raises(InvalidDefinition) as caught:
        CampaignDefinition.model_validate(faulty)
    assert [(fault.where, fault.what) for fault in caught.value.faults] == [
        ("phases[0].tasks[1].after", "Phase study has no task elsewhere for b to come after."),
        ("phases[0].tasks[2].minimum", "A task of nothing."),
        ("phases[0].tasks", "Each of these tasks waits for the others: a, b."),
        ("phases[0].tasks", "Each of these tasks waits for the others: c."),
        ("phases[1]", "Phase study stands already at phases[0]."),
        ("phases[1].tasks", "Phase study is empty."),
        ("phases[2].tasks[0]", "Task a stands already at phases[0].tasks[0]."),
        ("phases[2].tasks[1].after", "Phase later has no task b for d to come after."),
    ]


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ({"code": "x", "version": 1, "phases": []}, ["phases"]),
        (
            {"code": "x", "version": 0, "phases": 3, "more": 1},
            ["version", "phases", "more"],
        ),
        (
            {"code": "学习", "version": 1, "phases": [{"code": "A", "tasks": []}]},
            ["code", "phases[0].code"],
        ),
    ],
)
def test_what_cannot_be_read_as_a_campaign_is_named_by_place_and_never_echoed(
    data: dict[str, Any], where: list[str]
) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        CampaignDefinition.model_validate(data)
    assert [fault.where for fault in caught.value.faults] == where
    assert "学习" not in str(caught.value)


def test_the_order_of_sets_and_what_is_at_its_default_do_not_change_the_digest() -> None:
    def one(**task: Any) -> CampaignDefinition:
        tasks = [{"code": "a"}, {"code": "b"}, {"code": "c", **task}]
        phases = [{"code": "p", "tasks": tasks}]
        return CampaignDefinition.model_validate({"code": "x", "version": 1, "phases": phases})

    spelled = one(after=["b", "a"], counts=["y", "x", "y"], required=True)
    assert spelled == one(after=["a", "b"], counts=["x", "y"])
    assert spelled.digest == one(after=["a", "b"], counts=["x", "y"]).digest
    assert spelled.digest != one(after=["a"], counts=["x", "y"]).digest


def test_a_started_campaign_is_pinned_to_code_version_and_digest() -> None:
    stage = Stage()
    (event,) = stage.events(campaign.CampaignStarted)
    assert (event.code, event.version, event.digest) == ("education", 1, PLAN.digest)
    stage.do(adopt(changed(PLAN, phases=PLAN.phases[:1])))
    assert [phase.code for phase in stage.campaign.planned] == ["study", "review", "rectify"]


# --- strict order of phases, entry and exit -------------------------------------------


def test_R_057_a_phase_begins_only_after_the_gate_of_the_one_before_was_passed() -> None:
    stage = Stage()
    assert stage.refused(OpenPhase(key=KEY, phase="review")) == "campaign.phase_before"
    stage.do(OpenPhase(key=KEY, phase="study"))
    assert stage.refused(OpenPhase(key=KEY, phase="review")) == "campaign.phase_before"
    stage.complete("sessions", "test", "films")
    assert stage.refused(RequestGate(key=KEY, phase="study")) == "campaign.look_back_needed"
    stage.look_back("study")
    assert stage.refused(OpenPhase(key=KEY, phase="review")) == "campaign.phase_before"
    stage.do(RequestGate(key=KEY, phase="study"))
    assert stage.refused(OpenPhase(key=KEY, phase="review")) == "campaign.phase_before"
    stage.decide("study")
    stage.do(OpenPhase(key=KEY, phase="review"))
    assert stage.refused(OpenPhase(key=KEY, phase="rectify")) == "campaign.phase_before"
    assert stage.refused(OpenPhase(key=KEY, phase="study")) == "lifecycle.final"


def test_R_057_a_gate_does_not_pass_while_a_required_task_is_neither_complete_nor_excused() -> None:
    stage = Stage().open("study")
    stage.complete("sessions", "films")
    stage.look_back("study", test="partial")
    stage.do(RequestGate(key=KEY, phase="study"))
    assert stage.refused(gate("study", "pass"), SUPERVISOR) == "campaign.tasks_open"
    stage.decide("study", "redo")
    stage.look_back("study", test="excused")
    stage.do(RequestGate(key=KEY, phase="study"))
    stage.decide("study")


def test_R_057_a_campaign_closes_only_when_its_last_phase_has_passed() -> None:
    stage = Stage().open("study", "review", "rectify")
    assert stage.refused(CloseCampaign(key=KEY)) == "campaign.phases_open"
    stage.through("rectify")
    stage.do(CloseCampaign(key=KEY))
    assert stage.workflow.fact("campaign.work", STREAM) == Work(
        STREAM, "campaign", "u-bureau", "closed", True
    )
    assert stage.refused(CancelCampaign(key=KEY, ground="flood")) == "lifecycle.final"
    replays(stage, STREAM)


def test_what_is_done_after_a_look_back_makes_the_look_back_old() -> None:
    stage = Stage().open("study")
    stage.complete("sessions", "test")
    stage.look_back("study")
    stage.complete("films")
    assert stage.refused(RequestGate(key=KEY, phase="study")) == "campaign.look_back_needed"
    stage.request("study")


def test_a_phase_without_gate_and_look_back_finishes_when_its_required_tasks_are_complete() -> None:
    bare = Phase(
        code="study",
        tasks=(Task(code="sessions"), Task(code="films", required=False)),
        gate=False,
        look_back=False,
    )
    stage = Stage(changed(PLAN, version=1, phases=(bare,))).open("study")
    assert stage.refused(FinishPhase(key=KEY, phase="study")) == "campaign.tasks_open"
    stage.complete("sessions")
    assert stage.refused(RequestGate(key=KEY, phase="study")) == "campaign.no_gate"
    stage.do(FinishPhase(key=KEY, phase="study"))
    stage.do(CloseCampaign(key=KEY))
    replays(stage, STREAM)


# --- look-backs -----------------------------------------------------------------------


def test_R_005_a_look_back_has_one_result_for_each_item_and_notes_a_problem_for_each_that_is_not_done() -> (
    None
):
    stage = Stage().open("study")
    stage.complete("sessions")
    assert stage.refused(looking("study", sessions="done", test="missing")) == "campaign.not_covered"
    extra = looking("study", sessions="done", test="missing", films="excused", talks="missing")
    assert stage.refused(extra) == "campaign.not_covered"
    stage.do(looking("study", sessions="done", test="missing", films="excused"))
    (event,) = stage.events(LookBackConducted)
    assert [(item.task, item.result) for item in event.results] == [
        ("sessions", "done"),
        ("test", "missing"),
        ("films", "excused"),
    ]
    assert stage.events(ProblemNoted) == [
        ProblemNoted(phase="study", task="test", result="missing"),
        ProblemNoted(phase="study", task="films", result="excused"),
    ]


def test_R_005_the_id_of_a_look_back_is_cited_by_the_request_for_the_gate() -> None:
    stage = Stage().open("study")
    stage.complete("sessions", "test", "films")
    first = stage.look_back("study")
    second = stage.look_back("study")
    assert first != second
    stale = RequestGate(key=KEY, phase="study", look_back=first)
    assert stage.refused(stale) == "campaign.other_look_back"
    stage.do(RequestGate(key=KEY, phase="study", look_back=second))
    (event,) = stage.events(campaign.GateRequested)
    assert event.look_back == second


def test_R_005_by_default_the_latest_look_back_is_cited() -> None:
    stage = Stage().open("study")
    stage.complete("sessions", "test", "films")
    stage.look_back("study")
    latest = stage.look_back("study")
    stage.do(RequestGate(key=KEY, phase="study"))
    (event,) = stage.events(campaign.GateRequested)
    assert event.look_back == latest


@pytest.mark.parametrize(
    ("result", "permitted"), [("done", False), ("partial", True), ("missing", True), ("excused", True)]
)
def test_R_005_what_is_not_complete_cannot_be_found_done(result: str, permitted: bool) -> None:
    stage = Stage().open("study")
    refusal = attempt(stage, looking("study", sessions=result, test="missing", films="missing"))
    assert (refusal is None) is permitted
    assert refusal is None or refusal.code == "campaign.contradicted"


@pytest.mark.parametrize(
    ("result", "permitted"), [("done", True), ("partial", True), ("missing", False), ("excused", False)]
)
def test_R_005_what_is_complete_cannot_be_found_missing(result: str, permitted: bool) -> None:
    stage = Stage().open("study")
    stage.complete("sessions")
    refusal = attempt(stage, looking("study", sessions=result, test="missing", films="missing"))
    assert (refusal is None) is permitted
    assert refusal is None or refusal.code == "campaign.contradicted"


def test_a_problem_is_noted_once_and_again_only_when_the_result_is_another() -> None:
    stage = Stage().open("study")
    stage.complete("sessions", "films")
    for result in ("missing", "missing", "partial"):
        stage.look_back("study", test=result)
    assert [(event.task, event.result) for event in stage.events(ProblemNoted)] == [
        ("test", "missing"),
        ("test", "partial"),
    ]


def test_a_problem_cites_the_case_in_which_it_is_dealt_with() -> None:
    stage = Stage().open("study")
    link = LinkProblem(key=KEY, task="test", case="deed/finding")
    assert stage.refused(link) == "campaign.no_problem"
    stage.complete("sessions", "films")
    stage.look_back("study", test="missing")
    assert stage.refused(link) == "campaign.unknown_case"
    stage.deed("none", "finding")
    stage.do(link)
    assert stage.refused(link) == "campaign.already_linked"
    stage.look_back("study", test="partial")
    assert stage.campaign.problems["test"] == campaign.Problem("study", "test", "partial", "deed/finding")


def test_notes_and_grounds_are_sealed() -> None:
    stage = Stage().open("study")
    stage.complete("sessions", "test", "films")
    results = {
        "sessions": Finding(result="done", note=Personal("李四讲得好")),
        "test": Finding(result="done"),
    }
    stage.do(ConductLookBack(key=KEY, phase="study", results={**results, "films": Finding(result="done")}))
    stage.do(RequestGate(key=KEY, phase="study"))
    ground = Personal("王五没有补考")
    stage.do(DecideGate(key=KEY, phase="study", decision="redo", ground=ground), by=SUPERVISOR)
    stage.do(excuse(note=Personal("赵六在深圳")))
    assert not any(
        name.encode() in record.bytes for record in stage.store.read() for name in ("李四", "王五", "赵六")
    )
    (looked,), (decided,) = stage.events(LookBackConducted), stage.events(campaign.GateDecided)
    (excused,) = stage.events(campaign.MemberExcused)
    assert stage.workflow.reveal(looked.results[0].note) == "李四讲得好"
    assert stage.workflow.reveal(decided.ground) == "王五没有补考"
    assert stage.workflow.openings.erase("p-4") == 1
    assert str(stage.workflow.reveal(excused.note)) == "[erased]"


# --- gates ----------------------------------------------------------------------------


def test_R_058_the_gate_is_decided_by_somebody_who_does_not_belong_to_the_unit() -> None:
    stage = Stage().open("study")
    stage.complete("sessions", "test", "films")
    stage.request("study")
    assert stage.refused(gate("study", "pass"), stage.act(2)) == "authority.outside_required"
    stage.do(gate("study", "pass"), by=SUPERVISOR)


def test_R_058_whoever_set_the_campaign_up_or_asked_for_the_gate_does_not_decide_it() -> None:
    stage = Stage(started=False)
    stage.do(start(), by=SUPERVISOR)
    stage.open("study")
    stage.complete("sessions", "test", "films")
    stage.request("study")
    assert stage.refused(gate("study", "pass"), SUPERVISOR) == "authority.own_case"

    stage = Stage().open("study")
    stage.complete("sessions", "test", "films")
    stage.look_back("study")
    stage.do(RequestGate(key=KEY, phase="study"), by=SUPERVISOR)
    assert stage.refused(gate("study", "pass"), SUPERVISOR) == "authority.own_case"


def test_R_058_nor_does_somebody_close_to_them_nor_a_delegate_for_them() -> None:
    stage = Stage().open("study")
    stage.complete("sessions", "test", "films")
    stage.request("study")
    until = stage.now + timedelta(days=9)
    delegation = Delegate(principal="p-1", delegate="p-60", role="everything", unit="u-city", until=until)
    stage.do(delegation, by=stage.self_(1))
    for_organiser = replace(SUPERVISOR, delegate_of="p-1")
    assert stage.refused(gate("study", "pass"), for_organiser) == "authority.outside_required"
    stage.do(DeclareConflict(person="p-60", other="p-1", ground="kin"))
    assert stage.refused(gate("study", "pass"), SUPERVISOR) == "authority.conflict_of_interest"


def test_R_058_redo_sends_the_phase_back_to_work_and_asks_for_a_new_look_back() -> None:
    stage = Stage().open("study")
    stage.complete("sessions")
    stage.request("study")
    stage.decide("study", "redo")
    assert stage.campaign.standing("study").state == "open"
    assert stage.refused(RequestGate(key=KEY, phase="study")) == "campaign.look_back_needed"
    stage.complete("test", "films")
    stage.request("study")
    stage.decide("study")
    assert stage.campaign.standing("study").state == "passed"


def test_R_058_conditions_become_tasks_of_the_next_phase() -> None:
    stage = Stage().open("study")
    stage.complete("sessions", "test", "films")
    stage.request("study")
    tested = Condition(code="retest", counts=("exam",), minimum=2, due=date(2009, 5, 1))
    stage.decide("study", "pass_with_conditions", tested, Condition(code="essay"))
    stage.do(OpenPhase(key=KEY, phase="review"))
    progress = stage.workflow.fact("campaign.progress", STREAM)["review"]
    assert list(progress.tasks) == [*SEVEN, "essay", "retest"]
    assert progress.tasks["retest"] == campaign.TaskProgress(False, 0, 2, required=True, condition=True)
    stage.complete(*SEVEN)
    assert stage.refused(looking("review", **dict.fromkeys(SEVEN, "done"))) == "campaign.not_covered"
    lesson = stage.deed("retest", "lesson-9", "lesson", quantity=2)
    assert stage.refused(complete("retest", lesson)) == "campaign.kind_not_counted"
    stage.do(complete("retest", stage.deed("retest", "exam-2", "exam", quantity=2)))
    stage.look_back("review", essay="missing")
    stage.do(RequestGate(key=KEY, phase="review"))
    assert stage.refused(gate("review", "pass"), SUPERVISOR) == "campaign.tasks_open"


def test_R_058_a_condition_that_is_not_met_goes_on_into_the_phase_after() -> None:
    stage = Stage().open("study")
    stage.through("study", "pass_with_conditions", Condition(code="essay"))
    stage.do(OpenPhase(key=KEY, phase="review"))
    stage.complete(*SEVEN)
    stage.look_back("review", essay="missing")
    stage.do(RequestGate(key=KEY, phase="review"))
    stage.decide("review", "pass_with_conditions", Condition(code="retest"))
    stage.do(OpenPhase(key=KEY, phase="rectify"))
    assert list(stage.workflow.fact("campaign.progress", STREAM)["rectify"].tasks) == [
        "plans",
        "essay",
        "retest",
    ]
    assert "essay" not in stage.workflow.fact("campaign.progress", STREAM)["review"].tasks


def test_R_058_conditions_of_the_last_gate_are_met_before_the_campaign_closes() -> None:
    stage = Stage().open("study", "review", "rectify")
    stage.through("rectify", "pass_with_conditions", Condition(code="essay"))
    assert stage.refused(CloseCampaign(key=KEY)) == "campaign.conditions_open"
    assert stage.refused(complete("plans")) == "lifecycle.final"
    stage.complete("essay")
    assert stage.campaign.standing("rectify").state == "passed"
    stage.do(CloseCampaign(key=KEY))
    replays(stage, STREAM)


# --- measured output ------------------------------------------------------------------


def test_R_060_the_event_carries_what_was_counted_and_progress_shows_it() -> None:
    stage = Stage().open("study")
    first = stage.deed("sessions", "lesson-1", "lesson")
    second = stage.deed("sessions", "lesson-2", "lesson", quantity=3)
    stage.do(complete("sessions", second, first))
    (event,) = stage.events(TaskCompleted)
    assert event.data() == {
        "task": "sessions",
        "counted": [
            {"kind": "lesson", "quantity": 1, "work": "deed/lesson-1"},
            {"kind": "lesson", "quantity": 3, "work": "deed/lesson-2"},
        ],
        "total": 4,
        "covered": [],
        "excused": [],
    }
    progress = stage.workflow.fact("campaign.progress", STREAM)["study"]
    assert progress.state == "open"
    assert progress.tasks["sessions"] == campaign.TaskProgress(True, 4, 2, required=True, condition=False)
    assert stage.workflow.fact("campaign.missing", STREAM)[:2] == (("study", "test"), ("study", "films"))


# --- the seven tasks ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "waits_for"),
    [
        ("opinions", ()),
        ("talks", ()),
        ("analysis", ("opinions", "talks")),
        ("life_meeting", ("analysis",)),
        ("appraisal", ("life_meeting",)),
        ("feedback", ("appraisal",)),
        ("notice", ("feedback",)),
    ],
)
def test_R_061_each_task_waits_for_those_that_it_comes_after(task: str, waits_for: tuple[str, ...]) -> None:
    index = SEVEN.index(task)
    for lacking in waits_for:
        stage = Stage().open("study", "review")
        stage.complete(*(code for code in SEVEN[:index] if not _rests_on(code, lacking)))
        evidence = stage.deed(task)
        assert stage.refused(complete(task, evidence)) == "campaign.comes_after"
        stage.complete(*(code for code in SEVEN[:index] if _rests_on(code, lacking)))
        stage.do(complete(task, evidence))
    if not waits_for:
        stage = Stage().open("study", "review")
        stage.complete(task)


def _rests_on(task: str, other: str) -> bool:
    """Whether a task of the seven is another one or comes after it, by the requirement's own order."""
    after = {"analysis": {"opinions", "talks"}}
    after |= {code: {SEVEN[SEVEN.index(code) - 1]} for code in SEVEN[3:]}
    return task == other or any(_rests_on(before, other) for before in after.get(task, ()))


def test_R_061_a_task_is_reopened_only_before_those_that_rest_on_it() -> None:
    stage = Stage().open("study", "review")
    stage.complete("opinions", "talks", "analysis")
    reopen = ReopenTask(key=KEY, task="talks", ground="talks_not_held")
    assert stage.refused(reopen) == "campaign.rested_on"
    stage.do(ReopenTask(key=KEY, task="analysis", ground="talks_not_held"))
    stage.do(reopen)
    assert stage.refused(reopen) == "campaign.not_complete"
    assert stage.refused(complete("analysis", stage.deed("analysis"))) == "campaign.comes_after"


# --- no double counting --------------------------------------------------------


def test_R_069_work_counts_for_two_tasks_only_where_it_says_that_it_serves_both() -> None:
    stage = Stage().open("study", "review")
    only = stage.deed("opinions", "meeting")
    stage.do(complete("opinions", only))
    assert stage.refused(complete("talks", only)) == "campaign.counted_elsewhere"
    both = tuple(Serves(campaign=KEY, task=task) for task in ("opinions", "talks"))
    stage.do(ReopenTask(key=KEY, task="opinions", ground="better_evidence"))
    stage.do(DoDeed(key="visit", kind="any", serves=both))
    stage.do(complete("opinions", "deed/visit"))
    stage.do(complete("talks", "deed/visit"))


def test_R_069_work_for_another_campaign_or_task_does_not_count_and_none_counts_twice_for_one() -> None:
    stage = Stage().open("study")
    elsewhere = (Serves(campaign="edu-2008", task="films"), Serves(campaign=KEY, task="sessions"))
    stage.do(DoDeed(key="other", kind="any", serves=elsewhere))
    assert stage.refused(complete("films", "deed/other")) == "campaign.not_serving"
    film = stage.deed("films", "film")
    assert stage.refused(complete("films", film, film)) == "campaign.cited_twice"
    stage.do(complete("films", film))


# --- members who cannot take part fully -----------------------------------------------


def test_R_066_an_excusal_has_reason_period_approver_and_accommodation() -> None:
    stage = Stage()
    until = START + timedelta(days=30)
    stage.do(excuse("p-4", until=until, tasks=("test",)), by=stage.act(2))
    evidence = "e" * 64
    stage.do(RecordAccommodation(key=KEY, person="p-4", evidence=evidence, ground="sent_by_post"))
    (found,) = stage.workflow.fact("campaign.excusals", STREAM, at=stage.now)["p-4"]
    assert found == campaign.Excusal(
        person="p-4",
        reason="away",
        since=START,
        until=until,
        tasks=("test",),
        accommodation="materials_sent",
        approver="p-2",
        carried_out=(evidence,),
    )


@pytest.mark.parametrize(
    ("at", "in_force"),
    [
        (START - timedelta(microseconds=1), False),
        (START, True),
        (START + timedelta(days=3), True),
        (START + timedelta(days=5), False),
    ],
)
def test_R_066_an_excusal_is_in_force_from_its_beginning_until_before_its_end(
    at: datetime, in_force: bool
) -> None:
    stage = Stage()
    stage.do(excuse("p-4", until=START + timedelta(days=5)))
    assert ("p-4" in stage.workflow.fact("campaign.excusals", STREAM, at=at)) is in_force


def test_R_066_nobody_excuses_themselves_nor_vouches_for_their_own_accommodation() -> None:
    stage = Stage()
    done = RecordAccommodation(key=KEY, person="p-2", evidence="a" * 64, ground="sent")
    back = EndExcusal(key=KEY, person="p-2", until=stage.now, ground="back")
    for command in (excuse("p-2"), done, back):
        assert stage.refused(command, stage.act(2)) in {"authority.own_case", "campaign.not_excused"}
        stage.do(command, by=stage.act(3))
    stage.do(excuse("p-3"))
    for command in (done, back):
        own = command.model_copy(update={"person": "p-3"})
        assert stage.refused(own, stage.act(3)) == "authority.own_case"


def test_R_066_a_task_for_everybody_is_complete_when_each_has_part_or_is_excused() -> None:
    stage = Stage().open("study")
    exam = stage.deed("test", "exam-1", "exam", people=("p-1", "p-2", "p-3", "p-60"))
    refusal = attempt(stage, complete("test", exam))
    assert refusal is not None
    assert refusal.code == "campaign.not_everyone"
    assert dict(refusal.about)["people"] == "p-4"
    stage.do(excuse("p-4", tasks=("films",)))
    assert stage.refused(complete("test", exam)) == "campaign.not_everyone"
    stage.do(excuse("p-4", tasks=("test",)))
    stage.do(complete("test", exam))
    (event,) = stage.events(TaskCompleted)
    assert (event.covered, event.excused) == (("p-1", "p-2", "p-3"), ("p-4",))


def test_R_066_a_make_up_counts_like_the_first_and_joins_and_leaves_change_who_everybody_is() -> None:
    stage = Stage().open("study")
    exam = stage.deed("test", "exam-1", "exam", people=("p-1", "p-2", "p-3"))
    make_up = stage.deed("test", "exam-2", "exam", people=("p-4",))
    stage.do(AddToPopulation(key=KEY, person="p-60", ground="transferred"))
    stage.later(minutes=1)
    assert stage.refused(complete("test", exam, make_up)) == "campaign.not_everyone"
    stage.do(RemoveFromPopulation(key=KEY, person="p-60", ground="transferred"))
    stage.do(complete("test", exam, make_up))


def test_R_066_an_excusal_that_is_over_excuses_no_longer() -> None:
    stage = Stage().open("study")
    exam = stage.deed("test", "exam-1", "exam", people=("p-1", "p-2", "p-3"))
    stage.do(excuse("p-4"))
    stage.do(EndExcusal(key=KEY, person="p-4", until=stage.now, ground="back"))
    assert stage.refused(complete("test", exam)) == "campaign.not_everyone"


def test_a_population_with_a_name_of_its_own_is_named_in_the_command() -> None:
    stage = Stage(population="members-2009").open("study")
    people = ("p-1", "p-2", "p-3", "p-4")
    exam = stage.deed("test", "exam-1", "exam", people=people)
    assert stage.refused(complete("test", exam)) == "campaign.other_population"
    assert stage.refused(excuse()) == "campaign.other_population"
    stage.do(excuse(population="members-2009"))
    stage.do(complete("test", exam, population="members-2009"))


# --- moving to a newer definition ------------------------------------------------------------


def test_a_campaign_moves_to_a_newer_definition_that_holds_what_was_done() -> None:
    stage = Stage().open("study")
    stage.complete("sessions")
    more = Phase(code="study", tasks=(*PLAN.phases[0].tasks, Task(code="oath")))
    newer = changed(PLAN, phases=(more, *PLAN.phases[1:]))
    stage.do(adopt(newer))
    stage.do(MigrateDefinition(key=KEY, definition_code="education", definition=newer.digest))
    assert ("study", "oath") in stage.workflow.fact("campaign.missing", STREAM)
    assert stage.campaign.plan == newer
    replays(stage, STREAM)


STUDY, REVIEW, RECTIFY = PLAN.phases


def tasks(phase: Phase, *some: Task) -> Phase:
    return phase.model_copy(update={"tasks": some})


DIVERGING: Mapping[str, tuple[CampaignDefinition, str]] = {
    "a completed task is gone": (
        changed(PLAN, phases=(tasks(STUDY, Task(code="test")), REVIEW, RECTIFY)),
        "task sessions is complete and not in it",
    ),
    "a completed task went to another phase": (
        changed(PLAN, phases=(tasks(STUDY, *STUDY.tasks[1:]), REVIEW, tasks(RECTIFY, STUDY.tasks[0]))),
        "task sessions is complete in phase study and not of phase rectify",
    ),
    "its work would not count": (
        changed(PLAN, phases=(tasks(STUDY, Task(code="sessions", counts=("film",))), REVIEW)),
        "task sessions is complete on kinds that would not count: lesson",
    ),
    "more of it would be needed": (
        changed(PLAN, phases=(tasks(STUDY, Task(code="sessions", minimum=12)), REVIEW)),
        "task sessions is complete on 2 and would need 12",
    ),
    "it would have had to wait": (
        changed(
            PLAN, phases=(tasks(STUDY, Task(code="oath"), Task(code="sessions", after=("oath",))), REVIEW)
        ),
        "task sessions is complete before oath",
    ),
    "everybody would have had to have part": (
        changed(PLAN, phases=(tasks(STUDY, Task(code="sessions", everyone=True)), REVIEW)),
        "task sessions is complete and would be for everybody",
    ),
    "a passed phase would have had another task": (
        changed(PLAN, phases=(tasks(STUDY, *STUDY.tasks, Task(code="oath")), REVIEW)),
        "phase study has passed without task oath",
    ),
    "a phase that was looked back on would have other tasks": (
        changed(PLAN, phases=(STUDY, tasks(REVIEW, *REVIEW.tasks, Task(code="oath")))),
        "phase review has been looked back on with other tasks: oath",
    ),
    "a phase is gone": (changed(PLAN, phases=(STUDY, RECTIFY)), "phase review has begun and is not in it"),
    "phases come in another order": (
        changed(PLAN, phases=(REVIEW, STUDY)),
        "phases have begun in the order study, review",
    ),
    "a condition would be a task": (
        changed(PLAN, phases=(STUDY, REVIEW, tasks(RECTIFY, Task(code="essay")))),
        "condition essay would be a task as well",
    ),
    "the phase of a condition is gone": (
        changed(PLAN, phases=(STUDY, tasks(RECTIFY, *REVIEW.tasks))),
        "condition essay was carried into phase review, not in it",
    ),
    "somebody is excused from a task that is gone": (
        changed(PLAN, phases=(tasks(STUDY, STUDY.tasks[0]), REVIEW)),
        "somebody is excused from task test, not in it",
    ),
}


@pytest.mark.parametrize("what", DIVERGING)
def test_a_newer_definition_that_contradicts_what_was_done_is_refused_with_what_does_not_fit(
    what: str,
) -> None:
    newer, words = DIVERGING[what]
    stage = Stage().open("study")
    stage.do(excuse(tasks=("test",)))
    stage.through("study", "pass_with_conditions", Condition(code="essay"))
    stage.do(OpenPhase(key=KEY, phase="review"))
    stage.complete(*SEVEN, "essay")
    stage.look_back("review")
    stage.do(adopt(newer))
    move = MigrateDefinition(key=KEY, definition_code="education", definition=newer.digest)
    refusal = attempt(stage, move)
    assert refusal is not None
    assert refusal.code == "campaign.diverges"
    assert words in refusal.sentence
    assert stage.campaign.plan == PLAN


# --- refusals --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A reason, a stage on which it is given, the command refused, and one that is permitted there."""

    reason: Reason
    stage: Callable[[], Stage]
    command: Callable[[Stage], Command]
    permitted: Callable[[Stage], Command]
    by: Actor = ROOT


def unstarted() -> Stage:
    return Stage(started=False)


def studying() -> Stage:
    stage = Stage().open("study")
    for key, kind, done in (("l-1", "lesson", True), ("l-2", "lesson", False), ("l-3", "lesson", True)):
        stage.deed("sessions", key, kind, done=done)
    stage.deed("films", "film", "film")
    stage.deed("sessions", "wrong", "film")
    return stage


def done() -> Stage:
    stage = Stage().open("study")
    stage.complete("sessions", "test", "films")
    return stage


def requested() -> Stage:
    stage = done()
    stage.request("study")
    return stage


def reviewing() -> Stage:
    stage = Stage().open("study", "review")
    stage.complete("opinions")
    stage.deed("analysis")
    stage.deed("talks")
    return stage


def excused() -> Stage:
    stage = Stage()
    stage.do(excuse("p-3", until=START + timedelta(days=9), tasks=("test",)))
    return stage


def noted() -> Stage:
    stage = Stage().open("study")
    stage.look_back("study", sessions="missing")
    stage.deed("none", "finding")
    return stage


def linked() -> Stage:
    stage = noted()
    stage.deed("none", "finding-2")
    stage.do(LinkProblem(key=KEY, task="sessions", case="deed/finding"))
    return stage


def retired() -> Stage:
    stage = Stage(started=False)
    other = CampaignDefinition(code="other", version=1, phases=PLAN.phases)
    stage.do(adopt(other), RetireDefinition(code="education", ground="superseded"))
    return stage


def gateless() -> Stage:
    bare = Phase(code="study", tasks=(Task(code="sessions", required=False),), gate=False, look_back=False)
    return Stage(changed(PLAN, version=1, phases=(bare,))).open("study")


def migrating() -> Stage:
    stage = Stage().open("study", "review")
    stage.do(adopt(MIGRATE), adopt(changed(PLAN, version=3, phases=(REVIEW,))))
    return stage


def last() -> Stage:
    stage = Stage().open("study", "review", "rectify")
    stage.complete("plans")
    stage.request("rectify")
    return stage


def conditioned() -> Stage:
    stage = last()
    stage.decide("rectify", "pass_with_conditions", Condition(code="essay"))
    stage.deed("essay")
    return stage


def only(command: Command) -> Callable[[Stage], Command]:
    return lambda stage: command


def link(task: str, case: str) -> Callable[[Stage], Command]:
    return only(LinkProblem(key=KEY, task=task, case=case))


def reopen(task: str) -> Callable[[Stage], Command]:
    return only(ReopenTask(key=KEY, task=task, ground="mistaken"))


def phase(kind: type[OpenPhase | FinishPhase | RequestGate], code: str) -> Callable[[Stage], Command]:
    return only(kind(key=KEY, phase=code))


def migrate(digest: str, code: str = "education") -> Callable[[Stage], Command]:
    return only(MigrateDefinition(key=KEY, definition_code=code, definition=digest))


ESSAY = Condition(code="essay")
OTHER = CampaignDefinition(code="other", version=1, phases=PLAN.phases)
CASES = [
    Case(reasons.UNKNOWN, unstarted, phase(OpenPhase, "study"), only(start())),
    Case(reasons.TAKEN, Stage, only(start()), phase(OpenPhase, "study")),
    Case(reasons.UNKNOWN_UNIT, unstarted, only(start(unit="u-none")), only(start())),
    Case(reasons.NO_DEFINITION, unstarted, only(start(definition="0" * 64)), only(start())),
    Case(reasons.NO_DEFINITION, migrating, migrate("0" * 64), migrate(MIGRATE.digest)),
    Case(
        reasons.RETIRED, retired, only(start()), only(start(definition_code="other", definition=OTHER.digest))
    ),
    Case(reasons.NO_POPULATION, unstarted, only(start(population="nobody")), only(start())),
    Case(reasons.UNKNOWN_BATCH, unstarted, only(start(batch="first")), only(start())),
    Case(reasons.UNKNOWN_PREDECESSOR, unstarted, only(start(predecessor=KEY)), only(start())),
    Case(reasons.UNKNOWN_PREDECESSOR, unstarted, only(start(predecessor="edu-2008")), only(start())),
    Case(reasons.NOT_NEWER, migrating, migrate(PLAN.digest), migrate(MIGRATE.digest)),
    Case(
        reasons.DIVERGES,
        migrating,
        migrate(changed(PLAN, version=3, phases=(REVIEW,)).digest),
        migrate(MIGRATE.digest),
    ),
    Case(reasons.UNKNOWN_PHASE, Stage, phase(OpenPhase, "harvest"), phase(OpenPhase, "study")),
    Case(reasons.UNKNOWN_TASK, studying, only(complete("harvest")), only(complete("films", "deed/film"))),
    Case(reasons.UNKNOWN_TASK, done, reopen("harvest"), reopen("films")),
    Case(reasons.UNKNOWN_TASK, Stage, only(excuse(tasks=("harvest",))), only(excuse(tasks=("films",)))),
    Case(reasons.NO_GATE, gateless, phase(RequestGate, "study"), phase(FinishPhase, "study")),
    Case(reasons.PHASE_BEFORE, Stage, phase(OpenPhase, "rectify"), phase(OpenPhase, "study")),
    Case(
        reasons.HAS_GATE,
        done,
        phase(FinishPhase, "study"),
        only(looking("study", sessions="done", test="done", films="done")),
    ),
    Case(
        reasons.LOOK_BACK_NEEDED,
        done,
        phase(RequestGate, "study"),
        only(looking("study", sessions="done", test="done", films="done")),
    ),
    Case(reasons.ALREADY_COMPLETE, done, only(complete("films", "deed/film")), reopen("films")),
    Case(reasons.NOT_COMPLETE, reviewing, reopen("talks"), reopen("opinions")),
    Case(
        reasons.COMES_AFTER,
        reviewing,
        only(complete("analysis", "deed/analysis")),
        only(complete("talks", "deed/talks")),
    ),
    Case(
        reasons.CITED_TWICE,
        studying,
        only(complete("sessions", "deed/l-1", "deed/l-1")),
        only(complete("sessions", "deed/l-1", "deed/l-3")),
    ),
    Case(
        reasons.UNKNOWN_WORK,
        studying,
        only(complete("sessions", "deed/l-1", "deed/l-9")),
        only(complete("sessions", "deed/l-1", "deed/l-3")),
    ),
    Case(
        reasons.WORK_NOT_DONE,
        studying,
        only(complete("sessions", "deed/l-1", "deed/l-2")),
        only(complete("sessions", "deed/l-1", "deed/l-3")),
    ),
    Case(
        reasons.NOT_SERVING,
        studying,
        only(complete("sessions", "deed/l-1", "deed/film")),
        only(complete("sessions", "deed/l-1", "deed/l-3")),
    ),
    Case(
        reasons.KIND_NOT_COUNTED,
        studying,
        only(complete("sessions", "deed/l-1", "deed/wrong")),
        only(complete("sessions", "deed/l-1", "deed/l-3")),
    ),
    Case(
        reasons.TOO_LITTLE,
        studying,
        only(complete("sessions", "deed/l-1")),
        only(complete("sessions", "deed/l-1", "deed/l-3")),
    ),
    Case(reasons.TOO_LITTLE, studying, only(complete("films")), only(complete("films", "deed/film"))),
    Case(reasons.OTHER_POPULATION, Stage, only(excuse(population="x")), only(excuse(population=KEY))),
    Case(reasons.NOT_IN_POPULATION, Stage, only(excuse("p-60")), only(excuse("p-2"))),
    Case(reasons.NO_TIME, Stage, only(excuse(until=START)), only(excuse(until=START + timedelta(1)))),
    Case(
        reasons.ALREADY_EXCUSED,
        excused,
        only(excuse("p-3", since=START + timedelta(8))),
        only(excuse("p-3", since=START + timedelta(9))),
    ),
    Case(
        reasons.ALREADY_EXCUSED,
        excused,
        only(excuse("p-3", since=START - timedelta(2), until=START + timedelta(1))),
        only(excuse("p-3", since=START - timedelta(2), until=START)),
    ),
    Case(
        reasons.ALREADY_EXCUSED,
        excused,
        only(excuse("p-3", tasks=("test", "films"))),
        only(excuse("p-3", tasks=("films",))),
    ),
    Case(
        reasons.NOT_EXCUSED,
        excused,
        only(EndExcusal(key=KEY, person="p-3", until=START + timedelta(9), ground="back")),
        only(EndExcusal(key=KEY, person="p-3", until=START + timedelta(8), ground="back")),
    ),
    Case(
        reasons.NOT_EXCUSED,
        excused,
        only(RecordAccommodation(key=KEY, person="p-2", evidence="a" * 64, ground="sent")),
        only(RecordAccommodation(key=KEY, person="p-3", evidence="a" * 64, ground="sent")),
    ),
    Case(reasons.NO_PROBLEM, noted, link("harvest", "deed/finding"), link("sessions", "deed/finding")),
    Case(reasons.UNKNOWN_CASE, noted, link("sessions", "deed/none"), link("sessions", "deed/finding")),
    Case(
        reasons.ALREADY_LINKED, linked, link("sessions", "deed/finding"), link("sessions", "deed/finding-2")
    ),
    Case(
        reasons.CONDITIONS_MISFIT,
        requested,
        only(gate("study", "pass", ESSAY)),
        only(gate("study", "pass_with_conditions", ESSAY)),
        SUPERVISOR,
    ),
    Case(
        reasons.CONDITIONS_MISFIT,
        requested,
        only(gate("study", "pass_with_conditions")),
        only(gate("study", "pass")),
        SUPERVISOR,
    ),
    Case(
        reasons.CONDITIONS_MISFIT,
        requested,
        only(gate("study", "redo", ESSAY)),
        only(gate("study", "redo")),
        SUPERVISOR,
    ),
    Case(
        reasons.CONDITION_TAKEN,
        requested,
        only(gate("study", "pass_with_conditions", ESSAY, ESSAY)),
        only(gate("study", "pass_with_conditions", ESSAY)),
        SUPERVISOR,
    ),
    Case(
        reasons.CONDITION_TAKEN,
        requested,
        only(gate("study", "pass_with_conditions", Condition(code="plans"))),
        only(gate("study", "pass_with_conditions", Condition(code="planning"))),
        SUPERVISOR,
    ),
    Case(reasons.PHASES_OPEN, last, only(CloseCampaign(key=KEY)), only(gate("rectify", "pass")), SUPERVISOR),
    Case(
        reasons.CONDITIONS_OPEN,
        conditioned,
        only(CloseCampaign(key=KEY)),
        only(complete("essay", "deed/essay")),
    ),
]
ELSEWHERE = {
    # Provoked above, in the tests of the requirement.
    reasons.TASKS_OPEN,
    reasons.RESTED_ON,
    reasons.COUNTED_ELSEWHERE,
    reasons.NOT_EVERYONE,
    reasons.NOT_COVERED,
    reasons.CONTRADICTED,
    reasons.OTHER_LOOK_BACK,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.reason.code)
def test_each_refusal_has_its_reason_and_its_permitted_counterpart(case: Case) -> None:
    stage = case.stage()
    assert stage.refused(case.command(stage), case.by) == case.reason.code
    stage.do(case.permitted(stage), by=case.by)
    replays(stage, STREAM)


def test_every_reason_of_the_module_is_provoked_here() -> None:
    assert {case.reason for case in CASES} | ELSEWHERE == set(reasons.REASONS)


MOVES_OF_A_PHASE: list[tuple[str, Callable[[], Stage], Command, Actor]] = [
    # Moves that the lifecycle of a phase closes, by the state the phase is in.
    ("pending", Stage, complete("films", "deed/film"), ROOT),
    ("pending", lambda: Stage().open("study"), complete("plans"), ROOT),
    ("open", lambda: Stage().open("study"), OpenPhase(key=KEY, phase="study"), ROOT),
    ("open", lambda: Stage().open("study"), gate("study", "pass"), SUPERVISOR),
    ("gate_requested", requested, reopen("films")(Stage()), ROOT),
    ("gate_requested", requested, looking("study", sessions="done", test="done", films="done"), ROOT),
    ("gate_requested", requested, RequestGate(key=KEY, phase="study"), ROOT),
]


@pytest.mark.parametrize(("state", "stage", "command", "by"), MOVES_OF_A_PHASE)
def test_a_move_that_is_not_open_is_refused_by_the_lifecycle(
    state: str, stage: Callable[[], Stage], command: Command, by: Actor
) -> None:
    assert stage().refused(command, by) == "lifecycle.move_closed"


@pytest.mark.parametrize(
    "command",
    [
        complete("films"),
        reopen("films")(Stage()),
        excuse(),
        EndExcusal(key=KEY, person="p-4", until=START, ground="back"),
        RecordAccommodation(key=KEY, person="p-4", evidence="a" * 64, ground="sent"),
        looking("study", sessions="done"),
        LinkProblem(key=KEY, task="films", case="deed/x"),
        RequestGate(key=KEY, phase="study"),
        OpenPhase(key=KEY, phase="study"),
        FinishPhase(key=KEY, phase="study"),
        MigrateDefinition(key=KEY, definition_code="education", definition=PLAN.digest),
        CloseCampaign(key=KEY),
        CancelCampaign(key=KEY, ground="flood"),
    ],
    ids=lambda command: command.stored_type,
)
def test_in_a_cancelled_campaign_nothing_moves(command: Command) -> None:
    stage = Stage()
    stage.do(CancelCampaign(key=KEY, ground="flood"))
    assert stage.refused(command) == "lifecycle.final"


@pytest.mark.parametrize("plan", [PLAN], ids=["any plan"])
def test_a_digest_of_a_definition_that_is_no_campaign_starts_none(plan: CampaignDefinition) -> None:
    def anything(body: dict[str, Any]) -> object:
        return body

    world = World(definition.decider({"rule": anything}), population.DECIDER, campaign.DECIDER, members=2)
    world.later(days=1)
    world.do(FreezePopulation(key=KEY, unit="u-branch"))
    world.do(AdoptDefinition(code="education", kind="rule", version=1, body={"points": 3}))
    digest = world.workflow.fact("definition.current", "definition/education")[1]
    refusal = attempt(world, start(definition=digest))
    assert refusal is not None
    assert refusal.code == "campaign.no_definition"


# --- authority -------------------------------------------------------------------------------


def test_every_event_asks_for_a_duty_and_none_is_open_to_somebody_without_it() -> None:
    stage = Stage(started=False)
    held = tuple(duties(stage.model))
    stage.do(AdoptRoles(roles={"everything": tuple(d for d in held if not d.startswith("campaign."))}))
    for command in (start(), OpenPhase(key=KEY, phase="study"), gate("study", "pass"), excuse()):
        assert stage.refused(command, stage.act(2)) == "authority.duty_not_covered"
        assert stage.refused(command, stage.self_(2)) == "authority.duty_not_covered"
    stage.do(AdoptRoles(roles={"everything": held}))
    stage.do(start(), by=stage.act(2))


def test_allowed_says_beforehand_who_may_decide_the_gate() -> None:
    stage = requested()
    decide = DecideGate.stored_type
    for actor, code in ((SUPERVISOR, None), (stage.act(2), "authority.outside_required")):
        found = {p.command: p for p in stage.workflow.allowed(actor, stage.now, STREAM)}
        refusal = found[decide].refusal
        assert (refusal.code if refusal else None) == code
