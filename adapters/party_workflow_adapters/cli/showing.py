"""``party-workflow show``: the log as a whole, or one matter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import click

from party_workflow.domain.campaign import Campaign
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.outline import FULL, outline
from party_workflow_adapters.cli.output import Printer, heading, table
from party_workflow_adapters.cli.overview import Matter, Overview, matter, overview
from party_workflow_adapters.cli.source import Source, reading
from party_workflow_adapters.cli.timeline import happened
from party_workflow_adapters.cli.wording import Wording

if TYPE_CHECKING:
    from rich.table import Table


@click.command(
    "show",
    epilog="""\b
Examples:
  party-workflow show --store log.sqlite
  party-workflow show --store log.sqlite activity/study-03 --lang zh
  party-workflow show --history export.jsonl organisation --json
""",
)
@click.argument("stream", required=False)
@click.option("--confidential", "open_all", is_flag=True, help="Show STREAM even if it is confidential.")
@click.option(FULL, "full", is_flag=True, help="Show the definition that STREAM goes by as a whole, too.")
@reading
def command(source: Source, printer: Printer, stream: str | None, open_all: bool, full: bool) -> int:
    """The log as a whole, or the state of one matter (STREAM, such as activity/study-03) and its events.

    Names are shown where their openings are at hand, [erased] or [not-supplied] otherwise.
    """
    value = overview(source.history) if stream is None else matter(source.history, source.model, stream)
    if isinstance(value, Matter) and value.confidential and not open_all:
        raise click.UsageError(f"{stream} is confidential. Whoever has a part in it adds --confidential.")
    if printer.as_json:
        printer.write(value.data())
        return ending.FINE
    words = source.wording(printer.language)
    if isinstance(value, Overview):
        _overview(value, words, printer)
    else:
        _matter(value, words, printer, full=full)
    return ending.FINE


def _overview(value: Overview, words: Wording, printer: Printer) -> None:
    about = table("", "")
    about.show_header = False
    about.add_row("log", value.log or "(empty)")
    if value.first is not None and value.last is not None:
        about.add_row(
            "records", f"{value.position}, from {words.moment(value.first)} to {words.moment(value.last)}"
        )
    about.add_row("accounts", str(value.accounts))
    about.add_row("head", value.head)
    printer.show(about)
    categories: dict[str, list[int]] = {}
    for stream, events in value.matters.items():
        categories.setdefault(stream.partition("/")[0], []).append(events)
    matters = table("Category", "Matters", "Events", right=(1, 2))
    for category, counts in categories.items():
        matters.add_row(category, str(len(counts)), str(sum(counts)))
    types = table("Event type", "Number", right=(1,))
    for name, number in value.types.items():
        types.add_row(name, str(number))
    printer.show(matters, types)


def _matter(value: Matter, words: Wording, printer: Printer, *, full: bool) -> None:
    state = value.state
    hidden = next((names for kind, names in _HIDDEN.items() if isinstance(state, kind)), ())
    fold = not full and not value.stream.startswith("definition/")
    printer.show(outline(value.stream, state, words, without=hidden, fold=fold))
    if isinstance(state, Campaign):
        printer.show(*phases(state, words))
    printer.show(heading("What happened"), happened(value.events, words))


_HIDDEN: Final[dict[type, tuple[str, ...]]] = {
    Campaign: ("plan", "phases", "completions"),  # shown as tables
}


def phases(campaign: Campaign, words: Wording) -> Iterator[Table]:
    """Each phase of a campaign as a table of its tasks."""
    for code, phase in campaign.progress().items():
        tasks = table(
            "Task",
            "Done",
            "Needed",
            "",
            title=f"{words.label(code)}: {words.label(phase.state)}",
            right=(1, 2),
        )
        for task, progress in phase.tasks.items():
            mark = "complete" if progress.complete else "open"
            if progress.condition:
                mark += ", a condition of the gate before"
            elif not progress.required:
                mark += ", not required"
            tasks.add_row(words.label(task), str(progress.total), str(progress.minimum), mark)
        yield tasks
