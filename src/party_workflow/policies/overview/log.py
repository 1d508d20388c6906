"""What a log holds, where it ends, and which of its records were imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from party_workflow.authority import LogOpened
from party_workflow.history import History
from party_workflow.store import read_event


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that one import brought, by number and positions; `own_times` keep a time of the source."""

    batch: str
    records: int
    first: int
    last: int
    own_times: int


@dataclass(frozen=True, slots=True)
class LogView:
    """What a log holds and where it ends.  `tenant` and the packs are what the genesis record says."""

    log: str
    opened: LogOpened | None
    records: int
    position: int
    head: str
    first: datetime | None
    last: datetime | None
    earliest: datetime | None
    latest: datetime | None
    accounts: int
    matters: Mapping[str, int]
    """Streams by category, in order of first appearance."""
    batches: tuple[Batch, ...]

    @property
    def imported(self) -> int:
        """How many of the records were imported."""
        return sum(batch.records for batch in self.batches)


def log_view(history: History) -> LogView:
    """A log at a glance, as of the history's moments."""
    log, opened = "", None
    first = last = earliest = latest = None
    records = 0
    accounts: set[str] = set()
    streams: dict[str, str] = {}
    batches: dict[str, Batch] = {}
    for record in history.records():
        envelope = record.envelope
        records += 1
        log, last = envelope.log, envelope.recorded_at
        first = first or envelope.recorded_at
        earliest = min(earliest or envelope.effective_at, envelope.effective_at)
        latest = max(latest or envelope.effective_at, envelope.effective_at)
        accounts.add(envelope.account)
        streams.setdefault(envelope.stream, envelope.stream.partition("/")[0])
        if (source := envelope.source) is not None:
            batch = batches.get(source.batch) or Batch(source.batch, 0, record.position, record.position, 0)
            batches[source.batch] = replace(
                batch,
                records=batch.records + 1,
                last=record.position,
                own_times=batch.own_times + (source.at is not None),
            )
        if envelope.stored_type == LogOpened.stored_type and opened is None:
            event = read_event(record, history.registry).event
            assert isinstance(event, LogOpened)
            opened = event
    position, head = history.head()
    return LogView(
        log=log,
        opened=opened,
        records=records,
        position=position,
        head=head,
        first=first,
        last=last,
        earliest=earliest,
        latest=latest,
        accounts=len(accounts),
        matters=dict(Counter(streams.values())),
        batches=tuple(batches.values()),
    )
