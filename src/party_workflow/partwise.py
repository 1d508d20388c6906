"""Judges a definition part by part, so that every fault shows at once.

Where pydantic reads a body as a whole, one value out of form ends the reading, and what does not agree with
something else is never looked at.  Here each field of each part is read by itself.  What cannot be read is a
fault with its place, ``items[1].scale.type``; in its stead stands something that can, and the kind's own
judgement then runs over the whole.  What that finds at such a place follows from the first fault and is not
listed; nor is what it says of something whose code cannot be read: that shows once the code is mended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from party_workflow.codec import faults_of
from party_workflow.errors import Fault, Faults, InvalidDefinition, InvalidInput

M = TypeVar("M", bound=BaseModel)

Judge = Callable[[Any, Faults], None]
"""Adds what is wrong with a well-formed value; places are relative to it."""

_STANDS_IN: Final = "stands-in-"
_NAMED: Final = re.compile(rf"\b{_STANDS_IN}[0-9]+\b")
_FIELD: Final = re.compile(r"[a-z_][a-z0-9_.-]{0,40}")
_STAND_INS: Final[tuple[Any, ...]] = (1, False, (), {}, "2000-01-01", "2000-01-01T00:00:00.000000Z", "1")


def judged(model: type[M], data: Any, handler: Callable[[Any], M], judge: Judge, what: str = "") -> M:
    """What the handler of a wrap validator reads in `data`, judged.

    Raises `InvalidDefinition` with every fault.  `what` is said of data that are no object at all.
    """
    try:
        found = handler(data)
    except (ValidationError, InvalidDefinition) as error:
        faults = Faults()
        if isinstance(data, Mapping):
            reading = _Reading(faults)
            reading.judge(model.model_construct(**reading.fields(model, data, "")), judge, "")
        if not faults.found:
            faults.found += _told(error, what)
        raise InvalidDefinition(faults.found) from None
    faults = Faults()
    judge(found, faults)
    faults.raise_if_any(InvalidDefinition)
    return found


def _within(where: str, place: str) -> bool:
    return where == place or (where.startswith(place) and where[len(place)] in ".[")


def _told(error: ValidationError | InvalidInput, what: str = "") -> list[Fault]:
    return faults_of(error, what=what) if isinstance(error, ValidationError) else list(error.faults)


class _Reading:
    """Reads part by part and notes what cannot be read."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.stood_in = 0

    def part(self, model: type[BaseModel], data: Any, where: str) -> BaseModel:
        """A part with something readable in every field, and the faults noted.  It is not for use."""
        if isinstance(data, model):
            return data
        readable = getattr(model, "readable", None)
        before = len(self.faults.found)
        if readable is None and isinstance(data, Mapping):
            values = self.fields(model, data, where)
        else:
            values = {}
            if readable is None:
                self.faults.add(where, "It should be an object.", "Write its fields by name.")
                values = self.fields(model, {}, where, quiet=True)
        if len(self.faults.found) == before:
            try:
                return model.model_validate(data)
            except (ValidationError, InvalidInput) as error:
                for fault in _told(error):
                    place = f"{where}.{fault.where}" if fault.where and where else fault.where or where
                    self.faults.add(place, fault.what, fault.remedy)
        if readable is not None:
            return cast(BaseModel, readable(data))
        part = model.model_construct(**values)
        if hasattr(model, "judge"):
            self.judge(part, lambda value, faults: value.judge(faults), f"{where}.")
        return part

    def fields(
        self, model: type[BaseModel], data: Mapping[Any, Any], where: str, quiet: bool = False
    ) -> dict[str, Any]:
        dot = f"{where}." if where else ""
        values: dict[str, Any] = {}
        for name, info in model.model_fields.items():
            if name in data:
                before = len(self.faults.found)
                values[name] = self._value(info.annotation, tuple(info.metadata), data[name], f"{dot}{name}")
                if values[name] is not PydanticUndefined:
                    continue
                assert len(self.faults.found) > before
                del values[name]
            elif info.is_required() and not quiet:
                self.faults.add(f"{dot}{name}", "Field required.", "Add it.")
            values[name] = (
                self._stand_in(info) if info.is_required() else info.get_default(call_default_factory=True)
            )
        for key in data:
            if key not in model.model_fields and model.model_config.get("extra") == "forbid":
                shown = key if isinstance(key, str) and _FIELD.fullmatch(key) else "(not shown)"
                remedy = "Remove it, or look for a typing mistake in its name."
                self.faults.add(f"{dot}{shown}", "Extra inputs are not permitted.", remedy)
        return values

    def judge(self, part: BaseModel, judge: Judge, prefix: str) -> None:
        """Adds what the judgement finds, but not what stands where something could not be read."""
        found = Faults(
            [
                Fault(fault.where.removeprefix(prefix), fault.what, fault.remedy)
                for fault in self.faults.found
                if fault.where.startswith(prefix)
            ]
        )
        spoilt = [fault.where for fault in found.found]
        judge(part, found)
        for fault in found.found[len(spoilt) :]:
            said = f"{fault.where} {fault.what} {fault.remedy}"
            if not _NAMED.search(said) and not any(_within(fault.where, place) for place in spoilt):
                self.faults.add(f"{prefix}{fault.where}", fault.what, fault.remedy)

    def _value(self, kind: Any, metadata: Sequence[Any], data: Any, where: str) -> Any:
        """What can be read of a value; `PydanticUndefined` where nothing can, which is then noted."""
        if get_origin(kind) is Annotated:
            inner, *more = get_args(kind)
            return self._value(inner, (*more, *metadata), data, where)
        inner = _without_none(kind)
        if _is_model(inner) and (inner is kind or data is not None):
            return self.part(inner, data, where)
        if inner is not kind and data is not None and _parts_of(inner) is not None:
            return self._value(inner, metadata, data, where)
        element = _parts_of(kind)
        if element is not None and isinstance(data, list | tuple) and not _too_many(metadata, data):
            return tuple(self.part(element, each, f"{where}[{index}]") for index, each in enumerate(data))
        try:
            return TypeAdapter(Annotated[kind, *metadata] if metadata else kind).validate_python(data)
        except (ValidationError, InvalidInput) as error:
            for fault in _told(error):
                self.faults.add(_joined(where, fault.where), fault.what, fault.remedy)
            return PydanticUndefined

    def _stand_in(self, info: FieldInfo) -> Any:
        kind: Any = info.annotation
        self.stood_in += 1
        codes = (f"{_STANDS_IN}{self.stood_in}", f"u-{_STANDS_IN}{self.stood_in}")
        if _is_model(kind):
            if hasattr(kind, "readable"):
                return kind.readable({})
            return kind.model_construct(**self.fields(kind, {}, "", quiet=True))
        literal = get_args(kind) if get_origin(kind) is Literal else ()
        adapter: TypeAdapter[Any] = TypeAdapter(Annotated[kind, *info.metadata] if info.metadata else kind)
        for value in (*literal, *codes, *_STAND_INS):
            try:
                return adapter.validate_python(value)
            except (ValidationError, InvalidInput):
                continue
        return ()


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _without_none(kind: Any) -> Any:
    if get_origin(kind) not in (Union, UnionType):
        return kind
    rest = [each for each in get_args(kind) if each is not type(None)]
    return _plain(rest[0]) if len(rest) == 1 else kind


def _plain(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated and _is_model(get_args(kind)[0]) else kind


def _parts_of(kind: Any) -> type[BaseModel] | None:
    """The model of which a kind is a list, if it is one."""
    if get_origin(kind) is not tuple:
        return None
    element, *rest = get_args(kind)
    return element if rest == [Ellipsis] and _is_model(element) else None


def _too_many(metadata: Sequence[Any], data: Sequence[Any]) -> bool:
    """Whether a list is out of its bounds: then it is one fault, and no part of it is read."""
    longest = [mark.max_length for mark in _marks(metadata) if getattr(mark, "max_length", None) is not None]
    shortest = [mark.min_length for mark in _marks(metadata) if getattr(mark, "min_length", None) is not None]
    return any(len(data) > most for most in longest) or any(len(data) < least for least in shortest)


def _marks(metadata: Sequence[Any]) -> Iterator[Any]:
    for mark in metadata:
        yield from mark.metadata if isinstance(mark, FieldInfo) else (mark,)


def _joined(where: str, path: str) -> str:
    """``a`` and ``0.b`` as ``a[0].b``."""
    return where + "".join(f"[{each}]" if each.isdigit() else f".{each}" for each in path.split(".") if each)
