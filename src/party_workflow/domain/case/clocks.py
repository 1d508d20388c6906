"""The clocks of a case: when they start, what moves them, how each due moment was counted.  (R-131, R-210)

A run of a clock is counted by `count` from its start and everything that changed it since, on one version of
its calendar.  So the same function sets it going, moves it, counts it anew on another version, explains it,
and lets an auditor check it.

Rules of the count:

* The day of the start is not counted; the last day counts whole (`party_workflow.calendar`).
* A pause takes its days out, and hours to the exact moment (`Deadline.paused`).
* An extension is counted from the day that was due, and not from the day on which it was granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from party_workflow.calendar import Calendar, Deadline, Term
from party_workflow.domain.case.kind import CaseKind
from party_workflow.domain.case.parts import Clock


@dataclass(frozen=True, slots=True)
class Change:
    """What changed a run after its start: a pause with its end, or an extension."""

    what: Literal["pause", "extension"]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a clock.  `original` is what was due before any change; `stopped` when it stopped.

    `calendar` is the code of the calendar, `definition` the digest under which the version that counts was
    adopted in the log.
    """

    clock: str
    number: int
    start: datetime
    due: datetime
    original: datetime
    calendar: str
    definition: str
    changes: tuple[Change, ...] = ()
    paused: datetime | None = None
    stopped: datetime | None = None
    reminders: int = 0

    @property
    def running(self) -> bool:
        """Whether it still counts: neither stopped nor paused."""
        return self.stopped is None and self.paused is None

    @property
    def extensions(self) -> int:
        """How often it was extended."""
        return sum(change.what == "extension" for change in self.changes)

    def overdue(self, at: datetime) -> bool:
        """Whether it ran out by a moment, or before it was stopped or paused."""
        return min(at, self.stopped or at, self.paused or at) >= self.due


def triggers(move: str, before: str | None, entered: str) -> frozenset[str]:
    """What a move sets going and stops: itself, and the state that it enters from another."""
    return frozenset({move} if before == entered else {move, entered})


def started(
    kind: CaseKind, given: frozenset[str], runs: Iterable[Run], said: Mapping[str, str | None]
) -> dict[str, Clock]:
    """The clocks that begin to run, by code, after what the same move stops has stopped.

    `said` are the codes that were said of the case by then, by the names of the particulars.
    """
    latest = {run.clock: run for run in runs}
    return {
        code: clock
        for code, clock in sorted(kind.clocks.items())
        if given.intersection(clock.starts)
        and all(said.get(name) == value for name, value in clock.when.items())
        and (code not in latest or latest[code].stopped is not None or given.intersection(clock.stops))
    }


def stopped(kind: CaseKind, given: frozenset[str], runs: tuple[Run, ...], at: datetime) -> tuple[Run, ...]:
    """The runs after a move that was made at a moment; one that stood still did so to its end."""
    return tuple(
        replace(run, stopped=at)
        if run.stopped is None
        and run.clock in kind.clocks
        and given.intersection(kind.clocks[run.clock].stops)
        else run
        for run in runs
    )


def latest(runs: Iterable[Run], clock: str) -> Run | None:
    """The latest run of a clock; None before the first."""
    found = None
    for run in runs:
        found = run if run.clock == clock else found
    return found


def count(clock: Clock, calendar: Calendar, start: datetime, changes: Iterable[Change] = ()) -> Deadline:
    """How a run is counted from its start through everything that changed it, with every step.

    Raises `InvalidInput` where the calendar does not cover a day that is counted.
    """
    found = calendar.deadline(start, Term(amount=clock.amount, unit=clock.unit, last_day=clock.last_day))
    for change in changes:
        if change.what == "pause":
            found = found.paused(change.since, change.until, calendar)
        elif clock.extension is not None:
            found = found.extend(clock.extension, calendar)
    return found


def explain(clock: Clock, calendar: Calendar, run: Run) -> list[str]:
    """How a run came to its due moment, one sentence a step."""
    return count(clock, calendar, run.start, run.changes).explain()
