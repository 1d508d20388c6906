"""The kernel of policies: declared reading; results that reproduce and explain (R-014, R-197 to R-199)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.world import START, World

from party_workflow.codec import Event
from party_workflow.domain.organisation import CategoriesChanged, ChangeCategories, PersonJoined, PersonMoved
from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.history import History, Records
from party_workflow.policies.figure import Absent, Evidence, Figure, counted
from party_workflow.policies.policy import Policy, Row, When, run
from party_workflow.policies.ranking import Excluded, Ranking, competition
from party_workflow.policies.rule import Rule
from party_workflow.values import Code

ON = date(2009, 6, 1)
RULE = Rule.read(
    {
        "code": "changes",
        "version": 1,
        "issuer": "bureau",
        "number": "2009-3",
        "issued_on": "2009-03-10",
        "effective_from": "2009-03-01",
        "clauses": [{"code": "count", "basis": "art-1"}],
    }
)

State = Mapping[str, tuple[Evidence, ...]]


def evolve(state: State, row: Row) -> State:
    """Who joined has none yet; every change of categories is one."""
    held = state.get(row["person"], ())
    more = (row.evidence,) if row.kind is CategoriesChanged else ()
    return {**state, row["person"]: (*held, *more)}


def conclude(state: State, rule: Rule, when: When) -> Ranking:
    clause = rule.clause("count")
    figures = {
        p: counted("changes", clause.code, clause.basis, events) for p, events in state.items() if events
    }
    left_out = [
        Excluded(
            p, "no-change", Figure("changes", Absent("not_applicable"), "count", clause.code, clause.basis)
        )
        for p, events in state.items()
        if not events
    ]
    return competition(figures, "exact", left_out, population=len(state))


def policy(world: World, **other: Any) -> Policy[State]:
    reads: dict[type[Event], tuple[str, ...]] = {PersonJoined: ("person",), CategoriesChanged: ("person",)}
    known = set(world.model.registry.events)
    return replace(
        Policy(
            name="changes",
            version=1,
            rule=RULE,
            reads=reads,
            ignores=frozenset(known - {kind.stored_type for kind in reads}),
            initial=dict,
            evolve=evolve,
            conclude=conclude,
        ),
        **other,
    )


def change(person: int, *categories: str) -> ChangeCategories:
    return ChangeCategories(person=f"p-{person}", categories=categories, ground="review")


def busy() -> World:
    world = World(members=4)
    for day, command in enumerate([change(1, "a"), change(1, "b"), change(2, "a"), change(3, "a")]):
        world.later(days=1)
        world.do(command, effective_at=world.now - timedelta(days=day % 2))
    return world


def read(world: World, history: History | None = None, **other: Any) -> Any:
    history = world.workflow.history if history is None else history
    return run(policy(world, **other), history, on=ON, period_start=date(2009, 3, 2), retroactive=True)


# --- what a policy declares ------------------------------------------------------------------


class _New(Event):
    """A type that came with a later version of the library."""

    stored_type: ClassVar[str] = "organisation.renamed"

    code: Code


def test_a_type_that_a_policy_neither_reads_nor_ignores_is_not_skipped_in_silence() -> None:
    world = World(members=1)
    known = policy(world)
    with pytest.raises(InvalidDefinition, match=r"neither reads nor ignores organisation\.person_left"):
        read(world, ignores=known.ignores - {"organisation.person_left"})
    assert read(world).ranking.population == 2


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"ignores": {"organisation.person_joined"}}, r"both reads and ignores organisation\.person_joined"),
        (
            {"ignores": {"organisation.person_jioned"}},
            r"ignores organisation\.person_jioned, which does not exist",
        ),
        ({"reads": {PersonMoved: ("untit",)}}, r"organisation\.person_moved has no field untit"),
        ({"reads": {_New: ("code",)}}, r"reads organisation\.renamed, which does not exist"),
    ],
)
def test_a_slip_in_what_a_policy_declares_is_found_before_it_runs(other: dict[str, Any], said: str) -> None:
    world = World(members=1)
    base = policy(world)
    mended = {
        "ignores": base.ignores | other.get("ignores", set()),
        "reads": {**base.reads, **other.get("reads", {})},
    }
    with pytest.raises(InvalidDefinition, match=said):
        read(world, **mended)


def test_a_policy_sees_the_declared_fields_and_no_others() -> None:
    world = busy()
    seen: set[frozenset[str]] = set()

    def look(state: State, row: Row) -> State:
        seen.add(frozenset(row.fields))
        with pytest.raises(KeyError):
            row["categories"]
        return evolve(state, row)

    read(world, evolve=look)
    assert seen == {frozenset({"person"})}


# --- what a result carries -------------------------------------------------------------------


def test_R_198_the_same_history_gives_the_same_bytes_however_it_is_read() -> None:
    world = busy()
    live = read(world)
    held = History(Records(tuple(world.store.read())), world.model.registry)
    assert read(world, held).canonical_bytes() == live.canonical_bytes()
    assert read(world, held).digest == live.digest
    assert (live.position, live.head) == world.workflow.history.head()


@settings(max_examples=25)
@given(st.integers(-2, 6), st.integers(-2, 6))
def test_R_197_a_result_as_of_two_moments_is_that_of_the_history_as_of_them(
    effective: int, known: int
) -> None:
    world = busy()
    moments = {"effective": START + timedelta(days=effective), "known": START + timedelta(days=known)}
    then = world.workflow.history.as_of(**moments)
    kept = Records(
        tuple(
            record
            for record in world.store.read()
            if record.envelope.effective_at <= moments["effective"]
            and record.envelope.recorded_at <= moments["known"]
        )
    )
    result = read(world, then)
    assert result.ranking == read(world, History(kept, world.model.registry)).ranking
    assert (result.effective, result.known) == (moments["effective"], moments["known"])


def test_R_197_what_is_recorded_later_leaves_the_result_as_known_before_as_it_was() -> None:
    world = busy()
    before, then = read(world, world.workflow.history.as_of(known=world.now)), world.now
    world.later(days=1)
    world.do(change(4, "b"), effective_at=START)
    after = read(world, world.workflow.history.as_of(known=then))
    assert after.canonical_bytes() == before.canonical_bytes()
    assert read(world).canonical_bytes() != before.canonical_bytes()


def test_R_014_a_result_under_a_rule_issued_after_the_period_began_prints_it() -> None:
    world = busy()
    began = date(2009, 3, 9)
    with pytest.raises(InvalidInput, match="issued on 2009-03-10, after the period began on 2009-03-09"):
        run(policy(world), world.workflow.history, on=ON, period_start=began)
    late = run(policy(world), world.workflow.history, on=ON, period_start=began, retroactive=True)
    in_time = run(policy(world), world.workflow.history, on=ON, period_start=date(2009, 3, 10))
    assert (late.data()["retroactive"], in_time.data()["retroactive"]) == (True, False)
    assert late.digest != in_time.digest


def test_a_result_names_the_policy_the_rule_and_the_history_it_rests_on() -> None:
    world = busy()
    data = read(world).data()
    assert data["policy"] == {"name": "changes", "version": 1, "digest": policy(world).digest}
    assert data["rule"] == {"code": "changes", "version": 1, "digest": RULE.digest}
    assert (data["log"], data["position"], data["on"]) == (
        "bureau",
        world.store.head().position,
        "2009-06-01",
    )


@pytest.mark.parametrize(
    "other",
    [
        {"name": "another"},
        {"version": 2},
        {"rule": RULE.model_copy(update={"version": 2})},
        {"reads": {CategoriesChanged: ("person",)}},
        {"reads": {PersonJoined: ("person", "unit"), CategoriesChanged: ("person",)}},
    ],
)
def test_an_alternative_policy_has_a_digest_of_its_own(other: dict[str, Any]) -> None:
    world = World(members=1)
    assert policy(world, **other).digest != policy(world).digest


def test_R_199_a_place_is_explained_down_to_the_ids_of_events_in_the_log() -> None:
    world = busy()
    result = read(world)
    logged = {record.envelope.event_id: record for record in world.store.read()}
    explained = result.explain("p-1")
    assert explained.outcome == "place 1 of 3"
    assert explained.figure.value == Fraction(2)
    assert [logged[event].data["person"] for event in explained.events] == ["p-1", "p-1"]
    assert all(event in str(explained) for event in explained.events)


def test_R_199_who_is_not_ranked_is_explained_too_and_who_is_unknown_is_not_made_up() -> None:
    result = read(busy())
    assert result.explain("p-4").outcome == "not ranked: no-change"
    with pytest.raises(KeyError):
        result.explain("p-99")


def test_R_195_a_run_cites_the_clauses_that_its_figures_name_with_issuer_number_and_digest() -> None:
    result = read(busy())
    (cited,) = result.citations
    assert (cited.issuer, cited.number, cited.clause, cited.basis) == ("bureau", "2009-3", "count", "art-1")
    assert (cited.rule, cited.version, cited.digest) == ("changes", 1, RULE.digest)
    assert str(cited) == "bureau 2009-3, changes v1, clause count (art-1)"
    assert result.in_force
    other = RULE.model_copy(update={"clauses": (RULE.clause("count").model_copy(update={"code": "sum"}),)})
    with pytest.raises(InvalidDefinition, match="no clause count"):
        _ = replace(result, rule=other).citations
    assert not replace(result, on=date(2009, 2, 28)).in_force
