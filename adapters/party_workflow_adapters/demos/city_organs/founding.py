"""The log is opened, everybody is registered, and the year changes some of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from party_workflow.authority import GrantRole, OpenAccount, RevokeRole
from party_workflow.calendar import Calendar
from party_workflow.codec import Command
from party_workflow.domain.claim import AssertClaim
from party_workflow.domain.organisation import (
    AssignPost,
    ChangeCategories,
    EndPost,
    FoundUnit,
    MergeUnits,
    MovePerson,
    RegisterPerson,
    RemovePerson,
    SplitUnit,
)
from party_workflow.domain.population import FreezePopulation, FreezeUnits
from party_workflow.packs.party import definitions, open_log
from party_workflow.personal import Personal
from party_workflow.quantity import Quantity
from party_workflow_adapters.demos.calendars import CN_2019_2022, adopt
from party_workflow_adapters.demos.city_organs.city import (
    BOOKKEEPER,
    CHANGES,
    REGISTRAR,
    ROOT,
    STAFF,
    Branch,
    City,
)
from party_workflow_adapters.demos.city_organs.size import draw
from party_workflow_adapters.demos.city_organs.telling import said
from party_workflow_adapters.demos.diary import Entry, person

TENANT: Final = "city-organs-2018"
POST: Final = "branch_secretary"
HEAD: Final = "organisation_secretary"
MEMBERS: Final = "members-2018"
REPORTERS: Final = "reporters-2018"
"""The population of those who report: the secretaries of the organisations."""

_HOLIDAYS: Final = (
    ("2018-01-01", "2018-01-01"),
    ("2018-02-15", "2018-02-21"),
    ("2018-04-05", "2018-04-07"),
    ("2018-04-29", "2018-05-01"),
    ("2018-06-16", "2018-06-18"),
    ("2018-09-22", "2018-09-24"),
    ("2018-10-01", "2018-10-07"),
    ("2018-12-30", "2018-12-31"),
)
_MAKEUP: Final = (
    "2018-02-11",
    "2018-02-24",
    "2018-04-08",
    "2018-04-28",
    "2018-09-29",
    "2018-09-30",
    "2018-12-29",
)


def calendar() -> Calendar:
    """Working days of 2018 and of 2019, into which the publicity periods of the year run."""
    from datetime import date, timedelta

    days = set()
    for first, last in _HOLIDAYS:
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            days.add(day)
            day += timedelta(days=1)
    after = CN_2019_2022
    return Calendar(
        code=after.code,
        version="2018-2019",
        offset_minutes=after.offset_minutes,
        weekend=after.weekend,
        holidays=frozenset(days | {day for day in after.holidays if day.year == 2019}),
        makeup_days=frozenset(
            {date.fromisoformat(day) for day in _MAKEUP} | {d for d in after.makeup_days if d.year == 2019}
        ),
        covers=(date(2018, 1, 1), date(2019, 12, 31)),
        basis=after.basis,
    )


CALENDAR: Final = calendar()
CODES: Final = (
    "star_rating_branch",
    "duty_report_session",
    "duty_report_template",
    "training_budget",
    "member_points",
    "finding",
    "opinion",
    "posting_publicity",
    "posting_reports",
)
"""The definitions of the pack that the year uses."""


def founded(city: City) -> Iterator[Entry]:
    """January: the log, the tree, the people, the posts, and who counted when the year began."""
    yield said("2018-01-02 08:30", REGISTRAR, open_log(TENANT))
    yield said("2018-01-02 08:40", REGISTRAR, *definitions(*CODES), adopt(CALENDAR))
    units = [FoundUnit(unit=ROOT, kind="organ", title=Personal("市直机关工作委员会"))]
    units += [
        FoundUnit(
            unit=unit, kind="direct_organisation", parent=ROOT, title=Personal(f"市直单位{index:02d}机关党委")
        )
        for index, unit in enumerate(city.organisations, start=1)
    ]
    units += [FoundUnit(unit=b.unit, kind="branch", parent=b.organisation) for b in city.first]
    yield said("2018-01-02 09:00", REGISTRAR, *units)
    staff: list[Command] = [RegisterPerson(person=REGISTRAR.person, unit=ROOT, categories=("staff",))]
    for who, role in STAFF.items():
        staff += [
            RegisterPerson(person=who, unit=ROOT, categories=("staff",)),
            OpenAccount(account=f"a-{who.removeprefix('p-')}", person=who),
            GrantRole(person=who, role=role, unit=ROOT),
        ]
    yield said("2018-01-02 10:00", REGISTRAR, *staff)
    for index, (organisation, branches) in enumerate(city.by_organisation.items()):
        at = f"2018-01-0{3 + index // 30} {8 + index % 30 // 3:02d}:{index % 3 * 20:02d}"
        head = city.heads[organisation]
        yield said(at, REGISTRAR, *_registered(branches, head))
        yield said(at, REGISTRAR, *_posted(branches, organisation, head))
    yield said(
        "2018-01-08 09:00",
        REGISTRAR,
        FreezePopulation(key=MEMBERS, unit=ROOT, having=("member",)),
        FreezePopulation(key="in-service-2018", unit=ROOT, having=("in_service", "member")),
        FreezeUnits(key="organisations-2018", unit=ROOT, kinds=("direct_organisation",)),
        FreezeUnits(key="branches-2018", unit=ROOT, kinds=("branch",)),
    )
    yield said("2018-01-10 09:00", BOOKKEEPER, *_asserted(city))


def _registered(branches: tuple[Branch, ...], head: int) -> Iterator[Command]:
    for branch in branches:
        for number in branch.in_service:
            categories = ("in_service", "leader", "member") if number == head else ("in_service", "member")
            name = Personal(_name(number)) if number in (head, branch.secretary) else None
            yield RegisterPerson(person=person(number), unit=branch.unit, categories=categories, name=name)
        for number in branch.outside:
            away = draw("away", number) % 10 == 0
            categories = ("away", "left_post", "member") if away else ("member", "retired")
            yield RegisterPerson(person=person(number), unit=branch.unit, categories=categories)


_SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐"
_NAMES: Final = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉兰红"


def _name(number: int) -> str:
    """A name out of nothing but the number: nobody is meant."""
    first = _NAMES[draw("name", number) % len(_NAMES)]
    return _SURNAMES[draw("surname", number) % len(_SURNAMES)] + first


def in_post(post: str, role: str, unit: str, number: int) -> tuple[Command, ...]:
    """Somebody takes up a post, and what it takes to act in it: an account, a role."""
    return (
        OpenAccount(account=f"a-{number}", person=person(number)),
        GrantRole(person=person(number), role=role, unit=unit),
        AssignPost(post=post, unit=unit, person=person(number)),
    )


def _posted(branches: tuple[Branch, ...], organisation: str, head: int) -> Iterator[Command]:
    yield from in_post(HEAD, "secretary", organisation, head)
    for branch in branches:
        yield from in_post(POST, "secretary", branch.unit, branch.secretary)


def _asserted(city: City) -> Iterator[Command]:
    """What the report says of the tree, exactly in one place and roughly in another."""
    size, people = city.size, f"population/{MEMBERS}"
    yield AssertClaim(
        key="tree-2018",
        unit=ROOT,
        subject=people,
        source="duty_report",
        figures={
            "direct_organisations": Quantity.of("=", size.organisations, "organisations"),
            "branches": Quantity.of("=", size.branches, "branches"),
            "members": Quantity.of("=", size.members, "members"),
            "in_service": Quantity.of("=", size.in_service, "members"),
        },
    )
    tens = size.organisations // 10 * 10
    yield AssertClaim(
        key="tree-speech-2018",
        unit=ROOT,
        subject=people,
        source="speech",
        figures={"direct_organisations": Quantity.from_phrase(f"{tens}-odd", "organisations", 9)},
    )


def changed(city: City) -> Iterator[Entry]:
    """What the year changes: a merger, a split, secretaries, a leaver, a retirement, a newcomer, a mover."""
    one, into = city.merged
    whole, part = city.split, city.founded
    yield said(
        "2018-03-12 09:00",
        REGISTRAR,
        EndPost(post=POST, unit=one.unit, person=person(one.secretary), ground="merger"),
        RevokeRole(person=person(one.secretary), role="secretary", unit=one.unit),
        MergeUnits(units=(one.unit,), into=into.unit, ground="merger"),
    )
    moves = {person(number): part.unit for number in part.members}
    yield said(
        "2018-04-09 09:00",
        REGISTRAR,
        FoundUnit(unit=part.unit, kind="branch", parent=part.organisation),
        SplitUnit(unit=whole.unit, into=(whole.unit, part.unit), people=moves, ground="division"),
        *in_post(POST, "secretary", part.unit, part.secretary),
    )
    retired, retiring, newcomer = turnover(city)
    yield said(
        "2018-05-02 09:00",
        REGISTRAR,
        RemovePerson(person=person(retired[0]), ground="died"),
        since="2018-04-28 09:00",
    )
    early, late = city.changing
    yield said(f"{CHANGES[0]} 09:00", REGISTRAR, *(c for b in early for c in _succeeded(b)))
    yield said(
        "2018-06-29 09:00",
        REGISTRAR,
        ChangeCategories(person=person(retiring[0]), categories=("member", "retired"), ground="retirement"),
    )
    yield said(
        "2018-07-02 09:00",
        REGISTRAR,
        RegisterPerson(
            person=person(newcomer), unit=retiring[1], categories=("in_service", "member", "probationary")
        ),
    )
    yield said("2018-09-03 09:00", REGISTRAR, MovePerson(person=person(mover(city)[0]), unit=mover(city)[1]))
    yield said(f"{CHANGES[1]} 09:00", REGISTRAR, *(c for b in late for c in _succeeded(b)))
    yield said(
        "2018-11-30 09:00",
        REGISTRAR,
        FreezeUnits(key="branches-2018-end", unit=ROOT, kinds=("branch",)),
        FreezePopulation(key=REPORTERS, unit=ROOT, having=("leader",)),
    )


def _succeeded(branch: Branch) -> Iterator[Command]:
    before = person(branch.secretary)
    yield EndPost(post=POST, unit=branch.unit, person=before, ground="post_change")
    yield RevokeRole(person=before, role="secretary", unit=branch.unit)
    yield from in_post(POST, "secretary", branch.unit, branch.successor)


def turnover(city: City) -> tuple[tuple[int, str], tuple[int, str], int]:
    """Who dies in April, who retires in June and from which branch, and the number of who joins in July."""
    last = city.by_organisation[city.organisations[-1]]
    branch = next(b for b in last if b.outside)
    return (branch.outside[0], branch.unit), (branch.in_service[-1], branch.unit), 100_000 + city.size.members


def mover(city: City) -> tuple[int, str]:
    """A member of the pilot who moves in September to another organisation, and the branch there."""
    home, other = city.organisations[0], city.organisations[1]
    return city.by_organisation[home][0].in_service[-1], city.by_organisation[other][0].unit
