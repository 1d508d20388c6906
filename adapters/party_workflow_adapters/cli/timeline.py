"""``party-workflow timeline``: what happened, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from party_workflow.domain.campaign import (
    CampaignCancelled,
    CampaignClosed,
    CampaignMigrated,
    CampaignStarted,
    GateDecided,
    GateRequested,
    LookBackConducted,
    PhaseFinished,
    PhaseOpened,
)
from party_workflow.domain.publication import ErratumLinked, Posted, PublicationFinalised, Published
from party_workflow.history import History, Order
from party_workflow.policies.overview import confidential_streams
from party_workflow.store import Recorded
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.outline import summary
from party_workflow_adapters.cli.output import Printer, table
from party_workflow_adapters.cli.overview import event_data
from party_workflow_adapters.cli.source import Source, reading
from party_workflow_adapters.cli.wording import Wording

if TYPE_CHECKING:
    from rich.console import RenderableType


MILESTONES: Final = (
    CampaignStarted,
    CampaignMigrated,
    PhaseOpened,
    LookBackConducted,
    GateRequested,
    GateDecided,
    PhaseFinished,
    CampaignClosed,
    CampaignCancelled,
    Published,
    Posted,
    ErratumLinked,
    PublicationFinalised,
)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events in an order, of some categories or all."""

    order: Order
    events: tuple[Recorded, ...]
    withheld: int = 0
    """How many more there are on confidential matters."""

    def data(self) -> dict[str, Any]:
        """The timeline as canonical data.  Personal values stand as their commitments."""
        events = [event_data(item) for item in self.events]
        return {"events": events, "order": self.order, "withheld": self.withheld}


def timeline(
    history: History,
    categories: Iterable[str] = (),
    order: Order = "effective",
    without: frozenset[str] = frozenset(),
) -> Timeline:
    """The events of a history by effect or by position; those of matters in `without` are only counted."""
    wanted = frozenset(categories)
    found = [
        item
        for item in history.events(order=order)
        if not wanted or item.envelope.stream.partition("/")[0] in wanted
    ]
    shown = tuple(item for item in found if item.envelope.stream not in without)
    return Timeline(order, shown, len(found) - len(shown))


def milestones(history: History) -> Timeline:
    """What moved campaigns on: phases, look-backs, gates, and what was published."""
    return Timeline("effective", tuple(history.events(*MILESTONES, order="effective")))


@click.command("timeline")
@click.option("--milestones", "only", is_flag=True, help="Only phases, look-backs, gates and publications.")
@click.option(
    "--of", "categories", multiple=True, metavar="CATEGORY", help="Only of matters such as campaign, case."
)
@click.option(
    "--order",
    type=click.Choice(["effective", "position"]),
    default="effective",
    show_default=True,
    help="By when it happened, or by when it was recorded.",
)
@click.option("--confidential", "every", is_flag=True, help="Those of confidential matters as well.")
@reading
def command(
    source: Source, printer: Printer, only: bool, categories: tuple[str, ...], order: Order, every: bool
) -> int:
    """What happened, by when it took effect; a record that came later says when it became known."""
    if only and (categories or order != "effective"):
        raise click.UsageError(
            "--milestones has an order and matters of its own. Leave --of and --order out."
        )
    if only:
        value = milestones(source.history)
    else:
        without = frozenset[str]() if every else confidential_streams(source.history)
        value = timeline(source.history, categories, order, without)
    if printer.as_json:
        printer.write(value.data())
    else:
        printer.show(*shown(value, source.wording(printer.language)))
    return ending.FINE


def shown(value: Timeline, words: Wording) -> Iterator[RenderableType]:
    """The timeline for people."""
    yield happened(value.events, words, streams=True, hashes=False)
    if value.withheld:
        yield f"Not shown: {value.withheld} events of confidential matters (--confidential shows them)."


def happened(
    events: Iterable[Recorded], words: Wording, *, streams: bool = False, hashes: bool = True
) -> RenderableType:
    """Events as a table, in the order given; with the matter of each where there are several."""
    made = table("#", "Happened", "Matter" if streams else "What", "By", "With", right=(0,))
    for item in events:
        envelope = item.envelope
        when, known = words.moment(envelope.effective_at), words.moment(envelope.recorded_at)
        if known[:10] != when[:10]:
            when += f"\nknown {known[:10]}"
        what = envelope.stored_type.partition(".")[2].replace("_", " ")
        by = f"{words.name(envelope.person)}\n{words.capacity(envelope.capacity)}"
        if envelope.delegate_of is not None:
            by += f" for {words.name(envelope.delegate_of)}"
        matter = f"{envelope.stream}\n{what}" if streams else what
        made.add_row(str(envelope.position), when, matter, by, summary(item.event, words, hashes=hashes))
    return made
