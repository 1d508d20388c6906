"""The people and units of the story, and how they come into the log.  All names are invented.

The figures are published ones: 29 members of the Party branch, 3 of them retired and 3 away, of whom 2 had
left their posts.  That one member is probationary, and the ten colleagues who are not members, are invented.
"""

from __future__ import annotations

from typing import Final

from examples.education_campaign.diary import Diary, beijing, every

from party_workflow.authority import DeclareConflict, Delegate, GrantRole, OpenAccount
from party_workflow.domain.campaign import ExcuseMember, StartCampaign
from party_workflow.domain.organisation import AssignPost, FoundUnit, RegisterPerson
from party_workflow.domain.population import FreezePopulation
from party_workflow.domain.vocabulary import Serves
from party_workflow.packs.campaign_2005 import CAMPAIGN, CODES
from party_workflow.packs.party import definitions, open_log
from party_workflow.personal import Personal
from party_workflow.store import Actor

TENANT: Final = "labour-bureau-2005"
KEY: Final = "edu-2005"
POPULATION: Final = "members-2005"
STAFF_POPULATION: Final = "staff-2005"

UNITS: Final = (
    ("u-city", "organ", None, "市直机关工作委员会"),
    ("u-supervision", "supervision_group", "u-city", "教育活动第三督导组"),
    ("u-bureau", "bureau", "u-city", "市劳动和社会保障局"),
    ("u-branch", "branch", "u-bureau", "局机关党支部"),
)

# fmt: off
NAMES: Final = (
    "陈国栋", "李慧敏", "王建业", "赵文静", "刘志远", "孙玉兰", "周明辉", "吴秀芳", "郑海涛", "冯德胜",
    "何佳怡", "马振华", "罗小平", "梁建国", "宋丽萍", "唐永强", "许静怡", "韩立新", "邓晓东", "曹雪梅",
    "彭卫国", "曾思琳", "萧建平", "田桂英", "董学文", "袁广才", "蒋伟民", "蔡国平", "余成龙",
)
"""Of the members ``p-1`` to ``p-29``."""
STAFF_NAMES: Final = (
    "叶春燕", "杜玉娟", "苏小军", "魏立群", "程雅芳", "丁浩然", "沈雨桐", "任志刚", "姚敏君", "卢晓燕",
)
"""Of the colleagues who are not members, ``p-101`` to ``p-110``."""
SUPERVISOR_NAMES: Final = ("方正明", "石秀英", "谭勇军", "廖志诚", "邹建华")
"""Of the supervision group of the city organ, ``p-201`` to ``p-205``."""
# fmt: on


def person(number: int) -> str:
    """The id of a person by number."""
    return f"p-{number}"


def persons(*numbers: int) -> tuple[str, ...]:
    """The ids of persons by number."""
    return tuple(person(number) for number in numbers)


MEMBERS: Final = persons(*range(1, 30))
IN_SERVICE: Final = persons(*range(1, 24))
RETIRED: Final = persons(24, 25, 26)
AWAY: Final = persons(27, 28, 29)
LEFT_POST: Final = persons(28, 29)
PROBATIONARY: Final = person(22)
RETURNED: Final = person(27)
"""Away on a course until March; comes back in time for a make-up test, and catches up in phase 2."""
REACHABLE: Final = MEMBERS[:27]
"""Everybody but the two who have left their posts."""
ACCUSED: Final = person(16)
"""At a counter of the service hall; a complaint is about him."""
STAFF: Final = persons(*range(101, 111))
SUPERVISORS: Final = persons(*range(201, 206))
WITH_ACCOUNT: Final = (*MEMBERS[:27], person(102), *SUPERVISORS)
"""The registrar ``p-101`` has one from the first line on."""


def acting(number: int, role: str) -> Actor:
    """Somebody acting in a role."""
    return Actor(f"a-{number}", person(number), role)


def self_(who: str) -> Actor:
    """Somebody acting for themselves."""
    return Actor(f"a-{who.removeprefix('p-')}", who)


REGISTRAR: Final = acting(101, "registrar")
CLERK: Final = acting(102, "clerk")
SECRETARY: Final = acting(1, "secretary")
DEPUTY: Final = acting(2, "secretary")
RECORDER: Final = acting(3, "recorder")
VETTERS: Final = tuple(acting(number, "study_supervisor") for number in (4, 5, 6))
CASE_OFFICER: Final = acting(8, "case_officer")
SECOND_OFFICER: Final = acting(205, "case_officer")
SUPERVISOR: Final = acting(201, "supervisor")
SECOND_SUPERVISOR: Final = acting(202, "supervisor")
TELLERS: Final = (acting(202, "teller"), acting(203, "teller"))
VERIFIER: Final = acting(205, "verifier")
INVESTIGATOR: Final = person(204)

ROLES_OF: Final = (
    (1, "secretary", "u-bureau"),
    (2, "secretary", "u-bureau"),
    (3, "recorder", "u-bureau"),
    (4, "study_supervisor", "u-branch"),
    (5, "study_supervisor", "u-branch"),
    (6, "study_supervisor", "u-branch"),
    (8, "case_officer", "u-bureau"),
    (102, "clerk", "u-bureau"),
    (201, "supervisor", "u-bureau"),
    (202, "supervisor", "u-bureau"),
    (202, "teller", "u-bureau"),
    (203, "teller", "u-bureau"),
    (205, "case_officer", "u-bureau"),
    (205, "verifier", "u-bureau"),
)

POSTS: Final = (
    ("branch_secretary", "u-branch", 1),
    ("deputy_branch_secretary", "u-branch", 2),
    ("organisation_commissioner", "u-branch", 3),
    ("publicity_commissioner", "u-branch", 4),
    ("discipline_commissioner", "u-branch", 8),
    ("bureau_director", "u-bureau", 1),
    ("deputy_bureau_director", "u-bureau", 2),
    ("service_hall_head", "u-bureau", 10),
    ("group_head", "u-supervision", 201),
)


def categories(who: str) -> tuple[str, ...]:
    """What a person counts as when the campaign begins."""
    if who in STAFF:
        return ("staff",)
    if who in SUPERVISORS:
        return ("supervisor",)
    if who in RETIRED:
        return ("member", "retired")
    if who in LEFT_POST:
        return ("member", "away", "left_post")
    if who in AWAY:
        return ("member", "away")
    if who == PROBATIONARY:
        return ("member", "in_service", "probationary")
    return ("member", "in_service")


def for_task(task: str) -> tuple[Serves, ...]:
    """That a piece of work serves a task of the campaign."""
    return (Serves(campaign=KEY, task=task),)


def found(diary: Diary) -> None:
    """13 and 14 January: the log is opened, definitions adopted, everybody registered, roles granted."""
    diary.say("01-13 09:00", REGISTRAR, open_log(TENANT))
    diary.say("01-13 09:05", REGISTRAR, *definitions(*CODES))
    units = (
        FoundUnit(unit=unit, kind=kind, parent=parent, title=Personal(title))
        for unit, kind, parent, title in UNITS
    )
    diary.say("01-13 09:10", REGISTRAR, *units)

    names = dict(
        zip((*MEMBERS, *STAFF, *SUPERVISORS), (*NAMES, *STAFF_NAMES, *SUPERVISOR_NAMES), strict=True)
    )
    for at, (who, name) in zip(every("01-13 09:30", 3), names.items(), strict=False):
        unit = "u-branch" if who in MEMBERS else "u-bureau" if who in STAFF else "u-supervision"
        registered = RegisterPerson(person=who, unit=unit, categories=categories(who), name=Personal(name))
        if who in WITH_ACCOUNT:
            diary.say(at, REGISTRAR, registered, OpenAccount(account=self_(who).account, person=who))
        else:
            diary.say(at, REGISTRAR, registered)

    for at, (number, role, unit) in zip(every("01-14 09:00", 2), ROLES_OF, strict=False):
        diary.say(at, REGISTRAR, GrantRole(person=person(number), role=role, unit=unit))
    posts = (AssignPost(post=post, unit=unit, person=person(number)) for post, unit, number in POSTS)
    diary.say("01-14 10:00", REGISTRAR, *posts)
    # Two of the branch are married: neither vets what the other writes.
    diary.say(
        "01-14 10:30",
        self_(person(5)),
        DeclareConflict(person=person(5), other=person(18), ground="kin"),
    )


def begin(diary: Diary) -> None:
    """17 January: who takes part is frozen (摸底), the campaign set up, the three who are away excused."""
    diary.say("01-17 09:00", REGISTRAR, FreezePopulation(key=POPULATION, unit="u-branch", having=("member",)))
    diary.say(
        "01-17 09:05", REGISTRAR, FreezePopulation(key=STAFF_POPULATION, unit="u-bureau", having=("staff",))
    )
    diary.say(
        "01-17 09:30",
        SECRETARY,
        StartCampaign(
            key=KEY,
            definition_code=CAMPAIGN.code,
            definition=CAMPAIGN.digest,
            unit="u-bureau",
            population=POPULATION,
        ),
    )
    whereabouts = {
        person(27): (None, "在省委党校脱产学习，结业时间未定，定期电话联系。"),
        person(28): ("06-30 18:00", "离岗随子女在外地居住，电话联系、寄送学习材料。"),
        person(29): ("06-30 18:00", "离岗在外地务工，电话不便，寄送学习材料。"),
    }
    for at, (who, (until, note)) in zip(every("01-17 10:00", 5), whereabouts.items(), strict=False):
        diary.say(
            at,
            SECRETARY,
            ExcuseMember(
                key=KEY,
                population=POPULATION,
                person=who,
                reason="away",
                since=beijing("01-17 10:00"),
                until=None if until is None else beijing(until),
                accommodation="telephone_and_materials",
                note=Personal(note),
            ),
        )


def delegate(diary: Diary) -> None:
    """Over the Spring Festival the secretary is on home leave, and back on the 17th."""
    diary.say(
        "02-08 17:00",
        self_(person(1)),
        Delegate(
            principal=person(1),
            delegate=person(3),
            role="secretary",
            unit="u-bureau",
            until=beijing("02-16 18:00"),
        ),
    )


STAND_IN: Final = Actor("a-3", person(3), "secretary", delegate_of=person(1))
