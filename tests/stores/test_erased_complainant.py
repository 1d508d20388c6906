"""Acceptance: deleting who brought a case leaves every figure as it was, and nothing shows them any more.

The example campaign is imported into files as an operator would do it, looked at through every command,
exported in every way, backed up; then the opening of the complainant is deleted, and all of it is done
again.  (R-146, R-205)
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.running import done, run
from tests.support.scanning import found_in, found_in_files, found_in_memory

from party_workflow.authority import forbidden
from party_workflow.history import Projection, Rows
from party_workflow.packs.party import MODEL
from party_workflow.personal import Opening, Sealed, Withheld
from party_workflow.service import Workflow
from party_workflow.store import Recorded
from party_workflow_adapters.backup import backup
from party_workflow_adapters.openings import SqliteOpenings
from party_workflow_adapters.projections import ProjectionStore
from party_workflow_adapters.sqlite import SqliteStore
from party_workflow_adapters.vault import SqliteVault

KEY = hashlib.sha256(b"the key of the vault, kept elsewhere").digest()


def note(rows: Rows, recorded: Recorded) -> None:
    """What stands in every event of every case: a read model of a service that keeps all there is."""
    rows[recorded.envelope.event_id] = repr(recorded.event)


NOTED = Projection("noted", 1, tuple(MODEL.by_category["case"].events), note)


@dataclass(frozen=True)
class Place:
    """Where everything of the log lies, and who brought which case."""

    folder: Path
    log: Path
    stream: str
    name: str
    journal: Path

    def workflow(self, vault: SqliteVault, openings: SqliteOpenings, store: SqliteStore) -> Workflow:
        return Workflow(store, MODEL, openings=openings, identities=vault)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Place:
    """The example campaign in files, with a vault; the journal lies elsewhere."""
    example, elsewhere = root / "examples" / "education_campaign", tmp_path_factory.mktemp("elsewhere")
    folder = tmp_path_factory.mktemp("bureau")
    text = (example / "history.jsonl").read_text("utf-8")
    journal, key = elsewhere / "journal.jsonl", elsewhere / "vault.key"
    journal.write_text(text, "utf-8")
    key.write_bytes(KEY)
    (opened,) = (
        entry
        for entry in map(json.loads, text.splitlines())
        if entry.get("do") == "case.open" and "complainant" in entry["with"]
    )
    log = folder / "log.sqlite"
    options = ("--salt-key", example / "salt.key", "--vault-key", key, "--quiet")
    done("import", journal, "--store", log, *options)
    return Place(folder, log, f"case/{opened['with']['key']}", opened["with"]["complainant"], journal)


VIEWS: Mapping[str, tuple[str, ...]] = {
    "the log": ("show", "--json"),
    "the case": ("show", "{stream}", "--confidential"),
    "the case as data": ("show", "{stream}", "--confidential", "--json"),
    "what happened": ("timeline", "--of", "case", "--confidential"),
    "what is missing": ("missing", "--json"),
    "the ranking, as published": ("rank", "--json"),
    "the audit": ("audit", "--json"),
    "the claims": ("claims", "--json"),
}


def looked_at(place: Place, out: Path) -> dict[str, bytes]:
    """Everything that can be had of the log, also written to files below `out`."""
    out.mkdir()
    found: dict[str, bytes] = {}
    for name, words in VIEWS.items():
        arguments = [word.format(stream=place.stream) for word in words]
        result = run(*arguments, "--store", place.log)
        assert result.exit_code in (0, 1), result.output
        found[name] = f"{result.exit_code}\n{result.stdout}".encode()
        (out / f"{len(found)}.txt").write_bytes(found[name])
    done("export", out / "export.jsonl", "--store", place.log)
    done("exchange", "export", out / "batch.jsonl", place.stream, "--store", place.log)
    for language in ("en", "zh"):
        done("report", out / f"report-{language}.html", "--store", place.log, "--lang", language)
    for path in sorted(out.glob("*.*")):
        found[path.name] = path.read_bytes()
    with SqliteStore(place.log, read_only=True) as store, ProjectionStore(out / "models.sqlite") as kept:
        kept.advance(NOTED, MODEL.registry, store)
        found["read models"] = repr(sorted(kept.rows(NOTED).items())).encode()
    made = backup(place.log, out / "backup", at=datetime(2026, 1, 1, tzinfo=UTC))
    found["backup"] = repr(made.data()).encode()
    return found


def proofs(store: SqliteStore) -> tuple[str, object]:
    """The digest over every record, and who is found anew to have done what they were not permitted to."""
    digest = hashlib.sha256(b"".join(record.bytes + b"\n" for record in store.read()))
    return digest.hexdigest(), list(forbidden(Workflow(store, MODEL).history.events()))


def test_R_205_deleting_a_complainant_leaves_every_figure_and_no_trace(place: Place) -> None:
    """Counts, rates, proofs, published figures are the same bytes; the name is in no file and no memory."""
    with (
        SqliteStore(place.log) as store,
        SqliteOpenings.beside(place.log) as openings,
        SqliteVault.beside(place.log, KEY) as vault,
    ):
        workflow = place.workflow(vault, openings, store)
        opened = next(store.read_stream(place.stream))
        sealed = Sealed(commitment=opened.data["complainant"]["commitment"])
        kept = vault.get(sealed)
        # The controls: the vault has it behind its key, the scan finds it in the journal, in whatever file.
        assert isinstance(kept, Opening)
        assert kept.value == place.name
        assert found_in(place.journal.read_bytes(), place.name) != []
        assert found_in_memory(place.name, kept)
        del kept
        before, proved = looked_at(place, place.folder / "before"), proofs(store)
        assert found_in_files(place.folder, place.name) == []  # not even where it is kept, in raw bytes

        assert workflow.erase_identity(place.stream)

        assert vault.get(sealed) == workflow.reveal(sealed) == Withheld("erased")
        after = looked_at(place, place.folder / "after")
        assert [name for name in before if after[name] != before[name]] == []
        assert proofs(store) == proved
        names = {path.name for path in place.folder.iterdir()}
        assert {"log.sqlite", "log.sqlite-wal", "log.sqlite.openings", "log.sqlite.identities"} <= names
        assert found_in_files(place.folder, place.name) == []
        assert found_in_memory(place.name, workflow, store, openings, vault) == []
    assert found_in_files(place.folder, place.name) == []
    with SqliteVault.beside(place.log, KEY) as thief:  # with the file and its key
        assert thief.get(sealed) == Withheld("erased")
        assert thief.of_command(opened.envelope.command_id) == []


def test_a_backup_does_not_take_the_vault_along_and_says_so(place: Place, tmp_path: Path) -> None:
    text = done("backup", place.log, tmp_path / "backup")
    assert "log.sqlite.identities, the vault of identities, is not in it." in text
    assert sorted(path.name for path in (tmp_path / "backup").iterdir()) == [
        "log.sqlite", "log.sqlite.openings", "manifest.json",
    ]  # fmt: skip
    done("restore", tmp_path / "backup", tmp_path / "again.sqlite")
    assert not (tmp_path / "again.sqlite.identities").exists()
    shutil.copy(place.log, tmp_path / "alone.sqlite")
    assert "vault" not in done("backup", tmp_path / "alone.sqlite", tmp_path / "without")


def test_an_import_without_a_key_refuses_who_would_be_forgotten_and_records_the_rest(
    place: Place, tmp_path: Path
) -> None:
    lines = place.journal.read_text("utf-8").splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines) if '"complainant"' in line)
    short = tmp_path / "short.jsonl"
    short.write_text("".join(lines[: number + 1]), "utf-8")
    result = run("import", short, "--store", tmp_path / "log.sqlite", "--quiet")
    assert result.exit_code == 1
    assert f"line {number + 1}" in result.stderr
    assert "--vault-key" in result.stderr
    assert found_in(result.output.encode(), place.name) == []
    assert found_in_files(tmp_path / "..", place.name) != []  # the journal is the operator's to destroy
    for path in tmp_path.glob("log.sqlite*"):
        assert found_in(path.read_bytes(), place.name) == []
