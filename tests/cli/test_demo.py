"""``party-workflow demo``: the published figures of the campaign, from a journal to files in one command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.journals import campaign
from tests.cli.running import done, head, run, spawn

from party_workflow.canonical import parse_canonical
from party_workflow_adapters.cli import demo
from party_workflow_adapters.demos import company_year


@dataclass(frozen=True)
class Shown:
    """What a demo printed, and the folder that it wrote."""

    text: str
    out: Path

    @property
    def flat(self) -> str:
        """The text without line breaks and columns."""
        return " ".join(self.text.split())


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    out = tmp_path_factory.mktemp("demo") / "out"
    return Shown(done("demo", "--out", out), out)


FILES = ["timeline", "missing", "ranking", "explanation", "claims", "audit"]


def test_it_prints_and_writes_what_each_user_came_for(shown: Shown) -> None:
    for name in FILES:
        assert f"{name}.json" in shown.text
        assert parse_canonical((shown.out / f"{name}.json").read_bytes(), limit=1 << 24)
    for name in ("log.sqlite", "report.html", "export.jsonl", "screen.txt"):
        assert name in shown.text
        assert (shown.out / name).stat().st_size
    assert str(shown.out) in shown.flat.replace(" ", "")


def test_it_fits_100_columns_and_keeps_what_was_on_the_screen(shown: Shown) -> None:
    assert max(len(line) for line in shown.text.splitlines()) <= 100
    assert (shown.out / "screen.txt").read_text(encoding="utf-8") in shown.text


def test_R_057_and_R_058_it_shows_three_phases_and_a_gate_that_was_refused_first(shown: Shown) -> None:
    assert "campaign/edu-2005 stands: Closed" in shown.text
    for phase in ("Study and mobilisation", "Analysis and appraisal", "Rectification"):
        assert f"{phase}: Passed" in shown.text
    assert shown.text.count("gate decided") == 4
    assert "Make up and come" in shown.text
    assert "Catch-up study" in shown.text


def test_R_060_it_shows_the_published_figures_as_counted_from_events(shown: Shown) -> None:
    for row in (
        "Study sessions 12 12 complete",
        "Themed discussions 2 2 complete",
        "Exchange of experience 1 1 complete",
        "Educational films 3 3 complete",
        "Report meetings 2 2 complete",
        "Tutorial lectures 3 3 complete",
        "Oath day 1 1 complete",
        "Leadership life meeting 1 1 complete",
        "Written reflections 24 24 complete",
        "Good deeds for the public 12 12 complete",
    ):
        assert row in shown.flat


def test_R_071_to_R_073_participation_is_shown_with_and_without_the_excused(shown: Shown) -> None:
    assert "Hundred-question test: 28 of 29 (96.55 %); without the 1 excused, 28 of 28 (100 %)" in shown.flat
    assert "Written reflections: 24 of 29 (82.76 %)" in shown.flat
    assert "unexplained" not in shown.text


def test_R_182_the_claim_of_392_attendances_is_judged_from_itself_and_from_the_events(shown: Shown) -> None:
    assert "at most 348 can be members', so at least 44 are others' or an error" in shown.flat
    assert "From the events: 84 are others':" in shown.flat
    claims = parse_canonical((shown.out / "claims.json").read_bytes())["claims"]
    (report,) = (item for item in claims if item["plausibility"] and "excess" in item["plausibility"][0])
    attendances = next(figure for figure in report["figures"] if figure["measure"] == "attendances")
    assert (attendances["actual"], attendances["outcome"]) == ("392", "matches")
    assert sum(item["attendances"] for item in report["others"]) == 84


def test_R_196_to_R_199_the_record_passes_every_check_and_places_are_explained(shown: Shown) -> None:
    audit = parse_canonical((shown.out / "audit.json").read_bytes())
    outcomes = {check["code"]: check["outcome"] for check in audit["checks"]}
    for code in (
        "positions",
        "versions",
        "times",
        "identities",
        "counters",
        "authority",
        "ballots",
        "moves",
        "publications",
    ):
        assert outcomes[code] == "pass"
    assert "place 1 of 27" in shown.text
    assert "#603 rating.closed" in shown.text or "rating.closed" in shown.text


def test_running_it_again_writes_the_same_bytes(shown: Shown, tmp_path: Path) -> None:
    names = [*(f"{name}.json" for name in FILES), "export.jsonl"]
    assert "report.html" not in names  # it holds labels, and these come in another language here
    before = {name: (shown.out / name).read_bytes() for name in names}
    other = tmp_path / "out"
    shutil.copytree(shown.out, other)
    (other / "export.jsonl").write_bytes(b"old")
    done("demo", "--out", other, "--lang", "zh")
    assert before == {name: (other / name).read_bytes() for name in names}
    assert "集中学习" in (other / "screen.txt").read_text(encoding="utf-8")


def test_its_log_and_its_export_go_on_in_the_other_commands(shown: Shown) -> None:
    log, export = shown.out / "log.sqlite", shown.out / "export.jsonl"
    assert head(log) == export.read_bytes().count(b"\n")
    assert "p-29 余成龙" in done("missing", "--store", log)
    assert "p-29 [not-supplied]" in done("missing", "--history", export)
    then = done("as-of", "--known", "2005-02-28", "missing", "--store", log)
    assert "Not begun: Analysis and appraisal, Rectification." in then
    assert run("audit", "--history", export).exit_code == 0


def test_a_folder_with_other_files_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    result = run("demo", "--out", tmp_path)
    assert result.exit_code == 2
    assert "holds other files" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    assert run("demo", "--out", tmp_path / "thesis.txt").exit_code == 2


def test_it_runs_on_another_journal_and_stops_at_a_bad_line(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(campaign().bytes())
    text = done("demo", "--history", journal, "--out", tmp_path / "out")
    assert "campaign/education-2005 stands: Running" in text
    journal.write_bytes(campaign().bytes(b"{\n"))
    result = run("demo", "--history", journal, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "journal.jsonl, line 69: " in result.stderr


def test_it_is_found_from_any_folder_of_a_checkout(tmp_path: Path, root: Path) -> None:
    assert (root / demo.EXAMPLE).is_file()
    result = spawn("demo", "--help", cwd=tmp_path)
    assert result.returncode == 0
    assert demo._example() == demo.EXAMPLE or demo._example() == root / demo.EXAMPLE


def test_the_claims_of_an_example_are_verified_by_the_measures_that_it_brings(tmp_path: Path) -> None:
    done("demo", "company", "--out", tmp_path)
    text = done("claims", "--store", tmp_path / "log.sqlite")
    assert text.count("✓ matches") == 4
    assert "not verifiable" not in text.lower()


def test_a_claim_that_nothing_is_known_to_count_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done("demo", "company", "--out", tmp_path)
    monkeypatch.setattr(company_year, "MEASURES", {})
    result = run("claims", "--store", tmp_path / "log.sqlite")
    assert result.exit_code == 1
    assert "no measure is known that counts them from this log" in " ".join(result.stdout.split())


def test_a_long_example_says_on_a_terminal_how_far_it_has_come_and_nothing_elsewhere() -> None:
    script = (
        "from party_workflow_adapters.cli import demo\n"
        "demo.EVERY = 0.0\n"
        "assert list(demo._told(range(3), 'big')) == [0, 1, 2]\n"
    )
    main, terminal = os.openpty()
    try:
        ran = subprocess.run([sys.executable, "-c", script], stderr=terminal, check=False)
        assert (ran.returncode, "big: 2 batches" in os.read(main, 4096).decode()) == (0, True)
    finally:
        os.close(terminal)
        os.close(main)
    plain = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (plain.returncode, plain.stderr) == (0, b"")
