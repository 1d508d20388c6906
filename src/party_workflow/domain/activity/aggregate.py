"""What an activity asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, assert_never

from party_workflow.decider import Answer, Ask, Context, Decider
from party_workflow.domain.activity import holding, planning
from party_workflow.domain.activity.commands import (
    ActivityCommand,
    AttachEvidence,
    CancelActivity,
    CorrectAttendance,
    CorrectConduct,
    DescribeActivity,
    HoldActivity,
    MergeActivity,
    PlanActivity,
    PostponeActivity,
    SetAgenda,
    WithdrawEvidence,
)
from party_workflow.domain.activity.events import (
    CATEGORY,
    ActivityCancelled,
    ActivityConducted,
    ActivityDescribed,
    ActivityHeld,
    ActivityMerged,
    ActivityPlanned,
    ActivityPostponed,
    ActivityScheduled,
    AgendaSet,
    AttendanceCorrected,
    ConductCorrected,
    EvidenceAttached,
    EvidenceWithdrawn,
    FreezeOverridden,
)
from party_workflow.domain.activity.reasons import (
    EVIDENCE_TAKEN,
    REASONS,
    TAKEN,
    UNKNOWN,
    UNKNOWN_EVIDENCE,
)
from party_workflow.domain.activity.state import (
    MOVES,
    TABLE,
    Activity,
    Agenda,
    evolve,
)
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Refusal

# --- decide ----------------------------------------------------------------------------------


def _asks(command: ActivityCommand) -> Sequence[Ask]:
    match command:
        case PlanActivity():
            return tuple(planning.plan_asks(command).values())
        case MergeActivity():
            return planning.merge_asks(command)
        case PostponeActivity():
            return planning.postpone_asks(command)
        case HoldActivity() | CorrectConduct():
            return holding.hold_asks(command)
        case CorrectAttendance():
            return (holding.known((command.person,)),)
        case CancelActivity() | DescribeActivity() | SetAgenda() | AttachEvidence() | WithdrawEvidence():
            return ()
        case _:
            assert_never(command)


def _decide(command: ActivityCommand, state: Activity, context: Context) -> Answer:
    if isinstance(command, PlanActivity):
        return planning.plan(command, state, context)
    if state.phase is None:
        return UNKNOWN()
    step = TABLE.step(state.phase, MOVES[type(command)])
    if isinstance(step, Refusal):
        return step
    match command:
        case PostponeActivity():
            return planning.postpone(command, state, context)
        case CancelActivity():
            return [ActivityCancelled(reason=command.reason)]
        case DescribeActivity():
            return planning.describe(command)
        case SetAgenda():
            return planning.set_agenda(command, context)
        case MergeActivity():
            return planning.merge(command, context)
        case HoldActivity():
            return holding.hold(command, state, context)
        case CorrectConduct():
            return holding.correct_conduct(command, state, context)
        case CorrectAttendance():
            return holding.correct_attendance(command, state, context)
        case AttachEvidence() | WithdrawEvidence():
            return _evidence(command, state)
        case _:
            assert_never(command)


def _evidence(command: AttachEvidence | WithdrawEvidence, state: Activity) -> Answer:
    attached = any(item.digest == command.digest for item in state.evidence())
    if isinstance(command, WithdrawEvidence):
        if not attached:
            return UNKNOWN_EVIDENCE(digest=command.digest)
        return [EvidenceWithdrawn(digest=command.digest, ground=command.ground)]
    if attached:
        return EVIDENCE_TAKEN(digest=command.digest)
    return [
        EvidenceAttached(
            kind=command.kind, digest=command.digest, media=command.media, expires=command.expires
        )
    ]


def _closed(state: Activity) -> Mapping[str, Refusal | None]:
    if state.phase is None:
        return {kind.stored_type: UNKNOWN() for kind in MOVES}
    taken = {PlanActivity.stored_type: TAKEN(key=state.stream.partition("/")[2])}
    return taken | {kind.stored_type: TABLE.closed(state.phase, move) for kind, move in MOVES.items()}


# --- decider ---------------------------------------------------------------------------------


def _work(state: Activity) -> Work | None:
    """The occasion as work, with those who took part; None for one never planned."""
    if state.phase is None:
        return None
    return Work(
        state.stream,
        state.kind,
        state.unit,
        state.phase,
        done=state.done,
        serves=state.serves,
        people=state.attended(),
    )


def _merged_into(state: Activity) -> str | None:
    """The stream of the occasion that this one was folded into, if it was."""
    return None if state.merged_into is None else f"{CATEGORY}/{state.merged_into}"


def _attendance(state: Activity) -> dict[str, tuple[str, frozenset[str], str]]:
    """Status, categories and standing of everybody on the register; empty before it took place."""
    return {person: (row.status, row.categories, row.standing) for person, row in state.register.items()}


def _agenda(state: Activity) -> Agenda:
    """The items with the periods of which they speak, and what became of each."""
    return state.agenda


def _conduct(state: Activity) -> tuple[str | None, str | None, str | None]:
    """Who chaired, for whom and on what ground; None where nobody has said."""
    return state.chaired_by, state.delegated_by, state.delegation


DECIDER: Final[Decider[Activity]] = Decider(
    category=CATEGORY,
    events=(
        ActivityPlanned,
        ActivityScheduled,
        AgendaSet,
        FreezeOverridden,
        ActivityDescribed,
        ActivityConducted,
        ConductCorrected,
        ActivityMerged,
        ActivityPostponed,
        ActivityCancelled,
        ActivityHeld,
        AttendanceCorrected,
        EvidenceAttached,
        EvidenceWithdrawn,
    ),
    commands=(
        PlanActivity,
        DescribeActivity,
        SetAgenda,
        MergeActivity,
        CorrectConduct,
        PostponeActivity,
        CancelActivity,
        HoldActivity,
        CorrectAttendance,
        AttachEvidence,
        WithdrawEvidence,
    ),
    initial=Activity,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={
        "activity.work": _work,
        "activity.merged_into": _merged_into,
        "activity.attendance": _attendance,
        "activity.evidence": Activity.evidence,
        "activity.agenda": _agenda,
        "activity.conduct": _conduct,
    },
    closed=_closed,
    yields={
        PlanActivity.stored_type: (
            ActivityPlanned,
            ActivityScheduled,
            AgendaSet,
            FreezeOverridden,
            ActivityDescribed,
        ),
        DescribeActivity.stored_type: (ActivityDescribed,),
        SetAgenda.stored_type: (AgendaSet,),
        MergeActivity.stored_type: (ActivityMerged,),
        CorrectConduct.stored_type: (ConductCorrected,),
        PostponeActivity.stored_type: (ActivityPostponed, FreezeOverridden),
        CancelActivity.stored_type: (ActivityCancelled,),
        HoldActivity.stored_type: (ActivityHeld, ActivityConducted),
        CorrectAttendance.stored_type: (AttendanceCorrected,),
        AttachEvidence.stored_type: (EvidenceAttached,),
        WithdrawEvidence.stored_type: (EvidenceWithdrawn,),
    },
    reasons=REASONS,
)
