"""Phase 2, analysis and appraisal (分析评议), 23 March to 26 May 2005: seven tasks in their partial order.

Opinions and talks come before the written analysis, that before the life meetings, these before the opinions
on each member, then written feedback, then the results are made known.  Beside them runs a complaint with a
right of reply.  Everything here is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import cycle
from typing import Final

from examples.education_campaign.diary import Diary, beijing, every, paper
from examples.education_campaign.occasions import Occasion, complete, hold, plan
from examples.education_campaign.people import (
    ACCUSED,
    CASE_OFFICER,
    CLERK,
    DEPUTY,
    INVESTIGATOR,
    KEY,
    REACHABLE,
    RECORDER,
    RETURNED,
    SECOND_OFFICER,
    SECRETARY,
    SUPERVISOR,
    VERIFIER,
    VETTERS,
    for_task,
    person,
    persons,
    self_,
)

from party_workflow.domain.campaign import (
    ConductLookBack,
    DecideGate,
    Finding,
    OpenPhase,
    RecordAccommodation,
    RequestGate,
)
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AssignInvestigator,
    AssignResponsible,
    CloseCase,
    ContestCase,
    DecideCase,
    NotifyRespondent,
    OpenCase,
    ReopenCase,
    ReplyToNotice,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.domain.submission import MarkReadOut, Resubmit, Submit, Vet
from party_workflow.packs.campaign_2005 import CALENDAR, CAMPAIGN
from party_workflow.packs.case_kinds import COMPLAINT, OPINION
from party_workflow.personal import Personal

# --- (1) opinions sought -----------------------------------------------------------------------


@dataclass(frozen=True)
class Opinion:
    """An opinion received: from whom (None: anonymous), what, and what came of it."""

    received: str
    channel: str
    giver: str | None
    text: str
    outcome: str
    ground: str
    answer: str
    recorded: str = ""


OPINIONS: Final = (
    Opinion(
        "03-24 09:30",
        "letter",
        "p-301",
        "办理失业登记排队时间太长，建议增加窗口或实行叫号。",
        "adopted",
        "情况属实，窗口确实不足。",
        "四月起增开一个窗口，并试行叫号。",
    ),
    Opinion(
        "03-24 10:10",
        "meeting",
        "p-302",
        "企业年检所需材料一次告知不清，来回跑了三趟。",
        "adopted",
        "情况属实。",
        "已编印一次性告知单，放在窗口供取用。",
    ),
    Opinion(
        "03-25 09:00",
        "suggestion_box",
        None,
        "政策宣传单还是两年前的，内容已经过时。",
        "adopted",
        "经核对，宣传单确未更新。",
        "旧单已收回，新单五月底前印出。",
    ),
    Opinion(
        "03-28 14:30",
        "meeting",
        "p-303",
        "希望周六全天办公。",
        "partly_adopted",
        "人手有限，全天办公有困难。",
        "自五月起每月第一个周六上午办公。",
    ),
    Opinion(
        "03-29 10:00",
        "letter",
        "p-304",
        "要求将本厂内退人员全部纳入再就业补贴。",
        "not_adopted",
        "内退人员未解除劳动关系，不符合补贴条件。",
        "附上有关文件条款，如情况有变可再申请。",
        recorded="04-01 10:00",
    ),
    Opinion(
        "03-30 15:00",
        "meeting",
        "p-305",
        "劳动合同鉴证收费没有公示。",
        "adopted",
        "收费标准应当公示。",
        "收费依据和标准已在大厅张贴。",
    ),
    Opinion(
        "03-31 09:00",
        "suggestion_box",
        None,
        "局领导很少到企业来，不了解下面的难处。",
        "adopted",
        "意见中肯，班子成员认同。",
        "局领导每季度下企业不少于两次，情况张榜公布。",
    ),
    Opinion(
        "04-01 09:30",
        "telephone",
        "p-306",
        "建议把招聘会搬到郊区去办。",
        "partly_adopted",
        "郊区场地条件不足，可先试办。",
        "六月在开发区试办一场。",
    ),
)
CONTESTED: Final = 6
"""The giver of the sixth does not accept the first answer."""


def opinions(diary: Diary) -> None:
    """Eight opinions: each decided with its ground, and the giver told; the anonymous in public."""
    streams = []
    for number, opinion in enumerate(OPINIONS, start=1):
        key = f"opinion-{number:02d}"
        streams.append(f"case/{key}")
        entered = beijing(opinion.recorded or opinion.received) + timedelta(
            minutes=0 if opinion.recorded else 20
        )
        diary.say(
            entered,
            CASE_OFFICER,
            OpenCase(
                key=key,
                kind="opinion",
                definition=OPINION.digest,
                unit="u-bureau",
                substance=Personal(opinion.text),
                requester=opinion.giver,
                channel=opinion.channel,
                serves=for_task("seek_opinions"),
            ),
            since=opinion.received,
        )
        if opinion.giver is not None:
            diary.say(
                entered + timedelta(minutes=30),
                CASE_OFFICER,
                AcknowledgeCase(key=key, channel=opinion.channel),
            )
        decided = beijing("04-04 09:00") + timedelta(minutes=15 * number)
        diary.say(
            decided,
            CASE_OFFICER,
            DecideCase(key=key, outcome=opinion.outcome, ground=Personal(opinion.ground)),
        )
        if number == CONTESTED:
            contested(diary, key)
        else:
            channel = "notice_board" if opinion.giver is None else opinion.channel
            diary.say(
                decided + timedelta(hours=5),
                CASE_OFFICER,
                AnswerRequester(key=key, channel=channel, answer=Personal(opinion.answer)),
                CloseCase(key=key),
            )
    complete(diary, "04-08 16:00", "seek_opinions", streams)


def contested(diary: Diary, key: str) -> None:
    """Told that the charges are on the wall now, the giver asks what was overcharged back: taken up again."""
    answers = ("收费标准已在大厅张贴。", "收费标准已张贴，三家多收企业的款项已退。")
    diary.say(
        "04-05 09:00",
        CASE_OFFICER,
        AnswerRequester(key=key, channel="telephone", answer=Personal(answers[0])),
    )
    diary.say(
        "04-05 15:00",
        SECOND_OFFICER,  # who decided it takes nothing down against it
        ContestCase(key=key, ground=Personal("只公示不够，去年多收的也应当退还。")),
    )
    diary.say("04-06 09:00", CASE_OFFICER, ReopenCase(key=key, ground="part_not_answered"))
    diary.say("04-06 09:10", DEPUTY, AssignResponsible(key=key, responsible=person(12)))
    diary.say(
        "04-08 09:00",
        CASE_OFFICER,
        DecideCase(key=key, outcome="adopted", ground=Personal("核对账目，确有三家多收，应予退还。")),
    )
    diary.say(
        "04-08 11:00",
        CASE_OFFICER,
        AnswerRequester(key=key, channel="telephone", answer=Personal(answers[1])),
        CloseCase(key=key),
    )


# --- (2) talks ---------------------------------------------------------------------------------

_TALKS: Final = (
    ("03-28 09:00", 1, 2),
    ("03-28 16:00", 1, 10),
    ("03-29 09:00", 2, 12),
    ("03-30 09:00", 10, 16),
    ("03-31 16:00", 8, 23),
    ("04-01 09:00", 4, 22),
    ("04-04 15:00", 3, 27),
)


def talks(diary: Diary) -> None:
    """Heart-to-heart talks (谈心) between two each."""
    streams = []
    for number, (begins, *both) in enumerate(_TALKS, start=1):
        talk = Occasion(
            f"talk-{number:02d}",
            "talk",
            "talks",
            begins,
            "谈心谈话",
            minutes=45,
            expected=persons(*both),
            unit="u-branch",
            planned="03-25 16:00",
        )
        streams.append(talk.stream)
        plan(diary, talk)
        hold(diary, talk)
    complete(diary, "04-05 10:00", "talks", streams)


def catch_up(diary: Diary) -> None:
    """What the gate asked for: two catch-up sessions for the member who had been away."""
    held = tuple(
        Occasion(
            f"catch-up-{number:02d}",
            "catch_up_study",
            "catch_up_study",
            begins,
            title,
            minutes=180,
            expected=(RETURNED, person(4)),
            unit="u-branch",
            planned="03-24 16:00",
        )
        for number, (begins, title) in enumerate(
            (("03-31 13:30", "补课：读本前六讲"), ("04-07 13:30", "补课：读本后六讲及业务政策")), start=1
        )
    )
    for session in held:
        plan(diary, session)
        hold(diary, session)
    complete(diary, "04-08 09:30", "catch_up_study", (session.stream for session in held))
    diary.say(
        "04-08 09:40",
        SECRETARY,
        RecordAccommodation(
            key=KEY, person=RETURNED, evidence=paper("register of the catch-up study"), ground="caught_up"
        ),
    )


# --- (3) analysis material, (4) life meetings --------------------------------------------------


def material(who: str) -> str:
    """The key of somebody's analysis material."""
    return f"analysis-{who.removeprefix('p-').zfill(2)}"


def written_analysis(diary: Diary) -> None:
    """Twenty-seven write it, two of them by dictation; each is vetted by somebody else."""
    days = ("04-11", "04-12", "04-13")
    for index, who in enumerate(REACHABLE):
        diary.say(
            beijing(f"{days[index % 3]} 08:40") + timedelta(minutes=12 * index),
            RECORDER if who in persons(25, 26) else self_(who),
            Submit(
                key=material(who),
                kind="analysis_material",
                unit="u-branch",
                author=who,
                digest=paper(f"{material(who)}, first version"),
                serves=for_task("analysis_material"),
            ),
        )
    vetted: dict[str, list[Vet]] = {vetter.person: [] for vetter in VETTERS}
    turns = cycle(VETTERS)
    for who in REACHABLE:
        vetter = next(turns)
        while vetter.person == who or (vetter.person, who) == (person(5), person(18)):
            vetter = next(turns)
        vetted[vetter.person].append(Vet(key=material(who), verdict="accepted"))
    for at, vetter in zip(every("04-14 09:00", 40), VETTERS, strict=False):
        diary.say(at, vetter, *vetted[vetter.person])
    complete(diary, "04-15 09:00", "analysis_material", (f"submission/{material(who)}" for who in REACHABLE))


GROUPS: Final = (REACHABLE[:13], REACHABLE[13:])


def life_meetings(diary: Diary) -> None:
    """Two Party groups: everybody's analysis is read out and criticised; one has to be written anew."""
    streams = []
    for number, group in enumerate(GROUPS, start=1):
        meeting = Occasion(
            f"life-{number:02d}",
            "special_life_meeting",
            "life_meetings",
            f"04-{17 + number} 13:30",
            "专题组织生活会",
            minutes=210,
            expected=group,
            unit="u-branch",
            planned="04-14 16:00",
            extra={"quorum": Fraction(1, 2), "quorum_having": ("member",)},
        )
        streams.append(meeting.stream)
        plan(diary, meeting)
        hold(diary, meeting)
        read_out = (MarkReadOut(key=material(who), activity=meeting.key) for who in group)
        diary.say(f"04-{17 + number} 17:40", RECORDER, *read_out)
    complete(diary, "04-19 17:50", "life_meetings", streams)
    note = Personal("会上对服务态度的批评没有写进去，请补充后再交。")
    diary.say(
        "04-20 10:00",
        VETTERS[0],
        Vet(key=material(ACCUSED), verdict="returned", ground="criticism_left_out", note=note),
    )
    diary.say(
        "04-21 16:00",
        self_(ACCUSED),
        Resubmit(key=material(ACCUSED), digest=paper(f"{material(ACCUSED)}, after the meeting")),
    )
    diary.say("04-22 09:00", VETTERS[0], Vet(key=material(ACCUSED), verdict="accepted"))


# --- a complaint, with a right of reply --------------------------------------------------------


def complaint(diary: Diary) -> None:
    """Confidential: whom it concerns is told without who brought it; replied to, decided, put right."""
    key = "complaint-01-5f0c2a9d7be34816a1c9e02b47d3f658"
    diary.say(
        "04-07 09:40",
        CASE_OFFICER,
        OpenCase(
            key=key,
            kind="complaint",
            definition=COMPLAINT.digest,
            unit="u-bureau",
            substance=Personal("四月五日午间来办失业登记，窗口无人，下午经办人态度生硬，材料被退两次。"),
            complainant=Personal("来访群众魏淑珍，住城西街道"),
            concerns=(ACCUSED,),
            channel="visit",
            classes=("service",),
        ),
    )
    diary.say("04-07 10:00", CASE_OFFICER, AcknowledgeCase(key=key, channel="visit"))
    diary.say("04-08 14:00", CASE_OFFICER, AcceptCase(key=key))
    due = CALENDAR.deadline(beijing("04-11 09:00"), COMPLAINT.clocks["answer"]).due
    diary.say("04-11 09:00", CASE_OFFICER, AssignInvestigator(key=key, investigator=INVESTIGATOR, due=due))
    diary.say(
        "04-13 09:00",
        CASE_OFFICER,
        NotifyRespondent(
            key=key,
            person=ACCUSED,
            substance=Personal("有群众反映四月五日午间窗口无人、下午接待态度生硬，请说明情况。"),
            reply_by=beijing("04-22 18:00"),
        ),
    )
    diary.say(
        "04-18 11:00",
        self_(ACCUSED),
        ReplyToNotice(
            key=key,
            reply=Personal(
                "午间系轮休无人顶岗，并非擅自离岗；下午因材料不全退件属实，话说得急，愿当面道歉。"
            ),
        ),
    )
    diary.say(
        "04-25 15:00",
        CASE_OFFICER,
        DecideCase(
            key=key,
            outcome="partly_upheld",
            ground=Personal("态度问题属实；离岗不实，系大厅没有午间值班安排。"),
        ),
    )
    diary.say("04-26 09:00", CASE_OFFICER, AssignResponsible(key=key, responsible=person(10)))
    diary.say(
        "05-13 16:00",
        self_(person(10)),
        ReportRectified(
            key=key,
            evidence=(paper("letter of apology"), paper("record of the talk with the counter clerk")),
            note=Personal("当事人已当面道歉，大厅已组织服务用语培训。"),
        ),
    )
    diary.say(
        "05-17 10:00",
        VERIFIER,
        VerifyRectification(
            key=key,
            passed=True,
            evidence=(paper("call to the complainant"),),
            note=Personal("电话回访，来访人表示接受道歉。"),
        ),
    )
    diary.say(
        "05-18 09:00",
        CASE_OFFICER,
        AnswerRequester(
            key=key,
            channel="telephone",
            answer=Personal("所反映态度问题属实，已批评教育并道歉；午间值班办法正在制定。"),
        ),
    )
    diary.say("05-19 09:00", CASE_OFFICER, CloseCase(key=key))


# --- look-back and gate --------------------------------------------------------------------------


def gate(diary: Diary) -> None:
    """25 and 26 May: looked back, and passed."""
    tasks = (*(task.code for task in CAMPAIGN.phases[1].tasks), "catch_up_study")
    diary.say(
        "05-25 09:00",
        SECRETARY,
        ConductLookBack(key=KEY, phase="analysis", results={task: Finding(result="done") for task in tasks}),
    )
    diary.say("05-25 10:00", CLERK, RequestGate(key=KEY, phase="analysis"))
    diary.say(
        "05-26 10:00",
        SUPERVISOR,
        DecideGate(key=KEY, phase="analysis", decision="pass", ground=Personal("七项工作落实，同意转段。")),
    )


def analysis(diary: Diary) -> None:
    """Phase 2 but for the appraisal of each member, which is told in `appraisals`."""
    diary.say("03-23 09:00", CLERK, OpenPhase(key=KEY, phase="analysis"))
    opinions(diary)
    talks(diary)
    catch_up(diary)
    written_analysis(diary)
    life_meetings(diary)
    complaint(diary)
    gate(diary)
