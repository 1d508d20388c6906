"""The linter for policies in code: what they read that nobody recorded, do not use, or do not base.

It runs the policy over a history and looks on: which fields of a row are asked for, which numbers of the
rule, which clauses its figures name.  Without a history only what can be told from the policy itself is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from party_workflow.codec import Registry
from party_workflow.errors import Fault, InvalidDefinition, InvalidInput
from party_workflow.history import History
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents.findings import Finding
from party_workflow.policies.documents.lint import Lint, in_order
from party_workflow.policies.figure import Figure
from party_workflow.policies.policy import Policy, Row, When, row_of
from party_workflow.policies.ranking import Ranking
from party_workflow.policies.rule import Clause, Issued, Rule


@dataclass(slots=True)
class _Seen:
    """What a policy looked at."""

    fields: dict[str, set[str]] = field(default_factory=dict)
    parameters: set[tuple[str, str]] = field(default_factory=set)


class _Watched(Mapping[str, Any]):
    """The fields of a row; notes which are asked for."""

    def __init__(self, fields: Mapping[str, Any], asked: set[str]) -> None:
        self._fields, self._asked = fields, asked

    def __getitem__(self, name: str) -> Any:
        self._asked.add(name)
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        self._asked.update(self._fields)
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


class _WatchedRule(Rule):
    """A rule; notes which of its numbers are asked for."""

    def value(self, clause: str, parameter: str, on: date) -> Any:
        before = set(_asked(self))
        found = super().value(clause, parameter, on)
        _asked(self).intersection_update(before)  # it goes over the whole clause to find the one number
        _asked(self).add((clause, parameter))
        return found

    def clause(self, code: str) -> Clause:
        found = super().clause(code)
        # Whoever takes a clause may go over all of its numbers.
        _asked(self).update((code, parameter.code) for parameter in found.parameters)
        return found


def _asked(rule: Rule) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = rule.__dict__.setdefault("_asked", set())
    return found


def lint_policy(
    policy: Policy[Any], registry: Registry, history: History | None = None, *, when: When | None = None
) -> Lint:
    """Every fault of a policy in code over the event types of a registry.

    With a `history` it is run up to its end; `when` are the days of the run, by default those on which the
    rule takes effect.  Places are the event type and its field, or the clause of the rule and its number.
    """
    found = list(_registered(policy, registry))
    if found or history is None:
        return in_order(found)
    seen, kinds = _Seen(), dict[str, int]()
    conclusion = _run(policy, history, when or _first(policy.rule), seen, kinds, found)
    for kind, fields in policy.reads.items():
        if kind.stored_type not in kinds:
            what = "The history has no event of this type."
            found.append(Finding(kind.stored_type, what, "Check what the policy reads.", "no_events"))
            continue
        for name in fields:
            if name not in seen.fields.get(kind.stored_type, set()):
                what = "The policy declares this field and never looks at it."
                found.append(Finding(f"{kind.stored_type}.{name}", what, "Strike it out.", "unread_field"))
    if conclusion is not None:
        found += _unasked(policy.rule, seen)
        found += _unbased(policy.rule, conclusion)
    return in_order(found)


def _first(rule: Issued) -> When:
    return When(on=rule.effective_until or rule.effective_from, period_start=rule.effective_from)


def _registered(policy: Policy[Any], registry: Registry) -> Iterator[Finding]:
    try:
        policy.check(registry)
    except InvalidDefinition as error:
        yield from (Finding(each.where, each.what, each.remedy, "registry") for each in error.faults)


def _run(
    policy: Policy[Any],
    history: History,
    when: When,
    seen: _Seen,
    kinds: dict[str, int],
    found: list[Finding],
) -> Conclusion | None:
    """The policy over the history, watched; None where it cannot conclude, which is found then."""
    rule = policy.rule
    if isinstance(rule, Rule):
        rule = _WatchedRule.model_validate(rule.body)
    state = policy.initial()
    try:
        for recorded in history.events(*policy.reads):
            row: Row = row_of(recorded, policy.reads[type(recorded.event)])
            name = row.kind.stored_type
            kinds[name] = kinds.get(name, 0) + 1
            watched = _Watched(row.fields, seen.fields.setdefault(name, set()))
            state = policy.evolve(state, replace(row, fields=watched))
        concluded = policy.conclude(state, rule, when)
    except InvalidInput as error:
        found += [_as_found(fault) for fault in error.faults]
        return None
    if isinstance(rule, _WatchedRule):
        seen.parameters = _asked(rule)
    return Conclusion(rankings=(concluded,)) if isinstance(concluded, Ranking) else concluded


def _as_found(fault: Fault) -> Finding:
    return Finding(fault.where, fault.what, fault.remedy, "clause")


def _unasked(rule: Issued, seen: _Seen) -> Iterator[Finding]:
    for clause in rule.clauses if isinstance(rule, Rule) else ():
        for code in dict.fromkeys(parameter.code for parameter in clause.parameters):
            if (clause.code, code) not in seen.parameters:
                what = "No run over this history asks for this number."
                yield Finding(f"{clause.code}.{code}", what, "Remove it, or use it.", "unread_parameter")


def _unbased(rule: Issued, conclusion: Conclusion) -> Iterator[Finding]:
    """Clauses that figures name and the rule does not have, so that nothing is cited for them."""
    based = rule.based()
    named: dict[str, str] = {}

    def walk(figure: Figure) -> None:
        if figure.clause and figure.clause not in based:
            named.setdefault(figure.clause, figure.name)
        for each in figure.inputs:
            if isinstance(each, Figure):
                walk(each)

    for figure in conclusion.figures():
        walk(figure)
    for clause, name in sorted(named.items()):
        what = f"The figure {name} names this clause, and the rule does not have it."
        yield Finding(clause, what, "Give the rule the clause, with its basis.", "unbased")
