"""Sheets: one answer, shown in a terminal, as CSV and as a page."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from party_workflow_adapters.sheets import (
    Bar,
    Bars,
    Interval,
    Intervals,
    Outline,
    Sheet,
    Slope,
    Slopes,
    Table,
)
from party_workflow_adapters.sheets.comma import written
from party_workflow_adapters.sheets.page import page
from party_workflow_adapters.sheets.terminal import shown

cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
SHEET = Sheet(
    "Places <&>",
    notes=("Computed from 12 records.",),
    warnings=("The rule was issued after the period began.",),
    parts=(
        Table("Ranking", ("Place", "Who"), (("1", "=cmd()"), ("2", "-4.5")), right=(0,)),
        Outline("p-1", ((0, "total = 9"), (1, "points = 4"), (2, "event #3"), (1, "marks = 5"))),
        Slopes("Moves", "v1", "v2", (Slope("p-1", 1, 2), Slope("p-2", 2, 1), Slope("p-3", None, 3))),
        Bars("Scores", (Bar("p-1", (("points", Fraction(4)), ("late", Fraction(-1))), "3"),)),
        Intervals("Places", (Interval("p-1", 1, 1, 3), Interval("p-2", 2, 2, 2))),
    ),
)


@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_csv_reads_back_as_it_was_but_for_the_guard_of_formulas(rows: list[tuple[str, str]]) -> None:
    text = written(Sheet("t", parts=(Table("t", ("a", "b"), tuple(rows)),)))
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert [[cell.removeprefix("'") for cell in row] for row in found[1:]] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(cell.startswith(("=", "@", "\t")) for row in found for cell in row)


def test_a_text_like_a_formula_is_made_harmless_and_a_number_is_left_alone() -> None:
    assert written(SHEET).splitlines() == ["Place,Who", "1,'=cmd()", "2,-4.5"]


def test_a_row_of_another_length_is_refused_and_a_sheet_without_a_table_has_no_csv() -> None:
    with pytest.raises(ValueError, match="have not 2 cells"):
        Table("t", ("a", "b"), (("1",),))
    with pytest.raises(ValueError, match="has no table"):
        written(Sheet("empty"))


def test_a_page_is_well_formed_and_the_same_each_time_with_every_text_escaped() -> None:
    text = page(SHEET)
    assert text == page(SHEET)
    root = ElementTree.fromstring(
        text.removeprefix("<!doctype html>\n")
        .replace("&nbsp;", " ")
        .replace('<meta charset="utf-8">', "")
        .replace('<meta name="viewport" content="width=device-width, initial-scale=1">', "")
    )
    assert root.findtext("head/title") == "Places <&>"
    assert len(root.findall(".//{*}svg")) == 3
    assert "The rule was issued after the period began." in "".join(root.itertext())
    assert "<script" not in text
    assert "http" not in text.replace("http://www.w3.org", "")


def test_a_terminal_shows_warnings_tables_and_outlines_in_their_order() -> None:
    screen = Console(record=True, width=80, file=io.StringIO())
    for part in shown(SHEET):
        screen.print(part)
    text = screen.export_text()
    places = [
        text.index(word) for word in ("after the period", "=cmd()", "total = 9", "event #3", "12 records")
    ]
    assert places == sorted(places)
