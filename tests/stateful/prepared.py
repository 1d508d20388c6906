"""What stands before the driven commands begin: small kinds with everything in them, and matters half done.

A campaign, an assessment and a plan get to their later events only over many steps, each of which has to fit
the ones before; so some of each stand ready just ahead of these.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from tests.support.world import World

from party_workflow.calendar import Calendar, Period
from party_workflow.domain import (
    appraisal,
    assessment,
    campaign,
    case,
    criticism,
    plan,
    rating,
    schedule,
    submission,
)
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.assessment import AssessmentKind
from party_workflow.domain.campaign import CampaignDefinition
from party_workflow.domain.case import CaseKind
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.plan import PlanKind
from party_workflow.domain.publication import Publish
from party_workflow.domain.vocabulary import Serves
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.store import Actor
from party_workflow.values import Definition

# --- kinds -----------------------------------------------------------------------------------


def _campaign(version: int, minimum: int) -> CampaignDefinition:
    return CampaignDefinition.model_validate(
        {
            "code": "small", "version": version, "theme": "study" if version == 1 else "work",
            "phases": [
                {"code": "prepare", "gate": False, "tasks": [
                    {"code": "sessions", "counts": ["study_session"], "everyone": True},
                    {"code": "notes", "after": ["sessions"], "required": False},
                ]},
                {"code": "review", "tasks": [{"code": "meeting"}]},
                {"code": "mend", "gate": False, "look_back": False,
                 "tasks": [{"code": "again", "required": False, "minimum": minimum}]},
            ],
        }
    )  # fmt: skip


SMALL: Final = _campaign(1, 1)
NEWER: Final = _campaign(2, 2)
FREE: Final = CampaignDefinition.model_validate(
    {"code": "small-free", "version": 1, "mode": "regular", "tasks": [{"code": "sessions"}]}
)
SHEET: Final = AssessmentKind.model_validate(
    {
        "code": "small_sheet", "version": 1, "subjects": "people", "modes": ["live", "written"],
        "items": [
            {"code": "tidy", "scale": {"type": "pass"}},
            {"code": "manner", "scale": {"type": "grades", "grades": ["good", "fair", "poor"]}},
            {"code": "effort", "scale": {"type": "points", "low": "0", "high": "10"}},
        ],
        "voices": [
            {"code": "own", "standing": "self", "required": False},
            {"code": "panel", "standing": "assessor", "required": False, "conflicts": ["own_unit"],
             "on_conflict": "quarantine"},
            {"code": "desk", "standing": "assessor", "required": False, "confirmed": True},
            {"code": "settled", "standing": "final", "required": False},
            {"code": "visitor", "standing": "outside", "required": False},
        ],
        "questions": [{"code": "late"}], "own_answers": True, "comments": True,
        "stages": {
            "initial": "entering", "final": ["over"],
            "moves": {
                "check": "entering -> checking if modes_complete",
                "tell": "checking -> told if confirmed",
                "finish": "told -> over if published",
            },
        },
    }
)  # fmt: skip
PLAN: Final = PlanKind.model_validate(
    {
        "code": "small_plan", "version": 1, "plan_needs": ["lead"], "preview": "optional", "verified": True,
        "reminders": [
            {"code": "ahead", "days": -200}, {"code": "soon", "days": -100, "escalates": True},
        ],
    }
)  # fmt: skip

CALENDAR: Final = Calendar.model_validate(
    {
        "code": "small-days", "version": "1", "offset_minutes": 480, "weekend": ["sat", "sun"],
        "holidays": [], "makeup_days": [], "covers": ["2008-01-01", "2013-12-31"], "basis": "test.days",
    }
)  # fmt: skip
LATER_CALENDAR: Final = CALENDAR.model_copy(
    update={"version": "2", "holidays": frozenset({date(2009, 3, 16), date(2009, 3, 17)})}
)
MATTER: Final = CaseKind.model_validate(
    {
        "code": "small_matter", "version": 1, "levels": 2, "most_handovers": 3,
        "outcomes": ["no", "yes"], "appeal_outcomes": ["changed", "kept"],
        "lifecycle": {
            "code": "small_matter", "version": 1, "initial": "at_work",
            "final": ["done", "gone_on", "taken_back"],
            "moves": {
                "acknowledge": "at_work -> at_work", "accept": "at_work -> at_work",
                "assign": "at_work -> at_work", "investigate": "at_work -> at_work",
                "notify": "at_work -> at_work", "reply": "at_work -> at_work",
                "extend": "at_work -> at_work", "hand_over": "at_work -> at_work",
                "return": "at_work -> at_work", "pause": "at_work -> still", "resume": "still -> at_work",
                "escalate": ["at_work -> at_work", "still -> still", "told -> told"],
                "join": "at_work -> behind", "promote": "at_work, behind -> gone_on",
                "decide": "at_work -> settled", "rectify": "at_work -> put_right",
                "verify_passed": "put_right -> settled", "verify_failed": "put_right -> at_work",
                "answer": "settled, behind -> told", "confirm": "told -> done", "close": "told -> done",
                "contest": "told -> disputed", "reopen": "disputed -> at_work",
                "appeal": "told -> above", "decide_appeal": "above -> settled",
                "withdraw": "at_work, still -> taken_back",
            },
            "reopens": {"reopen": "done -> at_work"},
        },
        "particulars": {
            "sort": {"form": "code", "values": ["large", "small"]}, "count": {"form": "number"},
            "day": {"form": "day"}, "who": {"form": "person"}, "text": {"form": "text"},
            "where": {"form": "unit", "differs_from_unit": True}, "paper": {"form": "document"},
            "about": {"form": "matter"},
        },
        "clocks": {
            "work": {"amount": 15, "unit": "working_days", "calendar": "small-days", "pauses": True,
                     "starts": ["open", "reopen"], "stops": ["settled", "withdraw", "promote"],
                     "extension": {"amount": 5, "unit": "working_days"}, "extensions": 2},
            "ask": {"amount": 10, "unit": "calendar_days", "calendar": "small-days", "starts": ["answer"],
                    "stops": ["appeal", "confirm", "contest"], "favours": "requester"},
        },
        "within": {"appeal": "ask", "contest": "ask"},
    }
)  # fmt: skip
"""A kind in which every move is near, on a calendar for the years in which the driven commands play."""
FURTHER: Final = CaseKind.model_validate(
    {
        "code": "small_further", "version": 1,
        "lifecycle": {
            "code": "small_further", "version": 1, "initial": "there", "final": ["over"],
            "moves": {"close": "there -> over"},
        },
    }
)  # fmt: skip
"""What a matter goes on as."""
SECRET: Final = CaseKind.model_validate(
    {
        "code": "small_secret", "version": 1, "confidential": True,
        "lifecycle": {
            "code": "small_secret", "version": 1, "initial": "there", "final": ["over"],
            "moves": {"accept": "there -> there", "hand_over": "there -> there", "close": "there -> over"},
        },
    }
)  # fmt: skip
"""A matter in confidence that somebody brought."""

KINDS: Final[dict[str, tuple[Any, ...]]] = {
    "case": (MATTER, FURTHER, SECRET),
    "campaign": (SMALL, FREE),
    "assessment": (SHEET,),
    "plan": (PLAN,),
}


def kinds(of: str) -> list[Any]:
    """The kinds of the pack, and as many times the small ones."""
    pack = [entry.value for entry in party.PACK.of_kind(of)]
    small = KINDS.get(of, ())
    return pack + [small[at % len(small)] for at in range(len(pack)) if small]


def _adopt(kind: str, body: Definition) -> AdoptDefinition:
    said: Any = body
    return AdoptDefinition(
        code=said.code.replace("_", "-"), kind=kind, version=said.version, body=said.data()
    )


def _calendar(version: int, calendar: Calendar) -> AdoptDefinition:
    body = calendar.model_dump(mode="json")
    return AdoptDefinition(code="small-days", kind="calendar", version=version, body=body)


# --- matters ---------------------------------------------------------------------------------

TASKS: Final = ("again", "meeting", "notes", "sessions")
CAMPAIGNS: Final = ("c-new", "c-open", "c-back", "c-seen", "c-gate", "c-last", "c-done", "c-free")
WORKS: Final = ("activity/small", "submission/small")
"""What serves every task of every campaign, also of those that are yet to be."""
ROUNDS: Final = ("rating/own", "rating/peers", "rating/masses")
"""Closed rounds of the kinds that an opinion has to cite, on the same people."""
PEOPLE: Final = ("p-2", "p-3", "p-4", "p-5", "p-6")
FOUND: Final = "case/found"
"""A finding, which anybody may cite."""
MATTERS: Final = ("m-new", "m-still", "m-passed", "m-behind", "m-told", "m-above")
"""Cases of the small kind, at the stages that take several steps to get to."""
UNGUESSED: Final = "0123456789abcdef" * 2
"""Ends the key of a case whose kind is confidential."""


def prepare(world: World) -> None:
    """Put the kinds and the matters into the organisation."""
    world.do(_calendar(1, CALENDAR))
    for kind, bodies in KINDS.items():
        for body in bodies:
            world.do(_adopt(kind, body))
    world.do(schedule.OpenSchedule(key="organisation", unit="u-city"))
    ahead = world.now + timedelta(days=400)
    world.do(
        schedule.DeclareFreeze(
            key="organisation", unit="u-side", since=world.now, until=ahead, ground="harvest"
        )
    )
    _works(world)
    _cases(world)
    _campaigns(world)
    _rounds(world)
    _appraisals(world)
    _assessments(world)
    _plans(world)
    world.do(_adopt("campaign", NEWER))


def _works(world: World) -> None:
    serves = tuple(
        Serves(campaign=key, task=task) for key in (*CAMPAIGNS, "one", "three", "two") for task in TASKS
    )
    expected = tuple(f"p-{n}" for n in range(1, 9))
    world.do(
        PlanActivity(key="small", kind="study_session", unit="u-branch", planned_at=world.now,
                     expected=expected, serves=serves)
    )  # fmt: skip
    world.do(HoldActivity(key="small", attendance={each: Attendance(status="present") for each in expected}))
    for key in ("later", "other"):
        world.do(
            PlanActivity(key=key, kind="study_session", unit="u-branch", expected=expected,
                         planned_at=world.now + timedelta(days=30))
        )  # fmt: skip
    world.do(criticism.OpenCriticism(key="words", activity="small"), by=world.act(2))
    for number in (3, 4, 5, 6):
        word = criticism.VoiceCriticism(
            key="words", item=f"w-{number}", critic="p-2", target=f"p-{number}", text="ab" * 32
        )
        world.do(word, by=world.act(2))
    for number in (3, 4):
        world.do(
            submission.Submit(key="small" if number == 3 else "sent", kind="study_notes", unit="u-branch",
                              author=f"p-{number}", digest="ab" * 32, serves=serves),
            by=world.self_(number),
        )  # fmt: skip
    world.do(submission.Vet(key="small", verdict="accepted"), by=world.act(2))


def _campaigns(world: World) -> None:
    act, over = world.act(2), world.act(60)

    def do(*commands: Any, by: Actor = act) -> None:
        world.do(*commands, by=by)

    for key in CAMPAIGNS:
        body = FREE if key == "c-free" else SMALL
        do(campaign.StartCampaign(key=key, definition_code=body.code, definition=body.digest,
                                  unit="u-branch", population="people"))  # fmt: skip
    found = campaign.Finding
    for key in CAMPAIGNS[1:-1]:
        do(campaign.OpenPhase(key=key, phase="prepare"))
        do(campaign.ExcuseMember(key=key, person="p-8", reason="illness", since=world.now,
                                 accommodation="visit", population="people"))  # fmt: skip
        if key == "c-open":
            continue
        do(campaign.CompleteTask(key=key, task="sessions", evidence=WORKS[:1], population="people"))
        results = {"sessions": found(result="done"), "notes": found(result="missing")}
        do(campaign.ConductLookBack(key=key, phase="prepare", results=results))
        if key == "c-back":
            do(campaign.LinkProblem(key=key, task="notes", case=FOUND))
            continue
        do(campaign.FinishPhase(key=key, phase="prepare"))
        do(campaign.OpenPhase(key=key, phase="review"))
        do(campaign.CompleteTask(key=key, task="meeting", evidence=WORKS[:1]))
        do(campaign.ConductLookBack(key=key, phase="review", results={"meeting": found(result="done")}))
        if key == "c-seen":
            continue
        do(campaign.RequestGate(key=key, phase="review"))
        if key == "c-gate":
            continue
        do(campaign.DecideGate(key=key, phase="review", decision="pass"), by=over)
        do(campaign.OpenPhase(key=key, phase="mend"))
        if key == "c-done":
            do(campaign.FinishPhase(key=key, phase="mend"))


def _rounds(world: World) -> None:
    for stream, kind in zip(ROUNDS, ("self", "peer", "mass"), strict=True):
        key = stream.partition("/")[2]
        world.do(
            rating.OpenRating(key=key, kind=kind, unit="u-branch", raters=PEOPLE, secret=False,
                              subjects=() if kind == "self" else PEOPLE, grades=("good", "fair")),
            by=world.act(2),
        )  # fmt: skip
        for number in (2, 3, 4, 5, 6):
            grades = {each: "good" for each in PEOPLE if (each == f"p-{number}") == (kind == "self")}
            world.do(rating.Rate(key=key, rater=f"p-{number}", grades=grades), by=world.self_(number))
        world.do(rating.CloseRating(key=key), by=world.act(60))
    for key, kind in (("self", "self"), ("running", "peer")):
        world.do(
            rating.OpenRating(key=key, kind=kind, unit="u-branch", raters=PEOPLE, secret=False,
                              subjects=() if kind == "self" else PEOPLE, grades=("good", "fair", "poor")),
            by=world.act(2),
        )  # fmt: skip
    raters = tuple(f"p-{n}" for n in range(1, 9))
    world.do(
        rating.OpenRating(key="papers", kind="peer", unit="u-branch", raters=raters, subjects=("p-5", "p-6"),
                          grades=("good", "fair", "poor"), minimum=5),
        rating.IssuePapers(key="papers", batch="one", raters=raters[:6]),
        by=world.act(2),
    )  # fmt: skip


def _appraisals(world: World) -> None:
    for number, key in ((3, "begun"), (4, "stated"), (5, "told"), (6, "answered")):
        world.do(
            appraisal.OpenAppraisal(key=key, subject=f"p-{number}", unit="u-branch", cycle="year",
                                    graded=True, grades=("good", "fair", "poor")),
            by=world.act(2),
        )  # fmt: skip
        if key == "begun":
            continue
        world.do(appraisal.RecordSelfStatement(key=key, statement="ab" * 32), by=world.self_(number))
        if key == "stated":
            continue
        word = Personal("A word.")
        world.do(
            appraisal.FormOpinion(key=key, grade="good", cites=ROUNDS, record="ab" * 32, achievements=word,
                                  problems=word, direction=word),
            by=world.act(2),
        )  # fmt: skip
        until = world.now + timedelta(days=20)
        world.do(appraisal.DeliverFeedback(key=key, reply_until=until), by=world.act(2))
        if key == "answered":
            world.do(appraisal.Reply(key=key, text=word), by=world.self_(number))


def _cases(world: World) -> None:
    word, ahead = Personal("A word."), world.now + timedelta(days=30)
    by_code = {entry.value.code: entry.value for entry in party.PACK.of_kind("case")}
    kind = by_code["complaint"]
    for key in (f"brought-{UNGUESSED}", f"heard-{UNGUESSED}"):
        world.do(
            case.OpenCase(key=key, kind=kind.code, definition=kind.digest, unit="u-branch", substance=word,
                          concerns=("p-5", "p-6")),
            by=world.act(2),
        )  # fmt: skip
        world.do(case.AcknowledgeCase(key=key, channel="post"), by=world.act(2))
        if key.startswith("brought"):
            continue
        world.do(case.AcceptCase(key=key), by=world.act(60))
        world.do(case.AssignInvestigator(key=key, investigator="p-4"), by=world.act(60))
        for person in ("p-5", "p-6"):
            world.do(
                case.NotifyRespondent(key=key, person=person, substance=word, reply_by=ahead),
                by=world.act(60),
            )
    found = by_code["finding"]
    world.do(
        case.OpenCase(key=FOUND.partition("/")[2], kind=found.code, definition=found.digest, unit="u-branch",
                      substance=word),
        by=world.act(2),
    )  # fmt: skip
    _matters(world)


def _matters(world: World) -> None:
    """Small matters on their ways, one with what it may go on as, and one in confidence."""
    word = Personal("A word.")

    def brought(key: str, kind: CaseKind, **more: Any) -> None:
        command = case.OpenCase(key=key, kind=kind.code, definition=kind.digest, unit="u-branch",
                                substance=word, **more)  # fmt: skip
        world.do(command, by=world.act(2))

    for key in MATTERS:
        brought(key, MATTER, requester="p-3", concerns=("p-6",))
        brought(f"{key}-further", FURTHER, source=f"case/{key}")
    brought(f"secret-{UNGUESSED}", SECRET, complainant=Personal("p-3"))
    ask = case.RequestIdentity(key=f"secret-{UNGUESSED}", ground="threat", reason=word)
    world.do(ask, by=world.act(4))
    grant = case.DecideIdentity(key=f"secret-{UNGUESSED}", granted=True, ground="threat")
    world.do(grant, by=world.act(60))
    act = world.act(2)
    world.do(case.PauseCase(key="m-still", ground="waiting"), by=act)
    world.do(case.HandOverCase(key="m-passed", unit="u-side", ground="theirs"), by=act)
    world.do(case.JoinCase(key="m-behind", lead="case/m-new"), by=act)
    for key in ("m-told", "m-above"):
        world.do(case.DecideCase(key=key, outcome="no", ground=word), by=world.act(60))
        world.do(case.AnswerRequester(key=key, channel="post", answer=word), by=act)
    world.do(case.AppealCase(key="m-above", ground=word), by=world.self_(3))
    world.do(_calendar(2, LATER_CALENDAR))


def _assessments(world: World) -> None:
    world.do(
        Publish(key="put-up", unit="u-branch", subject="sheets", audience="all_members", media="website",
                position=5, known=world.now, rule="ab" * 32, digest="cd" * 32),
        by=world.act(2),
    )  # fmt: skip
    for key, rounds in (
        ("plain", ()), ("voted", ROUNDS[1:2]), ("voting", ("rating/running",)), ("dealt", ()), ("told", ()),
    ):  # fmt: skip
        world.do(
            assessment.OpenAssessment(key=key, kind=SHEET.code, definition=SHEET.digest, unit="u-branch",
                                      period=Period("2009-Q1"), subjects=PEOPLE[1:], rounds=rounds),
            by=world.act(2),
        )  # fmt: skip
        world.do(assessment.AssignModes(key=key, modes=dict.fromkeys(PEOPLE[1:], "live")), by=world.act(2))
        if key == "voted":
            world.do(
                assessment.SetAside(key=key, subjects=PEOPLE[1:2], status="excused", reason="illness"),
                by=world.act(2),
            )
        if key == "told":
            for move in ("check", "tell"):
                world.do(assessment.Advance(key=key, move=move), by=world.act(2))
        if key in ("dealt", "voting"):
            for person in PEOPLE[1:]:
                world.do(
                    assessment.ReceiveReport(key=key, subject=person, mode="live", work=WORKS[0]),
                    by=world.act(2),
                )
    marks = {"tidy": assessment.Value(passed=True)}
    for voice in ("panel", "desk"):
        sheets = dict.fromkeys(PEOPLE[2:], marks)
        world.do(
            assessment.EnterSheets(key="dealt", voice=voice, assessor="p-2", sheets=sheets), by=world.act(2)
        )
    world.do(assessment.NoteProblem(key="dealt", subject="p-3", text=Personal("Late.")), by=world.act(2))


def _plans(world: World) -> None:
    due = (world.now + timedelta(days=40)).date()
    past = date(2009, 3, 1)
    for key in ("p-draft", "p-set", "p-more", "p-back"):
        world.do(
            plan.DraftPlan(key=key, unit="u-branch", kind=PLAN.code, definition=PLAN.digest, lead="p-6"),
            by=world.act(2),
        )
        for code, day in (("first", due), ("second", past)):
            item = plan.ItemDraft(code=code, person="p-5", due=day, occasion=WORKS[0])
            world.do(plan.AddItem(key=key, item=item), by=world.act(2))
        if key == "p-draft":
            continue
        world.do(plan.ApprovePlan(key=key), by=world.act(4))
        if key == "p-more":
            for code in ("third", "fourth"):
                item = plan.ItemDraft(code=code, person="p-6", due=due)
                world.do(plan.ProposeAmendment(key=key, item=item, ground="asked"), by=world.act(2))
        if key == "p-back":
            results = {each: plan.Finding(result="missing") for each in ("first", "second")}
            world.do(plan.ConductLookBack(key=key, occasion="half_year", results=results), by=world.act(2))
