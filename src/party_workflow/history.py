"""Reading a log: lazily, as of any moment on two clocks, folded into states and projections.

`History` is a view of records; it holds none.  ``as_of(effective=…, known=…)`` narrows it to what had
happened by one moment and was known by another, and everything derived from it follows.
A fold runs by position unless it says ``order="effective"``: then by (effective time, position).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from party_workflow.canonical import digest, in_utc
from party_workflow.codec import Event, Registry
from party_workflow.decider import Decider
from party_workflow.store import Record, Recorded, read_event

S = TypeVar("S")
Order = Literal["position", "effective"]


class Readable(Protocol):
    """What a history is read from: any event store, or a list of records behind the same two methods."""

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        """Records in position order."""

    def read_stream(self, stream: str, after: int = 0) -> Iterator[Record]:
        """Records of one stream in version order."""


@dataclass(frozen=True, slots=True)
class Records:
    """Records held in memory, readable like a store: what came out of an export or a bundle.

    In position order; they need not begin at position 1.
    """

    items: tuple[Record, ...]

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        """Records in position order."""
        return (
            item for item in self.items if item.position > after and (until is None or item.position <= until)
        )

    def read_stream(self, stream: str, after: int = 0) -> Iterator[Record]:
        """Records of one stream in version order."""
        return (
            item for item in self.items if item.envelope.stream == stream and item.envelope.version > after
        )


@dataclass(frozen=True, slots=True)
class History:
    """The records of a log up to two moments: `effective` (had happened) and `known` (was recorded)."""

    source: Readable
    registry: Registry
    effective: datetime | None = None
    known: datetime | None = None
    until: int | None = None

    def as_of(self, *, effective: datetime | None = None, known: datetime | None = None) -> History:
        """The history as it had happened by `effective` and was known by `known`, both inclusive.

        Either may be left out.  Narrowing twice keeps the earlier moment of each clock.  Raises
        `NotCanonical` for a moment without a time zone.
        """
        effective = None if effective is None else in_utc(effective)
        known = None if known is None else in_utc(known)
        return replace(self, effective=_earlier(self.effective, effective), known=_earlier(self.known, known))

    def up_to(self, position: int) -> History:
        """The history up to a position inclusive; nothing up to 0."""
        position = max(position, 0)
        return replace(self, until=position if self.until is None else min(position, self.until))

    def records(self, *types: type[Event]) -> Iterator[Record]:
        """The records in position order, of these event types where any are given."""
        names = {kind.stored_type for kind in types}
        for record in self.source.read(0, self.until):
            if self.known is not None and record.envelope.recorded_at > self.known:
                return
            if (not names or record.envelope.stored_type in names) and self._happened(record):
                yield record

    def stream(self, stream: str) -> Iterator[Record]:
        """The records of one stream in version order."""
        for record in self.source.read_stream(stream):
            if self.known is not None and record.envelope.recorded_at > self.known:
                return
            if self.until is not None and record.position > self.until:
                return
            if self._happened(record):
                yield record

    def _happened(self, record: Record) -> bool:
        return self.effective is None or record.envelope.effective_at <= self.effective

    def events(self, *types: type[Event], order: Order = "position") -> Iterator[Recorded]:
        """The events, decoded.  In effective order they are held in memory to be sorted."""
        found = (read_event(record, self.registry) for record in self.records(*types))
        return found if order == "position" else iter(sorted(found, key=_by_effect))

    def state(self, decider: Decider[S], stream: str) -> S:
        """The state of one aggregate."""
        state = decider.initial()
        for record in self.stream(stream):
            state = decider.evolve(state, read_event(record, self.registry))
        return state

    def streams(self, category: str) -> list[str]:
        """The stream ids of a category, in order of first appearance."""
        found = {
            record.envelope.stream: None
            for record in self.records()
            if record.envelope.stream.partition("/")[0] == category
        }
        return list(found)

    def project(self, projection: Projection) -> dict[str, Any]:
        """The rows of a projection over this history, built from nothing."""
        rows: dict[str, Any] = {}
        advance(projection, rows, self.records(), self.registry)
        return rows

    def head(self) -> tuple[int, str]:
        """Position of the last record in view and a running digest over all of them.

        The digest is SHA-256 chained over the record digests: equal heads mean equal bytes.
        """
        position, running = 0, digest("party_workflow/head/1")
        for record in self.records():
            position, running = record.position, digest([running, record.digest])
        return position, running


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one is not None and other is not None else one or other


def _by_effect(recorded: Recorded) -> tuple[datetime, int]:
    return recorded.envelope.effective_at, recorded.envelope.position


Rows = MutableMapping[str, Any]
"""The rows of a read model: JSON-like values (see `party_workflow.canonical`) by string key."""


@dataclass(frozen=True, slots=True)
class Projection:
    """A read model as a value: which events it reads and what each does to its rows.

    `apply` may read and write rows and must depend on nothing else, so that dropping the rows and
    reading the events again gives the same rows.  A change of `apply` is a new `version`; versions
    live side by side in a store, each with a checkpoint that moves in the same transaction as the rows.
    """

    name: str
    version: int
    reads: tuple[type[Event], ...]
    apply: Callable[[Rows, Recorded], None]

    @property
    def key(self) -> str:
        """Name and version: what a store files the rows under."""
        return f"{self.name}@{self.version}"


def rows_digest(rows: Mapping[str, Any]) -> str:
    """The digest of a read model: what a rebuilt version is compared by."""
    return digest(dict(sorted(rows.items())))


def advance(projection: Projection, rows: Rows, records: Iterable[Record], registry: Registry) -> int:
    """Apply records to rows; returns the position reached, 0 if there were none."""
    names = {kind.stored_type for kind in projection.reads}
    reached = 0
    for record in records:
        if record.envelope.stored_type in names:
            projection.apply(rows, read_event(record, registry))
        reached = record.position
    return reached
