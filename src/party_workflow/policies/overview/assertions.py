"""What was asserted and what was published, each with the event that says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from party_workflow.domain import claim as claim_module
from party_workflow.domain import publication
from party_workflow.domain.claim import Bound, Measure, Reconciliation, reconcile
from party_workflow.domain.publication import Posted, Publication, Published
from party_workflow.history import History
from party_workflow.policies.figure import Evidence
from party_workflow.policies.overview.citing import evidence_of


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim, set against the events."""

    source: str
    subject: str
    state: str
    evidence: Evidence
    reconciliation: Reconciliation


def claims(
    history: History, measures: Callable[[str], Iterable[Measure]], bounds: Iterable[Bound] = ()
) -> tuple[Claimed, ...]:
    """Every claim of a history, reconciled.  `measures` says how the figures about a subject are counted."""
    bounds = tuple(bounds)
    found = []
    for stream in history.streams(claim_module.CATEGORY):
        state = history.state(claim_module.DECIDER, stream)
        first = next(history.stream(stream)).envelope
        if state.stream:
            reconciled = reconcile(state, history, measures(state.subject), bounds)
            asserted = Evidence(first.event_id, first.position, first.stored_type)
            found.append(Claimed(state.source, state.subject, state.state, asserted, reconciled))
    return tuple(found)


def publications(history: History) -> tuple[tuple[Publication, Evidence], ...]:
    """Every publication of a history with the event by which it was made, in order.

    Not those that are restricted to their audience: an overview goes to many (R-056).
    """
    return tuple(
        (history.state(publication.DECIDER, item.envelope.stream), evidence_of(item))
        for item in history.events(Published, Posted)
        if not (isinstance(item.event, Posted) and item.event.restricted)
    )
