"""The rows of a document's sources over a history, gathered once for many trials."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from party_workflow.history import History
from party_workflow.policies.documents.document import RuleDocument
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.feeds.feed import Fact, Feed
from party_workflow.policies.policy import Run

Rows = Mapping[str, tuple[Fact, ...]]
"""By the code of a source, its rows."""


def gather(
    document: RuleDocument,
    history: History,
    *,
    period_start: date,
    feeds: Mapping[str, Feed] = FEEDS,
    retroactive: bool = False,
) -> Rows:
    """The rows of every source of a document, over a history that is read once.

    Raises as `party_workflow.policies.policy.run` does.
    """
    run = Run(
        document.policy(history.registry, feeds=feeds),
        history.registry,
        period_start,
        retroactive=retroactive,
    )
    for recorded in history.events(*run.policy.reads):
        run.take(recorded)
    compiled: Any = run.policy.conclude
    rows: Rows = compiled.facts(run.state)
    return rows
