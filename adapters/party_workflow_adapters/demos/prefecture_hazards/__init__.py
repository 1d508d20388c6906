"""A prefecture's highways: the hazard register of a year, with what was listed, handed over and pressed.

The source gives figures: 857 hazards found and 748 rectified, ten supervision notices, 10 490 of 18 000 and
more kilometres of rural road in the statistics, 950 km of trunk road.  They are told in 2025 instead of
2017, because the calendar of the pack was compared with the notices of that year.  All else is drawn from one
seed or invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from party_workflow.service import Workflow
from party_workflow_adapters.demos.diary import Diary
from party_workflow_adapters.demos.prefecture_hazards.drawing import FULL, Figures, hazards
from party_workflow_adapters.demos.prefecture_hazards.inspecting import tell_inspections
from party_workflow_adapters.demos.prefecture_hazards.listing import tell_majors
from party_workflow_adapters.demos.prefecture_hazards.notices import tell_notices
from party_workflow_adapters.demos.prefecture_hazards.people import tell_founded, tell_roads
from party_workflow_adapters.demos.prefecture_hazards.pressing import tell_pressed
from party_workflow_adapters.demos.prefecture_hazards.problems import tell_problems
from party_workflow_adapters.demos.prefecture_hazards.register import tell_register

NAME: Final = "prefecture-hazards"
WHAT: Final = "A prefecture's highways 2025: 857 hazards found, 748 rectified, and who was pressed"


def story(figures: Figures = FULL) -> Diary:
    """The year, told."""
    diary = Diary(NAME)
    found = hazards(figures)
    tell_founded(diary)
    tell_roads(diary)
    inspected = tell_inspections(diary, found)
    tell_register(diary, found, inspected)
    tell_majors(diary, found)
    tell_notices(diary)
    tell_problems(diary)
    tell_pressed(diary)
    return diary


def build(workflow: Workflow, figures: Figures = FULL) -> Iterator[object]:
    """Execute the story in an empty log, entry by entry."""
    return story(figures).play(workflow)
