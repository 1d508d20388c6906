"""The results of a campaign of the pack, computed the one way in which they are published and checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from party_workflow.domain.campaign import CampaignStarted
from party_workflow.domain.definition import DefinitionAdopted
from party_workflow.domain.publication import Published
from party_workflow.errors import DamagedHistory, Fault, InvalidInput
from party_workflow.history import History
from party_workflow.packs.campaign_2005 import APPRAISAL_RULE, CALENDAR
from party_workflow.packs.party import MODEL
from party_workflow.policies import conduct, integrity, possible
from party_workflow.policies.appraisal import democratic_appraisal
from party_workflow.policies.checks import Audit, Check, audit
from party_workflow.policies.policy import Result, run
from party_workflow.policies.reproduce import Reproducer, publications
from party_workflow.policies.rule import Rule

LATE_AFTER_DAYS: Final = 1
"""From how many days on the pack's audit calls a record late."""


def adopted_rules(history: History) -> Mapping[str, Rule]:
    """The rules that the log holds, by digest."""
    found: dict[str, Rule] = {}
    for item in history.events(DefinitionAdopted):
        assert isinstance(item.event, DefinitionAdopted)
        if item.event.kind == "rule":
            found[item.event.digest] = Rule.read(item.event.body)
    return found


def appraisal_ranking(history: History, campaign: str, rule: str = APPRAISAL_RULE.digest) -> Result:
    """The ranking of the democratic appraisal of a campaign, under a rule that the log holds.

    The period begins on the day the campaign started; dated parameters are those of the day of the last
    record in view, both in the calendar's zone.  Raises `InvalidInput` if campaign or rule is not in the log.
    """
    rules = adopted_rules(history)
    if rule not in rules:
        known = ", ".join(f"{found.code} v{found.version}" for found in rules.values()) or "none"
        raise InvalidInput(Fault("rule", f"The log holds no rule {rule[:16]}….", f"It holds: {known}."))
    started = next(
        (item for item in history.events(CampaignStarted) if item.envelope.stream == f"campaign/{campaign}"),
        None,
    )
    if started is None:
        raise InvalidInput(Fault(campaign, "The log has no such campaign.", "Check the key of the campaign."))
    return run(
        democratic_appraisal(rules[rule], campaign, history.registry),
        history,
        on=CALENDAR.day_of(_latest(history) or started.envelope.recorded_at),
        period_start=CALENDAR.day_of(started.envelope.effective_at),
    )


def _latest(history: History) -> datetime | None:
    """When the last record in view was recorded."""
    latest = None
    for record in history.records():
        latest = record.envelope.recorded_at
    return latest


def _reproduce_ranking(history: History, published: Published) -> str:
    """The digest of the ranking as published: the campaign is the one that the publication serves."""
    campaign = published.serves[0].campaign if published.serves else ""
    try:
        return appraisal_ranking(history, campaign, published.rule).digest
    except InvalidInput as error:
        return str(error)


REPRODUCERS: Final[Mapping[str, Reproducer]] = {"appraisal_ranking": _reproduce_ranking}
"""What the pack can compute again, by the subject of the publication."""


def checks(history: History) -> tuple[Check, ...]:
    """Every check of the pack's audit, with matters looked at as open at the last moment in view."""
    try:
        latest = _latest(history)
    except DamagedHistory:
        latest = None  # the checks say where
    open_at = latest or CALENDAR.start_of(CALENDAR.covers[0])
    return (
        *integrity.CHECKS,
        *possible.checks(MODEL),
        publications(REPRODUCERS),
        *conduct.checks(
            late_after_days=LATE_AFTER_DAYS,
            open_at=open_at,
            confirmed_kind="good_deed",
        ),
    )


def full_audit(history: History) -> Audit:
    """The pack's audit of a history."""
    return audit(history, checks(history))
