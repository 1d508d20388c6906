"""Every form of a result says what it is; every number of a subject ends in events (R-014, R-044, R-093)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
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
    scored,
    weights,
    world_of,
)

from party_workflow.calendar import Period
from party_workflow.canonical import canonical_bytes
from party_workflow.errors import InvalidInput
from party_workflow.policies.conclusion import AdverseProposal, Award, Conclusion, Note, Streak
from party_workflow.policies.figure import Absent, Evidence, Figure, Rounding
from party_workflow.policies.ladders import Rung
from party_workflow.policies.policy import Concluded, Counterfactual, Result, counterfactual, run
from party_workflow.policies.ranking import SelectionRequired

FORMS: dict[str, Callable[[Concluded], str]] = {
    "str": str,
    "lines": lambda result: "\n".join(result.lines),
    "html": lambda result: result._repr_html_(),
    "data": lambda result: canonical_bytes(result.data()).decode(),
    "explanation": lambda result: str(result.explain("p-1")),
    "explanation html": lambda result: result.explain("p-1")._repr_html_(),
    "explanation data": lambda result: canonical_bytes(result.explain("p-1").data()).decode(),
    "why": lambda result: str(result.why("p-1", above="p-2")),
    "why html": lambda result: result.why("p-1", above="p-2")._repr_html_(),
    "why data": lambda result: canonical_bytes(result.why("p-1", above="p-2").data()).decode(),
    "certificate": lambda result: str(result.certificate()),
    "certificate data": lambda result: result.certificate().canonical_bytes().decode(),
}


def late() -> Result:
    """A result under a rule that was issued after the period began."""
    rule = DOCUMENT.model_copy(update={"issued_on": date(2009, 3, 20)})
    return scored(world_of([(1, "duty"), (2, "study")]), rule)


@pytest.mark.parametrize("form", FORMS)
def test_R_014_every_form_of_a_result_prints_that_it_is_retroactive(form: str) -> None:
    said = FORMS[form](late())
    in_time = FORMS[form](scored(world_of([(1, "duty"), (2, "study")])))
    if "data" in form:
        assert '"retroactive":true' in said
        assert '"retroactive":false' in in_time
    else:
        assert "RETROACTIVE" in said
        assert "RETROACTIVE" not in in_time


def test_R_014_a_rule_issued_after_the_period_began_needs_the_explicit_flag() -> None:
    world = world_of([(1, "duty")])
    rule = DOCUMENT.model_copy(update={"issued_on": date(2009, 3, 20)})
    policy, history = rule.policy(world.model.registry), world.workflow.history
    with pytest.raises(InvalidInput, match="after the period began"):
        run(policy, history, on=ON, period_start=BEGAN)
    assert run(policy, history, on=ON, period_start=BEGAN, retroactive=True).retroactive


@pytest.mark.parametrize("form", FORMS)
def test_R_093_every_form_of_a_result_states_the_method_and_its_version(form: str) -> None:
    said = FORMS[form](scored(world_of([(1, "duty"), (2, "study")])))
    if form == "certificate data":
        assert '"rule":"scores"' in said
        assert '"rule_version":1' in said
    elif "data" in form:
        assert '"version":1' in said
        assert DOCUMENT.digest in said
    else:
        assert "scores v1" in said


def test_R_093_what_the_result_would_be_under_the_old_version_is_a_labelled_counterfactual() -> None:
    world = world_of([(1, "duty"), (2, "service")])
    old, new = weights("1", "0", version=1), weights("2/5", "3/5", version=2)
    result = scored(world, new)
    before = result.under(old)
    assert isinstance(before, Counterfactual)
    assert not isinstance(before, Result)
    assert [entry.subject for entry in result.ranking.entries[:2]] == ["p-2", "p-1"]
    assert [entry.subject for entry in before.ranking.entries[:2]] == ["p-1", "p-2"]
    assert before.assumption["under"]["digest"] == old.digest
    assert before.assumption["instead_of"]["digest"] == new.digest
    assert before.ranking == scored(world, old).ranking
    for form, show in FORMS.items():
        said = show(before)
        assert "COUNTERFACTUAL" in said or '"counterfactual":{' in said or '"assumption":{' in said, form
    assert result.canonical_bytes() == scored(world, new).canonical_bytes(), "never as a replacement"


@settings(max_examples=20, deadline=None)
@given(MARKS)
def test_counterfactual_bytes_are_never_those_of_a_result(marks: list[Mark]) -> None:
    world = world_of(marks)
    results: list[Concluded] = [scored(world), coded(world)]
    supposed = [result.under(result.rule) for result in results] + [
        counterfactual(result) for result in results
    ]
    assert not {one.canonical_bytes() for one in results} & {one.canonical_bytes() for one in supposed}
    assert not {one.digest for one in results} & {one.digest for one in supposed}


def test_R_044_a_composite_prints_each_component_its_weight_and_the_ids_of_its_events() -> None:
    world = world_of([(1, "duty"), (1, "service"), (1, "fault")])
    result = scored(world)
    explained = result.explain("p-1")
    said = str(explained)
    assert "conduct.weight = 3/5" in said
    assert "service.weight = 2/5" in said
    assert explained.of("conduct").value == 3
    assert explained.of("service").value == 2
    assert explained.of("total").displayed == "2.6"
    logged = {record.envelope.event_id: record for record in world.store.read()}
    assert [logged[event].data["ground"] for event in explained.events] == ["duty", "service", "fault"]
    assert all(event in said for event in explained.events)


def test_R_044_recomputing_under_the_recorded_version_gives_the_same_bits() -> None:
    world = world_of([(1, "duty"), (1, "service"), (2, "study")])
    result = scored(world)
    recorded = type(DOCUMENT).read(DOCUMENT.body)
    again = scored(world, recorded, world.workflow.history.up_to(result.position))
    assert again.canonical_bytes() == result.canonical_bytes()
    assert again.explain("p-1").data() == result.explain("p-1").data()
    decimals = {
        entry.subject: entry.figure.rounding.apply(entry.figure.exact())
        for entry in again.ranking.entries
        if entry.figure.rounding is not None
    }
    assert decimals == {
        "p-1": Decimal("3.4"),
        "p-2": Decimal("1.2"),
        "p-3": Decimal("0.0"),
        "p-60": Decimal("0.0"),
    }
    assert all(str(decimals[entry.subject]) == entry.figure.displayed for entry in result.ranking.entries)


def test_each_parameter_is_explained_with_its_day_and_its_own_basis() -> None:
    explained = scored(world_of([(1, "duty")])).explain("p-1")
    found = {
        f"{each.clause}.{each.name}": (each.value, each.basis, str(each.since))
        for each in explained.parameters
    }
    assert found["total.service.weight"] == ("2/5", "art-9", "2009-03-01")
    assert found["total.conduct.weight"] == ("3/5", "art-total", "2009-03-01")
    assert found["conduct.worths.duty"] == ("3", "art-conduct", "2009-03-01")
    old = run_on(date(2009, 2, 1)).explain("p-1")
    assert {each.name: str(each.since) for each in old.parameters} == {}
    in_code = coded(world_of([(1, "duty")])).explain("p-1")
    assert {each.name: str(each.since) for each in in_code.parameters}["duty"] == "2009-03-01"


def run_on(day: date) -> Result:
    """A result whose parameters are those of a day on which no clause was in force yet."""
    world = world_of([(1, "duty")])
    return run(
        DOCUMENT.policy(world.model.registry),
        world.workflow.history,
        on=day,
        period_start=BEGAN,
        retroactive=True,
    )


# --- everything that can be concluded of a subject --------------------------------------------

EVIDENCE = Evidence("e-1", 7, "case.closed")
FIGURE = Figure("points", Fraction(5), "count", "points", "art-1", (EVIDENCE,))


def concluded(**parts: Any) -> Result:
    """A result with these parts in its conclusion."""
    result = scored(world_of([(1, "duty"), (2, "duty")]))
    return replace(result, conclusion=replace(result.conclusion, **parts))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            {"awards": (Award("red", "red_flag", "p-1", FIGURE),)},
            ["award red: red_flag, recommended", "event e-1 at 7: case.closed"],
        ),
        (
            {
                "streaks": (
                    Streak(
                        "stars",
                        "p-1",
                        (
                            Rung(Period("2009-Q1"), "awarded", 1, "three_star", evidence=EVIDENCE),
                            Rung(Period("2009-Q2"), "void", 1, "three_star", held=True),
                        ),
                    ),
                )
            },
            [
                "streak stars: three_star",
                "2009-Q1: awarded, 1 in a row, three_star, event e-1 at 7",
                "2009-Q2: void, 1 in a row, three_star, held",
            ],
        ),
        (
            {"proposals": (AdverseProposal("last", "talk", "small", ("p-1", "p-2"), (), (FIGURE,)),)},
            ["proposal last: talk of group small, proposed: a person decides", "together with p-2"],
        ),
        (
            {"selections": (SelectionRequired("excellent", 1, ("p-1", "p-2"), "cap"),)},
            ["selection cap: 1 of 2 for excellent, people choose: p-1, p-2"],
        ),
        (
            {"notes": (Note("cap", "rounded_down", "p-1", (FIGURE,)),)},
            ["note cap: rounded_down", "event e-1"],
        ),
    ],
)
def test_everything_that_was_concluded_of_a_subject_is_explained(
    parts: dict[str, Any], said: list[str]
) -> None:
    result = concluded(**parts)
    text = str(result.explain("p-1"))
    for each in said:
        assert each in text
    kind = said[0].split()[0]
    assert kind in [section.kind for section in result.explain("p-1").sections]
    assert kind not in [section.kind for section in result.explain("p-3").sections]
    assert kind in str(result)
    assert kind in result._repr_html_()


def test_who_shares_a_place_is_explained_with_the_others_and_the_tie_rules() -> None:
    explained = scored(world_of([(1, "duty"), (2, "duty")])).explain("p-1")
    (ranking,) = [section for section in explained.sections if section.kind == "ranking"]
    assert (ranking.clause, ranking.said) == ("place", "place 1 of 4")
    assert "shared with p-2" in ranking.details
    assert [figure.name for figure in ranking.figures] == ["conduct"]


def test_places_in_a_group_name_the_group() -> None:
    grouped = DOCUMENT.replace_clause("place", group=["unit"])
    result = scored(world_of([(1, "duty")]), grouped)
    assert [section.said for section in result.explain("p-60").sections] == ["place 1 of 1 in group u-city"]
    assert "place 1 of 3" in str(result.explain("p-1"))


def test_who_is_excluded_is_explained_with_the_reason() -> None:
    missing = DOCUMENT.replace_clause("conduct", empty="missing")
    explained = scored(world_of([(1, "duty")]), missing).explain("p-2")
    assert explained.outcome == "not ranked: missing"
    assert explained.figure.value == Absent("missing")


def test_a_grade_that_a_gate_changed_is_explained_with_both_grades_and_the_facts() -> None:
    gated = document(
        *CLAUSES[:3],
        clause(
            "gate",
            "hard",
            when={"source": "marks", "happened": 1, "where": {"ground": "fault"}},
            effect="caps",
            grades="stars",
            grade="fair",
            ranked="as_scored",
        ),
        clause(
            "bands",
            "stars",
            measure="total",
            on="exact",
            bands=[{"grade": "good", "at_least": 1}, {"grade": "fair", "below": 1}],
        ),
    )
    world = world_of([(1, "duty"), (1, "duty"), (1, "fault"), (2, "duty")])
    result = scored(world, gated)
    explained = result.explain("p-1")
    assert explained.outcome == "in no ranking"
    kinds = [section.kind for section in explained.sections]
    assert kinds == ["grade", "gate"]
    assert "grade stars: fair on the ground of gate, good before gates by hard" in str(explained)
    assert "gate hard: caps stars at fair" in str(explained)
    fault = list(world.store.read())[-2]
    assert fault.envelope.event_id in explained.all_events
    assert [section.kind for section in result.explain("p-2").sections] == ["grade"]


def test_measures_that_nothing_else_shows_are_explained_too() -> None:
    apart = document(*CLAUSES[:2], CLAUSES[3] | {"measure": "conduct", "ties": [{"by": "shared"}]})
    explained = scored(world_of([(1, "service")]), apart).explain("p-1")
    assert [section.clause for section in explained.sections if section.kind == "measure"] == ["service"]


def test_who_does_not_occur_is_unknown_and_an_unknown_figure_lists_those_there_are() -> None:
    result = scored(world_of([(1, "duty")]))
    with pytest.raises(KeyError):
        result.explain("p-99")
    with pytest.raises(KeyError, match=r"conducts is no figure of p-1; there are: total, total\.exact"):
        result.explain("p-1").of("conducts")


def test_what_is_shown_in_a_notebook_is_escaped() -> None:
    result = replace(scored(world_of([(1, "duty")])), policy="<b>bold</b>")
    for html in (result._repr_html_(), result.explain("p-1")._repr_html_()):
        assert "<b>bold" not in html
        assert "&lt;b&gt;bold" in html


def test_a_conclusion_without_anything_gives_a_result_that_says_where_it_comes_from() -> None:
    result = concluded(rankings=(), measures={})
    assert str(result).startswith("scores v1 under scores v1")
    assert Conclusion(rankings=()) == replace(result.conclusion, rankings=())


def chain(levels: int) -> Figure:
    """A figure over so many levels, each with an event of its own."""
    found = Figure("f-0", Fraction(1), "count", "c", "art-1", (Evidence("e-0", 1, "case.closed"),))
    for level in range(1, levels + 1):
        event = Evidence(f"e-{level}", level + 1, "case.closed")
        found = Figure(f"f-{level}", Fraction(1), "sum", "c", "art-1", (found, event), Rounding(1, "down"))
    return found


@pytest.mark.parametrize("levels", [0, 1, 12, 13, 14, 40])
def test_a_result_over_many_levels_is_canonical_and_leaves_none_out(levels: int) -> None:
    result = scored(world_of([(1, "duty")]))
    (first, *_), ranking = result.ranking.entries, result.ranking
    deep = replace(ranking, entries=(replace(first, figure=chain(levels)),))
    said = replace(result, conclusion=replace(result.conclusion, rankings=(deep,))).canonical_bytes().decode()
    for level in range(levels + 1):
        assert f'"e-{level}"' in said
        assert f'"name":"f-{level}"' in said
    assert ('"below":' in said) == (levels > 12)
    again = canonical_bytes(chain(levels).data())
    assert canonical_bytes(chain(levels).data()) == again
    assert len(again) > 100 * levels
