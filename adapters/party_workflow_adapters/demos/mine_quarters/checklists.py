"""The quarter's two checklists, and the premises."""

from __future__ import annotations

from datetime import date
from typing import Final

from party_workflow.domain.assessment import (
    Advance,
    ConfirmEntries,
    EnterSheets,
    LinkProblem,
    NoteProblem,
    Proof,
    SetAside,
    Value,
)
from party_workflow.domain.case import (
    AssignResponsible,
    CloseCase,
    OpenCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.personal import Personal
from party_workflow_adapters.demos.diary import (
    Diary,
    acting,
    digest_of,
    open_assessment,
    paper,
    person,
    points,
)
from party_workflow_adapters.demos.mine_quarters.people import (
    ASSESSOR,
    BRANCHES,
    CASE_OFFICER,
    LEADER,
    OFFICE,
    PUBLISHER,
    RECTIFIER,
    REVIEWER,
    ROOT,
    SECRETARY,
    SUPERVISOR,
    VERIFIER,
    secretary_of,
)


def tell_checklists(diary: Diary) -> None:
    """Two quarters of both checklists, and the premises of the year."""
    for quarter, month in (("2020-q1", "2020-03"), ("2020-q2", "2020-06")):
        _standardisation(diary, quarter, month)
        _publicity(diary, quarter, month)
    _premises(diary)


def _mark(value: int, half: bool) -> Value:
    return points(f"{value}.5" if half else value)


def _standardisation(diary: Diary, quarter: str, month: str) -> None:
    key = f"standard-{quarter}"
    items = (
        "organisation_building",
        "member_education",
        "organisational_life",
        "mass_work",
        "files_and_premises",
    )
    assessed = [branch for branch in BRANCHES if quarter != "2020-q1" or branch != "u-b8"]
    marks = {
        branch: {
            item: _mark(20 - (place + index) % 5, half=bool((place * index) % 2) and (place + index) % 5 > 0)
            for index, item in enumerate(items)
        }
        for place, branch in enumerate(BRANCHES)
        if branch in assessed
    }
    opened = open_assessment(key, "quality_standardisation", ROOT, quarter.upper(), BRANCHES)
    diary.say(f"{month}-02 09:00", LEADER, opened)
    if quarter == "2020-q1":  # the washing plant stood still: it is excused, and that is not zero
        diary.say(
            f"{month}-09 09:00",
            SECRETARY,
            SetAside(key=key, subjects=("u-b8",), status="excused", reason="plant_stood_still"),
        )
    diary.say(
        f"{month}-12 16:00",
        ASSESSOR,
        EnterSheets(key=key, voice="review_team", assessor="p-104", sheets=marks),
    )
    diary.say(f"{month}-15 09:00", LEADER, Advance(key=key, move="score"))
    diary.say(
        f"{month}-16 09:00",
        REVIEWER,
        EnterSheets(key=key, voice="settled_mark", assessor="p-105", sheets=marks),
    )
    diary.say(f"{month}-16 15:00", acting(115, "reviewer"), ConfirmEntries(key=key, voice="settled_mark"))
    diary.say(f"{month}-17 09:00", LEADER, Advance(key=key, move="review"), Advance(key=key, move="lock"))
    diary.publish_sheets(
        f"{month}-18 09:00", PUBLISHER, LEADER, opened, after=f"{month}-18 10:00", close=False
    )
    # What the check found stands in the register before the quarter closes; it comes back next quarter.
    case = f"{key}-files"
    diary.say(
        f"{month}-19 09:00",
        SUPERVISOR,
        NoteProblem(
            key=key, subject="u-b3", item="files_and_premises", text=Personal("台账补记，与现场不符。")
        ),
    )
    diary.say(
        f"{month}-19 10:00",
        CASE_OFFICER,
        OpenCase(
            key=case,
            kind="finding",
            definition=digest_of("finding"),
            unit="u-b3",
            substance=Personal("台账补记，与现场不符。"),
            source=f"assessment/{key}",
            classes=("files_and_premises",),
        ),
    )
    diary.say(f"{month}-19 11:00", SUPERVISOR, LinkProblem(key=key, problem=1, case=case))
    _rectified(diary, case, month, secretary_of("u-b3"))
    diary.say(f"{month}-28 09:00", LEADER, Advance(key=key, move="close"))


def _rectified(diary: Diary, case: str, month: str, responsible: int) -> None:
    diary.say(
        f"{month}-19 14:00",
        CASE_OFFICER,
        AssignResponsible(key=case, responsible=person(responsible)),
    )
    diary.say(
        f"{month}-25 09:00",
        RECTIFIER,
        ReportRectified(key=case, evidence=(paper(f"{case}: files put in order"),)),
    )
    diary.say(
        f"{month}-26 09:00",
        VERIFIER,
        VerifyRectification(key=case, passed=True, evidence=(paper(f"{case}: seen on the spot"),)),
    )
    diary.say(f"{month}-26 10:00", CASE_OFFICER, CloseCase(key=case))


CORRESPONDENTS: Final = (OFFICE, *BRANCHES[:6])
"""Who reports to the public: the office and six branches, another population than the checklist's."""


def _publicity(diary: Diary, quarter: str, month: str) -> None:
    key = f"publicity-{quarter}"
    opened = open_assessment(key, "publicity_reporting", ROOT, quarter.upper(), CORRESPONDENTS)
    diary.say(f"{month}-03 09:00", LEADER, opened)
    marks = {
        unit: {
            "reports_filed": points(3 + place),
            "reports_adopted": Value(part=place, whole=3 + place),
            "report_quality": points(40 - 3 * place),
        }
        for place, unit in enumerate(CORRESPONDENTS)
    }
    outside = acting(1005, "assessor")  # the office is assessed itself, so somebody of a branch marks it
    office = {OFFICE: marks.pop(OFFICE)}
    diary.say(
        f"{month}-13 10:00",
        ASSESSOR,
        EnterSheets(key=key, voice="publicity_office", assessor="p-104", sheets=marks),
    )
    diary.say(
        f"{month}-13 11:00",
        outside,
        EnterSheets(key=key, voice="publicity_office", assessor="p-1005", sheets=office),
    )
    diary.say(f"{month}-16 10:00", acting(115, "reviewer"), ConfirmEntries(key=key, voice="publicity_office"))
    diary.say(f"{month}-17 10:00", LEADER, Advance(key=key, move="lock"))
    diary.publish_sheets(f"{month}-18 11:00", PUBLISHER, LEADER, opened, after=f"{month}-18 12:00")


def _premises(diary: Diary) -> None:
    opened = open_assessment("premises-2020", "six_haves", ROOT, "2020", BRANCHES)
    diary.say("2020-03-04 09:00", LEADER, opened)
    sheets: dict[str, dict[str, Value]] = {}
    for branch in BRANCHES:
        sheets[branch] = {}
        for item in ("site", "equipment", "sign", "flag", "books", "posted_rules"):
            # The flag of the second branch is good until the end of June; the eighth has no books.
            until = date(2020, 6, 30) if (branch, item) == ("u-b2", "flag") else date(2021, 3, 31)
            proof = Proof(digest=paper(f"{branch} {item}"), kind="third_party", expires=until)
            sheets[branch][item] = Value(passed=(branch, item) != ("u-b8", "books"), evidence=(proof,))
    diary.say(
        "2020-03-11 16:00",
        ASSESSOR,
        EnterSheets(key="premises-2020", voice="on_site_check", assessor="p-104", sheets=sheets),
    )
    diary.say("2020-03-12 09:00", LEADER, Advance(key="premises-2020", move="close"))
