"""The log as one actor may see it: matters that they may not see do not stand in it.

A `Seen` is a store for reading over another one.  What it leaves out leaves no trace in the rest: positions
run from 1 without a gap, so do the versions of each stream and the counters of each account, and whatever
else of an envelope would tell of a record that is not there is not there either.  So every projection and
policy, being a function of a history, works on it unchanged and gives what it would give had the hidden never
happened.

It is a view and no evidence.  Its records are not those of the log: bytes, digests and positions differ, no
seal holds for them, and it changes as its reader's rights do.  Whoever is to prove something to an outsider
needs the records themselves.  ``docs/explanation/what-cannot-be-hidden.md`` lists what the view cannot hide.

Field by field:

* *position*, *counter*, *version*: counted anew over what stands in the view.
* *causation*: kept where it names a record before it in the view.
* *correlation*: kept where it names a command of which something stands in the view up to there.
* *source*: never there.  The line tells of lines between, and the id of a batch is a digest over all of them.
* *signature*: never there; it was made over other bytes.
* *event id*: kept.  Of a command that led to protected events too, derived anew from the place among those
  in view, and so wherever it is cited.
* *command id and type*: kept.  Ids that are counted up tell of those between: whoever gives them draws them.
* *command digest*: kept; of a command that led to protected events too, a digest of its id.
* *log, schema, times, actor*: kept.

A record elsewhere that names a protected (confidential and hidden) matter, or an event of it, in its data is
not in the view either; where that record, or another of the command that it came with, begins its matter, the
whole matter is not.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

from party_workflow.authority import FOUNDATIONS, Parties
from party_workflow.canonical import digest
from party_workflow.store import Append, Envelope, EventStore, Head, Receipt, Record, encode, event_id

_NAMED: Final = re.compile(rb'"(?:[a-z][a-z_]{0,30}/)?[a-z0-9][a-z0-9.-]{0,62}"')
"""Strings in a record that may be the id of a stream, a key or an event id."""
_UNGUESSABLE: Final = re.compile(r"(?:.*[^0-9a-f])?[0-9a-f]{32}")
"""Keys that mean one matter wherever they stand, and are no word."""
HELD: Final = 20_000
"""Records that a view holds once it has made them: a policy reads them many times over."""
_FEW: Final = 40
"""So few texts are looked for one by one, which takes less time than finding all strings of a record."""
_CAUSATION: Final = 1
_CORRELATION: Final = 2
_TORN: Final = 4


@dataclass(slots=True)
class _Index:
    """Where each record in view stands: for each record of the log, at its position less one."""

    place: array[int] = field(default_factory=lambda: array("Q"))
    """Its position in the view, 0 where it is not in it."""
    version: array[int] = field(default_factory=lambda: array("Q"))
    counter: array[int] = field(default_factory=lambda: array("Q"))
    flags: bytearray = field(default_factory=bytearray)
    at: array[int] = field(default_factory=lambda: array("Q"))
    """For each position in the view, less one, the position in the log."""
    ids: dict[str, str] = field(default_factory=dict)
    """Event ids that are others in the view."""


class Seen:
    """A store for reading, with those matters of another whose parties `visible` approves; see the module.

    `parties` gives the parties of a stream as of the end of the log.  The view ends where the log ended when
    it was made.  The log is gone through once, at the first question.  Held are a few numbers a record,
    and at most `HELD` records as the view has them.
    """

    def __init__(
        self, store: EventStore, parties: Callable[[str], Parties], visible: Callable[[Parties], bool]
    ) -> None:
        self._store = store
        self._parties = parties
        self._visible = visible
        self._head = store.head()
        self._made: _Index | None = None
        self._held: dict[int, Record] = {}

    # --- reading -------------------------------------------------------------------------------

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        """See `EventStore.read`."""
        index = self._index()
        first, last = max(after, 0), len(index.at) if until is None else min(until, len(index.at))
        if first >= last:
            return
        if len(self._held) == len(index.at):  # all of them
            for position in index.at[first:last]:
                yield self._held[position]
            return
        for record in self._store.read(index.at[first] - 1, index.at[last - 1]):
            if index.place[record.position - 1]:
                yield self._shown(record, index)

    def read_stream(self, stream: str, after: int = 0) -> Iterator[Record]:
        """See `EventStore.read_stream`."""
        index = self._index()
        for record in self._store.read_stream(stream):
            if record.position > self._head.position:
                return
            if index.place[record.position - 1] and index.version[record.position - 1] > after:
                yield self._shown(record, index)

    def head(self) -> Head:
        """See `EventStore.head`."""
        index = self._index()
        if not index.at:
            return Head(0, None, None)
        last = next(self.read(len(index.at) - 1)).envelope
        return Head(last.position, last.recorded_at, last.log)

    def receipt(self, command_id: str) -> Receipt | None:
        """Where the events of a command stand in the view; None where none does."""
        index, known = self._index(), self._store.receipt(command_id)
        if known is None or known.last_position > self._head.position:
            return None
        places = [place for position in known.positions if (place := index.place[position - 1])]
        if not places:
            return None
        first = next(self.read(places[0] - 1)).envelope
        return Receipt(command_id, first.command_digest, places[0], places[-1])

    def ballots(self, box: str) -> Sequence[Mapping[str, str]]:
        """None: the ballots of a round that is open are nobody's to see."""
        return ()

    def append(self, batch: Append) -> Receipt:
        """It is for reading.  Raises `TypeError`."""
        raise TypeError("what one actor sees of a log is for reading")

    # --- the index -----------------------------------------------------------------------------

    def _index(self) -> _Index:
        if self._made is None:
            self._made = self._indexed()
        return self._made

    def _indexed(self) -> _Index:
        index, marks = _Index(), _Marks(self._parties, self._visible)
        versions: dict[str, int] = {}
        counters: dict[str, int] = {}
        events: set[str] = set()
        commands: set[str] = set()
        records = self._store.read(0, self._head.position)
        for command_id, batch in groupby(records, key=lambda record: record.envelope.command_id):
            several = marks.of_command(tuple(batch))
            torn = any(mark == _PROTECTED for _, mark in several)
            shown = [record for record, mark in several if mark == _SHOWN]
            if shown:
                account = shown[0].envelope.account
                counters[account] = counters.get(account, 0) + 1
                commands.add(command_id)
            number = 0
            for record, mark in several:
                if mark != _SHOWN:
                    for column in (index.place, index.version, index.counter):
                        column.append(0)
                    index.flags.append(0)
                    continue
                envelope = record.envelope
                versions[envelope.stream] = version = versions.get(envelope.stream, 0) + 1
                index.at.append(envelope.position)
                index.place.append(len(index.at))
                index.version.append(version)
                index.counter.append(counters[envelope.account])
                index.flags.append(
                    (_CAUSATION if envelope.causation in events else 0)
                    | (_CORRELATION if envelope.correlation in commands else 0)
                    | (_TORN if torn else 0)
                )
                events.add(envelope.event_id)
                anew = event_id(envelope.log, command_id, number)
                if torn and anew != envelope.event_id:
                    index.ids[envelope.event_id] = anew
                number += 1
        return index

    def _shown(self, record: Record, index: _Index) -> Record:
        """A record as it stands in the view."""
        if (held := self._held.get(record.position)) is not None:
            return held
        envelope, number = record.envelope, record.position - 1
        if index.ids or not self._stays(envelope, index, number):
            made = self._restated(record, index)
        else:
            made = record
        if len(self._held) < HELD:
            self._held[record.position] = made
        return made

    def _stays(self, envelope: Envelope, index: _Index, number: int) -> bool:
        """Whether a record stands in the view as it stands in the log, where no event id is another."""
        flags = index.flags[number]
        return (
            envelope.position == index.place[number]
            and envelope.version == index.version[number]
            and envelope.counter == index.counter[number]
            and envelope.source is None
            and envelope.signature is None
            and not flags & _TORN
            and (envelope.causation is None or bool(flags & _CAUSATION))
            and (envelope.correlation is None or bool(flags & _CORRELATION))
        )

    def _restated(self, record: Record, index: _Index) -> Record:
        envelope, number = record.envelope, record.position - 1
        flags, ids = index.flags[number], index.ids
        causation = envelope.causation if flags & _CAUSATION else None
        shown = replace(
            envelope,
            position=index.place[number],
            version=index.version[number],
            counter=index.counter[number],
            event_id=ids.get(envelope.event_id, envelope.event_id),
            causation=None if causation is None else ids.get(causation, causation),
            correlation=envelope.correlation if flags & _CORRELATION else None,
            command_digest=digest(["party_workflow/seen/1", envelope.command_id])
            if flags & _TORN
            else envelope.command_digest,
            source=None,
            signature=None,
        )
        data = _renamed(record.data, ids) if ids else record.data
        return record if shown == envelope and data == record.data else encode(shown, data)


_SHOWN: Final = 0
_HIDDEN: Final = 1
_PROTECTED: Final = 2


class _Marks:
    """Says of each record, in the order of the log, whether it is shown, hidden, or hidden and protected."""

    def __init__(self, parties: Callable[[str], Parties], visible: Callable[[Parties], bool]) -> None:
        self._parties = parties
        self._visible = visible
        self._streams: dict[str, int] = {}
        self._telling: set[bytes] = set()
        """Strings that tell of something protected: stream ids, keys nobody could guess, event ids."""

    def of_command(self, batch: Sequence[Record]) -> list[tuple[Record, int]]:
        """The records of one command.  What begins a matter may be several of them: it is protected as a
        whole whichever of these names something protected."""
        several = [(record, self.of(record)) for record in batch]
        begun = {record.envelope.stream for record in batch if record.envelope.version == 1}
        while torn := {
            stream
            for record, mark in several
            if mark == _PROTECTED and (stream := record.envelope.stream) in begun
            if self._streams[stream] == _SHOWN and stream.partition("/")[0] not in FOUNDATIONS
        }:
            self._streams |= dict.fromkeys(torn, _PROTECTED)
            several = [(record, self.of(record)) for record in batch]
        return several

    def of(self, record: Record) -> int:
        stream = record.envelope.stream
        begins = stream not in self._streams
        if begins:
            self._streams[stream] = self._stream(stream)
        mark = self._streams[stream]
        if mark == _SHOWN and self._telling and self._tells(record):
            mark = _PROTECTED
            if begins and stream.partition("/")[0] not in FOUNDATIONS:
                self._streams[stream] = mark
        if mark == _PROTECTED:
            self._tell(record.envelope.event_id)
            if self._streams[stream] == _PROTECTED:
                self._tell(stream)
                if _UNGUESSABLE.fullmatch(key := stream.partition("/")[2]):
                    self._tell(key)
        return mark

    def _stream(self, stream: str) -> int:
        if stream.partition("/")[0] in FOUNDATIONS:
            return _SHOWN
        parties = self._parties(stream)
        if self._visible(parties):
            return _SHOWN
        return _PROTECTED if parties.confidential else _HIDDEN

    def _tell(self, text: str) -> None:
        self._telling.add(f'"{text}"'.encode())

    def _tells(self, record: Record) -> bool:
        """Whether the data of a record name something protected.  Its own ids are no such thing."""
        if len(self._telling) < _FEW:
            near = any(text in record.bytes for text in self._telling)
        else:
            near = any(found in self._telling for found in _NAMED.findall(record.bytes))
        if not near:
            return False
        return any(f'"{text}"'.encode() in self._telling for text in _texts(record.data))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for key, inner in value.items():
                yield key
                yield from _texts(inner)
        case list() | tuple():
            for inner in value:
                yield from _texts(inner)
        case _:
            pass


def _renamed(value: Any, ids: Mapping[str, str]) -> Any:
    """Data with event ids exchanged for those that the view has."""
    match value:
        case str():
            return ids.get(value, value)
        case Mapping():
            return {_renamed(key, ids): _renamed(inner, ids) for key, inner in value.items()}
        case list() | tuple():
            return [_renamed(inner, ids) for inner in value]
        case _:
            return value
