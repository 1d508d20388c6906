"""``party-workflow cases register``: found, rectified, verified, and open, which are four figures."""

from __future__ import annotations

from typing import Final

import click

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.registers import (
    FIVE,
    Entry,
    Rectification,
    by_particular,
    fulfilments,
    rectification,
)
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
    Column("found", "Found", "number"),
    Column("rectified", "Rectified", "number"),
    Column("verified", "Verified", "number"),
    Column("open", "Open", "number"),
    Column("failed", "Failed", "number"),
    Column("share", "Rectified", "share"),
)
OPEN: Final = (
    Column("case", "Case"),
    Column("kind", "Kind", "data"),
    Column("unit", "Unit"),
    Column("responsible", "Person"),
    Column("due", "Last day", "due"),
    Column("lacks", "Lacks"),
)
TOTAL: Final = "total"


@click.command("register")
@of_kinds
@click.option("--by", "name", metavar="PARTICULAR", help="Apart by what was said of them, such as mode.")
@click.option("--open", "listing", is_flag=True, help="List those that are open, with what they lack.")
@listed
def command(view: View, kinds: tuple[str, ...], name: str | None, listing: bool) -> Listing:
    """How many cases were found, reported rectified, and seen to be so by somebody else.

    "Rectified" counts those that wait to be verified too, "failed" how often somebody saw that it was not
    done.  What was passed on to another register counts there.  Only kinds that are put right are counted.
    """
    if listing and name is not None:
        raise click.UsageError("--by counts and --open lists. Give one of them.")
    found = [entry for entry in view.entries(kinds) if _is_put_right(entry, named=bool(kinds))]
    wanted = tuple(sorted({entry.kind for entry in found}))
    if not wanted:
        raise InvalidInput(
            Fault(
                "--kind", "No case of a kind that is put right was opened by then.", "Look at a later moment."
            )
        )
    if listing:
        return _open(view, found, wanted)
    if name is not None:
        groups = by_particular(view.history, view.at, wanted, name)
        first = Column(name, view.words.label(name))
    else:
        groups = {kind: rectification(view.history, view.at, (kind,)) for kind in wanted}
        first = Column("kind", "Kind", "label")
    rows = [_row(code, each) for code, each in groups.items()]
    if len(rows) > 1:
        rows.append(_row(TOTAL, rectification(view.history, view.at, wanted)))
    passed = sum(int(each.passed_on.exact()) for each in groups.values())
    notes = [f"Passed on to another register, and counted there: {passed}."] if passed else []
    if back := sum(int(each.dated_back.exact()) for each in groups.values()):
        notes.append(f"Dated back, recorded only after that moment: {back}.")
    return Listing("Register", view.at, (first, *COUNTS), tuple(rows), tuple(notes))


def _is_put_right(entry: Entry, *, named: bool) -> bool:
    """Whether its kind is about putting right; one in which something is decided first has to be named."""
    kind = entry.state.kind
    if kind is None or (kind.outcomes and not named):
        return False
    return any(move.code == "rectify" for move in kind.lifecycle.moves)


def _row(code: str, found: Rectification) -> tuple[Cell, ...]:
    counts = (found.found, found.rectified, found.verified, found.open, found.failed)
    return (code, *(int(figure.exact()) for figure in counts), found.rate)


def _open(view: View, found: list[Entry], kinds: tuple[str, ...]) -> Listing:
    still = {*rectification(view.history, view.at, kinds).open_cases}
    lacks = {line.case: line.lacks for line in fulfilments(view.history, view.at, kinds)}
    rows: list[tuple[Cell, ...]] = []
    for entry in found:
        if entry.stream not in still:
            continue
        state = entry.state
        due = min((run.due for run in state.runs if run.stopped is None), default=state.due)
        asked = {"responsible", "deadline", *(state.kind.particulars if state.kind else ())}
        lacking = ", ".join(
            view.words.label(name) for name in FIVE if name in asked and name in lacks.get(entry.stream, ())
        )
        rows.append((key_of(entry.stream), entry.kind, state.unit, state.responsible, due, lacking or None))
    return Listing("Open", view.at, OPEN, tuple(rows))
