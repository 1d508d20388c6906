"""A county's townships, 2019 to the beginning of 2022: monthly appraisal, posts for three years and more.

Five townships' two organisation officers each are appraised month by month; two members without office hold
posts from the first day of 2019 to the last of 2021.  The source gives the terms (three years, quarterly,
yearly, a total; twelve months; ten topics and more); people, marks and the four departments are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from party_workflow.service import Workflow
from party_workflow_adapters.demos.county_townships.duty_reports import tell_duty_reports
from party_workflow_adapters.demos.county_townships.firms import tell_firms
from party_workflow_adapters.demos.county_townships.key_points import tell_key_points
from party_workflow_adapters.demos.county_townships.monthly import tell_monthly
from party_workflow_adapters.demos.county_townships.people import REGISTRAR, ROOT, tell_founded
from party_workflow_adapters.demos.county_townships.personnel import tell_people
from party_workflow_adapters.demos.county_townships.posts import tell_posts
from party_workflow_adapters.demos.county_townships.sea import tell_sea
from party_workflow_adapters.demos.county_townships.work import (
    tell_models,
    tell_relay,
    tell_research,
    tell_training,
)
from party_workflow_adapters.demos.diary import Diary

NAME: Final = "county"
WHAT: Final = "A county's townships 2019 to 2022: monthly appraisal, posts for three years, a group at sea"


def story() -> Diary:
    """The three years, told."""
    diary = Diary(NAME)
    tell_founded(diary)
    diary.grant("2019-01-02 12:00", REGISTRAR, ROOT, {2: ("reviewer",)})
    tell_monthly(diary)
    tell_duty_reports(diary)
    tell_key_points(diary)
    tell_posts(diary)
    tell_sea(diary)
    tell_firms(diary)
    tell_people(diary)
    tell_relay(diary)
    tell_models(diary)
    tell_research(diary)
    tell_training(diary)
    return diary


def build(workflow: Workflow) -> Iterator[object]:
    """Execute the story in an empty log, entry by entry."""
    return story().play(workflow)
