"""Any state or event as an outline for people: labels, names, and nothing that is absent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from party_workflow.canonical import fraction_text
from party_workflow.codec import Event
from party_workflow.personal import Sealed
from party_workflow.quantity import Quantity
from party_workflow.values import DIGEST_PATTERN, EVENT_ID_PATTERN, Definition
from party_workflow_adapters.cli.wording import Wording

if TYPE_CHECKING:
    from rich.tree import Tree

WIDE: Final = 84
"""Characters up to which a small record, or a part, stands on one line."""
FEW: Final = 3
"""Items of a list that a summary names; of more it gives the number."""
FULL: Final = "--full"
"""The option of `show` that unfolds definitions."""
_HASH: Final = re.compile(f"{DIGEST_PATTERN}|{EVENT_ID_PATTERN}")


def outline(
    title: str, value: Any, words: Wording, without: Iterable[str] = (), *, fold: bool = False
) -> Tree:
    """A tree of everything that a value holds, but for some of its fields.

    With `fold` a whole definition (the kind of a matter, the body that its opening carries) is one line.
    """
    from rich.text import Text
    from rich.tree import Tree

    tree = Tree(Text(title, style="bold"))
    hidden = {_readable(name) for name in without}
    for name, item in _parts(value, words):
        if name not in hidden and item != title:
            _add(tree, name, item, words, fold=fold)
    return tree


def _add(tree: Tree, name: str, item: Any, words: Wording, *, fold: bool) -> None:
    from rich.text import Text

    line = (_folded(name, item) if fold else None) or _line(item, words)
    if line is not None and len(name) + len(line) <= WIDE:
        tree.add(Text(f"{name}: {line}" if name else line))
    elif line is not None:
        tree.add(Text(name)).add(Text(line))
    else:
        parts = list(_parts(item, words))
        if not name and parts and (first := _line(parts[0][1], words)) is not None:
            # An item of a list goes by the first thing that it says.
            name, parts = first, parts[1:]
        branch = tree.add(Text(name))
        for inner, part in parts:
            _add(branch, inner, part, words, fold=fold)


def _folded(name: str, item: Any) -> str | None:
    """A definition by code and version; None for anything else."""
    if isinstance(item, Definition):
        code, version = getattr(item, "code", None), getattr(item, "version", None)
    elif name == "body" and isinstance(item, Mapping):
        code, version = item.get("code"), item.get("version")
    else:
        return None
    return f"{code} v{version} ({FULL} shows it)" if code is not None and version is not None else None


def _parts(value: Any, words: Wording) -> Iterable[tuple[str, Any]]:
    """The named parts of a value, without those that are absent and the flags that are not set."""
    named: Iterable[tuple[str, Any]]
    if isinstance(value, BaseModel):
        named = ((_readable(name), getattr(value, name)) for name in type(value).model_fields)
    elif is_dataclass(value):
        named = ((_readable(field.name), getattr(value, field.name)) for field in fields(value))
    elif isinstance(value, Mapping):
        named = ((_key(key, words), item) for key, item in value.items())
    else:
        named = (("", item) for item in _in_order(value))
    return [(name, item) for name, item in named if not _absent(item)]


def _readable(name: str) -> str:
    return name.strip("_").replace("_", " ")


def _key(key: Any, words: Wording) -> str:
    return (
        " / ".join(words.word(str(part)) for part in key) if isinstance(key, tuple) else words.word(str(key))
    )


def _absent(value: Any) -> bool:
    empty = isinstance(value, str | tuple | list | Mapping | frozenset | set) and not value
    return value is None or value is False or empty


def _in_order(value: Any) -> list[Any]:
    return sorted(value, key=str) if isinstance(value, frozenset | set) else list(value)


def _line(value: Any, words: Wording) -> str | None:
    """A value on one line; None if it needs several."""
    match value:
        case Sealed():
            return words.reveal(value)
        case bool():
            return "yes" if value else "no"
        case str():
            return f"{value[:12]}…" if _HASH.fullmatch(value) else words.word(value)
        case datetime():
            return words.moment(value)
        case Fraction():
            return fraction_text(value)
        case frozenset() | set() | tuple() | list() if all(isinstance(item, str | int) for item in value):
            return ", ".join(_line(item, words) or "" for item in _in_order(value))
        case tuple() | list() if len(value) == 1:
            return _line(value[0], words)
        case Mapping() if len(value) <= 2 * FEW and all(isinstance(item, int) for item in value.values()):
            return "; ".join(f"{_key(key, words)} {item}" for key, item in value.items())
        case frozenset() | set() | tuple() | list() | Mapping():
            return None
        case Quantity():
            return str(value)
        case BaseModel():
            return _flat(value, words)
        case _ if is_dataclass(value):
            return _flat(value, words)
        case _:
            return str(value)


def _flat(value: Any, words: Wording) -> str | None:
    """A small record on one line: ``status Present; categories Member``."""
    parts = []
    for name, item in _parts(value, words):
        if (line := _line(item, words)) is None:
            return None
        parts.append(f"{name} {line}")
    line = "; ".join(parts)
    return line if len(line) <= WIDE else None


def summary(event: Event, words: Wording, *, hashes: bool = True) -> str:
    """What an event says, in few words: long lists by their number, hashes shortened or left out."""
    parts = []
    for name, item in _parts(event, words):
        if not hashes and isinstance(item, str) and _HASH.fullmatch(item):
            continue
        if isinstance(item, tuple | list | Mapping) and len(item) > FEW:
            parts.append(f"{name}: {len(item)}")
            continue
        line = _line(item, words)
        if line is None and isinstance(item, Mapping):
            pairs = [(_key(key, words), _line(inner, words)) for key, inner in item.items()]
            line = ", ".join(f"{key} {inner}" if inner else key for key, inner in pairs)
        if line is None:
            line = str(len(item)) if isinstance(item, tuple | list) else "…"
        parts.append(f"{name}: {line}")
    return "; ".join(parts)
