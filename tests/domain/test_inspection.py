"""Inspections: laws over any sequence of commands, behaviour by requirement, every refusal and every bar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.inspecting import CASES, ITEMS, MOVES, OPEN, Q1, SALT, SURPRISE, X1, Inspecting, kind
from tests.support.laws import attempt, replays

from party_workflow.authority import DeclareConflict, Delegate, OpenAccount, forbidden
from party_workflow.codec import Command
from party_workflow.domain.case import CloseCase, WithdrawCase
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.inspection import (
    DECIDER,
    REASONS,
    CancelInspection,
    CarryOut,
    CloseInspection,
    CorrectResult,
    ExcuseSignature,
    InspectionCarriedOut,
    InspectionClosed,
    InspectionKind,
    InspectionPlanned,
    InspectionSealed,
    InspectionUnsealed,
    LinkSlip,
    NoteFinding,
    Outcome,
    Plan,
    PlanInspection,
    ReportSigned,
    Result,
    SealInspection,
    SignReport,
    Stratum,
    draw,
    sealed_plan,
)
from party_workflow.domain.organisation import CloseUnit, MovePerson
from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.personal import Personal
from party_workflow.policies.audits import possible
from party_workflow.store import Actor, Append, Draft
from party_workflow.testing import scenario

HEAD = "ab" * 32


def every_moves_check(world: Inspecting) -> list[str]:
    (moves,) = (check for check in possible.checks(world.model) if check.code == "moves")
    return [str(found) for found in moves.look(world.workflow.history)]


def beneath(world: Inspecting, number: int, command: str, stream: str, event: Any) -> list[str]:
    """Append an event under the API, and what the audit of its possibility says."""
    actor = world.act(number)
    drafts = (Draft(stream, event, world.now),)
    command_id = f"beneath-{sum(1 for _ in world.store.read())}"
    world.store.append(Append("bureau", command_id, command, "0" * 64, actor, world.now, drafts, {}))
    return every_moves_check(world)


def through(world: Inspecting) -> Plan:
    """Planned and carried out a day later: records in the first unit are not met."""
    plan = world.plan()
    world.later(days=1)
    world.do(world.carry(plan, outcomes={(plan.units[0], "records"): "not_met"}), by=world.act(61))
    return plan


# --- laws ------------------------------------------------------------------------------------

PEOPLE = st.sampled_from([2, 30, 60, 61, 62, 63])
UNITS = st.sampled_from(["u-branch", "u-two", "u-three", "u-city"])
PLACE: dict[str, Any] = {"unit": UNITS, "item": st.sampled_from(["records", "study", "visits", "nothing"])}
KEY: dict[str, Any] = {"key": st.sampled_from([Q1, X1])}
OUTCOMES: st.SearchStrategy[Outcome] = st.sampled_from(
    ["met", "met", "not_met", "not_checked", "not_applicable"]
)
LATER: st.SearchStrategy[Command] = st.one_of(
    st.builds(
        CorrectResult,
        outcome=OUTCOMES,
        reason=st.sampled_from([None, "late"]),
        ground=st.just("seen"),
        **PLACE,
        **KEY,
    ),
    st.builds(SignReport, reserved=st.booleans(), **KEY),
    st.builds(
        ExcuseSignature, inspector=st.sampled_from(["p-61", "p-62", "p-63"]), ground=st.just("left"), **KEY
    ),
    st.builds(NoteFinding, case=st.sampled_from(["f-1", "f-2", "s-1"]), **PLACE, **KEY),
    st.builds(LinkSlip, finding=st.integers(1, 3), slip=st.sampled_from(["s-1", "s-2", "f-1"]), **KEY),
    st.builds(CloseInspection, **KEY),
    st.builds(CancelInspection, ground=st.just("storm"), **KEY),
    st.builds(CloseInspection, **KEY),
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_asked_by_whomever_replay_gives_the_same_and_nothing_closes_with_something_left_over(
    data: st.DataObject,
) -> None:
    world = Inspecting()
    plans = {Q1: world.plan(), X1: world.seal(key=X1, handlers=("p-61", "p-62"))}
    for key in (Q1, X1):
        world.open_case(f"f-{1 if key == Q1 else 2}", "finding", f"inspection/{key}")
    world.open_case("s-1", "assignment_slip", "case/f-1")
    world.open_case("s-2", "assignment_slip", "case/f-2")
    world.later(days=1)
    codes = {reason.code for reason in REASONS}
    for key, plan in plans.items():
        if not data.draw(st.booleans()):
            continue
        outcomes = {(unit, item): data.draw(OUTCOMES) for unit in plan.units for item in plan.items}
        more: dict[str, Any] = {"plan": plan, "salt": SALT} if key == X1 else {}
        carried = world.carry(plan, key=key, outcomes=outcomes, **more)
        attempt(world, carried, world.act(data.draw(PEOPLE)))
    for command in data.draw(st.lists(LATER, max_size=12)):
        number = data.draw(PEOPLE)
        by = world.self_(number) if data.draw(st.booleans()) else world.act(number)
        refusal = attempt(world, command, by)
        if refusal is not None and refusal.code.startswith("inspection."):
            assert refusal.code in codes
        world.later(hours=data.draw(st.sampled_from([0, 1])))
    for key in (Q1, X1):
        replays(world, f"inspection/{key}")
        state = world.inspection(key)
        assert (state.summary() is None) == (state.work() is None) == (state.kind is None)
        if state.state == "closed":
            assert set(state.signed) | set(state.excused) >= set(state.inspectors)
            assert state.signed
            assert not state.unnoted()
            slips = [found.slip for found in state.findings]
            assert None not in slips
            assert len(set(slips)) == len(slips)
            assert len({found.case for found in state.findings}) == len(slips)
    assert every_moves_check(world) == []


@given(st.sets(st.integers(1, 60), min_size=1), st.data())
def test_R_201_a_draw_has_its_size_and_rests_on_seed_head_and_group_alone(
    numbers: set[int], data: st.DataObject
) -> None:
    members = [f"u-{number}" for number in numbers]
    n = data.draw(st.integers(0, len(members)))
    chosen = draw(members, n, "seed", HEAD)
    assert len(set(chosen)) == n
    assert set(chosen) <= set(members)
    assert draw(data.draw(st.permutations(members)), n, "seed", HEAD) == chosen
    # One more in the population takes one place at most.
    more = draw([*members, "u-new"], n, "seed", HEAD)
    assert len(set(chosen) - set(more)) <= 1


def test_R_201_another_seed_or_head_or_group_draws_others_and_too_many_is_refused() -> None:
    members = [f"u-{number}" for number in range(60)]
    first = draw(members, 10, "seed", HEAD)
    assert first != draw(members, 10, "other", HEAD)
    assert first != draw(members, 10, "seed", "cd" * 32)
    assert first != draw(members, 10, "seed", HEAD, "ends")
    # Worked out with another program (sha256sum over the canonical bytes): these lots are for ever.
    assert draw(["u-a", "u-b", "u-c"], 1, "s", "0" * 64) == LOWEST
    with pytest.raises(InvalidInput):
        draw(members, 61, "seed", HEAD)
    with pytest.raises(InvalidInput):
        draw(members, -1, "seed", HEAD)


LOWEST = ("u-a",)

# --- behaviour by requirement ----------------------------------------------------------------


def test_R_119_an_inspection_is_a_sample_of_units_and_items_drawn_reproducibly() -> None:
    world = Inspecting()
    plan = world.plan()
    assert plan.population == ("u-branch", "u-three", "u-two")
    assert len(plan.units) == 2
    assert plan.units == draw(plan.population, 2, plan.seed, plan.head)
    state = world.inspection()
    assert (state.units, state.plan.items if state.plan else ()) == (plan.units, ITEMS)
    # Units that the lots did not choose are no sample.
    other = tuple(sorted({*plan.population} - {plan.units[0]}))
    forged = plan.model_copy(update={"units": other})
    assert refused_plan(world, forged) == "inspection.not_the_draw"
    seeds = (f"seed-{number}" for number in range(50))
    others = next(s for s in seeds if draw(plan.population, 2, s, plan.head) != plan.units)
    assert refused_plan(world, plan.model_copy(update={"seed": others})) == "inspection.not_the_draw"
    assert refused_plan(world, plan) == "accepted"


def refused_plan(world: Inspecting, plan: Plan, key: str = "q2", **more: Any) -> str:
    fields = {"kind": "check", "definition": OPEN.digest, "unit": "u-city", "mode": "regular"}
    refusal = attempt(world, PlanInspection(key=key, plan=plan, **{**fields, **more}), world.act(60))
    return "accepted" if refusal is None else refusal.code


def test_R_119_of_everything_drawn_it_is_said_what_was_seen_also_that_it_was_not_checked_and_why() -> None:
    world = Inspecting()
    plan = world.plan()
    world.later(days=1)
    unit = plan.units[0]
    command = world.carry(plan, outcomes={(unit, "study"): "not_checked"})
    short = command.model_copy(update={"results": command.results[:-1]})
    assert world.refused(short, by=world.act(61)).code == "inspection.incomplete"
    twice = command.model_copy(update={"results": (*command.results, command.results[0])})
    assert world.refused(twice, by=world.act(61)).code == "inspection.incomplete"
    silent = tuple(result.model_copy(update={"reason": None}) for result in command.results)
    said = world.refused(command.model_copy(update={"results": silent}), by=world.act(61))
    assert said.code == "inspection.no_reason"
    for outcome in ("met", "not_met"):
        results = tuple(r.model_copy(update={"outcome": outcome}) if r.reason else r for r in command.results)
        assert (
            world.refused(command.model_copy(update={"results": results}), by=world.act(61)).code
            == "inspection.no_reason"
        )
    elsewhere = Result(unit="u-city", item="study", outcome="met")
    more = command.model_copy(update={"results": (*command.results, elsewhere)})
    assert world.refused(more, by=world.act(61)).code == "inspection.not_drawn"
    world.do(command, by=world.act(61))
    result = world.inspection().results[unit, "study"]
    assert (result.outcome, result.reason) == ("not_checked", "no_access")


def test_R_120_an_unannounced_check_is_a_hash_first_and_its_content_later() -> None:
    world = Inspecting()
    plan = world.seal()
    (sealed,) = world.workflow.history.events(InspectionSealed)
    stored = sealed.event.data()
    assert stored["commitment"] == sealed_plan(Q1, plan, SALT)
    assert not {*plan.units, "strata", "plan", "units"} & {*map(str, stored), *map(str, stored.values())}
    # Nobody who thinks of every plan can tell which it is: without the salt the commitment says nothing.
    assert sealed_plan(Q1, plan, "00" * 32) != stored["commitment"]
    assert sealed_plan("q2", plan, SALT) != stored["commitment"]
    world.later(days=1)
    assert world.inspection().plan is None
    world.do(world.carry(plan, plan=plan, salt=SALT), by=world.act(60))
    assert world.inspection().plan == plan
    (opened,) = world.workflow.history.events(InspectionUnsealed)
    assert isinstance(opened.event, InspectionUnsealed)
    assert sealed_plan(Q1, opened.event.plan, opened.event.salt) == stored["commitment"]
    replays(world, f"inspection/{Q1}")


def test_R_120_what_is_sealed_does_not_exist_for_others_until_it_is_carried_out() -> None:
    world = Inspecting()
    plan = world.seal(handlers=("p-62",))
    world.later(days=1)
    for number, sees in ((60, True), (62, True), (61, False), (2, False)):
        assert world.workflow.sees(world.act(number), world.now, f"inspection/{Q1}") is sees
    command = world.carry(plan, plan=plan, salt=SALT)
    assert world.refused(command, by=world.act(61)).code == "inspection.unknown"
    assert world.workflow.told(world.act(61), world.now, "inspection.summary", f"inspection/{Q1}", {}) is None
    world.do(command, by=world.act(62))
    assert world.workflow.sees(world.act(61), world.now, f"inspection/{Q1}")
    assert world.workflow.sees(world.act(2), world.now, f"inspection/{Q1}")


@pytest.mark.parametrize("what", ["units", "items", "salt", "missing", "answerable"])
def test_R_120_opening_something_else_than_was_sealed_is_refused(what: str) -> None:
    world = Inspecting()
    plan = world.seal()
    world.later(days=1)
    other = {
        "units": world.sample(seed="lots-2", n=1),
        "items": plan.model_copy(update={"items": ("visits",)}),
        "answerable": plan.model_copy(update={"answerable": ("p-5",)}),
    }.get(what, plan)
    salt = {"salt": "6b" * 32}.get(what, SALT)
    more: dict[str, Any] = {} if what == "missing" else {"plan": other, "salt": salt}
    refusal = world.refused(world.carry(other, **more), by=world.act(60))
    assert refusal.code == "inspection.not_as_sealed"
    world.do(world.carry(plan, plan=plan, salt=SALT), by=world.act(60))


def test_R_120_opening_something_else_written_underneath_is_found_by_the_audit() -> None:
    world = Inspecting()
    plan = world.seal()
    world.later(days=1)
    other = world.sample(seed="lots-3", n=1)
    command = world.carry(other)
    event = InspectionUnsealed(
        state="carried_out",
        inspectors=command.inspectors,
        began=command.began,
        ended=command.ended,
        units=other.units,
        results=command.results,
        plan=other,
        salt=SALT,
    )
    said = beneath(world, 60, "inspection.carry_out", f"inspection/{Q1}", event)
    assert any("another plan than the one that was sealed" in line for line in said)
    assert any("do not give the commitment" in line for line in said)
    # The honest one passes.
    honest = Inspecting()
    plan = honest.seal()
    honest.later(days=1)
    honest.do(honest.carry(plan, plan=plan, salt=SALT), by=honest.act(60))
    assert every_moves_check(honest) == []


def test_R_120_an_unannounced_kind_is_not_planned_in_the_open_nor_the_other_way_round() -> None:
    world = Inspecting()
    code = refused_plan(world, world.sample(), kind="surprise", definition=SURPRISE.digest)
    assert code == "inspection.unannounced"
    said = SealInspection(
        key="q2", kind="check", definition=OPEN.digest, unit="u-city", mode="regular", commitment=HEAD
    )
    assert world.refused(said, by=world.act(60)).code == "inspection.announced"


def test_R_120_what_is_sealed_stands_under_a_key_that_nobody_finds_by_trying() -> None:
    world = Inspecting()
    plan = world.sample()
    fields: dict[str, Any] = {
        "kind": "surprise",
        "definition": SURPRISE.digest,
        "unit": "u-city",
        "mode": "regular",
    }
    named = SealInspection(key="check-7", commitment=sealed_plan("check-7", plan, SALT), **fields)
    assert world.refused(named, by=world.act(60)).code == "inspection.guessable_key"
    world.seal(plan=plan)


def test_R_120_a_plan_sealed_after_the_check_is_none_even_when_it_is_dated_back() -> None:
    world = Inspecting()
    plan = world.sample()
    began = world.now + timedelta(hours=1)
    world.later(days=1)
    command = SealInspection(
        key=Q1,
        kind="surprise",
        definition=SURPRISE.digest,
        unit="u-city",
        mode="regular",
        commitment=sealed_plan(Q1, plan, SALT),
    )
    world.do(command, by=world.act(60), effective_at=world.now - timedelta(days=1))
    carried = world.carry(plan, plan=plan, salt=SALT, began=began)
    assert world.refused(carried, by=world.act(60)).code == "inspection.times"
    world.later(hours=3)
    world.do(world.carry(plan, plan=plan, salt=SALT), by=world.act(60))


def test_R_111_an_inspection_closes_only_when_each_finding_has_one_slip_of_its_own() -> None:
    world = Inspecting()
    plan = through(world)
    world.sign(61, 62)
    close = CloseInspection(key=Q1)
    assert world.refused(close, by=world.act(60)).code == "inspection.unnoted"
    world.note(plan.units[0], "records", "f-1")
    world.note(plan.units[0], "records", "f-2")
    assert world.refused(close, by=world.act(60)).code == "inspection.no_slip"
    world.hand(1, "f-1", "s-1")
    said = world.refused(close, by=world.act(60))
    assert (said.code, dict(said.about)["number"]) == ("inspection.no_slip", "2")
    # The slip of one problem is not that of another, and a problem has one.
    again = LinkSlip(key=Q1, finding=2, slip="s-1")
    assert world.refused(again, by=world.act(61)).code == "inspection.not_its_slip"
    world.open_case("s-9", "assignment_slip", "case/f-1")
    second = LinkSlip(key=Q1, finding=1, slip="s-9")
    assert world.refused(second, by=world.act(61)).code == "inspection.has_slip"
    world.hand(2, "f-2", "s-2")
    world.do(close, by=world.act(60))
    state = world.inspection()
    assert state.state == "closed"
    assert [(found.case, found.slip) for found in state.findings] == [
        ("case/f-1", "case/s-1"),
        ("case/f-2", "case/s-2"),
    ]
    work = state.work()
    assert work is not None
    assert work.done
    replays(world, f"inspection/{Q1}")
    assert every_moves_check(world) == []


def test_R_111_a_slip_that_was_taken_back_hands_nothing_over_and_another_takes_its_place() -> None:
    world = Inspecting()
    plan = through(world)
    world.sign(61, 62)
    world.note(plan.units[0], "records", "f-1")
    world.hand(1, "f-1", "s-1")
    world.do(WithdrawCase(key="s-1", ground="wrong_unit"), by=world.act(63))
    assert world.refused(CloseInspection(key=Q1), by=world.act(60)).code == "inspection.no_slip"
    world.hand(1, "f-1", "s-2")
    world.do(CloseInspection(key=Q1), by=world.act(60))
    assert world.inspection().findings[0].slip == "case/s-2"
    assert every_moves_check(world) == []


def test_R_111_closing_underneath_with_a_finding_without_slip_is_found() -> None:
    world = Inspecting()
    plan = through(world)
    world.sign(61, 62)
    world.note(plan.units[0], "records", "f-1")
    event = InspectionClosed(state="closed", units=plan.units)
    said = beneath(world, 60, "inspection.close", f"inspection/{Q1}", event)
    assert any("Finding 1 was not handed over by a slip" in line for line in said)


def test_a_problem_seen_by_the_way_is_noted_too_and_one_that_contradicts_its_result_is_not() -> None:
    world = Inspecting()
    plan = through(world)
    world.open_case("f-1", "finding", f"inspection/{Q1}")
    note = NoteFinding(key=Q1, unit=plan.units[1], item="records", case="f-1")
    assert world.refused(note, by=world.act(61)).code == "inspection.contradicts"
    by_the_way = NoteFinding(key=Q1, unit=plan.units[1], item="visits", case="f-1")
    world.do(by_the_way, by=world.act(61))
    assert [found.sampled for found in world.inspection().findings] == [False]
    assert world.refused(by_the_way, by=world.act(61)).code == "inspection.noted_already"


def test_who_did_not_inspect_is_refused_also_where_authority_is_not_asked() -> None:
    world = Inspecting()
    through(world)
    past = [item for item in world.workflow.history.events() if item.envelope.stream == f"inspection/{Q1}"]
    said = scenario.given(DECIDER, *past).when(SignReport(key=Q1), by=world.self_(63))
    said.refused("inspection.not_inspector")
    assert scenario.given(DECIDER, *past).when(SignReport(key=Q1), by=world.self_(61)).events


def test_a_corrected_result_keeps_what_stood_and_has_to_be_signed_anew() -> None:
    world = Inspecting()
    plan = through(world)
    world.sign(61, 62)
    unit = plan.units[0]
    correct = CorrectResult(key=Q1, unit=unit, item="records", outcome="met", ground="found_later")
    world.do(correct, by=world.act(61))
    state = world.inspection()
    assert (state.corrected, dict(state.signed)) == (1, {})
    assert world.refused(correct, by=world.act(61)).code == "inspection.unchanged"
    assert world.refused(CloseInspection(key=Q1), by=world.act(60)).code == "inspection.unsigned"
    world.sign(61, 62)
    world.do(CloseInspection(key=Q1), by=world.act(60))


def test_a_result_on_which_a_problem_was_noted_is_not_corrected_away() -> None:
    world = Inspecting()
    plan = through(world)
    unit = plan.units[0]
    world.note(unit, "records", "f-1")
    correct = CorrectResult(key=Q1, unit=unit, item="records", outcome="met", ground="found_later")
    assert world.refused(correct, by=world.act(61)).code == "inspection.contradicts"


def test_what_has_been_carried_out_cannot_be_cancelled_and_what_was_cancelled_stays_on_record() -> None:
    world = Inspecting()
    through(world)
    cancel = CancelInspection(key=Q1, ground="storm")
    assert world.refused(cancel, by=world.act(60)).code == "lifecycle.move_closed"
    world.seal(key=X1)
    world.do(CancelInspection(key=X1, ground="storm"), by=world.act(60))
    summary = world.inspection(X1).summary()
    assert summary is not None
    assert (summary.state, summary.sealed, summary.final) == ("cancelled", True, True)
    work = world.inspection(X1).work()
    assert work is not None
    assert not work.done


def test_a_reservation_is_recorded_with_the_signature() -> None:
    world = Inspecting()
    through(world)
    world.do(
        SignReport(key=Q1, reserved=True, note=Personal("I did not see the minutes")), by=world.self_(61)
    )
    (signed,) = world.workflow.history.events(ReportSigned)
    assert isinstance(signed.event, ReportSigned)
    assert signed.event.note is not None
    assert world.workflow.reveal(signed.event.note) == "I did not see the minutes"
    assert dict(world.inspection().signed) == {"p-61": True}


# --- due process: who inspects ---------------------------------------------------------------


def test_inspectors_come_from_outside_the_units_inspected() -> None:
    world = Inspecting()
    plan = world.plan(plan=world.sample(n=3))
    world.later(days=1)
    inside = world.carry(plan, inspectors=(61, 2))
    said = world.refused(inside, by=world.act(61))
    assert (said.code, dict(said.about)["person"]) == ("inspection.inside", "p-2")
    # Nor does somebody from inside record it, in whatever role.
    assert world.refused(world.carry(plan), by=world.act(2)).code == "authority.own_unit"
    world.do(world.carry(plan), by=world.act(61))
    # Nor close it, note its problems, or put its results right.
    for command in (
        CloseInspection(key=Q1),
        CorrectResult(key=Q1, unit="u-branch", item="study", outcome="not_met", ground="x"),
    ):
        world_state = world.inspection()
        assert world_state.units
        if isinstance(command, CloseInspection):
            world.sign(61, 62)
        assert world.refused(command, by=world.act(2)).code == "authority.own_unit"


def test_the_unit_inspected_does_not_plan_its_own_inspection_nor_note_its_own_problems() -> None:
    world = Inspecting()
    plan = world.sample(n=3)
    command = PlanInspection(
        key=Q1, kind="check", definition=OPEN.digest, unit="u-city", mode="regular", plan=plan
    )
    assert world.refused(command, by=world.act(2)).code == "authority.own_unit"
    world.do(command, by=world.act(60))
    world.later(days=1)
    world.do(world.carry(plan, outcomes={("u-branch", "records"): "not_met"}), by=world.act(61))
    world.open_case("f-1", "finding", f"inspection/{Q1}")
    note = NoteFinding(key=Q1, unit="u-branch", item="records", case="f-1")
    assert world.refused(note, by=world.act(2)).code == "authority.own_unit"
    world.do(note, by=world.act(30))  # of u-two, which is another unit than the one of this problem
    world.open_case("s-1", "assignment_slip", "case/f-1")
    link = LinkSlip(key=Q1, finding=1, slip="s-1")
    assert world.refused(link, by=world.act(2)).code == "authority.own_unit"
    world.do(link, by=world.act(61))


def test_each_inspector_signs_in_their_own_right_and_nobody_for_them() -> None:
    world = Inspecting()
    through(world)
    assert world.refused(SignReport(key=Q1), by=world.act(61)).code == "authority.not_own"
    assert world.refused(SignReport(key=Q1), by=world.self_(63)).code == "authority.not_own"
    world.sign(61)
    assert world.refused(SignReport(key=Q1), by=world.self_(61)).code == "inspection.signed"
    assert world.refused(CloseInspection(key=Q1), by=world.act(60)).code == "inspection.unsigned"
    # The second account of the same person is the same person.
    world.do(OpenAccount(account="a-62b", person="p-62"))
    world.do(SignReport(key=Q1), by=Actor("a-62b", "p-62"))
    assert set(world.inspection().signed) == {"p-61", "p-62"}


def test_who_answers_for_what_is_inspected_or_has_a_conflict_with_one_neither_plans_nor_inspects() -> None:
    world = Inspecting()
    world.do(DeclareConflict(person="p-62", other="p-5", ground="married"), by=world.self_(62))
    plan = world.plan(plan=world.sample(answerable=("p-5", "p-63")))
    world.later(days=1)
    assert world.refused(world.carry(plan), by=world.act(62)).code == "authority.conflict_of_interest"
    assert world.refused(world.carry(plan), by=world.act(63)).code == "authority.own_case"
    # Nor does somebody else name them, and why is not said.
    for number in (62, 63):
        named = world.carry(plan, inspectors=(61, number))
        assert world.refused(named, by=world.act(61)).code == "authority.appointee_involved"
    world.do(world.carry(plan, inspectors=(61, 60)), by=world.act(61))


def test_who_turns_out_to_be_too_close_when_it_is_opened_cannot_sign_and_that_is_on_record() -> None:
    world = Inspecting()
    world.do(DeclareConflict(person="p-62", other="p-5", ground="married"), by=world.self_(62))
    plan = world.seal(plan=world.sample(answerable=("p-5",)))
    world.later(days=1)
    world.do(world.carry(plan, plan=plan, salt=SALT), by=world.act(60))
    assert world.refused(SignReport(key=Q1), by=world.self_(62)).code == "authority.conflict_of_interest"
    world.sign(61)
    assert world.refused(CloseInspection(key=Q1), by=world.act(60)).code == "inspection.unsigned"
    excuse = ExcuseSignature(key=Q1, inspector="p-62", ground="conflict")
    assert world.refused(excuse, by=world.act(61)).code == "authority.own_case"
    assert world.refused(excuse.model_copy(update={"inspector": "p-5"}), by=world.act(60)).code == (
        "inspection.not_inspector"
    )
    world.do(excuse, by=world.act(60))
    assert world.refused(excuse, by=world.act(60)).code == "inspection.signed"
    world.do(CloseInspection(key=Q1), by=world.act(60))
    replays(world, f"inspection/{Q1}")
    assert every_moves_check(world) == []


def test_somebody_signs_even_where_all_were_excused() -> None:
    world = Inspecting()
    plan = world.plan()
    world.later(days=1)
    world.do(world.carry(plan), by=world.act(61))
    for number in (61, 62):
        world.do(ExcuseSignature(key=Q1, inspector=f"p-{number}", ground="left"), by=world.act(60))
    assert world.refused(CloseInspection(key=Q1), by=world.act(60)).code == "inspection.unsigned"
    world.sign(62)
    world.do(CloseInspection(key=Q1), by=world.act(60))


def test_nor_do_they_through_a_delegate() -> None:
    world = Inspecting()
    plan = world.plan(plan=world.sample(n=3))
    world.later(days=1)
    until = world.now + timedelta(days=30)
    world.do(
        Delegate(principal="p-2", delegate="p-61", role="everything", unit="u-city", until=until),
        by=world.self_(2),
    )
    by = Actor("a-61", "p-61", "everything", "p-2")
    assert world.refused(world.carry(plan), by=by).code == "authority.own_unit"
    world.do(world.carry(plan), by=world.act(61))


def test_what_they_write_underneath_is_found_as_forbidden() -> None:
    world = Inspecting()
    plan = world.plan(plan=world.sample(n=3))
    world.later(days=1)
    command = world.carry(plan, inspectors=(61, 2))
    event = InspectionCarriedOut(
        state="carried_out",
        inspectors=tuple(sorted(command.inspectors)),
        began=command.began,
        ended=command.ended,
        units=plan.units,
        results=tuple(sorted(command.results, key=lambda r: (r.unit, r.item))),
    )
    said = beneath(world, 2, "inspection.carry_out", f"inspection/{Q1}", event)
    assert any("p-2 belongs to u-branch, which is inspected" in line for line in said)
    assert [item.refusal.code for item in forbidden(world.workflow.history.events())] == [
        "authority.own_unit"
    ]


def test_who_knew_what_was_sealed_does_not_belong_to_a_unit_inspected() -> None:
    world = Inspecting()
    plan = world.seal(plan=world.sample(n=3), handlers=("p-30",))
    world.later(days=1)
    said = world.refused(world.carry(plan, plan=plan, salt=SALT), by=world.act(60))
    assert (said.code, dict(said.about)["person"]) == ("inspection.leaked", "p-30")


def test_who_moved_away_the_day_before_is_still_of_the_unit_for_authority() -> None:
    world = Inspecting()
    plan = world.plan(plan=world.sample(n=3))
    world.later(days=1)
    world.do(MovePerson(person="p-2", unit="u-city"))
    world.later(days=1)
    world.do(world.carry(plan, inspectors=(61, 2)), by=world.act(61))
    assert world.refused(SignReport(key=Q1), by=world.self_(2)).code == "authority.own_unit"


@pytest.mark.parametrize(
    ("command", "duty"),
    [
        (PlanInspection, "inspection.plan"),
        (SealInspection, "inspection.plan"),
        (CarryOut, "inspection.carry_out"),
        (CorrectResult, "inspection.carry_out"),
        (NoteFinding, "inspection.note"),
        (LinkSlip, "inspection.note"),
        (CloseInspection, "inspection.close"),
        (ExcuseSignature, "inspection.close"),
        (CancelInspection, "inspection.plan"),
    ],
)
def test_every_act_but_signing_takes_its_duty(command: type[Command], duty: str) -> None:
    for event in DECIDER.yields[command.stored_type]:
        assert event.requires.duty == duty
        assert not event.requires.own
    assert ReportSigned.requires.duty is None


def test_without_a_role_nothing_is_planned() -> None:
    world = Inspecting()
    plan = world.sample()
    command = PlanInspection(
        key=Q1, kind="check", definition=OPEN.digest, unit="u-city", mode="regular", plan=plan
    )
    assert world.refused(command, by=world.self_(60)).code == "authority.duty_not_covered"
    world.do(command, by=world.act(60))


# --- every other refusal ---------------------------------------------------------------------


def test_what_is_not_planned_is_unknown_and_what_is_planned_is_taken() -> None:
    world = Inspecting()
    assert world.refused(CloseInspection(key=Q1), by=world.act(60)).code == "inspection.unknown"
    world.plan()
    assert refused_plan(world, world.sample(), key=Q1) == "inspection.taken"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kind": "nothing"}, "inspection.unknown_kind"),
        ({"definition": HEAD}, "inspection.unknown_kind"),
        ({"kind": "finding", "definition": CASES["finding"].digest}, "inspection.unknown_kind"),
        ({"unit": "u-none"}, "inspection.unknown_unit"),
        ({"mode": "secret"}, "inspection.unknown_mode"),
        ({"unit": "u-two"}, "inspection.not_below"),
    ],
)
def test_a_plan_names_a_kind_in_force_a_unit_a_mode_and_units_below(more: dict[str, Any], code: str) -> None:
    world = Inspecting()
    assert refused_plan(world, world.sample(), **more) == code
    assert refused_plan(world, world.sample()) == "accepted"


def test_a_kind_that_was_superseded_is_not_in_force() -> None:
    world = Inspecting()
    later = kind(version=2, inspectors=3)
    world.do(AdoptDefinition(code="check", kind="inspection", version=2, body=later.data()))
    assert refused_plan(world, world.sample()) == "inspection.unknown_kind"
    assert refused_plan(world, world.sample(), definition=later.digest) == "accepted"


def test_a_closed_unit_does_not_inspect() -> None:
    world = Inspecting()
    plan = world.sample()
    world.do(MovePerson(person="p-30", unit="u-three"))
    world.do(CloseUnit(unit="u-two", ground="merged"))
    assert refused_plan(world, plan, unit="u-two") == "inspection.unknown_unit"


def test_a_plan_draws_something_from_strata_that_do_not_overlap() -> None:
    world = Inspecting()
    plan = world.sample()
    whole = Stratum(code="all", units=("u-branch", "u-two"), n=2)
    none = Stratum(code="all", units=("u-branch",), n=0)
    over = Stratum(code="all", units=("u-branch",), n=2)
    twice = (whole, Stratum(code="more", units=("u-two",), n=1))
    same = (whole, Stratum(code="all", units=("u-three",), n=1))
    faulty: list[dict[str, Any]] = [
        {"strata": (none,), "units": ()},
        {"strata": (over,), "units": ("u-branch",)},
        {"strata": twice, "units": ("u-branch", "u-two")},
        {"strata": same, "units": ("u-branch", "u-three", "u-two")},
        {"items": ()},
        {"items": ("study", "study")},
    ]
    for update in faulty:
        assert refused_plan(world, plan.model_copy(update=update)) == "inspection.nothing_drawn"
    assert refused_plan(world, plan.model_copy(update={"items": ("other",)})) == "inspection.unknown_item"
    good = {"strata": (whole,), "units": ("u-branch", "u-two")}
    assert refused_plan(world, plan.model_copy(update=good)) == "accepted"


def test_people_who_are_named_stand_in_the_organisation() -> None:
    world = Inspecting()
    assert refused_plan(world, world.sample(answerable=("p-999",))) == "inspection.unknown_person"
    sealed = SealInspection(
        key=X1,
        kind="surprise",
        definition=SURPRISE.digest,
        unit="u-city",
        mode="regular",
        commitment=HEAD,
        handlers=("p-999",),
    )
    assert world.refused(sealed, by=world.act(60)).code == "inspection.unknown_person"
    plan = world.plan()
    world.later(days=1)
    stranger = world.carry(plan, inspectors=(61, 999))
    assert world.refused(stranger, by=world.act(61)).code == "inspection.unknown_person"


def test_the_kind_says_how_many_inspect_and_a_plan_made_in_the_open_is_not_opened() -> None:
    world = Inspecting()
    plan = world.plan()
    world.later(days=1)
    alone = world.carry(plan, inspectors=(61,))
    assert world.refused(alone, by=world.act(61)).code == "inspection.too_few_inspectors"
    opened = world.carry(plan, plan=plan, salt=SALT)
    assert world.refused(opened, by=world.act(61)).code == "inspection.not_sealed"


def test_an_inspection_takes_place_after_its_plan_and_before_it_is_reported() -> None:
    world = Inspecting()
    plan = world.plan()
    world.later(days=1)
    early = world.carry(plan, began=world.now - timedelta(days=2))
    ahead = world.carry(plan, ended=world.now + timedelta(hours=1))
    turned = world.carry(plan, began=world.now, ended=world.now - timedelta(hours=1))
    for command in (early, ahead, turned):
        assert world.refused(command, by=world.act(61)).code == "inspection.times"
    world.do(world.carry(plan), by=world.act(61))


def test_a_unit_that_is_gone_was_not_checked() -> None:
    world = Inspecting()
    plan = world.plan(plan=world.sample(n=3))
    world.later(days=1)
    world.do(MovePerson(person="p-30", unit="u-three"))
    world.do(CloseUnit(unit="u-two", ground="merged"))
    assert world.refused(world.carry(plan), by=world.act(61)).code == "inspection.gone"
    gone: dict[tuple[str, str], Outcome] = {("u-two", item): "not_checked" for item in ITEMS}
    world.do(world.carry(plan, outcomes=gone), by=world.act(61))


def test_a_finding_is_a_case_of_the_right_kind_whose_source_is_the_inspection() -> None:
    world = Inspecting()
    plan = through(world)
    unit = plan.units[0]
    world.open_case("f-other", "finding", "inspection/q9")
    world.open_case("f-none", "finding", None)
    world.open_case("o-1", "opinion", f"inspection/{Q1}")
    for case in ("f-other", "f-none", "o-1", "missing"):
        note = NoteFinding(key=Q1, unit=unit, item="records", case=case)
        assert world.refused(note, by=world.act(61)).code == "inspection.not_a_finding"
    world.open_case("f-1", "finding", f"inspection/{Q1}")
    note = NoteFinding(key=Q1, unit=unit, item="other", case="f-1")
    assert world.refused(note, by=world.act(61)).code == "inspection.unknown_item"
    note = NoteFinding(key=Q1, unit="u-none", item="records", case="f-1")
    assert world.refused(note, by=world.act(61)).code == "inspection.not_below"
    world.do(NoteFinding(key=Q1, unit=unit, item="records", case="f-1"), by=world.act(61))


def test_a_slip_is_a_case_of_the_right_kind_whose_source_is_the_finding() -> None:
    world = Inspecting()
    plan = through(world)
    world.note(plan.units[0], "records", "f-1")
    assert world.refused(LinkSlip(key=Q1, finding=2, slip="s-1"), by=world.act(61)).code == (
        "inspection.unknown_finding"
    )
    world.open_case("o-1", "opinion", "case/f-1")
    world.open_case("s-other", "assignment_slip", f"inspection/{Q1}")
    for slip in ("o-1", "s-other", "missing"):
        said = world.refused(LinkSlip(key=Q1, finding=1, slip=slip), by=world.act(61))
        assert said.code == "inspection.not_its_slip"
    world.hand(1, "f-1", "s-1")
    world.do(CloseCase(key="s-1"), by=world.act(63))
    world.sign(61, 62)
    world.do(CloseInspection(key=Q1), by=world.act(60))


def test_correcting_names_something_that_was_drawn() -> None:
    world = Inspecting()
    through(world)
    correct = CorrectResult(key=Q1, unit="u-city", item="records", outcome="met", ground="seen")
    assert world.refused(correct, by=world.act(61)).code == "inspection.not_drawn"
    unit = world.inspection().units[0]
    silent = CorrectResult(key=Q1, unit=unit, item="records", outcome="not_checked", ground="seen")
    assert world.refused(silent, by=world.act(61)).code == "inspection.no_reason"


# --- kinds -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"items": []}, "items"),
        ({"modes": []}, "modes"),
        ({"items": ["study", "study"]}, "items"),
        ({"findings": []}, "findings"),
    ],
)
def test_a_kind_with_a_faulty_list_is_refused_with_its_place(more: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidDefinition) as raised:
        kind(**more)
    assert place in {fault.where for fault in raised.value.faults}


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        ({"cancel": "planned, carried_out -> cancelled"}, "does not lead from the first state alone"),
        ({"slip": None}, "lacks slip"),
        ({"close": "carried_out -> carried_out"}, "not final"),
        (
            {"enter_problem": ["carried_out -> carried_out", "planned -> planned"]},
            "before anything was carried out",
        ),
        ({"praise": "carried_out -> carried_out"}, "makes the move praise"),
    ],
)
def test_a_kind_cannot_let_what_was_found_be_made_away_with(moves: dict[str, Any], words: str) -> None:
    merged = {code: lines for code, lines in {**MOVES, **moves}.items() if lines is not None}
    lifecycle = {"code": "check", "version": 1, "initial": "planned", "final": ["closed", "cancelled"]}
    with pytest.raises(InvalidDefinition) as raised:
        kind(lifecycle={**lifecycle, "moves": merged})
    assert any(words in fault.what for fault in raised.value.faults)


def test_a_kind_reads_back_from_its_data_with_the_same_digest() -> None:
    assert InspectionKind.model_validate(OPEN.data()) == OPEN
    assert OPEN.digest != SURPRISE.digest


def test_facts_say_what_stands_and_nothing_before_there_is_anything() -> None:
    world = Inspecting()
    assert world.inspection().work() is None
    plan = through(world)
    world.note(plan.units[0], "records", "f-1")
    told = world.workflow.told(world.act(60), world.now, "inspection.summary", f"inspection/{Q1}", {})
    assert (told.kind, told.mode, told.state, told.units) == ("check", "regular", "carried_out", plan.units)
    assert [found.case for found in told.findings] == ["case/f-1"]
    planned = [item.event for item in world.workflow.history.events(InspectionPlanned)]
    assert isinstance(planned[0], InspectionPlanned)
    assert planned[0].plan == plan
