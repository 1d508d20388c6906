"""What an auditor files of a sample: how it was drawn, from whom, and who is in it.  (R-201)"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from party_workflow.canonical import digest, fraction_text
from party_workflow.domain.inspection import ALGORITHM, Plan, Stratum
from party_workflow.errors import Fault, Faults, InvalidInput

Method = Literal["simple", "stratified", "both_ends"]
Head = tuple[int, str]
"""Where a log ends, as `History.head` gives it: the position and the digest."""


@dataclass(frozen=True, slots=True)
class Group:
    """A part of a population, how many were drawn from it, and who."""

    code: str
    population: tuple[str, ...]
    n: int
    chosen: tuple[str, ...]


@dataclass(frozen=True)
class Workpaper:
    """How a sample was drawn, and who is in it: what an auditor files.

    `tied` are members of a both-ends sample who stood equal with one across the border of an end, so that
    the lot decided on which side they are; `values` is what it was ordered by.  `nonce` opens the
    commitment to the seed that was published beforehand; it is empty where none was.
    """

    query: Mapping[str, Any]
    method: Method
    position: int
    head: str
    seed: str
    groups: tuple[Group, ...]
    tied: tuple[str, ...] = ()
    values: Mapping[str, Fraction] = field(default_factory=dict)
    nonce: str = ""

    @property
    def population(self) -> tuple[str, ...]:
        """Everybody who could have been chosen, sorted."""
        return tuple(sorted({member for group in self.groups for member in group.population}))

    @property
    def count(self) -> int:
        """How many could have been chosen."""
        return len(self.population)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The sample, sorted."""
        return tuple(sorted({member for group in self.groups for member in group.chosen}))

    def data(self) -> dict[str, Any]:
        """The workpaper as canonical data."""
        return {
            "algorithm": ALGORITHM,
            "chosen": list(self.chosen),
            "count": self.count,
            "groups": [
                {"chosen": list(g.chosen), "code": g.code, "count": len(g.population), "n": g.n}
                for g in self.groups
            ],
            "head": self.head,
            "method": self.method,
            "population": digest(list(self.population)),
            "position": self.position,
            "query": dict(self.query),
            "seed": self.seed,
            "tied": list(self.tied),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`."""
        return digest(self.data())

    def filed(self) -> dict[str, Any]:
        """The whole workpaper as canonical data: `data`, with all members, values and nonce."""
        found = self.data()
        for said, group in zip(found["groups"], self.groups, strict=True):
            said["members"] = list(group.population)
        if self.values:
            found["values"] = {member: fraction_text(value) for member, value in sorted(self.values.items())}
        return {**found, "nonce": self.nonce} if self.nonce else found

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Workpaper:
        """The workpaper that was filed, from what `filed` gave.

        Raises `InvalidInput` with everything in it that does not agree with itself.
        """
        return _read(document)

    def plan(self, items: Sequence[str], answerable: Iterable[str] = ()) -> Plan:
        """The plan of an inspection of the units in the sample: these items of its checklist."""
        return Plan(
            query={**self.query, "method": self.method},
            position=self.position,
            head=self.head,
            seed=self.seed,
            strata=tuple(Stratum(code=g.code, units=g.population, n=g.n) for g in self.groups),
            units=self.chosen,
            items=tuple(items),
            answerable=tuple(sorted(set(answerable))),
        )


def _read(document: Mapping[str, Any]) -> Workpaper:
    try:
        groups = tuple(
            Group(str(g["code"]), tuple(map(str, g["members"])), int(g["n"]), tuple(map(str, g["chosen"])))
            for g in document["groups"]
        )
        paper = Workpaper(
            query=dict(document["query"]),
            method=document["method"],
            position=int(document["position"]),
            head=str(document["head"]),
            seed=str(document["seed"]),
            groups=groups,
            tied=tuple(map(str, document["tied"])),
            values={str(k): Fraction(v) for k, v in dict(document.get("values", {})).items()},
            nonce=str(document.get("nonce", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError):
        what = "It lacks something, or something in it is of another kind."
        raise InvalidInput(Fault("workpaper", what, "File what `filed` gives.")) from None
    faults = Faults()
    if paper.method not in ("simple", "stratified", "both_ends"):
        faults.add("method", f"There is no method {paper.method}.", "Say simple, stratified or both_ends.")
    again = paper.filed()
    for name in sorted(again.keys() | document.keys()):
        if again.get(name) != document.get(name):
            faults.add(name, "It does not agree with the rest of the workpaper.", "One of them was changed.")
    faults.raise_if_any()
    return paper
