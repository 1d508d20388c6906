"""Composites over what a workflow recorded: marks of assessments, coverage of a list (R-017, R-044)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from tests.support.sheets import Hall, kind, mark, passed
from tests.support.world import World

from party_workflow.domain import population, rating
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.assessment import Value
from party_workflow.domain.population import FreezePopulation
from party_workflow.domain.rating import CastBallot, CloseRating, OpenRating, Rate
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.policy import Result, run

ON = date(2020, 12, 31)
HEAD = """
code = "composite"
version = 3
issuer = "bureau"
number = "2020-1"
issued_on = 2020-01-01
effective_from = 2020-01-01
offset_minutes = 480
throughout = { since = 2020-01-01, basis = "scheme.5", rounding = "none" }
"""
COMPOSITE = (
    HEAD
    + """
population = { source = "branches" }

[[source]]
code = "branches"
feed = "subjects"
subject = "subject"
within = "all"
where = { assessment = "q1" }

[[source]]
code = "running"
feed = "marks"
subject = "subject"
within = "all"
where = { assessment = "q1", item = "marks" }

[[source]]
code = "once"
feed = "marks"
subject = "subject"
within = "all"
where = { assessment = "q2", item = "marks" }

[[clause]]
type = "value"
code = "ordinary"
source = "running"
column = "value"
several = "refuse"
empty = "missing"

[[clause]]
type = "value"
code = "concentrated"
source = "once"
column = "value"
several = "refuse"
empty = "missing"

[[clause]]
type = "total"
code = "grade"
method = "arithmetic"
parts = [{ measure = "ordinary", weight = 0.3 }, { measure = "concentrated", weight = 0.7 }]
absent = "incomplete"
rounding = { places = 2, mode = "half_even" }

[[clause]]
type = "rank"
code = "rank"
measure = "grade"
on = "exact"
direction = "highest"
ties = [{ by = "shared" }]
"""
)


def assessed() -> Hall:
    """Of three branches one is excused from the examination, and one was not there at all."""
    world = Hall(kind())
    world.open(kind(), key="q2")
    world.enter({"u-b1": mark("7.5"), "u-b2": mark("9"), "u-b3": mark("0")})
    excused = {"order": passed(), "marks": Value(absent="excused", reason="new_premises")}
    world.enter({"u-b1": mark("8"), "u-b2": excused}, key="q2")
    return world


def judged(world: Hall, rules: RuleDocument) -> Result:
    history = world.workflow.history
    return run(rules.policy(history.registry), history, on=ON, period_start=date(2020, 1, 1))


def composite() -> RuleDocument:
    return RuleDocument.from_toml(COMPOSITE, "composite.toml")


def test_R_017_running_and_one_off_assessment_make_one_grade_and_one_missing_makes_none() -> None:
    result = judged(assessed(), composite())
    figures = {key[0]: figure.value for key, figure in result.conclusion.measures["grade"].items()}
    assert figures == {
        "u-b1": Fraction("0.3") * Fraction("7.5") + Fraction("0.7") * 8,
        "u-b2": Absent("excused"),
        "u-b3": Absent("missing"),
    }
    ranking = result.conclusion.ranking
    assert [entry.subject for entry in ranking.entries] == ["u-b1"]
    assert {item.subject: item.reason for item in ranking.excluded} == {"u-b2": "excused", "u-b3": "missing"}


def test_R_044_each_component_its_weight_and_the_events_of_its_marks_are_printed() -> None:
    world = assessed()
    result = judged(world, composite())
    entered = {
        record.envelope.event_id
        for record in world.workflow.history.records()
        if record.envelope.stored_type.startswith("assessment.") and b'"marks"' in record.bytes
    }
    explained = result.explain("u-b1")
    assert set(explained.events) <= entered
    assert len(explained.events) == 2
    text = str(explained)
    for line in (
        "ordinary = 15/2",
        "ordinary.weight = 3/10",
        "concentrated = 8",
        "concentrated.weight = 7/10",
    ):
        assert line in text
    assert all(event in text for event in explained.events)


def test_R_044_recomputed_under_the_recorded_version_the_decimals_are_the_same_to_the_bit() -> None:
    world = assessed()
    rules = composite()
    recorded = RuleDocument.read(rules.body)  # as an adoption stores it
    assert (recorded.version, recorded.digest) == (3, rules.digest)
    first, again = judged(world, rules), judged(world, recorded)
    assert first.canonical_bytes() == again.canonical_bytes()
    (figure,) = [entry.figure for entry in again.conclusion.ranking.entries]
    assert figure.displayed == "7.85"
    other = rules.model_copy(update={"version": 4})
    assert judged(world, other).canonical_bytes() != first.canonical_bytes()


def test_a_mark_that_is_corrected_changes_the_composite_and_stays_in_the_explanation() -> None:
    world = assessed()
    (first,) = judged(world, composite()).conclusion.measures["concentrated"]["u-b1",].evidence()
    before = judged(world, composite())
    world.later(days=1)
    world.enter({"u-b1": mark("10")}, key="q2", corrects=first.event_id, ground="misread")
    after = judged(world, composite())
    figure = after.conclusion.measures["grade"]["u-b1",]
    assert figure.exact() == Fraction("2.25") + 7
    assert len(figure.evidence()) > len(before.conclusion.measures["grade"]["u-b1",].evidence())


COVERAGE = (
    HEAD
    + """
population = { source = "meetings" }
source = [
  { code = "meetings", feed = "activities", subject = "activity", within = "all" },
  { code = "asked", feed = "attendance", subject = "activity", within = "all" },
  { code = "there", feed = "attendance", subject = "activity", within = "all", where = { there = "yes" } },
]

[[clause]]
type = "count"
code = "present"
source = "there"
distinct = "person"
empty = "zero"

[[clause]]
type = "count"
code = "expected"
source = "asked"
distinct = "person"
empty = "zero"

[[clause]]
type = "ratio"
code = "coverage"
part = "present"
whole = "expected"
minimum = 3
too_few = "withheld"
absent = "incomplete"
"""
)


def test_coverage_is_over_those_who_were_expected_whoever_has_come_or_gone_since() -> None:
    world = Hall()
    everybody = tuple(f"p-{number}" for number in range(2, 6))

    def held(key: str, expected: tuple[str, ...], present: int) -> None:
        more = {"kind": "study_session", "unit": "u-branch", "planned_at": world.now, "quorum": "1/2"}
        world.do(PlanActivity.model_validate({"key": key, "expected": expected, **more}))
        rows = {
            person: Attendance(status="present" if at < present else "absent")
            for at, person in enumerate(expected)
        }
        world.later(hours=2)
        world.do(HoldActivity(key=key, attendance=rows))

    held("a-1", everybody, 3)
    held("a-2", everybody[:2], 1)
    rules = RuleDocument.from_toml(COVERAGE, "coverage.toml")
    figures = judged(world, rules).conclusion.measures["coverage"]
    assert figures["a-1",].exact() == Fraction(3, 4)
    assert figures["a-2",].value == Absent("withheld")
    part, whole, _ = figures["a-1",].inputs
    assert isinstance(part, Figure)
    assert isinstance(whole, Figure)
    assert (part.value, whole.value) == (3, 4)
    assert whole.evidence()


BALLOTS = (
    HEAD
    + """
population = { source = "ballots" }

[[source]]
code = "ballots"
feed = "ballots"
subject = "subject"
within = "all"
where = { standing = "counts" }

[[clause]]
type = "panel"
code = "peers"
source = "ballots"
rater = "rater"
tally = "number"
column = "grade"
worths = { good = 90, fair = 70, poor = 20 }
votes = "refuse"
absent = "leave_out"
minimum_raters = 3
too_few = "withheld"
statistic = "mean"
centring = "none"
empty = "missing"
"""
)


@pytest.mark.parametrize("secret", [False, True])
def test_a_round_of_ratings_is_a_panel_whether_the_ballots_are_secret_or_not(secret: bool) -> None:
    world = World(rating.DECIDER, population.DECIDER, members=9)
    world.do(FreezePopulation(key="people", unit="u-branch", having=("member",)))
    given: dict[str, Any] = {"kind": "peer", "unit": "u-branch", "raters": "people", "subjects": "people"}
    given |= {"grades": ("good", "fair", "poor"), "secret": secret} | ({"minimum": 3} if secret else {})
    world.do(OpenRating(key="peer-1", **given))
    for number in (1, 2, 3):
        choices = {"p-4": "good" if number < 3 else "poor"} | ({"p-5": "good"} if number == 1 else {})
        rater = f"p-{number}"
        vote = (
            CastBallot(key="peer-1", rater=rater, choices=choices)
            if secret
            else Rate(key="peer-1", rater=rater, grades=choices)
        )
        world.do(vote, by=world.self_(number))
    world.do(CloseRating(key="peer-1"))
    figures = judged(world, RuleDocument.from_toml(BALLOTS, "ballots.toml")).conclusion.measures["peers"]
    assert figures["p-4",].value == Fraction(200, 3)
    assert figures["p-5",].value == Absent("withheld")
    told = "\n".join(figures["p-4",].lines())
    assert ("p-1" in told) == (not secret)
