"""Scores in parts: what is drawn beside a score sums to it, or nothing is drawn."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.support.ranked import clause, concluded, document, rank, score

from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.figure import Absent, Figure, Rounding, constant
from party_workflow_adapters.cli.results import summands

numbers = st.fractions(-20, 20, max_denominator=12)
STEPS = ("sum", "weighted_sum", "less", "rounded", "displayed", "mean", "count")


def figures() -> st.SearchStrategy[Figure]:
    values = numbers | st.just(Absent("missing"))
    parameter = st.builds(lambda value: constant("at_most", value, "c", "c"), numbers)

    def made(inner: st.SearchStrategy[Figure]) -> st.SearchStrategy[Figure]:
        return st.builds(
            lambda value, step, inputs, sums: Figure(
                "f", _sum(inputs) if sums else value, step, "c", "c", tuple(inputs), Rounding(1, "half_up")
            ),
            values,
            st.sampled_from(STEPS),
            st.lists(inner | parameter, max_size=4),
            st.booleans(),
        )

    return st.recursive(
        st.builds(lambda value: Figure("leaf", value, "count", "c", "c"), values), made, max_leaves=8
    )


def _sum(inputs: list[Figure]) -> Fraction:
    kept = [item for item in inputs if item.step != "parameter" and isinstance(item.value, Fraction)]
    return sum((item.exact() for item in kept), Fraction(0))


@given(figures())
def test_parts_sum_to_the_exact_value_of_any_figure_or_there_are_none(figure: Figure) -> None:
    parts = summands(figure)
    assert not parts or sum((number for _, number in parts), Fraction(0)) == figure.value


small = st.integers(0, 12)


@given(small, small, small, st.none() | small, st.none() | small, st.sampled_from(["none", "tens"]))
def test_a_total_less_a_bounded_deduction_is_drawn_with_what_was_in_fact_taken_off(
    study: int, work: int, late: int, most: int | None, least: int | None, rounding: str
) -> None:
    bounds = {name: number for name, number in (("at_most", most), ("at_least", least)) if number is not None}
    rules = document(
        [
            score("study", column="study"),
            score("work", column="work"),
            score("late", column="late"),
            clause(
                "total",
                "marks",
                method="sum",
                parts=[{"measure": "study", "weight": 1}, {"measure": "work", "weight": 1}],
                absent="incomplete",
                rounding="none",
            ),
            clause(
                "deduction",
                "left",
                measure="marks",
                deducted="late",
                absent="zero",
                rounding="none" if rounding == "none" else {"places": -1, "mode": "half_up"},
                **bounds,
            ),
            rank(measure="left"),
        ]
    )
    found: Conclusion = concluded(
        rules, members=[{"subject": "p-1", "study": study, "work": work, "late": late}]
    )
    figure = found.rankings[0].entries[0].figure
    parts = summands(figure)
    before = study + work
    off = late if most is None else min(late, most)
    left = before - off if least is None else max(before - off, min(least, before))
    assert parts[:2] == (("marks", Fraction(before)), ("late", Fraction(left - before)))
    assert {name for name, _ in parts[2:]} <= {"rounding"}
    assert sum(number for _, number in parts) == figure.value
    assert rounding != "none" or figure.value == left
