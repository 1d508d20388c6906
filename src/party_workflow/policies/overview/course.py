"""How a campaign ran: its phases with steps and gates, its tasks against what was done for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from party_workflow.codec import Event
from party_workflow.domain import campaign as campaigns
from party_workflow.domain.campaign import (
    AccommodationRecorded,
    Campaign,
    CampaignCancelled,
    CampaignClosed,
    CampaignFramed,
    CampaignMigrated,
    CampaignReframed,
    CampaignStarted,
    Condition,
    Excusal,
    ExcusalEnded,
    GateDecided,
    GateRequested,
    LookBackConducted,
    MemberExcused,
    PhaseFinished,
    PhaseOpened,
    ProblemLinked,
    ProblemNoted,
    Task,
    TaskCompleted,
    TaskReopened,
)
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.history import History
from party_workflow.model import Model
from party_workflow.policies.activities.works import serves
from party_workflow.policies.figure import Evidence
from party_workflow.policies.overview.citing import evidence_of
from party_workflow.store import Recorded, read_event


@dataclass(frozen=True, slots=True)
class Done:
    """A piece of work that counts as carried out, and the event since which it does."""

    stream: str
    kind: str
    quantity: int
    serves: tuple[Serves, ...]
    at: datetime
    evidence: Evidence


def done_works(history: History, model: Model) -> tuple[Done, ...]:
    """Every work of any kind that is done and serves a campaign, in the order in which it came to be so."""
    states: dict[str, Any] = {}
    found: dict[str, Done] = {}
    for recorded in history.events():
        stream = recorded.envelope.stream
        category = stream.partition("/")[0]
        decider = model.by_category.get(category)
        answer = None if decider is None else decider.answers.get(f"{category}.work")
        if decider is None or answer is None:
            continue
        states[stream] = state = decider.evolve(states.get(stream, decider.initial()), recorded)
        work: Work | None = answer(state)
        if work is None or not work.done or not work.serves:
            found.pop(stream, None)
        elif stream in found:
            found[stream] = replace(found[stream], kind=work.kind, quantity=work.quantity, serves=work.serves)
        else:
            at = recorded.envelope.effective_at
            found[stream] = Done(stream, work.kind, work.quantity, work.serves, at, evidence_of(recorded))
    return tuple(sorted(found.values(), key=lambda item: (item.at, item.evidence.position)))


# --- the campaign -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened in a campaign: what (a code), when, by whom, and what came of it."""

    what: str
    at: datetime
    known: datetime
    person: str
    capacity: str
    evidence: Evidence
    phase: str | None = None
    task: str | None = None
    outcome: str | None = None
    conditions: tuple[Condition, ...] = ()
    results: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task, or a condition that a gate asked for, against what is needed.

    `total` is what was counted when it was completed, `so_far` all work that is done and would count, of the
    dates in `works`.  `result` is what the latest look-back found.
    """

    code: str
    condition: bool
    required: bool
    everyone: bool
    after: tuple[str, ...]
    counts: tuple[str, ...]
    minimum: int
    so_far: int
    total: int | None
    completed: Step | None
    due: date | None
    result: str | None
    covered: int
    excused: int
    works: tuple[Done, ...]

    @property
    def complete(self) -> bool:
        """Whether it was completed."""
        return self.completed is not None


@dataclass(frozen=True, slots=True)
class PhaseView:
    """A phase: where it stands, its tasks and conditions, its steps in the order of the log."""

    code: str
    state: str
    opened: datetime | None
    ended: datetime | None
    tasks: tuple[TaskView, ...]
    steps: tuple[Step, ...]

    @property
    def gates(self) -> tuple[Step, ...]:
        """The decisions on it, the first one first."""
        return tuple(step for step in self.steps if step.what == "gate_decided")


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign from its first day to its last, as far as a history goes."""

    key: str
    state: str
    unit: str | None
    population: str
    code: str
    version: int
    digest: str
    phases: tuple[PhaseView, ...]
    steps: tuple[Step, ...]
    excusals: tuple[Excusal, ...]
    problems: Mapping[str, campaigns.Problem]

    def tasks(self) -> Iterator[tuple[PhaseView, TaskView]]:
        """Every task and condition with its phase, in order."""
        for phase in self.phases:
            for task in phase.tasks:
                yield phase, task

    def for_everyone(self) -> tuple[str, ...]:
        """The tasks that everybody has part in, of the phases that have begun."""
        return tuple(task.code for phase, task in self.tasks() if task.everyone and phase.state != "pending")


def campaign_view(history: History, model: Model, key: str) -> CampaignView | None:
    """A campaign as of the history's moments; None where the history does not hold it yet."""
    stream = f"campaign/{key}"
    recorded = [read_event(record, history.registry) for record in history.stream(stream)]
    state: Campaign = campaigns.DECIDER.initial()
    for item in recorded:
        state = campaigns.DECIDER.evolve(state, item)
    if state.plan is None:
        return None
    steps = tuple(_step(item, state) for item in recorded)
    works = [item for item in done_works(history, model) if serves(item.serves, key)]
    phases = tuple(
        _phase(
            state,
            phase.code,
            tuple(_task(state, phase.code, task, steps, works) for task in state.items(phase)),
            tuple(step for step in steps if step.phase == phase.code),
        )
        for phase in state.planned
    )
    return CampaignView(
        key=key,
        state=state.state,
        unit=state.unit,
        population=state.population,
        code=state.plan.code,
        version=state.plan.version,
        digest=state.digest,
        phases=phases,
        steps=steps,
        excusals=state.excused,
        problems=state.problems,
    )


_WHATS: Final[Mapping[type[Event], str]] = {
    CampaignStarted: "started",
    CampaignFramed: "framed",
    CampaignMigrated: "migrated",
    CampaignReframed: "reframed",
    PhaseOpened: "opened",
    PhaseFinished: "finished",
    TaskCompleted: "task_completed",
    TaskReopened: "task_reopened",
    MemberExcused: "member_excused",
    ExcusalEnded: "excusal_ended",
    AccommodationRecorded: "accommodated",
    LookBackConducted: "looked_back",
    ProblemNoted: "problem_noted",
    ProblemLinked: "problem_linked",
    GateRequested: "gate_requested",
    GateDecided: "gate_decided",
    CampaignClosed: "closed",
    CampaignCancelled: "cancelled",
}


def _step(recorded: Recorded, state: Campaign) -> Step:
    event, envelope = recorded.event, recorded.envelope
    step = Step(
        what=_WHATS[type(event)],
        at=envelope.effective_at,
        known=envelope.recorded_at,
        person=envelope.person,
        capacity=envelope.capacity,
        evidence=evidence_of(recorded),
        phase=getattr(event, "phase", None),
        task=getattr(event, "task", None),
    )
    match event:
        case GateDecided():
            return replace(step, outcome=event.decision, conditions=event.conditions)
        case LookBackConducted():
            return replace(step, results={item.task: item.result for item in event.results})
        case ProblemNoted():
            return replace(step, outcome=event.result)
        case TaskCompleted() | TaskReopened():
            found = state.item(event.task)
            return replace(step, phase=None if found is None else found[0].code)
        case _:
            return step


def _task(state: Campaign, phase: str, task: Task, steps: Iterable[Step], works: Iterable[Done]) -> TaskView:
    own = [step for step in steps if step.task == task.code]
    last = next((step for step in reversed(own) if step.what in ("task_completed", "task_reopened")), None)
    completion = state.completions.get(task.code)
    carried = state.conditions.get(task.code)
    fitting = tuple(
        work
        for work in works
        if serves(work.serves, state.key, task.code) and (not task.counts or work.kind in task.counts)
    )
    return TaskView(
        code=task.code,
        condition=carried is not None,
        required=task.required,
        everyone=task.everyone,
        after=task.after,
        counts=task.counts,
        minimum=task.minimum,
        so_far=sum(work.quantity for work in fitting),
        total=None if completion is None else completion.total,
        completed=last if completion is not None else None,
        due=None if carried is None else carried.condition.due,
        result=state.standing(phase).results.get(task.code),
        covered=0 if completion is None else len(completion.covered),
        excused=0 if completion is None else len(completion.excused),
        works=fitting,
    )


def _phase(state: Campaign, code: str, tasks: tuple[TaskView, ...], steps: tuple[Step, ...]) -> PhaseView:
    opened = next((step.at for step in steps if step.what == "opened"), None)
    passed = [
        step.at
        for step in steps
        if step.what == "finished" or (step.what == "gate_decided" and step.outcome != "redo")
    ]
    standing = state.standing(code).state
    return PhaseView(code, standing, opened, passed[-1] if passed else None, tasks, steps)
