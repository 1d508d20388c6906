"""The record, the port to a store of records, and the in-memory store that is its reference.

A record is the event and the circumstance around it, as canonical bytes; those bytes are what is
stored, exported, hashed and sealed.  One log holds one tenant.  Positions run without a gap from
1 and equal commit order; `recorded_at` never decreases with position.  See ADR 0002 to 0005.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from party_workflow.canonical import (
    bytes_digest,
    canonical_bytes,
    parse_canonical,
    parse_time,
    time_text,
)
from party_workflow.codec import Event, Registry
from party_workflow.errors import (
    CommandIdConflict,
    DamagedHistory,
    Fault,
    InvalidInput,
    NotCanonical,
    VersionConflict,
)

FORMAT: Final = "party-workflow/1"
LOG_STREAM: Final = "log"
"""The stream of the genesis record: version 1 of it is position 1 of the log."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who gives a command: the account, the person behind it, in which capacity, for whom.

    `capacity` is a role code, or ``self`` for somebody acting for themselves.
    `delegate_of` is the person on whose behalf a delegate acts.
    """

    account: str
    person: str
    capacity: str = "self"
    delegate_of: str | None = None

    def circumstance(self) -> dict[str, str]:
        """The part of a command's digest that says who gave it."""
        found = {"account": self.account, "capacity": self.capacity, "person": self.person}
        return found if self.delegate_of is None else {**found, "delegate_of": self.delegate_of}


@dataclass(frozen=True, slots=True)
class Source:
    """Where an imported command came from: the batch, the line, and the source's own time if it differs."""

    batch: str
    line: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """The circumstance of one event.  Times are UTC; absent values are None and have no key in the bytes."""

    log: str
    position: int
    stream: str
    version: int
    event_id: str
    stored_type: str
    schema: int
    effective_at: datetime
    recorded_at: datetime
    account: str
    person: str
    capacity: str
    command_id: str
    command_type: str
    command_digest: str
    counter: int
    delegate_of: str | None = None
    causation: str | None = None
    correlation: str | None = None
    signature: str | None = None
    source: Source | None = None

    @property
    def actor(self) -> Actor:
        """Who caused the event."""
        return Actor(self.account, self.person, self.capacity, self.delegate_of)


@dataclass(frozen=True, slots=True)
class Record:
    """One stored record: its envelope, the event's data as stored, and the canonical bytes of both."""

    envelope: Envelope
    data: Mapping[str, Any]
    bytes: bytes

    @property
    def position(self) -> int:
        """The record's place in the log, from 1."""
        return self.envelope.position

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes."""
        return bytes_digest(self.bytes)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as read back, upcast to today's schema, with its envelope."""

    event: Event
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Draft:
    """An event on its way in, with the stream it is meant for and when it took effect."""

    stream: str
    event: Event
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class Deposit:
    """A secret ballot on its way to the box: the round it belongs to and the choice, nothing else."""

    box: str
    ballot: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Append:
    """What is recorded together or not at all: the events of one command, on one or several streams.

    `expected` names every stream that the decision read, written to or not, with the version read;
    a stream that has moved on since makes the append fail with `VersionConflict`.
    """

    log: str
    command_id: str
    command_type: str
    command_digest: str
    actor: Actor
    recorded_at: datetime
    drafts: tuple[Draft, ...]
    expected: Mapping[str, int]
    causation: str | None = None
    correlation: str | None = None
    source: Source | None = None
    deposits: tuple[Deposit, ...] = ()
    empties: tuple[str, ...] = ()
    """Boxes whose ballots are taken out with this append."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a recorded command: where its events stand.  The same again for the same command id."""

    command_id: str
    command_digest: str
    first_position: int
    last_position: int
    repeated: bool = field(default=False, compare=False)

    @property
    def positions(self) -> range:
        """The positions of the command's events."""
        return range(self.first_position, self.last_position + 1)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log ends: position 0 and no time for an empty one."""

    position: int
    recorded_at: datetime | None
    log: str | None


class EventStore(Protocol):
    """The port to a store of records.  What passes `party_workflow.testing.StoreContract` is one."""

    def append(self, batch: Append) -> Receipt:
        """Record a batch atomically and durably.

        Raises `VersionConflict` if a stream moved on, `CommandIdConflict` if the command id stands
        for another command, `InvalidInput` if `recorded_at` lies before the head's.  A command id
        recorded before, with the same digest, gives the receipt of then and records nothing.
        """

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        """Records in position order, lazily, from after a position to a position inclusive."""

    def read_stream(self, stream: str, after: int = 0) -> Iterator[Record]:
        """Records of one stream in version order, from after a version."""

    def head(self) -> Head:
        """Where the log ends."""

    def receipt(self, command_id: str) -> Receipt | None:
        """The receipt of a command recorded before."""

    def ballots(self, box: str) -> Sequence[Mapping[str, str]]:
        """The ballots waiting in a box, in an order that says nothing about voters or times."""


# --- the record's bytes ----------------------------------------------------------------------


def event_id(log: str, command_id: str, index: int) -> str:
    """The id of the index-th event of a command: 32 hexadecimal digits derived from both."""
    return hashlib.sha256(f"party_workflow/event/1\n{log}\n{command_id}\n{index}".encode()).hexdigest()[:32]


def compose(batch: Append, head: Head, versions: Mapping[str, int], counter: int) -> list[Record]:
    """The records of a batch, given where the log and its streams stand.  Pure; every store calls it.

    `versions` are the current versions of the streams written to, `counter` how many commands the
    account has recorded before.  Raises `InvalidInput` if time would run backwards.
    """
    if head.recorded_at is not None and batch.recorded_at < head.recorded_at:
        raise InvalidInput(
            Fault(
                f"command {batch.command_id}",
                f"It would be recorded at {time_text(batch.recorded_at)}, before the log's last record "
                f"({time_text(head.recorded_at)}).",
                "Record it at a time no earlier; say when it happened with effective_at.",
            )
        )
    found: list[Record] = []
    current = dict(versions)
    for index, draft in enumerate(batch.drafts):
        current[draft.stream] = version = current.get(draft.stream, 0) + 1
        envelope = Envelope(
            log=batch.log,
            position=head.position + index + 1,
            stream=draft.stream,
            version=version,
            event_id=event_id(batch.log, batch.command_id, index),
            stored_type=draft.event.stored_type,
            schema=draft.event.schema_version,
            effective_at=draft.effective_at,
            recorded_at=batch.recorded_at,
            account=batch.actor.account,
            person=batch.actor.person,
            capacity=batch.actor.capacity,
            delegate_of=batch.actor.delegate_of,
            command_id=batch.command_id,
            command_type=batch.command_type,
            command_digest=batch.command_digest,
            counter=counter + 1,
            causation=batch.causation,
            correlation=batch.correlation,
            source=batch.source,
        )
        found.append(encode(envelope, draft.event.data()))
    return found


def encode(envelope: Envelope, data: Mapping[str, Any]) -> Record:
    """The record for an envelope and an event's data: canonical bytes, absent values left out."""
    body: dict[str, Any] = {
        "account": envelope.account,
        "capacity": envelope.capacity,
        "command": {
            "digest": envelope.command_digest,
            "id": envelope.command_id,
            "type": envelope.command_type,
        },
        "counter": envelope.counter,
        "data": data,
        "effective_at": time_text(envelope.effective_at),
        "id": envelope.event_id,
        "log": envelope.log,
        "person": envelope.person,
        "position": envelope.position,
        "recorded_at": time_text(envelope.recorded_at),
        "schema": envelope.schema,
        "stream": envelope.stream,
        "type": envelope.stored_type,
        "version": envelope.version,
    }
    optional = {
        "causation": envelope.causation,
        "correlation": envelope.correlation,
        "delegate_of": envelope.delegate_of,
        "signature": envelope.signature,
    }
    body.update({key: value for key, value in optional.items() if value is not None})
    if (source := envelope.source) is not None:
        body["source"] = {"batch": source.batch, "line": source.line}
        if source.at is not None:
            body["source"]["at"] = time_text(source.at)
    return Record(envelope, data, canonical_bytes(body))


def decode(stored: bytes, position: int = 0) -> Record:
    """Read a record from its bytes.  Raises `DamagedHistory` if they are not one in canonical form."""
    try:
        body = parse_canonical(stored)
        if not isinstance(body, dict):
            raise DamagedHistory(position, "The record is not an object.")
        source = body.pop("source", None)
        command = body.pop("command")
        envelope = Envelope(
            log=body.pop("log"),
            position=body.pop("position"),
            stream=body.pop("stream"),
            version=body.pop("version"),
            event_id=body.pop("id"),
            stored_type=body.pop("type"),
            schema=body.pop("schema"),
            effective_at=parse_time(body.pop("effective_at")),
            recorded_at=parse_time(body.pop("recorded_at")),
            account=body.pop("account"),
            person=body.pop("person"),
            capacity=body.pop("capacity"),
            delegate_of=body.pop("delegate_of", None),
            command_id=command["id"],
            command_type=command["type"],
            command_digest=command["digest"],
            counter=body.pop("counter"),
            causation=body.pop("causation", None),
            correlation=body.pop("correlation", None),
            signature=body.pop("signature", None),
            source=None
            if source is None
            else Source(
                source["batch"], source["line"], parse_time(source["at"]) if "at" in source else None
            ),
        )
        data = body.pop("data")
    except (NotCanonical, KeyError, TypeError) as error:
        raise DamagedHistory(position, f"The record cannot be read: {_plain(error)}") from None
    if body:
        raise DamagedHistory(position, f"The record has unknown keys: {', '.join(sorted(body))}.")
    return Record(envelope, data, stored)


def _plain(error: Exception) -> str:
    return f"the key {error} is missing." if isinstance(error, KeyError) else str(error)


def read_event(record: Record, registry: Registry) -> Recorded:
    """The event of a record, upcast to the registry's schema version."""
    envelope = record.envelope
    event = registry.event(envelope.stored_type, envelope.schema, dict(record.data), envelope.position)
    return Recorded(event, envelope)


# --- the reference store ---------------------------------------------------------------------


class MemoryStore:
    """The reference store: a list under a lock.  For tests, examples and replay of a history file."""

    def __init__(self, records: Sequence[Record] = ()) -> None:
        self._lock = threading.Lock()
        self._records: list[Record] = []
        self._streams: dict[str, list[Record]] = {}
        self._receipts: dict[str, Receipt] = {}
        self._counters: dict[str, int] = {}
        self._boxes: dict[str, list[Mapping[str, str]]] = {}
        self._woken = threading.Condition(self._lock)
        self._take(records)

    def append(self, batch: Append) -> Receipt:
        """See `EventStore.append`."""
        with self._lock:
            if known := self._receipts.get(batch.command_id):
                return repeated(known, batch)
            for stream, expected in batch.expected.items():
                actual = len(self._streams.get(stream, ()))
                if actual != expected:
                    raise VersionConflict(stream, expected, actual)
            versions = {draft.stream: len(self._streams.get(draft.stream, ())) for draft in batch.drafts}
            records = compose(batch, self._head(), versions, self._counters.get(batch.actor.account, 0))
            self._take(records)
            for box in batch.empties:
                self._boxes.pop(box, None)
            for deposit in batch.deposits:
                self._boxes.setdefault(deposit.box, []).append(deposit.ballot)
            self._woken.notify_all()
            return self._receipts[batch.command_id]

    def _take(self, records: Sequence[Record]) -> None:
        for record in records:
            envelope = record.envelope
            self._records.append(record)
            self._streams.setdefault(envelope.stream, []).append(record)
            self._counters[envelope.account] = envelope.counter
            first = self._receipts.get(envelope.command_id)
            self._receipts[envelope.command_id] = Receipt(
                envelope.command_id,
                envelope.command_digest,
                first.first_position if first else envelope.position,
                envelope.position,
            )

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        """See `EventStore.read`."""
        yield from self._records[after:until]

    def read_stream(self, stream: str, after: int = 0) -> Iterator[Record]:
        """See `EventStore.read_stream`."""
        yield from self._streams.get(stream, [])[after:]

    def head(self) -> Head:
        """See `EventStore.head`."""
        with self._lock:
            return self._head()

    def _head(self) -> Head:
        if not self._records:
            return Head(0, None, None)
        last = self._records[-1].envelope
        return Head(last.position, last.recorded_at, last.log)

    def receipt(self, command_id: str) -> Receipt | None:
        """See `EventStore.receipt`."""
        return self._receipts.get(command_id)

    def ballots(self, box: str) -> Sequence[Mapping[str, str]]:
        """See `EventStore.ballots`."""
        return sorted(self._boxes.get(box, ()), key=lambda ballot: canonical_bytes(dict(ballot)))

    def wait(self, after: int, timeout: float) -> bool:
        """Block until the log is longer than a position, or the time is up; says which."""
        with self._woken:
            return self._woken.wait_for(lambda: len(self._records) > after, timeout)


def repeated(known: Receipt, batch: Append) -> Receipt:
    """The answer to a command id that was recorded before: the same receipt, or a conflict."""
    if known.command_digest != batch.command_digest:
        raise CommandIdConflict(batch.command_id)
    return Receipt(
        known.command_id, known.command_digest, known.first_position, known.last_position, repeated=True
    )


Subscriber = Callable[[Record], None]
