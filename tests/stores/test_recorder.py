"""The layout as a recorder of the eventsourcing library.  Run apart: importing it changes the process."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from party_workflow.testing.store import noted, positions
from party_workflow_adapters.sqlite import SqliteStore

HERE = Path(__file__).parent


def run(program: str, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_librarys_own_conformance_cases_pass() -> None:
    done = subprocess.run(
        [sys.executable, HERE / "recorder_conformance.py"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"Ran 14 tests in .*\n\nOK$", done.stderr.strip()), done.stderr


def test_the_store_does_not_import_the_library() -> None:
    """It would patch `dataclasses` for the whole process."""
    run(
        "import sys, party_workflow_adapters.sqlite, party_workflow_adapters.openings, "
        "party_workflow_adapters.projections; assert 'eventsourcing' not in sys.modules"
    )


READ_A_LOG = """
import sys
from eventsourcing.persistence import NotSupportedError, StoredEvent, Tracking
from party_workflow_adapters.recorder import SqliteProcessRecorder
from party_workflow_adapters.sqlite import SqliteStore

with SqliteProcessRecorder(sys.argv[1]) as recorder, SqliteStore(sys.argv[1]) as store:
    records = list(store.read())
    notifications = recorder.select_notifications(1, 100)
    assert [n.id for n in notifications] == [1, 2, 3]
    assert [n.state for n in notifications] == [r.bytes for r in records]
    assert {n.topic for n in notifications} == {"testing.noted"}
    assert recorder.max_notification_id() == 3
    one = recorder.select_events("case/one")
    assert [(e.originator_id, e.originator_version) for e in one] == [("case/one", 1), ("case/one", 2)]
    crafted = StoredEvent("case/one", 3, "testing.noted", records[0].bytes)
    for stored in ([crafted], [crafted, crafted]):
        try:
            recorder.insert_events(stored, tracking=Tracking("upstream", 9))
        except NotSupportedError as error:
            assert "through its commands only" in str(error)
        else:
            raise AssertionError("an event entered the log underneath its commands")
    assert recorder.max_tracking_id("upstream") is None
    recorder.insert_tracking(Tracking("upstream", 3))
    recorder.insert_events([], tracking=Tracking("upstream", 4))
    assert recorder.max_tracking_id("upstream") == 4
    with recorder.subscribe(gt=2) as subscription:
        assert next(subscription).id == 3
"""


def test_over_a_log_recorders_read_and_never_write_events(tmp_path: Path) -> None:
    """A log is written by commands; trackings may be kept beside it."""
    with SqliteStore(tmp_path / "log.db") as store:
        store.append(noted("c-1", "case/one", "case/two", "case/one"))
    run(READ_A_LOG, tmp_path / "log.db")
    with SqliteStore(tmp_path / "log.db") as store:
        assert positions(store.read()) == [1, 2, 3]
        assert store.rebuild_indexes()


OWN_FILE = """
import sqlite3, sys
from uuid import UUID
from eventsourcing.persistence import OperationalError, StoredEvent
from party_workflow.errors import StoreError
from party_workflow_adapters.recorder import SqliteApplicationRecorder
from party_workflow_adapters.sqlite import SqliteStore

one = UUID(int=1)
event = lambda version: StoredEvent(one, version, "app:Event", bytes(range(256)))
with SqliteApplicationRecorder(sys.argv[1]) as recorder:
    assert recorder.insert_events([event(1), event(2), event(3)]) == [1, 2, 3]
    assert recorder.select_events(one)[0] == event(1)
    raw = sqlite3.connect(sys.argv[1], isolation_level=None)
    raw.execute("DELETE FROM events WHERE position > 1")
    raw.close()
    assert recorder.insert_events([event(4)]) == [4], "a notification id was given twice"
    assert recorder.max_notification_id() == 4
try:
    SqliteStore(sys.argv[1])
except StoreError as error:
    assert "is the recorder of an eventsourcing application, not an event log" in str(error)
else:
    raise AssertionError("a foreign recorder was taken for a log")
try:
    recorder.max_notification_id()
except OperationalError as error:
    assert "was closed" in str(error)
else:
    raise AssertionError("a closed recorder answered")
with SqliteApplicationRecorder(sys.argv[2], originator_ids="text") as recorder:
    recorder.insert_events([StoredEvent("dog/fido", 1, "app:Event", b"")])
    assert recorder.select_notifications(1, 1)[0].originator_id == "dog/fido"
"""


def test_a_file_of_its_own_takes_any_state_and_gives_no_id_twice(tmp_path: Path) -> None:
    """Also after the tail was deleted underneath."""
    run(OWN_FILE, tmp_path / "uuid.db", tmp_path / "text.db")


RACE = """
import os, sys
from eventsourcing.persistence import IntegrityError, StoredEvent, Tracking
from party_workflow_adapters.recorder import SqliteProcessRecorder

path, times = sys.argv[1], 200
SqliteProcessRecorder(path, originator_ids="text").close()
children = []
for name in ("a", "b"):
    child = os.fork()
    if not child:
        with SqliteProcessRecorder(path, originator_ids="text") as recorder:
            while (done := recorder.max_tracking_id("up") or 0) < times:
                stored = StoredEvent(f"seen/{name}/{done + 1}", 1, "seen", b"")
                try:
                    recorder.insert_events([stored], tracking=Tracking("up", done + 1))
                except IntegrityError:
                    pass  # the other one was faster
        os._exit(0)
    children.append(child)
assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
with SqliteProcessRecorder(path, originator_ids="text") as recorder:
    seen = [n.originator_id.rsplit("/")[-1] for n in recorder.select_notifications(1, 1000)]
assert seen == [str(index) for index in range(1, times + 1)], seen
"""


def test_two_racing_processors_handle_every_notification_once(tmp_path: Path) -> None:
    """The conformance cases do not try this."""
    run(RACE, tmp_path / "process.db")


LATE = """
import os, sys, threading
from eventsourcing.persistence import StoredEvent
from party_workflow_adapters.recorder import SqliteApplicationRecorder

path, writers, each = sys.argv[1], 3, 50
SqliteApplicationRecorder(path, originator_ids="text").close()
children = []
for name in range(writers):
    child = os.fork()
    if not child:
        with SqliteApplicationRecorder(path, originator_ids="text") as recorder:
            for index in range(each):
                topic = "even" if index % 2 == 0 else "odd"
                recorder.insert_events([StoredEvent(f"s/{name}", index, topic, b"x")])
        os._exit(0)
    children.append(child)
with SqliteApplicationRecorder(path, originator_ids="text") as recorder:
    with recorder.subscribe() as subscription:
        seen = [next(subscription).id for _ in range(writers * each)]
    assert seen == list(range(1, writers * each + 1)), seen
    with recorder.subscribe(topics=["odd"]) as subscription:
        odd = [next(subscription) for _ in range(writers * each // 2)]
        assert {notification.topic for notification in odd} == {"odd"}
        threading.Timer(0.2, subscription.stop).start()
        assert list(subscription) == []
assert [os.waitpid(child, 0)[1] for child in children] == [0] * writers
"""


def test_a_subscription_skips_no_late_commit_of_another_process(tmp_path: Path) -> None:
    """Nor this; and one with topics ends when it is stopped from another thread."""
    run(LATE, tmp_path / "late.db")


@pytest.mark.parametrize("pattern", ["os.environ", "getenv"])
def test_recorders_read_no_environment(pattern: str) -> None:
    source = (HERE.parents[1] / "adapters/party_workflow_adapters/recorder.py").read_text("utf-8")
    assert pattern not in source
