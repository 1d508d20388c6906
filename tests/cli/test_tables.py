"""Tables on the command line: what is read, what is refused, and what is said of it."""

from __future__ import annotations

import json
from collections import Counter
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


def test_several_tables_become_one_export_with_a_series_each(tmp_path: Path) -> None:
    scores = saved(tmp_path, "scores.csv", SCORES)
    area = saved(tmp_path, "Area of units.csv", "unit,area\nu-a,3\nu-b,1\n")
    found = made(tmp_path, scores, area)
    assert found.exit_code == 0, found.stderr
    records = [json.loads(line) for line in (tmp_path / "made.jsonl").read_text("utf-8").splitlines()]
    assert [record["position"] for record in records] == list(range(1, 8))
    streams = Counter(record["stream"] for record in records)
    assert streams == {"observation/scores": 4, "observation/area-of-units": 3}
    source = '{ code = "scores", feed = "observations", where = { series = "scores" }'
    assert SCHEME.count('{ code = "scores", feed = "observations"') == 1
    scheme = SCHEME.replace('{ code = "scores", feed = "observations"', source)
    options = ("--policy", saved(tmp_path, "scheme.toml", scheme), "--history", tmp_path / "made.jsonl")
    assert len(done("rank", *options, "--format", "csv").splitlines()) == 4
    taken = made(tmp_path, scores, area, more=("--force", "--column", "area:number", "--column", "work:code"))
    assert taken.exit_code == 0, taken.stderr


def test_several_tables_that_do_not_fit_together_are_refused_by_file(tmp_path: Path) -> None:
    scores = saved(tmp_path, "scores.csv", SCORES)
    (tmp_path / "more").mkdir()
    again = saved(tmp_path / "more", "scores.csv", SCORES)
    found = made(tmp_path, scores, again)
    assert found.exit_code == 1
    assert "observation/scores: It stands in two of the histories. Rename one of the files." in found.stderr
    assert made(tmp_path, scores, again, more=("--series", "x")).exit_code == 2
    other = saved(tmp_path, "other.csv", "who,area\nu-a,3\n")
    village = saved(tmp_path, "甲.csv", SCORES)
    found = made(tmp_path, scores, other, village, more=("--column", "are:number"))
    assert found.exit_code == 1
    assert [line.partition(": ")[0] for line in found.stderr.splitlines()] == [
        "--column are",
        str(other),
        str(village),
    ]
    assert made(tmp_path, village, more=("--series", "jia")).exit_code == 0


def test_a_text_that_cannot_be_a_code_is_given_one(tmp_path: Path) -> None:
    path = saved(tmp_path, "villages.csv", "unit,work,kind\n甲村,1,A+\n乙村,2,A\n")
    found = made(tmp_path, path)
    assert found.exit_code == 1
    assert found.stderr.splitlines() == [
        (
            f"{path}: row 1 and 1 more, column unit: It cannot be written as a code. "
            "Say which code it is: --code TEXT=CODE."
        ),
        (
            f"{path}: row 2, column kind: Another text of this column is written a as well. "
            "Say which code each of them is: --code TEXT=CODE."
        ),
    ]
    codes = ("--code", "甲村=jia", "--code", "乙村=yi", "--code", "A+=a-plus")
    assert made(tmp_path, path, more=codes).exit_code == 0
    text = (tmp_path / "made.jsonl").read_text("utf-8")
    assert all(f'"subject":"{code}"' in text for code in ("jia", "yi"))
    for wrong in ("甲村", "甲村=甲", "=jia"):
        assert made(tmp_path, path, more=("--force", "--code", wrong)).exit_code == 2


def test_a_header_that_cannot_be_a_code_is_to_be_renamed(tmp_path: Path) -> None:
    found = made(tmp_path, saved(tmp_path, "villages.csv", "unit,产量\nu-a,1\n"))
    assert found.exit_code == 1
    assert "产量: Its name cannot be a code. Rename it: a letter from a to z first." in found.stderr


def test_a_column_of_numbers_that_became_codes_is_said_with_the_row(tmp_path: Path) -> None:
    rows = "unit,v,share,on,word\nu-a,1,50%,2020-01-01,a\nu-b,,60%,2020-01-02,b\n"
    path = saved(tmp_path, "odd.csv", f"{rows}u-c,2.5,70%,2020-01-03,3\nu-d,1e400,,soon,c\n")
    found = made(tmp_path, path)
    assert found.exit_code == 0
    said = (
        "{0}: column {1}: taken as codes because of row {2}; "
        "say --column {1}:{3}, and the other columns to take."
    )
    assert found.stderr.splitlines()[1:] == [
        said.format(path, "v", 4, "number"),
        said.format(path, "share", 1, "number"),
        said.format(path, "on", 4, "day"),
    ]
    fine = made(tmp_path, saved(tmp_path, "fine.csv", f"{rows}".replace("%", "")), more=("--force",))
    assert len(fine.stderr.splitlines()) == 1
    asked = made(tmp_path, path, more=("--force", "--column", "v:number"))
    assert asked.exit_code == 1
    assert "row 4, column v: It is no exact number." in asked.stderr
