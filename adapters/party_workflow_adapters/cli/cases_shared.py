"""What the commands on cases have in common: the moment, three forms of output, rows of one shape."""

from __future__ import annotations

import csv
import functools
import io
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final, Literal

import click

from party_workflow.canonical import time_text
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.figure import Absent, Figure, percent_text
from party_workflow.policies.registers import Entry, entries
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Printer, console, heading, table
from party_workflow_adapters.cli.parameters import MomentType, zone
from party_workflow_adapters.cli.source import Source, reading
from party_workflow_adapters.cli.wording import Wording

WIDTH: Final = 80
"""Columns that a listing takes at most."""

Show = Literal["plain", "label", "number", "day", "due", "share", "data"]
Cell = str | int | datetime | Figure | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its code in JSON and CSV, its heading for people, and how a cell is shown to them.

    ``due`` shows the last day where something is due before midnight, and the moment otherwise; what is
    ``data`` is not shown to people.
    """

    code: str
    heading: str
    show: Show = "plain"


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows as of a moment; None in a cell is that there is nothing to say."""

    title: str
    at: datetime
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    found: bool = False
    """Whether the exit status says that something is wrong."""

    def data(self) -> dict[str, Any]:
        """The listing as canonical data: moments and shares as text, nothing for an empty cell."""
        rows = [
            {
                column.code: value
                for column, cell in zip(self.columns, row, strict=True)
                if (value := _plain(cell)) is not None
            }
            for row in self.rows
        ]
        return {"at": time_text(self.at), "notes": list(self.notes), "rows": rows}

    def csv(self) -> str:
        """The rows as CSV with a line of headings, which are the codes of the columns."""
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow([column.code for column in self.columns])
        for row in self.rows:
            writer.writerow(["" if cell is None else _plain(cell) for cell in row])
        return lines.getvalue()


@dataclass(frozen=True, slots=True)
class View:
    """What a command is to look at: the history, the moment, and whether it was made for somebody (--as)."""

    source: Source
    history: History
    at: datetime
    words: Wording

    @property
    def named(self) -> bool:
        """Whether confidential cases may be named: whoever looks sees only those that they may see."""
        return self.source.viewed

    def entries(self, kinds: Iterable[str]) -> list[Entry]:
        """The cases of these kinds by the moment.  Raises `InvalidInput` for a kind that has none."""
        wanted = tuple(kinds)
        found = entries(self.history, self.at, wanted)
        if missing := sorted({*wanted} - {entry.kind for entry in found}):
            known = sorted({entry.kind for entry in entries(self.history, self.at)})
            what = f"There is no case of the kind {missing[0]} by then."
            raise InvalidInput(Fault("--kind", what, f"Kinds: {', '.join(known) or 'none'}."))
        return found


def of_kinds(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the option ``--kind``, which may be given several times."""
    option = click.option(
        "--kind", "kinds", multiple=True, metavar="KIND", help="Only cases of this kind; may be repeated."
    )
    return option(command)


def listed(command: Callable[..., Listing]) -> Callable[..., Any]:
    """Gives a command a `View` in place of a source, and shows the listing that it makes of it."""

    @click.option(
        "--at", type=MomentType(), help="As of when things happened.  [default: the end of the log]"
    )
    @click.option("--known", type=MomentType(), help="As it was known then.  [default: all that is known]")
    @click.option(
        "--format",
        "form",
        type=click.Choice(["table", "json", "csv"]),
        default=None,
        help="A table for people, or data.  [default: table]",
    )
    @reading
    @functools.wraps(command)
    def run(
        source: Source,
        printer: Printer,
        at: datetime | None,
        known: datetime | None,
        form: str | None,
        **named: Any,
    ) -> int:
        if printer.as_json and form not in (None, "json"):
            raise click.UsageError("--json and --format say two forms. Give one of them.")
        head = source.workflow.store.head()
        if head.recorded_at is None:
            raise InvalidInput(Fault("", "There is nothing in this log.", "Name another one."))
        end = head.recorded_at if known is None else min(head.recorded_at, known)
        history = source.history if known is None else source.history.as_of(known=known)
        view = View(source, history, at or end, source.wording(printer.language))
        value = command(view, **named)
        if printer.as_json or form == "json":
            printer.write(value.data())
        elif form == "csv":
            sys.stdout.write(value.csv())
        else:
            _show(value, view.words)
        return ending.FOUND if value.found else ending.FINE

    return run


def _show(value: Listing, words: Wording) -> None:
    screen = console()
    screen.width = min(screen.width, WIDTH)
    screen.print(heading(f"{value.title}, as of {words.moment(value.at)}"))
    if value.rows:
        places = [n for n, column in enumerate(value.columns) if column.show != "data"]
        shown = [value.columns[n] for n in places]
        right = tuple(n for n, column in enumerate(shown) if column.show in ("number", "share"))
        made = table(*(column.heading for column in shown), right=right)
        for column, drawn in zip(shown, made.columns, strict=True):
            drawn.no_wrap = column.show in ("day", "due", "number", "share")
        for row in value.rows:
            made.add_row(*(_shown(value.columns[n].show, row[n], words) for n in places))
        screen.print(made)
    else:
        screen.print("None.")
    for note in value.notes:
        screen.print(note)


def _shown(show: Show, cell: Cell, words: Wording) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            last = (cell - timedelta(microseconds=1)).astimezone(zone())
            whole = cell.astimezone(zone()).time() == time()
            if show == "due" and whole:
                return last.date().isoformat()
            return words.moment(cell)[:10] if show == "day" else words.moment(cell)
        case Figure():
            absent = isinstance(cell.value, Absent)
            return words.label(str(cell.value)) if absent else f"{percent_text(cell.exact())} %"
        case str() if show == "label":
            return words.label(cell)
        case _:
            return str(cell)


def _plain(cell: Cell) -> str | int | None:
    match cell:
        case datetime():
            return time_text(cell)
        case Figure():
            return cell.displayed
        case _:
            return cell


def key_of(stream: str) -> str:
    """The key of a case by its stream; what is withheld stays so."""
    return stream.partition("/")[2] if stream else ""
