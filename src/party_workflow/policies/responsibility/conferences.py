"""What a joint conference decided, and the tasks that came of it (R-163).

A decision is an item of the conference's agenda that was dealt with.  A task cites the conference and the
item, and names the lead, the units that support, and the day.  A decision without a task is listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from party_workflow.domain.activity import CATEGORY
from party_workflow.domain.procedure import Procedure
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.activities.occasions import Held, occasions
from party_workflow.policies.figure import Evidence
from party_workflow.policies.matters.procedures import procedures

KIND: Final = "conference_task"
STEP: Final = "procedure.step_taken"


@dataclass(frozen=True, slots=True)
class Task:
    """A decision entrusted to somebody: lead, the lead's unit, supporting units, the day it is due.

    `done` once somebody other than the lead has accepted it.
    """

    stream: str
    decision: str
    lead: str
    lead_unit: str
    supporting: tuple[str, ...]
    due: date
    state: str
    done: bool
    final: bool
    evidence: Evidence

    def overdue(self, on: date) -> bool:
        """Whether its day has passed by a day and it is still open."""
        return not self.final and self.due < on


@dataclass(frozen=True, slots=True)
class Decided:
    """A conference with what it decided and what came of that.  Truthy where every decision has a task.

    `beside` are tasks that cite the conference and a decision that is not on its agenda as dealt with.
    """

    occasion: str
    decisions: tuple[str, ...]
    tasks: tuple[Task, ...]
    evidence: Evidence

    def __bool__(self) -> bool:
        return not self.without_task

    @property
    def without_task(self) -> tuple[str, ...]:
        """The decisions that nobody was entrusted with; a task that was dropped is none."""
        given = {task.decision for task in self.tasks if task.done or not task.final}
        return tuple(code for code in self.decisions if code not in given)

    @property
    def beside(self) -> tuple[Task, ...]:
        """The tasks that cite a decision that the conference has no record of."""
        return tuple(task for task in self.tasks if task.decision not in self.decisions)


def decided(history: History, occasion: str, kind: str = KIND) -> Decided:
    """What a conference, by its key, decided, and the tasks of a kind of procedure that cite it.

    Raises `InvalidInput` where it did not take place.
    """
    found = occasions(history).get(occasion)
    if found is None or found.held is None:
        raise InvalidInput(Fault(occasion, "No such occasion took place.", "Check its key."))
    tasks = tuple(_tasks(history, occasion, kind))
    return Decided(occasion, tuple(_decisions(found)), tasks, found.conducted or found.evidence)


def _decisions(found: Held) -> Iterator[str]:
    agenda = found.state.agenda
    yield from dict.fromkeys(item.code for item in agenda.items if agenda.done(item.code, item.reference))


def _tasks(history: History, occasion: str, kind: str) -> Iterator[Task]:
    for stream, state in procedures(history, kind).items():
        if f"{CATEGORY}/{occasion}" not in state.said("conference") or state.kind is None:
            continue
        yield _task(stream, state, state.state in state.kind.table.finals)


def _task(stream: str, state: Procedure, final: bool) -> Task:
    due = state.latest("due")[0]
    assert isinstance(due, date)
    first = state.taken[0]
    return Task(
        stream,
        str(state.latest("decision")[0]),
        str(state.latest("lead")[0]),
        str(state.latest("lead_unit")[0]),
        tuple(str(unit) for unit in state.latest("supporting")),
        due,
        state.state,
        state.done,
        final,
        Evidence(first.event_id, first.position, STEP),
    )
