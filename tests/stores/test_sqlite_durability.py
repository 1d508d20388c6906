"""What was acknowledged is there: after SIGKILL, on a full disk, under a file size limit."""

from __future__ import annotations

import io
import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.stores.workers import answer, begin, step, worker

from party_workflow.errors import StoreError
from party_workflow.testing.store import noted, positions
from party_workflow_adapters import database
from party_workflow_adapters.export import canonical_export
from party_workflow_adapters.sqlite import SqliteStore

ROUNDS = 20


def exported(store: SqliteStore) -> bytes:
    out = io.BytesIO()
    canonical_export(store, out)
    return out.getvalue()


def test_after_sigkill_at_random_moments_the_log_is_a_whole_beginning_and_goes_on(tmp_path: Path) -> None:
    """Every acknowledged command is there, no command in part, and repeating all of them adds the rest."""
    with worker("killed", tmp_path / "killed.db", ROUNDS, 20200325) as process:
        begin(process)
        rounds = json.loads(answer(process))
    assert len(rounds) == ROUNDS
    for acknowledged, count in rounds:
        # One command may have been committed and not acknowledged any more.
        assert count in (acknowledged + 1, acknowledged + 2)
    commands = rounds[-1][1] + 5
    with SqliteStore(tmp_path / "killed.db") as killed, SqliteStore(tmp_path / "whole.db") as whole:
        for index in range(commands):
            whole.append(step(index))
        assert killed.head().position == 3 * commands
        assert exported(killed) == exported(whole)
        assert len(killed.ballots("box")) == commands
        assert killed.ballots("box") == whole.ballots("box")
        assert killed.rebuild_indexes()


def test_a_commit_waits_for_the_disk(tmp_path: Path) -> None:
    """Every connection, also a later one, is set to synchronous=FULL in write-ahead mode."""
    with SqliteStore(tmp_path / "log.db") as store:
        for _ in range(2):
            with store._database.reading() as connection:
                assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
                assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
                assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
                assert connection.exec_driver_sql("PRAGMA trusted_schema").scalar() == 0
            store._database._engine.dispose()


def test_on_a_full_disk_nothing_is_recorded_and_the_message_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite reports a database that may not grow just as it reports a disk that is full."""
    limited = (*database._PRAGMAS, "PRAGMA max_page_count = 60")
    monkeypatch.setattr(database, "_PRAGMAS", limited)
    with SqliteStore(tmp_path / "log.db") as store:
        store.append(noted("c-1", "case/one"))
        with pytest.raises(StoreError, match="is full; nothing was recorded"):
            store.append(noted("c-2", *["case/one"] * 1000))
        assert positions(store.read()) == [1]
        assert store.receipt("c-2") is None
        store.append(noted("c-3", "case/one"))
    monkeypatch.undo()
    with SqliteStore(tmp_path / "log.db") as store:
        assert store.append(noted("c-2", *["case/one"] * 1000)).positions == range(3, 1003)
        assert store.rebuild_indexes()


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    before, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hard))


def test_when_the_disk_refuses_to_write_the_store_can_be_used_again_afterwards(tmp_path: Path) -> None:
    """A real error of the system, from a limit on the size of files."""
    path = tmp_path / "log.db"
    with SqliteStore(path) as store:
        store.append(noted("c-1", "case/one"))
        size = path.with_name("log.db-wal").stat().st_size
        with (
            files_limited_to(size + 50_000),
            pytest.raises(StoreError, match=r"SQLITE_IOERR_WRITE.*with the same command id"),
        ):
            store.append(noted("c-2", *["case/one"] * 1000))
        assert positions(store.read()) == [1]
        assert store.append(noted("c-2", *["case/one"] * 1000)).positions == range(2, 1002)
        assert store.rebuild_indexes()


def test_what_is_recorded_survives_without_being_closed(tmp_path: Path) -> None:
    """Another process reads it while the first one has done nothing but append."""
    store = SqliteStore(tmp_path / "log.db")
    store.append(noted("c-1", "case/one"))
    with SqliteStore(tmp_path / "log.db") as other:
        assert positions(other.read()) == [1]
    store.close()
    store.close()
    with pytest.raises(StoreError, match="was closed"):
        store.head()
