"""What is reported, verified and found of commitments; problems, reminders, and the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from party_workflow.canonical import day_text, time_text
from party_workflow.codec import Event
from party_workflow.decider import Answer, Ask, Context
from party_workflow.domain.plan import reasons
from party_workflow.domain.plan.commands import (
    ClosePlan,
    ConductLookBack,
    FileReport,
    LinkProblem,
    MakeFinalReport,
    NoteMissed,
    ReachMilestone,
    Remind,
    VerifyReport,
)
from party_workflow.domain.plan.events import (
    FinalReportMade,
    LookBackConducted,
    MilestoneReached,
    PlanClosed,
    ProblemLinked,
    ProblemNoted,
    Reminded,
    ReportFiled,
    ReportVerified,
)
from party_workflow.domain.plan.items import (
    Citation,
    Cited,
    ItemOutcome,
    ItemResult,
    RankAttained,
)
from party_workflow.domain.plan.kind import PlanKind
from party_workflow.domain.plan.setting import listed, no_item
from party_workflow.domain.plan.state import Commitment, Plan
from party_workflow.errors import Refusal

OVER = frozenset({"held", "cancelled", "closed"})
"""The states in which an occasion is over.  One that was folded into another is over with that one."""


def streams(evidence: Sequence[Citation]) -> tuple[str, ...]:
    """The streams that are cited, as asked for."""
    return tuple(item.stream for item in evidence if item.stream is not None)


def works(evidence: Sequence[Citation]) -> tuple[Ask, ...]:
    """Every stream cited is asked what it is."""
    return tuple(
        Ask(f"{stream.partition('/')[0]}.work", stream, optional=True) for stream in streams(evidence)
    )


def milestone(command: ReachMilestone, state: Plan, kind: PlanKind, context: Context) -> Answer:
    """A step on the way."""
    found = _due(command.item, state, context)
    if isinstance(found, Refusal):
        return found
    known = [step.code for step in found.item.milestones]
    if command.milestone not in known:
        return reasons.UNKNOWN_MILESTONE(
            item=command.item, milestone=command.milestone, milestones=listed(known)
        )
    if command.milestone in found.reached:
        return reasons.ALREADY_REACHED(item=command.item, milestone=command.milestone)
    evidence = _cited(command.evidence, context.facts, kind, command.stream)
    if isinstance(evidence, Refusal):
        return evidence
    return [
        MilestoneReached(
            item=command.item, milestone=command.milestone, person=found.person, evidence=evidence
        )
    ]


def report(command: FileReport, state: Plan, kind: PlanKind, context: Context) -> Answer:
    """What was achieved of an item."""
    found = _due(command.item, state, context)
    if isinstance(found, Refusal):
        return found
    number = len(streams(command.evidence))
    evidence = _cited(command.evidence, context.facts[:number], kind, command.stream)
    if isinstance(evidence, Refusal):
        return evidence
    target, figure = found.item.target, command.figure
    if target is not None and figure is not None and target.unit != figure.unit:
        return reasons.UNIT_DIFFERS(item=command.item, wanted=target.unit, found=figure.unit)
    if others := sorted(set(command.counts) - set(kind.counters)) if kind.counters else []:
        return reasons.UNKNOWN_COUNTER(kind=kind.code, counter=others[0], counters=listed(kind.counters))
    rank = _rank(command, found, context.facts[number:])
    if isinstance(rank, Refusal):
        return rank
    return [
        ReportFiled(
            number=len(state.reports) + 1,
            item=command.item,
            person=found.person,
            claim=command.claim,
            figure=figure,
            counts={code: command.counts[code] for code in sorted(command.counts)},
            rank=rank,
            occasion=command.occasion,
            evidence=evidence,
            text=context.seal_given(command.text, command.stream, "report.text"),
        )
    ]


def verify(command: VerifyReport, state: Plan, context: Context) -> Answer:
    """A report seen by another."""
    waiting = {item.said.number: item for item in state.waiting()}
    found = waiting.get(command.number)
    if found is None:
        return reasons.NO_REPORT(number=command.number, open=listed(waiting))
    if context.effective_at < found.at:
        return reasons.OUT_OF_ORDER(since=time_text(found.at))
    return [
        ReportVerified(
            number=command.number,
            item=found.said.item,
            person=found.said.person,
            reporter=found.reporter,
            principal=found.principal,
            accepted=command.accepted,
            finding=context.seal_given(command.finding, command.stream, "report.finding"),
        )
    ]


def look_back(command: ConductLookBack, state: Plan, kind: PlanKind, context: Context) -> Answer:
    """One result for each item, and a problem for each that is not done."""
    if refusal := _covered(command.results, state):
        return refusal
    results, problems = list[ItemResult](), list[Event]()
    for code in state.items:
        finding, status = command.results[code], state.status(code)
        if finding.result not in kind.results:
            return reasons.UNKNOWN_RESULT(result=finding.result, results=listed(sorted(kind.results)))
        outcome = kind.results[finding.result]
        if (
            (outcome == "done" and status != "achieved")
            or (outcome in ("missing", "excused") and status == "achieved")
            or (outcome != "excused" and status == "withdrawn")
        ):
            return reasons.CONTRADICTED(item=code, state=status, result=finding.result)
        note = context.seal_given(finding.note, command.stream, f"look_back.{code}")
        results.append(ItemResult(item=code, result=finding.result, outcome=outcome, note=note))
        known = state.problems.get(code)
        if outcome != "done" and status != "withdrawn" and (known is None or known.result != outcome):
            problems.append(ProblemNoted(item=code, result=outcome, ground="look_back"))
    conducted = LookBackConducted(occasion=command.occasion, version=state.version, results=tuple(results))
    return [conducted, *problems]


def occasion_asks(command: NoteMissed) -> tuple[Ask, ...]:
    """What became of the occasion at which the item is due, and into which each one before it was folded."""
    occasions = (command.occasion, *command.by_way_of)
    return (
        Ask(f"{occasions[-1].partition('/')[0]}.work", occasions[-1], optional=True),
        *(Ask(f"{stream.partition('/')[0]}.merged_into", stream, optional=True) for stream in occasions[:-1]),
    )


def note_missed(command: NoteMissed, state: Plan, context: Context) -> Answer:
    """A report that was promised for an occasion, and not given at it."""
    found = state.items.get(command.item)
    if found is None:
        return no_item(state, command.item)
    if found.withdrawn is not None:
        return reasons.WITHDRAWN(item=command.item)
    if found.item.occasion != command.occasion:
        return reasons.NOT_PROMISED(item=command.item, occasion=command.occasion)
    occasion, *followed = context.facts
    occasions = (command.occasion, *command.by_way_of)
    for one, into, follows in zip(occasions, command.by_way_of, followed, strict=False):
        if follows != into:
            return reasons.NOT_MERGED(occasion=one, into=into)
    if occasion is None or occasion.state not in OVER or command.over > context.at:
        return reasons.OCCASION_OPEN(occasion=occasions[-1])
    # One that came after the occasion does not make it reported there: that is what the problem says.
    if any(item.at < command.over for item in state.reported_at(command.item, *occasions)):
        return reasons.REPORTED(item=command.item, occasion=command.occasion)
    if command.item in state.problems:
        return reasons.ALREADY_NOTED(item=command.item)
    return [
        ProblemNoted(
            item=command.item,
            result="missing",
            ground="occasion_over",
            occasion=command.occasion,
            over=command.over,
            by_way_of=command.by_way_of,
        )
    ]


def link(command: LinkProblem, state: Plan, context: Context) -> Answer:
    """The case in which a problem is dealt with."""
    problem = state.problems.get(command.item)
    if problem is None:
        return reasons.NO_PROBLEM(item=command.item)
    (case,) = context.facts
    if case is None:
        return reasons.UNKNOWN_CASE(case=command.case)
    if problem.case == command.case:
        return reasons.ALREADY_LINKED(item=command.item, case=command.case)
    return [ProblemLinked(item=command.item, case=command.case)]


def remind(command: Remind, state: Plan, kind: PlanKind, context: Context) -> Answer:
    """A reminder that the kind has, on its day or later, and once."""
    found = state.items.get(command.item)
    if found is None:
        return no_item(state, command.item)
    reminder = kind.reminder(command.reminder)
    if reminder is None:
        known = listed(item.code for item in kind.reminders)
        return reasons.UNKNOWN_REMINDER(reminder=command.reminder, reminders=known)
    if command.reminder in found.reminded:
        return reasons.ALREADY_REMINDED(item=command.item, reminder=command.reminder)
    if command.item not in state.open_items():
        return reasons.NOTHING_OPEN(item=command.item)
    first = found.item.due + timedelta(days=reminder.days)
    if command.on < first:
        return reasons.TOO_EARLY(item=command.item, reminder=command.reminder, day=day_text(first))
    # A local day is the day in UTC or one of its neighbours.
    if abs((command.on - context.at.date()).days) > 1:
        return reasons.WRONG_DAY(on=day_text(command.on))
    lead = None if state.said is None else state.said.lead
    person = lead if reminder.escalates and lead is not None else found.person
    return [
        Reminded(
            item=command.item, reminder=command.reminder, person=person, due=found.item.due, on=command.on
        )
    ]


def conclude(command: MakeFinalReport, state: Plan) -> Answer:
    """What became of every item."""
    if refusal := _covered(command.outcomes, state) or _known_look_back(command.look_back, state):
        return refusal
    outcomes = []
    for code, found in state.items.items():
        outcome, status = command.outcomes[code], state.status(code)
        if (outcome == "withdrawn") != (status == "withdrawn") or (
            (outcome == "achieved") != (status == "achieved")
        ):
            return reasons.CONTRADICTED(item=code, state=status, result=outcome)
        ground = None if found.withdrawn is None else found.withdrawn.ground
        outcomes.append(ItemOutcome(item=code, outcome=outcome, ground=ground))
    return [FinalReportMade(version=state.version, outcomes=tuple(outcomes), look_back=command.look_back)]


def close(command: ClosePlan, state: Plan, kind: PlanKind) -> Answer:
    """The end, in the way that the kind asks for."""
    if refusal := _known_look_back(command.look_back, state):
        return refusal
    if kind.closing == "tasks":
        if open_ := state.open_items():
            return reasons.OPEN_TASKS(count=len(open_), items=listed(open_))
    elif state.final is None:
        return reasons.NO_FINAL_REPORT()
    return [PlanClosed(look_back=command.look_back)]


def _covered(results: Any, state: Plan) -> Refusal | None:
    lacking = [code for code in state.items if code not in results]
    others = [code for code in sorted(results) if code not in state.items]
    if lacking or others:
        return reasons.NOT_COVERED(lacking=listed(lacking), others=listed(others))
    return None


def _known_look_back(look_back: str | None, state: Plan) -> Refusal | None:
    if look_back is not None and state.looked_back(look_back) is None:
        return reasons.UNKNOWN_LOOK_BACK(look_back=look_back)
    return None


def _due(item: str, state: Plan, context: Context) -> Commitment | Refusal:
    """An item of which something can be reported."""
    found = state.items.get(item)
    if found is None:
        return no_item(state, item)
    if found.withdrawn is not None:
        return reasons.WITHDRAWN(item=item)
    since = found.tenures[0].since if found.version > 1 else state.approved_at
    if since is not None and context.effective_at < since:
        return reasons.OUT_OF_ORDER(since=time_text(since))
    return found


def _cited(
    evidence: Sequence[Citation], facts: Sequence[Any], kind: PlanKind, stream: str
) -> tuple[Cited, ...] | Refusal:
    found, answers = list[Cited](), iter(facts)
    for item in evidence:
        if item.stream is None:
            if item.digest is None or item.kind is None:
                return reasons.EMPTY_CITATION()
            cited = Cited(kind=item.kind, digest=item.digest)
        else:
            if item.stream == stream:
                return reasons.SELF_CITED()
            work = next(answers)
            if work is None:
                return reasons.UNKNOWN_EVIDENCE(stream=item.stream)
            cited = Cited(kind=work.kind, stream=item.stream, digest=item.digest)
        if kind.evidence and cited.kind not in kind.evidence:
            return reasons.EVIDENCE_KIND(found=cited.kind, kind=kind.code, kinds=listed(kind.evidence))
        found.append(cited)
    return tuple(found)


def _rank(command: FileReport, found: Commitment, facts: Sequence[Any]) -> RankAttained | Refusal | None:
    target = found.item.rank
    if command.rank is None:
        return None if target is None or command.claim != "achieved" else reasons.NO_RANK(item=command.item)
    if target is None:
        return reasons.NOT_RANKED(item=command.item)
    (summary,) = facts
    if summary is None or summary.subject != target.ranking or summary.superseded_by is not None:
        return reasons.UNKNOWN_RANKING(publication=command.rank.publication, ranking=target.ranking)
    return RankAttained(
        place=command.rank.place,
        publication=command.rank.publication,
        digest=summary.digest,
        position=summary.position,
    )
