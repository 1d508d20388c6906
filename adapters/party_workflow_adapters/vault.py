"""The vault: who brought a protected case, each identity under a key of its own (R-146).

A file apart from log and openings, which neither a backup nor an export takes along.  Whoever has the file
without the vault's key learns from it which commitments of the log it could open, and nothing else: neither
values nor salts nor about whom they are nor how long they are.

Each opening is encrypted (AES-256-GCM) under a random key of its own, and that key under one derived from
the vault's, which the service passes in and which is never written down here.  Erasing deletes key and text,
overwrites them (``secure_delete``) and rewrites the file, for the reasons given in
`party_workflow_adapters.openings`.  Copies of the file from before still hold both: a copy is as sensitive as
the vault, and is to be thrown away when somebody was erased.

AES-GCM alone does not bind a text to one key; the salted commitment in the log does, and every opening is
held against it.  Needs the extra ``vault``.  See ADR 0006.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from party_workflow.canonical import canonical_bytes, parse
from party_workflow.errors import Fault, InvalidInput, NotCanonical, StoreError
from party_workflow.personal import Identities, Opening, Sealed, Withheld
from party_workflow_adapters import placement
from party_workflow_adapters.database import Database
from party_workflow_adapters.placement import Location
from party_workflow_adapters.schema import VAULT, identities, meta, tombstones

ENDING: Final = placement.IDENTITIES
KEY_BYTES: Final = 32
"""Least length of the vault's key; it is to be random (``head -c 32 /dev/urandom``), not a pass phrase."""

_NONCE: Final = 12
_BLOCK: Final = 256
_CHECK: Final = "key check"
_LINGERING: Final = "copies may linger"

_BOUND: Final = identities.c.commitment == bindparam("bound")
_ONE: Final = select(identities).where(_BOUND)
_OF_COMMAND: Final = (
    select(identities)
    .where(identities.c.command_id == bindparam("command"))
    .order_by(identities.c.commitment)
)
_TOMBSTONE: Final = select(tombstones.c.commitment).where(tombstones.c.commitment == bindparam("bound"))
_KEEP: Final = upsert(identities).on_conflict_do_nothing()
_DISCARD: Final = delete(identities).where(_BOUND)
_HAND_OUT: Final = update(identities).where(_BOUND, identities.c.handed_out == 0).values(handed_out=1)


class SqliteVault:
    """Identities in an SQLite file, made on first use with permissions for its owner only.

    `key` are 32 random bytes or more; with another key than the file was made with it does not open
    (`StoreError`).  Implements `party_workflow.personal.Identities`.  Threads and processes may share it.
    """

    def __init__(self, path: Location, key: bytes, *, busy_timeout: float = 30.0) -> None:
        self._keys = _Keys(_checked(key))
        self._database = Database(path, (VAULT,), busy_timeout=busy_timeout)
        self.path: Final = self._database.path
        try:
            self._check_key()
        except BaseException:
            self._database.close()
            raise

    @classmethod
    def beside(cls, log: Location, key: bytes, *, busy_timeout: float = 30.0) -> Self:
        """The vault of a log at its usual place: the log's path with ``.identities`` added."""
        return cls(placement.beside(placement.locate(log), ENDING), key, busy_timeout=busy_timeout)

    def _check_key(self) -> None:
        wanted = self._keys.check
        with self._database.writing() as connection:
            connection.execute(upsert(meta).on_conflict_do_nothing(), {"key": _CHECK, "value": wanted})
            found = connection.execute(select(meta.c.value).where(meta.c.key == _CHECK)).scalar_one()
        if not hmac.compare_digest(found, wanted):
            raise StoreError(f"The key is not that of the vault {self.path}. Pass the key it was made with.")

    def put(self, openings: Iterable[Opening]) -> None:
        """Keep openings durably.  One that is there stays as it is, and one that was erased stays erased."""
        rows = [self._keys.lock(opening) for opening in openings]
        if not rows:
            return
        with self._database.writing() as connection:
            kept = [row for row in rows if not _erased(connection, row["commitment"])]
            if kept:
                connection.execute(_KEEP, kept)

    def get(self, sealed: Sealed) -> Opening | Withheld:
        """The opening of a commitment, or why there is none.

        What was changed in the file, or does not open the commitment, counts as not supplied.
        """
        with self._database.reading() as connection:
            return self._found(connection, sealed)

    def _found(self, connection: Connection, sealed: Sealed) -> Opening | Withheld:
        row = connection.execute(_ONE, {"bound": sealed.commitment}).one_or_none()
        if row is None:
            return Withheld("erased" if _erased(connection, sealed.commitment) else "not-supplied")
        opening = self._keys.unlock(row)
        return opening if opening is not None and opening.opens(sealed) else Withheld("not-supplied")

    def of_command(self, command_id: str) -> Sequence[Opening]:
        """The openings that a command brought."""
        with self._database.reading() as connection:
            rows = connection.execute(_OF_COMMAND, {"command": command_id}).all()
        return [opening for row in rows if (opening := self._keys.unlock(row)) is not None]

    def discard(self, openings: Iterable[Opening]) -> None:
        """Remove openings whose events were not recorded.  They leave no tombstone."""
        gone = [{"bound": opening.commitment} for opening in openings]
        if gone:
            with self._database.writing() as connection:
                if connection.execute(_DISCARD, gone).rowcount:
                    _note_lingering(connection)

    def erase(self, subject: str) -> int:
        """Delete every opening about a subject with its key, and every trace of them; returns how many.

        If it fails with `StoreError` after the deletion, another call finishes the work.
        """
        return self._erase(identities.c.about == self._keys.about(subject))

    def shred(self, sealed: Sealed) -> bool:
        """Delete this one opening with its key, and every trace of it; whether there was one."""
        return self._erase(identities.c.commitment == sealed.commitment) > 0

    def _erase(self, which: ColumnElement[bool]) -> int:
        with self._database.writing() as connection:
            gone = connection.execute(select(identities.c.commitment).where(which)).scalars().all()
            if gone:
                connection.execute(
                    insert(tombstones),
                    [{"commitment": commitment, "reason": "erased"} for commitment in gone],
                )
                connection.execute(delete(identities).where(which))
                _note_lingering(connection)
            lingering = _lingering(connection)
        if lingering:
            self._rewrite()
        return len(gone)

    def _rewrite(self) -> None:
        try:
            with self._database.outside_transaction() as connection:
                connection.exec_driver_sql("VACUUM")
            with self._database.writing() as connection:
                connection.execute(delete(meta).where(meta.c.key == _LINGERING))
        except StoreError as error:
            raise StoreError(
                f"It is deleted, but copies may linger in {self.path} until that is rewritten. Erase again. "
                f"What prevented it: {error}"
            ) from error

    def hand_out(self, sealed: Sealed) -> Opening | Withheld:
        """The opening, once: to whoever asks again, in whatever process, it is ``not-permitted``."""
        with self._database.writing() as connection:
            opening = self._found(connection, sealed)
            if isinstance(opening, Withheld):
                return opening
            first = connection.execute(_HAND_OUT, {"bound": sealed.commitment}).rowcount
        return opening if first else Withheld("not-permitted")

    def copy_to(self, path: Path, progress: Callable[[int, int], None] = lambda left, of: None) -> None:
        """Copy the vault as of one moment to a new file.  The copy opens with the same key.

        An identity erased afterwards is still in the copy: throw it away then.
        """
        placement.make(placement.locate(path))
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


_IMPLEMENTS: type[Identities] = SqliteVault


def _checked(key: object) -> bytes:
    """The vault's key; `InvalidInput` for what is no bytes, and for too few of them."""
    where, remedy = "the vault's key", "Pass random bytes, and keep them elsewhere."
    if not isinstance(key, bytes):
        what = f"It is of the type {type(key).__name__}; bytes are needed."
        raise InvalidInput(Fault(where, what, remedy))
    if len(key) < KEY_BYTES:
        what = f"It has {len(key)} bytes; at least {KEY_BYTES} are needed."
        raise InvalidInput(Fault(where, what, remedy))
    return key


class _Keys:
    """What is derived from the vault's key, each for one purpose, and what is done with it."""

    def __init__(self, key: bytes) -> None:
        self._wraps = AESGCM(_derived(key, "wrap"))
        self._about = _derived(key, "about")
        self.check: Final = _derived(key, "check").hex()

    def __repr__(self) -> str:
        return "_Keys(…)"

    def about(self, subject: str) -> bytes:
        """A subject as it stands in the file: comparable, and for whoever lacks the key a random number."""
        return hmac.digest(self._about, subject.encode(), "sha256")

    def lock(self, opening: Opening) -> dict[str, Any]:
        """The row of an opening, under a new key of its own."""
        data_key = AESGCM.generate_key(8 * KEY_BYTES)
        body = {
            "field": opening.field,
            "log": opening.log,
            "salt": opening.salt.hex(),
            "subject": opening.subject,
            "value": opening.value,
        }
        text = canonical_bytes(body)
        text += b" " * (-len(text) % _BLOCK)
        return {
            "commitment": opening.commitment,
            "command_id": opening.command_id,
            "about": self.about(opening.subject),
            "data_key": _seal(self._wraps, data_key, opening.commitment),
            "sealed": _seal(AESGCM(data_key), text, opening.commitment),
            "handed_out": 0,
        }

    def unlock(self, row: Row[Any]) -> Opening | None:
        """The opening of a row; None where somebody has changed it."""
        try:
            data_key = _unseal(self._wraps, row.data_key, row.commitment)
            body = parse(_unseal(AESGCM(data_key), row.sealed, row.commitment).rstrip(b" "))
        except (InvalidTag, NotCanonical, ValueError):
            return None
        return Opening(
            commitment=row.commitment,
            log=body["log"],
            subject=body["subject"],
            field=body["field"],
            salt=bytes.fromhex(body["salt"]),
            value=body["value"],
            command_id=row.command_id,
        )


def _derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, by HMAC-SHA256: from one of them nothing can be said of another."""
    return hmac.digest(key, f"party_workflow/vault/1\n{purpose}".encode(), "sha256")


def _seal(cipher: AESGCM, data: bytes, commitment: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, data, commitment.encode())


def _unseal(cipher: AESGCM, data: bytes, commitment: str) -> bytes:
    return cipher.decrypt(data[:_NONCE], data[_NONCE:], commitment.encode())


def _erased(connection: Connection, commitment: str) -> bool:
    return connection.execute(_TOMBSTONE, {"bound": commitment}).first() is not None


def _note_lingering(connection: Connection) -> None:
    connection.execute(upsert(meta).on_conflict_do_nothing(), {"key": _LINGERING, "value": "yes"})


def _lingering(connection: Connection) -> bool:
    return connection.execute(select(meta.c.key).where(meta.c.key == _LINGERING)).first() is not None
