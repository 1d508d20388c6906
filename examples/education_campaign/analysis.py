"""Phase 2, analysis and appraisal (分析评议), 23 March to 26 May 2005: seven tasks in their partial order.

Opinions and talks come before the written analysis, that before the life meetings, these before the opinions
on each member, then written feedback, then the results are made known.  Beside them runs a complaint with a
right of reply.  Everything here is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import cycle
from typing import Final

from examples.education_campaign.diary import Diary, beijing, every, paper
from examples.education_campaign.people import (
    CASE_OFFICER,
    CLERK,
    DEPUTY,
    INVESTIGATOR,
    KEY,
    LEFT_POST,
    MEMBERS,
    POPULATION,
    PROBATIONARY,
    RECORDER,
    RETURNED,
    SECOND_SUPERVISOR,
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
from examples.education_campaign.study import Occasion, complete, hold, plan

from party_workflow.calendar import Term
from party_workflow.domain.appraisal import (
    Acknowledge,
    DeliverFeedback,
    ExcuseStatement,
    Finalise,
    FormOpinion,
    OpenAppraisal,
    RecordSelfStatement,
    Reply,
    ReviseOpinion,
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
from party_workflow.domain.publication import Finalise as FinalisePublication
from party_workflow.domain.publication import Publish, RaiseObjection, ResolveObjection
from party_workflow.domain.rating import (
    CastBallot,
    CloseRating,
    CorrectRating,
    DiscardPaperEntry,
    EnterPaperBallots,
    IssuePapers,
    OpenRating,
    Rate,
)
from party_workflow.domain.submission import MarkReadOut, Resubmit, Submit, Vet
from party_workflow.packs.campaign_2005 import APPRAISAL_RULE, CALENDAR, CAMPAIGN, GRADES
from party_workflow.packs.case_kinds import COMPLAINT, OPINION
from party_workflow.packs.results import appraisal_ranking
from party_workflow.personal import Personal
from party_workflow.service import Workflow

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
        CASE_OFFICER,
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

WRITERS: Final = MEMBERS[:27]
"""Everybody but the two who have left their posts and are excused."""
ACCUSED: Final = person(16)


def material(who: str) -> str:
    """The key of somebody's analysis material."""
    return f"analysis-{who.removeprefix('p-').zfill(2)}"


def written_analysis(diary: Diary) -> None:
    """Twenty-seven write it, two of them by dictation; each is vetted by somebody else."""
    days = ("04-11", "04-12", "04-13")
    for index, who in enumerate(WRITERS):
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
    for who in WRITERS:
        vetter = next(turns)
        while vetter.person == who or (vetter.person, who) == (person(5), person(18)):
            vetter = next(turns)
        vetted[vetter.person].append(Vet(key=material(who), verdict="accepted"))
    for at, vetter in zip(every("04-14 09:00", 40), VETTERS, strict=False):
        diary.say(at, vetter, *vetted[vetter.person])
    complete(diary, "04-15 09:00", "analysis_material", (f"submission/{material(who)}" for who in WRITERS))


GROUPS: Final = (WRITERS[:13], WRITERS[13:])


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
    key = "complaint-01"
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


# --- ratings: self, peer, mass -----------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """How one member is rated: the own grade, and how many grades below the best the others gave in all."""

    own: str
    peer: tuple[int, ...]
    """Of those who voted, how many gave the second, third and fourth grade; the rest gave the first."""
    mass: tuple[int, ...]


_EXCELLENT, _COMPETENT, _BASIC = GRADES[:3]
_RATED: Final[dict[int, Standing]] = {
    1: Standing(_COMPETENT, (3,), (1,)),
    2: Standing(_COMPETENT, (4,), (1,)),
    3: Standing(_COMPETENT, (5,), (2,)),
    4: Standing(_COMPETENT, (2,), ()),
    5: Standing(_COMPETENT, (8,), (3,)),
    6: Standing(_COMPETENT, (3,), ()),
    7: Standing(_COMPETENT, (14, 1), (5,)),
    8: Standing(_COMPETENT, (13,), (6,)),
    9: Standing(_COMPETENT, (17, 4), (5, 2)),
    10: Standing(_COMPETENT, (3,), ()),
    11: Standing(_COMPETENT, (15, 1), (6,)),
    12: Standing(_COMPETENT, (6,), (2,)),
    13: Standing(_COMPETENT, (16, 2), (7,)),
    14: Standing(_COMPETENT, (16, 2), (7,)),
    15: Standing(_COMPETENT, (4, 2), (1, 1)),
    16: Standing(_COMPETENT, (12, 8, 1), (5, 3)),
    17: Standing(_COMPETENT, (18, 1), (6, 1)),
    18: Standing(_COMPETENT, (5,), (3,)),
    19: Standing(_COMPETENT, (17, 5), (6, 1)),
    20: Standing(_COMPETENT, (11,), (4,)),
    21: Standing(_COMPETENT, (19, 2), (7, 1)),
    22: Standing(_COMPETENT, (14, 2), (6,)),
    23: Standing(_COMPETENT, (8, 14, 2), (3, 5, 1)),
    24: Standing(_COMPETENT, (10,), (4,)),
    25: Standing(_COMPETENT, (12,), (5,)),
    26: Standing(_COMPETENT, (12,), (5,)),
    27: Standing(_COMPETENT, (16, 3), (6, 1)),
    28: Standing(_BASIC, (17, 5), (5, 1)),
    29: Standing(_BASIC, (16, 7), (4, 2)),
}
"""By number of the member.  The 29th did not send the own rating back, so that it stays missing."""

VOTERS: Final = WRITERS
"""Who casts a peer ballot: everybody but the two who have left their posts."""
PAPERS: Final = {"hall": (STAFF[:6], 5), "office": (STAFF[6:], 4)}
"""Paper ballots by batch: to whom they were handed out, and how many came back."""
KNOWN_TO: Final = {28: 6, 29: 6}
"""Of those who left their posts only some colleagues say anything."""


def grades_of(worse: tuple[int, ...], ballots: int) -> list[str]:
    """So many grades, the best first."""
    worse_grades = [grade for grade, number in zip(GRADES[1:], worse, strict=False) for _ in range(number)]
    return [GRADES[0]] * (ballots - len(worse_grades)) + worse_grades


def peer_ballots() -> dict[str, dict[str, str]]:
    """By voter and subject: the grades of each subject dealt out so that no two ballots look alike."""
    ballots: dict[str, dict[str, str]] = {voter: {} for voter in VOTERS}
    for number, standing in _RATED.items():
        others = [voter for voter in VOTERS if voter != person(number)]
        grades = grades_of(standing.peer, len(others))
        for place, voter in enumerate(others):
            ballots[voter][person(number)] = grades[(7 * place + 5 * number) % len(others)]
    return ballots


def paper_counts(batch: str) -> dict[str, dict[str, int]]:
    """What the papers of a batch add up to, by subject and grade."""
    returned = PAPERS[batch][1]
    total = sum(papers for _, papers in PAPERS.values())
    found: dict[str, dict[str, int]] = {}
    for number, standing in _RATED.items():
        dealt = grades_of(standing.mass, KNOWN_TO.get(number, total))
        dealt = (
            [dealt[(4 * place + number) % len(dealt)] for place in range(len(dealt))]
            if len(dealt) % 2
            else dealt
        )
        mine = dealt[:returned] if batch == "hall" else dealt[PAPERS["hall"][1] :]
        found[person(number)] = {grade: mine.count(grade) for grade in GRADES if grade in mine}
    return {who: counts for who, counts in found.items() if counts}


def ratings(diary: Diary) -> None:
    """Self in the open, peer by secret electronic ballot, mass by secret paper ballot counted twice."""
    common = {"grades": GRADES, "rule": APPRAISAL_RULE.digest, "serves": for_task("appraisal_opinions")}
    closing = beijing("04-22 18:00")
    diary.say(
        "04-20 09:00",
        SECRETARY,
        OpenRating(
            key="self-2005",
            kind="self",
            unit="u-branch",
            raters=POPULATION,
            secret=False,
            closes=closing,
            **common,
        ),
    )
    diary.say(
        "04-21 09:00",
        SECRETARY,
        OpenRating(
            key="peer-2005",
            kind="peer",
            unit="u-branch",
            raters=POPULATION,
            subjects=POPULATION,
            secret=True,
            closes=closing,
            **common,
        ),
    )
    diary.say(
        "04-21 09:10",
        SECRETARY,
        OpenRating(
            key="mass-2005",
            kind="mass",
            unit="u-bureau",
            raters=STAFF_POPULATION,
            subjects=POPULATION,
            secret=True,
            closes=closing,
            **common,
        ),
    )
    self_ratings(diary)
    ballots = peer_ballots()
    for at, voter in zip(every("04-21 14:00", 4), VOTERS, strict=False):
        diary.say(at, self_(voter), CastBallot(key="peer-2005", rater=voter, choices=ballots[voter]))
    papers(diary)
    for at, key in zip(every("04-25 09:00", 5), ("self-2005", "peer-2005", "mass-2005"), strict=False):
        diary.say(at, SECRETARY, CloseRating(key=key))


def self_ratings(diary: Diary) -> None:
    """Everybody rates themselves and hands in a statement; one thinks better of it, one is by post."""
    for at, who in zip(every("04-20 14:00", 6), WRITERS, strict=False):
        number = int(who.removeprefix("p-"))
        own = _EXCELLENT if number == 21 else _RATED[number].own
        diary.say(
            at,
            self_(who),
            Rate(key="self-2005", rater=who, grades={who: own}),
            RecordSelfStatement(key=appraisal(who), statement=paper(f"own statement of {who}")),
        )
    who = person(21)
    diary.say(
        "04-21 08:50",
        self_(who),
        CorrectRating(
            key="self-2005", rater=who, subject=who, grade=_COMPETENT, ground="thought_better_of_it"
        ),
    )
    diary.say(
        "04-22 15:00",
        RECORDER,
        Rate(key="self-2005", rater=person(28), grades={person(28): _RATED[28].own}),
    )


def papers(diary: Diary) -> None:
    """Ten papers in two batches, nine come back; the first count of one batch is thrown away."""
    first, second = TELLERS
    for at, batch in zip(every("04-22 09:00", 10), PAPERS, strict=False):
        holders, _ = PAPERS[batch]
        diary.say(at, first, IssuePapers(key="mass-2005", batch=batch, raters=holders))

    def entry(batch: str, **changes: dict[str, int]) -> EnterPaperBallots:
        holders, returned = PAPERS[batch]
        counts = paper_counts(batch) | {key.replace("_", "-"): value for key, value in changes.items()}
        return EnterPaperBallots(
            key="mass-2005", batch=batch, issued=len(holders), papers=returned, counts=counts
        )

    diary.say("04-22 15:00", first, entry("hall", p_9={_EXCELLENT: 1, _COMPETENT: 4}))
    diary.say(
        "04-22 15:40", second, DiscardPaperEntry(key="mass-2005", batch="hall", ground="a_sheet_misread")
    )
    diary.say("04-22 15:50", first, entry("hall"))
    diary.say("04-22 16:10", second, entry("hall"))
    diary.say("04-22 16:30", second, entry("office"))
    diary.say("04-22 16:50", first, entry("office"))


# --- (5) opinions on each member, (6) written feedback -----------------------------------------

CHOSEN: Final = person(15)
"""Of the two who tie for the last place among the excellent, the one whom the branch chooses."""
TIED: Final = person(5)
_EXCELLENT_ONES: Final = frozenset(persons(1, 2, 3, 4, 6, 10, 12, 18)) | {CHOSEN}
_BASIC_ONES: Final = frozenset(persons(23))
SILENT: Final = persons(26, 28, 29)
"""Who neither answers nor takes note within the time."""

_ACHIEVEMENTS: Final = (
    "学习认真，笔记完整，能联系本职谈体会。",
    "业务熟练，群众评价好，主动加班清理积案。",
    "工作踏实，团结同志，积极参加为民办实事。",
    "坚持原则，敢于批评，带头查找问题。",
)
_PROBLEMS: Final = (
    "理论学习系统性不够，满足于完成规定内容。",
    "深入基层少，对企业情况掌握不全面。",
    "创新意识不强，习惯于按老办法办事。",
    "与窗口同志沟通不够，有时工作简单急躁。",
)
_DIRECTIONS: Final = (
    "制定个人学习计划，每月精读一篇原著。",
    "每季度到企业调研不少于两次。",
    "结合岗位提出一项改进办法并落实。",
    "改进方法，注意倾听，按期整改。",
)


def appraisal(who: str) -> str:
    """The key of somebody's appraisal."""
    return f"appraisal-{who.removeprefix('p-').zfill(2)}"


def final_grade(who: str) -> str | None:
    """The grade of the first opinion; the probationary member has none."""
    if who == PROBATIONARY:
        return None
    if who in _EXCELLENT_ONES:
        return _EXCELLENT
    return _BASIC if who in _BASIC_ONES or who == ACCUSED else _COMPETENT


def opinion(who: str, at: int) -> dict[str, object]:
    """The fields of an opinion on a member."""
    return {
        "key": appraisal(who),
        "cites": ("rating/self-2005", "rating/peer-2005", "rating/mass-2005"),
        "record": paper(f"year's record of {who}"),
        "achievements": Personal(_ACHIEVEMENTS[at % 4]),
        "problems": Personal(_PROBLEMS[(at + at // 4) % 4]),
        "direction": Personal(_DIRECTIONS[(at + at // 4) % 4]),
    }


def open_appraisals(diary: Diary) -> None:
    """An appraisal for each of the 29; that of the secretary is in the hands of the deputy."""
    opened = [
        OpenAppraisal(
            key=appraisal(who),
            subject=who,
            unit="u-branch",
            cycle="edu-2005",
            graded=who != PROBATIONARY,
            grades=() if who == PROBATIONARY else GRADES,
            serves=for_task("written_feedback"),
        )
        for who in MEMBERS
    ]
    diary.say("04-20 09:20", DEPUTY, opened[0])
    diary.say("04-20 09:30", SECRETARY, *opened[1:])
    for at, who in zip(every("04-22 17:00", 5), LEFT_POST, strict=False):
        diary.say(at, SECRETARY, ExcuseStatement(key=appraisal(who), ground="away"))


MEETING: Final = Occasion(
    "appraisal-meeting-01",
    "appraisal_meeting",
    "appraisal_opinions",
    "04-26 13:30",
    "支部委员会评议会",
    minutes=240,
    expected=persons(1, 2, 3, 4, 8),
    unit="u-branch",
    planned="04-25 10:00",
    extra={"quorum": Fraction(1, 2)},
)


def form_opinions(diary: Diary) -> None:
    """The committee meets, with the ranking before it; then an opinion on each, by somebody else."""
    plan(diary, MEETING)
    hold(diary, MEETING)
    for at, (index, who) in zip(every("04-27 08:40", 9), enumerate(MEMBERS), strict=False):
        by = DEPUTY if who == person(1) else SECRETARY
        diary.say(at, by, FormOpinion.model_validate({**opinion(who, index), "grade": final_grade(who)}))
    complete(diary, "04-27 17:00", "appraisal_opinions", [MEETING.stream])


def feed_back(diary: Diary) -> None:
    """Each is told in writing and may answer until 11 May; one does, and the opinion is revised."""
    until = beijing("05-11 18:00")
    for at, who in zip(every("04-28 08:40", 8), MEMBERS, strict=False):
        by = DEPUTY if who == person(1) else SECRETARY
        diary.say(at, by, DeliverFeedback(key=appraisal(who), reply_until=until))
    days = ("04-28 16:00", "04-29 09:00", "04-29 15:00", "04-30 09:00", "05-08 09:00", "05-09 10:00")
    for index, who in enumerate(WRITERS):
        if who not in SILENT and who != ACCUSED:
            at = beijing(days[index % len(days)]) + timedelta(minutes=7 * index)
            diary.say(at, self_(who), Acknowledge(key=appraisal(who)))
    diary.say(
        "05-08 11:00",
        self_(ACCUSED),
        Reply(
            key=appraisal(ACCUSED),
            text=Personal("意见中“擅自离岗”与调查结论不符，请予更正；态度问题我接受，已当面道歉。"),
        ),
    )
    revised = opinion(ACCUSED, 15) | {
        "grade": _COMPETENT,
        "problems": Personal("接待群众一度态度生硬，已道歉；所谓离岗经查不实。"),
    }
    diary.say("05-09 15:00", SECRETARY, ReviseOpinion.model_validate(revised))
    diary.say(
        "05-09 16:00", SECRETARY, DeliverFeedback(key=appraisal(ACCUSED), reply_until=beijing("05-16 18:00"))
    )
    diary.say("05-10 09:00", self_(ACCUSED), Acknowledge(key=appraisal(ACCUSED)))
    answered = [who for who in MEMBERS if who not in SILENT]
    diary.say("05-11 10:00", CLERK, *(Finalise(key=appraisal(who)) for who in answered))
    diary.say("05-12 09:00", CLERK, *(Finalise(key=appraisal(who)) for who in SILENT))
    complete(diary, "05-12 10:00", "written_feedback", (f"appraisal/{appraisal(who)}" for who in MEMBERS))


# --- (7) results made known --------------------------------------------------------------------

WINDOW: Final = Term(amount=5, unit="working_days")


def _ranking(workflow: Workflow, at: datetime) -> Publish:
    """The ranking as the log ends now: position, moment, rule and digest are what a reader computes again."""
    position = workflow.store.head().position
    result = appraisal_ranking(workflow.history.up_to(position).as_of(known=at), KEY)
    return Publish(
        key="ranking-2005",
        unit="u-branch",
        subject="appraisal_ranking",
        audience="branch",
        media="notice_board",
        position=position,
        known=at,
        rule=APPRAISAL_RULE.digest,
        digest=result.digest,
        closes=CALENDAR.deadline(at, WINDOW).due,
        serves=for_task("notify_results"),
    )


def make_known(diary: Diary) -> None:
    """The ranking is posted for five working days; one objects to the choice at the tie, and is answered."""
    diary.say("05-16 09:00", SECRETARY, _ranking)
    diary.say(
        "05-18 14:00",
        self_(TIED),
        RaiseObjection(
            key="ranking-2005",
            objector=TIED,
            ground=Personal("两人并列第九而只取一人，请说明取舍理由。"),
        ),
    )
    diary.say(
        "05-20 10:00",
        SECOND_SUPERVISOR,
        ResolveObjection(
            key="ranking-2005",
            number=1,
            upheld=False,
            answer=Personal("名额为九，并列时由支委会按窗口一线优先的原则票决，程序合规，名次不变。"),
        ),
    )
    diary.say("05-24 09:00", SECRETARY, FinalisePublication(key="ranking-2005"))
    complete(diary, "05-24 09:30", "notify_results", ["publication/ranking-2005"])


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
    """The whole of phase 2."""
    diary.say("03-23 09:00", CLERK, OpenPhase(key=KEY, phase="analysis"))
    opinions(diary)
    talks(diary)
    catch_up(diary)
    written_analysis(diary)
    life_meetings(diary)
    complaint(diary)
    open_appraisals(diary)
    ratings(diary)
    form_opinions(diary)
    feed_back(diary)
    make_known(diary)
    gate(diary)
