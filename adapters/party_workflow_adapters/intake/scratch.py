"""A log as it would become: commands are decided on it, and nothing reaches the store until all are.

So a dry run and the real thing are the same run, each row is a command of its own with its own place in the
file, and the whole file is recorded in one transaction or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from party_workflow.errors import VersionConflict
from party_workflow.personal import Opening, Openings, Sealed, Withheld
from party_workflow.store import Append, EventStore, Head, Receipt, Record, compose, repeated
from party_workflow_adapters.sqlite import SqliteStore


class Scratch:
    """An `EventStore` over another one as it stood when this was made; appends stay here."""

    def __init__(self, base: EventStore) -> None:
        self._base = base
        self._from = base.head()
        self._head = self._from
        self._ends: dict[str, int] = {}
        self._records: list[Record] = []
        self._streams: dict[str, list[Record]] = {}
        self._receipts: dict[str, Receipt] = {}
        self.batches: list[Append] = []

    def append(self, batch: Append) -> Receipt:
        """See `EventStore.append`.  Counters of accounts begin at 0: no command looks at them."""
        if (known := self.receipt(batch.command_id)) is not None:
            return repeated(known, batch)
        names = {*batch.expected, *(draft.stream for draft in batch.drafts)}
        versions = {name: self._version(name) for name in names}
        for stream, expected in batch.expected.items():
            if versions[stream] != expected:
                raise VersionConflict(stream, expected, versions[stream])
        records = compose(batch, self._head, versions, 0)
        self._records += records
        for record in records:
            self._streams.setdefault(record.envelope.stream, []).append(record)
        first, last = records[0], records[-1]
        self._head = Head(last.position, last.envelope.recorded_at, last.envelope.log)
        receipt = Receipt(batch.command_id, batch.command_digest, first.position, last.position)
        self._receipts[batch.command_id] = receipt
        self.batches.append(batch)
        return receipt

    def _version(self, stream: str) -> int:
        if stream in self._streams:
            return self._streams[stream][-1].envelope.version
        if stream not in self._ends:
            for _ in self.read_stream(stream):
                pass
        return self._ends[stream]

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        """See `EventStore.read`."""
        end = self._from.position if until is None else min(until, self._from.position)
        if after < end:
            yield from self._base.read(after, end)
        for record in list(self._records):
            if record.position > after and (until is None or record.position <= until):
                yield record

    def read_stream(self, stream: str, after: int = 0) -> Iterator[Record]:
        """See `EventStore.read_stream`.  What the store has of a stream is read to its end once."""
        if after < self._ends.get(stream, after + 1):
            end = self._ends.get(stream, after)
            for record in self._base.read_stream(stream, after):
                if record.position > self._from.position:
                    break
                end = record.envelope.version
                yield record
            self._ends[stream] = max(end, self._ends.get(stream, 0))
        held = self._streams.get(stream)
        if held:
            skip = max(0, after - (held[0].envelope.version - 1))
            yield from held[skip:]

    def head(self) -> Head:
        """See `EventStore.head`."""
        return self._head

    def receipt(self, command_id: str) -> Receipt | None:
        """See `EventStore.receipt`."""
        found = self._receipts.get(command_id)
        if found is None:
            found = self._base.receipt(command_id)
            if found is not None and found.first_position > self._from.position:
                return None
        return found

    def ballots(self, box: str) -> Sequence[Mapping[str, str]]:
        """See `EventStore.ballots`."""
        return self._base.ballots(box)


_IS_A_STORE: type[EventStore] = Scratch


class ScratchOpenings:
    """Openings over others: what is put stays here."""

    def __init__(self, base: Openings) -> None:
        self._base = base
        self.added: dict[str, Opening] = {}
        self._of: dict[str, list[Opening]] = {}

    def put(self, openings: Iterable[Opening]) -> None:
        """See `Openings.put`."""
        for opening in openings:
            if self.added.setdefault(opening.commitment, opening) is opening:
                self._of.setdefault(opening.command_id, []).append(opening)

    def get(self, sealed: Sealed) -> Opening | Withheld:
        """See `Openings.get`."""
        return self.added.get(sealed.commitment) or self._base.get(sealed)

    def of_command(self, command_id: str) -> Sequence[Opening]:
        """See `Openings.of_command`."""
        return self._of.get(command_id) or self._base.of_command(command_id)

    def discard(self, openings: Iterable[Opening]) -> None:
        """See `Openings.discard`."""
        for opening in openings:
            self.added.pop(opening.commitment, None)
            held = self._of.get(opening.command_id, [])
            self._of[opening.command_id] = [item for item in held if item.commitment != opening.commitment]

    def erase(self, subject: str) -> int:
        """Nothing is erased in a trial."""
        raise NotImplementedError("a trial erases nothing")


def commit(store: EventStore, openings: Openings, scratch: Scratch, added: ScratchOpenings) -> None:
    """Record what was decided on a scratch, all together.

    Openings go first: one too many can be swept later, one too few can never be found again.  Raises
    `VersionConflict` when somebody else has recorded something meanwhile on which the decisions rest.
    """
    kept = list(added.added.values())
    openings.put(kept)
    try:
        if isinstance(store, SqliteStore):
            store.append_together(scratch.batches)
        else:
            for batch in scratch.batches:
                store.append(batch)
    except BaseException:
        if gone := [opening for opening in kept if store.receipt(opening.command_id) is None]:
            openings.discard(gone)
        raise
