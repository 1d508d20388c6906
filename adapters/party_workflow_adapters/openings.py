"""The store of openings: personal values in a file of their own, apart from the log, and erasable.

What is erased must not linger.  SQLite overwrites deleted rows (``secure_delete``), but when a page is
rearranged a stale copy of a row may stay behind in the free part of another page: 2 of 1 219 deleted
values were found again in an experiment.  Therefore an erasure also rewrites the whole file (VACUUM), and
there is no write-ahead log, whose copies would outlive it.  What lies outside the file is not reached:
backups, snapshots of the file system, worn cells of a solid-state disk.  See ADR 0004 and 0006.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection, Row, bindparam, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from party_workflow.errors import StoreError
from party_workflow.personal import Opening, Openings, Sealed, Withheld
from party_workflow_adapters import placement
from party_workflow_adapters.database import Database
from party_workflow_adapters.placement import Location
from party_workflow_adapters.schema import OPENINGS, meta, tombstones
from party_workflow_adapters.schema import openings as held

ENDING: Final = ".openings"

_Columns = tuple[str, str, str, str, bytes, str, str]
_ALL = select(
    held.c.commitment,
    held.c.log,
    held.c.subject,
    held.c.field,
    held.c.salt,
    held.c.value,
    held.c.command_id,
)
_ONE = _ALL.where(held.c.commitment == bindparam("commitment"))
_OF_COMMAND = _ALL.where(held.c.command_id == bindparam("command")).order_by(held.c.commitment)
_TOMBSTONE = select(tombstones.c.commitment).where(tombstones.c.commitment == bindparam("commitment"))
_KEEP = upsert(held).on_conflict_do_nothing()
_DISCARD = delete(held).where(held.c.commitment == bindparam("gone"))

_LINGERING: Final = "copies may linger"


class SqliteOpenings:
    """Openings in an SQLite file, made on first use with permissions for its owner only.

    Implements `party_workflow.personal.Openings`.  Threads and processes may share the file.
    """

    def __init__(self, path: Location, *, busy_timeout: float = 30.0) -> None:
        self._database = Database(path, (OPENINGS,), busy_timeout=busy_timeout)
        self.path: Final = self._database.path

    @classmethod
    def beside(cls, log: Location, *, busy_timeout: float = 30.0) -> Self:
        """The openings of a log at their usual place: the log's path with ``.openings`` added."""
        return cls(placement.beside(placement.locate(log), ENDING), busy_timeout=busy_timeout)

    def put(self, openings: Iterable[Opening]) -> None:
        """Keep openings durably.  One that is there stays as it is, and one that was erased stays erased."""
        rows = [
            {
                "commitment": opening.commitment,
                "log": opening.log,
                "subject": opening.subject,
                "field": opening.field,
                "salt": opening.salt,
                "value": opening.value,
                "command_id": opening.command_id,
            }
            for opening in openings
        ]
        if not rows:
            return
        with self._database.writing() as connection:
            kept = [row for row in rows if not _erased(connection, str(row["commitment"]))]
            if kept:
                connection.execute(_KEEP, kept)

    def get(self, sealed: Sealed) -> Opening | Withheld:
        """The opening of a commitment, or why there is none.

        One that does not open the commitment (somebody has changed the file) counts as not supplied.
        """
        with self._database.reading() as connection:
            row = connection.execute(_ONE, {"commitment": sealed.commitment}).one_or_none()
            if row is None:
                return Withheld("erased" if _erased(connection, sealed.commitment) else "not-supplied")
        opening = _opening(row)
        return opening if opening.opens(sealed) else Withheld("not-supplied")

    def of_command(self, command_id: str) -> Sequence[Opening]:
        """The openings that a command brought."""
        with self._database.reading() as connection:
            return [_opening(row) for row in connection.execute(_OF_COMMAND, {"command": command_id})]

    def discard(self, openings: Iterable[Opening]) -> None:
        """Remove openings whose events were not recorded.  They leave no tombstone."""
        gone = [{"gone": opening.commitment} for opening in openings]
        if gone:
            with self._database.writing() as connection:
                if connection.execute(_DISCARD, gone).rowcount:
                    _note_lingering(connection)

    def erase(self, subject: str) -> int:
        """Delete every opening about a subject, and every trace of it in the file; returns how many.

        Takes time and room in proportion to the file.  If it fails with `StoreError` after the deletion,
        or the machine does, another call finishes the work: also one that finds nothing left to delete.
        """
        about = held.c.subject == subject
        with self._database.writing() as connection:
            gone = connection.execute(select(held.c.commitment).where(about)).scalars().all()
            if gone:
                connection.execute(
                    insert(tombstones),
                    [{"commitment": commitment, "reason": "erased"} for commitment in gone],
                )
                connection.execute(delete(held).where(about))
                _note_lingering(connection)
            lingering = _lingering(connection)
        if lingering:
            self._rewrite(subject)
        return len(gone)

    def _rewrite(self, subject: str) -> None:
        try:
            with self._database.outside_transaction() as connection:
                connection.exec_driver_sql("VACUUM")
            with self._database.writing() as connection:
                connection.execute(delete(meta).where(meta.c.key == _LINGERING))
        except StoreError as error:
            raise StoreError(
                f"The openings about {subject} are deleted, but copies may linger in {self.path} until it is "
                f"rewritten. Call erase again. What prevented it: {error}"
            ) from error

    def copy_to(self, path: Path, progress: Callable[[int, int], None] = lambda left, of: None) -> None:
        """Copy the openings as of one moment to a new file, while others go on.  See `backup`."""
        self._database.copy_to(path, progress)

    def close(self) -> None:
        """Close the file.  Closing twice is allowed; anything else then raises."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_IMPLEMENTS: type[Openings] = SqliteOpenings


def _erased(connection: Connection, commitment: str) -> bool:
    return connection.execute(_TOMBSTONE, {"commitment": commitment}).first() is not None


def _note_lingering(connection: Connection) -> None:
    connection.execute(upsert(meta).on_conflict_do_nothing(), {"key": _LINGERING, "value": "yes"})


def _lingering(connection: Connection) -> bool:
    return connection.execute(select(meta.c.key).where(meta.c.key == _LINGERING)).first() is not None


def _opening(row: Row[*_Columns]) -> Opening:
    return Opening(
        commitment=row.commitment,
        log=row.log,
        subject=row.subject,
        field=row.field,
        salt=row.salt,
        value=row.value,
        command_id=row.command_id,
    )
