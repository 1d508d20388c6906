"""Rule documents on the command line: what each command says, in every form, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.running import run as ran

from party_workflow.policies.audits.populations import QUERIES, STRATA, arguments
from party_workflow_adapters.cli import COMMANDS, program

SCORES = """unit,study,work,place
u-a,8.47,7.2,1
u-b,9.1,6.4,1
u-c,6.05,6.35,3
"""
SCHEME = """
code = "two-scores"
version = 1
issuer = "office"
number = "2020-3"
issued_on = 2019-12-01
effective_from = 2020-01-01
offset_minutes = 480
population = { source = "scores" }
source = [{ code = "scores", feed = "observations", subject = "subject", within = "all" }]
throughout = { since = 2020-01-01, basis = "office.scores", several = "refuse", rounding = "none" }

[[clause]]
type = "value"
code = "study"
source = "scores"
column = "study"
empty = "missing"

[[clause]]
type = "value"
code = "work"
source = "scores"
column = "work"
empty = "missing"

[[clause]]
type = "total"
code = "mean"
method = "arithmetic"
parts = [{ measure = "study", weight = "1/2" }, { measure = "work", weight = "1/2" }]
absent = "incomplete"
display = { places = 1, mode = "half_up" }

[[clause]]
type = "rank"
code = "places"
measure = "mean"
on = "displayed"
direction = "highest"
ties = [{ by = "shared" }]
"""


@pytest.fixture
def scores(tmp_path: Path) -> tuple[str, ...]:
    """The options that name a scheme and a history of scores."""
    (tmp_path / "scores.csv").write_text(SCORES, "utf-8")
    (tmp_path / "scheme.toml").write_text(SCHEME, "utf-8")
    (tmp_path / "other.toml").write_text(
        SCHEME.replace('"study", weight = "1/2"', '"study", weight = "1/4"')
        .replace('"work", weight = "1/2"', '"work", weight = "3/4"')
        .replace("version = 1", "version = 2"),
        "utf-8",
    )
    made = ran(
        "table",
        str(tmp_path / "scores.csv"),
        "--subject",
        "unit",
        "--at",
        "2020-12-31",
        "--out",
        str(tmp_path / "scores.jsonl"),
    )
    assert made.exit_code == 0, made.stderr
    return ("--policy", str(tmp_path / "scheme.toml"), "--history", str(tmp_path / "scores.jsonl"))


def asked(command: str, options: tuple[str, ...], *more: str) -> Result:
    return ran(command, *options, *more)


def test_a_ranking_is_shown_as_a_table_csv_json_and_a_page(scores: tuple[str, ...]) -> None:
    table = asked("rank", scores)
    assert table.exit_code == 0
    assert "1=" in table.stdout
    assert "two-scores v1" in table.stdout
    rows = list(csv.reader(io.StringIO(asked("rank", scores, "--format", "csv").stdout)))
    assert rows == [
        ["Place", "Who", "Value"],
        ["1=", "u-a", "7.8"],
        ["1=", "u-b", "7.8"],
        ["3", "u-c", "6.2"],
    ]
    data = json.loads(asked("rank", scores, "--format", "json").stdout)
    assert [entry["place"] for entry in data["conclusion"]["rankings"][0]["entries"]] == [1, 1, 3]
    assert asked("rank", scores, "--json").stdout == asked("rank", scores, "--format", "json").stdout
    page = asked("rank", scores, "--format", "html").stdout
    assert page.startswith("<!doctype html>")
    assert page.count("<svg") == 1


def test_explain_ends_in_events_and_why_says_what_would_turn_the_pair(scores: tuple[str, ...]) -> None:
    explained = asked("explain", scores, "u-a")
    assert explained.exit_code == 0
    assert "observation.recorded" in explained.stdout
    assert "7.8" in explained.stdout
    answer = asked("why", scores, "u-b", "--above", "u-c")
    assert answer.exit_code == 0
    assert "u-b stands above u-c by mean under places" in answer.stdout
    assert "the smallest change first" in answer.stdout
    nobody = asked("explain", scores, "u-z")
    assert nobody.exit_code == 1
    assert "u-a" in nobody.stderr


def test_compare_shows_who_moves_between_rules_and_without_an_event(
    scores: tuple[str, ...], tmp_path: Path
) -> None:
    found = asked("compare", scores, "--policy", str(tmp_path / "other.toml"))
    assert found.exit_code == 0
    assert "COUNTERFACTUAL" in found.stdout
    assert "u-b" in found.stdout
    page = asked("compare", scores, "--policy", str(tmp_path / "other.toml"), "--format", "html").stdout
    assert "<svg" in page
    entries = json.loads(asked("rank", scores, "--json").stdout)["conclusion"]["rankings"][0]["entries"]
    event = json.dumps(entries).split('"events": ["')[1][:32]
    without = asked("compare", scores, "--without", event, "--format", "json")
    assert json.loads(without.stdout)["changes"]
    assert asked("compare", scores).exit_code == 2


def test_robustness_and_reproduce_answer_and_say_how_much_was_tried(
    scores: tuple[str, ...], tmp_path: Path
) -> None:
    held = asked("robustness", scores, "--seed", "s", "--runs", "5")
    assert held.exit_code == 0
    assert "pairs are never reversed" in held.stdout
    assert held.stdout == asked("robustness", scores, "--seed", "s", "--runs", "5").stdout
    given = ("--published", str(tmp_path / "scores.csv"), "--key", "unit", "--column", "place=places:place")
    found = asked("reproduce", scores, *given, "--vary", "rank_on")
    assert found.exit_code == 0, found.stderr
    assert "3 of 3 cells come out as published" in found.stdout
    data = json.loads(asked("reproduce", scores, *given, "--vary", "rank_on", "--format", "json").stdout)
    assert data["settled"] == {"places.on": "displayed"}
    assert asked("reproduce", scores, *given[:-1], "place=nothing:place").exit_code == 1


def test_lint_lists_every_fault_with_its_place_and_ends_with_one(tmp_path: Path) -> None:
    good = tmp_path / "good.toml"
    good.write_text(SCHEME, "utf-8")
    assert ran("lint", str(good)).exit_code == 0
    bad = tmp_path / "bad.toml"
    bad.write_text(SCHEME.replace('column = "work"', 'colum = "work"').replace("1/2", "0,5"), "utf-8")
    found = ran("lint", str(bad), "--format", "json")
    assert found.exit_code == 1
    faults = json.loads(found.stdout)["faults"]
    assert len(faults) >= 3
    assert all(fault["where"] and fault["what"] and fault["remedy"] for fault in faults)


def test_a_sample_is_drawn_again_from_its_workpaper_and_a_changed_one_is_found(
    scores: tuple[str, ...], tmp_path: Path
) -> None:
    history = scores[2:]
    drawn = asked("sample", history, "streams", "category=observation", "-n", "1", "--seed", "x")
    assert drawn.exit_code == 0
    assert "1 of 1 drawn" in drawn.stdout
    query = ("streams", "category=observation", "-n", "1", "--seed", "x", "--format", "json")
    paper = tmp_path / "paper.json"
    paper.write_text(asked("sample", history, *query).stdout, "utf-8")
    assert asked("sample", history, "--check", str(paper)).exit_code == 0
    forged = json.loads(paper.read_text("utf-8")) | {"head": "0" * 64}
    paper.write_text(json.dumps(forged, sort_keys=True, separators=(",", ":")), "utf-8")
    assert asked("sample", history, "--check", str(paper)).exit_code == 1
    assert asked("sample", history, "streams").exit_code == 2


def test_a_rule_issued_after_the_period_began_is_applied_only_when_asked(
    scores: tuple[str, ...], tmp_path: Path
) -> None:
    late = tmp_path / "late.toml"
    late.write_text(SCHEME.replace("issued_on = 2019-12-01", "issued_on = 2020-06-01"), "utf-8")
    options = ("--policy", str(late), *scores[2:])
    refused = asked("rank", options)
    assert refused.exit_code == 1
    assert "--retroactive" in refused.stderr
    for form in ("table", "html"):
        assert "RETROACTIVE" in asked("rank", options, "--retroactive", "--format", form).stdout


def test_what_does_not_fit_together_is_said(scores: tuple[str, ...], tmp_path: Path) -> None:
    assert asked("why", scores[2:], "u-a", "--above", "u-b").exit_code == 2
    assert asked("rank", scores, "assessment/x").exit_code == 2
    assert asked("rank", scores[2:], "--format", "csv").exit_code == 2
    assert (
        ran(
            "table",
            str(tmp_path / "scores.csv"),
            "--subject",
            "nobody",
            "--at",
            "2020-12-31",
            "--out",
            str(tmp_path / "x.jsonl"),
        ).exit_code
        == 1
    )
    assert asked("rank", scores, "--on", "soon").exit_code == 2


@pytest.mark.parametrize("name", [entry.name for entry in COMMANDS])
@pytest.mark.parametrize("columns", ["80", "100"])
def test_the_help_of_every_command_has_its_examples_line_by_line(name: str, columns: str) -> None:
    found = CliRunner().invoke(program, [name, "--help"], env={"COLUMNS": columns}).stdout
    assert "\b" not in found
    assert "\\b" not in found
    assert "\\\\" not in found
    _, _, examples = found.partition("Examples:\n")
    lines = examples.splitlines()
    for line, before in zip(lines, ["", *lines], strict=False):
        begun = line.lstrip().startswith("party-workflow ")
        assert begun or before.endswith(" \\"), line
        assert len(line) <= 100


def test_a_period_that_begins_after_the_day_of_the_run_is_refused(scores: tuple[str, ...]) -> None:
    days = ("--on", "2024-03-31", "--from")
    for command in ("rank", "robustness"):
        more = ("--seed", "s", "--runs", "1") if command == "robustness" else ()
        refused = asked(command, scores, *days, "2024-04-01", *more)
        assert refused.exit_code == 1
        assert refused.stderr == (
            "--from: The period begins on 2024-04-01, after the day of the run, which is 2024-03-31. "
            "Begin it earlier, or name a later day by --on.\n"
        )
        assert asked(command, scores, *days, "2024-03-31", *more).exit_code == 0


def test_what_a_run_finds_wrong_with_a_document_has_its_file_before_it(
    scores: tuple[str, ...], tmp_path: Path
) -> None:
    odd = tmp_path / "odd.toml"
    odd.write_text(SCHEME.replace('subject = "subject"', 'subject = "study"'), "utf-8")
    history = scores[2:]
    published = (
        "--published",
        str(tmp_path / "scores.csv"),
        "--key",
        "unit",
        "--column",
        "place=places:place",
    )
    for command, *more in (
        ("rank",),
        ("explain", "u-a"),
        ("why", "u-a", "--above", "u-b"),
        ("robustness", "--seed", "s", "--runs", "1"),
        ("reproduce", *published),
        ("compare", "--without", "observation/scores"),
    ):
        found = asked(command, ("--policy", str(odd), *history), *more)
        assert found.exit_code == 1, command
        assert found.stderr.startswith(f"{odd}: scores at 2: Its column study names nobody"), command
    late = tmp_path / "late.toml"
    late.write_text(SCHEME.replace("issued_on = 2019-12-01", "issued_on = 2020-06-01"), "utf-8")
    both = asked("compare", ("--policy", str(late), "--policy", str(odd), *history))
    assert both.exit_code == 1
    assert both.stderr.startswith(f"{late} or {odd}: two-scores: It was issued on 2020-06-01")
    assert "--retroactive" in both.stderr
    nobody = asked("explain", scores, "u-z")
    assert not nobody.stderr.startswith(scores[1])


def test_a_query_with_wrong_arguments_is_told_which_it_takes(scores: tuple[str, ...]) -> None:
    lots = ("-n", "1", "--seed", "x")
    found = asked("sample", scores[2:], "cases", "category=observation", *lots)
    takes = "cases needs kind and may have since, until."
    assert found.exit_code == 1
    assert found.stderr.splitlines() == [
        f"query.kind: It is lacking. {takes}",
        f"query.category: There is no such argument. {takes}",
    ]
    assert "streams needs category." in asked("sample", scores[2:], "streams", *lots).stderr
    assert asked("sample", scores[2:], "streams", "category=observation", *lots).exit_code == 0


def test_the_help_of_sample_has_every_query_with_all_its_arguments() -> None:
    lines = {line.split()[0]: line for line in ran("sample", "--help").stdout.splitlines() if line.strip()}
    for code in QUERIES:
        for name, needed in arguments(code).items():
            assert (f" {name}=" if needed else f"[{name}=") in lines[code]
        assert f"[by={'|'.join(STRATA[code])}]" in lines[code]


def test_a_ranking_of_nobody_says_that_the_population_is_empty_and_by_which_source(
    scores: tuple[str, ...], tmp_path: Path
) -> None:
    nobody = tmp_path / "nobody.toml"
    none = 'feed = "observations", where = { series = "none" }'
    nobody.write_text(SCHEME.replace('feed = "observations"', none), "utf-8")
    options = ("--policy", str(nobody), *scores[2:])
    for form in ("table", "html"):
        found = asked("rank", options, "--format", form)
        assert "The population is empty: the source scores has no rows" in found.stdout
        assert "The population is empty" not in asked("rank", scores, "--format", form).stdout


TWICE = """
[[clause]]
type = "rank"
code = "again"
measure = "work"
on = "exact"
direction = "highest"
ties = [{ by = "shared" }]
"""


def test_each_of_several_rankings_has_a_chart_of_its_moves(scores: tuple[str, ...], tmp_path: Path) -> None:
    head = 'ranking = "places"\n'
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text(head + SCHEME + TWICE, "utf-8")
    two.write_text(
        head + SCHEME.replace('"displayed"', '"exact"') + TWICE.replace('"highest"', '"lowest"'), "utf-8"
    )
    given = ("--policy", str(one), *scores[2:], "--policy", str(two), "--format", "html")
    page = asked("compare", given).stdout
    assert page.count("<svg") == 2
    assert "<figcaption>Moves: places.</figcaption>" in page
    assert "<figcaption>Moves: again.</figcaption>" in page
    for caption in ("Moves: places", "Moves: again"):
        chart = page.split(f">{caption}<")[1].split("</svg>")[0]
        assert all(chart.count(f"  {who}<") <= 1 for who in ("u-a", "u-b", "u-c"))


def test_explain_names_each_ranked_subject_once_to_somebody_who_asks_for_another(
    scores: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "one.toml").write_text('ranking = "places"\n' + SCHEME + TWICE, "utf-8")
    found = asked("explain", ("--policy", str(tmp_path / "one.toml"), *scores[2:]), "u-z")
    assert found.exit_code == 1
    assert [found.stderr.count(who) for who in ("u-a", "u-b", "u-c")] == [1, 1, 1]


def test_a_comparison_with_the_time_before_anything_happened_says_that_the_log_was_empty(
    scores: tuple[str, ...],
) -> None:
    found = asked("compare", scores, "--happened-by", "2019-12-31")
    assert "; an empty log" in found.stdout
    assert "log  up to" not in found.stdout
    assert "1 places" not in found.stdout


def test_reproduce_says_treatments_and_roundings_in_words(scores: tuple[str, ...], tmp_path: Path) -> None:
    each = '{ missing = "zero", excused = "leave_out", not_applicable = "incomplete" }'
    (tmp_path / "each.toml").write_text(SCHEME.replace('absent = "incomplete"', f"absent = {each}"), "utf-8")
    options = ("--policy", str(tmp_path / "each.toml"), *scores[2:])
    given = ("--published", str(tmp_path / "scores.csv"), "--key", "unit", "--column", "work=work")
    found = asked("reproduce", options, *given, "--format", "csv")
    assert found.exit_code == 0, found.stderr
    options_said = {row[1] for row in csv.reader(io.StringIO(found.stdout))}
    assert "missing: zero, excused: leave out, not applicable: incomplete" in options_said
    assert not any("{" in said or "'" in said or "_" in said for said in options_said)
    assert "1 place, half up" in options_said
