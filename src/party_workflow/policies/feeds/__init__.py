"""Feeds: the events of a history as rows, for rule documents and for policies in code.

`FEEDS` has every feed of the library by name; see `party_workflow.policies.feeds.feed` for what one is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from party_workflow.policies.feeds import observations
from party_workflow.policies.feeds.feed import Cell, Fact, Feed

_ALL: Final = (observations.FEED,)

FEEDS: Final[Mapping[str, Feed]] = MappingProxyType({feed.name: feed for feed in _ALL})
"""Every feed by the name under which a document asks for it."""

__all__ = ["FEEDS", "Cell", "Fact", "Feed"]
