"""Reminders and escalation of what runs on the clocks of cases (R-116).

Unlike what is merely proposed, a reminder is on record in the case: somebody was told, and when.  What is
issued depends on the events known by a moment and on the moment alone, and each once: a clock that comes near
its end, that has run out, and that ran out a term ago, when the unit above is told as well.  A clock that is
moved is reminded of anew.  Confidential cases are left to those who may see them, who run this for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from party_workflow.calendar import Calendar
from party_workflow.domain import case, organisation
from party_workflow.domain.case import (
    ClockExtended,
    ClockMoved,
    ClockRecounted,
    ClockStarted,
    EscalateCase,
    RemindCase,
    Run,
)
from party_workflow.domain.organisation import Organisation
from party_workflow.errors import Refusal
from party_workflow.history import History
from party_workflow.packs.processes.folding import key_of, organisation_of, unit_above
from party_workflow.packs.processes.waiting import TERMS, Terms
from party_workflow.policies.registers import Entry, entries
from party_workflow.processes import Follows, Issue, ProcessManager, surveying

LATE: Final = "overdue"
"""The ground on which a unit above is told."""

_MOVING = ClockStarted | ClockMoved | ClockExtended | ClockRecounted
_NEVER: Final = timedelta(microseconds=1)


def pressed_cases(
    calendar: Calendar, terms: Terms = TERMS, *, confidential: bool = False
) -> ProcessManager[None]:
    """Every clock of every open case: `ahead` days before it runs out, when it has, and a term after that.

    With `confidential`, those cases as well: for an account that may see them.
    """

    def survey(history: History, at: datetime) -> Follows:
        found: list[Issue] = []
        units = organisation_of(history)
        for entry in entries(history, at):
            if not entry.state.final and (confidential or not entry.state.confidential):
                for run in entry.state.runs:
                    if run.running:
                        found += _Pressed(entry, run, units, calendar, terms, at).issues()
        return found

    reads = (*case.DECIDER.events, *organisation.DECIDER.events)
    name = "pressed-cases-confidential" if confidential else "pressed-cases"
    return surveying(name, reads, survey, issues=(RemindCase, EscalateCase))


@dataclass(frozen=True, slots=True)
class _Pressed:
    entry: Entry
    run: Run
    units: Organisation
    calendar: Calendar
    terms: Terms
    at: datetime

    def issues(self) -> Iterator[Issue]:
        run, cause = self.run, self._cause()
        key = key_of(self.entry.stream)
        remind = RemindCase(key=key, clock=run.clock)
        if self.at >= run.due:
            yield Issue(remind, cause, f"{run.clock}-{run.number}-over")
            above = unit_above(self.units, self.entry.state.unit, self.at)
            late = self.calendar.deadline(run.due - _NEVER, self.terms.escalate).due
            if above is not None and self.at >= late and self._open():
                escalate = EscalateCase(key=key, unit=above, ground=LATE)
                yield Issue(escalate, cause, f"{run.clock}-{run.number}-escalate")
        elif self.at >= run.due - timedelta(days=self.terms.ahead):
            yield Issue(remind, cause, f"{run.clock}-{run.number}-ahead")

    def _open(self) -> bool:
        kind = self.entry.state.kind
        step = None if kind is None else kind.table.step(self.entry.state.state, "escalate")
        return step is not None and not isinstance(step, Refusal)

    def _cause(self) -> str:
        """The event that set what is due now."""
        found = ""
        for item in self.entry.events:
            event = item.event
            if isinstance(event, _MOVING) and (event.clock, event.run) == (self.run.clock, self.run.number):
                found = item.envelope.event_id
        return found
