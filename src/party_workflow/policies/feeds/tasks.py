"""The feed of campaign tasks: what was completed in which campaign, on how much work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from party_workflow.domain.campaign import CampaignMigrated, CampaignStarted, TaskCompleted, TaskReopened
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.feeds.lines import MISSING, Line, Reads, day, in_order, key, line
from party_workflow.policies.policy import Row

READS: Final[Reads] = {
    CampaignStarted: ("unit", "code", "phases"),
    CampaignMigrated: ("phases",),
    TaskCompleted: ("task", "total", "counted", "covered", "excused"),
    TaskReopened: ("task",),
}


@dataclass(slots=True)
class _State:
    shared: dict[str, dict[str, Cell]] = field(default_factory=dict)
    tasks: dict[tuple[str, str], Line] = field(default_factory=dict)


def _evolve(state: _State, row: Row) -> _State:
    if row.kind in (CampaignStarted, CampaignMigrated):
        if row.kind is CampaignStarted:
            state.shared[row.stream] = {
                "campaign": key(row.stream),
                "definition": row["code"],
                "unit": row["unit"],
            }
        for phase in row["phases"]:
            for task in phase.tasks:
                if (row.stream, task.code) not in state.tasks:
                    state.tasks[row.stream, task.code] = line(
                        row, task=task.code, phase=phase.code, state="open", **_EMPTY
                    )
    elif row.kind is TaskCompleted:
        # a condition of a gate is a task that no phase of the definition has
        done = state.tasks.setdefault(
            (row.stream, row["task"]), line(row, task=row["task"], phase=MISSING, state="open", **_EMPTY)
        )
        done.change(
            row,
            state="completed",
            total=Fraction(row["total"]),
            works=Fraction(len(row["counted"])),
            covered=Fraction(len(row["covered"])),
            excused=Fraction(len(row["excused"])),
            completed_on=day(row.effective_at),
        )
    elif row.kind is TaskReopened:
        if (found := state.tasks.get((row.stream, row["task"]))) is not None:
            found.change(row, state="open", **_EMPTY)
    return state


_EMPTY: Final[dict[str, Cell]] = dict.fromkeys(
    ("total", "works", "covered", "excused", "completed_on"), MISSING
)


def _facts(state: _State) -> Iterable[Fact]:
    unknown: dict[str, Cell] = dict.fromkeys(("campaign", "definition", "unit"), MISSING)
    return in_order(
        made.fact(**state.shared.get(stream, unknown)) for (stream, _), made in state.tasks.items()
    )


TASKS: Final = Feed(
    name="tasks",
    reads=READS,
    columns={
        "stream": "The stream of the campaign.",
        "campaign": "Its key.",
        "definition": "The code of the definition that it is pinned to.",
        "unit": "The unit that runs it.",
        "task": "The task, or the condition of a gate.",
        "phase": "The phase that it belongs to.",
        "state": "open or completed.",
        "total": "How much work counted for it, missing until it was completed.",
        "works": "How many pieces of work counted for it.",
        "covered": "How many people it covered, where everybody had to have part.",
        "excused": "How many of them were excused.",
        "completed_on": "The day on which it was completed.",
    },
    initial=_State,
    evolve=_evolve,
    facts=_facts,
)
"""Tasks of campaigns, a row each; a task that was reopened is open again."""
