"""``party-workflow claims``: asserted figures, against each other and against the events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from party_workflow.canonical import fraction_text
from party_workflow.domain import campaign, claim
from party_workflow.domain.claim import Measure, Reconciliation, reconcile
from party_workflow.history import History
from party_workflow.packs.measures import BOUNDS, campaign_measures
from party_workflow.policies.overview import guests
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Printer, heading, table
from party_workflow_adapters.cli.source import Source, reading
from party_workflow_adapters.cli.wording import Wording
from party_workflow_adapters.demos.listing import measures_of

if TYPE_CHECKING:
    from rich.console import RenderableType


SESSIONS: Final = "study_session"
"""The kind of occasion whose attendances the pack counts."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One claim: its source, what it is about, whether it stands, and how its figures fare."""

    source: str
    subject: str
    state: str
    found: Reconciliation
    others: tuple[tuple[str, int], ...]
    """Who attended without being a member, and how often: whose the remainder of a bound is."""
    unmeasured: tuple[str, ...] = ()
    """The figures that nothing says how to count, which is why they cannot be verified."""

    def data(self) -> dict[str, Any]:
        """The claim as canonical data."""
        others = [{"attendances": number, "person": person} for person, number in self.others]
        about = {"others": others, "source": self.source, "state": self.state, "subject": self.subject}
        return about | self.found.data()


@dataclass(frozen=True, slots=True)
class Claims:
    """Every claim of a history.  Truthy when all figures of those that stand match."""

    items: tuple[Reconciled, ...]

    def __bool__(self) -> bool:
        return all(item.found for item in self.items if item.state == "asserted")

    def data(self) -> dict[str, Any]:
        """The claims as canonical data."""
        return {"claims": [item.data() for item in self.items]}


def claims(history: History) -> Claims:
    """Every claim of a history, set against the events as of its moments."""
    items = []
    for stream in history.streams(claim.CATEGORY):
        state = history.state(claim.DECIDER, stream)
        if state.stream:
            measures = _measures(history, stream, state.subject)
            found = reconcile(state, history, measures, BOUNDS)
            beyond = any(item.excess for item in found.plausibility)
            others = _others(history, state.subject) if beyond else ()
            known = {measure.code for measure in measures}
            unmeasured = tuple(sorted(state.figures.keys() - known))
            items.append(Reconciled(state.source, state.subject, state.state, found, others, unmeasured))
    return Claims(tuple(items))


def _others(history: History, subject: str) -> tuple[tuple[str, int], ...]:
    """Who took part in the sessions of a campaign and was no member then, with how often."""
    found = guests(history, subject.partition("/")[2], SESSIONS)
    return tuple((guest.person, guest.attendances) for guest in found)


def _measures(history: History, stream: str, subject: str) -> tuple[Measure, ...]:
    """How the figures of a claim are counted: the pack knows it of campaigns, an example of its own log."""
    category, _, key = subject.partition("/")
    if category == campaign.CATEGORY:
        return campaign_measures(key, history.state(campaign.DECIDER, subject).population)
    first = next(history.records(), None)
    return () if first is None else measures_of(first.envelope.log, stream)


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
    for item in value.items:
        yield heading(
            f"{item.found.claim}: {words.label(item.source)} about {item.subject} ({words.label(item.state)})"
        )
        for bound in item.found.plausibility:
            yield f"From the claim alone: {bound.sentence}"
        yield _figures(item.found, words)
        if item.unmeasured:
            names = ", ".join(words.label(code) for code in item.unmeasured)
            yield f"Not verifiable, because no measure is known that counts them from this log: {names}."
        if item.others:
            who = ", ".join(f"{words.name(person)} {number}" for person, number in item.others)
            yield f"From the events: {sum(number for _, number in item.others)} are others': {who}."


def _figures(found: Reconciliation, words: Wording) -> RenderableType:
    figures = table("Figure", "Asserted", "From the events", "", "Events", "Left out", right=(4, 5))
    for figure in found.figures:
        parts = ", ".join(f"{words.label(name)} {fraction_text(part)}" for name, part in figure.parts)
        actual = "" if figure.actual is None else fraction_text(figure.actual)
        by = "" if figure.by is None else f" by {'+' if figure.by > 0 else ''}{fraction_text(figure.by)}"
        says = {"matches": "✓ matches", "differs": f"✗ differs{by}", "not_verifiable": "? not verifiable"}
        figures.add_row(
            words.label(figure.measure),
            str(figure.asserted),
            f"{actual} ({parts})" if parts else actual,
            says[figure.outcome],
            str(len(figure.events)),
            str(len(figure.left_out)),
        )
    return figures
