"""Observation: values observed outside or read from a table, row by row, with where they come from.

Statistics of an office, results of a race, marks of judges, answers of a survey.  A series declares its
columns and which of them names the subject; every row has in every column an exact number, a code, a day, or
says how it is absent.  A row is corrected by somebody other than who recorded it, or withdrawn, never
overwritten.  A survey says how its sample came about, and one whose values are not to be compared with others
is marked so (R-098).
"""

from party_workflow.domain.observation.aggregate import (
    DECIDER,
    OPEN,
)
from party_workflow.domain.observation.commands import (
    CorrectObservation,
    MarkNotComparable,
    ObservationCommand,
    Observed,
    OpenSeries,
    RecordObservations,
    WithdrawObservation,
)
from party_workflow.domain.observation.events import (
    CATEGORY,
    RESERVED,
    AbsentKind,
    Column,
    ColumnType,
    MarkedNotComparable,
    ObservationCorrected,
    ObservationEvent,
    ObservationRecorded,
    ObservationWithdrawn,
    Selection,
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
from party_workflow.domain.observation.state import (
    Line,
    NoValue,
    Observation,
    Series,
)

__all__ = [
    "AbsentKind",
    "CATEGORY",
    "CELL_TWICE",
    "COLUMN_TWICE",
    "Column",
    "ColumnType",
    "CorrectObservation",
    "DECIDER",
    "IMPOSSIBLE_SURVEY",
    "Line",
    "MARKED",
    "MarkNotComparable",
    "MarkedNotComparable",
    "NO_CELL",
    "NO_COLUMNS",
    "NO_ROWS",
    "NoValue",
    "OPEN",
    "OTHER_TYPE",
    "OUT_OF_ORDER",
    "Observation",
    "ObservationCommand",
    "ObservationCorrected",
    "ObservationEvent",
    "ObservationRecorded",
    "ObservationWithdrawn",
    "Observed",
    "OpenSeries",
    "REASONS",
    "RESERVED",
    "RESERVED_NAME",
    "ROW_TAKEN",
    "RecordObservations",
    "Selection",
    "Series",
    "SeriesOpened",
    "Survey",
    "TAKEN",
    "UNCHANGED",
    "UNKNOWN",
    "UNKNOWN_COLUMN",
    "UNKNOWN_ROW",
    "UNKNOWN_UNIT",
    "WithdrawObservation",
]
