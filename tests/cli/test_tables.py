"""Tables on the command line: what is read, what is refused, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from tests.cli.running import done, run
from tests.cli.test_ruling import SCHEME, SCORES


def made(folder: Path, *files: object, at: str = "2020-12-31", more: tuple[str, ...] = ()) -> Result:
    out = folder / "made.jsonl"
    return run("table", *files, "--subject", "unit", "--at", at, "--out", out, *more)


def saved(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(("encoding", "byte"), [("utf-16", 1), ("gb18030", 11)])
def test_a_table_that_is_not_utf_8_is_refused_with_the_byte(tmp_path: Path, encoding: str, byte: int) -> None:
    path = tmp_path / "enc.csv"
    path.write_bytes("unit,work\n甲村,1\n".encode(encoding))
    said = f"{path}: Byte {byte} is not UTF-8. Save the file as UTF-8."
    found = made(tmp_path, path)
    assert (found.exit_code, found.stderr.strip()) == (1, said)
    assert made(tmp_path, saved(tmp_path, "scores.csv", SCORES)).exit_code == 0
    scheme = saved(tmp_path, "scheme.toml", SCHEME)
    options = ("--policy", scheme, "--history", tmp_path / "made.jsonl", "--key", "unit")
    found = run("reproduce", *options, "--column", "work=mean", "--published", path)
    assert (found.exit_code, found.stderr.strip()) == (1, said)


def test_a_byte_order_mark_of_utf_8_is_no_part_of_the_header(tmp_path: Path) -> None:
    path = saved(tmp_path, "scores.csv", f"\ufeff{SCORES}")
    assert made(tmp_path, path).exit_code == 0
    scheme = saved(tmp_path, "scheme.toml", SCHEME)
    options = ("--policy", scheme, "--history", tmp_path / "made.jsonl", "--key", "unit")
    given = ("--column", "place=places:place", "--vary", "rank_on", "--published", path)
    assert "3 of 3 cells" in done("reproduce", *options, *given)


def test_a_day_that_there_is_not_is_refused(tmp_path: Path) -> None:
    found = made(tmp_path, saved(tmp_path, "scores.csv", SCORES), at="2020-13-31")
    assert found.exit_code == 2
    assert "This is no day" in found.stderr
