"""The record format: one form of every value, and nothing outside it."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from party_workflow import canonical
from party_workflow.errors import NotCanonical

texts = st.text(st.characters(codec="utf-8"), max_size=20).map(
    lambda text: unicodedata.normalize("NFC", text)
)
keys = st.text(st.characters(codec="ascii"), max_size=8)
scalars = texts | st.booleans() | st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
)
moments = st.datetimes(timezones=st.just(UTC))


@given(values)
def test_what_is_written_reads_back_as_the_same_value_and_the_same_bytes(value: Any) -> None:
    written = canonical.canonical_bytes(value)
    assert canonical.parse_canonical(written) == value
    assert canonical.canonical_bytes(canonical.parse(written)) == written


@given(st.dictionaries(keys, scalars, max_size=6), st.randoms())
def test_the_order_in_which_keys_were_set_leaves_no_trace(value: dict[str, Any], chance: Any) -> None:
    shuffled = list(value.items())
    chance.shuffle(shuffled)
    assert canonical.canonical_bytes(dict(shuffled)) == canonical.canonical_bytes(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_a_decimal_has_one_form_whatever_its_exponent(number: Decimal) -> None:
    text = canonical.decimal_text(number)
    assert canonical.parse_decimal(text) == number
    assert canonical.decimal_text(number * Decimal("1.000")) == text
    assert "E" not in text
    assert not text.endswith(".")
    assert text != "-0"


@given(st.fractions())
def test_a_fraction_has_one_form_in_lowest_terms(number: Fraction) -> None:
    if len(canonical.fraction_text(number)) <= 2 * canonical.MAX_DIGITS:
        assert canonical.parse_fraction(canonical.fraction_text(number)) == number


@given(moments, st.integers(-720, 840))
def test_a_moment_has_one_form_in_whatever_zone_it_was_given(moment: datetime, minutes: int) -> None:
    text = canonical.time_text(moment)
    assert canonical.parse_time(text) == moment
    assert len(text) == 27
    try:
        elsewhere = moment.astimezone(timezone(timedelta(minutes=minutes)))
    except OverflowError:
        return
    assert canonical.time_text(elsewhere) == text


@given(st.dates())
def test_a_date_stays_a_date(day: date) -> None:
    assert canonical.parse_day(canonical.day_text(day)) == day


@given(values)
def test_within_our_bounds_the_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical.canonical_bytes(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_the_published_vectors_of_rfc_8785_hold_where_they_lie_within_our_bounds(
    name: str, shared_data: Path
) -> None:
    folder = shared_data / "vectors" / "jcs-rfc8785"
    source = json.loads((folder / "input" / f"{name}.json").read_text(encoding="utf-8"))
    wanted = json.loads((folder / "output" / f"{name}.json").read_text(encoding="utf-8"))
    with pytest.raises(NotCanonical):
        canonical.canonical_bytes(source)  # each of them holds a null, a float or a key outside our bounds
    within = _within(source)
    assert within
    assert canonical.canonical_bytes(within) == rfc8785.dumps(_within(wanted))


def _within(value: Any) -> Any:
    """A value without what our records never hold."""
    if isinstance(value, dict):
        kept = {key: _within(item) for key, item in value.items() if key.isascii() or len(value) > 1}
        return {
            f"k{ord(key[0])}" if not key.isascii() else key: item
            for key, item in kept.items()
            if item is not None
        }
    if isinstance(value, list):
        return [kept for item in value if (kept := _within(item)) is not None]
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= canonical.MAX_INTEGER else None
    return value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "Null is never stored"),
        (1.5, "float has no canonical form"),
        (2**53, "beyond"),
        ({"名": 1}, "ASCII"),
        ({1: 1}, "ASCII"),
        ("\ud800", "lone surrogate"),
        ("e\u0301", "NFC"),
        ({"a": {"b": [1, None]}}, r"\$\.a\.b\[1\]"),
        (b"", "bytes has no canonical form"),
        (Decimal(1), "Decimal has no canonical form"),
    ],
)
def test_what_has_no_form_is_refused_with_its_place(value: Any, said: str) -> None:
    with pytest.raises(NotCanonical, match=said):
        canonical.canonical_bytes(value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"a":1,"a":2}', "stands twice"),
        (b'{"a":NaN}', "floating-point"),
        (b'{"a":Infinity}', "floating-point"),
        (b'{"a":1.0}', "floating-point"),
        (b'{"a":1e3000000}', "floating-point"),
        (b'{"a":null}', "Null"),
        (b'{"a":"\\ud800"}', "surrogate"),
        (b"\xff", "not UTF-8"),
        (b"[" * 5000 + b"]" * 5000, "nested"),
        (b'{"a":123456789012345678901234567890}', "2\\*\\*53"),
        (b'{"a":', "broken"),
        (b"", "broken"),
        (b'"' + b"x" * canonical.MAX_BYTES + b'"', "bytes, more than"),
    ],
)
def test_json_outside_the_bounds_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(NotCanonical, match=said):
        canonical.parse(data)


@pytest.mark.parametrize("data", [b'{"a": 1}', b'{"b":1,"a":2}', b'"\\u0041"', b" 1"])
def test_json_that_is_not_in_the_one_form_is_no_record(data: bytes) -> None:
    canonical.parse(data)
    with pytest.raises(NotCanonical, match="not in canonical form"):
        canonical.parse_canonical(data)


@pytest.mark.parametrize(
    "text", ["1.0", "01", "1e5", "+1", "-0", ".5", "1.", "１", "1_0", "9" * 200, "", "NaN"]
)
def test_other_forms_of_a_decimal_are_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        canonical.parse_decimal(text)


@pytest.mark.parametrize("number", ["1e3000000", "1e-3000000", "NaN", "Infinity", "1" * 41])
def test_a_decimal_out_of_bounds_is_refused_before_it_is_expanded(number: str) -> None:
    with pytest.raises(NotCanonical):
        canonical.decimal_text(Decimal(number))


@pytest.mark.parametrize("text", ["2/4", "1/0", "4/2", "1/-2", "1/1", "-0", "0/1", "1.5"])
def test_other_forms_of_a_fraction_are_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        canonical.parse_fraction(text)


@pytest.mark.parametrize(
    "text",
    [
        "2020-03-25",
        "2020-03-25T01:00:00Z",
        "2020-03-25T01:00:00.000000+00:00",
        "2020-13-25T01:00:00.000000Z",
        "2020-W13-3T01:00:00.000000Z",
        "２０２０-03-25T01:00:00.000000Z",
    ],
)
def test_other_forms_of_a_moment_are_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        canonical.parse_time(text)


def test_a_moment_without_a_zone_cannot_be_recorded() -> None:
    with pytest.raises(NotCanonical, match="time zone"):
        canonical.time_text(datetime(2020, 3, 25))  # noqa: DTZ001 - that is the point


def test_the_year_one_has_four_digits() -> None:
    assert canonical.time_text(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00.000000Z"


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_every_decimal_that_can_be_written_can_be_read(number: Decimal) -> None:
    try:
        text = canonical.decimal_text(number)
    except NotCanonical:
        return
    assert canonical.parse_decimal(text) == number


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,50})(\.[0-9]{0,50}[1-9])?", fullmatch=True))
def test_every_decimal_that_can_be_read_can_be_written_as_it_was(text: str) -> None:
    try:
        number = canonical.parse_decimal(text)
    except NotCanonical:
        return
    assert canonical.decimal_text(number) == text


@pytest.mark.parametrize("digits", ["1" * 40, "0." + "1" * 40, "1" * 40 + "." + "1" * 40])
def test_a_decimal_may_have_forty_digits_on_either_side_of_the_point(digits: str) -> None:
    assert canonical.decimal_text(canonical.parse_decimal(digits)) == digits


@pytest.mark.parametrize("digits", ["1" * 41, "0." + "1" * 41])
def test_a_decimal_with_more_digits_is_refused_by_reader_and_writer(digits: str) -> None:
    for refuse in (lambda: canonical.parse_decimal(digits), lambda: canonical.decimal_text(Decimal(digits))):
        with pytest.raises(NotCanonical, match="more than 40 digits"):
            refuse()


def test_a_floating_point_number_is_not_repeated_for_it_may_be_an_identity_number() -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical.parse(b'{"a":110101199003077777.5}')
    assert "1101" not in str(refused.value)


class _Nowhere(tzinfo):
    """A zone that knows no offset: `astimezone` would take the machine's."""

    def utcoffset(self, _moment: datetime | None) -> timedelta | None:
        return None

    dst = utcoffset

    def tzname(self, _moment: datetime | None) -> str | None:
        return None


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2020, 3, 25, tzinfo=_Nowhere()), "time zone"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8))), "years 1 to 9999"),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-8))), "years 1 to 9999"),
    ],
)
def test_a_moment_that_has_no_place_in_utc_is_refused_in_words(moment: datetime, said: str) -> None:
    with pytest.raises(NotCanonical, match=said):
        canonical.time_text(moment)
