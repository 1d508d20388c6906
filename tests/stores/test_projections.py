"""Read models: every record counts exactly once, whoever processes it and whenever it is killed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stores.workers import COUNTED, answer, begin, count, worker

from party_workflow.errors import StoreError
from party_workflow.history import History, Projection, Rows, rows_digest
from party_workflow.store import MemoryStore, Recorded
from party_workflow.testing.store import NOON, REGISTRY, Noted, noted
from party_workflow_adapters import projections as module
from party_workflow_adapters.projections import ProjectionStore
from party_workflow_adapters.sqlite import SqliteStore

EVENTS = 1000


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "log.db") as opened:
        yield opened


@pytest.fixture(params=["log.db", "read-models.db"], ids=["beside the events", "in a file of its own"])
def store(request: pytest.FixtureRequest, log: SqliteStore, tmp_path: Path) -> Iterator[ProjectionStore]:
    with ProjectionStore(tmp_path / request.param) as opened:
        yield opened


def fill(log: SqliteStore | MemoryStore, times: int, begin_at: int = 0) -> None:
    for index in range(begin_at, begin_at + times):
        log.append(noted(f"c-{index}", f"case/{index % 3}", number=index))


# --- advancing -------------------------------------------------------------------------------


def test_a_projection_advances_to_the_end_of_the_log_and_goes_on_from_there(
    log: SqliteStore, store: ProjectionStore
) -> None:
    assert store.position(COUNTED) == 0
    assert store.rows(COUNTED) == {}
    fill(log, 7)
    assert store.advance(COUNTED, REGISTRY, log, batch=3) == 7
    assert store.rows(COUNTED) == {"case/0": 3, "case/1": 2, "case/2": 2, "all": 7}
    assert store.advance(COUNTED, REGISTRY, log) == 7
    fill(log, 2, begin_at=7)
    assert store.advance(COUNTED, REGISTRY, log) == store.position(COUNTED) == 9
    assert store.row(COUNTED, "all") == 9
    assert store.row(COUNTED, "case/9") is None
    assert store.rows(COUNTED) == History(log, REGISTRY).project(COUNTED)


def test_an_empty_log_leaves_nothing(log: SqliteStore, store: ProjectionStore) -> None:
    assert store.advance(COUNTED, REGISTRY, log) == 0
    assert store.row(COUNTED, "all") is None


def test_events_that_a_projection_does_not_read_move_its_checkpoint_too(
    log: SqliteStore, store: ProjectionStore
) -> None:
    blind = replace(COUNTED, name="blind", reads=())
    fill(log, 5)
    assert store.advance(blind, REGISTRY, log) == 5
    assert store.rows(blind) == {}


def test_versions_of_a_projection_live_side_by_side(log: SqliteStore, store: ProjectionStore) -> None:
    second = replace(COUNTED, version=2)
    fill(log, 4)
    store.advance(COUNTED, REGISTRY, log)
    store.advance(second, REGISTRY, log)
    store.drop(COUNTED)
    assert (store.position(COUNTED), store.rows(COUNTED)) == (0, {})
    assert store.row(second, "all") == 4
    store.drop(COUNTED)
    assert store.advance(COUNTED, REGISTRY, log) == 4


def test_what_is_read_cannot_be_changed(log: SqliteStore, store: ProjectionStore) -> None:
    fill(log, 1)
    store.advance(COUNTED, REGISTRY, log)
    with pytest.raises(TypeError):
        store.rows(COUNTED)["all"] = 0  # type: ignore[index]


def test_a_projection_that_fails_leaves_rows_and_checkpoint_as_they_were(
    log: SqliteStore, store: ProjectionStore
) -> None:
    """What it had done of the batch is undone; once it is mended it goes on."""
    faulty = True

    def apply(rows: Rows, recorded: Recorded) -> None:
        count(rows, recorded)
        if faulty and recorded.envelope.position == 5:
            raise ZeroDivisionError

    projection = Projection("faulty", 1, (Noted,), apply)
    fill(log, 7)
    with pytest.raises(ZeroDivisionError):
        store.advance(projection, REGISTRY, log, batch=3)
    assert store.position(projection) == store.row(projection, "all") == 3
    faulty = False
    assert store.advance(projection, REGISTRY, log, batch=3) == store.row(projection, "all") == 7


def test_rows_that_are_changed_in_place_are_kept(log: SqliteStore, store: ProjectionStore) -> None:
    """As in the dict of a plain fold, and over the border of a batch."""

    def apply(rows: Rows, recorded: Recorded) -> None:
        seen = rows.setdefault("seen", {"numbers": []})
        seen["numbers"].append(recorded.event.number)  # type: ignore[attr-defined]

    projection = Projection("in-place", 1, (Noted,), apply)
    fill(log, 7)
    store.advance(projection, REGISTRY, log, batch=2)
    assert store.rows(projection) == {"seen": {"numbers": [0, 1, 2, 3, 4, 5, 6]}}


KEYS = st.sampled_from("abcde")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), KEYS, st.integers(0, 9)),
        st.tuples(st.just("remove"), KEYS),
        st.tuples(st.just("list")),
        st.tuples(st.just("change"), KEYS),
        st.tuples(st.just("clear")),
    ),
    max_size=30,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectionStore]:
    with ProjectionStore(tmp_path_factory.mktemp("rows") / "rows.db") as opened:
        yield opened


@settings(max_examples=50)
@given(steps=STEPS, batch=st.integers(1, 7))
def test_stored_rows_behave_as_a_dict(
    shared: ProjectionStore, steps: list[tuple[Any, ...]], batch: int
) -> None:
    """Whatever a projection does, in whatever batches: the same rows, in the same order, as a plain fold."""

    def apply(rows: Rows, recorded: Recorded) -> None:
        match steps[recorded.event.number]:  # type: ignore[attr-defined]
            case ("set", key, value):
                rows[key] = [value]
            case ("remove", key):
                rows.pop(key, None)
            case ("change", key):
                if key in rows:
                    rows[key].append(len(rows))
            case ("list",):
                rows["listed"] = list(rows)
            case ("clear",):
                for key in list(rows):
                    del rows[key]

    projection = Projection("any", 1, (Noted,), apply)
    log = MemoryStore()
    fill(log, len(steps))
    shared.drop(projection)
    shared.advance(projection, REGISTRY, log, batch=batch)
    folded = History(log, REGISTRY).project(projection)
    assert list(shared.rows(projection).items()) == list(folded.items())


def test_rows_made_from_another_log_are_not_continued(
    log: SqliteStore, store: ProjectionStore, tmp_path: Path
) -> None:
    """Nor from one that was restored from an older copy."""
    fill(log, 5)
    store.advance(COUNTED, REGISTRY, log)
    shorter, other = MemoryStore(), MemoryStore()
    fill(shorter, 3)
    for index in range(9):
        other.append(noted(f"c-{index}", "case/other", number=index))
    for source in (shorter, other):
        with pytest.raises(StoreError, match="made from another log, or from records that it no longer has"):
            store.advance(COUNTED, REGISTRY, source)
    assert store.row(COUNTED, "all") == 5
    store.drop(COUNTED)
    assert store.advance(COUNTED, REGISTRY, other) == 9


# --- racing ----------------------------------------------------------------------------------


@pytest.fixture
def full(tmp_path: Path) -> Path:
    with SqliteStore(tmp_path / "log.db") as log:
        for index in range(EVENTS // 50):
            log.append(noted(f"c-{index}", *["case/one"] * 50))
    return tmp_path / "log.db"


def race(kind: str, log: Path, path: Path) -> None:
    """Two processes that advance the same projection from the same moment on."""
    with ExitStack() as stack:
        processes = [stack.enter_context(worker(kind, log, path)) for _ in range(2)]
        begin(*processes)
        for process in processes:
            answer(process)


@pytest.mark.parametrize("place", ["log.db", "read-models.db"])
def test_two_racing_processes_count_every_event_exactly_once(full: Path, tmp_path: Path, place: str) -> None:
    race("advance", full, tmp_path / place)
    with ProjectionStore(tmp_path / place) as store:
        assert store.rows(COUNTED) == {"case/one": EVENTS, "all": EVENTS}
        assert store.position(COUNTED) == EVENTS


def test_the_same_race_without_the_condition_counts_too_many(full: Path, tmp_path: Path) -> None:
    """The control: it differs in nothing but that the checkpoint moves wherever it stands."""
    race("advance-unconditionally", full, tmp_path / "read-models.db")
    with ProjectionStore(tmp_path / "read-models.db") as store:
        assert store.row(COUNTED, "all") > EVENTS


def test_the_same_race_with_rows_and_checkpoint_apart_counts_too_many(full: Path, tmp_path: Path) -> None:
    """The control: what a processor does that stores its position after the rows."""
    path = tmp_path / "naive.db"
    with closing(sqlite3.connect(path)) as rows:
        rows.executescript(
            "CREATE TABLE counted (times); INSERT INTO counted VALUES (0);"
            "CREATE TABLE checkpoint (position); INSERT INTO checkpoint VALUES (0);"
            "PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL;"
        )
    race("advance-apart", full, path)
    with closing(sqlite3.connect(path)) as rows:
        assert rows.execute("SELECT times FROM counted").fetchone()[0] > EVENTS


# --- rebuilding ------------------------------------------------------------------------------


def test_rows_that_were_altered_are_replaced_by_a_rebuild(log: SqliteStore, store: ProjectionStore) -> None:
    fill(log, 7)
    store.advance(COUNTED, REGISTRY, log)
    with closing(sqlite3.connect(store.path)) as raw, raw:
        raw.execute("UPDATE projection_rows SET value = CAST('99' AS BLOB) WHERE row_key = 'all'")
    assert store.row(COUNTED, "all") == 99
    built = store.rebuild(COUNTED, REGISTRY, log)
    assert built
    assert built.position == 7
    assert built.digest == rows_digest({"case/0": 3, "case/1": 2, "case/2": 2, "all": 7})
    assert "agree with a plain fold" in str(built)
    assert store.row(COUNTED, "all") == 7
    fill(log, 1, begin_at=7)
    assert store.advance(COUNTED, REGISTRY, log) == store.row(COUNTED, "all") == 8


def test_a_projection_that_depends_on_something_else_does_not_take_over(
    log: SqliteStore, store: ProjectionStore
) -> None:
    """The rows that were there stay, and the answer says that they were not replaced."""
    calls = []

    def apply(rows: Rows, recorded: Recorded) -> None:
        calls.append(1)
        rows["calls"] = len(calls)

    projection = Projection("impure", 1, (Noted,), apply)
    fill(log, 3)
    store.advance(projection, REGISTRY, log)
    built = store.rebuild(projection, REGISTRY, log)
    assert not built
    assert "differ from a plain fold" in str(built)
    assert store.rows(projection) == {"calls": 3}
    assert store.position(projection) == 3


def test_a_rebuild_makes_the_first_rows_too(log: SqliteStore, store: ProjectionStore) -> None:
    assert store.rebuild(COUNTED, REGISTRY, log).position == 0
    fill(log, 4)
    assert store.rebuild(COUNTED, REGISTRY, log)
    assert store.row(COUNTED, "all") == 4


def test_a_rebuild_disturbed_by_another_one_gives_up(
    log: SqliteStore, store: ProjectionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(log, 4)
    store.advance(COUNTED, REGISTRY, log)

    original = History.project

    def project(self: History, projection: Projection) -> dict[str, Any]:
        found = original(self, projection)
        with store._database.writing() as connection:
            module._drop(connection, "counted@1 rebuilt")
        return found

    monkeypatch.setattr(History, "project", project)
    with pytest.raises(StoreError, match="Somebody else is rebuilding counted@1"):
        store.rebuild(COUNTED, REGISTRY, log)
    assert store.row(COUNTED, "all") == 4


def test_time_plays_no_part(log: SqliteStore, store: ProjectionStore) -> None:
    """Events of the same moment are told apart by position."""
    log.append(noted("c-1", "case/0", "case/0", at=NOON))
    store.advance(COUNTED, REGISTRY, log, batch=1)
    assert store.row(COUNTED, "all") == 2
