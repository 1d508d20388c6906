"""The commands that read: what they show, what they give as JSON, and that both clocks reach them."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.cli.journals import KEY, SECRET, STREAM, beginning, campaign
from tests.cli.running import done, head, run

from party_workflow.canonical import jsonable, parse_canonical, time_text
from party_workflow.history import History
from party_workflow.packs.party import MODEL
from party_workflow.packs.results import appraisal_ranking, full_audit
from party_workflow.policies.assessments.sheets import STRICT, Sheets
from party_workflow.policies.assessments.standings import standings
from party_workflow_adapters.export import read_export
from party_workflow_adapters.openings import SqliteOpenings
from party_workflow_adapters.sqlite import SqliteStore

VIEWS = {
    "show": (),
    "show a campaign": (STREAM,),
    "show authority": ("authority",),
    "show the organisation": ("organisation",),
    "timeline": (),
    "missing": (),
    "rank": (),
    "explain": ("p-3",),
    "audit": (),
    "claims": (),
    "allowed": ("--account", "a-2", "--person", "p-2", "--capacity", "secretary", "--at", "2005-04-01"),
}


def call(view: str, *options: object) -> list[object]:
    return [view.split(maxsplit=1)[0], *VIEWS[view], *options]


def data(*arguments: object) -> Any:
    """What a command gives as JSON: one line of canonical bytes and nothing else."""
    result = run(*arguments, "--json")
    assert result.stdout_bytes.endswith(b"\n")
    assert result.stdout_bytes.count(b"\n") == 1
    return parse_canonical(result.stdout_bytes[:-1])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the journal, its log and its export."""
    folder = tmp_path_factory.mktemp("views")
    (folder / "key").write_bytes(bytes(32))
    (folder / "journal.jsonl").write_bytes(campaign().bytes())
    store = folder / "log.sqlite"
    done("import", folder / "journal.jsonl", "--store", store, "--salt-key", folder / "key", "--quiet")
    done("export", folder / "export.jsonl", "--store", store)
    return folder


@pytest.fixture(scope="module")
def store(files: Path) -> Path:
    return files / "log.sqlite"


@pytest.fixture(scope="module")
def history(files: Path) -> History:
    return History(read_export(files / "export.jsonl"), MODEL.registry)


@pytest.mark.parametrize("view", VIEWS)
def test_log_export_and_journal_give_the_same_answer(view: str, files: Path) -> None:
    options = call(view)
    log = data(*options, "--store", files / "log.sqlite")
    if view == "audit":  # which only a log has: the others keep nothing beside their records
        assert log["checks"].pop() == {"code": "bookkeeping", "findings": [], "outcome": "pass"}
    assert log == data(*options, "--history", files / "export.jsonl")
    assert log == data(*options, "--history", files / "journal.jsonl", "--salt-key", files / "key")
    assert log == data(*options, "--journal", files / "journal.jsonl", "--salt-key", files / "key")


@pytest.mark.parametrize("view", VIEWS)
def test_json_holds_no_personal_value_and_reading_changes_nothing(view: str, files: Path) -> None:
    before = {path.name: path.read_bytes() for path in files.iterdir() if path.suffix == ".sqlite"}
    result = run(*call(view), "--store", files / "log.sqlite", "--json")
    assert SECRET not in result.stdout
    assert result.stderr == ""
    assert before == {path.name: path.read_bytes() for path in files.iterdir() if path.suffix == ".sqlite"}


@pytest.mark.parametrize("view", VIEWS)
def test_the_output_for_people_fits_100_columns(view: str, store: Path) -> None:
    for language in ("en", "zh"):
        text = run(*call(view), "--store", store, "--lang", language).stdout
        assert text.strip()
        assert max(len(line) for line in text.splitlines()) <= 100


def test_show_gives_the_log_its_head_and_its_counts(store: Path, history: History) -> None:
    text = done("show", "--store", store)
    position, digest = history.head()
    for words in ("bureau", str(position), digest, "activity.planned", "rating.self_rated"):
        assert words in text
    found = data("show", "--store", store)
    assert (found["log"], found["position"], found["head"]) == ("bureau", position, digest)
    assert found["types"]["rating.self_rated"] == 7
    assert sum(found["types"].values()) == sum(found["matters"].values()) == position


def test_show_gives_a_matter_with_its_state_and_what_happened(store: Path) -> None:
    text = done("show", "activity/study-02", "--store", store)
    for words in ("Study session", "第2次集中学习", "status Late", "attendance corrected"):
        assert words in text
    found = data("show", "activity/study-02", "--store", store)
    assert found["state"]["register"]["p-7"]["status"] == "late"
    assert [event["type"].partition(".")[2] for event in found["events"]] == [
        "planned",
        "held",
        "attendance_corrected",
        "evidence_attached",
    ]


def test_show_gives_a_campaign_by_phase_and_task(store: Path) -> None:
    text = done("show", STREAM, "--store", store)
    assert "Study and mobilisation: Open" in text
    assert "Rectification: Not begun" in text
    assert "长期在外" in text


def test_show_says_which_matters_there_are_when_it_is_asked_for_another(store: Path) -> None:
    result = run("show", "activity/study-99", "--store", store)
    assert result.exit_code == 1
    assert "There is no such matter" in result.stderr
    assert "activity/study-01" in result.stderr
    result = run("show", "nothing/x", "--store", store)
    assert result.exit_code == 1
    assert "No aggregate has the category nothing" in result.stderr


def test_labels_come_in_english_and_chinese(store: Path) -> None:
    assert "Study sessions" in done("missing", "--store", store)
    assert "集中学习" in done("missing", "--store", store, "--lang", "zh")
    assert "Study sessions" not in done("missing", "--store", store, "--lang", "zh")


def test_names_are_shown_while_their_openings_are_there(tmp_path: Path) -> None:
    journal, log = tmp_path / "journal.jsonl", tmp_path / "log.sqlite"
    journal.write_bytes(beginning().bytes())
    done("import", journal, "--store", log, "--quiet")
    assert f"p-3 {SECRET}" in done("show", "organisation", "--store", log)
    with SqliteOpenings.beside(log) as openings:
        openings.erase("p-3")
    text = done("show", "organisation", "--store", log)
    assert "p-3 [erased]" in text
    assert SECRET not in text
    done("export", tmp_path / "export.jsonl", "--store", log)
    assert "p-4 [not-supplied]" in done("show", "organisation", "--history", tmp_path / "export.jsonl")
    log.with_name("log.sqlite.openings").unlink()
    assert "p-3 [not-supplied]" in done("show", "organisation", "--store", log)
    assert not log.with_name("log.sqlite.openings").exists()


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    journal = beginning()
    line = json.loads(journal.lines[6])
    line["together"][0]["with"]["name"] = "甲\x1b[2J\u202e乙\n丙"
    journal.lines[6] = json.dumps(line)
    (tmp_path / "journal.jsonl").write_bytes(journal.bytes())
    text = done("show", "organisation", "--journal", tmp_path / "journal.jsonl")
    assert "甲\\u001b[2J\\u202e乙 丙" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_rank_is_the_result_of_the_policy(store: Path, history: History) -> None:
    expected = appraisal_ranking(history, KEY)
    assert data("rank", "--store", store) == expected.data()
    text = done("rank", "--store", store)
    assert expected.digest in text
    # Four share the first place, and with two places for excellent people have to choose.
    assert "1=" in text
    assert "94.00" in text
    assert "A tie at the edge: 2 more can be Excellent" in text


def test_rank_takes_a_rule_by_the_beginning_of_its_digest(store: Path, history: History) -> None:
    rule = appraisal_ranking(history, KEY).rule.digest
    assert data("rank", "--rule", rule[:8], "--store", store)["rule"]["digest"] == rule
    result = run("rank", "--rule", "beef", "--store", store)
    assert result.exit_code == 1
    assert rule[:12] in result.stderr


def test_explain_ends_in_events_of_the_log(store: Path, history: History) -> None:
    text = done("explain", "p-3", "--store", store)
    for words in ("place 1 of 7", "total = 94.00", "weight.peer = 2/5", "#52 rating.self_rated"):
        assert words in text
    found = data("explain", "p-3", "--store", store)
    known = {record.envelope.event_id for record in history.records()}
    assert found["events"]
    assert set(found["events"]) <= known
    result = run("explain", "p-99", "--store", store)
    assert result.exit_code == 1
    assert "does not know this subject" in result.stderr


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of an example with assessments and without a campaign."""
    folder = tmp_path_factory.mktemp("mine")
    done("demo", "mine", "--out", folder)
    return folder / "log.sqlite"


STANDARD = "assessment/standard-2020-q1"
GRADES = {"good": "3", "fairly_good": "5/2", "fair": "2", "poor": "0"}


def test_show_folds_the_definition_that_a_matter_goes_by_unless_asked_for_all_of_it(mine: Path) -> None:
    options = ("show", "assessment/duty-2019", "--store", mine)
    text, full = done(*options), done(*options, "--full")
    assert "kind: duty_report_session v1 (--full shows it)" in text
    assert "own answers" not in text
    assert "own answers" in full
    assert len(text.splitlines()) < len(full.splitlines()) - 100
    # What was done stays.
    assert "Grade of the session" in text
    # A definition is what is shown there.
    assert "--full" not in done("show", "definition/brand", "--store", mine)


def test_rank_takes_an_assessment_with_method_ties_population_and_who_is_left_out(mine: Path) -> None:
    options = ("rank", STANDARD, "--voice", "review_team", "--store", mine)
    with SqliteStore(mine, read_only=True) as log:
        sheets = Sheets.of(History(log, MODEL.registry), STANDARD)
        expected = standings(sheets, "review_team", STRICT)
    found = data(*options)
    assert found["ranking"] == jsonable(expected.ranking.data())
    assert found["treatment"] == {
        "excused": "incomplete",
        "missing": "incomplete",
        "not_applicable": "incomplete",
    }
    text = " ".join(done(*options).split())
    (out,) = expected.ranking.excluded
    assert f"Not ranked: {out.subject}" in text
    assert "Ranked: 7 of 8. Method: competition on exact totals" in text
    assert all(entry.subject in text for entry in expected.ranking.entries)


def test_rank_of_an_assessment_says_how_what_is_absent_is_treated(mine: Path) -> None:
    options = ("rank", STANDARD, "--voice", "review_team", "--store", mine)
    absent = [
        part for kind in ("missing", "excused", "not_applicable") for part in ("--absent", kind, "zero")
    ]
    assert len(data(*options, *absent)["ranking"]["entries"]) == 8
    assert "missing: zero" in " ".join(done(*options, *absent).split())


def test_rank_of_provisional_marks_says_so_on_every_answer(mine: Path) -> None:
    with SqliteStore(mine, read_only=True) as log:
        source = History(log, MODEL.registry)
        moments = {record.envelope.recorded_at for record in source.stream(STANDARD)}
        early = next(
            moment
            for moment in sorted(moments)
            if Sheets.of(source.as_of(known=moment), STANDARD).provisional
        )
    known = ("as-of", "--known", time_text(early))
    options = (STANDARD, "--voice", "review_team", "--store", mine)
    assert data(*known, "rank", *options)["watermark"] == "provisional"
    assert "PROVISIONAL" in done(*known, "rank", *options)
    explain = ("explain", STANDARD, "u-b1", "--voice", "review_team", "--store", mine)
    assert data(*known, *explain)["watermark"] == "provisional"
    assert "This is provisional" in done(*known, *explain)


def test_explain_takes_a_subject_of_an_assessment_apart_down_to_events(mine: Path) -> None:
    options = ("--voice", "review_team", "--store", mine)
    ranking = data("rank", STANDARD, *options)["ranking"]
    first = ranking["entries"][0]
    found = data("explain", STANDARD, first["subject"], *options)
    assert found["figure"] == first["figure"]
    assert found["outcome"] == "place 1 of 7"
    with SqliteStore(mine, read_only=True) as log:
        entries = {record.envelope.event_id for record in log.read_stream(STANDARD)}
    assert found["events"]
    assert set(found["events"]) <= entries
    text = done("explain", STANDARD, first["subject"], *options)
    assert "place 1 of 7" in text
    assert "#" in text
    out = ranking["excluded"][0]["subject"]
    assert "not ranked" in done("explain", STANDARD, out, *options)
    result = run("explain", STANDARD, "u-nobody", *options)
    assert result.exit_code == 1
    assert first["subject"] in result.stderr


@pytest.mark.parametrize(
    ("options", "status", "sentence"),
    [
        ((STANDARD,), 1, "Name one with --voice"),
        ((STANDARD, "--voice", "nobody"), 1, "There is no voice nobody"),
        ((STANDARD, "--voice", "self_check"), 1, "add --own-voice"),
        ((STANDARD, "--voice", "review_team", "--item", "nothing"), 1, "does not mark nothing"),
        (("assessment/duty-2019", "--voice", "grading"), 1, "--worth GRADE=NUMBER"),
        (("assessment/none",), 1, "There is no such assessment"),
        (("activity/x",), 2, "is no assessment"),
        ((STANDARD, "--campaign", "x"), 2, "are for the appraisal of a campaign"),
        (("--voice", "review_team"), 2, "are for an assessment"),
        (("assessment/duty-2019", "--worth", "good=many"), 2, "is not GRADE=NUMBER"),
        ((), 1, "rank and explain take one"),
    ],
)
def test_rank_says_what_an_assessment_needs(
    mine: Path, options: tuple[str, ...], status: int, sentence: str
) -> None:
    result = run("rank", *options, "--store", mine)
    assert result.exit_code == status
    assert sentence in " ".join(result.stderr.split())


def test_rank_takes_the_worth_of_grades_and_the_subjects_own_voice(mine: Path) -> None:
    own = data("rank", STANDARD, "--voice", "self_check", "--own-voice", "--store", mine)
    assert own["voice"] == "self_check"
    graded = ("rank", "assessment/duty-2019", "--voice", "grading", "--store", mine)
    worths = [part for grade in GRADES for part in ("--worth", f"{grade}={GRADES[grade]}")]
    found = data(*graded, *worths)
    assert len(found["ranking"]["entries"]) == 8
    assert found["worths"] == GRADES


def test_audit_shows_each_check_by_itself(store: Path, history: History) -> None:
    assert data("audit", "--history", store.with_name("export.jsonl")) == full_audit(history).data()
    text = done("audit", "--history", store.with_name("export.jsonl"))
    assert "receipts and counters" not in text
    text = done("audit", "--store", store)
    assert "Everybody was permitted to do what they did" in text
    assert "The register was corrected for p-7 to late (mistaken)." in text


def test_audit_as_csv_has_a_row_for_each_finding_as_json_what_json_has_and_a_page(
    store: Path, tmp_path: Path
) -> None:
    checks = data("audit", "--store", store)["checks"]
    every = [(check["code"], found["sentence"]) for check in checks for found in check["findings"]]
    head, *rows = csv.reader(io.StringIO(done("audit", "--store", store, "--format", "csv")))
    assert head == ["Check", "Integrity", "Subject", "Finding", "Events"]
    assert [(row[0], row[3]) for row in rows] == every
    assert every
    assert {row[1] for row in rows} == {"no"}
    number = sum(len(found["events"]) for check in checks for found in check["findings"])
    assert sum(row[4].count("#") for row in rows) == number
    assert done("audit", "--store", store, "--format", "json") == done("audit", "--store", store, "--json")
    page = done("audit", "--store", store, "--format", "html")
    assert page.startswith("<!doctype html>")
    assert page.count("<tr>") == 2 + len(every) + len(checks)
    assert done("audit", "--store", store, "--format", "table") == done("audit", "--store", store)
    tampered(store, tmp_path, "DELETE FROM events WHERE position = 40")
    for form in ("csv", "html"):
        damaged = run("audit", "--store", tmp_path / "copy.sqlite", "--format", form)
        assert damaged.exit_code == 1
        assert "Position 40" in damaged.stdout
        assert ("What stands behind it was not checked." in damaged.stdout) == (form == "html")
    assert "readable,yes," in run("audit", "--store", tmp_path / "copy.sqlite", "--format", "csv").stdout


def tampered(store: Path, folder: Path, *statements: str) -> dict[str, Any]:
    """The audit, as JSON by check, of a copy of a log on which somebody ran SQL.  It has to fail."""
    copy = folder / "copy.sqlite"
    shutil.copy(store, copy)
    connection = sqlite3.connect(copy)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    result = run("audit", "--store", copy, "--json")
    assert result.exit_code == 1
    return {check["code"]: check for check in json.loads(result.stdout)["checks"]}


def said(check: dict[str, Any]) -> list[str]:
    return [finding["sentence"] for finding in check["findings"]]


def test_audit_of_a_damaged_log_names_every_place_once_and_checks_what_stands_before(
    store: Path, tmp_path: Path
) -> None:
    checks = tampered(
        store,
        tmp_path,
        "DELETE FROM events WHERE position IN (40, 60)",
        "UPDATE events SET state = x'00' WHERE position = 50",
    )
    assert [text.partition(":")[0] for text in said(checks["readable"])] == [
        "Position 40",
        "Position 50",
        "Position 60",
    ]
    assert {checks[code]["outcome"] for code in ("positions", "versions", "authority")} == {"pass"}
    assert checks["bookkeeping"]["outcome"] == "not_checked"
    text = " ".join(run("audit", "--store", tmp_path / "copy.sqlite").stdout.split())
    assert "positions 1 to 39" in text
    assert "What stands behind it was not checked." in text


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE head SET position = position - 1", "The head says that the log ends at"),
        ("UPDATE head SET position = position + 1", "The head says that the log was recorded up to"),
        ("UPDATE head SET recorded_at = '2005-01-01T00:00:00.000000Z'", "The head names another time"),
        ("UPDATE commands SET digest = 'd' WHERE command_id IN (SELECT min(command_id) FROM commands)",
         "The table commands says otherwise than the records of"),
        ("DELETE FROM commands WHERE command_id IN (SELECT min(command_id) FROM commands)",
         "The table commands lacks"),
        ("UPDATE accounts SET counter = counter + 1 WHERE account = 'a-2'",
         "The table accounts says otherwise than the records of a-2."),
        ("INSERT INTO accounts VALUES ('a-999', 1)", "The table accounts has, without any record, a-999."),
        ("UPDATE streams SET version = version - 1 WHERE name = 'organisation'",
         "The table streams says otherwise than the records of organisation."),
    ],
)  # fmt: skip
def test_audit_compares_what_the_file_keeps_beside_its_records(
    store: Path, tmp_path: Path, statement: str, sentence: str
) -> None:
    checks = tampered(store, tmp_path, statement)
    assert any(text.startswith(sentence) for text in said(checks["bookkeeping"]))


def test_audit_of_an_altered_log_ends_with_status_1(tmp_path: Path, files: Path) -> None:
    lines = (files / "export.jsonl").read_bytes().splitlines(keepends=True)
    wrong = json.loads(lines[-1])
    wrong["person"], wrong["account"] = "p-3", "a-3"
    lines[-1] = json.dumps(wrong, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    altered = tmp_path / "export.jsonl"
    altered.write_bytes(b"".join(lines))
    result = run("audit", "--history", altered)
    assert result.exit_code == 1
    assert "Accepted though forbidden" in result.stdout


def test_claims_are_judged_from_themselves_and_from_the_events(store: Path) -> None:
    result = run("claims", "--store", store)
    assert result.exit_code == 1
    # 17 attendances are asserted; 8 members can have 16 at most at 2 sessions; the registers have 14.
    text = " ".join(result.stdout.split())
    assert "at most 16 can be members', so at least 1 are others' or an error" in text
    assert "differs by -3" in text
    assert "Members 8 members 8 ✓ matches" in text


def test_missing_names_people_with_reasons_and_gives_both_shares(store: Path) -> None:
    text = done("missing", "--store", store)
    assert "Hundred-question test: 0 of 8 (0 %); without the 1 excused, 0 of 7 (0 %)" in text
    assert "Not begun: Analysis and appraisal, Rectification." in text
    found = data("missing", "--store", store)
    test = next(item for item in found["participation"] if item["task"] == "study_test")
    away = next(item for item in test["missing"] if item["person"] == "p-8")
    assert (away["excused"], away["reason"]) == (True, "away")


def test_timeline_is_by_effect_and_says_what_became_known_later(store: Path) -> None:
    text = done("timeline", "--of", "activity", "--store", store)
    assert "known 2005-03-03" in text
    assert "rating" not in text
    found = data("timeline", "--store", store)
    times = [event["effective_at"] for event in found["events"]]
    assert times == sorted(times)
    assert len(times) == head(store)
    positions = [
        event["position"] for event in data("timeline", "--order", "position", "--store", store)["events"]
    ]
    assert positions == list(range(1, head(store) + 1))


def test_as_of_narrows_every_reading_command_on_both_clocks(store: Path, history: History) -> None:
    # The second session took place on 3 March and was recorded on the 4th.
    stream = "activity/study-02"
    known = data("as-of", "--known", "2005-03-03", "show", stream, "--store", store)
    happened = data("as-of", "--effective", "2005-03-03", "show", stream, "--store", store)
    assert [event["type"] for event in known["events"]] == ["activity.planned"]
    assert [event["type"] for event in happened["events"]] == ["activity.planned", "activity.held"]
    both = data("as-of", "--effective", "2005-03-03", "--known", "2005-03-03", "timeline", "--store", store)
    assert len(both["events"]) < head(store)
    moment = "2005-03-05T00:00:00+08:00"
    ranked = data("as-of", "--known", moment, "rank", "--store", store)
    assert ranked["known"] == "2005-03-04T16:00:00.000000Z"
    text = done("as-of", "--known", "2005-03-03", "show", "--store", store)
    assert "As of what was known by 2005-03-03T15:59:59.999999Z." in text
    audited = data("as-of", "--effective", "2005-03-03", "audit", "--store", store)
    assert {"not_checked"} == {c["outcome"] for c in audited["checks"] if c["code"] == "positions"}


def test_as_of_takes_moments_with_a_zone_or_days_and_nothing_else(store: Path) -> None:
    for time in ("yesterday", "2005-03-03T10:00:00", "2005-13-01", "now", "0001-01-01T00:00:00+08:00"):
        result = run("as-of", "--known", time, "show", "--store", store)
        assert result.exit_code == 2, time
        assert "not a moment" in result.stderr
    assert run("as-of", "show", "--store", store).exit_code == 2


def test_allowed_lists_what_is_open_and_says_why_the_rest_is_not(store: Path) -> None:
    who = ("--account", "a-2", "--person", "p-2", "--at", "2005-04-01", "--store", store)
    text = done("allowed", *who, "--capacity", "secretary", "activity/study-01")
    opened, closed = text.split("Closed")
    assert "activity.correct_attendance" in opened
    assert "activity.plan" in closed
    assert "The activity id study-01 was used before." in closed
    found = data("allowed", *who, "--capacity", "supervisor", STREAM)
    assert all(not permission["open"] for permission in found["permissions"])
    assert {item["refusal"]["code"] for item in found["permissions"]} == {"authority.role_not_held"}
    everything = done("allowed", *who, "--capacity", "secretary")
    assert "campaign.close" in everything
    assert "a new one" in everything


def test_an_export_is_whole_or_not_there_and_overwrites_nothing_unasked(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    done("export", out, "--store", store)
    with SqliteStore(store, read_only=True) as log:
        assert out.read_bytes() == b"".join(record.bytes + b"\n" for record in log.read())
    result = run("export", out, "--store", store)
    assert result.exit_code == 2
    assert "--force" in result.stderr
    done("export", out, "--store", store, "--force")
    assert run("export", "-", "--store", store).stdout_bytes == out.read_bytes()
    assert run("export", tmp_path / "no" / "out.jsonl", "--store", store).exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_one_source_has_to_be_named_and_only_one(store: Path, files: Path) -> None:
    result = run("show")
    assert result.exit_code == 2
    assert "--store LOG" in result.stderr
    assert run("show", "--store", store, "--history", files / "export.jsonl").exit_code == 2


def test_a_log_that_is_not_there_or_is_none_is_a_failure_of_the_store(tmp_path: Path, files: Path) -> None:
    result = run("show", "--store", tmp_path / "none.sqlite")
    assert result.exit_code == 3
    assert "There is no file" in result.stderr
    assert not (tmp_path / "none.sqlite").exists()
    result = run("show", "--store", files / "journal.jsonl")
    assert result.exit_code == 3
    assert "is not an SQLite database" in result.stderr


def test_a_bad_line_of_a_journal_or_an_export_is_named(tmp_path: Path, files: Path) -> None:
    for name, line in (("journal.jsonl", 3), ("export.jsonl", 3)):
        lines = (files / name).read_bytes().splitlines(keepends=True)
        lines[line - 1] = f'{{"{SECRET}": 1}}\n'.encode()
        bad = tmp_path / name
        bad.write_bytes(b"".join(lines))
        result = run("show", "--history", bad)
        assert result.exit_code == 1
        assert f"{name}, line {line}: " in result.stderr
        assert SECRET not in result.output


def test_views_of_a_log_without_a_campaign_say_so(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(beginning().bytes())
    for view in ("rank", "missing", "explain"):
        result = run(*call(view), "--journal", journal)
        assert result.exit_code == 1
        assert "holds no campaign" in result.stderr
    assert "Nothing was asserted." in done("claims", "--journal", journal)
    assert run("audit", "--journal", journal).exit_code == 0


@pytest.fixture(scope="module")
def example(root: Path) -> list[object]:
    """The example history, as options."""
    folder = root / "examples" / "education_campaign"
    return ["--journal", folder / "history.jsonl", "--salt-key", folder / "salt.key"]


def test_confidential_matters_are_shown_only_when_asked_for_as_such(example: list[object]) -> None:
    for options in ([], ["--json"]):
        result = run("show", "case/complaint-01-5f0c2a9d7be34816a1c9e02b47d3f658", *example, *options)
        assert result.exit_code == 2
        assert "case/complaint-01-5f0c2a9d7be34816a1c9e02b47d3f658 is confidential" in result.stderr
        assert result.stdout == ""
    assert "complainant" in done(
        "show", "case/complaint-01-5f0c2a9d7be34816a1c9e02b47d3f658", "--confidential", *example
    )
    usual = data("timeline", "--of", "case", *example)
    assert usual["withheld"] > 0
    assert not any(
        event["stream"] == "case/complaint-01-5f0c2a9d7be34816a1c9e02b47d3f658" for event in usual["events"]
    )
    every = data("timeline", "--of", "case", "--confidential", *example)
    assert len(every["events"]) == len(usual["events"]) + usual["withheld"]
    assert "confidential matters" in done("timeline", "--of", "case", *example)
    assert "complaint-01-5f0c2a9d7be34816a1c9e02b47d3f658" not in done("audit", *example)


def test_every_matter_of_the_example_can_be_shown(example: list[object], root: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.sqlite"
    done("import", example[1], "--salt-key", example[3], "--vault-key", example[3], "--store", log, "--quiet")
    first = {}
    for stream in data("show", "--store", log)["matters"]:
        first.setdefault(stream.partition("/")[0], stream)
    first["complaint"] = "case/complaint-01-5f0c2a9d7be34816a1c9e02b47d3f658"
    assert len(first) > 10
    for stream in first.values():
        for options in (["--lang", "en"], ["--lang", "zh"], ["--json"]):
            assert done("show", stream, "--confidential", "--store", log, *options)


def test_a_matter_of_every_category_can_be_shown(example: list[object], tmp_path: Path) -> None:
    seen = {stream.partition("/")[0] for stream in data("show", *example)["matters"]}
    for name in ("mine", "company", "county"):
        done("demo", name, "--at", tmp_path / name)
        log = tmp_path / name / "log.sqlite"
        first: dict[str, str] = {}
        for stream in data("show", "--store", log)["matters"]:
            first.setdefault(stream.partition("/")[0], stream)
        for stream in (stream for category, stream in first.items() if category not in seen):
            for options in (["--lang", "en"], ["--lang", "zh"], ["--json"]):
                assert done("show", stream, "--confidential", "--store", log, *options)
        seen |= set(first)
    scores, export = tmp_path / "scores.csv", tmp_path / "scores.jsonl"
    scores.write_text("unit,points\nu-a,3\nu-b,\n", "utf-8")
    done("table", scores, "--subject", "unit", "--at", "2020-12-31", "--out", export)
    for options in (["--lang", "en"], ["--lang", "zh"], ["--json"]):
        assert done("show", "observation/scores", "--history", export, *options)
    seen.add("observation")
    # These are tested with the commands that make them.
    assert set(MODEL.by_category) - seen <= {"intake", "criticism", "inspection", "responsibility"}


def test_the_report_is_one_file_as_of_the_moments_asked_for(example: list[object], tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    done("as-of", "--known", "2005-03-31", "report", out, *example, "--lang", "zh")
    page = out.read_text(encoding="utf-8")
    assert page.startswith("<!")
    assert "集中学习" in page
    result = run("report", out, *example)
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert out.read_text(encoding="utf-8") == page
