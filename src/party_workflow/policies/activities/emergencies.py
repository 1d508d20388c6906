"""Emergencies: how soon somebody was there, and whether patrols covered the whole alert (R-128).

Times are read off the procedure ``emergency`` on a clock that runs day and night: from the moment when a step
took effect to that of another, without any calendar.  A patrol covers the time from when it set out, as long
as it lasted, and no time after it was recorded: dating ahead covers nothing.  Every stretch of the alert that
nobody covered is listed with both its ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from party_workflow.domain.procedure import Procedure, StepTaken, Taken
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.figure import PERCENT, Absent, Evidence, Figure, Rounding, Value
from party_workflow.policies.matters.procedures import procedures

KIND: Final = "emergency"
CLAUSE: Final = "emergency"
SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of an alert in which nobody patrolled a section."""

    since: datetime
    until: datetime

    @property
    def minutes(self) -> Fraction:
        """How long it was, exact."""
        return _minutes(self.until - self.since)


@dataclass(frozen=True, slots=True)
class Patrolled:
    """One section in one alert: the share of the alert's time that patrols covered, and every gap.

    `gaps` are those longer than was allowed; `share` leaves out every moment without a patrol, short or long.
    """

    section: str
    share: Figure
    gaps: tuple[Gap, ...]

    def __bool__(self) -> bool:
        """Whether no gap was longer than allowed."""
        return not self.gaps


@dataclass(frozen=True, slots=True)
class Response:
    """One emergency: from when to when it was on, how soon somebody was there, how it was patrolled.

    `minutes` is missing as long as nobody was there, and 0 where somebody was there before.  `in_time` is
    None while the limit has not passed.  `entered_after` is how many minutes after the first arrival that was
    recorded: a time entered late is not taken on trust.  `until` is the end of the alert, or the moment asked
    about while it lasts.
    """

    stream: str
    unit: str
    kind: str
    alerted: datetime
    until: datetime
    over: bool
    minutes: Figure
    in_time: bool | None
    entered_after: Fraction | None
    patrols: tuple[Patrolled, ...]

    def __bool__(self) -> bool:
        """Whether somebody was there in time, and every section was covered."""
        return bool(self.in_time) and all(self.patrols)


def responses(
    history: History, as_of: datetime, *, within_minutes: int, most_gap_minutes: int = 0
) -> tuple[Response, ...]:
    """Every emergency up to a moment, in order of its alert.

    `within_minutes` is by when somebody has to be there; a stretch without a patrol of up to
    `most_gap_minutes` is allowed.  Raises `InvalidInput` for a limit below 0.
    """
    if within_minutes < 0 or most_gap_minutes < 0:
        raise InvalidInput(Fault("minutes", "A limit is not below 0.", "Give whole minutes from 0."))
    found = [
        _response(state, as_of, within_minutes, most_gap_minutes)
        for state in procedures(history, KIND).values()
        if state.takings("alert") and state.takings("alert")[0].at <= as_of
    ]
    return tuple(sorted(found, key=lambda item: (item.alerted, item.stream)))


def _response(state: Procedure, as_of: datetime, within: int, most_gap: int) -> Response:
    alert = state.takings("alert")[0]
    ends = [item for item in state.takings("stand_down") if item.at <= as_of]
    until = max(alert.at, min((item.at for item in ends), default=as_of))
    there = [item for item in state.takings("arrive") if item.at <= as_of]
    first = min(there, key=lambda item: (item.at, item.position), default=None)
    limit = alert.at + within * _MINUTE
    value: Value = Absent("missing")
    in_time: bool | None = False if as_of > limit else None
    if first is not None:
        value = max(Fraction(0), _minutes(first.at - alert.at))
        in_time = first.at <= limit
    events = tuple(_evidence(item) for item in (alert, first) if item is not None)
    minutes = Figure("response.minutes", value, "elapsed", CLAUSE, state.stream, events)
    kind = str(alert.given["emergency_kind"].values[0]) if "emergency_kind" in alert.given else KIND
    sections = alert.given["sections"].values if "sections" in alert.given else ()
    patrols = [item for item in state.takings("patrol") if item.at <= as_of]
    return Response(
        stream=state.stream,
        unit=state.unit or "",
        kind=kind,
        alerted=alert.at,
        until=until,
        over=bool(ends),
        minutes=minutes,
        in_time=in_time,
        entered_after=None if first is None else max(Fraction(0), _minutes(first.recorded - first.at)),
        patrols=tuple(
            _patrolled(str(section), patrols, (alert.at, until), as_of, most_gap) for section in sections
        ),
    )


def _patrolled(
    section: str, patrols: list[Taken], window: tuple[datetime, datetime], as_of: datetime, most_gap: int
) -> Patrolled:
    mine = [item for item in patrols if section in _said(item, "section")]
    since, until = window
    uncovered = list(_gaps(_stretches(mine, as_of), since, until))
    whole = _minutes(until - since)
    without = sum((gap.minutes for gap in uncovered), Fraction(0))
    value: Value = Absent("not_applicable") if whole == 0 else (whole - without) / whole
    evidence = tuple(_evidence(item) for item in mine)
    figure = Figure("patrolled", value, "share", CLAUSE, section, evidence, SHARE)
    return Patrolled(section, figure, tuple(gap for gap in uncovered if gap.minutes > most_gap))


def _stretches(patrols: Iterable[Taken], as_of: datetime) -> Iterator[tuple[datetime, datetime]]:
    for item in patrols:
        said = [value for value in _said(item, "minutes") if isinstance(value, Decimal)]
        lasted = (
            timedelta(microseconds=int(max(Decimal(0), min(said[0], _MOST)) * 60_000_000)) if said else None
        )
        if lasted:
            yield item.at, min(item.at + lasted, item.recorded, as_of)


_MOST: Final = Decimal(60 * 24 * 366)
"""No patrol is longer than a year: longer is a slip of the pen, and must not overflow."""


def _gaps(stretches: Iterable[tuple[datetime, datetime]], since: datetime, until: datetime) -> Iterator[Gap]:
    covered = since
    for start, end in sorted(stretches):
        if end <= covered:
            continue
        if start >= until:
            break
        if start > covered:
            yield Gap(covered, start)
        covered = max(covered, end)
    if covered < until:
        yield Gap(covered, until)


def _said(taken: Taken, code: str) -> tuple[object, ...]:
    return taken.given[code].values if code in taken.given else ()


def _minutes(delta: timedelta) -> Fraction:
    return Fraction(delta // timedelta(microseconds=1), 60_000_000)


def _evidence(taken: Taken) -> Evidence:
    return Evidence(taken.event_id, taken.position, StepTaken.stored_type)
