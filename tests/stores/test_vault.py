"""The vault: identities under keys of their own, found by commitment, handed out once, and gone for good."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.scanning import found_in, found_in_files, told_by

from party_workflow.errors import InvalidInput, StoreError
from party_workflow.personal import (
    Identities,
    MemoryIdentities,
    Opening,
    Sealed,
    Withheld,
    commitment,
)
from party_workflow_adapters import vault as module
from party_workflow_adapters.chance import random_salts
from party_workflow_adapters.openings import SqliteOpenings
from party_workflow_adapters.vault import SqliteVault

LOG = "labour-bureau"
KEY = b"v" * 32
NAME = "魏淑珍，住城西街道 Wei Shuzhen"


def opening(subject: str, value: str, command_id: str = "c-1") -> Opening:
    salt = random_salts(command_id, subject)
    field = "case.complainant"
    return Opening(commitment(LOG, subject, field, salt, value), LOG, subject, field, salt, value, command_id)


def sealed(held: Opening) -> Sealed:
    return Sealed(commitment=held.commitment)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db.identities"


@pytest.fixture(params=["memory", "sqlite"])
def held(request: pytest.FixtureRequest, path: Path) -> Iterator[Identities]:
    """The reference vault, and the one in a file: the tests that take it hold for both."""
    if request.param == "memory":
        yield MemoryIdentities()
    else:
        with SqliteVault(path, KEY) as opened:
            yield opened


# --- both vaults -----------------------------------------------------------------------------


def test_an_identity_is_found_by_its_commitment_and_by_the_command_that_brought_it(held: Identities) -> None:
    one, two = opening("p-1", "p-1"), opening("case/c-1", NAME, "c-2")
    held.put([one, two])
    held.put([one])
    assert held.get(sealed(one)) == one
    assert list(held.of_command("c-2")) == [two]
    assert held.get(sealed(opening("p-1", "p-1"))) == Withheld("not-supplied")


def test_R_146_an_identity_is_handed_out_once(held: Identities) -> None:
    one, other = opening("p-1", "p-1"), opening("p-2", "p-2")
    held.put([one, other])
    assert held.hand_out(sealed(one)) == one
    assert held.hand_out(sealed(one)) == Withheld("not-permitted")
    assert held.get(sealed(one)) == one
    assert held.hand_out(sealed(other)) == other
    held.shred(sealed(other))
    assert held.hand_out(sealed(other)) == Withheld("erased")
    assert held.hand_out(sealed(opening("p-3", "p-3"))) == Withheld("not-supplied")


def test_R_205_one_identity_is_erased_and_the_same_person_stays_in_another_case(held: Identities) -> None:
    one, other = opening("p-1", "p-1"), opening("p-1", "p-1", "c-2")
    held.put([one, other])
    assert held.shred(sealed(one))
    assert not held.shred(sealed(one))
    assert held.get(sealed(one)) == Withheld("erased")
    assert held.get(sealed(other)) == other
    held.put([one])  # a repeated import brings it once more
    assert held.get(sealed(one)) == Withheld("erased")
    assert held.erase("p-1") == 1
    assert held.get(sealed(other)) == Withheld("erased")
    assert held.erase("p-1") == 0


def test_a_discarded_identity_leaves_no_tombstone(held: Identities) -> None:
    one = opening("p-1", "p-1")
    held.put([one])
    held.discard([one])
    assert held.get(sealed(one)) == Withheld("not-supplied")
    held.discard([])


# --- the file --------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    value=st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=9, max_size=200).map(
        lambda text: normalize("NFC", text)  # as `Personal` does before anything is sealed
    ),
    person=st.booleans(),
)
def test_no_byte_of_the_file_tells_who_it_is_nor_how_long_the_name_is(
    value: str, person: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("vault") / "log.identities"
    one = opening(value if person else "case/c-1", value)
    with SqliteVault(path, KEY) as held:
        held.put([one])
        found = held.get(sealed(one))
        assert isinstance(found, Opening)
        assert (found.subject, found.value, found.salt) == (one.subject, one.value, one.salt)
    assert found_in_files(path.parent, value) == []
    raw = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert one.salt not in raw
    assert KEY not in raw
    with closing(sqlite3.connect(path)) as other:
        (size,) = other.execute("SELECT length(sealed) FROM identities").fetchone()
    assert (size - 12 - 16) % 256 == 0


def test_a_scan_of_the_ordinary_openings_would_find_it(tmp_path: Path) -> None:
    """The control: the same opening in the other store stands there to be read."""
    with SqliteOpenings(tmp_path / "log.openings") as held:
        held.put([opening("case/c-1", NAME)])
        assert ("log.openings", "NFC utf-8") in found_in_files(tmp_path, NAME)


def test_with_another_key_the_vault_does_not_open(path: Path) -> None:
    with SqliteVault(path, KEY) as held:
        held.put([opening("p-1", "p-1")])
    with pytest.raises(StoreError, match="not that of the vault"):
        SqliteVault(path, b"w" * 32)
    with pytest.raises(InvalidInput, match="at least 32"):
        SqliteVault(path, b"short")
    text: Any = "v" * 32
    with pytest.raises(InvalidInput, match="of the type str; bytes are needed"):
        SqliteVault.beside(path, text)
    with SqliteVault(path, KEY):
        pass


def test_whoever_writes_underneath_gets_nothing_shown(path: Path) -> None:
    """Rows exchanged, a text under another key, a byte changed: all of them read as not supplied."""
    one, two = opening("p-1", "p-1"), opening("p-2", "p-2")
    with SqliteVault(path, KEY) as held:
        # A subquery would see a row that the same statement has changed: they are kept aside first.
        other = "(SELECT {0} FROM kept WHERE kept.commitment <> identities.commitment)"
        swapped = {name: f"{name} = {other.format(name)}" for name in ("data_key", "sealed")}
        for damage in (
            *swapped.values(),
            ", ".join(swapped.values()),
            "sealed = zeroblob(300)",
            "data_key = x'00'",
        ):
            held.put([one, two])
            with closing(sqlite3.connect(path, isolation_level=None)) as raw:
                raw.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM identities")
                raw.execute(f"UPDATE identities SET {damage}")
            for each in (one, two):
                assert held.get(sealed(each)) == Withheld("not-supplied"), damage
            held.discard([one, two])


def test_R_205_erasing_deletes_the_key_and_the_row_and_every_copy_of_them(path: Path) -> None:
    """Crypto-shredding: also what SQLite moved about is gone; and before the erasure it was there."""
    chance = random.Random(1)
    living: list[Opening] = []
    rows: dict[str, tuple[bytes, bytes]] = {}

    def stored() -> dict[str, tuple[bytes, bytes]]:
        with closing(sqlite3.connect(path)) as raw:
            found = raw.execute("SELECT commitment, data_key, sealed FROM identities")
            return {commitment: (key, text) for commitment, key, text in found}

    with SqliteVault(path, KEY) as held:
        for number in range(400):
            living.append(opening(f"p-{number % 5}", f"name {number} " + "x" * chance.choice([0, 300, 900])))
            held.put(living[-1:])
            rows |= {} if number % 40 else stored()
            if len(living) > 60:
                held.discard([living.pop(chance.randrange(60))])
        rows |= stored()
        before = path.read_bytes()
        gone = [each for each in living if each.subject == "p-0"]
        assert all(rows[each.commitment][0] in before for each in gone)
        held.erase("p-0")
        left = {each.commitment for each in living} - {each.commitment for each in gone}
        assert set(stored()) == left
        after = b"".join(each.read_bytes() for each in path.parent.iterdir())
        for bound, (key, text) in rows.items():
            assert (key in after) == (bound in left)
            assert (text[:64] in after) == (bound in left)


def test_an_erasure_that_was_interrupted_is_finished_by_the_next_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = opening("p-1", "p-1")
    with SqliteVault(path, KEY) as held, monkeypatch.context() as patched:
        held.put([one])
        patched.setattr(held, "_rewrite", lambda: None)  # the machine stops here
        held.shred(sealed(one))
    rewritten: list[bool] = []
    monkeypatch.setattr(module.SqliteVault, "_rewrite", lambda self: rewritten.append(True))
    with SqliteVault(path, KEY) as held:
        assert held.get(sealed(one)) == Withheld("erased")
        assert held.erase("p-9") == 0
    assert rewritten == [True]


def test_an_erasure_that_cannot_be_finished_says_so_and_not_about_whom(path: Path) -> None:
    one = opening("p-1", NAME)
    with SqliteVault(path, KEY, busy_timeout=0.1) as held:
        held.put([one])
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT * FROM identities").fetchone()
            with pytest.raises(StoreError, match=r"copies may linger|was locked") as caught:
                held.erase("p-1")
            other.execute("ROLLBACK")
        assert NAME not in told_by(caught.value)
        held.erase("p-1")
        assert held.get(sealed(one)) == Withheld("erased")


def test_an_error_of_the_file_repeats_no_identity(path: Path) -> None:
    with SqliteVault(path, KEY, busy_timeout=0.1) as held:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("DROP TABLE identities")
        for act in (held.put, held.discard):
            with pytest.raises(StoreError) as caught:
                act([opening("case/c-1", NAME)])
            assert found_in(told_by(caught.value).encode(), NAME) == []


def test_R_205_a_copy_opens_with_the_key_and_outlives_an_erasure(path: Path, tmp_path: Path) -> None:
    """Which is why it is to be thrown away then: nothing of the library reaches it."""
    one, copy = opening("p-1", "p-1"), tmp_path / "elsewhere.identities"
    with SqliteVault(path, KEY) as held:
        held.put([one])
        held.copy_to(copy)
        held.erase("p-1")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with SqliteVault(copy, KEY) as again:
        assert again.get(sealed(one)) == one


def test_the_vault_of_a_log_lies_beside_it_and_belongs_to_its_owner(tmp_path: Path) -> None:
    with SqliteVault.beside(tmp_path / "log.db", os.urandom(32)) as held:
        assert held.path == tmp_path / "log.db.identities"
        held.put([opening("p-1", "p-1")])
        for each in tmp_path.iterdir():
            assert stat.S_IMODE(each.stat().st_mode) == 0o600
        with held._database.reading() as connection:
            names = ("journal_mode", "secure_delete", "temp_store")
            pragmas = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}
        assert pragmas == {"journal_mode": "truncate", "secure_delete": 1, "temp_store": 2}


def test_of_threads_that_ask_at_once_one_is_handed_the_receipt(path: Path) -> None:
    one = opening("p-1", "p-1")
    with SqliteVault(path, KEY) as first, SqliteVault(path, KEY) as second:
        first.put([one])
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda at: (first, second)[at % 2].hand_out(sealed(one)), range(8)))
    assert answers.count(one) == 1
    assert answers.count(Withheld("not-permitted")) == 7


def test_nothing_of_a_vault_shows_in_its_representation(path: Path) -> None:
    with SqliteVault(path, KEY) as held:
        one = opening("p-4711", NAME)
        held.put([one])
        shown = f"{held!r} {held._keys!r} {one!r} {held.get(sealed(one))!r} {MemoryIdentities()!r}"
    assert found_in(shown.encode(), NAME, "p-4711", KEY.decode()) == []
