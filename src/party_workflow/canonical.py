"""The one form of every value that is stored, hashed or published.

Keys are ASCII and sorted; strings are Unicode NFC without lone surrogates; integers lie
within ±(2**53 - 1); decimals and fractions are strings in one form; there are no floats and
no nulls (what is absent has no key).  Within these bounds compact, sorted ``json.dumps`` with
``ensure_ascii=False`` is RFC 8785 (JSON Canonicalization Scheme), at a fraction of the cost.
See ADR 0002.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NoReturn

from party_workflow.errors import Fault, NotCanonical

MAX_INTEGER: Final = 2**53 - 1
MAX_DEPTH: Final = 32
MAX_BYTES: Final = 1_048_576
MAX_DIGITS: Final = 40
"""Most digits of a stored decimal on either side of the point."""

_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
_FRACTION: Final = re.compile(r"(-?[1-9][0-9]*)/([1-9][0-9]*)")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEY: Final = re.compile(r"[a-z_][a-z0-9_.-]{0,63}")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def _fail(where: str, what: str, remedy: str) -> NoReturn:
    raise NotCanonical(Fault(where, what, remedy))


def canonical_bytes(value: Any) -> bytes:
    """The canonical bytes of a JSON-like value.

    Accepts dict, list, tuple, str, int and bool, nested at most `MAX_DEPTH` deep.
    Raises `NotCanonical` with the path of the first value that has no canonical form.
    """
    if not _plain(value, 0):
        _check(value, "$", 0)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _plain(value: Any, depth: int) -> bool:
    """Whether a value is surely canonical, as by far the most are; `_check` judges the rest.

    It says no path, and so need not put one together for every value that is in order.
    """
    kind = type(value)
    if kind is str:
        return bool(value.isascii())
    if kind is int:
        return bool(-MAX_INTEGER <= value <= MAX_INTEGER)
    if depth >= MAX_DEPTH:
        return kind is bool
    depth += 1
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii() or not _plain(item, depth):
                return False
        return True
    if kind is list or kind is tuple:
        return all(_plain(item, depth) for item in value)
    return kind is bool


def _check(value: Any, where: str, depth: int, *, nfc: bool = True) -> None:
    if depth > MAX_DEPTH:
        _fail(where, f"The value is nested more than {MAX_DEPTH} deep.", "Flatten it.")
    kind = type(value)
    if kind is str:
        _check_text(value, where, nfc)
    elif kind is bool:
        return
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            _fail(where, "The integer is beyond ±(2**53 - 1).", "Store it as a decimal string.")
    elif kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                _fail(where, "A key is not an ASCII string.", "Use ASCII codes as keys.")
            _check(item, f"{where}.{key if _KEY.fullmatch(key) else '(not shown)'}", depth + 1, nfc=nfc)
    elif kind is list or kind is tuple:
        for index, item in enumerate(value):
            _check(item, f"{where}[{index}]", depth + 1, nfc=nfc)
    elif value is None:
        _fail(where, "Null is never stored.", "Leave the key out.")
    else:
        _fail(where, f"A {kind.__name__} has no canonical form.", "Use str, int, bool, list or dict.")


def _check_text(value: str, where: str, nfc: bool) -> None:
    if value.isascii():
        return
    if _SURROGATE.search(value):
        _fail(where, "The text holds a lone surrogate.", "Send valid Unicode.")
    if nfc and not unicodedata.is_normalized("NFC", value):
        _fail(where, "The text is not in Unicode NFC.", "Normalise it before.")


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes of a value, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def bytes_digest(data: bytes) -> str:
    """SHA-256 of bytes as they are, as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def parse(data: bytes, *, limit: int = MAX_BYTES, nfc: bool = True) -> Any:
    """Read JSON strictly: UTF-8, no duplicate keys, no floats, no NaN, no null, bounded size and depth.

    Does not ask for canonical order; `parse_canonical` does.  With ``nfc=False`` texts may come in any
    normal form, for input whose texts are normalised later.  Raises `NotCanonical`.
    """
    if len(data) > limit:
        _fail(
            "",
            f"The text has {len(data)} bytes, more than the {limit} allowed.",
            "Split it, or keep files outside.",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _fail(f"byte {error.start}", "The bytes are not UTF-8.", "Save the file as UTF-8.")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_float=_no_float,
            parse_constant=_no_float,
            parse_int=_bounded_int,
        )
    except RecursionError:
        _fail("", f"The JSON is nested more than {MAX_DEPTH} deep.", "Flatten it.")
    except json.JSONDecodeError as error:
        _fail(f"column {error.pos + 1}", f"The JSON is broken: {error.msg}.", "Mend the line.")
    _check(value, "$", 0, nfc=nfc)
    return value


def parse_canonical(data: bytes, *, limit: int = MAX_BYTES) -> Any:
    """Read canonical bytes; anything that is not in the one form is refused."""
    value = parse(data, limit=limit)
    if canonical_bytes(value) != data:
        _fail("", "The bytes are not in canonical form.", "Write them with canonical_bytes.")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            shown = key if _KEY.fullmatch(key) else "(not shown)"
            _fail("", f"The key {shown} stands twice in one object.", "Remove one of the two.")
        found[key] = value
    return found


def _no_float(text: str) -> NoReturn:
    # The digits are not shown: what somebody types as a number may be an identity number.
    _fail("", "A number is a floating-point number.", 'Write exact numbers as strings, such as "28.5".')


def _bounded_int(text: str) -> int:
    if len(text) > 17:
        _fail(
            "", "An integer is beyond ±(2**53 - 1).", 'Write it as a string, such as "12345678901234567890".'
        )
    return int(text)


# --- numbers ---------------------------------------------------------------------------------


def decimal_text(value: Decimal) -> str:
    """The one form of a decimal: plain digits, no exponent, no trailing zero, no minus zero.

    At most `MAX_DIGITS` digits on either side of the point, and nothing is expanded before that is known.
    """
    if not value.is_finite():
        _fail("", "The number is not finite.", "Use a finite decimal.")
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    if not -MAX_DIGITS <= exponent <= MAX_DIGITS or len(digits) + exponent > MAX_DIGITS:
        _fail(
            "", f"The number has more than {MAX_DIGITS} digits or too large an exponent.", "Round it first."
        )
    text = "".join(map(str, digits))
    if exponent >= 0:
        whole, part = text + "0" * exponent, ""
    else:
        padded = text.rjust(-exponent + 1, "0")
        whole, part = padded[:exponent], padded[exponent:].rstrip("0")
    whole = whole.lstrip("0") or "0"
    body = f"{whole}.{part}" if part else whole
    return f"-{body}" if sign and body != "0" else body


def parse_decimal(text: str) -> Decimal:
    """Read the one form of a decimal.  Raises `NotCanonical` on any other."""
    whole, _, part = text.removeprefix("-").partition(".")
    if max(len(whole), len(part)) > MAX_DIGITS:
        _fail(
            "", f"The number has more than {MAX_DIGITS} digits on one side of the point.", "Round it first."
        )
    if not _DECIMAL.fullmatch(text) or text == "-0":
        _fail(
            "",
            "This is not a decimal in canonical form.",
            'Write it like "28.5": no exponent, no trailing zero.',
        )
    return Decimal(text)


def fraction_text(value: Fraction) -> str:
    """The one form of a fraction: a whole number as itself, otherwise ``n/d`` in lowest terms."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{value.numerator}/{value.denominator}"


def parse_fraction(text: str) -> Fraction:
    """Read the one form of a fraction.  Raises `NotCanonical` on any other."""
    if len(text) <= 2 * MAX_DIGITS + 2:
        if _DECIMAL.fullmatch(text) and "." not in text and text != "-0":
            return Fraction(int(text))
        if match := _FRACTION.fullmatch(text):
            value = Fraction(int(match[1]), int(match[2]))
            if fraction_text(value) == text:
                return value
    _fail("", "This is not a fraction in canonical form.", 'Write it like "28/29", in lowest terms.')


# --- time ------------------------------------------------------------------------------------


def in_utc(value: datetime) -> datetime:
    """The same moment in UTC.  Raises `NotCanonical` for one without a zone or outside years 1 to 9999."""
    if value.utcoffset() is None:  # also a tzinfo that knows no offset: the machine's zone would be taken
        _fail("", "A moment without a time zone cannot be recorded.", "Give it tzinfo=UTC.")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        _fail("", "In UTC the moment lies outside the years 1 to 9999.", "Give one within them.")


def time_text(value: datetime) -> str:
    """The one form of a moment: UTC with six decimals, ``2020-03-25T01:00:00.000000Z``."""
    moment = in_utc(value)
    return f"{moment:%Y}".rjust(4, "0") + f"{moment:-%m-%dT%H:%M:%S}.{moment.microsecond:06d}Z"


def parse_time(text: str) -> datetime:
    """Read the one form of a moment.  Raises `NotCanonical` on any other."""
    if _TIME.fullmatch(text) and text.isascii():
        try:
            return datetime(
                int(text[0:4]),
                int(text[5:7]),
                int(text[8:10]),
                int(text[11:13]),
                int(text[14:16]),
                int(text[17:19]),
                int(text[20:26]),
                tzinfo=UTC,
            )
        except ValueError:
            pass
    _fail("", "This is not a moment in canonical form.", 'Write it like "2020-03-25T01:00:00.000000Z".')


def day_text(value: date) -> str:
    """The one form of a date, ``2020-03-25``.  A date stays a date: it has no zone."""
    return value.isoformat()


def parse_day(text: str) -> date:
    """Read the one form of a date.  Raises `NotCanonical` on any other."""
    if _DAY.fullmatch(text) and text.isascii():
        try:
            return date(int(text[0:4]), int(text[5:7]), int(text[8:10]))
        except ValueError:
            pass
    _fail("", "This is not a date in canonical form.", 'Write it like "2020-03-25".')


def jsonable(value: Any) -> Any:
    """Exact Python values (Decimal, Fraction, datetime, date, tuples, mappings) as canonical JSON values.

    The reading side needs to know the type; results are written with it, never read back by guess.
    """
    match value:
        case bool() | str():
            return value
        case int():
            return value if -MAX_INTEGER <= value <= MAX_INTEGER else str(value)
        case Fraction():
            return fraction_text(value)
        case Decimal():
            return decimal_text(value)
        case datetime():
            return time_text(value)
        case date():
            return day_text(value)
        case Mapping():
            return {str(key): jsonable(item) for key, item in value.items() if item is not None}
        case frozenset() | set():
            return sorted((jsonable(item) for item in value), key=canonical_bytes)
        case list() | tuple():
            return [jsonable(item) for item in value]
        case _:
            _fail("", f"A {type(value).__name__} has no canonical form.", "Convert it first.")
