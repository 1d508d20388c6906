"""Ballot boxes when several commands are recorded together: a command finds what those before it left."""

from __future__ import annotations

from tests.support.world import World

from party_workflow.domain import rating
from party_workflow.domain.rating import (
    CloseRating,
    DiscardPaperEntry,
    EnterPaperBallots,
    IssuePapers,
    OpenRating,
    VoidRating,
)

RATERS = tuple(f"p-{number}" for number in range(2, 9))
COUNTS = {"p-20": {"excellent": 5, "competent": 2}}


def _opened() -> World:
    world = World(rating.DECIDER)
    world.do(
        OpenRating(
            key="mass",
            kind="mass",
            unit="u-branch",
            raters=RATERS,
            subjects=("p-20",),
            grades=("excellent", "competent"),
            secret=True,
        )
    )
    world.do(IssuePapers(key="mass", batch="b-1", raters=RATERS), by=world.act(10))
    return world


def _entry() -> EnterPaperBallots:
    return EnterPaperBallots(key="mass", batch="b-1", issued=7, papers=7, counts=COUNTS)


def test_a_round_voided_together_with_a_count_leaves_nothing_in_the_box() -> None:
    world = _opened()
    world.do(_entry(), VoidRating(key="mass", ground="disturbed"), by=world.act(10))
    assert world.store.ballots("rating/mass/b-1") == []


def test_a_count_entered_and_discarded_together_can_be_entered_anew() -> None:
    world = _opened()
    discarded = DiscardPaperEntry(key="mass", batch="b-1", ground="miscounted")
    world.do(_entry(), discarded, by=world.act(10))
    world.do(_entry(), by=world.act(10))
    world.do(_entry(), by=world.act(11))
    world.do(CloseRating(key="mass"), by=world.act(12))
    assert world.workflow.fact("rating.result", "rating/mass") == {"p-20": COUNTS["p-20"]}
