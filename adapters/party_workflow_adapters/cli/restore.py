"""``party-workflow restore``: bring a backup back, checked in every record."""

from __future__ import annotations

from pathlib import Path

import click

from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.backup import say


@click.command("restore")
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="FROM")
@click.argument("log", type=click.Path(path_type=Path), required=False)
@click.option("--check", is_flag=True, help="Only check the backup; LOG is left out.")
def command(source: Path, log: Path | None, check: bool) -> int:
    """Bring the backup FROM back as LOG, a path where nothing is yet.

    Before that every byte is compared with the manifest, every record is read, and every opening is tried.
    """
    from party_workflow_adapters.backup import restore, verify

    if check == (log is not None):
        raise click.UsageError("Name where it goes: FROM LOG; or give --check and no LOG.")
    if log is None:
        found = verify(source)
        click.echo(f"{source} is whole.")
    else:
        found = restore(source, log)
        click.echo(f"{source} restored to {log}.")
    say(found)
    return ending.FINE
