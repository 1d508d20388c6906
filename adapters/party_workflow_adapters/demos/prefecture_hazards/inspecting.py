"""Four inspections of both modes; what they find is handed over by slip, and one slip goes to and fro."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Final

from party_workflow.canonical import time_text
from party_workflow.codec import Command
from party_workflow.domain.case import (
    AcceptCase,
    AssignResponsible,
    CloseCase,
    GivenParticular,
    HandOverCase,
    OpenCase,
    ReportRectified,
    ReturnCase,
    VerifyRectification,
)
from party_workflow.domain.inspection import (
    CarryOut,
    CloseInspection,
    Inspection,
    LinkSlip,
    NoteFinding,
    PlanInspection,
    Result,
    SignReport,
)
from party_workflow.personal import Personal
from party_workflow.policies.audits.sample import sampled
from party_workflow.service import Workflow
from party_workflow_adapters.demos.diary import Diary, Later, digest_of, moment, paper, person, self_
from party_workflow_adapters.demos.prefecture_hazards.drawing import Hazard
from party_workflow_adapters.demos.prefecture_hazards.people import (
    DELISTER,
    FINDERS,
    INSPECTORS,
    OFFICER,
    ROOT,
    SAFETY,
    VERIFIER,
    doing,
    heading,
    worker,
)
from party_workflow_adapters.demos.prefecture_hazards.register import later, opened

ITEMS: Final = ("rules_in_place", "responsibility_in_place", "staff_in_place", "equipment_in_place")
PLANNED: Final = (
    ("regular-spring", "regular_check", date(2025, 3, 18)),
    ("concentrated-june", "concentrated_check", date(2025, 6, 12)),
    ("regular-autumn", "regular_check", date(2025, 10, 21)),
    ("concentrated-december", "concentrated_check", date(2025, 12, 10)),
)
EACH: Final = 3
"""So many hazards that an inspection finds."""


def tell_inspections(diary: Diary, found: tuple[Hazard, ...]) -> dict[int, str]:
    """The four inspections; returns which hazards they found, by number, with the inspection."""
    inspected: dict[int, str] = {}
    for key, mode, day in PLANNED:
        whole = [h for h in found if h.found <= day and not h.promoted and (h.mode == mode.partition("_")[0])]
        busy = Counter(hazard.found for hazard in whole)
        on = max(busy, key=lambda each: (min(busy[each], EACH), each))
        lot = [hazard for hazard in whole if hazard.found == on][:EACH]
        _inspection(diary, key, mode, lot)
        for hazard in lot:
            inspected[hazard.number] = f"inspection/{key}"
    return inspected


def _inspection(diary: Diary, key: str, mode: str, lot: list[Hazard]) -> None:
    day = lot[0].found
    lead = INSPECTORS[0]

    def planned(workflow: Workflow, now: datetime) -> Command:
        query = {
            "code": "units_below",
            "unit": ROOT,
            "at": time_text(now),
            "kinds": ["direct_organisation"],
        }
        return PlanInspection(
            key=key,
            kind="enforcement_inspection",
            definition=digest_of("enforcement_inspection"),
            unit=ROOT,
            mode=mode,
            plan=sampled(workflow.history, query, 3, key).plan(ITEMS),
        )

    diary.say(f"{day} 08:00", lead, planned)
    diary.say(f"{day} 12:00", lead, _carried(key, day, lot))
    for who in INSPECTORS:
        diary.say(f"{day} 12:30", self_(int(who.person[2:])), SignReport(key=key))
    for number, hazard in enumerate(lot, start=1):
        noted = NoteFinding(key=key, unit=hazard.section, item=_item(hazard), case=hazard.key)
        diary.say(f"{day} 13:0{number}", FINDERS[0], opened(hazard, f"inspection/{key}"))
        diary.say(f"{day} 13:1{number}", lead, noted)
        slip = f"slip-{hazard.number:03d}"
        to_and_fro = key == "regular-autumn" and number == 1
        silent = key == "concentrated-december" and number == 1
        _slip(diary, slip, hazard, to_and_fro=to_and_fro, silent=silent)
        diary.say(f"{day} 14:3{number}", lead, LinkSlip(key=key, finding=number, slip=slip))
    diary.say(f"{later(day, 1)} 16:00", lead, CloseInspection(key=key))


def _item(hazard: Hazard) -> str:
    return ITEMS[hazard.number % len(ITEMS)]


def _carried(key: str, day: date, lot: list[Hazard]) -> Later:
    amiss = {(hazard.section, _item(hazard)) for hazard in lot}

    def carried(workflow: Workflow, now: datetime) -> Command:
        state = workflow.state(f"inspection/{key}")
        assert isinstance(state, Inspection)
        results = tuple(
            Result(unit=unit, item=item, outcome="not_met" if (unit, item) in amiss else "met")
            for unit in (state.plan.units if state.plan else ())
            for item in ITEMS
        )
        return CarryOut(
            key=key,
            inspectors=tuple(who.person for who in INSPECTORS),
            began=moment(f"{day} 08:30"),
            ended=moment(f"{day} 11:30"),
            results=results,
        )

    return carried


def _slip(diary: Diary, key: str, hazard: Hazard, *, to_and_fro: bool, silent: bool) -> None:
    """Drawn up and issued; taken on, done, seen by somebody from outside, closed."""
    day, section = hazard.found, hazard.section
    drawn = OpenCase(
        key=key,
        kind="assignment_slip",
        definition=digest_of("assignment_slip"),
        unit=SAFETY,
        substance=Personal("请予整改"),
        source=f"case/{hazard.key}",
        classes=(hazard.sort,),
        particulars=(GivenParticular(name="urgency", code="urgent" if silent else "difficult"),),
    )
    issued = HandOverCase(key=key, unit=section, ground="found_by_inspection")
    diary.say(f"{day} 14:00", OFFICER, drawn, issued)
    if to_and_fro:
        other = "u-h3" if section != "u-h3" else "u-h1"
        diary.say(f"{later(day, 1)} 09:30", heading(section), ReturnCase(key=key, ground="not_our_road"))
        passed = HandOverCase(key=key, unit=other, ground="border_of_two_sections")
        diary.say(f"{later(day, 1)} 15:00", OFFICER, passed)
        diary.say(f"{later(day, 2)} 09:30", heading(other), ReturnCase(key=key, ground="not_our_road"))
        again = HandOverCase(key=key, unit=section, ground="settled_by_the_office")
        diary.say(f"{later(day, 2)} 16:00", OFFICER, again)
    who = worker(section, hazard.number)
    taken = (AcceptCase(key=key), AssignResponsible(key=key, responsible=person(who)))
    diary.say(f"{later(day, 3)} 10:30", heading(section), *taken)
    done = date(2026, 1, 6) if silent else later(day, 12)
    proof = (paper(f"{key}: done"),)
    diary.say(f"{done} 10:00", doing(section, hazard.number), ReportRectified(key=key, evidence=proof))
    seen = VerifyRectification(key=key, passed=True, evidence=(paper(f"{key}: seen"),))
    diary.say(f"{later(done, 2)} 10:00", VERIFIER, seen)
    diary.say(f"{later(done, 3)} 10:00", DELISTER, CloseCase(key=key))
