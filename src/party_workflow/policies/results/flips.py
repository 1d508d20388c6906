"""Changes that turn a pair round, and what cannot turn it: what is altered, from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from party_workflow.canonical import fraction_text
from party_workflow.policies.results.html import brief
from party_workflow.policies.rule import Issued

Kind = Literal["parameter", "value", "event_less", "event_more"]


@dataclass(frozen=True, slots=True)
class Flip:
    """A change that turns a pair round, where one step of `grid` less does not.

    `leaf` names what is altered: a number of the rule (``clause.place``), a component of a subject
    (``peer of p-3``), an event by its id.  `beside` says which other weights were scaled so that they still
    sum to what they did.  `rule` is the rule with the change, to be run; `events` are those left out.
    """

    kind: Kind
    leaf: str
    before: Fraction | None = None
    after: Fraction | None = None
    grid: Fraction | None = None
    bounds: tuple[Fraction, Fraction] | None = None
    beside: Mapping[str, Fraction] = field(default_factory=dict)
    rule: Issued | None = None
    events: tuple[str, ...] = ()

    @property
    def change(self) -> Fraction:
        """By how much; 0 of an event."""
        return Fraction(0) if self.before is None or self.after is None else self.after - self.before

    @property
    def relative(self) -> Fraction:
        """The change as a share of what was there, of 1 where that is nothing: changes are ordered by it."""
        return abs(self.change) / (abs(self.before) if self.before else 1)

    def __str__(self) -> str:
        match self.kind:
            case "event_less":
                return f"without {self.leaf}"
            case "event_more":
                return f"with one more like {self.leaf}"
            case _:
                assert self.before is not None
                assert self.after is not None
                beside = ", ".join(f"{name} {brief(value)}" for name, value in self.beside.items())
                scaled = f", with {beside}" if beside else ""
                return f"{self.leaf} from {brief(self.before)} to {brief(self.after)}{scaled}"

    def data(self) -> dict[str, Any]:
        """The change as canonical data."""
        found: dict[str, Any] = {"kind": self.kind, "leaf": self.leaf}
        for name, value in (("before", self.before), ("after", self.after), ("grid", self.grid)):
            if value is not None:
                found[name] = fraction_text(value)
        if self.bounds is not None:
            found["bounds"] = [fraction_text(value) for value in self.bounds]
        if self.beside:
            found["beside"] = {name: fraction_text(value) for name, value in self.beside.items()}
        if self.rule is not None:
            found["rule"] = self.rule.digest
        return found | ({"events": list(self.events)} if self.events else {})


@dataclass(frozen=True, slots=True)
class Unmoved:
    """Something by which the pair cannot be turned, within its bounds."""

    kind: Kind
    leaf: str
    value: Fraction | None = None
    bounds: tuple[Fraction, Fraction] | None = None

    def __str__(self) -> str:
        match self.kind:
            case "event_less":
                return f"not without {self.leaf}"
            case "event_more":
                return f"not with one more like {self.leaf}"
            case _:
                assert self.bounds is not None
                low, high = (brief(value) for value in self.bounds)
                return f"not by {self.leaf} between {low} and {high}"

    def data(self) -> dict[str, Any]:
        """The same as canonical data."""
        found: dict[str, Any] = {"kind": self.kind, "leaf": self.leaf}
        if self.bounds is not None:
            found["bounds"] = [fraction_text(value) for value in self.bounds]
        return found


@dataclass(frozen=True, slots=True)
class Search:
    """How far to look: at most so many evaluations, events and figures of components.

    Components may take half of the evaluations, events up to three quarters, numbers of the rule the rest;
    what one does not take is for the others.

    `grids` and `bounds` are by the name of the leaf, in place of those that follow from its value.
    """

    evaluations: int = 2000
    events: int = 40
    values: int = 40
    grids: Mapping[str, Fraction] = field(default_factory=dict)
    bounds: Mapping[str, tuple[Fraction, Fraction]] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """What turns the pair, what does not, and what was not tried for lack of evaluations."""

    flips: list[Flip] = field(default_factory=list)
    unmoved: list[Unmoved] = field(default_factory=list)
    untried: list[str] = field(default_factory=list)
