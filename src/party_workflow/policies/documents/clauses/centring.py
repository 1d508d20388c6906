"""Strict and lenient raters made equal: each mark with its rater's own mean exchanged for the mean of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from party_workflow.policies.arithmetic import panels
from party_workflow.policies.documents.clauses.base import BaseClause
from party_workflow.policies.documents.clauses.votes import Mark
from party_workflow.policies.documents.measures import Key
from party_workflow.policies.figure import Absent, Figure


def centred(clause: BaseClause, marks: Mapping[Key, Sequence[Mark]], minimum: int) -> dict[Key, list[Mark]]:
    """The marks of those compared, by panel.

    Marks of raters who gave fewer than `minimum` of them stay as they are, as do those that are not there.
    Together they have the mean that they had.
    """

    def step(name: str, value: Fraction, what: str, inputs: Iterable[Figure] = ()) -> Figure:
        return Figure(name, value, what, clause.code, clause.basis, tuple(inputs))

    given: dict[str, dict[tuple[Key, int], Figure]] = {}
    for key, of_key in marks.items():
        for index, mark in enumerate(of_key):
            if not isinstance(mark.figure.value, Absent):
                given.setdefault(mark.rater, {})[key, index] = mark.figure
    values = {rater: {at: figure.exact() for at, figure in own.items()} for rater, own in given.items()}
    everything = [value for own in values.values() for value in own.values()]
    if not everything:
        return {key: list(of_key) for key, of_key in marks.items()}
    number = step("marks", Fraction(len(everything)), "count")
    overall = step("mean_of_all", panels.mean(everything), "mean", (number,))
    moved = panels.centred(values, minimum)
    own_means = {
        rater: step(
            f"mean_of[{rater}]", panels.mean(list(values[rater].values())), "mean", given[rater].values()
        )
        for rater in moved
    }

    def shifted(key: Key, index: int, mark: Mark) -> Mark:
        if (key, index) not in moved.get(mark.rater, {}):
            return mark
        value = moved[mark.rater][key, index] + overall.exact()
        inputs = (mark.figure, own_means[mark.rater], overall)
        return replace(mark, figure=step(mark.figure.name, value, "centred", inputs))

    return {
        key: [shifted(key, index, mark) for index, mark in enumerate(of_key)] for key, of_key in marks.items()
    }
