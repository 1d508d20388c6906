"""The county on paper: units, people, roles, and how an occasion is told."""

from __future__ import annotations

from typing import Any, Final

from party_workflow.codec import Command
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.organisation import (
    AssignPost,
    FoundUnit,
)
from party_workflow.domain.schedule import OpenSchedule
from party_workflow.packs.party import definitions, open_log
from party_workflow.personal import Personal
from party_workflow_adapters.demos.calendars import CN_2019_2022, adopt
from party_workflow_adapters.demos.diary import (
    Diary,
    acting,
    moment,
    person,
)

ROOT: Final = "u-county"
OFFICE: Final = "u-org"
TOWNSHIPS: Final = tuple(f"u-t{number}" for number in range(1, 6))
DEPARTMENTS: Final = ("u-finance", "u-water", "u-schools", "u-roads")
SEA: Final = "u-sea"
REGISTRAR: Final = acting(1, "registrar")
LEADER: Final = acting(2, "head_of_party_office")
RECORDER: Final = acting(3, "recorder")
PLANNER: Final = acting(3, "planner")
ASSESSOR: Final = acting(4, "assessor")
SECOND: Final = acting(5, "assessor")
REVIEWER: Final = acting(6, "reviewer")
PUBLISHER: Final = acting(7, "publisher")
COMMITTEE: Final = acting(8, "party_committee")
VERIFIER: Final = acting(9, "verifier")
SUPERVISOR: Final = acting(9, "supervisor")
SECRETARY: Final = acting(10, "secretary")
OFFICERS: Final = tuple(range(101, 111))
"""Two organisation officers of each township, the head first."""
MONTHS: Final = tuple(f"{year}-{month:02}" for year in (2019, 2020) for month in range(1, 13))
VOID: Final = "2020-02"
"""There was no appraisal in the month of the epidemic: it is void, not zero."""
CORRECTED: Final = "2019-05"
"""A slip was found after this month was published: an erratum stands beside it."""
STEPS: Final = ("preview_study", "topic_lecture", "homework", "topic_exchange")
"""The four weekly steps of a topic (预习、讲课、作业、交流)."""
GAP: Final = "q2020-1"
"""The quarter for which the second post has no record."""


def head(township: str) -> int:
    """The head of a township's organisation office."""
    return OFFICERS[2 * TOWNSHIPS.index(township)]


def branch(township: str) -> str:
    """The village branch of a township."""
    return f"{township}-v1"


def members(township: str) -> tuple[int, ...]:
    """The members of its village branch, by number."""
    first = 1000 * (TOWNSHIPS.index(township) + 1)
    return tuple(range(first + 1, first + 9))


def tell_founded(diary: Diary) -> None:
    """2 January 2019: units, people, roles."""
    diary.say("2019-01-02 08:30", REGISTRAR, open_log("county-2019"))
    adopted = (
        "monthly_appraisal",
        "five_star_departments",
        "duty_report_session",
        "annual_key_points",
        "member_points",
        "member_post",
        "election",
        "personnel_step",
        "talent_pool_entry",
        "field_research",
        "typical_example",
        "research_bidding",
        "pairing",
        "admission",
        "reward",
        "posting_monthly",
        "lecture_standard",
    )
    diary.say("2019-01-02 08:35", REGISTRAR, *definitions(*adopted), adopt(CN_2019_2022))
    units = [
        FoundUnit(unit=ROOT, kind="party_committee", title=Personal("县委")),
        FoundUnit(unit=OFFICE, kind="organ", parent=ROOT, title=Personal("县委组织部")),
        *(FoundUnit(unit=unit, kind="department", parent=ROOT) for unit in DEPARTMENTS),
    ]
    for township in TOWNSHIPS:
        units.append(FoundUnit(unit=township, kind="township", parent=ROOT))
        units.append(FoundUnit(unit=branch(township), kind="branch", parent=township))
    diary.say("2019-01-02 08:40", REGISTRAR, *units)
    for number in range(1, 11):
        diary.register("2019-01-02 09:00", REGISTRAR, number, OFFICE, ("staff",))
    for index, number in enumerate(OFFICERS):
        diary.register("2019-01-02 09:10", REGISTRAR, number, TOWNSHIPS[index // 2], ("member", "officer"))
    for township in TOWNSHIPS:
        for number in members(township):
            found = ("member", "no_post")
            diary.register("2019-01-02 09:30", REGISTRAR, number, branch(township), found)
    roles = {
        2: ("head_of_party_office",),
        3: ("recorder", "planner"),
        4: ("assessor",),
        5: ("assessor",),
        6: ("reviewer",),
        7: ("publisher",),
        8: ("party_committee",),
        9: ("verifier", "supervisor"),
        10: ("secretary",),
    }
    diary.grant("2019-01-02 11:00", REGISTRAR, ROOT, roles)
    for township in TOWNSHIPS:
        diary.grant("2019-01-02 11:30", REGISTRAR, township, {head(township): ("secretary",)})
        tutor = AssignPost(post="tutor", unit=township, person=person(head(township)))
        diary.say("2019-01-02 11:45", REGISTRAR, *((tutor,) if township == "u-t2" else ()), _opened(township))


def _opened(township: str) -> Command:
    key = "organisation" if township == "u-t1" else township
    return OpenSchedule(key=key, unit=ROOT if township == "u-t1" else township)


def occasion(
    diary: Diary,
    key: str,
    kind: str,
    unit: str,
    at: str,
    expected: tuple[str, ...],
    by: Any = RECORDER,
    chaired_by: str | None = None,
    **about: Any,
) -> None:
    """Plan an occasion in the morning and record it in the evening."""
    day = at[:10]
    diary.say(
        f"{day} 08:00",
        by,
        PlanActivity(key=key, kind=kind, unit=unit, planned_at=moment(at), expected=expected, **about),
    )
    held = HoldActivity(
        key=key,
        attendance=dict.fromkeys(expected, Attendance(status="present")),
        minutes=90,
        chaired_by=chaired_by,
    )
    diary.say(f"{day} 19:00", by, held, since=at)
