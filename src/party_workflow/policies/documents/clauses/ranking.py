"""Rankings: places by a measure, within comparison groups, with a chain of tie rules.

Places are competition ranks (1-2-2-4).  Who has no value is excluded with the reason; nobody drops out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from party_workflow.errors import Faults
from party_workflow.policies.documents.board import Board, displayed
from party_workflow.policies.documents.clauses.base import BaseClause, Output, Stage
from party_workflow.policies.documents.clauses.gates import in_ranking
from party_workflow.policies.documents.clauses.ties import (
    Direction,
    Tie,
    judge_chain,
    judge_plain,
    separated,
    signed,
)
from party_workflow.policies.documents.findings import tell
from party_workflow.policies.documents.parameters import AttributeRef, MeasureRef
from party_workflow.policies.documents.source import cell_text
from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.ranking import Entry, Excluded, Ranking, RankOn, SelectionRequired

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope


class Rank(BaseClause):
    """Places by a measure.

    `on` says whether the displayed or the exact value is compared.  `group` are attributes of the population,
    declared there: subjects are ranked among those who have the same.  `ties` are tried in their order on
    those who are level, and end in ``shared``, ``lot`` or ``human``.  Who has no value, is of no group, or is
    excluded by a gate is listed with the reason; whom a gate puts last stands behind all others.
    """

    stage: ClassVar[Stage] = "ranking"
    output: ClassVar[Output] = "nothing"

    type: Literal["rank"]
    measure: MeasureRef
    on: RankOn
    direction: Direction
    group: tuple[AttributeRef, ...] = ()
    ties: tuple[Tie, ...]

    def lint(self, scope: Scope, faults: Faults) -> None:
        judge_chain(self.ties, faults)
        judge_plain(scope, self.measure, "measure", faults)
        for index, tie in enumerate(self.ties):
            tie.lint(scope, f"ties[{index}]", faults)
        declared = scope.document.population.groups
        for name in self.group:
            if name not in declared:
                what = f"{name} is no comparison group of the population."
                faults.add("group", what, "Declare it in `groups` of the population.")

    def evaluate(self, board: Board) -> None:
        groups: dict[str, list[str]] = {}
        for subject in board.subjects:
            groups.setdefault(self._group(board, subject), []).append(subject)
        board.rankings += [self._ranked(board, name, groups[name]) for name in sorted(groups)]

    def _group(self, board: Board, subject: str) -> str:
        return ", ".join(cell_text(board.attribute(subject, each)) for each in self.group)

    def _ranked(self, board: Board, group: str, subjects: Sequence[str]) -> Ranking:
        figures = {subject: board.figure(self.measure, subject) for subject in subjects}
        gated = in_ranking(board)
        excluded = []
        for subject, figure in figures.items():
            reason = self._excluded(board, subject, figure, gated)
            if reason:
                excluded.append(Excluded(subject, reason, figure))
        out = {item.subject for item in excluded}
        levels: dict[tuple[bool, Fraction], list[str]] = {}
        for subject in subjects:
            if subject not in out:
                value = signed(displayed(figures[subject], self.on), self.direction)
                levels.setdefault((subject in gated, value), []).append(subject)
        entries: list[Entry] = []
        for level in sorted(levels):
            found, used = separated(board, self, levels[level], self.ties)
            for together in found:
                entries += self._placed(board, group, together, len(entries) + 1, figures, used)
        return Ranking(
            "competition",
            self.on,
            len(subjects),
            tuple(entries),
            tuple(excluded),
            clause=self.code,
            group=group,
        )

    def _excluded(
        self, board: Board, subject: str, figure: Figure, gated: Mapping[str, tuple[str, str]]
    ) -> str:
        effect, clause = gated.get(subject, ("", ""))
        if effect == "excluded":
            return f"gate.{clause}"
        if isinstance(figure.value, Absent):
            return figure.value.kind
        if effect == "incomplete":
            return f"incomplete.{clause}"
        if any(isinstance(board.attribute(subject, each), Absent) for each in self.group):
            return "no-group"
        return ""

    def _placed(
        self,
        board: Board,
        group: str,
        together: Sequence[str],
        place: int,
        figures: Mapping[str, Figure],
        used: Mapping[str, tuple[Figure, ...]],
    ) -> list[Entry]:
        """Those whom nothing separates, at one place; where people are to separate them, that is listed."""
        if len(together) > 1 and self.ties and self.ties[-1].by == "human":
            candidates = tuple(together)
            board.selections.append(
                SelectionRequired(f"place.{place}", len(together), candidates, self.code, group, place)
            )
        return [
            Entry(
                subject,
                place,
                figures[subject],
                tuple(other for other in together if other != subject),
                ties=used[subject],
            )
            for subject in together
        ]


def judge_ranking(scope: Scope, code: str, where: str, faults: Faults) -> Rank | None:
    """The earlier clause that ranks under a code; adds that there is none, unless it could not be read."""
    found = scope.clause(code)
    if isinstance(found, Rank):
        return found
    if code not in scope.dropped:
        known = ", ".join(clause.code for clause in scope.before if isinstance(clause, Rank)) or "none"
        tell(faults, "ranking", where, f"No earlier clause ranks under {code}.", f"There are: {known}.")
    return None
