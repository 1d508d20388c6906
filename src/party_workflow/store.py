"""The record, the port to a store of records, and the in-memory store that is its reference.

A record is the event and the circumstance around it, as canonical bytes; those bytes are what is
stored, exported, hashed and sealed.  One log holds one tenant.  Positions run without a gap from
1 and equal commit order; `recorded_at` never decreases with position.  See ADR 0002 to 0005.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NoReturn, Protocol

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
from party_workflow.values import (
    ACCOUNT_PATTERN,
    CODE_PATTERN,
    COMMAND_ID_PATTERN,
    DIGEST_PATTERN,
    EVENT_ID_PATTERN,
    KEY_PATTERN,
    PERSON_PATTERN,
    STREAM_PATTERN,
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
    account has recorded before.  Raises `InvalidInput` if time would run backwards, for another log, and for
    a batch without events.
    """
    if not batch.drafts:
        _refuse(batch, "It leads to no event.", "Record what happened, or do not append.")
    if head.log is not None and batch.log != head.log:
        _refuse(
            batch, f"It is meant for the log {batch.log}, and this is {head.log}.", "Open the right store."
        )
    if head.recorded_at is not None and batch.recorded_at < head.recorded_at:
        _refuse(
            batch,
            f"It would be recorded at {time_text(batch.recorded_at)}, before the log's last record "
            f"({time_text(head.recorded_at)}).",
            "Record it at a time no earlier; say when it happened with effective_at.",
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


def _refuse(batch: Append, what: str, remedy: str) -> NoReturn:
    raise InvalidInput(Fault(f"command {batch.command_id}", what, remedy))


def encode(envelope: Envelope, data: Mapping[str, Any]) -> Record:
    """The record for an envelope and an event's data: canonical bytes, absent values left out.

    Raises `InvalidInput` for an envelope that `decode` would not take.
    """
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
    if faults := misfits(_flat(body)):
        raise InvalidInput(faults)
    return Record(envelope, data, canonical_bytes(body))


_FORMS: Final = {
    key: re.compile(pattern.removeprefix("^").removesuffix("$"))
    for key, pattern in {
        "account": ACCOUNT_PATTERN,
        "capacity": CODE_PATTERN,
        "causation": EVENT_ID_PATTERN,
        "command.digest": DIGEST_PATTERN,
        "command.id": COMMAND_ID_PATTERN,
        "command.type": CODE_PATTERN,
        "correlation": COMMAND_ID_PATTERN,
        "delegate_of": PERSON_PATTERN,
        "id": EVENT_ID_PATTERN,
        "log": KEY_PATTERN,
        "person": PERSON_PATTERN,
        "signature": r"[A-Za-z0-9+/=._:-]{1,1024}",
        "source.batch": COMMAND_ID_PATTERN,
        "stream": STREAM_PATTERN,
        "type": CODE_PATTERN,
    }.items()
}
"""The forms of the texts in an envelope: ids and codes, so that no personal value fits there either."""
_COUNTS: Final = frozenset({"counter", "position", "schema", "source.line", "version"})
_TIMES: Final = frozenset({"effective_at", "recorded_at", "source.at"})
_OPTIONAL: Final = frozenset(
    {"causation", "correlation", "delegate_of", "signature", "source.at", "source.batch", "source.line"}
)
_REQUIRED: Final = (_FORMS.keys() | _COUNTS | _TIMES | {"data"}) - _OPTIONAL


def misfits(texts: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with these texts and counts of an envelope, by key; inner ones as ``command.id``."""
    found: list[Fault] = []
    for key, value in texts.items():
        if (form := _FORMS.get(key)) is not None:
            if type(value) is not str or not form.fullmatch(value):
                found.append(Fault(key, "It does not have the form of such an id.", f"Write {form.pattern}."))
        elif key in _COUNTS and (type(value) is not int or value < 1):
            found.append(Fault(key, "It is not a whole number from 1.", "Count from 1."))
    return found


def decode(stored: bytes, position: int = 0) -> Record:
    """Read a record from its bytes.  Raises `DamagedHistory` if they are not one in canonical form.

    What it takes is exactly what `encode` writes: nothing is ignored, and no value is repeated in the error.
    """
    try:
        body = parse_canonical(stored)
        if type(body) is not dict:
            raise DamagedHistory(position, "The record is not an object.")
        flat = _flat(body)
        required = _REQUIRED | {"source.batch", "source.line"} if "source" in body else _REQUIRED
        if missing := sorted(required - flat.keys()):
            raise DamagedHistory(position, f"The record lacks {', '.join(missing)}.")
        if unknown := flat.keys() - _REQUIRED - _OPTIONAL:
            shown = sorted(key if _FORMS["type"].fullmatch(key) else "(not shown)" for key in unknown)
            raise DamagedHistory(position, f"The record has unknown keys: {', '.join(shown)}.")
        if faults := misfits(flat):
            raise DamagedHistory(position, f"The record cannot be read: {'; '.join(map(str, faults))}")
        if type(flat["data"]) is not dict:
            raise DamagedHistory(position, "The record cannot be read: data is not an object.")
        times = {key: _time(flat[key], key, position) for key in _TIMES if key in flat}
        source = None
        if "source" in body:
            source = Source(flat["source.batch"], flat["source.line"], times.get("source.at"))
    except NotCanonical as error:
        raise DamagedHistory(position, f"The record cannot be read: {error}") from None
    envelope = Envelope(
        log=flat["log"],
        position=flat["position"],
        stream=flat["stream"],
        version=flat["version"],
        event_id=flat["id"],
        stored_type=flat["type"],
        schema=flat["schema"],
        effective_at=times["effective_at"],
        recorded_at=times["recorded_at"],
        account=flat["account"],
        person=flat["person"],
        capacity=flat["capacity"],
        delegate_of=flat.get("delegate_of"),
        command_id=flat["command.id"],
        command_type=flat["command.type"],
        command_digest=flat["command.digest"],
        counter=flat["counter"],
        causation=flat.get("causation"),
        correlation=flat.get("correlation"),
        signature=flat.get("signature"),
        source=source,
    )
    return Record(envelope, flat["data"], stored)


def _flat(body: Mapping[str, Any]) -> dict[str, Any]:
    """A record's keys with those of its two inner objects written as paths."""
    found: dict[str, Any] = {}
    for key, value in body.items():
        if key in ("command", "source") and type(value) is dict:
            found |= {f"{key}.{inner}": item for inner, item in value.items()}
        else:
            found[f".{key}" if "." in key else key] = value  # an outer key is never mistaken for an inner one
    return found


def _time(text: Any, key: str, position: int) -> datetime:
    if type(text) is not str:
        raise DamagedHistory(position, f"The record cannot be read: {key} is not a moment.")
    return parse_time(text)


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
