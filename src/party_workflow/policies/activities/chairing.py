"""Chairing: who did it in person, who took part, who left it to a delegate (R-168).

What a delegate did counts for the delegate.  Which kinds may not be delegated is given; that one was is found
and nothing is said of why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from party_workflow.policies.activities.occasions import Held
from party_workflow.policies.figure import Evidence, Figure, counted

CLAUSE = "chairing"
BASIS = "attendance-register"


@dataclass(frozen=True, slots=True)
class Chairing:
    """Of the occasions asked about, those that a person chaired, took part in, and left to somebody else.

    `chaired` includes what was chaired for another; `delegated` is no part of it.  `took_part` are those
    where the person was there and did not chair.
    """

    person: str
    chaired: Figure
    took_part: Figure
    delegated: Figure

    @property
    def delegated_all(self) -> bool:
        """Whether the person chaired none, was at none, and delegated at least one."""
        return self.delegated.value != 0 and self.chaired.value == 0 and self.took_part.value == 0


@dataclass(frozen=True, slots=True)
class Delegated:
    """An occasion of a kind that may not be delegated, and was."""

    occasion: str
    kind: str
    principal: str
    chair: str
    ground: str | None
    event: Evidence


def chairing(found: Iterable[Held], person: str) -> Chairing:
    """What one person did of these occasions; those that did not take place do not count."""
    held = [item for item in found if item.held is not None]
    chaired = [item for item in held if item.state.chaired_by == person]
    others = [item for item in held if item.state.chaired_by != person]
    return Chairing(
        person=person,
        chaired=_count("chaired", chaired),
        took_part=_count("took_part", [item for item in others if person in item.present]),
        delegated=_count("delegated", [item for item in others if item.state.delegated_by == person]),
    )


def _count(name: str, items: Iterable[Held]) -> Figure:
    return counted(name, CLAUSE, BASIS, [item.conducted or item.evidence for item in items])


def wrongly_delegated(found: Iterable[Held], may_not: Collection[str]) -> tuple[Delegated, ...]:
    """The occasions of these kinds that took place under a delegate's chair, in the order planned."""
    return tuple(
        Delegated(
            item.key,
            item.state.kind,
            item.state.delegated_by,
            item.state.chaired_by,
            item.state.delegation,
            item.conducted or item.evidence,
        )
        for item in found
        if item.held is not None
        and item.state.kind in may_not
        and item.state.delegated_by is not None
        and item.state.chaired_by is not None
    )
