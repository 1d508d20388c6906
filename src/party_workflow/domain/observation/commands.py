"""What can be asked for on a series of observed values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from party_workflow.codec import Command, Part
from party_workflow.domain.observation.events import CATEGORY, AbsentKind, Column, Survey
from party_workflow.values import Code, Day, Digest, Key, Number, Ratio, UnitId

Given = int | Decimal | Fraction | date | str


class Observed(Part):
    """The cells of one row, each in the map of its type; see `Observed.of`."""

    row: Key
    subject: Key
    numbers: dict[Code, Number] | None = None
    ratios: dict[Code, Ratio] | None = None
    codes: dict[Code, Code | Key] | None = None
    days: dict[Code, Day] | None = None
    absent: dict[Code, AbsentKind] | None = None

    @classmethod
    def of(
        cls,
        row: str,
        subject: str,
        values: Mapping[str, Given] | None = None,
        absent: Mapping[str, AbsentKind] | None = None,
    ) -> Observed:
        """A row from values by column: whole numbers, decimals and fractions, days, codes."""
        return cls(row=row, subject=subject, **sorted_out(values or {}, absent or {}))


def sorted_out(values: Mapping[str, Given], absent: Mapping[str, AbsentKind]) -> dict[str, Any]:
    """Cells by the map that each belongs to."""
    found: dict[str, dict[str, Any]] = {}
    for code, value in values.items():
        match value:
            case int():
                found.setdefault("numbers", {})[code] = Decimal(value)
            case Decimal():
                found.setdefault("numbers", {})[code] = value
            case Fraction():
                found.setdefault("ratios", {})[code] = value
            case date():
                found.setdefault("days", {})[code] = value
            case str():
                found.setdefault("codes", {})[code] = value
    if absent:
        found["absent"] = dict(absent)
    return found


class _ObservationCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class OpenSeries(_ObservationCommand):
    """Open a series for a unit: its columns, the one that names the subject, source and basis.

    A survey says how its sample came about; a coached or self-selected one is marked not comparable.
    """

    stored_type: ClassVar[str] = "observation.open_series"
    unit: UnitId
    subject: Code
    columns: tuple[Column, ...]
    source: Code
    basis: Code
    document: Digest | None = None
    survey: Survey | None = None


class RecordObservations(_ObservationCommand):
    """Record rows, all or none.  Every column has a value in every row, or says how it is absent."""

    stored_type: ClassVar[str] = "observation.record"
    rows: tuple[Observed, ...]


class CorrectObservation(_ObservationCommand):
    """Put cells of a row right, with the ground.  Whoever recorded them does not correct them."""

    stored_type: ClassVar[str] = "observation.correct"
    row: Key
    ground: Code
    numbers: dict[Code, Number] | None = None
    ratios: dict[Code, Ratio] | None = None
    codes: dict[Code, Code | Key] | None = None
    days: dict[Code, Day] | None = None
    absent: dict[Code, AbsentKind] | None = None


class WithdrawObservation(_ObservationCommand):
    """Take a row back, with the ground: a wrong subject, something that was never measured."""

    stored_type: ClassVar[str] = "observation.withdraw"
    row: Key
    ground: Code


class MarkNotComparable(_ObservationCommand):
    """Say that the values of a series are not to be compared: those asked had been told what to say."""

    stored_type: ClassVar[str] = "observation.mark_not_comparable"
    ground: Code


ObservationCommand = (
    OpenSeries | RecordObservations | CorrectObservation | WithdrawObservation | MarkNotComparable
)
