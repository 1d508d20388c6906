"""``party-workflow table``: CSV tables as a history of observations, which every other command reads."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

import click

from party_workflow.domain.observation import AbsentKind, ColumnType
from party_workflow.errors import Fault, Faults, InvalidInput
from party_workflow.policies.feeds.tables import coded, table, tables
from party_workflow.values import CODE_PATTERN, KEY_PATTERN
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.exporting import write_whole
from party_workflow_adapters.cli.parameters import DayType, InputFile, OutputPath
from party_workflow_adapters.cli.ruling import utf8

_KINDS: Final[dict[str, AbsentKind]] = {kind: kind for kind in get_args(AbsentKind)}
_TYPES: Final[dict[str, ColumnType]] = {kind: kind for kind in get_args(ColumnType)}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_EXACT: Final = re.compile(r"[+-]?\d+(\.\d*)?|-?\d+/\d*[1-9]\d*", re.ASCII)
_NUMERIC: Final = re.compile(r"[+-]?[\d.,]*\d[\d.,]*(e[+-]?\d+)?( ?%)?|-?\d+/\d+", re.ASCII | re.IGNORECASE)
"""What people take for a number, exact or not."""
_REMEDIES: Final = {
    "Say by `codes` which code it is.": "Say which code it is: --code TEXT=CODE.",
    "Say by `codes` which code each of them is.": "Say which code each of them is: --code TEXT=CODE.",
    "Give each table a series of its own.": "Rename one of the files.",
}


@click.command(
    "table",
    epilog="""\b
Examples:
  party-workflow table hdi.csv --subject iso3 --at 2022-12-31 --out hdi.jsonl
  party-workflow table hdi.csv area.csv --subject iso3 --at 2022-12-31 --out both.jsonl
  party-workflow rank --policy hdi.toml --history hdi.jsonl
""",
)
@click.argument("files", type=InputFile(), nargs=-1, required=True, metavar="FILE...")
@click.option("--subject", required=True, metavar="COLUMN", help="The column that says whom a row is about.")
@click.option(
    "--at", required=True, metavar="DAY|COLUMN", help="When the rows took effect: a day, or a column of days."
)
@click.option(
    "--series", metavar="KEY", help="What the series of a single FILE is called; its name otherwise."
)
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
@click.option(
    "--code",
    "codes",
    multiple=True,
    metavar="TEXT=CODE",
    help="Which code a text of a cell is that cannot be written as one, such as 甲村=jia. Repeatable.",
)
@click.option("--out", type=OutputPath(), required=True, metavar="FILE", help="The export to write.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def command(
    files: tuple[Path, ...],
    subject: str,
    at: str,
    series: str | None,
    columns: tuple[str, ...],
    absent: tuple[tuple[str, str], ...],
    codes: tuple[str, ...],
    out: Path,
    force: bool,
) -> int:
    """Write the rows of CSV tables as records of observations: each FILE as a series of its own.

    Numbers and days are told by their form; other texts become codes.  What is said of columns and cells
    holds for every FILE.  The export is read with --history.
    """
    if series is not None and len(files) > 1:
        raise click.UsageError(
            "--series names the series of one FILE; of several each has the name of its file."
        )
    types = _types(columns)
    kinds = _absent(absent)
    said = _codes(codes)
    when = DayType().convert(at, None, None) if _DAY.fullmatch(at) else at
    texts = {path: utf8(path).removeprefix("\ufeff") for path in files}
    headers = {path: _header(text) for path, text in texts.items()}
    faults = Faults()
    for name in types:
        if len(files) > 1 and not any(name in header for header in headers.values()):
            faults.add(
                f"--column {name}", "None of the files has such a column.", "Look for a typing mistake."
            )
    found = []
    for path, text in texts.items():
        own = {name: type_ for name, type_ in types.items() if len(files) == 1 or name in headers[path]}
        try:
            found.append(
                table(
                    text,
                    series=_series(path) if series is None else series,
                    subject=subject,
                    at=when,
                    columns=own if types else None,
                    absent=kinds,
                    codes=said,
                )
            )
        except InvalidInput as error:
            faults.found.extend(_told(path, error))
    faults.raise_if_any()
    try:
        joined = found[0] if len(found) == 1 else tables(*found)
    except InvalidInput as error:
        raise InvalidInput(_remedied(fault) for fault in error.faults) from None
    written = write_whole(joined.source, out, force=force)
    ending.say(f"{written} records written to {out}.")
    if not types:
        for path, text in texts.items():
            ending.say(*_doubtful(path, text, {subject}, kinds))
    return ending.FINE


def _types(columns: tuple[str, ...]) -> dict[str, ColumnType]:
    types: dict[str, ColumnType] = {}
    for text in columns:
        name, _, told = text.rpartition(":")
        if told not in _TYPES or not name:
            raise click.UsageError(f"--column {text}: write NAME:TYPE with one of {', '.join(_TYPES)}.")
        types[name] = _TYPES[told]
    return types


def _absent(absent: tuple[tuple[str, str], ...]) -> dict[str, AbsentKind]:
    kinds: dict[str, AbsentKind] = {"": "missing"}
    for text, said in absent:
        kind = _KINDS.get(said)
        if kind is None:
            raise click.UsageError(f"--absent: {said} is none of {', '.join(_KINDS)}.")
        kinds[text] = kind
    return kinds


def _codes(codes: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for said in codes:
        text, _, code = said.rpartition("=")
        if not text or not (re.fullmatch(CODE_PATTERN, code) or re.fullmatch(KEY_PATTERN, code)):
            raise click.UsageError(
                f"--code {said}: write TEXT=CODE, the code in small letters a to z, digits and hyphens."
            )
        found[text.strip()] = code
    return found


def _series(path: Path) -> str:
    found = coded(path.stem)
    if not re.fullmatch(KEY_PATTERN, found):
        what = "The name of the file cannot be the key of a series."
        raise InvalidInput(Fault(str(path), what, "Say --series KEY, or rename the file: letters a to z."))
    return found


def _header(text: str) -> Collection[str]:
    try:
        return csv.DictReader(io.StringIO(text, newline="")).fieldnames or ()
    except csv.Error:
        return ()  # said where it is read


def _told(path: Path, error: InvalidInput) -> Iterator[Fault]:
    for fault in map(_remedied, error.faults):
        yield fault if fault.where == str(path) else replace(fault, where=f"{path}: {fault.where}")


def _remedied(fault: Fault) -> Fault:
    return replace(fault, remedy=_REMEDIES.get(fault.remedy, fault.remedy))


def _doubtful(
    path: Path, text: str, besides: Collection[str], absent: Mapping[str, AbsentKind]
) -> Iterator[str]:
    """Says of each column that became codes, although most of its cells look like numbers or are days, by
    which row it did.
    """
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    for name in rows[0]:
        if name in besides:
            continue
        cells = [(number, row[name]) for number, row in enumerate(rows, start=1)]
        there = [(number, cell.strip()) for number, cell in cells if cell not in {*absent, *_KINDS}]
        for type_, exact, like in (("number", _EXACT, _NUMERIC), ("day", _DAY, _DAY)):
            other = [number for number, cell in there if not exact.fullmatch(cell)]
            if other and 2 * sum(1 for _, cell in there if like.fullmatch(cell)) > len(there):
                yield (
                    f"{path}: column {name}: taken as codes because of row {other[0]}; "
                    f"say --column {name}:{type_}, and the other columns to take."
                )
