"""The report: complete, self-contained, the same bytes each time, silent about what is not to be shown."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.report import histories
from tests.report.histories import HOSTILE, KEY, Story
from tests.report.markup import Page

from party_workflow.history import History
from party_workflow.packs import party
from party_workflow.packs.measures import BOUNDS, campaign_measures
from party_workflow.packs.results import appraisal_ranking, full_audit
from party_workflow.personal import Opening, Personal, keyed_salts
from party_workflow.policies.activities.participation import participation
from party_workflow.policies.figure import Absent
from party_workflow.policies.overview import claims, sealed_places, sessions
from party_workflow.service import Workflow
from party_workflow.store import MemoryStore, Record, encode
from party_workflow_adapters import report
from party_workflow_adapters.report.facts import NAMES

LANGUAGES = ("en", "zh")
ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def story() -> Story:
    """The campaign from mobilisation to the appraisal; not to be changed by a test."""
    return histories.full()


@cache
def text(language: Any = "en") -> str:
    return report.render(story().workflow, campaign=KEY, population=KEY, language=language)


@cache
def page(language: Any = "en") -> Page:
    return Page(text(language))


def history() -> History:
    return story().workflow.history


# --- the page as such ------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_well_formed_self_contained_and_can_be_read_without_seeing_it(language: str) -> None:
    assert page(language).faults == []


@pytest.mark.parametrize(
    "broken",
    [
        "<p><b></p>",
        '<p id="a"></p><p id="a"></p>',
        '<a href="#nowhere"></a>',
        '<img src="x.png">',
        "<script></script>",
        '<link href="x.css">',
        '<p style="background: url(x.png)"></p>',
        "<h3></h3>",
        "<table></table>",
        "<svg></svg>",
        "<p>see http://example</p>",
        '<p onclick="x"></p>',
    ],
)
def test_the_checker_of_pages_finds_what_is_wrong(broken: str) -> None:
    frame = (
        '<!doctype html><html lang="en"><title>x</title><header></header><nav aria-label="x"></nav>'
        "<h1>x</h1><main>{}</main><footer></footer></html>"
    )
    assert Page(frame.format("<p>fine</p>")).faults == []
    assert Page(frame.format(broken)).faults != []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_forbids_itself_everything_but_its_own_style(language: str) -> None:
    (policy,) = page(language).root.all("meta", **{"http-equiv": "Content-Security-Policy"})
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.attributes["content"].split("; ")}
    assert rules == {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }


def test_the_page_says_its_language_and_has_every_part_in_the_contents() -> None:
    assert page("en").root.one("html").attributes["lang"] == "en"
    assert page("zh").root.one("html").attributes["lang"] == "zh-Hans"
    listed = [link.attributes["href"][1:] for link in page().root.one("nav").all("a")]
    assert listed == [part.attributes["id"] for part in page().root.one("main").all("section") if
                      part.attributes.get("id")]  # fmt: skip


def test_in_chinese_no_heading_caption_or_column_is_left_in_english() -> None:
    chinese = re.compile("[\u4e00-\u9fff]")
    untranslated = [
        element.text
        for tag in ("h1", "h2", "h3", "h4", "caption", "dt", "title")
        for element in page("zh").root.all(tag)
        if not chinese.search(element.text)
    ]
    columns = {
        cell.text
        for cell in page("zh").root.all("th", scope="col")
        if not chinese.search(cell.text) and cell.text not in ("#", "SHA-256", "English")
    }
    assert (untranslated, columns) == ([], set())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_shown_has_a_label(language: Any) -> None:
    from party_workflow.packs.labels import LABELS
    from party_workflow_adapters.report.facts import gather
    from party_workflow_adapters.report.page import page as draw
    from party_workflow_adapters.report.texts import CODES
    from party_workflow_adapters.report.words import Words

    facts = gather(story().workflow, KEY, KEY, None, None, None)
    words = Words(story().workflow, language, facts.names)
    draw(facts, words)
    # What the role book and the claim of this history are called is this test's own invention.
    assert words.used - LABELS.keys() - CODES.keys() == {"everything"}
    assert {code for code, _, _ in words.glossary()} == words.used - {"everything"}


def test_moments_stand_on_the_clock_of_the_pack_and_no_time_of_making_is_shown() -> None:
    assert "UTC+8" in text()
    years = set(re.findall(r"\b(20\d\d)-\d\d-\d\d", text()))
    assert years == {"2005"}


# --- the same bytes --------------------------------------------------------------------------


def test_the_same_history_gives_the_same_bytes_again() -> None:
    again = histories.full()
    for language in LANGUAGES:
        made = report.render(again.workflow, campaign=KEY, population=KEY, language=language)
        assert made == text(language)


SCRIPT = """
import decimal, hashlib
import matplotlib
matplotlib.rcParams.update({"font.size": 40, "lines.linewidth": 9, "svg.fonttype": "path"})
decimal.getcontext().prec = 2
decimal.getcontext().rounding = decimal.ROUND_UP
from tests.report import histories
from party_workflow_adapters import report
workflow = histories.full().workflow
for language in ("en", "zh"):
    made = report.render(workflow, campaign=histories.KEY, population=histories.KEY, language=language)
    print(hashlib.sha256(made.encode()).hexdigest())
"""


@pytest.mark.parametrize(("seed", "zone"), [("0", "Asia/Kathmandu"), ("4711", "America/St_Johns")])
def test_hash_seed_time_zone_decimal_context_and_settings_of_the_machine_change_nothing(
    seed: str, zone: str
) -> None:
    from party_workflow.canonical import bytes_digest

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [bytes_digest(text(language).encode()) for language in LANGUAGES]


# --- the figures -----------------------------------------------------------------------------


def test_R_071_the_attendances_are_those_of_the_registers_members_and_others_apart() -> None:
    part = page().section("participation")
    assert "392 attendances in 12 sessions: 307 of members and 85 of others. On average 32.67" in part.text
    held = [item for item in sessions(history(), KEY) if item.kind == "study_session"]
    shown = [row for row in part.rows() if row and re.fullmatch(r"study-\d\d", row[0])]
    assert [[int(cell) for cell in row[2:5]] for row in shown] == [
        [item.members, item.others, item.members + item.others] for item in held
    ]
    assert ["Total", "307", "85", "392", ""] in part.rows()


def test_R_072_R_073_raw_and_adjusted_shares_stand_side_by_side_and_nobody_missing_is_unexplained() -> None:
    part = page().section("participation")
    (test,) = [row for row in part.rows() if row and row[0] == "Hundred-question test"]
    assert test[1:3] == ["28/29 = 96.55 %", "28/28 = 100 %"]
    assert test[-1] == "raw no, adjusted yes"
    found = participation(history(), KEY, "study_test", KEY)
    assert found.unexplained == ()
    (table,) = [item for item in part.all("table") if "Hundred-question test" in item.one("caption").text]
    assert [row[0].split()[0] for row in table.rows()[1:]] == ["p-29"]
    assert table.rows()[1][1:4] == ["excused", "Away", "By telephone, materials sent"]


def test_the_threshold_is_that_which_was_stated() -> None:
    workflow = story().workflow
    half = report.render(workflow, campaign=KEY, population=KEY, threshold=Fraction(1, 2))
    assert "Reaches 50 %?" in half
    assert "raw yes, adjusted yes" in half
    assert "Reaches" not in report.render(workflow, campaign=KEY, population=KEY, threshold=None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_ranked_subject_is_there_with_place_total_and_grade(language: Any) -> None:
    ranking = appraisal_ranking(history(), KEY).ranking
    (table,) = page(language).section("ranking").all("table", class_="ranking")
    rows = {row[1].split()[0]: row for row in table.rows()[1:]}
    assert list(rows) == [entry.subject for entry in ranking.entries]
    for entry in ranking.entries:
        row = rows[entry.subject]
        assert row[0].split()[0] == str(entry.place)
        assert (len(row[0].split()) > 1) is bool(entry.tied)
        assert row[2] == entry.figure.displayed
    grounds = {entry.subject: (entry.grade_ground or "").rpartition(":")[2] for entry in ranking.entries}
    assert set(grounds.values()) == {"band", "quota", "selection-required"}, "the history shows every ground"
    if language == "en":
        says = {"band": "by the total", "quota": "the quota is full", "selection-required": "people choose"}
        assert {subject: row[-1] for subject, row in rows.items()} == {
            subject: says[ground] for subject, ground in grounds.items()
        }


def test_who_is_not_ranked_is_named_with_the_reason_and_a_tie_at_the_edge_is_left_to_people() -> None:
    ranking = appraisal_ranking(history(), KEY).ranking
    part = page().section("ranking")
    left_out = [row for row in part.rows() if row and row[0].split()[:1] in (["p-22"], ["p-26"])]
    assert [row[1] for row in left_out] == ["Takes part, not graded", "Missing"]
    (selection,) = ranking.selections
    (note,) = part.all("p", class_="warn")
    assert f"{selection.places} more can be Excellent" in note.text
    assert re.findall(r"p-\d+", note.text) == list(selection.candidates)


@pytest.mark.parametrize("language", LANGUAGES)
def test_R_199_every_total_is_taken_apart_down_to_the_events_it_rests_on(language: Any) -> None:
    result = appraisal_ranking(history(), KEY)
    subjects = [entry.subject for entry in result.ranking.entries]
    subjects += [excluded.subject for excluded in result.ranking.excluded]
    listed = {row[0]: row for row in page(language).section("cited").rows()}
    opened = 0
    for subject in subjects:
        details = page(language).root.one("details", id=f"x-{subject}")
        opened += "open" in details.attributes
        shown = {link.attributes["href"] for link in details.all("a")}
        figure = result.explain(subject).figure
        assert shown == {f"#e{item.position}" for item in figure.evidence()}
        for item in figure.evidence():
            assert listed[str(item.position)][1] == item.stored_type
            assert listed[str(item.position)][-1] == item.event_id
        assert isinstance(figure.value, Absent) or figure.displayed in details.text
    assert opened == 1


def test_R_182_asserted_figures_stand_beside_those_that_the_events_bear_out() -> None:
    part = page().section("claims")
    (claimed,) = claims(history(), lambda subject: campaign_measures(KEY, KEY), BOUNDS)
    rows = [row for row in part.rows() if len(row) == 6 and row[0] != "Figure"]
    assert len(rows) == len(claimed.reconciliation.figures)
    outcomes = [figure.outcome.replace("_", " ") for figure in claimed.reconciliation.figures]
    assert [re.match("matches|differs|not verifiable", row[3])[0] for row in rows] == outcomes  # type: ignore[index]
    assert {"matches", "differs", "not verifiable"} == set(outcomes), "the history shows every outcome"
    assert "differs by −1" in part.text
    (others,) = [
        table for table in part.all("table") if table.one("caption").text.startswith("From the events")
    ]
    assert others.one("caption").text == "From the events: whose the 85 attendances of others are"
    assert sum(int(row[1]) for row in others.rows()[1:]) == 85
    assert [row[0].split()[0] for row in others.rows()[1:]] == list(histories.STAFF[:8])
    assert all(len(row[2].split()) == int(row[1]) for row in others.rows()[1:])
    assert "At most 348 can be members’, so at least 44 are others’ or an error." in part.text
    assert "党员人次最多 348，因此至少 44 为其他人员，或为差错。" in page("zh").section("claims").text


def test_every_check_of_the_audit_has_its_own_answer_and_every_finding_its_events() -> None:
    part = page().section("audit")
    found = full_audit(history())
    says = {row[0]: row[2] for row in part.rows() if len(row) == 3 and row[0] != "Check"}
    for check in found.checks:
        number = len(check.findings)
        expected = "PASS" if check else f"{number} finding{'' if number == 1 else 's'}"
        if not check and not check.findings:
            expected = "not checked needs"  # what rests on who is sealed takes the vault
        assert says[check.code].startswith(expected)
        if check.findings:
            details = part.one("details", id=f"f-{check.code}")
            events = {item.position for finding in check.findings for item in finding.events}
            assert {link.attributes["href"] for link in details.all("a")} == {f"#e{n}" for n in events}


def test_a_history_narrowed_by_effective_time_says_what_was_not_checked() -> None:
    made = Page(
        report.render(
            story().workflow, campaign=KEY, population=KEY, effective=datetime(2005, 4, 1, tzinfo=UTC)
        )
    )
    assert made.faults == []
    assert "not checked needs a history that is not narrowed" in made.section("audit").text
    assert "What had happened by 2005-04-01 08:00." in made.root.one("header").text


def test_phases_show_their_gates_in_order_and_their_tasks_against_what_is_needed() -> None:
    part = page().section("campaign")
    first, second, third = part.all("section")
    decisions = [item.one("b").text for item in first.all("li", class_="gate_decided")]
    assert decisions == ["Make up and come back", "Pass with conditions"]
    rows = {row[0]: row for row in first.rows()[1:]}
    assert rows["Study sessions"][1:3] == ["12", "12"]
    assert rows["Written reflections"][5] == "24 took part, 5 excused"
    assert rows["Good deeds for the public"][4] == "Partly done"
    carried = {row[0]: row for row in second.rows()[1:]}["Catch-up study"]
    assert carried[5] == "condition of a gate"
    assert carried[2:4] == ["1", "open"], "done and not yet completed"
    assert "Not begun." in third.text


def test_which_records_were_imported_and_how_to_compute_again_stand_at_the_top() -> None:
    part = page().section("record")
    position, head = history().head()
    assert head in part.text
    assert f"121 of {position} records were imported" in part.text
    assert ["register-2005", "121", "2–122", "0"] in part.rows()
    digests = {row[0]: row[1] for row in part.rows() if len(row) == 2}
    assert digests["Ranking"] == appraisal_ranking(history(), KEY).digest
    assert digests["Audit"] == full_audit(history()).digest


def test_the_commands_of_the_page_give_what_the_page_says(tmp_path: Path) -> None:
    from party_workflow.canonical import bytes_digest
    from party_workflow_adapters.export import canonical_export

    known = story().now
    made = Page(report.render(story().workflow, campaign=KEY, population=KEY, known=known))
    with (tmp_path / "log.jsonl").open("wb") as file:
        canonical_export(story().workflow.store, file)
    digests = {row[0]: row[1] for row in made.section("record").rows() if len(row) == 2}
    program = Path(sys.executable).parent / "party-workflow"
    given = [item.text for item in made.section("record").all("pre")]
    assert given[0] == "party-workflow export --store LOG log.jsonl"
    for command in given[1:]:
        words = command.split()
        assert words[:2] == ["party-workflow", "as-of"]
        done = subprocess.run(
            [program, *words[1:]], cwd=tmp_path, capture_output=True, check=False, timeout=120
        )
        assert done.returncode in (0, 1), done.stderr
        if "rank" in words:
            assert bytes_digest(done.stdout.rstrip(b"\n")) == digests["Ranking"]
        elif "audit" in words:
            assert bytes_digest(done.stdout.rstrip(b"\n")) == digests["Audit"]
        elif "show" in words:
            assert history().head()[1].encode() in done.stdout
        elif "explain" in words:
            assert b"p-1" in done.stdout


# --- what is not to be shown -----------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_comes_out_as_text_whatever_it_holds(language: Any) -> None:
    assert HOSTILE not in text(language)
    assert "<script" not in text(language)
    assert any(element.text == HOSTILE for element in page(language).root.all("bdi"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("</style></title><svg onload=x>", "</style></title><svg onload=x>"),
        ("\u202eesrever\u202c", "\u202eesrever\u202c"),
        ("nul\x00 bell\x07 esc\x1b[31m", "nul\ufffd bell\ufffd esc\ufffd[31m"),
        ("{{ 7 * 7 }} {% raw %} {0} {person}", "{{ 7 * 7 }} {% raw %} {0} {person}"),
        ("@0001@ #00000a", "@0001@ #00000a"),
        ("长" * 5000, "长" * 5000),
    ],
)
def test_hostile_names_break_neither_page_nor_text(name: str, shown: str) -> None:
    from party_workflow.domain.organisation import RegisterPerson

    small = histories.bureau(members=("p-1",))
    small.do(RegisterPerson(person="p-2", unit="u-branch", categories=("member",), name=Personal(name)))
    begun = histories.begin(small)
    histories.excuse(begun, "p-2", "away")
    made = Page(report.render(begun.workflow, campaign=KEY, population=KEY))
    assert made.faults == []
    assert " ".join(shown.split()) in {element.text for element in made.root.all("bdi")}


def test_R_205_an_erased_name_shows_as_erased_and_every_figure_stays() -> None:
    erased = histories.full()
    name = histories.name_of("p-5")
    assert name in text()
    erased.openings.erase("p-5")
    made = report.render(erased.workflow, campaign=KEY, population=KEY)
    assert name not in made
    parsed = Page(made)
    assert parsed.faults == []
    (table,) = parsed.section("ranking").all("table", class_="ranking")
    assert [row[1] for row in table.rows() if row[1].startswith("p-5")] == ["p-5 [erased]"]
    # Apart from the name, and from how many values are at hand, the page is what it was.
    before, after = page().section("ranking").text, parsed.section("ranking").text
    assert before.replace(name, "[erased]") == after
    assert parsed.section("record").text == page().section("record").text
    place = "organisation.person_joined.name"
    assert [row for row in parsed.section("withheld").rows() if row[0] == place] == [
        [place, "40", "39", "1", "0", "yes"]
    ]


def test_names_that_were_not_supplied_say_so() -> None:
    bare = Workflow(story().workflow.store, party.MODEL)
    made = report.render(bare, campaign=KEY, population=KEY)
    assert Page(made).faults == []
    assert "[not-supplied]" in made
    assert histories.name_of("p-5") not in made


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_all_personal_values_only_names_and_titles_of_units_are_shown(language: Any) -> None:
    workflow = story().workflow
    others = {
        str(workflow.reveal(place.sealed))
        for place in sealed_places(history())
        if f"{place.evidence.stored_type}.{place.field}" not in NAMES
    }
    assert len(others) > 30
    # What is sealed may be as short as a person's id, which stands in the page for other reasons.
    assert {value for value in others - {"p-9"} if value in text(language)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_R_204_confidential_cases_are_numbers_and_nothing_else(language: Any) -> None:
    part = page(language).section("cases")
    assert f"complaint-{1:032x}" not in text(language)
    assert not re.search(r"\bp-\d+", part.text)
    assert [row[1:4] for row in part.rows() if "confidential" in row[0] or "保密" in row[0]] == [
        ["1", "1", "0"]
    ]
    assert "fewer than 5" in page("en").section("cases").text


def test_a_finding_about_a_confidential_case_names_neither_case_nor_person() -> None:
    """Records written underneath: the person concerned decides in their own case."""
    forged = _with(
        story().workflow,
        lambda record: record.envelope.stored_type == "case.respondent_notified",
        lambda record: replace(record.envelope, account="a-13", person="p-13"),
    )
    made = Page(report.render(forged, campaign=KEY, population=KEY))
    assert made.faults == []
    details = made.section("audit").one("details", id="f-authority")
    assert "Accepted though forbidden" in details.text
    assert not re.search(r"\bp-\d+", details.text)
    assert "complaint" not in details.text


# --- less than a whole campaign --------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "language"),
    [
        (datetime(2005, 1, 13, tzinfo=UTC), "en"),
        (datetime(2005, 1, 14, 2, tzinfo=UTC), "zh"),
        (datetime(2005, 1, 17, 1, 3, tzinfo=UTC), "en"),
        (datetime(2005, 2, 1, tzinfo=UTC), "zh"),
        (datetime(2005, 3, 25, 4, 14, tzinfo=UTC), "en"),
        (datetime(2005, 4, 16, tzinfo=UTC), "zh"),
        (datetime(2005, 5, 11, tzinfo=UTC), "en"),
    ],
    ids=str,
)
@pytest.mark.parametrize("clock", ["effective", "known"])
def test_the_page_is_sound_as_of_any_moment_on_either_clock(
    moment: datetime, clock: str, language: Any
) -> None:
    moments: dict[str, Any] = {clock: moment}
    made = Page(report.render(story().workflow, campaign=KEY, population=KEY, language=language, **moments))
    assert made.faults == []


def test_a_history_without_campaign_population_and_ranking_says_so() -> None:
    made = Page(report.render(histories.bureau().workflow, campaign="no-such", population="none-such"))
    assert made.faults == []
    assert "The log holds no campaign no-such as of these moments." in made.section("campaign").text
    assert "The log holds no frozen population none-such" in made.section("participation").text
    assert "There is no ranking" in made.section("ranking").text
    assert "Nothing was asserted about the campaign." in made.section("claims").text
    assert "No case has been opened." in made.section("cases").text
    assert "PASS" in made.section("audit").text


def test_a_campaign_that_was_only_set_up_is_shown_without_charts() -> None:
    made = Page(report.render(histories.begun().workflow, campaign=KEY, population=KEY))
    assert made.faults == []
    assert "No study session has been held." in made.section("participation").text
    assert "Nobody can be ranked as of these moments." in made.section("ranking").text


def test_an_empty_log_gives_a_page() -> None:
    made = Page(report.render(Workflow(MemoryStore(), party.MODEL), campaign=KEY, population=KEY))
    assert made.faults == []
    assert "No event is cited." in made.section("cited").text


def test_a_damaged_record_is_said_and_the_rest_is_made() -> None:
    damaged = _with(
        story().workflow,
        lambda record: record.envelope.stored_type == "rating.closed",
        lambda record: record.envelope,
        {"nonsense": "x"},
    )
    made = Page(report.render(damaged, campaign=KEY, population=KEY))
    assert made.faults == []
    assert "rating.closed does not fit its schema" in made.section("ranking").text
    assert "392 attendances in 12 sessions" in made.section("participation").text
    details = made.section("audit").one("details", id="f-authority")
    assert "does not fit its schema" in details.text


def _with(workflow: Workflow, chosen: Any, envelope: Any, data: dict[str, Any] | None = None) -> Workflow:
    """A workflow on a log in which some records are others."""

    def altered(record: Record) -> Record:
        if not chosen(record):
            return record
        return encode(envelope(record), record.data if data is None else data)

    return Workflow(
        MemoryStore([altered(record) for record in workflow.store.read()]),
        party.MODEL,
        openings=workflow.openings,
    )


# --- the file --------------------------------------------------------------------------------


def test_the_file_is_written_whole_for_its_owner_only_and_its_path_returned(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert report.write(path, story().workflow, campaign=KEY, population=KEY) == path
    assert path.read_bytes() == text().encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_that_cannot_be_made_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.html"
    path.write_text("before")

    def full(self: Path, target: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        report.write(path, story().workflow, campaign=KEY, population=KEY)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_appended_while_the_report_is_made_is_not_part_of_it() -> None:
    """The openings are asked while the page is made; here somebody appends just then."""
    from party_workflow.domain.organisation import FoundUnit

    other = histories.full()
    before = other.workflow.store.head().position

    class Busy:
        """Openings that let one more event be appended at the first question."""

        def __init__(self) -> None:
            self.inner, self.done = other.openings, False

        def get(self, sealed: Any) -> Any:
            if not self.done:
                self.done = True
                other.now += timedelta(days=1)
                other.do(FoundUnit(unit="u-new", kind="branch", parent="u-bureau"))
            return self.inner.get(sealed)

        def put(self, openings: Any) -> None:
            self.inner.put(openings)

        def of_command(self, command_id: str) -> Any:
            return self.inner.of_command(command_id)

        def discard(self, openings: list[Opening]) -> None:
            self.inner.discard(openings)

        def erase(self, subject: str) -> int:
            return self.inner.erase(subject)

    busy = Workflow(other.workflow.store, party.MODEL, openings=Busy(), salts=keyed_salts(bytes(32)))
    made = report.render(busy, campaign=KEY, population=KEY)
    assert other.workflow.store.head().position == before + 1
    assert made == text()
