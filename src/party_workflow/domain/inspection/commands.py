"""What can be asked for on an inspection."""

from __future__ import annotations

from typing import ClassVar

from party_workflow.calendar import StoredPeriod
from party_workflow.codec import Command
from party_workflow.domain.inspection.events import CATEGORY
from party_workflow.domain.inspection.parts import Outcome, Plan, Result
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Personal
from party_workflow.values import Code, Count, Digest, Flag, Key, Moment, PersonId, UnitId


class _InspectionCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class PlanInspection(_InspectionCommand):
    """Plan an announced inspection, as `unit`, with the sample that was drawn."""

    stored_type: ClassVar[str] = "inspection.plan"
    kind: Code
    definition: Digest
    unit: UnitId
    mode: Code
    plan: Plan
    period: StoredPeriod | None = None
    serves: tuple[Serves, ...] = ()


class SealInspection(_InspectionCommand):
    """Plan an unannounced one: name the commitment to its plan (`sealed_plan`), and who else may know.

    The key ends in 32 hexadecimal digits, so that nobody finds it by trying.
    """

    stored_type: ClassVar[str] = "inspection.seal"
    kind: Code
    definition: Digest
    unit: UnitId
    mode: Code
    commitment: Digest
    handlers: tuple[PersonId, ...] = ()
    period: StoredPeriod | None = None
    serves: tuple[Serves, ...] = ()


class CarryOut(_InspectionCommand):
    """Record what was seen of every unit and item drawn; with `plan` and `salt` where it was sealed."""

    stored_type: ClassVar[str] = "inspection.carry_out"
    inspectors: tuple[PersonId, ...]
    began: Moment
    ended: Moment
    results: tuple[Result, ...]
    plan: Plan | None = None
    salt: Digest | None = None


class CorrectResult(_InspectionCommand):
    """Put a result right, for a ground."""

    stored_type: ClassVar[str] = "inspection.correct_result"
    unit: UnitId
    item: Code
    outcome: Outcome
    reason: Code | None = None
    ground: Code


class SignReport(_InspectionCommand):
    """Stand for the results as an inspector, or sign with a reservation."""

    stored_type: ClassVar[str] = "inspection.sign"
    reserved: Flag = False
    note: Personal | None = None


class ExcuseSignature(_InspectionCommand):
    """Record why an inspector does not sign; somebody has to all the same."""

    stored_type: ClassVar[str] = "inspection.excuse_signature"
    inspector: PersonId
    ground: Code


class NoteFinding(_InspectionCommand):
    """Note a problem: the case was opened with this inspection as its source."""

    stored_type: ClassVar[str] = "inspection.note_finding"
    unit: UnitId
    item: Code
    case: Key


class LinkSlip(_InspectionCommand):
    """Name the slip by which a problem was handed over: a case whose source is the finding's case."""

    stored_type: ClassVar[str] = "inspection.link_slip"
    finding: Count
    slip: Key


class CloseInspection(_InspectionCommand):
    """Close the inspection."""

    stored_type: ClassVar[str] = "inspection.close"


class CancelInspection(_InspectionCommand):
    """Say that the inspection does not take place, and why."""

    stored_type: ClassVar[str] = "inspection.cancel"
    ground: Code


Opening = PlanInspection | SealInspection
InspectionCommand = (
    PlanInspection
    | SealInspection
    | CarryOut
    | CorrectResult
    | SignReport
    | ExcuseSignature
    | NoteFinding
    | LinkSlip
    | CloseInspection
    | CancelInspection
)
