"""What an inspection asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, assert_never

from party_workflow.codec import Command
from party_workflow.decider import Answer, Ask, Context, Decider
from party_workflow.domain.inspection.checking import (
    carry_out,
    carrying_asks,
    carrying_needs,
    correct,
)
from party_workflow.domain.inspection.commands import (
    CancelInspection,
    CarryOut,
    CloseInspection,
    CorrectResult,
    ExcuseSignature,
    InspectionCommand,
    LinkSlip,
    NoteFinding,
    PlanInspection,
    SealInspection,
    SignReport,
)
from party_workflow.domain.inspection.events import (
    CATEGORY,
    FindingNoted,
    InspectionCancelled,
    InspectionCarriedOut,
    InspectionClosed,
    InspectionPlanned,
    InspectionSealed,
    InspectionUnsealed,
    ReportSigned,
    ResultCorrected,
    SignatureExcused,
    SlipLinked,
)
from party_workflow.domain.inspection.kind import InspectionKind
from party_workflow.domain.inspection.planning import lines, opening_asks, plan_or_seal
from party_workflow.domain.inspection.reasons import (
    CONTRADICTS,
    HAS_SLIP,
    NO_SLIP,
    NOT_A_FINDING,
    NOT_BELOW,
    NOT_INSPECTOR,
    NOT_ITS_SLIP,
    NOTED_ALREADY,
    REASONS,
    SIGNED,
    TAKEN,
    UNKNOWN,
    UNKNOWN_FINDING,
    UNKNOWN_ITEM,
    UNNOTED,
    UNSIGNED,
)
from party_workflow.domain.inspection.state import Inspection, evolve
from party_workflow.errors import Refusal

_CASE: Final = "case"
"""The category in which problems and slips are pursued."""

MOVING: Final[Mapping[type[Command], str]] = {
    CarryOut: "inspect",
    CorrectResult: "correct",
    SignReport: "attest",
    ExcuseSignature: "attest",
    NoteFinding: "enter_problem",
    LinkSlip: "slip",
    CloseInspection: "close",
    CancelInspection: "cancel",
}
"""The move that a command on a planned inspection makes."""


# --- decide ----------------------------------------------------------------------------------


def _asks(command: InspectionCommand) -> Sequence[Ask]:
    match command:
        case PlanInspection() | SealInspection():
            return opening_asks(command)
        case CarryOut():
            return carrying_asks(command)
        case NoteFinding():
            return (_summary(f"{_CASE}/{command.case}"), lines((command.unit,), ()))
        case LinkSlip():
            return (_summary(f"{_CASE}/{command.slip}"),)
        case CorrectResult() | SignReport() | ExcuseSignature() | CloseInspection() | CancelInspection():
            return ()
        case _:
            assert_never(command)


def _summary(stream: str) -> Ask:
    return Ask("case.summary", stream, optional=True)


def _needs(command: InspectionCommand, state: Inspection, facts: Sequence[Any]) -> Sequence[Ask]:
    """How the slips stand, before closing and before another takes their place; who knew what was sealed."""
    if isinstance(command, CarryOut):
        return carrying_needs(state)
    if isinstance(command, CloseInspection):
        return tuple(_summary(found.slip) for found in state.findings if found.slip is not None)
    if isinstance(command, LinkSlip):
        found = state.finding(command.finding)
        return (_summary(found.slip),) if found is not None and found.slip is not None else ()
    return ()


def _decide(command: InspectionCommand, state: Inspection, context: Context) -> Answer:
    if shut := _closed(state).get(command.stored_type):
        return shut
    if isinstance(command, PlanInspection | SealInspection):
        return plan_or_seal(command, context)
    assert state.kind is not None
    step = state.kind.table.step(state.state, MOVING[type(command)])
    if isinstance(step, Refusal):
        return step
    return _advance(command, state, state.kind, context, step.dest)


def _advance(
    command: CarryOut
    | CorrectResult
    | SignReport
    | ExcuseSignature
    | NoteFinding
    | LinkSlip
    | CloseInspection
    | CancelInspection,
    state: Inspection,
    kind: InspectionKind,
    context: Context,
    entered: str,
) -> Answer:
    match command:
        case CarryOut():
            return carry_out(command, state, kind, context, entered)
        case CorrectResult():
            return correct(command, state, entered)
        case SignReport():
            return _sign(command, state, context, entered)
        case ExcuseSignature():
            return _excuse(command, state, entered)
        case NoteFinding():
            return _note(command, state, kind, context, entered)
        case LinkSlip():
            return _slip(command, state, kind, context, entered)
        case CloseInspection():
            handed = [found for found in state.findings if found.slip is not None]
            for found, slip in zip(handed, context.facts, strict=True):
                if slip is None or slip.withdrawn or slip.state in kind.pending:
                    return NO_SLIP(number=found.number)
            return [InspectionClosed(state=entered, units=state.units)]
        case CancelInspection():
            return [InspectionCancelled(state=entered, ground=command.ground, units=state.units)]
        case _:
            assert_never(command)


def _sign(command: SignReport, state: Inspection, context: Context, entered: str) -> Answer:
    person = context.by.person
    if person not in state.inspectors:
        return NOT_INSPECTOR(person=person)
    if person in state.signed:
        return SIGNED(person=person)
    note = context.seal_given(command.note, person, "inspection.note")
    return [
        ReportSigned(state=entered, inspector=person, units=state.units, reserved=command.reserved, note=note)
    ]


def _excuse(command: ExcuseSignature, state: Inspection, entered: str) -> Answer:
    person = command.inspector
    if person not in state.inspectors:
        return NOT_INSPECTOR(person=person)
    if person in state.signed or person in state.excused:
        return SIGNED(person=person)
    return [SignatureExcused(state=entered, inspector=person, ground=command.ground, units=state.units)]


def _note(
    command: NoteFinding, state: Inspection, kind: InspectionKind, context: Context, entered: str
) -> Answer:
    summary, found = context.facts[:2]
    stream = f"{_CASE}/{command.case}"
    if command.item not in kind.items:
        return UNKNOWN_ITEM(kind=kind.code, item=command.item, items=", ".join(kind.items))
    if command.unit not in state.units and state.unit not in found[command.unit]:
        return NOT_BELOW(subject=command.unit, unit=state.unit)
    result = state.results.get((command.unit, command.item))
    if result is not None and result.outcome != "not_met":
        return CONTRADICTS(unit=command.unit, item=command.item, outcome=result.outcome)
    for noted in state.findings:
        if noted.case == stream:
            return NOTED_ALREADY(case=stream, number=noted.number)
    fits = summary is not None and summary.kind in kind.findings and summary.source == state.stream
    if not fits or summary.confidential:  # naming a confidential one here would tell that it exists
        return NOT_A_FINDING(case=stream, kinds=", ".join(kind.findings))
    return [
        FindingNoted(
            state=entered,
            number=len(state.findings) + 1,
            unit=command.unit,
            item=command.item,
            case=stream,
            sampled=result is not None,
        )
    ]


def _slip(
    command: LinkSlip, state: Inspection, kind: InspectionKind, context: Context, entered: str
) -> Answer:
    summary, *standing = context.facts
    found = state.finding(command.finding)
    if found is None:
        numbers = ", ".join(str(item.number) for item in state.findings) or "none"
        return UNKNOWN_FINDING(number=command.finding, numbers=numbers)
    # One that was taken back after all hands nothing over, and another takes its place.
    if found.slip is not None and standing and standing[0] is not None and not standing[0].withdrawn:
        return HAS_SLIP(number=found.number, slip=found.slip)
    stream = f"{_CASE}/{command.slip}"
    fits = summary is not None and (summary.kind, summary.source) == (kind.slip, found.case)
    if not fits or summary.withdrawn or summary.confidential:
        return NOT_ITS_SLIP(slip=stream, number=found.number, kind=kind.slip, case=found.case)
    return [SlipLinked(state=entered, finding=found.number, unit=found.unit, slip=stream)]


def _closed(state: Inspection) -> Mapping[str, Refusal | None]:
    """Why the state alone closes a command; `_decide` asks here first, so that both say the same."""
    if state.kind is None:
        return {command.stored_type: UNKNOWN() for command in MOVING}
    taken = TAKEN(stream=state.stream)
    found: dict[str, Refusal | None] = {
        PlanInspection.stored_type: taken,
        SealInspection.stored_type: taken,
    }
    for command, move in MOVING.items():
        found[command.stored_type] = state.kind.table.closed(state.state, move)
    if found[CloseInspection.stored_type] is None:
        found[CloseInspection.stored_type] = _unfinished(state)
    return found


def _unfinished(state: Inspection) -> Refusal | None:
    for person in state.unsigned():
        return UNSIGNED(person=person)
    for unit, item in state.unnoted():
        return UNNOTED(unit=unit, item=item)
    for found in state.findings:
        if found.slip is None:
            return NO_SLIP(number=found.number)
    return None


# --- decider ---------------------------------------------------------------------------------

DECIDER: Final[Decider[Inspection]] = Decider(
    category=CATEGORY,
    events=(
        InspectionPlanned,
        InspectionSealed,
        InspectionCarriedOut,
        InspectionUnsealed,
        ResultCorrected,
        ReportSigned,
        SignatureExcused,
        FindingNoted,
        SlipLinked,
        InspectionClosed,
        InspectionCancelled,
    ),
    commands=(PlanInspection, SealInspection, *MOVING),
    initial=Inspection,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    needs=_needs,
    answers={"inspection.work": Inspection.work, "inspection.summary": Inspection.summary},
    closed=_closed,
    yields={
        PlanInspection.stored_type: (InspectionPlanned,),
        SealInspection.stored_type: (InspectionSealed,),
        CarryOut.stored_type: (InspectionCarriedOut, InspectionUnsealed),
        CorrectResult.stored_type: (ResultCorrected,),
        SignReport.stored_type: (ReportSigned,),
        ExcuseSignature.stored_type: (SignatureExcused,),
        NoteFinding.stored_type: (FindingNoted,),
        LinkSlip.stored_type: (SlipLinked,),
        CloseInspection.stored_type: (InspectionClosed,),
        CancelInspection.stored_type: (InspectionCancelled,),
    },
    reasons=REASONS,
)
