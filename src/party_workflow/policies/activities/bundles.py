"""Bundles: what has to be done together before something counts, component by component (R-032).

四会一课一测试 is one: four meetings, a lecture and a test.  What the name of a bundle announces and what its
text enumerates are two things, both are data, and a report shows where they differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from party_workflow import canonical
from party_workflow.errors import Faults, InvalidDefinition
from party_workflow.history import History
from party_workflow.policies.activities.occasions import LOCAL, Held, occasions
from party_workflow.policies.activities.works import serves
from party_workflow.policies.figure import Evidence, Figure, counted
from party_workflow.values import Code, Count, Definition, Flag

KIND: Final = "bundle"

Positive = Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]


class Component(BaseModel):
    """At least `minimum` occasions of the kinds in `counts`; `heading` is what the name calls them."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: Code
    counts: Annotated[tuple[Code, ...], Field(min_length=1)]
    minimum: Positive = 1
    heading: Code | None = None


class Bundle(Definition):
    """Components that have to be complete together.  Raises `InvalidDefinition` with every fault.

    `announced` is how many components the name promises, by heading.  Unless `shared` says so, no kind of
    occasion stands in two components, so that nothing is counted twice (R-031).
    """

    code: Code
    version: Positive
    components: Annotated[tuple[Component, ...], Field(min_length=1, max_length=64)]
    announced: dict[Code, Count] = Field(default_factory=dict)
    shared: Flag = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        codes = [component.code for component in self.components]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            faults.add("components", f"{code} stands twice.", "Join the two.")
        kinds = [kind for component in self.components for kind in sorted(set(component.counts))]
        for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1}) if not self.shared else ():
            faults.add("components", f"{kind} would count twice.", "Leave it in one, or set shared.")
        headings = {component.heading for component in self.components if component.heading}
        for heading in sorted(headings - self.announced.keys()):
            faults.add("announced", f"The name does not announce {heading}.", "Add how many it announces.")
        faults.raise_if_any(InvalidDefinition)
        return self

    def data(self) -> dict[str, Any]:
        """The bundle as it is stored and hashed: without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`."""
        return canonical.digest(self.data())

    def __hash__(self) -> int:
        return hash(self.digest)


@dataclass(frozen=True, slots=True)
class Part:
    """One component: the occasions that count, and those that took place and do not: short, no quorum."""

    component: Component
    done: Figure
    left_out: tuple[Evidence, ...]

    @property
    def satisfied(self) -> bool:
        """Whether there are enough."""
        return isinstance(self.done.value, Fraction) and self.done.value >= self.component.minimum


@dataclass(frozen=True, slots=True)
class Report:
    """A bundle as of a history: its components with their events, and what the name says beside the list.

    `announced` has by heading what the name promises and how many components stand under it.  Truthy when
    every component is satisfied, whatever the name says.
    """

    bundle: Bundle
    parts: tuple[Part, ...]
    announced: Mapping[str, tuple[int, int]]

    def __bool__(self) -> bool:
        return all(part.satisfied for part in self.parts)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The components of which there are not enough."""
        return tuple(part.component.code for part in self.parts if not part.satisfied)

    @property
    def mismatches(self) -> Mapping[str, tuple[int, int]]:
        """The headings under which name and list differ."""
        return {heading: pair for heading, pair in self.announced.items() if pair[0] != pair[1]}


def report(
    history: History,
    bundle: Bundle,
    *,
    unit: str,
    campaign: str | None = None,
    first: date | None = None,
    last: date | None = None,
    offset_minutes: int = LOCAL,
) -> Report:
    """What a unit has done of a bundle: its own occasions, from `first` to `last` inclusive where given.

    With `campaign` only those that serve it.  An occasion below quorum or under its least length is recorded
    and does not count (R-030).
    """
    mine = [
        held
        for held in occasions(history).values()
        if held.state.held
        and held.state.unit == unit
        and (campaign is None or serves(held.state.serves, campaign))
        and _within(held.day(offset_minutes), first, last)
    ]
    parts = tuple(_part(bundle, component, mine) for component in bundle.components)
    announced = {
        heading: (number, sum(component.heading == heading for component in bundle.components))
        for heading, number in sorted(bundle.announced.items())
    }
    return Report(bundle, parts, announced)


def _within(day: date | None, first: date | None, last: date | None) -> bool:
    return day is not None and (first is None or first <= day) and (last is None or day <= last)


def _part(bundle: Bundle, component: Component, found: list[Held]) -> Part:
    of_kind = [held for held in found if held.state.kind in component.counts]
    done = [held.evidence for held in of_kind if held.state.done]
    left_out = tuple(held.evidence for held in of_kind if not held.state.done)
    return Part(component, counted(component.code, KIND, bundle.code, done), left_out)
