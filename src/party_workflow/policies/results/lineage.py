"""Where a change of an indicator comes from: performance, population, rule; exactly, nothing left (R-212).

Five things may have changed between two results: what those scored who were there both times
(``performance``), who came (``entered``), who went (``left``), who was counted in another group
(``reclassified``), and the rule (``rule``).  The indicator is computed for every combination of old and new;
the effect of each is the mean, over all orders in which the five may be exchanged, of what its exchange
changes.  That is the Shapley value (L. S. Shapley, A Value for n-Person Games, 1953; for indicators A. F.
Shorrocks, Decomposition procedures for distributional analysis, 2013).  So the effects sum to the change, no
order is preferred, and what did not change has none.

Who was there only once has one score, which holds on both sides: somebody's coming is no performance.  Who
was there both times and has a value only once is a matter of performance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import factorial
from typing import Any, Final, Literal

from party_workflow.canonical import canonical_bytes, fraction_text
from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.figure import Absent, Figure, Value
from party_workflow.policies.policy import Concluded
from party_workflow.policies.results.html import paragraphs, table, text_table
from party_workflow.policies.results.origin import Origin

Factor = Literal["performance", "entered", "left", "reclassified", "population", "rule"]
FACTORS: Final[tuple[Factor, ...]] = ("performance", "entered", "left", "reclassified", "rule")
JOINED: Final[tuple[Factor, ...]] = ("performance", "population", "rule")
"""The factors where the three of the population cannot be told apart: nobody would be left between them."""
METHOD: Final = "shapley"


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


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A change of an indicator and what it comes from.  `effects` sum to the change exactly.

    `entered`, `left` and `reclassified` name the subjects; `method` is ``shapley``.
    """

    indicator: Indicator
    origins: tuple[Origin, Origin]
    before: Fraction
    after: Fraction
    effects: Mapping[Factor, Fraction]
    entered: tuple[str, ...]
    left: tuple[str, ...]
    reclassified: tuple[str, ...]
    method: str = METHOD

    @property
    def change(self) -> Fraction:
        """After less before."""
        return self.after - self.before

    @property
    def population(self) -> Fraction:
        """The effect of who is counted: entered, left and reclassified together."""
        return sum(
            (self.effects[name] for name in self.effects if name not in ("performance", "rule")), Fraction(0)
        )

    @property
    def remainder(self) -> Fraction:
        """What the effects leave unexplained: nothing."""
        return self.change - sum(self.effects.values(), Fraction(0))

    @property
    def lines(self) -> tuple[str, ...]:
        """The decomposition for people."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[str]:
        for name, origin in zip(("before", "after"), self.origins, strict=True):
            yield f"{name}:"
            yield from (f"  {line}" for line in origin.lines)
        indicator = self.indicator
        of = " ".join(part for part in (indicator.measure, indicator.part, indicator.subject) if part)
        yield (
            f"{indicator.kind} {of}".rstrip()
            + f": {fraction_text(self.before)} -> {fraction_text(self.after)}, by the method {self.method}"
        )
        yield from text_table(("effect", "amount"), self._rows(), "  ")
        for name, those in (
            ("entered", self.entered),
            ("left", self.left),
            ("reclassified", self.reclassified),
        ):
            if those:
                yield f"  {name}: {', '.join(those)}"

    def _rows(self) -> list[tuple[str, str]]:
        rows = [(str(name), fraction_text(amount)) for name, amount in self.effects.items()]
        return [*rows, ("change", fraction_text(self.change))]

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def data(self) -> dict[str, Any]:
        """The decomposition as canonical data."""
        return {
            "indicator": self.indicator.data(),
            "before": {**self.origins[0].data(), "value": fraction_text(self.before)},
            "after": {**self.origins[1].data(), "value": fraction_text(self.after)},
            "change": fraction_text(self.change),
            "effects": {name: fraction_text(amount) for name, amount in self.effects.items()},
            "entered": list(self.entered),
            "left": list(self.left),
            "reclassified": list(self.reclassified),
            "method": self.method,
        }

    def canonical_bytes(self) -> bytes:
        """The bytes that are kept and hashed."""
        return canonical_bytes(self.data())

    def _repr_html_(self) -> str:
        lines = [line for origin in self.origins for line in origin.lines]
        return "\n".join((paragraphs(lines), table(("effect", "amount"), self._rows())))


# --- what a result says of an indicator -------------------------------------------------------

Scores = Mapping[str, tuple[Fraction, Fraction]]
"""By subject the numerator and the denominator: of a mean and a place the denominator is 1."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one result says: the scores of everybody who has one, who is of the group, and who is there."""

    scores: Scores
    members: frozenset[str]
    everybody: frozenset[str]


def _seen(result: Concluded, indicator: Indicator) -> _Seen:
    if indicator.kind == "ratio":
        part, whole = _measure(result, indicator.part), _measure(result, indicator.whole)
        scores = {subject: (part[subject], whole[subject]) for subject in part if subject in whole}
    else:
        scores = {
            subject: (value, Fraction(1)) for subject, value in _measure(result, indicator.measure).items()
        }
    everybody = frozenset(_population(result)) | frozenset(scores)
    members = _group(result, indicator.group) if indicator.group else everybody
    return _Seen(scores, members, everybody)


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


# --- the decomposition ------------------------------------------------------------------------


def decompose(
    before: Concluded,
    after: Concluded,
    indicator: Indicator,
    *,
    crossed: tuple[Concluded, Concluded] | None = None,
) -> Decomposition:
    """A change of an indicator between two results, decomposed exactly.

    Where the two go by different rules, the earlier history is computed under the later rule and the later
    one under the earlier rule; `crossed` gives these two where the results were not run here.  Who has no value
    is not counted as long as that is so.  Raises `InvalidInput` for an indicator that one of the results
    cannot give, such as the mean of nobody.
    """
    same = before.rule.digest == after.rule.digest
    if crossed is None:
        crossed = (before, after) if same else (before.under(after.rule), after.under(before.rule))
    seen = {
        (0, 0): _seen(before, indicator),
        (1, 1): _seen(after, indicator),
        (0, 1): _seen(crossed[0], indicator),
        (1, 0): _seen(crossed[1], indicator),
    }
    groups = _Groups.of(seen)
    world = _World(seen, groups, indicator)
    for name, found in (("before", world.value(frozenset())), ("after", world.value(frozenset(FACTORS)))):
        if found is None:
            what = f"It has no value {name}: nobody is counted, or there is nothing to divide by."
            raise InvalidInput(Fault("indicator", what, "Take another indicator, or another moment."))
    effects = _effects(world, FACTORS) or _effects(_Joined(world), JOINED)
    if effects is None:
        what = "Between the two it has no value: nobody would be counted, or there is nothing to divide by."
        raise InvalidInput(Fault("indicator", what, "Compare the two moments by compare_results instead."))
    first, last = world.value(frozenset()), world.value(frozenset(FACTORS))
    assert first is not None
    assert last is not None
    return Decomposition(
        indicator,
        (before.origin, after.origin),
        first,
        last,
        effects,
        tuple(sorted(groups.entered)),
        tuple(sorted(groups.left)),
        tuple(sorted(groups.reclassified)),
    )


@dataclass(frozen=True, slots=True)
class _Groups:
    """Who is counted in which of two moments; the reclassified are there both times, and counted once."""

    both: frozenset[str]
    entered: frozenset[str]
    left: frozenset[str]
    came: frozenset[str]
    went: frozenset[str]

    @classmethod
    def of(cls, seen: Mapping[tuple[int, int], _Seen]) -> _Groups:
        before, after = seen[0, 0], seen[1, 1]
        members = before.members | seen[0, 1].members, after.members | seen[1, 0].members
        new, gone = members[1] - members[0], members[0] - members[1]
        came, went = new & before.everybody, gone & after.everybody
        return cls(members[0] & members[1], new - came, gone - went, came, went)

    @property
    def once(self) -> dict[str, int]:
        """Who is there at one moment only, and at which."""
        return {**dict.fromkeys(self.left, 0), **dict.fromkeys(self.entered, 1)}

    @property
    def reclassified(self) -> frozenset[str]:
        """Who is counted in another group than before."""
        return self.came | self.went

    def counted(self, exchanged: frozenset[Factor]) -> frozenset[str]:
        """Who is counted when these factors are as they are after."""
        found = self.both
        found |= self.entered if "entered" in exchanged else frozenset()
        found |= frozenset() if "left" in exchanged else self.left
        return found | (self.came if "reclassified" in exchanged else self.went)


@dataclass(frozen=True, slots=True)
class _World:
    """The indicator for every combination of before and after."""

    seen: Mapping[tuple[int, int], _Seen]
    groups: _Groups
    indicator: Indicator

    def value(self, exchanged: frozenset[Factor]) -> Fraction | None:
        """The indicator when these factors are as they are after and the others as before; None for none."""
        rule, moment = int("rule" in exchanged), int("performance" in exchanged)
        once = self.groups.once
        scores: dict[str, tuple[Fraction, Fraction]] = {}
        for subject in self.groups.counted(exchanged):
            found = self.seen[once.get(subject, moment), rule].scores.get(subject)
            if found is not None:
                scores[subject] = found
        return _indicated(self.indicator, scores)


@dataclass(frozen=True, slots=True)
class _Joined:
    """The same with one factor for the whole population."""

    world: _World

    def value(self, exchanged: frozenset[Factor]) -> Fraction | None:
        """The indicator, see `_World`."""
        whole: frozenset[Factor] = frozenset({"entered", "left", "reclassified"})
        return self.world.value(
            exchanged - {"population"} | (whole if "population" in exchanged else frozenset())
        )


def _indicated(indicator: Indicator, scores: Scores) -> Fraction | None:
    if indicator.kind == "place":
        if indicator.subject not in scores:
            return None
        mine = scores[indicator.subject][0]
        others = (value for value, _ in scores.values())
        return Fraction(1 + sum(value < mine if indicator.lowest else value > mine for value in others))
    over = sum((whole for _, whole in scores.values()), Fraction(0))
    return sum((part for part, _ in scores.values()), Fraction(0)) / over if over else None


def _effects(world: _World | _Joined, factors: Sequence[Factor]) -> dict[Factor, Fraction] | None:
    """The Shapley value of each factor; None where the indicator has no value for some combination."""
    value: Callable[[frozenset[Factor]], Fraction | None] = cache(world.value)
    count = len(factors)
    found: dict[Factor, Fraction] = {}
    for factor in factors:
        others = [each for each in factors if each != factor]
        total = Fraction(0)
        for size in range(count):
            weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
            for chosen in combinations(others, size):
                with_it, without = value(frozenset({*chosen, factor})), value(frozenset(chosen))
                if with_it is None or without is None:
                    return None
                total += weight * (with_it - without)
        found[factor] = total
    return found
