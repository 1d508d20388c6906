"""What is recorded of a series of observed values."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from party_workflow.codec import Event, Part
from party_workflow.relations import ACTOR, Relates, Requires
from party_workflow.values import Code, Count, Day, Digest, Flag, Key, Number, PersonId, Ratio, UnitId

CATEGORY: Final = "observation"

RESERVED: Final = ("stream", "series", "row", "comparable", "day")
"""What no column is called, because readers of rows have something else under that name."""

ColumnType = Literal["number", "code", "day"]
"""What the cells of a column are: exact numbers, codes or ids, days.  Any cell may be absent instead."""
AbsentKind = Literal["missing", "excused", "not_applicable", "withheld"]
"""How a cell is absent: nobody knows, excused, there can be none, known but kept back.  None of them is 0."""
Selection = Literal["census", "random", "quota", "convenience", "self_selected"]
"""How a sample came about.  Who is in a self-selected one decided that themselves."""


class Column(Part):
    """A column of a series; `unit` is what its numbers are measured in."""

    code: Code
    type: ColumnType
    unit: Code | None = None


class Survey(Part):
    """How the values of a survey came about (R-098).

    Of a `frame` of so many, `sample` were asked by a `mode` between two days, and `responses` answered;
    `collected_by` is the unit, person or agency that asked.  `coached`: those asked were told what to say.
    """

    frame: Code
    frame_size: Count
    selection: Selection
    sample: Count
    responses: Count
    mode: Code
    begun_on: Day
    ended_on: Day
    collected_by: Key
    coached: Flag = False


class SeriesOpened(Event):
    """A series was opened: its columns, of whom its rows speak, from which source, on what basis.

    `subject` names the column that says whom a row is about.  `document` is the content hash of what was
    published.  `not_comparable` are the grounds for which its values are not to be compared with others.
    """

    stored_type: ClassVar[str] = "observation.series_opened"
    requires: ClassVar[Requires] = Requires(duty="observation.open")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("opener", ACTOR),)
    unit_field: ClassVar[str | None] = "unit"

    unit: UnitId
    subject: Code
    columns: tuple[Column, ...]
    source: Code
    basis: Code
    document: Digest | None = None
    survey: Survey | None = None
    not_comparable: tuple[Code, ...] = ()


class ObservationRecorded(Event):
    """One row: of a subject a cell for every column of the series, each in the map of its type.

    `row` is its key in the series, for ever.
    """

    stored_type: ClassVar[str] = "observation.recorded"
    requires: ClassVar[Requires] = Requires(duty="observation.record", barred=("subject",))

    row: Key
    subject: Key
    numbers: dict[Code, Number] | None = None
    ratios: dict[Code, Ratio] | None = None
    codes: dict[Code, Code | Key] | None = None
    days: dict[Code, Day] | None = None
    absent: dict[Code, AbsentKind] | None = None

    def persons(self, name: str) -> tuple[str, ...]:
        """The subject where it is a person."""
        return tuple(item for item in super().persons(name) if item.startswith("p-"))


class ObservationCorrected(Event):
    """Cells of a row were put right; the others stay.  `recorders` are those who recorded what was wrong."""

    stored_type: ClassVar[str] = "observation.corrected"
    requires: ClassVar[Requires] = Requires(duty="observation.correct", barred=("subject", "recorders"))

    row: Key
    subject: Key
    recorders: tuple[PersonId, ...]
    ground: Code
    numbers: dict[Code, Number] | None = None
    ratios: dict[Code, Ratio] | None = None
    codes: dict[Code, Code | Key] | None = None
    days: dict[Code, Day] | None = None
    absent: dict[Code, AbsentKind] | None = None

    def persons(self, name: str) -> tuple[str, ...]:
        """The subject where it is a person; the recorders."""
        return tuple(item for item in super().persons(name) if item.startswith("p-"))


class ObservationWithdrawn(Event):
    """A row does not stand any more.  Its key is not used again."""

    stored_type: ClassVar[str] = "observation.withdrawn"
    requires: ClassVar[Requires] = Requires(duty="observation.withdraw", barred=("subject", "recorders"))

    row: Key
    subject: Key
    recorders: tuple[PersonId, ...]
    ground: Code

    def persons(self, name: str) -> tuple[str, ...]:
        """The subject where it is a person; the recorders."""
        return tuple(item for item in super().persons(name) if item.startswith("p-"))


class MarkedNotComparable(Event):
    """It turned out why the values of the series are not to be compared with others."""

    stored_type: ClassVar[str] = "observation.marked_not_comparable"
    requires: ClassVar[Requires] = Requires(duty="observation.correct", barred=("opener",))

    ground: Code


ObservationEvent = (
    SeriesOpened | ObservationRecorded | ObservationCorrected | ObservationWithdrawn | MarkedNotComparable
)
