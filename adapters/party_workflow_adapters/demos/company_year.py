"""A company's 2025: compliance, coverage, suggestions, competitions, projects and rewards.

The source gives 85 and 95 percent without saying of how many branches, and 98 percent without saying of
whom.  Here it is 20 branches (17, later 19) and the 200 members in service as of the 2nd of January: other
denominators give other counts, and the rates carry theirs.  Names and everything else are invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

from party_workflow.authority import OpenLog
from party_workflow.calendar import Period
from party_workflow.codec import Command
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.assessment import Advance, ConfirmEntries, EnterSheets, Proof, Value
from party_workflow.domain.claim import AssertClaim, Counted, Measure
from party_workflow.domain.exchange import ReceiveBatch
from party_workflow.domain.organisation import FoundUnit
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
from party_workflow.domain.population import FreezePopulation, FreezeUnits
from party_workflow.domain.procedure import OpenProcedure, ProcedureOpened, StepTaken
from party_workflow.domain.publication import Finalise
from party_workflow.packs.party import MODEL, definitions, open_log
from party_workflow.packs.results import steps_digest
from party_workflow.personal import Personal, keyed_salts
from party_workflow.policies.contest import lot
from party_workflow.policies.works import READS, Works
from party_workflow.quantity import Quantity
from party_workflow.service import Workflow
from party_workflow.store import MemoryStore, Recorded
from party_workflow_adapters.demos.calendars import CN_2025, adopt
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
from party_workflow_adapters.exchange import Batch, export_batch

NAME: Final = "company"
WHAT: Final = "A company's year 2025: 85 to 95 percent compliant, coverage, suggestions, open competition"

ROOT: Final = "u-company"
OFFICE: Final = "u-office"
DEPARTMENTS: Final = ("u-production", "u-equipment", "u-finance", "u-union")
BRANCHES: Final = tuple(f"u-c{number:02}" for number in range(1, 21))
SIZE: Final = 10

REGISTRAR: Final = acting(1, "registrar")
LEADER: Final = acting(2, "head_of_party_office")
RECORDER: Final = acting(3, "recorder")
PLANNER: Final = acting(3, "planner")
ASSESSORS: Final = (acting(4, "assessor"), acting(5, "assessor"), acting(6, "assessor"))
REVIEWER: Final = acting(7, "reviewer")
PUBLISHER: Final = acting(8, "publisher")
COMMITTEE: Final = acting(9, "party_committee")
VERIFIER: Final = acting(10, "verifier")
BOOKKEEPER: Final = acting(11, "bookkeeper")

FAILING: Final = {"2025-01": ("u-c04", "u-c11", "u-c17"), "2025-07": ("u-c17",)}
"""Which branches are not up to the standard: 17 of 20 are in January, 19 of 20 at the end of July."""
SESSIONS: Final = 52
ON_LEAVE: Final = (2003, 2011, 2019)
"""Reached by none of the sessions; the last digit but two is the branch."""
BROUGHT: Final = 46
ADOPTED: Final = 31
BENEFITS: Final = (248_600, 176_000, 151_300, 120_500, 97_800, 84_200, 72_400, 61_000, 33_500, 19_700)
"""Verified, in whole yuan: 1 065 000 together.  The other suggestions adopted have no benefit to count."""
TOP_AWARD: Final = 12_000
"""In yuan."""


def members(branch: str) -> tuple[int, ...]:
    """The members of a branch by number."""
    first = 2000 + BRANCHES.index(branch) * SIZE
    return tuple(range(first, first + SIZE))


def everybody() -> tuple[int, ...]:
    """The members in service, by number."""
    return tuple(number for branch in BRANCHES for number in members(branch))


def _found(diary: Diary) -> None:
    diary.say("2025-01-02 08:30", REGISTRAR, open_log("company-2025"))
    adopted = (
        "five_isations",
        "soft_work_indicators",
        "project",
        "vanguard_post",
        "responsibility_area",
        "shock_team",
        "suggestion",
        "competition",
        "skills_contest",
        "reward",
        "honour",
        "talent_pool_entry",
        "posting_publicity",
    )
    diary.say("2025-01-02 08:35", REGISTRAR, *definitions(*adopted), adopt(CN_2025))
    units = (
        FoundUnit(unit=ROOT, kind="party_committee", title=Personal("公司党委")),
        FoundUnit(unit=OFFICE, kind="organ", parent=ROOT, title=Personal("党群工作部")),
        *(FoundUnit(unit=unit, kind="department", parent=ROOT) for unit in DEPARTMENTS),
        *(FoundUnit(unit=unit, kind="branch", parent=ROOT) for unit in BRANCHES),
    )
    diary.say("2025-01-02 08:40", REGISTRAR, *units)
    for number in range(1, 12):
        diary.register("2025-01-02 09:00", REGISTRAR, number, OFFICE, ("officer",))
    for branch in BRANCHES:
        for number in members(branch):
            diary.register("2025-01-02 09:30", REGISTRAR, number, branch, ("member", "in_service"))
    roles = {
        2: ("head_of_party_office",),
        3: ("recorder", "planner"),
        4: ("assessor",),
        5: ("assessor",),
        6: ("assessor",),
        7: ("reviewer",),
        8: ("publisher",),
        9: ("party_committee",),
        10: ("verifier",),
        11: ("bookkeeper",),
    }
    diary.grant("2025-01-02 11:00", REGISTRAR, ROOT, roles)
    diary.say(
        "2025-01-02 12:00",
        REGISTRAR,
        FreezePopulation(key="in-service", unit=ROOT, having=("member", "in_service")),
        FreezeUnits(key="branches", unit=ROOT, kinds=("branch",)),
    )


# --- 85 to 95 percent: the same twenty branches, checked twice -----------------------------------


def _compliance(diary: Diary) -> None:
    for month, day in (("2025-01", "2025-01-15"), ("2025-07", "2025-07-31")):
        key = f"standard-{month}"
        diary.say(f"{day} 09:00", LEADER, open_assessment(key, "five_isations", ROOT, month, BRANCHES))
        sheets: dict[str, dict[str, Value]] = {}
        for branch in BRANCHES:
            fails = branch in FAILING[month]
            sheets[branch] = {
                item: Value(
                    passed=not (fails and item == "branch_service"),
                    evidence=(Proof(digest=paper(f"{month} {branch} {item}"), kind="confirmation"),),
                )
                for item in ("set_up", "branch_life", "premises", "branch_service", "branch_rules")
            }
        by = ASSESSORS[0]
        diary.say(
            f"{day} 16:00",
            by,
            EnterSheets(key=key, voice="on_site_check", assessor=by.person, sheets=sheets),
        )
        diary.say(f"{day} 17:00", LEADER, Advance(key=key, move="close"))


# --- more than fifty sessions --------------------------------------------------------------------


def _sessions(diary: Diary) -> None:
    kinds = ("theme_day", "study_session", "party_class", "theme_day")
    for index in range(SESSIONS):
        month, day = divmod(index, 5)
        on = f"2025-{month + 1:02}-{8 + 3 * day:02}"
        pair = (BRANCHES[2 * index % 20], BRANCHES[(2 * index + 1) % 20])
        expected = [number for branch in pair for number in members(branch)]
        key = f"session-{index + 1:02}"
        diary.say(
            f"{on} 08:00",
            RECORDER,
            PlanActivity(
                key=key,
                kind=kinds[index % 4],
                unit=ROOT,
                planned_at=moment(f"{on} 15:00"),
                expected=tuple(person(number) for number in expected),
                hours="working",
            ),
        )
        there = {
            person(number): Attendance(status="excused", reason="long_leave")
            if number in ON_LEAVE
            else Attendance(status="absent")
            if (number * 7 + index) % 19 == 0 and index >= 10
            else Attendance(status="present")
            for number in expected
        }
        diary.say(
            f"{on} 18:00",
            RECORDER,
            HoldActivity(key=key, attendance=there, minutes=60),
            since=f"{on} 15:00",
        )


# --- suggestions ---------------------------------------------------------------------------------


def _suggestions(diary: Diary) -> None:
    for index in range(BROUGHT):
        number = everybody()[(index * 13) % 200]
        key = f"suggestion-{index + 1:02}"
        month, day = 2 + index // 8, 3 + 3 * (index % 8)
        on = f"2025-{month:02}-{day:02}"
        diary.procedure(
            f"{on} 09:00",
            self_(number),
            key,
            "suggestion",
            ROOT,
            {"bringer": person(number)},
            {"suggestion_text": f"第{index + 1}条合理化建议"},
        )
        if index >= BROUGHT - 3:
            continue  # still being looked at when the year ends
        adopted = index < ADOPTED
        feasible = "feasible_now" if adopted else "not_feasible"
        diary.step(f"{on} 11:00", LEADER, key, "evaluate", {"feasible": feasible})
        if not adopted:
            diary.step(f"{on} 15:00", COMMITTEE, key, "decline", {"reason": "cost_above_benefit"})
            continue
        diary.step(f"{on} 15:00", COMMITTEE, key, "adopt", {"adopted_by": DEPARTMENTS[index % 4]})
        if index < len(BENEFITS):
            proof = paper(f"{key}: measured over the first months")
            diary.step(f"2025-09-{3 + index:02} 09:00", LEADER, key, "implement", {"evidence": proof})
            given = {"benefit": BENEFITS[index], "evidence": proof}
            diary.step(f"2025-11-{10 + index:02} 09:00", VERIFIER, key, "verify", given)


def _indicators(diary: Diary) -> None:
    """What soft work comes to, for the two departments that have any of it: with both counts."""
    opened = open_assessment("soft-2025", "soft_work_indicators", ROOT, "2025", DEPARTMENTS[:2])
    diary.say("2025-12-01 09:00", LEADER, opened)
    sheets = {
        DEPARTMENTS[0]: {
            "mood_survey_quality": points(86),
            "suggestion_adoption": Value(part=8, whole=12),
            "satisfaction_score": Value(part=171, whole=180),
            "production_contribution": points(BENEFITS[0]),
        },
        DEPARTMENTS[1]: {
            "mood_survey_quality": Value(absent="missing"),
            "suggestion_adoption": Value(part=8, whole=12),
            "satisfaction_score": Value(part=160, whole=180),
        },
    }
    by = ASSESSORS[1]
    diary.say(
        "2025-12-02 09:00",
        by,
        EnterSheets(key=opened.key, voice="indicator_owner", assessor=by.person, sheets=sheets),
    )
    diary.say("2025-12-03 09:00", REVIEWER, ConfirmEntries(key=opened.key, voice="indicator_owner"))
    diary.say("2025-12-03 10:00", LEADER, Advance(key=opened.key, move="confirm"))
    diary.publish_sheets("2025-12-04 09:00", PUBLISHER, LEADER, opened, after="2025-12-04 10:00")


# --- an open competition, a contest, and what followed from it -----------------------------------


def _competition(diary: Diary) -> None:
    key, applicants = "team-leader-1", (2041, 2052, 2063, 2074)
    opening = {"post": "team_leader", "called_on": "2025-03-03", "conditions": paper("conditions")}
    diary.procedure("2025-03-03 09:00", LEADER, key, "competition", ROOT, opening)
    for index, number in enumerate(applicants):
        applied = {"applicant": person(number), "application": paper(f"application {number}")}
        diary.step(f"2025-03-{5 + index:02} 10:00", self_(number), key, "apply", applied)
    diary.step(
        "2025-03-20 09:00",
        ASSESSORS[0],
        key,
        "check_eligibility",
        {
            "eligible": tuple(person(number) for number in applicants[:3]),
            "not_eligible": person(applicants[3]),
            "reason": "no_certificate",
        },
    )
    for index, by in enumerate(ASSESSORS):
        marks = ("86.5", f"{88 + index}", "81")
        given: dict[str, Any] = {"scored": tuple(person(number) for number in applicants[:3]), "marks": marks}
        diary.step(f"2025-03-24 {9 + index:02}:00", by, key, "score", given)
    _posted(diary, "team-leader-result", f"procedure/{key}", "competition", "2025-03-25", "2025-04-02")
    cited = {"publication": "publication/team-leader-result"}
    diary.step("2025-04-02 10:00", LEADER, key, "publish", cited)
    appointed = {"appointee": person(applicants[1]), "term_from": "2025-04-07", "term_until": "2027-04-06"}
    diary.step("2025-04-03 09:00", COMMITTEE, key, "appoint", appointed)


def _posted(diary: Diary, key: str, stream: str, subject: str, on: str, final: str) -> None:
    """Put up for five working days, and final once they are over."""
    diary.publish(
        f"{on} 15:00",
        PUBLISHER,
        key,
        stream,
        steps_digest,
        subject=subject,
        unit=ROOT,
        rule=digest_of(subject),
        **posting("posting_publicity", CN_2025),
    )
    diary.say(f"{final} 09:00", PUBLISHER, Finalise(key=key))


CONTESTANTS: Final = (2005, 2025, 2045, 2065, 2085, 2105)
SEED: Final = paper("numbers drawn in public on 12 May 2025")


def _contest(diary: Diary) -> None:
    key = "welding-2025"
    given = {"discipline": "welding", "rounds": 1, "trimmed": 1}
    diary.procedure("2025-05-06 09:00", LEADER, key, "skills_contest", ROOT, given)
    for number in CONTESTANTS:
        diary.step("2025-05-08 09:00", self_(number), key, "enter", {"contestant": person(number)})
    opened = {"round": 1, "tie_break": "shared", "seed": SEED}
    diary.step("2025-05-12 09:00", LEADER, key, "open_round", opened)
    order = lot(SEED, [person(number) for number in CONTESTANTS])
    diary.step("2025-05-12 09:30", LEADER, key, "draw", {"starting": order})
    for index, by in enumerate(ASSESSORS):
        marks = tuple(f"{93 - 2 * place + (place + index) % 2}" for place in range(len(CONTESTANTS)))
        given = {"marked": tuple(person(number) for number in CONTESTANTS), "marks": marks}
        diary.step(f"2025-05-13 {14 + index}:00", by, key, "mark", given)
    diary.step("2025-05-13 17:00", LEADER, key, "close_round")
    _posted(diary, "welding-result", f"procedure/{key}", "skills_contest", "2025-05-14", "2025-05-22")
    winner = person(CONTESTANTS[0])
    diary.step(
        "2025-05-22 10:00",
        COMMITTEE,
        key,
        "award",
        {"winner": winner, "publication": "publication/welding-result"},
    )
    # One result, three consequences, each of which can be taken back by itself.
    diary.say("2025-06-03 09:00", LEADER, _reward)
    diary.step("2025-06-05 09:00", COMMITTEE, "reward-1", "grant")
    diary.procedure(
        "2025-06-06 09:00",
        COMMITTEE,
        "pool-1",
        "talent_pool_entry",
        ROOT,
        {
            "reserve": winner,
            "tier": "skilled_worker",
            "ground_code": "won_contest",
            "ground": "publication/welding-result",
            "review_on": "2026-06-01",
        },
    )
    diary.procedure(
        "2025-06-09 09:00",
        LEADER,
        "honour-1",
        "honour",
        ROOT,
        {
            "form": "model_worker",
            "honoured": winner,
            "ground": "publication/welding-result",
            "result": digest_of("skills_contest"),
            "clause": "honours.contest",
        },
    )


def _reward(workflow: Workflow, _: datetime) -> Command:
    """Proposed on the published result: its digest is in the log by now."""
    return OpenProcedure(
        key="reward-1",
        kind="reward",
        definition=digest_of("reward"),
        unit=ROOT,
        given={
            "form": "bonus",
            "rewarded": person(CONTESTANTS[0]),
            "amount": TOP_AWARD,
            "ground": "publication/welding-result",
            "result": workflow.state("publication/welding-result").said.digest,
            "clause": "rewards.first-place",
        },
    )


# --- projects and posts --------------------------------------------------------------------------


def _projects(diary: Diary) -> None:
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


# --- another department's log --------------------------------------------------------------------


def other_department() -> Workflow:
    """The log of the supply department, which keeps its own: two suggestions that concern the company too."""
    workflow = Workflow(MemoryStore(), MODEL, salts=keyed_salts(bytes(31) + b"\x01"))
    diary = Diary("supply")
    registrar, head = acting(1, "registrar"), acting(2, "head_of_party_office")
    opened: OpenLog = open_log("supply-2025")
    diary.say("2025-04-01 08:30", registrar, opened)
    diary.say("2025-04-01 08:35", registrar, *definitions("suggestion"))
    diary.say("2025-04-01 08:40", registrar, FoundUnit(unit="u-supply", kind="department"))
    for number in (1, 2, 3):
        diary.register("2025-04-01 09:00", registrar, number, "u-supply", ("member",))
    diary.grant("2025-04-01 10:00", registrar, "u-supply", {2: ("head_of_party_office",)})
    for key in ("supply-1", "supply-2"):
        text = {"suggestion_text": "共用仓储"}
        diary.procedure(
            "2025-04-08 09:00", self_(3), key, "suggestion", "u-supply", {"bringer": person(3)}, text
        )
        diary.step("2025-04-10 09:00", head, key, "evaluate", {"feasible": "feasible_now"})
    for _ in diary.play(workflow):
        pass
    return workflow


def batch() -> Batch:
    """What the supply department sent."""
    return export_batch(other_department().store, ["procedure/supply-1", "procedure/supply-2"])


def _exchange(diary: Diary) -> None:
    received = batch()
    diary.say(
        "2025-05-06 14:00",
        REGISTRAR,
        ReceiveBatch(
            source=received.head.log,
            unit=OFFICE,
            digest=received.digest,
            count=received.head.count,
            stretches=received.head.stretches,
        ),
    )


# --- what the year's report says, and how it is counted ------------------------------------------


def _claims(diary: Diary) -> None:
    figures = {
        "sessions": Quantity.of(">", 50, "sessions"),
        "adopted": Quantity.of(">=", 30, "suggestions"),
        "benefit": Quantity.of(">", 1_000_000, "yuan"),
        "top_award": Quantity.of(">", 10_000, "yuan"),
    }
    diary.say(
        "2025-12-15 09:00",
        BOOKKEEPER,
        AssertClaim(
            key="year-2025",
            unit=ROOT,
            subject="population/in-service",
            source="annual_report",
            document=paper("annual report 2025"),
            figures=figures,
        ),
    )


def _held(recorded: Iterable[Recorded]) -> Counted:
    works = Works()
    for item in recorded:
        works.take(item)
    held = [found.held.event_id for found in works.occasions.values() if found.held is not None]
    return Counted(len(held), tuple(held))


def _steps(recorded: Iterable[Recorded], kind: str, step: str) -> Iterator[tuple[str, StepTaken]]:
    streams: set[str] = set()
    for item in recorded:
        if isinstance(item.event, ProcedureOpened) and item.event.kind == kind:
            streams.add(item.envelope.stream)
        elif isinstance(item.event, StepTaken) and item.event.step == step:
            if item.envelope.stream in streams:
                yield item.envelope.event_id, item.event


def _adopted(recorded: Iterable[Recorded]) -> Counted:
    found = [event_id for event_id, _ in _steps(recorded, "suggestion", "adopt")]
    return Counted(len(found), tuple(found))


def _benefit(recorded: Iterable[Recorded]) -> Counted:
    found = list(_steps(recorded, "suggestion", "verify"))
    amount = sum(int((event.given["benefit"].numbers or (0,))[0]) for _, event in found)
    return Counted(amount, tuple(event_id for event_id, _ in found))


def _top(recorded: Iterable[Recorded]) -> Counted:
    found = list(_steps(recorded, "reward", "propose"))
    amounts = [int((event.given["amount"].numbers or (0,))[0]) for _, event in found]
    return Counted(max(amounts, default=None), tuple(event_id for event_id, _ in found))


_PROCEDURES: Final = (ProcedureOpened, StepTaken)
MEASURES: Final = (
    Measure("sessions", "sessions", _held, READS),
    Measure("adopted", "suggestions", _adopted, _PROCEDURES),
    Measure("benefit", "yuan", _benefit, _PROCEDURES),
    Measure("top_award", "yuan", _top, _PROCEDURES),
)
"""How the figures of the annual report are counted from events."""


def story() -> Diary:
    """The year, told."""
    diary = Diary(NAME)
    _found(diary)
    _compliance(diary)
    _sessions(diary)
    _suggestions(diary)
    _indicators(diary)
    _competition(diary)
    _contest(diary)
    _projects(diary)
    _exchange(diary)
    _claims(diary)
    return diary


def build(workflow: Workflow) -> Iterator[object]:
    """Execute the story in an empty log, entry by entry."""
    return story().play(workflow)
