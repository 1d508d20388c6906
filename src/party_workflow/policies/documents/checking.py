"""A text of a rule document checked as a whole: syntax, form, references, rules, with line and column.

What cannot be read does not hide what is wrong with the rest: a clause out of form is left out, and the
others are judged without it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from party_workflow.codec import Registry
from party_workflow.errors import InvalidDefinition
from party_workflow.history import History
from party_workflow.policies.documents.document import RuleDocument
from party_workflow.policies.documents.findings import Finding, located, put
from party_workflow.policies.documents.lint import Lint, in_order, lint
from party_workflow.policies.documents.locate import Path
from party_workflow.policies.documents.reading import Form, plain, read
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.feeds.feed import Feed

_STANDS_IN: Final[Mapping[str, Any]] = {
    "code": "stands-in",
    "version": 1,
    "issuer": "stands-in",
    "number": "1",
    "issued_on": "0001-01-01",
    "effective_from": "0001-01-01",
    "offset_minutes": 0,
}
_OF_DAYS: Final = frozenset({"dates", "dated_gap", "superseded", "retroactive"})


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that was checked: the document in it, None where it cannot be read, and all that was found.

    Truthy when there is no error.
    """

    document: RuleDocument | None
    lint: Lint

    def __bool__(self) -> bool:
        return bool(self.lint)

    def __str__(self) -> str:
        return str(self.lint)


def check_text(
    text: str,
    form: Form,
    registry: Registry,
    *,
    name: str = "",
    feeds: Mapping[str, Feed] = FEEDS,
    population: int | None = None,
    history: History | None = None,
    vocabulary: Collection[str] | None = None,
) -> Checked:
    """Every fault of a text at once, with file, line and column (see `lint` for the arguments).

    `form` says whether it is TOML or JSON, `name` is that of its file.  Nothing is raised.
    """
    try:
        written = read(text, form, name)
    except InvalidDefinition as error:
        return Checked(None, in_order(each for each in error.faults if isinstance(each, Finding)))
    asked: dict[str, Any] = {
        "feeds": feeds,
        "population": population,
        "history": history,
        "vocabulary": vocabulary,
    }
    data = plain(written.data)
    document: RuleDocument | None = None
    try:
        document = RuleDocument.model_validate(data)
        found = lint(document, registry, **asked)
        told = [*found.errors, *found.warnings]
    except InvalidDefinition as error:
        told = [each for each in error.faults if isinstance(each, Finding)]
        told += _besides(data, told, registry, asked)
    return Checked(document, in_order(located(told, written.places, name)))


def _besides(
    data: Mapping[str, Any], told: Iterable[Finding], registry: Registry, asked: Mapping[str, Any]
) -> list[Finding]:
    """What is wrong with the parts of a document that can be read, the others left out."""
    spoilt = {
        each.path[:2] if each.path[:1] in (("source",), ("clause",)) else each.path[:1] for each in told
    }
    kept: dict[str, list[int]] = {}
    dropped: set[str] = set()
    rest = {key: value for key, value in data.items() if (key,) not in spoilt and key in _KNOWN}
    days = _STANDS_IN.keys() - rest.keys() & {"issued_on", "effective_from"} or ("effective_until",) in spoilt
    rest = {**{key: value for key, value in _STANDS_IN.items() if key not in rest}, **rest}
    for name in ("source", "clause"):
        parts = data.get(name)
        if not isinstance(parts, list) or (name,) in spoilt:
            return []
        kept[name] = [index for index in range(len(parts)) if (name, index) not in spoilt]
        dropped |= {
            str(part.get("code"))
            for index, part in enumerate(parts)
            if index not in kept[name] and isinstance(part, Mapping)
        }
        rest[name] = [parts[index] for index in kept[name]]
    if "population" not in rest:
        rest["population"] = {"source": "stands-in"}
        dropped.add("stands-in")
    try:
        document = RuleDocument.model_validate(rest)
    except InvalidDefinition:
        return []
    found = lint(document, registry, **asked, dropped=frozenset(dropped))
    named = re.compile(
        "|".join(rf"(?<![\w.-]){re.escape(code)}(?![\w-])" for code in sorted(dropped)) or "(?!)"
    )
    return [
        put(each, _original(each.path, kept), data)
        for each in (*found.errors, *found.warnings)
        if not named.search(each.what) and not (days and each.rule in _OF_DAYS)
    ]


def _original(path: Path, kept: Mapping[str, list[int]]) -> Path:
    """A path of what was kept as one of what was written."""
    if len(path) > 1 and isinstance(path[1], int) and path[0] in kept:
        return (path[0], kept[str(path[0])][path[1]], *path[2:])
    return path


_KNOWN: Final = frozenset(RuleDocument.model_fields)
