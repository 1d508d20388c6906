"""Working days in mainland China in the years of the examples, after the yearly notices on public holidays.

Example data (unverified): the days were not checked against the text of the notices.  A log of your own
adopts a calendar that somebody has checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from party_workflow.calendar import Calendar
from party_workflow.domain.definition import AdoptDefinition

_BASIS: Final = "state-council.holiday-notice"
_Stretch = tuple[str, str]


def _days(*stretches: _Stretch) -> frozenset[date]:
    found: set[date] = set()
    for first, last in stretches:
        day, end = date.fromisoformat(first), date.fromisoformat(last)
        while day <= end:
            found.add(day)
            day += timedelta(days=1)
    return frozenset(found)


def _made_up(*days: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in days)


def _calendar(
    version: str, covers: _Stretch, holidays: Iterable[date], makeup_days: Iterable[date]
) -> Calendar:
    return Calendar(
        code="cn-mainland",
        version=version,
        offset_minutes=480,
        weekend=frozenset({"sat", "sun"}),
        holidays=frozenset(holidays),
        makeup_days=frozenset(makeup_days),
        covers=(date.fromisoformat(covers[0]), date.fromisoformat(covers[1])),
        basis=_BASIS,
    )


CN_2019_2022: Final = _calendar(
    "2019-2022",
    ("2019-01-01", "2022-12-31"),
    _days(
        ("2019-01-01", "2019-01-01"),
        ("2019-02-04", "2019-02-10"),
        ("2019-04-05", "2019-04-07"),
        ("2019-05-01", "2019-05-04"),
        ("2019-06-07", "2019-06-09"),
        ("2019-09-13", "2019-09-15"),
        ("2019-10-01", "2019-10-07"),
        ("2020-01-01", "2020-01-01"),
        ("2020-01-24", "2020-02-02"),  # prolonged because of the epidemic
        ("2020-04-04", "2020-04-06"),
        ("2020-05-01", "2020-05-05"),
        ("2020-06-25", "2020-06-27"),
        ("2020-10-01", "2020-10-08"),
        ("2021-01-01", "2021-01-03"),
        ("2021-02-11", "2021-02-17"),
        ("2021-04-03", "2021-04-05"),
        ("2021-05-01", "2021-05-05"),
        ("2021-06-12", "2021-06-14"),
        ("2021-09-19", "2021-09-21"),
        ("2021-10-01", "2021-10-07"),
        ("2022-01-01", "2022-01-03"),
        ("2022-01-31", "2022-02-06"),
        ("2022-04-03", "2022-04-05"),
        ("2022-04-30", "2022-05-04"),
        ("2022-06-03", "2022-06-05"),
        ("2022-09-10", "2022-09-12"),
        ("2022-10-01", "2022-10-07"),
    ),
    _made_up(
        "2019-02-02",
        "2019-02-03",
        "2019-04-28",
        "2019-05-05",
        "2019-09-29",
        "2019-10-12",
        "2020-01-19",
        "2020-04-26",
        "2020-05-09",
        "2020-06-28",
        "2020-09-27",
        "2020-10-10",
        "2021-02-07",
        "2021-02-20",
        "2021-04-25",
        "2021-05-08",
        "2021-09-18",
        "2021-09-26",
        "2021-10-09",
        "2022-01-29",
        "2022-01-30",
        "2022-04-02",
        "2022-04-24",
        "2022-05-07",
        "2022-10-08",
        "2022-10-09",
    ),
)

CN_2025: Final = _calendar(
    "2025",
    ("2025-01-01", "2025-12-31"),
    _days(
        ("2025-01-01", "2025-01-01"),
        ("2025-01-28", "2025-02-04"),
        ("2025-04-04", "2025-04-06"),
        ("2025-05-01", "2025-05-05"),
        ("2025-05-31", "2025-06-02"),
        ("2025-10-01", "2025-10-08"),
    ),
    _made_up("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
)


def adopt(calendar: Calendar) -> AdoptDefinition:
    """The command that adopts a calendar in a log."""
    body = calendar.model_dump(mode="json")
    return AdoptDefinition(code=calendar.code, kind="calendar", version=1, body=body)
