"""Duties: what had to be done and was not, with the events that met what was met.

A `Regime` lays down frequencies as data.  `duty_report` holds it against the activities: every period and
every subject, judged by the organisation as it was then, so that a branch that did not exist, had no groups
or was exempt raises no alarm (R-029 to R-031, R-074 to R-076, R-079 to R-081).
"""

from party_workflow.policies.duties.in_use import (
    Idle,
    TopicRow,
    Trained,
    idle,
    topics,
    trained_holders,
)
from party_workflow.policies.duties.owed import Ledger, Owed
from party_workflow.policies.duties.regime import Duty, Regime
from party_workflow.policies.duties.report import DutyRow, Short, duty_report, unmet

__all__ = [
    "Duty",
    "DutyRow",
    "Idle",
    "Ledger",
    "Owed",
    "Regime",
    "Short",
    "TopicRow",
    "Trained",
    "duty_report",
    "idle",
    "topics",
    "trained_holders",
    "unmet",
]
