"""Results compared: nothing against itself, reversed the other way, by clause and by event (R-093, R-211)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policies.results.scores import (
    BEGAN,
    CLAUSES,
    DOCUMENT,
    MARKS,
    ON,
    Mark,
    clause,
    coded,
    document,
    in_code,
    scored,
    weights,
    world_of,
)
from tests.policies.results.test_explanations import FIGURE, concluded
from tests.support.world import START, World

from party_workflow.calendar import Period
from party_workflow.canonical import canonical_bytes
from party_workflow.domain import case, definition, rating
from party_workflow.domain.case import OpenCase
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.rating import CloseRating, OpenRating, Rate
from party_workflow.errors import InvalidInput
from party_workflow.packs import party
from party_workflow.packs.case_kinds import OPINION
from party_workflow.personal import Personal
from party_workflow.policies.conclusion import AdverseProposal, Award, Streak
from party_workflow.policies.ladders import Rung
from party_workflow.policies.policy import Counterfactual, Result, run, suppose
from party_workflow.policies.results.altered import without
from party_workflow.policies.results.compare import (
    Reading,
    compare,
    compare_readings,
    compare_results,
    effect_of,
)

DAYS: Any = {"on": ON, "period_start": BEGAN}


@settings(max_examples=20, deadline=None)
@given(MARKS)
def test_a_result_compared_with_itself_differs_in_nothing(marks: list[Mark]) -> None:
    world = world_of(marks)
    for result in (scored(world), coded(world)):
        found = compare_results(result, result)
        assert found.same
        assert found.changes == ()
        assert (found.gainers, found.losers) == ((), ())
        assert "nothing differs" in str(found)


@settings(max_examples=20, deadline=None)
@given(MARKS, MARKS)
def test_the_other_way_round_every_change_is_reversed(one: list[Mark], other: list[Mark]) -> None:
    first, second = world_of(one), world_of(other)
    for results in ((scored(first), scored(second)), (coded(first), coded(second))):
        there, back = compare_results(*results), compare_results(results[1], results[0])
        assert back == there.reversed
        assert (there.gainers, there.losers) == (back.losers, back.gainers)
        moved = {change.subject: change.amount for change in there.moves}
        assert {change.subject: -(change.amount or 0) for change in back.moves} == moved


@settings(max_examples=20, deadline=None)
@given(MARKS, MARKS)
def test_moves_are_just_the_differences_of_places(one: list[Mark], other: list[Mark]) -> None:
    before, after = scored(world_of(one)), scored(world_of(other))
    found = {change.subject: change for change in compare_results(before, after).moves}
    for entry in before.ranking.entries:
        place = after.ranking.place(entry.subject)
        assert place is not None
        if place == entry.place:
            assert entry.subject not in found
        else:
            assert found[entry.subject].amount == entry.place - place


@settings(max_examples=20, deadline=None)
@given(MARKS, st.sampled_from(["0", "1/5", "3/5", "1"]))
def test_R_211_comparing_policies_gives_what_each_gives_alone_and_leaves_the_baseline_as_it_was(
    marks: list[Mark], weight: str
) -> None:
    world = world_of(marks)
    rest = str(1 - Fraction(weight))
    others = [weights(weight, rest), weights("1/2", "1/2", version=3)]
    before = scored(world).canonical_bytes()
    policies = [rule.policy(world.model.registry) for rule in (DOCUMENT, *others)]
    found = compare([*policies, in_code(world)], world.workflow.history, **DAYS)
    assert found.baseline.canonical_bytes() == before
    assert isinstance(found.baseline, Result)
    assert all(isinstance(each, Counterfactual) for each in found.alternatives)
    for rule, alternative in zip(others, found.alternatives, strict=False):
        assert alternative.conclusion == scored(world, rule).conclusion
        assert "counterfactual" in alternative.data()
    assert found.alternatives[2].conclusion == coded(world).conclusion
    assert scored(world).canonical_bytes() == before


def test_the_history_is_read_once_however_many_policies_are_compared() -> None:
    world = world_of([(1, "duty"), (2, "study")])
    reads: list[int] = []
    history = world.workflow.history

    class Counting:
        def read(self, after: int = 0, until: int | None = None) -> Any:
            reads.append(after)
            return history.source.read(after, until)

        def read_stream(self, stream: str, after: int = 0) -> Any:
            return history.source.read_stream(stream, after)

    counted = type(history)(Counting(), history.registry)
    policies = [weights("1/2", "1/2", version=n).policy(world.model.registry) for n in range(1, 9)]
    compare(policies, counted, **DAYS)
    assert len(reads) == 1


# --- what it says -----------------------------------------------------------------------------


def rules() -> tuple[World, Any]:
    """Somebody good at conduct and somebody good at service, under two rules."""
    world = world_of([(1, "duty"), (2, "service"), (3, "fault")])
    policies = [
        rule.policy(world.model.registry) for rule in (weights("1", "0", version=1), weights("0", "1"))
    ]
    return world, compare(policies, world.workflow.history, **DAYS).comparisons[0]


def test_R_093_between_rule_versions_it_says_who_gains_who_loses_and_by_which_clause() -> None:
    _, found = rules()
    assert [(each.subject, each.before, each.after, each.amount) for each in found.moves] == [
        ("p-1", "1", "2", -1),
        ("p-2", "2", "1", 1),
        ("p-3", "2", "4", -2),
        ("p-60", "2", "3", -1),
    ]
    assert found.gainers == ("p-2",)
    assert found.losers == ("p-3", "p-1", "p-60")
    assert set(found.by_clause) == {"total"}
    by_subject = {change.subject: change.amount for change in found.by_clause["total"]}
    assert by_subject == {"p-1": -3, "p-2": 4, "p-3": -2}
    assert found.by_event == {}
    assert "COUNTERFACTUAL" in str(found)
    assert "clause total: 3 figures differ" in str(found)


def test_a_comparison_is_canonical_and_shown_in_a_notebook() -> None:
    _, found = rules()
    assert found.canonical_bytes() == canonical_bytes(found.data())
    assert found.data()["after"]["counterfactual"]["policy"]["version"] == 2
    html = found._repr_html_()
    assert "<table>" in html
    assert "COUNTERFACTUAL" in html


def test_R_211_without_an_event_it_says_what_that_event_changed_and_for_whom() -> None:
    world = world_of([(1, "duty"), (1, "duty"), (2, "service")])
    result = scored(world)
    event = result.explain("p-1").events[-2]
    policy = DOCUMENT.policy(world.model.registry)
    found = effect_of(policy, world.workflow.history, events=[event], **DAYS)
    assert found.by_event == {event: ("p-1",)}
    amounts = {(each.clause, each.subject): each.amount for each in found.of_kind("figure")}
    assert amounts == {("conduct", "p-1"): -3, ("total", "p-1"): Fraction(-9, 5)}
    assert found.after.origin.assumption == {"without": {"events": [event]}}
    assert found.before.origin.assumption is None


@settings(max_examples=20, deadline=None)
@given(MARKS.filter(bool), st.data())
def test_R_211_what_is_left_out_is_gone_and_nothing_else(marks: list[Mark], data: st.DataObject) -> None:
    world = world_of(marks)
    index = data.draw(st.integers(0, len(marks) - 1))
    record = list(world.store.read())[-len(marks) :][index]
    altered = without(world.workflow.history, events=[record.envelope.event_id])
    policy = DOCUMENT.policy(world.model.registry)
    found = suppose(policy, altered, on=ON, period_start=BEGAN)
    kept = world_of([mark for other, mark in enumerate(marks) if other != index])
    shown = {entry.subject: entry.figure.value for entry in scored(kept).ranking.entries}
    assert {entry.subject: entry.figure.value for entry in found.ranking.entries} == shown
    assert len(list(altered.records())) == len(list(world.store.read())) - 1


def test_leaving_out_twice_leaves_out_both_and_the_label_has_both() -> None:
    world = world_of([(1, "duty"), (2, "service")])
    events = [record.envelope.event_id for record in world.store.read()][-2:]
    once = without(world.workflow.history, events=events[:1])
    twice = without(once, events=events[1:])
    assert twice.assumption == {"without": {"events": sorted(events)}}
    assert len(list(twice.records())) == len(list(world.store.read())) - 2
    assert list(twice.as_of(known=START).records()) == list(
        world.workflow.history.as_of(known=START).records()
    )
    assert [item.position for item in twice.stream("organisation")] == [
        item.position for item in twice.records() if item.envelope.stream == "organisation"
    ]


def test_leaving_out_what_is_not_there_is_refused_with_every_name() -> None:
    history = world_of([(1, "duty")]).workflow.history
    with pytest.raises(InvalidInput) as caught:
        without(history, events=["e-1"], streams=["case/17"], raters=["p-9"])
    assert [fault.where for fault in caught.value.faults] == ["events.e-1", "streams.case/17", "raters.p-9"]
    with pytest.raises(InvalidInput, match="not said what to leave out"):
        without(history)


def test_a_matter_and_a_persons_ratings_can_be_left_out() -> None:
    world = World(rating.DECIDER, members=4)
    people = ("p-1", "p-2")
    for key in ("r-1", "r-2"):
        world.do(
            OpenRating(
                key=key,
                kind="peer_review",
                unit="u-branch",
                grades=("good", "fair"),
                subjects=people,
                raters=("p-3", "p-4"),
                secret=False,
                minimum=1,
            )
        )
        for rater in (3, 4):
            world.do(
                Rate(key=key, rater=f"p-{rater}", grades=dict.fromkeys(people, "good")), by=world.self_(rater)
            )
        world.do(CloseRating(key=key))
    history = world.workflow.history
    less = without(history, raters=["p-3"])
    types = [record.envelope.stored_type for record in less.records()]
    assert types.count("rating.rated") == 2
    whole = [record.envelope.stored_type for record in history.records()]
    assert len(types) == len(whole) - 2
    gone = without(history, streams=["rating/r-1"])
    assert "rating/r-1" not in gone.streams("rating")
    assert gone.streams("rating") == ["rating/r-2"]


def test_between_two_dates_and_two_states_of_knowledge_both_sides_are_results() -> None:
    world = world_of([(1, "duty"), (2, "service")])
    known = START + timedelta(days=1, hours=1)
    policy, history = DOCUMENT.policy(world.model.registry), world.workflow.history
    found = compare_readings(
        policy, history, Reading(ON, BEGAN, known=known), Reading(ON, BEGAN, known=world.now)
    )
    assert found.before.origin.assumption is None
    assert found.after.origin.assumption is None
    assert {change.subject for change in found.of_kind("figure")} == {"p-2"}
    dated = compare_readings(policy, history, Reading(date(2009, 3, 3), BEGAN), Reading(ON, BEGAN))
    assert {change.subject for change in dated.of_kind("figure")} == {"p-2"}
    effective = compare_readings(
        policy, history, Reading(ON, BEGAN, effective=known), Reading(ON, BEGAN, effective=world.now)
    )
    assert {change.subject for change in effective.of_kind("figure")} == {"p-2"}


def gated_by(ranked: str, **more: Any) -> Any:
    """The document with a gate that does this to places."""
    return document(
        *CLAUSES[:3],
        clause(
            "gate",
            "hard",
            when={"source": "marks", "happened": 1, "where": {"ground": "fault"}},
            effect="forces",
            grades="stars",
            grade="fair",
            ranked=ranked,
        ),
        CLAUSES[3],
        clause(
            "bands",
            "stars",
            measure="total",
            on="exact",
            bands=[{"grade": "good", "at_least": 1}, {"grade": "fair", "below": 1}],
        ),
        **more,
    )


def test_a_move_says_the_gate_it_comes_from() -> None:
    world = world_of([(1, "duty"), (1, "duty"), (1, "fault"), (2, "study")])
    scoring, last = gated_by("as_scored"), gated_by("last", version=2)
    found = compare_results(scored(world, scoring), scored(world, last))
    because = {each.subject: each.because for each in found.moves}
    assert because["p-1"] == ("hard",)
    assert because["p-2"] == ()
    assert found.by_clause == {}
    (said,) = [change for change in found.data()["changes"] if change.get("because")]
    assert (said["kind"], said["subject"], said["because"]) == ("place", "p-1", ["hard"])
    assert "1 -> 4 (-3), because of hard" in str(found.of("p-1")[0])
    for shown in (str(found), found._repr_html_()):
        assert "because of" in shown
        assert "hard" in shown
    excluded = compare_results(scored(world, scoring), scored(world, gated_by("excluded", version=2)))
    assert [each.because for each in excluded.left] == [("hard",)]


def test_a_move_says_the_tie_rule_it_comes_from() -> None:
    world = world_of([(1, "study"), (1, "study"), (1, "fault"), (2, "service")])
    shared = DOCUMENT.replace_clause("place", ties=[{"by": "shared"}])
    found = compare_results(scored(world), scored(world, shared.model_copy(update={"version": 2})))
    assert [(each.subject, each.before, each.after, each.because) for each in found.moves] == [
        ("p-2", "2", "1", ("place",))
    ]


def test_a_move_says_the_clauses_whose_figures_differ_and_none_for_one_who_was_overtaken() -> None:
    _, found = rules()
    assert {each.subject: each.because for each in found.moves} == {
        "p-1": ("total",),
        "p-2": ("total",),
        "p-3": ("total",),
        "p-60": (),
    }
    before, after = world_of([(1, "duty"), (2, "study")]), world_of([(1, "duty"), (2, "study"), (2, "duty")])
    in_document = compare_results(scored(before), scored(after))
    assert [each.because for each in in_document.moves] == [(), ("conduct", "total")]
    in_policy = compare_results(coded(before), coded(after))
    assert [each.because for each in in_policy.moves] == [(), ("weights", "worth")]


def test_grades_gates_and_who_enters_and_leaves_a_ranking_are_said() -> None:
    gated = gated_by("excluded")
    clean, faulty = world_of([(1, "duty"), (1, "duty")]), world_of([(1, "duty"), (1, "duty"), (1, "fault")])
    found = compare_results(scored(clean, gated), scored(faulty, gated))
    assert [(each.subject, each.before, each.after) for each in found.of_kind("grade")] == [
        ("p-1", "good", "fair")
    ]
    assert [(each.clause, each.subject) for each in found.of_kind("gate")] == [("hard", "p-1")]
    assert [each.subject for each in found.left] == ["p-1"]
    assert found.left[0].after == "not ranked: gate.hard"
    assert [each.subject for each in found.reversed.entered] == ["p-1"]
    assert "p-1" in found.losers
    assert "p-2" in found.gainers


def test_awards_streaks_and_proposals_are_compared_too() -> None:
    plain = concluded()
    parts: dict[str, Any] = {
        "awards": (Award("red", "red_flag", "p-1", FIGURE),),
        "streaks": (Streak("stars", "p-2", (Rung(Period("2009-Q1"), "awarded", 1, "three_star"),)),),
        "proposals": (AdverseProposal("last", "talk", "", ("p-3",), (), (FIGURE,)),),
    }
    other = replace(plain, conclusion=replace(plain.conclusion, **parts))
    found = compare_results(plain, other)
    assert [(each.kind, each.subject, each.before, each.after) for each in found.changes] == [
        ("award", "p-1", "", "recommended"),
        ("streak", "p-2", "", "2009-Q1 1 three_star"),
        ("proposal", "p-3", "", "proposed"),
    ]


def test_the_rule_of_the_baseline_has_to_be_in_time_or_said_to_be_retroactive() -> None:
    world = world_of([(1, "duty")])
    late = DOCUMENT.model_copy(update={"issued_on": date(2009, 3, 20)})
    policies = [late.policy(world.model.registry), DOCUMENT.policy(world.model.registry)]
    with pytest.raises(InvalidInput, match="after the period began"):
        compare(policies, world.workflow.history, **DAYS)
    assert compare(policies, world.workflow.history, **DAYS, retroactive=True).baseline.retroactive
    assert compare(policies[::-1], world.workflow.history, **DAYS).alternatives[0].retroactive
    with pytest.raises(ValueError, match="in force"):
        compare([], world.workflow.history, **DAYS)
    with pytest.raises(InvalidInput, match="altered"):
        run(policies[1], without(world.workflow.history, streams=["organisation"]), **DAYS)


def test_R_211_without_complaint_17_it_says_what_that_complaint_did() -> None:
    world = World(definition.decider(party.VALIDATORS), case.DECIDER, members=3)
    world.do(AdoptDefinition(code="opinion", kind="case", version=OPINION.version, body=OPINION.data()))
    for key in ("16", "17"):
        world.do(
            OpenCase(
                key=key,
                kind="opinion",
                definition=OPINION.digest,
                unit="u-branch",
                substance=Personal("More time"),
            ),
            by=world.act(2),
        )
        world.later(days=1)
    units = document(
        clause("count", "voices", source="marks", empty="zero"),
        clause("rank", "place", measure="voices", on="exact", direction="highest", ties=[{"by": "shared"}]),
        population={"source": "people"},
        source=[
            {
                "code": code,
                "event": event,
                "columns": ["unit"],
                "subject": "unit",
                "within": "all",
                "dated": "event",
            }
            for code, event in (("people", "organisation.unit_founded"), ("marks", "case.opened"))
        ],
    )
    policy, history = units.policy(world.model.registry), world.workflow.history
    found = effect_of(policy, history, streams=["case/17"], **DAYS)
    (change,) = found.of_kind("figure")
    assert (change.clause, change.subject, change.before, change.after) == ("voices", "u-branch", "2", "1")
    (event,) = found.by_event
    assert {item.envelope.event_id for item in history.stream("case/17")} >= {event}
    assert found.after.origin.assumption == {"without": {"streams": ["case/17"]}}
    both = effect_of(policy, history, streams=["case/16", "case/17"], **DAYS)
    assert both.gainers == ("u-bureau", "u-city")
