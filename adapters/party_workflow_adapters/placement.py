"""Where a file may lie, and making it.  Nothing here opens a database."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from party_workflow.errors import StoreError

Location = str | os.PathLike[str]
SMALLEST_DATABASE: Final = 512
IDENTITIES: Final = ".identities"
"""The ending of the vault's file beside a log; here, because who names it need not open it."""


def locate(path: Location) -> Path:
    """The absolute path of a file; refuses what SQLite would take for something else than a file."""
    text = os.fspath(path)
    if text == ":memory:" or text.startswith("file:") or not text:
        raise StoreError(
            f"{text or 'An empty path'} names no file on disk. For a log in memory use "
            "party_workflow.store.MemoryStore; otherwise pass a plain path."
        )
    if "\0" in text:
        raise StoreError("The path holds a NUL character. Pass a plain path.")
    return Path(text).absolute()


def beside(path: Path, ending: str) -> Path:
    """The file of the same name with something added, such as ``-wal``."""
    return path.with_name(path.name + ending)


def check(path: Path, *, read_only: bool) -> None:
    """Refuse what cannot work, in words.

    Opens nothing: SQLite keeps its locks by process, and closing any descriptor of a file drops them all.
    """
    folder = path.parent
    try:
        if not folder.is_dir():
            raise StoreError(f"The folder {folder} does not exist. Make it first, or check the path.")
        found = path.stat()
    except FileNotFoundError:
        if read_only:
            raise StoreError(f"There is no file {path}. Check the path.") from None
        _ask(folder, os.W_OK | os.X_OK, "No file can be made in the folder {path} by this user.")
        return
    except OSError as error:
        raise StoreError(f"{path} cannot be reached: {error.strerror}. Check the path.") from None
    if stat.S_ISDIR(found.st_mode):
        raise StoreError(f"{path} is a folder. Name a file in it, such as {path / 'log.db'}.")
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(f"{path} is not a regular file. Choose another path.")
    if 0 < found.st_size < SMALLEST_DATABASE:  # which SQLite would take for an empty one
        raise StoreError(f"{path} is not an SQLite database. Check the path; the file was left as it is.")
    _ask(path, os.R_OK, "{path} may not be read by this user.")
    if not read_only:
        hint = " To read it only, open it with read_only=True."
        _ask(path, os.W_OK, "{path} may not be written by this user, or its disk is read-only." + hint)
        _ask(folder, os.W_OK | os.X_OK, "SQLite has to make files in the folder {path} and may not." + hint)


def may(path: Path, mode: int) -> bool:
    """Whether this user may do with a path what a mode of `os.access` says."""
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def _ask(path: Path, mode: int, complaint: str) -> None:
    if not may(path, mode):
        raise StoreError(complaint.format(path=path) + " Change the permissions, or choose another path.")


def make(path: Path) -> None:
    """Make an empty file that only its owner can read, unless there is one."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StoreError(f"{path} cannot be made: {error.strerror}. Choose another path.") from None
    with suppress(OSError):  # some file systems have no way to sync a folder
        folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
