"""The year's trainings and what they cost, the checks of discipline, the points pilot, what was asserted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from party_workflow.authority import OpenAccount
from party_workflow.calendar import Period
from party_workflow.codec import Command
from party_workflow.domain.activity import AttachEvidence, Attendance, HoldActivity, PlanActivity
from party_workflow.domain.case import AcknowledgeCase, AnswerRequester, CloseCase, DecideCase, OpenCase
from party_workflow.domain.claim import AssertClaim
from party_workflow.domain.ledger import Book, OpenLedger
from party_workflow.domain.points import (
    DecideDeduction,
    ExcludeFromPoints,
    GiveNotice,
    GrantPoints,
    ObjectToDeduction,
    OpenPoints,
    ProposeDeduction,
    ReverseEntry,
)
from party_workflow.personal import Personal
from party_workflow.quantity import Quantity
from party_workflow.service import Workflow
from party_workflow_adapters.demos.city_organs.city import (
    BOOKKEEPER,
    COMMENTATORS,
    RECORDER,
    REGISTRAR,
    ROOT,
    SECRETARY,
    City,
)
from party_workflow_adapters.demos.city_organs.founding import mover, turnover
from party_workflow_adapters.demos.city_organs.size import draw, drawn
from party_workflow_adapters.demos.city_organs.telling import in_order, said
from party_workflow_adapters.demos.diary import Entry, acting, digest_of, moment, paper, person, self_

LEDGER: Final = "training-2018"
LEAST_COST: Final = 60_000_000
"""In fen: the report says more than 600 000 yuan, and no more than that."""
SCHEME: Final = "member-points"
TRAININGS: Final = ("2018-05-14", "2018-05-21", "2018-09-17")
"""The secretaries' trainings; the third one is for whoever took up the post since."""
LECTURES: Final = ("2018-03-27", "2018-06-26", "2018-09-25", "2018-11-27")
CHECKS: Final = (
    "2018-02-22",
    "2018-04-08",
    "2018-05-02",
    "2018-06-19",
    "2018-09-25",
    "2018-10-08",
    "2018-11-15",
)
"""The seven checks of discipline, each on an ordinary morning or just after holidays."""


def occasion(
    key: str,
    kind: str,
    day: str,
    expected: tuple[str, ...],
    topic: str,
    missing: dict[str, str] | None = None,
) -> Iterator[Entry]:
    """An occasion planned before and held on its day; `missing` are those who were excused, and why."""
    began = moment(f"{day} 09:00")
    absent = missing or {}
    rows = {
        who: Attendance(status="excused", reason=absent[who])
        if who in absent
        else Attendance(status="present")
        for who in expected
    }
    month = day[:7]
    yield said(
        f"{month}-01 08:30" if day[8:] > "07" else f"{day} 08:00",
        RECORDER,
        PlanActivity(
            key=key,
            kind=kind,
            unit=ROOT,
            planned_at=began,
            period=Period(f"2018-{month[5:]}"),
            expected=expected,
            topic=topic,
        ),
    )
    yield said(f"{day} 18:00", RECORDER, HoldActivity(key=key, attendance=rows, minutes=180), since=began)


def secretaries(city: City, day: str) -> tuple[str, ...]:
    """The secretaries of all branches on a day, in the order of the branches."""
    units = {branch.unit: branch for branch in city.first}
    if day >= "2018-03-12":
        units.pop(city.merged[0].unit)
    if day >= "2018-04-09":
        units[city.founded.unit] = city.founded
    return tuple(person(city.secretary(units[unit], day)) for unit in sorted(units))


def trained(city: City) -> Iterator[Entry]:
    """Two days for one half of the secretaries each, and one for whoever came new."""
    may = secretaries(city, TRAININGS[0])
    new = tuple(sorted(set(secretaries(city, TRAININGS[2])) - set(may)))
    return in_order(
        occasion(f"secretaries-{number}", "training", day, people, "secretary_training")
        for number, (day, people) in enumerate(
            zip(TRAININGS, (may[::2], may[1::2], new), strict=True), start=1
        )
    )


def officers(city: City) -> Iterator[Entry]:
    """The officers' two batches."""
    people = tuple(person(number) for number in city.officers)
    half = len(people) // 2
    return in_order(
        occasion(f"officers-{number}", "officer_training", day, batch, "officer_training")
        for number, (day, batch) in enumerate(
            (("2018-07-10", people[:half]), ("2018-07-24", people[half:])), start=1
        )
    )


def listeners(city: City, lecture: int) -> tuple[str, ...]:
    """Who listens to one of the four lectures: different people each time."""
    pool = [person(number) for branch in city.first for number in branch.in_service]
    known = {person(turnover(city)[1][0])}
    found = drawn(city.size.listeners, [who for who in pool if who not in known], "listeners")
    return tuple(sorted(found[lecture :: len(LECTURES)]))


def lectured(city: City) -> Iterator[Entry]:
    """Four lectures, together about a thousand listeners."""
    for index, day in enumerate(LECTURES):
        yield from occasion(
            f"lecture-{index + 1}", "tutorial_lecture", day, listeners(city, index), "party_building"
        )


def booked(city: City) -> Iterator[Entry]:
    """What it cost, which is known as a lower bound, and what was printed, which was counted."""
    yield said(
        "2018-01-15 09:00",
        SECRETARY,
        OpenLedger(
            key=LEDGER, unit=ROOT, definition_code="training_budget", definition=digest_of("training_budget")
        ),
    )
    for at, account, sign, number, unit in (
        ("2018-04-20 10:00", "readers", "=", 1_100, "copies"),
        ("2018-04-25 10:00", "handbooks", "=", 10_000, "copies"),
        ("2018-11-20 10:00", "media_specials", "=", 8, "issues"),
        ("2018-12-03 10:00", "training_cost", ">=", LEAST_COST, "yuan"),
    ):
        yield said(at, BOOKKEEPER, Book(key=LEDGER, account=account, amount=Quantity.of(sign, number, unit)))
    yield said("2018-12-07 09:00", BOOKKEEPER, *_asserted(city))


def _asserted(city: City) -> Iterator[Command]:
    yield AssertClaim(
        key="training-2018",
        unit=ROOT,
        subject="activity/secretaries-1",
        source="duty_report",
        figures={
            "secretaries_trained": Quantity.of("=", city.size.branches, "secretaries"),
            "officers_trained": Quantity.of("=", city.size.officers, "officers"),
            "officer_batches": Quantity.of("=", 2, "batches"),
            "lectures": Quantity.of("=", len(LECTURES), "lectures"),
            "listeners": Quantity.of("~", 1_000 if city.size.listeners > 500 else 25, "listeners", 50),
            "training_cost": Quantity.of(">=", LEAST_COST // 100, "yuan"),
        },
    )
    yield AssertClaim(
        key="service-2018",
        unit=ROOT,
        subject="activity/check-7",
        source="duty_report",
        figures={
            "satisfaction_rate": Quantity.of(">=", 98, "percent"),
            "complaints": Quantity.of("=", 0, "complaints"),
            "discipline_checks": Quantity.of("=", len(CHECKS), "checks"),
        },
    )


def inspected(city: City) -> Iterator[Entry]:
    """Seven checks nobody was told of: the hash of the plan comes first, and what was found afterwards."""
    for index, day in enumerate(CHECKS, start=1):
        key, began = f"check-{index}", moment(f"{day} 08:30")
        yield said(
            f"{day} 07:00",
            RECORDER,
            PlanActivity(
                key=key,
                kind="inspection",
                unit=ROOT,
                planned_at=began,
                period=Period(day[:7]),
                expected=(COMMENTATORS[0].person, COMMENTATORS[1].person),
                topic="discipline",
            ),
            AttachEvidence(key=key, kind="document", digest=paper(f"{key}: plan"), media="sealed_plan"),
        )
        rows = {actor.person: Attendance(status="present") for actor in COMMENTATORS[:2]}
        yield said(
            f"{day} 17:00",
            RECORDER,
            HoldActivity(key=key, attendance=rows, minutes=150),
            AttachEvidence(key=key, kind="document", digest=paper(f"{key}: findings"), media="record"),
            since=began,
        )


def heard(city: City) -> Iterator[Entry]:
    """What came in by the channels that were open: opinions, and not one complaint."""
    for index, (day, channel) in enumerate(
        (("2018-03-20", "hotline"), ("2018-06-05", "mailbox"), ("2018-10-23", "website")), start=1
    ):
        key = f"opinion-{index}"
        officer = acting(14, "case_officer")
        yield said(
            f"{day} 10:00",
            officer,
            OpenCase(
                key=key,
                kind="opinion",
                definition=digest_of("opinion"),
                unit=ROOT,
                substance=Personal("建议会议精简，材料合并报送。"),
                requester=person(city.first[index].in_service[2]),
                channel=channel,
            ),
        )
        yield said(
            f"{day} 16:00",
            officer,
            AcknowledgeCase(key=key, channel=channel),
            DecideCase(key=key, outcome="adopted", ground=Personal("情况属实，已列入整改。")),
            AnswerRequester(key=key, channel=channel, answer=Personal("已采纳，感谢您的建议。")),
            CloseCase(key=key),
        )


# --- the points pilot --------------------------------------------------------------------------


def piloted(city: City) -> Iterator[Entry]:
    """Everybody in service counts from February on; everybody else stands outside, with the reason."""
    for index, (_, branches) in enumerate(city.by_organisation.items()):
        at = f"2018-02-{5 + index // 30:02d} {8 + index % 30 // 3:02d}:{index % 3 * 20:02d}"
        yield said(
            at,
            REGISTRAR,
            *(c for branch in branches for c in _scoped(branch.in_service, branch.outside, branch.unit)),
        )


def _scoped(inside: tuple[int, ...], outside: tuple[int, ...], unit: str) -> Iterator[Command]:
    for number in inside:
        yield OpenPoints(scheme=SCHEME, person=person(number), unit=unit)
    for number in outside:
        ground = "away" if draw("away", number) % 10 == 0 else "retired"
        yield ExcludeFromPoints(scheme=SCHEME, person=person(number), unit=unit, ground=ground)


def pilot(city: City) -> tuple[int, ...]:
    """The members of the first organisation: theirs are the entries of the pilot."""
    return tuple(
        number for branch in city.by_organisation[city.organisations[0]] for number in branch.in_service
    )


def granted(city: City) -> Iterator[Entry]:
    """Entries of the pilot organisation: volunteering twice, a deduction, a reversal, and a mover."""
    people = pilot(city)
    unit, definition = city.organisations[0], digest_of("member_points")
    by = acting(city.head(unit), "secretary")
    year = Period("2018")

    def gave(number: int, amount: int, what: str) -> GrantPoints:
        return GrantPoints(
            scheme=SCHEME,
            person=person(number),
            definition=definition,
            clause="points.volunteering",
            amount=Decimal(amount),
            period=year,
            unit=unit,
            evidence=(paper(f"volunteering {number} {what}"),),
        )

    own = city.head(unit)
    for day, what in (("2018-03-05", "spring"), ("2018-07-05", "summer")):
        grants = [gave(n, 2 + draw("points", what, n) % 4, what) for n in people if n != own]
        yield said(f"{day} 17:00", by, *grants)
    # One of them stayed away without leave: proposed, told of, objected to, decided by somebody else.
    truant, wronged = people[-1], people[-2]
    for day, number in (("2018-08-01 09:00", truant), ("2018-08-01 09:05", wronged)):
        yield said(
            day,
            by,
            ProposeDeduction(
                scheme=SCHEME,
                person=person(number),
                definition=definition,
                clause="points.absence",
                amount=Decimal(2),
                ground="absent_without_leave",
                period=year,
                unit=unit,
                evidence=(paper(f"register {number}"),),
            ),
            GiveNotice(scheme=SCHEME, person=person(number), number=1, until=moment("2018-08-08 18:00")),
        )
    yield said("2018-08-01 10:00", REGISTRAR, OpenAccount(account=f"a-{truant}", person=person(truant)))
    yield said(
        "2018-08-06 20:00",
        self_(truant),
        ObjectToDeduction(
            scheme=SCHEME, person=person(truant), number=1, statement=Personal("当天值班，未及请假。")
        ),
    )
    for at, number in (("2018-08-09 09:00", truant), ("2018-08-09 09:05", wronged)):
        yield said(
            at,
            COMMENTATORS[0],
            DecideDeduction(
                scheme=SCHEME, person=person(number), number=1, counts=True, ground="register_checked"
            ),
        )

    def reversal(workflow: Workflow, now: datetime) -> Command:
        entries = workflow.state(f"points/{SCHEME}.{person(wronged)}").entries
        wrong = next(e.event_id for e in entries.values() if e.amount < 0)
        return ReverseEntry(scheme=SCHEME, person=person(wronged), entry=wrong, ground="register_mistaken")

    yield said("2018-08-20 09:00", COMMENTATORS[0], reversal)
    # Who moved in September goes on in the new branch; what was earned before stays with the old one.
    moved, there = mover(city)
    other = city.organisations[1]
    grant = gave(moved, 3, "autumn").model_copy(update={"unit": there})
    yield said("2018-10-12 17:00", acting(city.head(other), "secretary"), grant)
