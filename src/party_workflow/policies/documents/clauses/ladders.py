"""Ladders: tiers by awards in a row, over all periods, the void ones among them (R-003, R-012, R-013).

Every period from the first to the last has to be accounted for: awarded, not awarded or void.  A period of
which nothing is known is not one without an award.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from pydantic import Field, model_validator

from party_workflow.calendar import Period, StoredPeriod
from party_workflow.errors import Fault, Faults, InvalidDefinition, InvalidInput
from party_workflow.policies.conclusion import Note, Streak
from party_workflow.policies.documents.board import Board
from party_workflow.policies.documents.clauses.base import BaseClause, Output, Stage
from party_workflow.policies.documents.parameters import ColumnRef, Dated, Exact, MeasureRef, Part, SourceRef
from party_workflow.policies.documents.source import Where, cell_text, holds
from party_workflow.policies.figure import Absent, Evidence, Figure
from party_workflow.policies.ladders import Break, Ladder, Outcome, Tier, Void, climb

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

VOID_AWARD: Final = "award-in-void-period"
"""The note on an award of a period that was void: it does not count."""


class Periods(Part):
    """Rows that tell of a period in `column`, those of them that have what `where` says."""

    source: SourceRef
    column: ColumnRef
    where: Where = Field(default_factory=dict)


class Reached(Part):
    """A measure kept apart by period: from `at_least` on the period counts as awarded.

    `absent` says what a period is in which somebody has no value; ``refuse`` is `InvalidInput`.
    """

    measure: MeasureRef
    at_least: Dated[Exact]
    absent: Literal["not_awarded", "void", "refuse"]


class Climb(BaseClause):
    """How everybody climbs a ladder, period by period (see `party_workflow.policies.ladders.climb`).

    `awards` are rows of subjects: one that has what its `where` says is an award, and one that does not (a
    revoked one) is what tells that there is none.  Or `reached` says from which value of a measure on a
    period is awarded.  `held` are the rows, about whomever, of every period that there was, or ``calendar``:
    then every period from `starts` on counts that is over on the day of the run.  `voided` are the rows of
    the periods that were void or suspended, and `excused` rows of subjects for whom a period is void.  What
    breaks a streak and what a void period does has to be said: the sources leave it open.
    """

    stage: ClassVar[Stage] = "streaks"
    output: ClassVar[Output] = "nothing"

    type: Literal["ladder"]
    tiers: tuple[Tier, ...]
    breaks: Break
    void: Void
    starts: StoredPeriod | None = None
    awards: Periods | None = None
    reached: Reached | None = None
    held: Periods | Literal["calendar"]
    voided: Periods | None = None
    excused: Periods | None = None

    @model_validator(mode="after")
    def _sound(self) -> Climb:
        if (self.awards is None) == (self.reached is None):
            raise ValueError(
                "a ladder is climbed by rows of awards or by a measure: say `awards` or `reached`"
            )
        if self.held == "calendar" and self.starts is None:
            raise ValueError("the calendar has no first period: say which period it `starts` with")
        try:
            _ = self.ladder
        except InvalidDefinition as error:
            raise ValueError("; ".join(str(fault) for fault in error.faults)) from None
        return self

    @property
    def ladder(self) -> Ladder:
        """The ladder as a definition of its own."""
        return Ladder(
            code=self.code,
            version=1,
            tiers=self.tiers,
            breaks=self.breaks,
            void=self.void,
            starts=self.starts,
        )

    def lint(self, scope: Scope, faults: Faults) -> None:
        if self.reached is not None:
            dims = scope.dims(self.reached.measure)
            if dims is not None and len(dims) != 1:
                what = f"{self.reached.measure} has {len(dims)} dimensions, not one that is the period."
                faults.add("reached.measure", what, "Take a measure by period.")
        for name in ("awards", "held", "voided", "excused"):
            part = getattr(self, name)
            known = scope.columns.get(part.source) if isinstance(part, Periods) else None
            if known is None:
                continue
            for column in part.where:
                if column not in known:
                    what = f"The source has no column {column}."
                    faults.add(f"{name}.where.{column}", what, f"There are: {', '.join(sorted(known))}.")

    def evaluate(self, board: Board) -> None:
        held = self._held(board)
        voided = dict(self._periods(board, self.voided))
        ladder = self.ladder
        for subject in board.subjects:
            excused = dict(self._periods(board, self.excused, subject))
            if self.awards is not None:
                found = self._awarded(board, self.awards, subject)
            else:
                assert self.reached is not None
                found = self._reached(board, self.reached, subject)
            outcomes: dict[Period, Outcome] = {}
            evidence: dict[Period, Evidence] = {}
            for period in {*held, *found, *voided, *excused}:
                outcome, events = found.get(period, ("not_awarded", ()))
                if period in voided or period in excused:
                    events = (*events, *voided.get(period, ()), *excused.get(period, ()))
                    if outcome == "awarded":
                        figure = board.noted(self, str(period), events)
                        board.notes.append(Note(self.code, VOID_AWARD, subject, (figure,)))
                    outcome = "void"
                outcomes[period] = outcome
                if events:
                    evidence[period] = max(events, key=lambda item: item.position)
            board.streaks.append(Streak(self.code, subject, climb(ladder, outcomes, evidence)))

    def _held(self, board: Board) -> set[Period]:
        """Every period that there was."""
        if isinstance(self.held, Periods):
            return {period for period, _ in self._periods(board, self.held)}
        found, period = set[Period](), self.starts
        while period is not None and period.last <= board.on:
            found.add(period)
            period = period.next()
        return found

    def _periods(
        self, board: Board, part: Periods | None, subject: str | None = None
    ) -> Iterator[tuple[Period, tuple[Evidence, ...]]]:
        """The periods of rows, of one subject where it is said, with their events."""
        if part is None:
            return
        rows = board.rows(part.source) if subject is None else board.rows_of(part.source, subject)
        for row in rows:
            if holds(part.where, row.columns):
                yield self._period(cell_text(row.columns[part.column])), row.evidence

    def _period(self, label: str) -> Period:
        try:
            return Period(label.upper())  # tables write codes in small letters
        except InvalidInput:
            what = f"{label} is not the label of a period."
            raise InvalidInput(Fault(self.code, what, "Take a column of periods, such as 2020-Q1.")) from None

    def _awarded(
        self, board: Board, part: Periods, subject: str
    ) -> dict[Period, tuple[Outcome, tuple[Evidence, ...]]]:
        found: dict[Period, tuple[Outcome, tuple[Evidence, ...]]] = {}
        for row in board.rows_of(part.source, subject):
            period = self._period(cell_text(row.columns[part.column]))
            outcome, events = found.get(period, ("not_awarded", ()))
            if holds(part.where, row.columns):
                outcome = "awarded"
            found[period] = (outcome, (*events, *row.evidence))
        return found

    def _reached(
        self, board: Board, part: Reached, subject: str
    ) -> dict[Period, tuple[Outcome, tuple[Evidence, ...]]]:
        limit = board.at(self, f"{part.measure}.at_least", part.at_least).exact()
        figures: Mapping[tuple[str, ...], Figure] = board.measure(part.measure).figures
        found: dict[Period, tuple[Outcome, tuple[Evidence, ...]]] = {}
        for label in sorted({key[1] for key in figures}):
            missing = Figure(part.measure, Absent("missing"), "no_figure", "", "")
            figure = figures.get((subject, label), missing)
            outcome: Outcome = "not_awarded"
            if not isinstance(figure.value, Absent):
                outcome = "awarded" if figure.value >= limit else "not_awarded"
            elif part.absent == "refuse":
                what = f"{part.measure} of {subject} in {label} is {figure.value}."
                raise InvalidInput(Fault(self.code, what, "Complete it, or say what such a period is."))
            else:
                outcome = part.absent
            found[self._period(label)] = (outcome, figure.evidence())
        return found
