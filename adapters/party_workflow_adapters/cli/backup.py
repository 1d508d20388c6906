"""``party-workflow backup``: copy a log with its openings while others go on writing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.parameters import OutputPath
from party_workflow_adapters.placement import IDENTITIES

if TYPE_CHECKING:
    from party_workflow_adapters.backup import Contents


@click.command("backup")
@click.argument("log", type=click.Path(path_type=Path))
@click.argument("to", type=OutputPath(), metavar="TO")
def command(log: Path, to: Path) -> int:
    """Copy LOG with its openings into the new folder TO, and check the copy in every record.

    Nobody has to stop writing.  The folder holds personal values: keep it as the openings are kept, and
    throw it away when somebody has been erased since.  The vault LOG.identities, with who asked not to be
    named, is never in it: copy that by itself, to where only its keepers come.
    """
    from party_workflow_adapters.backup import backup

    found = backup(log, to, at=datetime.now(UTC))
    click.echo(f"{log} backed up to {to}.")
    say(found)
    vault = log.with_name(log.name + IDENTITIES)
    if vault.exists():
        click.echo(f"{vault}, the vault of identities, is not in it. Copy it by itself, and its key apart.")
    return ending.FINE


def say(found: Contents) -> None:
    """What a log and its openings hold, in a few lines."""
    click.echo(f"{found.position} records of {found.tenant}, the last of {found.recorded_at}")
    click.echo(f"records {found.records}")
    sealed = f"{found.opened} personal values open, {found.erased} erased"
    if found.lacking:
        sealed += f", {found.lacking} without opening"
    click.echo(sealed + (f"; {found.ballots} ballots wait" if found.ballots else "") + ".")
    if found.lacking:
        ending.say(
            f"{found.lacking} personal values cannot be opened: their openings were not beside the log, or "
            "they are identities, which are kept in a vault and never in a backup."
        )
