"""Makes values and commands of any pydantic model from a pool of ids that is shared, so that they meet.

`Maker` walks the annotations of a command and asks a `Choice` for each decision; Hypothesis stands behind
one (`party_workflow.testing.strategies`), anything with ``randrange`` behind the other (`Chance`).  A command
that is made fits its schema or is None; whether the rules permit it is for the workflow to say.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, Protocol, TypeVar, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from party_workflow.calendar import Period
from party_workflow.codec import Command
from party_workflow.errors import InvalidInput
from party_workflow.lifecycle import Lifecycle
from party_workflow.personal import Personal

T = TypeVar("T")

_TRIES: Final = 4
"""How often a model is made anew whose fields do not fit each other, before giving up."""


class Choice(Protocol):
    """Where decisions come from."""

    def below(self, bound: int) -> int:
        """A whole number from 0 to bound - 1."""
        ...


class _Random(Protocol):
    def randrange(self, stop: int, /) -> int: ...


@dataclass(frozen=True, slots=True)
class Chance:
    """A `Choice` out of a generator of numbers such as ``random.Random(seed)``."""

    generator: _Random

    def below(self, bound: int) -> int:
        return self.generator.randrange(bound)


@dataclass(frozen=True)
class Pool:
    """The values that commands are made of.  Few of each, so that commands hit what exists.

    `texts` are strings of every kind: ids, codes, keys, digests, streams; a field takes those that fit its
    pattern.  `named` says which are likely under the name of a field, `together` which values of several
    fields belong together, by the category of the command (the code and the digest of one definition).
    """

    texts: tuple[str, ...]
    moments: tuple[datetime, ...] = (datetime(2009, 3, 2, 1, tzinfo=UTC),)
    periods: tuple[str, ...] = ("2009", "2009-H1", "2009-Q1", "2009-03", "2009-04")
    documents: tuple[Mapping[str, Any], ...] = ({"code": "standing"},)
    named: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    together: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_fitting", {})

    def fitting(self, pattern: str) -> tuple[str, ...]:
        """The texts of the pool that a pattern takes."""
        cache: dict[str, tuple[str, ...]] = self.__dict__["_fitting"]
        if pattern not in cache:
            takes = re.compile(pattern)
            cache[pattern] = tuple(text for text in self.texts if takes.search(text))
        return cache[pattern]

    def around(self, now: datetime) -> Pool:
        """The same pool with moments about now: to the microsecond, an hour and days before and after."""
        steps = (0, 1, 3600, 86_400, 8 * 86_400, 40 * 86_400)
        moments = tuple(now + sign * timedelta(seconds=step) for step in steps for sign in (-1, 1))
        return replace(self, moments=(*self.moments, *moments))


@dataclass(frozen=True, slots=True)
class Found:
    """What a walk through states and events found: texts, numbers, and values by the name of their field."""

    texts: tuple[str, ...]
    numbers: tuple[int, ...]
    named: Mapping[str, tuple[Any, ...]]


def harvest(*values: Any, most: int = 4000) -> Found:
    """Everything of use in states, events and definitions: ids and codes, by the name they stand under."""
    texts: dict[str, None] = {}
    numbers: dict[int, None] = {}
    named: dict[str, dict[Any, None]] = {}
    left = most
    for name, value in _walk(values, "", 0):
        left -= 1
        if left < 0:
            break
        if isinstance(value, str):
            texts[value] = None
        elif type(value) is int:
            numbers[value] = None
        if name:
            named.setdefault(name, {})[value] = None
    return Found(tuple(texts), tuple(numbers), {name: tuple(each) for name, each in named.items()})


def _walk(value: Any, name: str, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > 14:
        return
    if isinstance(value, str | int | Decimal | Fraction | date | Period):
        yield name, value
    elif isinstance(value, Lifecycle):  # its moves and states are codes like others
        yield from _walk(value.data(), name, depth + 1)
    elif isinstance(value, BaseModel):
        for inner in type(value).model_fields:
            yield from _walk(getattr(value, inner, None), inner, depth + 1)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _walk(getattr(value, each.name, None), each.name, depth + 1)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(key, name, depth + 1)
            yield from _walk(inner, key if isinstance(key, str) else name, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in sorted(value, key=repr) if isinstance(value, set | frozenset) else value:
            yield from _walk(inner, name, depth + 1)


@dataclass(frozen=True)
class Maker:
    """Makes values of annotated types.

    `near` is what stands close to the matter of the command (see `harvest`): preferred to the pool.
    """

    choice: Choice
    pool: Pool
    near: Found = field(default_factory=lambda: Found((), (), {}))
    me: str | None = None
    """Who gives the command: often the person that it is about."""
    streams: tuple[str, ...] = ()
    """The streams that exist: a field that names a stream mostly names one of these."""

    def chance(self, of: int) -> bool:
        """True once in so many times."""
        return self.choice.below(of) == 0

    def pick(self, among: Sequence[T]) -> T:
        """One of several."""
        return among[self.choice.below(len(among))]

    def command(self, kind: type[Command], given: Mapping[str, Any] | None = None) -> Command | None:
        """A command of a class, with these fields given; None where none came out that fits its schema."""
        together = self.pool.together.get(kind.stored_type.partition(".")[0], ())
        for _ in range(_TRIES):
            said = dict(given or {})
            if together and not self.chance(8):
                group = self.pick(together)
                said = {name: each for name, each in group.items() if name in kind.model_fields} | said
            try:
                return kind(**self.fields(kind, said))
            except (ValidationError, InvalidInput):
                continue
        return None

    def altered(self, command: Command, fixed: Mapping[str, Any]) -> Command:
        """The command with one to three fields made anew, but not the fixed ones; itself where none fits."""
        names = [name for name in type(command).model_fields if name not in fixed]
        if not names:
            return command
        gone = {self.pick(names) for _ in range(1 + self.choice.below(3))}
        for group in self.pool.together.get(command.stored_type.partition(".")[0], ()):
            gone |= group.keys() if not gone.isdisjoint(group) else set()
        kept = {name: getattr(command, name) for name in names if name not in gone}
        return self.command(type(command), {**kept, **fixed}) or command

    def fields(self, kind: type[BaseModel], given: Mapping[str, Any]) -> dict[str, Any]:
        """Values for the fields of a model; an optional field is left at its default as often as not."""
        made: dict[str, Any] = dict(given)
        for name, info in kind.model_fields.items():
            if name not in made and (info.is_required() or self.chance(2)):
                made[name] = self.field(name, info)
        return made

    def field(self, name: str, info: FieldInfo) -> Any:
        """A value for one field."""
        return self.value(info.annotation, tuple(info.metadata), name)

    def value(self, annotation: Any, metadata: tuple[Any, ...] = (), name: str = "") -> Any:
        """A value of an annotated type.  Raises `TypeError` for a type that commands do not hold."""
        origin = get_origin(annotation)
        if origin is Annotated:
            inner, *more = get_args(annotation)
            return self.value(inner, (*more, *metadata), name)
        if origin in (Union, types.UnionType):
            arms = [arm for arm in get_args(annotation) if arm is not type(None)]
            if len(arms) < len(get_args(annotation)) and self.chance(6):
                return None
            return self.value(self.pick(arms), metadata, name)
        if origin is Literal:
            return self.pick(get_args(annotation))
        if origin in (tuple, list):
            return self._several(get_args(annotation)[0], metadata, name)
        if origin is dict:
            key, inner = get_args(annotation)
            if inner is Any:
                return dict(self.pick(self.pool.documents))
            keys = self._several(key, metadata, name)
            return {each: self.value(inner, (), name) for each in keys}
        return self._plain(annotation, metadata, name)

    def _several(self, inner: Any, metadata: tuple[Any, ...], name: str) -> tuple[Any, ...]:
        least, most = 0, 3
        for mark in _marks(metadata):
            if isinstance(mark, MinLen):
                least = mark.min_length
            elif isinstance(mark, MaxLen):
                most = min(most, mark.max_length)
        wanted = max(least, self.choice.below(most + 1))
        singular = name.removesuffix("s")
        return tuple(self.value(inner, (), singular) for _ in range(wanted))

    def _plain(self, kind: Any, metadata: tuple[Any, ...], name: str) -> Any:
        if kind is bool:
            return bool(self.choice.below(2))
        if kind is str:
            return self._text(metadata, name)
        if kind is int:
            return self._integer(metadata)
        if kind is Decimal:
            return self.pick((Decimal(0), Decimal(1), Decimal(10), Decimal("2.5"), Decimal(-1), Decimal(100)))
        if kind is Fraction:
            return self.pick((Fraction(0), Fraction(1, 2), Fraction(2, 3), Fraction(1), Fraction(9, 7)))
        if kind is datetime:
            return self.pick(self.pool.moments)
        if kind is date:
            return self.pick(self.pool.moments).date()
        if kind is Period:
            return Period(self.pick(self.pool.periods))
        if kind is Personal:
            return Personal(self.pick(("A word about it.", "Another.", "同意。")))
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return self.model(kind)
        if kind is Any:
            return self.pick(self.pool.texts)
        raise TypeError(f"No values are known of the type {kind!r} (field {name or 'without a name'}).")

    def model(self, kind: type[BaseModel]) -> Any:
        """A nested model; its fields by keyword where none came out that fits, for its owner to refuse."""
        made: dict[str, Any] = {}
        for _ in range(_TRIES):
            made = self.fields(kind, {})
            try:
                return kind(**made)
            except (ValidationError, InvalidInput):
                continue
        return made

    def _integer(self, metadata: tuple[Any, ...]) -> int:
        low, high = 0, 1 << 53
        for mark in _marks(metadata):
            match mark:
                case Ge(ge=bound):
                    low = int(bound)  # type: ignore[call-overload]
                case Gt(gt=bound):
                    low = int(bound) + 1  # type: ignore[call-overload]
                case Le(le=bound):
                    high = int(bound)  # type: ignore[call-overload]
                case Lt(lt=bound):
                    high = int(bound) - 1  # type: ignore[call-overload]
                case _:
                    pass
        likely = [number for number in (0, 1, 2, 3, 5, 30, *self.near.numbers[:20]) if low <= number <= high]
        likely += [-1] if low < 0 else []
        return self.pick(likely) if likely else max(low, 0)

    def _text(self, metadata: tuple[Any, ...], name: str) -> str:
        pattern = next((found for mark in metadata if (found := getattr(mark, "pattern", None))), "")
        takes = _compiled(str(pattern))
        if self.me is not None and takes.search(self.me) and pattern and not self.chance(2):
            return self.me
        if self.streams and pattern and takes.search("a/b") and not self.chance(6):
            alike = [each for each in self.streams if each.startswith(f"{name}/")]
            return self.pick(alike or self.streams)
        if not self.chance(3):
            for source in (self.near.named, self.pool.named):
                near = [text for text in source.get(name, ()) if isinstance(text, str) and takes.search(text)]
                if near and not self.chance(3):
                    return self.pick(near)
        if self.near.texts and not self.chance(3):
            near = [text for text in self.near.texts if takes.search(text)]
            if near:
                return self.pick(near)
        fitting = self.pool.fitting(str(pattern))
        if not fitting:
            raise TypeError(f"The pool has no text that fits {pattern} (field {name}).")
        return self.pick(fitting)


def _marks(metadata: tuple[Any, ...]) -> Iterator[Any]:
    """Bounds, also those that stand inside a field's own information."""
    for mark in metadata:
        if isinstance(mark, FieldInfo):
            yield from mark.metadata
        else:
            yield mark


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
