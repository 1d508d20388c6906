"""Posts for three years: 12 quarters, 3 years, 1 total."""

from __future__ import annotations

from party_workflow_adapters.demos.county_townships.people import COMMITTEE, GAP, LEADER, branch
from party_workflow_adapters.demos.diary import (
    Diary,
    person,
)


def tell_posts(diary: Diary) -> None:
    """Two posts over three years: one recorded throughout, one with a gap and a change."""
    for number, post in ((1001, "policy_reader"), (1002, "water_watch")):
        key, unit = f"post-{number}", branch("u-t1")
        fixed = {
            "holder": person(number),
            "post": post,
            "from_day": "2019-01-01",
            "until_day": "2021-12-31",
        }
        diary.procedure("2019-01-03 09:00", LEADER, key, "member_post", unit, fixed)
        for index in range(12):
            year, quarter = 2019 + index // 4, index % 4 + 1
            code = f"q{year}-{quarter}"
            if number == 1002 and code == GAP:
                continue
            at = f"{year + quarter // 4}-{3 * quarter % 12 + 1:02}-08 09:00"
            mark = "partly" if (index + number) % 5 == 0 else "done"
            diary.step(at, LEADER, key, "record", {"quarter": code, "mark": mark})
            if quarter == 4:
                grade = "fairly_good" if (number, year) == (1002, 2020) else "good"
                given = {"year": f"y{year}", "grade": grade}
                diary.step(f"{year + 1}-01-12 09:00", COMMITTEE, key, "appraise_year", given)
        diary.step("2022-01-14 09:00", COMMITTEE, key, "appraise_total", {"total_grade": "good"})
    # The minor change that is allowed once, at mid-term.
    changed = {"post": "road_watch", "reason": "well_was_closed"}
    diary.step("2020-07-01 09:00", LEADER, "post-1002", "change", changed)
