"""A goal on the distribution of grades, tracked on assessments of the pack (R-020)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.support.sheets import UNITS, Hall, kind
from tests.support.world import ROOT

from party_workflow.domain.assessment import Advance, AssessmentKind, ConfirmEntries, EnterSheets, Value
from party_workflow.domain.organisation import FoundUnit, MergeUnits, ReclassifyUnit
from party_workflow.domain.plan import DistributionTarget
from party_workflow.errors import InvalidInput
from party_workflow.packs import party
from party_workflow.policies.commitments.goals import GoalStanding, track
from party_workflow.policies.commitments.gradings import of_assessments
from party_workflow.quantity import Quantity

STARS = party.PACK.read_as(AssessmentKind, "star_rating_branch")
FINAL = of_assessments("star_rating_branch", "final_rating", "stars", kinds=("branch",))
NONE_WITHOUT_STARS = DistributionTarget(
    over="branches", grade="no_star", count=Quantity.of("=", 0, "branches")
)


def rated(world: Hall, key: str, period: str, **grades: str) -> None:
    """An assessment of the branches in a period, with these final grades: ``b1="no_star"``."""
    world.open(STARS, key=key, period=period, subjects=tuple(f"u-{name}" for name in grades))
    world.do(Advance(key=key, move="rate"), by=ROOT)
    given = {f"u-{name}": {"stars": Value(grade=grade)} for name, grade in grades.items() if grade}
    world.do(EnterSheets(key=key, voice="final_rating", assessor="p-60", sheets=given), by=world.act(60))


def begun() -> tuple[Hall, datetime]:
    """The first quarter: u-b1 and u-b2 have no star."""
    world = Hall()
    world.adopt(STARS)
    rated(world, "q1", "2020-Q1", b1="no_star", b2="no_star", b3="four_star")
    baseline = world.now
    world.later(days=90)
    return world, baseline


def standing(world: Hall, baseline: datetime, as_of: datetime | None = None) -> GoalStanding:
    return track(
        NONE_WITHOUT_STARS, world.workflow.history, FINAL, baseline=baseline, as_of=as_of or world.now
    )


def test_R_020_a_goal_on_star_ratings_is_met_by_better_grades_of_the_next_quarter_as_of_that_moment() -> None:
    world, baseline = begun()
    rated(world, "q2", "2020-Q2", b1="three_star", b2="five_star", b3="four_star")
    before = standing(world, baseline, as_of=baseline)
    assert (before.met, before.count.displayed, before.graded.displayed) == (False, "2", "3")
    after = standing(world, baseline)
    assert (after.met, after.by_improvement, after.count.displayed) == (True, True, "0")
    assert [(d.unit, d.how, d.now) for d in after.departures] == [
        ("u-b1", "regraded", "three_star"),
        ("u-b2", "regraded", "five_star"),
    ]
    assert {d.evidence.stored_type for d in after.departures} == {"assessment.final_entered"}


def test_R_020_merging_away_the_branches_without_stars_makes_the_goal_look_met_and_is_seen() -> None:
    world, baseline = begun()
    rated(world, "q2", "2020-Q2", b1="three_star", b2="no_star", b3="four_star")
    assert standing(world, baseline).count.displayed == "1"
    world.later(days=1)
    world.do(MergeUnits(units=("u-b2",), into="u-b3", ground="too_small"), by=world.act(60))
    after = standing(world, baseline)
    assert (after.met, after.by_improvement) == (True, False)
    assert [(d.unit, d.how, d.evidence.stored_type) for d in after.departures] == [
        ("u-b1", "regraded", "assessment.final_entered"),
        ("u-b2", "merged", "organisation.units_merged"),
    ]
    assert [(c.unit, c.what) for c in after.changes] == [("u-b2", "closed"), ("u-b2", "merged")]
    before = standing(world, baseline, as_of=world.now - timedelta(days=1))
    assert (before.met, before.departures[0].unit) == (False, "u-b1")


def test_R_020_reclassifying_a_branch_without_stars_is_seen_too() -> None:
    world, baseline = begun()
    rated(world, "q2", "2020-Q2", b1="three_star", b2="no_star", b3="four_star")
    world.do(ReclassifyUnit(unit="u-b2", kind="small_group", ground="reorganised"), by=world.act(60))
    after = standing(world, baseline)
    assert (after.met, after.by_improvement) == (True, False)
    assert [(d.unit, d.how) for d in after.departures] == [("u-b1", "regraded"), ("u-b2", "reclassified")]


def test_R_020_to_be_left_out_of_the_next_quarter_takes_no_grade_away() -> None:
    world, baseline = begun()
    rated(world, "q2", "2020-Q2", b1="three_star", b2="", b3="four_star")
    rated(world, "q3", "2020-Q3", b3="five_star")
    assert (standing(world, baseline).met, standing(world, baseline).count.displayed) == (False, "1")


def test_R_020_the_grade_of_the_later_period_counts_whichever_was_entered_last() -> None:
    world = Hall()
    world.adopt(STARS)
    world.do(FoundUnit(unit="u-b4", kind="branch", parent="u-bureau"))
    rated(world, "q2", "2020-Q2", b1="five_star")
    rated(world, "q1", "2020-Q1", b1="no_star", b4="no_star")
    found = FINAL(world.workflow.history)
    assert {unit: item.grade for unit, item in found.items()} == {"u-b1": "five_star", "u-b4": "no_star"}


def test_R_020_an_assessment_that_was_declared_void_counts_for_nothing() -> None:
    world, baseline = begun()
    rated(world, "q2", "2020-Q2", b1="three_star", b2="three_star", b3="four_star")
    assert standing(world, baseline).met
    world.do(Advance(key="q2", move="void"), by=ROOT)
    assert standing(world, baseline).count.displayed == "2"


CONFIRMED = kind(
    items=[{"code": "grade", "scale": {"type": "grades", "grades": ["qualified", "unqualified"]}}],
    voices=[{"code": "final", "standing": "final", "confirmed": True}],
    stages={"initial": "open", "final": ["closed"], "moves": {"close": "open -> closed"}},
    opens={},
)


def test_R_020_a_grade_that_waits_for_confirmation_is_none_yet() -> None:
    world = Hall(CONFIRMED)
    grading = of_assessments("sheet", "final", "grade")
    sheets = {UNITS[0]: {"grade": Value(grade="unqualified")}}
    world.do(EnterSheets(key="q1", voice="final", assessor="p-60", sheets=sheets), by=world.act(60))
    assert grading(world.workflow.history) == {}
    world.do(ConfirmEntries(key="q1", voice="final"), by=world.act(5))
    assert grading(world.workflow.history)[UNITS[0]].grade == "unqualified"


@pytest.mark.parametrize(("voice", "item"), [("nobody", "grade"), ("final", "nothing")])
def test_a_mark_that_the_kind_does_not_have_is_no_grading(voice: str, item: str) -> None:
    world = Hall(CONFIRMED)
    with pytest.raises(InvalidInput, match=r"has no .* of units marked by"):
        of_assessments("sheet", voice, item)(world.workflow.history)
