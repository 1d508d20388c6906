"""The clocks of cases counted again: whether every due moment in a log follows from it.

For each event the clock concerned is counted from its start through everything that moved it, on the version
of the calendar that stood in the log at that place.  So a due moment that was written underneath, a clock
that was not set going, an extension after expiry, a recount on a calendar that nobody adopted and an appeal
out of time are found, each with what the count comes to instead (R-131, R-210).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from party_workflow.calendar import Calendar, Deadline
from party_workflow.canonical import time_text
from party_workflow.decider import Context
from party_workflow.domain.case import Case, CaseKind, CaseOpened
from party_workflow.domain.case.base import CaseMove
from party_workflow.domain.case.clocks import Change, count, started, triggers
from party_workflow.domain.case.notes import CaseReminded, ClockMoved, ClockRecounted, ClockStarted
from party_workflow.domain.case.parts import OPENING, Clock
from party_workflow.domain.case.passing import CaseResumed, ClockExtended
from party_workflow.domain.case.timing import bounded
from party_workflow.domain.definition import Definition
from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.personal import Sealed
from party_workflow.store import Recorded

TOGETHER: Final = "together"
"""The command type of several commands that were recorded together."""

_SEALED: Final = Sealed(commitment="0" * 64)


class ClocksAgain:
    """Counts the clocks of a log again, in its order; `states` is every stream as of the event's place."""

    def __init__(self, states: Mapping[str, Any]) -> None:
        self._states = states
        self._last: dict[str, tuple[Recorded, frozenset[str], set[str]]] = {}
        """By case the latest move, what it triggers, and the clocks that were set going with it."""

    def amiss(self, state: Case, item: Recorded) -> Iterator[tuple[Recorded, str]]:
        """What is wrong with the clocks of a case at an event, and with what lacked before it."""
        event, stream = item.event, item.envelope.stream
        last = self._last.get(stream)
        if last is not None and (
            isinstance(event, CaseMove) or last[0].envelope.command_id != item.envelope.command_id
        ):
            yield from self._lacking(state, stream)
        if isinstance(event, CaseOpened):
            self._last[stream] = item, frozenset({OPENING, event.state}), set()
            return
        if state.kind is None:
            return
        kind = state.kind
        if isinstance(event, CaseMove):
            self._last[stream] = item, triggers(event.move, state.state, event.state), set()
            if refusal := bounded(kind, event.move, state, _context(item)):
                yield item, f"It was out of time: {refusal}"
        match event:
            case ClockStarted():
                yield from ((item, what) for what in self._started(kind, state, event, item))
            case ClockMoved() | ClockExtended() | ClockRecounted() | CaseReminded():
                yield from ((item, what) for what in self._changed(kind, state, event, item))
            case _:
                return

    def left(self) -> Iterator[tuple[Recorded, str]]:
        """What lacks at the end of the log."""
        for stream in tuple(self._last):
            state = self._states.get(stream)
            if isinstance(state, Case):
                yield from self._lacking(state, stream)

    def _lacking(self, state: Case, stream: str) -> Iterator[tuple[Recorded, str]]:
        item, given, begun = self._last.pop(stream)
        if state.kind is None:
            return
        lacking = started(state.kind, given, state.runs, state.codes).keys() - begun
        for code in sorted(lacking):
            if item.envelope.command_type == TOGETHER and state.kind.clocks[code].when:
                continue  # what it depends on may have been said after the move
            yield item, f"The clock {code} was to be set going and was not."
        if isinstance(item.event, CaseResumed):
            for run in state.runs:
                if run.paused is not None and run.stopped is None:
                    yield item, f"The clock {run.clock} was to run on and did not."

    def _started(self, kind: CaseKind, state: Case, event: ClockStarted, item: Recorded) -> Iterator[str]:
        envelope, clock = item.envelope, kind.clocks.get(event.clock)
        last = self._last.get(envelope.stream)
        given = frozenset[str]() if last is None else last[1]
        if (
            clock is None
            or last is None
            or last[0].envelope.command_id != envelope.command_id
            or event.clock in last[2]
            or event.clock not in started(kind, given, state.runs, state.codes)
        ):
            yield f"Nothing sets the clock {event.clock} going there."
            return
        last[2].add(event.clock)
        number = sum(run.clock == event.clock for run in state.runs) + 1
        if event.run != number:
            yield f"It is run {number} of the clock {event.clock}, not {event.run}."
        both = (envelope.effective_at, envelope.recorded_at)
        start = max(both) if clock.favours == "requester" else min(both)
        if event.start != start:
            yield f"The clock {event.clock} starts at {time_text(start)}, not at {time_text(event.start)}."
        if event.definition != self._in_force(clock.calendar):
            yield f"The clock {event.clock} was not counted on the version of its calendar in force."
        found = self._count(clock, clock.calendar, event.definition, start, ())
        if found is None or (found.due, found.due_day, found.term, found.calendar) != (
            event.due,
            event.due_day,
            event.term,
            event.calendar,
        ):
            yield _instead(event.clock, found, event.due)

    def _changed(
        self,
        kind: CaseKind,
        state: Case,
        event: ClockMoved | ClockExtended | ClockRecounted | CaseReminded,
        item: Recorded,
    ) -> Iterator[str]:
        run, clock = state.run(event.clock), kind.clocks.get(event.clock)
        if run is None or clock is None or run.number != event.run or run.stopped is not None:
            yield f"There is no run {event.run} of the clock {event.clock} that could be changed."
            return
        if isinstance(event, CaseReminded):
            if event.due != run.due:
                yield f"Due is {time_text(run.due)}, not {time_text(event.due)}."
            return
        if (event.previous, event.original) != (run.due, run.original):
            yield f"Before it was due at {time_text(run.due)}, at first at {time_text(run.original)}."
        definition, changes = run.definition, run.changes
        both = (item.envelope.effective_at, item.envelope.recorded_at)
        match event:
            case ClockMoved():
                if run.paused is None or (event.paused, event.resumed) != (run.paused, min(both)):
                    yield f"The clock {event.clock} did not stand still between these moments."
                    return
                changes = (*changes, Change("pause", event.paused, event.resumed))
            case ClockExtended():
                if clock.extension is None or run.extensions >= clock.extensions or run.paused is not None:
                    yield f"The clock {event.clock} could not be extended then."
                    return
                if max(both) >= run.due:
                    yield f"The clock {event.clock} had run out at {time_text(run.due)}."
                changes = (*changes, Change("extension", both[0], both[0]))
            case ClockRecounted():
                definition = event.definition
                if definition == run.definition or definition != self._in_force(run.calendar):
                    yield f"The clock {event.clock} was not counted on another version in force."
        found = self._count(clock, run.calendar, definition, run.start, changes)
        if found is None or found.due != event.due:
            yield _instead(event.clock, found, event.due)

    def _in_force(self, calendar: str | None) -> str | None:
        state = self._states.get(f"definition/{calendar}")
        standing = state.current() if isinstance(state, Definition) else None
        return None if standing is None else standing[1]

    def _count(
        self,
        clock: Clock,
        calendar: str | None,
        definition: str,
        start: datetime,
        changes: tuple[Change, ...],
    ) -> Deadline | None:
        state = self._states.get(f"definition/{calendar}")
        body = state.body(definition) if isinstance(state, Definition) else None
        try:
            return None if body is None else count(clock, Calendar.model_validate(body), start, changes)
        except (InvalidInput, InvalidDefinition, ValidationError):
            return None


def _instead(clock: str, found: Deadline | None, said: datetime) -> str:
    if found is None:
        return f"The clock {clock} cannot be counted: its calendar is not in the log, or does not cover it."
    return f"Counted again the clock {clock} is due at {time_text(found.due)}, not at {time_text(said)}."


def _context(item: Recorded) -> Context:
    envelope = item.envelope
    return Context(
        by=envelope.actor,
        at=envelope.recorded_at,
        effective_at=envelope.effective_at,
        facts=(),
        seal=lambda *_: _SEALED,
        ballots=lambda _: (),
    )
