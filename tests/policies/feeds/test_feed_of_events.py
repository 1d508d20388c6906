"""The feed over one stored event type."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.domain.test_points import bonus, do, opened
from tests.policies.feeds.folding import cells, lawful
from tests.policies.feeds.test_feed_of_ballots import opened as round_opened
from tests.policies.feeds.test_feed_of_ballots import rate
from tests.policies.feeds.test_feeds_of_activities import held

from party_workflow.domain.activity import ActivityHeld, ActivityPlanned
from party_workflow.domain.case import CaseOpened
from party_workflow.domain.points import BonusApproved, PointsGranted, PointsOpened
from party_workflow.domain.population import PopulationFrozen
from party_workflow.domain.rating import Rated, RatingOpened
from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.policies.feeds.events import event_feed
from party_workflow.policies.figure import Absent

NONE = Absent("not_applicable")


def test_the_fields_of_an_event_are_columns_and_who_recorded_it_is_one() -> None:
    world = opened()
    event = do(world, bonus(7))
    feed = event_feed(BonusApproved, ["clause", "amount", "period", "branch", "activity"])
    assert feed.name == "points.bonus_approved"
    columns = "clause", "amount", "period", "branch", "activity", "person", "event", "stream"
    assert cells(feed, world.workflow.history, *columns) == [
        (
            "innovation",
            Fraction(7),
            "2009",
            "home",
            NONE,
            "p-3",
            event,
            "points/" + world_stream(world),
        )
    ]
    lawful(feed, world.workflow.history)


def world_stream(world: Any) -> str:
    (stream,) = world.workflow.history.streams("points")
    return str(stream).partition("/")[2]


def test_the_parts_of_a_list_give_a_row_each_in_their_order() -> None:
    world = held()
    feed = event_feed(ActivityHeld, ["person", "status", "minutes"], each="attendance")
    found = cells(feed, world.workflow.history, "person", "status", "minutes")
    assert found == [
        (f"p-{number}", status, Fraction(90))
        for number, status in enumerate(("present", "late", "excused", "absent", "present"), start=1)
    ]
    lawful(feed, world.workflow.history)


def test_a_list_of_plain_values_gives_a_row_each_with_the_value() -> None:
    world = held()
    feed = event_feed(ActivityPlanned, ["kind", "value"], each="expected")
    assert cells(feed, world.workflow.history, "kind", "value") == [
        ("study_session", f"p-{number}") for number in range(1, 5)
    ]


def test_the_entries_of_a_mapping_give_a_row_each_with_key_and_value() -> None:
    world = round_opened()
    world.do(rate(2, p_3="good", p_4="poor"), by=world.self_(2))
    feed = event_feed(Rated, ["rater", "key", "value"], each="grades")
    assert cells(feed, world.workflow.history, "rater", "key", "value") == [
        ("p-2", "p-3", "good"),
        ("p-2", "p-4", "poor"),
    ]


def test_what_opened_the_matter_can_be_joined_and_is_evidence_too() -> None:
    world = round_opened()
    world.do(rate(2, p_3="good"), by=world.self_(2))
    feed = event_feed(Rated, ["key"], each="grades", opening=RatingOpened, joined=["kind", "unit"])
    (fact,) = lawful(feed, world.workflow.history)
    assert (fact["kind"], fact["unit"], fact["key"]) == ("peer", "u-branch", "p-3")
    assert [item.stored_type for item in fact.evidence] == ["rating.opened", "rating.rated"]


def test_a_field_of_an_event_goes_before_who_recorded_it_where_it_is_asked_for() -> None:
    world = opened()
    assert cells(event_feed(PointsOpened, ["person"]), world.workflow.history, "person") == [("p-2",)]
    assert cells(event_feed(PointsOpened, []), world.workflow.history, "person") == [("p-1",)]


@pytest.mark.parametrize(
    ("said", "where", "what"),
    [
        ({"columns": ["colour"]}, "columns.colour", "points.granted has no field colour."),
        ({"columns": [], "each": "colour"}, "each", "points.granted has no field colour."),
        ({"columns": [], "each": "clause"}, "each", "clause is no list."),
        ({"columns": ["kind"], "each": "evidence"}, "columns.kind", "points.granted has no field kind."),
        (
            {"columns": ["unit"], "opening": PointsOpened, "joined": ["unit"]},
            "joined.unit",
            "unit is a column already.",
        ),
        ({"columns": [], "joined": ["scheme"]}, "joined.scheme", "There is no opening event with it."),
        (
            {"columns": [], "opening": PointsOpened, "joined": ["colour"]},
            "joined.colour",
            "points.opened with it.",
        ),
        ({"columns": [], "opening": PointsGranted}, "opening", "It is the event type itself."),
    ],
)
def test_a_feed_that_cannot_be_is_refused_before_use(said: dict[str, Any], where: str, what: str) -> None:
    with pytest.raises(InvalidDefinition) as raised:
        event_feed(PointsGranted, **said)
    (fault,) = raised.value.faults
    assert fault.where == where
    assert what in fault.what


def test_a_sealed_field_is_no_column() -> None:
    with pytest.raises(InvalidDefinition, match="substance is sealed"):
        event_feed(CaseOpened, ["kind", "substance"])
    with pytest.raises(InvalidDefinition, match="complainant is sealed"):
        event_feed(CaseOpened, ["complainant"])


def test_a_list_is_no_cell_and_says_what_to_do() -> None:
    world = round_opened()
    feed = event_feed(PopulationFrozen, ["unit", "people"])
    with pytest.raises(InvalidInput, match="people is no code, number or day"):
        cells(feed, world.workflow.history, "people")
