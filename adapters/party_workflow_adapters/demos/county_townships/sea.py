"""The group at sea: counted at home, active aboard."""

from __future__ import annotations

from typing import Final

from party_workflow.calendar import Period
from party_workflow.domain.organisation import (
    AttachPerson,
    CloseUnit,
    DetachPerson,
    FoundUnit,
)
from party_workflow.domain.points import GrantPoints, OpenPoints
from party_workflow_adapters.demos.county_townships.people import REGISTRAR, SEA, branch, head, occasion
from party_workflow_adapters.demos.diary import (
    Diary,
    acting,
    digest_of,
    moment,
    person,
)

AT_SEA: Final = (5001, 5002, 5003)


def tell_sea(diary: Diary) -> None:
    """Three members go to sea as guests of a group for a time, with points from both sides."""
    home = branch("u-t5")
    diary.say(
        "2019-05-06 09:00",
        REGISTRAR,
        FoundUnit(unit=SEA, kind="floating_group", parent="u-t5", until=moment("2020-12-31 18:00")),
    )
    for number in AT_SEA:
        who = person(number)
        aboard = AttachPerson(person=who, unit=SEA, ground="aboard")
        diary.say("2019-05-06 10:00", REGISTRAR, aboard)
        diary.say("2019-05-06 11:00", REGISTRAR, OpenPoints(scheme="member-points", person=who, unit=home))
    people = tuple(person(number) for number in AT_SEA)
    for key, unit, at in (
        ("sea-study-1", SEA, "2019-06-12 15:00"),
        ("home-meeting-1", home, "2019-07-10 15:00"),
        ("sea-study-2", SEA, "2019-09-11 15:00"),
    ):
        kind = "study_session" if unit == SEA else "general_meeting"
        by = acting(head("u-t5"), "secretary")
        occasion(diary, key, kind, unit, at, people, by)
        clause = "points.study" if unit == SEA else "points.meeting"
        for who in people:
            granted = GrantPoints(
                scheme="member-points",
                person=who,
                definition=digest_of("member_points"),
                clause=clause,
                period=Period("2019"),
                unit=unit,
                activity=f"activity/{key}",
            )
            diary.say(f"{at[:10]} 20:00", by, granted)
    for number in AT_SEA:
        ashore = DetachPerson(person=person(number), unit=SEA, ground="ashore")
        diary.say("2020-12-20 09:00", REGISTRAR, ashore)
    diary.say("2020-12-21 09:00", REGISTRAR, CloseUnit(unit=SEA, ground="task_done"))
