"""Marks and ballots with the units that they fall to, on the day of the row."""

from __future__ import annotations

from tests.policies.feeds.folding import facts, lawful
from tests.support.demos import told
from tests.support.sheets import Hall, kind, mark

from party_workflow.domain.organisation import PersonJoined, PersonLeft, PersonMoved, UnitFounded, UnitMoved
from party_workflow.domain.rating import Rated, RatingOpened
from party_workflow.packs.party import MODEL
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.feeds.homes import BALLOTS_IN_UNITS, MARKS_IN_UNITS
from party_workflow.policies.figure import Absent
from party_workflow.testing.policies.past import happened, past
from party_workflow_adapters.demos.county_townships import build
from party_workflow_adapters.demos.mine_quarters import build as mine

NOWHERE = Absent("not_applicable")
ADDED = ("counts_in", "above")


def test_rows_are_those_of_the_feed_with_two_columns_more() -> None:
    history = told(build).history
    for name in ("marks", "ballots"):
        plain, placed = facts(FEEDS[name], history), lawful(FEEDS[f"{name}_in_units"], history)
        assert plain
        assert len(placed) == len(plain)
        for one, other in zip(plain, placed, strict=True):
            assert {key: cell for key, cell in other.columns.items() if key not in ADDED} == one.columns
            assert set(one.evidence) <= set(other.evidence)
    placed = facts(BALLOTS_IN_UNITS, history)
    heads = {(row["subject"], row["counts_in"], row["above"]) for row in placed if row["unit"] == "u-county"}
    assert ("p-101", "u-t1", "u-county") in heads
    said = next(row for row in placed if row["subject"] == "p-101")
    types = [event.stored_type for event in said.evidence]
    assert "organisation.person_joined" in types
    assert "organisation.unit_founded" in types


def test_a_unit_counts_in_itself_and_below_the_one_that_was_above_it_on_the_day() -> None:
    world = Hall(kind())
    world.enter({"u-b1": mark("7.5")})
    rows = lawful(MARKS_IN_UNITS, world.workflow.history)
    assert {(row["subject"], row["counts_in"], row["above"]) for row in rows} == {
        ("u-b1", "u-b1", "u-bureau")
    }


def test_who_moved_or_left_counts_where_they_did_on_the_day_of_the_vote_whatever_was_recorded_when() -> None:
    opened = RatingOpened(
        kind="peer",
        unit="u-top",
        raters=("p-2", "p-3", "p-4", "p-5", "p-6"),
        subjects=("p-1",),
        grades=("good", "poor"),
        secret=False,
        minimum=1,
    )
    said = past(
        happened(UnitFounded(unit="u-top", kind="organ"), at="2020-01-01"),
        happened(UnitFounded(unit="u-a", kind="branch", parent="u-top"), at="2020-01-01"),
        happened(UnitFounded(unit="u-b", kind="branch", parent="u-a"), at="2020-01-01"),
        happened(PersonJoined(person="p-1", unit="u-a", categories=("member",)), at="2020-01-02"),
        happened(PersonMoved(person="p-1", unit="u-b"), at="2020-04-01"),
        happened(opened, stream="rating/r-1", at="2020-01-01"),
        *(
            happened(Rated(rater=f"p-{number}", grades={"p-1": "good"}), stream="rating/r-1", at=day)
            for number, day in enumerate(
                ("2020-01-01", "2020-02-01", "2020-03-01", "2020-05-01", "2020-07-01"), 2
            )
        ),
        happened(PersonLeft(person="p-1", ground="retired"), at="2020-06-01", recorded_at="2020-08-01"),
        happened(UnitMoved(unit="u-a", parent="u-b"), at="2020-02-15", recorded_at="2020-08-02"),
        registry=MODEL.registry,
    )
    rows = lawful(BALLOTS_IN_UNITS, said.history)
    assert {(row["rater"], row["counts_in"], row["above"]) for row in rows} == {
        ("p-2", NOWHERE, NOWHERE),
        ("p-3", "u-a", "u-top"),
        ("p-4", "u-a", "u-b"),
        ("p-5", "u-b", "u-a"),
        ("p-6", NOWHERE, NOWHERE),
    }


def test_a_person_in_a_post_counts_in_the_unit_of_the_post() -> None:
    rows = facts(MARKS_IN_UNITS, told(mine).history)
    officers = [row for row in rows if row["kind"] == "star_rating_officer"]
    assert officers
    for row in officers:
        assert str(row["subject"]).endswith(f"@{row['counts_in']}")
        assert row["above"] == "u-mine"
