"""Redaction profiles: the same events as a full, a masked and an aggregate view (R-190).

A profile is data: for each class of value whether an outward text shows it, masks it, or has it only in
groups.  What is masked is told by its type, never by a list of fields: whatever an event declares as a
person, an account, a unit or a sealed text is one, in whatever field of whatever event, and an id that stands
in a field of another type is still known by its form.  So a type that is added later is masked as well.

A label says nothing about who is meant: it is the rank of a keyed hash (HMAC-SHA256, RFC 2104) under the
salt of the document, so neither the id nor the order of the rows shows through.  The same person has the same
label throughout one document.  Another salt gives other labels, and nobody without both salts can link the
two; a profile that is `linkable` has labels that stay the same wherever the same salt is used.  The salt is
as secret as the list of names would be: ids are few, and whoever has it can try them all.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property
from types import UnionType
from typing import Annotated, Any, Final, Literal, Self, Union, get_args, get_origin

from pydantic import BaseModel, Field, StrictInt, model_validator

from party_workflow import canonical
from party_workflow.canonical import canonical_bytes, decimal_text, fraction_text
from party_workflow.errors import Fault, Faults, InvalidDefinition, InvalidInput
from party_workflow.personal import SALT_BYTES, Sealed
from party_workflow.values import (
    ACCOUNT_PATTERN,
    DIGEST_PATTERN,
    EVENT_ID_PATTERN,
    KEY_PATTERN,
    PERSON_PATTERN,
    STREAM_PATTERN,
    UNIT_PATTERN,
    Code,
    Definition,
    Flag,
)

Class = Literal["person", "unit", "place", "amount", "text", "reference"]
"""Classes of value: people and their accounts, units, places, numbers, sealed texts, and what refers to a
record (keys, streams, event ids, digests): the same reference in two documents would link them."""
Treatment = Literal["full", "masked", "aggregate"]
Style = Literal["star", "cross", "bracket"]

_STYLES: Final[Mapping[Style, str]] = {"star": "☆{}", "cross": "xx{}", "bracket": "〔{}〕"}
_HIDDEN: Final[Mapping[Style, str]] = {"star": "☆", "cross": "xx", "bracket": "〔…〕"}
"""What stands where nothing is counted: of amounts and sealed texts it says only that there is one."""
_COUNTED: Final = frozenset({"person", "unit", "place", "reference"})

# --- profiles --------------------------------------------------------------------------------


class MaskingProfile(Definition):
    """What an outward text shows: a treatment and a style for each class.  A definition of kind ``masking``.

    A class that is not named is masked.  `places` are the names of fields that hold the code of a place: a
    code has no form by which it could be told.  `threshold` is how many subjects a group has to have at
    least in an aggregate.  Raises `InvalidDefinition` with every fault.
    """

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    treatments: dict[Class, Treatment] = Field(default_factory=dict)
    styles: dict[Class, Style] = Field(default_factory=dict)
    places: tuple[Code, ...] = ()
    threshold: Annotated[StrictInt, Field(ge=1, le=1000)] = 3
    linkable: Flag = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if self.threshold == 1:
            faults.add("threshold", "A group of one is one subject.", "Give at least 2.")
        if self.treatments.get("person") == "aggregate" and self.treatments.get("amount") == "masked":
            faults.add("treatments.amount", "Groups without numbers say nothing.", "Aggregate amounts too.")
        faults.raise_if_any(InvalidDefinition)
        return self

    def treatment(self, what: Class) -> Treatment:
        """How a class is treated."""
        return self.treatments.get(what, "masked")

    def style(self, what: Class) -> Style:
        """In what style a class is masked."""
        return self.styles.get(what, "bracket" if what in ("text", "reference") else "star")

    def data(self) -> dict[str, Any]:
        """The profile as it is stored and hashed: JSON values, without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`, as 64 hexadecimal digits."""
        return canonical.digest(self.data())

    def __hash__(self) -> int:
        return hash(self.digest)


# --- telling what a value is -----------------------------------------------------------------

_BY_PATTERN: Final[Mapping[str, Class]] = {
    PERSON_PATTERN: "person",
    ACCOUNT_PATTERN: "person",
    UNIT_PATTERN: "unit",
    KEY_PATTERN: "reference",
    STREAM_PATTERN: "reference",
    EVENT_ID_PATTERN: "reference",
    DIGEST_PATTERN: "reference",
}
_BY_FORM: Final[tuple[tuple[re.Pattern[str], Class], ...]] = (
    (re.compile(PERSON_PATTERN), "person"),
    (re.compile(ACCOUNT_PATTERN), "person"),
    (re.compile(UNIT_PATTERN), "unit"),
    (re.compile(DIGEST_PATTERN), "reference"),
    (re.compile(EVENT_ID_PATTERN), "reference"),
    (re.compile(r"^[a-z][a-z_]{0,30}/[a-z0-9][a-z0-9.-]{0,62}$"), "reference"),
)
_INSIDE: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:p-(?:[0-9a-f]{32}|[0-9]{1,6})|[ua]-[a-z0-9][a-z0-9-]{0,46})(?![A-Za-z0-9])"
)
"""An id of a person, an account or a unit inside a longer text."""
_NUMBER: Final = re.compile(r"^-?[0-9]+(?:\.[0-9]+|/[0-9]+)?$")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value on its way into a document: what it is, and as JSON."""

    what: Class
    value: Any


def _typed(annotation: Any, metadata: tuple[Any, ...] = ()) -> tuple[Any, Class | None]:
    """The bare type of a field and the class that it declares; optional types are seen through."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            metadata = (*more, *metadata)
        elif get_origin(annotation) in (Union, UnionType):
            inner = [item for item in get_args(annotation) if item is not type(None)]
            if len(inner) != 1:
                return None, None
            annotation = inner[0]
        else:
            break
    found = (_BY_PATTERN.get(str(getattr(mark, "pattern", ""))) for mark in metadata)
    return annotation, next((what for what in found if what is not None), None)


def _walk(value: Any, annotation: Any, metadata: tuple[Any, ...], places: frozenset[str]) -> Any:
    """The value as JSON data with a `Leaf` wherever something may have to be masked."""
    annotation, what = _typed(annotation, metadata)
    if isinstance(value, Sealed):
        return Leaf("text", value.model_dump())
    if isinstance(value, BaseModel):
        return {
            name: _field(name, getattr(value, name), info.annotation, tuple(info.metadata), places)
            for name, info in type(value).model_fields.items()
            if getattr(value, name) is not None
        }
    if is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: _field(item.name, getattr(value, item.name), None, (), places)
            for item in fields(value)
            if getattr(value, item.name) is not None
        }
    if isinstance(value, Mapping):
        if value.keys() == Sealed.model_fields.keys():
            return Leaf("text", dict(value))
        arguments = get_args(annotation) if get_origin(annotation) is dict else (None, None)
        return _Pairs(
            tuple(
                (_walk(key, arguments[0], (), places), _field(key, item, arguments[1], (), places))
                for key, item in value.items()
            )
        )
    if isinstance(value, list | tuple | set | frozenset):
        inner = get_args(annotation)[0] if get_origin(annotation) is tuple else None
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [_walk(item, inner, (), places) for item in items]
    return plain(value, what)


def _field(name: Any, value: Any, annotation: Any, metadata: tuple[Any, ...], places: frozenset[str]) -> Any:
    if isinstance(value, str) and name in places:
        return Leaf("place", value)
    return _walk(value, annotation, metadata, places)


def plain(value: Any, what: Class | None = None) -> Any:
    """A single value as JSON data, or as a `Leaf` where it is, or has the form of, something to be masked."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, Fraction):
        return Leaf("amount", fraction_text(value))
    if isinstance(value, Decimal):
        return Leaf("amount", decimal_text(value))
    if isinstance(value, int):
        return Leaf("amount", value)
    if isinstance(value, datetime):
        return canonical.time_text(value)
    if isinstance(value, date):
        return canonical.day_text(value)
    if not isinstance(value, str):
        return str(value)
    if what is not None:
        return Leaf(what, value)
    for form, by_form in _BY_FORM:
        if form.fullmatch(value):
            return Leaf(by_form, value)
    return Leaf("amount", value) if _NUMBER.fullmatch(value) else value


@dataclass(frozen=True, slots=True)
class _Pairs:
    """A mapping whose keys may have to be masked."""

    items: tuple[tuple[Any, Any], ...]


def _leaves(value: Any) -> Iterator[Leaf]:
    if isinstance(value, Leaf):
        yield value
    elif isinstance(value, _Pairs):
        for key, item in value.items:
            yield from _leaves(key)
            yield from _leaves(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str):
        for found in _INSIDE.findall(value):
            yield Leaf("unit" if found.startswith("u-") else "person", found)


# --- documents -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    """The rows of one outward text: events, results, any data.  `salt` is its own, secret, 32 bytes or more.

    Raises `InvalidInput` for a salt that is too short.
    """

    rows: tuple[Any, ...]
    profile: MaskingProfile
    salt: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.salt) < SALT_BYTES:
            raise InvalidInput(
                Fault("salt", "It has too few bytes.", f"Give at least {SALT_BYTES} random bytes.")
            )

    def full(self) -> list[Any]:
        """The rows as they are, as JSON values."""
        return [_shown(row, None) for row in self._walked]

    def masked(self) -> list[Any]:
        """The rows with every class in the profile's treatment; what it wants in groups is masked here."""
        return [_shown(row, self) for row in self._walked]

    def label(self, what: Class, value: Any) -> str:
        """What stands in this document for a value; the same value has the same label throughout."""
        style = self.profile.style(what)
        if what not in _COUNTED:
            return _HIDDEN[style]
        if self.profile.linkable:
            return _STYLES[style].format(self._rank(what, value)[:12])
        return _STYLES[style].format(self._numbers[what, value])

    def shows(self, what: Class) -> bool:
        """Whether the profile shows a class as it is."""
        return self.profile.treatment(what) == "full"

    @cached_property
    def _walked(self) -> list[Any]:
        places = frozenset(self.profile.places)
        return [_walk(row, None, (), places) for row in self.rows]

    @cached_property
    def _numbers(self) -> Mapping[tuple[Class, Any], int]:
        found: dict[Class, set[Any]] = {}
        for leaf in _leaves(self._walked):
            if leaf.what in _COUNTED:
                found.setdefault(leaf.what, set()).add(leaf.value)
        return {
            (what, value): number
            for what, values in found.items()
            for number, value in enumerate(sorted(values, key=lambda item: self._rank(what, item)), start=1)
        }

    def _rank(self, what: Class, value: Any) -> str:
        return hmac.new(self.salt, canonical_bytes([what, value]), hashlib.sha256).hexdigest()


def _shown(value: Any, document: Document | None) -> Any:
    """The walked value as JSON: as it is, or as the document has it."""
    if isinstance(value, Leaf):
        if document is None:
            return value.value
        return value.value if document.shows(value.what) else document.label(value.what, value.value)
    if isinstance(value, _Pairs):
        shown = [(str(_shown(key, document)), _shown(item, document)) for key, item in value.items]
        if len(found := dict(shown)) == len(shown):
            return found
        return [[key, item] for key, item in shown]  # keys that read the same once they are masked
    if isinstance(value, dict):
        return {name: _shown(item, document) for name, item in value.items()}
    if isinstance(value, list):
        return [_shown(item, document) for item in value]
    if isinstance(value, str) and document is not None:
        return _INSIDE.sub(lambda found: _inside(found[0], document), value)
    return value


def _inside(found: str, document: Document) -> str:
    what: Class = "unit" if found.startswith("u-") else "person"
    return found if document.shows(what) else document.label(what, found)
