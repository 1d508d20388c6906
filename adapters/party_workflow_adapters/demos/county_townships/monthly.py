"""Twelve months, twelve results, twelve publications."""

from __future__ import annotations

from datetime import datetime

from party_workflow.calendar import Period
from party_workflow.codec import Command
from party_workflow.domain.assessment import (
    Advance,
    CiteResult,
    ConfirmEntries,
    EnterSheets,
    OpenAssessment,
    Value,
)
from party_workflow.domain.procedure import OpenProcedure
from party_workflow.domain.publication import CorrectPublication, Finalise, LinkErratum
from party_workflow.domain.schedule import VoidPeriod
from party_workflow.packs.results import sheets_digest
from party_workflow.service import Workflow
from party_workflow_adapters.demos.calendars import CN_2019_2022
from party_workflow_adapters.demos.county_townships.people import (
    ASSESSOR,
    COMMITTEE,
    CORRECTED,
    LEADER,
    MONTHS,
    OFFICERS,
    PUBLISHER,
    REGISTRAR,
    REVIEWER,
    ROOT,
    VOID,
    head,
)
from party_workflow_adapters.demos.diary import (
    Diary,
    digest_of,
    open_assessment,
    person,
    points,
    posting,
)


def _next(month: str, day: int) -> str:
    number = int(month[:4]) * 12 + int(month[5:])
    return f"{number // 12}-{number % 12 + 1:02}-{day:02}"


def _sheets(month: str) -> dict[str, dict[str, Value]]:
    salt = int(month[:4]) * 12 + int(month[5:])
    return {
        person(number): {
            "key_tasks": points(38 + (salt * 3 + place * 5) % 12),
            "daily_duties": points(22 + (salt + place * 3) % 8),
            "conduct": points(15 + (salt * 5 + place) % 5),
        }
        for place, number in enumerate(OFFICERS)
    }


def tell_monthly(diary: Diary) -> None:
    """Appraise ten officers month by month, publish each month, correct one, void one."""
    for month in MONTHS:
        opened = open_assessment(
            f"month-{month}", "monthly_appraisal", ROOT, month, [person(number) for number in OFFICERS]
        )
        diary.say(f"{month}-25 09:00", LEADER, opened)
        if month == VOID:
            void = VoidPeriod(
                key="organisation",
                period=Period(month),
                scheme="monthly-appraisal",
                reason="epidemic",
                basis="control.notice-2",
            )
            diary.say(f"{month}-28 09:00", REGISTRAR, void)
            diary.say(f"{month}-28 10:00", LEADER, Advance(key=opened.key, move="void"))
            continue
        entered = EnterSheets(
            key=opened.key, voice="superior_mark", assessor=ASSESSOR.person, sheets=_sheets(month)
        )
        diary.say(f"{month}-27 09:00", ASSESSOR, entered)
        diary.say(f"{month}-28 09:00", REVIEWER, ConfirmEntries(key=opened.key, voice="superior_mark"))
        diary.say(f"{month}-28 10:00", LEADER, Advance(key=opened.key, move="lock"))
        corrected = month == CORRECTED
        diary.publish_sheets(
            f"{_next(month, 5)} 09:00",
            PUBLISHER,
            LEADER,
            opened,
            after=f"{_next(month, 5)} 10:00",
            close=not corrected,
            **posting("posting_monthly", CN_2019_2022),
        )
        if corrected:
            _erratum(diary, opened)
        else:
            diary.say(f"{_next(month, 20)} 09:00", PUBLISHER, Finalise(key=opened.key))
    diary.say("2020-01-21 09:00", LEADER, _reward)
    diary.step("2020-01-22 09:00", COMMITTEE, "reward-2019", "grant")


def _erratum(diary: Diary, opened: OpenAssessment) -> None:
    """The head of the third township had a task counted twice: corrected, and published beside the first."""
    wrong, key = person(head("u-t3")), f"{opened.key}-erratum"

    def corrects(workflow: Workflow, _: datetime) -> Command:
        mark = workflow.state(f"assessment/{opened.key}").sheet(wrong, "superior_mark")["key_tasks"]
        return EnterSheets(
            key=opened.key,
            voice="superior_mark",
            assessor=ASSESSOR.person,
            sheets={wrong: {"key_tasks": points(30)}},
            corrects=mark.entry,
            ground="task_counted_twice",
        )

    def published(workflow: Workflow, now: datetime) -> Command:
        stream = f"assessment/{opened.key}"
        history = workflow.history
        return CorrectPublication(
            key=key,
            erratum_of=opened.key,
            ground="task_counted_twice",
            unit=ROOT,
            subject=opened.kind,
            audience="all_staff",
            media="notice_board",
            position=history.head()[0],
            known=now,
            rule=opened.definition,
            digest=sheets_digest(history, stream),
            of=stream,
            period=opened.period,
            **posting("posting_monthly", CN_2019_2022),
        )

    diary.say("2019-06-10 09:00", ASSESSOR, corrects)
    diary.say("2019-06-10 10:00", REVIEWER, ConfirmEntries(key=opened.key, voice="superior_mark"))
    diary.say("2019-06-10 11:00", PUBLISHER, published, LinkErratum(key=opened.key, by=key))
    diary.say("2019-06-10 12:00", PUBLISHER, CiteResult(key=opened.key, publication=key))
    diary.say("2019-06-10 13:00", LEADER, Advance(key=opened.key, move="close"))
    diary.say("2019-06-20 09:00", PUBLISHER, Finalise(key=key))


def _reward(workflow: Workflow, _: datetime) -> Command:
    """Cites the last month published as it stands in the log, and the clause."""
    result = workflow.state("publication/month-2019-12").result()
    return OpenProcedure(
        key="reward-2019",
        kind="reward",
        definition=digest_of("reward"),
        unit=ROOT,
        given={
            "form": "commendation",
            "rewarded": person(head("u-t2")),
            "ground": "publication/month-2019-12",
            "result": result.digest,
            "position": result.position,
            "clause": "rewards.monthly",
        },
    )
