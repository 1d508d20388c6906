"""A labour bureau's intake: complaints, signed reports, petitions, opinions, and what complainants can trust.

The source gives 29 members, three of them retired and three away, and that 28 of 29 handed a form in; and it
names the ways in which opinions were taken.  All else is invented, and told in 2025 because the calendar of
the pack was compared with the notices of that year.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from party_workflow.service import Workflow
from party_workflow_adapters.demos.bureau_complaints.complaints import tell_complaints, tell_erased
from party_workflow_adapters.demos.bureau_complaints.people import tell_founded
from party_workflow_adapters.demos.bureau_complaints.petitions import tell_petitions
from party_workflow_adapters.demos.bureau_complaints.voices import tell_channels, tell_opinions
from party_workflow_adapters.demos.diary import Diary

NAME: Final = "bureau-complaints"
WHAT: Final = "A labour bureau 2025: complaints in confidence, petitions on three levels, opinions"


def story(*, erased: bool = True) -> Diary:
    """The year, told; with `erased`, to the day on which a complainant is forgotten."""
    diary = Diary(NAME)
    tell_founded(diary)
    tell_channels(diary)
    tell_complaints(diary)
    tell_petitions(diary)
    tell_opinions(diary)
    if erased:
        tell_erased(diary)
    return diary


def build(workflow: Workflow, *, erased: bool = True) -> Iterator[object]:
    """Execute the story in an empty log, entry by entry."""
    return story(erased=erased).play(workflow)
