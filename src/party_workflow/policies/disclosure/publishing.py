"""From a result to the command that publishes it: only of a result, only under a rule that the log holds.

What is published can be computed again from the log by whoever has it: the command carries position and
moments, rule and digest as the result has them.  A counterfactual is of another type and is refused (R-211).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from party_workflow.calendar import Period
from party_workflow.domain.publication import Publish
from party_workflow.errors import Fault, Faults, InvalidInput
from party_workflow.history import History
from party_workflow.policies.documents.document import RuleDocument
from party_workflow.policies.policy import Result
from party_workflow.policies.results.versions import adopted


def publish(
    result: Result,
    *,
    key: str,
    unit: str,
    subject: str,
    audience: str,
    media: str,
    closes: datetime | None = None,
    period: Period | None = None,
    history: History | None = None,
    **more: Any,
) -> Publish:
    """The command that publishes a result; `more` are further fields of `Publish`, such as `serves`.

    `period` is what the result is about.  Under a rule document it is needed to compute the result again: its
    first day is the one on which the period of the result began, and the result is of its last day, or of
    the day up to which it is known.  With `history` it is checked that the log holds the rule up to the
    position of the result.  Raises `InvalidInput` for a counterfactual and for anything that could not be
    computed again.
    """
    given: Any = result  # who has no type checker is told at run time
    if not isinstance(given, Result):
        what = f"A {type(given).__name__} is no result: it shows what would be, and is never published."
        raise InvalidInput(Fault("publish", what, "Publish the result of `run` over the log as it is."))
    faults = Faults()
    if result.known is None:
        what = "It does not say by when what it rests on was known."
        faults.add("known", what, "Run it over history.as_of(known=…), so that it can be computed again.")
    if not result.position:
        faults.add("position", "It rests on no record.", "Run it over the log.")
    if isinstance(result.rule, RuleDocument):
        _judge_period(result, result.rule, period, faults)
    if history is not None:
        _judge_adopted(result, history, faults)
    faults.raise_if_any()
    if period is not None:
        more["period"] = period
    return Publish.model_validate(
        {
            "key": key,
            "unit": unit,
            "subject": subject,
            "audience": audience,
            "media": media,
            "closes": closes,
            "position": result.position,
            "known": result.known,
            "effective": result.effective,
            "rule": result.rule.digest,
            "digest": result.digest,
            **more,
        }
    )


def _judge_period(result: Result, rule: RuleDocument, period: Period | None, faults: Faults) -> None:
    """Adds that the days of a result do not follow from a period and from when it is known."""
    if period is None:
        what = "Under a rule document the period has to be said: the days of the result follow from it."
        faults.add("period", what, 'Say period=Period("2020-Q1") or the like.')
        return
    if period.first != result.period_start:
        what = f"{period} begins on {period.first}, the period of the result on {result.period_start}."
        faults.add("period", what, "Run it for the period that it is published for.")
    days = {period.last} if result.known is None else {period.last, rule.day_of(result.known)}
    if result.on not in days:
        what = f"The result is of {result.on}, neither the last day of {period} nor the day it is known on."
        faults.add("on", what, f"Run it on {' or '.join(map(str, sorted(days)))}.")


def _judge_adopted(result: Result, history: History, faults: Faults) -> None:
    held = adopted(history.up_to(result.position))
    if result.rule.digest not in held:
        known = ", ".join(f"{rule.code} v{rule.version}" for rule in held.values()) or "none"
        what = (
            f"The log does not hold {result.rule.code} v{result.rule.version} by position {result.position}."
        )
        faults.add("rule", what, f"Adopt it, and run it from then on. The log holds: {known}.")
