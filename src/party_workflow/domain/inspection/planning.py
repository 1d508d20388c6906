"""What has to hold before an inspection is planned, and of a plan that is opened."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from party_workflow.decider import EFFECTIVE, Answer, Ask, Context
from party_workflow.domain.inspection.commands import Opening, PlanInspection
from party_workflow.domain.inspection.events import InspectionPlanned, InspectionSealed
from party_workflow.domain.inspection.kind import InspectionKind, read_kind
from party_workflow.domain.inspection.parts import Plan
from party_workflow.domain.inspection.reasons import (
    ANNOUNCED,
    GUESSABLE_KEY,
    NOT_BELOW,
    NOT_THE_DRAW,
    NOTHING_DRAWN,
    UNANNOUNCED,
    UNKNOWN_ITEM,
    UNKNOWN_KIND,
    UNKNOWN_MODE,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.domain.inspection.state import as_drawn
from party_workflow.errors import InvalidDefinition, Refusal

_UNGUESSABLE: Final = re.compile(r"[0-9a-f]{32}$")
"""Whoever tries keys would learn that something is sealed under one of them."""


def opening_asks(command: Opening) -> Sequence[Ask]:
    """What planning an inspection asks: kind, version in force, unit, and the lines of units and people."""
    stream = f"definition/{command.kind.replace('_', '-')}"
    if isinstance(command, PlanInspection):
        named = lines(command.plan.population, command.plan.answerable)
    else:
        named = lines((), command.handlers)
    return (
        Ask("definition.body", stream, {"digest": command.definition}),
        Ask("definition.current", stream),
        Ask("organisation.unit_open", "organisation", {"unit": command.unit}),
        named,
    )


def lines(units: Sequence[str], people: Sequence[str]) -> Ask:
    """Asks the lines of units and people as of when the command takes effect."""
    arguments = {"units": tuple(units), "people": tuple(people), "at": EFFECTIVE}
    return Ask("organisation.lines", "organisation", arguments)


def plan_or_seal(command: Opening, context: Context) -> Answer:
    """Plan an inspection, in the open or sealed."""
    body, current, unit_open, found = context.facts[:4]
    kind = _kind(command, body, current)
    if isinstance(kind, Refusal):
        return kind
    if not unit_open:
        return UNKNOWN_UNIT(unit=command.unit)
    if command.mode not in kind.modes:
        return UNKNOWN_MODE(kind=kind.code, mode=command.mode, modes=", ".join(kind.modes))
    if isinstance(command, PlanInspection) is kind.unannounced:
        return (UNANNOUNCED if kind.unannounced else ANNOUNCED)(kind=kind.code)
    shared: dict[str, Any] = {
        "kind": kind.code,
        "definition": command.definition,
        "body": kind.data(),
        "unit": command.unit,
        "state": kind.table.initial,
        "mode": command.mode,
        "period": command.period,
        "serves": command.serves,
    }
    if not isinstance(command, PlanInspection):
        if not _UNGUESSABLE.search(command.key):
            return GUESSABLE_KEY()
        for person in sorted(command.handlers):
            if not found[person]:
                return UNKNOWN_PERSON(person=person)
        handlers = tuple(sorted(set(command.handlers)))
        return [InspectionSealed(**shared, commitment=command.commitment, handlers=handlers)]
    plan = command.plan
    for person in sorted(plan.answerable):
        if not found[person]:
            return UNKNOWN_PERSON(person=person)
    if refusal := unsound(plan, kind) or _elsewhere(plan, command.unit, found):
        return refusal
    return [InspectionPlanned(**shared, plan=plan, units=plan.units, answerable=plan.answerable)]


def _kind(command: Opening, body: Any, current: Any) -> InspectionKind | Refusal:
    if body is None or current is None or current[1] != command.definition:
        return UNKNOWN_KIND(kind=command.kind)
    try:
        kind = read_kind(body)
    except InvalidDefinition:
        return UNKNOWN_KIND(kind=command.kind)
    return kind if kind.code == command.kind else UNKNOWN_KIND(kind=command.kind)


def unsound(plan: Plan, kind: InspectionKind) -> Refusal | None:
    """Why a plan is none, whatever the organisation looks like: what it chooses, and whether by lots."""
    every = [unit for stratum in plan.strata for unit in stratum.units]
    codes = [stratum.code for stratum in plan.strata]
    twice = len(set(every)) != len(every) or len(set(codes)) != len(codes)
    short = any(stratum.n > len(stratum.units) for stratum in plan.strata)
    if twice or short or not plan.units or not plan.items or len(set(plan.items)) != len(plan.items):
        return NOTHING_DRAWN()
    for item in plan.items:
        if item not in kind.items:
            return UNKNOWN_ITEM(kind=kind.code, item=item, items=", ".join(kind.items))
    return None if as_drawn(plan) else NOT_THE_DRAW()


def _elsewhere(plan: Plan, unit: str, found: Mapping[str, Sequence[str]]) -> Refusal | None:
    for subject in plan.population:
        if unit not in found[subject]:
            return NOT_BELOW(subject=subject, unit=unit)
    return None
