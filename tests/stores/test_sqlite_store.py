"""The embedded store passes the store contract, over several objects on one file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from party_workflow.store import EventStore
from party_workflow.testing.store import StoreContract
from party_workflow_adapters.sqlite import SqliteStore


class TestSqliteStore(StoreContract):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> Iterator[None]:
        self.tmp_path = tmp_path
        self.opened: list[SqliteStore] = []
        yield
        for store in self.opened:
            store.close()

    def make_store(self) -> EventStore:
        return self._open(self.tmp_path / f"{len(self.opened)}.db")

    def reopen(self, store: EventStore) -> EventStore:
        assert isinstance(store, SqliteStore)
        return self._open(store.path)

    def _open(self, path: Path) -> SqliteStore:
        self.opened.append(SqliteStore(path))
        return self.opened[-1]
