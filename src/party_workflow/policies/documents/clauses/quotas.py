"""Quotas: how many may have a grade, and what becomes of those who are level at the edge (R-018).

A quota says its rounding and of whom it is a share.  Where more are level at its edge than there are places,
people choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from pydantic import model_validator

from party_workflow.errors import Fault, Faults, InvalidInput
from party_workflow.policies.conclusion import Graded, Note
from party_workflow.policies.documents.board import Board
from party_workflow.policies.documents.clauses.base import BaseClause, Output, Stage
from party_workflow.policies.documents.clauses.ranking import judge_ranking
from party_workflow.policies.documents.clauses.tiers import Bands
from party_workflow.policies.documents.findings import broken, tell
from party_workflow.policies.documents.parameters import Dated, Exact, GradesRef, SourceRef, Valued
from party_workflow.policies.figure import Evidence, Figure, Mode, Rounding
from party_workflow.policies.ranking import Entry, Ranking, SelectionRequired, quota
from party_workflow.values import Code

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

BESIDE: Final = "selected-beside-the-edge"
"""The note on a subject that people selected although it was not at the edge of the quota."""

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
