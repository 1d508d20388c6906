"""Setting a campaign up on a definition, and moving a running one to a newer version of it.

`plan_migration` is the dry run: a pure function from a campaign and a definition to everything in which the
two differ.  The command refuses on the same list, so nobody learns from a refusal what a dry run did not say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from party_workflow.decider import Answer, Context
from party_workflow.domain.campaign import reasons
from party_workflow.domain.campaign.events import (
    CampaignFramed,
    CampaignMigrated,
    CampaignReframed,
    CampaignStarted,
    MigrateDefinition,
    StartCampaign,
)
from party_workflow.domain.campaign.moves import listed
from party_workflow.domain.campaign.plan import CampaignDefinition, Phase, Task
from party_workflow.domain.campaign.state import Campaign
from party_workflow.errors import InvalidDefinition, Refusal


def read_plan(body: Mapping[str, Any] | None) -> CampaignDefinition | None:
    """The definition that a body says; None where there is none, or where it is no campaign's."""
    if body is None:
        return None
    try:
        return CampaignDefinition.model_validate(body)
    except InvalidDefinition:
        return None


def start(command: StartCampaign, state: Campaign, context: Context) -> Answer:
    if state.plan is not None:
        return reasons.TAKEN(key=command.key)
    body, current, people, unit_open, *predecessor = context.facts
    if not unit_open:
        return reasons.UNKNOWN_UNIT(unit=command.unit)
    plan = read_plan(body)
    if plan is None:
        return reasons.NO_DEFINITION(definition=command.definition_code, digest=command.definition)
    if current is None:
        return reasons.RETIRED(definition=command.definition_code)
    if not people:
        return reasons.NO_POPULATION(population=command.population)
    batch = plan.batch(command.batch)
    if batch is None and (command.batch is not None or plan.batches):
        known = listed([item.code for item in plan.batches])
        return reasons.UNKNOWN_BATCH(batch=command.batch or "none", known=known)
    if command.predecessor is not None and (command.predecessor == command.key or predecessor == [None]):
        return reasons.UNKNOWN_PREDECESSOR(predecessor=command.predecessor)
    started = CampaignStarted(
        unit=command.unit,
        population=command.population,
        code=plan.code,
        version=plan.version,
        digest=command.definition,
        phases=plan.stages,
    )
    framed = CampaignFramed(
        phaseless=plan.phaseless,
        theme=plan.theme,
        mode=plan.mode,
        batch=batch,
        predecessor=command.predecessor,
    )
    return [started] if framed == CampaignFramed() else [started, framed]


def migrate(
    command: MigrateDefinition, state: Campaign, pinned: CampaignDefinition, context: Context
) -> Answer:
    body, current = context.facts
    plan = read_plan(body)
    if plan is None:
        return reasons.NO_DEFINITION(definition=command.definition_code, digest=command.definition)
    if current is None:
        return reasons.RETIRED(definition=command.definition_code)
    if refusal := not_newer(pinned, plan):
        return refusal
    if found := divergences(state, plan):
        return reasons.DIVERGES(version=plan.version, current=pinned.version, divergences="; ".join(found))
    migrated = CampaignMigrated(version=plan.version, digest=command.definition, phases=plan.stages)
    reframed = CampaignReframed(
        phaseless=plan.phaseless,
        theme=plan.theme,
        mode=plan.mode,
        batch=None if state.batch is None else plan.batch(state.batch.code),
    )
    bare = reframed == CampaignReframed() and state.batch is None
    return [migrated] if bare else [migrated, reframed]


def not_newer(pinned: CampaignDefinition, plan: CampaignDefinition) -> Refusal | None:
    """Why a definition is no newer version of the pinned one."""
    if plan.code == pinned.code and plan.version > pinned.version:
        return None
    return reasons.NOT_NEWER(
        definition=plan.code, version=plan.version, pinned=pinned.code, current=pinned.version
    )


# --- the dry run -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Divergence:
    """One thing in which a definition differs from what a campaign is pinned to or has recorded.

    `code` says which sort, `where` is a path such as ``study.sessions.minimum``, `what` says it in words.
    What `blocks` contradicts something recorded, and the campaign cannot move before `remedy`; the others
    are changes that it would take on.
    """

    code: str
    where: str
    what: str
    blocks: bool
    remedy: str


_KEEP: Final = "Keep it in the next version as it was."
_NOTHING: Final = "Nothing needs to be done."
_TAKEN_ON: Final = "Nothing needs to be done: it is still to come."


def plan_migration(state: Campaign, plan: CampaignDefinition) -> tuple[Divergence, ...]:
    """Everything in which a definition differs from a campaign, what blocks before what does not.

    Pure, and nothing is recorded: a campaign can move if none of them blocks.  Empty for the same content.
    """
    blocking = tuple(_blocking(state, plan))
    said = {item.where for item in blocking}
    return (*blocking, *(item for item in _changes(state, plan) if item.where not in said))


def divergences(state: Campaign, plan: CampaignDefinition) -> tuple[str, ...]:
    """What a campaign has recorded that does not fit a definition, each in words."""
    return tuple(item.what for item in plan_migration(state, plan) if item.blocks)


def _blocks(code: str, where: str, what: str, remedy: str = _KEEP) -> Divergence:
    return Divergence(code, where, what, True, remedy)


def _blocking(state: Campaign, plan: CampaignDefinition) -> Iterator[Divergence]:
    new = {phase.code: phase for phase in plan.stages}
    begun = [phase.code for phase in state.planned if state.standing(phase.code).state != "pending"]
    for code in begun:
        if code not in new:
            what = f"phase {code} has begun and is not in it"
            yield _blocks("phase_gone", code, what, _renamed(state, plan, code))
    if set(begun) <= set(new) and begun != [phase.code for phase in plan.stages[: len(begun)]]:
        what = f"phases have begun in the order {listed(begun)}"
        yield _blocks("phase_order", "phases", what, "Put them first, in this order.")
    for carried in state.conditions.values():
        code = carried.condition.code
        if carried.phase not in new:
            what = f"condition {code} was carried into phase {carried.phase}, not in it"
            yield _blocks("condition_phase_gone", carried.phase, what)
        if plan.phase_of(code) is not None:
            what = f"condition {code} would be a task as well"
            yield _blocks("condition_is_task", code, what, "Give the task another code.")
    for task in state.completions:
        if task not in state.conditions:
            yield from _completed(state, plan, task)
    for phase in plan.stages:
        yield from _of_phase(state, phase)
    named = {task for excusal in state.excused for task in excusal.tasks} - set(state.conditions)
    for task in sorted(named):
        if plan.phase_of(task) is None:
            yield _blocks("excused_task_gone", task, f"somebody is excused from task {task}, not in it")
    yield from _batched(state, plan)


def _renamed(state: Campaign, plan: CampaignDefinition, code: str) -> str:
    """What to do about a phase that is gone: if another one has its tasks, it was renamed."""
    known = {phase.code for phase in state.planned}
    before = state.phase(code)
    tasks = set() if before is None else {task.code for task in before.tasks}
    for phase in plan.stages:
        if phase.code not in known and tasks & {task.code for task in phase.tasks}:
            return f"Phase {phase.code} has its tasks: keep the code {code}, and change the label."
    return _KEEP


def _batched(state: Campaign, plan: CampaignDefinition) -> Iterator[Divergence]:
    if state.batch is not None and plan.batch(state.batch.code) is None:
        what = f"the unit stands in batch {state.batch.code}, not in it"
        yield _blocks("batch_gone", f"batches.{state.batch.code}", what)
    elif state.batch is None and plan.batches:
        what = "the unit stands in no batch, and the units of it come in batches"
        remedy = "Leave the batches to campaigns that begin under it: adopt it under another code."
        yield _blocks("batch_lacking", "batches", what, remedy)


def _completed(state: Campaign, plan: CampaignDefinition, code: str) -> Iterator[Divergence]:
    old = state.item(code)
    found = next(((p, t) for p in plan.stages for t in p.tasks if t.code == code), None)
    if found is None or old is None:
        remedy = "Keep the task, or reopen it first."
        yield _blocks("completed_task_gone", code, f"task {code} is complete and not in it", remedy)
        return
    phase, task = found
    where = f"{phase.code}.{code}"
    done = state.completions[code]
    if phase.code != old[0].code:
        what = f"task {code} is complete in phase {old[0].code} and not of phase {phase.code}"
        yield _blocks("completed_task_moved", where, what)
    kinds = sorted({item.kind for item in done.counted} - set(task.counts)) if task.counts else []
    if kinds:
        what = f"task {code} is complete on kinds that would not count: {listed(kinds)}"
        yield _blocks("kinds_not_counted", f"{where}.counts", what, "Let them count, or reopen the task.")
    if done.total < task.minimum:
        what = f"task {code} is complete on {done.total} and would need {task.minimum}"
        remedy = f"Ask for {done.total} or less, or reopen the task and complete it on more."
        yield _blocks("minimum_above", f"{where}.minimum", what, remedy)
    waiting = [other for other in task.after if other not in state.completions]
    if waiting:
        what = f"task {code} is complete before {listed(waiting)}"
        yield _blocks(
            "order", f"{where}.after", what, f"Complete {listed(waiting)} first, or keep the order."
        )
    if task.everyone and not old[1].everyone:
        what = f"task {code} is complete and would be for everybody"
        remedy = "Leave it to those who did it, or reopen the task."
        yield _blocks("everyone", f"{where}.everyone", what, remedy)


def _of_phase(state: Campaign, phase: Phase) -> Iterator[Divergence]:
    """Tasks that would come into a phase, or go out of it, after it was looked back on or has passed."""
    before, standing = state.phase(phase.code), state.standing(phase.code)
    if before is None or standing.state in ("pending", "open"):
        return
    old, new = {task.code for task in before.tasks}, {task.code for task in phase.tasks}
    if standing.state == "passed":
        required = {task.code for task in phase.tasks if task.required}
        for code in sorted(required - old):
            what = f"phase {phase.code} has passed without task {code}"
            remedy = "Put the task into a phase that is still to come."
            yield _blocks("passed_without_task", f"{phase.code}.{code}", what, remedy)
        if phase.gate and not before.gate:
            what = f"phase {phase.code} has passed without a gate"
            yield _blocks("passed_without_gate", f"{phase.code}.gate", what)
        if phase.look_back and standing.look_back is None:
            what = f"phase {phase.code} has passed without a look-back"
            yield _blocks("passed_without_look_back", f"{phase.code}.look_back", what)
    elif old != new:
        what = f"phase {phase.code} has been looked back on with other tasks: {listed(sorted(old ^ new))}"
        remedy = "Keep its tasks, or reopen one of them: the look-back is then taken anew."
        yield _blocks("looked_back_otherwise", phase.code, what, remedy)


def _changes(state: Campaign, plan: CampaignDefinition) -> Iterator[Divergence]:
    """What the campaign would take on without contradiction."""
    old_phases = {phase.code: phase for phase in state.planned}
    new_phases = {phase.code: phase for phase in plan.stages}
    for code in sorted(new_phases.keys() - old_phases.keys()):
        yield Divergence("phase_added", code, f"phase {code} would be added", False, _TAKEN_ON)
    for code in sorted(old_phases.keys() - new_phases.keys()):
        if state.standing(code).state == "pending":
            what = f"phase {code} has not begun and would go"
            yield Divergence("phase_removed", code, what, False, _renamed(state, plan, code))
    for code in sorted(new_phases.keys() & old_phases.keys()):
        before, after = old_phases[code], new_phases[code]
        for name in ("gate", "look_back"):
            if getattr(before, name) != getattr(after, name):
                word = "need" if getattr(after, name) else "not need"
                what = f"phase {code} would {word} a {name.replace('_', '-')}"
                yield Divergence(f"{name}_changed", f"{code}.{name}", what, False, _NOTHING)
    old = {task.code: (phase.code, task) for phase in state.planned for task in phase.tasks}
    new = {task.code: (phase.code, task) for phase in plan.stages for task in phase.tasks}
    for code in sorted(new.keys() - old.keys()):
        what = f"task {code} would be added"
        yield Divergence("task_added", f"{new[code][0]}.{code}", what, False, _TAKEN_ON)
    for code in sorted(old.keys() - new.keys() - state.completions.keys()):
        what = f"task {code} is not complete and would go"
        yield Divergence("task_removed", f"{old[code][0]}.{code}", what, False, _NOTHING)
    for code in sorted(new.keys() & old.keys()):
        yield from _task_changes(old[code], new[code])
    batch = None if state.batch is None else plan.batch(state.batch.code)
    if batch is not None and batch != state.batch:
        what = f"batch {batch.code} would have other days"
        yield Divergence("days_changed", f"batches.{batch.code}", what, False, _NOTHING)


def _task_changes(old: tuple[str, Task], new: tuple[str, Task]) -> Iterator[Divergence]:
    (phase_before, before), (phase, task) = old, new
    where = f"{phase}.{task.code}"
    if phase_before != phase:
        what = f"task {task.code} would go from phase {phase_before} to phase {phase}"
        yield Divergence("task_moved", where, what, False, _NOTHING)
    if before.minimum != task.minimum:
        what = f"task {task.code} would need {task.minimum} and not {before.minimum}"
        yield Divergence("minimum_changed", f"{where}.minimum", what, False, _NOTHING)
    for name in ("after", "counts", "required", "everyone"):
        if getattr(before, name) != getattr(task, name):
            what = f"task {task.code} has another {name}"
            yield Divergence(f"{name}_changed", f"{where}.{name}", what, False, _NOTHING)
