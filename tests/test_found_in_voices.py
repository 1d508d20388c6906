"""What others could do in the name of whoever brought a case, or of the unit that a slip was issued to."""

from __future__ import annotations

from datetime import timedelta

from tests.support.petitions import TEXT, Desk
from tests.support.registers import PROOF, Office, number_of

from party_workflow.authority import AdoptRoles, GrantRole
from party_workflow.codec import Command
from party_workflow.domain.case import (
    AcceptCase,
    AppealCase,
    ConfirmResolution,
    ReportRectified,
    ReturnCase,
    WithdrawCase,
)
from party_workflow.errors import Refused
from party_workflow.packs import party
from party_workflow.policies.registers import rectification
from party_workflow.store import Actor


def refused(desk: Desk, command: Command, by: Actor) -> str | None:
    """The code with which a command is refused, None where it is not."""
    try:
        desk.do(command, by=by)
    except Refused as caught:
        return caught.refusal.code
    return None


def staffed(desk: Desk) -> None:
    """p-8 is a case officer and p-9 the letterbox, with the roles of the pack."""
    every = tuple(desk.workflow.state("authority").roles["everything"])
    roles = {"everything": every, **{role: party.ROLES[role] for role in ("case_officer", "letterbox")}}
    desk.do(AdoptRoles(roles=roles))
    for number, role in ((8, "case_officer"), (9, "letterbox")):
        desk.do(GrantRole(person=f"p-{number}", role=role, unit="u-city"))


# --- the time to ask for a review ---------------------------------------------------------------


def answered() -> Desk:
    desk = Desk()
    staffed(desk)
    desk.accepted()
    desk.decided("c-1", "not_supported_explained")
    desk.replied()
    return desk


def test_R_131_R_113_said_for_the_petitioner_that_they_are_content_waits_until_no_review_can_be_asked() -> (
    None
):
    desk = answered()
    content = ConfirmResolution(key="c-1")
    for by in (desk.act(1), desk.act(8)):
        assert refused(desk, content, by) == "case.clock_runs"
    assert refused(desk, content, Actor("a-8", "p-8", "case_officer")) == "authority.duty_not_covered"
    assert refused(desk, AppealCase(key="c-1", ground=TEXT), desk.self_(5)) is None


def test_R_131_once_that_time_is_over_it_can_be_said_for_the_petitioner() -> None:
    desk = answered()
    run = desk.case().run("ask_review")
    assert run is not None
    desk.now = run.due
    assert refused(desk, ConfirmResolution(key="c-1"), desk.act(8)) is None
    assert desk.case().state == "settled"


def test_R_131_the_petitioner_in_person_and_by_receipt_is_content_at_once() -> None:
    for by in (Actor("a-5", "p-5"), Actor("a-9", "p-9", "letterbox")):
        desk = answered()
        assert refused(desk, ConfirmResolution(key="c-1"), by) is None
        assert desk.case().state == "settled"


# --- taking it back ------------------------------------------------------------------------------


def test_R_133_no_office_takes_a_petition_back_in_the_name_of_who_brought_it() -> None:
    desk = Desk()
    staffed(desk)
    desk.accepted()
    back = WithdrawCase(key="c-1", ground="settled")
    assert refused(desk, back, Actor("a-8", "p-8", "case_officer")) == "authority.duty_not_covered"
    assert refused(desk, back, desk.self_(5)) is None
    assert {role for role, held in party.ROLES.items() if "case.withdraw" in held} == {"letterbox"}
    assert {role for role, held in party.ROLES.items() if "case.confirm" in held} == {"letterbox"}


# --- a slip --------------------------------------------------------------------------------------


def test_R_111_who_issues_a_slip_neither_takes_it_on_nor_gives_it_back_for_those_who_received_it() -> None:
    office = Office()
    for key, command in (("s-1", AcceptCase(key="s-1")), ("s-2", ReturnCase(key="s-2", ground="not_ours"))):
        office.open(key, "assignment_slip")
        office.issue(key)
        assert office.why_not(command, office.finder).code == "authority.own_case"
        office.do(command, by=office.clerk)


def test_R_111_a_slip_not_issued_is_taken_back_with_the_duty_to_issue() -> None:
    office = Office()
    every = tuple(office.workflow.state("authority").roles["everything"])
    office.do(
        AdoptRoles(roles={"everything": every, "issuer": ("case.hand_over",), "takes": ("case.withdraw",)})
    )
    for number, role in ((7, "issuer"), (8, "takes")):
        office.do(GrantRole(person=f"p-{number}", role=role, unit="u-city"))
    office.open("s-1", "assignment_slip")
    back = WithdrawCase(key="s-1", ground="error")
    assert office.why_not(back, Actor("a-8", "p-8", "takes")).code == "authority.duty_not_covered"
    office.do(back, by=Actor("a-7", "p-7", "issuer"))


# --- a register that moved -----------------------------------------------------------------------


def test_R_123_a_figure_that_moved_since_says_how_much_of_it_was_dated_back() -> None:
    office = Office()
    for key in ("h-1", "h-2", "h-3"):
        office.open(key, "hazard")
        office.assign(key)
    office.later(days=1)
    office.rectify("h-1")
    office.later(days=1)
    end = office.now
    told = rectification(office.history, end, ("hazard",))
    assert [number_of(each) for each in (told.rectified, told.open, told.dated_back)] == [1, 2, 0]
    office.later(days=20)
    report = ReportRectified(key="h-2", evidence=(PROOF,))
    office.do(report, by=office.self_(6), effective_at=end - timedelta(hours=1))
    office.rectify("h-3")
    moved = rectification(office.history, end, ("hazard",))
    assert [number_of(each) for each in (moved.rectified, moved.open, moved.dated_back)] == [2, 1, 1]
    assert [each.stored_type for each in moved.dated_back.evidence()] == ["case.rectification_reported"]
    known = rectification(office.history.as_of(known=end), end, ("hazard",))
    assert [number_of(each) for each in (known.rectified, known.dated_back)] == [1, 0]
    now = rectification(office.history, office.now, ("hazard",))
    assert [number_of(each) for each in (now.rectified, now.dated_back)] == [3, 0]
