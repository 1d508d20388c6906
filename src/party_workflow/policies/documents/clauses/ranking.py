"""Rankings: places by a measure, within comparison groups, with a chain of tie rules.

Places are competition ranks (1-2-2-4).  Who has no value is excluded with the reason; nobody drops out.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar, Literal

from party_workflow.policies.documents.board import Board, displayed
from party_workflow.policies.documents.clauses.base import BaseClause, Output, Stage
from party_workflow.policies.documents.parameters import AttributeRef, MeasureRef, Part
from party_workflow.policies.documents.source import cell_text
from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.ranking import Entry, Excluded, Ranking, RankOn

Direction = Literal["highest", "lowest"]
"""Which value stands first."""


class ByMeasure(Part):
    """Those who are level are separated by a measure; one without a value stands behind."""

    by: Literal["measure"]
    measure: MeasureRef
    on: RankOn
    direction: Direction


class Shared(Part):
    """Those who are still level share the place."""

    by: Literal["shared"]


Tie = ByMeasure | Shared


class Rank(BaseClause):
    """Places by a measure.

    `on` says whether the displayed or the exact value is compared.  `group` are attributes of the population:
    subjects are ranked among those who have the same.  `ties` are tried in their order.
    """

    stage: ClassVar[Stage] = "ranking"
    output: ClassVar[Output] = "nothing"

    type: Literal["rank"]
    measure: MeasureRef
    on: RankOn
    direction: Direction
    group: tuple[AttributeRef, ...] = ()
    ties: tuple[Tie, ...]

    def evaluate(self, board: Board) -> None:
        groups: dict[str, list[str]] = {}
        for subject in board.subjects:
            name = ", ".join(cell_text(board.attribute(subject, each)) for each in self.group)
            groups.setdefault(name, []).append(subject)
        board.rankings += [self._ranked(board, name, groups[name]) for name in sorted(groups)]

    def _ranked(self, board: Board, group: str, subjects: Sequence[str]) -> Ranking:
        figures = {subject: board.figure(self.measure, subject) for subject in subjects}
        excluded = tuple(
            Excluded(subject, figure.value.kind, figure)
            for subject, figure in figures.items()
            if isinstance(figure.value, Absent)
        )
        ranked = [subject for subject in subjects if not isinstance(figures[subject].value, Absent)]
        ties = {subject: self._ties(board, subject) for subject in ranked}

        def key(subject: str) -> tuple[tuple[int, Fraction], ...]:
            first = (0, self._signed(displayed(figures[subject], self.on), self.direction))
            return (first, *(self._tie(rule, figure) for rule, figure in ties[subject]))

        entries: list[Entry] = []
        levels: dict[tuple[tuple[int, Fraction], ...], list[str]] = {}
        for subject in ranked:
            levels.setdefault(key(subject), []).append(subject)
        for level in sorted(levels):
            place = len(entries) + 1
            for subject in levels[level]:
                tied = tuple(other for other in levels[level] if other != subject)
                used = tuple(figure for _, figure in ties[subject])
                entries.append(Entry(subject, place, figures[subject], tied, ties=used))
        return Ranking(
            "competition",
            self.on,
            len(subjects),
            tuple(entries),
            excluded,
            clause=self.code,
            group=group,
        )

    def _ties(self, board: Board, subject: str) -> list[tuple[ByMeasure, Figure]]:
        return [
            (rule, board.figure(rule.measure, subject)) for rule in self.ties if isinstance(rule, ByMeasure)
        ]

    def _tie(self, rule: ByMeasure, figure: Figure) -> tuple[int, Fraction]:
        if isinstance(figure.value, Absent):
            return (1, Fraction(0))
        return (0, self._signed(displayed(figure, rule.on), rule.direction))

    @staticmethod
    def _signed(value: Fraction, direction: Direction) -> Fraction:
        return -value if direction == "highest" else value
