"""The facade: `Workflow` executes commands, reads states, and says beforehand what is open to whom.

Everything it is built from is a value: a `Model` (the closed set of deciders), an event store, a store of
openings, a source of salts.  It holds no clock: every command says when it is given.
"""

from party_workflow.service.letterbox import ComplainantView, Letterbox
from party_workflow.service.permissions import Permission
from party_workflow.service.receipts import CaseReceipt
from party_workflow.service.workflow import ATTEMPTS, Workflow

__all__ = ["ATTEMPTS", "CaseReceipt", "ComplainantView", "Letterbox", "Permission", "Workflow"]
