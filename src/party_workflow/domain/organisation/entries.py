"""What is remembered of units, people and posts, each from a moment on, in the order of these moments."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeVar


class _Dated(Protocol):
    @property
    def since(self) -> datetime: ...


T = TypeVar("T", bound=_Dated)


def up_to(history: tuple[T, ...], at: datetime | None) -> tuple[T, ...]:
    """What took effect by a moment; everything where there is none."""
    if at is None or not history or history[-1].since <= at:
        return history
    return history[: bisect_right(history, at, key=lambda item: item.since)]


def after(history: tuple[T, ...], at: datetime) -> tuple[T, ...]:
    """What takes effect after a moment."""
    if not history or history[-1].since <= at:
        return ()
    return history[bisect_right(history, at, key=lambda item: item.since) :]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person counts at a moment, and as what."""

    unit: str
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a person at a moment, and only that: what an event leaves open stays as it was.

    So a change recorded late reaches until the next one of its own sort, whatever was recorded before it.
    """

    since: datetime
    what: Literal["joined", "moved", "changed", "left"]
    unit: str | None = None
    categories: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a unit hung from a moment on; open False after closing."""

    since: datetime
    parent: str | None
    open: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """Of which kind a unit was from a moment on."""

    since: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Limit:
    """The planned end of a unit, as settled from a moment on."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Tenure:
    """A person in a post of a unit, from a moment, perhaps until one (exclusive)."""

    post: str
    unit: str
    person: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """A person as the guest of a unit, from a moment, perhaps until one (exclusive)."""

    unit: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Succession:
    """Units that went into others: merged or split, with the ground.

    `before` are those that ceased, or of a split the one that went apart; `after` those that came of it.
    """

    since: datetime
    what: Literal["merged", "split"]
    before: tuple[str, ...]
    after: tuple[str, ...]
    ground: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a unit came of and what came of it, through every merger and split, in order of time."""

    unit: str
    predecessors: tuple[str, ...]
    successors: tuple[str, ...]
    steps: tuple[Succession, ...]
