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
from party_workflow.policies.policy import Concluded
from party_workflow.policies.results.html import paragraphs, table, text_table
from party_workflow.policies.results.indicators import (
    Indicator,
    Seen,
    indicated,
    mean,
    place,
    ratio,
)
from party_workflow.policies.results.indicators import seen as seen_in
from party_workflow.policies.results.origin import Origin

__all__ = ["Decomposition", "Factor", "Indicator", "decompose", "mean", "place", "ratio"]

Factor = Literal["performance", "entered", "left", "reclassified", "population", "rule"]
FACTORS: Final[tuple[Factor, ...]] = ("performance", "entered", "left", "reclassified", "rule")
JOINED: Final[tuple[Factor, ...]] = ("performance", "population", "rule")
"""The factors where the three of the population cannot be told apart: nobody would be left between them."""
METHOD: Final = "shapley"


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
    one under the earlier rule; `crossed` gives these two where the results were not run here.  Who has no
    value is not counted as long as that is so.  Raises `InvalidInput` for an indicator that one of the
    results cannot give, such as the mean of nobody.
    """
    same = before.rule.digest == after.rule.digest
    if crossed is None:
        crossed = (before, after) if same else (before.under(after.rule), after.under(before.rule))
    seen = {
        (0, 0): seen_in(before, indicator),
        (1, 1): seen_in(after, indicator),
        (0, 1): seen_in(crossed[0], indicator),
        (1, 0): seen_in(crossed[1], indicator),
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
    def of(cls, seen: Mapping[tuple[int, int], Seen]) -> _Groups:
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

    seen: Mapping[tuple[int, int], Seen]
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
        return indicated(self.indicator, scores)


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
