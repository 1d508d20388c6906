"""Several processes and threads on one log: order, waking up, locks, forks.  Real processes, real files."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from tests.stores.workers import answer, begin, worker

from party_workflow.errors import StoreError
from party_workflow.store import Record
from party_workflow.testing.store import REGISTRY, Noted, noted, positions
from party_workflow_adapters.sqlite import SqliteStore

WRITERS, EACH = 3, 60
ALL = list(range(1, 2 * WRITERS * EACH + 1))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(path) as opened:
        yield opened


def follow(store: SqliteStore, see: Callable[[Record], None], stop: threading.Event) -> threading.Thread:
    """A thread that sees every record of a subscription."""

    def run() -> None:
        for record in store.subscribe(stop=stop):
            see(record)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


# --- order -----------------------------------------------------------------------------------


def test_processes_that_begin_a_log_together_write_it_together(path: Path) -> None:
    """Nobody has made the file before; the positions are gap-free and each writer's order is kept."""
    with ExitStack() as stack:
        writers = [stack.enter_context(worker("append", path, name, EACH)) for name in range(WRITERS)]
        begin(*writers)
        for each in writers:
            answer(each)
    with SqliteStore(path) as store:
        records = list(store.read())
        assert positions(records) == ALL
        for name in range(WRITERS):
            own = [
                REGISTRY.event("testing.noted", 1, dict(each.data))
                for each in store.read_stream(f"case/{name}")
            ]
            assert own == [Noted(number=index) for index in range(EACH)]
        assert [each.envelope.version for each in store.read_stream("case/all")] == list(
            range(1, WRITERS * EACH + 1)
        )
        assert store.rebuild_indexes()


def test_a_subscriber_sees_the_commits_of_other_processes_once_each_and_in_order(store: SqliteStore) -> None:
    """While three processes write, and from the first record to the last."""
    seen: list[int] = []
    stop = threading.Event()

    def see(record: Record) -> None:
        seen.append(record.position)
        if record.position == ALL[-1]:
            stop.set()

    thread = follow(store, see, stop)
    with ExitStack() as stack:
        writers = [stack.enter_context(worker("append", store.path, name, EACH)) for name in range(WRITERS)]
        begin(*writers)
        thread.join(60)
        stop.set()
        thread.join()
    assert seen == ALL


def test_a_reader_at_the_end_never_finds_a_hole_that_is_filled_later(store: SqliteStore) -> None:
    """Whoever asks for what is new after the last position seen, again and again, misses nothing."""
    seen: list[int] = []
    with ExitStack() as stack:
        writers = [stack.enter_context(worker("append", store.path, name, EACH)) for name in range(WRITERS)]
        begin(*writers)
        deadline = time.monotonic() + 60
        while len(seen) < len(ALL) and time.monotonic() < deadline:
            seen += positions(store.read(seen[-1] if seen else 0))
    assert seen == ALL


# --- waking up -------------------------------------------------------------------------------


def test_waiting_ends_when_another_process_appends(store: SqliteStore) -> None:
    """And not before."""
    with worker("append", store.path, "one", 1) as writer:
        assert not store.wait(0, timeout=0.05)
        begin(writer)
        assert store.wait(0, timeout=30)
    assert store.head().position == 2


def test_waiting_ends_when_another_thread_appends(store: SqliteStore) -> None:
    """Through the same object, and through another one on the same file."""
    with SqliteStore(store.path) as other:
        for number, writer in enumerate((store, other)):
            timer = threading.Timer(0.05, writer.append, [noted(f"c-{number}", "case/one")])
            timer.start()
            assert store.wait(number, timeout=30)
            timer.join()


def test_waiting_for_what_is_there_takes_no_time(store: SqliteStore) -> None:
    """Position 1 is after 0 already; nothing is after 1 yet."""
    store.append(noted("c-1", "case/one"))
    assert store.wait(0, timeout=0)
    assert not store.wait(1, timeout=0)


def test_a_subscription_begins_after_a_position(store: SqliteStore) -> None:
    """The records before are left out."""
    for index in range(5):
        store.append(noted(f"c-{index}", "case/one"))
    subscription = store.subscribe(3)
    assert [next(subscription).position, next(subscription).position] == [4, 5]
    timer = threading.Timer(0.05, store.append, [noted("c-5", "case/one")])
    timer.start()
    assert next(subscription).position == 6
    timer.join()


def test_a_subscription_ends_when_it_is_stopped(store: SqliteStore) -> None:
    """Before it began, and while it waits."""
    stop = threading.Event()
    stop.set()
    assert list(store.subscribe(stop=stop)) == []
    stop.clear()
    thread = follow(store, lambda record: None, stop)
    time.sleep(0.05)
    assert thread.is_alive()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_subscription_ends_when_the_store_is_closed(path: Path) -> None:
    """It does not fail, and does not wait for ever."""
    store = SqliteStore(path)
    store.append(noted("c-1", "case/one"))
    seen: list[int] = []
    thread = follow(store, lambda record: seen.append(record.position), threading.Event())
    time.sleep(0.05)
    store.close()
    thread.join(10)
    assert not thread.is_alive()
    assert seen == [1]


# --- locks -----------------------------------------------------------------------------------


def test_a_log_locked_by_another_program_says_so_after_the_timeout(store: SqliteStore) -> None:
    """And reading goes on meanwhile."""
    store.append(noted("c-1", "case/one"))
    with (
        SqliteStore(store.path, busy_timeout=0.1) as impatient,
        closing(sqlite3.connect(store.path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"log\.db was locked by somebody else for more than 0\.1 s"):
            impatient.append(noted("c-2", "case/one"))
        assert positions(impatient.read()) == [1]
        other.execute("ROLLBACK")
        assert impatient.append(noted("c-2", "case/one")).first_position == 2


def test_a_thread_does_not_wait_for_another_one_for_ever(path: Path) -> None:
    """Also inside one object the timeout holds."""
    with SqliteStore(path, busy_timeout=0.1) as store:
        inside, leave = threading.Event(), threading.Event()

        def occupy() -> None:
            with store._database.writing():
                inside.set()
                leave.wait()

        thread = threading.Thread(target=occupy)
        thread.start()
        inside.wait()
        with pytest.raises(StoreError, match="was locked by somebody else"):
            store.append(noted("c-1", "case/one"))
        leave.set()
        thread.join()
        store.append(noted("c-1", "case/one"))


def test_a_reading_that_is_not_finished_keeps_nobody_from_writing(store: SqliteStore) -> None:
    """Between portions it holds no snapshot, so that the write-ahead log can be folded in meanwhile."""
    for index in range(12):
        store.append(noted(f"c-{index}", *["case/one"] * 100))
    reading = store.read()
    seen = [next(reading).position]
    store.append(noted("c-12", "case/one"))
    with closing(sqlite3.connect(store.path)) as other:
        busy, _, _ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert busy == 0
    seen += positions(reading)
    assert seen == list(range(1, 1201))


# --- forks -----------------------------------------------------------------------------------


def test_a_store_that_is_open_may_be_used_in_the_parent_and_in_forked_children(path: Path) -> None:
    """All write, the parent's subscription goes on, and nothing is lost."""
    with worker("forked", path, 40) as process:
        begin(process)
        followed = json.loads(answer(process))
    assert followed == list(range(1, 1 + 3 * 80 + 1))
    with SqliteStore(path) as store:
        assert positions(store.read()) == followed
        assert store.rebuild_indexes()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_child_forked_in_the_middle_of_a_transaction_is_told_to_start_anew(path: Path) -> None:
    """It would corrupt the file; the parent goes on."""
    with worker("forked-in-use", path) as process:
        begin(process)
        said = answer(process)
    assert "forked while" in said
    assert "cannot use it" in said
