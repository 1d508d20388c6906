"""Ledger: counts, money, stock, donations and budgets, entry by entry.

Amounts are exact or as asserted (`party_workflow.quantity`), money in whole minor units.  What an account
asks of its entries is data: a source, a person, a receiving unit, a document that a payment rests on (R-117),
whether it was given of free will (R-184).  Stock is not below zero at any moment, dated back or reversed as
anything may be (R-187); money is planned, secured and spent per source, and goes beyond the plan only on a
stated ground (R-129, R-186).  Day totals of personal reports keep the count in the log and the reports beside
it, to be erased (R-082).
"""

from party_workflow.domain.ledger.aggregate import DECIDER
from party_workflow.domain.ledger.book import Account, LedgerDefinition, Need, read_ledger
from party_workflow.domain.ledger.commands import (
    Book,
    LedgerCommand,
    OpenLedger,
    RecordDay,
    Reported,
    ReverseEntry,
)
from party_workflow.domain.ledger.course import Course, Line
from party_workflow.domain.ledger.events import (
    CATEGORY,
    DayRecorded,
    EntryBooked,
    EntryReversed,
    LedgerEvent,
    LedgerOpened,
    Stage,
    Way,
)
from party_workflow.domain.ledger.reasons import REASONS
from party_workflow.domain.ledger.state import Entry, Ledger, running

__all__ = [
    "Account",
    "Book",
    "CATEGORY",
    "Course",
    "DECIDER",
    "DayRecorded",
    "Entry",
    "EntryBooked",
    "EntryReversed",
    "Ledger",
    "LedgerCommand",
    "LedgerDefinition",
    "LedgerEvent",
    "LedgerOpened",
    "Line",
    "Need",
    "OpenLedger",
    "REASONS",
    "RecordDay",
    "Reported",
    "ReverseEntry",
    "Stage",
    "Way",
    "read_ledger",
    "running",
]
