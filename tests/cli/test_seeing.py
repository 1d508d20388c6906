"""``--as ACCOUNT``: what somebody may see in place of the log, in every command that reads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.running import done, run
from tests.cli.test_views import data

from party_workflow_adapters.cli.moments import READERS
from party_workflow_adapters.export import read_export

HIDDEN = "complaint-01-5f0c2a9d7be34816a1c9e02b47d3f658"
OUTSIDER, OFFICER, ACCUSED = ("--as", "a-14"), ("--as", "a-8", "--role", "case_officer"), ("--as", "a-16")
SUBJECT = {"explain": ("p-3",)}


@pytest.fixture(scope="module")
def log(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example history as a log, with the names beside it."""
    example, store = root / "examples" / "education_campaign", tmp_path_factory.mktemp("seen") / "log.sqlite"
    journal, key = example / "history.jsonl", example / "salt.key"
    done("import", journal, "--salt-key", key, "--vault-key", key, "--store", store, "--quiet")
    return store


@pytest.mark.parametrize("reader", sorted({*READERS} - {"report"}))
def test_R_167_an_outsider_is_told_nothing_of_a_protected_case_by_any_reader(reader: str, log: Path) -> None:
    for how in ((), ("--json",)):
        result = run(reader, *SUBJECT.get(reader, ()), *OUTSIDER, *how, "--store", log)
        assert result.exit_code in (0, 1), result.output
        assert HIDDEN not in result.output


def test_R_167_a_report_for_an_outsider_tells_nothing_of_a_protected_case(log: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    pages = []
    for viewer in ((), OUTSIDER):
        out = tmp_path / f"{len(viewer)}.html"
        done("report", out, *viewer, "--store", log)
        pages.append(out.read_text("utf-8"))
    whole, seen = pages
    assert "case.opened.complainant" in whole
    assert "case.opened.complainant" not in seen
    assert HIDDEN not in seen


def test_a_protected_case_is_there_for_whoever_deals_with_it_and_for_the_accused_after_notice(
    log: Path,
) -> None:
    everything = data("show", "--store", log)
    for viewer in (OFFICER, ACCUSED):
        seen = data("show", *viewer, "--store", log)
        assert seen["matters"][f"case/{HIDDEN}"] == everything["matters"][f"case/{HIDDEN}"]
    assert data("show", *OFFICER, "--store", log)["position"] == everything["position"]
    seen = data("show", *OUTSIDER, "--store", log)
    assert f"case/{HIDDEN}" not in seen["matters"]
    assert seen["position"] == sum(seen["types"].values()) < everything["position"]
    told = run("show", f"case/{HIDDEN}", *OUTSIDER, "--store", log)
    assert told.exit_code == 1
    assert told.stderr.replace(HIDDEN, "x") == run("show", "case/x", *OUTSIDER, "--store", log).stderr


def test_of_sealed_texts_a_viewer_is_shown_names_only(log: Path) -> None:
    text = done("show", f"case/{HIDDEN}", "--confidential", *ACCUSED, "--store", log)
    assert "complainant: [not-supplied]" in text  # it is kept in the vault, which no viewer opens
    assert "substance: [not-permitted]" in text
    assert "concerns: p-16 唐永强" in text


def test_an_export_of_what_somebody_sees_reads_as_a_log_of_its_own(log: Path, tmp_path: Path) -> None:
    out = tmp_path / "seen.jsonl"
    done("export", out, *OUTSIDER, "--store", log)
    records = read_export(out).items
    assert [record.position for record in records] == list(range(1, len(records) + 1))
    assert HIDDEN.encode() not in out.read_bytes()
    seen = data("show", *OUTSIDER, "--store", log)
    assert seen["position"] == len(records)
    # Read again it is seen as it was: nothing more is hidden in it.
    assert data("show", "--history", out)["head"] == data("show", *OUTSIDER, "--history", out)["head"]


def test_the_record_as_an_outsider_sees_it_audits_without_a_finding_that_tells(log: Path) -> None:
    found = data("audit", *OUTSIDER, "--store", log)["checks"]
    assert "bookkeeping" not in [check["code"] for check in found]
    for code in ("positions", "versions", "counters", "identities", "authority"):
        assert {check["code"]: check["outcome"] for check in found}[code] == "pass"


def test_as_of_a_moment_and_as_somebody_go_together(log: Path) -> None:
    seen = data("as-of", "--known", "2005-03-31", "show", *OUTSIDER, "--store", log)
    assert seen["position"] == data("as-of", "--known", "2005-03-31", "show", "--store", log)["position"]


def test_a_viewer_without_an_account_or_a_role_without_a_viewer_is_refused_in_words(log: Path) -> None:
    result = run("show", "--as", "a-nobody", "--store", log)
    assert (result.exit_code, "There is no account a-nobody" in result.stderr) == (2, True)
    result = run("show", "--role", "secretary", "--store", log)
    assert (result.exit_code, "Name the account too" in result.stderr) == (2, True)
    assert "--as" not in done("exchange", "--help").replace("--as-of", "")


def test_a_role_that_is_not_there_or_not_held_is_refused_in_words_by_every_reader(log: Path) -> None:
    for reader in ("show", "allowed"):
        at = ("--at", "2005-04-01") if reader == "allowed" else ()
        for how, words in (
            (("--role", "king"), "There is no role king. Roles: "),
            (("--role", "case_officer"), "does not hold the role case_officer. Theirs: none."),
            (("--for", "p-8", "--role", "case_officer"), "p-8 lent p-14 no role case_officer."),
        ):
            result = run(reader, "--as", "a-14", *how, *at, "--store", log)
            assert (result.exit_code, words in " ".join(result.stderr.split())) == (2, True), result.stderr


def test_what_is_allowed_is_asked_as_everything_else_is_and_as_before(log: Path) -> None:
    stream, at = f"case/{HIDDEN}", ("--at", "2005-04-01")
    before = ("--account", "a-8", "--person", "p-8", "--capacity", "case_officer")
    asked = data("allowed", *OFFICER, *at, stream, "--store", log)
    assert asked == data("allowed", *before, *at, stream, "--store", log)


def test_the_program_runs_as_a_module() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "party_workflow_adapters.cli", "--version"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout.split()[0]) == (0, "party-workflow")
