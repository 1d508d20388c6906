"""What the sources leave open, read both ways: one test a question of docs/explanation/ambiguities.md.

Each shows that another reading is chosen by a parameter, and that the log stays what it was.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.support.sheets import Hall, kind, mark
from tests.support.world import START, World

from party_workflow.calendar import Period
from party_workflow.domain import activity, case, definition, population, submission
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.assessment import Advance, AssessmentKind, ConfirmEntries, EnterSelf, Value
from party_workflow.domain.case import AnswerRequester, CloseCase, DecideCase, OpenCase
from party_workflow.domain.claim import Claim
from party_workflow.domain.claim.reconcile import reconcile
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import ChangeCategories, PersonJoined, RegisterPerson
from party_workflow.domain.points import Standing
from party_workflow.domain.population import FreezePopulation
from party_workflow.domain.procedure import ProcedureKind
from party_workflow.domain.submission import Submit, Vet
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.packs import party
from party_workflow.packs.case_kinds import COMPLAINT, OPINION
from party_workflow.packs.measures import written
from party_workflow.personal import Personal
from party_workflow.policies.accounts.balances import reach
from party_workflow.policies.activities.bundles import Bundle, report
from party_workflow.policies.activities.participation import attendance_sum
from party_workflow.policies.activities.works import Works
from party_workflow.policies.assessments.sheets import Sheets
from party_workflow.policies.assessments.star_ratings import distribution
from party_workflow.policies.cases.case_counts import case_counts
from party_workflow.policies.figure import Absent, counted
from party_workflow.policies.ladders import Ladder, Outcome, climb
from party_workflow.policies.organisations.coverage import attending, coverage
from party_workflow.policies.policy import Policy, When, run
from party_workflow.policies.ranking import competition
from party_workflow.policies.rule import Clause, Parameter, Rule
from party_workflow.quantity import Quantity

STUDY = (Serves(campaign="edu", task="study"),)
DAY = timedelta(days=1)


def rule(**clauses: dict[str, int]) -> Rule:
    """A rule issued on 10 March 2009 with these numbers."""
    day = date(2009, 3, 10)
    return Rule(
        code="example",
        version=1,
        issuer="u-city",
        number="2009-7",
        issued_on=day,
        effective_from=day,
        clauses=tuple(
            Clause(
                code=code,
                basis="example",
                parameters=tuple(
                    Parameter(code=name, value=Fraction(value), since=day, basis="example")
                    for name, value in values.items()
                ),
            )
            for code, values in clauses.items()
        ),
    )


def held(world: World, key: str, kind: str, there: tuple[str, ...]) -> None:
    """An occasion that took place, with these people at it."""
    world.do(
        PlanActivity(key=key, kind=kind, unit="u-branch", planned_at=world.now, expected=there, serves=STUDY),
        HoldActivity(key=key, attendance={who: Attendance(status="present") for who in there}),
    )
    world.later(days=1)


def test_ambiguity_1_what_breaks_a_streak_and_what_a_quarter_without_contest_does() -> None:
    stars = party.PACK.read_as(Ladder, "star_ladder")

    def tiers(signs: str, **change: Any) -> list[str | None]:
        names: dict[str, Outcome] = {"A": "awarded", "-": "not_awarded", "v": "void"}
        outcomes: dict[Period, Outcome] = {}
        period = Period("2020-Q1")
        for sign in signs:
            outcomes[period], period = names[sign], period.next()
        return [rung.tier for rung in climb(stars.model_copy(update=change), outcomes)]

    assert tiers("AA-") == ["three_star", "four_star", None]
    assert tiers("AA-", breaks="demote_one") == ["three_star", "four_star", "three_star"]
    assert tiers("AA-", breaks="hold_once") == ["three_star", "four_star", "four_star"]
    assert tiers("AvA") == ["three_star", "three_star", "four_star"]
    assert tiers("AvA", void="breaks") == ["three_star", None, "three_star"]


def test_ambiguity_2_a_rule_announced_after_the_period_began_is_applied_only_when_that_is_said() -> None:
    world = World(members=2)

    def conclude(state: dict[str, Any], rule: Rule, when: When) -> Any:
        figures = {who: counted("count", "count", "example", found) for who, found in state.items()}
        return competition(figures, "exact", population=len(figures))

    policy: Policy[dict[str, Any]] = Policy(
        name="joined",
        version=1,
        rule=rule(count={}),
        reads={PersonJoined: ("person",)},
        ignores=frozenset(world.model.registry.events) - {PersonJoined.stored_type},
        initial=dict,
        evolve=lambda state, row: {**state, row["person"]: (row.evidence,)},
        conclude=conclude,
    )
    history, on = world.workflow.history, date(2009, 4, 1)
    with pytest.raises(InvalidInput, match="after the period began"):
        run(policy, history, on=on, period_start=date(2009, 3, 1))
    assert run(policy, history, on=on, period_start=date(2009, 3, 1), retroactive=True).retroactive
    assert not run(policy, history, on=on, period_start=date(2009, 3, 10)).retroactive


def test_ambiguity_3_82_or_eighty_odd_and_whether_who_is_not_rated_is_below_four_stars() -> None:
    odd = Quantity.from_phrase("80-odd", "organisations")
    assert odd.compare(82)
    assert not odd.compare(79)
    assert Quantity.between(80, 85, "organisations").compare(82)
    stars = party.PACK.read_as(AssessmentKind, "star_rating_branch")
    world = Hall()
    world.adopt(stars)
    world.open(stars, unit="u-bureau")
    for unit, grade in (("u-b1", "four_star"), ("u-b2", "three_star")):
        said = EnterSelf(key="q1", voice="self_rating", subject=unit, values={"stars": Value(grade=grade)})
        world.do(said, by=world.act(5))
    found = distribution(Sheets.of(world.workflow.history, "assessment/q1"), "self_rating", "stars")
    assert found.below("four_star", unrated="apart").exact() == Fraction(1, 3)
    assert found.below("four_star", unrated="below").exact() == Fraction(2, 3)
    assert found.rest == ("u-b3",)


def test_ambiguity_4_many_branches_is_a_number_of_the_rule_or_the_rule_is_refused() -> None:
    on = date(2009, 6, 30)
    ten = rule(hard_gate={"many_branches": 10})
    twenty = ten.with_values({("hard_gate", "many_branches"): 20}, version=2)
    assert [found.value("hard_gate", "many_branches", on) <= 12 for found in (ten, twenty)] == [True, False]
    assert ten.digest != twenty.digest
    with pytest.raises(InvalidDefinition, match="No value is in force"):
        rule(hard_gate={}).value("hard_gate", "many_branches", on)


def test_ambiguity_5_retired_members_are_in_or_out_by_the_population_and_out_on_a_ground() -> None:
    world = World(population.DECIDER, members=4)
    world.do(ChangeCategories(person="p-4", categories=("member", "retired"), ground="retired"))
    world.do(FreezePopulation(key="all", unit="u-branch", having=("member",)))
    world.do(FreezePopulation(key="serving", unit="u-branch", having=("member",), without=("retired",)))

    def people(key: str) -> tuple[str, ...]:
        state: Any = world.workflow.state(f"population/{key}")
        return tuple(sorted(state.people(world.now)))

    assert people("all") == ("p-1", "p-2", "p-3", "p-4")
    assert people("serving") == ("p-1", "p-2", "p-3")
    stands = {who: Standing(START, "retired" if who == "p-4" else None) for who in people("all")}
    assert reach(stands, people("all")).grounds == {"retired": 1}
    assert reach(stands, people("serving")).outside == ()


def test_ambiguity_6_attendances_are_counted_of_everybody_or_of_members_alone() -> None:
    world = World(activity.DECIDER, members=3)
    world.do(RegisterPerson(person="p-70", unit="u-branch", categories=("staff",)))
    for number in range(2):
        held(world, f"s-{number}", "study_session", ("p-1", "p-2", "p-3", "p-70"))
    found = list(Works.of(world.workflow.history).held(campaign="edu"))
    assert attendance_sum(found).exact() == 8
    assert attendance_sum(found, having=("member",)).exact() == 6
    assert attendance_sum(found, without=("member",)).exact() == 2


def test_ambiguity_7_reflections_are_counted_as_works_or_by_their_authors() -> None:
    world = World(submission.DECIDER, members=3)
    for key, author in (("r-1", 2), ("r-2", 2), ("r-3", 3)):
        work = Submit(
            key=key,
            kind="reflection",
            unit="u-branch",
            author=f"p-{author}",
            digest=key[-1] * 64,
            serves=STUDY,
        )
        world.do(work)
        world.do(Vet(key=key, verdict="accepted"))
    recorded = list(world.workflow.history.events())
    assert written("reflections", "works", "edu", "reflection").count(recorded).value == 3
    by_author = written("reflections", "people", "edu", "reflection", by="authors").count(recorded)
    assert by_author.value == 2
    assert len(by_author.events) == 3


def test_ambiguity_8_the_name_of_a_bundle_or_its_list_says_what_is_complete() -> None:
    listed = party.PACK.read_as(Bundle, "four_meetings_lecture_test")
    meetings = [part for part in listed.components if part.heading == "bundle_meetings"]
    kinds = tuple(code for part in meetings for code in part.counts)
    first, *_ = meetings
    any_four = first.model_copy(update={"code": "meetings", "counts": kinds, "minimum": 4})
    others = tuple(part for part in listed.components if part not in meetings)
    by_name = listed.model_copy(update={"version": 2, "components": (any_four, *others)})
    world = World(activity.DECIDER, members=3)
    for number, code in enumerate((*[kinds[0]] * 4, "tutorial_lecture", "test")):
        held(world, f"a-{number}", code, ("p-1", "p-2"))
    history = world.workflow.history
    assert report(history, by_name, unit="u-branch")
    assert report(history, listed, unit="u-branch").lacking == tuple(part.code for part in meetings[1:])
    assert report(history, by_name, unit="u-branch").mismatches == {"bundle_meetings": (4, 1)}


def test_ambiguity_9_a_share_is_of_a_population_that_is_named_and_one_of_nobody_is_not_verifiable() -> None:
    world = World(population.DECIDER, activity.DECIDER, members=4)
    world.do(ChangeCategories(person="p-4", categories=("member", "away"), ground="away"))
    world.do(FreezePopulation(key="all", unit="u-branch", having=("member",)))
    world.do(FreezePopulation(key="here", unit="u-branch", having=("member",), without=("away",)))
    held(world, "t-1", "training", ("p-1", "p-2", "p-3"))
    history, at = world.workflow.history, world.now
    there = attending(history, "training", at)
    assert coverage(history, "all", there, at).entered.exact() == Fraction(3, 4)
    assert coverage(history, "here", there, at).entered.exact() == 1
    with pytest.raises(InvalidInput):
        coverage(history, "whoever", there, at)
    figures = {"coverage": Quantity.of(">=", 98, "percent")}
    asserted = Claim(stream="claim/c-1", state="asserted", figures=figures, event_id="e")
    assert reconcile(asserted, history, ()).figure("coverage").outcome == "not_verifiable"


def test_ambiguity_10_elimination_of_the_last_needs_every_number_in_the_rule() -> None:
    on = date(2009, 6, 30)
    whole = {"least_group": 10, "months": 12, "last_places": 1, "also_above_standard": 0}
    strict = rule(last_place=whole)
    lenient = strict.with_values({("last_place", "months"): 36}, version=2)
    assert [found.value("last_place", "months", on) for found in (strict, lenient)] == [12, 36]
    for code in whole:
        with pytest.raises(InvalidDefinition):
            rule(last_place={name: value for name, value in whole.items() if name != code}).value(
                "last_place", code, on
            )
    penalty = party.PACK.read_as(ProcedureKind, "penalty")
    assert {step.code: step.duty for step in penalty.steps}["decide"] == "recognition.decide"
    assert "proposer" in next(step.barred for step in penalty.steps if step.code == "decide")


def test_ambiguity_11_inputs_wait_for_confirmation_by_somebody_else_or_count_at_once() -> None:
    waiting = kind(modes=[], stages=STAGES, opens={})
    voices = [voice.model_copy(update={"confirmed": False}) for voice in waiting.voices]
    at_once = waiting.model_copy(update={"voices": tuple(voices)})
    provisional = {}
    for name, found in (("waiting", waiting), ("at_once", at_once)):
        world = Hall(found)
        world.enter({"u-b1": mark()})
        provisional[name] = Sheets.of(world.workflow.history, "assessment/q1").provisional
        if name == "waiting":
            world.do(ConfirmEntries(key="q1", voice="team"), by=world.act(5))
            assert not Sheets.of(world.workflow.history, "assessment/q1").provisional
        world.enter({unit: mark() for unit in ("u-b2", "u-b3")})
        if name == "waiting":
            assert world.refused(Advance(key="q1", move="close")).code == "assessment.unconfirmed"
        else:
            world.do(Advance(key="q1", move="close"))
    assert provisional == {"waiting": True, "at_once": False}


STAGES = {
    "initial": "open",
    "final": ["closed"],
    "moves": {"close": "open -> closed if inputs_complete, confirmed"},
}


def office() -> tuple[World, datetime]:
    """Two opinions before the period, one of them done with by then; two within it; by channel."""
    world = World(definition.decider(party.VALIDATORS), case.DECIDER, members=5)
    world.do(AdoptDefinition(code="opinion", kind="case", version=OPINION.version, body=OPINION.data()))

    def opened(key: str, channel: str | None) -> None:
        world.do(
            OpenCase(
                key=key,
                kind="opinion",
                definition=OPINION.digest,
                unit="u-branch",
                substance=Personal("More time"),
                channel=channel,
            ),
            by=world.act(2),
        )
        world.later(days=1)

    opened("o-1", "box")
    opened("o-2", None)
    world.do(DecideCase(key="o-1", outcome="adopted", ground=Personal("Yes")), by=world.act(3))
    world.do(AnswerRequester(key="o-1", channel="notice_board", answer=Personal("Done")), by=world.act(3))
    world.do(CloseCase(key="o-1"), by=world.act(3))
    world.later(days=1)
    since = world.now
    opened("o-3", "box")
    opened("o-4", "telephone")
    return world, since


def test_ambiguity_12_a_number_of_cases_is_a_flow_or_a_stock_and_says_which() -> None:
    world, since = office()
    history, until = world.workflow.history, world.now
    flow = case_counts(history, "opinion", since, until, "opened_within")
    stock = case_counts(history, "opinion", since, until, "open_at_start")
    both = case_counts(history, "opinion", since, until, "both")
    assert [found.number.exact() for found in (flow, stock, both)] == [2, 1, 3]
    assert flow.channels == {"box": 1, "telephone": 1}
    assert stock.channels == {"unstated": 1}
    ids = {item.event_id for found in (flow, stock) for item in found.number.evidence()}
    assert ids == {item.event_id for item in both.number.evidence()}
    with pytest.raises(InvalidInput, match="no length"):
        case_counts(history, "opinion", until, until, "both")


def test_ambiguity_13_no_complaint_is_no_merit_and_a_number_of_them_no_fault() -> None:
    world, since = office()
    history, until = world.workflow.history, world.now
    none = case_counts(history, "complaint", since, until, "opened_within")
    assert none.settled.value == Absent("not_applicable")
    assert none.channels == {}
    lacking = case_counts(history, "complaint", since, until, "opened_within", "missing")
    assert lacking.settled.value == Absent("missing")
    few = case_counts(history, "opinion", since, until, "opened_within").settled
    assert few.value == 0, "none of two was finished, which is not the same as none at all"
    assert case_counts(history, "opinion", START, until, "opened_within").settled.value == Fraction(1, 4)
    assert COMPLAINT.confidential
