"""Deriving again, from the records, what the store keeps beside them to be fast."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from party_workflow.canonical import time_text
from party_workflow.errors import DamagedHistory
from party_workflow.store import Record
from party_workflow_adapters.schema import accounts, commands, events, head, streams


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild of the indexes found: one sentence a difference.  Truthy if there was none."""

    records: int
    differences: tuple[str, ...]

    def __bool__(self) -> bool:
        return not self.differences

    def __str__(self) -> str:
        if self:
            return f"The indexes agree with the {self.records} records."
        return f"The indexes did not agree with the {self.records} records and were mended. " + " ".join(
            self.differences
        )


MOST_NAMED: Final = 5
"""Rows that a sentence about a table names; of more it gives the number."""
_TEMPORARY: Final = MetaData()
_commands: Final = Table(
    "derived_commands",
    _TEMPORARY,
    Column("command_id", Text, primary_key=True),
    Column("digest", Text),
    Column("first", Integer),
    Column("last", Integer),
    prefixes=["TEMPORARY"],
)
_accounts: Final = Table(
    "derived_accounts",
    _TEMPORARY,
    Column("account", Text, primary_key=True),
    Column("counter", Integer),
    prefixes=["TEMPORARY"],
)


def rebuild(connection: Connection, records: Iterable[Record]) -> Rebuilt:
    """Compare the indexes with all records of the log, mend them, and say what differed.

    Raises `DamagedHistory` if the records themselves are not complete: then nothing is changed.
    """
    _TEMPORARY.create_all(connection, checkfirst=False)
    last = _derive(connection, records)
    stored = connection.execute(select(head)).one()
    end = last.position if last else 0
    if stored.position != end:
        raise DamagedHistory(
            end + 1, f"The log was recorded up to position {stored.position}, but ends at {end}."
        )
    differences = [
        *_mend_head(connection, stored, last),
        *_mend_streams(connection),
        *_mend_table(connection, commands, _commands),
        *_mend_table(connection, accounts, _accounts),
    ]
    _TEMPORARY.drop_all(connection, checkfirst=False)
    return Rebuilt(end, tuple(differences))


def disagreements(connection: Connection, records: Iterable[Record]) -> Iterator[str]:
    """How head, streams, commands and accounts differ from the records, each as a sentence; mends nothing.

    `records` are those of every row, whatever the head says.  It writes nothing, not even for a moment, and
    so holds every command and account in memory.  Raises `DamagedHistory` for a record that cannot be read,
    having said before what it can say without reading any.
    """
    yield from _behind_the_head(connection)
    last: Record | None = None
    derived: dict[str, dict[str, tuple[Any, ...]]] = {"streams": {}, "commands": {}, "accounts": {}}
    for record in records:
        last, envelope = record, record.envelope
        _, first, _ = derived["commands"].get(envelope.command_id, ("", envelope.position, 0))
        receipt = envelope.command_digest, first, envelope.position
        derived["commands"][envelope.command_id] = receipt
        derived["accounts"][envelope.account] = (envelope.counter,)
        derived["streams"][envelope.stream] = (envelope.version,)
    at = (time_text(last.envelope.recorded_at), last.envelope.log) if last else (None, None)
    stored = connection.execute(select(head)).one()
    if (stored.recorded_at, stored.log) != at:
        yield "The head names another time or log than the last record."
    for table, key in ((streams, "name"), (commands, "command_id"), (accounts, "account")):
        columns = [column for column in table.c if column.name not in ("id", key)]
        held = {row[0]: tuple(row[1:]) for row in connection.execute(select(table.c[key], *columns))}
        yield from _differing(table.name, held, derived[table.name])


def _behind_the_head(connection: Connection) -> Iterator[str]:
    stored = connection.execute(select(head.c.position)).scalar() or 0
    end = connection.execute(select(func.max(events.c.position))).scalar() or 0
    if end > stored:
        yield f"The head says that the log ends at {stored}, but there are rows up to {end}."
    elif end < stored:
        yield f"The head says that the log was recorded up to {stored}, but it ends at {end}."


def _differing(
    table: str, held: Mapping[str, tuple[Any, ...]], derived: Mapping[str, tuple[Any, ...]]
) -> Iterator[str]:
    for what, keys in (
        ("lacks", derived.keys() - held.keys()),
        ("has, without any record,", held.keys() - derived.keys()),
        ("says otherwise than the records of", {k for k in held.keys() & derived if held[k] != derived[k]}),
    ):
        if keys:
            named = ", ".join(sorted(keys)[:MOST_NAMED])
            more = len(keys) - MOST_NAMED
            yield f"The table {table} {what} {named}{f' and {more} more' if more > 0 else ''}."


def _derive(connection: Connection, records: Iterable[Record]) -> Record | None:
    """Fill the temporary tables in portions; returns the last record."""
    receipts: dict[str, dict[str, Any]] = {}
    counters: dict[str, dict[str, Any]] = {}
    last: Record | None = None
    for record in records:
        if record.position != (last.position if last else 0) + 1:
            raise DamagedHistory((last.position if last else 0) + 1, "The record is missing.")
        last, envelope = record, record.envelope
        receipt = receipts.setdefault(
            envelope.command_id,
            {
                "command_id": envelope.command_id,
                "digest": envelope.command_digest,
                "first": envelope.position,
            },
        )
        receipt["last"] = envelope.position
        counters[envelope.account] = {"account": envelope.account, "counter": envelope.counter}
        if len(receipts) >= 1000:
            _pour(connection, receipts, counters)
    _pour(connection, receipts, counters)
    return last


def _pour(
    connection: Connection, receipts: dict[str, dict[str, Any]], counters: dict[str, dict[str, Any]]
) -> None:
    for table, rows, moving in ((_commands, receipts, "last"), (_accounts, counters, "counter")):
        if rows:
            statement = upsert(table)
            statement = statement.on_conflict_do_update(
                index_elements=list(table.primary_key), set_={moving: statement.excluded[moving]}
            )
            connection.execute(statement, list(rows.values()))
            rows.clear()


def _mend_head(connection: Connection, stored: Any, last: Record | None) -> Iterator[str]:
    at = time_text(last.envelope.recorded_at) if last else None
    log = last.envelope.log if last else None
    if (stored.recorded_at, stored.log) != (at, log):
        connection.execute(update(head).values(recorded_at=at, log=log))
        yield "The head named another time or log than the last record."


def _mend_streams(connection: Connection) -> Iterator[str]:
    reached = (
        select(func.coalesce(func.max(events.c.version), 0))
        .where(events.c.stream_id == streams.c.id)
        .scalar_subquery()
    )
    differing = connection.execute(select(streams.c.name).where(streams.c.version != reached)).scalars().all()
    if differing:
        connection.execute(update(streams).values(version=reached))
        yield f"The version of {len(differing)} streams differed, such as {min(differing)}."


def _mend_table(connection: Connection, held: Table, derived: Table) -> Iterator[str]:
    key = next(iter(derived.primary_key)).name
    found: set[str] = set()
    for one, other in ((derived, held), (held, derived)):
        rest = select(*one.c).except_(select(*other.c)).subquery()
        found.update(connection.execute(select(rest.c[key])).scalars())
    if found:
        connection.execute(delete(held))
        connection.execute(insert(held).from_select([column.name for column in held.c], select(*derived.c)))
        yield f"{len(found)} rows of {held.name} differed, such as {min(found)}."
