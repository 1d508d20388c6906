"""Phase 1, study and mobilisation (学习动员), 18 January to 22 March 2005.

The figures are the published ones: 12 study sessions with 392 attendances, 2 discussions, 1 exchange,
3 films, 2 report meetings, 3 lectures, 1 oath day, 1 leadership life meeting, 24 reflections, 12 good deeds,
28 of 29 tested.  Who came when, and why the gate had to be asked for twice, is invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import cycle
from typing import Any, Final

from examples.education_campaign.diary import Diary, beijing, every, paper
from examples.education_campaign.people import (
    AWAY,
    CASE_OFFICER,
    CLERK,
    DEPUTY,
    KEY,
    MEMBERS,
    POPULATION,
    RECORDER,
    REGISTRAR,
    RETURNED,
    SECOND_SUPERVISOR,
    SECRETARY,
    STAFF,
    STAND_IN,
    SUPERVISOR,
    VERIFIER,
    VETTERS,
    delegate,
    for_task,
    person,
    persons,
    self_,
)

from party_workflow.domain.activity import (
    AttachEvidence,
    Attendance,
    CancelActivity,
    CorrectAttendance,
    HoldActivity,
    PlanActivity,
    PostponeActivity,
)
from party_workflow.domain.campaign import (
    CompleteTask,
    Condition,
    ConductLookBack,
    DecideGate,
    EndExcusal,
    ExcuseMember,
    Finding,
    LinkProblem,
    OpenPhase,
    RecordAccommodation,
    RequestGate,
)
from party_workflow.domain.case import (
    AssignResponsible,
    CloseCase,
    OpenCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.domain.claim import AssertClaim
from party_workflow.domain.organisation import ChangeCategories
from party_workflow.domain.submission import FlagSimilarity, Resubmit, Submit, Vet
from party_workflow.packs.campaign_2005 import CALENDAR, CAMPAIGN
from party_workflow.packs.case_kinds import FINDING
from party_workflow.personal import Personal
from party_workflow.quantity import Quantity
from party_workflow.store import Actor

# --- what an occasion is like ------------------------------------------------------------------


@dataclass(frozen=True)
class Occasion:
    """An activity of the story: what, when, who is expected, and who was not simply there."""

    key: str
    kind: str
    task: str
    begins: str
    title: str
    minutes: int = 120
    expected: tuple[str, ...] = ()
    """Nobody named: the whole frozen population."""
    invited: tuple[str, ...] = ()
    unit: str = "u-bureau"
    away: Mapping[str, str] = field(default_factory=dict)
    """Who was excused, with the reason."""
    absent: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    recorded: str = ""
    planned: str = ""
    makes_up: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stream(self) -> str:
        """What others cite it by."""
        return f"activity/{self.key}"

    def register(self) -> dict[str, Attendance]:
        """One status for everybody expected; of those invited only who came."""
        found = {}
        for who in (*(self.expected or MEMBERS), *self.invited):
            if who in self.away:
                found[who] = Attendance(status="excused", reason=self.away[who])
            elif who in self.absent:
                found[who] = Attendance(status="absent")
            elif who in self.remote:
                found[who] = Attendance(status="remote", reason="by_telephone")
            else:
                found[who] = Attendance(status="late" if who in self.late else "present")
        return found


def plan(diary: Diary, occasion: Occasion, by: Actor = RECORDER) -> None:
    """Plan an occasion: at the moment that it names, or else with the others of its month."""
    diary.say(
        occasion.planned or _planning(occasion.begins),
        by,
        PlanActivity(
            key=occasion.key,
            kind=occasion.kind,
            unit=occasion.unit,
            planned_at=beijing(occasion.begins),
            population=None if occasion.expected else POPULATION,
            expected=occasion.expected,
            invited=STAFF if occasion.invited else (),
            serves=for_task(occasion.task),
            makes_up=occasion.makes_up,
            title=Personal(occasion.title),
            **occasion.extra,
        ),
    )


def hold(diary: Diary, occasion: Occasion, begins: str = "") -> None:
    """Record that an occasion took place, half an hour after it ended or when it says."""
    began = beijing(begins or occasion.begins)
    ended = began + timedelta(minutes=occasion.minutes)
    diary.say(
        beijing(occasion.recorded) if occasion.recorded else ended + timedelta(minutes=30),
        RECORDER,
        HoldActivity(key=occasion.key, attendance=occasion.register(), minutes=occasion.minutes),
        since=began,
    )


def _planning(begins: str) -> str:
    """Occasions are planned month by month."""
    return "01-18 16:00" if begins < "02-01" else "01-31 16:00" if begins < "03-01" else "02-28 16:00"


def complete(diary: Diary, at: str, task: str, evidence: Iterable[str]) -> None:
    """The clerk reports a task complete, on this work."""
    cited = tuple(evidence)
    diary.say(at, CLERK, CompleteTask(key=KEY, task=task, population=POPULATION, evidence=cited))


ELSEWHERE: Final = dict.fromkeys(AWAY, "away")
"""The three who were away all through the study phase."""

# --- twelve study sessions ---------------------------------------------------------------------

#  begins, title, colleagues who came, members excused with the reason, late
_SESSIONS: Final[tuple[tuple[str, str, int, dict[int, str], tuple[int, ...]], ...]] = (
    ("01-21 14:30", "学习党章总纲和党员权利义务", 8, {}, (9,)),
    ("01-25 14:30", "通读先进性教育读本第一、二讲", 7, {11: "on_duty"}, ()),
    ("01-28 14:30", "学习执政能力建设的决定", 6, {19: "ill"}, (13, 20)),
    ("02-01 14:30", "对照本职谈就业服务的宗旨", 7, {7: "on_duty", 26: "ill"}, ()),
    ("02-04 14:30", "学习郑培民等先进事迹", 8, {26: "ill"}, (17,)),
    ("02-07 14:30", "学习劳动保障政策法规汇编", 6, {17: "ill"}, ()),
    ("02-18 14:30", "节后收心，重读党章", 7, {12: "on_duty"}, (21,)),
    ("02-22 14:30", "讨论新时期党员先进性具体要求", 7, {21: "business_trip"}, ()),
    ("02-25 14:30", "学习再就业工作文件", 7, {}, (16,)),
    ("03-01 14:30", "学习廉洁自律有关规定", 7, {}, (13,)),
    ("03-04 14:30", "结合窗口服务讨论作风建设", 7, {20: "ill"}, (23,)),
    ("03-08 14:30", "百题问答复习", 7, {}, ()),
)
_ABSENT: Final = {4: (14,), 9: (9,)}
"""Registered as absent, by session; the first of the two turns out to be a mistake."""
_BY_TELEPHONE: Final = (1, 3, 5, 7, 9, 11)
"""The sessions that ``p-28`` followed by telephone."""


def _colleagues(session: int, number: int) -> tuple[str, ...]:
    """So many of the ten, beginning with another one each time: somebody has to mind the counters."""
    return tuple(STAFF[(3 * session + step) % len(STAFF)] for step in range(number))


def sessions() -> tuple[Occasion, ...]:
    """The twelve study sessions."""
    found = []
    for number, (begins, title, staff, excused, late) in enumerate(_SESSIONS, start=1):
        telephone = persons(28) if number in _BY_TELEPHONE else ()
        away = {who: reason for who, reason in ELSEWHERE.items() if who not in telephone}
        found.append(
            Occasion(
                key=f"study-{number:02d}",
                kind="study_session",
                task="study_sessions",
                begins=begins,
                title=title,
                invited=_colleagues(number, staff),
                away=away | {person(who): reason for who, reason in excused.items()},
                absent=persons(*_ABSENT.get(number, ())),
                late=persons(*late),
                remote=telephone,
                # Of one the register was entered two days later.
                recorded="02-24 17:10" if number == 8 else "",
                extra={"minimum_minutes": 90},
            )
        )
    return tuple(found)


def study_sessions(diary: Diary) -> None:
    """Twelve sessions: one put off because of snow, one entered late, one register put right."""
    for session in sessions():
        plan(diary, session)
        if session.key == "study-06":
            diary.say(
                "02-07 10:00",
                RECORDER,
                PostponeActivity(
                    key=session.key, to=beijing("02-17 14:30"), reason="heavy_snow", basis="office_notice"
                ),
            )
            hold(diary, session, begins="02-17 14:30")
        else:
            hold(diary, session)
    # p-14 had signed on the second sheet.  It was so on 1 February, and became known a week later.
    diary.say(
        "02-08 15:00",
        RECORDER,
        CorrectAttendance(
            key="study-04", person=person(14), status="present", ground="signed_on_second_sheet"
        ),
        since="02-01 14:30",
    )
    for number in (1, 6, 12):
        diary.say(
            every_evening(number),
            RECORDER,
            AttachEvidence(
                key=f"study-{number:02d}",
                kind="document",
                digest=paper(f"sign-in sheet {number}"),
                media="scan",
            ),
        )
    complete(diary, "03-08 17:30", "study_sessions", (session.stream for session in sessions()))


def every_evening(number: int) -> datetime:
    """Five o'clock and twenty of the day on which a session was held."""
    begins = "02-17 14:30" if number == 6 else _SESSIONS[number - 1][0]
    return beijing(f"{begins[:5]} 17:20")


# --- the other occasions -----------------------------------------------------------------------

MOBILISATION: Final = Occasion(
    "mobilisation-01",
    "mobilisation_meeting",
    "mobilisation",
    "01-19 09:00",
    "先进性教育活动动员大会",
    invited=STAFF,
    away=ELSEWHERE,
    planned="01-18 09:30",
    extra={"quorum": Fraction(1, 2), "quorum_having": ("member",)},
)
FILMS: Final = (
    Occasion("film-01", "educational_film", "films", "01-26 15:00", "观看《生死牛玉儒》", away=ELSEWHERE),
    Occasion("film-02", "educational_film", "films", "02-16 15:00", "观看《张思德》", away=ELSEWHERE),
    Occasion("film-03", "educational_film", "films", "02-23 15:00", "观看《张思德》（补放）", away=ELSEWHERE),
    Occasion("film-04", "educational_film", "films", "03-03 15:00", "观看警示教育片", away=ELSEWHERE),
)
LECTURES: Final = (
    Occasion(
        "lecture-01",
        "tutorial_lecture",
        "lectures",
        "01-24 09:00",
        "书记党课：为什么要保持先进性",
        away=ELSEWHERE,
    ),
    Occasion(
        "lecture-02",
        "tutorial_lecture",
        "lectures",
        "02-21 09:00",
        "党校教师辅导：党的执政能力",
        away=ELSEWHERE,
    ),
    Occasion(
        "lecture-03",
        "tutorial_lecture",
        "lectures",
        "02-28 09:00",
        "就业政策与群众工作",
        away=ELSEWHERE,
        invited=STAFF,
        planned="02-22 11:00",
    ),
)
REPORTS: Final = (
    Occasion(
        "report-01", "report_meeting", "report_meetings", "01-31 09:00", "先进事迹报告会", away=ELSEWHERE
    ),
    Occasion(
        "report-02",
        "report_meeting",
        "report_meetings",
        "03-02 09:00",
        "下岗职工创业报告会",
        away=ELSEWHERE,
        invited=STAFF,
    ),
)
DISCUSSIONS: Final = (
    Occasion(
        "discussion-01",
        "themed_discussion",
        "discussions",
        "02-03 15:00",
        "共产党员的先进性体现在哪里",
        away=ELSEWHERE,
    ),
    Occasion(
        "discussion-02",
        "themed_discussion",
        "discussions",
        "02-24 15:00",
        "窗口岗位怎样当先锋",
        away=ELSEWHERE,
    ),
)
EXCHANGE: Final = Occasion(
    "exchange-01",
    "exchange_meeting",
    "exchange",
    "03-07 15:00",
    "与社会保险局支部交流学习体会",
    away=ELSEWHERE,
)
OATH: Final = Occasion(
    "oath-01",
    "oath_day",
    "oath_day",
    "03-09 09:00",
    "在烈士陵园重温入党誓词",
    away=ELSEWHERE | {person(26): "ill"},
)
LEADERS: Final = Occasion(
    "leaders-01",
    "leadership_life_meeting",
    "leadership_life_meeting",
    "03-10 09:00",
    "局领导班子民主生活会",
    minutes=180,
    expected=persons(1, 2, 10, 12),
)


def occasions(diary: Diary) -> None:
    """Mobilisation, films, lectures, report meetings, discussions, exchange, oath day, leaders' meeting."""
    plan(diary, MOBILISATION)
    hold(diary, MOBILISATION)
    complete(diary, "01-19 17:00", "mobilisation", [MOBILISATION.stream])

    for film in FILMS:
        plan(diary, film)
        if film.key == "film-02":
            diary.say("02-16 14:00", RECORDER, CancelActivity(key=film.key, reason="projector_broken"))
        else:
            hold(diary, film)
    complete(diary, "03-03 17:50", "films", (film.stream for film in FILMS if film.key != "film-02"))

    delegate(diary)
    for lecture in LECTURES:
        plan(diary, lecture, by=STAND_IN if lecture.key == "lecture-03" else RECORDER)
        hold(diary, lecture)
    complete(diary, "02-28 15:00", "lectures", (lecture.stream for lecture in LECTURES))
    for task, at, held in (
        ("report_meetings", "03-02 15:00", REPORTS),
        ("discussions", "02-24 17:50", DISCUSSIONS),
        ("exchange", "03-07 17:50", (EXCHANGE,)),
        ("oath_day", "03-09 15:00", (OATH,)),
        ("leadership_life_meeting", "03-10 15:00", (LEADERS,)),
    ):
        for occasion in held:
            plan(diary, occasion)
            hold(diary, occasion)
        complete(diary, at, task, (occasion.stream for occasion in held))


# --- twelve good deeds -------------------------------------------------------------------------

_DEEDS: Final[tuple[tuple[str, str, tuple[int, ...]], ...]] = (
    ("01-27 09:00", "为社区下岗职工办现场求职登记", (7, 11, 15)),
    ("01-29 09:00", "春节前走访特困职工家庭", (1, 10, 16)),
    ("02-02 09:00", "帮农民工讨回拖欠工资", (12, 19)),
    ("02-03 09:00", "为残疾求职者上门办证", (8, 20)),
    ("02-06 09:00", "火车站设返乡务工人员服务点", (9, 13, 22)),
    ("02-19 09:00", "组织春风行动专场招聘会", (2, 10, 14, 21)),
    ("02-22 09:00", "为结对村修复文化室电路", (17, 23)),
    ("02-26 09:00", "为零就业家庭送岗位", (3, 15)),
    ("03-02 14:30", "编印就业政策问答一千份", (4, 6)),
    ("03-05 09:00", "学雷锋日义务咨询", (5, 18, 22)),
    ("03-08 09:00", "为女职工开设维权讲座", (6, 20)),
    ("03-11 09:00", "资助两名贫困学生", (1, 2, 24)),
)
_UNCONFIRMED: Final = 9
"""Printed leaflets: nobody who got one has confirmed it."""


def good_deeds(diary: Diary) -> None:
    """Twelve deeds for the public, eleven of them confirmed by those whom they served."""
    streams = []
    for number, (begins, title, by) in enumerate(_DEEDS, start=1):
        deed = Occasion(
            f"deed-{number:02d}",
            "good_deed",
            "good_deeds",
            begins,
            title,
            expected=persons(*by),
            # Ten days after, when the Spring Festival was over.
            recorded="02-16 09:30" if number == 5 else "",
        )
        streams.append(deed.stream)
        plan(diary, deed)
        hold(diary, deed)
        if number != _UNCONFIRMED:
            confirmation = paper(f"confirmation of deed {number} by those whom it served")
            diary.say(
                beijing("03-11 15:00") + timedelta(minutes=3 * number),
                RECORDER,
                AttachEvidence(key=deed.key, kind="confirmation", digest=confirmation, media="scan"),
            )
    complete(diary, "03-14 09:30", "good_deeds", streams)


# --- reflections -------------------------------------------------------------------------------

AUTHORS: Final = MEMBERS[:24]
"""Twenty-four of the 29; the other five are excused."""
COPIED: Final = person(19)
QUOTING: Final = person(12)


_HANDED_IN: Final = (0, 1, 2, 3, 4, 7, 8, 9)
"""Days after Monday 28 February on which reflections came in: the working days of two weeks."""


def reflection(who: str) -> str:
    """The key of somebody's reflection."""
    return f"reflection-{who.removeprefix('p-').zfill(2)}"


def reflections(diary: Diary) -> None:
    """Twenty-four reflections, each vetted by somebody else; one is copied, returned and written anew."""
    for at, who in zip(every("02-28 08:50", 17), AUTHORS, strict=False):
        diary.say(
            at + timedelta(days=_HANDED_IN[int(who.removeprefix("p-")) % len(_HANDED_IN)]),
            self_(who),
            Submit(
                key=reflection(who),
                kind="reflection",
                unit="u-branch",
                author=who,
                digest=paper(f"{reflection(who)}, first version"),
                serves=for_task("reflections"),
            ),
        )
    # A program compares with texts on the web.  It flags; only a person returns.
    for at, who, share, source in (
        ("03-10 09:00", COPIED, Fraction(31, 50), "a speech on the web"),
        ("03-10 09:05", QUOTING, Fraction(1, 5), "the Party constitution"),
    ):
        diary.say(
            at, VETTERS[1], FlagSimilarity(key=reflection(who), share=share, source_digest=paper(source))
        )
    vetters = cycle(VETTERS)
    for at, who in zip(every("03-10 14:00", 6), AUTHORS, strict=False):
        vetter = next(vetters)
        while vetter.person == who or (vetter.person, who) == (person(5), person(18)):
            vetter = next(vetters)
        if who == COPIED:
            note = Personal("第二、三段与网上一篇讲话大段雷同，请结合本岗位重写。")
            verdict = Vet(key=reflection(who), verdict="returned", ground="copied_from_web", note=note)
        elif who == QUOTING:
            note = Personal("雷同处系引用党章原文，已注明，予以通过。")
            verdict = Vet(key=reflection(who), verdict="accepted", ground="quotation_marked", note=note)
        else:
            verdict = Vet(key=reflection(who), verdict="accepted")
        diary.say(at, vetter, verdict)


def excusals(diary: Diary) -> None:
    """Five write no reflection: two away, one back too late, two whose eyes do not let them."""
    for at, who, note in (
        ("03-09 15:30", person(25), "视力衰退，书写困难，改为口述，由支部派人记录。"),
        ("03-09 15:35", person(26), "白内障术后不能写字，改为上门听取口述。"),
    ):
        diary.say(
            at,
            SECRETARY,
            ExcuseMember(
                key=KEY,
                population=POPULATION,
                person=who,
                reason="poor_eyesight",
                since=beijing(at),
                tasks=("reflections",),
                accommodation="oral_account",
                note=Personal(note),
            ),
        )
    # What is done for them instead is recorded when it has been done.
    for at, who, what, ground in (
        ("02-21 10:00", person(27), "post receipt of study materials, p-27", "materials_sent"),
        ("02-21 10:05", person(28), "log of telephone calls, p-28", "called_and_materials_sent"),
        ("02-21 10:10", person(29), "post receipt of study materials, p-29", "materials_sent"),
        ("03-11 10:00", person(25), "minutes of the oral account, p-25", "account_taken_down"),
        ("03-11 16:30", person(26), "minutes of the oral account, p-26", "visited_at_home"),
    ):
        diary.say(
            at, SECRETARY, RecordAccommodation(key=KEY, person=who, evidence=paper(what), ground=ground)
        )


# --- the test ----------------------------------------------------------------------------------

TEST: Final = Occasion(
    "test-01",
    "test",
    "study_test",
    "03-11 09:00",
    "百题测试",
    minutes=90,
    away={person(27): "away", person(29): "away"},
    remote=persons(28),
)
MAKE_UP: Final = Occasion(
    "test-02",
    "test",
    "study_test",
    "03-17 09:00",
    "百题测试（补测）",
    minutes=90,
    expected=(RETURNED,),
    planned="03-16 15:00",
    makes_up="test-01",
)

# --- look-back, gate, and again ----------------------------------------------------------------


def return_of_one(diary: Diary) -> None:
    """On 14 March one of the three comes back: no longer excused, neither tested nor through the study."""
    diary.say(
        "03-14 10:00",
        SECRETARY,
        EndExcusal(key=KEY, person=RETURNED, until=beijing("03-14 08:00"), ground="returned"),
    )
    diary.say(
        "03-14 10:10",
        REGISTRAR,
        ChangeCategories(person=RETURNED, categories=("member", "in_service"), ground="returned"),
    )


_TASKS: Final = tuple(task.code for task in CAMPAIGN.phases[0].tasks)


def first_gate(diary: Diary) -> None:
    """15 and 16 March: two things are only partly done, and the supervision group sends them back (补课)."""
    partial = {
        "reflections": "二十三篇合格，一篇抄自网络，退回重写；另一人刚返回，尚未安排。",
        "study_test": "二十七人参加，一人刚返回未测，一人外出请假。",
    }
    diary.say(
        "03-15 15:00",
        SECRETARY,
        ConductLookBack(
            key=KEY,
            phase="study",
            results={
                task: Finding(result="partial", note=Personal(partial[task]))
                if task in partial
                else Finding(result="done")
                for task in _TASKS
            },
        ),
    )
    diary.say("03-15 16:00", CLERK, RequestGate(key=KEY, phase="study"))
    diary.say(
        "03-16 10:00",
        SUPERVISOR,
        DecideGate(
            key=KEY,
            phase="study",
            decision="redo",
            ground=Personal("心得体会和测试两项未完成，请补课后再申请转段。"),
        ),
    )
    for at, key, task, responsible, substance in (
        ("03-16 14:00", "finding-01", "reflections", person(4), "心得体会中有抄袭网文现象，把关不严。"),
        ("03-16 14:10", "finding-02", "study_test", person(3), "对返回党员未及时安排补测。"),
    ):
        diary.say(
            at,
            SECOND_SUPERVISOR,
            OpenCase(
                key=key,
                kind="finding",
                definition=FINDING.digest,
                unit="u-bureau",
                substance=Personal(substance),
                source=f"campaign/{KEY}",
                classes=("study",),
                due=CALENDAR.deadline(beijing(at), FINDING.clocks["rectify"]).due,
                serves=for_task("problems_rectified"),
            ),
        )
        diary.say(
            beijing(at) + timedelta(minutes=5), DEPUTY, AssignResponsible(key=key, responsible=responsible)
        )
        diary.say(
            beijing(at) + timedelta(minutes=8), CLERK, LinkProblem(key=KEY, task=task, case=f"case/{key}")
        )


def make_up(diary: Diary) -> None:
    """16 to 18 March: the reflection is written anew, the one who is back is tested and otherwise excused."""
    diary.say(
        "03-16 15:30",
        SECRETARY,
        ExcuseMember(
            key=KEY,
            population=POPULATION,
            person=RETURNED,
            reason="returned_late",
            since=beijing("03-14 08:00"),
            tasks=("reflections",),
            accommodation="catch_up_study",
            note=Personal("学习阶段后期返回，免写心得，安排补课。"),
        ),
    )
    plan(diary, MAKE_UP)
    hold(diary, MAKE_UP)
    diary.say(
        "03-17 15:00",
        self_(COPIED),
        Resubmit(key=reflection(COPIED), digest=paper(f"{reflection(COPIED)}, second version")),
    )
    diary.say("03-18 09:00", VETTERS[0], Vet(key=reflection(COPIED), verdict="accepted"))
    complete(diary, "03-18 10:00", "reflections", (f"submission/{reflection(who)}" for who in AUTHORS))
    complete(diary, "03-18 10:10", "study_test", (TEST.stream, MAKE_UP.stream))
    for at, key, responsible, what in (
        ("03-18 11:00", "finding-01", person(4), "rules for checking what is handed in"),
        ("03-18 11:20", "finding-02", person(3), "register of the make-up test"),
    ):
        diary.say(at, self_(responsible), ReportRectified(key=key, evidence=(paper(what),)))
        diary.say(
            beijing(at) + timedelta(hours=3),
            VERIFIER,
            VerifyRectification(key=key, passed=True, evidence=(paper(f"{what}, seen on the spot"),)),
        )
        diary.say(beijing(at) + timedelta(hours=4), CASE_OFFICER, CloseCase(key=key))


def second_gate(diary: Diary) -> None:
    """21 and 22 March: everything is done, and who was away the whole phase is to catch up in the next."""
    diary.say(
        "03-21 09:00",
        SECRETARY,
        ConductLookBack(key=KEY, phase="study", results={task: Finding(result="done") for task in _TASKS}),
    )
    diary.say("03-21 10:30", CLERK, RequestGate(key=KEY, phase="study"))
    diary.say(
        "03-22 10:00",
        SUPERVISOR,
        DecideGate(
            key=KEY,
            phase="study",
            decision="pass_with_conditions",
            conditions=(
                Condition(
                    code="catch_up_study",
                    due=beijing("04-15 09:00").date(),
                    counts=("catch_up_study",),
                    minimum=2,
                ),
            ),
            ground=Personal("同意转段。一名返回党员缺课较多，须在四月十五日前补课两次。"),
        ),
    )


# --- what was asserted -------------------------------------------------------------------------


def _figures(**asserted: tuple[int, str]) -> dict[str, Quantity]:
    return {code: Quantity.of("=", value, unit) for code, (value, unit) in asserted.items()}


def claims(diary: Diary) -> None:
    """The figures as the bulletin and the report on the transition have them (the published ones)."""
    diary.say(
        "03-11 17:30",
        SECRETARY,
        AssertClaim(
            key="bulletin-07",
            unit="u-bureau",
            subject=f"campaign/{KEY}",
            source="campaign_bulletin",
            document=paper("bulletin no. 7"),
            figures={
                "sessions": Quantity.of("=", 12, "sessions"),
                "attendances": Quantity.of(">", 390, "attendances"),
                "films": Quantity.of(">=", 3, "films"),
                "mean_attendance": Quantity.of("~", Fraction(3267, 100), "attendances", Fraction(1, 100)),
            },
        ),
    )
    diary.say(
        "03-21 10:00",
        SECRETARY,
        AssertClaim(
            key="transition-report",
            unit="u-bureau",
            subject=f"campaign/{KEY}",
            source="transition_report",
            document=paper("report on the transition from phase 1 to phase 2"),
            figures=_figures(
                members=(29, "members"),
                retired=(3, "members"),
                away=(3, "members"),
                left_post=(2, "members"),
                sessions=(12, "sessions"),
                attendances=(392, "attendances"),
                discussions=(2, "meetings"),
                exchanges=(1, "meetings"),
                films=(3, "films"),
                report_meetings=(2, "meetings"),
                lectures=(3, "lectures"),
                oath_days=(1, "days"),
                leadership_life_meetings=(1, "meetings"),
                reflections=(24, "works"),
                good_deeds=(12, "deeds"),
                tested=(28, "members"),
            ),
        ),
    )


def study(diary: Diary) -> None:
    """The whole of phase 1."""
    diary.say("01-18 09:00", CLERK, OpenPhase(key=KEY, phase="study"))
    occasions(diary)
    study_sessions(diary)
    good_deeds(diary)
    reflections(diary)
    excusals(diary)
    plan(diary, TEST)
    hold(diary, TEST)
    return_of_one(diary)
    first_gate(diary)
    make_up(diary)
    second_gate(diary)
    claims(diary)
