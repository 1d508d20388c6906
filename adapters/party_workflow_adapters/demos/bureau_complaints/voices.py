"""Opinions by meetings, forms and letters; the channels for complaints; what others were told."""

from __future__ import annotations

from typing import Final

from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.case import (
    AcknowledgeCase,
    AnswerRequester,
    CloseCase,
    DecideCase,
    OpenCase,
)
from party_workflow.personal import Personal
from party_workflow_adapters.demos.bureau_complaints.people import (
    BUREAU,
    DECIDER,
    INTAKE,
    OFFICER,
    OUTSIDE,
    SECRETARY,
)
from party_workflow_adapters.demos.diary import Diary, digest_of, moment, paper, person

ROUND: Final = "opinions-2025"
FOLLOW_UP: Final = "opinions-follow-up"
WAYS: Final = (
    ("opinion_forms", "staff", 29, 28),
    ("opinion_meetings", "residents", 12, 12),
    ("opinion_meetings", "retired", 3, 3),
    ("letters", "employers", 40, 31),
    ("letters", "institutions", 12, 9),
    ("letters", "organs", 8, 8),
)
"""How many were asked by which channel, and how many came back: of 29 members one was away."""
GIVEN: Final = (
    (23, "opinion_forms", "adopted"),
    (None, "opinion_forms", "partly_adopted"),
    (None, "letters", "not_adopted"),
    (27, "opinion_meetings", "adopted"),
    (103, "letters", None),
)
"""Who gave an opinion (nobody: without a name), by which channel, what was decided; the last has no echo."""


def tell_opinions(diary: Diary) -> None:
    """A round in spring: asked, received, decided one by one, told, and invited again."""
    topic = {"opinion_topic": "service_at_the_windows", "until_day": "2025-04-30"}
    diary.procedure("2025-04-07 09:00", SECRETARY, ROUND, "opinion_round", BUREAU, topic)
    for minute, (channel, whom, sent, back) in enumerate(WAYS):
        out = {"channel": channel, "addressee": whom, "number_sent": sent}
        diary.step(f"2025-04-08 09:{minute:02}", SECRETARY, ROUND, "send_out", out)
        came = {"back_by": channel, "back_from": whom, "number_received": back}
        diary.step(f"2025-04-28 09:{minute:02}", SECRETARY, ROUND, "take_back", came)
    # The three retired are fewer than five: of them no group is recorded, and nobody can tell their opinion.
    group = {"source_category": "members_in_service", "group_size": "twenty_or_more"}
    diary.step("2025-04-28 10:00", SECRETARY, ROUND, "note_group", group)
    for number, (who, channel, outcome) in enumerate(GIVEN, start=1):
        _opinion(diary, f"opinion-{number}", who, channel, outcome)
    diary.step("2025-05-06 09:00", SECRETARY, ROUND, "end_taking")
    there = tuple(person(who) for who, _, outcome in GIVEN if who is not None and outcome is not None)
    at = moment("2025-06-17 15:00")
    planned = PlanActivity(key=FOLLOW_UP, kind="forum", unit=BUREAU, planned_at=at, expected=there)
    diary.say("2025-06-10 09:00", SECRETARY, planned)
    held = HoldActivity(
        key=FOLLOW_UP, attendance=dict.fromkeys(there, Attendance(status="present")), minutes=60
    )
    diary.say("2025-06-17 18:00", SECRETARY, held, since=at)
    follow = {"follow_up_meeting": f"activity/{FOLLOW_UP}"}
    diary.step("2025-06-18 09:00", SECRETARY, ROUND, "follow_up", follow)


def _opinion(diary: Diary, key: str, who: int | None, channel: str, outcome: str | None) -> None:
    opened = OpenCase(
        key=key,
        kind="opinion",
        definition=digest_of("opinion"),
        unit=BUREAU,
        substance=Personal("建议延长窗口时间。"),
        requester=None if who is None else person(who),
        source=f"procedure/{ROUND}",
        channel=channel,
    )
    diary.say("2025-04-29 10:00", INTAKE, opened)
    if outcome is None:
        return
    by = "notice_board" if who is None else "letter"  # without a name it is answered in public
    diary.say("2025-04-30 10:00", INTAKE, AcknowledgeCase(key=key, channel=by))
    diary.say("2025-05-20 10:00", DECIDER, DecideCase(key=key, outcome=outcome, ground=Personal("理由")))
    answer = AnswerRequester(key=key, channel=by, answer=Personal("采纳情况"))
    diary.say("2025-05-22 10:00", OFFICER, answer)
    diary.say("2025-06-20 10:00", OFFICER, CloseCase(key=key))


def tell_channels(diary: Diary) -> None:
    """Three channels: one works all year, one was down, one nobody tried; and two numbers from elsewhere."""
    for key, channel in (
        ("channel-desk", "complaint_desk"),
        ("channel-box", "complaint_box"),
        ("channel-window", "petition_window"),
    ):
        named = {"channel": channel, "made_known": paper(f"{channel}: notice")}
        diary.procedure("2025-01-06 09:00", SECRETARY, key, "complaint_channel", BUREAU, named)
    diary.step("2025-03-20 11:00", OUTSIDE, "channel-desk", "try_passed")
    diary.step("2025-09-18 11:00", OUTSIDE, "channel-desk", "try_passed")
    diary.step("2025-07-01 11:00", OUTSIDE, "channel-box", "try_failed")
    diary.step("2025-07-31 09:00", SECRETARY, "channel-box", "restore", {"reason": "box_moved_back"})
    for key, by, number in (("told-hotline", "hotline", 6), ("told-higher", "higher_office", 2)):
        told = {
            "told_by": by,
            "from_day": "2025-01-01",
            "until_day": "2025-12-31",
            "number_of_complaints": number,
            "evidence": (paper(f"{key}: list"),),
        }
        diary.procedure("2025-12-29 09:00", OUTSIDE, key, "complaints_elsewhere", BUREAU, told)
