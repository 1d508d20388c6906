"""The canonical export: one line a record, the same bytes again, and faults named by file and line."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest

from party_workflow.canonical import MAX_BYTES
from party_workflow.errors import InvalidInput
from party_workflow.store import MemoryStore, encode
from party_workflow.testing.store import CLERK, NOON, noted
from party_workflow_adapters.export import canonical_export, read_export
from party_workflow_adapters.sqlite import SqliteStore


def fill(store: MemoryStore | SqliteStore) -> None:
    store.append(noted("c-1", "case/one", "case/two"))
    store.append(noted("c-2", "case/one", by=CLERK, number=-3))
    store.append(noted("c-3", "case/two", at=NOON + timedelta(days=1)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    store = MemoryStore()
    fill(store)
    with (tmp_path / "log.jsonl").open("wb") as out:
        assert canonical_export(store, out) == 4
    return tmp_path / "log.jsonl"


def test_the_same_log_gives_the_same_export_from_any_store(path: Path, tmp_path: Path) -> None:
    out = io.BytesIO()
    with SqliteStore(tmp_path / "log.db") as store:
        fill(store)
        assert canonical_export(store, out) == 4
    assert out.getvalue() == path.read_bytes()


def test_an_export_is_one_json_object_a_line(path: Path) -> None:
    lines = path.read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert [json.loads(line)["position"] for line in lines] == [1, 2, 3, 4]


def test_what_is_read_back_is_the_log(path: Path) -> None:
    records = read_export(path)
    assert MemoryStore(records.items).head().position == 4
    out = io.BytesIO()
    canonical_export(records, out)
    assert out.getvalue() == path.read_bytes()
    assert [record.position for record in records.read_stream("case/two")] == [2, 4]


def test_an_empty_log_has_an_empty_export(tmp_path: Path) -> None:
    out = io.BytesIO()
    assert canonical_export(MemoryStore(), out) == 0
    (tmp_path / "empty.jsonl").write_bytes(out.getvalue())
    assert read_export(tmp_path / "empty.jsonl").items == ()


def test_lines_are_split_at_line_feeds_only(tmp_path: Path) -> None:
    """U+2028 and U+0085 end a line for `str.splitlines`, and may stand in a JSON string."""
    store = MemoryStore()
    store.append(noted("c-1", "case/one"))
    [record] = store.read()
    store = MemoryStore([encode(record.envelope, {"number": 0, "text": "a\u2028b\u0085c"})])
    with (tmp_path / "log.jsonl").open("wb") as out:
        canonical_export(store, out)
    assert read_export(tmp_path / "log.jsonl").items == tuple(store.read())


@pytest.mark.parametrize(
    ("line", "change", "complaint"),
    [
        (2, lambda text: text[:40], "The JSON is broken"),
        (2, lambda text: b"", "The JSON is broken"),
        (3, lambda text: text.replace(b'"position":3', b'"position":4'), "position 4 instead of 3"),
        (
            3,
            lambda text: text.replace(b'"version":2', b'"version":3'),
            "version 3 of its stream instead of 2",
        ),
        (4, lambda text: text.replace(b'"log":"log', b'"log":"zlog'), "another log than the line before"),
        (4, lambda text: text.replace(b"2020-03-26", b"2019-03-26"), "recorded before the line before"),
        (1, lambda text: text.replace(b"{", b"{ ", 1), "not in canonical form"),
        (1, lambda text: text + b"\r", "not in canonical form"),
        (1, lambda text: b"\xef\xbb\xbf" + text, "The JSON is broken"),
        (1, lambda text: text.replace(b'"number":0', b'"number":0.5'), "floating-point"),
        (1, lambda text: text.replace(b'"number":0', b'"number":0,"number":1'), "stands twice"),
        (1, lambda text: text.replace(b'"number":0', b'"number":NaN'), "floating-point"),
        (1, lambda text: text.replace(b'"number":0', b'"number":"\xff"'), "not UTF-8"),
        (1, lambda text: text.replace(b'"schema":1', b'"schema":1,"shame":1'), "unknown keys"),
        (1, lambda text: b"[]", "not an object"),
        (1, lambda text: text.replace(b'"case/one"', b"[]"), "does not have the form"),
        (1, lambda text: text.replace(b'"version":1', b'"version":true'), "not a whole number"),
    ],
)
def test_a_faulty_line_is_named_with_its_file(path: Path, line: int, change: object, complaint: str) -> None:
    lines = path.read_bytes().split(b"\n")
    lines[line - 1] = change(lines[line - 1])  # type: ignore[operator]
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(InvalidInput) as caught:
        read_export(path)
    assert str(caught.value).startswith(f"{path}, line {line}: ")
    assert complaint in str(caught.value)


def test_a_line_that_is_left_out_or_exchanged_is_named(path: Path) -> None:
    whole = path.read_bytes().split(b"\n")
    for lines in ([whole[0], *whole[2:]], [whole[0], whole[2], whole[1], *whole[3:]]):
        path.write_bytes(b"\n".join(lines))
        with pytest.raises(InvalidInput, match=r"log\.jsonl, line 2: It has position 3 instead of 2"):
            read_export(path)


def test_a_file_that_is_cut_off_is_not_taken_for_a_shorter_log(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InvalidInput, match=r"line 4: The line does not end: the file is cut off"):
        read_export(path)


def test_a_line_of_a_hundred_megabytes_is_not_read_to_its_end(path: Path) -> None:
    with path.open("ab") as out:
        out.truncate(path.stat().st_size + 100_000_000)
    with pytest.raises(InvalidInput, match=f"line 5: The line has more than the {MAX_BYTES} bytes"):
        read_export(path)


def test_limits_are_kept(path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"line 3: The file has more than 2 lines"):
        read_export(path, max_records=2)
    with pytest.raises(InvalidInput, match=r"line 3: The file has more than 1200 bytes"):
        read_export(path, max_bytes=1200)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"nowhere\.jsonl: It cannot be read: No such file"):
        read_export(tmp_path / "nowhere.jsonl")
    with pytest.raises(InvalidInput, match="It cannot be read: Is a directory"):
        read_export(tmp_path)
