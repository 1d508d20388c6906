"""Problems behind the hazards: entered each quarter with class, severity and evidence, and the root cause."""

from __future__ import annotations

from datetime import date
from typing import Final

from party_workflow.domain.case import (
    AssignResponsible,
    CloseCase,
    GivenParticular,
    GiveParticulars,
    OpenCase,
    ReopenCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.personal import Personal
from party_workflow_adapters.demos.diary import Diary, digest_of, paper, person
from party_workflow_adapters.demos.prefecture_hazards.people import (
    FINDERS,
    OFFICER,
    VERIFIER,
    doing,
    heading,
    worker,
)
from party_workflow_adapters.demos.prefecture_hazards.register import later

FOUND: Final = (
    (date(2025, 3, 12), "u-h2", "patrol_not_recorded", "unclear_duty"),
    (date(2025, 3, 13), "u-h4", "contractor_not_briefed", "no_rules_known"),
    (date(2025, 5, 14), "u-h2", "patrol_not_recorded", "unclear_duty"),
    (date(2025, 5, 15), "u-h1", "funds_not_applied_for", "no_resources"),
    (date(2025, 6, 10), "u-h3", "passed_on_without_a_word", "buck_passing"),
    (date(2025, 8, 20), "u-h2", "patrol_not_recorded", "attitude"),
    (date(2025, 8, 21), "u-h1", "funds_not_applied_for", "no_resources"),
    (date(2025, 11, 12), "u-h2", "patrol_not_recorded", "buck_passing"),
    (date(2025, 11, 13), "u-h3", "passed_on_without_a_word", "buck_passing"),
)
"""When, where, the class, and the cause that was found behind it."""


def tell_problems(diary: Diary) -> None:
    """Nine problems, each put right and closed; one comes back four quarters running, one is reopened."""
    for number, (day, section, code, cause) in enumerate(FOUND, start=1):
        _tell(diary, f"problem-2025-{number}", number, day, section, code, cause)
    diary.say(f"{date(2025, 9, 25)} 10:00", OFFICER, ReopenCase(key="problem-2025-6", ground="seen_again"))
    _put_right(diary, "problem-2025-6", 6, date(2025, 9, 26), "u-h2", "attitude")


def _tell(diary: Diary, key: str, number: int, day: date, section: str, code: str, cause: str) -> None:
    opened = OpenCase(
        key=key,
        kind="problem",
        definition=digest_of("problem"),
        unit=section,
        substance=Personal("管理上的问题"),
        classes=(code,),
        evidence=(paper(f"{key}: record of the check"),),
        particulars=(
            GivenParticular(name="severity", code="grave" if number % 3 else "slight"),
            GivenParticular(name="found_by", code="look_back"),
        ),
    )
    diary.say(f"{day} 11:00", FINDERS[number % 2], opened)
    _put_right(diary, key, number, day, section, cause)


def _put_right(diary: Diary, key: str, number: int, day: date, section: str, cause: str) -> None:
    who = person(worker(section, number))
    diary.say(f"{later(day, 1)} 11:00", heading(section), AssignResponsible(key=key, responsible=who))
    proof = (paper(f"{key}: rectified {later(day, 12)}"),)
    diary.say(f"{later(day, 12)} 11:00", doing(section, number), ReportRectified(key=key, evidence=proof))
    said = GiveParticulars(key=key, particulars=(GivenParticular(name="root_cause", code=cause),))
    diary.say(f"{later(day, 14)} 10:00", OFFICER, said)
    seen = VerifyRectification(key=key, passed=True, evidence=(paper(f"{key}: seen {later(day, 14)}"),))
    diary.say(f"{later(day, 14)} 11:00", VERIFIER, seen)
    diary.say(f"{later(day, 15)} 11:00", OFFICER, CloseCase(key=key))
