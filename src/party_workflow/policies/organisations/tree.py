"""The tree counted at a moment: every level adds up, and an asserted figure is held against it (R-149).

Each unit has its own people and those of everything below it.  That the total of a unit equals its own
people and the totals of the units under it is not assumed but computed both ways (`faults`): from the bottom
up, and from each person upwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Final, Literal

from party_workflow.domain.organisation import DECIDER, STREAM, Organisation
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.figure import PERCENT, Absent, Evidence, Figure, Rounding
from party_workflow.quantity import Comparison, Quantity

CLAUSE: Final = "tree"
BASIS: Final = "organisation"
SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people: altogether, and by category.  One person may stand in several categories (R-150)."""

    people: int = 0
    categories: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        names = sorted({*self.categories, *other.categories})
        found = {name: self.categories.get(name, 0) + other.categories.get(name, 0) for name in names}
        return Tally(self.people + other.people, found)

    @classmethod
    def of(cls, people: Iterable[frozenset[str]]) -> Tally:
        """The tally of people, given by their categories."""
        found: dict[str, int] = {}
        number = 0
        for categories in people:
            number += 1
            for category in categories:
                found[category] = found.get(category, 0) + 1
        return cls(number, {name: found[name] for name in sorted(found)})


@dataclass(frozen=True, slots=True)
class Row:
    """A unit at the moment: kind, level (0 is the root), parent, the units under it, its people.

    `own` are those who count in the unit itself, `total` those in it or below; `guests` count elsewhere.
    """

    unit: str
    kind: str
    level: int
    parent: str | None
    children: tuple[str, ...]
    own: Tally
    total: Tally
    guests: int


@dataclass(frozen=True, slots=True)
class Level:
    """Everything at one depth: how many units of each kind, and the people in them and below."""

    level: int
    units: int
    kinds: Mapping[str, int]
    own: Tally
    total: Tally


@dataclass(frozen=True, slots=True)
class Tree:
    """The units below a unit at a moment, each after its parent, and whatever does not add up."""

    root: str
    at: datetime
    rows: Mapping[str, Row]
    faults: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    people: Mapping[str, tuple[str, frozenset[str]]]
    """Everybody who counts here: their unit and categories."""

    def __bool__(self) -> bool:
        """Whether every level adds up."""
        return not self.faults

    @property
    def total(self) -> Tally:
        """The people of the whole."""
        return self.rows[self.root].total

    def levels(self) -> tuple[Level, ...]:
        """By depth, from the root.

        The total of a level and the own people of all levels above it make the total of the whole.
        """
        found = []
        for depth in sorted({row.level for row in self.rows.values()}):
            rows = [row for row in self.rows.values() if row.level == depth]
            own, total = sum((r.own for r in rows), Tally()), sum((r.total for r in rows), Tally())
            found.append(Level(depth, len(rows), _kinds(rows), own, total))
        return tuple(found)

    def kinds(self) -> dict[str, tuple[int, Tally]]:
        """By kind of unit: how many there are, and the people who count in them themselves."""
        return {
            kind: (number, sum((r.own for r in self.rows.values() if r.kind == kind), Tally()))
            for kind, number in _kinds(self.rows.values()).items()
        }

    def count(self, what: Counted) -> Figure:
        """What a figure counts, counted here; every event of the organisation up to the moment bears it."""
        return Figure(what.name, Fraction(self._number(what)), "count", CLAUSE, BASIS, self.evidence)

    def share(self, name: str, part: Counted, whole: Counted, rounding: Rounding = SHARE) -> Figure:
        """One count over another, exact, with both as inputs; not applicable over nothing."""
        over, under = self.count(part), self.count(whole)
        value = Absent("not_applicable") if under.value == 0 else over.exact() / under.exact()
        return Figure(name, value, "share", CLAUSE, BASIS, (over, under), rounding)

    def _number(self, what: Counted) -> int:
        if what.counts == "units":
            return sum(
                1
                for row in self.rows.values()
                if row.unit != self.root
                and (what.kind is None or row.kind == what.kind)
                and (what.level is None or row.level == what.level)
            )
        needed, barred = frozenset(what.having), frozenset(what.without)
        return sum(
            1
            for unit, categories in self.people.values()
            if needed <= categories
            and not barred & categories
            and (what.kind is None or self.rows[unit].kind == what.kind)
            and (what.level is None or self.rows[unit].level == what.level)
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """What a figure counts: units below the root, or people by their categories; of a kind, at a level."""

    name: str
    counts: Literal["units", "people"]
    kind: str | None = None
    level: int | None = None
    having: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """An asserted figure held against the tree.  Truthy where it is borne out."""

    what: Counted
    asserted: Quantity
    counted: Figure
    comparison: Comparison

    def __bool__(self) -> bool:
        return bool(self.comparison)


def tree(history: History, at: datetime, root: str | None = None) -> Tree:
    """The tree at a moment, from the root of the organisation or from a unit.

    Raises `InvalidInput` where the unit does not stand at the moment.
    """
    state = history.state(DECIDER, STREAM)
    evidence = tuple(
        Evidence(item.event_id, item.position, item.stored_type)
        for item in (record.envelope for record in history.stream(STREAM))
        if item.effective_at <= at
    )
    return counted(state, at, root, evidence)


def counted(
    state: Organisation, at: datetime, root: str | None = None, evidence: tuple[Evidence, ...] = ()
) -> Tree:
    """The same from a state that is at hand: linear in units and people."""
    top = root if root is not None else _root(state, at)
    if top is None or not state.stands(top, at):
        raise InvalidInput(
            Fault(root or STREAM, "There is no such unit at that moment.", "Check the id and the moment.")
        )
    order = [unit for unit in state.branch(top, at) if state.stands(unit, at)]
    inside = frozenset(order)
    levels: dict[str, int] = {top: 0}
    children: dict[str, list[str]] = {unit: [] for unit in order}
    parents: dict[str, str | None] = {top: None}
    for unit in order[1:]:
        placing = state.placing(unit, at)
        assert placing is not None
        parents[unit] = placing.parent
        if placing.parent in inside and placing.parent is not None:
            children[placing.parent].append(unit)
            levels[unit] = levels[placing.parent] + 1
    people, faults = _everybody(state, at, top, inside)
    own: dict[str, list[frozenset[str]]] = {}
    for unit, categories in people.values():
        own.setdefault(unit, []).append(categories)
    tallies = {unit: Tally.of(own.get(unit, ())) for unit in order}
    totals = dict(tallies)
    for unit in reversed(order[1:]):
        parent = parents[unit]
        if parent is not None and parent in totals:
            totals[parent] = totals[parent] + totals[unit]
    rows = {
        unit: Row(
            unit,
            state.kind(unit, at) or "",
            levels.get(unit, 0),
            parents[unit],
            tuple(children[unit]),
            tallies[unit],
            totals[unit],
            len(state.attached(unit, at)),
        )
        for unit in order
    }
    faults += _faults(rows, people)
    return Tree(top, at, rows, tuple(faults), evidence, people)


def _root(state: Organisation, at: datetime) -> str | None:
    for unit in state.units:
        placing = state.placing(unit, at)
        if placing is not None and placing.parent is None:
            return unit
    return None


def _everybody(
    state: Organisation, at: datetime, top: str, inside: frozenset[str]
) -> tuple[dict[str, tuple[str, frozenset[str]]], list[str]]:
    """Everybody who counts in the branch, found from the people and not from the units."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    faults = []
    for person in state.people:
        standing = state.standing(person, at)
        if standing is None:
            continue
        if standing.unit in inside:
            found[person] = (standing.unit, standing.categories)
        elif state.within(standing.unit, top, at):
            faults.append(f"{person} counts in {standing.unit}, which does not stand")
    return {person: found[person] for person in sorted(found)}, faults


def _faults(rows: Mapping[str, Row], people: Mapping[str, tuple[str, frozenset[str]]]) -> list[str]:
    """Where a total, summed from below, is not what everybody's line upwards gives."""
    upwards: dict[str, int] = dict.fromkeys(rows, 0)
    for unit, _ in people.values():
        above: str | None = unit
        while above is not None and above in rows:
            upwards[above] += 1
            above = rows[above].parent
    found = []
    for row in rows.values():
        parts = row.own.people + sum(rows[child].total.people for child in row.children)
        if not row.total.people == parts == upwards[row.unit]:
            found.append(
                f"{row.unit} has {row.total.people}, its parts {parts}, its people {upwards[row.unit]}"
            )
    return found


def _kinds(rows: Iterable[Row]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row.kind] = found.get(row.kind, 0) + 1
    return {kind: found[kind] for kind in sorted(found)}


def hold(found: Tree, asserted: Iterable[tuple[Counted, Quantity]]) -> tuple[Held, ...]:
    """Asserted figures against the tree, each with by how much it differs."""
    held = []
    for what, quantity in asserted:
        figure = found.count(what)
        held.append(Held(what, quantity, figure, quantity.compare(figure.exact())))
    return tuple(held)
