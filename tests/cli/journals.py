"""Journals to run the command line on, written through the public API: a bureau begins a campaign."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from party_workflow.authority import GrantRole, OpenAccount
from party_workflow.codec import Command
from party_workflow.domain.activity import (
    AttachEvidence,
    Attendance,
    CorrectAttendance,
    HoldActivity,
    PlanActivity,
)
from party_workflow.domain.appraisal import OpenAppraisal
from party_workflow.domain.campaign import ExcuseMember, OpenPhase, StartCampaign
from party_workflow.domain.claim import AssertClaim
from party_workflow.domain.organisation import FoundUnit, RegisterPerson
from party_workflow.domain.population import FreezePopulation
from party_workflow.domain.rating import CloseRating, OpenRating, Rate
from party_workflow.domain.vocabulary import Serves
from party_workflow.packs import party
from party_workflow.packs.campaign_2005 import CAMPAIGN, CODES, GRADES
from party_workflow.personal import Personal
from party_workflow.quantity import Quantity
from party_workflow.store import Actor

SECRET = "王丽娟-13800138000"
"""A planted personal value: the name of p-3.  It may be shown where names are, and in no error."""
MEMBERS = range(1, 9)
KEY = "education-2005"
STREAM = f"campaign/{KEY}"


class Journal:
    """Lines of a journal, one command or group of commands each, an hour apart."""

    def __init__(self, start: datetime = datetime(2005, 3, 1, 1, tzinfo=UTC)) -> None:
        self.now = start
        self.lines: list[str] = []

    def do(
        self, *commands: Command, by: Actor, effective_at: datetime | None = None, command_id: str = ""
    ) -> None:
        """Add a line."""
        self.now += timedelta(hours=1)
        pairs = [
            {"do": command.stored_type, "with": command.model_dump(mode="json", exclude_none=True)}
            for command in commands
        ]
        line: dict[str, Any] = {
            "id": command_id or f"c-{len(self.lines) + 1:04d}",
            "at": self.now.isoformat(),
            "by": {"account": by.account, "person": by.person, "capacity": by.capacity},
        }
        line |= pairs[0] if len(pairs) == 1 else {"together": pairs}
        if effective_at is not None:
            line["effective_at"] = effective_at.isoformat()
        self.lines.append(json.dumps(line, ensure_ascii=False))

    def bytes(self, *more: bytes) -> bytes:
        """The journal as a file, with further lines."""
        return b"".join(line.encode() + b"\n" for line in self.lines) + b"".join(more)


def role(number: int, capacity: str) -> Actor:
    """A person acting in a role, or as ``self``."""
    return Actor(f"a-{number}", f"p-{number}", capacity)


REGISTRAR, SECRETARY, SUPERVISOR = role(1, "registrar"), role(2, "secretary"), role(60, "supervisor")


def beginning() -> Journal:
    """The organisation, its people with names, accounts and roles."""
    journal = Journal()
    journal.do(party.open_log("bureau"), by=REGISTRAR)
    for unit, kind, parent in (
        ("u-city", "organ", None),
        ("u-bureau", "bureau", "u-city"),
        ("u-branch", "branch", "u-bureau"),
    ):
        title = Personal(f"单位 {unit}")
        journal.do(FoundUnit(unit=unit, kind=kind, parent=parent, title=title), by=REGISTRAR)
    for number in (*MEMBERS, 60):
        person = f"p-{number}"
        unit = "u-city" if number == 60 else "u-branch"
        name = Personal(SECRET if number == 3 else f"成员{number:02d}")
        joined = RegisterPerson(person=person, unit=unit, categories=("member", "in_service"), name=name)
        opened = () if number == 1 else (OpenAccount(account=f"a-{number}", person=person),)
        journal.do(joined, *opened, by=REGISTRAR)
    for number, unit, name in (
        (2, "u-city", "secretary"),
        (2, "u-city", "recorder"),
        (60, "u-city", "supervisor"),
    ):
        journal.do(GrantRole(person=f"p-{number}", role=name, unit=unit), by=REGISTRAR)
    return journal


def campaign() -> Journal:
    """`beginning`, then a campaign: an excusal, two sessions, a correction, an appraisal, a claim."""
    journal = beginning()
    for definition in party.definitions(*CODES):
        journal.do(definition, by=REGISTRAR)
    journal.do(FreezePopulation(key=KEY, unit="u-branch", having=("member",)), by=REGISTRAR)
    journal.do(
        StartCampaign(
            key=KEY,
            definition_code=CAMPAIGN.code,
            definition=CAMPAIGN.digest,
            unit="u-branch",
            population=KEY,
        ),
        by=SECRETARY,
    )
    journal.do(OpenPhase(key=KEY, phase="study"), by=SECRETARY)
    journal.do(
        ExcuseMember(
            key=KEY,
            person="p-8",
            reason="away",
            since=journal.now,
            accommodation="telephone_and_materials",
            note=Personal("长期在外"),
        ),
        by=SECRETARY,
    )
    for number in (1, 2):
        session(journal, number)
    journal.do(
        CorrectAttendance(key="study-02", person="p-7", status="late", ground="mistaken"), by=SECRETARY
    )
    journal.do(AttachEvidence(key="study-02", kind="document", digest="ab" * 32), by=SECRETARY)
    appraisal(journal)
    figures = {
        "sessions": Quantity.of("=", 2, "sessions"),
        "attendances": Quantity.of("=", 17, "attendances"),
    }
    figures["members"] = Quantity.of("=", 8, "members")
    journal.do(
        AssertClaim(key="summary", unit="u-branch", subject=STREAM, source="summary", figures=figures),
        by=SECRETARY,
    )
    return journal


def session(journal: Journal, number: int) -> None:
    """A study session: everybody but p-8 is there."""
    begins = journal.now + timedelta(hours=2)
    journal.do(
        PlanActivity(
            key=f"study-{number:02d}",
            kind="study_session",
            unit="u-branch",
            planned_at=begins,
            population=KEY,
            serves=(Serves(campaign=KEY, task="study_sessions"),),
            title=Personal(f"第{number}次集中学习"),
        ),
        by=SECRETARY,
    )
    journal.now += timedelta(days=1)
    there = {
        f"p-{n}": Attendance(status="excused", reason="away") if n == 8 else Attendance(status="present")
        for n in MEMBERS
    }
    journal.do(
        HoldActivity(key=f"study-{number:02d}", attendance=there, minutes=90),
        by=SECRETARY,
        effective_at=begins,
    )


def appraisal(journal: Journal) -> None:
    """Self, peer and mass ratings of p-1 to p-7, in the open."""
    serves = (Serves(campaign=KEY, task="appraisal_opinions"),)
    people = [f"p-{n}" for n in MEMBERS if n != 8]
    for person in people:
        judge = SECRETARY
        if person == "p-2":
            journal.do(GrantRole(person="p-60", role="secretary", unit="u-city"), by=REGISTRAR)
            judge = role(60, "secretary")
        journal.do(
            OpenAppraisal(
                key=person,
                subject=person,
                unit="u-branch",
                cycle="c-2005",
                graded=True,
                grades=GRADES,
                serves=serves,
            ),
            by=judge,
        )
    for kind in ("self", "peer", "mass"):
        subjects: Sequence[str] = () if kind == "self" else people
        journal.do(
            OpenRating(
                key=kind,
                kind=kind,
                unit="u-branch",
                raters=tuple(people),
                subjects=tuple(subjects),
                grades=GRADES,
                secret=False,
                serves=serves,
            ),
            by=SECRETARY,
        )
        for index, rater in enumerate(people):
            others = [rater] if kind == "self" else [person for person in people if person != rater]
            grades = {p: GRADES[0 if (index + people.index(p)) % 3 else 1] for p in others}
            journal.do(Rate(key=kind, rater=rater, grades=grades), by=role(int(rater[2:]), "self"))
        journal.do(CloseRating(key=kind), by=SECRETARY)
