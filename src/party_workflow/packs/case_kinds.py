"""Kinds of case that a campaign of the pack ``party`` uses: opinion, complaint, finding.

Adopt one with ``AdoptDefinition(code="complaint", kind="case", version=1, body=COMPLAINT.data())``.  The
clocks are examples drawn from published regulations and differ from place to place.
"""

from __future__ import annotations

from typing import Final

from party_workflow.calendar import Term
from party_workflow.domain.case.kind import CaseKind
from party_workflow.lifecycle import Lifecycle

OPINION: Final = CaseKind(
    code="opinion",
    version=1,
    lifecycle=Lifecycle.of(
        "opinion",
        1,
        initial="received",
        final=("closed", "withdrawn"),
        moves={
            "acknowledge": "received -> acknowledged",
            "assign": "received, acknowledged, assigned -> assigned",
            "extend": "assigned -> assigned",
            "decide": "received, acknowledged, assigned -> decided",
            "answer": "decided, contested -> answered",
            "close": "answered -> closed",
            "contest": "answered -> contested",
            "reopen": "contested -> acknowledged",
            "withdraw": "received, acknowledged, assigned -> withdrawn",
        },
        reopens={"contest": "closed -> contested", "reopen": "closed, withdrawn -> acknowledged"},
    ),
    outcomes=("adopted", "not_adopted", "partly_adopted"),
)
"""An opinion received (征求意见): each one is decided with its ground, and the giver is told (R-138)."""

COMPLAINT: Final = CaseKind(
    code="complaint",
    version=1,
    lifecycle=Lifecycle.of(
        "complaint",
        1,
        initial="received",
        final=("closed", "withdrawn"),
        moves={
            "acknowledge": "received -> acknowledged",
            "accept": "acknowledged -> accepted",
            "refuse": "acknowledged -> refused",
            "investigate": "accepted, investigating -> investigating",
            "extend": ["investigating -> investigating", "rectifying -> rectifying"],
            "notify": "investigating -> investigating",
            "reply": "investigating -> investigating",
            "decide": "investigating -> decided",
            "assign": "decided, answered, rectifying -> rectifying",
            "rectify": "rectifying -> reported",
            "verify_failed": "reported -> rectifying",
            "verify_passed": "reported -> verified",
            "answer": "refused, decided, verified, contested -> answered",
            "close": "answered -> closed",
            "contest": "answered -> contested",
            "reopen": "contested -> accepted",
            "withdraw": "received, acknowledged, accepted -> withdrawn",
        },
        reopens={"contest": "closed -> contested", "reopen": "closed, withdrawn -> accepted"},
    ),
    confidential=True,
    right_of_reply=True,
    clocks={
        "acknowledge": Term(amount=15, unit="working_days"),
        "answer": Term(amount=15, unit="working_days"),
    },
    outcomes=("not_upheld", "partly_upheld", "upheld"),
)
"""A complaint about persons (受理投诉、调查处理): confidential, with a right of reply (R-143).

Once it is being investigated it can no longer be withdrawn: what was found out is decided."""

FINDING: Final = CaseKind(
    code="finding",
    version=1,
    lifecycle=Lifecycle.of(
        "finding",
        1,
        initial="found",
        final=("closed",),
        moves={
            "assign": "found, in_progress -> in_progress",
            "extend": "in_progress -> in_progress",
            "rectify": "found, in_progress -> reported",
            "verify_failed": "reported -> in_progress",
            "verify_passed": "reported -> verified",
            "close": "verified -> closed",
        },
        reopens={"reopen": "closed -> found"},
    ),
    clocks={"rectify": Term(amount=15, unit="calendar_days")},
)
"""A problem found in a look-back or an inspection (限期整改、销号): done is not closed (R-109, R-115)."""
