"""Activities: R-002, R-028, R-030, R-068, R-070, R-071, R-073, R-075, R-194."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import START, World, duties

from party_workflow.authority import AdoptRoles, DeclareConflict, Recuse
from party_workflow.calendar import Calendar, Period, Series, SeriesItem, Window
from party_workflow.codec import Command, kinds_of_strings
from party_workflow.domain import activity, definition, population, schedule
from party_workflow.domain.activity import (
    DECIDER,
    LIFECYCLE,
    TABLE,
    ActivityHeld,
    ActivityPlanned,
    ActivityPostponed,
    AttachEvidence,
    Attendance,
    AttendanceCorrected,
    CancelActivity,
    CorrectAttendance,
    CorrectConduct,
    DescribeActivity,
    HeldAttendance,
    HeldItem,
    HoldActivity,
    MergeActivity,
    PlanActivity,
    PlannedItem,
    PostponeActivity,
    SetAgenda,
    WithdrawEvidence,
)
from party_workflow.domain.definition import AdoptDefinition, RetireDefinition
from party_workflow.domain.organisation import ChangeCategories, RegisterPerson, RemovePerson
from party_workflow.domain.population import FreezePopulation, RemoveFromPopulation
from party_workflow.domain.schedule import DeclareFreeze, OpenSchedule
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import Reason, Refusal
from party_workflow.lifecycle import FINAL, MOVE_CLOSED
from party_workflow.personal import Personal
from party_workflow.testing.scenario import given

STREAM = "activity/s-1"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
PHOTO, LETTER = "a" * 64, "b" * 64

PLAN = PlanActivity(
    key="s-1", kind="study", unit="u-branch", planned_at=START + DAY, expected=("p-1", "p-2", "p-3")
)
ALL_THERE = {"p-1": Attendance(status="present"), "p-2": Attendance(status="present")} | {
    "p-3": Attendance(status="present")
}
HOLD = HoldActivity(key="s-1", attendance=ALL_THERE)
ATTACH = AttachEvidence(key="s-1", kind="document", digest=PHOTO, media="photo")
WITHDRAW = WithdrawEvidence(key="s-1", digest=PHOTO, ground="wrong-file")
POSTPONE = PostponeActivity(key="s-1", to=START + 30 * DAY, reason="epidemic", basis="notice-3")
CANCEL = CancelActivity(key="s-1", reason="no-speaker")
DESCRIBE = DescribeActivity(key="s-1", topic="safety")
AGENDA = SetAgenda(key="s-1", items=(PlannedItem(code="sum-up", reference=Period("2009-Q1")),))
OTHER = PLAN.model_copy(update={"key": "s-0"})
MERGE = MergeActivity(key="s-1", into="s-0", reason="epidemic", basis="notice-3")
CONDUCT = CorrectConduct(key="s-1", chaired_by="p-3", ground="misread")
CORRECT = CorrectAttendance(key="s-1", person="p-2", status="late", ground="misread")


DECIDERS = (
    definition.decider({"series": Series.model_validate, "calendar": Calendar.model_validate}),
    schedule.DECIDER,
    population.DECIDER,
    DECIDER,
)


def but(command: Any, **changes: Any) -> Any:
    """The same command with some fields changed, validated anew."""
    return type(command).model_validate(dict(command) | changes)


def register(**rows: str) -> dict[str, Attendance]:
    """A register in short: ``register(p_1="present", p_2="excused:ill")``."""
    found = {}
    for person, words in rows.items():
        status, _, reason = words.partition(":")
        found[person.replace("_", "-")] = Attendance.model_validate(
            {"status": status} | ({"reason": reason} if reason else {})
        )
    return found


def holding(**rows: str) -> HoldActivity:
    return HoldActivity(key="s-1", attendance=register(**rows))


def begun(*commands: Command, members: int = 4) -> World:
    """A world two days after its members registered, in which these commands were carried out."""
    world = World(*DECIDERS, members=members)
    world.later(days=2)
    for command in commands:
        world.do(command)
    return world


def code(refusal: Refusal | None) -> str | None:
    return None if refusal is None else refusal.code


# --- laws ------------------------------------------------------------------------------------

STATUSES = ("present", "late", "remote", "excused", "absent")
rows = st.builds(Attendance, status=st.sampled_from(STATUSES), reason=st.sampled_from([None, "ill", "away"]))
# p-4 is no more than a member of the branch, p-5 nobody, p-60 is invited.
people = st.sampled_from(["p-1", "p-2", "p-3", "p-4", "p-5", "p-60"])
registers = st.tuples(
    st.fixed_dictionaries({"p-1": rows, "p-2": rows, "p-3": rows}), st.dictionaries(people, rows, max_size=3)
).map(lambda pair: pair[0] | pair[1])
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(
        PlanActivity,
        key=st.just("s-1"),
        kind=st.just("study"),
        unit=st.just("u-branch"),
        planned_at=st.just(START + DAY),
        expected=st.just(("p-3", "p-1", "p-2")),
        invited=st.just(("p-60", "p-99")),
        quorum=st.sampled_from([None, Fraction(0), Fraction(1, 2), Fraction(2, 3), Fraction(1)]),
        minimum_minutes=st.sampled_from([None, 45]),
    ),
    st.builds(
        HoldActivity,
        key=st.just("s-1"),
        attendance=registers | st.dictionaries(people, rows, max_size=3),
        minutes=st.sampled_from([None, 44, 45, 90]),
    ),
    st.builds(
        CorrectAttendance,
        key=st.just("s-1"),
        person=people,
        status=st.sampled_from(STATUSES),
        reason=st.sampled_from([None, "ill"]),
        ground=st.just("misread"),
    ),
    st.sampled_from([POSTPONE, CANCEL, ATTACH, WITHDRAW, DESCRIBE, AGENDA, MERGE, CONDUCT, OTHER]),
)


@settings(max_examples=100)
@examples(st.booleans(), st.lists(COMMANDS, max_size=10))
def test_whatever_is_asked_of_an_activity_it_replays_and_its_figures_agree_with_its_register(
    planned: bool, commands: list[Command]
) -> None:
    world = begun(*[but(PLAN, quorum=Fraction(1, 2), invited=("p-60",))] if planned else [])
    for command in commands:
        attempt(world, command)
        state = world.workflow.state(STREAM)
        there = [p for p, row in state.register.items() if row.status in ("present", "late", "remote")]
        assert sorted(state.attended()) == there
        assert state.held == (state.phase == "held") == bool(state.register)
        if state.held:
            assert set(state.expected) <= set(state.register)
            expected = [p for p in there if p in state.expected]
            assert state.turnout == Fraction(len(expected), 3)
            short = state.minimum_minutes is not None and state.minutes < state.minimum_minutes
            thin = state.quorum is not None and not len(expected) > state.quorum * 3
            assert state.done is not (short or thin)
        else:
            assert not state.done
        for row in state.register.values():
            assert row.status != "excused" or row.reason
            assert row.standing != "walk_in" or row.categories
    replays(world, STREAM)


TO_PHASE: dict[str, tuple[Command, ...]] = {
    "planned": (PLAN, ATTACH),
    "postponed": (PLAN, ATTACH, POSTPONE),
    "held": (PLAN, ATTACH, HOLD),
    "cancelled": (PLAN, ATTACH, CANCEL),
    "merged": (PLAN, OTHER, ATTACH, MERGE),
}
BY_MOVE: dict[str, Command] = {
    "postpone": but(POSTPONE, to=START + 40 * DAY),
    "cancel": CANCEL,
    "hold": HOLD,
    "correct_attendance": CORRECT,
    "attach_evidence": but(ATTACH, digest=LETTER),
    "withdraw_evidence": WITHDRAW,
    "describe": DESCRIBE,
    "set_agenda": AGENDA,
    "merge": MERGE,
    "correct_conduct": CONDUCT,
}


@pytest.mark.parametrize("phase", TABLE.states)
@pytest.mark.parametrize("move", TABLE.moves)
def test_every_move_is_open_in_the_phases_that_the_lifecycle_says_and_refused_in_the_others(
    phase: str, move: str
) -> None:
    world = begun(*TO_PHASE[phase])
    if phase != "merged":
        world.do(OTHER)
    assert world.workflow.state(STREAM).phase == phase
    step = TABLE.dest(phase, move)
    refusal = attempt(world, BY_MOVE[move])
    if step is None:
        assert code(refusal) == (FINAL.code if phase in ("held", "cancelled", "merged") else MOVE_CLOSED.code)
        assert world.workflow.state(STREAM).phase == phase
    else:
        assert refusal is None
        assert world.workflow.state(STREAM).phase == step.dest


def test_the_lifecycle_of_an_activity_is_pinned_by_its_digest() -> None:
    assert LIFECYCLE.code == "activity"
    assert LIFECYCLE.version == 1
    assert TABLE.states == ("cancelled", "held", "merged", "planned", "postponed")
    assert TABLE.open_moves("held") == (
        "attach_evidence",
        "correct_attendance",
        "correct_conduct",
        "describe",
        "withdraw_evidence",
    )
    assert TABLE.open_moves("merged") == ()
    assert TABLE.open_moves("cancelled") == ()


# --- planning and postponing -----------------------------------------------------------------


def test_R_071_the_list_of_those_expected_is_frozen_for_each_session() -> None:
    world = begun(FreezePopulation(key="c-1", unit="u-branch"))
    by_population = PlanActivity(
        key="s-1", kind="study", unit="u-branch", planned_at=START + DAY, population="c-1"
    )
    world.do(by_population)
    before = world.now
    world.later(days=1)
    world.do(RemoveFromPopulation(key="c-1", person="p-2", ground="transferred-out"))
    world.do(but(by_population, key="s-2"))
    world.do(but(by_population, key="s-3"), effective_at=before)
    assert world.workflow.state("activity/s-1").expected == ("p-1", "p-2", "p-3", "p-4")
    assert world.workflow.state("activity/s-2").expected == ("p-1", "p-3", "p-4")
    assert world.workflow.state("activity/s-3").expected == ("p-1", "p-2", "p-3", "p-4")


def test_a_plan_keeps_what_was_planned_in_one_order() -> None:
    world = begun()
    serves = (Serves(campaign="study", task="t-2"), Serves(campaign="study", task="t-1"))
    world.do(
        PlanActivity(
            key="s-1",
            kind="meeting",
            unit="u-branch",
            planned_at=START,
            period=Period("2009-Q1"),
            expected=("p-3", "p-1", "p-3"),
            invited=("p-60", "p-1", "p-77"),
            serves=(*serves, *serves),
            quorum=Fraction(1, 2),
            quorum_without=("probationary",),
            minimum_minutes=60,
            title=Personal("a title"),
        )
    )
    (event,) = [item.event for item in world.workflow.history.events(ActivityPlanned)]
    assert isinstance(event, ActivityPlanned)
    assert event.title is not None
    assert world.workflow.reveal(event.title) == "a title"
    assert event.model_copy(update={"title": None}).data() == {
        "kind": "meeting",
        "unit": "u-branch",
        "planned_at": "2009-03-02T01:00:00.000000Z",
        "period": "2009-Q1",
        "expected": ["p-1", "p-3"],
        "invited": ["p-60", "p-77"],
        "serves": [{"campaign": "study", "task": "t-1"}, {"campaign": "study", "task": "t-2"}],
        "quorum": "1/2",
        "quorum_having": [],
        "quorum_without": ["probationary"],
        "minimum_minutes": 60,
    }


def test_R_002_a_postponed_activity_keeps_its_period_and_says_how_late_it_was() -> None:
    world = begun(but(PLAN, period=Period("2009-Q1")))
    world.do(POSTPONE)
    (event,) = [item.event for item in world.workflow.history.events(ActivityPostponed)]
    assert event == ActivityPostponed(to=START + 30 * DAY, reason="epidemic", basis="notice-3")
    world.later(days=40)
    world.do(HOLD)
    state = world.workflow.state(STREAM)
    assert state.period == Period("2009-Q1")
    assert state.planned_at == START + DAY
    assert state.due_at == START + 30 * DAY
    assert state.held_at - state.planned_at == 41 * DAY
    assert state.done


# --- attendance ------------------------------------------------------------------------------


def test_R_071_everybody_expected_has_exactly_one_of_five_statuses() -> None:
    world = begun(but(PLAN, expected=("p-1", "p-2", "p-3", "p-4", "p-60")))
    world.do(holding(p_1="present", p_2="late", p_3="excused:ill", p_4="absent", p_60="remote"))
    state = world.workflow.state(STREAM)
    assert {person: row.status for person, row in state.register.items()} == {
        "p-1": "present",
        "p-2": "late",
        "p-3": "excused",
        "p-4": "absent",
        "p-60": "remote",
    }
    assert state.register["p-3"].reason == "ill"
    assert state.attended() == {"p-1", "p-2", "p-60"}
    assert state.turnout == Fraction(3, 5)


def test_R_068_members_and_others_are_told_apart_from_the_event_alone() -> None:
    world = begun(
        RegisterPerson(person="p-70", unit="u-branch", categories=("masses", "retired")),
        but(PLAN, invited=("p-70", "p-88")),
    )
    held = holding(p_1="present", p_2="present", p_3="absent", p_4="late", p_70="present", p_88="present")
    world.do(held)
    (event,) = [item.event for item in world.workflow.history.events(ActivityHeld)]
    assert event == ActivityHeld(
        attendance=(
            HeldAttendance(person="p-1", standing="expected", status="present", categories=("member",)),
            HeldAttendance(person="p-2", standing="expected", status="present", categories=("member",)),
            HeldAttendance(person="p-3", standing="expected", status="absent", categories=("member",)),
            HeldAttendance(person="p-4", standing="walk_in", status="late", categories=("member",)),
            HeldAttendance(
                person="p-70", standing="invited", status="present", categories=("masses", "retired")
            ),
            HeldAttendance(person="p-88", standing="invited", status="present"),
        )
    )
    state = world.workflow.state(STREAM)
    assert state.attended(having=("member",)) == {"p-1", "p-2", "p-4"}
    assert state.attended(without=("member",)) == {"p-70", "p-88"}


def test_R_068_twelve_sessions_of_twenty_nine_members_and_some_others_make_392_attendances() -> None:
    world = begun(FreezePopulation(key="c-1", unit="u-branch"), members=29)
    others = [f"p-{number}" for number in range(101, 105)]
    for person in others:
        world.do(RegisterPerson(person=person, unit="u-bureau", categories=("masses",)))
    for number in range(1, 13):
        key = f"s-{number}"
        there = [f"p-{n}" for n in range(1, 30)] + others[: 4 if number <= 8 else 3]
        world.do(
            PlanActivity(key=key, kind="study", unit="u-branch", planned_at=world.now, population="c-1"),
            HoldActivity(key=key, attendance={person: Attendance(status="present") for person in there}),
        )
    states = [world.workflow.state(f"activity/s-{number}") for number in range(1, 13)]
    assert sum(len(state.attended()) for state in states) == 392
    assert sum(len(state.attended(having=("member",))) for state in states) == 348
    assert sum(len(state.attended(without=("member",))) for state in states) == 44


def test_attendance_is_registered_with_the_categories_of_when_it_took_place() -> None:
    world = begun(PLAN)
    took_place = world.now
    world.later(days=3)
    world.do(ChangeCategories(person="p-2", categories=("member", "retired"), ground="retirement"))
    world.do(RemovePerson(person="p-3", ground="transferred-out"))
    world.do(HOLD, effective_at=took_place)
    assert {p: row.categories for p, row in world.workflow.state(STREAM).register.items()} == {
        "p-1": {"member"},
        "p-2": {"member"},
        "p-3": {"member"},
    }
    assert world.workflow.state(STREAM).held_at == took_place


def test_R_071_a_correction_is_an_event_with_its_ground_and_leaves_the_first_register_readable() -> None:
    world = begun(PLAN, HOLD)
    before = world.now
    world.later(days=1)
    world.do(CORRECT)
    (item,) = world.workflow.history.events(AttendanceCorrected)
    assert item.event == AttendanceCorrected(
        person="p-2", standing="expected", status="late", categories=("member",), ground="misread"
    )
    assert world.workflow.state(STREAM).register["p-2"].status == "late"
    assert world.workflow.state(STREAM).register["p-2"].corrected
    assert world.workflow.state(STREAM, known=before).register["p-2"].status == "present"


def test_a_row_that_was_forgotten_is_added_as_of_when_the_activity_took_place() -> None:
    world = begun(but(PLAN, expected=("p-2", "p-3", "p-4")), holding(p_2="present", p_3="late", p_4="absent"))
    took_place = world.now
    world.later(days=1)
    retired = ("member", "retired")
    world.do(ChangeCategories(person="p-1", categories=retired, ground="retirement"), by=world.act(60))
    forgotten = CorrectAttendance(key="s-1", person="p-1", status="present", ground="forgotten")
    refusal = attempt(world, forgotten, by=world.act(60))
    assert code(refusal) == "activity.added_at_another_time"
    assert attempt(world, forgotten, by=world.act(60), effective_at=took_place) is None
    row = world.workflow.state(STREAM).register["p-1"]
    assert (row.standing, row.status, row.categories) == ("walk_in", "present", {"member"})
    assert list(world.workflow.state(STREAM).register) == ["p-1", "p-2", "p-3", "p-4"]


def test_R_073_a_test_explains_everybody_and_a_make_up_is_marked() -> None:
    world = begun(FreezePopulation(key="c-1", unit="u-branch"), members=29)
    test = PlanActivity(key="s-1", kind="test", unit="u-branch", planned_at=world.now, population="c-1")
    tested = {f"p-{n}": Attendance(status="present") for n in range(1, 29)}
    away = {"p-29": Attendance(status="excused", reason="away")}
    world.do(test, HoldActivity(key="s-1", attendance=tested | away))
    state = world.workflow.state(STREAM)
    assert state.turnout == Fraction(28, 29)
    assert [(p, row.reason) for p, row in state.register.items() if not row.there] == [("p-29", "away")]

    make_up = PlanActivity(
        key="s-2", kind="test", unit="u-branch", planned_at=world.now, expected=("p-29",), makes_up="s-1"
    )
    world.later(days=9)
    world.do(make_up, HoldActivity(key="s-2", attendance={"p-29": Attendance(status="remote")}))
    made_up = world.workflow.state("activity/s-2")
    assert made_up.makes_up == "s-1"
    assert len(state.attended() | made_up.attended()) == 29


# --- what counts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quorum", "there", "met"),
    [
        ("1/2", 2, False),
        ("1/2", 3, True),
        ("2/3", 3, True),
        ("3/4", 3, False),
        ("3/4", 4, True),
        ("0", 0, False),
    ],
)
def test_R_030_a_meeting_at_or_below_its_quorum_is_recorded_and_does_not_count(
    quorum: str, there: int, met: bool
) -> None:
    world = begun(but(PLAN, expected=("p-1", "p-2", "p-3", "p-4"), quorum=quorum))
    persons = ("p-1", "p-2", "p-3", "p-4")
    attendance = {p: Attendance(status="present" if i < there else "absent") for i, p in enumerate(persons)}
    world.do(HoldActivity(key="s-1", attendance=attendance))
    state = world.workflow.state(STREAM)
    assert state.turnout == Fraction(there, 4)
    assert state.quorum_met is met
    work = world.workflow.fact("activity.work", STREAM)
    assert (work.state, work.done) == ("held", met)


def test_R_030_the_quorum_is_counted_of_those_entitled_when_the_meeting_takes_place() -> None:
    plan = but(PLAN, expected=("p-1", "p-2", "p-3", "p-4"), quorum="1/2", quorum_without=("probationary",))
    world = begun(plan)
    world.do(ChangeCategories(person="p-3", categories=("member", "probationary"), ground="recorded"))
    world.do(RemovePerson(person="p-4", ground="transferred-out"))
    world.later(hours=1)
    world.do(holding(p_1="present", p_2="absent", p_3="present", p_4="excused:left"))
    state = world.workflow.state(STREAM)
    assert state.entitled == {"p-1", "p-2"}
    assert state.turnout == Fraction(1, 2)
    assert not state.quorum_met
    world.do(CorrectAttendance(key="s-1", person="p-2", status="late", ground="misread"))
    assert world.workflow.state(STREAM).quorum_met


def test_those_who_were_not_expected_do_not_fill_the_quorum() -> None:
    world = begun(but(PLAN, quorum="1/2"))
    world.do(holding(p_1="present", p_2="absent", p_3="absent", p_4="present", p_60="present"))
    state = world.workflow.state(STREAM)
    assert len(state.attended()) == 3
    assert state.turnout == Fraction(1, 3)
    assert not state.done


def test_with_nobody_entitled_a_quorum_is_not_met() -> None:
    world = begun(but(PLAN, quorum="0", quorum_having=("delegate",)))
    world.do(HOLD)
    assert world.workflow.state(STREAM).turnout is None
    assert not world.workflow.state(STREAM).quorum_met


@pytest.mark.parametrize(
    ("length", "minutes", "done"),
    [
        ({"minutes": 60}, 60, True),
        ({"minutes": 59}, 59, False),
        ({"ended_at": START + 2 * DAY + HOUR}, 60, True),
        ({"ended_at": START + 2 * DAY + HOUR - timedelta(seconds=1)}, 59, False),
    ],
)
def test_R_075_a_session_shorter_than_planned_does_not_count_and_says_by_how_much(
    length: dict[str, Any], minutes: int, done: bool
) -> None:
    world = begun(but(PLAN, minimum_minutes=60))
    world.do(but(HOLD, **length))
    state = world.workflow.state(STREAM)
    assert state.minutes == minutes
    assert state.length_met is done
    assert state.missing_minutes == 60 - minutes
    assert world.workflow.fact("activity.work", STREAM).done is done


def test_where_no_length_was_planned_none_has_to_be_said() -> None:
    world = begun(PLAN, HOLD)
    state = world.workflow.state(STREAM)
    assert (state.minutes, state.length_met, state.missing_minutes) == (None, True, 0)


def test_an_activity_can_be_cited_as_work_from_planning_on() -> None:
    serves = (Serves(campaign="study", task="lessons"),)
    world = begun()
    assert world.workflow.fact("activity.work", STREAM) is None
    assert world.workflow.fact("activity.attendance", STREAM) == {}
    world.do(but(PLAN, serves=serves))
    work = world.workflow.fact("activity.work", STREAM)
    assert (work.stream, work.kind, work.unit, work.state) == (STREAM, "study", "u-branch", "planned")
    assert (work.done, work.serves, work.people) == (False, serves, frozenset())
    world.do(holding(p_1="present", p_2="excused:ill", p_3="absent", p_4="late"))
    work = world.workflow.fact("activity.work", STREAM)
    assert (work.state, work.done, work.people) == ("held", True, {"p-1", "p-4"})
    member = frozenset({"member"})
    assert world.workflow.fact("activity.attendance", STREAM) == {
        "p-1": ("present", member, "expected"),
        "p-2": ("excused", member, "expected"),
        "p-3": ("absent", member, "expected"),
        "p-4": ("late", member, "walk_in"),
    }


# --- evidence --------------------------------------------------------------------------------


def test_R_194_evidence_has_a_kind_and_is_bound_by_its_content() -> None:
    world = begun(PLAN, HOLD, ATTACH, but(ATTACH, kind="measurement", digest=LETTER))
    found = world.workflow.fact("activity.evidence", STREAM)
    assert [(item.kind, item.digest, item.media) for item in found] == [
        ("document", PHOTO, "photo"),
        ("measurement", LETTER, "photo"),
    ]
    world.do(WITHDRAW)
    assert [item.digest for item in world.workflow.fact("activity.evidence", STREAM)] == [LETTER]
    assert [item.withdrawn for item in world.workflow.state(STREAM).evidences] == ["wrong-file", None]
    assert attempt(world, ATTACH) is None


def test_R_028_evidence_shows_nothing_from_the_day_on_which_it_expires() -> None:
    world = begun(PLAN, but(ATTACH, expires=date(2009, 6, 30)))

    def shown(day: date) -> int:
        return len(world.workflow.fact("activity.evidence", STREAM, on=day))

    assert (shown(date(2009, 6, 29)), shown(date(2009, 6, 30)), shown(date(2010, 1, 1))) == (1, 0, 0)
    assert len(world.workflow.fact("activity.evidence", STREAM)) == 1


def test_R_070_a_good_deed_is_confirmed_by_whom_it_served_or_shown_as_unconfirmed() -> None:
    world = begun(but(PLAN, kind="good-deed"), HOLD, ATTACH)
    assert world.workflow.state(STREAM).done
    assert not world.workflow.state(STREAM).confirmed
    world.do(but(ATTACH, kind="confirmation", digest=LETTER))
    assert world.workflow.state(STREAM).confirmed
    world.do(but(WITHDRAW, digest=LETTER))
    assert not world.workflow.state(STREAM).confirmed


# --- refusals --------------------------------------------------------------------------------

NOON = START + 2 * DAY

SERIES = Series(
    code="quarterly",
    version=1,
    activity="study",
    frequency="quarter",
    window=Window(first=1, last=5),
    agenda=(SeriesItem(code="honour", offset=-1), SeriesItem(code="sum-up")),
)
AT_WORK = Series.model_validate(dict(SERIES) | {"code": "at-work", "edges": "working"})
DAYS = Calendar(
    code="days",
    version="2009",
    offset_minutes=480,
    weekend=frozenset({"sat", "sun"}),
    holidays=frozenset(),
    makeup_days=frozenset(),
    covers=(date(2009, 1, 1), date(2009, 12, 31)),
    basis="notice",
)
ADOPT: list[Command] = [
    AdoptDefinition(code="quarterly", kind="series", version=1, body=SERIES.data()),
    AdoptDefinition(code="at-work", kind="series", version=1, body=AT_WORK.data()),
    AdoptDefinition(code="days", kind="calendar", version=1, body=DAYS.model_dump(mode="json")),
]
OF_SERIES = but(PLAN, series="quarterly", definition=SERIES.digest, period=Period("2009-Q1"))
ON_DAYS = but(
    OF_SERIES,
    series="at-work",
    definition=AT_WORK.digest,
    calendar="days",
    calendar_definition=DAYS.digest,
)
FREEZE: list[Command] = [
    OpenSchedule(key="organisation", unit="u-city"),
    DeclareFreeze(key="organisation", unit="u-city", since=START, until=START + 50 * DAY, ground="year-end"),
]
BIG = but(PLAN, size="all_hands")
WITH_AGENDA = but(PLAN, agenda=(PlannedItem(code="sum-up", reference=Period("2009-Q1")),))
SAID = HeldItem(code="sum-up", outcome="done")

UNCLEAR = activity.DELEGATION_UNCLEAR

# For each reason: what came before, the refused command, its permitted counterpart.
REFUSALS: dict[Reason, tuple[Iterable[Command], Command, Command]] = {
    activity.TAKEN: ([PLAN], PLAN, but(PLAN, key="s-2")),
    activity.UNKNOWN: ([], HOLD, PLAN),
    activity.UNKNOWN_UNIT: ([], but(PLAN, unit="u-nowhere"), PLAN),
    activity.UNKNOWN_ORIGINAL: (
        [PLAN],
        but(PLAN, key="s-2", makes_up="s-9"),
        but(PLAN, key="s-2", makes_up="s-1"),
    ),
    activity.TWO_LISTS: (
        [FreezePopulation(key="c-1", unit="u-branch")],
        but(PLAN, population="c-1"),
        but(PLAN, population="c-1", expected=()),
    ),
    activity.NOBODY_EXPECTED: ([], but(PLAN, population="c-9", expected=()), PLAN),
    activity.QUORUM_OUT_OF_RANGE: ([], but(PLAN, quorum="1"), but(PLAN, quorum="99/100")),
    activity.NO_SERIES: (ADOPT, but(OF_SERIES, definition="0" * 64), OF_SERIES),
    activity.SERIES_RETIRED: (
        [*ADOPT, RetireDefinition(code="quarterly", ground="replaced")],
        OF_SERIES,
        ON_DAYS,
    ),
    activity.KIND_DIFFERS: (ADOPT, but(OF_SERIES, kind="meeting"), OF_SERIES),
    activity.PERIOD_DIFFERS: (ADOPT, but(OF_SERIES, period=Period("2009-03")), OF_SERIES),
    activity.NO_CALENDAR: (ADOPT, but(ON_DAYS, calendar_definition="0" * 64), ON_DAYS),
    activity.OUTSIDE_WINDOW: (
        ADOPT,
        but(OF_SERIES, planned_at=START + 9 * DAY),
        but(OF_SERIES, planned_at=START + 9 * DAY, outside="epidemic"),
    ),
    activity.NO_REFERENCE: (
        ADOPT,
        but(OF_SERIES, agenda=(PlannedItem(code="something"),)),
        but(OF_SERIES, agenda=(PlannedItem(code="honour"),)),
    ),
    activity.ITEM_TWICE: (
        [PLAN],
        but(AGENDA, items=AGENDA.items * 2),
        but(AGENDA, items=(*AGENDA.items, PlannedItem(code="sum-up", reference=Period("2008-Q4")))),
    ),
    activity.FROZEN: (FREEZE, BIG, but(BIG, override="flood")),
    activity.NOTHING_SAID: ([PLAN], DescribeActivity(key="s-1"), DESCRIBE),
    activity.INTO_ITSELF: ([PLAN, OTHER], but(MERGE, into="s-1"), MERGE),
    activity.INTO_CLOSED: ([PLAN, OTHER], but(MERGE, into="s-9"), MERGE),
    activity.NOT_LATER: ([PLAN], but(POSTPONE, to=PLAN.planned_at), but(POSTPONE, to=PLAN.planned_at + HOUR)),
    activity.NOT_YET: ([PLAN], HOLD, HOLD),
    activity.LENGTH_UNCLEAR: ([but(PLAN, minimum_minutes=60)], HOLD, but(HOLD, minutes=60)),
    activity.ENDS_BEFORE_START: (
        [PLAN],
        but(HOLD, ended_at=NOON - timedelta(microseconds=1)),
        but(HOLD, ended_at=NOON),
    ),
    activity.INCOMPLETE: ([PLAN], holding(p_1="present", p_3="late"), HOLD),
    activity.UNKNOWN_PERSON: (
        [PLAN],
        but(HOLD, attendance=ALL_THERE | register(p_88="present")),
        but(HOLD, attendance=ALL_THERE | register(p_4="present")),
    ),
    activity.ABSENT_WALK_IN: (
        [PLAN],
        but(HOLD, attendance=ALL_THERE | register(p_4="absent")),
        but(HOLD, attendance=ALL_THERE | register(p_4="remote")),
    ),
    activity.NO_REASON: (
        [PLAN],
        holding(p_1="present", p_2="present", p_3="excused"),
        holding(p_1="present", p_2="present", p_3="excused:ill"),
    ),
    activity.CHAIR_ABSENT: ([PLAN], but(HOLD, chaired_by="p-4"), but(HOLD, chaired_by="p-3")),
    activity.DELEGATION_UNCLEAR: (
        [PLAN],
        but(HOLD, chaired_by="p-3", delegated_by="p-60"),
        but(HOLD, chaired_by="p-3", delegated_by="p-60", delegation="on-leave"),
    ),
    activity.UNKNOWN_ITEM: (
        [WITH_AGENDA],
        but(HOLD, agenda=(SAID, HeldItem(code="honour", outcome="done"))),
        but(HOLD, agenda=(SAID,)),
    ),
    activity.NO_ITEM_REASON: (
        [WITH_AGENDA],
        but(HOLD, agenda=(but(SAID, outcome="put_off"),)),
        but(HOLD, agenda=(but(SAID, outcome="put_off", reason="no-time"),)),
    ),
    activity.NO_CITED: (
        [WITH_AGENDA, OTHER],
        but(HOLD, agenda=(but(SAID, cites=("activity/s-9",)),)),
        but(HOLD, agenda=(but(SAID, cites=("activity/s-0",)),)),
    ),
    activity.AGENDA_INCOMPLETE: ([WITH_AGENDA], HOLD, but(HOLD, agenda=(SAID,))),
    activity.UNCHANGED: ([PLAN, HOLD], but(CORRECT, status="present"), CORRECT),
    activity.ADDED_LATER: ([PLAN, HOLD], but(CORRECT, person="p-4"), but(CORRECT, person="p-4")),
    activity.EVIDENCE_TAKEN: ([PLAN, ATTACH], but(ATTACH, kind="measurement"), but(ATTACH, digest=LETTER)),
    activity.UNKNOWN_EVIDENCE: ([PLAN, ATTACH], but(WITHDRAW, digest=LETTER), WITHDRAW),
}
# When the refused command takes effect, where not at once.
EFFECTIVE = {activity.NOT_YET: NOON + HOUR, activity.ADDED_LATER: NOON - HOUR}


def test_every_reason_of_an_activity_is_provoked() -> None:
    assert tuple(REFUSALS) == activity.REASONS == DECIDER.reasons


@pytest.mark.parametrize("reason", REFUSALS, ids=lambda reason: reason.code)
def test_an_activity_refuses_in_words_and_takes_the_permitted_counterpart(reason: Reason) -> None:
    before, refused, permitted = REFUSALS[reason]
    world = begun(*before)
    refusal = attempt(world, refused, effective_at=EFFECTIVE.get(reason))
    assert refusal is not None
    assert refusal.code == reason.code
    assert "{" not in str(refusal)
    assert attempt(world, permitted) is None


@pytest.mark.parametrize(
    ("before", "refused", "reason"),
    [
        ([], but(PLAN, expected=("p-1", "p-88")), activity.UNKNOWN_PERSON),
        ([], but(PLAN, expected=()), activity.NOBODY_EXPECTED),
        ([], but(PLAN, quorum="-1/2"), activity.QUORUM_OUT_OF_RANGE),
        (ADOPT, but(OF_SERIES, series="days", definition=DAYS.digest), activity.NO_SERIES),
        (ADOPT, but(OF_SERIES, series="no-such"), activity.NO_SERIES),
        (ADOPT, but(OF_SERIES, period=None), activity.PERIOD_DIFFERS),
        (ADOPT, but(ON_DAYS, calendar=None, calendar_definition=None), activity.NO_CALENDAR),
        (ADOPT, but(ON_DAYS, calendar="quarterly", calendar_definition=SERIES.digest), activity.NO_CALENDAR),
        ([], but(PLAN, agenda=(PlannedItem(code="sum-up"),)), activity.NO_REFERENCE),
        ([PLAN, OTHER, but(CANCEL, key="s-0")], MERGE, activity.INTO_CLOSED),
        ([PLAN, OTHER, MERGE], but(MERGE, key="s-0", into="s-1"), activity.INTO_CLOSED),
        (
            [PLAN],
            but(HOLD, chaired_by="p-2", delegated_by="p-2", delegation="x"),
            activity.DELEGATION_UNCLEAR,
        ),
        ([PLAN], but(HOLD, delegated_by="p-2", delegation="x"), activity.DELEGATION_UNCLEAR),
        ([PLAN], but(HOLD, chaired_by="p-2", delegation="x"), activity.DELEGATION_UNCLEAR),
        ([PLAN], but(HOLD, chaired_by="p-2", delegated_by="p-88", delegation="x"), activity.UNKNOWN_PERSON),
        ([WITH_AGENDA], but(HOLD, agenda=(SAID, SAID)), activity.ITEM_TWICE),
        ([WITH_AGENDA], but(HOLD, agenda=(but(SAID, cites=("nothing/x",)),)), activity.NO_CITED),
        ([PLAN, HOLD], but(CONDUCT, chaired_by="p-4"), activity.CHAIR_ABSENT),
        ([PLAN, HOLD], CorrectConduct(key="s-1", ground="misread"), activity.NOTHING_SAID),
        ([*ADOPT, OF_SERIES], but(HOLD, minutes=1), activity.AGENDA_INCOMPLETE),
        ([], but(PLAN, makes_up="s-1"), activity.UNKNOWN_ORIGINAL),
        ([PLAN], but(HOLD, minutes=60, ended_at=NOON + HOUR), activity.LENGTH_UNCLEAR),
        ([PLAN, POSTPONE], POSTPONE, activity.NOT_LATER),
        ([PLAN, HOLD], but(CORRECT, person="p-88"), activity.UNKNOWN_PERSON),
        ([PLAN, HOLD], but(CORRECT, person="p-4", status="absent"), activity.ABSENT_WALK_IN),
        ([PLAN, HOLD], but(CORRECT, status="excused"), activity.NO_REASON),
        ([PLAN, ATTACH, WITHDRAW], WITHDRAW, activity.UNKNOWN_EVIDENCE),
    ],
)
def test_the_same_reasons_hold_on_the_other_ways_to_them(
    before: list[Command], refused: Command, reason: Reason
) -> None:
    assert code(attempt(begun(*before), refused)) == reason.code


def test_of_several_reasons_against_a_register_the_first_in_order_is_given() -> None:
    world = begun(PLAN)
    rows = ALL_THERE | register(p_1="excused", p_4="absent", p_88="present")
    assert code(attempt(world, but(HOLD, attendance=rows))) == "activity.unknown_person"
    del rows["p-88"]
    assert code(attempt(world, but(HOLD, attendance=rows))) == "activity.absent_walk_in"
    del rows["p-4"]
    assert code(attempt(world, but(HOLD, attendance=rows))) == "activity.no_reason"


def test_the_order_in_which_a_register_is_written_leaves_the_bytes_alone() -> None:
    planned = ActivityPlanned(
        kind="study", unit="u-branch", planned_at=START, expected=("p-1", "p-2", "p-3"), invited=()
    )
    scene = given(DECIDER, planned).knowing({"p-1": frozenset({"b", "a"})})
    one = scene.when(HOLD)
    two = scene.when(but(HOLD, attendance=dict(reversed(ALL_THERE.items()))))
    assert one.events == two.events
    (event,) = one.events
    assert isinstance(event, ActivityHeld)
    assert event.attendance[0].categories == ("a", "b")


# --- authority -------------------------------------------------------------------------------

BY_DUTY: dict[str, tuple[list[Command], list[Command]]] = {
    "activity.plan": ([OTHER], [PLAN, DESCRIBE, AGENDA, POSTPONE, MERGE, but(CANCEL, key="s-0")]),
    "activity.override": (FREEZE, [but(BIG, override="flood")]),
    "activity.record": ([PLAN], [HOLD]),
    "activity.correct": ([PLAN, HOLD], [CORRECT, CONDUCT]),
    "activity.evidence": ([PLAN], [ATTACH, WITHDRAW]),
}


def test_every_duty_of_an_activity_is_covered() -> None:
    assert {event.requires.duty for event in DECIDER.events} == set(BY_DUTY)


@pytest.mark.parametrize("duty", BY_DUTY)
def test_what_is_done_with_an_activity_takes_its_duty(duty: str) -> None:
    before, commands = BY_DUTY[duty]
    world = begun(*before)
    everything = duties(world.model)
    without = tuple(d for d in everything if d != duty)
    for command in commands:
        world.do(AdoptRoles(roles={"everything": without}))
        assert code(attempt(world, command)) == "authority.duty_not_covered"
        world.do(AdoptRoles(roles={"everything": tuple(everything)}))
        assert code(attempt(world, command, by=world.self_(1))) == "authority.duty_not_covered"
        assert attempt(world, command) is None


def test_nobody_corrects_their_own_attendance_or_that_of_somebody_close() -> None:
    world = begun(PLAN, HOLD)
    assert code(attempt(world, CORRECT, by=world.act(2))) == "authority.own_case"
    world.do(DeclareConflict(person="p-3", other="p-2", ground="kin"), by=world.self_(3))
    assert code(attempt(world, CORRECT, by=world.act(3))) == "authority.conflict_of_interest"
    assert attempt(world, CORRECT, by=world.act(4)) is None


def test_nobody_corrects_who_chaired_where_they_did_or_say_that_they_had_let_somebody_else() -> None:
    world = begun(PLAN, but(HOLD, chaired_by="p-2"))
    assert code(attempt(world, CONDUCT, by=world.act(2))) == "authority.own_case"
    assert code(attempt(world, CONDUCT, by=world.act(3))) == "authority.own_case"
    assert attempt(world, CONDUCT, by=world.act(4)) is None


def test_who_stepped_back_from_an_activity_records_nothing_of_it() -> None:
    world = begun(PLAN)
    world.do(Recuse(person="p-2", matter=STREAM), by=world.self_(2))
    assert code(attempt(world, HOLD, by=world.act(2))) == "authority.recused"
    assert attempt(world, HOLD, by=world.act(3)) is None


@pytest.mark.parametrize("event", DECIDER.events)
def test_no_event_of_an_activity_has_a_place_for_free_text(event: type) -> None:
    assert "unmarked" not in kinds_of_strings(event).values()
