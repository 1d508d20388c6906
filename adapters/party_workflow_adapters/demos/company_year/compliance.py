"""From 85 to 95 percent: the same twenty branches, checked twice."""

from __future__ import annotations

from party_workflow.domain.assessment import Advance, EnterSheets, Proof, Value
from party_workflow_adapters.demos.company_year.people import ASSESSORS, BRANCHES, FAILING, LEADER, ROOT
from party_workflow_adapters.demos.diary import (
    Diary,
    open_assessment,
    paper,
)


def tell_compliance(diary: Diary) -> None:
    """Check the same branches in January and at the end of July."""
    for month, day in (("2025-01", "2025-01-15"), ("2025-07", "2025-07-31")):
        key = f"standard-{month}"
        diary.say(f"{day} 09:00", LEADER, open_assessment(key, "five_isations", ROOT, month, BRANCHES))
        sheets: dict[str, dict[str, Value]] = {}
        for branch in BRANCHES:
            fails = branch in FAILING[month]
            sheets[branch] = {
                item: Value(
                    passed=not (fails and item == "branch_service"),
                    evidence=(Proof(digest=paper(f"{month} {branch} {item}"), kind="confirmation"),),
                )
                for item in ("set_up", "branch_life", "premises", "branch_service", "branch_rules")
            }
        by = ASSESSORS[0]
        diary.say(
            f"{day} 16:00",
            by,
            EnterSheets(key=key, voice="on_site_check", assessor=by.person, sheets=sheets),
        )
        diary.say(f"{day} 17:00", LEADER, Advance(key=key, move="close"))
