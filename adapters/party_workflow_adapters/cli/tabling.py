"""``party-workflow table``: a CSV table as a history of observations, which every other command reads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, get_args

import click

from party_workflow.domain.observation import AbsentKind, ColumnType
from party_workflow.policies.feeds.tables import coded, table
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.exporting import write_whole
from party_workflow_adapters.cli.parameters import DayType, InputFile, OutputPath
from party_workflow_adapters.cli.ruling import utf8

_KINDS: Final[dict[str, AbsentKind]] = {kind: kind for kind in get_args(AbsentKind)}
_TYPES: Final[dict[str, ColumnType]] = {kind: kind for kind in get_args(ColumnType)}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@click.command(
    "table",
    epilog="""\b
Examples:
  party-workflow table hdi.csv --subject iso3 --at 2022-12-31 --out hdi.jsonl
  party-workflow rank --policy hdi.toml --history hdi.jsonl
""",
)
@click.argument("file", type=InputFile())
@click.option("--subject", required=True, metavar="COLUMN", help="The column that says whom a row is about.")
@click.option(
    "--at", required=True, metavar="DAY|COLUMN", help="When the rows took effect: a day, or a column of days."
)
@click.option("--series", metavar="KEY", help="What the series is called; the name of the file otherwise.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="NAME:TYPE",
    help="A column to take, and what it holds: number, code or day; every one otherwise. Repeatable.",
)
@click.option(
    "--absent",
    nargs=2,
    multiple=True,
    metavar="<TEXT KIND>...",
    help="What a text of a cell means that is no value: missing, excused, not_applicable. Repeatable.",
)
@click.option("--out", type=OutputPath(), required=True, metavar="FILE", help="The export to write.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def command(
    file: Path,
    subject: str,
    at: str,
    series: str | None,
    columns: tuple[str, ...],
    absent: tuple[tuple[str, str], ...],
    out: Path,
    force: bool,
) -> int:
    """Write the rows of a CSV table as records of observations.

    Numbers and days are told by their form; other texts become codes.  The export is read with --history.
    """
    kinds: dict[str, AbsentKind] = {"": "missing"}
    for text, said in absent:
        kind = _KINDS.get(said)
        if kind is None:
            raise click.UsageError(f"--absent: {said} is none of {', '.join(_KINDS)}.")
        kinds[text] = kind
    types: dict[str, ColumnType] = {}
    for text in columns:
        name, _, told = text.rpartition(":")
        if told not in _TYPES or not name:
            raise click.UsageError(f"--column {text}: write NAME:TYPE with one of {', '.join(_TYPES)}.")
        types[name] = _TYPES[told]
    found = table(
        utf8(file),
        series=series or coded(file.stem),
        subject=subject,
        at=DayType().convert(at, None, None) if _DAY.fullmatch(at) else at,
        columns=types or None,
        absent=kinds,
    )
    written = write_whole(found.source, out, force=force)
    ending.say(f"{written} records written to {out}.")
    return ending.FINE
