"""What a command reads from: a log, an export, or a journal executed for the occasion."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from party_workflow.canonical import time_text
from party_workflow.errors import InvalidInput, StoreError
from party_workflow.history import History
from party_workflow.model import Model
from party_workflow.packs.party import MODEL
from party_workflow.personal import MemoryOpenings, Openings, Salts, keyed_salts
from party_workflow.service import Workflow
from party_workflow.store import MemoryStore
from party_workflow_adapters.chance import random_salts
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Language, Printer
from party_workflow_adapters.cli.parameters import InputFile, SaltKey
from party_workflow_adapters.cli.remembering import Remembering
from party_workflow_adapters.cli.seeing import Viewer, seen_by
from party_workflow_adapters.cli.wording import Wording

if TYPE_CHECKING:
    from party_workflow_adapters.sqlite import SqliteStore


@dataclass(frozen=True, slots=True)
class Moments:
    """The two moments that ``as-of`` sets for the command after it."""

    effective: datetime | None = None
    known: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """An open source: the file, the workflow on it, and its history as of the moments asked for."""

    path: Path
    workflow: Workflow
    history: History
    log: SqliteStore | None = None
    """The file itself, where it is a log and read as a whole."""
    viewed: bool = False
    """Whether it is what somebody may see, in place of the log."""

    @property
    def model(self) -> Model:
        """The model of the log."""
        return self.workflow.model

    def wording(self, language: Language) -> Wording:
        """Labels in a language, and names where their openings are at hand."""
        return Wording.of(self.history, self.workflow, language)


def _say_moments(moments: Moments) -> None:
    """Say on which clocks the answer stands."""
    said = []
    if moments.effective is not None:
        said.append(f"what had happened by {time_text(moments.effective)}")
    if moments.known is not None:
        said.append(f"what was known by {time_text(moments.known)}")
    if said:
        click.echo(f"As of {' and '.join(said)}.")


@contextmanager
def opened(
    store: Path | None,
    file: Path | None,
    moments: Moments,
    salts: Salts = random_salts,
    viewer: Viewer | None = None,
) -> Iterator[Source]:
    """A source by the path of its log, or of an export or journal; with a viewer, what they may see of it."""
    with ExitStack() as stack:
        log: SqliteStore | None = None
        openings: Openings = MemoryOpenings()
        if store is not None:
            path = store
            log, openings = _log(store, stack)
            workflow = Workflow(Remembering(log), MODEL, openings=openings)
        elif file is not None:
            path = file
            workflow = _executed(file, salts) if _is_journal(file) else _exported(file)
        else:
            raise click.UsageError(
                "Name what to read: --store LOG, or --history FILE (an export or a journal)."
            )
        if viewer is not None:
            workflow, log = seen_by(workflow, viewer, moments.known), None
        history = workflow.history.as_of(effective=moments.effective, known=moments.known)
        yield Source(path, workflow, history, log, viewed=viewer is not None)


def _log(path: Path, stack: ExitStack) -> tuple[SqliteStore, Openings]:
    from party_workflow_adapters.openings import ENDING, SqliteOpenings
    from party_workflow_adapters.sqlite import SqliteStore

    store = stack.enter_context(SqliteStore(path, read_only=True))
    if not path.with_name(path.name + ENDING).exists():
        return store, MemoryOpenings()
    try:
        return store, stack.enter_context(SqliteOpenings.beside(path))
    except StoreError as error:
        ending.say(f"Names are not shown: {error}")
        return store, MemoryOpenings()


def _is_journal(path: Path) -> bool:
    """Whether the first line that says anything is a command rather than a record."""
    from party_workflow.canonical import parse
    from party_workflow_adapters.journal import lines

    with path.open("rb") as file:
        for number, data, _ in lines(file):
            if data is None or data.strip():
                try:
                    body = parse((data or b"").removeprefix(b"\xef\xbb\xbf"), nfc=False)
                except InvalidInput:
                    return number == 1 and b'"position"' not in (data or b"")[:4096]
                return not (isinstance(body, dict) and "position" in body and "data" in body)
    return True


def _exported(path: Path) -> Workflow:
    from party_workflow_adapters.export import read_export

    return Workflow(MemoryStore(read_export(path).items), MODEL)


def _executed(path: Path, salts: Salts) -> Workflow:
    """A workflow in memory on which a journal was executed; a bad line ends the run."""
    from party_workflow.errors import Fault
    from party_workflow_adapters.journal import execute

    workflow = Workflow(MemoryStore(), MODEL, salts=salts)
    report = execute(workflow, path)
    if not report:
        raise InvalidInput(
            [Fault(f"{f.file}, line {f.line}", f.sentence, f"{f.remedy} [{f.code}]") for f in report.faults]
        )
    if not report.recorded:
        raise InvalidInput(Fault(str(path), "The file holds no command.", "Check that it is the right one."))
    return workflow


# --- the options that every reading command has ------------------------------------------------

_STORE: Final = click.option(
    "--store", type=click.Path(path_type=Path), metavar="LOG", help="The log to read: an SQLite file."
)
_HISTORY: Final = click.option(
    "--history",
    "--journal",
    "file",
    type=InputFile(),
    metavar="FILE",
    help="Instead of a log: an export, or a journal, which is executed in memory and leaves nothing behind.",
)
_KEY: Final = click.option(
    "--salt-key", type=SaltKey(), help="With a journal: derive salts from this secret."
)
_JSON: Final = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Canonical JSON on standard output, and nothing else. Holds no names.",
)
_LANG: Final = click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="The language of labels.",
)
_AS: Final = click.option(
    "--as",
    "account",
    metavar="ACCOUNT",
    help="What this account may see in place of the log; no evidence. Of sealed texts it shows names only.",
)
_ROLE: Final = click.option("--role", help="With --as: in which role; for themselves if left out.")
_FOR: Final = click.option(
    "--for", "principal", help="With --as: the person on whose behalf a delegate looks."
)


def reading(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options of a reader and passes it a `Source` and a `Printer`."""

    @_AS
    @_ROLE
    @_FOR
    @functools.wraps(command)
    def run(account: str | None, role: str | None, principal: str | None, given: _Given, **named: Any) -> Any:
        if account is None and (role is not None or principal is not None):
            raise click.UsageError("--role and --for say in which capacity --as looks. Name the account too.")
        viewer = None if account is None else Viewer(account, role, principal)
        return given.run(command, viewer, **named)

    return _sourced(run)


def reading_all(command: Callable[..., Any]) -> Callable[..., Any]:
    """As `reading`, for what is asked of the log as a whole."""

    @functools.wraps(command)
    def run(given: _Given, **named: Any) -> Any:
        return given.run(command, None, **named)

    return _sourced(run)


@dataclass(frozen=True, slots=True)
class _Given:
    """What the options of every reader say."""

    store: Path | None
    file: Path | None
    moments: Moments
    salts: Salts
    printer: Printer

    def run(self, command: Callable[..., Any], viewer: Viewer | None, **named: Any) -> Any:
        with opened(self.store, self.file, self.moments, self.salts, viewer) as source:
            if not self.printer.as_json:
                _say_moments(self.moments)
            return command(source, self.printer, **named)


def _sourced(command: Callable[..., Any]) -> Callable[..., Any]:
    @_STORE
    @_HISTORY
    @_KEY
    @_LANG
    @_JSON
    @click.pass_context
    @functools.wraps(command)
    def run(
        context: click.Context,
        /,
        store: Path | None,
        file: Path | None,
        salt_key: bytes | None,
        language: Language,
        as_json: bool,
        **named: Any,
    ) -> Any:
        if store is not None and file is not None:
            raise click.UsageError("--store and --history name two sources. Give one of them.")
        moments = context.obj if isinstance(context.obj, Moments) else Moments()
        salts = random_salts if salt_key is None else keyed_salts(salt_key)
        given = _Given(store, file, moments, salts, Printer(language, as_json))
        return command(given=given, **named)

    return run
