"""``party-workflow exchange``: batches of records to and from departments that share no database."""

from __future__ import annotations

from typing import Final

import click

from party_workflow_adapters.cli.group import Entry, Group

COMMANDS: Final = (
    Entry("export", "batching", "Write a batch of streams, for another department."),
    Entry("import", "receiving", "Receive a batch of another department's log."),
)


@click.command("exchange", cls=Group, entries=COMMANDS)
def command() -> None:
    """Send and receive batches of records, with verification.

    What is received stays the other log's: it lies beside the log and is read as a history of its own.
    """
