"""What became of units and people between two moments: the population change report (R-020, R-149).

A goal such as "no unit below the line" can be met by improving, and also by closing, merging or reclassifying
what is below it.  The report names every change with its event, and `tracked` says of each subject by which
of them it is gone.  It judges nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from party_workflow.domain.organisation import (
    DECIDER,
    STREAM,
    CategoriesChanged,
    Organisation,
    OrganisationEvent,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    UnitClosed,
    UnitFounded,
    UnitMoved,
    UnitReclassified,
    UnitsMerged,
    UnitSplit,
)
from party_workflow.domain.population import PopulationJoined, PopulationLeft, UnitJoined, UnitLeft
from party_workflow.history import History
from party_workflow.policies.figure import Evidence
from party_workflow.store import Recorded

What = Literal[
    "founded",
    "closed",
    "merged",
    "split",
    "moved",
    "reclassified",
    "joined",
    "left",
    "transferred",
    "recategorised",
    "entered",
    "withdrawn",
]
"""What can become of a unit (the first six) or a person, and (the last two) of who is in a population."""


@dataclass(frozen=True, slots=True)
class Became:
    """One change of one subject: `before` and `after` are what it changed from and to, as ids or codes."""

    what: What
    subject: str
    since: datetime
    before: tuple[str, ...]
    after: tuple[str, ...]
    ground: str | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that changed below a unit after one moment and up to another.

    Units and people `before` and `after` are those that stood or counted there; `unexplained` are those of
    them that came or went without a change that says how: in an honest report nobody.
    """

    unit: str
    since: datetime
    until: datetime
    items: tuple[Became, ...]
    units_before: frozenset[str]
    units_after: frozenset[str]
    people_before: frozenset[str]
    people_after: frozenset[str]
    unexplained: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether every coming and going is explained."""
        return not self.unexplained

    def of(self, subject: str) -> tuple[Became, ...]:
        """What became of one unit or person, in order of time."""
        return tuple(item for item in self.items if item.subject == subject)

    def counts(self) -> dict[str, int]:
        """How often each kind of change occurred; what did not occur is not named."""
        found: dict[str, int] = {}
        for item in self.items:
            found[item.what] = found.get(item.what, 0) + 1
        return {what: found[what] for what in sorted(found)}


def changes(history: History, since: datetime, until: datetime, unit: str) -> Changes:
    """What changed in a unit and below it, after `since` and up to `until`.

    A subject belongs to the report that stood below the unit at either moment or came below it between.
    """
    state = history.state(DECIDER, STREAM)
    before, after = _inside(state, unit, since), _inside(state, unit, until)
    found = tuple(_found(history, state, since, until))
    touched = {item.subject for item in found if _concerns(state, item, unit)}
    subjects = before[0] | before[1] | after[0] | after[1] | touched
    items = tuple(item for item in found if item.subject in subjects)
    explained = {item.subject for item in items}
    moved = {item.subject for item in found if item.what == "moved"}
    open_ones = []
    for subject in sorted((before[0] ^ after[0]) | (before[1] ^ after[1])):
        above = _above(state, subject, (since, until))
        if subject not in explained and not above & moved:
            open_ones.append(subject)
    return Changes(unit, since, until, items, before[0], after[0], before[1], after[1], tuple(open_ones))


def _inside(state: Organisation, unit: str, at: datetime) -> tuple[frozenset[str], frozenset[str]]:
    units = frozenset(item for item in state.branch(unit, at) if state.stands(item, at))
    return units, frozenset(state.people_of(unit, at))


def _above(state: Organisation, subject: str, moments: tuple[datetime, ...]) -> set[str]:
    """The units above a unit or person at some moments: with them it comes and goes."""
    found: set[str] = set()
    for at in moments:
        standing = state.standing(subject, at)
        above: str | None = subject if standing is None else standing.unit
        while above is not None and (above not in found or above == subject):
            found.add(above)
            placing = state.placing(above, at)
            above = placing.parent if placing else None
    return found


def _concerns(state: Organisation, item: Became, unit: str) -> bool:
    """Whether a change happened in a branch: the subject, or where it came from or went, was in it then."""
    standing = state.standing(item.subject, item.since)
    where = item.subject if standing is None else standing.unit
    return any(state.within(one, unit, item.since) for one in (where, *item.before, *item.after))


_READS: Final = (
    UnitFounded,
    UnitMoved,
    UnitClosed,
    UnitReclassified,
    UnitsMerged,
    UnitSplit,
    PersonJoined,
    PersonMoved,
    PersonLeft,
    CategoriesChanged,
)


def _found(history: History, state: Organisation, since: datetime, until: datetime) -> Iterator[Became]:
    """Every change in the time, in effective order; a closing is told as the merger it was part of."""
    recorded = [
        item
        for item in history.events(*_READS, order="effective")
        if since < item.envelope.effective_at <= until
    ]
    ceased = {
        (unit, item.envelope.effective_at)
        for item in recorded
        if isinstance(item.event, UnitsMerged | UnitSplit)
        for unit in (item.event.units if isinstance(item.event, UnitsMerged) else (item.event.unit,))
    }
    for item in recorded:
        if isinstance(item.event, UnitClosed) and (item.event.unit, item.envelope.effective_at) in ceased:
            continue
        yield from _became(state, item)


def _became(state: Organisation, item: Recorded) -> Iterator[Became]:
    event, at = item.event, item.envelope.effective_at
    assert isinstance(event, OrganisationEvent)
    evidence = (_evidence(item),)
    match event:
        case UnitFounded():
            of = state.lineage(event.unit, at).predecessors
            yield Became("founded", event.unit, at, of, (event.kind,), None, evidence)
        case UnitClosed():
            yield Became("closed", event.unit, at, (), (), event.ground, evidence)
        case UnitMoved():
            old = _before(state, event.unit, at)
            yield Became("moved", event.unit, at, old, (event.parent,), None, evidence)
        case UnitReclassified():
            kinds = tuple(k.kind for k in state.kinds.get(event.unit, ()) if k.since < at)[-1:]
            yield Became("reclassified", event.unit, at, kinds, (event.kind,), event.ground, evidence)
        case UnitsMerged():
            for unit in event.units:
                yield Became("merged", unit, at, (unit,), (event.into,), event.ground, evidence)
        case UnitSplit():
            yield Became("split", event.unit, at, (event.unit,), event.into, event.ground, evidence)
        case PersonJoined():
            yield Became("joined", event.person, at, (), (event.unit,), None, evidence)
        case PersonLeft():
            was = _counted(state, event.person, at)
            yield Became("left", event.person, at, was, (), event.ground, evidence)
        case PersonMoved():
            was = _counted(state, event.person, at)
            yield Became("transferred", event.person, at, was, (event.unit,), None, evidence)
        case CategoriesChanged():
            had = _categories(state, event.person, at)
            yield Became("recategorised", event.person, at, had, event.categories, event.ground, evidence)
        case _:
            return


def _before(state: Organisation, unit: str, at: datetime) -> tuple[str, ...]:
    parents = [item.parent for item in state.units.get(unit, ()) if item.since < at]
    return tuple(parent for parent in parents[-1:] if parent is not None)


def _counted(state: Organisation, person: str, at: datetime) -> tuple[str, ...]:
    moments = [change.since for change in state.people.get(person, ()) if change.since < at]
    standing = state.standing(person, moments[-1]) if moments else None
    return () if standing is None else (standing.unit,)


def _categories(state: Organisation, person: str, at: datetime) -> tuple[str, ...]:
    moments = [change.since for change in state.people.get(person, ()) if change.since < at]
    standing = state.standing(person, moments[-1]) if moments else None
    return () if standing is None else tuple(sorted(standing.categories))


def _evidence(item: Recorded) -> Evidence:
    return Evidence(item.envelope.event_id, item.envelope.position, item.envelope.stored_type)


def population_changes(history: History, key: str, since: datetime, until: datetime) -> tuple[Became, ...]:
    """Who or what came into a frozen population or went out of it in the time, with the ground."""
    found = []
    for item in history.events(PopulationJoined, PopulationLeft, UnitJoined, UnitLeft, order="effective"):
        event, at = item.event, item.envelope.effective_at
        if item.envelope.stream != f"population/{key}" or not since < at <= until:
            continue
        evidence = (_evidence(item),)
        match event:
            case PopulationJoined():
                now = event.categories
                found.append(Became("entered", event.person, at, (), now, event.ground, evidence))
            case UnitJoined():
                found.append(Became("entered", event.unit, at, (), (event.kind,), event.ground, evidence))
            case PopulationLeft():
                found.append(Became("withdrawn", event.person, at, (), (), event.ground, evidence))
            case UnitLeft():
                found.append(Became("withdrawn", event.unit, at, (), (), event.ground, evidence))
            case _:
                pass
    return tuple(found)


# --- a goal on a distribution ----------------------------------------------------------------

Fate = Literal["still", "improved", "closed", "merged", "split", "reclassified", "moved", "left", "withdrawn"]

_FATES: Final[Mapping[What, Fate]] = {
    "closed": "closed",
    "merged": "merged",
    "split": "split",
    "reclassified": "reclassified",
    "moved": "moved",
    "transferred": "moved",
    "recategorised": "reclassified",
    "left": "left",
    "withdrawn": "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal "nobody below the line" as it stands: who was below, who is, and how the others got away.

    `improved` only where nothing else happened to the subject in between.
    """

    before: tuple[str, ...]
    now: tuple[str, ...]
    fresh: tuple[str, ...]
    fates: Mapping[str, Fate]
    because: Mapping[str, tuple[Became, ...]]

    @property
    def met(self) -> bool:
        """Whether nobody is below the line now."""
        return not self.now

    @property
    def otherwise(self) -> tuple[str, ...]:
        """Those who are not below any more and did not simply improve: what the goal may have been met by."""
        return tuple(s for s, fate in self.fates.items() if fate not in ("still", "improved"))


def tracked(
    before: Collection[str],
    now: Collection[str],
    found: Changes,
    population: tuple[Became, ...] = (),
) -> Goal:
    """How a goal on those below a line was met: `before` and `now` are the units or people below it.

    What a unit took in by a merger or from a split counts as happening to it too: it is not the same unit.
    """
    fates: dict[str, Fate] = {}
    because: dict[str, tuple[Became, ...]] = {}
    for subject in sorted(set(before)):
        telling = [
            item
            for item in (*found.items, *population)
            if (item.subject == subject and item.what in _FATES)
            or (item.what in ("merged", "split") and subject in item.after)
        ]
        because[subject] = tuple(telling)
        if subject in now:
            fates[subject] = "still"
        else:
            fates[subject] = _FATES[telling[-1].what] if telling else "improved"
    fresh = tuple(sorted(set(now) - set(before)))
    return Goal(tuple(sorted(set(before))), tuple(sorted(set(now))), fresh, fates, because)
