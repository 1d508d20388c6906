"""The public names are these; adding one is a decision, removing one breaks users."""

from __future__ import annotations

import types

import party_workflow

NAMES = [
    "Absent",
    "Actor",
    "Audit",
    "Band",
    "Bands",
    "Calendar",
    "CaseReceipt",
    "Check",
    "Clause",
    "Command",
    "CommandIdConflict",
    "ComplainantView",
    "Conclusion",
    "Conflict",
    "Counterfactual",
    "DamagedHistory",
    "Deadline",
    "Envelope",
    "Event",
    "EventStore",
    "Evidence",
    "Explanation",
    "Fault",
    "Figure",
    "Finding",
    "History",
    "Identities",
    "InvalidCommand",
    "InvalidDefinition",
    "InvalidInput",
    "Issue",
    "Letterbox",
    "Lifecycle",
    "MemoryIdentities",
    "MemoryOpenings",
    "MemoryStore",
    "Model",
    "NotCanonical",
    "Openings",
    "Parameter",
    "PartyWorkflowError",
    "Period",
    "Permission",
    "Personal",
    "Policy",
    "ProcessManager",
    "Projection",
    "Proposal",
    "Quantity",
    "Ran",
    "Ranking",
    "Receipt",
    "Record",
    "Recorded",
    "Records",
    "Refusal",
    "Refused",
    "Result",
    "Rounding",
    "Row",
    "Rule",
    "Sealed",
    "Source",
    "StoreError",
    "Term",
    "UnknownType",
    "VersionConflict",
    "When",
    "Withheld",
    "Workflow",
    "audit",
    "keyed_salts",
    "rows_digest",
    "run",
    "run_many",
]


def test_the_package_exports_these_names_and_nothing_else() -> None:
    assert sorted(party_workflow.__all__) == sorted(NAMES)
    visible = {
        name
        for name, value in vars(party_workflow).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert visible == set(NAMES)


def test_every_public_name_says_what_it_is() -> None:
    undocumented = [name for name in NAMES if not (getattr(party_workflow, name).__doc__ or "").strip()]
    assert undocumented == []
