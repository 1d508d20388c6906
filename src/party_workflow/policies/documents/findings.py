"""What is found wrong with a rule document: the place in it, in words and, in a text, by line and column.

A `Finding` is a `Fault` that programs can sort: by the rule that it breaks, by severity, by path.  Of keys
only those are shown that have the form of a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from party_workflow.errors import Fault, Faults
from party_workflow.policies.documents.locate import Path, Places, Spot
from party_workflow.values import CODE_PATTERN

Severity = Literal["error", "warning"]
"""A document with an error cannot be run; a warning is for a person to judge."""

_CODE: Final = re.compile(CODE_PATTERN)
_NAMED: Final = {"clause": "clause", "source": "source"}
_INDEX: Final = re.compile(r"\[([0-9]+)\]")


@dataclass(frozen=True, slots=True)
class Finding(Fault):
    """One thing wrong with a document.  `rule` is that of the linter, or how it could not be read: ``syntax``
    or ``form``; `path` where it stands in the document, `spot` where in its text.
    """

    rule: str = "form"
    severity: Severity = "error"
    path: Path = ()
    spot: Spot | None = None


class Findings(Faults):
    """Collects findings about one clause or about a document.  `rule` is what is broken unless it is said."""

    def __init__(self, rule: str = "clause", found: Iterable[Fault] = ()) -> None:
        super().__init__(list(found))
        self.rule = rule

    def add(
        self, where: str, what: str, remedy: str, rule: str | None = None, severity: Severity | None = None
    ) -> None:
        """Adds one.  `where` is relative to the clause: ``parts[1].weight``."""
        self.found.append(Finding(where, what, remedy, rule or self.rule, severity or "error"))


def tell(faults: Faults, rule: str, where: str, what: str, remedy: str) -> None:
    """Adds what breaks a rule of the linter, where a clause judges itself."""
    faults.found.append(Finding(where, what, remedy, rule))


def broken(rule: str, what: str) -> PydanticCustomError:
    """To raise in a validator, for a form that breaks a rule of the linter."""
    return PydanticCustomError(rule, "{what}", {"what": what})


def child(value: Any, key: str | int) -> Any:
    """What a part of a document, as a value or as data, has under a key; None where there is nothing."""
    if isinstance(value, BaseModel):
        return getattr(value, key, None) if isinstance(key, str) and key in type(value).model_fields else None
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, list | tuple) and isinstance(key, int) and 0 <= key < len(value):
        return value[key]
    return None


def in_words(path: Sequence[str | int], document: Any) -> str:
    """A path for people: ``clause `total`, parts[1].weight``.  A clause without a code goes by its number."""
    if len(path) >= 2 and path[0] in _NAMED and isinstance(path[1], int):
        code = child(child(child(document, path[0]), path[1]), "code")
        shown = f"`{code}`" if isinstance(code, str) and _CODE.fullmatch(code) else f"number {path[1] + 1}"
        rest = _dotted(path[2:])
        return f"{_NAMED[str(path[0])]} {shown}" + (f", {rest}" if rest else "")
    return _dotted(path)


def _dotted(path: Sequence[str | int]) -> str:
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if _CODE.fullmatch(part) else "(not shown)")
    return text


def path_in(where: str, value: Any) -> Path:
    """The path that a place such as ``worths.a.b[0].value`` means in a part; keys may have dots."""
    path: list[str | int] = []
    rest = where
    while rest:
        rest = rest.removeprefix(".")
        index = _INDEX.match(rest)
        if index is not None:
            key: str | int = int(index[1])
            rest = rest[index.end() :]
        else:
            key = _longest(rest, value)
            rest = rest[len(str(key)) :]
        path.append(key)
        value = child(value, key)
        if key == "":
            break
    return tuple(path)


def _longest(rest: str, value: Any) -> str:
    keys = [str(key) for key in value] if isinstance(value, Mapping) else []
    known = [key for key in keys if re.match(rf"{re.escape(key)}(?=[.\[]|$)", rest)]
    return max(known, key=len) if known else re.split(r"[.\[]", rest, maxsplit=1)[0]


def put(finding: Finding, path: Path, document: Any) -> Finding:
    """A finding at a path of a document, its place in words."""
    return replace(finding, where=in_words(path, document), path=path)


def under(found: Iterable[Fault], path: Path, document: Any) -> Iterator[Finding]:
    """Findings of a part of a document, whose places are relative to it, as findings of the document."""
    part = document
    for key in path:
        part = child(part, key)
    for fault in found:
        finding = fault if isinstance(fault, Finding) else _plain(fault)
        yield put(finding, (*path, *path_in(finding.where, part)), document)


def located(found: Iterable[Fault], places: Places, name: str = "") -> tuple[Finding, ...]:
    """Findings with file, line and column before their place, in the order of the text."""
    placed = [_located(each if isinstance(each, Finding) else _plain(each), places, name) for each in found]
    return tuple(sorted(placed, key=lambda each: each.spot or Spot(0, 0)))


def _plain(fault: Fault) -> Finding:
    return Finding(fault.where, fault.what, fault.remedy)


def _located(finding: Finding, places: Places, name: str) -> Finding:
    spot = finding.spot or places.at(finding.path)
    before = f"{name}:{spot.line}:{spot.column}" if name else str(spot)
    where = f"{before}: {finding.where}" if finding.where else before
    return replace(finding, where=where, spot=spot)
