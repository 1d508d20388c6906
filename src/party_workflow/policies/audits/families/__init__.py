"""The audit policies: one module a family, each a value (`party_workflow.policies.audits.asking`)."""

from __future__ import annotations

from party_workflow.policies.audits.asking import AuditPolicy
from party_workflow.policies.audits.families.backdating import BACKDATING
from party_workflow.policies.audits.families.burdens import BURDEN
from party_workflow.policies.audits.families.complaints import complaints
from party_workflow.policies.audits.families.copies import COPIES
from party_workflow.policies.audits.families.deadlines import deadlines
from party_workflow.policies.audits.families.dormancy import dormant
from party_workflow.policies.audits.families.duties import MISSING_DUTIES
from party_workflow.policies.audits.families.places import TWO_PLACES
from party_workflow.policies.audits.families.raters import RATERS
from party_workflow.policies.audits.families.reconciliation import reconciliation
from party_workflow.policies.audits.families.recurring import recurring
from party_workflow.policies.audits.families.separation import SEPARATION
from party_workflow.policies.audits.families.setting import Setting
from party_workflow.policies.audits.families.surveys import SURVEYS


def audit_policies(setting: Setting) -> tuple[AuditPolicy, ...]:
    """Every audit policy of the library, in the order in which an auditor asks."""
    return (
        reconciliation(setting),
        MISSING_DUTIES,
        deadlines(setting),
        SEPARATION,
        BACKDATING,
        TWO_PLACES,
        COPIES,
        RATERS,
        dormant(setting),
        BURDEN,
        complaints(setting),
        SURVEYS,
        recurring(setting),
    )


__all__ = [
    "BACKDATING",
    "BURDEN",
    "COPIES",
    "MISSING_DUTIES",
    "RATERS",
    "SEPARATION",
    "SURVEYS",
    "TWO_PLACES",
    "Setting",
    "audit_policies",
    "complaints",
    "deadlines",
    "dormant",
    "reconciliation",
    "recurring",
]
