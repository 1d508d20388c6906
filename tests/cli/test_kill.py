"""An import that is killed at any moment and run again ends like one that nobody disturbed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from tests.cli import killing

SHARES = 2
"""The kills of one run of the tests are dealt out, so that two workers share them."""
BATCHES = 20


def kill(root: Path, kills: int, seed: int) -> list[tuple[int, int, bool]]:
    """Kill imports of the example history; what came of each log, see `killing`."""
    example = root / "examples" / "education_campaign"
    # What SIGKILL leaves behind does not depend on the disk, so the files may lie in memory.
    fast = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=fast if fast.is_dir() else None) as folder:
        journal, key = (shutil.copy(example / name, folder) for name in ("history.jsonl", "salt.key"))
        done = subprocess.run(
            [
                sys.executable,
                killing.__file__,
                journal,
                key,
                str(Path(folder) / "killed"),
                str(kills),
                str(seed),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return [(times, known, same) for times, known, same in json.loads(done.stdout)]


def check(outcomes: list[tuple[int, int, bool]], kills: int, commands: int) -> None:
    assert sum(times for times, _, _ in outcomes) == kills
    assert all(same for _, _, same in outcomes)
    # The moments do fall into the import: many a last run finds something done and something left.
    assert sum(0 < known < commands for _, known, _ in outcomes) > len(outcomes) // 4


@pytest.fixture
def commands(root: Path) -> int:
    """How many commands the example history has."""
    return (root / "examples" / "education_campaign" / "history.jsonl").read_bytes().count(b"\n")


@pytest.mark.parametrize("share", range(SHARES))
def test_50_imports_killed_at_random_moments_end_like_an_undisturbed_one(
    share: int, root: Path, commands: int
) -> None:
    check(kill(root, 50 // SHARES, seed=share), 50 // SHARES, commands)


@pytest.mark.torture
@pytest.mark.parametrize("batch", range(BATCHES))
def test_1000_imports_killed_at_random_moments_end_like_an_undisturbed_one(
    batch: int, root: Path, commands: int
) -> None:
    check(kill(root, 1000 // BATCHES, seed=1000 + batch), 1000 // BATCHES, commands)
