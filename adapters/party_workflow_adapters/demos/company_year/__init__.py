"""A company's 2025: compliance, coverage, suggestions, competitions, projects and rewards.

The source gives 85 and 95 percent without saying of how many branches, and 98 percent without saying of
whom.  Here it is 20 branches (17, later 19) and the 200 members in service as of the 2nd of January: other
denominators give other counts, and the rates carry theirs.  Names and everything else are invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from party_workflow.domain.claim import Measure
from party_workflow.service import Workflow
from party_workflow_adapters.demos.company_year.claims import MEASURES as REPORTED
from party_workflow_adapters.demos.company_year.claims import tell_claims
from party_workflow_adapters.demos.company_year.competitions import tell_competition, tell_contest
from party_workflow_adapters.demos.company_year.compliance import tell_compliance
from party_workflow_adapters.demos.company_year.exchange import tell_exchange
from party_workflow_adapters.demos.company_year.people import LOG, tell_founded
from party_workflow_adapters.demos.company_year.projects import tell_projects
from party_workflow_adapters.demos.company_year.sessions import tell_sessions
from party_workflow_adapters.demos.company_year.suggestions import tell_indicators, tell_suggestions
from party_workflow_adapters.demos.diary import Diary

NAME: Final = "company"
WHAT: Final = "A company's year 2025: 85 to 95 percent compliant, coverage, suggestions, open competition"

MEASURES: Final[Mapping[str, tuple[Measure, ...]]] = {"claim/year-2025": REPORTED}
"""How the figures of its claims are counted, for whoever sets them against the events."""

__all__ = ["LOG", "MEASURES", "NAME", "WHAT", "build", "story"]


def story() -> Diary:
    """The year, told."""
    diary = Diary(NAME)
    tell_founded(diary)
    tell_compliance(diary)
    tell_sessions(diary)
    tell_suggestions(diary)
    tell_indicators(diary)
    tell_competition(diary)
    tell_contest(diary)
    tell_projects(diary)
    tell_exchange(diary)
    tell_claims(diary)
    return diary


def build(workflow: Workflow) -> Iterator[object]:
    """Execute the story in an empty log, entry by entry."""
    return story().play(workflow)
