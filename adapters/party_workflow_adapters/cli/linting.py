"""``party-workflow lint``: every fault of rule documents at once, before use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from party_workflow.errors import Fault, InvalidDefinition
from party_workflow.packs.party import MODEL
from party_workflow.policies.documents import Finding, check_text
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Printer
from party_workflow_adapters.cli.parameters import InputFile
from party_workflow_adapters.cli.ruling import FORMATS, Format, answer, read_text
from party_workflow_adapters.sheets import Sheet, Table


@click.command(
    "lint",
    epilog="""\b
Examples:
  party-workflow lint scheme.toml
  party-workflow lint --population 744 --format json scheme.toml
""",
)
@click.argument("files", nargs=-1, required=True, type=InputFile(), metavar="FILE...")
@click.option("--population", type=click.IntRange(0), help="How many there will be, to judge quotas by.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="How it is shown.",
)
def command(files: tuple[Path, ...], population: int | None, form: Format) -> int:
    """Check rule documents (TOML or JSON) and list every fault with its place and what to do.

    Exit status 1 says that a document has errors and cannot be run.  Warnings are for a person to judge.
    """
    found = [(str(path), *each) for path in files for each in _faults(path, population)]
    rows = [(path, severity, fault.where, fault.what, fault.remedy) for path, severity, fault in found]
    errors = sum(row[1] == "error" for row in rows)
    columns = ("File", "Severity", "Where", "What", "Remedy")
    notes = () if rows else (f"{len(files)} documents without fault." if len(files) > 1 else "No fault.",)
    names = [name.lower() for name in columns]
    data = {
        "faults": [
            {**dict(zip(names, row, strict=True)), **_marks(fault)}
            for row, (_, _, fault) in zip(rows, found, strict=True)
        ]
    }
    parts = (Table("Faults", columns, tuple(rows)),) if rows or form == "csv" else ()
    answer(Printer("en", False), form, Sheet("Lint", notes=notes, parts=parts), data)
    return ending.FOUND if errors else ending.FINE


def _marks(fault: Fault) -> dict[str, str | int]:
    """What programs sort by: the code of the rule, line and column."""
    if not isinstance(fault, Finding) or fault.spot is None:
        return {}
    return {"rule": fault.rule, "line": fault.spot.line, "column": fault.spot.column}


def _faults(path: Path, population: int | None) -> Sequence[tuple[str, Fault]]:
    try:
        text, form = read_text(path)
    except InvalidDefinition as error:
        return [("error", fault) for fault in error.faults]
    found = check_text(text, form, MODEL.registry, name=path.name, population=population).lint
    return [
        *(("error", fault) for fault in found.errors),
        *(("warning", fault) for fault in found.warnings),
    ]
