"""What has to hold before an inspection counts as carried out, and before a result is put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from party_workflow.decider import Answer, Ask, Context
from party_workflow.domain.inspection.commands import CarryOut, CorrectResult
from party_workflow.domain.inspection.events import (
    InspectionCarriedOut,
    InspectionUnsealed,
    ResultCorrected,
)
from party_workflow.domain.inspection.kind import InspectionKind
from party_workflow.domain.inspection.parts import Plan, Result, sealed_plan
from party_workflow.domain.inspection.planning import lines, unsound
from party_workflow.domain.inspection.reasons import (
    CONTRADICTS,
    GONE,
    INCOMPLETE,
    INSIDE,
    LEAKED,
    NO_REASON,
    NOT_AS_SEALED,
    NOT_BELOW,
    NOT_DRAWN,
    NOT_SEALED,
    TIMES,
    TOO_FEW_INSPECTORS,
    UNCHANGED,
    UNKNOWN_PERSON,
)
from party_workflow.domain.inspection.state import Inspection
from party_workflow.errors import Refusal


def carrying_asks(command: CarryOut) -> Sequence[Ask]:
    """What carrying one out asks: where inspectors, and those for whom results are given, stand."""
    planned = set() if command.plan is None else {*command.plan.units}
    units = planned | {result.unit for result in command.results}
    people = set(command.inspectors) | (set() if command.plan is None else {*command.plan.answerable})
    return (lines(tuple(sorted(units)), tuple(sorted(people))),)


def carrying_needs(state: Inspection) -> Sequence[Ask]:
    """Where those stand who knew what was sealed: nobody is to know that their own unit is looked at."""
    return () if state.commitment is None else (lines((), state.insiders),)


def carry_out(
    command: CarryOut, state: Inspection, kind: InspectionKind, context: Context, entered: str
) -> Answer:
    """Record what was seen; opens the plan where it was sealed."""
    found, *further = context.facts
    plan = _plan(command, state, kind)
    if isinstance(plan, Refusal):
        return plan
    refusal = (
        _inspected_by(command, kind, plan, found)
        or _leaked(plan, *further)
        or _when(command, state, context)
        or _results(command, plan)
        or _standing(command, state, plan, found)
    )
    if refusal:
        return refusal
    said: dict[str, Any] = {
        "state": entered,
        "inspectors": tuple(sorted(set(command.inspectors))),
        "began": command.began,
        "ended": command.ended,
        "units": plan.units,
        "results": tuple(sorted(command.results, key=lambda result: (result.unit, result.item))),
    }
    if state.plan is not None:
        return [InspectionCarriedOut(**said)]
    said |= {"plan": plan, "salt": command.salt, "answerable": plan.answerable}
    return [InspectionUnsealed(**said)]


def _plan(command: CarryOut, state: Inspection, kind: InspectionKind) -> Plan | Refusal:
    if state.plan is not None:
        return state.plan if command.plan is None and command.salt is None else NOT_SEALED()
    if command.plan is None or command.salt is None:
        return NOT_AS_SEALED()
    if sealed_plan(command.key, command.plan, command.salt) != state.commitment:
        return NOT_AS_SEALED()
    return unsound(command.plan, kind) or command.plan


def _inspected_by(
    command: CarryOut, kind: InspectionKind, plan: Plan, found: Mapping[str, Sequence[str]]
) -> Refusal | None:
    people: list[str] = sorted(
        {*command.inspectors, *(() if command.plan is None else command.plan.answerable)}
    )
    for person in people:
        if not found[person]:
            return UNKNOWN_PERSON(person=person)
    if len(set(command.inspectors)) < kind.inspectors:
        return TOO_FEW_INSPECTORS(kind=kind.code, least=kind.inspectors)
    for person in sorted(set(command.inspectors)):
        for unit in found[person]:
            if unit in plan.units:
                return INSIDE(person=person, unit=unit)
    return None


def _leaked(plan: Plan, insiders: Mapping[str, Sequence[str]] | None = None) -> Refusal | None:
    for person, line in (insiders or {}).items():
        for unit in line:
            if unit in plan.units:
                return LEAKED(person=person, unit=unit)
    return None


def _when(command: CarryOut, state: Inspection, context: Context) -> Refusal | None:
    # Of a sealed plan counts when it was recorded: one that is dated back was not there before.
    planned = state.planned_at if state.commitment is None else state.known_at
    last = min(context.at, context.effective_at)
    if planned is None or not planned <= command.began <= command.ended <= last:
        return TIMES()
    return None


def _results(command: CarryOut, plan: Plan) -> Refusal | None:
    drawn = {(unit, item) for unit in plan.units for item in plan.items}
    places = [(result.unit, result.item) for result in command.results]
    for unit, item in sorted(set(places) - drawn):
        return NOT_DRAWN(unit=unit, item=item)
    for unit, item in sorted(drawn):
        if places.count((unit, item)) != 1:
            return INCOMPLETE(unit=unit, item=item)
    return next(
        (NO_REASON(unit=r.unit, item=r.item) for r in command.results if _unreasoned(r.outcome, r.reason)),
        None,
    )


def _unreasoned(outcome: str, reason: str | None) -> bool:
    return (outcome in ("not_checked", "not_applicable")) is (reason is None)


def _standing(
    command: CarryOut, state: Inspection, plan: Plan, found: Mapping[str, Sequence[str]]
) -> Refusal | None:
    """A unit that was closed after the draw cannot have been seen; one that went elsewhere is not theirs."""
    checked = {result.unit for result in command.results if result.outcome != "not_checked"}
    for unit in plan.units:
        if not found[unit] and unit in checked:
            return GONE(unit=unit)
        if found[unit] and state.unit not in found[unit] and unit in checked:
            return NOT_BELOW(subject=unit, unit=state.unit)
    return None


def correct(command: CorrectResult, state: Inspection, entered: str) -> Answer:
    """Put a result right.  One on which a problem was noted stands as it is: the case decides on that."""
    place = (command.unit, command.item)
    result: Result | None = state.results.get(place)
    if result is None:
        return NOT_DRAWN(unit=command.unit, item=command.item)
    if _unreasoned(command.outcome, command.reason):
        return NO_REASON(unit=command.unit, item=command.item)
    if (result.outcome, result.reason) == (command.outcome, command.reason):
        return UNCHANGED(unit=command.unit, item=command.item, outcome=command.outcome)
    if any((found.unit, found.item) == place for found in state.findings):
        return CONTRADICTS(unit=command.unit, item=command.item, outcome=command.outcome)
    return [
        ResultCorrected(
            state=entered,
            unit=command.unit,
            item=command.item,
            previous=result.outcome,
            outcome=command.outcome,
            reason=command.reason,
            ground=command.ground,
            units=state.units,
        )
    ]
