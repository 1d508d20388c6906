"""Clocks that stand still: what a pause does to a deadline, and how the deadline says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.test_calendar import CHINA, beijing, calendars, some_moment, terms, working_days
from tests.test_calendar import days as every

from party_workflow.calendar import Calendar, Deadline, Pause, Term
from party_workflow.errors import InvalidInput

TEN = Term(amount=10, unit="calendar_days")
pauses = st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 23))


def pause(start: datetime, lag: tuple[int, int, int]) -> tuple[datetime, datetime]:
    since = start + timedelta(days=lag[0], hours=lag[2])
    return since, since + timedelta(days=lag[1], hours=lag[2])


# --- laws ------------------------------------------------------------------------------------


@given(calendars(), some_moment, st.integers(1, 60), pauses)
def test_a_term_in_days_moves_on_by_the_days_from_stopping_to_running_on(
    calendar: Calendar, start: datetime, amount: int, lag: tuple[int, int, int]
) -> None:
    deadline = calendar.deadline(start, Term(amount=amount, unit="calendar_days"))
    since, until = pause(start, lag)
    stood = calendar.day_of(until) - calendar.day_of(since)
    later = deadline.paused(since, until, calendar)
    moved = stood if calendar.day_of(since) <= deadline.due_day else timedelta(0)
    assert later.due_day == deadline.due_day + moved
    assert later.original == later
    assert (later.start, later.term) == (deadline.start, deadline.term)


@given(calendars(), some_moment, terms, pauses)
def test_a_pause_never_makes_a_deadline_earlier_and_one_within_a_day_changes_none(
    calendar: Calendar, start: datetime, term: Term, lag: tuple[int, int, int]
) -> None:
    deadline = calendar.deadline(start, term)
    since, until = pause(start, lag)
    assert deadline.paused(since, until, calendar).due >= deadline.due
    assert deadline.paused(since, since, calendar).due == deadline.due


@given(calendars(), some_moment, working_days, pauses)
def test_of_working_days_as_many_are_counted_with_a_pause_as_without(
    calendar: Calendar, start: datetime, term: Term, lag: tuple[int, int, int]
) -> None:
    since, until = pause(start, lag)
    deadline = calendar.deadline(start, term).paused(since, until, calendar)
    counted = [step.day for step in deadline.steps if step.effect == "counted"]
    stood = set(every(calendar.day_of(since), calendar.day_of(until))[1:])
    assert len(counted) == term.amount
    assert all(calendar.is_working_day(day) and day not in stood for day in counted)


@given(some_moment, st.integers(1, 200), pauses)
def test_hours_stand_still_exactly(start: datetime, amount: int, lag: tuple[int, int, int]) -> None:
    deadline = CHINA.deadline(start, Term(amount=amount, unit="hours"))
    since, until = pause(start, lag)
    moved = until - since if since < deadline.due else timedelta(0)
    assert deadline.paused(since, until, CHINA).due == deadline.due + moved


@given(calendars(), some_moment, terms, pauses)
def test_a_paused_deadline_is_counted_again_from_what_it_stores(
    calendar: Calendar, start: datetime, term: Term, lag: tuple[int, int, int]
) -> None:
    deadline = calendar.deadline(start, term).paused(*pause(start, lag), calendar)
    assert deadline.recomputed(calendar) == deadline
    assert Deadline.model_validate_json(deadline.model_dump_json()) == deadline


# --- by example ------------------------------------------------------------------------------


def test_a_deadline_says_when_its_clock_stood_still() -> None:
    start = beijing(2020, 3, 2, 9)
    deadline = CHINA.deadline(start, Term(amount=3, unit="calendar_days"))
    paused = deadline.paused(beijing(2020, 3, 3, 9), beijing(2020, 3, 5, 9), CHINA)
    assert paused.explain() == [
        f"From 2020-03-02T01:00:00.000000Z: 3 calendar days, counted on {CHINA.ref}.",
        "The clock stood still from 2020-03-03T01:00:00.000000Z to 2020-03-05T01:00:00.000000Z.",
        "2020-03-02 Mon: not counted (the day of the start).",
        "2020-03-03 Tue: counted, 1 (every day counts).",
        "2020-03-04 Wed: skipped (the clock stood still).",
        "2020-03-05 Thu: skipped (the clock stood still).",
        "2020-03-06 Fri: counted, 2 (every day counts).",
        "2020-03-07 Sat: counted, 3 (every day counts).",
        "Due with the end of 2020-03-07, that is before 2020-03-07T16:00:00.000000Z.",
    ]
    assert "pauses" not in deadline.model_dump()  # what never stood still is stored as before


def test_a_last_day_that_ends_within_a_pause_is_the_day_on_which_the_clock_ran_on() -> None:
    deadline = CHINA.deadline(beijing(2020, 3, 2, 9), TEN)
    assert deadline.due_day == date(2020, 3, 12)
    paused = deadline.paused(beijing(2020, 3, 12, 17), beijing(2020, 3, 20, 9), CHINA)
    assert paused.due_day == date(2020, 3, 20)
    assert str(paused.steps[-1]) == (
        "2020-03-20 Fri: reached (the last day ended while the clock stood still, so the day on which it ran"
        " again)."
    )


def test_a_pause_moves_months_and_a_last_day_that_moves_still_moves() -> None:
    month = CHINA.deadline(beijing(2020, 3, 31, 9), Term(amount=1, unit="months"))
    assert month.due_day == date(2020, 4, 30)
    assert month.paused(beijing(2020, 4, 1), beijing(2020, 4, 4), CHINA).due_day == date(2020, 5, 3)
    moves = CHINA.deadline(beijing(2020, 4, 20, 9), Term(amount=10, unit="calendar_days", last_day="moves"))
    assert moves.due_day == date(2020, 4, 30)
    # One day later would be 1 May; the holiday lasts to the 5th.
    assert moves.paused(beijing(2020, 4, 21), beijing(2020, 4, 22), CHINA).due_day == date(2020, 5, 6)


def test_a_pause_before_the_due_day_moves_an_extension_with_it_and_one_after_moves_the_extension_only() -> (
    None
):
    extended = CHINA.deadline(beijing(2020, 3, 2, 9), TEN).extend(TEN, CHINA)
    assert extended.due_day == date(2020, 3, 22)
    early = extended.paused(beijing(2020, 3, 3), beijing(2020, 3, 6), CHINA)
    assert (early.original.due_day, early.due_day) == (date(2020, 3, 15), date(2020, 3, 25))
    late = extended.paused(beijing(2020, 3, 14), beijing(2020, 3, 17), CHINA)
    assert (late.original.due_day, late.due_day) == (date(2020, 3, 12), date(2020, 3, 25))


def test_pauses_that_overlap_or_lie_before_the_start_are_refused_in_words() -> None:
    deadline = CHINA.deadline(beijing(2020, 3, 2, 9), TEN)
    with pytest.raises(InvalidInput, match="before the clock does"):
        deadline.paused(beijing(2020, 3, 1), beijing(2020, 3, 3), CHINA)
    once = deadline.paused(beijing(2020, 3, 3), beijing(2020, 3, 6), CHINA)
    with pytest.raises(InvalidInput, match="apart from each other"):
        once.paused(beijing(2020, 3, 5), beijing(2020, 3, 7), CHINA)
    with pytest.raises(ValueError, match="does not end before it begins"):
        Pause(since=datetime(2020, 3, 3, tzinfo=UTC), until=datetime(2020, 3, 2, tzinfo=UTC))
