"""The state of a ledger, what each event does to it, and what there is at every moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import assert_never

from party_workflow.domain.ledger.book import Account, LedgerDefinition, read_ledger
from party_workflow.domain.ledger.events import (
    CATEGORY,
    DayRecorded,
    EntryBooked,
    EntryReversed,
    LedgerEvent,
    LedgerOpened,
)
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.quantity import Bounds, Quantity
from party_workflow.store import Recorded

# --- lifecycle -------------------------------------------------------------------------------

# There is one state, open, and it does not end: a ledger is corrected years later, by further entries.


# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, and when and by which event it was reversed."""

    event_id: str
    since: datetime
    account: str
    booked: EntryBooked | None
    amount: Quantity
    way: str
    day: date | None = None
    reversed_by: str | None = None
    reversed_at: datetime | None = None

    @property
    def signed(self) -> Bounds:
        """What it adds to its account."""
        return self.amount.bounds if self.way == "in" else -self.amount.bounds


@dataclass(frozen=True, slots=True)
class Line:
    """One account at one moment: what the entries up to then come to."""

    at: datetime
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything recorded in one ledger.  Before it is opened `definition` is None."""

    stream: str = ""
    unit: str | None = None
    definition: LedgerDefinition | None = None
    entries: Mapping[str, Entry] = field(default_factory=dict)
    serves: tuple[Serves, ...] = ()

    def account(self, code: str) -> Account | None:
        """The account of a code."""
        return None if self.definition is None else self.definition.account(code)

    def recorded(self, account: str, day: date) -> Entry | None:
        """The total of a day, unless it was reversed."""
        return next(
            (
                item
                for item in self.entries.values()
                if (item.account, item.day) == (account, day) and item.reversed_by is None
            ),
            None,
        )

    def balance(self, account: str, at: datetime | None = None) -> Quantity | None:
        """What the entries of an account come to, as of a moment; None where there is no such account."""
        found = self.account(account)
        if found is None:
            return None
        total = Bounds(Fraction(0), Fraction(0))
        for item in self.entries.values():
            if item.account == account and (at is None or item.since <= at):
                if item.reversed_at is None or (at is not None and item.reversed_at > at):
                    total = total + item.signed
        if total.lower is None and total.upper is None:
            return None
        return Quantity.from_bounds(total, found.unit)

    def work(self) -> Work | None:
        """The ledger as a piece of work: done while anything stands in it; None for one never opened."""
        if self.definition is None:
            return None
        standing = sum(1 for item in self.entries.values() if item.reversed_by is None)
        return Work(
            stream=self.stream,
            kind=CATEGORY,
            unit=self.unit,
            state="open",
            done=standing > 0,
            serves=self.serves,
            quantity=max(standing, 1),
        )


def running(
    entries: Mapping[str, Entry], account: str, source: str | None = None, stage: str | None = None
) -> Iterator[Line]:
    """What an account came to at each moment at which it changed, of exact entries in effective order.

    A reversal takes effect when it says, not when its entry did: until then the entry counted.
    """
    steps: dict[datetime, Fraction] = {}
    for item in entries.values():
        booked = item.booked
        if item.account != account or booked is None or booked.amount.value is None:
            continue
        if source is not None and (booked.source, booked.stage) != (source, stage):
            continue
        amount = booked.amount.value if item.way == "in" else -booked.amount.value
        steps[item.since] = steps.get(item.since, Fraction(0)) + amount
        if item.reversed_at is not None:
            steps[item.reversed_at] = steps.get(item.reversed_at, Fraction(0)) - amount
    total = Fraction(0)
    for at in sorted(steps):
        total += steps[at]
        yield Line(at, total)


# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Ledger, recorded: Recorded) -> Ledger:
    event, envelope = recorded.event, recorded.envelope
    assert isinstance(event, LedgerEvent)
    match event:
        case LedgerOpened():
            return replace(
                state,
                stream=envelope.stream,
                unit=event.unit,
                definition=read_ledger(event.body),
                serves=event.serves,
            )
        case EntryBooked():
            entry = Entry(
                envelope.event_id, envelope.effective_at, event.account, event, event.amount, event.way
            )
            return _with(state, entry)
        case DayRecorded():
            account = state.account(event.account)
            amount = Quantity.of("=", event.count, "reports" if account is None else account.unit)
            entry = Entry(
                envelope.event_id, envelope.effective_at, event.account, None, amount, "in", event.day
            )
            return _with(state, entry)
        case EntryReversed():
            old = state.entries.get(event.entry)
            if old is None:
                return state
            undone = replace(old, reversed_by=envelope.event_id, reversed_at=envelope.effective_at)
            return _with(state, undone)
        case _:
            assert_never(event)


def _with(state: Ledger, entry: Entry) -> Ledger:
    return replace(state, entries={**state.entries, entry.event_id: entry})
