"""Feeds folded over a history, as a policy folds them."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from party_workflow.history import History
from party_workflow.policies.feeds.feed import Fact, Feed
from party_workflow.policies.policy import Row


def rows(feed: Feed, history: History) -> Iterator[Row]:
    """The events that a feed reads, as it sees them."""
    for recorded in history.events(*feed.reads):
        envelope, kind = recorded.envelope, type(recorded.event)
        yield Row(
            kind=kind,
            fields={name: getattr(recorded.event, name) for name in feed.reads[kind]},
            event_id=envelope.event_id,
            position=envelope.position,
            stream=envelope.stream,
            person=envelope.person,
            effective_at=envelope.effective_at,
            recorded_at=envelope.recorded_at,
        )


def facts(feed: Feed, history: History) -> list[Fact]:
    """The rows of a feed over a history."""
    state = feed.initial()
    for row in rows(feed, history):
        state = feed.evolve(state, row)
    return list(feed.facts(state))


def cells(feed: Feed, history: History, *names: str, **where: object) -> list[tuple[Any, ...]]:
    """Some columns of the rows in which other columns have these values."""
    return [
        tuple(fact[name] for name in names)
        for fact in facts(feed, history)
        if all(fact[name] == value for name, value in where.items())
    ]


def lawful(feed: Feed, history: History) -> list[Fact]:
    """The rows, after checking what holds of every feed over any history."""
    given = list(rows(feed, history))
    state, snapshot = feed.initial(), None
    for index, row in enumerate(given):
        if index == len(given) // 2:
            assert list(feed.facts(state)) is not None  # looking at the rows changes nothing
            snapshot = deepcopy(state)
        state = feed.evolve(state, row)
    found = list(feed.facts(state))
    assert list(feed.facts(state)) == found
    if snapshot is not None:
        for row in given[len(given) // 2 :]:
            snapshot = feed.evolve(snapshot, row)
        assert list(feed.facts(snapshot)) == found
    positions = [fact.position for fact in found]
    assert positions == sorted(positions)
    ids = {row.event_id for row in given}
    for fact in found:
        assert fact.evidence
        assert {item.event_id for item in fact.evidence} <= ids
        assert any(item.position == fact.position for item in fact.evidence)
        if feed.further:
            assert fact.columns.keys() >= feed.columns.keys()
        else:
            assert fact.columns.keys() == feed.columns.keys()
    return found
