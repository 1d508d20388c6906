"""Ledgers: R-082, R-117, R-183, R-184, R-186, R-187."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import START, World, duties

from party_workflow.authority import NO_DUTY, OWN_CASE, AdoptRoles, GrantRole
from party_workflow.canonical import digest
from party_workflow.codec import Command, kinds_of_strings
from party_workflow.domain import activity, definition, ledger
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.ledger import (
    DECIDER,
    Account,
    Book,
    Course,
    Entry,
    Ledger,
    LedgerDefinition,
    Line,
    OpenLedger,
    RecordDay,
    Reported,
    ReverseEntry,
    reasons,
    running,
)
from party_workflow.errors import InvalidDefinition, Reason
from party_workflow.personal import Personal, Withheld
from party_workflow.quantity import Quantity
from party_workflow.store import Actor

DAY = timedelta(days=1)
STREAM = "ledger/relief"
DIGEST = "ab" * 32
BOOK = LedgerDefinition(
    code="relief",
    version=1,
    accounts=(
        Account(code="masks", unit="masks", floor_zero=True, needs=("to_unit",)),
        Account(code="inspections", unit="times"),
        Account(code="roads", unit="km"),
        Account(code="allowances", unit="yuan", scale=2, needs=("person", "basis")),
        Account(code="old_allowances", unit="yuan", scale=2, needs=("person",)),
        Account(code="donations", unit="yuan", scale=2, needs=("person", "voluntary"), threshold=3),
        Account(code="works", unit="yuan", scale=2, needs=("source",), staged=True),
        Account(code="lessons", unit="lessons", needs=("activity",)),
    ),
)
DAILY = LedgerDefinition(
    code="daily",
    version=1,
    accounts=(Account(code="sign_ins", unit="people", sealed=True, retention_days=30),),
)
REPORTS = "ledger/reports"
VALIDATORS: dict[str, Any] = {"ledger": LedgerDefinition.model_validate, "other": dict}
OPEN = OpenLedger(key="relief", unit="u-bureau", definition_code="relief", definition=BOOK.digest)


def adopted(members: int = 5) -> World:
    world = World(DECIDER, activity.DECIDER, definition.decider(VALIDATORS), members=members)
    world.do(AdoptDefinition(code="relief", kind="ledger", version=1, body=BOOK.data()))
    return world


def opened(members: int = 5) -> World:
    world = adopted(members)
    world.do(OPEN)
    world.do(AdoptDefinition(code="daily", kind="ledger", version=1, body=DAILY.data()))
    world.do(OpenLedger(key="reports", unit="u-bureau", definition_code="daily", definition=DAILY.digest))
    world.later(days=10)
    return world


def book(account: str, amount: int | str, way: str = "in", **more: Any) -> Book:
    """An amount as a number, or as a text such as ``>= 10``; in the account's unit."""
    unit = next(item.unit for item in BOOK.accounts if item.code == account)
    quantity = Quantity.parse(f"{amount} {unit}")
    return Book.model_validate({"key": "relief", "account": account, "way": way, "amount": quantity, **more})


def masks(amount: int, way: str = "in") -> Book:
    return book("masks", amount, way, to_unit="u-branch")


def undo(entry: str, **more: Any) -> ReverseEntry:
    return ReverseEntry(key="relief", entry=entry, ground="mistaken", **more)


def do(world: World, command: Command, by: Actor | None = None, at: datetime | None = None) -> str:
    """Executes it as p-3 where nobody is named; the id of its event."""
    receipt = world.do(command, by=by or world.act(3), effective_at=at)
    return list(world.workflow.history.up_to(receipt.last_position).records())[-1].envelope.event_id


def refused(world: World, command: Command, reason: Reason, by: Actor | None = None, at: Any = None) -> None:
    refusal = attempt(world, command, by=by or world.act(3), effective_at=at)
    assert refusal is not None, "it was carried out"
    assert refusal.code == reason.code, refusal


def balance(world: World, account: str, at: datetime | None = None) -> str:
    stream = REPORTS if account == "sign_ins" else STREAM
    return str(world.workflow.state(stream).balance(account, at))


# --- laws ------------------------------------------------------------------------------------

COMMANDS = st.one_of(
    st.builds(masks, st.integers(0, 9), st.sampled_from(["in", "out"])),
    st.builds(
        lambda amount, stage, source, beyond: book(
            "works", amount, source=source, stage=stage, **({"beyond": "flood"} if beyond else {})
        ),
        st.integers(1, 9),
        st.sampled_from(["planned", "secured", "spent"]),
        st.sampled_from(["state", "town"]),
        st.booleans(),
    ),
    st.sampled_from([">= 10", "> 3", "4", "[2, 5]", "< 3", "~ 5"]).map(
        lambda text: book("inspections", text)
    ),
    st.integers(0, 9).map(lambda n: ("undo", n)),
)
STEPS = st.lists(st.tuples(COMMANDS, st.integers(-9, 2)), max_size=16)


def walk(world: World, steps: list[Any]) -> None:
    for command, days in steps:
        world.later(hours=1)
        if isinstance(command, tuple):
            entries = list(world.workflow.state(STREAM).entries)
            command = undo(entries[command[1]] if command[1] < len(entries) else "cd" * 16)
        attempt(world, command, by=world.act(3), effective_at=world.now + days * DAY)


@settings(max_examples=80)
@examples(STEPS)
def test_R_187_stock_is_below_zero_at_no_moment_as_known_at_any_other(steps: list[Any]) -> None:
    world = opened()
    walk(world, steps)
    replays(world, STREAM)
    history = world.workflow.history
    for record in list(history.stream(STREAM)):
        view = history.up_to(record.position)
        state = view.state(DECIDER, STREAM)
        moments = {item.envelope.effective_at for item in view.stream(STREAM)}
        for at in moments:
            stock = state.balance("masks", at)
            assert stock is not None
            assert stock.value is not None
            assert stock.value >= 0
            assert stock == view.as_of(effective=at).state(DECIDER, STREAM).balance("masks")


@settings(max_examples=60)
@examples(STEPS)
def test_R_186_no_source_spends_more_than_is_secured_at_any_moment(steps: list[Any]) -> None:
    world = opened()
    walk(world, steps)
    state: Ledger = world.workflow.state(STREAM)
    for source in ("state", "town"):
        secured = {line.at: line.amount for line in running(state.entries, "works", source, "secured")}
        spent = {line.at: line.amount for line in running(state.entries, "works", source, "spent")}
        for at in {*secured, *spent}:
            has = [amount for moment, amount in sorted(secured.items()) if moment <= at]
            gone = [amount for moment, amount in sorted(spent.items()) if moment <= at]
            assert (gone[-1] if gone else 0) <= (has[-1] if has else 0)


@settings(max_examples=60)
@examples(STEPS)
def test_the_sums_at_hand_are_those_of_all_entries_added_up_anew(steps: list[Any]) -> None:
    world = opened()
    walk(world, steps)
    state: Ledger = world.workflow.state(STREAM)
    for account in ("masks", "works", "inspections"):
        assert amounts(state.course(account)) == amounts(running(state.entries, account))
    for source in ("state", "town"):
        for stage, following in (("planned", "secured"), ("secured", "spent")):
            one = amounts(running(state.entries, "works", source, stage))
            other = amounts(running(state.entries, "works", source, following))
            left = {at: as_of(one, at) - as_of(other, at) for at in sorted({*one, *other})}
            assert amounts(state.course("works", source, stage)) == left
    assert state.standing == sum(item.reversed_by is None for item in state.entries.values())


def amounts(lines: Course | Iterable[Line]) -> dict[datetime, Fraction]:
    return {line.at: line.amount for line in (lines.lines() if isinstance(lines, Course) else lines)}


def as_of(sums: dict[datetime, Fraction], at: datetime) -> Fraction:
    return next((sums[moment] for moment in reversed(sums) if moment <= at), Fraction(0))


@settings(max_examples=30)
@examples(st.randoms(use_true_random=False), st.integers(1, 900), st.integers(1, 3))
def test_a_course_of_many_blocks_is_the_sum_at_every_moment(drawn: Random, size: int, parts: int) -> None:
    course, steps = Course(), dict[datetime, Fraction]()
    for number in range(size):
        at = START + timedelta(minutes=number if drawn.random() < 0.5 else drawn.randrange(size))
        amount = Fraction(drawn.randint(-5, 6), parts)
        course = course.put(at, amount)
        steps[at] = steps.get(at, Fraction(0)) + amount
    expected, total = {}, Fraction(0)
    for at in sorted(steps):
        total += steps[at]
        expected[at] = total
    assert amounts(course) == expected
    assert course.total == total
    for since in (None, START + timedelta(minutes=size // 2)):
        low = [at for at in expected if expected[at] < 0 and (since is None or at >= since)]
        found = course.below_zero(since)
        assert (None if found is None else found.at) == (low[0] if low else None)


def test_R_187_what_is_dated_back_is_checked_at_every_moment_of_many_entries() -> None:
    world = opened()
    for _ in range(30):
        world.later(hours=1)
        world.do(*(masks(1) for _ in range(20)), *(masks(1, "out") for _ in range(19)), by=world.act(3))
    assert balance(world, "masks") == "30 masks"
    refused(world, masks(2, "out"), reasons.BELOW_ZERO, at=world.now - timedelta(hours=29))
    do(world, masks(1, "out"), at=world.now - timedelta(hours=29))
    refused(world, masks(1, "out"), reasons.BELOW_ZERO, at=world.now - timedelta(hours=29))
    assert balance(world, "masks") == "29 masks"


@settings(max_examples=60)
@examples(STEPS, st.integers(0, 15), st.integers(9, 15))
def test_a_sum_as_of_both_clocks_is_that_of_the_entries_visible_then(
    steps: list[Any], effective: int, known: int
) -> None:
    world = opened()
    walk(world, steps)
    view = world.workflow.history.as_of(effective=START + effective * DAY, known=START + known * DAY)
    standing: dict[str, Quantity] = {}
    for record in view.stream(STREAM):
        kind = record.envelope.stored_type
        if kind == "ledger.entry_booked" and record.data["account"] == "inspections":
            standing[record.envelope.event_id] = Quantity.model_validate(record.data["amount"])
        elif kind == "ledger.entry_reversed":
            standing.pop(record.data["entry"], None)
    expected = Quantity.of("=", 0, "times")
    for amount in standing.values():
        expected = expected + amount
    state = view.state(DECIDER, STREAM)
    if state.definition is not None:
        assert state.balance("inspections") == expected


@settings(max_examples=40)
@examples(STEPS)
def test_an_entry_is_reversed_once(steps: list[Any]) -> None:
    world = opened()
    walk(world, steps)
    state: Ledger = world.workflow.state(STREAM)
    for entry in state.entries.values():
        if entry.reversed_by is not None:
            refused(world, undo(entry.event_id), reasons.REVERSED)
            refused(world, undo(entry.reversed_by), reasons.UNKNOWN_ENTRY)


# --- requirements ----------------------------------------------------------------------------


def test_R_187_what_is_not_there_is_not_issued_not_even_dated_back() -> None:
    world = opened()
    do(world, masks(10))
    world.later(days=5)
    do(world, masks(8, "out"))
    refused(world, masks(3, "out"), reasons.BELOW_ZERO)
    # Five days ago there were ten, but not enough for what was issued since.
    refused(world, masks(3, "out"), reasons.BELOW_ZERO, at=world.now - 3 * DAY)
    refused(world, masks(1, "out"), reasons.BELOW_ZERO, at=world.now - 7 * DAY)
    do(world, masks(2, "out"), at=world.now - 3 * DAY)
    assert balance(world, "masks") == "0 masks"


def test_R_187_a_delivery_is_not_reversed_when_its_goods_are_gone() -> None:
    world = opened()
    delivery = do(world, masks(10))
    issue = do(world, masks(8, "out"))
    refused(world, undo(delivery), reasons.BELOW_ZERO)
    world.later(days=1)
    do(world, undo(issue))
    refused(world, undo(delivery), reasons.BELOW_ZERO, at=world.now - timedelta(hours=1))
    do(world, undo(delivery))
    assert balance(world, "masks") == "0 masks"
    assert balance(world, "masks", world.now - timedelta(hours=1)) == "2 masks"


def test_R_187_an_issue_names_its_unit_and_is_counted_piece_by_piece() -> None:
    world = opened()
    refused(world, book("masks", 5), reasons.LACKING)
    refused(world, book("masks", 5, to_unit="u-none"), reasons.UNKNOWN_UNIT)
    refused(world, book("masks", ">= 5", to_unit="u-branch"), reasons.NOT_EXACT)
    refused(world, book("masks", "1/3", to_unit="u-branch"), reasons.NOT_WHOLE)
    do(world, masks(5))


def test_R_117_a_payment_without_a_basis_document_is_refused() -> None:
    world = opened()
    refused(world, book("allowances", 50_000, "out", person="p-2"), reasons.NO_BASIS)
    refused(
        world,
        book("allowances", 50_000, "out", person="p-2", basis_stream="definition/none"),
        reasons.NOT_DONE,
    )
    do(world, book("allowances", 50_000, "out", person="p-2", basis=DIGEST))
    do(world, book("allowances", 50_000, "out", person="p-4", basis_stream="definition/relief"))


def test_R_117_claw_back_and_re_issue_net_out_and_both_stay_visible() -> None:
    world = opened()
    old = do(world, book("old_allowances", 50_000, "out", person="p-2"))
    world.later(days=5)
    do(world, ReverseEntry(key="relief", entry=old, ground="no_document"))
    assert balance(world, "old_allowances") == "0 yuan"
    do(world, book("allowances", 50_000, "out", person="p-2", basis=DIGEST))
    assert balance(world, "allowances") == "-50000 yuan"
    kinds = [record.envelope.stored_type for record in world.workflow.history.stream(STREAM)]
    assert kinds[1:] == ["ledger.entry_booked", "ledger.entry_reversed", "ledger.entry_booked"]
    assert balance(world, "old_allowances", world.now - DAY) == "-50000 yuan"


def test_nobody_books_or_reverses_what_they_get_themselves() -> None:
    world = opened()
    payment = book("allowances", 50_000, "out", person="p-2", basis=DIGEST)
    refused(world, payment, OWN_CASE, by=world.act(2))
    entry = do(world, payment)
    refused(world, undo(entry), OWN_CASE, by=world.act(2))
    do(world, undo(entry), by=world.act(4))


def test_R_184_money_is_in_whole_minor_units_and_a_donation_says_whether_it_was_voluntary() -> None:
    world = opened()
    refused(world, book("donations", "859.5", person="p-2", voluntary=True), reasons.NOT_WHOLE)
    refused(world, book("donations", 8_595_500, person="p-2"), reasons.LACKING)
    refused(world, book("donations", 8_595_500, voluntary=True), reasons.LACKING)
    do(world, book("donations", 8_595_500, person="p-2", voluntary=True))
    assert balance(world, "donations") == "8595500 yuan"


def test_R_186_money_is_planned_then_secured_then_spent_per_source() -> None:
    world = opened()
    refused(world, book("works", 5, source="state"), reasons.STAGE)
    refused(world, book("works", 5, stage="planned"), reasons.LACKING)
    refused(world, book("works", 5, "out", source="state", stage="planned"), reasons.STAGE)
    refused(world, book("inspections", 5, stage="planned"), reasons.STAGE)
    refused(world, book("works", ">= 5", source="state", stage="planned"), reasons.NOT_EXACT)
    do(world, book("works", 100, source="state", stage="planned"))
    refused(world, book("works", 60, source="state", stage="spent"), reasons.OVER_SECURED)
    do(world, book("works", 80, source="state", stage="secured"))
    refused(world, book("works", 60, source="town", stage="spent"), reasons.OVER_SECURED)
    refused(world, book("works", 60, source="state", stage="spent"), reasons.OVER_SECURED, at=world.now - DAY)
    do(world, book("works", 60, source="state", stage="spent"))


def test_R_129_what_goes_beyond_plan_says_on_what_ground() -> None:
    world = opened()
    plan = do(world, book("works", 100, source="state", stage="planned"))
    refused(world, book("works", 101, source="state", stage="secured"), reasons.OVER_PLAN)
    do(world, book("works", 100, source="state", stage="secured"))
    refused(world, undo(plan), reasons.OVER_PLAN)
    do(world, undo(plan, beyond="plan_withdrawn"))
    do(world, book("works", 1, source="state", stage="secured", beyond="flood"))
    refused(world, book("works", 1, source="state", stage="secured"), reasons.OVER_PLAN)


def test_R_183_an_entry_may_be_as_inexact_as_what_is_known_but_never_without_a_lower_bound() -> None:
    world = opened()
    for text in (">= 10", "> 10", "[10, 19]", "12", "~ 10 +- 2"):
        do(world, book("inspections", text))
    refused(world, book("inspections", "~ 10"), reasons.NOT_BOUNDED)
    refused(world, book("inspections", "< 10"), reasons.NOT_POSITIVE)
    refused(world, book("inspections", 0), reasons.NOT_POSITIVE)
    refused(world, book("inspections", -5), reasons.NOT_POSITIVE)
    refused(world, _in_units("inspections", "5 people"), reasons.WRONG_UNIT)
    assert balance(world, "inspections") == "> 50 times"


def _in_units(account: str, text: str) -> Book:
    return Book(key="relief", account=account, amount=Quantity.parse(text))


def test_an_entry_rests_on_an_activity_that_took_place() -> None:
    world = opened()
    refused(world, book("lessons", 1, activity="activity/l-1"), reasons.NOT_DONE)
    plan = PlanActivity(key="l-1", kind="lesson", unit="u-branch", planned_at=world.now, expected=("p-2",))
    world.do(plan, by=world.act(3))
    refused(world, book("lessons", 1, activity="activity/l-1"), reasons.NOT_DONE)
    world.do(HoldActivity(key="l-1", attendance={"p-2": Attendance(status="present")}), by=world.act(3))
    do(world, book("lessons", 1, activity="activity/l-1"))


# --- days ------------------------------------------------------------------------------------


def day(number: int, people: range, text: str = "36.5, 东城区和平里") -> RecordDay:
    rows = tuple(Reported(person=f"p-{n}", report=Personal(f"p-{n}: {text}")) for n in people)
    return RecordDay(key="reports", account="sign_ins", day=date(2009, 3, number), expected=29, rows=rows)


def test_R_082_the_count_of_a_day_outlives_the_reports() -> None:
    world = opened()
    do(world, day(3, range(1, 21)))
    do(world, day(4, range(1, 26)))
    head, rows = world.workflow.history.head(), _rows(world)
    assert [len(sealed) for sealed in rows] == [20, 25]
    assert world.workflow.openings.erase(f"{REPORTS}/2009-03-03") == 20
    assert all(isinstance(world.workflow.openings.get(item), Withheld) for item in rows[0])
    assert not any(isinstance(world.workflow.openings.get(item), Withheld) for item in rows[1])
    assert world.workflow.history.head() == head
    assert balance(world, "sign_ins") == "45 people"


def _rows(world: World) -> list[Any]:
    events = [item.event for item in world.workflow.history.events(ledger.DayRecorded)]
    return [event.rows for event in events if isinstance(event, ledger.DayRecorded)]


def test_R_082_the_log_does_not_say_who_reported_nor_what() -> None:
    world = opened()
    do(world, day(3, range(10, 30)))
    record = list(world.workflow.history.stream(REPORTS))[-1]
    assert not any(f'"p-{number}"'.encode() in record.bytes for number in range(10, 30))
    assert "和平里".encode() not in record.bytes
    commitments = [item.commitment for item in _rows(world)[0]]
    assert commitments == sorted(commitments)
    # Nor does the digest of the command give it away: others on that day have the same.
    other = opened()
    do(other, day(3, range(1, 21)))
    assert list(other.workflow.history.stream(REPORTS))[-1].envelope.command_digest == (
        record.envelope.command_digest
    )


def test_R_082_a_day_is_recorded_once_with_one_report_a_person() -> None:
    world = opened()
    refused(world, day(3, range(1, 1)), reasons.NOBODY)
    twice = day(3, range(1, 3)).model_copy(update={"rows": day(3, range(1, 3)).rows * 2})
    refused(world, twice, reasons.TWICE)
    refused(world, day(25, range(1, 3)), reasons.NOT_YET)
    wrong = day(3, range(1, 3)).model_copy(update={"account": "masks"})
    refused(world, wrong, reasons.UNKNOWN_ACCOUNT)
    entry = do(world, day(3, range(1, 3)))
    refused(world, day(3, range(3, 5)), reasons.DAY_TAKEN)
    do(world, ReverseEntry(key="reports", entry=entry, ground="mistaken"))
    do(world, day(3, range(3, 5)))
    on_day = Book(key="reports", account="sign_ins", amount=Quantity.parse("5 people"))
    refused(world, on_day, reasons.UNKNOWN_ACCOUNT)
    assert balance(world, "sign_ins") == "2 people"


def test_R_082_daily_reports_have_a_stream_of_their_own_and_an_end() -> None:
    mixed = (*BOOK.accounts, *DAILY.accounts)
    with pytest.raises(InvalidDefinition, match="stream, of their own"):
        LedgerDefinition(code="mixed", version=1, accounts=mixed)
    endless = Account(code="sign_ins", unit="people", sealed=True)
    with pytest.raises(InvalidDefinition, match="kept without end"):
        LedgerDefinition(code="daily", version=1, accounts=(endless,))


@pytest.mark.parametrize("duty", ["ledger.open", "ledger.book", "ledger.reverse"])
def test_each_step_takes_its_duty(duty: str) -> None:
    world = adopted()
    others = tuple(sorted(set(duties(world.model)) - {duty}))
    steps = {"ledger.open": OPEN, "ledger.book": book("inspections", 3), "ledger.reverse": None}
    if duty != "ledger.open":
        do(world, OPEN)
    step = steps[duty] or undo(do(world, book("inspections", 3)))
    world.do(AdoptRoles(roles={"everything": tuple(duties(world.model)), "partial": others}))
    world.do(GrantRole(person="p-4", role="partial", unit="u-city"))
    refused(world, step, NO_DUTY, by=Actor("a-4", "p-4", "partial"))
    do(world, step, by=world.act(4))


# --- refusals, authority, definition ---------------------------------------------------------


def test_a_ledger_is_opened_once_under_an_adopted_definition() -> None:
    world = adopted()
    refused(world, masks(1), reasons.UNKNOWN)
    refused(world, OPEN.model_copy(update={"definition": DIGEST}), reasons.UNKNOWN_DEFINITION)
    world.do(AdoptDefinition(code="other", kind="other", version=1, body={"code": "other"}))
    body = digest({"code": "other"})
    other = OPEN.model_copy(update={"definition_code": "other", "definition": body})
    refused(world, other, reasons.NOT_A_LEDGER)
    refused(world, OPEN.model_copy(update={"unit": "u-none"}), reasons.UNKNOWN_UNIT)
    do(world, OPEN)
    refused(world, OPEN, reasons.TAKEN)
    refused(world, _in_units("nothing", "5 people"), reasons.UNKNOWN_ACCOUNT)


def test_an_entry_is_reversed_as_of_its_own_time_or_later() -> None:
    world = opened()
    entry = do(world, book("inspections", 3))
    refused(world, undo("cd" * 16), reasons.UNKNOWN_ENTRY)
    refused(world, undo(entry), reasons.BEFORE_ENTRY, at=world.now - DAY)
    do(world, undo(entry))


def test_a_definition_of_accounts_reports_all_its_faults_at_once() -> None:
    accounts = [
        {"code": "a", "unit": "yuan", "scale": 9, "threshold": 3},
        {"code": "a", "unit": "yuan", "needs": ["voluntary"]},
        {"code": "b", "unit": "yuan", "staged": True, "floor_zero": True},
        {"code": "c", "unit": "people", "sealed": True, "floor_zero": True},
        {"code": "d", "unit": "people", "retention_days": 3},
    ]
    with pytest.raises(InvalidDefinition) as found:
        LedgerDefinition.model_validate({"code": "x", "version": 1, "accounts": accounts})
    assert [fault.where for fault in found.value.faults] == [
        "accounts",
        "accounts[0].scale",
        "accounts[0].threshold",
        "accounts[1]",
        "accounts[1].threshold",
        "accounts[2].needs",
        "accounts[2].floor_zero",
        "accounts[3].retention_days",
        "accounts[3].sealed",
        "accounts[4].retention_days",
    ]
    with pytest.raises(InvalidDefinition, match="no account"):
        LedgerDefinition(code="x", version=1, accounts=())
    with pytest.raises(InvalidDefinition):
        LedgerDefinition.model_validate({"code": "x"})


def test_a_definition_of_accounts_survives_storage() -> None:
    assert LedgerDefinition.model_validate(BOOK.data()) == BOOK
    assert hash(LedgerDefinition.model_validate(BOOK.data())) == hash(BOOK)
    assert LedgerDefinition.model_validate(BOOK.data()).digest == BOOK.digest


def test_a_ledger_as_work_is_done_while_anything_stands_in_it() -> None:
    world = opened()
    assert Ledger().work() is None
    assert not world.workflow.state(STREAM).work().done
    entry = do(world, book("inspections", 3))
    do(world, book("inspections", 4))
    work = world.workflow.state(STREAM).work()
    assert (work.done, work.quantity, work.unit) == (True, 2, "u-bureau")
    do(world, undo(entry))
    assert world.workflow.state(STREAM).work().quantity == 1


def test_every_string_of_the_events_has_a_kind() -> None:
    for kind in DECIDER.events:
        assert "unmarked" not in kinds_of_strings(kind).values(), kind


def test_every_reason_stands_in_the_list_once() -> None:
    declared = {item for item in vars(reasons).values() if isinstance(item, Reason)}
    assert set(reasons.REASONS) == declared
    assert len(reasons.REASONS) == len(declared) == len({reason.code for reason in reasons.REASONS})


def test_a_running_sum_lets_a_reversed_entry_count_until_it_was_reversed() -> None:
    booked = ledger.EntryBooked(account="masks", way="in", amount=Quantity.of("=", 5, "masks"))
    entry = Entry("e", START, "masks", booked, booked.amount, "in", None, "r", START + DAY)
    assert [line.amount for line in running({"e": entry}, "masks")] == [Fraction(5), Fraction(0)]


def test_a_ledger_that_was_never_opened_has_no_accounts() -> None:
    assert Ledger().balance("masks") is None
