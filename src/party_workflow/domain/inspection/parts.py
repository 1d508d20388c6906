"""What stands in the commands and events of an inspection, plan and results; and what others are told."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from party_workflow.canonical import canonical_bytes
from party_workflow.codec import Part
from party_workflow.values import Code, CodedDocument, Count, Digest, Key, PersonId, UnitId

Outcome = Literal["met", "not_met", "not_applicable", "not_checked"]
"""What was seen of one item in one unit: four values, none of which stands for another."""

_DOMAIN: Final = b"party_workflow/inspection-plan/1\n"


class Stratum(Part):
    """A part of the population that is drawn from by itself: `n` of its `units` are inspected.

    An unstratified sample has one.  One that takes both ends has three: the two ends whole, and some of the
    middle.
    """

    code: Code
    units: tuple[UnitId, ...]
    n: Count


class Plan(Part):
    """What is to be inspected: which units, drawn from which population, and which items of the checklist.

    The workpaper of the draw (R-201): `query` says how the population was found, `position` and `head` where
    the log ended then and its digest there, `seed` what the lots were drawn with.  `units` and `items` are
    what was chosen.  `answerable` are people who answer for what is inspected; nobody close to one of them
    inspects.
    """

    query: CodedDocument
    position: Count
    head: Digest
    seed: Key
    strata: tuple[Stratum, ...]
    units: tuple[UnitId, ...]
    items: tuple[Code, ...]
    answerable: tuple[PersonId, ...] = ()

    @property
    def population(self) -> tuple[str, ...]:
        """Every unit that could have been chosen, sorted."""
        return tuple(sorted({unit for stratum in self.strata for unit in stratum.units}))


class Result(Part):
    """What was seen of one item in one unit; what was not checked says why."""

    unit: UnitId
    item: Code
    outcome: Outcome
    reason: Code | None = None
    evidence: tuple[Digest, ...] = ()


def sealed_plan(key: str, plan: Plan, salt: str) -> str:
    """The commitment to a plan: SHA-256 over the key of the inspection, plan and salt, in hexadecimal.

    `salt` is 32 random bytes as 64 hexadecimal digits, from whoever seals: without it nobody who thinks of
    every possible plan can tell from the commitment which one it is.  Keep both until the inspection is
    carried out.
    """
    said = {"key": key, "plan": plan.model_dump(mode="json", exclude_none=True), "salt": salt}
    return hashlib.sha256(_DOMAIN + canonical_bytes(said)).hexdigest()


@dataclass(frozen=True, slots=True)
class Noted:
    """A problem noted: where, the case that it is, and the slip by which it was handed over, if it was.

    `sampled` says whether the plan had that unit and item; otherwise it was seen by the way.
    """

    number: int
    unit: str
    item: str
    case: str
    sampled: bool
    slip: str | None = None


@dataclass(frozen=True, slots=True)
class InspectionSummary:
    """An inspection in brief, as others may cite it.  What is sealed has no units and no items yet."""

    stream: str
    kind: str
    unit: str
    mode: str
    state: str
    final: bool
    sealed: bool
    units: tuple[str, ...]
    items: tuple[str, ...]
    inspectors: tuple[str, ...]
    began: datetime | None
    ended: datetime | None
    findings: tuple[Noted, ...]
