"""What a plan asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, assert_never

from party_workflow.canonical import time_text
from party_workflow.codec import Command
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.plan import reasons, reporting, setting
from party_workflow.domain.plan.commands import (
    AddItem,
    ApprovePlan,
    ChangeAccountable,
    ClosePlan,
    ConductLookBack,
    DecideAmendment,
    DraftPlan,
    FileReport,
    LinkProblem,
    MakeFinalReport,
    NoteMissed,
    PlanCommand,
    PreviewPlan,
    ProposeAmendment,
    ReachMilestone,
    Remind,
    ReturnPlan,
    ReviseItem,
    VerifyReport,
    WithdrawItem,
)
from party_workflow.domain.plan.events import (
    CATEGORY,
    AccountableChanged,
    AmendmentDecided,
    AmendmentProposed,
    FinalReportMade,
    ItemAdded,
    ItemRevised,
    ItemWithdrawn,
    LookBackConducted,
    MilestoneReached,
    PlanApproved,
    PlanClosed,
    PlanDrafted,
    PlanPreviewed,
    PlanReturned,
    ProblemLinked,
    ProblemNoted,
    Reminded,
    ReportFiled,
    ReportVerified,
)
from party_workflow.domain.plan.state import TABLE, Plan, evolve
from party_workflow.errors import Refusal

MOVES: Final[Mapping[type[Command], str]] = {
    AddItem: "add",
    ReviseItem: "revise",
    PreviewPlan: "preview",
    ReturnPlan: "return",
    ApprovePlan: "approve",
    ProposeAmendment: "amend",
    DecideAmendment: "amend",
    WithdrawItem: "withdraw",
    ChangeAccountable: "assign",
    ReachMilestone: "report",
    FileReport: "report",
    VerifyReport: "verify",
    ConductLookBack: "look_back",
    NoteMissed: "note",
    LinkProblem: "link",
    Remind: "remind",
    MakeFinalReport: "conclude",
    ClosePlan: "close",
}

# --- decide ----------------------------------------------------------------------------------


def _asks(command: PlanCommand) -> Sequence[Ask]:
    match command:
        case DraftPlan():
            stream = f"definition/{command.kind.replace('_', '-')}"
            return (
                Ask("definition.body", stream, {"digest": command.definition}),
                Ask("definition.current", stream),
                _open(command.unit),
                _known(setting.people_of(command)),
                *map(_open, command.partners),
            )
        case AddItem() | ReviseItem() | ProposeAmendment():
            item = command.item
            person = () if item.person is None else (item.person,)
            return _known((*person, *item.team)), *map(_open, item.partners)
        case ChangeAccountable():
            return (_known((command.person,)),)
        case ReachMilestone():
            return reporting.works(command.evidence)
        case FileReport():
            asked = reporting.works(command.evidence)
            if command.rank is None:
                return asked
            return *asked, Ask("publication.summary", command.rank.publication)
        case NoteMissed():
            return reporting.occasion_asks(command)
        case LinkProblem():
            return (Ask(f"{command.case.partition('/')[0]}.work", command.case, optional=True),)
        case (
            PreviewPlan()
            | ReturnPlan()
            | ApprovePlan()
            | DecideAmendment()
            | WithdrawItem()
            | VerifyReport()
            | ConductLookBack()
            | Remind()
            | MakeFinalReport()
            | ClosePlan()
        ):
            return ()
        case _:
            assert_never(command)


def _open(unit: str) -> Ask:
    return Ask("organisation.unit_open", "organisation", {"unit": unit})


def _known(people: Iterable[str]) -> Ask:
    return Ask("organisation.known", "organisation", {"people": tuple(people), "at": EFFECTIVE})


def _decide(command: PlanCommand, state: Plan, context: Context) -> Answer:
    if isinstance(command, DraftPlan):
        if state.said is not None:
            return reasons.TAKEN(key=command.key)
    elif state.said is None:
        return reasons.UNKNOWN()
    else:
        step = TABLE.step(state.state, MOVES[type(command)])
        if isinstance(step, Refusal):
            return step
    if context.effective_at > context.at:
        return reasons.FUTURE(at=time_text(context.effective_at))
    if isinstance(command, DraftPlan):
        return setting.draft(command, context)
    kind = state.kind
    assert kind is not None
    match command:
        case AddItem() | ReviseItem():
            return setting.add(command, state, context)
        case PreviewPlan():
            return setting.preview(command, state, kind)
        case ReturnPlan():
            return [PlanReturned(ground=command.ground)]
        case ApprovePlan():
            return setting.approve(command, state, kind, context)
        case ProposeAmendment():
            return setting.propose(command, state, context)
        case DecideAmendment():
            return setting.decide_amendment(command, state, context)
        case WithdrawItem():
            return setting.withdraw(command, state, context)
        case ChangeAccountable():
            return setting.hand_over(command, state, context)
        case ReachMilestone():
            return reporting.milestone(command, state, kind, context)
        case FileReport():
            return reporting.report(command, state, kind, context)
        case VerifyReport():
            return reporting.verify(command, state, context)
        case ConductLookBack():
            return reporting.look_back(command, state, kind, context)
        case NoteMissed():
            return reporting.note_missed(command, state, context)
        case LinkProblem():
            return reporting.link(command, state, context)
        case Remind():
            return reporting.remind(command, state, kind, context)
        case MakeFinalReport():
            return reporting.conclude(command, state)
        case ClosePlan():
            return reporting.close(command, state, kind)
        case _:
            assert_never(command)


def _closed(state: Plan) -> Mapping[str, Refusal | None]:
    if state.said is None:
        return {command.stored_type: reasons.UNKNOWN() for command in MOVES}
    found = {command.stored_type: TABLE.closed(state.state, move) for command, move in MOVES.items()}
    return {DraftPlan.stored_type: reasons.TAKEN(key=state.key), **found}


# --- decider ---------------------------------------------------------------------------------

DECIDER: Final[Decider[Plan]] = Decider(
    category=CATEGORY,
    events=(
        PlanDrafted,
        ItemAdded,
        ItemRevised,
        PlanPreviewed,
        PlanReturned,
        PlanApproved,
        AmendmentProposed,
        AmendmentDecided,
        ItemWithdrawn,
        AccountableChanged,
        MilestoneReached,
        ReportFiled,
        ReportVerified,
        LookBackConducted,
        ProblemNoted,
        ProblemLinked,
        Reminded,
        FinalReportMade,
        PlanClosed,
    ),
    commands=(DraftPlan, *MOVES),
    initial=Plan,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={
        "plan.work": Plan.work,
        "plan.progress": Plan.progress,
        "plan.open_items": Plan.open_items,
        "plan.looked_back": Plan.looked_back,
        "plan.scorable": lambda state: state.scorable,
    },
    closed=_closed,
    yields={
        DraftPlan.stored_type: (PlanDrafted,),
        AddItem.stored_type: (ItemAdded,),
        ReviseItem.stored_type: (ItemRevised,),
        PreviewPlan.stored_type: (PlanPreviewed,),
        ReturnPlan.stored_type: (PlanReturned,),
        ApprovePlan.stored_type: (PlanApproved,),
        ProposeAmendment.stored_type: (AmendmentProposed,),
        DecideAmendment.stored_type: (AmendmentDecided,),
        WithdrawItem.stored_type: (ItemWithdrawn,),
        ChangeAccountable.stored_type: (AccountableChanged,),
        ReachMilestone.stored_type: (MilestoneReached,),
        FileReport.stored_type: (ReportFiled,),
        VerifyReport.stored_type: (ReportVerified,),
        ConductLookBack.stored_type: (LookBackConducted, ProblemNoted),
        NoteMissed.stored_type: (ProblemNoted,),
        LinkProblem.stored_type: (ProblemLinked,),
        Remind.stored_type: (Reminded,),
        MakeFinalReport.stored_type: (FinalReportMade,),
        ClosePlan.stored_type: (PlanClosed,),
    },
    reasons=reasons.REASONS,
)
