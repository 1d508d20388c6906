"""Setting a campaign up on a definition, and moving a running one to a newer version of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from party_workflow.decider import Answer, Context
from party_workflow.domain.campaign import reasons
from party_workflow.domain.campaign.events import (
    CampaignMigrated,
    CampaignStarted,
    MigrateDefinition,
    StartCampaign,
)
from party_workflow.domain.campaign.moves import listed
from party_workflow.domain.campaign.plan import CampaignDefinition, Phase
from party_workflow.domain.campaign.state import Campaign
from party_workflow.errors import InvalidDefinition


def _read(body: Mapping[str, Any] | None) -> CampaignDefinition | None:
    if body is None:
        return None
    try:
        return CampaignDefinition.model_validate(body)
    except InvalidDefinition:
        return None


def start(command: StartCampaign, state: Campaign, context: Context) -> Answer:
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


def migrate(
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
        yield f"phases have begun in the order {listed(begun)}"
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
        yield f"task {code} is complete on kinds that would not count: {listed(kinds)}"
    if done.total < task.minimum:
        yield f"task {code} is complete on {done.total} and would need {task.minimum}"
    waiting = [other for other in task.after if other not in state.completions]
    if waiting:
        yield f"task {code} is complete before {listed(waiting)}"
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
        yield f"phase {phase.code} has been looked back on with other tasks: {listed(sorted(old ^ new))}"
