"""What a commitment says, and what a report of it cites: the values that events and commands share."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import ConfigDict

from party_workflow.codec import Part
from party_workflow.personal import Personal, Sealed
from party_workflow.quantity import Quantity
from party_workflow.values import Code, Count, Day, Digest, PersonId, StreamId, UnitId

Claimed = Literal["achieved", "partial", "not_achieved"]
Settled = Literal["achieved", "not_achieved", "withdrawn"]

MOST: Final = 256
"""Most items of a plan, milestones of an item, and citations of a report."""


class _Part(Part):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)


class RankTarget(_Part):
    """A rank to be attained: at most `place` in the ranking that is published under this subject (R-097)."""

    ranking: Code
    place: Count


class DistributionTarget(_Part):
    """A goal on how many subjects have a grade, such as ``count(unqualified) = 0`` (R-020).

    `over` says over which subjects, as a code that whoever grades knows; `count` how many may have `grade`.
    """

    over: Code
    grade: Code
    count: Quantity


class Milestone(_Part):
    """A step on the way, with its day."""

    code: Code
    due: Day


class ItemFields(_Part):
    """What an item says without words: the person accountable, the day, and what is to be attained.

    `start` to `due` is its time; `occasion` the activity at which it is to be reported (R-008).  `method` and
    `standard` stand as codes here or as texts beside (R-007).  `replaces` is an item withdrawn for this one.
    """

    code: Code
    start: Day | None = None
    occasion: StreamId | None = None
    method_code: Code | None = None
    standard_code: Code | None = None
    target: Quantity | None = None
    rank: RankTarget | None = None
    distribution: DistributionTarget | None = None
    milestones: tuple[Milestone, ...] = ()
    partners: tuple[UnitId, ...] = ()
    team: tuple[PersonId, ...] = ()
    replaces: Code | None = None


class Item(ItemFields):
    """A commitment as recorded: exactly one person, and a day (R-006)."""

    person: PersonId
    due: Day
    title: Sealed | None = None
    method: Sealed | None = None
    standard: Sealed | None = None


class ItemDraft(ItemFields):
    """A commitment as somebody writes it down; without a person or a day it is refused, in words."""

    person: PersonId | None = None
    due: Day | None = None
    title: Personal | None = None
    method: Personal | None = None
    standard: Personal | None = None


class Citation(_Part):
    """One piece of evidence: a stream of this log, a file by its content hash, or both."""

    kind: Code | None = None
    stream: StreamId | None = None
    digest: Digest | None = None


class Cited(_Part):
    """A piece of evidence as recorded, with the kind of the work where it is a stream of this log."""

    kind: Code
    stream: StreamId | None = None
    digest: Digest | None = None


class RankClaim(_Part):
    """A rank that is claimed to be attained, in a ranking published in this log."""

    place: Count
    publication: StreamId


class RankAttained(_Part):
    """A rank as reported, pinned to the published snapshot: its digest, and where the log ended for it."""

    place: Count
    publication: StreamId
    digest: Digest
    position: Count


class ItemResult(_Part):
    """What a look-back found of one item: the word of the kind, the outcome it stands for, perhaps a note."""

    item: Code
    result: Code
    outcome: Literal["done", "partial", "missing", "excused"]
    note: Sealed | None = None


class Finding(_Part):
    """What somebody found of one item in a look-back."""

    result: Code
    note: Personal | None = None


class ItemOutcome(_Part):
    """What a final report says of one item; `ground` where it was withdrawn."""

    item: Code
    outcome: Settled
    ground: Code | None = None
