"""Why one stands above another: what separates them, what adds to it, what change would turn it round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from tests.policies.results.scores import (
    CLAUSES,
    DOCUMENT,
    MARKS,
    Mark,
    clause,
    coded,
    document,
    scored,
    world_of,
)

from party_workflow.errors import InvalidInput
from party_workflow.policies.figure import Rounding
from party_workflow.policies.policy import Concluded
from party_workflow.policies.results.flips import Flip, Search, Unmoved
from party_workflow.policies.results.why import Why, turned

WORTHS = {
    "conduct": {"duty": Fraction(3), "study": Fraction(2), "service": Fraction(0), "fault": Fraction(0)},
    "service": {"duty": Fraction(0), "study": Fraction(0), "service": Fraction(4), "fault": Fraction(-2)},
}
TENTH = Rounding(1, "half_up")
FIRST, SECOND = "p-1", "p-2"


def parts(marks: Sequence[Mark], worths: Mapping[str, Mapping[str, Fraction]] = WORTHS) -> Any:
    """Conduct and service of both, reckoned by hand."""
    return {
        subject: {
            code: sum(
                (worths[code][ground] for person, ground in marks if f"p-{person}" == subject), Fraction(0)
            )
            for code in WORTHS
        }
        for subject in (FIRST, SECOND)
    }


def order(found: Any, weight: Fraction = Fraction(3, 5), *, tie: bool = True) -> int:
    """1 where the first stands above the second, reckoned by hand."""
    keys = []
    for subject in (FIRST, SECOND):
        of = found[subject]
        total = Fraction(TENTH.apply(weight * of["conduct"] + (1 - weight) * of["service"]))
        keys.append((total, of["conduct"] if tie else Fraction(0)))
    return (keys[0] > keys[1]) - (keys[0] < keys[1])


def by_hand(flip: Flip, value: Fraction, marks: Sequence[Mark], *, tie: bool) -> int:
    """The order with another value of what a flip alters, reckoned by hand."""
    clause_of, *way, name = flip.leaf.replace(" of ", ".").split(".")
    if flip.kind == "value":
        found = parts(marks)
        found[name][clause_of] = value
        return order(found, tie=tie)
    if "weight" in flip.leaf or clause_of == "weights":
        weighs_conduct = "conduct" in (*way, name)
        return order(parts(marks), value if weighs_conduct else 1 - value, tie=tie)
    worths = {code: dict(each) for code, each in WORTHS.items()}
    for code in [clause_of] if clause_of in worths else [c for c in WORTHS if WORTHS[c][name]]:
        worths[code][name] = value
    return order(parts(marks, worths), tie=tie)


def places(result: Concluded) -> int:
    """The order in a result."""
    first, second = result.ranking.place(FIRST), result.ranking.place(SECOND)
    assert first is not None
    assert second is not None
    return (first < second) - (first > second)


def judged(why: Why, result: Concluded, marks: Sequence[Mark], *, tie: bool) -> None:
    """Every flip turns the pair and a step less does not; what is unmoved does not at its bounds."""
    now = order(parts(marks), tie=tie)
    assert why.separation.order == now == places(result)
    wanted = -1 if now > 0 else 1
    for flip in why.flips:
        if flip.kind in ("parameter", "event_less"):
            assert places(turned(result, flip)) == wanted
        if flip.kind in ("parameter", "value"):
            assert flip.before is not None
            assert flip.after is not None
            assert flip.grid is not None
            assert by_hand(flip, flip.before, marks, tie=tie) == now
            assert by_hand(flip, flip.after, marks, tie=tie) == wanted
            step = flip.grid if flip.change > 0 else -flip.grid
            assert by_hand(flip, flip.after - step, marks, tie=tie) != wanted
    for each in why.unmoved:
        if each.kind in ("parameter", "value") and each.bounds is not None and each.value is not None:
            held = Flip(each.kind, each.leaf)
            assert all(by_hand(held, bound, marks, tie=tie) != wanted for bound in each.bounds)


@settings(max_examples=12, deadline=None)
@given(MARKS)
def test_a_change_that_is_found_turns_the_pair_and_a_step_less_does_not(marks: list[Mark]) -> None:
    result = scored(world_of(marks, members=3))
    judged(result.why(FIRST, above=SECOND), result, marks, tie=True)


@settings(max_examples=12, deadline=None)
@given(MARKS)
def test_the_same_holds_of_a_policy_in_code_whose_total_is_a_sum(marks: list[Mark]) -> None:
    result = coded(world_of(marks, members=3))
    judged(result.why(FIRST, above=SECOND), result, marks, tie=False)


@settings(max_examples=12, deadline=None)
@given(MARKS)
def test_contributions_sum_to_the_difference_exactly(marks: list[Mark]) -> None:
    world = world_of(marks, members=3)
    for result in (scored(world), coded(world)):
        why = result.why(FIRST, above=SECOND, search=Search(evaluations=0))
        if why.linear:
            assert sum(each.difference or 0 for each in why.contributions) == why.difference
        if why.separation.by == "measure":
            assert why.linear
            found = {each.name: each.difference for each in why.contributions}
            reckoned = parts(marks)
            weights = {"conduct": Fraction(3, 5), "service": Fraction(2, 5)}
            for code, weight in weights.items():
                of = [reckoned[subject][code] for subject in (FIRST, SECOND)]
                assert found[code] == weight * (of[0] - of[1])


@settings(max_examples=8, deadline=None)
@given(MARKS)
def test_events_that_turn_a_pair_are_those_and_no_others(marks: list[Mark]) -> None:
    result = scored(world_of(marks, members=3))
    why = result.why(FIRST, above=SECOND)
    now = order(parts(marks))
    wanted = -1 if now > 0 else 1
    less = [
        index
        for index in range(len(marks))
        if order(parts([mark for other, mark in enumerate(marks) if other != index])) == wanted
    ]
    more = [index for index, mark in enumerate(marks) if order(parts([*marks, mark])) == wanted]
    said = {kind: [flip for flip in why.flips if flip.kind == kind] for kind in ("event_less", "event_more")}
    assert (len(said["event_less"]), len(said["event_more"])) == (len(less), len(more))


def all_of(why: Why) -> list[Flip | Unmoved]:
    """Everything that was tried."""
    return [*why.flips, *why.unmoved]


# --- what separates ---------------------------------------------------------------------------


def test_the_measure_separates_first_and_the_answer_names_clause_basis_and_both_values() -> None:
    result = scored(world_of([(1, "duty"), (2, "study")]))
    why = result.why("p-1", above="p-2")
    assert why
    assert (why.separation.by, why.separation.clause, why.separation.basis) == (
        "measure",
        "place",
        "art-place",
    )
    assert why.difference == Fraction(6, 10)
    assert "p-1 stands above p-2 by total under place, art-place: 1.8 against 1.2, displayed" in str(why)
    smallest = why.smallest
    assert smallest is not None
    assert str(smallest) == "conduct of p-1 from 3 to 1"
    assert "conduct.worths.study from 2 to 4" in [str(flip) for flip in why.flips]


def test_asked_the_wrong_way_round_it_says_no_and_explains_what_is_so() -> None:
    result = scored(world_of([(1, "duty"), (2, "study")]))
    why = result.why("p-2", above="p-1")
    assert not why
    assert "p-1 stands above p-2" in str(why)
    assert why.smallest == replace(result.why("p-1", above="p-2").flips[0])


def test_either_way_round_all_parts_are_in_the_order_of_the_sentence() -> None:
    gated = document(*GATED)
    result = scored(world_of([(1, "duty"), (1, "duty"), (1, "service"), (1, "fault"), (2, "study")]), gated)
    plain = scored(world_of([(1, "duty"), (2, "study"), (2, "fault")]))
    for rules in (result, plain):
        right, wrong = (rules.why(one, above=other) for one, other in (("p-1", "p-2"), ("p-2", "p-1")))
        assert bool(right) != bool(wrong)
        assert right.lines == wrong.lines
        assert right._repr_html_() == wrong._repr_html_()
        assert right.difference == -wrong.difference
    said = plain.why("p-2", above="p-1").lines
    assert "components of +7/5:" in said
    assert "  conduct, 3 against 2: +3/5" in said


def test_a_tie_rule_separates_those_who_are_level() -> None:
    result = scored(world_of([(1, "study"), (1, "study"), (1, "fault"), (2, "service")]))
    assert [entry.figure.displayed for entry in result.ranking.entries[:2]] == ["1.6", "1.6"]
    why = result.why("p-1", above="p-2")
    assert why
    assert why.separation.by == "tie"
    assert "level, by the tie rule conduct under place, art-place: 4 against 0, exact" in str(why)
    assert why.difference == 4


def test_whom_nothing_separates_share_a_place_and_it_says_what_would_part_them() -> None:
    result = scored(world_of([(1, "duty"), (2, "duty")]))
    why = result.why("p-1", above="p-2")
    assert not why
    assert why.separation.by == "shared"
    assert "share a place" in str(why)
    assert all(places(turned(result, flip)) == 1 for flip in why.flips if flip.kind == "event_less")
    assert {flip.kind for flip in why.flips} == {"value", "event_less", "event_more"}


GATED = (
    *CLAUSES[:3],
    clause(
        "gate",
        "hard",
        when={"source": "marks", "happened": 1, "where": {"ground": "fault"}},
        effect="caps",
        grades="stars",
        grade="fair",
        ranked="last",
    ),
    CLAUSES[3],
    clause(
        "bands",
        "stars",
        measure="total",
        on="exact",
        bands=[{"grade": "good", "at_least": 1}, {"grade": "fair", "below": 1}],
    ),
)


def test_a_gate_separates_before_any_measure_and_the_event_that_triggered_it_is_found() -> None:
    gated = document(*GATED)
    result = scored(world_of([(1, "duty"), (1, "duty"), (1, "service"), (1, "fault"), (2, "study")]), gated)
    why = result.why("p-2", above="p-1")
    assert why
    assert (why.separation.by, why.separation.clause) == ("gate", "hard")
    assert "by a gate under hard, art-hard: caps stars at fair, ranked behind all others" in str(why)
    (fault,) = why.separation.gate.facts[0].evidence() if why.separation.gate else ()
    assert fault.event_id in str(why)
    assert [flip.events for flip in why.flips if flip.kind == "event_less"] == [(fault.event_id,)]
    assert why.grades == (
        ("stars", "good on the ground of band", "fair on the ground of gate, good before gates by hard"),
    )


def test_a_gate_that_excludes_separates_too() -> None:
    excluding = {**GATED[3], "ranked": "excluded"}
    result = scored(
        world_of([(1, "duty"), (1, "fault"), (2, "study")]), document(*GATED[:3], excluding, *GATED[4:])
    )
    why = result.why("p-2", above="p-1")
    assert why
    assert why.separation.by == "gate"
    both = scored(world_of([(1, "fault"), (2, "fault")]), document(*GATED[:3], excluding, *GATED[4:]))
    with pytest.raises(InvalidInput, match="gate excludes both"):
        both.why("p-2", above="p-1")


# --- what cannot be asked ---------------------------------------------------------------------


def test_subjects_that_are_unknown_the_same_or_of_different_groups_are_said_to_be() -> None:
    world = world_of([(1, "duty")])
    result = scored(world)
    with pytest.raises(InvalidInput, match=r"No ranking knows p-99\. Ranked are: p-1, p-2, p-3, p-60"):
        result.why("p-1", above="p-99")
    with pytest.raises(InvalidInput, match="is one subject"):
        result.why("p-1", above="p-1")
    grouped = scored(world, DOCUMENT.replace_clause("place", group=["unit"]))
    assert grouped.why("p-1", above="p-2")
    with pytest.raises(InvalidInput, match="p-1 is ranked in u-branch and p-60 in u-city"):
        grouped.why("p-1", above="p-60")


def test_one_who_is_not_ranked_is_said_to_be_not_and_why() -> None:
    missing = DOCUMENT.replace_clause("conduct", empty="missing")
    result = scored(world_of([(1, "duty")]), missing)
    with pytest.raises(InvalidInput, match="p-2 is not ranked: missing"):
        result.why("p-1", above="p-2")


def test_a_result_that_was_not_run_here_is_explained_without_what_would_turn_it() -> None:
    result = replace(scored(world_of([(1, "duty")])), held=None)
    why = result.why("p-1", above="p-2")
    assert why
    assert why.flips == ()
    assert why.untried


def test_what_was_not_tried_for_lack_of_evaluations_is_said() -> None:
    result = scored(world_of([(1, "duty"), (2, "study")]))
    none = result.why("p-1", above="p-2", search=Search(evaluations=0))
    assert none.untried[:2] == ("conduct of p-1", "conduct of p-2")
    assert none.untried[-1] == "total.parts.service.weight"
    assert (none.flips, none.unmoved) == ((), ())
    (said,) = [line for line in none.lines if "not tried:" in line]
    assert said.endswith(f" and {len(none.untried) - 8} more (see data())")
    assert none.data()["untried"] == list(none.untried)


def test_with_few_evaluations_components_and_events_are_tried_before_numbers_of_the_rule() -> None:
    result = scored(world_of([(1, "duty"), (2, "study")]))
    most = result.why("p-1", above="p-2")
    few = result.why("p-1", above="p-2", search=Search(evaluations=30))
    assert few.smallest == most.smallest
    assert few.untried
    assert all(leaf.split(".")[0] in ("conduct", "service", "total") and "." in leaf for leaf in few.untried)


def test_evaluations_are_shared_so_that_components_do_not_take_those_of_events_and_of_the_rule() -> None:
    result = scored(world_of([(1, "duty"), (2, "study")]))
    why = result.why("p-1", above="p-2", search=Search(evaluations=8))
    tried = {each.kind for each in all_of(why)}
    assert tried == {"value", "event_less", "event_more", "parameter"}
    assert {"service of p-2", "total.parts.service.weight"} <= set(why.untried)


def test_components_and_events_beyond_the_most_are_said_not_to_have_been_tried() -> None:
    result = scored(world_of([(1, "duty"), (2, "study")]))
    why = result.why("p-1", above="p-2", search=Search(values=1, events=1))
    assert set(why.untried[:3]) == {"conduct of p-2", "service of p-1", "service of p-2"}
    (event,) = why.untried[3:]
    assert event.startswith("event ")


def test_who_has_most_of_a_component_may_be_in_need_of_more() -> None:
    world = world_of([(1, "duty"), (2, "study"), (2, "service"), (3, "fault")])
    for result in (scored(world), coded(world)):
        why = result.why("p-2", above="p-1")
        assert why
        (flip,) = [flip for flip in why.flips if flip.leaf == "conduct of p-1"]
        assert (str(flip), flip.bounds) == ("conduct of p-1 from 3 to 5", (Fraction(0), Fraction(6)))
        bounds = {each.leaf: each.bounds for each in all_of(why)}
        assert bounds["service of p-1"] == (Fraction(-4), Fraction(8))
    level = scored(world_of([(1, "duty")])).why("p-1", above="p-2")
    assert "service of p-2 from 0 to 5" in [str(flip) for flip in level.flips]


def test_in_words_only_the_smallest_changes_are_listed_and_the_rest_is_counted() -> None:
    result = scored(world_of([*[(1, "duty")] * 3, (2, "duty"), (2, "duty"), (2, "study")]))
    why = result.why("p-1", above="p-2")
    data = why.data()
    assert (len(data["flips"]), len(data["unmoved"])) == (len(why.flips), len(why.unmoved))
    assert len(why.flips) > 8
    assert [line.strip() for line in why.lines if line.strip() in map(str, why.flips)] == [
        str(flip) for flip in why.flips[:8]
    ]
    assert not any(str(each) in str(why) for each in why.unmoved)
    for html in (str(why), why._repr_html_()):
        assert "also by:" in html
        assert "not by:" in html
    shown = dict(line.strip().split(": ", 1) for line in why.lines if " by: " in line)
    counted = sum(
        int(part.split()[0]) for said in shown.values() for part in said[: -len(" (see data())")].split(", ")
    )
    assert counted == len({each.leaf for each in all_of(why)}) - 8


def test_a_bound_or_a_grid_of_ones_own_is_taken() -> None:
    result = scored(world_of([(1, "duty"), (2, "study")]))
    leaf = "conduct.worths.study"
    near = Search(bounds={leaf: (Fraction(2), Fraction(3))})
    assert leaf in [each.leaf for each in result.why("p-1", above="p-2", search=near).unmoved]
    fine = Search(grids={leaf: Fraction(1, 10)})
    (flip,) = [flip for flip in result.why("p-1", above="p-2", search=fine).flips if flip.leaf == leaf]
    assert flip.after == Fraction(31, 10)


def test_every_form_of_the_answer_says_the_same_and_is_plain() -> None:
    result = scored(world_of([(1, "duty"), (2, "study")]))
    why = result.why("p-1", above="p-2")
    data = why.data()
    assert data["holds"] is True
    assert data["flips"][0]["leaf"] == "conduct of p-1"
    html = why._repr_html_()
    assert "<table>" in html
    assert "<script" not in html
    assert "scores v1 under scores v1" in html


def test_where_figures_depend_on_others_what_is_found_turns_the_pair_with_everybody() -> None:
    scaled = document(
        *CLAUSES[:2],
        clause(
            "normalise",
            "share",
            measure="conduct",
            method={
                "by": "min_max",
                "low": "observed",
                "high": "observed",
                "direction": "higher",
                "caps": "none",
            },
            rounding="none",
        ),
        clause(
            "total",
            "total",
            method="sum",
            parts=[{"measure": "share", "weight": 10}, {"measure": "service", "weight": 1}],
            absent="incomplete",
            rounding="none",
        ),
        CLAUSES[3] | {"on": "exact", "ties": [{"by": "shared"}]},
    )
    marks = [(1, "duty"), (2, "duty"), (2, "duty"), (2, "fault"), (1, "service"), (3, "duty"), (3, "duty")]
    result = scored(world_of([*marks, (3, "duty"), (3, "duty")]), scaled)
    assert [str(entry.figure.value) for entry in result.ranking.entries] == ["10", "13/2", "3", "0"]
    why = result.why("p-1", above="p-2")
    assert why
    found = [flip for flip in why.flips if flip.kind in ("parameter", "event_less")]
    assert {flip.leaf for flip in found if flip.kind == "parameter"} >= {"total.parts.share.weight"}
    assert all(places(turned(result, flip)) == -1 for flip in found)
