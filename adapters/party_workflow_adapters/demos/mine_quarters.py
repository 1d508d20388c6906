"""A coal mine's quarters, late 2019 to the end of 2020: meetings, stars, checklists, relief, promises.

The figures that the source gives are used as they are (13 rules, 17 bulletins, 34 000 masks, 85 955 yuan);
eight branches, their people and everything else are invented.  The eight branches are awarded in all eight
ways in which three quarters can go, so that whoever computes streaks finds every pattern here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

from party_workflow.calendar import Period
from party_workflow.codec import Command
from party_workflow.domain.activity import (
    Attendance,
    HeldItem,
    HoldActivity,
    MergeActivity,
    PlanActivity,
    PlannedItem,
    PostponeActivity,
    SetAgenda,
)
from party_workflow.domain.assessment import (
    Advance,
    Answer,
    AnswerQuestions,
    AssignModes,
    CiteRound,
    Comment,
    ConfirmEntries,
    EnterSelf,
    EnterSheets,
    LinkProblem,
    NoteProblem,
    OpenAssessment,
    Proof,
    ReceiveReport,
    SetAside,
    Value,
)
from party_workflow.domain.case import (
    AssignResponsible,
    CloseCase,
    OpenCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.domain.ledger import Book, OpenLedger
from party_workflow.domain.organisation import AssignPost, EndPost, FoundUnit
from party_workflow.domain.plan import (
    AddItem,
    ApprovePlan,
    Citation,
    DraftPlan,
    FileReport,
    ItemDraft,
)
from party_workflow.domain.points import ImportPoints, OpenPoints
from party_workflow.domain.population import FreezePopulation, FreezeUnits
from party_workflow.domain.publication import Notify
from party_workflow.domain.rating import CloseRating, EnterPaperBallots, IssuePapers, OpenRating
from party_workflow.domain.schedule import OpenSchedule, SuspendPeriod, VoidPeriod
from party_workflow.domain.submission import Submit
from party_workflow.packs.party import definitions, open_log
from party_workflow.packs.processes_plans import findings_of_plans, missed_occasions
from party_workflow.personal import Personal
from party_workflow.quantity import Quantity
from party_workflow.service import Workflow
from party_workflow_adapters.demos.calendars import CN_2019_2022, adopt
from party_workflow_adapters.demos.diary import (
    Diary,
    acting,
    digest_of,
    moment,
    open_assessment,
    paper,
    person,
    points,
    self_,
)

NAME: Final = "mine"
WHAT: Final = "A coal mine's quarters 2019-Q4 to 2020-Q4: meetings, stars, checklists, epidemic relief"

ROOT: Final = "u-mine"
OFFICE: Final = "u-office"
BRANCHES: Final = tuple(f"u-b{number}" for number in range(1, 9))
TITLES: Final = ("综采一队", "综采二队", "掘进一队", "掘进二队", "机电队", "通风队", "运输队", "洗煤厂")
# fmt: off
SIZES: Final = (12, 11, 9, 9, 8, 7, 6, 4)
# fmt: on

REGISTRAR: Final = acting(101, "registrar")
LEADER: Final = acting(102, "head_of_party_office")
RECORDER: Final = acting(103, "recorder")
ASSESSOR: Final = acting(104, "assessor")
REVIEWER: Final = acting(105, "reviewer")
PUBLISHER: Final = acting(106, "publisher")
BOOKKEEPER: Final = acting(107, "bookkeeper")
VERIFIER: Final = acting(108, "verifier")
SUPERVISOR: Final = acting(108, "supervisor")
CLERK: Final = acting(109, "clerk")
TELLERS: Final = (acting(110, "teller"), acting(111, "teller"))
SECRETARY: Final = acting(112, "secretary")
CASE_OFFICER: Final = acting(113, "case_officer")
RECTIFIER: Final = acting(114, "rectifier")

AWARDED: Final = {
    "2020-q1": ("u-b1", "u-b2", "u-b3", "u-b4"),
    "2020-q2": ("u-b1", "u-b2", "u-b5", "u-b6"),
    "2020-q3": ("u-b1", "u-b3", "u-b5", "u-b7"),
}
"""Which branches were awarded: all eight patterns of three quarters, one branch each."""
BEFORE: Final = ("u-b1", "u-b8")
"""Awarded in 2019-Q4, under what there was before the scheme: it begins no streak."""
LADDER: Final = ("no_star", "three_star", "four_star", "five_star")
LEDGER: Final = "epidemic-2020"
DONATED: Final = 8_595_500
"""In fen: 85 955 yuan."""
MEETINGS: Final = {
    "2019-q4": "2019-12-27 14:30",
    "2020-q1": "2020-03-27 14:30",
    "2020-q2": "2020-06-24 14:30",
    "2020-q3": "2020-09-25 14:30",
}
QUARTERS: Final = ("2019-q4", "2020-q1", "2020-q2", "2020-q3")


def members(branch: str) -> tuple[int, ...]:
    """The members of a branch by number, its secretary first."""
    index = BRANCHES.index(branch)
    return tuple(range((index + 1) * 1000 + 1, (index + 1) * 1000 + 1 + SIZES[index]))


def branch_of(who: str) -> str | None:
    """The branch in which somebody counts, or None for the office."""
    index = int(who.removeprefix("p-")) // 1000 - 1
    return BRANCHES[index] if index >= 0 else None


def secretary_of(branch: str) -> int:
    """The secretary of a branch when the story begins."""
    return members(branch)[0]


def meeting(quarter: str) -> str:
    """The key of the meeting of a quarter."""
    return f"meeting-{quarter}"


def _found(diary: Diary) -> None:
    diary.say("2019-12-02 08:30", REGISTRAR, open_log("coal-mine-2020"))
    diary.say("2019-12-02 08:35", REGISTRAR, *_definitions())
    units = [
        FoundUnit(unit=ROOT, kind="party_committee", title=Personal("矿党委")),
        FoundUnit(unit=OFFICE, kind="organ", parent=ROOT, title=Personal("政工科")),
        *(
            FoundUnit(unit=unit, kind="branch", parent=ROOT, title=Personal(f"{title}党支部"))
            for unit, title in zip(BRANCHES, TITLES, strict=True)
        ),
    ]
    diary.say("2019-12-02 08:40", REGISTRAR, *units)
    for number in range(101, 115):
        diary.register("2019-12-02 09:00", REGISTRAR, number, OFFICE, ("member", "officer"))
    for branch in BRANCHES:
        for number in members(branch):
            diary.register("2019-12-02 10:00", REGISTRAR, number, branch, ("member",))
    roles = {
        102: ("head_of_party_office",),
        103: ("recorder", "planner"),
        104: ("assessor",),
        105: ("reviewer",),
        106: ("publisher",),
        107: ("bookkeeper",),
        108: ("verifier", "supervisor"),
        109: ("clerk",),
        110: ("teller",),
        111: ("teller",),
        112: ("secretary",),
        113: ("case_officer",),
        114: ("rectifier",),
    }
    diary.grant("2019-12-02 14:00", REGISTRAR, ROOT, roles)
    for branch in BRANCHES:
        number = secretary_of(branch)
        diary.grant("2019-12-02 14:30", REGISTRAR, branch, {number: ("secretary",)})
        assigned = AssignPost(post="branch_secretary", unit=branch, person=person(number))
        diary.say("2019-12-02 15:00", REGISTRAR, assigned)
    diary.say("2019-12-02 15:30", REGISTRAR, OpenSchedule(key="organisation", unit=ROOT))
    diary.say(
        "2019-12-02 16:00",
        REGISTRAR,
        FreezePopulation(key="everybody", unit=ROOT, having=("member",)),
        FreezeUnits(key="branches", unit=ROOT, kinds=("branch",)),
    )
    # The secretary of the fourth branch changes in the middle of 2020-Q2.
    diary.say(
        "2020-05-18 09:00",
        REGISTRAR,
        EndPost(
            post="branch_secretary", unit="u-b4", person=person(secretary_of("u-b4")), ground="post_change"
        ),
        AssignPost(post="branch_secretary", unit="u-b4", person=person(members("u-b4")[1])),
    )


def _definitions() -> tuple[Command, ...]:
    return (
        *definitions(
            "quarterly_political_work_meeting",
            "star_rating_branch",
            "star_rating_member",
            "star_rating_officer",
            "quality_standardisation",
            "publicity_reporting",
            "six_haves",
            "duty_report_session",
            "stage_report",
            "brand",
            "epidemic_relief",
            "member_points",
            "finding",
            "honour",
        ),
        adopt(CN_2019_2022),
    )


# --- the meetings --------------------------------------------------------------------------------


def _everybody() -> tuple[int, ...]:
    return (*range(101, 115), *(number for branch in BRANCHES for number in members(branch)))


def _meetings(diary: Diary) -> None:
    plans = {
        "2019-q4": "2019-12-05 09:00",
        "2020-q1": "2020-03-10 09:00",
        "2020-q2": "2020-03-16 09:00",
        "2020-q3": "2020-09-01 09:00",
    }
    for quarter, at in plans.items():
        diary.say(
            at,
            RECORDER,
            PlanActivity(
                key=meeting(quarter),
                kind="political_work_meeting",
                unit=ROOT,
                planned_at=moment(MEETINGS[quarter]),
                period=Period(quarter.upper()),
                population="everybody",
                series="quarterly-political-work-meeting",
                definition=digest_of("quarterly_political_work_meeting"),
                size="all_hands",
                topic="quarterly_work",
                title=Personal(f"{quarter} 政工例会"),
            ),
        )
    # The meeting of 2019-Q4 slips, cannot be held at all, and is folded into that of 2020-Q1.
    fourth = meeting("2019-q4")
    diary.say(
        "2019-12-26 17:00",
        RECORDER,
        PostponeActivity(
            key=fourth, to=moment("2020-01-30 14:30"), reason="late_inputs", basis="office.notice"
        ),
    )
    diary.say(
        "2020-01-26 09:00",
        RECORDER,
        PostponeActivity(
            key=fourth, to=moment("2020-03-20 14:30"), reason="epidemic", basis="control.notice-1"
        ),
    )
    first = meeting("2020-q1")
    diary.say(
        "2020-03-18 09:00",
        RECORDER,
        MergeActivity(key=fourth, into=first, reason="epidemic", basis="control.notice-7"),
        SetAgenda(
            key=first,
            items=(
                PlannedItem(code="honour_stars", reference=Period("2019-Q4")),
                PlannedItem(code="sum_up", reference=Period("2020-Q1")),
                PlannedItem(code="assign_tasks", reference=Period("2020-Q2")),
            ),
        ),
    )
    for quarter in ("2020-q1", "2020-q2", "2020-q3"):
        _hold(diary, quarter)


def _hold(diary: Diary, quarter: str) -> None:
    before = QUARTERS[QUARTERS.index(quarter) - 1]
    cited = tuple(f"publication/stars-{before}-{sort}" for sort in ("branch", "member", "officer"))
    after = {"2020-q1": "2020-q2", "2020-q2": "2020-q3", "2020-q3": "2020-q4"}[quarter]
    agenda = (
        HeldItem(code="honour_stars", reference=Period(before.upper()), outcome="done", cites=cited),
        HeldItem(code="sum_up", reference=Period(quarter.upper()), outcome="done"),
        HeldItem(code="assign_tasks", reference=Period(after.upper()), outcome="done"),
    )
    there = {person(number): Attendance(status="present") for number in _everybody()}
    for number in (members("u-b2")[3], members("u-b6")[2]):
        there[person(number)] = Attendance(status="excused", reason="on_shift")
    began = moment(MEETINGS[quarter])
    diary.say(
        MEETINGS[quarter][:11] + "17:00",
        RECORDER,
        HoldActivity(key=meeting(quarter), attendance=there, minutes=120, chaired_by="p-112", agenda=agenda),
        since=began,
    )


# --- star ratings --------------------------------------------------------------------------------


def stars(branch: str, quarter: str) -> str:
    """What a branch was awarded: three stars, four for two quarters running, five for three."""
    if quarter == "2019-q4":
        return "three_star" if branch in BEFORE else "no_star"
    run = 0
    for found, awarded in AWARDED.items():
        run = run + 1 if branch in awarded else 0
        if found == quarter:
            break
    return LADDER[run]


def _ratings(diary: Diary) -> None:
    days = {
        "2019-q4": ("2020-03-02", "2020-03-04", "2020-03-06", "2020-03-10", "2020-03-12"),
        "2020-q1": ("2020-04-02", "2020-04-08", "2020-04-10", "2020-04-14", "2020-04-16"),
        "2020-q2": ("2020-06-28", "2020-07-02", "2020-07-06", "2020-07-10", "2020-07-14"),
        "2020-q3": ("2020-09-27", "2020-10-09", "2020-10-12", "2020-10-14", "2020-10-16"),
    }
    for quarter, when in days.items():
        for sort in ("branch", "member", "officer"):
            _rate(diary, quarter, sort, when)
    # The honours of 2019-Q4 and 2020-Q1 rest on the ratings that were published.
    for quarter, branch, at in (
        ("2019-q4", "u-b1", "2020-03-27 15:00"),
        ("2020-q1", "u-b1", "2020-06-24 15:00"),
    ):
        stream = f"assessment/stars-{quarter}-branch"
        diary.procedure(
            at,
            LEADER,
            f"honour-{quarter}-{branch}",
            "honour",
            ROOT,
            {
                "form": "star_flag",
                "honoured_unit": branch,
                "ground": stream,
                "result": digest_of("star_rating_branch"),
                "clause": "star_rating_branch",
            },
        )
    # 2020-Q4: begun, suspended in a second wave, and void in the end.  Nobody failed it.
    _open_rating(diary, "2020-q4", "branch", "2020-11-02 09:00")
    common: dict[str, Any] = {"key": "organisation", "period": Period("2020-Q4"), "scheme": "star-rating"}
    diary.say(
        "2020-11-24 09:00",
        REGISTRAR,
        SuspendPeriod(**common, reason="epidemic", basis="control.notice-19"),
    )
    diary.say(
        "2020-12-28 09:00",
        REGISTRAR,
        VoidPeriod(**common, reason="epidemic", basis="control.notice-23"),
    )
    diary.say("2020-12-28 09:30", LEADER, Advance(key="stars-2020-q4-branch", move="void"))


def _subjects(sort: str) -> tuple[str, ...]:
    if sort == "branch":
        return BRANCHES
    if sort == "member":  # one pacesetter of each branch, and the secretaries as members
        return tuple(person(number) for branch in BRANCHES for number in members(branch)[:2])
    return tuple(f"{person(secretary_of(branch))}@branch_secretary@{branch}" for branch in BRANCHES)


def _open_rating(diary: Diary, quarter: str, sort: str, at: str) -> OpenAssessment:
    opened = open_assessment(
        f"stars-{quarter}-{sort}", f"star_rating_{sort}", ROOT, quarter.upper(), _subjects(sort)
    )
    diary.say(at, LEADER, opened)
    return opened


def _rate(diary: Diary, quarter: str, sort: str, days: tuple[str, ...]) -> None:
    key = f"stars-{quarter}-{sort}"
    opened, rated, reviewed, settled, published = days
    command = _open_rating(diary, quarter, sort, f"{opened} 09:00")
    final: dict[str, dict[str, Value]] = {}
    for subject in _subjects(sort):
        branch = subject if sort == "branch" else BRANCHES[int(subject[2:].partition("@")[0]) // 1000 - 1]
        found = stars(branch, quarter)
        # Two of three branches see themselves a step better than they are found to be.
        better = sort == "branch" and BRANCHES.index(branch) % 3 != 0
        hoped = LADDER[min(LADDER.index(found) + 1, 3)] if better else found
        number = secretary_of(branch) if sort == "branch" else int(subject[2:].partition("@")[0])
        by = acting(number, "secretary") if sort == "branch" else self_(number)
        diary.say(
            f"{opened} 10:00",
            by,
            EnterSelf(key=key, voice="self_rating", subject=subject, values={"stars": Value(grade=hoped)}),
        )
        final[subject] = {"stars": Value(grade=found)}
    diary.say(f"{rated} 09:00", LEADER, Advance(key=key, move="rate"))
    if sort == "branch":
        diary.say(
            f"{reviewed} 09:00",
            ASSESSOR,
            EnterSheets(key=key, voice="reviewer_rating", assessor="p-104", sheets=final),
        )
    diary.say(
        f"{settled} 09:00",
        REVIEWER,
        EnterSheets(key=key, voice="final_rating", assessor="p-105", sheets=final),
    )
    diary.say(f"{settled} 15:00", LEADER, Advance(key=key, move="settle"))
    diary.publish_sheets(
        f"{published} 09:00",
        PUBLISHER,
        LEADER,
        command,
        after=f"{published} 10:00",
        audience_population="everybody",
    )
    later = {"2019-q4": "2020-q1", "2020-q1": "2020-q2", "2020-q2": "2020-q3"}.get(quarter)
    if later is not None:
        diary.say(
            MEETINGS[later][:11] + "18:00",
            PUBLISHER,
            Notify(key=key, occasion=f"activity/{meeting(later)}"),
        )


# --- the quarter's two checklists, and the premises ----------------------------------------------


def _checklists(diary: Diary) -> None:
    for quarter, month in (("2020-q1", "2020-03"), ("2020-q2", "2020-06")):
        _standardisation(diary, quarter, month)
        _publicity(diary, quarter, month)
    _premises(diary)


def _points(value: int, half: bool = False) -> Value:
    return points(f"{value}.5" if half else value)


def _standardisation(diary: Diary, quarter: str, month: str) -> None:
    key = f"standard-{quarter}"
    items = (
        "organisation_building",
        "member_education",
        "organisational_life",
        "mass_work",
        "files_and_premises",
    )
    assessed = [branch for branch in BRANCHES if quarter != "2020-q1" or branch != "u-b8"]
    marks = {
        branch: {
            item: _points(
                20 - (place + index) % 5, half=bool((place * index) % 2) and (place + index) % 5 > 0
            )
            for index, item in enumerate(items)
        }
        for place, branch in enumerate(BRANCHES)
        if branch in assessed
    }
    opened = open_assessment(key, "quality_standardisation", ROOT, quarter.upper(), BRANCHES)
    diary.say(f"{month}-02 09:00", LEADER, opened)
    if quarter == "2020-q1":  # the washing plant stood still: it is excused, and that is not zero
        diary.say(
            f"{month}-09 09:00",
            SECRETARY,
            SetAside(key=key, subjects=("u-b8",), status="excused", reason="plant_stood_still"),
        )
    diary.say(
        f"{month}-12 16:00",
        ASSESSOR,
        EnterSheets(key=key, voice="review_team", assessor="p-104", sheets=marks),
    )
    diary.say(f"{month}-15 09:00", LEADER, Advance(key=key, move="score"))
    diary.say(
        f"{month}-16 09:00",
        REVIEWER,
        EnterSheets(key=key, voice="settled_mark", assessor="p-105", sheets=marks),
    )
    diary.say(f"{month}-16 15:00", acting(115, "reviewer"), ConfirmEntries(key=key, voice="settled_mark"))
    diary.say(f"{month}-17 09:00", LEADER, Advance(key=key, move="review"), Advance(key=key, move="lock"))
    diary.publish_sheets(
        f"{month}-18 09:00", PUBLISHER, LEADER, opened, after=f"{month}-18 10:00", close=False
    )
    # What the check found stands in the register before the quarter closes; it comes back next quarter.
    case = f"{key}-files"
    diary.say(
        f"{month}-19 09:00",
        SUPERVISOR,
        NoteProblem(
            key=key, subject="u-b3", item="files_and_premises", text=Personal("台账补记，与现场不符。")
        ),
    )
    diary.say(
        f"{month}-19 10:00",
        CASE_OFFICER,
        OpenCase(
            key=case,
            kind="finding",
            definition=digest_of("finding"),
            unit="u-b3",
            substance=Personal("台账补记，与现场不符。"),
            source=f"assessment/{key}",
            classes=("files_and_premises",),
        ),
    )
    diary.say(f"{month}-19 11:00", SUPERVISOR, LinkProblem(key=key, problem=1, case=case))
    _rectified(diary, case, month, secretary_of("u-b3"))
    diary.say(f"{month}-28 09:00", LEADER, Advance(key=key, move="close"))


def _rectified(diary: Diary, case: str, month: str, responsible: int) -> None:
    diary.say(
        f"{month}-19 14:00",
        CASE_OFFICER,
        AssignResponsible(key=case, responsible=person(responsible)),
    )
    diary.say(
        f"{month}-25 09:00",
        RECTIFIER,
        ReportRectified(key=case, evidence=(paper(f"{case}: files put in order"),)),
    )
    diary.say(
        f"{month}-26 09:00",
        VERIFIER,
        VerifyRectification(key=case, passed=True, evidence=(paper(f"{case}: seen on the spot"),)),
    )
    diary.say(f"{month}-26 10:00", CASE_OFFICER, CloseCase(key=case))


CORRESPONDENTS: Final = (OFFICE, *BRANCHES[:6])
"""Who reports to the public: the office and six branches, another population than the checklist's."""


def _publicity(diary: Diary, quarter: str, month: str) -> None:
    key = f"publicity-{quarter}"
    opened = open_assessment(key, "publicity_reporting", ROOT, quarter.upper(), CORRESPONDENTS)
    diary.say(f"{month}-03 09:00", LEADER, opened)
    marks = {
        unit: {
            "reports_filed": points(3 + place),
            "reports_adopted": Value(part=place, whole=3 + place),
            "report_quality": _points(40 - 3 * place),
        }
        for place, unit in enumerate(CORRESPONDENTS)
    }
    outside = acting(1005, "assessor")  # the office is assessed itself, so somebody of a branch marks it
    office = {OFFICE: marks.pop(OFFICE)}
    diary.say(
        f"{month}-13 10:00",
        ASSESSOR,
        EnterSheets(key=key, voice="publicity_office", assessor="p-104", sheets=marks),
    )
    diary.say(
        f"{month}-13 11:00",
        outside,
        EnterSheets(key=key, voice="publicity_office", assessor="p-1005", sheets=office),
    )
    diary.say(f"{month}-16 10:00", REVIEWER, ConfirmEntries(key=key, voice="publicity_office"))
    diary.say(f"{month}-17 10:00", LEADER, Advance(key=key, move="lock"))
    diary.publish_sheets(f"{month}-18 11:00", PUBLISHER, LEADER, opened, after=f"{month}-18 12:00")


def _premises(diary: Diary) -> None:
    opened = open_assessment("premises-2020", "six_haves", ROOT, "2020", BRANCHES)
    diary.say("2020-03-04 09:00", LEADER, opened)
    sheets: dict[str, dict[str, Value]] = {}
    for branch in BRANCHES:
        sheets[branch] = {}
        for item in ("site", "equipment", "sign", "flag", "books", "posted_rules"):
            # The flag of the second branch is good until the end of June; the eighth has no books.
            until = date(2020, 6, 30) if (branch, item) == ("u-b2", "flag") else date(2021, 3, 31)
            proof = Proof(digest=paper(f"{branch} {item}"), kind="third_party", expires=until)
            sheets[branch][item] = Value(passed=(branch, item) != ("u-b8", "books"), evidence=(proof,))
    diary.say(
        "2020-03-11 16:00",
        ASSESSOR,
        EnterSheets(key="premises-2020", voice="on_site_check", assessor="p-104", sheets=sheets),
    )
    diary.say("2020-03-12 09:00", LEADER, Advance(key="premises-2020", move="close"))


# --- duty reports online, appraised on paper -----------------------------------------------------


def _duty_reports(diary: Diary) -> None:
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
        marks = {branch: {item: _points(94 - 2 * place)} for place, branch in enumerate(BRANCHES)}
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


# --- promises for the next meeting, and brands ---------------------------------------------------


def _promises(diary: Diary) -> None:
    key = "stage-2020-q2"
    draft = DraftPlan(
        key=key,
        unit=ROOT,
        kind="stage_report",
        definition=digest_of("stage_report"),
        period=Period("2020-Q2"),
        title=Personal("五标六有阶段性成果"),
    )
    common: dict[str, Any] = {"due": date(2020, 6, 24), "occasion": f"activity/{meeting('2020-q2')}"}
    items = (
        ItemDraft(code="five_standards", person=person(members("u-b1")[2]), **common),
        ItemDraft(code="six_haves", person=person(members("u-b8")[2]), **common),
    )
    planner = acting(103, "planner")
    diary.say("2020-03-30 09:00", planner, draft, *(AddItem(key=key, item=item) for item in items))
    diary.say("2020-03-30 15:00", LEADER, ApprovePlan(key=key))
    diary.say(
        "2020-06-24 16:00",
        self_(members("u-b1")[2]),
        FileReport(
            key=key,
            item="five_standards",
            claim="achieved",
            occasion=f"activity/{meeting('2020-q2')}",
            evidence=(Citation(kind="document", digest=paper("five standards, stage report")),),
        ),
    )
    # What was promised and not reported becomes a problem by itself, and the problem a case.
    diary.let("2020-06-29 08:00", CLERK, missed_occasions(CN_2019_2022))
    diary.let("2020-06-29 08:05", CLERK, findings_of_plans(digest_of("finding")))
    # Brands: the second branch declares one and lives it; the seventh declares one and forgets it.
    for branch, code in (("u-b2", "safety_relay"), ("u-b7", "model_transport")):
        drafted = DraftPlan(
            key=f"brand-{branch}",
            unit=branch,
            kind="brand",
            definition=digest_of("brand"),
            title=Personal(code),
        )
        item = ItemDraft(
            code=code,
            person=person(members(branch)[1]),
            due=date(2020, 12, 31),
            standard=Personal("每季度至少一次活动"),
        )
        by = acting(secretary_of(branch), "secretary")
        diary.say("2020-01-06 09:00", by, drafted, AddItem(key=f"brand-{branch}", item=item))
        diary.say("2020-01-06 15:00", LEADER, ApprovePlan(key=f"brand-{branch}"))
    for number, day in enumerate(("2020-05-15", "2020-08-14", "2020-11-13"), start=1):
        brand = f"brand-activity-{number}"
        by = acting(secretary_of("u-b2"), "secretary")
        expected = tuple(person(each) for each in members("u-b2"))
        diary.say(
            f"{day} 08:00",
            by,
            PlanActivity(
                key=brand,
                kind="brand_activity",
                unit="u-b2",
                planned_at=moment(f"{day} 15:00"),
                expected=expected,
            ),
        )
        diary.say(
            f"{day} 18:00",
            by,
            HoldActivity(
                key=brand, attendance=dict.fromkeys(expected, Attendance(status="present")), minutes=60
            ),
            since=f"{day} 15:00",
        )
        diary.say(
            f"{day} 19:00",
            self_(members("u-b2")[1]),
            FileReport(
                key="brand-u-b2",
                item="safety_relay",
                claim="partial",
                evidence=(Citation(stream=f"activity/{brand}"),),
            ),
        )


# --- the epidemic: outputs, stock, donations; points from outside --------------------------------


def _relief(diary: Diary) -> None:
    definition = digest_of("epidemic_relief")
    diary.say(
        "2020-01-27 09:00",
        BOOKKEEPER,
        OpenLedger(key=LEDGER, unit=ROOT, definition_code="epidemic_relief", definition=definition),
    )
    for number, (account, amounts) in enumerate(
        {
            "rules_issued": ("9 items", "4 items"),
            "bulletins": ("12 issues", "5 issues"),
            "inspections_made": (">= 6 times", ">= 4 times"),
            "booklets": ("2000 copies", "70 copies"),
            "posters": (">= 40 copies",),
            "articles": (">= 18 articles", ">= 12 articles"),
        }.items()
    ):
        for index, text in enumerate(amounts):
            at = f"2020-0{2 + index}-{10 + number} 09:00"
            diary.say(at, BOOKKEEPER, Book(key=LEDGER, account=account, amount=Quantity.parse(text)))
    for account, pieces in (("masks", 36_000), ("thermometers", 2_100)):
        bought = Quantity.of("=", pieces, "pieces")
        diary.say(
            "2020-02-03 09:00",
            BOOKKEEPER,
            Book(
                key=LEDGER, account=account, amount=bought, to_unit=OFFICE, basis=paper(f"{account} bought")
            ),
        )
    people = sum(SIZES)
    for place, (branch, size) in enumerate(zip(BRANCHES, SIZES, strict=True)):
        for account, whole in (("masks", 34_000), ("thermometers", 2_001)):
            given = whole * size // people
            if place == len(BRANCHES) - 1:
                given = whole - sum(whole * each // people for each in SIZES[:-1])
            diary.say(
                f"2020-02-{12 + place} 09:00",
                BOOKKEEPER,
                Book(
                    key=LEDGER,
                    account=account,
                    way="out",
                    amount=Quantity.of("=", given, "pieces"),
                    to_unit=branch,
                ),
            )
    _donations(diary)


def _donations(diary: Diary) -> None:
    """Everybody in the branches gave what they chose; four gave in the smallest, whose sum is not shown."""
    givers = [number for branch in BRANCHES for number in members(branch)]
    amounts = [110_000 + 500 * ((place * 7) % 80) for place in range(len(givers))]
    amounts[0] += DONATED - sum(amounts)
    for number, amount in zip(givers, amounts, strict=True):
        diary.say(
            "2020-02-26 09:00",
            BOOKKEEPER,
            Book(
                key=LEDGER,
                account="voluntary_donations",
                amount=Quantity.of("=", amount, "yuan"),
                person=person(number),
                voluntary=True,
            ),
        )


def _platform(diary: Diary) -> None:
    definition = digest_of("member_points")
    for place, number in enumerate(members("u-b1")):
        who = person(number)
        diary.say("2020-01-02 09:00", REGISTRAR, OpenPoints(scheme="member-points", person=who, unit=ROOT))
        diary.say(
            "2020-04-01 10:00",
            RECORDER,
            ImportPoints(
                scheme="member-points",
                person=who,
                definition=definition,
                source="learning_platform",
                item=f"2020-q1-{number}",
                batch="platform-2020-q1",
                stated_at=moment("2020-03-31 23:00"),
                amount=Decimal(1800 + 37 * place),
                period=Period("2020"),
                unit="u-b1",
            ),
        )


def story() -> Diary:
    """The five quarters, told."""
    diary = Diary(NAME)
    _found(diary)
    diary.register("2019-12-03 09:00", REGISTRAR, 115, OFFICE, ("member", "officer"))
    diary.grant("2019-12-03 10:00", REGISTRAR, ROOT, {115: ("reviewer",), 1005: ("assessor",)})
    _meetings(diary)
    _ratings(diary)
    _checklists(diary)
    _duty_reports(diary)
    _promises(diary)
    _relief(diary)
    _platform(diary)
    return diary


def build(workflow: Workflow) -> Iterator[object]:
    """Execute the story in an empty log, entry by entry."""
    return story().play(workflow)
