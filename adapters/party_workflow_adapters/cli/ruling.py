"""What the commands about rule documents share: which document, over which days, in which form."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

import click

from party_workflow.errors import Fault, InvalidDefinition, InvalidInput
from party_workflow.history import History
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.documents.reading import Form
from party_workflow.policies.policy import Result, run
from party_workflow_adapters.cli.output import Printer
from party_workflow_adapters.cli.parameters import DayType, InputFile
from party_workflow_adapters.cli.source import Source
from party_workflow_adapters.sheets import Sheet

Format = Literal["table", "json", "csv", "html"]
FORMATS: Final = ("table", "json", "csv", "html")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a document: the day for its numbers, when the period began, and whether it may be
    applied to a period that began before it was issued.
    """

    on: date | None
    start: date | None
    retroactive: bool

    def days(self, document: RuleDocument, history: History) -> tuple[date, date]:
        """The day of the run and the first of the period: as asked, or `last_day` and the document's own."""
        on = self.on or last_day(document, history)
        if self.start is not None and self.start > on:
            what = f"The period begins on {self.start}, after the day of the run, which is {on}."
            raise InvalidInput(Fault("--from", what, "Begin it earlier, or name a later day by --on."))
        return on, self.start or document.effective_from

    def run(self, path: Path, source: Source) -> Result:
        """The result of the document in a file.  Raises as `party_workflow.policies.policy.run` does; what
        is said of the document has the file before it.
        """
        document = read_document(path)
        on, start = self.days(document, source.history)
        with about((document, path)):
            policy = document.policy(source.model.registry)
            return run(policy, source.history, on=on, period_start=start, retroactive=self.retroactive)


_OPTIONS: Final = {
    "Say retroactive=True; every result will print it.": "Add --retroactive; every result will print it."
}


@contextmanager
def about(*documents: tuple[RuleDocument, Path], but: Collection[str] = ()) -> Iterator[None]:
    """Puts the file of a document before what is said of it while it is compiled and run.

    Faults name a clause, a source or the document; where several documents have one of that code, all of
    their files are named.  `but` are names that are of something else.
    """
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(_placed(fault, documents, but) for fault in error.faults) from error


def _placed(fault: Fault, documents: tuple[tuple[RuleDocument, Path], ...], but: Collection[str]) -> Fault:
    files = [] if _of(fault, but) else [str(path) for each, path in documents if _of(fault, _names(each))]
    where = ": ".join(filter(None, (" or ".join(dict.fromkeys(files)), fault.where)))
    return replace(fault, where=where, remedy=_OPTIONS.get(fault.remedy, fault.remedy))


def _of(fault: Fault, names: Collection[str]) -> bool:
    where = fault.where
    return any(where.startswith(name) and where[len(name) : len(name) + 1] in ("", *" .[") for name in names)


def _names(document: RuleDocument) -> set[str]:
    parts = [*document.clause, *document.source]
    return {document.code, *document.data(), *(part.code for part in parts)}


def last_day(document: RuleDocument, history: History) -> date:
    """The day of the last event in view.  Raises `InvalidInput` for a history without any."""
    days = [document.day_of(record.envelope.effective_at) for record in history.records()]
    if not days:
        raise InvalidInput(Fault("--on", "The history holds nothing as of these moments.", "Name a day."))
    return max(days)


def utf8(path: Path) -> str:
    """The text of a file.  `InvalidDefinition` if it is not UTF-8."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        what = f"Byte {error.start + 1} is not UTF-8."
        raise InvalidDefinition(Fault(str(path), what, "Save the file as UTF-8.")) from None


def read_text(path: Path) -> tuple[str, Form]:
    """The text of a TOML or JSON file, and which of them it is.  `InvalidDefinition` if it is not UTF-8."""
    return utf8(path), "json" if path.suffix == ".json" else "toml"


def read_document(path: Path) -> RuleDocument:
    """The document in a TOML or JSON file; `InvalidDefinition` has line and column of every fault."""
    text, form = read_text(path)
    read = RuleDocument.from_json if form == "json" else RuleDocument.from_toml
    return read(text, str(path))


_POLICY: Final = click.option(
    "--policy",
    "policy",
    type=InputFile(),
    metavar="FILE",
    help="A rule document, in TOML or JSON, to rank by.",
)
_ON: Final = click.option(
    "--on", type=DayType(), help="The day for which its numbers are taken; that of the last event otherwise."
)
_START: Final = click.option(
    "--from",
    "start",
    type=DayType(),
    help="When the period began; when the document takes effect otherwise.",
)
_RETROACTIVE: Final = click.option(
    "--retroactive", is_flag=True, help="Apply it to a period that began before it was issued."
)
_FORMAT: Final = click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="How the answer is shown; html has charts.",
)


def by_document(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the days of a document and the form of the answer: ``asked`` and ``form``."""

    @_ON
    @_START
    @_RETROACTIVE
    @_FORMAT
    @functools.wraps(command)
    def wrapped(on: date | None, start: date | None, retroactive: bool, form: Format, **named: Any) -> Any:
        return command(asked_days=Asked(on, start, retroactive), form=form, **named)

    return wrapped


of_document = _POLICY
"""Gives a command the option to name a document."""


def answer(printer: Printer, form: Format, sheet: Sheet, data: Any) -> None:
    """Shows an answer: its sheet in the form asked for, or its canonical data."""
    if printer.as_json or form == "json":
        printer.write(data)
    elif form == "csv":
        from party_workflow_adapters.sheets.comma import written

        sys.stdout.buffer.write(written(sheet).encode())
        sys.stdout.buffer.flush()
    elif form == "html":
        from party_workflow_adapters.sheets.page import page

        sys.stdout.buffer.write(page(sheet, language=printer.language).encode())
        sys.stdout.buffer.flush()
    else:
        from party_workflow_adapters.sheets.terminal import shown

        printer.show(*shown(sheet))


def only_table(form: Format, needed: str) -> None:
    """Refuses a form that an answer without a document does not have."""
    if form in ("csv", "html"):
        raise click.UsageError(
            f"--format {form} belongs to {needed}; there are tables and --json without it."
        )
