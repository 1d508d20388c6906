"""What is written underneath in streams of points, ledgers, plans, schedules and others is found."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.domain.test_ledger import book
from tests.domain.test_ledger import opened as ledger_opened
from tests.domain.test_points import FOUR, SCHEME, STREAM, YEAR
from tests.domain.test_points import opened as points_opened
from tests.support.pack import PackWorld
from tests.support.plans import Office
from tests.support.world import START, World

from party_workflow.authority import forbidden
from party_workflow.calendar import Period
from party_workflow.codec import Event
from party_workflow.domain import activity, criticism, exchange, ledger, plan, points, procedure, schedule
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.policies.audits import possible
from party_workflow.quantity import Quantity
from party_workflow.store import Append, Draft


def beneath(world: World, number: int, command: str, stream: str, event: Event) -> list[str]:
    """Append an event under the API, and what the audit of its possibility says of it."""
    drafts = (Draft(stream, event, world.now),)
    actor = world.act(number)
    command_id = f"beneath-{sum(1 for _ in world.store.read())}"
    world.store.append(Append("bureau", command_id, command, "0" * 64, actor, world.now, drafts, {}))
    (moves,) = (check for check in possible.checks(world.model) if check.code == "moves")
    return [str(found) for found in moves.look(world.workflow.history)]


def granted(**but: Any) -> points.PointsGranted:
    said: dict[str, Any] = {
        "definition": SCHEME.digest,
        "version": 1,
        "clause": "idea",
        "amount": Decimal("1.5"),
        "period": YEAR,
        "unit": "u-branch",
        "branch": "home",
    }
    return points.PointsGranted(**(said | but))


def bonus(amount: int) -> points.BonusApproved:
    said = granted().model_dump(mode="python", exclude={"evidence", "clause", "amount", "period"})
    return points.BonusApproved(
        **said,
        clause="innovation",
        amount=Decimal(amount),
        period=YEAR,
        conditions=dict(sorted(FOUR.items())),
    )


def decided(**but: Any) -> points.DeductionDecided:
    said: dict[str, Any] = {
        "number": 1,
        "proposed_by": (),
        "counts": True,
        "ground": "absent",
        "definition": SCHEME.digest,
        "version": 1,
        "clause": "absence",
        "amount": Decimal(-3),
        "period": YEAR,
        "unit": "u-branch",
    }
    return points.DeductionDecided(**(said | but))


def test_points_that_a_scheme_does_not_give_are_found_and_those_that_it_gives_are_not() -> None:
    assert beneath(points_opened(), 3, "points.grant", STREAM, granted()) == []
    assert beneath(points_opened(), 3, "points.approve_bonus", STREAM, bonus(10)) == []
    for command, event in (
        ("points.grant", granted(amount=Decimal(100))),
        ("points.grant", granted(branch="host")),
        ("points.grant", granted(clause="pioneer")),  # without the evidence that it asks for
        ("points.approve_bonus", bonus(13)),
        ("points.decide", decided()),  # never proposed, by nobody: nobody would be barred
    ):
        assert len(beneath(points_opened(), 3, command, STREAM, event)) == 1, event


def test_a_deduction_decided_in_ones_own_proposal_is_found_although_it_names_nobody() -> None:
    def world() -> World:
        found = points_opened()
        propose = points.ProposeDeduction(
            scheme="member-points",
            person="p-2",
            definition=SCHEME.digest,
            clause="absence",
            period=YEAR,
            unit="u-branch",
            ground="absent",
        )
        found.do(propose, by=found.act(3))
        until = found.now + 5 * (found.now - START)
        found.do(points.GiveNotice(scheme="member-points", person="p-2", number=1, until=until))
        found.later(days=6)
        return found

    honest = decided(amount=Decimal(-1), proposed_by=("p-3",))
    assert beneath(world(), 4, "points.decide", STREAM, honest) == []
    hidden = world()
    assert len(beneath(hidden, 3, "points.decide", STREAM, decided(amount=Decimal(-1)))) == 1
    assert list(forbidden(hidden.workflow.history.events())) == []  # authority alone is taken in


def test_entries_of_a_ledger_that_leave_less_than_nothing_or_undo_what_is_not_there_are_found() -> None:
    reversal = ledger.EntryReversed(entry="c" * 32, ground="mistaken")
    for number, amount in ((0, 4), (1, 6)):
        world = ledger_opened()
        world.do(book("masks", 5, to_unit="u-branch"), by=world.act(3))
        out = book("masks", amount, "out", to_unit="u-branch").model_dump(exclude={"key", "amount"})
        event = ledger.EntryBooked(**out, amount=Quantity.parse(f"{amount} masks"))
        assert len(beneath(world, 3, "ledger.book", "ledger/relief", event)) == number
        assert len(beneath(world, 3, "ledger.reverse", "ledger/relief", reversal)) == number + 1


def test_a_report_verified_by_who_filed_it_is_found_although_it_names_another() -> None:
    def world() -> Office:
        kind = plan.PlanKind(code="checked", version=1, verified=True)
        found = Office(kind)
        found.approved(kind)
        found.do(plan.FileReport(key="p1", item="one", claim="partial"), by=found.self_(5))
        return found

    for number, reporter in ((0, "p-5"), (1, "p-9")):
        verified = plan.ReportVerified(number=1, item="one", person="p-5", reporter=reporter, accepted=True)
        assert len(beneath(world(), 4, "plan.verify", "plan/p1", verified)) == number
    unknown = plan.ProblemNoted(item="one", result="missing", ground="look_back")
    assert len(beneath(world(), 4, "plan.look_back", "plan/p1", unknown)) == 1


def test_criticism_of_who_was_not_there_and_answers_for_another_are_found() -> None:
    def world() -> World:
        found = World(activity.DECIDER, criticism.DECIDER)
        there = ("p-1", "p-2", "p-3")
        found.do(
            PlanActivity(
                key="life", unit="u-branch", kind="life_meeting", planned_at=found.now, expected=there
            )
        )
        rows = {person: Attendance(status="present") for person in there}
        found.do(HoldActivity(key="life", attendance=rows, minutes=60))
        found.do(criticism.OpenCriticism(key="c", activity="life"))
        found.do(criticism.VoiceCriticism(key="c", item="i", critic="p-1", target="p-2", text="a" * 64))
        return found

    def voiced(target: str) -> criticism.CriticismVoiced:
        return criticism.CriticismVoiced(item="j", critic="p-1", target=target, text="b" * 64)

    def answered(target: str) -> criticism.CriticismAnswered:
        return criticism.CriticismAnswered(item="i", target=target, stance="accepted")

    stream = "criticism/c"
    assert beneath(world(), 1, "criticism.voice", stream, voiced("p-3")) == []
    assert len(beneath(world(), 1, "criticism.voice", stream, voiced("p-9"))) == 1
    assert beneath(world(), 2, "criticism.answer", stream, answered("p-2")) == []
    assert len(beneath(world(), 3, "criticism.answer", stream, answered("p-3"))) == 1


def test_steps_of_a_procedure_before_their_time_or_by_two_who_are_one_are_found() -> None:
    world = PackWorld("competition")
    called: dict[str, Any] = {"called_on": "2009-03-02", "post": "team_leader", "conditions": "ab" * 32}
    world.begin("competition", **called)
    event = procedure.StepTaken(step="apply", given={"applicant": procedure.Given(people=("p-5",))})
    world.later(days=16)
    assert len(beneath(world, 5, "procedure.take_step", "procedure/x-1", event)) == 1


def test_what_was_not_on_a_schedule_or_contradicts_a_batch_is_found() -> None:
    world = World(schedule.DECIDER, exchange.DECIDER)
    world.do(schedule.OpenSchedule(key="organisation", unit="u-city"))
    lifted = schedule.FreezeLifted(number=1, unit="u-city", ground="over")
    assert len(beneath(world, 60, "schedule.lift_freeze", "schedule/organisation", lifted)) == 1
    twice = schedule.PeriodReinstated(unit="u-city", period=Period("2009"), reason="over", basis="b")
    assert len(beneath(world, 60, "schedule.reinstate_period", "schedule/organisation", twice)) == 2
    stretch = exchange.Stretch(stream="case/x", first=1, last=2, before=exchange.START, after="a" * 64)
    batch = exchange.BatchReceived(unit="u-city", digest="b" * 64, count=2, stretches=(stretch,))
    assert len(beneath(world, 60, "exchange.receive", "exchange/other", batch)) == 2
    later = stretch.model_copy(update={"first": 3, "last": 4, "before": "c" * 64})
    other = batch.model_copy(update={"digest": "d" * 64, "stretches": (later,)})
    assert len(beneath(world, 60, "exchange.receive", "exchange/other", other)) == 3
