"""The audit policies with the words of the pack: which kinds of case are complaints, and the rule.  (R-147)

A log may hold a rule ``audit-rules`` of its own: the one in force that was adopted last is then asked under,
and the defaults of the pack otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Final

from pydantic import ValidationError

from party_workflow.domain import campaign
from party_workflow.domain.claim import Measure
from party_workflow.domain.definition import DefinitionAdopted
from party_workflow.errors import DamagedHistory, InvalidDefinition
from party_workflow.history import History
from party_workflow.packs.campaign_2005 import CALENDAR
from party_workflow.packs.measures import BOUNDS, campaign_measures
from party_workflow.packs.party import PACK
from party_workflow.policies.audits.asking import AuditPolicy
from party_workflow.policies.audits.checks import Check
from party_workflow.policies.audits.families import Setting, audit_policies
from party_workflow.policies.audits.reports import AuditReport, audit_report
from party_workflow.policies.cases.four_zeros import Promise
from party_workflow.policies.rule import Rule

RULE: Final = PACK.read_as(Rule, "audit-rules")
"""The defaults: every threshold chosen by this pack, from no source."""


def measures(history: History, subject: str) -> Iterable[Measure]:
    """How the figures asserted of a subject are counted: the pack knows it of campaigns."""
    category, _, key = subject.partition("/")
    if category != campaign.CATEGORY:
        return ()
    return campaign_measures(key, history.state(campaign.DECIDER, subject).population)


SETTING: Final = Setting(
    calendar=CALENDAR,
    complaints=frozenset({"complaint", "grievance", "petition", "signed_report"}),
    signals=frozenset({"early_sign", "finding", "hazard", "major_hazard", "problem", "urgent_concern"}),
    counted_as=frozenset({"complaint", "complaints", "number_of_complaints", "petition", "petitions"}),
    recurring=frozenset({"finding", "hazard", "major_hazard", "problem"}),
    promise=PACK.read_as(Promise, "four_zeros"),
    measures=measures,
    bounds=BOUNDS,
)
"""What the codes of the pack mean to an auditor."""

POLICIES: Final[tuple[AuditPolicy, ...]] = audit_policies(SETTING)
"""Every audit policy, with the words of the pack."""


def audit_rule(history: History) -> Rule:
    """The rule that a history is audited under: its own one adopted last, or the defaults of the pack."""
    found = RULE
    with suppress(DamagedHistory):  # the audit says where
        for item in history.events(DefinitionAdopted):
            event = item.event
            if isinstance(event, DefinitionAdopted) and event.kind == "rule" and event.code == RULE.code:
                try:
                    found = Rule.read(event.body)
                except (InvalidDefinition, ValidationError):
                    continue  # written underneath the API; another check says so
    return found


def audited(
    history: History, as_of: datetime, *, rule: Rule | None = None, confidential: bool = False
) -> AuditReport:
    """What every audit policy finds in a history as of a moment.

    Raises `InvalidDefinition` with every parameter that the rule lacks.
    """
    return audit_report(history, POLICIES, rule or audit_rule(history), as_of, confidential=confidential)


def checks(history: History, as_of: datetime) -> tuple[Check, ...]:
    """The audit policies as checks of conduct."""
    rule = audit_rule(history)
    return tuple(policy.check(rule, as_of, PACK.label) for policy in POLICIES)
