"""What the tests of the stores let other processes do.  Run as a program: ``workers.py NAME ARGUMENT…``.

A worker says ``ready`` when it has imported everything and begins when it is sent a line, so that several
begin at the same moment.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import bindparam, update

from party_workflow.errors import StoreError
from party_workflow.history import Projection, Rows
from party_workflow.store import Append, Deposit, Recorded
from party_workflow.testing.store import REGISTRY, Noted, noted
from party_workflow_adapters import forking, projections, schema
from party_workflow_adapters.projections import ProjectionStore
from party_workflow_adapters.sqlite import SqliteStore


@contextlib.contextmanager
def worker(name: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A worker that is ready to begin; it is ended with the block."""
    process = subprocess.Popen(
        [sys.executable, __file__, name, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
        yield process
    finally:
        process.kill()
        process.communicate()


def begin(*processes: subprocess.Popen[str]) -> None:
    """Let workers begin."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def answer(process: subprocess.Popen[str]) -> str:
    """What a worker said, once it has ended well."""
    said, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint
    return said


def say(text: str) -> None:
    """What `answer` gives in the end."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


# --- appending -------------------------------------------------------------------------------


def append(path: str, name: str, times: str) -> None:
    """Append two events a command, on a stream of one's own and on one that all share."""
    with SqliteStore(path) as store:
        for index in range(int(times)):
            store.append(noted(f"c-{name}-{index}", f"case/{name}", "case/all", number=index))


def step(index: int) -> Append:
    """The index-th command of the run that is killed: three events on two streams, and a ballot."""
    ballot = Deposit("box", {"choice": f"choice-{index:06d}"})
    return noted(f"c-{index}", f"case/{index % 7}", "case/all", "case/all", number=index, deposits=[ballot])


def killed(path: str, rounds: str, seed: str) -> None:
    """Append in a child that is killed at a random moment, again and again; then append some more.

    Prints for each round the last command that was acknowledged, and how many were there afterwards.
    """
    chance = random.Random(int(seed))
    found, count = [], 0
    for _ in range(int(rounds)):
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            with SqliteStore(path) as store:
                for index in range(count, 1_000_000):
                    store.append(step(index))
                    os.write(writing, b"%d\n" % index)
            os._exit(1)
        os.close(writing)
        os.read(reading, 1)  # the first acknowledgement: from here on it is at full speed
        time.sleep(chance.uniform(0.0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(reading) as acknowledged:
            last = max([count, *(int(line) for line in acknowledged if line.strip().isdigit())])
        with SqliteStore(path) as store:
            count = store.head().position // 3
        found.append((last, count))
    with SqliteStore(path) as store:
        for index in range(count + 5):  # from the beginning, as whoever does not know where it stopped
            store.append(step(index))
    say(json.dumps(found))


def forked(path: str, times: str) -> None:
    """Append in a parent and in children forked while the parent has the file open."""
    with SqliteStore(path) as store:
        store.append(noted("c-first", "case/all"))
        followed: list[int] = []
        stop = threading.Event()
        follower = threading.Thread(
            target=lambda: followed.extend(record.position for record in store.subscribe(stop=stop))
        )
        follower.start()
        children = []
        for name in ("one", "two"):
            child = os.fork()
            if not child:
                assert not inherited(path), "a connection that is open during a fork can destroy the file"
                for index in range(int(times)):
                    store.append(noted(f"c-{name}-{index}", f"case/{name}", "case/all"))
                os._exit(0)
            children.append(child)
        for index in range(int(times)):
            store.append(noted(f"c-parent-{index}", "case/parent", "case/all"))
        statuses = [os.waitpid(child, 0)[1] for child in children]
        assert store.wait(6 * int(times), timeout=30)
        deadline = time.monotonic() + 30
        while len(followed) < store.head().position and time.monotonic() < deadline:
            time.sleep(0.01)
        stop.set()
        follower.join()
        assert statuses == [0, 0]
        say(json.dumps(followed))


def inherited(path: str) -> list[str]:
    """The open files of this process that belong to a database, where the system tells."""
    folder = Path("/proc/self/fd")
    found = []
    for entry in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(OSError):  # the descriptor of the listing itself
            found.append(str(entry.readlink()))
    return [name for name in found if name.startswith(path)]


def forked_in_use(path: str) -> None:
    """Fork while another thread is in the middle of a transaction that does not end in time."""
    forking.PATIENCE = 0.2  # type: ignore[misc]
    with SqliteStore(path) as store:
        inside, leave = threading.Event(), threading.Event()

        def dawdle() -> None:
            with store._database.reading():
                inside.set()
                leave.wait()

        thread = threading.Thread(target=dawdle)
        thread.start()
        inside.wait()
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            try:
                store.head()
            except StoreError as error:
                os.write(writing, str(error).encode())
            os._exit(0)
        os.waitpid(child, 0)
        leave.set()
        thread.join()
        store.append(noted("c-1", "case/one"))  # the parent goes on
        say(os.read(reading, 1000).decode())


# --- projecting ------------------------------------------------------------------------------


def count(rows: Rows, recorded: Recorded) -> None:
    """Counts events by stream and in all."""
    for key in (recorded.envelope.stream, "all"):
        rows[key] = rows.get(key, 0) + 1


COUNTED = Projection("counted", 1, (Noted,), count)


def advance(log: str, path: str) -> None:
    """Advance a projection to the end of a log, in small batches."""
    with SqliteStore(log) as source, ProjectionStore(path) as store:
        end = source.head().position
        while store.advance(COUNTED, REGISTRY, source, batch=8) < end:
            pass


def advance_unconditionally(log: str, path: str) -> None:
    """A control: the same code without its condition that the checkpoint still stands where it was read."""
    projections._MOVE = (
        update(schema.projections)
        .where(schema.projections.c.key == bindparam("name"), bindparam("seen") >= 0)
        .values(position=bindparam("reached"), digest=bindparam("standing_on"))
    )
    advance(log, path)


def advance_apart(log: str, path: str) -> None:
    """A control: rows and checkpoint in transactions of their own."""
    with SqliteStore(log) as source, contextlib.closing(sqlite3.connect(path, isolation_level=None)) as rows:
        rows.execute("PRAGMA synchronous = OFF")
        end = source.head().position
        while (seen := rows.execute("SELECT position FROM checkpoint").fetchone()[0]) < end:
            for _ in source.read(seen, seen + 8):
                rows.execute("UPDATE counted SET times = times + 1")
                seen += 1
            rows.execute("UPDATE checkpoint SET position = ?", (seen,))


WORKERS = {
    "append": append,
    "killed": killed,
    "forked": forked,
    "forked-in-use": forked_in_use,
    "advance": advance,
    "advance-unconditionally": advance_unconditionally,
    "advance-apart": advance_apart,
}

if __name__ == "__main__":
    say("ready")
    sys.stdin.readline()
    WORKERS[sys.argv[1]](*sys.argv[2:])
