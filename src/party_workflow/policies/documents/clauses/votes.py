"""The votes of a panel: from rows to marks, of which one counts for each rater."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.documents.board import Board, number
from party_workflow.policies.documents.measures import Key, label
from party_workflow.policies.documents.source import cell_text
from party_workflow.policies.feeds.feed import Fact
from party_workflow.policies.figure import Absent, Evidence, Figure

if TYPE_CHECKING:
    from party_workflow.policies.documents.clauses.panels import Panel


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of a panel: whose, in which group of raters, its figure, and how many gave it.

    Several gave it where it was counted in secret; then `rater` names the row and nobody.
    """

    rater: str
    group: str
    figure: Figure
    number: int = 1


def votes(clause: Panel, board: Board, rows: Sequence[Fact], key: Key) -> list[Mark]:
    """The marks of one panel that count, in the order in which their raters were first recorded.

    Raises `InvalidInput` for a group without weight, a text without worth, a row without a rater or a tally,
    and for several votes of one rater where there may be just one.
    """
    found: dict[str, list[Mark]] = {}
    for index, row in enumerate(rows):
        group = _group(clause, row)
        gave = _number(clause, row)
        if gave == 0:
            continue
        for rater, column in _given(clause, row, index):
            mark = Mark(rater, group, _figure(clause, board, row, rater, column, gave), gave or 1)
            found.setdefault(rater, []).append(mark)
    if clause.votes == "all":
        return [mark for given in found.values() for mark in given]
    if clause.votes == "refuse":
        for rater, given in found.items():
            if len(given) > 1:
                what = f"{rater} has {len(given)} votes in {label(clause.code, key)} of {key[0]}."
                remedy = "Say which counts: one_each_last, one_each_first."
                raise InvalidInput(Fault(clause.code, what, remedy))
    return [given[-1] if clause.votes == "one_each_last" else given[0] for given in found.values()]


def _group(clause: Panel, row: Fact) -> str:
    if clause.rater_groups is None:
        return ""
    group = cell_text(row.columns[clause.rater_groups])
    if group not in clause.group_weights:
        what = f"Nothing is said of the weight of {group}, at {row.position}."
        raise InvalidInput(Fault(clause.code, what, "Add it to `group_weights`."))
    return group


def _number(clause: Panel, row: Fact) -> int | None:
    """How many gave the mark of a row; None where that is not said of it."""
    if clause.tally is None:
        return 1
    found = number(clause, row, clause.tally)
    if isinstance(found, Absent):
        return None
    if found.denominator != 1 or found < 0:
        what = f"{clause.tally} of the row at {row.position} is {found}: no number of people."
        raise InvalidInput(Fault(clause.code, what, "Take a column of counts."))
    return int(found)


def _given(clause: Panel, row: Fact, index: int) -> Iterator[tuple[str, str]]:
    """Whose marks a row has, and in which columns."""
    if clause.rater is not None and clause.column is not None:
        rater = row.columns[clause.rater]
        if not isinstance(rater, Absent):
            yield cell_text(rater), clause.column
        elif clause.tally is not None:
            yield f"row {index + 1}", clause.column
        else:
            what = f"The row at {row.position} names no rater: {rater}."
            remedy = "Leave such rows out of the source, or say `tally` for what was counted in secret."
            raise InvalidInput(Fault(clause.code, what, remedy))
    for column in clause.raters:
        yield column, column


def _figure(clause: Panel, board: Board, row: Fact, rater: str, column: str, gave: int | None) -> Figure:
    name = f"mark[{rater}]"
    cell = row.columns[column]
    counts: tuple[Figure, ...] = ()
    if gave is None and not isinstance(cell, Absent):
        cell = Absent("withheld")
    elif gave is not None and gave != 1:
        counts = (Figure("gave", Fraction(gave), "count", clause.code, clause.basis),)
    if clause.worths and not isinstance(cell, Absent):
        grade = cell_text(cell)
        if grade not in clause.worths:
            what = f"Nothing is said of what {grade} is worth, at {row.position}."
            raise InvalidInput(Fault(clause.code, what, "Add it to `worths`."))
        worth = board.at(clause, f"worths.{grade}", clause.worths[grade])
        found: tuple[Figure | Evidence, ...] = (worth, *counts, *row.evidence)
        return Figure(name, worth.value, "worth", clause.code, clause.basis, found)
    value = cell if isinstance(cell, Absent) else number(clause, row, column)
    return Figure(name, value, "mark", clause.code, clause.basis, (*counts, *row.evidence))
