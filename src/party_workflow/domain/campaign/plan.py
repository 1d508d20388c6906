"""What a campaign is to do: its definition, as a value that is checked as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    model_validator,
)

from party_workflow import canonical
from party_workflow.errors import Faults
from party_workflow.partwise import judged
from party_workflow.values import Code, Count, Day, Definition, Flag, Key

MAX_ITEMS = 256
"""Most phases of a campaign, and most tasks of a phase."""

WHOLE: Final = "whole"
"""The one phase, open from the start, into which a campaign without phases puts its tasks."""

Version = Annotated[int, Field(strict=True, ge=1, le=canonical.MAX_INTEGER)]
CodeSet = Annotated[tuple[Code, ...], AfterValidator(lambda codes: tuple(sorted(set(codes))))]
"""Codes whose order means nothing: sorted, each once."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Task(_Part):
    """A task of a phase.

    It can be complete only after every task in `after`, which are tasks of the same phase.  `counts` are the
    kinds of work that count (empty: any), `minimum` how much of it is needed.  `required` tasks have to be
    complete, or excused in the look-back, for the phase to pass without conditions.  `everyone` asks that
    each person of the population has part in the work or is excused.
    """

    code: Code
    after: CodeSet = ()
    counts: CodeSet = ()
    minimum: Count = 1
    required: Flag = True
    everyone: Flag = False


class Phase(_Part):
    """A phase with its tasks.  `look_back` and `gate` say whether it needs them before the next may begin."""

    code: Code
    tasks: Annotated[tuple[Task, ...], Field(max_length=MAX_ITEMS)]
    gate: Flag = True
    look_back: Flag = True


class Slot(_Part):
    """When a phase is planned for the units of a batch: the first day, and the last where one is set."""

    phase: Code
    since: Day
    until: Day | None = None


class Batch(_Part):
    """A batch of units (第一批单位) with a calendar of its own."""

    code: Code
    slots: Annotated[tuple[Slot, ...], Field(max_length=MAX_ITEMS)] = ()


Mode = Literal["concentrated", "regular"]
"""Education within a limited time in phases (集中教育), or one that goes on with the work (经常性教育)."""


class CampaignDefinition(Definition):
    """The phases of a campaign in their order, each with tasks in partial order; or tasks without phases.

    Every way of making one raises `InvalidDefinition` with all faults found.  Task codes are unique in the
    whole campaign, because work names the task it serves by campaign and code.  A campaign without phases
    (that of 2019 had none) has one open set of `tasks`: no order but that of the tasks, no gate, no look-back
    asked for.  Units come in `batches` where any are named: each campaign of a unit then says in which.
    Within a batch the days of a phase end before those of the next begin.  Days left free between them are a
    fault, unless the batch stands in `pauses`: the work was meant to rest (a harvest, the spring festival).
    """

    code: Key
    version: Version
    phases: Annotated[tuple[Phase, ...], Field(max_length=MAX_ITEMS)] = ()
    tasks: Annotated[tuple[Task, ...], Field(max_length=MAX_ITEMS)] = ()
    theme: Code | None = None
    mode: Mode | None = None
    batches: Annotated[tuple[Batch, ...], Field(max_length=MAX_ITEMS)] = ()
    pauses: CodeSet = ()

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, data, handler, _judge, "campaign")

    def data(self) -> dict[str, Any]:
        """The definition as it is stored and hashed: without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`."""
        return canonical.digest(self.data())

    def phase_of(self, task: str) -> str | None:
        """The phase that has a task."""
        return next((p.code for p in self.stages if any(t.code == task for t in p.tasks)), None)

    @property
    def phaseless(self) -> bool:
        """Whether it has one open set of tasks instead of phases."""
        return bool(self.tasks) and not self.phases

    @property
    def stages(self) -> tuple[Phase, ...]:
        """The phases; for a campaign without any, the one that holds its tasks, without gate or look-back."""
        if self.phaseless:
            return (Phase(code=WHOLE, tasks=self.tasks, gate=False, look_back=False),)
        return self.phases

    def batch(self, code: str | None) -> Batch | None:
        """A batch by its code."""
        return next((batch for batch in self.batches if batch.code == code), None)


def _judge(plan: CampaignDefinition, faults: Faults) -> None:
    if plan.phases and plan.tasks:
        what = "A campaign has phases, or tasks without phases, and not both."
        faults.add("tasks", what, "Put the tasks into a phase, or leave the phases out.")
    _judge_phases(plan.stages, faults, whole=plan.phaseless)
    _judge_batches(plan, faults)


def _judge_phases(phases: Sequence[Phase], faults: Faults, *, whole: bool) -> None:
    """Judges phases; `whole` says that they are the one that holds the tasks of a campaign without any."""
    if not phases:
        faults.add("phases", "There is no phase.", "Name at least one, with its tasks.")
    seen_phases: dict[str, int] = {}
    seen_tasks: dict[str, str] = {}
    for index, phase in enumerate(phases):
        where = f"phases[{index}]"
        tasks = "tasks" if whole else f"{where}.tasks"
        if seen_phases.setdefault(phase.code, index) != index:
            what = f"Phase {phase.code} stands already at phases[{seen_phases[phase.code]}]."
            faults.add(where, what, "Give each phase a code of its own.")
        if not phase.tasks:
            faults.add(tasks, f"Phase {phase.code} is empty.", "Give it a task, or leave it out.")
        own = {task.code for task in phase.tasks}
        for at, task in enumerate(phase.tasks):
            here = f"{tasks}[{at}]"
            first = seen_tasks.setdefault(task.code, here)
            if first != here:
                what = f"Task {task.code} stands already at {first}."
                faults.add(here, what, "Give each task a code of its own.")
            if not task.minimum:
                faults.add(f"{here}.minimum", "A task of nothing.", "Ask for at least 1.")
            for other in task.after:
                if other not in own:
                    what = f"Phase {phase.code} has no task {other} for {task.code} to come after."
                    faults.add(f"{here}.after", what, "Name tasks of the same phase: phases are in order.")
        for circle in _circles(phase):
            what = f"Each of these tasks waits for the others: {', '.join(circle)}."
            faults.add(tasks, what, "Take one out of the circle.")


def _judge_batches(plan: CampaignDefinition, faults: Faults) -> None:
    phases = [phase.code for phase in plan.stages]
    known = {batch.code for batch in plan.batches}
    for code in sorted(set(plan.pauses) - known) if not faults.within("batches") else ():
        faults.add("pauses", f"There is no batch {code} to pause.", "Name batches, or leave it out.")
    seen: set[str] = set()
    for index, batch in enumerate(plan.batches):
        where = f"batches[{index}]"
        if batch.code in seen:
            faults.add(where, f"Batch {batch.code} stands there already.", "Give each a code of its own.")
        seen.add(batch.code)
        days = {slot.phase: slot for slot in batch.slots}
        for at, slot in enumerate(batch.slots):
            here = f"{where}.slots[{at}]"
            if slot.phase not in phases and not faults.at("phases"):
                what = f"There is no phase {slot.phase} to set days for."
                faults.add(here, what, f"Phases: {', '.join(phases) or 'none'}.")
            if any(other.phase == slot.phase for other in batch.slots[:at]):
                faults.add(here, f"Phase {slot.phase} has two sets of days.", "Leave one of them out.")
            if slot.until is not None and slot.until < slot.since:
                faults.add(here, "It would end before it begins.", "Give the days in order.")
        starts = [days[phase].since for phase in phases if phase in days]
        if starts != sorted(starts):
            what = f"Batch {batch.code} would begin a phase before the one ahead of it."
            faults.add(f"{where}.slots", what, "Order the days like the phases.")
        else:
            _judge_days(plan, batch, where, faults)


def _judge_days(plan: CampaignDefinition, batch: Batch, where: str, faults: Faults) -> None:
    """Phases follow each other day by day: they do not overlap, nor leave days free without meaning it."""
    order = {phase.code: index for index, phase in enumerate(plan.stages)}
    at = {slot.phase: index for index, slot in enumerate(batch.slots)}
    slots = sorted((slot for slot in batch.slots if slot.phase in order), key=lambda slot: order[slot.phase])
    for before, slot in pairwise(slots):
        here = f"{where}.slots[{at[slot.phase]}]"
        if before.until is None or faults.within(f"{where}.slots[{at[before.phase]}]"):
            continue
        free = (slot.since - before.until).days - 1
        if free < 0:
            what = f"{slot.phase} begins on {slot.since}, and {before.phase} lasts until {before.until}."
            faults.add(here, what, "Let it begin on a day after that, or end the other sooner.")
        elif free and order[slot.phase] == order[before.phase] + 1 and batch.code not in plan.pauses:
            what = f"{free} days lie free between {before.phase} and {slot.phase}."
            faults.add(here, what, f"Close the gap, or name {batch.code} in pauses if it is meant.")


def _circles(phase: Phase) -> Iterator[list[str]]:
    """Groups of tasks that wait for each other (or for themselves), sorted by code."""
    after: dict[str, set[str]] = {}
    for task in phase.tasks:
        after.setdefault(task.code, set()).update(task.after)
    reach = {code: _reached(code, after) for code in after}
    done: set[str] = set()
    for code in sorted(reach):
        if code in reach[code] and code not in done:
            circle = sorted(other for other in reach[code] if code in reach.get(other, ()))
            done.update(circle)
            yield circle


def _reached(start: str, after: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(after.get(start, ()))
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting.extend(after.get(code, ()))
    return found
