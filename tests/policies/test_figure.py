"""Figures: exact, rounded by a named rule, and explained down to events (R-104, R-199)."""

from __future__ import annotations

import decimal
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from party_workflow.canonical import canonical_bytes
from party_workflow.policies.figure import (
    Absent,
    AbsentKind,
    Evidence,
    Figure,
    Mode,
    Rounding,
    constant,
    counted,
    percent_text,
    share,
    weighted,
)

MODES: dict[Mode, str] = {
    "half_up": decimal.ROUND_HALF_UP,
    "half_even": decimal.ROUND_HALF_EVEN,
    "down": decimal.ROUND_DOWN,
    "up": decimal.ROUND_UP,
}
modes = st.sampled_from(sorted(MODES))
places = st.integers(-3, 6)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**9), max_value=10**9)
ties = st.builds(
    lambda whole, digits: Decimal(2 * whole + 1).scaleb(-digits) / 2, st.integers(-999, 999), places
)
ABSENT: tuple[AbsentKind, ...] = ("missing", "excused", "not_applicable", "withheld")


@contextmanager
def hostile() -> Iterator[None]:
    """A decimal context in which the host's own arithmetic comes out wrong or raises."""
    context = decimal.Context(prec=1, rounding=decimal.ROUND_CEILING, Emax=1, Emin=-1, clamp=1)
    for signal in context.traps:
        context.traps[signal] = True
    with decimal.localcontext(context):
        yield


# --- rounding --------------------------------------------------------------------------------


@given(decimals | ties, places, modes)
@example(Decimal("2.5"), 0, "half_even")
@example(Decimal("-2.5"), 0, "half_up")
@example(Decimal("-0.5"), 0, "half_even")
@example(Decimal("125"), -1, "half_even")
def test_rounding_is_that_of_the_decimal_module_in_every_mode(
    number: Decimal, digits: int, mode: Mode
) -> None:
    wide = decimal.Context(prec=60)
    unit = Decimal(1).scaleb(-digits)
    expected = number.quantize(unit, rounding=MODES[mode], context=wide)
    assert Rounding(digits, mode).apply(Fraction(number)) == expected


@given(st.fractions(), places, modes)
def test_a_rounded_value_lies_within_one_unit_and_rounds_to_itself(
    value: Fraction, digits: int, mode: Mode
) -> None:
    rounding = Rounding(digits, mode)
    rounded = Fraction(rounding.apply(value))
    unit = Fraction(10) ** -digits
    assert abs(rounded - value) < unit
    assert abs(rounded - value) <= unit / 2 or mode in ("up", "down")
    assert mode != "down" or abs(rounded) <= abs(value)
    assert mode != "up" or abs(rounded) >= abs(value)
    assert Fraction(rounding.apply(rounded)) == rounded


@given(st.fractions(), places, modes)
def test_rounding_treats_both_signs_alike_and_knows_no_minus_zero(
    value: Fraction, digits: int, mode: Mode
) -> None:
    rounded = Rounding(digits, mode).apply(value)
    assert Rounding(digits, mode).apply(-value) == rounded.copy_negate()
    assert not (rounded == 0 and rounded.is_signed())


@given(st.fractions(-(10**20), 10**20, max_denominator=10**9), st.integers(0, 6), modes)
def test_a_hostile_decimal_context_changes_nothing(value: Fraction, digits: int, mode: Mode) -> None:
    figure = Figure("share", value, "share", "clause", "basis", rounding=Rounding(digits, mode))
    expected = (figure.displayed, figure.data(), list(figure.lines()), percent_text(value))
    with hostile():
        assert (figure.displayed, figure.data(), list(figure.lines()), percent_text(value)) == expected


def test_a_small_negative_figure_is_displayed_as_zero_without_a_sign() -> None:
    figure = Figure("change", Fraction(-1, 1000), "difference", "c", "b", rounding=Rounding(2, "half_up"))
    assert figure.displayed == "0.00"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(28, 29, "96.55"), (24, 29, "82.76"), (419, 744, "56.32"), (748, 857, "87.28"), (8602, 9945, "86.5")],
)
def test_the_published_percentages_come_out(part: int, whole: int, shown: str) -> None:
    assert percent_text(Fraction(part, whole)) == shown


# --- absent is not zero ----------------------------------------------------------------------


def test_R_104_missing_excused_not_applicable_and_zero_are_different_values_everywhere() -> None:
    figures = [Figure("score", Absent(kind), "stated", "c", "b") for kind in ABSENT]
    figures.append(Figure("score", Fraction(0), "stated", "c", "b"))
    assert len({figure.displayed for figure in figures}) == 5
    assert len({canonical_bytes(figure.data()) for figure in figures}) == 5
    assert len({figure.value for figure in figures}) == 5


@pytest.mark.parametrize("kind", ABSENT)
def test_R_104_what_is_absent_has_no_exact_value_to_fall_back_on(kind: AbsentKind) -> None:
    with pytest.raises(ValueError, match=kind):
        Figure("score", Absent(kind), "stated", "c", "b").exact()


@given(st.sampled_from(ABSENT), st.integers(0, 2), st.fractions())
def test_R_104_one_absent_part_makes_the_sum_absent_and_not_smaller(
    kind: AbsentKind, where: int, value: Fraction
) -> None:
    parts = [Figure(f"part{n}", value, "stated", "c", "b") for n in range(3)]
    parts[where] = Figure(f"part{where}", Absent(kind), "stated", "c", "b")
    weights = [constant(f"weight{n}", Fraction(1, 3), "c", "b") for n in range(3)]
    assert weighted("total", list(zip(weights, parts, strict=True)), "c", "b").value == Absent(kind)


def test_a_share_of_nothing_is_not_applicable_and_a_share_of_something_missing_is_missing() -> None:
    none, some = counted("none", "c", "b", []), constant("some", 3, "c", "b")
    lost = Figure("lost", Absent("missing"), "stated", "c", "b")
    assert share("share", some, none, "c", "b").value == Absent("not_applicable")
    assert share("share", none, some, "c", "b").value == 0
    assert share("share", lost, none, "c", "b").value == Absent("missing")
    assert share("share", none, lost, "c", "b").value == Absent("missing")


@given(st.lists(st.fractions(0, 1, max_denominator=20), min_size=1, max_size=4))
def test_weights_sum_to_one_or_nothing_is_computed(weights: list[Fraction]) -> None:
    parts = [
        (constant(f"w{n}", weight, "c", "b"), constant(f"p{n}", n, "c", "b"))
        for n, weight in enumerate(weights)
    ]
    if sum(weights) == 1:
        expected = sum((weight * n for n, weight in enumerate(weights)), Fraction(0))
        assert weighted("total", parts, "c", "b").value == expected
    else:
        with pytest.raises(ValueError, match="not to 1"):
            weighted("total", parts, "c", "b")


# --- explanations ----------------------------------------------------------------------------

events = st.builds(lambda n: Evidence(f"{n:032x}", n + 1, "activity.held"), st.integers(0, 30))
figures: st.SearchStrategy[Figure] = st.recursive(
    st.builds(constant, st.just("weight"), st.fractions(max_denominator=9), st.just("c-1"), st.just("basis"))
    | st.builds(counted, st.just("held"), st.just("c-1"), st.just("basis"), st.lists(events, max_size=4)),
    lambda inner: st.builds(
        lambda name, value, inputs, digits: Figure(
            name, value, "sum", "c-2", "basis", tuple(inputs), Rounding(digits, "half_up")
        ),
        st.sampled_from(["total", "mean"]),
        st.fractions(max_denominator=99) | st.builds(Absent, st.sampled_from(ABSENT)),
        st.lists(inner, min_size=1, max_size=3),
        st.integers(0, 3),
    ),
    max_leaves=8,
)


def leaves(figure: Figure) -> Iterator[Figure | Evidence]:
    for item in figure.inputs:
        if isinstance(item, Evidence) or not item.inputs:
            yield item
        else:
            yield from leaves(item)


@given(figures)
def test_R_199_an_explanation_ends_in_events_and_parameters_and_nowhere_else(figure: Figure) -> None:
    for leaf in leaves(figure):
        assert isinstance(leaf, Evidence) or leaf.step in ("parameter", "count")
    shown = list(figure.lines())
    cited = {line.split()[1] for line in shown if line.strip().startswith("event ")}
    assert cited == {item.event_id for item in figure.evidence()}
    positions = [item.position for item in figure.evidence()]
    assert positions == sorted(set(positions))


@given(figures)
def test_R_199_every_step_names_its_clause_its_basis_and_its_rounding(figure: Figure) -> None:
    for line in figure.lines():
        if not line.strip().startswith("event "):
            assert " under c-" in line
            assert ", basis" in line
    if not isinstance(figure.value, Absent) and figure.rounding is not None:
        first = next(figure.lines())
        assert f"(exactly {figure.data()['value']}; {figure.rounding})" in first


@given(figures)
def test_R_198_a_figure_is_canonical_data_and_the_same_data_again(figure: Figure) -> None:
    assert canonical_bytes(figure.data()) == canonical_bytes(figure.data())


def test_an_explanation_reads_like_this() -> None:
    held = [Evidence("a" * 32, 7, "activity.held"), Evidence("b" * 32, 9, "activity.held")]
    tested = counted("tested", "turnout", "notice-12", held, value=28)
    whole = constant("members", 29, "turnout", "notice-12")
    figure = share("turnout", tested, whole, "turnout", "notice-12", Rounding(4, "half_up"))
    assert list(figure.lines()) == [
        "turnout = 0.9655 (exactly 28/29; 4 places, half up): share under turnout, notice-12",
        "  tested = 28: count under turnout, notice-12",
        f"    event {'a' * 32} at 7: activity.held",
        f"    event {'b' * 32} at 9: activity.held",
        "  members = 29: parameter under turnout, notice-12",
    ]
