"""Read models in a database: rows and checkpoint move together, so every record counts exactly once.

A processor reads records after the checkpoint, then, in one transaction, moves the checkpoint *if it
still stands where it was read*, and applies the records.  Of two that race, one finds the checkpoint
moved, undoes its part and goes on from there.  See ADR 0004.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from party_workflow.canonical import canonical_bytes, parse
from party_workflow.codec import Registry
from party_workflow.errors import StoreError
from party_workflow.history import History, Projection, Readable, advance, rows_digest
from party_workflow.store import Record
from party_workflow_adapters.database import Database
from party_workflow_adapters.placement import Location
from party_workflow_adapters.schema import LOG, PROJECTIONS, projection_rows, projections

BATCH: Final = 400

_CHECKPOINT = select(projections.c.id, projections.c.position, projections.c.digest).where(
    projections.c.key == bindparam("name")
)
_MOVE = (
    update(projections)
    .where(projections.c.key == bindparam("name"), projections.c.position == bindparam("seen"))
    .values(position=bindparam("reached"), digest=bindparam("standing_on"))
)
_mine = projection_rows.c.projection == bindparam("owner")
_its_key = projection_rows.c.row_key == bindparam("name")
_VALUE = select(projection_rows.c.value).where(_mine, _its_key)
_KEYS = select(projection_rows.c.row_key).where(_mine).order_by(projection_rows.c.id)
_COUNT = select(func.count()).select_from(projection_rows).where(_mine)
_ALL_ROWS = (
    select(projection_rows.c.row_key, projection_rows.c.value).where(_mine).order_by(projection_rows.c.id)
)
_REMOVE = delete(projection_rows).where(_mine, _its_key)
_PUT = upsert(projection_rows)
_PUT = _PUT.on_conflict_do_update(
    index_elements=["projection", "row_key"], set_={"value": _PUT.excluded.value}
)


@dataclass(frozen=True, slots=True)
class Built:
    """What a rebuild gave: up to which position, the digests of the new rows and of a plain fold.

    Truthy if the two agree: then, and only then, the new rows have taken the place of the old ones.
    """

    position: int
    digest: str
    folded: str

    def __bool__(self) -> bool:
        return self.digest == self.folded

    def __str__(self) -> str:
        if self:
            return f"Rebuilt up to position {self.position}; the rows agree with a plain fold."
        return (
            f"Built beside up to position {self.position}, the rows differ from a plain fold, so the old "
            "ones stay. The projection depends on something besides rows and events."
        )


class ProjectionStore:
    """Read models in the file of a log, or in a file of their own, which is made on first use.

    Threads and processes may advance the same projection at once.
    """

    def __init__(self, path: Location, *, busy_timeout: float = 30.0) -> None:
        self._database = Database(path, (PROJECTIONS, LOG), busy_timeout=busy_timeout)
        self.path: Final = self._database.path

    def advance(
        self, projection: Projection, registry: Registry, source: Readable, *, batch: int = BATCH
    ) -> int:
        """Apply what is new in the source, and return the position reached.

        Each batch is a transaction.  If `projection.apply` raises, its batch is undone and the exception
        passes; the next call begins with it again.  Raises `StoreError` if the source is not the log that
        the rows were made from.
        """
        return self._advance(projection.key, projection, registry, source, batch)

    def _advance(
        self, name: str, projection: Projection, registry: Registry, source: Readable, batch: int
    ) -> int:
        while True:
            seen, standing_on = self._checkpoint(name)
            # One record before the new ones shows whether this still is the log the rows were made from.
            found = list(source.read(max(seen - 1, 0), seen + batch))
            if seen:
                self._check_same_log(name, seen, standing_on, found)
                found = found[1:]
            if not found:
                return seen
            self._apply(name, projection, registry, seen, found)

    def _apply(
        self, name: str, projection: Projection, registry: Registry, seen: int, found: list[Record]
    ) -> bool:
        """Apply records if the checkpoint still stands where it was seen; says whether it did."""
        last = found[-1]
        with self._database.writing() as connection:
            connection.execute(
                upsert(projections).on_conflict_do_nothing(index_elements=["key"]),
                {"key": name, "position": 0},
            )
            moved = connection.execute(
                _MOVE, {"name": name, "seen": seen, "reached": last.position, "standing_on": last.digest}
            )
            if not moved.rowcount:
                return False
            rows = _StoredRows(connection, connection.execute(_CHECKPOINT, {"name": name}).one().id)
            advance(projection, rows, found, registry)
            rows.flush()
        return True

    def _check_same_log(self, name: str, seen: int, standing_on: str | None, found: list[Record]) -> None:
        if not found or found[0].position != seen or found[0].digest != standing_on:
            raise StoreError(
                f"The rows of {name} in {self.path} were made from another log, or from records that it no "
                "longer has. Drop them and advance again, after finding out which log is the right one."
            )

    def _checkpoint(self, name: str) -> tuple[int, str | None]:
        with self._database.reading() as connection:
            row = connection.execute(_CHECKPOINT, {"name": name}).one_or_none()
        return (0, None) if row is None else (row.position, row.digest)

    def position(self, projection: Projection) -> int:
        """Up to which position the rows have been built; 0 if not begun."""
        return self._checkpoint(projection.key)[0]

    def rows(self, projection: Projection) -> Mapping[str, Any]:
        """All rows as of one moment, for reading only; empty if not begun."""
        with self._database.reading() as connection:
            return _rows(connection, projection.key)[1]

    def row(self, projection: Projection, key: str) -> Any:
        """One row; None if there is none."""
        with self._database.reading() as connection:
            checkpoint = connection.execute(_CHECKPOINT, {"name": projection.key}).one_or_none()
            if checkpoint is None:
                return None
            value = connection.execute(_VALUE, {"owner": checkpoint.id, "name": key}).scalar()
        return None if value is None else parse(value)

    def drop(self, projection: Projection) -> None:
        """Remove rows and checkpoint; the next `advance` begins at the first record."""
        with self._database.writing() as connection:
            _drop(connection, projection.key)

    def rebuild(self, projection: Projection, registry: Registry, source: Readable) -> Built:
        """Build the rows again beside the old ones, which they replace if they agree with a plain fold.

        Meanwhile the old rows are read and advanced as ever.  Holds all rows in memory for the comparison.
        """
        beside = f"{projection.key} rebuilt"
        with self._database.writing() as connection:
            _drop(connection, beside)
        reached = self._advance(beside, projection, registry, source, BATCH)
        folded = rows_digest(History(source, registry).up_to(reached).project(projection))
        with self._database.writing() as connection:
            position, rows = _rows(connection, beside)
            if position != reached:
                raise StoreError(
                    f"Somebody else is rebuilding {projection.key} in {self.path}. Try again later."
                )
            built = Built(reached, rows_digest(rows), folded)
            if built and reached:
                _drop(connection, projection.key)
                renamed = update(projections).where(projections.c.key == beside).values(key=projection.key)
                connection.execute(renamed)
            else:
                _drop(connection, beside)
        return built

    def close(self) -> None:
        """Close the file.  Closing twice is allowed; anything else then raises."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _drop(connection: Connection, name: str) -> None:
    checkpoint = connection.execute(_CHECKPOINT, {"name": name}).one_or_none()
    if checkpoint is not None:
        connection.execute(delete(projection_rows).where(projection_rows.c.projection == checkpoint.id))
        connection.execute(delete(projections).where(projections.c.id == checkpoint.id))


def _rows(connection: Connection, name: str) -> tuple[int, Mapping[str, Any]]:
    checkpoint = connection.execute(_CHECKPOINT, {"name": name}).one_or_none()
    if checkpoint is None:
        return 0, MappingProxyType({})
    found = connection.execute(_ALL_ROWS, {"owner": checkpoint.id})
    return checkpoint.position, MappingProxyType({key: parse(value) for key, value in found})


class _StoredRows(MutableMapping[str, Any]):
    """The rows of one projection inside a transaction, behaving as the dict of a plain fold would.

    Values are given out as objects that may be changed in place; `flush` finds out which were and writes
    them.  Rows are iterated in the order in which they were made, as those of a dict.
    """

    def __init__(self, connection: Connection, owner: int) -> None:
        self._connection = connection
        self._owner = owner
        self._values: dict[str, Any] = {}
        self._stored: dict[str, bytes] = {}
        self._removed: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        if key not in self._values:
            stored = self._look_up(key)
            if stored is None:
                raise KeyError(key)
            self._stored[key] = stored
            self._values[key] = parse(stored)
        return self._values[key]

    def _look_up(self, key: str) -> bytes | None:
        if key in self._removed:
            return None
        return self._connection.execute(_VALUE, {"owner": self._owner, "name": key}).scalar()

    def __setitem__(self, key: str, value: Any) -> None:
        self._values[key] = value

    def __delitem__(self, key: str) -> None:
        if key not in self._values and self._look_up(key) is None:
            raise KeyError(key)
        self._values.pop(key, None)
        self._stored.pop(key, None)
        self._removed.add(key)

    def __iter__(self) -> Iterator[str]:
        self.flush()
        return iter(self._connection.execute(_KEYS, {"owner": self._owner}).scalars().all())

    def __len__(self) -> int:
        self.flush()
        return self._connection.execute(_COUNT, {"owner": self._owner}).scalar_one()

    def flush(self) -> None:
        """Write what has changed since the last time."""
        if self._removed:
            gone = [{"owner": self._owner, "name": key} for key in sorted(self._removed)]
            self._connection.execute(_REMOVE, gone)
            self._removed.clear()
        changed = []
        for key, value in self._values.items():
            stored = canonical_bytes(value)
            if self._stored.get(key) != stored:
                self._stored[key] = stored
                changed.append({"projection": self._owner, "row_key": key, "value": stored})
        if changed:
            self._connection.execute(_PUT, changed)
