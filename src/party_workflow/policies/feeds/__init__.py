"""Feeds: the events of a history as rows, for rule documents and for policies in code.

`FEEDS` has every feed of the library by name; see `party_workflow.policies.feeds.feed` for what one is, and
`party_workflow.policies.feeds.tables` for published tables as a history.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from party_workflow.policies.feeds.activities import ACTIVITIES, ATTENDANCE
from party_workflow.policies.feeds.awards import AWARDS
from party_workflow.policies.feeds.ballots import BALLOTS
from party_workflow.policies.feeds.cases import CASES, CONCERNED
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.feeds.homes import BALLOTS_IN_UNITS, MARKS_IN_UNITS
from party_workflow.policies.feeds.marks import MARKS, SUBJECTS
from party_workflow.policies.feeds.observations import OBSERVATIONS
from party_workflow.policies.feeds.people import CATEGORIES, MEMBERS, POSTS, UNITS
from party_workflow.policies.feeds.points import DEDUCTIONS, POINTS
from party_workflow.policies.feeds.populations import POPULATIONS
from party_workflow.policies.feeds.schedules import EXEMPTIONS, PERIODS
from party_workflow.policies.feeds.tasks import TASKS

_ALL: Final = (
    ACTIVITIES,
    ATTENDANCE,
    AWARDS,
    BALLOTS,
    BALLOTS_IN_UNITS,
    CASES,
    CATEGORIES,
    CONCERNED,
    DEDUCTIONS,
    EXEMPTIONS,
    MARKS,
    MARKS_IN_UNITS,
    MEMBERS,
    OBSERVATIONS,
    PERIODS,
    POINTS,
    POPULATIONS,
    POSTS,
    SUBJECTS,
    TASKS,
    UNITS,
)

FEEDS: Final[Mapping[str, Feed]] = MappingProxyType({feed.name: feed for feed in _ALL})
"""Every feed by the name under which a document asks for it."""

__all__ = ["FEEDS", "Cell", "Fact", "Feed"]
