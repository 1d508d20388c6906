"""Grades: bands over a scale, and quotas that limit how many get a grade (R-018, R-091, R-102).

A grade follows from bands and gates, never from the place alone.  A quota says its rounding, of whom it is a
share, and what becomes of those who are level at its edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from pydantic import model_validator

from party_workflow.errors import Fault, Faults, InvalidInput
from party_workflow.policies.conclusion import GateHit, Graded, Note
from party_workflow.policies.documents.board import Board, displayed
from party_workflow.policies.documents.clauses.base import BaseClause, Output, Stage
from party_workflow.policies.documents.clauses.gates import settled
from party_workflow.policies.documents.clauses.ranking import judge_ranking
from party_workflow.policies.documents.clauses.ties import judge_plain
from party_workflow.policies.documents.findings import broken, tell
from party_workflow.policies.documents.parameters import (
    Dated,
    Exact,
    GradesRef,
    MeasureRef,
    Part,
    SourceRef,
    Valued,
)
from party_workflow.policies.figure import Absent, Evidence, Figure, Mode, Rounding
from party_workflow.policies.ranking import Entry, Ranking, RankOn, SelectionRequired, quota
from party_workflow.values import Code

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

NOT_GRADED: Final = "not-graded"
"""The note on a subject that gets no grade: its figure says how the value is absent, or the gates why."""

BESIDE: Final = "selected-beside-the-edge"
"""The note on a subject that people selected although it was not at the edge of the quota."""


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


Of = Literal["population", "ranked", "group"]
"""Of whom a quota is a share: all of the population; those with a place; all of the comparison group."""
Edge = Literal["select", "none", "all"]
"""Those level at the edge of a quota: people select; none gets the grade; all do, and it is exceeded."""


class Quota(BaseClause):
    """At most a share may have a grade: those who stand behind in the ranking get the grade `instead`.

    `grades` are grades that were given before, by bands or by another quota, so that quotas may follow each
    other; `ranking` says in which order those with the grade are taken, in each of its comparison groups.
    The number of places is the share of the population, of those ranked, or of the group, rounded as `mode`
    says.  Those who are level at the edge are listed as a selection (``select``) and hold `instead` until
    people have chosen: `selected` is a source of rows about those whom they chose, which count for those at
    the edge and for nobody else; more than there are places is `InvalidInput`.  Who has no place in the
    ranking takes none of the places either.
    """

    stage: ClassVar[Stage] = "tiers"
    output: ClassVar[Output] = "grades"

    type: Literal["quota"]
    ranking: Code
    grades: GradesRef
    grade: Code
    share: Dated[Exact]
    of: Of
    mode: Mode
    edge: Edge
    instead: Code
    selected: SourceRef | None = None

    @model_validator(mode="after")
    def _sound(self) -> Quota:
        if self.selected is not None and self.edge != "select":
            raise ValueError("people select at the edge only with edge = select")
        shares = [item.value if isinstance(item, Valued) else item for item in _listed(self.share)]
        if not all(0 <= share <= 1 for share in shares):
            raise broken("quota", "a share lies between 0 and 1")
        if self.grade == self.instead:
            raise ValueError("who is beyond the quota gets another grade: `grade` and `instead` are the same")
        return self

    def lint(self, scope: Scope, faults: Faults) -> None:
        rank = judge_ranking(scope, self.ranking, "ranking", faults)
        if rank is not None and rank.group and self.of != "group":
            what = f"{self.ranking} ranks in comparison groups, and the quota is of the {self.of}."
            tell(faults, "quota", "of", what, "Say of = group.")
        for order in scales_of(scope, self.grades):
            for name in ("grade", "instead"):
                if getattr(self, name) not in order:
                    what = f"{self.grades} has no grade {getattr(self, name)}."
                    tell(faults, "quota", name, what, f"There are: {', '.join(order)}.")
            if {self.grade, self.instead} <= set(order) and order.index(self.instead) < order.index(
                self.grade
            ):
                what = f"{self.instead} is better than {self.grade}."
                tell(faults, "quota", "instead", what, "Give those beyond the quota a lower grade.")
        self._judge_feasible(scope, faults)

    def _judge_feasible(self, scope: Scope, faults: Faults) -> None:
        if scope.population is None or isinstance(self.share, tuple) or self.of != "population":
            return
        if quota(self.share, scope.population, Rounding(0, self.mode)) == 0:
            what = f"{self.share} of {scope.population}, rounded {self.mode}, is no place."
            tell(
                faults,
                "quota",
                "share",
                what,
                f"Nobody can have {self.grade}: raise the share, or remove the grade.",
            )

    def evaluate(self, board: Board) -> None:
        share, given = board.at(self, "share", self.share), {}
        for graded in board.grades.get(self.grades, ()):
            given[graded.subject] = graded
        rankings = [ranking for ranking in board.rankings if ranking.clause == self.ranking]
        placed = {entry.subject for ranking in rankings for entry in ranking.entries}
        for subject, graded in given.items():
            if graded.grade == self.grade and subject not in placed:
                given[subject] = replace(graded, grade=self.instead, ground="quota")
        for ranking in rankings:
            self._limit(board, ranking, share, given)
        board.grades[self.code] = tuple(given[subject] for subject in sorted(given))

    def _limit(self, board: Board, ranking: Ranking, share: Figure, given: dict[str, Graded]) -> None:
        number = {
            "population": len(board.subjects),
            "ranked": len(ranking.entries),
            "group": ranking.population,
        }[self.of]
        rounding = Rounding(0, self.mode)
        whole = Figure(self.of, Fraction(number), "count", self.code, self.basis)
        exact = Figure(
            f"{self.code}.exact", share.exact() * number, "product", self.code, share.basis, (share, whole)
        )
        places = quota(share.exact(), number, rounding)
        limit = Figure(self.code, Fraction(places), "rounded", self.code, share.basis, (exact,), rounding)
        board.notes.append(Note(self.code, "quota", ranking.group, (limit,)))
        levels: dict[int, list[Entry]] = {}
        for entry in ranking.entries:
            if entry.subject in given and given[entry.subject].grade == self.grade:
                levels.setdefault(entry.place, []).append(entry)
        taken, full = 0, False
        for place in sorted(levels):
            level = levels[place]
            if not full and taken + len(level) <= places:
                taken += len(level)
                continue
            at_edge = not full and taken < places
            full = True
            if at_edge and self.edge == "select":
                self._select(board, ranking, level, places - taken, given)
            elif not (at_edge and self.edge == "all"):
                self._instead(given, level, "quota")
        self._beside(board, ranking, given)

    def _instead(self, given: dict[str, Graded], level: Sequence[Entry], ground: str) -> None:
        for entry in level:
            given[entry.subject] = replace(given[entry.subject], grade=self.instead, ground=ground)

    def _select(
        self, board: Board, ranking: Ranking, level: Sequence[Entry], left: int, given: dict[str, Graded]
    ) -> None:
        """Those at the edge: whom people chose has the grade; for the places left they have to choose."""
        chosen = [entry for entry in level if self._chosen(board, entry.subject)]
        if len(chosen) > left:
            what = f"{len(chosen)} were selected at the edge of {self.grade}, and there are {left} places."
            raise InvalidInput(Fault(self.code, what, "Correct the selection."))
        for entry in chosen:
            graded = given[entry.subject]
            inputs: tuple[Figure | Evidence, ...] = (graded.figure, *self._chosen(board, entry.subject))
            figure = Figure(
                graded.figure.name, graded.figure.value, "selected", self.code, self.basis, inputs
            )
            given[entry.subject] = replace(graded, ground="selected", figure=figure)
        rest = [entry for entry in level if entry not in chosen]
        if len(chosen) == left:
            self._instead(given, rest, "quota")
            return
        self._instead(given, rest, "selection-required")
        candidates = tuple(sorted(entry.subject for entry in rest))
        board.selections.append(
            SelectionRequired(self.grade, left - len(chosen), candidates, self.code, ranking.group)
        )

    def _chosen(self, board: Board, subject: str) -> tuple[Evidence, ...]:
        rows = () if self.selected is None else board.rows_of(self.selected, subject)
        return tuple(dict.fromkeys(item for row in rows for item in row.evidence))

    def _beside(self, board: Board, ranking: Ranking, given: dict[str, Graded]) -> None:
        """Notes whom people selected although there was nothing to select."""
        for entry in ranking.entries:
            graded = given.get(entry.subject)
            if self._chosen(board, entry.subject) and (graded is None or graded.ground != "selected"):
                board.notes.append(Note(self.code, BESIDE, entry.subject, (entry.figure,)))


def _listed(dated: Any) -> Sequence[Any]:
    return dated if isinstance(dated, tuple) else (dated,)


def scales_of(scope: Scope, code: str) -> tuple[tuple[str, ...], ...]:
    """The grades, best first, that an earlier clause may give; empty where it cannot be told."""
    clause = scope.clause(code)
    while isinstance(clause, Quota):
        clause = scope.clause(clause.grades)
    return clause.scales if isinstance(clause, Bands) else ()
