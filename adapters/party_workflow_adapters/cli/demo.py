"""``party-workflow demo``: the example campaign from its first day to its last, and other histories."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Final

import click

from party_workflow.packs.party import MODEL
from party_workflow.personal import MemoryIdentities, keyed_salts
from party_workflow.service import Workflow
from party_workflow_adapters import journal
from party_workflow_adapters.chance import random_salts
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.importing import progress
from party_workflow_adapters.cli.output import Language
from party_workflow_adapters.cli.parameters import InputFile
from party_workflow_adapters.cli.remembering import Remembering
from party_workflow_adapters.cli.tour import Tour
from party_workflow_adapters.demos.listing import Demo, demos
from party_workflow_adapters.openings import SqliteOpenings
from party_workflow_adapters.sqlite import SqliteStore

EXAMPLE: Final = Path("examples") / "education_campaign" / "history.jsonl"
CAMPAIGN: Final = "education"
WHAT: Final = "A labour bureau's education campaign of 2005 in three phases: what `demo` alone runs"
MOST: Final = 60_000
"""Records of an example that are held while it is shown: all of them, in some 200 MB for the largest."""
KEY: Final = "salt.key"
"""Beside a history: the key of its salts, where its publications are to be computed again byte by byte."""
EVERY = 0.5
"""Seconds between two lines on how far an example has come."""
MARK: Final = ".party-workflow-demo"
"""Marks a folder as written by the demo, which alone makes it clear it."""


@click.command(
    "demo",
    epilog="""\b
Examples:
  party-workflow demo
  party-workflow demo --list
  party-workflow demo city-organs --at city
""",
)
@click.argument("name", required=False)
@click.option("--list", "listed", is_flag=True, help="List the example histories, one line each.")
@click.option(
    "--out",
    "--at",
    "out",
    type=click.Path(path_type=Path),
    help="The folder to write to; made if it is not there.  [default: demo-output, or demo-NAME]",
)
@click.option("--history", type=InputFile(), metavar="FILE", help="Another journal than the example.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="The language of labels.",
)
def command(
    name: str | None, listed: bool, out: Path | None, history: Path | None, language: Language
) -> int:
    """Execute a history of commands against a fresh log, and show what each user came for.

    That is: where the campaign stands and how it got there, what is missing, the ranking and how one place
    in it came about, asserted figures against events, and the audit.  All of it is written to files as well.

    With NAME it is another example history, which is built into the log and shown in some forty lines.
    """
    if listed:
        return _list()
    if name is not None and name != CAMPAIGN:
        if history is not None:
            raise click.UsageError("NAME is an example and --history a journal. Give one of the two.")
        return _story(_named(name), out or Path(f"demo-{name}"))
    return _campaign(history or _example(), out or Path("demo-output"), language)


def _list() -> int:
    known = demos()
    width = max(len(demo.name) for demo in known)
    click.echo(f"{CAMPAIGN:<{width}}  {WHAT}")
    for demo in known:
        click.echo(f"{demo.name:<{width}}  {demo.what}")
    return ending.FINE


def _named(name: str) -> Demo:
    known = {demo.name: demo for demo in demos()}
    if name not in known:
        names = ", ".join((CAMPAIGN, *known))
        raise click.UsageError(f"There is no example of that name. There are: {names}.")
    return known[name]


def _story(demo: Demo, out: Path) -> int:
    """Execute an example against a fresh log, and print its tour."""
    _clear(out)
    store = out / "log.sqlite"
    began = perf_counter()
    with SqliteStore(store) as log, SqliteOpenings.beside(store) as openings:
        # Of the invented people nobody who asked not to be named is kept.
        workflow = Workflow(log, MODEL, openings=openings, identities=MemoryIdentities(), salts=demo.salts)
        entries = sum(1 for _ in _told(demo.build(workflow), demo.name))
        took = perf_counter() - began
        click.echo(demo.what)
        click.echo(f"{entries} batches, {log.head().position} events in {took:.1f} seconds: {store}\n")
        lines = list(demo.tour(Workflow(Remembering(log, MOST), MODEL).history))
    for line in lines:
        click.echo(line)
    (out / "tour.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    click.echo(f"\nGo on with the same log:\n  party-workflow audit --store {store}")
    return ending.FINE


def _told(entries: Iterable[object], name: str) -> Iterator[object]:
    """The entries of an example; while they are executed a line on standard error says how far it has come,
    where that is a terminal: the largest take minutes."""
    screen = sys.stderr
    if not screen.isatty():
        yield from entries
        return
    began = said = perf_counter()
    for number, entry in enumerate(entries, 1):
        if (now := perf_counter()) - said >= EVERY:
            said = now
            screen.write(f"\r{name}: {number} batches in {now - began:.0f} seconds ")
            screen.flush()
        yield entry
    screen.write(f"\r{' ' * 70}\r")
    screen.flush()


def _campaign(file: Path, out: Path, language: Language) -> int:
    """Execute a journal against a fresh log, and show every view of it."""
    _clear(out)
    key = file.with_name(KEY)
    salts = keyed_salts(key.read_bytes()) if key.is_file() else random_salts
    store = out / "log.sqlite"
    click.echo(f"Commands from {file}\nare executed against the fresh log {store}.")
    with SqliteStore(store) as log, SqliteOpenings.beside(store) as openings:
        workflow = Workflow(log, MODEL, openings=openings, identities=MemoryIdentities(), salts=salts)
        with progress(file) as done:
            report = journal.execute(workflow, file, progress=done)
        for fault in report.faults:
            ending.say(str(fault))
        if not report:
            return ending.FOUND
        # A fresh one, which holds what it reads.
        Tour(Workflow(Remembering(log), MODEL, openings=openings), out, language).walk()
    return ending.FINE


def _example() -> Path:
    for root in (Path(), Path(__file__).resolve().parents[3]):
        if (root / EXAMPLE).is_file():
            return root / EXAMPLE
    raise click.UsageError(
        f"There is no {EXAMPLE} here: it comes with the source. Run this in the checkout, or name a journal "
        "with --history."
    )


def _clear(folder: Path) -> None:
    """Make the folder, or clear it of what an earlier demo wrote."""
    if folder.exists():
        if not folder.is_dir():
            raise click.UsageError(f"{folder} is no folder. Name another one with --out.")
        if any(folder.iterdir()) and not (folder / MARK).exists():
            raise click.UsageError(f"{folder} holds other files. Name an empty or a new folder with --out.")
        for path in folder.iterdir():
            path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
