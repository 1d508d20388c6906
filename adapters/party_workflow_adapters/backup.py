"""Backups of a log with its openings, made while others go on writing, and brought back only when they check.

A backup is a folder with a copy of the log, one of the openings where there are any, and a manifest of what
they hold.  Projections are left out: they are rebuilt.  It is made beside its place and named last, so a
folder of that name is a whole backup.

The log is copied first and the openings after it.  An opening is kept before its event is recorded, so the
later copy of the openings has every one that the earlier copy of the log needs, except those erased in
between: those are to be gone.  What a backup holds outlives an erasure: it has to be thrown away as well.

The vault (`party_workflow_adapters.vault`) is never in it: whoever keeps backups of the log is not to hold
who asked not to be named.  It is copied by itself (`SqliteVault.copy_to`); what it opens counts as lacking.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from party_workflow.canonical import parse, time_text
from party_workflow.errors import Fault, InvalidInput, NotCanonical, StoreError
from party_workflow.personal import Sealed, Withheld, commitments
from party_workflow_adapters import placement
from party_workflow_adapters.openings import ENDING, SqliteOpenings
from party_workflow_adapters.placement import Location
from party_workflow_adapters.sqlite import SqliteStore

FORMAT: Final = "party-workflow-backup/1"
LOG: Final = "log.sqlite"
OPENINGS: Final = LOG + ENDING
MANIFEST: Final = "manifest.json"
_MAX_MANIFEST: Final = 1_048_576
_BESIDE: Final = ("", "-wal", "-shm", "-journal")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a log and its openings hold, found by reading all of it.

    `records` is the SHA-256 over the canonical export.  Of the commitments in the log `opened` have an
    opening that opens them, `erased` were erased, and `lacking` have none.
    """

    tenant: str
    position: int
    recorded_at: str
    records: str
    ballots: int
    opened: int
    erased: int
    lacking: int

    def data(self) -> dict[str, Any]:
        """It as canonical data."""
        return {
            "log": self.tenant,
            "position": self.position,
            "recorded_at": self.recorded_at,
            "records": self.records,
            "ballots": self.ballots,
            "openings": {"opened": self.opened, "erased": self.erased, "lacking": self.lacking},
        }


def contents(log: Path, openings: Path | None) -> Contents:
    """What these files hold.  Raises `DamagedHistory` or `StoreError` for what cannot be read."""
    found, sealed = hashlib.sha256(), [0, 0, 0]
    with ExitStack() as stack:
        store = stack.enter_context(SqliteStore(log, read_only=True))
        held = None if openings is None else stack.enter_context(SqliteOpenings(openings))
        last = None
        for record in store.read():
            found.update(record.bytes + b"\n")
            last = record
            for commitment in commitments(record.data):
                answer = Withheld("not-supplied") if held is None else held.get(Sealed(commitment=commitment))
                if not isinstance(answer, Withheld):
                    sealed[0] += 1
                else:
                    sealed[1 if answer.reason == "erased" else 2] += 1
        head = store.head()
    if last is None or head.position != last.position:
        raise StoreError(f"{log} holds no log with a head. Check that it is the right file.")
    return Contents(
        tenant=last.envelope.log,
        position=last.position,
        recorded_at=time_text(last.envelope.recorded_at),
        records=found.hexdigest(),
        ballots=_ballots(log),
        opened=sealed[0],
        erased=sealed[1],
        lacking=sealed[2],
    )


def _ballots(log: Path) -> int:
    connection = sqlite3.connect(f"{log.absolute().as_uri()}?mode=ro", uri=True)
    try:
        (count,) = connection.execute("SELECT count(*) FROM ballots").fetchone()
        return int(count)
    except sqlite3.Error as error:
        raise StoreError(
            f"The ballots in {log} cannot be counted: {error}. Keep it for investigation."
        ) from None
    finally:
        connection.close()


# --- making ----------------------------------------------------------------------------------


def backup(
    log: Location, to: Location, *, at: datetime, progress: Progress = lambda left, of: None
) -> Contents:
    """Back a log and its openings up into a new folder.  Others may go on writing.

    Every record of the copy is read, and every opening tried, before the folder gets its name.  Raises
    `StoreError` if there is anything at that place already, or if the storage fails.
    """
    source, target = placement.locate(log), Path(to).absolute()
    if os.path.lexists(target):
        raise StoreError(f"{target} is there already. Choose another name: a backup is never written over.")
    if not target.parent.is_dir():
        raise StoreError(f"The folder {target.parent} does not exist. Make it first, or check the path.")
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        _sweep(target.parent, target.name)
        partial.mkdir(mode=0o700)
        with SqliteStore(source, read_only=True) as store:
            _copied(partial / LOG, lambda path: store.copy_to(path, progress))
        beside = placement.beside(source, ENDING)
        openings = None
        if beside.exists():
            with SqliteOpenings(beside) as held:
                _copied(partial / OPENINGS, held.copy_to)
            openings = partial / OPENINGS
        found = contents(partial / LOG, openings)
        _alone(partial)
        body = {
            "format": FORMAT,
            "made_at": time_text(at),
            **found.data(),
            "files": {
                name: {"bytes": (partial / name).stat().st_size, "sha256": _sha256(partial / name)}
                for name in (LOG, OPENINGS)
                if (partial / name).exists()
            },
        }
        _write(partial / MANIFEST, json.dumps(body, indent=2, sort_keys=True).encode() + b"\n")
        _settle(partial)
        _named(partial, target)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}. Check folder and disk.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return found


def _copied(path: Path, copy: Callable[[Path], None]) -> None:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    copy(path)


def _alone(folder: Path) -> None:
    """Leave nothing but the databases themselves: with no write-ahead log beside them they are whole."""
    for name in (LOG, OPENINGS):
        path = folder / name
        if path.exists() and any(placement.beside(path, ending).exists() for ending in ("-wal", "-journal")):
            connection = sqlite3.connect(path, isolation_level=None)
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()
        for ending in _BESIDE[1:]:
            placement.beside(path, ending).unlink(missing_ok=True)


def _named(partial: Path, target: Path) -> None:
    """Give the folder its name.  Renaming fails over a file and over a folder that holds anything."""
    try:
        partial.rename(target)
    except OSError:
        raise StoreError(f"{target} has come to be meanwhile. Choose another name.") from None
    _settle(target.parent)


# --- bringing back ---------------------------------------------------------------------------


def verify(folder: Location) -> Contents:
    """Check a backup against its manifest: every byte, every record, every opening.

    Raises `InvalidInput` with everything that differs, `DamagedHistory` or `StoreError` for what cannot be
    read.  Leaves the backup as it is: what SQLite would write goes to a copy.
    """
    with _examined(Path(folder).absolute()) as (_, found):
        return found


def restore(folder: Location, log: Location) -> Contents:
    """Bring a backup back to a new place, after checking it like `verify`.

    Raises `StoreError` if there is a log or anything of one at that place: nothing is ever written over.
    """
    target = placement.locate(log)
    places = [
        placement.beside(placement.beside(target, part), ending)
        for part in ("", ENDING)
        for ending in _BESIDE
    ]
    if there := [place for place in places if os.path.lexists(place)]:
        raise StoreError(
            f"{there[0]} is there already, and nothing is written over. Choose another path, or move it away."
        )
    if not target.parent.is_dir():
        raise StoreError(f"The folder {target.parent} does not exist. Make it first, or check the path.")
    with _examined(Path(folder).absolute(), target.parent) as (checked, found):
        # The openings first: a log without its openings would look as if everything had been lost.
        placed: list[Path] = []
        try:
            for name, place in ((OPENINGS, placement.beside(target, ENDING)), (LOG, target)):
                if (checked / name).exists():
                    os.link(checked / name, place)  # which fails where something is, unlike a rename
                    placed.append(place)
            _settle(target.parent)
        except OSError as error:
            for place in placed:
                place.unlink(missing_ok=True)
            raise StoreError(f"{target} cannot be made: {error.strerror}. Nothing was restored.") from error
    return found


@contextmanager
def _examined(folder: Path, beside: Path | None = None) -> Iterator[tuple[Path, Contents]]:
    """A copy of a backup that was checked, in a folder that goes away."""
    manifest = _manifest(folder)
    work = (beside or folder.parent) / f".{folder.name}.{os.getpid()}.checking"
    try:
        _sweep(work.parent, folder.name)
        work.mkdir(mode=0o700)
        faults: list[Fault] = []
        for name, said in manifest["files"].items():
            if name not in (LOG, OPENINGS):
                faults.append(Fault(MANIFEST, "It names a file that no backup has.", "Use another backup."))
                continue
            source = folder / name
            if not source.is_file():
                faults.append(Fault(name, "The file is missing.", "Use another backup."))
                continue
            _copied(work / name, lambda path, source=source: _copy(source, path))  # type: ignore[misc]
            if _sha256(work / name) != said["sha256"]:
                faults.append(
                    Fault(
                        name,
                        "Its bytes are not those that were backed up.",
                        "Use another backup, and keep this.",
                    )
                )
        if LOG not in manifest["files"]:
            faults.append(Fault(MANIFEST, "It names no log.", "Use another backup."))
        if faults:
            raise InvalidInput(faults)
        found = contents(work / LOG, work / OPENINGS if (work / OPENINGS).exists() else None)
        for key, value in found.data().items():
            if manifest.get(key) != value:
                faults.append(
                    Fault(f"{MANIFEST}: {key}", "The log does not hold what it says.", "Use another backup.")
                )
        if faults:
            raise InvalidInput(faults)
        _alone(work)
        _settle(work)
        yield work, found
    except OSError as error:
        raise StoreError(f"{folder} cannot be read: {error.strerror}. Check path and permissions.") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_MANIFEST + 1)
        body = parse(data, limit=_MAX_MANIFEST, nfc=False)
    except OSError:
        raise StoreError(
            f"{folder} is no backup: it has no {MANIFEST} that can be read. An unfinished one has none."
        ) from None
    except NotCanonical:
        body = None
    files = body.get("files") if isinstance(body, dict) else None
    sound = isinstance(files, dict) and all(
        isinstance(said, dict) and isinstance(said.get("sha256"), str) for said in files.values()
    )
    if not isinstance(body, dict) or not sound:
        raise InvalidInput(Fault(str(path), "It is not the manifest of a backup.", "Use another backup."))
    if body.get("format") != FORMAT:
        raise InvalidInput(
            Fault(str(path), "It is of a format that this version does not know.", "Use a newer version.")
        )
    return body


def _sweep(folder: Path, name: str) -> None:
    """Remove what runs of this name left that were killed: it holds personal values, and nobody looks for
    it.
    """
    for ending in ("partial", "checking"):
        for path in folder.glob(f".{glob.escape(name)}.*.{ending}"):
            number = path.name.removesuffix(f".{ending}").rpartition(".")[2]
            if number.isdecimal() and not _alive(int(number)):
                shutil.rmtree(path, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


# --- files -----------------------------------------------------------------------------------


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reads, target.open("r+b") as writes:
        shutil.copyfileobj(reads, writes, 2**20)
        writes.flush()
        os.fsync(writes.fileno())


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Wait until a folder and the files in it are on the disk."""
    with suppress(OSError):
        for path in (*(item for item in folder.iterdir() if item.is_file() and item.name in _OURS), folder):
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


_OURS: Final = frozenset({LOG, OPENINGS, MANIFEST})
