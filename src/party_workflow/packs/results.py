"""The results of a campaign of the pack, computed the one way in which they are published and checked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

from party_workflow.authority import Binds, unopened
from party_workflow.canonical import digest
from party_workflow.domain.campaign import CampaignStarted
from party_workflow.domain.definition import DefinitionAdopted
from party_workflow.domain.procedure import StepPlaced, StepTaken
from party_workflow.domain.publication import Posted, Published
from party_workflow.domain.rating import DECIDER as RATING
from party_workflow.domain.rating import RatingClosed
from party_workflow.errors import DamagedHistory, Fault, InvalidInput
from party_workflow.history import History
from party_workflow.packs import auditing
from party_workflow.packs.campaign_2005 import APPRAISAL_RULE, CALENDAR
from party_workflow.packs.party import MODEL, PACK
from party_workflow.policies.assessments.appraisal import democratic_appraisal
from party_workflow.policies.assessments.sheets import Sheets
from party_workflow.policies.audits import conduct, inspected, integrity, possible
from party_workflow.policies.audits.checks import Audit, Check, audit
from party_workflow.policies.audits.reproduce import Reproducer, publications
from party_workflow.policies.consequences.snapshots import SNAPSHOTS
from party_workflow.policies.policy import Result, run
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


def appraisal_ranking(
    history: History, campaign: str, rule: str = APPRAISAL_RULE.digest, *, retroactive: bool = True
) -> Result:
    """The ranking of the democratic appraisal of a campaign, under a rule that the log holds.

    The period begins on the day the campaign started; dated parameters are those of the day of the last
    record in view, both in the calendar's zone.  Raises `InvalidInput` if campaign or rule is not in the
    log, and without `retroactive` for a rule issued after the campaign started, which the result prints.
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
        retroactive=retroactive,
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


def sheets_digest(history: History, stream: str) -> str:
    """The digest of an assessment's sheets, by which a publication of them is checked.

    Raises `InvalidInput` for an assessment that was not opened by then, or is provisional (R-095).
    """
    return Sheets.of(history, stream).ground().digest


def _reproduce_sheets(history: History, published: Published) -> str:
    """The digest of the sheets that a publication is of."""
    stream = published.of if isinstance(published, Posted) else None
    if stream is None or not stream.startswith("assessment/"):
        return "It does not say of which assessment it is."
    try:
        return sheets_digest(history, stream)
    except InvalidInput as error:
        return str(error)


def votes_digest(history: History, stream: str) -> str:
    """The digest of what a closed round counted: turnout and grades by subject.

    Raises `InvalidInput` for a round that had not closed by then, or with marks under review.
    """
    state = history.state(RATING, stream)
    closed = [
        item.event
        for item in history.events(RatingClosed)
        if item.envelope.stream == stream and isinstance(item.event, RatingClosed)
    ]
    if state.status != "closed" or not closed:
        raise InvalidInput(Fault(stream, "No round of this name had closed by then.", "Close it first."))
    if state.held:
        what = f"{len(state.held)} of its marks are under independent review."
        raise InvalidInput(Fault(stream, what, "Have them settled first."))
    counted = closed[-1].model_dump(mode="json", exclude_defaults=True)
    if state.tally != closed[-1].tally:  # a review took out what had been counted
        counted["tally"] = {who: dict(grades) for who, grades in (state.tally or {}).items()}
    return digest(counted)


def _reproduce_votes(history: History, published: Published) -> str:
    """The digest of the count that a publication is of."""
    stream = published.of if isinstance(published, Posted) else None
    if stream is None or not stream.startswith("rating/"):
        return "It does not say of which round it is."
    try:
        return votes_digest(history, stream)
    except InvalidInput as error:
        return str(error)


def steps_digest(history: History, stream: str) -> str:
    """The digest of a procedure's steps as they stand: what each said, in order.

    Raises `InvalidInput` for a procedure that was not opened by then.
    """
    taken = [item.event for item in history.events(StepTaken, StepPlaced) if item.envelope.stream == stream]
    if not taken:
        raise InvalidInput(Fault(stream, "No procedure of this name was opened by then.", "Check the key."))
    return digest([event.model_dump(mode="json", exclude_defaults=True) for event in taken])


def _reproduce_steps(history: History, published: Published) -> str:
    """The digest of the steps that a publication is of."""
    stream = published.of if isinstance(published, Posted) else None
    if stream is None or not stream.startswith("procedure/"):
        return "It does not say of which procedure it is."
    try:
        return steps_digest(history, stream)
    except InvalidInput as error:
        return str(error)


REPRODUCERS: Final[Mapping[str, Reproducer]] = {
    "appraisal_ranking": _reproduce_ranking,
    "vote_count": _reproduce_votes,
    **{entry.code: _reproduce_steps for entry in PACK.of_kind("procedure")},
    **{entry.code: _reproduce_sheets for entry in PACK.of_kind("assessment")},
}
"""What the pack can compute again, by the subject of the publication.

That is a ranking, a count of votes, the steps of a kind of procedure, the sheets of a kind of assessment.
"""


def checks(history: History, binds: Binds = unopened) -> tuple[Check, ...]:
    """Every check of the pack's audit, with matters looked at as open at the last moment in view.

    Of a log that cannot be read to its end that is the moment of the last record before the damage.

    What rests on who is sealed is looked at with `binds` (`Workflow.binds`, which asks the vault); without it
    that check says that it was not made, unless nobody is sealed.
    """
    latest = None
    with suppress(DamagedHistory):  # the audit says where
        for record in history.records():
            latest = record.envelope.recorded_at
    open_at = latest or CALENDAR.start_of(CALENDAR.covers[0])
    return (
        *integrity.CHECKS,
        integrity.sealed_parts(binds),
        *possible.checks(MODEL),
        publications(REPRODUCERS),
        SNAPSHOTS,
        *inspected.CHECKS,
        *conduct.checks(
            late_after_days=LATE_AFTER_DAYS,
            open_at=open_at,
            confirmed_kind="good_deed",
        ),
        *auditing.checks(history, open_at),
    )


def full_audit(history: History, binds: Binds = unopened) -> Audit:
    """The pack's audit of a history, with the vault at hand where `binds` is given (`Workflow.binds`)."""
    return audit(history, checks(history, binds))
