"""Tie rules: what separates those who are level, tried one after the other on those who still are.

A rule gives each of the level a key; who has the smaller one stands before.  The chain ends in a rule that
says what becomes of those whom nothing separates: they share the place, a published lot decides, or people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

from pydantic import Field, StrictInt

from party_workflow.errors import Faults
from party_workflow.policies.documents.board import Board, displayed
from party_workflow.policies.documents.countback import by_subject, countback
from party_workflow.policies.documents.findings import tell
from party_workflow.policies.documents.parameters import Dated, DimensionRef, MeasureRef, Part, SourceRef
from party_workflow.policies.documents.source import Where, holds
from party_workflow.policies.feeds.feed import Fact
from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.lots import lot
from party_workflow.policies.ranking import RankOn
from party_workflow.values import Key

if TYPE_CHECKING:
    from party_workflow.policies.documents.clauses.base import BaseClause
    from party_workflow.policies.documents.lint import Scope

Direction = Literal["highest", "lowest"]
"""Which value stands first."""
Depth = Annotated[StrictInt, Field(ge=1, le=1000)]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
Standing = tuple[Fraction, ...]
"""What is compared: who has the smaller one stands before.  Those of one rule are equally long."""


@dataclass(frozen=True, slots=True)
class Stands:
    """Where a rule puts one of the level, with the figures that it looked at."""

    key: Standing
    figures: tuple[Figure, ...]


class Separating(Part):
    """A rule that may separate those who are level, and may leave some of them so."""

    last: ClassVar[bool] = False

    def lint(self, scope: Scope, where: str, faults: Faults) -> None:
        """Adds what is wrong with the rule."""

    def stands(self, board: Board, clause: BaseClause, level: Sequence[str]) -> Mapping[str, Stands]:
        """Where each of those who are level stands; empty where the rule is not for them."""
        return {}


class ByMeasure(Separating):
    """By a measure; one without a value stands behind.

    With `where` the rule is for those only of whom the population says this: it is passed over unless all who
    are level are such.
    """

    by: Literal["measure"]
    measure: MeasureRef
    on: RankOn
    direction: Direction
    where: Where = Field(default_factory=dict)

    def lint(self, scope: Scope, where: str, faults: Faults) -> None:
        judge_plain(scope, self.measure, f"{where}.measure", faults)
        known = scope.columns.get(scope.document.population.source)
        for name in self.where:
            if known is not None and name not in known:
                remedy = f"There are: {', '.join(sorted(known))}."
                faults.add(f"{where}.where.{name}", "The population has no such column.", remedy)

    def stands(self, board: Board, clause: BaseClause, level: Sequence[str]) -> Mapping[str, Stands]:
        if not all(holds(self.where, board.members[subject].columns) for subject in level):
            return {}
        found = {}
        for subject in level:
            figure = board.figure(self.measure, subject)
            found[subject] = Stands(self._key(figure), (figure,))
        return found

    def _key(self, figure: Figure) -> Standing:
        if isinstance(figure.value, Absent):
            return (Fraction(1), Fraction(0))
        return (Fraction(0), signed(displayed(figure, self.on), self.direction))


class ByCountback(Separating):
    """By the better places in a measure of places: most firsts, then most seconds, down to `depth`."""

    by: Literal["countback"]
    measure: MeasureRef
    depth: Dated[Depth]

    def lint(self, scope: Scope, where: str, faults: Faults) -> None:
        if scope.dims(self.measure) == ():
            what = f"{self.measure} has one figure a subject: there is nothing to count."
            faults.add(f"{where}.measure", what, "Take a measure that has a place for each event.")

    def stands(self, board: Board, clause: BaseClause, level: Sequence[str]) -> Mapping[str, Stands]:
        places = by_subject(board.measure(self.measure))
        depth, basis = board.since(clause, self.depth)
        found = {}
        for subject in level:
            figures = countback(places.get(subject, ()), depth, clause=clause.code, basis=basis)
            found[subject] = Stands(tuple(-figure.exact() for figure in figures), figures)
        return found


class ByEncounters(Separating):
    """By what those who are level have against each other: the sum of a measure over the values of its
    dimension `opponent` that name another of them.

    Who has no value against one of them stands behind.  `unmet` says what it comes to where two of them have
    no figure against each other: zero, or the rule is passed over for all of them.  Stands the rule twice in
    a row, it is tried again on those who are left level.
    """

    by: Literal["encounters"]
    measure: MeasureRef
    opponent: DimensionRef
    direction: Direction
    unmet: Literal["zero", "pass"]

    def stands(self, board: Board, clause: BaseClause, level: Sequence[str]) -> Mapping[str, Stands]:
        measure = board.measure(self.measure)
        if self.opponent not in measure.dims:  # not in force
            return {}
        at = measure.dims.index(self.opponent) + 1
        others = frozenset(level)
        met: dict[str, list[tuple[str, Figure]]] = {subject: [] for subject in level}
        for key, figure in measure.figures.items():
            if key[0] in others and key[at] in others and key[at] != key[0]:
                met[key[0]].append((key[at], figure))
        if self.unmet == "pass" and any(
            len({other for other, _ in each}) < len(level) - 1 for each in met.values()
        ):
            return {}
        return {
            subject: self._stands(clause, [figure for _, figure in each]) for subject, each in met.items()
        }

    def _stands(self, clause: BaseClause, figures: Sequence[Figure]) -> Stands:
        name = f"{self.measure}.encounters"
        absent = next((figure.value for figure in figures if isinstance(figure.value, Absent)), None)
        if absent is not None:
            lacking = Figure(name, absent, "incomplete", clause.code, clause.basis, tuple(figures))
            return Stands((Fraction(1), Fraction(0)), (lacking,))
        value = sum((figure.exact() for figure in figures), Fraction(0))
        found = Figure(name, value, "sum", clause.code, clause.basis, tuple(figures))
        return Stands((Fraction(0), signed(value, self.direction)), (found,))


class ByEarliest(Separating):
    """By a row of a source: whose `row` is the earlier one stands before; who has none stands behind.

    `order` says what is compared: the day of the row, the moment of its event, or when it was recorded.
    """

    by: Literal["earliest"]
    source: SourceRef
    row: Literal["first", "last"]
    order: Literal["day", "effective", "recorded"]

    def stands(self, board: Board, clause: BaseClause, level: Sequence[str]) -> Mapping[str, Stands]:
        found = {}
        for subject in level:
            rows = [(self._moment(row), row) for row in board.rows_of(self.source, subject)]
            name = f"{self.source}.{self.row}.{self.order}"
            if not rows:
                figure = Figure(name, Absent("missing"), "no_row", clause.code, clause.basis)
                found[subject] = Stands((Fraction(1), Fraction(0)), (figure,))
                continue
            moments = [moment for moment, _ in rows]
            moment = min(moments) if self.row == "first" else max(moments)
            row = next(row for at, row in rows if at == moment)
            figure = Figure(name, moment, "earliest", clause.code, clause.basis, row.evidence)
            found[subject] = Stands((Fraction(0), moment), (figure,))
        return found

    def _moment(self, row: Fact) -> Fraction:
        match self.order:
            case "day":
                day = row.columns["day"]
                assert isinstance(day, date)
                return Fraction(day.toordinal())
            case "effective":
                return Fraction((row.effective_at - _EPOCH) // timedelta(microseconds=1), 10**6)
            case "recorded":
                return Fraction(row.position)


class Shared(Separating):
    """Those who are still level share the place."""

    last: ClassVar[bool] = True

    by: Literal["shared"]


class ByLot(Separating):
    """A lot decides, drawn from a seed that is published with the rule: `party_workflow.policies.lots`."""

    last: ClassVar[bool] = True

    by: Literal["lot"]
    seed: Key

    def stands(self, board: Board, clause: BaseClause, level: Sequence[str]) -> Mapping[str, Stands]:
        found = {}
        for number, subject in enumerate(lot(self.seed, level), start=1):
            figure = Figure(f"lot.{self.seed}", Fraction(number), "drawn", clause.code, clause.basis)
            found[subject] = Stands((Fraction(number),), (figure,))
        return found


class ByHand(Separating):
    """People decide: those who are still level share the place, and are listed as a selection.

    What they decided is a measure like any other, by which a rule before this one separates them.
    """

    last: ClassVar[bool] = True

    by: Literal["human"]


Tie = Annotated[
    ByMeasure | ByCountback | ByEncounters | ByEarliest | Shared | ByLot | ByHand,
    Field(discriminator="by"),
]
TIES: Final[tuple[type[Separating], ...]] = (
    ByMeasure,
    ByCountback,
    ByEncounters,
    ByEarliest,
    Shared,
    ByLot,
    ByHand,
)
"""Every tie rule."""


def signed(value: Fraction, direction: Direction) -> Fraction:
    """A value so that the smaller one stands first."""
    return -value if direction == "highest" else value


def separated(
    board: Board, clause: BaseClause, level: Sequence[str], ties: Sequence[Separating]
) -> tuple[list[list[str]], dict[str, tuple[Figure, ...]]]:
    """Those who are level, in their order: in one list whom nothing separates; and what was looked at."""
    found, used = [list(level)], {subject: tuple[Figure, ...]() for subject in level}
    for tie in ties:
        after: list[list[str]] = []
        for group in found:
            stands = tie.stands(board, clause, group) if len(group) > 1 else {}
            if not stands:
                after.append(group)
                continue
            by_key: dict[Standing, list[str]] = {}
            for subject in group:
                by_key.setdefault(stands[subject].key, []).append(subject)
                used[subject] += stands[subject].figures
            after += [by_key[key] for key in sorted(by_key)]
        found = after
    return found, used


def judge_chain(ties: Sequence[Separating], faults: Faults) -> None:
    """Adds a chain that does not end, or that goes on after its end."""
    if not ties or not ties[-1].last:
        what = "Nothing is said of those whom nothing separates."
        tell(faults, "ties", "ties", what, "End the chain in shared, lot or human.")
    for index, tie in enumerate(ties[:-1]):
        if tie.last:
            tell(faults, "ties", f"ties[{index}]", "No rule after this one is reached.", "Put it at the end.")


def judge_plain(scope: Scope, measure: str, where: str, faults: Faults) -> None:
    """Adds a measure that has several figures a subject where one is needed."""
    if dims := scope.dims(measure):
        what = f"{measure} has a figure for each {', '.join(dims)}, not one a subject."
        faults.add(where, what, "Reduce it over them first.")
