"""What a series of observed values asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, assert_never

from party_workflow.canonical import time_text
from party_workflow.decider import Answer, Ask, Context, Decider
from party_workflow.domain.observation.commands import (
    CorrectObservation,
    MarkNotComparable,
    ObservationCommand,
    OpenSeries,
    RecordObservations,
    WithdrawObservation,
)
from party_workflow.domain.observation.events import (
    CATEGORY,
    RESERVED,
    Column,
    MarkedNotComparable,
    ObservationCorrected,
    ObservationRecorded,
    ObservationWithdrawn,
    SeriesOpened,
    Survey,
)
from party_workflow.domain.observation.reasons import (
    CELL_TWICE,
    COLUMN_TWICE,
    IMPOSSIBLE_SURVEY,
    MARKED,
    NO_CELL,
    NO_COLUMNS,
    NO_ROWS,
    OTHER_TYPE,
    OUT_OF_ORDER,
    REASONS,
    RESERVED_NAME,
    ROW_TAKEN,
    TAKEN,
    UNCHANGED,
    UNKNOWN,
    UNKNOWN_COLUMN,
    UNKNOWN_ROW,
    UNKNOWN_UNIT,
)
from party_workflow.domain.observation.state import Line, NoValue, Observation, Series, cells_of, evolve
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Refusal

# --- lifecycle -------------------------------------------------------------------------------

# There is one state, open, and it does not end: what was observed may be put right years later.
OPEN: Final = "open"

# --- decide ----------------------------------------------------------------------------------

_ON_ROWS: Final = (RecordObservations, CorrectObservation, WithdrawObservation, MarkNotComparable)


def _asks(command: ObservationCommand) -> Sequence[Ask]:
    if isinstance(command, OpenSeries):
        return (Ask("organisation.unit_open", "organisation", {"unit": command.unit}),)
    return ()


def _decide(command: ObservationCommand, state: Series, context: Context) -> Answer:
    if (refusal := _closed(state).get(command.stored_type)) is not None:
        return refusal
    match command:
        case OpenSeries():
            return _open(command, context)
        case RecordObservations():
            return _record(command, state, context.effective_at)
        case CorrectObservation():
            return _correct(command, state, context.effective_at)
        case WithdrawObservation():
            line = state.rows().get(command.row)
            if line is None:
                return UNKNOWN_ROW(row=command.row)
            if context.effective_at < line.since:
                return OUT_OF_ORDER(since=time_text(line.since))
            return [
                ObservationWithdrawn(
                    row=command.row, subject=line.subject, recorders=line.recorders, ground=command.ground
                )
            ]
        case MarkNotComparable():
            if command.ground in state.not_comparable:
                return MARKED(ground=command.ground)
            return _late(state, context.effective_at) or [MarkedNotComparable(ground=command.ground)]
        case _:
            assert_never(command)


def _open(command: OpenSeries, context: Context) -> Answer:
    (unit_open,) = context.facts
    if not unit_open:
        return UNKNOWN_UNIT(unit=command.unit)
    if not command.columns:
        return NO_COLUMNS()
    codes = [command.subject, *(column.code for column in command.columns)]
    if twice := [code for code in codes if codes.count(code) > 1]:
        return COLUMN_TWICE(column=twice[0])
    if reserved := [code for code in codes if code in RESERVED]:
        return RESERVED_NAME(column=reserved[0])
    if command.survey is not None and (what := _impossible(command.survey)):
        return IMPOSSIBLE_SURVEY(what=what)
    return [
        SeriesOpened(
            unit=command.unit,
            subject=command.subject,
            columns=command.columns,
            source=command.source,
            basis=command.basis,
            document=command.document,
            survey=command.survey,
            not_comparable=() if command.survey is None else _grounds(command.survey),
        )
    ]


def _impossible(survey: Survey) -> str:
    if survey.ended_on < survey.begun_on:
        return "it ends before it begins"
    if survey.responses > survey.sample:
        return "more answered than were asked"
    if survey.sample > survey.frame_size:
        return "more were asked than there are"
    if survey.selection == "census" and survey.sample != survey.frame_size:
        return "a census asks everybody"
    return ""


def _grounds(survey: Survey) -> tuple[str, ...]:
    """For which grounds a survey is not to be compared from the outset."""
    coached = ("coached",) if survey.coached else ()
    return (*coached, "self_selected") if survey.selection == "self_selected" else coached


def _late(state: Series, effective_at: datetime) -> Refusal | None:
    if state.since is not None and effective_at < state.since:
        return OUT_OF_ORDER(since=time_text(state.since))
    return None


def _record(command: RecordObservations, state: Series, effective_at: datetime) -> Answer:
    if not command.rows:
        return NO_ROWS()
    if refusal := _late(state, effective_at):
        return refusal
    keys = set(state.lines)
    for row in command.rows:
        if row.row in keys:
            return ROW_TAKEN(row=row.row)
        keys.add(row.row)
    declared = {column.code: column for column in state.columns}
    found = []
    for row in command.rows:
        if refusal := _misfit(row.row, row, declared):
            return refusal
        cells = cells_of(row)
        if lacking := next((code for code in declared if code not in cells), None):
            return NO_CELL(row=row.row, column=lacking)
        found.append(ObservationRecorded(row=row.row, subject=row.subject, **_maps(row)))
    return found


def _correct(command: CorrectObservation, state: Series, effective_at: datetime) -> Answer:
    line = state.rows().get(command.row)
    if line is None:
        return UNKNOWN_ROW(row=command.row)
    if effective_at < line.since:
        return OUT_OF_ORDER(since=time_text(line.since))
    if refusal := _misfit(command.row, command, {column.code: column for column in state.columns}):
        return refusal
    changed = {code for code, cell in cells_of(command).items() if not _same(line.cells.get(code), cell)}
    if not changed:
        return UNCHANGED(row=command.row)
    return [
        ObservationCorrected(
            row=command.row,
            subject=line.subject,
            recorders=tuple(sorted({person for code in changed for person in line.by.get(code, ())})),
            ground=command.ground,
            **_maps(command, changed),
        )
    ]


def _same(one: Observation | None, other: Observation) -> bool:
    """Whether two cells say the same.  28.5 and 57/2 do, as they are the same number."""
    if isinstance(one, Decimal | Fraction) and isinstance(other, Decimal | Fraction):
        return Fraction(one) == Fraction(other)
    return one == other


def _misfit(key: str, row: Any, declared: Mapping[str, Column]) -> Refusal | None:
    """The first cell that is not as the series declares it."""
    maps = (row.numbers, row.ratios, row.codes, row.days, row.absent)
    codes = [code for part in maps for code in part or {}]
    for code in codes:
        if code not in declared:
            return UNKNOWN_COLUMN(column=code, columns=", ".join(declared))
        if codes.count(code) > 1:
            return CELL_TWICE(row=key, column=code)
    for code, cell in cells_of(row).items():
        if not _fits(declared[code], cell):
            return OTHER_TYPE(row=key, column=code, type=declared[code].type)
    return None


def _fits(column: Column, cell: Observation) -> bool:
    match cell:
        case NoValue():
            return True
        case Decimal() | Fraction():
            return column.type == "number"
        case date():
            return column.type == "day"
        case str():
            return column.type == "code"
        case _:
            assert_never(cell)


def _maps(row: Any, only: set[str] | None = None) -> dict[str, Any]:
    """The cells by map, in the order of their codes; of some columns only, where these are said."""
    found: dict[str, Any] = {}
    for name in ("numbers", "ratios", "codes", "days", "absent"):
        cells = getattr(row, name) or {}
        kept = {code: cells[code] for code in sorted(cells) if only is None or code in only}
        if kept:
            found[name] = kept
    return found


def _closed(state: Series) -> Mapping[str, Refusal | None]:
    if not state.stream:
        return {kind.stored_type: UNKNOWN() for kind in _ON_ROWS}
    return {OpenSeries.stored_type: TAKEN(key=state.stream.partition("/")[2])}


# --- decider ---------------------------------------------------------------------------------


def _work(state: Series) -> Work | None:
    """The series as work, done once a row stands, counted by its rows; None for one never opened."""
    if not state.stream:
        return None
    rows = state.rows()
    people = frozenset(line.subject for line in rows.values() if line.subject.startswith("p-"))
    return Work(state.stream, CATEGORY, state.unit, OPEN, bool(rows), people=people, quantity=len(rows))


def _rows(state: Series) -> dict[str, Line]:
    return state.rows()


DECIDER: Final[Decider[Series]] = Decider(
    category=CATEGORY,
    events=(
        SeriesOpened,
        ObservationRecorded,
        ObservationCorrected,
        ObservationWithdrawn,
        MarkedNotComparable,
    ),
    commands=(
        OpenSeries,
        RecordObservations,
        CorrectObservation,
        WithdrawObservation,
        MarkNotComparable,
    ),
    initial=Series,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={"observation.work": _work, "observation.rows": _rows},
    closed=_closed,
    yields={
        OpenSeries.stored_type: (SeriesOpened,),
        RecordObservations.stored_type: (ObservationRecorded,),
        CorrectObservation.stored_type: (ObservationCorrected,),
        WithdrawObservation.stored_type: (ObservationWithdrawn,),
        MarkNotComparable.stored_type: (MarkedNotComparable,),
    },
    reasons=REASONS,
)
