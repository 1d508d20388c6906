"""Rows of several series come through one source: a column that a row does not have."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.support.clauses import clause, concluded, document, measured, source, values

from party_workflow.errors import InvalidInput


def summed(column: str = "points") -> dict[str, Any]:
    return clause("value", "sum", source="rows", column=column, several="sum", empty="zero", rounding="none")


MIXED = {
    "rows": [{"subject": "a", "series": "one", "points": 3}, {"subject": "a", "series": "two", "day": 1}]
}


def test_a_row_without_the_column_that_a_source_asks_of_is_none_of_its_rows() -> None:
    wanted = source("rows", where={"points": {"at_least": 1}})
    assert values(concluded(document(summed(), sources=[wanted]), MIXED), "sum")["a"] == 3


def test_rows_of_another_series_need_not_have_the_column_that_dates_them() -> None:
    rows = {
        "rows": [
            {"subject": "a", "series": "one", "points": 3, "held": date(2026, 2, 1)},
            {"subject": "a", "series": "two", "points": 4},
        ]
    }
    dated = source("rows", where={"series": "one"}, dated="held")
    assert values(concluded(document(summed(), sources=[dated]), rows), "sum")["a"] == 3
    with pytest.raises(InvalidInput, match="has no column held"):
        concluded(document(summed(), sources=[source("rows", dated="held")]), rows)


def test_a_clause_that_asks_for_a_column_that_a_row_does_not_have_is_told_which_there_are() -> None:
    with pytest.raises(InvalidInput, match=r"has no column pionts.*points"):
        measured([summed("pionts")], {"rows": MIXED["rows"][:1]})


def test_a_text_in_the_place_of_a_number_is_said_with_whom_its_row_is_about() -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "rows": [{"subject": "a", "points": 3}, {"subject": "b", "points": "three"}]
    }
    with pytest.raises(InvalidInput, match="points of b is no number, in the row at"):
        measured([summed()], rows)
    assert measured([summed()], {"rows": rows["rows"][:1]})["a"] == 3


def test_several_rows_where_one_is_asked_for_are_said_with_whom_they_are_about() -> None:
    rows = {
        "rows": [{"subject": "a", "points": 3}, {"subject": "b", "points": 1}, {"subject": "b", "points": 2}]
    }
    with pytest.raises(InvalidInput, match="sum has 2 rows for b"):
        measured([{**summed(), "several": "refuse"}], rows)
    assert measured([{**summed(), "several": "refuse"}], {"rows": rows["rows"][:2]}) == {"a": 3, "b": 1}
