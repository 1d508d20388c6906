"""The facade on the embedded store: the same log as in memory, also when several decide at once."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.support.world import World

from party_workflow.domain.organisation import RegisterPerson
from party_workflow.history import Readable
from party_workflow.service import Workflow
from party_workflow_adapters.export import canonical_export
from party_workflow_adapters.sqlite import SqliteStore


def exported(source: Readable) -> bytes:
    out = io.BytesIO()
    canonical_export(source, out)
    return out.getvalue()


def test_the_same_commands_give_the_same_bytes_in_memory_and_in_a_file(tmp_path: Path) -> None:
    in_memory = World(members=5)
    with SqliteStore(tmp_path / "log.db") as store:
        World(members=5, store=store)
        assert store.head() == in_memory.store.head()
        assert exported(store) == exported(in_memory.store)


@pytest.mark.parametrize("writers", [3])
def test_decisions_taken_at_once_through_several_stores_are_all_recorded(
    tmp_path: Path, writers: int
) -> None:
    """Each rests on the state of the organisation that it then finds; who lost a race decides again."""
    with SqliteStore(tmp_path / "log.db") as store:
        world = World(members=1, store=store)
        before = store.head().position

        def register(index: int) -> None:
            with SqliteStore(store.path) as own:
                workflow = Workflow(own, world.model)
                for number in range(10):
                    person = f"p-{100 + 10 * index + number}"
                    command = RegisterPerson(person=person, unit="u-branch", categories=("member",))
                    workflow.execute(command, by=world.act(1), at=world.now, command_id=f"register-{person}")

        with ThreadPoolExecutor(writers) as threads:
            list(threads.map(register, range(writers)))
        assert store.head().position == before + 10 * writers
        assert store.rebuild_indexes()
