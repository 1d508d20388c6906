"""Histories to report on, written through the public API: a bureau's education campaign, and less than that.

People are invented.  The figures of the first phase are the published ones: 29 members, 12 sessions with
392 attendances, 24 reflections, 12 good deeds, 28 of 29 tested with one away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any, Final

from tests.support.world import duties

from party_workflow.authority import GrantRole, OpenAccount, OpenLog
from party_workflow.codec import Command
from party_workflow.domain.activity import (
    AttachEvidence,
    Attendance,
    CorrectAttendance,
    HoldActivity,
    PlanActivity,
)
from party_workflow.domain.appraisal import (
    DeliverFeedback,
    ExcuseStatement,
    Finalise,
    FormOpinion,
    OpenAppraisal,
    Reply,
)
from party_workflow.domain.campaign import (
    CompleteTask,
    Condition,
    ConductLookBack,
    DecideGate,
    ExcuseMember,
    Finding,
    OpenPhase,
    RequestGate,
    StartCampaign,
)
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AssignInvestigator,
    AssignResponsible,
    DecideCase,
    NotifyRespondent,
    OpenCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.domain.claim import AssertClaim
from party_workflow.domain.organisation import FoundUnit, RegisterPerson
from party_workflow.domain.population import FreezePopulation
from party_workflow.domain.publication import Publish
from party_workflow.domain.rating import CastBallot, CloseRating, OpenRating, Rate
from party_workflow.domain.submission import FlagSimilarity, Resubmit, Submit, Vet
from party_workflow.domain.vocabulary import Serves
from party_workflow.packs import party
from party_workflow.packs.campaign_2005 import APPRAISAL_RULE, CAMPAIGN, CODES, GRADES
from party_workflow.packs.case_kinds import COMPLAINT, FINDING, OPINION
from party_workflow.packs.results import appraisal_ranking
from party_workflow.personal import MemoryOpenings, Openings, Personal, keyed_salts
from party_workflow.quantity import Quantity
from party_workflow.service import Workflow
from party_workflow.store import Actor, MemoryStore, Receipt, Source

KEY: Final = "education-2005"
TENANT: Final = "labour-bureau"
START: Final = datetime(2005, 1, 14, 1, tzinfo=UTC)
MEMBERS: Final = tuple(f"p-{number}" for number in range(1, 30))
STAFF: Final = tuple(f"p-{number}" for number in range(101, 111))
RETIRED: Final = frozenset({"p-24", "p-25", "p-26"})
AWAY: Final = frozenset({"p-27", "p-28", "p-29"})
LEFT_POST: Final = frozenset({"p-28", "p-29"})
IN_SERVICE: Final = tuple(person for person in MEMBERS if person not in RETIRED | AWAY)
OUTSIDE: Final = "p-60"
HOSTILE: Final = "<script>alert('p-2')</script>&\"'"
"""The name of p-2: it has to come out as text."""
MEMBERS_AT: Final = (26, 26, 25, 26, 24, 26, 26, 25, 26, 26, 25, 26)
OTHERS_AT: Final = (7, 7, 7, 7, 8, 7, 7, 7, 7, 7, 7, 7)
SURNAMES: Final = "陈李王赵刘孙周吴郑冯何马罗梁宋唐许韩邓曹彭曾萧田董袁蒋蔡余"


def name_of(person: str) -> str:
    """The invented name of a person."""
    number = int(person.removeprefix("p-"))
    return HOSTILE if number == 2 else f"{SURNAMES[number % len(SURNAMES)]}某{number}"


def paper(what: str) -> str:
    """A content hash."""
    return sha256(what.encode()).hexdigest()


class Story:
    """A log being written, with a clock that the story moves."""

    def __init__(self) -> None:
        self.openings: Openings = MemoryOpenings()
        self.workflow = Workflow(
            MemoryStore(), party.MODEL, openings=self.openings, salts=keyed_salts(bytes(32))
        )
        self.now = START
        self._ids = count(1)
        self._batch: str | None = None

    def do(self, *commands: Command, by: int = 1, effective_at: datetime | None = None) -> Receipt:
        """Execute commands together as somebody in a role that carries every duty."""
        return self.as_(Actor(f"a-{by}", f"p-{by}", "everything"), *commands, effective_at=effective_at)

    def own(self, number: int, *commands: Command) -> Receipt:
        """Execute commands as somebody acting for themselves."""
        return self.as_(Actor(f"a-{number}", f"p-{number}"), *commands)

    def as_(self, actor: Actor, *commands: Command, effective_at: datetime | None = None) -> Receipt:
        """Execute commands together, a minute after the ones before."""
        self.now += timedelta(minutes=1)
        number = next(self._ids)
        source = None if self._batch is None else Source(self._batch, number)
        return self.workflow.execute(
            *commands,
            by=actor,
            at=self.now,
            command_id=f"story-{number:04d}",
            effective_at=effective_at,
            source=source,
        )

    def on(self, month: int, day: int, hour: int = 1) -> None:
        """Move the clock to a day of 2005."""
        self.now = max(self.now, datetime(2005, month, day, hour, tzinfo=UTC))

    def imported(self, batch: str | None) -> None:
        """Whether what follows comes from an import."""
        self._batch = batch


def serving(task: str) -> tuple[Serves, ...]:
    return (Serves(campaign=KEY, task=task),)


def bureau(members: Sequence[str] = MEMBERS) -> Story:
    """The log with its organisation, people and definitions, and nothing else."""
    story = Story()
    roles = {"everything": tuple(duties(party.MODEL)), "case_officer": ("case.custody",)}
    story.do(OpenLog(tenant=TENANT, packs=dict(party.PACKS), role="everything", roles=roles))
    story.imported("register-2005")
    for unit, kind, parent in (
        ("u-city", "organ", None),
        ("u-bureau", "bureau", "u-city"),
        ("u-branch", "branch", "u-bureau"),
    ):
        story.do(FoundUnit(unit=unit, kind=kind, parent=parent, title=Personal(f"单位 {unit}")))
    for person in (*members, *STAFF, OUTSIDE):
        unit = "u-branch" if person in members else "u-city" if person == OUTSIDE else "u-bureau"
        register = RegisterPerson(
            person=person, unit=unit, categories=categories(person), name=Personal(name_of(person))
        )
        extra: tuple[Command, ...] = ()
        if person != "p-1":
            extra = (
                OpenAccount(account=f"a-{person[2:]}", person=person),
                GrantRole(person=person, role="everything", unit="u-city"),
            )
        story.do(register, *extra)
    story.imported(None)
    for definition in party.definitions(*CODES):
        story.do(definition)
    return story


def categories(person: str) -> tuple[str, ...]:
    """As what a person counts."""
    if person in STAFF:
        return ("staff",)
    if person == OUTSIDE:
        return ("supervisor",)
    extra = [
        name
        for name, people in (("retired", RETIRED), ("away", AWAY), ("left_post", LEFT_POST))
        if person in people
    ]
    return ("member", *(extra or ["in_service"]))


def begin(story: Story) -> Story:
    """The campaign set up on the members of the branch."""
    story.on(1, 17)
    story.do(FreezePopulation(key=KEY, unit="u-branch", having=("member",)))
    story.do(
        StartCampaign(
            key=KEY,
            definition_code=CAMPAIGN.code,
            definition=CAMPAIGN.digest,
            unit="u-bureau",
            population=KEY,
        )
    )
    return story


def begun() -> Story:
    """The campaign set up, those away excused, and its first phase open."""
    story = begin(bureau())
    for person, tasks in (
        ("p-27", ("reflections", "analysis_material")),
        ("p-28", ("reflections", "analysis_material")),
        ("p-29", ()),
        ("p-25", ("reflections",)),
        ("p-26", ("reflections",)),
    ):
        excuse(story, person, "ill" if person in RETIRED else "away", tasks)
    story.do(OpenPhase(key=KEY, phase="study"))
    return story


def excuse(story: Story, person: str, reason: str, tasks: Sequence[str] = ()) -> None:
    """A member excused from tasks, or from all."""
    story.do(
        ExcuseMember(
            key=KEY,
            person=person,
            reason=reason,
            since=story.now,
            tasks=tuple(tasks),
            accommodation="telephone_and_materials",
            note=Personal("联系方式见台账。"),
        )
    )


def hold(
    story: Story,
    key: str,
    kind: str,
    task: str,
    there: Sequence[str],
    *,
    expected: Sequence[str] = MEMBERS,
    away: Mapping[str, Attendance] | None = None,
) -> None:
    """An occasion: everybody expected has a row."""
    begins = story.now + timedelta(hours=1)
    planned = PlanActivity(
        key=key,
        kind=kind,
        unit="u-bureau",
        planned_at=begins,
        expected=tuple(expected),
        serves=serving(task),
        title=Personal(f"活动 {key}"),
    )
    story.do(planned)
    rows = {person: Attendance(status="present") for person in there}
    for person in expected:
        if person not in rows:
            excused = (away or {}).get(person)
            rows[person] = excused or Attendance(
                status="excused" if person in AWAY else "absent", reason="away" if person in AWAY else None
            )
    story.now = begins + timedelta(hours=2)
    story.do(HoldActivity(key=key, attendance=rows, minutes=90), effective_at=begins)


def phase_one(story: Story) -> None:
    """Study and mobilisation, with its published figures; the gate is refused once."""
    story.on(1, 20)
    hold(story, "mobilisation", "mobilisation_meeting", "mobilisation", IN_SERVICE)
    able = [person for person in MEMBERS if person not in AWAY]
    for number, (members, others) in enumerate(zip(MEMBERS_AT, OTHERS_AT, strict=True), start=1):
        story.on(1 + (20 + 4 * number) // 30, 1 + (20 + 4 * number) % 28)
        hold(
            story,
            f"study-{number:02d}",
            "study_session",
            "study_sessions",
            [*able[:members], *STAFF[:others]],
        )
        if number == 5:
            story.do(CorrectAttendance(key="study-05", person="p-24", status="late", ground="mistaken"), by=3)
            story.do(
                CorrectAttendance(key="study-05", person="p-24", status="present", ground="mistaken"), by=3
            )
    for key, kind, task, number in (
        ("discussion", "themed_discussion", "discussions", 2),
        ("exchange", "exchange_meeting", "exchange", 1),
        ("film", "educational_film", "films", 3),
        ("report", "report_meeting", "report_meetings", 2),
        ("lecture", "tutorial_lecture", "lectures", 3),
        ("oath", "oath_day", "oath_day", 1),
        ("leaders", "leadership_life_meeting", "leadership_life_meeting", 1),
        ("deed", "good_deed", "good_deeds", 12),
    ):
        for index in range(1, number + 1):
            story.on(2 + index // 7, 1 + (index * 4) % 27)
            hold(story, f"{key}-{index:02d}", kind, task, IN_SERVICE[:20], expected=IN_SERVICE)
            if kind == "good_deed" and index != 7:
                story.do(
                    AttachEvidence(
                        key=f"{key}-{index:02d}", kind="confirmation", digest=paper(f"{key}-{index}")
                    )
                )
    story.on(3, 16)
    for index, person in enumerate(MEMBERS[:24], start=1):
        submitted = Submit(
            key=f"reflection-{index:02d}",
            kind="reflection",
            unit="u-branch",
            author=person,
            digest=paper(f"reflection {person}"),
            serves=serving("reflections"),
        )
        story.do(submitted)
        vetting = 60
        if index == 4:
            story.do(FlagSimilarity(key="reflection-04", share="4/5", source_digest=paper("web")), by=vetting)
            story.do(Vet(key="reflection-04", verdict="returned", ground="copied"), by=vetting)
            story.do(Resubmit(key="reflection-04", digest=paper("reflection anew")), by=4)
        story.do(Vet(key=f"reflection-{index:02d}", verdict="accepted"), by=vetting)
    story.on(3, 25)
    hold(
        story,
        "test",
        "test",
        "study_test",
        MEMBERS[:28],
        away={"p-29": Attendance(status="excused", reason="away")},
    )
    _complete(story, "study", without=("discussions",))
    _look_back(story, "study", {"discussions": "partial"})
    story.do(RequestGate(key=KEY, phase="study"))
    story.do(DecideGate(key=KEY, phase="study", decision="redo", ground=Personal("材料不全。")), by=60)
    story.on(4, 5)
    story.do(_completion("discussions", ("activity/discussion-01", "activity/discussion-02")))
    _look_back(story, "study", {"good_deeds": "partial"})
    story.do(RequestGate(key=KEY, phase="study"))
    condition = Condition(code="catch_up_study", counts=("catch_up_study",), minimum=1)
    story.do(
        DecideGate(key=KEY, phase="study", decision="pass_with_conditions", conditions=(condition,)), by=60
    )


def _evidence(story: Story, task: str) -> tuple[str, ...]:
    """The works that serve a task, as far as they are done."""
    found = []
    for record in story.workflow.store.read():
        for served in record.data.get("serves", ()):
            if served == {"campaign": KEY, "task": task}:
                found.append(record.envelope.stream)
    return tuple(dict.fromkeys(found))


def _completion(task: str, evidence: tuple[str, ...]) -> CompleteTask:
    return CompleteTask(key=KEY, task=task, evidence=evidence)


def _complete(story: Story, phase: str, without: Sequence[str] = ()) -> None:
    tasks = next(item for item in CAMPAIGN.phases if item.code == phase).tasks
    for task in tasks:
        if task.code not in without and (evidence := _evidence(story, task.code)):
            if len(evidence) >= task.minimum:
                # In the last weeks of the phase, one after the other.
                story.do(_completion(task.code, evidence))


def _look_back(story: Story, phase: str, results: Mapping[str, str]) -> None:
    state = story.workflow.state(f"campaign/{KEY}")
    planned = next(item for item in state.planned if item.code == phase)
    found: dict[str, Any] = {}
    for task in state.items(planned):
        result = results.get(task.code, "done" if task.code in state.completions else "missing")
        found[task.code] = Finding(result=result)
    story.do(ConductLookBack(key=KEY, phase=phase, results=found), by=3)


def phase_two(story: Story) -> None:
    """Analysis and appraisal: opinions, a complaint, ratings, appraisals with one reply."""
    story.on(4, 10)
    story.do(OpenPhase(key=KEY, phase="analysis"))
    for number in range(1, 7):
        case = OpenCase(
            key=f"opinion-{number}",
            kind="opinion",
            definition=OPINION.digest,
            unit="u-bureau",
            substance=Personal("窗口排队时间长。"),
            requester=STAFF[number],
            serves=serving("seek_opinions"),
        )
        story.do(case, by=5)
        if number < 5:
            story.do(DecideCase(key=case.key, outcome="adopted", ground=Personal("采纳。")), by=6)
    story.on(4, 14)
    complaint = OpenCase(
        key=f"complaint-{1:032x}",
        kind="complaint",
        definition=COMPLAINT.digest,
        unit="u-bureau",
        substance=Personal("服务态度。"),
        complainant=Personal("p-9"),
        concerns=("p-13",),
        due=story.now + timedelta(days=21),
    )
    story.do(complaint, by=8)
    story.do(AcknowledgeCase(key=f"complaint-{1:032x}", channel="telephone"), by=8)
    story.do(AcceptCase(key=f"complaint-{1:032x}"), by=8)
    story.do(AssignInvestigator(key=f"complaint-{1:032x}", investigator="p-60"), by=8)
    story.do(
        NotifyRespondent(
            key=f"complaint-{1:032x}",
            person="p-13",
            substance=Personal("有人反映服务态度。"),
            reply_by=story.now + timedelta(days=7),
        ),
        by=8,
    )
    finding = OpenCase(
        key="finding-1",
        kind="finding",
        definition=FINDING.digest,
        unit="u-bureau",
        substance=Personal("一件实事未确认。"),
        source=f"campaign/{KEY}",
        serves=serving("problems_rectified"),
    )
    story.do(finding, by=3)
    story.do(AssignResponsible(key="finding-1", responsible="p-7", due=story.now + timedelta(days=15)), by=3)
    story.do(ReportRectified(key="finding-1", evidence=(paper("first"),)), by=7)
    story.do(VerifyRectification(key="finding-1", passed=False, evidence=(paper("seen"),)), by=60)
    story.do(ReportRectified(key="finding-1", evidence=(paper("second"),)), by=7)
    story.do(VerifyRectification(key="finding-1", passed=True, evidence=(paper("seen again"),)), by=60)
    story.on(4, 18)
    hold(story, "catch-up", "catch_up_study", "catch_up_study", IN_SERVICE[:18], expected=IN_SERVICE)
    appraise(story)


def appraise(story: Story, subjects: Sequence[str] = MEMBERS[:26]) -> None:
    """Self, peer and secret mass rating of members; two of them tie, one is not graded."""
    story.on(5, 9)
    for person in subjects:
        story.do(
            OpenAppraisal(
                key=person,
                subject=person,
                unit="u-bureau",
                cycle="c-2005",
                graded=person != "p-22",
                grades=() if person == "p-22" else GRADES,
                serves=serving("appraisal_opinions"),
            ),
            by=2 if person == "p-1" else 1,
        )
    raters = tuple(subjects[:8])
    story.do(_round("self", subjects, (), secret=False))
    story.do(_round("peer", raters, subjects, secret=False))
    story.do(_round("mass", STAFF, subjects, secret=True))
    for index, person in enumerate(subjects):
        if person != subjects[-1]:
            story.do(
                Rate(key="self", rater=person, grades={person: GRADES[index % 5 == 4]}), by=int(person[2:])
            )
    for index, rater in enumerate(raters):
        grades = {p: _grade(index, subjects.index(p)) for p in subjects if p != rater}
        story.do(Rate(key="peer", rater=rater, grades=grades), by=int(rater[2:]))
    for index, rater in enumerate(STAFF):
        choices = {p: _grade(index + 3, subjects.index(p)) for p in subjects}
        story.own(int(rater[2:]), CastBallot(key="mass", rater=rater, choices=choices))
    story.on(5, 12)
    for key in ("self", "peer", "mass"):
        story.do(CloseRating(key=key))


def _round(key: str, raters: Sequence[str], subjects: Sequence[str], *, secret: bool) -> OpenRating:
    return OpenRating(
        key=key,
        kind=key,
        unit="u-bureau",
        raters=tuple(raters),
        subjects=tuple(subjects),
        grades=GRADES,
        secret=secret,
        serves=serving("appraisal_opinions"),
    )


def _grade(rater: int, subject: int) -> str:
    """Better at the front of the list, with some spread."""
    if subject in (8, 11, 12):  # a tie across the edge of the quota
        return GRADES[rater in (0, 1, 2, 8, 9, 10)]
    score = (subject * 7 + rater * 3) % 29
    return GRADES[0 if score < 26 - subject else 1 if score < 31 - subject // 2 else 2]


def feed_back(story: Story) -> None:
    """An appraisal that its member answers, and what was claimed and published."""
    story.on(5, 16)
    story.do(ExcuseStatement(key="p-5", ground="ill"))
    story.do(
        FormOpinion(
            key="p-5",
            grade="competent",
            cites=("rating/self", "rating/peer", "rating/mass"),
            record=paper("record"),
            achievements=Personal("踏实。"),
            problems=Personal("学习不够。"),
            direction=Personal("加强学习。"),
        )
    )
    story.do(DeliverFeedback(key="p-5", reply_until=story.now + timedelta(days=5)))
    story.own(5, Reply(key="p-5", text=Personal("第二点不是我。")))
    story.do(Finalise(key="p-5"))
    figures = {
        "sessions": Quantity.of("=", 12, "sessions"),
        "attendances": Quantity.of("=", 392, "attendances"),
        "members": Quantity.of("=", 29, "members"),
        "retired": Quantity.of("=", 3, "members"),
        "away": Quantity.of("=", 3, "members"),
        "left_post": Quantity.of("=", 2, "members"),
        "discussions": Quantity.of("=", 2, "meetings"),
        "exchanges": Quantity.of("=", 1, "meetings"),
        "films": Quantity.of("=", 3, "films"),
        "report_meetings": Quantity.of("=", 2, "meetings"),
        "lectures": Quantity.of("=", 4, "lectures"),
        "oath_days": Quantity.of("=", 1, "days"),
        "leadership_life_meetings": Quantity.of("=", 1, "meetings"),
        "reflections": Quantity.of("=", 24, "works"),
        "good_deeds": Quantity.of(">=", 12, "deeds"),
        "tested": Quantity.of("=", 28, "members"),
        "satisfaction": Quantity.of("~", 98, "percent"),
    }
    story.do(
        AssertClaim(
            key="summary",
            unit="u-bureau",
            subject=f"campaign/{KEY}",
            source="summary_report",
            figures=figures,
        )
    )
    # What was published is computed from the log as it stood then, so that it can be computed again.
    end, known = story.workflow.store.head().position, story.now
    result = appraisal_ranking(story.workflow.history.up_to(end).as_of(known=known), KEY)
    story.do(
        Publish(
            key="ranking-1",
            unit="u-bureau",
            subject="appraisal_ranking",
            audience="branch",
            media="notice_board",
            position=end,
            known=known,
            rule=APPRAISAL_RULE.digest,
            digest=result.digest,
            serves=serving("notify_results"),
        )
    )


def full() -> Story:
    """The campaign from mobilisation to the appraisal."""
    story = begun()
    phase_one(story)
    phase_two(story)
    feed_back(story)
    return story
