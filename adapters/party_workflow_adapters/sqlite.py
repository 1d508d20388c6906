"""The embedded store: a log in one SQLite file, durable, shared by threads and processes.  See ADR 0004."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import Row, Select, bindparam, select

from party_workflow.canonical import MAX_BYTES, parse
from party_workflow.errors import DamagedHistory, StoreError
from party_workflow.store import Append, EventStore, Head, Receipt, Record, decode, repeated
from party_workflow_adapters.appending import append, head_of, receipt_of
from party_workflow_adapters.database import Database
from party_workflow_adapters.placement import Location
from party_workflow_adapters.reindex import Rebuilt, disagreements, rebuild
from party_workflow_adapters.schema import LOG, ballots, events, streams
from party_workflow_adapters.subscription import wait_for_commit

CHUNK_RECORDS: Final = 500
CHUNK_BYTES: Final = 4 * MAX_BYTES
"""What a reader holds at a time: this many records, or the first that together exceed this many bytes."""

_Stored = tuple[int, str, int, str, bytes]
_STREAM = select(streams.c.id, streams.c.version).where(streams.c.name == bindparam("name"))
_STORED = select(
    events.c.position, streams.c.name, events.c.version, events.c.topic, events.c.state
).join_from(events, streams, events.c.stream_id == streams.c.id)
_ALL = _STORED.order_by(events.c.position)
_READ = (
    _STORED.where(events.c.position > bindparam("after"), events.c.position <= bindparam("until"))
    .order_by(events.c.position)
    .limit(CHUNK_RECORDS)
)
_READ_STREAM = (
    _STORED.where(
        events.c.stream_id == bindparam("stream"),
        events.c.version > bindparam("after"),
        events.c.version <= bindparam("until"),
    )
    .order_by(events.c.version)
    .limit(CHUNK_RECORDS)
)


class SqliteStore:
    """An `EventStore` in an SQLite file, made on first use with permissions for its owner only.

    An append that returned is on the disk.  Any number of threads, objects and processes may use the same
    file, also across a fork; readers and writers do not wait for each other, writers queue.
    `busy_timeout` is how many seconds one waits before it gives up with `StoreError`.
    With `read_only` nothing is ever written, not even beside the file if its folder is read-only.

    Close it when done, or use it in a ``with`` statement.
    """

    def __init__(self, path: Location, *, busy_timeout: float = 30.0, read_only: bool = False) -> None:
        self._database = Database(path, (LOG,), busy_timeout=busy_timeout, read_only=read_only)
        self.path: Final = self._database.path

    # --- writing -------------------------------------------------------------------------

    def append(self, batch: Append) -> Receipt:
        """See `EventStore.append`.  Raises `StoreError` when the disk or somebody else's lock prevents it."""
        with self._database.writing() as connection:
            known = receipt_of(connection, batch.command_id)
            if known is not None:
                return repeated(known, batch)
            receipt = append(connection, batch)
        if batch.empties:  # whose ballots still stand one by one in the write-ahead log
            self._database.forget_deleted()
        return receipt

    def append_together(self, batches: Sequence[Append]) -> list[Receipt]:
        """Record several batches in one transaction: all of them in order, or none.

        For taking in many commands at once, where the disk would be waited for at each.  Raises what `append`
        raises; a batch whose command id is known gives the receipt of then.
        """
        receipts = []
        with self._database.writing() as connection:
            for batch in batches:
                known = receipt_of(connection, batch.command_id)
                receipts.append(append(connection, batch) if known is None else repeated(known, batch))
        if any(batch.empties for batch in batches):
            self._database.forget_deleted()
        return receipts

    # --- reading -------------------------------------------------------------------------

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        """See `EventStore.read`.  Ends where the log ended when the reading began.

        Holds some hundred records at a time, and no lock while the caller works on them.  Raises
        `DamagedHistory` where a record is missing or does not stand where its bytes say.
        """
        end = self.head().position
        if until is not None:
            end = min(end, until)
        position = max(after, 0)
        while position < end:
            chunk = self._chunk(_READ, {"after": position, "until": end})
            for row in chunk:
                if row.position != position + 1:
                    raise _missing(position + 1)
                position += 1
                yield _record(row)
            if not chunk:
                raise _missing(position + 1)

    def read_stream(self, stream: str, after: int = 0) -> Iterator[Record]:
        """See `EventStore.read_stream`."""
        with self._database.reading() as connection:
            found = connection.execute(_STREAM, {"name": stream}).one_or_none()
        version = max(after, 0)
        while found is not None and version < found.version:
            chunk = self._chunk(_READ_STREAM, {"stream": found.id, "after": version, "until": found.version})
            for row in chunk:
                if row.version != version + 1:
                    raise _missing(0, f"Version {version + 1} of stream {stream}")
                version += 1
                yield _record(row)
            if not chunk:
                raise _missing(0, f"Version {version + 1} of stream {stream}")

    def _chunk(self, query: Select[*_Stored], bounds: Mapping[str, Any]) -> list[Row[*_Stored]]:
        found, size = [], 0
        with self._database.reading() as connection:
            for row in connection.execute(query, bounds):
                found.append(row)
                size += len(row.state)
                if size > CHUNK_BYTES:
                    break
        return found

    def head(self) -> Head:
        """See `EventStore.head`."""
        with self._database.reading() as connection:
            return head_of(connection)

    def receipt(self, command_id: str) -> Receipt | None:
        """See `EventStore.receipt`."""
        with self._database.reading() as connection:
            return receipt_of(connection, command_id)

    def ballots(self, box: str) -> Sequence[Mapping[str, str]]:
        """See `EventStore.ballots`: sorted by what they say."""
        with self._database.reading() as connection:
            found = connection.execute(select(ballots.c.ballot).where(ballots.c.box == box)).scalars()
            return [parse(ballot) for ballot in sorted(found)]

    # --- waiting -------------------------------------------------------------------------

    def wait(self, after: int, timeout: float) -> bool:
        """Block until the log is longer than a position, or the time in seconds is up; says which."""
        deadline = time.monotonic() + timeout
        while True:
            seen = self._database.data_version()
            if self.head().position > after:
                return True
            if not wait_for_commit(self._database, seen, deadline):
                return False

    def subscribe(self, after: int = 0, *, stop: threading.Event | None = None) -> Iterator[Record]:
        """Every record after a position, those to come included: in order, none twice, none left out.

        Blocks at the end of the log until somebody, in this process or another, appends.  Ends once `stop`
        is set or the store is closed.
        """
        position = after
        while not self._ended(stop):
            try:
                seen = self._database.data_version()
                for record in self.read(position):
                    yield record
                    position = record.position
                    if self._ended(stop):
                        return
                wait_for_commit(self._database, seen, stop=stop)
            except StoreError:
                if self._database.closed:
                    return
                raise

    def _ended(self, stop: threading.Event | None) -> bool:
        return self._database.closed or (stop is not None and stop.is_set())

    # --- keeping it well -----------------------------------------------------------------

    def rebuild_indexes(self) -> Rebuilt:
        """Derive receipts, counters and stream versions from the records again, compare, and mend.

        Reads the whole log while no one else can write.  The answer is truthy if nothing differed.
        """
        with self._database.writing() as connection:
            return rebuild(connection, (_record(row) for row in connection.execute(_ALL)))

    def disagreements(self) -> Iterator[str]:
        """How receipts, counters, stream versions and head differ from the records, as sentences.

        Reads every row as of one moment, those behind the head included, and mends nothing: for that see
        `rebuild_indexes`.  Raises `DamagedHistory` at a record that cannot be read, after what could be said
        without it.
        """
        with self._database.reading() as connection:
            yield from disagreements(connection, (_record(row) for row in connection.execute(_ALL)))

    def copy_to(self, path: Path, progress: Callable[[int, int], None] = lambda left, of: None) -> None:
        """Copy the log, with ballots that wait, as of one moment to a new file.  See `backup`."""
        self._database.copy_to(path, progress)

    def close(self) -> None:
        """End subscriptions and close the file.  Closing twice is allowed; anything else then raises."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_IMPLEMENTS: type[EventStore] = SqliteStore


def _missing(position: int, what: str = "The record") -> DamagedHistory:
    return DamagedHistory(position, f"{what} is missing. Keep the file for investigation and restore a copy.")


def _record(row: Row[*_Stored]) -> Record:
    """The record of a row, whose columns have to say what its bytes say."""
    record = decode(row.state, row.position)
    envelope = record.envelope
    said = (envelope.position, envelope.stream, envelope.version, envelope.stored_type)
    if said != (row.position, row.name, row.version, row.topic):
        raise DamagedHistory(
            row.position, "The record's bytes name another position, stream, version or type than its row."
        )
    return record
