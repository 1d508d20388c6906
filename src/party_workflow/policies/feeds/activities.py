"""The feeds of activities and of attendance: occasions as they stand, and the rows of their registers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from party_workflow.domain.activity import (
    THERE,
    ActivityCancelled,
    ActivityConducted,
    ActivityDescribed,
    ActivityHeld,
    ActivityMerged,
    ActivityPlanned,
    ActivityPostponed,
    ActivityScheduled,
    AttendanceCorrected,
    ConductCorrected,
)
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.feeds.lines import (
    MISSING,
    NONE,
    SERVES,
    Line,
    Reads,
    campaigns,
    code,
    flag,
    in_order,
    joined,
    key,
    line,
    number,
)
from party_workflow.policies.policy import Row

_ROW: Final = ("person", "standing", "status", "reason", "categories")

READS: Final[Reads] = {
    ActivityPlanned: ("kind", "unit", "planned_at", "period", "expected", "serves", "makes_up"),
    ActivityScheduled: ("series", "period", "outside"),
    ActivityDescribed: ("topic", "audience", "size", "hours"),
    ActivityPostponed: ("to",),
    ActivityCancelled: ("reason",),
    ActivityMerged: ("into",),
    ActivityHeld: ("attendance", "minutes"),
    ActivityConducted: ("chaired_by", "hours"),
    ConductCorrected: ("chaired_by", "hours"),
    AttendanceCorrected: _ROW,
}


@dataclass(slots=True)
class _Activity:
    line: Line
    register: dict[str, Line] = field(default_factory=dict)


@dataclass(slots=True)
class _State:
    found: dict[str, _Activity] = field(default_factory=dict)


def _evolve(state: _State, row: Row) -> _State:
    if row.kind is ActivityPlanned:
        period = row["period"]
        planned = line(
            row,
            activity=key(row.stream),
            kind=row["kind"],
            unit=row["unit"],
            state="planned",
            period=NONE if period is None else str(period),
            expected=number(len(row["expected"])),
            makes_up=code(row["makes_up"]),
            **campaigns(row["serves"]),
            **dict.fromkeys(("series", "topic", "audience", "size", "hours", "chair", "minutes"), NONE),
        )
        planned.effective_at = row["planned_at"]
        state.found[row.stream] = _Activity(planned)
        return state
    found = state.found.get(row.stream)
    if found is None:
        return state
    said = found.line
    if row.kind is ActivityHeld:
        said.change(row, state="held", minutes=number(row["minutes"]))
        said.effective_at = row.effective_at
        for item in row["attendance"]:
            cells = _cells(item.person, item.standing, item.status, item.reason, item.categories)
            found.register[item.person] = line(row, **cells)
    elif row.kind is AttendanceCorrected:
        _correct(found, row)
    elif row.kind is ActivityPostponed:
        said.change(row)
        said.effective_at = row["to"]
    elif row.kind is ActivityCancelled:
        said.change(row, state="cancelled")
    elif row.kind is ActivityMerged:
        said.change(row, state="merged")
    elif row.kind is ActivityScheduled:
        said.change(row, series=row["series"], period=str(row["period"]))
    elif row.kind is ActivityDescribed:
        names = ("topic", "audience", "size", "hours")
        said.change(row, **{name: row[name] for name in names if row[name] is not None})
    elif row.kind in (ActivityConducted, ConductCorrected):
        given = {"chair": row["chaired_by"], "hours": row["hours"]}
        said.change(row, **{name: value for name, value in given.items() if value is not None})
    return state


def _correct(found: _Activity, row: Row) -> None:
    person = row["person"]
    cells = _cells(*(row[name] for name in _ROW))
    if person in found.register:
        found.register[person].change(row, **cells)
    elif found.line.columns["state"] == "held":
        added = line(row, **cells)
        added.effective_at = found.line.effective_at  # they were there when it was held
        found.register[person] = added


def _cells(
    person: str, standing: str, status: str, reason: str | None, categories: Iterable[str]
) -> dict[str, Cell]:
    return {
        "person": person,
        "standing": standing,
        "status": status,
        "there": flag(status in THERE),
        "reason": code(reason),
        "categories": joined(categories),
    }


def _activities(state: _State) -> Iterable[Fact]:
    for found in state.found.values():
        register = found.register.values()
        held = found.line.columns["state"] == "held"
        yield found.line.fact(
            there=number(sum(row.columns["there"] == "yes" for row in register)) if held else MISSING,
            excused=number(sum(row.columns["status"] == "excused" for row in register)) if held else MISSING,
        )


def _attendance(state: _State) -> Iterable[Fact]:
    shared = ("activity", "kind", "unit", "period", "series", "topic", "campaign", "task")
    return in_order(
        row.fact(**{name: found.line.columns[name] for name in shared})
        for found in state.found.values()
        for row in found.register.values()
    )


_OCCASION: Final = {
    "stream": "The stream of the activity.",
    "activity": "Its key.",
    "kind": "The kind of activity.",
    "unit": "The unit whose activity it is.",
    "period": "The period that it belongs to, where one was named.",
    "series": "The series that it is of, where it is of one.",
    "topic": "What it is about, where that was said.",
    **SERVES,
}

ACTIVITIES: Final = Feed(
    name="activities",
    reads=READS,
    columns={
        **_OCCASION,
        "state": "planned, held, cancelled or merged.",
        "expected": "How many were expected when it was planned.",
        "there": "How many took part, missing until it was held.",
        "excused": "How many were excused, missing until it was held.",
        "minutes": "How long it took.",
        "makes_up": "The activity that it makes up for.",
        "audience": "Whom it is for.",
        "size": "Its size class.",
        "hours": "When in the day it was.",
        "chair": "The person who chaired it.",
    },
    initial=_State,
    evolve=_evolve,
    facts=_activities,
)
"""Activities.  A row takes effect when it was held, and before when it is planned for."""

ATTENDANCE: Final = Feed(
    name="attendance",
    reads=READS,
    columns={
        **_OCCASION,
        "person": "The person whose row it is.",
        "standing": "expected, invited or walk_in.",
        "status": "present, late, remote, excused or absent.",
        "there": "yes where the person took part.",
        "reason": "Why, where one was given.",
        "categories": "The categories of the person at the time, with a plus between them.",
    },
    initial=_State,
    evolve=_evolve,
    facts=_attendance,
)
"""Rows of the registers of activities that were held, as last corrected; in effect from when it was held."""
