"""Batches of records between departments that share no database (R-192).

A batch is a file of lines.  The first is its head: the log that it comes from, the stretch of each stream,
how many records, and a digest over all of them.  The others are the canonical bytes of the records, in the
order of the other log.  What was altered, left out, put in or cut off does not fit the head; a head that was
made to fit does not fit what was received before, nor the digest that the sender told by other means.  A
batch carries no signature: whoever wants one signs its digest.  Which streams leave the house is for the
sender to decide; nothing here looks at who may see them.

Received batches lie in a folder under their digests; which of them count is for the log to say.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from party_workflow.canonical import MAX_BYTES, canonical_bytes, digest, parse_canonical
from party_workflow.codec import Registry, faults_of
from party_workflow.domain.exchange import CATEGORY, START, Exchange, ReceiveBatch, Stretch
from party_workflow.errors import DamagedHistory, Fault, InvalidInput, NotCanonical, StoreError
from party_workflow.history import History, Readable, Records
from party_workflow.service import Workflow
from party_workflow.store import Actor, Receipt, Record, decode
from party_workflow.values import Count, Digest, Key

FORMAT: Final = "party_workflow/batch/1"
MAX_RECORDS: Final = 1_000_000
"""Most records of one batch."""


class Head(BaseModel):
    """The first line of a batch, apart from the name of the format."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    log: Key
    count: Count
    stretches: tuple[Stretch, ...]
    records: Digest

    def data(self) -> dict[str, Any]:
        """The head as JSON values."""
        return {"format": FORMAT, **self.model_dump(mode="json")}


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that was found whole: its head, and the records in the order of the other log."""

    head: Head
    records: tuple[Record, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over the head, which names the digest of the records: what a receiver compares."""
        return digest(self.head.data())

    @property
    def bytes(self) -> bytes:
        """The file.  The same records give the same bytes."""
        lines = (canonical_bytes(self.head.data()), *(record.bytes for record in self.records))
        return b"".join(line + b"\n" for line in lines)


def chained(head: str, records: Iterable[Record]) -> str:
    """A head after these records."""
    for record in records:
        head = digest([head, record.digest])
    return head


def export_batch(source: Readable, streams: Collection[str], after: Iterable[Batch] = ()) -> Batch:
    """A batch of these streams, from their beginning or from where earlier batches ended.

    Raises `InvalidInput` for a stream that does not exist, if nothing was recorded in any of them since, and
    if an earlier batch is not one of this log as it stands.
    """
    ends: dict[str, Stretch] = {}
    for item in sorted((item for batch in after for item in batch.head.stretches), key=lambda i: i.last):
        ends[item.stream] = item
    found: list[Record] = []
    stretches: list[Stretch] = []
    for stream in sorted(set(streams)):
        records = list(source.read_stream(stream))
        if not records:
            raise _fault(stream, "There is no such stream.", "Check the id.")
        start = ends[stream].last if stream in ends else 0
        before = chained(START, records[:start])
        if stream in ends and before != ends[stream].after:
            raise _fault(stream, "The earlier batch does not come from this log.", "Check the file.")
        new = records[start:]
        if new:
            stretches.append(
                Stretch(
                    stream=stream,
                    first=start + 1,
                    last=len(records),
                    before=before,
                    after=chained(before, new),
                )
            )
            found += new
    if not found:
        raise _fault(", ".join(sorted(streams)), "Nothing was recorded since.", "There is nothing to send.")
    found.sort(key=lambda record: record.position)
    log = found[0].envelope.log
    head = Head(log=log, count=len(found), stretches=tuple(stretches), records=chained(START, found))
    return Batch(head, tuple(found))


def read_batch(path: str | os.PathLike[str]) -> Batch:
    """A batch from a file, verified: nothing altered, left out, put in, moved or cut off.

    Raises `InvalidInput` that names file, line, fault and remedy.
    """
    place = Path(path)
    try:
        data = place.read_bytes()
    except OSError as error:
        raise _fault(
            str(place), f"It cannot be read: {error.strerror}.", "Check path and permissions."
        ) from None
    if not data.endswith(b"\n"):
        raise _fault(str(place), "The last line does not end: the file is cut off.", "Copy it again.")
    first, *lines = data[:-1].split(b"\n")
    head = _head(place, first)
    if len(lines) != head.count or head.count > MAX_RECORDS:
        what = f"It has {len(lines)} records where its head says {head.count}."
        raise _fault(str(place), what, "Copy it again; if that does not help, have it exported again.")
    records: list[Record] = []
    for number, line in enumerate(lines, start=2):
        try:
            record = decode(line, number)
        except DamagedHistory as error:
            what = str(error).removeprefix(f"Position {number}: ")
            raise _fault(f"{place}, line {number}", what, "Have it exported again.") from None
        if record.envelope.log != head.log:
            raise _fault(f"{place}, line {number}", "It belongs to another log.", "Have it exported again.")
        if records and record.position <= records[-1].position:
            raise _fault(f"{place}, line {number}", "It is out of order.", "Have it exported again.")
        records.append(record)
    _fits(place, head, records)
    return Batch(head, tuple(records))


def _head(place: Path, line: bytes) -> Head:
    try:
        if len(line) > MAX_BYTES:
            raise _fault(f"{place}, line 1", "It is too long for a head.", "Check that it is a batch.")
        body = parse_canonical(line)
        if not isinstance(body, dict) or body.get("format") != FORMAT:
            raise _fault(
                f"{place}, line 1", f"It is not the head of a {FORMAT}.", "Check that it is a batch."
            )
        return Head.model_validate({key: value for key, value in body.items() if key != "format"})
    except NotCanonical as error:
        raise _fault(f"{place}, line 1", error.faults[0].what, "Check that it is a batch.") from None
    except ValidationError as error:
        raise InvalidInput(faults_of(error, f"{place}, line 1", "head")) from None


def _fits(place: Path, head: Head, records: list[Record]) -> None:
    """The records are those that the head says: by stream, without a gap, with the digests it names."""
    by_stream: dict[str, list[Record]] = {}
    for record in records:
        by_stream.setdefault(record.envelope.stream, []).append(record)
    if sorted(by_stream) != [item.stream for item in head.stretches]:
        raise _fault(str(place), "Its streams are not those of its head.", "Have it exported again.")
    for item in head.stretches:
        inside = by_stream[item.stream]
        if [record.envelope.version for record in inside] != list(range(item.first, item.last + 1)):
            what = f"Of {item.stream} there is a gap, or more than its head says."
            raise _fault(str(place), what, "Have it exported again.")
        if chained(item.before, inside) != item.after:
            raise _fault(str(place), f"Records of {item.stream} were altered.", "Have it exported again.")
    if chained(START, records) != head.records:
        raise _fault(str(place), "Its records were altered or moved.", "Have it exported again.")


def _fault(where: str, what: str, remedy: str) -> InvalidInput:
    return InvalidInput(Fault(where, what, remedy))


@dataclass(frozen=True, slots=True)
class Inbox:
    """The folder of received batches, beside a log."""

    folder: Path

    @classmethod
    def beside(cls, path: str | os.PathLike[str]) -> Inbox:
        """The inbox of the log in this file: a folder of the same name with ``.received``."""
        return cls(Path(f"{os.fspath(path)}.received"))

    def receive(
        self, workflow: Workflow, batch: Batch, *, unit: str, by: Actor, at: datetime
    ) -> Receipt | None:
        """Record that a batch was received, and keep it; None if it was received before, which adds nothing.

        The file is kept before the event is recorded, so that what the log names is there.  Raises `Refused`
        for a gap, an overlap or a contradiction, and `InvalidInput` for a batch of this very log.
        """
        stream = f"{CATEGORY}/{batch.head.log}"
        if workflow.store.head().log == batch.head.log:
            raise _fault(batch.head.log, "The batch comes from this log itself.", "Import it elsewhere.")
        known: Exchange = workflow.state(stream)
        if batch.digest in known.batches:
            self._keep(batch)
            return None
        command = ReceiveBatch(
            source=batch.head.log,
            unit=unit,
            digest=batch.digest,
            count=batch.head.count,
            stretches=batch.head.stretches,
        )
        path = self._path(batch.digest)
        fresh = not path.exists()
        self._keep(batch)
        try:
            return workflow.execute(command, by=by, at=at, command_id=f"receive-{batch.digest}")
        except Exception:
            if fresh and batch.digest not in workflow.state(stream).batches:
                path.unlink(missing_ok=True)
            raise

    def history(self, workflow: Workflow, source: str, registry: Registry | None = None) -> History:
        """What was received from another log, as a history of its own: verified again, in that log's order.

        `registry` reads its events; without one that of this workflow.  Raises `InvalidInput` for a batch
        that the log names and that is missing or was altered since, and where two batches have different
        records at one place.
        """
        known: Exchange = workflow.state(f"{CATEGORY}/{source}")
        found: dict[int, Record] = {}
        for named in known.batches:
            batch = read_batch(self._path(named))
            if batch.digest != named:
                raise _fault(str(self._path(named)), "It is not the batch received.", "Ask for it again.")
            for record in batch.records:
                if record.position in found:
                    what = f"Another batch has another record at position {record.position}."
                    raise _fault(str(self._path(named)), what, "Ask the other department for both again.")
                found[record.position] = record
        records = Records(tuple(found[position] for position in sorted(found)))
        return History(records, workflow.model.registry if registry is None else registry)

    def _path(self, named: str) -> Path:
        return self.folder / f"{named}.jsonl"

    def _keep(self, batch: Batch) -> None:
        path = self._path(batch.digest)
        write(path, batch)


def write(path: Path, batch: Batch) -> None:
    """Write a batch to a file, whole or not at all.  Raises `StoreError`."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(batch.bytes)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}. Check folder and disk.") from error
    finally:
        partial.unlink(missing_ok=True)


def summary(batch: Batch) -> Mapping[str, Any]:
    """A batch in brief, for people and for ``--json``."""
    return {"digest": batch.digest, **batch.head.data()}
