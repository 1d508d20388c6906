"""What is recorded of an inspection.  `state` is the state of its lifecycle that the event leads to."""

from __future__ import annotations

from typing import ClassVar, Final

from party_workflow.calendar import StoredPeriod
from party_workflow.codec import Event
from party_workflow.domain.inspection.parts import Outcome, Plan, Result
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Sealed
from party_workflow.relations import ACTOR, Appoints, Relates, Requires
from party_workflow.values import (
    Code,
    CodedDocument,
    Count,
    Digest,
    Flag,
    Moment,
    PersonId,
    StreamId,
    UnitId,
)

CATEGORY: Final = "inspection"

_CLOSE: Final = ("answerable",)


class InspectionPlanned(Event):
    """An inspection was planned, and what it will look at was drawn.

    `unit` is the one that inspects, `units` are those that were chosen and `answerable` who answers for what
    is inspected, both as the plan says.  `body` is the kind with the digest `definition`.
    """

    stored_type: ClassVar[str] = "inspection.planned"
    requires: ClassVar[Requires] = Requires(duty="inspection.plan", barred=_CLOSE, own_units=("units",))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("planner", ACTOR), Relates("answerable", "answerable"))
    unit_field: ClassVar[str | None] = "unit"

    kind: Code
    definition: Digest
    body: CodedDocument
    unit: UnitId
    state: Code
    mode: Code
    plan: Plan
    units: tuple[UnitId, ...]
    answerable: tuple[PersonId, ...] = ()
    period: StoredPeriod | None = None
    serves: tuple[Serves, ...] = ()


class InspectionSealed(Event):
    """An unannounced inspection was planned: `commitment` binds to the plan, which nobody can read from it.

    Until it is carried out it does not exist for anybody but the planner, the `handlers` and those who have
    custody of confidential matters.
    """

    stored_type: ClassVar[str] = "inspection.sealed"
    requires: ClassVar[Requires] = Requires(duty="inspection.plan")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("planner", ACTOR), Relates("handler", "handlers"))
    unit_field: ClassVar[str | None] = "unit"
    confidential_field: ClassVar[str | None] = "confidential"

    kind: Code
    definition: Digest
    body: CodedDocument
    unit: UnitId
    state: Code
    mode: Code
    commitment: Digest
    handlers: tuple[PersonId, ...] = ()
    confidential: Flag = True
    period: StoredPeriod | None = None
    serves: tuple[Serves, ...] = ()


class InspectionCarriedOut(Event):
    """The units of the plan were looked at, by these inspectors, from one moment to another.

    Nobody is named an inspector who answers for what is inspected, has a conflict with somebody who does, or
    stepped back.  `results` has one for every unit and item of the plan, also where an item was not checked.
    """

    stored_type: ClassVar[str] = "inspection.carried_out"
    requires: ClassVar[Requires] = Requires(
        duty="inspection.carry_out",
        barred=_CLOSE,
        own_units=("units",),
        appoints=(Appoints("inspectors", _CLOSE),),
    )
    relates: ClassVar[tuple[Relates, ...]] = (Relates("inspecting", "inspectors"),)

    state: Code
    inspectors: tuple[PersonId, ...]
    began: Moment
    ended: Moment
    units: tuple[UnitId, ...]
    results: tuple[Result, ...]


class InspectionUnsealed(InspectionCarriedOut):
    """An unannounced inspection was carried out, and what had been sealed was opened with it (R-120).

    `plan` and `salt` give the commitment made before; from here on the matter is seen like any other.
    """

    stored_type: ClassVar[str] = "inspection.unsealed"
    relates: ClassVar[tuple[Relates, ...]] = (
        Relates("inspecting", "inspectors"),
        Relates("answerable", "answerable"),
    )
    confidential_field: ClassVar[str | None] = "confidential"

    plan: Plan
    salt: Digest
    answerable: tuple[PersonId, ...] = ()
    confidential: Flag = False


class ResultCorrected(Event):
    """A result was put right; `previous` is what stood.  The inspectors sign anew."""

    stored_type: ClassVar[str] = "inspection.result_corrected"
    requires: ClassVar[Requires] = Requires(duty="inspection.carry_out", barred=_CLOSE, own_units=("units",))

    state: Code
    unit: UnitId
    item: Code
    previous: Outcome
    outcome: Outcome
    reason: Code | None = None
    ground: Code
    units: tuple[UnitId, ...]


class ReportSigned(Event):
    """An inspector stood for the results, or stated a reservation."""

    stored_type: ClassVar[str] = "inspection.signed"
    requires: ClassVar[Requires] = Requires(own=("inspecting",), barred=_CLOSE, own_units=("units",))

    state: Code
    inspector: PersonId
    units: tuple[UnitId, ...]
    reserved: Flag = False
    note: Sealed | None = None


class SignatureExcused(Event):
    """An inspector does not sign, for a reason: they left, stepped back, or turned out to be too close."""

    stored_type: ClassVar[str] = "inspection.signature_excused"
    requires: ClassVar[Requires] = Requires(
        duty="inspection.close", barred=(*_CLOSE, "inspecting"), own_units=("units",)
    )

    state: Code
    inspector: PersonId
    ground: Code
    units: tuple[UnitId, ...]


class FindingNoted(Event):
    """A problem was found; `case` is the matter in which it is pursued.  `number` counts from 1."""

    stored_type: ClassVar[str] = "inspection.finding_noted"
    requires: ClassVar[Requires] = Requires(duty="inspection.note", barred=_CLOSE, own_units=("unit",))

    state: Code
    number: Count
    unit: UnitId
    item: Code
    case: StreamId
    sampled: Flag


class SlipLinked(Event):
    """The slip was named by which a problem was handed over: one slip for one problem (R-111)."""

    stored_type: ClassVar[str] = "inspection.slip_linked"
    requires: ClassVar[Requires] = Requires(duty="inspection.note", barred=_CLOSE, own_units=("unit",))

    state: Code
    finding: Count
    unit: UnitId
    slip: StreamId


class InspectionClosed(Event):
    """The inspection was closed: signed by all, and every problem handed over."""

    stored_type: ClassVar[str] = "inspection.closed"
    requires: ClassVar[Requires] = Requires(duty="inspection.close", barred=_CLOSE, own_units=("units",))

    state: Code
    units: tuple[UnitId, ...]


class InspectionCancelled(Event):
    """The inspection did not take place; what was sealed stays sealed, and that it was is on record."""

    stored_type: ClassVar[str] = "inspection.cancelled"
    requires: ClassVar[Requires] = Requires(duty="inspection.plan", barred=_CLOSE, own_units=("units",))

    state: Code
    ground: Code
    units: tuple[UnitId, ...] = ()


InspectionEvent = (
    InspectionPlanned
    | InspectionSealed
    | InspectionCarriedOut
    | InspectionUnsealed
    | ResultCorrected
    | ReportSigned
    | SignatureExcused
    | FindingNoted
    | SlipLinked
    | InspectionClosed
    | InspectionCancelled
)
