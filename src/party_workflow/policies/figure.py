"""Figures that explain themselves: exact value, clause, inputs down to event ids, rounding.

A figure is a tree.  Its leaves are `Evidence` (an event of the log) or parameters of the rule; so an
explanation ends in events and clauses and nowhere else (R-199).  Missing, excused and not applicable are
`Absent` values, different from each other and from zero (R-104).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, assert_never

from party_workflow.canonical import decimal_text, fraction_text

Mode = Literal["half_up", "half_even", "down", "up"]
AbsentKind = Literal["missing", "excused", "not_applicable", "withheld"]


@dataclass(frozen=True, slots=True)
class Absent:
    """A value that is not there, and which way it is not there.  Never the same as zero."""

    kind: AbsentKind

    def __str__(self) -> str:
        return self.kind


@dataclass(frozen=True, slots=True)
class Rounding:
    """Where a figure is rounded: to how many decimal places, and which way.

    `half_up` sends ties away from zero, `half_even` to the even neighbour; `down` goes towards zero,
    `up` away from it.  Places below 0 round to tens, hundreds and so on.
    """

    places: int
    mode: Mode

    def apply(self, value: Fraction) -> Decimal:
        """The rounded value, exact by integer arithmetic: no decimal context takes part."""
        scaled = abs(value) * Fraction(10) ** self.places
        whole, rest = divmod(scaled.numerator, scaled.denominator)
        twice = 2 * rest
        match self.mode:
            case "half_up":
                up = twice >= scaled.denominator
            case "half_even":
                up = twice > scaled.denominator or (twice == scaled.denominator and whole % 2 == 1)
            case "up":
                up = rest > 0
            case "down":
                up = False
            case _:
                assert_never(self.mode)
        digits = tuple(int(digit) for digit in str(whole + up))
        negative = value < 0 and whole + up > 0  # there is no minus zero
        return Decimal((int(negative), digits, -self.places))

    def __str__(self) -> str:
        return f"{self.places} place{'' if self.places == 1 else 's'}, {self.mode.replace('_', ' ')}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """An event that a figure rests on."""

    event_id: str
    position: int
    stored_type: str


Value = Fraction | Absent


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a result, with how it came about.

    `name` says what it is (a code), `step` how it was computed from `inputs` (a code such as ``mean``),
    `clause` under which clause of the rule and `basis` on what legal basis.  `value` is exact;
    `rounding`, where given, says how it is displayed, and `displayed` is that.
    """

    name: str
    value: Value
    step: str
    clause: str
    basis: str
    inputs: tuple[Figure | Evidence, ...] = ()
    rounding: Rounding | None = None

    @property
    def displayed(self) -> str:
        """The value as printed: rounded where a rounding is named, exact otherwise, or how it is absent."""
        if isinstance(self.value, Absent):
            return str(self.value)
        if self.rounding is None:
            return fraction_text(self.value)
        return f"{self.rounding.apply(self.value):f}"

    def exact(self) -> Fraction:
        """The value, where there is one.  Raises ValueError for an absent one."""
        if isinstance(self.value, Absent):
            raise ValueError(f"{self.name} is {self.value}")
        return self.value

    def evidence(self) -> tuple[Evidence, ...]:
        """Every event that this figure rests on, once, in position order."""
        found: dict[str, Evidence] = {}

        def walk(item: Figure | Evidence) -> None:
            if isinstance(item, Evidence):
                found[item.event_id] = item
            else:
                for inner in item.inputs:
                    walk(inner)

        walk(self)
        return tuple(sorted(found.values(), key=lambda item: item.position))

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The explanation as indented lines, one a step, ending in event ids."""
        rounded = ""
        if self.rounding is not None and not isinstance(self.value, Absent):
            rounded = f" (exactly {fraction_text(self.value)}; {self.rounding})"
        under = f" under {self.clause}, {self.basis}" if self.clause else ""
        yield f"{'  ' * depth}{self.name} = {self.displayed}{rounded}: {self.step}{under}"
        for item in self.inputs:
            if isinstance(item, Evidence):
                yield f"{'  ' * (depth + 1)}event {item.event_id} at {item.position}: {item.stored_type}"
            else:
                yield from item.lines(depth + 1)

    def short(self) -> dict[str, Any]:
        """The figure as canonical data, without what it rests on."""
        found: dict[str, Any] = {"name": self.name, "displayed": self.displayed}
        found["value"] = (
            {"absent": self.value.kind} if isinstance(self.value, Absent) else fraction_text(self.value)
        )
        return found

    def data(self) -> dict[str, Any]:
        """The figure as canonical data: what it rests on nested, as far as the record format allows.

        Of a figure over more than `NESTED` levels the lower ones are listed under ``below``, in the order of
        `lines`, each with its ``level`` below the figure that lists them.
        """
        return self._data(None if self.height <= NESTED else LISTED)

    @property
    def height(self) -> int:
        """How many levels of figures lie below this one."""
        return max((item.height + 1 for item in self.inputs if isinstance(item, Figure)), default=0)

    def _data(self, levels: int | None) -> dict[str, Any]:
        found = self._own()
        figures = [item for item in self.inputs if isinstance(item, Figure)]
        if not figures:
            return found
        if levels == 0:
            return found | {"below": [{"level": level, **item._own()} for level, item in self._below(1)]}
        return found | {"inputs": [item._data(None if levels is None else levels - 1) for item in figures]}

    def _below(self, level: int) -> Iterator[tuple[int, Figure]]:
        for item in self.inputs:
            if isinstance(item, Figure):
                yield level, item
                yield from item._below(level + 1)

    def _own(self) -> dict[str, Any]:
        """The figure without the figures that it rests on."""
        found: dict[str, Any] = {"name": self.name, "step": self.step, "displayed": self.displayed}
        found["value"] = (
            {"absent": self.value.kind} if isinstance(self.value, Absent) else fraction_text(self.value)
        )
        if self.clause:
            found |= {"clause": self.clause, "basis": self.basis}
        if self.rounding is not None:
            found["rounding"] = {"places": self.rounding.places, "mode": self.rounding.mode}
        events = [item.event_id for item in self.inputs if isinstance(item, Evidence)]
        return found | ({"events": events} if events else {})


NESTED: Final = 12
"""Up to so many levels of a figure are nested in its data: of the 32 of canonical data a level takes two."""
LISTED: Final = 10
"""Where it has more, so many are nested, and the others listed below."""


def constant(name: str, value: Fraction | int, clause: str, basis: str) -> Figure:
    """A parameter of the rule as a figure."""
    return Figure(name, Fraction(value), "parameter", clause, basis)


def counted(
    name: str, clause: str, basis: str, evidence: Iterable[Evidence], value: int | None = None
) -> Figure:
    """A count of events, or a count that these events state."""
    events = tuple(evidence)
    return Figure(name, Fraction(len(events) if value is None else value), "count", clause, basis, events)


def share(
    name: str, part: Figure, whole: Figure, clause: str, basis: str, rounding: Rounding | None = None
) -> Figure:
    """Part over whole, exact, with both counts among the inputs; not applicable over nothing."""
    if isinstance(part.value, Absent) or isinstance(whole.value, Absent):
        value: Value = part.value if isinstance(part.value, Absent) else whole.value
    elif whole.value == 0:
        value = Absent("not_applicable")
    else:
        value = part.value / whole.value
    return Figure(name, value, "share", clause, basis, (part, whole), rounding)


def weighted(
    name: str,
    parts: Sequence[tuple[Figure, Figure]],
    clause: str,
    basis: str,
    rounding: Rounding | None = None,
) -> Figure:
    """The sum of weight times part.  Weights sum to 1; an absent part makes the whole absent (R-017)."""
    total = sum((weight.exact() for weight, _ in parts), Fraction(0))
    if total != 1:
        raise ValueError(f"the weights of {name} sum to {total}, not to 1")
    absent = [part.value for _, part in parts if isinstance(part.value, Absent)]
    terms = tuple(
        Figure(f"{part.name}.weighted", _product(weight, part), "product", clause, basis, (weight, part))
        for weight, part in parts
    )
    value: Value = absent[0] if absent else sum((term.exact() for term in terms), Fraction(0))
    return Figure(name, value, "weighted_sum", clause, basis, terms, rounding)


def _product(weight: Figure, part: Figure) -> Value:
    return part.value if isinstance(part.value, Absent) else weight.exact() * part.value


PERCENT: Final = Rounding(2, "half_up")


def percent_text(value: Fraction, rounding: Rounding = PERCENT) -> str:
    """A ratio as a percentage for people: 28/29 as ``96.55``."""
    return decimal_text(rounding.apply(value * 100))
