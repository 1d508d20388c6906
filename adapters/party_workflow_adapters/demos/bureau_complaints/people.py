"""The bureau on paper: four sections, those who take in, investigate, decide, keep identities and review."""

from __future__ import annotations

import hashlib
from typing import Final

from party_workflow.authority import DeclareConflict
from party_workflow.domain.organisation import FoundUnit
from party_workflow.packs.party import definitions, open_log
from party_workflow.personal import Personal
from party_workflow.store import Actor
from party_workflow_adapters.demos.diary import Diary, acting, person, self_

ROOT: Final = "u-city"
BUREAU: Final = "u-bureau"
OFFICE: Final = "u-office"
DISCIPLINE: Final = "u-discipline"
SECTIONS: Final = ("u-employment", "u-insurance", "u-inspection")

REGISTRAR: Final = acting(1, "registrar")
INTAKE: Final = acting(2, "recorder")
"""Takes cases in and hands out receipts: the only person who meets who brings them."""
OFFICER: Final = acting(3, "case_officer")
DECIDER: Final = acting(4, "case_officer")
INVESTIGATOR: Final = self_(5)
CUSTODIAN: Final = acting(6, "custodian")
REVIEWERS: Final = (acting(7, "appeal_reviewer"), acting(8, "appeal_reviewer"))
HEAD: Final = acting(9, "petition_head")
LEADER: Final = acting(10, "head_of_party_office")
COMMITTEE: Final = acting(11, "party_committee")
BOARD: Final = acting(12, "review_board")
SECOND_BOARD: Final = acting(13, "review_board")
SECRETARY: Final = acting(14, "secretary")
OUTSIDE: Final = acting(15, "supervisor")
"""Of the city, not of the bureau: tries the channels, and tells what others received."""
ACCUSED: Final = 16
SECOND_ACCUSED: Final = 17
SECOND_INVESTIGATOR: Final = 18
RECUSED: Final = 19
OUTSIDER: Final = self_(20)
"""Works at the bureau, and has no part in anything told here."""
COMPLAINANT: Final = 21
SIGNER: Final = 22
LETTERBOX: Final = acting(30, "letterbox")
"""The service account by which complainants speak; nobody in person holds that role."""
PETITIONERS: Final = (101, 102, 103, 104)
RETIRED: Final = (27, 28, 29)
AWAY: Final = (24, 25, 26)
CALENDAR: Final = "cn-working-days"


def unguessable(name: str) -> str:
    """A key of a protected case: here drawn from its name, so that the story is the same each time."""
    return f"{name}-{hashlib.sha256(f'bureau-complaints/{name}'.encode()).hexdigest()[:32]}"


def tell_founded(diary: Diary) -> None:
    """2 January 2025: the log, the units, the 29 members, the residents who bring petitions, the roles."""
    diary.say("2025-01-02 08:30", REGISTRAR, open_log("bureau-complaints-2025"))
    adopted = definitions(
        "complaint",
        "signed_report",
        "petition",
        "opinion",
        "early_sign",
        "opinion_round",
        "complaint_channel",
        "complaints_elsewhere",
        "four_zeros",
        "penalty",
    )
    diary.say("2025-01-02 08:35", REGISTRAR, definitions(CALENDAR)[0], *adopted)
    named = ("就业科", "社保科", "监察科")
    diary.say(
        "2025-01-02 08:40",
        REGISTRAR,
        FoundUnit(unit=ROOT, kind="organ", title=Personal("市政府")),
        FoundUnit(unit=DISCIPLINE, kind="department", parent=ROOT, title=Personal("纪检组")),
        FoundUnit(unit=BUREAU, kind="organ", parent=ROOT, title=Personal("劳动保障局")),
        FoundUnit(unit=OFFICE, kind="department", parent=BUREAU, title=Personal("办公室")),
        *(
            FoundUnit(unit=unit, kind="department", parent=BUREAU, title=Personal(title))
            for unit, title in zip(SECTIONS, named, strict=True)
        ),
    )
    for number in range(1, 32):
        _register(diary, number)
    for number in PETITIONERS:
        diary.register("2025-01-02 10:00", REGISTRAR, number, ROOT, ("resident",))
    roles: dict[int, tuple[str, ...]] = {}
    for who in ROLES:
        number = int(who.person.removeprefix("p-"))
        roles[number] = (*roles.get(number, ()), str(who.capacity))
    # Whoever proposes a penalty, decides or reviews it has to be one of those who may see its ground.
    roles |= {number: (*roles[number], "case_officer") for number in (10, 11)}
    roles |= {number: (*roles[number], "appeal_reviewer") for number in (12, 13)}
    diary.grant("2025-01-02 11:00", REGISTRAR, ROOT, roles)
    # Known beforehand: one of those who could investigate is married to one who will be accused.
    conflict = DeclareConflict(person=person(RECUSED), other=person(SECOND_ACCUSED), ground="spouse")
    diary.say("2025-01-03 09:00", REGISTRAR, conflict)


def _register(diary: Diary, number: int) -> None:
    unit = OFFICE if number <= 14 or number == 30 else SECTIONS[number % 3]
    if number == 15:
        unit = ROOT
    if number in (ACCUSED, SECOND_ACCUSED):
        unit = "u-inspection" if number == ACCUSED else "u-insurance"
    categories: tuple[str, ...] = ("member", "in_service")
    if number in RETIRED:
        categories = ("member", "retired")
    if number in AWAY:
        categories = ("member", "away")
    if number in (15, 30):
        categories = ("staff",)
    diary.register("2025-01-02 09:00", REGISTRAR, number, unit, categories)


ROLES: Final[tuple[Actor, ...]] = (
    INTAKE,
    OFFICER,
    DECIDER,
    CUSTODIAN,
    *REVIEWERS,
    HEAD,
    LEADER,
    COMMITTEE,
    BOARD,
    SECOND_BOARD,
    SECRETARY,
    OUTSIDE,
    LETTERBOX,
)
