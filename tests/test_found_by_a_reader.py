"""What somebody found who had the documentation and the package and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.support.petitions import TEXT, Desk

from party_workflow.authority import AdoptRoles, DeclareConflict, GrantRole, RevokeRole, forbidden
from party_workflow.codec import Command
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    CaseHandedOver,
    CaseKind,
    DecideCase,
    EscalateCase,
    GivenParticular,
    HandOverCase,
    OpenCase,
    RequestIdentity,
    VerifyRectification,
)
from party_workflow.domain.organisation import FoundUnit
from party_workflow.errors import InvalidCommand, InvalidInput, Refused
from party_workflow.packs import party
from party_workflow.personal import Opening, Personal, Sealed, commitment
from party_workflow.store import Actor, Append, Draft

KEY = "c-" + "0123456789abcdef" * 2
STREAM = f"case/{KEY}"


def refused(desk: Desk, command: Command, by: Actor, effective_at: datetime | None = None) -> str | None:
    """The code with which a command is refused, None where it is not."""
    try:
        desk.do(command, by=by, effective_at=effective_at)
    except Refused as caught:
        return caught.refusal.code
    return None


# --- who is made responsible -------------------------------------------------------------------


def protected() -> Desk:
    """A desk where p-9 reports p-8 in confidence; p-7 is close to p-9, p-6 to p-8."""
    desk = Desk("signed_report", "complaint")
    desk.do(DeclareConflict(person="p-7", other="p-9", ground="kin"), by=desk.self_(7))
    desk.do(DeclareConflict(person="p-6", other="p-8", ground="kin"), by=desk.self_(6))
    return desk


def report(desk: Desk, **more: Any) -> None:
    desk.open(KEY, "signed_report", complainant=Personal("p-9"), concerns=("p-8",), **more)


INVOLVED = {"who brought it": "p-9", "close to who brought it": "p-7", "close to whom it is about": "p-6"}


@pytest.mark.parametrize("person", INVOLVED.values(), ids=INVOLVED)
def test_R_143_R_203_nobody_with_a_part_in_it_becomes_responsible_for_a_protected_case(person: str) -> None:
    desk = protected()
    with pytest.raises(Refused) as caught:
        report(desk, responsible=person)
    assert caught.value.refusal.code == "authority.appointee_involved"
    report(desk, responsible="p-4")
    over = HandOverCase(key=KEY, unit="u-bureau", ground="competence", responsible=person)
    assert refused(desk, over, desk.act(2)) == "authority.appointee_involved"
    assert refused(desk, over.model_copy(update={"responsible": "p-4"}), desk.act(2)) is None


def test_R_143_who_brings_it_gets_no_part_in_the_batch_that_opens_it_either() -> None:
    desk = protected()
    digest = party.PACK.read_as(CaseKind, "signed_report").digest
    open_ = OpenCase(
        key=KEY,
        kind="signed_report",
        definition=digest,
        unit="u-branch",
        substance=TEXT,
        complainant=Personal("p-9"),
        concerns=("p-8",),
    )
    over = HandOverCase(key=KEY, unit="u-bureau", ground="competence", responsible="p-9")
    with pytest.raises(Refused) as caught:
        desk.do(open_, over, by=desk.act(2))
    assert caught.value.refusal.code == "authority.appointee_involved"
    desk.do(open_, over.model_copy(update={"responsible": "p-4"}), by=desk.act(2))


@pytest.mark.parametrize("person", INVOLVED.values(), ids=INVOLVED)
def test_R_203_who_was_made_responsible_underneath_is_found_on_replay(person: str) -> None:
    desk = protected()
    report(desk)
    case = desk.case(KEY)
    event = CaseHandedOver(
        state=case.state, unit="u-bureau", previous="u-branch", ground="x", responsible=person
    )
    before = desk.store.head().position
    desk.store.append(
        Append(
            log="bureau",
            command_id="beneath-1",
            command_type="case.hand_over",
            command_digest="0" * 64,
            actor=desk.act(2),
            recorded_at=desk.now,
            drafts=(Draft(STREAM, event, desk.now),),
            expected={},
        )
    )
    found = list(forbidden(desk.workflow.history.events(), desk.workflow.binds))
    assert [(each.position, each.refusal.code) for each in found] == [
        (before + 1, "authority.appointee_involved")
    ]


def test_R_143_whom_it_is_about_is_not_made_responsible_before_the_notice() -> None:
    desk = protected()
    report(desk)
    over = HandOverCase(key=KEY, unit="u-bureau", ground="competence", responsible="p-8")
    assert refused(desk, over, desk.act(2)) == "case.not_yet_notified"


def test_R_143_who_brings_an_open_case_can_be_responsible_for_it() -> None:
    desk = protected()
    desk.open("c-1", responsible="p-7")
    desk.open("c-2", requester="p-5", responsible="p-5")
    assert desk.case("c-2").responsible == "p-5"


# --- a unit above ------------------------------------------------------------------------------


def test_R_133_a_case_is_put_before_a_unit_above_its_own_and_before_no_other() -> None:
    desk = Desk()
    desk.do(FoundUnit(unit="u-beside", kind="branch", parent="u-bureau"))
    desk.accepted()
    for unit in ("u-beside", "u-branch"):
        up = EscalateCase(key="c-1", unit=unit, ground="not_heard")
        assert refused(desk, up, desk.self_(5)) == "case.not_above"
    for unit in ("u-bureau", "u-city"):
        up = EscalateCase(key="c-1", unit=unit, ground="not_heard")
        assert refused(desk, up, desk.self_(5)) is None


# --- dates -------------------------------------------------------------------------------------


def test_R_114_nothing_of_a_case_is_dated_before_what_it_follows() -> None:
    desk = Desk()
    desk.later(days=9)
    desk.open()
    told = AcknowledgeCase(key="c-1", channel="letter")
    assert refused(desk, told, desk.act(2), desk.now - timedelta(days=1)) == "case.before_what_it_follows"
    assert refused(desk, told, desk.act(2)) is None
    desk.do(AcceptCase(key="c-1"), by=desk.act(2))
    desk.later(days=9)
    desk.decided()
    answer = AnswerRequester(key="c-1", channel="letter", answer=TEXT)
    assert refused(desk, answer, desk.act(2), desk.now - timedelta(days=1)) == "case.before_what_it_follows"
    assert refused(desk, answer, desk.act(2), desk.now) is None


# --- texts that say nothing --------------------------------------------------------------------

BLANK = ("", "  ", "\n\t", "\u200b", "\u3000", "\u3164 \u2800", "\u0301")


@pytest.mark.parametrize("text", BLANK, ids=ascii)
def test_R_146_no_command_takes_a_text_that_says_nothing(text: str) -> None:
    said = Personal(text)
    for give in (
        lambda: DecideCase(key="c-1", outcome="supported", ground=said),
        lambda: RequestIdentity(key="c-1", ground="hearing", reason=said),
        lambda: GivenParticular(name="measure", text=said),
        lambda: VerifyRectification(key="c-1", passed=True, evidence=(), note=said),
        lambda: protected().open(KEY, "signed_report", complainant=said),
        lambda: DecideCase.model_validate({"key": "c-1", "outcome": "supported", "ground": text}),
    ):
        with pytest.raises((InvalidCommand, InvalidInput, ValueError), match="blank"):
            give()


def test_a_blank_text_that_was_recorded_once_is_read_and_a_single_sign_says_something() -> None:
    bound = commitment("log", "case/c-1", "case.substance", bytes(32), "")
    opening = Opening(bound, "log", "case/c-1", "case.substance", bytes(32), "", "old")
    assert opening.opens(Sealed(commitment=bound))
    for text in ("x", " 好 ", "\u200b1", "。"):
        assert DecideCase(key="c-1", outcome="supported", ground=Personal(text)).ground == Personal(text)


# --- words -------------------------------------------------------------------------------------


def test_whoever_opens_a_case_under_an_id_that_they_cannot_use_is_told_to_take_another() -> None:
    desk = protected()
    report(desk)
    for person in ("p-9", "p-10"):
        desk.do(RevokeRole(person=person, role="everything", unit="u-city"))
    roles = {"everything": tuple(sorted(desk.workflow.state("authority").roles["everything"]))}
    desk.do(
        AdoptRoles(roles=roles | {"intake": ("case.open",)}),
        GrantRole(person="p-10", role="intake", unit="u-city"),
    )
    intake = Actor("a-10", "p-10", "intake")
    with pytest.raises(Refused) as caught:
        desk.open(KEY, "signed_report", by=intake, complainant=Personal("p-5"))
    assert "under an id never used" in caught.value.refusal.remedy
    other = "c-" + "fedcba9876543210" * 2  # no custody is needed to take in what somebody reports
    desk.open(other, "signed_report", by=intake, complainant=Personal("p-5"))
    told = refused(desk, AcknowledgeCase(key=KEY, channel="letter"), intake)
    assert told == refused(desk, AcknowledgeCase(key="c-nowhere", channel="letter"), intake)


def test_whoever_hands_a_protected_case_over_sees_it_as_before_and_as_their_role_says() -> None:
    desk = protected()
    report(desk)
    over = HandOverCase(key=KEY, unit="u-bureau", ground="competence")
    desk.do(over, by=desk.act(3))
    assert desk.workflow.sees(desk.act(3), desk.now, STREAM)
    desk.do(AcceptCase(key=KEY), by=desk.act(3))
    desk.do(RevokeRole(person="p-3", role="everything", unit="u-city"))
    assert not desk.workflow.sees(desk.self_(3), desk.now, STREAM)
