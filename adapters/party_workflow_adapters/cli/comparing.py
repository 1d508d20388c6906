"""``party-workflow compare``: rule documents over one history, or one document between two moments."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from party_workflow.policies.results.changes import Change
from party_workflow.policies.results.compare import (
    Comparison,
    Reading,
    compare,
    compare_readings,
    effect_of,
)
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Printer
from party_workflow_adapters.cli.parameters import InputFile, MomentType
from party_workflow_adapters.cli.ruling import Asked, Format, about, answer, by_document, read_document
from party_workflow_adapters.cli.source import Source, reading
from party_workflow_adapters.cli.wording import Wording
from party_workflow_adapters.sheets import Part, Sheet, Slope, Slopes, Table


@click.command(
    "compare",
    epilog="""\b
Examples:
  party-workflow compare --store log.sqlite --policy scheme.toml --policy other.toml
  party-workflow compare --store log.sqlite --policy scheme.toml --without case/17
  party-workflow compare --store log.sqlite --policy scheme.toml --known-by 2005-03-31
""",
)
@click.option(
    "--policy",
    "policies",
    type=InputFile(),
    multiple=True,
    required=True,
    metavar="FILE",
    help="A rule document; of several the first is the one in force. Repeatable.",
)
@click.option(
    "--without", multiple=True, metavar="STREAM|EVENT", help="Compare with a history without it. Repeatable."
)
@click.option("--known-by", type=MomentType(), help="Compare what was known then with what is known now.")
@click.option("--happened-by", type=MomentType(), help="Compare what had happened then with what has by now.")
@by_document
@reading
def command(
    source: Source,
    printer: Printer,
    policies: tuple[Path, ...],
    without: tuple[str, ...],
    known_by: datetime | None,
    happened_by: datetime | None,
    asked_days: Asked,
    form: Format,
) -> int:
    """Compare rule documents over one history, or one document between two states of it.

    Who moves, gains and loses, which grades and awards change, by which clauses and events.  What rests on
    another rule or on an altered history is a counterfactual and says so.
    """
    documents = [read_document(path) for path in policies]
    read = tuple(zip(documents, policies, strict=True))
    with about(*read):
        made = [document.policy(source.model.registry) for document in documents]
    on, start = asked_days.days(documents[0], source.history)
    others = (bool(without), known_by is not None or happened_by is not None, len(policies) > 1)
    if sum(others) != 1:
        raise click.UsageError("Name a second --policy, or --without, or --known-by and --happened-by.")
    days: dict[str, Any] = {"on": on, "period_start": start}
    with about(*read):
        if len(policies) > 1:
            found = compare(made, source.history, retroactive=asked_days.retroactive, **days)
            comparisons = found.comparisons
            data = found.data()
        elif without:
            altered = effect_of(
                made[0],
                source.history,
                events=[each for each in without if "/" not in each],
                streams=[each for each in without if "/" in each],
                retroactive=asked_days.retroactive,
                **days,
            )
            comparisons, data = (altered,), altered.data()
        else:
            before = Reading(on, start, effective=happened_by, known=known_by)
            earlier = compare_readings(
                made[0], source.history, before, Reading(on, start), retroactive=asked_days.retroactive
            )
            comparisons, data = (earlier,), earlier.data()
    words = source.wording(printer.language)
    parts = [part for comparison in comparisons for part in parts_of(comparison, words)]
    warnings = [
        item for each in comparisons for side in (each.before, each.after) for item in side.origin.warnings
    ]
    notes = [line for each in comparisons for side in (each.before, each.after) for line in side.origin.lines]
    title = f"{documents[0].code} compared"
    sheet = Sheet(title, tuple(dict.fromkeys(notes)), tuple(dict.fromkeys(warnings)), tuple(parts))
    answer(printer, form, sheet, data)
    return ending.FINE


def parts_of(comparison: Comparison, words: Wording) -> list[Part]:
    """A comparison for people: moves with their chart, what else changed, by which clauses and events."""
    sides = [f"{side.origin.policy} v{side.origin.version}" for side in (comparison.before, comparison.after)]
    if sides[0] == sides[1]:
        sides = [f"{sides[0]} before", f"{sides[1]} after"]
    rows = tuple(_move(change, words) for change in comparison.moves)
    columns = ("Who", "Ranking", sides[0], sides[1], "Places", "Because of")
    parts: list[Part] = [Table("Who moves", columns, rows, right=(2, 3, 4))]
    rankings: dict[str, list[Change]] = {}
    for change in comparison.moves:
        rankings.setdefault(_ranking(change), []).append(change)
    for name, moves in rankings.items():
        slopes = tuple(
            Slope(words.name(change.subject), _place(change.before), _place(change.after))
            for change in sorted(moves, key=lambda each: _place(each.after) or 10**9)
        )
        caption = f"Moves: {name}" if len(rankings) > 1 else "Moves"
        parts.append(Slopes(caption, sides[0], sides[1], slopes))
    besides = [
        (
            each.kind,
            each.clause,
            words.name(each.subject) if each.subject else "",
            each.before or "none",
            each.after or "none",
        )
        for each in comparison.changes
        if each.kind not in ("place", "figure", "events")
    ]
    if besides:
        parts.append(Table("What else changes", ("What", "Clause", "Who", "Before", "After"), tuple(besides)))
    clauses = tuple(
        (clause, str(len(found)), ", ".join(dict.fromkeys(words.name(each.subject) for each in found[:8])))
        for clause, found in comparison.by_clause.items()
    )
    if clauses:
        parts.append(Table("By clause", ("Clause", "Figures that differ", "Of"), clauses, right=(1,)))
    events = tuple(
        (event[:12], ", ".join(words.name(who) for who in subjects[:8]))
        for event, subjects in comparison.by_event.items()
    )
    if events:
        parts.append(Table("Events that count on one side only", ("Event", "For"), events))
    return parts


def _move(change: Change, words: Wording) -> tuple[str, str, str, str, str, str]:
    amount = "" if change.amount is None else f"{'+' if change.amount > 0 else ''}{change.amount}"
    sides = (change.before or "none", change.after or "none")
    return words.name(change.subject), _ranking(change), *sides, amount, ", ".join(change.because)


def _ranking(change: Change) -> str:
    return " ".join(filter(None, (change.clause, change.group)))


def _place(said: str) -> int | None:
    return int(said) if said.isdigit() else None
