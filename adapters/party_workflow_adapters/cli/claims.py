"""``party-workflow claims``: asserted figures, against each other and against the events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from party_workflow.canonical import fraction_text
from party_workflow.domain import campaign, claim
from party_workflow.domain.claim import Measure, Reconciliation, reconcile
from party_workflow.history import History
from party_workflow.packs.measures import BOUNDS, campaign_measures
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Printer, heading, table
from party_workflow_adapters.cli.source import Source, reading
from party_workflow_adapters.cli.wording import Wording

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class Claims:
    """Every claim of a history, reconciled.  Truthy when all that still stand match."""

    items: tuple[tuple[str, str, str, Reconciliation], ...]
    """Source, subject, state, and the reconciliation."""

    def __bool__(self) -> bool:
        return all(found for _, _, state, found in self.items if state == "asserted")

    def data(self) -> dict[str, Any]:
        """The claims as canonical data."""
        return {
            "claims": [
                {"source": source, "state": state, "subject": subject} | found.data()
                for source, subject, state, found in self.items
            ]
        }


def claims(history: History) -> Claims:
    """Every claim of a history, set against the events as of its moments."""
    found = []
    for stream in history.streams(claim.CATEGORY):
        state = history.state(claim.DECIDER, stream)
        if state.stream:
            measures = _measures(history, state.subject)
            reconciled = reconcile(state, history, measures, BOUNDS)
            found.append((state.source, state.subject, state.state, reconciled))
    return Claims(tuple(found))


def _measures(history: History, subject: str) -> tuple[Measure, ...]:
    """How the figures about a subject are counted: the pack knows it of campaigns."""
    category, _, key = subject.partition("/")
    if category != "campaign":
        return ()
    return campaign_measures(key, history.state(campaign.DECIDER, subject).population)


@click.command("claims")
@reading
def command(source: Source, printer: Printer) -> int:
    """Set every asserted figure against the other figures of its claim, and against the events.

    Exit status 1 says that a figure differs or cannot be verified.
    """
    value = claims(source.history)
    if printer.as_json:
        printer.write(value.data())
    else:
        printer.show(*shown(value, source.wording(printer.language)))
    return ending.FINE if value else ending.FOUND


def shown(value: Claims, words: Wording) -> Iterator[RenderableType]:
    """The claims for people."""
    if not value.items:
        yield "Nothing was asserted."
    for source, subject, state, found in value.items:
        yield heading(f"{found.claim}: {words.label(source)} about {subject} ({state})")
        for item in found.plausibility:
            yield f"From the claim alone: {item.sentence}"
        figures = table("Figure", "Asserted", "From the events", "", "Events", "Left out", right=(4, 5))
        for figure in found.figures:
            parts = ", ".join(f"{words.label(name)} {fraction_text(part)}" for name, part in figure.parts)
            actual = "" if figure.actual is None else fraction_text(figure.actual)
            by = "" if figure.by is None else f" by {'+' if figure.by > 0 else ''}{fraction_text(figure.by)}"
            figures.add_row(
                words.label(figure.measure),
                str(figure.asserted),
                f"{actual} ({parts})" if parts else actual,
                {"matches": "✓ matches", "differs": f"✗ differs{by}", "not_verifiable": "? not verifiable"}[
                    figure.outcome
                ],
                str(len(figure.events)),
                str(len(figure.left_out)),
            )
        yield figures
