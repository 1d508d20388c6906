"""Ten supervision notices: numbered by their issuer without gaps, each ended by a reply or an escalation."""

from __future__ import annotations

from datetime import date
from typing import Final

from party_workflow.domain.case import (
    CloseCase,
    ExtendClock,
    HandOverCase,
    OpenCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.personal import Personal
from party_workflow_adapters.demos.diary import Diary, digest_of, paper, person, self_
from party_workflow_adapters.demos.prefecture_hazards.people import (
    DELISTER,
    OFFICER,
    SAFETY,
    VERIFIER,
    chief,
)
from party_workflow_adapters.demos.prefecture_hazards.register import later

ISSUED: Final = (
    (date(2025, 2, 18), "u-h1", "reply"),
    (date(2025, 3, 20), "u-h3", "reply"),
    (date(2025, 4, 15), "u-h2", "failed_first"),
    (date(2025, 5, 20), "u-h4", "reply"),
    (date(2025, 6, 26), "u-h2", "silence"),
    (date(2025, 7, 22), "u-h1", "extended"),
    (date(2025, 8, 19), "u-h3", "reply"),
    (date(2025, 9, 29), "u-h4", "silence"),
    (date(2025, 10, 28), "u-h2", "reply"),
    (date(2025, 12, 9), "u-h3", "reply"),
)
"""When, to whom, and how it goes.  On silence nobody acts: the notice escalates by itself."""


def tell_notices(diary: Diary) -> None:
    """All ten."""
    for number, (day, section, course) in enumerate(ISSUED, start=1):
        _tell(diary, f"notice-2025-{number}", day, section, course)


def _tell(diary: Diary, key: str, day: date, section: str, course: str) -> None:
    opened = OpenCase(
        key=key,
        kind="supervision_notice",
        definition=digest_of("supervision_notice"),
        unit=SAFETY,
        substance=Personal("限期整改并书面回复"),
        classes=("hazards_overdue",),
    )
    head = chief(section)
    issued = HandOverCase(key=key, unit=section, ground="hazards_overdue", responsible=person(head))
    diary.say(f"{day} 14:00", OFFICER, opened, issued)
    if course == "silence":
        return
    reported = later(day, 11)
    if course == "extended":
        extended = ExtendClock(key=key, clock="reply", ground="flood")
        diary.say(f"{later(day, 15)} 17:00", OFFICER, extended)
        reported = later(day, 26)
    replied = ReportRectified(key=key, evidence=(paper(f"{key}: written reply"),))
    diary.say(f"{reported} 14:00", self_(head), replied)
    if course == "failed_first":
        diary.say(f"{later(reported, 1)} 14:00", VERIFIER, _seen(key, "not so", passed=False))
        diary.say(f"{later(reported, 3)} 14:00", self_(head), replied)
        reported = later(reported, 3)
    diary.say(f"{later(reported, 2)} 14:30", VERIFIER, _seen(key, "so", passed=True))
    diary.say(f"{later(reported, 3)} 15:00", DELISTER, CloseCase(key=key))


def _seen(key: str, what: str, *, passed: bool) -> VerifyRectification:
    return VerifyRectification(key=key, passed=passed, evidence=(paper(f"{key}: {what}"),))
