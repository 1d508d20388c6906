"""Record an organisation's appraisal year as immutable events, and rank, award and audit from them.

The public names, and nothing else::

    import party_workflow as pw
    from party_workflow.packs import party

    workflow = pw.Workflow(pw.MemoryStore(), party.MODEL)

Aggregates with their commands are modules of `party_workflow.domain`; definitions and labels are in
`party_workflow.packs`; policies in `party_workflow.policies`; test helpers in `party_workflow.testing`.
The library is pure: it reads no clock, no chance, no environment. Stores are in `party_workflow_adapters`.
"""

from party_workflow.calendar import Calendar, Deadline, Period, Term
from party_workflow.codec import Command, Event
from party_workflow.errors import (
    CommandIdConflict,
    Conflict,
    DamagedHistory,
    Fault,
    InvalidCommand,
    InvalidDefinition,
    InvalidInput,
    NotCanonical,
    PartyWorkflowError,
    Refusal,
    Refused,
    StoreError,
    UnknownType,
    VersionConflict,
)
from party_workflow.history import History, Projection, Records, rows_digest
from party_workflow.lifecycle import Lifecycle
from party_workflow.model import Model
from party_workflow.personal import (
    Identities,
    MemoryIdentities,
    MemoryOpenings,
    Openings,
    Personal,
    Sealed,
    Withheld,
    keyed_salts,
)
from party_workflow.policies.audits.checks import Audit, Check, Finding, audit
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.figure import Absent, Evidence, Figure, Rounding
from party_workflow.policies.policy import (
    Counterfactual,
    Explanation,
    Policy,
    Result,
    Row,
    When,
    run,
    run_many,
)
from party_workflow.policies.ranking import Band, Bands, Ranking
from party_workflow.policies.rule import Clause, Parameter, Rule
from party_workflow.processes import Issue, ProcessManager, Proposal, Ran
from party_workflow.quantity import Quantity
from party_workflow.service import CaseReceipt, ComplainantView, Letterbox, Permission, Workflow
from party_workflow.store import (
    Actor,
    Envelope,
    EventStore,
    MemoryStore,
    Receipt,
    Record,
    Recorded,
    Source,
)

__all__ = [
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
