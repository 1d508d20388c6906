"""From TOML or JSON text to a rule document, every fault with file, line and column.

Numbers are read as decimals, never as binary floats.  What a log could not store is refused here: words for
people, null, times of day, numbers without end, keys that stand twice.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from party_workflow import canonical
from party_workflow.errors import InvalidDefinition
from party_workflow.policies.documents.findings import Finding, located, put
from party_workflow.policies.documents.locate import Lost, Path, Places, Spot, in_json, in_toml, spot_of
from party_workflow.values import is_coded

Form = Literal["toml", "json"]
"""How a document is written."""

MAX_BYTES: Final = canonical.MAX_BYTES


@dataclass(frozen=True, slots=True)
class Written:
    """What a text says: its data, free of what cannot be stored, and where each part of it stands.

    The data need not be those of a document: `RuleDocument` judges them.
    """

    data: Mapping[str, Any]
    places: Places
    name: str


def read(text: str, form: Form, name: str = "") -> Written:
    """The data of a text.  Raises `InvalidDefinition` for what is no TOML or JSON, with its line."""
    _bounded(text, name)
    try:
        places = in_toml(text) if form == "toml" else in_json(text)
    except (Lost, RecursionError):
        places = Places()
    try:
        data = _parsed(text, form)
    except (ValueError, RecursionError) as error:
        raise InvalidDefinition(located(_syntax(error, places, text, form), places, name)) from None
    if not isinstance(data, dict):
        where = Finding("", "The text holds no table.", "Write the fields of a document by name.", "syntax")
        raise InvalidDefinition(located([where], places, name))
    return Written(data, places, name)


def unstorable(data: Any) -> list[Finding]:
    """What of some data a log could not store: each part of it is looked at, models aside."""
    return [put(each, each.path, data) for each in _walk(data, ())]


def plain(value: Any) -> Any:
    """Data with days as text, as documents have them."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, date) and not isinstance(value, datetime):
        return canonical.day_text(value)
    return value


# --- syntax --------------------------------------------------------------------------------------

_KEY: Final = r"(?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*')"
_CHAIN: Final = re.compile(rf"(?<![A-Za-z0-9_-]){_KEY}(?:[ \t]*\.[ \t]*{_KEY}){{32,}}[ \t]*[=\]]")
"""A key of so many parts that reading it takes longer the longer it is, squared."""


def _bounded(text: str, name: str) -> None:
    what = remedy = ""
    spot = Spot(1, 1)
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        spot = spot_of(text, error.start)
        what, remedy = "The text holds a lone surrogate.", "Save the file as UTF-8."
    else:
        if size > MAX_BYTES:
            what = f"The text has {size} bytes, more than the {MAX_BYTES} allowed."
            remedy = "Split the document."
        elif text.startswith("\ufeff"):
            what, remedy = "The text begins with a byte order mark.", "Save the file as UTF-8 without one."
        elif chain := _CHAIN.search(text):
            spot = spot_of(text, chain.start())
            what, remedy = "A key has more than 32 parts.", "Flatten it."
    if what:
        found = Finding("", what, remedy, "syntax", spot=spot)
        raise InvalidDefinition(located([found], Places(), name))


def _parsed(text: str, form: Form) -> Any:
    if form == "toml":
        return tomllib.loads(text, parse_float=Decimal)
    return json.loads(
        text,
        parse_float=Decimal,
        parse_int=_integer,
        parse_constant=_no_number,
        object_pairs_hook=_unique,
    )


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= 17 else Decimal(text)


def _no_number(text: str) -> Decimal:
    return Decimal("NaN")


class _Twice(ValueError):
    """A key of an object stands twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice
    return found


_AT: Final = re.compile(r" \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)$")


def _syntax(error: Exception, places: Places, text: str, form: Form) -> list[Finding]:
    """What is wrong with the syntax: every key that stands twice, or what the reader says."""
    if places.repeated:
        return [
            put(_twice(first, second), path, {}) for path, first, second in sorted(places.repeated, key=str)
        ]
    called = form.upper()
    if isinstance(error, RecursionError):
        what = f"The {called} is nested more than {canonical.MAX_DEPTH} deep."
        return [Finding("", what, "Flatten it.", "syntax")]
    if isinstance(error, json.JSONDecodeError):
        spot = Spot(error.lineno, error.colno)
        return [Finding("", f"This is no JSON: {_ended(error.msg)}", "Mend it there.", "syntax", spot=spot)]
    if isinstance(error, tomllib.TOMLDecodeError):
        at = _AT.search(str(error))
        said = str(error)[: at.start()] if at else str(error)
        spot = Spot(int(at[1]), int(at[2])) if at and at[1] else spot_of(text, len(text))
        return [Finding("", f"This is no TOML: {_ended(said)}", "Mend it there.", "syntax", spot=spot)]
    return [Finding("", "A number has too many digits.", "Round it.", "syntax")]


def _twice(first: Spot, second: Spot) -> Finding:
    what = f"This key stands in line {first.line} already."
    return Finding("", what, "Strike one of them out.", "syntax", spot=second)


def _ended(text: str) -> str:
    return text.rstrip(".") + "."


# --- what can be stored ----------------------------------------------------------------------------


_LABEL: Final = "Use a code, and label it in a pack."


def _walk(value: Any, path: Path) -> Iterator[Finding]:
    if len(path) > canonical.MAX_DEPTH:
        yield _found(path, f"It is nested more than {canonical.MAX_DEPTH} deep.", "Flatten it.")
        return
    match value:
        case Mapping():
            for key, item in value.items():
                if not isinstance(key, str) or not is_coded(key):
                    yield _found(
                        (*path, str(key)), "A key is not a code.", "Use a code, and label it in a pack."
                    )
                else:
                    yield from _walk(item, (*path, key))
        case list() | tuple():
            for index, item in enumerate(value):
                yield from _walk(item, (*path, index))
        case str():
            if not is_coded(value):
                what = "This is not a code, a number or a time; words for people have no place in a document."
                yield _found(path, what, _LABEL)
        case None:
            yield _found(path, "Null is never stored.", "Leave the key out.")
        case datetime():
            yield _found(path, "A time of day has several forms.", "Write a day: 2024-01-01.")
        case bool() | date() | int():  # how large a number may be its field says
            pass
        case Decimal():
            if not value.is_finite():
                yield _found(path, "The number is not finite.", "Write a number.")
        case float():
            yield _found(path, "A float is not exact.", 'Write a Decimal, a Fraction, or a text: "2/5".')
        case _:
            if not hasattr(value, "model_fields") and not hasattr(value, "numerator"):
                yield _found(path, "A time of day has several forms.", "Write a day: 2024-01-01.")


def _found(path: Path, what: str, remedy: str) -> Finding:
    return Finding("", what, remedy, "form", path=path)
