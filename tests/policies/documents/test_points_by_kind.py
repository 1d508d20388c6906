"""Points by kind, their caps in a stated order, and points by place (R-088)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.clauses import clause, concluded, document, faults, measured, values

from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.policies.figure import Figure


def points(**fields: Any) -> dict[str, Any]:
    return clause(
        "points",
        "points",
        **{
            "source": "rows",
            "kind": "kind",
            "worth": {"talk": 5, "visit": 2},
            "other": "refuse",
            "dated_by": "row",
            "empty": "zero",
            "rounding": "none",
            **fields,
        },
    )


def row(kind: str, subject: str = "a", at: str = "2026-03-01", **columns: Any) -> dict[str, Any]:
    return {"subject": subject, "kind": kind, "at": at, **columns}


# --- worth ------------------------------------------------------------------------------------


def test_each_row_is_worth_what_its_kind_is_worth() -> None:
    rows = [row("talk"), row("visit"), row("visit"), row("talk", "b")]
    assert measured([points()], {"rows": rows}) == {"a": 9, "b": 5}


def test_who_occurs_in_no_row_has_what_the_clause_says() -> None:
    rows = {"rows": [row("talk")]}
    assert measured([points()], rows)["b"] == 0
    assert measured([points(empty="missing")], rows)["b"] == "missing"


def test_a_kind_of_which_nothing_is_said_is_refused_or_worth_nothing_as_the_clause_says() -> None:
    rows = {"rows": [row("walk")]}
    with pytest.raises(InvalidInput, match="walk is worth"):
        measured([points()], rows)
    assert measured([points(other="zero")], rows)["a"] == 0


def test_the_worth_is_that_of_the_day_of_the_row_or_of_the_run_as_the_clause_says() -> None:
    worth = {
        "talk": [
            {"value": 5, "since": "2026-01-01", "basis": "x"},
            {"value": 8, "since": "2026-07-01", "basis": "y"},
        ]
    }
    rows = {"rows": [row("talk"), row("talk", at="2026-08-01")]}
    assert measured([points(worth=worth)], rows)["a"] == 13
    assert measured([points(worth=worth, dated_by="run")], rows)["a"] == 16


def test_a_quantity_multiplies_and_an_absent_one_is_treated_as_said() -> None:
    rows = {"rows": [row("visit", n=Fraction(3, 2)), row("visit", n="missing")]}
    counted = {"quantity": "n"}
    assert measured([points(**counted, absent="leave_out")], rows)["a"] == 3
    assert measured([points(**counted, absent="incomplete")], rows)["a"] == "missing"


def test_rows_that_agree_in_the_columns_named_share_the_worth() -> None:
    rows = {"rows": [row("talk", race="1"), row("talk", "b", race="1"), row("talk", race="2")]}
    assert measured([points(split_by=["race"])], rows) == {"a": Fraction(15, 2), "b": Fraction(5, 2)}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"worth": {}}, "at least one kind"),
        ({"caps": [{"at_most": 1}]}, "belong together"),
        ({"order": "effective"}, "belong together"),
        ({"quantity": "n"}, "belong together"),
    ],
)
def test_what_does_not_belong_together_is_refused_when_the_clause_is_made(fields: Any, said: str) -> None:
    with pytest.raises(InvalidDefinition, match=said):
        document(points(**fields))


def test_the_linter_names_columns_and_kinds_of_caps_that_there_are_not() -> None:
    found = faults(
        points(caps=[{"at_most": 3, "per": ["monht"]}, {"at_most": 3, "of": ["tlak"]}], order="recorded"),
        columns=["kind", "month"],
    )
    assert len(found) == 2
    assert "monht" in found[0]
    assert "tlak" in found[1]
    (below,) = faults(points(caps=[{"at_most": -1}], order="recorded"), columns=["kind"])
    assert "below zero" in below
    later = [
        {"value": 2, "since": "2026-01-01", "basis": "art-1"},
        {"value": -1, "since": "2026-07-01", "basis": "art-2"},
    ]
    assert len(faults(points(caps=[{"at_most": later}], order="recorded"), columns=["kind"])) == 1
    assert faults(points(caps=[{"at_most": 0}], order="recorded"), columns=["kind"]) == []


def test_the_figure_of_a_row_shows_its_worth_its_quantity_and_among_how_many_it_was_split() -> None:
    rows = {"rows": [row("talk", n=3, race="1"), row("talk", "b", n=3, race="1"), row("talk", n=2, race="2")]}
    said = points(quantity="n", absent="incomplete", split_by=["race"])
    first, second = concluded(document(said), rows).measures["points"]["a",].inputs
    assert isinstance(first, Figure)
    assert isinstance(second, Figure)
    named = [(part.name, part.value) for part in first.inputs if isinstance(part, Figure)]
    assert named == [("worth.talk", 5), ("n", 3), ("split_among", 2)]
    alone = [(part.name, part.value) for part in second.inputs if isinstance(part, Figure)]
    assert alone == [("worth.talk", 5), ("n", 2)]


# --- caps -------------------------------------------------------------------------------------

CAPPED = {
    "caps": [{"at_most": 6, "of": ["talk"], "per": ["month"]}, {"at_most": 10}],
    "order": "effective",
}


def test_R_088_caps_apply_row_by_row_in_the_order_of_what_happened() -> None:
    # recorded in another order than it happened: the talk of February uses up its month first
    rows = [
        row("talk", at="2026-02-20", month="2"),
        row("talk", at="2026-02-01", month="2"),
        row("visit", at="2026-02-25", month="2"),
        row("talk", at="2026-03-05", month="3"),
    ]
    capped = points(**CAPPED, by=["month"])
    assert measured([capped], {"rows": rows}) == {"a.2": 8, "a.3": 2}
    figure = concluded(document(capped), {"rows": rows}).measures["points"]["a", "2"]
    granted = [(part.value, part.step) for part in figure.inputs if isinstance(part, Figure)]
    assert granted == [(1, "capped"), (5, "worth"), (2, "worth")]
    recorded = points(**{**CAPPED, "order": "recorded"}, by=["month"])
    again = concluded(document(recorded), {"rows": rows}).measures["points"]["a", "2"]
    assert [part.value for part in again.inputs if isinstance(part, Figure)] == [5, 1, 2]


def test_R_088_a_capped_figure_says_the_cap_and_what_was_used_before() -> None:
    rows = [row("talk", month="2"), row("talk", month="2")]
    figure = concluded(document(points(**CAPPED)), {"rows": rows}).measures["points"]["a",]
    capped = figure.inputs[1]
    assert isinstance(capped, Figure)
    assert [(part.name, part.value) for part in capped.inputs if isinstance(part, Figure)] == [
        ("points.talk", 5),
        ("points.cap_1", 6),
        ("points.cap_1.used", 5),
    ]
    assert len(figure.evidence()) == 2


def test_R_088_the_order_in_which_caps_are_stated_decides() -> None:
    rows = [row("talk"), row("visit"), row("talk")]
    by_kind, of_all = {"at_most": 5, "of": ["talk"]}, {"at_most": 6}
    first = points(caps=[by_kind, of_all], order="recorded", worth={"talk": 5, "visit": 4})
    second = points(caps=[of_all, by_kind], order="recorded", worth={"talk": 5, "visit": 4})
    assert measured([first], {"rows": rows})["a"] == 6
    assert measured([second], {"rows": rows})["a"] == 6
    negative = [row("talk"), row("fine"), row("visit"), row("talk")]
    worth = {"talk": 5, "visit": 4, "fine": -3}
    assert (
        measured([points(caps=[by_kind, of_all], order="recorded", worth=worth)], {"rows": negative})["a"]
        == 6
    )
    late = [row("talk"), row("talk"), row("fine"), row("talk")]
    staged = [
        points(caps=[{"at_most": 7, "of": ["talk"]}, {"at_most": 6}], order="recorded", worth=worth),
        points(caps=[{"at_most": 6}, {"at_most": 7, "of": ["talk"]}], order="recorded", worth=worth),
    ]
    assert [measured([each], {"rows": late})["a"] for each in staged] == [3, 4]


KIND = st.sampled_from(["talk", "visit"])
HAPPENED = st.lists(st.tuples(KIND, st.integers(1, 28), st.sampled_from(["1", "2"])), max_size=12)


@given(happened=HAPPENED, first=st.integers(0, 20), second=st.integers(0, 20), data=st.data())
def test_R_088_caps_in_the_order_of_what_happened_do_not_depend_on_when_it_was_recorded(
    happened: list[tuple[str, int, str]], first: int, second: int, data: st.DataObject
) -> None:
    moments = [f"2026-02-{day:02d}T{index:02d}:00:00.000000Z" for index, (_, day, _) in enumerate(happened)]
    rows = [
        row(kind, at=moment, month=month) for (kind, _, month), moment in zip(happened, moments, strict=True)
    ]
    capped = points(
        caps=[{"at_most": first, "per": ["month"]}, {"at_most": second, "of": ["talk"]}],
        order="effective",
        by=["month"],
    )
    shuffled = data.draw(st.permutations(rows))
    found = measured([capped], {"rows": rows})
    assert found == measured([capped], {"rows": shuffled})
    assert all(isinstance(value, Fraction) and value <= first for value in found.values())


@given(happened=HAPPENED, cap=st.integers(0, 80))
def test_a_cap_gives_the_smaller_of_the_sum_and_itself(
    happened: list[tuple[str, int, str]], cap: int
) -> None:
    rows = [row(kind, month=month) for kind, _, month in happened]
    free = measured([points()], {"rows": rows})["a"]
    assert isinstance(free, Fraction)
    capped = points(caps=[{"at_most": cap}], order="recorded")
    assert measured([capped], {"rows": rows})["a"] == min(free, Fraction(cap))


# --- by place ---------------------------------------------------------------------------------


def by_place(**fields: Any) -> dict[str, Any]:
    return clause(
        "place_points",
        "points",
        **{
            "source": "rows",
            "place": "place",
            "table": [8, 6, 4],
            "dated_by": "row",
            "absent": {"missing": "incomplete", "excused": "leave_out", "not_applicable": "zero"},
            "empty": "zero",
            "rounding": "none",
            **fields,
        },
    )


def placed(place: Any, subject: str = "a", **columns: Any) -> dict[str, Any]:
    return {"subject": subject, "place": place, "at": "2026-03-01", **columns}


def test_a_place_has_its_number_of_the_table_and_none_beyond_its_end() -> None:
    rows = [placed(1), placed(3), placed(4), placed(2, "b")]
    assert measured([by_place()], {"rows": rows}) == {"a": 12, "b": 6}


@pytest.mark.parametrize(("shared", "each"), [("split", Fraction(3)), ("full", 6), ("none", 0)])
def test_a_place_taken_together_is_split_full_or_worth_nothing(shared: str, each: Any) -> None:
    rows = [placed(2, car="7"), placed(2, "b", car="7"), placed(1, "b", car="8")]
    found = measured([by_place(shared=shared, share_by=["car"])], {"rows": rows})
    assert found == {"a": each, "b": each + 8}


def test_the_four_ways_of_having_no_place_are_told_apart() -> None:
    def only(place: Any) -> Any:
        return measured([by_place()], {"rows": [placed(1), placed(place)]})["a"]

    assert only(None) == 8
    assert only("excused") == 8
    assert only("missing") == "missing"
    assert only(0 + 4) == 8
    assert measured([by_place()], {"rows": [placed("excused")]})["a"] == "not_applicable"


def test_a_factor_holds_for_the_day_that_it_is_dated_for() -> None:
    half = [
        {"value": 1, "since": "2026-01-01", "basis": "x"},
        {"value": "1/2", "since": "2026-03-01", "basis": "y"},
        {"value": 1, "since": "2026-03-02", "basis": "x"},
    ]
    rows = [placed(1), {**placed(1), "at": "2026-03-02"}]
    assert measured([by_place(multiplier=half)], {"rows": rows})["a"] == 12


@pytest.mark.parametrize("place", [0, -1, Fraction(1, 2)])
def test_a_place_that_is_no_place_is_refused(place: Any) -> None:
    with pytest.raises(InvalidInput, match="whole numbers from 1"):
        measured([by_place()], {"rows": [placed(place)]})


def test_sharing_says_by_which_columns() -> None:
    with pytest.raises(InvalidDefinition, match="belong together"):
        document(by_place(shared="split"))


# --- several measures in one ------------------------------------------------------------------


def test_measures_with_the_same_dimensions_are_added_key_by_key() -> None:
    both = [
        points(by=["race"]),
        {**by_place(by=["race"], source="places"), "code": "places"},
        clause("sum", "both", measures=["points", "places"], absent="incomplete", rounding="none"),
    ]
    rows = {"rows": [row("talk", race="1")], "places": [placed(1, race="1"), placed(2, race="2")]}
    assert measured(both, rows) == {"a.1": 13, "a.2": 6}


def test_measures_kept_by_other_dimensions_are_not_added() -> None:
    both = [
        points(by=["race"]),
        {**by_place(), "code": "places"},
        clause("sum", "both", measures=["points", "places"], absent="incomplete", rounding="none"),
    ]
    assert any("not kept by the same" in fault for fault in faults(*both, columns=["race", "kind", "place"]))
    with pytest.raises(InvalidDefinition, match="same dimensions"):
        measured(both, {"rows": [{**row("talk", race="1"), "place": 1}]})


def test_the_linter_has_nothing_against_measures_with_the_same_dimensions() -> None:
    both = [
        points(by=["race"]),
        {**by_place(by=["race"]), "code": "places"},
        clause("sum", "both", measures=["points", "places"], absent="incomplete", rounding="none"),
    ]
    assert faults(*both, columns=["race", "kind", "place"]) == []
    (said,) = faults(both[0], {**both[1], "by": []}, both[2], columns=["race", "kind", "place"])
    assert "points by race; places by subject" in said


def test_what_is_absent_in_one_measure_is_treated_as_said() -> None:
    def both(absent: str) -> Any:
        found = concluded(
            document(
                by_place(by=["race"]),
                {**points(by=["race"], source="other"), "code": "kinds"},
                clause("sum", "both", measures=["points", "kinds"], absent=absent, rounding="none"),
                sources=["rows", "other"],
            ),
            {"rows": [placed("missing", race="1")], "other": [row("talk", race="1")]},
        )
        return values(found, "both")["a.1"]

    assert both("incomplete") == "missing"
    assert both("leave_out") == 5
