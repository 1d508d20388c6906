"""Alters histories and rules in ways that must not alter what follows, or only in a known way."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from party_workflow.codec import Registry
from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.personal import Personal, Sealed
from party_workflow.policies.documents import CodeClause, RuleDocument
from party_workflow.policies.documents.document import _Conclude
from party_workflow.policies.feeds import FEEDS, Feed
from party_workflow.policies.policy import Policy
from party_workflow.policies.rule import Rule
from party_workflow.store import Actor, Recorded
from party_workflow.testing.policies.past import Past, renumbered
from party_workflow.testing.policies.places import changed, dated_places
from party_workflow.testing.policies.quick import Step, Walked, replayed
from party_workflow.testing.policies.reachable import Numbers
from party_workflow.testing.policies.view import View

_SUBJECT: Final = re.compile(r"[pu]-[a-z0-9-]+")


def subjects_in(found: View) -> tuple[str, ...]:
    """The persons and units of whom a view says something, in the order of their ids."""
    named: set[str] = set()
    for inner in found.values():
        named |= {who for key in inner if _SUBJECT.fullmatch(who := key.rpartition(":")[2])}
    return tuple(sorted(named))


# --- values ----------------------------------------------------------------------------------


def deep(value: Any, change: Callable[[Any], Any]) -> Any:
    """A value with every text and every sealed value in it changed; models are made anew."""
    match value:
        case str() | Sealed():
            return change(value)
        case Personal():
            return value
        case BaseModel():
            fields = {name: getattr(value, name) for name in type(value).model_fields}
            return type(value)(**{name: deep(each, change) for name, each in fields.items()})
        case Mapping():
            return {deep(key, change): deep(each, change) for key, each in value.items()}
        case tuple() | list():
            return _in_order(value, tuple(deep(each, change) for each in value))
        case frozenset() | set():
            return frozenset(deep(each, change) for each in value)
        case _:
            return value


def _in_order(before: Any, after: tuple[Any, ...]) -> tuple[Any, ...]:
    """What was in the order of ids stays so."""
    if all(isinstance(each, str) for each in before):
        return tuple(sorted(after)) if list(before) == sorted(before) else after
    people = [str(getattr(each, "person", "")) for each in before]
    if all(people) and people == sorted(people):
        return tuple(sorted(after, key=lambda each: str(each.person)))
    return after


def _events_changed(past: Past, change: Callable[[Any], Any]) -> Past | None:
    found = []
    for item in past.recorded:
        try:
            event = deep(item.event, change)
        except (ValidationError, InvalidInput):
            return None
        envelope = replace(
            item.envelope, stream=change(item.envelope.stream), person=change(item.envelope.person)
        )
        found.append(Recorded(event, envelope))
    return renumbered(found, past.registry)


# --- histories -------------------------------------------------------------------------------


def renamed(past: Past, mapping: Mapping[str, str]) -> Past | None:
    """The same history about people and units of other ids; None where it cannot be told so."""
    if not mapping:
        return None
    names = "|".join(sorted(map(re.escape, mapping), key=len, reverse=True))
    token = re.compile(rf"(?<![A-Za-z0-9-])({names})(?![A-Za-z0-9])")

    def change(value: Any) -> Any:
        if isinstance(value, Sealed):
            return value
        return token.sub(lambda found: mapping[found.group(0)], value)

    if not isinstance(past, Walked):
        return _events_changed(past, change)
    try:
        steps = [
            replace(
                step,
                command=deep(step.command, change),
                by=Actor(step.by.account, change(step.by.person), step.by.capacity),
            )
            for step in past.steps
        ]
    except (ValidationError, InvalidInput):
        return None
    found = replayed(past.model, steps).past
    return found if len(found.steps) == len(steps) else None


def permuted(past: Past, choice: Numbers) -> Past | None:
    """The same events, those of different streams in another order of recording; None where nothing can move.

    The order within a stream stays, and so do the days on which events took effect.
    """
    if not isinstance(past, Walked):
        order = _shuffled([item.envelope.stream for item in past.recorded], choice)
        if order is None:
            return None
        times = [item.envelope.recorded_at for item in past.recorded]
        items = [past.recorded[index] for index in order]
        return renumbered(
            (
                Recorded(item.event, replace(item.envelope, recorded_at=at))
                for item, at in zip(items, times, strict=True)
            ),
            past.registry,
        )
    start = past.steps[0].at if past.steps else None
    ground = sum(1 for step in past.steps if step.at == start)
    moving = past.steps[ground:]
    order = _shuffled([step.command.stream for step in moving], choice)
    if order is None:
        return None
    steps = list(past.steps[:ground])
    for place, index in enumerate(order):
        step = moving[index]
        steps.append(Step(step.command, step.by, moving[place].at, step.effective_at or step.at))
    found = replayed(past.model, steps).past
    return found if _facts_of(found) == _facts_of(past) else None


def _facts_of(past: Past) -> list[Any]:
    return sorted(
        (item.envelope.stream, item.envelope.version, item.envelope.effective_at, repr(item.event))
        for item in past.recorded
    )


def _shuffled(streams: list[str], choice: Numbers) -> list[int] | None:
    """Another order of the places of these streams, in which each stream keeps its own."""
    if len(set(streams)) < 2:
        return None
    waiting: dict[str, list[int]] = {}
    for index, stream in enumerate(streams):
        waiting.setdefault(stream, []).append(index)
    order: list[int] = []
    while waiting:
        stream = choice.pick(sorted(waiting))
        order.append(waiting[stream].pop(0))
        if not waiting[stream]:
            del waiting[stream]
    return None if order == list(range(len(streams))) else order


def erased(past: Past) -> Past | None:
    """The same events with other commitments where values are sealed; None where nothing is."""
    met: list[str] = []

    def change(value: Any) -> Any:
        if isinstance(value, Sealed):
            met.append(value.commitment)
            return Sealed(commitment=hashlib.sha256(f"erased/{value.commitment}".encode()).hexdigest())
        return value

    found = _events_changed(past, change)
    return found if met else None


# --- rules -----------------------------------------------------------------------------------


def later_values(
    policy: Policy[Any],
    since: date,
    registry: Registry,
    *,
    feeds: Mapping[str, Feed] = FEEDS,
    code: Mapping[str, CodeClause] | None = None,
) -> Iterator[tuple[str, Policy[Any]]]:
    """By the name of each number of a policy's rule, the policy with another value of it from a day on."""
    rule = policy.rule
    if isinstance(rule, Rule):
        names = [f"{clause.code}.{each.code}" for clause in rule.clauses for each in clause.parameters]
        for name in dict.fromkeys(names):
            yield name, with_later_value(policy, name, since, registry)
    elif isinstance(rule, RuleDocument) and isinstance(policy.conclude, _Conclude):
        for place in dated_places(rule):
            try:
                yield (
                    place.name,
                    with_later_value(policy, place.name, since, registry, feeds=feeds, code=code),
                )
            except InvalidInput:
                continue  # such a value cannot stand there


def with_later_value(
    policy: Policy[Any],
    name: str,
    since: date,
    registry: Registry,
    *,
    feeds: Mapping[str, Feed] = FEEDS,
    code: Mapping[str, CodeClause] | None = None,
) -> Policy[Any]:
    """A policy whose rule has another value of a number from a day on, named ``clause.parameter``.

    Raises `InvalidDefinition` for a number that the rule does not have.
    """
    rule = policy.rule
    if isinstance(rule, RuleDocument) and isinstance(policy.conclude, _Conclude):
        for place in dated_places(rule):
            if place.name == name:
                body = changed(rule, place, _with_later(place.value, place, since))
                return RuleDocument.read(body).policy(registry, feeds=feeds, code=code)
    elif isinstance(rule, Rule):
        clause_code, _, parameter_code = name.rpartition(".")
        body = rule.body
        for clause in body["clauses"]:
            for each in list(clause.get("parameters", ())):
                if (clause["code"], each["code"]) == (clause_code, parameter_code):
                    if since.isoformat() > each["since"]:
                        value = rule.value(clause_code, parameter_code, since)
                        clause["parameters"] = [
                            *(p for p in clause["parameters"]
                              if (p["code"], p["since"]) != (parameter_code, since.isoformat())),
                            {**each, "value": str(2 * value + 1), "since": since.isoformat()},
                        ]  # fmt: skip
                        return replace(policy, rule=Rule.read(body))
        return policy
    raise InvalidDefinition(())


def _with_later(value: Any, place: Any, since: date) -> list[dict[str, Any]]:
    """Dated values, with another one from a day on."""
    found = [{"value": value, "since": place.since, "basis": place.basis}]
    if isinstance(value, list) and value and isinstance(value[0], dict) and "value" in value[0]:
        found = value
    kept = [each for each in found if each["since"] < since.isoformat()] or found[:1]
    latest = max(kept, key=lambda each: each["since"])
    return [*kept, {**latest, "value": _other(latest["value"]), "since": since.isoformat()}]


def _other(value: Any) -> Any:
    if isinstance(value, int | str) and not isinstance(value, bool):
        try:
            return str(2 * Fraction(value) + 1)
        except ValueError:
            return value
    if isinstance(value, list):
        return [_other(each) for each in value]
    if isinstance(value, dict):
        return {name: _other(each) for name, each in value.items()}
    return value
