"""Major hazards: listed in public, supervised by another unit, delisted in public (挂牌督办、摘牌)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from party_workflow.codec import Command
from party_workflow.domain.case import (
    AcceptCase,
    AssignResponsible,
    CloseCase,
    GivenParticular,
    GiveParticulars,
    OpenCase,
    PromoteCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.domain.publication import Publish
from party_workflow.domain.submission import Submit
from party_workflow.personal import Personal
from party_workflow.service import Workflow
from party_workflow_adapters.demos.diary import Diary, Later, digest_of, paper, person, self_
from party_workflow_adapters.demos.prefecture_hazards.drawing import MAJOR, MAJOR_OPEN, Hazard
from party_workflow_adapters.demos.prefecture_hazards.people import (
    DELISTER,
    OFFICER,
    PUBLISHER,
    ROOT,
    SUPERVISION,
    VERIFIER,
    doing,
    heading,
    worker,
)
from party_workflow_adapters.demos.prefecture_hazards.register import five, later

DIRECT: Final = (
    (date(2025, 4, 9), "u-h1", "landslide"),
    (date(2025, 9, 16), "u-h3", "tunnel"),
    (date(2025, 12, 3), "u-h4", "bridge"),
)
"""Found as what they are: nobody took them for ordinary ones first."""


@dataclass(frozen=True, slots=True)
class Major:
    """A major hazard: when it was found, where, and which ordinary one it was before."""

    number: int
    day: date
    section: str
    sort: str
    mode: str
    before: str | None

    @property
    def key(self) -> str:
        """The key of its case."""
        return f"major-2025-{self.number}"


def majors(found: tuple[Hazard, ...]) -> tuple[Major, ...]:
    """The eight of the year, in the order in which they were found."""
    from_ordinary = [(later(h.found, 3), h.section, h.sort, h.mode, h.key) for h in found if h.promoted]
    direct = [(day, section, sort, "concentrated", None) for day, section, sort in DIRECT]
    every = sorted([*from_ordinary, *direct], key=lambda item: item[0])
    assert len(every) == MAJOR
    return tuple(Major(number, *item) for number, item in enumerate(every, start=1))


def tell_majors(diary: Diary, found: tuple[Hazard, ...]) -> None:
    """All of them; the last two are open when the year ends, and put right in January."""
    for major in majors(found):
        _opened(diary, major)
        _listed(diary, major)
        open_then = major.number > MAJOR - MAJOR_OPEN
        done = date(2026, 1, 12 + major.number) if open_then else later(major.day, 40)
        _put_right(diary, major, done)


def _opened(diary: Diary, major: Major) -> None:
    command = OpenCase(
        key=major.key,
        kind="major_hazard",
        definition=digest_of("major_hazard"),
        unit=major.section,
        substance=Personal(f"重大隐患（{major.number}）"),
        source=None if major.before is None else f"case/{major.before}",
        classes=(major.sort,),
        particulars=(GivenParticular(name="mode", code=major.mode),),
    )
    promoted = () if major.before is None else (PromoteCase(key=major.before, to=f"case/{major.key}"),)
    diary.say(f"{major.day} 09:30", OFFICER, command, *promoted)


def _listed(diary: Diary, major: Major) -> None:
    day, key = later(major.day, 2), f"{major.key}-listed"
    _published(diary, day, key, "hazard_listing")
    supervised = GiveParticulars(
        key=major.key,
        particulars=(
            GivenParticular(name="supervisor", unit=SUPERVISION),
            GivenParticular(name="listing", matter=f"publication/{key}"),
        ),
    )
    diary.say(f"{day} 10:00", OFFICER, supervised, AcceptCase(key=major.key))
    who = person(worker(major.section, major.number))
    assigned = AssignResponsible(key=major.key, responsible=who)
    given = five(major.key, major.sort, 10_000 + major.number)
    diary.say(f"{later(day, 1)} 14:00", heading(major.section), given, assigned)


def _put_right(diary: Diary, major: Major, done: date) -> None:
    key = f"{major.key}-delisted"
    proof = (paper(f"{major.key}: photographs"),)
    mine = doing(major.section, major.number)
    diary.say(f"{done} 14:00", mine, ReportRectified(key=major.key, evidence=proof))
    seen = VerifyRectification(key=major.key, passed=True, evidence=(paper(f"{major.key}: acceptance"),))
    diary.say(f"{later(done, 3)} 14:00", VERIFIER, seen)
    _published(diary, later(done, 5), key, "hazard_delisting")
    delisted = GiveParticulars(
        key=major.key, particulars=(GivenParticular(name="delisting", matter=f"publication/{key}"),)
    )
    diary.say(f"{later(done, 5)} 10:00", DELISTER, delisted, CloseCase(key=major.key))
    if major.before is not None:
        diary.say(f"{later(done, 5)} 11:00", OFFICER, CloseCase(key=major.before))


def _published(diary: Diary, day: date, key: str, subject: str) -> None:
    """Write the notice, and put it up."""
    author = self_(int(PUBLISHER.person[2:]))
    text = Submit(
        key=key, kind=subject, unit=SUPERVISION, author=author.person, digest=paper(f"{key}: notice")
    )
    diary.say(f"{day} 08:30", author, text)
    diary.say(f"{day} 09:00", PUBLISHER, _public(key, subject))


def _public(key: str, subject: str) -> Later:
    def published(workflow: Workflow, now: datetime) -> Command:
        return Publish(
            key=key,
            unit=ROOT,
            subject=subject,
            audience="public",
            media="website",
            position=workflow.history.head()[0],
            known=now,
            rule=digest_of("major_hazard"),
            digest=paper(f"{key}: notice"),
            of=f"submission/{key}",
        )

    return published
