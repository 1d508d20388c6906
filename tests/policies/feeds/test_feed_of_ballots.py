"""Grades given in the open, as they stand, and the closed tallies of secret rounds."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.policies.feeds.folding import cells, facts, lawful
from tests.support.world import World

from party_workflow.domain import population, rating
from party_workflow.domain.population import FreezePopulation
from party_workflow.domain.rating import (
    CastBallot,
    CloseRating,
    CorrectRating,
    HoldMark,
    OpenRating,
    Rate,
    SettleMark,
    VoidRating,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.figure import Absent

BALLOTS = FEEDS["ballots"]
WITHHELD = Absent("withheld")
ONE = Fraction(1)


def opened(key: str = "peer-1", **more: Any) -> World:
    world = World(rating.DECIDER, population.DECIDER, members=9)
    world.do(FreezePopulation(key="people", unit="u-branch", having=("member",)))
    given: dict[str, Any] = {
        "kind": "peer",
        "unit": "u-branch",
        "raters": "people",
        "subjects": "people",
        "grades": ("good", "fair", "poor"),
        "secret": False,
        "serves": (Serves(campaign="spring", task="peer"),),
        **more,
    }
    world.do(OpenRating(key=key, **given))
    return world


def rate(rater: int, **grades: str) -> Rate:
    named = {name.replace("_", "-"): grade for name, grade in grades.items()}
    return Rate(key="peer-1", rater=f"p-{rater}", grades=named)


def test_a_round_in_the_open_gives_a_row_for_each_grade_that_stands() -> None:
    world = opened()
    world.do(rate(2, p_3="good", p_4="poor"), by=world.self_(2))
    world.later(hours=1)
    world.do(rate(3, p_4="fair"), by=world.self_(3))
    given = cells(BALLOTS, world.workflow.history, "rater", "subject", "grade", "number", "closed")
    assert given == [
        ("p-2", "p-3", "good", ONE, "no"),
        ("p-2", "p-4", "poor", ONE, "no"),
        ("p-3", "p-4", "fair", ONE, "no"),
    ]
    world.do(
        CorrectRating(key="peer-1", rater="p-2", subject="p-4", grade="fair", ground="slip"),
        by=world.self_(2),
    )
    world.do(CloseRating(key="peer-1"))
    found = lawful(BALLOTS, world.workflow.history)
    assert [(fact["rater"], fact["subject"], fact["grade"], fact["closed"]) for fact in found] == [
        ("p-2", "p-3", "good", "yes"),
        ("p-3", "p-4", "fair", "yes"),
        ("p-2", "p-4", "fair", "yes"),
    ]
    assert [item.stored_type for item in found[-1].evidence] == ["rating.rated", "rating.rated"]
    assert {(fact["round"], fact["campaign"], fact["secret"]) for fact in found} == {
        ("peer-1", "spring", "no")
    }


def test_a_mark_under_review_says_so_until_it_is_settled() -> None:
    world = opened()
    world.do(rate(2, p_3="poor", p_4="poor"), by=world.self_(2))
    entry = facts(BALLOTS, world.workflow.history)[0].evidence[0].event_id
    world.do(HoldMark(key="peer-1", entry=entry, person="p-3"), by=world.act(60))
    assert cells(BALLOTS, world.workflow.history, "subject", "standing") == [
        ("p-3", "under_review"),
        ("p-4", "counts"),
    ]
    world.do(SettleMark(key="peer-1", entry=entry, person="p-3", released=False), by=world.act(60))
    found = lawful(BALLOTS, world.workflow.history)
    assert [fact["standing"] for fact in found] == ["dismissed", "counts"]
    assert len(found[0].evidence) == 3


def test_a_secret_round_gives_numbers_without_raters_and_withholds_what_too_few_voted_on() -> None:
    world = opened(secret=True, minimum=3)
    for number in (1, 2, 3):
        choices = {"p-4": "good" if number < 3 else "poor"} | ({"p-5": "good"} if number == 1 else {})
        world.do(CastBallot(key="peer-1", rater=f"p-{number}", choices=choices), by=world.self_(number))
    assert facts(BALLOTS, world.workflow.history) == []  # before the count there is nothing to read
    world.do(CloseRating(key="peer-1"))
    lawful(BALLOTS, world.workflow.history)
    rows = cells(BALLOTS, world.workflow.history, "rater", "grade", "number", subject="p-4")
    assert rows == [(WITHHELD, "good", Fraction(2)), (WITHHELD, "poor", ONE)]
    few = cells(BALLOTS, world.workflow.history, "rater", "grade", "number", subject="p-5")
    assert few == [(WITHHELD, WITHHELD, WITHHELD)]


def test_a_round_broken_off_has_no_rows() -> None:
    world = opened()
    world.do(rate(2, p_3="poor"), by=world.self_(2))
    world.do(VoidRating(key="peer-1", ground="list_wrong"), by=world.act(60))
    assert lawful(BALLOTS, world.workflow.history) == []
