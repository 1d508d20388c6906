"""Indicators over a population: the mean of a measure, a ratio of two, the place of one subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.figure import Absent, Figure, Value
from party_workflow.policies.policy import Concluded


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is looked at: the ``mean`` of a measure over a population, the ``ratio`` of the sums of two
    measures (`part` over `whole`), or the ``place`` of one `subject` by a measure.

    `measure` is the code of a clause that gives one figure a subject; empty for what the ranking of the
    result is by.  `group` is a comparison group of the ranking; empty for everybody.  `lowest` says that a
    place is counted from the lowest value.
    """

    kind: Literal["mean", "ratio", "place"]
    measure: str = ""
    part: str = ""
    whole: str = ""
    subject: str = ""
    group: str = ""
    lowest: bool = False

    def data(self) -> dict[str, Any]:
        """The indicator as canonical data."""
        named = {name: getattr(self, name) for name in ("measure", "part", "whole", "subject", "group")}
        return {"kind": self.kind, **{name: value for name, value in named.items() if value}}


def mean(measure: str = "", *, group: str = "") -> Indicator:
    """The mean of a measure over everybody who has a value, or over a group."""
    return Indicator("mean", measure=measure, group=group)


def ratio(part: str, whole: str, *, group: str = "") -> Indicator:
    """The sum of one measure over the sum of another, over everybody who has both."""
    return Indicator("ratio", part=part, whole=whole, group=group)


def place(subject: str, measure: str = "", *, group: str = "", lowest: bool = False) -> Indicator:
    """The place of a subject by the exact value of a measure, as many before it as are better, and one."""
    return Indicator("place", measure=measure, subject=subject, group=group, lowest=lowest)


# --- what a result says of an indicator -------------------------------------------------------

Scores = Mapping[str, tuple[Fraction, Fraction]]
"""By subject the numerator and the denominator: of a mean and a place the denominator is 1."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one result says: the scores of everybody who has one, who is of the group, and who is there."""

    scores: Scores
    members: frozenset[str]
    everybody: frozenset[str]


def seen(result: Concluded, indicator: Indicator) -> Seen:
    """What a result says of an indicator.  Raises `InvalidInput` for one that it cannot give."""
    if indicator.kind == "ratio":
        part, whole = _measure(result, indicator.part), _measure(result, indicator.whole)
        scores = {subject: (part[subject], whole[subject]) for subject in part if subject in whole}
    else:
        scores = {
            subject: (value, Fraction(1)) for subject, value in _measure(result, indicator.measure).items()
        }
    everybody = frozenset(_population(result)) | frozenset(scores)
    members = _group(result, indicator.group) if indicator.group else everybody
    return Seen(scores, members, everybody)


def _measure(result: Concluded, code: str) -> dict[str, Fraction]:
    """The values of a measure by subject, without those who have none."""
    if not code:
        return {subject: value for subject, value in _ranked(result) if not isinstance(value, Absent)}
    figures: Mapping[tuple[str, ...], Figure] | None = result.conclusion.measures.get(code)
    if figures is None or any(len(key) > 1 for key in figures):
        known = ", ".join(result.conclusion.measures) or "none"
        what = f"No clause {code} gives one figure a subject."
        raise InvalidInput(Fault("indicator", what, f"Take one of: {known}."))
    return {key[0]: each.value for key, each in figures.items() if not isinstance(each.value, Absent)}


def _ranked(result: Concluded) -> Iterator[tuple[str, Value]]:
    for ranking in result.conclusion.rankings:
        if ranking.clause == result.conclusion.rankings[0].clause:
            yield from ((entry.subject, entry.figure.value) for entry in ranking.entries)
            yield from ((item.subject, item.figure.value) for item in ranking.excluded)


def _population(result: Concluded) -> Iterator[str]:
    for ranking in result.conclusion.rankings:
        yield from (entry.subject for entry in ranking.entries)
        yield from (item.subject for item in ranking.excluded)
    for figures in result.conclusion.measures.values():
        yield from (key[0] for key in figures)


def _group(result: Concluded, group: str) -> frozenset[str]:
    found = [ranking for ranking in result.conclusion.rankings if ranking.group == group]
    if not found:
        known = ", ".join(dict.fromkeys(ranking.group for ranking in result.conclusion.rankings)) or "none"
        raise InvalidInput(Fault("indicator", f"There is no group {group}.", f"There are: {known}."))
    return frozenset(
        subject
        for ranking in found
        for subject in (
            *(entry.subject for entry in ranking.entries),
            *(item.subject for item in ranking.excluded),
        )
    )


def indicated(indicator: Indicator, scores: Scores) -> Fraction | None:
    """The value of an indicator over some scores; None over nobody, or with nothing to divide by."""
    if indicator.kind == "place":
        if indicator.subject not in scores:
            return None
        mine = scores[indicator.subject][0]
        others = (value for value, _ in scores.values())
        return Fraction(1 + sum(value < mine if indicator.lowest else value > mine for value in others))
    over = sum((whole for _, whole in scores.values()), Fraction(0))
    return sum((part for part, _ in scores.values()), Fraction(0)) / over if over else None
