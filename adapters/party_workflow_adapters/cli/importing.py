"""``party-workflow import``: execute a journal of commands against a log."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.parameters import InputFile, MomentType, SaltKey

if TYPE_CHECKING:
    from party_workflow_adapters.vault import SqliteVault

AHEAD: Final = timedelta(days=1)
"""How far after this machine's clock a command may be recorded: others run ahead, but not by more."""


class _Stopped(Exception):
    """Somebody pressed Ctrl-C between two lines."""


@click.command(
    "import",
    epilog="""\b
Examples:
  party-workflow import journal.jsonl --store log.sqlite
  party-workflow import list.jsonl --store log.sqlite --recorded-at now --continue
""",
)
@click.argument("file", type=InputFile())
@click.option(
    "--store",
    required=True,
    type=click.Path(path_type=Path),
    metavar="LOG",
    help="The log: an SQLite file, made if it is not there. Openings go to LOG.openings beside it.",
)
@click.option("--continue", "go_on", is_flag=True, help="Skip bad lines and list them all at the end.")
@click.option(
    "--recorded-at",
    type=MomentType(now=True),
    help="Record everything at this moment, or now; each line takes effect at its own time. Without it "
    "the journal is taken for the system's own diary, and each line is recorded at its own time.",
)
@click.option(
    "--salt-key",
    type=SaltKey(),
    help="Derive the salts of personal values from the secret in this file (32 bytes or more), so that the "
    "same journal gives the same commitments. Whoever has the file can rebuild the salts: erasing a "
    "person takes effect only once it is destroyed too. Without it salts are random.",
)
@click.option(
    "--vault-key",
    type=SaltKey(),
    help="Keep who brought a protected case in LOG.identities beside the log, encrypted under the secret in "
    "this file (32 random bytes or more, kept elsewhere). Without it a line that has such a person is bad.",
)
@click.option("--quiet", is_flag=True, help="Only errors.")
def command(
    file: Path,
    store: Path,
    go_on: bool,
    recorded_at: datetime | None,
    salt_key: bytes | None,
    vault_key: bytes | None,
    quiet: bool,
) -> int:
    """Execute the commands of FILE (JSON Lines) against a log, one line at a time.

    A bad line stops the import: what came before it stays, nothing of it is recorded.  Running the same
    file again adds only what is lacking, so after an error, Ctrl-C or a crash simply run it again.
    """
    from party_workflow.packs.party import MODEL
    from party_workflow.personal import keyed_salts
    from party_workflow.service import Workflow
    from party_workflow_adapters import journal
    from party_workflow_adapters.chance import random_salts
    from party_workflow_adapters.openings import SqliteOpenings
    from party_workflow_adapters.sqlite import SqliteStore

    salts = random_salts if salt_key is None else keyed_salts(salt_key)
    with SqliteStore(store) as log, SqliteOpenings.beside(store) as openings, ExitStack() as stack:
        before = log.head().position
        vault = None if vault_key is None else stack.enter_context(_vault(store, vault_key))
        workflow = Workflow(log, MODEL, openings=openings, identities=vault, salts=salts)
        try:
            with progress(file, quiet=quiet) as advance, interruptible() as check:

                def done(count: int) -> None:
                    advance(count)
                    check()

                report = journal.execute(
                    workflow,
                    file,
                    on_fault="continue" if go_on else "stop",
                    recorded_at=recorded_at,
                    latest=datetime.now(UTC) + AHEAD,
                    progress=done,
                )
        except _Stopped:
            added = log.head().position - before
            ending.say(f"Interrupted. {_count(added, 'event')} recorded; they stay. Run it again to go on.")
            return ending.INTERRUPTED
        end = log.head().position
    for fault in report.faults:
        ending.say(str(fault))
    if report.stopped:
        line = report.faults[-1].line
        ending.say(
            f"Stopped at line {line}: what came before it is recorded, nothing of it is. Mend it and run the "
            "import again; what is recorded is not recorded twice. With --continue bad lines are skipped."
        )
    if report and not report.recorded and not report.repeated:
        ending.say(f"{file} holds no command. Check that it is the right file.")
        return ending.FOUND
    if not quiet:
        bad = f", {_count(len(report.faults), 'bad line')}" if report.faults else ""
        click.echo(
            f"{file.name}: {_count(report.recorded, 'command')} recorded, "
            f"{report.repeated} known before{bad}. {store} has {_count(end, 'event')}."
        )
    return ending.FINE if report else ending.FOUND


def _vault(log: Path, key: bytes) -> SqliteVault:
    from party_workflow_adapters.vault import SqliteVault

    return SqliteVault.beside(log, key)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


@contextmanager
def progress(file: Path, *, quiet: bool = False, what: str = "") -> Iterator[Callable[[int], None]]:
    """A bar on standard error that is advanced by the bytes done."""
    if quiet:
        yield lambda done: None
        return
    from rich import progress as bars

    from party_workflow_adapters.cli.output import console

    screen = console(stderr=True)
    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.TaskProgressColumn(),
        bars.DownloadColumn(),
        bars.TimeElapsedColumn(),
    )
    with bars.Progress(*columns, console=screen, transient=False, refresh_per_second=8) as bar:
        task = bar.add_task(what or file.name, total=file.stat().st_size)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Lets a first Ctrl-C wait until the line at hand is done; a second one does not wait.

    Gives a function to be called between lines, which raises if there was one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    pressed = False

    def press(number: int, frame: Any) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def check() -> None:
        if pressed:
            raise _Stopped

    before = signal.signal(signal.SIGINT, press)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)
