"""Occasions of a series, their agendas, merging, freezes, chairs: R-001, R-002, R-010, R-034, R-078, R-168.

Built from the pack's own data wherever the requirement asks for that.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import World, duties

from party_workflow.authority import AdoptRoles, GrantRole
from party_workflow.calendar import Period, Series, reference_periods, window
from party_workflow.domain import activity, definition, population, publication, schedule
from party_workflow.domain.activity import (
    DECIDER,
    ActivityConducted,
    ActivityDescribed,
    ActivityScheduled,
    AgendaSet,
    Attendance,
    CancelActivity,
    CorrectConduct,
    DescribeActivity,
    FreezeOverridden,
    HeldItem,
    HoldActivity,
    ItemResult,
    MergeActivity,
    PlanActivity,
    PlannedItem,
    PostponeActivity,
    SetAgenda,
)
from party_workflow.domain.organisation import ChangeCategories, FoundUnit
from party_workflow.domain.publication import Publish
from party_workflow.domain.schedule import DeclareFreeze, LiftFreeze, OpenSchedule
from party_workflow.errors import Refusal
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.activities.lateness import lateness, owed_by_merging, periods_served
from party_workflow.policies.activities.occasions import about, breadth, not_counting, occasions
from party_workflow.store import Actor

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
Q3, Q4, Q1, Q2 = (Period(label) for label in ("2019-Q3", "2019-Q4", "2020-Q1", "2020-Q2"))
QUARTERLY = party.PACK.read_as(Series, "quarterly_political_work_meeting")
KEY = "quarterly-political-work-meeting"


def local(year: int, month: int, day: int, hour: int) -> datetime:
    """A moment in China."""
    return datetime(year, month, day, hour, tzinfo=UTC) - timedelta(hours=8)


def but(command: Any, **changes: Any) -> Any:
    """The same command with some fields changed, validated anew."""
    return type(command).model_validate(dict(command) | changes)


def code(refusal: Refusal | None) -> str | None:
    return None if refusal is None else refusal.code


def begun(*codes: str) -> World:
    """A world in which definitions of the pack are adopted, at the end of 2019."""
    world = World(
        definition.decider(party.VALIDATORS),
        schedule.DECIDER,
        population.DECIDER,
        publication.DECIDER,
        DECIDER,
        members=4,
    )
    world.now = local(2019, 12, 1, 9)
    world.do(*party.definitions(*(codes or ("quarterly_political_work_meeting",))))
    return world


def meeting(key: str, period: Period, at: datetime, **more: Any) -> PlanActivity:
    return PlanActivity(
        key=key,
        kind="political_work_meeting",
        unit="u-bureau",
        planned_at=at,
        period=period,
        expected=("p-1", "p-2", "p-3"),
        series=KEY,
        definition=QUARTERLY.digest,
        **more,
    )


THERE = {person: Attendance(status="present") for person in ("p-1", "p-2", "p-3")}
ITEMS = tuple(HeldItem(code=code, outcome="done") for code in ("honour_stars", "sum_up", "assign_tasks"))


def hold(key: str, **more: Any) -> HoldActivity:
    return HoldActivity(key=key, attendance=THERE, **({"agenda": ITEMS} | more))


def publish(key: str, subject: str) -> Publish:
    """The results of something, published from the log as it is."""
    return Publish(
        key=key,
        unit="u-bureau",
        subject=subject,
        audience="branch",
        media="meeting",
        position=1,
        known=local(2019, 12, 1, 9),
        rule="a" * 64,
        digest="b" * 64,
    )


# --- R-001 -----------------------------------------------------------------------------------


def test_R_001_a_meeting_in_its_window_needs_no_reason_and_keeps_the_window_that_it_was_planned_in() -> None:
    world = begun()
    world.do(meeting("q-1", Q1, local(2020, 3, 21, 0)))
    (scheduled,) = [item.event for item in world.workflow.history.events(ActivityScheduled)]
    assert scheduled == ActivityScheduled(
        series=KEY,
        definition=QUARTERLY.digest,
        period=Q1,
        first=date(2020, 3, 21),
        last=date(2020, 3, 31),
        offset_minutes=480,
    )
    state = world.workflow.state("activity/q-1")
    assert state.period == state.slot.period == Q1
    assert attempt(world, meeting("q-2", Q1, local(2020, 4, 1, 0) - timedelta(seconds=1))) is None


@pytest.mark.parametrize(
    "at", [local(2020, 3, 21, 0) - timedelta(seconds=1), local(2020, 4, 1, 0), local(2019, 12, 25, 9)]
)
def test_R_001_a_meeting_outside_the_window_is_accepted_only_with_a_recorded_reason(at: datetime) -> None:
    world = begun()
    assert code(attempt(world, meeting("q-1", Q1, at))) == "activity.outside_window"
    assert attempt(world, meeting("q-1", Q1, at, outside="epidemic")) is None
    state = world.workflow.state("activity/q-1")
    assert state.slot.outside == "epidemic"
    assert state.period == Q1


def test_R_001_a_meeting_that_takes_place_outside_the_window_says_why_unless_that_was_said_before() -> None:
    world = begun()
    world.do(meeting("q-1", Q1, local(2020, 3, 25, 9)))
    world.do(meeting("q-2", Q1, local(2020, 4, 7, 9), outside="epidemic"))
    world.do(meeting("q-3", Q1, local(2020, 3, 25, 9)))
    world.do(PostponeActivity(key="q-3", to=local(2020, 4, 7, 9), reason="epidemic", basis="notice-3"))
    world.now = local(2020, 4, 8, 9)
    assert code(attempt(world, hold("q-1"))) == "activity.outside_window"
    assert attempt(world, hold("q-1", outside="flood")) is None
    assert attempt(world, hold("q-2")) is None
    assert attempt(world, hold("q-3")) is None
    states = [world.workflow.state(f"activity/q-{number}") for number in (1, 2, 3)]
    assert [state.held_outside for state in states] == ["flood", None, None]
    assert {state.period for state in states} == {Q1}


def test_a_reason_that_was_not_needed_is_not_kept() -> None:
    world = begun()
    world.do(meeting("q-1", Q1, local(2020, 3, 25, 9), outside="epidemic"))
    world.now = local(2020, 3, 25, 12)
    world.do(hold("q-1", outside="epidemic"))
    state = world.workflow.state("activity/q-1")
    assert (state.slot.outside, state.held_outside) == (None, None)


def test_R_001_one_occasion_publishes_the_stars_of_the_last_quarter_and_opens_the_tasks_of_the_next() -> None:
    world = begun()
    world.do(meeting("q-1", Q1, local(2020, 3, 25, 9)))
    assert [item.reference for item in world.workflow.state("activity/q-1").agenda.items] == [Q4, Q1, Q2]
    world.now = local(2020, 3, 25, 12)
    world.do(publish("stars-2019-q4", "stars"))
    items = (
        HeldItem(code="honour_stars", outcome="done", cites=("publication/stars-2019-q4",)),
        HeldItem(code="sum_up", outcome="put_off", reason="late_inputs"),
        HeldItem(code="assign_tasks", outcome="done"),
    )
    world.do(hold("q-1", agenda=items))
    agenda = world.workflow.fact("activity.agenda", "activity/q-1")
    assert agenda.done("honour_stars", Q4)
    assert not agenda.done("honour_stars", Q1)
    assert not agenda.done("sum_up", Q1)
    assert agenda.done("assign_tasks", Q2)
    assert agenda.results["honour_stars", Q4] == ItemResult(
        code="honour_stars", reference=Q4, outcome="done", cites=("publication/stars-2019-q4",)
    )
    assert agenda.results["sum_up", Q1].reason == "late_inputs"


def test_an_agenda_asked_for_takes_its_periods_from_the_series_where_it_says_none() -> None:
    world = begun()
    items = (
        PlannedItem(code="sum_up", text=Personal("who did what")),
        PlannedItem(code="honour_stars", reference=Q3),
        PlannedItem(code="honour_stars"),
    )
    world.do(meeting("q-1", Q1, local(2020, 3, 25, 9), agenda=items))
    (event,) = [item.event for item in world.workflow.history.events(AgendaSet)]
    assert isinstance(event, AgendaSet)
    assert [(item.code, item.reference) for item in event.items] == [
        ("sum_up", Q1),
        ("honour_stars", Q3),
        ("honour_stars", Q4),
    ]
    text = event.items[0].text
    assert text is not None
    assert world.workflow.reveal(text) == "who did what"
    world.now = local(2020, 3, 25, 12)
    unclear = (HeldItem(code="sum_up", outcome="done"), HeldItem(code="honour_stars", outcome="done"))
    assert code(attempt(world, hold("q-1", agenda=unclear))) == "activity.unknown_item"
    clear = (unclear[0], *(but(unclear[1], reference=period) for period in (Q3, Q4)))
    assert attempt(world, hold("q-1", agenda=clear)) is None


def test_a_meeting_of_a_series_takes_quorum_and_length_from_it_where_the_command_is_silent() -> None:
    world = begun("branch_general_meeting", "party_lecture")
    general, lecture = (
        party.PACK.read_as(Series, code) for code in ("branch_general_meeting", "party_lecture")
    )
    plan = PlanActivity(
        key="g-1",
        kind="general_meeting",
        unit="u-branch",
        planned_at=local(2020, 2, 3, 9),
        period=Q1,
        expected=("p-1", "p-2", "p-3"),
        series="branch-general-meeting",
        definition=general.digest,
    )
    of_lecture = {"kind": "party_class", "series": "party-lecture", "definition": lecture.digest}
    world.do(plan, but(plan, key="g-2", quorum="2/3"), but(plan, key="l-1", **of_lecture))
    one, two, three = (world.workflow.state(f"activity/{key}") for key in ("g-1", "g-2", "l-1"))
    assert (one.quorum, one.quorum_having, one.quorum_without) == (
        Fraction(1, 2),
        {"member"},
        {"probationary"},
    )
    assert (two.quorum, two.quorum_having) == (Fraction(2, 3), frozenset())
    assert (three.minimum_minutes, three.quorum, three.about.size) == (45, None, None)
    assert one.agenda.items == ()


def test_R_030_the_pack_has_a_series_for_each_of_the_three_meetings_and_the_lecture_of_its_own_kind() -> None:
    names = ("branch_general_meeting", "branch_committee_meeting", "party_group_meeting", "party_lecture")
    found = [party.PACK.read_as(Series, name) for name in names]
    assert [item.frequency for item in found] == ["quarter", "month", "month", "quarter"]
    assert len({item.activity for item in found}) == 4
    assert [item.quorum for item in found] == [Fraction(1, 2), Fraction(1, 2), Fraction(1, 2), None]


def test_R_030_a_meeting_below_quorum_is_on_record_and_not_done_as_of_its_date() -> None:
    general = party.PACK.read_as(Series, "branch_general_meeting")
    world = begun("branch_general_meeting")
    plan = PlanActivity(
        key="g-1",
        kind="general_meeting",
        unit="u-branch",
        planned_at=local(2020, 2, 3, 9),
        period=Q1,
        expected=("p-1", "p-2", "p-3", "p-4"),
        series="branch-general-meeting",
        definition=general.digest,
    )
    world.do(plan, but(plan, key="g-2"))
    world.now = local(2020, 2, 3, 9)
    rows = {p: Attendance(status="present") for p in ("p-1", "p-2")}
    rows |= {p: Attendance(status="absent") for p in ("p-3", "p-4")}
    world.do(HoldActivity(key="g-1", attendance=rows))
    world.do(ChangeCategories(person="p-4", categories=("member", "probationary"), ground="recorded"))
    world.later(hours=1)
    world.do(HoldActivity(key="g-2", attendance=rows))
    one, two = (world.workflow.state(f"activity/g-{number}") for number in (1, 2))
    assert (one.held, one.turnout, one.quorum_met, one.done) == (True, Fraction(1, 2), False, False)
    assert (two.held, two.turnout, two.quorum_met, two.done) == (True, Fraction(2, 3), True, True)


def test_R_075_what_was_too_short_or_too_thin_is_listed_with_its_shortfall() -> None:
    world = begun()
    plan = PlanActivity(
        key="s-1",
        kind="study_session",
        unit="u-branch",
        planned_at=world.now,
        expected=("p-1", "p-2"),
        minimum_minutes=45,
        quorum=Fraction(1, 2),
    )
    both = {person: Attendance(status="present") for person in ("p-1", "p-2")}
    one = both | {"p-2": Attendance(status="absent")}
    for key, rows, minutes in (("s-1", both, 45), ("s-2", both, 44), ("s-3", one, 45), ("s-4", one, 10)):
        world.do(but(plan, key=key), HoldActivity(key=key, attendance=rows, minutes=minutes))
    world.do(but(plan, key="s-5"))
    found = not_counting(occasions(world.workflow.history).values())
    half = Fraction(1, 2)
    assert [(row.occasion, row.missing_minutes, row.quorum, row.turnout) for row in found] == [
        ("s-2", 1, None, 1),
        ("s-3", 0, half, half),
        ("s-4", 35, half, half),
    ]
    assert {row.event.stored_type for row in found} == {"activity.held"}


# --- R-002 -----------------------------------------------------------------------------------


def merged() -> World:
    """The meeting of 2019-Q4 could not be held and was folded into that of 2020-Q1, which was a week late."""
    world = begun()
    world.do(meeting("q-4", Q4, local(2019, 12, 25, 9)), meeting("q-1", Q1, local(2020, 3, 25, 9)))
    world.now = local(2020, 1, 20, 9)
    world.do(MergeActivity(key="q-4", into="q-1", reason="epidemic", basis="notice-3"))
    items = [PlannedItem(code=c, reference=p) for c, p in reference_periods(QUARTERLY, Q1)]
    items += [PlannedItem(code=c, reference=p) for c, p in reference_periods(QUARTERLY, Q4)]
    world.do(SetAgenda(key="q-1", items=tuple(items)))
    world.do(PostponeActivity(key="q-1", to=local(2020, 4, 7, 9), reason="epidemic", basis="notice-5"))
    return world


def test_R_002_a_merged_occasion_keeps_its_period_and_its_results_come_on_the_later_one() -> None:
    world = merged()
    world.now = local(2020, 4, 7, 12)
    world.do(publish("stars-2019-q3", "stars"), publish("stars-2019-q4", "stars"))
    done = tuple(
        HeldItem(
            code=item.code,
            reference=item.reference,
            outcome="done",
            cites=(f"publication/stars-{item.reference.label.lower()}",)
            if item.code == "honour_stars"
            else (),
        )
        for item in world.workflow.state("activity/q-1").agenda.items
    )
    world.do(hold("q-1", agenda=done))
    four, one = (world.workflow.state(f"activity/q-{number}") for number in (4, 1))
    assert (four.phase, four.merged_into, four.merged_for, four.period) == ("merged", "q-1", "epidemic", Q4)
    assert four.slot.period == Q4
    assert not four.done
    assert one.period == Q1
    rows = lateness(world.workflow.history, date(2020, 4, 30))
    late = {row.key: row for row in rows}
    assert {(item.item, item.reference, item.cites) for item in late["q-1"].published if item.cites} == {
        ("honour_stars", Q3, ("publication/stars-2019-q3",)),
        ("honour_stars", Q4, ("publication/stars-2019-q4",)),
    }
    assert {item.reference for item in late["q-1"].published} == {Q3, Q4, Q1, Q2}
    assert periods_served(rows, "q-1") == ((KEY, Q1), (KEY, Q4))
    assert periods_served(rows, "q-4") == ((KEY, Q4),)
    assert [row.key for row in owed_by_merging(rows, "q-1")] == ["q-4"]


def test_R_002_lateness_is_visible_and_never_alters_the_period() -> None:
    world = merged()
    before = {row.key: row for row in lateness(world.workflow.history, date(2020, 4, 2))}
    assert [(row.period, row.days_late, row.held_on) for row in before.values()] == [
        (Q4, 93, None),
        (Q1, 2, None),
    ]
    world.now = local(2020, 4, 7, 12)
    items = tuple(
        HeldItem(code=item.code, reference=item.reference, outcome="done")
        for item in world.workflow.state("activity/q-1").agenda.items
    )
    world.do(hold("q-1", agenda=items))
    for on in (date(2020, 4, 7), date(2021, 1, 1)):
        late = {row.key: row for row in lateness(world.workflow.history, on)}
        four, one = late["q-4"], late["q-1"]
        assert (four.period, four.window) == (Q4, (date(2019, 12, 21), date(2019, 12, 31)))
        assert (four.planned_on, four.held_on) == (date(2019, 12, 25), date(2020, 4, 7))
        assert (four.days_late, four.reasons, four.merged_into) == (98, ("epidemic",), "q-1")
        assert (one.period, one.days_late, one.reasons) == (Q1, 7, ("epidemic",))
        assert (one.planned_on, one.due_on, one.held_on) == (
            date(2020, 3, 25),
            date(2020, 4, 7),
            date(2020, 4, 7),
        )
        assert one.late
        assert {event.stored_type for event in four.events} == {
            "activity.planned",
            "activity.scheduled",
            "activity.agenda_set",
            "activity.described",
            "activity.merged",
            "activity.held",
        }
    known = lateness(world.workflow.history.as_of(known=local(2020, 1, 1, 9)), date(2020, 1, 1))
    assert [(row.key, row.days_late, row.merged_into) for row in known] == [
        ("q-4", 1, None),
        ("q-1", 0, None),
    ]


def test_R_002_what_slipped_because_inputs_were_late_is_late_against_the_day_first_planned() -> None:
    world = begun()
    plan = PlanActivity(
        key="r-3", kind="review", unit="u-bureau", planned_at=world.now, period=Q3, expected=("p-1",)
    )
    world.do(plan, but(plan, key="r-4"))
    world.do(
        PostponeActivity(key="r-3", to=local(2019, 12, 20, 9), reason="late_inputs", basis="notice-9"),
        CancelActivity(key="r-4", reason="no-speaker"),
    )
    world.now = local(2019, 12, 20, 12)
    world.do(HoldActivity(key="r-3", attendance={"p-1": Attendance(status="present")}))
    three, four = lateness(world.workflow.history, date(2020, 1, 1))
    assert (three.period, three.window, three.days_late) == (Q3, None, 19)
    assert three.reasons == ("late_inputs",)
    assert (four.days_late, four.late) == (None, False)


def test_an_occasion_may_be_folded_on_and_stands_with_the_last() -> None:
    world = begun()
    for key, period, at in (("a", Q3, 25), ("b", Q4, 26), ("c", Q1, 27)):
        plan = meeting(key, period, local(2020, 3, at, 9), outside="epidemic")
        world.do(plan)
    world.do(MergeActivity(key="a", into="b", reason="epidemic", basis="notice"))
    world.do(MergeActivity(key="b", into="c", reason="epidemic", basis="notice"))
    assert (
        code(attempt(world, MergeActivity(key="c", into="a", reason="x", basis="y")))
        == "activity.into_closed"
    )
    world.now = local(2020, 3, 27, 12)
    world.do(hold("c"))
    rows = lateness(world.workflow.history, date(2020, 4, 1))
    assert {row.held_on for row in rows} == {date(2020, 3, 27)}
    assert periods_served(rows, "c") == ((KEY, Q1), (KEY, Q4), (KEY, Q3))


series_days = st.dates(date(2019, 1, 1), date(2021, 12, 31))


@settings(max_examples=40)
@examples(series_days, st.integers(0, 23), st.sampled_from(["2019-Q4", "2020-Q1", "2020-Q2"]), st.booleans())
def test_R_001_whatever_the_day_the_window_decides_whether_a_reason_is_needed_and_the_period_stays(
    day: date, hour: int, label: str, reason: bool
) -> None:
    world = begun()
    period = Period(label)
    first, last = window(QUARTERLY, period)
    at = local(day.year, day.month, day.day, hour)
    plan = meeting("q-1", period, at, **({"outside": "epidemic"} if reason else {}))
    refusal = attempt(world, plan)
    inside = first <= day <= last
    assert (refusal is None) == (inside or reason)
    if refusal is None:
        state = world.workflow.state("activity/q-1")
        assert state.period == period
        assert (state.slot.outside is None) == inside
        references = [(item.code, item.reference) for item in state.agenda.items]
        assert references == list(reference_periods(QUARTERLY, period))
    replays(world, "activity/q-1")


# --- freezes --------------------------------------------------------------------------


def frozen(unit: str = "u-city") -> World:
    """No further meetings of everybody in the last fifty days of 2019."""
    world = begun()
    world.do(OpenSchedule(key="organisation", unit="u-city"))
    since, until = local(2019, 11, 12, 0), local(2020, 1, 1, 0)
    world.do(
        DeclareFreeze(key="organisation", unit=unit, since=since, until=until, ground="year-end"),
        by=world.act(60),
    )
    return world


RALLY = PlanActivity(
    key="r-1",
    kind="rally",
    unit="u-branch",
    planned_at=local(2019, 12, 20, 9),
    expected=("p-1", "p-2"),
    size="all_hands",
)


def test_R_010_a_freeze_rejects_new_occasions_of_everybody_unless_overridden_with_a_reason() -> None:
    world = frozen()
    assert code(attempt(world, RALLY)) == "activity.frozen"
    assert attempt(world, but(RALLY, override="flood")) is None
    (event,) = [item.event for item in world.workflow.history.events(FreezeOverridden)]
    assert event == FreezeOverridden(freezes=(1,), reason="flood")
    assert world.workflow.state("activity/r-1").overridden == "flood"


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, True),
        ({"size": "small"}, False),
        ({"size": None}, False),
        ({"planned_at": local(2020, 1, 1, 0)}, False),
        ({"planned_at": local(2020, 1, 1, 0) - timedelta(seconds=1)}, True),
        ({"unit": "u-bureau"}, True),
        ({"unit": "u-city"}, False),
        ({"unit": "u-other"}, False),
    ],
)
def test_R_010_a_freeze_reaches_the_unit_and_all_below_it_in_its_time_and_for_its_sizes(
    changes: dict[str, Any], refused: bool
) -> None:
    world = frozen("u-bureau")
    world.do(FoundUnit(unit="u-other", kind="branch", parent="u-city"))
    refusal = attempt(world, but(RALLY, **changes))
    assert code(refusal) == ("activity.frozen" if refused else None)
    if not refused:
        assert world.workflow.state("activity/r-1").overridden is None


@pytest.mark.parametrize(
    ("unit", "size", "to", "refused"),
    [
        ("u-branch", "all_hands", local(2019, 12, 20, 9), True),
        ("u-bureau", "all_hands", local(2019, 12, 20, 9), True),
        ("u-branch", "all_hands", local(2019, 12, 31, 23), True),
        ("u-branch", "all_hands", local(2020, 1, 1, 0), False),
        ("u-branch", "all_hands", local(2019, 11, 11, 23), False),
        ("u-branch", "small", local(2019, 12, 20, 9), False),
        ("u-branch", None, local(2019, 12, 20, 9), False),
        ("u-city", "all_hands", local(2019, 12, 20, 9), False),
        ("u-other", "all_hands", local(2019, 12, 20, 9), False),
    ],
)
def test_R_010_what_may_not_be_planned_into_a_freeze_is_not_put_off_into_it(
    unit: str, size: str | None, to: datetime, refused: bool
) -> None:
    world = frozen("u-bureau")
    world.do(FoundUnit(unit="u-other", kind="branch", parent="u-city"))
    world.do(but(RALLY, unit=unit, size=size, planned_at=local(2019, 11, 1, 9)))
    put_off = PostponeActivity(key="r-1", to=to, reason="epidemic", basis="notice")
    refusal = attempt(world, put_off)
    assert code(refusal) == ("activity.frozen" if refused else None)
    if not refused:
        assert list(world.workflow.history.events(FreezeOverridden)) == []
        return
    # The meeting that was small enough to be planned is not made bigger, nor moved, in silence.
    assert attempt(world, but(put_off, override="flood")) is None
    (event,) = [item.event for item in world.workflow.history.events(FreezeOverridden)]
    assert event == FreezeOverridden(freezes=(1,), reason="flood")
    state = world.workflow.state("activity/r-1")
    assert (state.phase, state.due_at, state.overridden) == ("postponed", to, "flood")
    replays(world, "activity/r-1")


def test_R_010_putting_off_into_a_freeze_takes_the_duty_of_overriding_it() -> None:
    world = frozen()
    world.do(but(RALLY, planned_at=local(2019, 11, 1, 9)))
    duties_of = [duty for duty in duties(world.model) if duty != "activity.override"]
    world.do(AdoptRoles(roles={"everything": duties(world.model), "planner": duties_of}))
    world.do(GrantRole(person="p-2", role="planner", unit="u-city"))
    put_off = PostponeActivity(
        key="r-1", to=local(2019, 12, 20, 9), reason="epidemic", basis="notice", override="flood"
    )
    assert code(attempt(world, put_off, Actor("a-2", "p-2", "planner"))) == "authority.duty_not_covered"
    later = but(put_off, to=local(2020, 1, 2, 9), override=None)
    assert attempt(world, later, Actor("a-2", "p-2", "planner")) is None


def test_R_010_a_meeting_put_off_within_a_freeze_that_it_was_planned_into_says_again_why() -> None:
    world = frozen()
    world.do(but(RALLY, override="flood"))
    put_off = PostponeActivity(key="r-1", to=local(2019, 12, 21, 9), reason="epidemic", basis="notice")
    assert code(attempt(world, put_off)) == "activity.frozen"
    assert attempt(world, but(put_off, override="rescue")) is None
    assert world.workflow.state("activity/r-1").overridden == "rescue"


def test_R_010_an_override_where_nothing_is_frozen_is_not_recorded() -> None:
    world = frozen()
    world.do(LiftFreeze(key="organisation", number=1, ground="over"))
    world.do(but(RALLY, override="flood"))
    assert list(world.workflow.history.events(FreezeOverridden)) == []


def test_R_010_the_meetings_of_a_series_of_everybody_are_frozen_without_saying_so() -> None:
    world = frozen()
    assert code(attempt(world, meeting("q-4", Q4, local(2019, 12, 25, 9)))) == "activity.frozen"
    assert attempt(world, meeting("q-1", Q1, local(2020, 3, 25, 9))) is None
    assert world.workflow.state("activity/q-1").about.size == "all_hands"


def test_without_schedules_in_the_model_nothing_is_frozen() -> None:
    world = World(population.DECIDER, DECIDER, members=4)
    assert attempt(world, RALLY) is None


def test_the_size_of_an_occasion_cannot_be_said_later_to_get_round_a_freeze() -> None:
    assert "size" not in DescribeActivity.model_fields


# --- what an occasion is about ---------------------------------------------------------------


def described(world: World, key: str, who: tuple[str, ...], **more: Any) -> None:
    """Plan and hold a small occasion."""
    world.do(
        PlanActivity(
            key=key,
            kind="micro_lecture",
            unit="u-branch",
            planned_at=world.now,
            expected=who,
            **more,
        ),
        HoldActivity(key=key, attendance={person: Attendance(status="present") for person in who}),
    )


def test_what_is_said_of_an_occasion_later_replaces_what_was_and_adds_to_its_attributes() -> None:
    world = begun()
    described(
        world,
        "m-1",
        ("p-1",),
        topic="safety",
        audience="miners",
        hours="lunch",
        demands={"forms": 2, "materials": 1},
        demanded_of=("u-branch", "u-bureau", "u-branch"),
        attributes={"tailoring": "by_place"},
    )
    (event,) = [item.event for item in world.workflow.history.events(ActivityDescribed)]
    assert event.data() == {
        "topic": "safety",
        "audience": "miners",
        "hours": "lunch",
        "demands": {"forms": 2, "materials": 1},
        "demanded_of": ["u-branch", "u-bureau"],
        "attributes": {"tailoring": "by_place"},
    }
    world.do(DescribeActivity(key="m-1", hours="evening", attributes={"role": "safety_supervisor"}))
    said = world.workflow.state("activity/m-1").about
    assert (said.topic, said.audience, said.hours) == ("safety", "miners", "evening")
    assert said.attributes == {"tailoring": "by_place", "role": "safety_supervisor"}
    assert said.demands == {"forms": 2, "materials": 1}


def test_R_078_type_and_audience_of_a_micro_lecture_are_recorded_and_its_breadth_is_a_projection() -> None:
    world = begun()
    described(world, "m-1", ("p-1", "p-2"), audience="miners", attributes={"tailoring": "by_place"})
    described(world, "m-2", ("p-1", "p-2"), audience="miners", attributes={"tailoring": "by_place"})
    described(world, "m-3", ("p-3", "p-60"), audience="families", attributes={"tailoring": "by_person"})
    described(world, "m-4", ("p-1",))
    world.do(but(RALLY, size=None))
    found = breadth(about(occasions(world.workflow.history).values(), kind="micro_lecture"))
    assert found.held.value == 4
    assert found.persons.value == 4
    assert {name: figure.value for name, figure in found.by_type.items()} == {
        "by_place": 2,
        "by_person": 1,
        None: 1,
    }
    assert {name: figure.value for name, figure in found.audiences.items()} == {
        "families": 1,
        "miners": 2,
        None: 1,
    }
    assert {name: figure.value for name, figure in found.categories.items()} == {"member": 4}
    assert len(found.audiences["miners"].evidence()) == 2
    for tailoring in ("by_place", "by_matter", "by_time", "by_person"):
        assert party.PACK.label(tailoring, "zh").startswith("因")


def test_R_034_one_person_holds_several_roles_and_activities_are_filtered_by_role() -> None:
    world = begun()
    roles = ("policy_propagandist", "safety_supervisor")
    world.do(ChangeCategories(person="p-2", categories=("member", *roles), ground="appointed"))
    world.do(ChangeCategories(person="p-3", categories=("member", "site_inspector"), ground="appointed"))
    described(world, "m-1", ("p-2",), attributes={"role": "policy_propagandist"})
    described(world, "m-2", ("p-2", "p-3"), attributes={"role": "safety_supervisor"})
    described(world, "m-3", ("p-3",), attributes={"role": "site_inspector"})
    described(world, "m-4", ("p-4",))
    found = list(occasions(world.workflow.history).values())

    def of_role(role: str) -> list[str]:
        return [item.key for item in about(found, attributes={"role": role})]

    def with_holder(role: str) -> list[str]:
        return [item.key for item in about(found, having=(role,))]

    assert of_role("policy_propagandist") == ["m-1"]
    assert of_role("safety_supervisor") == ["m-2"]
    assert with_holder("policy_propagandist") == with_holder("safety_supervisor") == ["m-1", "m-2"]
    assert with_holder("site_inspector") == ["m-2", "m-3"]
    assert with_holder("service_officer") == []


# --- the chair ------------------------------------------------------------------------


def test_R_168_who_chaired_and_for_whom_is_on_record_and_can_be_put_right() -> None:
    world = begun()
    world.do(meeting("q-1", Q1, local(2020, 3, 25, 9)))
    world.now = local(2020, 3, 25, 12)
    world.do(hold("q-1", chaired_by="p-2", delegated_by="p-60", delegation="on-leave", hours="working"))
    (event,) = [item.event for item in world.workflow.history.events(ActivityConducted)]
    assert isinstance(event, ActivityConducted)
    assert (event.chaired_by, event.delegated_by, event.delegation) == ("p-2", "p-60", "on-leave")
    assert world.workflow.fact("activity.conduct", "activity/q-1") == ("p-2", "p-60", "on-leave")
    assert world.workflow.state("activity/q-1").about.hours == "working"
    before = world.now
    world.later(days=1)
    world.do(CorrectConduct(key="q-1", chaired_by="p-3", ground="misread"), by=world.act(4))
    assert world.workflow.fact("activity.conduct", "activity/q-1") == ("p-3", None, None)
    assert world.workflow.state("activity/q-1", known=before).chaired_by == "p-2"
    assert world.workflow.fact("activity.agenda", "activity/q-1").done("sum_up", Q1)


def test_what_became_of_an_item_can_be_put_right_alone() -> None:
    world = begun()
    world.do(meeting("q-1", Q1, local(2020, 3, 25, 9)))
    world.now = local(2020, 3, 25, 12)
    world.do(hold("q-1", chaired_by="p-2"))
    wrong = HeldItem(code="assign_tasks", outcome="not_done", reason="no-time")
    world.do(CorrectConduct(key="q-1", agenda=(wrong,), ground="misread"))
    agenda = world.workflow.fact("activity.agenda", "activity/q-1")
    assert agenda.results["assign_tasks", Q2].outcome == "not_done"
    assert agenda.done("sum_up", Q1)
    assert world.workflow.state("activity/q-1").chaired_by == "p-2"


def test_an_occasion_without_any_of_it_has_only_the_bare_events() -> None:
    world = begun()
    world.do(but(RALLY, size=None))
    rows = {person: Attendance(status="present") for person in ("p-1", "p-2")}
    world.do(HoldActivity(key="r-1", attendance=rows))
    types = [item.envelope.stored_type for item in world.workflow.history.stream("activity/r-1")]
    assert types == ["activity.planned", "activity.held"]
    state = world.workflow.state("activity/r-1")
    assert (state.slot, state.agenda, state.about) == (None, activity.Agenda(), activity.Description())
