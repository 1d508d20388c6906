"""What a command on a case does to its clocks, and what a clock that has run out closes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from party_workflow.authority import SELF
from party_workflow.calendar import Calendar, Deadline
from party_workflow.canonical import time_text
from party_workflow.decider import Context
from party_workflow.domain.case.asking import Facts
from party_workflow.domain.case.base import CaseNote
from party_workflow.domain.case.clocks import Change, Run, count, started
from party_workflow.domain.case.commands import ExtendClock, RecountClock, RemindCase
from party_workflow.domain.case.kind import CaseKind
from party_workflow.domain.case.notes import (
    CaseReminded,
    ClockMoved,
    ClockRecounted,
    ClockStarted,
)
from party_workflow.domain.case.parts import Clock
from party_workflow.domain.case.passing import ClockExtended
from party_workflow.domain.case.reasons import (
    CLOCK_EXTENDED,
    CLOCK_FIXED,
    CLOCK_NOT_RUNNING,
    CLOCK_OVER,
    CLOCK_RUNS,
    DUE_OVER,
    NO_CALENDAR,
    NOT_COUNTED,
    PAUSE_BACKWARDS,
    UNMOVED,
)
from party_workflow.domain.case.state import Case
from party_workflow.errors import InvalidInput, Refusal

LETTERBOX: Final = "letterbox"
"""The role in which the service speaks for whoever brought a case, once it has checked their receipt."""


def begun(
    kind: CaseKind,
    given: frozenset[str],
    state: Case,
    said: Mapping[str, str | None],
    facts: Facts,
    context: Context,
) -> list[CaseNote] | Refusal:
    """The clocks that a move sets going, each counted on the calendar in force."""
    found: list[CaseNote] = []
    for code, clock in started(kind, given, state.runs, said).items():
        assert clock.calendar is not None
        standing = facts[f"calendar {clock.calendar}"]
        if standing is None:
            return NO_CALENDAR(clock=code, calendar=clock.calendar)
        definition, body = standing
        both = (context.effective_at, context.at)
        start = max(both) if clock.favours == "requester" else min(both)
        due = _counted(code, clock, body, start, ())
        if isinstance(due, Refusal):
            return due
        found.append(
            ClockStarted(
                clock=code,
                run=sum(run.clock == code for run in state.runs) + 1,
                start=start,
                term=due.term,
                due=due.due,
                due_day=due.due_day,
                calendar=due.calendar,
                definition=definition,
            )
        )
    return found


def resumed(kind: CaseKind, state: Case, facts: Facts, context: Context) -> list[CaseNote] | Refusal:
    """The clocks that stood still and run on, with what is due on them then."""
    found: list[CaseNote] = []
    until = min(context.effective_at, context.at)  # dating ahead does not lengthen a pause
    for run in state.runs:
        if run.paused is None or run.stopped is not None:
            continue
        if until < run.paused:
            return PAUSE_BACKWARDS(since=time_text(run.paused))
        changes = (*run.changes, Change("pause", run.paused, until))
        due = _counted(run.clock, kind.clocks[run.clock], facts[run.definition], run.start, changes)
        if isinstance(due, Refusal):
            return due
        found.append(
            ClockMoved(
                clock=run.clock,
                run=run.number,
                paused=run.paused,
                resumed=until,
                due=due.due,
                previous=run.due,
                original=run.original,
            )
        )
    return found


def extended(
    command: ExtendClock, kind: CaseKind, state: Case, facts: Facts, context: Context, entered: str
) -> ClockExtended | Refusal:
    """The extension of a clock that runs, before it has run out."""
    run = _running(command.clock, state)
    if isinstance(run, Refusal):
        return run
    clock = kind.clocks[command.clock]
    if clock.extension is None:
        return CLOCK_FIXED(clock=command.clock, kind=kind.code)
    # The later of the two clocks: an extension is not dated back to before the due moment.
    if max(context.at, context.effective_at) >= run.due:
        return DUE_OVER(due=time_text(run.due))
    if run.extensions >= clock.extensions:
        return CLOCK_EXTENDED(clock=command.clock, times=run.extensions)
    change = Change("extension", context.effective_at, context.effective_at)
    due = _counted(command.clock, clock, facts[run.definition], run.start, (*run.changes, change))
    if isinstance(due, Refusal):
        return due
    return ClockExtended(
        state=entered,
        clock=command.clock,
        run=run.number,
        due=due.due,
        previous=run.due,
        original=run.original,
        ground=command.ground,
        definition=run.definition,
    )


def recounted(
    command: RecountClock, kind: CaseKind, state: Case, facts: Facts, context: Context
) -> list[CaseNote] | Refusal:
    """A clock counted anew on the version of its calendar that is in force, before it has run out."""
    run = _running(command.clock, state)
    if isinstance(run, Refusal):
        return run
    # The later of the two clocks: what is overdue does not become timely by another calendar.
    if max(context.at, context.effective_at) >= run.due:
        return DUE_OVER(due=time_text(run.due))
    standing = facts[f"calendar {run.calendar}"]
    if standing is None:
        return NO_CALENDAR(clock=command.clock, calendar=run.calendar)
    definition, body = standing
    if definition == run.definition:
        return UNMOVED(clock=command.clock, calendar=run.calendar)
    due = _counted(command.clock, kind.clocks[command.clock], body, run.start, run.changes)
    if isinstance(due, Refusal):
        return due
    return [
        ClockRecounted(
            clock=command.clock,
            run=run.number,
            due=due.due,
            previous=run.due,
            original=run.original,
            ground=command.ground,
            calendar=due.calendar,
            definition=definition,
        )
    ]


def reminded(command: RemindCase, state: Case) -> list[CaseNote] | Refusal:
    """A reminder of what is due on a clock that runs, or has run out."""
    run = _running(command.clock, state)
    if isinstance(run, Refusal):
        return run
    return [CaseReminded(clock=run.clock, run=run.number, due=run.due)]


def bounded(kind: CaseKind, move: str, state: Case, context: Context) -> Refusal | None:
    """Whether a clock closes a move: its time is over, or has not come."""
    if (code := kind.within.get(move)) is not None:
        run = state.run(code)
        # A letter counts by when it came; what somebody does for themselves, by when they do it.
        own = context.by.capacity == SELF
        moment = max(context.at, context.effective_at) if own else context.effective_at
        if run is not None and moment >= run.due:
            return CLOCK_OVER(move=move, clock=code, due=time_text(run.due))
    # That somebody is content ends their time to appeal: said for them, it waits as closing does.
    spoken_for = move == "confirm" and context.by.capacity not in (SELF, LETTERBOX)
    for each in (move, "close") if spoken_for else (move,):
        if (code := kind.after.get(each)) is not None:
            run = state.run(code)
            # The earlier of the two clocks: dating ahead does not cut the time short.
            waits = run is not None and run.stopped is None and not _over(run, context)
            if run is not None and waits:
                return CLOCK_RUNS(move=move, clock=code, due=time_text(run.due))
    return None


def _over(run: Run, context: Context) -> bool:
    return run.paused is None and min(context.at, context.effective_at) >= run.due


def _running(code: str, state: Case) -> Run | Refusal:
    run = state.run(code)
    if run is None or not run.running:
        running = ", ".join(each.clock for each in state.runs if each.running) or "none"
        return CLOCK_NOT_RUNNING(clock=code, running=running)
    return run


def _counted(
    code: str,
    clock: Clock,
    body: Mapping[str, Any] | None,
    start: datetime,
    changes: Sequence[Change],
) -> Deadline | Refusal:
    if body is None:
        return NO_CALENDAR(clock=code, calendar=clock.calendar)
    try:
        return count(clock, Calendar.model_validate(dict(body)), start, changes)
    except InvalidInput as error:
        return NOT_COUNTED(clock=code, fault=error.faults[0].what)
