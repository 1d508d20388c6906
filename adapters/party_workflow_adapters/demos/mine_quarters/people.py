"""The mine on paper: units, people, roles, and the figures that the source gives."""

from __future__ import annotations

from typing import Final

from party_workflow.codec import Command
from party_workflow.domain.organisation import AssignPost, EndPost, FoundUnit
from party_workflow.domain.population import FreezePopulation, FreezeUnits
from party_workflow.domain.schedule import OpenSchedule
from party_workflow.packs.party import definitions, open_log
from party_workflow.personal import Personal
from party_workflow_adapters.demos.calendars import CN_2019_2022, adopt
from party_workflow_adapters.demos.diary import (
    Diary,
    acting,
    person,
)

ROOT: Final = "u-mine"
OFFICE: Final = "u-office"
BRANCHES: Final = tuple(f"u-b{number}" for number in range(1, 9))
TITLES: Final = ("综采一队", "综采二队", "掘进一队", "掘进二队", "机电队", "通风队", "运输队", "洗煤厂")
# fmt: off
SIZES: Final = (12, 11, 9, 9, 8, 7, 6, 4)
# fmt: on

REGISTRAR: Final = acting(101, "registrar")
LEADER: Final = acting(102, "head_of_party_office")
RECORDER: Final = acting(103, "recorder")
ASSESSOR: Final = acting(104, "assessor")
REVIEWER: Final = acting(105, "reviewer")
COMMITTEE: Final = acting(105, "party_committee")
PUBLISHER: Final = acting(106, "publisher")
BOOKKEEPER: Final = acting(107, "bookkeeper")
VERIFIER: Final = acting(108, "verifier")
SUPERVISOR: Final = acting(108, "supervisor")
CLERK: Final = acting(109, "clerk")
TELLERS: Final = (acting(110, "teller"), acting(111, "teller"))
SECRETARY: Final = acting(112, "secretary")
CASE_OFFICER: Final = acting(113, "case_officer")
RECTIFIER: Final = acting(114, "rectifier")
AWARDED: Final = {
    "2020-q1": ("u-b1", "u-b2", "u-b3", "u-b4"),
    "2020-q2": ("u-b1", "u-b2", "u-b5", "u-b6"),
    "2020-q3": ("u-b1", "u-b3", "u-b5", "u-b7"),
}
"""Which branches were awarded: all eight patterns of three quarters, one branch each."""
BEFORE: Final = ("u-b1", "u-b8")
"""Awarded in 2019-Q4, under what there was before the scheme: it begins no streak."""
LADDER: Final = ("no_star", "three_star", "four_star", "five_star")
LEDGER: Final = "epidemic-2020"
DONATED: Final = 8_595_500
"""In fen: 85 955 yuan."""
MEETINGS: Final = {
    "2019-q4": "2019-12-27 14:30",
    "2020-q1": "2020-03-27 14:30",
    "2020-q2": "2020-06-24 14:30",
    "2020-q3": "2020-09-25 14:30",
}
QUARTERS: Final = ("2019-q4", "2020-q1", "2020-q2", "2020-q3")


def members(branch: str) -> tuple[int, ...]:
    """The members of a branch by number, its secretary first."""
    index = BRANCHES.index(branch)
    return tuple(range((index + 1) * 1000 + 1, (index + 1) * 1000 + 1 + SIZES[index]))


def branch_of(who: str) -> str | None:
    """The branch in which somebody counts, or None for the office."""
    index = int(who.removeprefix("p-")) // 1000 - 1
    return BRANCHES[index] if index >= 0 else None


def secretary_of(branch: str) -> int:
    """The secretary of a branch when the story begins."""
    return members(branch)[0]


def meeting(quarter: str) -> str:
    """The key of the meeting of a quarter."""
    return f"meeting-{quarter}"


def tell_founded(diary: Diary) -> None:
    """2 December 2019: units, people, roles, posts; in May 2020 one secretary changes."""
    diary.say("2019-12-02 08:30", REGISTRAR, open_log("coal-mine-2020"))
    diary.say("2019-12-02 08:35", REGISTRAR, *_definitions())
    units = [
        FoundUnit(unit=ROOT, kind="party_committee", title=Personal("矿党委")),
        FoundUnit(unit=OFFICE, kind="organ", parent=ROOT, title=Personal("政工科")),
        *(
            FoundUnit(unit=unit, kind="branch", parent=ROOT, title=Personal(f"{title}党支部"))
            for unit, title in zip(BRANCHES, TITLES, strict=True)
        ),
    ]
    diary.say("2019-12-02 08:40", REGISTRAR, *units)
    for number in range(101, 115):
        diary.register("2019-12-02 09:00", REGISTRAR, number, OFFICE, ("member", "officer"))
    for branch in BRANCHES:
        for number in members(branch):
            diary.register("2019-12-02 10:00", REGISTRAR, number, branch, ("member",))
    roles = {
        102: ("head_of_party_office",),
        103: ("recorder", "planner"),
        104: ("assessor",),
        105: ("reviewer", "party_committee"),
        106: ("publisher",),
        107: ("bookkeeper",),
        108: ("verifier", "supervisor"),
        109: ("clerk",),
        110: ("teller",),
        111: ("teller",),
        112: ("secretary",),
        113: ("case_officer",),
        114: ("rectifier",),
    }
    diary.grant("2019-12-02 14:00", REGISTRAR, ROOT, roles)
    for branch in BRANCHES:
        number = secretary_of(branch)
        diary.grant("2019-12-02 14:30", REGISTRAR, branch, {number: ("secretary",)})
        assigned = AssignPost(post="branch_secretary", unit=branch, person=person(number))
        diary.say("2019-12-02 15:00", REGISTRAR, assigned)
    diary.say("2019-12-02 15:30", REGISTRAR, OpenSchedule(key="organisation", unit=ROOT))
    diary.say(
        "2019-12-02 16:00",
        REGISTRAR,
        FreezePopulation(key="everybody", unit=ROOT, having=("member",)),
        FreezeUnits(key="branches", unit=ROOT, kinds=("branch",)),
    )
    # The secretary of the fourth branch changes in the middle of 2020-Q2.
    diary.say(
        "2020-05-18 09:00",
        REGISTRAR,
        EndPost(
            post="branch_secretary", unit="u-b4", person=person(secretary_of("u-b4")), ground="post_change"
        ),
        AssignPost(post="branch_secretary", unit="u-b4", person=person(members("u-b4")[1])),
    )


def _definitions() -> tuple[Command, ...]:
    return (
        *definitions(
            "quarterly_political_work_meeting",
            "star_rating_branch",
            "star_rating_member",
            "star_rating_officer",
            "quality_standardisation",
            "publicity_reporting",
            "six_haves",
            "duty_report_session",
            "stage_report",
            "brand",
            "epidemic_relief",
            "member_points",
            "finding",
            "honour",
        ),
        adopt(CN_2019_2022),
    )
