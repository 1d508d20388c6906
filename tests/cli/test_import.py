"""``party-workflow import``: what is recorded, what is refused and in which words, what is never repeated."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.journals import SECRET, Journal, beginning
from tests.cli.running import PROGRAM, done, head, run

from party_workflow.packs.party import MODEL
from party_workflow.service import Workflow
from party_workflow.store import MemoryStore
from party_workflow_adapters.chance import random_salts
from party_workflow_adapters.journal import MAX_LINE, batch_of, execute
from party_workflow_adapters.openings import SqliteOpenings
from party_workflow_adapters.sqlite import SqliteStore

JOURNAL = beginning()
LINES = len(JOURNAL.lines)
RECORDS = 24
"""Events of `beginning`: 16 commands, 8 of which opened an account as well."""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite"


def journal_file(folder: Path, *more: bytes, name: str = "journal.jsonl") -> Path:
    path = folder / name
    path.write_bytes(JOURNAL.bytes(*more))
    return path


def line(**change: Any) -> bytes:
    """A line that would be accepted, changed; it carries the planted personal value."""
    body = {
        "id": "c-more",
        "at": "2005-03-05T01:00:00Z",
        "by": {"account": "a-1", "person": "p-1", "capacity": "registrar"},
        "do": "organisation.register_person",
        "with": {"person": "p-9", "unit": "u-branch", "categories": ["member"], "name": SECRET},
    }
    return json.dumps({**body, **change}, ensure_ascii=False).encode() + b"\n"


def with_(**change: Any) -> bytes:
    """The same with other fields of the command."""
    fields = {"person": "p-9", "unit": "u-branch", "categories": ["member"], "name": SECRET}
    return line(**{"with": {**fields, **change}})


def number(text: str) -> bytes:
    """The same with a number in place of the person's id."""
    return line().replace(b'"p-9"', text.encode())


ROLE = {"account": "a-3", "person": "p-3", "capacity": "registrar"}
CLAIM = {
    "key": "q",
    "unit": "u-branch",
    "subject": "organisation",
    "source": "summary",
    "figures": {"sessions": {"comparator": "eq", "value": "12", "unit": f"次 {SECRET}"}},
}

BAD = {
    "broken JSON": (line()[:-3] + b"\n", "journal.not_json", "The JSON is broken"),
    "something after the object": (line()[:-1] + b" 13800138000\n", "journal.not_json", "The JSON is broken"),
    "a control character": (line().replace(b"13800", b"\x01"), "journal.not_json", "The JSON is broken"),
    "no object": (f'["{SECRET}"]\n'.encode(), "journal.invalid", "not an object"),
    "an unknown type": (
        line(do="organisation.registr_person"),
        "journal.invalid",
        "Did you mean organisation.register_person",
    ),
    "a name for a type": (line(do=SECRET), "journal.invalid", "The command (not shown) is not known"),
    "duplicate keys": (line().replace(b'"at"', b'"id"', 1), "journal.not_json", "The key id stands twice"),
    "names for duplicate keys": (
        f'{{"{SECRET}": 1, "{SECRET}": 2}}\n'.encode(),
        "journal.not_json",
        "The key (not shown) stands twice",
    ),
    "NaN": (number("NaN"), "journal.not_json", "floating-point"),
    "infinity": (number("-Infinity"), "journal.not_json", "floating-point"),
    "a telephone number as a float": (number("13800138000.5"), "journal.not_json", "floating-point"),
    "a huge exponent": (number("1e999999999"), "journal.not_json", "floating-point"),
    "a huge integer": (number("9" * 5000), "journal.not_json", "An integer is beyond"),
    "deep nesting": (b"[" * 200_000 + b"\n", "journal.not_json", "nested"),
    "null": (with_(unit=None), "journal.not_json", "Null is never stored"),
    "a wrong unit": (with_(unit="u-nowhere"), "organisation.unknown_unit", "There is no unit u-nowhere"),
    "a name for a unit": (with_(unit=SECRET), "journal.invalid", "organisation.register_person.unit"),
    "a quantity in a wrong unit": (
        line(**{"do": "claim.assert", "with": CLAIM}),
        "journal.invalid",
        "claim.assert.figures.sessions.unit",
    ),
    "an escaped lone surrogate": (
        line().replace(SECRET.encode(), b"\\ud800" + SECRET.encode()),
        "journal.not_json",
        "lone surrogate",
    ),
    "an encoded lone surrogate": (
        line().replace(SECRET.encode(), b"\xed\xa0\x80"),
        "journal.not_json",
        "not UTF-8",
    ),
    "bytes of another encoding": (line().decode().encode("gb18030"), "journal.not_json", "not UTF-8"),
    "somebody without the role": (line(by=ROLE), "authority.role_not_held", "p-3 does not hold"),
    "somebody else's account": (
        line(by={**ROLE, "account": "a-4"}),
        "authority.wrong_person",
        "does not belong to p-3",
    ),
    "a name for an account": (line(by={**ROLE, "account": SECRET}), "journal.invalid", "by.account"),
    "an unknown key": (line(note=SECRET), "journal.invalid", "note: The key is not known"),
    "a name for a key": (line(**{SECRET: 1}), "journal.not_json", "not an ASCII string"),
    "a list for a text": (with_(name=[SECRET]), "journal.invalid", "register_person.name"),
    "a text too long to be one": (with_(name=SECRET * 2000), "journal.invalid", "20000 characters"),
    "a time without a zone": (line(at="2005-03-05T01:00:00"), "journal.invalid", "at: This is not a moment"),
    "a time before the last": (
        line(at="2005-03-01T12:30:00Z"),
        "journal.invalid",
        "before the log's last record",
    ),
    "a time in the far future": (
        line(at="9999-12-31T23:59:59Z"),
        "journal.future",
        "would be recorded later",
    ),
    "an id that was used": (line(id="c-0002"), "journal.conflict", "c-0002 was used before"),
    "no fields at all": (b"{}\n", "journal.invalid", "The key is missing"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_is_refused_with_file_line_reason_and_remedy_and_nothing_of_it_stays(
    name: str, tmp_path: Path, store: Path
) -> None:
    bad, code, words = BAD[name]
    result = run("import", journal_file(tmp_path, bad), "--store", store)
    assert result.exit_code == 1
    message = next(text for text in result.stderr.splitlines() if text.startswith("journal.jsonl, line"))
    assert message.startswith(f"journal.jsonl, line {LINES + 1}: ")
    assert words in message
    assert message.endswith(f"[{code}]")
    assert f"Stopped at line {LINES + 1}" in result.stderr
    assert head(store) == RECORDS
    assert_no_secret(result.output)
    with SqliteStore(store) as log, SqliteOpenings.beside(store) as openings:
        assert log.receipt("c-more") is None
        assert not openings.of_command("c-more")


def assert_no_secret(output: str) -> None:
    for part in (SECRET, "王丽", "13800"):
        assert part not in output


def test_nothing_is_recorded_after_the_latest_moment_allowed(tmp_path: Path) -> None:
    """At it is early enough, and where something happened in the future of its record, that is no matter."""
    latest = datetime(2005, 3, 5, 1, tzinfo=UTC)
    second = timedelta(seconds=1)
    file = journal_file(tmp_path, line())

    def imported(*, latest: datetime | None, recorded_at: datetime | None = None) -> list[str]:
        workflow = Workflow(MemoryStore(), MODEL, salts=random_salts)
        report = execute(workflow, file, latest=latest, recorded_at=recorded_at, on_fault="continue")
        return [fault.code for fault in report.faults]

    assert imported(latest=None) == imported(latest=latest) == []
    assert imported(latest=latest - second) == ["journal.future"]
    assert imported(latest=latest, recorded_at=latest) == []
    assert set(imported(latest=latest, recorded_at=latest + second)) == {"journal.future"}


def test_the_command_line_allows_clocks_to_differ_by_a_day(tmp_path: Path, store: Path) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=23)).isoformat()
    later = (datetime.now(UTC) + timedelta(hours=25)).isoformat()
    result = run("import", journal_file(tmp_path, line(at=later)), "--store", store)
    assert (result.exit_code, head(store)) == (1, RECORDS)
    assert "[journal.future]" in result.stderr
    done("import", journal_file(tmp_path, line(at=soon)), "--store", store)
    assert head(store) == RECORDS + 1


BALLOT = {"key": "r-1", "rater": "p-3", "choices": {"p-4": "good"}}
OTHER_BALLOT = {**BALLOT, "choices": {"p-4": "poor", "p-5": "good"}}


def test_the_batch_says_nothing_about_names_and_ballots(tmp_path: Path) -> None:
    """Every record names it, so it must not be something by which they could be searched for."""

    def batch(*more: bytes) -> str:
        return batch_of(journal_file(tmp_path, *more))

    vote = {"id": "c-vote", "do": "rating.cast_ballot"}
    one = batch(line(), line(**vote, **{"with": BALLOT}))
    assert one == batch(with_(name="somebody else"), line(**vote, **{"with": BALLOT}))
    assert one == batch(line(), line(**vote, **{"with": OTHER_BALLOT}))
    # Nor do lines that are none: broken ones, ones above the bound, empty ones.
    long = b'{"id": "c-long", "x": "' + b"x" * MAX_LINE + b'"}\n'
    assert one == batch(b"{\n", line(), long, b"\r\n", b"[]\n", b'{"id": 7}\n', line(id="c-vote"))
    # The ids and their order do.
    assert one != batch(line())
    assert one != batch(line(id="c-vote"), line())
    assert re.fullmatch("j-[0-9a-f]{32}", one)


def test_the_same_lines_are_the_same_batch_whatever_wrote_their_ends(tmp_path: Path) -> None:
    (tmp_path / "other.jsonl").write_bytes(b"\xef\xbb\xbf" + JOURNAL.bytes().replace(b"\n", b"\r\n"))
    assert batch_of(tmp_path / "other.jsonl") == batch_of(journal_file(tmp_path))


def test_what_comes_after_a_bad_line_is_not_looked_at(tmp_path: Path, store: Path) -> None:
    file = journal_file(tmp_path, b"{\n", line())
    assert run("import", file, "--store", store).exit_code == 1
    assert head(store) == RECORDS


def test_with_continue_bad_lines_are_skipped_and_all_are_listed(tmp_path: Path, store: Path) -> None:
    bad = [content for content, _, _ in BAD.values()]
    file = journal_file(tmp_path, *bad, line())
    result = run("import", file, "--store", store, "--continue")
    assert result.exit_code == 1
    for offset, (_, code, words) in enumerate(BAD.values(), start=LINES + 1):
        assert any(
            text.startswith(f"journal.jsonl, line {offset}: ")
            and words in text
            and text.endswith(f"[{code}]")
            for text in result.stderr.splitlines()
        )
    assert "Stopped" not in result.stderr
    assert head(store) == RECORDS + 1
    assert f"17 commands recorded, 0 known before, {len(BAD)} bad lines" in result.stdout
    assert_no_secret(result.output)


def test_running_the_same_file_again_adds_nothing(tmp_path: Path, store: Path) -> None:
    file = journal_file(tmp_path)
    assert f"{LINES} commands recorded, 0 known before." in done("import", file, "--store", store)
    assert f"0 commands recorded, {LINES} known before." in done("import", file, "--store", store)
    assert head(store) == RECORDS


def test_a_mended_file_goes_on_where_the_bad_one_stopped(tmp_path: Path, store: Path) -> None:
    run("import", journal_file(tmp_path, b"{\n"), "--store", store)
    text = done("import", journal_file(tmp_path, line()), "--store", store)
    assert f"1 command recorded, {LINES} known before" in text


def variants() -> dict[str, bytes]:
    plain = JOURNAL.bytes()
    return {
        "a byte order mark": b"\xef\xbb\xbf" + plain,
        "carriage returns": plain.replace(b"\n", b"\r\n"),
        "no final newline": plain.rstrip(b"\n"),
        "empty lines": plain.replace(b"\n", b"\n\n  \n"),
        "spaces around": plain.replace(b"\n", b"  \n"),
    }


@pytest.mark.parametrize("name", variants())
def test_other_ways_to_write_lines_give_the_same_commands(name: str, tmp_path: Path, store: Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_bytes(variants()[name])
    assert f"{LINES} commands recorded" in done("import", file, "--store", store)
    again = journal_file(tmp_path, name="plain.jsonl")
    assert f"0 commands recorded, {LINES} known before" in done("import", again, "--store", store)


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path: Path, store: Path) -> None:
    name = "李\u2028四\u2029五\x85六"
    file = journal_file(tmp_path, with_(name=name))
    assert f"{LINES + 1} commands recorded" in done("import", file, "--store", store)
    with SqliteOpenings.beside(store) as openings:
        assert [opening.value for opening in openings.of_command("c-more")] == [name]


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "holds no command"), (b"\n \n\r\n", "holds no command")]
)
def test_a_file_without_a_command_is_said_to_be_one(
    content: bytes, words: str, tmp_path: Path, store: Path
) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_bytes(content)
    result = run("import", file, "--store", store)
    assert result.exit_code == 1
    assert words in result.stderr


def test_a_folder_a_missing_file_and_a_device_are_no_journals(tmp_path: Path, store: Path) -> None:
    for path, words in (
        (tmp_path, "is a folder"),
        (tmp_path / "none.jsonl", "There is no file"),
        (Path("/dev/null"), "no regular file"),
    ):
        result = run("import", path, "--store", store)
        assert result.exit_code == 2
        assert words in result.stderr
    assert not store.exists()


def test_a_store_that_is_none_is_left_as_it_is(tmp_path: Path) -> None:
    file = journal_file(tmp_path)
    result = run("import", file, "--store", file)
    assert result.exit_code == 3
    assert "is not an SQLite database" in result.stderr
    assert file.read_bytes() == JOURNAL.bytes()
    for path in (tmp_path / "no" / "log.sqlite", tmp_path, Path("/dev/null")):
        result = run("import", file, "--store", path)
        assert result.exit_code == 3
        assert str(path.parent) in result.stderr


def test_with_recorded_at_lines_take_effect_at_their_own_time(tmp_path: Path, store: Path) -> None:
    file = journal_file(tmp_path)
    done("import", file, "--store", store, "--recorded-at", "2006-01-01T00:00:00Z")
    with SqliteStore(store) as log:
        records = list(log.read())
    assert {record.envelope.recorded_at.isoformat() for record in records} == {"2006-01-01T00:00:00+00:00"}
    assert records[0].envelope.effective_at.isoformat() == "2005-03-01T02:00:00+00:00"
    source = records[0].envelope.source
    assert source is not None
    assert source.at == records[0].envelope.effective_at


def test_recorded_at_now_is_the_only_reading_of_the_clock(tmp_path: Path, store: Path) -> None:
    before = time.time()
    done("import", journal_file(tmp_path), "--store", store, "--recorded-at", "now")
    with SqliteStore(store) as log:
        found = log.head().recorded_at
    assert found is not None
    assert before <= found.timestamp() <= time.time()


def test_a_salt_key_gives_the_same_commitments_and_chance_gives_others(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(bytes(range(32)))
    file = journal_file(tmp_path)
    exports = []
    for name, options in (("a", ["--salt-key", key]), ("b", ["--salt-key", key]), ("c", []), ("d", [])):
        store, out = tmp_path / f"{name}.sqlite", tmp_path / f"{name}.jsonl"
        done("import", file, "--store", store, *options)
        done("export", out, "--store", store)
        exports.append(out.read_bytes())
    assert exports[0] == exports[1]
    assert len({*exports[1:]}) == 3


def test_a_salt_key_that_is_too_short_is_refused(tmp_path: Path, store: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(bytes(31))
    result = run("import", journal_file(tmp_path), "--store", store, "--salt-key", key)
    assert result.exit_code == 2
    assert "32" in result.stderr
    assert not store.exists()


def test_progress_goes_to_standard_error_and_quiet_says_nothing(tmp_path: Path, store: Path) -> None:
    file = journal_file(tmp_path)
    result = run("import", file, "--store", store)
    assert "100%" in result.stderr
    assert result.stdout.count("\n") == 1
    result = run("import", file, "--store", store, "--quiet")
    assert (result.stdout, result.stderr) == ("", "")


RUSAGE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform != "darwin" else 1 / 1024))
sys.exit(done.returncode)
"""


@pytest.mark.parametrize("ended", [True, False])
def test_a_line_of_100_megabytes_is_refused_in_bounded_memory(
    ended: bool, tmp_path: Path, store: Path
) -> None:
    file = journal_file(tmp_path)
    with file.open("ab") as out:
        out.write(b'{"id": "' + SECRET.encode())
        for _ in range(100):
            out.write(b"x" * 1_000_000)
        if ended:
            out.write(b'"}\n' + line())
    result = subprocess.run(
        [sys.executable, "-c", RUSAGE, *PROGRAM, "import", str(file), "--store", str(store), "--continue"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 1
    assert f"journal.jsonl, line {LINES + 1}: The line is longer than 1048576 bytes." in result.stderr
    assert "[journal.too_long]" in result.stderr
    assert len(result.stderr) < 5_000
    assert head(store) == RECORDS + ended
    kilobytes = float(result.stdout.splitlines()[-1])
    assert kilobytes < 300_000


def long_journal(commands: int) -> Journal:
    journal = beginning()
    for index in range(commands):
        body = json.loads(line(id=f"more-{index}", at=journal.now.isoformat()))
        body["with"]["person"] = f"p-{1000 + index}"
        journal.lines.append(json.dumps(body))
    return journal


def test_after_ctrl_c_what_is_recorded_stays_and_another_run_goes_on(tmp_path: Path, store: Path) -> None:
    journal = long_journal(400)
    file = tmp_path / "journal.jsonl"
    file.write_bytes(journal.bytes())
    process = subprocess.Popen(
        [*PROGRAM, "import", str(file), "--store", str(store), "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (store.exists() and _some(store)):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert complaint.startswith("Interrupted. ")
    assert "Traceback" not in complaint
    stayed = head(store)
    assert 0 < stayed < RECORDS + 400
    assert f"{stayed} events recorded; they stay" in complaint
    done("import", file, "--store", store, "--quiet")
    assert head(store) == RECORDS + 400


def _some(store: Path) -> bool:
    try:
        return head(store) > 2
    except Exception:  # it is just being made
        return False
