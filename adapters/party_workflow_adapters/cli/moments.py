"""``party-workflow as-of``: the reading commands, on the history as of two clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import click

from party_workflow_adapters.cli import COMMANDS
from party_workflow_adapters.cli.group import Group
from party_workflow_adapters.cli.parameters import MomentType
from party_workflow_adapters.cli.source import Moments

READERS: Final = ("show", "timeline", "missing", "rank", "explain", "audit", "claims", "report")


@click.command(
    "as-of",
    cls=Group,
    entries=[entry for entry in COMMANDS if entry.name in READERS],
    epilog="""\b
Examples:
  party-workflow as-of --known 2005-03-31 rank --store log.sqlite
  party-workflow as-of --effective 2005-02-28 show --store log.sqlite campaign/edu-2005
""",
)
@click.option("--effective", type=MomentType(), help="What had happened by then.")
@click.option("--known", type=MomentType(), help="What had been recorded by then.")
@click.pass_context
def command(context: click.Context, effective: datetime | None, known: datetime | None) -> None:
    """Run a reading command on the history as it had happened, and was known, at some moment.

    Both moments are inclusive; a day without a time is its end at UTC+8.
    """
    if effective is None and known is None:
        raise click.UsageError("Give --effective, --known, or both.")
    context.obj = Moments(effective, known)
