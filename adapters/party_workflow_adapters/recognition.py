"""Telling what a database file is, and refusing one that somebody has put something into."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, select

from party_workflow.errors import StoreError
from party_workflow_adapters import schema
from party_workflow_adapters.schema import LAYOUTS, Layout


def is_empty(connection: Connection) -> bool:
    """Whether nobody has claimed the database yet."""
    return _marks(connection) == (0, 0) and not schema.things(connection)


def _marks(connection: Connection) -> tuple[int, int]:
    application_id = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    return application_id, version


def recognise(connection: Connection, path: Path, accepts: Sequence[Layout]) -> Layout:
    """The layout of a database, if it is one of those accepted and nothing more or less is in it.

    Reads only.  Raises `StoreError`.
    """
    application_id, version = _marks(connection)
    layout = next((each for each in LAYOUTS if each.application_id == application_id), None)
    if layout is None:
        raise StoreError(
            f"{path} is an SQLite database of another application. Choose another path; it was left as it is."
        )
    if layout not in accepts:
        raise StoreError(
            f"{path} is {layout.noun}, not {accepts[0].noun}. Open it with {layout.opened_with}, "
            "or choose another path."
        )
    if version != layout.version:
        raise StoreError(
            f"{path} has layout version {version}; this library knows version {layout.version}. "
            "Use the version of the library that wrote it, or a later one."
        )
    found, wanted = schema.things(connection), schema.expected(layout)[0]
    for name, kind in sorted(found.items()):
        if wanted.get(name) != kind:
            raise StoreError(
                f"{path} holds the {kind} {_shown(name)}, no part of {layout.noun}: somebody altered "
                "the file. Restore a copy, or remove it with a tool for SQLite databases."
            )
    if found != wanted or schema.shape(connection, layout) != schema.expected(layout)[1]:
        raise StoreError(
            f"The tables of {path} are not those of {layout.noun} of version {version}: somebody altered "
            "the file. Restore a copy."
        )
    query = select(schema.meta.c.value).where(schema.meta.c.key == "format")
    if (stored := connection.execute(query).scalar()) != layout.format:
        raise StoreError(
            f"{path} has the format {_shown(str(stored))}; this library reads {layout.format}. "
            "Use the version of the library that wrote it."
        )
    return layout


def _shown(name: str) -> str:
    return name if name.isascii() and name.isprintable() and len(name) <= 64 else "(name not shown)"
