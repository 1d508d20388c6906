"""Which variant of a rule gives a published table, and where even the best one differs.

Every variant of the declared axes is evaluated over the same rows; what comes before the first axis that
differs is evaluated once.  The answer names the variant with the fewest differences, those that do as well
and so cannot be told from it by this table, and how many differences each option has at best.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import prod
from typing import Any, Final, Literal

from pydantic import TypeAdapter

from party_workflow.canonical import fraction_text
from party_workflow.errors import Fault, InvalidInput, PartyWorkflowError
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents.board import Board
from party_workflow.policies.documents.clauses import AnyClause, BaseClause, CodeClause
from party_workflow.policies.documents.document import RuleDocument, advance, begin, conclude
from party_workflow.policies.figure import Absent, Figure, Rounding
from party_workflow.policies.trials.rows import Rows
from party_workflow.policies.trials.variants import Axis, Choice, option_key, variant

What = Literal["value", "place", "grade"]
Key = tuple[str, ...]
_CLAUSE: Final[TypeAdapter[Any]] = TypeAdapter(AnyClause)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a published table, and the clause that has to give it.

    `values` has by key (the subject, and the dimensions of a measure) what was published: a number for a
    value or a place, a text for a grade.  A value is compared as the clause displays it; with `rounding`,
    rounded that way instead.
    """

    name: str
    what: What
    clause: str
    values: Mapping[Key, Fraction | str]
    rounding: Rounding | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that comes out otherwise: what was published, and what was found, None for nothing."""

    column: str
    key: Key
    published: str
    found: str | None

    def __str__(self) -> str:
        found = self.found or "nothing"
        return f"{self.column} of {', '.join(self.key)}: published {self.published}, found {found}"


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The variant that comes nearest to a published table.  Truthy when it gives the whole of it.

    `choice` has the options taken, those that the document says itself included; `document` is that variant.
    `equals` are the other choices that do as well, `fewest` the least number of differences by axis and
    option, `compared` the number of cells.  Unless `exhaustive`, not every combination was tried.
    """

    choice: Choice
    document: RuleDocument
    compared: int
    differences: tuple[Difference, ...]
    equals: tuple[Choice, ...]
    fewest: Mapping[str, tuple[tuple[Any, int], ...]]
    tried: int
    exhaustive: bool

    def __bool__(self) -> bool:
        return not self.differences

    @property
    def matched(self) -> int:
        """How many cells come out as published."""
        return self.compared - len(self.differences)

    def settled(self) -> dict[str, Any]:
        """The axes on which the table decides: every other option has more differences."""
        return {
            name: self.choice[name]
            for name in self.choice
            if all(each[name] == self.choice[name] for each in self.equals)
        }

    def data(self) -> dict[str, Any]:
        """The answer as canonical data."""
        return {
            "document": self.document.digest,
            "choice": _plain(self.choice),
            "settled": _plain(self.settled()),
            "compared": self.compared,
            "matched": self.matched,
            "differences": [
                {"column": item.column, "key": list(item.key), "published": item.published}
                | ({} if item.found is None else {"found": item.found})
                for item in self.differences
            ],
            "equals": [_plain(each) for each in self.equals],
            "fewest": [
                {
                    "axis": name,
                    "options": [
                        {"differences": number} | ({} if option is None else {"option": option})
                        for option, number in options
                    ],
                }
                for name, options in self.fewest.items()
            ],
            "tried": self.tried,
            "exhaustive": self.exhaustive,
        }


def _plain(choice: Choice) -> dict[str, Any]:
    return {name: option for name, option in choice.items() if option is not None}


def reproduce(
    document: RuleDocument,
    rows: Rows,
    published: Sequence[Column],
    axes: Sequence[Axis],
    *,
    on: date,
    period_start: date,
    code: Mapping[str, CodeClause] | None = None,
    limit: int = 4096,
    progress: Callable[[int], None] | None = None,
) -> Reproduction:
    """Search the variants of a document for the one that gives a published table.

    Up to `limit` combinations every one is tried; beyond it one axis after the other is settled, as often as
    that brings fewer differences, and the answer is not `exhaustive`.  A variant that cannot be evaluated
    (a measure without a value that it needs) has every cell as a difference.  `progress` is told how many
    variants were tried.  Raises `InvalidInput` for a column whose clause there is not.
    """
    for column in published:
        if column.clause not in document.based():
            what = f"There is no clause {column.clause}."
            raise InvalidInput(Fault(column.name, what, f"There are: {', '.join(document.based())}."))
    board = begin(document, rows, on=on, period_start=period_start, code=code)
    search = _Search(document, board, tuple(published), progress)
    exhaustive = prod(len(axis.options) for axis in axes) <= limit
    if exhaustive:
        search.walk(axes)
    else:
        _descend(search, axes)
    return search.answer(axes, exhaustive=exhaustive)


def _descend(search: _Search, axes: Sequence[Axis]) -> None:
    """Settles one axis after the other, each time around from the best so far."""
    held = {axis.name: axis.options[0] for axis in axes}
    before = -1
    while True:
        for free in axes:
            search.walk(
                [axis if axis is free else Axis(axis.clause, axis.field, (held[axis.name],)) for axis in axes]
            )
            held = dict(search.best[2])
        if search.best[0] == before:
            return
        before = search.best[0]


@dataclass(slots=True)
class _Search:
    document: RuleDocument
    board: Board
    published: tuple[Column, ...]
    progress: Callable[[int], None] | None
    found: list[tuple[int, int, Choice]] = field(default_factory=list)
    """The number of differences, how many options are not those of the document, and the choice."""
    seen: set[str] = field(default_factory=set)
    fewest: dict[tuple[str, str], int] = field(default_factory=dict)
    original: dict[str, Any] = field(default_factory=dict)

    @property
    def best(self) -> tuple[int, int, Choice]:
        """The fewest differences so far, and of those the fewest changes."""
        return min(self.found, key=lambda item: item[:2])

    def walk(self, axes: Sequence[Axis]) -> None:
        """Tries every combination of options, clause by clause, sharing what comes before."""
        by_clause: dict[str, list[Axis]] = {}
        for axis in axes:
            by_clause.setdefault(axis.clause, []).append(axis)
        self._from(0, self.board, {}, by_clause)

    def _from(self, index: int, board: Board | None, choice: Choice, axes: Mapping[str, list[Axis]]) -> None:
        if index == len(self.document.clause):
            self._note(board, choice)
            return
        clause = self.document.clause[index]
        for taken, altered_clause in _ways(clause, axes.get(clause.code, [])):
            after: Board | None = None
            if board is not None:
                try:
                    after = board.copy()
                    advance(after, altered_clause)
                except (PartyWorkflowError, ValueError):
                    after = None
            self._from(index + 1, after, {**choice, **taken}, axes)

    def _note(self, board: Board | None, choice: Choice) -> None:
        key = option_key({name: {"o": option} for name, option in choice.items() if option is not None})
        if key in self.seen:
            return
        self.seen.add(key)
        number = sum(1 for _ in self.differences(board))
        changes = sum(1 for name, option in choice.items() if not self._original(name, option))
        self.found.append((number, changes, choice))
        for name, option in choice.items():
            place = (name, option_key(option))
            self.fewest[place] = min(self.fewest.get(place, number), number)
        if self.progress is not None:
            self.progress(len(self.seen))

    def _original(self, name: str, option: Any) -> bool:
        if name not in self.original:
            code, _, field_name = name.rpartition(".")
            body = self.document.by_code(code).model_dump(mode="json", exclude_defaults=True)
            self.original[name] = body.get(field_name)
        return bool(self.original[name] == option)

    def differences(self, board: Board | None) -> Iterator[Difference]:
        """Every cell that comes out otherwise than published."""
        if board is None:
            for column in self.published:
                for key, value in column.values.items():
                    yield Difference(column.name, key, _text(value), None)
            return
        conclusion = conclude(self.document, board)
        for column in self.published:
            found = _found(conclusion, column)
            for key, value in column.values.items():
                here = found.get(key)
                if here != value:
                    yield Difference(column.name, key, _text(value), None if here is None else _text(here))

    def answer(self, axes: Sequence[Axis], *, exhaustive: bool) -> Reproduction:
        """The best of what was tried."""
        number, _, choice = self.best
        changed = {name: option for name, option in choice.items() if not self._original(name, option)}
        document = variant(self.document, changed)
        board: Board | None = self.board.copy()
        try:
            assert board is not None
            for clause in document.clause:
                advance(board, clause)
        except (PartyWorkflowError, ValueError):
            board = None
        return Reproduction(
            choice=choice,
            document=document,
            compared=sum(len(column.values) for column in self.published),
            differences=tuple(self.differences(board)),
            equals=tuple(each for count, _, each in self.found if count == number and each is not choice),
            fewest={
                axis.name: tuple(
                    (option, self.fewest[axis.name, option_key(option)])
                    for option in axis.options
                    if (axis.name, option_key(option)) in self.fewest
                )
                for axis in axes
            },
            tried=len(self.seen),
            exhaustive=exhaustive,
        )


def _ways(clause: BaseClause, axes: Sequence[Axis]) -> Iterator[tuple[dict[str, Any], BaseClause]]:
    """A clause with each combination of the options of its axes, those left out that no clause can have."""
    combinations: list[dict[str, Any]] = [{}]
    for axis in axes:
        combinations = [{**given, axis.name: option} for given in combinations for option in axis.options]
    for taken in combinations:
        body = clause.model_dump(mode="json", exclude_defaults=True)
        for name, option in taken.items():
            body[name.rpartition(".")[2]] = option
        try:
            kept = {name: value for name, value in body.items() if value is not None}
            altered = clause if not taken else _CLAUSE.validate_python(kept)
        except ValueError:
            continue
        yield taken, altered


def _found(conclusion: Conclusion, column: Column) -> dict[Key, Fraction | str]:
    match column.what:
        case "place":
            return {
                (entry.subject,): Fraction(entry.place)
                for ranking in conclusion.rankings
                if ranking.clause == column.clause
                for entry in ranking.entries
            }
        case "grade":
            return {(item.subject,): item.grade for item in conclusion.grades.get(column.clause, ())}
        case "value":
            figures = conclusion.measures.get(column.clause, {})
            return {
                key: _shown(figure, column.rounding)
                for key, figure in figures.items()
                if not isinstance(figure.value, Absent)
            }


def _shown(figure: Figure, rounding: Rounding | None) -> Fraction:
    applied = rounding or figure.rounding
    value = figure.exact()
    return value if applied is None else Fraction(applied.apply(value))


def _text(value: Fraction | str) -> str:
    return value if isinstance(value, str) else fraction_text(value)
