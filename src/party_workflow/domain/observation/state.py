"""The state of a series of observed values, and what each event does to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, assert_never

from party_workflow.domain.observation.events import (
    AbsentKind,
    Column,
    MarkedNotComparable,
    ObservationCorrected,
    ObservationEvent,
    ObservationRecorded,
    ObservationWithdrawn,
    SeriesOpened,
    Survey,
)
from party_workflow.store import Envelope, Recorded

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoValue:
    """A cell that is absent, and how."""

    kind: AbsentKind


Observation = Decimal | Fraction | date | str | NoValue
"""The value of a cell."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands: its cells by column, since when, and who recorded each of them."""

    subject: str
    cells: Mapping[str, Observation]
    since: datetime
    by: Mapping[str, tuple[str, ...]]
    withdrawn: bool = False

    @property
    def recorders(self) -> tuple[str, ...]:
        """Everybody who recorded a cell that stands."""
        return tuple(sorted({person for people in self.by.values() for person in people}))


@dataclass(frozen=True, slots=True)
class Series:
    """A series: what was declared of it, and its rows by key.  `stream` is empty before it is opened."""

    stream: str = ""
    unit: str | None = None
    since: datetime | None = None
    subject: str = ""
    columns: tuple[Column, ...] = ()
    survey: Survey | None = None
    not_comparable: tuple[str, ...] = ()
    lines: Mapping[str, Line] = field(default_factory=dict)

    def rows(self) -> dict[str, Line]:
        """The rows that stand, by key, in the order in which they were recorded."""
        return {key: line for key, line in self.lines.items() if not line.withdrawn}

    def response_rate(self) -> Fraction | None:
        """Of those asked, how many answered; None where it is no survey, or nobody was asked."""
        if self.survey is None or not self.survey.sample:
            return None
        return Fraction(self.survey.responses, self.survey.sample)


# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Series, recorded: Recorded) -> Series:
    event, envelope = recorded.event, recorded.envelope
    assert isinstance(event, ObservationEvent)
    match event:
        case SeriesOpened():
            return replace(
                state,
                stream=envelope.stream,
                unit=event.unit,
                since=envelope.effective_at,
                subject=event.subject,
                columns=event.columns,
                survey=event.survey,
                not_comparable=event.not_comparable,
            )
        case ObservationRecorded():
            cells = cells_of(event)
            line = Line(event.subject, cells, envelope.effective_at, dict.fromkeys(cells, _people(envelope)))
            return replace(state, lines={**state.lines, event.row: line})
        case ObservationCorrected():
            found = state.lines.get(event.row)
            if found is None:  # as of a moment before it was recorded
                return state
            cells = cells_of(event)
            line = replace(
                found,
                cells={**found.cells, **cells},
                by={**found.by, **dict.fromkeys(cells, _people(envelope))},
            )
            return replace(state, lines={**state.lines, event.row: line})
        case ObservationWithdrawn():
            found = state.lines.get(event.row)
            if found is None:
                return state
            return replace(state, lines={**state.lines, event.row: replace(found, withdrawn=True)})
        case MarkedNotComparable():
            grounds = tuple(dict.fromkeys((*state.not_comparable, event.ground)))
            return replace(state, not_comparable=grounds)
        case _:
            assert_never(event)


def cells_of(row: Any) -> dict[str, Observation]:
    """The cells of whatever has them: a command, a row of one, or an event."""
    found: dict[str, Observation] = {}
    for part in (row.numbers, row.ratios, row.codes, row.days):
        found.update(part or {})
    found.update({code: NoValue(kind) for code, kind in (row.absent or {}).items()})
    return found


def _people(envelope: Envelope) -> tuple[str, ...]:
    both = {envelope.person, envelope.delegate_of or envelope.person}
    return tuple(sorted(both))
