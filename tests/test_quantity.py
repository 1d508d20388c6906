"""Quantities: laws first, then the requirement by number, then what is refused."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from party_workflow.canonical import canonical_bytes
from party_workflow.codec import kinds_of_strings
from party_workflow.errors import InvalidInput, NotCanonical
from party_workflow.quantity import Bounds, Quantity, exact, exact_text, parse_exact

# --- strategies ------------------------------------------------------------------------------

# Whole numbers about zero often, since signs and zeros are where intervals go wrong.
small = st.one_of(st.integers(-2, 2).map(Fraction), st.fractions(-20, 20, max_denominator=12))
numbers = st.one_of(
    small,
    st.decimals(-(10**9), 10**9, places=3).map(Fraction),
    st.fractions(max_denominator=10**15).filter(lambda value: abs(value.numerator) < 10**40),
)
positive = small.filter(lambda value: value > 0)
units = st.sampled_from(["people", "yuan", "percent", "sessions_per_year"])


@st.composite
def bounds(draw: Any, values: st.SearchStrategy[Fraction] = small) -> Bounds:
    one, other = draw(values), draw(values)
    lower, upper = sorted((one, other))
    opened = st.just(False) if lower == upper else st.booleans()
    return Bounds(
        draw(st.sampled_from([lower, None])),
        draw(st.sampled_from([upper, None])),
        draw(opened),
        draw(opened),
    )


@st.composite
def points(draw: Any, within: Bounds) -> Fraction:
    """A point of an interval, its ends among them where they belong to it."""
    lower, upper = within.lower, within.upper
    if lower is None and upper is None:
        return draw(small)
    step = draw(positive)
    if lower is None or upper is None:
        end, sign = (upper, -1) if lower is None else (lower, 1)
        assert end is not None
        candidates = [end, end + sign * step]
    else:
        candidates = [lower, upper, (lower + upper * step) / (1 + step)]
    return draw(st.sampled_from([point for point in candidates if within.contains(point)]))


@st.composite
def pairs(draw: Any) -> tuple[Bounds, Fraction]:
    interval = draw(bounds())
    return interval, draw(points(interval))


@st.composite
def quantities(draw: Any, unit: st.SearchStrategy[str] = units) -> Quantity:
    code = draw(st.sampled_from(["=", ">=", ">", "<=", "<", "~", "~+-", "range"]))
    if code == "range":
        lower, upper = draw(numbers), draw(numbers)
        assume(lower < upper)
        opened = {"lower_open": draw(st.booleans()), "upper_open": draw(st.booleans())}
        return Quantity.between(lower, upper, draw(unit), **opened)
    tolerance = draw(positive) if code == "~+-" else None
    return Quantity.of(code[0] if tolerance else code, draw(numbers), draw(unit), tolerance)


people = quantities(st.just("people"))


def or_none(act: Callable[[], Quantity]) -> Quantity | None:
    """The result, unless it would assert nothing."""
    try:
        return act()
    except InvalidInput as error:
        assert "no bound on either side" in str(error) or "more than 40 digits" in str(error)  # noqa: PT017
        return None


# --- laws ------------------------------------------------------------------------------------


@given(quantities())
def test_what_is_written_is_read_as_it_was(quantity: Quantity) -> None:
    assert Quantity.parse(str(quantity)) == quantity


@given(quantities())
def test_a_quantity_survives_storage(quantity: Quantity) -> None:
    stored = canonical_bytes(quantity.model_dump(mode="json"))
    assert Quantity.model_validate_json(stored) == quantity
    assert Quantity.model_validate(json.loads(stored)) == quantity
    assert canonical_bytes(quantity.model_dump(mode="json", exclude_none=True)) == stored


@given(numbers)
def test_a_number_has_one_text(value: Fraction) -> None:
    assert parse_exact(exact_text(value)) == value


@given(pairs(), pairs())
def test_a_sum_a_difference_and_a_product_contain_those_of_their_points(
    one: tuple[Bounds, Fraction], other: tuple[Bounds, Fraction]
) -> None:
    (a, x), (b, y) = one, other
    assert (a + b).contains(x + y)
    assert (a - b).contains(x - y)
    assert (a * b).contains(x * y)
    assert (-a).contains(-x)


@given(bounds(), bounds())
def test_a_product_goes_no_further_than_its_corners(a: Bounds, b: Bounds) -> None:
    ends = (a.lower, a.upper), (b.lower, b.upper)
    assume(None not in ends[0] + ends[1])
    corners = [x * y for x, y in itertools.product(*ends)]  # type: ignore[operator]
    product = a * b
    assert (product.lower, product.upper) == (min(corners), max(corners))


@given(bounds(), bounds())
def test_an_end_belongs_to_a_product_only_if_two_points_make_it(a: Bounds, b: Bounds) -> None:
    product = a * b
    for end, is_open in ((product.lower, product.lower_open), (product.upper, product.upper_open)):
        if end is None or is_open:
            continue
        made = [
            x * y
            for x, y in itertools.product((a.lower, a.upper), (b.lower, b.upper))
            if x is not None and y is not None and a.contains(x) and b.contains(y)
        ]
        made_by_zero = end == 0 and (a.contains(Fraction(0)) or b.contains(Fraction(0)))
        assert end in made or made_by_zero


@given(people, people)
def test_quantities_add_and_subtract_as_their_bounds_do(a: Quantity, b: Quantity) -> None:
    assume(a.verifiable and b.verifiable)
    if (total := or_none(lambda: a + b)) is not None:
        assert total.bounds == a.bounds + b.bounds
        assert total == b + a
    if (rest := or_none(lambda: a - b)) is not None:
        assert rest.bounds == a.bounds - b.bounds


@given(people, small)
def test_scaling_scales_the_bounds(quantity: Quantity, factor: Fraction) -> None:
    scaled = or_none(lambda: quantity * factor)
    assume(scaled is not None)
    assert scaled is not None
    assert scaled.unit == quantity.unit
    assert scaled == factor * quantity
    if quantity.verifiable:
        assert scaled.bounds == quantity.bounds * Bounds(factor, factor)


@given(people, numbers)
def test_an_actual_value_is_consistent_just_where_it_lies_within_the_bounds(
    asserted: Quantity, actual: Fraction
) -> None:
    assume(asserted.verifiable)
    answer = asserted.compare(actual)
    assert bool(answer) == asserted.bounds.contains(actual)
    assert answer.outcome == ("consistent" if answer else "differs")


@given(people, small)
def test_an_actual_value_put_right_by_what_it_differs_is_at_the_nearest_bound(
    asserted: Quantity, actual: Fraction
) -> None:
    assume(asserted.verifiable)
    by = asserted.compare(actual).by
    assert by is not None
    if by:
        assert actual - by in (asserted.bounds.lower, asserted.bounds.upper)


@given(people, people)
def test_an_inexact_actual_is_judged_by_all_that_it_leaves_possible(a: Quantity, b: Quantity) -> None:
    assume(a.verifiable and b.verifiable)
    outcome = a.compare(b).outcome
    if outcome == "differs":
        assert b.compare(a).outcome == "differs"
    assert (outcome == "consistent") == b.bounds.within(a.bounds)


# --- the requirement -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("10-odd", "> 10 people"),
        ("over 30", "> 30 people"),
        ("nearly 1 000", "~ 1000 people"),
        ("1 000+", ">= 1000 people"),
        ("392", "392 people"),
        ("2 070", "2070 people"),
        ("34,000", "34000 people"),
        ("at least 40", ">= 40 people"),
        ("no more than 28.50", "<= 28.5 people"),
        ("fewer than 7", "< 7 people"),
        ("About 300", "~ 300 people"),
        ("10 to 19", "[10, 19] people"),
        ("10–19", "[10, 19] people"),
        ("10余", "> 10 people"),
        ("10餘", "> 10 people"),
        ("30多", "> 30 people"),
        ("近1000", "~ 1000 people"),
        ("近 1 000", "~ 1000 people"),
        ("约300", "~ 300 people"),
        ("300左右", "~ 300 people"),
        ("不少于40", ">= 40 people"),
        ("不少於40", ">= 40 people"),
        ("40以上", ">= 40 people"),
        ("40以下", "<= 40 people"),
        ("超过40", "> 40 people"),
        ("不满40", "< 40 people"),
        ("3.4万", "34000 people"),
        ("10余万", "> 100000 people"),
        ("3萬餘", "> 30000 people"),
        ("１０至１９", "[10, 19] people"),
        ("２０００＋", ">= 2000 people"),
    ],
)
def test_R_181_the_phrasings_of_reports_are_read(phrase: str, text: str) -> None:
    assert str(Quantity.from_phrase(phrase, "people")) == text


@pytest.mark.parametrize(
    "phrase", [">= 98 %", "≥ 98%", "不少于98%", "98%以上", "百分之98以上", "at least 98 percent"]
)
def test_R_181_a_phrase_that_says_percent_needs_no_unit(phrase: str) -> None:
    assert Quantity.from_phrase(phrase) == Quantity.of(">=", 98, "percent")


def test_R_181_the_stored_form_is_codes_and_canonical_strings() -> None:
    assert Quantity.of("=", 392, "attendance").model_dump(mode="json") == {
        "comparator": "eq",
        "value": "392",
        "unit": "attendance",
    }
    assert Quantity.of("~", 1000, "people", 50).model_dump(mode="json") == {
        "comparator": "approx",
        "value": "1000",
        "tolerance": "50",
        "unit": "people",
    }
    assert Quantity.between(10, Decimal("19.50"), "people", lower_open=True).model_dump(mode="json") == {
        "comparator": "range",
        "lower": "10",
        "upper": "19.5",
        "lower_open": True,
        "unit": "people",
    }
    assert Quantity.of("=", Fraction(1, 3), "share").model_dump(mode="json")["value"] == "1/3"
    assert "unmarked" not in kinds_of_strings(Quantity).values()


@pytest.mark.parametrize(
    ("a", "b", "total", "rest"),
    [
        ("10 people", "5 people", "15 people", "5 people"),
        ("> 10 people", ">= 5 people", "> 15 people", None),
        ("> 10 people", "<= 5 people", None, "> 5 people"),
        ("[10, 19] people", "5 people", "[15, 24] people", "[5, 14] people"),
        ("[10, 19) people", "[1, 2] people", "[11, 21) people", "[8, 18) people"),
        ("~ 100 +- 5 people", "~ 10 +- 1 people", "[104, 116] people", "[84, 96] people"),
    ],
)
def test_R_181_arithmetic_propagates_the_bounds(a: str, b: str, total: str | None, rest: str | None) -> None:
    one, other = Quantity.parse(a), Quantity.parse(b)
    for act, expected in ((one.__add__, total), (one.__sub__, rest)):
        if expected is None:
            with pytest.raises(InvalidInput, match="no bound on either side: it would assert nothing"):
                act(other)
        else:
            assert str(act(other)) == expected


@pytest.mark.parametrize(
    ("quantity", "factor", "scaled"),
    [
        ("> 10 people", 3, "> 30 people"),
        ("> 10 people", -1, "< -10 people"),
        ("> 10 people", 0, "0 people"),
        ("[10, 19) people", Fraction(-1, 2), "(-9.5, -5] people"),
        ("~ 1000 people", 2, "~ 2000 people"),
        ("~ 1000 +- 50 people", Decimal("-0.1"), "~ -100 +- 5 people"),
        ("1 people", Fraction(1, 3), "1/3 people"),
    ],
)
def test_R_181_scaling_by_an_exact_number(quantity: str, factor: Any, scaled: str) -> None:
    assert str(Quantity.parse(quantity) * factor) == scaled


def test_R_181_a_product_names_its_unit() -> None:
    sessions, hours = Quantity.parse(">= 12 sessions"), Quantity.parse("[1.5, 2] hours_per_session")
    assert str(sessions.times(hours, unit="hours")) == ">= 18 hours"


def test_R_181_a_percentage_counts_as_a_share_in_a_product() -> None:
    half, people = Quantity.of("=", 50, "percent"), Quantity.of(">", 200, "people")
    assert str(half.times(people, unit="people")) == "> 100 people"
    assert str(half.times(half, unit="percent")) == "25 percent"


@pytest.mark.parametrize(
    ("asserted", "actual", "sentence"),
    [
        ("> 30 people", 31, "Consistent: asserted > 30 people, actual 31 people."),
        ("> 30 people", 28, "Differs by -2: asserted > 30 people, actual 28 people."),
        (
            "> 30 people",
            30,
            "Differs though only at the bound, which is excluded: asserted > 30 people, actual 30 people.",
        ),
        (">= 98 percent", Decimal("97.5"), "Differs by -0.5: asserted >= 98 percent, actual 97.5 percent."),
        ("392 attendance", 400, "Differs by 8: asserted 392 attendance, actual 400 attendance."),
        ("~ 1000 people", 1000, "Not verifiable: ~ 1000 people states no tolerance."),
        ("~ 1000 +- 50 people", 951, "Consistent: asserted ~ 1000 +- 50 people, actual 951 people."),
        (
            "~ 1000 +- 50 people",
            940,
            "Differs by -10: asserted ~ 1000 +- 50 people, actual 940 people.",
        ),
    ],
)
def test_R_182_an_assertion_is_compared_with_what_was_counted(
    asserted: str, actual: Any, sentence: str
) -> None:
    answer = Quantity.parse(asserted).compare(actual)
    assert str(answer) == sentence
    assert bool(answer) == sentence.startswith("Consistent")


def test_R_182_an_inexact_count_may_leave_the_assertion_open() -> None:
    asserted = Quantity.parse("> 30 people")
    assert asserted.compare(Quantity.parse(">= 31 people")).outcome == "consistent"
    assert asserted.compare(Quantity.parse("<= 30 people")).outcome == "differs"
    answer = asserted.compare(Quantity.parse(">= 28 people"))
    assert (answer.outcome, answer.by) == ("not_verifiable", None)
    assert asserted.compare(Quantity.parse("~ 40 people")).outcome == "not_verifiable"


def test_R_181_an_approximation_is_verified_only_with_a_tolerance_that_was_stated() -> None:
    nearly = Quantity.from_phrase("nearly 1 000", "people")
    assert nearly.compare(1000).outcome == "not_verifiable"
    assert nearly.within(100).compare(950).outcome == "consistent"
    assert str(Quantity.from_phrase("nearly 1 000", "people", tolerance=50)) == "[950, 1000) people"
    assert str(Quantity.from_phrase("10余", "people", tolerance=9)) == "(10, 19] people"
    assert str(Quantity.from_phrase("约300", "people", tolerance=30)) == "~ 300 +- 30 people"


def test_equal_quantities_are_one_key() -> None:
    assert len({Quantity.of("=", 1, "people"), Quantity.of("eq", Decimal("1.0"), "people")}) == 1


def interval(text: str) -> Bounds:
    """Bounds from their text, ``inf`` included."""
    lower, upper = (None if "inf" in end else Fraction(end) for end in text[1:-1].split(", "))
    return Bounds(lower, upper, text[0] == "(", text[-1] == ")")


@pytest.mark.parametrize(
    ("a", "b", "product"),
    [
        ("[0, 1]", "(0, 1]", "[0, 1]"),
        ("(0, 1]", "[0, 1]", "[0, 1]"),
        ("(0, 1]", "[1, inf)", "(0, inf)"),
        ("[0, 1)", "(2, 3]", "[0, 3)"),
        ("[-1, 1]", "(-1, 1)", "(-1, 1)"),
        ("[-1, 2)", "[-2, 1]", "(-4, 2]"),
        ("[0, 0]", "(-inf, inf)", "[0, 0]"),
        ("(-inf, -1]", "(-inf, -1)", "(1, inf)"),
        ("(-inf, 0)", "[0, 5]", "(-inf, 0]"),
    ],
)
def test_an_end_belongs_to_a_product_if_two_points_make_it(a: str, b: str, product: str) -> None:
    assert str(interval(a) * interval(b)) == product == str(interval(b) * interval(a))


@pytest.mark.parametrize(
    ("inner", "outer", "within"),
    [
        ("(0, 1)", "(0, 1)", True),
        ("(0, 1)", "[0, 1]", True),
        ("[0, 1]", "(0, 1]", False),
        ("[0, 1]", "[0, 1)", False),
        ("[0, 1]", "[0, inf)", True),
        ("[0, inf)", "[0, 1]", False),
        ("[0, inf)", "(-inf, inf)", True),
    ],
)
def test_an_interval_lies_within_another_if_all_its_points_do(inner: str, outer: str, within: bool) -> None:
    assert interval(inner).within(interval(outer)) is within
    assert (-interval(inner)).within(-interval(outer)) is within


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(-5, 4), "-1.25"),
        (Fraction(1, 2**40), "0.0000000000009094947017729282379150390625"),
        (Fraction(1, 2**41), f"1/{2**41}"),
        (Fraction(10**39), "1" + "0" * 39),
    ],
)
def test_a_decimal_goes_as_far_as_40_places(value: Fraction, text: str) -> None:
    assert exact_text(value) == text
    assert parse_exact(text) == value


def test_bounds_say_themselves() -> None:
    assert [str(Quantity.parse(text).bounds) for text in ("> 3 people", "<= 3 people", "~ 3 people")] == [
        "(3, inf)",
        "(-inf, 3]",
        "(-inf, inf)",
    ]
    assert (Bounds(Fraction(1), Fraction(1)).point, Bounds(Fraction(1), None).point) == (1, None)


# --- what is refused -------------------------------------------------------------------------

THREE = Quantity.parse("3 people")


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: Quantity.parse("3 yuan") + THREE, "people cannot be added to yuan. Convert one of them"),
        (lambda: Quantity.parse("3 yuan") - THREE, "people cannot be set against yuan"),
        (lambda: THREE.compare(Quantity.parse("3 yuan")), "yuan cannot be compared with people"),
        (
            lambda: THREE * THREE,
            "scaled by an exact number. Use int, Decimal or Fraction; for two quantities, a.times",
        ),
        (lambda: THREE * 1.5, "scaled by an exact number"),
        (lambda: THREE * True, "scaled by an exact number"),
        (lambda: THREE.compare(3.0), "not an exact number"),
        (lambda: THREE.within(1), "Only an approximation has a tolerance"),
        (
            lambda: THREE + Quantity.parse("~ 3 people"),
            "~ 3 people states no tolerance, so it has no bounds. State",
        ),
        (lambda: THREE.times(Quantity.parse("~ 3 people"), unit="people"), "states no tolerance"),
        (lambda: THREE.times(THREE, unit="square people"), "quantity.unit: String should match pattern"),
        (lambda: Quantity.of("=", 10**40, "people"), "more than 40 digits"),
        (lambda: Quantity.of("=", Fraction(1, 10**40), "people"), "more than 40 digits"),
        (lambda: Quantity.of("=", Decimal("1e3000000"), "people"), "too large an exponent"),
        (lambda: Quantity.of("=", Decimal("NaN"), "people"), "not finite"),
        (lambda: Quantity.of("=", 10**39, "people") * 10, "more than 40 digits"),
        (lambda: Quantity.of("about", 3, "people"), "quantity.comparator: Input should be 'eq'"),
        (lambda: Quantity.of("=", 3, "people", 1), "a tolerance is greater than 0, and for approx only"),
        (lambda: Quantity.of("~", 3, "people", 0), "a tolerance is greater than 0"),
        (lambda: Quantity.of("=", 3, "人"), "quantity.unit"),
        (lambda: Quantity.between(4, 3, "people"), "No number lies between these bounds"),
        (lambda: Quantity.between(3, 3, "people", upper_open=True), "No number lies between these bounds"),
        (lambda: exact("3"), "not an exact number"),
    ],
)
def test_what_has_no_exact_meaning_is_refused_in_words(act: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message.replace("+", "\\+")):
        act()


@pytest.mark.parametrize(
    "text",
    ["", "3", "people", "3  people", "= 3 people", "3 people\n", ">3 people", "03 people", "3.0 people",
     "2/4 people", "1/2 people", "-0 people", "1e3 people", "[3, 4 people", "[3,4] people",
     "3 people of 4", "９ people", "~ 3 +- -1 people", "3 +- 1 people", "[3, 3] people",
     "9" * 301 + " people"],
)  # fmt: skip
def test_a_text_that_str_would_not_write_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        Quantity.parse(text)


@pytest.mark.parametrize(
    ("phrase", "message"),
    [
        ("", "not understood as a figure"),
        ("三十余", "Write the number in digits"),
        ("a few", "not understood"),
        ("1,5", "not understood"),
        ("1至2万", "not understood"),
        ("10%-20", "not understood"),
        ("近30余", "in two ways"),
        ("19-10", "No number lies between these bounds"),
        ("9" * 41, "more than 40 digits"),
        ("9" * 101, "more than 100 characters"),
        ("98%", "The phrase is in percent and the unit is not"),
    ],
)
def test_a_phrase_is_never_guessed_at(phrase: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Quantity.from_phrase(phrase, "people")


def test_a_phrase_needs_a_unit_and_a_tolerance_needs_an_approximation() -> None:
    with pytest.raises(InvalidInput, match="does not say of what"):
        Quantity.from_phrase("over 30")
    with pytest.raises(InvalidInput, match="goes with an approximate figure"):
        Quantity.from_phrase("over 30", "people", tolerance=5)
    with pytest.raises(InvalidInput, match="A tolerance is greater than 0"):
        Quantity.from_phrase("about 30", "people", tolerance=0)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"comparator": "eq"}, "eq has a value"),
        ({"comparator": "eq", "value": "1", "lower": "0"}, "neither lower nor upper"),
        ({"comparator": "eq", "value": "1", "lower_open": True}, "only a range has open ends"),
        ({"comparator": "eq", "value": 1}, "expected an exact number in canonical text, not a int"),
        ({"comparator": "eq", "value": 1.5}, "expected an exact number in canonical text, not a float"),
        ({"comparator": "eq", "value": "1.50"}, "not a decimal in canonical form"),
        ({"comparator": "eq", "value": "1/2"}, "Write it as 0.5"),
        ({"comparator": "eq", "value": "9" * 41}, "more than 40 digits"),
        ({"comparator": "=", "value": "1"}, "Input should be 'eq'"),
        ({"comparator": "range", "lower": "1"}, "a range has lower and upper"),
        ({"comparator": "range", "lower": "1", "upper": "1"}, "a single value is eq"),
        ({"comparator": "ge", "value": "1", "tolerance": "1"}, "for approx only"),
        ({"comparator": "ge", "value": "1", "digits": "1"}, "Extra inputs are not permitted"),
    ],
)
def test_a_stored_quantity_has_one_form(data: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Quantity.model_validate({**data, "unit": "people"})


def test_a_fraction_with_a_decimal_form_is_not_canonical() -> None:
    with pytest.raises(NotCanonical, match=r"Write it as 0\.5"):
        parse_exact("1/2")
