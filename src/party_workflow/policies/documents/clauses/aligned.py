"""Measures side by side: those with fewer dimensions stand for every value of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from party_workflow.errors import Fault, Faults, InvalidDefinition
from party_workflow.policies.documents.board import Board
from party_workflow.policies.documents.measures import Key, Measure, label
from party_workflow.policies.figure import Absent, Figure

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope


@dataclass(frozen=True, slots=True)
class Pick:
    """A measure of an earlier clause, at certain values of some of its dimensions."""

    code: str
    at: Mapping[str, str] = field(default_factory=dict)

    def of(self, board: Board) -> Measure:
        """The measure, without the dimensions that are fixed."""
        measure = board.measure(self.code)
        fixed = {index: self.at[dim] for index, dim in enumerate(measure.dims, start=1) if dim in self.at}
        if not fixed:
            return measure
        figures = {
            tuple(part for index, part in enumerate(key) if index not in fixed): figure
            for key, figure in measure.figures.items()
            if all(key[index] == value for index, value in fixed.items())
        }
        return Measure(self.code, tuple(dim for dim in measure.dims if dim not in self.at), figures)

    def dims(self, scope: Scope) -> tuple[str, ...] | None:
        """The dimensions that are left; None where they cannot be told."""
        found = scope.dims(self.code)
        return None if found is None else tuple(dim for dim in found if dim not in self.at)


def aligned(board: Board, picks: Sequence[Pick]) -> tuple[tuple[str, ...], dict[Key, tuple[Figure, ...]]]:
    """The dimensions of the widest measure, and by key the figure of each measure in the order of `picks`.

    Without dimensions there is a key for every subject of the population; with them one for each that the
    widest measures have.  What a measure does not have is missing.  Raises `InvalidDefinition` where no
    measure has the dimensions of all others.
    """
    measures = [pick.of(board) for pick in picks]
    dims = _widest([measure.dims for measure in measures])
    if dims is None:
        what = f"The dimensions of {', '.join(pick.code for pick in picks)} do not fit together."
        raise InvalidDefinition(Fault(picks[0].code, what, "Reduce them to those that one of them has."))
    wide = [measure for measure in measures if len(measure.dims) == len(dims)]
    keys = dict.fromkeys(key for measure in wide for key in measure.figures) if dims else {}
    if not dims:
        keys = dict.fromkeys((subject,) for subject in board.subjects)
    places = [(measure, [0, *(dims.index(dim) + 1 for dim in measure.dims)]) for measure in measures]
    return dims, {
        key: tuple(_figure(measure, tuple(key[index] for index in indices)) for measure, indices in places)
        for key in keys
    }


def _figure(measure: Measure, key: Key) -> Figure:
    found = measure.figures.get(key)
    return found or Figure(label(measure.code, key), Absent("missing"), "no_figure", "", "")


def _widest(dims: Sequence[tuple[str, ...]]) -> tuple[str, ...] | None:
    widest = max(dims, key=len, default=())
    return widest if all(set(each) <= set(widest) for each in dims) else None


def aligned_dims(scope: Scope, picks: Sequence[Pick]) -> tuple[str, ...] | None:
    """The dimensions that measures have together; None where they cannot be told or do not fit."""
    found = [pick.dims(scope) for pick in picks]
    known = [dims for dims in found if dims is not None]
    return _widest(known) if len(known) == len(found) else None


def judge_aligned(scope: Scope, picks: Sequence[Pick], where: str, faults: Faults) -> None:
    """Adds dimensions that a measure does not have, and measures whose dimensions do not fit together."""
    for pick in picks:
        has = scope.dims(pick.code)
        for dim in pick.at if has is not None else ():
            if has is not None and dim not in has:
                faults.add(
                    where, f"{pick.code} has no dimension {dim}.", f"It has: {', '.join(has) or 'none'}."
                )
    found = [pick.dims(scope) for pick in picks]
    known = [dims for dims in found if dims is not None]
    if len(known) == len(found) and _widest(known) is None:
        told = "; ".join(
            f"{pick.code} by {', '.join(dims) or 'subject'}" for pick, dims in zip(picks, known, strict=True)
        )
        faults.add(where, f"The dimensions do not fit together: {told}.", "Reduce them to common ones.")
