"""Failures of a database in words: what failed, whether anything was recorded, what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError

from party_workflow.errors import StoreError

_SENTENCES: Final = {
    "SQLITE_FULL": (
        "The disk of {path} is full; nothing was recorded. Make room and give the command again."
    ),
    "SQLITE_IOERR": (
        "The disk of {path} reports an error ({code}), and the command may not have been recorded. Check "
        "disk, quota and file size limits, then give the command again with the same command id."
    ),
    "SQLITE_READONLY": (
        "{path} cannot be written ({code}): permissions or the file itself have changed since it was opened. "
        "Check both and open it again."
    ),
    "SQLITE_CANTOPEN": (
        "{path} or a file beside it cannot be opened. Check that it is still there and that its folder may "
        "be written; where a file ending in -wal lies beside it, copy both to a folder that may be written."
    ),
    "SQLITE_NOTADB": (
        "{path} is not an SQLite database, or its beginning is damaged. Check the path; the file was left as "
        "it is."
    ),
    "SQLITE_CORRUPT": "{path} is damaged ({code}). Keep it for investigation and restore a copy.",
}


def code_of(error: BaseException) -> str:
    """SQLite's own name of an error, such as ``SQLITE_BUSY_SNAPSHOT``; empty where there is none."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(origin, "sqlite_errorname", ""))


def busy(path: Path, seconds: float) -> StoreError:
    """Somebody else held the lock for too long."""
    return StoreError(
        f"{path} was locked by somebody else for more than {seconds:g} s; nothing was recorded. Try again, "
        "and look for a program that keeps a transaction open on it."
    )


def explain(path: Path, error: BaseException, busy_timeout: float) -> StoreError:
    """The error of a driver as one that says what to do."""
    code = code_of(error)
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return busy(path, busy_timeout)
    for beginning, sentence in _SENTENCES.items():
        if code.startswith(beginning):
            return StoreError(sentence.format(path=path, code=code))
    what = code or type(error).__name__
    return StoreError(
        f"{path} could not be used ({what}); nothing was recorded. The cause is chained to this error."
    )
