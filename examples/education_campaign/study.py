"""Phase 1, study and mobilisation (学习动员), 18 January to 22 March 2005.

The figures are the published ones: 12 study sessions with 392 attendances, 2 discussions, 1 exchange,
3 films, 2 report meetings, 3 lectures, 1 oath day, 1 leadership life meeting, 24 reflections, 12 good deeds,
28 of 29 tested.  Who came when, and why the gate had to be asked for twice, is invented.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import cycle
from typing import Final

from examples.education_campaign.diary import Diary, beijing, every, paper
from examples.education_campaign.occasions import ELSEWHERE, Occasion, complete, hold, plan
from examples.education_campaign.people import (
    CLERK,
    KEY,
    MEMBERS,
    POPULATION,
    RECORDER,
    RETURNED,
    SECRETARY,
    STAFF,
    STAND_IN,
    VETTERS,
    delegate,
    for_task,
    person,
    persons,
    self_,
)

from party_workflow.domain.activity import (
    AttachEvidence,
    CancelActivity,
    CorrectAttendance,
    PostponeActivity,
)
from party_workflow.domain.campaign import (
    ExcuseMember,
    OpenPhase,
    RecordAccommodation,
)
from party_workflow.domain.submission import FlagSimilarity, Submit, Vet
from party_workflow.personal import Personal

# --- twelve study sessions ---------------------------------------------------------------------

#  begins, title, colleagues who came, members excused with the reason, late
_SESSIONS: Final[tuple[tuple[str, str, int, dict[int, str], tuple[int, ...]], ...]] = (
    ("01-21 14:30", "学习党章总纲和党员权利义务", 8, {}, (9,)),
    ("01-25 14:30", "通读先进性教育读本第一、二讲", 7, {11: "on_duty"}, ()),
    ("01-28 14:30", "学习执政能力建设的决定", 6, {19: "ill"}, (13, 20)),
    ("02-01 14:30", "对照本职谈就业服务的宗旨", 7, {7: "on_duty", 26: "ill"}, ()),
    ("02-04 14:30", "学习先进模范人物事迹", 8, {26: "ill"}, (17,)),
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
    Occasion("film-01", "educational_film", "films", "01-26 15:00", "观看优秀党员事迹片", away=ELSEWHERE),
    Occasion("film-02", "educational_film", "films", "02-16 15:00", "观看为人民服务专题片", away=ELSEWHERE),
    Occasion(
        "film-03",
        "educational_film",
        "films",
        "02-23 15:00",
        "观看为人民服务专题片（补放）",
        away=ELSEWHERE,
        planned="02-17 09:00",
    ),
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
        planned="02-16 10:00",
    ),
    Occasion(
        "lecture-03",
        "tutorial_lecture",
        "lectures",
        "02-28 09:00",
        "就业政策与群众工作",
        away=ELSEWHERE,
        invited=STAFF,
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
        plan(diary, lecture, by=STAND_IN if lecture.key == "lecture-02" else RECORDER)
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
    ("03-11 14:00", "资助两名贫困学生", (1, 2, 24)),
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
                beijing("03-14 08:30") + timedelta(minutes=3 * number),
                RECORDER,
                AttachEvidence(key=deed.key, kind="confirmation", digest=confirmation, media="scan"),
            )
    complete(diary, "03-14 09:40", "good_deeds", streams)


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
    for flagged, who, share, source in (
        ("03-10 09:00", COPIED, Fraction(31, 50), "a speech on the web"),
        ("03-10 09:05", QUOTING, Fraction(1, 5), "the Party constitution"),
    ):
        diary.say(
            flagged, VETTERS[1], FlagSimilarity(key=reflection(who), share=share, source_digest=paper(source))
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
    """Five write no reflection: two away, one back too late, two who cannot write."""
    for approved, who, note in (
        ("03-09 15:30", person(25), "手部震颤，书写困难，改为口述，由支部派人记录。"),
        ("03-09 15:35", person(26), "右手骨折未愈，不能写字，改为上门听取口述。"),
    ):
        diary.say(
            approved,
            SECRETARY,
            ExcuseMember(
                key=KEY,
                population=POPULATION,
                person=who,
                reason="cannot_write",
                since=beijing(approved),
                tasks=("reflections",),
                accommodation="oral_account",
                note=Personal(note),
            ),
        )
    # What is done for them instead is recorded when it has been done.
    for done, who, what, ground in (
        ("02-21 14:00", person(27), "post receipt of study materials, p-27", "materials_sent"),
        ("02-21 14:05", person(28), "log of telephone calls, p-28", "called_and_materials_sent"),
        ("02-21 14:10", person(29), "post receipt of study materials, p-29", "materials_sent"),
        ("03-11 16:40", person(25), "minutes of the oral account, p-25", "account_taken_down"),
        ("03-11 16:50", person(26), "minutes of the oral account, p-26", "visited_at_home"),
    ):
        diary.say(
            done, SECRETARY, RecordAccommodation(key=KEY, person=who, evidence=paper(what), ground=ground)
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


def study(diary: Diary) -> None:
    """Phase 1, as far as its first look-back."""
    diary.say("01-18 09:00", CLERK, OpenPhase(key=KEY, phase="study"))
    occasions(diary)
    study_sessions(diary)
    good_deeds(diary)
    reflections(diary)
    excusals(diary)
    plan(diary, TEST)
    hold(diary, TEST)
