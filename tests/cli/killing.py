"""Kills imports at random moments and runs them again.  Run as a program::

    killing.py JOURNAL KEY FOLDER KILLS SEED

Everything is imported once and each run is a fork, so that the moments fall into the import and not into the
start of Python.  A run after a kill is killed as well, a few times over.  Prints, for each log, how often
that was, how many commands were known when the import was run for the last time, and whether it then ended
with the same export and the same openings as an import that nobody disturbed.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import sys
import time
from contextlib import closing
from io import BytesIO
from pathlib import Path

from party_workflow_adapters.cli import program
from party_workflow_adapters.export import canonical_export
from party_workflow_adapters.sqlite import SqliteStore

PER_LOG = 3
"""How often one log is killed at most."""


def forked(*arguments: str, output: Path = Path(os.devnull)) -> int:
    """Run a command in a child; its process id."""
    child = os.fork()
    if child:
        return child
    status = 70
    try:
        out = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        program.main(list(arguments), prog_name="party-workflow")
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 70
    finally:
        sys.stdout.flush()
        os._exit(status)


def ran(*arguments: str, output: Path = Path(os.devnull)) -> None:
    """Run a command in a child that has to end well."""
    _, status = os.waitpid(forked(*arguments, output=output), 0)
    if status:
        raise SystemExit(
            f"{arguments[0]} ended with {status}: {output.read_text() if output.is_file() else ''}"
        )


class Killer:
    """Imports one journal into fresh logs in a folder."""

    def __init__(self, file: str, key: str, folder: Path, seed: int) -> None:
        self.folder = folder
        self.store = folder / "log.sqlite"
        self.options = (file, "--store", str(self.store), "--salt-key", key, "--vault-key", key)
        self.chance = random.Random(seed)
        # Once in this process, so that no child has to build the model or compile a statement again.
        self.clear()
        program.main(["import", *self.options, "--quiet"], standalone_mode=False)
        self.clear()
        started = time.monotonic()
        ran("import", *self.options, "--quiet")
        self.seconds = time.monotonic() - started
        self.expected = self.result()

    def clear(self) -> None:
        """Begin with no log."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def result(self) -> tuple[bytes, list[tuple[str, str]]]:
        """The export of the log, and its openings."""
        out = BytesIO()
        with SqliteStore(self.store) as log:
            canonical_export(log, out)
        with closing(sqlite3.connect(f"{self.store}.openings")) as connection:
            kept = connection.execute("SELECT commitment, value FROM openings ORDER BY commitment").fetchall()
        return out.getvalue(), kept

    def kill(self, most: int) -> tuple[int, int, bool]:
        """Kill imports of one journal into one log, at most so often; then let one end.

        How often it was killed (less often if it had ended before the moment came), how many commands were
        known in the end, and whether everything is as if nobody had disturbed it.
        """
        self.clear()
        kills = 0
        while kills < most:
            # What is there already is soon gone over, so a later run is shorter.
            span = self.seconds / 2 if kills else self.seconds
            took = self.killed(self.chance.uniform(0, span))
            if took is None:
                kills += 1
                continue
            if not kills:
                self.seconds = took  # the machine has become faster
            break
        said = self.folder / "said"
        ran("import", *self.options, output=said)
        found = re.search(r"(\d+) commands? recorded, (\d+) known before", said.read_text())
        assert found is not None, said.read_text()
        return kills, int(found[2]), self.result() == self.expected

    def killed(self, moment: float) -> float | None:
        """Begin an import and kill it after so many seconds; if it ends before, after how many."""
        started = time.monotonic()
        child = forked("import", *self.options, "--quiet")
        while (elapsed := time.monotonic() - started) < moment:
            if os.waitpid(child, os.WNOHANG)[0]:
                return elapsed
            time.sleep(min(0.002, moment - elapsed))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        return None if os.WIFSIGNALED(status) else moment


def main(file: str, key: str, folder: str, kills: str, seed: str) -> None:
    """Kill as often as asked for, a few times each log, and say what came of each log."""
    killer = Killer(file, key, Path(folder), int(seed))
    found: list[tuple[int, int, bool]] = []
    while (left := int(kills) - sum(times for times, _, _ in found)) > 0:
        found.append(killer.kill(min(left, PER_LOG)))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
