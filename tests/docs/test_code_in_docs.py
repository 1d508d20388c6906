"""Every program in the documentation runs as a reader would run it: page by page, from top to bottom."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [
    path
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if path.is_file()
]
FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,})(?P<info>[^`\n]*)$")
PROGRAM = "party-workflow"


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what else stands on the opening line, the line it begins on, its text."""

    language: str
    rest: str
    line: int
    text: str


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a Markdown page, in order."""
    found: list[Block] = []
    lines = page.split("\n")
    at = 0
    while at < len(lines):
        opening = FENCE.match(lines[at])
        at += 1
        if not opening:
            continue
        begin, indent = at + 1, len(opening["indent"])
        body: list[str] = []
        while at < len(lines) and lines[at].strip() != opening["ticks"]:
            body.append(lines[at][indent:] if lines[at][:indent].isspace() else lines[at])
            at += 1
        at += 1
        language, _, rest = opening["info"].strip().partition(" ")
        found.append(Block(language, rest.strip(), begin, "\n".join(body) + "\n"))
    return found


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader's folder: empty but for the examples, with the installed program on the path."""
    if (ROOT / "examples").is_dir():
        (tmp_path / "examples").symlink_to(ROOT / "examples", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_programs_and_commands_of_a_page_run_in_order(page: Path, reader: Path) -> None:
    namespace: dict[str, object] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):  # what a page prints is for its reader
        for block in blocks(page.read_text("utf-8")):
            if block.language == "python":
                run_python(page, block, namespace)
            elif block.language == "console":
                run_console(page, block)


def run_python(page: Path, block: Block, namespace: dict[str, object]) -> None:
    # Padding makes the line numbers of a traceback those of the page.
    source = "\n" * (block.line - 1) + block.text
    try:
        exec(compile(source, str(page), "exec", dont_inherit=True), namespace)
    except Exception as error:
        raise AssertionError(f"{name_of(page)}:{block.line}: {type(error).__name__}: {error}") from error


def run_console(page: Path, block: Block) -> None:
    for offset, line in enumerate(block.text.split("\n")):
        if not line.startswith("$ "):
            continue
        words = shlex.split(line[2:], comments=True)
        if not words or words[0] != PROGRAM:
            continue  # make, git and pip are tried by the builds themselves
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
        where = f"{name_of(page)}:{block.line + offset}"
        assert done.returncode == 0, (
            f"{where}: {line} ended with {done.returncode}\n{done.stdout}{done.stderr}"
        )


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_program_of_a_page_is_left_untested(page: Path) -> None:
    known = {
        "",
        "console",
        "csv",
        "html",
        "json",
        "jsonl",
        "markdown",
        "mermaid",
        "python",
        "sh",
        "text",
        "toml",
    }
    for block in blocks(page.read_text("utf-8")):
        where = f"{name_of(page)}:{block.line}"
        assert block.language in known, f"{where}: unknown language {block.language!r}"
        assert not (block.language == "python" and block.rest), (
            f"{where}: a python block takes no options: what does not run is a text block"
        )


def test_blocks_are_found_with_their_lines_and_indentation() -> None:
    page = (
        "one\n\n```python\na = 1\n```\n\n* item\n\n  ```console\n  $ party-workflow --help\n  ```\n\n"
        "````text\n```\n````\n"
    )
    assert blocks(page) == [
        Block("python", "", 4, "a = 1\n"),
        Block("console", "", 10, "$ party-workflow --help\n"),
        Block("text", "", 14, "```\n"),
    ]
