"""Measures side by side: those with fewer dimensions stand for every value of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from party_workflow.errors import Fault, Faults, InvalidDefinition
from party_workflow.policies.documents.board import Board
from party_workflow.policies.documents.measures import Key, Measure, label
from party_workflow.policies.figure import Absent, Figure

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope


def aligned(board: Board, codes: Sequence[str]) -> tuple[tuple[str, ...], dict[Key, tuple[Figure, ...]]]:
    """The dimensions of the widest measure, and by key the figure of each measure in the order of `codes`.

    Without dimensions there is a key for every subject of the population; with them one for each that the
    widest measures have.  What a measure does not have is missing.  Raises `InvalidDefinition` where no
    measure has the dimensions of all others.
    """
    measures = [board.measure(code) for code in codes]
    dims = _widest([measure.dims for measure in measures])
    if dims is None:
        what = f"The dimensions of {', '.join(codes)} do not fit together."
        raise InvalidDefinition(Fault(codes[0], what, "Reduce them to those that one of them has."))
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


def aligned_dims(scope: Scope, codes: Sequence[str]) -> tuple[str, ...] | None:
    """The dimensions that measures have together; None where they cannot be told or do not fit."""
    found = [scope.dims(code) for code in codes]
    known = [dims for dims in found if dims is not None]
    return _widest(known) if len(known) == len(found) else None


def judge_aligned(scope: Scope, codes: Sequence[str], where: str, faults: Faults) -> None:
    """Adds measures whose dimensions do not fit together."""
    found = [scope.dims(code) for code in codes]
    known = [dims for dims in found if dims is not None]
    if len(known) == len(found) and _widest(known) is None:
        told = "; ".join(
            f"{code} by {', '.join(dims) or 'subject'}" for code, dims in zip(codes, known, strict=True)
        )
        faults.add(where, f"The dimensions do not fit together: {told}.", "Reduce them to common ones.")
