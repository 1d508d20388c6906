"""What is wrong with the form of a document, said for whoever wrote it.

pydantic says for each alternative of a union why it does not fit, with the names of its classes in the path.
Here the path is that of the document, of several alternatives the one that was meant is taken, and each fault
says what is expected and what to do; a mistyped word is answered with the nearest known one.  No value that
was written is repeated.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Discriminator, Tag, ValidationError
from pydantic.fields import FieldInfo

from party_workflow.policies.documents.findings import Finding, child, put
from party_workflow.policies.documents.lint_rules import BY_CODE
from party_workflow.policies.documents.locate import Path

_SHOWN: Final = re.compile(r"[a-z_][a-z0-9_]{0,40}")


@dataclass(frozen=True, slots=True)
class _Item:
    """One error: its path in the data, the alternatives of unions on the way, and what stands there."""

    path: Path
    branches: tuple[tuple[int, str], ...]
    kind: str
    message: str
    context: Mapping[str, Any]
    models: tuple[type[BaseModel], ...]
    given: Any


def findings_of(error: ValidationError, data: Any, model: type[BaseModel]) -> list[Finding]:
    """A validation error of a model as findings: no classes in the paths, one finding for one mistake."""
    errors = error.errors(include_url=False, include_input=False)
    items = [_traced(item, data, model) for item in errors[:MOST]]
    found = [put(_said(item), item.path, data) for item in _chosen(items, 0)]
    if len(errors) > MOST:
        what = f"Of {len(errors)} faults these are the first {MOST}."
        found.append(Finding("", what, "Mend them, and the others show."))
    return list(dict.fromkeys(found))


MOST: Final = 500
"""Faults of form that are said of one document."""


# --- where ---------------------------------------------------------------------------------------


def _traced(error: Any, data: Any, model: type[BaseModel]) -> _Item:
    kinds: list[Any] = [model]
    here, path, branches = data, list[str | int](), list[tuple[int, str]]()
    loc = list(error["loc"])
    for index, element in enumerate(loc):
        if element == "[key]":
            continue
        members, tagged = _unwrapped(kinds)
        if isinstance(element, str) and tagged:
            kinds = [each for each in members if _is_tagged(each, element)] or members
            kinds = [_untagged(each) for each in kinds]
            continue
        known = _has(here, element)
        last = index == len(loc) - 1
        if known or (last and error["type"] == "missing"):
            kinds = [inner for each in members for inner in _inner(each, element)]
            here = child(here, element)
            path.append(element)
        elif isinstance(element, str):
            branches.append((len(path), element))
            named = [each for each in members if getattr(each, "__name__", "") == element]
            kinds = named or members
    members, _ = _unwrapped(kinds)
    models = tuple(each for each in members if isinstance(each, type) and issubclass(each, BaseModel))
    if error["type"] == "union_tag_invalid" and _has(here, _discriminator(error.get("ctx", {}))):
        path.append(_discriminator(error["ctx"]))
    if error["type"] == "extra_forbidden":
        models = _models_at(loc[:-1], data, model)
    message = error["msg"].removeprefix("Value error, ").rstrip(".")
    context = error.get("ctx", {})
    return _Item(tuple(path), tuple(branches), error["type"], message, context, models, here)


def _models_at(loc: Sequence[Any], data: Any, model: type[BaseModel]) -> tuple[type[BaseModel], ...]:
    return _traced({"loc": loc, "type": "", "msg": ""}, data, model).models


def _has(here: Any, element: str | int) -> bool:
    if isinstance(here, BaseModel):
        return element in type(here).model_fields
    if isinstance(here, Mapping):
        return element in here
    return isinstance(here, list | tuple) and isinstance(element, int) and element < len(here)


def _unwrapped(kinds: Iterable[Any]) -> tuple[list[Any], bool]:
    """The alternatives of some annotations, and whether they are told apart by a tag."""
    found: list[Any] = []
    tagged = False
    for kind in kinds:
        if get_origin(kind) is Annotated:
            inner, *marks = get_args(kind)
            if any(isinstance(mark, Tag) for mark in marks):
                found.append(kind)
                continue
            tagged = tagged or any(_tells_apart(mark) for mark in marks)
            members, more = _unwrapped([inner])
            found += members
            tagged = tagged or more
        elif get_origin(kind) in (Union, UnionType):
            members, more = _unwrapped(get_args(kind))
            found += members
            tagged = tagged or more
        elif kind is not NoneType:
            found.append(kind)
    return found, tagged


def _tells_apart(mark: Any) -> bool:
    return isinstance(mark, Discriminator) or (isinstance(mark, FieldInfo) and mark.discriminator is not None)


def _untagged(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _is_tagged(kind: Any, tag: str) -> bool:
    if get_origin(kind) is Annotated:
        return any(isinstance(mark, Tag) and mark.tag == tag for mark in get_args(kind)[1:])
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return any(
            tag in get_args(info.annotation)
            for info in kind.model_fields.values()
            if get_origin(info.annotation) is Literal and info.is_required()
        )
    return False


def _inner(kind: Any, element: str | int) -> list[Any]:
    kind = _untagged(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        info = kind.model_fields.get(str(element))
        return [] if info is None else [Annotated[info.annotation, info]]
    arguments = get_args(kind)
    if not arguments:
        return []
    return [arguments[0] if isinstance(element, int) else arguments[-1]]


# --- which ---------------------------------------------------------------------------------------


def _chosen(items: Iterable[_Item], level: int) -> list[_Item]:
    """Of the alternatives of each union the one that was meant; where that cannot be told, all as one."""
    found: dict[Any, Any] = {}
    for number, item in enumerate(items):
        if len(item.branches) <= level:
            found[number] = item
        else:
            depth, branch = item.branches[level]
            group = found.setdefault(("union", item.path[:depth]), {})
            group.setdefault(branch, []).append(item)
    chosen: list[_Item] = []
    for each in found.values():
        chosen += [each] if isinstance(each, _Item) else _of_union(each, level)
    return chosen


def _of_union(group: Mapping[str, list[_Item]], level: int) -> list[_Item]:
    if len(group) == 1:
        return _chosen(next(iter(group.values())), level + 1)
    deep = [items for items in group.values() if any(_within(item, level) for item in items)]
    if deep:
        best = min(deep, key=lambda items: (sum(item.kind == "literal_error" for item in items), len(items)))
        return _chosen(best, level + 1)
    first = next(iter(group.values()))[0]
    expected = dict.fromkeys(_expected(item) for items in group.values() for item in items)
    message = f"{_either(list(expected))} is expected here"
    return [_Item(first.path, (), "several", message, {}, (), first.given)]


def _either(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)


def _within(item: _Item, level: int) -> bool:
    return len(item.path) > item.branches[level][0] or item.kind == "value_error"


# --- what ----------------------------------------------------------------------------------------

_KINDS: Final[Mapping[str, str]] = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "dict_type": "a table",
    "mapping_type": "a table",
}
_WRITTEN: Final[Mapping[str, str]] = {
    "a text": 'Write it in quotes: "…".',
    "a whole number": "Write it without a point and without quotes: 3.",
    "true or false": "Write true or false, without quotes.",
    "a list": "Put what it holds in brackets: […], also where it is one.",
    "a table": "Write its fields by name: { name = value, … }.",
}


def _expected(item: _Item) -> str:
    match item.kind:
        case "literal_error":
            return _quoted(item.context.get("expected", ""))
        case kind if kind in _KINDS:
            return _KINDS[kind]
        case "value_error":
            return "a number"
        case _:
            return "something else"


def _said(item: _Item) -> Finding:
    what, remedy = _words(item)
    return Finding("", what, remedy, item.kind if item.kind in BY_CODE else "form")


def _words(item: _Item) -> tuple[str, str]:
    if item.kind in _KINDS:
        expected = _KINDS[item.kind]
        return f"{_capital(expected)} is expected here.", _WRITTEN[expected]
    if item.kind in BY_CODE:  # a validator raised `broken`
        what, remedy = _value(item)
        return what, BY_CODE[item.kind].remedy if remedy == _MEND else remedy
    say = _SAYINGS.get(item.kind)
    if say is not None:
        return say(item)
    return f"{_capital(item.message)}.", "Mend the value."


def _missing(item: _Item) -> tuple[str, str]:
    return f"`{item.path[-1]}` is missing.", "Add it: nothing is assumed."


def _extra(item: _Item) -> tuple[str, str]:
    key = str(item.path[-1]) if item.path else ""
    known = [name for model in item.models for name in model.model_fields]
    shown = f"`{key}`" if _SHOWN.fullmatch(key) else "of this name"
    return f"There is no field {shown} here.", nearest(key, known, "It may have")


def _tag(item: _Item) -> tuple[str, str]:
    by = _discriminator(item.context)
    known = re.findall(r"'([^']*)'", str(item.context.get("expected_tags", "")))
    return "This is none that there is.", nearest(child(item.given, by), known, "There are")


def _discriminator(context: Mapping[str, Any]) -> str:
    return str(context.get("discriminator", "type")).strip("'")


def _no_tag(item: _Item) -> tuple[str, str]:
    by = _discriminator(item.context)
    return f"`{by}` is missing.", f"Say of which {by} it is; the reference of clauses has them."


def _literal(item: _Item) -> tuple[str, str]:
    known = re.findall(r"'([^']*)'", str(item.context.get("expected", "")))
    return "This is no word that may stand here.", nearest(item.given, known, "It may be")


def _number(item: _Item) -> tuple[str, str]:
    limits = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    said = " and ".join(
        f"{words} {item.context[key]}" for key, words in limits.items() if key in item.context
    )
    return f"The number must be {said}.", "Mend the number."


def _pattern(item: _Item) -> tuple[str, str]:
    if item.context.get("pattern", "").startswith("^[0-9a-f]{64}"):
        return "This is no digest.", "Give the SHA-256 as 64 hexadecimal digits."
    remedy = "Lower-case ASCII letters, digits, and _ . -, a letter first, 64 at most."
    return "This is not a code.", remedy


_MEND: Final = "Mend it."


def _value(item: _Item) -> tuple[str, str]:
    sentence, point, rest = item.message.partition(". ")
    if point:
        return f"{_capital(sentence)}.", f"{_capital(rest)}."
    sentence, colon, rest = item.message.partition(": ")
    if colon:
        return f"{_capital(sentence)}.", f"{_capital(rest)}."
    return f"{_capital(item.message)}.", _MEND


def _length(item: _Item) -> tuple[str, str]:
    if "min_length" in item.context:
        return f"At least {item.context['min_length']} are needed here.", "Add what is missing."
    return f"At most {item.context.get('max_length')} may stand here.", "Remove what is too much."


def _together(item: _Item) -> tuple[str, str]:
    return f"{_capital(item.message)}.", "Write one of them."


_SAYINGS: Final[Mapping[str, Callable[[_Item], tuple[str, str]]]] = {
    "missing": _missing,
    "extra_forbidden": _extra,
    "union_tag_invalid": _tag,
    "union_tag_not_found": _no_tag,
    "literal_error": _literal,
    "greater_than": _number,
    "greater_than_equal": _number,
    "less_than": _number,
    "less_than_equal": _number,
    "string_pattern_mismatch": _pattern,
    "value_error": _value,
    "too_short": _length,
    "too_long": _length,
    "several": _together,
}


def nearest(given: object, known: Iterable[str], else_: str = "There are") -> str:
    """What to write instead of a word that is not known: the nearest one, or all that there are."""
    listed = list(dict.fromkeys(known))
    near = difflib.get_close_matches(given, listed, n=2) if isinstance(given, str) else []
    if near:
        return f"Did you mean {' or '.join(f'`{each}`' for each in near)}?"
    return f"{else_}: {', '.join(listed) or 'none'}."


def _quoted(text: str) -> str:
    return text.replace("'", '"')


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
