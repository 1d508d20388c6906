"""The state of a person's points under one scheme, and what each event does to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal, assert_never

from party_workflow.calendar import Period
from party_workflow.domain.points.events import (
    CATEGORY,
    BonusApproved,
    DeductionAppealDecided,
    DeductionAppealed,
    DeductionDecided,
    DeductionObjected,
    DeductionProposed,
    EntryReversed,
    NoticeGiven,
    PointsEvent,
    PointsExcluded,
    PointsGranted,
    PointsImported,
    PointsOpened,
)
from party_workflow.domain.points.scheme import OWN
from party_workflow.domain.vocabulary import Work
from party_workflow.store import Envelope, Recorded

# --- lifecycle -------------------------------------------------------------------------------

# Whether a person counts is a history of its own in effective order; no state closes for ever.  A deduction
# goes proposed -> notified -> decided, each step once.
Step = Literal["proposed", "notified", "decided"]


Appeal = Literal["none", "pending", "dismissed", "upheld"]
"""Of an appeal against a deduction that counts: dismissed, the deduction stands; upheld, it was reversed."""


# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """Since when a person counts, or stands outside on a ground."""

    since: datetime
    ground: str | None = None


@dataclass(frozen=True, slots=True)
class PointsEntry:
    """One signed amount.  `reverses` names the entry that it makes undone, `reversed_by` the one that did."""

    event_id: str
    origin: str
    clause: str
    amount: Decimal
    period: Period
    unit: str
    definition: str
    version: int
    effective_at: datetime
    activity: str | None = None
    item: str | None = None
    reverses: str | None = None
    reversed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Deduction:
    """A deduction on its way to a decision."""

    proposed: DeductionProposed
    by: tuple[str, ...]
    step: Step = "proposed"
    since: datetime | None = None
    until: datetime | None = None
    objected: bool = False
    counts: bool = False
    entry: str | None = None
    decided_at: datetime | None = None
    decided_by: tuple[str, ...] = ()
    appeal: Appeal = "none"
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """Everything recorded of one person under one scheme.  There is no balance: that is a projection."""

    stream: str = ""
    scheme: str = ""
    person: str = ""
    standings: tuple[Standing, ...] = ()
    entries: Mapping[str, PointsEntry] = field(default_factory=dict)
    deductions: Mapping[int, Deduction] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether anything was recorded."""
        return bool(self.stream)

    def standing(self, at: datetime | None = None) -> Standing | None:
        """How the person stood at a moment or stands last; None before it was settled."""
        found = [item for item in self.standings if at is None or item.since <= at]
        return found[-1] if found else None

    def counted(self, activity: str, clause: str) -> PointsEntry | None:
        """The entry that an activity has under a clause, unless it was reversed."""
        return next(
            (
                item
                for item in self.entries.values()
                if (item.activity, item.clause) == (activity, clause) and _stands(item)
            ),
            None,
        )

    def imported(self, source: str, item: str) -> PointsEntry | None:
        """The entry for what a platform said, unless it was reversed."""
        return next(
            (e for e in self.entries.values() if (e.origin, e.item) == (source, item) and _stands(e)), None
        )

    def given(self, clause: str, within: Period) -> Fraction:
        """How much stands under a clause in the entries whose period begins within another."""
        return sum(
            (
                Fraction(item.amount)
                for item in self.entries.values()
                if item.clause == clause and item.origin == OWN and _stands(item)
                if within.contains(item.period.first)
            ),
            Fraction(0),
        )

    def balance(self, at: datetime | None = None) -> dict[str, Fraction]:
        """The sum of the entries by origin, of those in effect by a moment: own points and others apart."""
        found: dict[str, Fraction] = {}
        for item in self.entries.values():
            if at is None or item.effective_at <= at:
                found[item.origin] = found.get(item.origin, Fraction(0)) + Fraction(item.amount)
        return {origin: found[origin] for origin in sorted(found)}

    @property
    def under_way(self) -> tuple[int, ...]:
        """The numbers of the deductions that are not decided."""
        return tuple(sorted(n for n, item in self.deductions.items() if item.step != "decided"))

    def work(self) -> Work | None:
        """The points as others may cite them: done while the person counts."""
        standing = self.standing()
        if standing is None:
            return None
        counts = standing.ground is None
        return Work(
            stream=self.stream,
            kind=CATEGORY,
            unit=None,
            state="counting" if counts else "outside",
            done=counts,
            people=frozenset({self.person}),
        )


def _stands(item: PointsEntry) -> bool:
    return item.reversed_by is None and item.reverses is None


# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Points, recorded: Recorded) -> Points:
    event, envelope = recorded.event, recorded.envelope
    assert isinstance(event, PointsEvent)
    match event:
        case PointsOpened():
            return _settled(state, event, Standing(envelope.effective_at), envelope)
        case PointsExcluded():
            return _settled(state, event, Standing(envelope.effective_at, event.ground), envelope)
        case PointsGranted() | BonusApproved():
            return _entered(state, _entry(event, envelope, activity=event.activity))
        case PointsImported():
            entry = PointsEntry(
                envelope.event_id,
                event.source,
                "",
                event.amount,
                event.period,
                event.unit,
                event.definition,
                event.version,
                envelope.effective_at,
                item=event.item,
            )
            return _entered(state, entry)
        case DeductionProposed():
            behind = (envelope.person, envelope.delegate_of)
            by = tuple(person for person in behind if person is not None)
            return _with(state, event.number, Deduction(event, by, proposal=envelope.event_id))
        case NoticeGiven():
            return _moved(
                state, event.number, step="notified", since=envelope.effective_at, until=event.until
            )
        case DeductionObjected():
            return _moved(state, event.number, objected=True)
        case DeductionDecided():
            decided = _moved(
                state,
                event.number,
                step="decided",
                counts=event.counts,
                entry=envelope.event_id if event.counts else None,
                decided_at=max(envelope.effective_at, envelope.recorded_at),
                decided_by=tuple(who for who in (envelope.person, envelope.delegate_of) if who is not None),
            )
            if not event.counts:
                return decided
            proposal = state.deductions.get(event.number)
            activity = proposal.proposed.activity if proposal else None
            return _entered(decided, _entry(event, envelope, activity=activity))
        case DeductionAppealed():
            return _moved(state, event.number, appeal="pending")
        case DeductionAppealDecided():
            return _moved(state, event.number, appeal="dismissed" if event.stands else "upheld")
        case EntryReversed():
            return _reversed(state, event, envelope)
        case _:
            assert_never(event)


def _settled(
    state: Points, event: PointsOpened | PointsExcluded, standing: Standing, envelope: Envelope
) -> Points:
    return replace(
        state,
        stream=envelope.stream,
        scheme=event.scheme,
        person=event.person,
        standings=tuple(sorted((*state.standings, standing), key=lambda item: item.since)),
    )


def _entry(
    event: PointsGranted | BonusApproved | DeductionDecided, envelope: Envelope, activity: str | None
) -> PointsEntry:
    return PointsEntry(
        envelope.event_id,
        OWN,
        event.clause,
        event.amount,
        event.period,
        event.unit,
        event.definition,
        event.version,
        envelope.effective_at,
        activity=activity,
    )


def _entered(state: Points, entry: PointsEntry) -> Points:
    return replace(state, entries={**state.entries, entry.event_id: entry})


def _with(state: Points, number: int, deduction: Deduction) -> Points:
    return replace(state, deductions={**state.deductions, number: deduction})


def _moved(state: Points, number: int, **changes: object) -> Points:
    deduction = state.deductions.get(number)
    if deduction is None:
        return state
    return _with(state, number, replace(deduction, **changes))  # type: ignore[arg-type]


def _reversed(state: Points, event: EntryReversed, envelope: Envelope) -> Points:
    old = state.entries.get(event.entry)
    new = PointsEntry(
        envelope.event_id,
        OWN if old is None else old.origin,
        "" if old is None else old.clause,
        event.amount,
        event.period,
        event.unit,
        event.definition,
        event.version,
        envelope.effective_at,
        reverses=event.entry,
    )
    entries = {**state.entries, new.event_id: new}
    if old is not None:
        entries[old.event_id] = replace(old, reversed_by=new.event_id)
    return replace(state, entries=entries)
