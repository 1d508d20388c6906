"""Registers of cases: what came in, was answered, put right, came back, was passed on, got a number."""

from party_workflow.policies.registers.entries import Entry, entries
from party_workflow.policies.registers.intake import Intake, Unanswered, intake
from party_workflow.policies.registers.numbering import Numbered, numbered, unended
from party_workflow.policies.registers.passing import Passed, passed_on
from party_workflow.policies.registers.rectification import (
    FIVE,
    Fulfilment,
    Rectification,
    by_particular,
    fulfilments,
    rectification,
)
from party_workflow.policies.registers.recurring import Chain, Link, recurrences, root_causes
from party_workflow.policies.registers.slips import Matched, Slip, matched, slips

__all__ = [
    "FIVE",
    "Chain",
    "Entry",
    "Fulfilment",
    "Intake",
    "Link",
    "Matched",
    "Numbered",
    "Passed",
    "Rectification",
    "Slip",
    "Unanswered",
    "by_particular",
    "entries",
    "fulfilments",
    "intake",
    "matched",
    "numbered",
    "passed_on",
    "rectification",
    "recurrences",
    "root_causes",
    "slips",
    "unended",
]
