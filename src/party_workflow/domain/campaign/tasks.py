"""Completing and reopening tasks: which work counts, and who had part in it."""

from __future__ import annotations

from collections.abc import Sequence

from party_workflow.decider import Answer, Context
from party_workflow.domain.campaign import reasons
from party_workflow.domain.campaign.events import (
    CompleteTask,
    CountedWork,
    ReopenTask,
    TaskCompleted,
    TaskReopened,
)
from party_workflow.domain.campaign.moves import listed, phase_refusal
from party_workflow.domain.campaign.plan import Task
from party_workflow.domain.campaign.state import Campaign
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Refusal


def complete(command: CompleteTask, state: Campaign, context: Context) -> Answer:
    found = state.item(command.task)
    if found is None:
        return reasons.UNKNOWN_TASK(task=command.task)
    phase, task = found
    passed = state.standing(phase.code).state == "passed"
    move = "fulfil" if passed and task.code in state.conditions else "complete_task"
    if refusal := phase_refusal(state, phase.code, move):
        return refusal
    if task.code in state.completions:
        return reasons.ALREADY_COMPLETE(task=task.code)
    if waiting := [other for other in task.after if other not in state.completions]:
        return reasons.COMES_AFTER(task=task.code, waiting=listed(waiting))
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
        return reasons.NOT_EVERYONE(task=task.code, people=listed(lacking))
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
            work=stream, kind=work.kind, task=task.code, counts=listed(task.counts)
        )
    return None


def reopen(command: ReopenTask, state: Campaign) -> Answer:
    found = state.item(command.task)
    if found is None:
        return reasons.UNKNOWN_TASK(task=command.task)
    phase, task = found
    if refusal := phase_refusal(state, phase.code, "reopen_task"):
        return refusal
    if task.code not in state.completions:
        return reasons.NOT_COMPLETE(task=task.code)
    resting = [t.code for t in phase.tasks if task.code in t.after and t.code in state.completions]
    if resting:
        return reasons.RESTED_ON(task=task.code, tasks=listed(resting))
    return [TaskReopened(task=task.code, ground=command.ground)]
