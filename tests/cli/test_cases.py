"""``party-workflow cases``: registers as tables, as JSON and as CSV, and as somebody may see them."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import done, run

from party_workflow.canonical import parse_canonical
from party_workflow.packs.party import MODEL
from party_workflow.personal import MemoryIdentities, keyed_salts
from party_workflow.service import Workflow
from party_workflow_adapters.demos import bureau_complaints, prefecture_hazards
from party_workflow_adapters.demos.bureau_complaints.complaints import FIRST, LATE, WAITING
from party_workflow_adapters.demos.prefecture_hazards.drawing import SMALL
from party_workflow_adapters.demos.prefecture_hazards.drawing import hazards as drawn
from party_workflow_adapters.openings import SqliteOpenings
from party_workflow_adapters.sqlite import SqliteStore

HANDLER = ("--as", "a-3", "--role", "case_officer")
OUTSIDER = ("--as", "a-20")
YEAR_END = ("--at", "2025-12-31")


def logged(folder: Path, build: Any, **more: Any) -> Path:
    """A log in a file, in which an example was told."""
    path = folder / "log.sqlite"
    salts = keyed_salts(hashlib.sha256(b"example").digest())
    with SqliteStore(path) as store, SqliteOpenings.beside(path) as openings:
        workflow = Workflow(store, MODEL, openings=openings, identities=MemoryIdentities(), salts=salts)
        for _ in build(workflow, **more):
            pass
    return path


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return logged(tmp_path_factory.mktemp("bureau"), bureau_complaints.build)


@pytest.fixture(scope="module")
def hazards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return logged(tmp_path_factory.mktemp("hazards"), prefecture_hazards.build, figures=SMALL)


def rows(*arguments: object) -> list[dict[str, Any]]:
    """The rows of a listing in JSON, which is canonical."""
    text = done("cases", *arguments, "--format", "json")
    found = parse_canonical(text.encode().rstrip(b"\n"))["rows"]
    assert isinstance(found, list)
    return found


def by(found: list[dict[str, Any]], code: str) -> dict[str, dict[str, Any]]:
    return {row[code]: row for row in found}


# --- register ------------------------------------------------------------------------------------


def test_R_123_the_register_counts_by_kind_as_of_a_day(hazards: Path) -> None:
    both = ("--kind", "hazard", "--kind", "major_hazard")
    found = by(rows("register", "--store", hazards, *YEAR_END, *both), "kind")
    assert found["total"] == {
        "kind": "total",
        "found": 66,
        "rectified": 54,
        "verified": 53,
        "open": 12,
        "failed": 6,
        "share": "0.8182",
    }
    later = by(rows("register", "--store", hazards, "--at", "2026-01-31", *both), "kind")
    assert (later["total"]["rectified"], later["total"]["open"]) == (66, 0)


def test_R_125_the_register_counts_by_what_was_said_of_a_case(hazards: Path) -> None:
    found = rows("register", "--store", hazards, *YEAR_END, "--kind", "hazard", "--by", "mode")
    assert [row["mode"] for row in found] == ["concentrated", "regular", "total"]
    assert sum(row["found"] for row in found[:2]) == found[2]["found"]


def test_R_123_the_open_ones_are_listed_with_person_and_day(hazards: Path) -> None:
    found = rows("register", "--store", hazards, *YEAR_END, "--open", "--kind", "hazard")
    assert len(found) == 10
    assert all(row["responsible"] and row["due"] and "lacks" not in row for row in found)
    first = drawn(SMALL)[0]
    (fresh,) = rows("register", "--store", hazards, "--at", first.found, "--open", "--kind", "hazard")
    assert fresh["case"] == first.key
    assert fresh["lacks"].count(",") == 4  # nobody has taken it up on the day on which it was found


def test_what_was_known_and_what_had_happened_are_asked_apart(hazards: Path) -> None:
    then = rows("register", "--store", hazards, "--known", "2025-06-30", "--kind", "hazard")
    assert then == rows("register", "--store", hazards, "--at", "2025-06-30", "--kind", "hazard")


def test_kinds_in_which_something_is_decided_are_counted_where_they_are_named(bureau: Path) -> None:
    result = run("cases", "register", "--store", bureau, *YEAR_END)
    assert result.exit_code == 1
    assert "No case of a kind that is put right" in result.stderr
    named = rows("register", "--store", bureau, *YEAR_END, "--kind", "complaint")
    assert [row["found"] for row in named] == [5]


# --- due -----------------------------------------------------------------------------------------


def test_R_116_what_has_run_out_is_listed_with_the_days(hazards: Path) -> None:
    late = rows("due", "--store", hazards, *YEAR_END, "--late")
    assert late
    assert all(row["standing"] == "overdue" and row["late"] > 0 for row in late)
    assert [row["due"] for row in late] == sorted(row["due"] for row in late)
    every = rows("due", "--store", hazards, *YEAR_END)
    assert {row["standing"] for row in every} == {"running", "overdue"}
    assert len(rows("due", "--store", hazards, *YEAR_END, "--ended")) > len(every)


def test_R_131_a_due_moment_is_explained_day_by_day_and_ends_in_events(hazards: Path) -> None:
    (slip,) = rows("due", "--store", hazards, *YEAR_END, "--kind", "assignment_slip")
    text = done("cases", "explain-due", slip["case"], "--store", hazards, *YEAR_END)
    assert "5 calendar days, counted on cn-working-days version 2023-20" in " ".join(text.split())
    assert text.count("(every day counts)") == 5
    assert "Overdue by" in text
    assert "Events: #" in text
    steps = rows("explain-due", slip["case"], "urgent", "--run", "1", "--store", hazards, *YEAR_END)
    assert [row["step"] for row in steps] == list(range(1, len(steps) + 1))


def test_what_cannot_be_explained_is_said_in_words(bureau: Path) -> None:
    for arguments, said in (
        (("petition-1",), "Several clocks have run in the case. Name one: register 1"),
        (("petition-1", "grace"), "No clock grace has run in the case."),
        (("petition-1", "finish", "--run", "2"), "No run 2 of the clock finish."),
        (("petition-9", "finish"), "There is no such case by then."),
        (("opinion-1",), "No clock has run in the case."),
        ((FIRST,), "The case is confidential."),
    ):
        result = run("cases", "explain-due", *arguments, "--store", bureau)
        assert result.exit_code == 1
        assert said in result.stderr


# --- intake --------------------------------------------------------------------------------------


def test_R_114_intake_is_closed_and_open_and_each_item_has_an_echo_or_is_on_a_list(bureau: Path) -> None:
    found = rows("intake", "--store", bureau, *YEAR_END)
    assert [row["kind"] for row in found][-1] == "total"
    for row in found:
        assert row["intake"] == row["closed"] + row["open"]
        assert row["intake"] == row["echoed"] + row["unasked"] + row["waiting"] + row["overdue"]
    assert found[-1]["intake"] == 18


def test_R_167_the_overdue_list_names_protected_cases_to_those_who_deal_with_them_only(bureau: Path) -> None:
    listing = ("intake", "--store", bureau, *YEAR_END, "--overdue")
    whole = done("cases", *listing)
    assert "Of confidential cases, seen with --as: 2." in whole
    assert WAITING not in whole
    handled = [row["case"] for row in rows(*listing, *HANDLER)]
    assert handled == ["opinion-5", WAITING, LATE, "petition-5"]
    assert [row["case"] for row in rows(*listing, *OUTSIDER)] == ["opinion-5", "petition-5"]


def test_R_167_an_outsider_is_told_nothing_of_a_protected_case_by_any_register(bureau: Path) -> None:
    keys = ("complaint", "report-", "signed_report", "confidential")
    for command in (("intake",), ("intake", "--overdue"), ("due",), ("due", "--ended")):
        for form in ("table", "json", "csv"):
            text = done("cases", *command, *OUTSIDER, "--store", bureau, *YEAR_END, "--format", form)
            assert not [key for key in keys if key in text.lower()]
    told = run("cases", "explain-due", FIRST, *OUTSIDER, "--store", bureau)
    unknown = run("cases", "explain-due", "x", *OUTSIDER, "--store", bureau)
    assert told.stderr.replace(FIRST, "x") == unknown.stderr
    kind = run("cases", "due", "--kind", "complaint", *OUTSIDER, "--store", bureau)
    other = run("cases", "due", "--kind", "comet", *OUTSIDER, "--store", bureau)
    assert kind.stderr.replace("complaint", "comet") == other.stderr


# --- notices -------------------------------------------------------------------------------------


def test_R_112_notices_stand_in_the_order_of_their_numbers_without_gaps(hazards: Path) -> None:
    found = rows("notices", "--store", hazards, *YEAR_END)
    assert [row["number"] for row in found] == [f"2025-{number:03d}" for number in range(1, 11)]
    assert {row["ending"] for row in found} == {"reply", "escalation"}
    assert rows("notices", "--store", hazards, *YEAR_END, "--pending") == []
    then = rows("notices", "--store", hazards, "--at", "2025-12-10", "--pending")
    assert [row["number"] for row in then] == ["2025-010"]
    assert then[0]["due"] > then[0]["issued"]


# --- forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [("register",), ("register", "--open"), ("due",), ("intake",), ("intake", "--overdue"), ("notices",)],
)
def test_tables_fit_on_80_columns_and_csv_has_the_codes_of_json(
    hazards: Path, arguments: tuple[str, ...]
) -> None:
    where = ("--store", hazards, *YEAR_END)
    assert max(len(line) for line in done("cases", *arguments, *where).splitlines()) <= 80
    assert max(len(line) for line in done("cases", *arguments, *where, "--lang", "zh").splitlines()) <= 80
    lines = list(csv.DictReader(io.StringIO(done("cases", *arguments, *where, "--format", "csv"))))
    found = rows(*arguments, *where)
    assert [{code: text for code, text in line.items() if text} for line in lines] == [
        {code: str(value) for code, value in row.items()} for row in found
    ]


def test_json_is_asked_for_in_either_way_but_not_against_another_form(bureau: Path) -> None:
    where = ("--store", bureau)
    assert done("cases", "intake", *where, "--json") == done("cases", "intake", *where, "--format", "json")
    result = run("cases", "intake", *where, "--json", "--format", "csv")
    assert (result.exit_code, "say two forms" in result.stderr) == (2, True)
    result = run("cases", "register", *where, "--by", "mode", "--open")
    assert (result.exit_code, "Give one of them" in result.stderr) == (2, True)


def test_a_kind_that_there_is_not_is_refused_with_those_that_there_are(bureau: Path) -> None:
    result = run("cases", "due", "--kind", "comet", "--store", bureau)
    assert result.exit_code == 1
    assert (
        "There is no case of the kind comet by then. Kinds: complaint, early_sign, opinion" in result.stderr
    )
    assert "Found, rectified, verified and open" in done("cases", "--help")
