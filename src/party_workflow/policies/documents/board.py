"""The board: what has been computed so far while a document is evaluated, clause by clause.

A clause reads rows and measures from it and puts its own measure, or what it concluded, there.  A board lives
for one evaluation; what comes out of it, a `Conclusion`, is frozen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from party_workflow.errors import Fault, InvalidDefinition, InvalidInput
from party_workflow.policies.conclusion import (
    AdverseProposal,
    Award,
    Conclusion,
    GateHit,
    Graded,
    Note,
    Streak,
)
from party_workflow.policies.documents.measures import Key, Measure, label
from party_workflow.policies.documents.parameters import Absences, How, Places, Valued, treatment
from party_workflow.policies.documents.source import cell_text
from party_workflow.policies.feeds.feed import Cell, Fact
from party_workflow.policies.figure import Absent, Evidence, Figure, Rounding, Value, counted
from party_workflow.policies.ranking import Ranking, SelectionRequired

if TYPE_CHECKING:
    from party_workflow.policies.documents.clauses.base import BaseClause
    from party_workflow.policies.documents.clauses.python import CodeClause

T = TypeVar("T")


@dataclass(slots=True)
class Board:
    """One evaluation.  `subjects` is the population in the order of ids, `members` the row of each."""

    on: date
    period_start: date
    facts: Mapping[str, tuple[Fact, ...]]
    subjects: tuple[str, ...]
    members: Mapping[str, Fact]
    code: Mapping[str, CodeClause] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    rankings: list[Ranking] = field(default_factory=list)
    grades: dict[str, tuple[Graded, ...]] = field(default_factory=dict)
    gates: list[GateHit] = field(default_factory=list)
    pending: list[GateHit] = field(default_factory=list)
    """Gates of which the facts do not tell whether they are triggered."""
    selections: list[SelectionRequired] = field(default_factory=list)
    awards: list[Award] = field(default_factory=list)
    streaks: list[Streak] = field(default_factory=list)
    proposals: list[AdverseProposal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    _by_subject: dict[str, dict[str, list[Fact]]] = field(default_factory=dict)

    # --- what clauses read

    def rows(self, source: str) -> tuple[Fact, ...]:
        """Every row of a source, in the order in which it was recorded."""
        return self.facts[source]

    def rows_of(self, source: str, subject: str) -> Sequence[Fact]:
        """The rows of a source that are about a subject, in the order in which they were recorded."""
        if source not in self._by_subject:
            found: dict[str, list[Fact]] = {}
            for row in self.facts[source]:
                found.setdefault(subject_of(row), []).append(row)
            self._by_subject[source] = found
        return self._by_subject[source].get(subject, [])

    def attribute(self, subject: str, name: str) -> Cell:
        """A column of the population for a subject."""
        return self.members[subject].columns[name]

    def admitted(self, subject: str) -> tuple[Evidence, ...]:
        """The events by which a subject belongs to the population."""
        return self.members[subject].evidence

    def measure(self, code: str) -> Measure:
        """A measure of an earlier clause.  Raises `InvalidDefinition` if there is none."""
        if code not in self.measures:
            what = f"No earlier clause gives a measure {code}."
            raise InvalidDefinition(Fault(code, what, f"There are: {', '.join(self.measures) or 'none'}."))
        return self.measures[code]

    def figure(self, code: str, subject: str) -> Figure:
        """The figure of a subject in a measure without dimensions; missing where it has none.

        Raises `InvalidDefinition` for a measure that keeps dimensions apart.
        """
        measure = self.measure(code)
        if measure.dims:
            what = f"{code} has a figure for each {', '.join(measure.dims)}, not one a subject."
            raise InvalidDefinition(Fault(code, what, "Reduce it over them first."))
        return measure.figures.get((subject,)) or Figure(code, Absent("missing"), "no_figure", "", "")

    # --- parameters and figures

    def since(self, clause: BaseClause, dated: Any, on: date | None = None) -> tuple[Any, str]:
        """A parameter as in force on a day, the day of the run where none is said, with its basis.

        Raises `InvalidDefinition` if none was in force yet.
        """
        day = on or self.on
        if not (isinstance(dated, tuple) and dated and isinstance(dated[0], Valued)):
            return dated, clause.basis
        in_force = [item for item in dated if item.since <= day]
        if not in_force:
            what = f"A parameter has no value in force on {day}."
            raise InvalidDefinition(Fault(clause.code, what, "Add one with an earlier day."))
        latest = max(in_force, key=lambda item: item.since)
        return latest.value, latest.basis

    def value(self, clause: BaseClause, dated: Any, on: date | None = None) -> Any:
        """The value of a parameter as in force on a day (see `since`)."""
        return self.since(clause, dated, on)[0]

    def at(self, clause: BaseClause, name: str, dated: Any, on: date | None = None) -> Figure:
        """A number of a clause as in force on a day, as a figure with its basis."""
        value, basis = self.since(clause, dated, on)
        return Figure(name, Fraction(value), "parameter", clause.code, basis)

    def noted(self, clause: BaseClause, name: str, evidence: Sequence[Evidence]) -> Figure:
        """That something is so, as a figure: how many events say it."""
        return counted(name, clause.code, clause.basis, dict.fromkeys(evidence))

    def put(
        self,
        clause: BaseClause,
        dims: Sequence[str],
        figures: Mapping[Key, Figure],
        rounding: str | Places = "none",
    ) -> None:
        """Adds the measure of a clause.  Where it is rounded, the rounded figures are handed on."""
        found = {key: _handed_on(clause, figures[key], key, rounding) for key in sorted(figures)}
        self.measures[clause.code] = Measure(clause.code, tuple(dims), found)

    def copy(self) -> Board:
        """The same board, to go on from in another way."""
        return replace(
            self,
            measures=dict(self.measures),
            rankings=list(self.rankings),
            grades=dict(self.grades),
            gates=list(self.gates),
            pending=list(self.pending),
            selections=list(self.selections),
            awards=list(self.awards),
            streaks=list(self.streaks),
            proposals=list(self.proposals),
            notes=list(self.notes),
        )

    def conclusion(self) -> Conclusion:
        """What was concluded, frozen."""
        return Conclusion(
            rankings=tuple(self.rankings),
            measures={code: measure.figures for code, measure in self.measures.items()},
            grades=dict(self.grades),
            gates=tuple(self.gates),
            selections=tuple(self.selections),
            awards=tuple(self.awards),
            streaks=tuple(self.streaks),
            proposals=tuple(self.proposals),
            notes=tuple(self.notes),
        )


SUBJECT = "subject."
"""The column under which a source puts whom its rows are about; no feed can have one of this name."""


def subject_of(row: Fact) -> str:
    """Whom a row is about."""
    found = row.columns[SUBJECT]
    assert isinstance(found, str)
    return found


def key_of(row: Fact, by: Sequence[str]) -> Key:
    """The key of a row: its subject and its dimensions as texts."""
    return (subject_of(row), *(cell_text(row.columns[name]) for name in by))


def number(clause: BaseClause, row: Fact, column: str) -> Fraction | Absent:
    """A number in a column.  Raises `InvalidInput`, with whom the row is about, for a text or a day."""
    cell = row.columns[column]
    if isinstance(cell, Fraction | Absent):
        return cell
    what = f"{column} of {subject_of(row)} is no number, in the row at {row.position}."
    raise InvalidInput(Fault(clause.code, what, "Take another column, or say what each grade is worth."))


def _handed_on(clause: BaseClause, figure: Figure, key: Key, rounding: str | Places) -> Figure:
    display = None if clause.display is None else clause.display.rounding
    name = label(clause.code, key)
    if isinstance(rounding, str) or isinstance(figure.value, Absent):
        return Figure(name, figure.value, figure.step, clause.code, clause.basis, figure.inputs, display)
    exact = Figure(f"{name}.exact", figure.value, figure.step, clause.code, clause.basis, figure.inputs)
    applied = rounding.rounding
    value = Fraction(applied.apply(figure.value))
    if display is None or display == applied:
        return Figure(name, value, "rounded", clause.code, clause.basis, (exact,), applied)
    # Shown in another way than handed on: both roundings stand in the explanation, one after the other.
    rounded = Figure(f"{name}.rounded", value, "rounded", clause.code, clause.basis, (exact,), applied)
    return Figure(name, value, "displayed", clause.code, clause.basis, (rounded,), display)


def combined(
    parts: Sequence[Figure], absent: How | Absences, combine: Callable[[Sequence[Fraction]], Value]
) -> Value:
    """Parts combined into one value, each way of being absent treated as said; see `present`."""
    found = present(parts, absent)
    return found if isinstance(found, Absent) else combine([value for _, value in found])


def present(parts: Sequence[Figure], absent: How | Absences) -> list[tuple[Figure, Fraction]] | Absent:
    """The parts that count, with their values; or how the whole is absent.

    An absent part makes the whole absent, is left out, or counts zero, as `absent` says.  Where nothing is
    left, the whole is not applicable; the first absence in the order of the parts decides how it is absent.
    """
    how = treatment(absent)
    found: list[tuple[Figure, Fraction]] = []
    for part in parts:
        if not isinstance(part.value, Absent):
            found.append((part, part.value))
            continue
        match how.of(part.value.kind):
            case "incomplete":
                return part.value
            case "zero":
                found.append((part, Fraction(0)))
            case "leave_out":
                pass
    return found or Absent("not_applicable")


def displayed(figure: Figure, on: str) -> Fraction:
    """The value of a figure that a comparison takes: as displayed, or exact.  Raises ValueError if absent."""
    value = figure.exact()
    rounding: Rounding | None = figure.rounding
    return Fraction(rounding.apply(value)) if on == "displayed" and rounding is not None else value
