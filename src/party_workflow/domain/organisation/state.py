"""The state of the organisation over time, and what can be asked of it at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from party_workflow.domain.organisation.entries import (
    Change,
    Kind,
    Limit,
    Lineage,
    Placing,
    Standing,
    Stay,
    Succession,
    Tenure,
    after,
    up_to,
)
from party_workflow.layered import Layered
from party_workflow.personal import Sealed

# --- state -----------------------------------------------------------------------------------

NOBODY: Layered[str, None] = Layered()
"""The index of a unit that nobody and nothing ever was in."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Units and people, each with their history in effective order.

    `hung` and `counted` are indexes: the units that ever hung under one, the people who ever counted in it.
    """

    kinds: Layered[str, tuple[Kind, ...]] = field(default_factory=Layered)
    units: Layered[str, tuple[Placing, ...]] = field(default_factory=Layered)
    people: Layered[str, tuple[Change, ...]] = field(default_factory=Layered)
    names: Layered[str, Sealed] = field(default_factory=Layered)
    posts: Layered[tuple[str, str], tuple[Tenure, ...]] = field(default_factory=Layered)
    limits: Layered[str, tuple[Limit, ...]] = field(default_factory=Layered)
    stays: Layered[str, tuple[Stay, ...]] = field(default_factory=Layered)
    successions: tuple[Succession, ...] = ()
    hung: Layered[str, Layered[str, None]] = field(default_factory=Layered)
    counted: Layered[str, Layered[str, None]] = field(default_factory=Layered)
    hosted: Layered[str, Layered[str, None]] = field(default_factory=Layered)

    # --- units ---

    def placing(self, unit: str, at: datetime | None = None) -> Placing | None:
        """Where a unit hangs, at a moment or after all that is known; None before it was founded.

        Once closed it stays closed and hangs where it hung: its id is not used again.
        """
        found = up_to(self.units.get(unit, ()), at)
        if not found:
            return None
        return next((item for item in found if not item.open), found[-1])

    def is_open(self, unit: str, since: datetime) -> bool:
        """Whether a unit exists at a moment and is not closed after it."""
        placing = self.placing(unit, since)
        return placing is not None and all(
            item.open for item in (placing, *after(self.units.get(unit, ()), since))
        )

    def stands(self, unit: str, at: datetime | None = None) -> bool:
        """Whether a unit is founded and not closed at a moment."""
        placing = self.placing(unit, at)
        return placing is not None and placing.open

    def closed(self, unit: str) -> datetime | None:
        """When a unit was closed; None while it is not."""
        return next((item.since for item in self.units.get(unit, ()) if not item.open), None)

    def kind(self, unit: str, at: datetime | None = None) -> str | None:
        """Of which kind a unit is at a moment; None before it was founded."""
        found = up_to(self.kinds.get(unit, ()), at)
        return found[-1].kind if found else None

    def planned_end(self, unit: str, at: datetime | None = None) -> datetime | None:
        """The planned end of a temporary unit as settled by a moment; None of one that is not temporary."""
        found = up_to(self.limits.get(unit, ()), at)
        return found[-1].until if found else None

    def overdue(self, at: datetime) -> dict[str, datetime]:
        """The temporary units that stand past their planned end at a moment, by id, with that end."""
        return {
            unit: end
            for unit in sorted(self.limits)
            if (end := self.planned_end(unit, at)) is not None and end < at and self.stands(unit, at)
        }

    def children(self, unit: str, at: datetime | None = None) -> tuple[str, ...]:
        """The units that hang directly under one at a moment, closed ones too, sorted."""
        ever = self.hung.get(unit, NOBODY)
        return tuple(
            sorted(child for child in ever if (p := self.placing(child, at)) is not None and p.parent == unit)
        )

    def branch(self, unit: str, at: datetime | None = None) -> list[str]:
        """A unit and all below it at a moment, closed ones too, each after the one it hangs under."""
        found = [unit]
        seen = {unit}
        for above in found:  # grows while it is walked
            for child in self.children(above, at):
                if child not in seen:
                    seen.add(child)
                    found.append(child)
        return found

    def units_of(self, unit: str, at: datetime | None = None, kinds: Iterable[str] = ()) -> dict[str, str]:
        """The units that stand below one at a moment, by id, with their kind; of some kinds where named."""
        wanted = frozenset(kinds)
        found = {}
        for item in sorted(self.branch(unit, at)[1:]):
            kind = self.kind(item, at)
            if kind is not None and self.stands(item, at) and (not wanted or kind in wanted):
                found[item] = kind
        return found

    def within(self, unit: str | None, above: str, at: datetime | None = None) -> bool:
        """Whether a unit is, or lies below, another one."""
        seen: set[str] = set()
        while unit is not None and unit not in seen:
            if unit == above:
                return True
            seen.add(unit)
            placing = self.placing(unit, at)
            unit = placing.parent if placing else None
        return False

    def lineage(self, unit: str, at: datetime | None = None) -> Lineage:
        """What a unit came of and what came of it, by a moment."""
        known = sorted(
            (item for item in self.successions if at is None or item.since <= at), key=lambda item: item.since
        )
        steps: dict[Succession, None] = {}
        back = {unit}
        for item in reversed(known):
            if back & set(item.after):
                back |= set(item.before)
                steps[item] = None
        forth = {unit}
        for item in known:
            if forth & set(item.before):
                forth |= set(item.after)
                steps[item] = None
        ordered = tuple(item for item in known if item in steps)
        return Lineage(unit, tuple(sorted(back - {unit})), tuple(sorted(forth - {unit})), ordered)

    # --- people ---

    def standing(self, person: str, at: datetime | None = None) -> Standing | None:
        """Where a person counts and as what, at a moment or after all that is known.

        None before joining and after leaving; who has left is moved by nothing but joining again.
        """
        unit: str | None = None
        categories: frozenset[str] = frozenset()
        for change in up_to(self.people.get(person, ()), at):
            if change.what in ("joined", "left") or (change.what == "moved" and unit is not None):
                unit = change.unit
            if change.categories is not None:
                categories = change.categories
        return None if unit is None else Standing(unit, categories)

    def people_in(self, unit: str, at: datetime | None = None) -> dict[str, frozenset[str]]:
        """The people who count in a unit itself at a moment, with their categories, in no certain order."""
        return {
            person: standing.categories
            for person in self.counted.get(unit, NOBODY)
            if (standing := self.standing(person, at)) is not None and standing.unit == unit
        }

    def people_of(
        self,
        unit: str,
        at: datetime | None = None,
        having: Iterable[str] = (),
        without: Iterable[str] = (),
    ) -> dict[str, frozenset[str]]:
        """The people who count in a unit or below it, with their categories, sorted by id.

        Only those with every category in `having` and none in `without`.
        """
        needed, barred = frozenset(having), frozenset(without)
        found = {
            person: categories
            for part in self.branch(unit, at)
            for person, categories in self.people_in(part, at).items()
            if needed <= categories and not barred & categories
        }
        return {person: found[person] for person in sorted(found)}

    def attached(self, unit: str, at: datetime | None = None) -> dict[str, str]:
        """The guests of a unit at a moment, by id, each with the unit in which they count."""
        found = {}
        for person in sorted(self.hosted.get(unit, NOBODY)):
            home = self.standing(person, at)
            if home is not None and unit in self.hosts(person, at):
                found[person] = home.unit
        return found

    def hosts(self, person: str, at: datetime | None = None) -> tuple[str, ...]:
        """The units of which a person is a guest at a moment, sorted: none where they count, none closed.

        Whoever leaves the organisation is nobody's guest any more, and is not one again on coming back.
        """
        home = self.standing(person, at)
        if home is None:
            return ()
        found = {
            stay.unit
            for stay in self.stays.get(person, ())
            if (at is None or stay.since <= at)
            and ((end := self._ended(person, stay.unit, stay)) is None or (at is not None and at < end))
        }
        return tuple(sorted(found - {home.unit}))

    # --- posts ---

    def spans(self, post: str, unit: str) -> tuple[Tenure, ...]:
        """Every tenure of a post in a unit, with its real end.

        It ends by its own event, or before that when the unit closes or the person leaves the organisation.
        """
        return tuple(
            replace(tenure, until=self._ended(tenure.person, unit, tenure))
            for tenure in self.posts.get((post, unit), ())
        )

    def holders(self, post: str, unit: str, at: datetime) -> tuple[str, ...]:
        """Who held a post in a unit at a moment."""
        found = (
            tenure.person
            for tenure in self.spans(post, unit)
            if tenure.since <= at and (tenure.until is None or at < tenure.until)
        )
        return tuple(dict.fromkeys(found))

    def tenures(self, post: str, unit: str, since: datetime, until: datetime) -> tuple[Tenure, ...]:
        """Who held a post in a unit from one moment to another (exclusive), cut to these, in order of time.

        Tenures of one person that overlap or touch are one.
        """
        found: list[Tenure] = []
        for span in sorted(self.spans(post, unit), key=lambda item: (item.person, item.since)):
            start = max(span.since, since)
            end = until if span.until is None else min(span.until, until)
            if start >= end:
                continue
            last = found[-1] if found else None
            if last is not None and last.person == span.person and last.until is not None:
                if start <= last.until:
                    found[-1] = replace(last, until=max(last.until, end))
                    continue
            found.append(Tenure(post, unit, span.person, start, end))
        return tuple(sorted(found, key=lambda item: (item.since, item.person)))

    def _ended(self, person: str, unit: str, span: Tenure | Stay) -> datetime | None:
        """When a tenure or a stay came to its end, by itself, with the unit or with the person's leaving."""
        ends = [span.until, self.closed(unit)]
        ends += [
            change.since for change in after(self.people.get(person, ()), span.since) if change.what == "left"
        ][:1]
        return min((end for end in ends if end is not None), default=None)
