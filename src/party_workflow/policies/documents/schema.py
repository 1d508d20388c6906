"""The JSON Schema of rule documents, for editors: TOML and JSON documents are checked while they are typed.

It says what the models say of form, and describes each field; what the linter says it cannot know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from party_workflow.policies.documents.clauses import BaseClause
from party_workflow.policies.documents.described import describe, models_within
from party_workflow.policies.documents.document import RuleDocument
from party_workflow.policies.documents.parameters import Valued
from party_workflow.policies.documents.throughout import KEY, shareable

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The schema, as JSON values in a fixed order.

    Where something is said throughout the document, that is asked of no clause: whether it is said at all the
    reader tells.
    """
    found = RuleDocument.model_json_schema()
    models = {_key(model, found["$defs"]): model for model in models_within(RuleDocument)}
    names = _names(found["$defs"], models)
    definitions = {
        names[key]: _described(_plain(value, names), models.get(key))
        for key, value in sorted(found.pop("$defs").items(), key=lambda item: names[item[0]])
    }
    strict = list(_strict(definitions, models, names))
    document = _described(_plain(found, names), RuleDocument)
    document["properties"][KEY] = {
        "type": "object",
        "description": "What holds for every clause that needs it and does not say it.",
    }
    return {
        "$schema": DIALECT,
        **document,
        "title": "Rule document",
        "if": {"required": [KEY]},
        "else": {"properties": {"clause": {"items": {"allOf": strict}}}},
        "$defs": definitions,
    }


def _strict(
    definitions: Mapping[str, Any], models: Mapping[str, type[BaseModel]], names: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """What each type of clause has to have unless it is said throughout; taken out of its definition."""
    for key, model in models.items():
        if issubclass(model, BaseClause):
            clause = definitions[names[key]]
            shared = [name for name in clause["required"] if name in shareable(model)]
            clause["required"] = [name for name in clause["required"] if name not in shared]
            yield {
                "if": {"properties": {"type": {"const": clause["properties"]["type"]["const"]}}},
                "then": {"required": shared},
            }


def _key(model: type[BaseModel], definitions: Mapping[str, Any]) -> str:
    qualified = f"{model.__module__}.{model.__qualname__}".replace(".", "__")
    short = re.sub(r"[^A-Za-z0-9._-]", "_", model.__name__)
    return qualified if qualified in definitions else short


def _names(definitions: Mapping[str, Any], models: Mapping[str, type[BaseModel]]) -> dict[str, str]:
    """A short name for each definition: that of its class, numbered where several have it."""
    names: dict[str, str] = {}
    taken: dict[str, int] = {}
    for key in sorted(definitions):
        name = key.split("__")[-1] if "__" in key and not key.startswith("Valued_") else key.split("_")[0]
        taken[name] = taken.get(name, 0) + 1
        names[key] = name if taken[name] == 1 else f"{name}{taken[name]}"
    return names


def _plain(value: Any, names: Mapping[str, str]) -> Any:
    """A schema without null, which no document has, without titles that repeat the name of a field, and with
    ``anyOf`` where alternatives are not told apart by a word.
    """
    if isinstance(value, list):
        return [_plain(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return {"$ref": f"#/$defs/{names[value['$ref'].rpartition('/')[2]]}"}
    found: dict[str, Any] = {}
    for key, each in value.items():
        if key == "properties":
            found[key] = {name: _untitled(_plain(inner, names)) for name, inner in each.items()}
        elif key == "discriminator" or (key == "default" and each is None):
            continue
        elif key in ("anyOf", "oneOf"):
            rest = [_plain(each, names) for each in each if each != {"type": "null"}]
            if len(rest) == 1:
                found |= rest[0]
            else:
                found["oneOf" if "discriminator" in value else "anyOf"] = rest
        else:
            found[key] = _plain(each, names)
    return found


def _untitled(value: dict[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in value.items() if key != "title"}


def _described(value: dict[str, Any], model: type[BaseModel] | None) -> dict[str, Any]:
    if model is None:  # the dated values of a type: pydantic has one class for each
        model = Valued
    if issubclass(model, BaseClause):
        value["title"] = value["properties"]["type"]["const"]
    for name, inner in value.get("properties", {}).items():
        said = describe(model, name)
        if said:
            inner["description"] = said
    return value
