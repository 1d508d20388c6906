"""Points: R-083, R-085, R-086, R-087, R-077."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import START, World, duties

from party_workflow.authority import (
    CONFLICT,
    NO_DUTY,
    NOT_IN_SCOPE,
    NOT_OWN,
    OWN_CASE,
    AdoptRoles,
    DeclareConflict,
    Delegate,
    GrantRole,
    OpenAccount,
)
from party_workflow.calendar import Period
from party_workflow.canonical import canonical_bytes, digest, time_text
from party_workflow.codec import Command, kinds_of_strings
from party_workflow.domain import activity, definition, points
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import FoundUnit, RegisterPerson
from party_workflow.domain.points import (
    DECIDER,
    ApproveBonus,
    Clause,
    DecideDeduction,
    ExcludeFromPoints,
    GiveNotice,
    GrantPoints,
    ImportPoints,
    ObjectToDeduction,
    OpenPoints,
    PointsScheme,
    ProposeDeduction,
    ReverseEntry,
    points_of,
    reasons,
)
from party_workflow.errors import InvalidDefinition, Reason
from party_workflow.personal import Personal, Withheld
from party_workflow.store import Actor

DAY = timedelta(days=1)
YEAR = Period("2009")
SCHEME = PointsScheme(
    code="member_points",
    version=1,
    clauses=(
        Clause(code="meeting", amount=Decimal(2), activity=True, took_part=True),
        Clause(code="pioneer", amount=Decimal(3), at_most=Decimal(5), evidence=1),
        Clause(code="idea", amount=Decimal("1.5")),
        Clause(
            code="innovation",
            amount=Decimal(5),
            at_most=Decimal(10),
            conditions=("new_form", "works", "well_rated", "furthers_work"),
            cap=Decimal(12),
        ),
        Clause(code="absence", sign="minus", amount=Decimal(1), at_most=Decimal(3), objection_days=5),
    ),
    sources=("learning_platform",),
)
STREAM = points_of("member-points", "p-2")
DIGEST = "ab" * 32
FOUR = {
    "new_form": ("01" * 32,),
    "works": ("02" * 32,),
    "well_rated": ("03" * 32,),
    "furthers_work": (DIGEST,),
}


def adopt(scheme: PointsScheme) -> AdoptDefinition:
    return AdoptDefinition(
        code=scheme.code.replace("_", "-"), kind="points", version=scheme.version, body=scheme.data()
    )


def adopted(members: int = 8) -> World:
    """Home ``u-branch`` with members from p-1; a host branch ``u-host``, whose p-50 records there only."""
    validators = {"points": PointsScheme.model_validate}
    world = World(DECIDER, activity.DECIDER, definition.decider(validators), members=members)
    world.do(FoundUnit(unit="u-host", kind="branch", parent="u-city"))
    world.do(RegisterPerson(person="p-50", unit="u-host", categories=("member",)))
    world.do(adopt(SCHEME))
    world.do(OpenAccount(account="a-50", person="p-50"))
    world.do(GrantRole(person="p-50", role="everything", unit="u-host"))
    return world


def opened(members: int = 8) -> World:
    """The same a day later, with p-2 counting under the scheme since."""
    world = adopted(members)
    world.later(days=1)
    world.do(OpenPoints(scheme="member-points", person="p-2", unit="u-branch"))
    return world


def grant(clause: str = "idea", **more: Any) -> GrantPoints:
    told: dict[str, Any] = {
        "scheme": "member-points",
        "person": "p-2",
        "definition": SCHEME.digest,
        "clause": clause,
        "period": YEAR,
        "unit": "u-branch",
    }
    return GrantPoints(**(told | more))


def bonus(amount: int = 5, **more: Any) -> ApproveBonus:
    told = grant("innovation").model_dump() | {"amount": Decimal(amount), "conditions": FOUR} | more
    told.pop("evidence")
    return ApproveBonus(**(told | {"period": more.get("period", YEAR)}))


def deduct(amount: int | None = 1, **more: Any) -> ProposeDeduction:
    told = (
        grant("absence").model_dump()
        | {"amount": None if amount is None else Decimal(amount), "ground": "absent_thrice"}
        | more
    )
    return ProposeDeduction(**(told | {"period": more.get("period", YEAR)}))


def imported(item: str = "x-1", **more: Any) -> ImportPoints:
    told: dict[str, Any] = {
        "scheme": "member-points",
        "person": "p-2",
        "definition": SCHEME.digest,
        "source": "learning_platform",
        "item": item,
        "batch": "b-1",
        "stated_at": START,
        "amount": Decimal(36),
        "period": YEAR,
        "unit": "u-branch",
    }
    return ImportPoints(**(told | more))


def notice(world: World, number: int = 1, days: int = 5) -> GiveNotice:
    return GiveNotice(
        scheme="member-points", person="p-2", number=number, until=world.now + timedelta(days=days)
    )


def objection(number: int = 1, text: str = "王小明当天请假") -> ObjectToDeduction:
    return ObjectToDeduction(scheme="member-points", person="p-2", number=number, statement=Personal(text))


def decision(number: int = 1, *, counts: bool = True) -> DecideDeduction:
    return DecideDeduction(scheme="member-points", person="p-2", number=number, counts=counts, ground="heard")


def undo(entry: str) -> ReverseEntry:
    return ReverseEntry(scheme="member-points", person="p-2", entry=entry, ground="mistaken")


def do(world: World, command: Command, by: Actor | None = None, at: datetime | None = None) -> str:
    """Executes it as p-3 where nobody is named; the id of its event."""
    receipt = world.do(command, by=by or world.act(3), effective_at=at)
    return list(world.workflow.history.up_to(receipt.last_position).records())[-1].envelope.event_id


def refused(world: World, command: Command, reason: Reason, by: Actor | None = None, at: Any = None) -> None:
    refusal = attempt(world, command, by=by or world.act(3), effective_at=at)
    assert refusal is not None, "it was carried out"
    assert refusal.code == reason.code, refusal


def meeting(world: World, key: str, unit: str = "u-branch", present: tuple[str, ...] = ("p-2", "p-3")) -> str:
    register = {person: Attendance(status="present") for person in present}
    world.do(
        PlanActivity(key=key, kind="lesson", unit=unit, planned_at=world.now, expected=present),
        HoldActivity(key=key, attendance=register),
        by=world.act(4),
    )
    return f"activity/{key}"


def balance(world: World) -> dict[str, Fraction]:
    state: points.Points = world.workflow.state(STREAM)
    return state.balance()


# --- laws ------------------------------------------------------------------------------------

ACTORS = st.sampled_from([2, 3, 4, 5])
COMMANDS = st.one_of(
    st.sampled_from(["idea", "pioneer", "absence", "nothing"]).map(grant),
    st.integers(-1, 6).map(lambda n: grant("pioneer", amount=Decimal(n), evidence=(DIGEST,))),
    st.integers(1, 11).map(bonus),
    st.integers(1, 4).map(deduct),
    st.sampled_from(["x-1", "x-2"]).map(imported),
    st.integers(1, 3).map(lambda n: ("notice", n)),
    st.integers(1, 3).map(objection),
    st.tuples(st.integers(1, 3), st.booleans()).map(lambda t: decision(t[0], counts=t[1])),
    st.integers(0, 6).map(lambda n: ("undo", n)),
    st.just(ExcludeFromPoints(scheme="member-points", person="p-2", unit="u-branch", ground="retired")),
    st.just(OpenPoints(scheme="member-points", person="p-2", unit="u-branch")),
)
STEPS = st.lists(st.tuples(COMMANDS, ACTORS, st.integers(-2, 1), st.integers(0, 4)), max_size=14)


def walk(world: World, steps: list[Any]) -> None:
    for command, actor, days, later in steps:
        world.later(hours=1, days=later)
        if isinstance(command, tuple):
            what, number = command
            entries = list(world.workflow.state(STREAM).entries)
            chosen = entries[number] if number < len(entries) else "cd" * 16
            command = notice(world, number) if what == "notice" else undo(chosen)
        by = world.self_(2) if isinstance(command, ObjectToDeduction) else world.act(actor)
        attempt(world, command, by=by, effective_at=world.now + days * DAY)


@settings(max_examples=60)
@examples(st.booleans(), STEPS)
def test_whatever_is_asked_points_replay_and_nobody_decides_on_their_own(
    begun: bool, steps: list[Any]
) -> None:
    world = opened() if begun else adopted()
    walk(world, steps)
    replays(world, STREAM)
    for record in world.workflow.history.stream(STREAM):
        own = record.envelope.stored_type == "points.deduction_objected"
        opening = record.envelope.stored_type == "points.opened"
        assert own or opening or record.envelope.person != "p-2"


@settings(max_examples=60)
@examples(STEPS, st.integers(0, 60), st.integers(0, 60))
def test_a_balance_as_of_both_clocks_is_the_sum_of_the_entries_visible_then(
    steps: list[Any], effective: int, known: int
) -> None:
    world = opened()
    walk(world, steps)
    view = world.workflow.history.as_of(effective=START + effective * DAY, known=START + known * DAY)
    expected: dict[str, Fraction] = {}
    origins: dict[str, str] = {}
    for record in view.stream(STREAM):
        data, kind = record.data, record.envelope.stored_type.partition(".")[2]
        if kind == "deduction_decided" and not data["counts"]:
            continue
        if kind in ("granted", "bonus_approved", "imported", "deduction_decided", "entry_reversed"):
            origin = origins.get(data.get("entry", ""), data.get("source", "own"))
            origins[record.envelope.event_id] = origin
            expected[origin] = expected.get(origin, Fraction(0)) + Fraction(data["amount"])
    assert view.state(DECIDER, STREAM).balance() == expected


@settings(max_examples=60)
@examples(STEPS)
def test_an_entry_is_reversed_once_and_a_bonus_stays_under_its_cap(steps: list[Any]) -> None:
    world = opened()
    walk(world, steps)
    state: points.Points = world.workflow.state(STREAM)
    undone = [entry.reverses for entry in state.entries.values() if entry.reverses is not None]
    assert len(undone) == len(set(undone))
    assert state.given("innovation", YEAR) <= 12
    for entry in undone:
        refused(world, undo(entry), reasons.REVERSED)
    for reversal in [entry.event_id for entry in state.entries.values() if entry.reverses is not None]:
        refused(world, undo(reversal), reasons.UNKNOWN_ENTRY)


@settings(max_examples=20, deadline=None)
@examples(st.permutations(["home", "home", "host", "host"]))
def test_R_085_an_activity_counts_once_whatever_the_order_of_home_and_host(order: list[str]) -> None:
    world = opened()
    stream = meeting(world, "m-1", unit="u-city")
    first = None
    for branch in order:
        world.later(hours=1)
        host = branch == "host"
        by = world_host(world) if host else world.act(3)
        command = grant("meeting", activity=stream, unit="u-host" if host else "u-branch")
        if first is None:
            first = do(world, command, by=by)
        else:
            refusal = attempt(world, command, by=by)
            assert refusal is not None
            assert refusal.code == reasons.DOUBLE.code
            assert dict(refusal.about)["first"] == first
    assert balance(world) == {"own": Fraction(2)}


def world_host(world: World) -> Actor:
    return Actor("a-50", "p-50", "everything")


# --- requirements ----------------------------------------------------------------------------


def test_R_083_an_entry_carries_sign_clause_version_evidence_period_and_no_balance_is_stored() -> None:
    world = opened()
    do(world, grant("pioneer", amount=Decimal(4), evidence=(DIGEST,)))
    record = list(world.workflow.history.stream(STREAM))[-1]
    assert record.data == {
        "amount": "4",
        "branch": "home",
        "clause": "pioneer",
        "definition": SCHEME.digest,
        "evidence": [DIGEST],
        "period": "2009",
        "streams": [],
        "unit": "u-branch",
        "version": 1,
    }
    assert not any("balance" in name for kind in DECIDER.events for name in kind.model_fields)
    assert balance(world) == {"own": Fraction(4)}


def test_R_083_a_person_has_one_stream_under_one_scheme() -> None:
    world = opened()
    assert OpenPoints(scheme="member-points", person="p-2", unit="u-host").stream == STREAM
    refused(world, OpenPoints(scheme="member-points", person="p-2", unit="u-host"), reasons.TAKEN)
    do(world, OpenPoints(scheme="member-points", person="p-4", unit="u-branch"))


def test_R_083_whoever_is_left_out_is_so_for_a_reason_and_gets_no_points_then() -> None:
    world = opened()
    world.later(days=2)
    out = ExcludeFromPoints(scheme="member-points", person="p-2", unit="u-branch", ground="retired")
    do(world, out)
    refused(world, out, reasons.ALREADY_OUT)
    refused(world, grant(), reasons.OUTSIDE)
    do(world, grant(), at=world.now - DAY)  # what was earned before still counts
    back = OpenPoints(scheme="member-points", person="p-2", unit="u-branch")
    refused(world, back, reasons.EARLIER, at=world.now - DAY)
    do(world, back)
    do(world, grant())
    assert balance(world) == {"own": Fraction(3)}


def test_R_085_points_of_home_and_host_branch_are_both_accepted_for_different_activities() -> None:
    world = opened()
    one, two = meeting(world, "m-1"), meeting(world, "m-2", unit="u-host")
    do(world, grant("meeting", activity=one))
    do(world, grant("meeting", activity=two, unit="u-host"), by=world_host(world))
    granted = [record.data for record in world.workflow.history.stream(STREAM)][1:]
    assert [(data["unit"], data["branch"]) for data in granted] == [("u-branch", "home"), ("u-host", "host")]
    assert balance(world) == {"own": Fraction(4)}


def test_R_085_a_host_branch_grants_for_itself_only() -> None:
    world = opened()
    refused(world, grant(), NOT_IN_SCOPE, by=world_host(world))
    do(world, grant(unit="u-host"), by=world_host(world))


def test_R_085_an_activity_whose_entry_was_reversed_can_count_again() -> None:
    world = opened()
    stream = meeting(world, "m-1", unit="u-city")
    entry = do(world, grant("meeting", activity=stream))
    do(world, undo(entry))
    do(world, grant("meeting", activity=stream, unit="u-host"), by=world_host(world))
    assert balance(world) == {"own": Fraction(2)}


def test_points_for_an_activity_need_one_that_was_held_with_the_person_there() -> None:
    world = opened()
    refused(world, grant("meeting"), reasons.NO_ACTIVITY)
    refused(world, grant("meeting", activity="activity/none"), reasons.NOT_DONE)
    refused(world, grant("meeting", activity="mystery/none"), reasons.NOT_DONE)
    without = meeting(world, "m-1", present=("p-3",))
    refused(world, grant("meeting", activity=without), reasons.NOT_THERE)
    do(world, grant("meeting", activity=meeting(world, "m-2")))


@pytest.mark.parametrize("missing", sorted(FOUR))
def test_R_086_a_bonus_needs_every_condition_evidenced(missing: str) -> None:
    world = opened()
    three = {code: found for code, found in FOUR.items() if code != missing}
    refused(world, bonus(conditions=three), reasons.NOT_ALL_CONDITIONS)
    refused(world, bonus(conditions=three | {missing: ()}), reasons.NOT_ALL_CONDITIONS)
    refused(world, bonus(conditions=FOUR | {"luck": (DIGEST,)}), reasons.NO_SUCH_CONDITION)
    refused(world, grant("innovation"), reasons.UNKNOWN_CLAUSE)
    do(world, bonus())


def test_R_086_the_approver_is_not_the_beneficiary() -> None:
    world = opened()
    refused(world, bonus(), OWN_CASE, by=world.act(2))
    do(world, bonus(), by=world.act(3))


def test_R_086_a_bonus_is_capped_per_period_and_a_reversal_frees_what_it_took() -> None:
    world = opened()
    entry = do(world, bonus(10))
    refusal = attempt(world, bonus(3), by=world.act(3))
    assert refusal is not None
    assert refusal.code == reasons.OVER_CAP.code
    assert (dict(refusal.about)["had"], dict(refusal.about)["left"]) == ("10", "2")
    do(world, bonus(2))
    refused(world, bonus(1), reasons.OVER_CAP)
    do(world, undo(entry))
    do(world, bonus(10))
    world.later(days=310)  # into 2010
    do(world, bonus(10, period=Period("2010")))


def test_R_086_a_bonus_is_not_dated_into_another_period_to_get_round_the_cap() -> None:
    world = opened()
    do(world, bonus(10))
    refused(world, bonus(10, period=Period("2010")), reasons.WRONG_PERIOD)
    refused(world, bonus(1, period=Period("2009-Q1")), reasons.WRONG_PERIOD)
    ahead = world.now + 365 * DAY
    refused(world, bonus(10, period=Period("2010")), reasons.AHEAD, at=ahead)


def test_R_087_a_deduction_counts_only_after_notice_time_to_object_and_a_decision() -> None:
    world = opened()
    do(world, deduct(2))
    refused(world, decision(), reasons.NOT_NOTIFIED, by=world.act(4))
    assert balance(world) == {}
    do(world, notice(world))
    world.later(days=4)
    refused(world, decision(), reasons.TOO_EARLY, by=world.act(4))
    refused(world, decision(), reasons.TOO_EARLY, by=world.act(4), at=world.now + 9 * DAY)
    assert balance(world) == {}
    world.later(days=1)
    do(world, decision(), by=world.act(4))
    assert balance(world) == {"own": Fraction(-2)}
    last = list(world.workflow.history.stream(STREAM))[-1].data
    assert (last["ground"], last["amount"], last["proposed_by"]) == ("heard", "-2", ["p-3"])
    refused(world, decision(), reasons.UNKNOWN_DEDUCTION, by=world.act(4))


def test_R_087_a_deduction_has_a_ground_and_a_notice_long_enough() -> None:
    world = opened()
    assert ProposeDeduction.model_fields["ground"].is_required()
    refused(world, notice(world), reasons.UNKNOWN_DEDUCTION)
    do(world, deduct())
    refused(world, notice(world, days=4), reasons.TIME_TOO_SHORT)
    refused(world, notice(world, days=4), reasons.TIME_TOO_SHORT, at=world.now - 9 * DAY)
    do(world, notice(world))
    refused(world, notice(world), reasons.NOTIFIED)


def test_R_087_the_person_objects_in_time_and_nobody_else_for_them() -> None:
    world = opened()
    do(world, deduct())
    refused(world, objection(), reasons.NOT_NOTIFIED, by=world.self_(2))
    do(world, notice(world))
    refused(world, objection(), NOT_OWN, by=world.self_(4))
    do(world, objection(), by=world.self_(2))
    world.later(days=6)
    refused(world, objection(), reasons.TOO_LATE, by=world.self_(2))
    do(world, objection(), by=world.self_(2), at=world.now - 3 * DAY)  # a letter in time is in time
    do(world, decision(counts=False), by=world.act(4))
    assert balance(world) == {}
    stored = b"".join(record.bytes for record in world.workflow.history.stream(STREAM))
    assert "王小明".encode() not in stored
    sealed = world.workflow.state(STREAM).deductions[1]
    assert sealed.objected


def test_R_087_an_objection_can_be_erased() -> None:
    world = opened()
    do(world, deduct())
    do(world, notice(world))
    do(world, objection(), by=world.self_(2))
    head = world.workflow.history.head()
    assert world.workflow.openings.erase("p-2") == 1
    assert world.workflow.history.head() == head
    event = list(world.workflow.history.events(points.DeductionObjected))[-1].event
    assert isinstance(event, points.DeductionObjected)
    assert isinstance(world.workflow.openings.get(event.statement), Withheld)


def test_R_087_whoever_proposed_a_deduction_does_not_decide_on_it() -> None:
    world = opened()
    do(world, deduct(), by=world.act(3))
    do(world, notice(world))
    world.later(days=5)
    refused(world, decision(), OWN_CASE, by=world.act(3))
    refused(world, decision(), OWN_CASE, by=world.act(2))
    world.do(DeclareConflict(person="p-4", other="p-2", ground="kin"), by=world.act(5))
    refused(world, decision(), CONFLICT, by=world.act(4))
    do(world, decision(), by=world.act(5))


def test_R_087_nobody_decides_on_what_was_proposed_in_their_name() -> None:
    world = opened()
    until = world.now + 30 * DAY
    lend = Delegate(principal="p-3", delegate="p-4", role="everything", unit="u-city", until=until)
    world.do(lend, by=world.self_(3))
    do(world, deduct(), by=Actor("a-4", "p-4", "everything", delegate_of="p-3"))
    do(world, notice(world))
    world.later(days=5)
    refused(world, decision(), OWN_CASE, by=world.act(3))
    refused(world, decision(), OWN_CASE, by=world.act(4))
    do(world, decision(), by=world.act(5))


def test_R_087_whoever_proposed_one_deduction_may_decide_on_another() -> None:
    world = opened()
    do(world, deduct(), by=world.act(3))
    do(world, deduct(), by=world.act(4))
    for number in (1, 2):
        do(world, notice(world, number), by=world.act(5))
    world.later(days=5)
    do(world, decision(1), by=world.act(4))
    do(world, decision(2), by=world.act(3))


def test_R_087_two_proposals_for_one_activity_do_not_both_count() -> None:
    world = opened()
    stream = meeting(world, "m-1", present=("p-3",))
    for _ in range(2):
        do(world, deduct(activity=stream))
    for number in (1, 2):
        do(world, notice(world, number))
    world.later(days=5)
    do(world, decision(1), by=world.act(4))
    refused(world, decision(2), reasons.DOUBLE, by=world.act(4))
    do(world, decision(2, counts=False), by=world.act(4))
    assert balance(world) == {"own": Fraction(-1)}


def test_R_087_a_reversal_is_a_new_entry_that_names_the_old_one_once() -> None:
    world = opened()
    entry = do(world, grant())
    refused(world, undo("cd" * 16), reasons.UNKNOWN_ENTRY)
    refused(world, undo(entry), reasons.BEFORE_ENTRY, at=world.now - timedelta(hours=1))
    refused(world, undo(entry), OWN_CASE, by=world.act(2))
    before = balance(world)
    world.later(days=1)
    new = do(world, undo(entry))
    assert (before, balance(world)) == ({"own": Fraction("1.5")}, {"own": Fraction(0)})
    state: points.Points = world.workflow.state(STREAM)
    assert state.entries[new].reverses == entry
    assert state.entries[entry].reversed_by == new
    refused(world, undo(entry), reasons.REVERSED)
    earlier = world.workflow.history.as_of(effective=world.now - timedelta(hours=1))
    assert earlier.state(DECIDER, STREAM).balance() == {"own": Fraction("1.5")}


def test_R_077_what_a_platform_says_has_source_time_and_batch_and_stays_apart() -> None:
    world = opened()
    do(world, grant())
    do(world, imported())
    record = list(world.workflow.history.stream(STREAM))[-1].data
    assert (record["source"], record["batch"], record["item"]) == ("learning_platform", "b-1", "x-1")
    assert record["stated_at"] == time_text(START)
    assert balance(world) == {"learning_platform": Fraction(36), "own": Fraction("1.5")}


def test_R_077_an_import_counts_once_and_from_declared_sources_only() -> None:
    world = opened()
    refused(world, imported(source="rumour"), reasons.UNKNOWN_SOURCE)
    refused(world, imported(stated_at=world.now + DAY), reasons.NOT_STATED_YET)
    refused(world, imported(period=Period("2008")), reasons.WRONG_PERIOD)
    refused(world, imported(), OWN_CASE, by=world.act(2))
    entry = do(world, imported())
    refused(world, imported(batch="b-2"), reasons.DOUBLE_IMPORT)
    do(world, undo(entry))
    do(world, imported(batch="b-2", amount=Decimal(35)))
    assert balance(world) == {"learning_platform": Fraction(35)}


def test_a_source_called_own_is_no_way_into_ones_own_points() -> None:
    with pytest.raises(InvalidDefinition, match="own"):
        PointsScheme(code="x", version=1, clauses=(Clause(code="a", amount=Decimal(1)),), sources=("own",))


@pytest.mark.parametrize(
    "duty",
    ["open", "grant", "bonus", "import", "deduct", "notify", "decide", "reverse"],
)
def test_each_step_takes_its_duty_and_is_never_for_oneself(duty: str) -> None:
    world = opened()
    entry = do(world, grant())
    for _ in range(2):
        do(world, deduct())
    do(world, notice(world, 1))
    world.later(days=6)
    out = ExcludeFromPoints(scheme="member-points", person="p-2", unit="u-branch", ground="retired")
    step: Command = {
        "open": out,
        "grant": grant(),
        "bonus": bonus(),
        "import": imported(),
        "deduct": deduct(),
        "notify": notice(world, 2),
        "decide": decision(1),
        "reverse": undo(entry),
    }[duty]
    others = tuple(sorted(set(duties(world.model)) - {f"points.{duty}"}))
    world.do(AdoptRoles(roles={"everything": tuple(duties(world.model)), "partial": others}))
    world.do(GrantRole(person="p-4", role="partial", unit="u-city"))
    refused(world, step, NO_DUTY, by=Actor("a-4", "p-4", "partial"))
    refused(world, step, OWN_CASE, by=world.act(2))
    do(world, step, by=world.act(4))


def test_R_083_nobody_takes_themselves_back_into_a_scheme_that_they_were_put_out_of() -> None:
    world = opened()
    out = ExcludeFromPoints(scheme="member-points", person="p-2", unit="u-branch", ground="retired")
    do(world, out, by=world.act(3))
    again = OpenPoints(scheme="member-points", person="p-2", unit="u-branch")
    refused(world, again, OWN_CASE, by=world.act(2))
    lend = Delegate(
        principal="p-2", delegate="p-4", role="everything", unit="u-city", until=world.now + 9 * DAY
    )
    world.do(lend, by=world.self_(2))
    refused(world, again, OWN_CASE, by=Actor("a-4", "p-4", "everything", delegate_of="p-2"))
    do(world, again, by=world.act(3))


# --- refusals, authority, definition ---------------------------------------------------------


def test_an_entry_is_refused_for_each_reason_that_it_can_have() -> None:
    world = adopted()
    refused(world, grant(), reasons.UNKNOWN)
    refused(world, OpenPoints(scheme="member-points", person="p-2", unit="u-none"), reasons.UNKNOWN_UNIT)
    refused(world, OpenPoints(scheme="member-points", person="p-99", unit="u-branch"), reasons.UNKNOWN_PERSON)
    world.later(days=1)
    do(world, OpenPoints(scheme="member-points", person="p-2", unit="u-branch"))
    refused(world, grant(unit="u-none"), reasons.UNKNOWN_UNIT)
    refused(world, grant(), reasons.OUTSIDE, at=world.now - DAY)
    refused(world, grant(definition=DIGEST), reasons.UNKNOWN_SCHEME)
    refused(world, grant("nothing"), reasons.UNKNOWN_CLAUSE)
    refused(world, grant("absence"), reasons.UNKNOWN_CLAUSE)
    refused(world, grant("idea", amount=Decimal(2)), reasons.WRONG_AMOUNT)
    refused(world, grant("idea", amount=Decimal(0)), reasons.WRONG_AMOUNT)
    refused(world, grant("pioneer"), reasons.NO_EVIDENCE)
    refused(world, grant(), OWN_CASE, by=world.act(2))
    do(world, grant("pioneer", evidence=(DIGEST,)))
    do(world, grant())


def test_a_scheme_of_another_code_is_not_this_one() -> None:
    world = opened()
    other = SCHEME.model_copy(update={"code": "other"})
    world.do(adopt(other))
    world.do(AdoptDefinition(code="shapeless", kind="points", version=1, body=_without_code()))
    refused(world, grant(scheme="other", definition=other.digest), reasons.UNKNOWN)
    for scheme in ("other", "shapeless"):
        do(world, OpenPoints(scheme=scheme, person="p-2", unit="u-branch"))
    do(world, grant(scheme="other", definition=other.digest))
    digest = SCHEME.model_copy(update={"code": "shapeless"}).digest
    do(world, grant(scheme="shapeless", definition=digest))


def _without_code() -> dict[str, Any]:
    return SCHEME.model_copy(update={"code": "shapeless"}).data()


def test_a_definition_that_is_no_points_scheme_grants_nothing() -> None:
    kinds: dict[str, Any] = {"points": PointsScheme.model_validate, "other": dict}
    world = World(DECIDER, definition.decider(kinds), members=4)
    world.do(AdoptDefinition(code="member-points", kind="other", version=1, body={"code": "member_points"}))
    world.do(OpenPoints(scheme="member-points", person="p-2", unit="u-branch"))
    refused(world, grant(definition=digest({"code": "member_points"})), reasons.NOT_A_SCHEME)


def test_a_scheme_reports_all_its_faults_at_once() -> None:
    clause = {"code": "a", "amount": "0", "at_most": "-1", "took_part": True, "cap": "0", "cap_per": "month"}
    minus = {"code": "a", "sign": "minus", "amount": "1", "conditions": ["x"]}
    with pytest.raises(InvalidDefinition) as found:
        PointsScheme.model_validate({"code": "x", "version": 1, "clauses": [clause, minus]})
    places = [fault.where for fault in found.value.faults]
    assert places == [
        "clauses[0].amount",
        "clauses[0].at_most",
        "clauses[0].took_part",
        "clauses[0].cap",
        "clauses[0].cap_per",
        "clauses[1]",
        "clauses[1].objection_days",
        "clauses[1].conditions",
        "clauses[1].cap",
    ]
    plus = Clause(code="a", amount=Decimal(1), objection_days=3)
    with pytest.raises(InvalidDefinition, match="objection_days"):
        PointsScheme(code="x", version=1, clauses=(plus,))
    with pytest.raises(InvalidDefinition, match="no clause"):
        PointsScheme(code="x", version=1, clauses=())
    with pytest.raises(InvalidDefinition):
        PointsScheme.model_validate({"code": "x"})


def test_a_scheme_survives_storage() -> None:
    body = SCHEME.data()
    assert PointsScheme.model_validate(body) == SCHEME
    assert PointsScheme.model_validate(body).digest == SCHEME.digest
    assert canonical_bytes(body)
    assert hash(SCHEME) == hash(PointsScheme.model_validate(body))


def test_amounts_are_exact_beyond_what_a_decimal_context_keeps() -> None:
    amount = Decimal("1234567890123456789012345678901234.5")
    large = PointsScheme(
        code="member_points",
        version=2,
        clauses=(Clause(code="absence", sign="minus", amount=amount, objection_days=1),),
    )
    world = opened()
    world.do(adopt(large))
    do(world, deduct(definition=large.digest, amount=None))
    proposed = list(world.workflow.history.stream(STREAM))[-1].data
    assert proposed["amount"] == f"-{amount}"


def test_points_as_work_concern_the_person_and_count_while_they_do() -> None:
    world = opened()
    assert points.Points().work() is None
    work = world.workflow.state(STREAM).work()
    assert (work.done, work.people, work.state) == (True, frozenset({"p-2"}), "counting")


def test_every_string_of_the_events_has_a_kind() -> None:
    for kind in DECIDER.events:
        assert "unmarked" not in kinds_of_strings(kind).values(), kind


def test_every_reason_stands_in_the_list_once() -> None:
    declared = {item for item in vars(reasons).values() if isinstance(item, Reason)}
    assert set(reasons.REASONS) == declared
    assert len(reasons.REASONS) == len(declared) == len({reason.code for reason in reasons.REASONS})


def test_a_period_that_ends_today_in_another_zone_is_still_its_own() -> None:
    world = opened()
    scheme = SCHEME.model_copy(update={"version": 2, "period": "day"})
    world.do(adopt(scheme))
    today = world.now.date()
    for days in (-1, 0, 1):
        label = (today + timedelta(days=days)).isoformat()
        do(world, grant(definition=scheme.digest, period=Period(label)))
    label = date(today.year, today.month, today.day - 2).isoformat()
    refused(world, grant(definition=scheme.digest, period=Period(label)), reasons.WRONG_PERIOD)
