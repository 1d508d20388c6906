"""Goals on a distribution, as of a moment: how many have a grade, and how those who left it left (R-020).

"No unit is unqualified" can be met by making units better, and by closing, merging or reclassifying those
that are not.  The goal is the same; so who had the grade at the baseline and has it no longer is listed one
by one, with the event that took them out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, assert_never

from party_workflow.codec import Event
from party_workflow.domain.organisation import (
    UnitClosed,
    UnitFounded,
    UnitReclassified,
    UnitsMerged,
    UnitSplit,
)
from party_workflow.domain.plan import DistributionTarget
from party_workflow.history import History
from party_workflow.policies.figure import Evidence, Figure, counted
from party_workflow.quantity import Comparison

READS: Final[tuple[type[Event], ...]] = (UnitFounded, UnitClosed, UnitsMerged, UnitSplit, UnitReclassified)

What = Literal["founded", "closed", "merged", "split", "reclassified"]
How = Literal["regraded", "founded", "closed", "merged", "split", "reclassified", "not_graded"]


@dataclass(frozen=True, slots=True)
class Graded:
    """The grade of a unit, and the event that gave it."""

    grade: str
    evidence: Evidence


Grading = Callable[[History], Mapping[str, Graded]]
"""Which unit has which grade, as of the moments of a history: an assessment's results, for instance."""


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A change of the population of units between two moments."""

    unit: str
    what: What
    at: datetime
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Departure:
    """A unit that had the grade at the baseline and has it no longer: how, and by which event.

    Only ``regraded`` says that the unit itself was graded otherwise, and neither closed, merged, split nor
    reclassified in between; ``not_graded`` that it has no grade now although it is still there.
    """

    unit: str
    how: How
    now: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class GoalStanding:
    """Where a goal stands as of a moment, with what changed in the population since the baseline.

    `count` is how many units have the grade, `graded` how many have any.  `met` says whether the goal is met;
    `by_improvement` whether also nobody left the grade otherwise than by a better grade of their own.
    """

    as_of: datetime
    count: Figure
    graded: Figure
    comparison: Comparison
    departures: tuple[Departure, ...]
    changes: tuple[UnitChange, ...]

    @property
    def met(self) -> bool:
        """Whether as many units have the grade as the goal allows."""
        return bool(self.comparison)

    @property
    def by_improvement(self) -> bool:
        """Whether it is met, and every unit that left the grade did so by another grade of its own."""
        return self.met and all(item.how == "regraded" for item in self.departures)


def unit_changes(history: History, since: datetime, until: datetime) -> tuple[UnitChange, ...]:
    """Every change of the population of units after one moment up to another, in the order of the log.

    A merger names each unit that went into another one, a split the unit that went apart and those that came
    of it.
    """
    found = list[UnitChange]()
    for recorded in history.as_of(effective=until).events(*READS):
        event, envelope = recorded.event, recorded.envelope
        if envelope.effective_at <= since:
            continue
        evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
        assert isinstance(event, UnitFounded | UnitClosed | UnitsMerged | UnitSplit | UnitReclassified)
        what: What
        units: tuple[str, ...]
        match event:
            case UnitFounded():
                units, what = (event.unit,), "founded"
            case UnitClosed():
                units, what = (event.unit,), "closed"
            case UnitReclassified():
                units, what = (event.unit,), "reclassified"
            case UnitsMerged():
                units, what = event.units, "merged"
            case UnitSplit():
                units, what = (event.unit,), "split"
            case _:
                assert_never(event)
        found += [UnitChange(unit, what, envelope.effective_at, evidence) for unit in units]
    return tuple(found)


def track(
    goal: DistributionTarget, history: History, grading: Grading, *, baseline: datetime, as_of: datetime
) -> GoalStanding:
    """Where a goal stands as of a moment, against the grades at the baseline."""
    before = grading(history.as_of(effective=baseline))
    now = grading(history.as_of(effective=as_of))
    changes = unit_changes(history, baseline, as_of)
    having = [item.evidence for item in now.values() if item.grade == goal.grade]
    count = counted(goal.grade, "", "", having)
    return GoalStanding(
        as_of=as_of,
        count=count,
        graded=counted("graded", "", "", (item.evidence for item in now.values())),
        comparison=goal.count.compare(len(having)),
        departures=tuple(_departures(goal.grade, before, now, changes)),
        changes=changes,
    )


def _departures(
    grade: str, before: Mapping[str, Graded], now: Mapping[str, Graded], changes: tuple[UnitChange, ...]
) -> list[Departure]:
    found = list[Departure]()
    for unit in sorted(before):
        after = now.get(unit)
        if before[unit].grade != grade or (after is not None and after.grade == grade):
            continue
        graded = None if after is None else after.grade
        # The last change says most: a merger is recorded after the closings that carried it out.
        change = next((item for item in reversed(changes) if item.unit == unit), None)
        if change is not None:
            found.append(Departure(unit, change.what, graded, change.evidence))
        elif after is not None:
            found.append(Departure(unit, "regraded", graded, after.evidence))
        else:
            found.append(Departure(unit, "not_graded", None, before[unit].evidence))
    return found
