"""Who answered for a matter when something happened, and who answers now, side by side (R-161).

Whoever holds a tier now did not hold it then because they hold it now; and that somebody left does not take
them out of it (上任推下任).  Whether anybody is to be called to account is for people to decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from party_workflow.domain.case import CaseOpened
from party_workflow.domain.responsibility import Handover, Responsibility, stream_of
from party_workflow.history import History
from party_workflow.policies.figure import Evidence
from party_workflow.policies.responsibility.chains import (
    TierAt,
    chain_of,
    evidence_of,
    organised,
    responsibilities,
)

HandedOver = Literal[
    "same",
    "accepted",
    "disputed",
    "unanswered",
    "not_handed_over",
    "other_section",
    "left_empty",
    "came_later",
]
"""What became of the matter since: the same hold the tier; it was handed over and accepted, disputed or not
answered; somebody followed without a handover; the tier went from or to a section, which hands over nothing
in person; nobody followed; nobody held it then, and somebody does."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened in a matter of a unit, at a moment; perhaps with the stream that says so."""

    matter: str
    unit: str
    at: datetime
    stream: str | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Answering:
    """A tier as it was held when it happened and as it is held now, and how the one led to the other."""

    unit: str
    tier: str
    then: TierAt | None
    now: TierAt | None
    handed_over: HandedOver
    handovers: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Accountability:
    """Who answered for a fact, tier by tier, in its unit and then in those above it as they were then.

    `gaps` are the tiers (unit and code) that nobody filled when it happened.  It is no finding about anybody.
    """

    fact: Fact
    now: datetime
    rows: tuple[Answering, ...]

    @property
    def gaps(self) -> tuple[tuple[str, str], ...]:
        """The tiers that should have been filled when it happened and were not."""
        return tuple((row.unit, row.tier) for row in self.rows if row.then is not None and not row.then)

    @property
    def people(self) -> tuple[str, ...]:
        """The persons who held a tier when it happened, each once."""
        found = (person for row in self.rows if row.then is not None for person in row.then.people)
        return tuple(dict.fromkeys(found))


def accountable(history: History, fact: Fact, now: datetime) -> Accountability:
    """Who answered for a fact when it happened, and who does now.

    Back-dated changes count as of when they took effect, as far as the history knows of them: narrow it with
    ``as_of(known=…)`` for what was known at a time.
    """
    return report(history, (fact,), now)[0]


def report(history: History, facts: Iterable[Fact], now: datetime) -> tuple[Accountability, ...]:
    """The same for several facts, in their order."""
    states, units = responsibilities(history), organised(history)
    found = []
    for fact in facts:
        rows: list[Answering] = []
        line: dict[str, None] = {}
        unit: str | None = fact.unit
        while unit is not None and unit not in line:
            line[unit] = None
            placing = units.placing(unit, fact.at)
            unit = None if placing is None else placing.parent
        for each in line:
            state = states.get(stream_of(fact.matter, each), Responsibility())
            then = chain_of(state, units, fact.matter, each, fact.at)
            today = chain_of(state, units, fact.matter, each, now)
            codes = dict.fromkeys([t.tier for t in then.tiers] + [t.tier for t in today.tiers])
            rows += [
                _row(state, each, then.tier(code), today.tier(code), code, fact.at, now) for code in codes
            ]
        found.append(Accountability(fact, now, tuple(rows)))
    return tuple(found)


def _row(
    state: Responsibility,
    unit: str,
    then: TierAt | None,
    now: TierAt | None,
    code: str,
    since: datetime,
    until: datetime,
) -> Answering:
    before = {held.holder for held in then.holders} if then is not None else set()
    after = {held.holder for held in now.holders} if now is not None else set()
    over = [
        x
        for x in state.handovers
        if x.tier == code and since <= x.at <= until and (x.leaving in before or x.taking in after)
    ]
    found = tuple(e for x in over for e in _evidence(x))
    return Answering(unit, code, then, now, _how(before, after, over), found)


def _evidence(handover: Handover) -> Iterable[Evidence]:
    yield evidence_of(handover.origin)
    if handover.answered is not None:
        yield evidence_of(handover.answered)


def _how(before: set[str], after: set[str], over: list[Handover]) -> HandedOver:
    if before == after:
        return "same"
    if not before:
        return "came_later"
    if not after:
        return "left_empty"
    if not over:
        return "other_section" if _of_units(before) or _of_units(after) else "not_handed_over"
    if any(x.accepted is False for x in over):
        return "disputed"
    return "accepted" if all(x.accepted for x in over) else "unanswered"


def _of_units(holders: set[str]) -> bool:
    return all(holder.startswith("u-") for holder in holders)


def facts_of_cases(history: History, matter: str, kinds: Iterable[str]) -> tuple[Fact, ...]:
    """The cases of these kinds or classes as facts of a matter, in the order of the log.

    When a case took effect is taken as when it happened.  Confidential ones are left out: that there is one
    is not told here, nor whom it concerns.
    """
    wanted, found = frozenset(kinds), []
    for item in history.events(CaseOpened):
        event, envelope = item.event, item.envelope
        assert isinstance(event, CaseOpened)
        if event.confidential or wanted.isdisjoint({event.kind, *event.classes}):
            continue
        evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
        found.append(Fact(matter, event.unit, envelope.effective_at, envelope.stream, evidence))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class NotHandedOver:
    """A person followed another in a tier, and the matter was not handed over, or that was not answered."""

    matter: str
    unit: str
    tier: str
    leaving: str
    taking: str
    at: datetime
    handed_over: bool
    evidence: Evidence


def without_handover(history: History, at: datetime) -> tuple[NotHandedOver, ...]:
    """Every succession of persons by a moment that has no handover, or one without an answer."""
    found = []
    for state in responsibilities(history.as_of(effective=at)).values():
        for taking in state.holdings:
            before = [
                h
                for h in state.holdings
                if h.tier == taking.tier
                and h.person is not None
                and h.until is not None
                and h.since < h.until == taking.since
            ]
            for leaving in before:
                if taking.person is None or leaving.person is None or taking.person == leaving.person:
                    continue
                over = [
                    x
                    for x in state.handovers
                    if (x.tier, x.leaving, x.taking) == (taking.tier, leaving.person, taking.person)
                ]
                if any(x.answered is not None for x in over):
                    continue
                found.append(
                    NotHandedOver(
                        state.matter,
                        state.unit,
                        taking.tier,
                        leaving.person,
                        taking.person,
                        taking.since,
                        bool(over),
                        evidence_of(taking.named),
                    )
                )
    return tuple(found)
