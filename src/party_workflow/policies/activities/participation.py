"""Participation: attendances, distinct persons, shares with and without the excused (R-071 to R-073).

The sum of attendances and the coverage of persons are different questions with different functions.  A
share is given raw (over everybody in scope) and adjusted (over everybody not excused), side by side: at
28 of 29 with one excused, a threshold of 98 % fails one and passes the other, and both are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.activities.works import Occasion, Works
from party_workflow.policies.figure import PERCENT, Absent, Evidence, Figure, Rounding, counted, share

CLAUSE: Final = "participation"
BASIS: Final = "attendance-register"


@dataclass(frozen=True, slots=True)
class Missing:
    """A person in scope who did not take part, with the reason code: excused for it, or unexplained."""

    person: str
    reason: str
    excused: bool
    accommodation: str | None
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Participation:
    """Who of a population took part in a task: both shares, and everybody who is missing with the reason."""

    campaign: str
    task: str
    population: int
    took_part: tuple[str, ...]
    missing: tuple[Missing, ...]
    make_up: tuple[str, ...]
    raw: Figure
    adjusted: Figure

    @property
    def excused(self) -> tuple[str, ...]:
        """Those who are missing and excused."""
        return tuple(item.person for item in self.missing if item.excused)

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Those who are missing and not excused: nothing is explained away in silence."""
        return tuple(item.person for item in self.missing if not item.excused)

    def meets(self, threshold: Fraction) -> tuple[bool, bool]:
        """Whether the raw and the adjusted share reach a threshold, by exact comparison."""
        return _reaches(self.raw, threshold), _reaches(self.adjusted, threshold)


def _reaches(figure: Figure, threshold: Fraction) -> bool:
    return not isinstance(figure.value, Absent) and figure.value >= threshold


def participation(history: History, campaign: str, task: str, population: str) -> Participation:
    """Participation of a frozen population in one task of a campaign, by occasions held and works accepted.

    Somebody took part who attended an occasion that serves the task, or whose written work for it was
    accepted.  Excused is who is not among them and has an excusal of the campaign that covers the task, or
    was excused on the register of every such occasion.  Raises `InvalidInput` for an unknown population, and
    for a task that no campaign of this key has, that nothing serves and nobody is excused from.
    """
    works = Works.of(history)
    if population not in works.populations:
        known = ", ".join(sorted(works.populations)) or "none"
        raise InvalidInput(Fault(population, "There is no such frozen population.", f"Known: {known}."))
    if not works.knows(campaign, task):
        known = ", ".join(sorted(works.tasks.get(campaign, ()))) or "none"
        what = f"No campaign of this key has a task {task}, and nothing serves one."
        raise InvalidInput(Fault(campaign, what, f"Known tasks: {known}."))
    people = sorted(works.populations[population].people())
    found, make_up = _found(works, campaign, task)
    registers = list(works.held(campaign=campaign, task=task))
    excusals = works.excusals_of(campaign, task)
    missing: list[Missing] = []
    for person in people:
        if person in found:
            continue
        excusal = excusals.get(person)
        if excusal is not None:
            missing.append(Missing(person, excusal.reason, True, excusal.accommodation, excusal.evidence))
        else:
            missing.append(_by_register(person, registers))
    present = tuple(person for person in people if person in found)
    part = counted("took_part", CLAUSE, BASIS, [found[p] for p in present], len(present))
    whole = counted("in_scope", CLAUSE, BASIS, works.scopes[population], len(people))
    excused = [item for item in missing if item.excused]
    out = counted("excused", CLAUSE, BASIS, [i.evidence for i in excused if i.evidence], len(excused))
    owed = Figure("owed", whole.exact() - out.exact(), "difference", CLAUSE, BASIS, (whole, out))
    return Participation(
        campaign=campaign,
        task=task,
        population=len(people),
        took_part=present,
        missing=tuple(missing),
        make_up=tuple(sorted(make_up)),
        raw=share("participation.raw", part, whole, CLAUSE, BASIS, SHARE),
        adjusted=share("participation.adjusted", part, owed, CLAUSE, BASIS, SHARE),
    )


SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)
"""A share is displayed to as many places as its percentage has, plus two."""


def _found(works: Works, campaign: str, task: str) -> tuple[dict[str, Evidence], set[str]]:
    """Who took part, each with the first event that shows it; and who only by a make-up occasion."""
    found: dict[str, Evidence] = {}
    regular: set[str] = set()
    for occasion in works.held(campaign=campaign, task=task):
        for row in occasion.rows.values():
            if row.took_part:
                found.setdefault(row.person, row.evidence)
                if occasion.state.makes_up is None:
                    regular.add(row.person)
    for work in works.accepted(campaign=campaign, task=task):
        found.setdefault(work.state.author, work.evidence)
        regular.add(work.state.author)
    return found, set(found) - regular


def _by_register(person: str, registers: Iterable[Occasion]) -> Missing:
    """What the registers say of somebody who took part in none of the occasions."""
    rows = [occasion.rows[person] for occasion in registers if person in occasion.rows]
    if rows and all(row.status == "excused" for row in rows):
        return Missing(person, rows[-1].reason or "excused", True, None, rows[-1].evidence)
    if rows:
        return Missing(person, rows[-1].status, False, None, rows[-1].evidence)
    return Missing(person, "not_registered", False, None, None)


def attendance_sum(
    occasions: Iterable[Occasion], *, having: Iterable[str] = (), without: Iterable[str] = ()
) -> Figure:
    """The sum of attendances over occasions: one person at two occasions counts twice.

    Counts those who at the time had every category in `having` and none in `without`.
    """
    needed, barred = frozenset(having), frozenset(without)
    parts = []
    for occasion in occasions:
        rows = [
            row
            for row in occasion.rows.values()
            if row.took_part and needed <= row.categories and not barred & row.categories
        ]
        evidence = dict.fromkeys(row.evidence for row in rows)
        parts.append(counted(occasion.state.stream, CLAUSE, BASIS, evidence, len(rows)))
    total = sum((part.exact() for part in parts), Fraction(0))
    return Figure("attendances", total, "sum", CLAUSE, BASIS, tuple(parts))


def coverage(occasions: Iterable[Occasion], people: Mapping[str, object]) -> Figure:
    """Distinct persons of a population reached by any of the occasions, over the population (R-072)."""
    reached: dict[str, Evidence] = {}
    for occasion in occasions:
        for row in occasion.rows.values():
            if row.took_part and row.person in people:
                reached.setdefault(row.person, row.evidence)
    part = counted("reached", CLAUSE, BASIS, reached.values(), len(reached))
    whole = Figure("in_scope", Fraction(len(people)), "count", CLAUSE, BASIS)
    return share("coverage", part, whole, CLAUSE, BASIS, SHARE)


def mean_attendance(occasions: Iterable[Occasion]) -> Figure:
    """The mean number of attendances of an occasion, exact (392 over 12 is 98/3)."""
    held = list(occasions)
    total = attendance_sum(held)
    number = counted("occasions", CLAUSE, BASIS, [item.held for item in held if item.held], len(held))
    return share("mean_attendance", total, number, CLAUSE, BASIS, Rounding(2, "half_up"))
