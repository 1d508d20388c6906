"""The clocks of cases: when each run started, what is due, what moved it, and how late it was or is.

Everything comes from the log: the kind that a case pins says how long a clock runs, the definitions adopted
there say on which days, and the events of the case what happened.  So each date is counted here again, and
`ClockLine.explanation` is that count in sentences (R-131).  How long something took is exact, and on a
calendar that counts hours it is what counts (R-128, R-137).  Nothing here is better for being lower: how many
clocks there were says nothing about anybody (R-147).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final, Literal

from pydantic import ValidationError

from party_workflow.calendar import Calendar, Deadline
from party_workflow.canonical import time_text
from party_workflow.domain import case as cases
from party_workflow.domain.case import Case, CaseKind
from party_workflow.domain.case.clocks import Run, count
from party_workflow.domain.definition import DefinitionAdopted
from party_workflow.errors import Fault, InvalidDefinition, InvalidInput
from party_workflow.history import History
from party_workflow.policies.figure import PERCENT, Evidence, Figure, Rounding, share
from party_workflow.policies.overview.citing import evidence_of
from party_workflow.store import Recorded

Standing = Literal["running", "still", "kept", "late", "overdue"]
"""Runs in time; stands still; was stopped in time; was stopped too late; runs and is too late."""

SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One run of one clock of one case, as of a moment.

    `original` is what was due at first and never moves; `due` what stands.  `took` is the time from the start
    until it stopped, or until the moment of the report, without pauses.  `late` counts days, a begun one
    whole, and is 0 in time.  `stopped` is when what stopped it happened, `recorded` when that was recorded:
    in time by the one and not by the other is `dated_back`, and the explanation says so.  `evidence` are the
    events that started, moved or stopped it; `explanation` is the count, sentence by sentence, ending with
    what became of it.
    """

    case: str
    kind: str
    unit: str
    clock: str
    run: int
    start: datetime
    due: datetime
    original: datetime
    stopped: datetime | None
    recorded: datetime | None
    paused: datetime | None
    standing: Standing
    took: timedelta
    late: int
    late_by: timedelta
    evidence: tuple[Evidence, ...]
    explanation: tuple[str, ...]

    @property
    def dated_back(self) -> bool:
        """Whether it was kept only by what was recorded when it had run out."""
        return self.standing == "kept" and self.recorded is not None and self.recorded >= self.due


def clock_report(history: History, as_of: datetime, kind: str | None = None) -> tuple[ClockLine, ...]:
    """Every run of every clock, as of a moment: what happened later is left out, whenever it was recorded.

    In the order of the log: by case, then as they were started.  `kind` narrows it to one kind of case.
    """
    calendars = calendars_in(history)
    lines: list[ClockLine] = []
    for state, seen in _followed(history, as_of):
        if state.kind is None or (kind is not None and state.kind.code != kind):
            continue
        for run in state.runs:
            items = seen.get((run.clock, run.number), ())
            lines.append(_line(state, state.kind, run, items, calendars, as_of))
    return tuple(lines)


def explain_clock(history: History, case: str, clock: str, run: int = 1) -> tuple[str, ...]:
    """How a due moment of a case came about, step by step, from the log alone.

    Raises `InvalidInput` where the case has no such run.
    """
    state = history.state(cases.DECIDER, case)
    found = next((each for each in state.runs if (each.clock, each.number) == (clock, run)), None)
    if found is None or state.kind is None:
        known = ", ".join(f"{each.clock} {each.number}" for each in state.runs) or "none"
        what = f"{case} has no run {run} of a clock {clock}."
        raise InvalidInput(Fault("clock", what, f"Its clocks and runs: {known}."))
    return _explained(state.kind, found, calendars_in(history))


def kept_in_time(lines: Iterable[ClockLine], clock: str, basis: str = "") -> Figure:
    """The share of the runs of a clock that are decided which were stopped in time.

    Decided are those that were stopped and those that are overdue; what still runs in time, or stands still,
    is neither.  What was `dated_back` is decided and is not shown to be in time, so that nobody betters the
    share by recording late what is said to have happened early.  Of none there is no share.
    """
    decided = [line for line in lines if line.clock == clock and line.standing in ("kept", "late", "overdue")]
    part = _number(
        "kept", [line for line in decided if line.standing == "kept" and not line.dated_back], basis
    )
    return share("kept_in_time", part, _number("decided", decided, basis), clock, basis, SHARE)


def calendars_in(history: History) -> Mapping[str, Calendar]:
    """The calendars adopted in a log, every version, by the digest under which it was adopted."""
    found: dict[str, Calendar] = {}
    for item in history.events(DefinitionAdopted):
        event = item.event
        if isinstance(event, DefinitionAdopted) and event.kind == "calendar":
            try:
                found[event.digest] = Calendar.model_validate(event.body)
            except (InvalidDefinition, ValidationError):
                continue  # written underneath the API; another check says so
    return found


def deadline_of(kind: CaseKind, run: Run, calendars: Mapping[str, Calendar]) -> Deadline | None:
    """A run counted again; None where its clock or its calendar is not in the log, or does not cover it."""
    clock, calendar = kind.clocks.get(run.clock), calendars.get(run.definition)
    if clock is None or calendar is None:
        return None
    try:
        return count(clock, calendar, run.start, run.changes)
    except InvalidInput:
        return None


def _followed(
    history: History, as_of: datetime
) -> Iterable[tuple[Case, Mapping[tuple[str, int], list[Recorded]]]]:
    """Each case as it stood, and by clock and run the events that changed it."""
    states: dict[str, Case] = {}
    seen: dict[str, dict[tuple[str, int], list[Recorded]]] = {}
    for item in history.events(*cases.DECIDER.events):
        if item.envelope.effective_at > as_of:
            continue
        stream = item.envelope.stream
        before = states.get(stream, cases.DECIDER.initial())
        after = states[stream] = cases.DECIDER.evolve(before, item)
        known = {(run.clock, run.number): run for run in before.runs}
        for run in after.runs:
            if known.get((run.clock, run.number)) != run:
                by_run = seen.setdefault(stream, {})
                by_run.setdefault((run.clock, run.number), []).append(item)
    return [(state, seen.get(stream, {})) for stream, state in states.items()]


def _line(
    state: Case,
    kind: CaseKind,
    run: Run,
    items: Sequence[Recorded],
    calendars: Mapping[str, Calendar],
    as_of: datetime,
) -> ClockLine:
    until = min(moment for moment in (run.stopped, run.paused, as_of) if moment is not None)
    still = sum(
        (change.until - change.since for change in run.changes if change.what == "pause"), timedelta()
    )
    late_by = max(until - run.due, timedelta())
    too_late = until >= run.due
    standing: Standing
    if run.stopped is not None:
        standing = "late" if too_late else "kept"
    elif run.paused is not None:
        standing = "still"
    else:
        standing = "overdue" if too_late else "running"
    late = late_by // _DAY + 1 if too_late else 0
    # Nothing changes a run after it has stopped, so that the last event is the one that stopped it.
    recorded = None if run.stopped is None else items[-1].envelope.recorded_at
    return ClockLine(
        case=state.stream,
        kind=kind.code,
        unit=state.unit,
        clock=run.clock,
        run=run.number,
        start=run.start,
        due=run.due,
        original=run.original,
        stopped=run.stopped,
        recorded=recorded,
        paused=run.paused,
        standing=standing,
        took=max(until - run.start - still, timedelta()),
        late=late,
        late_by=late_by,
        evidence=tuple(map(evidence_of, items)),
        explanation=(*_explained(kind, run, calendars), *_outcome(run, standing, late, as_of, recorded)),
    )


def _explained(kind: CaseKind, run: Run, calendars: Mapping[str, Calendar]) -> tuple[str, ...]:
    found = deadline_of(kind, run, calendars)
    if found is None:
        return ("It cannot be counted again: its clock or its calendar is not in the log.",)
    sentences = tuple(found.explain())
    if found.due != run.due:
        sentences += (f"The log says {time_text(run.due)} instead.",)
    if run.original != run.due:
        sentences += (f"At first it was due before {time_text(run.original)}.",)
    return sentences


def _outcome(
    run: Run, standing: Standing, late: int, as_of: datetime, recorded: datetime | None
) -> Sequence[str]:
    days = f"{late} day{'' if late == 1 else 's'}"
    match standing:
        case "kept":
            said = f"Stopped in time at {time_text(run.stopped or as_of)}."
            if recorded is None or recorded < run.due:
                return (said,)
            return (said, f"That was recorded at {time_text(recorded)} only, when it had run out.")
        case "late":
            return (f"Stopped {days} late at {time_text(run.stopped or as_of)}.",)
        case "still":
            return (f"It stands still since {time_text(run.paused or as_of)}.",)
        case "overdue":
            return (f"Overdue by {days} at {time_text(as_of)}.",)
        case "running":
            return (f"It runs at {time_text(as_of)}.",)


def _number(name: str, lines: Sequence[ClockLine], basis: str) -> Figure:
    evidence = tuple(line.evidence[-1] for line in lines if line.evidence)
    return Figure(name, Fraction(len(lines)), "count", "", basis, evidence)
