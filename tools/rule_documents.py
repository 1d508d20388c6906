"""The generated pages on rule documents: every clause, every rule of the linter, the schema for editors."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from party_workflow.policies.documents import CLAUSES, STAGES, BaseClause, RuleDocument
from party_workflow.policies.documents.described import describe, models_within
from party_workflow.policies.documents.lint_rules import LINT_RULES
from party_workflow.policies.documents.locate import in_toml
from party_workflow.policies.documents.parameters import Valued
from party_workflow.policies.documents.schema import json_schema
from party_workflow.policies.feeds import FEEDS

EXAMPLE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "every-clause.toml"


def schema() -> Iterator[str]:
    """The JSON Schema of rule documents."""
    yield json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"


def lint_rules() -> Iterator[str]:
    """Every rule of the linter."""
    yield "# Rules of the linter\n\nFor the policy author. What `lint` says of a rule document before it "
    yield "is used, by the code under which programs know it. A document with an *error* cannot be made a "
    yield "policy; a *warning* is for a person to judge. Each finding says the place, with line and column "
    yield "where the document is a text, and what to do.\n\n"
    yield "| code | severity | what is found | what to do |\n|---|---|---|---|\n"
    for rule in LINT_RULES:
        yield f"| `{rule.code}` | {rule.severity} | {_cell(rule.sentence)} | {_cell(rule.remedy)} |\n"


def clauses() -> Iterator[str]:
    """Every clause by stage: what it does, its fields, and an example that a test runs."""
    examples = _examples()
    yield "# Clauses of rule documents\n\nFor the policy author. A document has sources, a population and "
    yield "clauses; they are evaluated in the order in which they stand, and these are the stages in which "
    yield f"they may follow each other: {', '.join(STAGES)}. Every clause has `code`, `basis` and `since`, "
    yield "and may have `until` and `display`. The examples are from [one document](../every-clause.toml) "
    yield "that has every clause; editors check documents against [the schema](rule-document.schema.json) "
    yield "when their first line is `#:schema` and its path. What the linter says: "
    yield "[its rules](lint-rules.md).\n\n"
    names = [_type(kind) for kind in CLAUSES]
    yield "Clauses: " + ", ".join(f"[{name}](#{name})" for name in names) + ".\n\n"
    for kind in CLAUSES:
        yield f"## {_type(kind)}\n\nStage: {getattr(kind, 'stage', '') or 'as `at` says'}. "
        yield f"Gives {_GIVES[kind.output]}.\n\n"
        yield _doc(kind)
        yield _fields(kind, without=("type", "code", "basis", "since", "until", "display"))
        yield f"```toml\n{examples[_type(kind)]}```\n\n"
    yield "## Parts of clauses\n\n"
    for part in _parts():
        yield f"### {part.__name__}\n\n{_doc(part)}{_fields(part)}"


_GIVES = {
    "measure": "a measure",
    "grades": "grades",
    "nothing": "no measure: what it finds is part of the result",
}


def _type(kind: type[BaseClause]) -> str:
    return str(get_args(kind.model_fields["type"].annotation)[0])


def _parts() -> list[type[BaseModel]]:
    """The document, a source, and every part that a clause may hold, by name."""
    found = {each.__name__: each for each in models_within(RuleDocument)}
    plain = [each for each in found.values() if not issubclass(each, BaseClause | Valued | RuleDocument)]
    return [RuleDocument, *sorted(plain, key=lambda each: each.__name__)]


def _doc(kind: type[BaseModel]) -> str:
    text = inspect.cleandoc(kind.__doc__ or "")
    return re.sub(r"``([^`]*)``", r"`\1`", text) + "\n\n"


def _fields(kind: type[BaseModel], without: tuple[str, ...] = ()) -> str:
    rows = [
        f"| `{name}` | {_cell(_shown(info.annotation, info))} | {'yes' if info.is_required() else 'no'} | "
        f"{_default(info)} | {_cell(describe(kind, name))} |\n"
        for name, info in kind.model_fields.items()
        if name not in without
    ]
    return (
        "| field | is | required | otherwise | what it is |\n|---|---|---|---|---|\n" + "".join(rows) + "\n"
    )


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return ""
    value = info.get_default(call_default_factory=True)
    return "none" if value in (None, (), {}) else f"`{value}`"


def _shown(kind: Any, info: FieldInfo | None = None) -> str:
    """A type in words: ``number``, ``list of codes``, ``half_up or down``."""
    if get_origin(kind) is Annotated:
        inner, *marks = get_args(kind)
        return _shown(inner) if not any(_is_code(mark) for mark in marks) else "code"
    if info is not None and any(_is_code(mark) for mark in info.metadata):
        return "code"
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return ", ".join(f"`{each}`" for each in arguments)
    if origin in (Union, UnionType):
        shown = [_shown(each) for each in arguments if each is not NoneType]
        dated = [each for each in shown if not each.startswith("list of dated")]
        return " or ".join(dict.fromkeys(dated)) + (", or dated values" if len(dated) < len(shown) else "")
    if origin is tuple:
        inner = arguments[0]
        shown = "dated values" if _is_dated(inner) else _shown(inner)
        return (
            f"list of {shown}s" if shown in ("code", "number", "text", "whole number") else f"list of {shown}"
        )
    if origin is not None and len(arguments) == 2:
        return f"table of {_shown(arguments[1])}"
    if isinstance(kind, type) and issubclass(kind, BaseClause):
        return f"[`{_type(kind)}`](#{_type(kind)})"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    return _PLAIN.get(kind, str(getattr(kind, "__name__", "code")).lower())


_PLAIN: dict[Any, str] = {
    Fraction: "number",
    int: "whole number",
    bool: "true or false",
    date: "day",
    str: "text",
}


def _is_code(mark: Any) -> bool:
    return isinstance(mark, StringConstraints) and mark.pattern is not None


def _is_dated(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Valued)


def _examples() -> dict[str, str]:
    """The text of each clause of the example, by its type."""
    text = EXAMPLE.read_text("utf-8")
    lines = text.splitlines(keepends=True)
    document = RuleDocument.from_toml(text, EXAMPLE.name)
    places = in_toml(text)
    starts = [places.at(("clause", index)).line - 1 for index in range(len(document.clause))]
    ends = [*starts[1:], len(lines)]
    return {
        clause.type: "".join(lines[start:end]).rstrip() + "\n"
        for clause, start, end in zip(document.clause, starts, ends, strict=True)
    }


def _cell(text: str) -> str:
    return re.sub(r"``([^`]*)``", r"`\1`", " ".join(text.split())).replace("|", "\\|")


def feeds() -> Iterator[str]:
    """Every feed that a source can name, with its columns and the events that it reads."""
    yield "# Feeds\n\nFor the policy author. A source of a rule document names one of these feeds, or one "
    yield "stored event type. A feed gives rows: what several events say of one thing is joined, "
    yield "corrections are applied, what was reversed is gone. Every row has besides the columns `day`, "
    yield "`stream` and `position`.\n\n"
    yield f"There are: {', '.join(f'[{name}](#{name})' for name in sorted(FEEDS))}.\n"
    for name in sorted(FEEDS):
        feed = FEEDS[name]
        yield f"\n## {name}\n\nFrom {', '.join(f'`{kind.stored_type}`' for kind in feed.reads)}.\n\n"
        yield "| column | what it is |\n|---|---|\n"
        yield from (f"| `{column}` | {what} |\n" for column, what in feed.columns.items())
