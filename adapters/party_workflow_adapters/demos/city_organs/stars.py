"""The star rating of the branches: what they say of themselves, what reviewers find, what counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Final

from party_workflow.calendar import Period
from party_workflow.codec import Command
from party_workflow.domain.assessment import (
    Advance,
    CiteResult,
    EnterSelf,
    EnterSheets,
    OpenAssessment,
    Value,
)
from party_workflow.domain.publication import Finalise, Publish
from party_workflow.packs.results import sheets_digest
from party_workflow.service import Workflow
from party_workflow_adapters.demos.city_organs.city import (
    ASSESSORS,
    LEADER,
    PUBLISHER,
    REVIEWERS,
    ROOT,
    Branch,
    City,
)
from party_workflow_adapters.demos.city_organs.founding import CALENDAR
from party_workflow_adapters.demos.city_organs.size import draw
from party_workflow_adapters.demos.city_organs.telling import said
from party_workflow_adapters.demos.diary import Entry, Later, acting, digest_of

KEY: Final = "stars-2018"
STREAM: Final = f"assessment/{KEY}"
GRADES: Final = ("five_star", "four_star", "three_star", "no_star")
QUOTAS: Final = {"five_star": Fraction(1, 10), "four_star": Fraction(2, 5), "three_star": Fraction(3, 10)}
"""At most so many of all branches in the end (external scheme B); the self-rating knows no quota."""


@lru_cache(maxsize=4)
def ratings(city: City) -> dict[str, tuple[str, str, str]]:
    """Of every branch its own grade, the reviewers' and the final one."""
    size = city.size
    order = sorted(city.branches, key=lambda branch: (draw("stars", branch.unit), branch.unit))
    own = [*["five_star"] * size.five_star, *["four_star"] * size.four_star]
    own += ["three_star" if index % 4 else "no_star" for index in range(size.branches - len(own))]
    left = {grade: int(share * size.branches) for grade, share in QUOTAS.items()}
    found = {}
    for branch, grade in zip(order, own, strict=True):
        seen = _seen(branch, grade)
        final = next((g for g in GRADES[GRADES.index(seen) : 3] if left[g]), "no_star")
        if final != "no_star":
            left[final] -= 1
        found[branch.unit] = (grade, seen, final)
    return found


def _seen(branch: Branch, own: str) -> str:
    """How reviewers see it: mostly as the branch does, often a step lower, now and then a step higher."""
    lot = draw("reviewed", branch.unit) % 20
    step = 1 if lot < 6 else 2 if lot == 6 else -1 if lot in (7, 8) else 0
    return GRADES[min(max(GRADES.index(own) + step, 0), 3)]


def publish(key: str, stream: str, *, subject: str, rule: str, period: str) -> Later:
    """A command, made when its turn comes, that publishes sheets for five working days."""

    def made(workflow: Workflow, now: datetime) -> Command:
        return Publish(
            key=key,
            unit=ROOT,
            subject=subject,
            audience="all_members",
            media="website",
            position=workflow.store.head().position,
            known=now,
            rule=rule,
            digest=sheets_digest(workflow.history, stream),
            of=stream,
            period=Period(period),
            kind="posting-publicity",
            kind_digest=digest_of("posting_publicity"),
            calendar=CALENDAR.code,
            calendar_digest=CALENDAR.digest,
        )

    return made


def rated(city: City) -> Iterator[Entry]:
    """November and December: self-rating, review, final rating, five working days, final."""
    found = ratings(city)
    yield said(
        "2018-11-01 09:00",
        LEADER,
        OpenAssessment(
            key=KEY,
            kind="star_rating_branch",
            definition=digest_of("star_rating_branch"),
            unit=ROOT,
            period=Period("2018"),
            subjects=tuple(found),
        ),
    )
    for index, branch in enumerate(city.branches):
        yield said(
            f"2018-11-{5 + index // 200:02d} {8 + index % 200 // 20:02d}:{index % 20 * 3:02d}",
            acting(city.secretary(branch, "2018-11-05"), "secretary"),
            EnterSelf(
                key=KEY,
                voice="self_rating",
                subject=branch.unit,
                values={"stars": Value(grade=found[branch.unit][0])},
            ),
        )
    yield said("2018-11-12 09:00", LEADER, Advance(key=KEY, move="rate"))
    units = sorted(found)
    for index, assessor in enumerate(ASSESSORS):
        sheets = {unit: {"stars": Value(grade=found[unit][1])} for unit in units[index::2]}
        yield said(
            f"2018-11-2{6 + index} 16:00",
            assessor,
            EnterSheets(key=KEY, voice="reviewer_rating", assessor=assessor.person, sheets=sheets),
        )
    final = {unit: {"stars": Value(grade=found[unit][2])} for unit in units}
    yield said(
        "2018-12-03 15:00",
        REVIEWERS[0],
        EnterSheets(key=KEY, voice="final_rating", assessor=REVIEWERS[0].person, sheets=final),
    )
    yield said("2018-12-04 09:00", LEADER, Advance(key=KEY, move="settle"))
    posted = publish(
        KEY, STREAM, subject="star_rating_branch", rule=digest_of("star_rating_branch"), period="2018"
    )
    yield said("2018-12-05 09:00", PUBLISHER, posted)
    yield said("2018-12-13 09:00", PUBLISHER, Finalise(key=KEY), CiteResult(key=KEY, publication=KEY))
    yield said("2018-12-13 10:00", LEADER, Advance(key=KEY, move="publish"), Advance(key=KEY, move="close"))
