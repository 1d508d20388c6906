"""What has to happen to open files when a process forks.

SQLite keeps the locks of a process in memory.  A child process inherits that memory but not the locks,
so a connection that is open during a fork, or one that is opened beside it afterwards, can destroy the
file (SQLite, "How To Corrupt An SQLite Database File", 2.6).  Therefore nothing is open while a process
forks: `Gate` lets any number of threads in, or the fork, and both processes connect again when they next
need to.  Programs that are started anew (`subprocess`, the spawn method) are not concerned.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from types import TracebackType
from typing import Final, Protocol

PATIENCE: Final = 10.0
"""Seconds that a fork waits for the transactions of other threads to end."""


class Gate:
    """Open to many at once; shut for as long as the process forks."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._shut = False

    def __enter__(self) -> None:
        with self._changed:
            while self._shut:
                self._changed.wait()
            self._inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._inside -= 1
            if not self._inside:
                self._changed.notify_all()

    def shut(self, deadline: float) -> bool:
        """Let nobody in any more and wait until everybody is out; says whether that came true in time."""
        with self._changed:
            self._shut = True
            return self._changed.wait_for(lambda: not self._inside, max(0.0, deadline - time.monotonic()))

    def open(self) -> None:
        """Let everybody in again."""
        with self._changed:
            self._shut = False
            self._changed.notify_all()


class Forks(Protocol):
    """Something that has connections open and knows what to do about a fork."""

    def before_fork(self, deadline: float) -> None:
        """Close everything, or note that it could not be."""

    def after_fork_in_parent(self) -> None:
        """Go on."""

    def after_fork_in_child(self) -> None:
        """Go on with locks of one's own; in the child there is one thread."""


_OPEN: Final[weakref.WeakSet[Forks]] = weakref.WeakSet()
_during: list[Forks] = []


def register(database: Forks) -> None:
    """Have a database told of every fork from now on."""
    _OPEN.add(database)


def _before() -> None:
    deadline = time.monotonic() + PATIENCE
    _during[:] = list(_OPEN)
    for database in _during:
        database.before_fork(deadline)


def _in_parent() -> None:
    for database in _during:
        database.after_fork_in_parent()
    _during.clear()


def _in_child() -> None:
    for database in _during:
        database.after_fork_in_child()
    _during.clear()


os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
