"""Star ratings of branches, members and officers, quarter by quarter, and a quarter that is void."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from party_workflow.calendar import Period
from party_workflow.codec import Command
from party_workflow.domain.assessment import (
    Advance,
    EnterSelf,
    EnterSheets,
    OpenAssessment,
    Value,
)
from party_workflow.domain.procedure import OpenProcedure
from party_workflow.domain.publication import Notify
from party_workflow.domain.schedule import SuspendPeriod, VoidPeriod
from party_workflow.packs.party import definitions
from party_workflow.policies.consequences.snapshots import snapshot
from party_workflow.service import Workflow
from party_workflow_adapters.demos.diary import (
    Diary,
    Later,
    acting,
    digest_of,
    open_assessment,
    person,
    self_,
)
from party_workflow_adapters.demos.mine_quarters.people import (
    ASSESSOR,
    AWARDED,
    BEFORE,
    BRANCHES,
    COMMITTEE,
    LADDER,
    LEADER,
    MEETINGS,
    PUBLISHER,
    REGISTRAR,
    REVIEWER,
    ROOT,
    meeting,
    members,
    secretary_of,
)


def stars(branch: str, quarter: str) -> str:
    """What a branch was awarded: three stars, four for two quarters running, five for three."""
    if quarter == "2019-q4":
        return "three_star" if branch in BEFORE else "no_star"
    run = 0
    for found, awarded in AWARDED.items():
        run = run + 1 if branch in awarded else 0
        if found == quarter:
            break
    return LADDER[run]


def _honour(quarter: str, branch: str) -> Later:
    """A flag, proposed on the rating as it stands in the log."""

    def proposed(workflow: Workflow, _: datetime) -> Command:
        result = snapshot(workflow.history, f"assessment/stars-{quarter}-branch")
        return OpenProcedure(
            key=f"honour-{quarter}-{branch}",
            kind="honour",
            definition=digest_of("honour"),
            unit=ROOT,
            given={
                "form": "star_flag",
                "honoured_unit": branch,
                "ground": result.stream,
                "result": result.digest,
                "position": result.position,
                "clause": "star_rating_branch",
            },
        )

    return proposed


def tell_ratings(diary: Diary) -> None:
    """Rate branches, members and officers for four quarters; the fifth is begun and void."""
    days = {
        "2019-q4": ("2020-03-02", "2020-03-04", "2020-03-06", "2020-03-10", "2020-03-12"),
        "2020-q1": ("2020-04-02", "2020-04-08", "2020-04-10", "2020-04-14", "2020-04-16"),
        "2020-q2": ("2020-06-28", "2020-07-02", "2020-07-06", "2020-07-10", "2020-07-14"),
        "2020-q3": ("2020-09-27", "2020-10-09", "2020-10-12", "2020-10-14", "2020-10-16"),
    }
    for quarter, when in days.items():
        for sort in ("branch", "member", "officer"):
            _rate(diary, quarter, sort, when)
    # The honours of 2019-Q4 and 2020-Q1 rest on the ratings that were published.
    for quarter, branch, at in (
        ("2019-q4", "u-b1", "2020-03-27"),
        ("2020-q1", "u-b1", "2020-06-24"),
    ):
        diary.say(f"{at} 09:00", LEADER, _honour(quarter, branch))
        diary.step(f"{at} 15:00", COMMITTEE, f"honour-{quarter}-{branch}", "confer")
    # What three, four and five stars mean is issued when the first quarter of the scheme is over.
    diary.say("2020-04-10 09:30", REGISTRAR, *definitions("star_ladder"))
    # 2020-Q4: begun, suspended in a second wave, and void in the end.  Nobody failed it.
    _open_rating(diary, "2020-q4", "branch", "2020-11-02 09:00")
    common: dict[str, Any] = {"key": "organisation", "period": Period("2020-Q4"), "scheme": "star-rating"}
    diary.say(
        "2020-11-24 09:00",
        REGISTRAR,
        SuspendPeriod(**common, reason="epidemic", basis="control.notice-19"),
    )
    diary.say(
        "2020-12-28 09:00",
        REGISTRAR,
        VoidPeriod(**common, reason="epidemic", basis="control.notice-23"),
    )
    diary.say("2020-12-28 09:30", LEADER, Advance(key="stars-2020-q4-branch", move="void"))


def _subjects(sort: str) -> tuple[str, ...]:
    if sort == "branch":
        return BRANCHES
    if sort == "member":  # one pacesetter of each branch, and the secretaries as members
        return tuple(person(number) for branch in BRANCHES for number in members(branch)[:2])
    return tuple(f"{person(secretary_of(branch))}@branch_secretary@{branch}" for branch in BRANCHES)


def _open_rating(diary: Diary, quarter: str, sort: str, at: str) -> OpenAssessment:
    opened = open_assessment(
        f"stars-{quarter}-{sort}", f"star_rating_{sort}", ROOT, quarter.upper(), _subjects(sort)
    )
    diary.say(at, LEADER, opened)
    return opened


def _rate(diary: Diary, quarter: str, sort: str, days: tuple[str, ...]) -> None:
    key = f"stars-{quarter}-{sort}"
    opened, rated, reviewed, settled, published = days
    command = _open_rating(diary, quarter, sort, f"{opened} 09:00")
    final: dict[str, dict[str, Value]] = {}
    for subject in _subjects(sort):
        branch = subject if sort == "branch" else BRANCHES[int(subject[2:].partition("@")[0]) // 1000 - 1]
        found = stars(branch, quarter)
        # Two of three branches see themselves a step better than they are found to be.
        better = sort == "branch" and BRANCHES.index(branch) % 3 != 0
        hoped = LADDER[min(LADDER.index(found) + 1, 3)] if better else found
        number = secretary_of(branch) if sort == "branch" else int(subject[2:].partition("@")[0])
        by = acting(number, "secretary") if sort == "branch" else self_(number)
        diary.say(
            f"{opened} 10:00",
            by,
            EnterSelf(key=key, voice="self_rating", subject=subject, values={"stars": Value(grade=hoped)}),
        )
        final[subject] = {"stars": Value(grade=found)}
    diary.say(f"{rated} 09:00", LEADER, Advance(key=key, move="rate"))
    if sort == "branch":
        diary.say(
            f"{reviewed} 09:00",
            ASSESSOR,
            EnterSheets(key=key, voice="reviewer_rating", assessor="p-104", sheets=final),
        )
    diary.say(
        f"{settled} 09:00",
        REVIEWER,
        EnterSheets(key=key, voice="final_rating", assessor="p-105", sheets=final),
    )
    diary.say(f"{settled} 15:00", LEADER, Advance(key=key, move="settle"))
    diary.publish_sheets(
        f"{published} 09:00",
        PUBLISHER,
        LEADER,
        command,
        after=f"{published} 10:00",
        audience_population="everybody",
    )
    later = {"2019-q4": "2020-q1", "2020-q1": "2020-q2", "2020-q2": "2020-q3"}.get(quarter)
    if later is not None:
        diary.say(
            MEETINGS[later][:11] + "18:00",
            PUBLISHER,
            Notify(key=key, occasion=f"activity/{meeting(later)}"),
        )
