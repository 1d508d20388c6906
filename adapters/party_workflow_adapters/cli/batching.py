"""``party-workflow exchange export``: write a batch of streams."""

from __future__ import annotations

from pathlib import Path

import click

from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Printer
from party_workflow_adapters.cli.parameters import InputFile, OutputPath
from party_workflow_adapters.cli.source import Source, reading_all


@click.command("export")
@click.argument("out", type=OutputPath(), metavar="OUT.jsonl")
@click.argument("streams", nargs=-1, required=True, metavar="STREAM...")
@click.option("--after", type=InputFile(), multiple=True, help="A batch sent before: go on where it ended.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@reading_all
def command(
    source: Source,
    printer: Printer,
    out: Path,
    streams: tuple[str, ...],
    after: tuple[Path, ...],
    force: bool,
) -> int:
    """Write the records of each STREAM as one batch.

    The digest that is printed identifies the batch: tell it to the receiver by another way.
    """
    from party_workflow_adapters.exchange import export_batch, read_batch, summary, write

    if out.exists() and not force:
        raise click.UsageError(f"{out} is there already. Choose another name, or add --force.")
    batch = export_batch(source.history.source, streams, [read_batch(path) for path in after])
    write(out, batch)
    if printer.as_json:
        printer.write(dict(summary(batch)))
    else:
        ending.say(f"{batch.head.count} records written to {out}. Digest: {batch.digest}")
    return ending.FINE
