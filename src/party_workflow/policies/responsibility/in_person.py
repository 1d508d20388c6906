"""What the holder of a tier has to do in person, and did, or left to somebody else (R-168, 甩手掌柜).

Occasions are attributed to whoever chaired them; what a delegate did counts for the delegate.  Which kinds of
activity and which acts are not to be delegated is what the kind of the chain says (`in_person`, `own_acts`).
Why somebody was not there is not judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from party_workflow.authority import Parties
from party_workflow.domain.responsibility import DECIDER, Responsibility, Tier, stream_of
from party_workflow.history import History
from party_workflow.policies.activities.chairing import Chairing, chairing
from party_workflow.policies.activities.occasions import Held, occasions
from party_workflow.policies.figure import Evidence
from party_workflow.policies.responsibility.chains import organised

How = Literal["chaired", "took_part", "delegated", "absent", "unstated", "nobody"]
"""What the holder did: chaired; was there while another chaired; left the chair to a delegate; was not there;
nobody said who chaired; nobody held the tier."""


@dataclass(frozen=True, slots=True)
class Performance:
    """An occasion that the holder of a tier chairs in person: who that was, who chaired, for whom it counts.

    `holder` is None where nobody held the tier.  `counts_for` is who chaired, whoever's it was to chair;
    `took_part` whether the holder was there.
    """

    tier: str
    holder: str | None
    occasion: str
    kind: str
    at: datetime
    how: How
    took_part: bool
    counts_for: str | None
    ground: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Act:
    """An act that carries a duty not to be delegated: `delegate` is None where the holder did it."""

    tier: str
    holder: str
    delegate: str | None
    duty: str
    stream: str
    at: datetime
    evidence: Evidence

    @property
    def counts_for(self) -> str:
        """Whose act it is: the delegate's, where there is one."""
        return self.delegate or self.holder


@dataclass(frozen=True, slots=True)
class InPerson:
    """What was in person in a matter of a unit over a time, and what was not.

    `chairs` has by holder, over the occasions that were theirs to chair, how many they chaired, took part in
    and delegated.
    """

    matter: str
    unit: str
    since: datetime
    until: datetime
    performances: tuple[Performance, ...]
    acts: tuple[Act, ...]
    chairs: tuple[Chairing, ...]

    @property
    def delegated(self) -> tuple[Performance | Act, ...]:
        """The duties that may not be delegated and were: occasions first, then acts."""
        occasions = [item for item in self.performances if item.how == "delegated"]
        return (*occasions, *(item for item in self.acts if item.delegate is not None))

    @property
    def all_left_to_others(self) -> tuple[str, ...]:
        """The holders who chaired none of theirs, took part in none, and delegated at least one."""
        return tuple(item.person for item in self.chairs if item.delegated_all)


def in_person(history: History, matter: str, unit: str, since: datetime, until: datetime) -> InPerson:
    """The report over a time, end exclusive.

    Looked at are occasions of the unit that took place, of the kinds that the chain names, with the matter as
    their topic or without a topic; and acts in the unit or below it.  The holder is that of the time of the
    occasion.  Confidential matters are left out.
    """
    state = history.state(DECIDER, stream_of(matter, unit))
    tiers = () if state.kind is None else state.kind.tiers
    of_unit = [
        item
        for item in occasions(history).values()
        if item.held is not None
        and item.state.held_at is not None
        and since <= item.state.held_at < until
        and item.state.unit == unit
        and item.state.about.topic in (None, matter)
    ]
    performances: list[Performance] = []
    theirs: dict[str, list[Held]] = {}
    for tier in tiers:
        for item in of_unit:
            if item.state.kind not in tier.in_person:
                continue
            for found in _performances(state, tier, item):
                performances.append(found)
                if found.holder is not None:
                    theirs.setdefault(found.holder, []).append(item)
    acts = tuple(_acts(history, state, unit, since, until))
    chairs = tuple(
        chairing({each.key: each for each in items}.values(), person) for person, items in theirs.items()
    )
    return InPerson(matter, unit, since, until, tuple(performances), acts, chairs)


def _performances(state: Responsibility, tier: Tier, item: Held) -> Iterator[Performance]:
    at = item.state.held_at
    assert at is not None
    holders = [h.person for h in state.held(at, tier.code) if h.person is not None]
    named: Iterable[str | None] = holders or (None,)
    for holder in named:
        chair = item.state.chaired_by
        there = holder is not None and holder in item.present
        yield Performance(
            tier.code,
            holder,
            item.key,
            item.state.kind,
            at,
            _how(item, holder, there),
            there,
            chair,
            item.state.delegation if item.state.delegated_by == holder else None,
            item.conducted or item.evidence,
        )


def _how(item: Held, holder: str | None, there: bool) -> How:
    if holder is None:
        return "nobody"
    if item.state.chaired_by == holder:
        return "chaired"
    if item.state.delegated_by == holder:
        return "delegated"
    if there:
        return "took_part"
    return "unstated" if item.state.chaired_by is None else "absent"


def _acts(
    history: History, state: Responsibility, unit: str, since: datetime, until: datetime
) -> Iterator[Act]:
    duties = {tier.code: frozenset(tier.own_acts) for tier in state.kind.tiers} if state.kind else {}
    if not any(duties.values()):
        return
    units = organised(history)
    matters: dict[str, Parties] = {}
    for item in history.events():
        envelope, event = item.envelope, item.event
        parties = matters.setdefault(envelope.stream, Parties())
        duty = parties.rule(event).requires.duty
        parties.apply(event, envelope.actor, envelope.recorded_at)
        at = envelope.effective_at
        if duty is None or parties.confidential or not since <= at < until:
            continue
        if not units.within(parties.unit, unit, at):
            continue
        actor = envelope.actor
        behind = actor.delegate_of or actor.person
        for code, asked in duties.items():
            if duty in asked and any(h.person == behind for h in state.held(at, code)):
                evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
                delegate = actor.person if actor.delegate_of is not None else None
                yield Act(code, behind, delegate, duty, envelope.stream, at, evidence)
