"""Grades: bands over a scale, gates applied (R-091, R-102).

A grade follows from bands and gates, never from the place alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from pydantic import model_validator

from party_workflow.errors import Fault, Faults, InvalidInput
from party_workflow.policies.conclusion import GateHit, Graded, Note
from party_workflow.policies.documents.board import Board, displayed
from party_workflow.policies.documents.clauses.base import BaseClause, Output, Stage
from party_workflow.policies.documents.clauses.gates import settled
from party_workflow.policies.documents.clauses.ties import judge_plain
from party_workflow.policies.documents.findings import broken
from party_workflow.policies.documents.parameters import (
    Dated,
    Exact,
    MeasureRef,
    Part,
    Valued,
)
from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.ranking import RankOn
from party_workflow.values import Code

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

NOT_GRADED: Final = "not-graded"
"""The note on a subject that gets no grade: its figure says how the value is absent, or the gates why."""


class Band(Part):
    """A grade for values from `at_least` on and `below` another; the highest may end with `at_most` instead.

    The lowest may have no lower end and the highest no upper one: then the scale is open there.
    """

    grade: Code
    at_least: Exact | None = None
    below: Exact | None = None
    at_most: Exact | None = None

    def holds(self, value: Fraction) -> bool:
        """Whether a value lies in the band."""
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.below is None or value < self.below)
            and (self.at_most is None or value <= self.at_most)
        )


class Bands(BaseClause):
    """Grades, best first, by bands that cover the scale exactly once; gates applied.

    `on` says whether the displayed or the exact value is graded.  A value off the scale is `InvalidInput`.
    Who has no value gets no grade, unless a gate forces one.  Where a gate changes a grade, both are in the
    result.
    """

    stage: ClassVar[Stage] = "tiers"
    output: ClassVar[Output] = "grades"

    type: Literal["bands"]
    measure: MeasureRef
    on: RankOn
    bands: Dated[tuple[Band, ...]]

    @model_validator(mode="after")
    def _cover_once(self) -> Bands:
        faults = [each for bands in _variants(self.bands) for each in _uncovered(bands)]
        if faults:
            raise broken(
                "bands", f"{'; '.join(dict.fromkeys(faults))}: let each band begin where another one ends"
            )
        return self

    @property
    def variants(self) -> tuple[tuple[Band, ...], ...]:
        """The bands, best first, of each version."""
        return _variants(self.bands)

    @property
    def scales(self) -> tuple[tuple[str, ...], ...]:
        """The grades, best first, of each version of the bands."""
        return tuple(tuple(band.grade for band in bands) for bands in _variants(self.bands))

    def lint(self, scope: Scope, faults: Faults) -> None:
        judge_plain(scope, self.measure, "measure", faults)

    def evaluate(self, board: Board) -> None:
        bands: tuple[Band, ...] = board.value(self, self.bands)
        order = tuple(band.grade for band in bands)
        given, triggered, open_ = [], self._hits(board.gates), self._hits(board.pending)
        for subject in board.subjects:
            figure = board.figure(self.measure, subject)
            hits, pending = triggered.get(subject, []), open_.get(subject, [])
            before = None if isinstance(figure.value, Absent) else self._band(bands, figure)
            grade, gates = settled(order, before, hits)
            if pending or grade is None:
                facts = tuple(fact for hit in (*hits, *pending) for fact in hit.facts)
                board.notes.append(Note(self.code, NOT_GRADED, subject, (figure, *facts)))
                continue
            ground = "gate" if gates else "band"
            given.append(Graded(subject, grade, ground, figure, before if gates else None, gates))
        board.grades[self.code] = tuple(given)

    def _hits(self, gates: Sequence[GateHit]) -> dict[str, list[GateHit]]:
        """The gates of this scale by subject."""
        found: dict[str, list[GateHit]] = {}
        for hit in gates:
            if hit.grades == self.code:
                found.setdefault(hit.subject, []).append(hit)
        return found

    def _band(self, bands: Sequence[Band], figure: Figure) -> str:
        value = displayed(figure, self.on)
        for band in bands:
            if band.holds(value):
                return band.grade
        what = f"{figure.name} = {figure.displayed} lies off the scale."
        raise InvalidInput(Fault(self.code, what, "Extend the bands, or cap the measure before them."))


def _variants(dated: Any) -> tuple[tuple[Band, ...], ...]:
    if dated and isinstance(dated[0], Valued):
        return tuple(item.value for item in dated)
    return (dated,)


def _uncovered(bands: Sequence[Band]) -> list[str]:
    """What keeps bands from covering their scale exactly once, in words."""
    if not bands:
        return ["there is no band"]
    found = [
        f"two bands have the grade {grade}"
        for grade in sorted({band.grade for band in bands})
        if sum(band.grade == grade for band in bands) > 1
    ]
    upward = sorted(bands, key=lambda band: (band.at_least is not None, band.at_least or Fraction(0)))
    if list(bands) not in (upward, upward[::-1]):
        found.append("the bands are not in the order of their values, best first")
    for band in upward:
        top = band.below if band.below is not None else band.at_most
        if band.below is not None and band.at_most is not None:
            found.append(f"the band {band.grade} has two upper ends")
        if band.at_least is not None and top is not None and band.at_least >= top:
            found.append(f"no value lies in {band.grade}")
    for lower, upper in pairwise(upward):
        if upper.at_least is None:
            found.append(f"the band {upper.grade} has no lower end, and another one stands below it")
        elif lower.below is None:
            found.append(f"the band {lower.grade} does not say `below`, and another one stands above it")
        elif lower.below < upper.at_least:
            found.append(f"from {lower.below} to {upper.at_least} there is no band")
        elif lower.below > upper.at_least:
            found.append(
                f"from {upper.at_least} to {lower.below} there are both {lower.grade} and {upper.grade}"
            )
    return found


def rising(bands: Sequence[Band]) -> bool:
    """Whether the best band, which stands first, is the one of the smallest values."""
    if len(bands) < 2:
        return False
    first, last = bands[0].at_least, bands[-1].at_least
    return first is None or (last is not None and first < last)
