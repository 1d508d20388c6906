"""Taking in files as people keep them: dry run, all or nothing, twice the same, provenance."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.cli.running import head, run
from tests.support.sheets import Hall, kind

from party_workflow.authority import GrantRole, OpenAccount
from party_workflow.codec import Command
from party_workflow.domain import intake as domain
from party_workflow.domain.intake import IntakeReceived, ReceiveIntake, RowGroup, SkippedRow
from party_workflow.domain.organisation import CloseUnit, FoundUnit, MovePerson, RemovePerson
from party_workflow.domain.points import OpenPoints
from party_workflow.errors import InvalidInput, Refused
from party_workflow.packs import party
from party_workflow.personal import MemoryOpenings, Personal, keyed_salts
from party_workflow.service import Workflow
from party_workflow.store import Actor, EventStore, MemoryStore
from party_workflow_adapters.chance import random_salts
from party_workflow_adapters.intake import (
    Report,
    Unusable,
    cells,
    events_of,
    mapping_of,
    place_of,
    provenance,
    ranges,
    tables,
    take_in,
)
from party_workflow_adapters.intake.problems import CellFault
from party_workflow_adapters.openings import SqliteOpenings
from party_workflow_adapters.sqlite import SqliteStore

FOUNDED = datetime(2010, 1, 1, tzinfo=UTC)
NOW = datetime(2018, 6, 1, tzinfo=UTC)
REGISTRAR = Actor("a-1", "p-1", "registrar")
SECRETARY = Actor("a-90", "p-90", "secretary")

BY_REGISTRAR = """
[by]
account = "a-1"
person = "p-1"
capacity = "registrar"
"""
BY_SECRETARY = """
[by]
account = "a-90"
person = "p-90"
capacity = "secretary"
unit = "u-bureau"
"""
ROSTER = f"""
kind = "roster"
{BY_REGISTRAR}
[people]
by = "number"
[columns]
person = "编号"
name = "姓名"
unit = "支部"
categories = "类别"
post = "职务"
on = "日期"
[units]
"第一支部" = "u-b1"
"第二支部" = "u-b2"
[words.post]
"书记" = "secretary"
"""
HEAD = "编号,姓名,支部,类别,职务,日期\n"
GOOD = (
    "某局党员名单,,,,,\n"
    + HEAD
    + "1002,张　三,第一支部,党员,书记,2017年3月5日\n1003,李四,第二支部,預備黨員,,2017/3/5\n"
)


class Desk:
    """A log in memory with a bureau and two branches, and a folder for files."""

    def __init__(self, folder: Path, store: EventStore | None = None, openings: Any = None) -> None:
        self.folder = folder
        self.store = MemoryStore() if store is None else store
        self.openings = MemoryOpenings() if openings is None else openings
        self.workflow = Workflow(self.store, party.MODEL, openings=self.openings, salts=random_salts)
        self.count = 0
        self.now = NOW
        self.do(party.open_log("bureau"))
        self.do(FoundUnit(unit="u-bureau", kind="bureau"))
        for unit in ("u-b1", "u-b2"):
            self.do(FoundUnit(unit=unit, kind="branch", parent="u-bureau"))
        self.do(OpenAccount(account="a-90", person="p-90"))
        self.do(GrantRole(person="p-90", role="secretary", unit="u-bureau"))

    def do(self, *commands: Command, by: Actor = REGISTRAR, at: datetime = FOUNDED) -> None:
        self.count += 1
        self.workflow.execute(*commands, by=by, at=at, command_id=f"d-{self.count}")

    def take(self, text: str | bytes | Path, mapping: str = ROSTER, **more: Any) -> Report:
        path = text if isinstance(text, Path) else self.folder / "file.csv"
        if not isinstance(text, Path):
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        table = self.folder / "map.toml"
        table.write_text(mapping, "utf-8")
        self.now += timedelta(hours=1)
        return take_in(path, table, self.store, self.openings, at=self.now, salts=random_salts, **more)

    def codes(self, text: str | bytes | Path, mapping: str = ROSTER) -> list[tuple[str, int, str]]:
        """The problems of a dry run: code, row, field."""
        report = self.take(text, mapping, dry_run=True)
        assert not report.recorded
        return [(problem.code, problem.row, problem.field) for problem in report.problems]

    @property
    def position(self) -> int:
        return self.store.head().position

    def received(self) -> IntakeReceived:
        *_, last = self.workflow.history.events(IntakeReceived)
        assert isinstance(last.event, IntakeReceived)
        return last.event


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# --- taking in -------------------------------------------------------------------------------


def test_a_roster_with_a_title_names_posts_and_both_scripts_is_taken_in_whole(desk: Desk) -> None:
    report = desk.take(GOOD)
    assert report, list(report.problems)
    assert (report.rows, report.taken, report.known, report.skipped) == (2, 2, 0, 0)
    assert report.commands == {"organisation.register_person": 2, "organisation.assign_post": 1}
    known = desk.workflow.fact("organisation.known", "organisation", people=("p-1002", "p-1003"), at=desk.now)
    assert known == {"p-1002": frozenset({"member"}), "p-1003": frozenset({"probationary"})}
    joined = [item for item in desk.workflow.history.events() if item.envelope.stored_type.endswith("joined")]
    assert desk.workflow.reveal(joined[0].event.name) == "张三"  # type: ignore[attr-defined]
    assert joined[0].envelope.effective_at == datetime(2017, 3, 5, 1, tzinfo=UTC)


def test_no_cell_of_a_file_stands_in_the_log(desk: Desk) -> None:
    desk.take(GOOD)
    stored = b"".join(record.bytes for record in desk.store.read()).decode()
    for word in ("张三", "张　三", "李四", "第一支部"):
        assert word not in stored


def test_a_dry_run_lists_every_problem_at_once_and_records_nothing(desk: Desk) -> None:
    before = desk.position
    bad = (
        HEAD
        + "1002,张三,第三支部,群众？,校长,3/5/2017\n"
        + "abc,王五,第一支部,,,2017-13-01\n"
        + "1004,赵六,第一支部,党员,,2009-01-01\n"
        + ",孙七,第一支部,党员,,\n"
        + "1005,周八,第一支部,党员,,\n"
        + "1005,周八,第一支部,党员,,\n"
    )
    assert sorted(desk.codes(bad)) == sorted(
        [
            ("intake.unit", 2, "unit"),
            ("intake.word", 2, "categories"),
            ("intake.word", 2, "post"),
            ("intake.day_order", 2, "on"),
            ("intake.person", 3, "person"),
            ("intake.blank", 3, "categories"),
            ("intake.day", 3, "on"),
            ("organisation.unknown_unit", 4, "on"),
            ("intake.blank", 5, "person"),
            ("intake.twice", 7, ""),
        ]
    )
    assert desk.position == before


def test_two_rows_of_one_person_are_the_same_or_of_the_same_person(desk: Desk) -> None:
    row = "1005,周八,第一支部,党员,,2017-03-05\n"
    report = desk.take(HEAD + row + row + row.replace("周八", "周九"), dry_run=True)
    assert [(found.code, found.row, found.what) for found in report.problems] == [
        ("intake.twice", 3, "It says the same as row 2."),
        ("intake.twice", 4, "Row 2 is of this person too."),
    ]


def test_a_day_after_that_of_the_import_is_refused_where_it_stands(desk: Desk) -> None:
    row = "1005,周八,第一支部,党员,,{}\n"
    assert desk.codes(HEAD + row.format("2999-01-01")) == [("intake.future", 2, "on")]
    assert desk.codes(HEAD + row.format("2018-06-02")) == [("intake.future", 2, "on")]
    report = desk.take(HEAD + row.format("2018-06-02"), dry_run=True)
    assert [problem.column for problem in report.problems] == ["F"]
    assert desk.take(HEAD + row.format("2018-06-01"), dry_run=True)


def test_the_refusals_of_the_domain_are_listed_for_every_row_and_not_only_the_first(desk: Desk) -> None:
    early = HEAD + "".join(f"{1000 + n},甲,第一支部,党员,,2009-01-0{n}\n" for n in range(1, 6))
    assert desk.codes(early) == [("organisation.unknown_unit", row, "on") for row in range(2, 7)]


def test_a_unit_that_was_not_yet_or_is_no_more_or_never_was_is_told_apart(desk: Desk) -> None:
    desk.do(CloseUnit(unit="u-b2", ground="merged"), at=FOUNDED + timedelta(days=400))
    text = HEAD + (
        "1001,甲,第一支部,党员,,2009-01-01\n1002,乙,第二支部,党员,,2017-01-01\n"
        "1003,丙,u-b7,党员,,2017-01-01\n1004,丁,u-b7,党员,,\n"
    )
    report = desk.take(text, dry_run=True)
    assert {found.code for found in report.problems} == {"organisation.unknown_unit"}
    assert [(found.row, found.column, found.what) for found in report.problems] == [
        (2, "F", "The unit u-b1 did not exist yet on this day."),
        (3, "C", "The unit u-b2 is closed on this day or after it."),
        (4, "C", "There is no unit u-b7."),
        (5, "C", "There is no unit u-b7."),
    ]


def test_problems_never_repeat_what_a_cell_says(desk: Desk) -> None:
    bad = HEAD + "钱大有,钱大有,钱大有,钱大有,钱大有,钱大有\n"
    report = desk.take(bad, dry_run=True)
    assert report.problems
    assert "钱大有" not in json.dumps(report.data(), ensure_ascii=False)


def test_with_one_bad_row_nothing_is_recorded(desk: Desk) -> None:
    before = desk.position
    report = desk.take(GOOD + "x,某人,第一支部,党员,,\n")
    assert not report
    assert not report.recorded
    assert desk.position == before


def test_bad_rows_are_left_out_when_that_is_asked_for_and_what_was_left_out_is_recorded(desk: Desk) -> None:
    report = desk.take(GOOD + "x,某人,第九支部,党员,,\n", skip_bad_rows=True)
    assert report.recorded
    assert (report.rows, report.taken, report.skipped) == (3, 2, 1)
    received = desk.received()
    assert received.skipped == (SkippedRow(line=5, codes=("intake.person", "intake.unit")),)
    assert (received.rows, received.taken, received.known) == (3, 2, 0)


def test_bad_rows_cannot_be_left_out_where_the_mapping_is_wrong(desk: Desk) -> None:
    report = desk.take(GOOD, ROSTER.replace('"职务"', '"岗位"'), skip_bad_rows=True)
    assert [problem.code for problem in report.problems] == ["intake.header"]
    assert not report.recorded


def test_who_has_no_duty_to_take_files_in_is_refused_for_the_file_as_a_whole(desk: Desk) -> None:
    desk.do(party.definitions()[0], by=REGISTRAR)
    desk.do(OpenAccount(account="a-91", person="p-91"))
    mapping = ROSTER.replace('"a-1"', '"a-91"').replace('"p-1"', '"p-91"')
    codes = desk.codes(GOOD, mapping)
    assert {code for code, *_ in codes} == {"authority.role_not_held"}


# --- twice -----------------------------------------------------------------------------------


def test_R_208_the_same_file_twice_adds_nothing(desk: Desk) -> None:
    desk.take(GOOD)
    before = desk.position
    again = desk.take(GOOD)
    assert again
    assert (again.taken, again.known, again.recorded) == (0, 2, False)
    assert desk.position == before


def test_R_208_ten_new_rows_at_the_end_add_ten(desk: Desk) -> None:
    desk.take(GOOD)
    more = GOOD + "".join(f"{2000 + n},新{n},第一支部,党员,,2018-01-01\n" for n in range(10))
    report = desk.take(more)
    assert (report.taken, report.known) == (10, 2)
    assert report.events["organisation.person_joined"] == 10


def test_R_208_the_same_rows_from_another_file_by_somebody_else_add_nothing(desk: Desk) -> None:
    desk.take(GOOD)
    desk.do(OpenAccount(account="a-92", person="p-92"), at=desk.now)
    desk.do(GrantRole(person="p-92", role="registrar", unit="u-bureau"), at=desk.now)
    before = desk.position
    mapping = ROSTER.replace('"a-1"', '"a-92"').replace('"p-1"', '"p-92"')
    title, first, *rest = GOOD.splitlines(keepends=True)
    assert desk.take("".join([first, *reversed(rest)]), mapping)
    assert desk.position == before
    assert title


@pytest.mark.parametrize("edit", [("李四", "李五"), ("第二支部", "第一支部"), ("2017/3/5", "2017/3/6")])
def test_an_edited_row_is_a_conflict_and_nothing_is_recorded_of_it(desk: Desk, edit: tuple[str, str]) -> None:
    desk.take(GOOD)
    before = desk.position
    report = desk.take(GOOD.replace(*edit))
    assert [(problem.code, problem.row) for problem in report.problems] == [("intake.conflict", 4)]
    assert desk.position == before


def test_a_person_who_moved_since_is_not_registered_anew_by_the_old_file(desk: Desk) -> None:
    desk.take(GOOD)
    desk.do(MovePerson(person="p-1003", unit="u-b1"), at=desk.now)
    assert desk.take(GOOD)
    assert (
        desk.workflow.fact(
            "organisation.people", "organisation", unit="u-b2", at=desk.now, having=(), without=()
        )
        == {}
    )


def test_after_a_name_was_erased_the_old_file_still_adds_nothing_and_brings_no_name_back(desk: Desk) -> None:
    desk.take(GOOD)
    joined = [item for item in desk.workflow.history.events() if item.envelope.stored_type.endswith("joined")]
    desk.openings.erase("p-1002")
    before = desk.position
    assert desk.take(GOOD)
    assert desk.position == before
    assert not isinstance(desk.workflow.reveal(joined[0].event.name), str)  # type: ignore[attr-defined]


# --- provenance ------------------------------------------------------------------------------


def test_from_an_event_to_the_row_and_from_the_row_to_the_events(desk: Desk) -> None:
    import hashlib

    report = desk.take(GOOD)
    history = desk.workflow.history
    for row, expected in (
        (3, ["organisation.person_joined", "organisation.post_assigned"]),
        (4, ["organisation.person_joined"]),
    ):
        events = list(events_of(history, report.batch, row))
        assert [envelope.stored_type for envelope in events] == expected
        for envelope in events:
            found = provenance(history, envelope.event_id, desk.workflow.reveal)
            assert (found.sheet, found.rows, found.kind) == (1, (row,), "roster")
            assert found.file == hashlib.sha256(GOOD.encode()).hexdigest()
            assert found.mapping == mapping_of(ROSTER).digest
            assert found.batch == report.batch
    assert list(events_of(history, report.batch, 2)) == []


def test_the_digest_of_the_file_is_sealed_and_goes_when_it_is_erased(desk: Desk) -> None:
    report = desk.take(GOOD)
    history = desk.workflow.history
    event = next(events_of(history, report.batch, 3)).event_id
    desk.openings.erase(f"intake/{report.batch}")
    assert provenance(history, event, desk.workflow.reveal).data()["file"] == {"withheld": "erased"}
    assert provenance(history, event).data()["file"] == {"withheld": "not-supplied"}


def test_what_came_from_no_file_says_so(desk: Desk) -> None:
    first = next(iter(desk.store.read())).envelope.event_id
    with pytest.raises(InvalidInput, match="came from no file"):
        provenance(desk.workflow.history, first)
    with pytest.raises(InvalidInput, match="no such event"):
        provenance(desk.workflow.history, "0" * 32)
    with pytest.raises(InvalidInput, match="no such batch"):
        list(events_of(desk.workflow.history, "i-none", 3))


@examples(st.integers(1, 50), st.integers(1, 1_048_576))
def test_a_line_number_is_one_sheet_and_one_row(number: int, row: int) -> None:
    assert place_of(tables.Table(number, "", ()).line(row)) == (number, row)


# --- files as people keep them ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("utf-8", ","),
        ("utf-8-sig", ";"),
        ("gb18030", "\t"),
        ("utf-16", ","),
        ("gb18030", "，"),
        ("utf-8", "|"),
    ],
)
def test_encodings_and_separators_are_found_out(desk: Desk, encoding: str, delimiter: str) -> None:
    text = GOOD.replace(",", delimiter)
    assert desk.take(text.encode(encoding)).taken == 2


@pytest.mark.parametrize(
    "written",
    [
        "2018年3月5日",
        "2018/3/5",
        "2018-03-05",
        "２０１８．３．５",
        "2018年03月05号",
        "20180305",
        "43164",
        "2018-03-05 00:00:00",
    ],
)
def test_days_in_every_form_that_people_use_are_one_day(written: str) -> None:
    assert cells.day(written) == date(2018, 3, 5)


@pytest.mark.parametrize(
    "written", ["3/5/2018", "2018-02-30", "昨天", "2018-3", "123", "2018-03-05 25:00", "99999"]
)
def test_what_is_no_day_or_could_be_two_is_no_day(written: str) -> None:
    with pytest.raises(CellFault):
        cells.day(written)


def test_a_day_with_the_month_first_is_read_where_the_mapping_says_so() -> None:
    assert cells.day("3/5/2018", "mdy") == date(2018, 3, 5)
    assert cells.day("5/3/2018", "dmy") == date(2018, 3, 5)


@pytest.mark.parametrize("written", ["14:30", "下午2:30", "14时30分", "2:30 pm", "１４：３０"])
def test_times_in_every_form_are_one_time(written: str) -> None:
    assert f"{cells.clock(written):%H:%M}" == "14:30"


def test_numbers_are_exact_whatever_their_width() -> None:
    assert cells.number("９５．５") == cells.number("95.5分") == Decimal("95.5")
    assert cells.number("1,234.5") == Decimal("1234.5")
    for bad in ("九十", "1e5", "NaN", "Infinity", "1,23"):
        with pytest.raises(CellFault):
            cells.number(bad)


@examples(st.text(max_size=30))
@settings(max_examples=200)
def test_no_text_makes_a_reader_of_cells_fail_otherwise_than_in_words(text: str) -> None:
    told: list[str] = []
    for read in (cells.day, cells.clock, cells.number, cells.whole, cells.written, cells.listed, cells.alike):
        try:
            read(text)  # type: ignore[operator]
        except CellFault as fault:
            told.append(fault.what)
    assert all(what.endswith(".") and what[0].isupper() for what in told)


@examples(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_file_makes_the_reader_fail_otherwise_than_in_words(data: bytes) -> None:
    import tempfile

    told: list[Any] = []
    with tempfile.TemporaryDirectory() as folder:
        for start in (b"", b"PK\x03\x04", b"\xff\xfe", b'a,"'):
            path = Path(folder) / "file"
            path.write_bytes(start + data)
            try:
                tables.read_table(path)
            except Unusable as error:
                told += error.problems
    assert all(problem.what and problem.remedy for problem in told)


def workbook(path: Path, rows: list[list[Any]], merges: tuple[str, ...] = (), title: str = "名单") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    book.create_sheet("其他").append(["nothing"])
    book.save(path)
    return path


def test_a_workbook_with_titles_merged_headers_and_date_cells_is_read(desk: Desk) -> None:
    path = workbook(
        desk.folder / "a.xlsx",
        [
            ["某局党员名单", None, None, None, None, None],
            ["基本情况", None, "组织", None, None, "日期"],
            ["编号", "姓名", "支部", "类别", "职务", None],
            [1002, "张 三", "第一支部", "党员", "书记", datetime(2017, 3, 5)],  # noqa: DTZ001 - as openpyxl has it
            [1003, "李四", None, "党员", None, 42799],
            ["合计", 2, None, None, None, None],
        ],
        ("A1:F1", "A2:B2", "C2:E2", "F2:F3", "C4:C5"),
    )
    mapping = ROSTER.replace(
        "[people]",
        '[file]\nsheet = "名单"\nheader = 2\nheader_rows = 2\nfill_down = ["unit"]\n'
        'stop = ["合计"]\n[people]',
    ).replace('"编号"', '"基本情况/编号"')
    report = desk.take(path, mapping)
    assert report, list(report.problems)
    assert report.taken == 2
    assert next(events_of(desk.workflow.history, report.batch, 5)).effective_at.date() == date(2017, 3, 5)


def test_a_formula_without_a_saved_value_is_a_problem_and_never_evaluated(desk: Desk) -> None:
    path = workbook(
        desk.folder / "a.xlsx",
        [
            ["编号", "姓名", "支部", "类别", "职务", "日期"],
            ["=1000+2", "张三", "第一支部", "党员", None, None],
        ],
    )
    assert desk.codes(path) == [("intake.formula", 2, "person")]


def test_the_sheet_is_named_or_counted_and_another_one_is_a_problem(desk: Desk) -> None:
    path = workbook(desk.folder / "a.xlsx", [["编号"]])
    for sheet in ('"没有"', "3"):
        mapping = ROSTER.replace("[people]", f"[file]\nsheet = {sheet}\n[people]")
        assert [code for code, *_ in desk.codes(path, mapping)] == ["intake.sheet"]


def test_a_workbook_larger_than_the_limits_is_refused_before_it_is_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(desk.folder / "a.xlsx", [["编号"] * 40] * 3)
    monkeypatch.setattr(tables, "MAX_UNPACKED", 1000)
    assert [code for code, *_ in desk.codes(path)] == ["intake.too_large"]
    monkeypatch.undo()
    monkeypatch.setattr(tables, "MAX_COLUMNS", 10)
    assert [code for code, *_ in desk.codes(path)] == ["intake.too_wide"]
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    assert [code for code, *_ in desk.codes(path)] == ["intake.too_large"]


def test_old_workbooks_empty_files_and_files_without_rows_say_what_to_do(desk: Desk) -> None:
    assert [code for code, *_ in desk.codes(b"\xd0\xcf\x11\xe0\xa1\xb1")] == ["intake.old_format"]
    assert [code for code, *_ in desk.codes(b"")] == ["intake.empty"]
    assert [code for code, *_ in desk.codes(HEAD)] == ["intake.no_rows"]
    assert [code for code, *_ in desk.codes(HEAD + '1,"a')] == ["intake.quotes"]
    assert [code for code, *_ in desk.codes(b"\xff\xfa\x81,\xff")] == ["intake.encoding"]


def test_a_text_file_that_is_called_a_workbook_is_said_to_be_none(desk: Desk) -> None:
    text = desk.folder / "roster.XLSX"
    text.write_text(GOOD, "utf-8")
    report = desk.take(text, dry_run=True)
    assert [(found.code, found.what) for found in report.problems] == [
        ("intake.workbook", "It is called .xlsx and is no Excel workbook.")
    ]
    assert desk.take(text.rename(desk.folder / "roster.csv"), dry_run=True)


# --- the mapping -----------------------------------------------------------------------------


def faults(text: str) -> list[tuple[str, int]]:
    with pytest.raises(Unusable) as caught:
        mapping_of(text)
    return [(problem.field, problem.row) for problem in caught.value.problems]


def test_every_fault_of_a_mapping_is_listed_at_once_with_its_line() -> None:
    text = """kind = "roster"
colour = "red"
[by]
account = "b-1"
person = "p-1"
[file]
offset = "east"
begins = "noon"
sheet = 0
dates = "ydm"
[columns]
person = "编号"
shoe = "鞋"
unit = ""
[units]
"第一支部" = "Branch One"
[people]
by = "face"
"""
    assert faults(text) == [
        ("colour", 2),
        ("by.capacity", 0),
        ("by.account", 4),
        ("columns.unit", 14),
        ("columns.shoe", 13),
        ("columns.unit", 14),
        ("columns.categories", 0),
        ("file.sheet", 9),
        ("people.by", 18),
        ("units.第一支部", 16),
        ("file.dates", 10),
        ("file.offset", 7),
        ("file.begins", 8),
    ]


def test_a_wrong_kind_hides_no_other_fault_of_a_mapping() -> None:
    text = f"""kind = "rooster"
colum = "x"
{BY_REGISTRAR}
[columns]
person = "A"
shoe = "B"
minutes = "C"
[constants]
minutes = 60
[words]
post = "secretary"
[words.hat]
"x" = "X"
"""
    assert faults(text) == [
        ("colum", 2),
        ("kind", 1),
        ("words.post", 16),
        ("words.hat.x", 18),
        ("columns.shoe", 11),
        ("words.hat", 17),
        ("constants.minutes", 14),
    ]


@pytest.mark.parametrize("written", ["1.5", "true", "2018-03-05", "[60]"])
def test_a_constant_is_a_text_or_a_whole_number_and_the_remedy_says_how_to_write_it(written: str) -> None:
    def constants(value: str) -> str:
        return ATTENDANCE.replace("[attendance]", f"minutes = {value}\n[attendance]")

    assert mapping_of(constants("60")).constants["minutes"] == "60"
    with pytest.raises(Unusable) as caught:
        mapping_of(constants(written))
    assert [(fault.field, fault.remedy) for fault in caught.value.problems] == [
        ("constants.minutes", 'Write minutes = "…".')
    ]


def test_no_remedy_for_a_mapping_is_an_expression_for_a_machine() -> None:
    text = ROSTER + '"党员" = "Member One"\n[accounts]\n"p-7" = "7"\n'
    with pytest.raises(Unusable) as caught:
        mapping_of(text.replace('"u-b1"', "1"))
    assert [fault.remedy for fault in caught.value.problems] == [
        'Write codes, such as "study_session".',
        'Write ids of accounts, such as "a-7".',
        'Write ids of units, such as "u-branch".',
    ]


def test_a_mapping_that_is_no_toml_says_on_which_line() -> None:
    assert faults('kind = "roster"\n[by\n') == [("", 2)]


def test_the_same_mapping_in_another_layout_has_the_same_digest_and_another_one_has_not() -> None:
    assert mapping_of(ROSTER).digest == mapping_of("# a remark\n" + ROSTER.replace("\n", "\n\n")).digest
    assert mapping_of(ROSTER).digest != mapping_of(ROSTER.replace("u-b2", "u-b1")).digest


def test_a_header_that_is_missing_or_stands_twice_is_a_problem_for_each_field(desk: Desk) -> None:
    text = HEAD.replace("支部", "单位").replace("职务", "姓名") + "1002,张三,第一支部,党员,,\n"
    assert [(code, field) for code, _, field in desk.codes(text)] == [
        ("intake.header", "name"),
        ("intake.header", "unit"),
        ("intake.header", "post"),
    ]


def test_where_a_header_is_missing_the_other_columns_are_looked_at_all_the_same(desk: Desk) -> None:
    text = HEAD.replace("支部", "单位") + "1002,张三,第一支部,没有的,,\n"
    assert desk.codes(text) == [("intake.header", 0, "unit"), ("intake.word", 2, "categories")]
    report = desk.take(text.replace("没有的", "党员"), skip_bad_rows=True)
    assert (report.recorded, report.taken) == (False, 0)


def test_a_file_that_cannot_be_read_is_told_together_with_the_faults_of_the_mapping(desk: Desk) -> None:
    codes = [code for code, *_ in desk.codes(b"", ROSTER.replace('"a-1"', '"b-1"'))]
    assert codes == ["intake.mapping", "intake.empty"]


def test_columns_can_be_named_by_letter_without_any_header(desk: Desk) -> None:
    mapping = ROSTER.partition("[columns]")[0] + (
        '[columns]\nperson = "A"\nunit = "B"\n[constants]\ncategories = "党员"\n[units]\n"一支部" = "u-b1"\n'
    )
    assert desk.take("1002,一支部\n1003,一支部\n", mapping).taken == 2


# --- people by name --------------------------------------------------------------------------

BY_NAME = ROSTER.replace('by = "number"', 'by = "register"\nregister = "people.csv"\nnew = true')


def test_names_get_ids_in_a_register_beside_the_log_that_only_its_owner_may_read(desk: Desk) -> None:
    register = desk.folder / "people.csv"
    dry = desk.take(GOOD, BY_NAME, dry_run=True)
    assert dry.people == 2
    assert not register.exists()
    desk.take(GOOD, BY_NAME)
    assert register.stat().st_mode & 0o777 == 0o600
    before, text = desk.position, register.read_text("utf-8-sig")
    assert [line.split(",")[1:3] for line in text.splitlines()[1:]] == [["1002", "张三"], ["1003", "李四"]]
    assert desk.take(GOOD, BY_NAME).known == 2
    assert (desk.position, register.read_text("utf-8-sig")) == (before, text)


def test_a_name_in_the_other_script_or_with_blanks_is_the_same_person_and_two_of_a_name_are_a_problem(
    desk: Desk,
) -> None:
    (desk.folder / "people.csv").write_text(
        "id,number,name,also\np-7,7,张丽华,张阿姨\np-8,8,王伟,\np-9,9,王伟,\n", "utf-8"
    )
    mapping = BY_NAME.replace("new = true", "new = false")
    text = HEAD + "張　麗華,,第一支部,党员,,\n王伟,,第一支部,党员,,\n没有,,第一支部,党员,,\n"
    assert desk.codes(text, mapping) == [("intake.ambiguous", 3, "person"), ("intake.person", 4, "person")]


def test_faults_of_the_register_are_listed_at_once(desk: Desk) -> None:
    (desk.folder / "people.csv").write_text("id,name\np-7,甲\nx,乙\np-7,丙\n", "utf-8")
    assert desk.codes(GOOD, BY_NAME) == [("intake.register", 3, "id"), ("intake.register", 4, "id")]
    (desk.folder / "people.csv").unlink()
    assert desk.codes(GOOD, BY_NAME.replace("new = true", "new = false")) == [("intake.register", 0, "")]


# --- units, activities, marks, points --------------------------------------------------------


def test_units_are_founded_under_their_parents(desk: Desk) -> None:
    mapping = f"""
kind = "units"
{BY_REGISTRAR}
[columns]
unit = "编号"
kind = "类型"
parent = "上级"
title = "名称"
"""
    text = "编号,类型,上级,名称\nu-b3,党支部,u-bureau,第三支部\nu-b3-1,党支部,u-b3,\nu-b4,党支部,u-none,\n"
    report = desk.take(text, mapping, skip_bad_rows=True)
    assert (report.taken, report.skipped) == (2, 1)
    assert [(found.code, found.column) for found in report.problems] == [("organisation.unknown_unit", "C")]
    day = mapping.replace('title = "名称"', 'title = "名称"\non = "日"')
    early = desk.take("编号,类型,上级,名称,日\nu-b5,党支部,u-b1,,2009-01-01\n", day, dry_run=True)
    assert [(found.column, found.what) for found in early.problems] == [
        ("E", "The unit u-b1 did not exist yet on this day.")
    ]


ATTENDANCE = f"""
kind = "activities"
{BY_SECRETARY}
[people]
by = "number"
[columns]
on = "日期"
person = "编号"
status = "考勤"
[constants]
unit = "u-b1"
kind = "study_session"
[attendance]
excused_reason = "leave"
"""


@pytest.fixture
def branch(desk: Desk) -> Desk:
    """The desk with three people in the first branch."""
    desk.take(HEAD + "".join(f"{n},某,第一支部,党员,,2017-01-01\n" for n in (1001, 1002, 1003)))
    return desk


def register(desk: Desk, key: str) -> dict[str, tuple[str, str | None]]:
    state = desk.workflow.state(f"activity/{key}")
    return {person: (row.status, row.reason) for person, row in state.register.items()}


def test_attendance_with_a_row_for_each_person_is_gathered_into_occasions(branch: Desk) -> None:
    text = (
        "日期;编号;考勤\n2018年3月5日;1001;√\n2018/3/5;1002;病假\n2018-03-05;1003;迟到\n"
        "2018/4/5;1001;×\n2018/4/5;1002;请假\n2018/4/5;1003;到会\n"
    )
    report = branch.take(text, ATTENDANCE)
    assert report, list(report.problems)
    assert (report.rows, report.taken) == (6, 6)
    assert report.commands == {"activity.plan": 2, "activity.hold": 2}
    assert register(branch, "b1.study-session.20180305") == {
        "p-1001": ("present", None),
        "p-1002": ("excused", "ill"),
        "p-1003": ("late", None),
    }
    assert register(branch, "b1.study-session.20180405")["p-1002"] == ("excused", "leave")
    event = next(events_of(branch.workflow.history, report.batch, 4)).event_id
    assert provenance(branch.workflow.history, event).rows == (2, 3, 4)
    before = branch.position
    assert branch.take(text, ATTENDANCE).known == 6
    assert branch.position == before


def test_lists_of_those_present_leave_the_rest_of_the_unit_absent(branch: Desk) -> None:
    mapping = ATTENDANCE.replace(
        'person = "编号"\nstatus = "考勤"',
        'present = "到会人员"\nexcused = "请假"\nkey = "编号"\nreason = "事由"',
    )
    mapping = mapping.replace("[attendance]", '[attendance]\nrest = "absent"')
    text = "编号,日期,到会人员,请假,事由\ns-1,2018-03-05,1001、1002,,\ns-2,2018-03-12,1001,1003,病假\n"
    report = branch.take(text, mapping)
    assert report, list(report.problems)
    assert register(branch, "s-1") == {
        "p-1001": ("present", None),
        "p-1002": ("present", None),
        "p-1003": ("absent", None),
    }
    assert register(branch, "s-2")["p-1003"] == ("excused", "ill")


def test_what_is_wrong_with_attendance_is_said_row_by_row(branch: Desk) -> None:
    text = (
        "日期,编号,考勤\n2018-03-05,1001,\n2018-03-05,1002,睡觉\n2018-03-05,1002,√\n"
        "2018-03-06,1001,优秀\n2018-03-07,9999,√\n"
    )
    assert branch.codes(text, ATTENDANCE) == [
        ("intake.blank", 2, "status"),
        ("intake.word", 3, "status"),
        ("intake.word", 5, "status"),
        ("activity.unknown_person", 6, "person"),
    ]


def test_everybody_who_is_unknown_is_named_where_they_stand_and_not_on_the_first_row(branch: Desk) -> None:
    text = (
        "日期,编号,考勤,主持\n2018-03-05,1001,√,8888\n2018-03-05,9999,√,8888\n"
        "2018-03-05,1002,睡觉,8888\n2018-03-05,9998,√,8888\n2016-01-01,1003,√,\n"
    )
    mapping = ATTENDANCE.replace('status = "考勤"', 'status = "考勤"\nchaired_by = "主持"')
    report = branch.take(text, mapping, dry_run=True)
    unknown = [found for found in report.problems if found.code == "activity.unknown_person"]
    assert [(found.row, found.column, found.field) for found in unknown] == [
        (2, "D", "chaired_by"),
        (3, "B", "person"),
        (5, "B", "person"),
        (6, "B", "person"),
    ]
    assert [found.row for found in report.problems if found.code == "intake.word"] == [4]


def test_people_are_looked_at_where_the_unit_cannot_be_read_and_an_unknown_unit_is_placed(
    branch: Desk,
) -> None:
    mapping = ATTENDANCE.replace('unit = "u-b1"\n', "").replace("[constants]", 'unit = "支部"\n[constants]')
    text = "日期,编号,考勤,支部\n2018-03-05,9999,√,某支部\n2018-03-05,1001,√,u-b7\n"
    assert branch.codes(text, mapping) == [
        ("intake.unit", 2, "unit"),
        ("activity.unknown_person", 2, "person"),
        ("activity.unknown_unit", 3, "unit"),
    ]


def test_a_population_that_there_is_not_is_said_in_words(branch: Desk) -> None:
    for population in ("none", "没有", "a/b"):
        mapping = ATTENDANCE.replace("[attendance]", f'population = "{population}"\n[attendance]')
        report = branch.take("日期,编号,考勤\n2018-03-05,1001,√\n", mapping, dry_run=True)
        assert report.problems
        assert not report.problems.of_no_row


def test_everybody_who_is_unknown_in_a_list_is_named(branch: Desk) -> None:
    mapping = ATTENDANCE.replace('person = "编号"\nstatus = "考勤"', 'present = "到会"\nexcused = "请假"')
    text = "日期,到会,请假\n2018-03-05,1001、9998、9999,\n2018-03-12,1001、1002,9997\n"
    report = branch.take(text, mapping, dry_run=True)
    assert [(found.code, found.row, found.column) for found in report.problems] == [
        ("activity.unknown_person", 2, "B"),
        ("activity.unknown_person", 2, "B"),
        ("activity.unknown_person", 3, "C"),
    ]
    assert ["p-9998" in found.what for found in report.problems] == [True, False, False]


def test_who_left_since_does_not_make_a_file_that_was_taken_in_wrong(branch: Desk) -> None:
    text = "日期,编号,考勤\n2018-03-05,1001,√\n2018-03-05,1002,√\n"
    assert branch.take(text, ATTENDANCE).recorded
    at = datetime(2018, 1, 1, tzinfo=UTC)
    branch.workflow.execute(
        RemovePerson(person="p-1002", ground="moved_away"),
        by=REGISTRAR,
        at=branch.now,
        effective_at=at,
        command_id="left",
    )
    again = branch.take(text, ATTENDANCE)
    assert again
    assert again.known == 2


def test_an_occasion_after_the_import_is_refused_where_its_day_stands(branch: Desk) -> None:
    text = "日期,编号,考勤\n2019-03-05,1001,√\n2018-03-05,1001,√\n"
    assert branch.codes(text, ATTENDANCE) == [("intake.future", 2, "on")]
    timed = ATTENDANCE.replace('kind = "study_session"', 'kind = "study_session"\ntime = "14:30"')
    assert branch.codes(text, timed) == [("intake.future", 2, "on")]


def test_marks_of_an_assessor_a_row_each_and_a_column_an_item_are_read(desk: Desk) -> None:
    from party_workflow_adapters.intake.marking import _value
    from party_workflow_adapters.intake.people import People
    from party_workflow_adapters.intake.problems import Problems
    from party_workflow_adapters.intake.rows import Row, Sheet

    mapping = mapping_of(
        f'kind = "marks"\n{BY_SECRETARY}\n[columns]\nsubject = "A"\nitem = "B"\nvalue = "C"\n'
        '[constants]\nassessment = "q1"\nvoice = "own"\n'
        '[words.value]\n"免评" = "not_applicable"\n"优" = "excellent"\n'
    )
    sheet = Sheet(tables.Table(1, "", ()), mapping, People(mapping), party.PACK, Problems())
    row = Row(1, (), sheet)
    for written, value in {
        "好": {"grade": "good"},
        "较好": {"grade": "fairly_good"},
        "一般": {"grade": "fair"},
        "差": {"grade": "poor"},
        "五星": {"grade": "five_star"},
        "★★★★★": {"grade": "five_star"},
        "优": {"grade": "excellent"},
        "９５．５分": {"points": "95.5"},
        "28/29": {"part": 28, "whole": 29},
        "√": {"passed": True},
        "×": {"passed": False},
        "免评": {"absent": "not_applicable", "reason": "stated"},
    }.items():
        assert _value(row, written) == value, written
    with pytest.raises(CellFault):
        _value(row, "无法评价")


# --- the aggregate ---------------------------------------------------------------------------


def receive(**more: Any) -> ReceiveIntake:
    given = {
        "key": "i-1",
        "kind": "roster",
        "file": Personal("0" * 64),
        "mapping": "0" * 64,
        "content": "0" * 64,
        "rows": 3,
        "taken": 3,
    }
    return ReceiveIntake(**(given | more))


def refusal(desk: Desk, command: Command, by: Actor = REGISTRAR) -> str:
    before = desk.position
    with pytest.raises(Refused) as caught:
        desk.do(command, by=by, at=desk.now)
    assert desk.position == before
    return caught.value.refusal.code


def test_a_batch_is_recorded_once_with_counts_that_add_up(desk: Desk) -> None:
    assert refusal(desk, receive(rows=4)) == "intake.counts_differ"
    many = tuple(SkippedRow(line=n + 1, codes=("intake.blank",)) for n in range(domain.MAX_SKIPPED + 1))
    assert refusal(desk, receive(rows=3 + len(many), skipped=many)) == "intake.too_many_skipped"
    desk.do(receive(rows=3 + len(many) - 1, skipped=many[1:]), at=desk.now)
    assert refusal(desk, receive()) == "intake.taken"
    assert {reason.code for reason in domain.REASONS} == {
        "intake.counts_differ",
        "intake.too_many_skipped",
        "intake.taken",
    }
    work = desk.workflow.fact("intake.work", "intake/i-1")
    assert (work.kind, work.done, work.quantity) == ("roster", True, 3)
    assert desk.workflow.fact("intake.work", "intake/i-2") is None
    assert domain.DECIDER.closed(desk.workflow.state("intake/i-1"))["intake.receive"] is not None
    assert domain.DECIDER.closed(desk.workflow.state("intake/i-2")) == {}


def test_a_batch_of_a_unit_takes_a_role_over_that_unit(desk: Desk) -> None:
    desk.do(OpenAccount(account="a-91", person="p-91"))
    desk.do(GrantRole(person="p-91", role="secretary", unit="u-b1"))
    narrow = Actor("a-91", "p-91", "secretary")
    assert refusal(desk, receive(unit="u-b2"), by=narrow) == "authority.not_in_scope"
    assert refusal(desk, receive(), by=narrow) == "authority.not_in_scope"
    assert refusal(desk, receive(unit="u-b1"), by=Actor("a-91", "p-91")) == "authority.duty_not_covered"
    desk.do(receive(unit="u-b1", groups=(RowGroup(line=2, lines=(2, 3)),)), by=narrow, at=desk.now)


def test_salts_may_be_derived_so_that_two_logs_of_the_same_file_are_the_same(tmp_path: Path) -> None:
    def one(folder: Path) -> list[bytes]:
        folder.mkdir()
        desk = Desk(folder)
        (folder / "f.csv").write_text(GOOD, "utf-8")
        (folder / "m.toml").write_text(ROSTER, "utf-8")
        take_in(
            folder / "f.csv",
            folder / "m.toml",
            desk.store,
            desk.openings,
            at=NOW,
            salts=keyed_salts(bytes(32)),
        )
        return [record.bytes for record in desk.store.read()]

    assert one(tmp_path / "a") == one(tmp_path / "b")


# --- on a store, by the command line ---------------------------------------------------------


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.sqlite"
    with SqliteStore(path) as store, SqliteOpenings.beside(path) as openings:
        Desk(tmp_path, store, openings)
    (tmp_path / "map.toml").write_text(ROSTER, "utf-8")
    (tmp_path / "good.csv").write_text(GOOD, "utf-8")
    return path


def intake(log: Path, name: str, *more: str) -> Any:
    return run("intake", log.parent / name, "--mapping", log.parent / "map.toml", "--store", log, *more)


def test_the_program_records_traces_and_says_what_it_did(log: Path) -> None:
    before = head(log)
    dry = intake(log, "good.csv", "--dry-run")
    assert dry.exit_code == 0
    assert "this was a dry run" in " ".join(dry.stdout.split())
    assert head(log) == before
    assert intake(log, "good.csv").exit_code == 0
    assert head(log) == before + 4
    again = intake(log, "good.csv", "--json")
    assert json.loads(again.stdout)["known"] == 2
    with SqliteStore(log, read_only=True) as store:
        event = next(iter(store.read(before))).envelope.event_id
    traced = run("intake", "--trace", event, "--store", log)
    assert "sheet 1, row 3 of a file of the kind roster" in traced.stdout
    assert json.loads(run("intake", "--trace", event, "--store", log, "--json").stdout)["rows"] == [3]


def test_the_program_groups_problems_and_exits_with_one(log: Path) -> None:
    bad = HEAD + "".join("x,甲,第九支部,党员,,\n" for _ in range(4))
    (log.parent / "bad.csv").write_text(bad, "utf-8")
    before = head(log)
    result = intake(log, "bad.csv")
    assert result.exit_code == 1
    assert "8 problems" in result.stdout
    assert "column A (person), rows 2-5" in result.stdout
    assert "--skip-bad-rows" in result.stdout
    assert head(log) == before


def test_the_program_says_what_to_give_when_it_was_given_too_little(log: Path) -> None:
    assert run("intake", "--store", log).exit_code == 2
    assert run("intake", log.parent / "good.csv", "--store", log).exit_code == 2
    missing = run(
        "intake",
        log.parent / "good.csv",
        "--mapping",
        log.parent / "map.toml",
        "--store",
        log.parent / "no.sqlite",
    )
    assert missing.exit_code == 3
    future = intake(log, "good.csv", "--recorded-at", "2999-01-01")
    assert future.exit_code == 2
    assert "lies in the future" in future.output
    assert "There is no log" in missing.output


def test_somebody_else_who_records_meanwhile_makes_it_decide_again_and_nothing_is_lost(log: Path) -> None:
    with SqliteStore(log) as store, SqliteOpenings.beside(log) as openings:
        other = Workflow(store, party.MODEL, openings=openings, salts=random_salts)
        met = []

        def meanwhile(done: int, of: int) -> None:
            if not met:
                met.append(done)
                other.execute(
                    FoundUnit(unit="u-b9", kind="branch", parent="u-bureau"),
                    by=REGISTRAR,
                    at=NOW,
                    command_id="meanwhile",
                )

        at = NOW + timedelta(days=1)
        report = take_in(
            log.parent / "good.csv",
            log.parent / "map.toml",
            store,
            openings,
            at=at,
            salts=random_salts,
            progress=meanwhile,
        )
        assert report.recorded
        assert store.receipt("meanwhile") is not None
        joined = [item for item in other.history.events() if item.envelope.stored_type.endswith("joined")]
        assert [other.reveal(item.event.name) for item in joined] == ["张三", "李四"]  # type: ignore[attr-defined]


def test_a_file_is_recorded_in_one_transaction_or_not_at_all(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from party_workflow_adapters import sqlite

    real, calls = sqlite.append, []

    def failing(connection: Any, batch: Any) -> Any:
        calls.append(batch)
        if len(calls) == 2:
            raise RuntimeError("the power went")
        return real(connection, batch)

    before = head(log)
    with SqliteStore(log) as store, SqliteOpenings.beside(log) as openings:
        monkeypatch.setattr(sqlite, "append", failing)
        with pytest.raises(RuntimeError):
            take_in(
                log.parent / "good.csv", log.parent / "map.toml", store, openings, at=NOW, salts=random_salts
            )
        assert [opening for batch in calls for opening in openings.of_command(batch.command_id)] == []
    assert head(log) == before


@pytest.mark.torture
def test_ten_thousand_people_are_taken_in_in_well_under_a_minute(log: Path) -> None:
    import time

    rows = "".join(f"{100000 + n},某{n},第一支部,党员,,2017-01-01\n" for n in range(10_000))
    (log.parent / "big.csv").write_text(HEAD + rows, "utf-8")
    began = time.monotonic()
    assert intake(log, "big.csv").exit_code == 0
    assert time.monotonic() - began < 60


def test_row_numbers_are_written_as_people_write_them() -> None:
    assert ranges([9, 4, 7, 8, 12, 7]) == "4, 7-9, 12"


# --- marks and points, through the domain ----------------------------------------------------

MARKED = {
    "items": [
        {"code": "marks", "scale": {"type": "points", "low": "0", "high": "10", "step": "0.5"}},
        {"code": "stars", "scale": {"type": "grades", "grades": ["five_star", "four_star", "no_star"]}},
        {"code": "order", "scale": {"type": "pass"}},
    ],
}
OF_MARKS = """
kind = "marks"
[by]
account = "a-60"
person = "p-60"
capacity = "everything"
[columns]
subject = "支部"
{columns}
[constants]
assessment = "q1"
{constants}
[units]
"第一支部" = "u-b1"
"第二支部" = "u-b2"
[words.value]
"免评" = "not_applicable"
"""


def taken(hall: Hall, folder: Path, text: str, mapping: str, **more: Any) -> Report:
    (folder / "f.csv").write_text(text, "utf-8")
    (folder / "m.toml").write_text(mapping, "utf-8")
    hall.later(minutes=1)
    return take_in(
        folder / "f.csv",
        folder / "m.toml",
        hall.store,
        hall.workflow.openings,
        at=hall.now,
        salts=random_salts,
        model=hall.model,
        **more,
    )


def test_a_sheet_of_an_assessor_with_a_column_for_each_item_is_taken_in(tmp_path: Path) -> None:
    hall = Hall(kind(**MARKED))
    mapping = OF_MARKS.format(columns="", constants='voice = "team"\nassessor = "p-60"')
    mapping += '[items]\nmarks = "得分"\nstars = "星级"\norder = "达标"\n'
    text = "支部,得分,星级,达标\n第一支部,９．５分,五星,√\n第二支部,7,四星,免评\nu-b3,11,五星,×\n"
    dry = taken(hall, tmp_path, text, mapping, dry_run=True)
    assert [(problem.code, problem.row) for problem in dry.problems] == [("assessment.off_scale", 4)]
    report = taken(hall, tmp_path, text.replace("11", "10"), mapping)
    assert report.recorded, list(report.problems)
    sheets = {subject: sheet for found in hall.state().marks.values() for subject, sheet in found.items()}
    first, second, third = (sheets[unit] for unit in ("u-b1", "u-b2", "u-b3"))
    assert (first["marks"].value.points, first["stars"].value.grade) == (Decimal("9.5"), "five_star")
    assert second["order"].value.absent == "not_applicable"
    assert third["order"].value.passed is False
    assert taken(hall, tmp_path, text.replace("11", "10"), mapping).known == 3
    edited = taken(hall, tmp_path, text.replace("11", "10").replace("７", "8").replace(",7,", ",8,"), mapping)
    assert [(problem.code, problem.row) for problem in edited.problems] == [("intake.conflict", 3)]


def test_every_bad_mark_of_a_row_is_listed_at_once_where_it_stands(tmp_path: Path) -> None:
    hall = Hall(kind(**MARKED))
    mapping = OF_MARKS.format(columns="", constants='voice = "team"\nassessor = "p-60"')
    mapping += '[items]\nmarks = "得分"\nstars = "星级"\norder = "达标"\nzeal = "热情"\n'
    text = (
        "支部,得分,星级,达标,热情\n第一支部,11,优秀,7,\n第二支部,10.3,x y,√,\n"
        "u-b3,9,五星,√,3\nu-b9,-1,五星,30/29,\n"
    )
    report = taken(hall, tmp_path, text, mapping, dry_run=True)
    found = {(problem.row, problem.column, problem.field): problem for problem in report.problems}
    assert {place: problem.code for place, problem in found.items()} == {
        (2, "B", "items.marks"): "assessment.off_scale",
        (2, "C", "items.stars"): "assessment.off_scale",
        (2, "D", "items.order"): "assessment.off_scale",
        (3, "B", "items.marks"): "assessment.off_scale",
        (3, "C", "items.stars"): "intake.word",
        (4, "E", "items.zeal"): "assessment.unknown_item",
        (5, "A", "subject"): "assessment.unknown_subject",
        (5, "B", "items.marks"): "assessment.off_scale",
        (5, "D", "items.order"): "intake.value",
    }
    assert len(found) == len(report.problems)
    what = "The mark is off the scale of marks: points are from 0 to 10."
    assert found[2, "B", "items.marks"].what == what


def test_marks_in_a_column_of_their_own_are_held_against_the_scale_of_their_item(tmp_path: Path) -> None:
    hall = Hall(kind(**MARKED))
    mapping = OF_MARKS.format(columns='item = "项目"\nvalue = "评分"\nvoice = "谁"', constants="")
    mapping += '[words.item]\n"得分" = "marks"\n[words.voice]\n"自" = "own"\n"组" = "team"\n'
    text = "支部,项目,评分,谁\n第一支部,得分,11,自\n第一支部,x,11,自\n第二支部,得分,x y,组\n"
    report = taken(hall, tmp_path, text, mapping, dry_run=True)
    assert [(found.code, found.row, found.field) for found in report.problems] == [
        ("assessment.off_scale", 2, "value"),
        ("intake.word", 3, "item"),
        ("assessment.unknown_voice", 4, "voice"),
        ("intake.word", 4, "value"),
    ]
    text = "支部,项目,评分,谁\n第一支部,得分,9,自\n第三,zeal,x y,自\n"
    other = mapping.replace('"得分" = "marks"', '"得分" = "marks"\nzeal = "zeal"')
    report = taken(hall, tmp_path, text, other.replace('"q1"', '"q7"'), dry_run=True)
    assert [(found.code, found.row, found.field) for found in report.problems] == [
        ("assessment.unknown", 2, "assessment"),
        ("intake.subject", 3, "subject"),
        ("assessment.unknown", 3, "assessment"),
        ("intake.word", 3, "value"),
    ]


def test_self_ratings_with_a_row_for_each_item_are_taken_in_and_further_rows_are_added(
    tmp_path: Path,
) -> None:
    hall = Hall(kind(**MARKED))
    mapping = OF_MARKS.format(columns='item = "项目"\nvalue = "评分"', constants='voice = "own"')
    mapping += '[words.item]\n"得分" = "marks"\n"星级" = "stars"\n'
    text = "支部,项目,评分\n第一支部,得分,8\n第二支部,得分,9\n"
    first = taken(hall, tmp_path, text, mapping)
    assert first.events == {"assessment.self_entered": 2}, list(first.problems)
    report = taken(hall, tmp_path, text + "第一支部,星级,★★★★★\n", mapping)
    assert report, list(report.problems)
    assert (report.taken, report.known) == (1, 2)


def test_points_of_a_platform_come_in_with_their_source_and_another_sum_is_a_conflict(tmp_path: Path) -> None:
    hall = Hall()
    hall.do(*party.definitions("member_points"))
    for number in (2, 3):
        hall.do(OpenPoints(scheme="member-points", person=f"p-{number}", unit="u-branch"), by=hall.act(60))
    mapping = """
kind = "points"
[by]
account = "a-60"
person = "p-60"
capacity = "everything"
[people]
by = "number"
[columns]
person = "编号"
amount = "积分"
on = "截至"
[constants]
scheme = "member_points"
unit = "u-branch"
source = "learning_platform"
item = "total-2009-02"
period = "2009"
"""
    text = "编号,积分,截至\n2,１２３.5,2009年2月28日\n3,98,2009-02-28\n"
    report = taken(hall, tmp_path, text, mapping)
    assert report.recorded, list(report.problems)
    assert report.commands == {"points.import": 2}
    assert taken(hall, tmp_path, text, mapping).known == 2
    again = taken(hall, tmp_path, text.replace("98", "99"), mapping)
    assert [problem.code for problem in again.problems] == ["intake.conflict"]
    unknown = taken(hall, tmp_path, text, mapping.replace('"member_points"', '"no_scheme"'))
    assert [problem.code for problem in unknown.problems] == ["intake.scheme", "intake.scheme"]
