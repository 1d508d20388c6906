"""Words that several aggregates share; no aggregate itself.

`Work` is what any aggregate can say of itself when a campaign or a claim cites it: so that tasks count
meetings, written works, ratings, talks and cases alike, without knowing them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from party_workflow.codec import Part
from party_workflow.values import Code, Key


class Serves(Part):
    """The task of a campaign that a piece of work serves.  One work serves several only where it says so."""

    campaign: Key
    task: Code


@dataclass(frozen=True, slots=True)
class Result:
    """A result as it was recorded: the digest of its canonical bytes, and the position of the log that it
    was computed from.

    What has one answers ``<category>.result`` with it, so that whoever cites the result cites that one.
    """

    digest: str
    position: int


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work as others may cite it.  Every aggregate answers ``<category>.work`` with one.

    `state` is its lifecycle state, `done` whether it counts as carried out, `people` those who took part
    or whom it concerns, `quantity` how much it counts for where it counts for more than one.  `confidential`:
    fewer see it than see other matters of its unit, so that what they see does not name it.
    """

    stream: str
    kind: str
    unit: str | None
    state: str
    done: bool
    serves: tuple[Serves, ...] = ()
    people: frozenset[str] = field(default_factory=frozenset)
    quantity: int = 1
    confidential: bool = False
