"""``party-workflow cases notices``: notices by their numbers, which have no gaps."""

from __future__ import annotations

from typing import Final

import click

from party_workflow.calendar import Calendar
from party_workflow.packs.party import PACK
from party_workflow.policies.registers import numbered
from party_workflow_adapters.cli.cases_shared import Cell, Column, Listing, View, key_of, listed

COLUMNS: Final = (
    Column("issuer", "Issuer"),
    Column("number", "Number"),
    Column("case", "Case"),
    Column("to", "To"),
    Column("issued", "Issued", "day"),
    Column("due", "Last day", "due"),
    Column("ending", "Ended in", "label"),
)
DAYS: Final = "round-the-clock"


@click.command("notices")
@click.option("--kind", default="supervision_notice", show_default=True, help="The kind of the notices.")
@click.option("--pending", is_flag=True, help="Only those with neither reply nor escalation.")
@listed
def command(view: View, kind: str, pending: bool) -> Listing:
    """Notices of a kind with the number of each: by issuer and year, in the order of issue, without gaps.

    A number is counted from the log and never given by hand.  Confidential kinds have none.
    """
    view.entries((kind,))
    found = numbered(view.history, view.at, kind, PACK.read_as(Calendar, DAYS))
    rows: list[tuple[Cell, ...]] = []
    for row in found:
        if pending and row.ending != "none":
            continue
        due = row.due if row.ending == "none" else None
        rows.append((row.issuer, row.label, key_of(row.case), row.to, row.issued, due, row.ending))
    waiting = sum(row.ending == "none" for row in found)
    notes = (f"{len(found)} issued; {waiting} with neither reply nor escalation.",)
    return Listing("Notices", view.at, COLUMNS, tuple(rows), notes)
