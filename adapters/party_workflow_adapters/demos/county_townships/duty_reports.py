"""The officers' duty-report meeting."""

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
from party_workflow.domain.rating import CastBallot, CloseRating, OpenRating
from party_workflow.domain.submission import Submit
from party_workflow.personal import Personal
from party_workflow_adapters.demos.county_townships.people import (
    ASSESSOR,
    LEADER,
    OFFICERS,
    PUBLISHER,
    RECORDER,
    REVIEWER,
    ROOT,
    SECRETARY,
    SUPERVISOR,
    TOWNSHIPS,
    head,
    members,
    occasion,
)
from party_workflow_adapters.demos.diary import (
    Diary,
    acting,
    open_assessment,
    paper,
    person,
    points,
    self_,
)


def tell_duty_reports(diary: Diary) -> None:
    """Two townships report live, three in writing; members vote in secret."""
    key, vote = "duty-2019", "duty-2019-vote"
    heads = {township: head(township) for township in TOWNSHIPS}
    voters = tuple(number for township in TOWNSHIPS for number in members(township)[:4])
    diary.say(
        "2020-01-08 09:00",
        SECRETARY,
        OpenRating(
            key=vote,
            kind="peer",
            unit=ROOT,
            raters=tuple(person(number) for number in voters),
            subjects=tuple(person(number) for number in heads.values()),
            grades=("good", "fairly_good", "fair", "poor"),
        ),
    )
    opened = open_assessment(key, "duty_report_session", ROOT, "2019", TOWNSHIPS, rounds=(f"rating/{vote}",))
    diary.say("2020-01-08 10:00", LEADER, opened)
    modes = {township: "live" if township in ("u-t1", "u-t2") else "written" for township in TOWNSHIPS}
    diary.say("2020-01-08 11:00", SECRETARY, AssignModes(key=key, modes=modes))
    diary.say("2020-01-08 12:00", LEADER, Advance(key=key, move="call_for_reports"))
    everybody = tuple(person(number) for number in OFFICERS)
    occasion(
        diary,
        "duty-meeting-2019",
        "duty_report_meeting",
        ROOT,
        "2020-01-15 09:00",
        everybody,
        chaired_by="p-101",
    )
    for township, number in heads.items():
        work = "activity/duty-meeting-2019"
        if modes[township] == "written":
            work = f"submission/duty-2019-{township}"
            diary.say(
                "2020-01-14 09:00",
                self_(number),
                Submit(
                    key=f"duty-2019-{township}",
                    kind="duty_report",
                    unit=township,
                    author=person(number),
                    digest=paper(f"duty report 2019 of {township}"),
                ),
            )
        received = ReceiveReport(key=key, subject=township, mode=modes[township], work=work)
        diary.say("2020-01-15 19:30", RECORDER, received)
        answers = {f"common_problem_{index}": Answer(applies=True) for index in range(1, 5)}
        answering = AnswerQuestions(key=key, subject=township, answers=answers)
        diary.say("2020-01-16 09:00", acting(number, "secretary"), answering)
        comment = Comment(
            key=key, subject=township, text=Personal("亮点清楚，短板讲得不够。"), round=f"rating/{vote}"
        )
        diary.say("2020-01-16 10:00", SUPERVISOR, comment)
    diary.say("2020-01-16 11:00", LEADER, Advance(key=key, move="take_in"))
    for place, number in enumerate(voters[:-1]):  # one did not vote
        choices = {
            person(each): "good" if (place + index) % 3 else "fairly_good"
            for index, each in enumerate(heads.values())
        }
        diary.say(
            "2020-01-17 09:00",
            self_(number),
            CastBallot(key=vote, rater=person(number), choices=choices),
        )
    diary.say("2020-01-17 17:00", SECRETARY, CloseRating(key=vote))
    diary.say("2020-01-17 18:00", LEADER, CiteRound(key=key, round=f"rating/{vote}"))
    for voice, item in (("running_assessment", "ordinary_mark"), ("examination", "concentrated_mark")):
        marks = {township: {item: points(92 - 3 * place)} for place, township in enumerate(TOWNSHIPS)}
        by = ASSESSOR
        diary.say("2020-01-18 09:00", by, EnterSheets(key=key, voice=voice, assessor=by.person, sheets=marks))
    moved = (Advance(key=key, move="appraise"), Advance(key=key, move="compute"))
    diary.say("2020-01-18 15:00", LEADER, *moved)
    grades = {
        township: {"session_grade": Value(grade="good" if place < 2 else "fairly_good")}
        for place, township in enumerate(TOWNSHIPS)
    }
    settled = EnterSheets(key=key, voice="grading", assessor=REVIEWER.person, sheets=grades)
    diary.say("2020-01-19 09:00", REVIEWER, settled)
    diary.say("2020-01-19 10:00", acting(2, "reviewer"), ConfirmEntries(key=key, voice="grading"))
    diary.say("2020-01-19 11:00", LEADER, Advance(key=key, move="review"))
    diary.publish_sheets("2020-01-20 09:00", PUBLISHER, LEADER, opened, after="2020-01-20 10:00", close=False)
    diary.say("2020-01-20 11:00", LEADER, Advance(key=key, move="rectify"))
    diary.say("2020-04-20 09:00", LEADER, Advance(key=key, move="close"))
