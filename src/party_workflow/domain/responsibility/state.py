"""The state of the responsibility for a matter in a unit, and what each event does to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, assert_never

from party_workflow import lifecycle
from party_workflow.codec import Command
from party_workflow.domain.responsibility.commands import (
    AnswerHandover,
    BindPosts,
    CloseResponsibility,
    HandOver,
    IssueLetter,
    NameHolder,
    ReleaseHolder,
    ReplaceHolder,
    SignLetter,
    UnbindPosts,
    WithdrawLetter,
)
from party_workflow.domain.responsibility.events import (
    HandedOver,
    HandoverAnswered,
    HolderNamed,
    HolderReleased,
    HolderReplaced,
    LetterIssued,
    LetterSigned,
    LetterWithdrawn,
    PostsBound,
    PostsUnbound,
    ResponsibilityClosed,
    ResponsibilityEvent,
    ResponsibilityOpened,
)
from party_workflow.domain.responsibility.kind import ResponsibilityKind, read_kind
from party_workflow.domain.responsibility.parts import (
    BoundPosts,
    Handover,
    Holding,
    Letter,
    Origin,
    Signature,
    Spell,
)
from party_workflow.domain.vocabulary import Work
from party_workflow.lifecycle import Lifecycle
from party_workflow.store import Recorded

# --- lifecycle -------------------------------------------------------------------------------

LIFECYCLE: Final = Lifecycle.of(
    "responsibility",
    1,
    initial="carried",
    final="closed",
    moves={
        "name": "carried -> carried",
        "replace": "carried -> carried",
        "release": "carried -> carried",
        "hand_over": "carried -> carried",
        "answer": "carried -> carried",
        "issue": "carried -> carried",
        "sign": "carried -> carried",
        "withdraw": "carried -> carried",
        "bind": "carried -> carried",
        "unbind": "carried -> carried",
        "close": "carried -> closed",
    },
    reopens={"open": "closed -> carried"},
)
TABLE: Final = lifecycle.compile(LIFECYCLE)

MOVES: Final[Mapping[type[Command], str]] = {
    NameHolder: "name",
    ReplaceHolder: "replace",
    ReleaseHolder: "release",
    HandOver: "hand_over",
    AnswerHandover: "answer",
    IssueLetter: "issue",
    SignLetter: "sign",
    WithdrawLetter: "withdraw",
    BindPosts: "bind",
    UnbindPosts: "unbind",
    CloseResponsibility: "close",
}

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who answers for a matter in a unit, and did at any time.  Before it is opened `status` is None."""

    stream: str = ""
    status: str | None = None
    matter: str = ""
    unit: str = ""
    kind: ResponsibilityKind | None = None
    definition: str = ""
    spells: tuple[Spell, ...] = ()
    holdings: tuple[Holding, ...] = ()
    handovers: tuple[Handover, ...] = ()
    letters: tuple[Letter, ...] = ()
    bundles: tuple[BoundPosts, ...] = ()

    def carried(self, at: datetime) -> bool:
        """Whether the matter was carried in the unit at a moment."""
        return any(spell.covers(at) for spell in self.spells)

    def held(self, at: datetime, tier: str | None = None) -> tuple[Holding, ...]:
        """Who held the tiers, or one of them, at a moment; in the order in which it was recorded."""
        return tuple(h for h in self.holdings if tier in (None, h.tier) and h.covers(at))

    def holders(self, at: datetime) -> dict[str, tuple[Holding, ...]]:
        """By tier who held it at a moment: nobody is a gap.  Empty where the matter was not carried then."""
        if self.kind is None or not self.carried(at):
            return {}
        return {tier.code: self.held(at, tier.code) for tier in self.kind.tiers}

    def signers(self, at: datetime) -> tuple[str, ...] | None:
        """Who signs letters for the unit at a moment; None where the matter was not carried then."""
        if self.kind is None or not self.carried(at):
            return None
        return tuple(h.person for h in self.held(at, self.kind.signing) if h.person is not None)

    def leads(self, at: datetime) -> tuple[str, ...]:
        """The named leads at a moment (R-118)."""
        tiers = () if self.kind is None or not self.carried(at) else self.kind.leads
        return tuple(h.person for tier in tiers for h in self.held(at, tier) if h.person is not None)

    def letter(self, number: int) -> Letter | None:
        """A letter that stands."""
        return next((x for x in self.letters if x.number == number and x.withdrawn is None), None)

    def handover(self, number: int) -> Handover | None:
        """A handover by its number."""
        return next((x for x in self.handovers if x.number == number), None)

    def bundle(self, code: str) -> BoundPosts | None:
        """A bundle that has not ended."""
        return next((x for x in self.bundles if x.code == code and x.unbound is None), None)

    def work(self) -> Work | None:
        """The chain as others may cite it: done while every tier that has to be filled is; None before.

        A tier counts as filled by whoever holds it without a known end.
        """
        if self.status is None or self.kind is None:
            return None
        lasting = [h for h in self.holdings if h.until is None]
        filled = {h.tier for h in lasting}
        return Work(
            stream=self.stream,
            kind=self.matter,
            unit=self.unit,
            state=self.status,
            done=self.status == TABLE.initial
            and all(t.code in filled for t in self.kind.tiers if t.required),
            people=frozenset(h.person for h in lasting if h.person is not None),
        )


# --- evolve ----------------------------------------------------------------------------------


def ended(
    holdings: tuple[Holding, ...], tier: str, holder: str, at: datetime, origin: Origin
) -> tuple[Holding, ...]:
    """The holdings after one that covers the moment ended then."""
    found = next((h for h in holdings if h.tier == tier and h.holder == holder and h.covers(at)), None)
    return tuple(replace(h, until=at, ended=origin) if h is found else h for h in holdings)


def evolve(state: Responsibility, recorded: Recorded) -> Responsibility:
    event, envelope = recorded.event, recorded.envelope
    at = envelope.effective_at
    origin = Origin(envelope.event_id, envelope.position, envelope.stored_type)
    assert isinstance(event, ResponsibilityEvent)
    match event:
        case ResponsibilityOpened():
            return replace(
                state,
                stream=envelope.stream,
                status=TABLE.initial,
                matter=event.matter,
                unit=event.unit,
                kind=read_kind(event.body),
                definition=event.definition,
                spells=(*state.spells, Spell(at, origin)),
            )
        case HolderNamed():
            named = Holding(event.tier, event.person, event.section, at, event.until, event.ground, origin)
            return replace(state, holdings=(*state.holdings, named))
        case HolderReplaced():
            leaving = event.leaving or event.leaving_section or ""
            kept = ended(state.holdings, event.tier, leaving, at, origin)
            taking = Holding(event.tier, event.person, event.section, at, None, event.ground, origin)
            return replace(state, holdings=(*kept, taking))
        case HolderReleased():
            holder = event.person or event.section or ""
            return replace(state, holdings=ended(state.holdings, event.tier, holder, at, origin))
        case HandedOver() | HandoverAnswered():
            return replace(state, handovers=_handovers(state.handovers, event, at, origin))
        case LetterIssued() | LetterSigned() | LetterWithdrawn():
            return replace(state, letters=_letters(state.letters, event, at, origin))
        case PostsBound():
            bundle = BoundPosts(event.bundle, event.posts, event.basis, at, origin)
            return replace(state, bundles=(*state.bundles, bundle))
        case PostsUnbound():
            bundles = (
                replace(x, until=at, unbound=origin) if x.code == event.bundle and x.unbound is None else x
                for x in state.bundles
            )
            return replace(state, bundles=tuple(bundles))
        case ResponsibilityClosed():
            return _closed(state, at, origin)
        case _:
            assert_never(event)


def _closed(state: Responsibility, at: datetime, origin: Origin) -> Responsibility:
    """Everything that lasts longer ends; what would have begun later never does."""
    holdings = (
        replace(h, until=max(h.since, at), ended=origin) if h.until is None or h.until > at else h
        for h in state.holdings
    )
    spells = (replace(s, until=at, closed=origin) if s.until is None else s for s in state.spells)
    bundles = (replace(x, until=at, unbound=origin) if x.unbound is None else x for x in state.bundles)
    return replace(
        state, status="closed", holdings=tuple(holdings), spells=tuple(spells), bundles=tuple(bundles)
    )


def _handovers(
    found: tuple[Handover, ...], event: HandedOver | HandoverAnswered, at: datetime, origin: Origin
) -> tuple[Handover, ...]:
    if isinstance(event, HandedOver):
        said = (event.number, event.tier, event.leaving, event.taking, at, event.text, event.issues)
        return (*found, Handover(*said, event.evidence, origin))
    return tuple(
        replace(x, accepted=event.accepted, remark=event.remark, answered=origin)
        if x.number == event.number
        else x
        for x in found
    )


def _letters(
    found: tuple[Letter, ...],
    event: LetterIssued | LetterSigned | LetterWithdrawn,
    at: datetime,
    origin: Origin,
) -> tuple[Letter, ...]:
    match event:
        case LetterIssued():
            said = (event.number, event.year, event.parent, event.text, event.for_parent, event.for_child)
            return (*found, Letter(*said, origin))
        case LetterSigned():
            signature = Signature(event.signer, at, event.evidence, origin)
            return tuple(
                replace(x, signatures={**x.signatures, event.side: signature})
                if x.number == event.number
                else x
                for x in found
            )
        case LetterWithdrawn():
            return tuple(replace(x, withdrawn=origin) if x.number == event.number else x for x in found)
        case _:
            assert_never(event)
