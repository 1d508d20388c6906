"""What a campaign asks of others, what it decides, and the decider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never

from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.campaign import reasons
from party_workflow.domain.campaign.events import (
    CATEGORY,
    AccommodationRecorded,
    CampaignCancelled,
    CampaignClosed,
    CampaignCommand,
    CampaignMigrated,
    CampaignStarted,
    CancelCampaign,
    CloseCampaign,
    CompleteTask,
    ConductLookBack,
    CountedWork,
    DecideGate,
    EndExcusal,
    ExcusalEnded,
    ExcuseMember,
    FinishPhase,
    GateDecided,
    GateRequested,
    ItemResult,
    LinkProblem,
    LookBackConducted,
    MemberExcused,
    MigrateDefinition,
    OpenPhase,
    PhaseFinished,
    PhaseOpened,
    ProblemLinked,
    ProblemNoted,
    RecordAccommodation,
    ReopenTask,
    RequestGate,
    StartCampaign,
    TaskCompleted,
    TaskReopened,
)
from party_workflow.domain.campaign.plan import CampaignDefinition, Phase, Task
from party_workflow.domain.campaign.state import PHASE_TABLE, TABLE, Campaign, concerned, evolve
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import InvalidDefinition, Refusal
from party_workflow.lifecycle import Guard

# --- lifecycle: guards of the moves of a phase -----------------------------------------------


@dataclass(frozen=True, slots=True)
class _Turn:
    """A phase about to move: what the guards judge."""

    state: Campaign
    phase: Phase


def _phases_before_passed(turn: _Turn) -> Refusal | None:
    for phase in turn.state.planned:
        if phase.code == turn.phase.code:
            return None
        standing = turn.state.standing(phase.code)
        if standing.state != "passed":
            return reasons.PHASE_BEFORE(phase=turn.phase.code, before=phase.code, state=standing.state)
    return None


def _without_gate(turn: _Turn) -> Refusal | None:
    return reasons.HAS_GATE(phase=turn.phase.code) if turn.phase.gate else None


def _looked_back(turn: _Turn) -> Refusal | None:
    standing = turn.state.standing(turn.phase.code)
    if turn.phase.look_back and standing.state != "looked_back":
        return reasons.LOOK_BACK_NEEDED(phase=turn.phase.code, state=standing.state)
    return None


def _tasks_done(turn: _Turn) -> Refusal | None:
    tasks = turn.state.open_tasks(turn.phase)
    return reasons.TASKS_OPEN(phase=turn.phase.code, tasks=_listed(tasks)) if tasks else None


GUARDS: Final[Mapping[str, Guard[_Turn]]] = {
    guard.code: guard
    for guard in (
        Guard("phases_before_passed", _phases_before_passed),
        Guard("without_gate", _without_gate),
        Guard("looked_back", _looked_back),
        Guard("tasks_done", _tasks_done),
    )
}

_MOVES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    OpenPhase.stored_type: ("open_phase", ("open",)),
    FinishPhase.stored_type: ("finish_phase", ("finish",)),
    CompleteTask.stored_type: ("complete_task", ("complete_task",)),
    ReopenTask.stored_type: ("reopen_task", ("reopen_task",)),
    ConductLookBack.stored_type: ("look_back", ("look_back",)),
    RequestGate.stored_type: ("request_gate", ("request_gate",)),
    DecideGate.stored_type: ("decide_gate", ("pass", "pass_with_conditions", "redo")),
    LinkProblem.stored_type: ("link_problem", ()),
    ExcuseMember.stored_type: ("excuse", ()),
    EndExcusal.stored_type: ("excuse", ()),
    RecordAccommodation.stored_type: ("excuse", ()),
    MigrateDefinition.stored_type: ("migrate", ()),
    CloseCampaign.stored_type: ("close", ()),
    CancelCampaign.stored_type: ("cancel", ()),
}
"""By command: its move in the lifecycle of the campaign, and those that it may be in that of a phase."""

# --- decide ----------------------------------------------------------------------------------


def _asks(command: CampaignCommand) -> Sequence[Ask]:
    match command:
        case StartCampaign():
            people = Ask("population.people", f"population/{command.population}")
            unit = Ask("organisation.unit_open", "organisation", {"unit": command.unit})
            return (*_definition_asks(command), people, unit)
        case MigrateDefinition():
            return _definition_asks(command)
        case CompleteTask():
            return (*(_work_ask(stream) for stream in command.evidence), _people_ask(command))
        case ExcuseMember():
            return (_people_ask(command),)
        case LinkProblem():
            return (_work_ask(command.case),)
        case (
            OpenPhase()
            | FinishPhase()
            | ReopenTask()
            | EndExcusal()
            | RecordAccommodation()
            | ConductLookBack()
            | RequestGate()
            | DecideGate()
            | CloseCampaign()
            | CancelCampaign()
        ):
            return ()
        case _:
            assert_never(command)


def _definition_asks(command: StartCampaign | MigrateDefinition) -> tuple[Ask, Ask]:
    stream = f"definition/{command.definition_code}"
    body = Ask("definition.body", stream, {"digest": command.definition})
    return body, Ask("definition.current", stream)


def _people_ask(command: CompleteTask | ExcuseMember) -> Ask:
    return Ask("population.people", f"population/{command.counted_on}", {"at": EFFECTIVE})


def _work_ask(stream: str) -> Ask:
    return Ask(f"{stream.partition('/')[0]}.work", stream)


def _decide(command: CampaignCommand, state: Campaign, context: Context) -> Answer:
    if isinstance(command, StartCampaign):
        return _start(command, state, context)
    if refusal := _closed(state).get(command.stored_type):
        return refusal
    assert state.plan is not None
    match command:
        case MigrateDefinition():
            return _migrate(command, state, state.plan, context)
        case OpenPhase():
            refusal = _phase_refusal(state, command.phase, "open")
            return refusal or [PhaseOpened(phase=command.phase)]
        case FinishPhase():
            refusal = _phase_refusal(state, command.phase, "finish")
            return refusal or [PhaseFinished(phase=command.phase)]
        case CompleteTask():
            return _complete(command, state, context)
        case ReopenTask():
            return _reopen(command, state)
        case ExcuseMember() | EndExcusal() | RecordAccommodation():
            return _excuse(command, state, context)
        case ConductLookBack():
            return _look_back(command, state, context)
        case LinkProblem():
            return _link(command, state, context)
        case RequestGate():
            return _request(command, state)
        case DecideGate():
            return _decide_gate(command, state, context)
        case CloseCampaign():
            phases = [item.code for item in state.planned if state.standing(item.code).state != "passed"]
            if phases:
                return reasons.PHASES_OPEN(phases=_listed(phases))
            if conditions := state.open_conditions():
                return reasons.CONDITIONS_OPEN(conditions=_listed(conditions))
            return [CampaignClosed()]
        case CancelCampaign():
            return [CampaignCancelled(ground=command.ground)]
        case _:
            assert_never(command)


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(codes) if codes else "none"


def _phase_refusal(state: Campaign, code: str, move: str) -> Refusal | None:
    """Why a phase cannot make a move: there is none, its lifecycle, or a guard."""
    phase = state.phase(code)
    if phase is None:
        return reasons.UNKNOWN_PHASE(phase=code, known=_listed([item.code for item in state.planned]))
    step = PHASE_TABLE.step(state.standing(code).state, move, GUARDS, _Turn(state, phase))
    return step if isinstance(step, Refusal) else None


# --- the definition


def _read(body: Mapping[str, Any] | None) -> CampaignDefinition | None:
    if body is None:
        return None
    try:
        return CampaignDefinition.model_validate(body)
    except InvalidDefinition:
        return None


def _start(command: StartCampaign, state: Campaign, context: Context) -> Answer:
    if state.plan is not None:
        return reasons.TAKEN(key=command.key)
    body, current, people, unit_open = context.facts
    if not unit_open:
        return reasons.UNKNOWN_UNIT(unit=command.unit)
    plan = _read(body)
    if plan is None:
        return reasons.NO_DEFINITION(definition=command.definition_code, digest=command.definition)
    if current is None:
        return reasons.RETIRED(definition=command.definition_code)
    if not people:
        return reasons.NO_POPULATION(population=command.population)
    return [
        CampaignStarted(
            unit=command.unit,
            population=command.population,
            code=plan.code,
            version=plan.version,
            digest=command.definition,
            phases=plan.phases,
        )
    ]


def _migrate(
    command: MigrateDefinition, state: Campaign, pinned: CampaignDefinition, context: Context
) -> Answer:
    body, current = context.facts
    plan = _read(body)
    if plan is None:
        return reasons.NO_DEFINITION(definition=command.definition_code, digest=command.definition)
    if current is None:
        return reasons.RETIRED(definition=command.definition_code)
    if plan.code != pinned.code or plan.version <= pinned.version:
        return reasons.NOT_NEWER(
            definition=plan.code, version=plan.version, pinned=pinned.code, current=pinned.version
        )
    if found := tuple(divergences(state, plan)):
        return reasons.DIVERGES(version=plan.version, current=pinned.version, divergences="; ".join(found))
    return [CampaignMigrated(version=plan.version, digest=command.definition, phases=plan.phases)]


def divergences(state: Campaign, plan: CampaignDefinition) -> Iterator[str]:
    """What a campaign has recorded that does not fit a definition, each in words."""
    new = {phase.code: phase for phase in plan.phases}
    begun = [phase.code for phase in state.planned if state.standing(phase.code).state != "pending"]
    for code in begun:
        if code not in new:
            yield f"phase {code} has begun and is not in it"
    if set(begun) <= set(new) and begun != [phase.code for phase in plan.phases[: len(begun)]]:
        yield f"phases have begun in the order {_listed(begun)}"
    for carried in state.conditions.values():
        if carried.phase not in new:
            yield f"condition {carried.condition.code} was carried into phase {carried.phase}, not in it"
        if plan.phase_of(carried.condition.code) is not None:
            yield f"condition {carried.condition.code} would be a task as well"
    for task in state.completions:
        if task not in state.conditions:
            yield from _completion_divergences(state, plan, task)
    for phase in plan.phases:
        yield from _phase_divergences(state, phase)
    named = {task for excusal in state.excused for task in excusal.tasks} - set(state.conditions)
    for task in sorted(named):
        if plan.phase_of(task) is None:
            yield f"somebody is excused from task {task}, not in it"


def _completion_divergences(state: Campaign, plan: CampaignDefinition, code: str) -> Iterator[str]:
    old = state.item(code)
    found = next(((p, t) for p in plan.phases for t in p.tasks if t.code == code), None)
    if found is None or old is None:
        yield f"task {code} is complete and not in it"
        return
    phase, task = found
    done = state.completions[code]
    if phase.code != old[0].code:
        yield f"task {code} is complete in phase {old[0].code} and not of phase {phase.code}"
    kinds = sorted({item.kind for item in done.counted} - set(task.counts)) if task.counts else []
    if kinds:
        yield f"task {code} is complete on kinds that would not count: {_listed(kinds)}"
    if done.total < task.minimum:
        yield f"task {code} is complete on {done.total} and would need {task.minimum}"
    waiting = [other for other in task.after if other not in state.completions]
    if waiting:
        yield f"task {code} is complete before {_listed(waiting)}"
    if task.everyone and not old[1].everyone:
        yield f"task {code} is complete and would be for everybody"


def _phase_divergences(state: Campaign, phase: Phase) -> Iterator[str]:
    """Tasks that would come into a phase, or go out of it, after it was looked back on or has passed."""
    before, standing = state.phase(phase.code), state.standing(phase.code).state
    if before is None or standing in ("pending", "open"):
        return
    old, new = {task.code for task in before.tasks}, {task.code for task in phase.tasks}
    if standing == "passed":
        required = {task.code for task in phase.tasks if task.required}
        for code in sorted(required - old):
            yield f"phase {phase.code} has passed without task {code}"
    elif old != new:
        yield f"phase {phase.code} has been looked back on with other tasks: {_listed(sorted(old ^ new))}"


# --- tasks


def _complete(command: CompleteTask, state: Campaign, context: Context) -> Answer:
    found = state.item(command.task)
    if found is None:
        return reasons.UNKNOWN_TASK(task=command.task)
    phase, task = found
    passed = state.standing(phase.code).state == "passed"
    move = "fulfil" if passed and task.code in state.conditions else "complete_task"
    if refusal := _phase_refusal(state, phase.code, move):
        return refusal
    if task.code in state.completions:
        return reasons.ALREADY_COMPLETE(task=task.code)
    if waiting := [other for other in task.after if other not in state.completions]:
        return reasons.COMES_AFTER(task=task.code, waiting=_listed(waiting))
    *works, people = context.facts
    seen: set[str] = set()
    for stream, work in zip(command.evidence, works, strict=True):
        if stream in seen:
            return reasons.CITED_TWICE(work=stream, task=task.code)
        seen.add(stream)
        if refusal := _work_refusal(state, task, stream, work):
            return refusal
    counted = _counted(command.evidence, works)
    total = sum(item.quantity for item in counted)
    if total < task.minimum:
        return reasons.TOO_LITTLE(task=task.code, minimum=task.minimum, total=total)
    if not task.everyone:
        return [TaskCompleted(task=task.code, counted=counted, total=total)]
    if command.counted_on != state.population:
        return reasons.OTHER_POPULATION(population=state.population, named=command.counted_on)
    covered = set(people) & {person for work in works for person in work.people}
    in_force = state.excusals(context.effective_at)
    excused = {
        person
        for person in set(people) - covered
        if any(excusal.covers(task.code) for excusal in in_force.get(person, ()))
    }
    if lacking := sorted(set(people) - covered - excused):
        return reasons.NOT_EVERYONE(task=task.code, people=_listed(lacking))
    return [
        TaskCompleted(
            task=task.code,
            counted=counted,
            total=total,
            covered=tuple(sorted(covered)),
            excused=tuple(sorted(excused)),
        )
    ]


def _counted(streams: Sequence[str], works: Sequence[Work]) -> tuple[CountedWork, ...]:
    counted = (
        CountedWork(work=stream, kind=work.kind, quantity=work.quantity)
        for stream, work in zip(streams, works, strict=True)
    )
    return tuple(sorted(counted, key=lambda item: item.work))


def _work_refusal(state: Campaign, task: Task, stream: str, work: Work | None) -> Refusal | None:
    if work is None:
        return reasons.UNKNOWN_WORK(work=stream)
    if not work.done:
        return reasons.WORK_NOT_DONE(work=stream, state=work.state)
    if not any(item.campaign == state.key and item.task == task.code for item in work.serves):
        for other, done in state.completions.items():
            if any(item.work == stream for item in done.counted):
                return reasons.COUNTED_ELSEWHERE(work=stream, other=other, task=task.code)
        return reasons.NOT_SERVING(work=stream, task=task.code)
    if task.counts and work.kind not in task.counts:
        return reasons.KIND_NOT_COUNTED(
            work=stream, kind=work.kind, task=task.code, counts=_listed(task.counts)
        )
    return None


def _reopen(command: ReopenTask, state: Campaign) -> Answer:
    found = state.item(command.task)
    if found is None:
        return reasons.UNKNOWN_TASK(task=command.task)
    phase, task = found
    if refusal := _phase_refusal(state, phase.code, "reopen_task"):
        return refusal
    if task.code not in state.completions:
        return reasons.NOT_COMPLETE(task=task.code)
    resting = [t.code for t in phase.tasks if task.code in t.after and t.code in state.completions]
    if resting:
        return reasons.RESTED_ON(task=task.code, tasks=_listed(resting))
    return [TaskReopened(task=task.code, ground=command.ground)]


# --- people


def _excuse(
    command: ExcuseMember | EndExcusal | RecordAccommodation, state: Campaign, context: Context
) -> Answer:
    own = [item for item in state.excused if item.person == command.person]
    match command:
        case ExcuseMember():
            (people,) = context.facts
            if command.counted_on != state.population:
                return reasons.OTHER_POPULATION(population=state.population, named=command.counted_on)
            if command.person not in people:
                return reasons.NOT_IN_POPULATION(person=command.person, population=state.population)
            for task in command.tasks:
                if state.item(task) is None:
                    return reasons.UNKNOWN_TASK(task=task)
            if command.until is not None and command.until <= command.since:
                return reasons.NO_TIME(person=command.person)
            if any(item.overlaps(command.since, command.until, command.tasks) for item in own):
                return reasons.ALREADY_EXCUSED(person=command.person)
            return [
                MemberExcused(
                    person=command.person,
                    reason=command.reason,
                    since=command.since,
                    until=command.until,
                    tasks=tuple(sorted(set(command.tasks))),
                    accommodation=command.accommodation,
                    note=context.seal_given(command.note, command.person, "excusal.note"),
                )
            ]
        case EndExcusal():
            if not any(item.holds(command.until) for item in own):
                return reasons.NOT_EXCUSED(person=command.person)
            return [ExcusalEnded(person=command.person, until=command.until, ground=command.ground)]
        case RecordAccommodation():
            if concerned(state, command.person, context.effective_at) is None:
                return reasons.NOT_EXCUSED(person=command.person)
            return [
                AccommodationRecorded(person=command.person, evidence=command.evidence, ground=command.ground)
            ]
        case _:
            assert_never(command)


# --- look-backs and gates


def _look_back(command: ConductLookBack, state: Campaign, context: Context) -> Answer:
    phase = state.phase(command.phase)
    if refusal := _phase_refusal(state, command.phase, "look_back"):
        return refusal
    assert phase is not None
    items = [task.code for task in state.items(phase)]
    lacking = [code for code in items if code not in command.results]
    others = [code for code in sorted(command.results) if code not in items]
    if lacking or others:
        return reasons.NOT_COVERED(phase=phase.code, lacking=_listed(lacking), others=_listed(others))
    results, problems = [], []
    for code in items:
        finding = command.results[code]
        complete = code in state.completions
        if (finding.result == "done" and not complete) or (
            finding.result in ("missing", "excused") and complete
        ):
            return reasons.CONTRADICTED(
                task=code, state="complete" if complete else "not complete", result=finding.result
            )
        note = context.seal_given(finding.note, command.stream, "look_back.note")
        results.append(ItemResult(task=code, result=finding.result, note=note))
        known = state.problems.get(code)
        if finding.result != "done" and (known is None or known.result != finding.result):
            problems.append(ProblemNoted(phase=phase.code, task=code, result=finding.result))
    return [LookBackConducted(phase=phase.code, results=tuple(results)), *problems]


def _link(command: LinkProblem, state: Campaign, context: Context) -> Answer:
    problem = state.problems.get(command.task)
    if problem is None:
        return reasons.NO_PROBLEM(task=command.task)
    (case,) = context.facts
    if case is None:
        return reasons.UNKNOWN_CASE(case=command.case)
    if problem.case == command.case:
        return reasons.ALREADY_LINKED(task=command.task, case=command.case)
    return [ProblemLinked(task=command.task, case=command.case)]


def _request(command: RequestGate, state: Campaign) -> Answer:
    phase = state.phase(command.phase)
    if phase is not None and not phase.gate:
        return reasons.NO_GATE(phase=phase.code)
    if refusal := _phase_refusal(state, command.phase, "request_gate"):
        return refusal
    latest = state.standing(command.phase).look_back
    if command.look_back is not None and command.look_back != latest:
        return reasons.OTHER_LOOK_BACK(phase=command.phase, look_back=latest or "none")
    return [GateRequested(phase=command.phase, look_back=latest)]


def _decide_gate(command: DecideGate, state: Campaign, context: Context) -> Answer:
    if refusal := _phase_refusal(state, command.phase, command.decision):
        return refusal
    if (command.decision == "pass_with_conditions") != bool(command.conditions):
        return reasons.CONDITIONS_MISFIT(decision=command.decision, count=len(command.conditions))
    seen: set[str] = set()
    for condition in command.conditions:
        if condition.code in seen or state.item(condition.code) is not None:
            return reasons.CONDITION_TAKEN(condition=condition.code)
        seen.add(condition.code)
    return [
        GateDecided(
            phase=command.phase,
            decision=command.decision,
            conditions=tuple(sorted(command.conditions, key=lambda item: item.code)),
            ground=context.seal_given(command.ground, command.stream, "gate.ground"),
        )
    ]


def _closed(state: Campaign) -> Mapping[str, Refusal | None]:
    """Why the state alone closes a command: the campaign's lifecycle, or that of whichever phase is on."""
    if state.plan is None:
        return {name: reasons.UNKNOWN() for name in _MOVES}
    found: dict[str, Refusal | None] = {StartCampaign.stored_type: reasons.TAKEN(key=state.key)}
    standings = [state.standing(phase.code).state for phase in state.planned]
    on = next((standing for standing in standings if standing != "passed"), "passed")
    for name, (move, phase_moves) in _MOVES.items():
        refusal = TABLE.closed(state.state, move)
        if refusal is None and phase_moves:
            closed = [PHASE_TABLE.closed(standing, m) for standing in standings for m in phase_moves]
            refusal = None if None in closed else PHASE_TABLE.closed(on, phase_moves[0])
        found[name] = refusal
    if TABLE.closed(state.state, "complete_task") is None and on == "passed" and state.open_conditions():
        found[CompleteTask.stored_type] = None
    return found


# --- decider ---------------------------------------------------------------------------------

DECIDER: Final[Decider[Campaign]] = Decider(
    category=CATEGORY,
    events=(
        CampaignStarted,
        CampaignMigrated,
        PhaseOpened,
        PhaseFinished,
        TaskCompleted,
        TaskReopened,
        MemberExcused,
        ExcusalEnded,
        AccommodationRecorded,
        LookBackConducted,
        ProblemNoted,
        ProblemLinked,
        GateRequested,
        GateDecided,
        CampaignClosed,
        CampaignCancelled,
    ),
    commands=(
        StartCampaign,
        MigrateDefinition,
        OpenPhase,
        FinishPhase,
        CompleteTask,
        ReopenTask,
        ExcuseMember,
        EndExcusal,
        RecordAccommodation,
        ConductLookBack,
        LinkProblem,
        RequestGate,
        DecideGate,
        CloseCampaign,
        CancelCampaign,
    ),
    initial=Campaign,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={
        "campaign.excusals": Campaign.excusals,
        "campaign.progress": Campaign.progress,
        "campaign.missing": Campaign.missing,
        "campaign.work": Campaign.work,
    },
    closed=_closed,
    yields={
        StartCampaign.stored_type: (CampaignStarted,),
        MigrateDefinition.stored_type: (CampaignMigrated,),
        OpenPhase.stored_type: (PhaseOpened,),
        FinishPhase.stored_type: (PhaseFinished,),
        CompleteTask.stored_type: (TaskCompleted,),
        ReopenTask.stored_type: (TaskReopened,),
        ExcuseMember.stored_type: (MemberExcused,),
        EndExcusal.stored_type: (ExcusalEnded,),
        RecordAccommodation.stored_type: (AccommodationRecorded,),
        ConductLookBack.stored_type: (LookBackConducted, ProblemNoted),
        LinkProblem.stored_type: (ProblemLinked,),
        RequestGate.stored_type: (GateRequested,),
        DecideGate.stored_type: (GateDecided,),
        CloseCampaign.stored_type: (CampaignClosed,),
        CancelCampaign.stored_type: (CampaignCancelled,),
    },
    reasons=reasons.REASONS,
)
