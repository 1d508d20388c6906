"""What a ledger comes to: sums with their bounds, funding gaps, distribution, day totals.

Every function reads a `History` as of both its clocks, and every sum names the events in it.  Inexact entries
keep their bounds: "10+ inspections" is never shown as 10 (R-181, R-183).  An account with a threshold has no
breakdown here: what people gave is told by `party_workflow.policies.accounts.donations` alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from party_workflow.domain import ledger
from party_workflow.domain.ledger import Account, Entry, Ledger
from party_workflow.errors import Fault, InvalidInput, Reason, Refused
from party_workflow.history import History
from party_workflow.policies.accounts.bounded import BoundKind, bound_of, in_major
from party_workflow.quantity import Bounds, Quantity

NO_PERSONS: Final = Reason(
    "resources.no_persons",
    "What people gave to {account} is not listed or ranked by person.",
    "Ask for the total, or for groups of people: small ones are withheld.",
)
NO_GROUPS: Final = Reason(
    "resources.small_groups",
    "{account} holds back what fewer than {threshold} people gave, and a plain breakdown would not.",
    "Use party_workflow.policies.accounts.donations, which withholds small groups.",
)

# --- sums ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sum:
    """What entries come to: how many stand, their sum, the events counted, and those left out.

    Where fewer people gave than the account's threshold, `count` and `amount` are None and no event is
    named.  `amount` alone is None where the entries leave it without a bound on either side: at least ten
    in, at least three out.  `scale` says how many places of it are minor units.  `left_out` are the reversed
    ones: their event, and that of the reversal.
    """

    account: str
    count: int | None
    amount: Quantity | None
    scale: int
    events: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def bound(self) -> BoundKind:
        """Whether the amount is exact, or at least, at most, or between what is shown."""
        return bound_of(self.amount)

    @property
    def text(self) -> str:
        """The amount in the account's unit: ``85955.00 yuan``, ``>= 10 times``."""
        if self.count is None:
            return "withheld"
        return "unbounded" if self.amount is None else in_major(self.amount, self.scale)


def opened(history: History, stream: str) -> Ledger:
    """The state of a ledger.  Raises `InvalidInput` where there is none in view."""
    state = history.state(ledger.DECIDER, stream)
    if state.definition is None:
        raise InvalidInput(
            Fault(stream, "There is no such ledger as of then.", "Check the id and the moment.")
        )
    return state


def account_of(state: Ledger, code: str) -> Account:
    """An account of a ledger.  Raises `InvalidInput` for one that it has not."""
    account = state.account(code)
    if account is None:
        raise InvalidInput(Fault(code, f"{state.stream} has no such account.", "Check the code."))
    return account


def _sum(account: Account, entries: Iterable[Entry]) -> Sum:
    found = list(entries)
    standing = [item for item in found if item.reversed_by is None]
    if account.threshold and len(donors_of(standing)) < account.threshold:
        return Sum(account.code, None, None, account.scale, ())
    bounds = Bounds(Fraction(0), Fraction(0))
    for item in standing:
        bounds = bounds + item.signed
    unbounded = bounds.lower is None and bounds.upper is None
    return Sum(
        account=account.code,
        count=len(standing),
        amount=None if unbounded else Quantity.from_bounds(bounds, account.unit),
        scale=account.scale,
        events=tuple(item.event_id for item in standing),
        left_out=tuple((item.event_id, item.reversed_by) for item in found if item.reversed_by is not None),
    )


def entries_of(state: Ledger, account: str) -> list[Entry]:
    """The entries of an account, reversed ones among them, in the order recorded."""
    return [item for item in state.entries.values() if item.account == account]


def donors_of(entries: Iterable[Entry]) -> dict[str, Bounds]:
    """What each person has given to an account who has given more than was given back."""
    given: dict[str, Bounds] = {}
    for item in entries:
        if item.booked is not None and item.booked.person is not None and item.reversed_by is None:
            before = given.get(item.booked.person, Bounds(Fraction(0), Fraction(0)))
            given[item.booked.person] = before + item.signed
    return {person: amount for person, amount in given.items() if amount.upper is None or amount.upper > 0}


def total(history: History, stream: str, account: str) -> Sum:
    """What an account comes to: in less out, of the entries that stand."""
    state = opened(history, stream)
    return _sum(account_of(state, account), entries_of(state, account))


def totals(history: History, stream: str) -> dict[str, Sum]:
    """Every account of a ledger, by code: the counters of a campaign.  (R-183)"""
    state = opened(history, stream)
    accounts = () if state.definition is None else state.definition.accounts
    return {item.code: _sum(item, entries_of(state, item.code)) for item in accounts}


def breakdown(history: History, stream: str, account: str, by: str) -> dict[str, Sum]:
    """An account by ``source``, ``to_unit``, ``activity`` or ``person``; entries without one are under ``-``.

    Refused (`NO_PERSONS`, `NO_GROUPS`) for an account with a threshold: a list of people by what they gave is
    a ranking of them, whatever its order (R-184).
    """
    state = opened(history, stream)
    found = account_of(state, account)
    if found.threshold:
        if by == "person":
            raise Refused(NO_PERSONS(account=account))
        raise Refused(NO_GROUPS(account=account, threshold=found.threshold))
    if by not in ("source", "to_unit", "activity", "person"):
        raise InvalidInput(Fault("by", "Entries are not told apart by that.", "source, to_unit, activity."))
    groups: dict[str, list[Entry]] = {}
    for item in entries_of(state, account):
        key = None if item.booked is None else getattr(item.booked, by)
        groups.setdefault("-" if key is None else key, []).append(item)
    return {key: _sum(found, groups[key]) for key in sorted(groups)}


@dataclass(frozen=True, slots=True)
class Distribution:
    """What came in, what went out to which unit, and what is left: ``received - issued``.  (R-187)"""

    received: Sum
    issued: Sum
    left: Sum
    by_unit: tuple[tuple[str, Sum], ...]


def distribution(history: History, stream: str, account: str) -> Distribution:
    """How a stock was distributed, unit by unit; amounts issued are shown without sign."""
    state = opened(history, stream)
    found = account_of(state, account)
    if found.threshold:
        raise Refused(NO_GROUPS(account=account, threshold=found.threshold))
    entries = entries_of(state, account)
    out = [_positive(item) for item in entries if item.way == "out"]
    units: dict[str, list[Entry]] = {}
    for item in out:
        unit = item.booked.to_unit if item.booked is not None else None
        units.setdefault(unit or "-", []).append(item)
    return Distribution(
        received=_sum(found, [item for item in entries if item.way == "in"]),
        issued=_sum(found, out),
        left=_sum(found, entries),
        by_unit=tuple((unit, _sum(found, units[unit])) for unit in sorted(units)),
    )


def _positive(item: Entry) -> Entry:
    return Entry(
        item.event_id,
        item.since,
        item.account,
        item.booked,
        item.amount,
        "in",
        item.day,
        item.reversed_by,
        item.reversed_at,
    )


# --- funding ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Funding:
    """Money of one source, in minor units.  `gap` is what is planned and not secured, never below 0;
    `beyond` what is secured beyond the plan, on `grounds`; `unspent` what is secured and not spent.  (R-186)
    """

    source: str
    planned: int
    secured: int
    spent: int
    grounds: tuple[str, ...]
    events: tuple[str, ...]

    @property
    def gap(self) -> int:
        """What is planned and not secured."""
        return max(self.planned - self.secured, 0)

    @property
    def beyond(self) -> int:
        """What is secured beyond the plan."""
        return max(self.secured - self.planned, 0)

    @property
    def unspent(self) -> int:
        """What is secured and not spent."""
        return self.secured - self.spent


def funding(history: History, stream: str, account: str) -> tuple[Funding, ...]:
    """Planned, secured and spent of every source, by source."""
    state = opened(history, stream)
    if not account_of(state, account).staged:
        raise InvalidInput(Fault(account, "This account has no stages.", "Ask for its total."))
    sources: dict[str, list[Entry]] = {}
    for item in entries_of(state, account):
        if item.booked is not None and item.booked.source is not None and item.reversed_by is None:
            sources.setdefault(item.booked.source, []).append(item)
    return tuple(_funding(source, sources[source]) for source in sorted(sources))


def _funding(source: str, entries: list[Entry]) -> Funding:
    sums = {"planned": Fraction(0), "secured": Fraction(0), "spent": Fraction(0)}
    grounds = set()
    for item in entries:
        assert item.booked is not None
        if item.booked.stage is not None and item.booked.amount.value is not None:
            sums[item.booked.stage] += item.booked.amount.value
        if item.booked.beyond is not None:
            grounds.add(item.booked.beyond)
    events = tuple(item.event_id for item in entries)
    planned, secured, spent = (int(sums[stage]) for stage in ("planned", "secured", "spent"))
    return Funding(source, planned, secured, spent, tuple(sorted(grounds)), events)


# --- reports of days -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many reported on a day, of how many expected, with the event that says so."""

    day: date
    count: int
    expected: int | None
    event: str


def days(history: History, stream: str, account: str) -> tuple[DayCount, ...]:
    """How many reported on each day: a count in the log outlives what is erased.  (R-082)"""
    state = opened(history, stream)
    account_of(state, account)
    standing = {item.event_id for item in entries_of(state, account) if item.reversed_by is None}
    found = []
    for recorded in history.events(ledger.DayRecorded):
        event, event_id = recorded.event, recorded.envelope.event_id
        assert isinstance(event, ledger.DayRecorded)
        if event_id in standing and recorded.envelope.stream == stream:
            found.append(DayCount(event.day, event.count, event.expected, event_id))
    return tuple(sorted(found, key=lambda item: item.day))


def due_for_erasure(history: History, stream: str, on: date) -> tuple[str, ...]:
    """The subjects under which reports are kept longer than their account says, as of a day.

    Pass each to ``Openings.erase``.  Reversed days too: what was sealed under them is as personal.
    """
    state = opened(history, stream)
    found = set()
    for recorded in history.events(ledger.DayRecorded):
        event = recorded.event
        if isinstance(event, ledger.DayRecorded) and recorded.envelope.stream == stream:
            if (on - event.day).days > account_of(state, event.account).retention_days:
                found.add(f"{stream}/{event.day.isoformat()}")
    return tuple(sorted(found))


def stock_at(history: History, stream: str, account: str, at: datetime) -> Quantity | None:
    """What an account stood at as of a moment.  Raises `InvalidInput` as `total` does."""
    state = opened(history, stream)
    return state.balance(account_of(state, account).code, at)
