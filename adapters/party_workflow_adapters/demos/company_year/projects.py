"""Projects across departments; posts, areas and teams."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from party_workflow.calendar import Period
from party_workflow.domain.plan import (
    AddItem,
    ApprovePlan,
    Citation,
    ClosePlan,
    DraftPlan,
    FileReport,
    ItemDraft,
    VerifyReport,
)
from party_workflow.personal import Personal
from party_workflow_adapters.demos.company_year.people import LEADER, PLANNER, ROOT, VERIFIER
from party_workflow_adapters.demos.diary import (
    Diary,
    digest_of,
    paper,
    person,
    self_,
)


def tell_projects(diary: Diary) -> None:
    """A project that closes with every task settled; a post, an area and a team."""
    _plan(
        diary,
        "waste-heat",
        "project",
        "2025-02-10",
        [
            ("survey", 2101, date(2025, 4, 30), "2025-04-28"),
            ("rebuild", 2121, date(2025, 8, 31), "2025-08-29"),
            ("measure", 2141, date(2025, 10, 31), "2025-10-30"),
        ],
        lead=person(2101),
        partners=("u-equipment", "u-finance"),
    )
    diary.say("2025-11-05 09:00", LEADER, ClosePlan(key="waste-heat"))
    for kind, code, number in (
        ("vanguard_post", "furnace_shift_2", 2007),
        ("responsibility_area", "cooling_bay", 2017),
    ):
        rows = [(code, number, date(2025, 11, 30), "2025-11-28")]
        _plan(diary, code.replace("_", "-"), kind, "2025-02-12", rows, period=Period("2025"))
    rows = [("outage_repair", 2027, date(2025, 6, 20), "2025-06-18")]
    team = tuple(person(number) for number in (2027, 2028, 2037, 2047))
    _plan(diary, "outage-team", "shock_team", "2025-06-09", rows, team=team)


def _plan(
    diary: Diary,
    key: str,
    kind: str,
    on: str,
    rows: Iterable[tuple[str, int, date, str]],
    team: tuple[str, ...] = (),
    **said: Any,
) -> None:
    """A plan drafted by one, approved by another, reported by who is accountable, verified by a third."""
    drafted = DraftPlan(key=key, unit=ROOT, kind=kind, definition=digest_of(kind), **said)
    items = [
        ItemDraft(
            code=code,
            person=person(number),
            start=date.fromisoformat(on),
            due=due,
            method=Personal("按方案推进，每周碰头"),
            standard=Personal("验收合格"),
            team=team,
        )
        for code, number, due, _ in rows
    ]
    diary.say(f"{on} 09:00", PLANNER, drafted, *(AddItem(key=key, item=item) for item in items))
    diary.say(f"{on} 15:00", LEADER, ApprovePlan(key=key))
    for index, (code, number, _, reported) in enumerate(rows, start=1):
        filed = FileReport(
            key=key,
            item=code,
            claim="achieved",
            evidence=(Citation(kind="measurement", digest=paper(f"{key} {code}")),),
        )
        diary.say(f"{reported} 09:00", self_(number), filed)
        diary.say(f"{reported} 15:00", VERIFIER, VerifyReport(key=key, number=index, accepted=True))
