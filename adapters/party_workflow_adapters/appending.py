"""One append to an event log, inside a write transaction that the caller commits."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from party_workflow.canonical import MAX_BYTES, canonical_bytes, parse_time, time_text
from party_workflow.errors import DamagedHistory, Fault, InvalidInput, NotCanonical, VersionConflict
from party_workflow.store import Append, Head, Receipt, Record, compose
from party_workflow_adapters.schema import accounts, ballots, commands, events, head, streams

_HEAD = select(head.c.position, head.c.recorded_at, head.c.log).where(head.c.id == 1)
_LAST = select(func.max(events.c.position))
_RECEIPT = select(commands).where(commands.c.command_id == bindparam("command_id"))
_VERSIONS = select(streams).where(streams.c.name.in_(bindparam("names", expanding=True)))
_COUNTER = select(accounts.c.counter).where(accounts.c.account == bindparam("account"))

_NEW_EVENTS = insert(events)
_NEW_COMMAND = insert(commands)
_NEW_STREAMS = insert(streams).returning(streams.c.id, streams.c.name)
_MOVE_STREAM = update(streams).where(streams.c.id == bindparam("stream")).values(version=bindparam("reached"))
_MOVE_HEAD = (
    update(head)
    .where(head.c.id == 1)
    .values(position=bindparam("reached"), recorded_at=bindparam("at"), log=bindparam("tenant"))
)
_COUNT = upsert(accounts)
_COUNT = _COUNT.on_conflict_do_update(
    index_elements=[accounts.c.account], set_={"counter": _COUNT.excluded.counter}
)


def append(connection: Connection, batch: Append) -> Receipt:
    """Record a batch whose command id is new.  Reads and writes in the caller's transaction.

    Raises `VersionConflict`, `InvalidInput` or `DamagedHistory`; the caller then rolls back.
    """
    at = head_of(connection)
    _check(connection, batch, at)
    names = {*batch.expected, *(draft.stream for draft in batch.drafts)}
    held = {row.name: row for row in connection.execute(_VERSIONS, {"names": sorted(names)})}
    for stream, expected in batch.expected.items():
        actual = held[stream].version if stream in held else 0
        if actual != expected:
            raise VersionConflict(stream, expected, actual)
    versions = {name: row.version for name, row in held.items()}
    counter = connection.execute(_COUNTER, {"account": batch.actor.account}).scalar() or 0
    records = compose(batch, at, versions, counter)
    if (size := max(len(record.bytes) for record in records)) > MAX_BYTES:
        raise InvalidInput(
            Fault(
                f"command {batch.command_id}",
                f"An event takes {size} bytes, more than the {MAX_BYTES} that a record may have.",
                "Split it, or keep files outside the log.",
            )
        )
    _insert(connection, records, {name: row.id for name, row in held.items()})
    _keep_ballots(connection, batch)
    return Receipt(batch.command_id, batch.command_digest, records[0].position, records[-1].position)


def _check(connection: Connection, batch: Append, at: Head) -> None:
    where = f"command {batch.command_id}"
    if not batch.drafts:
        raise InvalidInput(Fault(where, "It has no event to record.", "Append at least one."))
    if at.log is not None and at.log != batch.log:
        raise InvalidInput(
            Fault(
                where,
                f"It is meant for the log {batch.log}; this file holds {at.log}.",
                "Open the right file: each holds one log.",
            )
        )
    last = connection.execute(_LAST).scalar() or 0
    if last != at.position:
        raise DamagedHistory(
            last + 1,
            f"The log was recorded up to position {at.position}, but ends at {last}. It cannot be continued: "
            f"keep the file for investigation and restore a copy.",
        )


def _insert(connection: Connection, records: Sequence[Record], streams_held: Mapping[str, int]) -> None:
    reached = {record.envelope.stream: record.envelope.version for record in records}
    ids = dict(streams_held)
    if new := [{"name": name, "version": version} for name, version in reached.items() if name not in ids]:
        ids.update({row.name: row.id for row in connection.execute(_NEW_STREAMS, new)})
    if moved := [
        {"stream": ids[name], "reached": version} for name, version in reached.items() if name in streams_held
    ]:
        connection.execute(_MOVE_STREAM, moved)
    connection.execute(
        _NEW_EVENTS,
        [
            {
                "position": record.position,
                "stream_id": ids[record.envelope.stream],
                "version": record.envelope.version,
                "topic": record.envelope.stored_type,
                "state": record.bytes,
            }
            for record in records
        ],
    )
    last = records[-1].envelope
    connection.execute(
        _NEW_COMMAND,
        {
            "command_id": last.command_id,
            "digest": last.command_digest,
            "first": records[0].position,
            "last": last.position,
        },
    )
    connection.execute(_COUNT, {"account": last.account, "counter": last.counter})
    connection.execute(
        _MOVE_HEAD, {"reached": last.position, "at": time_text(last.recorded_at), "tenant": last.log}
    )


def _keep_ballots(connection: Connection, batch: Append) -> None:
    if batch.empties:
        connection.execute(delete(ballots).where(ballots.c.box.in_(batch.empties)))
    if batch.deposits:
        connection.execute(
            insert(ballots),
            [
                {
                    "box": deposit.box,
                    "id": os.urandom(16),
                    "ballot": canonical_bytes(dict(deposit.ballot)),
                }
                for deposit in batch.deposits
            ],
        )


def head_of(connection: Connection) -> Head:
    """Where the log ends, as the head row has it."""
    row = connection.execute(_HEAD).one()
    try:
        recorded_at = None if row.recorded_at is None else parse_time(row.recorded_at)
    except NotCanonical:
        raise DamagedHistory(row.position, "The head of the log names no moment.") from None
    return Head(row.position, recorded_at, row.log)


def receipt_of(connection: Connection, command_id: str) -> Receipt | None:
    """The receipt of a command that was recorded."""
    row = connection.execute(_RECEIPT, {"command_id": command_id}).one_or_none()
    return None if row is None else Receipt(row.command_id, row.digest, row.first, row.last)
