"""A county's townships, 2019 to the beginning of 2022: monthly appraisal, posts for three years and more.

Five townships' two organisation officers each are appraised month by month; two members without office hold
posts from the first day of 2019 to the last of 2021.  The source gives the terms (three years, quarterly,
yearly, a total; twelve months; ten topics and more); people, marks and the four departments are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from party_workflow.calendar import Period
from party_workflow.codec import Command
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.assessment import (
    Advance,
    Answer,
    AnswerQuestions,
    AssignModes,
    CiteResult,
    CiteRound,
    Comment,
    ConfirmEntries,
    EnterSheets,
    OpenAssessment,
    ReceiveReport,
    Value,
)
from party_workflow.domain.organisation import (
    AssignPost,
    AttachPerson,
    CloseUnit,
    DetachPerson,
    FoundUnit,
    MergeUnits,
)
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
from party_workflow.domain.points import GrantPoints, OpenPoints
from party_workflow.domain.population import AddUnitToPopulation, FreezePopulation, FreezeUnits
from party_workflow.domain.procedure import OpenProcedure
from party_workflow.domain.publication import CorrectPublication, Finalise, LinkErratum
from party_workflow.domain.rating import CastBallot, CloseRating, OpenRating
from party_workflow.domain.schedule import OpenSchedule, VoidPeriod
from party_workflow.domain.submission import Submit
from party_workflow.packs.party import definitions, open_log
from party_workflow.packs.results import sheets_digest, steps_digest, votes_digest
from party_workflow.personal import Personal
from party_workflow.quantity import Quantity
from party_workflow.service import Workflow
from party_workflow_adapters.demos.calendars import CN_2019_2022, adopt
from party_workflow_adapters.demos.diary import (
    Diary,
    acting,
    digest_of,
    moment,
    open_assessment,
    paper,
    person,
    points,
    posting,
    self_,
)

NAME: Final = "county"
WHAT: Final = "A county's townships 2019 to 2022: monthly appraisal, posts for three years, a group at sea"

ROOT: Final = "u-county"
OFFICE: Final = "u-org"
TOWNSHIPS: Final = tuple(f"u-t{number}" for number in range(1, 6))
DEPARTMENTS: Final = ("u-finance", "u-water", "u-schools", "u-roads")
SEA: Final = "u-sea"

REGISTRAR: Final = acting(1, "registrar")
LEADER: Final = acting(2, "head_of_party_office")
RECORDER: Final = acting(3, "recorder")
PLANNER: Final = acting(3, "planner")
ASSESSOR: Final = acting(4, "assessor")
SECOND: Final = acting(5, "assessor")
REVIEWER: Final = acting(6, "reviewer")
PUBLISHER: Final = acting(7, "publisher")
COMMITTEE: Final = acting(8, "party_committee")
VERIFIER: Final = acting(9, "verifier")
SUPERVISOR: Final = acting(9, "supervisor")
SECRETARY: Final = acting(10, "secretary")

OFFICERS: Final = tuple(range(101, 111))
"""Two organisation officers of each township, the head first."""
MONTHS: Final = tuple(f"{year}-{month:02}" for year in (2019, 2020) for month in range(1, 13))
VOID: Final = "2020-02"
"""There was no appraisal in the month of the epidemic: it is void, not zero."""
CORRECTED: Final = "2019-05"
"""A slip was found after this month was published: an erratum stands beside it."""
STEPS: Final = ("preview_study", "topic_lecture", "homework", "topic_exchange")
"""The four weekly steps of a topic (预习、讲课、作业、交流)."""
GAP: Final = "q2020-1"
"""The quarter for which the second post has no record."""


def head(township: str) -> int:
    """The head of a township's organisation office."""
    return OFFICERS[2 * TOWNSHIPS.index(township)]


def branch(township: str) -> str:
    """The village branch of a township."""
    return f"{township}-v1"


def members(township: str) -> tuple[int, ...]:
    """The members of its village branch, by number."""
    first = 1000 * (TOWNSHIPS.index(township) + 1)
    return tuple(range(first + 1, first + 9))


def _found(diary: Diary) -> None:
    diary.say("2019-01-02 08:30", REGISTRAR, open_log("county-2019"))
    adopted = (
        "monthly_appraisal",
        "five_star_departments",
        "duty_report_session",
        "annual_key_points",
        "member_points",
        "member_post",
        "election",
        "personnel_step",
        "talent_pool_entry",
        "field_research",
        "typical_example",
        "research_bidding",
        "pairing",
        "admission",
        "reward",
        "posting_monthly",
        "lecture_standard",
    )
    diary.say("2019-01-02 08:35", REGISTRAR, *definitions(*adopted), adopt(CN_2019_2022))
    units = [
        FoundUnit(unit=ROOT, kind="party_committee", title=Personal("县委")),
        FoundUnit(unit=OFFICE, kind="organ", parent=ROOT, title=Personal("县委组织部")),
        *(FoundUnit(unit=unit, kind="department", parent=ROOT) for unit in DEPARTMENTS),
    ]
    for township in TOWNSHIPS:
        units.append(FoundUnit(unit=township, kind="township", parent=ROOT))
        units.append(FoundUnit(unit=branch(township), kind="branch", parent=township))
    diary.say("2019-01-02 08:40", REGISTRAR, *units)
    for number in range(1, 11):
        diary.register("2019-01-02 09:00", REGISTRAR, number, OFFICE, ("staff",))
    for index, number in enumerate(OFFICERS):
        diary.register("2019-01-02 09:10", REGISTRAR, number, TOWNSHIPS[index // 2], ("member", "officer"))
    for township in TOWNSHIPS:
        for number in members(township):
            found = ("member", "no_post")
            diary.register("2019-01-02 09:30", REGISTRAR, number, branch(township), found)
    roles = {
        2: ("head_of_party_office",),
        3: ("recorder", "planner"),
        4: ("assessor",),
        5: ("assessor",),
        6: ("reviewer",),
        7: ("publisher",),
        8: ("party_committee",),
        9: ("verifier", "supervisor"),
        10: ("secretary",),
    }
    diary.grant("2019-01-02 11:00", REGISTRAR, ROOT, roles)
    for township in TOWNSHIPS:
        diary.grant("2019-01-02 11:30", REGISTRAR, township, {head(township): ("secretary",)})
        tutor = AssignPost(post="tutor", unit=township, person=person(head(township)))
        diary.say("2019-01-02 11:45", REGISTRAR, *((tutor,) if township == "u-t2" else ()), _opened(township))


def _opened(township: str) -> Command:
    key = "organisation" if township == "u-t1" else township
    return OpenSchedule(key=key, unit=ROOT if township == "u-t1" else township)


# --- twelve months, twelve results, twelve publications ----------------------------------------------


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


def _monthly(diary: Diary) -> None:
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
    """Cites the last month published, by its digest, and the clause."""
    said = workflow.state("publication/month-2019-12").said
    return OpenProcedure(
        key="reward-2019",
        kind="reward",
        definition=digest_of("reward"),
        unit=ROOT,
        given={
            "form": "commendation",
            "rewarded": person(head("u-t2")),
            "ground": "publication/month-2019-12",
            "result": said.digest,
            "clause": "rewards.monthly",
        },
    )


# --- the officers' duty-report meeting --------------------------------------------------------------


def _occasion(
    diary: Diary,
    key: str,
    kind: str,
    unit: str,
    at: str,
    expected: tuple[str, ...],
    by: Any = RECORDER,
    chaired_by: str | None = None,
    **about: Any,
) -> None:
    """Plan an occasion in the morning and record it in the evening."""
    day = at[:10]
    diary.say(
        f"{day} 08:00",
        by,
        PlanActivity(key=key, kind=kind, unit=unit, planned_at=moment(at), expected=expected, **about),
    )
    held = HoldActivity(
        key=key,
        attendance=dict.fromkeys(expected, Attendance(status="present")),
        minutes=90,
        chaired_by=chaired_by,
    )
    diary.say(f"{day} 19:00", by, held, since=at)


def _duty_reports(diary: Diary) -> None:
    key, vote = "duty-2019", "duty-2019-vote"
    heads = {township: head(township) for township in TOWNSHIPS}
    voters = tuple(number for township in TOWNSHIPS for number in members(township)[:4])
    diary.say(
        "2020-01-08 09:00",
        SECRETARY,
        OpenRating(
            key=vote,
            kind="peer",
            unit=ROOT,
            raters=tuple(person(number) for number in voters),
            subjects=tuple(person(number) for number in heads.values()),
            grades=("good", "fairly_good", "fair", "poor"),
        ),
    )
    opened = open_assessment(key, "duty_report_session", ROOT, "2019", TOWNSHIPS, rounds=(f"rating/{vote}",))
    diary.say("2020-01-08 10:00", LEADER, opened)
    modes = {township: "live" if township in ("u-t1", "u-t2") else "written" for township in TOWNSHIPS}
    diary.say("2020-01-08 11:00", SECRETARY, AssignModes(key=key, modes=modes))
    diary.say("2020-01-08 12:00", LEADER, Advance(key=key, move="call_for_reports"))
    everybody = tuple(person(number) for number in OFFICERS)
    _occasion(
        diary,
        "duty-meeting-2019",
        "duty_report_meeting",
        ROOT,
        "2020-01-15 09:00",
        everybody,
        chaired_by="p-101",
    )
    for township, number in heads.items():
        work = "activity/duty-meeting-2019"
        if modes[township] == "written":
            work = f"submission/duty-2019-{township}"
            diary.say(
                "2020-01-14 09:00",
                self_(number),
                Submit(
                    key=f"duty-2019-{township}",
                    kind="duty_report",
                    unit=township,
                    author=person(number),
                    digest=paper(f"duty report 2019 of {township}"),
                ),
            )
        received = ReceiveReport(key=key, subject=township, mode=modes[township], work=work)
        diary.say("2020-01-15 19:30", RECORDER, received)
        answers = {f"common_problem_{index}": Answer(applies=True) for index in range(1, 5)}
        answering = AnswerQuestions(key=key, subject=township, answers=answers)
        diary.say("2020-01-16 09:00", acting(number, "secretary"), answering)
        comment = Comment(
            key=key, subject=township, text=Personal("亮点清楚，短板讲得不够。"), round=f"rating/{vote}"
        )
        diary.say("2020-01-16 10:00", SUPERVISOR, comment)
    diary.say("2020-01-16 11:00", LEADER, Advance(key=key, move="take_in"))
    for place, number in enumerate(voters[:-1]):  # one did not vote
        choices = {
            person(each): "good" if (place + index) % 3 else "fairly_good"
            for index, each in enumerate(heads.values())
        }
        diary.say(
            "2020-01-17 09:00",
            self_(number),
            CastBallot(key=vote, rater=person(number), choices=choices),
        )
    diary.say("2020-01-17 17:00", SECRETARY, CloseRating(key=vote))
    diary.say("2020-01-17 18:00", LEADER, CiteRound(key=key, round=f"rating/{vote}"))
    for voice, item in (("running_assessment", "ordinary_mark"), ("examination", "concentrated_mark")):
        marks = {township: {item: points(92 - 3 * place)} for place, township in enumerate(TOWNSHIPS)}
        by = ASSESSOR
        diary.say("2020-01-18 09:00", by, EnterSheets(key=key, voice=voice, assessor=by.person, sheets=marks))
    moved = (Advance(key=key, move="appraise"), Advance(key=key, move="compute"))
    diary.say("2020-01-18 15:00", LEADER, *moved)
    grades = {
        township: {"session_grade": Value(grade="good" if place < 2 else "fairly_good")}
        for place, township in enumerate(TOWNSHIPS)
    }
    settled = EnterSheets(key=key, voice="grading", assessor=REVIEWER.person, sheets=grades)
    diary.say("2020-01-19 09:00", REVIEWER, settled)
    diary.say("2020-01-19 10:00", acting(2, "reviewer"), ConfirmEntries(key=key, voice="grading"))
    diary.say("2020-01-19 11:00", LEADER, Advance(key=key, move="review"))
    diary.publish_sheets("2020-01-20 09:00", PUBLISHER, LEADER, opened, after="2020-01-20 10:00", close=False)
    diary.say("2020-01-20 11:00", LEADER, Advance(key=key, move="rectify"))
    diary.say("2020-04-20 09:00", LEADER, Advance(key=key, move="close"))


# --- the year's key points, told of before they are official ------------------------------------------


def _key_points(diary: Diary) -> None:
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


# --- posts for three years: 12 quarters, 3 years, 1 total ----------------------------------------------


def _posts(diary: Diary) -> None:
    for number, post in ((1001, "policy_reader"), (1002, "water_watch")):
        key, unit = f"post-{number}", branch("u-t1")
        fixed = {
            "holder": person(number),
            "post": post,
            "from_day": "2019-01-01",
            "until_day": "2021-12-31",
        }
        diary.procedure("2019-01-03 09:00", LEADER, key, "member_post", unit, fixed)
        for index in range(12):
            year, quarter = 2019 + index // 4, index % 4 + 1
            code = f"q{year}-{quarter}"
            if number == 1002 and code == GAP:
                continue
            at = f"{year + quarter // 4}-{3 * quarter % 12 + 1:02}-08 09:00"
            mark = "partly" if (index + number) % 5 == 0 else "done"
            diary.step(at, LEADER, key, "record", {"quarter": code, "mark": mark})
            if quarter == 4:
                grade = "fairly_good" if (number, year) == (1002, 2020) else "good"
                given = {"year": f"y{year}", "grade": grade}
                diary.step(f"{year + 1}-01-12 09:00", COMMITTEE, key, "appraise_year", given)
        diary.step("2022-01-14 09:00", COMMITTEE, key, "appraise_total", {"total_grade": "good"})
    # The minor change that is allowed once, at mid-term.
    changed = {"post": "road_watch", "reason": "well_was_closed"}
    diary.step("2020-07-01 09:00", LEADER, "post-1002", "change", changed)


# --- the group at sea: counted at home, active aboard ---------------------------------------------------


AT_SEA: Final = (5001, 5002, 5003)


def _sea(diary: Diary) -> None:
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
        _occasion(diary, key, kind, unit, at, people, by)
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


# --- every private firm, as it is founded ----------------------------------------------------------------


FIRMS: Final = (
    ("u-f1", "2019-01-07", "2019-01-21"),
    ("u-f2", "2019-01-07", "2019-02-18"),
    ("u-f3", "2019-01-07", "2019-04-15"),
    ("u-f4", "2019-01-07", "2019-07-15"),
    ("u-f5", "2019-09-02", "2019-11-18"),
    ("u-f6", "2020-03-02", "2020-06-15"),
)
"""Firm, when it was founded, when it had a branch.  The last two enter the denominator when founded."""


def _firms(diary: Diary) -> None:
    for index, (firm, founded, covered) in enumerate(FIRMS):
        township = TOWNSHIPS[index % 5]
        diary.say(f"{founded} 09:00", REGISTRAR, FoundUnit(unit=firm, kind="private_firm", parent=township))
        diary.register(f"{founded} 10:00", REGISTRAR, 301 + index, firm, ("owner",))
        below = FoundUnit(unit=f"{firm}-branch", kind="branch", parent=firm)
        diary.say(f"{covered} 09:00", REGISTRAR, below)
        if founded > "2019-02":
            added = AddUnitToPopulation(key="firms", unit=firm, ground="newly_founded")
            diary.say(f"{founded} 11:00", REGISTRAR, added)
    frozen = FreezeUnits(key="firms", unit=ROOT, kinds=("private_firm",))
    owners = FreezePopulation(key="owners", unit=ROOT, having=("owner",))
    diary.say("2019-01-07 12:00", REGISTRAR, frozen, owners)
    trained = tuple(person(301 + index) for index in range(4))
    _occasion(diary, "owners-2019", "owners_training", ROOT, "2019-08-20 09:00", trained)
    # Two villages are merged; what was two branches goes on as one, with its lineage.
    diary.say(
        "2021-03-01 09:00",
        REGISTRAR,
        MergeUnits(units=(branch("u-t4"),), into=branch("u-t3"), ground="merger"),
    )


# --- people: reserve, election, hearing, admission --------------------------------------------------------


def _people(diary: Diary) -> None:
    for key, number, day in (("pool-102", 102, "2019-03-04"), ("pool-104", 104, "2019-03-04")):
        admitted = {
            "reserve": person(number),
            "tier": "township_deputy",
            "ground_code": "recommended",
            "review_on": "2020-03-01",
        }
        diary.procedure(f"{day} 09:00", COMMITTEE, key, "talent_pool_entry", ROOT, admitted)
    expected = (person(102), person(104))
    _occasion(diary, "reserve-course", "training", ROOT, "2019-05-20 09:00", expected)
    trained = {"training": "activity/reserve-course"}
    for key in ("pool-102", "pool-104"):
        diary.step("2019-05-27 09:00", LEADER, key, "train", trained)
    again = {"finding": "grown", "review_on": "2021-03-01"}
    diary.step("2020-03-02 09:00", COMMITTEE, "pool-102", "review", again)
    diary.step("2020-03-02 10:00", COMMITTEE, "pool-104", "leave", {"ground_code": "did_not_hold"})
    _hearing(diary)
    _election(diary)
    rows = (
        ("admission-1", "p-7001", "front_line", "admit"),
        ("admission-2", "p-7002", "young_producer", "admit"),
        ("admission-3", "p-7003", "weak_branch", "admit"),
        ("admission-4", "p-7004", "no_priority", "defer"),
    )
    for key, who, priority, decided in rows:
        given = {"selected": who, "priority": priority}
        diary.procedure("2020-06-01 09:00", LEADER, key, "admission", ROOT, given)
        reason = {"reason": "quota_used"} if decided == "defer" else {}
        diary.step("2020-06-22 09:00", COMMITTEE, key, decided, reason)


def _hearing(diary: Diary) -> None:
    """Five stages; at each, leaders, masses and deputies are heard.  Silence is written down as silence."""
    stages = ("recommendation", "training", "inspection", "appointment", "supervision")
    for index, stage in enumerate(stages):
        key, month = f"step-{stage}", f"2020-{4 + index:02}"
        opened = {"candidate": person(102), "stage": stage}
        diary.procedure(f"{month}-07 09:00", LEADER, key, "personnel_step", ROOT, opened)
        for place, group in enumerate(("leaders", "masses", "deputies")):
            silent = (stage, group) == ("inspection", "deputies")
            heard = {"group": group, "view": "gave_none" if silent else "in_favour"}
            diary.step(f"{month}-{9 + place:02} 09:00", LEADER, key, "hear", heard)
        diary.step(f"{month}-20 09:00", COMMITTEE, key, "conclude", {"conclusion": "go_on"})


def _election(diary: Diary) -> None:
    """Four candidates for three seats; the ballot is secret."""
    key, vote, unit = "election-t1", "election-t1-vote", branch("u-t1")
    voters, candidates = members("u-t1"), members("u-t1")[:4]
    called = {"body": "branch_committee", "seats": 3}
    diary.procedure("2020-09-01 09:00", LEADER, key, "election", unit, called)
    named = tuple(person(number) for number in candidates)
    diary.step("2020-09-07 09:00", LEADER, key, "nominate", {"candidate": named})
    diary.say(
        "2020-09-14 08:00",
        acting(head("u-t1"), "secretary"),
        OpenRating(
            key=vote,
            kind="peer",
            unit=unit,
            raters=tuple(person(number) for number in voters),
            subjects=named,
            grades=("elect", "not_elect"),
        ),
    )
    for place, number in enumerate(voters):
        choices = {
            who: "not_elect" if index == 3 or (place, index) == (5, 2) else "elect"
            for index, who in enumerate(named)
            if who != person(number)
        }
        diary.say(
            "2020-09-14 09:00", self_(number), CastBallot(key=vote, rater=person(number), choices=choices)
        )
    diary.say("2020-09-14 11:00", acting(head("u-t1"), "secretary"), CloseRating(key=vote))
    counted = {"ballots": f"rating/{vote}", "elected": named[:3]}
    diary.step("2020-09-14 15:00", ASSESSOR, key, "count", counted)
    diary.publish(
        "2020-09-15 09:00",
        PUBLISHER,
        "election-t1-result",
        f"rating/{vote}",
        votes_digest,
        subject="vote_count",
        unit=unit,
        rule=digest_of("election"),
    )
    cited = {"publication": "publication/election-t1-result"}
    diary.step("2020-09-15 10:00", LEADER, key, "publish", cited)


# --- departments, research, models, pairs, training ---------------------------------------------------------


def _relay(diary: Diary) -> None:
    items = ("team", "department_style", "image", "department_service", "contribution")
    for number in range(1, 5):
        month = f"2019-{3 * number:02}"
        opened = open_assessment(
            f"relay-2019-q{number}", "five_star_departments", ROOT, f"2019-Q{number}", DEPARTMENTS
        )
        diary.say(f"{month}-18 09:00", LEADER, opened)
        sheets = {
            unit: {
                item: points(80 + (number * 7 + place * 3 + index) % 13)
                for index, item in enumerate(items)
                # In the second round nobody judged the service of the schools department.
                if (number, unit, item) != (2, "u-schools", "department_service")
            }
            for place, unit in enumerate(DEPARTMENTS)
        }
        entered = EnterSheets(key=opened.key, voice="judging", assessor=SECOND.person, sheets=sheets)
        diary.say(f"{month}-21 09:00", SECOND, entered)
        diary.say(f"{month}-22 09:00", LEADER, Advance(key=opened.key, move="judge"))
        diary.publish_sheets(f"{month}-24 09:00", PUBLISHER, LEADER, opened, after=f"{month}-24 10:00")


def _models(diary: Diary) -> None:
    """Three models of building the Party, each verified by somebody outside, and looked at after a year."""
    for township in TOWNSHIPS[:3]:
        key = f"model-{township}"
        named = {"model_unit": township}
        texts = {"achievement": "党建带动产业"}
        diary.procedure("2019-04-08 09:00", LEADER, key, "typical_example", township, named, texts)
        proof = {"evidence": (paper(f"{key}: seen on the spot"),)}
        diary.step("2019-04-22 09:00", ASSESSOR, key, "verify", proof)
        diary.publish(
            "2019-05-07 09:00",
            PUBLISHER,
            key,
            f"procedure/{key}",
            steps_digest,
            subject="typical_example",
            unit=township,
            rule=digest_of("typical_example"),
        )
        given = {"publication": f"publication/{key}", "published_on": "2019-05-07"}
        diary.step("2019-05-07 10:00", LEADER, key, "publish", given)
        if township == "u-t3":
            diary.step("2020-05-11 09:00", LEADER, key, "withdraw", {"reason": "no_longer_ahead"})
        else:
            diary.step("2020-05-11 09:00", ASSESSOR, key, "confirm", {"still": "still_a_model"})


def _research(diary: Diary) -> None:
    for key, number, topic in (("trip-1", 2, "empty_villages"), ("trip-2", 8, "firms_at_the_coast")):
        given = {"researcher": person(number), "topic": topic, "visited": ("u-t4", "u-t5")}
        diary.procedure(
            "2019-07-02 09:00", acting(2, "head_of_party_office"), key, "field_research", ROOT, given
        )
    found = {"problem": "年轻党员外出多", "finding": "流动小组可行"}
    diary.step("2019-07-09 09:00", LEADER, "trip-1", "find", texts=found)
    diary.step("2020-02-21 09:00", LEADER, "trip-1", "use", {"used_for": "plan/key-points-2020"})
    # Put out to bids, reviewed without names, granted, delivered, adopted.
    key, bids = "topic-1", {1003: paper("bid A"), 2003: paper("bid B"), 3003: paper("bid C")}
    diary.procedure("2019-09-02 09:00", LEADER, key, "research_bidding", ROOT, {"topic": "posts_for_members"})
    for number, bid in bids.items():
        diary.step("2019-09-16 09:00", self_(number), key, "bid", {"bidder": person(number), "bid": bid})
    for by, marks in ((ASSESSOR, (82, 91, 77)), (SECOND, (80, 88, 84))):
        for bid, mark in zip(bids.values(), marks, strict=True):
            diary.step("2019-09-24 09:00", by, key, "review", {"reviewed": bid, "marks": mark})
    diary.step("2019-10-08 09:00", COMMITTEE, key, "grant", {"granted": bids[2003], "amount": 8000})
    diary.step("2020-08-31 09:00", self_(2003), key, "deliver", {"deliverable": paper("the study")})
    diary.step("2020-10-12 09:00", COMMITTEE, key, "adopt", {"adopted_by": ("u-t1", "u-t2")})
    paired = {
        "form": "firm_village",
        "party": (person(301), person(1004)),
        "paired_unit": ("u-f1", "u-t1-v1"),
    }
    diary.procedure("2019-03-11 09:00", LEADER, "pair-1", "pairing", ROOT, paired)
    for number in (301, 1004):
        diary.step("2019-03-12 09:00", self_(number), "pair-1", "confirm")
    diary.step("2019-03-13 09:00", LEADER, "pair-1", "begin")
    diary.step("2019-11-20 09:00", self_(1004), "pair-1", "record_outcome", {"outcome": "jobs_for_six"})


def _training(diary: Diary) -> None:
    """A topic a month in four weekly steps; none in the epidemic, and one without its homework."""
    people = tuple(person(number) for number in members("u-t2"))
    by = acting(head("u-t2"), "secretary")
    for month in range(1, 13):
        if month == 2:
            continue
        for week, step in enumerate(STEPS):
            if (month, step) == (8, "homework"):
                continue
            on = f"2020-{month:02}-{3 + 7 * week:02} 19:30"
            key, topic = f"topic-{month:02}-{week + 1}", f"topic_2020_{month:02}"
            _occasion(diary, key, step, "u-t2-v1", on[:10] + " 15:00", people, by, topic=topic)
    for quarter in (2, 3, 4):  # the tutor's demonstration lectures; the first quarter has none
        on = f"2020-{3 * quarter - 1:02}-28 15:00"
        who = person(head("u-t2"))
        _occasion(
            diary,
            f"lecture-{quarter}",
            "demonstration_lecture",
            "u-t2",
            on,
            (*people[:3], who),
            by,
            chaired_by=who,
        )


def story() -> Diary:
    """The three years, told."""
    diary = Diary(NAME)
    _found(diary)
    diary.grant("2019-01-02 12:00", REGISTRAR, ROOT, {2: ("reviewer",)})
    _monthly(diary)
    _duty_reports(diary)
    _key_points(diary)
    _posts(diary)
    _sea(diary)
    _firms(diary)
    _people(diary)
    _relay(diary)
    _models(diary)
    _research(diary)
    _training(diary)
    return diary


def build(workflow: Workflow) -> Iterator[object]:
    """Execute the story in an empty log, entry by entry."""
    return story().play(workflow)
