"""The calendars of the pack ``party`` against the notices: counts of days, and what every version keeps."""

from __future__ import annotations

from datetime import date

import pytest

from party_workflow.calendar import Calendar
from party_workflow.errors import InvalidInput
from party_workflow.packs import party

KNOWN_2024 = party.PACK.read_as(Calendar, "cn-working-days", 1)
KNOWN_2025 = party.PACK.read_as(Calendar, "cn-working-days", 2)
CLOCK = party.PACK.read_as(Calendar, "round-the-clock")

# By the text of each notice: how many days each holiday takes, and how many weekend days are worked.
NOTICES = {
    2023: ((2, 7, 1, 5, 3, 8), 7),  # New Year's 31 December 2022 lies before what is covered
    2024: ((1, 8, 3, 5, 1, 3, 7), 8),
    2025: ((1, 8, 3, 5, 3, 8), 5),
    2026: ((3, 9, 3, 5, 3, 3, 7), 6),
}


@pytest.mark.parametrize("year", NOTICES)
def test_R_210_a_year_has_as_many_holidays_and_make_up_days_as_its_notice_names(year: int) -> None:
    holidays, makeup = NOTICES[year]
    assert sum(day.year == year for day in KNOWN_2025.holidays) == sum(holidays)
    assert sum(day.year == year for day in KNOWN_2025.makeup_days) == makeup


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2023, 1, 28), "make-up"),
        (date(2023, 10, 6), "holiday"),
        (date(2023, 10, 7), "make-up"),
        (date(2024, 2, 9), "weekday"),  # New Year's Eve of 2024 was no holiday, only recommended as leave
        (date(2024, 2, 10), "holiday"),
        (date(2024, 2, 18), "make-up"),
        (date(2024, 2, 29), "weekday"),
        (date(2025, 1, 28), "holiday"),  # from 2025 on it is one
        (date(2025, 10, 11), "make-up"),
        (date(2026, 1, 4), "make-up"),
        (date(2026, 2, 23), "holiday"),
        (date(2026, 2, 24), "weekday"),
        (date(2026, 10, 10), "make-up"),
        (date(2026, 10, 11), "weekend"),
    ],
)
def test_R_210_single_days_are_what_the_notices_say(day: date, why: str) -> None:
    assert KNOWN_2025.why(day) == why


def test_R_210_a_later_version_adds_a_year_and_changes_none_before() -> None:
    assert KNOWN_2024.covers == (date(2023, 1, 1), date(2025, 12, 31))
    assert KNOWN_2025.covers == (date(2023, 1, 1), date(2026, 12, 31))
    assert {day for day in KNOWN_2025.holidays if day.year < 2026} == KNOWN_2024.holidays
    assert {day for day in KNOWN_2025.makeup_days if day.year < 2026} == KNOWN_2024.makeup_days
    with pytest.raises(InvalidInput, match="covers 2023-01-01 to 2025-12-31; 2026-01-01 lies outside"):
        KNOWN_2024.why(date(2026, 1, 1))


def test_R_137_on_the_round_the_clock_calendar_every_day_is_worked() -> None:
    assert {CLOCK.why(date(2024, 2, day)) for day in range(1, 30)} == {"weekday"}
