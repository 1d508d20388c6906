"""From a rule document to text: TOML for people, JSON for programs.

Both hold exactly the document: what they are read as has the same digest.  TOML has one ``[[source]]`` and
one ``[[clause]]`` for each, what they consist of in one line where it fits, and numbers as decimals where
they have one.  JSON has those as texts, so that no reader takes them for binary floats.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from party_workflow.canonical import decimal_text, parse_day
from party_workflow.errors import NotCanonical
from party_workflow.policies.documents.parameters import DECIMALS

if TYPE_CHECKING:
    from party_workflow.policies.documents.document import RuleDocument

WIDTH: Final = 100
"""How long a line may get before the list in it is written one element a line."""
_LISTS: Final = ("source", "clause")
_FIRST: Final = ("type", "code")


def json_text(document: RuleDocument) -> str:
    """A document as JSON, indented, keys in the order of the reference."""
    return json.dumps(_texts(_body(document)), ensure_ascii=False, indent=2) + "\n"


def toml_text(document: RuleDocument) -> str:
    """A document as TOML."""
    import tomlkit  # some 30 ms, and only whoever writes documents needs it
    from tomlkit.items import AoT, Array, InlineTable

    def item(value: Any, *, wide: bool) -> Any:
        match value:
            case Mapping():
                table = tomlkit.inline_table()
                for key, inner in value.items():
                    table.append(key, item(inner, wide=False))
                return table
            case list() | tuple():
                array = tomlkit.array()
                for inner in value:
                    array.append(item(inner, wide=False))
                return array.multiline(wide)
            case Decimal():
                return tomlkit.value(decimal_text(value))
            case str():
                return tomlkit.value(value) if _is_day(value) else value
            case _:
                return value

    def section(values: Mapping[str, Any]) -> Any:
        table = tomlkit.table()
        apart: list[tuple[str, Any]] = []
        for key, value in _ordered(values):
            found = item(value, wide=False)
            if len(key) + len(_shown(found)) > WIDTH:
                if isinstance(found, InlineTable):
                    apart.append(
                        (key, value)
                    )  # a header ends what belongs to the one before: these come last
                    continue
                found = item(value, wide=True)
            table.append(key, found)
        for key, value in apart:
            table.append(key, section(value))
        return table

    def _shown(found: Any) -> str:
        return str(found.as_string()) if isinstance(found, Array | InlineTable) else ""

    body = _body(document)
    text = tomlkit.document()
    for key, value in body.items():
        if key not in (*_LISTS, "population") or not value:
            text.append(key, item(value, wide=False))
    text.append("population", section(body["population"]))
    for name in (each for each in _LISTS if body[each]):
        parts: AoT = tomlkit.aot()
        for each in body[name]:
            parts.append(section(each))
        text.append(name, parts)
    return tomlkit.dumps(text)


def _body(document: RuleDocument) -> dict[str, Any]:
    return document.model_dump(mode="python", exclude_defaults=True, context={DECIMALS: True})


def _texts(value: Any) -> Any:
    match value:
        case Mapping():
            return {key: _texts(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_texts(inner) for inner in value]
        case Decimal():
            return decimal_text(value)
        case _:
            return value


def _ordered(values: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    first = [(key, values[key]) for key in _FIRST if key in values]
    return [*first, *((key, value) for key, value in values.items() if key not in _FIRST)]


def _is_day(text: str) -> bool:
    try:
        parse_day(text)
    except NotCanonical:
        return False
    return True
