"""Panels: what several raters gave, as one figure, and how far they agreed.

The marks of a panel are those of one subject and one value of each dimension (`by`).  In this order: of a
rater's votes those that count; raters centred; marks that are not there; too few raters; the statistic,
within groups of raters where there are any; the weights of the groups; rounding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, StrictInt, model_validator

from party_workflow.errors import Faults
from party_workflow.policies.arithmetic import panels
from party_workflow.policies.documents.board import Board
from party_workflow.policies.documents.clauses.agreement import Agreement, agreement
from party_workflow.policies.documents.clauses.centring import centred
from party_workflow.policies.documents.clauses.points import RowClause
from party_workflow.policies.documents.clauses.votes import Mark, votes
from party_workflow.policies.documents.clauses.weights import judge_sum, refuse_sum
from party_workflow.policies.documents.findings import tell
from party_workflow.policies.documents.measures import Key, label
from party_workflow.policies.documents.parameters import (
    AttributeRef,
    ColumnRef,
    Dated,
    Exact,
    RoundingStage,
    Treatment,
    treatment,
)
from party_workflow.policies.documents.source import cell_text
from party_workflow.policies.figure import Absent, Figure, Value

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

Votes = Literal["one_each_last", "one_each_first", "refuse", "all"]
"""Of several marks of one rater in a panel: the last or the first recorded counts, they are `InvalidInput`,
or each counts.
"""
Statistic = Literal["mean", "median", "trimmed_mean"]
TooFew = Literal["missing", "not_applicable", "withheld"]
"""What a figure is where there is too little to say it from."""
Number = Annotated[StrictInt, Field(ge=0, le=10**6)]


class Panel(RowClause):
    """One figure from the marks of several raters.

    `rater` and `column` say whose mark a row is and what it is; or a row has the marks of a whole panel, and
    `raters` are its columns, one a rater.  `worths`, where given, says what each text is worth.  `votes` says
    which counts of several marks of one rater.  Of a secret ballot nobody is named: then `tally` is the
    column with how many gave the mark of a row, and a row without a rater stands for so many.  `absent` is
    for marks that are recorded as not being there; where there is no row, there is no rater.  With fewer than
    `minimum_raters` whose marks count, the figure is absent as `too_few` says.

    `statistic` is what the marks come to.  ``trimmed_mean`` drops `drop_high` of the highest and `drop_low`
    of the lowest marks.  With `rater_groups`, a column, the statistic is taken within each group and the
    groups count by `group_weights`, which sum to 1.  Where a group gave no mark, `group_lacking` says that
    the panel is incomplete, or with ``spread`` that the others take its weight in proportion.

    `centring` with ``rater_mean`` takes strict and lenient raters as equal: each mark less the mean of its
    rater's own marks, plus the mean of all marks, among subjects with the same `group` (attributes of the
    population) and the same dimensions.  It takes away as well every difference between raters who saw
    different subjects.  Marks of who gave fewer than `centring_minimum` there stay as they are.

    `reliability` is reported for each of these comparisons as a note ``reliability.<measure>``, from the
    marks that count as they were given.  W and ICC take the subjects whom every rater there marked.
    """

    type: Literal["panel"]
    rater: ColumnRef | None = None
    tally: ColumnRef | None = None
    column: ColumnRef | None = None
    raters: tuple[ColumnRef, ...] = ()
    worths: Mapping[str, Dated[Exact]] = Field(default_factory=dict)
    votes: Votes
    absent: Treatment
    minimum_raters: Dated[Number]
    too_few: TooFew
    statistic: Statistic
    drop_high: Dated[Number] | None = None
    drop_low: Dated[Number] | None = None
    rater_groups: ColumnRef | None = None
    group_weights: Mapping[str, Dated[Exact]] = Field(default_factory=dict)
    group_lacking: Literal["incomplete", "spread"] | None = None
    centring: Literal["none", "rater_mean"]
    centring_minimum: Number | None = None
    group: tuple[AttributeRef, ...] = ()
    reliability: tuple[Agreement, ...] = ()
    rounding: RoundingStage

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if ((self.rater, self.column) == (None, None)) != bool(self.raters):
            raise ValueError("say rater and column, or raters, a column each")
        if (self.rater is None) != (self.column is None):
            raise ValueError("rater and column are said together")
        if (self.statistic == "trimmed_mean") != (self.drop_high is not None and self.drop_low is not None):
            raise ValueError("a trimmed mean says drop_high and drop_low, and nothing else does")
        if (self.drop_high is None) != (self.drop_low is None):
            raise ValueError("drop_high and drop_low are said together")
        grouped = (self.rater_groups is not None, bool(self.group_weights), self.group_lacking is not None)
        if any(grouped) and not all(grouped):
            raise ValueError("rater_groups, group_weights and group_lacking are said together")
        if (self.centring == "rater_mean") != (self.centring_minimum is not None):
            raise ValueError("centring by the raters' own means says centring_minimum, and nothing else does")
        if self.votes == "all" and self.reliability:
            raise ValueError("agreement of raters needs one vote each")
        if self.tally is not None and (self.raters or self.reliability or self.centring != "none"):
            raise ValueError("a tally names no raters: neither to centre them nor to say how far they agree")
        return self

    def lint(self, scope: Scope, faults: Faults) -> None:
        dropped = [each for each in (self.drop_high, self.drop_low) if isinstance(each, int)]
        if isinstance(self.minimum_raters, int) and sum(dropped) >= self.minimum_raters and dropped:
            what = f"Of {self.minimum_raters} raters {sum(dropped)} marks would be dropped."
            tell(faults, "panel_drops", "minimum_raters", what, "Ask for more raters, or drop fewer.")
        if self.group_weights:
            judge_sum(self.group_weights, Fraction(1), "group_weights", faults, self.since)

    def evaluate(self, board: Board) -> None:
        marks = {key: votes(self, board, rows, key) for key, rows in self.grouped(board).items()}
        compared = self._compared(board, marks)
        for name, keys in compared.items():
            if self.reliability:
                given = {key: {mark.rater: mark.figure for mark in marks[key]} for key in keys}
                board.notes += agreement(self, name, given, self.reliability)
        if self.centring == "rater_mean":
            for keys in compared.values():
                marks |= centred(self, {key: marks[key] for key in keys}, self.centring_minimum or 0)
        minimum = board.at(self, "minimum_raters", self.minimum_raters)
        drops = [
            board.at(self, name, dated)
            for name, dated in (("drop_high", self.drop_high), ("drop_low", self.drop_low))
            if dated is not None
        ]
        weights = {
            name: board.at(self, f"group_weights.{name}", dated) for name, dated in self.group_weights.items()
        }
        if weights:
            refuse_sum([weight.exact() for weight in weights.values()], Fraction(1), self.code)
        figures = {
            key: self._panel(label(self.code, key), marks[key], minimum, drops, weights) for key in marks
        }
        board.put(self, self.by, figures, self.rounding)

    def _compared(self, board: Board, marks: Mapping[Key, Sequence[Mark]]) -> dict[str, list[Key]]:
        """The keys of the panels that are compared with each other: same group, same dimensions."""
        found: dict[tuple[str, ...], list[Key]] = {}
        for key in sorted(marks):
            group = (cell_text(board.attribute(key[0], name)) for name in self.group)
            found.setdefault((*group, *key[1:]), []).append(key)
        return {", ".join(parts): keys for parts, keys in found.items()}

    def _step(self, name: str, value: Value, step: str, inputs: Iterable[Figure] = ()) -> Figure:
        return Figure(name, value, step, self.code, self.basis, tuple(inputs))

    # --- the panel

    def _panel(
        self,
        name: str,
        marks: Sequence[Mark],
        minimum: Figure,
        drops: Sequence[Figure],
        weights: Mapping[str, Figure],
    ) -> Figure:
        if not marks:
            return self._step(name, self.nothing(), "no_row")
        how = treatment(self.absent)
        counting: list[Mark] = []
        aside: list[Figure] = []
        for mark in marks:
            if not isinstance(mark.figure.value, Absent):
                counting.append(mark)
                continue
            match how.of(mark.figure.value.kind):
                case "incomplete":
                    return self._step(name, mark.figure.value, "incomplete", (mark.figure,))
                case "zero":
                    counting.append(replace(mark, figure=self._step(
                        mark.figure.name, Fraction(0), "counted_as_zero", (mark.figure,)
                    )))  # fmt: skip
                case "leave_out":
                    aside.append(self._step(mark.figure.name, mark.figure.value, "left_out", (mark.figure,)))
        number = sum({mark.rater: mark.number for mark in counting}.values())
        raters = self._step("raters", Fraction(number), "count")
        if raters.exact() < minimum.exact() or not counting:
            inputs = (minimum, raters, *(mark.figure for mark in counting), *aside)
            return self._step(name, Absent(self.too_few), "too_few_raters", inputs)
        if not weights:
            return self._statistic(name, counting, drops, aside)
        return self._grouped(name, counting, drops, weights, aside)

    def _statistic(
        self, name: str, marks: Sequence[Mark], drops: Sequence[Figure], aside: Sequence[Figure] = ()
    ) -> Figure:
        figures = [mark.figure for mark in marks]
        each = [index for index, mark in enumerate(marks) for _ in range(mark.number)]
        values = [figures[index].exact() for index in each]
        if self.statistic == "trimmed_mean":
            high, low = (int(drop.exact()) for drop in drops)
            if high + low >= len(values):
                return self._step(name, Absent(self.too_few), "too_few_marks", (*drops, *figures, *aside))
            kept, dropped = panels.trim(dict(enumerate(values)), high, low)
            value = panels.mean([values[at] for at in kept])
            gone = Counter(each[at] for at in dropped)
            inputs = (
                *drops,
                *(figures[index] for index in dict.fromkeys(each[at] for at in kept)),
                *(self._dropped(figures[index], times, marks[index].number) for index, times in gone.items()),
                *aside,
            )
            return self._step(name, value, "trimmed_mean", inputs)
        if not values:
            return self._step(name, Absent(self.too_few), "too_few_marks", aside)
        value = panels.mean(values) if self.statistic == "mean" else panels.median(values)
        return self._step(name, value, self.statistic, (*figures, *aside))

    def _dropped(self, mark: Figure, times: int, of: int) -> Figure:
        counts = () if of == 1 else (self._step("dropped", Fraction(times), "count"),)
        return self._step(mark.name, mark.value, "dropped", (mark, *counts))

    def _grouped(
        self,
        name: str,
        marks: Sequence[Mark],
        drops: Sequence[Figure],
        weights: Mapping[str, Figure],
        aside: Sequence[Figure],
    ) -> Figure:
        by_group: dict[str, list[Mark]] = {}
        for mark in marks:
            by_group.setdefault(mark.group, []).append(mark)
        scored = {
            group: self._statistic(f"{name}.{group}", by_group[group], drops)
            for group in weights
            if group in by_group
        }
        values = {
            group: figure.value for group, figure in scored.items() if not isinstance(figure.value, Absent)
        }
        lacking = [group for group, weight in weights.items() if weight.exact() and group not in values]
        inputs = (
            *(
                figure
                for group, weight in weights.items()
                for figure in (weight, *((scored[group],) if group in scored else ()))
            ),
            *aside,
        )
        weighing = sum((weights[group].exact() for group in values), Fraction(0))
        if (lacking and self.group_lacking == "incomplete") or weighing == 0:
            absent = next((f.value for f in scored.values() if isinstance(f.value, Absent)), None)
            return self._step(name, absent or Absent("missing"), "group_lacking", inputs)
        of = {group: weight.exact() for group, weight in weights.items()}
        value = panels.weighted_groups(values, of, spread=self.group_lacking == "spread")
        return self._step(name, value, "weighted_groups", inputs)
