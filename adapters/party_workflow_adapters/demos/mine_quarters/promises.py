"""What was promised for the next meeting, and brands."""

from __future__ import annotations

from datetime import date
from typing import Any

from party_workflow.calendar import Period
from party_workflow.domain.activity import (
    Attendance,
    HoldActivity,
    PlanActivity,
)
from party_workflow.domain.plan import (
    AddItem,
    ApprovePlan,
    Citation,
    DraftPlan,
    FileReport,
    ItemDraft,
)
from party_workflow.packs.processes.plans import findings_of_plans, missed_occasions
from party_workflow.personal import Personal
from party_workflow_adapters.demos.calendars import CN_2019_2022
from party_workflow_adapters.demos.diary import (
    Diary,
    acting,
    digest_of,
    moment,
    paper,
    person,
    self_,
)
from party_workflow_adapters.demos.mine_quarters.people import (
    CLERK,
    LEADER,
    ROOT,
    meeting,
    members,
    secretary_of,
)


def tell_promises(diary: Diary) -> None:
    """Two stage reports are promised, one is kept; two brands are declared, one is lived."""
    key = "stage-2020-q2"
    draft = DraftPlan(
        key=key,
        unit=ROOT,
        kind="stage_report",
        definition=digest_of("stage_report"),
        period=Period("2020-Q2"),
        title=Personal("五标六有阶段性成果"),
    )
    common: dict[str, Any] = {"due": date(2020, 6, 24), "occasion": f"activity/{meeting('2020-q2')}"}
    items = (
        ItemDraft(code="five_standards", person=person(members("u-b1")[2]), **common),
        ItemDraft(code="six_haves", person=person(members("u-b8")[2]), **common),
    )
    planner = acting(103, "planner")
    diary.say("2020-03-30 09:00", planner, draft, *(AddItem(key=key, item=item) for item in items))
    diary.say("2020-03-30 15:00", LEADER, ApprovePlan(key=key))
    diary.say(
        "2020-06-24 16:00",
        self_(members("u-b1")[2]),
        FileReport(
            key=key,
            item="five_standards",
            claim="achieved",
            occasion=f"activity/{meeting('2020-q2')}",
            evidence=(Citation(kind="document", digest=paper("five standards, stage report")),),
        ),
    )
    # What was promised and not reported becomes a problem by itself, and the problem a case.
    diary.let("2020-06-29 08:00", CLERK, missed_occasions(CN_2019_2022))
    diary.let("2020-06-29 08:05", CLERK, findings_of_plans(digest_of("finding")))
    # Brands: the second branch declares one and lives it; the seventh declares one and forgets it.
    for branch, code in (("u-b2", "safety_relay"), ("u-b7", "model_transport")):
        drafted = DraftPlan(
            key=f"brand-{branch}",
            unit=branch,
            kind="brand",
            definition=digest_of("brand"),
            title=Personal(code),
        )
        item = ItemDraft(
            code=code,
            person=person(members(branch)[1]),
            due=date(2020, 12, 31),
            standard=Personal("每季度至少一次活动"),
        )
        by = acting(secretary_of(branch), "secretary")
        diary.say("2020-01-06 09:00", by, drafted, AddItem(key=f"brand-{branch}", item=item))
        diary.say("2020-01-06 15:00", LEADER, ApprovePlan(key=f"brand-{branch}"))
    for number, day in enumerate(("2020-05-15", "2020-08-14", "2020-11-13"), start=1):
        brand = f"brand-activity-{number}"
        by = acting(secretary_of("u-b2"), "secretary")
        expected = tuple(person(each) for each in members("u-b2"))
        diary.say(
            f"{day} 08:00",
            by,
            PlanActivity(
                key=brand,
                kind="brand_activity",
                unit="u-b2",
                planned_at=moment(f"{day} 15:00"),
                expected=expected,
            ),
        )
        diary.say(
            f"{day} 18:00",
            by,
            HoldActivity(
                key=brand, attendance=dict.fromkeys(expected, Attendance(status="present")), minutes=60
            ),
            since=f"{day} 15:00",
        )
        diary.say(
            f"{day} 19:00",
            self_(members("u-b2")[1]),
            FileReport(
                key="brand-u-b2",
                item="safety_relay",
                claim="partial",
                evidence=(Citation(stream=f"activity/{brand}"),),
            ),
        )
