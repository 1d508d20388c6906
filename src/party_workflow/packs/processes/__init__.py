"""What follows by itself in the pack ``party``: findings, reminders, escalation, proposals.

``MANAGERS(calendar, in_force(history))`` gives all process managers, ``run_all`` runs them under a clerk's
account, on a moment that the caller supplies; nothing is issued twice, and nothing adverse is ever issued.
"""

from __future__ import annotations

from party_workflow.packs.processes.adverse import ADVERSE_COMMANDS, adverse, adverse_events
from party_workflow.packs.processes.campaigns import EXPIRED_REPLIES, findings
from party_workflow.packs.processes.duties import unmet_duties
from party_workflow.packs.processes.folding import in_force
from party_workflow.packs.processes.grades import LowGrade, consequences, low_grades
from party_workflow.packs.processes.grounds import uses_to_review
from party_workflow.packs.processes.pressing import pressed_cases
from party_workflow.packs.processes.recurrences import new_recurrences
from party_workflow.packs.processes.recurring import recurring_findings
from party_workflow.packs.processes.reports import (
    findings_of_assessments,
    proceeded_unreported,
    unreported_matters,
)
from party_workflow.packs.processes.running import MANAGERS, Round, guarded, outlook, run_all
from party_workflow.packs.processes.voices import warned_petitions
from party_workflow.packs.processes.waiting import (
    ENDING,
    TERMS,
    Terms,
    cases_overdue,
    conditions_due,
    drafts_waiting,
    ended_terms,
    provisional_inputs,
    publications_waiting,
    temporary_units,
)
from party_workflow.packs.processes.watch import STAY, Watch, independent_review

__all__ = [
    "ADVERSE_COMMANDS",
    "ENDING",
    "EXPIRED_REPLIES",
    "MANAGERS",
    "TERMS",
    "LowGrade",
    "Round",
    "STAY",
    "Terms",
    "Watch",
    "adverse",
    "adverse_events",
    "cases_overdue",
    "conditions_due",
    "consequences",
    "drafts_waiting",
    "ended_terms",
    "findings",
    "findings_of_assessments",
    "guarded",
    "in_force",
    "independent_review",
    "low_grades",
    "new_recurrences",
    "outlook",
    "pressed_cases",
    "proceeded_unreported",
    "provisional_inputs",
    "publications_waiting",
    "recurring_findings",
    "run_all",
    "temporary_units",
    "unmet_duties",
    "unreported_matters",
    "uses_to_review",
    "warned_petitions",
]
