"""Where a campaign stands: its lifecycles, its state, and what each event does to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, assert_never

from party_workflow import lifecycle
from party_workflow.domain.campaign.events import (
    CATEGORY,
    AccommodationRecorded,
    CampaignCancelled,
    CampaignClosed,
    CampaignEvent,
    CampaignFramed,
    CampaignMigrated,
    CampaignReframed,
    CampaignStarted,
    Condition,
    CountedWork,
    ExcusalEnded,
    GateDecided,
    GateRequested,
    LookBackConducted,
    MemberExcused,
    PhaseFinished,
    PhaseOpened,
    ProblemLinked,
    ProblemNoted,
    TaskCompleted,
    TaskReopened,
)
from party_workflow.domain.campaign.plan import WHOLE, Batch, CampaignDefinition, Phase, Task
from party_workflow.domain.vocabulary import Work
from party_workflow.lifecycle import Lifecycle, Table
from party_workflow.store import Recorded

# --- lifecycle -------------------------------------------------------------------------------

RUNNING: Final = (
    "complete_task",
    "reopen_task",
    "look_back",
    "link_problem",
    "request_gate",
    "decide_gate",
    "finish_phase",
)
LIFECYCLE: Final = Lifecycle.of(
    "campaign",
    1,
    initial="prepared",
    final=("closed", "cancelled"),
    moves={
        "open_phase": "prepared, running -> running",
        **dict.fromkeys(RUNNING, "running -> running"),
        "excuse": ("prepared -> prepared", "running -> running"),
        "migrate": ("prepared -> prepared", "running -> running"),
        "close": "running -> closed",
        "cancel": "prepared, running -> cancelled",
    },
)
TABLE: Final = lifecycle.compile(LIFECYCLE)

PHASE_LIFECYCLE: Final = Lifecycle.of(
    "campaign-phase",
    1,
    initial="pending",
    final="passed",
    moves={
        "open": "pending -> open if phases_before_passed",
        # What is done or undone after a look-back makes the look-back old: the phase is merely open again.
        "complete_task": "open, looked_back -> open",
        "reopen_task": "open, looked_back -> open",
        "look_back": "open, looked_back -> looked_back",
        "request_gate": "open, looked_back -> gate_requested if looked_back",
        "finish": "open, looked_back -> passed if without_gate, looked_back, tasks_done",
        "pass": "gate_requested -> passed if tasks_done",
        "pass_with_conditions": "gate_requested -> passed",
        "redo": "gate_requested -> open",
    },
    # A condition of the last phase has no next phase to go into; it is met after the pass.
    reopens={"fulfil": "passed -> passed"},
)
PHASE_TABLE: Final = lifecycle.compile(PHASE_LIFECYCLE)

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a phase stands; the id and the results of its latest look-back."""

    state: str = PHASE_TABLE.initial
    look_back: str | None = None
    results: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Completion:
    """On what a task is complete, since when."""

    at: datetime
    counted: tuple[CountedWork, ...]
    total: int
    covered: tuple[str, ...]
    excused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """A condition and the phase into which it was carried last."""

    condition: Condition
    phase: str

    @property
    def task(self) -> Task:
        """The condition as a task."""
        return Task(code=self.condition.code, counts=self.condition.counts, minimum=self.condition.minimum)


@dataclass(frozen=True, slots=True)
class Excusal:
    """Why a person does not take part, from `since` until before `until`, in which tasks (none: in all).

    `accommodation` is what is done for them instead, `carried_out` the hashes of what shows that it was done,
    `approver` who approved it.
    """

    person: str
    reason: str
    since: datetime
    until: datetime | None
    tasks: tuple[str, ...]
    accommodation: str
    approver: str
    carried_out: tuple[str, ...] = ()

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.since <= at and (self.until is None or at < self.until)

    def covers(self, task: str) -> bool:
        """Whether it is an excusal from a task."""
        return not self.tasks or task in self.tasks

    def overlaps(self, since: datetime, until: datetime | None, tasks: Sequence[str]) -> bool:
        """Whether it has time and tasks in common with another."""
        apart = (until is not None and until <= self.since) or (
            self.until is not None and self.until <= since
        )
        return not apart and (not self.tasks or not tasks or not set(self.tasks).isdisjoint(tasks))


@dataclass(frozen=True, slots=True)
class Problem:
    """An item that a look-back found not to be done, and the case in which it is dealt with."""

    phase: str
    task: str
    result: str
    case: str | None = None


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """How far a task is: what was counted when it was completed, against what is needed."""

    complete: bool
    total: int
    minimum: int
    required: bool
    condition: bool


@dataclass(frozen=True, slots=True)
class PhaseProgress:
    """Where a phase stands, and each of its tasks and conditions."""

    state: str
    tasks: Mapping[str, TaskProgress]


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign with everything that its events say, by phase, task, condition and person."""

    stream: str = ""
    state: str = TABLE.initial
    unit: str | None = None
    population: str = ""
    plan: CampaignDefinition | None = None
    digest: str = ""
    batch: Batch | None = None
    predecessor: str | None = None
    phases: Mapping[str, Standing] = field(default_factory=dict)
    completions: Mapping[str, Completion] = field(default_factory=dict)
    conditions: Mapping[str, Carried] = field(default_factory=dict)
    excused: tuple[Excusal, ...] = ()
    problems: Mapping[str, Problem] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The second part of the stream id."""
        return self.stream.partition("/")[2]

    @property
    def planned(self) -> tuple[Phase, ...]:
        """The phases in order."""
        return () if self.plan is None else self.plan.stages

    def phase(self, code: str) -> Phase | None:
        """A phase by its code."""
        return next((phase for phase in self.planned if phase.code == code), None)

    def standing(self, phase: str) -> Standing:
        """Where a phase stands."""
        return self.phases.get(phase, Standing())

    def items(self, phase: Phase) -> tuple[Task, ...]:
        """The tasks of a phase, and after them the conditions carried into it."""
        carried = (item.task for item in self.conditions.values() if item.phase == phase.code)
        return (*phase.tasks, *carried)

    def item(self, code: str) -> tuple[Phase, Task] | None:
        """A task or condition by its code, with the phase in which it is to be completed."""
        for phase in self.planned:
            for task in self.items(phase):
                if task.code == code:
                    return phase, task
        return None

    def open_tasks(self, phase: Phase) -> tuple[str, ...]:
        """Required tasks of a phase that are neither complete nor excused in its latest look-back."""
        results = self.standing(phase.code).results
        return tuple(
            task.code
            for task in self.items(phase)
            if task.required and task.code not in self.completions and results.get(task.code) != "excused"
        )

    def open_conditions(self) -> tuple[str, ...]:
        """Conditions that are not met, sorted."""
        return tuple(sorted(code for code in self.conditions if code not in self.completions))

    # --- facts

    def excusals(self, at: datetime) -> dict[str, tuple[Excusal, ...]]:
        """The excusals in force at a moment, by person."""
        found: dict[str, tuple[Excusal, ...]] = {}
        for excusal in sorted(self.excused, key=lambda item: (item.person, item.since)):
            if excusal.holds(at):
                found[excusal.person] = (*found.get(excusal.person, ()), excusal)
        return found

    @property
    def phaseless(self) -> bool:
        """Whether it has one open set of tasks instead of phases."""
        return self.plan is not None and self.plan.phaseless

    def progress(self) -> dict[str, PhaseProgress]:
        """Where each phase and each of its tasks and conditions stands, in order."""
        return {
            phase.code: PhaseProgress(
                self.standing(phase.code).state,
                {task.code: self._progress(task) for task in self.items(phase)},
            )
            for phase in self.planned
        }

    def _progress(self, task: Task) -> TaskProgress:
        done = self.completions.get(task.code)
        total = 0 if done is None else done.total
        return TaskProgress(
            done is not None, total, task.minimum, task.required, task.code in self.conditions
        )

    def missing(self) -> tuple[tuple[str, str], ...]:
        """Phase and code of every task and condition that is not complete, in order."""
        return tuple(
            (phase.code, task.code)
            for phase in self.planned
            for task in self.items(phase)
            if task.code not in self.completions
        )

    def work(self) -> Work | None:
        """The campaign as a piece of work: done when closed; None for one never set up."""
        if self.plan is None:
            return None
        return Work(self.stream, CATEGORY, self.unit, self.state, done=self.state == "closed")


# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Campaign, recorded: Recorded) -> Campaign:
    """The campaign after an event."""
    event, envelope = recorded.event, recorded.envelope
    assert isinstance(event, CampaignEvent)
    match event:
        case CampaignStarted():
            started = replace(
                state,
                stream=envelope.stream,
                unit=event.unit,
                population=event.population,
            )
            return _pinned(started, event.code, event)
        case CampaignMigrated():
            return state if state.plan is None else _pinned(state, state.plan.code, event)
        case CampaignFramed():
            return replace(_framed(state, event), predecessor=event.predecessor)
        case CampaignReframed():
            return _framed(state, event)
        case PhaseOpened():
            return _moved(replace(state, state=_dest(TABLE, state.state, "open_phase")), event.phase, "open")
        case PhaseFinished():
            return _carried(_moved(state, event.phase, "finish"), event.phase, ())
        case TaskCompleted():
            return _completed(state, event, envelope.effective_at)
        case TaskReopened():
            kept = {code: done for code, done in state.completions.items() if code != event.task}
            return _touched(replace(state, completions=kept), event.task, "reopen_task")
        case MemberExcused():
            excusal = Excusal(
                event.person,
                event.reason,
                event.since,
                event.until,
                event.tasks,
                event.accommodation,
                envelope.person,
            )
            return replace(state, excused=(*state.excused, excusal))
        case ExcusalEnded():
            return replace(
                state,
                excused=tuple(
                    replace(item, until=event.until)
                    if item.person == event.person and item.holds(event.until)
                    else item
                    for item in state.excused
                ),
            )
        case AccommodationRecorded():
            return _accommodated(state, event, envelope.effective_at)
        case LookBackConducted():
            results = {item.task: item.result for item in event.results}
            moved = _moved(state, event.phase, "look_back")
            standing = replace(moved.standing(event.phase), look_back=envelope.event_id, results=results)
            return replace(moved, phases={**moved.phases, event.phase: standing})
        case ProblemNoted():
            known = state.problems.get(event.task)
            problem = Problem(event.phase, event.task, event.result, known.case if known else None)
            return replace(state, problems={**state.problems, event.task: problem})
        case ProblemLinked():
            if (noted := state.problems.get(event.task)) is None:
                return state
            return replace(state, problems={**state.problems, event.task: replace(noted, case=event.case)})
        case GateRequested():
            return _moved(state, event.phase, "request_gate")
        case GateDecided():
            decided = _moved(state, event.phase, event.decision)
            if event.decision == "redo":
                return decided
            return _carried(decided, event.phase, event.conditions)
        case CampaignClosed():
            return replace(state, state=_dest(TABLE, state.state, "close"))
        case CampaignCancelled():
            return replace(state, state=_dest(TABLE, state.state, "cancel"))
        case _:
            assert_never(event)


def _pinned(state: Campaign, code: str, event: CampaignStarted | CampaignMigrated) -> Campaign:
    plan = CampaignDefinition(code=code, version=event.version, phases=event.phases)
    return replace(state, plan=plan, digest=event.digest)


def _framed(state: Campaign, event: CampaignFramed | CampaignReframed) -> Campaign:
    """The campaign with what it is beside its phases; without phases, its tasks are open at once."""
    if state.plan is None:
        return state
    fields = {"theme": event.theme, "mode": event.mode}
    if event.phaseless:
        tasks = tuple(task for phase in state.plan.stages for task in phase.tasks)
        plan = state.plan.model_copy(update={**fields, "phases": (), "tasks": tasks})
    else:
        plan = state.plan.model_copy(update=fields)
    framed = replace(state, plan=plan, batch=event.batch)
    if not event.phaseless or framed.state != TABLE.initial:
        return framed
    return _moved(replace(framed, state=_dest(TABLE, framed.state, "open_phase")), WHOLE, "open")


def _dest(table: Table, state: str, move: str) -> str:
    step = table.dest(state, move)
    return state if step is None else step.dest


def _moved(state: Campaign, phase: str, move: str) -> Campaign:
    standing = state.standing(phase)
    moved = replace(standing, state=_dest(PHASE_TABLE, standing.state, move))
    return replace(state, phases={**state.phases, phase: moved})


def _touched(state: Campaign, task: str, move: str) -> Campaign:
    """The phase of a task after a move on the task; a phase that has passed stays so."""
    found = state.item(task)
    return state if found is None else _moved(state, found[0].code, move)


def _completed(state: Campaign, event: TaskCompleted, at: datetime) -> Campaign:
    done = Completion(at, event.counted, event.total, event.covered, event.excused)
    completed = replace(state, completions={**state.completions, event.task: done})
    return _touched(completed, event.task, "complete_task")


def _accommodated(state: Campaign, event: AccommodationRecorded, at: datetime) -> Campaign:
    """The evidence goes to the excusal in force, or else to the latest one."""
    index = concerned(state, event.person, at)
    if index is None:
        return state
    excusal = state.excused[index]
    shown = replace(excusal, carried_out=(*excusal.carried_out, event.evidence))
    return replace(state, excused=(*state.excused[:index], shown, *state.excused[index + 1 :]))


def concerned(state: Campaign, person: str, at: datetime) -> int | None:
    """The index of the excusal of a person that is in force at a moment, or else of the latest one."""
    own = [index for index, item in enumerate(state.excused) if item.person == person]
    holding = [index for index in own if state.excused[index].holds(at)]
    found = holding or own
    return found[-1] if found else None


def _carried(state: Campaign, phase: str, added: tuple[Condition, ...]) -> Campaign:
    """New conditions, and those of the phase that are not met, go into the next phase; of the last, stay."""
    codes = [item.code for item in state.planned]
    following = codes[codes.index(phase) + 1 :] if phase in codes else []
    target = following[0] if following else phase
    moved = {
        code: replace(item, phase=target) if item.phase == phase and code not in state.completions else item
        for code, item in state.conditions.items()
    }
    return replace(state, conditions={**moved, **{item.code: Carried(item, target) for item in added}})
