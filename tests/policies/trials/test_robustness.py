"""How far a ranking holds: laws of the trials, and a small table by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from party_workflow.errors import InvalidInput
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.feeds.tables import table
from party_workflow.policies.trials.reproduction import Column, reproduce
from party_workflow.policies.trials.robustness import Robustness, robustness
from party_workflow.policies.trials.rows import gather
from party_workflow.policies.trials.variants import axes, variant
from party_workflow.policies.trials.varying import lot

ON, START = date(2020, 12, 31), date(2020, 1, 1)
BASE = {"basis": "house.trial", "since": "2020-01-01"}


def document(weight: str = "1/2", method: str = "arithmetic", **changes: Any) -> RuleDocument:
    """Study and work by weights, ranked."""
    values = [
        BASE
        | {
            "type": "value",
            "code": name,
            "source": "people",
            "column": name,
            "several": "refuse",
            "empty": "missing",
            "rounding": "none",
        }
        for name in ("study", "work")
    ]
    other = str(1 - Fraction(weight))
    total = BASE | {
        "type": "total",
        "code": "total",
        "method": method,
        "parts": [{"measure": "study", "weight": weight}, {"measure": "work", "weight": other}],
        "absent": "incomplete",
        "rounding": "none",
        **changes,
    }
    rank = BASE | {
        "type": "rank",
        "code": "places",
        "measure": "total",
        "on": "exact",
        "direction": "highest",
        "ties": [{"by": "shared"}],
    }
    return RuleDocument.read(
        {
            "code": "study-and-work",
            "version": 1,
            "issuer": "house",
            "number": "2020-1",
            "issued_on": "2019-12-01",
            "effective_from": "2020-01-01",
            "offset_minutes": 0,
            "population": {"source": "people"},
            "source": [{"code": "people", "feed": "observations", "subject": "subject", "within": "all"}],
            "clause": [*values, total, rank],
        }
    )


def tried(rows: dict[str, tuple[int, int]], rules: RuleDocument | None = None, **asked: Any) -> Robustness:
    """A trial over a table of study and work by subject."""
    rules = rules or document()
    history = table(
        [{"who": who, "study": study, "work": work} for who, (study, work) in rows.items()],
        series="people",
        subject="who",
        at=ON,
        columns={"study": "number", "work": "number"},
    )
    given_here = {"seed": "s", "runs": 20, "jitter": Fraction(1, 5)} | asked
    return robustness(
        rules, gather(rules, history, period_start=START), on=ON, period_start=START, **given_here
    )


scores = st.tuples(st.integers(1, 9), st.integers(1, 9))
tables_ = st.lists(scores, min_size=1, max_size=5).map(
    lambda rows: {f"s-{number}": row for number, row in enumerate(rows, start=1)}
)


@settings(deadline=None, max_examples=25)
@given(tables_)
def test_intervals_hold_the_place_and_pairs_are_never_reversed_where_they_say_so(
    rows: dict[str, tuple[int, int]],
) -> None:
    found = tried(rows)
    assert all(item.best <= item.place <= item.worst for item in found.intervals)
    for above, below in found.never_reversed:
        assert found.interval(above).place < found.interval(below).place
    dominating = {
        (one, other)
        for one in rows
        for other in rows
        if rows[one][0] > rows[other][0] and rows[one][1] > rows[other][1]
    }
    assert dominating <= set(found.never_reversed)
    assert found == tried(rows)


@settings(deadline=None, max_examples=15)
@given(tables_)
def test_where_nothing_is_varied_nothing_moves(rows: dict[str, tuple[int, int]]) -> None:
    found = tried(rows, jitter=Fraction(0), indicators=False)
    assert all(item.best == item.place == item.worst for item in found.intervals)
    assert len(found.never_reversed) == found.pairs
    assert found.share == 1


@given(st.text(max_size=9), st.lists(st.integers(), max_size=3))
def test_a_lot_lies_between_nothing_and_one_and_depends_on_the_seed(seed: str, of: list[int]) -> None:
    assert 0 <= lot(seed, *of) <= 1
    assert lot(seed, *of) == lot(seed, *of)


def test_leaving_out_an_indicator_reverses_just_the_pairs_that_rest_on_it() -> None:
    rows = {"a": (9, 1), "b": (5, 4), "c": (4, 3)}
    found = tried(rows, runs=0)
    assert [(item.subject, item.place, item.best, item.worst) for item in found.intervals] == [
        ("a", 1, 1, 3),
        ("b", 2, 1, 2),
        ("c", 3, 2, 3),
    ]
    assert found.never_reversed == (("b", "c"),)
    assert [trial.what for trial in found.trials] == ["total without study", "total without work"]


def test_weights_on_their_grid_still_come_to_one_for_a_geometric_total_too() -> None:
    found = tried({"a": (9, 1), "b": (4, 4)}, document("1/3", "geometric", digits=20), runs=10)
    assert len(found.trials) == 12
    nested = document(
        parts=[
            {"measure": "study", "weight": "1/4"},
            {"code": "rest", "weight": "3/4", "parts": [{"measure": "work", "weight": 1}]},
        ]
    )
    assert tried({"a": (9, 1), "b": (4, 4)}, nested, runs=10).trials


def test_a_jitter_of_everything_and_nothing_to_vary_are_refused() -> None:
    with pytest.raises(InvalidInput, match="from 0 to below 1"):
        tried({"a": (1, 1)}, jitter=Fraction(1))
    with pytest.raises(InvalidInput, match="no weights, raters, indicators"):
        tried({"a": (1, 1)}, runs=0, indicators=False, raters=False)


def test_progress_is_told_and_the_answer_is_canonical_data() -> None:
    told: list[tuple[int, int]] = []
    found = tried({"a": (2, 1), "b": (1, 2)}, runs=3, progress=lambda done, of: told.append((done, of)))
    assert told == [(number, 5) for number in range(1, 6)]
    assert found.data()["pairs"] == found.pairs


# --- which variant gives a table -----------------------------------------------------------------


@settings(deadline=None, max_examples=15)
@given(tables_, st.sampled_from(["1/2", "1/3", "2/7"]), st.sampled_from(["half_up", "down"]))
def test_a_table_made_by_a_variant_is_found_again(
    rows: dict[str, tuple[int, int]], weight: str, mode: str
) -> None:
    hidden = document(weight, rounding={"places": 1, "mode": mode})
    history = table(
        [{"who": who, "study": study, "work": work} for who, (study, work) in rows.items()],
        series="people",
        subject="who",
        at=ON,
        columns={"study": "number", "work": "number"},
    )
    from party_workflow.policies.policy import run

    published = run(hidden.policy(history.registry), history, on=ON, period_start=START).conclusion
    values = {key: figure.exact() for key, figure in published.measures["total"].items()}
    stated = document(weight)
    found = reproduce(
        stated,
        gather(stated, history, period_start=START),
        [Column("total", "value", "total", values)],
        axes(stated, kinds=("rounding",), places=(1,)),
        on=ON,
        period_start=START,
    )
    assert found
    assert not found.differences
    assert found.tried == 4**3
    ways = [found.choice["total.rounding"], *(each["total.rounding"] for each in found.equals)]
    assert {"places": 1, "mode": mode} in ways
    assert variant(stated, {"total.rounding": {"places": 1, "mode": mode}}).digest == hidden.digest


def test_what_cannot_be_rebuilt_is_listed_cell_by_cell_and_an_unknown_clause_is_refused() -> None:
    rules = document()
    history = table(
        [{"who": "a", "study": 4, "work": 2}],
        series="people",
        subject="who",
        at=ON,
        columns={"study": "number", "work": "number"},
    )
    rows = gather(rules, history, period_start=START)
    wrong = [Column("total", "value", "total", {("a",): Fraction(5), ("b",): Fraction(1)})]
    found = reproduce(rules, rows, wrong, axes(rules), on=ON, period_start=START, limit=1)
    assert not found
    assert not found.exhaustive
    assert [str(item) for item in found.differences] == [
        "total of a: published 5, found 3",
        "total of b: published 1, found nothing",
    ]
    with pytest.raises(InvalidInput, match="There is no clause tota"):
        reproduce(rules, rows, [Column("t", "value", "tota", {})], (), on=ON, period_start=START)
