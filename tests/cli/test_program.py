"""The program as a whole: help, errors, streams, encodings."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from tests.cli.journals import beginning
from tests.cli.running import PROGRAM, done, run, spawn

from party_workflow_adapters.cli import COMMANDS

BARE = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("program")
    (folder / "journal.jsonl").write_bytes(beginning().bytes())
    done("import", folder / "journal.jsonl", "--store", folder / "log.sqlite", "--quiet")
    return folder / "log.sqlite"


@pytest.mark.parametrize("name", [entry.name for entry in COMMANDS])
def test_every_command_explains_itself(name: str) -> None:
    assert name in done("--help")
    text = done(name, "--help")
    assert f"Usage: party-workflow {name}" in text.replace("program", "party-workflow")
    assert max(len(line) for line in text.splitlines()) <= 100


def test_the_help_needs_none_of_the_heavy_packages() -> None:
    probe = (
        "import sys\n"
        "from party_workflow_adapters.cli import program\n"
        "program.main(['--help'], standalone_mode=False)\n"
        "heavy = {'pydantic', 'sqlalchemy', 'rich', 'transitions', 'party_workflow', 'matplotlib'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    text = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout
    assert text.splitlines()[-1] == "[]"


def test_the_version_is_that_of_the_distribution() -> None:
    assert done("--version") == f"party-workflow {version('party-workflow')}\n"


def test_a_mistyped_command_or_option_gets_a_suggestion_and_status_2() -> None:
    result = run("ranks")
    assert result.exit_code == 2
    assert "Did you mean rank?" in result.stderr
    result = run("show", "--stor", "x")
    assert result.exit_code == 2
    assert "--store" in result.stderr
    assert run("as-of", "--known", "2005-01-01", "import").exit_code == 2


def test_output_is_utf8_whatever_the_locale_says(store: Path) -> None:
    result = spawn("show", "organisation", "--lang", "zh", "--store", store, env=BARE)
    assert result.returncode == 0
    assert "成员04" in result.stdout.decode("utf-8")
    assert "党员" in result.stdout.decode("utf-8")


def test_a_path_that_is_no_text_can_be_named(tmp_path: Path) -> None:
    result = subprocess.run(
        [*PROGRAM, "show", "--store", bytes(tmp_path) + b"/\xff.sqlite"], capture_output=True, check=False
    )
    assert result.returncode == 3
    assert b"There is no file" in result.stderr
    assert b"Traceback" not in result.stderr


@pytest.mark.parametrize("options", [["timeline"], ["timeline", "--json"], ["export", "-"]])
def test_whoever_stops_reading_is_not_bothered(options: list[str], store: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, *options, "--store", str(store)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as command:
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.close()
        complaint = command.stderr.read()
        assert command.wait(60) == 141
    assert complaint == b""


@pytest.mark.parametrize("options", [["show"], ["show", "--json"], ["export", "-"], ["--help"]])
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_is_not_written_to(options: list[str], closed: str, store: Path) -> None:
    command = [*PROGRAM, *options, *(() if options == ["--help"] else ("--store", str(store)))]
    result = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", *command], capture_output=True, timeout=60, check=False
    )
    assert result.returncode == 0
    assert result.stderr == b""
    assert bool(result.stdout) == (closed == "2>&-")


def test_a_fault_still_shows_in_the_status_where_nobody_reads(tmp_path: Path) -> None:
    command = [*PROGRAM, "import", str(tmp_path / "bad.jsonl"), "--store", str(tmp_path / "log.sqlite")]
    (tmp_path / "bad.jsonl").write_bytes(b"{}\n")
    result = subprocess.run(["sh", "-c", '"$@" >&- 2>&-', "sh", *command], timeout=60, check=False)
    assert result.returncode == 1


def test_colours_are_left_out_where_the_output_is_no_terminal(store: Path) -> None:
    assert b"\x1b" not in spawn("show", "--store", store, env={"TERM": "xterm-256color"}).stdout
