"""Who comes to hold a tier, who leaves it, and how the matter is handed over."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from party_workflow.canonical import time_text
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context
from party_workflow.domain.responsibility import reasons
from party_workflow.domain.responsibility.commands import (
    AnswerHandover,
    HandOver,
    NameHolder,
    ReleaseHolder,
    ReplaceHolder,
)
from party_workflow.domain.responsibility.events import (
    HandedOver,
    HandoverAnswered,
    HolderNamed,
    HolderReleased,
    HolderReplaced,
)
from party_workflow.domain.responsibility.kind import ResponsibilityKind
from party_workflow.domain.responsibility.parts import Holding, Origin
from party_workflow.domain.responsibility.state import Responsibility, ended
from party_workflow.errors import Refusal

_HELD_BY: Final = {"person": "one person", "unit": "one section", "either": "one person or one section"}
_OPEN_TO_SEE: Final = frozenset({"activity", "campaign", "plan"})
"""What can be handed over by name besides cases: nothing of it is kept from anybody."""


def holder_asks(command: NameHolder | ReplaceHolder) -> tuple[Ask, ...]:
    """Whether person and section stand in the organisation when it takes effect."""
    people = () if command.person is None else (command.person,)
    units = () if command.section is None else (command.section,)
    return (
        Ask("organisation.known", "organisation", {"people": people, "at": EFFECTIVE}),
        Ask("organisation.kinds", "organisation", {"units": units, "at": EFFECTIVE}),
    )


def name(command: NameHolder, state: Responsibility, kind: ResponsibilityKind, context: Context) -> Answer:
    """A holder for a tier that has room."""
    if refusal := _unfit(command, kind, context):
        return refusal
    since, until = context.effective_at, command.until
    if until is not None and until <= since:
        return reasons.NO_TIME(until=time_text(until))
    if refusal := _no_room(state.holdings, command, kind, since, until):
        return refusal
    return [
        HolderNamed(
            tier=command.tier,
            person=command.person,
            section=command.section,
            ground=command.ground,
            until=until,
        )
    ]


def change(
    command: ReplaceHolder, state: Responsibility, kind: ResponsibilityKind, context: Context
) -> Answer:
    """One holder after another, without a gap."""
    if refusal := _unfit(command, kind, context):
        return refusal
    at = context.effective_at
    leaving = command.leaving or command.leaving_section
    if (command.leaving is None) == (command.leaving_section is None) or leaving is None:
        return reasons.WRONG_HOLDER(tier=command.tier, holder=_held_by(kind, command.tier))
    if leaving not in {h.holder for h in state.held(at, command.tier)}:
        return _not_holding(state, command.tier, leaving, at)
    if leaving == (command.person or command.section):
        return reasons.HELD_ALREADY(holder=leaving, tier=command.tier)
    remaining = ended(state.holdings, command.tier, leaving, at, Origin("", 0, ""))
    if refusal := _no_room(remaining, command, kind, at, None):
        return refusal
    return [
        HolderReplaced(
            tier=command.tier,
            leaving=command.leaving,
            leaving_section=command.leaving_section,
            person=command.person,
            section=command.section,
            ground=command.ground,
        )
    ]


def release(
    command: ReleaseHolder, state: Responsibility, kind: ResponsibilityKind, context: Context
) -> Answer:
    """A holder leaves, and nobody follows."""
    if kind.tier(command.tier) is None:
        return _no_tier(kind, command.tier)
    holder = command.person or command.section
    if holder is None or (command.person is not None and command.section is not None):
        return reasons.WRONG_HOLDER(tier=command.tier, holder=_held_by(kind, command.tier))
    if holder not in {h.holder for h in state.held(context.effective_at, command.tier)}:
        return _not_holding(state, command.tier, holder, context.effective_at)
    return [
        HolderReleased(
            tier=command.tier, person=command.person, section=command.section, ground=command.ground
        )
    ]


def _unfit(command: NameHolder | ReplaceHolder, kind: ResponsibilityKind, context: Context) -> Refusal | None:
    known, standing = context.facts
    if command.person is not None and command.person not in known:
        return reasons.UNKNOWN_PERSON(person=command.person)
    if command.section is not None and command.section not in standing:
        return reasons.UNKNOWN_UNIT(unit=command.section)
    tier = kind.tier(command.tier)
    if tier is None:
        return _no_tier(kind, command.tier)
    is_person, is_unit = command.person is not None, command.section is not None
    allowed = {"person": (True, False), "unit": (False, True)}.get(tier.holder)
    if is_person == is_unit or allowed not in (None, (is_person, is_unit)):
        return reasons.WRONG_HOLDER(tier=tier.code, holder=_HELD_BY[tier.holder])
    return None


def _held_by(kind: ResponsibilityKind, code: str) -> str:
    tier = kind.tier(code)
    return _HELD_BY["either" if tier is None else tier.holder]


def _no_tier(kind: ResponsibilityKind, code: str) -> Refusal:
    return reasons.UNKNOWN_TIER(tier=code, tiers=", ".join(tier.code for tier in kind.tiers))


def _not_holding(state: Responsibility, tier: str, holder: str, at: datetime) -> Refusal:
    holders = ", ".join(h.holder for h in state.held(at, tier)) or "nobody"
    return reasons.NOT_HOLDING(holder=holder, tier=tier, holders=holders)


def _no_room(
    holdings: tuple[Holding, ...],
    command: NameHolder | ReplaceHolder,
    kind: ResponsibilityKind,
    since: datetime,
    until: datetime | None,
) -> Refusal | None:
    """Whether the holder, or as many as there may be, hold the tier at any moment of the time asked for."""
    over = [
        h
        for h in holdings
        if h.tier == command.tier
        and h.since != h.until
        and (until is None or h.since < until)
        and (h.until is None or h.until > since)
    ]
    holder = command.person or command.section
    if any(h.holder == holder for h in over):
        return reasons.HELD_ALREADY(holder=holder, tier=command.tier)
    tier = kind.tier(command.tier)
    most = 1 if tier is None else tier.most
    for moment in sorted({since, *(h.since for h in over if h.since > since)}):
        held = [h.holder for h in over if h.covers(moment)]
        if len(held) >= most:
            return reasons.TIER_FILLED(tier=command.tier, holders=", ".join(held))
    return None


# --- handing over ----------------------------------------------------------------------------


def handover_asks(command: HandOver) -> tuple[Ask, ...]:
    """What is known of each issue that is handed over."""
    return tuple(_issue_ask(stream) for stream in command.issues)


def _issue_ask(stream: str) -> Ask:
    category = stream.partition("/")[0]
    return Ask(f"{category}.{'summary' if category == 'case' else 'work'}", stream, optional=True)


def hand_over(command: HandOver, state: Responsibility, kind: ResponsibilityKind, context: Context) -> Answer:
    """The matter handed over, between one who held the tier and one who came after."""
    if kind.tier(command.tier) is None:
        return _no_tier(kind, command.tier)
    if not _follows(state, command):
        return reasons.NOT_SUCCESSOR(taking=command.taking, tier=command.tier, leaving=command.leaving)
    if context.by.person != command.leaving and command.evidence is None:
        return reasons.EVIDENCE_NEEDED(person=command.leaving)
    for stream, fact in zip(command.issues, context.facts, strict=True):
        if not _may_be_named(stream, fact):
            return reasons.UNKNOWN_ISSUE(issue=stream)
    return [
        HandedOver(
            number=len(state.handovers) + 1,
            tier=command.tier,
            leaving=command.leaving,
            taking=command.taking,
            text=command.text,
            issues=tuple(sorted(set(command.issues))),
            evidence=command.evidence,
        )
    ]


def _follows(state: Responsibility, command: HandOver) -> bool:
    if command.leaving == command.taking:
        return False
    before = [h for h in state.holdings if h.tier == command.tier and h.person == command.leaving]
    after = [h for h in state.holdings if h.tier == command.tier and h.person == command.taking]
    return any(one.since <= other.since for one in before for other in after)


def _may_be_named(stream: str, fact: Any) -> bool:
    """A confidential case is handed over within the case: naming it here would tell that there is one."""
    if fact is None:
        return False
    category = stream.partition("/")[0]
    return category in _OPEN_TO_SEE or (category == "case" and not fact.confidential)


def answer(command: AnswerHandover, state: Responsibility, context: Context) -> Answer:
    """What whoever takes over says of it."""
    found = state.handover(command.number)
    if found is None:
        return reasons.UNKNOWN_HANDOVER(number=command.number)
    if found.answered is not None:
        return reasons.ANSWERED(number=command.number)
    remark = context.seal_given(command.remark, found.taking, "handover.remark")
    return [
        HandoverAnswered(number=found.number, taking=found.taking, accepted=command.accepted, remark=remark)
    ]
