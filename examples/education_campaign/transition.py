"""How phase 1 ended: sent back once, made up for, and passed with a condition; and what was said of it.

That the gate was refused first, and why, is invented; the figures asserted are the published ones.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Final

from examples.education_campaign.diary import Diary, beijing, paper
from examples.education_campaign.occasions import complete, hold, plan
from examples.education_campaign.people import (
    CASE_OFFICER,
    CLERK,
    DEPUTY,
    KEY,
    POPULATION,
    REGISTRAR,
    RETURNED,
    SECOND_SUPERVISOR,
    SECRETARY,
    SUPERVISOR,
    VERIFIER,
    VETTERS,
    for_task,
    person,
    self_,
)
from examples.education_campaign.study import AUTHORS, COPIED, MAKE_UP, TEST, reflection

from party_workflow.domain.campaign import (
    Condition,
    ConductLookBack,
    DecideGate,
    EndExcusal,
    ExcuseMember,
    Finding,
    LinkProblem,
    RequestGate,
)
from party_workflow.domain.case import (
    AssignResponsible,
    CloseCase,
    OpenCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.domain.claim import AssertClaim
from party_workflow.domain.organisation import ChangeCategories
from party_workflow.domain.submission import Resubmit, Vet
from party_workflow.packs.campaign_2005 import CALENDAR, CAMPAIGN
from party_workflow.packs.case_kinds import FINDING
from party_workflow.personal import Personal
from party_workflow.quantity import Quantity

# --- look-back, gate, and again ----------------------------------------------------------------


def return_of_one(diary: Diary) -> None:
    """On 14 March one of the three comes back: no longer excused, neither tested nor through the study."""
    diary.say(
        "03-14 10:00",
        SECRETARY,
        EndExcusal(key=KEY, person=RETURNED, until=beijing("03-14 08:00"), ground="came_back"),
    )
    diary.say(
        "03-14 10:10",
        REGISTRAR,
        ChangeCategories(person=RETURNED, categories=("member", "in_service"), ground="came_back"),
    )


_TASKS: Final = tuple(task.code for task in CAMPAIGN.phases[0].tasks)


def first_gate(diary: Diary) -> None:
    """15 and 16 March: two things are only partly done, and the supervision group sends them back (补课)."""
    partial = {
        "reflections": "二十三篇合格，一篇抄自网络，退回重写；另一人刚返回，尚未安排。",
        "study_test": "二十七人参加，一人刚返回未测，一人外出请假。",
    }
    diary.say(
        "03-15 15:00",
        SECRETARY,
        ConductLookBack(
            key=KEY,
            phase="study",
            results={
                task: Finding(result="partial", note=Personal(partial[task]))
                if task in partial
                else Finding(result="done")
                for task in _TASKS
            },
        ),
    )
    diary.say("03-15 16:00", CLERK, RequestGate(key=KEY, phase="study"))
    diary.say(
        "03-16 10:00",
        SUPERVISOR,
        DecideGate(
            key=KEY,
            phase="study",
            decision="redo",
            ground=Personal("心得体会和测试两项未完成，请补课后再申请转段。"),
        ),
    )
    for at, key, task, responsible, substance in (
        ("03-16 14:00", "finding-01", "reflections", person(4), "心得体会中有抄袭网文现象，把关不严。"),
        ("03-16 14:10", "finding-02", "study_test", person(3), "对返回党员未及时安排补测。"),
    ):
        diary.say(
            at,
            SECOND_SUPERVISOR,
            OpenCase(
                key=key,
                kind="finding",
                definition=FINDING.digest,
                unit="u-bureau",
                substance=Personal(substance),
                source=f"campaign/{KEY}",
                classes=("study_discipline",),
                due=CALENDAR.deadline(beijing(at), FINDING.clocks["rectify"]).due,
                serves=for_task("problems_rectified"),
            ),
        )
        diary.say(
            beijing(at) + timedelta(minutes=5), DEPUTY, AssignResponsible(key=key, responsible=responsible)
        )
        diary.say(
            beijing(at) + timedelta(minutes=8), CLERK, LinkProblem(key=KEY, task=task, case=f"case/{key}")
        )


def make_up(diary: Diary) -> None:
    """16 to 18 March: the reflection is written anew, the one who is back is tested and otherwise excused."""
    diary.say(
        "03-16 15:30",
        SECRETARY,
        ExcuseMember(
            key=KEY,
            population=POPULATION,
            person=RETURNED,
            reason="returned_late",
            since=beijing("03-14 08:00"),
            tasks=("reflections",),
            accommodation="catch_up_study",
            note=Personal("学习阶段后期返回，免写心得，安排补课。"),
        ),
    )
    plan(diary, MAKE_UP)
    hold(diary, MAKE_UP)
    diary.say(
        "03-17 15:00",
        self_(COPIED),
        Resubmit(key=reflection(COPIED), digest=paper(f"{reflection(COPIED)}, second version")),
    )
    diary.say("03-18 09:00", VETTERS[0], Vet(key=reflection(COPIED), verdict="accepted"))
    complete(diary, "03-18 10:00", "reflections", (f"submission/{reflection(who)}" for who in AUTHORS))
    complete(diary, "03-18 10:10", "study_test", (TEST.stream, MAKE_UP.stream))
    for at, key, responsible, what in (
        ("03-18 11:00", "finding-01", person(4), "rules for checking what is handed in"),
        ("03-18 11:20", "finding-02", person(3), "register of the make-up test"),
    ):
        diary.say(at, self_(responsible), ReportRectified(key=key, evidence=(paper(what),)))
        diary.say(
            beijing(at) + timedelta(hours=3),
            VERIFIER,
            VerifyRectification(key=key, passed=True, evidence=(paper(f"{what}, seen on the spot"),)),
        )
        diary.say(beijing(at) + timedelta(hours=4), CASE_OFFICER, CloseCase(key=key))


def second_gate(diary: Diary) -> None:
    """21 and 22 March: everything is done, and who was away the whole phase is to catch up in the next."""
    diary.say(
        "03-21 09:00",
        SECRETARY,
        ConductLookBack(key=KEY, phase="study", results={task: Finding(result="done") for task in _TASKS}),
    )
    diary.say("03-21 10:30", CLERK, RequestGate(key=KEY, phase="study"))
    diary.say(
        "03-22 10:00",
        SUPERVISOR,
        DecideGate(
            key=KEY,
            phase="study",
            decision="pass_with_conditions",
            conditions=(
                Condition(
                    code="catch_up_study",
                    due=beijing("04-15 09:00").date(),
                    counts=("catch_up_study",),
                    minimum=2,
                ),
            ),
            ground=Personal("同意转段。一名返回党员缺课较多，须在四月十五日前补课两次。"),
        ),
    )


# --- what was asserted -------------------------------------------------------------------------


def _figures(**asserted: tuple[int, str]) -> dict[str, Quantity]:
    return {code: Quantity.of("=", value, unit) for code, (value, unit) in asserted.items()}


def claims(diary: Diary) -> None:
    """The figures as the bulletin and the report on the transition have them (the published ones)."""
    diary.say(
        "03-11 17:30",
        SECRETARY,
        AssertClaim(
            key="bulletin-07",
            unit="u-bureau",
            subject=f"campaign/{KEY}",
            source="campaign_bulletin",
            document=paper("bulletin no. 7"),
            figures={
                "sessions": Quantity.of("=", 12, "sessions"),
                "attendances": Quantity.of(">", 390, "attendances"),
                "films": Quantity.of(">=", 3, "films"),
                "mean_attendance": Quantity.of("~", Fraction(3267, 100), "attendances", Fraction(1, 100)),
            },
        ),
    )
    diary.say(
        "03-21 10:00",
        SECRETARY,
        AssertClaim(
            key="transition-report",
            unit="u-bureau",
            subject=f"campaign/{KEY}",
            source="transition_report",
            document=paper("report on the transition from phase 1 to phase 2"),
            figures=_figures(
                members=(29, "members"),
                retired=(3, "members"),
                away=(3, "members"),
                left_post=(2, "members"),
                sessions=(12, "sessions"),
                attendances=(392, "attendances"),
                discussions=(2, "meetings"),
                exchanges=(1, "meetings"),
                films=(3, "films"),
                report_meetings=(2, "meetings"),
                lectures=(3, "lectures"),
                oath_days=(1, "days"),
                leadership_life_meetings=(1, "meetings"),
                reflections=(24, "works"),
                good_deeds=(12, "deeds"),
                tested=(28, "members"),
            ),
        ),
    )


def transition(diary: Diary) -> None:
    """From the first look-back on phase 1 to its gate."""
    return_of_one(diary)
    first_gate(diary)
    make_up(diary)
    second_gate(diary)
    claims(diary)
