"""The year's key points, told of before they are official."""

from __future__ import annotations

from datetime import date
from typing import Any

from party_workflow.calendar import Period
from party_workflow.domain.plan import (
    AddItem,
    ApprovePlan,
    Citation,
    Claimed,
    ClosePlan,
    ConductLookBack,
    DraftPlan,
    FileReport,
    Finding,
    ItemDraft,
    MakeFinalReport,
    PreviewPlan,
    VerifyReport,
    WithdrawItem,
)
from party_workflow.personal import Personal
from party_workflow.quantity import Quantity
from party_workflow_adapters.demos.county_townships.people import LEADER, PLANNER, ROOT, SUPERVISOR, VERIFIER
from party_workflow_adapters.demos.diary import (
    Diary,
    digest_of,
    person,
    self_,
)


def tell_key_points(diary: Diary) -> None:
    """Draft, tell of, approve, report, look back, close."""
    key = "key-points-2020"
    drafted = DraftPlan(
        key=key,
        unit=ROOT,
        kind="annual_key_points",
        definition=digest_of("annual_key_points"),
        period=Period("2020"),
        lead="p-2",
    )
    rows = (
        ("posts_filled", 101, Quantity.of(">=", 40, "posts"), date(2020, 12, 10)),
        ("firms_covered", 103, Quantity.of("=", 6, "firms"), date(2020, 12, 10)),
        ("topics_taught", 105, Quantity.of(">=", 12, "topics"), date(2020, 12, 10)),
        ("study_tour", 107, Quantity.of("=", 1, "tours"), date(2020, 9, 30)),
    )
    items = [
        ItemDraft(
            code=code,
            person=person(number),
            start=date(2020, 2, 24),
            due=due,
            target=target,
            method=Personal("按季度推进，逐月通报"),
            standard=Personal("以登记为准"),
        )
        for code, number, target, due in rows
    ]
    diary.say("2020-01-06 09:00", PLANNER, drafted, *(AddItem(key=key, item=item) for item in items))
    diary.say("2020-01-15 20:00", PLANNER, PreviewPlan(key=key, audience="township_officers"))
    diary.say("2020-02-20 09:00", LEADER, ApprovePlan(key=key))
    withdrawn = WithdrawItem(key=key, item="study_tour", ground="epidemic")
    diary.say("2020-03-10 09:00", SUPERVISOR, withdrawn)
    reported: tuple[tuple[str, int, Claimed, Quantity, Citation | None], ...] = (
        (
            "posts_filled",
            101,
            "achieved",
            Quantity.of("=", 42, "posts"),
            Citation(stream="procedure/post-1001"),
        ),
        ("firms_covered", 103, "achieved", Quantity.of("=", 6, "firms"), Citation(stream="population/firms")),
        ("topics_taught", 105, "not_achieved", Quantity.of("=", 10, "topics"), None),
    )
    for index, (code, number, claim, figure, cited) in enumerate(reported, start=1):
        report = FileReport(
            key=key, item=code, claim=claim, figure=figure, evidence=() if cited is None else (cited,)
        )
        diary.say("2020-12-08 09:00", self_(number), report)
        accepted = VerifyReport(key=key, number=index, accepted=True)
        diary.say("2020-12-09 09:00", VERIFIER, accepted)
    results = {
        "posts_filled": Finding(result="done"),
        "firms_covered": Finding(result="done"),
        "topics_taught": Finding(result="partial"),
        "study_tour": Finding(result="excused"),
    }
    diary.say("2020-12-21 09:00", SUPERVISOR, ConductLookBack(key=key, occasion="year_end", results=results))
    outcomes: dict[str, Any] = {code: claim for code, _, claim, _, _ in reported}
    outcomes["study_tour"] = "withdrawn"
    diary.say("2020-12-28 09:00", LEADER, MakeFinalReport(key=key, outcomes=outcomes))
    diary.say("2020-12-28 10:00", LEADER, ClosePlan(key=key))
