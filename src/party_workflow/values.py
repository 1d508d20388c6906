"""The kinds of value that a stored event may hold, and no others.

A string in an event is an id, a code of a vocabulary pack, a canonical number or time, a
digest, or sealed (see `party_workflow.personal`).  Every type here carries a `Kind`, and a test
walks every event schema and finds each string one of these; so there is no place for a name,
a telephone number or a sentence about somebody.  See ADR 0006.

Person ids are deliberately poor: ``p-`` and at most six digits, or ``p-`` and 32 hexadecimal
digits (a UUID).  A name, a telephone number and an identity-card number do not fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
)

from party_workflow import canonical
from party_workflow.errors import NotCanonical

T = TypeVar("T")

KindName = Literal["id", "code", "number", "time", "digest", "sealed", "coded-document"]


@dataclass(frozen=True, slots=True)
class Kind:
    """Marks what a stored string is.  The schema walk reads it."""

    name: KindName


PERSON_PATTERN: Final = r"^p-(?:[0-9]{1,6}|[0-9a-f]{32})$"
UNIT_PATTERN: Final = r"^u-[a-z0-9][a-z0-9-]{0,46}$"
ACCOUNT_PATTERN: Final = r"^a-[a-z0-9][a-z0-9-]{0,46}$"
CODE_PATTERN: Final = r"^[a-z][a-z0-9_.-]{0,63}$"
KEY_PATTERN: Final = r"^[a-z0-9][a-z0-9.-]{0,62}$"
STREAM_PATTERN: Final = r"^[a-z][a-z_]{0,30}(?:/[a-z0-9][a-z0-9.-]{0,62})?$"
DIGEST_PATTERN: Final = r"^[0-9a-f]{64}$"
EVENT_ID_PATTERN: Final = r"^[0-9a-f]{32}$"
COMMAND_ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$"

PersonId = Annotated[str, StringConstraints(pattern=PERSON_PATTERN), Kind("id")]
UnitId = Annotated[str, StringConstraints(pattern=UNIT_PATTERN), Kind("id")]
AccountId = Annotated[str, StringConstraints(pattern=ACCOUNT_PATTERN), Kind("id")]
Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN), Kind("id")]
"""The id of one matter within its category, such as ``study-03``."""
StreamId = Annotated[str, StringConstraints(pattern=STREAM_PATTERN), Kind("id")]
"""Category and key, such as ``activity/study-03``; a category with one stream has no key."""
EventId = Annotated[str, StringConstraints(pattern=EVENT_ID_PATTERN), Kind("id")]
Code = Annotated[str, StringConstraints(pattern=CODE_PATTERN), Kind("code")]
Digest = Annotated[str, StringConstraints(pattern=DIGEST_PATTERN), Kind("digest")]

Count = Annotated[StrictInt, Field(ge=0, le=canonical.MAX_INTEGER)]
Whole = Annotated[StrictInt, Field(ge=-canonical.MAX_INTEGER, le=canonical.MAX_INTEGER)]
Flag = StrictBool


def _reader(kind: type[T], read: Callable[[str], T], write: Callable[[T], str]) -> Callable[[Any], T]:
    """Takes what has a canonical form, and nothing that could be stored but not be read again.

    A value is written and read back: a moment comes out in UTC, a number out of bounds does not come out.
    """

    def validate(value: Any) -> T:
        if type(value) is not kind and not isinstance(value, str):
            raise ValueError(f"expected a string in canonical form, not a {type(value).__name__}")
        try:
            return read(value if isinstance(value, str) else write(value))
        except NotCanonical as error:
            raise ValueError(error.faults[0].what + " " + error.faults[0].remedy) from None

    return validate


Moment = Annotated[
    datetime,
    BeforeValidator(_reader(datetime, canonical.parse_time, canonical.time_text)),
    PlainSerializer(canonical.time_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
    Kind("time"),
]
"""A moment in UTC, stored as ``2020-03-25T01:00:00.000000Z``."""

Day = Annotated[
    date,
    BeforeValidator(_reader(date, canonical.parse_day, canonical.day_text)),
    PlainSerializer(canonical.day_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date"}),
    Kind("time"),
]
"""A date, stored as ``2020-03-25``."""

Number = Annotated[
    Decimal,
    BeforeValidator(_reader(Decimal, canonical.parse_decimal, canonical.decimal_text)),
    PlainSerializer(canonical.decimal_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$"}),
    Kind("number"),
]
"""An exact decimal, stored as ``28.5``."""

Ratio = Annotated[
    Fraction,
    BeforeValidator(_reader(Fraction, canonical.parse_fraction, canonical.fraction_text)),
    PlainSerializer(canonical.fraction_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?(0|[1-9][0-9]*)(/[1-9][0-9]*)?$"}),
    Kind("number"),
]
"""An exact fraction, stored as ``28/29``."""


def _either_exact(text: str) -> Fraction:
    value = Fraction(canonical.parse_decimal(text)) if "." in text else canonical.parse_fraction(text)
    return canonical.parse_fraction(canonical.fraction_text(value))  # nothing that could not be read again


WrittenRatio = Annotated[
    Fraction,
    BeforeValidator(_reader(Fraction, _either_exact, canonical.fraction_text)),
    PlainSerializer(canonical.fraction_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?(0|[1-9][0-9]*)(/[1-9][0-9]*|\.[0-9]*[1-9])?$"}),
    Kind("number"),
]
"""A `Ratio` as people write it in a definition: ``3/10`` or ``0.3``.  Its normal form is the fraction."""

_CODED_TEXT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,127}|[<>=~|]{1,2}|-?[0-9][0-9./]{0,80}")


def is_coded(text: str) -> bool:
    """Whether a text is one that a definition may hold: a code, an id, a number or a time."""
    return _CODED_TEXT.fullmatch(text) is not None


_SHOWN_KEY: Final = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
"""Keys that may stand in a message; another could be a telephone number."""


class Exactly:
    """Data as a key of a cache: the same key only for the same data, types and order included.

    Equality would not do, for ``1 == True == 1.0``; and canonical bytes cost more than what is looked up.
    """

    __slots__ = ("_text", "data")

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        try:
            self._text = repr(data)
        except RecursionError:  # nested without end; whoever reads it refuses it in words
            self._text = f"at {id(data)}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exactly) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


def _coded(value: Any) -> Any:
    """The object itself, if it is one that can be stored; that of the same content is looked at once."""
    if not isinstance(value, dict):
        raise ValueError("a definition is an object")
    _check_coded(Exactly(value))
    return value


@lru_cache(maxsize=256)
def _check_coded(given: Exactly) -> None:
    value = given.data

    def walk(item: Any, where: str) -> None:
        if isinstance(item, str):
            if not is_coded(item):
                raise ValueError(
                    f"{where} is not a code, a number or a time; free text has no place in a definition"
                )
        elif isinstance(item, dict):
            for key, inner in item.items():
                walk(key, f"a key of {where}")
                walk(inner, f"{where}.{key if _SHOWN_KEY.fullmatch(key) else '(not shown)'}")
        elif isinstance(item, list | tuple):
            for index, inner in enumerate(item):
                walk(inner, f"{where}[{index}]")

    try:
        canonical.canonical_bytes(value)  # first: it bounds the depth
    except NotCanonical as error:
        raise ValueError(str(error)) from None
    walk(value, "body")


CodedDocument = Annotated[
    dict[str, Any], BeforeValidator(_coded), WithJsonSchema({"type": "object"}), Kind("coded-document")
]
"""A definition or rule as stored: an object in which every string is a code, a number or a time.
Labels and explanations for people live in the vocabulary pack, by code."""


class Definition(BaseModel):
    """The base of what is defined as data: frozen, without unknown fields, and checked again when altered.

    pydantic's own `model_copy` checks nothing and would carry a cached digest of the original along.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """An altered definition, checked like any other."""
        same = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate(same | dict(update or {}))
