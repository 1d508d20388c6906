"""The prefecture's highways on paper: four sections, the safety office, who looks from outside."""

from __future__ import annotations

from typing import Final

from party_workflow.domain.ledger import Book, OpenLedger
from party_workflow.domain.organisation import FoundUnit
from party_workflow.packs.party import definitions, open_log
from party_workflow.personal import Personal
from party_workflow.quantity import Quantity
from party_workflow.store import Actor
from party_workflow_adapters.demos.diary import Diary, acting, digest_of, paper, self_
from party_workflow_adapters.demos.prefecture_hazards.drawing import SECTIONS

ROOT: Final = "u-prefecture"
SAFETY: Final = "u-safety"
SUPERVISION: Final = "u-supervision"
REGISTRAR: Final = acting(1, "registrar")
INSPECTORS: Final = (acting(2, "supervisor"), acting(3, "supervisor"))
FINDERS: Final = (acting(2, "case_officer"), acting(3, "case_officer"))
"""The same two, entering what they found: whoever opens a hazard says its mode too."""
VERIFIER: Final = acting(4, "verifier")
OFFICER: Final = acting(5, "case_officer")
"""Keeps the register at the safety office: slips, notices, extensions."""
DELISTER: Final = acting(6, "case_officer")
"""Of the supervising body, outside all that is supervised."""
PUBLISHER: Final = acting(7, "publisher")
PRESSER: Final = acting(8, "case_officer")
"""The account under which reminders and escalations follow by themselves."""
BOOKKEEPER: Final = acting(9, "bookkeeper")
LEDGER: Final = "roads"
CALENDAR: Final = "cn-working-days"


def chief(section: str) -> int:
    """The head of a section, who assigns."""
    return 101 + 100 * SECTIONS.index(section)


def heading(section: str) -> Actor:
    """The head of a section, acting as its case officer."""
    return acting(chief(section), "case_officer")


def workers(section: str) -> tuple[int, ...]:
    """Who puts right in a section, by number."""
    return tuple(range(chief(section) + 1, chief(section) + 5))


def worker(section: str, number: int) -> int:
    """Who puts the hazard of a number right."""
    return workers(section)[number % 4]


def doing(section: str, number: int) -> Actor:
    """The same, acting for themselves."""
    return self_(worker(section, number))


def tell_founded(diary: Diary) -> None:
    """2 January 2025: the log, the units, the people and their roles; the calendar of 2026 in November."""
    diary.say("2025-01-02 08:30", REGISTRAR, open_log("prefecture-hazards-2025"))
    first, second = definitions(CALENDAR)
    adopted = definitions(
        "hazard",
        "major_hazard",
        "assignment_slip",
        "supervision_notice",
        "problem",
        "enforcement_inspection",
        "road_network",
    )
    diary.say("2025-01-02 08:35", REGISTRAR, first, *adopted)
    diary.say("2025-11-05 09:00", REGISTRAR, second)
    units = (
        FoundUnit(unit=ROOT, kind="organ", title=Personal("州交通运输局")),
        FoundUnit(unit=SAFETY, kind="department", parent=ROOT, title=Personal("安全监督科")),
        FoundUnit(unit=SUPERVISION, kind="department", parent=ROOT, title=Personal("安全生产督办室")),
        *(
            FoundUnit(unit=unit, kind="direct_organisation", parent=ROOT, title=Personal(f"第{name}公路段"))
            for unit, name in zip(SECTIONS, "一二三四", strict=True)
        ),
    )
    diary.say("2025-01-02 08:40", REGISTRAR, *units)
    for number in (1, 2, 3, 5, 8, 9):
        diary.register("2025-01-02 09:00", REGISTRAR, number, SAFETY, ("staff",))
    for number in (4, 6, 7):
        diary.register("2025-01-02 09:00", REGISTRAR, number, SUPERVISION, ("staff",))
    for section in SECTIONS:
        for number in (chief(section), *workers(section)):
            diary.register("2025-01-02 09:30", REGISTRAR, number, section, ("staff",))
    roles: dict[int, tuple[str, ...]] = {2: ("supervisor", "case_officer"), 3: ("supervisor", "case_officer")}
    roles |= {4: ("verifier",), 5: ("case_officer",), 6: ("case_officer",)}
    roles |= {7: ("publisher",), 8: ("case_officer",), 9: ("bookkeeper",)}
    diary.grant("2025-01-02 10:00", REGISTRAR, ROOT, roles)
    for section in SECTIONS:
        diary.grant("2025-01-02 10:30", REGISTRAR, section, {chief(section): ("case_officer",)})


ROADS: Final = (
    ("2025-01-10 10:00", "trunk_road_managed", "950 km"),
    ("2025-01-10 10:05", "rural_roads_in_statistics", "10490 km"),
    ("2025-01-10 10:10", "rural_roads", ">= 18000 km"),
    ("2025-01-10 10:15", "guard_facilities_planned", "950 km"),
    ("2025-01-10 10:20", "safety_project_planned", "1000 km"),
    ("2025-12-30 10:05", "guard_facilities_built", ">= 200 km"),
    ("2025-12-30 10:00", "safety_project_built", ">= 1000 km"),
)


def tell_roads(diary: Diary) -> None:
    """The roads: those in the statistics, those that there are, and the programme; ``>=`` stays a bound."""
    opened = OpenLedger(
        key=LEDGER, unit=ROOT, definition_code="road_network", definition=digest_of("road_network")
    )
    diary.say("2025-01-10 09:00", BOOKKEEPER, opened)
    for at, account, text in ROADS:
        amount = Quantity.parse(text)
        diary.say(at, BOOKKEEPER, Book(key=LEDGER, account=account, amount=amount, basis=paper(account)))
