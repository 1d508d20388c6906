"""One SQLite file: opened with care, read in snapshots, written in one transaction at a time.

Everything that the stores of this package have in common: what may be in a file, durability, locks
between threads and processes, forks, and errors that say what to do.  See ADR 0004.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from party_workflow.errors import StoreError
from party_workflow_adapters import failures, forking, placement, recognition, schema
from party_workflow_adapters.placement import Location
from party_workflow_adapters.schema import Layout

_PRAGMAS: Final = (
    # An acknowledged commit has reached the disk.  The two `fullfsync` do on macOS what fsync does elsewhere.
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",
    "PRAGMA checkpoint_fullfsync = ON",
    # What somebody else may have put into the file is not run, and a broken page is noticed early.
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA foreign_keys = ON",
    # Deleted ballots and openings are overwritten.
    "PRAGMA secure_delete = ON",
    # A write-ahead log that grew under a long read shrinks again.
    "PRAGMA journal_size_limit = 67108864",
)

# SQLite keeps its locks by process, and closing any descriptor of a file drops all of them.  Where a file
# is made a descriptor is closed, so no other thread may be opening the same file meanwhile.
_opening = threading.Lock()
os.register_at_fork(
    before=_opening.acquire, after_in_parent=_opening.release, after_in_child=_opening.release
)


_PAGES: Final = 1024
"""Pages copied at a time: four megabytes."""


class Database:
    """A file of one of the layouts it accepts; the first of them is made where there is none.

    Threads may share it.  Other processes may have the same file open.
    """

    def __init__(
        self,
        path: Location,
        accepts: Sequence[Layout],
        *,
        busy_timeout: float = 30.0,
        read_only: bool = False,
    ) -> None:
        if sqlite3.sqlite_version_info < schema.OLDEST_SQLITE:
            wanted = ".".join(map(str, schema.OLDEST_SQLITE))
            raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old. It takes {wanted} or later.")
        self.path: Final = placement.locate(path)
        self.read_only: Final = read_only
        self._busy_timeout = busy_timeout
        self._closed = False
        self._clean = True  # whether nothing was open at the last fork
        self._lost_to_fork = False
        self._owes_scrub = False  # whether the write-ahead log may hold what was deleted
        self._journal = ""
        self._fresh_locks()
        self._watcher: sqlite3.Connection | None = None
        self._watcher_number = 0
        self._engine = self._make_engine()
        try:
            with _opening:
                placement.check(self.path, read_only=read_only)
                if not read_only:
                    placement.make(self.path)
                self.layout: Final = self._identify(accepts)
                if not read_only and self.layout.journal == "wal":
                    self._use_wal()
                self._engine.dispose()  # what is opened from here on knows its journal mode
                self._journal = self.layout.journal
                forking.register(self)
            if not read_only and self.layout.journal == "wal":
                self._scrub(0)  # whoever had it open may have ended before doing so
        except BaseException:
            self._engine.dispose()
            raise

    def _fresh_locks(self) -> None:
        self._gate = forking.Gate()
        self._write_lock = threading.Lock()
        self._watch_lock = threading.Lock()
        self._committed = threading.Condition()

    # --- transactions --------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A snapshot: everything read inside is as of one moment.  It keeps no writer waiting."""
        with self._explaining(), self._entered(), self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one write transaction: committed durably at the end, or rolled back by any exception.

        It holds the write lock from its beginning, so what it reads stays true until it commits.
        """
        if self.read_only:
            raise StoreError(f"{self.path} was opened for reading only. Open it without read_only to write.")
        with self._explaining(), self._entered():
            # Threads queue here, because SQLite's own waiting is by chance and sleeps for long.
            if not self._write_lock.acquire(timeout=self._busy_timeout):
                raise failures.busy(self.path, self._busy_timeout)
            try:
                with self._transaction("BEGIN IMMEDIATE") as connection:
                    yield connection
            finally:
                self._write_lock.release()
        with self._committed:
            self._committed.notify_all()
        if self._owes_scrub:
            self._scrub(20)

    @contextmanager
    def outside_transaction(self) -> Iterator[Connection]:
        """A connection for the few statements that run outside transactions, such as VACUUM."""
        with self._explaining(), self._entered(), self._engine.connect() as connection:
            yield connection

    def copy_to(self, path: Path, progress: Callable[[int, int], None] = lambda left, of: None) -> None:
        """Copy the file as of one moment to a new one, while others go on reading and writing.

        `progress` is called with the pages that are left and how many there are.  The copy is one of a single
        snapshot: with a write-ahead log nobody waits for it, with a rollback journal writers do.
        """
        with self._explaining(), self._entered():
            source, target = self._connect(), sqlite3.connect(path, isolation_level=None)
            try:
                # A read transaction of one's own: otherwise every commit of somebody else starts it anew.
                source.execute("BEGIN")
                source.execute("SELECT count(*) FROM sqlite_master").fetchone()
                source.backup(target, pages=_PAGES, progress=lambda status, left, of: progress(left, of))
                source.execute("ROLLBACK")
            finally:
                target.close()
                source.close()

    def forget_deleted(self) -> None:
        """Empty the write-ahead log, which has pages as they were before something was deleted.

        Where somebody is reading for longer it is tried again after every later write, on closing and on
        opening; nobody is kept waiting.
        """
        self._owes_scrub = True
        self._scrub(200)

    def _scrub(self, patience: int) -> None:
        """Try to empty the write-ahead log for some milliseconds; what fails stays owed."""
        self._owes_scrub = False  # before, so that what another thread deletes meanwhile stays owed
        done = False
        try:
            with suppress(StoreError), self.outside_transaction() as connection:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")
                try:
                    answer = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
                    done = answer[0] == 0
                finally:
                    connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(self._busy_timeout * 1000)}")
        finally:
            if not done:
                self._owes_scrub = True

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        # The driver sends no BEGIN of its own (isolation_level is None), so that a snapshot begins here.
        with self._engine.connect() as connection, connection.begin():
            connection.exec_driver_sql(begin)
            yield connection

    @contextmanager
    def _entered(self) -> Iterator[None]:
        with self._gate:
            if self._lost_to_fork:
                raise StoreError(
                    f"The process forked while {self.path} was in use, so this child process cannot use it. "
                    "Fork while no other thread uses it, or start processes anew."
                )
            if self._closed:
                raise StoreError(f"{self.path} was closed. Open it again.")
            yield

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise failures.explain(self.path, error, self._busy_timeout) from error

    # --- noticing commits ----------------------------------------------------------------

    def data_version(self) -> tuple[int, int]:
        """Changes with every commit to the file by anybody.  Costs some microseconds."""
        with self._explaining(), self._entered(), self._watch_lock:
            if self._watcher is None:
                self._watcher = self._connect()
                self._watcher_number += 1
            (version,) = self._watcher.execute("PRAGMA data_version").fetchone()
            return self._watcher_number, version

    def rest(self, seconds: float) -> None:
        """Sleep, but wake at once when this object commits or is closed."""
        with self._committed:
            if not self._closed:
                self._committed.wait(seconds)

    # --- the end, and forks --------------------------------------------------------------

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    def close(self) -> None:
        """Let transactions end, then close every connection.  Closing twice is allowed."""
        if self._owes_scrub and not self._closed:
            self._scrub(200)
        with self._committed:
            self._closed = True
            self._committed.notify_all()
        self._gate.shut(time.monotonic() + self._busy_timeout)
        self._disconnect()
        self._gate.open()

    def _disconnect(self) -> None:
        with self._watch_lock:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None
        self._engine.dispose()

    def before_fork(self, deadline: float) -> None:
        """Close every connection, once the transactions of other threads have ended."""
        self._clean = self._gate.shut(deadline)
        if self._clean:
            self._disconnect()

    def after_fork_in_parent(self) -> None:
        """Go on; connections are made as they are needed."""
        self._gate.open()

    def after_fork_in_child(self) -> None:
        """Go on with locks of one's own, unless a connection was inherited in use."""
        self._fresh_locks()
        self._lost_to_fork = not self._clean
        if self._clean:
            self._engine = self._make_engine()

    # --- connecting ----------------------------------------------------------------------

    def _make_engine(self) -> Engine:
        return create_engine(
            URL.create("sqlite+pysqlite", database=str(self.path)),
            creator=self._connect,
            poolclass=QueuePool,
            pool_size=4,
            max_overflow=-1,
            # Parameters hold ballots and personal values; they do not belong in a message.
            hide_parameters=True,
        )

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?{self._mode()}",
            uri=True,
            timeout=self._busy_timeout,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            if self.read_only:
                connection.execute("PRAGMA query_only = ON")
            elif self._journal == "truncate":
                self._keep_no_copies(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _mode(self) -> str:
        if not self.read_only:
            return "mode=rw"  # which does not make a file that has gone
        # Where no file can be made and nobody has the log open, SQLite has to be told that it needs none.
        folder, log = self.path.parent, placement.beside(self.path, "-wal")
        still = not placement.may(folder, os.W_OK | os.X_OK) and not log.exists()
        return "mode=ro&immutable=1" if still else "mode=ro"

    def _keep_no_copies(self, connection: sqlite3.Connection) -> None:
        (mode,) = connection.execute("PRAGMA journal_mode = TRUNCATE").fetchone()
        if mode != "truncate":
            raise StoreError(
                f"{self.path} is in journal mode {mode}, which keeps copies of what is erased, and in use. "
                "Close the other programs and open it again."
            )
        connection.execute("PRAGMA temp_store = MEMORY")

    def _use_wal(self) -> None:
        """Switch to write-ahead logging, for good.  Needs the file for itself for a moment."""
        deadline = time.monotonic() + self._busy_timeout
        while True:
            with self.outside_transaction() as connection:
                if connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal":
                    return
                try:
                    mode = connection.exec_driver_sql("PRAGMA journal_mode = WAL").scalar_one()
                except DBAPIError as error:
                    # SQLite does not wait for every lock here, so it is tried again.
                    if not failures.code_of(error).startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                        raise
                else:
                    if mode == "wal":
                        return
                    raise StoreError(
                        f"The file system of {self.path} does not support write-ahead logging "
                        "(network file systems do not). Keep the file on a local disk."
                    )
            time.sleep(0.01)

    # --- what may be in a file -----------------------------------------------------------

    def _identify(self, accepts: Sequence[Layout]) -> Layout:
        """Which layout the file has.  Nothing is written to a file that is not empty."""
        with self.reading() as connection:
            if not recognition.is_empty(connection):
                return recognition.recognise(connection, self.path, accepts)
        if self.read_only:
            raise StoreError(f"{self.path} is empty. Check the path, or open it for writing to begin a file.")
        with self.writing() as connection:
            if not recognition.is_empty(connection):  # another process has made it meanwhile
                return recognition.recognise(connection, self.path, accepts)
            schema.create(connection, accepts[0])
        return accepts[0]
