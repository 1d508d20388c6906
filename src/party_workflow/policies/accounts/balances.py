"""Balances of points: the sum of the entries that are visible, and nothing else (R-083).

Every function reads a `History`, so a balance is as of both its clocks.  An entry counts for the unit in
which the person counted when it took effect: moving takes no past points along, and leaving deletes none
(R-089); a reversal counts where what it undoes did.  Own points and those of each platform are sums of their
own (R-077).  Sums over entries of different versions or rule sets are refused unless a normalisation is
named.  Caps and the boundaries of periods belong to the policies that apply them (R-088).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from party_workflow.calendar import Period
from party_workflow.canonical import fraction_text
from party_workflow.domain import organisation, points
from party_workflow.domain.organisation import Organisation
from party_workflow.domain.points import OWN, Points, PointsEntry, Standing
from party_workflow.errors import Fault, InvalidInput, Reason, Refused
from party_workflow.history import History
from party_workflow.policies.figure import Evidence, Figure, Rounding
from party_workflow.policies.ranking import Ranking, competition
from party_workflow.store import Recorded, read_event

MIXED_RULES: Final = Reason(
    "balances.mixed_rules",
    "Under these rule sets a point is not the same: {digests}.",
    "Name a normalisation that says what a point of each is worth, or total them apart.",
)

ENTRY_TYPES: Final = (
    points.PointsGranted,
    points.BonusApproved,
    points.PointsImported,
    points.DeductionDecided,
    points.EntryReversed,
)
"""The event types that can be entries."""


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry with the person whose it is, the unit that it counts for, and the event that it is.

    `unit` is None where the person counted nowhere when it took effect; `granted_by` is whose word it is.
    """

    person: str
    scheme: str
    unit: str | None
    entry: PointsEntry
    evidence: Evidence

    @property
    def granted_by(self) -> str:
        """The unit that granted it, home or host."""
        return self.entry.unit


@dataclass(frozen=True, slots=True)
class Balance:
    """What a person has of one origin: the exact sum, by rule set, and every entry in it."""

    person: str
    scheme: str
    origin: str
    amount: Fraction
    by_rules: tuple[tuple[str, Fraction], ...]
    entries: tuple[Posted, ...]

    def figure(self) -> Figure:
        """The balance as a figure that ends in its events."""
        evidence = tuple(item.evidence for item in self.entries)
        return Figure("balance", self.amount, "sum", "", "", evidence)

    def data(self) -> dict[str, Any]:
        """The balance as canonical data."""
        return {
            "amount": fraction_text(self.amount),
            "by_rules": {digest: fraction_text(amount) for digest, amount in self.by_rules},
            "entries": [item.entry.event_id for item in self.entries],
            "origin": self.origin,
            "person": self.person,
            "scheme": self.scheme,
        }


@dataclass(frozen=True, slots=True)
class Normalisation:
    """What a point of each rule set is worth, by the digest of the set.  It has a name, to be cited."""

    name: str
    worth: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over people or units: exact, under which rule sets, normalised how, of which entries."""

    amount: Fraction
    rules: tuple[str, ...]
    normalisation: str | None
    entries: tuple[Posted, ...]


def posted(history: History, scheme: str | None = None) -> tuple[Posted, ...]:
    """Every entry in view, in log order, of one scheme where it is named (by its key).

    Where people counted is read from the same history: as it was known then.
    """
    return _posted(history, history.events(*points.DECIDER.events), scheme)


def _posted(history: History, events: Iterable[Recorded], scheme: str | None) -> tuple[Posted, ...]:
    staff = history.state(organisation.DECIDER, "organisation")
    states, evidence = _accounts(events)
    found = [
        Posted(account.person, account.scheme, _unit(account, entry, staff), entry, evidence[entry.event_id])
        for account in states.values()
        if scheme is None or account.scheme == scheme
        for entry in account.entries.values()
    ]
    return tuple(sorted(found, key=lambda item: item.evidence.position))


def _accounts(events: Iterable[Recorded]) -> tuple[dict[str, Points], dict[str, Evidence]]:
    states: dict[str, Points] = {}
    evidence: dict[str, Evidence] = {}
    for recorded in events:
        envelope = recorded.envelope
        before = states.get(envelope.stream, points.DECIDER.initial())
        states[envelope.stream] = points.DECIDER.evolve(before, recorded)
        evidence[envelope.event_id] = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
    return states, evidence


def _unit(account: Points, entry: PointsEntry, staff: Organisation) -> str | None:
    undone = None if entry.reverses is None else account.entries.get(entry.reverses)
    standing = staff.standing(account.person, (undone or entry).effective_at)
    return None if standing is None else standing.unit


def balances(history: History, scheme: str, person: str) -> dict[str, Balance]:
    """What a person has under a scheme, by origin: ``own``, and each platform's code.

    Empty where there is no entry: no points, which is not the same as a sum of 0.  Raises `InvalidInput` for
    a scheme that is neither adopted nor has anybody in it by then.
    """
    stream = history.stream(points.points_of(scheme, person))
    mine = _posted(history, (read_event(record, history.registry) for record in stream), scheme)
    if not mine and not _known(history, scheme):
        what = f"There is no scheme {scheme} by then."
        raise InvalidInput(Fault("scheme", what, "Name its key, such as member-points."))
    return {
        origin: _balance(person, scheme, origin, [item for item in mine if item.entry.origin == origin])
        for origin in sorted({item.entry.origin for item in mine})
    }


def _known(history: History, scheme: str) -> bool:
    if next(history.stream(f"definition/{scheme}"), None) is not None:
        return True
    states, _ = _accounts(history.events(*points.DECIDER.events))
    return any(state.scheme == scheme for state in states.values())


def _balance(person: str, scheme: str, origin: str, entries: list[Posted]) -> Balance:
    rules = {
        digest: _sum(item for item in entries if item.entry.definition == digest)
        for digest in sorted({item.entry.definition for item in entries})
    }
    return Balance(person, scheme, origin, _sum(entries), tuple(rules.items()), tuple(entries))


def _sum(entries: Iterable[Posted]) -> Fraction:
    return sum((Fraction(item.entry.amount) for item in entries), Fraction(0))


def total(
    entries: Iterable[Posted], normalisation: Normalisation | None = None, *, origin: str = OWN
) -> Total:
    """The sum of the entries of one origin.  Raises `Refused` (`MIXED_RULES`) where they are of several rule
    sets and no normalisation is named that covers each of them.
    """
    chosen = tuple(item for item in entries if item.entry.origin == origin)
    rules = tuple(sorted({item.entry.definition for item in chosen}))
    if normalisation is None:
        if len(rules) > 1:
            raise Refused(MIXED_RULES(digests=", ".join(rules)))
        return Total(_sum(chosen), rules, None, chosen)
    if unknown := [digest for digest in rules if digest not in normalisation.worth]:
        raise Refused(MIXED_RULES(digests=", ".join(unknown)))
    amount = sum(
        (Fraction(item.entry.amount) * normalisation.worth[item.entry.definition] for item in chosen),
        Fraction(0),
    )
    return Total(amount, rules, normalisation.name, chosen)


def unit_entries(
    history: History, scheme: str, unit: str, period: Period | None = None
) -> tuple[Posted, ...]:
    """The entries that count for a unit, or one below it, of one period where it is named."""
    staff = history.state(organisation.DECIDER, "organisation")
    return tuple(
        item
        for item in posted(history, scheme)
        if item.unit is not None and staff.within(item.unit, unit, item.entry.effective_at)
        if period is None or item.entry.period == period
    )


def unit_ranking(
    history: History,
    scheme: str,
    unit: str,
    period: Period | None = None,
    normalisation: Normalisation | None = None,
) -> Ranking:
    """People by the points that count for a unit: those earned while counting there, of leavers too.

    Whoever has counted there without an entry does not stand in it.  Competition places, on exact values.
    Raises `Refused` (`MIXED_RULES`) as `total` does.
    """
    entries = [item for item in unit_entries(history, scheme, unit, period) if item.entry.origin == OWN]
    total(entries, normalisation)  # refuses for all of them together, not only for who has two rule sets
    figures = {}
    for person in sorted({item.person for item in entries}):
        mine = [item for item in entries if item.person == person]
        amount = total(mine, normalisation).amount
        basis = "" if normalisation is None else normalisation.name
        evidence = tuple(item.evidence for item in mine)
        figures[person] = Figure("points", amount, "sum", "points.period" if period else "", basis, evidence)
    return competition(figures, "exact", population=len(figures))


# --- who is in ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outside:
    """Somebody outside a scheme, on which ground; None where nobody has said why."""

    person: str
    ground: str | None
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """How far a scheme reaches: whom it covers of how many, and why the others are outside.

    ``len(covered) + len(outside) == population``.
    """

    population: int
    covered: tuple[str, ...]
    outside: tuple[Outside, ...]

    @property
    def share(self) -> Fraction | None:
        """The share covered, exact; None of nobody."""
        return Fraction(len(self.covered), self.population) if self.population else None

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Those outside without a reason: there should be none."""
        return tuple(item.person for item in self.outside if item.ground is None)

    @property
    def grounds(self) -> dict[str, int]:
        """How many are outside on which ground."""
        found: dict[str, int] = {}
        for item in self.outside:
            if item.ground is not None:
                found[item.ground] = found.get(item.ground, 0) + 1
        return {ground: found[ground] for ground in sorted(found)}

    def __str__(self) -> str:
        rate = "none" if self.share is None else f"{Rounding(2, 'half_up').apply(self.share * 100):f} %"
        why = ", ".join(f"{ground} {number}" for ground, number in self.grounds.items()) or "none"
        return (
            f"{len(self.covered)} of {self.population} covered ({rate}); {len(self.outside)} outside: "
            f"{why}; without a reason: {len(self.unexplained)}"
        )


def scope(history: History, scheme: str, population: Iterable[str], at: datetime | None = None) -> Scope:
    """Whom of a population a scheme covers as of a moment, or as last recorded; and why not others."""
    states, _ = _accounts(history.events(*points.DECIDER.events))
    stands = {state.person: state.standing(at) for state in states.values() if state.scheme == scheme}
    found = reach(stands, population)
    settled = _settled(history, scheme)
    outside = []
    for item in found.outside:
        standing = stands.get(item.person)
        evidence = None if standing is None else settled.get((item.person, standing.since))
        outside.append(Outside(item.person, item.ground, evidence))
    return Scope(found.population, found.covered, tuple(outside))


def reach(stands: Mapping[str, Standing | None], population: Iterable[str]) -> Scope:
    """The same from how everybody stands: who is neither covered nor excluded is outside without reason."""
    people = sorted(set(population))
    covered, outside = [], []
    for person in people:
        standing = stands.get(person)
        if standing is not None and standing.ground is None:
            covered.append(person)
        else:
            outside.append(Outside(person, None if standing is None else standing.ground))
    return Scope(len(people), tuple(covered), tuple(outside))


def _settled(history: History, scheme: str) -> dict[tuple[str, datetime | None], Evidence]:
    found: dict[tuple[str, datetime | None], Evidence] = {}
    for record in history.records(points.PointsExcluded):
        event, envelope = read_event(record, history.registry).event, record.envelope
        assert isinstance(event, points.PointsExcluded)
        if event.scheme == scheme:
            evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
            found[event.person, envelope.effective_at] = evidence
    return found
