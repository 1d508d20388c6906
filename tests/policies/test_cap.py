"""The cap on the best grade: R-051."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from tests.support.world import World

from party_workflow.domain import appraisal, rating
from party_workflow.domain.appraisal import FormOpinion, OpenAppraisal, RecordSelfStatement, VoidAppraisal
from party_workflow.domain.organisation import ChangeCategories
from party_workflow.domain.rating import CloseRating, OpenRating
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import InvalidDefinition
from party_workflow.packs.campaign_2005 import APPRAISAL_RULE
from party_workflow.personal import Personal
from party_workflow.policies.assessments.appraisal import cap_rounding
from party_workflow.policies.cap import Cap, excellent_cap
from party_workflow.policies.figure import Rounding
from party_workflow.policies.rule import Parameter, Rule

ON = date(2009, 6, 1)
GRADES = ("excellent", "competent", "basic", "not_competent")
MEMBERS = tuple(f"p-{number}" for number in range(1, 30))
ROUNDS = ("rating/mass", "rating/peer", "rating/self")


def declaring(*modes: str) -> Rule:
    """The rule of the pack with these roundings of the cap declared."""
    clauses = []
    for clause in APPRAISAL_RULE.clauses:
        if clause.code == "excellent_cap":
            added = tuple(
                Parameter(code=f"round_{mode}", value=Fraction(1), since=date(2005, 1, 1), basis=clause.basis)
                for mode in modes
            )
            clause = clause.model_copy(update={"parameters": (*clause.parameters, *added)})
        clauses.append(clause)
    return APPRAISAL_RULE.model_copy(update={"clauses": tuple(clauses)})


def appraised(excellent: int, *, probationary: bool = False) -> World:
    """29 members with an opinion each, so many of them excellent."""
    world = World(appraisal.DECIDER, rating.DECIDER)
    if probationary:
        world.do(ChangeCategories(person="p-29", categories=("member", "probationary"), ground="admitted"))
    for kind in ("self", "peer", "mass"):
        raters = {"raters": MEMBERS, "subjects": () if kind == "self" else MEMBERS}
        opened = {"key": kind, "kind": kind, "unit": "u-branch", "grades": GRADES, "secret": False}
        world.do(OpenRating.model_validate({**opened, **raters}), CloseRating(key=kind))
    for number in range(1, 30):
        graded = not (probationary and number == 29)
        grade = ("excellent" if number <= excellent else "competent") if graded else None
        judge = world.act(2 if number == 1 else 1)
        key = f"a-{number}"
        world.do(
            OpenAppraisal(
                key=key,
                subject=f"p-{number}",
                unit="u-branch",
                cycle="y2009",
                graded=graded,
                grades=GRADES if graded else (),
                serves=(Serves(campaign="edu", task="appraisal_opinions"),),
            ),
            by=judge,
        )
        world.do(RecordSelfStatement(key=key, statement=f"{number:064x}"), by=world.self_(number))
        said = {"achievements": Personal("a"), "problems": Personal("b"), "direction": Personal("c")}
        world.do(
            FormOpinion.model_validate(
                {"key": key, "grade": grade, "cites": ROUNDS, "record": "f" * 64, **said}
            ),
            by=judge,
        )
    return world


def cap(world: World, rule: Rule = APPRAISAL_RULE) -> Cap:
    return excellent_cap(world.workflow.history, "edu", rule, ON)


def test_R_051_of_29_members_at_most_nine_are_excellent_and_the_rounding_stands_beside_it() -> None:
    kept = cap(appraised(9))
    assert kept
    assert (kept.population.exact(), kept.places, kept.over) == (Fraction(29), 9, 0)
    assert kept.rounding == Rounding(0, "down")
    assert len(kept.population.evidence()) == 29
    assert {event.stored_type for event in kept.given.values()} == {"appraisal.opinion_formed"}


def test_R_051_a_tenth_is_beyond_the_cap_and_all_ten_opinions_are_named() -> None:
    found = cap(appraised(10))
    assert not found
    assert (found.places, found.over) == (9, 1)
    assert set(found.given) == {f"p-{number}" for number in range(1, 11)}


@pytest.mark.parametrize(("mode", "places"), [("down", 9), ("half_up", 10), ("half_even", 10), ("up", 10)])
def test_R_051_the_rule_declares_how_the_cap_is_rounded(mode: str, places: int) -> None:
    found = cap(appraised(10), declaring(mode))
    assert (found.places, found.rounding.mode) == (places, mode)
    assert bool(found) is (places == 10)


def test_R_051_a_rule_that_declares_two_roundings_declares_none() -> None:
    with pytest.raises(InvalidDefinition, match="2 ways"):
        cap_rounding(declaring("down", "up"), ON)


def test_R_051_who_is_probationary_counts_among_those_appraised_and_never_among_the_excellent() -> None:
    found = cap(appraised(9, probationary=True))
    assert (found.population.exact(), found.places, len(found.given)) == (Fraction(29), 9, 9)


def test_R_051_an_appraisal_that_was_broken_off_is_not_counted() -> None:
    world = appraised(9)
    world.do(VoidAppraisal(key="a-9", ground="left"), by=world.act(1))
    found = cap(world)
    assert (found.population.exact(), found.places, len(found.given)) == (Fraction(28), 9, 8)
