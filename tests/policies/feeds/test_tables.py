"""Published tables as a history in memory."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from tests.policies.feeds.folding import cells, facts, lawful

from party_workflow.codec import Event
from party_workflow.domain import observation
from party_workflow.errors import InvalidInput
from party_workflow.packs.party import MODEL
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.feeds.tables import coded, table, tables, unpivot
from party_workflow.policies.figure import Absent
from party_workflow.store import decode, read_event

FEED = FEEDS["observations"]
DAY = date(2022, 12, 31)
COUNTRIES = """iso3,country,income,seen,rank
AFG,Afghanistan,1335.2057,2022-05-01,182
ALB,Albania,15293.3,2022-05-02,74
PRK,"Korea, Dem. People's Rep.",,,
"""


def faults(rows: Any, **said: Any) -> list[str]:
    with pytest.raises(InvalidInput) as raised:
        table(rows, **{"series": "s", "subject": "who", "at": DAY, **said})
    return [str(fault) for fault in raised.value.faults]


# --- reading ---------------------------------------------------------------------------------


def test_a_csv_text_is_read_by_its_header_and_every_cell_by_the_type_of_its_column() -> None:
    history = table(COUNTRIES, series="hdi", subject="iso3", at=DAY)
    assert cells(FEED, history, "subject", "iso3", "country", "income", "seen", "rank") == [
        ("afg", "afg", "afghanistan", Fraction("1335.2057"), date(2022, 5, 1), Fraction(182)),
        ("alb", "alb", "albania", Fraction("15293.3"), date(2022, 5, 2), Fraction(74)),
        ("prk", "prk", "korea-dem-people-s-rep", *[Absent("missing")] * 3),
    ]
    assert {fact["series"] for fact in facts(FEED, history)} == {"hdi"}
    assert [fact["row"] for fact in facts(FEED, history)] == ["1", "2", "3"]


def test_only_the_columns_named_are_taken_and_as_what_is_said() -> None:
    columns: Any = {"rank": "code", "income": "number"}
    history = table(COUNTRIES, series="hdi", subject="iso3", at=DAY, columns=columns)
    (first, *_) = facts(FEED, history)
    assert first.columns.keys() == {*FEED.columns, "iso3", "rank", "income"}
    assert first["rank"] == "182"


def test_zero_missing_excused_and_not_applicable_are_four_values() -> None:
    rows = [{"who": f"p-{number}", "mark": mark} for number, mark in enumerate(
        (0, None, "", "excused", Absent("not_applicable"), "DNS", "withheld"), start=1
    )]  # fmt: skip
    absent: Any = {"": "missing", "DNS": "excused"}
    history = table(rows, series="s", subject="who", at=DAY, absent=absent, columns={"mark": "number"})
    assert [mark for (mark,) in cells(FEED, history, "mark")] == [
        Fraction(0),
        Absent("missing"),
        Absent("missing"),
        Absent("excused"),
        Absent("not_applicable"),
        Absent("excused"),
        Absent("withheld"),
    ]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("8.50", Fraction(17, 2)),
        ("-3", Fraction(-3)),
        ("+4", Fraction(4)),
        ("007", Fraction(7)),
        ("8/7", Fraction(8, 7)),
        (Decimal("0.1"), Fraction(1, 10)),
        (Fraction(1, 3), Fraction(1, 3)),
        (12, Fraction(12)),
        (" 5 ", Fraction(5)),
    ],
)
def test_a_number_is_exact_however_it_is_written(cell: object, number: Fraction) -> None:
    history = table([{"who": "a", "n": cell}], series="s", subject="who", at=DAY, columns={"n": "number"})
    assert cells(FEED, history, "n") == [(number,)]


def test_a_column_of_which_one_cell_is_no_number_is_one_of_codes() -> None:
    rows = [{"who": "a", "place": "1"}, {"who": "b", "place": "DNF"}]
    assert cells(FEED, table(rows, series="s", subject="who", at=DAY), "place") == [("1",), ("dnf",)]


# --- codes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("AFG", "afg"),
        ("Viktoria KAVALIOVA / Yurii BIELIAIEV", "viktoria-kavaliova-yurii-bieliaiev"),
        ("Kimi Räikkönen", "kimi-raikkonen"),
        ("3A+2T", "3a-2t"),
        ("贫困", ""),
        ("--", ""),
        ("St. Louis No. 1.5.", "st-louis-no-1.5"),
        ("x" * 70, "x" * 63),
    ],
)
def test_a_text_becomes_a_code_of_small_letters_digits_and_hyphens(text: str, code: str) -> None:
    assert coded(text) == code


@examples(st.text(max_size=80))
def test_whatever_a_text_says_its_code_is_a_key_or_empty_and_its_own_code(text: str) -> None:
    code = coded(text)
    assert code == "" or observation.Observed.of("r", code).subject == code
    assert coded(code) == code


def test_two_texts_of_a_column_never_become_one_code_unsaid() -> None:
    rows = [{"who": "a", "grade": "A+"}, {"who": "b", "grade": "A-"}, {"who": "c", "grade": "A-"}]
    (fault,) = faults(rows)
    assert fault.startswith("row 2 and 1 more, column grade: Another text of this column is written a")
    said = table(rows, series="s", subject="who", at=DAY, codes={"A+": "a-plus", "A-": "a-minus"})
    assert cells(FEED, said, "grade") == [("a-plus",), ("a-minus",), ("a-minus",)]


def test_a_text_that_cannot_be_a_code_is_a_fault_that_does_not_repeat_it() -> None:
    (fault,) = faults([{"who": "张三"}])
    assert fault == ("row 1, column who: It cannot be written as a code. Say by `codes` which code it is.")
    history = table([{"who": "张三"}], series="s", subject="who", at=DAY, codes={"张三": "p-1"})
    assert cells(FEED, history, "subject") == [("p-1",)]


# --- faults ----------------------------------------------------------------------------------


def test_every_bad_cell_is_told_at_once_with_its_row_and_column() -> None:
    rows = [
        {"who": "a", "n": 0.5, "d": "2022-02-30", "c": 3},
        {"who": "", "n": "1,000", "d": "2022-02-03", "c": ["x"]},
        {"who": "c", "n": "abc", "d": "tomorrow", "c": "x"},
    ]
    columns = {"n": "number", "d": "day", "c": "code"}
    found = faults(rows, columns=columns)
    assert [fault.split(": ")[0] for fault in found] == [
        "row 1, column n",
        "row 1 and 1 more, column d",
        "row 2, column who",
        "row 2 and 1 more, column n",
        "row 2, column c",
    ]
    assert "It is a binary float, and so not exact." in found[0]
    assert "Write it like 2024-05-01." in found[1]
    assert not any("tomorrow" in fault or "1,000" in fault for fault in found)


@pytest.mark.parametrize(
    ("rows", "said", "fault"),
    [
        ([], {}, "rows: There is no row."),
        ([{"a": "x"}], {}, "who: There is no such column."),
        ([{"who": "x"}], {"columns": {"n": "number"}}, "n: There is no such column."),
        ([{"who": "x", "n": 1}], {"columns": {"n": "float"}}, "n: Its type is none that there is."),
        ([{"who": "x", "n": 1}], {"at": "when"}, "when: There is no such column."),
        ([{"who": "x", "A B": 1, "a-b": 2}], {}, "a-b: It would be named a_b, like A B."),
        ([{"who": "x", "Stream": 1}], {}, "Stream: A column cannot be named stream."),
        ([{"who": "x", "1st": 1}], {}, "1st: Its name cannot be a code."),
        ([{"who": "x"}], {"series": "No Key"}, "series: It is no key."),
        ("who,n\nx,1,2\n", {}, "row 1: It has not 2 cells, as the header has."),
        ("who,n\nx\n", {}, "row 1: It has not 2 cells, as the header has."),
        ("who,n,n\nx,1,2\n", {}, "header: A column name stands there twice."),
        ('who,n\n"x,1\n', {}, "line 2: It is no CSV"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(rows: Any, said: dict[str, Any], fault: str) -> None:
    assert faults(rows, **said)[0].startswith(fault)


# --- time, corrections -----------------------------------------------------------------------


def test_a_day_is_noon_utc_and_a_moment_is_taken_in_utc() -> None:
    eight = timezone(timedelta(hours=8))
    rows = [{"who": "a", "when": "2022-05-01"}, {"who": "b", "when": datetime(2022, 5, 2, 8, tzinfo=eight)}]
    found = facts(FEED, table(rows, series="s", subject="who", at="when", columns={}))
    assert [fact.effective_at for fact in found] == [
        datetime(2022, 5, 1, 12, tzinfo=UTC),
        datetime(2022, 5, 2, 0, tzinfo=UTC),
    ]
    (fault,) = faults([{"who": "a", "when": datetime(2022, 5, 1)}], at="when", columns={})  # noqa: DTZ001
    assert fault.startswith("row 1, column when: It is neither a day nor a moment with a time zone.")


def test_rows_stand_in_the_order_in_which_they_were_known() -> None:
    rows = [
        {"who": "late", "at": "2022-01-01", "known": "2022-03-01"},
        {"who": "early", "at": "2022-02-01", "known": "2022-02-01"},
        {"who": "early-too", "at": "2022-01-15", "known": "2022-02-01"},
    ]
    history = table(rows, series="s", subject="who", at="at", recorded="known", columns={})
    assert [name for (name,) in cells(FEED, history, "subject")] == ["early", "early-too", "late"]
    recorded = [record.envelope.recorded_at for record in history.records()]
    assert recorded == sorted(recorded)
    then = history.as_of(known=datetime(2022, 2, 10, tzinfo=UTC))
    assert [name for (name,) in cells(FEED, then, "subject")] == ["early", "early-too"]


CORRECTED = [
    {"id": "r-1", "who": "a", "score": "8", "grade": "x", "at": "2022-01-01", "what": ""},
    {"id": "r-2", "who": "b", "score": "9", "grade": "y", "at": "2022-01-01", "what": "recorded"},
    {"id": "r-1", "who": "a", "score": "7", "grade": "", "at": "2022-02-01", "what": "corrected"},
    {"id": "r-2", "who": "b", "score": "", "grade": "", "at": "2022-03-01", "what": "withdrawn"},
]


def test_a_correction_fills_some_cells_and_rests_on_both_rows() -> None:
    history = table(CORRECTED, series="s", subject="who", at="at", row="id", kind="what")
    (fact,) = lawful(FEED, history)
    assert (fact["score"], fact["grade"]) == (Fraction(7), "x")
    assert [item.stored_type for item in fact.evidence] == ["observation.recorded", "observation.corrected"]
    assert fact.effective_at == datetime(2022, 1, 1, 12, tzinfo=UTC)
    before = history.as_of(known=datetime(2022, 2, 15, tzinfo=UTC))
    assert cells(FEED, before, "subject", "score") == [("a", Fraction(7)), ("b", Fraction(9))]
    first = history.as_of(known=datetime(2022, 1, 15, tzinfo=UTC))
    assert cells(FEED, first, "subject", "score") == [("a", Fraction(8)), ("b", Fraction(9))]


def test_a_correction_may_say_how_a_cell_is_absent() -> None:
    rows = [*CORRECTED[:1], {**CORRECTED[2], "score": "missing"}]
    history = table(rows, series="s", subject="who", at="at", row="id", kind="what")
    assert cells(FEED, history, "score", "grade") == [(Absent("missing"), "x")]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"what": "recorded"}, "row 5: Its key stood there before."),
        ({"what": "corrected", "id": "r-9"}, "row 5: What is corrected does not stand there."),
        ({"what": "withdrawn", "id": "r-2"}, "row 5: What is withdrawn does not stand there."),
        ({"what": "corrected", "who": "b"}, "row 5: What is corrected is about another subject."),
        ({"what": "altered"}, "row 5, column what: It says of the row neither"),
        ({"id": ""}, "row 5, column id: It says nothing."),
    ],
)
def test_a_correction_of_what_does_not_stand_is_a_fault(changes: dict[str, str], fault: str) -> None:
    rows = [*CORRECTED, {**CORRECTED[2], "at": "2022-04-01", **changes}]
    assert any(each.startswith(fault) for each in faults(rows, at="at", row="id", kind="what"))


# --- the history -----------------------------------------------------------------------------


def test_the_records_are_those_of_the_events_and_read_back_from_their_bytes() -> None:
    history = table(CORRECTED, series="s", subject="who", at="at", row="id", kind="what")
    for position, record in enumerate(history.records(), start=1):
        assert decode(record.bytes) == record
        event = read_event(record, history.registry).event
        assert event.data() == record.data
        assert (record.position, record.envelope.version) == (position, position)
    types = [record.envelope.stored_type.partition(".")[2] for record in history.records()]
    assert types == ["series_opened", "recorded", "recorded", "corrected", "withdrawn"]


def test_the_same_table_gives_the_same_bytes_and_an_added_row_changes_no_other_id() -> None:
    one, same = (table(COUNTRIES, series="hdi", subject="iso3", at=DAY) for _ in range(2))
    assert one.head() == same.head()
    more = table(COUNTRIES + "FRA,France,50000,2022-05-03,28\n", series="hdi", subject="iso3", at=DAY)
    ids = [record.envelope.event_id for record in one.records()]
    assert [record.envelope.event_id for record in more.records()][: len(ids)] == ids
    assert len(set(ids)) == len(ids)
    other = table(COUNTRIES, series="other", subject="iso3", at=DAY)
    assert set(ids).isdisjoint(record.envelope.event_id for record in other.records())


def test_a_state_folded_from_a_table_is_a_series_like_any_other() -> None:
    history = table(CORRECTED, series="s", subject="who", at="at", row="id", kind="what")
    series = history.state(observation.DECIDER, "observation/s")
    assert series.rows()["r-1"].cells == {"score": Decimal(7), "grade": "x"} | {"at": date(2022, 1, 1)} | {
        "at": date(2022, 2, 1)
    }
    assert list(series.rows()) == ["r-1"]


def test_several_tables_are_one_history_in_the_order_in_which_they_were_known() -> None:
    one = table(CORRECTED, series="one", subject="who", at="at", row="id", kind="what")
    two = table([{"who": "c", "n": 1}], series="two", subject="who", at=date(2022, 2, 15))
    both = tables(one, two)
    assert [record.position for record in both.records()] == list(range(1, 8))
    recorded = [record.envelope.recorded_at for record in both.records()]
    assert recorded == sorted(recorded)
    for record in both.records():
        assert decode(record.bytes) == record
    names = {record.envelope.event_id for history in (one, two) for record in history.records()}
    assert {record.envelope.event_id for record in both.records()} == names
    assert cells(FEED, both, "series", "subject") == [("one", "a"), ("two", "c")]
    lawful(FEED, both)


def test_a_series_stands_in_one_table_only() -> None:
    one = table([{"who": "c", "n": 1}], series="one", subject="who", at=DAY)
    with pytest.raises(InvalidInput, match="observation/one: It stands in two of the histories"):
        tables(one, one)
    with pytest.raises(InvalidInput, match="There is no history"):
        tables()


def test_a_table_can_be_read_with_the_event_types_of_a_larger_model() -> None:
    history = table(COUNTRIES, series="hdi", subject="iso3", at=DAY, registry=MODEL.registry)
    assert history.registry is MODEL.registry
    assert tables(history).registry is MODEL.registry
    events = [recorded.event for recorded in history.events()]
    assert all(isinstance(event, Event) for event in events)


def test_what_stands_in_several_columns_can_be_rows_of_their_own() -> None:
    marks = "who,J1,J2\na,8.5,\nb,9,7\n"
    rows = unpivot(marks, ["J1", "J2"], name="judge", value="mark")
    assert rows[0] == {"who": "a", "judge": "J1", "mark": "8.5"}
    history = table(rows, series="s", subject="who", at=DAY)
    assert cells(FEED, history, "subject", "judge", "mark") == [
        ("a", "j1", Fraction("8.5")),
        ("a", "j2", Absent("missing")),
        ("b", "j1", Fraction(9)),
        ("b", "j2", Fraction(7)),
    ]


@pytest.mark.parametrize(
    ("rows", "said", "fault"),
    [
        ("who,J1\na,8\n", {"columns": ["J1", "J2"]}, "J2: There is no such column."),
        ("who,J1\na,8\n", {"columns": ["J1"], "name": "who"}, "who: There is a column of this name already."),
        ("who,J1\na,8,9\n", {"columns": ["J1"]}, "row 1: It has not 2 cells"),
    ],
)
def test_columns_that_are_not_there_are_not_taken_apart(rows: str, said: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        unpivot(rows, **{"name": "judge", "value": "mark", **said})
    assert str(raised.value.faults[0]).startswith(fault)


CELL = st.one_of(
    st.none(),
    st.integers(-(10**6), 10**6),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-999, max_value=999),
    st.fractions(max_denominator=50),
)


@examples(st.lists(st.tuples(st.integers(0, 5), CELL), min_size=1, max_size=20))
def test_numbers_come_out_of_a_table_as_they_went_in(given: list[tuple[int, Any]]) -> None:
    rows = [{"who": f"p-{who}", "n": cell} for who, cell in given]
    history = table(rows, series="s", subject="who", at=DAY, columns={"n": "number"})
    expected = [(f"p-{who}", Absent("missing") if cell is None else Fraction(cell)) for who, cell in given]
    assert cells(FEED, history, "subject", "n") == expected


@examples(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 99), st.sampled_from(["x", "y"])),
        min_size=1,
        max_size=12,
    )
)
def test_a_csv_text_and_its_rows_give_the_same_history(given: list[tuple[str, int, str]]) -> None:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(["who", "n", "c"])
    writer.writerows(given)
    rows = [dict(zip(("who", "n", "c"), (who, str(n), c), strict=True)) for who, n, c in given]
    said: dict[str, Any] = {"series": "s", "subject": "who", "at": DAY}
    assert table(out.getvalue(), **said).head() == table(rows, **said).head()


def test_a_table_of_many_rows_is_read_whole() -> None:
    rows = [
        {
            "who": f"p-{number % 500}",
            "round": number % 16,
            "points": Decimal(number % 9),
            "team": f"t{number % 30}",
        }
        for number in range(12_500)
    ]
    history = table(rows, series="s", subject="who", at=DAY)
    found = facts(FEED, history)
    assert len(found) == 12_500
