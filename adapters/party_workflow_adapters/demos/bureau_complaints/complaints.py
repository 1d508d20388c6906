"""Complaints and signed reports: sealed complainants, right of reply, recusal, an identity opened, a contest.

The first complaint goes the whole way: not upheld, contested by letter, taken up again, upheld; a penalty
rests on it; and in autumn its ground is corrected.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from party_workflow.codec import Command
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AssignInvestigator,
    CloseCase,
    ContestCase,
    DecideCase,
    HandOverCase,
    NotifyRespondent,
    OpenCase,
    RecuseFromCase,
    RefuseCase,
    ReopenCase,
    ReplyToNotice,
)
from party_workflow.domain.case.commands import DecideIdentity, OpenIdentity, RequestIdentity
from party_workflow.domain.procedure import OpenProcedure
from party_workflow.personal import Personal
from party_workflow.policies.consequences.snapshots import snapshot
from party_workflow.service import CaseReceipt, Letterbox, Workflow
from party_workflow_adapters.demos.bureau_complaints.people import (
    ACCUSED,
    BOARD,
    BUREAU,
    COMMITTEE,
    COMPLAINANT,
    CUSTODIAN,
    DECIDER,
    DISCIPLINE,
    INTAKE,
    INVESTIGATOR,
    LEADER,
    LETTERBOX,
    OFFICER,
    RECUSED,
    REGISTRAR,
    SECOND_ACCUSED,
    SECOND_INVESTIGATOR,
    SIGNER,
    unguessable,
)
from party_workflow_adapters.demos.diary import Diary, digest_of, moment, person, self_

FIRST: Final = unguessable("complaint-1")
SECOND: Final = unguessable("complaint-2")
ANONYMOUS: Final = unguessable("complaint-3")
REFUSED: Final = unguessable("complaint-4")
WAITING: Final = unguessable("complaint-5")
SIGNED: Final = unguessable("report-1")
LATE: Final = unguessable("report-2")
RESIDENT: Final = "居民，住城西街道"
PENALTY: Final = "penalty-1"


def tell_complaints(diary: Diary) -> None:
    """Five complaints and two signed reports."""
    receipts: dict[str, CaseReceipt] = {}
    _first(diary, receipts)
    _second(diary)
    _others(diary)
    _reports(diary)
    _penalty(diary)
    _corrected(diary)


def _opened(
    diary: Diary, at: str, key: str, kind: str, who: int | None, complainant: str | None, **more: Any
) -> None:
    command = OpenCase(
        key=key,
        kind=kind,
        definition=digest_of(kind),
        unit=BUREAU,
        substance=Personal("办事拖延，态度生硬。"),
        complainant=None if complainant is None else Personal(complainant),
        concerns=() if who is None else (person(who),),
        **more,
    )
    diary.say(at, INTAKE, command)


def _heard(diary: Diary, key: str, who: int, days: Sequence[str]) -> None:
    """The substance without who brought it, and the answer of the person concerned."""
    told, replied = days
    notice = NotifyRespondent(
        key=key,
        person=person(who),
        substance=Personal("有人反映：三周未予答复。"),
        reply_by=moment(f"{told} 09:00") + timedelta(days=7),
    )
    diary.say(f"{told} 09:00", OFFICER, notice)
    diary.say(f"{replied} 15:00", self_(who), ReplyToNotice(key=key, reply=Personal("当时系统故障。")))


def _told(diary: Diary, key: str, outcome: str, decided: str, told: str, closed: str | None) -> None:
    diary.say(
        f"{decided} 10:00", DECIDER, DecideCase(key=key, outcome=outcome, ground=Personal("查明的事实"))
    )
    answer = AnswerRequester(key=key, channel="letter", answer=Personal("您反映的问题已处理。"))
    diary.say(f"{told} 10:00", OFFICER, answer)
    if closed is not None:
        diary.say(f"{closed} 10:00", OFFICER, CloseCase(key=key))


def _investigated(diary: Diary, key: str, at: str, who: int) -> None:
    diary.say(at, OFFICER, AssignInvestigator(key=key, investigator=person(who)))


def _first(diary: Diary, receipts: dict[str, CaseReceipt]) -> None:
    key = FIRST
    _opened(
        diary,
        "2025-03-03 09:30",
        key,
        "complaint",
        ACCUSED,
        person(COMPLAINANT),
        channel="complaint_desk",
        classes=("shirking",),
    )

    def handed(workflow: Workflow, at: datetime, command_id: str) -> None:
        receipts[key] = workflow.receipt_of(f"case/{key}", INTAKE, at)

    diary.act("2025-03-03 09:40", INTAKE, handed)
    diary.say("2025-03-05 09:00", INTAKE, AcknowledgeCase(key=key, channel="telephone"))
    diary.say("2025-03-06 09:00", OFFICER, AcceptCase(key=key))
    _investigated(diary, key, "2025-03-07 09:00", RECUSED)
    diary.say("2025-03-10 09:00", self_(RECUSED), RecuseFromCase(key=key))
    _investigated(diary, key, "2025-03-11 09:00", int(INVESTIGATOR.person[2:]))
    # Who brought it has to be asked about a day: a request, a custodian's decision, and only then the name.
    asked = RequestIdentity(key=key, ground="to_hear_the_complainant", reason=Personal("需核实办理日期。"))
    diary.say("2025-03-12 09:00", OFFICER, asked)
    diary.say("2025-03-13 09:00", CUSTODIAN, DecideIdentity(key=key, granted=True, ground="necessary"))
    diary.say("2025-03-14 09:00", OFFICER, OpenIdentity(key=key))
    _heard(diary, key, ACCUSED, ("2025-03-17", "2025-03-20"))
    _told(diary, key, "not_upheld", "2025-04-01", "2025-04-03", None)

    def contested(workflow: Workflow, at: datetime, command_id: str) -> None:
        letter = ContestCase(key=key, ground=Personal("登记簿上有日期。"))
        Letterbox(workflow, LETTERBOX).post(receipts[key], letter, at=at, command_id=command_id)

    diary.act("2025-04-08 20:00", LETTERBOX, contested)
    diary.say("2025-04-10 09:00", OFFICER, ReopenCase(key=key, ground="register_not_looked_at"))
    _investigated(diary, key, "2025-04-11 09:00", SECOND_INVESTIGATOR)
    _heard(diary, key, ACCUSED, ("2025-04-21", "2025-04-25"))
    _told(diary, key, "upheld", "2025-05-06", "2025-05-08", "2025-06-09")


def _second(diary: Diary) -> None:
    key = SECOND
    _opened(
        diary,
        "2025-05-12 10:00",
        key,
        "complaint",
        SECOND_ACCUSED,
        RESIDENT,
        channel="hotline_12333",
        classes=("error",),
    )
    diary.say("2025-05-14 09:00", INTAKE, AcknowledgeCase(key=key, channel="telephone"))
    diary.say("2025-05-15 09:00", OFFICER, AcceptCase(key=key))
    _investigated(diary, key, "2025-05-16 09:00", int(INVESTIGATOR.person[2:]))
    _heard(diary, key, SECOND_ACCUSED, ("2025-05-20", "2025-05-23"))
    _told(diary, key, "partly_upheld", "2025-06-03", "2025-06-05", "2025-06-30")


def _others(diary: Diary) -> None:
    """One from the box without a name, one that is not taken on, one that waits too long for an echo."""
    _opened(
        diary,
        "2025-06-16 16:00",
        ANONYMOUS,
        "complaint",
        None,
        None,
        channel="complaint_box",
        classes=("distance",),
    )
    diary.say("2025-06-18 09:00", INTAKE, AcknowledgeCase(key=ANONYMOUS, channel="notice_board"))
    _opened(diary, "2025-07-07 10:00", REFUSED, "complaint", None, RESIDENT, channel="complaint_desk")
    diary.say("2025-07-08 09:00", INTAKE, AcknowledgeCase(key=REFUSED, channel="letter"))
    diary.say("2025-07-09 09:00", OFFICER, RefuseCase(key=REFUSED, ground="matter_of_a_court"))
    answer = AnswerRequester(key=REFUSED, channel="letter", answer=Personal("请向法院起诉。"))
    diary.say("2025-07-10 09:00", OFFICER, answer)
    diary.say("2025-08-11 09:00", OFFICER, CloseCase(key=REFUSED))
    _opened(
        diary,
        "2025-08-25 10:00",
        WAITING,
        "complaint",
        None,
        RESIDENT,
        channel="complaint_desk",
        classes=("shirking",),
    )


def _reports(diary: Diary) -> None:
    """One is passed to the discipline group in time and dealt with there; the other lies too long."""
    key = SIGNED
    _opened(diary, "2025-04-14 10:00", key, "signed_report", SECOND_ACCUSED, person(SIGNER), channel="letter")
    passed = HandOverCase(key=key, unit=DISCIPLINE, ground="competent_body")
    diary.say("2025-04-16 10:00", OFFICER, passed)
    diary.say("2025-04-18 10:00", OFFICER, AcceptCase(key=key))
    diary.say("2025-04-21 10:00", OFFICER, AcknowledgeCase(key=key, channel="telephone"))
    _investigated(diary, key, "2025-04-22 10:00", SECOND_INVESTIGATOR)
    _heard(diary, key, SECOND_ACCUSED, ("2025-04-28", "2025-04-30"))
    _told(diary, key, "not_upheld", "2025-05-14", "2025-05-16", "2025-06-20")
    _opened(diary, "2025-09-01 10:00", LATE, "signed_report", ACCUSED, RESIDENT, channel="letter")


def _penalty(diary: Diary) -> None:
    """What follows for the person: proposed, notified, stated, decided by others, appealed, made milder."""
    at = "2025-06-12 09:00"

    def proposed(workflow: Workflow, now: datetime) -> Command:
        result = snapshot(workflow.history, f"case/{FIRST}")
        return OpenProcedure(
            key=PENALTY,
            kind="penalty",
            definition=digest_of("penalty"),
            unit=BUREAU,
            given={
                "concerned": person(ACCUSED),
                "measure": "admonition",
                "ground": result.stream,
                "result": result.digest,
                "position": result.position,
                "clause": "complaint_upheld",
            },
            texts={"grounds": Personal("三周未予答复。")},
        )

    diary.say(at, LEADER, proposed)
    diary.step("2025-06-13 09:00", LEADER, PENALTY, "notify", {"notified_on": "2025-06-13"})
    diary.step("2025-06-17 09:00", self_(ACCUSED), PENALTY, "state", texts={"statement": "愿意改正。"})
    decided = {"measure": "admonition", "decided_on": "2025-06-26", "until_day": "2025-12-26"}
    diary.step("2025-06-26 09:00", COMMITTEE, PENALTY, "decide", decided, {"reasons": "情况属实"})
    diary.step("2025-07-10 09:00", self_(ACCUSED), PENALTY, "appeal", texts={"appeal_ground": "过重"})
    reduced = {"measure": "criticism"}
    diary.step("2025-07-24 09:00", BOARD, PENALTY, "reduce", reduced, {"reasons": "初犯"})


def _corrected(diary: Diary) -> None:
    """Autumn: the ground is looked at again, and is only partly so.  Every use of it is to be looked at."""
    key = FIRST
    diary.say("2025-09-01 09:00", OFFICER, ReopenCase(key=key, ground="new_evidence"))
    _investigated(diary, key, "2025-09-02 09:00", int(INVESTIGATOR.person[2:]))
    _heard(diary, key, ACCUSED, ("2025-09-03", "2025-09-08"))
    _told(diary, key, "partly_upheld", "2025-09-22", "2025-09-24", "2025-10-27")


def tell_erased(diary: Diary) -> None:
    """At the end the complainant asks for it: who they were is erased, and nothing else changes."""

    def erased(workflow: Workflow, at: datetime, command_id: str) -> None:
        workflow.erase_identity(f"case/{FIRST}")

    diary.act("2025-12-30 09:00", REGISTRAR, erased)
