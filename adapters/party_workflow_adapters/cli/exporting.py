"""``party-workflow export``: write the log as lines of canonical records."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from party_workflow.errors import StoreError
from party_workflow.history import Readable
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Printer
from party_workflow_adapters.cli.parameters import OutputPath
from party_workflow_adapters.cli.source import Source, reading


@click.command("export")
@click.argument("out", type=OutputPath(), metavar="OUT.jsonl")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@reading
def command(source: Source, printer: Printer, out: Path, force: bool) -> int:
    """Write every record as one line of its canonical bytes, in order.

    Two logs are the same exactly when their exports are.  OUT - writes to standard output.  An export holds
    commitments and no personal values; read it again with --history.
    """
    from party_workflow_adapters.export import canonical_export

    if str(out) == "-":
        canonical_export(source.history.source, sys.stdout.buffer)
        return ending.FINE
    written = write_whole(source.history.source, out, force=force)
    if printer.as_json:
        printer.write({"records": written})
    else:
        ending.say(f"{written} records written to {out}.")
    return ending.FINE


def write_whole(source: Readable, out: Path, *, force: bool) -> int:
    """Writes an export beside its place first, so that whoever finds the file finds it whole."""
    from party_workflow_adapters.export import canonical_export

    if out.exists() and not force:
        raise click.UsageError(f"{out} is there already. Choose another name, or add --force.")
    partial = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with partial.open("xb") as file:
            written = canonical_export(source, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(out)
    except OSError as error:
        raise StoreError(f"{out} cannot be written: {error.strerror}. Check folder and disk.") from error
    finally:
        partial.unlink(missing_ok=True)
    return written
