"""A change of an indicator decomposed: exactly, whatever changed, and nothing for what did not (R-212)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policies.results.scores import DOCUMENT, scored, weights, world_of

from party_workflow.domain.organisation import RegisterPerson
from party_workflow.errors import InvalidInput
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.figure import Absent, Figure, Value
from party_workflow.policies.policy import Concluded, Result
from party_workflow.policies.ranking import Excluded, competition
from party_workflow.policies.results.lineage import Indicator, decompose, mean, place, ratio

PEOPLE = ("a", "b", "c", "d", "e")
VALUES = st.one_of(st.integers(-3, 9).map(Fraction), st.just(Absent("missing")))
Scores = dict[str, tuple[str, Value]]
"""By person the group and the value."""
SCORES = st.dictionaries(st.sampled_from(PEOPLE), st.tuples(st.sampled_from(("x", "y")), VALUES), min_size=1)
ANY = scored(world_of([]))


def figure(value: Value) -> Figure:
    """A figure that rests on nothing."""
    return Figure("points", value, "count", "points", "art-1")


def result_of(scores: Scores, rule: int = 1) -> Result:
    """A result in which these people have these points, ranked by group; `rule` tells rules apart."""
    rankings = []
    for group in sorted({group for group, _ in scores.values()}):
        members = {who: figure(value) for who, (of, value) in scores.items() if of == group}
        ranked = {who: each for who, each in members.items() if isinstance(each.value, Fraction)}
        out = [Excluded(who, "missing", each) for who, each in members.items() if who not in ranked]
        found = competition(ranked, "exact", out, population=len(members))
        rankings.append(replace(found, clause="place", group=group))
    measures: dict[str, dict[tuple[str, ...], Figure]] = {
        "points": {(who,): figure(value) for who, (_, value) in scores.items()},
        "weight": {(who,): figure(Fraction(ord(who) - 96)) for who in scores},
    }
    conclusion = Conclusion(rankings=tuple(rankings), measures=measures)
    return replace(ANY, conclusion=conclusion, rule=DOCUMENT.model_copy(update={"version": rule}), held=None)


INDICATORS = st.one_of(
    st.just(mean("points")),
    st.just(mean("points", group="x")),
    st.just(ratio("points", "weight")),
    st.just(ratio("points", "weight", group="y")),
    st.sampled_from(PEOPLE).map(lambda who: place(who, "points")),
    st.sampled_from(PEOPLE).map(lambda who: place(who, "points", lowest=True)),
)


def value_of(scores: Scores, indicator: Indicator) -> Fraction | None:
    """The indicator, reckoned by hand."""
    there = {
        who: value
        for who, (group, value) in scores.items()
        if isinstance(value, Fraction) and indicator.group in ("", group)
    }
    if indicator.kind == "place":
        if indicator.subject not in there:
            return None
        mine = there[indicator.subject]
        sign = -1 if indicator.lowest else 1
        return Fraction(1 + sum(sign * other > sign * mine for other in there.values()))
    divisor = {who: Fraction(1) if indicator.kind == "mean" else Fraction(ord(who) - 96) for who in there}
    return sum(there.values(), Fraction(0)) / sum(divisor.values()) if there else None


def changed(scores: Scores, other: Scores, who: str) -> bool:
    """Whether somebody who is there both times has another value."""
    return scores[who][1] != other[who][1]


@given(SCORES, SCORES, INDICATORS)
def test_R_212_a_change_is_decomposed_exactly_and_without_remainder(
    before: Scores, after: Scores, indicator: Indicator
) -> None:
    one, other = value_of(before, indicator), value_of(after, indicator)
    if one is None or other is None:
        with pytest.raises(InvalidInput):
            decompose(result_of(before), result_of(after), indicator)
        return
    try:
        found = decompose(result_of(before), result_of(after), indicator)
    except InvalidInput as error:
        assert "Between the two" in str(error)  # noqa: PT017
        return
    assert (found.before, found.after) == (one, other)
    assert found.remainder == 0
    assert sum(found.effects.values()) == other - one
    assert found.effects["rule"] == 0
    assert found.population + found.effects["performance"] == other - one
    assert set(found.entered) <= set(after) - set(before)
    assert set(found.left) <= set(before) - set(after)
    assert set(found.reclassified) <= set(before) & set(after)


@given(SCORES, SCORES, INDICATORS)
def test_R_212_what_did_not_change_has_no_effect(before: Scores, after: Scores, indicator: Indicator) -> None:
    try:
        found = decompose(result_of(before), result_of(after), indicator)
    except InvalidInput:
        return
    stayed = set(before) & set(after)
    if not any(changed(before, after, who) for who in stayed):
        assert found.effects["performance"] == 0
    if set(before) == set(after) and all(before[who][0] == after[who][0] for who in before):
        assert found.population == 0
    if "entered" in found.effects:
        assert found.entered or found.effects["entered"] == 0
        assert found.left or found.effects["left"] == 0
        assert found.reclassified or found.effects["reclassified"] == 0


@given(SCORES, SCORES, INDICATORS)
def test_R_212_the_other_way_round_every_effect_is_the_opposite(
    before: Scores, after: Scores, indicator: Indicator
) -> None:
    try:
        there = decompose(result_of(before), result_of(after), indicator)
        back = decompose(result_of(after), result_of(before), indicator)
    except InvalidInput:
        return
    other = {"entered": "left", "left": "entered"}
    assert {other.get(name, name): -amount for name, amount in back.effects.items()} == dict(there.effects)


@given(SCORES, SCORES, SCORES, SCORES)
def test_R_212_with_two_rules_the_rule_has_an_effect_of_its_own(
    before: Scores, after: Scores, crossed: Scores, back: Scores
) -> None:
    crossed = {who: (before[who][0], crossed.get(who, before[who])[1]) for who in before}
    back = {who: (after[who][0], back.get(who, after[who])[1]) for who in after}
    pair: tuple[Concluded, Concluded] = (result_of(crossed, 2), result_of(back, 1))
    try:
        found = decompose(result_of(before), result_of(after, 2), mean("points"), crossed=pair)
    except InvalidInput:
        return
    assert found.remainder == 0
    if crossed == before and back == after:
        assert found.effects["rule"] == 0


@settings(max_examples=40)
@given(SCORES, SCORES, INDICATORS)
def test_R_212_each_effect_is_the_mean_over_all_orders_reckoned_one_by_one(
    before: Scores, after: Scores, indicator: Indicator
) -> None:
    try:
        found = decompose(result_of(before), result_of(after), indicator)
    except InvalidInput:
        return
    names = list(found.effects)
    orders = list(permutations(names))
    sums = dict.fromkeys(names, Fraction(0))
    for order in orders:
        done: set[str] = set()
        now = between(before, after, indicator, done)
        for name in order:
            done.add(name)
            then = between(before, after, indicator, done)
            assert now is not None
            assert then is not None
            sums[name] += then - now
            now = then
    assert {name: total / len(orders) for name, total in sums.items()} == dict(found.effects)


def between(before: Scores, after: Scores, indicator: Indicator, done: set[str]) -> Fraction | None:
    """The indicator where only these parts of the change were made: people moved one by one, by hand."""
    people: Scores = {}
    population = {"entered", "left", "reclassified"} if "population" in done else done
    for who in {*before, *after}:
        if who not in before:
            if "entered" in population:
                people[who] = after[who]
        elif who not in after:
            if "left" not in population:
                people[who] = before[who]
        else:
            group = (after if "reclassified" in population else before)[who][0]
            people[who] = (group, (after if "performance" in done else before)[who][1])
    return value_of(people, indicator)


def test_R_212_a_mean_rises_by_performance_and_falls_by_who_came() -> None:
    x = "x"
    before: Scores = {"a": (x, Fraction(4)), "b": (x, Fraction(6))}
    after: Scores = {"a": (x, Fraction(6)), "b": (x, Fraction(8)), "c": (x, Fraction(1))}
    found = decompose(result_of(before), result_of(after), mean("points"))
    assert [found.before, found.after, found.change] == [5, 5, 0]
    # Alone the two gain 2 (5 -> 7), in three they gain 4/3: the mean of both orders is 5/3.
    assert found.effects["performance"] == Fraction(5, 3)
    assert found.effects["entered"] == Fraction(-5, 3)
    assert (found.entered, found.left, found.reclassified) == (("c",), (), ())
    said = str(found)
    assert "mean points: 5 -> 5, by the method shapley" in said
    assert "entered: c" in said


def test_R_212_a_place_is_lost_to_others_who_did_better_or_who_came() -> None:
    before: Scores = {"a": ("x", Fraction(5)), "b": ("x", Fraction(3))}
    after: Scores = {"a": ("x", Fraction(5)), "b": ("x", Fraction(6)), "c": ("x", Fraction(9))}
    found = decompose(result_of(before), result_of(after), place("a", "points"))
    assert [found.before, found.after] == [1, 3]
    assert [found.effects["performance"], found.effects["entered"]] == [1, 1]


def test_R_212_who_was_put_into_another_group_is_no_performance() -> None:
    before: Scores = {"a": ("x", Fraction(2)), "b": ("x", Fraction(8)), "c": ("y", Fraction(5))}
    after: Scores = before | {"b": ("y", Fraction(8))}
    found = decompose(result_of(before), result_of(after), mean("points", group="x"))
    assert [found.before, found.after] == [5, 2]
    assert found.effects["reclassified"] == -3
    assert found.effects["performance"] == found.effects["entered"] == found.effects["left"] == 0
    assert found.reclassified == ("b",)


def test_where_nobody_would_be_left_between_the_population_is_one_effect() -> None:
    found = decompose(
        result_of({"a": ("x", Fraction(2))}), result_of({"b": ("x", Fraction(6))}), mean("points")
    )
    assert dict(found.effects) == {"performance": 0, "population": 4, "rule": 0}
    assert (found.entered, found.left) == (("b",), ("a",))


def test_R_212_over_a_history_with_people_who_come_and_a_rule_that_changes() -> None:
    world = world_of([(1, "duty"), (2, "study")])
    before = scored(world)
    world.do(RegisterPerson(person="p-70", unit="u-branch", categories=("member",)))
    world.later(days=1)

    after = scored(world, weights("1/2", "1/2"))
    found = decompose(before, after, mean("total"))
    assert found.before == (Fraction(18, 10) + Fraction(12, 10)) / 4
    assert found.after == (Fraction(15, 10) + 1) / 5
    assert found.effects["performance"] == 0
    assert found.entered == ("p-70",)
    # Under the old rule 3/4 -> 3/5, under the new 5/8 -> 1/2; of four 3/4 -> 5/8, of five 3/5 -> 1/2.
    assert found.effects["entered"] == (Fraction(3, 5) - Fraction(3, 4) + Fraction(1, 2) - Fraction(5, 8)) / 2
    assert found.effects["rule"] == (Fraction(5, 8) - Fraction(3, 4) + Fraction(1, 2) - Fraction(3, 5)) / 2
    assert found.remainder == 0
    assert found.data()["effects"]["performance"] == "0"
    assert "<table>" in found._repr_html_()


def test_an_indicator_that_no_result_can_give_is_refused_with_those_there_are() -> None:
    one = result_of({"a": ("x", Fraction(2))})
    with pytest.raises(InvalidInput, match="Take one of: points, weight"):
        decompose(one, one, mean("marks"))
    with pytest.raises(InvalidInput, match="There are: x"):
        decompose(one, one, mean("points", group="z"))
    with pytest.raises(InvalidInput, match="no value before"):
        decompose(one, one, place("b", "points"))
    with pytest.raises(InvalidInput, match="was not run here"):
        decompose(one, result_of({"a": ("x", Fraction(2))}, 2), mean("points"))
