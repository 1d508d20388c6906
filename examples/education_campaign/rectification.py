"""Phase 3, rectification (整改提高), 30 May to 28 June 2005.  Everything here is invented.

What the look-backs noted and what opinions and the complaint brought up is put right by one person and
verified by another; colleagues say by secret ballot whether they are satisfied; the campaign is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from examples.education_campaign.diary import Diary, beijing, paper
from examples.education_campaign.occasions import Occasion, complete, hold, plan
from examples.education_campaign.people import (
    CASE_OFFICER,
    CLERK,
    DEPUTY,
    KEY,
    LEFT_POST,
    SECRETARY,
    STAFF,
    STAFF_POPULATION,
    SUPERVISOR,
    TELLERS,
    VERIFIER,
    VETTERS,
    for_task,
    person,
    persons,
    self_,
)

from party_workflow.domain.campaign import (
    CloseCampaign,
    ConductLookBack,
    DecideGate,
    Finding,
    OpenPhase,
    RequestGate,
)
from party_workflow.domain.case import (
    AssignResponsible,
    CloseCase,
    ExtendDue,
    OpenCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.domain.rating import CloseRating, EnterPaperBallots, IssuePapers, OpenRating
from party_workflow.domain.submission import Submit, Vet
from party_workflow.packs.campaign_2005 import CALENDAR, CAMPAIGN
from party_workflow.packs.case_kinds import FINDING
from party_workflow.personal import Personal

PLAN: Final = "rectification-plan-01"


def rectification_plan(diary: Diary) -> None:
    """The secretary writes it, somebody else vets it."""
    diary.say(
        "05-31 09:00",
        self_(person(1)),
        Submit(
            key=PLAN,
            kind="rectification_plan",
            unit="u-branch",
            author=person(1),
            digest=paper("rectification plan"),
            serves=for_task("rectification_plan"),
        ),
    )
    diary.say("06-01 09:00", VETTERS[0], Vet(key=PLAN, verdict="accepted"))
    complete(diary, "06-01 10:00", "rectification_plan", [f"submission/{PLAN}"])


@dataclass(frozen=True)
class Problem:
    """A finding: where it comes from, what it is, who puts it right, and on which days."""

    key: str
    source: str
    classes: tuple[str, ...]
    substance: str
    responsible: str
    opened: str
    reported: str
    verified: str
    shown: str


PROBLEMS: Final = (
    Problem(
        "finding-03",
        "case/opinion-01",
        ("service",),
        "失业登记窗口少，排队时间长。",
        person(10),
        "06-02 09:00",
        "06-08 10:00",
        "06-10 09:00",
        "queue times of one week",
    ),
    Problem(
        "finding-04",
        "case/opinion-03",
        ("publicity",),
        "政策宣传单过时。",
        person(4),
        "06-02 09:20",
        "06-07 10:00",
        "06-10 09:20",
        "new leaflet",
    ),
    Problem(
        "finding-05",
        "case/opinion-07",
        ("style",),
        "局领导下企业少。",
        person(2),
        "06-02 09:40",
        "06-13 10:00",
        "06-15 09:00",
        "visits to enterprises, posted",
    ),
    # What the complaint brought to light, in general terms: the complaint itself stays confidential.
    Problem(
        "finding-06",
        f"campaign/{KEY}",
        ("service",),
        "服务大厅没有午间值班制度。",
        person(10),
        "06-02 10:00",
        "06-08 15:00",
        "06-22 10:00",
        "lunch rota kept for a week",
    ),
)


def findings(diary: Diary) -> None:
    """Put right by one, verified by another, closed by a third; of one the first report does not hold."""
    for problem in PROBLEMS:
        due = CALENDAR.deadline(beijing(problem.opened), FINDING.clocks["rectify"]).due
        diary.say(
            problem.opened,
            CASE_OFFICER,
            OpenCase(
                key=problem.key,
                kind="finding",
                definition=FINDING.digest,
                unit="u-bureau",
                substance=Personal(problem.substance),
                source=problem.source,
                classes=problem.classes,
                due=due,
                serves=for_task("problems_rectified"),
            ),
            AssignResponsible(key=problem.key, responsible=problem.responsible),
        )
        diary.say(
            problem.reported,
            self_(problem.responsible),
            ReportRectified(key=problem.key, evidence=(paper(problem.shown),)),
        )
        if problem.key == "finding-06":
            not_yet(diary, problem)
        diary.say(
            problem.verified,
            VERIFIER,
            VerifyRectification(key=problem.key, passed=True, evidence=(paper(f"{problem.shown}, seen"),)),
        )
        diary.say(f"{problem.verified[:5]} 16:00", CASE_OFFICER, CloseCase(key=problem.key))
    cases = ("case/finding-01", "case/finding-02", *(f"case/{problem.key}" for problem in PROBLEMS))
    complete(diary, "06-22 17:00", "problems_rectified", cases)


def not_yet(diary: Diary, problem: Problem) -> None:
    """The rota hangs on the wall and nobody keeps it: it goes back, with a later day."""
    diary.say(
        "06-10 12:30",
        VERIFIER,
        VerifyRectification(
            key=problem.key,
            passed=False,
            evidence=(paper("photograph of the empty counter at noon"),),
            note=Personal("值班表已上墙，但当日午间窗口无人。"),
        ),
    )
    diary.say(
        "06-10 15:00",
        CASE_OFFICER,
        ExtendDue(
            key=problem.key,
            due=CALENDAR.end_of(beijing("06-24 09:00").date()),
            ground="rota_to_be_kept_a_week",
        ),
    )
    diary.say(
        "06-20 10:00",
        self_(problem.responsible),
        ReportRectified(key=problem.key, evidence=(paper("sign-in of the lunch rota"),)),
    )


SATISFACTION: Final = "satisfaction-2005"
SATISFIED: Final = ("satisfied", "fairly_satisfied", "not_satisfied")


def satisfaction(diary: Diary) -> None:
    """Ten colleagues say on paper, in secret, whether they are satisfied with the two who lead."""
    diary.say(
        "06-23 08:40",
        DEPUTY,
        OpenRating(
            key=SATISFACTION,
            kind="satisfaction",
            unit="u-bureau",
            raters=STAFF_POPULATION,
            subjects=persons(1, 2),
            grades=SATISFIED,
            secret=True,
            serves=for_task("satisfaction_survey"),
        ),
    )
    first, second = TELLERS
    diary.say("06-23 09:00", first, IssuePapers(key=SATISFACTION, batch="all", raters=STAFF))
    counts = {
        person(1): {"satisfied": 7, "fairly_satisfied": 3},
        person(2): {"satisfied": 8, "fairly_satisfied": 2},
    }
    for at, teller in (("06-23 11:00", first), ("06-23 11:30", second)):
        diary.say(
            at, teller, EnterPaperBallots(key=SATISFACTION, batch="all", issued=10, papers=10, counts=counts)
        )
    diary.say("06-23 14:00", DEPUTY, CloseRating(key=SATISFACTION))
    complete(diary, "06-23 15:00", "satisfaction_survey", [f"rating/{SATISFACTION}"])


CLOSING: Final = Occasion(
    "closing-01",
    "closing_meeting",
    "closing_meeting",
    "06-24 09:00",
    "先进性教育活动总结大会",
    invited=STAFF,
    away=dict.fromkeys(LEFT_POST, "away"),
    planned="06-22 09:00",
)


def close(diary: Diary) -> None:
    """Closing meeting, last look-back, last gate, end."""
    plan(diary, CLOSING)
    hold(diary, CLOSING)
    complete(diary, "06-24 14:00", "closing_meeting", [CLOSING.stream])
    tasks = (task.code for task in CAMPAIGN.phases[2].tasks)
    diary.say(
        "06-24 15:00",
        SECRETARY,
        ConductLookBack(
            key=KEY, phase="rectification", results={task: Finding(result="done") for task in tasks}
        ),
    )
    diary.say("06-24 16:00", CLERK, RequestGate(key=KEY, phase="rectification"))
    diary.say(
        "06-27 10:00",
        SUPERVISOR,
        DecideGate(
            key=KEY,
            phase="rectification",
            decision="pass",
            ground=Personal("整改到位，群众满意，同意结束。"),
        ),
    )
    diary.say("06-28 09:00", SECRETARY, CloseCampaign(key=KEY))


def rectification(diary: Diary) -> None:
    """The whole of phase 3."""
    diary.say("05-30 09:00", CLERK, OpenPhase(key=KEY, phase="rectification"))
    rectification_plan(diary)
    findings(diary)
    satisfaction(diary)
    close(diary)
