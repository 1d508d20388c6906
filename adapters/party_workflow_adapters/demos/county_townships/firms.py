"""Every private firm, as it is founded."""

from __future__ import annotations

from typing import Final

from party_workflow.domain.organisation import (
    FoundUnit,
    MergeUnits,
)
from party_workflow.domain.population import AddUnitToPopulation, FreezePopulation, FreezeUnits
from party_workflow_adapters.demos.county_townships.people import REGISTRAR, ROOT, TOWNSHIPS, branch, occasion
from party_workflow_adapters.demos.diary import (
    Diary,
    person,
)

FIRMS: Final = (
    ("u-f1", "2019-01-07", "2019-01-21"),
    ("u-f2", "2019-01-07", "2019-02-18"),
    ("u-f3", "2019-01-07", "2019-04-15"),
    ("u-f4", "2019-01-07", "2019-07-15"),
    ("u-f5", "2019-09-02", "2019-11-18"),
    ("u-f6", "2020-03-02", "2020-06-15"),
)
"""Firm, when it was founded, when it had a branch.  The last two enter the denominator when founded."""


def tell_firms(diary: Diary) -> None:
    """Six firms, two of them founded later; their owners are trained; two branches merge."""
    for index, (firm, founded, covered) in enumerate(FIRMS):
        township = TOWNSHIPS[index % 5]
        diary.say(f"{founded} 09:00", REGISTRAR, FoundUnit(unit=firm, kind="private_firm", parent=township))
        diary.register(f"{founded} 10:00", REGISTRAR, 301 + index, firm, ("owner",))
        below = FoundUnit(unit=f"{firm}-branch", kind="branch", parent=firm)
        diary.say(f"{covered} 09:00", REGISTRAR, below)
        if founded > "2019-02":
            added = AddUnitToPopulation(key="firms", unit=firm, ground="newly_founded")
            diary.say(f"{founded} 11:00", REGISTRAR, added)
    frozen = FreezeUnits(key="firms", unit=ROOT, kinds=("private_firm",))
    owners = FreezePopulation(key="owners", unit=ROOT, having=("owner",))
    diary.say("2019-01-07 12:00", REGISTRAR, frozen, owners)
    trained = tuple(person(301 + index) for index in range(4))
    occasion(diary, "owners-2019", "owners_training", ROOT, "2019-08-20 09:00", trained)
    # Two villages are merged; what was two branches goes on as one, with its lineage.
    diary.say(
        "2021-03-01 09:00",
        REGISTRAR,
        MergeUnits(units=(branch("u-t4"),), into=branch("u-t3"), ground="merger"),
    )
