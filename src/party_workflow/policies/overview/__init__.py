"""A log at a glance, as values: what it holds, how a campaign ran, its registers, cases, claims, seals.

Everything here is a pure function of a history and judges nothing; whoever shows it (a report, a command
line, a service) adds the words.  Of confidential cases there are aggregates and nothing else.
"""

from party_workflow.policies.overview.assertions import Claimed, claims, publications
from party_workflow.policies.overview.cases import (
    SMALL,
    CaseGroup,
    CaseLine,
    case_groups,
    confidential_streams,
)
from party_workflow.policies.overview.citing import evidence_of
from party_workflow.policies.overview.course import (
    CampaignView,
    Done,
    PhaseView,
    Step,
    TaskView,
    campaign_view,
    done_works,
)
from party_workflow.policies.overview.log import Batch, LogView, log_view
from party_workflow.policies.overview.registers import (
    Guest,
    Session,
    guests,
    participations,
    sessions,
)
from party_workflow.policies.overview.seals import SealedPlace, sealed_places

__all__ = [
    "SMALL",
    "Batch",
    "CampaignView",
    "CaseGroup",
    "CaseLine",
    "Claimed",
    "Done",
    "Guest",
    "LogView",
    "PhaseView",
    "SealedPlace",
    "Session",
    "Step",
    "TaskView",
    "campaign_view",
    "case_groups",
    "claims",
    "confidential_streams",
    "done_works",
    "evidence_of",
    "guests",
    "log_view",
    "participations",
    "publications",
    "sealed_places",
    "sessions",
]
