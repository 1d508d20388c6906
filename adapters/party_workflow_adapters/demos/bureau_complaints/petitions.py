"""Petitions with their three levels: handed over, joined to a lead case, extended, appealed, escalated."""

from __future__ import annotations

from typing import Final

from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AppealCase,
    CloseCase,
    ConfirmResolution,
    DecideAppeal,
    DecideCase,
    EscalateCase,
    ExtendClock,
    GivenParticular,
    HandOverCase,
    JoinCase,
    LinkCase,
    OpenCase,
)
from party_workflow.personal import Personal
from party_workflow_adapters.demos.bureau_complaints.people import (
    BUREAU,
    DECIDER,
    HEAD,
    INTAKE,
    OFFICER,
    PETITIONERS,
    REVIEWERS,
    ROOT,
)
from party_workflow_adapters.demos.diary import Diary, digest_of, person, self_

SIGN: Final = "sign-pay"
PAY: Final = "petition-1"
LEAD: Final = "petition-2"
FOLLOWING: Final = ("petition-3", "petition-4")
UNHEARD: Final = "petition-5"


def tell_petitions(diary: Diary) -> None:
    """Five petitions; the first was warned of, and goes through all three levels."""
    sign = OpenCase(
        key=SIGN,
        kind="early_sign",
        definition=digest_of("early_sign"),
        unit=BUREAU,
        substance=Personal("临时工对补贴有议论。"),
        particulars=(GivenParticular(name="about", code="pay"),),
    )
    diary.say("2025-01-20 10:00", OFFICER, sign)
    _through_three_levels(diary)
    _lead_and_followers(diary)
    _opened(diary, "2025-10-13 10:00", UNHEARD, 104, "housing")


def _opened(diary: Diary, at: str, key: str, who: int, subject: str) -> None:
    command = OpenCase(
        key=key,
        kind="petition",
        definition=digest_of("petition"),
        unit=BUREAU,
        substance=Personal("要求补发补贴。"),
        requester=person(who),
        channel="petition_window",
        classes=(subject,),
    )
    diary.say(at, self_(who), command)


def _answered(diary: Diary, at: str, key: str) -> None:
    answer = AnswerRequester(key=key, channel="letter", answer=Personal("处理意见书"))
    diary.say(at, OFFICER, answer)


def _through_three_levels(diary: Diary) -> None:
    key, who = PAY, self_(PETITIONERS[0])
    _opened(diary, "2025-02-17 10:00", key, PETITIONERS[0], "pay")
    diary.say("2025-02-18 10:00", OFFICER, LinkCase(key=key, other=f"case/{SIGN}", link="foretold_by"))
    diary.say("2025-02-19 10:00", INTAKE, AcknowledgeCase(key=key, channel="letter"))
    passed = HandOverCase(key=key, unit="u-insurance", ground="competent_section")
    diary.say("2025-02-20 10:00", OFFICER, passed)
    diary.say("2025-02-24 10:00", OFFICER, AcceptCase(key=key))
    # Extended once, on the last of the sixty days, by the head.
    diary.say("2025-04-25 17:00", HEAD, ExtendClock(key=key, clock="finish", ground="records_of_a_firm"))
    decided = DecideCase(key=key, outcome="not_supported_explained", ground=Personal("不符合条件"))
    diary.say("2025-05-12 10:00", DECIDER, decided)
    _answered(diary, "2025-05-13 10:00", key)
    escalated = EscalateCase(key=key, unit=ROOT, ground="not_content")
    diary.say("2025-05-20 20:00", who, escalated)
    for level, (asked, settled, told) in enumerate(
        (("2025-06-03", "2025-06-24", "2025-06-25"), ("2025-07-14", "2025-08-05", "2025-08-06"))
    ):
        diary.say(f"{asked} 10:00", who, AppealCase(key=key, ground=Personal("有考勤表为证。")))
        outcome, replaces = ("maintained", None) if level == 0 else ("reversed", "partly_supported")
        review = DecideAppeal(key=key, outcome=outcome, ground=Personal("复查意见"), replaces=replaces)
        diary.say(f"{settled} 10:00", REVIEWERS[level], review)
        _answered(diary, f"{told} 10:00", key)


def _lead_and_followers(diary: Diary) -> None:
    """Three about one thing: the first leads, each keeps its own answer."""
    for number, key in enumerate((LEAD, *FOLLOWING)):
        _opened(diary, f"2025-03-{17 + number} 10:00", key, PETITIONERS[1 + number % 3], "work_style")
        diary.say(f"2025-03-{20 + number} 10:00", INTAKE, AcknowledgeCase(key=key, channel="letter"))
    diary.say("2025-03-24 10:00", OFFICER, AcceptCase(key=LEAD))
    for key in FOLLOWING:
        diary.say("2025-03-25 10:00", OFFICER, JoinCase(key=key, lead=f"case/{LEAD}"))
    decided = DecideCase(key=LEAD, outcome="supported", ground=Personal("窗口已增设"))
    diary.say("2025-04-21 10:00", DECIDER, decided)
    for key in (LEAD, *FOLLOWING):
        _answered(diary, "2025-04-23 10:00", key)
    diary.say("2025-04-25 10:00", self_(PETITIONERS[1]), ConfirmResolution(key=LEAD))
    for key in FOLLOWING:  # nobody asked for a review within the thirty days
        diary.say("2025-06-05 10:00", OFFICER, CloseCase(key=key))
