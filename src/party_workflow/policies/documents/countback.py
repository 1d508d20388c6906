"""Countback: who is level is separated by the better places, most firsts, then most seconds, and so on.

How deep one looks is a number of the rule: two who are level down to there share the place, whatever they did
further down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from party_workflow.policies.documents.measures import Key, Measure
from party_workflow.policies.figure import Absent, Figure


def finishes(places: Iterable[Fraction | Absent], depth: int) -> tuple[int, ...]:
    """How often each place from the first to the `depth`-th was taken.  Who has the larger tuple is ahead.

    What is absent is no place.  Raises ValueError for a depth below 1.
    """
    if depth < 1:
        raise ValueError("a countback looks at one place at least")
    found = [0] * depth
    for place in places:
        if not isinstance(place, Absent) and place.denominator == 1 and 1 <= place <= depth:
            found[int(place) - 1] += 1
    return tuple(found)


def by_subject(measure: Measure) -> Mapping[str, list[tuple[Key, Figure]]]:
    """The figures of a measure by subject, in key order: made once for a whole ranking."""
    found: dict[str, list[tuple[Key, Figure]]] = {}
    for key, figure in measure.figures.items():
        found.setdefault(key[0], []).append((key, figure))
    return found


def countback(
    places: Iterable[tuple[Key, Figure]], depth: int, *, clause: str, basis: str
) -> tuple[Figure, ...]:
    """How often a subject took each place, one figure a place, from the first on, with the places themselves.

    `places` are the figures of the subject in a measure whose values are places.  Two subjects are compared
    figure by figure; the first that differs decides for the one with more.
    """
    figures = [figure for _, figure in places]
    found = []
    for place, times in enumerate(finishes((figure.value for figure in figures), depth), start=1):
        these = tuple(figure for figure in figures if figure.value == place)
        found.append(Figure(f"countback.{place}", Fraction(times), "count", clause, basis, these))
    return tuple(found)
