"""``party-workflow cases explain-due``: how one due moment came about."""

from __future__ import annotations

from typing import Final

import click

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.cases.clock_report import ClockLine, clock_report
from party_workflow_adapters.cli.cases_shared import Column, Listing, View, listed

COLUMNS: Final = (Column("step", "Step", "number"), Column("sentence", "What is counted"))


@click.command("explain-due")
@click.argument("case")
@click.argument("clock", required=False)
@click.option(
    "--run", "number", type=click.IntRange(min=1), help="Which run of the clock.  [default: the last]"
)
@listed
def command(view: View, case: str, clock: str | None, number: int | None) -> Listing:
    """How what is due in CASE on CLOCK was counted: each day, why it counts or not, what moved it.

    CLOCK may be left out where the case has one.  The count is made again from the log: a due moment that the
    log says otherwise is pointed out.
    """
    stream = case if "/" in case else f"case/{case}"
    lines = [line for line in clock_report(view.history, view.at) if line.case == stream]
    known = {entry.stream: entry for entry in view.entries(())}
    if stream not in known:
        raise InvalidInput(
            Fault(stream, "There is no such case by then.", "Check the id, or look at a later moment.")
        )
    if known[stream].state.confidential and not view.named:
        remedy = "Look with --as, as somebody who deals with it."
        raise InvalidInput(Fault(stream, "The case is confidential.", remedy))
    line = _chosen(stream, lines, clock, number)
    rows = tuple(enumerate(line.explanation, start=1))
    events = ", ".join(f"#{item.position}" for item in line.evidence)
    return Listing(f"{line.case}, {line.clock} {line.run}", view.at, COLUMNS, rows, (f"Events: {events}.",))


def _chosen(stream: str, lines: list[ClockLine], clock: str | None, number: int | None) -> ClockLine:
    clocks = sorted({line.clock for line in lines})
    said = ", ".join(f"{line.clock} {line.run}" for line in lines)
    if clock is None and len(clocks) != 1:
        what = "No clock has run in the case." if not clocks else "Several clocks have run in the case."
        raise InvalidInput(Fault(stream, what, f"Name one: {said}." if said else "Nothing is due in it."))
    name = clock or clocks[0]
    found = [line for line in lines if line.clock == name and number in (None, line.run)]
    if not found:
        what = f"No run {number} of the clock {name}." if number else f"No clock {name} has run in the case."
        raise InvalidInput(Fault(stream, what, f"Its clocks and runs: {said or 'none'}."))
    return found[-1]
