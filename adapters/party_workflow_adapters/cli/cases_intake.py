"""``party-workflow cases intake``: every item has a landing, every letter an echo."""

from __future__ import annotations

from typing import Final

import click

from party_workflow.calendar import Calendar, Term
from party_workflow.packs.party import PACK
from party_workflow.policies.registers import Intake, intake
from party_workflow_adapters.cli.cases_shared import (
    Cell,
    Column,
    Listing,
    View,
    key_of,
    listed,
    of_kinds,
)

COUNTS: Final = (
    Column("kind", "Kind", "label"),
    Column("intake", "Intake", "number"),
    Column("closed", "Closed", "number"),
    Column("open", "Open", "number"),
    Column("echoed", "Echoed", "number"),
    Column("unasked", "Unasked", "number"),
    Column("waiting", "In time", "number"),
    Column("overdue", "Overdue", "number"),
)
OVERDUE: Final = (
    Column("case", "Case"),
    Column("kind", "Kind", "label"),
    Column("since", "Came in", "day"),
    Column("due", "Last day", "due"),
)
EVERY_DAY: Final = "round-the-clock"
TOTAL: Final = "total"


@click.command("intake")
@of_kinds
@click.option(
    "--echo-days",
    type=click.IntRange(min=1, max=366),
    default=15,
    show_default=True,
    help="How many days the first reply may take.",
)
@click.option("--overdue", "listing", is_flag=True, help="List what has had no reply and should have.")
@listed
def command(view: View, kinds: tuple[str, ...], echo_days: int, listing: bool) -> Listing:
    """What came in: it is closed or open, and each item had a reply, has time for one, or is overdue.

    An item that nobody brought, such as a finding, asks for no reply.  Exit status 1 says that the two sides
    do not balance, which would be an error of this program.
    """
    wanted = tuple(sorted({entry.kind for entry in view.entries(kinds)}))
    term = Term(amount=echo_days, unit="calendar_days")
    days = PACK.read_as(Calendar, EVERY_DAY)

    def of(*chosen: str) -> Intake:
        return intake(view.history, view.at, chosen, echo=term, calendar=days, named=view.named)

    if listing:
        late = of(*wanted).overdue if wanted else ()
        shown = [item for item in late if item.stream]
        rows = [(key_of(item.stream), item.kind, item.since, item.due) for item in shown]
        more = len(late) - len(shown)
        notes = (f"Of confidential cases, seen with --as: {more}.",) if more else ()
        return Listing("Overdue replies", view.at, OVERDUE, tuple(rows), notes)
    found = {kind: of(kind) for kind in wanted}
    counts = [_row(kind, each) for kind, each in found.items()]
    balanced = all(each.balanced for each in found.values())
    if len(counts) > 1:
        counts.append(_row(TOTAL, of(*wanted)))
    return Listing("Intake", view.at, COUNTS, tuple(counts), found=not balanced)


def _row(kind: str, found: Intake) -> tuple[Cell, ...]:
    counts = (found.intake, found.closed, found.open, found.echoed, found.unasked)
    lists = (len(found.waiting), len(found.overdue))
    return (kind, *(int(figure.exact()) for figure in counts), *lists)
