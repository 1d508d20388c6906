"""``party-workflow reproduce``: which variant of a rule document gives a published table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, get_args

import click

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.feeds.tables import coded
from party_workflow.policies.trials.reproduction import Column, Reproduction, What, reproduce
from party_workflow.policies.trials.rows import gather
from party_workflow.policies.trials.variants import KINDS, Kind, axes
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Printer
from party_workflow_adapters.cli.parameters import ExactType, InputFile
from party_workflow_adapters.cli.ruling import (
    Asked,
    Format,
    about,
    answer,
    by_document,
    of_document,
    read_document,
    utf8,
)
from party_workflow_adapters.cli.source import Source, reading
from party_workflow_adapters.sheets import Sheet, Table

MANY: Final = 20
"""Differences that are shown; all of them with --format json."""


@click.command(
    "reproduce",
    epilog="""\b
Examples:
  party-workflow reproduce --policy hdi.toml --history hdi.jsonl \\
      --published hdi.csv --key iso3 --column hdi_published=hdi \\
      --column rank_published=places:place
""",
)
@of_document
@click.option(
    "--published", type=InputFile(), required=True, metavar="CSV", help="The table that was published."
)
@click.option(
    "--key", "keys", multiple=True, required=True, help="The column of subjects; then of dimensions."
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    required=True,
    metavar="NAME=CLAUSE[:WHAT]",
    help="A column, the clause that has to give it, and what it is: value, place or grade. Repeatable.",
)
@click.option(
    "--vary", "kinds", multiple=True, type=click.Choice(KINDS), help="What to vary; everything otherwise."
)
@click.option(
    "--limit", type=click.IntRange(1), default=4096, show_default=True, help="Combinations to try at most."
)
@by_document
@reading
def command(
    source: Source,
    printer: Printer,
    policy: Path | None,
    published: Path,
    keys: tuple[str, ...],
    columns: tuple[str, ...],
    kinds: tuple[Kind, ...],
    limit: int,
    asked_days: Asked,
    form: Format,
) -> int:
    """Search the variants of a document for the one that rebuilds a published table.

    Varied are where and how values are rounded, whether the displayed or the exact value is ranked, how deep
    the tie rules go, what absent values do, and which caps hold.  Exit status 1 says that even the best one
    leaves differences.
    """
    if policy is None:
        raise click.UsageError("Name the rule document: --policy FILE.")
    document = read_document(policy)
    wanted, places = _published(published, keys, columns)
    on, start = asked_days.days(document, source.history)
    with about((document, policy), but=[column.name for column in wanted]):
        rows = gather(document, source.history, period_start=start, retroactive=asked_days.retroactive)
        found = reproduce(
            document,
            rows,
            wanted,
            axes(document, kinds=kinds or KINDS, places=places),
            on=on,
            period_start=start,
            limit=limit,
        )
    answer(printer, form, _sheet(document, found), found.data())
    return ending.FINE if found else ending.FOUND


def _published(path: Path, keys: tuple[str, ...], columns: tuple[str, ...]) -> tuple[list[Column], list[int]]:
    """The columns of a published table, and how many places its numbers have."""
    try:
        lines = list(csv.DictReader(io.StringIO(utf8(path).removeprefix("\ufeff"), newline="")))
    except csv.Error as error:
        raise InvalidInput(Fault(str(path), f"It is no CSV: {error}.", "Mend the file.")) from None
    known = set(lines[0]) if lines else set()
    found: list[Column] = []
    places: set[int] = set()
    for text in columns:
        name, _, rest = text.partition("=")
        clause, _, what = rest.partition(":")
        kind: Any = what or "value"
        if not clause or kind not in get_args(What):
            raise click.UsageError(f"--column {text}: write NAME=CLAUSE, or NAME=CLAUSE:place.")
        for column in (name, *keys):
            if column not in known:
                raise InvalidInput(
                    Fault(str(path), f"It has no column {column}.", f"It has: {', '.join(sorted(known))}.")
                )
        values: dict[tuple[str, ...], Fraction | str] = {}
        for number, line in enumerate(lines, start=1):
            cell = (line[name] or "").strip()
            if cell == "":
                continue
            key = tuple(coded(line[each] or "") for each in keys)
            values[key] = coded(cell) if kind == "grade" else _number(path, number, name, cell)
            if kind == "value":
                places.add(len(cell.partition(".")[2]))
        found.append(Column(name, kind, clause, values))
    return found, sorted(places)


def _number(path: Path, line: int, column: str, cell: str) -> Fraction:
    value: Fraction = ExactType().convert(cell, None, None) if _plain(cell) else Fraction(-1)
    if not _plain(cell):
        what = f"{column} is no number."
        raise InvalidInput(Fault(f"{path}, row {line}", what, "Say :grade for a column of texts."))
    return value


def _plain(cell: str) -> bool:
    digits = cell.removeprefix("-").replace(".", "", 1).replace("/", "", 1)
    return digits.isascii() and digits.isdigit()


def _sheet(document: RuleDocument, found: Reproduction) -> Sheet:
    settled = found.settled()
    axes_rows = tuple(
        (
            name,
            _option(option),
            str(number),
            "yes" if found.choice[name] == option else "",
            "yes" if name in settled and found.choice[name] == option else "",
        )
        for name, options in found.fewest.items()
        for option, number in options
    )
    tried = "every combination" if found.exhaustive else "one axis after the other"
    notes = [f"{found.tried} variants of {document.code} were tried: {tried}."]
    if found.equals:
        notes.append(f"{len(found.equals)} other variants do as well: this table does not tell them apart.")
    more = len(found.differences) - MANY
    if more > 0:
        notes.append(f"{more} further differences are not shown.")
    rows = tuple(
        (item.column, ", ".join(item.key), item.published, item.found or "nothing")
        for item in found.differences[:MANY]
    )
    parts = [
        Table(
            "What was varied",
            ("Field", "Option", "Fewest differences", "Taken", "Settled"),
            axes_rows,
            right=(2,),
        )
    ]
    if rows:
        parts.append(Table("What differs", ("Column", "Of", "Published", "Found"), rows, right=(2, 3)))
    title = f"{found.matched} of {found.compared} cells come out as published"
    return Sheet(title, tuple(notes), parts=tuple(parts))


def _option(option: Any) -> str:
    if option is None:
        return "not said"
    if isinstance(option, Mapping):
        if "places" in option:
            places = f"{option['places']} place{'' if option['places'] == 1 else 's'}"
            return f"{places}, {option['mode'].replace('_', ' ')}"
        return ", ".join(f"{_word(name)}: {_word(what)}" for name, what in option.items())
    if isinstance(option, list):
        return f"the first {len(option)}" if option else "none"
    return _word(option)


def _word(code: Any) -> str:
    return str(code).replace("_", " ")
