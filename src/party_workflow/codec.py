"""Events and commands as frozen models in a closed registry, under names that last.

A stored type name and its schema version belong to the format, not to the code: classes and
modules may be renamed, the names may not.  Types are resolved through a `Registry` that is closed
when it is built; never through an import path, so a crafted row can name nothing else.
Old bytes are never rewritten: an `Upcaster` reads an older schema version as the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from party_workflow import canonical
from party_workflow.errors import (
    DamagedHistory,
    Fault,
    InvalidCommand,
    InvalidDefinition,
    InvalidInput,
    UnknownType,
)
from party_workflow.personal import Personal, Sealed
from party_workflow.relations import Effect, Relates, Requires, StepRule
from party_workflow.values import CODE_PATTERN, PERSON_PATTERN, UNIT_PATTERN, Kind

Upcast = Callable[[dict[str, Any]], dict[str, Any]]


class Event(BaseModel):
    """A fact: past tense, immutable, without judgement.  Subclasses are the library's own.

    `stored_type` and `schema_version` are what the log holds.  `requires`, `relates`, `unit_field`,
    `scope_fields`, `confidential_field` and `effect` declare who may cause it and what it means for who may
    do what next.  `unit_field` gives the matter its unit; `scope_fields` name units, or persons who stand
    for theirs, by which the reach of a role is measured for this one event: it has to reach all of them.
    With `step_field` the event is a step of a matter whose steps are data: that field names it, and what it
    demands is what the matter's opening event laid down for it (`step_rules`), not `requires`.
    With `step_code` it is a move whose demands the opening event may have narrowed under that code.
    What goes `along` with another event of the same command opens that command to nobody.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    stored_type: ClassVar[str]
    schema_version: ClassVar[int] = 1
    requires: ClassVar[Requires] = Requires()
    relates: ClassVar[tuple[Relates, ...]] = ()
    unit_field: ClassVar[str | None] = None
    scope_fields: ClassVar[tuple[str, ...]] = ()
    confidential_field: ClassVar[str | None] = None
    effect: ClassVar[Effect | None] = None
    step_field: ClassVar[str | None] = None
    step_code: ClassVar[str | None] = None
    along: ClassVar[bool] = False

    def persons(self, name: str) -> tuple[str, ...]:
        """The persons in a field: one id, several, or nobody; where fields are data, under that code."""
        value = getattr(self, name, None)
        if value is None or isinstance(value, Sealed):
            return ()
        return (value,) if isinstance(value, str) else tuple(value)

    def sealed_in(self, name: str) -> tuple[Sealed, ...]:
        """The sealed value in a field, if it holds one: somebody who does not stand in the log."""
        value = getattr(self, name, None)
        return (value,) if isinstance(value, Sealed) else ()

    def units_in(self, name: str) -> tuple[str, ...]:
        """The units in a field: the ids among its values, or its keys, that are those of units."""
        value = getattr(self, name, None) or ()
        found = (value,) if isinstance(value, str) else tuple(value)
        return tuple(item for item in found if isinstance(item, str) and item.startswith("u-"))

    def step_rules(self) -> Mapping[str, StepRule]:
        """What the event lays down for the steps that follow in its matter, by step; most events nothing."""
        return {}

    def data(self) -> dict[str, Any]:
        """The event as the record holds it: JSON values, absent fields left out."""
        return self.model_dump(mode="json", exclude_none=True)


class Part(BaseModel):
    """A value that stands in commands and events, such as a mark or an attendance.  Frozen.

    Building one by hand raises `InvalidInput` with every fault: class and field, what is wrong, what to do,
    and no value.  Within a command or an event its faults are among those of the whole.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def __init__(self, /, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise InvalidInput(faults_of(error, what=type(self).__name__)) from None

    # Tells pydantic that this is no way of its own of reading fields: within another model it is not called.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]


class Command(BaseModel):
    """A wish: imperative, validated at the border, not yet decided.

    `stored_type` names it in journals and envelopes.  `stream` is where its events go.  Building one raises
    `InvalidCommand` with every fault: stored type and field, what is wrong, what to do, and no value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    stored_type: ClassVar[str]

    def __init__(self, /, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise InvalidCommand(faults_of(error, what=self.stored_type)) from None

    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @property
    def stream(self) -> str:
        """The stream that this command is decided on."""
        raise NotImplementedError(f"{type(self).__name__} names no stream")


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """Marks a command field that leaves no trace in the log, not even in the command's digest.

    For the choices of a secret ballot: a digest over a handful of possible choices would give them away.
    """


UNRECORDED: Final = Unrecorded()


def command_digest(command: Command, circumstance: Mapping[str, Any]) -> str:
    """SHA-256 over a command and the circumstance it was given in, for telling a retry from a mix-up.

    Personal values count as present, not by content, and unrecorded fields not at all.
    """
    body = _without_secrets(command)
    return canonical.digest({"type": command.stored_type, "data": body, **circumstance})


def _without_secrets(model: BaseModel) -> dict[str, Any]:
    dumped = model.model_dump(mode="json", exclude_none=True)

    def walk(value: Any, shown: Any) -> Any:
        if isinstance(value, Personal):
            return {"sealed": True}
        if isinstance(value, BaseModel):
            fields = set(type(value).model_fields) - _unrecorded(type(value))
            return {key: walk(getattr(value, key), inner) for key, inner in shown.items() if key in fields}
        if isinstance(value, tuple | list):
            return [walk(item, inner) for item, inner in zip(value, shown, strict=True)]
        if isinstance(value, Mapping):
            texts = dict(zip(shown, value.values(), strict=True))
            return {key: walk(texts[key], inner) for key, inner in shown.items()}
        return shown

    found: dict[str, Any] = walk(model, dumped)
    return found


def _unrecorded(model: type[BaseModel]) -> set[str]:
    return {name for name, info in model.model_fields.items() if any(m is UNRECORDED for m in info.metadata)}


def personal_values(value: Any) -> list[Personal]:
    """Every personal value inside a command, in field order."""
    if isinstance(value, Personal):
        return [value]
    if isinstance(value, BaseModel):
        return [found for name in type(value).model_fields for found in personal_values(getattr(value, name))]
    if isinstance(value, tuple | list):
        return [found for item in value for found in personal_values(item)]
    if isinstance(value, Mapping):
        return [found for item in value.values() for found in personal_values(item)]
    return []


@dataclass(frozen=True, slots=True)
class Upcaster:
    """Reads schema version `from_version` of a stored type as the next version.  Pure."""

    stored_type: str
    from_version: int
    upcast: Upcast


class Registry:
    """The closed set of event types, their versions and the commands; nothing is added later."""

    def __init__(
        self,
        events: Iterable[type[Event]],
        commands: Iterable[type[Command]] = (),
        upcasters: Iterable[Upcaster] = (),
    ) -> None:
        self._events: dict[str, type[Event]] = {}
        self._commands: dict[str, type[Command]] = {}
        self._upcasters: dict[tuple[str, int], Upcast] = {}
        faults: list[Fault] = []
        for event in events:
            _enter(self._events, event, faults)
        for command in commands:
            _enter(self._commands, command, faults)
        for upcaster in upcasters:
            key = (upcaster.stored_type, upcaster.from_version)
            reads = self._events.get(upcaster.stored_type)
            if key in self._upcasters:
                what = f"Two upcasters read schema version {upcaster.from_version}."
                faults.append(Fault(upcaster.stored_type, what, "Remove one of them."))
            elif reads is None or not 1 <= upcaster.from_version < reads.schema_version:
                what = f"An upcaster reads schema version {upcaster.from_version}, which is no older one."
                faults.append(Fault(upcaster.stored_type, what, "Look for a typing mistake."))
            self._upcasters[key] = upcaster.upcast
        for name, event in self._events.items():
            faults += [
                Fault(
                    name,
                    f"No upcaster reads schema version {version}.",
                    "Add one; old bytes stay readable for ever.",
                )
                for version in range(1, event.schema_version)
                if (name, version) not in self._upcasters
            ]
        if faults:
            raise InvalidDefinition(faults)

    @property
    def events(self) -> Mapping[str, type[Event]]:
        """Event classes by stored type name."""
        return MappingProxyType(self._events)

    @property
    def commands(self) -> Mapping[str, type[Command]]:
        """Command classes by stored type name."""
        return MappingProxyType(self._commands)

    @property
    def fingerprint(self) -> str:
        """Changes with any event version or upcaster: part of the key of caches such as snapshots."""
        return canonical.digest(
            {
                "events": {name: event.schema_version for name, event in self._events.items()},
                "upcasters": sorted(f"{name}@{version}" for name, version in self._upcasters),
            }
        )

    def event(self, stored_type: str, schema: int, data: dict[str, Any], position: int = 0) -> Event:
        """The event for stored data, upcast to the current schema.

        Raises `UnknownType` for a name or a version that is not registered, `DamagedHistory` for
        data that does not fit.  Neither echoes a value.
        """
        kind = self._events.get(stored_type)
        if kind is None:
            raise UnknownType(
                position, f"The event type {_short(stored_type)} is not known to this registry."
            )
        if not 1 <= schema <= kind.schema_version:
            raise UnknownType(
                position,
                f"{stored_type} has schema version {schema}; this library knows 1 to {kind.schema_version}.",
            )
        while schema < kind.schema_version:
            try:
                data = self._upcasters[stored_type, schema](data)
            except Exception as error:  # whatever it stumbles over, the data are not of that version
                what = f"Its upcaster from schema version {schema} fails: {type(error).__name__}."
                raise DamagedHistory(position, f"{stored_type} does not fit its schema: {what}") from None
            schema += 1
        try:
            return kind.model_validate(data)
        except ValidationError as error:
            raise DamagedHistory(
                position, f"{stored_type} does not fit its schema: {explain(error)}"
            ) from None

    def command(self, stored_type: str, data: Mapping[str, Any], where: str = "") -> Command:
        """The command for a name and its fields.  Raises `InvalidCommand` with every fault, but no value."""
        kind = self._commands.get(stored_type)
        if kind is None:
            raise InvalidCommand(
                Fault(
                    where,
                    f"The command {_short(stored_type)} is not known.",
                    _nearest(stored_type, self._commands),
                )
            )
        try:
            return kind.model_validate(dict(data))
        except ValidationError as error:
            raise InvalidCommand(faults_of(error, where, stored_type)) from None


def _enter(table: dict[str, Any], kind: Any, faults: list[Fault]) -> None:
    if kind.stored_type in table and table[kind.stored_type] is not kind:
        faults.append(
            Fault(kind.stored_type, "Two classes claim this stored type name.", "Rename one of them.")
        )
    table[kind.stored_type] = kind


_FIELD: Final = re.compile(r"[a-z_][a-z0-9_]{0,40}")
_NAME: Final = re.compile(f"{CODE_PATTERN}|{PERSON_PATTERN}|{UNIT_PATTERN}".replace("^", "").replace("$", ""))


def _short(text: str) -> str:
    """A name that somebody wrote, if it has the form of one; what else people type may be personal."""
    return text if _NAME.fullmatch(text) else "(not shown)"


def _path(places: Sequence[int | str], bad_keys: Collection[Sequence[int | str]]) -> str:
    """Where in a model: field names, indexes and ids; not the keys that did not validate."""
    shown = []
    for index, place in enumerate(places):
        if place == "[key]":
            continue
        if isinstance(place, int) or (_FIELD.fullmatch(place) and places[: index + 1] not in bad_keys):
            shown.append(str(place))
        else:
            shown.append(place if re.fullmatch(PERSON_PATTERN, place) else "(not shown)")
    return ".".join(shown)


def _nearest(name: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, list(known), n=3)
    return f"Did you mean {' or '.join(near)}?" if near else "The reference lists the commands."


_REMEDIES: Final = {
    "missing": "Add it.",
    "extra_forbidden": "Remove it, or look for a typing mistake in its name.",
    "string_pattern_mismatch": "Use an id or a code of the documented form.",
}


def faults_of(error: ValidationError, where: str = "", what: str = "") -> list[Fault]:
    """A validation error as faults: path, message and remedy, without the values."""
    found = []
    items = error.errors(include_url=False, include_input=False, include_context=False)
    bad_keys = {item["loc"][: item["loc"].index("[key]")] for item in items if "[key]" in item["loc"]}
    for item in items:
        path = _path(item["loc"], bad_keys)
        place = " ".join(part for part in (where, f"{what}.{path}" if path else what) if part)
        message = item["msg"].removeprefix("Value error, ").rstrip(".")
        found.append(Fault(place, message + ".", _REMEDIES.get(item["type"], "Mend the value.")))
    return found


def explain(error: ValidationError) -> str:
    """A validation error in one line, without the values."""
    return "; ".join(str(fault) for fault in faults_of(error))


def kinds_of_strings(model: type[BaseModel]) -> dict[str, str]:
    """Every place of a model that can hold a string, and the kind declared for it.

    A place without a kind is reported as ``unmarked``: the schema walk fails on it.
    """
    found: dict[str, str] = {}

    def walk(annotation: Any, metadata: tuple[Any, ...], where: str, seen: tuple[Any, ...]) -> None:
        marks = [mark for mark in metadata if isinstance(mark, Kind)]
        if marks:
            found[where] = marks[0].name
            return
        origin = get_origin(annotation)
        if origin is Annotated:
            inner, *more = get_args(annotation)
            walk(inner, (*more, *metadata), where, seen)
        elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
            mark = getattr(annotation, "kind", None)
            if isinstance(mark, Kind):
                found[where] = mark.name
            elif annotation not in seen:
                walk_model(annotation, f"{where}.", (*seen, annotation))
        elif origin is not None and get_args(annotation):
            arguments = get_args(annotation)
            if all(isinstance(argument, str) for argument in arguments):
                found[where] = "code"
            else:
                for index, argument in enumerate(arguments):
                    if argument not in (Ellipsis, type(None)):
                        walk(argument, (), f"{where}[{index}]" if len(arguments) > 1 else where, seen)
        elif annotation in (int, bool):
            return
        else:
            found[where] = "unmarked"

    def walk_field(info: FieldInfo, where: str, seen: tuple[Any, ...]) -> None:
        walk(info.annotation, tuple(info.metadata), where, seen)

    def walk_model(inside: type[BaseModel], where: str, seen: tuple[Any, ...]) -> None:
        for name, info in inside.model_fields.items():
            walk_field(info, f"{where}{name}", seen)
        # What is written without being a declared field has no kind either.
        for name in inside.model_computed_fields:
            found[f"{where}{name}"] = "unmarked"
        if inside.model_config.get("extra") == "allow":
            found[f"{where}*"] = "unmarked"

    walk_model(model, "", (model,))
    return found
