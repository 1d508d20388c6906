"""The places of a rule document at which something is said: each number, mode, day, list, with its type."""

from __future__ import annotations

import copy
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Discriminator

from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.documents.parameters import Valued, _form

Path = tuple[str | int, ...]
_HEAD: Final = ("code", "type", "basis")


@dataclass(frozen=True, slots=True)
class Place:
    """One value of a document: its path from the root, its JSON value, and what may stand there.

    `since` and `basis` are those of the clause; `dated` says that the place takes dated values.
    """

    path: Path
    value: Any
    annotation: Any
    owner: str
    since: str
    basis: str
    dated: bool

    @property
    def name(self) -> str:
        """Clause (or source) and field, such as ``total.parts[0].weight``."""
        text = self.owner
        for part in self.path[2:]:
            text += f"[{part}]" if isinstance(part, int) else f".{part}"
        return text


def places(document: RuleDocument) -> Iterator[Place]:
    """Every place of the sources and clauses of a document, those within lists and parts among them."""
    for kind in ("source", "clause"):
        for index, part in enumerate(getattr(document, kind)):
            since = getattr(part, "since", document.effective_from).isoformat()
            basis = getattr(part, "basis", "")
            dumped = part.model_dump(mode="json")
            yield from _within(part, dumped, (kind, index), part.code, since, basis)


def dated_places(document: RuleDocument) -> Iterator[Place]:
    """The parameters of a document: every place that takes dated values and says something."""
    return (place for place in places(document) if place.dated and place.value is not None)


def _within(
    part: BaseModel, dumped: Mapping[str, Any], path: Path, owner: str, since: str, basis: str
) -> Iterator[Place]:
    for name, info in type(part).model_fields.items():
        annotation: Any = info.annotation
        for mark in info.metadata:
            annotation = Annotated[annotation, mark]
        if name in _HEAD:
            continue
        yield from _at(getattr(part, name), dumped[name], annotation, (*path, name), owner, since, basis)


def _at(
    value: Any, dumped: Any, annotation: Any, path: Path, owner: str, since: str, basis: str
) -> Iterator[Place]:
    dated = takes_dates(annotation)
    yield Place(path, dumped, annotation, owner, since, basis, dated)
    if isinstance(value, BaseModel):
        yield from _within(value, dumped, path, owner, since, basis)
    elif isinstance(value, tuple):
        inner = _inner(annotation)
        for index, each in enumerate(value):
            if isinstance(each, BaseModel) and not isinstance(each, Valued):
                yield from _within(each, dumped[index], (*path, index), owner, since, basis)
            elif isinstance(each, Valued):
                plain = _plain(annotation)
                yield from _at(
                    each.value, dumped[index]["value"], plain, (*path, index, "value"), owner, since, basis
                )
                yield Place((*path, index, "since"), dumped[index]["since"], str, owner, since, basis, False)
            else:
                yield from _at(each, dumped[index], inner, (*path, index), owner, since, basis)
    elif isinstance(value, Mapping):
        inner = _inner(annotation)
        for key, each in value.items():
            yield from _at(each, dumped[key], inner, (*path, key), owner, since, basis)


def _arms(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _arms(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for arm in get_args(annotation):
            yield from _arms(arm)
    else:
        yield annotation


def _inner(annotation: Any) -> Any:
    """What the parts of a list, or the values of a mapping, are."""
    for arm in _arms(annotation):
        arguments = get_args(arm)
        if get_origin(arm) is tuple and not _is_valued(arguments[0]):
            return arguments[0]
        if arguments and get_origin(arm) is not None and issubclass(_class(get_origin(arm)), Mapping):
            return arguments[1]
    return Any


def _class(kind: Any) -> type:
    return kind if isinstance(kind, type) else object


def _is_valued(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Valued)


def _plain(annotation: Any) -> Any:
    """A type that takes dates, without them."""
    for arm in _arms(annotation):
        if get_origin(arm) is tuple and _is_valued(get_args(arm)[0]):
            return get_args(arm)[0].model_fields["value"].annotation
    return annotation


def takes_dates(annotation: Any) -> bool:
    """Whether an annotation is one of dated values."""
    if isinstance(annotation, Discriminator):
        return annotation.discriminator is _form
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        return any(takes_dates(mark) for mark in marks) or takes_dates(inner)
    if get_origin(annotation) in (Union, types.UnionType):
        return any(takes_dates(arm) for arm in get_args(annotation))
    return False


def codes(annotation: Any, value: str) -> tuple[str, ...]:
    """The codes among which a value was chosen: those of the literal that has it."""
    for arm in _arms(annotation):
        if get_origin(arm) is Literal and value in get_args(arm):
            return get_args(arm)
        if get_origin(arm) is tuple:
            continue
    return ()


def arms(annotation: Any) -> tuple[Any, ...]:
    """The types that may stand at a place."""
    return tuple(_arms(annotation))


REMOVE: Final = object()
"""Stands for a value that is taken out."""


def changed(document: RuleDocument, place: Place, value: Any) -> dict[str, Any]:
    """The body of a document with another value at a place."""
    body = copy.deepcopy(document.body)
    kind, index = place.path[0], place.path[1]
    assert isinstance(kind, str)
    assert isinstance(index, int)
    part = getattr(document, kind)[index].model_dump(mode="json", exclude_none=True)
    body[kind][index] = part
    at: Any = part
    for step in place.path[2:-1]:
        at = at[step]
    if value is REMOVE:
        del at[place.path[-1]]
    else:
        at[place.path[-1]] = value
    return body
