"""What is recorded of a person's points under one scheme."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from party_workflow.calendar import StoredPeriod
from party_workflow.codec import Event
from party_workflow.personal import Sealed
from party_workflow.relations import Relates, Requires
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

CATEGORY: Final = "points"

Branch = Literal["home", "host"]
"""Whether the person counted in the granting unit (home), or was there as a guest (host)."""

# The opening gives the matter no unit, or a host branch elsewhere could neither see it nor grant.  Each event
# is measured by the unit it names instead, and a duty there is what it takes.


class PointsOpened(Event):
    """From now on a person counts under a scheme."""

    stored_type: ClassVar[str] = "points.opened"
    requires: ClassVar[Requires] = Requires(duty="points.open")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("subject", "person"),)
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    scheme: Key
    person: PersonId
    unit: UnitId


class PointsExcluded(Event):
    """From now on a person stands outside a scheme, for a reason."""

    stored_type: ClassVar[str] = "points.excluded"
    requires: ClassVar[Requires] = Requires(duty="points.open", barred=("person",))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("subject", "person"),)
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    scheme: Key
    person: PersonId
    unit: UnitId
    ground: Code


class PointsGranted(Event):
    """Points were given under a clause; `definition` is the digest of the scheme's version that said so.

    `unit` granted them, `branch` says how the person stood to it then.
    """

    stored_type: ClassVar[str] = "points.granted"
    requires: ClassVar[Requires] = Requires(duty="points.grant", barred=("subject",))
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    definition: Digest
    version: Count
    clause: Code
    amount: Number
    period: StoredPeriod
    unit: UnitId
    branch: Branch
    activity: StreamId | None = None
    evidence: tuple[Digest, ...] = ()
    streams: tuple[StreamId, ...] = ()


class BonusApproved(Event):
    """Somebody other than the beneficiary approved a bonus, with evidence of each condition of its clause."""

    stored_type: ClassVar[str] = "points.bonus_approved"
    requires: ClassVar[Requires] = Requires(duty="points.bonus", barred=("subject",))
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    definition: Digest
    version: Count
    clause: Code
    amount: Number
    period: StoredPeriod
    unit: UnitId
    branch: Branch
    activity: StreamId | None = None
    conditions: dict[Code, tuple[Digest, ...]]
    streams: tuple[StreamId, ...] = ()


class PointsImported(Event):
    """A platform says that the person has points there: a third party's word, taken in at `batch`.

    `item` is the platform's own id of what it says, `stated_at` the platform's own time.
    """

    stored_type: ClassVar[str] = "points.imported"
    requires: ClassVar[Requires] = Requires(duty="points.import", barred=("subject",))
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    definition: Digest
    version: Count
    source: Code
    item: Key
    batch: Key
    stated_at: Moment
    amount: Number
    period: StoredPeriod
    unit: UnitId


class DeductionProposed(Event):
    """A deduction was proposed on a ground.  It does not count; `amount` is below 0.

    `days` is how many days the scheme gives to object after notice.
    """

    stored_type: ClassVar[str] = "points.deduction_proposed"
    requires: ClassVar[Requires] = Requires(duty="points.deduct", barred=("subject",))
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    number: Count
    definition: Digest
    version: Count
    clause: Code
    ground: Code
    amount: Number
    days: Count
    period: StoredPeriod
    unit: UnitId
    branch: Branch
    activity: StreamId | None = None
    evidence: tuple[Digest, ...] = ()
    streams: tuple[StreamId, ...] = ()


class NoticeGiven(Event):
    """The person was told of a proposed deduction, and can object until a moment."""

    stored_type: ClassVar[str] = "points.notice_given"
    requires: ClassVar[Requires] = Requires(duty="points.notify", barred=("subject",))
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    number: Count
    unit: UnitId
    until: Moment


class DeductionObjected(Event):
    """The person objected to a proposed deduction."""

    stored_type: ClassVar[str] = "points.deduction_objected"
    requires: ClassVar[Requires] = Requires(own=("subject",))

    number: Count
    statement: Sealed


class DeductionDecided(Event):
    """Somebody who had not proposed it decided on a deduction: from here on it counts, or it never does.

    With `counts` it is an entry of `amount`, below 0.
    """

    stored_type: ClassVar[str] = "points.deduction_decided"
    requires: ClassVar[Requires] = Requires(duty="points.decide", barred=("subject", "proposed_by"))
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    number: Count
    proposed_by: tuple[PersonId, ...]
    counts: Flag
    ground: Code
    definition: Digest
    version: Count
    clause: Code
    amount: Number
    period: StoredPeriod
    unit: UnitId


class DeductionAppealed(Event):
    """The person appealed against a deduction that counts; until it is decided, the deduction shows that."""

    stored_type: ClassVar[str] = "points.deduction_appealed"
    requires: ClassVar[Requires] = Requires(own=("subject",))

    number: Count
    appeal: Sealed


class DeductionAppealDecided(Event):
    """Somebody who had neither proposed nor decided the deduction decided on the appeal, and it is final.

    Where it does not stand, the entry is reversed with it.
    """

    stored_type: ClassVar[str] = "points.deduction_appeal_decided"
    requires: ClassVar[Requires] = Requires(
        duty="points.review", barred=("subject", "proposed_by", "decided_by")
    )
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    number: Count
    proposed_by: tuple[PersonId, ...]
    decided_by: tuple[PersonId, ...]
    stands: Flag
    ground: Code
    unit: UnitId


class EntryReversed(Event):
    """An entry was made undone by another one of the opposite amount, which names it."""

    stored_type: ClassVar[str] = "points.entry_reversed"
    requires: ClassVar[Requires] = Requires(duty="points.reverse", barred=("subject",))
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    entry: EventId
    ground: Code
    definition: Digest
    version: Count
    amount: Number
    period: StoredPeriod
    unit: UnitId


PointsEvent = (
    PointsOpened
    | PointsExcluded
    | PointsGranted
    | BonusApproved
    | PointsImported
    | DeductionProposed
    | NoticeGiven
    | DeductionObjected
    | DeductionDecided
    | DeductionAppealed
    | DeductionAppealDecided
    | EntryReversed
)
