"""``party-workflow cases due``: the clocks of cases that run, the latest first."""

from __future__ import annotations

from typing import Final

import click

from party_workflow.policies.cases.clock_report import ClockLine, clock_report
from party_workflow_adapters.cli.cases_shared import (
    Cell,
    Column,
    Listing,
    View,
    key_of,
    listed,
    of_kinds,
)

COLUMNS: Final = (
    Column("case", "Case"),
    Column("kind", "Kind", "data"),
    Column("unit", "Unit"),
    Column("clock", "Clock"),
    Column("run", "Run", "number"),
    Column("due", "Last day", "due"),
    Column("standing", "Standing", "label"),
    Column("late", "Days late", "number"),
)


@click.command("due")
@of_kinds
@click.option("--late", is_flag=True, help="Only what has run out.")
@click.option("--ended", is_flag=True, help="Clocks that have stopped as well: kept, or too late.")
@listed
def command(view: View, kinds: tuple[str, ...], late: bool, ended: bool) -> Listing:
    """What is due on the clocks of cases, and by how many days what has run out is late.

    `explain-due` says how one of these moments came about.
    """
    shown = {entry.stream: entry for entry in view.entries(kinds)}
    rows: list[tuple[Cell, ...]] = []
    withheld = 0
    lines = [line for line in clock_report(view.history, view.at) if line.case in shown]
    for line in sorted(lines, key=lambda line: (line.due, line.case, line.clock)):
        if not ended and line.standing in ("kept", "late"):
            continue
        if late and line.standing not in ("overdue", "late"):
            continue
        if shown[line.case].state.confidential and not view.named:
            withheld += 1
            continue
        rows.append(_row(line))
    notes = (f"Of confidential cases, seen with --as: {withheld}.",) if withheld else ()
    return Listing("Overdue" if late else "Due", view.at, COLUMNS, tuple(rows), notes)


def _row(line: ClockLine) -> tuple[Cell, ...]:
    late = line.late or None
    return (key_of(line.case), line.kind, line.unit, line.clock, line.run, line.due, line.standing, late)
