"""Contests: lots from a published seed, marks of judges, places with the tie-break said before the round.

For lots see `party_workflow.policies.lots.lot`.  A trimmed mean leaves out as many of the highest as of the
lowest marks, as announced, and is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from party_workflow.domain.procedure import Procedure, StepTaken, Taken
from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.figure import Absent, Evidence, Figure, Value
from party_workflow.policies.lots import lot

__all__ = ["BASIS", "TIE_BREAKS", "Placed", "TieBreak", "lot", "round_result", "trimmed_mean"]

BASIS: Final = "scheme.contests"


def trimmed_mean(marks: Sequence[Fraction], trimmed: int) -> Fraction:
    """The exact mean of the marks without the `trimmed` highest and as many of the lowest.

    Raises `InvalidInput` where nothing would be left.
    """
    if trimmed < 0 or len(marks) <= 2 * trimmed:
        what = f"Of {len(marks)} marks, {trimmed} at either end leave nothing."
        raise InvalidInput(Fault("trimmed", what, "Trim fewer, or have more judges."))
    kept = sorted(marks)[trimmed : len(marks) - trimmed]
    return sum(kept, Fraction(0)) / len(kept)


TieBreak = Callable[[Sequence[Fraction]], Fraction]
TIE_BREAKS: Final[Mapping[str, TieBreak]] = {
    "highest_mark": max,
    "lowest_mark": min,
    "all_marks": lambda marks: sum(marks, Fraction(0)) / len(marks),
}
"""What tells equals apart, by code: the greater wins.  ``shared`` tells nobody apart."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A contestant in a round: the place (1-2-2-4), the figure it rests on, and what broke a tie, if
    anything.
    """

    person: str
    place: int
    figure: Figure
    tied_with: tuple[str, ...]
    broken_by: str | None = None


def round_result(state: Procedure, number: int) -> tuple[Placed, ...]:
    """The places of one round of a contest, best first; who has no marks is absent and comes last.

    A judge who marks somebody again replaces the earlier mark.  Raises `InvalidInput` for a round that was
    not opened, or whose tie-break is not known.
    """
    takings = _of_round(state, number)
    opened = takings[0]
    trimmed = int(_number(state.takings("announce")[0], "trimmed"))
    tie_break = str((opened.given["tie_break"].codes or ("shared",))[0])
    if tie_break != "shared" and tie_break not in TIE_BREAKS:
        known = ", ".join(("shared", *TIE_BREAKS))
        raise InvalidInput(Fault("tie_break", f"There is no tie-break {tie_break}.", f"Known: {known}."))
    marks: dict[str, dict[str, tuple[Fraction, Evidence]]] = {}
    for item in takings:
        for person in item.given["starting"].people or () if item.step == "draw" else ():
            marks.setdefault(person, {})
        if item.step == "mark":
            people, given = item.given["marked"].people or (), item.given["marks"].numbers or ()
            evidence = Evidence(item.event_id, item.position, StepTaken.stored_type)
            for person, mark in zip(people, given, strict=False):
                marks.setdefault(person, {})[item.person] = (Fraction(mark), evidence)
    figures = {person: _figure(person, given, trimmed) for person, given in marks.items()}
    return _placed(marks, figures, tie_break)


def _of_round(state: Procedure, number: int) -> tuple[Taken, ...]:
    found: list[Taken] = []
    for item in state.taken:
        if item.step == "open_round":
            if found:
                break
            if _number(item, "round") == number:
                found = [item]
        elif found and item.step in ("draw", "mark"):
            found.append(item)
    if not found:
        raise InvalidInput(Fault(state.stream, f"Round {number} was not opened.", "Name one that was."))
    return tuple(found)


def _number(taken: Taken, code: str) -> Decimal:
    return (taken.given[code].numbers or (Decimal(0),))[0]


def _figure(person: str, given: Mapping[str, tuple[Fraction, Evidence]], trimmed: int) -> Figure:
    evidence = tuple(found for _, found in given.values())
    value: Value = Absent("missing")
    if len(given) > 2 * trimmed:
        value = trimmed_mean([mark for mark, _ in given.values()], trimmed)
    return Figure(person, value, "trimmed_mean", f"trimmed.{trimmed}", BASIS, evidence)


def _placed(
    marks: Mapping[str, Mapping[str, tuple[Fraction, Evidence]]],
    figures: Mapping[str, Figure],
    tie_break: str,
) -> tuple[Placed, ...]:
    def mean(person: str) -> Fraction | None:
        value = figures[person].value
        return None if isinstance(value, Absent) else value

    def broken(person: str) -> Fraction:
        given = [mark for mark, _ in marks[person].values()]
        return Fraction(0) if tie_break == "shared" or not given else TIE_BREAKS[tie_break](given)

    keys = {p: (value, broken(p)) for p in sorted(figures) if (value := mean(p)) is not None}
    ranked = sorted(keys, key=lambda p: (-keys[p][0], -keys[p][1]))
    found = []
    for person in ranked:
        same = [p for p in ranked if keys[p] == keys[person]]
        level = sum(keys[p][0] == keys[person][0] for p in ranked)
        tie = tie_break if level > len(same) else None
        place = ranked.index(same[0]) + 1
        found.append(Placed(person, place, figures[person], tuple(p for p in same if p != person), tie))
    absent = sorted(figures.keys() - keys.keys())
    return (
        *found,
        *(Placed(p, len(ranked) + 1, figures[p], tuple(a for a in absent if a != p)) for p in absent),
    )
