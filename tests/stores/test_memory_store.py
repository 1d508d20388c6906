"""The reference store passes the store contract; stores that do less fail it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence

import pytest

from party_workflow.store import Append, EventStore, Head, MemoryStore, Receipt, Record
from party_workflow.testing.store import StoreContract, claims, failures


class TestMemoryStore(StoreContract):
    def make_store(self) -> EventStore:
        return MemoryStore()


class IdleStore:
    """Does nothing, and answers as if it had."""

    def append(self, batch: Append) -> Receipt:
        return Receipt(batch.command_id, batch.command_digest, 1, len(batch.drafts))

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        return iter(())

    def read_stream(self, stream: str, after: int = 0) -> Iterator[Record]:
        return iter(())

    def head(self) -> Head:
        return Head(0, None, None)

    def receipt(self, command_id: str) -> Receipt | None:
        return None

    def ballots(self, box: str) -> Sequence[Mapping[str, str]]:
        return []


class Idle(StoreContract):
    def make_store(self) -> EventStore:
        return IdleStore()


def test_a_store_that_does_nothing_fails_every_claim_of_the_contract() -> None:
    assert sorted(failures(Idle())) == claims(StoreContract)


class Unguarded(MemoryStore):
    """Overlooks what decisions were based on."""

    def append(self, batch: Append) -> Receipt:
        return super().append(_but(batch, expected={}))


class Half(MemoryStore):
    """Looks only at the streams that are written to."""

    def append(self, batch: Append) -> Receipt:
        written = {draft.stream for draft in batch.drafts}
        return super().append(_but(batch, expected={s: v for s, v in batch.expected.items() if s in written}))


class Forgetful(MemoryStore):
    """Takes every command for a new one, also where many come at once."""

    gate = threading.Lock()  # or all of them might forget before the first one records

    def append(self, batch: Append) -> Receipt:
        with self.gate:
            self._receipts.pop(batch.command_id, None)
            return super().append(batch)


class Telling(MemoryStore):
    """Gives ballots in the order in which they came."""

    def ballots(self, box: str) -> Sequence[Mapping[str, str]]:
        return self._boxes.get(box, [])


class Loose(MemoryStore):
    """Puts ballots away even when the append is refused."""

    def append(self, batch: Append) -> Receipt:
        for deposit in batch.deposits:
            self._boxes.setdefault(deposit.box, []).append(deposit.ballot)
        return super().append(_but(batch, deposits=()))


class Skipping(MemoryStore):
    """Shows the newest record before the one below it, as an uncommitted transaction makes a database do."""

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        found = list(super().read(after, until))
        yield from found if len(found) < 2 or until is not None else [*found[:-2], found[-1]]


def _but(batch: Append, **changes: object) -> Append:
    from dataclasses import replace

    return replace(batch, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "claim"),
    [
        (Unguarded, "test_a_stream_that_moved_on_refuses_an_older_decision"),
        (Unguarded, "test_a_version_ahead_of_the_stream_is_refused"),
        (Unguarded, "test_of_many_who_begin_the_same_stream_one_does"),
        (Half, "test_a_stream_that_was_only_read_counts_as_well"),
        (Forgetful, "test_the_same_command_again_records_nothing_and_answers_the_same"),
        (Forgetful, "test_a_command_id_stands_for_one_command"),
        (Forgetful, "test_of_many_who_send_the_same_command_all_get_the_same_receipt"),
        (Telling, "test_ballots_are_read_in_an_order_that_says_nothing"),
        (Loose, "test_a_refused_append_leaves_the_boxes_as_they_were"),
        (Loose, "test_a_repeated_command_casts_no_second_ballot"),
        (Skipping, "test_writers_lose_nothing_and_a_reader_at_the_end_skips_nothing"),
    ],
)
def test_a_store_with_one_fault_fails_the_claim_about_it(kind: type[MemoryStore], claim: str) -> None:
    class Faulty(StoreContract):
        def make_store(self) -> EventStore:
            return kind()

    assert claim in failures(Faulty())
