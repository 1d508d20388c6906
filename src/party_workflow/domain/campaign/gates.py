"""Look-backs, the problems they note, and gates."""

from __future__ import annotations

from party_workflow.decider import Answer, Context
from party_workflow.domain.campaign import reasons
from party_workflow.domain.campaign.events import (
    ConductLookBack,
    DecideGate,
    GateDecided,
    GateRequested,
    ItemResult,
    LinkProblem,
    LookBackConducted,
    ProblemLinked,
    ProblemNoted,
    RequestGate,
)
from party_workflow.domain.campaign.moves import listed, phase_refusal
from party_workflow.domain.campaign.state import Campaign


def look_back(command: ConductLookBack, state: Campaign, context: Context) -> Answer:
    phase = state.phase(command.phase)
    if refusal := phase_refusal(state, command.phase, "look_back"):
        return refusal
    assert phase is not None
    items = [task.code for task in state.items(phase)]
    lacking = [code for code in items if code not in command.results]
    others = [code for code in sorted(command.results) if code not in items]
    if lacking or others:
        return reasons.NOT_COVERED(phase=phase.code, lacking=listed(lacking), others=listed(others))
    results, problems = [], []
    for code in items:
        finding = command.results[code]
        complete = code in state.completions
        if (finding.result == "done" and not complete) or (
            finding.result in ("missing", "excused") and complete
        ):
            return reasons.CONTRADICTED(
                task=code, state="complete" if complete else "not complete", result=finding.result
            )
        note = context.seal_given(finding.note, command.stream, "look_back.note")
        results.append(ItemResult(task=code, result=finding.result, note=note))
        known = state.problems.get(code)
        if finding.result != "done" and (known is None or known.result != finding.result):
            problems.append(ProblemNoted(phase=phase.code, task=code, result=finding.result))
    return [LookBackConducted(phase=phase.code, results=tuple(results)), *problems]


def link(command: LinkProblem, state: Campaign, context: Context) -> Answer:
    problem = state.problems.get(command.task)
    if problem is None:
        return reasons.NO_PROBLEM(task=command.task)
    (case,) = context.facts
    if case is None:
        return reasons.UNKNOWN_CASE(case=command.case)
    if problem.case == command.case:
        return reasons.ALREADY_LINKED(task=command.task, case=command.case)
    return [ProblemLinked(task=command.task, case=command.case)]


def request(command: RequestGate, state: Campaign) -> Answer:
    phase = state.phase(command.phase)
    if phase is not None and not phase.gate:
        return reasons.NO_GATE(phase=phase.code)
    if refusal := phase_refusal(state, command.phase, "request_gate"):
        return refusal
    latest = state.standing(command.phase).look_back
    if command.look_back is not None and command.look_back != latest:
        return reasons.OTHER_LOOK_BACK(phase=command.phase, look_back=latest or "none")
    return [GateRequested(phase=command.phase, look_back=latest)]


def decide_gate(command: DecideGate, state: Campaign, context: Context) -> Answer:
    if refusal := phase_refusal(state, command.phase, command.decision):
        return refusal
    if (command.decision == "pass_with_conditions") != bool(command.conditions):
        return reasons.CONDITIONS_MISFIT(decision=command.decision, count=len(command.conditions))
    seen: set[str] = set()
    for condition in command.conditions:
        if condition.code in seen or state.item(condition.code) is not None:
            return reasons.CONDITION_TAKEN(condition=condition.code)
        seen.add(condition.code)
    return [
        GateDecided(
            phase=command.phase,
            decision=command.decision,
            conditions=tuple(sorted(command.conditions, key=lambda item: item.code)),
            ground=context.seal_given(command.ground, command.stream, "gate.ground"),
        )
    ]
