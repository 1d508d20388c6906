"""Audit policies on histories that came of any command at any time: total, and citing what is there."""

from __future__ import annotations

from random import Random

import pytest
from tests.stateful import party as driven

from party_workflow.packs import auditing
from party_workflow.policies.overview import confidential_streams
from party_workflow.store import MemoryStore
from party_workflow.testing.driving import Tally


@pytest.mark.parametrize("seed", range(3))
def test_any_history_can_be_audited_and_every_finding_cites_events_that_it_has(seed: int) -> None:
    store = MemoryStore()
    driven.found(store)
    driver = driven.driver(Tally(), store)
    driven.drive(driver, Random(7_000 + seed), 120)
    history = driver.workflow.history
    last = max(record.envelope.recorded_at for record in history.records())
    report = auditing.audited(history, last)
    assert report.digest == auditing.audited(history, last).digest
    streams = {record.envelope.event_id: record.envelope.stream for record in history.records()}
    hidden = confidential_streams(history)
    for item in report.findings():
        assert item.events
        cited = {streams[event.event_id] for event in item.events}
        assert not cited & hidden
