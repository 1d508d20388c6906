"""Attempts to get around due process, confidentiality or a due date, and what comes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.support.grievances import KEY, STREAM, Hearing
from tests.support.petitions import MONDAY, TEXT, Desk

from party_workflow.authority import AdoptRoles, Delegate, GrantRole, RevokeRole
from party_workflow.calendar import Calendar, Term
from party_workflow.codec import Command
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AppealCase,
    AssignInvestigator,
    AssignResponsible,
    CaseKind,
    CaseOpened,
    CloseCase,
    ConfirmResolution,
    DecideAppeal,
    DecideCase,
    DecideIdentity,
    GivenParticular,
    HandOverCase,
    JoinCase,
    NotifyRespondent,
    OpenCase,
    OpenIdentity,
    PauseCase,
    PromoteCase,
    RecountClock,
    RecuseFromCase,
    RefuseCase,
    ReplyToNotice,
    ReportRectified,
    RequestIdentity,
    VerifyRectification,
    WithdrawCase,
)
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import MovePerson
from party_workflow.errors import Refused
from party_workflow.packs import party
from party_workflow.personal import MemoryIdentities, Personal
from party_workflow.policies.audits import possible
from party_workflow.policies.audits.checks import audit
from party_workflow.policies.audits.integrity import sealed_parts
from party_workflow.policies.registers.entries import entries
from party_workflow.policies.registers.intake import intake
from party_workflow.store import Actor, Append, Draft

CALENDAR = party.PACK.read_as(Calendar, "cn-working-days")
ECHO = Term(amount=15, unit="calendar_days")
OTHER = f"g-{'cd' * 16}"
ABOUT = (GivenParticular(name="about", code="housing"),)
WATCHED = (GivenParticular(name="channel_watched", code="forum_online"),)


def refused(world: Any, command: Command, by: Actor, effective_at: datetime | None = None) -> str:
    """The code with which a command is refused; fails where it is not."""
    with pytest.raises(Refused) as caught:
        world.do(command, by=by, effective_at=effective_at)
    return caught.value.refusal.code


def lent(hearing: Hearing, principal: int, role: str, custody: bool = False) -> Actor:
    """p-9, who holds no role any more, with one of somebody else's lent."""
    roles = {"everything": tuple(sorted(hearing.workflow.state("authority").roles["everything"]))}
    roles[role] = ("case.custody",) if custody else ("organisation.register",)
    hearing.do(AdoptRoles(roles=roles))
    hearing.do(GrantRole(person=f"p-{principal}", role=role, unit="u-city"))
    hearing.do(RevokeRole(person="p-9", role="everything", unit="u-city"))
    until = hearing.now + timedelta(days=9)
    command = Delegate(principal=f"p-{principal}", delegate="p-9", role=role, unit="u-branch", until=until)
    hearing.do(command, by=hearing.self_(principal))
    return Actor("a-9", "p-9", role, delegate_of=f"p-{principal}")


# --- who sees a protected case -----------------------------------------------------------------


@pytest.mark.parametrize("principal", [3, 6], ids=["the investigator", "somebody with custody"])
def test_whoever_is_lent_another_role_sees_nothing_of_what_the_lender_sees_in_confidence(
    principal: int,
) -> None:
    hearing = Hearing()
    hearing.take_in()
    hearing.investigated()
    deputy = lent(hearing, principal, "clerk")
    assert hearing.workflow.sees(hearing.act(principal), hearing.now, STREAM)
    assert not hearing.workflow.sees(deputy, hearing.now, STREAM)
    assert not list(hearing.workflow.seen_by(deputy, hearing.now).stream(STREAM))


def test_whoever_is_lent_the_role_with_custody_sees_with_it() -> None:
    hearing = Hearing()
    hearing.take_in()
    deputy = lent(hearing, 6, "guardian", custody=True)
    assert hearing.workflow.sees(deputy, hearing.now, STREAM)
    assert not hearing.workflow.sees(hearing.self_(9), hearing.now, STREAM)


def test_R_203_whoever_stepped_back_from_a_protected_case_sees_it_no_more() -> None:
    hearing = Hearing()
    hearing.take_in()
    hearing.investigated()
    assert hearing.workflow.sees(hearing.self_(3), hearing.now, STREAM)
    hearing.do(RecuseFromCase(key=KEY), by=hearing.self_(3))
    for actor in (hearing.self_(3), hearing.act(3)):
        assert not hearing.workflow.sees(actor, hearing.now, STREAM)
    assert refused(hearing, AcknowledgeCase(key=KEY, channel="phone"), hearing.act(3)) == refused(
        hearing, AcknowledgeCase(key=OTHER, channel="phone"), hearing.act(3)
    )


def test_R_146_openings_exchanged_in_the_vault_hand_nobody_the_name_of_another() -> None:
    vault = MemoryIdentities()
    hearing = Hearing(identities=vault)
    hearing.take_in("Zhang")
    hearing.take_in("Li", OTHER)
    one, other = hearing.sealed().commitment, hearing.sealed(OTHER).commitment
    held = vault._held
    held[one], held[other] = held[other], held[one]
    with pytest.raises(Refused, match="Nobody is sealed"):
        hearing.handed()
    held[one], held[other] = held[other], held[one]
    assert hearing.handed().value == "Zhang"


# --- the right of reply ------------------------------------------------------------------------


def notice(hearing: Hearing, **delta: int) -> NotifyRespondent:
    return NotifyRespondent(key=KEY, person="p-5", substance=TEXT, reply_by=hearing.now + timedelta(**delta))


def test_R_143_no_notice_leaves_less_than_a_day_to_answer() -> None:
    hearing = Hearing()
    hearing.take_in()
    hearing.investigated()
    assert refused(hearing, notice(hearing, hours=23), hearing.act(4)) == "case.no_time_to_reply"
    hearing.do(notice(hearing, hours=24), by=hearing.act(4))


def test_R_143_a_second_notice_does_not_shorten_the_time_that_the_first_one_gave() -> None:
    hearing = Hearing()
    hearing.take_in()
    hearing.investigated()
    hearing.do(notice(hearing, days=10), by=hearing.act(4))
    assert refused(hearing, notice(hearing, days=2), hearing.act(4)) == "case.notice_stands"
    hearing.do(notice(hearing, days=11), by=hearing.act(4))


def test_R_167_nobody_is_found_against_on_appeal_who_was_never_heard() -> None:
    desk = Desk()
    desk.open(concerns=("p-8",))
    desk.do(AcknowledgeCase(key="c-1", channel="letter"), by=desk.act(2))
    desk.do(RefuseCase(key="c-1", ground="no_competence"), by=desk.act(2))
    desk.replied()
    desk.appealed()
    against = DecideAppeal(key="c-1", outcome="reversed", replaces="supported", ground=TEXT)
    assert refused(desk, against, desk.act(10)) == "case.not_notified"
    desk.do(DecideAppeal(key="c-1", outcome="reversed", ground=TEXT), by=desk.act(10))
    assert desk.case().outcome is None


def upheld() -> Desk:
    """A petition about p-8, heard, decided against p-8 by p-3, investigated by p-4, and answered."""
    desk = Desk()
    desk.open(concerns=("p-8",))
    desk.do(AcknowledgeCase(key="c-1", channel="letter"), by=desk.act(2))
    desk.do(AcceptCase(key="c-1"), by=desk.act(2))
    desk.do(AssignInvestigator(key="c-1", investigator="p-4"), by=desk.act(2))
    reply_by = desk.now + timedelta(days=2)
    told = NotifyRespondent(key="c-1", person="p-8", substance=TEXT, reply_by=reply_by)
    desk.do(told, by=desk.act(2))
    desk.do(ReplyToNotice(key="c-1", reply=TEXT), by=desk.self_(8))
    desk.decided()
    desk.replied()
    return desk


def test_R_206_that_the_petitioner_is_content_does_not_end_the_time_in_which_the_other_side_may_appeal() -> (
    None
):
    desk = upheld()
    content = ConfirmResolution(key="c-1")
    assert refused(desk, content, desk.self_(5)) == "case.clock_runs"
    desk.do(AppealCase(key="c-1", ground=TEXT), by=desk.self_(8))
    late = upheld()
    late.later(days=40)
    late.do(content, by=late.self_(5))
    assert late.case().final


@pytest.mark.parametrize("number", [3, 4], ids=["who decided", "who investigated"])
@pytest.mark.parametrize(
    "command",
    [AppealCase(key="c-1", ground=TEXT), ConfirmResolution(key="c-1")],
    ids=["appeals", "is content"],
)
def test_R_206_nobody_who_decided_or_investigated_speaks_for_whoever_brought_it(
    number: int, command: Command
) -> None:
    desk = upheld()
    desk.later(days=2)
    assert refused(desk, command, desk.act(number)) == "authority.own_case"
    if isinstance(command, AppealCase):
        desk.do(command, by=desk.act(9))


def test_R_133_whoever_investigates_a_petition_does_not_take_it_back() -> None:
    desk = Desk()
    desk.accepted()
    desk.do(AssignInvestigator(key="c-1", investigator="p-4"), by=desk.act(2))
    back = WithdrawCase(key="c-1", ground="settled")
    assert refused(desk, back, desk.act(4)) == "authority.own_case"
    desk.do(back, by=desk.self_(5))


# --- dates -------------------------------------------------------------------------------------


def test_R_114_nothing_is_dated_ahead_so_that_no_register_would_show_it() -> None:
    desk = Desk()
    opening = {"key": "c-1", "kind": "petition", "unit": "u-branch", "substance": TEXT, "requester": "p-5"}
    digest = desk.workflow.state("definition/petition").digest
    command = OpenCase(definition=digest, **opening)  # type: ignore[arg-type]
    ahead = desk.now + timedelta(microseconds=1)
    assert refused(desk, command, desk.act(2), ahead) == "case.not_yet"
    desk.do(command, by=desk.act(2))
    desk.do(AcknowledgeCase(key="c-1", channel="letter"), by=desk.act(2))
    refusal = refused(desk, WithdrawCase(key="c-1", ground="settled"), desk.self_(5), ahead)
    assert refusal == "case.not_yet"


def test_R_131_a_pause_that_is_dated_ahead_does_not_make_a_petition_wait_for_years() -> None:
    desk = Desk()
    desk.accepted()
    pause = PauseCase(key="c-1", ground="court")
    assert refused(desk, pause, desk.act(2), datetime(2099, 1, 1, tzinfo=UTC)) == "case.not_yet"


def test_R_131_an_appeal_by_oneself_is_not_dated_back_into_its_time_and_a_letter_counts_by_its_day() -> None:
    desk = Desk()
    desk.accepted()
    desk.decided()
    desk.replied()
    desk.later(days=100)
    appeal, then = AppealCase(key="c-1", ground=TEXT), MONDAY + timedelta(days=3)
    assert refused(desk, appeal, desk.self_(5), then) == "case.clock_over"
    desk.do(appeal, by=desk.act(9), effective_at=then)


def test_R_210_what_is_overdue_does_not_become_timely_by_another_calendar() -> None:
    desk = Desk()
    desk.accepted()
    body = desk.workflow.state("definition/cn-working-days").body(
        desk.workflow.state("definition/cn-working-days").digest
    )
    version = desk.workflow.state("definition/cn-working-days").current()[0] + 1
    anew = {**body, "version": "later", "holidays": sorted([*body["holidays"], "2024-04-30"])}
    desk.do(AdoptDefinition(code="cn-working-days", kind="calendar", version=version, body=anew))
    run = desk.case().run("finish")
    assert run is not None
    desk.now = run.due
    recount = RecountClock(key="c-1", clock="finish", ground="new_calendar")
    assert refused(desk, recount, desk.act(7)) == "case.due_over"
    desk.now -= timedelta(microseconds=1)


def test_R_134_nothing_goes_on_as_a_case_that_is_over() -> None:
    desk = Desk()
    desk.open("s-1", "public_opinion", particulars=WATCHED)
    desk.open("e-1", "early_sign", particulars=ABOUT, source="case/s-1")
    desk.do(CloseCase(key="e-1"), by=desk.act(2))
    assert refused(desk, PromoteCase(key="s-1", to="case/e-1"), desk.act(2)) == "case.not_promoted"
    desk.open("e-2", "early_sign", particulars=ABOUT, source="case/s-1")
    desk.do(PromoteCase(key="s-1", to="case/e-2"), by=desk.act(2))


def test_R_115_what_was_reported_done_and_is_not_has_a_due_moment_again_without_anybody_giving_one() -> None:
    desk = Desk("problem")
    said = (
        GivenParticular(name="severity", code="grave"),
        GivenParticular(name="found_by", code="self_check"),
        GivenParticular(name="root_cause", code="attitude"),
    )
    evidence = ("0" * 64,)
    desk.open("p-1", "problem", particulars=said, classes=("work_style",), evidence=evidence)
    desk.do(AssignResponsible(key="p-1", responsible="p-6"), by=desk.act(2))
    desk.do(ReportRectified(key="p-1", evidence=evidence), by=desk.self_(6))
    assert not any(run.running for run in desk.case("p-1").runs)
    failed = VerifyRectification(key="p-1", passed=False, evidence=evidence, note=Personal("Not so."))
    desk.do(failed, by=desk.act(9))
    run = desk.case("p-1").run("rectify")
    assert run is not None
    assert (run.number, run.running) == (2, True)


def test_R_145_a_hand_over_dated_back_does_not_reach_the_unit_where_whoever_it_is_about_counts_today() -> (
    None
):
    desk = Desk("signed_report")
    key = "c-" + "0123456789abcdef" * 2
    desk.open(key, "signed_report", complainant=Personal("p-9"), concerns=("p-8",))
    before = desk.now
    desk.later(days=1)
    desk.do(MovePerson(person="p-8", unit="u-bureau"))
    desk.later(days=1)
    over = HandOverCase(key=key, unit="u-bureau", ground="competence")
    assert refused(desk, over, desk.act(2), before) == "case.handed_to_concerned"
    desk.do(HandOverCase(key=key, unit="u-city", ground="competence"), by=desk.act(2), effective_at=before)


# --- registers ---------------------------------------------------------------------------------


def test_R_114_an_anonymous_letter_whose_channel_was_left_out_is_owed_an_echo() -> None:
    desk = Desk()
    desk.open(requester=None, by=desk.act(2))
    found = intake(desk.workflow.history, desk.now + timedelta(days=60), echo=ECHO, calendar=CALENDAR)
    assert [each.stream for each in found.overdue] == ["case/c-1"]
    assert found.balanced


def test_R_114_a_letter_dated_back_to_long_ago_does_not_stop_the_register() -> None:
    desk = Desk("opinion")
    digest = party.PACK.read_as(CaseKind, "opinion").digest
    old = OpenCase(
        key="o-1", kind="opinion", definition=digest, unit="u-branch", substance=TEXT, requester="p-5"
    )
    desk.do(old, by=desk.act(2), effective_at=datetime(1999, 1, 1, tzinfo=UTC))
    found = intake(desk.workflow.history, desk.now + timedelta(days=60), echo=ECHO, calendar=CALENDAR)
    assert [each.stream for each in found.overdue] == ["case/o-1"]


@pytest.mark.parametrize("body", [{}, {"lifecycle": 1}, {"code": "x", "version": 1, "lifecycle": {}}])
def test_an_opening_whose_body_is_no_kind_closes_no_view_and_is_found(body: dict[str, Any]) -> None:
    desk = Desk()
    desk.open()
    honest = next(desk.workflow.history.events(CaseOpened)).event
    draft = Draft("case/c-7", honest.model_copy(update={"body": body}), desk.now)
    desk.store.append(
        Append(
            log="bureau",
            command_id="under-1",
            command_type="case.open",
            command_digest="0" * 64,
            actor=desk.act(2),
            recorded_at=desk.now,
            drafts=(draft,),
            expected={},
        )
    )
    assert list(desk.workflow.seen_by(desk.self_(9), desk.now).records())
    assert desk.workflow.allowed(desk.act(2), desk.now)
    assert len(entries(desk.workflow.history, desk.now)) == 2
    found = audit(desk.workflow.history, possible.checks(desk.workflow.model))
    assert any("its body is no kind of case" in str(finding) for _, finding in found.findings())


# --- duplicates and identities -------------------------------------------------------------------


def test_R_131_a_petition_that_follows_another_is_not_answered_before_anything_came_of_that_one() -> None:
    desk = Desk()
    for key in ("c-1", "c-2"):
        desk.accepted(key)
    desk.do(JoinCase(key="c-1", lead="case/c-2"), by=desk.act(2))
    echo = AnswerRequester(key="c-1", channel="letter", answer=TEXT)
    assert refused(desk, echo, desk.act(2)) == "case.lead_undecided"
    desk.decided("c-2")
    desk.do(echo, by=desk.act(2))


def test_R_133_what_followed_a_petition_that_was_taken_back_is_taken_on_by_itself_on_the_clock_that_ran() -> (
    None
):
    desk = Desk()
    for key in ("c-1", "c-2"):
        desk.accepted(key)
    desk.do(JoinCase(key="c-1", lead="case/c-2"), by=desk.act(2))
    desk.do(WithdrawCase(key="c-2", ground="settled"), by=desk.self_(5))
    desk.later(days=5)
    echo = AnswerRequester(key="c-1", channel="letter", answer=TEXT)
    assert refused(desk, echo, desk.act(2)) == "case.lead_undecided"
    desk.do(AcceptCase(key="c-1"), by=desk.act(2))
    desk.decided("c-1")
    desk.do(echo, by=desk.act(2))
    assert [run.number for run in desk.case().runs if run.clock == "finish"] == [1]


def test_R_146_a_grant_to_learn_the_identity_lapses() -> None:
    hearing = Hearing()
    hearing.take_in()
    hearing.do(RequestIdentity(key=KEY, ground="hearing", reason=TEXT), by=hearing.act(3))
    hearing.do(DecideIdentity(key=KEY, granted=True, ground="necessary"), by=hearing.act(6))
    hearing.later(days=30, seconds=1)
    assert refused(hearing, OpenIdentity(key=KEY), hearing.act(3)) == "case.identity_not_granted"
    hearing.do(RequestIdentity(key=KEY, ground="hearing", reason=TEXT), by=hearing.act(3))
    hearing.do(DecideIdentity(key=KEY, granted=True, ground="necessary"), by=hearing.act(6))
    hearing.later(days=30)
    hearing.do(OpenIdentity(key=KEY), by=hearing.act(3))


@pytest.mark.parametrize("written", ["P-3", " p-3", "p-5 "])
def test_R_143_a_complainant_whose_id_is_written_otherwise_is_not_taken_for_nobody(written: str) -> None:
    hearing = Hearing()
    with pytest.raises(Refused) as caught:
        hearing.take_in(written)
    assert caught.value.refusal.code == "case.id_mistyped"
    assert written.strip() not in str(caught.value)


def test_R_143_of_a_complainant_sealed_by_name_nobody_can_say_who_it_is_and_the_audit_says_so() -> None:
    hearing = Hearing()
    hearing.take_in("Wei Shuzhen")
    assert hearing.workflow.binds(hearing.sealed(), "p-3") is None
    check = sealed_parts(hearing.workflow.binds)
    assert "1 of 1" in check.lacks(hearing.workflow.history)


def test_R_206_the_appeal_of_one_side_does_not_use_up_that_of_the_other() -> None:
    key = "c-" + "0123456789abcdef" * 2
    desk = Desk("grievance")
    desk.open(key, "grievance", complainant=Personal("p-9"), concerns=("p-8",))
    desk.do(AcknowledgeCase(key=key, channel="letter"), by=desk.act(2))
    desk.do(AcceptCase(key=key), by=desk.act(2))
    desk.do(AssignInvestigator(key=key, investigator="p-4"), by=desk.act(2))
    reply_by = desk.now + timedelta(days=2)
    desk.do(NotifyRespondent(key=key, person="p-8", substance=TEXT, reply_by=reply_by), by=desk.act(2))
    desk.do(ReplyToNotice(key=key, reply=TEXT), by=desk.self_(8))
    desk.do(DecideCase(key=key, outcome="upheld", ground=TEXT), by=desk.act(3))
    echo = AnswerRequester(key=key, channel="letter", answer=TEXT)
    desk.do(echo, by=desk.act(2))
    appeal = AppealCase(key=key, ground=TEXT)
    desk.do(appeal, by=desk.act(11))
    kept = DecideAppeal(key=key, outcome="maintained", ground=TEXT)
    desk.do(kept, by=desk.act(12))
    desk.do(echo, by=desk.act(2))
    assert refused(desk, CloseCase(key=key), desk.act(2)) == "case.clock_runs"
    desk.do(appeal, by=desk.self_(8))
    assert refused(desk, kept, desk.act(12)) == "authority.own_case"
    desk.do(kept, by=desk.act(13))
