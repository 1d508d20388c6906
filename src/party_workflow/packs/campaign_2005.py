"""The three-phase education campaign of 2005, as the pack ``party`` holds it."""

from __future__ import annotations

from typing import Final

from party_workflow.calendar import Calendar
from party_workflow.domain.campaign import CampaignDefinition
from party_workflow.packs import party
from party_workflow.policies.rule import Rule

CODES: Final = (
    "cn-mainland",
    "education-campaign",
    "democratic-appraisal",
    "opinion",
    "complaint",
    "finding",
)
"""The definitions that a log of this campaign adopts, in this order: ``party.definitions(*CODES)``."""

CALENDAR: Final = party.PACK.read_as(Calendar, "cn-mainland")
"""Mainland China in 2005, UTC+8, with holidays and make-up working days."""

CAMPAIGN: Final = party.PACK.read_as(CampaignDefinition, "education-campaign", 1)
"""Study and mobilisation, analysis and appraisal, rectification; each with a look-back and a gate (R-057)."""

GRADES: Final = ("excellent", "competent", "basic", "not_competent")
"""The four grades of the democratic appraisal, best first (优秀、合格、基本合格、不合格)."""

APPRAISAL_RULE: Final = party.PACK.read_as(Rule, "democratic-appraisal", 1)
"""Self, peer and mass appraisal, weighted; excellent normally at most a third, rounded down (R-051)."""

ROLES: Final = party.ROLES
"""The role book of the pack."""
