"""Running the command line: in this process, or as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result

from party_workflow_adapters.cli import program
from party_workflow_adapters.sqlite import SqliteStore

PROGRAM = [sys.executable, "-c", "from party_workflow_adapters.cli import main; main()"]


def run(*arguments: object) -> Result:
    """Run a command in this process; anything but an exit fails the test."""
    result = CliRunner().invoke(
        program, [str(argument) for argument in arguments], env={"COLUMNS": "100"}, catch_exceptions=False
    )
    assert "Traceback" not in result.output
    return result


def done(*arguments: object) -> str:
    """Run a command that has to end well; its standard output."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def spawn(
    *arguments: object, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a program."""
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        capture_output=True,
        env={**os.environ, **(env or {})},
        cwd=cwd,
        timeout=120,
        check=False,
    )


def head(store: Path) -> int:
    """How many records a log has."""
    with SqliteStore(store, read_only=True) as log:
        return log.head().position
