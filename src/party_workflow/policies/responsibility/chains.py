"""Who answered for a matter in a unit at a moment, tier by tier, and where nobody did (R-161).

A tier is a gap when it has to be filled and nobody holds it, or when whoever holds it does not stand in the
organisation then.  That a gap is there is all that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from party_workflow.domain import organisation
from party_workflow.domain.organisation import Organisation
from party_workflow.domain.responsibility import (
    DECIDER,
    Holding,
    Origin,
    Responsibility,
    ResponsibilityEvent,
    stream_of,
)
from party_workflow.history import History
from party_workflow.policies.figure import Evidence

CLAUSE: Final = "responsibility"
BASIS: Final = "responsibility.holders"

Why = Literal["not_opened", "never_held", "vacant", "gone"]
"""Why nobody answers: the matter is not carried; nobody held the tier yet; who held it left it, or left."""


@dataclass(frozen=True, slots=True)
class Held:
    """A holder of a tier at a moment, since when, and by which event.

    `until` is when the holding ended or ends, as far as the history knows.  `gone` says that the person or
    the section did not stand in the organisation at the moment.
    """

    holder: str
    is_unit: bool
    since: datetime
    until: datetime | None
    gone: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class TierAt:
    """A tier at a moment.  Truthy unless it has to be filled and is not."""

    tier: str
    required: bool
    holders: tuple[Held, ...]

    def __bool__(self) -> bool:
        return not self.required or any(not held.gone for held in self.holders)

    @property
    def people(self) -> tuple[str, ...]:
        """The persons who hold it and stand in the organisation."""
        return tuple(held.holder for held in self.holders if not held.is_unit and not held.gone)


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain at a moment, from the top down.  Truthy where it is carried and has no gap."""

    matter: str
    unit: str
    at: datetime
    kind: str | None
    tiers: tuple[TierAt, ...]
    opened: Evidence | None

    def __bool__(self) -> bool:
        return self.opened is not None and not self.gaps

    @property
    def gaps(self) -> tuple[str, ...]:
        """The tiers that have to be filled and are not."""
        return tuple(tier.tier for tier in self.tiers if not tier)

    def tier(self, code: str) -> TierAt | None:
        """A tier by its code."""
        return next((tier for tier in self.tiers if tier.tier == code), None)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The events by which these hold their tiers, and the one that opened the chain."""
        opened = () if self.opened is None else (self.opened,)
        return (*opened, *(held.evidence for tier in self.tiers for held in tier.holders))


def evidence_of(origin: Origin) -> Evidence:
    """The event that something of a responsibility rests on."""
    return Evidence(origin.event_id, origin.position, origin.stored_type)


def responsibilities(history: History) -> dict[str, Responsibility]:
    """Every chain by stream, in the order of their opening."""
    found: dict[str, Responsibility] = {}
    for item in history.events(*DECIDER.events):
        assert isinstance(item.event, ResponsibilityEvent)
        stream = item.envelope.stream
        found[stream] = DECIDER.evolve(found.get(stream, Responsibility()), item)
    return {stream: state for stream, state in found.items() if state.kind is not None}


def organised(history: History) -> Organisation:
    """The organisation, whose every answer is as of a moment."""
    return history.state(organisation.DECIDER, organisation.STREAM)


def chain_at(history: History, matter: str, unit: str, at: datetime) -> Chain:
    """The chain of a matter in a unit at a moment, as far as the history knows of it.

    Without anybody and without evidence where the matter was not carried there then.
    """
    state = history.state(DECIDER, stream_of(matter, unit))
    return chain_of(state, organised(history), matter, unit, at)


def chain_of(state: Responsibility, organised: Organisation, matter: str, unit: str, at: datetime) -> Chain:
    """The same from states that are at hand."""
    spell = next((spell for spell in state.spells if spell.covers(at)), None)
    if state.kind is None or spell is None:
        return Chain(matter, unit, at, None, (), None)
    tiers = tuple(
        TierAt(tier.code, tier.required, tuple(_held(h, organised, at) for h in state.held(at, tier.code)))
        for tier in state.kind.tiers
    )
    return Chain(matter, unit, at, state.kind.code, tiers, evidence_of(spell.opened))


def _held(holding: Holding, organised: Organisation, at: datetime) -> Held:
    is_unit = holding.person is None
    stands = organised.stands(holding.holder, at) if is_unit else organised.standing(holding.holder, at)
    return Held(holding.holder, is_unit, holding.since, holding.until, not stands, evidence_of(holding.named))


# --- gaps ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """A tier of a matter that nobody fills at the moment; `tier` is None where the matter is not carried.

    `since` is from when, where that is known; `last` who held it last, and `evidence` the event that ended
    that, or that opened the chain.
    """

    matter: str
    unit: str
    tier: str | None
    why: Why
    since: datetime | None
    last: str | None
    evidence: Evidence | None


def unfilled(
    history: History, at: datetime, required: Mapping[str, Iterable[str]] | None = None
) -> tuple[Gap, ...]:
    """Every gap at a moment, by matter, unit and tier from the top down.

    Looked at is each matter that is carried then, and each that `required` says is to be carried, in which
    units; units that do not stand at the moment are left out.
    """
    organisation_then = organised(history)
    states = {(s.matter, s.unit): s for s in responsibilities(history).values()}
    wanted = {pair for pair, state in states.items() if state.carried(at)}
    wanted |= {(matter, unit) for matter, units in (required or {}).items() for unit in units}
    found: list[Gap] = []
    for matter, unit in sorted(wanted):
        if not organisation_then.stands(unit, at):
            continue
        state = states.get((matter, unit), Responsibility())
        chain = chain_of(state, organisation_then, matter, unit, at)
        if chain.opened is None:
            closed = [s for s in state.spells if s.until is not None and s.until <= at]
            ended = closed[-1] if closed else None
            by = None if ended is None or ended.closed is None else evidence_of(ended.closed)
            found.append(Gap(matter, unit, None, "not_opened", ended.until if ended else None, None, by))
            continue
        found += [_gap(state, chain, tier) for tier in chain.tiers if not tier]
    return tuple(found)


def _gap(state: Responsibility, chain: Chain, tier: TierAt) -> Gap:
    if tier.holders:
        held = tier.holders[-1]
        return Gap(chain.matter, chain.unit, tier.tier, "gone", None, held.holder, held.evidence)
    before = [
        h
        for h in state.holdings
        if h.tier == tier.tier and h.until is not None and h.since < h.until <= chain.at
    ]
    if not before:
        spell = next(spell for spell in state.spells if spell.covers(chain.at))
        opened = evidence_of(spell.opened)
        return Gap(chain.matter, chain.unit, tier.tier, "never_held", spell.since, None, opened)
    last = max(before, key=lambda h: h.until or h.since)
    by = evidence_of(last.ended or last.named)
    return Gap(chain.matter, chain.unit, tier.tier, "vacant", last.until, last.holder, by)
