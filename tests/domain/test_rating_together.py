"""Ballot boxes when several commands are recorded together: a command finds what those before it left."""

from __future__ import annotations

import pytest
from tests.support.world import World

from party_workflow.domain import rating, submission
from party_workflow.domain.rating import (
    CastBallot,
    Channel,
    CloseRating,
    DiscardPaperEntry,
    EnterPaperBallots,
    IssuePapers,
    OpenRating,
    VoidRating,
)
from party_workflow.domain.submission import Submit

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


@pytest.mark.parametrize("report", ["live", "written", "online"])
@pytest.mark.parametrize("ballot", ["box", "paper"])
def test_R_038_how_somebody_reports_says_nothing_about_how_they_are_voted_on(
    report: str, ballot: Channel
) -> None:
    world = World(rating.DECIDER, submission.DECIDER)
    world.do(
        Submit(key="r", kind="duty_report", unit="u-branch", author="p-20", digest="a" * 64, channel=report),
        OpenRating(
            key="mass",
            kind="mass",
            unit="u-branch",
            raters=RATERS,
            subjects=("p-20",),
            grades=("excellent", "competent"),
            channel=ballot,
        ),
    )
    if ballot == "paper":
        world.do(IssuePapers(key="mass", batch="b-1", raters=RATERS), by=world.act(10))
        for teller in (10, 11):
            world.do(_entry(), by=world.act(teller))
    else:
        for voter in range(2, 9):
            choices = {"p-20": "excellent" if voter < 7 else "competent"}
            world.do(CastBallot(key="mass", rater=f"p-{voter}", choices=choices), by=world.self_(voter))
    world.do(CloseRating(key="mass"))
    (score,) = world.workflow.fact("rating.scores", "rating/mass").values()
    assert score.grades == {"excellent": 5, "competent": 2}
    assert (score.turnout.voted, score.turnout.eligible) == (7, 7)
    assert world.workflow.state("submission/r").channel == report
    assert world.workflow.state("rating/mass").channel == ballot
