"""The store contract: what passes it is an event store.

Derive a test class and say how to make a store; every method named ``test_…`` then is a claim about it::

    class TestMyStore(StoreContract):
        def make_store(self) -> EventStore:
            return MyStore(...)  # an empty log, a new one on every call

A store that several processes may use overrides `reopen` too: the claims about concurrency then run
over separate objects on the same log.  Nothing here needs a test framework.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import ClassVar, Final, TypeVar

from party_workflow.codec import Event, Registry
from party_workflow.errors import CommandIdConflict, InvalidInput, PartyWorkflowError, VersionConflict
from party_workflow.store import (
    Actor,
    Append,
    Deposit,
    Draft,
    EventStore,
    Receipt,
    Record,
    decode,
    read_event,
)

E = TypeVar("E", bound=BaseException)

NOON: Final = datetime(2020, 3, 25, 12, tzinfo=UTC)
REGISTRAR: Final = Actor(account="a-registrar", person="p-1", capacity="registrar")
CLERK: Final = Actor(account="a-clerk", person="p-2", capacity="clerk")
LOG: Final = "log-of-the-contract"


class Noted(Event):
    """An event that says nothing but a number."""

    stored_type: ClassVar[str] = "testing.noted"

    number: int


REGISTRY: Final = Registry([Noted])


def noted(
    command_id: str,
    *streams: str,
    number: int = 0,
    expected: Mapping[str, int] | None = None,
    at: datetime = NOON,
    by: Actor = REGISTRAR,
    digest: str = "0" * 64,
    deposits: Iterable[Deposit] = (),
    empties: Iterable[str] = (),
) -> Append:
    """An append that notes a number once on each of the streams named, which may repeat."""
    return Append(
        log=LOG,
        command_id=command_id,
        command_type="testing.note",
        command_digest=digest,
        actor=by,
        recorded_at=at,
        drafts=tuple(Draft(stream, Noted(number=number), at) for stream in streams),
        expected={} if expected is None else expected,
        deposits=tuple(deposits),
        empties=tuple(empties),
    )


def raises(kind: type[E], act: Callable[[], object]) -> E:
    """The exception of a kind that an act raises; fails if it raises none."""
    try:
        act()
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")


def positions(records: Iterable[Record]) -> list[int]:
    """Where the records stand."""
    return [record.position for record in records]


def contents(store: EventStore) -> list[bytes]:
    """Everything recorded, as bytes."""
    return [record.bytes for record in store.read()]


class StoreContract:
    """What a caller of an `EventStore` may rely on."""

    def make_store(self) -> EventStore:
        """A store with an empty log of its own."""
        raise NotImplementedError("say how to make a store")

    def reopen(self, store: EventStore) -> EventStore:
        """Another object on the same log; the same object where there can be only one."""
        return store

    # --- order ---------------------------------------------------------------------------

    def test_an_empty_log_says_so(self) -> None:
        """Position 0, no time, no log; nothing to read; and the first record is not hidden by asking."""
        store = self.make_store()
        head = store.head()
        assert (head.position, head.recorded_at, head.log) == (0, None, None)
        assert contents(store) == []
        assert list(store.read_stream("case/one")) == []
        assert store.receipt("c-1") is None
        assert list(store.ballots("box")) == []
        store.append(noted("c-1", "case/one"))
        assert store.head().position == 1

    def test_positions_run_from_one_without_a_gap(self) -> None:
        """Over several appends of several events on several streams."""
        store = self.make_store()
        store.append(noted("c-1", "case/one", "case/two", "case/one"))
        store.append(noted("c-2", "case/two"))
        store.append(noted("c-3", "case/three", "case/three"))
        assert positions(store.read()) == [1, 2, 3, 4, 5, 6]
        streams = [record.envelope.stream for record in store.read()]
        assert streams == ["case/one", "case/two", "case/one", "case/two", "case/three", "case/three"]

    def test_the_head_is_the_last_record(self) -> None:
        """Its position, its time, its log."""
        store = self.make_store()
        later = NOON + timedelta(microseconds=1)
        store.append(noted("c-1", "case/one"))
        store.append(noted("c-2", "case/one", "case/two", at=later))
        head = store.head()
        assert (head.position, head.recorded_at, head.log) == (3, later, LOG)

    def test_versions_count_each_stream_from_one(self) -> None:
        """Whatever happens on other streams."""
        store = self.make_store()
        store.append(noted("c-1", "case/one", "case/two", "case/one"))
        store.append(noted("c-2", "case/one", "case/two"))
        one = [(record.envelope.version, record.position) for record in store.read_stream("case/one")]
        two = [(record.envelope.version, record.position) for record in store.read_stream("case/two")]
        assert one == [(1, 1), (2, 3), (3, 4)]
        assert two == [(1, 2), (2, 5)]

    def test_what_is_read_is_what_was_recorded(self) -> None:
        """The envelope, the data, and bytes that read as the same record."""
        store = self.make_store()
        store.append(noted("c-1", "case/one", number=28, by=CLERK, digest="a" * 64))
        (record,) = store.read()
        envelope = record.envelope
        assert (envelope.log, envelope.stream, envelope.stored_type) == (LOG, "case/one", "testing.noted")
        assert (envelope.actor, envelope.counter) == (CLERK, 1)
        assert (envelope.recorded_at, envelope.effective_at) == (NOON, NOON)
        assert (envelope.command_id, envelope.command_digest) == ("c-1", "a" * 64)
        assert read_event(record, REGISTRY).event == Noted(number=28)
        assert decode(record.bytes) == record

    def test_a_part_of_the_log_is_read_by_position(self) -> None:
        """After a position, until a position inclusive; beyond the end there is nothing."""
        store = self.make_store()
        for index in range(1, 8):
            store.append(noted(f"c-{index}", "case/one"))
        assert positions(store.read(2, 5)) == [3, 4, 5]
        assert positions(store.read(5)) == [6, 7]
        assert positions(store.read(0, 1)) == [1]
        assert positions(store.read(6, 99)) == [7]
        assert positions(store.read(5, 5)) == positions(store.read(7)) == positions(store.read(99)) == []

    def test_a_part_of_a_stream_is_read_by_version(self) -> None:
        """After a version; beyond the end there is nothing."""
        store = self.make_store()
        store.append(noted("c-1", "case/one", "case/two", "case/one", "case/one"))
        assert positions(store.read_stream("case/one", 1)) == [3, 4]
        assert positions(store.read_stream("case/one", 3)) == []
        assert positions(store.read_stream("case/one", 99)) == []
        assert positions(store.read_stream("case")) == []

    def test_reading_begun_before_an_append_gives_a_whole_beginning(self) -> None:
        """An append in the middle of a reading neither breaks it nor tears a hole into it."""
        store = self.make_store()
        store.append(noted("c-1", "case/one", "case/one", "case/one"))
        reading = iter(store.read())
        seen = positions(islice(reading, 1))
        store.append(noted("c-2", "case/one"))
        seen += positions(reading)
        assert seen in ([1, 2, 3], [1, 2, 3, 4])

    # --- time ----------------------------------------------------------------------------

    def test_time_never_runs_backwards_in_the_log(self) -> None:
        """A record before the head is refused, as an input to mend; and then nothing is recorded."""
        store = self.make_store()
        store.append(noted("c-1", "case/one"))
        before = NOON - timedelta(microseconds=1)
        raises(InvalidInput, lambda: store.append(noted("c-2", "case/two", at=before)))
        assert store.head().position == 1
        assert store.receipt("c-2") is None

    def test_the_same_time_again_is_allowed(self) -> None:
        """Two commands may be recorded in the same microsecond."""
        store = self.make_store()
        store.append(noted("c-1", "case/one"))
        store.append(noted("c-2", "case/two"))
        assert [record.envelope.recorded_at for record in store.read()] == [NOON, NOON]

    # --- concurrency by version ----------------------------------------------------------

    def test_a_stream_that_moved_on_refuses_an_older_decision(self) -> None:
        """And says which stream, what was expected and what is; nothing is recorded."""
        store = self.make_store()
        store.append(noted("c-1", "case/one", expected={"case/one": 0}))
        store.append(noted("c-2", "case/one", expected={"case/one": 1}))
        error = raises(
            VersionConflict, lambda: store.append(noted("c-3", "case/one", expected={"case/one": 1}))
        )
        assert (error.stream, error.expected, error.actual) == ("case/one", 1, 2)
        assert store.head().position == 2
        assert store.receipt("c-3") is None

    def test_a_stream_that_must_not_exist_refuses_to_begin_twice(self) -> None:
        """Expecting version 0 is how a stream is begun once."""
        store = self.make_store()
        store.append(noted("c-1", "case/one", expected={"case/one": 0}))
        error = raises(
            VersionConflict, lambda: store.append(noted("c-2", "case/one", expected={"case/one": 0}))
        )
        assert (error.expected, error.actual) == (0, 1)

    def test_a_version_ahead_of_the_stream_is_refused(self) -> None:
        """Also on a stream that does not exist."""
        store = self.make_store()
        error = raises(
            VersionConflict, lambda: store.append(noted("c-1", "case/one", expected={"case/one": 3}))
        )
        assert (error.expected, error.actual) == (3, 0)
        assert store.head().position == 0

    def test_a_stream_that_was_only_read_counts_as_well(self) -> None:
        """A decision on one stream falls when a fact of another that it rested on has changed."""
        store = self.make_store()
        store.append(noted("c-1", "roles/all"))
        read = {"roles/all": 1, "case/one": 0}
        store.append(noted("c-2", "roles/all"))
        error = raises(VersionConflict, lambda: store.append(noted("c-3", "case/one", expected=read)))
        assert error.stream == "roles/all"
        assert list(store.read_stream("case/one")) == []
        store.append(noted("c-4", "case/one", expected={"roles/all": 2, "case/one": 0}))
        assert store.head().position == 3

    def test_several_streams_are_written_together_or_not_at_all(self) -> None:
        """A conflict on one leaves the other as it was."""
        store = self.make_store()
        store.append(noted("c-1", "case/two"))
        stale = noted("c-2", "case/one", "case/two", expected={"case/one": 0, "case/two": 0})
        raises(VersionConflict, lambda: store.append(stale))
        assert list(store.read_stream("case/one")) == []
        receipt = store.append(noted("c-3", "case/one", "case/two", expected={"case/one": 0, "case/two": 1}))
        assert (receipt.first_position, receipt.last_position) == (2, 3)

    # --- commands ------------------------------------------------------------------------

    def test_a_receipt_says_where_the_events_stand(self) -> None:
        """At once and whenever it is asked for later."""
        store = self.make_store()
        store.append(noted("c-1", "case/one"))
        receipt = store.append(noted("c-2", "case/one", "case/two", digest="b" * 64))
        assert receipt == Receipt("c-2", "b" * 64, 2, 3)
        assert not receipt.repeated
        assert store.receipt("c-2") == receipt
        assert list(receipt.positions) == [2, 3]

    def test_the_same_command_again_records_nothing_and_answers_the_same(self) -> None:
        """Even if its streams, and the time, have moved on since."""
        store = self.make_store()
        first = store.append(noted("c-1", "case/one", expected={"case/one": 0}))
        store.append(noted("c-2", "case/one", at=NOON + timedelta(days=1)))
        again = store.append(noted("c-1", "case/one", expected={"case/one": 0}))
        assert again == first
        assert again.repeated
        assert store.head().position == 2

    def test_a_command_id_stands_for_one_command(self) -> None:
        """With other content it is refused, and the first stays as it is."""
        store = self.make_store()
        first = store.append(noted("c-1", "case/one"))
        error = raises(CommandIdConflict, lambda: store.append(noted("c-1", "case/one", digest="f" * 64)))
        assert error.command_id == "c-1"
        assert store.receipt("c-1") == first
        assert store.head().position == 1

    def test_an_account_counts_its_commands(self) -> None:
        """Each account for itself; all events of a command have the same number, a repetition has none."""
        store = self.make_store()
        store.append(noted("c-1", "case/one", "case/one"))
        store.append(noted("c-2", "case/one", by=CLERK))
        store.append(noted("c-1", "case/one", "case/one"))
        store.append(noted("c-3", "case/one"))
        counted = [(record.envelope.account, record.envelope.counter) for record in store.read()]
        assert counted == [("a-registrar", 1), ("a-registrar", 1), ("a-clerk", 1), ("a-registrar", 2)]

    # --- ballots -------------------------------------------------------------------------

    def test_a_ballot_waits_in_its_box_until_the_box_is_emptied(self) -> None:
        """Other boxes stay as they are."""
        store = self.make_store()
        store.append(noted("c-1", "round/one", deposits=[Deposit("round/one", {"choice": "yes"})]))
        store.append(noted("c-2", "round/two", deposits=[Deposit("round/two", {"choice": "no"})]))
        assert list(store.ballots("round/one")) == [{"choice": "yes"}]
        store.append(noted("c-3", "round/one", empties=["round/one"]))
        assert list(store.ballots("round/one")) == []
        assert list(store.ballots("round/two")) == [{"choice": "no"}]

    def test_ballots_are_read_in_an_order_that_says_nothing(self) -> None:
        """Two boxes with the same ballots, cast in opposite order, read the same."""
        store = self.make_store()
        choices = ["no", "yes", "abstain", "yes", "yes"]
        for box, cast in (("one", choices), ("two", choices[::-1])):
            for index, choice in enumerate(cast):
                deposit = Deposit(box, {"about": f"p-{len(choice)}", "choice": choice})
                store.append(noted(f"c-{box}-{index}", f"round/{box}", deposits=[deposit]))
        assert len(store.ballots("one")) == 5
        assert [dict(ballot) for ballot in store.ballots("one")] == [
            dict(ballot) for ballot in store.ballots("two")
        ]

    def test_a_refused_append_leaves_the_boxes_as_they_were(self) -> None:
        """Neither puts a ballot in nor takes one out."""
        store = self.make_store()
        store.append(noted("c-1", "round/one", deposits=[Deposit("box", {"choice": "yes"})]))
        stale = noted(
            "c-2",
            "round/one",
            expected={"round/one": 0},
            deposits=[Deposit("box", {"choice": "no"})],
            empties=["box"],
        )
        raises(VersionConflict, lambda: store.append(stale))
        assert list(store.ballots("box")) == [{"choice": "yes"}]

    def test_a_repeated_command_casts_no_second_ballot(self) -> None:
        """Nor does it empty a box that was filled since."""
        store = self.make_store()
        vote = noted("c-1", "round/one", deposits=[Deposit("box", {"choice": "yes"})])
        store.append(vote)
        store.append(vote)
        assert list(store.ballots("box")) == [{"choice": "yes"}]
        close = noted("c-2", "round/one", empties=["box"])
        store.append(close)
        store.append(noted("c-3", "round/one", deposits=[Deposit("box", {"choice": "no"})]))
        store.append(close)
        assert list(store.ballots("box")) == [{"choice": "no"}]

    # --- several at once -----------------------------------------------------------------

    def test_of_many_who_begin_the_same_stream_one_does(self) -> None:
        """The others are told that they were late, and nothing of theirs is recorded."""
        store = self.make_store()
        stores = [store, *(self.reopen(store) for _ in range(3))]

        def begin(index: int) -> bool:
            batch = noted(f"c-{index}", "case/one", expected={"case/one": 0})
            try:
                stores[index % len(stores)].append(batch)
            except VersionConflict:
                return False
            return True

        assert sum(_together(begin, 8)) == 1
        assert positions(store.read()) == [1]

    def test_of_many_who_send_the_same_command_all_get_the_same_receipt(self) -> None:
        """It is recorded once."""
        store = self.make_store()
        stores = [store, *(self.reopen(store) for _ in range(3))]
        receipts = _together(lambda index: stores[index % len(stores)].append(noted("c-1", "case/one")), 8)
        assert [receipt.positions for receipt in receipts] == [range(1, 2)] * 8
        assert sorted(receipt.repeated for receipt in receipts) == [False] + [True] * 7
        assert positions(store.read()) == [1]

    def test_writers_lose_nothing_and_a_reader_at_the_end_skips_nothing(self) -> None:
        """Position order is commit order: who has seen position n has seen everything below."""
        store = self.make_store()
        writers, each = 4, 25
        stores = [self.reopen(store) for _ in range(writers)]
        reader = self.reopen(store)
        done = threading.Event()
        seen: list[int] = []

        def follow() -> None:
            last = False
            while not last:
                last = done.is_set()  # one more look after the last append
                for record in reader.read(seen[-1] if seen else 0):
                    seen.append(record.position)

        def write(index: int) -> list[Receipt]:
            return [
                stores[index].append(noted(f"c-{index}-{number}", f"case/{index}", "case/all", number=number))
                for number in range(each)
            ]

        follower = threading.Thread(target=follow)
        follower.start()
        try:
            receipts = [receipt for found in _together(write, writers) for receipt in found]
        finally:
            done.set()
            follower.join()
        assert seen == list(range(1, 2 * writers * each + 1))
        assert sorted(position for receipt in receipts for position in receipt.positions) == seen
        for index in range(writers):
            found = [read_event(record, REGISTRY).event for record in store.read_stream(f"case/{index}")]
            assert found == [Noted(number=number) for number in range(each)]


R = TypeVar("R")


def _together(act: Callable[[int], R], times: int) -> Sequence[R]:
    """The answers of an act that is begun in several threads at the same moment."""
    ready = threading.Barrier(times)

    def begin(index: int) -> R:
        ready.wait()
        return act(index)

    with ThreadPoolExecutor(max_workers=times) as threads:
        return list(threads.map(begin, range(times)))


def claims(contract: type) -> list[str]:
    """The names of a contract's claims, for testing the contract itself."""
    return sorted(name for name in dir(contract) if name.startswith("test_"))


def failures(suite: StoreContract) -> dict[str, BaseException]:
    """Which claims a store fails, and how: for showing that a faulty store does fail."""
    found: dict[str, BaseException] = {}
    for name in claims(type(suite)):
        try:
            getattr(suite, name)()
        except (AssertionError, PartyWorkflowError, LookupError, ValueError) as error:
            found[name] = error
    return found
