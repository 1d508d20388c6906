"""A coal mine's quarters, late 2019 to the end of 2020: meetings, stars, checklists, relief, promises.

The figures that the source gives are used as they are (13 rules, 17 bulletins, 34 000 masks, 85 955 yuan);
eight branches, their people and everything else are invented.  The eight branches are awarded in all eight
ways in which three quarters can go, so that whoever computes streaks finds every pattern here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from party_workflow.service import Workflow
from party_workflow_adapters.demos.diary import Diary
from party_workflow_adapters.demos.mine_quarters.checklists import tell_checklists
from party_workflow_adapters.demos.mine_quarters.duty_reports import tell_duty_reports
from party_workflow_adapters.demos.mine_quarters.meetings import tell_meetings
from party_workflow_adapters.demos.mine_quarters.people import REGISTRAR, ROOT, tell_founded
from party_workflow_adapters.demos.mine_quarters.promises import tell_promises
from party_workflow_adapters.demos.mine_quarters.relief import tell_platform, tell_relief
from party_workflow_adapters.demos.mine_quarters.stars import tell_ratings

NAME: Final = "mine"
WHAT: Final = "A coal mine's quarters 2019-Q4 to 2020-Q4: meetings, stars, checklists, epidemic relief"


def story() -> Diary:
    """The five quarters, told."""
    diary = Diary(NAME)
    tell_founded(diary)
    diary.register("2019-12-03 09:00", REGISTRAR, 115, ROOT, ("member", "officer"))
    diary.grant("2019-12-03 10:00", REGISTRAR, ROOT, {115: ("reviewer",), 1005: ("assessor",)})
    tell_meetings(diary)
    tell_ratings(diary)
    tell_checklists(diary)
    tell_duty_reports(diary)
    tell_promises(diary)
    tell_relief(diary)
    tell_platform(diary)
    return diary


def build(workflow: Workflow) -> Iterator[object]:
    """Execute the story in an empty log, entry by entry."""
    return story().play(workflow)
