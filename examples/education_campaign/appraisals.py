"""The democratic appraisal of phase 2: ratings, opinions on each member, feedback and answers, the ranking.

More members come out above the floor of the best grade than the cap of a third allows, and two tie for the
last place within it: the policy leaves the choice to people, and one of the two asks how they chose.
Everything here is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from examples.education_campaign.diary import Diary, beijing, every, paper
from examples.education_campaign.occasions import Occasion, complete, hold, plan
from examples.education_campaign.people import (
    ACCUSED,
    CLERK,
    DEPUTY,
    KEY,
    LEFT_POST,
    MEMBERS,
    POPULATION,
    PROBATIONARY,
    REACHABLE,
    RECORDER,
    SECOND_SUPERVISOR,
    SECRETARY,
    STAFF,
    STAFF_POPULATION,
    TELLERS,
    for_task,
    person,
    persons,
    self_,
)

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
from party_workflow.packs.campaign_2005 import APPRAISAL_RULE, CALENDAR, GRADES
from party_workflow.packs.results import appraisal_ranking
from party_workflow.personal import Personal
from party_workflow.service import Workflow

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
    7: Standing(_EXCELLENT, (14, 1), (5,)),
    8: Standing(_COMPETENT, (13,), (6,)),
    9: Standing(_BASIC, (17, 4), (5, 2)),
    10: Standing(_COMPETENT, (3,), ()),
    11: Standing(_EXCELLENT, (15, 1), (6,)),
    12: Standing(_COMPETENT, (6,), (2,)),
    13: Standing(_COMPETENT, (16, 2), (7,)),
    14: Standing(_COMPETENT, (16, 2), (7,)),
    15: Standing(_COMPETENT, (4, 2), (1, 1)),
    16: Standing(_COMPETENT, (12, 8, 1), (5, 3)),
    17: Standing(_BASIC, (18, 1), (6, 1)),
    18: Standing(_COMPETENT, (5,), (3,)),
    19: Standing(_COMPETENT, (17, 5), (6, 1)),
    20: Standing(_COMPETENT, (11,), (4,)),
    21: Standing(_COMPETENT, (19, 2), (7, 1)),
    22: Standing(_COMPETENT, (14, 2), (6,)),
    23: Standing(_EXCELLENT, (8, 14, 2), (3, 5, 1)),
    24: Standing(_COMPETENT, (10,), (4,)),
    25: Standing(_COMPETENT, (12,), (5,)),
    26: Standing(_COMPETENT, (12,), (5,)),
    27: Standing(_COMPETENT, (16, 3), (6, 1)),
    28: Standing(_BASIC, (17, 5), (5, 1)),
    29: Standing(_BASIC, (16, 7), (2, 1)),
}
"""By number of the member.  The 29th did not send the own rating back, so that it stays missing."""

VOTERS: Final = REACHABLE
"""Who casts a peer ballot."""
PAPERS: Final = {"hall": (STAFF[:6], 5), "office": (STAFF[6:], 4)}
"""Paper ballots by batch: to whom they were handed out, and how many came back."""
KNOWN_TO: Final = {28: 6, 29: 4}
"""On those who left their posts only some colleagues say anything; below five no breakdown is shown."""


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
        dealt = [dealt[(place + number) % len(dealt)] for place in range(len(dealt))]
        mine = dealt[:returned] if batch == "hall" else dealt[PAPERS["hall"][1] :]
        found[person(number)] = {grade: mine.count(grade) for grade in GRADES if grade in mine}
    return {who: counts for who, counts in found.items() if counts}


def ratings(diary: Diary) -> None:
    """Self in the open, peer by secret electronic ballot, mass by secret paper ballot counted twice."""
    closing = beijing("04-22 18:00")
    rounds = (
        ("04-20 09:00", "self", "u-branch", POPULATION, False),
        ("04-21 09:00", "peer", "u-branch", POPULATION, True),
        ("04-21 09:10", "mass", "u-bureau", STAFF_POPULATION, True),
    )
    for opening, kind, unit, raters, secret in rounds:
        diary.say(
            opening,
            SECRETARY,
            OpenRating(
                key=f"{kind}-2005",
                kind=kind,
                unit=unit,
                raters=raters,
                subjects=() if kind == "self" else POPULATION,
                grades=GRADES,
                secret=secret,
                closes=closing,
                rule=APPRAISAL_RULE.digest,
                serves=for_task("appraisal_opinions"),
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
    for at, who in zip(every("04-20 14:00", 6), REACHABLE, strict=False):
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
_IN_PARTICULAR: Final = {
    person(5): "督查严格有余，帮助不够，与被查同志沟通少。",
    person(23): "多次拖延承办事项，群众评议较低，谈心后有所改进。",
    person(28): "离岗后参加活动少，主要靠电话联系。",
    person(29): "自评未寄回，依据平时表现和群众评议提出意见；今后应主动与支部联系。",
}
"""Problems of some members that are theirs alone."""


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
        "problems": Personal(_IN_PARTICULAR.get(who, _PROBLEMS[(at + at // 4) % 4])),
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
    for at, (index, who) in zip(every("04-27 08:40", 7), enumerate(MEMBERS), strict=False):
        by = DEPUTY if who == person(1) else SECRETARY
        diary.say(at, by, FormOpinion.model_validate({**opinion(who, index), "grade": final_grade(who)}))
    complete(diary, "04-27 17:00", "appraisal_opinions", [MEETING.stream])


def feed_back(diary: Diary) -> None:
    """Each is told in writing and may answer until 11 May; one does, and the opinion is revised."""
    until = beijing("05-11 18:00")
    for at, who in zip(every("04-28 08:40", 6), MEMBERS, strict=False):
        by = DEPUTY if who == person(1) else SECRETARY
        diary.say(at, by, DeliverFeedback(key=appraisal(who), reply_until=until))
    days = ("04-28 16:00", "04-29 09:00", "04-29 15:00", "04-30 09:00", "05-08 09:00", "05-09 10:00")
    for index, who in enumerate(REACHABLE):
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


def appraise(diary: Diary) -> None:
    """From the opening of the appraisals to the publication of the ranking."""
    open_appraisals(diary)
    ratings(diary)
    form_opinions(diary)
    feed_back(diary)
    make_known(diary)
