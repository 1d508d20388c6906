"""The table of due dates worked out by hand, against the calendar module alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import pytest
from tests.support.clock_table import AMENDED, CHINA, FIRST, HOURS, Row, Step, rows

from party_workflow.calendar import Calendar, Deadline, Term
from party_workflow.errors import InvalidInput

ROWS = rows()
_MONTH = Term(amount=30, unit="calendar_days")
_ASK = Term(amount=30, unit="calendar_days", last_day="moves")
_TOLD = Term(amount=15, unit="working_days")


@dataclass(frozen=True)
class Clock:
    """A clock as the requirements say it: what starts it (which time, none named: any) and what stops it."""

    term: Term
    starts: dict[str, tuple[int, ...]]
    stops: tuple[str, ...] = ()
    pauses: bool = False
    extension: Term | None = None


CLOCKS: dict[str, dict[str, Clock]] = {
    "petition": {
        "register": Clock(Term(amount=15, unit="calendar_days"), {"open": ()}, ("accept",)),
        "finish": Clock(
            Term(amount=60, unit="calendar_days"), {"accept": ()}, ("answer",), pauses=True, extension=_MONTH
        ),
        "ask_review": Clock(_ASK, {"answer": (1, 2)}, ("appeal",)),
        "review": Clock(_MONTH, {"appeal": (1,)}, ("answer",), pauses=True),
        "rereview": Clock(_MONTH, {"appeal": (2,)}, ("answer",), pauses=True),
    },
    "signed_report": {
        "forward": Clock(Term(amount=5, unit="working_days"), {"open": ()}, ("accept",)),
        "tell_acceptance": Clock(_TOLD, {"open": ()}, ("accept",)),
        "tell_outcome": Clock(_TOLD, {"decide": ()}, ("answer",)),
    },
    "public_opinion": {
        code: Clock(Term(amount=24, unit="hours"), {"open": ()}) for code in ("report", "handle")
    },
    "errand": {
        "do": Clock(Term(amount=10, unit="working_days"), {"open": ()}, pauses=True),
        "urgent_one": Clock(Term(amount=1, unit="calendar_days"), {"open": ()}),
        "urgent_five": Clock(Term(amount=5, unit="calendar_days"), {"open": ()}),
        "normal": Clock(Term(amount=15, unit="calendar_days"), {"open": ()}),
        "difficult": Clock(_MONTH, {"open": ()}),
        "month": Clock(Term(amount=1, unit="months"), {"open": ()}),
    },
}
LEVELS = 2


class Refused(Exception):
    """A step of a story that is turned down."""


@dataclass
class Run:
    """A clock that was started."""

    deadline: Deadline
    first: Deadline
    clock: Clock
    calendar: Calendar
    running: bool = True


@dataclass
class Reckoning:
    """A story told step by step with nothing but the calendar."""

    row: Row
    runs: dict[str, list[Run]] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        self.calendar = FIRST if self.row.first_calendar else CHINA
        if self.row.kind == "public_opinion":
            self.calendar = HOURS

    def take(self, step: Step) -> None:
        made = self.made[step.move] = self.made.get(step.move, 0) + 1
        if step.move == "appeal":
            if made > LEVELS:
                raise Refused("final")
            asking = self.runs["ask_review"][-1].deadline
            if asking.is_expired(step.at):
                raise Refused("over", asking.due)
        if step.move == "adopt":
            self.calendar = AMENDED  # for what begins from now on
        elif step.move in ("pause", "resume"):
            self._pause(step)
        elif step.move == "extend":
            self._extend(step)
        elif step.move == "recount":
            for run in self._running(step.said):
                if run.clock.pauses and self.stopped_at is not None:
                    continue  # what stands still is counted when it runs on
                if run.deadline.is_expired(step.at):
                    continue  # what has run out stays overdue
                run.calendar = self.calendar
                run.deadline = run.deadline.recomputed(self.calendar)
        for code, clock in CLOCKS[self.row.kind].items():
            if step.move in clock.stops:
                for run in self.runs.get(code, ()):
                    run.running = False
            runs = self.runs.get(code, [])
            if runs and runs[-1].running:
                continue  # what runs is not begun again
            if step.move in clock.starts and made in (clock.starts[step.move] or (made,)):
                deadline = self.calendar.deadline(step.at, clock.term)
                self.runs.setdefault(code, []).append(Run(deadline, deadline, clock, self.calendar))

    def _running(self, code: str = "") -> list[Run]:
        return [run for name, runs in self.runs.items() for run in runs if run.running and code in ("", name)]

    def _pause(self, step: Step) -> None:
        if step.move == "pause":
            self.stopped_at = step.at
            return
        assert self.stopped_at is not None
        for run in self._running():
            if run.clock.pauses:
                run.deadline = run.deadline.paused(self.stopped_at, step.at, run.calendar)
        self.stopped_at = None

    def _extend(self, step: Step) -> None:
        for run in self._running():
            if run.clock.extension is None:
                continue
            if run.deadline.is_expired(step.at):
                raise Refused("over", run.deadline.due)
            if run.deadline.extensions:
                raise Refused("spent")
            run.deadline = run.deadline.extend(run.clock.extension, run.calendar)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_R_131_R_210_the_calendar_comes_to_the_date_worked_out_by_hand(row: Row) -> None:
    reckoning = Reckoning(row)
    *before, last = row.story
    for step in before:
        reckoning.take(step)
    if row.refused == "outside":
        with pytest.raises(InvalidInput) as outside:
            reckoning.take(last)
        assert all(words in str(outside.value) for words in row.says)
        return
    if row.refused:
        with pytest.raises(Refused) as refused:
            reckoning.take(last)
        assert refused.value.args[0] == row.refused
    else:
        reckoning.take(last)
    run = reckoning.runs[row.clock][row.run - 1]
    assert (run.deadline.due, run.first.due) == (row.due, row.original)
    if not row.refused:
        explanation = "\n".join(run.deadline.explain())
        assert [words for words in row.says if words not in explanation] == []


def test_the_table_has_every_sort_of_case_and_says_how_each_was_worked_out() -> None:
    assert len(ROWS) >= 48
    assert len({row.id for row in ROWS}) == len(ROWS)
    assert all(len(row.worked_out) > 30 for row in ROWS)
    assert {row.refused for row in ROWS} == {"", "over", "spent", "outside", "final"}
    used = {(row.kind, row.clock) for row in ROWS}
    assert used == {(kind, code) for kind, clocks in CLOCKS.items() for code in clocks}
