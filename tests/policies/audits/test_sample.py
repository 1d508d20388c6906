"""Samples that anybody can draw again: populations proven, seeds bound beforehand, workpapers filed.

R-201, every clause of it: the same items for the same head; what the workpaper stores; the variants.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.faults import House, brings, desk
from tests.support.inspecting import Inspecting

from party_workflow.canonical import canonical_bytes, digest, time_text
from party_workflow.domain.activity import AttachEvidence
from party_workflow.domain.inspection import draw
from party_workflow.errors import InvalidInput
from party_workflow.history import History, Records
from party_workflow.policies.audits.populations import (
    QUERIES,
    STRATA,
    PopulationProof,
    population,
    prove,
    strata,
)
from party_workflow.policies.audits.sample import (
    Announcement,
    Workpaper,
    both_ends,
    published,
    redraw,
    sample,
    sampled,
    sampled_by,
    seed_commitment,
    stratified,
)

NONCE = "5e" * 32
HEAD = (7, "ab" * 32)
PEOPLE = tuple(f"p-{number}" for number in range(1, 21))
members = st.frozensets(st.sampled_from(PEOPLE), min_size=1)


def met() -> House:
    """Four meetings by two accounts."""
    world = House()
    for number in range(4):
        world.later(days=1)
        world.met(f"m-{number}", "p-2", "p-3")
    return world


def through_json(paper: Workpaper) -> Workpaper:
    return Workpaper.read(json.loads(canonical_bytes(paper.filed())))


# --- the same items for the same head --------------------------------------------------------


def test_R_201_the_same_query_number_and_seed_give_the_same_items_for_the_same_head() -> None:
    world, query = met(), {"code": "streams", "category": "activity"}
    one = sampled(world.workflow.history, query, 2, "lots-1")
    assert one == sampled(met().workflow.history, query, 2, "lots-1")
    assert one.head == world.workflow.history.head()[1]
    world.later(days=1)
    world.met("m-9", "p-4")  # another head: drawn anew, and the first workpaper still holds
    other = sampled(world.workflow.history, query, 2, "lots-1")
    assert other.head != one.head
    assert redraw(world.workflow.history, one)
    assert redraw(world.workflow.history, other)


def test_R_201_the_workpaper_stores_query_head_count_seed_and_chosen_ids() -> None:
    world, query = met(), {"code": "streams", "category": "activity"}
    data = sampled(world.workflow.history, query, 2, "lots-1").data()
    assert data["query"] == query
    assert (data["position"], data["head"]) == world.workflow.history.head()
    assert (data["count"], data["seed"], len(data["chosen"])) == (4, "lots-1", 2)
    assert data["population"] == digest([f"activity/m-{number}" for number in range(4)])
    assert data["chosen"] == list(
        draw((f"activity/m-{number}" for number in range(4)), 2, "lots-1", data["head"])
    )


@settings(deadline=None)
@given(people=members, seed=st.sampled_from(("one", "two")), part=st.integers(0, 20))
def test_R_201_a_simple_workpaper_survives_json_and_is_drawn_again(
    people: frozenset[str], seed: str, part: int
) -> None:
    paper = sample(people, part % (len(people) + 1), seed, HEAD)
    assert through_json(paper) == paper
    assert redraw(met_history(), paper).chosen


@settings(deadline=None)
@given(
    values=st.dictionaries(st.sampled_from(PEOPLE), st.fractions(0, 3, max_denominator=4), min_size=3),
    ends=st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 1)),
)
def test_R_201_both_ends_survive_json_and_are_taken_again_with_their_ties(
    values: dict[str, Fraction], ends: tuple[int, int, int]
) -> None:
    paper = both_ends(values, *ends, "seed", HEAD)
    assert through_json(paper) == paper
    assert redraw(met_history(), paper).chosen
    top = next(group for group in paper.groups if group.code == "top")
    assert all(values[high] >= values[low] for high in top.chosen for low in values.keys() - set(top.chosen))
    swapped = {**dict(paper.values), **{member: Fraction(9) for member in _lowest(paper)}}
    if ends[0] and swapped != paper.values and set(top.chosen) != set(_lowest(paper)):
        assert not redraw(met_history(), replace(paper, values=swapped)).chosen


def _lowest(paper: Workpaper) -> tuple[str, ...]:
    least = min(paper.values, key=lambda member: (paper.values[member], member))
    return (least,)


@settings(deadline=None)
@given(people=members, split=st.integers(0, 20), seed=st.sampled_from(("one", "two")))
def test_R_201_a_stratified_workpaper_survives_json_and_is_drawn_again(
    people: frozenset[str], split: int, seed: str
) -> None:
    order = sorted(people)
    groups = {"first": order[:split], "second": order[split:]}
    paper = stratified(groups, len(people) // 2, seed, HEAD)
    assert through_json(paper) == paper
    assert redraw(met_history(), paper).chosen


@cache
def met_history() -> History:
    world = met()
    return world.workflow.history


def test_R_201_anything_changed_in_a_filed_workpaper_is_said() -> None:
    paper = sampled(met_history(), {"code": "streams", "category": "activity"}, 2, "lots-1")
    filed = paper.filed()
    group = filed["groups"][0]
    for change, fault in (
        ({"count": 5}, "count"),
        ({"population": "0" * 64}, "population"),
        ({"chosen": ["activity/m-0", "activity/m-9"]}, "chosen"),
        ({"groups": [{**group, "members": [*group["members"], "activity/m-9"]}]}, "count"),
        ({"algorithm": "by-hand/1"}, "algorithm"),
        ({"extra": 1}, "extra"),
    ):
        with pytest.raises(InvalidInput) as raised:
            Workpaper.read({**filed, **change})
        assert fault in {item.where for item in raised.value.faults}
    for broken in ({}, {**filed, "groups": 3}, {**filed, "method": "at_will"}):
        with pytest.raises(InvalidInput):
            Workpaper.read(broken)


@pytest.mark.parametrize("what", ["seed", "head", "chosen", "population", "n"])
def test_R_201_a_workpaper_that_does_not_follow_from_the_log_is_not_drawn_again(what: str) -> None:
    history = met_history()
    paper = sampled(history, {"code": "streams", "category": "activity"}, 2, "lots-1")
    (group,) = paper.groups
    rest = tuple(each for each in group.population if each not in group.chosen)
    forged = {
        "seed": replace(paper, seed="lots-2"),
        "head": replace(paper, head="0" * 64),
        "chosen": replace(paper, groups=(replace(group, chosen=rest),)),
        "population": replace(paper, groups=(replace(group, population=group.population[1:]),)),
        "n": replace(paper, groups=(replace(group, n=40),)),
    }[what]
    assert redraw(history, paper)
    found = redraw(history, forged)
    assert not found
    assert found.head is (what != "head")
    assert found.population is (what != "population")


def test_R_201_one_record_changed_underneath_is_another_head() -> None:
    world = met()
    paper = sampled(world.workflow.history, {"code": "streams", "category": "activity"}, 2, "lots-1")
    records = tuple(world.workflow.store.read())
    shorter = History(Records(records[:-1]), world.model.registry)
    assert not redraw(shorter, paper).head


# --- queries and strata ----------------------------------------------------------------------


def test_R_201_populations_are_asked_for_by_units_people_streams_cases_and_events() -> None:
    world = desk()
    start = world.now
    brings(world, "c-1")
    world.later(days=5)
    brings(world, "c-2", channel="hotline", unit="u-other")
    at = time_text(world.now)
    history = world.workflow.history

    def ask(**query: Any) -> tuple[str, ...]:
        return population(history, query)

    assert ask(code="cases", kind="petition") == ("case/c-1", "case/c-2")
    assert ask(code="cases", kind="petition", since=time_text(start + timedelta(days=1))) == ("case/c-2",)
    assert ask(code="cases", kind="petition", until=at) == ("case/c-1",)
    assert ask(code="cases", kind="hazard") == ()
    assert ask(code="people_below", unit="u-other", at=at) == ("p-40",)
    assert ask(code="people_below", unit="u-other", at=at, having=["retired"]) == ()
    assert ask(code="units_below", unit="u-city", at=at, kinds=["branch"]) == ("u-branch", "u-other")
    assert len(ask(code="events", types=["case.opened"])) == 2
    assert set(ask(code="streams", category="case")) == {"case/c-1", "case/c-2"}
    assert strata(history, {"code": "cases", "kind": "petition", "by": "unit"}) == {
        "u-branch": ("case/c-1",),
        "u-other": ("case/c-2",),
    }
    assert strata(history, {"code": "cases", "kind": "petition", "by": "channel"}) == {
        "hotline": ("case/c-2",),
        "none": ("case/c-1",),
    }
    by_kind = strata(history, {"code": "units_below", "unit": "u-city", "at": at, "by": "kind"})
    assert by_kind["branch"] == ("u-branch", "u-other")
    people = strata(history, {"code": "people_below", "unit": "u-city", "at": at, "by": "unit"})
    assert people["u-other"] == ("p-40",)
    events = {"code": "events", "types": ["case.opened", "activity.held"]}
    assert strata(history, {**events, "by": "type"}).keys() == {"case.opened"}
    assert strata(history, {**events, "by": "account"}).keys() == {"a-2"}
    assert STRATA.keys() <= QUERIES.keys()


@pytest.mark.parametrize(
    "query",
    [
        {"code": "everybody"},
        {},
        {"code": "streams"},
        {"code": "streams", "category": "case", "and": "more"},
        {"code": "events", "types": ["case.imagined"]},
        {"code": "units_below", "unit": "u-city", "at": "yesterday"},
    ],
)
def test_R_201_a_query_that_there_is_not_is_refused_in_words(query: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        population(met_history(), query)


def test_R_201_a_query_that_does_not_say_by_what_has_no_strata() -> None:
    with pytest.raises(InvalidInput, match="By account, kind, unit"):
        strata(met_history(), {"code": "streams", "category": "activity", "by": "luck"})


def test_R_201_strata_that_the_query_says_are_found_again_and_others_are_not() -> None:
    world = desk()
    for number in range(4):
        brings(world, f"c-{number}", unit="u-other" if number % 2 else "u-branch")
    query = {"code": "cases", "kind": "petition", "by": "unit"}
    paper = sampled_by(world.workflow.history, query, 2, "lots-1")
    assert [(group.code, group.n) for group in paper.groups] == [("u-branch", 1), ("u-other", 1)]
    found = redraw(world.workflow.history, paper)
    assert found
    assert found.strata is True
    moved = stratified(
        {"u-branch": ("case/c-0",), "u-other": ("case/c-1", "case/c-2", "case/c-3")},
        {"u-branch": 1, "u-other": 1},
        "lots-1",
        (paper.position, paper.head),
        query,
    )
    again = redraw(world.workflow.history, moved)
    assert (again.population, again.chosen, again.strata) == (True, True, False)
    assert not again


# --- the proof of the population -------------------------------------------------------------


def test_R_201_the_proof_lists_everybody_with_the_event_by_which_they_are_there() -> None:
    world, query = met(), {"code": "streams", "category": "activity"}
    history = world.workflow.history
    proof = prove(history, query)
    assert proof
    assert proof.members == tuple(f"activity/m-{number}" for number in range(4))
    events = {record.envelope.event_id: record.envelope for record in history.records()}
    assert {events[each].stream for each in proof.events.values()} == set(proof.members)
    assert {events[each].stored_type for each in proof.events.values()} == {"activity.planned"}
    paper = sampled(history, query, 2, "lots-1")
    assert proof.population == paper.data()["population"]
    assert proof.data()["count"] == paper.count == 4
    assert PopulationProof.read(json.loads(proof.canonical_bytes())) == proof
    world.later(days=1)
    world.met("m-9", "p-4")
    assert proof.differences(world.workflow.history) == ()  # as the log stood then


def test_R_201_a_population_that_was_made_shorter_or_longer_is_found() -> None:
    history = met_history()
    proof = prove(history, {"code": "streams", "category": "activity"})
    shorter = replace(proof, members=proof.members[1:])
    assert any("lacks activity/m-0" in each for each in shorter.differences(history))
    longer = replace(proof, members=(*proof.members, "activity/m-9"))
    assert any("has activity/m-9" in each for each in longer.differences(history))
    other = replace(proof, head="0" * 64)
    assert any("did not end" in each for each in other.differences(history))
    swapped = replace(proof, events={**proof.events, "activity/m-0": proof.events["activity/m-1"]})
    assert any("Other events" in each for each in swapped.differences(history))


@pytest.mark.parametrize("change", [{"count": 9}, {"population": "0" * 64}, {"members": ["b", "a"]}, {}])
def test_R_201_a_filed_proof_that_does_not_agree_with_itself_is_refused(change: dict[str, Any]) -> None:
    data = prove(met_history(), {"code": "streams", "category": "activity"}).data()
    with pytest.raises(InvalidInput):
        PopulationProof.read({**data, **change} if change else {})


# --- the seed, bound beforehand --------------------------------------------------------------


def bound(world: House, said: str) -> None:
    """Publish a digest in the log: as the evidence of a meeting."""
    world.do(AttachEvidence(key="m-0", kind="document", digest=said))


def test_R_201_a_seed_that_was_bound_before_the_head_was_known_is_told_from_one_that_was_not() -> None:
    query = {"code": "streams", "category": "activity"}
    world = met()
    bound(world, seed_commitment("lots-1", NONCE))
    world.later(days=1)
    world.met("m-8", "p-4")
    history = world.workflow.history
    paper = sampled(history, query, 2, "lots-1", NONCE)
    assert redraw(history, paper).committed is True
    assert redraw(history, through_json(paper)).committed is True
    tried = sampled(history, query, 2, "lots-2", NONCE)  # tried until it suits
    assert redraw(history, tried).committed is False
    assert not redraw(history, tried)
    silent = sampled(history, query, 2, "lots-2")
    assert redraw(history, silent).committed is None  # nobody can tell, and it says so


def test_R_201_a_commitment_published_after_the_head_binds_nobody() -> None:
    query = {"code": "streams", "category": "activity"}
    world = met()
    paper = sampled(world.workflow.history, query, 2, "lots-1", NONCE)
    bound(world, seed_commitment("lots-1", NONCE))
    assert redraw(world.workflow.history, paper).committed is False
    # Nor one that is the very record with which the log ended.
    last = sampled(world.workflow.history, query, 2, "lots-1", NONCE)
    assert redraw(world.workflow.history, last).committed is False


def test_R_201_a_commitment_does_not_tell_the_seed_and_takes_a_nonce() -> None:
    assert seed_commitment("lots-1", NONCE) != seed_commitment("lots-1", "6e" * 32)
    assert seed_commitment("lots-1", NONCE) != seed_commitment("lots-2", NONCE)
    with pytest.raises(InvalidInput):
        seed_commitment("lots-1", "short")


def test_R_201_an_announcement_settles_everything_before_anybody_knows_the_sample() -> None:
    query = {"code": "streams", "category": "activity"}
    world = met()
    position = world.workflow.history.head()[0] + 3
    said = Announcement(query, "simple", {"all": 2}, seed_commitment("lots-1", NONCE), position)
    bound(world, said.digest)
    world.later(days=1)
    world.met("m-8", "p-4")
    world.met("m-9", "p-4", effective_at=world.now - timedelta(hours=3))
    history = world.workflow.history
    assert published(history, said.digest, position) is not None
    paper = sampled(history.up_to(position), query, 2, "lots-1", NONCE)
    assert said.kept(history, paper) == ()
    later = sampled(history, query, 2, "lots-1", NONCE)
    assert any("taken at position" in each for each in said.kept(history, later))
    more = sampled(history.up_to(position), query, 3, "lots-1", NONCE)
    assert any("sizes" in each for each in said.kept(history, more))
    cases = sampled(history.up_to(position), {"code": "streams", "category": "log"}, 1, "lots-1", NONCE)
    assert any("query" in each for each in said.kept(history, cases))
    seeded = sampled(history.up_to(position), query, 2, "lots-2", NONCE)
    assert any("seed" in each for each in said.kept(history, seeded))
    never = replace(said, position=position - 2)
    assert any("not published" in each for each in never.kept(history, paper))


def test_R_201_the_plan_of_an_inspection_is_still_drawn_again() -> None:
    world = Inspecting()
    plan = world.plan()
    world.later(days=1)
    found = redraw(world.workflow.history, plan)
    assert found
    assert (found.strata, found.committed) == (None, None)
