"""What holds of every feed, over histories by lot and over the examples."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
from tests.policies.feeds.folding import lawful, rows
from tests.stateful.party import drive, driver
from tests.support.demos import told

from party_workflow.history import History
from party_workflow.packs.party import MODEL
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.feeds.feed import Feed
from party_workflow.testing.driving import Tally
from party_workflow_adapters.demos.bureau_complaints import build as complaints
from party_workflow_adapters.demos.company_year import build as company_year


@cache
def by_lot(seed: int) -> History:
    found = driver(Tally())
    drive(found, Random(seed), 150)
    return found.workflow.history


@cache
def example(name: str) -> History:
    return told({"company_year": company_year, "complaints": complaints}[name]).history


@pytest.fixture(params=list(FEEDS.values()), ids=list(FEEDS))
def feed(request: pytest.FixtureRequest) -> Feed:
    found: Feed = request.param
    return found


def test_a_feed_is_found_under_its_name_and_reads_events_of_the_model(feed: Feed) -> None:
    assert FEEDS[feed.name] is feed
    for kind, fields in feed.reads.items():
        assert MODEL.registry.events[kind.stored_type] is kind
        assert set(fields) <= set(kind.model_fields), kind.stored_type
        assert len(set(fields)) == len(fields)


def test_every_column_says_in_a_sentence_what_it_is(feed: Feed) -> None:
    assert "stream" in feed.columns
    for column, said in feed.columns.items():
        assert said.endswith("."), column


@pytest.mark.parametrize("seed", [1, 2])
def test_a_feed_gives_the_same_rows_from_a_snapshot_and_its_tail_over_histories_by_lot(
    feed: Feed, seed: int
) -> None:
    lawful(feed, by_lot(seed))


@pytest.mark.parametrize("name", ["company_year", "complaints"])
def test_a_feed_gives_the_same_rows_from_a_snapshot_and_its_tail_over_the_examples(
    feed: Feed, name: str
) -> None:
    lawful(feed, example(name))


def test_a_feed_can_be_read_as_of_any_moment(feed: Feed) -> None:
    history = by_lot(1)
    moments = [record.envelope.effective_at for record in history.records()]
    for moment in moments[:: max(len(moments) // 8, 1)]:
        lawful(feed, history.as_of(effective=moment))
        lawful(feed, history.as_of(known=moment))


def test_the_rows_of_one_matter_do_not_depend_on_the_others(feed: Feed) -> None:
    """A feed passes over event types that it does not read."""
    state = feed.initial()
    for other in FEEDS.values():
        for row in rows(other, by_lot(2)):
            if row.kind not in feed.reads:
                state = feed.evolve(state, row)
    assert list(feed.facts(state)) == []
