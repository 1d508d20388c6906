"""Inspection: a sample of units and items that is looked at, what was seen, and what came of it.

What is looked at is drawn by lots that anybody can draw again (`draw`, R-201).  A kind of inspection is a
definition (`InspectionKind`): its checklist, its modes, whether it comes unannounced.  What holds for all:

* The plan of an unannounced one is sealed until it is carried out: first a salted commitment, in a matter
  that does not exist for those who have no part in it, later the plan, which has to be the same (R-120).
* Of everything drawn it is said what was seen; that something was not checked is said too, and why.
* Inspectors come from outside the units inspected, and each signs in their own right and under their own
  bars: who belongs to a unit inspected, answers for it, or has a conflict with somebody who does, cannot.
* Whatever is not met is noted, each problem as a case of its own whose source is the inspection; and it
  closes only once each of them was handed over by a slip of its own (R-111, R-119).
* Regular and concentrated inspections are of one kind, with the mode recorded, and feed one register (R-125).
"""

from __future__ import annotations

from party_workflow.domain.inspection.aggregate import (
    DECIDER,
)
from party_workflow.domain.inspection.commands import (
    CancelInspection,
    CarryOut,
    CloseInspection,
    CorrectResult,
    InspectionCommand,
    LinkSlip,
    NoteFinding,
    PlanInspection,
    SealInspection,
    SignReport,
)
from party_workflow.domain.inspection.drawing import (
    ALGORITHM,
    draw,
    lot,
)
from party_workflow.domain.inspection.events import (
    CATEGORY,
    FindingNoted,
    InspectionCancelled,
    InspectionCarriedOut,
    InspectionClosed,
    InspectionEvent,
    InspectionPlanned,
    InspectionSealed,
    InspectionUnsealed,
    ReportSigned,
    ResultCorrected,
    SlipLinked,
)
from party_workflow.domain.inspection.kind import (
    MOVES,
    InspectionKind,
    read_kind,
)
from party_workflow.domain.inspection.parts import (
    InspectionSummary,
    Noted,
    Outcome,
    Plan,
    Result,
    Stratum,
    sealed_plan,
)
from party_workflow.domain.inspection.reasons import (
    ANNOUNCED,
    CONTRADICTS,
    GONE,
    HAS_SLIP,
    INCOMPLETE,
    INSIDE,
    LEAKED,
    NO_REASON,
    NO_SLIP,
    NOT_A_FINDING,
    NOT_AS_SEALED,
    NOT_BELOW,
    NOT_DRAWN,
    NOT_INSPECTOR,
    NOT_ITS_SLIP,
    NOT_SEALED,
    NOT_THE_DRAW,
    NOTED_ALREADY,
    NOTHING_DRAWN,
    REASONS,
    SIGNED,
    TAKEN,
    TIMES,
    TOO_FEW_INSPECTORS,
    UNANNOUNCED,
    UNCHANGED,
    UNKNOWN,
    UNKNOWN_FINDING,
    UNKNOWN_ITEM,
    UNKNOWN_KIND,
    UNKNOWN_MODE,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
    UNNOTED,
    UNSIGNED,
)
from party_workflow.domain.inspection.state import (
    Inspection,
    as_drawn,
    departure,
)

__all__ = [
    "ALGORITHM",
    "ANNOUNCED",
    "CATEGORY",
    "CONTRADICTS",
    "CancelInspection",
    "CarryOut",
    "CloseInspection",
    "CorrectResult",
    "DECIDER",
    "FindingNoted",
    "GONE",
    "HAS_SLIP",
    "INCOMPLETE",
    "INSIDE",
    "LEAKED",
    "Inspection",
    "InspectionCancelled",
    "InspectionCarriedOut",
    "InspectionClosed",
    "InspectionCommand",
    "InspectionEvent",
    "InspectionKind",
    "InspectionPlanned",
    "InspectionSealed",
    "InspectionSummary",
    "InspectionUnsealed",
    "LinkSlip",
    "MOVES",
    "NOTED_ALREADY",
    "NOTHING_DRAWN",
    "NOT_AS_SEALED",
    "NOT_A_FINDING",
    "NOT_BELOW",
    "NOT_DRAWN",
    "NOT_INSPECTOR",
    "NOT_ITS_SLIP",
    "NOT_SEALED",
    "NOT_THE_DRAW",
    "NO_REASON",
    "NO_SLIP",
    "NoteFinding",
    "Noted",
    "Outcome",
    "Plan",
    "PlanInspection",
    "REASONS",
    "ReportSigned",
    "Result",
    "ResultCorrected",
    "SIGNED",
    "SealInspection",
    "SignReport",
    "SlipLinked",
    "Stratum",
    "TAKEN",
    "TIMES",
    "TOO_FEW_INSPECTORS",
    "UNANNOUNCED",
    "UNCHANGED",
    "UNKNOWN",
    "UNKNOWN_FINDING",
    "UNKNOWN_ITEM",
    "UNKNOWN_KIND",
    "UNKNOWN_MODE",
    "UNKNOWN_PERSON",
    "UNKNOWN_UNIT",
    "UNNOTED",
    "UNSIGNED",
    "as_drawn",
    "departure",
    "draw",
    "lot",
    "read_kind",
    "sealed_plan",
]
