"""Rules of other versions: those that a log holds, and what a result would be under one (R-093, R-211)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from party_workflow.domain.definition import DefinitionAdopted
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.documents.document import RuleDocument
from party_workflow.policies.policy import Concluded, Counterfactual, Held, Policy, suppose
from party_workflow.policies.rule import Issued, Rule

RULE: Final = "rule"
RULE_DOCUMENT: Final = "rule_document"
"""The kinds of definition under which rules are adopted: of policies in code, and rule documents."""


def adopted(history: History) -> dict[str, Issued]:
    """The rules and rule documents that a log holds, by digest, in the order in which they were adopted."""
    return {**_adopted(history, RULE, Rule.read), **adopted_documents(history)}


def adopted_documents(history: History) -> dict[str, RuleDocument]:
    """The rule documents that a log holds, by digest, in the order in which they were adopted."""
    return _adopted(history, RULE_DOCUMENT, RuleDocument.read)


def _adopted(history: History, kind: str, read: Any) -> dict[str, Any]:
    return {
        item.event.digest: read(item.event.body)
        for item in history.events(DefinitionAdopted)
        if isinstance(item.event, DefinitionAdopted) and item.event.kind == kind
    }


def held(result: Concluded) -> Held:
    """With what a result was run.  Raises `InvalidInput` for one that was not run."""
    if result.held is None:
        what = "It was not run here: neither its policy nor its history is at hand."
        raise InvalidInput(Fault("result", what, "Run the policy over the history, and ask that result."))
    return result.held


def under(result: Concluded, other: Issued | Policy[Any]) -> Counterfactual:
    """What a result would be under another rule or policy, from the same events: see `Concluded.under`."""
    kept = held(result)
    policy = _policy(kept, other)
    assumption: dict[str, Any] = {**(result.assumed or {}), "under": _named(policy)}
    assumption["instead_of"] = _named(kept.policy)
    return suppose(
        policy, kept.history, on=result.on, period_start=result.period_start, assumption=assumption
    )


def _policy(kept: Held, other: Issued | Policy[Any]) -> Policy[Any]:
    if isinstance(other, Policy):
        return other
    if isinstance(other, RuleDocument):
        before = kept.policy.rule
        if isinstance(before, RuleDocument) and before.source == other.source:
            return replace(kept.policy, name=other.code, version=other.version, rule=other)
        return other.policy(kept.history.registry)
    if isinstance(kept.policy.rule, RuleDocument):
        what = f"{kept.policy.name} is a rule document, and {other.code} gives numbers to a policy in code."
        raise InvalidInput(Fault("under", what, "Give a rule document, or the policy with this rule."))
    return replace(kept.policy, rule=other)


def _named(policy: Policy[Any]) -> Mapping[str, Any]:
    rule = policy.rule
    return {
        "policy": policy.name,
        "policy_version": policy.version,
        "rule": rule.code,
        "version": rule.version,
        "digest": rule.digest,
    }
