"""Backups made while others write, killed in the middle, damaged, brought back."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.running import run

from party_workflow.authority import OpenLog
from party_workflow.domain.organisation import FoundUnit, RegisterPerson
from party_workflow.errors import InvalidInput, PartyWorkflowError, StoreError
from party_workflow.packs import party
from party_workflow.personal import Personal, Sealed, Withheld
from party_workflow.service import Workflow
from party_workflow.store import Actor
from party_workflow_adapters import backup as module
from party_workflow_adapters.backup import (
    LOG,
    MANIFEST,
    OPENINGS,
    Contents,
    backup,
    contents,
    restore,
    verify,
)
from party_workflow_adapters.chance import random_salts
from party_workflow_adapters.openings import SqliteOpenings
from party_workflow_adapters.sqlite import SqliteStore

NOW = datetime(2010, 1, 1, tzinfo=UTC)
ROOT = Actor("a-1", "p-1", "office")
ROLES = {"office": ("organisation.units", "organisation.people")}


def grow(path: Path, people: int, first: int = 1) -> None:
    """A log with people who have names; made if it is not there."""
    with SqliteStore(path) as store, SqliteOpenings.beside(path) as openings:
        workflow = Workflow(store, party.MODEL, openings=openings, salts=random_salts)
        if not store.head().position:
            opening = OpenLog(tenant="bureau", packs={}, role="office", roles=ROLES)
            unit = FoundUnit(unit="u-bureau", kind="bureau")
            workflow.execute(opening, unit, by=ROOT, at=NOW, command_id="open")
        for number in range(first, first + people):
            person = RegisterPerson(
                person=f"p-{number}", unit="u-bureau", categories=("member",), name=Personal(f"Name {number}")
            )
            workflow.execute(
                person, by=ROOT, at=NOW + timedelta(seconds=number), command_id=f"person-{number}"
            )


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.sqlite"
    grow(path, 12)
    return path


def made(log: Path, name: str = "copy") -> tuple[Path, Contents]:
    target = log.parent / name
    return target, backup(log, target, at=NOW)


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def test_a_backup_brought_back_is_the_same_log_with_the_same_names(log: Path, tmp_path: Path) -> None:
    folder, found = made(log)
    assert (found.tenant, found.position, found.opened, found.erased, found.lacking) == (
        "bureau",
        14,
        12,
        0,
        0,
    )
    back = tmp_path / "back.sqlite"
    assert restore(folder, back) == verify(folder) == found
    with (
        SqliteStore(log, read_only=True) as one,
        SqliteStore(back) as other,
        SqliteOpenings.beside(back) as names,
    ):
        assert [record.bytes for record in one.read()] == [record.bytes for record in other.read()]
        assert one.head() == other.head()
        assert other.rebuild_indexes()
        last = list(other.read())[-1]
        opening = names.get(Sealed(commitment=last.data["name"]["commitment"]))
        assert not isinstance(opening, Withheld)
        assert opening.value == "Name 12"
    grow(back, 1, 13)  # and it goes on
    assert leftovers(tmp_path) == []


def test_only_the_owner_may_read_a_backup_and_the_manifest_says_what_it_holds(log: Path) -> None:
    folder, found = made(log)
    assert sorted(path.name for path in folder.iterdir()) == sorted([LOG, OPENINGS, MANIFEST])
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    body = json.loads((folder / MANIFEST).read_text())
    assert body["format"] == "party-workflow-backup/1"
    assert {key: body[key] for key in found.data()} == found.data()
    assert "Name" not in (folder / MANIFEST).read_text()


def test_a_log_without_openings_is_backed_up_and_what_is_lacking_is_said(log: Path, tmp_path: Path) -> None:
    log.with_name(log.name + ".openings").unlink()
    folder, found = made(log)
    assert (found.opened, found.erased, found.lacking) == (0, 0, 12)
    assert restore(folder, tmp_path / "back.sqlite").lacking == 12
    assert not (tmp_path / "back.sqlite.openings").exists()


def test_what_was_erased_before_the_backup_is_erased_in_it_and_said(log: Path) -> None:
    with SqliteOpenings.beside(log) as openings:
        assert openings.erase("p-3") == 1
    folder, found = made(log)
    assert (found.opened, found.erased, found.lacking) == (11, 1, 0)
    assert b"Name 3\x00" not in (folder / OPENINGS).read_bytes()
    with SqliteOpenings(folder / OPENINGS) as copied:
        assert copied.erase("p-3") == 0


def test_ballots_that_wait_are_in_the_backup(log: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(log)
    connection.execute(
        "INSERT INTO ballots (box, id, ballot) VALUES ('r-1', ?, ?)", (bytes(16), b'{"p-1":"good"}')
    )
    connection.commit()
    connection.close()
    folder, found = made(log)
    assert found.ballots == 1
    restore(folder, tmp_path / "back.sqlite")
    with SqliteStore(tmp_path / "back.sqlite") as store:
        assert store.ballots("r-1") == [{"p-1": "good"}]


# --- others go on writing --------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.stores.test_backup import grow
for n in range(100, 100000):
    grow(Path(sys.argv[1]), 1, n)
    print(n, flush=True)
"""
TREE = str(Path(__file__).resolve().parent.parent.parent)


def test_while_another_process_writes_every_backup_is_whole_and_no_opening_is_lacking(log: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(log), TREE]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        positions = []
        for number in range(4):
            folder, found = made(log, f"copy-{number}")
            assert found.lacking == found.erased == 0
            assert found.opened == found.position - 2
            assert verify(folder) == found
            positions.append(found.position)
            writer.stdout.readline()
        assert positions == sorted(set(positions))  # the writer went on between them
        assert writer.poll() is None
        writer.kill()


def test_records_that_come_while_pages_are_copied_neither_wait_nor_come_in(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from party_workflow_adapters import database

    monkeypatch.setattr(database, "_PAGES", 1)
    calls = []

    def meanwhile(left: int, of: int) -> None:
        calls.append(left)
        if len(calls) in (2, 5):
            grow(log, 1, 200 + len(calls))

    found = backup(log, log.parent / "copy", at=NOW, progress=meanwhile)
    assert len(calls) > 5
    assert (found.position, found.lacking) == (14, 0)
    assert contents(log, log.with_name(log.name + ".openings")).position == 16


# --- killed, damaged, in the way -------------------------------------------------------------

SLOW = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from party_workflow_adapters import backup, database
database._PAGES = 1
def slowly(left, of):
    print(left, flush=True)
    time.sleep(0.02)
backup.backup(sys.argv[1], sys.argv[2], at=datetime.now(UTC), progress=slowly)
"""


def test_a_backup_that_is_killed_leaves_no_folder_of_that_name_and_the_log_as_it_was(log: Path) -> None:
    before = contents(log, log.with_name(log.name + ".openings"))
    for pages in (1, 4, 9):
        target = log.parent / f"killed-{pages}"
        command = [sys.executable, "-c", SLOW, str(log), str(target)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            for _ in range(pages):
                assert child.stdout.readline()
            child.send_signal(signal.SIGKILL)
        assert not target.exists()
        with pytest.raises(StoreError, match="is no backup"):
            verify(next(log.parent.glob(f".killed-{pages}.*.partial")))
    assert contents(log, log.with_name(log.name + ".openings")) == before
    grow(log, 1, 13)
    assert backup(log, log.parent / "killed-1", at=NOW).position == 15
    assert not list(log.parent.glob(".killed-1.*"))  # and clears away what the killed one left
    assert list(log.parent.glob(".killed-4.*"))


@pytest.mark.parametrize("name", [LOG, OPENINGS, MANIFEST])
def test_one_changed_byte_anywhere_is_found_and_nothing_is_restored(
    log: Path, tmp_path: Path, name: str
) -> None:
    folder, _ = made(log)
    path = folder / name
    whole = path.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 12)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x15]) + whole[place + 1 :])
        try:
            found = verify(folder)
        except PartyWorkflowError:
            with pytest.raises(PartyWorkflowError):
                restore(folder, tmp_path / "back.sqlite")
            assert not (tmp_path / "back.sqlite").exists()
        else:  # a blank of the manifest, or when it was made, says nothing of the log
            assert name == MANIFEST
            path.write_bytes(whole)
            assert found == verify(folder)
    path.write_bytes(whole)
    assert verify(folder)
    assert leftovers(tmp_path) == []


def test_a_log_that_was_exchanged_together_with_its_checksum_does_not_say_what_the_manifest_says(
    log: Path, tmp_path: Path
) -> None:
    folder, _ = made(log)
    grow(log, 1, 13)
    other, _ = made(log, "other")
    (folder / LOG).write_bytes((other / LOG).read_bytes())
    body = json.loads((folder / MANIFEST).read_text())
    body["files"][LOG] = json.loads((other / MANIFEST).read_text())["files"][LOG]
    (folder / MANIFEST).write_text(json.dumps(body))
    with pytest.raises(InvalidInput) as caught:
        verify(folder)
    assert {fault.where for fault in caught.value.faults} >= {
        "manifest.json: position",
        "manifest.json: records",
    }


def test_a_file_that_is_missing_or_none_of_a_backup_is_named(log: Path) -> None:
    folder, _ = made(log)
    body = json.loads((folder / MANIFEST).read_text())
    body["files"]["../log.sqlite"] = body["files"][LOG]
    (folder / MANIFEST).write_text(json.dumps(body))
    (folder / OPENINGS).unlink()
    with pytest.raises(InvalidInput) as caught:
        verify(folder)
    assert sorted(fault.where for fault in caught.value.faults) == [OPENINGS, MANIFEST]
    for bad, error in (({"format": "x", "files": {}}, "does not know"), ([], "not the manifest")):
        (folder / MANIFEST).write_text(json.dumps(bad))
        with pytest.raises(InvalidInput, match=error):
            verify(folder)


@pytest.mark.parametrize("ending", ["", "-wal", ".openings", ".openings-journal"])
def test_nothing_is_ever_restored_over_what_is_there(log: Path, tmp_path: Path, ending: str) -> None:
    folder, _ = made(log)
    target = tmp_path / "back.sqlite"
    there = tmp_path / f"back.sqlite{ending}"
    there.write_bytes(b"mine")
    with pytest.raises(StoreError, match="is there already"):
        restore(folder, target)
    assert there.read_bytes() == b"mine"
    assert [path.name for path in tmp_path.glob("back*")] == [there.name]


def test_what_comes_to_be_there_at_the_last_moment_stays(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = made(log)
    target = tmp_path / "back.sqlite"
    real = os.link

    def link(source: Path, place: Path) -> None:
        if place == target:
            target.write_bytes(b"somebody else's")
        real(source, place)

    monkeypatch.setattr(module.os, "link", link)
    with pytest.raises(StoreError, match="Nothing was restored"):
        restore(folder, target)
    assert target.read_bytes() == b"somebody else's"
    assert not (tmp_path / "back.sqlite.openings").exists()


def test_a_backup_is_never_written_over(log: Path) -> None:
    folder, found = made(log)
    with pytest.raises(StoreError, match="is there already"):
        backup(log, folder, at=NOW)
    assert verify(folder) == found
    with pytest.raises(StoreError, match="does not exist"):
        backup(log, log.parent / "no" / "folder", at=NOW)
    with pytest.raises(StoreError, match="There is no file"):
        backup(log.parent / "none.sqlite", log.parent / "new", at=NOW)
    with pytest.raises(StoreError, match="is no backup"):
        restore(log.parent, log.parent / "back.sqlite")
    assert not (log.parent / "new").exists()


# --- the program -----------------------------------------------------------------------------


def test_the_program_backs_up_checks_and_brings_back(log: Path, tmp_path: Path) -> None:
    made_it = run("backup", log, tmp_path / "copy")
    assert made_it.exit_code == 0
    assert "14 records of bureau" in made_it.stdout
    assert "12 personal values open, 0 erased." in made_it.stdout
    assert run("restore", tmp_path / "copy", "--check").exit_code == 0
    back = run("restore", tmp_path / "copy", tmp_path / "back.sqlite")
    assert back.exit_code == 0
    assert f"restored to {tmp_path / 'back.sqlite'}" in back.stdout.replace("\n", "")
    assert run("restore", tmp_path / "copy", tmp_path / "back.sqlite").exit_code == 3
    assert run("restore", tmp_path / "copy").exit_code == 2
    (tmp_path / "copy" / LOG).write_bytes(b"x" * 5000)
    assert run("restore", tmp_path / "copy", "--check").exit_code == 1


def test_it_takes_no_longer_than_reading_the_log_a_few_times(log: Path) -> None:
    began = time.monotonic()
    made(log)
    assert time.monotonic() - began < 10
