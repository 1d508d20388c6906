"""Charts: legible whatever the data, and of nothing but the data."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from party_workflow_adapters.report import charts
from party_workflow_adapters.report.charts import Bar, Canvas, Dot, Lane, Stage

BEIJING = timezone(timedelta(hours=8))
MOMENTS = st.datetimes(timezones=st.just(UTC))
TEXT = re.compile(r"<text [^>]*>([^<]*)</text>")


def course(stages: list[Stage]) -> Any:
    with charts.settled():
        return charts.course(stages, BEIJING, title="t", description="d", amount_heading="a")


# --- the axis of time ------------------------------------------------------------------------


@given(MOMENTS, MOMENTS)
def test_an_axis_of_time_has_few_marks_in_order_whatever_it_spans(one: datetime, other: datetime) -> None:
    start, end = min(one, other), max(one, other)
    marks = charts.ticks(start, end, BEIJING)
    assert len(marks) <= 13
    moments = [moment for moment, _ in marks]
    assert moments == sorted(set(moments))
    assert all(moment <= end for moment in moments)
    assert len({label for _, label in marks}) == len(marks) or (end - start).days > 300


@pytest.mark.parametrize(
    ("end", "labels"),
    [
        (datetime(2005, 1, 14, 12, tzinfo=UTC), ["01-14"]),
        (datetime(2005, 2, 20, tzinfo=UTC), ["01-14", "01-21", "01-28", "02-04", "02-11", "02-18"]),
        (datetime(2005, 6, 28, tzinfo=UTC), [f"2005-0{month}" for month in range(1, 7)]),
        (datetime(2009, 1, 1, tzinfo=UTC), ["2005-01", "2005-07", "2006-01", "2006-07", "2007-01"]),
    ],
)
def test_an_axis_of_time_is_marked_by_days_weeks_or_months(end: datetime, labels: list[str]) -> None:
    marks = charts.ticks(datetime(2005, 1, 14, tzinfo=UTC), end, BEIJING)
    assert [label for _, label in marks][: len(labels)] == labels


# --- the course of a campaign ----------------------------------------------------------------


def test_nothing_is_drawn_of_a_campaign_in_which_nothing_happened() -> None:
    lane = Lane("x", (), None, "0 / 1", open=False)
    assert course([Stage("x", None, None, (), (), (lane,))]) is None


@given(st.lists(MOMENTS, min_size=1, max_size=6))
@settings(max_examples=25)
def test_a_course_is_drawn_of_whatever_happened(moments: list[datetime]) -> None:
    first, last = min(moments), max(moments)
    lane = Lane("lane", tuple(moments), last, "6 / 1", open=False)
    drawn = course([Stage("stage", first, None, (last,), ((last, "redo"), (last, "pass")), (lane,))])
    places = [float(x) for x in re.findall(r'<use [^>]*x="([-\d.]+)"', drawn)]
    assert places
    assert all(0 <= x <= charts.WIDTH for x in places)
    assert TEXT.findall(drawn)[-3:] == ["stage", "lane", "6 / 1"]


def test_the_same_data_give_the_same_drawing_under_other_settings(tmp_path: Path) -> None:
    at = datetime(2005, 3, 1, tzinfo=UTC)
    stage = Stage(
        "s", at, at + timedelta(days=40), (at,), ((at, "pass"),), (Lane("l", (at,), at, "1", False),)
    )
    drawn = course([stage])
    with matplotlib.rc_context({"font.size": 30, "savefig.dpi": 300, "savefig.bbox": "tight"}):
        assert course([stage]) == drawn
    assert matplotlib.rcParams["svg.hashsalt"] is None, "the user's settings are left as they were"


# --- text ------------------------------------------------------------------------------------


@given(st.text(max_size=20))
@settings(max_examples=50)
def test_a_text_stands_in_a_chart_escaped_and_in_any_script(text: str) -> None:
    from html import unescape

    with charts.settled():
        canvas = Canvas("x", 20)
        canvas.text(1, 10, text)
        canvas.text(1, 20, "after")
        drawn = canvas.svg(text, "d")
    first, after = TEXT.findall(drawn)
    assert (" ".join(unescape(first).split()), after) == (" ".join(text.split()), "after")
    assert "<script" not in drawn


def test_no_font_colour_or_identity_of_the_drawing_program_is_left() -> None:
    with charts.settled():
        drawn = charts.registers([Bar("01-21", 27, 8)], 29, title="t", description="d")
    assert "DejaVu" not in drawn
    assert set(re.findall(r"#[0-9a-f]{6}", drawn)) <= {"#000000"}
    assert "matplotlib" not in drawn.lower()
    used = set(re.findall(r'href="#([^"]+)"', drawn)) | set(re.findall(r"url\(#([^)]+)\)", drawn))
    assert used | {"registers-title", "registers-desc"} == set(re.findall(r' id="([^"]+)"', drawn))
    assert all(name.startswith("registers-") for name in used)


# --- registers -------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 2000)), min_size=1, max_size=60),
    st.none() | st.integers(0, 3000),
)
@settings(max_examples=25)
def test_every_bar_fits_and_no_two_dates_stand_on_each_other(
    counts: list[tuple[int, int]], line: int | None
) -> None:
    with charts.settled():
        bars = [Bar(f"{number:02d}-01", *pair) for number, pair in enumerate(counts)]
        drawn = charts.registers(bars, line, title="t", description="d")
    # The dates stand on one base line; at 7.5 points one is less than 24 wide.
    at = [float(x) for x, y in re.findall(r'<text [^>]*x="([\d.]+)" y="([\d.]+)"[^>]*>\d\d-01<', drawn)]
    assert at
    assert all(right - left >= 24 for left, right in itertools.pairwise(at))
    assert all(float(y) >= 0 for y in re.findall(r'<text [^>]*y="([-\d.]+)"', drawn))


@given(st.integers(1, 10**9))
def test_an_axis_of_counts_has_a_handful_of_round_marks(most: int) -> None:
    marks = list(charts._round_marks(most))
    assert 2 <= len(marks) <= 6
    assert marks[0] == 0
    assert marks[-1] <= most


# --- the spread of a ranking -----------------------------------------------------------------

TOTALS = st.fractions(0, 100, max_denominator=100)


@given(st.lists(TOTALS, min_size=1, max_size=80))
@settings(max_examples=25)
def test_every_ranked_subject_is_one_dot_at_its_own_total_and_none_lies_on_another(
    totals: list[Fraction],
) -> None:
    with charts.settled():
        dots = [Dot(total, 0, "band") for total in totals]
        drawn = charts.spread(dots, [("from 90", Fraction(90))], title="t", description="d")
    placed = [(float(x), float(y)) for x, y in re.findall(r'<use [^>]*x="([\d.]+)" y="([\d.]+)"', drawn)]
    assert len(placed) == len(totals)
    assert len(set(placed)) == len(placed)
    by_total = dict(zip(sorted(totals), sorted(x for x, _ in placed), strict=True))
    assert sorted(by_total) == sorted(by_total, key=lambda total: by_total[total])


@given(st.lists(st.floats(0, 500), min_size=1, max_size=80), st.floats(1, 10))
def test_dots_on_one_level_are_clear_of_each_other(places: list[float], apart: float) -> None:
    ordered = sorted(places)
    levels = charts._levels(ordered, apart)
    for level in set(levels):
        on_it = [place for place, found in zip(ordered, levels, strict=True) if found == level]
        assert all(right - left >= apart for left, right in itertools.pairwise(on_it))
    assert set(levels) == set(range(max(levels) + 1))


def test_each_ground_has_a_shape_of_its_own_so_that_colour_is_not_needed() -> None:
    assert len({shape for shape, _ in charts.DOT_MARKS.values()}) == 3
    decisions = set(charts.GATE_MARKS)
    assert decisions == {"pass", "pass_with_conditions", "redo"}
