"""``party-workflow missing``: tasks that are not complete, and who did not take part, with the reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from party_workflow.canonical import fraction_text
from party_workflow.domain import campaign as campaigns
from party_workflow.domain.campaign import Campaign
from party_workflow.history import History
from party_workflow.policies.activities.participation import Participation, participation
from party_workflow.policies.figure import Absent, Figure, percent_text
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.choosing import chosen, of_campaign
from party_workflow_adapters.cli.output import Printer, heading, table
from party_workflow_adapters.cli.source import Source, reading
from party_workflow_adapters.cli.wording import Wording

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class Open:
    """A task or condition that is not complete: how much of it there is, against what is needed."""

    phase: str
    task: str
    total: int
    minimum: int


@dataclass(frozen=True, slots=True)
class Missing:
    """What a campaign still lacks.  Truthy when nothing does."""

    campaign: str
    state: str
    tasks: tuple[Open, ...]
    waiting: tuple[str, ...]
    """Phases that have not begun; what they ask for is not missing yet."""
    participation: tuple[Participation, ...]
    """Of each task that everybody has part in, in the phases that have begun."""

    def __bool__(self) -> bool:
        return not self.tasks and not any(item.unexplained for item in self.participation)

    def data(self) -> dict[str, Any]:
        """The list as canonical data."""
        return {
            "campaign": self.campaign,
            "participation": [_data(item) for item in self.participation],
            "state": self.state,
            "tasks": [
                {"minimum": item.minimum, "phase": item.phase, "task": item.task, "total": item.total}
                for item in self.tasks
            ],
            "waiting": list(self.waiting),
        }


def _data(item: Participation) -> dict[str, Any]:
    return {
        "adjusted": item.adjusted.data(),
        "make_up": list(item.make_up),
        "missing": [
            {"excused": missing.excused, "person": missing.person, "reason": missing.reason}
            | ({"accommodation": missing.accommodation} if missing.accommodation else {})
            | ({"event": missing.evidence.event_id} if missing.evidence else {})
            for missing in item.missing
        ],
        "population": item.population,
        "raw": item.raw.data(),
        "task": item.task,
        "took_part": list(item.took_part),
    }


def missing(history: History, key: str) -> Missing:
    """What a campaign still lacks, as of the history's moments."""
    state: Campaign = history.state(campaigns.DECIDER, f"campaign/{key}")
    progress = state.progress()
    begun = [phase for phase in state.planned if progress[phase.code].state != "pending"]
    tasks = tuple(
        Open(phase.code, task, found.total, found.minimum)
        for phase in begun
        for task, found in progress[phase.code].tasks.items()
        if not found.complete
    )
    everyone = [task.code for phase in begun for task in phase.tasks if task.everyone]
    return Missing(
        campaign=key,
        state=state.state,
        tasks=tasks,
        waiting=tuple(phase.code for phase in state.planned if phase not in begun),
        participation=tuple(participation(history, key, task, state.population) for task in everyone),
    )


@click.command("missing")
@of_campaign
@reading
def command(source: Source, printer: Printer, campaign: str | None) -> int:
    """What a campaign still lacks: tasks, and the people who did not take part, each with the reason.

    A share is given over everybody and over those who are not excused, side by side.
    """
    value = missing(source.history, chosen(source.history, campaign))
    if printer.as_json:
        printer.write(value.data())
    else:
        printer.show(*shown(value, source.wording(printer.language)))
    return ending.FINE


def shown(value: Missing, words: Wording) -> Iterator[RenderableType]:
    """The list for people."""
    yield heading(f"Missing in {value.campaign} ({words.label(value.state)})")
    if value.tasks:
        tasks = table("Phase", "Task", "Done", "Needed", right=(2, 3))
        for item in value.tasks:
            tasks.add_row(words.label(item.phase), words.label(item.task), str(item.total), str(item.minimum))
        yield tasks
    else:
        yield "Every task of the phases that have begun is complete."
    if value.waiting:
        yield f"Not begun: {', '.join(words.label(phase) for phase in value.waiting)}."
    for part in value.participation:
        yield from _people(part, words)


def _people(part: Participation, words: Wording) -> Iterator[RenderableType]:
    excused = len(part.excused)
    raw = f"{len(part.took_part)} of {part.population} ({_percent(part.raw)})"
    adjusted = f"{len(part.took_part)} of {part.population - excused} ({_percent(part.adjusted)})"
    yield heading(f"{words.label(part.task)}: {raw}; without the {excused} excused, {adjusted}")
    if not part.missing:
        return
    people = table("Who", "Why", "", "Instead", "Event")
    for item in part.missing:
        people.add_row(
            words.name(item.person),
            words.label(item.reason),
            "excused" if item.excused else "unexplained",
            words.label(item.accommodation) if item.accommodation else "",
            f"#{item.evidence.position}" if item.evidence else "",
        )
    yield people


def _percent(figure: Figure) -> str:
    if isinstance(figure.value, Absent):
        return str(figure.value)
    whole = figure.value.denominator == 1
    return f"{fraction_text(figure.value * 100) if whole else percent_text(figure.value)} %"
