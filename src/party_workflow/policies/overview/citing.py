"""An event as evidence."""

from __future__ import annotations

from party_workflow.policies.figure import Evidence
from party_workflow.store import Recorded


def evidence_of(recorded: Recorded) -> Evidence:
    """An event, to cite."""
    return Evidence(recorded.envelope.event_id, recorded.envelope.position, recorded.envelope.stored_type)
