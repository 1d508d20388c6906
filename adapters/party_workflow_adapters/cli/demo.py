"""``party-workflow demo``: the example campaign from its first day to its last."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from party_workflow.packs.party import MODEL
from party_workflow.personal import keyed_salts
from party_workflow.service import Workflow
from party_workflow_adapters import journal
from party_workflow_adapters.chance import random_salts
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.importing import progress
from party_workflow_adapters.cli.output import Language
from party_workflow_adapters.cli.parameters import InputFile
from party_workflow_adapters.cli.remembering import Remembering
from party_workflow_adapters.cli.tour import Tour
from party_workflow_adapters.openings import SqliteOpenings
from party_workflow_adapters.sqlite import SqliteStore

EXAMPLE: Final = Path("examples") / "education_campaign" / "history.jsonl"
KEY: Final = "salt.key"
"""Beside a history: the key of its salts, where its publications are to be computed again byte by byte."""
MARK: Final = ".party-workflow-demo"
"""Marks a folder as written by the demo, which alone makes it clear it."""


@click.command("demo")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("demo-output"),
    show_default=True,
    help="The folder to write to; made if it is not there.",
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
def command(out: Path, history: Path | None, language: Language) -> int:
    """Execute a history of commands against a fresh log, and show what each user came for.

    That is: where the campaign stands and how it got there, what is missing, the ranking and how one place
    in it came about, asserted figures against events, and the audit.  All of it is written to files as well.
    """
    file = history or _example()
    _clear(out)
    key = file.with_name(KEY)
    salts = keyed_salts(key.read_bytes()) if key.is_file() else random_salts
    store = out / "log.sqlite"
    click.echo(f"Commands from {file}\nare executed against the fresh log {store}.")
    with SqliteStore(store) as log, SqliteOpenings.beside(store) as openings:
        workflow = Workflow(log, MODEL, openings=openings, salts=salts)
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
