"""Openings: kept apart, found by commitment, and gone when they are erased."""

from __future__ import annotations

import random
import re
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from party_workflow.errors import StoreError
from party_workflow.personal import (
    SALT_BYTES,
    MemoryOpenings,
    Opening,
    Openings,
    Sealed,
    Withheld,
    commitment,
    keyed_salts,
)
from party_workflow_adapters import openings as module
from party_workflow_adapters.chance import random_salts
from party_workflow_adapters.openings import SqliteOpenings
from party_workflow_adapters.sqlite import SqliteStore

LOG = "labour-bureau"


def opening(subject: str, value: str, command_id: str = "c-1", field: str = "name") -> Opening:
    salt = random_salts(command_id, field)
    return Opening(commitment(LOG, subject, field, salt, value), LOG, subject, field, salt, value, command_id)


def sealed(held: Opening) -> Sealed:
    return Sealed(commitment=held.commitment)


def files(path: Path) -> bytes:
    return b"".join(each.read_bytes() for each in path.parent.glob(path.name + "*"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db.openings"


@pytest.fixture(params=["memory", "sqlite"])
def held(request: pytest.FixtureRequest, path: Path) -> Iterator[Openings]:
    """The reference store of openings, and the one in a file: the tests that take it hold for both."""
    if request.param == "memory":
        yield MemoryOpenings()
    else:
        with SqliteOpenings(path) as opened:
            yield opened


# --- both stores -----------------------------------------------------------------------------


def test_an_opening_is_found_by_its_commitment(held: Openings) -> None:
    one, two = opening("p-1", "王芳"), opening("p-2", "李强 🙂")
    held.put([one, two])
    assert held.get(sealed(one)) == one
    assert held.get(sealed(two)) == two


def test_what_was_never_kept_reads_as_not_supplied(held: Openings) -> None:
    assert held.get(sealed(opening("p-1", "王芳"))) == Withheld("not-supplied")


def test_an_erased_opening_reads_as_erased_and_others_stay(held: Openings) -> None:
    one, more, other = opening("p-1", "王芳"), opening("p-1", "13800000000", "c-2"), opening("p-2", "李强")
    held.put([one, more, other])
    assert held.erase("p-1") == 2
    assert held.get(sealed(one)) == held.get(sealed(more)) == Withheld("erased")
    assert held.get(sealed(other)) == other
    assert held.erase("p-1") == 0
    assert held.erase("p-9") == 0


def test_the_openings_of_a_command_are_found_together(held: Openings) -> None:
    one, two, other = opening("p-1", "王芳"), opening("p-1", "x", field="contact"), opening("p-2", "y", "c-2")
    held.put([one, two])
    held.put([other])
    assert {each.commitment for each in held.of_command("c-1")} == {one.commitment, two.commitment}
    assert list(held.of_command("c-2")) == [other]
    assert list(held.of_command("c-3")) == []


def test_a_discarded_opening_leaves_no_tombstone(held: Openings) -> None:
    """Its event was not recorded, so there is nothing that could be asked for."""
    one, two = opening("p-1", "王芳"), opening("p-1", "x", "c-2")
    held.put([one, two])
    held.discard([one])
    assert held.get(sealed(one)) == Withheld("not-supplied")
    assert held.get(sealed(two)) == two
    held.discard([one])
    held.discard([])


def test_keeping_an_opening_twice_changes_nothing(held: Openings) -> None:
    one = opening("p-1", "王芳")
    held.put([one])
    held.put([one, one])
    held.put([])
    assert held.get(sealed(one)) == one
    assert held.erase("p-1") == 1


# --- the file --------------------------------------------------------------------------------


def test_what_was_erased_cannot_be_found_in_the_files_any_more(path: Path) -> None:
    """Not in the database, not in a journal; before, it can."""
    with SqliteOpenings(path) as held:
        one = opening("p-1", "conspicuous-name")
        held.put([one, opening("p-2", "another-name")])
        assert b"conspicuous-name" in files(path)
        held.erase("p-1")
        assert b"conspicuous-name" not in files(path)
        assert one.salt not in files(path)
        assert b"another-name" in files(path)
    assert b"conspicuous-name" not in files(path)


def test_also_what_sqlite_moved_about_is_gone_after_an_erasure(path: Path) -> None:
    """When it rearranges pages SQLite leaves copies of living rows behind, which outlive the rows.

    With this seed two copies were left where an erasure did not rewrite the file (SQLite 3.40).
    """
    chance = random.Random(1)
    salts = keyed_salts(b"k" * SALT_BYTES)
    living: list[Opening] = []
    number = 0
    with SqliteOpenings(path) as held:
        for _ in range(60):
            new = []
            for _ in range(15):
                number += 1
                subject, command_id = f"p-{number % 5}", f"c-{number}"
                value = f"secret-{number:06d}-" + "x" * chance.choice([0, 9, 90, 300, 900])
                salt = salts(command_id, "name")
                bound = commitment("L", subject, "name", salt, value)
                new.append(Opening(bound, "L", subject, "name", salt, value, command_id))
            held.put(new)
            living += new
            chance.shuffle(living)
            held.discard(living[120:])
            del living[120:]
        held.erase("p-0")
        left = {each.value[:13].encode() for each in living if each.subject != "p-0"}
        assert set(re.findall(rb"secret-\d{6}", files(path))) == left


def test_an_erasure_that_was_interrupted_is_finished_by_the_next_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by one that finds nothing left to delete."""
    with SqliteOpenings(path) as held, monkeypatch.context() as patched:
        one = opening("p-1", "conspicuous-name")
        held.put([one])
        patched.setattr(held, "_rewrite", lambda subject: None)  # the machine stops here
        held.erase("p-1")
    rewritten: list[str] = []
    monkeypatch.setattr(module.SqliteOpenings, "_rewrite", lambda self, subject: rewritten.append(subject))
    with SqliteOpenings(path) as held:
        assert held.get(sealed(one)) == Withheld("erased")
        assert held.erase("p-9") == 0
    assert rewritten == ["p-9"]
    monkeypatch.undo()
    with SqliteOpenings(path) as held:
        held.erase("p-9")
        monkeypatch.setattr(held, "_rewrite", lambda subject: pytest.fail("it was finished already"))
        held.erase("p-9")


def test_an_erasure_that_cannot_be_finished_says_so(path: Path) -> None:
    """The value is deleted, but another program keeps the file from being rewritten."""
    with (
        SqliteOpenings(path, busy_timeout=0.1) as held,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        one = opening("p-1", "conspicuous-name")
        held.put([one, opening("p-2", "another-name")])
        with closing(sqlite3.connect(path, isolation_level=None)) as eraser:
            eraser.execute("DELETE FROM openings WHERE subject = 'p-1'")
            eraser.execute("INSERT INTO meta VALUES ('copies may linger', 'yes')")
        other.execute("BEGIN")
        other.execute("SELECT * FROM openings").fetchone()
        with pytest.raises(StoreError, match=r"copies may linger|was locked"):
            held.erase("p-2")
        other.execute("ROLLBACK")
        held.erase("p-2")
        assert b"another-name" not in files(path)


def test_what_was_erased_is_not_kept_again(path: Path) -> None:
    """An import that is repeated, with salts from a key, brings the same commitments once more."""
    with SqliteOpenings(path) as held:
        one = opening("p-1", "conspicuous-name")
        held.put([one])
        held.erase("p-1")
        held.put([one, opening("p-2", "another-name")])
        assert held.get(sealed(one)) == Withheld("erased")
        assert b"conspicuous-name" not in files(path)
        assert b"another-name" in files(path)


def test_swapped_values_are_never_shown(path: Path) -> None:
    """Somebody exchanges two people's names in the file."""
    with SqliteOpenings(path) as held:
        one, two = opening("p-1", "王芳"), opening("p-2", "李强")
        held.put([one, two])
        with closing(sqlite3.connect(path, isolation_level=None)) as raw:
            raw.execute("UPDATE openings SET value = CASE value WHEN '王芳' THEN '李强' ELSE '王芳' END")
        assert held.get(sealed(one)) == held.get(sealed(two)) == Withheld("not-supplied")


def test_the_openings_of_a_log_lie_beside_it(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "log.db") as store, SqliteOpenings.beside(store.path) as held:
        assert held.path == tmp_path / "log.db.openings"


def test_the_file_belongs_to_its_owner_and_keeps_no_copies(path: Path) -> None:
    with SqliteOpenings(path) as held:
        held.put([opening("p-1", "王芳")])
        for each in path.parent.iterdir():
            assert stat.S_IMODE(each.stat().st_mode) == 0o600
        with held._database.reading() as connection:
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "secure_delete", "synchronous", "temp_store")
            }
        assert pragmas == {"journal_mode": "truncate", "secure_delete": 1, "synchronous": 2, "temp_store": 2}


def test_a_file_that_was_set_to_write_ahead_logging_is_set_back(path: Path) -> None:
    """Its log would keep copies of what is erased."""
    with SqliteOpenings(path) as held:
        held.put([opening("p-1", "conspicuous-name")])
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        raw.execute("INSERT INTO tombstones VALUES ('x', 'y')")
        raw.commit()
    with SqliteOpenings(path) as held:
        held.erase("p-1")
        assert b"conspicuous-name" not in files(path)


def test_threads_share_a_file_of_openings(path: Path) -> None:
    with SqliteOpenings(path) as one, SqliteOpenings(path) as two:

        def work(index: int) -> Opening:
            made = opening(f"p-{index}", f"value-{index}", f"c-{index}")
            (one, two)[index % 2].put([made])
            return made

        with ThreadPoolExecutor(4) as threads:
            made = list(threads.map(work, range(40)))
        assert [one.get(sealed(each)) for each in made] == made


def test_personal_values_do_not_show_in_errors(path: Path) -> None:
    """Nor in what the error was caused by: parameters are left out of the driver's messages."""
    with SqliteOpenings(path, busy_timeout=0.1) as held:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("DROP TABLE openings")
        with pytest.raises(StoreError) as caught:
            held.put([opening("p-1", "conspicuous-name")])
        chain: BaseException | None = caught.value
        while chain is not None:
            assert "conspicuous-name" not in repr(chain) + str(chain)
            chain = chain.__cause__


# --- chance ----------------------------------------------------------------------------------


def test_salts_are_long_enough_and_never_the_same() -> None:
    salts = {random_salts("c-1", "0/1/p-1/name") for _ in range(1000)}
    assert len(salts) == 1000
    assert {len(salt) for salt in salts} == {SALT_BYTES}
