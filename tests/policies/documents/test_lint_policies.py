"""The linter for policies in code: run over a history and looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from tests.support.world import World

from party_workflow.codec import Event
from party_workflow.domain.organisation import CategoriesChanged, ChangeCategories, PersonJoined, PersonLeft
from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.figure import Evidence, counted
from party_workflow.policies.linting import lint_policy
from party_workflow.policies.policy import Policy, Row, When
from party_workflow.policies.ranking import Ranking, competition
from party_workflow.policies.rule import Rule

State = Mapping[str, tuple[Evidence, ...]]


def rule(*parameters: str, clauses: tuple[str, ...] = ("count",)) -> Rule:
    """A rule whose first clause has these numbers."""
    numbers = [
        {"code": code, "value": "1/2", "since": "2009-01-01", "basis": "article.1"} for code in parameters
    ]
    named = [{"code": code, "basis": "article.1"} for code in clauses]
    head = {
        "code": "changes",
        "version": 1,
        "issuer": "bureau",
        "number": "2009-3",
        "issued_on": "2009-01-01",
        "effective_from": "2009-03-01",
    }
    return Rule.read({**head, "clauses": [{**named[0], "parameters": numbers}, *named[1:]]})


def evolve(state: State, row: Row) -> State:
    held = state.get(row["person"], ())
    more = (row.evidence,) if row.kind is CategoriesChanged else ()
    return {**state, row["person"]: (*held, *more)}


def conclude(state: State, rule: Rule, when: When) -> Ranking:
    rule.value("count", "weight", when.on)
    figures = {person: counted("changes", "count", "article.1", events) for person, events in state.items()}
    return competition(figures, "exact", population=len(state))


def policy(
    world: World, more: Mapping[type[Event], tuple[str, ...]] | None = None, **other: Any
) -> Policy[Any]:
    reads: dict[type[Event], tuple[str, ...]] = {PersonJoined: ("person",), CategoriesChanged: ("person",)}
    reads |= more or {}
    known = set(world.model.registry.events)
    found: Policy[Any] = Policy(
        name="changes",
        version=1,
        rule=rule("weight"),
        reads=reads,
        ignores=frozenset(known - {kind.stored_type for kind in reads}),
        initial=dict,
        evolve=evolve,
        conclude=conclude,
    )
    return replace(found, **other)


def world() -> World:
    found = World(members=3)
    found.do(ChangeCategories(person="p-1", categories=("a",), ground="review"))
    return found


def told(found: Policy[Any], here: World) -> list[tuple[str, str]]:
    lint = lint_policy(found, here.model.registry, here.workflow.history)
    return [(each.rule, each.where) for each in (*lint.errors, *lint.warnings)]


def test_a_policy_that_uses_what_it_declares_has_no_fault() -> None:
    here = world()
    assert told(policy(here), here) == []


def test_a_policy_that_leaves_a_type_open_does_not_fit_the_registry() -> None:
    here = world()
    found = policy(here)
    lacking = replace(found, ignores=found.ignores - {"organisation.person_left"})
    lint = lint_policy(lacking, here.model.registry)
    assert [(each.rule, each.what) for each in lint.errors] == [
        ("registry", "It neither reads nor ignores organisation.person_left.")
    ]
    assert lint_policy(found, here.model.registry)


def test_a_type_of_which_the_history_has_no_event_is_said() -> None:
    here = world()
    assert told(policy(here, {PersonLeft: ("person",)}), here) == [("no_events", "organisation.person_left")]


def test_a_field_that_is_declared_and_never_looked_at_is_said() -> None:
    here = world()
    found = policy(here, {CategoriesChanged: ("person", "ground")})
    assert told(found, here) == [("unread_field", "organisation.categories_changed.ground")]

    def reading(state: State, row: Row) -> State:
        if row.kind is CategoriesChanged:
            assert row["ground"]
        return evolve(state, row)

    assert told(replace(found, evolve=reading), here) == []


def test_a_number_of_the_rule_that_nobody_asks_for_is_said() -> None:
    here = world()
    assert told(policy(here, rule=rule("weight", "cap")), here) == [("unread_parameter", "count.cap")]

    def going_over(state: State, rule: Rule, when: When) -> Ranking:
        assert rule.clause("count").parameters
        return conclude(state, rule, when)

    assert told(policy(here, rule=rule("weight", "cap"), conclude=going_over), here) == []


def test_a_figure_of_a_clause_that_the_rule_does_not_have_is_unbased() -> None:
    here = world()

    def elsewhere(state: State, rule: Rule, when: When) -> Ranking:
        rule.value("count", "weight", when.on)
        figures = {person: counted("changes", "bonus", "none", events) for person, events in state.items()}
        return competition(figures, "exact", population=len(state))

    assert told(policy(here, conclude=elsewhere), here) == [("unbased", "bonus")]
    based = policy(here, conclude=elsewhere, rule=rule("weight", clauses=("count", "bonus")))
    assert told(based, here) == []


def test_a_policy_that_cannot_conclude_is_said_with_its_own_words() -> None:
    here = world()

    def refusing(state: State, rule: Rule, when: When) -> Ranking:
        raise InvalidInput(Fault("count", "There is nothing to count.", "Wait."))

    lint = lint_policy(policy(here, conclude=refusing), here.model.registry, here.workflow.history)
    assert [str(each) for each in lint.errors] == ["count: There is nothing to count. Wait."]


def test_the_policy_is_run_on_the_days_that_are_asked_for() -> None:
    here = world()
    days: list[When] = []

    def noting(state: State, rule: Rule, when: When) -> Ranking:
        days.append(when)
        return conclude(state, rule, when)

    when = When(on=date(2010, 1, 1), period_start=date(2009, 1, 1))
    lint_policy(policy(here, conclude=noting), here.model.registry, here.workflow.history, when=when)
    lint_policy(policy(here, conclude=noting), here.model.registry, here.workflow.history)
    assert days == [when, When(on=date(2009, 3, 1), period_start=date(2009, 3, 1))]
