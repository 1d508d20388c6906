"""What can be asked for on a ledger."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from party_workflow.codec import UNRECORDED, Command, Part
from party_workflow.domain.ledger.events import CATEGORY, Stage, Way
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Personal
from party_workflow.quantity import Quantity
from party_workflow.values import Code, Count, Day, Digest, EventId, Flag, Key, PersonId, StreamId, UnitId

MAX_ROWS = 5_000
"""Most people of one day in one ledger."""


class _LedgerCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class OpenLedger(_LedgerCommand):
    """Open a ledger of a unit with the accounts of an adopted definition."""

    stored_type: ClassVar[str] = "ledger.open"
    unit: UnitId
    definition_code: Code
    definition: Digest
    serves: tuple[Serves, ...] = ()


class Book(_LedgerCommand):
    """Book an amount in the unit of the account, or in its minor units where it has a scale."""

    stored_type: ClassVar[str] = "ledger.book"
    account: Code
    way: Way = "in"
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


class ReverseEntry(_LedgerCommand):
    """Make an entry undone, and say on what ground."""

    stored_type: ClassVar[str] = "ledger.reverse"
    entry: EventId
    ground: Code
    beyond: Code | None = None


class Reported(Part):
    """What one person reported: the text is sealed; who it was is left out of the log altogether."""

    person: Annotated[PersonId, UNRECORDED]
    report: Personal


class RecordDay(_LedgerCommand):
    """Record what people reported on a day.  The log gets how many, and each report sealed.

    The openings are about ``<stream>/<day>``: erasing that subject erases what everybody reported that day.
    """

    stored_type: ClassVar[str] = "ledger.record_day"
    account: Code
    day: Day
    expected: Count | None = None
    rows: Annotated[tuple[Reported, ...], Field(max_length=MAX_ROWS)]


LedgerCommand = OpenLedger | Book | ReverseEntry | RecordDay
