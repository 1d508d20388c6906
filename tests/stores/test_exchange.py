"""Batches between departments that share no database: verified, received once, and kept apart (R-192)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given as hypothesis_given
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import replays
from tests.support.world import START, World

from party_workflow.authority import AdoptRoles, GrantRole, OpenLog
from party_workflow.canonical import canonical_bytes
from party_workflow.domain import activity, exchange, organisation
from party_workflow.domain.activity import CancelActivity, PlanActivity
from party_workflow.domain.exchange import DECIDER, BatchReceived, ReceiveBatch, Stretch
from party_workflow.errors import InvalidInput, Refused
from party_workflow.history import History
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.service import Workflow
from party_workflow.store import Actor
from party_workflow.testing.scenario import Given, given
from party_workflow_adapters.cli import program
from party_workflow_adapters.exchange import Batch, Inbox, export_batch, read_batch, write
from party_workflow_adapters.export import canonical_export
from party_workflow_adapters.sqlite import SqliteStore

# --- two departments ---------------------------------------------------------------------------


class There(World):
    """The other department: log ``bureau``, with three occasions."""

    def __init__(self) -> None:
        super().__init__(activity.DECIDER, members=3)
        for number in (1, 2, 3):
            self.plan(number)

    def plan(self, number: int) -> None:
        self.do(
            PlanActivity(
                key=f"m-{number}",
                kind="meeting",
                unit="u-branch",
                planned_at=START,
                expected=("p-2",),
                title=Personal("x"),
            )
        )

    def batch(self, *streams: str, after: tuple[Batch, ...] = ()) -> Batch:
        return export_batch(self.store, streams, after)


class Here(World):
    """This department: a log of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(activity.DECIDER, exchange.DECIDER, members=3)
        self.inbox = Inbox(folder / "received")

    def receive(self, batch: Batch, by: Actor | None = None) -> Any:
        return self.inbox.receive(self.workflow, batch, unit="u-branch", by=by or self.act(2), at=self.now)

    def theirs(self) -> History:
        return self.inbox.history(self.workflow, "bureau")


@pytest.fixture
def there() -> There:
    return There()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    with monkeypatch.context() as patched:
        patched.setattr("tests.support.world.OpenLog", _renamed)
        return Here(tmp_path)


def _renamed(**more: Any) -> OpenLog:
    return OpenLog(**{**more, "tenant": "county"})


STREAMS = ("activity/m-1", "activity/m-2")


def test_R_192_a_batch_is_exported_received_and_read_as_a_history_of_the_other_log(
    there: There, here: Here, tmp_path: Path
) -> None:
    batch = there.batch(*STREAMS)
    write(tmp_path / "batch.jsonl", batch)
    read = read_batch(tmp_path / "batch.jsonl")
    assert (read, read.digest) == (batch, batch.digest)
    before = here.store.head().position
    here.receive(read)
    theirs = here.theirs()
    assert theirs.streams("activity") == list(STREAMS)
    assert theirs.state(activity.DECIDER, "activity/m-1") == there.workflow.state("activity/m-1")
    assert {record.envelope.log for record in theirs.records()} == {"bureau"}
    replays(here, "exchange/bureau")
    # Nothing of it is an own event: one record was added, which says that a batch came.
    assert here.store.head().position == before + 1
    assert here.workflow.history.streams("activity") == []
    (said,) = (item.event for item in here.workflow.history.events(BatchReceived))
    assert isinstance(said, BatchReceived)
    assert (said.digest, said.count, [item.stream for item in said.stretches]) == (
        batch.digest,
        2,
        [*STREAMS],
    )


def test_R_192_the_same_records_give_the_same_file(there: There) -> None:
    assert there.batch(*STREAMS).bytes == there.batch(*reversed(STREAMS)).bytes


def test_R_192_a_second_import_of_the_same_batch_adds_nothing(there: There, here: Here) -> None:
    batch = there.batch(*STREAMS)
    assert here.receive(batch) is not None
    head = here.workflow.history.head()
    assert here.receive(batch) is None
    assert here.workflow.history.head() == head
    assert len(list(here.theirs().records())) == 2


def test_R_192_a_later_batch_goes_on_where_the_earlier_ones_ended(there: There, here: Here) -> None:
    first = there.batch(*STREAMS)
    here.receive(first)
    there.do(CancelActivity(key="m-1", reason="storm"))
    second = there.batch(*STREAMS, "activity/m-3", after=(first,))
    assert [(item.stream, item.first, item.last) for item in second.head.stretches] == [
        ("activity/m-1", 2, 2),
        ("activity/m-3", 1, 1),
    ]
    here.receive(second)
    there.do(CancelActivity(key="m-2", reason="storm"))
    here.receive(there.batch(*STREAMS, after=(first, second)))
    for key in ("m-1", "m-2", "m-3"):
        assert here.theirs().state(activity.DECIDER, f"activity/{key}") == there.workflow.state(
            f"activity/{key}"
        )
    with pytest.raises(InvalidInput, match="Nothing was recorded since"):
        there.batch("activity/m-3", after=(first, second))


def test_R_192_a_gap_between_batches_is_refused(there: There, here: Here) -> None:
    first = there.batch("activity/m-1")
    there.do(CancelActivity(key="m-1", reason="storm"))
    second = there.batch("activity/m-1", after=(first,))
    with pytest.raises(Refused, match=r"exchange\.gap"):
        here.receive(second)
    assert list((here.inbox.folder).glob("*.jsonl")) == []
    here.receive(first)
    here.receive(second)


def test_R_192_a_batch_that_begins_again_is_refused_as_it_would_say_the_same_twice(
    there: There, here: Here
) -> None:
    here.receive(there.batch("activity/m-1"))
    there.do(CancelActivity(key="m-1", reason="storm"))
    with pytest.raises(Refused, match=r"exchange\.overlap"):
        here.receive(there.batch("activity/m-1"))
    assert len(list(here.theirs().records())) == 1


def test_R_192_a_batch_that_contradicts_an_earlier_one_is_refused(there: There, here: Here) -> None:
    """A second log of the same name, in which something else happened first."""
    here.receive(there.batch("activity/m-1"))
    forged = World(activity.DECIDER, members=3)
    forged.later(days=1)
    forged.do(PlanActivity(key="m-1", kind="talk", unit="u-branch", planned_at=START, expected=("p-3",)))
    first = export_batch(forged.store, ["activity/m-1"])
    forged.do(CancelActivity(key="m-1", reason="storm"))
    second = export_batch(forged.store, ["activity/m-1"], (first,))
    with pytest.raises(Refused, match=r"exchange\.contradicts"):
        here.receive(second)
    honest = there.batch("activity/m-1")
    there.do(CancelActivity(key="m-1", reason="storm"))
    here.receive(there.batch("activity/m-1", after=(honest,)))


def test_an_earlier_batch_of_another_log_is_no_place_to_go_on_from(there: There) -> None:
    forged = World(activity.DECIDER, members=3)
    forged.do(PlanActivity(key="m-1", kind="talk", unit="u-branch", planned_at=START, expected=("p-3",)))
    first = export_batch(forged.store, ["activity/m-1"])
    there.do(CancelActivity(key="m-1", reason="storm"))
    with pytest.raises(InvalidInput, match="does not come from this log"):
        there.batch("activity/m-1", after=(first,))
    with pytest.raises(InvalidInput, match="no such stream"):
        there.batch("activity/none")


def test_the_own_log_is_not_received(there: There, tmp_path: Path) -> None:
    same = World(activity.DECIDER, exchange.DECIDER, members=3)
    with pytest.raises(InvalidInput, match="this log itself"):
        Inbox(tmp_path).receive(
            same.workflow, there.batch("activity/m-1"), unit="u-branch", by=same.act(2), at=same.now
        )


def test_R_192_receiving_takes_the_duty(there: There, here: Here) -> None:
    every = here.workflow.state("authority").roles["everything"]
    here.do(AdoptRoles(roles={"everything": tuple(sorted(every)), "idle": ()}))
    here.do(GrantRole(person="p-3", role="idle", unit="u-city"))
    with pytest.raises(Refused, match=r"authority\.duty_not_covered"):
        here.receive(there.batch("activity/m-1"), by=Actor("a-3", "p-3", "idle"))
    here.receive(there.batch("activity/m-1"))


# --- verification ------------------------------------------------------------------------------


def _lines(there: There) -> list[bytes]:
    return there.batch("activity/m-1", "activity/m-2", "activity/m-3").bytes.split(b"\n")[:-1]


def _swapped(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[2], lines[1], *lines[3:]]


def _changed(lines: list[bytes]) -> list[bytes]:
    body = json.loads(lines[1])
    body["data"]["kind"] = "party"
    return [lines[0], canonical_bytes(body), *lines[2:]]


def _recounted(lines: list[bytes]) -> list[bytes]:
    head = json.loads(lines[0])
    head["count"] = 2
    return [canonical_bytes(head), *lines[1:3]]


def _other_log(lines: list[bytes]) -> list[bytes]:
    head = json.loads(lines[0])
    head["log"] = "elsewhere"
    return [canonical_bytes(head), *lines[1:]]


def _restretched(lines: list[bytes]) -> list[bytes]:
    head = json.loads(lines[0])
    head["stretches"][0]["last"] = 2
    return [canonical_bytes(head), *lines[1:]]


def _unchained(lines: list[bytes]) -> list[bytes]:
    head = json.loads(lines[0])
    head["records"] = "0" * 64
    return [canonical_bytes(head), *lines[1:]]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda lines: lines[:-1], "It has 2 records where its head says 3"),
        (lambda lines: [*lines, lines[-1]], "It has 4 records where its head says 3"),
        (_swapped, "out of order"),
        (_changed, "altered"),
        (_recounted, "not those of its head"),
        (_other_log, "another log"),
        (_restretched, "a gap"),
        (_unchained, "altered or moved"),
        (lambda lines: lines[1:], "not the head"),
        (lambda lines: [b"{}", *lines[1:]], "not the head"),
        (lambda lines: [b"nonsense", *lines[1:]], "Check that it is a batch"),
        (lambda lines: [lines[0], lines[1][:40], *lines[2:]], "line 2"),
        (lambda lines: [lines[0].replace(b'"count":3', b'"count":3,"more":1'), *lines[1:]], "line 1"),
    ],
)
def test_R_192_tampering_truncation_and_gaps_are_found(
    there: There, tmp_path: Path, change: Any, complaint: str
) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in _lines(there)))
    assert read_batch(path).head.count == 3
    path.write_bytes(b"".join(line + b"\n" for line in change(_lines(there))))
    with pytest.raises(InvalidInput, match=complaint):
        read_batch(path)


def test_R_192_a_file_that_is_cut_off_or_missing_is_refused(there: There, tmp_path: Path) -> None:
    path = tmp_path / "batch.jsonl"
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_batch(path)
    path.write_bytes(there.batch("activity/m-1").bytes[:-1])
    with pytest.raises(InvalidInput, match="cut off"):
        read_batch(path)


@settings(max_examples=60, deadline=None)
@hypothesis_given(st.data())
def test_R_192_no_single_byte_of_a_batch_can_be_changed_unnoticed(data: st.DataObject) -> None:
    import tempfile

    batch = There().batch("activity/m-1")
    changed = bytearray(batch.bytes)
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] ^= data.draw(st.integers(1, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "batch.jsonl"
        path.write_bytes(bytes(changed))
        try:
            found = read_batch(path)
        except InvalidInput:
            return
    assert found.digest != batch.digest  # another batch, and its digest says so


def test_R_192_a_kept_batch_that_was_altered_or_lost_since_is_found_when_it_is_read(
    there: There, here: Here
) -> None:
    batch = there.batch("activity/m-1")
    here.receive(batch)
    (path,) = here.inbox.folder.glob("*.jsonl")
    write(path, there.batch("activity/m-2"))
    with pytest.raises(InvalidInput, match="not the batch received"):
        here.theirs()
    path.unlink()
    with pytest.raises(InvalidInput, match="cannot be read"):
        here.theirs()
    assert here.receive(batch) is None  # the same batch again mends it
    assert len(list(here.theirs().records())) == 1


# --- every reason once, with its counterpart -----------------------------------------------------

HEAD, NEXT, ELSE = "a" * 64, "b" * 64, "c" * 64


def stretch(first: int = 1, last: int = 1, before: str = exchange.START, after: str = HEAD) -> Stretch:
    return Stretch(stream="activity/m-1", first=first, last=last, before=before, after=after)


def received(
    *stretches: Stretch, digest: str = "d" * 64, unit: str = "u-branch", count: int = 1
) -> ReceiveBatch:
    return ReceiveBatch(source="bureau", unit=unit, digest=digest, count=count, stretches=stretches)


ONE = BatchReceived(unit="u-branch", digest="d" * 64, count=1, stretches=(stretch(),))
FRESH = given(DECIDER).knowing(True)
AFTER = given(DECIDER, ONE).knowing(True)
GOES_ON = received(stretch(2, 2, HEAD, NEXT), digest="e" * 64)


@pytest.mark.parametrize(
    ("reason", "before", "command", "instead", "permitted"),
    [
        (exchange.UNKNOWN_UNIT, FRESH.knowing(False), received(stretch()), FRESH, received(stretch())),
        (exchange.OTHER_UNIT, AFTER, received(stretch(), unit="u-b"), AFTER, GOES_ON),
        (exchange.EMPTY, FRESH, received(count=0), FRESH, received(stretch())),
        (exchange.FAULTY, FRESH, received(stretch(2, 1)), FRESH, received(stretch())),
        (exchange.FAULTY, FRESH, received(stretch(), stretch(), count=2), FRESH, received(stretch())),
        (exchange.FAULTY, FRESH, received(stretch(), count=2), FRESH, received(stretch())),
        (exchange.REPEATED, AFTER, received(stretch()), AFTER, GOES_ON),
        (exchange.GAP, FRESH, GOES_ON, AFTER, GOES_ON),
        (exchange.OVERLAP, AFTER, received(stretch(), digest="e" * 64), AFTER, GOES_ON),
        (exchange.CONTRADICTS, AFTER, received(stretch(2, 2, ELSE, NEXT), digest="e" * 64), AFTER, GOES_ON),
        (exchange.CONTRADICTS, FRESH, received(stretch(before=ELSE)), FRESH, received(stretch())),
    ],
)
def test_a_refusal_occurs_and_its_counterpart_succeeds(
    reason: Any, before: Given, command: ReceiveBatch, instead: Given, permitted: ReceiveBatch
) -> None:
    assert before.when(command).refused(reason).remedy
    assert instead.when(permitted).events


def test_an_exchange_counts_as_work_by_its_batches(there: There, here: Here) -> None:
    assert here.workflow.fact("exchange.work", "exchange/bureau") is None
    batch = there.batch("activity/m-1")
    here.receive(batch)
    work = here.workflow.fact("exchange.work", "exchange/bureau")
    assert (work.unit, work.done, work.quantity) == ("u-branch", True, 1)
    assert here.workflow.fact("exchange.received", "exchange/bureau") == (batch.digest,)


# --- the program -------------------------------------------------------------------------------


def test_R_192_the_program_exports_a_batch_and_imports_it_into_another_log(
    there: There, tmp_path: Path
) -> None:
    log, out = tmp_path / "there.jsonl", tmp_path / "batch.jsonl"
    with log.open("wb") as file:
        canonical_export(there.store, file)
    run = CliRunner()
    sent = run.invoke(
        program,
        ["exchange", "export", str(out), *STREAMS, "--history", str(log)],
        standalone_mode=False,
    )
    assert sent.exception is None, sent.output
    batch = read_batch(out)
    store = tmp_path / "here.sqlite"
    with SqliteStore(store) as opened:
        workflow = Workflow(opened, party.MODEL)
        by = Actor("a-1", "p-1", "registrar")
        workflow.execute(party.open_log("county"), by=by, at=START, command_id="c-1")
        found = organisation.FoundUnit(unit="u-office", kind="office")
        workflow.execute(found, by=by, at=START, command_id="c-2")
    who = ["--account", "a-1", "--person", "p-1", "--capacity", "registrar"]
    place = ["--store", str(store), "--unit", "u-office", "--at", "2009-03-03"]
    arguments = ["exchange", "import", str(out), *place, *who]
    wrong = run.invoke(program, [*arguments, "--digest", "0" * 64], standalone_mode=False)
    assert wrong.return_value == 1
    for words in ("received: 2 records", "nothing was added"):
        got = run.invoke(program, [*arguments, "--digest", batch.digest], standalone_mode=False)
        assert got.exception is None, got.output
        assert words in got.output
    with SqliteStore(store) as opened:
        theirs = Inbox.beside(store).history(Workflow(opened, party.MODEL), "bureau")
        assert [record.envelope.stream for record in theirs.records()] == [*STREAMS]
