"""What a ledger asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Final, assert_never

from party_workflow.canonical import day_text, time_text
from party_workflow.decider import Answer, Ask, Context, Decider
from party_workflow.domain.ledger import reasons
from party_workflow.domain.ledger.book import Account, LedgerDefinition, read_ledger
from party_workflow.domain.ledger.commands import Book, LedgerCommand, OpenLedger, RecordDay, ReverseEntry
from party_workflow.domain.ledger.events import (
    CATEGORY,
    DayRecorded,
    EntryBooked,
    EntryReversed,
    LedgerOpened,
)
from party_workflow.domain.ledger.state import Entry, Ledger, evolve
from party_workflow.errors import InvalidDefinition, Refusal
from party_workflow.quantity import Quantity, exact_text

_OneDay: Final = timedelta(days=1)

# --- asks ------------------------------------------------------------------------------------


def _asks(command: LedgerCommand) -> Sequence[Ask]:
    match command:
        case OpenLedger():
            stream = f"definition/{command.definition_code.replace('_', '-')}"
            return (
                Ask("definition.body", stream, {"digest": command.definition}),
                _unit(command.unit),
            )
        case Book():
            units = () if command.to_unit is None else (_unit(command.to_unit),)
            return (*(_work(stream) for stream in _cited(command)), *units)
        case ReverseEntry() | RecordDay():
            return ()
        case _:
            assert_never(command)


def _unit(unit: str) -> Ask:
    return Ask("organisation.unit_open", "organisation", {"unit": unit})


def _work(stream: str) -> Ask:
    return Ask(f"{stream.partition('/')[0]}.work", stream, optional=True)


def _cited(command: Book) -> tuple[str, ...]:
    return tuple(stream for stream in (command.basis_stream, command.activity) if stream is not None)


# --- decide ----------------------------------------------------------------------------------


def _decide(command: LedgerCommand, state: Ledger, context: Context) -> Answer:
    if isinstance(command, OpenLedger):
        return _open(command, state, context)
    if state.definition is None:
        return reasons.UNKNOWN(stream=command.stream)
    match command:
        case Book():
            return _book(command, state, state.definition, context)
        case ReverseEntry():
            return _reverse(command, state, context)
        case RecordDay():
            return _record_day(command, state, state.definition, context)
        case _:
            assert_never(command)


def _open(command: OpenLedger, state: Ledger, context: Context) -> Answer:
    if state.definition is not None:
        return reasons.TAKEN(stream=command.stream)
    body, unit_open = context.facts
    if body is None:
        return reasons.UNKNOWN_DEFINITION(code=command.definition_code, digest=command.definition)
    try:
        ledger = read_ledger(body)
    except InvalidDefinition as error:
        return reasons.NOT_A_LEDGER(code=command.definition_code, fault=error.faults[0].what)
    if ledger.code != command.definition_code:
        return reasons.NOT_A_LEDGER(code=command.definition_code, fault=f"it describes {ledger.code}.")
    if not unit_open:
        return reasons.UNKNOWN_UNIT(unit=command.unit)
    return [
        LedgerOpened(
            unit=command.unit,
            code=ledger.code,
            version=ledger.version,
            definition=command.definition,
            body=ledger.data(),
            serves=tuple(sorted(set(command.serves), key=lambda item: (item.campaign, item.task))),
        )
    ]


# --- booking ---------------------------------------------------------------------------------


def _account(code: str, ledger: LedgerDefinition, *, sealed: bool) -> Account | Refusal:
    account = ledger.account(code)
    if account is None or account.sealed is not sealed:
        known = ", ".join(item.code for item in ledger.accounts if item.sealed is sealed) or "none"
        return reasons.UNKNOWN_ACCOUNT(account=code, known=known)
    return account


def _book(command: Book, state: Ledger, ledger: LedgerDefinition, context: Context) -> Answer:
    account = _account(command.account, ledger, sealed=False)
    if isinstance(account, Refusal):
        return account
    if refusal := _amount(command.amount, account):
        return refusal
    if refusal := _stated(command, account):
        return refusal
    works = context.facts[: len(_cited(command))]
    for stream, work in zip(_cited(command), works, strict=True):
        if work is None or not work.done:
            return reasons.NOT_DONE(cited=stream)
    if command.to_unit is not None and not context.facts[-1]:
        return reasons.UNKNOWN_UNIT(unit=command.to_unit)
    staged = command.stage is not None and command.way == "in"
    if account.staged is not staged or (command.stage is not None and not account.staged):
        return reasons.STAGE(account=account.code, stage=command.stage or "none", way=command.way)
    booked = EntryBooked(**{name: getattr(command, name) for name in EntryBooked.model_fields})
    entry = Entry("", context.effective_at, account.code, booked, booked.amount, booked.way)
    return _floors(state, account, entry, entry.since, entry.exact, command.beyond) or [booked]


def _amount(amount: Quantity, account: Account) -> Refusal | None:
    if amount.unit != account.unit:
        return reasons.WRONG_UNIT(account=account.code, unit=account.unit, given=amount.unit)
    if not amount.verifiable:
        return reasons.NOT_BOUNDED(amount=amount)
    bounds = amount.bounds
    if bounds.lower is None or bounds.lower < 0 or bounds.upper == 0:
        return reasons.NOT_POSITIVE(amount=amount)
    numbers = [end for end in (bounds.lower, bounds.upper) if end is not None]
    if account.exact and bounds.point is None:
        return reasons.NOT_EXACT(account=account.code, amount=amount)
    if account.integral and any(end.denominator != 1 for end in numbers):
        return reasons.NOT_WHOLE(account=account.code, scale=account.scale, amount=amount)
    return None


def _stated(command: Book, account: Account) -> Refusal | None:
    lacking = [need for need in account.needs if need != "basis" and getattr(command, need) is None]
    if lacking:
        return reasons.LACKING(account=account.code, lacking=", ".join(lacking))
    if "basis" in account.needs and command.basis is None and command.basis_stream is None:
        return reasons.NO_BASIS(account=account.code)
    return None


def _reverse(command: ReverseEntry, state: Ledger, context: Context) -> Answer:
    old = state.entries.get(command.entry)
    if old is None:
        return reasons.UNKNOWN_ENTRY(entry=command.entry)
    if old.reversed_by is not None:
        return reasons.REVERSED(entry=command.entry, by=old.reversed_by)
    if context.effective_at < old.since:
        return reasons.BEFORE_ENTRY(entry=command.entry, since=time_text(old.since))
    account = state.account(old.account)
    less = None if old.exact is None else -old.exact
    at = context.effective_at
    if account is not None and (refusal := _floors(state, account, old, at, less, command.beyond)):
        return refusal
    person = None if old.booked is None else old.booked.person
    return [EntryReversed(entry=old.event_id, ground=command.ground, person=person, beyond=command.beyond)]


# --- floors ----------------------------------------------------------------------------------


def _floors(
    state: Ledger, account: Account, entry: Entry, at: datetime, amount: Fraction | None, beyond: str | None
) -> Refusal | None:
    """What the account would be at every moment, now and later, with an amount of an entry more from one on.

    An amount of None is not one number, and changes no sum.
    """
    courses = state.courses if amount is None else state.stepped(entry, at, amount)
    after = replace(state, courses=courses)
    if account.floor_zero and (low := after.course(account.code).below_zero()) is not None:
        return reasons.BELOW_ZERO(account=account.code, left=exact_text(low.amount), at=time_text(low.at))
    source = None if entry.booked is None else entry.booked.source
    if not account.staged or source is None:
        return None
    if (low := after.course(account.code, source, "secured").below_zero()) is not None:
        return reasons.OVER_SECURED(source=source, over=exact_text(-low.amount), at=time_text(low.at))
    left = after.course(account.code, source, "planned")
    if beyond is None and left.total < state.course(account.code, source, "planned").total:
        # What went beyond the plan before, on a ground of its own, may stay; it may not become more.
        if (low := left.below_zero(since=at)) is not None:
            return reasons.OVER_PLAN(source=source, over=exact_text(-low.amount), at=time_text(low.at))
    return None


# --- days ------------------------------------------------------------------------------------


def _record_day(command: RecordDay, state: Ledger, ledger: LedgerDefinition, context: Context) -> Answer:
    account = _account(command.account, ledger, sealed=True)
    if isinstance(account, Refusal):
        return account
    day = day_text(command.day)
    if not command.rows:
        return reasons.NOBODY(day=day)
    people = {row.person for row in command.rows}
    if len(people) != len(command.rows):
        return reasons.TWICE(day=day)
    if (first := state.recorded(account.code, command.day)) is not None:
        return reasons.DAY_TAKEN(day=day, account=account.code, first=first.event_id)
    if command.day > (context.at + _OneDay).date():
        return reasons.NOT_YET(day=day)
    subject = f"{command.stream}/{day}"
    rows = [context.seal(row.report, subject, f"{account.code}.report") for row in command.rows]
    # In the order of the commitments, which salts make as good as drawn by lot: no order tells who.
    rows.sort(key=lambda row: row.commitment)
    return [
        DayRecorded(
            account=account.code,
            day=command.day,
            count=len(rows),
            expected=command.expected,
            rows=tuple(rows),
        )
    ]


def _closed(state: Ledger) -> Mapping[str, Refusal | None]:
    if state.definition is None:
        refusal = reasons.UNKNOWN(stream=state.stream or "of that id")
        return {kind.stored_type: refusal for kind in (Book, ReverseEntry, RecordDay)}
    return {OpenLedger.stored_type: reasons.TAKEN(stream=state.stream)}


def _answer_balance(state: Ledger, account: str, at: Any = None) -> Quantity | None:
    return state.balance(account, at)


# --- decider ---------------------------------------------------------------------------------

DECIDER: Final[Decider[Ledger]] = Decider(
    category=CATEGORY,
    events=(LedgerOpened, EntryBooked, EntryReversed, DayRecorded),
    commands=(OpenLedger, Book, ReverseEntry, RecordDay),
    initial=Ledger,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={"ledger.work": Ledger.work, "ledger.balance": _answer_balance},
    closed=_closed,
    yields={
        OpenLedger.stored_type: (LedgerOpened,),
        Book.stored_type: (EntryBooked,),
        ReverseEntry.stored_type: (EntryReversed,),
        RecordDay.stored_type: (DayRecorded,),
    },
    reasons=reasons.REASONS,
)
