"""Rule documents: scoring policies as data, written in TOML, JSON or Python.

See `party_workflow.policies.documents.document` for what a document is, ``clauses`` for what it can say, and
`party_workflow.policies.documents.lint` for what is checked before use.
"""

from party_workflow.policies.documents.checking import Checked, check_text
from party_workflow.policies.documents.clauses import CLAUSES, STAGES, BaseClause, CodeClause
from party_workflow.policies.documents.document import Population, RuleDocument, evaluate
from party_workflow.policies.documents.findings import Finding
from party_workflow.policies.documents.lint import Lint, lint
from party_workflow.policies.documents.measures import Measure
from party_workflow.policies.documents.source import Source

__all__ = [
    "CLAUSES",
    "STAGES",
    "BaseClause",
    "Checked",
    "CodeClause",
    "Finding",
    "Lint",
    "Measure",
    "Population",
    "RuleDocument",
    "Source",
    "check_text",
    "evaluate",
    "lint",
]
