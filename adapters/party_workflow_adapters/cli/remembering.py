"""Reading a log once: views fold it many times over, and decoding a record costs more than any fold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from party_workflow.errors import DamagedHistory
from party_workflow.store import Append, EventStore, Head, Receipt, Record

MOST: Final = 20_000
"""Records that are held.  Longer logs are read anew from there on, in bounded memory."""


class Remembering:
    """A store as it stood when this was made, for reading; its records are decoded once."""

    def __init__(self, store: EventStore, most: int = MOST) -> None:
        self._store = store
        self._head = store.head()
        self._most = most
        self._held: list[Record] = []
        self._streams: dict[str, list[Record]] | None = None

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        """See `EventStore.read`."""
        end = self._head.position if until is None else min(until, self._head.position)
        position = max(after, 0)
        while position < min(end, len(self._held)):
            yield self._held[position]
            position += 1
        if position >= end:
            return
        # Those before are decoded as well where they can be held: the next reader will ask for them.
        if position <= self._most:
            try:
                for record in self._store.read(len(self._held), position):
                    self._hold(record)
            except DamagedHistory:
                self._most = len(self._held)  # it lies before what was asked for
        try:
            for record in self._store.read(position, end):
                self._hold(record)
                yield record
        except DamagedHistory:
            self._most = len(self._held)  # what is behind cannot be held in one piece
            raise

    def _hold(self, record: Record) -> None:
        if record.position == len(self._held) + 1 and record.position <= self._most:
            self._held.append(record)

    def read_stream(self, stream: str, after: int = 0) -> Iterator[Record]:
        """See `EventStore.read_stream`."""
        if len(self._held) == self._head.position:
            if self._streams is None:
                self._streams = {}
                for record in self._held:
                    self._streams.setdefault(record.envelope.stream, []).append(record)
            yield from self._streams.get(stream, [])[max(after, 0) :]
            return
        for record in self._store.read_stream(stream, after):
            if record.position <= self._head.position:
                yield record

    def head(self) -> Head:
        """Where the log ended when this was made."""
        return self._head

    def receipt(self, command_id: str) -> Receipt | None:
        """See `EventStore.receipt`."""
        return self._store.receipt(command_id)

    def ballots(self, box: str) -> Sequence[Mapping[str, str]]:
        """See `EventStore.ballots`."""
        return self._store.ballots(box)

    def append(self, batch: Append) -> Receipt:
        """It is for reading.  Raises `TypeError`."""
        raise TypeError("a remembered store is for reading")
