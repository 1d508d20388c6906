"""What is recorded in a ledger."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from party_workflow.codec import Event
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Sealed
from party_workflow.quantity import Quantity
from party_workflow.relations import Requires
from party_workflow.values import (
    Code,
    CodedDocument,
    Count,
    Day,
    Digest,
    EventId,
    Flag,
    PersonId,
    StreamId,
    UnitId,
)

CATEGORY: Final = "ledger"

Way = Literal["in", "out"]
Stage = Literal["planned", "secured", "spent"]


class LedgerOpened(Event):
    """A ledger was opened, with the accounts of the definition of this digest; `body` is what it says."""

    stored_type: ClassVar[str] = "ledger.opened"
    requires: ClassVar[Requires] = Requires(duty="ledger.open")
    unit_field: ClassVar[str | None] = "unit"

    unit: UnitId
    code: Code
    version: Count
    definition: Digest
    body: CodedDocument
    serves: tuple[Serves, ...] = ()


class EntryBooked(Event):
    """An amount came in or went out, exact or as asserted.  `person` gave or received it, and never books it.

    `basis` is the content hash of the document that it rests on, `basis_stream` a stream that it does.
    `stage` belongs to accounts of money per source.  `beyond` is the ground on which more was secured than
    was planned: it is never so in silence (R-129).
    """

    stored_type: ClassVar[str] = "ledger.entry_booked"
    requires: ClassVar[Requires] = Requires(duty="ledger.book", barred=("person",))

    account: Code
    way: Way
    amount: Quantity
    source: Code | None = None
    to_unit: UnitId | None = None
    person: PersonId | None = None
    basis: Digest | None = None
    basis_stream: StreamId | None = None
    activity: StreamId | None = None
    voluntary: Flag | None = None
    stage: Stage | None = None
    beyond: Code | None = None


class EntryReversed(Event):
    """An entry was made undone, on a ground.  Both stay to be seen, and together they are nothing."""

    stored_type: ClassVar[str] = "ledger.entry_reversed"
    requires: ClassVar[Requires] = Requires(duty="ledger.reverse", barred=("person",))

    entry: EventId
    ground: Code
    person: PersonId | None = None
    beyond: Code | None = None


class DayRecorded(Event):
    """How many reported on a day, with what each reported sealed, in no order that tells who.

    No person is named: when the openings are erased, the count is all that is left.
    """

    stored_type: ClassVar[str] = "ledger.day_recorded"
    requires: ClassVar[Requires] = Requires(duty="ledger.book")

    account: Code
    day: Day
    count: Count
    expected: Count | None = None
    rows: tuple[Sealed, ...] = ()


LedgerEvent = LedgerOpened | EntryBooked | EntryReversed | DayRecorded
