"""The clauses of rule documents, one module a family; `AnyClause` is any of them, told apart by `type`."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from party_workflow.policies.documents.clauses.adjustments import Bonus, Deduction, Mitigation
from party_workflow.policies.documents.clauses.awards import Awarded
from party_workflow.policies.documents.clauses.base import STAGES, BaseClause, Stage
from party_workflow.policies.documents.clauses.best import Best
from party_workflow.policies.documents.clauses.boundaries import Boundary
from party_workflow.policies.documents.clauses.components import Convert, Product, Ratio, Reduce
from party_workflow.policies.documents.clauses.decided import Decided
from party_workflow.policies.documents.clauses.gates import Gate
from party_workflow.policies.documents.clauses.kinds import Points
from party_workflow.policies.documents.clauses.ladders import Climb
from party_workflow.policies.documents.clauses.last_place import LastPlace
from party_workflow.policies.documents.clauses.normalising import Normalise
from party_workflow.policies.documents.clauses.panels import Panel
from party_workflow.policies.documents.clauses.places import PlacePoints
from party_workflow.policies.documents.clauses.points import Count, ValueOf
from party_workflow.policies.documents.clauses.python import CodeClause, InPython
from party_workflow.policies.documents.clauses.quotas import Quota
from party_workflow.policies.documents.clauses.ranking import Rank
from party_workflow.policies.documents.clauses.sums import Sum
from party_workflow.policies.documents.clauses.tiers import Bands
from party_workflow.policies.documents.clauses.totals import Total
from party_workflow.policies.documents.clauses.wide import Values

AnyClause = Annotated[
    Count
    | ValueOf
    | Values
    | Points
    | PlacePoints
    | Panel
    | Sum
    | Decided
    | Boundary
    | Best
    | Ratio
    | Normalise
    | Reduce
    | Product
    | Convert
    | Total
    | Deduction
    | Bonus
    | Mitigation
    | InPython
    | Gate
    | Rank
    | Bands
    | Quota
    | Awarded
    | Climb
    | LastPlace,
    Field(discriminator="type"),
]

CLAUSES: Final[tuple[type[BaseClause], ...]] = (
    Count,
    ValueOf,
    Values,
    Points,
    PlacePoints,
    Panel,
    Sum,
    Decided,
    Boundary,
    Best,
    Ratio,
    Normalise,
    Reduce,
    Product,
    Convert,
    Total,
    Deduction,
    Bonus,
    Mitigation,
    InPython,
    Gate,
    Rank,
    Bands,
    Quota,
    Awarded,
    Climb,
    LastPlace,
)
"""Every clause, in the order of the reference."""

__all__ = ["CLAUSES", "STAGES", "AnyClause", "BaseClause", "CodeClause", "Stage"]
