"""Periods, working days and deadlines: laws first, then the requirements by number, then what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from party_workflow.calendar import (
    MAX_EXTENSIONS,
    Calendar,
    Deadline,
    Period,
    PeriodKind,
    StoredPeriod,
    Term,
    TermUnit,
)
from party_workflow.canonical import canonical_bytes
from party_workflow.codec import kinds_of_strings
from party_workflow.errors import InvalidDefinition, InvalidInput

DAY = timedelta(days=1)
KINDS: tuple[PeriodKind, ...] = get_args(PeriodKind)


def days(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


def china(version: str, spring: tuple[date, date], makeup: list[date], **changes: Any) -> Calendar:
    """Mainland China, 2020, by the State Council's notices; the Spring Festival was extended in January."""
    return Calendar(
        **{
            "code": "cn-mainland",
            "version": version,
            "offset_minutes": 480,
            "weekend": frozenset({"sat", "sun"}),
            "holidays": frozenset(
                [
                    date(2020, 1, 1),
                    *days(*spring),
                    *days(date(2020, 4, 4), date(2020, 4, 6)),
                    *days(date(2020, 5, 1), date(2020, 5, 5)),
                    *days(date(2020, 6, 25), date(2020, 6, 27)),
                    *days(date(2020, 10, 1), date(2020, 10, 8)),
                ]
            ),
            "makeup_days": frozenset(
                [
                    *makeup,
                    date(2020, 4, 26),
                    date(2020, 5, 9),
                    date(2020, 6, 28),
                    date(2020, 9, 27),
                    date(2020, 10, 10),
                ]
            ),
            "covers": (date(2020, 1, 1), date(2020, 12, 31)),
            "basis": "state-council.2020-1",
            **changes,
        }
    )


AS_ANNOUNCED = china("2020.1", (date(2020, 1, 24), date(2020, 1, 30)), [date(2020, 1, 19), date(2020, 2, 1)])
CHINA = china("2020.2", (date(2020, 1, 24), date(2020, 2, 2)), [date(2020, 1, 19)])


def beijing(*when: int) -> datetime:
    return datetime(*when, tzinfo=timezone(timedelta(hours=8)))  # type: ignore[arg-type, misc]


# --- strategies ------------------------------------------------------------------------------

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST, LAST = date(2019, 1, 1), date(2023, 12, 31)
some_day = st.dates(date(2020, 1, 1), date(2021, 12, 31))
some_moment = st.datetimes(datetime(2020, 1, 2), datetime(2021, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
some_period = st.builds(Period.of, st.sampled_from(KINDS), st.dates(date(2, 1, 1), date(9998, 12, 31)))


@st.composite
def calendars(draw: Any) -> Calendar:
    weekend = draw(st.frozensets(st.sampled_from(WEEK), max_size=5))
    holidays = draw(st.frozensets(some_day, max_size=30))
    makeup = {day for day in draw(st.frozensets(some_day, max_size=30)) if WEEK[day.weekday()] in weekend}
    return Calendar(
        code="somewhere",
        version="1",
        offset_minutes=draw(st.integers(-720, 840)),
        weekend=weekend,
        holidays=holidays,
        makeup_days=frozenset(makeup - holidays),
        covers=(FIRST, LAST),
        basis="made-up",
    )


working_days = st.builds(Term, amount=st.integers(1, 40), unit=st.just("working_days"))
terms = st.one_of(
    working_days,
    st.builds(
        Term,
        amount=st.integers(1, 40),
        unit=st.sampled_from(["working_days", "calendar_days"]),
        last_day=st.sampled_from(["stands", "moves"]),
    ),
    st.builds(Term, amount=st.integers(1, 11), unit=st.just("months")),
    st.builds(Term, amount=st.integers(1, 900), unit=st.just("hours")),
)


# --- laws of periods -------------------------------------------------------------------------


@given(some_period)
def test_next_and_previous_undo_each_other(period: Period) -> None:
    assert period.next().previous() == period == period.previous().next()
    assert period.next().kind == period.kind


@given(some_period)
def test_the_next_period_begins_the_day_after(period: Period) -> None:
    assert period.next().first == period.last + DAY


@given(some_period)
def test_a_label_names_one_period(period: Period) -> None:
    assert Period.parse(str(period)) == period
    assert Period.of(period.kind, period.first) == period == Period.of(period.kind, period.last)


@given(st.sampled_from(KINDS), some_day)
def test_every_day_lies_in_one_period_of_each_kind(kind: PeriodKind, day: date) -> None:
    period = Period.of(kind, day)
    assert period.contains(day)
    assert not period.next().contains(day)
    assert not period.previous().contains(day)


@pytest.mark.parametrize(
    ("kind", "count"),
    [("year", 1), ("half", 2), ("quarter", 4), ("month", 12), ("tenday", 36), ("day", 366)],
)
def test_the_periods_of_a_kind_partition_the_year(kind: PeriodKind, count: int) -> None:
    parts = Period("2020").parts(kind)
    assert len(parts) == count
    assert [day for part in parts for day in days(part.first, part.last)] == days(
        date(2020, 1, 1), date(2020, 12, 31)
    )


# --- laws of calendars -----------------------------------------------------------------------


@given(calendars(), some_moment)
def test_a_moment_lies_in_its_day_and_in_no_other(calendar: Calendar, moment: datetime) -> None:
    day = calendar.day_of(moment)
    assert calendar.start_of(day) <= moment < calendar.end_of(day)
    assert calendar.end_of(day) == calendar.start_of(day + DAY)


@given(calendars())
def test_a_calendar_survives_storage_and_its_digest_too(calendar: Calendar) -> None:
    stored = canonical_bytes(calendar.model_dump(mode="json"))
    back = Calendar.model_validate_json(stored)
    assert back == calendar
    assert back.digest == calendar.digest


@given(calendars(), some_day)
def test_make_up_days_are_worked_and_holidays_are_not(calendar: Calendar, day: date) -> None:
    why = calendar.why(day)
    assert (why == "make-up") == (day in calendar.makeup_days)
    assert (why == "holiday") == (day in calendar.holidays)
    assert calendar.is_working_day(day) == (why in {"weekday", "make-up"})


# --- laws of deadlines -----------------------------------------------------------------------


@given(calendars(), some_moment, working_days)
def test_a_deadline_in_working_days_counts_exactly_that_many(
    calendar: Calendar, start: datetime, term: Term
) -> None:
    deadline = calendar.deadline(start, term)
    between = days(calendar.day_of(start) + DAY, deadline.due_day)
    assert sum(map(calendar.is_working_day, between)) == term.amount
    assert calendar.is_working_day(deadline.due_day)
    assert [step.day for step in deadline.steps] == [calendar.day_of(start), *between]
    assert sum(step.effect == "counted" for step in deadline.steps) == term.amount


@given(calendars(), some_moment, terms)
def test_the_due_day_is_that_of_the_last_moment_in_time(
    calendar: Calendar, start: datetime, term: Term
) -> None:
    deadline = calendar.deadline(start, term)
    last = deadline.due - timedelta(microseconds=1)
    assert deadline.due > start
    assert calendar.day_of(last) == deadline.due_day
    assert (deadline.is_expired(last), deadline.overdue(last)) == (False, 0)
    assert (deadline.is_expired(deadline.due), deadline.overdue(deadline.due)) == (True, 1)
    assert deadline.overdue(deadline.due + DAY) == 2


@given(calendars(), some_moment, some_moment, terms)
def test_who_starts_later_is_not_due_earlier(
    calendar: Calendar, one: datetime, other: datetime, term: Term
) -> None:
    first, second = sorted((one, other))
    assert calendar.deadline(first, term).due <= calendar.deadline(second, term).due


@given(calendars(), some_moment, terms, terms)
def test_an_extension_is_due_after_the_original_and_keeps_it(
    calendar: Calendar, start: datetime, term: Term, more: Term
) -> None:
    original = calendar.deadline(start, term)
    extended = original.extend(more, calendar)
    assert extended.due > original.due
    assert extended.original == extended.extends == original
    assert (extended.start, extended.extensions) == (start, 1)


@given(calendars(), some_moment, terms, terms)
def test_a_deadline_computed_again_on_its_own_calendar_is_the_same(
    calendar: Calendar, start: datetime, term: Term, more: Term
) -> None:
    deadline = calendar.deadline(start, term).extend(more, calendar)
    assert deadline.recomputed(calendar) == deadline


@given(calendars(), some_moment, terms, terms)
def test_a_deadline_survives_storage(calendar: Calendar, start: datetime, term: Term, more: Term) -> None:
    deadline = calendar.deadline(start, term).extend(more, calendar)
    stored = canonical_bytes(deadline.model_dump(mode="json"))
    assert Deadline.model_validate_json(stored) == deadline
    assert Deadline.model_validate(json.loads(stored)) == deadline


@given(calendars(), some_day, working_days)
def test_a_milestone_planned_back_reaches_the_end_again(calendar: Calendar, end: date, lag: Term) -> None:
    (planned,) = calendar.schedule_back(end, [("draft", lag)])
    reached = calendar.deadline(calendar.start_of(planned.day), lag).due_day
    # From an end that is not worked the count goes on to the next day that is.
    assert reached >= end
    assert not any(map(calendar.is_working_day, days(end, reached - DAY)))


# --- requirements ----------------------------------------------------------------------------


def test_R_001_the_quarterly_meeting_of_2020_Q1_falls_on_21_to_31_march() -> None:
    window = Period.parse("2020-Q1").ten_day_window
    assert (window.label, window.first, window.last) == ("2020-03-X3", date(2020, 3, 21), date(2020, 3, 31))
    assert window.contains(date(2020, 3, 25))
    assert not window.contains(date(2020, 3, 20))


@pytest.mark.parametrize(
    ("quarter", "window"),
    [
        ("2020-Q1", "2020-03-X3"),
        ("2020-Q2", "2020-06-X3"),
        ("2020-Q3", "2020-09-X3"),
        ("2020-Q4", "2020-12-X3"),
    ],
)
def test_R_001_each_quarter_has_its_window(quarter: str, window: str) -> None:
    assert Period(quarter).ten_day_window == Period(window)


def test_R_001_one_occasion_looks_at_three_periods() -> None:
    quarter = Period.of("quarter", date(2020, 3, 25))
    assert (str(quarter.previous()), str(quarter), str(quarter.next())) == ("2019-Q4", "2020-Q1", "2020-Q2")


def test_R_006_milestones_are_planned_back_from_the_end_and_each_from_the_end() -> None:
    planned = CHINA.schedule_back(
        date(2020, 5, 11),
        [
            ("materials", Term(amount=3, unit="working_days")),
            ("draft", Term(amount=10, unit="calendar_days")),
            ("kickoff", Term(amount=1, unit="months")),
        ],
    )
    assert [(item.code, item.day) for item in planned] == [
        ("materials", date(2020, 5, 7)),  # 9 May was a Saturday that was worked
        ("draft", date(2020, 5, 1)),
        ("kickoff", date(2020, 4, 11)),
    ]
    assert [str(step) for step in planned[0].steps] == [
        "2020-05-11 Mon: not counted (the end date itself).",
        "2020-05-10 Sun: skipped (weekend).",
        "2020-05-09 Sat: counted, 1 (make-up working day).",
        "2020-05-08 Fri: counted, 2 (weekday).",
        "2020-05-07 Thu: counted, 3 (weekday).",
    ]


def test_R_006_a_milestone_on_a_day_off_moves_back_where_the_lag_says_so() -> None:
    lag = Term(amount=10, unit="calendar_days", last_day="moves")
    (draft,) = CHINA.schedule_back(date(2020, 5, 11), [("draft", lag)])
    assert draft.day == date(2020, 4, 30)


def test_R_131_a_petition_is_routed_in_15_days_finished_in_60_and_extended_once_by_30() -> None:
    route = CHINA.deadline(beijing(2020, 3, 25, 9), Term(amount=15, unit="calendar_days"))
    assert route.due_day == date(2020, 4, 9)
    finish = CHINA.deadline(beijing(2020, 4, 9, 15), Term(amount=60, unit="calendar_days"))
    assert (finish.due_day, finish.due) == (date(2020, 6, 8), datetime(2020, 6, 8, 16, tzinfo=UTC))
    extended = finish.extend(Term(amount=30, unit="calendar_days"), CHINA)
    assert extended.due_day == date(2020, 7, 8)
    assert extended.original.due_day == date(2020, 6, 8)


def test_R_131_a_deadline_explains_itself_step_by_step() -> None:
    deadline = CHINA.deadline(beijing(2020, 4, 23, 9), Term(amount=3, unit="working_days"))
    assert deadline.explain() == [
        f"From 2020-04-23T01:00:00.000000Z: 3 working days, counted on {CHINA.ref}.",
        "2020-04-23 Thu: not counted (the day of the start).",
        "2020-04-24 Fri: counted, 1 (weekday).",
        "2020-04-25 Sat: skipped (weekend).",
        "2020-04-26 Sun: counted, 2 (make-up working day).",
        "2020-04-27 Mon: counted, 3 (weekday).",
        "Due with the end of 2020-04-27, that is before 2020-04-27T16:00:00.000000Z.",
    ]


def test_R_131_an_extension_explains_itself_after_what_it_extends() -> None:
    original = CHINA.deadline(beijing(2020, 4, 23, 9), Term(amount=1, unit="months"))
    extended = original.extend(Term(amount=1, unit="calendar_days"), CHINA)
    assert extended.explain() == [
        *original.explain(),
        f"Extended by 1 calendar day, counted on {CHINA.ref}.",
        "2020-05-23 Sat: not counted (the due day that is extended).",
        "2020-05-24 Sun: counted, 1 (every day counts).",
        "Due with the end of 2020-05-24, that is before 2020-05-24T16:00:00.000000Z.",
    ]


def test_R_188_a_publicity_period_may_be_counted_over_the_holidays() -> None:
    term = Term(amount=5, unit="working_days")
    assert CHINA.deadline(beijing(2020, 9, 29, 9), term).due_day == date(2020, 10, 13)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2020, 1, 1), "holiday"),
        (date(2020, 1, 19), "make-up"),
        (date(2020, 1, 25), "holiday"),  # a Saturday within the holiday
        (date(2020, 1, 31), "holiday"),
        (date(2020, 2, 1), "holiday"),
        (date(2020, 2, 3), "weekday"),
        (date(2020, 4, 26), "make-up"),
        (date(2020, 5, 10), "weekend"),
        (date(2020, 10, 8), "holiday"),
        (date(2020, 10, 10), "make-up"),
    ],
)
def test_R_210_every_day_says_why_it_is_worked_or_not(day: date, why: str) -> None:
    assert CHINA.why(day) == why


def test_R_210_a_newer_calendar_changes_a_deadline_only_when_it_is_recomputed() -> None:
    deadline = AS_ANNOUNCED.deadline(beijing(2020, 1, 22, 9), Term(amount=5, unit="working_days"))
    assert deadline.due_day == date(2020, 2, 4)
    moved = deadline.recomputed(CHINA)
    assert moved.due_day == date(2020, 2, 6)
    assert (deadline.due_day, deadline.calendar.version) == (date(2020, 2, 4), "2020.1")
    assert (moved.calendar.version, moved.calendar.digest) == ("2020.2", CHINA.digest)


def test_R_210_an_extension_may_be_counted_on_a_newer_version_and_leaves_the_original_as_it_was() -> None:
    original = AS_ANNOUNCED.deadline(beijing(2020, 1, 20, 9), Term(amount=3, unit="working_days"))
    extended = original.extend(Term(amount=2, unit="working_days"), CHINA)
    assert (original.due_day, extended.due_day) == (date(2020, 1, 23), date(2020, 2, 4))
    assert [part.calendar.version for part in (extended.original, extended)] == ["2020.1", "2020.2"]


def test_R_210_two_versions_of_a_calendar_have_two_digests() -> None:
    assert AS_ANNOUNCED.digest != CHINA.digest
    assert str(CHINA.ref) == "cn-mainland version 2020.2 (digest 29f0f3728527)"


def test_R_210_the_order_in_which_days_are_listed_does_not_matter() -> None:
    stored = CHINA.model_dump(mode="json")
    shuffled = {**stored, "holidays": stored["holidays"][::-1], "weekend": ["sun", "sat"]}
    assert Calendar.model_validate(shuffled).digest == CHINA.digest


# --- examples that pin a rule ----------------------------------------------------------------


def test_a_late_evening_in_utc_is_the_next_day_in_beijing() -> None:
    assert CHINA.day_of(datetime(2020, 3, 25, 16, tzinfo=UTC)) == date(2020, 3, 26)
    assert CHINA.day_of(datetime(2020, 3, 25, 15, 59, 59, 999999, tzinfo=UTC)) == date(2020, 3, 25)
    assert CHINA.start_of(date(2020, 3, 26)) == datetime(2020, 3, 25, 16, tzinfo=UTC)


def test_hours_run_from_the_exact_moment_over_any_day() -> None:
    deadline = CHINA.deadline(beijing(2020, 1, 24, 22, 30), Term(amount=24, unit="hours"))
    assert deadline.due == datetime(2020, 1, 25, 14, 30, tzinfo=UTC)
    assert deadline.explain()[-2:] == [
        "2020-01-25 Sat: reached (hours run from the exact moment).",
        "Due before 2020-01-25T14:30:00.000000Z.",
    ]


def test_hours_that_end_at_midnight_end_with_the_day_before() -> None:
    deadline = CHINA.deadline(beijing(2020, 3, 2, 22), Term(amount=2, unit="hours"))
    assert (deadline.due, deadline.due_day) == (CHINA.end_of(date(2020, 3, 2)), date(2020, 3, 2))
    extended = deadline.extend(Term(amount=1, unit="calendar_days"), CHINA)
    assert extended.due_day == date(2020, 3, 3)


def test_a_month_ends_on_the_day_of_the_same_number_or_on_the_last() -> None:
    def due(start: datetime, months: int) -> tuple[date, str]:
        deadline = CHINA.deadline(start, Term(amount=months, unit="months"))
        return deadline.due_day, deadline.steps[-1].reason

    assert due(beijing(2020, 1, 31), 1) == (date(2020, 2, 29), "month-end")
    assert due(beijing(2020, 1, 31), 2) == (date(2020, 3, 31), "date")
    assert due(beijing(2020, 11, 30), 3) == (date(2021, 2, 28), "month-end")


def test_a_last_day_that_is_not_worked_stands_or_moves_as_the_term_says() -> None:
    start = beijing(2020, 9, 20, 9)
    stands = CHINA.deadline(start, Term(amount=11, unit="calendar_days"))
    moves = CHINA.deadline(start, Term(amount=11, unit="calendar_days", last_day="moves"))
    assert (stands.due_day, moves.due_day) == (date(2020, 10, 1), date(2020, 10, 9))
    assert str(moves.steps[-2]) == "2020-10-08 Thu: moved on (holiday)."
    assert str(moves.steps[-1]) == "2020-10-09 Fri: reached (weekday)."


def test_calendar_days_may_leave_what_the_calendar_covers_since_they_do_not_ask_it() -> None:
    deadline = CHINA.deadline(beijing(2020, 12, 20, 9), Term(amount=60, unit="calendar_days"))
    assert deadline.due_day == date(2021, 2, 18)


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    term = Term(amount=1, unit="hours")
    assert CHINA.deadline(beijing(2020, 3, 1, 8), term) == CHINA.deadline(
        datetime(2020, 3, 1, tzinfo=UTC), term
    )


def test_a_period_is_stored_as_its_label() -> None:
    class Item(BaseModel):
        about: StoredPeriod

    item = Item(about=Period("2019-Q4"))
    assert item.model_dump(mode="json") == {"about": "2019-Q4"}
    assert Item.model_validate({"about": "2019-Q4"}) == item
    assert Item.model_json_schema()["properties"]["about"]["type"] == "string"
    with pytest.raises(ValidationError, match="not the label of a period"):
        Item.model_validate({"about": "2019-Q5"})
    with pytest.raises(ValidationError, match="expected the label of a period, not a int"):
        Item.model_validate({"about": 2019})


@pytest.mark.parametrize("model", [Calendar, Deadline, Term])
def test_every_string_of_what_is_stored_has_its_kind(model: type[BaseModel]) -> None:
    assert "unmarked" not in kinds_of_strings(model).values()


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label",
    ["", "20", "0000", "2020-Q5", "2020-Q0", "2020-H3", "2020-13", "2020-02-30", "2020-03-X4", "2020-3",
     "2020-Q1 ", "2020-Q1\n", "２０２０", "2020-q1", "2020-03-X3-1"],
)  # fmt: skip
def test_a_label_that_is_none_is_refused(label: str) -> None:
    with pytest.raises(InvalidInput, match="not the label of a period"):
        Period.parse(label)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: Period("9999-Q4").next(), "leaves the years 1 to 9999"),
        (lambda: Period("0001").previous(), "leaves the years 1 to 9999"),
        (lambda: Period("2020-03").parts("quarter"), "A month does not consist of quarter periods"),
        (lambda: Period("2020-03-25").ten_day_window, "A day does not consist of tenday periods"),
        (lambda: Period("2020").contains(datetime(2020, 1, 1, tzinfo=UTC)), "A date is wanted here"),
        (lambda: CHINA.why(datetime(2020, 1, 1, tzinfo=UTC)), "A date is wanted here"),
        (lambda: CHINA.day_of(datetime(2020, 1, 1)), "A moment with a time zone is wanted"),  # noqa: DTZ001
        (lambda: CHINA.start_of(date(1, 1, 1)), "leaves the years 1 to 9999"),
        (lambda: CHINA.day_of(datetime(9999, 12, 31, 23, tzinfo=UTC)), "leaves the years 1 to 9999"),
        (
            lambda: CHINA.is_working_day(date(2021, 1, 1)),
            "cn-mainland version 2020.2 covers 2020-01-01 to 2020-12-31; 2021-01-01 lies outside. Use",
        ),
        (
            lambda: CHINA.deadline(beijing(2020, 12, 30), Term(amount=2, unit="working_days")),
            "2021-01-01 lies outside",
        ),
        (
            lambda: CHINA.deadline(datetime(9999, 6, 1, tzinfo=UTC), Term(amount=12, unit="months")),
            "leaves the years 1 to 9999",
        ),
        (
            lambda: CHINA.schedule_back(date(2020, 5, 1), [("draft", Term(amount=8, unit="hours"))]),
            "planned in days, not in hours",
        ),
        (
            lambda: CHINA.schedule_back(date(2020, 5, 1), [("draft", Term(amount=8, unit="months"))] * 2),
            "A milestone code stands twice",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_refused_in_words(act: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        act()


def test_an_extension_on_another_calendar_is_refused() -> None:
    other = china("1", (date(2020, 1, 24), date(2020, 1, 30)), [], code="elsewhere")
    deadline = CHINA.deadline(beijing(2020, 3, 2), Term(amount=1, unit="months"))
    with pytest.raises(InvalidInput, match="was counted on cn-mainland, not on elsewhere"):
        deadline.extend(Term(amount=1, unit="months"), other)


def test_an_extension_that_would_end_before_what_it_extends_is_refused() -> None:
    west = china("3", (date(2020, 1, 24), date(2020, 1, 30)), [], offset_minutes=-720)
    east = china("4", (date(2020, 1, 24), date(2020, 1, 30)), [], offset_minutes=840)
    term = Term(amount=1, unit="calendar_days")
    with pytest.raises(InvalidInput, match="would end before the deadline itself"):
        west.deadline(beijing(2020, 3, 2), term).extend(term, east)


def test_a_deadline_is_not_extended_for_ever() -> None:
    term = Term(amount=1, unit="calendar_days")
    deadline = CHINA.deadline(beijing(2020, 3, 2), term)
    for _ in range(MAX_EXTENSIONS):
        deadline = deadline.extend(term, CHINA)
    canonical_bytes({"event": {"deadline": deadline.model_dump(mode="json")}})
    with pytest.raises(InvalidInput, match="at most 9 times"):
        deadline.extend(term, CHINA)


@pytest.mark.parametrize(
    ("amount", "unit", "last_day"),
    [
        (0, "months", "stands"),
        (-1, "hours", "stands"),
        (True, "hours", "stands"),
        (1.0, "hours", "stands"),
        (1001, "working_days", "stands"),
        (1001, "calendar_days", "stands"),
        (10_001, "hours", "stands"),
        (121, "months", "stands"),
        (1, "hours", "moves"),
        (1, "weeks", "stands"),
    ],
)
def test_a_term_that_cannot_be_counted_is_refused(amount: Any, unit: TermUnit, last_day: Any) -> None:
    with pytest.raises(ValidationError):
        Term(amount=amount, unit=unit, last_day=last_day)


def test_every_fault_of_a_calendar_is_listed() -> None:
    with pytest.raises(InvalidDefinition) as caught:
        Calendar(
            code="cn",
            version="1",
            offset_minutes=480,
            weekend=frozenset(WEEK),  # type: ignore[arg-type]
            holidays=frozenset({date(2020, 2, 1), date(2021, 1, 1)}),
            makeup_days=frozenset({date(2020, 2, 1)}),
            covers=(date(2020, 12, 31), date(2020, 1, 1)),
            basis="made-up",
        )
    assert [str(fault) for fault in caught.value.faults] == [
        "calendar covers: The last day lies before the first. Swap them.",
        "calendar weekend: No day of the week is worked. Leave at least one out.",
        "calendar 2020-02-01: The day lies outside what the calendar covers. Widen covers.",
        "calendar 2020-02-01: The day is both a holiday and a make-up day. Remove one of the two.",
        "calendar 2021-01-01: The day lies outside what the calendar covers. Widen covers.",
    ]


def test_a_make_up_day_on_a_weekday_is_a_fault() -> None:
    with pytest.raises(
        InvalidDefinition, match="2020-03-25: A make-up day is a weekday, which is worked anyway"
    ):
        china("1", (date(2020, 1, 24), date(2020, 1, 30)), [date(2020, 3, 25)])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"offset_minutes": 841}, "calendar.offset_minutes: Input should be less than or equal to 840"),
        ({"offset_minutes": "480"}, "calendar.offset_minutes: Input should be a valid integer"),
        ({"code": "中国"}, "calendar.code: String should match pattern"),
        ({"weekend": ["saturday"]}, "calendar.weekend.0: Input should be 'mon'"),
        ({"holidays": ["2020-2-1"]}, "not a date in canonical form"),
        ({"covers": ["2020-01-01"]}, "calendar.covers"),
        ({"zone": "Asia/Shanghai"}, "calendar.zone: Extra inputs are not permitted. Remove it"),
    ],
)
def test_a_calendar_that_does_not_fit_its_schema_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidDefinition, match=message):
        Calendar.model_validate({**CHINA.model_dump(mode="json"), **changes})
