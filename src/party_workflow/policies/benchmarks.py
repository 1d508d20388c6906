"""An indicator beside its peers and beside last year, with a warning where the method is not the same
(R-096).

Comparing values that were computed by different versions of a method is not forbidden; not saying so is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.figure import Absent, Figure, Value


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of several units for a period, and the version of the method by which it was computed."""

    code: str
    period: str
    method: str
    values: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A unit's value beside the median of its peers and beside its own of the same period last year.

    `peers` is the median of the others in its group, `to_peers` and `year_on_year` are differences; each is
    absent where one side is.  `warnings` say in words what limits the comparison.
    """

    unit: str
    value: Figure
    peers: Figure
    to_peers: Figure
    last_year: Figure
    year_on_year: Figure
    warnings: tuple[str, ...]


def benchmarks(
    now: Indicator, before: Indicator | None = None, groups: Mapping[str, str] | None = None
) -> tuple[Benchmark, ...]:
    """Every unit of an indicator, by id, with its benchmarks.  `groups` puts units with their peers (all:
    one group).

    Raises `InvalidInput` where the two are different indicators, or a unit has no group.
    """
    if before is not None and before.code != now.code:
        what = f"{now.code} is not {before.code}."
        raise InvalidInput(Fault("before", what, "Name the same indicator of another period."))
    of = dict.fromkeys(now.values, "") if groups is None else groups
    if lacking := sorted(now.values.keys() - of.keys()):
        what = f"{lacking[0]} is in no comparison group."
        raise InvalidInput(Fault("groups", what, "Put every unit in a group."))
    return tuple(_benchmark(unit, now, before, of) for unit in sorted(now.values))


def _benchmark(unit: str, now: Indicator, before: Indicator | None, groups: Mapping[str, str]) -> Benchmark:
    value = now.values[unit]
    others = [
        figure
        for other, figure in sorted(now.values.items())
        if other != unit and groups[other] == groups[unit]
    ]
    peers = median(f"{now.code}.peers", others, now.method)
    warnings = []
    if isinstance(peers.value, Absent):
        warnings.append("There is no peer with a value.")
    last = None if before is None else before.values.get(unit)
    if last is None:
        last = Figure(now.code, Absent("missing"), "no_value_last_year", now.method, "")
    if before is not None and before.method != now.method:
        warnings.append(f"{now.period} was computed by {now.method}, {before.period} by {before.method}.")
    return Benchmark(
        unit,
        value,
        peers,
        _difference(f"{now.code}.to_peers", value, peers, now.method),
        last,
        _difference(f"{now.code}.year_on_year", value, last, now.method),
        tuple(warnings),
    )


def median(name: str, figures: list[Figure], clause: str) -> Figure:
    """The exact median of the figures that have a value; absent ones are left out, and it is absent without
    any.
    """
    present = [figure for figure in figures if not isinstance(figure.value, Absent)]
    ordered = sorted(figure.exact() for figure in present)
    middle = len(ordered) // 2
    value: Value = Absent("missing")
    if ordered:
        value = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return Figure(name, value, "median", clause, "", tuple(present))


def _difference(name: str, one: Figure, other: Figure, clause: str) -> Figure:
    absent = next((figure.value for figure in (one, other) if isinstance(figure.value, Absent)), None)
    value: Value = absent if absent is not None else one.exact() - other.exact()
    return Figure(name, value, "difference", clause, "", (one, other))


def nested(child: Figure, full: Fraction, points: Fraction, *, clause: str, basis: str) -> Figure:
    """A child evaluation as a part of a larger one: what is full there is exactly `points` here (R-092).

    ``nested(score, Fraction(100), Fraction(20), …)``: Party building counts 20 points of the overall
    evaluation.  Absent stays absent.  Raises `InvalidInput` for a value outside 0 to `full`, which would not
    conserve points.
    """
    if isinstance(child.value, Absent):
        return Figure(child.name, child.value, "nested", clause, basis, (child,))
    if full <= 0 or points < 0 or not 0 <= child.value <= full:
        what = f"{child.name} is {child.displayed}, outside 0 to {full}."
        raise InvalidInput(Fault(clause, what, "Say what the full score of the child is."))
    return Figure(child.name, child.value * points / full, "nested", clause, basis, (child,))
