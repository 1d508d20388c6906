"""``party-workflow exchange import``: receive a batch of another log."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from party_workflow.store import Actor
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.parameters import InputFile, MomentType


@click.command("import")
@click.argument("file", type=InputFile())
@click.option("--store", required=True, type=click.Path(path_type=Path), metavar="LOG", help="The log here.")
@click.option("--unit", required=True, help="The unit here that the batch is for.")
@click.option("--account", required=True, help="The account, such as a-1.")
@click.option("--person", required=True, help="The person behind it, such as p-1.")
@click.option("--capacity", required=True, help="The role with the duty exchange.receive.")
@click.option("--at", type=MomentType(now=True), required=True, help="When it is received.")
@click.option("--digest", help="The digest as the sender told it: another batch is not received.")
def command(
    file: Path,
    store: Path,
    unit: str,
    account: str,
    person: str,
    capacity: str,
    at: datetime,
    digest: str | None,
) -> int:
    """Verify a batch and record that it was received; its records are kept in LOG.received.

    The same batch a second time adds nothing.  One that was altered or cut off, that leaves something out,
    or contradicts what was received before, is refused.
    """
    from party_workflow.packs.party import MODEL
    from party_workflow.service import Workflow
    from party_workflow_adapters.exchange import Inbox, read_batch
    from party_workflow_adapters.sqlite import SqliteStore

    batch = read_batch(file)
    if digest is not None and digest != batch.digest:
        ending.say(f"The batch has the digest {batch.digest}, which is another. Ask the sender.")
        return ending.FOUND
    if not store.exists():
        raise click.UsageError(f"There is no log {store}. Check the path.")
    with SqliteStore(store) as log:
        receipt = Inbox.beside(store).receive(
            Workflow(log, MODEL), batch, unit=unit, by=Actor(account, person, capacity), at=at
        )
    known = receipt is None or receipt.repeated
    said = "was received before; nothing was added" if known else f"received: {batch.head.count} records"
    click.echo(f"Batch {batch.digest[:16]} of {batch.head.log} {said}.")
    return ending.FINE
