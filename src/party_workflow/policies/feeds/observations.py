"""The feed of observed values: a row for each row of a series that stands, as it was last put right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Final

from party_workflow.domain.observation import (
    MarkedNotComparable,
    ObservationCorrected,
    ObservationRecorded,
    ObservationWithdrawn,
    SeriesOpened,
)
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.figure import Absent, Evidence
from party_workflow.policies.policy import Row

_CELLS: Final = ("numbers", "ratios", "codes", "days", "absent")


@dataclass(slots=True)
class _Series:
    subject: str = ""
    comparable: Cell = field(default_factory=lambda: Absent("missing"))
    marks: tuple[Evidence, ...] = ()


@dataclass(slots=True)
class _Line:
    subject: str
    cells: dict[str, Cell]
    evidence: tuple[Evidence, ...]
    effective_at: datetime
    recorded_at: datetime
    position: int


@dataclass(slots=True)
class _State:
    series: dict[str, _Series] = field(default_factory=dict)
    lines: dict[tuple[str, str], _Line] = field(default_factory=dict)


def _cells(row: Row) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    fields = row.fields
    for name in ("numbers", "ratios"):
        for code, number in (fields[name] or {}).items():
            found[code] = Fraction(number)
    found.update(fields["codes"] or {})
    found.update(fields["days"] or {})
    for code, kind in (fields["absent"] or {}).items():
        found[code] = Absent(kind)
    return found


def _evolve(state: _State, row: Row) -> _State:
    if row.kind is ObservationRecorded:
        state.lines[row.stream, row["row"]] = _Line(
            row["subject"], _cells(row), (row.evidence,), row.effective_at, row.recorded_at, row.position
        )
    elif row.kind is ObservationCorrected:
        if (line := state.lines.get((row.stream, row["row"]))) is not None:
            line.cells = line.cells | _cells(row)
            line.evidence = (*line.evidence, row.evidence)
    elif row.kind is ObservationWithdrawn:
        state.lines.pop((row.stream, row["row"]), None)
    elif row.kind is SeriesOpened:
        found = state.series.setdefault(row.stream, _Series())
        found.subject = row["subject"]
        grounds = row["not_comparable"]
        if grounds or isinstance(found.comparable, Absent):
            found.comparable = "no" if grounds else "yes"
        if grounds:
            found.marks = (*found.marks, row.evidence)
    elif row.kind is MarkedNotComparable:
        found = state.series.setdefault(row.stream, _Series())
        found.comparable = "no"
        found.marks = (*found.marks, row.evidence)
    return state


def _facts(state: _State) -> Iterable[Fact]:
    unknown = _Series()
    for (stream, key), line in state.lines.items():
        series = state.series.get(stream, unknown)
        own: dict[str, Cell] = {series.subject: line.subject} if series.subject else {}
        columns = {
            **own,
            **line.cells,
            "stream": stream,
            "series": stream.partition("/")[2],
            "row": key,
            "subject": line.subject,
            "comparable": series.comparable,
        }
        evidence = (*line.evidence, *series.marks)
        yield Fact(columns, evidence, line.effective_at, line.recorded_at, line.position)


OBSERVATIONS: Final = Feed(
    name="observations",
    reads={
        SeriesOpened: ("subject", "not_comparable"),
        ObservationRecorded: ("row", "subject", *_CELLS),
        ObservationCorrected: ("row", *_CELLS),
        ObservationWithdrawn: ("row",),
        MarkedNotComparable: (),
    },
    columns={
        "stream": "The stream of the series.",
        "series": "The key of the series.",
        "row": "The key of the row in its series.",
        "subject": "Whom the row is about; also under the name that the series gives to this column.",
        "comparable": "no where the series is marked as not comparable, otherwise yes.",
    },
    initial=_State,
    evolve=_evolve,
    facts=_facts,
    further=True,
)
"""Observed values.  Besides its own, a row has the columns that its series declares."""
