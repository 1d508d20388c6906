"""Adjustments after a total: deductions, bonuses with conditions, mitigation that stays visible (R-106)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Final, Literal, Self, get_args

from pydantic import model_validator

from party_workflow.errors import Fault, Faults, InvalidInput
from party_workflow.policies.conclusion import Note
from party_workflow.policies.documents.board import Board, combined, key_of, number, subject_of
from party_workflow.policies.documents.clauses.base import BaseClause, Stage
from party_workflow.policies.documents.clauses.decided import as_many, same_dimensions
from party_workflow.policies.documents.conditions import Condition
from party_workflow.policies.documents.measures import Key, label
from party_workflow.policies.documents.parameters import (
    ColumnRef,
    Dated,
    Exact,
    MeasureRef,
    Part,
    RoundingStage,
    SourceRef,
    Treatment,
    treatment,
)
from party_workflow.policies.documents.source import cell_text
from party_workflow.policies.feeds.feed import Fact
from party_workflow.policies.figure import Absent, AbsentKind, Figure, Value, counted

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope


class Deduction(BaseClause):
    """A measure less another one: what `deducted` has for the subject, over all its dimensions, is taken off.

    What is deducted is written as numbers above zero; one below zero is `InvalidInput`.  With `at_least`
    nobody falls below that by it; with `at_most` no more than that is taken off.  `absent` says what a
    deduction does that is not there; where the measure itself is absent, it stays so.
    """

    stage: ClassVar[Stage] = "adjustments"

    type: Literal["deduction"]
    measure: MeasureRef
    deducted: MeasureRef
    at_most: Dated[Exact] | None = None
    at_least: Dated[Exact] | None = None
    absent: Treatment
    rounding: RoundingStage

    def lint(self, scope: Scope, faults: Faults) -> None:
        _plain(self.measure, scope, faults)

    def evaluate(self, board: Board) -> None:
        taken: dict[str, list[Figure]] = {}
        for key, figure in board.measure(self.deducted).figures.items():
            taken.setdefault(key[0], []).append(figure)
        figures: dict[Key, Figure] = {}
        for subject in board.subjects:
            before = board.figure(self.measure, subject)
            figures[subject,] = self._less(board, before, taken.get(subject, ()))
        board.put(self, (), figures, self.rounding)

    def _less(self, board: Board, before: Figure, parts: Sequence[Figure]) -> Figure:
        if isinstance(before.value, Absent) or not parts:
            return Figure(self.code, before.value, "nothing_deducted", self.code, self.basis, (before,))
        if any(isinstance(part.value, Fraction) and part.value < 0 for part in parts):
            what = f"{self.deducted} has a number below zero."
            raise InvalidInput(Fault(self.code, what, "Write what is deducted as numbers above zero."))
        amount = _amount(parts, self.absent)
        off = Figure(f"{self.code}.amount", amount, "sum", self.code, self.basis, tuple(parts))
        inputs: tuple[Figure, ...] = (before, off)
        if isinstance(amount, Absent):
            return Figure(self.code, amount, "less", self.code, self.basis, inputs)
        if self.at_most is not None:
            most = board.at(self, "at_most", self.at_most)
            amount = min(amount, most.exact())
            inputs += (most,)
        left = before.value - amount
        if self.at_least is not None:
            least = board.at(self, "at_least", self.at_least)
            left = max(left, min(least.exact(), before.value))
            inputs += (least,)
        return Figure(self.code, left, "less", self.code, self.basis, inputs)


_NOBODY: Final = tuple(Absent(kind) for kind in get_args(AbsentKind))


class Approval(Part):
    """Who approved it: at least one row of the `source` about the subject, in which the column `approver` has
    somebody else.
    """

    source: SourceRef
    approver: ColumnRef


class Bonus(BaseClause):
    """A measure with an addition for whom all that is said under `when` holds: `points`, or what the measure
    `added` has.

    With `approval`, somebody other than the beneficiary must have approved it.  `at_most` limits the
    addition. A condition that cannot be judged (``incomplete``) makes the figure missing.  `absent` says what
    an addition does that is not there.
    """

    stage: ClassVar[Stage] = "adjustments"

    type: Literal["bonus"]
    measure: MeasureRef
    points: Dated[Exact] | None = None
    added: MeasureRef | None = None
    when: Condition
    approval: Approval | None = None
    at_most: Dated[Exact] | None = None
    absent: Treatment | None = None
    rounding: RoundingStage

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.points is None) == (self.added is None):
            raise ValueError("say what is added: `points`, or a measure `added`, one of them")
        if (self.added is None) != (self.absent is None):
            raise ValueError("`added` and `absent` belong together")
        return self

    def lint(self, scope: Scope, faults: Faults) -> None:
        _plain(self.measure, scope, faults)
        if self.added is not None:
            _plain(self.added, scope, faults)
        self.when.lint("when", faults)

    def evaluate(self, board: Board) -> None:
        figures: dict[Key, Figure] = {(subject,): self._more(board, subject) for subject in board.subjects}
        board.put(self, (), figures, self.rounding)

    def _more(self, board: Board, subject: str) -> Figure:
        before = board.figure(self.measure, subject)
        judged = self.when.judge(board, self, subject)
        approved = self._approved(board, subject)
        facts = (*judged.figures, *(() if approved is None else (approved,)))
        seen = Figure(f"{self.code}.when", Fraction(1), judged.verdict, self.code, self.basis, facts)
        if isinstance(before.value, Absent):
            return Figure(self.code, before.value, "nothing_added", self.code, self.basis, (before,))
        if judged.verdict == "incomplete":
            return Figure(
                self.code, Absent("missing"), "not_yet_known", self.code, self.basis, (before, seen)
            )
        if judged.verdict == "fails" or (approved is not None and not approved.exact()):
            none = Figure(f"{self.code}.when", Fraction(0), judged.verdict, self.code, self.basis, facts)
            return Figure(self.code, before.value, "nothing_added", self.code, self.basis, (before, none))
        extra = self._extra(board, subject)
        amount = _amount((extra,), self.absent or "incomplete")
        inputs: tuple[Figure, ...] = (before, extra, seen)
        if isinstance(amount, Absent):
            return Figure(self.code, amount, "plus", self.code, self.basis, inputs)
        if self.at_most is not None:
            most = board.at(self, "at_most", self.at_most)
            amount = min(amount, most.exact())
            inputs += (most,)
        return Figure(self.code, before.value + amount, "plus", self.code, self.basis, inputs)

    def _approved(self, board: Board, subject: str) -> Figure | None:
        """How many others approved it, None where nobody has to."""
        if self.approval is None:
            return None
        rows = [
            row
            for row in board.rows_of(self.approval.source, subject)
            if row.columns[self.approval.approver] not in (subject, *_NOBODY)
        ]
        events = [item for row in rows for item in row.evidence]
        return counted(f"{self.code}.approved", self.code, self.basis, dict.fromkeys(events), len(rows))

    def _extra(self, board: Board, subject: str) -> Figure:
        if self.added is not None:
            return board.figure(self.added, subject)
        return board.at(self, "points", self.points)


class Mitigation(BaseClause):
    """Deductions of a measure as approved exemptions mitigate them (fault tolerance, R-106).

    Each row of the `source` is an exemption from the deduction of its subject with the dimensions in the
    columns `by`, one for each dimension of the measure in their order.  `waives` is the share that it waives,
    in force on the day of the run, or `share` the column that has it.  `approved` is the column that says who
    approved it, which must not be the subject; `ground` the column that has its ground.  The deduction stays
    visible in the figure with the exemption beside it, and a note says of whom, by which ground, what was
    waived.  Of several exemptions from one deduction each waives its share of what is left.  One that names a
    deduction that there is not is noted too, and waives nothing.
    """

    stage: ClassVar[Stage] = "adjustments"

    type: Literal["mitigation"]
    measure: MeasureRef
    source: SourceRef
    ground: ColumnRef
    approved: ColumnRef
    waives: Dated[Exact] | None = None
    share: ColumnRef | None = None
    by: tuple[ColumnRef, ...]
    rounding: RoundingStage

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.waives is None) == (self.share is None):
            raise ValueError("say what is waived: `waives`, or a column `share`, one of them")
        return self

    def dims_in(self, scope: Scope) -> tuple[str, ...] | None:
        return scope.dims(self.measure)

    def lint(self, scope: Scope, faults: Faults) -> None:
        same_dimensions(self.by, self.measure, scope.dims(self.measure), faults)

    def evaluate(self, board: Board) -> None:
        measure = board.measure(self.measure)
        as_many(self, self.by, measure)
        figures = dict(measure.figures)
        known = set(board.subjects)
        for row in board.rows(self.source):
            subject = subject_of(row)
            if subject not in known:
                continue
            key = key_of(row, self.by)
            exemption = self._exemption(board, row)
            before = figures.get(key)
            problem = self._problem(row, subject, before, exemption)
            if before is None or problem or isinstance(before.value, Absent):
                board.notes.append(Note(self.code, problem or "nothing_to_waive", subject, (exemption,)))
                continue
            left = before.value * (1 - exemption.exact())
            inputs = (before, exemption)
            name = label(self.code, key)
            figures[key] = Figure(name, left, "mitigated", self.code, self.basis, inputs)
            board.notes.append(Note(self.code, "mitigated", subject, (figures[key],)))
        board.put(self, measure.dims, figures, self.rounding)

    def _exemption(self, board: Board, row: Fact) -> Figure:
        """The share that is waived, under the name of its ground."""
        name = f"{self.source}.{cell_text(row.columns[self.ground])}"
        if self.share is not None:
            value: Value = number(self, row, self.share)
            return Figure(name, value, "exempted", self.code, self.basis, row.evidence)
        share = board.at(self, "waives", self.waives)
        return Figure(name, share.value, "exempted", self.code, self.basis, (share, *row.evidence))

    def _problem(self, row: Fact, subject: str, before: Figure | None, exemption: Figure) -> str:
        """Why an exemption waives nothing, empty where it does."""
        approver, ground = row.columns[self.approved], row.columns[self.ground]
        if isinstance(approver, Absent):
            return "not_approved"
        if cell_text(approver) == subject:
            return "approved_by_oneself"
        if isinstance(ground, Absent):
            return "without_ground"
        if isinstance(exemption.value, Absent):
            return "without_share"
        if not 0 <= exemption.value <= 1:
            what = f"The share waived by the row at {row.position} is {exemption.value}."
            raise InvalidInput(Fault(self.code, what, "A share lies from 0 to 1."))
        return "no_such_deduction" if before is None else ""


def _amount(parts: Sequence[Figure], absent: Treatment) -> Value:
    """The sum of what is there; nothing where everything is left out."""
    how = treatment(absent)
    kept = [
        part for part in parts if not isinstance(part.value, Absent) or how.of(part.value.kind) != "leave_out"
    ]
    return combined(kept, absent, _sum) if kept else Fraction(0)


def _plain(measure: str, scope: Scope, faults: Faults) -> None:
    """Adds that a measure has dimensions where one figure a subject is needed."""
    if dims := scope.dims(measure):
        what = f"{measure} has a figure for each {', '.join(dims)}, not one a subject."
        faults.add("measure", what, "Reduce it over them first.")


def _sum(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0))
