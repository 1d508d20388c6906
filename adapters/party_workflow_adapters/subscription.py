"""Waiting for what anybody commits to a file: this object, another one, another process.

A commit of the same object wakes the waiting thread at once.  One of another process is noticed by
polling ``PRAGMA data_version``, which costs some microseconds and reads no table; the pauses between
polls grow from one millisecond to ten, so waiting costs about one percent of a processor.
"""

from __future__ import annotations

import time
from typing import Final, Protocol

SHORTEST_PAUSE: Final = 0.001
LONGEST_PAUSE: Final = 0.010


class Watched(Protocol):
    """What can be waited on: `party_workflow_adapters.database.Database`."""

    @property
    def closed(self) -> bool:
        """Whether it was closed: then nothing will come any more."""

    def data_version(self) -> tuple[int, int]:
        """Changes with every commit by anybody."""

    def rest(self, seconds: float) -> None:
        """Sleep, or wake early."""


class Stop(Protocol):
    """What says that nobody waits any more: a `threading.Event`, for instance."""

    def is_set(self) -> bool:
        """Whether it is over."""


def wait_for_commit(
    watched: Watched,
    seen: tuple[int, int],
    deadline: float | None = None,
    stop: Stop | None = None,
) -> bool:
    """Block until somebody commits; False if it is closed, stopped, or the deadline (monotonic) passes.

    `seen` is the data version from *before* the reader looked and found nothing: a commit that fell in
    between then counts as a change, and none is slept through.
    """
    pause = SHORTEST_PAUSE
    while not watched.closed and not (stop is not None and stop.is_set()):
        if watched.data_version() != seen:
            return True
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            pause = min(pause, left)
        watched.rest(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
    return False
