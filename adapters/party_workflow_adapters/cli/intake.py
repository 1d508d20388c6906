"""``party-workflow intake``: take in files as people keep them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.parameters import InputFile, MomentType, SaltKey

if TYPE_CHECKING:
    from party_workflow.personal import Openings
    from party_workflow_adapters.intake import Report
    from party_workflow_adapters.sqlite import SqliteStore

AHEAD: Final = timedelta(days=1)
"""How far after this machine's clock something may be recorded, as for ``import``."""


@click.command(
    "intake",
    epilog="""\b
Examples:
  party-workflow intake 名单.xlsx --mapping roster.toml --store log.sqlite --dry-run
  party-workflow intake 名单.xlsx --mapping roster.toml --store log.sqlite
  party-workflow intake --trace 3f1c… --store log.sqlite
""",
)
@click.argument("file", type=InputFile(), required=False)
@click.option("--mapping", type=InputFile(), metavar="MAP.toml", help="How the file is read.")
@click.option(
    "--store", required=True, type=click.Path(path_type=Path), metavar="LOG", help="The log: an SQLite file."
)
@click.option("--dry-run", is_flag=True, help="Only say what is wrong, and what would be recorded.")
@click.option(
    "--skip-bad-rows",
    is_flag=True,
    help="Record the good rows. Which were left out, and why, is recorded with the batch.",
)
@click.option("--trace", metavar="EVENT", help="Say from which file, sheet and row an event came.")
@click.option(
    "--recorded-at", type=MomentType(now=True), help="Record everything at this moment instead of now."
)
@click.option("--salt-key", type=SaltKey(), help="Derive the salts of names from this secret; see import.")
@click.option("--json", "as_json", is_flag=True, help="Canonical JSON on standard output, and nothing else.")
def command(
    file: Path | None,
    mapping: Path | None,
    store: Path,
    dry_run: bool,
    skip_bad_rows: bool,
    trace: str | None,
    recorded_at: datetime | None,
    salt_key: bytes | None,
    as_json: bool,
) -> int:
    """Take in FILE (CSV or Excel) by a mapping: all of it, or nothing if anything is wrong.

    What was taken in before is not taken in again, so a file that grew at its end is simply taken in once
    more.  A row that says something else than before is a conflict, and nothing is recorded of it.
    """
    if trace is not None:
        if file is not None or mapping is not None:
            raise click.UsageError("--trace asks about the log. Give it without FILE and --mapping.")
        return _trace(store, trace, as_json)
    if file is None or mapping is None:
        raise click.UsageError("Name a file and how it is read: FILE --mapping MAP.toml, or --trace EVENT.")
    from party_workflow.personal import keyed_salts
    from party_workflow_adapters.chance import random_salts
    from party_workflow_adapters.intake import take_in

    now = datetime.now(UTC)
    if recorded_at is not None and recorded_at > now + AHEAD:
        raise click.UsageError(
            "--recorded-at lies in the future, and after it nothing earlier could be recorded. Correct it."
        )
    with _opened(store, read_only=dry_run) as (log, openings), _progress(file) as progress:
        report = take_in(
            file,
            mapping,
            log,
            openings,
            at=recorded_at or now,
            salts=random_salts if salt_key is None else keyed_salts(salt_key),
            dry_run=dry_run,
            skip_bad_rows=skip_bad_rows,
            progress=progress,
        )
    if as_json:
        from party_workflow_adapters.cli.output import Printer

        Printer("en", as_json=True).write(report.data())
    else:
        _show(file, report, dry_run=dry_run, skip=skip_bad_rows)
    return ending.FINE if report else ending.FOUND


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error for whoever watches; nothing where nobody does."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich import progress as bars

    from party_workflow_adapters.cli.output import console

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeElapsedColumn(),
    )
    with bars.Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(file.name, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


@contextmanager
def _opened(path: Path, *, read_only: bool) -> Iterator[tuple[SqliteStore, Openings]]:
    from party_workflow.errors import StoreError
    from party_workflow.personal import MemoryOpenings
    from party_workflow_adapters.openings import ENDING, SqliteOpenings
    from party_workflow_adapters.sqlite import SqliteStore

    if not path.exists():
        raise StoreError(f"There is no log {path}. Open one first: its first command says who may do what.")
    with ExitStack() as stack:
        log = stack.enter_context(SqliteStore(path, read_only=read_only))
        if read_only and not path.with_name(path.name + ENDING).exists():
            yield log, MemoryOpenings()
        else:
            yield log, stack.enter_context(SqliteOpenings.beside(path))


def _show(file: Path, report: Report, *, dry_run: bool, skip: bool) -> None:
    from rich.console import RenderableType
    from rich.padding import Padding
    from rich.text import Text

    from party_workflow_adapters.cli.output import Printer, heading, table
    from party_workflow_adapters.intake import grouped, ranges

    screen = Printer("en", as_json=False)
    parts: list[RenderableType] = []
    if report.problems:
        count = len(report.problems)
        parts.append(heading(f"{count} {'problem' if count == 1 else 'problems'}"))
        for group in grouped(report.problems):
            problem = group.problem
            numbers = [row for row in group.rows if row]
            rows = f"{'row' if len(numbers) == 1 else 'rows'} {ranges(numbers)}" if numbers else ""
            if problem.sheet == "the mapping":
                rows = rows.replace("row", "line", 1)
            place = ", ".join(part for part in (problem.sheet, problem.head, rows) if part)
            parts.append(Text(f"{place or file.name}", style="bold"))
            parts.append(Padding(Text(f"{problem.what} {problem.remedy} [{problem.code}]"), (0, 0, 0, 4)))
    screen.show(*parts)
    if report.commands:
        counts = table(
            "command",
            "count",
            right=(1,),
            title="What would be recorded" if not report.recorded else "What was recorded",
        )
        for name, number in sorted(report.commands.items()):
            counts.add_row(name, str(number))
        screen.show("", counts)
    said = f"{file.name}: {report.rows} rows, {report.taken} new, {report.known} taken in before"
    said += f", {report.skipped} with problems." if report.skipped else "."
    if report.people:
        said += (
            f" {report.people} people get ids."
            if not report.recorded
            else f" {report.people} people got ids."
        )
    if report.recorded:
        said += f" Recorded as batch {report.batch}."
    elif dry_run:
        said += " Nothing was recorded: this was a dry run."
    elif report.problems and (not report.rows or report.problems.of_no_row):
        said += " Nothing was recorded. Mend the file or its mapping."
    elif report.problems and not skip:
        said += " Nothing was recorded. Mend the file, or leave these rows out with --skip-bad-rows."
    elif report.problems:
        said += " Nothing was recorded."
    else:
        said += " There was nothing new to record."
    screen.show(said)


def _trace(store: Path, event_id: str, as_json: bool) -> int:
    from party_workflow_adapters.cli.output import Printer
    from party_workflow_adapters.cli.source import Moments, opened
    from party_workflow_adapters.intake import provenance, ranges

    with opened(store, None, Moments()) as source:
        found = provenance(source.history, event_id, source.workflow.reveal)
    screen = Printer("en", as_json)
    if as_json:
        screen.write(found.data())
        return ending.FINE
    rows = f"row{'' if len(found.rows) == 1 else 's'} {ranges(found.rows)}"
    screen.show(
        f"{found.stored_type} on {found.stream}, position {found.position}",
        f"came from sheet {found.sheet}, {rows} of a file of the kind {found.kind}",
        f"file     {found.file}",
        f"mapping  {found.mapping}",
        f"batch    {found.batch}, recorded by event {found.received}",
    )
    return ending.FINE
