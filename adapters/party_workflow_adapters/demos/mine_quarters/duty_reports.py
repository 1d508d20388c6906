"""Duty reports online, appraised on paper."""

from __future__ import annotations

from party_workflow.domain.assessment import (
    Advance,
    Answer,
    AnswerQuestions,
    AssignModes,
    CiteRound,
    Comment,
    ConfirmEntries,
    EnterSheets,
    ReceiveReport,
    Value,
)
from party_workflow.domain.rating import CloseRating, EnterPaperBallots, IssuePapers, OpenRating
from party_workflow.domain.submission import Submit
from party_workflow.personal import Personal
from party_workflow_adapters.demos.diary import (
    Diary,
    acting,
    open_assessment,
    paper,
    person,
    points,
    self_,
)
from party_workflow_adapters.demos.mine_quarters.people import (
    ASSESSOR,
    BRANCHES,
    LEADER,
    PUBLISHER,
    RECORDER,
    REVIEWER,
    ROOT,
    SECRETARY,
    SUPERVISOR,
    TELLERS,
    members,
    secretary_of,
)


def tell_duty_reports(diary: Diary) -> None:
    """The secretaries report online; members vote on paper."""
    key, vote = "duty-2019", "duty-2019-vote"
    secretaries = {branch: secretary_of(branch) for branch in BRANCHES}
    voters = tuple(person(number) for branch in BRANCHES for number in members(branch)[1:4])
    diary.say(
        "2020-04-20 09:00",
        SECRETARY,
        OpenRating(
            key=vote,
            kind="peer",
            unit=ROOT,
            raters=voters,
            subjects=tuple(person(number) for number in secretaries.values()),
            grades=("good", "fairly_good", "fair", "poor"),
            channel="paper",
        ),
    )
    opened = open_assessment(key, "duty_report_session", ROOT, "2019", BRANCHES, rounds=(f"rating/{vote}",))
    diary.say("2020-04-20 10:00", LEADER, opened)
    diary.say("2020-04-20 11:00", SECRETARY, AssignModes(key=key, modes=dict.fromkeys(BRANCHES, "online")))
    diary.say("2020-04-20 12:00", LEADER, Advance(key=key, move="call_for_reports"))
    for branch, number in secretaries.items():
        report = f"duty-report-2019-{branch}"
        diary.say(
            "2020-04-24 09:00",
            self_(number),
            Submit(
                key=report,
                kind="duty_report",
                unit=branch,
                author=person(number),
                digest=paper(f"duty report 2019 of {branch}"),
                channel="online",
            ),
        )
        diary.say(
            "2020-04-24 10:00",
            RECORDER,
            ReceiveReport(key=key, subject=branch, mode="online", work=f"submission/{report}"),
        )
        answers = {f"common_problem_{index}": Answer(applies=True) for index in (1, 2)} | {
            f"common_problem_{index}": Answer(applies=False, reason="looked_for_and_not_found")
            for index in (3, 4)
        }
        diary.say(
            "2020-04-24 11:00",
            acting(number, "secretary"),
            AnswerQuestions(key=key, subject=branch, answers=answers),
        )
        diary.say(
            "2020-04-27 09:00",
            SUPERVISOR,
            Comment(
                key=key,
                subject=branch,
                text=Personal("讲问题要再具体一些。"),
                round=f"rating/{vote}",
            ),
        )
    diary.say("2020-04-27 10:00", LEADER, Advance(key=key, move="take_in"))
    _papers(diary, vote, voters, tuple(secretaries.values()))
    diary.say("2020-04-28 17:00", SECRETARY, CloseRating(key=vote))
    diary.say("2020-04-28 17:30", LEADER, CiteRound(key=key, round=f"rating/{vote}"))
    for voice, item in (("running_assessment", "ordinary_mark"), ("examination", "concentrated_mark")):
        marks = {branch: {item: points(94 - 2 * place)} for place, branch in enumerate(BRANCHES)}
        diary.say(
            "2020-04-29 09:00",
            ASSESSOR,
            EnterSheets(key=key, voice=voice, assessor="p-104", sheets=marks),
        )
    diary.say("2020-04-29 15:00", LEADER, Advance(key=key, move="appraise"), Advance(key=key, move="compute"))
    grades = {
        branch: {"session_grade": Value(grade="good" if place < 3 else "fairly_good")}
        for place, branch in enumerate(BRANCHES)
    }
    diary.say(
        "2020-04-30 09:00",
        REVIEWER,
        EnterSheets(key=key, voice="grading", assessor="p-105", sheets=grades),
    )
    diary.say("2020-04-30 10:00", acting(115, "reviewer"), ConfirmEntries(key=key, voice="grading"))
    diary.say("2020-04-30 11:00", LEADER, Advance(key=key, move="review"))
    diary.publish_sheets("2020-05-06 09:00", PUBLISHER, LEADER, opened, after="2020-05-06 10:00", close=False)
    diary.say("2020-05-06 11:00", LEADER, Advance(key=key, move="rectify"))
    diary.say("2020-06-05 11:00", LEADER, Advance(key=key, move="close"))


def _papers(diary: Diary, vote: str, voters: tuple[str, ...], subjects: tuple[int, ...]) -> None:
    """24 papers handed out, 23 back; two tellers count them, each for themselves."""
    diary.say("2020-04-28 14:00", TELLERS[0], IssuePapers(key=vote, batch="box-1", raters=voters))
    counts = {
        person(number): {"good": 15 + place % 3, "fairly_good": 7 - place % 3, "fair": 1}
        for place, number in enumerate(subjects)
    }
    for at, teller in (("2020-04-28 16:00", TELLERS[0]), ("2020-04-28 16:30", TELLERS[1])):
        diary.say(
            at,
            teller,
            EnterPaperBallots(key=vote, batch="box-1", issued=len(voters), papers=23, counts=counts),
        )
