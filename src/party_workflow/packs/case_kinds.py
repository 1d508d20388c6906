"""Kinds of case that a campaign of the pack ``party`` uses: opinion, complaint, finding.

Adopt one with ``AdoptDefinition(code="complaint", kind="case", version=1, body=COMPLAINT.data())``.  The
clocks are examples drawn from published regulations and differ from place to place.
"""

from __future__ import annotations

from typing import Final

from party_workflow.domain.case.kind import CaseKind
from party_workflow.packs import party

OPINION: Final = party.PACK.read_as(CaseKind, "opinion")
"""An opinion received (征求意见): each one is decided with its ground, and the giver is told (R-138)."""

COMPLAINT: Final = party.PACK.read_as(CaseKind, "complaint")
"""A complaint about persons (受理投诉、调查处理): confidential, with a right of reply (R-143).

Once it is being investigated it can no longer be withdrawn: what was found out is decided."""

FINDING: Final = party.PACK.read_as(CaseKind, "finding")
"""A problem found in a look-back or an inspection (限期整改、销号): done is not closed (R-109, R-115)."""
