"""Series with their windows, and schedules: R-001, R-003, R-010, R-035, R-213."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, settings
from hypothesis import given as examples
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import ROOT, START, World, duties

from party_workflow.authority import AdoptRoles, GrantRole
from party_workflow.calendar import (
    Calendar,
    Frequency,
    Period,
    Series,
    SeriesItem,
    Window,
    WorkingHours,
    of_series,
    periods_between,
    reference_periods,
    shifted,
    time_class,
    window,
    within,
)
from party_workflow.codec import Command, kinds_of_strings
from party_workflow.domain import schedule
from party_workflow.domain.definition import AdoptDefinition, decider
from party_workflow.domain.organisation import FoundUnit, RegisterPerson
from party_workflow.domain.schedule import (
    DECIDER,
    LIFECYCLE,
    TABLE,
    DeclareFreeze,
    EndExemption,
    Exempt,
    LiftFreeze,
    OpenSchedule,
    RecordDemand,
    ReinstatePeriod,
    SuspendPeriod,
    VoidPeriod,
)
from party_workflow.errors import InvalidDefinition, InvalidInput, Reason, Refusal
from party_workflow.packs import party

STREAM = "schedule/organisation"
DAY = timedelta(days=1)
Q1, Q2 = Period("2020-Q1"), Period("2020-Q2")
QUARTERLY = party.PACK.read_as(Series, "quarterly_political_work_meeting")

CALENDAR = Calendar(
    code="days",
    version="2020",
    offset_minutes=480,
    weekend=frozenset({"sat", "sun"}),
    holidays=frozenset({date(2020, 10, 1)}),
    makeup_days=frozenset({date(2020, 9, 27)}),
    covers=(date(2020, 1, 1), date(2020, 12, 31)),
    basis="notice",
)


def but(command: Any, **changes: Any) -> Any:
    """The same with some fields changed, validated anew."""
    return type(command).model_validate(dict(command) | changes)


def code(refusal: Refusal | None) -> str | None:
    return None if refusal is None else refusal.code


# --- windows: laws ---------------------------------------------------------------------------

days = st.integers(1, 31)
frequencies: st.SearchStrategy[Frequency] = st.sampled_from(["year", "half", "quarter", "month", "tenday"])
MONTHS: dict[Frequency, int] = {"year": 12, "half": 6, "quarter": 3, "month": 1}


@st.composite
def series(draw: st.DrawFn) -> Series:
    frequency = draw(frequencies)
    window_: dict[str, int] | None = None
    if frequency != "tenday" and draw(st.booleans()):
        most = MONTHS[frequency]
        window_ = {"month": draw(st.integers(-most, most).filter(bool))}
        if draw(st.booleans()):
            window_["tenday"] = draw(st.integers(1, 3))
        else:
            first = draw(days)
            window_["first"] = first
            if draw(st.booleans()):
                window_["last"] = draw(st.integers(first, 31))
    offsets = draw(st.lists(st.integers(-6, 6), max_size=4, unique=True))
    return Series(
        code="some",
        version=1,
        activity="meeting",
        frequency=frequency,
        window=None if window_ is None else Window.model_validate(window_),
        agenda=tuple(SeriesItem(code="item", offset=offset) for offset in offsets),
    )


some_days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@examples(series(), some_days)
def test_every_window_lies_in_its_period_and_windows_of_successive_periods_do_not_overlap(
    one: Series, day: date
) -> None:
    period = Period.of(one.frequency, day)
    first, last = window(one, period)
    assert period.first <= first <= last <= period.last
    assert of_series(one, period)
    after_first, _ = window(one, period.next())
    assert last < after_first


@examples(series(), some_days)
def test_each_item_speaks_of_the_period_that_lies_its_offset_away(one: Series, day: date) -> None:
    period = Period.of(one.frequency, day)
    found = reference_periods(one, period)
    assert [code for code, _ in found] == [item.code for item in one.agenda]
    for item, (_, reference) in zip(one.agenda, found, strict=True):
        assert reference.kind == period.kind
        assert shifted(reference, -item.offset) == period
        assert (item.offset > 0) == (reference.first > period.last)
        assert (item.offset < 0) == (reference.last < period.first)
    assert reference_periods(one, period.next()) == tuple((code, ref.next()) for code, ref in found)


@examples(series(), st.dates(date(2020, 1, 1), date(2020, 12, 31)))
def test_a_window_drawn_in_to_working_days_lies_in_the_one_that_stands(one: Series, day: date) -> None:
    period = Period.of(one.frequency, day)
    assume(period.first.year == period.last.year == 2020)
    drawn = but(one, edges="working")
    outer, inner = window(one, period), window(drawn, period, CALENDAR)
    assert outer[0] <= inner[0] <= inner[1] <= outer[1]
    if inner != outer:
        assert all(map(CALENDAR.is_working_day, inner))


@examples(st.sampled_from(["year", "half", "quarter", "month", "tenday"]), some_days, st.integers(0, 400))
def test_the_periods_between_two_days_follow_each_other_and_contain_both(
    kind: Any, first: date, length: int
) -> None:
    last = first + length * DAY
    found = periods_between(kind, first, last)
    assert found[0].contains(first)
    assert found[-1].contains(last)
    assert [item.next() for item in found[:-1]] == list(found[1:])


def test_R_001_the_window_of_the_first_quarter_of_2020_is_21_to_31_march() -> None:
    assert window(QUARTERLY, Q1) == (date(2020, 3, 21), date(2020, 3, 31))
    windows = [window(QUARTERLY, Period(f"2020-Q{number}")) for number in range(1, 5)]
    assert windows == [
        (date(2020, 3, 21), date(2020, 3, 31)),
        (date(2020, 6, 21), date(2020, 6, 30)),
        (date(2020, 9, 21), date(2020, 9, 30)),
        (date(2020, 12, 21), date(2020, 12, 31)),
    ]


def test_R_001_the_meeting_looks_at_three_periods_at_once() -> None:
    assert reference_periods(QUARTERLY, Q1) == (
        ("honour_stars", Period("2019-Q4")),
        ("sum_up", Q1),
        ("assign_tasks", Q2),
    )


def test_days_that_a_month_does_not_have_are_its_last() -> None:
    late = Series(code="a", version=1, activity="m", frequency="month", window=Window(first=30))
    assert window(late, Period("2021-02")) == (date(2021, 2, 28), date(2021, 2, 28))
    assert window(late, Period("2020-02")) == (date(2020, 2, 29), date(2020, 2, 29))
    assert window(late, Period("2020-03")) == (date(2020, 3, 30), date(2020, 3, 31))


def test_a_window_on_working_days_needs_the_calendar_and_one_without_any_stands() -> None:
    september = Series(
        code="a",
        version=1,
        activity="m",
        frequency="month",
        window=Window(first=26, last=27),
        edges="working",
    )
    # 26 September 2020 is a Saturday, 27 a Sunday that is worked.
    assert window(september, Period("2020-09"), CALENDAR) == (date(2020, 9, 27), date(2020, 9, 27))
    none = but(september, window=Window(first=10, last=11))
    assert window(none, Period("2020-10"), CALENDAR) == (date(2020, 10, 10), date(2020, 10, 11))
    with pytest.raises(InvalidInput, match="The window of a ends on working days"):
        window(september, Period("2020-09"))


def test_a_window_is_asked_for_a_period_of_the_series() -> None:
    with pytest.raises(InvalidInput, match="due each quarter; 2020-03 is a month"):
        window(QUARTERLY, Period("2020-03"))


def test_a_series_says_everything_that_is_wrong_with_it_at_once() -> None:
    with pytest.raises(InvalidDefinition) as wrong:
        Series.model_validate(
            {
                "code": "a",
                "version": 1,
                "activity": "m",
                "frequency": "quarter",
                "window": {"month": 4, "first": 20, "last": 10, "tenday": 2},
                "quorum": "1",
                "agenda": [{"code": "x"}, {"code": "x"}],
            }
        )
    assert [fault.where for fault in wrong.value.faults] == [
        "window.month",
        "window.tenday",
        "window.last",
        "quorum",
        "agenda[1]",
    ]
    with pytest.raises(InvalidDefinition, match="A ten-day period is its own window"):
        Series(code="a", version=1, activity="m", frequency="tenday", window=Window())
    with pytest.raises(InvalidDefinition, match="Extra inputs"):
        Series.model_validate({"code": "a", "version": 1, "activity": "m", "frequency": "year", "x": 1})


def test_a_series_is_adopted_and_read_back_as_it_was() -> None:
    world = World(decider(party.VALIDATORS))
    world.do(*party.definitions("quarterly_political_work_meeting"))
    stream = "definition/quarterly-political-work-meeting"
    assert world.workflow.fact("definition.current", stream) == (1, QUARTERLY.digest)
    body = world.workflow.fact("definition.body", stream, digest=QUARTERLY.digest)
    assert Series.model_validate(body) == QUARTERLY
    assert QUARTERLY.key == "quarterly-political-work-meeting"
    command = AdoptDefinition(code="a", kind="series", version=1, body={"code": "a"})
    with pytest.raises(InvalidDefinition):
        world.do(command)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2020, 3, 25, 1, tzinfo=UTC), "working"),  # Wednesday, 9:00
        (datetime(2020, 3, 25, 3, 59, tzinfo=UTC), "working"),
        (datetime(2020, 3, 25, 4, tzinfo=UTC), "lunch"),
        (datetime(2020, 3, 25, 6, tzinfo=UTC), "working"),
        (datetime(2020, 3, 25, 10, tzinfo=UTC), "evening"),
        (datetime(2020, 3, 24, 22, tzinfo=UTC), "evening"),  # 6:00 on Wednesday
        (datetime(2020, 3, 28, 2, tzinfo=UTC), "weekend"),
        (datetime(2020, 9, 27, 2, tzinfo=UTC), "working"),  # a Sunday that is worked
        (datetime(2020, 10, 1, 4, tzinfo=UTC), "holiday"),
    ],
)
def test_R_035_a_moment_has_a_time_of_day_on_the_calendar(moment: datetime, expected: str) -> None:
    assert time_class(CALENDAR, moment) == expected
    assert time_class(CALENDAR, datetime(2020, 3, 25, 11, tzinfo=UTC), WorkingHours(ends=1200)) == "working"


# --- the aggregate: laws ---------------------------------------------------------------------

OPEN = OpenSchedule(key="organisation", unit="u-city")
VOID = VoidPeriod(key="organisation", period=Q1, reason="epidemic", basis="notice-3")
SUSPEND = SuspendPeriod(key="organisation", period=Q1, reason="epidemic", basis="notice-2")
REINSTATE = ReinstatePeriod(key="organisation", period=Q1, reason="caught-up", basis="notice-4")
FREEZE = DeclareFreeze(
    key="organisation", unit="u-bureau", since=START, until=START + 50 * DAY, ground="year-end"
)
LIFT = LiftFreeze(key="organisation", number=1, ground="over")
EXEMPT = Exempt(key="organisation", unit="u-branch", duty="general_meeting", period=Q1, reason="flood")
END = EndExemption(key="organisation", number=1, on=date(2020, 3, 1), ground="over")
DEMAND = RecordDemand(key="organisation", issuer="u-bureau", units=("u-branch",), demands={"forms": 3})

periods = st.sampled_from([Q1, Q2, Period("2020"), Period("2020-02"), Period("2020-H1")])
schemes = st.sampled_from([None, "stars", "points"])
units = st.sampled_from(["u-city", "u-bureau", "u-branch", "u-none"])
reasons = {"reason": st.just("epidemic"), "basis": st.just("notice")}
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    *(
        st.builds(kind, key=st.just("organisation"), period=periods, scheme=schemes, **reasons)
        for kind in (VoidPeriod, SuspendPeriod, ReinstatePeriod)
    ),
    st.builds(
        DeclareFreeze,
        key=st.just("organisation"),
        unit=units,
        since=st.sampled_from([START, START + 9 * DAY]),
        until=st.sampled_from([START + 5 * DAY, START + 50 * DAY]),
        forbids=st.sampled_from([(), ("all_hands",), ("large", "all_hands")]),
        ground=st.just("year-end"),
    ),
    st.builds(LiftFreeze, key=st.just("organisation"), number=st.integers(1, 3), ground=st.just("over")),
    st.builds(
        Exempt,
        key=st.just("organisation"),
        unit=st.one_of(st.none(), units),
        kind=st.sampled_from([None, "branch"]),
        duty=st.sampled_from(["general_meeting", "group_meeting"]),
        period=periods,
        reason=st.just("flood"),
    ),
    st.builds(
        EndExemption,
        key=st.just("organisation"),
        number=st.integers(1, 3),
        on=st.sampled_from([date(2020, 2, 1), date(2020, 5, 1)]),
        ground=st.just("over"),
    ),
    st.sampled_from([OPEN, DEMAND, but(DEMAND, demands={"forms": 0})]),
)
people = st.sampled_from([1, 2, 60])


@settings(max_examples=100)
@examples(st.booleans(), st.lists(st.tuples(COMMANDS, people), max_size=12))
def test_whatever_is_asked_of_a_schedule_it_replays_and_says_of_each_period_what_was_said_last(
    opened: bool, commands: list[tuple[Command, int]]
) -> None:
    world = World(DECIDER, members=2)
    if opened:
        world.do(OPEN)
    own: dict[tuple[str, str | None], str] = {}
    for command, number in commands:
        world.later(hours=1)
        if attempt(world, command, by=world.act(number)) is None and isinstance(
            command, VoidPeriod | SuspendPeriod | ReinstatePeriod
        ):
            state = {VoidPeriod: "void", SuspendPeriod: "suspended", ReinstatePeriod: "open"}[type(command)]
            own[command.period.label, command.scheme] = state
    state = world.workflow.state(STREAM)
    for (label, scheme), expected in own.items():
        assert state.own_status(Period(label), scheme).state == expected
        found = state.status(Period(label), scheme)
        assert found.of is None or within(Period(label), found.of)
        if expected == "void":
            assert found.state == "void"
    if not any(value != "open" for value in own.values()):
        assert all(state.status(Period(label), scheme).counts for label, scheme in own)
    assert [item.number for item in state.freezes] == list(range(1, len(state.freezes) + 1))
    assert [item.number for item in state.exemptions] == list(range(1, len(state.exemptions) + 1))
    for item in state.exemptions:
        assert item.approver in ("p-1", "p-2", "p-60")
    replays(world, STREAM)


def begun(*commands: Command) -> World:
    world = World(DECIDER, members=3)
    world.do(OPEN)
    for command in commands:
        world.do(command, by=world.act(60))
    return world


# --- periods ---------------------------------------------------------------------------------


def test_R_003_a_void_period_is_distinct_from_one_that_counts_and_says_why() -> None:
    world = begun(VOID)
    status = world.workflow.fact("schedule.status", STREAM, period=Q1, scheme="stars")
    assert (status.state, status.counts) == ("void", False)
    assert (status.reason, status.basis, status.of) == ("epidemic", "notice-3", Q1)
    assert world.workflow.fact("schedule.status", STREAM, period=Q2, scheme="stars").counts
    suspended = begun(SUSPEND).workflow.fact("schedule.status", STREAM, period=Q1)
    assert (suspended.state, suspended.counts) == ("suspended", False)


def test_R_003_what_is_void_can_be_asked_as_it_was_known_at_any_time() -> None:
    world = begun()
    before = world.now
    world.later(days=1)
    world.do(VOID)
    void = world.now
    world.later(days=1)
    world.do(REINSTATE)
    states = [
        world.workflow.state(STREAM, known=moment).status(Q1).state for moment in (before, void, world.now)
    ]
    assert states == ["open", "void", "open"]


def test_a_period_is_void_under_the_scheme_named_and_under_all_where_none_is() -> None:
    world = begun(but(VOID, scheme="stars"), but(VOID, period=Q2))
    status = world.workflow.state(STREAM).status
    assert [status(Q1, scheme).state for scheme in ("stars", "points", None)] == ["void", "open", "open"]
    assert [status(Q2, scheme).state for scheme in ("stars", "points", None)] == ["void"] * 3


def test_what_lies_in_a_void_period_is_void_and_what_contains_one_is_not() -> None:
    status = begun(VOID).workflow.state(STREAM).status
    assert status(Period("2020-02")).state == "void"
    assert status(Period("2020-02")).of == Q1
    assert status(Period("2020-H1")).counts
    assert status(Period("2019-12")).counts


def test_void_comes_before_suspended_and_what_stays_void_after_the_other_is_reinstated() -> None:
    world = begun(but(SUSPEND, period=Period("2020")), VOID)
    assert world.workflow.state(STREAM).status(Q1).state == "void"
    world.do(REINSTATE)
    assert world.workflow.state(STREAM).status(Q1).state == "suspended"
    assert world.workflow.state(STREAM).status(Q1).of == Period("2020")


def test_a_void_year_outweighs_a_quarter_of_it_that_was_only_suspended() -> None:
    status = begun(SUSPEND, but(VOID, period=Period("2020"))).workflow.state(STREAM).status(Q1)
    assert (status.state, status.of) == ("void", Period("2020"))


def test_a_suspended_period_may_become_void_and_a_void_one_only_open() -> None:
    world = begun(SUSPEND, VOID)
    assert code(attempt(world, SUSPEND)) == "schedule.no_such_state"
    assert code(attempt(world, VOID)) == "schedule.no_such_state"
    assert attempt(world, REINSTATE) is None
    assert code(attempt(world, REINSTATE)) == "schedule.no_such_state"
    assert LIFECYCLE.code == "period"
    assert TABLE.states == ("open", "suspended", "void")


# --- freezes and exemptions ------------------------------------------------------------------


def test_R_010_a_freeze_covers_its_time_and_the_units_asked_about_until_it_is_lifted() -> None:
    world = begun(FREEZE)

    def frozen(*units: str, at: datetime) -> list[int]:
        found = world.workflow.fact("schedule.freezes", STREAM, units=units, at=at)
        return [item.number for item in found]

    assert frozen("u-branch", "u-bureau", "u-city", at=START) == [1]
    assert frozen("u-city", at=START) == []
    assert frozen("u-bureau", at=START - DAY) == []
    assert frozen("u-bureau", at=START + 50 * DAY - timedelta(microseconds=1)) == [1]
    assert frozen("u-bureau", at=START + 50 * DAY) == []
    assert [item.number for item in world.workflow.fact("schedule.freezes_at", STREAM, at=START)] == [1]
    world.do(LIFT)
    assert frozen("u-bureau", at=START) == []


def test_an_exemption_holds_for_periods_that_lie_in_it_and_end_before_it_does() -> None:
    world = begun(EXEMPT, but(EXEMPT, unit=None, kind="branch", duty="group_meeting"))

    def exempt(**about: Any) -> list[int]:
        found = world.workflow.fact("schedule.exemptions", STREAM, **about)
        return [item.number for item in found]

    assert exempt() == [1, 2]
    assert exempt(unit="u-branch") == [1]
    assert exempt(kind="branch") == [2]
    assert exempt(unit="u-branch", kind="branch") == [1, 2]
    assert exempt(unit="u-bureau") == []
    assert exempt(unit="u-branch", duty="group_meeting") == []
    assert exempt(unit="u-branch", period=Q1) == [1]
    assert exempt(unit="u-branch", period=Period("2020-02")) == [1]
    assert exempt(unit="u-branch", period=Period("2020")) == []
    world.do(END, by=world.act(60))
    assert exempt(unit="u-branch", period=Period("2020-02")) == [1]
    assert exempt(unit="u-branch", period=Period("2020-03")) == []
    assert exempt(unit="u-branch", period=Q1) == []


def test_an_exemption_is_approved_by_who_is_named_or_else_by_who_records_it() -> None:
    world = begun(EXEMPT)
    world.do(RegisterPerson(person="p-61", unit="u-city", categories=("member",)))
    world.do(but(EXEMPT, duty="group_meeting", approver="p-61"), by=world.act(60))
    assert [item.approver for item in world.workflow.state(STREAM).exemptions] == ["p-60", "p-61"]


def test_nobody_of_the_exempted_unit_approves_its_exemption_and_nobody_unknown_does() -> None:
    world = begun()
    for approver in ("p-2", "p-99"):
        refusal = attempt(world, but(EXEMPT, approver=approver), by=world.act(60))
        assert refusal is not None
        assert refusal.code == schedule.APPROVER_INSIDE.code


def test_R_213_a_demand_outside_any_occasion_is_recorded_with_its_counts() -> None:
    world = begun(but(DEMAND, demands={"forms": 3, "materials": 0, "documents": 1}, units=("u-branch",) * 2))
    (demand,) = world.workflow.state(STREAM).demands
    assert demand.demands == {"documents": 1, "forms": 3}
    assert demand.units == ("u-branch",)
    assert (demand.number, demand.issuer, demand.at) == (1, "u-bureau", START)


def test_a_schedule_can_be_cited_as_work() -> None:
    assert World(DECIDER).workflow.fact("schedule.work", STREAM) is None
    work = begun().workflow.fact("schedule.work", STREAM)
    assert (work.stream, work.kind, work.unit, work.state) == (STREAM, "schedule", "u-city", "open")


# --- refusals --------------------------------------------------------------------------------

# For each reason: what came before, the refused command, its permitted counterpart.
REFUSALS: dict[Reason, tuple[list[Command], Command, Command]] = {
    schedule.UNKNOWN: ([], but(VOID, key="stars"), VOID),
    schedule.TAKEN: ([], OPEN, but(OPEN, key="stars")),
    schedule.UNKNOWN_UNIT: ([], but(FREEZE, unit="u-none"), FREEZE),
    schedule.NO_SUCH_STATE: ([VOID], SUSPEND, REINSTATE),
    schedule.NOT_HERE: ([but(OPEN, key="stars")], but(FREEZE, key="stars"), FREEZE),
    schedule.ENDS_BEFORE_START: ([], but(FREEZE, until=START), FREEZE),
    schedule.FORBIDS_NOTHING: ([], but(FREEZE, forbids=()), FREEZE),
    schedule.UNKNOWN_FREEZE: ([FREEZE], but(LIFT, number=2), LIFT),
    schedule.UNIT_OR_KIND: ([], but(EXEMPT, kind="branch"), EXEMPT),
    schedule.APPROVER_INSIDE: ([], but(EXEMPT, approver="p-2"), but(EXEMPT, approver="p-60")),
    schedule.EXEMPT_ALREADY: (
        [but(EXEMPT, period=Period("2020"))],
        EXEMPT,
        but(EXEMPT, duty="group_meeting"),
    ),
    schedule.UNKNOWN_EXEMPTION: ([EXEMPT], but(END, number=2), END),
    schedule.NOT_WITHIN: ([EXEMPT], but(END, on=date(2020, 4, 1)), END),
    schedule.DEMANDS_NOTHING: ([], but(DEMAND, demands={"forms": 0}), DEMAND),
}


def test_every_reason_of_a_schedule_is_provoked() -> None:
    assert tuple(REFUSALS) == schedule.REASONS == DECIDER.reasons


@pytest.mark.parametrize("reason", REFUSALS, ids=lambda reason: reason.code)
def test_a_schedule_refuses_in_words_and_takes_the_permitted_counterpart(reason: Reason) -> None:
    before, refused, permitted = REFUSALS[reason]
    world = begun(*before)
    refusal = attempt(world, refused, by=world.act(60))
    assert refusal is not None
    assert refusal.code == reason.code
    assert "{" not in str(refusal)
    assert attempt(world, permitted, by=world.act(60)) is None


@pytest.mark.parametrize(
    ("before", "refused", "reason"),
    [
        ([], but(OPEN, key="stars", unit="u-none"), schedule.UNKNOWN_UNIT),
        ([], but(EXEMPT, unit="u-none"), schedule.UNKNOWN_UNIT),
        ([], but(DEMAND, issuer="u-none"), schedule.UNKNOWN_UNIT),
        ([], but(DEMAND, units=("u-branch", "u-none")), schedule.UNKNOWN_UNIT),
        ([], but(DEMAND, units=()), schedule.DEMANDS_NOTHING),
        ([], REINSTATE, schedule.NO_SUCH_STATE),
        ([], but(EXEMPT, unit=None), schedule.UNIT_OR_KIND),
        ([FREEZE, LIFT], LIFT, schedule.UNKNOWN_FREEZE),
        ([EXEMPT, END], END, schedule.UNKNOWN_EXEMPTION),
    ],
)
def test_the_same_reasons_hold_on_the_other_ways_to_them(
    before: list[Command], refused: Command, reason: Reason
) -> None:
    world = begun(*before)
    assert code(attempt(world, refused, by=world.act(60))) == reason.code


# --- authority -------------------------------------------------------------------------------

BY_DUTY: dict[str, tuple[list[Command], list[Command]]] = {
    "schedule.open": ([], [but(OPEN, key="stars")]),
    "schedule.period": ([], [SUSPEND, VOID, REINSTATE]),
    "schedule.freeze": ([], [FREEZE, LIFT]),
    "schedule.exempt": ([], [EXEMPT, END]),
    "schedule.demand": ([], [DEMAND]),
}


def test_every_duty_of_a_schedule_is_covered() -> None:
    assert {event.requires.duty for event in DECIDER.events} == set(BY_DUTY)


@pytest.mark.parametrize("duty", BY_DUTY)
def test_what_is_done_with_a_schedule_takes_its_duty(duty: str) -> None:
    before, commands = BY_DUTY[duty]
    world = begun(*before)
    everything = duties(world.model)
    without = tuple(d for d in everything if d != duty)
    for command in commands:
        world.do(AdoptRoles(roles={"everything": without}))
        assert code(attempt(world, command, by=world.act(60))) == "authority.duty_not_covered"
        world.do(AdoptRoles(roles={"everything": tuple(everything)}))
        assert code(attempt(world, command, by=world.self_(60))) == "authority.duty_not_covered"
        assert attempt(world, command, by=world.act(60)) is None


def test_nobody_exempts_the_unit_that_they_belong_to() -> None:
    world = begun()
    assert code(attempt(world, EXEMPT, by=ROOT)) == "authority.outside_required"
    assert code(attempt(world, EXEMPT, by=world.act(2))) == "authority.outside_required"
    assert attempt(world, EXEMPT, by=world.act(60)) is None


def test_a_role_reaches_no_further_on_a_schedule_than_its_unit() -> None:
    world = begun()
    world.do(FoundUnit(unit="u-other", kind="branch", parent="u-city"))
    world.do(
        AdoptRoles(roles={"everything": tuple(duties(world.model)), "local": tuple(duties(world.model))})
    )
    world.do(GrantRole(person="p-2", role="local", unit="u-branch"))
    local = world.act(2)
    local = type(local)(local.account, local.person, "local")
    for command in (FREEZE, VOID, but(DEMAND, issuer="u-other"), but(EXEMPT, unit="u-other")):
        assert code(attempt(world, command, by=local)) == "authority.not_in_scope"
    assert attempt(world, but(FREEZE, unit="u-branch"), by=local) is None
    everybody = but(EXEMPT, unit=None, kind="branch")
    assert code(attempt(world, everybody, by=local)) == "authority.not_in_scope"


@pytest.mark.parametrize("event", DECIDER.events)
def test_no_event_of_a_schedule_has_a_place_for_free_text(event: type) -> None:
    assert "unmarked" not in kinds_of_strings(event).values()
