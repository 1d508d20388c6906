"""What can be asked for on a person's points."""

from __future__ import annotations

from typing import ClassVar

from party_workflow.calendar import StoredPeriod
from party_workflow.codec import Command
from party_workflow.domain.points.events import CATEGORY
from party_workflow.domain.points.scheme import SchemeKey
from party_workflow.personal import Personal
from party_workflow.values import (
    Code,
    Count,
    Digest,
    EventId,
    Flag,
    Key,
    Moment,
    Number,
    PersonId,
    StreamId,
    UnitId,
)


class PointsCommand(Command):
    """On the one stream that a person has under a scheme: its key is made of the two."""

    scheme: SchemeKey
    person: PersonId

    @property
    def stream(self) -> str:
        return points_of(self.scheme, self.person)


def points_of(scheme: str, person: str) -> str:
    """The stream of a person's points under a scheme: ``points/<scheme>.<person>``."""
    return f"{CATEGORY}/{scheme}.{person}"


class OpenPoints(PointsCommand):
    """Let a person count under a scheme, as a unit finds."""

    stored_type: ClassVar[str] = "points.open"
    unit: UnitId


class ExcludeFromPoints(PointsCommand):
    """Put a person outside a scheme, and say why."""

    stored_type: ClassVar[str] = "points.exclude"
    unit: UnitId
    ground: Code


class Under(PointsCommand):
    """Something under a clause of an adopted version of the scheme, in a period."""

    definition: Digest
    clause: Code
    amount: Number | None = None
    period: StoredPeriod
    unit: UnitId
    activity: StreamId | None = None
    streams: tuple[StreamId, ...] = ()


class GrantPoints(Under):
    """Give points.  Without an amount it is that of the clause."""

    stored_type: ClassVar[str] = "points.grant"
    evidence: tuple[Digest, ...] = ()


class ApproveBonus(Under):
    """Give a bonus: evidence by condition, as content hashes."""

    stored_type: ClassVar[str] = "points.approve_bonus"
    conditions: dict[Code, tuple[Digest, ...]]


class ProposeDeduction(Under):
    """Propose to take points, on a ground.  The amount is given without sign."""

    stored_type: ClassVar[str] = "points.propose_deduction"
    ground: Code
    evidence: tuple[Digest, ...] = ()


class ImportPoints(PointsCommand):
    """Take in what a platform says that the person has there."""

    stored_type: ClassVar[str] = "points.import"
    definition: Digest
    source: Code
    item: Key
    batch: Key
    stated_at: Moment
    amount: Number
    period: StoredPeriod
    unit: UnitId


class GiveNotice(PointsCommand):
    """Tell the person of a proposed deduction, and until when to object."""

    stored_type: ClassVar[str] = "points.give_notice"
    number: Count
    until: Moment


class ObjectToDeduction(PointsCommand):
    """Object to a deduction that one was notified of."""

    stored_type: ClassVar[str] = "points.object"
    number: Count
    statement: Personal


class DecideDeduction(PointsCommand):
    """Decide on a deduction when the time to object is over."""

    stored_type: ClassVar[str] = "points.decide"
    number: Count
    counts: Flag
    ground: Code


class AppealDeduction(PointsCommand):
    """Appeal against a deduction of one's own that counts, within the days that its clause gives."""

    stored_type: ClassVar[str] = "points.appeal"
    number: Count
    appeal: Personal


class DecideDeductionAppeal(PointsCommand):
    """Decide on an appeal: the deduction stands, or its entry is reversed."""

    stored_type: ClassVar[str] = "points.decide_appeal"
    number: Count
    stands: Flag
    ground: Code


class ReverseEntry(PointsCommand):
    """Make an entry undone by a further one that names it."""

    stored_type: ClassVar[str] = "points.reverse"
    entry: EventId
    ground: Code


PointsRequest = (
    OpenPoints
    | ExcludeFromPoints
    | GrantPoints
    | ApproveBonus
    | ImportPoints
    | ProposeDeduction
    | GiveNotice
    | ObjectToDeduction
    | DecideDeduction
    | AppealDeduction
    | DecideDeductionAppeal
    | ReverseEntry
)
