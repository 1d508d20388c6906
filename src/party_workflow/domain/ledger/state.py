"""The state of a ledger, what each event does to it, and what there is at every moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Final, assert_never

from party_workflow.domain.ledger.book import Account, LedgerDefinition, read_ledger
from party_workflow.domain.ledger.course import Course, Line
from party_workflow.domain.ledger.events import (
    CATEGORY,
    DayRecorded,
    EntryBooked,
    EntryReversed,
    LedgerEvent,
    LedgerOpened,
)
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.layered import Layered
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
    def exact(self) -> Fraction | None:
        """What it adds to its account where that is booked as one number."""
        value = None if self.booked is None else self.booked.amount.value
        return value if value is None or self.way == "in" else -value

    @property
    def signed(self) -> Bounds:
        """What it adds to its account."""
        return self.amount.bounds if self.way == "in" else -self.amount.bounds


What = tuple[str, str | None, str | None]
"""What has a course: an account, or of a source of a staged account what is left of a stage by the next."""
_EMPTY: Final = Course()
_LEFT: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    "planned": (("planned", 1),),
    "secured": (("planned", -1), ("secured", 1)),
    "spent": (("secured", -1),),
}
"""Of which stages a stage leaves more or less."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything recorded in one ledger.  Before it is opened `definition` is None.

    `courses`, `days` and `standing` are drawn from the entries: what their exact amounts come to over time
    (see `What`), which entries are totals of a day, and how many are not reversed.
    """

    stream: str = ""
    unit: str | None = None
    definition: LedgerDefinition | None = None
    entries: Layered[str, Entry] = field(default_factory=Layered)
    serves: tuple[Serves, ...] = ()
    courses: Layered[What, Course] = field(default_factory=Layered)
    days: Layered[tuple[str, date], tuple[str, ...]] = field(default_factory=Layered)
    standing: int = 0

    def account(self, code: str) -> Account | None:
        """The account of a code."""
        return None if self.definition is None else self.definition.account(code)

    def recorded(self, account: str, day: date) -> Entry | None:
        """The total of a day, unless it was reversed."""
        found = (self.entries[entry] for entry in self.days.get((account, day), ()))
        return next((item for item in found if item.reversed_by is None), None)

    def course(self, account: str, source: str | None = None, stage: str | None = None) -> Course:
        """What the exact entries of an account came to over time.

        With a source, what was left of its `planned` money unsecured, or of its `secured` unspent.
        """
        return self.courses.get((account, source, stage), _EMPTY)

    def stepped(self, entry: Entry, at: datetime, amount: Fraction) -> Layered[What, Course]:
        """The courses with an amount of an entry more from a moment on."""
        courses, booked = self.courses, entry.booked
        courses = courses.put((entry.account, None, None), self.course(entry.account).put(at, amount))
        if booked is None or booked.source is None:
            return courses
        for stage, sign in _LEFT.get(booked.stage or "", ()):
            course = self.course(entry.account, booked.source, stage).put(at, sign * amount)
            courses = courses.put((entry.account, booked.source, stage), course)
        return courses

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
        return Work(
            stream=self.stream,
            kind=CATEGORY,
            unit=self.unit,
            state="open",
            done=self.standing > 0,
            serves=self.serves,
            quantity=max(self.standing, 1),
        )


def running(
    entries: Mapping[str, Entry], account: str, source: str | None = None, stage: str | None = None
) -> Iterator[Line]:
    """What an account came to at each moment at which it changed, of exact entries in effective order.

    It adds up all entries anew: what `Ledger.course` has at hand, and what that is tested by.
    A reversal takes effect when it says, not when its entry did: until then the entry counted.
    """
    steps: dict[datetime, Fraction] = {}
    for item in entries.values():
        booked, amount = item.booked, item.exact
        if item.account != account or booked is None or amount is None:
            continue
        if source is not None and (booked.source, booked.stage) != (source, stage):
            continue
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
            return _without(state, old, undone, envelope.effective_at)
        case _:
            assert_never(event)


def _with(state: Ledger, entry: Entry) -> Ledger:
    days = state.days
    if entry.day is not None:
        key = (entry.account, entry.day)
        days = days.put(key, (*days.get(key, ()), entry.event_id))
    return replace(
        state,
        entries=state.entries.put(entry.event_id, entry),
        courses=state.courses if entry.exact is None else state.stepped(entry, entry.since, entry.exact),
        days=days,
        standing=state.standing + 1,
    )


def _without(state: Ledger, old: Entry, undone: Entry, at: datetime) -> Ledger:
    courses, amount = state.courses, old.exact
    if amount is not None and old.reversed_at is not None:  # written underneath: the later one holds
        courses = state.stepped(old, old.reversed_at, amount)
    if amount is not None:
        courses = replace(state, courses=courses).stepped(old, at, -amount)
    return replace(
        state,
        entries=state.entries.put(old.event_id, undone),
        courses=courses,
        standing=state.standing - (old.reversed_by is None),
    )
