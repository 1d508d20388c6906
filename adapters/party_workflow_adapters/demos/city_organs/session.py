"""The duty-report session of the organisations, from the modes of reporting to the last problem put right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from party_workflow.calendar import Period
from party_workflow.codec import Command
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.assessment import (
    Advance,
    Answer,
    AnswerQuestions,
    AssignModes,
    CiteResult,
    CiteRound,
    Comment,
    ConfirmEntries,
    EnterSheets,
    LinkProblem,
    NoteProblem,
    OpenAssessment,
    ReceiveReport,
    Value,
)
from party_workflow.domain.case import (
    AssignResponsible,
    CloseCase,
    OpenCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.domain.publication import Comment as CommentOnText
from party_workflow.domain.publication import (
    CorrectPublication,
    Finalise,
    LinkErratum,
    Publish,
    RaiseObjection,
    ResolveObjection,
)
from party_workflow.domain.rating import CastBallot, CloseRating, OpenRating
from party_workflow.domain.submission import GivenSection, Submit
from party_workflow.packs.results import sheets_digest
from party_workflow.personal import Personal
from party_workflow.service import Workflow
from party_workflow_adapters.demos.city_organs.city import (
    ASSESSORS,
    CASE_OFFICER,
    COMMENTATORS,
    LEADER,
    OMBUDSMAN,
    PUBLISHER,
    RECORDER,
    RECTIFIER,
    REVIEWERS,
    ROOT,
    SECRETARY,
    VERIFIER,
    City,
)
from party_workflow_adapters.demos.city_organs.founding import CALENDAR, REPORTERS
from party_workflow_adapters.demos.city_organs.size import draw
from party_workflow_adapters.demos.city_organs.telling import in_order, said
from party_workflow_adapters.demos.diary import Entry, Later, acting, digest_of, moment, paper, person, self_

KEY: Final = "duty-reports-2018"
STREAM: Final = f"assessment/{KEY}"
VOTE: Final = "duty-vote-2018"
ROUND: Final = f"rating/{VOTE}"
MEETING: Final = "duty-session-2018"
PROVISIONAL: Final = "duty-reports-2018-provisional"
ERRATUM: Final = "duty-reports-2018-erratum"
RESULT: Final = "duty-reports-2018-result"
GRADES: Final = ("good", "fairly_good", "fair", "poor")
SECTIONS: Final = (
    "section_instrument",
    "section_problem",
    "section_effect",
    "section_results",
    "section_shortcomings",
    "section_direction",
)
PERIOD: Final = Period("2018")


def reported(city: City) -> Iterator[Entry]:
    """December: modes, reports in writing and live, posted and commented on, and the vote."""
    modes, heads = city.modes, city.heads
    written = [unit for unit in city.organisations if modes[unit] == "written"]
    live = [unit for unit in city.organisations if modes[unit] == "live"]
    yield said(
        "2018-12-03 08:30",
        SECRETARY,
        OpenRating(
            key=VOTE, kind="duty_report", unit=ROOT, raters=REPORTERS, subjects=REPORTERS, grades=GRADES
        ),
    )
    yield said(
        "2018-12-03 08:40",
        LEADER,
        OpenAssessment(
            key=KEY,
            kind="duty_report_session",
            definition=digest_of("duty_report_session"),
            unit=ROOT,
            period=PERIOD,
            subjects=city.organisations,
            due=moment("2018-12-12 18:00"),
            rounds=(ROUND,),
        ),
    )
    yield said("2018-12-03 08:50", SECRETARY, AssignModes(key=KEY, modes=modes))
    yield said("2018-12-03 08:55", LEADER, Advance(key=KEY, move="call_for_reports"))
    yield from in_order(_written(unit, heads[unit], index) for index, unit in enumerate(written))
    for index, unit in enumerate(written[::5]):
        # Their peers read what was put up, and say what they think under their own names.
        peer = city.organisations[(city.organisations.index(unit) + 1) % len(city.organisations)]
        yield said(
            f"2018-12-13 {9 + index // 6:02d}:{index % 6 * 10:02d}",
            self_(heads[peer]),
            CommentOnText(
                key=_report(unit), commenter=person(heads[peer]), text=Personal("做法具体，数字与台账一致。")
            ),
        )
    began = moment("2018-12-18 09:00")
    people = tuple(person(number) for number in heads.values())
    leaders = tuple(actor.person for actor in COMMENTATORS)
    yield said(
        "2018-12-14 09:00",
        RECORDER,
        PlanActivity(
            key=MEETING,
            kind="report_meeting",
            unit=ROOT,
            planned_at=began,
            period=Period("2018-12"),
            expected=tuple(sorted((*people, *leaders))),
            topic="duty_reports",
        ),
    )
    rows = {who: Attendance(status="present") for who in (*people, *leaders)}
    yield said(
        "2018-12-18 11:30",
        RECORDER,
        HoldActivity(key=MEETING, attendance=rows, minutes=150, chaired_by=leaders[0]),
        *(ReceiveReport(key=KEY, subject=unit, mode="live", work=f"activity/{MEETING}") for unit in live),
        since=began,
    )
    yield said("2018-12-18 11:40", LEADER, Advance(key=KEY, move="take_in"))
    for index, actor in enumerate(COMMENTATORS):
        comments = [
            Comment(
                key=KEY, subject=unit, round=ROUND, text=Personal("问题找得准，整改要定人、定时、定标准。")
            )
            for unit in city.organisations[index :: len(COMMENTATORS)]
        ]
        yield said(f"2018-12-18 14:{index * 10:02d}", actor, *comments)
    for index, (unit, number) in enumerate(heads.items()):
        if index == 3:  # one of them does not vote; nobody can tell from the count what anybody voted
            continue
        choices = {person(other): _vote(unit, seen) for seen, other in heads.items() if seen != unit}
        yield said(
            f"2018-12-18 {15 + index // 50}:{index % 50:02d}",
            self_(number),
            CastBallot(key=VOTE, rater=person(number), choices=choices),
        )
    yield said("2018-12-18 18:00", SECRETARY, CloseRating(key=VOTE))
    yield said("2018-12-18 18:10", LEADER, CiteRound(key=KEY, round=ROUND), Advance(key=KEY, move="appraise"))


def _report(unit: str) -> str:
    return f"report-2018-{unit[2:]}"


def _written(unit: str, number: int, index: int) -> Iterator[Entry]:
    """A report: handed in on the template, taken in, posted for a week; one is posted after it was due."""
    key = _report(unit)
    text = paper(f"{key}: whole text")
    late = index == 3
    yield said(
        f"2018-12-{4 + index // 20:02d} {9 + index % 20 // 4:02d}:{index % 4 * 15:02d}",
        acting(number, "secretary"),
        Submit(
            key=key,
            kind="duty_report",
            unit=unit,
            author=person(number),
            digest=text,
            channel="written",
            template_code="duty-report-template",
            template=digest_of("duty_report_template"),
            sections={
                code: GivenSection(digest=paper(f"{key}: {code}"), characters=300 + draw(key, code) % 900)
                for code in SECTIONS
            },
        ),
    )
    taken = ReceiveReport(key=KEY, subject=unit, mode="written", work=f"submission/{key}")
    yield said(f"2018-12-10 {9 + index // 60:02d}:{index % 60:02d}", RECORDER, taken)

    def posted(workflow: Workflow, now: datetime) -> Command:
        return Publish(
            key=key,
            unit=ROOT,
            subject="duty_report",
            audience="peers",
            media="website",
            position=workflow.store.head().position,
            known=now,
            rule=digest_of("duty_report_template"),
            digest=text,
            of=f"submission/{key}",
            period=PERIOD,
            due=moment("2018-12-11 18:00"),
            audience_population=REPORTERS,
            **_kind("posting-reports"),
        )

    yield said(f"2018-12-{12 if late else 11} {9 + index // 60:02d}:{index % 60:02d}", PUBLISHER, posted)


def _kind(key: str) -> dict[str, Any]:
    return {
        "kind": key,
        "kind_digest": digest_of(key.replace("-", "_")),
        "calendar": CALENDAR.code,
        "calendar_digest": CALENDAR.digest,
    }


def _vote(voter: str, subject: str) -> str:
    """What a voter thinks of somebody: most of a subject itself, some of it of who votes."""
    lot = draw("standing", subject) % 60 + draw("vote", voter, subject) % 41
    return "good" if lot >= 45 else "fairly_good" if lot >= 18 else "fair" if lot >= 4 else "poor"


# --- marks, the provisional result, an objection, an erratum ----------------------------------------


def marks(city: City) -> dict[str, tuple[int, int]]:
    """The ordinary and the concentrated mark of each organisation, in hundredths of a point."""
    found = {}
    for unit in city.organisations:
        base = 7_600 + draw("standing", unit) % 60 * 30
        ordinary, concentrated = base + draw("ordinary", unit) % 500, base + draw("examination", unit) % 600
        found[unit] = (ordinary, concentrated)
    return found


def _points(hundredths: int) -> Value:
    return Value(points=Decimal(hundredths).scaleb(-2))


def wronged(city: City) -> str:
    """The organisation whose ordinary mark was entered wrongly: one of the best."""
    found = marks(city)
    return sorted(city.organisations, key=lambda unit: (-found[unit][0], unit))[2]


def misread(city: City) -> int:
    """The mark of that organisation as it was first entered: ten points too few."""
    return marks(city)[wronged(city)][0] - 1_000


def settled(city: City) -> Iterator[Entry]:
    """The rest: marks, a provisional result, objection and erratum, grades, the result, problems, closing."""
    found, wrong = marks(city), wronged(city)
    ordinary = {
        unit: {"ordinary_mark": _points(misread(city) if unit == wrong else mark)}
        for unit, (mark, _) in found.items()
    }
    concentrated = {unit: {"concentrated_mark": _points(mark)} for unit, (_, mark) in found.items()}
    for at, actor, voice, sheets in (
        ("2018-12-19 10:00", ASSESSORS[0], "running_assessment", ordinary),
        ("2018-12-19 11:00", ASSESSORS[1], "examination", concentrated),
    ):
        entered = EnterSheets(key=KEY, voice=voice, assessor=actor.person, sheets=sheets)
        yield said(at, actor, entered)
    for index, unit in enumerate(city.organisations):
        by = acting(city.heads[unit], "secretary")
        at = f"2018-12-19 {13 + index // 30}:{index % 30 * 2:02d}"
        yield said(at, by, AnswerQuestions(key=KEY, subject=unit, answers=_answers(unit, index)))
    yield said("2018-12-21 09:00", LEADER, Advance(key=KEY, move="compute"))
    yield said("2018-12-21 10:00", PUBLISHER, posting(PROVISIONAL))
    head = city.heads[wrong]
    yield said(
        "2018-12-25 09:30",
        self_(head),
        RaiseObjection(key=PROVISIONAL, objector=person(head), ground=Personal("平时考核分与通知单不符。")),
    )
    resolved = ResolveObjection(
        key=PROVISIONAL, number=1, upheld=True, answer=Personal("核对原始记录，系录入有误，予以更正。")
    )
    yield said("2018-12-26 15:00", OMBUDSMAN, resolved)

    def corrected(workflow: Workflow, now: datetime) -> Command:
        mark = workflow.state(STREAM).sheet(wrong, "running_assessment", "")["ordinary_mark"]
        return EnterSheets(
            key=KEY,
            voice="running_assessment",
            assessor=ASSESSORS[0].person,
            sheets={wrong: {"ordinary_mark": _points(found[wrong][0])}},
            corrects=mark.entry,
            ground="misread",
        )

    yield said("2018-12-27 09:00", ASSESSORS[0], corrected)
    yield said(
        "2018-12-27 10:00",
        PUBLISHER,
        posting(ERRATUM, erratum_of=PROVISIONAL, ground="misread"),
        LinkErratum(key=PROVISIONAL, by=ERRATUM),
    )
    yield said("2019-01-07 09:00", PUBLISHER, Finalise(key=ERRATUM))
    grades = {unit: {"session_grade": Value(grade=grade)} for unit, grade in graded(city).items()}
    yield said(
        "2019-01-07 14:00",
        REVIEWERS[0],
        EnterSheets(key=KEY, voice="grading", assessor=REVIEWERS[0].person, sheets=grades),
    )
    yield said("2019-01-08 09:00", REVIEWERS[1], ConfirmEntries(key=KEY, voice="grading"))
    yield said("2019-01-08 10:00", LEADER, Advance(key=KEY, move="review"))
    yield said("2019-01-08 15:00", PUBLISHER, posting(RESULT))
    yield said("2019-01-16 09:00", PUBLISHER, Finalise(key=RESULT), CiteResult(key=KEY, publication=RESULT))
    yield said("2019-01-16 10:00", LEADER, Advance(key=KEY, move="publish"), Advance(key=KEY, move="rectify"))
    yield from _rectified(city)
    yield said("2019-02-28 16:00", LEADER, Advance(key=KEY, move="close"))


def _answers(unit: str, index: int) -> dict[str, Answer]:
    """To each of the four common problems yes, or no with the reason; some add one of their own."""
    found = {}
    for number in range(1, 5):
        applies = draw("problem", unit, number) % 3 > 0
        found[f"common_problem_{number}"] = Answer(
            applies=applies, reason=None if applies else "checked_and_not_found"
        )
    if index % 9 == 0:
        found[f"{unit}.premises"] = Answer(applies=True)
    return found


def posting(key: str, erratum_of: str | None = None, ground: str = "") -> Later:
    """The sheets as they stand, published for five working days; as an erratum where it names another one."""

    def made(workflow: Workflow, now: datetime) -> Command:
        told: dict[str, Any] = {
            "key": key,
            "unit": ROOT,
            "subject": "duty_report_session",
            "audience": "all_members",
            "media": "website",
            "position": workflow.store.head().position,
            "known": now,
            "rule": digest_of("duty_report_session"),
            "digest": sheets_digest(workflow.history, STREAM),
            "of": STREAM,
            "period": PERIOD,
            **_kind("posting-publicity"),
        }
        if erratum_of is None:
            return Publish(**told)
        return CorrectPublication(**told, erratum_of=erratum_of, ground=ground)

    return made


_LEAST: Final = (("good", 18_000), ("fairly_good", 16_400), ("fair", 15_800))
"""What both marks together are at least, in hundredths, for a grade."""


def graded(city: City) -> dict[str, str]:
    """The grade of every organisation: by the marks, with those in the middle at hand."""
    found = {}
    for unit, (ordinary, concentrated) in marks(city).items():
        both = ordinary + concentrated
        found[unit] = (
            "good"
            if both >= 18_000
            else "fairly_good"
            if both >= 16_400
            else "fair"
            if both >= 15_800
            else "poor"
        )
    return found


def _rectified(city: City) -> Iterator[Entry]:
    """Problems of those graded fair or poor: each a case, put right, and verified by somebody else."""
    weak = [unit for unit, grade in graded(city).items() if grade in ("fair", "poor")][:6]
    for index, unit in enumerate(weak, start=1):
        case, text = f"problem-2018-{index}", Personal("党建与业务两张皮，组织生活记录补记。")
        hour = f"{8 + index:02d}"
        yield said(
            f"2019-01-17 {hour}:00",
            COMMENTATORS[0],
            NoteProblem(key=KEY, subject=unit, item="ordinary_mark", text=text),
        )
        yield said(
            f"2019-01-17 {hour}:10",
            CASE_OFFICER,
            OpenCase(
                key=case,
                kind="finding",
                definition=digest_of("finding"),
                unit=unit,
                substance=text,
                source=STREAM,
                classes=("ordinary_mark",),
            ),
            AssignResponsible(key=case, responsible=person(city.heads[unit])),
        )
        yield said(f"2019-01-17 {hour}:20", COMMENTATORS[0], LinkProblem(key=KEY, problem=index, case=case))
    cases = [f"problem-2018-{index}" for index in range(1, len(weak) + 1)]
    for index, case in enumerate(cases, start=9):
        done = ReportRectified(key=case, evidence=(paper(f"{case}: done"),))
        yield said(f"2019-01-25 {index:02d}:00", RECTIFIER, done)
    for index, case in enumerate(cases, start=9):
        seen = VerifyRectification(key=case, passed=True, evidence=(paper(f"{case}: seen"),))
        yield said(f"2019-01-28 {index:02d}:00", VERIFIER, seen)
        yield said(f"2019-01-28 {index:02d}:30", CASE_OFFICER, CloseCase(key=case))
