"""The register of hazards: found, assigned, reported, seen by somebody else, closed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from party_workflow.codec import Command
from party_workflow.domain.case import (
    AssignResponsible,
    CloseCase,
    ExtendClock,
    GivenParticular,
    GiveParticulars,
    OpenCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.personal import Personal
from party_workflow.store import Actor
from party_workflow_adapters.demos.diary import Diary, digest_of, paper, person
from party_workflow_adapters.demos.prefecture_hazards.drawing import Hazard, between
from party_workflow_adapters.demos.prefecture_hazards.people import (
    FINDERS,
    OFFICER,
    VERIFIER,
    doing,
    heading,
    worker,
)

Filed = dict[tuple[str, Actor], list[Command]]
"""What is recorded together, by moment and actor."""

MEASURES: Final = {
    "bridge": "加固支座",
    "drainage": "清理涵洞",
    "guard_rail": "补装护栏",
    "landslide": "清方护坡",
    "road_surface": "挖补路面",
    "signs": "补设标志",
    "tunnel": "检修照明",
    "work_site": "规范施工围挡",
}


def five(key: str, sort: str, number: int) -> GiveParticulars:
    """Measure, funds (yuan) and contingency plan; the person and the day come with the assignment."""
    funds = Decimal(1000 * between(2, 80, "funds", number))
    return GiveParticulars(
        key=key,
        particulars=(
            GivenParticular(name="measure", text=Personal(MEASURES[sort])),
            GivenParticular(name="funds", number=funds),
            GivenParticular(name="contingency", document=paper(f"{key}: contingency plan")),
        ),
    )


def opened(hazard: Hazard, source: str | None = None) -> OpenCase:
    """The command that enters a hazard in the register."""
    return OpenCase(
        key=hazard.key,
        kind="hazard",
        definition=digest_of("hazard"),
        unit=hazard.section,
        substance=Personal(f"{MEASURES[hazard.sort]}（{hazard.number}）"),
        source=source,
        classes=(hazard.sort,),
        particulars=(GivenParticular(name="mode", code=hazard.mode),),
    )


def tell_register(diary: Diary, found: tuple[Hazard, ...], inspected: dict[int, str]) -> None:
    """All hazards of the year; of those in `inspected` the opening is told with the inspection."""
    filed: Filed = defaultdict(list)
    for hazard in found:
        if hazard.number not in inspected:
            by = FINDERS[hazard.number % 2]
            filed[_at(hazard.found, "10:00"), by].append(opened(hazard))
        if not hazard.promoted:  # the others go on as major hazards
            _course(hazard, filed)
    for (at, by), commands in filed.items():
        diary.say(at, by, *commands)


def _course(hazard: Hazard, filed: Filed) -> None:
    key, section = hazard.key, hazard.section
    who = worker(section, hazard.number)
    assigned = AssignResponsible(key=key, responsible=person(who))
    filed[_at(hazard.assigned, "09:00"), heading(section)] += [
        five(key, hazard.sort, hazard.number),
        assigned,
    ]
    if hazard.extended is not None:  # on the last day, and not a day later
        extended = ExtendClock(key=key, clock="rectify", ground="material_not_delivered")
        filed[_at(hazard.extended, "17:30"), OFFICER].append(extended)
    mine = doing(section, hazard.number)
    filed[_at(hazard.done, "16:00"), mine].append(_reported(key, hazard.done))
    if hazard.failed is not None and hazard.again is not None:
        filed[_at(hazard.failed, "15:00"), VERIFIER].append(_seen(key, hazard.failed, passed=False))
        filed[_at(hazard.again, "16:00"), mine].append(_reported(key, hazard.again))
    filed[_at(hazard.verified, "15:00"), VERIFIER].append(_seen(key, hazard.verified, passed=True))
    filed[_at(hazard.verified, "17:00"), OFFICER].append(CloseCase(key=key))


def _reported(key: str, day: date) -> ReportRectified:
    return ReportRectified(key=key, evidence=(paper(f"{key}: photographs of {day}"),))


def _seen(key: str, day: date, *, passed: bool) -> VerifyRectification:
    return VerifyRectification(key=key, passed=passed, evidence=(paper(f"{key}: seen on the spot {day}"),))


def _at(day: date, time: str) -> str:
    return f"{day} {time}"


def later(day: date, days: int) -> date:
    """So many days later."""
    return day + timedelta(days=days)
