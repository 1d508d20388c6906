"""The company on paper: units, people, roles, and the figures that the source gives."""

from __future__ import annotations

from typing import Final

from party_workflow.domain.organisation import FoundUnit
from party_workflow.domain.population import FreezePopulation, FreezeUnits
from party_workflow.packs.party import definitions, open_log
from party_workflow.personal import Personal
from party_workflow_adapters.demos.calendars import CN_2025, adopt
from party_workflow_adapters.demos.diary import (
    Diary,
    acting,
)

LOG: Final = "company-2025"
ROOT: Final = "u-company"
OFFICE: Final = "u-office"
DEPARTMENTS: Final = ("u-production", "u-equipment", "u-finance", "u-union")
BRANCHES: Final = tuple(f"u-c{number:02}" for number in range(1, 21))
SIZE: Final = 10
REGISTRAR: Final = acting(1, "registrar")
LEADER: Final = acting(2, "head_of_party_office")
RECORDER: Final = acting(3, "recorder")
PLANNER: Final = acting(3, "planner")
ASSESSORS: Final = (acting(4, "assessor"), acting(5, "assessor"), acting(6, "assessor"))
REVIEWER: Final = acting(7, "reviewer")
PUBLISHER: Final = acting(8, "publisher")
COMMITTEE: Final = acting(9, "party_committee")
VERIFIER: Final = acting(10, "verifier")
BOOKKEEPER: Final = acting(11, "bookkeeper")
FAILING: Final = {"2025-01": ("u-c04", "u-c11", "u-c17"), "2025-07": ("u-c17",)}
"""Which branches are not up to the standard: 17 of 20 are in January, 19 of 20 at the end of July."""
SESSIONS: Final = 52
ON_LEAVE: Final = (2003, 2011, 2019)
"""Reached by none of the sessions; the last digit but two is the branch."""
BROUGHT: Final = 46
ADOPTED: Final = 31
BENEFITS: Final = (248_600, 176_000, 151_300, 120_500, 97_800, 84_200, 72_400, 61_000, 33_500, 19_700)
"""Verified, in whole yuan: 1 065 000 together.  The other suggestions adopted have no benefit to count."""
TOP_AWARD: Final = 12_000
"""In yuan."""


def members(branch: str) -> tuple[int, ...]:
    """The members of a branch by number."""
    first = 2000 + BRANCHES.index(branch) * SIZE
    return tuple(range(first, first + SIZE))


def everybody() -> tuple[int, ...]:
    """The members in service, by number."""
    return tuple(number for branch in BRANCHES for number in members(branch))


def tell_founded(diary: Diary) -> None:
    """2 January: units, people, roles, and who is in service."""
    diary.say("2025-01-02 08:30", REGISTRAR, open_log(LOG))
    adopted = (
        "five_isations",
        "soft_work_indicators",
        "project",
        "vanguard_post",
        "responsibility_area",
        "shock_team",
        "suggestion",
        "competition",
        "skills_contest",
        "reward",
        "honour",
        "talent_pool_entry",
        "posting_publicity",
    )
    diary.say("2025-01-02 08:35", REGISTRAR, *definitions(*adopted), adopt(CN_2025))
    units = (
        FoundUnit(unit=ROOT, kind="party_committee", title=Personal("公司党委")),
        FoundUnit(unit=OFFICE, kind="organ", parent=ROOT, title=Personal("党群工作部")),
        *(FoundUnit(unit=unit, kind="department", parent=ROOT) for unit in DEPARTMENTS),
        *(FoundUnit(unit=unit, kind="branch", parent=ROOT) for unit in BRANCHES),
    )
    diary.say("2025-01-02 08:40", REGISTRAR, *units)
    for number in range(1, 12):
        diary.register("2025-01-02 09:00", REGISTRAR, number, OFFICE, ("officer",))
    for branch in BRANCHES:
        for number in members(branch):
            diary.register("2025-01-02 09:30", REGISTRAR, number, branch, ("member", "in_service"))
    roles = {
        2: ("head_of_party_office",),
        3: ("recorder", "planner"),
        4: ("assessor",),
        5: ("assessor",),
        6: ("assessor",),
        7: ("reviewer",),
        8: ("publisher",),
        9: ("party_committee",),
        10: ("verifier",),
        11: ("bookkeeper",),
    }
    diary.grant("2025-01-02 11:00", REGISTRAR, ROOT, roles)
    diary.say(
        "2025-01-02 12:00",
        REGISTRAR,
        FreezePopulation(key="in-service", unit=ROOT, having=("member", "in_service")),
        FreezeUnits(key="branches", unit=ROOT, kinds=("branch",)),
    )
