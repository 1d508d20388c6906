"""Which files are opened, how they are made, and what is noticed when somebody has altered one."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from party_workflow.canonical import MAX_BYTES
from party_workflow.codec import Event
from party_workflow.errors import DamagedHistory, InvalidInput, StoreError
from party_workflow.store import Deposit, Draft
from party_workflow.testing.store import NOON, noted, positions
from party_workflow_adapters.openings import SqliteOpenings
from party_workflow_adapters.projections import ProjectionStore
from party_workflow_adapters.sqlite import SqliteStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def written(path: Path) -> Path:
    """A log of six records in four commands."""
    with SqliteStore(path) as store:
        store.append(noted("c-1", "case/one", "case/two"))
        store.append(noted("c-2", "case/one"))
        store.append(noted("c-3", "case/two", "case/two"))
        store.append(noted("c-4", "case/one"))
    return path


def alter(path: Path, *statements: str) -> None:
    """What somebody does to the file underneath the library."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for statement in statements:
            raw.execute(statement)


# --- making a file ---------------------------------------------------------------------------


def test_a_new_file_belongs_to_its_owner_alone(path: Path) -> None:
    """And so do the files that SQLite puts beside it, whatever the umask."""
    before = os.umask(0)
    try:
        with SqliteStore(path) as store:
            store.append(noted("c-1", "case/one"))
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"log.db": 0o600, "log.db-wal": 0o600, "log.db-shm": 0o600}


def test_an_empty_file_becomes_a_log(path: Path) -> None:
    """What `mkstemp` or an interrupted first opening left is taken over."""
    path.touch()
    with SqliteStore(path) as store:
        store.append(noted("c-1", "case/one"))
        assert store.head().position == 1


def test_threads_may_make_the_same_file_at_once(path: Path) -> None:
    """Each gets a store of its own, and all are on one log."""
    ready = threading.Barrier(8)

    def open_and_append(index: int) -> None:
        ready.wait()
        with SqliteStore(path) as store:
            store.append(noted(f"c-{index}", "case/one"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(open_and_append, range(8)))
    with SqliteStore(path) as store:
        assert positions(store.read()) == list(range(1, 9))


def test_a_path_with_odd_characters_is_a_path(tmp_path: Path) -> None:
    """Spaces, question marks, percent signs and Chinese characters mean themselves."""
    path = tmp_path / "作风 建设?mode=ro&x=%41#.db"
    with SqliteStore(path) as store:
        store.append(noted("c-1", "case/one"))
    assert path.is_file()
    with SqliteStore(str(path)) as store:
        assert store.head().position == 1


# --- refusing a place ------------------------------------------------------------------------


@pytest.mark.parametrize("place", [":memory:", "", "file:log.db", "file::memory:?cache=shared"])
def test_what_is_no_file_is_refused_with_advice(place: str) -> None:
    with pytest.raises(StoreError, match="MemoryStore"):
        SqliteStore(place)


def test_a_folder_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"The folder .*nowhere does not exist") as caught:
        SqliteStore(tmp_path / "nowhere" / "log.db")
    assert "nowhere" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"is a folder\. Name a file in it"):
        SqliteStore(tmp_path)


def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    """Opening a named pipe would wait for somebody to write to it."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StoreError, match="is not a regular file"):
        SqliteStore(tmp_path / "pipe")


def test_a_path_under_a_file_and_one_that_is_too_long_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(StoreError, match=r"does not exist|cannot be reached"):
        SqliteStore(tmp_path / "file" / "log.db")
    with pytest.raises(StoreError, match="cannot be reached"):
        SqliteStore(tmp_path / ("x" * 300))
    with pytest.raises(StoreError, match="NUL"):
        SqliteStore(f"{tmp_path}/a\0b")


@contextmanager
def somebody_else() -> Iterator[Path]:
    """A folder that anybody may enter; inside the block, permissions count, also for root."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    root = os.geteuid() == 0
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o777)
        shutil.rmtree(folder)


def become_somebody_else() -> None:
    if os.geteuid() == 0:
        os.seteuid(65534)


def test_a_file_that_may_not_be_written_is_read_on_request(written: Path) -> None:
    """Opening it says what to do; reading it then leaves it, and its folder, as they are."""
    with somebody_else() as folder:
        copy = folder / "log.db"
        shutil.copy(written, copy)
        copy.chmod(0o444)
        folder.chmod(0o555)
        before = copy.read_bytes()
        become_somebody_else()
        with pytest.raises(StoreError, match=r"may not be written.*read_only=True"):
            SqliteStore(copy)
        with SqliteStore(copy, read_only=True) as store:
            assert positions(store.read()) == [1, 2, 3, 4, 5, 6]
            with pytest.raises(StoreError, match="opened for reading only"):
                store.append(noted("c-9", "case/one"))
        assert [each.name for each in folder.iterdir()] == ["log.db"]
        assert copy.read_bytes() == before


def test_a_file_that_may_not_be_read_says_so(written: Path) -> None:
    with somebody_else() as folder:
        copy = folder / "log.db"
        shutil.copy(written, copy)
        copy.chmod(0o000)
        become_somebody_else()
        with pytest.raises(StoreError, match="may not be read by this user"):
            SqliteStore(copy, read_only=True)


def test_a_folder_that_may_not_be_written_is_refused_for_a_new_log() -> None:
    with somebody_else() as folder:
        folder.chmod(0o555)
        become_somebody_else()
        with pytest.raises(StoreError, match="No file can be made in the folder"):
            SqliteStore(folder / "log.db")


def test_reading_only_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no file"):
        SqliteStore(tmp_path / "log.db", read_only=True)
    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreError, match="is empty"):
        SqliteStore(tmp_path / "empty.db", read_only=True)
    assert (tmp_path / "empty.db").stat().st_size == 0


def test_reading_only_sees_what_a_writer_appends_meanwhile(written: Path) -> None:
    with SqliteStore(written) as writer, SqliteStore(written, read_only=True) as reader:
        writer.append(noted("c-5", "case/one"))
        assert reader.wait(6, timeout=10)
        assert positions(reader.read(6)) == [7]


# --- refusing a file -------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"position,stream\n" * 100, b"x", b"\0" * 8192, os.urandom(10_000)])
def test_what_is_no_database_is_refused_and_left_as_it_was(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"is not an SQLite database|is damaged"):
        SqliteStore(path)
    assert path.read_bytes() == content


def test_the_database_of_another_application_is_left_as_it_was(path: Path) -> None:
    for marks in ("CREATE TABLE members (name TEXT)", "PRAGMA application_id = 252006675"):
        alter(path, marks)
        before = path.read_bytes()
        with pytest.raises(StoreError, match=r"of another application\. Choose another path"):
            SqliteStore(path)
        assert path.read_bytes() == before


def test_every_kind_of_file_says_what_it_is(tmp_path: Path) -> None:
    """A log, openings and projections are not mistaken for each other."""
    SqliteStore(tmp_path / "log.db").close()
    SqliteOpenings(tmp_path / "openings.db").close()
    ProjectionStore(tmp_path / "projections.db").close()
    with pytest.raises(StoreError, match=r"a file of openings, not an event log\. Open it with SqliteOpen"):
        SqliteStore(tmp_path / "openings.db")
    with pytest.raises(StoreError, match="is a file of projections, not an event log"):
        SqliteStore(tmp_path / "projections.db")
    with pytest.raises(StoreError, match=r"an event log, not a file of openings\. Open it with SqliteSt"):
        SqliteOpenings(tmp_path / "log.db")
    ProjectionStore(tmp_path / "log.db").close()


def test_a_newer_layout_and_another_format_are_refused(written: Path) -> None:
    alter(written, "PRAGMA user_version = 2")
    with pytest.raises(StoreError, match=r"has layout version 2; this library knows version 1\. Use"):
        SqliteStore(written)
    alter(
        written, "PRAGMA user_version = 1", "UPDATE meta SET value = 'party-workflow/9' WHERE key = 'format'"
    )
    with pytest.raises(StoreError, match="has the format party-workflow/9; this library reads party-w"):
        SqliteStore(written)


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        (
            "CREATE TRIGGER quiet AFTER INSERT ON events BEGIN DELETE FROM commands; END",
            "holds the trigger quiet",
        ),
        ("CREATE VIEW everything AS SELECT * FROM events", "holds the view everything"),
        ("CREATE TABLE notes (text TEXT)", "holds the table notes"),
        ("CREATE INDEX by_topic ON events (topic)", "holds the index by_topic"),
        ("CREATE VIRTUAL TABLE words USING fts5(text)", "holds the table words"),
        ("DROP TABLE tracking", "are not those of an event log"),
        ("ALTER TABLE events ADD COLUMN note TEXT", "are not those of an event log"),
        ("ALTER TABLE events RENAME COLUMN state TO body", "are not those of an event log"),
    ],
)
def test_a_file_that_somebody_has_put_something_into_is_refused(
    written: Path, statement: str, complaint: str
) -> None:
    alter(written, statement)
    with pytest.raises(StoreError, match=complaint):
        SqliteStore(written)


def test_statistics_that_sqlite_keeps_for_itself_are_no_alteration(written: Path) -> None:
    alter(written, "ANALYZE")
    with SqliteStore(written) as store:
        assert len(list(store.read())) == 6


# --- noticing damage -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        ("DELETE FROM events WHERE position = 3", 3),
        ("DELETE FROM events WHERE position = 1", 1),
        ("DELETE FROM events WHERE position > 4", 5),
        ("UPDATE events SET position = 99 WHERE position = 6", 6),
        ("UPDATE events SET topic = 'testing.other' WHERE position = 2", 2),
        ("UPDATE events SET stream_id = 1, version = 9 WHERE position = 4", 4),
        ("UPDATE events SET state = (SELECT state FROM events WHERE position = 1) WHERE position = 5", 5),
        (
            "UPDATE events SET state = CAST(replace(state, 'two', '2') AS BLOB) WHERE position = 2",
            2,
        ),
        ("UPDATE events SET state = CAST('{}' AS BLOB) WHERE position = 2", 2),
        ("UPDATE streams SET name = 'case/three' WHERE name = 'case/one'", 1),
        ("DELETE FROM streams", 1),
    ],
)
def test_a_record_that_is_gone_or_altered_is_noticed_where_it_stands(
    written: Path, statement: str, position: int
) -> None:
    """What is changed consistently, bytes and columns and digests, is for the seal to show."""
    alter(written, statement)
    with SqliteStore(written) as store, pytest.raises(DamagedHistory) as caught:
        list(store.read())
    assert caught.value.position == position


def test_a_version_that_is_gone_is_noticed_in_its_stream(written: Path) -> None:
    alter(written, "DELETE FROM events WHERE position = 5")
    with SqliteStore(written) as store:
        with pytest.raises(DamagedHistory, match="Version 3 of stream case/two is missing"):
            list(store.read_stream("case/two"))
        assert positions(store.read_stream("case/one")) == [1, 3, 6]


def test_a_position_is_not_given_again_when_the_tail_was_cut_off(written: Path) -> None:
    """A log that has lost its end is not continued: the missing records would never be missed."""
    alter(
        written,
        "DELETE FROM events WHERE position > 4",
        "DELETE FROM commands WHERE last > 4",
        "UPDATE streams SET version = 2",
    )
    with SqliteStore(written) as store:
        with pytest.raises(DamagedHistory, match=r"recorded up to position 6, but ends at 4.*restore a copy"):
            store.append(noted("c-5", "case/one"))
        with pytest.raises(DamagedHistory, match="recorded up to position 6, but ends at 4"):
            store.rebuild_indexes()
        assert store.head().position == 6


def test_indexes_that_were_altered_are_derived_again_from_the_records(written: Path) -> None:
    """The answer names what differed; the second time nothing does."""
    alter(
        written,
        "UPDATE commands SET last = 5, digest = 'f' WHERE command_id = 'c-1'",
        "DELETE FROM commands WHERE command_id = 'c-3'",
        "INSERT INTO commands VALUES ('c-9', 'f', 1, 1)",
        "UPDATE accounts SET counter = 77",
        "UPDATE streams SET version = 9 WHERE name = 'case/two'",
        "UPDATE head SET log = 'another'",
    )
    with SqliteStore(written) as store:
        rebuilt = store.rebuild_indexes()
        assert not rebuilt
        assert [sentence.split(",")[0] for sentence in rebuilt.differences] == [
            "The head named another time or log than the last record.",
            "The version of 1 streams differed",
            "3 rows of commands differed",
            "1 rows of accounts differed",
        ]
        assert "were mended" in str(rebuilt)
        again = store.rebuild_indexes()
        assert again
        assert "agree with the 6 records" in str(again)
        receipt = store.append(noted("c-3", "case/two", "case/two"))
        assert receipt.repeated
        assert receipt.positions == range(4, 6)
        store.append(noted("c-5", "case/two", expected={"case/two": 3}))
        assert [each.envelope.counter for each in store.read(6)] == [5]


def test_a_damaged_page_is_an_error_in_words(path: Path) -> None:
    """Whatever lies in its place: never a wrong record, never an error of the driver."""
    with SqliteStore(path) as store:
        store.append(noted("c-1", *["case/one"] * 150))
    whole = path.read_bytes()
    for page in range(1, len(whole) // 4096):
        broken = bytearray(whole)
        broken[page * 4096 : (page + 1) * 4096] = bytes(range(256)) * 16
        path.write_bytes(bytes(broken))
        with suppress(StoreError, DamagedHistory), SqliteStore(path) as store:
            assert positions(store.read()) == list(range(1, 151))
            assert positions(store.read_stream("case/one")) == list(range(1, 151))
            store.append(noted("c-2", "case/one"))
        for beside in path.parent.glob("log.db-*"):
            beside.unlink()


# --- what a store takes ----------------------------------------------------------------------


def test_a_log_takes_no_records_of_another_one(written: Path) -> None:
    from dataclasses import replace

    with SqliteStore(written) as store:
        with pytest.raises(InvalidInput, match="meant for the log another; this file holds log-of-the"):
            store.append(replace(noted("c-5", "case/one"), log="another"))
        with pytest.raises(InvalidInput, match="no event to record"):
            store.append(noted("c-5"))
        assert store.head().position == 6


class Long(Event):
    """An event as no aggregate has one."""

    stored_type: ClassVar[str] = "testing.long"

    text: str


def test_a_record_that_could_not_be_read_again_is_not_written(path: Path) -> None:
    """Reading takes at most `MAX_BYTES` a record."""
    with SqliteStore(path) as store:
        with pytest.raises(InvalidInput, match=f"more than the {MAX_BYTES} that a record may have"):
            store.append(replace(noted("c-1"), drafts=(Draft("case/one", Long(text="x" * MAX_BYTES), NOON),)))
        assert store.head().position == 0


def test_a_long_log_is_read_in_little_memory(path: Path) -> None:
    with SqliteStore(path) as store:
        for index in range(3):
            store.append(noted(f"c-{index}", *["case/one"] * 800))
        list(store.read(0, 10))
        tracemalloc.start()
        try:
            count = sum(1 for _ in store.read())
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert count == 2400
    assert peak < 2_000_000  # all at once takes more than four


# --- ballots on the disk ---------------------------------------------------------------------


def test_ballots_do_not_lie_in_the_order_in_which_they_were_cast(path: Path) -> None:
    with SqliteStore(path) as store:
        for index in range(40):
            ballot = Deposit("box", {"choice": f"choice-{index:02d}"})
            store.append(noted(f"c-{index}", "round/one", deposits=[ballot]))
    with closing(sqlite3.connect(path)) as raw:
        lie = [row[0] for row in raw.execute("SELECT ballot FROM ballots")]
    assert len(lie) == 40
    assert lie != sorted(lie)


def test_of_an_emptied_box_nothing_is_left_in_the_files(path: Path) -> None:
    """Neither in the database nor in the write-ahead log."""
    with SqliteStore(path) as store:
        for index in range(40):
            ballot = Deposit("box", {"choice": f"conspicuous-{index:02d}"})
            store.append(noted(f"c-{index}", "round/one", deposits=[ballot]))
        assert b"conspicuous" in files(path)
        store.append(noted("c-close", "round/one", empties=["box"]))
        assert b"conspicuous" not in files(path)


def test_whoever_reads_for_long_delays_this_but_nobody_waits_for_it(path: Path) -> None:
    """The ballots are gone with the first write after that, whatever it writes."""
    with SqliteStore(path) as store, reading(path) as reader:
        begun = time.monotonic()
        store.append(noted("c-2", "round/one", empties=["box"]))
        store.append(noted("c-3", "case/one"))
        assert time.monotonic() - begun < 10  # the timeout for locks is thirty
        assert b"conspicuous" in wal(path)
        reader.execute("ROLLBACK")
        store.append(noted("c-4", "case/one"))
        assert b"conspicuous" not in files(path)
        # Nothing is owed any more: what is written from now on stays in the write-ahead log.
        store.append(noted("c-5", "case/one"))
        assert wal(path)


@pytest.mark.parametrize("ending", ["closed", "opened again"])
def test_what_a_reader_delayed_is_made_up_for_on_closing_and_on_opening(ending: str, path: Path) -> None:
    """Also while somebody else keeps the file open, so that SQLite itself leaves the log where it is."""
    store = SqliteStore(path)
    with closing(store), reading(path) as reader:
        store.append(noted("c-2", "round/one", empties=["box"]))
        if ending == "closed":
            reader.execute("ROLLBACK")
            store.close()
        else:
            store.close()
            assert b"conspicuous" in wal(path)
            reader.execute("ROLLBACK")
            SqliteStore(path).close()
        assert b"conspicuous" not in files(path)


def test_whoever_opens_while_somebody_reads_makes_up_for_it_with_the_next_write(path: Path) -> None:
    """An earlier process may have ended before it could."""
    with SqliteStore(path) as store, reading(path) as reader:
        store.append(noted("c-2", "round/one", empties=["box"]))
        with SqliteStore(path) as other:
            reader.execute("ROLLBACK")
            other.append(noted("c-3", "case/one"))
            assert b"conspicuous" not in files(path)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A program beside that holds a snapshot in which a box has a ballot."""
    with SqliteStore(path) as store:
        store.append(noted("c-1", "round/one", deposits=[Deposit("box", {"choice": "conspicuous"})]))
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM events").fetchone()
            store.close()
            yield reader


def wal(path: Path) -> bytes:
    return path.with_name(path.name + "-wal").read_bytes()


def files(path: Path) -> bytes:
    return b"".join(each.read_bytes() for each in path.parent.glob(path.name + "*"))
