"""Suggestions, and what soft work comes to in figures."""

from __future__ import annotations

from party_workflow.domain.assessment import Advance, ConfirmEntries, EnterSheets, Value
from party_workflow_adapters.demos.company_year.people import (
    ADOPTED,
    ASSESSORS,
    BENEFITS,
    BROUGHT,
    COMMITTEE,
    DEPARTMENTS,
    LEADER,
    PUBLISHER,
    REVIEWER,
    ROOT,
    VERIFIER,
    everybody,
)
from party_workflow_adapters.demos.diary import (
    Diary,
    open_assessment,
    paper,
    person,
    points,
    self_,
)


def tell_suggestions(diary: Diary) -> None:
    """46 suggestions are brought, 31 adopted, ten of them measured."""
    for index in range(BROUGHT):
        number = everybody()[(index * 13) % 200]
        key = f"suggestion-{index + 1:02}"
        month, day = 2 + index // 8, 3 + 3 * (index % 8)
        on = f"2025-{month:02}-{day:02}"
        diary.procedure(
            f"{on} 09:00",
            self_(number),
            key,
            "suggestion",
            ROOT,
            {"bringer": person(number)},
            {"suggestion_text": f"第{index + 1}条合理化建议"},
        )
        if index >= BROUGHT - 3:
            continue  # still being looked at when the year ends
        adopted = index < ADOPTED
        feasible = "feasible_now" if adopted else "not_feasible"
        diary.step(f"{on} 11:00", LEADER, key, "evaluate", {"feasible": feasible})
        if not adopted:
            diary.step(f"{on} 15:00", COMMITTEE, key, "decline", {"reason": "cost_above_benefit"})
            continue
        diary.step(f"{on} 15:00", COMMITTEE, key, "adopt", {"adopted_by": DEPARTMENTS[index % 4]})
        if index < len(BENEFITS):
            proof = paper(f"{key}: measured over the first months")
            diary.step(f"2025-09-{3 + index:02} 09:00", LEADER, key, "implement", {"evidence": proof})
            given = {"benefit": BENEFITS[index], "evidence": proof}
            diary.step(f"2025-11-{10 + index:02} 09:00", VERIFIER, key, "verify", given)


def tell_indicators(diary: Diary) -> None:
    """What soft work comes to, for the two departments that have any of it: with both counts."""
    opened = open_assessment("soft-2025", "soft_work_indicators", ROOT, "2025", DEPARTMENTS[:2])
    diary.say("2025-12-01 09:00", LEADER, opened)
    sheets = {
        DEPARTMENTS[0]: {
            "mood_survey_quality": points(86),
            "suggestion_adoption": Value(part=8, whole=12),
            "satisfaction_score": Value(part=171, whole=180),
            "production_contribution": points(BENEFITS[0]),
        },
        DEPARTMENTS[1]: {
            "mood_survey_quality": Value(absent="missing"),
            "suggestion_adoption": Value(part=8, whole=12),
            "satisfaction_score": Value(part=160, whole=180),
        },
    }
    by = ASSESSORS[1]
    diary.say(
        "2025-12-02 09:00",
        by,
        EnterSheets(key=opened.key, voice="indicator_owner", assessor=by.person, sheets=sheets),
    )
    diary.say("2025-12-03 09:00", REVIEWER, ConfirmEntries(key=opened.key, voice="indicator_owner"))
    diary.say("2025-12-03 10:00", LEADER, Advance(key=opened.key, move="confirm"))
    diary.publish_sheets("2025-12-04 09:00", PUBLISHER, LEADER, opened, after="2025-12-04 10:00")
