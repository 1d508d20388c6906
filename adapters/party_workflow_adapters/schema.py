"""The layout of the SQLite files: their tables, and how a file says what it is.

Three kinds of file share most of these tables.  An *event log* has all of them, and so has the *recorder* of
another application of the eventsourcing library, whose interfaces need `streams`, `events` and
`tracking`.  A file of *projections* has read models only.  (Openings have a file of their own, see
`party_workflow_adapters.openings`, and identities another, see `party_workflow_adapters.vault`.)  A file
names its kind in ``application_id``, its layout version in ``user_version`` and its format in `meta`; one
with anything else in it is refused.  See ADR 0004.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    insert,
)
from sqlalchemy.pool import StaticPool

from party_workflow.store import FORMAT

OLDEST_SQLITE: Final = (3, 37, 0)
"""Strict tables, which keep a number out of a text column, came with this version (November 2021)."""

_METADATA: Final = MetaData()
# SQLite allows 64 bits in any INTEGER and has no other word for it in a strict table.
_WHOLE: Final = BigInteger().with_variant(Integer, "sqlite")


def _table(name: str, *parts: Any, by_key: bool = False) -> Table:
    """A strict table; `by_key` keeps the rows in the order of the primary key instead of that of arrival."""
    return Table(name, _METADATA, *parts, sqlite_strict=True, sqlite_with_rowid=not by_key)


meta: Final = _table(
    "meta",
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    by_key=True,
)

head: Final = _table(
    "head",
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("position", _WHOLE, nullable=False),
    Column("recorded_at", Text),
    Column("log", Text),
)
"""One row: the highest position ever given, and when.  It outlives the events, so none is given twice."""

streams: Final = _table(
    "streams",
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("version", _WHOLE, nullable=False),
)

events: Final = _table(
    "events",
    Column("position", _WHOLE, primary_key=True, autoincrement=False),
    Column("stream_id", Integer, ForeignKey("streams.id"), nullable=False),
    Column("version", _WHOLE, nullable=False),
    Column("topic", Text, nullable=False),
    Column("state", LargeBinary, nullable=False),
    UniqueConstraint("stream_id", "version"),
)
"""The log.  `state` holds the canonical bytes of a record; the other columns repeat parts of them."""

commands: Final = _table(
    "commands",
    Column("command_id", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("first", _WHOLE, nullable=False),
    Column("last", _WHOLE, nullable=False),
    by_key=True,
)
"""Derived from the log: the receipt of every command."""

accounts: Final = _table(
    "accounts",
    Column("account", Text, primary_key=True),
    Column("counter", _WHOLE, nullable=False),
    by_key=True,
)
"""Derived from the log: how many commands each account has recorded."""

ballots: Final = _table(
    "ballots",
    Column("box", Text, primary_key=True),
    Column("id", LargeBinary, primary_key=True),
    Column("ballot", LargeBinary, nullable=False),
    by_key=True,
)
"""The ballots that wait.  `id` is random, and rows lie in its order: arrival leaves no trace in the table."""

tracking: Final = _table(
    "tracking",
    Column("application_name", Text, primary_key=True),
    Column("notification_id", _WHOLE, nullable=False),
    by_key=True,
)

projections: Final = _table(
    "projections",
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("position", _WHOLE, nullable=False),
    Column("digest", Text),
)
"""A checkpoint for each projection: the position it stands on, and the digest of the record there."""

projection_rows: Final = _table(
    "projection_rows",
    Column("id", Integer, primary_key=True),
    Column("projection", Integer, ForeignKey("projections.id"), nullable=False),
    Column("row_key", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),
    UniqueConstraint("projection", "row_key"),
)
"""`id` rises in the order in which rows were made, which is the order in which a dict would give them."""

openings: Final = _table(
    "openings",
    Column("commitment", Text, primary_key=True),
    Column("log", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("value", Text, nullable=False),
    Column("command_id", Text, nullable=False),
    Index("openings_by_subject", "subject"),
    Index("openings_by_command", "command_id"),
    by_key=True,
)

tombstones: Final = _table(
    "tombstones",
    Column("commitment", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    by_key=True,
)
"""What was erased: the commitment, which the log shows anyway, and nothing of what it stood for."""

identities: Final = _table(
    "identities",
    Column("commitment", Text, primary_key=True),
    Column("command_id", Text, nullable=False),
    Column("about", LargeBinary, nullable=False),
    Column("data_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("handed_out", Integer, nullable=False),
    Index("identities_by_command", "command_id"),
    Index("identities_about", "about"),
    by_key=True,
)
"""The vault.  Commitment and command stand in the log as well; the rest can be read with the key only.

`about` is a keyed digest of the subject, `data_key` the key of this row under the vault's, `sealed` the rest
of the opening under the key of the row, padded so that its length does not tell."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of file: what it is called, how it is marked, what it holds, how it is opened."""

    noun: str
    application_id: int
    version: int
    format: str
    tables: tuple[Table, ...]
    journal: Literal["wal", "truncate"]
    opened_with: str


_LOG_TABLES: Final = (
    meta, head, streams, events, commands, accounts, ballots, tracking, projections, projection_rows,
)  # fmt: skip
LOG: Final = Layout("an event log", 0x50574C31, 1, FORMAT, _LOG_TABLES, "wal", "SqliteStore")
RECORDER: Final = Layout(
    "the recorder of an eventsourcing application",
    0x50575231,
    1,
    "recorder/1",
    _LOG_TABLES,
    "wal",
    "SqliteProcessRecorder",
)
PROJECTIONS: Final = Layout(
    "a file of projections",
    0x50575031,
    1,
    "projections/1",
    (meta, projections, projection_rows),
    "wal",
    "ProjectionStore",
)
OPENINGS: Final = Layout(
    "a file of openings",
    0x50574F31,
    1,
    "openings/1",
    (meta, openings, tombstones),
    "truncate",
    "SqliteOpenings",
)
VAULT: Final = Layout(
    "a vault of identities",
    0x50575631,
    1,
    "vault/1",
    (meta, identities, tombstones),
    "truncate",
    "SqliteVault",
)
LAYOUTS: Final = (LOG, RECORDER, PROJECTIONS, OPENINGS, VAULT)


def create(connection: Connection, layout: Layout) -> None:
    """Make the tables of a layout in an empty database, inside the caller's transaction."""
    _METADATA.create_all(connection, tables=layout.tables, checkfirst=False)
    connection.execute(insert(meta), {"key": "format", "value": layout.format})
    if head in layout.tables:
        connection.execute(insert(head), {"id": 1, "position": 0})
    connection.exec_driver_sql(f"PRAGMA application_id = {layout.application_id}")
    connection.exec_driver_sql(f"PRAGMA user_version = {layout.version}")


def things(connection: Connection) -> dict[str, str]:
    """What a database holds besides SQLite's own: the type of each table, index, view and trigger by name."""
    found = connection.exec_driver_sql("SELECT name, type FROM sqlite_schema")
    return {name: kind for name, kind in found if not name.lower().startswith("sqlite_")}


def shape(connection: Connection, layout: Layout) -> dict[str, Any]:
    """The tables of a layout as they stand in a database, apart from how their SQL is spelt."""

    def pragma(name: str, argument: str) -> list[tuple[Any, ...]]:
        return sorted(tuple(row) for row in connection.exec_driver_sql(f'PRAGMA {name}("{argument}")'))

    found: dict[str, Any] = {}
    for table in layout.tables:
        indexes = [row[1:] for row in pragma("index_list", table.name)]
        found[table.name] = {
            "columns": pragma("table_xinfo", table.name),
            "indexes": sorted((*index, *pragma("index_xinfo", index[0])) for index in indexes),
            "references": pragma("foreign_key_list", table.name),
            "table": pragma("table_list", table.name),
        }
    return found


_EXPECTED: Final[dict[str, tuple[dict[str, str], dict[str, Any]]]] = {}


def expected(layout: Layout) -> tuple[dict[str, str], dict[str, Any]]:
    """`things` and `shape` of a new database of a layout: made in memory, once a process."""
    if layout.noun not in _EXPECTED:
        engine = create_engine("sqlite://", poolclass=StaticPool)
        with engine.connect() as connection:
            create(connection, layout)
            _EXPECTED[layout.noun] = things(connection), shape(connection, layout)
        engine.dispose()
    return _EXPECTED[layout.noun]
