"""Why commands on a series of observed values are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

TAKEN: Final = Reason(
    "observation.taken", "The series {key} was opened before.", "Choose a key that was never used."
)
UNKNOWN: Final = Reason("observation.unknown", "There is no such series.", "Open it first, or check its key.")
UNKNOWN_UNIT: Final = Reason(
    "observation.unknown_unit", "There is no open unit {unit}.", "Found it first, or check the id."
)
NO_COLUMNS: Final = Reason(
    "observation.no_columns", "The series has no column.", "Say which values a row has."
)
COLUMN_TWICE: Final = Reason(
    "observation.column_twice",
    "The column {column} stands twice.",
    "Give each column a code of its own; the subject's is one of them.",
)
RESERVED_NAME: Final = Reason(
    "observation.reserved_name",
    "A column cannot be called {column}.",
    "Give it another code.",
)
IMPOSSIBLE_SURVEY: Final = Reason(
    "observation.impossible_survey",
    "The survey cannot be: {what}.",
    "Check the counts and the days.",
)
MARKED: Final = Reason(
    "observation.marked",
    "The series is marked as not comparable for {ground} already.",
    "Nothing needs to be recorded.",
)
NO_ROWS: Final = Reason("observation.no_rows", "No row is given.", "Give at least one.")
ROW_TAKEN: Final = Reason(
    "observation.row_taken",
    "The row {row} stands there already.",
    "Correct it, or give this one a key that was never used.",
)
UNKNOWN_ROW: Final = Reason(
    "observation.unknown_row", "There is no row {row}, or not any more.", "Check its key."
)
OUT_OF_ORDER: Final = Reason(
    "observation.out_of_order",
    "This would take effect before {since}, when what it belongs to did.",
    "Let it take effect then or later.",
)
UNKNOWN_COLUMN: Final = Reason(
    "observation.unknown_column", "The series has no column {column}.", "It has: {columns}."
)
CELL_TWICE: Final = Reason(
    "observation.cell_twice",
    "In row {row} the column {column} has two values.",
    "Give one value, or say how it is absent.",
)
OTHER_TYPE: Final = Reason(
    "observation.other_type",
    "In row {row} the column {column} is not a {type}.",
    "Give it as the series declares it, or say how it is absent.",
)
NO_CELL: Final = Reason(
    "observation.no_cell",
    "In row {row} the column {column} has no value.",
    "Give one, or say how it is absent: missing, excused, not_applicable or withheld.",
)
UNCHANGED: Final = Reason(
    "observation.unchanged", "The row {row} says so already.", "Nothing needs to be recorded."
)

REASONS: Final = (
    TAKEN,
    UNKNOWN,
    UNKNOWN_UNIT,
    NO_COLUMNS,
    COLUMN_TWICE,
    RESERVED_NAME,
    IMPOSSIBLE_SURVEY,
    MARKED,
    NO_ROWS,
    ROW_TAKEN,
    UNKNOWN_ROW,
    OUT_OF_ORDER,
    UNKNOWN_COLUMN,
    CELL_TWICE,
    OTHER_TYPE,
    NO_CELL,
    UNCHANGED,
)
