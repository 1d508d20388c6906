"""Claim: asserted figures, and their reconciliation with the events (R-181, R-182).

`aggregate` records what was asserted, and nothing else: whether it is borne out is judged anew each time, by
`reconcile`, from a history as of any moment.  How a figure is counted is a `Measure`, which a vocabulary pack
brings along, because only it knows the kinds of work.
"""

from party_workflow.domain.claim.aggregate import (
    CATEGORY,
    DECIDER,
    LIFECYCLE,
    REASONS,
    TABLE,
    AssertClaim,
    Claim,
    ClaimAsserted,
    ClaimWithdrawn,
    WithdrawClaim,
)
from party_workflow.domain.claim.reconcile import (
    Bound,
    Counted,
    Figure,
    Measure,
    Plausibility,
    Reconciliation,
    plausible,
    reconcile,
)

__all__ = [
    "CATEGORY",
    "DECIDER",
    "LIFECYCLE",
    "REASONS",
    "TABLE",
    "AssertClaim",
    "Bound",
    "Claim",
    "ClaimAsserted",
    "ClaimWithdrawn",
    "Counted",
    "Figure",
    "Measure",
    "Plausibility",
    "Reconciliation",
    "WithdrawClaim",
    "plausible",
    "reconcile",
]
