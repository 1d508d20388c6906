"""Whatever anybody commands at any time: no state is reached that its lifecycle does not know, evolve takes
whatever decide made, replay equals live, and what is refused leaves nothing behind.

The share here is the same at every run; ``make torture`` drives on from numbers of its own and prints what
came of it, by category.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from tests.stateful import party

from party_workflow.testing.driving import Broken, Tally
from party_workflow.testing.machine import workflow_machine
from party_workflow_adapters.openings import SqliteOpenings
from party_workflow_adapters.sqlite import SqliteStore

TALLY = Tally()
_Machine = workflow_machine(lambda: party.driver(TALLY))
_Machine.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=40,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class TestAnyCommandAtAnyTime(_Machine.TestCase):  # type: ignore[name-defined, misc]
    """The machine, as a test."""


@pytest.mark.parametrize("seed", range(2))
def test_any_command_at_any_time_on_sqlite(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with SqliteStore(path) as store, SqliteOpenings.beside(path) as openings:
        party.found(store)
        driver = party.driver(Tally(), store, openings, path)
        party.drive(driver, Random(seed), 40)
        driver.finish()


@pytest.mark.torture
def test_any_command_at_any_time_for_long(root: Path) -> None:
    seconds, seed = float(os.environ.get("SECONDS", "300")), int(os.environ.get("SEED", "1000"))
    tally, runs, until = Tally(), 0, time.monotonic() + seconds
    while time.monotonic() < until:
        driver = party.driver(tally)
        try:
            party.drive(driver, Random(seed + runs), 200)
            driver.finish()
        except Broken as error:
            raise AssertionError(f"seed {seed + runs}: {error}") from error
        runs += 1
    said = [f"{runs} runs of 200 steps, seeds from {seed}", *tally.lines(party.MODEL)]
    (root / ".build").mkdir(exist_ok=True)
    (root / ".build" / "driven.txt").write_text("\n".join(said) + "\n", "utf-8")  # make torture prints it
