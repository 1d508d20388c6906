"""Observed values through the workflow: corrected, withdrawn, marked as not comparable; and in a document."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.domain.test_observation import (
    COMMANDS,
    OPEN,
    STREAM,
    SURVEY,
    correct,
    opened,
    record,
    row,
    with_row,
)
from tests.policies.feeds.folding import cells, lawful
from tests.support.laws import attempt
from tests.support.world import World

from party_workflow.codec import Command
from party_workflow.domain import observation
from party_workflow.domain.observation import (
    Column,
    MarkNotComparable,
    NoValue,
    Observed,
    OpenSeries,
    RecordObservations,
    WithdrawObservation,
)
from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.policies.documents import RuleDocument, lint
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.feeds.tables import table
from party_workflow.policies.figure import Absent
from party_workflow.policies.policy import run

FEED = FEEDS["observations"]
DAY = timedelta(days=1)


@settings(max_examples=40, deadline=None)
@examples(st.lists(st.tuples(COMMANDS, st.sampled_from([1, 2, 3])), max_size=12))
def test_the_rows_are_those_of_the_series_whatever_was_done(steps: list[tuple[Command, int]]) -> None:
    world = opened()
    for command, who in steps:
        world.later(hours=1)
        attempt(world, command, by=world.act(who))
    found = lawful(FEED, world.workflow.history)
    lines = world.workflow.state(STREAM).rows()
    assert [fact["row"] for fact in found] == list(lines)
    for fact in found:
        line = lines[str(fact["row"])]
        assert (fact["subject"], fact["branch"]) == (line.subject, line.subject)
        assert fact.effective_at == line.since
        for code, cell in line.cells.items():
            if isinstance(cell, NoValue):
                assert fact[code] == Absent(cell.kind)
            else:
                assert fact[code] == (Fraction(cell) if isinstance(cell, Decimal) else cell)


def test_a_corrected_row_rests_on_both_events_and_a_withdrawn_one_is_gone() -> None:
    world = with_row()
    known = world.now
    world.later(days=1)
    world.do(correct(numbers={"score": Decimal(30)}), by=world.act(2))
    (fact,) = lawful(FEED, world.workflow.history)
    assert (fact["score"], fact["grade"], len(fact.evidence)) == (Fraction(30), "a", 2)
    before = world.workflow.history.as_of(known=known)
    assert cells(FEED, before, "score") == [(Fraction("28.5"),)]
    world.do(WithdrawObservation(key="s-1", row="r-1", ground="mistaken"), by=world.act(3))
    assert lawful(FEED, world.workflow.history) == []


def test_R_098_rows_of_a_series_that_is_not_comparable_say_so_with_the_event_that_says_it() -> None:
    world = with_row()
    assert cells(FEED, world.workflow.history, "comparable") == [("yes",)]
    world.do(MarkNotComparable(key="s-1", ground="coached"), by=world.act(2))
    (fact,) = lawful(FEED, world.workflow.history)
    assert fact["comparable"] == "no"
    assert fact.evidence[-1].stored_type == "observation.marked_not_comparable"


def test_R_098_a_self_selected_sample_is_not_comparable_from_the_outset() -> None:
    world = World(observation.DECIDER, members=2)
    survey = SURVEY.model_copy(update={"selection": "self_selected"})
    world.do(OPEN.model_copy(update={"survey": survey}))
    world.do(record(row("r-1")))
    (fact,) = lawful(FEED, world.workflow.history)
    assert fact["comparable"] == "no"
    assert [item.stored_type for item in fact.evidence] == [
        "observation.recorded",
        "observation.series_opened",
    ]


def test_as_of_a_moment_before_its_opening_took_effect_nothing_is_known_of_a_series() -> None:
    rows = [{"who": "a", "n": 1, "at": "2020-01-01"}, {"who": "b", "n": 2, "at": "2020-02-01"}]
    history = table(rows, series="s", subject="who", at="at")
    ((first, comparable),) = cells(
        FEED, history.as_of(effective=history_moment(history)), "subject", "comparable"
    )
    assert (first, comparable) == ("a", "yes")


def history_moment(history: Any) -> Any:
    return next(iter(history.records())).envelope.effective_at


# --- in a document -----------------------------------------------------------------------------


def satisfaction(*, columns: tuple[str, ...] = (), column: str = "satisfied") -> RuleDocument:
    """The rate of those satisfied, for units of which at least 30 were asked in comparable surveys."""
    source: dict[str, Any] = {
        "feed": "observations",
        "subject": "subject",
        "within": "period",
        "where": {"series": "satisfaction", "comparable": "yes"},
        "columns": list(columns),
    }
    value = {"type": "value", "basis": "plan.8", "since": "2009-01-01", "several": "sum", "rounding": "none"}
    everybody = {**source, "code": "everybody", "where": {"series": "satisfaction"}}
    return RuleDocument.read(
        {
            "code": "satisfaction",
            "version": 1,
            "issuer": "u-city",
            "number": "2009-8",
            "issued_on": "2009-01-05",
            "effective_from": "2009-01-05",
            "offset_minutes": 480,
            "population": {"source": "everybody"},
            "source": [everybody, {**source, "code": "answers"}],
            "clause": [
                {**value, "code": "satisfied", "source": "answers", "column": column, "empty": "missing"},
                {**value, "code": "answered", "source": "answers", "column": "answered", "empty": "missing"},
                {
                    "type": "ratio",
                    "code": "rate",
                    "basis": "plan.8",
                    "since": "2009-01-01",
                    "part": "satisfied",
                    "whole": "answered",
                    "minimum": 30,
                    "too_few": "withheld",
                    "absent": "incomplete",
                    "rounding": "none",
                },
            ],
        }
    )


def surveyed() -> World:
    world = World(observation.DECIDER, members=3)
    columns = (Column(code="satisfied", type="number"), Column(code="answered", type="number"))
    world.do(
        OpenSeries(
            key="satisfaction",
            unit="u-city",
            subject="branch",
            columns=columns,
            source="office",
            basis="plan.8",
            survey=SURVEY,
        )
    )
    rows = (
        Observed.of("r-1", "u-b1", {"satisfied": 98, "answered": 100}),
        Observed.of("r-2", "u-b2", {"satisfied": 5, "answered": 20}),
        Observed.of("r-3", "u-b3", {"satisfied": 40}, {"answered": "missing"}),
    )
    world.do(RecordObservations(key="satisfaction", rows=rows))
    return world


def rates(world: World) -> dict[str, Any]:
    document = satisfaction(columns=("satisfied", "answered"))
    history = world.workflow.history
    result = run(
        document.policy(history.registry), history, on=date(2009, 3, 31), period_start=date(2009, 3, 1)
    )
    return {key[0]: figure for key, figure in result.conclusion.measures["rate"].items()}


def test_R_098_below_the_minimum_number_no_rate_is_shown_and_a_coached_survey_gives_none() -> None:
    world = surveyed()
    found = rates(world)
    assert found["u-b1"].value == Fraction(98, 100)
    assert found["u-b2"].value == Absent("withheld")
    assert found["u-b3"].value == Absent("missing")
    types = {item.stored_type for item in found["u-b1"].evidence()}
    assert types == {"observation.recorded"}
    world.do(MarkNotComparable(key="satisfaction", ground="coached"), by=world.act(2))
    assert all(isinstance(figure.value, Absent) for figure in rates(world).values())


def test_a_column_that_the_source_names_is_checked_before_use_and_one_it_does_not_when_it_is_run() -> None:
    world = surveyed()
    named = satisfaction(columns=("satisfied", "answered"), column="sattisfied")
    found = lint(named, world.model.registry)
    assert not found
    assert "sattisfied" in str(found)
    assert lint(satisfaction(columns=("satisfied", "answered")), world.model.registry)
    unnamed = satisfaction(column="sattisfied")
    assert lint(unnamed, world.model.registry)
    with pytest.raises(InvalidInput, match="sattisfied"):
        run(
            unnamed.policy(world.model.registry),
            world.workflow.history,
            on=date(2009, 3, 31),
            period_start=date(2009, 3, 1),
        )


def test_a_column_named_that_no_row_has_is_a_fault_when_rows_are_made() -> None:
    feed = FEED.having(["satisfied", "colour"])
    with pytest.raises(InvalidInput, match="No row has a column colour"):
        lawful(feed, surveyed().workflow.history)
    named = FEED.having(["satisfied"])
    assert set(named.columns) == {*FEED.columns, "satisfied"}
    lawful(named, surveyed().workflow.history)


def test_only_a_feed_whose_data_declare_columns_takes_names_of_columns() -> None:
    members = FEEDS["members"]
    assert members.having(["colour"]) is members
    document = satisfaction(columns=("satisfied", "answered")).body
    document["source"][0] |= {"feed": "members", "where": {}, "columns": ["colour"]}
    with pytest.raises(InvalidDefinition, match="has its columns"):
        RuleDocument.read(document).policy(surveyed().model.registry)
